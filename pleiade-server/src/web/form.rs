//! Reading a form as it came, before or beside what a handler makes of it.

/// The only value of a field: one that comes twice could be read differently by two parties.
#[must_use]
pub(crate) fn single(form: &[u8], name: &str) -> Option<String> {
    let mut found = url::form_urlencoded::parse(form).filter(|(key, _)| key == name);
    match (found.next(), found.next()) {
        (Some((_, value)), None) => Some(value.into_owned()),
        _ => None,
    }
}
