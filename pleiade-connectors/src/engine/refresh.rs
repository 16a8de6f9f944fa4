//! One refresh, from the queue down to the widget.

use super::{
    FailedReading, Inner, RefreshMode, WidgetCall,
    cache::{Entry, Failure, Value, retention},
    flight::Leader,
    retry,
    upstream::{Report, Upstream},
};
use futures_util::FutureExt;
use pleiade_core::{Audience, ConnectorError, CredentialKind, ErrorKind, LinkId, Retry, WidgetContent};
use std::{panic::AssertUnwindSafe, pin::pin, sync::Arc, time::Duration};
use tokio::time::{Instant, timeout};

/// The least time in the queue, whatever the options say.
const MIN_QUEUE_TIMEOUT: Duration = Duration::from_secs(1);

/// The result of a refresh.
enum Outcome {
    Read(WidgetContent),
    /// The error and the reference of its log line.
    Failed(ConnectorError, String),
    /// The application was not called (breaker, end of the wait, shutdown): nothing new is known.
    NotAsked,
}

impl Inner {
    /// Refreshes a reading and returns its entry afterwards.
    pub(super) async fn run_refresh(
        &self,
        call: &WidgetCall,
        upstream: &Upstream,
        mode: RefreshMode,
        ticket: u64,
        leader: &Leader,
    ) -> Option<Arc<Entry>> {
        let (connector, widget) = (call.connector_id(), &call.descriptor().id);
        let started = self.clock.elapsed();
        self.options.observer.started(connector, widget);
        let (outcome, sequence) = tokio::select! {
            biased;
            () = self.stop.cancelled() => (Outcome::NotAsked, ticket),
            asked = self.ask(call, upstream, mode, ticket, leader) => asked,
        };
        let now = self.clock.elapsed();
        let told = match &outcome {
            Outcome::Read(_) => Ok(()),
            Outcome::Failed(error, _) => Err(error.kind()),
            Outcome::NotAsked => Err(ErrorKind::Cancelled),
        };
        self.options.observer.finished(connector, widget, told, now.saturating_sub(started));
        self.store(call, outcome, sequence, ticket, now)
    }

    /// Applies queue, deadline, breaker and retry, in this order. Returns also the sequence from which the result counts.
    async fn ask(
        &self,
        call: &WidgetCall,
        upstream: &Upstream,
        mode: RefreshMode,
        ticket: u64,
        leader: &Leader,
    ) -> (Outcome, u64) {
        let arrived = self.clock.elapsed();
        let person = call.context.actor.identity.id;
        let viewers = leader.viewers();
        let place = upstream.queue.enter(ticket, person, Arc::clone(&viewers));
        let mut permit = pin!(place.permit());
        let permit = loop {
            match timeout(self.options.queue_timeout.max(MIN_QUEUE_TIMEOUT), &mut permit).await {
                Ok(permit) => break permit,
                // Whoever still looks would only ask again, further back.
                Err(_) if viewers.is_visible() => {}
                Err(_) => break None,
            }
        };
        let Some(_permit) = permit else {
            tracing::warn!(
                connector = %call.connector_id(),
                widget = %call.descriptor().id,
                "no call was free in time: the application is too slow for the calls it is allowed at once",
            );
            return (Outcome::NotAsked, ticket);
        };
        // An action, a failure or another way to the same reading may have come during the wait.
        let (sequence, key) = (self.cache.next_sequence(), call.key());
        let entry = self.cache.get(&key);
        if self.cache.is_forgotten(&key, ticket) || self.in_cooldown(call, upstream, entry.as_deref(), mode) {
            return (Outcome::NotAsked, ticket);
        }
        leader.set_sequence(sequence);
        let waited = self.clock.elapsed().saturating_sub(arrived);
        self.options.observer.called(call.connector_id(), &call.descriptor().id, waited);
        (self.call(call, upstream).await, sequence)
    }

    async fn call(&self, call: &WidgetCall, upstream: &Upstream) -> Outcome {
        let deadline = Instant::now() + call.descriptor().deadline;
        let Some(admission) = upstream.admit(self.clock.elapsed()) else {
            return Outcome::NotAsked;
        };
        let read = retry::with_retries(deadline, !admission.is_probe(), &self.random, || load(call)).await;
        let (outcome, hold) = match read {
            Ok(content) => (Outcome::Read(content), None),
            Err(error) => {
                let hold = match error.retry() {
                    Retry::After(wait) if error.kind().is_outage() => {
                        Some(wait.min(self.options.max_retry_after))
                    }
                    _ => None,
                };
                (self.failed(call, error), hold)
            }
        };
        let failure = match &outcome {
            Outcome::Failed(error, reference) => Some((error, reference.as_str())),
            _ => None,
        };
        let (now, jitter) = (self.clock.elapsed(), self.random.share());
        let kinds = &call.connector.descriptor().credentials;
        let is_own_key =
            kinds.iter().all(|kind| matches!(kind, CredentialKind::ActingLogin | CredentialKind::Technical));
        admission.settle(&Report { failure, is_own_key, hold, now, jitter });
        outcome
    }

    /// Gives a failure its reference, and lets it be logged.
    fn failed(&self, call: &WidgetCall, error: ConnectorError) -> Outcome {
        let reference = self.random.reference();
        let failed = FailedReading { call, error: &error, reference: &reference };
        self.options.observer.failed(&failed);
        Outcome::Failed(error, reference)
    }

    /// `sequence` is when the call was made, `asked` when it was wanted: what is forgotten since then leaves nothing behind.
    fn store(
        &self,
        call: &WidgetCall,
        outcome: Outcome,
        sequence: u64,
        asked: u64,
        now: Duration,
    ) -> Option<Arc<Entry>> {
        let (key, descriptor) = (call.key(), call.descriptor());
        let known = self.cache.get(&key);
        let entry = match outcome {
            Outcome::NotAsked => return known,
            Outcome::Read(content) => {
                let content = Arc::new(trimmed(content));
                let value = Value { content, measured_at: self.clock.now(), measured: now, sequence };
                Entry::new(Some(Arc::new(value)), None, now, retention(descriptor))
            }
            Outcome::Failed(error, reference) => {
                let kind = error.kind();
                let rest = self.options.cooldown_after_failure.min(descriptor.time_to_live);
                let rest = match error.retry() {
                    Retry::After(wait) => rest.max(wait.min(self.options.max_retry_after)),
                    _ => rest,
                };
                let only_for = only_for(kind, descriptor.audience, call.context.actor.identity.link);
                let failure = Failure { kind, reference, cooldown_until: now + rest, only_for, sequence };
                let ended = only_for.is_none() && matches!(kind, ErrorKind::Forbidden | ErrorKind::NotLinked);
                let value = known
                    .and_then(|entry| entry.value.clone())
                    .filter(|value| !ended && now.saturating_sub(value.measured) <= retention(descriptor));
                Entry::new(value, Some(failure), now, retention(descriptor))
            }
        };
        let entry = Arc::new(entry);
        self.cache.put(&key, &entry, asked).then_some(entry)
    }
}

/// The only link to which a failure is shown; none for all who share the reading.
fn only_for(kind: ErrorKind, audience: Audience, link: LinkId) -> Option<LinkId> {
    let personal = matches!(kind, ErrorKind::Unauthenticated | ErrorKind::NotLinked | ErrorKind::Forbidden);
    (personal && audience == Audience::Tenant).then_some(link)
}

async fn load(call: &WidgetCall) -> Result<WidgetContent, ConnectorError> {
    if call.context.actor.acting.tenant != call.context.tenant.id {
        return Err(ConnectorError::new(ErrorKind::Internal, "check for whom the person acts")
            .with_hint("the person acts for another collectivité than the one of the page"));
    }
    // A defect in one connector must not leave its readings waiting for ever.
    AssertUnwindSafe(call.widget.load(&call.context)).catch_unwind().await.unwrap_or_else(|_| {
        Err(ConnectorError::new(ErrorKind::Internal, "read the widget").with_hint("the connector panicked"))
    })
}

/// Releases the spare capacity of the lists.
fn trimmed(mut content: WidgetContent) -> WidgetContent {
    content.indicators.shrink_to_fit();
    content.items.shrink_to_fit();
    content.actions.shrink_to_fit();
    content
}
