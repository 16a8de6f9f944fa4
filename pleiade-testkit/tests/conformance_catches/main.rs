//! The suite can fail: a connector with one defect fails the check that is there for it, and without any it passes them all.

#![expect(clippy::unwrap_used, clippy::panic, reason = "clippy does not see that helpers of tests are tests")]

mod connector;
mod simulator;

use connector::Defect;
use pleiade_core::{Credential, SecretString};
use pleiade_testkit::conformance::{CHECKS, Subject};
use std::sync::Arc;

fn subject(defect: Defect) -> Subject {
    Subject::new(
        format!("{defect:?}"),
        |_| Arc::new(simulator::Register::sample()),
        move |transport| connector::register(defect, transport),
    )
    .credential(move |login, generation| {
        let token = SecretString::from(format!("token.{login}.{generation}"));
        match defect {
            Defect::ForgetsStandIns => Credential::Technical { key: Some(login.to_owned()) },
            Defect::ResendsRefusedSecrets => {
                Credential::LinkedAccount { login: login.to_owned(), secret: token }
            }
            _ => Credential::PersonToken { token, expires_at: None },
        }
    })
}

/// What each defect is caught by.
const CATCHES: &[(Defect, &str)] = &[
    (Defect::ActsForAnybody, "target_of_another_person"),
    (Defect::AsksForSomebodyElse, "not_linked"),
    (Defect::BoundlessBody, "endless"),
    (Defect::BoundlessWait, "slow"),
    (Defect::CachesByPerson, "people_never_mixed"),
    (Defect::ClaimsDone, "failed_action_is_not_done"),
    (Defect::ClimbsOutOfItsPath, "hostile_targets"),
    (Defect::CountsItsReadings, "reading_changes_nothing"),
    (Defect::CountsZeroForGarbage, "empty_body"),
    (Defect::CountsZeroForGarbage, "truncated"),
    (Defect::CountsZeroForGarbage, "words_for_numbers"),
    (Defect::CountsZeroForGarbage, "wrong_shape"),
    (Defect::CountsZeroForGarbage, "wrong_type"),
    (Defect::DoesUnknownActions, "unknown_action"),
    (Defect::DropsRetryAfter, "status_429_with_retry_after"),
    (Defect::FollowsRedirects, "redirect_elsewhere"),
    (Defect::ForgetsStandIns, "whoever_stands_in_sees_tasks_alone"),
    (Defect::ResendsRefusedSecrets, "second_401"),
    (Defect::HidesAFailedCall, "one_failed_call_is_not_hidden"),
    (Defect::KeepsALockWhenCancelled, "cancelled_call"),
    (Defect::LeaksTheTokenInErrors, "secrets_stay_inside"),
    (Defect::LinksAnywhere, "hostile_text"),
    (Defect::LogsTheBody, "secrets_stay_inside"),
    (Defect::MissesAMessage, "messages_in_both_languages"),
    (Defect::NegativeShare, "busy_account"),
    (Defect::NeverRenews, "renewal_after_401"),
    (Defect::NeverRenews, "session_forgotten"),
    (Defect::OffersWhatItCannotDo, "offered_actions"),
    (Defect::PanicsOnShortBodies, "corrupted_answers"),
    (Defect::PanicsOnShortBodies, "empty_body"),
    (Defect::ProbesNobody, "probe"),
    (Defect::PutsTheTokenInTheAddress, "secrets_stay_inside"),
    (Defect::ReadsOnePage, "many_pages"),
    (Defect::ReadsTooOften, "descriptor_is_coherent"),
    (Defect::HidesOddItems, "odd_items_hide_nothing"),
    (Defect::RefusesOddItems, "odd_items_hide_nothing"),
    (Defect::RefusesOtherSpellings, "other_spellings"),
    (Defect::RenewsForEver, "second_401"),
    (Defect::ShowsRawText, "hostile_answers"),
    (Defect::ShowsRawText, "hostile_text"),
    (Defect::ShowsSamples, "empty_account"),
    (Defect::TakesErrorsForEmptiness, "status_403"),
    (Defect::TakesErrorsForEmptiness, "status_404"),
    (Defect::TakesErrorsForEmptiness, "status_500"),
    (Defect::TakesPagesForAnswers, "login_page_with_200"),
    (Defect::UndeclaredAction, "busy_account"),
    (Defect::UndeclaredDelegableTask, "busy_account"),
    (Defect::UndeclaredIndicator, "busy_account"),
    (Defect::UndeclaredTask, "busy_account"),
    (Defect::WritesWhenReading, "reading_changes_nothing"),
];

fn run(defect: Defect, name: &str) -> Result<(), String> {
    let check = CHECKS.iter().find(|check| check.name == name).unwrap_or_else(|| panic!("no check {name}"));
    check.run(&subject(defect))
}

#[test]
fn a_good_connector_passes() {
    let failed: Vec<_> = CHECKS
        .iter()
        .filter_map(|check| Some(format!("{}: {}", check.name, run(Defect::None, check.name).err()?)))
        .collect();
    assert!(failed.is_empty(), "{failed:#?}");
}

#[test]
fn each_defect_is_caught() {
    let missed: Vec<_> = CATCHES.iter().filter(|(defect, name)| run(*defect, name).is_ok()).collect();
    assert!(missed.is_empty(), "{missed:?}");
}

#[test]
fn each_check_catches_something() {
    let idle: Vec<_> =
        CHECKS.iter().filter(|check| CATCHES.iter().all(|(_, name)| *name != check.name)).collect();
    assert!(idle.is_empty(), "{idle:?}");
}
