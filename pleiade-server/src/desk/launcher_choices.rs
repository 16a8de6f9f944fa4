//! How a person arranges their launcher in a collectivité: what they pinned, in their order, what they opened last, and whether they see it
//! as tiles or as a list.

use crate::{
    background_cache::{BackgroundCache, CacheAges},
    session::Session,
    storage::{Storage, StorageError},
};
use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use pleiade_core::{Clock, IdentityId, LinkId, TenantId};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use std::{sync::Arc, time::Duration};
use tokio_util::task::TaskTracker;
use url::Url;

/// Another replica shows for half a minute what was arranged here.
const AGES: CacheAges =
    CacheAges { fresh: Duration::from_secs(30), max: None, pause: Duration::from_secs(10) };

/// Applications that somebody pins at most.
const MAX_PINNED: usize = 24;
/// Applications opened last that are remembered. No time is kept with them.
const MAX_RECENT: usize = 5;

/// The name of an application in forms and in storage: the beginning of the SHA-256 of its address, in base64url. Two sources that name the
/// same page name the same application.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TileKey(String);

impl TileKey {
    const BYTES: usize = 12;

    /// The name of the application at an address.
    #[must_use]
    pub fn new(url: &Url) -> Self {
        Self::digest(url.as_str())
    }

    /// The name of a page of ours, which has no host.
    #[must_use]
    pub(super) fn of_portal(path: &str) -> Self {
        Self::digest(path)
    }

    fn digest(text: &str) -> Self {
        let digest = Sha256::digest(text);
        Self(BASE64_URL_SAFE_NO_PAD.encode(digest.split_at(Self::BYTES).0))
    }

    /// The same, as it is written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// How the page of applications shows them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LauncherView {
    /// Pictures and names.
    #[default]
    Tiles,
    /// One a line, with what it is for and the state of its service.
    List,
}

/// Where a pinned application goes among the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Direction {
    /// Before the one before it.
    Up,
    /// After the one after it.
    Down,
}

/// What somebody chose. An application that is gone keeps its place, for when it comes back.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LauncherChoices {
    /// What they pinned, in their order.
    #[serde(default)]
    pub pinned: Vec<TileKey>,
    /// What they opened last, the last one first.
    #[serde(default)]
    pub recent: Vec<TileKey>,
    /// How they see the page.
    #[serde(default)]
    pub view: LauncherView,
}

impl LauncherChoices {
    /// True if an application is pinned.
    #[must_use]
    pub fn is_pinned(&self, key: &TileKey) -> bool {
        self.pinned.contains(key)
    }

    /// Pins an application after the others. False when there are too many already.
    pub(super) fn pin(&mut self, key: TileKey) -> bool {
        if self.is_pinned(&key) {
            return true;
        }
        let has_room = self.pinned.len() < MAX_PINNED;
        if has_room {
            self.pinned.push(key);
        }
        has_room
    }

    pub(super) fn unpin(&mut self, key: &TileKey) {
        self.pinned.retain(|known| known != key);
    }

    /// Moves a pinned application by one among those that are `shown`: what is gone counts for no place. False where it cannot move.
    pub(super) fn shift(&mut self, key: &TileKey, direction: Direction, shown: &[TileKey]) -> bool {
        let place = |wanted: &TileKey| self.pinned.iter().position(|known| known == wanted);
        let Some(from) = place(key) else { return false };
        let mut neighbours = self.pinned.iter().filter(|known| *known != key && shown.contains(known));
        let neighbour = match direction {
            Direction::Up => neighbours.rfind(|known| place(known).is_some_and(|at| at < from)),
            Direction::Down => neighbours.find(|known| place(known).is_some_and(|at| at > from)),
        };
        let Some(to) = neighbour.and_then(place) else { return false };
        let moved = self.pinned.remove(from);
        self.pinned.insert(to, moved);
        true
    }

    pub(super) fn note_opened(&mut self, key: TileKey) {
        self.recent.retain(|known| *known != key);
        self.recent.insert(0, key);
        self.recent.truncate(MAX_RECENT);
    }
}

/// The person, the link and the collectivité: a link may come to another person.
type ChoicesKey = (IdentityId, LinkId, TenantId);

/// The choices of everybody, as last known: a page shows them without waiting for storage. Cloning is cheap.
#[derive(Debug, Clone)]
pub struct KnownLauncherChoices {
    storage: Arc<dyn Storage>,
    known: BackgroundCache<ChoicesKey, Arc<LauncherChoices>>,
}

fn key(session: &Session) -> ChoicesKey {
    let identity = &session.actor.identity;
    (identity.id, identity.link, session.actor.acting.tenant.clone())
}

impl KnownLauncherChoices {
    /// Nothing is known yet.
    #[must_use]
    pub fn new(storage: Arc<dyn Storage>, clock: Arc<dyn Clock>, tasks: TaskTracker) -> Self {
        Self { storage, known: BackgroundCache::new(AGES, clock, tasks) }
    }

    /// Those of a session's person where they act, as last known; old ones are read again beside. None before they were read once.
    pub(super) fn peek(&self, session: &Session) -> Arc<LauncherChoices> {
        let wanted = key(session);
        let known = self.known.peek(&wanted, || {
            let (choices, wanted) = (self.clone(), wanted.clone());
            async move { choices.read(&wanted).await }
        });
        known.value.unwrap_or_default()
    }

    /// Those that storage has, unless they were read a moment ago, or the last known ones when it does not answer.
    pub(super) async fn load(&self, session: &Session) -> Arc<LauncherChoices> {
        let wanted = key(session);
        self.known.get(&wanted, self.read(&wanted)).await.value.unwrap_or_default()
    }

    /// Changes those of a session's person where they act. The next page shows what has just been changed.
    pub(super) async fn change<T>(
        &self,
        session: &Session,
        change: impl FnOnce(&mut LauncherChoices) -> T + Send,
    ) -> Result<T, StorageError> {
        let wanted = key(session);
        let transaction = self.storage.begin().await?;
        let stored = transaction.launcher_choices(wanted.1, &wanted.2).await?;
        let mut choices = parse(stored);
        let before = choices.clone();
        let result = change(&mut choices);
        if choices != before {
            let json = serde_json::to_string(&choices).map_err(|_| StorageError::Corrupt("a launcher"))?;
            transaction.put_launcher_choices(wanted.1, &wanted.2, &json).await?;
            transaction.commit().await?;
        }
        self.known.forget(|known| *known == wanted);
        self.load(session).await;
        Ok(result)
    }

    /// None when storage does not answer.
    async fn read(&self, key: &ChoicesKey) -> Option<Arc<LauncherChoices>> {
        match self.storage.launcher_choices(key.1, &key.2).await {
            Ok(stored) => Some(Arc::new(parse(stored))),
            Err(error) => {
                tracing::warn!(%error, "how somebody arranges their launcher was not read");
                None
            }
        }
    }
}

/// What cannot be read is nothing: an order of tiles is not worth an error page.
fn parse(stored: Option<String>) -> LauncherChoices {
    stored.and_then(|json| serde_json::from_str(&json).ok()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(names: &[&str]) -> Vec<TileKey> {
        names.iter().map(|name| TileKey((*name).to_owned())).collect()
    }

    fn pinned(names: &[&str]) -> LauncherChoices {
        LauncherChoices { pinned: keys(names), ..LauncherChoices::default() }
    }

    #[test]
    fn a_pinned_application_moves_past_the_next_one_that_is_shown() {
        let key = |name: &str| TileKey(name.to_owned());
        let shown = keys(&["a", "b", "d"]);
        for (moved, direction, expected) in [
            ("b", Direction::Up, ["b", "a", "gone", "d"]),
            ("b", Direction::Down, ["a", "gone", "d", "b"]),
            ("d", Direction::Up, ["a", "d", "b", "gone"]),
            ("a", Direction::Up, ["a", "b", "gone", "d"]),
            ("d", Direction::Down, ["a", "b", "gone", "d"]),
            ("none", Direction::Down, ["a", "b", "gone", "d"]),
        ] {
            let mut choices = pinned(&["a", "b", "gone", "d"]);
            choices.shift(&key(moved), direction, &shown);
            assert_eq!(choices.pinned, keys(&expected), "{moved} {direction:?}");
        }
    }

    #[test]
    fn pins_and_what_was_opened_have_an_end() {
        let mut choices = LauncherChoices::default();
        for number in 0..MAX_PINNED {
            assert!(choices.pin(TileKey(number.to_string())));
        }
        assert!(choices.pin(TileKey("0".into())), "it is pinned already");
        assert!(!choices.pin(TileKey("more".into())));
        for name in ["a", "b", "a", "c", "d", "e", "f"] {
            choices.note_opened(TileKey(name.into()));
        }
        assert_eq!(choices.recent, keys(&["f", "e", "d", "c", "a"]));
    }

    #[test]
    fn what_cannot_be_read_is_nothing_and_what_is_missing_is_its_default() {
        assert_eq!(parse(Some("{".into())), LauncherChoices::default());
        assert_eq!(parse(Some(r#"{"pinned":["a"]}"#.into())), pinned(&["a"]));
    }
}
