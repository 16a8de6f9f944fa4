//! A configured client of one application.

use crate::{
    AccountLinking, Action, ActionOutcome, ActionRequest, Actor, Affiliation, ApplicationFamily, Clock,
    ConnectorError, ConnectorId, ContentSearch, Coverage, Credential, CredentialKind, CredentialSource,
    ErrorKind, FileDeposit, FixedCredential, Icon, Identity, IdentityId, LinkId, Locale, PersonKind, Subject,
    SystemClock, Tenant, TenantId, Widget, WidgetId,
};
use async_trait::async_trait;
use chrono::NaiveDate;
use std::{
    borrow::Cow,
    fmt,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
};
use url::Url;

/// The person, the tenant and the services that a call is made with. Cloning is cheap.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct CallContext {
    /// The collectivité for which the person acts.
    pub tenant: Arc<Tenant>,
    /// The person.
    pub actor: Arc<Actor>,
    /// The language asked of the application.
    pub locale: Locale,
    /// The source of credentials.
    pub credentials: Arc<dyn CredentialSource>,
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// True if somebody to whom the person delegated looks in their place: only tasks are shown then, and no number.
    pub stands_in: bool,
    /// The meetings that applications of the collectivité hold.
    pub meetings: Meetings,
}

impl CallContext {
    /// A context in the tenant's own language.
    #[must_use]
    pub fn new(
        tenant: Arc<Tenant>,
        actor: Arc<Actor>,
        credentials: Arc<dyn CredentialSource>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        let locale = tenant.locale;
        Self { tenant, actor, locale, credentials, clock, stands_in: false, meetings: Meetings::default() }
    }

    /// A context for a program that reads for one person, whose login in the application is `login`: French, in Paris, by the machine's
    /// clock.
    ///
    /// Each context made so is a person of its own, of whom nothing is remembered by another: a portal with several people gives each
    /// their number, by [`Self::new`].
    ///
    /// ```
    /// # use pleiade_core::{CallContext, Credential};
    /// let password = Credential::LinkedAccount { login: "cdurand".into(), secret: "app-password".into() };
    /// let cx = CallContext::for_login("cdurand", password);
    /// assert_eq!(cx.actor.identity.login.as_deref(), Some("cdurand"));
    /// ```
    #[must_use]
    pub fn for_login(login: &str, credential: Credential) -> Self {
        static NEXT_IDENTITY: AtomicI64 = AtomicI64::new(1);
        let number = NEXT_IDENTITY.fetch_add(1, Ordering::Relaxed);
        let tenant = Tenant::new(TenantId::from_static("portal"), "Portail");
        let mut identity =
            Identity::new(IdentityId(number), LinkId(number), Subject::for_program(number), login);
        identity.login = Some(login.to_owned());
        let actor = Actor::new(identity, Affiliation::new(tenant.id.clone(), PersonKind::Agent));
        let (credentials, clock) = (FixedCredential::new(credential), SystemClock::default());
        Self::new(Arc::new(tenant), Arc::new(actor), Arc::new(credentials), Arc::new(clock))
    }

    /// The same context, with [`stands_in`](Self::stands_in).
    #[must_use]
    pub fn standing_in(mut self) -> Self {
        self.stands_in = true;
        self
    }

    /// The same context, with the meetings that applications of the collectivité hold.
    #[must_use]
    pub fn with_meetings(mut self, meetings: Meetings) -> Self {
        self.meetings = meetings;
        self
    }

    /// The present day in the collectivité's time zone.
    #[must_use]
    pub fn today(&self) -> NaiveDate {
        self.clock.now().with_timezone(&self.tenant.time_zone).date_naive()
    }

    /// The same context in another language.
    #[must_use]
    pub fn with_locale(mut self, locale: Locale) -> Self {
        self.locale = locale;
        self
    }
}

/// How people join the meetings that the applications of one collectivité hold, by the addresses that stand in their calendars. None are
/// known unless a host says so.
#[derive(Clone, Default)]
pub struct Meetings(Option<Arc<Joining>>);

/// What leads into the meeting at an address; none for an address of another application.
type Joining = dyn Fn(&Url) -> Option<Action> + Send + Sync;

impl Meetings {
    /// Those that `joining` knows: the action by which a person joins the meeting at an address, with the connector [whose](Action::by) it is. It
    /// calls nobody.
    #[must_use]
    pub fn new(joining: impl Fn(&Url) -> Option<Action> + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(joining)))
    }

    /// The action by which a person joins the meeting at this address; none when no application of the collectivité holds it.
    #[must_use]
    pub fn joining(&self, meeting: &Url) -> Option<Action> {
        self.0.as_ref()?(meeting)
    }
}

impl fmt::Debug for Meetings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Meetings").field(&self.0.is_some()).finish()
    }
}

/// The description of a connector, known without calling the application.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct ConnectorDescriptor {
    /// The kind of application: `nextcloud`, `zimbra`…; also the prefix of its message keys.
    pub kind: Cow<'static, str>,
    /// The kind of connector on whose code it stands, if any.
    pub base: Option<BaseKind>,
    /// The id of this configured instance.
    pub id: ConnectorId,
    /// The application's name as the operator wants it read.
    pub name: String,
    /// The application's home page.
    pub home: Url,
    /// The kinds of credential that serve its settings, most advisable first.
    pub credentials: Cow<'static, [CredentialKind]>,
    /// Its messages.
    pub messages: Messages,
    /// What people use it for.
    pub family: ApplicationFamily,
    /// The picture on its tile and its cards.
    pub icon: Icon,
    /// The application and versions that it was written for, and what shows it. Empty unless [`with_coverage`](Self::with_coverage) says.
    pub coverage: Coverage,
}

impl ConnectorDescriptor {
    /// Joins the parts.
    #[must_use]
    pub fn new(
        kind: impl Into<Cow<'static, str>>,
        id: ConnectorId,
        name: impl Into<String>,
        home: Url,
        credentials: impl Into<Cow<'static, [CredentialKind]>>,
        messages: Messages,
    ) -> Self {
        let (kind, name, credentials) = (kind.into(), name.into(), credentials.into());
        Self {
            kind,
            base: None,
            id,
            name,
            home,
            credentials,
            messages,
            family: ApplicationFamily::default(),
            icon: Icon::default(),
            coverage: Coverage::default(),
        }
    }

    /// The same with its family and the name of its picture: see [`Icon::Named`].
    #[must_use]
    pub fn with_look(mut self, family: ApplicationFamily, icon: &str) -> Self {
        self.family = family;
        self.icon = Icon::Named(icon.to_owned());
        self
    }

    /// The same, built on the code of another kind of connector, whose messages it uses beside its own.
    #[must_use]
    pub fn with_base(mut self, base: BaseKind) -> Self {
        self.base = Some(base);
        self
    }

    /// The same with what it was verified against.
    #[must_use]
    pub fn with_coverage(mut self, coverage: Coverage) -> Self {
        self.coverage = coverage;
        self
    }
}

/// The kind of connector on whose code another stands.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct BaseKind {
    /// Its name.
    pub kind: Cow<'static, str>,
    /// Its messages.
    pub messages: Messages,
}

impl BaseKind {
    /// Joins the parts.
    #[must_use]
    pub fn new(kind: impl Into<Cow<'static, str>>, messages: Messages) -> Self {
        Self { kind: kind.into(), messages }
    }
}

/// The messages of a connector in each language, in Fluent syntax.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Messages {
    fr: Cow<'static, str>,
    en: Cow<'static, str>,
}

impl Messages {
    /// Messages that are constants of the program, or texts that are known at run time only.
    ///
    /// ```
    /// use pleiade_core::{Locale, connector::Messages};
    /// let messages = Messages::new("leave-title = Congés", "leave-title = Leave");
    /// assert_eq!(messages.get(Locale::En), "leave-title = Leave");
    /// ```
    #[must_use]
    pub fn new(fr: impl Into<Cow<'static, str>>, en: impl Into<Cow<'static, str>>) -> Self {
        Self { fr: fr.into(), en: en.into() }
    }

    /// The messages in one language.
    #[must_use]
    pub fn get(&self, locale: Locale) -> &str {
        match locale {
            Locale::Fr => &self.fr,
            Locale::En => &self.en,
        }
    }
}

/// A configured client of one upstream instance, for one or more collectivités.
#[async_trait]
pub trait Connector: fmt::Debug + Send + Sync + 'static {
    /// Its description.
    fn descriptor(&self) -> &ConnectorDescriptor;

    /// Its widgets, in the order in which they are proposed.
    fn widgets(&self) -> &[Arc<dyn Widget>];

    /// Asks the application whether it is there and which version answers, without any person's credential. The request is like those of
    /// normal work and changes nothing.
    ///
    /// # Errors
    /// Those of the application.
    async fn probe(&self) -> Result<Health, ConnectorError>;

    /// Performs an action that a person asked for. The engine never retries it.
    ///
    /// # Errors
    /// [`ErrorKind::Unsupported`] for an action that is not this connector's, and those of the application.
    async fn perform(
        &self,
        cx: &CallContext,
        request: &ActionRequest,
    ) -> Result<ActionOutcome, ConnectorError> {
        let _ = (cx, request);
        Err(ConnectorError::new(ErrorKind::Unsupported, "perform an action"))
    }

    /// Forgets refusals that keep secrets from being sent again: an administrator corrected something.
    fn retry(&self) {}

    /// The linking of accounts; none when the application needs no linked account.
    fn linking(&self) -> Option<&dyn AccountLinking> {
        None
    }

    /// The giving of files; none when the application takes none from here.
    fn deposit(&self) -> Option<&dyn FileDeposit> {
        None
    }

    /// Searching in the application; none when it cannot be searched from here.
    fn search(&self) -> Option<&dyn ContentSearch> {
        None
    }

    /// The action by which a person joins the meeting at this address, which stood in an event of theirs and was written by anybody; none
    /// unless the meeting is held in this application. Known without calling the application.
    fn joining(&self, meeting: &Url) -> Option<Action> {
        let _ = meeting;
        None
    }

    /// The widget with this id.
    fn widget(&self, id: &WidgetId) -> Option<&Arc<dyn Widget>> {
        self.widgets().iter().find(|widget| widget.descriptor().id == *id)
    }
}

/// The result of a successful probe.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Health {
    /// The version that the application announces, if any.
    pub version: Option<String>,
    /// What an administrator needs for the settings and finds nowhere else: the codes, the counters that there are. Each is a sentence without
    /// personal data.
    pub findings: Vec<String>,
}

impl Health {
    /// A successful probe, with the announced version.
    #[must_use]
    pub fn new(version: Option<String>) -> Self {
        Self { version, findings: Vec::new() }
    }

    /// The same, with one more finding.
    #[must_use]
    pub fn with_finding(mut self, finding: impl Into<String>) -> Self {
        self.findings.push(finding.into());
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ConnectorError, ErrorKind, Message};

    /// A text that is known at run time only.
    fn runtime_text(text: &str) -> String {
        text.chars().rev().collect()
    }

    #[test]
    fn a_connector_that_is_declared_at_run_time_needs_nothing_static() {
        let messages = Messages::new(runtime_text("fr"), runtime_text("en"));
        let descriptor = ConnectorDescriptor::new(
            runtime_text("sepit"),
            ConnectorId::new("conges").unwrap(),
            runtime_text("sépit"),
            "https://conges.example/".parse().unwrap(),
            vec![CredentialKind::Technical],
            messages,
        );
        assert_eq!((descriptor.kind.as_ref(), descriptor.messages.get(Locale::En)), ("tipes", "ne"));
        assert_eq!(*descriptor.credentials, [CredentialKind::Technical]);
        let error =
            ConnectorError::new(ErrorKind::NotFound, runtime_text("tsil")).with_hint(runtime_text("kool"));
        assert_eq!((error.operation(), error.hint()), ("list", Some("look")));
        assert_eq!(error.to_string(), "list: not found in the application (look)");
        let message = Message::new(runtime_text("nuon")).with_number(runtime_text("tnuoc"), 2);
        assert_eq!(message.args().map(|(name, _)| name).collect::<Vec<_>>(), ["count"]);
    }
}
