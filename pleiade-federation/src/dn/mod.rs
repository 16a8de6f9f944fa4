//! Distinguished names of directory entries (RFC 4514).
//!
//! A directory and an operator spell one name in several ways: `\,` is `\2C`, `\C3\89` is `É`, case and the blanks around `,`, `+` and `=`
//! do not count. So a name is kept, and looked up, exactly as it was written, and compared in a normal form that nobody sees.

#[cfg(test)]
mod tests;

use std::{
    fmt,
    hash::{Hash, Hasher},
    sync::Arc,
};

/// Characters that are written with a `\` in a value of the normal form. `=` and the blanks are only in the way of a reader.
const SPECIAL: &str = "\"#+,;<=>\\";

/// A distinguished name, compared as RFC 4514 says: types and values without case, the values of one component in any order, values in
/// `#` notation as they are. Nothing that a schema says counts: `2.5.4.3` is not `cn`.
///
/// A text that is no distinguished name equals exactly the same text and stands under nothing.
///
/// ```
/// use pleiade_federation::dn::DistinguishedName;
///
/// let told = DistinguishedName::from(r"CN=NOM\, Prénom,OU=Agents,DC=ville,DC=example");
/// assert_eq!(told, DistinguishedName::from(r"cn=nom\2c pr\C3\A9nom, ou=agents, dc=ville, dc=example"));
/// assert_eq!(told.as_str(), r"CN=NOM\, Prénom,OU=Agents,DC=ville,DC=example");
/// assert!(told.is_under(&DistinguishedName::from("dc=Ville,dc=Example")));
/// ```
#[derive(Clone)]
pub struct DistinguishedName {
    written: Arc<str>,
    /// `None` for a text that is no distinguished name. In it a `,` only ever separates components.
    normal: Option<Arc<str>>,
}

/// A text that is no distinguished name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "not a distinguished name: write it as cn=admins,ou=groupes,dc=ville,dc=example, with a \\ before each , + \" \\ < > ; of a value"
)]
#[non_exhaustive]
pub struct DnError;

impl DistinguishedName {
    /// A name that an operator writes.
    ///
    /// # Errors
    /// [`DnError`] for anything but a distinguished name of at least one component.
    pub fn parse(written: &str) -> Result<Self, DnError> {
        let name = Self::from(written);
        if name.normal.as_deref().is_some_and(|normal| !normal.is_empty()) { Ok(name) } else { Err(DnError) }
    }

    /// The name of the entry by which a server tells of itself: no component at all.
    #[must_use]
    pub fn root() -> Self {
        Self::from("")
    }

    /// Exactly as it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.written
    }

    /// True if it is `base` or stands somewhere under it.
    #[must_use]
    pub fn is_under(&self, base: &Self) -> bool {
        let (Some(normal), Some(base)) = (&self.normal, &base.normal) else { return false };
        base.is_empty()
            || normal.strip_suffix(&**base).is_some_and(|above| above.is_empty() || above.ends_with(','))
    }

    /// The number of its components; none for a text that is no distinguished name.
    #[must_use]
    pub fn depth(&self) -> usize {
        let components = |normal: &str| if normal.is_empty() { 0 } else { normal.split(',').count() };
        self.normal.as_deref().map_or(0, components)
    }

    /// The first value of the first component as people read it: `Affaires, générales` for `cn=Affaires\2c générales,ou=x`. `None` when it
    /// is empty, no text, or in `#` notation.
    #[must_use]
    pub fn first_value(&self) -> Option<String> {
        let first = components(&self.written)?.into_iter().next()?.into_iter().next()?;
        let Value::Octets(octets) = first.value else { return None };
        String::from_utf8(octets).ok().map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
    }

    /// The key of comparison: whether it is a name, and its normal form or else the text.
    fn form(&self) -> (bool, &str) {
        (self.normal.is_some(), self.normal.as_deref().unwrap_or(&self.written))
    }
}

impl From<&str> for DistinguishedName {
    fn from(written: &str) -> Self {
        Self { written: written.into(), normal: components(written).map(|parsed| normal(&parsed).into()) }
    }
}

impl PartialEq for DistinguishedName {
    fn eq(&self, other: &Self) -> bool {
        self.form() == other.form()
    }
}

impl Eq for DistinguishedName {}

impl Hash for DistinguishedName {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.form().hash(state);
    }
}

/// A person's name is personal data and stays out of debug output.
impl fmt::Debug for DistinguishedName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DistinguishedName").finish_non_exhaustive()
    }
}

/// One type with its value.
struct Attribute {
    kind: String,
    value: Value,
}

enum Value {
    /// In `#` notation: digits in lower case.
    Hex(String),
    Octets(Vec<u8>),
}

/// The components in their order, each with its attributes; `None` when the text is no distinguished name.
fn components(written: &str) -> Option<Vec<Vec<Attribute>>> {
    let mut rest = written.trim_start_matches(' ');
    if rest.is_empty() {
        return Some(Vec::new());
    }
    let mut all = vec![Vec::new()];
    loop {
        let (attribute, end) = attribute(rest)?;
        all.last_mut()?.push(attribute);
        let mut after = end.chars();
        match after.next() {
            None => return Some(all),
            Some(',') => all.push(Vec::new()),
            // What ends a value is one of both.
            Some(_) => {}
        }
        rest = after.as_str();
    }
}

/// The attribute at the start of a text, and the rest, which is empty or begins with what separates it from the next.
fn attribute(text: &str) -> Option<(Attribute, &str)> {
    let (kind, rest) = text.split_once('=')?;
    let kind = kind.trim_matches(' ').to_ascii_lowercase();
    let is_inside = |octet: u8| octet.is_ascii_alphanumeric() || b"-._".contains(&octet);
    if !kind.starts_with(|first: char| first.is_ascii_alphanumeric()) || !kind.bytes().all(is_inside) {
        return None;
    }
    let rest = rest.trim_start_matches(' ');
    let (value, rest) = match rest.strip_prefix('#') {
        Some(digits) => {
            let end = digits.find([',', '+']).unwrap_or(digits.len());
            let (digits, rest) = digits.split_at_checked(end)?;
            let digits = digits.trim_end_matches(' ');
            if digits.is_empty()
                || digits.len() % 2 == 1
                || !digits.bytes().all(|digit| digit.is_ascii_hexdigit())
            {
                return None;
            }
            (Value::Hex(digits.to_ascii_lowercase()), rest)
        }
        None => {
            let (octets, rest) = octets(rest)?;
            (Value::Octets(octets), rest)
        }
    };
    Some((Attribute { kind, value }, rest))
}

/// The octets of the value at the start of a text, without the blanks at its end, and the rest.
fn octets(text: &str) -> Option<(Vec<u8>, &str)> {
    let mut value = Vec::new();
    // Up to here blanks are the value's own.
    let mut kept = 0;
    let mut chars = text.chars();
    loop {
        let rest = chars.as_str();
        let Some(next) = chars.next().filter(|next| !matches!(next, ',' | '+')) else {
            value.truncate(kept);
            return Some((value, rest));
        };
        match next {
            '\\' => {
                let escaped = chars.next()?;
                match escaped.to_digit(16) {
                    Some(high) => value.push(u8::try_from(high << 4 | chars.next()?.to_digit(16)?).ok()?),
                    None => value.extend_from_slice(escaped.encode_utf8(&mut [0; 4]).as_bytes()),
                }
                kept = value.len();
            }
            // A quote and a semicolon had another meaning in older standards (RFC 2253 §4), and a NUL ends a text elsewhere.
            '"' | ';' | '\0' => return None,
            ' ' => value.push(b' '),
            other => {
                value.extend_from_slice(other.encode_utf8(&mut [0; 4]).as_bytes());
                kept = value.len();
            }
        }
    }
}

fn normal(components: &[Vec<Attribute>]) -> String {
    let component = |attributes: &Vec<Attribute>| {
        let mut all: Vec<String> = attributes
            .iter()
            .map(|Attribute { kind, value }| match value {
                Value::Hex(digits) => format!("{kind}=#{digits}"),
                Value::Octets(octets) => format!("{kind}={}", normal_value(octets)),
            })
            .collect();
        all.sort();
        all.join("+")
    };
    components.iter().map(component).collect::<Vec<_>>().join(",")
}

/// A value in lower case, each octet that is special or no text in hexadecimal digits.
fn normal_value(octets: &[u8]) -> String {
    let mut out = String::with_capacity(octets.len());
    let escape = |out: &mut String, octet: u8| {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        let digit = |place: u8| DIGITS.get(usize::from(place)).copied().map_or('0', char::from);
        out.extend(['\\', digit(octet >> 4), digit(octet & 0x0f)]);
    };
    for chunk in octets.utf8_chunks() {
        // One character at a time: what a letter becomes must not depend on its neighbours.
        for c in chunk.valid().chars().flat_map(char::to_lowercase) {
            match u8::try_from(c) {
                Ok(octet) if SPECIAL.contains(c) || octet.is_ascii_control() => escape(&mut out, octet),
                _ => out.push(c),
            }
        }
        chunk.invalid().iter().for_each(|octet| escape(&mut out, *octet));
    }
    // Blanks at either end belong to the value, and would not if they were written as they are.
    let inside = out.trim_matches(' ');
    if inside.len() == out.len() {
        return out;
    }
    let blanks = |count: usize| "\\20".repeat(count);
    let before = out.len() - out.trim_start_matches(' ').len();
    [blanks(before), inside.to_owned(), blanks(out.len() - before - inside.len())].concat()
}

/// Asserts what must hold for every text.
#[cfg(any(test, fuzzing))]
pub(crate) fn check(text: &str) {
    let name = DistinguishedName::from(text);
    assert_eq!(name.as_str(), text);
    assert_eq!(name, DistinguishedName::from(text));
    assert_eq!(name.is_under(&DistinguishedName::root()), name.normal.is_some());
    assert!(name.first_value().is_none_or(|value| !value.is_empty() && name.depth() > 0));
    let Some(normal) = &name.normal else {
        assert!(!name.is_under(&name) && name.depth() == 0 && DistinguishedName::parse(text).is_err());
        return;
    };
    assert!(name.is_under(&name));
    let again = DistinguishedName::from(&**normal);
    assert_eq!(again.normal.as_ref(), Some(normal), "the normal form of the normal form is itself");
    assert_eq!((again.depth(), again == name), (name.depth(), true));
}
