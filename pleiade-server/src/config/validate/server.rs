//! The server itself: its addresses, its storage, its key.

use super::{super::ProblemKind, Check};
use crate::{seal::SealKey, web::cookies::CookieRule};
use pleiade_core::ExposeSecret as _;
use url::Url;

impl<F: FnMut(ProblemKind, String, String)> Check<'_, F> {
    pub(super) fn server(&mut self) {
        let config = self.config;
        let url = &config.server.public_url;
        if CookieRule::for_public_url(url).is_none() {
            self.bad_url(
                "server.public_url",
                "must be https; plain http only for localhost and loopback addresses",
            );
        }
        if !is_site(url) {
            self.bad_url(
                "server.public_url",
                "must be a scheme and a host, with nothing behind the host but a port",
            );
        }
        self.bounded("server.action_seconds", config.server.action_seconds, 1, 60);
        let per_address = u64::try_from(config.server.connections_per_address).unwrap_or(u64::MAX);
        self.bounded("server.connections_per_address", per_address, 1, 1_000_000);
        self.bounded("server.drain_seconds", config.server.drain_seconds, 0, 60);
        self.bounded("database.lock_seconds", config.database.lock_seconds, 1, 60);
        self.bounded("database.max_connections", config.database.max_connections.into(), 1, 200);
        self.bounded("sessions.idle_minutes", config.sessions.idle_minutes, 5, 1440);
        self.bounded("audit.keep_days", config.audit.keep_days, 180, 3650);
        self.bounded("sessions.absolute_hours", config.sessions.absolute_hours, 1, 24);
        if let Some(url) = &config.database.url {
            if config.database.path.is_some() {
                self.report("database.path", "write `url` for PostgreSQL or `path` for SQLite, not both");
            }
            let scheme = url.expose_secret().split("://").next();
            if !matches!(scheme, Some("postgres" | "postgresql")) {
                self.bad_url("database.url", "must begin with postgres://; for SQLite write `path`");
            }
        }
        if config.metrics.token.as_ref().is_some_and(|token| token.expose_secret().len() < 16) {
            self.report("metrics.token", "must have at least 16 characters");
        }
        if config.logging.level.parse::<tracing_subscriber::EnvFilter>().is_err() {
            self.report("logging.level", "not a filter; write for example info,pleiade_connectors=debug");
        }
        if let Some(ca) = &config.outgoing.ca
            && pleiade_federation::tls::client_config(Some(ca.as_bytes())).is_err()
        {
            self.report("outgoing.ca", "holds no certificate in PEM form");
        }
    }

    pub(super) fn seal(&mut self) {
        let seal = &self.config.seal;
        for (key, value) in [
            ("seal.key", &seal.key),
            ("seal.previous_key", &seal.previous_key),
            ("seal.next_key", &seal.next_key),
        ] {
            if let Some(Err(error)) = value.as_ref().map(|key| SealKey::from_base64(key.expose_secret())) {
                self.report(key, error.to_string());
            }
        }
        if self.config.database.url.is_some() && seal.key.is_none() {
            self.report(
                "database.url",
                "with PostgreSQL every replica needs the same sealing key: write seal.key_file (make one with `pleiade-server key new`)",
            );
        }
    }
}

fn is_site(url: &Url) -> bool {
    url.has_host()
        && url.path() == "/"
        && url.query().is_none()
        && url.fragment().is_none()
        && url.username().is_empty()
        && url.password().is_none()
}
