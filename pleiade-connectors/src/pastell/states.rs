//! The states of documents: what each asks, and its words in French.
//!
//! A document's state is its last action. The classes are those of the standard flows; a state that no table knows, of a local flow or of a
//! later version, falls under the rule of [`StateClass`]. The words of the standard flows stand in `states.json`, read once.

use super::config::{PastellConfig, matches};
use pleiade_core::TaskKind;
use serde::Deserialize;
use std::{
    collections::{BTreeMap, HashMap},
    sync::LazyLock,
};

/// What a state says of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum StateClass {
    /// An action failed. Unknown states that hold `error` or `erreur` are here.
    Error,
    /// Somebody or something refused it. Unknown states that begin with `rejet` or `refus` are here.
    Refused,
    /// It goes on when a person takes the next step.
    Waiting,
    /// It is being written, and may be changed and deleted.
    Draft,
    /// It goes its way by itself. All other unknown states are here.
    InProgress,
    /// It has arrived.
    Done,
    /// It was withdrawn.
    Cancelled,
}

impl StateClass {
    /// Every class, the most pressing first.
    pub const ALL: [Self; 7] = [
        Self::Error,
        Self::Refused,
        Self::Waiting,
        Self::Draft,
        Self::InProgress,
        Self::Done,
        Self::Cancelled,
    ];
}

/// The state of a signature that has come back: what follows depends on the flow.
const SIGNED: &str = "recu-iparapheur";
/// The state of an act that goes on with a certificate that a person holds.
const AWAITS_CERTIFICATE: &str = "document-transmis-tdt";

const DRAFT: &[&str] = &["creation", "modification"];
const WAITING: &[&str] = &[AWAITS_CERTIFICATE, "attente-reponse-prefecture"];
const DONE: &[&str] = &["acquiter-tdt", "info-tdt", "send-ged", "accepter-sae", "reception", "termine"];
const CANCELLED: &[&str] = &["annulation-tdt", "annuler-tdt"];
const REFUSED: &[&str] = &["rejet-iparapheur", "refus-tdt", "rejet-sae"];
const IN_PROGRESS: &[&str] = &[
    "importation",
    "orientation",
    "prepare-iparapheur",
    "preparation-send-iparapheur",
    "send-iparapheur",
    "verif-iparapheur",
    "pre-send-tdt",
    "send-tdt",
    "teletransmission-tdt",
    "return-teletransmission-tdt",
    "verif-tdt",
    "envoi",
    "send-mailsec",
    "send-archive",
    "ar-recu-sae",
    "ack-not-provided",
];
const ERROR: &[&str] = &[
    "send-signature-error",
    "erreur-verif-iparapheur",
    "send-tdt-erreur",
    "tdt-error",
    "erreur-verif-tdt",
    "error-ged",
    "error-ged-1",
    "error-ged-2",
    "erreur-envoie-sae",
    "verif-sae-erreur",
    "validation-sae-erreur",
    "generate-sip-error",
    "transformation-error",
    "send-mailsec-error",
    "cpp-modif-statut-erreur",
    "fatal-error",
];
/// Preparations of any sending, whatever follows.
const PREPARATION: &str = "preparation-send-";

const TABLE: &[(StateClass, &[&str])] = &[
    (StateClass::Draft, DRAFT),
    (StateClass::Waiting, WAITING),
    (StateClass::Done, DONE),
    (StateClass::Cancelled, CANCELLED),
    (StateClass::Refused, REFUSED),
    (StateClass::InProgress, IN_PROGRESS),
    (StateClass::Error, ERROR),
];

/// The classes of the states on one platform: the table, and what its operator says otherwise.
#[derive(Debug, Clone)]
pub(super) struct Classifier {
    overrides: BTreeMap<String, StateClass>,
    manual_flows: Vec<String>,
}

impl Classifier {
    pub(super) fn new(config: &PastellConfig) -> Self {
        Self { overrides: config.state_classes.clone(), manual_flows: config.manual_flows.clone() }
    }

    /// The class of a state in a flow.
    pub(super) fn class(&self, flow: &str, state: &str) -> StateClass {
        if let Some(class) = self.overrides.get(state) {
            return *class;
        }
        if state == SIGNED {
            let by_hand = self.manual_flows.iter().any(|pattern| matches(pattern, flow));
            return if by_hand { StateClass::Waiting } else { StateClass::InProgress };
        }
        let known = TABLE.iter().find(|(_, states)| states.contains(&state)).map(|(class, _)| *class);
        known.unwrap_or_else(|| rule(state))
    }
}

/// The class of a state that no table knows.
fn rule(state: &str) -> StateClass {
    if state.starts_with(PREPARATION) {
        StateClass::InProgress
    } else if state.contains("error") || state.contains("erreur") {
        StateClass::Error
    } else if state.starts_with("rejet") || state.starts_with("refus") {
        StateClass::Refused
    } else {
        StateClass::InProgress
    }
}

/// What a document of this class and state asks of a person, and whether somebody else may do it in their place; nothing for the
/// classes that ask nothing.
pub(super) fn asks(class: StateClass, state: &str) -> Option<(TaskKind, bool)> {
    match class {
        StateClass::Error | StateClass::Refused => Some((TaskKind::Correct, true)),
        // The certificate is a person's own.
        StateClass::Waiting if state == AWAITS_CERTIFICATE => Some((TaskKind::Approve, false)),
        StateClass::Waiting => Some((TaskKind::Do, true)),
        _ => None,
    }
}

#[derive(Debug, Default, Deserialize)]
struct Table {
    types: BTreeMap<String, Flow>,
}

#[derive(Debug, Deserialize)]
struct Flow {
    label: String,
    states: HashMap<String, String>,
}

static WORDS: LazyLock<Table> =
    LazyLock::new(|| serde_json::from_str(include_str!("states.json")).unwrap_or_default());

/// The words of a standard flow.
pub(super) fn flow_words(flow: &str) -> Option<&'static str> {
    WORDS.types.get(flow).map(|flow| flow.label.as_str())
}

/// The words of a state: those of its flow, or of the first standard flow that has it.
pub(super) fn state_words(flow: &str, state: &str) -> Option<&'static str> {
    let own = WORDS.types.get(flow).and_then(|flow| flow.states.get(state));
    own.or_else(|| WORDS.types.values().find_map(|flow| flow.states.get(state))).map(String::as_str)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn classifier() -> Classifier {
        Classifier::new(&PastellConfig::new("https://pastell.example".parse().unwrap()))
    }

    #[test]
    fn the_words_of_the_standard_flows_are_read() {
        assert_eq!(WORDS.types.len(), 20);
        assert_eq!(state_words("actes-generique", "rejet-iparapheur"), Some("Signature refusée"));
        assert_eq!(state_words("facture-cpp", "rejet-iparapheur"), Some("Visa refusé"));
        assert_eq!(state_words("actes-ecollectivites", "tdt-error"), Some("Erreur sur le TdT"));
        assert_eq!((state_words("x", "x"), flow_words("x")), (None, None));
        assert_eq!(flow_words("ls-helios"), Some("Helios"));
    }

    /// The rule that finds a class for what no table knows never contradicts the words of a standard state.
    #[test]
    fn every_state_of_the_standard_flows_has_the_class_that_its_words_say() {
        let classifier = classifier();
        for (name, flow) in &WORDS.types {
            for (state, words) in &flow.states {
                let class = classifier.class(name, state);
                let words = words.to_lowercase();
                assert_eq!(words.contains("erreur"), class == StateClass::Error, "{name} {state} {words}");
                let refused = ["refus", "rejet"].iter().any(|start| words.contains(start));
                assert_eq!(refused, class == StateClass::Refused, "{name} {state} {words}");
                let draft = ["créé", "en cours de rédaction"].contains(&words.as_str());
                assert_eq!(draft, class == StateClass::Draft, "{name} {state} {words}");
            }
        }
    }

    #[test]
    fn each_class_of_the_table() {
        let classifier = classifier();
        for (class, states) in TABLE {
            for state in *states {
                assert_eq!(classifier.class("actes-generique", state), *class, "{state}");
            }
        }
        let all: Vec<&str> = TABLE.iter().flat_map(|(_, states)| *states).copied().collect();
        let once: std::collections::BTreeSet<_> = all.iter().collect();
        assert_eq!((all.len(), all.contains(&SIGNED)), (once.len(), false));
    }

    #[test]
    fn unknown_states_follow_the_rule() {
        for (state, class) in [
            ("envoi-tdt-local-error", StateClass::Error),
            ("erreur-locale", StateClass::Error),
            ("rejet-local", StateClass::Refused),
            ("refus-local", StateClass::Refused),
            ("non-rejet", StateClass::InProgress),
            ("preparation-send-quelque-part", StateClass::InProgress),
            ("send-cdg", StateClass::InProgress),
            ("", StateClass::InProgress),
        ] {
            assert_eq!(classifier().class("local", state), class, "{state}");
        }
    }

    #[test]
    fn a_signature_that_came_back_waits_where_pastell_does_not_go_on_by_itself() {
        let classifier = classifier();
        for (name, flow) in WORDS.types.iter().filter(|(_, flow)| flow.states.contains_key(SIGNED)) {
            let by_itself = flow.states.contains_key("orientation");
            let waits = classifier.class(name, SIGNED) == StateClass::Waiting;
            assert_eq!(waits, !by_itself, "{name}");
        }
        assert_eq!(asks(StateClass::Waiting, SIGNED), Some((TaskKind::Do, true)));
        assert_eq!(asks(StateClass::Waiting, AWAITS_CERTIFICATE), Some((TaskKind::Approve, false)));
    }

    #[test]
    fn an_operator_knows_their_own_flows() {
        let mut config = PastellConfig::new("https://pastell.example".parse().unwrap());
        config.state_classes.insert("non-recu".to_owned(), StateClass::Error);
        config.manual_flows = vec!["*-mairie".to_owned()];
        let classifier = Classifier::new(&config);
        assert_eq!(classifier.class("mailsec", "non-recu"), StateClass::Error);
        assert_eq!(classifier.class("actes-mairie", SIGNED), StateClass::Waiting);
        assert_eq!(classifier.class("actes-generique", SIGNED), StateClass::InProgress);
    }
}
