//! The report of a run, as it is kept and shown.

use pleiade_core::{IdentityId, Subject, TenantId};
use pleiade_federation::sync::{Aspect, DepartureReason, Excess, KnownPeople, Plan, PlannedPerson};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// People named in a report at most.
pub const MAX_LINES: usize = 200;

/// The counts of changes, by kind.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Counts {
    /// Never seen before.
    pub new: u64,
    /// Different.
    pub changed: u64,
    /// Among those, with another name or login.
    pub renamed: u64,
    /// Let in no more.
    pub departed: u64,
    /// Here again.
    pub returned: u64,
    /// Let in without some of their groups.
    pub cut: u64,
}

/// A kind of change of a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChangeKind {
    /// Never seen before.
    New,
    /// Different in these ways.
    Changed(BTreeSet<Aspect>),
    /// Let in no more.
    Departed(DepartureReason),
    /// Here again.
    Returned,
    /// Let in without some of their groups: nested deeper, or more, than is looked at.
    GroupsCut,
}

/// Somebody in a report. Who is known here is told by number: their name is read when it is shown, and is forgotten with them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportLine {
    /// The person, once known.
    pub identity: Option<i64>,
    /// The name of somebody who is not known yet.
    pub name: Option<String>,
    /// For whom they act, or acted.
    pub tenants: Vec<TenantId>,
    /// The kind of change.
    pub what: ChangeKind,
}

/// Somebody unknown who was left aside.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AsideLine {
    /// Their login; the key of the directory for somebody without one.
    pub login: String,
    /// Why.
    pub why: DepartureReason,
}

/// The report of a run.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Report {
    /// True if everybody was read.
    pub full: bool,
    /// True if it is the first of its source, which writes nothing unless told to.
    pub first: bool,
    /// Entries that the directory sent.
    pub received: u64,
    /// In all.
    pub totals: Counts,
    /// The counts of each collectivité that it concerns.
    pub tenants: BTreeMap<TenantId, Counts>,
    /// As they were.
    pub unchanged: u64,
    /// Unknown people left aside: disabled, or acting for no collectivité here.
    pub aside: u64,
    /// Those people by login, [`MAX_LINES`] at most.
    pub aside_lines: Vec<AsideLine>,
    /// People whose link belongs to another owner.
    pub foreign: u64,
    /// Forgotten for good, having been absent long enough.
    pub forgotten: u64,
    /// The reason for which nothing was written, in the operator's words.
    pub problem: Option<String>,
    /// The collectivités where too many people would be let in no more.
    pub held: BTreeMap<TenantId, Excess>,
    /// Affiliations that would end, by collectivité: what a decision is about.
    pub ending: BTreeMap<TenantId, u64>,
    /// The people concerned, [`MAX_LINES`] at most.
    pub lines: Vec<ReportLine>,
    /// The count of those beyond.
    pub more: u64,
    /// The person who decided that it be written.
    pub decided_by: Option<i64>,
    /// The run that was decided about.
    pub decides: Option<i64>,
}

impl Report {
    /// The report of a plan.
    #[must_use]
    pub fn new(plan: &Plan, known: &KnownPeople, people: &BTreeMap<Subject, IdentityId>) -> Self {
        let mut report = Self {
            full: plan.full,
            received: plan.received,
            unchanged: plan.unchanged,
            aside: plan.aside.len() as u64,
            aside_lines: aside_lines(plan),
            held: plan.excess(known),
            ending: plan.ending.clone(),
            ..Self::default()
        };
        let tenants = |planned: &PlannedPerson| -> Vec<TenantId> {
            planned.affiliations.iter().map(|affiliation| affiliation.tenant.clone()).collect()
        };
        let who = |subject: &Subject| people.get(subject).map(|identity| identity.0);
        for left in &plan.departed {
            let what = ChangeKind::Departed(left.why);
            report.line(who(&left.subject), None, left.tenants.clone(), what);
        }
        for cut in &plan.cut {
            let (identity, name) = (who(&cut.subject), cut.name.as_deref());
            report.line(identity, name, cut.tenants.clone(), ChangeKind::GroupsCut);
        }
        for planned in &plan.returned {
            report.line(who(&planned.subject), None, tenants(planned), ChangeKind::Returned);
        }
        for (planned, aspects) in &plan.changed {
            let what = ChangeKind::Changed(aspects.clone());
            report.line(who(&planned.subject), None, tenants(planned), what);
        }
        for planned in &plan.new {
            report.line(None, Some(&planned.display_name), tenants(planned), ChangeKind::New);
        }
        report
    }

    fn line(&mut self, identity: Option<i64>, name: Option<&str>, tenants: Vec<TenantId>, what: ChangeKind) {
        let renamed =
            |aspects: &BTreeSet<Aspect>| aspects.contains(&Aspect::Names) || aspects.contains(&Aspect::Login);
        let counted = |counts: &mut Counts| match &what {
            ChangeKind::New => counts.new += 1,
            ChangeKind::Changed(aspects) => {
                counts.changed += 1;
                counts.renamed += u64::from(renamed(aspects));
            }
            ChangeKind::Departed(_) => counts.departed += 1,
            ChangeKind::Returned => counts.returned += 1,
            ChangeKind::GroupsCut => counts.cut += 1,
        };
        counted(&mut self.totals);
        for tenant in &tenants {
            counted(self.tenants.entry(tenant.clone()).or_default());
        }
        if self.lines.len() < MAX_LINES {
            self.lines.push(ReportLine { identity, name: name.map(str::to_owned), tenants, what });
        } else {
            self.more += 1;
        }
    }

    /// The same as far as a collectivité is concerned.
    #[must_use]
    pub fn seen_by(&self, tenant: &TenantId) -> Self {
        let mut seen = self.clone();
        seen.totals = self.tenants.get(tenant).copied().unwrap_or_default();
        seen.tenants.retain(|id, _| id == tenant);
        seen.held.retain(|id, _| id == tenant);
        seen.ending.retain(|id, _| id == tenant);
        seen.lines.retain(|line| line.tenants.contains(tenant));
        for line in &mut seen.lines {
            line.tenants.retain(|id| id == tenant);
        }
        // Whoever acts for no collectivité is none of theirs.
        seen.aside_lines.clear();
        (seen.received, seen.unchanged, seen.aside, seen.foreign, seen.forgotten, seen.more) =
            (0, 0, 0, 0, 0, 0);
        seen
    }

    /// As it is kept.
    #[must_use]
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).unwrap_or_else(|_| "{}".to_owned())
    }

    /// A kept one. One of another version says nothing.
    #[must_use]
    pub fn from_json(text: &str) -> Self {
        serde_json::from_str(text).unwrap_or_default()
    }
}

fn aside_lines(plan: &Plan) -> Vec<AsideLine> {
    let all = plan.aside.iter().take(MAX_LINES);
    all.map(|one| AsideLine { login: one.login.clone(), why: one.why }).collect()
}
