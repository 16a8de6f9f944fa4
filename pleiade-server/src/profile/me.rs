//! `/profile`: who I am, for which collectivités, and why I hold these rights.

use crate::{
    app::App,
    people::kind_key,
    sign_in::linking::sentence,
    web::{
        errors::{Refusal, html},
        page::Page,
        reader::Reader,
        route::{Guard, Route},
        words::Words,
    },
};
use askama::Template;
use axum::{extract::State, response::Response, routing::get};
use pleiade_core::{Affiliation, Role, TenantId};
use pleiade_federation::mapping::{Explanation, Right};

pub(super) fn routes() -> Vec<Route> {
    vec![Route::reads("/profile", Guard::SignedIn, get(me))]
}

#[derive(Template)]
#[template(path = "profile/me.html")]
struct MePage {
    page: Page,
    name: String,
    login: Option<String>,
    mail: Option<String>,
    source: String,
    ties: Vec<TieView>,
}

/// One tie of a person to a collectivité, in words.
#[derive(Debug)]
pub struct TieView {
    /// Which one.
    pub tenant: TenantId,
    /// Its name.
    pub name: String,
    /// True if the person acts for it now.
    pub acting: bool,
    /// In which quality.
    pub kind: String,
    /// Function there.
    pub function: Option<String>,
    /// Groups there.
    pub groups: Vec<String>,
    /// Rights in the portal, in words.
    pub roles: Vec<String>,
    /// The explanations of each of these.
    pub why: Vec<WhyView>,
}

/// An explanation of a right, in words.
#[derive(Debug)]
pub struct WhyView {
    /// Acting for the collectivité, a role or a group.
    pub right: String,
    /// The sentence.
    pub because: String,
}

impl WhyView {
    fn new(app: &App, words: &Words, why: &Explanation) -> Self {
        Self {
            right: match &why.right {
                Right::Tenant(id) => words.t_with_name("why-right-tenant", &tenant_name(app, id)),
                Right::Group(name) => words.t_with_name("why-right-group", name),
                Right::Role(role) => words.t(role_key(*role)),
                _ => String::new(),
            },
            because: sentence(&app.sign_in, words, why),
        }
    }
}

fn tenant_name(app: &App, id: &TenantId) -> String {
    app.tenants.by_id(id).map_or_else(|| id.to_string(), |tenant| tenant.name.clone())
}

impl TieView {
    /// A tie in words, with where it comes from.
    #[must_use]
    pub fn new(
        app: &App,
        words: &Words,
        tie: &Affiliation,
        why: &[Explanation],
        acting: Option<&TenantId>,
    ) -> Self {
        Self {
            tenant: tie.tenant.clone(),
            name: tenant_name(app, &tie.tenant),
            acting: acting == Some(&tie.tenant),
            kind: words.t(kind_key(tie.kind)),
            function: tie.function.clone(),
            groups: tie.groups.iter().cloned().collect(),
            roles: tie.roles.iter().map(|role| words.t(role_key(*role))).collect(),
            why: why.iter().map(|one| WhyView::new(app, words, one)).collect(),
        }
    }
}

/// The message of a role.
#[must_use]
pub(super) fn role_key(role: Role) -> &'static str {
    match role {
        Role::Operator => "role-operator",
        _ => "role-tenant-administrator",
    }
}

async fn me(State(app): State<App>, Reader { session, page, .. }: Reader) -> Result<Response, Refusal> {
    let identity = &session.actor.identity;
    let acting = &session.actor.acting.tenant;
    let why = app.sessions.explain(&session).await?;
    html(&MePage {
        name: identity.display_name.clone(),
        login: identity.login.clone(),
        mail: identity.mail.as_ref().map(ToString::to_string),
        source: app.sign_in.title(&session.source),
        ties: session
            .affiliations
            .iter()
            .map(|tie| {
                let why = why.get(&tie.tenant).map_or(&[][..], Vec::as_slice);
                TieView::new(&app, &page.words, tie, why, Some(acting))
            })
            .collect(),
        page,
    })
}
