//! Connections as strangers open them, without any proxy in front.

use crate::support::{HOST, Place, Server, send};

#[tokio::test]
async fn a_request_is_for_one_host_and_for_that_alone() {
    let place = Place::new(|text| text);
    let to = Server::start(&place.config(), "");
    for (request, status) in [
        (format!("GET /sign-in HTTP/1.1\r\nhost: {HOST}\r\n\r\n"), 200),
        (format!("GET http://{HOST}/sign-in HTTP/1.1\r\nhost: {HOST}\r\n\r\n"), 200),
        (format!("GET http://{HOST}/sign-in HTTP/1.0\r\n\r\n"), 200),
        (format!("GET /sign-in HTTP/1.1\r\nhost: {HOST}\r\nhost: {HOST}\r\n\r\n"), 400),
        (format!("GET /healthz HTTP/1.1\r\nhost: {HOST}\r\nhost: other.example\r\n\r\n"), 400),
        (format!("GET http://other.example/sign-in HTTP/1.1\r\nhost: {HOST}\r\n\r\n"), 400),
        (format!("GET http://{HOST}/sign-in HTTP/1.1\r\nhost: other.example\r\n\r\n"), 400),
        (format!("GET http://x@{HOST}/sign-in HTTP/1.1\r\nhost: {HOST}\r\n\r\n"), 400),
        ("GET /healthz HTTP/1.1\r\n\r\n".to_owned(), 400),
        ("GET /healthz HTTP/1.0\r\n\r\n".to_owned(), 200),
        ("GET http://other.example/sign-in HTTP/1.1\r\nhost: other.example\r\n\r\n".to_owned(), 421),
    ] {
        let answer = send(to.address, 1, &request).await.expect("an answer");
        assert_eq!(answer.status, status, "{request}");
    }
}

#[tokio::test]
async fn one_address_opens_so_many_connections_and_no_more() {
    let narrow = "[server]\nconnections_per_address = 3\ntrusted_proxies = [\"127.0.0.9\"]\n";
    let place = Place::new(|text| text.replace("[server]\n", narrow));
    let mut server = Server::start(&place.config(), "");
    let to = server.address;
    let request = format!("GET /healthz HTTP/1.1\r\nhost: {HOST}\r\n\r\n");
    let mut open = Vec::new();
    for _ in 0..3 {
        open.push(send(to, 2, &request).await.expect("an answer"));
    }
    assert!(send(to, 2, &request).await.is_none(), "the fourth is closed");
    assert_eq!(server.until("an address has too many connections open")["most"], 3);
    open.push(send(to, 3, &request).await.expect("another address is answered"));
    for _ in 0..10 {
        open.push(send(to, 9, &request).await.expect("a proxy is everybody"));
    }
    drop(open.drain(..3));
    while send(to, 2, &request).await.is_none() {}
}
