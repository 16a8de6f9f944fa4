//! zimbra
