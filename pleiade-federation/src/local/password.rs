//! The rules of a password that a person chooses.
//!
//! After ANSSI (*Recommandations relatives à l'authentification multifacteur et aux mots de passe*, version 2, 2021) and the
//! recommendation of the CNIL of 2022: length and what an attacker would guess count, classes of characters and
//! periodic renewal do not. Guessability is told by `zxcvbn`, the estimator that both texts' reasoning rests on and that is kept up: it
//! knows the 30,000 most common passwords, keyboards, dates and repetitions; `french.txt` adds the words that its lists, made
//! from English, lack.

use pleiade_core::{ExposeSecret, SecretString};

/// The least length that rules may ask for, in characters (CNIL, a password with a delay after failures).
pub const MIN_CHARS: usize = 12;
/// The longest password in bytes: more would only cost hashing time.
pub const MAX_BYTES: usize = crate::throttle::MAX_PASSWORD_BYTES;
/// The most characters examined for guessability: enough to tell, and the time grows with the square.
const MAX_CHECKED_CHARS: usize = 72;
/// The shortest personal word that counts: a shorter one is part of too many others.
const MIN_WORD_CHARS: usize = 4;

const FRENCH: &str = include_str!("french.txt");

/// A defect of a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum PasswordProblem {
    /// Fewer characters than this.
    TooShort(usize),
    /// More than [`MAX_BYTES`] bytes.
    TooLong,
    /// It holds the login, the name, the address or the collectivité.
    Personal,
    /// It is among those that are tried first.
    Guessable,
}

/// The rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PasswordRules {
    min_chars: usize,
}

impl Default for PasswordRules {
    /// Twelve characters.
    fn default() -> Self {
        Self { min_chars: MIN_CHARS }
    }
}

impl PasswordRules {
    /// Rules with another least length in characters, never below [`MIN_CHARS`].
    #[must_use]
    pub fn with_min_chars(min_chars: usize) -> Self {
        Self { min_chars: min_chars.max(MIN_CHARS) }
    }

    /// The least length in characters.
    #[must_use]
    pub fn min_chars(self) -> usize {
        self.min_chars
    }

    /// Checks a password that a person chooses. `about` is what a stranger knows of them: login, names, address, collectivité.
    ///
    /// Takes some milliseconds: call it away from the threads that answer people when many choose at once.
    ///
    /// # Errors
    /// The first problem, in the order of [`PasswordProblem`].
    ///
    /// ```
    /// # use pleiade_federation::local::password::{PasswordProblem, PasswordRules};
    /// let rules = PasswordRules::default();
    /// assert_eq!(rules.check(&"Azertyuiop123!".into(), &[]), Err(PasswordProblem::Guessable));
    /// assert_eq!(rules.check(&"tuile girafe velours".into(), &["jdupont"]), Ok(()));
    /// ```
    pub fn check(self, password: &SecretString, about: &[&str]) -> Result<(), PasswordProblem> {
        let password = password.expose_secret();
        if password.chars().count() < self.min_chars {
            return Err(PasswordProblem::TooShort(self.min_chars));
        }
        if password.len() > MAX_BYTES {
            return Err(PasswordProblem::TooLong);
        }
        let flat = flatten(password);
        let words = words(about);
        if words.iter().any(|word| flat.contains(word.as_str())) {
            return Err(PasswordProblem::Personal);
        }
        let looked_at: String = password.chars().take(MAX_CHECKED_CHARS).collect();
        let inputs: Vec<&str> =
            FRENCH.lines().filter(|line| !line.is_empty()).chain(words.iter().map(String::as_str)).collect();
        // The highest of its five scores: more than 10^10 guesses, which a throttled sign-in never allows.
        if zxcvbn::zxcvbn(&looked_at, &inputs).score() < zxcvbn::Score::Four {
            return Err(PasswordProblem::Guessable);
        }
        Ok(())
    }
}

/// Lower case, without accents of French, letters and digits only.
fn flatten(text: &str) -> String {
    text.to_lowercase()
        .chars()
        .map(|c| match c {
            'à' | 'â' | 'ä' => 'a',
            'é' | 'è' | 'ê' | 'ë' => 'e',
            'î' | 'ï' => 'i',
            'ô' | 'ö' => 'o',
            'ù' | 'û' | 'ü' => 'u',
            'ç' => 'c',
            'ÿ' => 'y',
            c => c,
        })
        .filter(|c| c.is_alphanumeric())
        .collect()
}

/// The words of what is known about somebody, whole and in parts.
fn words(about: &[&str]) -> Vec<String> {
    let mut words: Vec<String> = about
        .iter()
        .flat_map(|text| std::iter::once(*text).chain(text.split(|c: char| !c.is_alphanumeric())))
        .map(flatten)
        .filter(|word| word.chars().count() >= MIN_WORD_CHARS)
        .collect();
    words.sort();
    words.dedup();
    words
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const ABOUT: [&str; 4] =
        ["jdupont", "Hélène Dupont", "helene.dupont@alpha.example", "Commune de Saint-Ève"];

    fn check(password: &str) -> Result<(), PasswordProblem> {
        PasswordRules::default().check(&SecretString::from(password), &ABOUT)
    }

    #[test]
    fn length_comes_first_and_has_no_other_condition() {
        assert_eq!(check("Xk7!qPz2#mL"), Err(PasswordProblem::TooShort(12)));
        assert_eq!(check("tuile girafe velours"), Ok(()), "no class of characters is asked for");
        assert_eq!(check(&"é".repeat(MAX_BYTES)), Err(PasswordProblem::TooLong));
        let long = PasswordRules::with_min_chars(16);
        assert_eq!(long.check(&"Xk7!qPz2#mLwa".into(), &[]), Err(PasswordProblem::TooShort(16)));
        assert_eq!(PasswordRules::with_min_chars(4).min_chars(), MIN_CHARS, "the floor stands");
    }

    #[test]
    fn what_is_tried_first_is_refused() {
        for bad in [
            "password1234",
            "Password1234!",
            "azertyuiop12",
            "Azertyuiop123!",
            "motdepasse2026",
            "Bonjour2026!!",
            "aaaaaaaaaaaaaaaa",
            "abcdefghijklmnop",
            "123456789012",
            "qwertyuiopas",
            "Mairie2026!!",
        ] {
            assert_eq!(check(bad), Err(PasswordProblem::Guessable), "{bad}");
        }
    }

    #[test]
    fn what_a_stranger_knows_of_the_person_is_refused_with_and_without_accents() {
        for bad in [
            "JDupont vaut mieux",
            "hélène et 3 girafes",
            "HELENE-et-3-girafes",
            "3 girafes saint-eve",
            "velours@alpha.example",
        ] {
            assert_eq!(check(bad), Err(PasswordProblem::Personal), "{bad}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(16))]

        #[test]
        fn whatever_is_typed_gets_an_answer(password in ".{0,200}") {
            let _ = check(&password);
        }
    }
}
