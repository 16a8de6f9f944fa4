//! One run over a directory: read, plan, decide, write, report.

use super::{
    Report,
    apply::{ChangeOrigin, DirectoryWriter, KnownHere},
    source::FollowedDirectory,
};
use crate::{
    audit::{AuditEvent, Journal, Note},
    storage::{DirectoryProgress, NewDirectoryRun, Party, RunOutcome, Storage, StorageError},
    web::site::Tenants,
};
use chrono::{DateTime, TimeDelta, Utc};
use pleiade_connectors::engine::Engine;
use pleiade_core::{Clock, DirectoryChanges, Subject, TenantId};
use pleiade_federation::sync::{Plan, Planner, Refusal};
use std::{collections::BTreeMap, sync::Arc};
use tokio_util::sync::CancellationToken;

/// Time for a run to end beyond its deadline before another takes its place.
const GRACE: TimeDelta = TimeDelta::minutes(1);

/// The options of a run.
#[derive(Debug, Clone, Default)]
pub struct RunRequest {
    /// Everybody is read, even where changes could be.
    pub full: bool,
    /// Nothing is written.
    pub simulate: bool,
    /// The first run of a source writes too.
    pub first: bool,
    /// The bound on people who may be let in no more, by collectivité, where more than usual leave.
    pub departures: BTreeMap<TenantId, u64>,
    /// The same bound for every collectivité: the decision of whoever has the machine.
    pub departures_each: u64,
    /// The person who decided.
    pub by: Option<Party>,
    /// The run that was decided about.
    pub decides: Option<i64>,
}

/// A run that did not take place, or was not kept.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SyncError {
    /// Another run of this source is under way, here or on another replica.
    #[error("another run of this source is under way: wait for its end, then look at its report")]
    Busy,
    /// The run was cut, by its deadline or because the server stops. Nothing of it was written, or all of it.
    #[error("the run was cut; the next one goes on")]
    Cut,
    /// Storage failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// The machine gives no randomness.
    #[error("the machine gives no randomness")]
    NoRandomness,
}

/// A run and its number, when it was worth keeping.
#[derive(Debug, Clone)]
pub struct RunResult {
    /// Its number; none for a run that read changes and found none, or that says what the one before said.
    pub id: Option<i64>,
    /// What became of the run.
    pub outcome: RunOutcome,
    /// What it found.
    pub report: Report,
}

/// A directory that is taken for one run. It is given back at the end of the run, or lapses a while after the run's deadline.
#[derive(Debug)]
pub(crate) struct DirectoryLease {
    holder: String,
    started_at: DateTime<Utc>,
}

/// Brings what storage holds of directories up to date. Cloning is cheap.
#[derive(Debug, Clone)]
pub struct DirectorySync {
    pub(crate) storage: Arc<dyn Storage>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) tenants: Arc<Tenants>,
    pub(crate) engine: Engine,
    pub(crate) journal: Journal,
    pub(crate) writer: DirectoryWriter,
    /// Cuts the run that is under way.
    pub(crate) shutdown: CancellationToken,
}

impl DirectorySync {
    /// Reads a directory once, and writes what changed unless that waits for a decision.
    ///
    /// # Errors
    /// [`SyncError`]. A directory that fails is no error but an outcome.
    pub async fn run(
        &self,
        followed: &Arc<FollowedDirectory>,
        request: RunRequest,
    ) -> Result<RunResult, SyncError> {
        let lease = self.lease(followed).await?;
        self.run_leased(followed, request, lease).await
    }

    /// Takes a directory for one run, before which no other begins.
    ///
    /// # Errors
    /// [`SyncError::Busy`] while another run is under way; those of storage.
    pub(crate) async fn lease(&self, followed: &FollowedDirectory) -> Result<DirectoryLease, SyncError> {
        let (source, started_at) = (followed.id(), self.clock.now());
        let holder = lease_holder()?;
        let deadline = TimeDelta::from_std(followed.rules.deadline).unwrap_or(TimeDelta::hours(1));
        if self.storage.lease_directory(source, &holder, started_at, started_at + deadline + GRACE).await? {
            Ok(DirectoryLease { holder, started_at })
        } else {
            Err(SyncError::Busy)
        }
    }

    /// The run for which a directory was taken, as [`run`](Self::run) does it.
    ///
    /// # Errors
    /// [`SyncError`], but not [`Busy`](SyncError::Busy).
    pub(crate) async fn run_leased(
        &self,
        followed: &Arc<FollowedDirectory>,
        request: RunRequest,
        DirectoryLease { holder, started_at }: DirectoryLease,
    ) -> Result<RunResult, SyncError> {
        let source = followed.id();
        let outcome = tokio::select! {
            outcome = tokio::time::timeout(followed.rules.deadline, self.run_pass(followed, &request)) => {
                outcome.unwrap_or_else(|_| Ok((RunOutcome::Failed, problem("the run took longer than its deadline"))))
            }
            () = self.shutdown.cancelled() => Err(SyncError::Cut),
        };
        // Whatever came of it, the next run must not wait for the lease to end.
        let released = self.storage.release_directory(source, &holder, self.clock.now()).await;
        let (outcome, mut report) = outcome?;
        released?;
        report.decided_by = request.by.map(|by| by.person.0);
        report.decides = request.decides;
        let totals = report.totals;
        tracing::info!(%source, ?outcome, received = report.received, new = totals.new, changed = totals.changed,
            departed = totals.departed, returned = totals.returned, problem = report.problem, "directory read");
        let id = self.store_run(followed, started_at, outcome, &report).await?;
        Ok(RunResult { id, outcome, report })
    }

    async fn run_pass(
        &self,
        followed: &Arc<FollowedDirectory>,
        request: &RunRequest,
    ) -> Result<(RunOutcome, Report), SyncError> {
        let source = followed.id();
        self.writer.departures.close_unfinished(source).await.map_err(StorageError::from)?;
        let state = self.storage.directory_state(source).await?;
        let mapping = followed.digest(self.tenants.iter().map(AsRef::as_ref));
        let goes_on = !request.full && state.applied_at.is_some() && state.mapping.as_ref() == Some(&mapping);
        let cursor = state.cursor.filter(|_| goes_on);
        // Read before the directory is: whoever is pushed meanwhile must not be taken for somebody who is absent.
        let before = if cursor.is_none() { Some(self.load_known(followed).await?) } else { None };
        let changes = match followed.directory.changes(cursor.as_deref()).await {
            Ok(changes) => changes,
            Err(error) => return Ok((RunOutcome::Failed, problem(&error))),
        };
        let here = match (&changes, before) {
            (_, Some(here)) => here,
            (DirectoryChanges::Some { changed, gone, .. }, None) => {
                let subjects: Vec<Subject> =
                    changed.iter().map(|person| &person.subject).chain(gone).cloned().collect();
                self.load_known_subjects(followed, &subjects).await?
            }
            (_, None) => self.load_known(followed).await?,
        };
        let (here, plan) = match self.planned(followed, changes, here).await? {
            (here, Ok(plan)) => (here, plan),
            (_, Err(refusal)) => return Ok((RunOutcome::Refused, problem(refusal))),
        };
        let mut report = Report::new(&plan, &here.known, &here.people);
        report.first = state.applied_at.is_none();
        if request.simulate {
            return Ok((RunOutcome::Simulated, report));
        }
        if report.first && !(followed.rules.apply_first_run || request.first) {
            return Ok((RunOutcome::Held, report));
        }
        report.held.retain(|tenant, excess| {
            let decided =
                request.departures.get(tenant).copied().unwrap_or_default().max(request.departures_each);
            excess.ending > decided
        });
        if !report.held.is_empty() {
            return Ok((RunOutcome::Held, report));
        }
        let plan = if followed.pushed { self.confirmed(followed, plan, &here).await? } else { plan };
        let nothing = plan.is_empty();
        let progress = DirectoryProgress { cursor: plan.cursor.clone(), mapping, full: plan.full };
        let told =
            if nothing { Vec::new() } else { notes(followed, request, AuditEvent::SyncApplied, &report) };
        let origin = ChangeOrigin {
            source: source.clone(),
            owner: followed.owner.clone(),
            pushed: followed.pushed,
            by: request.by,
        };
        let applied = self.writer.write(&origin, &here, plan, Some(progress), told).await?;
        report.foreign = applied.refused;
        let forgotten = self.storage.delete_departed(source, self.clock.now() - followed.rules.keep).await?;
        for link in forgotten.iter().flatten() {
            self.engine.forget(*link, None);
        }
        report.forgotten = forgotten.len() as u64;
        let unchanged = nothing && forgotten.is_empty();
        Ok((if unchanged { RunOutcome::Unchanged } else { RunOutcome::Applied }, report))
    }

    async fn load_known(&self, followed: &FollowedDirectory) -> Result<KnownHere, StorageError> {
        let mut here: KnownHere = self.storage.known_people(followed.id()).await?.into_iter().collect();
        here.known.active = self.storage.active_people(followed.id()).await?;
        Ok(here)
    }

    async fn load_known_subjects(
        &self,
        followed: &FollowedDirectory,
        subjects: &[Subject],
    ) -> Result<KnownHere, StorageError> {
        let mut records = Vec::new();
        for subject in subjects {
            records.extend(self.storage.known_person(followed.id(), subject).await?);
        }
        let mut here: KnownHere = records.into_iter().collect();
        here.known.active = self.storage.active_people(followed.id()).await?;
        Ok(here)
    }

    /// Thousands of people are compared on a thread of their own.
    async fn planned(
        &self,
        followed: &Arc<FollowedDirectory>,
        changes: DirectoryChanges,
        here: KnownHere,
    ) -> Result<(KnownHere, Result<Plan, Refusal>), SyncError> {
        let (tenants, followed) = (self.tenants.clone(), followed.clone());
        let planning = tokio::task::spawn_blocking(move || {
            let planner = Planner::new(&followed.mapping, tenants.iter().map(AsRef::as_ref));
            let plan = planner.plan(changes, &here.known);
            (here, plan)
        });
        planning.await.map_err(|_| SyncError::Cut)
    }

    /// The plan for those of its people who are still so. Whoever an identity manager pushed while everybody was read is as it has said since.
    async fn confirmed(
        &self,
        followed: &FollowedDirectory,
        plan: Plan,
        here: &KnownHere,
    ) -> Result<Plan, SyncError> {
        let kept = plan.new.iter().chain(plan.changed.iter().map(|(person, _)| person)).chain(&plan.returned);
        let left =
            plan.departed.iter().map(|left| &left.subject).chain(plan.noted.iter().map(|(left, _)| left));
        let subjects: Vec<&Subject> = kept.map(|person| &person.subject).chain(left).collect();
        if subjects.is_empty() {
            return Ok(plan);
        }
        let (mut changed, mut gone) = (Vec::new(), Vec::new());
        for subject in subjects {
            match followed.directory.person(subject).await {
                Ok(Some(person)) => changed.push(person),
                Ok(None) => gone.push(subject.clone()),
                Err(_) => return Err(SyncError::Cut),
            }
        }
        let planner = Planner::new(&followed.mapping, self.tenants.iter().map(AsRef::as_ref));
        let some = DirectoryChanges::Some { changed, gone, cursor: plan.cursor.clone() };
        let mut confirmed = planner.plan(some, &here.known).map_err(|_| SyncError::Cut)?;
        confirmed.full = plan.full;
        Ok(confirmed)
    }

    /// Keeps a run that says something new.
    async fn store_run(
        &self,
        followed: &FollowedDirectory,
        started_at: DateTime<Utc>,
        outcome: RunOutcome,
        report: &Report,
    ) -> Result<Option<i64>, SyncError> {
        if outcome == RunOutcome::Unchanged && !report.full && report.decided_by.is_none() {
            return Ok(None);
        }
        let waits = matches!(outcome, RunOutcome::Held | RunOutcome::Failed | RunOutcome::Refused);
        if waits
            && let Some(last) = self.storage.runs(followed.id(), 1).await?.pop()
            && last.run.outcome == outcome
            && Report::from_json(&last.run.report) == *report
        {
            return Ok(Some(last.id));
        }
        let told = match outcome {
            RunOutcome::Held => notes(followed, &RunRequest::default(), AuditEvent::SyncHeld, report),
            _ => Vec::new(),
        };
        let run = NewDirectoryRun {
            source: followed.id().clone(),
            started_at,
            ended_at: self.clock.now(),
            outcome,
            report: report.to_json(),
        };
        let change = self.journal.begin(told).await?;
        let id = change.append_run(&run).await?;
        change.commit().await?;
        Ok(Some(id))
    }
}

/// One line for each collectivité that a run concerns.
fn notes(
    followed: &FollowedDirectory,
    request: &RunRequest,
    event: AuditEvent,
    report: &Report,
) -> Vec<Note> {
    let note = |(tenant, counts): (&TenantId, &super::Counts)| {
        let note = Note::new(event).tenant(tenant).source(followed.id());
        let note = request.by.into_iter().fold(note, Note::actor);
        let facts = [
            ("new", counts.new),
            ("changed", counts.changed),
            ("departed", counts.departed),
            ("returned", counts.returned),
        ];
        facts.into_iter().filter(|(_, n)| *n > 0).fold(note, |note, (name, n)| note.with(name, n))
    };
    report.tenants.iter().map(note).collect()
}

fn problem(text: impl ToString) -> Report {
    Report { problem: Some(text.to_string()), ..Report::default() }
}

/// A name that no other run bears.
fn lease_holder() -> Result<String, SyncError> {
    let mut random = [0_u8; 12];
    getrandom::fill(&mut random).map_err(|_| SyncError::NoRandomness)?;
    Ok(random.iter().map(|byte| format!("{byte:02x}")).collect())
}
