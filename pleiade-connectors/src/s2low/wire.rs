//! What S²LOW sends, in its four dialects: lines of text, XML, JSON, and the secure mail's `ERROR:`.
//!
//! Almost everything comes with status 200, failures included. Lists of version 5 pass through an encoder that makes a text of every value
//! and an empty text of nothing; counts are numbers. Texts are UTF-8, or what version 4 wrote.

use super::states::{ActState, LetterKind, PesState};
use crate::kit::{
    json::{self, List},
    xml,
};
use chrono::{NaiveDate, NaiveDateTime};
use roxmltree::Node;
use serde::{Deserialize, Deserializer, de::Error as _};
use std::borrow::Cow;

/// Longer than any identifier.
const MAX_ID_DIGITS: usize = 18;

/// What the bytes 0x80 to 0x9f are in windows-1252; the others are their own number.
const WINDOWS_1252: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}', '\u{90}',
    '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];

/// A body as text: UTF-8, or else windows-1252, of which ISO-8859-1 is a part.
#[must_use]
pub fn decode(body: &[u8]) -> Cow<'_, str> {
    if let Ok(text) = std::str::from_utf8(body) {
        return Cow::Borrowed(text);
    }
    let decoded = body.iter().map(|byte| match byte {
        0x80..=0x9f => {
            WINDOWS_1252.get(usize::from(byte - 0x80)).copied().unwrap_or(char::REPLACEMENT_CHARACTER)
        }
        _ => char::from(*byte),
    });
    Cow::Owned(decoded.collect())
}

/// The identifier of a transaction or of a file: a number.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Id(String);

impl Id {
    /// An identifier, if a text is one.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let is_number = (1..=MAX_ID_DIGITS).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
        is_number.then(|| Self(text.to_owned()))
    }

    /// Its digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<'de> Deserialize<'de> for Id {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = json::text(deserializer)?;
        Self::parse(&text).ok_or_else(|| D::Error::custom("a number is expected"))
    }
}

/// A number that may be negative, as a number or between quotes.
fn signed<'de, D: Deserializer<'de>>(deserializer: D) -> Result<i64, D::Error> {
    let text = json::text(deserializer)?;
    text.trim().parse().map_err(|_| D::Error::custom("a whole number is expected"))
}

/// The answer of `info-connexion.php`: whom S²LOW takes the caller for.
#[derive(Debug, Clone, Deserialize)]
pub struct Connection {
    /// The account.
    pub user_info: UserInfo,
    /// Its authority.
    pub authority_info: AuthorityInfo,
}

/// The account of a connection.
#[derive(Debug, Clone, Deserialize)]
pub struct UserInfo {
    /// Its role.
    #[serde(default, deserialize_with = "json::text")]
    pub role: String,
}

impl UserInfo {
    /// True for an archivist, who alone reads the lists of PES.
    #[must_use]
    pub fn is_archivist(&self) -> bool {
        self.role == "ARCH"
    }
}

/// The authority of a connection.
#[derive(Debug, Clone, Deserialize)]
pub struct AuthorityInfo {
    /// Its number.
    #[serde(deserialize_with = "json::number")]
    pub id: u64,
}

/// The answer of `number_actes.php`.
#[derive(Debug, Clone, Deserialize)]
pub struct ActCount {
    /// The state that was counted.
    #[serde(deserialize_with = "signed")]
    pub status_id: i64,
    /// The authority.
    #[serde(deserialize_with = "json::number")]
    pub authority_id: u64,
    /// The number of transactions in this state.
    #[serde(deserialize_with = "json::number")]
    pub nb_transactions: u64,
}

/// The answer of a list of transactions.
#[derive(Debug, Clone, Deserialize)]
#[serde(bound = "T: serde::de::DeserializeOwned")]
pub struct Transactions<T> {
    /// The state.
    #[serde(deserialize_with = "signed")]
    pub status_id: i64,
    /// The authority.
    #[serde(deserialize_with = "json::number")]
    pub authority_id: u64,
    /// The transactions. An empty text is a query that failed, and no empty list.
    pub transactions: List<T>,
}

/// An act of `list_actes.php`.
#[derive(Debug, Clone, Deserialize)]
pub struct Act {
    /// Its transaction.
    pub id: Id,
    /// Its subject.
    #[serde(default, deserialize_with = "json::text")]
    pub subject: String,
    /// Its number within the collectivité.
    #[serde(default, deserialize_with = "json::text")]
    pub number: String,
    /// Its nature, in words.
    #[serde(default, deserialize_with = "json::text")]
    pub nature_descr: String,
    /// The day of the decision.
    #[serde(default, rename = "date", deserialize_with = "day")]
    pub decided: Option<NaiveDate>,
}

/// A day; one that cannot be read hides nothing else.
fn day<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<NaiveDate>, D::Error> {
    let text: String = json::lenient(deserializer)?;
    Ok(text.get(..10).and_then(|day| day.parse().ok()))
}

/// A PES of `list_pes_aller.php`, of which its number alone is told.
#[derive(Debug, Clone, Deserialize)]
pub struct Pes {
    /// Its transaction.
    pub id: Id,
}

/// An unread message of the préfecture.
#[derive(Debug, Clone, Deserialize)]
pub struct Letter {
    /// Its own transaction.
    pub id: Id,
    /// Its type.
    #[serde(default, rename = "type", deserialize_with = "json::text")]
    pub kind: String,
    /// The number of the act.
    #[serde(default, deserialize_with = "json::text")]
    pub number: String,
    /// The identifier of the act.
    #[serde(default, deserialize_with = "json::text")]
    pub unique_id: String,
}

impl Letter {
    /// Its kind.
    #[must_use]
    pub fn kind(&self) -> LetterKind {
        LetterKind::from_code(&self.kind)
    }
}

/// The answer of an action in JSON.
#[derive(Debug, Clone, Deserialize)]
pub struct Outcome {
    /// `ok`, or else.
    #[serde(deserialize_with = "json::text")]
    pub result: String,
}

/// A refusal in JSON.
#[derive(Debug, Clone, Deserialize)]
pub struct JsonError {
    /// The words of S²LOW.
    pub error: String,
}

/// An answer of the text or the XML dialect that says what was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ko<'a> {
    /// S²LOW says no, in these words.
    Said(Cow<'a, str>),
    /// It is no answer of this dialect.
    Unreadable,
}

/// The lines after `OK`.
///
/// # Errors
/// [`Ko::Said`] with the line after `KO`.
pub fn text_lines(body: &str) -> Result<std::str::Lines<'_>, Ko<'_>> {
    let mut lines = body.lines();
    match lines.next().map(str::trim) {
        Some("OK") => Ok(lines),
        Some("KO") => Err(Ko::Said(lines.next().unwrap_or_default().trim().into())),
        _ => Err(Ko::Unreadable),
    }
}

/// The value of an answer of the secure mail.
///
/// # Errors
/// [`Ko::Said`] with what stands after `ERROR:`.
pub fn mail_count(body: &str) -> Result<u64, Ko<'_>> {
    let body = body.trim();
    match body.strip_prefix("ERROR:") {
        Some(words) => Err(Ko::Said(words.trim().into())),
        None => body.parse().map_err(|_| Ko::Unreadable),
    }
}

/// A transaction of ACTES, as `actes_transac_get_status.php` tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActStatus {
    /// Its state.
    pub state: ActState,
    /// The day on which the préfecture received it, when it has acknowledged that.
    pub received: Option<NaiveDate>,
    /// The words of an error.
    pub error: Option<String>,
}

/// Reads a transaction of ACTES.
///
/// # Errors
/// [`Ko`].
pub fn act_status(body: &str) -> Result<ActStatus, Ko<'_>> {
    let mut lines = text_lines(body)?;
    let state = lines.next().and_then(|line| line.trim().parse().ok()).map(ActState).ok_or(Ko::Unreadable)?;
    let rest = lines.collect::<Vec<_>>().join("\n");
    let error = (state == ActState::ERROR && !rest.trim().is_empty()).then(|| rest.trim().to_owned());
    let received = if error.is_none() { received(&rest) } else { None };
    Ok(ActStatus { state, received, error })
}

/// The day of reception in an acknowledgement.
fn received(acknowledgement: &str) -> Option<NaiveDate> {
    let text = xml::text(acknowledgement.trim().as_bytes())?;
    let document = xml::document(&text)?;
    let mut attributes = document.root_element().attributes();
    attributes.find(|one| one.name() == "DateReception").and_then(|one| one.value().parse().ok())
}

/// An unread PES Retour.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PesReturn {
    /// Its number.
    pub id: Id,
    /// The name of its file.
    pub name: String,
    /// When it came, by the server's clock.
    pub date: Option<NaiveDateTime>,
}

/// The list of unread PES Retour. The time of the question that stands before it is printed with twelve hours, and is not read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PesReturns {
    /// The authority.
    pub authority_id: u64,
    /// The PES Retour.
    pub list: List<PesReturn>,
}

/// Reads the list of unread PES Retour.
///
/// # Errors
/// [`Ko`].
pub fn pes_returns(body: &str) -> Result<PesReturns, Ko<'static>> {
    answered(body, "liste", |root| {
        let authority_id = words(root, "idColl")?.parse().ok()?;
        let found = root.children().filter(|child| child.has_tag_name("pes_retour"));
        let list: List<Node<'_, '_>> = found.collect();
        let list = list.filter_map(|one| {
            let date = words(one, "date");
            Some(PesReturn {
                id: Id::parse(&words(one, "id")?)?,
                name: words(one, "nom").unwrap_or_default(),
                date: date.and_then(|date| {
                    NaiveDateTime::parse_from_str(date.get(..19)?, "%Y-%m-%d %H:%M:%S").ok()
                }),
            })
        });
        Some(PesReturns { authority_id, list })
    })
}

/// Reads the answer to marking a PES Retour as read.
///
/// # Errors
/// [`Ko`].
pub fn pes_marked(body: &str) -> Result<(), Ko<'static>> {
    answered(body, "transaction", |_| Some(()))
}

/// A transaction of HELIOS, as `helios_transac_get_status.php` tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PesStatus {
    /// Its state.
    pub state: PesState,
    /// The words beside it.
    pub message: String,
}

/// Reads a transaction of HELIOS.
///
/// # Errors
/// [`Ko`].
pub fn pes_status(body: &str) -> Result<PesStatus, Ko<'static>> {
    answered(body, "transaction", |root| {
        let state = PesState(words(root, "status")?.parse().ok()?);
        Some(PesStatus { state, message: words(root, "message").unwrap_or_default() })
    })
}

/// What `read` makes of an answer in XML that says `OK`.
fn answered<T>(
    body: &str,
    root: &str,
    read: impl FnOnce(Node<'_, '_>) -> Option<T>,
) -> Result<T, Ko<'static>> {
    let text = xml::text(body.trim().as_bytes()).ok_or(Ko::Unreadable)?;
    let document = xml::document(&text).ok_or(Ko::Unreadable)?;
    let found = document.root_element();
    if !found.has_tag_name(root) {
        return Err(Ko::Unreadable);
    }
    match words(found, "resultat").as_deref() {
        Some("OK") => read(found).ok_or(Ko::Unreadable),
        Some("KO") => Err(Ko::Said(words(found, "message").unwrap_or_default().into())),
        _ => Err(Ko::Unreadable),
    }
}

/// The text of a child element.
fn words(node: Node<'_, '_>, name: &str) -> Option<String> {
    let child = node.children().find(|child| child.has_tag_name(name))?;
    Some(child.text().unwrap_or_default().trim().to_owned())
}
