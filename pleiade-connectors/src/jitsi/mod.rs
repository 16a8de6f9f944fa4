#![doc = include_str!("README.md")]

mod actions;
pub mod client;
mod config;
mod coverage;
#[cfg(any(test, fuzzing))]
#[doc(hidden)]
pub mod fuzzing;
mod meeting;
mod room;
pub mod token;
mod widget;

pub use actions::{CREATE, INVITE, JOIN};
pub use client::Client;
pub use config::{JitsiConfig, RoomConfig, RoomSizeConfig, TokenConfig, TokenPlace};
pub use meeting::room_address;
pub use room::{MAX_ROOM_BYTES, Room};

use crate::{kind::ConnectorSettings, kit::memo::Memo};
use async_trait::async_trait;
use config::PermanentRoom;
use meeting::held_meeting;
use pleiade_core::{
    Action, ActionOutcome, ActionRequest, ApplicationFamily, CallContext, Connector, ConnectorDescriptor,
    ConnectorError, ConnectorId, Credential, CredentialKind, CredentialRequest, Message, Transport, Widget,
    connector::{Health, Messages},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};
use token::{Grant, Signer};
use url::Url;

const ACCEPTS: &[CredentialKind] = &[CredentialKind::Technical];

/// What the card and the actions share.
#[derive(Debug)]
struct Shared {
    id: ConnectorId,
    config: JitsiConfig,
    rooms: Vec<PermanentRoom>,
    client: Client,
    tokens: Option<(Signer, Grant)>,
    reading: Memo<widget::Reading>,
}

impl Shared {
    /// The person's key in the application, where the operator declared one.
    async fn key(&self, cx: &CallContext) -> Result<Option<String>, ConnectorError> {
        let request = CredentialRequest::new(&cx.actor, &self.id, ACCEPTS);
        Ok(match cx.credentials.credential(request).await? {
            Credential::Technical { key } => key,
            _ => None,
        })
    }
}

impl PermanentRoom {
    /// True if the person sees it and is let in from here.
    fn is_for(&self, cx: &CallContext) -> bool {
        self.groups.is_empty() || !self.groups.is_disjoint(&cx.actor.acting.groups)
    }
}

/// A configured Jitsi Meet server.
#[derive(Debug)]
pub struct JitsiConnector {
    descriptor: ConnectorDescriptor,
    shared: Arc<Shared>,
    widgets: Vec<Arc<dyn Widget>>,
}

impl ConnectorSettings for JitsiConfig {
    fn addresses(&self) -> Vec<&Url> {
        [&self.url].into_iter().chain(self.room_size.as_ref().map(|size| &size.url)).collect()
    }

    fn accepts(&self) -> &[CredentialKind] {
        ACCEPTS
    }

    fn reserved(&self) -> BTreeMap<Url, BTreeSet<String>> {
        let rooms =
            self.check().unwrap_or_default().into_iter().filter(|permanent| !permanent.groups.is_empty());
        rooms.map(|permanent| (room_address(&self.url, &permanent.room), permanent.groups)).collect()
    }

    fn build(
        &self,
        id: ConnectorId,
        transport: Arc<dyn Transport>,
    ) -> Result<Arc<dyn Connector>, ConnectorError> {
        Ok(Arc::new(JitsiConnector::new(id, self.clone(), transport)?))
    }
}

impl JitsiConnector {
    /// Joins a configuration and a network.
    ///
    /// # Errors
    /// [`BadConfiguration`](pleiade_core::ErrorKind::BadConfiguration), whose hint names the key.
    pub fn new(
        id: ConnectorId,
        config: JitsiConfig,
        transport: Arc<dyn Transport>,
    ) -> Result<Self, ConnectorError> {
        let rooms = config.check()?;
        let client = Client::new(&config, transport)?;
        let tokens = config.token.as_ref().map(|token| token.read(&config.url)).transpose()?;
        let descriptor = ConnectorDescriptor::new(
            "jitsi",
            id.clone(),
            config.name.clone(),
            config.url.clone(),
            ACCEPTS,
            Messages::new(include_str!("locales/fr.ftl"), include_str!("locales/en.ftl")),
        )
        .with_look(ApplicationFamily::Collaboration, "video-camera")
        .with_coverage(coverage::coverage());
        let shared = Arc::new(Shared { id, config, rooms, client, tokens, reading: Memo::default() });
        let widgets = vec![Arc::new(widget::Rooms::new(Arc::clone(&shared))) as Arc<dyn Widget>];
        Ok(Self { descriptor, shared, widgets })
    }
}

#[async_trait]
impl Connector for JitsiConnector {
    fn descriptor(&self) -> &ConnectorDescriptor {
        &self.descriptor
    }

    fn widgets(&self) -> &[Arc<dyn Widget>] {
        &self.widgets
    }

    async fn probe(&self) -> Result<Health, ConnectorError> {
        self.shared.client.service().await?;
        Ok(Health::new(None))
    }

    async fn perform(
        &self,
        cx: &CallContext,
        request: &ActionRequest,
    ) -> Result<ActionOutcome, ConnectorError> {
        actions::perform(&self.shared, cx, request).await
    }

    fn joining(&self, meeting: &Url) -> Option<Action> {
        let held = held_meeting(&self.shared.config.url, meeting)?;
        Some(match &held.room {
            Some(room) => actions::join(&self.shared, room),
            None => Action::open(JOIN, Message::new("jitsi-action-join"), held.address),
        })
    }
}
