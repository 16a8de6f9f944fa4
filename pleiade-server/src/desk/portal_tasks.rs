//! What waits for somebody in the portal itself, as sources of the queue: delegations that they are asked to accept, and the legal deadlines
//! of the collectivités whose deadlines they see.

use super::{
    line::{ActionModel, LineModel},
    portal_ids::{LEGAL, PORTAL},
};
use crate::{
    app::App,
    background_cache::LastKnown,
    delegation::{self, ProposedDelegation},
    legal::{self, LegalCalendar},
    session::Session,
    storage::LegalRecord,
    web::words::Words,
};
use chrono::{DateTime, Utc};
use futures_util::future::join_all;
use pleiade_connectors::{legal::Deadline as LegalDeadline, queue::QueueSource};
use pleiade_core::{
    Action, ActionId, ApplicationFamily, ConnectorDescriptor, ConnectorId, Deadline, ErrorKind, Item, Locale,
    Message, Reading, Reason, Task, TaskKind, TenantId, Text, WidgetContent, connector::Messages,
};
use std::sync::Arc;
use url::Url;

const ACCEPT: ActionId = ActionId::from_static("accept");
const REFUSE: ActionId = ActionId::from_static("refuse");
const DISMISS: ActionId = ActionId::from_static("dismiss");
const SEE: ActionId = ActionId::from_static("see");

/// The id of the line that asks for dates.
const ENTER: &str = "enter";

/// What is known of the collectivités whose legal deadlines somebody sees.
pub(super) type KnownDeadlines = Vec<(TenantId, LastKnown<Arc<LegalRecord>>)>;

/// What is known now.
pub(super) fn peek_deadlines(app: &App, session: &Session) -> KnownDeadlines {
    let Some(legal) = app.legal() else { return Vec::new() };
    let tenants = legal.rules().tenants(session).into_iter();
    tenants.map(|tenant| (tenant.clone(), legal.peek(&tenant))).collect()
}

/// What storage has, unless it was read a moment ago.
pub(super) async fn load_deadlines(app: &App, session: &Session) -> KnownDeadlines {
    let Some(legal) = app.legal() else { return Vec::new() };
    let tenants = legal.rules().tenants(session).into_iter();
    join_all(tenants.map(async |tenant| (tenant.clone(), legal.load(&tenant).await))).await
}

/// One source, by collectivité.
#[derive(Debug)]
struct PortalSource {
    descriptor: ConnectorDescriptor,
    readings: Vec<(TenantId, Reading<WidgetContent>)>,
}

/// The tasks of the portal.
#[derive(Debug)]
pub(super) struct PortalTasks {
    sources: Vec<PortalSource>,
    now: DateTime<Utc>,
}

impl PortalTasks {
    /// The delegations that somebody is asked to accept, and the legal deadlines that they see. None without any.
    pub(super) fn new(
        app: &App,
        words: &Words,
        proposed: &[ProposedDelegation],
        deadlines: &KnownDeadlines,
    ) -> Option<Self> {
        let home = app.public_url.clone().or_else(|| Url::parse("https://localhost/").ok())?;
        let source = |id, name: &'static str, readings| {
            let messages = Messages::new("", "");
            let name = words.t(name);
            let descriptor =
                ConnectorDescriptor::new("portal", id, name, home.clone(), [].as_slice(), messages)
                    .with_look(ApplicationFamily::Other, "home");
            PortalSource { descriptor, readings }
        };
        let now = app.clock.now();
        let mut sources = Vec::new();
        if !proposed.is_empty() {
            sources.push(source(PORTAL, "todo-portal", proposals(words, proposed, now)));
        }
        if let Some(legal) = app.legal().filter(|_| !deadlines.is_empty()) {
            let readings = deadlines.iter().filter_map(|(tenant, known)| {
                Some((tenant.clone(), deadline_reading(app, words, legal, tenant, known)?))
            });
            sources.push(source(LEGAL, "legal-title", readings.collect()));
        }
        (!sources.is_empty()).then_some(Self { sources, now })
    }

    /// The sources of the queue, one a collectivité.
    pub(super) fn sources(&self) -> impl Iterator<Item = QueueSource<'_>> {
        self.sources.iter().flat_map(|source| {
            source.readings.iter().map(|(tenant, reading)| {
                let descriptor = &source.descriptor;
                QueueSource::new(tenant, &descriptor.id, &descriptor.name, reading.map_ref())
            })
        })
    }

    /// What describes each source.
    pub(super) fn descriptors(&self) -> impl Iterator<Item = &ConnectorDescriptor> {
        self.sources.iter().map(|source| &source.descriptor)
    }

    /// A line as the queue shows it, and its source: its forms are those of the portal's own pages.
    pub(super) fn line(
        &self,
        words: &Words,
        tenant: &TenantId,
        connector: &ConnectorId,
        item: &Item,
    ) -> Option<(&ConnectorDescriptor, LineModel)> {
        let descriptor = self.descriptors().find(|descriptor| descriptor.id == *connector)?;
        let mut line = LineModel::new(words, self.now, tenant, descriptor, item);
        for action in &mut line.actions {
            let ActionModel { id, target, path, href, internal, .. } = action;
            if *id == SEE {
                (*href, *internal) = (Some(legal::page_address(tenant)), true);
            } else if *id == DISMISS {
                *path = format!("{}/{tenant}/dismiss/ask", legal::PAGE);
            } else {
                *path = format!("{}/{target}/{id}", delegation::PAGE);
            }
        }
        Some((descriptor, line))
    }
}

fn proposals(
    words: &Words,
    proposed: &[ProposedDelegation],
    now: DateTime<Utc>,
) -> Vec<(TenantId, Reading<WidgetContent>)> {
    let mut contents: std::collections::BTreeMap<TenantId, WidgetContent> = std::collections::BTreeMap::new();
    for one in proposed {
        let tenant = one.delegation.terms.tenant.clone();
        contents.entry(tenant).or_default().items.push(proposal_line(words, one));
    }
    contents.into_iter().map(|(tenant, value)| (tenant, Reading::Fresh { value, measured_at: now })).collect()
}

fn proposal_line(words: &Words, proposed: &ProposedDelegation) -> Item {
    let (id, terms) = (proposed.delegation.id, &proposed.delegation.terms);
    let title = Message::new("delegation-task").with_text("name", &proposed.giver);
    let mut item = Item::new(id.to_string(), title);
    let first = pleiade_connectors::text::local(words.zone, terms.starts_at).date_naive();
    let dates = Message::new("delegation-task-dates")
        .with_text("from", words.day(first))
        .with_text("until", words.day(delegation::last_day(words, terms.ends_at)));
    item.detail = Some(dates.into());
    item.deadline = Some(Deadline::At(terms.ends_at));
    item.task = Some(Task::new(TaskKind::Answer).since(terms.created_at));
    let action = |id, key| Action::post(id, Message::new(key), proposed.delegation.id.to_string());
    item.actions = vec![action(ACCEPT, "delegation-accept"), action(REFUSE, "delegation-refuse")];
    item
}

/// The deadlines of a collectivité that are near, and the line that asks for its dates. None when the collectivité is gone.
fn deadline_reading(
    app: &App,
    words: &Words,
    calendar: &LegalCalendar,
    tenant: &TenantId,
    known: &LastKnown<Arc<LegalRecord>>,
) -> Option<Reading<WidgetContent>> {
    let zone = app.tenants.by_id(tenant)?.time_zone;
    let Some(record) = &known.value else {
        let failed =
            Reason::Failed { kind: ErrorKind::Unreachable, reference: String::new(), retry_at: None };
        return Some(Reading::Missing { reason: if known.has_failed { failed } else { Reason::Waiting } });
    };
    let now = app.clock.now();
    let today = now.with_timezone(&zone).date_naive();
    let known = legal::tenant_deadlines(calendar, record, today);
    let near = known.waiting.iter().filter(|deadline| deadline.is_near(today));
    let (own, french) = (app.words(words.locale, zone), app.words(Locale::Fr, zone));
    let mut value = WidgetContent::default();
    value.items.extend(near.map(|deadline| deadline_line(&own, &french, deadline)));
    value.items.extend(known.asks_for_dates.then(enter_line));
    Some(Reading::Fresh { value, measured_at: now })
}

fn deadline_line(words: &Words, french: &Words, deadline: &LegalDeadline<'_>) -> Item {
    let target = legal::target(deadline);
    let mut item = Item::new(target.clone(), Text::Plain(legal::sentence(french, deadline)));
    item.detail = Some(Text::Plain(legal::detail(words, french, deadline)));
    item.deadline = Some(Deadline::Day(deadline.due));
    item.task = Some(Task::new(TaskKind::Do));
    item.actions = vec![
        Action::post(DISMISS, Message::new("legal-dismiss"), target).engaging(),
        Action::post(SEE, Message::new("legal-see"), ""),
    ];
    item
}

fn enter_line() -> Item {
    let mut item = Item::new(ENTER, Message::new("legal-enter"));
    item.detail = Some(Message::new("legal-enter-detail").into());
    item.task = Some(Task::new(TaskKind::Do));
    item.actions = vec![Action::post(SEE, Message::new("legal-enter-dates"), "")];
    item
}
