//! Entries as they came: any attribute may be text or not, and a malformed entry is an error, not a panic.

use crate::dn::DistinguishedName;
use ldap3::asn1::StructureTag;
use std::collections::{BTreeMap, BTreeSet};

/// One entry.
#[derive(Clone)]
pub(super) struct Entry {
    pub(super) dn: DistinguishedName,
    /// By lower-case name without options; values of the options of one attribute are joined.
    attributes: BTreeMap<String, Vec<Vec<u8>>>,
    /// Attributes of which only a range came, with the place of the first value that is missing (MS-ADTS §3.1.1.3.1.3.3).
    missing: BTreeMap<String, u32>,
}

/// The names under which the values of attributes that are asked for are kept.
pub(super) fn names_kept(asked: &[String]) -> BTreeSet<String> {
    asked.iter().map(|name| name.split(';').next().unwrap_or_default().to_ascii_lowercase()).collect()
}

impl Entry {
    fn new(dn: &str) -> Self {
        Self { dn: dn.into(), attributes: BTreeMap::new(), missing: BTreeMap::new() }
    }

    pub(super) fn from_result(result: StructureTag) -> Option<Self> {
        let text = |tag: StructureTag| String::from_utf8(tag.expect_primitive()?).ok();
        let mut parts = result.match_id(4)?.expect_constructed()?.into_iter();
        let mut entry = Self::new(&text(parts.next()?)?);
        for attribute in parts.next()?.expect_constructed()? {
            let mut parts = attribute.expect_constructed()?.into_iter();
            let description = text(parts.next()?)?.to_ascii_lowercase();
            let mut options = description.split(';');
            let name = options.next().unwrap_or_default().to_owned();
            let values = parts.next()?.expect_constructed()?;
            let values: Option<Vec<_>> = values.into_iter().map(StructureTag::expect_primitive).collect();
            entry.attributes.entry(name.clone()).or_default().extend(values?);
            for range in options.filter_map(|option| option.strip_prefix("range=")) {
                let (_, last) = range.split_once('-')?;
                if last != "*" {
                    entry.missing.insert(name.clone(), last.parse::<u32>().ok()?.checked_add(1)?);
                }
            }
        }
        Some(entry)
    }

    #[cfg(test)]
    pub(super) fn with(dn: &str, attributes: &[(&str, &str)]) -> Self {
        let mut entry = Self::new(dn);
        for (name, value) in attributes {
            let values = entry.attributes.entry(name.to_ascii_lowercase()).or_default();
            values.push(value.as_bytes().to_vec());
        }
        entry
    }

    /// Leaves out the attributes that nobody asked for, which a directory has no reason to send and could send without end.
    pub(super) fn keep_asked(&mut self, asked: &BTreeSet<String>) {
        self.attributes.retain(|name, _| asked.contains(name));
        self.missing.retain(|name, _| asked.contains(name));
    }

    /// The memory that it takes, in bytes and roughly.
    pub(super) fn weight(&self) -> usize {
        let values = self.attributes.values().flatten().map(|value| size_of::<Vec<u8>>() + value.len());
        self.dn.as_str().len() + values.sum::<usize>()
    }

    /// The place of the first value of an attribute that has not come yet.
    pub(super) fn next_missing(&self, name: &str) -> Option<u32> {
        self.missing.get(&name.to_ascii_lowercase()).copied()
    }

    /// Adds the values of an attribute that another answer brought.
    pub(super) fn join(&mut self, name: &str, more: Self) {
        let name = name.to_ascii_lowercase();
        let Self { mut attributes, missing, .. } = more;
        if let Some(values) = attributes.remove(&name) {
            self.attributes.entry(name.clone()).or_default().extend(values);
        }
        match missing.get(&name) {
            Some(next) => self.missing.insert(name, *next),
            None => self.missing.remove(&name),
        };
    }

    /// The values of an attribute as octets.
    pub(super) fn octets(&self, name: &str) -> &[Vec<u8>] {
        self.attributes.get(&name.to_ascii_lowercase()).map_or(&[], Vec::as_slice)
    }

    /// The values of an attribute that are text of a reasonable length.
    pub(super) fn texts(&self, name: &str) -> impl Iterator<Item = &str> {
        const MAX_CURSOR_CHARS: usize = 1024;
        self.octets(name).iter().filter_map(|value| std::str::from_utf8(value).ok()).map(str::trim).filter(
            |text| !text.is_empty() && text.len() <= MAX_CURSOR_CHARS && !text.chars().any(char::is_control),
        )
    }

    /// The values of an attribute that are names of other entries. Each stays as it was written: a blank at its end may belong to it.
    pub(super) fn names(&self, attribute: &str) -> impl Iterator<Item = DistinguishedName> {
        let octets = self.octets(attribute).iter();
        octets.filter_map(|value| std::str::from_utf8(value).ok()).map(DistinguishedName::from)
    }

    /// The first of the texts.
    pub(super) fn text(&self, name: &str) -> Option<String> {
        self.texts(name).next().map(str::to_owned)
    }
}
