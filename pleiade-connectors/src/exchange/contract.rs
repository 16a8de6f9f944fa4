//! The rows of the exchange contract: what waits for a person (`elements`), their figures (`indicateurs`), and when they came and went
//! (`pointages`).

use super::fault::ExchangeFault;
use super::{
    table::{Table, TableRow},
    values::{Decimal, DurationUnit, beginning, flag, minutes, moment, time_of_day},
};
use crate::kit::days::instant;
use chrono::{DateTime, NaiveTime, Utc};
use chrono_tz::Tz;
use pleiade_core::{Amount, Currency, Deadline};
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

    /// True if it waits for nobody, or for somebody else than the person in whose list it stands.
    #[must_use]
    pub fn waits_elsewhere(self) -> bool {
        !matches!(self, Self::ToVisa | Self::ToApprove | Self::Late)
    }
}

/// A row of `elements`.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Element {
    /// The key of the person whose row it is, as the application writes it.
    pub agent: String,
    /// The application's name of their collectivité, where several hand over together.
    pub tenant: Option<String>,
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
    /// True if it begins after noon, of an absence.
    pub starts_at_noon: bool,
    /// True if it ends at noon.
    pub ends_at_noon: bool,
    /// How long it lasts, in days or hours.
    pub duration: Option<Amount>,
    /// Its amount of money.
    pub amount: Option<Amount>,
    /// Its page.
    pub url: Option<Url>,
}

impl Element {
    /// The columns that every table of elements has.
    pub const REQUIRED: [&'static str; 4] = ["agent", "liste", "id", "titre"];
    /// Every column that means something.
    pub const COLUMNS: [&'static str; 20] = [
        "agent",
        "collectivite",
        "application",
        "liste",
        "id",
        "titre",
        "sous_titre",
        "statut",
        "date",
        "date_debut",
        "debut_matin",
        "date_fin",
        "fin_apres_midi",
        "echeance",
        "duree",
        "unite",
        "montant",
        "devise",
        "url",
        "maj",
    ];

    /// Reads a row; none when a required cell is absent, or one that is written does not fit: an amount that cannot be read is not zero.
    #[must_use]
    pub fn read(row: TableRow<'_>, zone: Tz) -> Option<Self> {
        let text = |column| row.get(column).map(str::to_owned);
        let when = |column: &str| optional(row.get(column), |text| day_or_moment(text, zone));
        let is = |column: &str| optional(row.get(column), flag);
        let money = |text: &str| amount(text, row.get("devise").or(Some("EUR"))).filter(is_money);
        let duration = |text: &str| amount(text, row.get("unite").or(Some("jours"))).filter(is_time);
        let date = match row.get("date") {
            Some(_) => when("date")?,
            None => when("date_debut")?,
        };
        Some(Self {
            agent: text("agent")?,
            tenant: text("collectivite"),
            list: text("liste")?,
            id: text("id")?,
            title: text("titre")?,
            subtitle: text("sous_titre"),
            status: row.get("statut").and_then(ElementStatus::parse),
            status_text: text("statut"),
            date,
            end: when("date_fin")?,
            due: when("echeance")?,
            starts_at_noon: !is("debut_matin")?.unwrap_or(true),
            ends_at_noon: !is("fin_apres_midi")?.unwrap_or(true),
            duration: optional(row.get("duree"), duration)?,
            amount: optional(row.get("montant"), money)?,
            // An address that is none hides no line: the line leads home then.
            url: row.get("url").and_then(|url| Url::parse(url).ok()),
        })
    }
}

/// Reads a value in its unit: `nombre`, which is also that of none, `jours`, `heures`, `minutes`, `EUR`, `XPF` or `pourcent`. None where it
/// does not fit, as a number of things that is no whole one.
#[must_use]
pub fn amount(value: &str, unit: Option<&str>) -> Option<Amount> {
    let number = || Decimal::parse(value);
    let money = |currency| Some(Amount::Money { hundredths: number()?.hundredths(), currency });
    let hours = |unit| Some(Amount::HoursBalance { minutes: minutes(value, unit)? });
    match unit.unwrap_or("nombre").trim().to_lowercase().as_str() {
        "nombre" => Some(Amount::count(u64::try_from(number()?.whole()?).ok()?)),
        "jours" | "jour" | "j" => Some(Amount::Days { hundredths: number()?.hundredths() }),
        "heures" | "heure" | "h" => hours(DurationUnit::Hours),
        "minutes" | "minute" | "min" => hours(DurationUnit::Minutes),
        "eur" | "euro" | "euros" | "€" => money(Currency::Eur),
        "xpf" => money(Currency::Xpf),
        "pourcent" | "%" => number()?.percent().map(Amount::Percent),
        _ => None,
    }
}

fn is_money(amount: &Amount) -> bool {
    matches!(amount, Amount::Money { .. })
}

fn is_time(amount: &Amount) -> bool {
    matches!(amount, Amount::Days { .. } | Amount::HoursBalance { .. })
}

/// A day, or an instant; midnight is the day: databases keep days so.
fn day_or_moment(text: &str, zone: Tz) -> Option<Deadline> {
    Some(match moment(text, zone)? {
        Deadline::At(at) if at.with_timezone(&zone).time() == NaiveTime::MIN => {
            Deadline::Day(at.with_timezone(&zone).date_naive())
        }
        other => other,
    })
}

/// A row of `indicateurs`.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct IndicatorRow {
    /// The key of the person whose figure it is.
    pub agent: String,
    /// The application's name of their collectivité, where several hand over together.
    pub tenant: Option<String>,
    /// Its code: `solde_ca`, `bc_a_viser`…
    pub code: String,
    /// Its name.
    pub label: String,
    /// Its value.
    pub value: Amount,
    /// Its page.
    pub url: Option<Url>,
    /// When the application measured it.
    pub updated_at: Option<DateTime<Utc>>,
}

impl IndicatorRow {
    /// The columns that every table of indicators has.
    pub const REQUIRED: [&'static str; 4] = ["agent", "code", "libelle", "valeur"];
    /// Every column that means something.
    pub const COLUMNS: [&'static str; 9] =
        ["agent", "collectivite", "application", "code", "libelle", "valeur", "unite", "url", "maj"];

    /// Reads a row; none when a required cell is absent or does not fit.
    #[must_use]
    pub fn read(row: TableRow<'_>, zone: Tz) -> Option<Self> {
        let text = |column| row.get(column).map(str::to_owned);
        let updated_at = optional(row.get("maj"), |text| moment(text, zone))?;
        Some(Self {
            agent: text("agent")?,
            tenant: text("collectivite"),
            code: text("code")?,
            label: text("libelle")?,
            value: amount(row.get("valeur")?, row.get("unite"))?,
            url: row.get("url").and_then(|url| Url::parse(url).ok()),
            updated_at: updated_at.map(|at| beginning(at, zone)),
        })
    }
}

/// A row of `pointages`: somebody came or went.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Clocking {
    /// The key of the person.
    pub agent: String,
    /// The application's name of their collectivité, where several hand over together.
    pub tenant: Option<String>,
    /// When.
    pub at: DateTime<Utc>,
    /// True if they came.
    pub comes_in: bool,
}

impl Clocking {
    /// The columns that every table of clockings has.
    pub const REQUIRED: [&'static str; 4] = ["agent", "date", "heure", "sens"];
    /// Every column that means something.
    pub const COLUMNS: [&'static str; 6] = ["agent", "collectivite", "application", "date", "heure", "sens"];

    /// Reads a row, whose time is that of `zone`; none when a cell is absent or does not fit: `sens` is `E` or `S`.
    #[must_use]
    pub fn read(row: TableRow<'_>, zone: Tz) -> Option<Self> {
        let Deadline::Day(day) = day_or_moment(row.get("date")?, zone)? else { return None };
        let comes_in = match row.get("sens")?.to_uppercase().as_str() {
            "E" => true,
            "S" => false,
            _ => return None,
        };
        Some(Self {
            agent: row.get("agent")?.to_owned(),
            tenant: row.get("collectivite").map(str::to_owned),
            at: instant(&zone, day.and_time(time_of_day(row.get("heure")?)?)),
            comes_in,
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
    /// The rows of `pointages`.
    pub clockings: Table,
}

impl Handover {
    /// Checks that the tables have the columns of the contract. A table without any column was not handed over.
    ///
    /// # Errors
    /// [`ExchangeFault::MissingColumn`].
    pub fn new(
        elements: Option<Table>,
        indicators: Option<Table>,
        clockings: Option<Table>,
    ) -> Result<Self, ExchangeFault> {
        if let Some(table) = &elements {
            table.require(&Element::REQUIRED)?;
        }
        if let Some(table) = &indicators {
            table.require(&IndicatorRow::REQUIRED)?;
        }
        if let Some(table) = &clockings {
            table.require(&Clocking::REQUIRED)?;
        }
        Ok(Self {
            elements: elements.unwrap_or_default(),
            indicators: indicators.unwrap_or_default(),
            clockings: clockings.unwrap_or_default(),
        })
    }
}
