//! `user`: local accounts, from the command line.
//!
//! Changes made here are written to the audit log without an actor. A server that runs meanwhile believes sessions it knows for half a
//! minute at most, so a disabled account is out after that time.

use super::{
    args::{ConfigFile, print_line},
    failure::Failure,
};
use crate::{
    accounts::{self, AccountLinkError, NewAccount, Policy},
    assemble,
    audit::{AuditEvent, Journal, Note},
    config::{self, ConnectorKinds, Loaded, SourceConfig, SourceKind},
    departure::Closures,
    notices::Notices,
    storage::{AccountLine, LocalAccount, Storage, StorageError},
};
use clap::{Args, Subcommand};
use pleiade_core::{
    Affiliation, Clock as _, ExposeSecret as _, MailAddress, PersonKind, Role, SecretString, SourceId,
    SystemClock, TenantId,
};
use pleiade_federation::local::{PasswordHashes, password::PasswordProblem};
use std::{
    io::{self, BufRead as _, IsTerminal as _, Read as _, Write as _},
    sync::Arc,
};

#[derive(Debug, Subcommand)]
pub(super) enum UserCommand {
    /// Create a local account. The password is asked for, or read from standard input.
    Add(NewUser),
    /// Create a local account without a password, and write the link by which its person chooses one. No mail is sent.
    Invite(NewUser),
    /// Write a link by which the person of an account chooses another password. No mail is sent.
    Reset(AccountArgs),
    /// Let an account open nothing any more, and close its sessions.
    Disable(AccountArgs),
    /// Let a disabled account open again.
    Enable(AccountArgs),
    /// List local accounts: source, login, state, second factors, name.
    List(ListArgs),
    /// Remove every second factor and recovery code of an account, and close what is open through it: its sessions, connected accounts and
    /// delegations.
    FactorsClear(AccountArgs),
}

/// A local account to create.
#[derive(Debug, Args)]
pub(super) struct NewUser {
    #[command(flatten)]
    file: ConfigFile,
    /// For which collectivité; several times for somebody who works for several.
    #[arg(long, required = true)]
    tenant: Vec<TenantId>,
    /// The login to type when signing in.
    #[arg(long)]
    login: String,
    /// The name to show; the login by default.
    #[arg(long)]
    name: Option<String>,
    /// Contact address.
    #[arg(long)]
    mail: Option<MailAddress>,
    /// agent, elu or partner.
    #[arg(long, default_value = "agent")]
    kind: PersonKind,
    /// Function, for example "Secrétaire de mairie".
    #[arg(long)]
    function: Option<String>,
    /// tenant_administrator or operator; several times for both.
    #[arg(long)]
    role: Vec<Role>,
    /// Which local source, when the configuration has several for this collectivité.
    #[arg(long)]
    source: Option<SourceId>,
}

/// An account that exists.
#[derive(Debug, Args)]
pub(super) struct AccountArgs {
    #[command(flatten)]
    file: ConfigFile,
    /// The login to type when signing in.
    #[arg(long)]
    login: String,
    /// Which local source, when the configuration has several.
    #[arg(long)]
    source: Option<SourceId>,
}

/// The accounts to list.
#[derive(Debug, Args)]
pub(super) struct ListArgs {
    #[command(flatten)]
    file: ConfigFile,
    /// Those of this collectivité alone.
    #[arg(long)]
    tenant: Option<TenantId>,
}

pub(super) async fn run(command: UserCommand, kinds: &ConnectorKinds) -> Result<(), Failure> {
    match command {
        UserCommand::Add(new) => add(&new, kinds).await,
        UserCommand::Invite(new) => invite(&new, kinds).await,
        UserCommand::Reset(chosen) => change(&chosen, Change::Reset, kinds).await,
        UserCommand::Disable(chosen) => change(&chosen, Change::Disable, kinds).await,
        UserCommand::Enable(chosen) => change(&chosen, Change::Enable, kinds).await,
        UserCommand::FactorsClear(chosen) => change(&chosen, Change::Clear, kinds).await,
        UserCommand::List(listed) => list(&listed, kinds).await,
    }
}

impl From<AccountLinkError> for Failure {
    fn from(error: AccountLinkError) -> Self {
        match error {
            AccountLinkError::Unknown => Self::new(Self::UNKNOWN, error.to_string()),
            AccountLinkError::Storage(error) => error.into(),
            error => Self::other(error.to_string()),
        }
    }
}

fn policy(loaded: &Loaded, source: &SourceConfig) -> Policy {
    let settings = loaded.sources().find(|(entry, _)| entry.id == source.id).map(|(_, settings)| settings);
    settings.and_then(|settings| settings.adapter().account_policy()).unwrap_or_default()
}

/// The check that `add` and `invite` share: the source and the login as it is kept.
fn checked<'a>(loaded: &'a Loaded, new: &NewUser) -> Result<(&'a SourceConfig, String), Failure> {
    let source = source(loaded, new)?;
    if source.owner.is_some() && new.role.contains(&Role::Operator) {
        return Err(Failure::other(
            "the role operator comes from the operator's own sources only, and this source belongs to a collectivité",
        ));
    }
    Ok((source, accounts::normalized_login(&new.login)?))
}

fn affiliations(new: &NewUser) -> Vec<Affiliation> {
    let affiliation = |tenant: &TenantId| {
        let mut affiliation = Affiliation::new(tenant.clone(), new.kind);
        affiliation.function.clone_from(&new.function);
        affiliation.roles = new.role.iter().copied().collect();
        affiliation
    };
    new.tenant.iter().map(affiliation).collect()
}

impl NewUser {
    fn account(&self, source: &SourceConfig, login: &str) -> NewAccount {
        NewAccount {
            login: login.to_owned(),
            display_name: self.name.clone().unwrap_or_else(|| login.to_owned()),
            mail: self.mail.clone(),
            affiliations: affiliations(self),
            owner: source.owner.clone(),
        }
    }

    fn changed<'a>(
        &'a self,
        event: AuditEvent,
        source: &'a SourceId,
        login: &'a str,
        change: &'a str,
    ) -> ChangedAccount<'a> {
        let tenant = self.tenant.first().filter(|_| self.tenant.len() == 1);
        ChangedAccount { event, source, login, account: None, tenant, change }
    }
}

/// An account that was changed, with the source and the storage it is in.
struct ChangedAccount<'a> {
    event: AuditEvent,
    source: &'a SourceId,
    login: &'a str,
    /// None where the account is made by the change.
    account: Option<&'a LocalAccount>,
    /// The collectivité, where there is one alone.
    tenant: Option<&'a TenantId>,
    change: &'a str,
}

impl ChangedAccount<'_> {
    /// The line that tells it.
    fn note(&self) -> Note {
        let note = Note::new(self.event).source(self.source);
        let note = self.tenant.into_iter().fold(note, Note::tenant);
        let note = self.account.into_iter().fold(note, Note::person);
        note.with("change", self.change).with("account", self.login).with("by", "command line")
    }
}

fn journal(storage: &Arc<dyn Storage>) -> Journal {
    Journal::new(storage.clone(), Arc::new(SystemClock::default()))
}

async fn add(new: &NewUser, kinds: &ConnectorKinds) -> Result<(), Failure> {
    let loaded = config::load_with(&new.file.config, kinds)?;
    let (source, login) = checked(&loaded, new)?;
    let password = read_password()?;
    let mut about = vec![login.as_str()];
    about.extend(new.name.as_deref());
    let rules = policy(&loaded, source).passwords;
    rules.check(&password, &about).map_err(|problem| {
        Failure::other(match problem {
            PasswordProblem::TooShort(least) => format!("the password has fewer than {least} characters"),
            PasswordProblem::TooLong => "the password has more than 1,024 bytes".to_owned(),
            PasswordProblem::Personal => "the password holds the login or the name".to_owned(),
            _ => "the password is among those that are tried first; take several unrelated words".to_owned(),
        })
    })?;
    let busy = |error: pleiade_federation::local::HashError| Failure::other(error.to_string());
    let password_hash = PasswordHashes::new().map_err(busy)?.hash(&password).await.map_err(busy)?;
    let storage = assemble::open_storage(&loaded.config).await?;
    let note = new.changed(AuditEvent::AccountChanged, &source.id, &login, "opened").note();
    let (person, now) = (new.account(source, &login), SystemClock::default().now());
    let outcome = accounts::add(&journal(&storage), note, &source.id, person, password_hash, now).await;
    storage.close().await;
    match outcome {
        Ok(_) => print_line(&format!("{login} may sign in with {}", source.name)),
        Err(AccountLinkError::Taken) => {
            Err(Failure::other(format!("the source {} already has an account {login}", source.id)))
        }
        Err(error) => Err(error.into()),
    }
}

async fn invite(new: &NewUser, kinds: &ConnectorKinds) -> Result<(), Failure> {
    let loaded = config::load_with(&new.file.config, kinds)?;
    let (source, login) = checked(&loaded, new)?;
    let policy = policy(&loaded, source);
    let storage = assemble::open_storage(&loaded.config).await?;
    let note = new.changed(AuditEvent::AccountInvited, &source.id, &login, "invited").note();
    let (person, now) = (new.account(source, &login), SystemClock::default().now());
    let outcome = accounts::invite(&journal(&storage), note, &policy, &source.id, person, None, now).await;
    storage.close().await;
    let (_, value) = outcome?;
    hand_over(&loaded, source, &policy, &login, &value)
}

/// The link, for whoever typed the command to hand over.
fn hand_over(
    loaded: &Loaded,
    source: &SourceConfig,
    policy: &Policy,
    login: &str,
    value: &SecretString,
) -> Result<(), Failure> {
    let mut address = loaded.config.server.public_url.clone();
    let owner = source.owner.as_ref().or(source.offered_to.first());
    let tenant = owner.and_then(|owner| loaded.config.tenants.iter().find(|tenant| tenant.id == *owner));
    if source.owner.is_some()
        && let Some(host) = tenant.and_then(|tenant| tenant.hosts.first())
    {
        address.set_host(Some(host)).map_err(|_| Failure::other("the host of the tenant is not one"))?;
    }
    address.set_path(&format!("/account/{}", value.expose_secret()));
    print_line(address.as_str())?;
    let hours = policy.link_life.num_hours();
    writeln!(
        io::stderr(),
        "Hand this link to {login} yourself, by a safe way: no mail is sent. It opens once, within {hours} hours."
    )
    .map_err(|_| Failure::other("standard error is closed"))
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Change {
    Reset,
    Disable,
    Enable,
    Clear,
}

async fn change(chosen: &AccountArgs, change: Change, kinds: &ConnectorKinds) -> Result<(), Failure> {
    let loaded = config::load_with(&chosen.file.config, kinds)?;
    let login = accounts::normalized_login(&chosen.login)?;
    let storage = assemble::open_storage(&loaded.config).await?;
    let outcome = change_in(&loaded, &storage, chosen, &login, change).await;
    storage.close().await;
    outcome
}

async fn change_in(
    loaded: &Loaded,
    storage: &Arc<dyn Storage>,
    chosen: &AccountArgs,
    login: &str,
    change: Change,
) -> Result<(), Failure> {
    let mut found = Vec::new();
    for source in &loaded.config.sources {
        let asked = chosen.source.as_ref().is_none_or(|id| source.id == *id);
        if source.kind == SourceKind::Local
            && asked
            && let Some(account) = storage.local_account(&source.id, login).await?
        {
            found.push((source, account));
        }
    }
    let (source, account) = match found.as_slice() {
        [one] => one,
        [] => return Err(Failure::new(Failure::UNKNOWN, format!("there is no local account {login}"))),
        _ => {
            return Err(Failure::other(format!(
                "several sources have an account {login}: choose one with --source"
            )));
        }
    };
    let (event, what) = match change {
        Change::Reset => (AuditEvent::AccountChanged, "reset-link"),
        Change::Disable => (AuditEvent::AccountChanged, "disabled"),
        Change::Enable => (AuditEvent::AccountChanged, "enabled"),
        Change::Clear => (AuditEvent::SecondFactorChanged, "cleared"),
    };
    let affiliations = storage.affiliations(account.identity).await?;
    let mut tenants: Vec<&TenantId> = affiliations
        .iter()
        .filter(|affiliation| affiliation.link == account.link)
        .map(|affiliation| &affiliation.affiliation.tenant)
        .collect();
    let tenant = tenants.pop().filter(|_| tenants.is_empty());
    let note =
        ChangedAccount { event, source: &source.id, login, account: Some(account), tenant, change: what }
            .note();
    let notices = Notices::new(storage.clone(), Arc::new(SystemClock::default()));
    match change {
        Change::Reset => {
            let (policy, now) = (policy(loaded, source), SystemClock::default().now());
            let value =
                accounts::reset(&journal(storage), note, &notices, &policy, account, None, now).await?;
            hand_over(loaded, source, &policy, login, &value)
        }
        Change::Disable | Change::Enable => {
            let app = assemble::assemble(loaded, Arc::new(SystemClock::default()), None).await?;
            let disabled = change == Change::Disable;
            let departures = app.departures();
            let closed =
                accounts::set_disabled(&journal(storage), note, &notices, &departures, account, disabled)
                    .await
                    .map_err(StorageError::from)?;
            app.storage.close().await;
            if disabled {
                return print_line(&format!("{login} is disabled; closed: {}", told(closed)));
            }
            print_line(&format!("{login} may sign in again"))
        }
        Change::Clear => {
            let app = assemble::assemble(loaded, Arc::new(SystemClock::default()), None).await?;
            let departures = app.departures();
            let (cleared, closed) =
                accounts::clear_factors(&journal(storage), note, &notices, &departures, account)
                    .await
                    .map_err(StorageError::from)?;
            app.storage.close().await;
            print_line(&format!("{login}: {cleared} second factors removed; closed: {}", told(closed)))
        }
    }
}

fn told(closed: Closures) -> String {
    let Closures { sessions, linked_accounts, delegations } = closed;
    format!("{sessions} sessions, {linked_accounts} connected accounts, {delegations} delegations")
}

async fn list(listed: &ListArgs, kinds: &ConnectorKinds) -> Result<(), Failure> {
    let loaded = config::load_with(&listed.file.config, kinds)?;
    if let Some(tenant) = &listed.tenant
        && !loaded.config.tenants.iter().any(|known| known.id == *tenant)
    {
        return Err(Failure::new(Failure::UNKNOWN, format!("the configuration has no tenant {tenant}")));
    }
    let storage = assemble::open_storage(&loaded.config).await?;
    let mut lines: Result<Vec<AccountLine>, StorageError> = Ok(Vec::new());
    for source in loaded.config.sources.iter().filter(|source| source.kind == SourceKind::Local) {
        let theirs = storage.local_accounts(&source.id, listed.tenant.as_ref()).await;
        lines = lines.and_then(|mut all| {
            all.extend(theirs?);
            Ok(all)
        });
    }
    storage.close().await;
    for line in lines? {
        let state = match (line.disabled, line.has_password) {
            (true, _) => "disabled",
            (false, false) => "invited",
            (false, true) => "open",
        };
        let (source, login, factors, name) = (line.source, line.login, line.factors, line.display_name);
        print_line(&format!("{source}\t{login}\t{state}\t{factors}\t{name}"))?;
    }
    Ok(())
}

/// The local source for these tenants.
fn source<'a>(loaded: &'a Loaded, new: &NewUser) -> Result<&'a SourceConfig, Failure> {
    let config = &loaded.config;
    for tenant in &new.tenant {
        if !config.tenants.iter().any(|known| known.id == *tenant) {
            return Err(Failure::other(format!("the configuration has no tenant {tenant}")));
        }
    }
    let serves = |source: &&SourceConfig| {
        source.kind == SourceKind::Local
            && source.owner.as_ref().is_none_or(|owner| new.tenant.iter().all(|tenant| tenant == owner))
            && new.source.as_ref().is_none_or(|id| source.id == *id)
    };
    let mut found = config.sources.iter().filter(serves);
    match (found.next(), found.next()) {
        (Some(source), None) => Ok(source),
        (Some(_), Some(_)) => {
            Err(Failure::other("several local sources serve this collectivité: choose one with --source"))
        }
        (None, _) => Err(Failure::other(
            "no local source serves this collectivité: add one to the configuration, with kind = \"local\"",
        )),
    }
}

/// From the terminal without showing it, or the first line of standard input.
fn read_password() -> Result<SecretString, Failure> {
    let unreadable = |_| Failure::other("the password cannot be read");
    let input = io::stdin();
    let terminal = input.is_terminal();
    if terminal {
        write!(io::stderr(), "Password: ").map_err(unreadable)?;
        io::stderr().flush().map_err(unreadable)?;
        echo(false);
    }
    let mut line = String::new();
    let read = input.lock().take(4096).read_line(&mut line);
    if terminal {
        echo(true);
        let _ = writeln!(io::stderr());
    }
    read.map_err(unreadable)?;
    Ok(SecretString::from(line.trim_end_matches(['\r', '\n']).to_owned()))
}

/// Switches the echo of the terminal. Where `stty` is missing the password is shown while typed, which beats not being able to type it.
fn echo(on: bool) {
    let _ = std::process::Command::new("stty").arg(if on { "echo" } else { "-echo" }).status();
}
