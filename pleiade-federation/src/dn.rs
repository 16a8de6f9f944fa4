//! Distinguished names of directory entries (RFC 4514).
//!
//! A directory and an operator spell one name in several ways: `\,` is `\2C`, `\C3\89` is `É`, case and the blanks around `,`, `+` and `=` do
//! not count. So a name is kept, and looked up, exactly as it was written, and compared in a normal form that nobody sees.

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
pub struct NotAName;

impl DistinguishedName {
    /// A name that an operator writes.
    ///
    /// # Errors
    /// [`NotAName`] for anything but a distinguished name of at least one component.
    pub fn parse(written: &str) -> Result<Self, NotAName> {
        let name = Self::from(written);
        if name.normal.as_deref().is_some_and(|normal| !normal.is_empty()) { Ok(name) } else { Err(NotAName) }
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

    /// Whether it is `base` or stands somewhere under it.
    #[must_use]
    pub fn is_under(&self, base: &Self) -> bool {
        let (Some(normal), Some(base)) = (&self.normal, &base.normal) else { return false };
        base.is_empty()
            || normal.strip_suffix(&**base).is_some_and(|above| above.is_empty() || above.ends_with(','))
    }

    /// How many components it has; none for a text that is no distinguished name.
    #[must_use]
    pub fn depth(&self) -> usize {
        let components = |normal: &str| if normal.is_empty() { 0 } else { normal.split(',').count() };
        self.normal.as_deref().map_or(0, components)
    }

    /// The first value of the first component as people read it: `Affaires, générales` for `cn=Affaires\2c générales,ou=x`. `None` when it is
    /// empty, no text, or in `#` notation.
    #[must_use]
    pub fn first_value(&self) -> Option<String> {
        let first = components(&self.written)?.into_iter().next()?.into_iter().next()?;
        let Value::Octets(octets) = first.value else { return None };
        String::from_utf8(octets).ok().map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
    }

    /// What is compared: that it is a name, and its normal form or else the text.
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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::HashSet;

    fn dn(text: &str) -> DistinguishedName {
        DistinguishedName::from(text)
    }

    #[test]
    fn one_name_has_many_spellings() {
        for (one, other) in [
            (r"CN=NOM\, Prénom,DC=x", r"cn=nom\2C pr\c3\a9nom,dc=x"),
            (r"CN=Élu,DC=x", r"CN=\C3\89lu,DC=x"),
            ("cn=a,dc=x", " CN = A , DC = X "),
            (r"cn=C\+\+,dc=x", r"cn=c\2b\2B,dc=x"),
            (r"cn=a\=b\#c,dc=x", "cn=a=b#c,dc=x"),
            (r"cn=\#1,dc=x", r"cn=\231,dc=x"),
            (r"cn=a\ ,dc=x", r"cn=a\20 ,dc=x"),
            (r"cn=\ a,dc=x", r"cn=\20a,dc=x"),
            (r#"cn=\"a\"\;\<b\>,dc=x"#, r"cn=\22a\22\3b<b>,dc=x"),
            (r"cn=a\\b,dc=x", r"cn=a\5cb,dc=x"),
            ("cn=a+ou=b,dc=x", "OU=B + CN=A,dc=x"),
            ("cn=#04AB,dc=x", "cn=#04ab ,dc=x"),
            ("2.5.4.3=a", "2.5.4.3 = a"),
            ("cn=ΣΑΣ", "cn=σασ"),
            ("", " "),
        ] {
            assert_eq!(dn(one), dn(other), "{one} {other}");
            assert_eq!(dn(one).as_str(), one);
        }
    }

    #[test]
    fn other_names_stay_apart() {
        let names = [
            "cn=a,dc=x",
            "cn=a,dc=y",
            "cn=a",
            "cn=a,cn=a,dc=x",
            "ou=a,dc=x",
            r"cn=a\,dc=x",
            "cn=a+dc=x",
            "cn=a+cn=a,dc=x",
            r"cn=a\+ou\=b,dc=x",
            "cn=a+ou=b,dc=x",
            "cn=b+ou=a,dc=x",
            r"cn=a\20,dc=x",
            r"cn=a\20\20,dc=x",
            r"cn=\20a,dc=x",
            "cn=a a,dc=x",
            "cn=a  a,dc=x",
            r"cn=NOM\, Prénom,dc=x",
            r"cn=NOM\,Prénom,dc=x",
            "cn=NOM Prénom,dc=x",
            "cn=é,dc=x",
            "cn=e,dc=x",
            r"cn=\e9,dc=x",
            r"cn=\5ce9,dc=x",
            "cn=#0401,dc=x",
            r"cn=\#0401,dc=x",
            "cn=,dc=x",
            "cn=\\00,dc=x",
            "",
            // No distinguished names.
            "cn=a,,dc=x",
            "cn=a,dc=x,",
            "cn=a;dc=x",
            "a",
            "A",
        ];
        let apart: HashSet<DistinguishedName> = names.into_iter().map(dn).collect();
        assert_eq!(apart.len(), names.len());
    }

    #[test]
    fn texts_that_are_no_names_equal_themselves_alone() {
        for bad in [
            "x",
            "=a",
            ",",
            "cn=a,",
            ",cn=a",
            "cn=a,,dc=x",
            "cn=a+",
            "cn=a+,dc=x",
            "cn=a\\",
            r"cn=a\2",
            r"cn=a\2g",
            "cn=#",
            "cn=#0",
            "cn=#0g",
            "cn=#04 05",
            "c n=a",
            "-a=b",
            "<GUID=1>",
            "cn=\"a, b\",dc=x",
            "cn=a;dc=x",
            "cn=a\0",
            "lecteur@ville.example",
        ] {
            assert_eq!(DistinguishedName::parse(bad).err(), Some(NotAName), "{bad:?}");
            assert_eq!(dn(bad), dn(bad));
            assert_ne!(dn(bad), dn(&format!("{bad} ")));
            assert!(!dn(bad).is_under(&dn("dc=x")) && !dn("dc=x").is_under(&dn(bad)));
            assert_eq!((dn(bad).depth(), dn(bad).first_value()), (0, None));
        }
        assert!(
            DistinguishedName::parse("").is_err(),
            "the whole of a server is no branch that somebody writes"
        );
    }

    #[test]
    fn a_base_is_a_whole_suffix() {
        assert!(dn("cn=a,OU=Groupes, o=alpha").is_under(&dn("ou=groupes,o=alpha")));
        assert!(dn(r"cn=Dupont\, Jean,ou=A\2cB,o=alpha").is_under(&dn(r"OU=a\,b,o=alpha")));
        assert!(dn("o=alpha").is_under(&dn("O=Alpha")));
        for (name, base) in [
            ("cn=a,ou=mesgroupes,o=alpha", "groupes,o=alpha"),
            ("cn=a,ou=mesgroupes,o=alpha", "ou=groupes,o=alpha"),
            ("cn=a,ou=groupes,o=beta", "ou=groupes,o=alpha"),
            ("o=alpha", "ou=groupes,o=alpha"),
            // The comma belongs to the value.
            (r"cn=x\,o=alpha", "o=alpha"),
            (r"cn=a,ou=x\,ou\=groupes\,o\=alpha", "ou=groupes,o=alpha"),
            ("cn=a+o=alpha", "o=alpha"),
        ] {
            assert!(!dn(name).is_under(&dn(base)), "{name} {base}");
        }
        assert_eq!((dn("").depth(), dn(r"cn=a\,b+ou=c,dc=x").depth()), (0, 2));
    }

    #[test]
    fn names_of_groups_are_unescaped() {
        for (name, value) in [
            ("cn=urbanisme,ou=groupes", Some("urbanisme")),
            (r"cn=Affaires\2c G\C3\A9n\,x,ou=g", Some("Affaires, Gén,x")),
            (r"CN=C\+\+ \= ok + OU=b", Some("C++ = ok")),
            (r"cn=\e9,ou=g", None),
            ("cn=#0401,ou=g", None),
            ("cn= ,ou=g", None),
            ("", None),
        ] {
            assert_eq!(dn(name).first_value().as_deref(), value, "{name}");
        }
    }

    /// The letters of a value, each with one of the ways to write it.
    type Letters = Vec<(char, u8)>;

    fn meant(letters: &Letters) -> String {
        letters.iter().flat_map(|(letter, _)| letter.to_lowercase()).collect()
    }

    fn value() -> impl Strategy<Value = Letters> {
        let letter = prop_oneof![
            4 => prop::char::range('a', 'e'),
            3 => prop::sample::select(vec![',', '+', '=', '\\', '#', '"', ';', '<', '>', ' ', '\0', '\n']),
            2 => prop::sample::select(vec!['é', 'É', 'Œ', '€', '𝔸', 'ẞ']),
        ];
        prop::collection::vec((letter, 0_u8..4), 0..6)
    }

    /// The capital of a letter that has one.
    fn upper(letter: char) -> char {
        let mut capitals = letter.to_uppercase();
        match (capitals.next(), capitals.next()) {
            (Some(capital), None) => capital,
            _ => letter,
        }
    }

    /// One of the ways to write a value: each letter as it is where that may be, behind a `\`, or in hexadecimal digits.
    fn spelled(letters: &Letters, shift: u8) -> String {
        let last = letters.len().saturating_sub(1);
        let mut out = String::new();
        for (place, (letter, way)) in letters.iter().enumerate() {
            let way = (way + shift) % 4;
            let at_edge = place == 0 || place == last;
            let must = ",+\"\\;".contains(*letter) || *letter == '\0' || (at_edge && " #".contains(*letter));
            let may_escape = *letter != '\0' && !letter.is_ascii_hexdigit();
            match way {
                0 if !must => out.push(*letter),
                1 if !must => out.push(upper(*letter)),
                2 if may_escape => out.extend(['\\', *letter]),
                _ => {
                    for octet in letter.encode_utf8(&mut [0; 4]).bytes() {
                        let digits = format!("\\{octet:02x}");
                        out.push_str(&if shift.is_multiple_of(2) { digits } else { digits.to_uppercase() });
                    }
                }
            }
        }
        out
    }

    /// The components of a name: types by their place in `KINDS`, and values.
    type Written = Vec<Component>;
    type Component = Vec<(usize, Letters)>;

    fn name() -> impl Strategy<Value = Written> {
        let attribute = (0_usize..3, value());
        prop::collection::vec(prop::collection::vec(attribute, 1..3), 1..4)
    }

    const KINDS: [[&str; 2]; 3] = [["cn", "CN"], ["ou", "Ou"], ["dc", "dC"]];

    fn write(name: &Written, shift: u8) -> String {
        let blank = if shift % 3 == 1 { " " } else { "" };
        let component = |attributes: &Component| {
            let mut all: Vec<String> = attributes
                .iter()
                .map(|(kind, letters)| {
                    let kind = KINDS[*kind][usize::from(shift % 2)];
                    format!("{blank}{kind}{blank}={blank}{}{blank}", spelled(letters, shift))
                })
                .collect();
            if shift % 2 == 1 {
                all.reverse();
            }
            all.join("+")
        };
        name.iter().map(component).collect::<Vec<_>>().join(",")
    }

    /// What a name means, however it is written.
    fn meaning(name: &Written) -> Vec<Vec<(usize, String)>> {
        let component = |attributes: &Component| {
            let mut all: Vec<_> = attributes.iter().map(|(kind, letters)| (*kind, meant(letters))).collect();
            all.sort();
            all
        };
        name.iter().map(component).collect()
    }

    proptest! {
        #[test]
        fn whatever_is_read_is_kept_and_compared_the_same_again(text in r#"([a-cé ,+=\\#";<>0-9]|\\[0-9a-f]{2}|cn=|,dc=){0,12}"#) {
            check(&text);
        }

        #[test]
        fn every_spelling_of_a_name_is_that_name(written in name(), one in 0_u8..12, other in 0_u8..12) {
            let (one, other) = (write(&written, one), write(&written, other));
            check(&one);
            prop_assert!(dn(&one).normal.is_some(), "{one:?}");
            prop_assert!(dn(&one) == dn(&other), "{one:?} {other:?}");
            prop_assert_eq!(dn(&one).depth(), written.len());
        }

        #[test]
        fn names_that_mean_something_else_stay_apart(a in name(), b in name(), one in 0_u8..12, other in 0_u8..12) {
            let same = meaning(&a) == meaning(&b);
            prop_assert_eq!(dn(&write(&a, one)) == dn(&write(&b, other)), same);
        }

        #[test]
        fn a_name_stands_under_the_ends_of_itself_alone(a in name(), b in name(), at in 0_usize..4, one in 0_u8..12) {
            let whole = dn(&write(&a, one));
            if let Some(end) = a.get(at..).filter(|end| !end.is_empty()) {
                prop_assert!(whole.is_under(&dn(&write(&end.to_vec(), one + 1))));
            }
            let ends = meaning(&a).ends_with(&meaning(&b));
            prop_assert_eq!(whole.is_under(&dn(&write(&b, one + 2))), ends);
        }
    }
}
