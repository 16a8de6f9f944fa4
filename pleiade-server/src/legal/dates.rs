//! What a collectivité says of itself, and the dates that it enters.

use super::{
    LegalCalendar, LegalGroup,
    admission::calendar_of,
    words::{page_address, parse_target, target_of},
};
use crate::{
    app::App,
    audit::{AuditEvent, Note},
    session::Session,
    web::{errors::Refusal, outcome::Outcome, reader::Reader},
};
use axum::{
    Form,
    body::Bytes,
    extract::{Path, State},
    response::Response,
};
use chrono::NaiveDate;
use pleiade_connectors::{
    holidays::Territory,
    legal::{Collectivite, Kind, KnownDate},
};
use pleiade_core::TenantId;
use serde::Deserialize;
use std::collections::BTreeSet;

/// The most inhabitants that a collectivité may say it has.
const MAX_POPULATION: u32 = 99_999_999;

/// The years in which a date may be entered.
pub(super) const YEARS: std::ops::RangeInclusive<i32> = 2000..=2199;

/// `POST /deadlines/{tenant}/facts`.
pub(super) async fn set_facts(
    State(app): State<App>,
    Reader { session, .. }: Reader<LegalGroup>,
    Path(tenant): Path<TenantId>,
    form: Bytes,
) -> Result<Response, Refusal> {
    let calendar = calendar_of(&app, &session, &tenant)?;
    let to = page_address(&tenant);
    let Some(facts) = read_facts(&form, &calendar.rules().book) else {
        return Ok(Outcome::failed("legal-told-wrong-facts").redirect(&app, &session, &to));
    };
    let note = Note::new(AuditEvent::LegalDatesChanged).tenant(&tenant).actor(&*session);
    let change = app.journal().begin([note.with("change", "facts")]).await?;
    change.set_legal_facts(&tenant, &facts).await?;
    change.commit().await?;
    calendar.read_again(&tenant).await;
    Ok(Outcome::done("legal-told-facts").redirect(&app, &session, &to))
}

/// The facts of a form; none for what no form of ours sends, and for a number of inhabitants that is none.
fn read_facts(form: &[u8], book: &pleiade_connectors::legal::RuleBook) -> Option<Collectivite> {
    let fields: Vec<_> = url::form_urlencoded::parse(form).collect();
    let values =
        |name: &'static str| fields.iter().filter(move |(key, _)| key == name).map(|(_, value)| value.trim());
    let value = |name| values(name).next().unwrap_or_default();
    let mut facts = Collectivite::default();
    facts.kind = match value("kind") {
        "" => None,
        kind => Some(Kind::ALL.into_iter().find(|known| known.as_str() == kind)?),
    };
    let digits: String = value("population").chars().filter(|c| !c.is_whitespace()).collect();
    facts.population = match digits.as_str() {
        "" => None,
        digits => Some(digits.parse().ok().filter(|count| *count <= MAX_POPULATION)?),
    };
    facts.territory = match value("territory") {
        "" => Territory::default(),
        name => Territory::ALL.into_iter().find(|known| known.as_str() == name)?,
    };
    facts.has_protestant_temple = !value("temple").is_empty();
    let traits: BTreeSet<String> = values("trait").map(str::to_owned).collect();
    let is_known = |id: &String| book.traits().iter().any(|known| known.id == *id);
    if !traits.iter().all(is_known) {
        return None;
    }
    facts.traits = traits;
    Some(facts)
}

#[derive(Debug, Deserialize)]
pub(super) struct DateForm {
    #[serde(default)]
    kind: String,
    #[serde(default)]
    day: String,
    #[serde(default)]
    ready: String,
}

/// `POST /deadlines/{tenant}/dates`: enters a date, or says of one whether it is ready.
pub(super) async fn enter(
    State(app): State<App>,
    Reader { session, .. }: Reader<LegalGroup>,
    Path(tenant): Path<TenantId>,
    Form(form): Form<DateForm>,
) -> Result<Response, Refusal> {
    let calendar = calendar_of(&app, &session, &tenant)?;
    let to = page_address(&tenant);
    let day = form.day.trim().parse::<NaiveDate>().ok();
    let day = day.filter(|day| YEARS.contains(&chrono::Datelike::year(day)));
    let kind = calendar.rules().book.date_kind(&form.kind);
    let (Some(day), Some(kind)) = (day, kind) else {
        return Ok(Outcome::failed("legal-told-wrong-date").redirect(&app, &session, &to));
    };
    let date = KnownDate::new(&kind.id, day).with_ready(!form.ready.is_empty());
    enter_date(&app, &session, calendar, &tenant, &date).await
}

/// Enters a date of a collectivité, for whoever sees its deadlines.
///
/// # Errors
/// Those of storage.
pub(super) async fn enter_date(
    app: &App,
    session: &Session,
    calendar: &LegalCalendar,
    tenant: &TenantId,
    date: &KnownDate,
) -> Result<Response, Refusal> {
    let to = page_address(tenant);
    let note = Note::new(AuditEvent::LegalDatesChanged).tenant(tenant).actor(session);
    let note = note.with("change", "entered").with("date", target_of(&(date.kind.clone(), date.day)));
    let change = app.journal().begin([note]).await?;
    if !change.put_legal_date(tenant, date).await? {
        return Ok(Outcome::failed("legal-told-full").redirect(app, session, &to));
    }
    change.commit().await?;
    calendar.read_again(tenant).await;
    Ok(Outcome::done("legal-told-date").redirect(app, session, &to))
}

#[derive(Debug, Deserialize)]
pub(super) struct TargetForm {
    #[serde(default)]
    target: String,
}

/// `POST /deadlines/{tenant}/dates/remove`.
pub(super) async fn remove(
    State(app): State<App>,
    Reader { session, .. }: Reader<LegalGroup>,
    Path(tenant): Path<TenantId>,
    Form(form): Form<TargetForm>,
) -> Result<Response, Refusal> {
    let calendar = calendar_of(&app, &session, &tenant)?;
    let to = page_address(&tenant);
    let gone = || Outcome::failed("legal-told-gone").redirect(&app, &session, &to);
    let Some((kind, day)) = parse_target(&form.target) else { return Ok(gone()) };
    let note = Note::new(AuditEvent::LegalDatesChanged).tenant(&tenant).actor(&*session);
    let note = note.with("change", "removed").with("date", target_of(&(kind.clone(), day)));
    let change = app.journal().begin([note]).await?;
    if !change.drop_legal_date(&tenant, &kind, day).await? {
        return Ok(gone());
    }
    change.commit().await?;
    calendar.read_again(&tenant).await;
    Ok(Outcome::done("legal-told-removed").redirect(&app, &session, &to))
}

#[cfg(test)]
mod tests {
    use super::*;
    use pleiade_connectors::legal::RuleBook;

    #[test]
    fn facts_are_read_whole_or_not_at_all() {
        let book = RuleBook::built_in();
        let read = |form: &str| read_facts(form.as_bytes(), &book);
        let facts =
            read("kind=commune&population=12%20000&territory=mayotte&trait=m57&trait=water&temple=yes")
                .unwrap();
        assert_eq!((facts.kind, facts.population), (Some(Kind::Commune), Some(12_000)));
        assert_eq!((facts.territory, facts.has_protestant_temple), (Territory::Mayotte, true));
        assert_eq!(facts.traits.len(), 2);
        assert_eq!(read(""), Some(Collectivite::default()));
        for wrong in [
            "kind=empire",
            "population=-1",
            "population=many",
            "population=100000000",
            "territory=atlantis",
            "trait=m58",
        ] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }
}
