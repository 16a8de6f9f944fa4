//! Whether CAS servers answer, looked at before anybody is sent there unasked: a browser that is led to a server that is down stays there.

use super::Source;
use pleiade_core::{Clock, SourceId};
use std::{collections::BTreeMap, sync::Arc, time::Duration};
use tokio::sync::Mutex;

/// Time for which a look counts.
const LOOK_TTL: Duration = Duration::from_secs(30);

/// Time that a look may take. Everybody who signs in meanwhile waits for it.
const LOOK_TIMEOUT: Duration = Duration::from_secs(2);

/// The last look at each source: when, in injected monotonic time, and whether it answered.
#[derive(Debug)]
pub(super) struct TicketServers {
    clock: Arc<dyn Clock>,
    looks: BTreeMap<SourceId, Mutex<Option<(Duration, bool)>>>,
}

impl TicketServers {
    pub(super) fn new(sources: impl IntoIterator<Item = SourceId>, clock: Arc<dyn Clock>) -> Self {
        Self { clock, looks: sources.into_iter().map(|id| (id, Mutex::default())).collect() }
    }

    /// True if the server of a source answers, by a look at most half a minute old.
    pub(super) async fn is_answering(&self, source: &Source) -> bool {
        let id = source.provider.id();
        let Some(look) = self.looks.get(id) else { return false };
        let mut look = look.lock().await;
        let now = self.clock.elapsed();
        if let Some((at, answers)) = *look
            && now.saturating_sub(at) < LOOK_TTL
        {
            return answers;
        }
        let probe = tokio::time::timeout(LOOK_TIMEOUT, source.provider.probe()).await;
        let answers = match probe {
            Ok(Ok(())) => true,
            Ok(Err(error)) => {
                tracing::warn!(source = %id, %error, "nobody is sent there for proxy tickets");
                false
            }
            Err(_) => {
                tracing::warn!(source = %id, "nobody is sent there for proxy tickets: no answer within two seconds");
                false
            }
        };
        *look = Some((now, answers));
        answers
    }
}
