//! What the engine tells to whoever counts.

use pleiade_core::{ConnectorId, ErrorKind, Reason, WidgetId};
use std::{fmt, time::Duration};

/// Told of what the engine does, for metrics. Must return at once.
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

    /// An old value was given.
    fn served_stale(&self, connector: &ConnectorId, widget: &WidgetId, reason: &Reason) {
        let _ = (connector, widget, reason);
    }
}

/// Counts nothing.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoObserver;

impl Observer for NoObserver {}
