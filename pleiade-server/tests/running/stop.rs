//! A server that is told to stop says so first.

use crate::support::{HOST, Place, Server, get, send};
use tokio::net::TcpStream;

#[tokio::test]
async fn a_balancer_sees_the_stop_while_everything_is_still_served() {
    // So long that nothing but the kill at the end of this test ends it.
    let place = Place::new(|text| text.replace("drain_seconds = 0", "drain_seconds = 60"));
    let server = Server::start(&place.config(), "");
    let to = server.address;
    assert_eq!(get(to, "/readyz", "").await.status, 200);
    server.terminate();
    let told = loop {
        let answer = get(to, "/readyz", "").await;
        if answer.status != 200 {
            break answer;
        }
    };
    assert_eq!(told.status, 503);
    assert!(told.body.contains("stopping"), "{told:?}");
    // On new connections, as the balancer makes them.
    for (path, status) in [("/healthz", 200), ("/sign-in", 200)] {
        assert_eq!(get(to, path, "").await.status, status, "{path}");
    }
}

#[tokio::test]
async fn without_a_notice_it_stops_at_once() {
    let place = Place::new(|text| text);
    let mut server = Server::start(&place.config(), "");
    // Somebody who has not asked for anything yet, and somebody who has and may ask again.
    let silent = TcpStream::connect(server.address).await.unwrap();
    let request = format!("GET /readyz HTTP/1.1\r\nhost: {HOST}\r\n\r\n");
    let kept = send(server.address, 1, &request).await.unwrap();
    assert_eq!(kept.status, 200);
    server.terminate();
    assert!(server.wait().success());
    assert!(!server.said("requests still under way after the drain were cut"), "nobody was waited for");
    drop((silent, kept));
    assert!(TcpStream::connect(server.address).await.is_err());
}

#[tokio::test]
async fn both_versions_of_http_are_spoken() {
    let place = Place::new(|text| text);
    let server = Server::start(&place.config(), "");
    // Nobody else in this process chooses one; nothing here speaks TLS.
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let url = format!("http://{}/healthz", server.address);
    for (client, version) in [
        (reqwest::Client::builder().http1_only(), reqwest::Version::HTTP_11),
        (reqwest::Client::builder().http2_prior_knowledge(), reqwest::Version::HTTP_2),
    ] {
        let client = client.no_proxy().build().unwrap();
        for _ in 0..2 {
            let answer = client.get(&url).send().await.unwrap();
            assert_eq!((answer.status().as_u16(), answer.version()), (200, version));
        }
    }
}
