//! For tests only: a server that lets nobody in without a client certificate, and the authority that issues them.
//!
//! It is a real one, on a loopback port: rustls checks the chain, the dates and the list of revoked certificates, and refuses with the
//! alerts of TLS. What stands behind it is told the name in the certificate by the header [`NAME_HEADER`], which no caller can send past it.

use axum::{
    Router,
    extract::{ConnectInfo, Request, connect_info::Connected},
    middleware::{Next, from_fn},
    response::Response,
    serve::{IncomingStream, Listener},
};
use chrono::{DateTime, Datelike as _, Utc};
use http::{HeaderName, HeaderValue};
use rcgen::{
    BasicConstraints, CertificateParams, CertificateRevocationListParams, CertifiedIssuer, DnType,
    ExtendedKeyUsagePurpose, IsCa, KeyIdMethod, KeyPair, KeyUsagePurpose, RevocationReason,
    RevokedCertParams, SerialNumber, date_time_ymd,
};
use rustls::{
    RootCertStore, ServerConfig, SupportedProtocolVersion,
    crypto::aws_lc_rs,
    server::WebPkiClientVerifier,
    version::{TLS12, TLS13},
};
use rustls_pki_types::{CertificateDer, CertificateRevocationListDer, PrivateKeyDer, pem::PemObject as _};
use std::{
    collections::BTreeMap,
    io,
    net::SocketAddr,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::mpsc,
};
use tokio_rustls::{TlsAcceptor, server::TlsStream};

/// The header by which what stands behind the server is told the name in the client certificate.
pub const NAME_HEADER: HeaderName = HeaderName::from_static("x-test-certificate-name");

/// A certificate and its key, as PEM.
#[derive(Debug, Clone)]
pub struct IssuedCertificate {
    /// The certificate.
    pub certificate: String,
    /// Its key, in PKCS#8.
    pub key: String,
    serial: u64,
}

/// The names in certificates, by their DER form.
type Names = Arc<Mutex<BTreeMap<Vec<u8>, String>>>;

/// A certificate authority.
pub struct Authority {
    issuer: CertifiedIssuer<'static, KeyPair>,
    next_serial: AtomicU64,
    names: Names,
}

impl std::fmt::Debug for Authority {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Authority").finish_non_exhaustive()
    }
}

fn named(name: &str) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::CommonName, name);
    params.not_before = date_time_ymd(2020, 1, 1);
    params.not_after = date_time_ymd(2090, 1, 1);
    params
}

#[expect(clippy::expect_used, reason = "a test says what is wrong by failing")]
impl Authority {
    /// A new one.
    #[must_use]
    pub fn new(name: &str) -> Self {
        let mut params = named(name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        let key = KeyPair::generate().expect("a key");
        let issuer = CertifiedIssuer::self_signed(params, key).expect("an authority");
        Self { issuer, next_serial: AtomicU64::new(1), names: Names::default() }
    }

    /// Its own certificate, as PEM.
    #[must_use]
    pub fn certificate(&self) -> String {
        self.issuer.pem()
    }

    /// That certificate with its key, as whoever made it by one command has them.
    #[must_use]
    pub fn own(&self) -> IssuedCertificate {
        IssuedCertificate {
            certificate: self.issuer.pem(),
            key: self.issuer.key().serialize_pem(),
            serial: 0,
        }
    }

    /// A certificate of a server of this name, valid in these years from the first day of the one to the first day of the other.
    #[must_use]
    pub fn server_between(&self, name: &str, from: i32, until: i32) -> IssuedCertificate {
        let mut params = named(name);
        params.subject_alt_names =
            CertificateParams::new(vec![name.to_owned()]).expect("a name").subject_alt_names;
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        params.not_before = date_time_ymd(from, 1, 1);
        params.not_after = date_time_ymd(until, 1, 1);
        self.issue(name, params)
    }

    fn issue(&self, name: &str, mut params: CertificateParams) -> IssuedCertificate {
        let serial = self.next_serial.fetch_add(1, Ordering::Relaxed);
        params.serial_number = Some(SerialNumber::from(serial));
        let key = KeyPair::generate().expect("a key");
        let certificate = params.signed_by(&key, &self.issuer).expect("a certificate");
        lock(&self.names).insert(certificate.der().to_vec(), name.to_owned());
        IssuedCertificate { certificate: certificate.pem(), key: key.serialize_pem(), serial }
    }

    /// A client certificate of this name that ends at the beginning of a day.
    #[must_use]
    pub fn client_until(&self, name: &str, not_after: DateTime<Utc>) -> IssuedCertificate {
        let mut params = named(name);
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        let part = |number: u32| u8::try_from(number).unwrap_or(1);
        params.not_after = date_time_ymd(not_after.year(), part(not_after.month()), part(not_after.day()));
        self.issue(name, params)
    }

    /// A client certificate of this name, valid for decades.
    #[must_use]
    pub fn client(&self, name: &str) -> IssuedCertificate {
        self.client_until(name, "2090-01-01T00:00:00Z".parse().expect("an instant"))
    }

    /// A server certificate of this name, valid for decades.
    #[must_use]
    pub fn server(&self, name: &str) -> IssuedCertificate {
        self.server_between(name, 2020, 2090)
    }

    fn revocations(&self, revoked: &[&IssuedCertificate]) -> CertificateRevocationListDer<'static> {
        let revoked_certs = revoked.iter().map(|one| RevokedCertParams {
            serial_number: SerialNumber::from(one.serial),
            revocation_time: date_time_ymd(2021, 1, 1),
            reason_code: Some(RevocationReason::KeyCompromise),
            invalidity_date: None,
        });
        let params = CertificateRevocationListParams {
            this_update: date_time_ymd(2021, 1, 1),
            next_update: date_time_ymd(2090, 1, 1),
            crl_number: SerialNumber::from(1),
            issuing_distribution_point: None,
            revoked_certs: revoked_certs.collect(),
            key_identifier_method: KeyIdMethod::Sha256,
        };
        params.signed_by(&self.issuer).expect("a list of revoked certificates").into()
    }
}

/// Shows a certificate to whoever connects to a loopback port, until the test ends, and says nothing more.
///
/// # Panics
/// When the certificate is none, or no port is free.
#[expect(clippy::expect_used, reason = "a test says what is wrong by failing")]
pub async fn show_certificate(issued: &IssuedCertificate) -> SocketAddr {
    let certificate = CertificateDer::from_pem_slice(issued.certificate.as_bytes()).expect("a certificate");
    let key = PrivateKeyDer::from_pem_slice(issued.key.as_bytes()).expect("a key");
    let config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_protocol_versions(&[&TLS13, &TLS12])
        .expect("versions")
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key)
        .expect("a server");
    let (acceptor, sockets) =
        (TlsAcceptor::from(Arc::new(config)), TcpListener::bind("127.0.0.1:0").await.expect("a port"));
    let address = sockets.local_addr().expect("an address");
    tokio::spawn(async move {
        while let Ok((socket, _)) = sockets.accept().await {
            let acceptor = acceptor.clone();
            tokio::spawn(async move { acceptor.accept(socket).await.is_ok() });
        }
    });
    address
}

/// A server that asks for client certificates of an authority. It stops when it is dropped.
#[derive(Debug)]
pub struct CertificateServer {
    address: SocketAddr,
    roots: String,
    visits: Arc<Mutex<BTreeMap<u64, Vec<String>>>>,
    task: tokio::task::JoinHandle<()>,
}

impl Drop for CertificateServer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

#[expect(clippy::expect_used, reason = "a test says what is wrong by failing")]
impl CertificateServer {
    /// Starts one in front of a router. It lets in whoever has a certificate of the authority that is not among the revoked ones.
    pub async fn start(router: Router, clients: &Authority, revoked: &[&IssuedCertificate]) -> Self {
        Self::start_with(router, clients, revoked, &[&TLS13, &TLS12]).await
    }

    /// Starts one that speaks TLS 1.2 alone, in which a certificate is refused during the handshake and not after it.
    pub async fn start_tls12(router: Router, clients: &Authority, revoked: &[&IssuedCertificate]) -> Self {
        Self::start_with(router, clients, revoked, &[&TLS12]).await
    }

    async fn start_with(
        router: Router,
        clients: &Authority,
        revoked: &[&IssuedCertificate],
        versions: &[&'static SupportedProtocolVersion],
    ) -> Self {
        let own = Authority::new("server authority");
        let mut params = named("localhost");
        params.subject_alt_names =
            CertificateParams::new(vec!["localhost".to_owned(), "127.0.0.1".to_owned()])
                .expect("names")
                .subject_alt_names;
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        let server = own.issue("localhost", params);
        let der =
            |pem: &str| CertificateDer::from_pem_slice(pem.as_bytes()).expect("a certificate").into_owned();
        let mut roots = RootCertStore::empty();
        roots.add(der(&clients.certificate())).expect("a root");
        let provider = Arc::new(aws_lc_rs::default_provider());
        let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider))
            .with_crls([clients.revocations(revoked)])
            .build()
            .expect("a verifier");
        let mut config = ServerConfig::builder_with_provider(provider)
            .with_protocol_versions(versions)
            .expect("versions")
            .with_client_cert_verifier(verifier)
            .with_single_cert(
                vec![der(&server.certificate)],
                PrivateKeyDer::from_pem_slice(server.key.as_bytes()).expect("a key"),
            )
            .expect("a server");
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];

        let sockets = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = sockets.local_addr().expect("an address");
        let visits: Arc<Mutex<BTreeMap<u64, Vec<String>>>> = Arc::default();
        let seen = Arc::clone(&visits);
        let tell = move |ConnectInfo(peer): ConnectInfo<Peer>, mut request: Request, next: Next| {
            let seen = Arc::clone(&seen);
            async move {
                lock(&seen).entry(peer.connection).or_default().push(peer.name.clone());
                request.headers_mut().remove(&NAME_HEADER);
                if let Ok(name) = HeaderValue::from_str(&peer.name) {
                    request.headers_mut().insert(NAME_HEADER, name);
                }
                next.run(request).await
            }
        };
        let service = router
            .layer(from_fn(
                move |peer, request, next| -> std::pin::Pin<Box<dyn Future<Output = Response> + Send>> {
                    Box::pin(tell(peer, request, next))
                },
            ))
            .into_make_service_with_connect_info::<Peer>();
        let listener =
            TlsListener::new(sockets, TlsAcceptor::from(Arc::new(config)), Arc::clone(&clients.names));
        let task = tokio::spawn(async move {
            let _ = axum::serve(listener, service).await;
        });
        Self { address, roots: own.certificate(), visits, task }
    }

    /// Its address, `127.0.0.1:port`.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The authority of its own certificate, as PEM.
    #[must_use]
    pub fn roots(&self) -> &str {
        &self.roots
    }

    /// The names in the certificates of the requests, by connection, in the order of the connections.
    #[must_use]
    pub fn visits(&self) -> Vec<Vec<String>> {
        lock(&self.visits).values().cloned().collect()
    }
}

/// Whoever stands at the other end of a connection.
#[derive(Debug, Clone)]
struct Peer {
    connection: u64,
    name: String,
}

impl Connected<IncomingStream<'_, TlsListener>> for Peer {
    fn connect_info(stream: IncomingStream<'_, TlsListener>) -> Self {
        stream.remote_addr().clone()
    }
}

/// Hands out connections whose handshake is done.
struct TlsListener(mpsc::Receiver<(TlsStream<TcpStream>, Peer)>);

impl TlsListener {
    fn new(sockets: TcpListener, acceptor: TlsAcceptor, names: Names) -> Self {
        let (give, accepted) = mpsc::channel(16);
        tokio::spawn(async move {
            let mut connection = 0;
            while let Ok((socket, _)) = sockets.accept().await {
                connection += 1;
                let (acceptor, give, names) = (acceptor.clone(), give.clone(), Arc::clone(&names));
                tokio::spawn(async move {
                    let Ok(stream) = acceptor.accept(socket).await else { return };
                    let own =
                        stream.get_ref().1.peer_certificates().and_then(<[_]>::first).map(|own| own.to_vec());
                    let name = own.and_then(|own| lock(&names).get(&own).cloned()).unwrap_or_default();
                    let _ = give.send((stream, Peer { connection, name })).await;
                });
            }
        });
        Self(accepted)
    }
}

impl Listener for TlsListener {
    type Io = TlsStream<TcpStream>;
    type Addr = Peer;

    async fn accept(&mut self) -> (Self::Io, Peer) {
        match self.0.recv().await {
            Some(accepted) => accepted,
            None => std::future::pending().await,
        }
    }

    fn local_addr(&self) -> io::Result<Peer> {
        Err(io::ErrorKind::Unsupported.into())
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
