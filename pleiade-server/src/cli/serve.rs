//! `serve`.

use super::failure::Failure;
use crate::{
    assemble::{self, AssembleError},
    config::{self, ConnectorKinds},
    findings::{self, Finding},
    run::{self, RunOptions},
    telemetry,
};
use pleiade_core::{Clock, SystemClock};
use std::{path::Path, sync::Arc, time::Duration};
use tokio::net::TcpListener;

/// Fewer are too few for a collectivité of some size.
const MIN_DESCRIPTORS: u64 = 4096;

pub(super) async fn serve(path: &Path, kinds: &ConnectorKinds) -> Result<(), Failure> {
    let loaded = config::load_with(path, kinds)?;
    telemetry::init_logging(&loaded.config.logging).map_err(|error| Failure::other(error.to_string()))?;
    let metrics = telemetry::init_metrics().map_err(|error| Failure::other(error.to_string()))?;
    let descriptors = run::descriptors::raise();
    if descriptors.is_some_and(|limit| limit < MIN_DESCRIPTORS) {
        tracing::warn!(
            limit = descriptors,
            "few file descriptors: each open page takes one; set LimitNOFILE in the service's unit"
        );
    }
    let listen = loaded.config.server.listen;
    let listener = TcpListener::bind(listen).await.map_err(|error| Failure::listen(listen, &error))?;
    log_findings(&findings::of_configuration(&loaded, SystemClock::default().now()));
    let clock: Arc<dyn Clock> = Arc::new(SystemClock::default());
    let app = assemble::assemble(&loaded, clock, Some(metrics)).await.map_err(|error| match error {
        AssembleError::Storage(error) => Failure::from(error).about(&loaded.config.database_name()),
        error => error.into(),
    })?;
    let public_url = loaded.config.server.public_url.as_str();
    log_findings(findings::of_seals(&app.storage, Some(&app.sealer)).await?.as_slice());
    let listen = listener.local_addr().unwrap_or(listen);
    // Before anybody may rely on it: a stop that comes at once is one.
    let stop = run::asked_to_stop();
    tracing::info!(%listen, public_url, tenants = loaded.config.tenants.len(), "serving");
    let notice = Duration::from_secs(loaded.config.server.drain_seconds);
    let connections_per_address = Some(loaded.config.server.connections_per_address);
    run::run_with(app, listener, RunOptions { notice, connections_per_address, descriptors }, stop)
        .await
        .map_err(|_| Failure::new(Failure::LISTEN, "the listener failed"))?;
    tracing::info!("stopped");
    Ok(())
}

/// Says what an operator should look at before people do.
fn log_findings(findings: &[Finding]) {
    for finding in findings {
        tracing::error!(about = finding.about, alarm = true, "{}", finding.text);
    }
}
