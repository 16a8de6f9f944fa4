//! Codes of an authenticator application (TOTP, RFC 6238): SHA-1, six digits, thirty seconds, which every application knows.
//!
//! The computation is RFC 4226 §5.3 on top of `hmac` and `sha1`. Written here because the check must tell which step a code belongs
//! to: each step opens once, so that a code seen over a shoulder or in a proxy is worth nothing, and the crates at hand answer yes or no.

use chrono::{DateTime, Utc};
use hmac::{Hmac, KeyInit as _, Mac as _};
use pleiade_core::{ExposeSecret as _, SecretString};
use sha1::Sha1;
use std::fmt;
use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

/// The seconds of a step.
const STEP_SECONDS: i64 = 30;
/// The most steps by which a telephone's clock may be wrong.
const MAX_DRIFT_STEPS: i64 = 1;
/// The length of a secret in bytes: that of the digest, as RFC 4226 recommends.
const SECRET_BYTES: usize = 20;
const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// The machine gives no randomness, or the secret has another length than ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a secret for codes cannot be made or read")]
#[non_exhaustive]
pub struct TotpError;

/// The secret that the portal and the application share.
#[derive(Clone)]
pub struct TotpSecret(Zeroizing<[u8; SECRET_BYTES]>);

/// Shows nothing.
impl fmt::Debug for TotpSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TotpSecret(…)")
    }
}

impl TotpSecret {
    /// A new random secret.
    ///
    /// # Errors
    /// [`TotpError`] without randomness.
    pub fn generate() -> Result<Self, TotpError> {
        let mut secret = Zeroizing::new([0; SECRET_BYTES]);
        getrandom::fill(secret.as_mut_slice()).map_err(|_| TotpError)?;
        Ok(Self(secret))
    }

    /// Reads the bytes of a secret.
    ///
    /// # Errors
    /// [`TotpError`] for another length.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, TotpError> {
        Ok(Self(Zeroizing::new(bytes.try_into().map_err(|_| TotpError)?)))
    }

    /// The bytes, to be sealed.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        self.0.as_slice()
    }

    /// The text that a person types into their application: base 32 (RFC 4648), without padding.
    #[must_use]
    pub fn text(&self) -> SecretString {
        let (mut text, mut bits, mut held) = (String::with_capacity(SECRET_BYTES * 8 / 5), 0_u32, 0);
        for byte in self.bytes() {
            bits = (bits << 8) | u32::from(*byte);
            held += 8;
            while held >= 5 {
                held -= 5;
                let place = (bits >> held) & 31;
                text.push(ALPHABET.get(place as usize).map_or('A', |letter| char::from(*letter)));
            }
        }
        SecretString::from(text)
    }

    /// The address that an application reads from a QR code (Google's Key Uri Format, which all of them follow).
    #[must_use]
    pub fn address(&self, issuer: &str, account: &str) -> SecretString {
        let plain = |text: &str| text.replace(':', " ");
        let escape = |text: &str| {
            url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>().replace('+', "%20")
        };
        let (issuer, account) = (escape(&plain(issuer)), escape(&plain(account)));
        SecretString::from(format!(
            "otpauth://totp/{issuer}:{account}?secret={}&issuer={issuer}&algorithm=SHA1&digits=6&period={STEP_SECONDS}",
            self.text().expose_secret()
        ))
    }

    /// The step that a code belongs to, when it is one of now and later than the last one used. To be kept as the new last one, in a
    /// statement that only succeeds when nobody else was faster.
    #[must_use]
    pub fn check(&self, code: &str, now: DateTime<Utc>, last: Option<i64>) -> Option<i64> {
        let typed: String = code.chars().filter(|c| !c.is_whitespace()).collect();
        if typed.len() != 6 || !typed.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        let present = now.timestamp().div_euclid(STEP_SECONDS);
        let mut found = None;
        // Every step is computed whatever comes, so that time tells nothing.
        for step in present - MAX_DRIFT_STEPS..=present + MAX_DRIFT_STEPS {
            let right = bool::from(self.code(step).as_bytes().ct_eq(typed.as_bytes()));
            if right && last.is_none_or(|last| step > last) {
                found = Some(step);
            }
        }
        found
    }

    /// The code of a moment, as the person's application shows it.
    #[must_use]
    pub fn code_at(&self, at: DateTime<Utc>) -> String {
        self.code(at.timestamp().div_euclid(STEP_SECONDS))
    }

    fn code(&self, step: i64) -> String {
        let Ok(mut mac) = Hmac::<Sha1>::new_from_slice(self.bytes()) else {
            unreachable!("HMAC takes keys of any length")
        };
        mac.update(&step.to_be_bytes());
        let digest: [u8; 20] = mac.finalize().into_bytes().into();
        let offset = usize::from(digest.last().copied().unwrap_or_default() & 15);
        let chosen =
            digest.iter().skip(offset).take(4).fold(0_u32, |sum, byte| (sum << 8) | u32::from(*byte));
        format!("{:06}", (chosen & 0x7fff_ffff) % 1_000_000)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from_timestamp(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(seconds, 0).unwrap()
    }

    fn secret() -> TotpSecret {
        TotpSecret::from_bytes(b"12345678901234567890").unwrap()
    }

    /// RFC 6238, appendix B; its eight digits end with our six.
    #[test]
    fn the_vectors_of_the_standard() {
        for (seconds, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            assert_eq!(secret().code_at(from_timestamp(seconds)), code);
            assert_eq!(secret().check(code, from_timestamp(seconds), None), Some(seconds / 30));
        }
    }

    #[test]
    fn a_code_opens_once_and_near_its_time_only() {
        let (secret, code) = (secret(), "287082");
        assert_eq!(secret.check(code, from_timestamp(59), Some(1)), None, "used");
        assert_eq!(secret.check(code, from_timestamp(59 + 30), None), Some(1), "a slow clock");
        assert_eq!(secret.check(code, from_timestamp(59 - 30), None), Some(1), "a fast clock");
        assert_eq!(secret.check(code, from_timestamp(59 + 60), None), None);
        assert_eq!(
            secret.check("287 082", from_timestamp(59), None),
            Some(1),
            "as some applications show it"
        );
        for bad in ["", "28708", "2870820", "28708a", "٢٨٧٠٨٢", "-87082"] {
            assert_eq!(secret.check(bad, from_timestamp(59), None), None, "{bad:?}");
        }
    }

    #[test]
    fn the_secret_is_written_for_applications_and_not_for_logs() {
        let secret = secret();
        assert_eq!(secret.text().expose_secret(), "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
        let address = secret.address("Ville d’Alpha: test", "jeanne.dupont");
        assert_eq!(
            address.expose_secret(),
            "otpauth://totp/Ville%20d%E2%80%99Alpha%20%20test:jeanne.dupont?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Ville%20d%E2%80%99Alpha%20%20test&algorithm=SHA1&digits=6&period=30"
        );
        assert!(!format!("{secret:?}").contains("GEZD"));
        assert_ne!(TotpSecret::generate().unwrap().bytes(), TotpSecret::generate().unwrap().bytes());
        assert!(TotpSecret::from_bytes(b"short").is_err());
    }
}
