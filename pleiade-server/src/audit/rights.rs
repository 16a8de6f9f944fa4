//! The lines that tell how somebody's rights change when a source gives them other affiliations.

use super::Note;
use crate::storage::AuditEvent;
use pleiade_core::{Affiliation, TenantId};
use std::collections::BTreeSet;

/// The rights of somebody in a collectivité, as they change. A name that stays in the audit log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RightsChange {
    /// They have an affiliation there now.
    Given,
    /// They have none any more.
    Taken,
    /// Their quality, groups or roles there are others.
    Changed,
}

impl RightsChange {
    fn name(self) -> &'static str {
        match self {
            Self::Given => "given",
            Self::Taken => "taken",
            Self::Changed => "changed",
        }
    }

    /// The note that tells it.
    pub fn note(self, tenant: &TenantId) -> Note {
        Note::new(AuditEvent::RightsChanged).tenant(tenant).with("change", self.name())
    }
}

/// What changes from some affiliations of a person to others: one note for each collectivité, with how many groups come and go. Their names
/// are words of a source, which a session of another link of the person must not read.
pub fn rights_changes(before: &[Affiliation], after: &[Affiliation]) -> Vec<Note> {
    let tenants: BTreeSet<&TenantId> =
        before.iter().chain(after).map(|affiliation| &affiliation.tenant).collect();
    tenants
        .into_iter()
        .filter_map(|tenant| note_in(tenant, in_tenant(before, tenant), in_tenant(after, tenant)))
        .collect()
}

fn in_tenant<'a>(all: &'a [Affiliation], tenant: &TenantId) -> Option<&'a Affiliation> {
    all.iter().find(|affiliation| affiliation.tenant == *tenant)
}

/// The note of a collectivité, if something changes there.
fn note_in(tenant: &TenantId, before: Option<&Affiliation>, after: Option<&Affiliation>) -> Option<Note> {
    let change = match (before, after) {
        (None, _) => RightsChange::Given,
        (_, None) => RightsChange::Taken,
        (Some(before), Some(after)) => {
            let same =
                before.kind == after.kind && before.groups == after.groups && before.roles == after.roles;
            (!same).then_some(RightsChange::Changed)?
        }
    };
    let none = BTreeSet::new();
    let before = before.map_or(&none, |one| &one.groups);
    let after = after.map_or(&none, |one| &one.groups);
    let counts = [
        ("groups_added", after.difference(before).count()),
        ("groups_removed", before.difference(after).count()),
    ];
    let counts = counts.into_iter().filter(|(_, count)| *count > 0);
    Some(counts.fold(change.note(tenant), |note, (name, count)| note.with(name, count)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::DateTime;
    use pleiade_core::PersonKind;

    fn affiliation(tenant: &str, groups: &[&str]) -> Affiliation {
        let mut affiliation = Affiliation::new(TenantId::new(tenant).unwrap(), PersonKind::Agent);
        affiliation.groups = groups.iter().map(|group| (*group).to_owned()).collect();
        affiliation
    }

    fn told(before: &[Affiliation], after: &[Affiliation]) -> Vec<String> {
        let lines = rights_changes(before, after).into_iter();
        lines
            .map(|note| {
                let line = note.into_line(DateTime::UNIX_EPOCH);
                let facts: Vec<_> =
                    line.facts.iter().map(|(name, value)| format!("{name}={value}")).collect();
                format!("{} {}", line.tenant.unwrap(), facts.join(" "))
            })
            .collect()
    }

    #[test]
    fn each_collectivite_in_which_something_changes_has_its_line() {
        let before =
            [affiliation("alpha", &["a", "b"]), affiliation("beta", &[]), affiliation("gamma", &["x"])];
        let mut elsewhere = affiliation("gamma", &["x"]);
        elsewhere.function = Some("DGS".into());
        let after = [affiliation("alpha", &["b", "c", "d"]), elsewhere, affiliation("delta", &["y"])];
        assert_eq!(
            told(&before, &after),
            [
                "alpha change=changed groups_added=2 groups_removed=1",
                "beta change=taken",
                "delta change=given groups_added=1"
            ],
            "a function gives no right"
        );
        assert!(told(&after, &after).is_empty());
    }
}
