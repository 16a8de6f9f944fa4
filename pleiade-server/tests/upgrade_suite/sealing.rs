//! Sealed records are sealed again for their link, in steps that may be cut short, and by several at once.

use super::{CONFLICTS, Old, Store, link, sealer};
use pleiade_server::{
    rotation,
    seal::{SealKey, Sealer},
    storage::{SchemaState, UpgradeStep},
    upgrade::{SealedByLink, seal_by_link},
};

pub(crate) async fn a_database_without_conflicts_is_upgraded_by_its_start(old: &impl Old) {
    for (_, from, _, closes) in CONFLICTS {
        old.run(&format!(
            "UPDATE links SET disabled = TRUE WHERE source = '{from}' AND subject = '{closes}'"
        ))
        .await;
    }
    assert_eq!(old.probe().await.unwrap(), SchemaState::Older);
    assert_eq!(old.review().await.unwrap().unwrap().conflicts, []);
    let store = old.open().await.unwrap();
    let done = seal_by_link(&store, &sealer()).await.unwrap().unwrap();
    assert_eq!(done.unreadable, 0);
    assert!(done.resealed > 27, "what the others have is theirs alone by now");
    assert_eq!(old.probe().await.unwrap(), SchemaState::Current);
    assert_eq!(old.count("SELECT COUNT(*) FROM links WHERE disabled = FALSE").await, 34);
}

/// Every sealed value with its place.
async fn values(store: &Store) -> Vec<(String, Vec<u8>)> {
    let mut values = Vec::new();
    for kind in rotation::registry(store) {
        for row in kind.sealed_by(sealer().current(), &[], 1000).await.unwrap() {
            values.push((format!("{} {:?}", kind.name(), row.place), row.sealed));
        }
    }
    values
}

pub(crate) async fn what_is_sealed_opens_for_its_link_afterwards_and_for_nobody_else(old: &impl Old) {
    let (store, _) = old.open_upgrading().await.unwrap();
    let opening = async |store: &Store| {
        let mut opens = 0;
        for kind in rotation::registry(store) {
            for row in kind.sealed_by(sealer().current(), &[], 1000).await.unwrap() {
                opens += usize::from(sealer().open(row.purpose.purpose(), &row.sealed).is_ok());
                let other = rotation::SealedFor {
                    link: row.purpose.link.map(|link| pleiade_core::LinkId(link.0 + 1)),
                    ..row.purpose.clone()
                };
                assert!(sealer().open(other.purpose(), &row.sealed).is_err());
            }
        }
        opens
    };
    assert_eq!((opening(&store).await, values(&store).await.len()), (0, 26), "sealed for people until then");
    let done = seal_by_link(&store, &sealer()).await.unwrap();
    // With the one login flow that has begun.
    assert_eq!(done, Some(SealedByLink { resealed: 27, ..SealedByLink::default() }));
    assert_eq!(opening(&store).await, 26);
}

pub(crate) async fn sealing_again_may_be_interrupted_repeated_and_done_by_two(old: &impl Old) {
    let (store, _) = old.open_upgrading().await.unwrap();
    let sealer = sealer();
    // Half of the rows, as an interruption leaves them.
    let kinds = rotation::registry(&store);
    let mut half = 0;
    for kind in &kinds {
        for (n, row) in kind.sealed_by(sealer.current(), &[], 1000).await.unwrap().iter().enumerate() {
            if n % 2 == 0 {
                let person = kind.person(row).await.unwrap().unwrap();
                let purpose = row.purpose.purpose();
                let plain = sealer.open(purpose.for_identity(person), &row.sealed).unwrap();
                assert!(kind.replace(row, &sealer.seal(purpose, &plain).unwrap()).await.unwrap());
                half += 1;
            }
        }
    }
    assert!(store.upgrade_step(UpgradeStep::SealByLink).await.unwrap());
    let done_by_hand = values(&store).await;
    // Two replicas go on at once.
    let (one, other) = (store.clone(), old.open().await.unwrap());
    let (one, other) = tokio::join!(seal_by_link(&one, &sealer), seal_by_link(&other, &sealer));
    let (one, other) = (one.unwrap().unwrap_or_default(), other.unwrap().unwrap_or_default());
    assert_eq!(one.resealed + other.resealed, 27 - half, "each record once");
    assert_eq!((one.unreadable, other.unreadable), (0, 0));
    let after = values(&store).await;
    let unchanged = after.iter().filter(|value| done_by_hand.contains(value)).count();
    assert_eq!(unchanged as u64, half, "what was done is not done again");
    assert!(!store.upgrade_step(UpgradeStep::SealByLink).await.unwrap());
    assert_eq!(seal_by_link(&store, &sealer).await.unwrap(), None, "nothing is left");
    // Interrupted just before it was noted as done: gone through again, and nothing changes.
    old.run("INSERT INTO upgrade_steps (step) VALUES ('seal_by_link')").await;
    assert_eq!(seal_by_link(&store, &sealer).await.unwrap(), Some(SealedByLink::default()));
    assert_eq!(values(&store).await, after);
}

pub(crate) async fn a_row_that_was_moved_by_hand_is_left_and_opens_nothing(old: &impl Old) {
    // Somebody gives the clerk the linked account of Camille, before the upgrade.
    let moved = old
        .run(
            "UPDATE accesses SET sealed = (SELECT o.sealed FROM accesses AS o WHERE o.identity = 2)
             WHERE identity = 1 AND tenant = 'alpha'",
        )
        .await;
    assert_eq!(moved, 1);
    let (store, _) = old.open_upgrading().await.unwrap();
    let done = seal_by_link(&store, &sealer()).await.unwrap();
    assert_eq!(done, Some(SealedByLink { resealed: 26, unreadable: 1, of_another_key: 0 }));
    let clerk = link(&store, "locale", "clerk").await;
    let mut opens = Vec::new();
    for record in store.linked_accounts_by_link(clerk, None).await.unwrap() {
        opens.push((
            record.key.tenant.to_string(),
            sealer().open(record.key.purpose(), &record.sealed).is_ok(),
        ));
    }
    assert_eq!(opens, [("alpha".to_owned(), false), ("beta".to_owned(), true)]);
}

pub(crate) async fn replicas_that_upgrade_together_do_it_once(old: &impl Old) {
    let (one, other) = tokio::join!(old.open_upgrading(), old.open_upgrading());
    let ((one, first), (other, second)) = (one.unwrap(), other.unwrap());
    assert_eq!([first.is_some(), second.is_some()].iter().filter(|did| **did).count(), 1);
    let sealer = sealer();
    let (first, second) = tokio::join!(seal_by_link(&one, &sealer), seal_by_link(&other, &sealer));
    let resealed =
        [first.unwrap(), second.unwrap()].into_iter().flatten().map(|done| done.resealed).sum::<u64>();
    assert_eq!(resealed, 27);
    let lines = old
        .count("SELECT COUNT(*) FROM audit WHERE event = 'link_disabled' AND facts LIKE '%upgrade%'")
        .await;
    assert_eq!(lines, 8);
    drop(upgraded_again(old, one).await);
}

/// Whoever starts later finds nothing to do.
async fn upgraded_again(old: &impl Old, _running: Store) -> Store {
    let store = old.open().await.unwrap();
    assert_eq!(seal_by_link(&store, &sealer()).await.unwrap(), None);
    store
}

pub(crate) async fn what_another_key_sealed_waits_for_a_start_that_has_it(old: &impl Old) {
    let (store, _) = old.open_upgrading().await.unwrap();
    let before = values(&store).await;
    let wrong = Sealer::new(SealKey::generate().unwrap(), Vec::new());
    let done = seal_by_link(&store, &wrong).await.unwrap();
    assert_eq!(done, Some(SealedByLink { of_another_key: 27, ..SealedByLink::default() }));
    assert_eq!(values(&store).await, before);
    assert_eq!(old.probe().await.unwrap(), SchemaState::Older, "it is still to be done");
    // A new key, with the old one beside it: what was sealed for people is sealed for links, with the new one.
    let text = std::fs::read_to_string(super::data().join("seal.key")).unwrap();
    let both = Sealer::new(SealKey::generate().unwrap(), vec![SealKey::from_base64(text.trim()).unwrap()]);
    let done = seal_by_link(&store, &both).await.unwrap();
    assert_eq!(done, Some(SealedByLink { resealed: 27, ..SealedByLink::default() }));
    assert_eq!(rotation::waiting(&rotation::registry(&store), &both).await.unwrap(), 0);
    assert_eq!(old.probe().await.unwrap(), SchemaState::Current);
}
