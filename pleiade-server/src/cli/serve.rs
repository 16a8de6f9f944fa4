//! `serve`.

use super::Failure;
use crate::{
    assemble::{self, AssembleError},
    config, run, telemetry,
};
use pleiade_core::{Clock, SystemClock};
use std::{path::Path, sync::Arc};
use tokio::net::TcpListener;

pub(super) async fn serve(path: &Path) -> Result<(), Failure> {
    let loaded = config::load(path)?;
    telemetry::log(&loaded.config.logging).map_err(|error| Failure::other(error.to_string()))?;
    let metrics = telemetry::metrics().map_err(|error| Failure::other(error.to_string()))?;
    let listen = loaded.config.server.listen;
    let listener = TcpListener::bind(listen).await.map_err(|error| Failure::listen(listen, &error))?;
    let clock: Arc<dyn Clock> = Arc::new(SystemClock::default());
    let app = assemble::assemble(&loaded, clock, Some(metrics)).await.map_err(|error| match error {
        AssembleError::Storage(error) => Failure::from(error).about(&loaded.config.database_name()),
        error => error.into(),
    })?;
    let public_url = loaded.config.server.public_url.as_str();
    tracing::info!(%listen, public_url, tenants = loaded.config.tenants.len(), "serving");
    run::run(app, listener, run::asked_to_stop())
        .await
        .map_err(|_| Failure::new(Failure::LISTEN, "the listener failed"))?;
    tracing::info!("stopped");
    Ok(())
}
