//! Local accounts, at a low cost of hashing.
#![expect(clippy::unwrap_used, reason = "helpers of tests panic like tests")]

use async_trait::async_trait;
use pleiade_core::{
    Claims, IdentityProvider as _, SecretString, SignInAnswer, SignInError, SourceId, Subject,
};
use pleiade_federation::local::{HashError, LocalAccount, LocalAccounts, LocalProvider, PasswordHashes};
use pleiade_testkit::TestClock;
use std::{sync::Arc, time::Duration};

#[derive(Debug)]
struct One(String);

#[async_trait]
impl LocalAccounts for One {
    async fn find_account(
        &self,
        source: &SourceId,
        login: &str,
    ) -> Result<Option<LocalAccount>, SignInError> {
        let subject = Subject::new(&format!("local:{source}"), "1").unwrap();
        let account = LocalAccount::new(self.0.clone().into(), Claims::new(subject));
        Ok((login == "marie").then_some(account))
    }
}

fn hashes() -> PasswordHashes {
    PasswordHashes::with_cost(8, 1).unwrap()
}

async fn provider() -> LocalProvider {
    let hashes = hashes();
    let hash = hashes.hash(&"bonne phrase de passe".to_owned().into()).await.unwrap();
    let id = SourceId::new("locaux").unwrap();
    LocalProvider::new(id, Arc::new(One(hash)), hashes, Arc::new(TestClock::default()))
}

async fn sign_in(provider: &LocalProvider, login: &str, password: &str) -> Result<Claims, SignInError> {
    let password = SecretString::from(password.to_owned());
    provider.finish(SignInAnswer::Password { login: login.to_owned(), password, address: None }).await
}

#[tokio::test]
async fn the_right_password_and_no_other() {
    let provider = provider().await;
    assert!(sign_in(&provider, " marie ", "bonne phrase de passe").await.is_ok());
    for (login, password) in [
        ("marie", ""),
        ("marie", "Bonne phrase de passe"),
        ("autre", "bonne phrase de passe"),
        ("", ""),
        ("ma\0rie", "x"),
    ] {
        assert_eq!(
            sign_in(&provider, login, password).await.err(),
            Some(SignInError::BadCredentials),
            "{login:?}"
        );
    }
}

#[tokio::test]
async fn guessing_is_slowed_down_for_unknown_logins_too() {
    for login in ["marie", "personne"] {
        let provider = provider().await;
        for _ in 0..5 {
            assert_eq!(sign_in(&provider, login, "faux").await.err(), Some(SignInError::BadCredentials));
        }
        assert_eq!(
            sign_in(&provider, login, "bonne phrase de passe").await.err(),
            Some(SignInError::TooMany)
        );
    }
}

#[tokio::test]
async fn many_guesses_at_the_same_moment_are_not_more_guesses() {
    let provider = Arc::new(provider().await);
    let mut guesses = tokio::task::JoinSet::new();
    for n in 0..40 {
        let provider = Arc::clone(&provider);
        guesses.spawn(async move { sign_in(&provider, "marie", &format!("faux {n}")).await.err() });
    }
    let answers = guesses.join_all().await;
    let tried = answers.iter().filter(|answer| **answer == Some(SignInError::BadCredentials)).count();
    assert_eq!((tried, answers.len()), (5, 40));
}

#[tokio::test]
async fn the_delay_ends_by_itself() {
    let provider = provider().await;
    for _ in 0..5 {
        let _ = sign_in(&provider, "marie", "faux").await;
    }
    tokio::time::pause();
    tokio::time::advance(Duration::from_secs(11)).await;
    tokio::time::resume();
    assert!(sign_in(&provider, "marie", "bonne phrase de passe").await.is_ok());
}

#[tokio::test]
async fn hashes_are_argon2id_with_their_parameters() {
    let hash = hashes().hash(&"x".to_owned().into()).await.unwrap();
    assert!(hash.starts_with("$argon2id$v=19$m=8,t=1,p=1$"), "{hash}");
    assert_ne!(hash, hashes().hash(&"x".to_owned().into()).await.unwrap(), "a salt of its own");
    // A hash of other parameters is still checked with its own.
    let other = PasswordHashes::with_cost(16, 2).unwrap();
    assert_eq!(other.verify(&"x".to_owned().into(), Some(&hash)).await, Ok(true));
    assert_eq!(other.verify(&"y".to_owned().into(), Some(&hash)).await, Ok(false));
    assert_eq!(other.verify(&"x".to_owned().into(), None).await, Ok(false));
    assert_eq!(other.verify(&"x".to_owned().into(), Some("plain")).await, Err(HashError::BadHash));
    assert_eq!(other.hash(&String::new().into()).await, Err(HashError::Length));
}
