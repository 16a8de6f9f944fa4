//! Slows down whoever guesses passwords.
//!
//! Threats: guessing one person's password, also by many attempts at the same moment or from many addresses; keeping somebody out by
//! guessing in their name; making a directory lock an account; filling our memory with invented logins and addresses, or wiping what
//! was counted by doing so. Nobody is ever locked out for good, and an address that many people share is not punished for the typing
//! errors of a whole day.
//!
//! * [`Throttle`] counts the failures of any key, in bounded memory, and forgets nothing that still counts;
//! * [`AddressThrottle`] counts the failures of an address and of the network around it;
//! * [`LoginThrottle`] is for passwords that are checked here: a stranger's failures slow down the stranger's address, and a person whose
//!   address has already proved itself does not wait because of others;
//! * [`DirectoryGuard`] is for passwords that are checked by a directory that locks accounts: so many failures of one person reach it, and
//!   no more, whatever comes and however often we start anew;
//! * [`Positions`] bounds how many wait at the same moment, and how many of them are of one origin.
//!
//! What can never be right ([`is_possible`]) costs no counter.

mod address;
mod counter;
mod guard;
mod login;
mod memory;
mod positions;

pub use address::{AddressThrottle, subscriber};
pub use counter::Throttle;
pub use guard::{Attempt, DirectoryGuard, GuessCounter, GuessStore};
pub use login::{Login, LoginThrottle};
pub use memory::MemoryGuesses;
pub use positions::{Position, Positions};

use pleiade_core::{ExposeSecret as _, SecretString};

/// The longest login that a source accepts, in bytes.
pub const MAX_LOGIN_BYTES: usize = 256;
/// The longest password that a source accepts, in bytes.
pub const MAX_PASSWORD_BYTES: usize = 1024;

/// True if a source may be asked about this login and this password at all. What is not possible is wrong for every login, so it is
/// refused without a counter and without a question to anybody: an empty password binds as anybody on some directories (RFC 4513
/// §5.1.2), and control characters, NUL and enormous texts are no password of a person.
#[must_use]
pub fn is_possible(login: &str, password: &SecretString) -> bool {
    let password = password.expose_secret();
    !login.is_empty()
        && login.len() <= MAX_LOGIN_BYTES
        && !login.chars().any(char::is_control)
        && !password.trim().is_empty()
        && password.len() <= MAX_PASSWORD_BYTES
        && !password.contains('\0')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn impossible_passwords_stay_here() {
        for (login, password) in
            [("a", ""), ("a", "  "), ("", "x"), ("a", "x\0y"), ("a\0", "x"), ("a\n", "x")]
        {
            assert!(!is_possible(login, &password.to_owned().into()), "{login:?} {password:?}");
        }
        assert!(!is_possible("a", &"x".repeat(1025).into()));
        assert!(!is_possible(&"a".repeat(257), &"x".into()));
        assert!(is_possible("o'brien", &"motdepasse".to_owned().into()));
    }
}
