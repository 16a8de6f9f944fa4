#![doc = include_str!("README.md")]

mod agenda;
mod batch;
mod client;
mod config;
mod envelope;
mod fault;
mod links;
pub mod preauth;
pub mod requests;
mod sessions;
mod widgets;
mod wire;

pub use agenda::{Meeting, Participation};
pub use batch::{Batch, BatchAnswer};
pub use client::{AdminClient, Overview, Session, ZimbraClient};
pub use config::{Calendars, LinkTemplates, PreauthKey, Ui, ZimbraAccess, ZimbraConfig};
pub use fault::Fault;
pub use wire::{
    Address, Appointments, Created, Folder, Folders, Info, ItemId, ItemIdError, Message as Mail,
    Messages as Mails, Nothing, Task, Tasks,
};

use crate::kit::sessions::{Account, AccountSessions};
use async_trait::async_trait;
use links::{Links, Page, path_only};
use pleiade_core::{
    ActionId, ActionOutcome, ActionRequest, CallContext, Connector, ConnectorDescriptor, ConnectorError,
    ConnectorId, ErrorKind, Message, Transport, Widget,
    connector::{Health, Messages},
};
use preauth::Preauth;
use requests::{CreateTask, MarkRead, Request};
use sessions::{Login, Opener, Secret};
use std::sync::Arc;

/// Opens the webmail with a signed address made at that moment; target empty, `mail`, `calendar` or `tasks`.
pub const OPEN_WEBMAIL: ActionId = ActionId::from_static("open-webmail");
/// Opens the page where a mail is written.
pub const WRITE_MAIL: ActionId = ActionId::from_static("write-mail");
/// Marks a conversation as read; target its id.
pub const MARK_READ: ActionId = ActionId::from_static("mark-read");
/// Adds a task; target its title, after the day it is due if there is one (`2026-11-30 Relire la délibération`).
pub const ADD_TASK: ActionId = ActionId::from_static("add-task");
/// Joins a video conference.
pub const JOIN: ActionId = ActionId::from_static("join");

const KIND: &str = "zimbra";

/// The connector of one Zimbra server.
#[derive(Debug)]
pub struct ZimbraConnector {
    mailbox: Arc<Mailbox>,
    descriptor: ConnectorDescriptor,
    widgets: Vec<Arc<dyn Widget>>,
}

/// What widgets and actions share.
#[derive(Debug)]
struct Mailbox {
    accounts: AccountSessions<Opener>,
    config: ZimbraConfig,
    links: Links,
}

impl ZimbraConnector {
    /// Builds the connector. Calls nobody.
    ///
    /// # Errors
    /// [`ErrorKind::BadConfiguration`] with a hint that says what to change.
    pub fn new(
        id: ConnectorId,
        config: ZimbraConfig,
        transport: Arc<dyn Transport>,
    ) -> Result<Self, ConnectorError> {
        config.check()?;
        let client = ZimbraClient::new(&config.url, transport.clone())?;
        let opener = Opener::new(client, config.access.clone(), &transport)?;
        let accounts = AccountSessions::new(id.clone(), config.access.accepts(), opener);
        let links = Links::new(config.web(), config.ui, &config.links)?;
        let descriptor = ConnectorDescriptor::new(
            KIND,
            id,
            config.name.clone(),
            config.web().clone(),
            config.access.accepts(),
            Messages::new(include_str!("locales/fr.ftl"), include_str!("locales/en.ftl")),
        );
        let mailbox = Arc::new(Mailbox { accounts, config, links });
        let widgets = widgets::all(&mailbox);
        Ok(Self { mailbox, descriptor, widgets })
    }

    /// The typed client, without widgets.
    #[must_use]
    pub fn client(&self) -> &ZimbraClient {
        &self.mailbox.accounts.opener().client
    }
}

#[async_trait]
impl Connector for ZimbraConnector {
    fn descriptor(&self) -> &ConnectorDescriptor {
        &self.descriptor
    }

    fn widgets(&self) -> &[Arc<dyn Widget>] {
        &self.widgets
    }

    async fn probe(&self) -> Result<Health, ConnectorError> {
        self.client().probe().await?;
        Ok(Health::new(None))
    }

    async fn perform(
        &self,
        cx: &CallContext,
        request: &ActionRequest,
    ) -> Result<ActionOutcome, ConnectorError> {
        match &request.id {
            id if *id == OPEN_WEBMAIL => self.mailbox.webmail(cx, &request.target).await,
            id if *id == MARK_READ => {
                let conversation = conversation(&request.target)?;
                self.mailbox.call(cx, &MarkRead { conversation }).await?;
                Ok(ActionOutcome::Done(Message::new("zimbra-done-mark-read")))
            }
            id if *id == ADD_TASK => {
                let (owner, _) = self.mailbox.accounts.credential(cx).await?;
                let task = CreateTask::typed(owner, &request.target)?;
                self.mailbox.call(cx, &task).await?;
                Ok(ActionOutcome::Done(Message::new("zimbra-done-add-task")))
            }
            _ => Err(ConnectorError::new(ErrorKind::Unsupported, "perform an action")),
        }
    }

    fn retry(&self) {
        self.mailbox.accounts.retry();
        self.mailbox.accounts.opener().retry();
    }
}

fn conversation(target: &str) -> Result<ItemId, ConnectorError> {
    target.parse().map_err(|_| ConnectorError::new(ErrorKind::NotFound, MarkRead::OPERATION))
}

impl Mailbox {
    /// Sends a request with the person's session; when the server no longer accepts it, opens another one, once.
    async fn call<R: Request>(&self, cx: &CallContext, request: &R) -> Result<R::Answer, ConnectorError> {
        let client = &self.accounts.opener().client;
        let call = |account: Account<Opener>| async move { client.call(&account.session, request).await };
        self.accounts.call(cx, call).await.map_err(|error| match Fault::of(&error).map(Fault::code) {
            Some("service.AUTH_REQUIRED") => ConnectorError::new(ErrorKind::BadConfiguration, R::OPERATION)
                .with_hint("Zimbra does not see the token of a fresh session: a proxy may drop the cookie ZM_AUTH_TOKEN, or `url` leads to another server")
                .with_source(error),
            _ => error,
        })
    }

    /// The webmail, signed in when a preauth key allows it.
    async fn webmail(&self, cx: &CallContext, target: &str) -> Result<ActionOutcome, ConnectorError> {
        let page = match target {
            "" | "mail" => Page::Inbox,
            "calendar" => Page::Calendar,
            "tasks" => Page::Tasks,
            _ => return Err(ConnectorError::new(ErrorKind::NotFound, "open the webmail")),
        };
        let link = self
            .links
            .page(page, cx.today())
            .ok_or_else(|| ConnectorError::new(ErrorKind::Internal, "open the webmail"))?;
        let (_, credential) = self.accounts.credential(cx).await?;
        let Login { account, opener: Secret::Key(key) } = self.accounts.opener().login(cx, &credential)?
        else {
            return Ok(ActionOutcome::Continue(link));
        };
        // The inbox is where Zimbra leads by itself, and needs no setting there.
        let path = (page != Page::Inbox && self.config.preauth_redirect).then(|| path_only(&link));
        let preauth = Preauth::new(&account, cx.clock.now());
        Ok(ActionOutcome::Continue(preauth.browser_url(self.config.web(), &key, path.as_deref())?))
    }
}
