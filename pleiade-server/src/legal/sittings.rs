//! The sittings that an application of the collectivité knows, proposed as dates to enter.

use super::{
    LegalCalendar, LegalGroup,
    admission::calendar_of,
    dates::{YEARS, enter_date},
    words::{is_council, page_address},
};
use crate::{
    app::App,
    desk::{SittingView, known_sittings},
    session::Session,
    storage::LegalRecord,
    web::{errors::Refusal, outcome::Outcome, reader::Reader, words::Words},
};
use axum::{
    Form,
    extract::{Path, State},
    response::Response,
};
use chrono::{Datelike as _, NaiveDate};
use pleiade_connectors::legal::{COUNCIL, KnownDate};
use pleiade_core::TenantId;
use serde::Deserialize;

/// The sittings of a collectivité that somebody knows of by their own readings and that are not entered, the next first.
pub(super) fn proposed_sittings(
    app: &App,
    session: &Session,
    calendar: &LegalCalendar,
    tenant: &TenantId,
    words: &Words,
    record: &LegalRecord,
) -> Vec<SittingView> {
    let mut known = known_sittings(app, session, tenant, words);
    let book = &calendar.rules().book;
    known.retain(|sitting| {
        YEARS.contains(&sitting.day.year())
            && !record.dates.iter().any(|date| date.day == sitting.day && is_council(book, &date.kind))
    });
    known
}

#[derive(Debug, Deserialize)]
pub(super) struct SittingForm {
    #[serde(default)]
    target: String,
}

/// `POST /deadlines/{tenant}/dates/sitting`: enters the day of a sitting that is proposed to whoever asks. Any other day is refused.
pub(super) async fn enter_sitting(
    State(app): State<App>,
    Reader { session, page, .. }: Reader<LegalGroup>,
    Path(tenant): Path<TenantId>,
    Form(form): Form<SittingForm>,
) -> Result<Response, Refusal> {
    let calendar = calendar_of(&app, &session, &tenant)?;
    let record = app.storage.legal_record(&tenant).await?;
    let proposed = proposed_sittings(&app, &session, calendar, &tenant, &page.words, &record);
    let asked = form.target.parse::<NaiveDate>().ok();
    let Some(sitting) = proposed.iter().find(|sitting| Some(sitting.day) == asked) else {
        return Ok(Outcome::failed("legal-told-gone").redirect(&app, &session, &page_address(&tenant)));
    };
    enter_date(&app, &session, calendar, &tenant, &KnownDate::new(COUNCIL, sitting.day)).await
}
