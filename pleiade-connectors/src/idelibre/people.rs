//! Which user of a structure somebody is.
//!
//! Threat: a key that names two users would show one of them the convocations of the other. Such a key names nobody.

use super::{
    config::PersonKey,
    wire::{User, Uuid},
};
use pleiade_core::{ConnectorError, ErrorKind};
use std::collections::HashMap;

/// The users of a structure whose accounts are open, by what names them.
#[derive(Debug)]
pub(super) struct Directory {
    person: PersonKey,
    fold_case: bool,
    suffix: Option<String>,
    users: HashMap<String, Match>,
}

#[derive(Debug, PartialEq)]
enum Match {
    One(Uuid),
    Several,
}

impl Directory {
    pub(super) fn new(
        person: PersonKey,
        fold_case: bool,
        suffix: Option<String>,
        users: impl IntoIterator<Item = User>,
    ) -> Self {
        let mut directory = Self { person, fold_case, suffix, users: HashMap::new() };
        for user in users.into_iter().filter(|user| user.is_active) {
            let named = match person {
                PersonKey::UserId => user.id.as_str(),
                PersonKey::Mail => &user.email,
                PersonKey::Username => &user.username,
            };
            let Some(key) = directory.folded(named) else { continue };
            let found = directory.users.entry(key).or_insert_with(|| Match::One(user.id.clone()));
            if *found != Match::One(user.id) {
                *found = Match::Several;
            }
        }
        directory
    }

    /// The user whom a key names; none when i-delibRE knows nobody of this name, or only a closed account.
    ///
    /// # Errors
    /// [`ErrorKind::BadConfiguration`] when it names several.
    pub(super) fn find(&self, key: &str) -> Result<Option<&Uuid>, ConnectorError> {
        let key = match &self.suffix {
            Some(suffix) if self.person == PersonKey::Username && !key.contains('@') => {
                format!("{}@{}", key.trim_ascii(), suffix.trim_start_matches('@'))
            }
            _ => key.to_owned(),
        };
        match self.folded(&key).and_then(|key| self.users.get(&key)) {
            None => Ok(None),
            Some(Match::One(user)) => Ok(Some(user)),
            Some(Match::Several) => {
                Err(ConnectorError::new(ErrorKind::BadConfiguration, "find the user of i-delibRE")
                    .with_hint("several open accounts of the structure answer to the key of this person: give each its own mail address there, or name people by `person = \"username\"`"))
            }
        }
    }

    /// The form that is compared whole. Only ASCII letters are folded, so that no other character is taken for one of them.
    fn folded(&self, key: &str) -> Option<String> {
        let key = key.trim_ascii();
        let folds = self.fold_case || self.person != PersonKey::Username;
        let key = if folds { key.to_ascii_lowercase() } else { key.to_owned() };
        Some(key).filter(|key| !key.is_empty())
    }
}
