//! The way to the directory: TCP, then TLS or mandatory StartTLS, then the guard.
//!
//! Threats: a password in clear on the network, a directory that pretends not to know StartTLS, another directory in its place.

use super::{ber, guard};
use crate::tls;
use pleiade_core::DirectoryError;
use rustls::ClientConfig;
use rustls_pki_types::ServerName;
use std::{net::SocketAddr, sync::Arc, time::Duration};
use tokio::{
    io::{AsyncRead, AsyncWrite, AsyncWriteExt as _},
    net::{TcpStream, UnixStream, lookup_host},
    time::timeout,
};
use tokio_rustls::TlsConnector;
use tokio_util::task::AbortOnDropHandle;
use url::{Host, Url};

/// The protection of a connection.
#[derive(Debug, Clone)]
enum Protection {
    /// From the first octet (`ldaps`).
    Tls(Arc<ClientConfig>),
    /// After the StartTLS operation, which must succeed.
    StartTls(Arc<ClientConfig>),
    /// Not at all: this machine only.
    Loopback,
}

/// A checked address.
#[derive(Debug, Clone)]
pub(super) struct Address {
    host: String,
    port: u16,
    protection: Protection,
}

/// One end of a checked connection, for `ldap3`.
pub(super) struct GuardedStream {
    pub(super) stream: std::os::unix::net::UnixStream,
    pub(super) relay: AbortOnDropHandle<()>,
    pub(super) verdict: guard::Verdict,
}

impl Address {
    pub(super) fn new(url: &Url, starttls: bool, ca: Option<&[u8]>) -> Result<Self, DirectoryError> {
        let host = url
            .host_str()
            .filter(|host| !host.is_empty())
            .ok_or(DirectoryError::Misconfigured("the directory's url has no host"))?
            .trim_matches(['[', ']'])
            .to_owned();
        let tls = || {
            tls::client_config(ca).map_err(|_| {
                DirectoryError::Misconfigured("the directory's CA file holds no readable certificate")
            })
        };
        let (port, protection) = match (url.scheme(), starttls) {
            ("ldaps", false) => (636, Protection::Tls(tls()?)),
            ("ldap", true) => (389, Protection::StartTls(tls()?)),
            ("ldap", false) if is_loopback(url) => (389, Protection::Loopback),
            ("ldap", false) => {
                return Err(DirectoryError::Misconfigured(
                    "ldap:// without starttls is accepted on this machine only: passwords would travel in clear",
                ));
            }
            ("ldaps", true) => {
                return Err(DirectoryError::Misconfigured("starttls goes with ldap://, not with ldaps://"));
            }
            _ => {
                return Err(DirectoryError::Misconfigured("the directory's url must be ldaps:// or ldap://"));
            }
        };
        Ok(Self { host, port: url.port().unwrap_or(port), protection })
    }

    pub(super) async fn dial(&self, limit: Duration) -> Result<GuardedStream, DirectoryError> {
        timeout(limit, self.connect())
            .await
            .unwrap_or(Err(DirectoryError::Unreachable("no connection in time")))
    }

    async fn connect(&self) -> Result<GuardedStream, DirectoryError> {
        let addresses: Vec<SocketAddr> = lookup_host((self.host.as_str(), self.port))
            .await
            .map_err(|_| DirectoryError::Unreachable("its host name does not resolve"))?
            .collect();
        if matches!(self.protection, Protection::Loopback) && !addresses.iter().all(|a| a.ip().is_loopback())
        {
            return Err(DirectoryError::Misconfigured("a plain connection would leave this machine"));
        }
        let mut tcp = TcpStream::connect(addresses.as_slice())
            .await
            .map_err(|_| DirectoryError::Unreachable("the connection is refused"))?;
        tcp.set_nodelay(true).ok();
        match &self.protection {
            Protection::Loopback => guarded(tcp),
            Protection::Tls(config) => guarded(self.encrypt(tcp, config).await?),
            Protection::StartTls(config) => {
                start_tls(&mut tcp).await?;
                guarded(self.encrypt(tcp, config).await?)
            }
        }
    }

    async fn encrypt(
        &self,
        tcp: TcpStream,
        config: &Arc<ClientConfig>,
    ) -> Result<impl AsyncRead + AsyncWrite + Send + 'static, DirectoryError> {
        let name = ServerName::try_from(self.host.clone()).map_err(|_| {
            DirectoryError::Misconfigured("the directory's host cannot be verified by a certificate")
        })?;
        let connected = TlsConnector::from(Arc::clone(config)).connect(name, tcp).await;
        connected.map_err(|error| DirectoryError::Unreachable(tls::handshake_failure(&error)))
    }
}

fn is_loopback(url: &Url) -> bool {
    // The scheme is not one of the web's: an address stays text for the parser.
    match url.host() {
        Some(Host::Domain(name)) => {
            name == "localhost" || name.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback())
        }
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

/// StartTLS (RFC 4511 §4.14): one extended request, one answer, nothing more read before the handshake.
async fn start_tls(tcp: &mut TcpStream) -> Result<(), DirectoryError> {
    const OID: &[u8] = b"1.3.6.1.4.1.1466.20037";
    let operation = ber::write_element(0x77, &ber::write_element(0x80, OID));
    let request = ber::write_element(0x30, &[&[2, 1, 1][..], &operation].concat());
    let broken = |_| DirectoryError::Unreachable("the connection was cut before StartTLS");
    tcp.write_all(&request).await.map_err(broken)?;
    let answer = guard::read_message(tcp)
        .await
        .ok()
        .flatten()
        .ok_or(DirectoryError::Unreachable("the connection was cut before StartTLS"))?;
    let accepted = || -> Option<bool> {
        let parts = ber::sequence(&answer.octets)?;
        let response = parts.get(1).filter(|part| part.tag == 0x78)?;
        let code = *ber::children(response.content)?.first()?;
        Some(code.tag == 0x0a && ber::number(code.content)? == 0)
    };
    if accepted() == Some(true) {
        Ok(())
    } else {
        Err(DirectoryError::Unreachable("it refuses StartTLS; nothing was sent in clear"))
    }
}

fn guarded(server: impl AsyncRead + AsyncWrite + Send + 'static) -> Result<GuardedStream, DirectoryError> {
    let pair = || -> std::io::Result<_> {
        let (ours, theirs) = UnixStream::pair()?;
        Ok((ours, theirs.into_std()?))
    };
    let (ours, stream) =
        pair().map_err(|_| DirectoryError::Unreachable("this machine has no free descriptor"))?;
    let verdict = guard::Verdict::default();
    let relay = AbortOnDropHandle::new(tokio::spawn(guard::relay(server, ours, verdict.clone())));
    Ok(GuardedStream { stream, relay, verdict })
}

#[cfg(test)]
mod tests {
    use super::*;
    use pleiade_testkit::tls::{Authority, IssuedCertificate, show_certificate};
    use tokio::{io::AsyncReadExt as _, net::TcpListener};

    /// What is said of a server with this certificate, or without TLS, by whoever trusts this authority.
    async fn said(server: Option<&IssuedCertificate>, ca: &str) -> Option<&'static str> {
        let port = match server {
            Some(own) => show_certificate(own).await.port(),
            None => {
                let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
                let port = listener.local_addr().unwrap().port();
                // A directory that waits for LDAP in clear.
                tokio::spawn(async move {
                    let (mut tcp, _) = listener.accept().await.unwrap();
                    let notice = b"\x30\x0c\x02\x01\x00\x78\x07\x0a\x01\x02\x04\x00\x04\x00";
                    tcp.write_all(notice).await.unwrap();
                    // Until the client has left: a close of ours could come before what it reads.
                    tcp.read_to_end(&mut Vec::new()).await.ok();
                });
                port
            }
        };
        let url = format!("ldaps://localhost:{port}").parse().unwrap();
        let address = Address::new(&url, false, Some(ca.as_bytes())).unwrap();
        let outcome = address.dial(Duration::from_secs(60)).await;
        match outcome {
            Ok(_) => None,
            Err(DirectoryError::Unreachable(why)) => Some(why),
            Err(other) => panic!("{other}"),
        }
    }

    #[tokio::test]
    async fn each_failure_of_tls_has_its_own_sentence() {
        let (ours, theirs) = (Authority::new("ours"), Authority::new("theirs"));
        let good = ours.server("localhost");
        assert_eq!(said(Some(&good), &ours.certificate()).await, None);
        let (own, other_name) = (ours.own(), ours.server("annuaire.ville.example"));
        let client = ours.client("localhost");
        let ca = ours.certificate();
        for (server, ca, word) in [
            (Some(&good), &theirs.certificate(), "an authority that is not trusted here"),
            (Some(&ours.server_between("localhost", 2020, 2021)), &ca, "has expired"),
            (Some(&other_name), &ca, "not for the name that is called"),
            (Some(&own), &ca, "the certificate of an authority"),
            (Some(&client), &ca, "not made for servers"),
            (None, &ca, "does not speak TLS"),
        ] {
            let said = said(server, ca).await;
            assert!(said.is_some_and(|said| said.contains(word)), "{word}: {said:?}");
        }
    }
}
