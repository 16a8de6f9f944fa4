//! `/profile/ways`: a person's identity links, and the sources that they may join.

use super::{
    Source,
    identity_links::{PAGE, may_join},
    join::BY_HEADERS,
};
use crate::{
    accounts::proof::can_prove,
    app::App,
    storage::LinkRecord,
    web::{
        errors::{Refusal, html},
        page::Page,
        reader::Reader,
        route::{Guard, Route},
        site::Site,
    },
};
use askama::Template;
use axum::{extract::State, response::Response, routing::get};
use pleiade_core::SourceId;
use pleiade_federation::linking::Rule;

pub(super) fn routes() -> Vec<Route> {
    vec![Route::reads(PAGE, Guard::SignedIn, get(page))]
}

#[derive(Template)]
#[template(path = "profile/ways.html")]
struct IdentityLinksPage {
    page: Page,
    mine: Vec<IdentityLinkLine>,
    others: Vec<JoinableSource>,
    /// The reason for which this session joins no source.
    cannot_join: Option<String>,
}

struct IdentityLinkLine {
    title: String,
    rule: String,
    since: String,
    disabled: bool,
}

/// A source that a person may join to what they are.
struct JoinableSource {
    id: SourceId,
    title: String,
}

/// `GET /profile/ways`.
async fn page(
    State(app): State<App>,
    Reader { session, page, .. }: Reader,
    site: Site,
) -> Result<Response, Refusal> {
    let links = app.storage.links_of_person(session.actor.identity.id).await?;
    let here = |record: &LinkRecord| session.links.contains(&record.id);
    // That there is another link is said; what was closed elsewhere, and where, is not this link's to tell.
    let mine =
        links.iter().filter(|record| here(record) || !record.disabled).map(|record| IdentityLinkLine {
            title: if here(record) || app.sign_in.may_name(&record.link.source, &session.affiliations) {
                app.sign_in.title(&record.link.source)
            } else {
                page.words.t("ways-elsewhere")
            },
            rule: page.words.t(rule_key(record.link.rule)),
            since: page.words.t_with_time("ways-since", "when", record.link.created_at),
            disabled: record.disabled,
        });
    let joinable = app.sign_in.offered(&site).filter(|source| may_join(source));
    let taken = |source: &Source| links.iter().any(|l| !l.disabled && l.link.source == *source.provider.id());
    let others = joinable.filter(|source| !taken(source));
    let can_prove = can_prove(&app, &session);
    html(&IdentityLinksPage {
        mine: mine.collect(),
        cannot_join: (!can_prove).then(|| page.words.t(BY_HEADERS)),
        others: others
            .filter(|_| can_prove)
            .map(|source| JoinableSource { id: source.provider.id().clone(), title: source.title.clone() })
            .collect(),
        page,
    })
}

fn rule_key(rule: Rule) -> &'static str {
    match rule {
        Rule::First => "ways-rule-first",
        Rule::Directory => "ways-rule-directory",
        Rule::Mail => "ways-rule-mail",
        Rule::Proof => "ways-rule-proof",
        _ => "ways-rule-administrator",
    }
}
