//! What an operator writes to declare a Pastell platform.

use super::{client::EntityId, states::StateClass};
use pleiade_core::{CredentialKind, TenantId, WidgetId};
use serde::Deserialize;
use std::collections::BTreeMap;
use url::Url;

/// One Pastell platform. Holds no secret: every call is made with the person's own credential.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct PastellConfig {
    /// The address that the portal calls: `https://pastell.opsn.fr`. With `proxy_ticket`, CAS and Pastell must know it as it is written here.
    pub url: Url,
    /// The address that people open, when it is not `url`.
    #[serde(default)]
    pub public_url: Option<Url>,
    /// The name that people read.
    #[serde(default = "default_name")]
    pub name: String,
    /// The way in which the portal authenticates.
    #[serde(default)]
    pub access: PastellAuthMethod,
    /// The widgets to offer, in this order; all of them unless told otherwise.
    #[serde(default = "every_widget")]
    pub widgets: Vec<WidgetKind>,
    /// The numbers (`id_e`) of each collectivité's entities; the entities below them belong to it too. Without this table, all entities
    /// of the person are shown in every collectivité; with it, a collectivité that it does not name is refused.
    #[serde(default)]
    pub entities: BTreeMap<TenantId, Vec<EntityId>>,
    /// The families in which flows are counted, in this order: a flow belongs to the first that has it. Default: `actes`, `helios`,
    /// `signature`, `mail`, `factures`, `urbanisme` and `marches`.
    #[serde(default = "default_families")]
    pub families: Vec<Family>,
    /// The class of states that the built-in table has not, or has otherwise, by state: `{ "non-recu" = "error" }`. Classes: `draft`,
    /// `in_progress`, `waiting`, `done`, `cancelled`, `refused`, `error`.
    #[serde(default)]
    pub state_classes: BTreeMap<String, StateClass>,
    /// Patterns of the flows in which a person takes the next step once the signature has come back (`recu-iparapheur`); in the others
    /// Pastell goes on by itself. Default: the standard flows that have no automatic orientation.
    #[serde(default = "default_manual_flows")]
    pub manual_flows: Vec<String>,
    /// Patterns of the flows for which a link to make a new document is shown. Default: all.
    #[serde(default = "default_creation")]
    pub creation: Vec<String>,
    /// The flows by which people send PDF files to the signature book, several at once. Default: `document-a-signer`, `ls-document-pdf`
    /// and `pdf-generique`, with a sub-type that the person writes; `[]`: none.
    #[serde(default = "default_deposits")]
    pub deposits: Vec<DepositFlow>,
    /// The zone of Pastell's dates, when it is not the collectivité's: `Europe/Paris`.
    #[serde(default)]
    pub time_zone: Option<chrono_tz::Tz>,
    /// The field of Pastell's documents that holds the number of their folder in the signature book, for example
    /// `iparapheur_dossier_id`. Without it, a document and its folder are two lines of the queue. Reading it costs a call for each line.
    #[serde(default)]
    pub parapheur_field: String,
    /// The page of Pastell on which people make tokens. Default: `Utilisateur/moi` at the address that people open.
    #[serde(default)]
    pub token_page: Option<Url>,
}

impl PastellConfig {
    /// A platform with every default.
    #[must_use]
    pub fn new(url: Url) -> Self {
        Self {
            url,
            public_url: None,
            name: default_name(),
            access: PastellAuthMethod::default(),
            widgets: every_widget(),
            entities: BTreeMap::new(),
            families: default_families(),
            state_classes: BTreeMap::new(),
            manual_flows: default_manual_flows(),
            creation: default_creation(),
            deposits: default_deposits(),
            time_zone: None,
            parapheur_field: String::new(),
            token_page: None,
        }
    }
}

/// The ways of authenticating to the platform. There is none by an account that may do everything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum PastellAuthMethod {
    /// A token that the person makes in Pastell (4.0 or later) and pastes once.
    #[default]
    UserToken,
    /// A CAS proxy ticket, for a Pastell whose sign-in is CAS; the portal's address must be among its `cas_proxy`.
    ProxyTicket,
}

impl PastellAuthMethod {
    /// The kinds of credential that serve this mode.
    #[must_use]
    pub fn accepts(self) -> &'static [CredentialKind] {
        match self {
            Self::UserToken => &[CredentialKind::LinkedAccount],
            Self::ProxyTicket => &[CredentialKind::ProxyTicket],
        }
    }
}

/// A family of flows.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Family {
    /// Its id, the end of the keys of its indicators: `actes` gives `errors_actes`. Small letters, digits, `-` and `_`.
    pub id: String,
    /// The name that people read.
    pub name: String,
    /// Patterns of its flows: the name of a flow, in which `*` stands for anything.
    pub flows: Vec<String>,
}

impl Family {
    /// A family with this id, name and patterns.
    #[must_use]
    pub fn new(id: &str, name: &str, flows: &[&str]) -> Self {
        let flows = flows.iter().map(|pattern| (*pattern).to_owned()).collect();
        Self { id: id.to_owned(), name: name.to_owned(), flows }
    }
}

/// Flows by which people send PDF files to the signature book.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct DepositFlow {
    /// Patterns of the flows: their names, in which `*` stands for anything.
    pub flows: Vec<String>,
    /// The field of the title.
    #[serde(default = "default_title_field")]
    pub title_field: String,
    /// The field of the file.
    #[serde(default = "default_file_field")]
    pub file_field: String,
    /// Other fields to fill, with their values: `{ envoi_signature = "1" }`.
    #[serde(default)]
    pub fields: BTreeMap<String, String>,
    /// The field of the sub-type in the signature book; empty where the flow has none.
    #[serde(default = "default_subtype_field")]
    pub subtype_field: String,
    /// The sub-types among which people choose, as Pastell writes them. Without any, the person writes one.
    #[serde(default)]
    pub subtypes: Vec<String>,
    /// The actions that send, of which the first that Pastell allows is taken.
    #[serde(default = "default_send_actions")]
    pub actions: Vec<String>,
}

impl DepositFlow {
    /// Flows with the fields of the standard ones.
    #[must_use]
    pub fn new(flows: &[&str]) -> Self {
        Self {
            flows: flows.iter().map(|flow| (*flow).to_owned()).collect(),
            title_field: default_title_field(),
            file_field: default_file_field(),
            fields: BTreeMap::new(),
            subtype_field: default_subtype_field(),
            subtypes: Vec::new(),
            actions: default_send_actions(),
        }
    }
}

/// A widget of this connector.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum WidgetKind {
    /// Documents in error, refused, waiting for a person or being drafted, by family.
    Flows,
    /// Links to make new documents, and the number of those under way.
    Creation,
}

impl WidgetKind {
    /// Every widget, in the order they are proposed.
    pub const ALL: [Self; 2] = [Self::Flows, Self::Creation];

    /// Its id.
    #[must_use]
    pub fn id(self) -> WidgetId {
        WidgetId::from_static(match self {
            Self::Flows => "flows",
            Self::Creation => "creation",
        })
    }
}

fn default_name() -> String {
    "Pastell".to_owned()
}

fn every_widget() -> Vec<WidgetKind> {
    WidgetKind::ALL.to_vec()
}

fn default_creation() -> Vec<String> {
    vec!["*".to_owned()]
}

/// The fields and actions of the public definitions of these flows; the value of the box is any that is not empty.
fn default_deposits() -> Vec<DepositFlow> {
    let ticked = BTreeMap::from([("envoi_signature".to_owned(), "1".to_owned())]);
    vec![
        DepositFlow::new(&["document-a-signer"]),
        DepositFlow { fields: ticked, ..DepositFlow::new(&["ls-document-pdf", "pdf-generique"]) },
    ]
}

fn default_title_field() -> String {
    "libelle".to_owned()
}

fn default_file_field() -> String {
    "document".to_owned()
}

fn default_subtype_field() -> String {
    "iparapheur_sous_type".to_owned()
}

fn default_send_actions() -> Vec<String> {
    ["send-iparapheur", "orientation"].map(str::to_owned).into()
}

/// The generic flows and their `ls-*` successors, and local ones by the part of their names that they keep.
fn default_families() -> Vec<Family> {
    vec![
        Family::new("actes", "Actes", &["*actes*"]),
        Family::new("helios", "Helios", &["*helios*"]),
        Family::new(
            "signature",
            "À signer",
            &["document-a-signer", "pdf-generique", "ls-document-pdf", "ls-document"],
        ),
        Family::new(
            "mail",
            "Mails sécurisés",
            &["mailsec", "mailsec-bidir", "ls-mailsec", "ls-mailsec-bidir"],
        ),
        Family::new("factures", "Factures", &["facture-cpp"]),
        Family::new(
            "urbanisme",
            "Urbanisme",
            &["document-autorisation-urbanisme", "dossier-autorisation-urbanisme"],
        ),
        Family::new(
            "marches",
            "Marchés",
            &["pes-marche", "piece-marche", "dossier-marche", "ls-dossier-marche"],
        ),
    ]
}

/// The flows of the table of states that have a signature and no `orientation`, the step that Pastell takes by itself.
fn default_manual_flows() -> Vec<String> {
    ["actes-generique", "helios-generique", "pdf-generique"].map(str::to_owned).into()
}

/// True if a name follows a pattern, in which `*` stands for anything.
pub(super) fn matches(pattern: &str, name: &str) -> bool {
    let Some((start, rest)) = pattern.split_once('*') else { return pattern == name };
    let Some(mut left) = name.strip_prefix(start) else { return false };
    let mut parts = rest.split('*').peekable();
    while let Some(part) = parts.next() {
        if parts.peek().is_none() {
            return left.ends_with(part);
        }
        match left.split_once(part) {
            Some((_, after)) => left = after,
            None => return false,
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns() {
        for (pattern, name, fits) in [
            ("helios-generique", "helios-generique", true),
            ("helios", "helios-generique", false),
            ("*actes*", "actes-ecollectivites", true),
            ("*actes*", "ls-actes-publication", true),
            ("*actes*", "acte", false),
            ("ls-*", "ls-helios", true),
            ("ls-*", "als-helios", false),
            ("*-pj", "ls-helios-pj", true),
            ("a*b*c", "axbxc", true),
            ("a*b*c", "axc", false),
            ("ab*ba", "aba", false),
            ("*", "", true),
            ("", "x", false),
        ] {
            assert_eq!(matches(pattern, name), fits, "{pattern} {name}");
        }
    }
}
