use super::{Store, instant, source};
use pleiade_server::storage::ProxyGrant;

fn grant(name: u8, until: i64) -> ProxyGrant {
    ProxyGrant {
        source: source("cas"),
        name: [name; 32],
        sealed: vec![name, 0, 255],
        expires_at: instant(until),
    }
}

pub(crate) async fn a_proxy_grant_is_taken_once_in_time_and_never_piles_up(store: Store) {
    assert!(store.keep_proxy_grant(&grant(1, 60), instant(0), 3).await.unwrap());
    let other = ProxyGrant { sealed: vec![9], ..grant(1, 60) };
    assert!(!store.keep_proxy_grant(&other, instant(0), 3).await.unwrap(), "the name is taken");
    let elsewhere = ProxyGrant { source: source("other"), ..other };
    assert!(store.keep_proxy_grant(&elsewhere, instant(0), 3).await.unwrap());
    assert!(store.keep_proxy_grant(&grant(2, 60), instant(0), 3).await.unwrap());
    assert!(!store.keep_proxy_grant(&grant(3, 60), instant(0), 3).await.unwrap(), "too many wait");

    let take = |name: u8, now: i64| {
        let store = store.clone();
        async move { store.take_proxy_grant(&source("cas"), [name; 32], instant(now)).await.unwrap() }
    };
    assert_eq!(take(1, 59).await, Some(vec![1, 0, 255]));
    assert_eq!(take(1, 59).await, None, "once");
    assert_eq!(take(2, 60).await, None, "too late");
    assert!(store.keep_proxy_grant(&grant(4, 120), instant(61), 1).await.unwrap(), "the late do not count");
    assert_eq!(store.purge_proxy_grants(instant(61)).await.unwrap(), 2);
    assert_eq!(take(4, 62).await, Some(vec![4, 0, 255]));
}
