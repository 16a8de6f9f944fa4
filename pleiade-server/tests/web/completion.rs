//! What a browser began is finished without it, and by no more requests at once than there are connections.

use crate::support::{ALPHA, Setup, Watch, World, somebody, source, source_id};
use async_trait::async_trait;
use axum::http::Method;
use futures_util::poll;
use pleiade_core::{
    Claims, Hints, IdentityProvider, ProviderKind, ProviderLogout, SignInAnswer, SignInError, SignInStep,
    SourceId,
};

use pleiade_server::{
    connections::ConnectionLimits,
    sign_in::mapping::{Mapping, Tenants},
};
use std::sync::Arc;
use tower::ServiceExt as _;

#[tokio::test]
async fn a_browser_that_leaves_a_join_is_told_of_it() {
    let world = World::new().await;
    world.sso.knows("jeanne", somebody("jdupont", "Jeanne Dupont", &["alpha"]));
    world.alpha_sso.knows("other", somebody("other-key", "Other", &[]));
    let mut browser = world.browser(ALPHA);
    browser.sign_in_at("sso", "jeanne").await;
    let left = browser.post("/sign-in/alpha-sso/join", &[]).await;
    let state = left.location().split_once("state=").unwrap().1.to_owned();
    let callback = format!("/sign-in/alpha-sso/callback?code=other&state={state}");
    let request = browser.request(Method::GET, &callback, String::new());
    let mut answer = Box::pin(world.router.clone().oneshot(request));
    assert!(poll!(&mut answer).is_pending());
    drop(answer);
    world.quiet().await;
    let mut database = Watch::open(&world).await;
    assert_eq!(database.count("SELECT COUNT(*) FROM links WHERE subject = 'other-key'").await, 1);
    assert_eq!(database.count("SELECT COUNT(*) FROM notices").await, 1);
}

/// A provider that says nothing about a sign-out, ever.
#[derive(Debug)]
struct Silent(SourceId);

#[async_trait]
impl IdentityProvider for Silent {
    fn id(&self) -> &SourceId {
        &self.0
    }

    fn kind(&self) -> ProviderKind {
        ProviderKind::Oidc
    }

    async fn begin(&self, _: &Hints) -> Result<SignInStep, SignInError> {
        Err(SignInError::Busy)
    }

    async fn finish(&self, _: SignInAnswer) -> Result<Claims, SignInError> {
        Err(SignInError::Busy)
    }

    async fn read_logout(&self, _: &str) -> Result<ProviderLogout, SignInError> {
        std::future::pending().await
    }
}

#[tokio::test]
async fn those_who_leave_are_as_many_as_those_who_wait() {
    let silent = Arc::new(Silent(source_id("silent")));
    let sources = vec![source(silent, None, Mapping::new(Tenants::Kept))];
    let world = World::with(Setup { sources, ..Setup::default() }).await;
    world.app.connections().limit(ConnectionLimits { connections: 4, streams: 1 });
    let before = world.app.tasks.len();
    for _ in 0..20 {
        let path = "/sign-out/silent/backchannel";
        let request = world.browser(ALPHA).request(Method::POST, path, "logout_token=a.b.c".to_owned());
        let mut answer = Box::pin(world.router.clone().oneshot(request));
        assert!(poll!(&mut answer).is_pending());
        tokio::task::yield_now().await;
    }
    assert_eq!(world.app.tasks.len() - before, 4);
}
