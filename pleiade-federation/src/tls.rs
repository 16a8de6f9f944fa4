//! TLS towards directories: always verified, against the machine's roots or against the operator's own CA alone.

use pleiade_core::CertificateFault;
use rustls::{CertificateError, ClientConfig, OtherError, RootCertStore, crypto::aws_lc_rs};
use rustls_pki_types::{CertificateDer, pem::PemObject as _};
use std::{io, sync::Arc};

/// An error of the TLS settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TlsError {
    /// The PEM text holds no certificate, or a broken one.
    #[error("the CA file holds no readable certificate: it must be PEM, with BEGIN CERTIFICATE")]
    BadCertificate,
    /// The machine has no trusted root.
    #[error("this machine has no root certificate: install ca-certificates or give a CA file")]
    NoRoots,
}

/// Settings of a client. With `ca` (PEM, one or more certificates), only those are trusted: a public CA must not be able to
/// stand for a private directory.
///
/// # Errors
/// [`TlsError`] when there would be nothing to trust.
pub fn client_config(ca: Option<&[u8]>) -> Result<Arc<ClientConfig>, TlsError> {
    let mut roots = RootCertStore::empty();
    match ca {
        Some(pem) => {
            for certificate in CertificateDer::pem_slice_iter(pem) {
                let certificate = certificate.map_err(|_| TlsError::BadCertificate)?;
                roots.add(certificate).map_err(|_| TlsError::BadCertificate)?;
            }
            if roots.is_empty() {
                return Err(TlsError::BadCertificate);
            }
        }
        None => {
            roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
            if roots.is_empty() {
                return Err(TlsError::NoRoots);
            }
        }
    }
    let config = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|_| TlsError::NoRoots)?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(Arc::new(config))
}

/// Why a handshake failed, and what to do about it.
pub(crate) fn handshake_failure(error: &io::Error) -> &'static str {
    let Some(error) = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>()) else {
        return "it cut the connection during the TLS handshake: is it the port of ldaps, or one for starttls?";
    };
    match error {
        rustls::Error::InvalidCertificate(certificate) => certificate_fault(certificate).sentence(),
        rustls::Error::PeerIncompatible(_) | rustls::Error::AlertReceived(_) => {
            "it takes no TLS that is taken here: version 1.2 or 1.3, without a client certificate"
        }
        rustls::Error::InvalidMessage(_) => {
            "it does not speak TLS on this port: ldaps:// is usually on 636, and starttls goes with ldap://"
        }
        _ => "TLS failed: check its certificate, its name and the CA file",
    }
}

/// The fault of a certificate as the other protocols name it. The client of HTTP reads the same from its own errors: this crate does not use it.
fn certificate_fault(error: &CertificateError) -> CertificateFault {
    use CertificateError as E;
    match error {
        E::UnknownIssuer => CertificateFault::UnknownIssuer,
        E::Expired | E::ExpiredContext { .. } => CertificateFault::Expired,
        E::NotValidYet | E::NotValidYetContext { .. } => CertificateFault::NotYetValid,
        E::NotValidForName | E::NotValidForNameContext { .. } => CertificateFault::WrongName,
        E::Revoked => CertificateFault::Revoked,
        E::InvalidPurpose | E::InvalidPurposeContext { .. } => CertificateFault::Purpose,
        // Only the library behind rustls has a name for this one.
        E::Other(OtherError(inner))
            if inner.downcast_ref::<webpki::Error>() == Some(&webpki::Error::CaUsedAsEndEntity) =>
        {
            CertificateFault::Authority
        }
        _ => CertificateFault::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_without_certificate_is_refused() {
        for bad in ["", "hello", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"] {
            assert_eq!(client_config(Some(bad.as_bytes())).err(), Some(TlsError::BadCertificate), "{bad:?}");
        }
    }
}
