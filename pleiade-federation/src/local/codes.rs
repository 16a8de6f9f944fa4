//! Values that open something once: recovery codes, and the links of invitations.
//!
//! Threat: a stolen table. Only SHA-256 digests are kept; the values have 80 and 256 random bits, so that no digest is worth guessing.

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use pleiade_core::{ExposeSecret as _, SecretString};
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

/// Recovery codes that a person gets at once.
pub const RECOVERY_CODES: usize = 10;
/// Crockford's base 32: no letter is taken for another one, or for a digit.
const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// The length of a recovery code in letters: 80 bits.
const CODE_LETTERS: usize = 16;

/// The machine gives no randomness.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the machine gives no randomness")]
#[non_exhaustive]
pub struct NoRandomness;

/// The digest that is kept of a value. `purpose` keeps digests of different kinds apart.
#[must_use]
pub fn digest(purpose: &str, value: &str) -> [u8; 32] {
    Sha256::new().chain_update(purpose).chain_update([0]).chain_update(value).finalize().into()
}

/// The value of a link: 256 random bits in base64url.
///
/// # Errors
/// [`NoRandomness`].
pub fn link_value() -> Result<SecretString, NoRandomness> {
    let mut random = Zeroizing::new([0_u8; 32]);
    getrandom::fill(random.as_mut_slice()).map_err(|_| NoRandomness)?;
    Ok(SecretString::from(BASE64_URL_SAFE_NO_PAD.encode(random.as_slice())))
}

/// The digest of a link's value, when it can be one.
#[must_use]
pub fn link_digest(value: &str) -> Option<[u8; 32]> {
    let shape =
        value.len() == 43 && value.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
    shape.then(|| digest("link", value))
}

/// New recovery codes, as people read them: `XXXX-XXXX-XXXX-XXXX`.
///
/// # Errors
/// [`NoRandomness`].
pub fn recovery_codes() -> Result<Vec<SecretString>, NoRandomness> {
    let mut codes = Vec::with_capacity(RECOVERY_CODES);
    for _ in 0..RECOVERY_CODES {
        let mut random = Zeroizing::new([0_u8; CODE_LETTERS]);
        getrandom::fill(random.as_mut_slice()).map_err(|_| NoRandomness)?;
        let mut code = String::with_capacity(CODE_LETTERS + 3);
        for (place, byte) in random.iter().enumerate() {
            if place > 0 && place % 4 == 0 {
                code.push('-');
            }
            code.push(LETTERS.get(usize::from(byte & 31)).map_or('0', |letter| char::from(*letter)));
        }
        codes.push(SecretString::from(code));
    }
    Ok(codes)
}

/// The digest of a recovery code as somebody typed it, when it can be one: case, spaces and hyphens do not count, and what looks
/// alike is read alike. `about` is the account's own key, so that the same digest never stands for two people.
#[must_use]
pub fn recovery_digest(about: &str, typed: &SecretString) -> Option<[u8; 32]> {
    let code: String = typed
        .expose_secret()
        .chars()
        .take(64)
        .filter(|c| !c.is_whitespace() && *c != '-')
        .map(|c| match c.to_ascii_uppercase() {
            'O' => '0',
            'I' | 'L' => '1',
            c => c,
        })
        .collect();
    let known = code.len() == CODE_LETTERS && code.bytes().all(|byte| LETTERS.contains(&byte));
    known.then(|| digest("recovery code", &format!("{about}\0{code}")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn recovery_codes_are_read_as_people_write_them() {
        let codes = recovery_codes().unwrap();
        let all: BTreeSet<&str> = codes.iter().map(|code| code.expose_secret()).collect();
        assert_eq!(all.len(), RECOVERY_CODES);
        let code = codes[0].expose_secret();
        let kept = recovery_digest("a", &codes[0]).unwrap();
        let plain = code.replace('-', "");
        for typed in [
            plain.clone(),
            plain.to_lowercase(),
            code.replace('-', " "),
            plain.replace('0', "o").replace('1', "l"),
        ] {
            assert_eq!(recovery_digest("a", &typed.into()), Some(kept));
        }
        assert_ne!(recovery_digest("b", &codes[0]), Some(kept), "another account");
        for bad in ["", "123456", &plain[1..], &format!("{plain}0"), "ÀÀÀÀ-ÀÀÀÀ-ÀÀÀÀ-ÀÀÀÀ"] {
            assert_eq!(recovery_digest("a", &bad.into()), None, "{bad}");
        }
    }

    #[test]
    fn a_link_has_256_bits_and_its_digest_says_nothing_of_it() {
        let value = link_value().unwrap();
        assert!(link_digest(value.expose_secret()).is_some());
        for bad in
            ["", "short", &"é".repeat(22), &"A".repeat(44), &format!("{}=", &value.expose_secret()[..42])]
        {
            assert_eq!(link_digest(bad), None);
        }
        assert_ne!(digest("link", "x"), digest("recovery code", "x"));
    }
}
