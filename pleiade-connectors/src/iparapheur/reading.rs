//! What one card needs, read within a budget of requests.
//!
//! What is to process and what is late comes first, for as many desks as the budget allows; then what was received by delegation or came
//! back, then what the folders shown ask. A desk or an entity that the application refuses to the person is left out, as it is not theirs.

use super::{
    client::{FolderState, V4Session, V5Session},
    config::IparapheurConfig,
    model::{Counts, Desk, DeskId, DeskReading, Folder, RequestedAction, Rights},
    wire::kind,
};
use crate::kit::json::List;
use chrono::{DateTime, Utc};
use futures_util::future::join_all;
use pleiade_core::{ConnectorError, ErrorKind};
use std::future::Future;

/// Requests made at the same time.
const MAX_CONCURRENT: usize = 4;
/// Entities whose desks are asked for.
const MAX_TENANTS: usize = 15;
/// Folders of one page of version 4, and of one page of version 5, of which more would bring no line.
const V4_PAGE: usize = 100;

/// The requests that are left to a reading.
#[derive(Debug, Clone, Copy)]
struct Budget(usize);

impl Budget {
    /// Takes at most so many, and says how many there were.
    fn take(&mut self, wanted: usize) -> usize {
        let given = wanted.min(self.0);
        self.0 -= given;
        given
    }
}

/// Makes calls a few at a time, in their order.
async fn in_groups<T, R, F: Future<Output = R>>(of: Vec<T>, call: impl Fn(T) -> F) -> Vec<R> {
    let mut done = Vec::with_capacity(of.len());
    let mut rest = of.into_iter().peekable();
    while rest.peek().is_some() {
        done.extend(join_all(rest.by_ref().take(MAX_CONCURRENT).map(&call)).await);
    }
    done
}

/// Lets what was read pass. An error is noted, but one that another credential may mend is given back. None for what could not be read.
fn noted<T>(
    outcome: Result<T, ConnectorError>,
    reading: &mut DeskReading,
) -> Result<Option<T>, ConnectorError> {
    match outcome {
        Ok(read) => Ok(Some(read)),
        Err(error) if error.refuses_credential() => Err(error),
        Err(error) => {
            reading.miss(error);
            Ok(None)
        }
    }
}

/// True if the application says that a desk, an entity or a folder is not the person's, or not any more.
fn is_gone(error: &ConnectorError) -> bool {
    matches!(error.kind(), ErrorKind::Forbidden | ErrorKind::NotFound)
}

/// Reads version 4: all counts come at once, and one list for each desk that has something to process.
pub(super) async fn v4(
    session: &V4Session,
    config: &IparapheurConfig,
) -> Result<DeskReading, ConnectorError> {
    // One request opened the session, perhaps, and one lists the desks.
    let mut budget = Budget(usize::from(config.requests).saturating_sub(2));
    let desks = session.desks().await?;
    none_of_them(&desks)?;
    let mut reading = DeskReading { unreadable_desks: desks.unreadable, ..DeskReading::default() };
    reading.desks = desks.items;
    let waiting = |(position, desk): (usize, &Desk)| {
        desk.counts.pending.is_some_and(|pending| pending > 0).then(|| (position, desk.id.desk.clone()))
    };
    let mut listed: Vec<(usize, String)> = reading.desks.iter().enumerate().filter_map(waiting).collect();
    let left_out = listed.split_off(budget.take(listed.len()));
    let names = left_out.iter().filter_map(|(position, _)| reading.desks.get(*position));
    reading.unlisted = names.map(|desk| desk.name.clone()).collect();
    reading.more = !left_out.is_empty();
    let positions: Vec<usize> = listed.iter().map(|(position, _)| *position).collect();
    let calls = in_groups(listed, |(position, desk)| async move {
        let page = session.folders(&desk, position, None).await?;
        Ok((page.next.is_some() || page.list.len() > V4_PAGE, page.list))
    });
    for (position, outcome) in positions.into_iter().zip(calls.await) {
        if outcome.as_ref().is_err_and(is_gone) {
            reading.hide(position);
        } else if let Some((more, folders)) = noted(outcome, &mut reading)? {
            reading.more |= more;
            reading.add_folders(folders);
        }
    }
    reading.keep_first(usize::from(config.folders));
    Ok(reading)
}

/// Reads version 5, in which each number of each desk is a request.
pub(super) async fn v5(
    session: &V5Session,
    config: &IparapheurConfig,
    now: DateTime<Utc>,
) -> Result<DeskReading, ConnectorError> {
    let mut reading = DeskReading::default();
    let mut budget = Budget(usize::from(config.requests));
    list_desks(session, &mut reading, &mut budget).await?;
    // What the lines shown ask costs a request each, and half of what is left at most.
    let details = usize::from(config.folders).min(budget.0 / 3);
    budget.0 -= details;
    count_pending(session, config, &mut reading, &mut budget).await?;
    count_others(session, &mut reading, &mut budget).await?;
    reading.keep_first(usize::from(config.folders));
    budget.0 += details;
    ask_folders(session, config, &mut reading, &mut budget).await?;
    if config.internal_api {
        list_delegations(session, &mut reading, &mut budget, now).await?;
    }
    Ok(reading)
}

/// The error of a list in which something stands, and nothing that can be read.
fn none_of_them<T>(list: &List<T>) -> Result<(), ConnectorError> {
    match list.is_empty() && list.is_partial() {
        true => Err(ConnectorError::new(ErrorKind::BadAnswer, "list the desks")),
        false => Ok(()),
    }
}

async fn list_desks(
    session: &V5Session,
    reading: &mut DeskReading,
    budget: &mut Budget,
) -> Result<(), ConnectorError> {
    budget.take(1);
    let tenants = session.tenants().await?;
    none_of_them(&tenants.content)?;
    reading.unnamed += tenants.beyond();
    reading.unreadable_desks += tenants.content.unreadable;
    let mut tenants = tenants.content.items;
    let left_out = tenants.split_off(tenants.len().min(MAX_TENANTS.min(budget.0 / 3)));
    reading.unread.extend(left_out.into_iter().map(|tenant| tenant.name));
    budget.take(tenants.len());
    let calls = in_groups(tenants, |tenant| async move {
        let desks = session.desks(&tenant.id).await;
        (tenant, desks)
    });
    let mut refused = None;
    for (tenant, outcome) in calls.await {
        if let Err(error) = &outcome
            && is_gone(error)
        {
            refused.get_or_insert(error.clone());
            continue;
        }
        let Some(desks) = noted(outcome, reading)? else {
            reading.unread.push(tenant.name);
            continue;
        };
        reading.unnamed += desks.beyond();
        reading.unreadable_desks += desks.content.unreadable;
        reading.desks.extend(desks.content.items.into_iter().map(|desk| Desk {
            id: DeskId { tenant: Some(tenant.id.clone()), desk: desk.id },
            name: desk.name,
            tenant_name: tenant.name.clone(),
            on_behalf: false,
            counts: Counts::default(),
            hidden: false,
        }));
    }
    // Where no desk at all was read, what was refused or broke is the answer.
    match (reading.desks.is_empty(), reading.missing.take().or(refused)) {
        (true, Some(error)) => Err(error),
        (true, None) if reading.unreadable_desks > 0 => {
            Err(ConnectorError::new(ErrorKind::BadAnswer, "list the desks"))
        }
        (_, missing) => {
            reading.missing = missing.filter(|error| !is_gone(error));
            Ok(())
        }
    }
}

/// Reads what is to process, then what is late, of as many desks as there is budget for; the others are named.
async fn count_pending(
    session: &V5Session,
    config: &IparapheurConfig,
    reading: &mut DeskReading,
    budget: &mut Budget,
) -> Result<(), ConnectorError> {
    let read = reading.desks.len().min(budget.0 / 2);
    let left_out = reading.desks.split_off(read);
    reading.unread.extend(left_out.into_iter().map(|desk| desk.name));
    budget.take(read);
    let asked: Vec<(usize, DeskId)> = reading.desks.iter().map(|desk| desk.id.clone()).enumerate().collect();
    let calls =
        in_groups(
            asked,
            |(position, id)| async move { session.pending(&id, position, config.folders).await },
        );
    let (mut refused, mut counted) = (None, false);
    for (position, outcome) in calls.await.into_iter().enumerate() {
        if let Err(error) = &outcome
            && is_gone(error)
        {
            refused.get_or_insert(error.clone());
            reading.hide(position);
        } else if let Some((folders, total)) = noted(outcome, reading)? {
            counted = true;
            reading.more |= total > (folders.len() + folders.unreadable) as u64;
            if let Some(desk) = reading.desks.get_mut(position) {
                desk.counts.pending = Some(total);
            }
            reading.add_folders(folders);
        }
    }
    // Where no desk at all was read, what broke or was refused is the answer.
    if !counted && let Some(error) = reading.missing.take().or(refused) {
        return Err(error);
    }
    let late: Vec<(usize, DeskId)> = places(reading, |counts| counts.pending.is_some_and(|n| n > 0));
    budget.take(late.len());
    // Nothing is late where nothing waits.
    for desk in &mut reading.desks {
        desk.counts.late = desk.counts.pending.filter(|pending| *pending == 0);
    }
    count(session, reading, late, FolderState::Late, |counts| &mut counts.late).await?;
    reading.desks.iter_mut().for_each(|desk| desk.counts.clamp_late());
    Ok(())
}

/// The desks whose counts are such.
fn places(reading: &DeskReading, such: impl Fn(&Counts) -> bool) -> Vec<(usize, DeskId)> {
    let desks = reading.desks.iter().enumerate().filter(|(_, desk)| such(&desk.counts));
    desks.map(|(position, desk)| (position, desk.id.clone())).collect()
}

async fn count(
    session: &V5Session,
    reading: &mut DeskReading,
    desks: Vec<(usize, DeskId)>,
    state: FolderState,
    field: impl Fn(&mut Counts) -> &mut Option<u64>,
) -> Result<(), ConnectorError> {
    let positions: Vec<usize> = desks.iter().map(|(position, _)| *position).collect();
    let calls = in_groups(desks, |(_, id)| async move { session.count(&id, state).await });
    for (position, outcome) in positions.into_iter().zip(calls.await) {
        if let Some(total) = noted(outcome, reading)?
            && let Some(desk) = reading.desks.get_mut(position)
        {
            *field(&mut desk.counts) = Some(total);
        }
    }
    Ok(())
}

/// Reads what was received by delegation and what came back, of the desks that there is still budget for.
async fn count_others(
    session: &V5Session,
    reading: &mut DeskReading,
    budget: &mut Budget,
) -> Result<(), ConnectorError> {
    let mut desks = places(reading, |counts| counts.pending.is_some());
    let left_out = desks.split_off(desks.len().min(budget.0 / 2));
    let names = left_out.iter().filter_map(|(position, _)| reading.desks.get(*position));
    reading.half_read = names.map(|desk| desk.name.clone()).collect();
    budget.take(desks.len() * 2);
    count(session, reading, desks.clone(), FolderState::Delegated, |counts| &mut counts.delegated).await?;
    count(session, reading, desks, FolderState::Rejected, |counts| &mut counts.rejected).await
}

/// Reads what the folders shown ask. One that has moved on meanwhile is dropped; one whose document cannot be read keeps what is known.
async fn ask_folders(
    session: &V5Session,
    config: &IparapheurConfig,
    reading: &mut DeskReading,
    budget: &mut Budget,
) -> Result<(), ConnectorError> {
    let asked = budget.take(reading.folders.len());
    let of: Vec<(DeskId, String)> = reading
        .folders
        .iter()
        .take(asked)
        .filter_map(|folder| Some((reading.desks.get(folder.desk)?.id.clone(), folder.id.clone())))
        .collect();
    let calls = in_groups(of, |(desk, folder)| async move { session.premis(&desk, &folder).await });
    let (mut gone, mut documents) = (Vec::new(), Vec::new());
    for (position, outcome) in calls.await.into_iter().enumerate() {
        if outcome.as_ref().is_err_and(|error| error.kind() == ErrorKind::NotFound) {
            gone.push(position);
        } else if outcome.as_ref().is_err_and(is_gone) {
            // The person may process it and not read its document: what it asks stays unknown.
        } else if let Some(premis) = noted(outcome, reading)? {
            documents.push((position, premis));
        }
    }
    for (position, premis) in documents {
        let Some(folder) = reading.folders.get_mut(position) else { continue };
        folder.kind = kind(&premis.kind, &premis.subkind);
        folder.since = premis.since();
        if let Some(step) = premis.pending() {
            folder.asks = RequestedAction::parse(&step.action);
            folder.task = step.task.clone();
            folder.may = rights(folder, config);
        }
    }
    let mut position = 0;
    reading.folders.retain(|_| {
        position += 1;
        !gone.contains(&(position - 1))
    });
    Ok(())
}

/// The posts of a version on a folder that asks for a visa and whose task is known.
fn rights(folder: &Folder, config: &IparapheurConfig) -> Rights {
    let is_visa = folder.asks == RequestedAction::Visa && folder.task.is_some();
    Rights { visa: is_visa && config.version.has_visa(), reject: is_visa && config.version.has_rejection() }
}

/// Reads the delegations in force of the desks that there is still budget for.
async fn list_delegations(
    session: &V5Session,
    reading: &mut DeskReading,
    budget: &mut Budget,
    now: DateTime<Utc>,
) -> Result<(), ConnectorError> {
    let mut desks = places(reading, |counts| counts.pending.is_some());
    let left_out = desks.split_off(desks.len().min(budget.0 / 2));
    for (position, _) in &left_out {
        if let Some(name) = reading.desks.get(*position).map(|desk| desk.name.clone())
            && !reading.half_read.contains(&name)
        {
            reading.half_read.push(name);
        }
    }
    budget.take(desks.len() * 2);
    let of: Vec<(DeskId, bool)> =
        desks.into_iter().flat_map(|(_, id)| [(id.clone(), false), (id, true)]).collect();
    let calls = in_groups(of, |(id, received)| async move { session.delegations(&id, received).await });
    for outcome in calls.await {
        if let Some(list) = noted(outcome, reading)? {
            reading.unreadable_folders += list.unreadable;
            reading.delegations.extend(list.items.into_iter().filter(|delegation| {
                delegation.start.is_none_or(|start| start <= now)
                    && delegation.end.is_none_or(|end| now <= end)
            }));
        }
    }
    Ok(())
}
