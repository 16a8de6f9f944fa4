//! The pages at the foot of every page. They answer anybody, and name nobody but who is entered.

use super::{AccessibilityAudit, AccessibilityState, Contact, Statements};
use crate::{
    app::App,
    session::MaybeSignedIn,
    web::{
        errors::{Refusal, html},
        look::Look,
        page::Page,
        route::PagePath,
        site::Site,
    },
};
use askama::Template;
use axum::{
    extract::{FromRequestParts, State},
    http::request::Parts,
    response::Response,
};
use pleiade_core::Message;

const DAY_SECONDS: u64 = 24 * 3600;

/// A page for whoever asks: of the collectivité that they act for, or of the site.
pub(super) struct AnyReader {
    page: Page,
    statements: Statements,
}

impl FromRequestParts<App> for AnyReader {
    type Rejection = Refusal;
    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Refusal> {
        let site = Site::from_request_parts(parts, app).await?;
        let look = Look::from_headers(&parts.headers);
        let PagePath(path) = parts.extensions.get().copied().unwrap_or_default();
        let MaybeSignedIn(session) = MaybeSignedIn::from_request_parts(parts, app).await?;
        let page = match &session {
            Some(session) => Page::signed_in(app, session, look, path)?,
            None => Page::anonymous(app, &site, look, path),
        };
        let statements = app.statements_of(&page.tenant);
        Ok(Self { page, statements })
    }
}

#[derive(Template)]
#[template(path = "statements/accessibility.html")]
struct AccessibilityPage {
    page: Page,
    state: &'static str,
    audit: Option<AccessibilityAudit>,
    contact: Option<Contact>,
}

#[derive(Template)]
#[template(path = "statements/legal_notice.html")]
struct LegalNoticePage {
    page: Page,
    publisher: Option<String>,
    host: Option<String>,
    contact: Option<Contact>,
    operator: String,
}

#[derive(Template)]
#[template(path = "statements/data_protection.html")]
struct DataProtectionPage {
    page: Page,
    contact: Option<Contact>,
    operator: String,
    journal_days: u64,
}

#[derive(Template)]
#[template(path = "statements/help.html")]
struct HelpPage {
    page: Page,
    contact: Option<Contact>,
}

/// `GET /accessibility`: the declaration.
pub(super) async fn accessibility(
    State(app): State<App>,
    AnyReader { page, statements }: AnyReader,
) -> Result<Response, Refusal> {
    let today = app.clock.now().with_timezone(&page.words.zone).date_naive();
    let state = AccessibilityState::new(statements.audit.as_ref(), today).key();
    html(&AccessibilityPage { state, audit: statements.audit, contact: statements.accessibility, page })
}

/// `GET /legal-notice`.
pub(super) async fn legal_notice(
    State(app): State<App>,
    AnyReader { page, statements }: AnyReader,
) -> Result<Response, Refusal> {
    html(&LegalNoticePage {
        publisher: statements.publisher,
        host: statements.host,
        contact: statements.help,
        operator: app.operator.name.clone(),
        page,
    })
}

/// `GET /data-protection`.
pub(super) async fn data_protection(
    State(app): State<App>,
    AnyReader { page, statements }: AnyReader,
) -> Result<Response, Refusal> {
    html(&DataProtectionPage {
        contact: statements.data_protection,
        operator: app.operator.name.clone(),
        journal_days: app.audit_kept.as_secs() / DAY_SECONDS,
        page,
    })
}

/// `GET /help`.
pub(super) async fn help(AnyReader { page, statements }: AnyReader) -> Result<Response, Refusal> {
    html(&HelpPage { contact: statements.help, page })
}

impl AccessibilityPage {
    /// The audit in a sentence.
    fn audit_words(&self, audit: &AccessibilityAudit) -> String {
        self.page.words.message(
            &Message::new("accessibility-audit")
                .with_text("by", &audit.by)
                .with_text("day", self.page.words.day(audit.on))
                .with_text("met", audit.met.to_string()),
        )
    }
}

impl DataProtectionPage {
    fn journal_words(&self) -> String {
        self.page.words.count("protection-journal", "count", self.journal_days)
    }
}
