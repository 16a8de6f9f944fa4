//! The certificate by which an application knows the portal.
//!
//! Threat: a certificate of one collectivité that opens the connection of another. An identity belongs to one transport, whose connections
//! are its own: what is read with two certificates takes two transports.

use chrono::{DateTime, Utc};
use rustls::{
    Error, InconsistentKeys,
    client::ResolvesClientCert,
    crypto::aws_lc_rs,
    sign::{CertifiedKey, SingleCertAndKey},
};
use rustls_pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject};
use std::{fmt, sync::Arc, time::Duration};
use x509_cert::{Certificate, der::Decode};

/// A client certificate with its chain and its key.
#[derive(Clone)]
pub struct ClientIdentity {
    certified: Arc<CertifiedKey>,
    validity: (DateTime<Utc>, DateTime<Utc>),
}

/// A certificate and a key that cannot be used together. Says nothing of either.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum IdentityError {
    /// No certificate.
    #[error("the client certificate is no certificate in PEM form that can be read")]
    Certificate,
    /// No key.
    #[error(
        "the key of the client certificate is no private key in PEM form (PKCS#8, RSA or EC); an encrypted key must be decrypted first"
    )]
    Key,
    /// Another certificate's key.
    #[error(
        "the key is not that of the client certificate, which stands first in its file, before its chain"
    )]
    Mismatch,
    /// The certificate has ended.
    #[error("the client certificate has expired")]
    Expired,
    /// The certificate has not begun.
    #[error("the client certificate is not valid yet")]
    NotYet,
    /// The files cannot be read.
    #[error("the files of the client certificate cannot be read")]
    Files,
}

/// Neither the key nor the names in the certificate are shown.
impl fmt::Debug for ClientIdentity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientIdentity").field("not_after", &self.not_after()).finish_non_exhaustive()
    }
}

impl ClientIdentity {
    /// Reads a certificate, with the certificates of its chain after it, and its key (RSA, EC or PKCS#8), both as PEM. A certificate that
    /// has expired is read too: whoever uses it compares [`Self::not_after`] with their clock.
    ///
    /// # Errors
    /// [`IdentityError`], when one of them cannot be read or the key is another certificate's.
    pub fn from_pem(certificate: &[u8], key: &[u8]) -> Result<Self, IdentityError> {
        let chain = CertificateDer::pem_slice_iter(certificate)
            .collect::<Result<Vec<_>, _>>()
            .map_err(|_| IdentityError::Certificate)?;
        let first = chain.first().ok_or(IdentityError::Certificate)?;
        let validity = validity(first).ok_or(IdentityError::Certificate)?;
        let key = PrivateKeyDer::from_pem_slice(key).map_err(|_| IdentityError::Key)?;
        let key = aws_lc_rs::sign::any_supported_type(&key).map_err(|_| IdentityError::Key)?;
        let certified = CertifiedKey::new(chain, key);
        match certified.keys_match() {
            Ok(()) | Err(Error::InconsistentKeys(InconsistentKeys::Unknown)) => {
                Ok(Self { certified: Arc::new(certified), validity })
            }
            Err(Error::InconsistentKeys(_)) => Err(IdentityError::Mismatch),
            Err(_) => Err(IdentityError::Certificate),
        }
    }

    /// The instant at which the certificate begins.
    #[must_use]
    pub fn not_before(&self) -> DateTime<Utc> {
        self.validity.0
    }

    /// The instant at which the certificate ends.
    #[must_use]
    pub fn not_after(&self) -> DateTime<Utc> {
        self.validity.1
    }

    pub(super) fn resolver(&self) -> Arc<dyn ResolvesClientCert> {
        Arc::new(SingleCertAndKey::from(Arc::clone(&self.certified)))
    }
}

/// The beginning and the end of a certificate.
fn validity(certificate: &CertificateDer<'_>) -> Option<(DateTime<Utc>, DateTime<Utc>)> {
    let certificate = Certificate::from_der(certificate).ok()?;
    let validity = certificate.tbs_certificate().validity();
    let instant =
        |since_1970: Duration| DateTime::from_timestamp(i64::try_from(since_1970.as_secs()).ok()?, 0);
    Some((instant(validity.not_before.to_unix_duration())?, instant(validity.not_after.to_unix_duration())?))
}
