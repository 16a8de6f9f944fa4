//! The cards of Kelio.

mod approvals;
mod balances;
mod clockings;
mod requests;

use super::{
    config::WidgetKind,
    links::home,
    sessions::{Person, Shared},
    wire::Request,
};
use crate::kit::{
    content::{self, plain},
    json::List,
};
use async_trait::async_trait;
use chrono::{Days, NaiveDate};
use pleiade_core::{
    ActionDescriptor, ActionId, CallContext, ConnectorError, Indicator, IndicatorKey, Message, MessageArg,
    TaskKind, Text, Widget, WidgetContent, WidgetDescriptor,
};
use std::{sync::Arc, time::Duration};

/// Opens Kelio.
const OPEN: ActionId = ActionId::from_static("open");
const REQUESTS: IndicatorKey = IndicatorKey::from_static("demandes_en_attente");
const APPROVALS: IndicatorKey = IndicatorKey::from_static("a_valider");
const CLOCKINGS: IndicatorKey = IndicatorKey::from_static("pointages_jour");
/// One call after the other, each of which may take long.
const DEADLINE: Duration = Duration::from_secs(58);

#[derive(Debug)]
struct KelioWidget {
    kind: WidgetKind,
    descriptor: WidgetDescriptor,
    shared: Arc<Shared>,
}

/// The widget of a kind.
pub(super) fn build(kind: WidgetKind, shared: &Arc<Shared>) -> Arc<dyn Widget> {
    let counters = shared.rules().leave.iter().chain(&shared.rules().hours);
    let counters: Vec<_> = counters.map(|(key, _)| key.clone()).collect();
    let (title, empty, indicators, minutes): (_, _, &[IndicatorKey], _) = match kind {
        WidgetKind::Balances => ("kelio-balances", "kelio-balances-empty", &counters, 15),
        WidgetKind::Requests => ("kelio-requests", "kelio-requests-empty", &[REQUESTS], 10),
        WidgetKind::Approvals => ("kelio-approvals", "kelio-approvals-empty", &[APPROVALS], 10),
        WidgetKind::Clockings => ("kelio-clockings", "kelio-clockings-empty", &[CLOCKINGS], 5),
    };
    let mut descriptor = content::widget(kind.id(), title, empty, indicators);
    if kind == WidgetKind::Approvals {
        descriptor = descriptor.with_tasks([TaskKind::Approve]).with_actions([ActionDescriptor::open(OPEN)]);
    }
    (descriptor.time_to_live, descriptor.deadline) = (Duration::from_secs(minutes * 60), DEADLINE);
    Arc::new(KelioWidget { kind, descriptor, shared: Arc::clone(shared) })
}

#[async_trait]
impl Widget for KelioWidget {
    fn descriptor(&self) -> &WidgetDescriptor {
        &self.descriptor
    }

    async fn load(&self, cx: &CallContext) -> Result<WidgetContent, ConnectorError> {
        let shared = &self.shared;
        let mut content = match self.kind {
            WidgetKind::Balances => shared.load(cx, |person| balances::show(shared, person)).await,
            WidgetKind::Requests => shared.load(cx, |person| requests::show(shared, person)).await,
            WidgetKind::Approvals => shared.load(cx, |person| approvals::show(shared, person)).await,
            WidgetKind::Clockings => shared.load(cx, |person| clockings::show(shared, person)).await,
        }?;
        content.link = Some(home(shared.config()));
        content::limit_lines(&mut content, content::MAX_LINES);
        Ok(content)
    }
}

/// The rows of a list that are the person's. Another's are left out, and the list is not whole then: nobody knows what they stand for.
fn own<T>(list: List<T>, is_own: impl Fn(&T) -> bool) -> (List<T>, bool) {
    let unreadable = list.unreadable;
    let all = list.items.len();
    let items: Vec<T> = list.items.into_iter().filter(is_own).collect();
    let is_foreign = items.len() < all;
    (List { items, unreadable }, is_foreign)
}

/// Says what is missing of a list, with the count of its rows.
fn told<T>(
    content: &mut WidgetContent,
    person: &Person,
    (key, noun): (IndicatorKey, &'static str),
    count: usize,
    (list, is_foreign): (&List<T>, bool),
) {
    let indicator: Indicator = content::count(&person.account.cx, key, noun, count, list);
    content.indicators.push(indicator.at_least(is_foreign));
    content::note_unreadable(content, list.unreadable);
    if is_foreign {
        content.notices.push(Message::new("kit-missing"));
    }
}

/// Today where the site is.
fn today(shared: &Shared, person: &Person) -> NaiveDate {
    person.account.cx.clock.now().with_timezone(&shared.config().time_zone).date_naive()
}

/// Days around today.
fn around(today: NaiveDate, before: u64, after: u64) -> (NaiveDate, NaiveDate) {
    let first = today.checked_sub_days(Days::new(before)).unwrap_or(today);
    (first, today.checked_add_days(Days::new(after)).unwrap_or(today))
}

/// The duration of a request, with its type where it is told.
fn duration(request: &Request, kind: Option<&str>) -> Option<Text> {
    let kind = plain(kind.unwrap_or_default());
    let Some(hundredths) = request.hundredths else { return content::detail(&kind) };
    let half = match (request.from_noon, request.until_noon) {
        (false, false) => "none",
        (true, false) => "start",
        (false, true) => "end",
        (true, true) => "both",
    };
    #[expect(clippy::cast_precision_loss, reason = "display only")]
    let days = hundredths as f64 / 100.0;
    let duration = Message::new("kelio-duration")
        .with_text("typed", if kind.is_empty() { "no" } else { "yes" })
        .with_text("type", kind)
        .with_text("half", half)
        .with("days", MessageArg::Number(days));
    Some(duration.into())
}
