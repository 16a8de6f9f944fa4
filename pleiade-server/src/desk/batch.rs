//! One action on several lines: one question that lists every line, then one call after the other, each with its outcome. It stops at the
//! first refusal of a right, and what was not sent is said.

use super::{
    Performed,
    actions::{
        MAX_TEXT_CHARS, QUESTION_TTL, QuestionInput, acting_there, action_note, offered, perform_and_note,
    },
    card::DeskCard,
    line::Tone,
};
use crate::{
    app::App,
    connectors::may_be_done,
    seal::Purpose,
    session::Session,
    web::{
        errors::{Refusal, html},
        outcome::Outcome,
        page::Page,
        reader::Reader,
        sealed,
        words::Words,
    },
};
use askama::Template;
use axum::{
    body::Bytes,
    extract::{Path, State},
    response::Response,
};
use pleiade_core::{
    ActionId, ActionOutcome, ActionRequest, ConnectorError, ConnectorId, ErrorKind, Message, TenantId,
};
use serde::{Deserialize, Serialize};
use std::{collections::HashMap, sync::Arc, time::Duration};
use url::form_urlencoded;

const PURPOSE: Purpose<'static> = Purpose::new("actions asked");

/// Lines in one request.
const MAX_BATCH_LINES: usize = 20;

/// After that long no other line is begun: what is left is said to be unsent.
const MAX_BATCH_TIME: Duration = Duration::from_secs(30);

/// A line that was chosen: the collectivité for which it was read, and the object of the action.
type ChosenLine = (TenantId, String);

/// The question that was answered.
#[derive(Debug, Serialize, Deserialize)]
struct AskedBatch {
    session: String,
    connector: ConnectorId,
    action: ActionId,
    lines: Vec<ChosenLine>,
}

#[derive(Template)]
#[template(path = "batch_question.html")]
struct QuestionPage {
    page: Page,
    title: String,
    notes: Vec<String>,
    lines: Vec<ChosenLineView>,
    path: String,
    asked: String,
    input: Option<QuestionInput>,
    button: String,
}

/// A line that the question lists.
struct ChosenLineView {
    title: String,
    /// The collectivité, where it is not the one acted for.
    tenant: Option<String>,
}

#[derive(Template)]
#[template(path = "batch_results.html")]
struct ResultsPage {
    page: Page,
    title: String,
    results: Vec<LineResult>,
}

/// What became of a line.
struct LineResult {
    title: String,
    tone: Tone,
    state: String,
    text: String,
}

/// The value of a line's box in the form.
pub(super) fn line_value(tenant: &TenantId, connector: &ConnectorId, target: &str) -> String {
    format!("{tenant}/{connector}/{target}")
}

/// The lines of this connector that a form names, each once, and the number of the others.
fn chosen(body: &[u8], connector: &ConnectorId) -> (Vec<ChosenLine>, usize) {
    let (mut lines, mut others) = (Vec::new(), 0);
    for (_, value) in form_urlencoded::parse(body).filter(|(name, _)| name == "line") {
        let mut parts = value.splitn(3, '/');
        let (tenant, theirs, target) = (parts.next(), parts.next(), parts.next());
        let line = tenant.zip(target).filter(|_| theirs == Some(connector.as_str()));
        match line.and_then(|(tenant, target)| Some((TenantId::new(tenant).ok()?, target.to_owned()))) {
            Some(line) if !lines.contains(&line) => lines.push(line),
            Some(_) => {}
            None => others += 1,
        }
    }
    (lines, others)
}

/// The cards of the collectivités that a session's link gives, read once each.
struct CardsByTenant<'a> {
    app: &'a App,
    session: &'a Arc<Session>,
    words: &'a Words,
    known: HashMap<TenantId, Vec<DeskCard>>,
}

impl CardsByTenant<'_> {
    fn get(&mut self, tenant: &TenantId) -> Option<&Vec<DeskCard>> {
        if !self.known.contains_key(tenant) {
            let there = acting_there(self.session, tenant).ok()?;
            let cards = self.app.board_cards(&there, self.words.locale);
            self.known.insert(tenant.clone(), cards);
        }
        self.known.get(tenant)
    }
}

/// `POST /batches/{connector}/{action}/ask`: the question, which lists every line. It changes nothing, and calls nobody.
///
/// # Errors
/// None of its own: what cannot be done is said on the page of tasks.
pub(super) async fn ask(
    State(app): State<App>,
    Reader { session, page, .. }: Reader,
    Path((connector, action)): Path<(ConnectorId, ActionId)>,
    body: Bytes,
) -> Result<Response, Refusal> {
    let words = page.words.clone();
    let refused = |outcome: Outcome| Ok(outcome.redirect(&app, &session, "/tasks"));
    let (wanted, others) = chosen(&body, &connector);
    if wanted.len() > MAX_BATCH_LINES {
        return refused(Outcome::failed("batch-too-many").with("max", MAX_BATCH_LINES.to_string()));
    }
    let mut boards = CardsByTenant { app: &app, session: &session, words: &words, known: HashMap::new() };
    let (mut lines, mut views, mut gone, mut engages) = (Vec::new(), Vec::new(), 0, false);
    let (mut label, mut input) = (None, None);
    for (tenant, target) in wanted {
        let request = ActionRequest::new(action.clone(), target);
        let found = boards.get(&tenant).and_then(|cards| offered(&app, &words, cards, &connector, &request));
        let Some(found) = found.filter(|found| found.action.batch) else {
            gone += 1;
            continue;
        };
        let elsewhere = (tenant != session.actor.acting.tenant).then(|| app.tenants.by_id(&tenant)).flatten();
        views
            .push(ChosenLineView { title: found.title, tenant: elsewhere.map(|tenant| tenant.name.clone()) });
        label.get_or_insert_with(|| words.message(&found.action.label));
        input = input.or_else(|| found.action.input.as_ref().map(|input| QuestionInput::new(&words, input)));
        engages |= found.action.engages;
        lines.push((tenant, request.target));
    }
    let Some(label) = label else { return refused(Outcome::failed("batch-none")) };
    let mut notes: Vec<String> = engages
        .then(|| words.t(if lines.len() == 1 { "action-ask-engages" } else { "batch-engages" }))
        .into_iter()
        .collect();
    if gone + others > 0 {
        notes.push(words.count("batch-left-out", "count", (gone + others) as u64));
    }
    let count = lines.len() as u64;
    let asked = AskedBatch {
        session: session.id.as_str().to_owned(),
        connector: connector.clone(),
        action: action.clone(),
        lines,
    };
    let asked = sealed::seal(&app, PURPOSE, asked, QUESTION_TTL).ok_or(Refusal::BadRequest)?;
    let title = Message::new("batch-ask").with_text("action", &label).with_number("count", count);
    html(&QuestionPage {
        title: words.message(&title),
        notes,
        lines: views,
        path: format!("/batches/{connector}/{action}"),
        asked,
        input,
        button: label,
        page,
    })
}

#[derive(Debug, Deserialize)]
pub(super) struct BatchForm {
    #[serde(default)]
    asked: String,
    #[serde(default)]
    text: String,
}

/// `POST /batches/{connector}/{action}`: sends the action of each line, one after the other, once.
///
/// # Errors
/// Those of storage, before anything is sent.
pub(super) async fn act(
    State(app): State<App>,
    Reader { session, page, .. }: Reader,
    Path((connector, action)): Path<(ConnectorId, ActionId)>,
    axum::Form(form): axum::Form<BatchForm>,
) -> Result<Response, Refusal> {
    let refused = |key| Ok(Outcome::failed(key).redirect(&app, &session, "/tasks"));
    let asked = sealed::open::<AskedBatch>(&app, PURPOSE, &form.asked).filter(|asked| {
        asked.session == session.id.as_str() && (&asked.connector, &asked.action) == (&connector, &action)
    });
    let Some(asked) = asked else { return refused("action-ask-again") };
    if !sealed::spend(&app, &form.asked).await? {
        return refused("action-sent-already");
    }
    let text: String = form.text.trim().chars().take(MAX_TEXT_CHARS).collect();
    let words = page.words.clone();
    let batch = Batch { app: &app, session: &session, words: &words, connector, action, text };
    let results = batch.carry_out(asked.lines).await;
    html(&ResultsPage { title: words.t("batch-done"), results, page })
}

/// An action that is taken on several lines.
struct Batch<'a> {
    app: &'a App,
    session: &'a Arc<Session>,
    words: &'a Words,
    connector: ConnectorId,
    action: ActionId,
    text: String,
}

impl Batch<'_> {
    /// Tells of every line, whatever happens on the way: a line that cannot be written into the audit log is not sent, nor are those after it.
    async fn carry_out(&self, lines: Vec<ChosenLine>) -> Vec<LineResult> {
        let (app, words) = (self.app, self.words);
        let mut boards = CardsByTenant { app, session: self.session, words, known: HashMap::new() };
        let begun = app.clock.elapsed();
        let (mut results, mut is_over) = (Vec::new(), false);
        for (tenant, target) in lines {
            let mut request = ActionRequest::new(self.action.clone(), target);
            if !self.text.is_empty() {
                request = request.with_text(&self.text);
            }
            let cards = boards.get(&tenant);
            let title = cards.and_then(|cards| offered(app, words, cards, &self.connector, &request));
            let title = title.map_or_else(|| request.target.clone(), |found| found.title);
            is_over |= app.clock.elapsed().saturating_sub(begun) >= MAX_BATCH_TIME;
            if is_over {
                results.push(self.unsent(title));
                continue;
            }
            // Whoever has signed out or been shut out meanwhile does nothing more, nor where they lost the collectivité.
            let now = match app.sessions.reload(self.session).await {
                Ok(now) => now,
                Err(error) => {
                    tracing::error!(%error, "a batch ends: its session was not read");
                    None
                }
            };
            let Some(now) = now else {
                is_over = true;
                results.push(self.unsent(title));
                continue;
            };
            let sent = match acting_there(&now, &tenant) {
                Ok(there) => self.send(&there, &tenant, &request).await,
                Err(_) => Ok(Err(ConnectorError::new(ErrorKind::Forbidden, "perform an action"))),
            };
            let outcome = match sent {
                Ok(outcome) => outcome,
                Err(error) => {
                    tracing::error!(%error, "a batch ends: its next line is not written down");
                    is_over = true;
                    results.push(self.unsent(title));
                    continue;
                }
            };
            is_over = outcome.as_ref().is_err_and(|error| is_refused_right(error.kind()));
            results.push(self.result(title, outcome));
        }
        results
    }

    async fn send(&self, there: &Arc<Session>, tenant: &TenantId, request: &ActionRequest) -> Performed {
        let connector = self.app.connectors.get(tenant, &self.connector).cloned();
        let (Some(connector), Some(owner)) = (connector, self.app.tenants.by_id(tenant)) else {
            return Ok(Err(ConnectorError::new(ErrorKind::NotFound, "perform an action")));
        };
        let note = action_note(self.session, tenant, &self.connector, &self.action);
        let context = self.app.call_context(there, owner, self.words.locale);
        let action = perform_and_note(self.app, Some(note), connector, context, request.clone());
        self.app.recent_actions().run(action).await
    }

    fn unsent(&self, title: String) -> LineResult {
        let (state, text) = (self.words.t("batch-unsent"), self.words.t("batch-unsent-text"));
        LineResult { title, tone: Tone::Neutral, state, text }
    }

    fn result(&self, title: String, outcome: Result<ActionOutcome, ConnectorError>) -> LineResult {
        let words = self.words;
        let name = self.app.connectors.distinct();
        let name = name.get(&self.connector).map_or("", |connector| connector.descriptor().name.as_str());
        let why = |kind: ErrorKind| words.message(&kind.for_person(name));
        let (tone, state, text) = match outcome {
            Ok(
                ActionOutcome::Done(message)
                | ActionOutcome::Undoable { message, .. }
                | ActionOutcome::Next { message, .. },
            ) => (Tone::Good, "batch-line-done", words.message(&message)),
            Ok(_) => (Tone::Late, "batch-line-failed", why(ErrorKind::Unsupported)),
            Err(error) if may_be_done(error.kind()) => (Tone::Soon, "batch-line-unknown", why(error.kind())),
            Err(error) => (Tone::Late, "batch-line-failed", why(error.kind())),
        };
        LineResult { title, tone, state: words.t(state), text }
    }
}

/// True if nothing else can be hoped for the lines that follow.
fn is_refused_right(kind: ErrorKind) -> bool {
    matches!(kind, ErrorKind::Forbidden | ErrorKind::Unauthenticated | ErrorKind::NotLinked)
}
