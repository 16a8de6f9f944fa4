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
    assert!(store.keep_proxy_grant(&grant(1, 60), 3).await.unwrap());
    let other = ProxyGrant { sealed: vec![9], ..grant(1, 60) };
    assert!(!store.keep_proxy_grant(&other, 3).await.unwrap(), "the name is taken");
    let elsewhere = ProxyGrant { source: source("other"), ..other };
    assert!(store.keep_proxy_grant(&elsewhere, 3).await.unwrap());
    for (name, until) in [(2, 61), (3, 62), (5, 63), (6, 64), (7, 65)] {
        assert!(store.keep_proxy_grant(&grant(name, until), 3).await.unwrap(), "the oldest gives way");
    }

    let take = |name: u8, now: i64| {
        let store = store.clone();
        async move { store.take_proxy_grant(&source("cas"), [name; 32], instant(now)).await.unwrap() }
    };
    for gone in [1, 2, 3] {
        assert_eq!(take(gone, 59).await, None, "no more than three of one source");
    }
    assert_eq!(take(5, 62).await, Some(vec![5, 0, 255]));
    assert_eq!(take(5, 62).await, None, "once");
    assert_eq!(take(6, 64).await, None, "too late");
    assert!(store.keep_proxy_grant(&grant(4, 120), 3).await.unwrap());
    assert_eq!(store.purge_proxy_grants(instant(64)).await.unwrap(), 2);
    assert_eq!(take(4, 62).await, Some(vec![4, 0, 255]));
}
