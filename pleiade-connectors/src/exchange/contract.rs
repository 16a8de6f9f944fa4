//! The rows of the exchange contract: what waits for a person (`elements`), and their figures (`indicateurs`).

use super::fault::ExchangeFault;
use super::{
    table::{Table, TableRow},
    values::{Decimal, DurationUnit, minutes, moment},
};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use pleiade_core::Deadline;
use url::Url;

/// The state of a row, in the words of the contract. Each is known in both genders (`VALIDE`, `VALIDEE`), in small letters too.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ElementStatus {
    /// `A_VISER`: waits for the person's visa.
    ToVisa,
    /// `A_VALIDER`: waits for the person's approval.
    ToApprove,
    /// `EN_ATTENTE`: waits for somebody else.
    Waiting,
    /// `EN_COURS`.
    InProgress,
    /// `EN_RETARD`.
    Late,
    /// `VALIDE`.
    Approved,
    /// `REFUSE`.
    Refused,
    /// `ANNULE`.
    Cancelled,
}

impl ElementStatus {
    /// Reads a state; none for another word, which is shown as it is written.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Some(match text.trim().to_uppercase().replace([' ', '-'], "_").as_str() {
            "A_VISER" | "À_VISER" => Self::ToVisa,
            "A_VALIDER" | "À_VALIDER" => Self::ToApprove,
            "EN_ATTENTE" => Self::Waiting,
            "EN_COURS" => Self::InProgress,
            "EN_RETARD" => Self::Late,
            "VALIDE" | "VALIDEE" | "VALIDÉ" | "VALIDÉE" => Self::Approved,
            "REFUSE" | "REFUSEE" | "REFUSÉ" | "REFUSÉE" => Self::Refused,
            "ANNULE" | "ANNULEE" | "ANNULÉ" | "ANNULÉE" => Self::Cancelled,
            _ => return None,
        })
    }

    /// True if it waits for the person themselves.
    #[must_use]
    pub fn is_task(self) -> bool {
        matches!(self, Self::ToVisa | Self::ToApprove)
    }
}

/// A row of `elements`.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Element {
    /// The key of the person whose row it is, as the application writes it.
    pub agent: String,
    /// The list that it belongs to: `bc_a_viser`, `mes_demandes`…
    pub list: String,
    /// Its id, unique within the list.
    pub id: String,
    /// Its title.
    pub title: String,
    /// What else is to be known of it.
    pub subtitle: Option<String>,
    /// Its state, in the words of the contract.
    pub status: Option<ElementStatus>,
    /// Its state as it is written.
    pub status_text: Option<String>,
    /// When it was made, or begins.
    pub date: Option<Deadline>,
    /// When it ends, of an absence.
    pub end: Option<Deadline>,
    /// Its deadline.
    pub due: Option<Deadline>,
    /// Its amount.
    pub amount: Option<Decimal>,
    /// The currency of its amount, EUR where the row names none.
    pub currency: Option<String>,
    /// Its page.
    pub url: Option<Url>,
}

impl Element {
    /// The columns that every table of elements has.
    pub const REQUIRED: [&'static str; 4] = ["agent", "liste", "id", "titre"];

    /// Reads a row; none when a required cell is absent, or one that is written does not fit: an amount that cannot be read is not zero.
    #[must_use]
    pub fn read(row: TableRow<'_>, zone: Tz) -> Option<Self> {
        let text = |column| row.get(column).map(str::to_owned);
        let when = |column: &str| optional(row.get(column), |text| moment(text, zone));
        let date = match row.get("date") {
            Some(_) => when("date")?,
            None => when("date_debut")?,
        };
        Some(Self {
            agent: text("agent")?,
            list: text("liste")?,
            id: text("id")?,
            title: text("titre")?,
            subtitle: text("sous_titre"),
            status: row.get("statut").and_then(ElementStatus::parse),
            status_text: text("statut"),
            date,
            end: when("date_fin")?,
            due: when("echeance")?,
            amount: optional(row.get("montant"), Decimal::parse)?,
            currency: text("devise"),
            // An address that is none hides no line: the line leads home then.
            url: row.get("url").and_then(|url| Url::parse(url).ok()),
        })
    }
}

/// The value of an indicator, in its unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Measure {
    /// `nombre`: a number of things.
    Count(u64),
    /// `jours`.
    Days(Decimal),
    /// `heures` or `minutes`, in minutes; negative for hours that are owed.
    Minutes(i64),
    /// `EUR`, or another currency.
    Money(Decimal),
    /// `pourcent`, which may exceed 100.
    Percent(Decimal),
}

impl Measure {
    /// Reads a value in its unit, `nombre` where none is written; none where it does not fit, as a number of things that is no whole one.
    #[must_use]
    pub fn parse(value: &str, unit: Option<&str>) -> Option<Self> {
        let number = || Decimal::parse(value);
        Some(match unit.unwrap_or("nombre").trim().to_lowercase().as_str() {
            "nombre" => Self::Count(u64::try_from(number()?.whole()?).ok()?),
            "jours" | "jour" | "j" => Self::Days(number()?),
            "heures" | "heure" | "h" => Self::Minutes(minutes(value, DurationUnit::Hours)?),
            "minutes" | "minute" | "min" => Self::Minutes(minutes(value, DurationUnit::Minutes)?),
            "eur" | "euro" | "euros" | "€" => Self::Money(number()?),
            "pourcent" | "%" => Self::Percent(number()?),
            _ => return None,
        })
    }
}

/// A row of `indicateurs`.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct IndicatorRow {
    /// The key of the person whose figure it is.
    pub agent: String,
    /// Its code: `solde_ca`, `bc_a_viser`…
    pub code: String,
    /// Its name.
    pub label: String,
    /// Its value.
    pub value: Measure,
    /// Its page.
    pub url: Option<Url>,
    /// When the application measured it.
    pub updated_at: Option<DateTime<Utc>>,
}

impl IndicatorRow {
    /// The columns that every table of indicators has.
    pub const REQUIRED: [&'static str; 4] = ["agent", "code", "libelle", "valeur"];

    /// Reads a row; none when a required cell is absent or does not fit.
    #[must_use]
    pub fn read(row: TableRow<'_>, zone: Tz) -> Option<Self> {
        let text = |column| row.get(column).map(str::to_owned);
        let updated_at = optional(row.get("maj"), |text| moment(text, zone))?;
        Some(Self {
            agent: text("agent")?,
            code: text("code")?,
            label: text("libelle")?,
            value: Measure::parse(row.get("valeur")?, row.get("unite"))?,
            url: row.get("url").and_then(|url| Url::parse(url).ok()),
            updated_at: updated_at.map(|at| super::values::beginning(at, zone)),
        })
    }
}

/// None where nothing is written, and no row where what is written does not fit.
#[expect(clippy::option_option, reason = "absent and unreadable are two things")]
fn optional<T>(text: Option<&str>, read: impl FnOnce(&str) -> Option<T>) -> Option<Option<T>> {
    match text {
        None => Some(None),
        Some(text) => read(text).map(Some),
    }
}

/// The rows of one application in a table that several share; all of them without a name.
pub fn of_application<'a>(
    table: &'a Table,
    application: Option<&'a str>,
) -> impl Iterator<Item = TableRow<'a>> {
    let is_its = move |row: &TableRow<'_>| {
        application.is_none_or(|own| row.get("application").is_none_or(|told| told == own))
    };
    table.rows().filter(is_its)
}

/// What one reading of an exchange gives.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Handover {
    /// The rows of `elements`.
    pub elements: Table,
    /// The rows of `indicateurs`.
    pub indicators: Table,
}

impl Handover {
    /// Checks that both tables have the columns of the contract. A table without any column was not handed over.
    ///
    /// # Errors
    /// [`ExchangeFault::MissingColumn`].
    pub fn new(elements: Option<Table>, indicators: Option<Table>) -> Result<Self, ExchangeFault> {
        if let Some(table) = &elements {
            table.require(&Element::REQUIRED)?;
        }
        if let Some(table) = &indicators {
            table.require(&IndicatorRow::REQUIRED)?;
        }
        Ok(Self { elements: elements.unwrap_or_default(), indicators: indicators.unwrap_or_default() })
    }
}
