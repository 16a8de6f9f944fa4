//! SIREN and SIRET, the numbers of the French register of organisations, with their check digit.
//!
//! Source: INSEE, <https://www.sirene.fr>. Both carry a Luhn check digit; the establishments of La Poste
//! (SIREN 356000000) are the documented exception: the sum of the fourteen digits is a multiple of five.

use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// A text that is neither a SIREN nor a SIRET.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SirenError {
    /// Wrong number of digits, or something else than digits and spaces.
    #[error("a SIREN has 9 digits and a SIRET 14")]
    Shape,
    /// The check digit does not match: most often a typing mistake.
    #[error("the check digit of this SIREN or SIRET is wrong: a digit was probably mistyped")]
    CheckDigit,
}

const LA_POSTE: &[u8] = b"356000000";

fn digits<const N: usize>(text: &str) -> Result<[u8; N], SirenError> {
    let mut found = text.bytes().filter(|b| !b.is_ascii_whitespace());
    let mut out = [0; N];
    for slot in &mut out {
        *slot = found.next().filter(u8::is_ascii_digit).ok_or(SirenError::Shape)?;
    }
    if found.next().is_some() { Err(SirenError::Shape) } else { Ok(out) }
}

fn luhn(digits: &[u8]) -> bool {
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(place, digit)| {
            let value = u32::from(digit - b'0') * if place % 2 == 1 { 2 } else { 1 };
            if value > 9 { value - 9 } else { value }
        })
        .sum();
    sum.is_multiple_of(10)
}

macro_rules! number {
    ($(#[$doc:meta])* $name:ident, $len:literal, $valid:expr) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name([u8; $len]);

        impl FromStr for $name {
            type Err = SirenError;
            fn from_str(text: &str) -> Result<Self, SirenError> {
                let digits = digits::<$len>(text)?;
                let valid: fn(&[u8]) -> bool = $valid;
                if valid(&digits) { Ok(Self(digits)) } else { Err(SirenError::CheckDigit) }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.iter().try_for_each(|digit| write!(f, "{}", digit - b'0'))
            }
        }

        impl TryFrom<String> for $name {
            type Error = SirenError;
            fn try_from(text: String) -> Result<Self, SirenError> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(number: $name) -> Self {
                number.to_string()
            }
        }
    };
}

number!(
    /// The nine digits of an organisation. Spaces are accepted when parsing, never printed.
    Siren,
    9,
    luhn
);
number!(
    /// The fourteen digits of an establishment: its organisation's SIREN and five more.
    Siret,
    14,
    |digits| luhn(digits)
        || (digits.starts_with(LA_POSTE)
            && digits.iter().map(|d| u32::from(d - b'0')).sum::<u32>().is_multiple_of(5))
);

impl Siret {
    /// The organisation this establishment belongs to.
    #[must_use]
    pub fn siren(&self) -> Siren {
        let [a, b, c, d, e, f, g, h, i, ..] = self.0;
        Siren([a, b, c, d, e, f, g, h, i])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn real_shapes() {
        let siret: Siret = "219 900 016 00011".parse().unwrap();
        assert_eq!(siret.to_string(), "21990001600011");
        assert_eq!(siret.siren().to_string(), "219900016");
        assert!("356 000 000 00048".parse::<Siret>().is_ok(), "La Poste's head office passes Luhn");
        assert!("35600000009075".parse::<Siret>().is_ok(), "a post office does not, and is valid");
    }

    #[test]
    fn mistakes_are_told_apart() {
        assert_eq!("219900017".parse::<Siren>(), Err(SirenError::CheckDigit));
        assert_eq!("21990001".parse::<Siren>(), Err(SirenError::Shape));
        assert_eq!("2199000166".parse::<Siren>(), Err(SirenError::Shape));
        assert_eq!("21990001x".parse::<Siren>(), Err(SirenError::Shape));
        assert_eq!("".parse::<Siret>(), Err(SirenError::Shape));
    }
}
