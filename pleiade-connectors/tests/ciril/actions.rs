//! Answers to tasks.

use crate::support::{Assembly, count, linked, said, technical};
use pleiade_core::{ActionOutcome, ErrorKind};
use serde_json::json;

#[tokio::test]
async fn an_answer_is_confirmed_looked_for_before_and_gone_after() {
    let platform = Assembly::with(linked());
    let cx = platform.own("BLEFEVRE");
    let content = platform.load("tasks", &cx).await.unwrap();
    let offered: Vec<_> = content.items[0]
        .actions
        .iter()
        .map(|action| (action.id.as_str(), said(&action.label), action.engages))
        .collect();
    assert_eq!(
        offered,
        [
            ("open", "Ouvrir dans Civil".to_owned(), false),
            ("answer-1", "Viser".to_owned(), true),
            ("answer-2", "Refuser".to_owned(), true)
        ]
    );
    assert_eq!(content.items[2].actions.len(), 1, "a task that takes no answer offers none");
    platform.asked();
    let done = platform.perform(&cx, "answer-1", "48211").await.unwrap();
    assert!(matches!(done, ActionOutcome::Done(message) if message.key() == "ciril-answered"));
    assert_eq!(platform.asked(), ["getTaches", "setActionTaches", "getTaches"]);
    let content = platform.load("tasks", &cx).await.unwrap();
    assert_eq!(count(&content, "tasks"), Some((2, false)), "and the card is read again");
}

#[tokio::test]
async fn a_task_that_is_gone_or_another_s_is_not_answered() {
    let platform = Assembly::with(linked());
    let cx = platform.own("BLEFEVRE");
    platform.load("tasks", &cx).await.unwrap();
    platform.server.remove_task(48_211);
    platform.asked();
    for target in ["48211", "52300", "9120", "-1", "x", ""] {
        let error = platform.perform(&cx, "answer-1", target).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NotFound, "{target}");
    }
    assert!(!platform.asked().contains(&"setActionTaches".to_owned()));
}

#[tokio::test]
async fn what_ciril_says_to_be_done_is_done_when_the_task_is_gone() {
    let platform = Assembly::with(linked());
    platform.server.answer_nothing();
    let error = platform.perform(&platform.own("BLEFEVRE"), "answer-2", "48211").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::BadAnswer);
    assert!(error.hint().unwrap().contains("still in the basket"));
}

#[tokio::test]
async fn nothing_is_answered_unless_it_is_written() {
    let mut settings = linked();
    settings["answers"] = json!([{ "attribute": "VISA", "value": "P", "label": "Peut-être" }]);
    let platform = Assembly::with(settings);
    let content = platform.load("tasks", &platform.own("BLEFEVRE")).await.unwrap();
    assert!(content.items.iter().all(|item| item.actions.len() == 1), "a value that the task does not allow");
    let error = platform.perform(&platform.own("BLEFEVRE"), "answer-1", "48211").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
    let platform = Assembly::with(technical());
    let error =
        platform.perform(&platform.keyed(&["finances"], "blefevre"), "answer-1", "48211").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unsupported);
}
