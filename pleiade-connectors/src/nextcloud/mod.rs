#![doc = include_str!("README.md")]

pub mod client;
mod config;
mod linking;
mod links;
mod memory;
mod visit;
mod widgets;
mod wire;

pub use client::Client;
pub use config::{AccessMode, NextcloudConfig, WidgetKind};
pub use links::Links;

use async_trait::async_trait;
use client::Presence;
use memory::Memory;
use pleiade_core::{
    AccountLinking, ActionOutcome, ActionRequest, CallContext, Connector, ConnectorDescriptor,
    ConnectorError, ConnectorId, CredentialKind, ErrorKind, Message, Transport, Widget,
    connector::{Health, Messages},
};
use std::sync::Arc;
use visit::Shared;

/// A configured Nextcloud server.
#[derive(Debug)]
pub struct NextcloudConnector {
    descriptor: ConnectorDescriptor,
    shared: Arc<Shared>,
    widgets: Vec<Arc<dyn Widget>>,
    linking: Option<linking::Linking>,
}

impl NextcloudConnector {
    /// Joins a configuration and a network.
    ///
    /// # Errors
    /// [`ErrorKind::BadConfiguration`] when an address is not a plain `http` or `https` address, or the agenda looks ahead less than
    /// 1 or more than 31 days.
    pub fn new(
        id: ConnectorId,
        config: NextcloudConfig,
        transport: Arc<dyn Transport>,
    ) -> Result<Self, ConnectorError> {
        if !(1..=31).contains(&config.agenda_days) {
            return Err(ConnectorError::new(ErrorKind::BadConfiguration, "read the configuration")
                .with_hint("agenda_days is 1 to 31"));
        }
        let client = Client::new(&config.url, config.public_url.as_ref(), transport)?;
        let descriptor = ConnectorDescriptor::new(
            "nextcloud",
            id.clone(),
            config.name,
            client.links().home(),
            &[CredentialKind::LinkedAccount, CredentialKind::PersonToken],
            Messages::new(include_str!("locales/fr.ftl"), include_str!("locales/en.ftl")),
        );
        let linking = linking::Linking::new(&client, config.access);
        let shared = Arc::new(Shared {
            id,
            client,
            mode: config.access,
            agenda_days: config.agenda_days,
            memory: Memory::default(),
        });
        let widgets = config
            .widgets
            .iter()
            .map(|kind| widgets::build(*kind, &shared))
            .collect::<Result<_, _>>()
            .map_err(|_| ConnectorError::new(ErrorKind::Internal, "name the widgets"))?;
        Ok(Self { descriptor, shared, widgets, linking })
    }

    /// The typed client, for what widgets do not offer: connecting an account, revoking an app password, activities.
    #[must_use]
    pub fn client(&self) -> &Client {
        &self.shared.client
    }
}

/// A click of a person, its target read and checked.
#[derive(Debug, Clone)]
enum Wish {
    Dismiss(u64),
    MarkRead(String),
    SetPresence(Presence),
    AcceptShare(u64),
}

impl Wish {
    fn read(request: &ActionRequest) -> Result<Self, ConnectorError> {
        let target = request.target.as_str();
        let number = || target.parse::<u64>().ok();
        let wish = match request.id.as_str() {
            "dismiss-notification" => number().map(Self::Dismiss),
            "mark-read" => wire::is_token(target).then(|| Self::MarkRead(target.to_owned())),
            "set-presence" => Presence::parse(target).map(Self::SetPresence),
            "accept-share" => number().map(Self::AcceptShare),
            _ => return Err(ConnectorError::new(ErrorKind::Unsupported, "perform an action")),
        };
        wish.ok_or_else(|| ConnectorError::new(ErrorKind::NotFound, "perform an action"))
    }
}

#[async_trait]
impl Connector for NextcloudConnector {
    fn descriptor(&self) -> &ConnectorDescriptor {
        &self.descriptor
    }

    fn widgets(&self) -> &[Arc<dyn Widget>] {
        &self.widgets
    }

    async fn probe(&self) -> Result<Health, ConnectorError> {
        self.shared.client.status().await.map(|status| Health::new(Some(status.version)))
    }

    fn linking(&self) -> Option<&dyn AccountLinking> {
        self.linking.as_ref().map(|linking| linking as _)
    }

    async fn perform(
        &self,
        cx: &CallContext,
        request: &ActionRequest,
    ) -> Result<ActionOutcome, ConnectorError> {
        let wish = Wish::read(request)?;
        let done = match wish {
            Wish::Dismiss(_) => "nextcloud-done-dismissed",
            Wish::MarkRead(_) => "nextcloud-done-read",
            Wish::SetPresence(_) => "nextcloud-done-presence",
            Wish::AcceptShare(_) => "nextcloud-done-share",
        };
        self.shared
            .visit(cx, "perform an action", |visit| {
                let (session, wish) = (visit.session, wish.clone());
                Box::pin(async move {
                    match wish {
                        Wish::Dismiss(id) => session.dismiss_notification(id).await,
                        Wish::MarkRead(token) => session.mark_room_read(&token).await,
                        Wish::SetPresence(presence) => session.set_presence(presence).await,
                        Wish::AcceptShare(id) => session.accept_share(id).await,
                    }
                })
            })
            .await?;
        Ok(ActionOutcome::Done(Message::new(done)))
    }
}
