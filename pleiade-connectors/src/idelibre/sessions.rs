//! How a structure is opened, what is kept of it, and how a card is read.

use super::{
    client::Client,
    config::{IdelibreConfig, StructureConfig},
    lines::Documents,
    reading::{self, OpenStructure, Reading},
    wire::Uuid,
};
use crate::kit::{
    memo::Memo,
    sessions::{Account, AccountOpener, AccountSessions, OpenedSession},
};
use async_trait::async_trait;
use pleiade_core::{
    CallContext, ConnectorError, Credential, ErrorKind, FixedCredential, Message, WidgetContent,
};
use std::{
    collections::HashMap,
    fmt,
    future::Future,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

/// The time for which what was read of a structure serves everybody.
pub(super) const SHARED_FOR: Duration = Duration::from_secs(300);
/// The time after which the owner of a key is asked for again.
const OWNER_TTL: Duration = Duration::from_secs(3600);

/// A sitting with its documents.
#[derive(Debug, Clone)]
pub(super) struct Agenda {
    revision: String,
    pub(super) place: String,
    pub(super) documents: Documents,
}

/// What is kept of a structure from one reading to the next.
#[derive(Default)]
pub(super) struct Memory {
    reading: Memo<Reading>,
    agendas: Mutex<HashMap<Uuid, Arc<Memo<Agenda>>>>,
}

/// What was read stays out of debug output.
impl fmt::Debug for Memory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Memory").finish_non_exhaustive()
    }
}

impl Memory {
    /// The memo of a sitting. What is kept of those that are past is dropped when there are more than are ever read.
    fn agenda(&self, sitting: &Uuid) -> Arc<Memo<Agenda>> {
        let mut agendas = self.agendas.lock().unwrap_or_else(PoisonError::into_inner);
        if agendas.len() > 2 * reading::MAX_SITTINGS {
            agendas.clear();
        }
        Arc::clone(agendas.entry(sitting.clone()).or_default())
    }
}

#[derive(Debug)]
pub(super) struct Opener {
    pub(super) client: Client,
    pub(super) config: IdelibreConfig,
}

impl Opener {
    /// The structure of the collectivité for which the person acts.
    fn structure(&self, cx: &CallContext) -> Result<&StructureConfig, ConnectorError> {
        let name = self.config.filter.tenant(cx)?;
        let mut structures = self.config.structures.iter();
        structures.find(|structure| name.is_none_or(|name| structure.name == name)).ok_or_else(|| {
            ConnectorError::new(ErrorKind::BadConfiguration, "find the structure of the collectivité")
                .with_hint("`filter.tenants` gives a name that is not among `structures`")
        })
    }

    /// Asks who owns the key of a structure.
    pub(super) async fn identify(&self, structure: &StructureConfig) -> Result<Uuid, ConnectorError> {
        let owner = self.client.me(&structure.key).await?.structure.id;
        match structure.id.as_deref().and_then(Uuid::parse) {
            Some(expected) if expected != owner => {
                Err(ConnectorError::new(ErrorKind::BadConfiguration, "read the owner of the key")
                    .with_hint("the key opens another structure than the `id` beside it"))
            }
            _ => Ok(owner),
        }
    }

    /// Tries the key of a structure; what is wrong is said with the name of the structure.
    pub(super) async fn probe(&self, structure: &StructureConfig) -> Result<(), ConnectorError> {
        self.identify(structure).await.map(drop).map_err(|error| {
            let hint = error.hint().unwrap_or("its key could not be tried").to_owned();
            error.with_hint(format!("structure `{}`: {hint}", structure.name))
        })
    }
}

#[async_trait]
impl AccountOpener for Opener {
    type Session = Arc<OpenStructure>;
    type Memory = Memory;

    async fn open(
        &self,
        cx: &CallContext,
        _: &Credential,
        _: &Memory,
    ) -> Result<OpenedSession<Arc<OpenStructure>>, ConnectorError> {
        let config = self.structure(cx)?.clone();
        let id = self.identify(&config).await?;
        Ok(OpenedSession::from_credential(Arc::new(OpenStructure { config, id }), OWNER_TTL))
    }
}

/// What the cards of a server share.
#[derive(Debug)]
pub(super) struct Shared {
    pub(super) accounts: AccountSessions<Opener>,
}

/// A structure as it was read, and who looks at it.
pub(super) struct View {
    pub(super) account: Account<Opener>,
    pub(super) reading: Arc<Reading>,
    /// The identifier of the person's user; none when they have none, or are to be shown nothing of theirs.
    pub(super) user: Option<String>,
    /// What is to be said about who they are.
    pub(super) notice: Option<Message>,
    /// Why the documents of their next sitting could not be read along.
    pub(super) missing: Option<ConnectorError>,
}

/// What a card shows besides what was read for everybody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Besides {
    /// Nothing.
    Nothing,
    /// The documents of the person's next sitting.
    Documents,
}

impl Shared {
    pub(super) fn config(&self) -> &IdelibreConfig {
        &self.accounts.opener().config
    }

    /// Loads a card. Whoever has no key in the application is let in for the figures, when their groups see them.
    pub(super) async fn load<F>(
        &self,
        cx: &CallContext,
        besides: Besides,
        show: impl Fn(View) -> F,
    ) -> Result<WidgetContent, ConnectorError>
    where
        F: Future<Output = Result<WidgetContent, ConnectorError>>,
    {
        let show = &show;
        let work = |account: Account<Opener>| async move { show(self.view(account, besides).await?).await };
        match self.accounts.load(cx, work).await {
            Err(error) if error.kind() == ErrorKind::NotLinked && self.config().filter.shows_figures(cx) => {
                let mut keyless = cx.clone();
                keyless.credentials = Arc::new(FixedCredential::new(Credential::Technical { key: None }));
                self.accounts.load(&keyless, work).await
            }
            content => content,
        }
    }

    async fn view(&self, account: Account<Opener>, besides: Besides) -> Result<View, ConnectorError> {
        let opener = self.accounts.opener();
        let failure = Mutex::new(None);
        let read = |_| async {
            let reading =
                reading::read(&opener.client, &opener.config, &account.session, &account.cx).await?;
            // Whoever asks for the reading has their documents read with it: a card that is given up half-way leaves nothing behind.
            if besides == Besides::Documents
                && let Some(sitting) = next_sitting(&reading, account.key.as_deref())
                && let Err(error) = self.agenda(&account, &sitting).await
            {
                if error.refuses_credential() {
                    return Err(error);
                }
                *failure.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
            }
            Ok(reading)
        };
        let now = account.cx.clock.elapsed();
        let reading = account.memory.reading.get(now, SHARED_FOR, account.opening, read).await?;
        let missing = failure.into_inner().unwrap_or_else(PoisonError::into_inner);
        let (user, notice) = match account.key.as_deref().map(|key| reading.people.find(key)) {
            None => (None, None),
            // An account that i-delibRE does not know has no convocation: an empty card.
            Some(Ok(user)) => (Some(user.map_or_else(|| UNKNOWN.to_owned(), Uuid::to_string)), None),
            Some(Err(_)) if self.config().filter.shows_figures(&account.cx) => {
                (None, Some(Message::new("idelibre-several-accounts")))
            }
            Some(Err(error)) => return Err(error),
        };
        Ok(View { account, reading, user, notice, missing })
    }

    /// The place and the documents of a sitting. They are read again when its revision has changed.
    pub(super) async fn agenda(
        &self,
        account: &Account<Opener>,
        sitting: &Uuid,
    ) -> Result<Arc<Agenda>, ConnectorError> {
        let (client, key, id) =
            (&self.accounts.opener().client, &account.session.config.key, &account.session.id);
        let read = |known: Option<Arc<Agenda>>| async move {
            let detail = client.sitting(key, id, sitting).await?;
            if detail.id != *sitting {
                return Err(ConnectorError::new(ErrorKind::BadAnswer, "read a sitting"));
            }
            if let Some(known) = known.filter(|known| known.revision == detail.revision) {
                return Ok(Agenda { place: detail.place, ..Agenda::clone(&known) });
            }
            let projects = client.projects(key, id, sitting).await?;
            let annexes = projects.iter().map(|project| project.annexes.len() as u64).sum();
            let unreadable_annexes: usize = projects.iter().map(|project| project.annexes.unreadable).sum();
            let documents = Documents {
                projects: projects.len() as u64,
                annexes,
                unreadable: projects.unreadable + unreadable_annexes,
            };
            Ok(Agenda { revision: detail.revision, place: detail.place, documents })
        };
        let now = account.cx.clock.elapsed();
        account.memory.agenda(sitting).get(now, SHARED_FOR, account.opening, read).await
    }
}

/// The next sitting of whom a key names.
fn next_sitting(reading: &Reading, key: Option<&str>) -> Option<Uuid> {
    let user = reading.people.find(key?).ok()??;
    let row = reading.upcoming.rows.iter().find(|row| row.person == user.as_str())?;
    Uuid::parse(&row.item.id)
}

/// The key of nobody: no identifier reads so.
const UNKNOWN: &str = "unknown";
