//! Visas and rejections.

use crate::support::{Rig, config, request};
use pleiade_connectors::iparapheur::IparapheurVersion::{V4, V5_0, V5_1, V5_2};
use pleiade_core::{ActionId, ActionOutcome, ActionRequest, ErrorKind, Message};
use pleiade_testkit::{
    Simulator as _,
    people::{BERNARD, CAMILLE},
};

const TITLE: &str = "Permis de construire n° 26 P 0042";

#[tokio::test(start_paused = true)]
async fn a_visa_is_given() {
    for version in [V4, V5_1, V5_2] {
        let rig = Rig::new(version, CAMILLE);
        let line = rig.line(TITLE).await;
        let visa = request(&line, "visa");
        rig.transport.take();
        let done = rig.perform(visa.clone()).await.unwrap();
        assert_eq!(done, ActionOutcome::Done(Message::new("iparapheur-done-visa")));
        assert_eq!(rig.simulator.folder_state(&line.id).unwrap().0, "DONE");
        let asked = rig.asked();
        assert!(
            asked.last().unwrap().ends_with("/visa") && asked.len() == 2,
            "looked at, then acted on: {asked:?}"
        );
        // The same again: the folder has moved on.
        assert_eq!(rig.perform(visa).await.unwrap_err().kind(), ErrorKind::NotFound, "{version:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_rejection_takes_its_reason_along() {
    for version in [V4, V5_0, V5_1] {
        let rig = Rig::new(version, CAMILLE);
        let line = rig.line(TITLE).await;
        let input = line.actions.iter().find(|action| action.id.as_str() == "reject").unwrap();
        assert!(input.engages && !input.batch && input.input.as_ref().unwrap().required);
        let reject = request(&line, "reject");
        for reason in [None, Some(""), Some("  \n"), Some("é".repeat(513).as_str())] {
            let mut without = reject.clone();
            without.text = reason.map(str::to_owned);
            rig.transport.take();
            assert_eq!(rig.perform(without).await.unwrap_err().kind(), ErrorKind::Unsupported);
            assert!(rig.asked().is_empty(), "nobody is asked without a reason");
        }
        let done = rig.perform(reject.with_text(" Manque une annexe ")).await.unwrap();
        assert_eq!(done, ActionOutcome::Done(Message::new("iparapheur-done-reject")));
        let state = rig.simulator.folder_state(&line.id).unwrap();
        assert_eq!(state, ("GONE".to_owned(), "Manque une annexe".to_owned()), "{version:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_version_is_not_asked_for_what_it_lacks() {
    for (version, action) in [(V5_0, "visa"), (V5_2, "reject")] {
        let rig = Rig::new(version, CAMILLE);
        let target = rig.line(TITLE).await.actions[0].target.clone();
        rig.transport.take();
        let request = ActionRequest::new(ActionId::new(action).unwrap(), target).with_text("Non");
        assert_eq!(rig.perform(request).await.unwrap_err().kind(), ErrorKind::Unsupported);
        assert!(rig.asked().is_empty());
    }
}

#[tokio::test(start_paused = true)]
async fn a_folder_whose_step_has_changed_is_not_acted_on() {
    for version in [V4, V5_1] {
        for next in ["SIGNATURE", "SECOND_OPINION"] {
            for action in ["visa", "reject"] {
                let rig = Rig::new(version, CAMILLE);
                let line = rig.line(TITLE).await;
                rig.simulator.move_on(&line.id, next);
                rig.transport.take();
                let error = rig.perform(request(&line, action).with_text("Non")).await.unwrap_err();
                assert_eq!(error.kind(), ErrorKind::NotFound);
                assert!(error.hint().unwrap().contains("no longer in the state"), "{error}");
                assert!(rig.asked().iter().all(|path| path.starts_with("GET ")), "nothing was posted");
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn another_visa_than_the_one_shown_is_not_given() {
    let rig = Rig::new(V5_1, CAMILLE);
    let line = rig.line(TITLE).await;
    rig.simulator.move_on(&line.id, "VISA");
    rig.transport.take();
    let error = rig.perform(request(&line, "visa")).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
    assert!(rig.asked().iter().all(|path| path.starts_with("GET ")), "nothing was sent");
}

#[tokio::test(start_paused = true)]
async fn a_task_that_asks_something_else_meanwhile_is_not_acted_on() {
    for action in ["visa", "reject"] {
        let rig = Rig::new(V5_1, CAMILLE);
        let line = rig.line(TITLE).await;
        rig.simulator.set_action(&line.id, "SIGNATURE");
        rig.transport.take();
        let error = rig.perform(request(&line, action).with_text("Non")).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NotFound);
        assert!(rig.asked().iter().all(|path| path.starts_with("GET ")), "nothing was sent");
    }
}

#[tokio::test(start_paused = true)]
async fn a_right_that_is_gone_is_a_refusal() {
    for version in [V4, V5_1] {
        let rig = Rig::new(version, BERNARD);
        let line = rig.line("Convention de mise à disposition du gymnase").await;
        rig.simulator.take_desk("blefevre", "Adjoint aux finances");
        let error = rig.perform(request(&line, "visa")).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Forbidden, "{version:?}");
        assert_eq!(rig.simulator.folder_state(&line.id).unwrap().0, "PENDING");
    }
}

#[tokio::test(start_paused = true)]
async fn what_must_be_read_first_cannot_be_acted_on_from_outside() {
    let rig = Rig::new(V4, CAMILLE);
    let id = rig.simulator.add_unread("cdurand", "Règlement intérieur");
    let other = rig.line(TITLE).await;
    let desk = other.actions[0].target.split('/').next().unwrap().to_owned();
    let own = rig.line("Règlement intérieur").await;
    assert!(own.actions.iter().all(|action| action.link.is_some()));
    let visa = ActionRequest::new(ActionId::new("visa").unwrap(), format!("{desk}/{id}"));
    assert_eq!(rig.perform(visa).await.unwrap_err().kind(), ErrorKind::NotFound);
    assert!(!rig.simulator.is_read(&id));
}

#[tokio::test(start_paused = true)]
async fn a_folder_is_found_on_a_later_page_of_version_4() {
    let rig = Rig::with(config(V4), CAMILLE);
    rig.simulator.seed_many("cdurand", 250);
    let content = rig.load().await.unwrap();
    let any = content.items.iter().find(|item| item.actions.len() == 3).unwrap();
    let desk = any.actions[0].target.split('/').next().unwrap();
    let last = rig.simulator.folder_titled("Dossier n° 249").unwrap();
    let visa = ActionRequest::new(ActionId::new("visa").unwrap(), format!("{desk}/{last}"));
    rig.perform(visa).await.unwrap();
    assert_eq!(rig.simulator.folder_state(&last).unwrap().0, "DONE");
}
