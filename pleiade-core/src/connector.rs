//! A configured client of one application.

use crate::{
    AccountLinking, ActionOutcome, ActionRequest, Actor, Affiliation, Clock, ConnectorError, ConnectorId,
    Credential, CredentialKind, CredentialSource, ErrorKind, FixedCredential, Identity, IdentityId, LinkId,
    Locale, PersonKind, Subject, SystemClock, Tenant, TenantId, Widget, WidgetId,
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

/// Everything a call needs to know about whom it is made for. Cloning is cheap.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct CallContext {
    /// The collectivité the person acts for.
    pub tenant: Arc<Tenant>,
    /// The person.
    pub actor: Arc<Actor>,
    /// The language of what the application is asked to say.
    pub locale: Locale,
    /// Where credentials come from.
    pub credentials: Arc<dyn CredentialSource>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Whether somebody else looks in the place of the person, who allowed it: only tasks are shown then, and no balance.
    pub stands_in: bool,
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
        Self { tenant, actor, locale, credentials, clock, stands_in: false }
    }

    /// A context for a program that reads for one person, whose login in the application is `login`: French, in Paris, by the machine's clock.
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
        static PEOPLE: AtomicI64 = AtomicI64::new(1);
        let number = PEOPLE.fetch_add(1, Ordering::Relaxed);
        let tenant = Tenant::new(TenantId::from_static("portal"), "Portail");
        let mut identity =
            Identity::new(IdentityId(number), LinkId(number), Subject::of_program(number), login);
        identity.login = Some(login.to_owned());
        let actor = Actor::new(identity, Affiliation::new(tenant.id.clone(), PersonKind::Agent));
        let (credentials, clock) = (FixedCredential::new(credential), SystemClock::default());
        Self::new(Arc::new(tenant), Arc::new(actor), Arc::new(credentials), Arc::new(clock))
    }

    /// The same context for somebody who looks in the place of the person.
    #[must_use]
    pub fn standing_in(mut self) -> Self {
        self.stands_in = true;
        self
    }

    /// The day that it is for the person, in the zone of the collectivité.
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

/// What a connector is, known without calling the application.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct ConnectorDescriptor {
    /// The kind of application: `nextcloud`, `zimbra`…; also the prefix of its message keys.
    pub kind: Cow<'static, str>,
    /// The configured instance.
    pub id: ConnectorId,
    /// The application's name as the operator wants it read.
    pub name: String,
    /// The application's home page.
    pub home: Url,
    /// The kinds of credential that serve its settings, most advisable first.
    pub credentials: Cow<'static, [CredentialKind]>,
    /// Its messages.
    pub messages: Messages,
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
        Self { kind: kind.into(), id, name: name.into(), home, credentials: credentials.into(), messages }
    }
}

/// The messages of a connector, in Fluent syntax.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Messages {
    fr: Cow<'static, str>,
    en: Cow<'static, str>,
}

impl Messages {
    /// The same messages in each language of [`Locale::ALL`]: those of the program, or some that are known at run time only.
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

    /// Those of a language.
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
    /// What it is.
    fn descriptor(&self) -> &ConnectorDescriptor;

    /// Its widgets, in the order they are proposed.
    fn widgets(&self) -> &[Arc<dyn Widget>];

    /// Asks the application whether it is there and which version answers, without anybody's credential. It imitates normal
    /// work and changes nothing.
    ///
    /// # Errors
    /// Those of the application.
    async fn probe(&self) -> Result<Health, ConnectorError>;

    /// Does what a person asked for. Never retried by the engine.
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

    /// Tries again at once what a refusal keeps from being tried: an administrator mended something.
    fn retry(&self) {}

    /// How people connect their account, where the application asks for it.
    fn linking(&self) -> Option<&dyn AccountLinking> {
        None
    }

    /// One widget by its id.
    fn widget(&self, id: &WidgetId) -> Option<&Arc<dyn Widget>> {
        self.widgets().iter().find(|widget| widget.descriptor().id == *id)
    }
}

/// A good answer to a probe.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Health {
    /// The version that the application announces, where it does.
    pub version: Option<String>,
}

impl Health {
    /// The application is there.
    #[must_use]
    pub fn new(version: Option<String>) -> Self {
        Self { version }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ConnectorError, ErrorKind, Message};

    /// Whatever a file says when the program runs.
    fn read(text: &str) -> String {
        text.chars().rev().collect()
    }

    #[test]
    fn a_connector_that_is_declared_at_run_time_needs_nothing_static() {
        let messages = Messages::new(read("fr"), read("en"));
        let descriptor = ConnectorDescriptor::new(
            read("sepit"),
            ConnectorId::new("conges").unwrap(),
            read("sépit"),
            "https://conges.example/".parse().unwrap(),
            vec![CredentialKind::Technical],
            messages,
        );
        assert_eq!((descriptor.kind.as_ref(), descriptor.messages.get(Locale::En)), ("tipes", "ne"));
        assert_eq!(*descriptor.credentials, [CredentialKind::Technical]);
        let error = ConnectorError::new(ErrorKind::NotFound, read("tsil")).with_hint(read("kool"));
        assert_eq!((error.operation(), error.hint()), ("list", Some("look")));
        assert_eq!(error.to_string(), "list: not found in the application (look)");
        let message = Message::new(read("nuon")).with_number(read("tnuoc"), 2);
        assert_eq!(message.args().map(|(name, _)| name).collect::<Vec<_>>(), ["count"]);
    }
}
