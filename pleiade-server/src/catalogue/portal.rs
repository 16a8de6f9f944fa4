//! The portals of LemonLDAP::NG, each asked with the person's own session there.

use super::{MenuError, MenuSource};
use crate::session::Session;
use async_trait::async_trait;
use pleiade_core::{Application, ConnectorError, SecretString, SourceId, Transport};
use pleiade_federation::lemonldap::{LemonldapConfig, Menu, PortalSession, PortalSessions};
use std::{collections::BTreeMap, sync::Arc};

/// The portal of each sign-in source that has one.
#[derive(Debug)]
pub struct PortalMenus(pub BTreeMap<SourceId, Portal>);

/// One portal.
#[derive(Debug)]
pub struct Portal {
    menu: Menu,
    sessions: PortalSessions,
}

impl Portal {
    /// A client of the portal.
    ///
    /// # Errors
    /// When its settings cannot be used.
    pub fn new(config: &LemonldapConfig, transport: &Arc<dyn Transport>) -> Result<Self, ConnectorError> {
        let (menu, sessions) =
            (Menu::new(config, transport.clone())?, PortalSessions::new(config, transport.clone())?);
        Ok(Self { menu, sessions })
    }
}

impl PortalMenus {
    /// The portal of a session, and the session that the person has there.
    fn portal_and_session<'a>(
        &'a self,
        session: &'a Session,
    ) -> Result<(&'a Portal, &'a SecretString), MenuError> {
        let portal = self.0.get(&session.source).ok_or(MenuError::None)?;
        let tokens = session.tokens().and_then(|tokens| tokens.portal_session.as_ref());
        Ok((portal, tokens.ok_or(MenuError::None)?))
    }
}

#[async_trait]
impl MenuSource for PortalMenus {
    async fn read_applications(&self, session: &Session) -> Result<Vec<Application>, MenuError> {
        let (portal, theirs) = self.portal_and_session(session)?;
        // The portal's session ended before ours: the person sees the last known menu.
        portal.menu.applications(theirs).await.map_err(|error| failed(session, &error))
    }

    async fn portal_session(&self, session: &Session) -> Result<PortalSession, MenuError> {
        let (portal, theirs) = self.portal_and_session(session)?;
        portal.sessions.session(theirs).await.map_err(|error| failed(session, &error))
    }
}

fn failed(session: &Session, error: &ConnectorError) -> MenuError {
    let (operation, kind) = (error.operation(), error.kind().as_str());
    tracing::info!(source = %session.source, operation, kind, "the portal told nothing");
    MenuError::Failed
}
