//! nextcloud
