//! `check`: the file, then everything it names, all at once, changing nothing but the row by which a database shows that it takes writes.

use super::{
    args::{ConfigFile, print_line},
    failure::Failure,
};
use crate::{
    assemble,
    config::{self, Config, ConnectorKinds, Loaded},
    explain::explain,
    findings::{self, Finding},
    seal::SealKey,
    storage::{SchemaState, StorageError},
};
use futures_util::{FutureExt as _, StreamExt as _, future::BoxFuture, stream::FuturesUnordered};
use pleiade_core::{Clock, SystemClock};
use std::{path::Path, sync::Arc, time::Duration};

/// Time that one probe may take.
const DEADLINE: Duration = Duration::from_secs(15);

type Probe<'a> = BoxFuture<'a, (String, Result<ProbeResult, Failure>)>;

/// The findings of a probe that did not fail.
struct ProbeResult {
    text: String,
    warning: Option<Finding>,
}

impl From<String> for ProbeResult {
    fn from(text: String) -> Self {
        Self { text, warning: None }
    }
}

/// A remark: no failure, but worth a change.
fn warn(finding: &Finding) -> Result<(), Failure> {
    print_line(&format!("WARNING {finding}"))
}

/// The options of `check`.
#[derive(Debug, clap::Args)]
pub(super) struct CheckArgs {
    #[command(flatten)]
    file: ConfigFile,
    /// Look at the files of this machine alone: neither the database nor any source or application is asked. For the start of a service,
    /// which must not depend on whether they answer.
    #[arg(long)]
    offline: bool,
}

pub(super) async fn check(args: &CheckArgs, kinds: &ConnectorKinds) -> Result<(), Failure> {
    let path: &Path = &args.file.config;
    let loaded = config::load_with(path, kinds)?;
    // Settings of which nothing can be made are mistakes of the file, whether or not anybody is asked.
    let all = probes(&loaded)?;
    let mut probes = if args.offline { own_probes(&loaded.config) } else { all };
    print_line(&format!("ok      {}: no mistake found", path.display()))?;
    for finding in findings::of_configuration(&loaded, SystemClock::default().now()) {
        warn(&finding)?;
    }
    let mut first: Option<Failure> = None;
    let mut failed = 0;
    while let Some((what, outcome)) = probes.next().await {
        match outcome {
            Ok(ProbeResult { text, warning }) => {
                print_line(&format!("ok      {what}: {text}"))?;
                warning.map_or(Ok(()), |finding| warn(&finding))?;
            }
            Err(failure) => {
                failed += 1;
                print_line(&format!("FAILED  {what}: {}", failure.message()))?;
                first.get_or_insert(Failure { message: format!("{what}: {}", failure.message()), ..failure });
            }
        }
    }
    match first {
        None => Ok(()),
        Some(failure) if failed == 1 => Err(failure),
        Some(failure) => Err(Failure {
            message: format!("{failed} checks failed; the first: {}", failure.message()),
            ..failure
        }),
    }
}

/// What needs nobody else.
fn own_probes(config: &Config) -> FuturesUnordered<Probe<'_>> {
    let probes: FuturesUnordered<Probe<'_>> = FuturesUnordered::new();
    probes.push(Box::pin(
        async move { ("sealing key".to_owned(), sealing_key(config).map(ProbeResult::from)) },
    ));
    probes
}

fn probes(loaded: &Loaded) -> Result<FuturesUnordered<Probe<'_>>, Failure> {
    let config = &loaded.config;
    let clock: Arc<dyn Clock> = Arc::new(SystemClock::default());
    let transport = assemble::transport(loaded)?;
    let probes = own_probes(config);
    probes.push(Box::pin(async move { ("database".to_owned(), within(database(config)).await) }));
    for (n, (source, settings)) in loaded.sources().enumerate() {
        let refused =
            |message: String| Failure::from(loaded.problem(&format!("sources[{n}].settings"), message));
        let place = loaded.problem(&format!("sources[{n}]"), "").place;
        let what =
            format!("source {}{}", source.id, place.map(|place| format!(" ({place})")).unwrap_or_default());
        if let Some(probe) = settings.adapter().probe(&source.id, &transport, &clock).map_err(refused)? {
            probes.push(Box::pin(async move {
                let probe = probe.map(|answer| {
                    answer.map(str::to_owned).map_err(|error| Failure::new(Failure::UNREACHABLE, error))
                });
                (what, within(probe).await)
            }));
        }
    }
    for (n, connector) in assemble::connectors(loaded, &transport, &clock)?.0.into_iter().enumerate() {
        let place = loaded.problem(&format!("connectors[{n}]"), "").place;
        let id = &connector.descriptor().id;
        let what = format!("connector {id}{}", place.map(|place| format!(" ({place})")).unwrap_or_default());
        probes.push(Box::pin(async move {
            let probe = async move {
                let name = &connector.descriptor().name;
                let health = connector
                    .probe()
                    .await
                    .map_err(|error| Failure::new(Failure::UNREACHABLE, explain(name, &error)))?;
                let version = health.version.map(|version| format!("version {version}"));
                let found: Vec<_> = ["answers".to_owned()].into_iter().chain(version).collect();
                let said: Vec<_> = [found.join(", ")].into_iter().chain(health.findings).collect();
                Ok(said.join("; "))
            };
            (what, within(probe).await)
        }));
    }
    Ok(probes)
}

async fn within<T: Into<ProbeResult>>(
    probe: impl Future<Output = Result<T, Failure>>,
) -> Result<ProbeResult, Failure> {
    tokio::time::timeout(DEADLINE, probe)
        .await
        .map(|outcome| outcome.map(Into::into))
        .unwrap_or_else(|_| Err(Failure::new(Failure::UNREACHABLE, "no answer within 15 seconds")))
}

async fn database(config: &Config) -> Result<ProbeResult, Failure> {
    let state = assemble::probe_storage(config, SystemClock::default().now()).await;
    let failed = |error| Failure::from(error).about(&config.database_name());
    let state = state.map_err(failed)?;
    let warning = match state {
        SchemaState::Current => seals(config).await.map_err(failed)?,
        _ => None,
    };
    let text = match state {
        SchemaState::Empty => "empty, can be written, will be filled at the first start",
        SchemaState::Older => {
            "from an older version, can be written, will be brought up to date at the next start"
        }
        SchemaState::NeedsCommand { conflicts } => {
            let conflicts = usize::try_from(conflicts).unwrap_or(usize::MAX);
            return Err(StorageError::UpgradeNeeded { conflicts }.into());
        }
        SchemaState::Current => "up to date, takes writes",
    };
    Ok(ProbeResult { text: text.to_owned(), warning })
}

/// The sealed records that no key of the configuration opens. A key that cannot be read is told by its own check.
async fn seals(config: &Config) -> Result<Option<Finding>, StorageError> {
    let missing = config.seal.key.is_none() && !config.seal_key_path().exists();
    let sealer = match missing {
        true => None,
        false => match assemble::sealer(config) {
            Ok(sealer) => Some(sealer),
            Err(_) => return Ok(None),
        },
    };
    let storage = assemble::open_storage(config).await?;
    let found = findings::of_seals(&storage, sealer.as_ref()).await;
    storage.close().await;
    found
}

fn sealing_key(config: &Config) -> Result<String, Failure> {
    if config.seal.key.is_some() {
        return Ok("given".to_owned());
    }
    let path = config.seal_key_path();
    if !path.exists() {
        return Ok("will be made at the first start".to_owned());
    }
    match SealKey::from_file(&path) {
        Ok(_) => Ok("found in the data folder".to_owned()),
        Err(error) => Err(Failure::new(Failure::MISSING_FILE, format!("{}: {error}", path.display()))),
    }
}
