use super::{Store, instant, linking, person, session, source, tenant};
use pleiade_core::{ConnectorId, LinkId};
use pleiade_federation::{
    seal::{KeyId, Purpose, SealKey, Sealer},
    vault::{LinkedAccountKey, LinkedAccountRecord, LinkingKind},
};
use pleiade_server::{
    rotation,
    storage::{PendingLoginFlow, SessionHash, SessionRecord, SessionTicketRecord},
};

fn key(link: LinkId, tenant_id: &str, connector: &str) -> LinkedAccountKey {
    LinkedAccountKey::new(tenant(tenant_id), link, ConnectorId::new(connector).unwrap())
}

fn access(key: LinkedAccountKey) -> LinkedAccountRecord {
    let mut access =
        LinkedAccountRecord::new(key, vec![1, 2, 3, 4, 5, 6, 7], LinkingKind::LoginFlow, instant(0));
    access.expires_at = Some(instant(900));
    access
}

fn sealed_access(key: LinkedAccountKey, sealed: Vec<u8>) -> LinkedAccountRecord {
    let mut access = access(key);
    access.sealed = sealed;
    access
}

pub(crate) async fn an_access_is_kept_used_refused_and_dropped(store: Store) {
    let (_, id) = store.create_identity(&person("jeanne")).await.unwrap();
    let mine = key(id, "alpha", "cloud");
    assert_eq!(store.linked_account(&mine).await.unwrap(), None);
    store.put_linked_account(&access(mine.clone())).await.unwrap();
    assert_eq!(store.linked_account(&mine).await.unwrap().unwrap(), access(mine.clone()));
    for other in [key(id, "beta", "cloud"), key(id, "alpha", "mail"), key(LinkId(99), "alpha", "cloud")] {
        assert_eq!(store.linked_account(&other).await.unwrap(), None);
        assert!(!store.delete_linked_account(&other).await.unwrap());
    }
    for (used, expected) in [(50, 50), (40, 50), (60, 60)] {
        store.note_linked_account_use(&mine, instant(used)).await.unwrap();
        assert_eq!(store.linked_account(&mine).await.unwrap().unwrap().last_used_at, Some(instant(expected)));
    }
    store.mark_linked_account_refused(&mine, instant(1), Some(instant(70))).await.unwrap();
    assert_eq!(
        store.linked_account(&mine).await.unwrap().unwrap().refused_at,
        None,
        "another one was refused"
    );
    store.mark_linked_account_refused(&mine, instant(0), Some(instant(70))).await.unwrap();
    assert_eq!(store.linked_account(&mine).await.unwrap().unwrap().refused_at, Some(instant(70)));
    store.lift_refusals(&ConnectorId::new("mail").unwrap()).await.unwrap();
    assert!(store.linked_account(&mine).await.unwrap().unwrap().refused_at.is_some(), "another application");
    store.lift_refusals(&mine.connector).await.unwrap();
    assert_eq!(store.linked_account(&mine).await.unwrap().unwrap().refused_at, None);
    // Connected again: nothing of the old one stays.
    let again =
        LinkedAccountRecord::new(mine.clone(), access(mine.clone()).sealed, LinkingKind::Pasted, instant(80));
    store.put_linked_account(&again).await.unwrap();
    assert_eq!(store.linked_account(&mine).await.unwrap().unwrap(), again);
    assert!(store.delete_linked_account(&mine).await.unwrap());
    assert_eq!(store.linked_account(&mine).await.unwrap(), None);
}

pub(crate) async fn a_departure_takes_the_accesses_of_one_link_in_one_place(store: Store) {
    let (person_of, jeanne) = store.create_identity(&person("jeanne")).await.unwrap();
    let (_, paul) = store.create_identity(&person("paul")).await.unwrap();
    let second = linking::add(&store, person_of, "other", "jeanne").await;
    let all = [
        key(jeanne, "alpha", "cloud"),
        key(jeanne, "alpha", "mail"),
        key(jeanne, "beta", "cloud"),
        key(paul, "alpha", "cloud"),
        key(second, "alpha", "cloud"),
    ];
    for key in &all {
        store.put_linked_account(&access(key.clone())).await.unwrap();
    }
    assert_eq!(store.linked_accounts_by_link(jeanne, None).await.unwrap().len(), 3);
    let here = store.linked_accounts_of_person(person_of, &tenant("alpha")).await.unwrap();
    assert_eq!(here.len(), 3, "an administrator sees those of every link");
    let mut dropped = store.delete_linked_accounts_of_link(jeanne, Some(&tenant("alpha"))).await.unwrap();
    dropped.sort();
    assert_eq!(dropped, all[..2]);
    assert_eq!(store.delete_linked_accounts_of_link(jeanne, None).await.unwrap(), all[2..3]);
    for other in [paul, second] {
        assert_eq!(store.linked_accounts_by_link(other, Some(&tenant("alpha"))).await.unwrap().len(), 1);
    }
}

pub(crate) async fn a_login_flow_ends_with_its_session(store: Store) {
    let who = store.create_identity(&person("jeanne")).await.unwrap();
    let id = who.1;
    store.create_session(&session(1, who)).await.unwrap();
    let begun = |connector: &str, end| PendingLoginFlow {
        key: key(id, "alpha", connector),
        session: SessionHash([1; 32]),
        sealed: vec![9],
        expires_at: instant(end),
    };
    store.put_pending(&begun("old", 10), instant(0)).await.unwrap();
    store.put_pending(&begun("cloud", 100), instant(10)).await.unwrap();
    assert_eq!(store.pending_login_flow(&key(id, "alpha", "old")).await.unwrap(), None, "past its end");
    assert_eq!(
        store.pending_login_flow(&key(id, "alpha", "cloud")).await.unwrap(),
        Some(begun("cloud", 100))
    );
    assert_eq!(store.pending_login_flow(&key(id, "beta", "cloud")).await.unwrap(), None);
    store.put_pending(&begun("mail", 100), instant(10)).await.unwrap();
    store.delete_pending(&key(id, "alpha", "mail")).await.unwrap();
    assert_eq!(store.pending_login_flow(&key(id, "alpha", "mail")).await.unwrap(), None);
    store.delete_session(SessionHash([1; 32])).await.unwrap();
    assert_eq!(store.pending_login_flow(&key(id, "alpha", "cloud")).await.unwrap(), None);
}

pub(crate) async fn one_replica_renews_and_a_session_is_replaced_whole(store: Store) {
    let id = store.create_identity(&person("jeanne")).await.unwrap();
    let before = session(1, id);
    store.create_session(&before).await.unwrap();
    let after = |byte| SessionRecord { acting: tenant("beta"), ..session(byte, id) };
    assert!(store.claim_renewal(before.hash, instant(0), instant(20)).await.unwrap());
    assert!(!store.claim_renewal(before.hash, instant(19), instant(39)).await.unwrap());
    assert!(!store.replace_session(&before, &after(2), instant(19)).await.unwrap(), "it is being renewed");
    assert!(
        store.claim_renewal(before.hash, instant(20), instant(40)).await.unwrap(),
        "whoever had it is gone"
    );
    store.release_renewal(before.hash).await.unwrap();
    assert!(store.claim_renewal(before.hash, instant(21), instant(41)).await.unwrap());
    store.update_session_tokens(before.hash, Some(&[4])).await.unwrap();
    assert!(!store.replace_session(&before, &after(2), instant(22)).await.unwrap(), "it has other tokens");
    let renewed = SessionRecord { tokens: Some(vec![4]), ..before.clone() };
    assert!(store.replace_session(&renewed, &after(2), instant(22)).await.unwrap());
    let left: Vec<_> =
        store.sessions_of_person(id.0).await.unwrap().into_iter().map(|session| session.hash).collect();
    assert_eq!(left, [SessionHash([2; 32])]);
    assert!(!store.replace_session(&renewed, &after(3), instant(22)).await.unwrap(), "it is gone");
    // Without tokens, too.
    let bare = SessionRecord { tokens: None, ..session(4, id) };
    store.create_session(&bare).await.unwrap();
    assert!(store.replace_session(&bare, &after(5), instant(22)).await.unwrap());
    assert!(!store.claim_renewal(SessionHash([9; 32]), instant(0), instant(1)).await.unwrap());
}

fn ticket(from: &str, provider_session: &str) -> SessionTicketRecord {
    SessionTicketRecord { source: source(from), provider_session: provider_session.into(), sealed: vec![7] }
}

pub(crate) async fn a_ticket_of_another_source_goes_with_its_session(store: Store) {
    let id = store.create_identity(&person("jeanne")).await.unwrap();
    for byte in 1..=3 {
        store.create_session(&session(byte, id)).await.unwrap();
    }
    let hash = |byte| SessionHash([byte; 32]);
    let kept = async |byte| store.session(hash(byte)).await.unwrap().and_then(|session| session.ticket);
    assert_eq!(kept(1).await, None);
    assert!(store.keep_session_ticket(hash(1), &ticket("cas", "ST-1")).await.unwrap());
    assert!(store.keep_session_ticket(hash(2), &ticket("cas", "ST-2")).await.unwrap());
    assert!(store.keep_session_ticket(hash(3), &ticket("other", "ST-1")).await.unwrap());
    assert!(!store.keep_session_ticket(hash(9), &ticket("cas", "ST-9")).await.unwrap(), "no such session");
    assert_eq!(kept(1).await, Some(ticket("cas", "ST-1")));
    // The tokens of the session's own source come and go without it.
    store.update_session_tokens(hash(1), None).await.unwrap();
    store.update_provider_session(hash(1), Some("sid"), Some(&[4])).await.unwrap();
    assert_eq!(kept(1).await, Some(ticket("cas", "ST-1")));
    // Whoever read the session before it was kept does not write over it.
    let present = store.session(hash(1)).await.unwrap().unwrap();
    let before = SessionRecord { ticket: None, ..present.clone() };
    let after = SessionRecord { hash: hash(4), ..present.clone() };
    assert!(!store.replace_session(&before, &after, instant(22)).await.unwrap());
    assert!(store.replace_session(&present, &after, instant(22)).await.unwrap());
    assert_eq!((kept(1).await, kept(4).await), (None, Some(ticket("cas", "ST-1"))));
    // Its server takes it back, and that one alone; the session stays.
    assert_eq!(store.drop_session_tickets(&source("cas"), "ST-none").await.unwrap(), []);
    assert_eq!(store.drop_session_tickets(&source("cas"), "ST-1").await.unwrap(), [hash(4)]);
    assert!(store.session(hash(4)).await.unwrap().is_some());
    assert_eq!((kept(4).await, kept(2).await), (None, Some(ticket("cas", "ST-2"))));
    assert_eq!(kept(3).await, Some(ticket("other", "ST-1")));
    // It is no session of the source that gave it.
    assert_eq!(store.delete_sessions_by_provider(&source("cas"), "ST-2").await.unwrap(), []);
}

pub(crate) async fn sessions_of_a_former_source_are_found_and_ended(store: Store) {
    let id = store.create_identity(&person("jeanne")).await.unwrap();
    let old = SessionRecord { source_fingerprint: None, ..session(2, id) };
    let other = SessionRecord { source: source("other"), ..session(3, id) };
    for record in [session(1, id), old, other] {
        store.create_session(&record).await.unwrap();
    }
    let mut found = store.session_sources().await.unwrap();
    found.sort();
    assert_eq!(
        found,
        [
            (source("other"), Some("print".to_owned())),
            (source("sso"), None),
            (source("sso"), Some("print".to_owned()))
        ]
    );
    let ended = store.delete_sessions_of_source(&source("sso"), None).await.unwrap();
    assert_eq!(ended, [SessionHash([2; 32])]);
    let ended = store.delete_sessions_of_source(&source("sso"), Some("print")).await.unwrap();
    assert_eq!(ended, [SessionHash([1; 32])]);
}

/// Everything of two replicas through a change of key: none fails to open anything at any step, and the change can be cut short.
pub(crate) async fn a_key_is_changed_while_two_replicas_serve(store: Store) {
    let (old, new) = (SealKey::generate().unwrap(), SealKey::generate().unwrap());
    let who = store.create_identity(&person("jeanne")).await.unwrap();
    let id = who.1;
    let before = Sealer::new(old.clone(), Vec::new());
    let (tokens, granting) = (Purpose::new("session tokens"), Purpose::new("session proxy-granting ticket"));
    let alpha = tenant("alpha");
    // More than two batches of one kind, and a few of another.
    for n in 0..450_u32 {
        let key = key(id, "alpha", &format!("cloud-{n}"));
        let sealed = before.seal(key.purpose(), b"secret").unwrap();
        store.put_linked_account(&sealed_access(key, sealed)).await.unwrap();
    }
    for byte in 1..=3 {
        let sealed = before.seal(tokens.for_link_in(&alpha, id), b"tokens").unwrap();
        let given = before.seal(granting.for_link_in(&alpha, id), b"granting").unwrap();
        let given = SessionTicketRecord { sealed: given, ..ticket("cas", "ST-1") };
        let record = SessionRecord { tokens: Some(sealed), ticket: Some(given), ..session(byte, who) };
        store.create_session(&record).await.unwrap();
    }
    // A row that somebody moved stays as it is, and keeps nobody from going on.
    let moved = key(id, "alpha", "moved");
    let sealed = before.seal(key(id, "alpha", "cloud-0").purpose(), b"secret").unwrap();
    store.put_linked_account(&sealed_access(moved, sealed)).await.unwrap();

    let kinds = rotation::registry(&store);
    let opens = async |sealer: &Sealer| {
        for record in store.linked_accounts_by_link(id, None).await.unwrap() {
            if record.key.connector.as_str() != "moved" {
                assert!(sealer.open(record.key.purpose(), &record.sealed).is_ok());
            }
        }
        for session in store.sessions_of_person(who.0).await.unwrap() {
            assert!(sealer.open(tokens.for_link_in(&alpha, id), &session.tokens.unwrap()).is_ok());
            let given = session.ticket.unwrap().sealed;
            assert!(sealer.open(granting.for_link_in(&alpha, id), &given).is_ok());
        }
    };
    // 1. Every replica learns of the next key. Nothing is sealed again.
    let announced = Sealer::new(old.clone(), Vec::new()).with_next(Some(new.clone()));
    assert_eq!(rotation::waiting(&kinds, &announced).await.unwrap(), 0);
    opens(&announced).await;
    // 2. One replica has it as its own, and goes through the first records before it is stopped.
    let ahead = Sealer::new(new.clone(), vec![old]);
    assert_eq!(rotation::waiting(&kinds, &ahead).await.unwrap(), 457);
    let first = tokio::sync::Notify::new();
    tokio::select! {
        biased;
        () = first.notified() => {}
        _ = rotation::rotate(&kinds, &ahead, |_, _| first.notify_one()) => {}
    }
    let left = rotation::waiting(&kinds, &ahead).await.unwrap();
    assert!((1..457).contains(&left), "{left}");
    opens(&announced).await;
    opens(&ahead).await;
    // The one behind takes nothing back, and what it writes meanwhile is gone through as well.
    assert_eq!(rotation::waiting(&kinds, &announced).await.unwrap(), 0);
    let late = key(id, "alpha", "late");
    let sealed = announced.seal(late.purpose(), b"secret").unwrap();
    store.put_linked_account(&sealed_access(late, sealed)).await.unwrap();
    // 3. Again, to the end.
    let done = rotation::rotate(&kinds, &ahead, |_, _| {}).await.unwrap();
    assert_eq!(done.unreadable, 1);
    opens(&announced).await;
    opens(&ahead).await;
    assert_eq!(rotation::waiting(&kinds, &ahead).await.unwrap(), 1, "the one that opens with no key");
    let status = rotation::status(&kinds).await.unwrap();
    let under = |kind: &str, key: KeyId| {
        status.iter().find(|(name, _)| *name == kind).and_then(|(_, keys)| keys.get(&key)).copied()
    };
    assert_eq!(under("session tokens", ahead.current()), Some(3));
    assert_eq!(under("session proxy-granting tickets", ahead.current()), Some(3));
    assert_eq!(under("connected accounts", ahead.current()), Some(451));
    // 4. The old key is gone.
    opens(&Sealer::new(new, Vec::new())).await;
    assert_eq!(rotation::rotate(&kinds, &ahead, |_, _| {}).await.unwrap().resealed, 0);
}
