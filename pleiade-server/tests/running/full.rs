//! A file that cannot grow any more, as on a full disk, and then can again.

use crate::support::{HANGS, Place, Server, ask, get, sign_in};
use rustix::process::{Pid, Resource, Rlimit, prlimit};

#[tokio::test]
async fn a_full_disk_is_not_ready_and_a_sign_out_counts_all_the_same() {
    let place = Place::new(|text| text).with_account();
    // Files end at half a mebibyte for now: more than the database has, less than its journal may take.
    let mut server = Server::start(&place.config(), "-Sf 1024");
    let to = server.address;
    let cookie = sign_in(to).await;
    let work = async {
        let mut others = 0;
        while get(to, "/readyz", "").await.status == 200 {
            others += u32::from(try_sign_in(to).await == 303);
        }
        assert!(others > 0, "it was ready and took writes before");
        assert_eq!(get(to, "/healthz", "").await.status, 200);
        assert_eq!(try_sign_in(to).await, 503);
        // Who is signed in reads on, and signs out.
        assert_eq!(get(to, "/profile/security", &cookie).await.status, 200);
        let headers = format!("cookie: {cookie}\r\nsec-fetch-site: same-origin\r\n");
        let answer = ask(to, "POST", "/sign-out", &headers, "").await;
        assert_eq!(answer.status, 202, "{answer:?}");
        assert!(answer.body.contains("pas encore pu enregistrer"), "{answer:?}");
        assert_eq!(get(to, "/", &cookie).await.status, 303, "the session opens nothing any more");

        // The disk has room again.
        let pid = Pid::from_raw(i32::try_from(server.id()).unwrap());
        let room = Rlimit { current: None, maximum: None };
        prlimit(pid, Resource::Fsize, room).unwrap();
        while get(to, "/readyz", "").await.status != 200 {}
        assert_eq!(try_sign_in(to).await, 303);
    };
    tokio::time::timeout(HANGS, work).await.expect("the server answers");
    server.until("storage takes no writes");
    server.until("storage takes writes again");
    server.until("ends of sessions that waited for storage are written");
}

async fn try_sign_in(to: std::net::SocketAddr) -> u16 {
    crate::support::post_sign_in(to).await.status
}
