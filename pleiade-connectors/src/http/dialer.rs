//! Connections to databases, through the same rules as calls.
//!
//! Threat: that of `hardened`, by another door. Hence the same: declared hosts and ports only, every address of a name checked and
//! connected to as checked, the operator's authorities, and TLS with the name that was declared, unless the host is declared internal and
//! its settings say that it has none. The bytes that come back are counted as they come, those of TLS included.

use super::hardened::{FilteringResolver, HardenedBuilder, HardenedError, NameFault, Rules, allowed};
use pleiade_core::TransportError;
use rustls_pki_types::ServerName;
use std::{
    fmt, io,
    net::SocketAddr,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
};
use tokio_rustls::{TlsConnector, client::TlsStream};
use url::Host;

/// Opens connections to the declared databases. Made by [`HardenedBuilder::build_dialer`]; cloning is
/// cheap. A deadline is the caller's.
#[derive(Clone)]
pub struct HardenedDialer {
    resolver: FilteringResolver,
    tls: TlsConnector,
}

impl fmt::Debug for HardenedDialer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HardenedDialer").field("rules", self.rules()).finish_non_exhaustive()
    }
}

/// A connection to a database, not yet encrypted: databases begin TLS after words of their own.
#[derive(Debug)]
pub struct Dialed {
    /// What was connected.
    pub stream: CountedStream<TcpStream>,
    /// What it is to be encrypted with.
    pub tls: DialedTls,
}

/// What encrypts a connection: the authorities that are trusted, and the name that was declared.
#[derive(Clone)]
pub struct DialedTls {
    connector: TlsConnector,
    name: ServerName<'static>,
}

impl fmt::Debug for DialedTls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DialedTls").field("name", &self.name).finish_non_exhaustive()
    }
}

impl DialedTls {
    /// Encrypts, and verifies the certificate against the declared name.
    ///
    /// # Errors
    /// Those of TLS.
    pub async fn encrypt<S: AsyncRead + AsyncWrite + Unpin>(self, stream: S) -> io::Result<TlsStream<S>> {
        self.connector.connect(self.name, stream).await
    }
}

impl HardenedBuilder {
    /// Allows connections to a database, which is at a public address unless its host is declared internal too.
    pub fn database(mut self, host: &str, port: u16) -> Self {
        match Host::parse(host) {
            Ok(host) => self.allow(host, Some(port), false),
            Err(_) => self.wrong_host = Some(host.to_owned()),
        }
        self
    }

    /// The dialer of databases to the declared hosts and ports.
    ///
    /// # Errors
    /// [`HardenedError`] says which declaration is wrong.
    pub fn build_dialer(self) -> Result<HardenedDialer, HardenedError> {
        let tls = self.tls()?.with_no_client_auth();
        let resolver = FilteringResolver { rules: Arc::new(self.rules), names: self.resolver };
        Ok(HardenedDialer { resolver, tls: TlsConnector::from(Arc::new(tls)) })
    }
}

impl HardenedDialer {
    fn rules(&self) -> &Rules {
        &self.resolver.rules
    }

    /// Connects to a declared host and port. `encrypted` is false for a database without TLS, which only a host that is declared internal
    /// may be. `max_bytes` come back at most.
    ///
    /// # Errors
    /// [`TransportError::Forbidden`], [`TransportError::Name`], [`TransportError::Connection`].
    pub async fn dial(
        &self,
        host: &str,
        port: u16,
        encrypted: bool,
        max_bytes: u64,
    ) -> Result<Dialed, TransportError> {
        let declared = Host::parse(host).map_err(|_| TransportError::Forbidden)?;
        let rule = self.rules().get(&declared).ok_or(TransportError::Forbidden)?;
        if !rule.ports.contains(&Some(port)) || !(encrypted || rule.internal) {
            return Err(TransportError::Forbidden);
        }
        let addresses = match &declared {
            Host::Domain(name) => self.resolver.addresses(name).await.map_err(|fault| match fault {
                NameFault::Refused => TransportError::Forbidden,
                NameFault::Unknown => TransportError::Name,
            })?,
            Host::Ipv4(address) => vec![(*address).into()],
            Host::Ipv6(address) => vec![(*address).into()],
        };
        if !addresses.iter().all(|address| allowed(*address, rule.internal)) {
            return Err(TransportError::Forbidden);
        }
        let name = match declared {
            Host::Domain(name) => ServerName::try_from(name).map_err(|_| TransportError::Forbidden)?,
            Host::Ipv4(address) => ServerName::from(std::net::IpAddr::from(address)),
            Host::Ipv6(address) => ServerName::from(std::net::IpAddr::from(address)),
        };
        let addresses: Vec<_> = addresses.into_iter().map(|address| SocketAddr::new(address, port)).collect();
        let socket =
            TcpStream::connect(addresses.as_slice()).await.map_err(|_| TransportError::Connection)?;
        // Small questions and answers: waiting to fill a segment only costs time.
        let _ = socket.set_nodelay(true);
        let stream = CountedStream { inner: socket, left: max_bytes };
        Ok(Dialed { stream, tls: DialedTls { connector: self.tls.clone(), name } })
    }
}

/// The cause of the error of a [`CountedStream`] that has brought too much.
#[derive(Debug, Clone, Copy, thiserror::Error)]
#[error("more than the cap came back")]
pub struct TooMuch;

/// A stream that fails once it has brought more than its cap.
#[derive(Debug)]
pub struct CountedStream<S> {
    inner: S,
    left: u64,
}

impl<S: AsyncRead + Unpin> AsyncRead for CountedStream<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        ready!(Pin::new(&mut self.inner).poll_read(cx, buf))?;
        let came = buf.filled().len().saturating_sub(before) as u64;
        match self.left.checked_sub(came) {
            Some(left) => {
                self.left = left;
                Poll::Ready(Ok(()))
            }
            None => Poll::Ready(Err(io::Error::other(TooMuch))),
        }
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for CountedStream<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.inner).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(cx)
    }
}
