//! The provider's public keys.

use super::config::{OidcConfig, SigningAlgorithm};
use openidconnect::{JsonWebKey as _, core::CoreJsonWebKey};
use pleiade_core::SignInError;
use serde::Deserialize;
use serde_json::Value;

const MAX_KEYS: usize = 50;

/// One public key of the pinned algorithm. Two that are equal but for their name are one key: a provider may publish it twice, as it does
/// while it changes its software or writes its set from two places.
#[derive(Debug, Clone)]
pub(super) struct ProviderKey {
    pub(super) id: Option<String>,
    /// Without name, use and algorithm: those have been looked at.
    key: CoreJsonWebKey,
}

impl ProviderKey {
    /// A signature key for an algorithm; none for every other key.
    pub(super) fn read(mut key: Value, algorithm: SigningAlgorithm) -> Option<Self> {
        let members = key.as_object_mut()?;
        let mut take = |name: &str| match members.remove(name) {
            None => Some(None),
            Some(Value::String(text)) => Some(Some(text)),
            Some(_) => None,
        };
        let (id, usage, told) = (take("kid")?, take("use")?, take("alg")?);
        let usable = members.get("kty").and_then(Value::as_str) == Some(algorithm.key_type())
            && usage.is_none_or(|usage| usage == "sig")
            && told.is_none_or(|told| algorithm.is_named(&told));
        let key = usable.then(|| serde_json::from_value(key).ok()).flatten()?;
        Some(Self { id, key })
    }

    /// True if both are the same key, whatever they are called.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        self.key == other.key
    }

    /// True if it made this signature.
    pub(super) fn signed(&self, algorithm: SigningAlgorithm, message: &[u8], signature: &[u8]) -> bool {
        self.key.verify_signature(&algorithm.core(), message, signature).is_ok()
    }
}

/// Signature keys of the pinned algorithm; everything else in the set is ignored.
pub(super) fn parse(body: &[u8], config: &OidcConfig) -> Result<Vec<ProviderKey>, SignInError> {
    #[derive(Deserialize)]
    struct KeySet {
        keys: Vec<Value>,
    }
    let set: KeySet = serde_json::from_slice(body)
        .map_err(|_| SignInError::Untrusted("the provider's keys cannot be read"))?;
    if set.keys.len() > MAX_KEYS {
        return Err(SignInError::Untrusted("the provider has more keys than the cap"));
    }
    Ok(set.keys.into_iter().filter_map(|key| ProviderKey::read(key, config.algorithm)).collect())
}
