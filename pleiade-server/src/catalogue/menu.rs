//! The menu that LemonLDAP::NG grants a person: read in the background, kept in storage, shown from memory. It belongs to the link by which
//! the person came: another way in has another menu, or none.

use crate::{
    session::Session,
    storage::{Storage, StoredMenu},
    web::words::Words,
};
use async_trait::async_trait;
use chrono::{DateTime, Duration, Utc};
use moka::sync::Cache;
use pleiade_core::{Application, Clock, IdentityId, LinkId, MessageArg};
use pleiade_federation::lemonldap::PortalSession;
use std::{
    collections::BTreeSet,
    fmt,
    sync::{Arc, Mutex, PoisonError},
};
use tokio_util::task::TaskTracker;

/// How long a menu is taken for today's.
const FRESH: Duration = Duration::minutes(10);

/// How long a failed portal is left alone.
const PAUSE: Duration = Duration::minutes(1);

/// Why there is no menu.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MenuError {
    /// This session was not opened through a portal with a menu.
    #[error("this session has no portal menu")]
    None,
    /// The portal does not answer, or not as it should.
    #[error("the portal's menu cannot be read")]
    Failed,
}

/// Something that knows the menu of a session.
#[async_trait]
pub trait MenuSource: fmt::Debug + Send + Sync + 'static {
    /// Reads it now.
    ///
    /// # Errors
    /// [`MenuError`].
    async fn read(&self, session: &Session) -> Result<Vec<Application>, MenuError>;

    /// What the portal remembers of the person's sign-ins, read now.
    ///
    /// # Errors
    /// [`MenuError`].
    async fn portal_session(&self, session: &Session) -> Result<PortalSession, MenuError> {
        let _ = session;
        Err(MenuError::None)
    }
}

/// A menu as it was last known.
#[derive(Debug, Clone)]
pub struct Menu {
    applications: Arc<Vec<Application>>,
    read_at: Option<DateTime<Utc>>,
    /// The last attempt, if it failed.
    failed_at: Option<DateTime<Utc>>,
}

/// The menus of everybody.
#[derive(Debug, Clone)]
pub struct Menus {
    source: Arc<dyn MenuSource>,
    storage: Arc<dyn Storage>,
    clock: Arc<dyn Clock>,
    known: Cache<Whose, Menu>,
    /// Whose menu is being asked for.
    asking: Asking,
    tasks: TaskTracker,
}

/// The person and the link: a link may come to another person.
type Whose = (IdentityId, LinkId);

type Asking = Arc<Mutex<BTreeSet<Whose>>>;

fn whose(session: &Session) -> Whose {
    (session.actor.identity.id, session.actor.identity.link)
}

/// One question at a time for each person, until this is dropped.
struct Turn(Asking, Whose);

impl Turn {
    fn take(asking: &Asking, id: Whose) -> Option<Self> {
        asking.lock().unwrap_or_else(PoisonError::into_inner).insert(id).then(|| Self(asking.clone(), id))
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.1);
    }
}

impl Menus {
    /// Menus from a portal, remembered in storage.
    #[must_use]
    pub fn new(
        source: Arc<dyn MenuSource>,
        storage: Arc<dyn Storage>,
        clock: Arc<dyn Clock>,
        tasks: TaskTracker,
    ) -> Self {
        Self { source, storage, clock, known: Cache::new(100_000), asking: Asking::default(), tasks }
    }

    /// The person's session at their portal and their last sign-ins there, read now: for the profile page, which may wait some seconds.
    ///
    /// # Errors
    /// [`MenuError::None`] for who did not come through a portal, [`MenuError::Failed`] when it tells nothing.
    pub async fn portal_session(&self, session: &Session) -> Result<PortalSession, MenuError> {
        self.source.portal_session(session).await
    }

    /// What is known of a person's menu, and a remark when it is old or unknown. Asks for a newer one without waiting.
    #[must_use]
    pub fn of(&self, session: &Arc<Session>, words: &Words) -> (Vec<Application>, Option<String>) {
        let now = self.clock.now();
        let known = self.known.get(&whose(session));
        let (fresh, paused) = known.as_ref().map_or((false, false), |menu| {
            (
                menu.read_at.is_some_and(|at| now - at < FRESH),
                menu.failed_at.is_some_and(|at| now - at < PAUSE),
            )
        });
        if !fresh
            && !paused
            && let Some(turn) = Turn::take(&self.asking, whose(session))
        {
            let (menus, session) = (self.clone(), session.clone());
            self.tasks.spawn(async move {
                menus.refresh(&session).await;
                drop(turn);
            });
        }
        let Some(menu) = known else { return (Vec::new(), None) };
        let note = menu.failed_at.map(|_| match menu.read_at {
            Some(at) => words.message(
                &pleiade_core::Message::new("menu-last-known").with("when", MessageArg::Instant(at)),
            ),
            None => words.t("menu-unknown"),
        });
        (menu.applications.as_ref().clone(), note)
    }

    async fn refresh(&self, session: &Session) {
        let id = whose(session);
        let now = self.clock.now();
        let known = match self.known.get(&id) {
            Some(menu) => Some(menu),
            None => self.stored(id.1).await,
        };
        let last = known.unwrap_or(Menu { applications: Arc::default(), read_at: None, failed_at: None });
        if last.read_at.is_some() {
            // Shown while the portal is asked.
            self.known.insert(id, last.clone());
        }
        let menu = match self.source.read(session).await {
            Ok(applications) => {
                if let Ok(json) = serde_json::to_string(&applications) {
                    let stored = StoredMenu { applications: json, fetched_at: now };
                    if let Err(error) = self.storage.put_menu(id.1, &stored).await {
                        tracing::warn!(%error, "menu not remembered");
                    }
                }
                Menu { applications: Arc::new(applications), read_at: Some(now), failed_at: None }
            }
            Err(MenuError::None) => {
                Menu { applications: Arc::default(), read_at: Some(now), failed_at: None }
            }
            Err(MenuError::Failed) => Menu { failed_at: Some(now), ..last },
        };
        self.known.insert(id, menu);
    }

    async fn stored(&self, id: LinkId) -> Option<Menu> {
        let stored = self.storage.menu(id).await.ok()??;
        let applications = serde_json::from_str(&stored.applications).ok()?;
        Some(Menu { applications: Arc::new(applications), read_at: Some(stored.fetched_at), failed_at: None })
    }
}
