//! `sync`.

use super::{
    args::{ConfigFile, print_line},
    failure::Failure,
};
use crate::{
    assemble,
    config::{self, ConnectorKinds},
    storage::{RunOutcome, Storage},
    sync::{
        ChangeKind, Directories, DirectorySync, FollowedDirectory, RunRequest, RunResult, SyncError,
        name_in_directory,
    },
    telemetry,
};
use clap::Args;
use pleiade_core::{Clock, IdentityId, SourceId, SystemClock};
use std::sync::Arc;

/// The directory to synchronise, and how.
#[derive(Debug, Args)]
pub(super) struct SyncArgs {
    #[command(flatten)]
    file: ConfigFile,
    /// Which source; every one by default.
    #[arg(long)]
    source: Option<SourceId>,
    /// Write nothing: say what would change.
    #[arg(long, conflicts_with_all = ["apply", "departures"])]
    dry_run: bool,
    /// Write the first run of a source too.
    #[arg(long)]
    apply: bool,
    /// Let as many people of each collectivité be let in no more, where more leave than usual.
    #[arg(long, value_name = "COUNT", default_value_t = 0)]
    departures: u64,
    /// Read everybody, even where changes could be read.
    #[arg(long)]
    full: bool,
}

/// Exit codes: 0 done or nothing to do; 11 a directory does not answer; 12 a plan waits for a decision; 13 an answer was refused; 14
/// another run is under way. With several sources, the greatest.
pub(super) async fn run_command(args: &SyncArgs, kinds: &ConnectorKinds) -> Result<(), Failure> {
    let loaded = config::load_with(&args.file.config, kinds)?;
    telemetry::init_logging(&loaded.config.logging).map_err(|error| Failure::other(error.to_string()))?;
    let clock: Arc<dyn Clock> = Arc::new(SystemClock::default());
    let app = assemble::assemble(&loaded, clock, None).await?;
    let outcome = sync_all(&app.directory_sync(), &app.directories, args).await;
    app.shutdown.cancel();
    app.engine.shutdown().await;
    app.storage.close().await;
    outcome
}

async fn sync_all(sync: &DirectorySync, directories: &Directories, args: &SyncArgs) -> Result<(), Failure> {
    let wanted =
        |followed: &&Arc<FollowedDirectory>| args.source.as_ref().is_none_or(|id| id == followed.id());
    let all: Vec<Arc<FollowedDirectory>> = directories.iter().filter(wanted).cloned().collect();
    if all.is_empty() {
        return Err(Failure::new(
            Failure::CONFIGURATION,
            "no such directory is followed: give its source a table [sources.sync]",
        ));
    }
    let mut worst: Result<(), Failure> = Ok(());
    for followed in &all {
        if let Err(failure) = sync_one(sync, followed, args).await {
            print_line(&format!("{}: {}", followed.id(), failure.message()))?;
            worst = match worst {
                Err(before) if failure.code <= before.code => Err(before),
                _ => Err(failure),
            };
        }
    }
    worst
}

async fn sync_one(
    sync: &DirectorySync,
    followed: &Arc<FollowedDirectory>,
    args: &SyncArgs,
) -> Result<(), Failure> {
    let request = RunRequest {
        full: args.full,
        simulate: args.dry_run,
        first: args.apply,
        departures_each: args.departures,
        ..RunRequest::default()
    };
    let ran = match sync.run(followed, request).await {
        Ok(ran) => ran,
        Err(SyncError::Storage(error)) => return Err(error.into()),
        Err(error @ SyncError::Busy) => return Err(Failure::new(Failure::BUSY, error.to_string())),
        Err(error) => return Err(Failure::other(error.to_string())),
    };
    print_report(&*sync.storage, followed, &ran).await?;
    let report = &ran.report;
    let problem = || report.problem.clone().unwrap_or_else(|| "nothing was written".to_owned());
    match ran.outcome {
        RunOutcome::Failed => Err(Failure::new(Failure::UNREACHABLE, problem())),
        RunOutcome::Refused => Err(Failure::new(Failure::REFUSED, problem())),
        RunOutcome::Held if report.held.is_empty() => Err(Failure::new(
            Failure::UNDECIDED,
            "the first run writes nothing: look at it, then decide in the console or with --apply",
        )),
        RunOutcome::Held => Err(Failure::new(
            Failure::UNDECIDED,
            "more people leave than usual and nothing was written: decide in the console or with --departures",
        )),
        _ => Ok(()),
    }
}

async fn print_report(
    storage: &dyn Storage,
    followed: &FollowedDirectory,
    ran: &RunResult,
) -> Result<(), Failure> {
    let (report, totals) = (&ran.report, &ran.report.totals);
    let how = match ran.outcome {
        RunOutcome::Applied => "written",
        RunOutcome::Unchanged => "unchanged",
        RunOutcome::Simulated => "simulated",
        RunOutcome::Held => "held",
        RunOutcome::Refused => "refused",
        _ => "failed",
    };
    print_line(&format!(
        "{}: {how}: {} read, {} new, {} changed ({} renamed), {} left, {} back, {} unchanged, {} aside, {} without all groups, {} forgotten",
        followed.id(),
        report.received,
        totals.new,
        totals.changed,
        totals.renamed,
        totals.departed,
        totals.returned,
        report.unchanged,
        report.aside,
        totals.cut,
        report.forgotten,
    ))?;
    for (tenant, excess) in &report.held {
        print_line(&format!(
            "  {tenant}: {} of {} people would be let in no more",
            excess.ending, excess.of
        ))?;
    }
    for line in &report.lines {
        let name = match (&line.name, line.identity) {
            (Some(name), _) => Some(name.clone()),
            (None, Some(id)) => name_in_directory(storage, followed.id(), IdentityId(id)).await?,
            (None, None) => None,
        };
        let what = match &line.what {
            ChangeKind::New => "new".to_owned(),
            ChangeKind::Returned => "back".to_owned(),
            ChangeKind::GroupsCut => "without all groups".to_owned(),
            ChangeKind::Departed(why) => format!("left ({why:?})").to_lowercase(),
            ChangeKind::Changed(aspects) => {
                let aspects: Vec<String> =
                    aspects.iter().map(|aspect| format!("{aspect:?}").to_lowercase()).collect();
                format!("changed ({})", aspects.join(", "))
            }
        };
        let tenants: Vec<&str> = line.tenants.iter().map(pleiade_core::TenantId::as_str).collect();
        print_line(&format!(
            "  {what}: {} [{}]",
            name.unwrap_or_else(|| "?".to_owned()),
            tenants.join(", ")
        ))?;
    }
    if report.more > 0 {
        print_line(&format!("  and {} more", report.more))?;
    }
    for line in &report.aside_lines {
        print_line(&format!("  {}: {}", format!("aside ({:?})", line.why).to_lowercase(), line.login))?;
    }
    let unnamed = report.aside.saturating_sub(report.aside_lines.len() as u64);
    if unnamed > 0 {
        print_line(&format!("  and {unnamed} more aside"))?;
    }
    Ok(())
}
