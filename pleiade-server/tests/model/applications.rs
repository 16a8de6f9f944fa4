//! Applications that show for whom, and with what, they were asked.

use async_trait::async_trait;
use pleiade_core::{
    AccountLinking, CallContext, Connector, ConnectorDescriptor, ConnectorError, ConnectorId, Credential,
    CredentialKind, CredentialRequest, ErrorKind, ExposeSecret as _, Item, LinkId, LinkedAccount,
    LinkingMethod, LinkingPage, Message, SecretString, Task, TaskKind, Text, Widget, WidgetContent,
    WidgetDescriptor, WidgetId,
    connector::{Health, Messages},
};
use std::sync::{Arc, Mutex};

const KINDS: [CredentialKind; 3] =
    [CredentialKind::ActingLogin, CredentialKind::LinkedAccount, CredentialKind::Technical];

/// One reading: for whom, where, and with what.
#[derive(Debug, Clone)]
pub(crate) struct RecordedUse {
    pub(crate) connector: String,
    pub(crate) tenant: String,
    pub(crate) link: LinkId,
    /// Everything that the application learned of the person.
    pub(crate) person: String,
    /// The login that the key acted for, by which a technical account was filtered, or of the linked account.
    pub(crate) login: Option<String>,
}

/// The credentials that applications were asked with since they were last looked at.
pub(crate) type RecordedUses = Arc<Mutex<Vec<RecordedUse>>>;

/// An application with one card: one task that tells the reading.
#[derive(Debug)]
pub(crate) struct Application {
    descriptor: ConnectorDescriptor,
    widgets: [Arc<dyn Widget>; 1],
    linking: Option<Pasting>,
}

#[derive(Debug)]
struct Card {
    descriptor: WidgetDescriptor,
    connector: ConnectorId,
    uses: RecordedUses,
}

/// The same in both languages.
const WORDS: &str = "modele-title = Carte\nmodele-empty = Rien\n";

impl Application {
    pub(crate) fn new(id: &str, uses: &RecordedUses) -> Arc<Self> {
        let connector = ConnectorId::new(id).unwrap();
        let widget = WidgetDescriptor::new(
            WidgetId::new("main").unwrap(),
            Message::new("modele-title"),
            Message::new("modele-empty"),
        )
        .with_delegable([TaskKind::Do]);
        let card = Card { descriptor: widget, connector: connector.clone(), uses: uses.clone() };
        let descriptor = ConnectorDescriptor::new(
            "modele",
            connector,
            format!("Application {id}"),
            format!("https://{id}.apps.example/").parse().unwrap(),
            &KINDS,
            Messages::new(WORDS, WORDS),
        );
        let linking =
            (id == "nuage").then_some(Pasting([LinkingMethod::Pasted { login: false, page: None }]));
        Arc::new(Self { descriptor, widgets: [Arc::new(card)], linking })
    }
}

#[async_trait]
impl Widget for Card {
    fn descriptor(&self) -> &WidgetDescriptor {
        &self.descriptor
    }

    async fn load(&self, cx: &CallContext) -> Result<WidgetContent, ConnectorError> {
        let actor = &cx.actor;
        let request = CredentialRequest::new(actor, &self.connector, &KINDS);
        let login = match cx.credentials.credential(request).await? {
            Credential::ActingLogin { login } => Some(login),
            Credential::Technical { key } => key,
            Credential::LinkedAccount { login, secret } => {
                // The secret of one linked account opens with the login of that account alone.
                if secret.expose_secret() != login {
                    return Err(ConnectorError::new(ErrorKind::Unauthenticated, "read"));
                }
                Some(login)
            }
            _ => None,
        };
        let identity = &actor.identity;
        let person = [
            Some(identity.display_name.clone()),
            identity.given_name.clone(),
            identity.login.clone(),
            identity.mail.as_ref().map(ToString::to_string),
            Some(actor.acting.groups.iter().cloned().collect::<Vec<_>>().join(" ")),
        ];
        let person = person.into_iter().flatten().collect::<Vec<_>>().join(" ");
        let seen = RecordedUse {
            connector: self.connector.to_string(),
            tenant: actor.acting.tenant.to_string(),
            link: identity.link,
            person,
            login,
        };
        let text = format!("z{}z {} {:?}", seen.tenant, seen.person, seen.login);
        self.uses.lock().unwrap().push(seen);
        let mut content = WidgetContent::default();
        let mut item = Item::new("reading", Text::plain(&text));
        item.task = Some(Task::new(TaskKind::Do).delegable());
        content.items.push(item);
        Ok(content)
    }
}

#[async_trait]
impl Connector for Application {
    fn descriptor(&self) -> &ConnectorDescriptor {
        &self.descriptor
    }

    fn widgets(&self) -> &[Arc<dyn Widget>] {
        &self.widgets
    }

    async fn probe(&self) -> Result<Health, ConnectorError> {
        Ok(Health::new(None))
    }

    fn linking(&self) -> Option<&dyn AccountLinking> {
        self.linking.as_ref().map(|linking| linking as _)
    }
}

/// Accounts are connected by their secret, which is their login.
#[derive(Debug)]
struct Pasting([LinkingMethod; 1]);

#[async_trait]
impl AccountLinking for Pasting {
    fn methods(&self) -> &[LinkingMethod] {
        &self.0
    }

    async fn start(&self, _: &str) -> Result<LinkingPage, ConnectorError> {
        Err(ConnectorError::new(ErrorKind::Unsupported, "start"))
    }

    async fn poll(&self, _: &SecretString) -> Result<Option<LinkedAccount>, ConnectorError> {
        Err(ConnectorError::new(ErrorKind::Unsupported, "poll"))
    }

    async fn check(&self, account: &LinkedAccount) -> Result<LinkedAccount, ConnectorError> {
        Ok(LinkedAccount::new(account.secret.expose_secret(), account.secret.clone()))
    }

    async fn revoke(&self, _: &LinkedAccount) -> Result<(), ConnectorError> {
        Ok(())
    }
}
