//! The state that handlers share, and the parts that domain code takes of it.

use crate::{
    accounts::{KnownBrowsers, SecondFactors},
    audit::{AuditPresenter, Journal},
    connections::Connections,
    credentials::{ActsFor, CredentialRule, SessionCredentials, StoredVault, TicketSeller},
    delegation::{self, DelegationPresenter, ReceivedDelegationReader},
    departure::Departures,
    deposit::DepositSlots,
    desk::{self, DeskCard, board::BoardReader},
    health::StorageHealth,
    legal::LegalCalendar,
    linked_accounts::{LinkedAccountAdministration, LinkedAccountPresenter, LoginFlows},
    notices::Notices,
    parts::Parts,
    people::administrators::Administrators,
    rotation::KeyRotation,
    scim::{PushedSource, SourceStore},
    session::{Session, Sessions},
    sign_in::{IdentityResolver, RefusalLog, TicketWay, linking::LinkAdministration},
    statements::Statements,
    storage::{AuditLine, AuditQuery, StorageError},
    sync::{DirectorySync, DirectoryWriter},
    web::{
        address,
        cookies::CookieRule,
        mark::Marks,
        site::Site,
        words::{self, Words},
        wrong_tokens::WrongTokens,
    },
};
use axum::extract::FromRef;
use futures_util::future::join_all;
use pleiade_connectors::{
    engine::WidgetCall,
    text::{self, CatalogueError},
};
use pleiade_core::{CallContext, CredentialSource, Locale, SourceId, Tenant, TenantId};
use pleiade_federation::{throttle::Throttle, vault::Vault};
use std::{ops::Deref, sync::Arc, time::Duration};
use tokio_util::sync::CancellationToken;

/// Interval at which a stream looks over its board. Cards are asked for at their own pace, which is slower.
pub(crate) const BOARD_POLL_INTERVAL: Duration = Duration::from_secs(15);

/// Secrets that open nothing which a person may paste for one application before they wait.
const MAX_PASTED_FAILURES: u32 = 5;

/// Everything a handler may need. Cloning is cheap.
#[derive(Debug, Clone)]
pub struct App(Arc<Assembled>);

#[derive(Debug)]
struct Assembled {
    parts: Parts,
    messages: Arc<text::Catalogue>,
    render_cache: desk::RenderCache,
    marks: Marks,
    pasted_secret_throttle: Throttle,
    wrong_tokens: WrongTokens,
    delegations: delegation::DelegationCache,
    snoozed: desk::SnoozedTasks,
    launcher_choices: desk::KnownLauncherChoices,
    search_slots: desk::SearchSlots,
    deadline_feeds: desk::DeadlineFeeds,
    legal: Option<LegalCalendar>,
    recent_actions: desk::RecentActions,
    proxy_warnings: address::ProxyWarnings,
    health: StorageHealth,
    connections: Connections,
    deposit_slots: DepositSlots,
    stopping: CancellationToken,
}

impl Deref for App {
    type Target = Parts;
    fn deref(&self) -> &Parts {
        &self.0.parts
    }
}

impl App {
    /// Assembles the parts.
    ///
    /// # Errors
    /// A message file of a connector that is not Fluent, or a message that two files define: a defect of theirs.
    pub fn new(parts: Parts) -> Result<Self, CatalogueError> {
        let messages = words::catalogue(parts.connectors.distinct().values(), parts.clock.clone())?;
        let pasted_secret_throttle = Throttle::new(parts.clock.clone(), MAX_PASTED_FAILURES);
        let (clock, tasks) = (parts.clock.clone(), parts.tasks.clone());
        let health = StorageHealth::new(
            parts.storage.clone(),
            parts.clock.clone(),
            parts.tasks.clone(),
            parts.shutdown.clone(),
        );
        let snoozed = desk::SnoozedTasks::new(parts.storage.clone(), clock.clone(), tasks.clone());
        let deadline_feeds =
            desk::DeadlineFeeds::new(parts.storage.clone(), &parts.sealer, clock.clone(), tasks.clone());
        let launcher_choices =
            desk::KnownLauncherChoices::new(parts.storage.clone(), clock.clone(), tasks.clone());
        let legal = parts
            .legal
            .clone()
            .map(|rules| LegalCalendar::new(rules, parts.storage.clone(), clock.clone(), tasks.clone()));
        Ok(Self(Arc::new(Assembled {
            messages: Arc::new(messages),
            marks: Marks::new(&parts.sealer),
            parts,
            pasted_secret_throttle,
            wrong_tokens: WrongTokens::new(clock.clone()),
            render_cache: desk::RenderCache::default(),
            snoozed,
            launcher_choices,
            search_slots: desk::SearchSlots::default(),
            deadline_feeds,
            legal,
            recent_actions: desk::RecentActions::new(clock.clone(), tasks.clone()),
            delegations: delegation::DelegationCache::new(clock, tasks),
            proxy_warnings: address::ProxyWarnings::default(),
            health,
            connections: Connections::default(),
            deposit_slots: DepositSlots::default(),
            stopping: CancellationToken::new(),
        })))
    }

    /// Cards already rendered.
    #[must_use]
    pub fn render_cache(&self) -> &desk::RenderCache {
        &self.0.render_cache
    }

    /// The rule by which cookies are named and protected.
    #[must_use]
    pub fn cookies(&self) -> CookieRule {
        self.sessions.cookie()
    }

    /// The marks of pages.
    #[must_use]
    pub fn marks(&self) -> &Marks {
        &self.0.marks
    }

    /// Delegations read a moment ago.
    #[must_use]
    pub fn delegations(&self) -> &delegation::DelegationCache {
        &self.0.delegations
    }

    /// The tasks that people put off.
    pub(crate) fn snoozed_tasks(&self) -> &desk::SnoozedTasks {
        &self.0.snoozed
    }

    /// The calendars of deadlines that people subscribe to.
    pub(crate) fn deadline_feeds(&self) -> &desk::DeadlineFeeds {
        &self.0.deadline_feeds
    }

    /// Places for searches in applications.
    pub(crate) fn search_slots(&self) -> &desk::SearchSlots {
        &self.0.search_slots
    }

    /// How people arrange their launchers.
    pub(crate) fn launcher_choices(&self) -> &desk::KnownLauncherChoices {
        &self.0.launcher_choices
    }

    /// The legal deadlines of collectivités; none where the operator has none.
    pub(crate) fn legal(&self) -> Option<&LegalCalendar> {
        self.0.legal.as_ref()
    }

    /// What was done a moment ago.
    pub(crate) fn recent_actions(&self) -> &desk::RecentActions {
        &self.0.recent_actions
    }

    /// The pace of warnings about proxies that are not declared.
    #[must_use]
    pub fn proxy_warnings(&self) -> &address::ProxyWarnings {
        &self.0.proxy_warnings
    }

    /// What the foot of the pages of a collectivité, or of the operator, leads to.
    pub(crate) fn statements_of(&self, tenant: &Tenant) -> Statements {
        match tenant.id == self.operator.id {
            true => self.statements.operator().clone(),
            false => self.statements.get(&tenant.id),
        }
    }

    /// Words for a reader.
    #[must_use]
    pub fn words(&self, locale: Locale, zone: chrono_tz::Tz) -> Words {
        Words::new(self.0.messages.clone(), locale, zone)
    }

    /// The credentials of a session.
    #[must_use]
    pub fn credentials_of(&self, session: &Arc<Session>) -> Arc<dyn CredentialSource> {
        let credentials = SessionCredentials::new(
            session.clone(),
            self.credential_rules.clone(),
            self.acting(session),
            self.linked_accounts.clone(),
            self.clock.clone(),
        );
        let source = self.sign_in.any_source(&session.source);
        let provider = source.map(|source| source.provider.clone());
        let paired = self.sign_in.paired(&session.source).map(|paired| &paired.provider);
        let tickets = TicketSeller::new(provider.as_ref(), paired);
        let credentials = credentials.with_provider(provider).with_tickets(tickets);
        Arc::new(credentials.with_sessions(self.sessions.clone()))
    }

    /// For whom the calls of a session are made.
    #[must_use]
    pub fn call_context(&self, session: &Arc<Session>, tenant: Arc<Tenant>, locale: Locale) -> CallContext {
        let credentials = self.credentials_of(session);
        let meetings = self.connectors.meetings(&tenant.id);
        CallContext::new(tenant, session.actor.clone(), credentials, self.clock.clone())
            .with_locale(locale)
            .with_meetings(meetings)
    }

    /// Every card on the board of a session's person, in order; none when the collectivité that they act for is gone.
    #[must_use]
    pub fn board_cards(&self, session: &Arc<Session>, locale: Locale) -> Vec<DeskCard> {
        let Some(tenant) = self.tenants.by_id(&session.actor.acting.tenant) else { return Vec::new() };
        let mut cards = self.board_reader().cards(&self.call_context(session, tenant, locale), |_| true);
        let wants_ticket = |card: &&mut DeskCard| {
            self.credential_rules.get(card.call.connector_id()) == Some(&CredentialRule::ProxyTicket)
        };
        let mut wanting = cards.iter_mut().filter(wants_ticket).peekable();
        if wanting.peek().is_some() {
            let remedy = self
                .site_of(session)
                .and_then(|site| desk::TicketRemedy::new(self.sign_in.ticket_way(session, &site)));
            wanting.for_each(|card| card.ticket_remedy.clone_from(&remedy));
        }
        cards
    }

    /// The site on which a session counts; none when its collectivité is gone.
    #[must_use]
    pub fn site_of(&self, session: &Session) -> Option<Site> {
        match &session.site {
            Some(id) => self.tenants.by_id(id).map(Site::Tenant),
            None => Some(Site::Operator(self.operator.clone())),
        }
    }

    /// Every card on the boards of the other collectivités that the session's link gives, in order.
    #[must_use]
    pub fn other_cards(&self, session: &Arc<Session>, locale: Locale) -> Vec<DeskCard> {
        let acting = &session.actor.acting.tenant;
        let others = session.affiliations.iter().filter(|affiliation| affiliation.tenant != *acting);
        let others = others.filter_map(|affiliation| session.acting_for(&affiliation.tenant));
        others.flat_map(|there| self.board_cards(&Arc::new(there), locale)).collect()
    }

    /// For whom trusted keys may act in a session.
    #[must_use]
    pub fn acting(&self, session: &Session) -> ActsFor {
        let given = session.affiliations.iter().map(|affiliation| &affiliation.tenant);
        let (told, acting) = ((&session.source, &session.named_by), &session.actor.acting.tenant);
        ActsFor::new(self.credential_rules.clone(), &self.sign_in, &self.tenants, told, acting, given)
    }

    /// The accounts that people connected.
    #[must_use]
    pub fn vault(&self) -> Vault {
        Vault::new(Arc::new(StoredVault(self.storage.clone())), self.sealer.clone(), self.clock.clone())
    }

    /// True if storage takes writes: see [`StorageHealth`].
    #[must_use]
    pub fn health(&self) -> &StorageHealth {
        &self.0.health
    }

    /// The batches of files under way.
    #[must_use]
    pub fn deposit_slots(&self) -> &DepositSlots {
        &self.0.deposit_slots
    }

    /// The connections of the process.
    #[must_use]
    pub fn connections(&self) -> &Connections {
        &self.0.connections
    }

    /// Tells the load balancer, by `/readyz`, to send nobody here any more. Everything goes on until `shutdown`.
    pub fn announce_stop(&self) {
        self.0.stopping.cancel();
    }

    /// True if the server stops or is about to.
    #[must_use]
    pub fn is_stopping(&self) -> bool {
        self.0.stopping.is_cancelled() || self.shutdown.is_cancelled()
    }

    /// Slows down whoever tries secrets of others at an application.
    #[must_use]
    pub fn pasted_secret_throttle(&self) -> &Throttle {
        &self.0.pasted_secret_throttle
    }

    /// Slows down whoever guesses tokens of programs.
    pub(crate) fn wrong_tokens(&self) -> &WrongTokens {
        &self.0.wrong_tokens
    }

    /// Refreshes the readings of a page that somebody looks at, in this order, without the page waiting for them. They go before what
    /// nobody looks at for as long as a browser takes to open its stream, or a person to load the page again.
    pub fn fill(&self, calls: Vec<WidgetCall>) {
        let engine = self.engine.clone();
        self.tasks.spawn(async move {
            let all = join_all(calls.iter().map(|call| engine.refresh(call)));
            let _ = tokio::time::timeout(BOARD_POLL_INTERVAL, all).await;
        });
    }

    /// Refreshes readings that nobody looks at now, in this order, after those that somebody does.
    pub fn keep_fresh(&self, calls: Vec<WidgetCall>) {
        if calls.is_empty() {
            return;
        }
        let engine = self.engine.clone();
        self.tasks.spawn(async move {
            join_all(calls.iter().map(|call| engine.refresh_in_background(call))).await;
        });
    }
}

impl App {
    /// Writes lines of the audit log.
    #[must_use]
    pub fn journal(&self) -> Journal {
        Journal::new(self.storage.clone(), self.clock.clone())
    }
}

/// Services that work on a few of the parts.
impl App {
    /// Reads boards.
    #[must_use]
    pub fn board_reader(&self) -> BoardReader<'_> {
        BoardReader { boards: &self.boards, connectors: &self.connectors, engine: &self.engine }
    }

    /// Reads the delegations that people received.
    #[must_use]
    pub fn received_delegations(&self) -> ReceivedDelegationReader {
        ReceivedDelegationReader {
            storage: self.storage.clone(),
            clock: self.clock.clone(),
            tenants: self.tenants.clone(),
            sessions: self.sessions.clone(),
            sign_in: self.sign_in.clone(),
            rules: self.credential_rules.clone(),
            cache: self.delegations().clone(),
        }
    }

    /// Ends delegations.
    #[must_use]
    pub fn delegation_endings(&self) -> delegation::DelegationEndings {
        delegation::DelegationEndings {
            storage: self.storage.clone(),
            clock: self.clock.clone(),
            journal: self.journal(),
            cache: self.delegations().clone(),
        }
    }

    /// Puts delegations in words.
    #[must_use]
    pub fn delegation_presenter<'a>(&'a self, words: &'a Words) -> DelegationPresenter<'a> {
        DelegationPresenter {
            words,
            storage: &*self.storage,
            sessions: &self.sessions,
            connectors: &self.connectors,
            now: self.clock.now(),
        }
    }

    /// Closes what people had who leave.
    #[must_use]
    pub fn departures(&self) -> Departures {
        Departures {
            storage: self.storage.clone(),
            clock: self.clock.clone(),
            sessions: self.sessions.clone(),
            sign_in: self.sign_in.clone(),
            engine: self.engine.clone(),
            journal: self.journal(),
            delegations: self.delegation_endings(),
        }
    }

    /// Lines of the audit log as the person of a session may read them: the rules and dates of legal deadlines are for whoever sees these.
    ///
    /// # Errors
    /// Those of storage.
    pub(crate) async fn audit_lines(
        &self,
        session: &Session,
        query: &AuditQuery,
    ) -> Result<Vec<AuditLine>, StorageError> {
        let mut lines = self.storage.audit(query).await?;
        let seen = self.legal().map(|legal| legal.rules().tenants(session)).unwrap_or_default();
        for AuditLine { line, .. } in &mut lines {
            if line.event.is_of_deadlines()
                && line.tenant.as_ref().is_none_or(|tenant| !seen.contains(tenant))
            {
                line.facts.clear();
            }
        }
        Ok(lines)
    }

    /// Puts lines of the audit log in words.
    #[must_use]
    pub fn audit_presenter<'a>(&'a self, words: &'a Words) -> AuditPresenter<'a> {
        AuditPresenter {
            words,
            storage: &*self.storage,
            tenants: &self.tenants,
            sign_in: &self.sign_in,
            connectors: &self.connectors,
        }
    }

    /// Puts the applications of a session's person, where they act, in words.
    pub(crate) fn linked_account_presenter<'a>(
        &'a self,
        session: &'a Session,
        words: &'a Words,
    ) -> LinkedAccountPresenter<'a> {
        LinkedAccountPresenter {
            session,
            words,
            connectors: &self.connectors,
            rules: &self.credential_rules,
            sign_in: &self.sign_in,
            ticket_way: self
                .site_of(session)
                .map_or(TicketWay::Nowhere, |site| self.sign_in.ticket_way(session, &site)),
            acts_for: self.acting(session),
            vault: self.vault(),
            flows: self.login_flows(),
        }
    }

    /// Keeps and revokes the accounts that people connect.
    #[must_use]
    pub fn linked_account_administration(&self) -> LinkedAccountAdministration<'_> {
        LinkedAccountAdministration {
            storage: &*self.storage,
            vault: self.vault(),
            journal: self.journal(),
            engine: &self.engine,
            connectors: &self.connectors,
            deadline: self.action_deadline,
            tasks: &self.tasks,
        }
    }

    /// Login flows that people have begun.
    pub(crate) fn login_flows(&self) -> LoginFlows<'_> {
        LoginFlows { storage: &*self.storage, sealer: &self.sealer, clock: &*self.clock }
    }

    /// The administrators of collectivités.
    pub(crate) fn administrators(&self) -> Administrators<'_> {
        Administrators { storage: &*self.storage, sessions: &self.sessions, sign_in: &self.sign_in }
    }

    /// Proves, adds and renews second factors.
    pub(crate) fn second_factors(&self) -> SecondFactors<'_> {
        SecondFactors {
            storage: &*self.storage,
            sealer: &self.sealer,
            clock: &*self.clock,
            journal: self.journal(),
            public_url: self.public_url.as_ref(),
        }
    }

    /// Knows browsers that have signed in to a local account before.
    pub(crate) fn known_browsers(&self) -> KnownBrowsers<'_> {
        KnownBrowsers {
            storage: &self.storage,
            sealer: &self.sealer,
            clock: &*self.clock,
            accounts: &self.accounts,
            cookies: self.cookies(),
        }
    }

    /// Finds who signs in.
    pub(crate) fn identity_resolver(&self) -> IdentityResolver {
        IdentityResolver {
            storage: self.storage.clone(),
            clock: self.clock.clone(),
            tenants: self.tenants.clone(),
            sessions: self.sessions.clone(),
            engine: self.engine.clone(),
            journal: self.journal(),
            notices: self.notices(),
        }
    }

    /// Changes links for administrators.
    #[must_use]
    pub fn link_administration(&self) -> LinkAdministration {
        LinkAdministration {
            storage: self.storage.clone(),
            clock: self.clock.clone(),
            sessions: self.sessions.clone(),
            engine: self.engine.clone(),
            journal: self.journal(),
            notices: self.notices(),
            departures: self.departures(),
        }
    }

    /// Writes refused sign-ins down.
    pub(crate) fn refusal_log(&self) -> RefusalLog {
        RefusalLog {
            journal: self.journal(),
            storage: self.storage.clone(),
            sealer: self.sealer.clone(),
            sign_in: self.sign_in.clone(),
            clock: self.clock.clone(),
        }
    }

    /// Leaves notices.
    #[must_use]
    pub fn notices(&self) -> Notices {
        Notices::new(self.storage.clone(), self.clock.clone())
    }

    /// Writes what directories tell.
    #[must_use]
    pub fn directory_writer(&self) -> DirectoryWriter {
        DirectoryWriter {
            clock: self.clock.clone(),
            sign_in: self.sign_in.clone(),
            journal: self.journal(),
            departures: self.departures(),
        }
    }

    /// Reads directories.
    #[must_use]
    pub fn directory_sync(&self) -> DirectorySync {
        DirectorySync {
            storage: self.storage.clone(),
            clock: self.clock.clone(),
            tenants: self.tenants.clone(),
            engine: self.engine.clone(),
            journal: self.journal(),
            writer: self.directory_writer(),
            shutdown: self.shutdown.clone(),
        }
    }

    /// The store of a source that an identity manager pushes into.
    pub(crate) fn scim_store(&self, source: SourceId, owner: Option<TenantId>) -> SourceStore {
        let pushed = PushedSource {
            order: self.scim.order(&source),
            source,
            storage: self.storage.clone(),
            sign_in: self.sign_in.clone(),
            tenants: self.tenants.clone(),
            writer: self.directory_writer(),
        };
        SourceStore { pushed, owner, journal: self.journal(), sources: self.scim.clone() }
    }

    /// Follows a change of the sealing key.
    #[must_use]
    pub fn key_rotation(&self) -> KeyRotation {
        KeyRotation {
            storage: self.storage.clone(),
            sealer: self.sealer.clone(),
            journal: self.journal(),
            tasks: self.tasks.clone(),
            shutdown: self.shutdown.clone(),
        }
    }
}

impl FromRef<App> for Sessions {
    fn from_ref(app: &App) -> Self {
        app.sessions.clone()
    }
}
