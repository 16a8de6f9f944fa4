//! Tokens that let one person into one room.
//!
//! Threat: whoever holds a token is its person in that room until it ends. So it is made when its person asks to be led there, for the exact
//! room (never `*`), for minutes, and it leaves the server in the address of one redirection and nowhere else.

use super::room::Room;
use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, EncodingKey, crypto};
use pleiade_core::{ConnectorError, ErrorKind, ExposeSecret as _, SecretString};
use serde::{Serialize, Serializer};
use std::{fmt, time::Duration};

/// The clock of the server may be late by so much.
const SKEW_SECONDS: i64 = 10;
/// The shortest shared secret: as long as what HS256 makes of it.
pub const MIN_SECRET_BYTES: usize = 32;
/// Features that are told to be off unless they are among those of the settings.
const FEATURES: [&str; 3] = ["recording", "livestreaming", "transcription"];
const OPERATION: &str = "open a meeting";

/// The key that signs tokens.
pub struct Signer {
    key: EncodingKey,
    algorithm: Algorithm,
    key_id: Option<String>,
}

/// The key stays out of debug output.
impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Signer").field("algorithm", &self.algorithm).finish_non_exhaustive()
    }
}

/// The claims that are the same for everybody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// `iss`.
    pub issuer: String,
    /// `aud`, one text.
    pub audience: String,
    /// `sub`: the tenant, or the XMPP domain.
    pub subject: String,
    /// The time until the token ends.
    pub lifetime: Duration,
    /// Features that are on.
    pub features: Vec<String>,
}

/// The person as the meeting shows them. Every field is a text: anything else makes the server fail.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct TokenUser {
    /// A name that stays theirs.
    pub id: String,
    /// Their full name.
    pub name: String,
    /// Their mail address, from which some clients make a request to a service of pictures.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// The address of their picture.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub avatar: Option<String>,
    /// What `token_affiliation` reads: `owner` or `member`.
    pub affiliation: &'static str,
    /// What other modules read: `true` or `false`, in letters.
    pub moderator: &'static str,
}

impl TokenUser {
    /// Somebody who leads the meeting, or only takes part in it.
    #[must_use]
    pub fn new(id: impl Into<String>, name: impl Into<String>, moderates: bool) -> Self {
        let (affiliation, moderator) = if moderates { ("owner", "true") } else { ("member", "false") };
        Self { id: id.into(), name: name.into(), affiliation, moderator, ..Self::default() }
    }
}

#[derive(Serialize)]
struct Header<'a> {
    alg: Algorithm,
    typ: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    kid: Option<&'a str>,
}

#[derive(Serialize)]
struct Claims<'a> {
    aud: &'a str,
    iss: &'a str,
    sub: &'a str,
    room: &'a str,
    iat: i64,
    nbf: i64,
    exp: i64,
    context: Context<'a>,
}

#[derive(Serialize)]
struct Context<'a> {
    user: &'a TokenUser,
    features: Features<'a>,
}

struct Features<'a>(&'a [String]);

impl Serialize for Features<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let on = |name: &str| self.0.iter().any(|feature| feature == name);
        let known = FEATURES.map(|name| (name, if on(name) { "true" } else { "false" }));
        let others = self.0.iter().filter(|name| !FEATURES.contains(&name.as_str()));
        serializer.collect_map(known.into_iter().chain(others.map(|name| (name.as_str(), "true"))))
    }
}

impl Signer {
    /// A secret shared with the server (`app_secret`): HS256.
    ///
    /// # Errors
    /// [`ErrorKind::BadConfiguration`] when it is shorter than [`MIN_SECRET_BYTES`].
    pub fn shared(secret: &SecretString) -> Result<Self, ConnectorError> {
        let secret = secret.expose_secret().as_bytes();
        if secret.len() < MIN_SECRET_BYTES {
            return Err(wrong(
                "the `secret` of the tokens has 32 characters at least: `openssl rand -hex 32` makes one",
            ));
        }
        Ok(Self { key: EncodingKey::from_secret(secret), algorithm: Algorithm::HS256, key_id: None })
    }

    /// A private RSA key as PEM, and the name (`kid`) under which the server finds its public half: RS256.
    ///
    /// # Errors
    /// [`ErrorKind::BadConfiguration`] when it is no such key.
    pub fn rsa(private_key: &SecretString, key_id: &str) -> Result<Self, ConnectorError> {
        let key = EncodingKey::from_rsa_pem(private_key.expose_secret().as_bytes())
            .map_err(|_| wrong("the `private_key` of the tokens is an RSA key in PEM"))?;
        if key_id.trim().is_empty() {
            return Err(wrong("the `key_id` of the tokens is the name of the key on the server"));
        }
        let signer = Self { key, algorithm: Algorithm::RS256, key_id: Some(key_id.to_owned()) };
        // A key that cannot sign is told now, and not to whoever joins a meeting.
        signer.sign(b"").map_err(|_| wrong("the `private_key` of the tokens cannot sign"))?;
        Ok(signer)
    }

    fn sign(&self, message: &[u8]) -> Result<String, ConnectorError> {
        crypto::sign(message, &self.key, self.algorithm)
            .map_err(|_| ConnectorError::new(ErrorKind::Internal, OPERATION))
    }

    /// A token for this person and this room, at this moment (seconds since 1970).
    ///
    /// # Errors
    /// [`ErrorKind::Internal`] when it cannot be signed.
    pub fn mint(
        &self,
        grant: &Grant,
        room: &Room,
        user: &TokenUser,
        now: i64,
    ) -> Result<SecretString, ConnectorError> {
        let lifetime = i64::try_from(grant.lifetime.as_secs()).unwrap_or(i64::MAX);
        let from = now.saturating_sub(SKEW_SECONDS);
        let claims = Claims {
            aud: &grant.audience,
            iss: &grant.issuer,
            sub: &grant.subject,
            room: room.as_str(),
            iat: from,
            nbf: from,
            exp: now.saturating_add(lifetime),
            context: Context { user, features: Features(&grant.features) },
        };
        let header = Header { alg: self.algorithm, typ: "JWT", kid: self.key_id.as_deref() };
        let message = format!("{}.{}", part(&header)?, part(&claims)?);
        let signature = self.sign(message.as_bytes())?;
        Ok(format!("{message}.{signature}").into())
    }
}

fn part(value: &impl Serialize) -> Result<String, ConnectorError> {
    let json = serde_json::to_vec(value).map_err(|_| ConnectorError::new(ErrorKind::Internal, OPERATION))?;
    Ok(BASE64_URL_SAFE_NO_PAD.encode(json))
}

fn wrong(hint: &'static str) -> ConnectorError {
    ConnectorError::new(ErrorKind::BadConfiguration, "read the configuration").with_hint(hint)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A token that an independent library made of the same claims.
    const WORKED: &str = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJhdWQiOiJwbGVpYWRlIiwiaXNzIjoicGxlaWFkZSIsInN1YiI6InZpc2lvLnZpbGxlLmV4YW1wbGUiLCJyb29tIjoiY29kaXItN2YzYTljIiwiaWF0IjoxNzk1NDU2OTkwLCJuYmYiOjE3OTU0NTY5OTAsImV4cCI6MTc5NTQ2MDYwMCwiY29udGV4dCI6eyJ1c2VyIjp7ImlkIjoiYWdlbnQtMDA0MiIsIm5hbWUiOiJNYXJpZSBDdXJpZSIsImVtYWlsIjoibWFyaWUuY3VyaWVAdmlsbGUuZXhhbXBsZSIsImF2YXRhciI6Imh0dHBzOi8vcG9ydGFpbC52aWxsZS5leGFtcGxlL2F2YXRhci9hZ2VudC0wMDQyLnBuZyIsImFmZmlsaWF0aW9uIjoib3duZXIiLCJtb2RlcmF0b3IiOiJ0cnVlIn0sImZlYXR1cmVzIjp7InJlY29yZGluZyI6ImZhbHNlIiwibGl2ZXN0cmVhbWluZyI6ImZhbHNlIiwidHJhbnNjcmlwdGlvbiI6ImZhbHNlIn19fQ.tYgrIFk9DRGxsaX3IrVB-K2la9ZOBoNcIUWZAv6s4jo";

    fn grant() -> Grant {
        Grant {
            issuer: "pleiade".into(),
            audience: "pleiade".into(),
            subject: "visio.ville.example".into(),
            lifetime: Duration::from_secs(3600),
            features: Vec::new(),
        }
    }

    #[test]
    fn the_worked_example_is_the_same_byte_for_byte() {
        let signer = Signer::shared(&"change-me-32-bytes-minimum-secret".into()).unwrap();
        let user = TokenUser {
            email: Some("marie.curie@ville.example".into()),
            avatar: Some("https://portail.ville.example/avatar/agent-0042.png".into()),
            ..TokenUser::new("agent-0042", "Marie Curie", true)
        };
        let room = Room::parse("codir-7f3a9c").unwrap();
        let token = signer.mint(&grant(), &room, &user, 1_795_457_000).unwrap();
        assert_eq!(token.expose_secret(), WORKED);
    }

    #[test]
    fn features_are_off_unless_set() {
        let on = ["livestreaming".to_owned(), "lobby".to_owned()];
        assert_eq!(
            serde_json::to_string(&Features(&on)).unwrap(),
            r#"{"recording":"false","livestreaming":"true","transcription":"false","lobby":"true"}"#
        );
    }

    #[test]
    fn keys_are_checked_at_the_start() {
        for error in [
            Signer::shared(&"thirty-one-bytes-are-too-short.".into()).unwrap_err(),
            Signer::rsa(&"change-me-32-bytes-minimum-secret".into(), "k").unwrap_err(),
        ] {
            assert_eq!(error.kind(), ErrorKind::BadConfiguration);
            assert!(!format!("{error:?}").contains("bytes-"), "{error:?}");
        }
    }
}
