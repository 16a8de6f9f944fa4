//! A simulated server, its connector, and the people who read it.

use chrono::{DateTime, Utc};
use pleiade_connectors::zimbra::{PreauthKey, ZimbraAuthMethod, ZimbraConfig, ZimbraConnector};
use pleiade_core::{
    ActionId, ActionOutcome, ActionRequest, Amount, CallContext, Connector, ConnectorError, ConnectorId,
    Credential, Transport, WidgetContent, WidgetId,
};
use pleiade_testkit::{
    CapturingTransport, FixedCredentials, RouterTransport, Simulator as _, TestClock, Zimbra,
    people::{SamplePerson, TENANTS},
};
use serde_json::json;
use std::sync::Arc;

pub(crate) struct Town {
    pub(crate) server: Zimbra,
    pub(crate) transport: CapturingTransport,
    pub(crate) connector: ZimbraConnector,
    pub(crate) clock: Arc<TestClock>,
}

pub(crate) fn keys() -> ZimbraAuthMethod {
    let key = |domain: String| {
        serde_json::from_value::<PreauthKey>(json!({"domain": domain, "key": Zimbra::preauth_key(&domain)}))
            .unwrap()
    };
    let preauth_keys = TENANTS.iter().map(|tenant| key(format!("{}.example", tenant.id))).collect();
    ZimbraAuthMethod::Preauth { preauth_keys }
}

pub(crate) fn config(access: ZimbraAuthMethod) -> ZimbraConfig {
    ZimbraConfig::new("https://mail.ville.example".parse().unwrap(), access)
}

impl Town {
    pub(crate) fn new() -> Self {
        Self::with(config(keys()))
    }

    pub(crate) fn with(config: ZimbraConfig) -> Self {
        Self::on(config, TestClock::sample_now())
    }

    /// A town whose people and data live on a chosen day.
    pub(crate) fn on(config: ZimbraConfig, now: DateTime<Utc>) -> Self {
        let clock = Arc::new(TestClock::starting_at(now));
        let server = Zimbra::new(Arc::<TestClock>::clone(&clock));
        let transport =
            CapturingTransport::new(Arc::new(RouterTransport::new(server.router()).with_latency()));
        let connector = connector(config, Arc::new(transport.clone()));
        Self { server, transport, connector, clock }
    }

    pub(crate) fn context(&self, person: &SamplePerson) -> CallContext {
        person.context_with(Arc::new(FixedCredentials::acting_mail()), Arc::<TestClock>::clone(&self.clock))
    }

    pub(crate) fn linked(&self, person: &SamplePerson, password: &str) -> CallContext {
        let credential = Credential::LinkedAccount { login: person.mail(), secret: password.into() };
        person.context_with(
            Arc::new(FixedCredentials::always(credential)),
            Arc::<TestClock>::clone(&self.clock),
        )
    }

    pub(crate) async fn load(
        &self,
        widget: &str,
        person: &SamplePerson,
    ) -> Result<WidgetContent, ConnectorError> {
        self.load_as(widget, &self.context(person)).await
    }

    pub(crate) async fn load_as(
        &self,
        widget: &str,
        cx: &CallContext,
    ) -> Result<WidgetContent, ConnectorError> {
        self.connector.widget(&WidgetId::new(widget).unwrap()).unwrap().load(cx).await
    }

    pub(crate) async fn act(
        &self,
        person: &SamplePerson,
        action: &str,
        target: &str,
    ) -> Result<ActionOutcome, ConnectorError> {
        let request = ActionRequest::new(ActionId::new(action).unwrap(), target.to_owned());
        self.connector.perform(&self.context(person), &request).await
    }
}

pub(crate) fn connector(config: ZimbraConfig, transport: Arc<dyn Transport>) -> ZimbraConnector {
    ZimbraConnector::new(ConnectorId::new("zimbra").unwrap(), config, transport).unwrap()
}

pub(crate) fn amount(content: &WidgetContent, key: &str) -> Amount {
    content
        .indicators
        .iter()
        .find(|indicator| indicator.key.as_str() == key)
        .unwrap_or_else(|| panic!("{key}"))
        .amount
}

pub(crate) fn count(content: &WidgetContent, key: &str) -> u64 {
    match amount(content, key) {
        Amount::Count { value, .. } => value,
        other => panic!("{other:?}"),
    }
}
