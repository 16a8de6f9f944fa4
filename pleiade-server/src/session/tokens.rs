//! The tokens of a session, as they are sealed and as they are held in memory.

use crate::seal::SealError;
use chrono::{DateTime, TimeDelta, Utc};
use pleiade_core::{ExposeSecret, SecretString, sign_in::PersonTokens};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use zeroize::Zeroizing;

/// A person's tokens and when the access token ends.
#[derive(Debug, Clone)]
pub struct SessionTokens {
    /// For calls in the person's name. CAS gives none.
    pub access: Option<SecretString>,
    /// For a new access token, where given.
    pub refresh: Option<SecretString>,
    /// The hint for signing out at the provider.
    pub id: Option<SecretString>,
    /// When the access token ends, where told.
    pub expires_at: Option<DateTime<Utc>>,
    /// The person's session at a LemonLDAP::NG portal, which opens its menu and more: as secret as the rest.
    pub portal_session: Option<SecretString>,
    /// A CAS proxy-granting ticket.
    pub proxy_granting: Option<SecretString>,
}

/// The sealed form.
#[derive(Serialize, Deserialize)]
struct PlainTokens<'a> {
    access: Option<Cow<'a, str>>,
    refresh: Option<Cow<'a, str>>,
    id: Option<Cow<'a, str>>,
    expires_at: Option<DateTime<Utc>>,
    #[serde(default)]
    portal_session: Option<Cow<'a, str>>,
    #[serde(default)]
    proxy_granting: Option<Cow<'a, str>>,
}

impl SessionTokens {
    /// The tokens of a sign-in that ended at this instant.
    #[must_use]
    pub fn new(tokens: PersonTokens, now: DateTime<Utc>) -> Self {
        let expires_at = tokens
            .expires_in
            .and_then(|seconds| TimeDelta::try_seconds(i64::try_from(seconds).ok()?))
            .and_then(|life| now.checked_add_signed(life));
        Self {
            access: tokens.access,
            refresh: tokens.refresh,
            id: tokens.id,
            expires_at,
            portal_session: None,
            proxy_granting: tokens.proxy_granting,
        }
    }

    /// The same tokens as an identity provider takes them.
    #[must_use]
    pub fn to_person_tokens(&self) -> PersonTokens {
        let mut tokens = PersonTokens::none();
        tokens.access.clone_from(&self.access);
        tokens.proxy_granting.clone_from(&self.proxy_granting);
        tokens.refresh.clone_from(&self.refresh);
        tokens.id.clone_from(&self.id);
        tokens
    }

    pub(super) fn to_json(&self) -> Result<Zeroizing<Vec<u8>>, SealError> {
        let plain = PlainTokens {
            access: self.access.as_ref().map(|token| token.expose_secret().into()),
            refresh: self.refresh.as_ref().map(|token| token.expose_secret().into()),
            id: self.id.as_ref().map(|token| token.expose_secret().into()),
            expires_at: self.expires_at,
            portal_session: self.portal_session.as_ref().map(|token| token.expose_secret().into()),
            proxy_granting: self.proxy_granting.as_ref().map(|token| token.expose_secret().into()),
        };
        serde_json::to_vec(&plain).map(Zeroizing::new).map_err(|_| SealError::Refused)
    }

    pub(super) fn from_json(bytes: &[u8]) -> Result<Self, SealError> {
        let plain: PlainTokens<'_> = serde_json::from_slice(bytes).map_err(|_| SealError::Refused)?;
        Ok(Self {
            access: plain.access.map(|token| token.into_owned().into()),
            refresh: plain.refresh.map(|token| token.into_owned().into()),
            id: plain.id.map(|token| token.into_owned().into()),
            expires_at: plain.expires_at,
            portal_session: plain.portal_session.map(|token| token.into_owned().into()),
            proxy_granting: plain.proxy_granting.map(|token| token.into_owned().into()),
        })
    }
}
