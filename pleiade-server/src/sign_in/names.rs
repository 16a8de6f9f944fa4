//! The names that a source tells of a person.

use crate::storage::Names;
use pleiade_core::Claims;

/// The names in claims that the mapping of a source has read.
pub(super) fn names(named: Claims) -> Names {
    Names {
        display_name: display_name(&named),
        given_name: named.given_name,
        family_name: named.family_name,
        mail: named.mail,
        login: named.login,
    }
}

/// Never empty: a header without a name is a page without an owner.
fn display_name(claims: &Claims) -> String {
    let whole = [claims.given_name.as_deref(), claims.family_name.as_deref()];
    let whole = whole.into_iter().flatten().collect::<Vec<_>>().join(" ");
    let mail = claims.mail.as_ref().map(ToString::to_string);
    [claims.display_name.clone(), Some(whole), claims.login.clone(), mail]
        .into_iter()
        .flatten()
        .find(|name| !name.trim().is_empty())
        .unwrap_or_else(|| claims.subject.id().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use pleiade_core::Subject;

    #[test]
    fn whoever_has_no_name_has_something_to_be_called_by() {
        let mut claims = Claims::new(Subject::new("https://sso.example", "a-1").unwrap());
        assert_eq!(display_name(&claims), "a-1");
        claims.login = Some("  ".into());
        claims.mail = "jeanne@alpha.example".parse().ok();
        assert_eq!(display_name(&claims), "jeanne@alpha.example");
        claims.family_name = Some("Dupont".into());
        assert_eq!(display_name(&claims), "Dupont");
    }
}
