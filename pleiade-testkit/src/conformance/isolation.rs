//! One person's data never reach another, and a call that is given up leaves nothing behind.

use super::{
    Subject, Verdict, ensure,
    rig::{Rig, described, name, timeless},
};
use crate::{Fault, FixedCredentials};
use futures_util::future::join_all;
use pleiade_core::{CallContext, CredentialKind, IdentityId, Widget};
use serde_json::Value;
use std::{sync::Arc, time::Duration};

pub(super) async fn people_never_mixed(subject: &Subject) -> Verdict {
    let alone = Rig::new(subject)?;
    let (of_busy, of_other) = (alone.snapshot(&alone.busy).await?, alone.snapshot(&alone.other).await?);
    ensure!(of_busy != of_other, "the simulator's two people read the same: this check would prove nothing");

    let rig = Rig::with_latency(subject)?;
    // Person 1 of the first tenant is `busy` there. Acting for the second tenant, the same person is known as `other`.
    let (busy, other, give) = (rig.busy.clone(), rig.other.clone(), Arc::clone(&subject.credential));
    let (there, elsewhere) = (busy.clone(), other.clone());
    let first = rig.context(&busy).tenant.id.clone();
    let credentials = Arc::new(FixedCredentials::from_fn(move |actor, generation| {
        let at_home = actor.acting.tenant == first && actor.identity.id == IdentityId(1);
        Some(give(if at_home { &there } else { &elsewhere }, generation))
    }));
    let mut callers = vec![(rig.context(&busy), &of_busy), (rig.context(&other), &of_other)];
    if (subject.credential)(&busy, 0).kind() != CredentialKind::Technical {
        callers.push((rig.context_of(1, 1, &busy, credentials), &of_other));
    }
    // One after the other for what is remembered, then all at once for what is shared meanwhile.
    for (caller, (cx, right)) in callers.iter().enumerate() {
        for (widget, right) in rig.widgets().iter().zip(right.iter()) {
            reads_their_own(widget, cx, right, caller).await?;
        }
    }
    let rounds = (0..8).flat_map(|_| callers.iter().enumerate());
    let calls = rounds.flat_map(|(caller, (cx, right))| {
        let widgets = rig.widgets().iter().zip(right.iter());
        widgets.map(move |(widget, right)| reads_their_own(widget, cx, right, caller))
    });
    join_all(calls).await.into_iter().collect()
}

async fn reads_their_own(
    widget: &Arc<dyn Widget>,
    cx: &CallContext,
    right: &Value,
    caller: usize,
) -> Verdict {
    let content =
        widget.load(cx).await.map_err(|error| format!("{}, caller {caller}: {error}", name(widget)))?;
    ensure!(
        timeless(&content) == *right,
        "{}: caller {caller} reads what is not theirs, or not all of it (the login comes from the credential)",
        name(widget)
    );
    Ok(())
}

/// A technical account reads what nobody gave away: whoever stands in for somebody sees their tasks, and no line and no number besides.
pub(super) async fn whoever_stands_in_sees_tasks_alone(subject: &Subject) -> Verdict {
    let rig = Rig::new(subject)?;
    if (subject.credential)(&rig.busy, 0).kind() != CredentialKind::Technical {
        return Ok(());
    }
    for widget in rig.widgets() {
        let content = widget.load(&rig.context(&rig.busy).standing_in()).await;
        let content = content.map_err(|error| format!("{}: {}", name(widget), described(&error)))?;
        ensure!(content.indicators.is_empty(), "{}: whoever stands in is shown a number", name(widget));
        ensure!(
            content
                .items
                .iter()
                .all(|item| item.task.as_ref().is_some_and(pleiade_core::Task::may_be_delegated)),
            "{}: whoever stands in is shown a line that is no task, or none that may be delegated",
            name(widget)
        );
    }
    Ok(())
}

pub(super) async fn cancelled_call(subject: &Subject) -> Verdict {
    let count = Rig::new(subject)?.widgets().len();
    for index in 0..count {
        let rig = Rig::new(subject)?;
        let Some(widget) = rig.widgets().get(index) else { continue };
        rig.switch.clear();
        let right = timeless(&rig.load(widget, &rig.busy).await?);
        for stopped_at in 0..rig.switch.seen() {
            let rig = Rig::new(subject)?;
            let Some(widget) = rig.widgets().get(index) else { continue };
            rig.switch.set_for(Fault::Slow(Duration::from_secs(3600)), stopped_at..stopped_at + 1);
            let cx = rig.context(&rig.busy);
            let given_up = tokio::time::timeout(Duration::from_secs(1), widget.load(&cx)).await;
            ensure!(given_up.is_err(), "{}: it did not wait for call number {stopped_at}", name(widget));
            rig.switch.clear();
            let again =
                tokio::time::timeout(Duration::from_secs(60), rig.load(widget, &rig.busy)).await.map_err(
                    |_| format!("{}: once cancelled at call {stopped_at}, it hangs", name(widget)),
                )??;
            ensure!(timeless(&again) == right, "{}: once cancelled, it reads something else", name(widget));
        }
    }
    Ok(())
}
