//! The headers of a trusted reverse proxy, such as the handler of LemonLDAP::NG, as a proof of who comes.
//!
//! Threats: a visitor who writes the headers himself (they count only from the declared addresses, and that is the other end of the
//! connection, never what `X-Forwarded-For` says), a header that the proxy does not overwrite (only the names of the configuration are
//! read; the handler of LemonLDAP::NG passes any other through), a name that comes twice (refused), a fall-back when another source fails
//! (there is none: this is a sign-in source of its own, off until it is configured).
//!
//! Whoever serves requests must drop these headers from everybody else's before anything reads them: [`HeaderProvider::trusts`] and
//! [`HeaderProvider::names`] say whose and which.

mod config;

pub use config::HeaderConfig;

use async_trait::async_trait;
use base64::{Engine as _, prelude::BASE64_STANDARD};
use pleiade_core::{
    Claims, Hints, IdentityProvider, PersonTokens, ProviderKind, SignInAnswer, SignInError, SignInStep,
    SourceId, Subject,
};
use std::{collections::BTreeSet, net::IpAddr};
use url::Url;

/// The largest value in bytes.
const MAX_VALUE_BYTES: usize = 8 << 10;

/// A trusted reverse proxy as a source of sign-in.
#[derive(Debug, Clone)]
pub struct HeaderProvider {
    id: SourceId,
    config: HeaderConfig,
}

impl HeaderProvider {
    /// A source of one proxy, or of several that set the same headers.
    ///
    /// # Errors
    /// [`SignInError::Misconfigured`] when the settings cannot be used.
    pub fn new(id: SourceId, config: HeaderConfig) -> Result<Self, SignInError> {
        config.check()?;
        Ok(Self { id, config })
    }

    /// True if requests from this address may bear the headers.
    #[must_use]
    pub fn trusts(&self, peer: IpAddr) -> bool {
        self.config.peers.iter().any(|known| known.to_canonical() == peer.to_canonical())
    }

    /// The headers that count, in lower case.
    #[must_use]
    pub fn names(&self) -> BTreeSet<String> {
        self.config.names().map(str::to_ascii_lowercase).collect()
    }

    /// The text of a header, if it came once and is not empty.
    fn value(&self, headers: &[(String, Vec<u8>)], name: &str) -> Result<Option<String>, SignInError> {
        let mut found = headers.iter().filter(|(known, _)| known.eq_ignore_ascii_case(name));
        let value = match (found.next(), found.next()) {
            (None, _) => return Ok(None),
            (Some((_, value)), None) => value,
            _ => return Err(SignInError::Untrusted("a header of the proxy comes twice")),
        };
        if value.len() > MAX_VALUE_BYTES {
            return Err(SignInError::Untrusted("a header of the proxy is too long"));
        }
        let encoded = self.config.base64.iter().any(|known| known.eq_ignore_ascii_case(name));
        let bytes = if encoded {
            BASE64_STANDARD
                .decode(value)
                .map_err(|_| SignInError::Untrusted("a header of the proxy is not in base64"))?
        } else {
            value.clone()
        };
        let text = String::from_utf8(bytes).map_err(|_| {
            SignInError::Untrusted("a header of the proxy is not in UTF-8: have it sent in base64")
        })?;
        let text = text.trim();
        if text.chars().any(char::is_control) {
            return Err(SignInError::Untrusted("a header of the proxy holds a control character"));
        }
        Ok((!text.is_empty()).then(|| text.to_owned()))
    }

    fn values(&self, headers: &[(String, Vec<u8>)], name: &str) -> Result<Vec<String>, SignInError> {
        let whole = self.value(headers, name)?.unwrap_or_default();
        let parts = whole.split(self.config.separator.as_str()).map(str::trim);
        Ok(parts.filter(|part| !part.is_empty()).map(str::to_owned).collect())
    }

    fn claims(&self, headers: &[(String, Vec<u8>)]) -> Result<Claims, SignInError> {
        let config = &self.config;
        let one = |name: &Option<String>| match name {
            Some(name) => self.value(headers, name),
            None => Ok(None),
        };
        let key = self
            .value(headers, &config.subject)?
            .ok_or(SignInError::Refused("the proxy names nobody: it must let in only who is signed in"))?;
        let subject = Subject::new(&config.issuer, &key)
            .map_err(|_| SignInError::Untrusted("the proxy sent no usable subject"))?;
        let mut claims = Claims::new(subject);
        claims.login = one(&config.login)?;
        claims.display_name = one(&config.display_name)?;
        claims.given_name = one(&config.given_name)?;
        claims.family_name = one(&config.family_name)?;
        claims.mail = one(&config.mail)?.and_then(|mail| mail.parse().ok());
        if let Some(name) = &config.groups {
            claims.groups = self.values(headers, name)?;
        }
        for (attribute, name) in &config.attributes {
            claims.attributes.insert(attribute.clone(), self.values(headers, name)?);
        }
        Ok(claims)
    }
}

#[async_trait]
impl IdentityProvider for HeaderProvider {
    fn id(&self) -> &SourceId {
        &self.id
    }

    fn kind(&self) -> ProviderKind {
        ProviderKind::Header
    }

    /// The proxy's session is all there is: it may be hours old, and nothing here asks for a newer one.
    async fn begin(&self, hints: &Hints) -> Result<SignInStep, SignInError> {
        if hints.fresh {
            return Err(SignInError::NotFresh(
                "the headers of a proxy never tell when somebody proved themselves",
            ));
        }
        Ok(SignInStep::ReadHeaders)
    }

    async fn finish(&self, answer: SignInAnswer) -> Result<Claims, SignInError> {
        match answer {
            SignInAnswer::Headers { peer, headers } if self.trusts(peer) => self.claims(&headers),
            SignInAnswer::Headers { .. } => {
                Err(SignInError::Untrusted("the request does not come from the declared proxy"))
            }
            _ => Err(SignInError::Untrusted("this source reads the headers of its proxy only")),
        }
    }

    fn sign_out_url(&self, _: Option<&PersonTokens>, _: &Url) -> Option<Url> {
        self.config.sign_out.clone()
    }
}
