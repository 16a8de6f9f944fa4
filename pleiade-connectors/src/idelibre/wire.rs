//! What i-delibRE answers, as far as it is read. 4.1, 4.2 and 4.3 differ by fields that came and by what stands in `deputy`.

use crate::kit::json::{self, List};
use chrono::{DateTime, NaiveDateTime, Utc};
use serde::{Deserialize, Deserializer, de::Error as _};
use serde_json::Value;
use std::fmt;

/// An identifier, in lower case. Nothing else goes into a path: what an invalid one is answered with depends on the version.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Uuid(Box<str>);

impl Uuid {
    /// The identifier in a text; none when it is not 32 hexadecimal digits in five groups.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let is_digit = |(place, byte): (usize, u8)| match place {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        };
        let text = text.trim_ascii();
        (text.len() == 36 && text.bytes().enumerate().all(is_digit))
            .then(|| Self(text.to_ascii_lowercase().into()))
    }

    /// Its text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Uuid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Uuid {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = json::text(deserializer)?;
        Self::parse(&text).ok_or_else(|| D::Error::custom("an identifier is expected"))
    }
}

/// The owner of a key.
#[derive(Debug, Clone, Deserialize)]
pub struct Me {
    /// The structure that the key opens.
    pub structure: Structure,
}

/// A structure.
#[derive(Debug, Clone, Deserialize)]
pub struct Structure {
    /// Its identifier.
    pub id: Uuid,
}

/// A sitting of a list.
#[derive(Debug, Clone, Deserialize)]
pub struct Sitting {
    /// Its identifier.
    pub id: Uuid,
    /// Its name, which is that of its type.
    #[serde(default, deserialize_with = "json::text")]
    pub name: String,
    /// Its beginning.
    #[serde(deserialize_with = "instant")]
    pub date: DateTime<Utc>,
    /// True once the secretariat has put it away.
    #[serde(rename = "isArchived", deserialize_with = "json::flag")]
    pub is_archived: bool,
    /// Present from 4.3 on, and tells it.
    #[serde(default, rename = "isMandatorAllowed", deserialize_with = "json::lenient")]
    pub is_mandator_allowed: Option<bool>,
}

/// What a sitting alone says besides.
#[derive(Debug, Clone, Deserialize)]
pub struct SittingDetail {
    /// Its identifier, which proves that it is this sitting.
    pub id: Uuid,
    /// A mark that changes when its documents do. It is a number, and only compared.
    #[serde(deserialize_with = "json::text")]
    pub revision: String,
    /// Its place.
    #[serde(default, deserialize_with = "json::text")]
    pub place: String,
}

/// A convocation of somebody to a sitting.
#[derive(Debug, Clone, Deserialize)]
pub struct Convocation {
    /// Its identifier.
    pub id: Uuid,
    /// Whose it is.
    pub user: ConvenedUser,
    /// True once it was acknowledged.
    #[serde(rename = "isRead", deserialize_with = "json::flag")]
    pub is_read: bool,
    /// True once it was sent.
    #[serde(rename = "isActive", deserialize_with = "json::flag")]
    is_active: bool,
    /// The token of its sending.
    #[serde(default, rename = "sentTimestamp", deserialize_with = "json::part")]
    sent: Option<Timestamp>,
    /// `convocation` of élus, `invitation` of staff and guests.
    #[serde(default, deserialize_with = "json::text")]
    category: String,
    #[serde(default, deserialize_with = "json::text")]
    attendance: String,
    #[serde(default, deserialize_with = "person_name")]
    deputy: Option<String>,
    #[serde(default, deserialize_with = "person_name")]
    mandator: Option<String>,
}

/// The user of a convocation.
#[derive(Debug, Clone, Deserialize)]
pub struct ConvenedUser {
    /// Their identifier.
    pub id: Uuid,
    #[serde(default, deserialize_with = "json::lenient")]
    role: Option<Role>,
}

#[derive(Debug, Clone, Deserialize)]
struct Role {
    #[serde(default, deserialize_with = "json::text")]
    name: String,
}

#[derive(Debug, Clone, Deserialize)]
struct Timestamp {
    #[serde(default, rename = "createdAt", deserialize_with = "json::lenient")]
    created_at: Option<String>,
}

/// What somebody answered about their attendance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Attendance {
    /// Nothing yet.
    Unanswered,
    /// They come.
    Present,
    /// They do not come; before 4.3 they may have named a proxy.
    Absent {
        /// The proxy, when there is one.
        proxy: Option<String>,
    },
    /// They take part from afar (4.2).
    Remote,
    /// They do not come, and give a proxy (4.3).
    Proxy {
        /// Who receives it.
        to: Option<String>,
    },
    /// They do not come, and send their deputy (4.3).
    Deputy {
        /// Who comes.
        name: Option<String>,
    },
    /// Something that this version of the connector does not know: they did answer.
    Other,
}

impl Convocation {
    /// True if whoever is convened may see it. i-delibRE shows it to them when it is active and was sent; before, it would reveal a sitting.
    #[must_use]
    pub fn is_sent(&self) -> bool {
        self.is_active && self.sent.is_some()
    }

    /// The time of its sending, where it can be read.
    #[must_use]
    pub fn sent_at(&self) -> Option<DateTime<Utc>> {
        self.sent.as_ref()?.created_at.as_deref().and_then(parse_instant)
    }

    /// True if an answer about the attendance is asked: not of those who are merely invited.
    #[must_use]
    pub fn asks_answer(&self) -> bool {
        self.category == "convocation"
    }

    /// True for a deputy, who has a convocation beside the one of whom they stand in for (4.3).
    #[must_use]
    pub fn is_deputy(&self) -> bool {
        self.user.role.as_ref().is_some_and(|role| role.name == "Deputy")
    }

    /// The answer.
    #[must_use]
    pub fn attendance(&self) -> Attendance {
        match self.attendance.trim() {
            "" => Attendance::Unanswered,
            "present" => Attendance::Present,
            "absent" => Attendance::Absent { proxy: self.deputy.clone() },
            "remote" => Attendance::Remote,
            "poa" => Attendance::Proxy { to: self.mandator.clone() },
            "deputy" => Attendance::Deputy { name: self.deputy.clone() },
            _ => Attendance::Other,
        }
    }
}

/// A project of deliberation on the agenda of a sitting.
#[derive(Debug, Clone, Deserialize)]
pub struct Project {
    /// Its identifier.
    pub id: Uuid,
    /// Its annexes.
    #[serde(default)]
    pub annexes: List<Annex>,
}

/// An annex of a project.
#[derive(Debug, Clone, Deserialize)]
pub struct Annex {
    /// Its identifier.
    pub id: Uuid,
}

/// A user of a structure.
#[derive(Debug, Clone, Deserialize)]
pub struct User {
    /// Their identifier.
    pub id: Uuid,
    /// Their user name: `login@suffix`.
    #[serde(default, deserialize_with = "json::text")]
    pub username: String,
    /// Their mail address.
    #[serde(default, deserialize_with = "json::text")]
    pub email: String,
    /// False for an account that was closed. It always stands there: an account of which it is not known lets nobody in.
    #[serde(rename = "isActive", deserialize_with = "json::flag")]
    pub is_active: bool,
}

/// A name: a text up to 4.2, a user from 4.3 on; whatever else it is, none.
fn person_name<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    let name = match Value::deserialize(deserializer)? {
        Value::String(name) => name,
        Value::Object(user) => {
            let part = |field: &str| user.get(field).and_then(Value::as_str).unwrap_or_default();
            format!("{} {}", part("firstName"), part("lastName"))
        }
        _ => String::new(),
    };
    let name = crate::kit::content::plain(&name);
    Ok(Some(name).filter(|name| !name.is_empty()))
}

fn instant<'de, D: Deserializer<'de>>(deserializer: D) -> Result<DateTime<Utc>, D::Error> {
    let text = json::text(deserializer)?;
    parse_instant(&text).ok_or_else(|| D::Error::custom("a date is expected"))
}

/// A date of ISO 8601. One without an offset is in UTC, as the server keeps its dates; the exact form is the framework's choice.
#[must_use]
pub fn parse_instant(text: &str) -> Option<DateTime<Utc>> {
    let text = text.trim();
    let zoned = DateTime::parse_from_rfc3339(text)
        .or_else(|_| DateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.f%z"))
        .map(|date| date.to_utc());
    zoned
        .or_else(|_| NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.f").map(|date| date.and_utc()))
        .or_else(|_| NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S%.f").map(|date| date.and_utc()))
        .ok()
}
