//! The menus of LemonLDAP::NG portals, each read with the person's own session there.

use super::{MenuError, MenuSource};
use crate::session::Session;
use async_trait::async_trait;
use pleiade_core::{Application, SourceId};
use pleiade_federation::lemonldap::Menu;
use std::collections::BTreeMap;

/// The portal of each sign-in source that has a menu.
#[derive(Debug)]
pub struct PortalMenus(pub BTreeMap<SourceId, Menu>);

#[async_trait]
impl MenuSource for PortalMenus {
    async fn read(&self, session: &Session) -> Result<Vec<Application>, MenuError> {
        let menu = self.0.get(&session.source).ok_or(MenuError::None)?;
        let portal_session =
            session.tokens().and_then(|tokens| tokens.portal_session.as_ref()).ok_or(MenuError::None)?;
        menu.applications(portal_session).await.map_err(|error| {
            // The portal's session ended before ours: the person sees the last known menu.
            tracing::info!(source = %session.source, kind = error.kind().as_str(), "menu not read");
            MenuError::Failed
        })
    }
}
