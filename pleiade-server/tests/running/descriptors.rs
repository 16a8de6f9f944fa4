//! A process with few descriptors.

use crate::support::{Answer, HANGS, HOST, Place, Server, get, send, sign_in};
use pleiade_server::connections::ConnectionLimits;

const STREAMS: usize = 1_100;
/// Streams that one session may hold.
const OF_ONE_SESSION: usize = 16;

#[tokio::test]
async fn more_open_pages_than_descriptors_leave_health_and_sign_in_answering() {
    // This process holds the other end of each connection.
    let mine = pleiade_server::run::descriptors::raise();
    assert!(
        mine.is_none_or(|limit| limit > STREAMS as u64 + 200),
        "this test needs 1,300 descriptors of its own"
    );
    let place = Place::new(|text| text).with_account();
    let mut server = Server::start(&place.config(), "-n 1024");
    let expected = ConnectionLimits::within(1024);
    assert_eq!(server.until("connections at most")["streams"], expected.streams);
    let to = server.address;
    let work = async {
        let mut cookies = Vec::new();
        for _ in 0..STREAMS.div_ceil(OF_ONE_SESSION) {
            cookies.push(sign_in(to).await);
        }
        let page = get(to, "/", cookies.first().unwrap()).await;
        assert_eq!(page.status, 200, "{page:?}");
        let events =
            page.body.split("data-events=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap();
        let path = events.replace("&amp;", "&");
        let request = |cookie: &str| {
            format!(
                "GET {path} HTTP/1.1\r\nhost: {HOST}\r\naccept: text/event-stream\r\ncookie: {cookie}\r\n\r\n"
            )
        };
        let mut answers: Vec<Answer> = Vec::new();
        // The pages of one browser at a time: that all ask at the same moment is another matter.
        for cookie in &cookies {
            let some = (STREAMS - answers.len()).min(OF_ONE_SESSION);
            let from = u8::try_from(2 + answers.len() / OF_ONE_SESSION % 10).unwrap();
            let asked =
                (0..some).map(|_| async { send(to, from, &request(cookie)).await.expect("an answer") });
            answers.extend(futures_util::future::join_all(asked).await);
        }
        let (mut open, refused): (Vec<_>, Vec<_>) =
            answers.into_iter().partition(|answer| answer.status == 200);
        assert_eq!(open.len(), expected.streams);
        for answer in &refused {
            assert_eq!((answer.status, answer.header("connection")), (503, Some("close")), "{answer:?}");
            assert!(answer.header("retry-after").is_some(), "{answer:?}");
        }
        drop(refused);
        // While they all stay open:
        for (path, status) in [("/healthz", 200), ("/readyz", 200), ("/sign-in", 200)] {
            let answer = get(to, path, "").await;
            assert_eq!(answer.status, status, "{path}: {answer:?}");
        }
        sign_in(to).await;
        // A page that is closed makes place for another.
        drop(open.pop());
        while send(to, 2, &request(cookies.last().unwrap())).await.expect("an answer").status != 200 {}
        open
    };
    let open = tokio::time::timeout(HANGS, work).await.expect("the server answers");
    let told = server.until("no place for another event stream");
    assert_eq!(told["level"], "ERROR");
    // Full of streams, it still stops when it is told to.
    server.terminate();
    assert!(server.wait().success());
    drop(open);
}

#[test]
fn the_limit_is_raised_to_what_the_system_allows() {
    let hard = rustix::process::getrlimit(rustix::process::Resource::Nofile).maximum;
    let place = Place::new(|text| text);
    let mut server = Server::start(&place.config(), "-Sn 256");
    let told = server.until("the limit of file descriptors is raised");
    assert_eq!(told["from"], 256);
    assert_eq!(told["to"], hard.map_or(1 << 20, |hard| hard.min(1 << 20)));
}
