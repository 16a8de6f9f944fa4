//! Sentences about passwords, from message files.

use super::Policy;
use crate::web::words::Words;
use pleiade_core::SecretString;
use pleiade_federation::local::password::PasswordProblem;

/// The fault of a new password, in words; none when it may be used. Both fields must agree.
pub(super) async fn problem(
    words: &Words,
    policy: &Policy,
    password: &SecretString,
    again: &SecretString,
    about: Vec<String>,
) -> Option<String> {
    use pleiade_core::ExposeSecret as _;
    if password.expose_secret() != again.expose_secret() {
        return Some(words.t("accounts-password-differ"));
    }
    let (rules, password) = (policy.passwords, password.clone());
    // The estimate takes some milliseconds of pure computing.
    let checked = tokio::task::spawn_blocking(move || {
        let about: Vec<&str> = about.iter().map(String::as_str).collect();
        rules.check(&password, &about)
    })
    .await
    .unwrap_or(Err(PasswordProblem::Guessable));
    let problem = checked.err()?;
    Some(match problem {
        PasswordProblem::TooShort(least) => {
            words.count("accounts-password-short", "least", least.try_into().unwrap_or(u64::MAX))
        }
        PasswordProblem::TooLong => words.t("accounts-password-long"),
        PasswordProblem::Personal => words.t("accounts-password-personal"),
        _ => words.t("accounts-password-guessable"),
    })
}

/// The rules, in words.
pub(super) fn rules(words: &Words, policy: &Policy) -> String {
    words.count(
        "accounts-password-rules",
        "least",
        policy.passwords.min_chars().try_into().unwrap_or(u64::MAX),
    )
}
