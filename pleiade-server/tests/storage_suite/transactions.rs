//! Several calls in one transaction.

use super::{Store, instant, linking::new_link, person, session, source, subject, tenant};
use chrono::TimeDelta;
use pleiade_core::{Affiliation, LinkId, PersonKind};
use pleiade_server::storage::{
    AuditEvent, AuditQuery, FactorKind, NewAuditLine, NewFactor, NewIdentity, NewLink, NewLocalAccount,
    SessionHash, StorageError, StoredMenu, Transaction,
};
use std::time::Duration;

fn line(event: AuditEvent) -> NewAuditLine {
    let facts = std::collections::BTreeMap::default();
    NewAuditLine { at: instant(0), tenant: None, event, actor: None, person: None, source: None, facts }
}

async fn events(store: &Store) -> Vec<AuditEvent> {
    let query = AuditQuery { of_instance: true, limit: 100, ..AuditQuery::default() };
    store.audit(&query).await.unwrap().into_iter().map(|line| line.line.event).collect()
}

/// Writes of several subjects.
async fn write(transaction: &Transaction, name: &str, byte: u8) {
    let who = transaction.create_identity(&person(name)).await.unwrap();
    let alpha = Affiliation::new(tenant("alpha"), PersonKind::Agent);
    transaction.replace_affiliations(who.1, &[alpha]).await.unwrap();
    transaction.create_session(&session(byte, who)).await.unwrap();
    let menu = StoredMenu { applications: "[]".into(), fetched_at: instant(0) };
    transaction.put_menu(who.1, &menu).await.unwrap();
    assert!(transaction.use_once([byte; 32], instant(300)).await.unwrap());
    transaction.append_audit(&line(AuditEvent::SignedIn)).await.unwrap();
    assert!(transaction.session(SessionHash([byte; 32])).await.unwrap().is_some(), "it reads what it wrote");
}

pub(crate) async fn what_a_dropped_transaction_wrote_is_nowhere(store: Store) {
    let transaction = store.begin().await.unwrap();
    write(&transaction, "jeanne", 1).await;
    assert_eq!(store.session(SessionHash([1; 32])).await.unwrap(), None, "nobody else sees it yet");
    drop(transaction);
    assert_eq!(store.find_link(&source("sso"), &subject("jeanne")).await.unwrap(), None);
    assert_eq!(store.session(SessionHash([1; 32])).await.unwrap(), None);
    assert!(!store.is_used([1; 32]).await.unwrap());
    assert_eq!(events(&store).await, []);
    // And its connection serves again.
    store.create_identity(&person("jeanne")).await.unwrap();
}

pub(crate) async fn what_a_transaction_wrote_stays_once_committed(store: Store) {
    let transaction = store.begin().await.unwrap();
    write(&transaction, "jeanne", 1).await;
    transaction.commit_with([line(AuditEvent::RightsChanged)]).await.unwrap();
    let (id, link) = {
        let link = store.find_link(&source("sso"), &subject("jeanne")).await.unwrap().unwrap();
        (link.identity, link.id)
    };
    assert_eq!(store.affiliations(id).await.unwrap().len(), 1);
    assert!(store.session(SessionHash([1; 32])).await.unwrap().is_some());
    assert!(store.menu(link).await.unwrap().is_some());
    assert!(store.is_used([1; 32]).await.unwrap());
    assert_eq!(events(&store).await, [AuditEvent::RightsChanged, AuditEvent::SignedIn]);
}

pub(crate) async fn a_transaction_within_another_can_be_left_out(store: Store) {
    let transaction = store.begin().await.unwrap();
    let (id, link) = transaction.create_identity(&person("jeanne")).await.unwrap();
    let within = transaction.begin().await.unwrap();
    let other = within.create_identity(&person("paul")).await.unwrap();
    within.create_session(&session(1, other)).await.unwrap();
    drop(within);
    assert_eq!(transaction.find_link(&source("sso"), &subject("paul")).await.unwrap(), None);
    let within = transaction.begin().await.unwrap();
    within.create_session(&session(2, (id, link))).await.unwrap();
    let deeper = within.begin().await.unwrap();
    deeper.create_session(&session(3, (id, link))).await.unwrap();
    drop(deeper);
    let deeper = within.begin().await.unwrap();
    deeper.create_session(&session(4, (id, link))).await.unwrap();
    deeper.commit().await.unwrap();
    within.commit().await.unwrap();
    // A method with a transaction of its own, left halfway.
    let gone = session(9, (id, link));
    assert!(!transaction.replace_session(&gone, &session(8, (id, link)), instant(0)).await.unwrap());
    transaction.commit().await.unwrap();
    let mut kept: Vec<_> =
        store.sessions_of_person(id).await.unwrap().into_iter().map(|session| session.hash.0[0]).collect();
    kept.sort_unstable();
    assert_eq!(kept, [2, 4]);
    assert_eq!(store.find_link(&source("sso"), &subject("paul")).await.unwrap(), None);
}

pub(crate) async fn a_transaction_goes_on_after_a_conflict(store: Store) {
    let transaction = store.begin().await.unwrap();
    let jeanne = transaction.create_identity(&person("jeanne")).await.unwrap();
    transaction.create_session(&session(1, jeanne)).await.unwrap();
    let conflict = Err(StorageError::Conflict);
    assert_eq!(transaction.create_identity(&person("jeanne")).await.map(drop), conflict);
    assert_eq!(transaction.create_session(&session(1, jeanne)).await, conflict);
    let account = NewLocalAccount {
        person: NewIdentity { source: source("local"), ..person("jeanne") },
        login: "jeanne".to_owned(),
        password_hash: "$argon2id$fake".into(),
        affiliations: Vec::new(),
    };
    let (_, local) = transaction.create_local_account(&account).await.unwrap();
    assert_eq!(transaction.create_local_account(&account).await.map(drop), conflict);
    let factor = NewFactor {
        link: local,
        kind: FactorKind::Passkey,
        name: "clé".into(),
        host: None,
        credential: Some(vec![1]),
        sealed: vec![2],
        last_step: None,
        created_at: instant(0),
    };
    transaction.add_factor(&factor).await.unwrap();
    assert_eq!(transaction.add_factor(&factor).await.map(drop), conflict);
    let link = new_link(jeanne.0, "sso", "jeanne");
    assert_eq!(transaction.add_link(&link).await.map(drop), conflict);
    let (other, second) = transaction.create_identity(&person("other")).await.unwrap();
    assert_eq!(
        transaction.replace_link(&NewLink { identity: other, ..link.clone() }).await.map(drop),
        conflict
    );
    assert_eq!(transaction.move_link(second, &link, other).await.map(drop), conflict);
    let closed = transaction.add_link(&new_link(other, "elsewhere", "closed")).await.unwrap();
    assert!(transaction.disable_link(closed, true).await.unwrap());
    transaction.add_link(&new_link(other, "elsewhere", "open")).await.unwrap();
    assert_eq!(transaction.disable_link(closed, false).await.map(drop), conflict);
    transaction.commit().await.unwrap();
    assert!(store.local_account(&source("local"), "jeanne").await.unwrap().is_some());
    assert_eq!(store.factors(local).await.unwrap().len(), 1);

    let transaction = store.begin().await.unwrap();
    assert_eq!(transaction.create_local_account(&account).await.map(drop), conflict);
    drop(transaction);
    store.ping().await.unwrap();
    store.create_identity(&person("paul")).await.unwrap();
}

pub(crate) async fn any_other_error_fails_the_whole_transaction(store: Store) {
    let jeanne = store.create_identity(&person("jeanne")).await.unwrap();
    for within in [false, true] {
        let transaction = store.begin().await.unwrap();
        transaction.create_session(&session(1, jeanne)).await.unwrap();
        let nobody = session(2, (jeanne.0, LinkId(jeanne.1.0 + 1000)));
        let error = if within {
            let inner = transaction.begin().await.unwrap();
            inner
                .put_menu(nobody.link, &StoredMenu { applications: "[]".into(), fetched_at: instant(0) })
                .await
        } else {
            transaction.create_session(&nobody).await
        };
        let error = error.unwrap_err();
        assert!(matches!(error, StorageError::Internal(_)), "{error:?}");
        // Whoever passes over it is told again, and nothing stays.
        assert_eq!(transaction.ping().await, Err(error.clone()));
        assert_eq!(transaction.begin().await.map(drop).unwrap_err(), error);
        assert_eq!(transaction.commit_with([line(AuditEvent::SignedIn)]).await, Err(error));
        assert_eq!(store.sessions_of_person(jeanne.0).await.unwrap(), []);
    }
    assert_eq!(events(&store).await, []);
}

pub(crate) async fn transactions_at_the_same_moment_all_end(store: Store) {
    let writers = (0..12).map(|n| {
        let store = store.clone();
        tokio::spawn(async move {
            let transaction = store.begin().await.unwrap();
            write(&transaction, &format!("p{n}"), n).await;
            if n % 3 == 0 { drop(transaction) } else { transaction.commit().await.unwrap() }
        })
    });
    for writer in writers.collect::<Vec<_>>() {
        tokio::time::timeout(Duration::from_secs(120), writer).await.unwrap().unwrap();
    }
    assert_eq!(events(&store).await.len(), 8);

    // Several calls of one transaction at the same moment take turns.
    let transaction = store.begin().await.unwrap();
    let [a, b, c] = [person("a"), person("b"), person("c")];
    tokio::try_join!(
        transaction.create_identity(&a),
        transaction.create_identity(&b),
        transaction.use_once([99; 32], instant(0) + TimeDelta::hours(1)),
        transaction.create_identity(&c),
    )
    .unwrap();
    transaction.commit().await.unwrap();
    for name in ["a", "b", "c"] {
        assert!(store.find_link(&source("sso"), &subject(name)).await.unwrap().is_some());
    }
    store.close().await;
    assert!(matches!(store.begin().await, Err(StorageError::Unreachable(_))));
}

pub(crate) async fn a_call_given_up_halfway_is_whole_or_nothing(store: Store) {
    for n in 0..40 {
        let name = format!("p{n}");
        let transaction = store.begin().await.unwrap();
        let new = person(&name);
        let call = transaction.create_identity(&new);
        let done = tokio::time::timeout(Duration::from_micros(50 * n), call).await.is_ok();
        let committed = transaction.commit().await;
        let there = store.find_link(&source("sso"), &subject(&name)).await.unwrap().is_some();
        assert_eq!(there, done && committed.is_ok(), "{n}: {committed:?}");
    }
}
