//! Answers to tasks: a visa, a refusal. Off unless the operator writes them, and always in the person's own name.

use super::{
    config::AnswerConfig,
    sessions::{Opener, Shared, lasting},
    wire::Task,
};
use crate::kit::sessions::Account;
use pleiade_core::{
    Action, ActionDescriptor, ActionId, ActionOutcome, ActionRequest, CallContext, ConnectorError, ErrorKind,
    Message,
};

/// Opens the task in Civil.
pub(super) const OPEN: ActionId = ActionId::from_static("open");

/// The id of the answer of this number.
const ANSWERS: [ActionId; 8] = [
    ActionId::from_static("answer-1"),
    ActionId::from_static("answer-2"),
    ActionId::from_static("answer-3"),
    ActionId::from_static("answer-4"),
    ActionId::from_static("answer-5"),
    ActionId::from_static("answer-6"),
    ActionId::from_static("answer-7"),
    ActionId::from_static("answer-8"),
];

fn answers(shared: &Shared) -> impl Iterator<Item = (&'static ActionId, &AnswerConfig)> {
    const IDS: &[ActionId; 8] = &ANSWERS;
    IDS.iter().zip(&shared.config().answers)
}

/// The actions that the basket may offer.
pub(super) fn descriptors(shared: &Shared) -> Vec<ActionDescriptor> {
    let posted = answers(shared).map(|(id, _)| ActionDescriptor::post(id.clone()).asked());
    [ActionDescriptor::open(OPEN)].into_iter().chain(posted).collect()
}

/// The answers that a task takes.
pub(super) fn offered(shared: &Shared, task: &Task) -> Vec<Action> {
    let separator = &shared.config().answer_separator;
    answers(shared)
        .filter(|(_, answer)| task.takes(&answer.attribute, &answer.value, separator))
        .map(|(id, answer)| {
            let label =
                Message::new("ciril-answer").with_text("label", crate::kit::content::plain(&answer.label));
            Action::post(id.clone(), label, task.number.to_string()).engaging()
        })
        .collect()
}

/// Answers a task. It is looked for in the basket of the person just before, with what it takes, and again after: it is done when the task is
/// gone, whatever Ciril says.
pub(super) async fn perform(
    shared: &Shared,
    cx: &CallContext,
    request: &ActionRequest,
) -> Result<ActionOutcome, ConnectorError> {
    let answer = answers(shared).find(|(id, _)| **id == request.id).map(|(_, answer)| answer);
    let Some(answer) = answer else {
        return Err(ConnectorError::new(ErrorKind::Unsupported, "perform an action"));
    };
    let number = request.target.parse::<i64>().map_err(|_| gone())?;
    // The answer is sent once: an access string that has ended is met by the reading before it.
    let open = |account: Account<Opener>| async move {
        let found = find(shared, &account, number).await?.ok_or_else(gone)?;
        match found.takes(&answer.attribute, &answer.value, &shared.config().answer_separator) {
            true => Ok(account),
            false => Err(ConnectorError::new(ErrorKind::NotFound, "answer a task")
                .with_hint("the task does not take this answer any more")),
        }
    };
    let account = shared.accounts.call(cx, open).await.map_err(lasting)?;
    let sent =
        shared.client().answer_task(&account.session.access, number, &answer.attribute, &answer.value).await;
    account.memory.basket.forget().await;
    sent.map_err(lasting)?;
    match find(shared, &account, number).await.map_err(lasting)? {
        None => Ok(ActionOutcome::Done(Message::new("ciril-answered"))),
        Some(_) => Err(ConnectorError::new(ErrorKind::BadAnswer, "answer a task")
            .with_hint("the task is still in the basket")),
    }
}

async fn find(
    shared: &Shared,
    account: &Account<Opener>,
    number: i64,
) -> Result<Option<Task>, ConnectorError> {
    let groups = shared.client().groups(&account.session.access).await?;
    let unreadable = groups.is_partial() || groups.iter().any(|group| group.tasks.is_partial());
    let task =
        groups.items.into_iter().flat_map(|group| group.tasks.items).find(|task| task.number == number);
    match task.is_none() && unreadable {
        // A part of the basket that cannot be read does not show that the task is gone.
        true => Err(ConnectorError::new(ErrorKind::BadAnswer, "answer a task")
            .with_hint("the basket cannot be read whole")),
        false => Ok(task),
    }
}

fn gone() -> ConnectorError {
    ConnectorError::new(ErrorKind::NotFound, "answer a task")
        .with_hint("the task is not in the basket any more")
}
