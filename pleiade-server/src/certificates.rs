//! The client certificates by which applications know the portal, and when they end.
//!
//! Threat: a certificate that ends unnoticed closes an application to a whole collectivité, and its successor takes weeks to be delivered.

use chrono::{DateTime, TimeDelta, Utc};
use pleiade_connectors::http::RenewingTransport;
use pleiade_core::ConnectorId;
use std::collections::BTreeMap;

/// Days before the end of a certificate from which it is told.
pub const CERTIFICATE_WARNING_DAYS: i64 = 60;

/// A certificate in use.
#[derive(Debug, Clone)]
pub enum CertificateInUse {
    /// It stands in the configuration, and stays the same until the next start.
    Fixed(DateTime<Utc>),
    /// It stands in files, and may be replaced.
    Renewed(RenewingTransport),
}

impl CertificateInUse {
    /// The instant at which it ends.
    #[must_use]
    pub fn not_after(&self) -> DateTime<Utc> {
        match self {
            Self::Fixed(not_after) => *not_after,
            Self::Renewed(transport) => transport.not_after(),
        }
    }
}

/// The certificates in use, by connector.
pub type Certificates = BTreeMap<ConnectorId, CertificateInUse>;

/// Where a certificate stands in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CertificateLife {
    /// It holds for long.
    Good,
    /// It ends soon.
    EndsSoon,
    /// It has ended.
    Ended,
}

impl CertificateLife {
    /// That of a certificate that ends at an instant.
    #[must_use]
    pub fn at(not_after: DateTime<Utc>, now: DateTime<Utc>) -> Self {
        if not_after <= now {
            Self::Ended
        } else if not_after - now < TimeDelta::days(CERTIFICATE_WARNING_DAYS) {
            Self::EndsSoon
        } else {
            Self::Good
        }
    }
}

/// Sets the gauge of each certificate: the days until its end, below zero after it.
pub fn measure(certificates: &Certificates, now: DateTime<Utc>) {
    for (connector, certificate) in certificates {
        #[expect(clippy::cast_precision_loss, reason = "days")]
        let days = (certificate.not_after() - now).num_seconds() as f64 / 86_400.0;
        metrics::gauge!("pleiade_client_certificate_days", "connector" => connector.to_string()).set(days);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_is_told_sixty_days_before() {
        let now: DateTime<Utc> = "2026-11-23T08:00:00Z".parse().unwrap();
        let life = |not_after: &str| CertificateLife::at(not_after.parse().unwrap(), now);
        assert_eq!(life("2027-01-22T08:00:00Z"), CertificateLife::Good);
        assert_eq!(life("2027-01-22T07:59:59Z"), CertificateLife::EndsSoon);
        assert_eq!(life("2026-11-23T08:00:01Z"), CertificateLife::EndsSoon);
        assert_eq!(life("2026-11-23T08:00:00Z"), CertificateLife::Ended);
    }
}
