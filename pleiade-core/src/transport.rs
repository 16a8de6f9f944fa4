//! The seam between a client and the network. The crate holds no HTTP client: whoever assembles the parts injects one.

use async_trait::async_trait;
use bytes::Bytes;
use http::{Request, Response};
use std::{fmt, time::Duration};

/// The bounds of one exchange.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// The time from the name look-up to the last byte of the body.
    pub deadline: Duration,
    /// The largest body in bytes, after decompression.
    pub max_body_bytes: usize,
}

impl Limits {
    /// Ten seconds and four mebibytes; the same as [`Default`], for constants.
    pub const DEFAULT: Self = Self { deadline: Duration::from_secs(10), max_body_bytes: 4 << 20 };

    /// The same with another deadline.
    #[must_use]
    pub const fn with_deadline(self, deadline: Duration) -> Self {
        Self { deadline, ..self }
    }

    /// The same with another largest body, in bytes.
    #[must_use]
    pub const fn with_max_body_bytes(self, max_body_bytes: usize) -> Self {
        Self { max_body_bytes, ..self }
    }
}

impl Default for Limits {
    /// [`Limits::DEFAULT`].
    fn default() -> Self {
        Self::DEFAULT
    }
}

/// What is wrong with the certificate that a server shows, and what to do about it. Says nothing of the names in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.sentence())]
#[non_exhaustive]
pub enum CertificateFault {
    /// No authority that is trusted here signed it, or the chain to one is incomplete.
    UnknownIssuer,
    /// Its time is over.
    Expired,
    /// Its time has not come.
    NotYetValid,
    /// It holds other names than the one that was called.
    WrongName,
    /// It is the certificate of an authority. A self-signed certificate most often is one, and cannot be trusted as a server's even when it is
    /// given as the private authority.
    Authority,
    /// It was revoked.
    Revoked,
    /// It is not made for servers.
    Purpose,
    /// Anything else.
    Other,
}

impl CertificateFault {
    /// The fault and its remedy, in English.
    #[must_use]
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::UnknownIssuer => {
                "the server's certificate is signed by an authority that is not trusted here: give the private authority by ca_file, and have the server send its whole chain"
            }
            Self::Expired => {
                "the server's certificate has expired: renew it on the server, and check the clock of this machine"
            }
            Self::NotYetValid => "the server's certificate is not valid yet: check the clock of this machine",
            Self::WrongName => {
                "the server's certificate is not for the name that is called: call the server by a name that its certificate holds"
            }
            Self::Authority => {
                "the server shows the certificate of an authority (CA:TRUE) as its own, as self-signed ones are: have it sign another one for the server's name, and give it by ca_file as the authority"
            }
            Self::Revoked => "the server's certificate was revoked: replace it there",
            Self::Purpose => {
                "the server's certificate is not made for servers: its extendedKeyUsage must hold serverAuth"
            }
            Self::Other => "the server's certificate cannot be used: look at its signature and its key",
        }
    }
}

/// A failed exchange. Says nothing of the address, the request or the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TransportError {
    /// The host is not declared, its scheme is not allowed, or it resolves to a refused address.
    #[error(
        "this destination is not allowed; declare the host, and declare it internal if its address is private"
    )]
    Forbidden,
    /// The name does not resolve.
    #[error("the host name does not resolve")]
    Name,
    /// The connection failed or broke before the answer's head.
    #[error("the connection failed or was cut")]
    Connection,
    /// The certificate of the server is refused.
    #[error("{0}")]
    Certificate(CertificateFault),
    /// TLS failed otherwise: the other end does not speak it, or no version or cipher that is allowed here.
    #[error(
        "the TLS connection failed: the server may not speak TLS on this port, or only old versions of it"
    )]
    Tls,
    /// The application asks for a client certificate and has none, or does not accept the one that it was shown: unknown authority, expired,
    /// revoked.
    #[error(
        "the application refused the client certificate, or got none: it is missing, expired, revoked, or of an authority unknown there"
    )]
    ClientCertificate,
    /// The deadline passed.
    #[error("no complete answer before the deadline")]
    Deadline,
    /// The body is larger than the cap.
    #[error("the answer is larger than the cap")]
    TooLarge,
    /// The body ended too early or cannot be decoded.
    #[error("the answer's body is cut short or cannot be decoded")]
    Truncated,
}

/// Sends one request and gives the whole answer.
///
/// An implementation enforces the [`Limits`], follows no redirect, keeps no cookie, and refuses destinations that were not declared.
/// Dropping the future cancels the exchange.
#[async_trait]
pub trait Transport: fmt::Debug + Send + Sync + 'static {
    /// Sends a request. Every HTTP status is an answer, not an error.
    ///
    /// # Errors
    /// [`TransportError`] when no whole answer came.
    async fn send(&self, request: Request<Bytes>, limits: Limits) -> Result<Response<Bytes>, TransportError>;
}
