//! What the engine tells to whoever counts.

use super::WidgetCall;
use pleiade_core::{ConnectorError, ConnectorId, ErrorKind, Reason, WidgetId};
use std::{error::Error as _, fmt, iter::successors, time::Duration};

/// A reading that failed.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct FailedReading<'a> {
    /// Which, of whom.
    pub call: &'a WidgetCall,
    /// How.
    pub error: &'a ConnectorError,
    /// The reference that the person reads.
    pub reference: &'a str,
}

impl FailedReading<'_> {
    /// Writes the one log line of this failure, in these words, with its reference, connector, widget, tenant, operation and kind.
    pub fn log(&self, words: &str) {
        tracing::warn!(
            reference = self.reference,
            connector = %self.call.connector_id(),
            widget = %self.call.descriptor().id,
            tenant = %self.call.context.tenant.id,
            operation = self.error.operation(),
            kind = self.error.kind().as_str(),
            "{words}",
        );
    }
}

/// Told of what the engine does, for metrics and the log. Must return at once.
pub trait Observer: fmt::Debug + Send + Sync + 'static {
    /// A refresh starts.
    fn started(&self, connector: &ConnectorId, widget: &WidgetId) {
        let _ = (connector, widget);
    }

    /// It waited this long for a free call of its application, and is made now.
    fn called(&self, connector: &ConnectorId, widget: &WidgetId, waited: Duration) {
        let _ = (connector, widget, waited);
    }

    /// It ended, after this long, waiting included; with the error's kind if it failed.
    fn finished(
        &self,
        connector: &ConnectorId,
        widget: &WidgetId,
        outcome: Result<(), ErrorKind>,
        took: Duration,
    ) {
        let _ = (connector, widget, outcome, took);
    }

    /// It failed. Whoever overrides this [logs](FailedReading::log) it, in words of their own: the person is given the reference of that line.
    /// By default the words are the error's and those of its causes.
    fn failed(&self, failed: &FailedReading<'_>) {
        let mut words = format!("reading failed: {}", failed.error);
        for cause in successors(failed.error.source(), |&cause| cause.source()) {
            words = format!("{words}: {cause}");
        }
        failed.log(&words);
    }

    /// An old value was given.
    fn served_stale(&self, connector: &ConnectorId, widget: &WidgetId, reason: &Reason) {
        let _ = (connector, widget, reason);
    }
}

/// Counts nothing.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoObserver;

impl Observer for NoObserver {}
