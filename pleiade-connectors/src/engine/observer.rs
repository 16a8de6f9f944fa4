//! What the engine tells to whoever counts.

use super::WidgetCall;
use pleiade_core::{ConnectorError, ConnectorId, ErrorKind, Reason, WidgetId};
use std::{error::Error as _, fmt, iter::successors, time::Duration};

/// A reading that failed.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct FailedReading<'a> {
    /// The call.
    pub call: &'a WidgetCall,
    /// The error.
    pub error: &'a ConnectorError,
    /// The reference that is shown to the person.
    pub reference: &'a str,
}

impl FailedReading<'_> {
    /// Writes the one log line of this failure, with these words, its reference, connector, widget, tenant, operation and kind.
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

/// A receiver of the engine's events, for metrics and the log. Its methods must return at once.
pub trait Observer: fmt::Debug + Send + Sync + 'static {
    /// A refresh started.
    fn started(&self, connector: &ConnectorId, widget: &WidgetId) {
        let _ = (connector, widget);
    }

    /// The call is made now, after this wait for a free one.
    fn called(&self, connector: &ConnectorId, widget: &WidgetId, waited: Duration) {
        let _ = (connector, widget, waited);
    }

    /// The refresh ended, this long after its start, with the kind of its error if it failed.
    fn finished(
        &self,
        connector: &ConnectorId,
        widget: &WidgetId,
        outcome: Result<(), ErrorKind>,
        took: Duration,
    ) {
        let _ = (connector, widget, outcome, took);
    }

    /// The refresh failed. Whoever overrides this [logs](FailedReading::log) the failure, in words of their own: the person is given the
    /// reference of that line. By default the words are the error's and those of its causes.
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

/// An observer that counts nothing.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoObserver;

impl Observer for NoObserver {}
