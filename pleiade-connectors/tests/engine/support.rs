//! An application that does what a test says, and people who read it.

use futures_util::future::BoxFuture;
use pleiade_connectors::engine::WidgetCall;
use pleiade_core::{
    Actor, Affiliation, Audience, CallContext, Clock, Connector, ConnectorDescriptor, ConnectorError,
    ConnectorId, Credential, CredentialRequest, CredentialSource, Identity, IdentityId, Indicator,
    IndicatorKey, Item, LinkId, Locale, Message, PersonKind, Subject, SystemClock, Tenant, TenantId, Text,
    Widget, WidgetContent, WidgetDescriptor, WidgetId,
    connector::{Health, Messages},
};
use pleiade_testkit::TestClock;
use std::{
    fmt,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};
use tokio::time::Instant;

pub(crate) type Answer = Result<WidgetContent, ConnectorError>;
type Act = Box<dyn Fn(CallContext, usize) -> BoxFuture<'static, Answer> + Send + Sync>;

/// A clock that follows the paused time of the runtime.
pub(crate) fn clock() -> Arc<dyn Clock> {
    Arc::new(TestClock::starting_at("2026-03-02T07:41:00Z".parse().unwrap()))
}

#[derive(Debug)]
struct NoCredentials;

#[async_trait::async_trait]
impl CredentialSource for NoCredentials {
    async fn credential(&self, _: CredentialRequest<'_>) -> Result<Credential, ConnectorError> {
        Ok(Credential::Technical { key: None })
    }
}

/// A widget that counts its calls and does what `act` says; `act` gets the number of the call, from 0.
pub(crate) struct Scripted {
    pub(crate) descriptor: WidgetDescriptor,
    pub(crate) calls: AtomicUsize,
    pub(crate) at_once: AtomicUsize,
    pub(crate) most_at_once: AtomicUsize,
    pub(crate) moments: Mutex<Vec<Instant>>,
    act: Act,
}

impl fmt::Debug for Scripted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.descriptor.id.fmt(f)
    }
}

impl Scripted {
    pub(crate) fn count(&self) -> usize {
        self.calls.load(Ordering::SeqCst)
    }
}

#[async_trait::async_trait]
impl Widget for Scripted {
    fn descriptor(&self) -> &WidgetDescriptor {
        &self.descriptor
    }
    async fn load(&self, cx: &CallContext) -> Answer {
        struct Here<'a>(&'a AtomicUsize);
        impl Drop for Here<'_> {
            fn drop(&mut self) {
                self.0.fetch_sub(1, Ordering::SeqCst);
            }
        }
        let number = self.calls.fetch_add(1, Ordering::SeqCst);
        self.moments.lock().unwrap().push(Instant::now());
        self.most_at_once.fetch_max(self.at_once.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
        let _here = Here(&self.at_once);
        (self.act)(cx.clone(), number).await
    }
}

#[derive(Debug)]
pub(crate) struct Application {
    descriptor: ConnectorDescriptor,
    widgets: Vec<Arc<dyn Widget>>,
    pub(crate) widget: Arc<Scripted>,
}

impl Application {
    pub(crate) fn new(
        id: &str,
        set: impl FnOnce(&mut WidgetDescriptor),
        act: impl Fn(CallContext, usize) -> BoxFuture<'static, Answer> + Send + Sync + 'static,
    ) -> Arc<Self> {
        let mut descriptor = WidgetDescriptor::new(
            WidgetId::new("inbox").unwrap(),
            Message::new("test-title"),
            Message::new("test-empty"),
        );
        set(&mut descriptor);
        let widget = Arc::new(Scripted {
            descriptor,
            calls: AtomicUsize::new(0),
            at_once: AtomicUsize::new(0),
            most_at_once: AtomicUsize::new(0),
            moments: Mutex::new(Vec::new()),
            act: Box::new(act),
        });
        let descriptor = ConnectorDescriptor::new(
            "test",
            ConnectorId::new(id).unwrap(),
            id,
            "https://app.example/".parse().unwrap(),
            &[],
            Messages::new("", ""),
        );
        Arc::new(Self { descriptor, widgets: vec![widget.clone()], widget })
    }

    /// One that answers at once with what belongs to the asker.
    pub(crate) fn healthy(id: &str) -> Arc<Self> {
        Self::new(id, |_| {}, |cx, _| Box::pin(async move { Ok(belonging_to(&cx)) }))
    }

    pub(crate) fn call(self: &Arc<Self>, person: &CallContext) -> WidgetCall {
        WidgetCall::new(self.clone(), self.widget.clone(), person.clone())
    }

    pub(crate) fn id(&self) -> &ConnectorId {
        &self.descriptor.id
    }

    pub(crate) fn count(&self) -> usize {
        self.widget.count()
    }
}

#[async_trait::async_trait]
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
}

/// Somebody who acts for a collectivité, signed in by the link of the same number.
pub(crate) fn person(tenant: &str, number: i64) -> CallContext {
    person_by(tenant, number, number)
}

/// The same person, signed in by this link.
pub(crate) fn person_by(tenant: &str, number: i64, link: i64) -> CallContext {
    let tenant = Arc::new(Tenant::new(TenantId::new(tenant).unwrap(), tenant));
    let subject = Subject::new("https://sso.example", &number.to_string()).unwrap();
    let identity = Identity::new(IdentityId(number), LinkId(link), subject, format!("Person {number}"));
    let acting = Affiliation::new(tenant.id.clone(), PersonKind::Agent);
    let actor = Arc::new(Actor::new(identity, acting));
    CallContext::new(tenant, actor, Arc::new(NoCredentials), Arc::new(SystemClock::default()))
}

/// Names the one it was read for.
pub(crate) fn owner(cx: &CallContext) -> String {
    let identity = &cx.actor.identity;
    format!("{}/{}/{}/{}", cx.tenant.id, identity.id, identity.link, cx.locale.tag())
}

/// A content that names the one it was read for: six lines and an indicator, as cards have.
pub(crate) fn belonging_to(cx: &CallContext) -> WidgetContent {
    let mut content = WidgetContent::default();
    let key = IndicatorKey::new("unread").unwrap();
    content.indicators.push(Indicator::count(key, 6, "test-unread", cx.clock.now()));
    for line in 0..6 {
        let mut item =
            Item::new(line.to_string(), Text::plain("Convocation du conseil municipal du 12 mars"));
        item.detail = Some(Text::Plain(owner(cx)));
        item.link = "https://app.example/item".parse().ok();
        content.items.push(item);
    }
    content
}

/// Whom a content was read for.
pub(crate) fn owner_of(content: &WidgetContent) -> Option<String> {
    match content.items.first()?.detail.as_ref()? {
        Text::Plain(owner) => Some(owner.clone()),
        Text::Message(_) => None,
    }
}

/// A widget that everybody of a collectivité reads alike.
pub(crate) fn shared(descriptor: &mut WidgetDescriptor) {
    descriptor.audience = Audience::Tenant;
}

pub(crate) fn in_english(cx: CallContext) -> CallContext {
    cx.with_locale(Locale::En)
}
