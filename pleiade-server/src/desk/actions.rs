//! Quick actions in the person's own name, and the question before those that engage them.
//!
//! An action on a line of another collectivité than the one acted for, one that engages the person and one with words of theirs are asked
//! about once, on a page that says for whom. The form of that page holds a sealed text that stands for the question: it is good for this
//! action alone, in this session, and once, so that a double click or a page that is sent again does nothing twice. The others are held
//! back by [`repeats`](super::repeats).
//!
//! An action that opens an address made for its person ([`Action::opening`]) is written down and answered by a redirection alone: the address
//! may let whoever has it in, so it stands in no part of a page, and leads to the application's own origin or nowhere.

use super::{Performed, card::DeskCard, line::ActionModel};
use crate::{
    app::App,
    audit::{AuditEvent, Note},
    connectors::{call_within, may_be_done},
    seal::Purpose,
    session::Session,
    web::{
        errors::{Refusal, html},
        outcome::{Outcome, UndoForm},
        page::Page,
        part::{self, InPlace, PartKind},
        reader::Reader,
        sealed,
        stale_form::{self, StaleFormReason},
        words::Words,
    },
};
use askama::Template;
use axum::{
    Form,
    extract::{Path, State},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use chrono::TimeDelta;
use pleiade_core::{
    Action, ActionDescriptor, ActionId, ActionInput, ActionOutcome, ActionRequest, CallContext, Connector,
    ConnectorError, ConnectorId, ErrorKind, Message, OpenedAddress, TenantId, place::leads_to,
};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use url::Url;

const PURPOSE: Purpose<'static> = Purpose::new("action asked");
/// A question that is not answered by then is asked again.
pub(super) const QUESTION_TTL: TimeDelta = TimeDelta::minutes(15);
/// Characters of the person's words, where the application names no bound.
pub(super) const MAX_TEXT_CHARS: usize = 2000;

/// The form of an action, in one's own name or by a delegation.
#[derive(Debug, Deserialize)]
pub(crate) struct ActionForm {
    #[serde(default)]
    pub(crate) target: String,
    /// The person's words.
    #[serde(default)]
    pub(crate) text: String,
    /// The question that was answered.
    #[serde(default)]
    pub(crate) asked: String,
}

impl ActionForm {
    /// The request of the connector.
    pub(crate) fn request(&self, id: ActionId) -> ActionRequest {
        let request = ActionRequest::new(id, self.target.clone());
        let text: String = self.text.trim().chars().take(MAX_TEXT_CHARS).collect();
        if text.is_empty() { request } else { request.with_text(text) }
    }
}

/// What a question was about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Asked {
    session: String,
    tenant: TenantId,
    connector: ConnectorId,
    action: ActionId,
    target: String,
}

/// An action as a line or a card offers it.
pub(super) struct Offered {
    pub(super) action: Action,
    /// The title of the line; empty for an action of a whole card.
    pub(super) title: String,
}

#[derive(Template)]
#[template(path = "action_question.html", blocks = ["content"])]
struct QuestionPage {
    page: Page,
    title: String,
    /// That the line is another collectivité's, when it is, and that the action engages whoever takes it.
    notes: Vec<String>,
    path: String,
    target: String,
    asked: String,
    input: Option<QuestionInput>,
    button: String,
    /// True if the answer is another page of the browser: see [`Action::opening`].
    opens: bool,
    in_place: bool,
}

/// The field for the words that go with an action.
pub(super) struct QuestionInput {
    pub(super) label: String,
    pub(super) required: bool,
    pub(super) max_chars: usize,
}

/// `POST /actions/{tenant}/{connector}/{action}/ask`: the question. It changes nothing, and calls nobody.
///
/// # Errors
/// Not found when the person has no affiliation to this collectivité here, or it does not have the connector.
pub(super) async fn ask(
    State(app): State<App>,
    Reader { session, page, .. }: Reader,
    InPlace(in_place): InPlace,
    Path((tenant, connector, action)): Path<(TenantId, ConnectorId, ActionId)>,
    Form(form): Form<ActionForm>,
) -> Result<Response, Refusal> {
    let there = acting_there(&session, &tenant)?;
    let opens = match app.connectors.get(&tenant, &connector) {
        Some(connector) => is_declared(&**connector, &action, |declared| declared.opens),
        None => return Err(Refusal::NotFound),
    };
    let words = page.words.clone();
    let cards = app.board_cards(&there, words.locale);
    let offered = offered(&app, &words, &cards, &connector, &form.request(action.clone()));
    let label = match &offered {
        Some(offered) => words.message(&offered.action.label),
        None => words.t("action-ask-unknown-button"),
    };
    let title = match offered.as_ref().filter(|offered| !offered.title.is_empty()) {
        Some(offered) => words.message(
            &Message::new("action-ask").with_text("action", &label).with_text("line", &offered.title),
        ),
        None => words.t("action-ask-unknown"),
    };
    let name = |id: &TenantId| app.tenants.by_id(id).map(|tenant| tenant.name.clone()).unwrap_or_default();
    let elsewhere = (tenant != session.actor.acting.tenant).then(|| {
        words.message(
            &Message::new("action-ask-elsewhere")
                .with_text("acting", name(&session.actor.acting.tenant))
                .with_text("tenant", name(&tenant)),
        )
    });
    let engages = offered.as_ref().is_some_and(|offered| offered.action.engages);
    let notes = elsewhere.into_iter().chain(engages.then(|| words.t("action-ask-engages"))).collect();
    // Of a line that is not in memory any more it is not known whether it wants words: whoever wants to may write some.
    let input = match &offered {
        Some(offered) => offered.action.input.as_ref().map(|input| QuestionInput::new(&words, input)),
        None => Some(QuestionInput {
            label: words.t("action-ask-text"),
            required: false,
            max_chars: MAX_TEXT_CHARS,
        }),
    };
    let asked = Asked {
        session: session.id.as_str().to_owned(),
        tenant: tenant.clone(),
        connector: connector.clone(),
        action: action.clone(),
        target: form.target.clone(),
    };
    let asked = sealed::seal(&app, PURPOSE, asked, QUESTION_TTL).ok_or(Refusal::BadRequest)?;
    let path = format!("/actions/{tenant}/{connector}/{action}");
    let target = form.target;
    let question =
        QuestionPage { title, notes, path, target, asked, input, button: label, opens, in_place, page };
    match in_place {
        true => Ok(PartKind::Question.answer(question.as_content().render().unwrap_or_default())),
        false => html(&question),
    }
}

impl QuestionInput {
    pub(super) fn new(words: &Words, input: &ActionInput) -> Self {
        Self {
            label: words.message(&input.label),
            required: input.required,
            max_chars: input.max_chars.min(MAX_TEXT_CHARS),
        }
    }
}

/// `POST /actions/{tenant}/{connector}/{action}`: a quick action in the person's name, for the collectivité of the line.
///
/// # Errors
/// Not found when the person has no affiliation to this collectivité here, or it does not have the connector.
pub(super) async fn act(
    State(app): State<App>,
    Reader { session, page, .. }: Reader,
    InPlace(in_place): InPlace,
    Path((tenant, connector, action)): Path<(TenantId, ConnectorId, ActionId)>,
    Form(form): Form<ActionForm>,
) -> Result<Response, Refusal> {
    let there = acting_there(&session, &tenant)?;
    let connector = app.connectors.get(&tenant, &connector).ok_or(Refusal::NotFound)?.clone();
    let there_tenant = app.tenants.by_id(&tenant).ok_or(Refusal::NotFound)?;
    let id = connector.descriptor().id.clone();
    let opens = is_declared(&*connector, &action, |declared| declared.opens);
    if opens && in_place {
        return Ok(part::as_whole());
    }
    let asked = sealed::open::<Asked>(&app, PURPOSE, &form.asked).filter(|asked| {
        let mine = asked.session == session.id.as_str();
        mine && (&asked.tenant, &asked.connector) == (&tenant, &id)
            && asked.action == action
            && asked.target == form.target
    });
    let words = page.words.clone();
    let back = if form.asked.is_empty() { "/" } else { "/tasks" };
    let answer = |outcome: Outcome| outcome.answer(&app, &session, &words, in_place, back);
    // Without the question, nothing is done for another collectivité than the one that stands at the top, nor what is asked about there,
    // wherever the form comes from.
    let request = form.request(action);
    let page = match asked.is_some() {
        true => page,
        false => match own_page(&app, &session, page, &tenant)? {
            Ok(page) => {
                let cards = app.board_cards(&there, words.locale);
                let offered = offered(&app, &words, &cards, &id, &request);
                if !form.asked.is_empty()
                    || is_declared(&*connector, &request.id, |declared| declared.is_asked)
                    || offered.is_some_and(|offered| offered.action.is_asked())
                {
                    return Ok(answer(Outcome::failed("action-ask-again")));
                }
                page
            }
            Err(refused) => return Ok(refused),
        },
    };
    let context = app.call_context(&there, there_tenant, page.words.locale);
    let outcome = match asked {
        Some(_) => {
            if !sealed::spend(&app, &form.asked).await? {
                return Ok(answer(Outcome::failed("action-sent-already")));
            }
            let note = action_note(&session, &tenant, &id, &request.id);
            let action = perform_and_note(&app, Some(note), connector.clone(), context, request);
            app.recent_actions().run(action).await?
        }
        None => {
            let note = opens.then(|| action_note(&session, &tenant, &id, &request.id));
            let action = perform_and_note(&app, note, connector.clone(), context.clone(), request.clone());
            app.recent_actions().run_once(&session, &context, &id, &request, action).await?
        }
    };
    if let Ok(ActionOutcome::Continue(address)) = &outcome
        && opens
        && let Some(redirection) = redirect_to_opened(address, &connector.descriptor().home)
    {
        return Ok(redirection);
    }
    let undo = match &outcome {
        Ok(ActionOutcome::Undoable { undo, .. } | ActionOutcome::Next { next: undo, .. }) => {
            let undo = ActionModel::new(&words, &tenant, connector.descriptor(), undo, "");
            Some(if tenant == session.actor.acting.tenant { undo } else { undo.asked() })
        }
        _ => None,
    };
    let undo = undo.filter(|undo| undo.href.is_none());
    let undo = undo.map(|undo| UndoForm {
        opens: undo.opens_elsewhere(),
        path: undo.path,
        target: undo.target,
        label: undo.label,
    });
    Ok(answer(action_outcome(&words, &connector.descriptor().name, outcome).with_undo(undo)))
}

/// The line of the audit log for an action in one's own name.
pub(super) fn action_note(
    session: &Session,
    tenant: &TenantId,
    connector: &ConnectorId,
    action: &ActionId,
) -> Note {
    Note::new(AuditEvent::ActionTaken)
        .tenant(tenant)
        .actor(session)
        .source(&session.source)
        .with("connector", connector)
        .with("action", action)
}

/// Performs an action once it is written down, and has what the connector told for its person read again.
pub(crate) fn perform_and_note(
    app: &App,
    note: Option<Note>,
    connector: Arc<dyn Connector>,
    context: CallContext,
    request: ActionRequest,
) -> impl Future<Output = Performed> + Send + 'static {
    let app = app.clone();
    async move {
        if let Some(note) = note {
            app.journal().record(note).await?;
        }
        let id = &connector.descriptor().id;
        let call = connector.perform(&context, &request);
        let outcome = call_within(app.action_deadline, id, "perform an action", call).await;
        app.engine.invalidate(id, Some(context.actor.identity.link));
        Ok(outcome)
    }
}

/// The result of a quick action, in the connector's own words: done, not done, or unknown.
pub(crate) fn action_outcome(
    words: &Words,
    application: &str,
    outcome: Result<ActionOutcome, ConnectorError>,
) -> Outcome {
    let failed =
        |key, kind: ErrorKind| Outcome::failed(key).with("why", words.message(&kind.for_person(application)));
    match outcome {
        Ok(
            ActionOutcome::Done(message)
            | ActionOutcome::Undoable { message, .. }
            | ActionOutcome::Next { message, .. },
        ) => Outcome::done("action-told").with("text", words.message(&message)),
        // An address to which nobody is led: of an action that is not declared so, or not the application's own.
        Ok(_) => failed("action-failed", ErrorKind::BadAnswer),
        Err(error) if may_be_done(error.kind()) => failed("action-unknown", error.kind()),
        Err(error) => failed("action-failed", error.kind()),
    }
}

/// True if a connector declares this of an action.
fn is_declared(connector: &dyn Connector, id: &ActionId, what: impl Fn(&ActionDescriptor) -> bool) -> bool {
    let declared = connector.widgets().iter().flat_map(|widget| &widget.descriptor().actions);
    declared.into_iter().any(|action| action.id == *id && what(action))
}

/// Leads the browser to an address of the application's own origin, and none other. The address is a secret of its person: no cache keeps
/// it, no referrer tells it, and no log shows the header.
fn redirect_to_opened(address: &OpenedAddress, home: &Url) -> Option<Response> {
    let address = address.expose();
    let location = HeaderValue::from_str(address.as_str()).ok();
    let mut location = location.filter(|_| leads_to(address, home))?;
    location.set_sensitive(true);
    let headers = [
        (header::LOCATION, location),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
    ];
    Some((StatusCode::SEE_OTHER, headers).into_response())
}

/// The session as it acts for one of its person's collectivités.
///
/// # Errors
/// Not found when it is none of theirs.
pub(super) fn acting_there(session: &Arc<Session>, tenant: &TenantId) -> Result<Arc<Session>, Refusal> {
    if session.actor.acting.tenant == *tenant {
        return Ok(session.clone());
    }
    session.acting_for(tenant).map(Arc::new).ok_or(Refusal::NotFound)
}

/// The action as it is offered by what is known of these cards, from memory.
pub(super) fn offered(
    app: &App,
    words: &Words,
    cards: &[DeskCard],
    connector: &ConnectorId,
    request: &ActionRequest,
) -> Option<Offered> {
    let is_it =
        |action: &&Action| !action.is_link() && action.id == request.id && action.target == request.target;
    let readings = app.board_reader().readings(cards);
    let theirs =
        cards.iter().zip(&readings).filter(|(card, _)| card.call.connector.descriptor().id == *connector);
    for content in theirs.filter_map(|(_, reading)| reading.value()) {
        if let Some(action) = content.actions.iter().find(is_it) {
            return Some(Offered { action: action.clone(), title: String::new() });
        }
        for item in &content.items {
            if let Some(action) = item.actions.iter().find(is_it) {
                return Some(Offered { action: action.clone(), title: words.text(&item.title) });
            }
        }
    }
    None
}

/// The page of somebody who acts for a collectivité; the inner error is the refusal of an action on a line of another one than theirs.
///
/// # Errors
/// Not found when it is none of theirs.
pub(crate) fn own_page(
    app: &App,
    session: &Session,
    page: Page,
    tenant: &TenantId,
) -> Result<Result<Page, Response>, Refusal> {
    if session.actor.acting.tenant == *tenant {
        return Ok(Ok(page));
    }
    let affiliation = session
        .affiliations
        .iter()
        .find(|affiliation| affiliation.tenant == *tenant)
        .ok_or(Refusal::NotFound)?;
    Ok(Err(stale_form::answer(app, session, page, StaleFormReason::Acting(Some(&affiliation.tenant)))))
}
