//! What is read of an authority, once for everybody: one call after the other.
//!
//! What is closed to the account is hidden, what cannot be read is told, and an application that is down ends the reading at once.

use super::{
    client::{Client, ListRange},
    config::S2lowConfig,
    sessions::{Memory, OpenAuthority, stops_all},
    states::{ActState, PesState},
    wire::{Act, Id, Letter, PesReturn},
};
use crate::kit::{
    json::List,
    pages::{Page, read_pages},
};
use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};
use pleiade_core::{CallContext, ConnectorError, ErrorKind};

/// Acts or PES in error of which the reason is asked for, one call each.
const MAX_REASONS: usize = 5;
/// Acts whose acknowledgement is late that are counted; beyond, the number is a minimum.
const MAX_OVERDUE: u32 = 100;
/// PES in a state that are counted; beyond, the number is a minimum.
const MAX_PES: usize = 10_000;

/// A number that may be a minimum.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Count {
    pub(super) value: u64,
    pub(super) at_least: bool,
}

/// Something that failed, with the reason that S²LOW gives.
#[derive(Debug, Clone)]
pub(super) struct Failed<T> {
    pub(super) what: T,
    pub(super) reason: Option<String>,
}

/// The acts of an authority.
#[derive(Debug)]
pub(super) struct ActsReading {
    pub(super) errors: Option<Count>,
    pub(super) waiting: Option<Count>,
    pub(super) in_progress: Option<Count>,
    /// Those transmitted for too long without an acknowledgement.
    pub(super) overdue: Option<Count>,
    pub(super) letters: Option<List<Letter>>,
    pub(super) failed: List<Failed<Act>>,
    pub(super) missing: Option<ConnectorError>,
    pub(super) read_at: DateTime<Utc>,
}

/// PES in a state.
#[derive(Debug)]
pub(super) struct FailedPes {
    pub(super) count: Count,
    pub(super) unreadable: usize,
    pub(super) first: Vec<Failed<Id>>,
}

/// The flows of an authority.
#[derive(Debug)]
pub(super) struct FlowsReading {
    pub(super) returns: Option<List<PesReturn>>,
    pub(super) errors: Option<FailedPes>,
    pub(super) refused: Option<FailedPes>,
    pub(super) missing: Option<ConnectorError>,
    pub(super) read_at: DateTime<Utc>,
}

/// The calls of one reading so far.
#[derive(Debug, Default)]
struct Calls {
    answered: bool,
    closed: Option<ConnectorError>,
    missing: Option<ConnectorError>,
}

impl Calls {
    /// What a call gave; none where it is closed or cannot be read.
    fn keep<T>(&mut self, outcome: Result<T, ConnectorError>) -> Result<Option<T>, ConnectorError> {
        match outcome {
            Ok(value) => {
                self.answered = true;
                Ok(Some(value))
            }
            Err(error) if stops_all(&error) => Err(error),
            Err(error) if error.kind() == ErrorKind::Forbidden => {
                self.closed.get_or_insert(error);
                Ok(None)
            }
            Err(error) => {
                self.missing.get_or_insert(error);
                Ok(None)
            }
        }
    }

    /// The error of what could not be read.
    fn end(self) -> Result<Option<ConnectorError>, ConnectorError> {
        match (self.answered, self.missing, self.closed) {
            (true, missing, _) => Ok(missing),
            (false, Some(error), _) | (false, None, Some(error)) => Err(error),
            (false, None, None) => Ok(None),
        }
    }
}

/// Reads the acts.
pub(super) async fn acts(
    client: &Client,
    config: &S2lowConfig,
    memory: &Memory,
    cx: &CallContext,
) -> Result<ActsReading, ConnectorError> {
    let mut calls = Calls::default();
    let errors = sum(client, &mut calls, &[ActState::ERROR]).await?;
    let letters = calls.keep(client.letters().await)?;
    let waiting = sum(client, &mut calls, &[ActState::TO_POST, ActState::TO_SIGN]).await?;
    let sent = sum(client, &mut calls, &[ActState::SENT]).await?;
    let before = sum(client, &mut calls, &[ActState::POSTED, ActState::WAITING]).await?;
    let in_progress = match (sent, before) {
        (Some(a), Some(b)) => {
            Some(Count { value: a.value.saturating_add(b.value), at_least: a.at_least || b.at_least })
        }
        (a, b) => a.or(b).map(|one| Count { at_least: true, ..one }),
    };
    let overdue = match sent.is_some_and(|sent| sent.value > 0) {
        true => overdue(client, config, memory, &mut calls, cx).await?,
        false => None,
    };
    let mut failed = List::default();
    if errors.is_some_and(|errors| errors.value > 0) {
        let range = ListRange::first(u32::from(config.lines));
        if let Some(found) = calls.keep(client.acts(ActState::ERROR, range).await)? {
            failed.unreadable = found.unreadable;
            for (n, act) in found.items.into_iter().enumerate() {
                let reason = match n < MAX_REASONS {
                    true => client.act_status(&act.id).await.map(|status| status.error),
                    false => Ok(None),
                };
                add_failed(&mut failed.items, act, reason)?;
            }
        }
    }
    Ok(ActsReading {
        errors,
        waiting,
        in_progress,
        overdue,
        letters,
        failed,
        missing: calls.end()?,
        read_at: cx.clock.now(),
    })
}

/// The number of acts in some states; none where it is closed or nothing of it could be read.
async fn sum(
    client: &Client,
    calls: &mut Calls,
    states: &[ActState],
) -> Result<Option<Count>, ConnectorError> {
    let (mut total, mut read) = (0, 0);
    for state in states {
        if let Some(value) = calls.keep(client.count_acts(*state).await)? {
            total = value.saturating_add(total);
            read += 1;
        }
    }
    Ok((read > 0).then_some(Count { value: total, at_least: read < states.len() }))
}

/// Acts that entered their state so long ago that their acknowledgement is late.
///
/// S²LOW compares days, and whether the last one counts whole is not known: the day before is asked for, so that nothing is told too early.
/// Versions before 5.0.38 ignore the bound: a day on which nothing was transmitted shows them.
async fn overdue(
    client: &Client,
    config: &S2lowConfig,
    memory: &Memory,
    calls: &mut Calls,
    cx: &CallContext,
) -> Result<Option<Count>, ConnectorError> {
    if config.overdue_hours == 0 {
        return Ok(None);
    }
    let since = cx.clock.now() - TimeDelta::hours(config.overdue_hours.into());
    let day = since.with_timezone(&config.time_zone).date_naive();
    let Some(day) = day.checked_sub_days(Days::new(1)) else { return Ok(None) };
    let list = calls.keep(client.acts(ActState::SENT, ListRange::first(MAX_OVERDUE).until(day)).await)?;
    let Some(list) = list.filter(|list| !list.is_empty() || list.is_partial()) else { return Ok(None) };
    if !memory.knows_bounds() {
        let long_ago = NaiveDate::from_ymd_opt(1990, 1, 1).unwrap_or(day);
        let none = calls.keep(client.acts(ActState::SENT, ListRange::first(1).until(long_ago)).await)?;
        if none.is_none_or(|none| !none.is_empty() || none.is_partial()) {
            return Ok(None);
        }
        memory.learn_bounds();
    }
    let value = list.len() as u64;
    Ok(Some(Count { value, at_least: list.is_partial() || value >= u64::from(MAX_OVERDUE) }))
}

/// Adds what failed, with the reason that was asked for. What is gone meanwhile is dropped.
fn add_failed<T>(
    failed: &mut Vec<Failed<T>>,
    what: T,
    reason: Result<Option<String>, ConnectorError>,
) -> Result<(), ConnectorError> {
    match reason {
        Ok(reason) => failed.push(Failed { what, reason }),
        Err(error) if stops_all(&error) => return Err(error),
        Err(error) if error.kind() == ErrorKind::NotFound => {}
        Err(_) => failed.push(Failed { what, reason: None }),
    }
    Ok(())
}

/// Reads the flows.
pub(super) async fn flows(
    client: &Client,
    config: &S2lowConfig,
    account: OpenAuthority,
    cx: &CallContext,
) -> Result<FlowsReading, ConnectorError> {
    let mut calls = Calls::default();
    let returns = calls.keep(client.pes_returns().await)?.map(|returns| returns.list);
    let (mut errors, mut refused) = (None, None);
    if account.is_archivist {
        errors = pes(client, config, &mut calls, PesState::ERROR).await?;
        refused = pes(client, config, &mut calls, PesState::REFUSED).await?;
    }
    Ok(FlowsReading { returns, errors, refused, missing: calls.end()?, read_at: cx.clock.now() })
}

/// The PES in a state: their number by paging through, the first ones with what S²LOW says of them.
async fn pes(
    client: &Client,
    config: &S2lowConfig,
    calls: &mut Calls,
    state: PesState,
) -> Result<Option<FailedPes>, ConnectorError> {
    let limit = u64::from(config.pes_page);
    let page = |offset: Option<u64>| async move {
        let offset = offset.unwrap_or(0);
        let list = client.pes(state, ListRange::first(config.pes_page.into()).after(offset)).await?;
        let is_last = ((list.len() + list.unreadable) as u64) < limit;
        Ok(Page { list, next: (!is_last).then_some(offset + limit) })
    };
    let Some(pages) = calls.keep(read_pages("list PES", MAX_PES, page).await)? else { return Ok(None) };
    let at_least = pages.more || pages.missing.is_some() || pages.list.is_partial();
    if let Some(error) = pages.missing {
        calls.keep::<()>(Err(error))?;
    }
    let count = Count { value: pages.list.len() as u64, at_least };
    let mut first = Vec::new();
    for (n, pes) in pages.list.items.into_iter().take(config.lines.into()).enumerate() {
        let reason = match n < MAX_REASONS {
            true => client.pes_status(&pes.id).await.map(|status| Some(status.message)),
            false => Ok(None),
        };
        add_failed(&mut first, pes.id, reason)?;
    }
    Ok(Some(FailedPes { count, unreadable: pages.list.unreadable, first }))
}
