use super::*;
use crate::seal::SealKey;
use pleiade_testkit::ManualClock;
use proptest::prelude::*;
use std::time::Duration;

fn clock() -> Arc<ManualClock> {
    Arc::new(ManualClock::starting_at(DateTime::from_timestamp(1_800_000_000, 0).unwrap()))
}

struct World {
    store: Arc<MemoryStore>,
    clock: Arc<ManualClock>,
    vault: Vault,
}

fn world_with(sealer: Sealer) -> World {
    let (store, clock) = (Arc::new(MemoryStore::default()), clock());
    let vault = Vault::new(store.clone(), Arc::new(sealer), clock.clone());
    World { store, clock, vault }
}

fn world() -> World {
    world_with(Sealer::new(SealKey::generate().unwrap(), Vec::new()))
}

fn key(tenant: &str, person: i64, connector: &str) -> LinkedAccountKey {
    LinkedAccountKey::new(
        TenantId::new(tenant).unwrap(),
        LinkId(person),
        ConnectorId::new(connector).unwrap(),
    )
}

fn account() -> LinkedAccount {
    LinkedAccount::new("jdupont", "sentinel-secret".to_owned().into())
}

async fn connected(world: &World, key: &LinkedAccountKey) {
    world.vault.put(key, &account(), LinkingKind::Pasted, None).await.unwrap();
}

#[tokio::test]
async fn what_is_kept_comes_back_and_is_not_readable_in_the_store() {
    let world = world();
    let mine = key("alpha", 1, "cloud");
    connected(&world, &mine).await;
    let linked_account = world.vault.open(&mine).await.unwrap().unwrap();
    assert_eq!(linked_account.account.login, "jdupont");
    assert_eq!(linked_account.account.secret.expose_secret(), "sentinel-secret");
    assert_eq!((linked_account.record.how, linked_account.record.last_used_at), (LinkingKind::Pasted, None));
    let sealed = world.store.rows()[&mine].sealed.clone();
    for word in ["jdupont", "sentinel"] {
        assert!(!sealed.windows(word.len()).any(|window| window == word.as_bytes()), "{word}");
    }
    assert!(!format!("{linked_account:?}").contains("jdupont"));
    assert!(world.vault.remove(&mine).await.unwrap());
    assert!(!world.vault.remove(&mine).await.unwrap());
    assert!(world.vault.open(&mine).await.unwrap().is_none());
}

#[tokio::test]
async fn a_row_moved_to_another_tenant_person_or_application_opens_nothing() {
    let world = world();
    let mine = key("alpha", 1, "cloud");
    connected(&world, &mine).await;
    let row = world.store.rows()[&mine].clone();
    for thief in [key("beta", 1, "cloud"), key("alpha", 2, "cloud"), key("alpha", 1, "mail")] {
        // Moved as it is, then made to look at home.
        for record in [row.clone(), LinkedAccountRecord { key: thief.clone(), ..row.clone() }] {
            world.store.rows().insert(thief.clone(), record);
            let error = world.vault.open(&thief).await.unwrap_err();
            assert!(matches!(error, VaultError::Seal(SealError::Refused)), "{thief:?}");
        }
        let listed = world.vault.list(&thief.tenant, thief.link).await.unwrap();
        let (_, found) = listed.iter().find(|(key, _)| *key == thief).unwrap();
        assert!(found.is_err());
        world.store.rows().remove(&thief);
    }
    // Two linked accounts of one person, exchanged.
    let other = key("alpha", 1, "mail");
    connected(&world, &other).await;
    // Two statements: both guards would live to the end of one.
    let a = world.store.rows()[&mine].clone();
    let b = world.store.rows()[&other].clone();
    world.store.rows().insert(mine.clone(), LinkedAccountRecord { sealed: b.sealed, ..a.clone() });
    world.store.rows().insert(other.clone(), LinkedAccountRecord { sealed: a.sealed, ..b });
    assert!(world.vault.open(&mine).await.is_err() && world.vault.open(&other).await.is_err());
}

#[tokio::test]
async fn the_seal_of_something_else_is_not_an_access() {
    let sealer = Arc::new(Sealer::new(SealKey::generate().unwrap(), Vec::new()));
    let (store, clock) = (Arc::new(MemoryStore::default()), clock());
    let vault = Vault::new(store.clone(), sealer.clone(), clock);
    let mine = key("alpha", 1, "cloud");
    vault.put(&mine, &account(), LinkingKind::LoginFlow, None).await.unwrap();
    let plain = br#"{"login":"a","secret":"b"}"#;
    let forged = sealer.seal(mine.purpose_of("pending access"), plain).unwrap();
    store.rows().get_mut(&mine).unwrap().sealed = forged;
    assert!(vault.open(&mine).await.is_err());
    // Well sealed, badly made.
    store.rows().get_mut(&mine).unwrap().sealed = sealer.seal(mine.purpose(), b"[]").unwrap();
    assert!(vault.open(&mine).await.is_err());
}

#[tokio::test]
async fn another_key_opens_nothing_and_a_previous_one_does() {
    let old = SealKey::generate().unwrap();
    let before = world_with(Sealer::new(old.clone(), Vec::new()));
    let mine = key("alpha", 1, "cloud");
    connected(&before, &mine).await;
    let row = before.store.rows()[&mine].clone();
    let stranger = world();
    stranger.store.rows().insert(mine.clone(), row.clone());
    let error = stranger.vault.open(&mine).await.unwrap_err();
    assert!(matches!(error, VaultError::Seal(SealError::UnknownKey)));
    let after = world_with(Sealer::new(SealKey::generate().unwrap(), vec![old]));
    after.store.rows().insert(mine.clone(), row);
    assert!(after.vault.open(&mine).await.unwrap().is_some());
}

#[tokio::test]
async fn a_use_is_due_once_a_minute_and_a_refused_secret_rests_an_hour() {
    let world = world();
    let mine = key("alpha", 1, "cloud");
    connected(&world, &mine).await;
    let linked_account = world.vault.open(&mine).await.unwrap().unwrap();
    assert!(linked_account.use_is_due(world.clock.now()));
    world.vault.note_use(&mine).await.unwrap();
    let linked_account = world.vault.open(&mine).await.unwrap().unwrap();
    assert!(!linked_account.use_is_due(world.clock.now()));
    assert!(linked_account.use_is_due(world.clock.now() + TimeDelta::seconds(60)));

    world.vault.note_refusal(&linked_account).await.unwrap();
    let refused = world.vault.open(&mine).await.unwrap().unwrap();
    assert!(
        refused.is_in_cooldown(world.clock.now())
            && refused.is_in_cooldown(world.clock.now() + TimeDelta::minutes(59))
    );
    assert!(!refused.is_in_cooldown(world.clock.now() + TimeDelta::hours(1)));

    // The person connects again: what is late to complain of the old secret does not stain the new one.
    world.clock.advance(Duration::from_secs(1));
    connected(&world, &mine).await;
    world.vault.note_refusal(&refused).await.unwrap();
    assert_eq!(world.vault.open(&mine).await.unwrap().unwrap().record.refused_at, None);
}

#[tokio::test]
async fn an_access_past_its_end_rests() {
    let world = world();
    let mine = key("alpha", 1, "cloud");
    let end = world.clock.now() + TimeDelta::hours(2);
    world.vault.put(&mine, &account(), LinkingKind::Pasted, Some(end)).await.unwrap();
    let linked_account = world.vault.open(&mine).await.unwrap().unwrap();
    assert!(
        !linked_account.is_in_cooldown(end - TimeDelta::seconds(1)) && linked_account.is_in_cooldown(end)
    );
}

proptest! {
    #[test]
    fn no_changed_row_opens(place in any::<prop::sample::Index>(), bit in 0_u8..8, cut in any::<bool>()) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let world = world();
            let mine = key("alpha", 1, "cloud");
            connected(&world, &mine).await;
            {
                let mut rows = world.store.rows();
                let sealed = &mut rows.get_mut(&mine).unwrap().sealed;
                let place = place.index(sealed.len());
                if cut { sealed.truncate(place); } else { sealed[place] ^= 1 << bit; }
            }
            assert!(world.vault.open(&mine).await.is_err());
        });
    }

    #[test]
    fn whatever_stands_in_the_store_is_refused_without_panic(bytes in prop::collection::vec(any::<u8>(), 0..120)) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let world = world();
            let mine = key("alpha", 1, "cloud");
            connected(&world, &mine).await;
            world.store.rows().get_mut(&mine).unwrap().sealed = bytes;
            assert!(world.vault.open(&mine).await.is_err());
        });
    }
}
