//! Something that a test opens.

use tokio::sync::Notify;

/// Something that a test opens when it wants others to go on.
#[derive(Debug, Default)]
pub(crate) struct Gate {
    open: Notify,
    pub(crate) arrived: Notify,
}

impl Gate {
    /// Says that somebody is here and waits for the test.
    pub(crate) async fn pass(&self) {
        self.arrived.notify_one();
        self.open.notified().await;
    }

    pub(crate) fn let_one_pass(&self) {
        self.open.notify_one();
    }
}
