//! Readers of JSON that one odd item does not stop, and that never take a count for another.
//!
//! PHP writes an empty object as `[]` and a list with holes as an object with numbers for keys; versions write one number as a number and
//! the next as a text; optional parts come as `null`. All this is read. A list that is none of it is an error, and so is a count that is
//! no number.

use serde::{
    Deserialize, Deserializer,
    de::{DeserializeOwned, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor},
};
use serde_json::{Value, value::RawValue};
use std::{fmt, marker::PhantomData};

/// Items of a list that are kept. No desk shows more, and an answer that is one long list of small items would cost many times its own size.
pub const MAX_LIST_ITEMS: usize = 20_000;

/// A list whose items are read one by one. Those beyond [`MAX_LIST_ITEMS`] are counted as unreadable.
///
/// `[]`, `{}` and `null` are empty, and with `#[serde(default)]` so is a field that is absent: not for the one list of an answer, whose
/// presence shows that it is this answer. An object all of whose keys are digits is a
/// list. Anything else is an error.
///
/// ```
/// use pleiade_connectors::kit::json::List;
/// let list: List<u8> = serde_json::from_str(r#"[1, "two", 3]"#)?;
/// assert_eq!((list.items, list.unreadable), (vec![1, 3], 1));
/// let list: List<u8> = serde_json::from_str(r#"{"0": 1, "2": 3}"#)?;
/// assert_eq!(list.items, [1, 3]);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct List<T> {
    /// The items that could be read, in the order of the application.
    pub items: Vec<T>,
    /// The number of items that could not be read. Every number counted from the list is a minimum then.
    pub unreadable: usize,
}

impl<T> List<T> {
    /// True if a number counted from it may be too small.
    #[must_use]
    pub fn is_partial(&self) -> bool {
        self.unreadable > 0
    }

    /// Adds another list at the end.
    pub fn extend(&mut self, other: Self) {
        self.items.extend(other.items);
        self.unreadable += other.unreadable;
    }

    /// The same list with each item mapped; an item for which `read` returns `None` is unreadable.
    pub fn filter_map<U>(self, read: impl FnMut(T) -> Option<U>) -> List<U> {
        let before = self.items.len();
        let items: Vec<U> = self.items.into_iter().filter_map(read).collect();
        List { unreadable: self.unreadable + before - items.len(), items }
    }

    /// Reads one item from its own text, or counts it as unreadable.
    fn add(&mut self, item: &RawValue)
    where
        T: DeserializeOwned,
    {
        match serde_json::from_str(item.get()) {
            Ok(item) if self.items.len() < MAX_LIST_ITEMS => self.items.push(item),
            _ => self.unreadable += 1,
        }
    }
}

/// Reads as the slice of its items.
impl<T> std::ops::Deref for List<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        &self.items
    }
}

impl<T> Default for List<T> {
    fn default() -> Self {
        Self { items: Vec::new(), unreadable: 0 }
    }
}

impl<T> FromIterator<T> for List<T> {
    fn from_iter<I: IntoIterator<Item = T>>(items: I) -> Self {
        Self { items: items.into_iter().collect(), unreadable: 0 }
    }
}

impl<'de, T: DeserializeOwned> Deserialize<'de> for List<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ListVisitor(PhantomData))
    }
}

/// Reads item by item, each from its own text: a field that nobody reads costs no memory beyond it.
struct ListVisitor<T>(PhantomData<T>);

impl<'de, T: DeserializeOwned> Visitor<'de> for ListVisitor<T> {
    type Value = List<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_unit<E>(self) -> Result<List<T>, E> {
        Ok(List::default())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<List<T>, A::Error> {
        let mut list = List::default();
        while let Some(item) = items.next_element::<Box<RawValue>>()? {
            list.add(&item);
        }
        Ok(list)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<List<T>, A::Error> {
        let (mut numbered, mut beyond): (Vec<(u64, Box<RawValue>)>, usize) = (Vec::new(), 0);
        while let Some(key) = fields.next_key::<String>()? {
            let number = Some(&key).filter(|key| is_number(key)).and_then(|key| key.parse().ok());
            let number = number.ok_or_else(|| A::Error::custom("a list is expected"))?;
            let item = fields.next_value()?;
            match numbered.len() < MAX_LIST_ITEMS {
                true => numbered.push((number, item)),
                false => beyond += 1,
            }
        }
        numbered.sort_by_key(|(number, _)| *number);
        let mut list = List { unreadable: beyond, ..List::default() };
        numbered.iter().for_each(|(_, item)| list.add(item));
        Ok(list)
    }
}

fn is_number(key: &str) -> bool {
    !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_digit())
}

/// A [`List`] that some servers write as its one item when it has only one.
///
/// # Errors
/// As [`List`].
pub fn list_or_one<'de, D: Deserializer<'de>, T: DeserializeOwned>(
    deserializer: D,
) -> Result<List<T>, D::Error> {
    let raw = Box::<RawValue>::deserialize(deserializer)?;
    match serde_json::from_str(raw.get()) {
        Ok(list) => Ok(list),
        Err(_) if raw.get().starts_with('{') => {
            let mut list = List::default();
            list.add(&raw);
            Ok(list)
        }
        Err(_) => Err(D::Error::custom("a list is expected")),
    }
}

/// A map whose values are read one by one. `[]`, `{}` and `null` are empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Map<T> {
    /// The values that could be read, by key.
    pub items: std::collections::BTreeMap<String, T>,
    /// The keys of the values that could not be read.
    pub unreadable: Vec<String>,
}

impl<T> Default for Map<T> {
    fn default() -> Self {
        Self { items: std::collections::BTreeMap::new(), unreadable: Vec::new() }
    }
}

impl<'de, T: DeserializeOwned> Deserialize<'de> for Map<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(MapVisitor(PhantomData))
    }
}

struct MapVisitor<T>(PhantomData<T>);

impl<'de, T: DeserializeOwned> Visitor<'de> for MapVisitor<T> {
    type Value = Map<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_unit<E>(self) -> Result<Map<T>, E> {
        Ok(Map::default())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Map<T>, A::Error> {
        match items.next_element::<IgnoredAny>()? {
            None => Ok(Map::default()),
            Some(_) => Err(A::Error::custom("an object is expected")),
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Map<T>, A::Error> {
        let mut map = Map::default();
        while let Some((key, value)) = fields.next_entry::<String, Box<RawValue>>()? {
            match serde_json::from_str(value.get()) {
                Ok(item) => drop(map.items.insert(key, item)),
                Err(_) => map.unreadable.push(key),
            }
        }
        Ok(map)
    }
}

/// An optional part: `null`, `[]` and `{}` are its default, as if it were absent.
///
/// # Errors
/// When something else stands there.
pub fn part<'de, D: Deserializer<'de>, T: DeserializeOwned + Default>(
    deserializer: D,
) -> Result<T, D::Error> {
    let raw = Box::<RawValue>::deserialize(deserializer)?;
    let mut written = raw.get().chars().filter(|c| !c.is_ascii_whitespace());
    let head: String = written.by_ref().take(5).collect();
    match head.as_str() {
        "null" | "[]" | "{}" => Ok(T::default()),
        _ => serde_json::from_str(raw.get()).map_err(|_| D::Error::custom("this part cannot be read")),
    }
}

/// An optional part that must hide nothing else: whatever cannot be read is its default. Never for a count.
///
/// # Errors
/// Only when the input is no JSON.
pub fn lenient<'de, D: Deserializer<'de>, T: DeserializeOwned + Default>(
    deserializer: D,
) -> Result<T, D::Error> {
    let raw = Box::<RawValue>::deserialize(deserializer)?;
    Ok(part(&mut serde_json::Deserializer::from_str(raw.get())).unwrap_or_default())
}

/// A text; a number is its digits, `null` and an empty list are the empty text.
///
/// # Errors
/// For anything else.
pub fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    match Value::deserialize(deserializer)? {
        Value::Null => Ok(String::new()),
        Value::Array(list) if list.is_empty() => Ok(String::new()),
        Value::String(text) => Ok(text),
        Value::Number(number) => Ok(number.to_string()),
        _ => Err(D::Error::custom("a text is expected")),
    }
}

/// A whole number from 0 on, as a number or between quotes: a count, or a key.
///
/// # Errors
/// For anything else, so that a count that cannot be read is never 0.
pub fn number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
    match Value::deserialize(deserializer)? {
        Value::Number(number) => number.as_u64(),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
    .ok_or_else(|| D::Error::custom("a whole number is expected"))
}

/// A flag: a boolean, `0` and `1`, or their words; `null` is false.
///
/// # Errors
/// For anything else.
pub fn flag<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    match Value::deserialize(deserializer)? {
        Value::Null => Ok(false),
        Value::Bool(flag) => Ok(flag),
        Value::Number(number) => match number.as_u64() {
            Some(0) => Ok(false),
            Some(1) => Ok(true),
            _ => Err(D::Error::custom("a flag is expected")),
        },
        Value::String(text) => match text.as_str() {
            "" | "0" | "false" | "FALSE" | "no" => Ok(false),
            "1" | "true" | "TRUE" | "yes" => Ok(true),
            _ => Err(D::Error::custom("a flag is expected")),
        },
        _ => Err(D::Error::custom("a flag is expected")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[derive(Debug, Deserialize, PartialEq)]
    struct Folder {
        #[serde(deserialize_with = "number")]
        unread: u64,
        #[serde(default, deserialize_with = "text")]
        name: String,
    }

    #[derive(Debug, Default, Deserialize)]
    struct Answer {
        #[serde(default)]
        folders: List<Folder>,
        #[serde(default, deserialize_with = "part")]
        summary: Option<Folder>,
        #[serde(default, deserialize_with = "flag")]
        more: bool,
    }

    fn parse(value: Value) -> Result<Answer, serde_json::Error> {
        serde_json::from_value(value)
    }

    #[test]
    fn every_way_to_write_an_empty_list_is_empty() {
        for empty in [json!({}), json!({"folders": null}), json!({"folders": []}), json!({"folders": {}})] {
            let answer = parse(empty).unwrap();
            assert_eq!((answer.folders.items.len(), answer.folders.is_partial()), (0, false));
        }
        for wrong in [json!("none"), json!(0), json!(false), json!({"a": 1})] {
            assert!(parse(json!({"folders": wrong})).is_err());
        }
    }

    #[test]
    fn one_odd_item_hides_no_other() {
        let folders = json!([{"unread": 1}, null, {"unread": "beaucoup"}, [], {"unread": "3", "name": 12}]);
        let list = parse(json!({ "folders": folders })).unwrap().folders;
        assert_eq!(list.items.iter().map(|folder| folder.unread).collect::<Vec<_>>(), [1, 3]);
        assert_eq!((list.unreadable, list.items[1].name.as_str()), (3, "12"));
    }

    #[test]
    fn an_object_with_numbers_for_keys_is_a_list_in_their_order() {
        let list = parse(json!({"folders": {"10": {"unread": 10}, "2": {"unread": 2}}})).unwrap().folders;
        assert_eq!(list.items.iter().map(|folder| folder.unread).collect::<Vec<_>>(), [2, 10]);
    }

    #[test]
    fn one_item_alone_is_a_list_where_the_server_writes_so() {
        #[derive(Deserialize)]
        struct One {
            #[serde(deserialize_with = "list_or_one")]
            folder: List<Folder>,
        }
        for (value, found) in [
            (json!({"unread": 1}), (1, 0)),
            (json!([{"unread": 1}, {"unread": 2}]), (2, 0)),
            (json!({"name": "x"}), (0, 1)),
            (json!(null), (0, 0)),
            (json!({"0": {"unread": 1}}), (1, 0)),
        ] {
            let one: One = serde_json::from_value(json!({ "folder": value })).unwrap();
            assert_eq!((one.folder.items.len(), one.folder.unreadable), found);
        }
    }

    #[test]
    fn optional_parts_may_be_nothing_in_every_spelling() {
        for nothing in [json!(null), json!([]), json!({})] {
            assert_eq!(parse(json!({ "summary": nothing })).unwrap().summary, None);
        }
        assert!(parse(json!({"summary": {"unread": "x"}})).is_err());
        assert!(parse(json!({"more": "1"})).unwrap().more && !parse(json!({"more": null})).unwrap().more);
    }

    #[test]
    fn a_count_is_a_number_or_an_error() {
        for wrong in [json!("x"), json!(-1), json!(1.5), json!(null), json!(""), json!([]), json!(true)] {
            assert!(serde_json::from_value::<Folder>(json!({ "unread": wrong })).is_err());
        }
    }
}
