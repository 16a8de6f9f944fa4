//! The card of folders: what waits on each desk, and the folders to process.

use super::{
    actions,
    config::IparapheurConfig,
    links::Links,
    model::{Counts, Delegation, Desk, DeskReading, Folder, Holdup, RequestedAction, deadline},
    reading,
    sessions::{OpenAccount, Shared},
};
use crate::kit::{
    content::{self, plain},
    days,
};
use async_trait::async_trait;
use pleiade_core::{
    Action, CallContext, ConnectorError, EventTime, Indicator, IndicatorKey, Item, Message, Severity, Task,
    TaskKind, Text, Widget, WidgetContent, WidgetDescriptor, WidgetId,
};
use std::{sync::Arc, time::Duration};

const TO_PROCESS: IndicatorKey = IndicatorKey::from_static("to_process");
const LATE: IndicatorKey = IndicatorKey::from_static("late");
const DELEGATED: IndicatorKey = IndicatorKey::from_static("delegated");
const REJECTED: IndicatorKey = IndicatorKey::from_static("rejected");
const FINISHED: IndicatorKey = IndicatorKey::from_static("finished");
const DRAFTS: IndicatorKey = IndicatorKey::from_static("drafts");

/// Desks named in a notice.
const MAX_NAMES: usize = 8;

#[derive(Debug)]
struct FoldersWidget {
    descriptor: WidgetDescriptor,
    shared: Arc<Shared>,
}

pub(super) fn build(shared: &Arc<Shared>) -> Arc<dyn Widget> {
    let all = [TO_PROCESS, LATE, DELEGATED, REJECTED, FINISHED, DRAFTS];
    // The last two cost version 5 a request for each desk, and nobody waits for them.
    let shown = if shared.config.version.is_v4() { all.len() } else { all.len() - 2 };
    let indicators: Vec<IndicatorKey> = all.into_iter().take(shown).collect();
    let id = WidgetId::from_static("folders");
    let mut descriptor = content::widget(id, "iparapheur-folders", "iparapheur-folders-empty", &indicators);
    descriptor = descriptor
        .with_tasks([TaskKind::Sign, TaskKind::Approve, TaskKind::Do])
        .with_delegable([TaskKind::Approve])
        .with_actions(actions::descriptors(shared.config.version));
    descriptor.time_to_live = Duration::from_secs(120);
    // Some dozens of requests, four at a time.
    descriptor.deadline = Duration::from_secs(30);
    Arc::new(FoldersWidget { descriptor, shared: Arc::clone(shared) })
}

#[async_trait]
impl Widget for FoldersWidget {
    fn descriptor(&self) -> &WidgetDescriptor {
        &self.descriptor
    }

    async fn load(&self, cx: &CallContext) -> Result<WidgetContent, ConnectorError> {
        let shared = &self.shared;
        shared
            .load(cx, |account| async move {
                let config = &shared.config;
                let read = match &account.session {
                    OpenAccount::V4(session) => reading::v4(session, config).await?,
                    OpenAccount::V5(session) => reading::v5(session, config, account.cx.clock.now()).await?,
                };
                Ok(content(&account.cx, config, &shared.links, &read))
            })
            .await
    }
}

/// The card of a reading.
fn content(cx: &CallContext, config: &IparapheurConfig, links: &Links, read: &DeskReading) -> WidgetContent {
    let mut content = WidgetContent::default();
    content.link = Some(links.home());
    content.indicators = indicators(cx, config, links, read);
    let folders = read.folders.iter().filter_map(|folder| {
        let desk = read.desks.get(folder.desk)?;
        Some(folder_line(cx, links, folder, desk, &read.place(desk)))
    });
    content.items = folders.collect();
    if read.shown().count() > 1 {
        let busy = read.shown().filter(|desk| !desk.counts.is_nothing());
        content.items.extend(busy.map(|desk| desk_line(links, desk, &read.place(desk))));
    }
    content.items.extend(read.delegations.iter().map(delegation_line));
    content.more = read.more;
    content::note_unreadable(&mut content, read.unreadable_desks + read.unreadable_folders);
    if let Some(error) = &read.missing {
        content::note_missing(&mut content, cx, error);
    }
    content.notices.extend(desk_notice("iparapheur-desks-unread", &read.unread, read.unnamed));
    content.notices.extend(desk_notice("iparapheur-desks-half-read", &read.half_read, 0));
    content.notices.extend(desk_notice("iparapheur-desks-unlisted", &read.unlisted, 0));
    content::limit_lines(&mut content, content::MAX_LINES);
    content
}

fn indicators(
    cx: &CallContext,
    config: &IparapheurConfig,
    links: &Links,
    read: &DeskReading,
) -> Vec<Indicator> {
    let pending = |counts: &Counts| match config.sum_delegated {
        // What is known of the two is a minimum of the sum.
        true => match (counts.pending, counts.delegated) {
            (None, None) => None,
            (pending, delegated) => Some(pending.unwrap_or(0).saturating_add(delegated.unwrap_or(0))),
        },
        false => counts.pending,
    };
    let lacks_delegated = config.sum_delegated && read.shown().any(|desk| desk.counts.delegated.is_none());
    let sum = |key, noun, field: &dyn Fn(&Counts) -> Option<u64>| {
        let known: Vec<u64> = read.shown().filter_map(|desk| field(&desk.counts)).collect();
        // Of what was read nowhere nothing is said: "at least 0" would be taken for none.
        let shown = read.shown().count();
        if known.is_empty() && (shown > 0 || read.is_partial()) {
            return None;
        }
        let is_minimum = read.is_partial() || known.len() < shown;
        Some(
            content::exact(cx, key, noun, known.into_iter().fold(0, u64::saturating_add))
                .at_least(is_minimum)
                .with_link(links.home()),
        )
    };
    let late = sum(LATE, "iparapheur-late-noun", &|counts| counts.late).map(|late| {
        let is_any = !matches!(late.amount, pleiade_core::Amount::Count { value: 0, .. });
        late.with_severity(if is_any { Severity::Alert } else { Severity::Info })
    });
    let to_process = sum(TO_PROCESS, "iparapheur-to-process-noun", &pending);
    let mut shown = vec![
        to_process.map(|sum| sum.at_least(lacks_delegated)),
        late,
        sum(DELEGATED, "iparapheur-delegated-noun", &|counts| counts.delegated),
        sum(REJECTED, "iparapheur-rejected-noun", &|counts| counts.rejected),
    ];
    if config.version.is_v4() {
        shown.push(sum(FINISHED, "iparapheur-finished-noun", &|counts| counts.finished));
        shown.push(sum(DRAFTS, "iparapheur-drafts-noun", &|counts| counts.drafts));
    }
    shown.into_iter().flatten().collect()
}

fn folder_line(cx: &CallContext, links: &Links, folder: &Folder, desk: &Desk, place: &str) -> Item {
    let zone = cx.tenant.time_zone;
    let mut item = Item::new(folder.id.clone(), content::title(&folder.title, "iparapheur-folder-untitled"));
    item.detail = match desk.on_behalf {
        true => Some(Message::new("iparapheur-on-behalf").with_text("place", detail(folder, place)).into()),
        false => content::detail(&detail(folder, place)),
    };
    item.deadline = folder.due.map(|due| deadline(due, zone));
    item.when = folder.since.map(EventTime::At);
    let is_late = days::is_late(&zone, item.deadline, cx.clock.now());
    item.status = Some(status(folder).with_number("late", u64::from(is_late)));
    let link = links.folder(&desk.id, &folder.id);
    item.link = Some(link.clone());
    let identifier = format!("i-parapheur/{}", folder.id);
    let mut task = match folder.asks {
        // Whoever assists somebody sees that the folder is seen to, and signs nothing in their place.
        asks if asks.is_signature() && desk.on_behalf => Task::new(TaskKind::Do),
        asks if asks.is_signature() => Task::new(TaskKind::Sign),
        // Of what is unknown nobody can say that somebody else may do it: it may be a signature.
        RequestedAction::Other => Task::new(TaskKind::Approve),
        _ => Task::new(TaskKind::Approve).delegable(),
    };
    task.since = folder.since;
    item.task = Some(task.with_identifier(identifier));
    item.actions = offered(folder, desk);
    let signs = folder.asks.is_signature() && folder.asks != RequestedAction::Seal && !desk.on_behalf;
    let open = if signs { "iparapheur-sign" } else { "iparapheur-open" };
    item.actions.push(Action::open(actions::OPEN, Message::new(open), link));
    item
}

fn offered(folder: &Folder, desk: &Desk) -> Vec<Action> {
    let target = actions::target(desk, folder);
    let visa = folder.may.visa.then(|| actions::visa(&target));
    visa.into_iter().chain(folder.may.reject.then(|| actions::reject(&target))).collect()
}

/// Type, sub-type and place in one line.
fn detail(folder: &Folder, place: &str) -> String {
    match plain(&folder.kind) {
        kind if kind.is_empty() => plain(place),
        kind => plain(&format!("{kind} · {place}")),
    }
}

fn status(folder: &Folder) -> Message {
    Message::new(match (folder.holdup, folder.asks) {
        (Some(Holdup::Locked), _) => "iparapheur-locked",
        (Some(Holdup::MustBeRead), RequestedAction::Visa) => "iparapheur-must-be-read",
        (_, RequestedAction::Visa) => "iparapheur-asks-visa",
        (_, RequestedAction::Signature) => "iparapheur-asks-signature",
        (_, RequestedAction::PaperSignature) => "iparapheur-asks-paper-signature",
        (_, RequestedAction::Seal) => "iparapheur-asks-seal",
        (_, RequestedAction::ExternalSignature) => "iparapheur-asks-external-signature",
        (_, RequestedAction::Opinion) => "iparapheur-asks-opinion",
        (_, RequestedAction::SecureMail) => "iparapheur-asks-mail",
        (_, RequestedAction::Other) => "iparapheur-asks-other",
    })
}

/// A desk, for information: it waits for nobody, its folders do.
fn desk_line(links: &Links, desk: &Desk, place: &str) -> Item {
    let id = &desk.id;
    let line = format!("desk-{}-{}", id.tenant.as_deref().unwrap_or_default(), id.desk);
    let mut item = Item::new(line, content::title(place, "iparapheur-desk-untitled"));
    let counts = &desk.counts;
    item.detail = match (counts.pending, counts.late, counts.delegated.zip(counts.rejected)) {
        (Some(pending), Some(late), Some((delegated, rejected))) => Some(
            Message::new("iparapheur-desk-counts")
                .with_number("pending", pending)
                .with_number("late", late)
                .with_number("delegated", delegated)
                .with_number("rejected", rejected)
                .into(),
        ),
        (Some(pending), Some(late), None) => Some(
            Message::new("iparapheur-desk-pending-and-late")
                .with_number("pending", pending)
                .with_number("late", late)
                .into(),
        ),
        (Some(pending), None, _) => {
            Some(Message::new("iparapheur-desk-pending").with_number("pending", pending).into())
        }
        (None, ..) => Some(Message::new("iparapheur-desk-not-read").into()),
    };
    item.link = Some(links.desk(id));
    item
}

fn delegation_line(delegation: &Delegation) -> Item {
    let words = Message::new("iparapheur-delegation")
        .with_text("from", plain(&delegation.from))
        .with_text("to", plain(&delegation.to));
    let mut item = Item::new(format!("delegation-{}", delegation.id), Text::from(words));
    item.when = match (delegation.start, delegation.end) {
        (Some(start), Some(end)) if start <= end => Some(EventTime::Between(start, end)),
        (Some(start), _) => Some(EventTime::At(start)),
        _ => None,
    };
    item
}

/// A notice that names desks; none when there is none.
fn desk_notice(key: &'static str, names: &[String], unnamed: u64) -> Option<Message> {
    let count = names.len() as u64 + unnamed;
    let named: Vec<String> =
        names.iter().map(|name| plain(name)).filter(|name| !name.is_empty()).take(MAX_NAMES).collect();
    let more = if (named.len() as u64) < count { "…" } else { "" };
    let desks = plain(&format!("{}{more}", named.join(", ")));
    (count > 0).then(|| Message::new(key).with_number("count", count).with_text("desks", desks))
}
