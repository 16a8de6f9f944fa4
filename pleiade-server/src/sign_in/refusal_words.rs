//! The words of a sign-in that let nobody in: the sentence, the status, the word of the log.

use axum::http::StatusCode;
use pleiade_core::{AccountRefusal, SignInError};
use pleiade_federation::linking::RefusalReason;

/// The answer of a page that could not let somebody in.
pub(super) fn status_of(error: &SignInError) -> StatusCode {
    match error {
        SignInError::TooMany => StatusCode::TOO_MANY_REQUESTS,
        SignInError::Busy => StatusCode::SERVICE_UNAVAILABLE,
        SignInError::Unreachable(_) | SignInError::Misconfigured(_) => StatusCode::BAD_GATEWAY,
        _ => StatusCode::UNAUTHORIZED,
    }
}

/// The sentence for the person.
pub(super) fn problem_of(error: &SignInError) -> &'static str {
    match error {
        SignInError::BadCredentials | SignInError::Account(_) => "sign-in-bad-credentials",
        SignInError::PasswordMustChange => "sign-in-must-change",
        SignInError::TooMany => "sign-in-too-many",
        SignInError::Busy => "sign-in-busy",
        SignInError::Unreachable(_) | SignInError::Misconfigured(_) => "sign-in-unreachable",
        SignInError::NotAdmitted(_) => "sign-in-no-right",
        _ => "sign-in-refused",
    }
}

/// The sentence for the person when a provider could not be asked.
pub(super) fn problem_of_begin(error: &SignInError) -> &'static str {
    match problem_of(error) {
        told @ ("sign-in-unreachable" | "sign-in-too-many" | "sign-in-busy") => told,
        _ => "sign-in-refused",
    }
}

/// The word of the log.
pub(super) fn refusal_word(error: &SignInError) -> &'static str {
    match error {
        SignInError::BadCredentials => "bad_credentials",
        SignInError::Account(why) => account_word(*why),
        SignInError::PasswordMustChange => "password_must_change",
        SignInError::TooMany => "too_many",
        SignInError::Busy => "busy",
        SignInError::Unreachable(_) => "unreachable",
        SignInError::Misconfigured(_) => "misconfigured",
        SignInError::NotAdmitted(_) => "not_admitted",
        SignInError::NotFresh(_) => "not_fresh",
        SignInError::Untrusted(_) => "untrusted",
        _ => "refused",
    }
}

fn account_word(why: AccountRefusal) -> &'static str {
    match why {
        AccountRefusal::UnknownLogin => "unknown_login",
        AccountRefusal::AmbiguousLogin => "ambiguous_login",
        AccountRefusal::Locked => "account_locked",
        AccountRefusal::KeptBack => "kept_back",
        _ => "account_closed",
    }
}

/// The word of the log and the sentence for the person.
pub(super) fn refusal_words(why: RefusalReason) -> (&'static str, &'static str) {
    match why {
        RefusalReason::Closed => ("link_closed", "sign-in-closed"),
        RefusalReason::Moved => ("source_moved", "sign-in-closed"),
        RefusalReason::NotInDirectory => ("not_in_directory", "sign-in-not-in-directory"),
        RefusalReason::Ambiguous => ("ambiguous", "sign-in-not-in-directory"),
        RefusalReason::Departed => ("departed", "sign-in-departed"),
        RefusalReason::ProofTooOld => ("proof_too_old", "sign-in-proof-old"),
        RefusalReason::LastLink => ("last_way", "sign-in-last-way"),
        RefusalReason::Taken => ("taken", "sign-in-taken"),
        RefusalReason::Elsewhere => ("elsewhere", "sign-in-elsewhere"),
        RefusalReason::OneSided => ("one_sided", "sign-in-one-sided"),
        _ => ("no_tie", "sign-in-no-right"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn why_an_account_is_refused_is_told_in_the_log_and_to_nobody_else() {
        use AccountRefusal::{AmbiguousLogin, Closed, KeptBack, Locked, UnknownLogin};
        let wrong = SignInError::BadCredentials;
        let mut words = BTreeSet::from([refusal_word(&wrong)]);
        for why in [UnknownLogin, AmbiguousLogin, Locked, Closed, KeptBack] {
            let refused = SignInError::Account(why);
            assert_eq!((problem_of(&refused), status_of(&refused)), (problem_of(&wrong), status_of(&wrong)));
            assert!(words.insert(refusal_word(&refused)), "{why:?}");
            assert_ne!(refused.to_string(), wrong.to_string());
        }
    }
}
