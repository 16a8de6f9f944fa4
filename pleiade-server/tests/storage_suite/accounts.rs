//! Second factors, recovery codes and links of local accounts.

use super::{PersonAndLink, Store, instant};
use pleiade_core::{Affiliation, LinkId, PersonKind, SourceId, Subject, TenantId};
use pleiade_server::storage::{
    AccountLink, FactorKind, LinkPurpose, Names, NewFactor, NewIdentity, NewLocalAccount, StorageError,
};

fn local() -> SourceId {
    SourceId::new("locale").unwrap()
}

async fn account(store: &Store, login: &str, password_hash: &str) -> PersonAndLink {
    let person = NewIdentity {
        source: local(),
        subject: Subject::new("local:locale", &format!("key-{login}")).unwrap(),
        owner: None,
        names: Names { display_name: format!("Nom de {login}"), ..Names::default() },
        created_at: instant(0),
    };
    let affiliations = vec![Affiliation::new(TenantId::new("alpha").unwrap(), PersonKind::Agent)];
    let new = NewLocalAccount {
        person,
        login: login.to_owned(),
        password_hash: password_hash.to_owned(),
        affiliations,
    };
    store.create_local_account(&new).await.unwrap()
}

fn factor(link: LinkId, kind: FactorKind, credential: Option<&[u8]>) -> NewFactor {
    NewFactor {
        link,
        kind,
        name: "Téléphone".into(),
        host: credential.map(|_| "bureau.alpha.example".into()),
        credential: credential.map(<[u8]>::to_vec),
        sealed: vec![1, 2, 3],
        last_step: None,
        created_at: instant(0),
    }
}

pub(crate) async fn accounts_are_listed_with_what_opens_them(store: Store) {
    let ((person, jeanne), _) =
        (account(&store, "jeanne", "$argon2id$x").await, account(&store, "invitee", "").await);
    store.add_factor(&factor(jeanne, FactorKind::Totp, None)).await.unwrap();
    let alpha = TenantId::new("alpha").unwrap();
    let lines = store.local_accounts(&local(), Some(&alpha)).await.unwrap();
    let all = store.local_accounts(&local(), None).await.unwrap();
    assert_eq!(lines, all);
    let beta = TenantId::new("beta").unwrap();
    assert!(store.local_accounts(&local(), Some(&beta)).await.unwrap().is_empty());
    assert_eq!(lines.iter().map(|line| line.login.as_str()).collect::<Vec<_>>(), ["invitee", "jeanne"]);
    assert!(!lines[0].has_password && lines[0].factors == 0);
    assert!(lines[1].has_password && lines[1].factors == 1 && lines[1].display_name == "Nom de jeanne");
    let found = store.local_account_by_subject(&local(), "key-jeanne").await.unwrap().unwrap();
    assert_eq!((found.login.as_str(), found.identity, found.link), ("jeanne", person, jeanne));
    assert_eq!(store.local_account_of_link(jeanne).await.unwrap(), Some(found));
    assert_eq!(store.local_account_by_subject(&local(), "key-nobody").await.unwrap(), None);
}

pub(crate) async fn a_step_of_a_factor_is_used_once(store: Store) {
    let (_, jeanne) = account(&store, "jeanne", "x").await;
    let id = store.add_factor(&factor(jeanne, FactorKind::Totp, None)).await.unwrap();
    assert!(store.use_factor(id, instant(1), Some(100), None).await.unwrap());
    assert!(!store.use_factor(id, instant(2), Some(100), None).await.unwrap(), "used");
    assert!(!store.use_factor(id, instant(2), Some(99), None).await.unwrap(), "older");
    assert!(store.use_factor(id, instant(3), Some(101), None).await.unwrap());
    let kept = &store.factors(jeanne).await.unwrap()[0];
    assert_eq!((kept.factor.last_step, kept.last_used_at), (Some(101), Some(instant(3))));
    assert_eq!(kept.factor.sealed, [1, 2, 3]);
}

pub(crate) async fn a_credential_belongs_to_one_account(store: Store) {
    let ((_, jeanne), (_, paul)) = (account(&store, "jeanne", "x").await, account(&store, "paul", "x").await);
    let id = store.add_factor(&factor(jeanne, FactorKind::Passkey, Some(b"key"))).await.unwrap();
    let twice = store.add_factor(&factor(paul, FactorKind::Passkey, Some(b"key"))).await;
    assert_eq!(twice, Err(StorageError::Conflict));
    let found = store.factor_by_credential(b"key").await.unwrap().unwrap();
    assert_eq!((found.id, found.factor.link), (id, jeanne));
    assert_eq!(store.factor_by_credential(b"other").await.unwrap(), None);
    assert!(store.use_factor(id, instant(5), None, Some(b"newer")).await.unwrap());
    assert_eq!(store.factor_by_credential(b"key").await.unwrap().unwrap().factor.sealed, b"newer");
    assert!(!store.remove_factor(paul, id).await.unwrap(), "somebody else's");
    assert!(store.remove_factor(jeanne, id).await.unwrap());
    assert!(store.factors(jeanne).await.unwrap().is_empty());
}

pub(crate) async fn a_recovery_code_is_used_once_by_its_owner(store: Store) {
    let ((_, jeanne), (_, paul)) = (account(&store, "jeanne", "x").await, account(&store, "paul", "x").await);
    store.replace_recovery_codes(jeanne, &[[1; 32], [2; 32]]).await.unwrap();
    assert!(!store.use_recovery_code(paul, [1; 32], instant(1)).await.unwrap());
    assert!(store.use_recovery_code(jeanne, [1; 32], instant(1)).await.unwrap());
    assert!(!store.use_recovery_code(jeanne, [1; 32], instant(1)).await.unwrap());
    assert_eq!(store.recovery_codes_left(jeanne).await.unwrap(), 1);
    store.replace_recovery_codes(jeanne, &[[3; 32]]).await.unwrap();
    assert!(!store.use_recovery_code(jeanne, [2; 32], instant(1)).await.unwrap(), "replaced");
    store.add_factor(&factor(jeanne, FactorKind::Totp, None)).await.unwrap();
    assert_eq!(store.clear_factors(jeanne).await.unwrap(), 1);
    assert_eq!(store.recovery_codes_left(jeanne).await.unwrap(), 0);
}

pub(crate) async fn a_link_is_taken_once_and_replaces_the_one_before(store: Store) {
    let link = |hash: u8, login: &str| AccountLink {
        hash: [hash; 32],
        source: local(),
        login: login.into(),
        purpose: LinkPurpose::Invitation,
        created_by: None,
        created_at: instant(0),
        expires_at: instant(100),
    };
    store.put_account_link(&link(1, "jeanne")).await.unwrap();
    store.put_account_link(&link(2, "paul")).await.unwrap();
    assert_eq!(store.account_link([1; 32], instant(50)).await.unwrap(), Some(link(1, "jeanne")));
    assert_eq!(store.account_link([1; 32], instant(100)).await.unwrap(), None, "too late");
    assert!(!store.take_account_link([1; 32], instant(100)).await.unwrap(), "too late");
    store.put_account_link(&link(3, "jeanne")).await.unwrap();
    assert!(!store.take_account_link([1; 32], instant(50)).await.unwrap(), "replaced");
    assert!(store.take_account_link([3; 32], instant(50)).await.unwrap());
    assert!(!store.take_account_link([3; 32], instant(50)).await.unwrap(), "taken");
    assert!(store.take_account_link([2; 32], instant(50)).await.unwrap());
}

pub(crate) async fn attempts_at_a_second_factor_are_counted_before_they_are_looked_at(store: Store) {
    let ((_, jeanne), (_, paul)) = (account(&store, "jeanne", "x").await, account(&store, "paul", "x").await);
    let mut allowed = 0;
    for _ in 0..20 {
        allowed += usize::from(store.begin_second_factor(jeanne, instant(0)).await.unwrap());
    }
    assert_eq!(allowed, 5, "the fifth costs a delay");
    assert!(store.begin_second_factor(paul, instant(0)).await.unwrap(), "somebody else");
    assert!(!store.begin_second_factor(jeanne, instant(9)).await.unwrap());
    assert!(store.begin_second_factor(jeanne, instant(10)).await.unwrap());
    assert!(!store.begin_second_factor(jeanne, instant(29)).await.unwrap(), "it doubles");
    assert!(store.begin_second_factor(jeanne, instant(30)).await.unwrap());
    for n in 0..20 {
        store.begin_second_factor(jeanne, instant(1_000 * (n + 1))).await.unwrap();
    }
    assert!(!store.begin_second_factor(jeanne, instant(20_899)).await.unwrap());
    assert!(
        store.begin_second_factor(jeanne, instant(20_900)).await.unwrap(),
        "a quarter of an hour at most"
    );
    store.end_second_factor(jeanne).await.unwrap();
    for _ in 0..5 {
        assert!(store.begin_second_factor(jeanne, instant(20_900)).await.unwrap());
    }
    assert!(store.begin_second_factor(jeanne, instant(24_600)).await.unwrap(), "an hour of rest");
    assert!(store.begin_second_factor(jeanne, instant(24_600)).await.unwrap());
}
