//! A plan, written in one transaction with its lines of the audit log; then what ended is closed.

use super::fold;
use crate::{
    audit::{AuditEvent, Journal, Note, RightsChange},
    departure::Departures,
    sign_in::SignIn,
    storage::{
        DirectoryApplied, DirectoryEntry, DirectoryProgress, DirectoryWrite, KnownRecord, Names, Party,
        StorageError,
    },
};
use pleiade_core::{Clock, IdentityId, LinkId, SourceId, Subject, TenantId};
use pleiade_federation::sync::{
    Aspect, DepartureReason, Fingerprint, KnownPeople, KnownPerson, Plan, PlannedPerson,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// Whose plan it is.
#[derive(Debug, Clone)]
pub struct ChangeOrigin {
    /// The directory.
    pub source: SourceId,
    /// The tenant that owns it, or none for the operator's own.
    pub owner: Option<TenantId>,
    /// True if it pushes: the word on names of a directory that is read counts before.
    pub pushed: bool,
    /// The person who decided, when somebody did.
    pub by: Option<Party>,
}

/// The known people, with the identity behind each key.
#[derive(Debug, Default)]
pub struct KnownHere {
    /// As a planner takes it.
    pub known: KnownPeople,
    /// Person by key.
    pub people: BTreeMap<Subject, IdentityId>,
    /// Link by key.
    pub links: BTreeMap<Subject, LinkId>,
}

impl FromIterator<KnownRecord> for KnownHere {
    fn from_iter<I: IntoIterator<Item = KnownRecord>>(records: I) -> Self {
        let mut here = Self::default();
        for record in records {
            here.people.insert(record.subject.clone(), record.identity);
            here.links.insert(record.subject.clone(), record.link);
            let person = KnownPerson {
                fingerprint: Fingerprint::from_bytes(&record.fingerprint),
                active: record.active,
                gone: record.gone,
                tenants: record.tenants,
            };
            here.known.people.insert(record.subject, person);
        }
        here
    }
}

/// Writes plans. Cloning is cheap.
#[derive(Debug, Clone)]
pub struct DirectoryWriter {
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) sign_in: Arc<SignIn>,
    pub(crate) journal: Journal,
    pub(crate) departures: Departures,
}

impl DirectoryWriter {
    /// Writes a plan, in one step with the lines that tell it and those of `told`, and closes what it ends. `progress` when it ends a pass.
    ///
    /// # Errors
    /// Those of storage. What was written stays written, and what could not be closed is closed by the next run.
    pub async fn write(
        &self,
        origin: &ChangeOrigin,
        here: &KnownHere,
        plan: Plan,
        progress: Option<DirectoryProgress>,
        told: Vec<Note>,
    ) -> Result<DirectoryApplied, StorageError> {
        let source = &origin.source;
        let notes =
            told.into_iter().chain(movements(origin, here, &plan)).chain(rights_notes(origin, here, &plan));
        let lost: Vec<(Subject, BTreeSet<TenantId>)> =
            plan.changed.iter().filter_map(|(planned, _)| lost_affiliations(here, planned)).collect();
        let departed =
            plan.departed.iter().map(|left| (left.subject.clone(), left.why == DepartureReason::Absent));
        let departed = departed.chain(plan.noted).collect();
        let changed = plan.changed.into_iter().map(|(planned, _)| planned);
        let write = DirectoryWrite {
            source: source.clone(),
            owner: origin.owner.clone(),
            precedence: u8::from(origin.pushed),
            relying: self.sign_in.relying(source),
            at: self.clock.now(),
            people: plan.new.into_iter().chain(changed).chain(plan.returned).map(entry).collect(),
            departed,
            progress,
        };
        let mut applied = DirectoryApplied::default();
        if !write.people.is_empty() || !write.departed.is_empty() || write.progress.is_some() {
            let change = self.journal.begin(notes).await?;
            applied = change.apply_directory(&write).await?;
            change.commit().await?;
        }
        for (subject, ended) in &lost {
            if let Some(link) = here.links.get(subject) {
                self.departures.close_in(*link, ended).await?;
            }
        }
        self.departures.close_unfinished(source).await?;
        Ok(applied)
    }
}

/// Departures and returns, one line for each person and collectivité.
fn movements(origin: &ChangeOrigin, here: &KnownHere, plan: &Plan) -> Vec<Note> {
    let mut notes = Vec::new();
    let mut tell = |event, subject: &Subject, tenants: &[TenantId], why: Option<&str>| {
        let Some(identity) = here.people.get(subject) else { return };
        let everywhere = tenants.iter().map(Some).chain(tenants.is_empty().then_some(None));
        for tenant in everywhere {
            let mut note = Note::new(event).person(*identity).source(&origin.source);
            note = tenant.into_iter().fold(note, Note::tenant);
            note = origin.by.into_iter().fold(note, Note::actor);
            notes.push(why.into_iter().fold(note, |note, why| note.with("why", why)));
        }
    };
    for left in &plan.departed {
        tell(AuditEvent::Departed, &left.subject, &left.tenants, Some(left.why.as_str()));
    }
    for planned in &plan.returned {
        let tenants: Vec<TenantId> =
            planned.affiliations.iter().map(|affiliation| affiliation.tenant.clone()).collect();
        tell(AuditEvent::CameBack, &planned.subject, &tenants, None);
    }
    notes
}

/// Changes of rights of those who stay, one line for each person and collectivité. Which groups came and went stands nowhere before it is
/// written: of the people known before, their collectivités and a digest are.
fn rights_notes(origin: &ChangeOrigin, here: &KnownHere, plan: &Plan) -> Vec<Note> {
    let mut notes = Vec::new();
    for (planned, aspects) in &plan.changed {
        let known = here.known.people.get(&planned.subject);
        let (Some(known), Some(identity)) = (known, here.people.get(&planned.subject)) else { continue };
        let after: BTreeSet<&TenantId> =
            planned.affiliations.iter().map(|affiliation| &affiliation.tenant).collect();
        let changes_inside = aspects.contains(&Aspect::Groups) || aspects.contains(&Aspect::Tenants);
        let change = |tenant| match (known.tenants.contains(tenant), after.contains(tenant)) {
            (false, true) => Some(RightsChange::Given),
            (true, false) => Some(RightsChange::Taken),
            _ => changes_inside.then_some(RightsChange::Changed),
        };
        let party = match here.links.get(&planned.subject) {
            Some(link) => Party::from((*identity, *link)),
            None => Party::from(*identity),
        };
        let all: BTreeSet<&TenantId> = known.tenants.iter().chain(after.iter().copied()).collect();
        for tenant in all {
            let Some(change) = change(tenant) else { continue };
            let note = change.note(tenant).person(party).source(&origin.source);
            notes.push(origin.by.into_iter().fold(note, Note::actor));
        }
    }
    notes
}

/// The collectivités that somebody known loses without leaving.
fn lost_affiliations(here: &KnownHere, planned: &PlannedPerson) -> Option<(Subject, BTreeSet<TenantId>)> {
    let before = here.known.people.get(&planned.subject)?.tenants.iter();
    let stays =
        |tenant: &&TenantId| planned.affiliations.iter().any(|affiliation| affiliation.tenant == **tenant);
    let ended: BTreeSet<TenantId> = before.filter(|tenant| !stays(tenant)).cloned().collect();
    (!ended.is_empty()).then(|| (planned.subject.clone(), ended))
}

/// Somebody as storage takes them.
fn entry(person: PlannedPerson) -> DirectoryEntry {
    let fingerprint = person.fingerprint().as_bytes().to_vec();
    let mail = person.mail.as_ref().map(ToString::to_string);
    let found_by = [
        Some(&person.display_name),
        person.given_name.as_ref(),
        person.family_name.as_ref(),
        person.login.as_ref(),
        mail.as_ref(),
        person.function.as_ref(),
        person.department.as_ref(),
    ];
    let search = found_by.into_iter().flatten().map(|text| fold(text)).collect();
    let groups: BTreeSet<String> =
        person.affiliations.iter().flat_map(|affiliation| affiliation.groups.iter().cloned()).collect();
    DirectoryEntry {
        subject: person.subject,
        names: Names {
            display_name: person.display_name,
            given_name: person.given_name,
            family_name: person.family_name,
            mail: person.mail,
            login: person.login,
        },
        function: person.function,
        department: person.department,
        telephone: person.telephone,
        groups: groups.into_iter().collect(),
        affiliations: person.affiliations,
        search,
        fingerprint,
    }
}
