//! Logs and metrics.
//!
//! Threat: logs are read by more people than the database. A log line holds a route, never an address with its query; it holds no
//! header, no cookie, no body; errors that reach it are types whose text holds no secret. `tests/web/sentinels.rs` proves it.

mod engine;
mod observe;
mod panics;

pub use engine::EngineTelemetry;
pub use observe::{RequestId, observe};
pub use panics::log_panics;

use crate::config::{LogFormat, LoggingConfig};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use tracing_subscriber::EnvFilter;

/// Telemetry that cannot be set up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TelemetryError {
    /// Somebody already did in this process.
    #[error("logs or metrics are already set up in this process")]
    AlreadySet,
    /// The filter of the log.
    #[error("logging.level is not a filter")]
    Filter,
}

/// Writes the log to standard error from now on, panics too.
///
/// # Errors
/// [`TelemetryError`].
pub fn init_logging(config: &LoggingConfig) -> Result<(), TelemetryError> {
    // Crates below us may write addresses or bodies at their finer levels, so these are never on, whatever the filter.
    let mut filter: EnvFilter = config.level.parse().map_err(|_| TelemetryError::Filter)?;
    for quiet in [
        "hyper=warn",
        "hyper_util=warn",
        "reqwest=warn",
        "sqlx=warn",
        "ldap3=warn",
        "h2=warn",
        "rustls=warn",
        // A notice of a database may quote a row.
        "tokio_postgres=warn",
    ] {
        filter = filter.add_directive(quiet.parse().map_err(|_| TelemetryError::Filter)?);
    }
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    let set = match config.format {
        LogFormat::Json => {
            lines.json().flatten_event(true).with_current_span(true).with_span_list(false).try_init()
        }
        LogFormat::Text => lines.with_ansi(false).try_init(),
    };
    set.map_err(|_| TelemetryError::AlreadySet)?;
    log_panics();
    Ok(())
}

/// Counts from now on; the handle writes the numbers in the text format of Prometheus.
///
/// # Errors
/// [`TelemetryError::AlreadySet`].
pub fn init_metrics() -> Result<PrometheusHandle, TelemetryError> {
    // From a millisecond, the goal for a page, to ten seconds, the deadline of an application.
    let seconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];
    // A card that waits for its turn may do so for minutes.
    let minutes: Vec<f64> = seconds.into_iter().chain([30.0, 60.0, 120.0, 300.0]).collect();
    let of_readings = |name: &str| Matcher::Full(name.into());
    PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Suffix("_seconds".into()), &seconds)
        .and_then(|builder| builder.set_buckets_for_metric(of_readings("pleiade_reading_seconds"), &minutes))
        .and_then(|builder| {
            builder.set_buckets_for_metric(of_readings("pleiade_reading_wait_seconds"), &minutes)
        })
        .and_then(PrometheusBuilder::install_recorder)
        .map_err(|_| TelemetryError::AlreadySet)
}
