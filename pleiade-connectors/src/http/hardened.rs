//! The network itself: the only place that opens connections to applications.
//!
//! Threat: an application, a name server, or a value that reached an address makes the portal call what it should not, or answers
//! so much or so slowly that the portal suffers. Hence, for every exchange: declared hosts and ports only; TLS verified, plain
//! HTTP only towards hosts declared internal; every address of a name checked before connecting, and connected to as checked; no
//! redirect followed, no cookie kept, no proxy taken from the environment; one deadline over everything from the name look-up;
//! caps on the header and on the decompressed body, counted as it streams.

use super::address::{Reach, reach};
use ::http::{Request, Response, header};
use async_trait::async_trait;
use bytes::Bytes;
use pleiade_core::{Limits, Transport, TransportError};
use reqwest::{
    Client,
    dns::{Addrs, Name, Resolve, Resolving},
    redirect,
};
use rustls::{ClientConfig, RootCertStore, crypto::aws_lc_rs};
use rustls_pki_types::{CertificateDer, pem::PemObject};
use std::{
    collections::{BTreeMap, BTreeSet},
    error::Error,
    fmt, io,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    sync::Arc,
};
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
}

#[derive(Debug, Default)]
struct Rule {
    internal: bool,
    /// `None` is the usual port of the scheme.
    ports: BTreeSet<Option<u16>>,
}

type Rules = BTreeMap<Host, Rule>;

/// A builder of [`HardenedTransport`]. Without any declared host the transport reaches nothing.
#[derive(Debug)]
#[must_use]
pub struct HardenedBuilder {
    rules: Rules,
    wrong_host: Option<String>,
    private_roots: Vec<u8>,
    system_roots: bool,
    resolver: Arc<dyn Resolver>,
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

    fn allow(&mut self, host: Host, port: Option<u16>, internal: bool) {
        let rule = self.rules.entry(host).or_default();
        rule.internal |= internal;
        rule.ports.insert(port);
    }

    /// The transport.
    ///
    /// # Errors
    /// [`HardenedError`] says which declaration is wrong.
    pub fn build(self) -> Result<HardenedTransport, HardenedError> {
        if let Some(host) = self.wrong_host {
            return Err(HardenedError::Host(host));
        }
        let rules = Arc::new(self.rules);
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
        let mut tls = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(|_| HardenedError::Tls)?
            .with_root_certificates(roots)
            .with_no_client_auth();
        tls.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        let client = Client::builder()
            .tls_backend_preconfigured(tls)
            .dns_resolver(FilteringResolver { rules: Arc::clone(&rules), names: self.resolver })
            .redirect(redirect::Policy::none())
            .retry(reqwest::retry::never())
            .referer(false)
            .no_proxy()
            .user_agent(concat!("pleiade/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(|_| HardenedError::Tls)?;
        Ok(HardenedTransport { client, rules })
    }
}

/// Sends requests over the network, to declared hosts only.
#[derive(Clone)]
pub struct HardenedTransport {
    client: Client,
    rules: Arc<Rules>,
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
        let mut outgoing = reqwest::Request::new(head.method, self.checked(&head.uri)?);
        *outgoing.headers_mut() = head.headers;
        // The name in the address is the one that was checked.
        outgoing.headers_mut().remove(header::HOST);
        if !body.is_empty() {
            *outgoing.body_mut() = Some(body.into());
        }
        let mut incoming =
            self.client.execute(outgoing).await.map_err(|error| cause(&error, TransportError::Connection))?;
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

fn allowed(address: IpAddr, internal: bool) -> bool {
    match reach(address) {
        Reach::Public => true,
        Reach::Internal => internal,
        Reach::Never => false,
    }
}

/// The filter's refusal, carried through the HTTP client's error.
#[derive(Debug, Clone, Copy, thiserror::Error)]
enum NameFault {
    #[error("an address of this name is refused")]
    Refused,
    #[error("this name does not resolve")]
    Unknown,
}

struct FilteringResolver {
    rules: Arc<Rules>,
    names: Arc<dyn Resolver>,
}

impl Resolve for FilteringResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let internal =
            Host::parse(name.as_str()).ok().and_then(|host| self.rules.get(&host)).map(|rule| rule.internal);
        let names = Arc::clone(&self.names);
        Box::pin(async move {
            let internal = internal.ok_or(NameFault::Refused)?;
            let addresses = names.resolve(name.as_str()).await.map_err(|_| NameFault::Unknown)?;
            if addresses.is_empty() {
                return Err(NameFault::Unknown.into());
            }
            // A name that leads both outside and inside is an attack or a mistake: neither is sorted out for it.
            if !addresses.iter().all(|address| allowed(*address, internal)) {
                return Err(NameFault::Refused.into());
            }
            let addresses: Addrs = Box::new(addresses.into_iter().map(|address| SocketAddr::new(address, 0)));
            Ok(addresses)
        })
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
        if error.is::<rustls::Error>() {
            return TransportError::Tls;
        }
        // An I/O error gives its inner error's source as its own: the inner one must be asked for.
        next = match error.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
            Some(inner) => Some(inner),
            None => error.source(),
        };
    }
    otherwise
}
