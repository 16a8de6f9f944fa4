//! The simulated Pastell read by `pastell-admin`, a client that its users wrote. It speaks HTTPS alone, so TLS stands before the simulator.

use pleiade_core::{Clock as _, SystemClock};
use pleiade_testkit::{Pastell, Simulator as _, serve};
use rustls_pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _};
use serde_json::{Value, json};
use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    process::Stdio,
    sync::Arc,
};
use tokio::{
    io::copy_bidirectional,
    net::{TcpListener, TcpStream},
    process::Command,
};
use tokio_rustls::{TlsAcceptor, rustls::ServerConfig};

/// A certificate for 127.0.0.1 that signs itself, and its key, in a folder.
async fn certificate(folder: &Path) -> (PathBuf, PathBuf) {
    let (certificate, key) = (folder.join("certificate.pem"), folder.join("key.pem"));
    let made = Command::new("openssl")
        .args(["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1"])
        .args(["-addext", "subjectAltName=IP:127.0.0.1", "-keyout"])
        .arg(&key)
        .arg("-out")
        .arg(&certificate)
        .output()
        .await
        .expect("`cargo xtask test` installs openssl");
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    (certificate, key)
}

/// Ends TLS before a server; where.
async fn behind_tls(server: SocketAddr, (certificate, key): (&Path, &Path)) -> SocketAddr {
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let certificate = CertificateDer::from_pem_file(certificate).unwrap();
    let key = PrivateKeyDer::from_pem_file(key).unwrap();
    let config =
        ServerConfig::builder().with_no_client_auth().with_single_cert(vec![certificate], key).unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let acceptor = acceptor.clone();
            tokio::spawn(async move {
                let mut client = acceptor.accept(stream).await?;
                let mut server = TcpStream::connect(server).await?;
                copy_bidirectional(&mut client, &mut server).await
            });
        }
    });
    address
}

#[tokio::test(flavor = "multi_thread")]
async fn pastell_admin_reads_the_simulator() {
    let python = std::env::var_os("PLEIADE_TEST_PYTHON")
        .expect("PLEIADE_TEST_PYTHON is not set: `cargo xtask test` installs the clients and sets it");
    let clock = Arc::new(SystemClock::default());
    let platform = Pastell::new(clock.clone());
    // The client was written for a version that writes flags as the database does.
    platform.set_old_flags(true);
    let served = serve(platform.router()).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let (certificate, key) = certificate(folder.path()).await;
    let server = served.url.socket_addrs(|| None).unwrap()[0];
    let address = behind_tls(server, (&certificate, &key)).await;
    let day = clock.now().with_timezone(&chrono_tz::Europe::Paris).date_naive();
    let run = Command::new(python)
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/real/pastell_admin.py"))
        .args([address.to_string(), "cdurand".to_owned(), Pastell::password("cdurand")])
        .arg(day.pred_opt().unwrap().to_string())
        .env("REQUESTS_CA_BUNDLE", &certificate)
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .output()
        .await
        .unwrap();
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    let mut seen: Value = serde_json::from_slice(&run.stdout).unwrap();
    // Six have changed within a day, of 26 and 44 hours ago it depends on the hour, and one is 400 hours old.
    let recent = seen["since_yesterday"].take().as_u64().unwrap();
    assert!((6..=8).contains(&recent), "{recent} documents have changed since yesterday");
    assert_eq!(
        seen,
        json!({
            "wrong_password": false,
            "valid": true,
            "version": "4.1.16",
            "entities": {
                "1": "Ville de La Roche-aux-Fées", "2": "Service urbanisme", "3": "Service des finances",
                "4": "Caisse des écoles",
            },
            "below": ["1", "2", "3", "4"],
            "active": ["1", "2", "3"],
            "counts": {
                "actes-generique": {"tdt-error": 1, "document-transmis-tdt": 1, "recu-iparapheur": 1},
                "actes-reponse-prefecture": [],
                "document-autorisation-urbanisme": {"recu-iparapheur": 1, "error-ged": 1},
                "ls-document-pdf": {"rejet-iparapheur": 1, "send-iparapheur": 1},
                "mailsec": {"creation": 1, "termine": 1},
            },
            "counts_of_flow": {"mailsec": {"creation": 1, "termine": 1}},
            "counts_elsewhere": [],
            "documents": 9,
            "paged": true,
            "first_three": true,
            "signed": ["Arrêté de non-opposition DP 00031", "PC 099 001 26 00012, arrêté"],
            "since_yesterday": null,
            "elsewhere": [false, "erreur de récupération des documents pour l'entité 10"],
            "draft": ["actes-generique", "modification", ["modification", "supression"]],
            "updated": ["ok", "Tarifs de la cantine, 2027"],
            "refused": [false, "error"],
            "gone": false,
        })
    );
}
