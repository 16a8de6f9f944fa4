//! What a connector does when a person acts.

use super::{
    Subject, Verdict, content, ensure,
    rig::{Rig, described},
};
use crate::{
    Fault,
    simulator::{HOSTILE_TEXTS, very_long_text},
};
use pleiade_core::{Action, ActionId, ActionOutcome, ActionRequest, ErrorKind};

/// The request of an offered action on a target, with words where the action wants some.
pub(super) fn request(action: &Action, target: impl Into<String>) -> ActionRequest {
    let request = ActionRequest::new(action.id.clone(), target);
    match &action.input {
        Some(input) => {
            request.with_text("Motif de l’essai".chars().take(input.max_chars).collect::<String>())
        }
        None => request,
    }
}

pub(super) async fn unknown_action(subject: &Subject) -> Verdict {
    let rig = Rig::new(subject)?;
    let id = ActionId::new("no-such-action").map_err(|error| error.to_string())?;
    let request = ActionRequest::new(id, "1");
    match rig.connector.perform(&rig.context(&rig.busy), &request).await {
        Err(error) if error.kind() == ErrorKind::Unsupported => {}
        Err(error) => return Err(format!("an unknown action gave {}", described(&error))),
        Ok(_) => return Err("an unknown action was done".to_owned()),
    }
    ensure!(rig.transport.requests().is_empty(), "an unknown action called the application");
    Ok(())
}

pub(super) async fn offered_actions(subject: &Subject) -> Verdict {
    let rig = Rig::new(subject)?;
    for action in rig.posted_actions(&rig.busy).await? {
        let rig = Rig::new(subject)?;
        let request = request(&action, action.target.clone());
        let outcome = rig
            .connector
            .perform(&rig.context(&rig.busy), &request)
            .await
            .map_err(|error| format!("action {}: {}", action.id, described(&error)))?;
        let leads = matches!(outcome, ActionOutcome::Continue(_));
        ensure!(
            leads == action.opens,
            "action {} is not declared as what it is: an opening or not",
            action.id
        );
        content::check_outcome(&rig, &outcome)
            .map_err(|problem| format!("action {}: {problem}", action.id))?;
        rig.snapshot(&rig.busy).await.map_err(|problem| format!("after action {}, {problem}", action.id))?;
    }
    Ok(())
}

pub(super) async fn failed_action_is_not_done(subject: &Subject) -> Verdict {
    let rig = Rig::new(subject)?;
    for action in rig.posted_actions(&rig.busy).await? {
        for fault in [Fault::ServerError, Fault::LoginPage, Fault::Forbidden, Fault::RedirectElsewhere] {
            let rig = Rig::new(subject)?;
            rig.switch.set(fault.clone());
            let request = request(&action, action.target.clone());
            let outcome = rig.connector.perform(&rig.context(&rig.busy), &request).await;
            ensure!(
                outcome.is_err() || rig.switch.seen() == 0,
                "action {} was taken for done after {fault:?}",
                action.id
            );
        }
    }
    Ok(())
}

pub(super) async fn hostile_targets(subject: &Subject) -> Verdict {
    let rig = Rig::new(subject)?;
    let odd = ["..", ".", "../..", "%2e%2e%2f", "a/b?c#d", "\0", "0", "-1", "18446744073709551616", "é"];
    let mut targets: Vec<String> = HOSTILE_TEXTS.iter().chain(&odd).map(|text| (*text).to_owned()).collect();
    targets.push(very_long_text(100_000));
    for action in rig.posted_actions(&rig.busy).await? {
        rig.transport.take();
        for target in &targets {
            let request = request(&action, target.clone());
            if let Err(error) = rig.connector.perform(&rig.context(&rig.busy), &request).await {
                ensure!(
                    error.kind() != ErrorKind::Internal,
                    "action {} on a hostile target: {}",
                    action.id,
                    described(&error)
                );
            }
        }
        let hosts = rig.link_hosts();
        for request in rig.transport.take() {
            let host = request.uri.host().unwrap_or_default();
            ensure!(hosts.contains(&host), "action {} called {host}, which is not declared", action.id);
            // The address is normalised by now: what climbed is a segment of its own.
            let climbs = request.uri.path().split('/').any(|segment| segment == "pleiade-climbed");
            ensure!(!climbs, "action {} lets its target leave its segment of the path", action.id);
        }
    }
    Ok(())
}

pub(super) async fn target_of_another_person(subject: &Subject) -> Verdict {
    let rig = Rig::new(subject)?;
    let before = rig.snapshot(&rig.busy).await?;
    for action in rig.posted_actions(&rig.busy).await? {
        let request = request(&action, action.target.clone());
        // Refused or done on the other's own things: only what the first person has is looked at.
        let _ = rig.connector.perform(&rig.context(&rig.other), &request).await;
        let after = rig.snapshot(&rig.busy).await?;
        ensure!(before == after, "action {} by another person changed what this one reads", action.id);
    }
    Ok(())
}
