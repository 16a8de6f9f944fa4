//! Entries as they came: any attribute may be text or not, and a malformed entry is an error, not a panic.

use ldap3::{ResultEntry, asn1::StructureTag};
use std::collections::BTreeMap;

/// One entry.
#[derive(Clone, Default)]
pub(super) struct Entry {
    pub(super) dn: String,
    /// By lower-case name without options; values of the options of one attribute are joined.
    attributes: BTreeMap<String, Vec<Vec<u8>>>,
}

impl Entry {
    pub(super) fn read(result: ResultEntry) -> Option<Self> {
        let text = |tag: StructureTag| String::from_utf8(tag.expect_primitive()?).ok();
        let mut parts = result.0.match_id(4)?.expect_constructed()?.into_iter();
        let mut entry = Self { dn: text(parts.next()?)?, attributes: BTreeMap::new() };
        for attribute in parts.next()?.expect_constructed()? {
            let mut parts = attribute.expect_constructed()?.into_iter();
            let name = text(parts.next()?)?.to_ascii_lowercase();
            let name = name.split(';').next().unwrap_or_default().to_owned();
            let values = parts.next()?.expect_constructed()?;
            let values: Option<Vec<_>> = values.into_iter().map(StructureTag::expect_primitive).collect();
            entry.attributes.entry(name).or_default().extend(values?);
        }
        Some(entry)
    }

    /// The values of an attribute as octets.
    pub(super) fn octets(&self, name: &str) -> &[Vec<u8>] {
        self.attributes.get(&name.to_ascii_lowercase()).map_or(&[], Vec::as_slice)
    }

    /// The values of an attribute that are text of a reasonable length.
    pub(super) fn texts(&self, name: &str) -> impl Iterator<Item = &str> {
        const LONGEST: usize = 1024;
        self.octets(name)
            .iter()
            .filter_map(|value| std::str::from_utf8(value).ok())
            .map(str::trim)
            .filter(|text| !text.is_empty() && text.len() <= LONGEST && !text.chars().any(char::is_control))
    }

    /// The first of them.
    pub(super) fn text(&self, name: &str) -> Option<String> {
        self.texts(name).next().map(str::to_owned)
    }
}

/// The text of an `objectGUID`: its first three parts are little-endian (MS-DTYP §2.3.4).
pub(super) fn guid_text(octets: &[u8]) -> Option<String> {
    let octets: [u8; 16] = octets.try_into().ok()?;
    let [a, b, c, d, e, f, g, h, tail @ ..] = octets;
    let hex: String =
        [d, c, b, a, f, e, h, g].iter().chain(&tail).map(|octet| format!("{octet:02x}")).collect();
    let part = |range: std::ops::Range<usize>| hex.get(range);
    Some(format!("{}-{}-{}-{}-{}", part(0..8)?, part(8..12)?, part(12..16)?, part(16..20)?, part(20..32)?))
}

/// The filter value of an `objectGUID` given as text.
pub(super) fn guid_filter(text: &str) -> Option<String> {
    let hex: String = text.chars().filter(|c| *c != '-').collect();
    if hex.len() != 32 || !hex.bytes().all(|b| b.is_ascii_hexdigit()) {
        return None;
    }
    let octet = |place: usize| hex.get(place * 2..place * 2 + 2);
    const ORDER: [usize; 16] = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15];
    ORDER.iter().map(|place| Some(format!("\\{}", octet(*place)?))).collect()
}

/// The value of the first component of a distinguished name, unescaped: `cn=Affaires\2c g,ou=x` gives `Affaires, g`.
pub(super) fn first_component(dn: &str) -> Option<String> {
    let (_, rest) = dn.split_once('=')?;
    let mut value = Vec::new();
    let mut octets = rest.bytes();
    while let Some(octet) = octets.next() {
        match octet {
            b',' | b'+' => break,
            b'\\' => {
                let first = octets.next()?;
                let digit =
                    |octet: u8| char::from(octet).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
                match digit(first) {
                    Some(high) => value.push(high << 4 | digit(octets.next()?)?),
                    None => value.push(first),
                }
            }
            other => value.push(other),
        }
    }
    String::from_utf8(value).ok().map(|value| value.trim().to_owned()).filter(|value| !value.is_empty())
}

/// Whether a distinguished name stands under a base.
pub(super) fn is_under(dn: &str, base: &str) -> bool {
    let (dn, base) = (normal(dn), normal(base));
    dn == base || dn.strip_suffix(&base).is_some_and(|above| above.ends_with(','))
}

fn normal(dn: &str) -> String {
    dn.split(',').map(str::trim).collect::<Vec<_>>().join(",").to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_guid_goes_to_text_and_back() {
        let octets: Vec<u8> = (0..16).collect();
        let text = guid_text(&octets).unwrap();
        assert_eq!(text, "03020100-0504-0706-0809-0a0b0c0d0e0f");
        let filter: String = octets.iter().map(|octet| format!("\\{octet:02x}")).collect();
        assert_eq!(guid_filter(&text), Some(filter));
        assert_eq!((guid_text(&[1]), guid_filter("x")), (None, None));
        assert_eq!(guid_filter("*)(uid=*)03020100-0504-0706-0809"), None);
    }

    #[test]
    fn names_of_groups_are_unescaped() {
        assert_eq!(first_component("cn=urbanisme,ou=groupes").as_deref(), Some("urbanisme"));
        assert_eq!(
            first_component("cn=Affaires\\2c G\\C3\\A9n\\,x,ou=g").as_deref(),
            Some("Affaires, Gén,x")
        );
        assert_eq!(first_component("nothing"), None);
    }

    #[test]
    fn a_base_is_a_whole_suffix() {
        assert!(is_under("cn=a,OU=Groupes, o=alpha", "ou=groupes,o=alpha"));
        assert!(!is_under("cn=a,ou=mesgroupes,o=alpha", "groupes,o=alpha"));
        assert!(!is_under("cn=a,ou=groupes,o=beta", "ou=groupes,o=alpha"));
    }
}
