//! The plan.

use super::{Aspect, Fingerprint, PlannedPerson};
use crate::mapping::Mapping;
use pleiade_core::{DirectoryChanges, DirectoryPerson, Subject, Tenant, TenantId};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// A person known from an earlier pass.
#[derive(Debug, Clone, Default)]
pub struct KnownPerson {
    /// Their fingerprint then; none when it cannot be compared any more.
    pub fingerprint: Option<Fingerprint>,
    /// True if they were let in.
    pub active: bool,
    /// True if they were absent from the directory.
    pub gone: bool,
    /// The collectivités for which they acted.
    pub tenants: Vec<TenantId>,
}

/// The people known from a directory.
#[derive(Debug, Default)]
pub struct KnownPeople {
    /// Everybody; when the directory tells changes only, whoever it names is enough.
    pub people: BTreeMap<Subject, KnownPerson>,
    /// The number of people who are let in, by collectivité.
    pub active: BTreeMap<TenantId, u64>,
}

/// The reason of a departure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum DepartureReason {
    /// The directory does not have them any more.
    Absent,
    /// Their account is disabled or expired there.
    Disabled,
    /// They act for no collectivité of this instance any more.
    Outside,
}

impl DepartureReason {
    /// Its name in storage, logs and message keys.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Absent => "absent",
            Self::Disabled => "disabled",
            Self::Outside => "outside",
        }
    }
}

/// The departure of a person.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Departure {
    /// The stable key of the person in the directory.
    pub subject: Subject,
    /// Why they are let in no more.
    pub why: DepartureReason,
    /// The collectivités for which they acted.
    pub tenants: Vec<TenantId>,
}

/// Somebody unknown who is left out.
#[derive(Clone)]
#[non_exhaustive]
pub struct LeftAside {
    /// Their login; the key of the directory for somebody without one.
    pub login: String,
    /// Why: [`Disabled`](DepartureReason::Disabled) or [`Outside`](DepartureReason::Outside).
    pub why: DepartureReason,
}

/// Personal data stays out of debug output.
impl std::fmt::Debug for LeftAside {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("LeftAside").field("why", &self.why).finish_non_exhaustive()
    }
}

/// Somebody who is let in without some of their groups.
#[derive(Clone)]
#[non_exhaustive]
pub struct CutGroups {
    /// The stable key of the person in the directory.
    pub subject: Subject,
    /// Their name, for somebody never seen before; none for anybody else, who is found by the key.
    pub name: Option<String>,
    /// The collectivités for which they act.
    pub tenants: Vec<TenantId>,
}

/// Personal data stays out of debug output.
impl std::fmt::Debug for CutGroups {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CutGroups").field("subject", &self.subject).finish_non_exhaustive()
    }
}

/// The changes to write.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct Plan {
    /// True if everybody was read.
    pub full: bool,
    /// The cursor for the next pass.
    pub cursor: Option<String>,
    /// Entries that the directory sent.
    pub received: u64,
    /// People never seen before.
    pub new: Vec<PlannedPerson>,
    /// Known people whose fields differ, with the differing aspects.
    pub changed: Vec<(PlannedPerson, BTreeSet<Aspect>)>,
    /// Known people who had left and are here again.
    pub returned: Vec<PlannedPerson>,
    /// People who are no longer let in.
    pub departed: Vec<Departure>,
    /// People who had left already and whose presence in the directory changed: their key, and true if they are absent.
    pub noted: Vec<(Subject, bool)>,
    /// The number of people without a change.
    pub unchanged: u64,
    /// Unknown people left out: disabled, or acting for no collectivité here.
    pub aside: Vec<LeftAside>,
    /// People who are let in without some of their groups: nested deeper, or more, than is looked at.
    pub cut: Vec<CutGroups>,
    /// Affiliations that end, by collectivité.
    pub ending: BTreeMap<TenantId, u64>,
}

/// More departures in a collectivité than may happen without a decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Excess {
    /// The number of people of the collectivité who would no longer be let in.
    pub ending: u64,
    /// The number of people of the collectivité who are let in now.
    pub of: u64,
}

impl Excess {
    /// These departures out of this number of people.
    #[must_use]
    pub fn new(ending: u64, of: u64) -> Self {
        Self { ending, of }
    }

    /// Five people or a tenth, whichever is more, may end; never everybody of a collectivité that had several.
    #[must_use]
    pub fn is_too_much(self) -> bool {
        self.ending > (self.of / 10).max(5) || (self.of > 1 && self.ending >= self.of)
    }
}

/// An answer that cannot be the truth. Nothing of it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Refusal {
    /// Nobody is left of a source that had people.
    #[error(
        "the directory gives nobody any more: check its base, its filter, its mapping and the rights of the read account"
    )]
    Emptied,
    /// Two entries have one key.
    #[error("the directory gives one key to two entries: check the attribute of the subject")]
    Repeated,
    /// The mapping keeps collectivités with the account, so that a directory cannot tell them.
    #[error("the mapping does not say for whom the people of the directory act")]
    Unmapped,
}

impl Plan {
    /// True if nothing is to be written about anybody.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.new.is_empty()
            && self.changed.is_empty()
            && self.returned.is_empty()
            && self.departed.is_empty()
            && self.noted.is_empty()
    }

    /// The collectivités in which too much would end to be obeyed without a decision.
    #[must_use]
    pub fn excess(&self, known: &KnownPeople) -> BTreeMap<TenantId, Excess> {
        let of = |tenant| known.active.get(tenant).copied().unwrap_or_default();
        let all =
            self.ending.iter().map(|(tenant, ending)| (tenant, Excess { ending: *ending, of: of(tenant) }));
        all.filter(|(_, excess)| excess.is_too_much())
            .map(|(tenant, excess)| (tenant.clone(), excess))
            .collect()
    }
}

/// Compares what a directory tells with what is known.
#[derive(Debug)]
pub struct Planner<'a> {
    mapping: &'a Mapping,
    tenants: Vec<&'a Tenant>,
}

impl<'a> Planner<'a> {
    /// For a directory whose people are mapped so, to these collectivités.
    #[must_use]
    pub fn new(mapping: &'a Mapping, tenants: impl IntoIterator<Item = &'a Tenant>) -> Self {
        Self { mapping, tenants: tenants.into_iter().collect() }
    }

    /// Plans. `known` must hold everybody when everybody was read: whoever is known and was not read has left.
    ///
    /// # Errors
    /// [`Refusal`]: nothing may be written.
    pub fn plan(&self, changes: DirectoryChanges, known: &KnownPeople) -> Result<Plan, Refusal> {
        if self.mapping.tenants == crate::mapping::Tenants::Kept {
            return Err(Refusal::Unmapped);
        }
        let mut plan = Plan::default();
        let mut seen = BTreeSet::new();
        let (people, gone, cursor) = match changes {
            DirectoryChanges::Everybody { people, cursor } => {
                plan.full = true;
                (people, Vec::new(), cursor)
            }
            DirectoryChanges::Some { changed, gone, cursor } => (changed, gone, cursor),
            _ => return Err(Refusal::Unmapped),
        };
        plan.cursor = cursor;
        // The last word on somebody who changed twice counts.
        for person in people.into_iter().rev() {
            plan.received += 1;
            if !seen.insert(person.subject.clone()) {
                if plan.full {
                    return Err(Refusal::Repeated);
                }
                continue;
            }
            self.one(&mut plan, person, known);
        }
        let mut staying = plan.new.len() + plan.changed.len() + plan.returned.len();
        staying = staying.saturating_add(usize::try_from(plan.unchanged).unwrap_or(usize::MAX));
        if plan.full && staying == 0 && known.people.values().any(|person| person.active) {
            return Err(Refusal::Emptied);
        }
        if plan.full {
            for (subject, before) in &known.people {
                if !seen.contains(subject) {
                    plan.leave(subject.clone(), before, DepartureReason::Absent);
                }
            }
        }
        for subject in gone {
            if seen.insert(subject.clone())
                && let Some(before) = known.people.get(&subject)
            {
                plan.leave(subject, before, DepartureReason::Absent);
            }
        }
        Ok(plan)
    }

    fn one(&self, plan: &mut Plan, person: DirectoryPerson, known: &KnownPeople) {
        let subject = person.subject.clone();
        let before = known.people.get(&subject);
        let login = person.login.clone().unwrap_or_else(|| subject.id().to_owned());
        if !person.active {
            plan.leave_out(subject, login, before, DepartureReason::Disabled);
            return;
        }
        let Some(planned) = PlannedPerson::new(person, self.mapping, self.tenants.iter().copied()) else {
            plan.leave_out(subject, login, before, DepartureReason::Outside);
            return;
        };
        if planned.groups_are_cut {
            let name = before.is_none().then(|| planned.display_name.clone());
            let tenants = planned.affiliations.iter().map(|affiliation| affiliation.tenant.clone()).collect();
            plan.cut.push(CutGroups { subject, name, tenants });
        }
        let Some(before) = before else { return plan.new.push(planned) };
        if !before.active {
            return plan.returned.push(planned);
        }
        let differences = match &before.fingerprint {
            Some(fingerprint) => fingerprint.differences(&planned.fingerprint()),
            None => Aspect::ALL.into(),
        };
        if differences.is_empty() {
            plan.unchanged += 1;
            return;
        }
        for tenant in &before.tenants {
            if !planned.affiliations.iter().any(|affiliation| affiliation.tenant == *tenant) {
                *plan.ending.entry(tenant.clone()).or_default() += 1;
            }
        }
        plan.changed.push((planned, differences));
    }
}

impl Plan {
    fn leave_out(
        &mut self,
        subject: Subject,
        login: String,
        before: Option<&KnownPerson>,
        why: DepartureReason,
    ) {
        match before {
            Some(before) => self.leave(subject, before, why),
            None => self.aside.push(LeftAside { login, why }),
        }
    }

    fn leave(&mut self, subject: Subject, before: &KnownPerson, why: DepartureReason) {
        let absent = why == DepartureReason::Absent;
        if before.active {
            for tenant in &before.tenants {
                *self.ending.entry(tenant.clone()).or_default() += 1;
            }
            self.departed.push(Departure { subject, why, tenants: before.tenants.clone() });
        } else if before.gone != absent {
            self.noted.push((subject, absent));
        }
    }
}
