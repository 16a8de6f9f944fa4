//! Signed tokens: what is checked before a claim is believed.
//!
//! Threats: an algorithm of the attacker's choice (`none`, a shared secret made of a public key), a token for somebody else, an
//! old one, one of another kind (an ID token shown as a logout token), a token made to exhaust the parser.

use super::{config::SigningAlgorithm, keys::ProviderKey};
use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use chrono::{DateTime, TimeDelta, Utc};
use pleiade_core::SignInError;
use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256, Sha384, Sha512};
use subtle::ConstantTimeEq as _;

pub(super) type Payload = Map<String, Value>;

/// The longest token of the provider's own endpoints: as many groups as are kept of a person, each as long as they are kept.
pub(super) const MAX_TOLD_BYTES: usize = 192 << 10;
/// The longest token that anybody may post to us.
pub(super) const MAX_POSTED_BYTES: usize = 16 << 10;
/// The greatest difference between two clocks.
pub(super) const LEEWAY: TimeDelta = TimeDelta::seconds(60);

const MALFORMED: SignInError = SignInError::Untrusted("a token is malformed");

/// The refusal of a signed token.
pub(super) enum Fault {
    /// No known key made its signature: the provider may have another key by now.
    Signature(SignInError),
    /// Anything that other keys would not change.
    Other(SignInError),
}

impl From<SignInError> for Fault {
    fn from(error: SignInError) -> Self {
        Self::Other(error)
    }
}

impl From<Fault> for SignInError {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Signature(error) | Fault::Other(error) => error,
        }
    }
}

/// A token whose shape and header are acceptable; its signature is not checked yet.
pub(super) struct UnverifiedToken<'a> {
    signed: &'a str,
    payload: &'a str,
    signature: &'a str,
    kid: Option<String>,
}

fn decode(part: &str) -> Result<Vec<u8>, SignInError> {
    BASE64_URL_SAFE_NO_PAD.decode(part).map_err(|_| MALFORMED)
}

fn object(part: &str) -> Result<Payload, SignInError> {
    serde_json::from_slice(&decode(part)?).map_err(|_| MALFORMED)
}

impl<'a> UnverifiedToken<'a> {
    /// Reads the header of a token of at most `cap` bytes. `types` are the accepted values of `typ`, lower case; its absence is accepted.
    pub(super) fn parse(
        token: &'a str,
        cap: usize,
        algorithm: SigningAlgorithm,
        types: &[&str],
    ) -> Result<Self, SignInError> {
        if token.len() > cap {
            return Err(SignInError::Untrusted(if cap == MAX_POSTED_BYTES {
                "a posted token is larger than 16 kB"
            } else {
                "a token is larger than 192 kB, more than 500 groups make: have the provider send this client fewer claims, and only the groups that give rights here"
            }));
        }
        let (signed, signature) = token.rsplit_once('.').ok_or(MALFORMED)?;
        let (header, payload) = signed.split_once('.').ok_or(MALFORMED)?;
        if payload.contains('.') {
            return Err(SignInError::Untrusted("encrypted tokens are not accepted"));
        }
        let header = object(header)?;
        if !header.get("alg").and_then(Value::as_str).is_some_and(|told| algorithm.is_named(told)) {
            return Err(SignInError::Untrusted("a token is not signed with the configured algorithm"));
        }
        if ["crit", "b64", "enc", "cty"].iter().any(|name| header.contains_key(*name)) {
            return Err(SignInError::Untrusted("a token's header asks for something unknown"));
        }
        match header.get("typ").map(Value::as_str) {
            None => {}
            Some(Some(kind)) if types.contains(&kind.to_ascii_lowercase().as_str()) => {}
            Some(_) => return Err(SignInError::Untrusted("a token is of another type")),
        }
        let kid = match header.get("kid") {
            None => None,
            Some(Value::String(kid)) => Some(kid.clone()),
            Some(_) => return Err(MALFORMED),
        };
        Ok(Self { signed, payload, signature, kid })
    }

    /// Checks the signature and gives the payload. There must be exactly one key to choose from: the one of the key id, or the only one
    /// where the token names none. The same key published several times is one.
    pub(super) fn verify(&self, algorithm: SigningAlgorithm, keys: &[ProviderKey]) -> Result<Payload, Fault> {
        let signature = |why| Fault::Signature(SignInError::Untrusted(why));
        let named = |key: &&ProviderKey| self.kid.is_none() || key.id == self.kid;
        let mut candidates = keys.iter().filter(named);
        let key = candidates.next().ok_or_else(|| signature("a token is signed with an unknown key"))?;
        if !candidates.all(|other| other.is_same(key)) {
            return Err(signature("a token does not say which key signed it"));
        }
        if !key.signed(algorithm, self.signed.as_bytes(), &decode(self.signature)?) {
            return Err(signature("a token's signature is wrong"));
        }
        Ok(object(self.payload)?)
    }
}

/// The refusal of a claim that decides and is of the wrong type: it names the claim, for whoever has to mend it at the provider.
pub(super) fn odd(name: &str) -> SignInError {
    SignInError::Untrusted(match name {
        "iss" => "the claim iss of a token is missing or not a text",
        "aud" => "the claim aud of a token is missing, or neither a text nor a list of texts",
        "azp" => "the claim azp of a token is not a text",
        "sub" => {
            "the claim sub of a token is missing or not a usable text: check which attribute the provider sends as its subject"
        }
        "exp" => "the claim exp of a token is missing or not a number of seconds",
        "iat" => "the claim iat of a token is missing or not a number of seconds",
        "nbf" => "the claim nbf of a token is not a number of seconds",
        "auth_time" => "the claim auth_time of an ID token is not a number of seconds",
        "nonce" => "the claim nonce of an ID token is missing or not a text",
        "at_hash" => "the claim at_hash of an ID token is not a text",
        "acr" => "the claim acr of an ID token is not a text",
        "jti" => "the claim jti of a logout token is missing or not a text of at most 255 bytes",
        "sid" => "the claim sid of a logout token is not a text of at most 255 bytes",
        _ => "a claim of a token is of the wrong type",
    })
}

/// A claim that is a number of seconds since 1970. A claim of another type is an error, not an absence.
pub(super) fn instant(payload: &Payload, name: &str) -> Result<Option<DateTime<Utc>>, SignInError> {
    match payload.get(name) {
        None => Ok(None),
        #[expect(
            clippy::cast_possible_truncation,
            reason = "fractions of a second are dropped, the rest saturates"
        )]
        Some(Value::Number(seconds)) => seconds
            .as_i64()
            .or_else(|| seconds.as_f64().map(|seconds| seconds as i64))
            .and_then(|seconds| DateTime::from_timestamp(seconds, 0))
            .map(Some)
            .ok_or_else(|| odd(name)),
        Some(_) => Err(odd(name)),
    }
}

/// The audience: a string or a list of strings.
pub(super) fn is_only_audience(payload: &Payload, client_id: &str) -> bool {
    match payload.get("aud") {
        Some(Value::String(audience)) => audience == client_id,
        Some(Value::Array(list)) => {
            !list.is_empty() && list.iter().all(|audience| audience.as_str() == Some(client_id))
        }
        _ => false,
    }
}

/// `iat` is neither in the future nor older than `age`.
pub(super) fn check_issued(at: DateTime<Utc>, now: DateTime<Utc>, age: TimeDelta) -> Result<(), SignInError> {
    if at > now + LEEWAY {
        return Err(SignInError::Untrusted("a token was issued in the future: check both clocks"));
    }
    if at < now - age - LEEWAY {
        return Err(SignInError::Untrusted("a token was issued too long ago"));
    }
    Ok(())
}

/// The greatest age of a demanded proof when its ID token is issued: a second factor or a consent on the way takes a while.
const MAX_PROOF_AGE: TimeDelta = TimeDelta::minutes(2);

/// Checks that the person authenticated for an attempt that began at a moment: `auth_time` of a signed ID token (OpenID Connect Core §2),
/// no earlier than the attempt and shortly before the token was issued. An attempt that was left open while somebody signs in elsewhere is
/// no proof of who ends it.
pub(super) fn check_fresh(
    payload: &Payload,
    since: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<(), SignInError> {
    let at = instant(payload, "auth_time")?.ok_or(SignInError::NotFresh(
        "the ID token does not say when: have the provider send the claim auth_time to this client",
    ))?;
    if at > now + LEEWAY {
        return Err(SignInError::Untrusted("auth_time is in the future: check both clocks"));
    }
    if at < since - LEEWAY {
        return Err(SignInError::NotFresh(
            "auth_time is before this attempt: the provider must ask again when it is sent prompt=login, and its clock be right",
        ));
    }
    if instant(payload, "iat")?.is_some_and(|issued| issued - at > MAX_PROOF_AGE) {
        return Err(SignInError::NotFresh(
            "auth_time is more than two minutes before the ID token: the provider must ask again when it is sent prompt=login",
        ));
    }
    Ok(())
}

/// Checks that the access token is the one that this ID token came with (OpenID Connect Core §3.1.3.6). A token without `at_hash` says
/// nothing.
pub(super) fn check_access_token(
    payload: &Payload,
    access: &str,
    algorithm: SigningAlgorithm,
) -> Result<(), SignInError> {
    let Some(told) = payload.get("at_hash") else { return Ok(()) };
    let whole = match algorithm {
        SigningAlgorithm::RS256 | SigningAlgorithm::PS256 | SigningAlgorithm::ES256 => {
            Sha256::digest(access.as_bytes()).to_vec()
        }
        SigningAlgorithm::ES384 => Sha384::digest(access.as_bytes()).to_vec(),
        SigningAlgorithm::EdDSA => Sha512::digest(access.as_bytes()).to_vec(),
    };
    let half = BASE64_URL_SAFE_NO_PAD.encode(whole.get(..whole.len() / 2).unwrap_or_default());
    match told {
        Value::String(told) if *told == half => Ok(()),
        Value::String(_) => Err(SignInError::Untrusted("the access token is not the one of this ID token")),
        _ => Err(odd("at_hash")),
    }
}

/// Checks what a signed ID token says of itself (OpenID Connect Core §3.1.3.7): whose it is, for whom, from when until when, and the nonce
/// where one is given. Only these claims are looked at; whatever else it holds, of whatever type, refuses nobody.
pub(super) fn check_id_token(
    payload: &Payload,
    issuer: &str,
    client_id: &str,
    nonce: Option<&str>,
    now: DateTime<Utc>,
    age: TimeDelta,
) -> Result<(), SignInError> {
    match payload.get("iss") {
        Some(Value::String(told)) if told == issuer => {}
        Some(Value::String(_)) => {
            return Err(SignInError::Untrusted("the ID token comes from another issuer"));
        }
        _ => return Err(odd("iss")),
    }
    if !is_only_audience(payload, client_id) {
        return Err(match payload.get("aud") {
            Some(Value::String(_) | Value::Array(_)) => {
                SignInError::Untrusted("the ID token is meant for another client, or for others too")
            }
            _ => odd("aud"),
        });
    }
    match payload.get("azp") {
        None => {}
        Some(Value::String(party)) if party == client_id => {}
        Some(Value::String(_)) => {
            return Err(SignInError::Untrusted("an ID token was issued to another client"));
        }
        Some(_) => return Err(odd("azp")),
    }
    // Our clock is moved, not theirs: the end of time plus a minute is a panic.
    if instant(payload, "exp")?.ok_or_else(|| odd("exp"))? <= now - LEEWAY {
        return Err(SignInError::Untrusted("the ID token has expired: check both clocks"));
    }
    check_issued(instant(payload, "iat")?.ok_or_else(|| odd("iat"))?, now, age)?;
    if instant(payload, "nbf")?.is_some_and(|start| start > now + LEEWAY) {
        return Err(SignInError::Untrusted("an ID token is not valid yet"));
    }
    let Some(sent) = nonce else { return Ok(()) };
    match payload.get("nonce") {
        Some(Value::String(told)) if bool::from(sent.as_bytes().ct_eq(told.as_bytes())) => Ok(()),
        Some(Value::String(_)) => Err(SignInError::Untrusted("the ID token answers another attempt")),
        _ => Err(odd("nonce")),
    }
}
