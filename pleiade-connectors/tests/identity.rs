//! Client certificates, against a real TLS server that requires them.
#![expect(clippy::unwrap_used, reason = "a test says what is wrong by failing")]

use axum::{Router, http::HeaderMap, routing::get};
use bytes::Bytes;
use http::Request;
use pleiade_connectors::http::{
    ClientIdentity, HardenedBuilder, HardenedError, HardenedTransport, HttpClient, IDENTITY_CHECK_INTERVAL,
    IdentityError, IdentityFiles, RenewingTransport,
};
use pleiade_core::{
    CertificateFault, Clock, ErrorKind, Limits, Retry, SystemClock, Transport, TransportError,
};
use pleiade_testkit::{
    ManualClock,
    tls::{Authority, CertificateServer, IssuedCertificate, NAME_HEADER, show_certificate},
};
use std::{net::SocketAddr, path::Path, sync::Arc, time::Duration};
use tokio::net::{TcpListener, TcpStream};

/// The deadline is for a hang alone.
const LIMITS: Limits = Limits::DEFAULT.with_deadline(Duration::from_secs(300));

/// Answers with the name in the caller's certificate.
fn greeter() -> Router {
    let name = |headers: HeaderMap| async move {
        headers.get(NAME_HEADER).and_then(|name| name.to_str().ok()).unwrap_or_default().to_owned()
    };
    Router::new().route("/", get(name))
}

fn builder(server: &CertificateServer) -> HardenedBuilder {
    HardenedTransport::builder()
        .without_system_roots()
        .internal_host(&server.address().to_string())
        .root_certificates_pem(server.roots().as_bytes())
}

fn identity(issued: &IssuedCertificate) -> ClientIdentity {
    ClientIdentity::from_pem(issued.certificate.as_bytes(), issued.key.as_bytes()).unwrap()
}

fn with(server: &CertificateServer, issued: &IssuedCertificate) -> HardenedTransport {
    builder(server).client_identity(identity(issued)).build().unwrap()
}

async fn ask(transport: &dyn Transport, server: &CertificateServer) -> Result<String, TransportError> {
    let request = Request::get(format!("https://{}/", server.address())).body(Bytes::new()).unwrap();
    let answer = transport.send(request, LIMITS).await?;
    assert_eq!(answer.status(), 200);
    Ok(String::from_utf8(answer.body().to_vec()).unwrap())
}

const REFUSED: Result<String, TransportError> = Err(TransportError::ClientCertificate);

#[tokio::test]
async fn the_right_certificate_and_no_other_opens() {
    let (authority, other) = (Authority::new("clients"), Authority::new("others"));
    let (right, wrong) = (authority.client("alpha"), other.client("alpha"));
    let expired = authority.client_until("alpha", "2021-01-01T00:00:00Z".parse().unwrap());
    let revoked = authority.client("alpha");
    let tls13 = CertificateServer::start(greeter(), &authority, &[&revoked]).await;
    let tls12 = CertificateServer::start_tls12(greeter(), &authority, &[&revoked]).await;
    for server in [&tls13, &tls12] {
        // Often, for what a race between a refusal and a request could hide.
        for _ in 0..20 {
            assert_eq!(ask(&with(server, &right), server).await.as_deref(), Ok("alpha"));
            for refused in [&wrong, &expired, &revoked] {
                assert_eq!(ask(&with(server, refused), server).await, REFUSED);
            }
        }
    }
    // Who has none is let in by neither; why is not always heard.
    for server in [&tls13, &tls12] {
        let bare = ask(&builder(server).build().unwrap(), server).await.unwrap_err();
        assert!(
            matches!(
                bare,
                TransportError::Tls | TransportError::ClientCertificate | TransportError::Connection
            ),
            "{bare:?}"
        );
    }
    let opened = tls13.visits().concat().len() + tls12.visits().concat().len();
    assert_eq!(opened, 40, "whoever was refused has reached nothing");
}

/// Stands before a server: closes the first `broken` connections as they come, and passes the others on.
async fn breaking(server: &CertificateServer, broken: usize) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (address, behind) = (listener.local_addr().unwrap(), server.address());
    tokio::spawn(async move {
        for number in 0.. {
            let Ok((mut near, _)) = listener.accept().await else { return };
            if number < broken {
                continue;
            }
            tokio::spawn(async move {
                let mut far = TcpStream::connect(behind).await.unwrap();
                let _ = tokio::io::copy_bidirectional(&mut near, &mut far).await;
            });
        }
    });
    address
}

/// A server that refuses a certificate after the handshake may close on a request that it has not read, and what it said is lost with the
/// connection.
#[tokio::test]
async fn a_refusal_that_was_lost_with_its_connection_is_asked_for() {
    let (authority, other) = (Authority::new("clients"), Authority::new("others"));
    let server = CertificateServer::start(greeter(), &authority, &[]).await;
    for (broken, fault) in [(1, TransportError::ClientCertificate), (usize::MAX, TransportError::Connection)]
    {
        let address = breaking(&server, broken).await;
        let transport = HardenedTransport::builder()
            .without_system_roots()
            .internal_host(&address.to_string())
            .root_certificates_pem(server.roots().as_bytes())
            .client_identity(identity(&other.client("alpha")))
            .build()
            .unwrap();
        let request = Request::get(format!("https://{address}/")).body(Bytes::new()).unwrap();
        assert_eq!(transport.send(request, LIMITS).await.unwrap_err(), fault);
    }
}

#[tokio::test]
async fn a_server_that_is_not_trusted_is_another_fault_and_sees_no_certificate() {
    let authority = Authority::new("clients");
    let server = CertificateServer::start(greeter(), &authority, &[]).await;
    let transport = HardenedTransport::builder()
        .without_system_roots()
        .internal_host(&server.address().to_string())
        .client_identity(identity(&authority.client("alpha")))
        .build()
        .unwrap();
    assert_eq!(
        ask(&transport, &server).await,
        Err(TransportError::Certificate(CertificateFault::UnknownIssuer))
    );
    assert!(server.visits().is_empty());
}

/// An operator who reads one sentence for every fault tries every remedy.
#[tokio::test]
async fn each_fault_of_a_server_s_certificate_has_its_name() {
    let (ours, theirs) = (Authority::new("ours"), Authority::new("theirs"));
    let (from, until) = (2020, 2090);
    for (shown, expected) in [
        (theirs.server_between("127.0.0.1", from, until), CertificateFault::UnknownIssuer),
        (ours.server_between("127.0.0.1", from, 2021), CertificateFault::Expired),
        (ours.server_between("127.0.0.1", 2089, until), CertificateFault::NotYetValid),
        (ours.server_between("localhost", from, until), CertificateFault::WrongName),
        // Self-signed, and given as the authority too.
        (ours.own(), CertificateFault::Authority),
        (theirs.own(), CertificateFault::Authority),
        (ours.client("127.0.0.1"), CertificateFault::Purpose),
    ] {
        let address = show_certificate(&shown).await;
        let transport = HardenedTransport::builder()
            .without_system_roots()
            .internal_host(&address.to_string())
            .root_certificates_pem(ours.certificate().as_bytes())
            .build()
            .unwrap();
        let request = Request::get(format!("https://{address}/")).body(Bytes::new()).unwrap();
        let fault = transport.send(request, LIMITS).await.unwrap_err();
        assert_eq!(fault, TransportError::Certificate(expected), "{fault}");
    }
}

#[tokio::test]
async fn a_refused_certificate_is_the_administrators_to_mend_and_not_retried() {
    let (authority, other) = (Authority::new("clients"), Authority::new("others"));
    let server = CertificateServer::start(greeter(), &authority, &[]).await;
    let transport = Arc::new(with(&server, &other.client("alpha")));
    let client =
        HttpClient::new(&format!("https://{}/", server.address()).parse().unwrap(), transport).unwrap();
    let error = client.call("greet", http::Method::GET, &[], &[]).send().await.unwrap_err();
    assert_eq!((error.kind(), error.retry()), (ErrorKind::BadConfiguration, Retry::Never));
    assert!(error.hint().unwrap().contains("client certificate"), "{error}");
    assert!(!error.kind().is_outage());
}

#[tokio::test]
async fn two_authorities_never_share_a_connection() {
    let authority = Authority::new("clients");
    let server = CertificateServer::start(greeter(), &authority, &[]).await;
    let (alpha, beta) = (with(&server, &authority.client("alpha")), with(&server, &authority.client("beta")));
    for _ in 0..5 {
        assert_eq!(ask(&alpha, &server).await.as_deref(), Ok("alpha"));
        assert_eq!(ask(&beta, &server).await.as_deref(), Ok("beta"));
    }
    let visits = server.visits();
    assert_eq!(visits.concat().len(), 10);
    assert!(visits.len() < 10, "connections are kept: {visits:?}");
    for connection in visits {
        assert!(connection.iter().all(|name| *name == connection[0]), "{connection:?}");
    }
}

fn write(folder: &Path, issued: &IssuedCertificate) {
    std::fs::write(folder.join("certificate.pem"), &issued.certificate).unwrap();
    std::fs::write(folder.join("key.pem"), &issued.key).unwrap();
}

fn files(folder: &Path) -> IdentityFiles {
    IdentityFiles::new(folder.join("certificate.pem"), folder.join("key.pem"))
}

/// A transport whose certificate `alpha` lies in files.
async fn renewing() -> (tempfile::TempDir, Authority, CertificateServer, Arc<ManualClock>, RenewingTransport)
{
    let (folder, authority) = (tempfile::tempdir().unwrap(), Authority::new("clients"));
    let server = CertificateServer::start(greeter(), &authority, &[]).await;
    write(folder.path(), &authority.client_until("alpha", "2027-01-20T00:00:00Z".parse().unwrap()));
    let clock = Arc::new(ManualClock::starting_at("2026-11-23T08:00:00Z".parse().unwrap()));
    let transport =
        RenewingTransport::new(builder(&server), files(folder.path()), Arc::<ManualClock>::clone(&clock))
            .unwrap();
    assert_eq!(transport.not_after().to_rfc3339(), "2027-01-20T00:00:00+00:00");
    (folder, authority, server, clock, transport)
}

#[tokio::test]
async fn a_replacement_takes_over_without_a_restart_on_connections_of_its_own() {
    let (folder, authority, server, clock, transport) = renewing().await;
    assert_eq!(ask(&transport, &server).await.as_deref(), Ok("alpha"));
    write(folder.path(), &authority.client("alpha renewed"));
    assert_eq!(ask(&transport, &server).await.as_deref(), Ok("alpha"), "not looked at within the minute");
    clock.advance(IDENTITY_CHECK_INTERVAL);
    for _ in 0..3 {
        assert_eq!(ask(&transport, &server).await.as_deref(), Ok("alpha renewed"));
    }
    assert_eq!(transport.not_after().to_rfc3339(), "2090-01-01T00:00:00+00:00");
    let visits = server.visits();
    assert_eq!(visits.concat(), ["alpha", "alpha", "alpha renewed", "alpha renewed", "alpha renewed"]);
    assert!(visits.len() >= 2, "no connection of the old certificate is used again: {visits:?}");
}

#[tokio::test]
async fn an_unsound_replacement_is_refused_and_the_old_one_goes_on() {
    let (folder, authority, server, clock, transport) = renewing().await;
    let renewed = authority.client("alpha renewed");
    let certificate = folder.path().join("certificate.pem");
    let expired = authority.client_until("alpha renewed", "2026-11-01T00:00:00Z".parse().unwrap());
    let half = renewed.certificate.get(..renewed.certificate.len() / 2).unwrap().to_owned();
    // The certificate without its key yet; half of it; nothing; one that has ended.
    for unsound in [renewed.certificate.clone(), half, String::new()] {
        std::fs::write(&certificate, unsound).unwrap();
        clock.advance(IDENTITY_CHECK_INTERVAL);
        assert_eq!(ask(&transport, &server).await.as_deref(), Ok("alpha"));
    }
    write(folder.path(), &expired);
    clock.advance(IDENTITY_CHECK_INTERVAL);
    assert_eq!(ask(&transport, &server).await.as_deref(), Ok("alpha"));
    std::fs::remove_file(&certificate).unwrap();
    clock.advance(IDENTITY_CHECK_INTERVAL);
    assert_eq!(ask(&transport, &server).await.as_deref(), Ok("alpha"));
    write(folder.path(), &renewed);
    clock.advance(IDENTITY_CHECK_INTERVAL);
    assert_eq!(ask(&transport, &server).await.as_deref(), Ok("alpha renewed"));
}

#[tokio::test]
async fn a_refusal_has_the_files_looked_at_at_once() {
    let (folder, authority, other) =
        (tempfile::tempdir().unwrap(), Authority::new("clients"), Authority::new("others"));
    let server = CertificateServer::start(greeter(), &authority, &[]).await;
    write(folder.path(), &other.client("alpha"));
    let clock: Arc<dyn Clock> = Arc::new(ManualClock::starting_at("2026-11-23T08:00:00Z".parse().unwrap()));
    let transport = RenewingTransport::new(builder(&server), files(folder.path()), clock).unwrap();
    write(folder.path(), &authority.client("alpha"));
    assert_eq!(ask(&transport, &server).await, REFUSED);
    assert_eq!(ask(&transport, &server).await.as_deref(), Ok("alpha"));
}

#[test]
fn a_certificate_and_a_key_that_do_not_go_together_are_refused_by_what_is_wrong() {
    let authority = Authority::new("clients");
    let (one, other) = (authority.client("alpha"), authority.client("beta"));
    let read = |certificate: &str, key: &str| {
        ClientIdentity::from_pem(certificate.as_bytes(), key.as_bytes()).map(|identity| identity.not_after())
    };
    assert!(read(&one.certificate, &one.key).is_ok());
    let with_chain = format!("{}{}", one.certificate, authority.certificate());
    assert!(read(&with_chain, &one.key).is_ok());
    assert_eq!(read(&one.certificate, &other.key), Err(IdentityError::Mismatch));
    let chain_first = format!("{}{}", authority.certificate(), one.certificate);
    assert_eq!(read(&chain_first, &one.key), Err(IdentityError::Mismatch));
    assert_eq!(read(&one.key, &one.key), Err(IdentityError::Certificate));
    assert_eq!(read("", &one.key), Err(IdentityError::Certificate));
    assert_eq!(read(&one.certificate, &one.certificate), Err(IdentityError::Key));
    let encrypted = one.key.replace("PRIVATE KEY", "ENCRYPTED PRIVATE KEY");
    assert_eq!(read(&one.certificate, &encrypted), Err(IdentityError::Key));
    let shown = format!("{:?}", identity(&one));
    assert!(!shown.contains("PRIVATE") && !shown.contains("alpha"), "{shown}");
    let folder = tempfile::tempdir().unwrap();
    let missing = RenewingTransport::new(
        HardenedTransport::builder(),
        files(folder.path()),
        Arc::new(ManualClock::starting_at("2026-11-23T08:00:00Z".parse().unwrap())),
    );
    assert_eq!(missing.unwrap_err(), HardenedError::Identity(IdentityError::Files));
}

/// Keys as `openssl` writes them: RSA in its old form, RSA and EC in PKCS#8, EC in SEC 1.
#[test]
fn keys_are_read_in_every_usual_form() {
    let folder = tempfile::tempdir().unwrap();
    let script = "set -e
        openssl req -x509 -newkey rsa:2048 -nodes -keyout rsa.pem -out rsa.crt -days 30 -subj /CN=rsa
        openssl rsa -in rsa.pem -traditional -out rsa-old.pem
        openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout ec.pem -out ec.crt -days 30 -subj /CN=ec
        openssl ec -in ec.pem -out ec-old.pem";
    let run =
        std::process::Command::new("sh").args(["-c", script]).current_dir(folder.path()).output().unwrap();
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    for (certificate, key) in
        [("rsa.crt", "rsa.pem"), ("rsa.crt", "rsa-old.pem"), ("ec.crt", "ec.pem"), ("ec.crt", "ec-old.pem")]
    {
        let read = |name: &str| std::fs::read(folder.path().join(name)).unwrap();
        let identity = ClientIdentity::from_pem(&read(certificate), &read(key));
        let days = (identity.unwrap().not_after() - SystemClock::default().now()).num_days();
        assert!((29..=30).contains(&days), "{key}: {days}");
    }
}

/// Refuses with the words of another library than ours.
struct OpensslServer(std::process::Child, SocketAddr);

impl Drop for OpensslServer {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl OpensslServer {
    /// Answers every request with a page, to whoever shows a certificate of `ca.crt` that `revoked.crl` does not name.
    fn start(folder: &Path) -> Self {
        use std::io::{BufRead as _, BufReader};
        let options = "s_server -accept 127.0.0.1:0 -www -cert server.crt -key server.key -Verify 2 -verify_return_error \
                       -CAfile ca.crt -CRL revoked.crl -crl_check";
        let mut child = std::process::Command::new("openssl")
            .args(options.split_whitespace())
            .current_dir(folder)
            .stdin(std::process::Stdio::piped())
            .stdout(std::process::Stdio::piped())
            .stderr(std::process::Stdio::null())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut addresses = lines.filter_map(|line| line.unwrap().strip_prefix("ACCEPT ").map(str::to_owned));
        let address = addresses.next().unwrap().parse().unwrap();
        // It writes a line for each connection, which somebody has to read.
        std::thread::spawn(move || addresses.count());
        Self(child, address)
    }
}

#[tokio::test]
async fn the_refusals_of_openssl_are_understood() {
    let folder = tempfile::tempdir().unwrap();
    let script = "set -e
        new() { openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout $1.key -out $1.csr -subj /CN=$1; }
        printf '[ca]\ndefault_ca=d\n[d]\ndatabase=index\nserial=serial\ndefault_md=sha256\ndefault_crl_days=30\npolicy=p\nnew_certs_dir=.\nx509_extensions=e\n[e]\nextendedKeyUsage=clientAuth\n[p]\ncommonName=supplied\n' > ca.conf
        touch index; echo 01 > serial
        for ca in ca other; do
            openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout $ca.key -out $ca.crt -days 30 -subj /CN=$ca
        done
        for name in right revoked expired; do
            new $name
            dates='-days 30'; test $name = expired && dates='-startdate 20200101000000Z -enddate 20210101000000Z'
            openssl ca -batch -config ca.conf -cert ca.crt -keyfile ca.key -in $name.csr -out $name.crt -notext $dates
        done
        new stranger; openssl x509 -req -in stranger.csr -CA other.crt -CAkey other.key -set_serial 1 -out stranger.crt -days 30 -extfile ca.conf -extensions e
        openssl ca -config ca.conf -cert ca.crt -keyfile ca.key -revoke revoked.crt
        openssl ca -config ca.conf -cert ca.crt -keyfile ca.key -gencrl -out revoked.crl
        new server; printf 'subjectAltName=IP:127.0.0.1\nextendedKeyUsage=serverAuth' > san
        openssl x509 -req -in server.csr -CA other.crt -CAkey other.key -set_serial 2 -out server.crt -days 30 -extfile san";
    let run =
        std::process::Command::new("sh").args(["-c", script]).current_dir(folder.path()).output().unwrap();
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    let read = |name: &str| std::fs::read(folder.path().join(name)).unwrap();
    let server = OpensslServer::start(folder.path());
    for (name, refused) in [("right", false), ("revoked", true), ("expired", true), ("stranger", true)] {
        let identity =
            ClientIdentity::from_pem(&read(&format!("{name}.crt")), &read(&format!("{name}.key"))).unwrap();
        let transport = HardenedTransport::builder()
            .without_system_roots()
            .internal_host(&server.1.to_string())
            .root_certificates_pem(&read("other.crt"))
            .client_identity(identity)
            .build()
            .unwrap();
        let request = Request::get(format!("https://{}/", server.1)).body(Bytes::new()).unwrap();
        let outcome = transport.send(request, LIMITS).await.map(|answer| answer.status().as_u16());
        let expected = if refused { Err(TransportError::ClientCertificate) } else { Ok(200) };
        assert_eq!(outcome, expected, "{name}");
    }
}
