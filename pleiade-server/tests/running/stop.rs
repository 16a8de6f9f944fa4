//! A server that is told to stop says so first.

use crate::support::{Place, Server, get};

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
    assert_eq!(get(server.address, "/readyz", "").await.status, 200);
    server.terminate();
    assert!(server.wait().success());
    assert!(tokio::net::TcpStream::connect(server.address).await.is_err());
}
