//! What Zimbra answers, read tolerantly where its versions and its two formats differ, and strictly where a number is at stake.

use crate::kit::json::{self, List};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Deserializer, de::Error as _};
use serde_json::{Map, Value, value::RawValue};
use std::{fmt, str::FromStr};

/// The inbox.
pub(super) const INBOX: &str = "2";
/// The person's own calendar.
pub(super) const CALENDAR: &str = "10";
/// The person's own tasks.
pub(super) const TASKS: &str = "15";
/// Trash, Junk, Sent, Drafts: what is unread there waits for nobody.
const UNCOUNTED_FOLDERS: [&str; 4] = ["3", "4", "5", "6"];

/// Not an item id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an item id of Zimbra is a number, or an account and a number joined by a colon")]
pub struct ItemIdError;

/// The id of an item: a number, negative for a conversation of one message, after `<account>:` for a shared one.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ItemId(String);

impl ItemId {
    /// The id as Zimbra writes it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The person's own calendar.
    #[must_use]
    pub fn calendar() -> Self {
        Self(CALENDAR.to_owned())
    }

    /// The term that finds a folder's items; a shared folder's id needs quotes.
    pub(super) fn search_term(&self) -> String {
        if self.0.contains(':') { format!("inid:\"{}\"", self.0) } else { format!("inid:{}", self.0) }
    }
}

impl FromStr for ItemId {
    type Err = ItemIdError;
    fn from_str(text: &str) -> Result<Self, ItemIdError> {
        let (account, number) =
            text.split_once(':').map_or((None, text), |(account, id)| (Some(account), id));
        let digits = number.strip_prefix('-').unwrap_or(number);
        let is_number = (1..=18).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
        let is_account = account.is_none_or(|account| {
            (1..=64).contains(&account.len()) && account.bytes().all(|b| b.is_ascii_hexdigit() || b == b'-')
        });
        if is_number && is_account { Ok(Self(text.to_owned())) } else { Err(ItemIdError) }
    }
}

impl<'de> Deserialize<'de> for ItemId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = match Value::deserialize(deserializer)? {
            Value::String(text) => text,
            Value::Number(number) => number.to_string(),
            _ => return Err(D::Error::custom("an item id")),
        };
        text.parse().map_err(D::Error::custom)
    }
}

fn scalar<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    Ok(match Option::<Value>::deserialize(deserializer)? {
        Some(Value::Object(mut object)) => object.remove("_content"),
        other => other,
    })
}

/// Text, bare or as `{"_content": …}`.
pub(super) fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    match scalar(deserializer)? {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(Value::Number(number)) => Ok(Some(number.to_string())),
        Some(_) => Err(D::Error::custom("a text")),
    }
}

/// A whole number, as a number or a string. What is there and is no number is an error, never nothing.
pub(super) fn whole<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<i64>, D::Error> {
    let number = match scalar(deserializer)? {
        None | Some(Value::Null) => return Ok(None),
        Some(Value::Number(number)) => number.as_i64(),
        Some(Value::String(text)) => text.trim().parse().ok(),
        Some(_) => None,
    };
    number.map(Some).ok_or_else(|| D::Error::custom("a whole number"))
}

fn count<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
    let number = whole(deserializer)?.and_then(|number| u64::try_from(number).ok());
    number.ok_or_else(|| D::Error::custom("a count"))
}

/// A boolean: `true`, `1`, `"1"`, `"true"`, `"TRUE"`, and their opposites.
pub(super) fn maybe_flag<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<bool>, D::Error> {
    let flag = match scalar(deserializer)? {
        None | Some(Value::Null) => return Ok(None),
        Some(Value::Bool(flag)) => Some(flag),
        Some(Value::Number(number)) => match number.as_i64() {
            Some(0) => Some(false),
            Some(1) => Some(true),
            _ => None,
        },
        Some(Value::String(text)) => match text.as_str() {
            "0" | "false" | "FALSE" => Some(false),
            "1" | "true" | "TRUE" => Some(true),
            _ => None,
        },
        Some(_) => None,
    };
    flag.map(Some).ok_or_else(|| D::Error::custom("a boolean"))
}

fn flag<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    Ok(maybe_flag(deserializer)?.unwrap_or(false))
}

/// Milliseconds since 1970 as a moment.
pub(super) fn moment<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<DateTime<Utc>>, D::Error> {
    match whole(deserializer)? {
        None => Ok(None),
        Some(millis) => {
            DateTime::from_timestamp_millis(millis).map(Some).ok_or_else(|| D::Error::custom("a date"))
        }
    }
}

/// An answer of which nothing is read.
#[derive(Debug, Clone, Copy)]
pub struct NoContent;

impl<'de> Deserialize<'de> for NoContent {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Map::<String, Value>::deserialize(deserializer).map(|_| Self)
    }
}

/// The answer to a sign-in.
#[derive(Deserialize)]
pub(super) struct SignInAnswer {
    #[serde(rename = "authToken", default, deserialize_with = "token")]
    pub(super) token: Option<String>,
    /// Milliseconds.
    #[serde(default, deserialize_with = "whole")]
    pub(super) lifetime: Option<i64>,
    #[serde(rename = "twoFactorAuthRequired", default, deserialize_with = "maybe_flag")]
    pub(super) second_factor: Option<bool>,
}

/// The token stays out of debug output.
impl fmt::Debug for SignInAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SignInAnswer").field("lifetime", &self.lifetime).finish_non_exhaustive()
    }
}

fn token<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    let value = Value::deserialize(deserializer)?;
    let tokens: List<Value> = match value {
        Value::String(_) => [value].into_iter().collect(),
        other => json::list_or_one(other).map_err(D::Error::custom)?,
    };
    let token = tokens.items.first().map(|token| token.get("_content").unwrap_or(token));
    Ok(token.and_then(Value::as_str).map(str::to_owned))
}

/// Folders, as a tree.
#[derive(Debug, Clone, Deserialize)]
pub struct Folders {
    #[serde(default, deserialize_with = "json::list_or_one")]
    pub(super) folder: List<Folder>,
}

/// One folder.
#[derive(Debug, Clone, Deserialize)]
pub struct Folder {
    /// Its id.
    pub id: ItemId,
    /// Unread messages; 0 when the server says nothing.
    #[serde(rename = "u", default, deserialize_with = "count")]
    pub unread: u64,
    /// The kind of its items: `message`, `appointment`, `task`…; absent for the root.
    #[serde(default, deserialize_with = "json::lenient")]
    pub view: Option<String>,
    /// Flags; `#` for a calendar that the person shows.
    #[serde(rename = "f", default, deserialize_with = "json::lenient")]
    pub flags: Option<String>,
    #[serde(rename = "zid", default, deserialize_with = "json::lenient")]
    owner: Option<String>,
    #[serde(rename = "rid", default, deserialize_with = "text")]
    remote: Option<String>,
    #[serde(default, deserialize_with = "json::list_or_one")]
    folder: List<Folder>,
    #[serde(default, deserialize_with = "json::list_or_one")]
    link: List<Folder>,
}

impl Folder {
    fn is_shown_calendar(&self) -> bool {
        self.view.as_deref() == Some("appointment") && self.flags.as_deref().is_some_and(|f| f.contains('#'))
    }

    fn id_where_it_lives(&self) -> ItemId {
        let shared = self.owner.as_ref().zip(self.remote.as_ref());
        shared.and_then(|(owner, id)| format!("{owner}:{id}").parse().ok()).unwrap_or_else(|| self.id.clone())
    }
}

impl Folders {
    fn find_folder(folders: &List<Folder>, id: &str) -> Option<Folder> {
        folders.items.iter().find_map(|folder| {
            if folder.id.as_str() == id {
                Some(folder.clone())
            } else {
                Self::find_folder(&folder.folder, id)
            }
        })
    }

    /// The inbox, when it is among them.
    #[must_use]
    pub fn inbox(&self) -> Option<Folder> {
        Self::find_folder(&self.folder, INBOX)
    }

    /// Unread messages of all mail folders but Trash, Junk, Sent and Drafts.
    #[must_use]
    pub fn unread(&self) -> u64 {
        fn sum(folders: &List<Folder>) -> u64 {
            folders
                .items
                .iter()
                .filter(|folder| !UNCOUNTED_FOLDERS.contains(&folder.id.as_str()))
                .map(|folder| {
                    let own = if matches!(folder.view.as_deref(), None | Some("message" | "conversation")) {
                        folder.unread
                    } else {
                        0
                    };
                    own.saturating_add(sum(&folder.folder))
                })
                .fold(0, u64::saturating_add)
        }
        sum(&self.folder)
    }

    /// The number of folders that could not be read. Sums are minimums then.
    #[must_use]
    pub fn unreadable(&self) -> usize {
        fn walk(folders: &List<Folder>) -> usize {
            let below = folders.items.iter().map(|folder| walk(&folder.folder) + walk(&folder.link));
            folders.unreadable + below.sum::<usize>()
        }
        walk(&self.folder)
    }

    /// The calendars that the person shows in the webmail, with those shared with them; their own one when none is marked.
    #[must_use]
    pub fn shown_calendars(&self) -> Vec<ItemId> {
        fn walk(folders: &List<Folder>, found: &mut Vec<ItemId>) {
            for folder in folders.items.iter().filter(|folder| folder.id.as_str() != "3") {
                if folder.is_shown_calendar() {
                    found.push(folder.id_where_it_lives());
                }
                walk(&folder.folder, found);
                walk(&folder.link, found);
            }
        }
        let mut found = Vec::new();
        walk(&self.folder, &mut found);
        if found.is_empty() {
            found.push(ItemId::calendar());
        }
        found
    }
}

/// A page of messages.
#[derive(Debug, Clone, Deserialize)]
pub struct Messages {
    /// The messages.
    #[serde(rename = "m", default, deserialize_with = "json::list_or_one")]
    pub messages: List<Message>,
    /// True if more match.
    #[serde(default, deserialize_with = "flag")]
    pub more: bool,
}

/// One message.
#[derive(Clone, Deserialize)]
pub struct Message {
    /// Its id.
    pub id: ItemId,
    /// The conversation it belongs to.
    #[serde(rename = "cid", default, deserialize_with = "json::lenient")]
    pub conversation: Option<ItemId>,
    /// The time of receipt.
    #[serde(rename = "d", default, deserialize_with = "moment")]
    pub received: Option<DateTime<Utc>>,
    /// The subject.
    #[serde(rename = "su", default, deserialize_with = "text")]
    pub subject: Option<String>,
    /// Its first words.
    #[serde(rename = "fr", default, deserialize_with = "text")]
    pub fragment: Option<String>,
    /// Flags: `u` unread, `a` attachment, `v` invitation, `!` urgent…
    #[serde(rename = "f", default, deserialize_with = "json::lenient")]
    pub flags: Option<String>,
    /// The people it is from and to.
    #[serde(rename = "e", default, deserialize_with = "json::list_or_one")]
    pub addresses: List<Address>,
}

impl Message {
    /// True if a flag is set.
    #[must_use]
    pub fn has(&self, flag: char) -> bool {
        self.flags.as_deref().is_some_and(|flags| flags.contains(flag))
    }

    /// The author, by the fullest name that Zimbra knows.
    #[must_use]
    pub fn sender(&self) -> Option<&str> {
        let from = self.addresses.items.iter().find(|address| address.kind.as_deref() == Some("f"))?;
        [&from.full_name, &from.short_name, &from.mail]
            .into_iter()
            .find_map(|name| name.as_deref().filter(|name| !name.trim().is_empty()))
    }
}

/// Mails stay out of debug output.
impl fmt::Debug for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Message").field("id", &self.id).finish_non_exhaustive()
    }
}

/// One person of a message; each part may be absent.
#[derive(Clone, Deserialize)]
pub struct Address {
    /// Mail address.
    #[serde(rename = "a", default, deserialize_with = "json::lenient")]
    pub mail: Option<String>,
    /// Full name.
    #[serde(rename = "p", default, deserialize_with = "json::lenient")]
    pub full_name: Option<String>,
    /// First word of the name.
    #[serde(rename = "d", default, deserialize_with = "json::lenient")]
    pub short_name: Option<String>,
    /// `f` from, `t` to, `c` copy…
    #[serde(rename = "t", default, deserialize_with = "json::lenient")]
    pub kind: Option<String>,
}

/// Personal data stays out of debug output.
impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Address").field("kind", &self.kind).finish_non_exhaustive()
    }
}

/// Meetings with an instance in the span asked for.
#[derive(Debug, Clone, Deserialize)]
pub struct Appointments {
    #[serde(rename = "appt", default, deserialize_with = "json::list_or_one")]
    pub(super) appointments: List<Appointment>,
}

/// One meeting with its instances.
#[derive(Clone)]
pub(super) struct Appointment {
    pub(super) id: ItemId,
    /// The attributes of the meeting, common to its instances.
    pub(super) common: Attributes,
    pub(super) instances: List<Attributes>,
}

impl<'de> Deserialize<'de> for Appointment {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct AppointmentItem {
            id: ItemId,
            #[serde(rename = "inst", default, deserialize_with = "json::list_or_one")]
            instances: List<Attributes>,
        }
        let raw = Box::<RawValue>::deserialize(deserializer)?;
        let AppointmentItem { id, instances } = serde_json::from_str(raw.get()).map_err(D::Error::custom)?;
        let common = serde_json::from_str(raw.get()).map_err(D::Error::custom)?;
        Ok(Self { id, common, instances })
    }
}

/// Meetings stay out of debug output.
impl fmt::Debug for Appointment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Appointment").field("id", &self.id).finish_non_exhaustive()
    }
}

/// The attributes of a meeting, which an instance may replace by its own.
#[derive(Clone, Default, Deserialize)]
pub(super) struct Attributes {
    /// The start of an instance; on a meeting, its size in bytes.
    #[serde(rename = "s", default, deserialize_with = "whole")]
    pub(super) start: Option<i64>,
    /// Milliseconds.
    #[serde(rename = "dur", default, deserialize_with = "whole")]
    pub(super) duration: Option<i64>,
    #[serde(rename = "allDay", default, deserialize_with = "maybe_flag")]
    pub(super) all_day: Option<bool>,
    /// Milliseconds between the event's zone and UTC.
    #[serde(rename = "tzo", default, deserialize_with = "whole")]
    pub(super) zone_offset: Option<i64>,
    #[serde(rename = "ridZ", default, deserialize_with = "text")]
    pub(super) recurrence: Option<String>,
    #[serde(rename = "invId", default, deserialize_with = "text")]
    pub(super) invitation: Option<String>,
    /// That of iCalendar, of the whole series.
    #[serde(default, deserialize_with = "text")]
    pub(super) uid: Option<String>,
    #[serde(default, deserialize_with = "text")]
    pub(super) name: Option<String>,
    #[serde(rename = "loc", default, deserialize_with = "text")]
    pub(super) location: Option<String>,
    #[serde(rename = "fr", default, deserialize_with = "text")]
    pub(super) fragment: Option<String>,
    #[serde(rename = "ptst", default, deserialize_with = "json::lenient")]
    pub(super) answer: Option<String>,
    #[serde(default, deserialize_with = "json::lenient")]
    pub(super) status: Option<String>,
    #[serde(rename = "isOrg", default, deserialize_with = "maybe_flag")]
    pub(super) is_organiser: Option<bool>,
    #[serde(rename = "or", default, deserialize_with = "json::lenient")]
    pub(super) organiser: Option<Address>,
    #[serde(rename = "ex", default, deserialize_with = "maybe_flag")]
    pub(super) exception: Option<bool>,
}

/// A page of tasks.
#[derive(Debug, Clone, Deserialize)]
pub struct Tasks {
    /// The tasks.
    #[serde(rename = "task", default, deserialize_with = "json::list_or_one")]
    pub tasks: List<Task>,
    /// True if more match.
    #[serde(default, deserialize_with = "flag")]
    pub more: bool,
}

/// One task.
#[derive(Clone, Deserialize)]
pub struct Task {
    /// Its id.
    pub id: ItemId,
    /// The title; absent for a private task of somebody else.
    #[serde(default, deserialize_with = "text")]
    pub name: Option<String>,
    /// `1` high, `5`, `9` low.
    #[serde(default, deserialize_with = "text")]
    pub priority: Option<String>,
    /// 0 to 100.
    #[serde(rename = "percentComplete", default, deserialize_with = "whole")]
    pub percent: Option<i64>,
    /// `NEED`, `INPR`, `COMP`, `WAITING` or `DEFERRED`.
    #[serde(default, deserialize_with = "json::lenient")]
    pub status: Option<String>,
    #[serde(rename = "allDay", default, deserialize_with = "maybe_flag")]
    pub(super) all_day: Option<bool>,
    #[serde(rename = "dueDate", default, deserialize_with = "moment")]
    pub(super) due: Option<DateTime<Utc>>,
    #[serde(rename = "tzoDue", default, deserialize_with = "whole")]
    pub(super) due_offset: Option<i64>,
    #[serde(rename = "inst", default, deserialize_with = "json::list_or_one")]
    pub(super) instances: List<TaskInstance>,
}

/// Tasks stay out of debug output.
impl fmt::Debug for Task {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Task").field("id", &self.id).finish_non_exhaustive()
    }
}

/// The dates of a task, which Zimbra puts on its one instance.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct TaskInstance {
    #[serde(rename = "dueDate", default, deserialize_with = "moment")]
    pub(super) due: Option<DateTime<Utc>>,
    #[serde(rename = "tzoDue", default, deserialize_with = "whole")]
    pub(super) due_offset: Option<i64>,
}

/// The account.
#[derive(Clone, Deserialize)]
pub struct Info {
    /// Version of the server.
    #[serde(default, deserialize_with = "text")]
    pub version: Option<String>,
    /// The account's address.
    #[serde(default, deserialize_with = "text")]
    pub name: Option<String>,
    /// Bytes used.
    #[serde(default, deserialize_with = "whole")]
    pub used: Option<i64>,
    #[serde(default, deserialize_with = "attributes")]
    pub(super) attrs: Map<String, Value>,
}

impl Info {
    /// Bytes allowed; absent when unlimited or not told.
    #[must_use]
    pub fn quota(&self) -> Option<i64> {
        let value = self.attrs.get("zimbraMailQuota")?;
        let bytes = value.as_i64().or_else(|| value.as_str()?.trim().parse().ok())?;
        (bytes > 0).then_some(bytes)
    }

    /// The share of the quota in use, 0 to 100 and sometimes above.
    #[must_use]
    pub fn quota_percent(&self) -> Option<f64> {
        let (used, quota) = self.used.zip(self.quota())?;
        #[expect(clippy::cast_precision_loss, reason = "a percentage for display")]
        let percent = used as f64 * 100.0 / quota as f64;
        Some((percent * 10.0).round() / 10.0)
    }
}

/// Accounts stay out of debug output.
impl fmt::Debug for Info {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Info").field("version", &self.version).finish_non_exhaustive()
    }
}

/// `{"_attrs": {…}}`, or the `<attr name="k">v</attr>` list that XML turns into.
fn attributes<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Map<String, Value>, D::Error> {
    match Option::<Map<String, Value>>::deserialize(deserializer)?
        .as_mut()
        .and_then(|all| all.remove("_attrs"))
    {
        Some(Value::Object(attributes)) => Ok(attributes),
        _ => Ok(Map::new()),
    }
}

/// A new calendar item.
#[derive(Debug, Clone, Deserialize)]
pub struct CreatedItem {
    /// Its id.
    #[serde(rename = "calItemId")]
    pub id: ItemId,
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn item_ids_are_numbers_and_nothing_else() {
        for good in ["257", "-257", "0a1b2c3d-0000-4000-8000-00000000abcd:301"] {
            assert_eq!(good.parse::<ItemId>().unwrap().as_str(), good);
        }
        for bad in ["", "-", "257,258", "a:1:2", "../1", "1 OR inid:2", ":1", "x y:1", "9999999999999999999"]
        {
            assert!(bad.parse::<ItemId>().is_err(), "{bad}");
        }
        assert_eq!("0a-1:7".parse::<ItemId>().unwrap().search_term(), "inid:\"0a-1:7\"");
    }

    #[test]
    fn reads_a_conversation_s_fields_of_the_documented_search() {
        let sample: Messages = serde_json::from_value(json!({"more":"0","m":[{"id":"257","cid":"-257","f":"au!","d":1_795_457_016_970_i64,
            "su":"Délibération n°12","fr":"Bonjour, voici le projet…","e":[{"a":"mairie@ville.example","t":"t"},
            {"a":"dgs@ville.example","d":"Anne","p":"Anne Durand","t":"f"}]}]}))
        .unwrap();
        let mail = &sample.messages.items[0];
        assert_eq!(mail.sender(), Some("Anne Durand"));
        assert!(mail.has('a') && mail.has('!') && !mail.has('v'));
        assert_eq!(mail.received.unwrap().to_rfc3339(), "2026-11-23T18:03:36.970+00:00");
        assert!(!sample.more);
    }

    #[test]
    fn absent_lists_are_empty_and_missing_people_are_nobody() {
        let empty: Messages =
            serde_json::from_value(json!({"sortBy":"dateDesc","offset":0,"more":false})).unwrap();
        assert!(empty.messages.items.is_empty());
        let bare: Messages = serde_json::from_value(json!({"m":{"id":258}})).unwrap();
        let bare = &bare.messages.items[0];
        assert_eq!((bare.id.as_str(), bare.sender()), ("258", None));
    }

    #[test]
    fn a_folder_whose_count_is_no_number_is_left_out_and_never_zero() {
        let folders = |folder: Value| serde_json::from_value::<Folders>(json!({ "folder": folder })).unwrap();
        for wrong in [json!("beaucoup"), json!(-1), json!({}), json!([])] {
            let read = folders(json!([{"id":"2","u":wrong},{"id":"300","u":3}]));
            assert!(read.inbox().is_none());
            assert_eq!((read.unread(), read.unreadable()), (3, 1));
        }
        let read = folders(json!([{"id":"2","u":"12"},{"id":"7"}]));
        assert_eq!((read.inbox().unwrap().unread, read.unreadable()), (12, 0));
        assert!(serde_json::from_value::<Messages>(json!({"more":"peut-être"})).is_err());
    }

    #[test]
    fn unread_mail_is_counted_where_people_read() {
        let tree: Folders = serde_json::from_value(json!({"folder":[{"id":"1","folder":[
            {"id":"2","u":12,"view":"message","folder":[{"id":"300","u":3,"view":"message"}]},
            {"id":"3","u":7,"view":"message","folder":[{"id":"301","u":9,"view":"message"}]},
            {"id":"4","u":40,"view":"message"},
            {"id":"6","u":1,"view":"message"},
            {"id":"10","u":5,"view":"appointment"},
            {"id":"302","u":2,"view":"message"}]}]}))
        .unwrap();
        assert_eq!((tree.inbox().unwrap().unread, tree.unread()), (12, 17));
    }

    #[test]
    fn calendars_are_those_that_the_person_shows() {
        let tree: Folders = serde_json::from_value(json!({"folder":[{"id":"1",
            "folder":[{"id":"10","view":"appointment","f":"#"},{"id":"320","view":"appointment"}],
            "link":[{"id":"321","view":"appointment","f":"#","zid":"0a1b-2c","rid":10}]}]}))
        .unwrap();
        let shown: Vec<_> = tree.shown_calendars().iter().map(ItemId::search_term).collect();
        assert_eq!(shown, ["inid:10", "inid:\"0a1b-2c:10\""]);
        let none: Folders = serde_json::from_value(json!({})).unwrap();
        assert_eq!(none.shown_calendars(), [ItemId::calendar()]);
    }

    #[test]
    fn quotas_come_as_numbers_or_strings_and_zero_is_unlimited() {
        let info = |used: Value, quota: Value| {
            let answer = json!({"version":"10.1.0","used":used,"attrs":{"_attrs":{"zimbraMailQuota":quota}}});
            serde_json::from_value::<Info>(answer).unwrap().quota_percent()
        };
        assert_eq!(info(json!(750), json!("1000")), Some(75.0));
        assert_eq!(info(json!("333"), json!(1000)), Some(33.3));
        assert_eq!(info(json!({"_content":"750"}), json!("0")), None);
    }

    #[test]
    fn a_sign_in_gives_its_token_in_either_shape() {
        for token in [json!([{"_content":"0_abc"}]), json!({"_content":"0_abc"}), json!("0_abc")] {
            let answer: SignInAnswer =
                serde_json::from_value(json!({"authToken":token,"lifetime":172_799_998})).unwrap();
            assert_eq!((answer.token.as_deref(), answer.lifetime), (Some("0_abc"), Some(172_799_998)));
            assert!(!format!("{answer:?}").contains("0_abc"));
        }
    }
}
