//! The frame of every page, around its own content.

use super::{
    assets,
    errors::Refusal,
    initials::initials,
    look::{Look, Theme},
    mark::Mark,
    site::Site,
    words::Words,
};
use crate::{
    app::App,
    demonstration::Banner,
    desk::Navigation,
    notices::{self, NoticeView},
    session::Session,
};
use pleiade_core::{Actor, Locale, Message, Tenant, TenantId};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// A collectivité to act for.
#[derive(Debug, Clone)]
pub struct Choice {
    /// The collectivité.
    pub id: TenantId,
    /// The collectivité's name.
    pub name: String,
}

/// The signed-in person, as the header shows them.
#[derive(Debug, Clone)]
pub struct PersonView {
    /// Full name.
    pub name: String,
    /// One or two letters.
    pub initials: String,
    /// Function where they act.
    pub function: Option<String>,
    /// True if they administer the collectivité they act for.
    pub administers: bool,
    /// True if they see the legal deadlines of a collectivité of theirs.
    pub sees_deadlines: bool,
}

impl PersonView {
    /// The person as the header shows them.
    #[must_use]
    pub fn new(actor: &Actor) -> Self {
        let name = actor.identity.display_name.clone();
        Self {
            initials: initials(&name),
            name,
            function: actor.acting.function.clone(),
            administers: actor.administers(),
            sees_deadlines: false,
        }
    }
}

/// A page of the profile or of the console, in its menu.
#[derive(Debug, Clone, Copy)]
pub struct Section {
    /// Its path, also the path of a [`Page`] within it.
    pub path: &'static str,
    /// The message of its name.
    pub label: &'static str,
}

/// A form that undoes what was done, or that may come next.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UndoForm {
    /// Its path.
    pub path: String,
    /// To what it is done.
    pub target: String,
    /// The words of its button.
    pub label: String,
    /// True if a page of an application answers it, which is shown beside this one.
    #[serde(default)]
    pub opens: bool,
}

/// The outcome of the form that led to a page, in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutcomeView {
    /// True if it was done.
    pub is_good: bool,
    /// The sentence that tells it.
    pub text: String,
    /// The form that undoes it, for a while, or that may come next.
    pub undo: Option<UndoForm>,
}

/// The frame of a page.
#[derive(Debug, Clone)]
pub struct Page {
    /// Its words.
    pub words: Words,
    /// Light or dark.
    pub theme: Theme,
    /// True if the key / opens no search.
    pub without_slash: bool,
    /// The collectivité whose page it is.
    pub tenant: Arc<Tenant>,
    /// The person who is signed in.
    pub person: Option<PersonView>,
    /// For whom they may act.
    pub choices: Vec<Choice>,
    /// The notices that they are shown until they put them away.
    pub notices: Vec<NoticeView>,
    /// The outcome of the form that led here, told once.
    pub outcome: Option<OutcomeView>,
    /// Their launcher.
    pub navigation: Navigation,
    /// The state of accessibility that the home page must tell, in words.
    pub accessibility: String,
    /// The mark that every form of theirs sends back.
    pub mark: Option<Mark>,
    /// The path of this page, to come back to after a form. Never taken from the query.
    pub path: &'static str,
    /// The address of the tenant's colours.
    pub colours: String,
    /// The banner of the demonstration that this is, if it is one.
    pub demonstration: Option<Banner>,
    /// The server's version.
    pub version: &'static str,
}

impl Page {
    /// A page for somebody not signed in.
    #[must_use]
    pub fn anonymous(app: &App, site: &Site, look: Look, path: &'static str) -> Self {
        Self::for_tenant(app, site.tenant().clone(), look, path)
    }

    /// A page of a collectivité for nobody in particular.
    #[must_use]
    pub fn for_tenant(app: &App, tenant: Arc<Tenant>, look: Look, path: &'static str) -> Self {
        let words = app.words(look.locale_or(tenant.locale), tenant.time_zone);
        Self {
            accessibility: accessibility(app, &tenant, &words),
            words,
            theme: look.theme,
            without_slash: look.without_slash,
            person: None,
            choices: Vec::new(),
            notices: Vec::new(),
            outcome: None,
            navigation: Navigation::default(),
            mark: None,
            path,
            colours: app.colours.address(&tenant.id),
            demonstration: app.demonstration.as_ref().map(|demonstration| demonstration.banner(&[])),
            version: env!("CARGO_PKG_VERSION"),
            tenant,
        }
    }

    /// A page for somebody signed in.
    ///
    /// # Errors
    /// Forbidden when the collectivité they act for is gone.
    pub fn signed_in(
        app: &App,
        session: &Arc<Session>,
        look: Look,
        path: &'static str,
    ) -> Result<Self, Refusal> {
        let tenant = app.tenants.by_id(&session.actor.acting.tenant).ok_or(Refusal::Forbidden)?;
        let mut page = Self::for_tenant(app, tenant, look, path);
        let mut person = PersonView::new(&session.actor);
        person.sees_deadlines = app.legal().is_some_and(|legal| !legal.rules().tenants(session).is_empty());
        page.person = Some(person);
        page.navigation = Navigation::new(app, session, &page.words);
        page.mark = Some(app.marks().mark(session));
        page.choices = session
            .affiliations
            .iter()
            .filter_map(|affiliation| app.tenants.by_id(&affiliation.tenant))
            .map(|tenant| Choice { id: tenant.id.clone(), name: tenant.name.clone() })
            .collect();
        page.demonstration = app
            .demonstration
            .as_ref()
            .map(|demonstration| demonstration.banner(&app.boards.layers(&session.actor.acting)));
        page.notices = notices::views(&app.sign_in, session, &page.words);
        Ok(page)
    }

    /// The letters of the brand mark.
    #[must_use]
    pub fn monogram(&self) -> String {
        self.tenant.branding.monogram.clone().unwrap_or_else(|| "p".to_owned())
    }

    /// The address of one of our files.
    #[must_use]
    pub fn asset(&self, name: &str) -> String {
        assets::address(name)
    }

    /// The languages on offer.
    #[must_use]
    pub fn locales(&self) -> &'static [Locale] {
        &Locale::ALL
    }

    /// A language in its own words.
    #[must_use]
    pub fn language(&self, locale: &Locale) -> &'static str {
        match locale {
            Locale::Fr => "Français",
            Locale::En => "English",
        }
    }

    /// The themes on offer.
    #[must_use]
    pub fn themes(&self) -> &'static [Theme] {
        &Theme::ALL
    }
}

/// The state of accessibility of a collectivité's pages, which the home page must tell.
fn accessibility(app: &App, tenant: &Tenant, words: &Words) -> String {
    let today = app.clock.now().with_timezone(&words.zone).date_naive();
    let state = words.t(app.statements.accessibility(&tenant.id, today).key());
    words.message(&Message::new("accessibility-foot").with_text("state", state))
}
