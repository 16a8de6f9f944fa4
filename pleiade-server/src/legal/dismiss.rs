//! Dismissing a deadline for a collectivité, with a reason, and telling it again.

use super::{
    LegalCalendar, LegalGroup,
    admission::calendar_of,
    words::{page_address, parse_target, sentence, target_of, tenant_deadlines},
};
use crate::{
    app::App,
    audit::{AuditEvent, Note},
    storage::{DeadlineKey, Dismissal, StorageError},
    web::{
        errors::{Refusal, html},
        outcome::{Outcome, UndoForm},
        page::Page,
        part::{InPlace, PartKind},
        reader::Reader,
    },
};
use askama::Template;
use axum::{
    Form,
    extract::{Path, State},
    response::Response,
};
use pleiade_core::{Locale, Message, TenantId, text::one_line};
use serde::Deserialize;

/// The longest reason, in characters.
const MAX_REASON_CHARS: usize = 500;

#[derive(Debug, Deserialize)]
pub(super) struct DismissForm {
    /// The deadline, as the line names it.
    #[serde(default)]
    target: String,
    #[serde(default)]
    reason: String,
}

#[derive(Template)]
#[template(path = "legal_dismiss.html", blocks = ["content"])]
struct DismissPage {
    page: Page,
    title: String,
    path: String,
    target: String,
    max_chars: usize,
    in_place: bool,
}

/// The deadline of this name, in words, if it waits in the collectivité.
///
/// # Errors
/// Those of storage, which is asked: the page shows what it has.
async fn find(
    app: &App,
    calendar: &LegalCalendar,
    tenant: &TenantId,
    target: &str,
) -> Result<Option<(DeadlineKey, String)>, StorageError> {
    let (Some(wanted), Some(own)) = (parse_target(target), app.tenants.by_id(tenant)) else {
        return Ok(None);
    };
    let record = app.storage.legal_record(tenant).await?;
    let today = app.clock.now().with_timezone(&own.time_zone).date_naive();
    let all = tenant_deadlines(calendar, &record, today).waiting;
    let found = all.iter().find(|one| one.rule.id == wanted.0 && one.anchor == wanted.1);
    let french = app.words(Locale::Fr, own.time_zone);
    Ok(found.map(|found| (wanted, sentence(&french, found))))
}

/// `POST /deadlines/{tenant}/dismiss/ask`: why. It changes nothing.
pub(super) async fn ask(
    State(app): State<App>,
    Reader { session, page, .. }: Reader<LegalGroup>,
    InPlace(in_place): InPlace,
    Path(tenant): Path<TenantId>,
    Form(form): Form<DismissForm>,
) -> Result<Response, Refusal> {
    let calendar = calendar_of(&app, &session, &tenant)?;
    let words = page.words.clone();
    let Some((_, line)) = find(&app, calendar, &tenant, &form.target).await? else {
        let gone = Outcome::failed("legal-told-gone");
        return Ok(gone.answer(&app, &session, &words, in_place, &page_address(&tenant)));
    };
    let question = DismissPage {
        title: words.message(&Message::new("legal-dismiss-title").with_text("line", line)),
        path: format!("/deadlines/{tenant}/dismiss"),
        target: form.target,
        max_chars: MAX_REASON_CHARS,
        in_place,
        page,
    };
    match in_place {
        true => Ok(PartKind::Question.answer(question.as_content().render().unwrap_or_default())),
        false => html(&question),
    }
}

/// `POST /deadlines/{tenant}/dismiss`: for everybody of the collectivité who sees it.
pub(super) async fn dismiss(
    State(app): State<App>,
    Reader { session, page, .. }: Reader<LegalGroup>,
    InPlace(in_place): InPlace,
    Path(tenant): Path<TenantId>,
    Form(form): Form<DismissForm>,
) -> Result<Response, Refusal> {
    let calendar = calendar_of(&app, &session, &tenant)?;
    let to = page_address(&tenant);
    let answer = |outcome: Outcome| outcome.answer(&app, &session, &page.words, in_place, &to);
    let reason = one_line(&form.reason);
    if reason.is_empty() || reason.chars().count() > MAX_REASON_CHARS {
        let max = MAX_REASON_CHARS.to_string();
        return Ok(answer(Outcome::failed("legal-told-no-reason").with("max", max)));
    }
    let Some((deadline, line)) = find(&app, calendar, &tenant, &form.target).await? else {
        return Ok(answer(Outcome::failed("legal-told-gone")));
    };
    let note = Note::new(AuditEvent::DeadlineDismissed).tenant(&tenant).actor(&*session);
    let change = app.journal().begin([note.with("deadline", target_of(&deadline))]).await?;
    let dismissal = Dismissal {
        deadline,
        line: line.clone(),
        reason,
        person: Some(session.actor.identity.id),
        dismissed_at: app.clock.now(),
    };
    if !change.dismiss_deadline(&tenant, &dismissal).await? {
        // Somebody else did a moment ago, and their reason stays.
        drop(change);
        calendar.read_again(&tenant).await;
        return Ok(answer(Outcome::failed("legal-told-gone")));
    }
    change.commit().await?;
    calendar.read_again(&tenant).await;
    let undo = UndoForm {
        path: format!("/deadlines/{tenant}/restore"),
        target: form.target,
        label: page.words.t("outcome-undo"),
        opens: false,
    };
    Ok(answer(Outcome::done("legal-told-dismissed").with("line", line).with_undo(Some(undo))))
}

/// `POST /deadlines/{tenant}/restore`: tells it again.
pub(super) async fn restore(
    State(app): State<App>,
    Reader { session, page, .. }: Reader<LegalGroup>,
    InPlace(in_place): InPlace,
    Path(tenant): Path<TenantId>,
    Form(form): Form<DismissForm>,
) -> Result<Response, Refusal> {
    let calendar = calendar_of(&app, &session, &tenant)?;
    let to = page_address(&tenant);
    let answer = |outcome: Outcome| outcome.answer(&app, &session, &page.words, in_place, &to);
    let Some(deadline) = parse_target(&form.target) else {
        return Ok(answer(Outcome::failed("legal-told-gone")));
    };
    let note = Note::new(AuditEvent::DeadlineRestored).tenant(&tenant).actor(&*session);
    let change = app.journal().begin([note.with("deadline", target_of(&deadline))]).await?;
    if !change.restore_deadline(&tenant, &deadline).await? {
        drop(change);
        return Ok(answer(Outcome::failed("legal-told-gone")));
    }
    change.commit().await?;
    calendar.read_again(&tenant).await;
    Ok(answer(Outcome::done("legal-told-restored")))
}
