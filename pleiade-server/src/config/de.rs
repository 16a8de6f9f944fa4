//! From the tree to typed values, keeping the place and the path of what does not fit.

use super::{
    error::{FilePosition, Problem, ProblemKind},
    tree::{Node, Value},
};
use serde::de::{
    self, DeserializeOwned, DeserializeSeed, EnumAccess, IntoDeserializer, MapAccess, SeqAccess,
    VariantAccess, Visitor,
};
use std::{collections::btree_map, fmt, slice};

/// Reads a typed value from a node. `key` is the path of the node itself.
pub(super) fn from_node<T: DeserializeOwned>(node: &Node, key: &str) -> Result<T, Problem> {
    T::deserialize(Reader(node)).map_err(|error| {
        let mut path = key.to_owned();
        for part in error.path.iter().rev() {
            if !path.is_empty() && !part.starts_with('[') {
                path.push('.');
            }
            path.push_str(part);
        }
        Problem {
            kind: error.kind,
            place: Some(error.place.unwrap_or_else(|| node.place.clone())),
            key: path,
            message: error.message,
        }
    })
}

/// An error on its way up: the path is gathered backwards.
#[derive(Debug)]
struct SettingsError {
    kind: ProblemKind,
    message: String,
    place: Option<FilePosition>,
    path: Vec<String>,
}

impl SettingsError {
    fn below(mut self, part: String, place: &FilePosition) -> Self {
        self.path.push(part);
        self.place.get_or_insert_with(|| place.clone());
        self
    }
}

impl fmt::Display for SettingsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for SettingsError {}

/// What is expected, without the words of the language that this is written in.
fn plain_words(expected: &str) -> &str {
    match expected {
        "u8" | "u16" | "u32" | "u64" | "usize" | "i8" | "i16" | "i32" | "i64" | "isize" => "a whole number",
        "f32" | "f64" => "a number",
        "a boolean" => "true or false",
        "a string" | "a borrowed string" | "a character" => "a text",
        "a sequence" => "a list",
        "a map" => "a table",
        _ => expected,
    }
}

impl de::Error for SettingsError {
    fn custom<T: fmt::Display>(message: T) -> Self {
        let message = message.to_string();
        let (kind, message) = match url_fault(&message) {
            Some(fault) => (ProblemKind::BadUrl, format!("not a whole address (https://host/path): {fault}")),
            None => (ProblemKind::Wrong, message),
        };
        Self { kind, message, place: None, path: Vec::new() }
    }

    /// The value may be a secret: it is not repeated.
    fn invalid_value(_: de::Unexpected<'_>, expected: &dyn de::Expected) -> Self {
        Self::custom(format_args!("this value does not fit, expected {}", plain_words(&expected.to_string())))
    }

    fn invalid_type(found: de::Unexpected<'_>, expected: &dyn de::Expected) -> Self {
        let found = match found {
            de::Unexpected::Bool(_) => "true or false",
            de::Unexpected::Unsigned(_) | de::Unexpected::Signed(_) => "a whole number",
            de::Unexpected::Float(_) => "a number",
            de::Unexpected::Str(_) | de::Unexpected::Char(_) => "a text",
            de::Unexpected::Seq => "a list",
            de::Unexpected::Map | de::Unexpected::StructVariant => "a table",
            _ => "something else",
        };
        Self::custom(format_args!("this is {found}, expected {}", plain_words(&expected.to_string())))
    }

    fn unknown_variant(_: &str, expected: &'static [&'static str]) -> Self {
        Self::custom(format_args!("expected one of {}", quoted(expected)))
    }

    fn unknown_field(field: &str, expected: &'static [&'static str]) -> Self {
        let mut mistake =
            Self::custom(format_args!("unknown key `{field}`, expected one of {}", quoted(expected)));
        mistake.kind = ProblemKind::UnknownKey;
        mistake
    }

    fn missing_field(field: &'static str) -> Self {
        let is_secret =
            ["key", "secret", "password", "token", "certificate"].iter().any(|word| field.contains(word));
        match is_secret {
            true => Self::custom(format_args!(
                "the key `{field}` is missing; a file may hold its value, named by `{field}_file`"
            )),
            false => Self::custom(format_args!("the key `{field}` is missing")),
        }
    }
}

/// The fault of an address, without the address that `url` writes after it and that may hold a password.
fn url_fault(message: &str) -> Option<url::ParseError> {
    use url::ParseError::{
        EmptyHost, IdnaError, InvalidDomainCharacter, InvalidIpv4Address, InvalidIpv6Address, InvalidPort,
        Overflow, RelativeUrlWithCannotBeABaseBase, RelativeUrlWithoutBase, SetHostOnCannotBeABaseUrl,
    };
    [
        EmptyHost,
        IdnaError,
        InvalidDomainCharacter,
        InvalidIpv4Address,
        InvalidIpv6Address,
        InvalidPort,
        Overflow,
        RelativeUrlWithCannotBeABaseBase,
        RelativeUrlWithoutBase,
        SetHostOnCannotBeABaseUrl,
    ]
    .into_iter()
    .find(|fault| message.strip_prefix(&fault.to_string()).is_some_and(|rest| rest.starts_with(": ")))
}

fn quoted(names: &[&str]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

struct Reader<'a>(&'a Node);

impl<'de> de::Deserializer<'de> for Reader<'_> {
    type Error = SettingsError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, SettingsError> {
        match &self.0.value {
            Value::Table(table) => visitor.visit_map(TableReader { rest: table.iter(), next: None }),
            Value::List(list) => visitor.visit_seq(ListReader { rest: list.iter(), at: 0 }),
            Value::Text(text) => visitor.visit_str(text),
            Value::Integer(integer) => visitor.visit_i64(*integer),
            Value::Float(float) => visitor.visit_f64(*float),
            Value::Boolean(boolean) => visitor.visit_bool(*boolean),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, SettingsError> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, SettingsError> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, SettingsError> {
        match &self.0.value {
            Value::Text(text) => visitor.visit_enum(text.as_str().into_deserializer()),
            Value::Table(table) if table.len() == 1 => match table.iter().next() {
                Some((name, node)) => visitor.visit_enum(VariantReader { name, node }),
                None => Err(de::Error::custom("expected a text")),
            },
            _ => Err(de::Error::custom("expected a text")),
        }
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple
        tuple_struct map struct identifier ignored_any
    }
}

struct TableReader<'a> {
    rest: btree_map::Iter<'a, String, Node>,
    next: Option<(&'a String, &'a Node)>,
}

impl<'de> MapAccess<'de> for TableReader<'_> {
    type Error = SettingsError;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, SettingsError> {
        let Some((key, node)) = self.rest.next() else { return Ok(None) };
        self.next = Some((key, node));
        let read = seed.deserialize(key.as_str().into_deserializer());
        read.map(Some).map_err(|error: SettingsError| error.below(key.clone(), &node.place))
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, SettingsError> {
        let (key, node) =
            self.next.take().ok_or_else(|| <SettingsError as de::Error>::custom("a key is missing"))?;
        seed.deserialize(Reader(node)).map_err(|error| error.below(key.clone(), &node.place))
    }
}

struct ListReader<'a> {
    rest: slice::Iter<'a, Node>,
    at: usize,
}

impl<'de> SeqAccess<'de> for ListReader<'_> {
    type Error = SettingsError;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, SettingsError> {
        let Some(node) = self.rest.next() else { return Ok(None) };
        let part = format!("[{}]", self.at);
        self.at += 1;
        seed.deserialize(Reader(node)).map(Some).map_err(|error| error.below(part, &node.place))
    }
}

struct VariantReader<'a> {
    name: &'a String,
    node: &'a Node,
}

impl<'de, 'a> EnumAccess<'de> for VariantReader<'a> {
    type Error = SettingsError;
    type Variant = Reader<'a>;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Reader<'a>), SettingsError> {
        let name = seed
            .deserialize(self.name.as_str().into_deserializer())
            .map_err(|error: SettingsError| error.below(self.name.clone(), &self.node.place))?;
        Ok((name, Reader(self.node)))
    }
}

impl<'de> VariantAccess<'de> for Reader<'_> {
    type Error = SettingsError;

    fn unit_variant(self) -> Result<(), SettingsError> {
        Err(de::Error::custom("expected a text"))
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, SettingsError> {
        seed.deserialize(self)
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, SettingsError> {
        de::Deserializer::deserialize_any(self, visitor)
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, SettingsError> {
        de::Deserializer::deserialize_any(self, visitor)
    }
}
