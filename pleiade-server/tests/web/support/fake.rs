//! Applications under the test's hand.

use crate::{deposit::FakeDeposit, linked_accounts::Linking};
use async_trait::async_trait;
use pleiade_connectors::kit::meeting::MeetingPlaces;
use pleiade_core::{
    AccountLinking, Action, ActionDescriptor, ActionId, ActionOutcome, ActionRequest, ApplicationFamily,
    CallContext, Connector, ConnectorDescriptor, ConnectorError, ConnectorId, ContentSearch, CredentialKind,
    CredentialRequest, ErrorKind, Event, EventTime, FileDeposit, Found, IdentityId, Indicator, IndicatorKey,
    Item, Message, OpenedAddress, Retry, SearchQuery, TenantId, Text, Widget, WidgetContent,
    WidgetDescriptor, WidgetId,
    connector::{Health, Messages},
    place::path_below,
};
use std::sync::{
    Arc, Mutex,
    atomic::{AtomicBool, AtomicUsize, Ordering},
};
use tokio::sync::Semaphore;
use url::Url;

/// The answer of an application when it is asked.
#[derive(Debug, Clone)]
pub(crate) enum Outcome {
    Gives(WidgetContent),
    /// The same, once the gate lets a reader pass.
    GivesAfter(Arc<Semaphore>, WidgetContent),
    Fails(ErrorKind),
    /// Gives an event of this evening, whose meeting is looked for in this text as calendars do.
    Invites(&'static str),
    Hangs,
    /// Gives it to whoever brings one of these credentials, towards this address.
    Enters(&'static [CredentialKind], &'static str, WidgetContent),
}

/// A card whose application obeys the test.
#[derive(Debug)]
pub(crate) struct FakeWidget {
    pub(super) descriptor: WidgetDescriptor,
    connector: ConnectorId,
    /// The credentials by which it was entered.
    pub(crate) entered: Mutex<Vec<CredentialKind>>,
    outcome: Mutex<Outcome>,
    pub(crate) asked: AtomicUsize,
    /// For whom.
    pub(crate) read_for: Mutex<Vec<IdentityId>>,
    /// True if whoever asked last stood in for somebody.
    pub(crate) for_stand_in: AtomicBool,
}

impl FakeWidget {
    pub(crate) fn will(&self, outcome: Outcome) {
        *self.outcome.lock().unwrap() = outcome;
    }
}

#[async_trait]
impl Widget for FakeWidget {
    fn descriptor(&self) -> &WidgetDescriptor {
        &self.descriptor
    }

    async fn load(&self, cx: &CallContext) -> Result<WidgetContent, ConnectorError> {
        self.read_for.lock().unwrap().push(cx.actor.identity.id);
        self.for_stand_in.store(cx.stands_in, Ordering::SeqCst);
        self.asked.fetch_add(1, Ordering::SeqCst);
        let outcome = self.outcome.lock().unwrap().clone();
        match outcome {
            Outcome::Gives(content) => Ok(content),
            Outcome::GivesAfter(gate, content) => {
                gate.acquire().await.unwrap().forget();
                Ok(content)
            }
            Outcome::Fails(kind) => Err(ConnectorError::new(kind, "read the fake").with_retry(Retry::Never)),
            Outcome::Invites(text) => {
                let at = |time: &str| format!("2026-03-12T{time}:00+01:00").parse().unwrap();
                let when = EventTime::Between(at("18:30"), at("20:30"));
                let mut event = Event::new(Text::plain("Conseil municipal"), when);
                event.meeting = MeetingPlaces::new(cx, &[]).find([text]);
                let mut content = WidgetContent::default();
                content.events.push(event);
                Ok(content)
            }
            Outcome::Hangs => std::future::pending().await,
            Outcome::Enters(accepts, service, content) => {
                let mut request = CredentialRequest::new(&cx.actor, &self.connector, accepts);
                request.service = Some(service);
                let given = cx.credentials.credential(request).await?;
                self.entered.lock().unwrap().push(given.kind());
                Ok(content)
            }
        }
    }
}

/// What an application finds.
#[derive(Debug, Default)]
pub(crate) struct FakeSearch {
    /// What it answers; without one, nothing is found.
    pub(crate) answer: Mutex<Option<Result<Vec<Found>, ErrorKind>>>,
    /// What it waits for before it answers, where there is one.
    pub(crate) gate: Mutex<Option<Arc<Semaphore>>>,
    /// What was looked for, and for whom.
    pub(crate) asked: Mutex<Vec<(String, IdentityId)>>,
}

#[async_trait]
impl ContentSearch for FakeSearch {
    async fn search(&self, cx: &CallContext, query: &SearchQuery) -> Result<Vec<Found>, ConnectorError> {
        self.asked.lock().unwrap().push((query.text().to_owned(), cx.actor.identity.id));
        let gate = self.gate.lock().unwrap().clone();
        if let Some(gate) = gate {
            gate.acquire().await.unwrap().forget();
        }
        let answer = self.answer.lock().unwrap().clone().unwrap_or(Ok(Vec::new()));
        answer.map_err(|kind| ConnectorError::new(kind, "search the fake"))
    }
}

/// An application with one card, `main`. Meetings are held below the home of those named `visio…`.
#[derive(Debug)]
pub(crate) struct Fake {
    pub(super) descriptor: ConnectorDescriptor,
    widgets: [Arc<dyn Widget>; 1],
    pub(crate) card: Arc<FakeWidget>,
    pub(crate) performed: Mutex<Vec<ActionRequest>>,
    /// For whom.
    pub(crate) performed_for: Mutex<Vec<IdentityId>>,
    /// In which collectivités.
    pub(crate) performed_at: Mutex<Vec<TenantId>>,
    pub(crate) answer: Mutex<Option<Result<ActionOutcome, ErrorKind>>>,
    /// What each action waits for before it answers, where there is one.
    pub(crate) gate: Mutex<Option<Arc<Semaphore>>>,
    /// The count of times that an administrator had it tried again.
    pub(crate) retried: AtomicUsize,
    /// Accounts are connected to the applications named `nuage` and `depot` alone.
    pub(crate) linking: Option<Linking>,
    /// What is found in `courriel` and in those named `fonds…`, which alone can be searched.
    pub(crate) search: Option<FakeSearch>,
    /// Files are given to `nuage` and `parapheur-pdf`, and to `technique`, which has one account for everybody.
    pub(crate) deposit: Option<FakeDeposit>,
}

impl Fake {
    pub(crate) fn new(id: &str, outcome: Outcome) -> Arc<Self> {
        let titled = |key| Message::new(key).with_text("name", id);
        let descriptor =
            WidgetDescriptor::new(WidgetId::new("main").unwrap(), titled("fake-title"), titled("fake-empty"))
                .with_tasks([pleiade_core::TaskKind::Do])
                // Nothing of `actes` is seen by whoever stands in.
                .with_delegable((id != "actes").then_some(pleiade_core::TaskKind::Do))
                // Those about which the tests of the queue are asked.
                .with_actions(
                    ["visa", "reject"].map(|id| ActionDescriptor::post(ActionId::new(id).unwrap()).asked()),
                )
                // What leads to an address made for its person.
                .with_actions([ActionDescriptor::opening(ActionId::from_static("open"))]);
        // Those read a calendar.
        let descriptor = if id.starts_with("agenda") { descriptor.with_events() } else { descriptor };
        let descriptor = if id.starts_with("visio") { descriptor.with_meetings() } else { descriptor };
        // Those of a family, which count.
        let family = [
            ApplicationFamily::Collaboration,
            ApplicationFamily::Administration,
            ApplicationFamily::Business,
        ]
        .into_iter()
        .find(|family| id.starts_with(family.as_str()));
        let mut descriptor = descriptor;
        descriptor.indicators.extend(family.map(|_| IndicatorKey::new("messages").unwrap()));
        let card = Arc::new(FakeWidget {
            descriptor,
            connector: ConnectorId::new(id).unwrap(),
            entered: Mutex::default(),
            outcome: Mutex::new(outcome),
            asked: AtomicUsize::new(0),
            read_for: Mutex::default(),
            for_stand_in: AtomicBool::new(false),
        });
        let descriptor = ConnectorDescriptor::new(
            "fake",
            ConnectorId::new(id).unwrap(),
            format!("Appli {id}"),
            format!("https://{id}.apps.example/").parse().unwrap(),
            match id {
                "depot" => &[CredentialKind::ProxyTicket, CredentialKind::LinkedAccount][..],
                "nuage" => &[CredentialKind::LinkedAccount],
                "signature" => &[CredentialKind::ProxyTicket],
                "parapheur-pdf" => &[CredentialKind::LinkedAccount],
                _ => &[CredentialKind::Technical],
            },
            Messages::new(include_str!("../locales/fr.ftl"), include_str!("../locales/en.ftl")),
        );
        let descriptor = match family {
            Some(family) => descriptor.with_look(family, "cloud"),
            None => descriptor,
        };
        Arc::new(Self {
            descriptor,
            widgets: [card.clone()],
            card,
            performed: Mutex::default(),
            performed_for: Mutex::default(),
            performed_at: Mutex::default(),
            answer: Mutex::default(),
            gate: Mutex::default(),
            retried: AtomicUsize::new(0),
            search: (id == "courriel" || id.starts_with("fonds")).then(FakeSearch::default),
            linking: ["nuage", "depot"].contains(&id).then(Linking::default),
            deposit: matches!(id, "nuage" | "parapheur-pdf" | "technique").then(FakeDeposit::default),
        })
    }

    pub(crate) fn asked(&self) -> usize {
        self.card.asked.load(Ordering::SeqCst)
    }
}

#[async_trait]
impl Connector for Fake {
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

    fn search(&self) -> Option<&dyn ContentSearch> {
        self.search.as_ref().map(|search| search as _)
    }

    fn deposit(&self) -> Option<&dyn FileDeposit> {
        self.deposit.as_ref().map(|deposit| deposit as _)
    }

    fn joining(&self, meeting: &Url) -> Option<Action> {
        let room = path_below(meeting, &self.descriptor.home)?;
        let holds = self.descriptor.id.as_str().starts_with("visio");
        holds.then(|| Action::opening(ActionId::from_static("open"), Message::new("fake-do"), room))
    }

    async fn perform(
        &self,
        cx: &CallContext,
        request: &ActionRequest,
    ) -> Result<ActionOutcome, ConnectorError> {
        self.performed_for.lock().unwrap().push(cx.actor.identity.id);
        self.performed.lock().unwrap().push(request.clone());
        self.performed_at.lock().unwrap().push(cx.tenant.id.clone());
        let gate = self.gate.lock().unwrap().clone();
        if let Some(gate) = gate {
            gate.acquire().await.unwrap().forget();
        }
        match self.answer.lock().unwrap().clone() {
            None => Ok(ActionOutcome::Done(Message::new("fake-do"))),
            Some(answer) => answer.map_err(|kind| ConnectorError::new(kind, "perform")),
        }
    }

    fn retry(&self) {
        self.retried.fetch_add(1, Ordering::SeqCst);
    }
}

/// What an action that opens an address brings.
pub(crate) fn leads_to(address: &str) -> ActionOutcome {
    ActionOutcome::Continue(OpenedAddress::new(address.parse().unwrap()))
}

/// So many messages, and one line for each of these titles, which waits for the person.
pub(crate) fn content(count: u64, tasks: &[&str]) -> WidgetContent {
    let now = pleiade_testkit::TestClock::sample_now();
    let mut content = WidgetContent::default();
    content.indicators.push(Indicator::count(
        IndicatorKey::new("messages").unwrap(),
        count,
        "fake-count",
        now,
    ));
    for title in tasks {
        let mut item = Item::new(*title, pleiade_core::Text::plain(title));
        item.task = Some(pleiade_core::Task::new(pleiade_core::TaskKind::Do).delegable());
        content.items.push(item);
    }
    content
}
