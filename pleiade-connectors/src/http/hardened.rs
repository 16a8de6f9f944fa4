//! The network itself: the only place that opens connections to applications.
//!
//! Threat: an application, a name server, or a value that reached an address makes the portal call what it should not, or answers
//! so much or so slowly that the portal suffers. Hence, for every exchange: declared hosts and ports only; TLS verified, plain
//! HTTP only towards hosts declared internal; every address of a name checked before connecting, and connected to as checked; no
//! redirect followed, no cookie kept, no proxy taken from the environment; one deadline over everything from the name look-up;
//! caps on the header and on the decompressed body, counted as it streams.
//!
//! A transport with a client certificate speaks HTTP/1.1 alone: in TLS 1.3 the certificate is refused after the handshake, and HTTP/2 would
//! hide what the refusal was. A connection that breaks may have broken with the refusal unread: another one is opened to hear it.

use super::{
    address::{Reach, reach},
    identity::{ClientIdentity, IdentityError},
};
use ::http::{Request, Response, header};
use async_trait::async_trait;
use bytes::Bytes;
use pleiade_core::{CertificateFault, Limits, Transport, TransportError};
use reqwest::{
    Client,
    dns::{Addrs, Name, Resolve, Resolving},
    redirect,
};
use rustls::{
    AlertDescription, CertificateError, ClientConfig, ConfigBuilder, OtherError, RootCertStore,
    client::WantsClientCert, crypto::aws_lc_rs,
};
use rustls_pki_types::{CertificateDer, ServerName, pem::PemObject};
use std::{
    collections::{BTreeMap, BTreeSet},
    error::Error,
    fmt, io,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    sync::Arc,
    time::Duration,
};
use tokio::{io::AsyncReadExt as _, net::TcpStream};
use tokio_rustls::TlsConnector;
use url::{Host, Url};

/// The largest header of an answer in bytes, names and values.
const MAX_HEADER_BYTES: usize = 64 << 10;

/// A resolver of host names.
#[async_trait]
pub trait Resolver: fmt::Debug + Send + Sync + 'static {
    /// Returns every address of a name, unfiltered.
    ///
    /// # Errors
    /// When the name does not resolve.
    async fn resolve(&self, host: &str) -> io::Result<Vec<IpAddr>>;
}

/// The machine's own resolver, which knows that `localhost` and the names under it are this machine (RFC 6761 §6.3; the C library
/// knows the latter on some systems only). The address filter still decides.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemResolver;

#[async_trait]
impl Resolver for SystemResolver {
    async fn resolve(&self, host: &str) -> io::Result<Vec<IpAddr>> {
        if host == "localhost" || host.ends_with(".localhost") {
            return Ok(vec![Ipv4Addr::LOCALHOST.into(), Ipv6Addr::LOCALHOST.into()]);
        }
        Ok(tokio::net::lookup_host((host, 0)).await?.map(|address| address.ip()).collect())
    }
}

/// A transport that cannot be built.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum HardenedError {
    /// Not a host.
    #[error("{0:?} is not a host name; write host or host:port, without scheme or path")]
    Host(String),
    /// Not certificates.
    #[error("the private CA file holds no certificate in PEM form that can be read")]
    Certificates,
    /// The TLS library refuses its own settings.
    #[error("the TLS client cannot be set up")]
    Tls,
    /// The client certificate or its key cannot be used.
    #[error(transparent)]
    Identity(#[from] IdentityError),
}

#[derive(Debug, Clone, Default)]
pub(super) struct Rule {
    pub(super) internal: bool,
    /// `None` is the usual port of the scheme.
    pub(super) ports: BTreeSet<Option<u16>>,
}

pub(super) type Rules = BTreeMap<Host, Rule>;

/// A builder of [`HardenedTransport`]. Without any declared host the transport reaches nothing.
#[derive(Debug, Clone)]
#[must_use]
pub struct HardenedBuilder {
    pub(super) rules: Rules,
    pub(super) wrong_host: Option<String>,
    private_roots: Vec<u8>,
    system_roots: bool,
    identity: Option<ClientIdentity>,
    pub(super) resolver: Arc<dyn Resolver>,
}

impl HardenedBuilder {
    /// Allows HTTPS to a host at public addresses: `cloud.ville.fr`, or `cloud.ville.fr:8443`. Without a port, 443 only.
    pub fn host(self, host: &str) -> Self {
        self.declare(host, false)
    }

    /// Allows HTTPS and HTTP to a host at public or private addresses, loopback included: `gitlab.lan`, `127.0.0.1:8008`,
    /// `[fd12::1]:8443`. Without a port, 443 and 80 only.
    pub fn internal_host(self, host: &str) -> Self {
        self.declare(host, true)
    }

    /// Allows the host and the port of an address.
    pub fn origin(mut self, address: &Url, internal: bool) -> Self {
        match (address.host(), address.port_or_known_default()) {
            (Some(host), Some(port)) => {
                let port = Some(port).filter(|port| Some(*port) != usual_port(address.scheme()));
                self.allow(host.to_owned(), port, internal);
            }
            _ => self.wrong_host = Some(address.scheme().to_owned()),
        }
        self
    }

    /// Allows the hosts and the ports of several addresses: those that the settings of a connector name.
    pub fn origins<'a>(self, addresses: impl IntoIterator<Item = &'a Url>, internal: bool) -> Self {
        addresses.into_iter().fold(self, |builder, address| builder.origin(address, internal))
    }

    /// Trusts these certificates too: the operator's private authority, as PEM.
    pub fn root_certificates_pem(mut self, pem: &[u8]) -> Self {
        self.private_roots.extend_from_slice(pem);
        self.private_roots.push(b'\n');
        self
    }

    /// Trusts only the certificates given with [`Self::root_certificates_pem`].
    pub fn without_system_roots(mut self) -> Self {
        self.system_roots = false;
        self
    }

    /// Shows this certificate to every host that asks for one. Declare the hosts of one account alone: the certificate says to each of them
    /// who calls.
    pub fn client_identity(mut self, identity: ClientIdentity) -> Self {
        self.identity = Some(identity);
        self
    }

    /// Sets another resolver of names. The addresses are filtered all the same.
    pub fn resolver(mut self, resolver: Arc<dyn Resolver>) -> Self {
        self.resolver = resolver;
        self
    }

    fn declare(mut self, text: &str, internal: bool) -> Self {
        let bare = !text.contains(['/', '\\', '?', '#', '@']) && !text.chars().any(char::is_whitespace);
        let parsed = bare.then(|| Url::parse(&format!("https://{text}/")).ok()).flatten();
        match parsed.as_ref().and_then(Url::host) {
            // The parser drops a port that is the scheme's own, which then also opens HTTP's own to an internal host.
            Some(host) => self.allow(host.to_owned(), parsed.as_ref().and_then(Url::port), internal),
            None => self.wrong_host = Some(text.to_owned()),
        }
        self
    }

    pub(super) fn allow(&mut self, host: Host, port: Option<u16>, internal: bool) {
        let rule = self.rules.entry(host).or_default();
        rule.internal |= internal;
        rule.ports.insert(port);
    }

    /// Whom to trust, once every declaration is right: the settings of TLS but the client's own certificate.
    pub(super) fn tls(&self) -> Result<ConfigBuilder<ClientConfig, WantsClientCert>, HardenedError> {
        if let Some(host) = &self.wrong_host {
            return Err(HardenedError::Host(host.clone()));
        }
        let mut roots = RootCertStore::empty();
        if self.system_roots {
            // A machine without roots still reaches internal hosts; public ones then fail with a TLS error.
            roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        }
        if !self.private_roots.is_empty() {
            let certificates = CertificateDer::pem_slice_iter(&self.private_roots)
                .collect::<Result<Vec<_>, _>>()
                .map_err(|_| HardenedError::Certificates)?;
            if certificates.is_empty() {
                return Err(HardenedError::Certificates);
            }
            for certificate in certificates {
                roots.add(certificate).map_err(|_| HardenedError::Certificates)?;
            }
        }
        let tls = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(|_| HardenedError::Tls)?;
        Ok(tls.with_root_certificates(roots))
    }

    /// The transport.
    ///
    /// # Errors
    /// [`HardenedError`] says which declaration is wrong.
    pub fn build(self) -> Result<HardenedTransport, HardenedError> {
        let tls = self.tls()?;
        let rules = Arc::new(self.rules);
        let mut tls = match &self.identity {
            Some(identity) => tls.with_client_cert_resolver(identity.resolver()),
            None => tls.with_no_client_auth(),
        };
        tls.alpn_protocols = match self.identity {
            Some(_) => vec![b"http/1.1".to_vec()],
            None => vec![b"h2".to_vec(), b"http/1.1".to_vec()],
        };
        let resolver = FilteringResolver { rules: Arc::clone(&rules), names: self.resolver };
        let listener = self.identity.is_some().then(|| {
            Arc::new(RefusalListener {
                tls: TlsConnector::from(Arc::new(tls.clone())),
                resolver: resolver.clone(),
            })
        });
        let client = Client::builder()
            .tls_backend_preconfigured(tls)
            .dns_resolver(resolver)
            .redirect(redirect::Policy::none())
            .retry(reqwest::retry::never())
            .referer(false)
            .no_proxy()
            .user_agent(concat!("pleiade/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(|_| HardenedError::Tls)?;
        Ok(HardenedTransport { client, rules, listener })
    }
}

/// Sends requests over the network, to declared hosts only.
#[derive(Clone)]
pub struct HardenedTransport {
    client: Client,
    rules: Arc<Rules>,
    /// With a client certificate.
    listener: Option<Arc<RefusalListener>>,
}

impl fmt::Debug for HardenedTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HardenedTransport").field("rules", &self.rules).finish_non_exhaustive()
    }
}

impl HardenedTransport {
    /// Starts with nothing allowed, the system's roots and the system's resolver.
    pub fn builder() -> HardenedBuilder {
        HardenedBuilder {
            rules: Rules::new(),
            wrong_host: None,
            private_roots: Vec::new(),
            system_roots: true,
            identity: None,
            resolver: Arc::new(SystemResolver),
        }
    }

    /// The destination as it will be used, if it may be: parsed once, so that what is checked is what is called.
    fn checked(&self, uri: &::http::Uri) -> Result<Url, TransportError> {
        let url = Url::parse(&uri.to_string()).map_err(|_| TransportError::Forbidden)?;
        let host = url.host().map(|host| host.to_owned()).ok_or(TransportError::Forbidden)?;
        let rule = self.rules.get(&host).ok_or(TransportError::Forbidden)?;
        let scheme = match url.scheme() {
            "https" => true,
            "http" => rule.internal,
            _ => false,
        };
        let address = match host {
            Host::Domain(_) => true,
            Host::Ipv4(address) => allowed(address.into(), rule.internal),
            Host::Ipv6(address) => allowed(address.into(), rule.internal),
        };
        let nobody = url.username().is_empty() && url.password().is_none();
        let port = rule.ports.contains(&url.port()) || rule.ports.contains(&url.port_or_known_default());
        if scheme && address && nobody && port { Ok(url) } else { Err(TransportError::Forbidden) }
    }

    async fn exchange(&self, request: Request<Bytes>, cap: usize) -> Result<Response<Bytes>, TransportError> {
        let (head, body) = request.into_parts();
        let url = self.checked(&head.uri)?;
        let listener =
            self.listener.as_ref().filter(|_| url.scheme() == "https").map(|one| (one, url.clone()));
        let mut outgoing = reqwest::Request::new(head.method, url);
        *outgoing.headers_mut() = head.headers;
        // The name in the address is the one that was checked.
        outgoing.headers_mut().remove(header::HOST);
        if !body.is_empty() {
            *outgoing.body_mut() = Some(body.into());
        }
        let mut incoming = match self.client.execute(outgoing).await {
            Ok(incoming) => incoming,
            Err(error) => {
                let fault = cause(&error, TransportError::Connection);
                return Err(match listener.filter(|_| fault == TransportError::Connection) {
                    Some((listener, url)) => listener.refusal(&url).await.unwrap_or(fault),
                    None => fault,
                });
            }
        };
        let head_size: usize =
            incoming.headers().iter().map(|(name, value)| name.as_str().len() + value.len()).sum();
        let announced = incoming.content_length().unwrap_or(0);
        if head_size > MAX_HEADER_BYTES
            || usize::try_from(announced).map_or(true, |announced| announced > cap)
        {
            return Err(TransportError::TooLarge);
        }
        let mut whole = Vec::new();
        while let Some(chunk) =
            incoming.chunk().await.map_err(|error| cause(&error, TransportError::Truncated))?
        {
            if chunk.len() > cap.saturating_sub(whole.len()) {
                return Err(TransportError::TooLarge);
            }
            whole.extend_from_slice(&chunk);
        }
        let mut response = Response::new(Bytes::from(whole));
        *response.status_mut() = incoming.status();
        *response.headers_mut() = std::mem::take(incoming.headers_mut());
        Ok(response)
    }
}

#[async_trait]
impl Transport for HardenedTransport {
    async fn send(&self, request: Request<Bytes>, limits: Limits) -> Result<Response<Bytes>, TransportError> {
        tokio::time::timeout(limits.deadline, self.exchange(request, limits.max_body_bytes))
            .await
            .unwrap_or(Err(TransportError::Deadline))
    }
}

fn usual_port(scheme: &str) -> Option<u16> {
    match scheme {
        "https" => Some(443),
        "http" => Some(80),
        _ => None,
    }
}

pub(super) fn allowed(address: IpAddr, internal: bool) -> bool {
    match reach(address) {
        Reach::Public => true,
        Reach::Internal => internal,
        Reach::Never => false,
    }
}

/// The filter's refusal, carried through the HTTP client's error.
#[derive(Debug, Clone, Copy, thiserror::Error)]
pub(super) enum NameFault {
    #[error("an address of this name is refused")]
    Refused,
    #[error("this name does not resolve")]
    Unknown,
}

#[derive(Clone)]
pub(super) struct FilteringResolver {
    pub(super) rules: Arc<Rules>,
    pub(super) names: Arc<dyn Resolver>,
}

impl FilteringResolver {
    pub(super) async fn addresses(&self, name: &str) -> Result<Vec<IpAddr>, NameFault> {
        let rule = Host::parse(name).ok().and_then(|host| self.rules.get(&host));
        let internal = rule.map(|rule| rule.internal).ok_or(NameFault::Refused)?;
        let addresses = self.names.resolve(name).await.map_err(|_| NameFault::Unknown)?;
        if addresses.is_empty() {
            return Err(NameFault::Unknown);
        }
        // A name that leads both outside and inside is an attack or a mistake: neither is sorted out for it.
        match addresses.iter().all(|address| allowed(*address, internal)) {
            true => Ok(addresses),
            false => Err(NameFault::Refused),
        }
    }
}

impl Resolve for FilteringResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let own = self.clone();
        Box::pin(async move {
            let addresses = own.addresses(name.as_str()).await?;
            let addresses: Addrs = Box::new(addresses.into_iter().map(|address| SocketAddr::new(address, 0)));
            Ok(addresses)
        })
    }
}

/// Hears why a server that broke a connection does not want a certificate.
///
/// In TLS 1.3 it says so when the first request may be under way already. Closing with that request unread, it resets the connection, and
/// the system may throw away what it had said. Where nothing is sent nothing is unread.
struct RefusalListener {
    tls: TlsConnector,
    resolver: FilteringResolver,
}

impl RefusalListener {
    /// The refusal, if that is what a connection to this address that was checked brings.
    async fn refusal(&self, url: &Url) -> Option<TransportError> {
        const MAX_WAIT: Duration = Duration::from_secs(2);
        tokio::time::timeout(MAX_WAIT, self.listen(url)).await.ok()?
    }

    async fn listen(&self, url: &Url) -> Option<TransportError> {
        let addresses = match url.host()? {
            Host::Domain(name) => self.resolver.addresses(name).await.ok()?,
            Host::Ipv4(address) => vec![address.into()],
            Host::Ipv6(address) => vec![address.into()],
        };
        let name = url.host_str()?.trim_start_matches('[').trim_end_matches(']').to_owned();
        let port = url.port_or_known_default()?;
        let addresses: Vec<_> = addresses.into_iter().map(|address| SocketAddr::new(address, port)).collect();
        let socket = TcpStream::connect(addresses.as_slice()).await.ok()?;
        let heard = match self.tls.connect(ServerName::try_from(name).ok()?, socket).await {
            Ok(mut stream) => stream.read_u8().await.map(drop),
            Err(error) => Err(error),
        };
        let fault = cause(&heard.err()?, TransportError::Connection);
        (fault == TransportError::ClientCertificate).then_some(fault)
    }
}

/// The innermost cause of a fault, found by type and never by text, which may quote the address.
fn cause(error: &(dyn Error + 'static), otherwise: TransportError) -> TransportError {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(fault) = error.downcast_ref::<NameFault>() {
            return match fault {
                NameFault::Refused => TransportError::Forbidden,
                NameFault::Unknown => TransportError::Name,
            };
        }
        if let Some(error) = error.downcast_ref::<rustls::Error>() {
            return tls_fault(error);
        }
        // An I/O error gives its inner error's source as its own: the inner one must be asked for.
        next = match error.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
            Some(inner) => Some(inner),
            None => error.source(),
        };
    }
    otherwise
}

/// A refusal of the client certificate, told apart from a server that is not trusted.
fn tls_fault(error: &rustls::Error) -> TransportError {
    use AlertDescription::{
        AccessDenied, BadCertificate, CertificateExpired, CertificateRequired, CertificateRevoked,
        CertificateUnknown, UnknownCA, UnsupportedCertificate,
    };
    match error {
        rustls::Error::AlertReceived(
            AccessDenied
            | BadCertificate
            | CertificateExpired
            | CertificateRequired
            | CertificateRevoked
            | CertificateUnknown
            | UnknownCA
            | UnsupportedCertificate,
        ) => TransportError::ClientCertificate,
        rustls::Error::InvalidCertificate(fault) => TransportError::Certificate(certificate_fault(fault)),
        _ => TransportError::Tls,
    }
}

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
