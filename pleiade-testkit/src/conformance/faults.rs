//! What a connector makes of an application that refuses, breaks or shows something else.

use super::{
    Subject, Verdict, ensure,
    rig::{Rig, described, name},
};
use crate::{Fault, NotLinked, fault::ENDLESS_STALLS_AT};
use pleiade_core::{ConnectorError, CredentialKind, ErrorKind, Retry};
use std::{sync::Arc, time::Duration};

/// Every widget (before and after a good reading) and the probe meet the fault and answer with one of these kinds.
async fn expect(subject: &Subject, fault: Fault, kinds: &[ErrorKind]) -> Result<Vec<ConnectorError>, String> {
    let mut errors = Vec::new();
    let count = Rig::new(subject)?.widgets().len();
    for (index, warm) in (0..count).flat_map(|index| [(index, false), (index, true)]) {
        let rig = Rig::new(subject)?;
        let Some(widget) = rig.widgets().get(index) else { continue };
        if warm {
            rig.load(widget, &rig.busy).await?;
        }
        rig.switch.set(fault.clone());
        let cx = rig.context(&rig.busy);
        let Ok(outcome) = tokio::time::timeout(MAX_WAIT, widget.load(&cx)).await else {
            return Err(format!("{}: it waits more than a minute for an application", name(widget)));
        };
        let Err(error) = outcome else {
            return Err(format!(
                "{}: {fault:?} was taken for an answer; what proves that it is one must be required: no `default` on its only list",
                name(widget)
            ));
        };
        errors.push(checked(error, &name(widget), &fault, kinds)?);
        only_its_own_host(&rig)?;
    }
    if !fault.is_personal() {
        let rig = Rig::new(subject)?;
        rig.switch.set(fault.clone());
        let Err(error) = rig.connector.probe().await else {
            return Err(format!("probe: {fault:?} was taken for an answer"));
        };
        errors.push(checked(error, "probe", &fault, kinds)?);
        only_its_own_host(&rig)?;
    }
    Ok(errors)
}

fn checked(
    error: ConnectorError,
    who: &str,
    fault: &Fault,
    kinds: &[ErrorKind],
) -> Result<ConnectorError, String> {
    let names: Vec<_> = kinds.iter().map(|kind| kind.as_str()).collect();
    ensure!(
        kinds.contains(&error.kind()),
        "{who}: {fault:?} gave {}, not {}",
        described(&error),
        names.join(" or ")
    );
    Ok(error)
}

fn only_its_own_host(rig: &Rig) -> Verdict {
    let own: Vec<_> = rig.link_hosts();
    for request in rig.transport.requests() {
        let host = request.uri.host().unwrap_or_default();
        ensure!(own.contains(&host), "{host} was called, which is not declared");
    }
    Ok(())
}

/// Longest that a connector waits for an application that does not answer.
const MAX_WAIT: Duration = Duration::from_secs(60);

const OUTAGE: &[ErrorKind] = &[ErrorKind::Unreachable, ErrorKind::Timeout, ErrorKind::BadAnswer];

pub(super) async fn renewal_after_401(subject: &Subject) -> Verdict {
    let count = Rig::new(subject)?.widgets().len();
    for index in 0..count {
        let rig = Rig::new(subject)?;
        let Some(widget) = rig.widgets().get(index) else { continue };
        rig.load(widget, &rig.busy).await?;
        let signed_in = rig.switch.sign_ins();
        rig.switch.set_for(Fault::Unauthorized, 0..1);
        if (subject.credential)(&rig.busy, 0).kind() == CredentialKind::Technical
            && rig.switch.sign_ins() == 0
        {
            // Its one secret stands in the settings, and the application refused it.
            continue;
        }
        rig.load(widget, &rig.busy).await.map_err(|problem| format!("after one 401, {problem}"))?;
        // What the refused session was given for is still good when it opens another.
        renewed_at_most(&rig, 1, rig.switch.sign_ins() == signed_in)?;
    }
    Ok(())
}

pub(super) async fn second_401(subject: &Subject) -> Verdict {
    expect(subject, Fault::Unauthorized, &[ErrorKind::Unauthenticated]).await?;
    let count = Rig::new(subject)?.widgets().len();
    for index in 0..count {
        let rig = Rig::new(subject)?;
        let Some(widget) = rig.widgets().get(index) else { continue };
        rig.switch.set(Fault::Unauthorized);
        let refused = widget.load(&rig.context(&rig.busy)).await;
        ensure!(refused.is_err(), "{}: a refusal was taken for an answer", name(widget));
        renewed_at_most(&rig, 1, rig.switch.sign_ins() == 0)?;
        ensure!(rig.switch.seen() <= 20, "{}: it insisted {} times", name(widget), rig.switch.seen());
        let kind = (subject.credential)(&rig.busy, 0).kind();
        if kind == CredentialKind::LinkedAccount && rig.switch.sign_ins() == 0 {
            let seen = rig.switch.seen();
            let again = widget.load(&rig.context(&rig.busy)).await;
            let sent = rig.switch.seen() - seen;
            ensure!(
                again.is_err() && sent == 0,
                "{}: a refused secret was sent {sent} times more",
                name(widget)
            );
        }
    }
    Ok(())
}

/// Credentials that belong to a person are renewed by their source, and asked once; a key of the connector's own is not.
fn renewed_at_most(rig: &Rig, times: usize, exactly: bool) -> Verdict {
    let renewed = rig.credentials.renewed();
    ensure!(renewed <= times, "the credential was renewed {renewed} times");
    let kind = (rig.subject.credential)(&rig.busy, 0).kind();
    let of_the_person = !matches!(kind, CredentialKind::ActingLogin | CredentialKind::Technical);
    ensure!(!(exactly && of_the_person) || renewed == times, "a refused credential was not renewed");
    Ok(())
}

pub(super) async fn session_forgotten(subject: &Subject) -> Verdict {
    let rig = Rig::new(subject)?;
    let right = rig.snapshot(&rig.busy).await?;
    rig.simulator.forget_sessions();
    let again =
        rig.snapshot(&rig.busy).await.map_err(|problem| format!("once sessions are forgotten, {problem}"))?;
    ensure!(again == right, "once sessions are forgotten, it reads something else");
    Ok(())
}

pub(super) async fn not_linked(subject: &Subject) -> Verdict {
    let rig = Rig::new(subject)?;
    let cx = rig.context_with(&rig.busy, Arc::new(NotLinked));
    for widget in rig.widgets() {
        match widget.load(&cx).await {
            Err(error) if error.kind() == ErrorKind::NotLinked => {}
            Err(error) => {
                return Err(format!("{}: an account not linked gave {}", name(widget), described(&error)));
            }
            Ok(_) => return Err(format!("{}: it loads without a credential", name(widget))),
        }
    }
    Ok(())
}

pub(super) async fn status_403(subject: &Subject) -> Verdict {
    expect(subject, Fault::Forbidden, &[ErrorKind::Forbidden]).await.map(drop)
}

pub(super) async fn status_404(subject: &Subject) -> Verdict {
    let kinds = [ErrorKind::NotFound, ErrorKind::Unsupported, ErrorKind::BadConfiguration];
    expect(subject, Fault::NotFound, &kinds).await.map(drop)
}

pub(super) async fn status_429_with_retry_after(subject: &Subject) -> Verdict {
    let fault = Fault::TooManyRequests { retry_after: 73 };
    for error in expect(subject, fault, &[ErrorKind::RateLimited]).await? {
        ensure!(
            error.retry() == Retry::After(Duration::from_secs(73)),
            "the application asked for 73 seconds and the error says {:?}",
            error.retry()
        );
    }
    Ok(())
}

pub(super) async fn status_500(subject: &Subject) -> Verdict {
    expect(subject, Fault::ServerError, OUTAGE).await.map(drop)
}

pub(super) async fn slow(subject: &Subject) -> Verdict {
    expect(subject, Fault::Slow(Duration::from_secs(48 * 3600)), &[ErrorKind::Timeout]).await.map(drop)
}

pub(super) async fn endless(subject: &Subject) -> Verdict {
    expect(subject, Fault::Endless, &[ErrorKind::TooLarge, ErrorKind::Timeout]).await?;
    let rig = Rig::new(subject)?;
    for widget in rig.widgets() {
        rig.switch.set(Fault::Endless);
        let endless = widget.load(&rig.context(&rig.busy)).await;
        ensure!(endless.is_err(), "{}: an endless body was taken for an answer", name(widget));
        let read = rig.switch.endless_bytes();
        ensure!(read < ENDLESS_STALLS_AT, "{}: it read {read} bytes of an endless body", name(widget));
    }
    Ok(())
}

pub(super) async fn truncated(subject: &Subject) -> Verdict {
    expect(subject, Fault::Truncated, &[ErrorKind::BadAnswer, ErrorKind::Unreachable]).await?;
    expect(subject, Fault::CutShort, &[ErrorKind::BadAnswer]).await.map(drop)
}

pub(super) async fn wrong_type(subject: &Subject) -> Verdict {
    expect(subject, Fault::Binary, &[ErrorKind::BadAnswer]).await?;
    expect(subject, Fault::PlainText, &[ErrorKind::BadAnswer]).await.map(drop)
}

pub(super) async fn wrong_shape(subject: &Subject) -> Verdict {
    expect(subject, Fault::OtherShape, &[ErrorKind::BadAnswer]).await.map(drop)
}

pub(super) async fn empty_body(subject: &Subject) -> Verdict {
    expect(subject, Fault::EmptyBody, &[ErrorKind::BadAnswer]).await.map(drop)
}

pub(super) async fn login_page_with_200(subject: &Subject) -> Verdict {
    expect(subject, Fault::LoginPage, &[ErrorKind::Unauthenticated]).await.map(drop)
}

pub(super) async fn redirect_elsewhere(subject: &Subject) -> Verdict {
    let kinds = [ErrorKind::Unauthenticated, ErrorKind::BadAnswer, ErrorKind::BadConfiguration];
    expect(subject, Fault::RedirectElsewhere, &kinds).await.map(drop)
}
