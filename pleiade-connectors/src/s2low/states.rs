//! States of S²LOW. The numbers of ACTES and of HELIOS mean different things: 8 is a message of the préfecture in one and a normal end in the
//! other, hence two types. A number that is not known here is kept as it is: versions add some.

/// The state of a transaction of ACTES.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ActState(pub i64);

/// What a state of ACTES asks of the collectivité.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ActClass {
    /// Somebody of the collectivité is to sign or to post it.
    ToDo,
    /// It is on its way, and its acknowledgement is awaited.
    InProgress,
    /// It was refused or failed.
    Error,
    /// The préfecture has its acknowledgement.
    Done,
    /// A message of the préfecture, or its acknowledgement.
    Message,
    /// It is over: cancelled, archived, destroyed.
    Closed,
    /// Not known here.
    Unknown,
}

impl ActState {
    /// In error.
    pub const ERROR: Self = Self(-1);
    /// Posted.
    pub const POSTED: Self = Self(1);
    /// Waits for its transmission.
    pub const WAITING: Self = Self(2);
    /// Transmitted: the acknowledgement is awaited.
    pub const SENT: Self = Self(3);
    /// Waits to be posted by whoever is in charge.
    pub const TO_POST: Self = Self(17);
    /// Waits to be signed.
    pub const TO_SIGN: Self = Self(18);

    /// What it asks.
    #[must_use]
    pub fn class(self) -> ActClass {
        match self.0 {
            -1 | 6 | 10 | 14 | 20 | 22 => ActClass::Error,
            1..=3 => ActClass::InProgress,
            4 | 5 => ActClass::Done,
            7..=9 | 11 | 21 => ActClass::Message,
            0 | 12 | 13 | 15 | 16 | 19 => ActClass::Closed,
            17 | 18 => ActClass::ToDo,
            _ => ActClass::Unknown,
        }
    }
}

/// The state of a transaction of HELIOS.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PesState(pub i64);

impl PesState {
    /// In error.
    pub const ERROR: Self = Self(-1);
    /// Refused by the DGFiP.
    pub const REFUSED: Self = Self(6);
    /// A response is ready: the normal end, and no error.
    pub const INFORMATION_AVAILABLE: Self = Self(8);

    /// True for what somebody of the collectivité is to correct.
    #[must_use]
    pub fn is_error(self) -> bool {
        matches!(self, Self::ERROR | Self::REFUSED)
    }
}

/// A message that the préfecture sent about an act.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum LetterKind {
    /// A plain letter.
    Plain,
    /// A request for missing documents.
    MissingDocuments,
    /// A letter of observations.
    Observations,
    /// The referral of the act to the administrative court.
    Referral,
    /// Not known here.
    Unknown,
}

impl LetterKind {
    /// That of a type of transaction.
    #[must_use]
    pub fn from_code(code: &str) -> Self {
        match code.trim() {
            "2" => Self::Plain,
            "3" => Self::MissingDocuments,
            "4" => Self::Observations,
            "5" => Self::Referral,
            _ => Self::Unknown,
        }
    }

    /// True for what is to be answered, and not read alone.
    #[must_use]
    pub fn awaits_answer(self) -> bool {
        matches!(self, Self::MissingDocuments | Self::Observations | Self::Referral)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn eight_is_a_message_in_one_and_a_normal_end_in_the_other() {
        assert_eq!(ActState(8).class(), ActClass::Message);
        assert!(!PesState::INFORMATION_AVAILABLE.is_error());
        assert_eq!(ActState(99).class(), ActClass::Unknown);
    }
}
