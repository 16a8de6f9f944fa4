//! What the connector remembers of each person between two readings, so that it asks Nextcloud less. Never a secret: a credential is
//! known by a keyed hash that means nothing outside this process.

use super::client::{Capabilities, Notification};
use pleiade_core::{ActorKey, Credential, ExposeSecret as _};
use std::{
    collections::HashMap,
    fmt,
    hash::{BuildHasher as _, RandomState},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

/// Beyond this many people everything is forgotten: each costs some kilobytes.
const PEOPLE: usize = 20_000;
/// A refused credential is left alone this long: each wrong password slows the whole portal down, and a server whose directory is
/// down refuses everybody for a while.
const REFUSED_FOR: Duration = Duration::from_secs(3600);
/// Capabilities change rarely.
const KEPT_FOR: Duration = Duration::from_secs(3600);

#[derive(Default)]
struct Person {
    account: u64,
    refused: Option<(u64, Duration)>,
    capabilities: Option<(Arc<Capabilities>, Option<String>, Duration)>,
    notifications: Option<(Arc<Vec<Notification>>, String)>,
}

#[derive(Default)]
pub(super) struct Memory {
    people: Mutex<HashMap<ActorKey, Person>>,
    hasher: RandomState,
}

impl fmt::Debug for Memory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Memory").finish_non_exhaustive()
    }
}

impl Memory {
    /// Names a credential without telling it.
    pub(super) fn fingerprint(&self, credential: &Credential) -> u64 {
        match credential {
            Credential::LinkedAccount { login, secret } => {
                self.hasher.hash_one((login, secret.expose_secret()))
            }
            Credential::PersonToken { token, .. } => self.hasher.hash_one(token.expose_secret()),
            other => self.hasher.hash_one(other.kind()),
        }
    }

    /// Names the account behind a credential: a token is renewed all day for the same one.
    fn account(&self, credential: &Credential) -> u64 {
        match credential {
            Credential::PersonToken { .. } => self.hasher.hash_one(credential.kind()),
            other => self.fingerprint(other),
        }
    }

    fn people(&self) -> MutexGuard<'_, HashMap<ActorKey, Person>> {
        self.people.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn update(&self, key: &ActorKey, change: impl FnOnce(&mut Person)) {
        let mut people = self.people();
        if people.len() >= PEOPLE && !people.contains_key(key) {
            people.clear();
        }
        change(people.entry(key.clone()).or_default());
    }

    /// Forgets what belongs to another account than the credential's.
    pub(super) fn enter(&self, key: &ActorKey, credential: &Credential) {
        let account = self.account(credential);
        self.update(key, |person| {
            if person.account != account {
                *person = Person { account, refused: person.refused, ..Person::default() };
            }
        });
    }

    /// Whether this very credential was refused lately.
    pub(super) fn is_refused(&self, key: &ActorKey, fingerprint: u64, now: Duration) -> bool {
        self.people()
            .get(key)
            .and_then(|person| person.refused)
            .is_some_and(|(refused, since)| refused == fingerprint && now.saturating_sub(since) < REFUSED_FOR)
    }

    pub(super) fn refuse(&self, key: &ActorKey, fingerprint: u64, now: Duration) {
        self.update(key, |person| person.refused = Some((fingerprint, now)));
    }

    /// The capabilities, whether they are still good, and their tag.
    pub(super) fn capabilities(
        &self,
        key: &ActorKey,
        now: Duration,
    ) -> Option<(Arc<Capabilities>, bool, Option<String>)> {
        let people = self.people();
        let (capabilities, etag, since) = people.get(key)?.capabilities.as_ref()?;
        Some((Arc::clone(capabilities), now.saturating_sub(*since) < KEPT_FOR, etag.clone()))
    }

    pub(super) fn keep_capabilities(
        &self,
        key: &ActorKey,
        capabilities: &Arc<Capabilities>,
        etag: Option<String>,
        now: Duration,
    ) {
        self.update(key, |person| person.capabilities = Some((Arc::clone(capabilities), etag, now)));
    }

    pub(super) fn forget_capabilities(&self, key: &ActorKey) {
        self.update(key, |person| person.capabilities = None);
    }

    pub(super) fn notifications(&self, key: &ActorKey) -> Option<(Arc<Vec<Notification>>, String)> {
        self.people().get(key)?.notifications.clone()
    }

    pub(super) fn keep_notifications(
        &self,
        key: &ActorKey,
        list: &Arc<Vec<Notification>>,
        etag: Option<String>,
    ) {
        self.update(key, |person| person.notifications = etag.map(|etag| (Arc::clone(list), etag)));
    }
}
