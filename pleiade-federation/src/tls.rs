//! TLS towards directories: always verified, against the machine's roots or against the operator's own CA alone.

use rustls::{CertificateError, ClientConfig, RootCertStore, crypto::aws_lc_rs};
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
    use CertificateError as Certificate;
    let Some(error) = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>()) else {
        return "it cut the connection during the TLS handshake: is it the port of ldaps, or one for starttls?";
    };
    match error {
        rustls::Error::InvalidCertificate(certificate) => match certificate {
            Certificate::UnknownIssuer => {
                "nobody who is trusted here has signed its certificate: the CA file must hold the authority that did"
            }
            Certificate::Expired | Certificate::ExpiredContext { .. } => {
                "its certificate has expired: renew it, unless this machine's clock is wrong"
            }
            Certificate::NotValidYet | Certificate::NotValidYetContext { .. } => {
                "its certificate is not valid yet: check this machine's clock"
            }
            Certificate::NotValidForName | Certificate::NotValidForNameContext { .. } => {
                "its certificate is for another name: write in urls a name that it bears as subjectAltName"
            }
            Certificate::InvalidPurpose | Certificate::InvalidPurposeContext { .. } => {
                "its certificate is not made for servers: its extendedKeyUsage must hold serverAuth"
            }
            // The library has no variant of its own for it.
            other if format!("{other:?}").contains("CaUsedAsEndEntity") => {
                "its certificate is an authority's own (CA:TRUE), most often self-signed and given as the CA file too: have that authority sign another one for the server"
            }
            _ => "its certificate is refused: check how it was made, and the CA file",
        },
        rustls::Error::PeerIncompatible(_) | rustls::Error::AlertReceived(_) => {
            "it takes no TLS that is taken here: version 1.2 or 1.3, without a client certificate"
        }
        rustls::Error::InvalidMessage(_) => {
            "it does not speak TLS on this port: ldaps:// is usually on 636, and starttls goes with ldap://"
        }
        _ => "TLS failed: check its certificate, its name and the CA file",
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
