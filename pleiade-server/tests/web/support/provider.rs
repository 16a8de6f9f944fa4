//! Providers of identities under the test's hand, and people at them.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use pleiade_core::{
    Claims, FreshProof, Hints, IdentityProvider, ProviderKind, ProviderLogout, SignInAnswer, SignInError,
    SignInStep, SourceId, Subject, sign_in::PersonTokens,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};
use url::Url;

/// A provider of identities in another site, which says what the test tells it.
#[derive(Debug)]
pub(crate) struct Provider {
    id: SourceId,
    pub(crate) people: Mutex<BTreeMap<String, Claims>>,
    /// The challenge known before the last sign-in began.
    pub(crate) hinted: Mutex<Option<Hints>>,
    started: AtomicUsize,
    /// The attempts for which a fresh proof was asked.
    fresh: Mutex<BTreeSet<String>>,
    pub(crate) finished: AtomicUsize,
}

impl Provider {
    pub(crate) fn new(id: &str) -> Arc<Self> {
        Arc::new(Self {
            id: SourceId::new(id).unwrap(),
            people: Mutex::default(),
            hinted: Mutex::default(),
            started: AtomicUsize::new(0),
            fresh: Mutex::default(),
            finished: AtomicUsize::new(0),
        })
    }

    /// The code with which this person comes back.
    pub(crate) fn knows(&self, code: &str, claims: Claims) {
        self.people.lock().unwrap().insert(code.to_owned(), claims);
    }
}

#[async_trait]
impl IdentityProvider for Provider {
    fn id(&self) -> &SourceId {
        &self.id
    }

    fn kind(&self) -> ProviderKind {
        ProviderKind::Oidc
    }

    fn fresh_proof(&self) -> FreshProof {
        FreshProof::Redirect
    }

    async fn begin(&self, hints: &Hints) -> Result<SignInStep, SignInError> {
        *self.hinted.lock().unwrap() = Some(hints.clone());
        let key = format!("{}-state-{}", self.id, self.started.fetch_add(1, Ordering::SeqCst));
        if hints.fresh {
            self.fresh.lock().unwrap().insert(key.clone());
        }
        let url = format!("https://{}.example/authorize?state={key}", self.id).parse().unwrap();
        Ok(SignInStep::Redirect { url, attempt: format!("sentinel-verifier of {key}").into(), key })
    }

    async fn finish(&self, answer: SignInAnswer) -> Result<Claims, SignInError> {
        self.finished.fetch_add(1, Ordering::SeqCst);
        let SignInAnswer::Callback { query, attempt } = answer else { panic!("a callback") };
        let given = |name| {
            query.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone()).unwrap_or_default()
        };
        let expected = format!("sentinel-verifier of {}", given("state"));
        assert_eq!(
            pleiade_core::ExposeSecret::expose_secret(&attempt),
            expected,
            "the attempt belongs to its state"
        );
        if given("code") == "of an open session" {
            return Err(SignInError::NotFresh("auth_time is missing"));
        }
        let found = self.people.lock().unwrap().get(&given("code")).cloned();
        let mut claims = found.ok_or(SignInError::Untrusted("the code is unknown"))?;
        claims.fresh |= self.fresh.lock().unwrap().contains(&given("state"));
        Ok(claims)
    }

    fn sign_out_url(&self, _: Option<&PersonTokens>, back_to: &Url) -> Option<Url> {
        format!("https://{}.example/logout?post_logout_redirect_uri={back_to}", self.id).parse().ok()
    }

    fn front_channel_issuer(&self) -> Option<&str> {
        (self.id.as_str() == "sso").then_some(ISSUER)
    }

    async fn read_logout(&self, token: &str) -> Result<ProviderLogout, SignInError> {
        match token.split_once(':') {
            Some(("sid", sid)) => Ok(ProviderLogout::new(Some(sid.to_owned()), None)),
            Some(("once", id)) => Ok(ProviderLogout::new(Some(format!("sid-{id}")), None)
                .with_replay_key(id.to_owned(), DateTime::<Utc>::MAX_UTC)),
            Some(("sub", id)) => Ok(ProviderLogout::new(None, Some(Subject::new(ISSUER, id).unwrap()))),
            _ => Err(SignInError::Untrusted("the logout token is not signed")),
        }
    }
}

pub(crate) const ISSUER: &str = "https://sso.example";

/// Somebody at a provider, for these collectivités, who types their password there at each sign-in.
pub(crate) fn somebody(id: &str, name: &str, tenants: &[&str]) -> Claims {
    let mut claims = Claims::new(Subject::new(ISSUER, id).unwrap());
    claims.display_name = Some(name.to_owned());
    claims.given_name = name.split(' ').next().map(str::to_owned);
    claims.login = Some(id.to_owned());
    claims.mail = "jeanne.dupont@alpha.example".parse().ok();
    claims.attributes.insert("tenants".into(), tenants.iter().map(|t| (*t).to_owned()).collect());
    claims.provider_session = Some(format!("sid-{id}"));
    claims.fresh = true;
    claims
}

/// The same, let in by a session that is open there, unless a fresh proof is asked for.
pub(crate) fn silent(claims: Claims) -> Claims {
    let mut claims = claims;
    claims.fresh = false;
    claims
}
