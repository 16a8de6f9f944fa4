//! Metrics and log lines of the engine.

use crate::explain::explain;
use pleiade_connectors::engine::{FailedReading, Observer};
use pleiade_core::{ConnectorId, ErrorKind, Reason, WidgetId};
use std::time::Duration;

/// Counts readings by connector and outcome, and says of those that fail what `check` says.
#[derive(Debug, Clone, Copy)]
pub struct EngineTelemetry;

impl Observer for EngineTelemetry {
    fn failed(&self, failed: &FailedReading<'_>) {
        let name = &failed.call.connector.descriptor().name;
        failed.log(&format!("reading failed: {}", explain(name, failed.error)));
    }

    fn called(&self, connector: &ConnectorId, _: &WidgetId, waited: Duration) {
        metrics::histogram!("pleiade_reading_wait_seconds", "connector" => connector.to_string())
            .record(waited.as_secs_f64());
    }

    fn finished(
        &self,
        connector: &ConnectorId,
        _: &WidgetId,
        outcome: Result<(), ErrorKind>,
        took: Duration,
    ) {
        let (connector, outcome) = (connector.to_string(), outcome.err().map_or("read", ErrorKind::as_str));
        metrics::counter!("pleiade_readings_total", "connector" => connector.clone(), "outcome" => outcome)
            .increment(1);
        metrics::histogram!("pleiade_reading_seconds", "connector" => connector).record(took.as_secs_f64());
    }

    fn served_stale(&self, connector: &ConnectorId, _: &WidgetId, _: &Reason) {
        metrics::counter!("pleiade_stale_readings_total", "connector" => connector.to_string()).increment(1);
    }
}
