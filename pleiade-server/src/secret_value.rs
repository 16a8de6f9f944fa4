//! Values that let in whoever bears them: cookies of sessions, tokens of programs.
//!
//! Threats: a guessed value (256 random bits), a stolen table (only the SHA-256 is kept, which needs no salt over so many bits).

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use pleiade_core::SecretString;
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

/// Characters of a value.
const VALUE_CHARS: usize = 43;

/// A new value: 256 random bits in base64url, 43 characters.
///
/// # Errors
/// When the machine gives no randomness.
pub(crate) fn generate() -> Result<SecretString, getrandom::Error> {
    let mut random = Zeroizing::new([0_u8; 32]);
    getrandom::fill(random.as_mut_slice())?;
    Ok(SecretString::from(BASE64_URL_SAFE_NO_PAD.encode(random.as_slice())))
}

/// True if a text can be a value. What cannot be one is refused without being looked up.
pub(crate) fn is_shaped(text: &str) -> bool {
    text.len() == VALUE_CHARS && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
}

/// The hash by which storage knows what bears a value.
pub(crate) fn hash(text: &str) -> [u8; 32] {
    Sha256::digest(text.as_bytes()).into()
}
