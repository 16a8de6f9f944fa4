//! One connector, its simulated application and its callers, put together for one check.

use super::Subject;
use crate::{
    CapturingTransport, FaultSwitch, FixedCredentials, RouterTransport, Simulator, TestClock, people,
};
use pleiade_core::{
    Action, Actor, Affiliation, CallContext, Clock, Connector, ConnectorError, CredentialSource, Identity,
    IdentityId, LinkId, PersonKind, Subject as Person, Widget, WidgetContent,
};
use serde_json::Value;
use std::sync::Arc;

/// The name of the people in every check; no error and no log may hold it.
pub(super) const DISPLAY_NAME: &str = "Zoé Sentinelle-Vérin";

pub(super) struct Rig {
    pub(super) subject: Subject,
    pub(super) simulator: Arc<dyn Simulator>,
    pub(super) switch: FaultSwitch,
    pub(super) transport: CapturingTransport,
    pub(super) connector: Arc<dyn Connector>,
    pub(super) credentials: FixedCredentials,
    pub(super) clock: Arc<TestClock>,
    /// Somebody with data.
    pub(super) busy: String,
    /// Somebody with other data.
    pub(super) other: String,
}

impl Rig {
    pub(super) fn new(subject: &Subject) -> Result<Self, String> {
        Self::build(subject, false)
    }

    /// A rig whose exchanges take a little time, so that concurrent calls interleave.
    pub(super) fn with_latency(subject: &Subject) -> Result<Self, String> {
        Self::build(subject, true)
    }

    fn build(subject: &Subject, latency: bool) -> Result<Self, String> {
        let clock = Arc::new(TestClock::default());
        let simulator = (subject.simulator)(Arc::clone(&clock) as Arc<dyn Clock>);
        let switch = FaultSwitch::for_simulator(Arc::clone(&simulator));
        let router = RouterTransport::new(switch.wrap(simulator.router()));
        let router = if latency { router.with_latency() } else { router };
        let transport = CapturingTransport::new(Arc::new(router));
        let connector = (subject.connector)(Arc::new(transport.clone()))
            .map_err(|error| format!("the connector cannot be built: {error}"))?;
        let people = simulator.people();
        let [busy, other, ..] = people.as_slice() else {
            return Err("the simulator knows fewer than two people".to_owned());
        };
        let give = Arc::clone(&subject.credential);
        let credentials = FixedCredentials::from_fn(move |actor, generation| {
            Some(give(actor.identity.login.as_deref()?, generation))
        });
        let (busy, other) = (busy.clone(), other.clone());
        let subject = subject.clone();
        Ok(Self { subject, simulator, switch, transport, connector, credentials, clock, busy, other })
    }

    /// A login that nobody of the simulator has, written as theirs are.
    pub(super) fn new_login(&self) -> String {
        let domain = self.busy.split_once('@').map(|(_, domain)| format!("@{domain}"));
        format!("nouvelle{}", domain.unwrap_or_default())
    }

    pub(super) fn context(&self, login: &str) -> CallContext {
        self.context_with(login, Arc::new(self.credentials.clone()))
    }

    pub(super) fn context_with(&self, login: &str, credentials: Arc<dyn CredentialSource>) -> CallContext {
        let (id, tenant) = if login == self.other { (2, 1) } else { (1, 0) };
        let id = if login == self.busy || login == self.other { id } else { 3 };
        self.context_of(id, tenant, login, credentials)
    }

    /// Person number `id` acting for sample tenant number `tenant`, whose login there is `login`.
    pub(super) fn context_of(
        &self,
        id: i64,
        tenant: usize,
        login: &str,
        credentials: Arc<dyn CredentialSource>,
    ) -> CallContext {
        let name = people::TENANTS.get(tenant).map_or("inconnue", |tenant| tenant.id);
        let tenant = Arc::new(people::tenant_named(name));
        let mut identity = Identity::new(IdentityId(id), LinkId(id), person_key(id), DISPLAY_NAME);
        identity.login = Some(login.to_owned());
        identity.mail = format!("{}@{name}.example", login.split('@').next().unwrap_or(login)).parse().ok();
        let mut affiliation = Affiliation::new(tenant.id.clone(), PersonKind::Agent);
        if login != self.other {
            affiliation.groups = self.subject.groups.iter().cloned().collect();
        }
        let actor = Actor::new(identity, affiliation);
        CallContext::new(
            tenant,
            Arc::new(actor),
            credentials,
            Arc::clone(&self.clock) as Arc<dyn pleiade_core::Clock>,
        )
    }

    /// Hosts to which a link may lead.
    pub(super) fn link_hosts(&self) -> Vec<&str> {
        let home = self.connector.descriptor().home.host_str();
        home.into_iter().chain(self.subject.link_hosts.iter().map(String::as_str)).collect()
    }

    pub(super) fn widgets(&self) -> &[Arc<dyn Widget>] {
        self.connector.widgets()
    }

    /// Loads a widget that has every reason to load, and checks the rules that any content follows. Its time to live then passes, as
    /// it does before a host reads a card again, so that nothing is shown from before.
    pub(super) async fn load(&self, widget: &Arc<dyn Widget>, login: &str) -> Result<WidgetContent, String> {
        let before = self.clock.now();
        let content = widget
            .load(&self.context(login))
            .await
            .map_err(|error| format!("{}: it does not load: {}", name(widget), described(&error)))?;
        super::content::check(self, widget.descriptor(), &content, before)
            .map_err(|problem| format!("{}: {problem}", name(widget)))?;
        tokio::time::advance(widget.descriptor().time_to_live).await;
        Ok(content)
    }

    /// The actions on the card and its lines that the portal posts, one per id.
    pub(super) async fn posted_actions(&self, login: &str) -> Result<Vec<Action>, String> {
        let mut actions: Vec<Action> = Vec::new();
        for widget in self.widgets() {
            let content = self.load(widget, login).await?;
            let on_lines = content.items.into_iter().flat_map(|item| item.actions);
            for action in content.actions.into_iter().chain(on_lines) {
                if !action.is_link() && !actions.iter().any(|known| known.id == action.id) {
                    actions.push(action);
                }
            }
        }
        Ok(actions)
    }

    /// Everything that a person reads from this connector, without the times of measure.
    pub(super) async fn snapshot(&self, login: &str) -> Result<Vec<Value>, String> {
        let mut all = Vec::new();
        for widget in self.widgets() {
            all.push(timeless(&self.load(widget, login).await?));
        }
        Ok(all)
    }
}

#[expect(clippy::expect_used, reason = "digits are printable ASCII")]
fn person_key(id: i64) -> Person {
    Person::new(people::ISSUER, &id.to_string()).expect("digits")
}

pub(super) fn name(widget: &Arc<dyn Widget>) -> String {
    format!("widget {}", widget.descriptor().id)
}

pub(super) fn described(error: &ConnectorError) -> String {
    format!("{} ({})", error, error.kind().as_str())
}

/// A content as JSON without the times of measure, which differ from one reading to the next, and without the tag of the account, which
/// differs from one connector to the next.
pub(super) fn timeless(content: &WidgetContent) -> Value {
    let mut value = serde_json::to_value(content).unwrap_or_default();
    if let Some(fields) = value.as_object_mut() {
        fields.remove("account");
    }
    if let Some(Value::Array(indicators)) = value.get_mut("indicators") {
        for indicator in indicators.iter_mut().filter_map(Value::as_object_mut) {
            indicator.remove("measured_at");
        }
    }
    value
}
