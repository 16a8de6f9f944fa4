//! `/deadlines`: every deadline of a collectivité, its dates, and what was dismissed.

use super::{
    LegalGroup,
    admission::calendar_of,
    sittings::proposed_sittings,
    words::{detail, page_address, sentence, standing_detail, target, target_of, tenant_deadlines},
};
use crate::{
    app::App,
    desk::{SittingView, TagModel, deadline_tag},
    session::Session,
    storage::{LegalRecord, StorageError},
    web::{
        errors::{Refusal, html},
        page::Page,
        reader::Reader,
        words::Words,
    },
};
use askama::Template;
use axum::{
    extract::{Query, State},
    response::Response,
};
use chrono::NaiveDate;
use pleiade_connectors::{
    holidays::Territory,
    legal::{Collectivite, DateKind, Kind, KnownDate, RuleBook},
};
use pleiade_core::{Deadline, Locale, Message, MessageArg, TenantId};
use serde::Deserialize;
use std::collections::{HashMap, hash_map::Entry};

#[derive(Debug, Default, Deserialize)]
pub(super) struct DeadlinesQuery {
    #[serde(default)]
    tenant: String,
}

#[derive(Template)]
#[template(path = "deadlines.html")]
struct DeadlinesPage {
    page: Page,
    /// The collectivité whose deadlines are shown.
    tenant: TenantId,
    name: String,
    /// The others whose deadlines the reader sees: name and address.
    others: Vec<(String, String)>,
    asks_for_dates: bool,
    deadlines: Vec<DeadlineView>,
    dates: Vec<DateView>,
    /// The sittings that are proposed to the reader as dates.
    sittings: Vec<ProposedView>,
    kinds: Vec<Choice>,
    facts: FactsView,
    dismissed: Vec<DismissedView>,
    standing: Vec<StandingView>,
}

struct DeadlineView {
    sentence: String,
    tag: TagModel,
    detail: String,
    /// Why it is contested, and more about it.
    notes: Vec<String>,
    target: String,
}

struct DateView {
    label: String,
    day: String,
    kind: String,
    iso: NaiveDate,
    target: String,
    is_ready: bool,
    /// What makes it ready, where it may lack something.
    ready: Option<String>,
    missing: Option<String>,
}

/// A sitting that an application knows.
struct ProposedView {
    title: String,
    day: String,
    how: String,
    target: NaiveDate,
}

/// A choice of a form.
struct Choice {
    value: String,
    label: String,
    chosen: bool,
}

struct FactsView {
    kinds: Vec<Choice>,
    population: String,
    territories: Vec<Choice>,
    has_temple: bool,
    traits: Vec<Choice>,
}

struct DismissedView {
    what: String,
    how: String,
    reason: String,
    target: String,
}

struct StandingView {
    statement: String,
    detail: String,
    /// Why it is contested, and more about it.
    notes: Vec<String>,
}

/// `GET /deadlines`, of the collectivité acted for, or of another one of the person that the address names.
///
/// # Errors
/// Not found for whoever does not see the deadlines of that collectivité; those of storage.
pub(super) async fn deadlines(
    State(app): State<App>,
    Reader { session, page, .. }: Reader<LegalGroup>,
    Query(query): Query<DeadlinesQuery>,
) -> Result<Response, Refusal> {
    let seen = app.legal().map(|legal| legal.rules().tenants(&session)).unwrap_or_default();
    let asked = match query.tenant.as_str() {
        "" => seen.first().cloned(),
        id => TenantId::new(id).ok(),
    };
    let tenant = asked.ok_or(Refusal::NotFound)?;
    let calendar = calendar_of(&app, &session, &tenant)?;
    let own = app.tenants.by_id(&tenant).ok_or(Refusal::NotFound)?;
    // What is changed here is shown here at once: this page waits for storage.
    let record = app.storage.legal_record(&tenant).await?;
    let now = app.clock.now();
    let words = app.words(page.words.locale, own.time_zone);
    let french = app.words(Locale::Fr, own.time_zone);
    let today = now.with_timezone(&own.time_zone).date_naive();
    let (book, known) = (&calendar.rules().book, tenant_deadlines(calendar, &record, today));
    let deadlines = known.waiting.iter().map(|one| DeadlineView {
        sentence: sentence(&french, one),
        tag: deadline_tag(&words, now, Deadline::Day(one.due)),
        detail: detail(&words, &french, one),
        notes: [&one.rule.contested, &one.rule.note].into_iter().flatten().cloned().collect(),
        target: target(one),
    });
    let standing = book.standing_rules(&record.facts).map(|(rule, binding)| StandingView {
        statement: rule.statement.clone(),
        detail: standing_detail(&words, rule, binding),
        notes: [&rule.contested, &rule.note].into_iter().flatten().cloned().collect(),
    });
    let sittings = proposed_sittings(&app, &session, calendar, &tenant, &words, &record);
    let (past, to_come) = record.dates.split_at(record.dates.partition_point(|date| date.day < today));
    html(&DeadlinesPage {
        others: others(&app, &seen, &tenant),
        asks_for_dates: known.asks_for_dates,
        deadlines: deadlines.collect(),
        dates: to_come.iter().chain(past.iter().rev()).map(|date| date_view(&words, book, date)).collect(),
        sittings: sittings.into_iter().map(|sitting| proposed_view(&words, sitting)).collect(),
        kinds: book.date_kinds(&record.facts).map(date_choice).collect(),
        facts: facts_view(&words, book, &record.facts),
        dismissed: dismissed(&app, &session, &words, &tenant, &record).await?,
        standing: standing.collect(),
        name: own.name.clone(),
        tenant,
        page,
    })
}

fn others(app: &App, seen: &[TenantId], shown: &TenantId) -> Vec<(String, String)> {
    let others = seen.iter().filter(|id| *id != shown);
    others.filter_map(|id| Some((app.tenants.by_id(id)?.name.clone(), page_address(id)))).collect()
}

fn date_view(words: &Words, book: &RuleBook, date: &KnownDate) -> DateView {
    let kind = book.date_kind(&date.kind);
    DateView {
        label: kind.map_or_else(|| date.kind.clone(), |kind| kind.label.clone()),
        day: words.day(date.day),
        kind: date.kind.clone(),
        iso: date.day,
        target: target_of(&(date.kind.clone(), date.day)),
        is_ready: date.is_ready,
        ready: kind.and_then(|kind| kind.ready.clone()),
        missing: kind.and_then(|kind| kind.missing.clone()),
    }
}

fn proposed_view(words: &Words, SittingView { day, title, application }: SittingView) -> ProposedView {
    let how = words.message(&Message::new("legal-sitting-known").with_text("application", application));
    ProposedView { title, day: words.day(day), how, target: day }
}

fn date_choice(kind: &DateKind) -> Choice {
    Choice { value: kind.id.clone(), label: kind.label.clone(), chosen: false }
}

fn facts_view(words: &Words, book: &RuleBook, facts: &Collectivite) -> FactsView {
    let kind = |kind: Kind| Choice {
        value: kind.as_str().to_owned(),
        label: words.t(kind_key(kind)),
        chosen: facts.kind == Some(kind),
    };
    let territory = |territory: Territory| Choice {
        value: territory.as_str().to_owned(),
        label: words.t(territory_key(territory)),
        chosen: facts.territory == territory,
    };
    let traits = book.traits().iter().map(|known| Choice {
        value: known.id.clone(),
        label: known.label.clone(),
        chosen: facts.traits.contains(&known.id),
    });
    FactsView {
        kinds: Kind::ALL.into_iter().map(kind).collect(),
        population: facts.population.map(|count| count.to_string()).unwrap_or_default(),
        territories: Territory::ALL.into_iter().map(territory).collect(),
        has_temple: facts.has_protestant_temple,
        traits: traits.collect(),
    }
}

async fn dismissed(
    app: &App,
    session: &Session,
    words: &Words,
    tenant: &TenantId,
    record: &LegalRecord,
) -> Result<Vec<DismissedView>, StorageError> {
    let reader = &session.actor.identity;
    // Asked once a person, however much they dismissed.
    let mut names = HashMap::from([(reader.id, Some(reader.display_name.clone()))]);
    for person in record.dismissals.iter().filter_map(|one| one.person) {
        if let Entry::Vacant(place) = names.entry(person) {
            let known = app.storage.names_at(person, tenant).await?;
            place.insert(known.map(|names| names.display_name));
        }
    }
    let mut views = Vec::new();
    for one in &record.dismissals {
        let name = one.person.and_then(|person| names.get(&person).cloned().flatten());
        let by = Message::new("legal-dismissed-by")
            .with_text("name", name.unwrap_or_else(|| words.t("audit-somebody-gone")))
            .with("when", MessageArg::Instant(one.dismissed_at));
        views.push(DismissedView {
            what: one.line.clone(),
            how: words.message(&by),
            reason: one.reason.clone(),
            target: target_of(&one.deadline),
        });
    }
    Ok(views)
}

fn kind_key(kind: Kind) -> &'static str {
    match kind {
        Kind::Commune => "legal-kind-commune",
        Kind::Epci => "legal-kind-epci",
        Kind::Department => "legal-kind-department",
        Kind::Region => "legal-kind-region",
        Kind::Establishment => "legal-kind-establishment",
    }
}

fn territory_key(territory: Territory) -> &'static str {
    match territory {
        Territory::Metropole => "legal-territory-metropole",
        Territory::AlsaceMoselle => "legal-territory-alsace-moselle",
        Territory::Guadeloupe => "legal-territory-guadeloupe",
        Territory::Martinique => "legal-territory-martinique",
        Territory::Guyane => "legal-territory-guyane",
        Territory::LaReunion => "legal-territory-la-reunion",
        Territory::Mayotte => "legal-territory-mayotte",
        Territory::SaintBarthelemy => "legal-territory-saint-barthelemy",
        Territory::SaintMartin => "legal-territory-saint-martin",
    }
}
