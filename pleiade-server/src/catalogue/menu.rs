//! The menu that LemonLDAP::NG grants a person: read in the background, kept in storage, shown from memory. It belongs to the link by which
//! the person came: another identity link has another menu, or none.

use crate::{
    background_cache::{BackgroundCache, CacheAges},
    session::Session,
    storage::{Storage, StoredMenu},
    web::words::Words,
};
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use pleiade_core::{Application, Clock, IdentityId, LinkId, Message, MessageArg};
use pleiade_federation::lemonldap::PortalSession;
use std::{fmt, sync::Arc, time::Duration};
use tokio_util::task::TaskTracker;

/// A menu is fresh for ten minutes; an older one is shown, whatever its age, while it is read again. A portal that failed is asked again
/// after a minute.
const AGES: CacheAges =
    CacheAges { fresh: Duration::from_secs(600), max: None, pause: Duration::from_secs(60) };

/// The reasons for which there is no menu.
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
    async fn read_applications(&self, session: &Session) -> Result<Vec<Application>, MenuError>;

    /// The sign-ins of the person that the portal remembers, read now.
    ///
    /// # Errors
    /// [`MenuError`].
    async fn portal_session(&self, session: &Session) -> Result<PortalSession, MenuError> {
        let _ = session;
        Err(MenuError::None)
    }
}

/// A menu as it was read.
#[derive(Debug, Clone)]
pub struct Menu {
    applications: Arc<Vec<Application>>,
    read_at: DateTime<Utc>,
}

/// The person and the link: a link may come to another person.
type MenuKey = (IdentityId, LinkId);

/// The menus of everybody.
#[derive(Debug, Clone)]
pub struct Menus {
    source: Arc<dyn MenuSource>,
    storage: Arc<dyn Storage>,
    clock: Arc<dyn Clock>,
    known: BackgroundCache<MenuKey, Menu>,
}

fn key(session: &Session) -> MenuKey {
    (session.actor.identity.id, session.actor.identity.link)
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
        let known = BackgroundCache::new(AGES, clock.clone(), tasks);
        Self { source, storage, clock, known }
    }

    /// The person's session at their portal and their last sign-ins there, read now: for the profile page, which may wait some seconds.
    ///
    /// # Errors
    /// [`MenuError::None`] for who did not come through a portal, [`MenuError::Failed`] when it tells nothing.
    pub async fn portal_session(&self, session: &Session) -> Result<PortalSession, MenuError> {
        self.source.portal_session(session).await
    }

    /// The last known menu of a person, and a remark when it is old or unknown. Asks for a newer one without waiting.
    #[must_use]
    pub fn peek(&self, session: &Arc<Session>, words: &Words) -> (Vec<Application>, Option<String>) {
        let known = self.known.peek(&key(session), || {
            let (menus, session) = (self.clone(), session.clone());
            async move { menus.read_menu(&session).await }
        });
        let note = known.has_failed.then(|| match &known.value {
            Some(menu) => words
                .message(&Message::new("menu-last-known").with("when", MessageArg::Instant(menu.read_at))),
            None => words.t("menu-unknown"),
        });
        let applications = known.value.map(|menu| menu.applications.as_ref().clone());
        (applications.unwrap_or_default(), note)
    }

    /// None when the portal does not answer.
    async fn read_menu(&self, session: &Session) -> Option<Menu> {
        let key = key(session);
        if !self.known.is_known(&key)
            && let Some(menu) = self.stored(key.1).await
        {
            // Shown while the portal is asked.
            self.known.seed(key, menu);
        }
        let applications = match self.source.read_applications(session).await {
            Ok(applications) => applications,
            // The session has none; what an earlier one was told stays stored.
            Err(MenuError::None) => {
                return Some(Menu { applications: Arc::new(Vec::new()), read_at: self.clock.now() });
            }
            Err(MenuError::Failed) => return None,
        };
        let read_at = self.clock.now();
        if let Ok(json) = serde_json::to_string(&applications) {
            let stored = StoredMenu { applications: json, fetched_at: read_at };
            if let Err(error) = self.storage.put_menu(key.1, &stored).await {
                tracing::warn!(%error, "menu not remembered");
            }
        }
        Some(Menu { applications: Arc::new(applications), read_at })
    }

    async fn stored(&self, link: LinkId) -> Option<Menu> {
        let stored = self.storage.menu(link).await.ok()??;
        let applications = serde_json::from_str(&stored.applications).ok()?;
        Some(Menu { applications: Arc::new(applications), read_at: stored.fetched_at })
    }
}
