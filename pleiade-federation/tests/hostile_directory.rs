//! A directory that answers what no directory should: our process survives and says so.
#![expect(clippy::unwrap_used, reason = "helpers of tests panic like tests")]

use pleiade_core::{Directory as _, DirectoryError, SourceId, SystemClock};
use pleiade_federation::ldap::{LdapConfig, LdapDirectory};
use std::{net::Ipv4Addr, sync::Arc};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpListener,
};

/// Answers the first request with these octets, then waits or hangs up.
async fn probe(answer: Vec<u8>, then_waits: bool) -> Result<(), DirectoryError> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let serving = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut request = [0; 1024];
        assert!(stream.read(&mut request).await.unwrap() > 0);
        // The client may already have hung up.
        stream.write_all(&answer).await.ok();
        if then_waits {
            std::future::pending::<()>().await;
        }
    });
    let url = format!("ldap://127.0.0.1:{port}").parse().unwrap();
    let mut config = LdapConfig::new(url, "cn=lecteur", "secret".to_owned().into(), "dc=example");
    config.timeout_seconds = 1;
    let outcome =
        LdapDirectory::new(SourceId::new("annuaire").unwrap(), config, Arc::new(SystemClock::default()))
            .unwrap()
            .probe()
            .await;
    serving.abort();
    outcome
}

fn nested(depth: usize) -> Vec<u8> {
    (0..depth).fold(Vec::new(), |inner, _| {
        let length = u32::try_from(inner.len()).unwrap().to_be_bytes();
        [&[0x30, 0x84][..], &length, &inner].concat()
    })
}

#[tokio::test]
async fn answers_beyond_reason_are_refused() {
    let enormous = vec![0x30, 0x84, 0x7f, 0xff, 0xff, 0xff];
    let wide = {
        let body = [4, 0].repeat(300_000);
        [&[0x30, 0x84][..], &u32::try_from(body.len()).unwrap().to_be_bytes(), &body].concat()
    };
    for answer in
        [nested(8_000), enormous, wide, b"HTTP/1.1 400 Bad Request\r\n\r\n".to_vec(), vec![0x30, 0x80, 0, 0]]
    {
        let outcome = probe(answer, true).await;
        assert!(matches!(outcome, Err(DirectoryError::BadAnswer(_))), "{outcome:?}");
    }
}

#[tokio::test]
async fn malformed_answers_do_not_take_the_process_down() {
    for answer in [
        // A bind answer without a result code, one with text in its place, and one that is not a bind answer.
        vec![0x30, 5, 2, 1, 1, 0x61, 0],
        vec![0x30, 12, 2, 1, 1, 0x61, 7, 4, 1, b'x', 4, 0, 4, 0],
        vec![0x30, 12, 2, 1, 1, 0x64, 7, 10, 1, 0, 4, 0, 4, 0],
        vec![0x30, 3, 2, 1, 1],
        vec![0x30, 0],
    ] {
        let outcome = probe(answer.clone(), true).await;
        assert!(outcome.is_err(), "{answer:?}");
    }
}

#[tokio::test]
async fn silence_and_a_hang_up_are_unreachable() {
    for waits in [true, false] {
        let outcome = probe(Vec::new(), waits).await;
        assert!(matches!(outcome, Err(DirectoryError::Unreachable(_))), "{outcome:?}");
    }
}
