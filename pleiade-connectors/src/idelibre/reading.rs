//! What is read of a structure, once for everybody.
//!
//! One call for its sittings, one for its users, and one for each sitting that is near: never more than [`MAX_SITTINGS`] of them.

use super::{
    client::Client,
    config::{IdelibreConfig, StructureConfig, WebClient},
    lines::{self, Clocks, FollowUp},
    people::Directory,
    wire::{Convocation, Sitting, Uuid},
};
use crate::kit::{
    json::List,
    parts::Parts,
    shared::{Figure, Row, Rows},
};
use chrono::{DateTime, TimeDelta, Utc};
use futures_util::{StreamExt as _, stream};
use pleiade_core::{CallContext, ConnectorError, ErrorKind, Indicator, IndicatorKey, Item};

/// The most sittings whose convocations are read, the nearest first.
pub(super) const MAX_SITTINGS: usize = 40;
/// The most calls to the server at once for a structure.
const MAX_CALLS_AT_ONCE: usize = 4;
/// Hours for which a sitting that has begun is still shown.
const MAX_PAST_HOURS: i64 = 24;

pub(super) const MISSING_ANSWERS: IndicatorKey = IndicatorKey::from_static("missing_answers");
pub(super) const ANSWERS: IndicatorKey = IndicatorKey::from_static("answers_received");

/// A structure whose key was proved.
#[derive(Debug)]
pub(super) struct OpenStructure {
    pub(super) config: StructureConfig,
    pub(super) id: Uuid,
}

/// A structure as it was read. The rows are everybody's, and pass through the filter before anybody sees one.
#[derive(Debug)]
pub(super) struct Reading {
    pub(super) people: Directory,
    /// Sittings to which people are convened, with the figures of the secretariat.
    pub(super) sittings: Rows,
    /// Those of them that have not begun.
    pub(super) upcoming: Rows,
    /// What people have to answer or to acknowledge.
    pub(super) tasks: Rows,
    /// Convocations to acknowledge.
    pub(super) unread: Rows,
    /// Convocations to answer.
    pub(super) unanswered: Rows,
    /// The lines of the secretariat.
    pub(super) follow_ups: Vec<Item>,
    /// True if a part of the structure could not be read.
    pub(super) is_partial: bool,
    pub(super) is_easy: bool,
}

/// Reads a structure.
///
/// # Errors
/// Those of the lists of sittings and users, and of the convocations when none could be read.
pub(super) async fn read(
    client: &Client,
    config: &IdelibreConfig,
    structure: &OpenStructure,
    cx: &CallContext,
) -> Result<Reading, ConnectorError> {
    let (key, id) = (&structure.config.key, &structure.id);
    let sittings = client.sittings(key, id).await?;
    let users = client.users(key, id).await?;
    let clocks =
        Clocks { now: cx.clock.now(), structure: structure.config.time_zone, tenant: cx.tenant.time_zone };
    let is_easy = match config.web_client {
        WebClient::Easy => true,
        WebClient::Classic => false,
        WebClient::Auto => sittings.iter().any(|sitting| sitting.is_mandator_allowed.is_some()),
    };
    let mut is_partial = sittings.is_partial() || users.is_partial();
    let (near, more) = nearest(sittings.items, clocks.now);

    let calls: Vec<_> = stream::iter(near)
        .map(|sitting| async move {
            let convocations = client.convocations(key, id, &sitting.id).await;
            convocations.map(|convocations| (sitting, convocations))
        })
        .buffered(MAX_CALLS_AT_ONCE)
        .collect()
        .await;
    let parts = Parts::join(without_deleted(calls))?;
    if let Some(error) = &parts.missing {
        tracing::warn!(tenant = %cx.tenant.id, operation = error.operation(), kind = error.kind().as_str(), "convocations of a sitting are missing: {error}");
        is_partial = true;
    }
    is_partial |= parts.read.iter().any(|(_, convocations)| convocations.is_partial());

    let people = Directory::new(
        config.person,
        config.filter.fold_case,
        structure.config.username_suffix.clone(),
        users.items,
    );
    let links = super::links::Links::new(config.public().clone());
    let maker = lines::Maker { links: &links, clocks, is_easy };
    Ok(Builder { maker, structure: &structure.config.name, is_partial, more }.build(people, &parts.read))
}

/// The sittings that are near, in the order of their dates; whether there are more.
fn nearest(mut sittings: Vec<Sitting>, now: DateTime<Utc>) -> (Vec<Sitting>, bool) {
    // A sitting stays active until the secretariat archives it, which may be months.
    let oldest = now - TimeDelta::hours(MAX_PAST_HOURS);
    sittings.retain(|sitting| !sitting.is_archived && sitting.date >= oldest);
    sittings.sort_by(|one, other| (one.date, &one.id).cmp(&(other.date, &other.id)));
    sittings.dedup_by(|one, other| one.id == other.id);
    let more = sittings.len() > MAX_SITTINGS;
    sittings.truncate(MAX_SITTINGS);
    (sittings, more)
}

/// The calls without those for sittings that were deleted meanwhile, unless nothing else is left: then the address may be wrong.
fn without_deleted<T>(calls: Vec<Result<T, ConnectorError>>) -> Vec<Result<T, ConnectorError>> {
    let is_deleted =
        |call: &Result<T, ConnectorError>| matches!(call, Err(error) if error.kind() == ErrorKind::NotFound);
    match calls.iter().all(is_deleted) {
        true => calls,
        false => calls.into_iter().filter(|call| !is_deleted(call)).collect(),
    }
}

struct Builder<'a> {
    maker: lines::Maker<'a>,
    structure: &'a str,
    is_partial: bool,
    more: bool,
}

impl Builder<'_> {
    fn build(&self, people: Directory, read: &[(Sitting, List<Convocation>)]) -> Reading {
        let (mut sittings, mut upcoming, mut tasks) = (Vec::new(), Vec::new(), Vec::new());
        let (mut unread, mut unanswered) = (Vec::new(), Vec::new());
        let (mut follow_ups, mut received, mut missing) = (Vec::new(), 0, 0);
        let now = self.maker.clocks.now;
        for (sitting, convocations) in read {
            let counted = FollowUp::count(convocations.iter());
            follow_ups.push(self.maker.follow_up(sitting, counted));
            if sitting.date >= now {
                received += counted.received;
                missing += counted.missing;
            }
            // What is not sent yet is nobody's to know.
            for convocation in convocations.iter().filter(|convocation| convocation.is_sent()) {
                let row = |item| Row::new(convocation.user.id.as_str(), item).with_tenant(self.structure);
                let line = self.maker.sitting(sitting, convocation);
                if sitting.date >= now {
                    upcoming.push(row(line.clone()));
                }
                sittings.push(row(line));
                let Some(task) = self.maker.task(sitting, convocation) else { continue };
                if !convocation.is_read {
                    unread.push(row(task.clone()));
                }
                if self.maker.awaits_answer(sitting, convocation) {
                    unanswered.push(row(task.clone()));
                }
                tasks.push(row(task));
            }
        }
        let mut sittings = self.rows(sittings);
        sittings.figures =
            [(MISSING_ANSWERS, missing, "idelibre-missing-answers"), (ANSWERS, received, "idelibre-answers")]
                .map(|(key, value, noun)| {
                    let figure =
                        Indicator::count(key, value, noun, now).at_least(self.is_partial || self.more);
                    Figure::new(figure.with_link(self.maker.links.board())).with_tenant(self.structure)
                })
                .into();
        Reading {
            people,
            sittings,
            upcoming: self.rows(upcoming),
            tasks: self.rows(tasks),
            unread: self.rows(unread),
            unanswered: self.rows(unanswered),
            follow_ups,
            is_partial: self.is_partial,
            is_easy: self.maker.is_easy,
        }
    }

    fn rows(&self, rows: Vec<Row>) -> Rows {
        let mut rows = Rows::new(rows.into_iter().collect(), self.maker.clocks.now);
        (rows.more, rows.missing) = (self.more, self.is_partial);
        rows
    }
}
