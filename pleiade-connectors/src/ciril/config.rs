//! What an operator writes to declare a Ciril platform.

use crate::{exchange::source::ExchangeSource, http::is_plain_base, kit::shared::Filter};
use chrono_tz::Tz;
use pleiade_core::{ConnectorError, ErrorKind, IndicatorKey, SecretString, WidgetId};
use serde::Deserialize;
use std::collections::{BTreeSet, HashSet};
use url::Url;

/// The most answers that a task may offer.
const MAX_ANSWERS: usize = 8;
/// The most groups with an indicator of their own.
const MAX_GROUPS: usize = 20;

/// One Ciril platform, of one collectivité.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct CirilConfig {
    /// The address that the portal calls: `https://ville-prod.ciril.example/`, above `/cgi-bin/`. For `exchange` it is only the page that people
    /// open.
    pub url: Url,
    /// The address that people open, when it is not `url`.
    #[serde(default)]
    pub public_url: Option<Url>,
    /// The name that people read; `Ciril` unless written.
    #[serde(default = "default_name")]
    pub name: String,
    /// The login of the platform's technical account (HTTP Basic), which stands before every call; `exchange` needs none.
    #[serde(default)]
    pub platform_login: Option<String>,
    /// Its password.
    #[serde(default)]
    pub platform_password: Option<SecretString>,
    /// How Civil is opened: `technical` unless written.
    #[serde(default)]
    pub access: CirilAuthMethod,
    /// For `technical`, the login of the Civil account that reads for everybody.
    #[serde(default)]
    pub civil_login: Option<String>,
    /// Its password.
    #[serde(default)]
    pub civil_password: Option<SecretString>,
    /// The access point to open, where the account has several.
    #[serde(default)]
    pub access_point: AccessPointRule,
    /// The address that Ciril is told to be called from, where the host compares it with a list; empty unless written.
    #[serde(default)]
    pub caller_address: String,
    /// The zone of the dates and hours of tasks, which come without one; `Europe/Paris` unless written. The budget year is that of this zone.
    #[serde(default = "default_zone")]
    pub time_zone: Tz,
    /// The widgets to offer, in this order. For `technical` and `linked`, `tasks` unless written; `orders` needs
    /// `[connectors.settings.orders]`. For `exchange`, `finances` and `people`.
    #[serde(default)]
    pub widgets: Option<Vec<WidgetKind>>,
    /// Groups of tasks with an indicator of their own, 20 at most. `check` lists those that the technical account has.
    #[serde(default)]
    pub groups: Vec<GroupConfig>,
    /// Most lines of a card: 1 to 100, 20 unless written.
    #[serde(default = "default_lines")]
    pub lines: u8,
    /// True if the line of a task leads to the address that Ciril gives for it, below `public_url`. False unless written, and then to the home
    /// page: nobody published whether such an address carries the session of the account that read it.
    #[serde(default)]
    pub task_links: bool,
    /// True if logins of Civil are in upper case, to which those of the portal are brought: true unless written.
    #[serde(default = "default_true")]
    pub upper_case_logins: bool,
    /// Answers to tasks that people may give from the portal, 8 at most: none unless written. They need `access = "linked"`, so that a visa is
    /// that of its person.
    #[serde(default)]
    pub answers: Vec<AnswerConfig>,
    /// What stands between the possible values of an answer; `;` unless written.
    #[serde(default = "default_separator")]
    pub answer_separator: String,
    /// The purchase orders that wait for a person's visa: off unless written.
    #[serde(default)]
    pub orders: Option<OrdersConfig>,
    /// For `exchange`, where the files, views or JSON of Ciril are: see `docs/exchange.md`.
    #[serde(default)]
    pub source: Option<ExchangeSource>,
    /// For `technical` and `exchange`, who sees what: `figures_for` names the groups that see the basket of the technical account, lines and numbers.
    #[serde(default)]
    pub filter: Filter,
}

/// How Civil is opened.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum CirilAuthMethod {
    /// One Civil account reads for everybody: its own basket for the groups of `filter.figures_for`, and the orders of each person by their login.
    #[default]
    Technical,
    /// Each person connects their own Civil account, whose password the portal keeps sealed; only where the collectivité accepts that.
    Linked,
    /// No web service is opened: Ciril hands files, views or JSON over, of which each person sees what is theirs.
    Exchange,
}

/// A widget of this connector.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum WidgetKind {
    /// The task basket.
    Tasks,
    /// The purchase orders that wait for the person's visa.
    Orders,
    /// Finance, as it is handed over.
    Finances,
    /// Human resources, as they are handed over.
    People,
}

impl WidgetKind {
    /// Every widget, in the order they are proposed.
    pub const ALL: [Self; 4] = [Self::Tasks, Self::Orders, Self::Finances, Self::People];

    /// Its id.
    #[must_use]
    pub fn id(self) -> WidgetId {
        WidgetId::from_static(match self {
            Self::Tasks => "tasks",
            Self::Orders => "orders",
            Self::Finances => "finances",
            Self::People => "people",
        })
    }

    fn is_handed_over(self) -> bool {
        matches!(self, Self::Finances | Self::People)
    }
}

/// Which access point of the account is opened: all that is written must be equal. With nothing written, the only one.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[non_exhaustive]
pub struct AccessPointRule {
    /// Its `application`.
    pub application: Option<String>,
    /// Its `netApplication`.
    pub net_application: Option<String>,
    /// Its `label`.
    pub label: Option<String>,
}

/// A group of tasks with an indicator of its own.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct GroupConfig {
    /// The key of the indicator: `bc_a_viser`.
    pub key: String,
    /// What it counts, as people read it after the number: `bons de commande à viser`.
    pub name: String,
    /// The application of its groups (`application`), compared exactly; any unless written.
    #[serde(default)]
    pub application: Option<String>,
    /// The label of its groups (`libtache`), compared exactly; any unless written.
    #[serde(default)]
    pub label: Option<String>,
    /// True if its tasks are to approve; they are to do unless written.
    #[serde(default)]
    pub approve: bool,
}

/// An answer to tasks.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct AnswerConfig {
    /// The attribute of the tasks that take it (`codAtt`), compared exactly.
    pub attribute: String,
    /// The value that is sent, which must be one of those that the task allows (`valeursPossible`).
    pub value: String,
    /// The verb on the button.
    pub label: String,
}

/// How purchase orders are asked for. Nobody published a description of this service: everything is a setting.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[non_exhaustive]
pub struct OrdersConfig {
    /// The program; `fin_export_finances.exe` unless written.
    pub path: String,
    /// Its name space; `Ciril:Finances:ExportFinances` unless written.
    pub namespace: String,
    /// The SOAP action; `Ciril:Finances:ExportFinances#getBonsCommandes` unless written, which is inferred.
    pub soap_action: String,
    /// The operation; `getBonsCommandes` unless written.
    pub operation: String,
    /// The condition that Ciril evaluates, with `'{login}'` and `{year}`.
    pub predicate: String,
    /// The element of an order; `item` unless written.
    pub item: String,
    /// The element of its number; `numeroCommande` unless written.
    pub number: String,
    /// The element of its documents, which are counted; `piecesJustificatives` unless written.
    pub documents: String,
    /// The element of its label; none unless written.
    pub label: Option<String>,
    /// The element of its supplier; none unless written.
    pub supplier: Option<String>,
    /// The element of its amount; none unless written.
    pub amount: Option<String>,
}

impl Default for OrdersConfig {
    fn default() -> Self {
        Self {
            path: "fin_export_finances.exe".to_owned(),
            namespace: "Ciril:Finances:ExportFinances".to_owned(),
            soap_action: "Ciril:Finances:ExportFinances#getBonsCommandes".to_owned(),
            operation: "getBonsCommandes".to_owned(),
            predicate: "f_getbdcaviser('{login}',aecnumcom) = 1 and aecetat='A' and aecorigin='IN' and aecvisa='N' and aecnumexe='{year}'".to_owned(),
            item: "item".to_owned(),
            number: "numeroCommande".to_owned(),
            documents: "piecesJustificatives".to_owned(),
            label: None,
            supplier: None,
            amount: None,
        }
    }
}

impl CirilConfig {
    /// The address that people open.
    #[must_use]
    pub fn public(&self) -> &Url {
        self.public_url.as_ref().unwrap_or(&self.url)
    }

    pub(super) fn check(&self) -> Result<(), ConnectorError> {
        let wrong = |hint: &'static str| {
            Err(ConnectorError::new(ErrorKind::BadConfiguration, "read the configuration").with_hint(hint))
        };
        if let Some(hint) = self.access_problem() {
            return wrong(hint);
        }
        if !is_plain_base(self.public()) {
            return wrong("write `public_url` as https://host/path, without user, query or fragment");
        }
        if !(1..=100).contains(&self.lines) {
            return wrong("`lines` is 1 to 100");
        }
        if self.answers.len() > MAX_ANSWERS
            || self
                .answers
                .iter()
                .any(|one| one.attribute.is_empty() || one.value.is_empty() || one.label.is_empty())
        {
            return wrong("`answers` are 8 at most, each with `attribute`, `value` and `label`");
        }
        if self.answer_separator.is_empty() {
            return wrong("`answer_separator` is not empty");
        }
        let offered = self.offered();
        if offered.is_empty() || offered.iter().collect::<HashSet<_>>().len() < offered.len() {
            return wrong("`widgets` names at least one widget, and none twice");
        }
        if offered.iter().any(|kind| kind.is_handed_over() != (self.access == CirilAuthMethod::Exchange)) {
            return wrong(
                "`finances` and `people` are for `access = \"exchange\"`, `tasks` and `orders` for the others",
            );
        }
        if offered.contains(&WidgetKind::Orders) && self.orders.is_none() {
            return wrong("the widget `orders` needs `[connectors.settings.orders]`");
        }
        if self.group_keys().is_none() {
            return wrong(
                "`groups` are 20 at most; each has a `key` of its own, other than `tasks`, and `application`, `label` or both",
            );
        }
        match self.orders.as_ref().map(OrdersConfig::problem) {
            Some(Some(hint)) => wrong(hint),
            _ => Ok(()),
        }
    }

    /// The widgets to offer.
    pub(super) fn offered(&self) -> Vec<WidgetKind> {
        self.widgets.clone().unwrap_or_else(|| match self.access {
            CirilAuthMethod::Exchange => vec![WidgetKind::Finances, WidgetKind::People],
            _ => vec![WidgetKind::Tasks],
        })
    }

    fn access_problem(&self) -> Option<&'static str> {
        let has_platform = self.platform_login.is_some() && self.platform_password.is_some();
        let names_account = self.civil_login.is_some() || self.civil_password.is_some();
        let has_account = self.civil_login.is_some() && self.civil_password.is_some();
        if self.platform_login.as_deref().is_some_and(|login| login.is_empty() || login.contains(':')) {
            return Some("`platform_login` is not empty and holds no colon");
        }
        match self.access {
            CirilAuthMethod::Exchange if self.source.is_none() => {
                Some("`access = \"exchange\"` needs `[connectors.settings.source]`")
            }
            CirilAuthMethod::Exchange => None,
            _ if self.source.is_some() => Some("`source` is for `access = \"exchange\"`"),
            _ if !has_platform => Some("the web services need `platform_login` and `platform_password_file`"),
            CirilAuthMethod::Technical if !has_account => {
                Some("`access = \"technical\"` needs `civil_login` and `civil_password_file`")
            }
            CirilAuthMethod::Technical if !self.answers.is_empty() => {
                Some("`answers` need `access = \"linked\"`: a visa is that of its person")
            }
            CirilAuthMethod::Linked if names_account => {
                Some("`civil_login` and `civil_password` are for `access = \"technical\"`")
            }
            _ => None,
        }
    }

    /// The keys of the groups, in their order; none when they are wrong.
    pub(super) fn group_keys(&self) -> Option<Vec<IndicatorKey>> {
        let mut seen = BTreeSet::from(["tasks"]);
        let named = |group: &&GroupConfig| {
            !group.name.is_empty() && (group.application.is_some() || group.label.is_some())
        };
        let keys: Option<Vec<_>> = self
            .groups
            .iter()
            .map(|group| {
                (seen.insert(&group.key) && named(&group))
                    .then(|| IndicatorKey::new(&group.key).ok())
                    .flatten()
            })
            .collect();
        keys.filter(|keys| keys.len() <= MAX_GROUPS)
    }
}

impl OrdersConfig {
    fn problem(&self) -> Option<&'static str> {
        let is_name = |name: &str| {
            name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
                && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.'))
        };
        let optional = [&self.label, &self.supplier, &self.amount].into_iter().flatten();
        let mut names = [&self.operation, &self.item, &self.number, &self.documents, &self.path]
            .into_iter()
            .chain(optional);
        if !names.all(|name| is_name(name)) {
            return Some("`orders`: `path`, `operation` and elements are names without spaces");
        }
        let is_action =
            |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_graphic() && b != b'"');
        if !is_action(&self.soap_action) || !is_action(&self.namespace) {
            return Some("`orders`: `namespace` and `soap_action` hold no spaces and no quotes");
        }
        let quoted = self.predicate.matches("'{login}'").count();
        let is_sound = quoted > 0
            && quoted == self.predicate.matches("{login}").count()
            && self.predicate.contains("{year}");
        (!is_sound).then_some("`orders.predicate` holds '{login}', between its quotes, and {year}")
    }
}

fn default_name() -> String {
    "Ciril".to_owned()
}

fn default_zone() -> Tz {
    Tz::Europe__Paris
}

fn default_lines() -> u8 {
    20
}

fn default_true() -> bool {
    true
}

fn default_separator() -> String {
    ";".to_owned()
}
