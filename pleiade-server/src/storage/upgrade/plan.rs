//! The plan of an upgrade: what it closes, worked out from the rows of schema 9 alone.

use crate::storage::{AuditEvent, NewAuditLine, subject_digest};
use chrono::{DateTime, TimeDelta, Utc};
use pleiade_core::{ConnectorId, IdentityId, SourceId, Subject, TenantId};
use std::collections::{BTreeMap, BTreeSet};

/// A session's last use is known to the minute: what is nearer than that is decided by the sign-ins of the log.
const PRECISION: TimeDelta = TimeDelta::seconds(60);

/// Time before a link came within which a new password of the person's local account is worth a word.
const SHORTLY_BEFORE: TimeDelta = TimeDelta::hours(24);

/// A link of schema 9.
#[derive(Debug, Clone)]
pub(super) struct LinkBefore {
    pub(super) identity: IdentityId,
    pub(super) source: SourceId,
    pub(super) subject: Subject,
    pub(super) disabled: bool,
    pub(super) relies_on: Option<SourceId>,
    pub(super) rule: Option<String>,
    pub(super) created_at: DateTime<Utc>,
}

/// A session of schema 9.
#[derive(Debug, Clone)]
pub(super) struct SessionBefore {
    pub(super) identity: IdentityId,
    pub(super) source: SourceId,
    pub(super) subject: Subject,
    pub(super) last_seen_at: DateTime<Utc>,
}

/// Something that happened to somebody, of the log.
#[derive(Debug, Clone)]
pub(super) struct HistoryLine {
    pub(super) at: DateTime<Utc>,
    pub(super) event: String,
    pub(super) actor: Option<IdentityId>,
    pub(super) source: Option<SourceId>,
    pub(super) facts: BTreeMap<String, String>,
}

/// The last sign-in of each person by each subject of a source, which the log names by its handle.
pub(super) type SignIns = BTreeMap<(IdentityId, SourceId, String), DateTime<Utc>>;

/// The collectivité, the person, and the application.
pub(super) type LinkedAccountOfPerson = (TenantId, IdentityId, ConnectorId);

/// Number, where, giver, receiver.
pub(super) type DelegationOfPeople = (i64, TenantId, IdentityId, IdentityId);

/// The rows of schema 9 that the plan needs.
#[derive(Debug, Default)]
pub(super) struct SchemaNineRows {
    pub(super) links: Vec<LinkBefore>,
    pub(super) sign_ins: SignIns,
    pub(super) sessions: Vec<SessionBefore>,
    pub(super) linked_accounts: Vec<LinkedAccountOfPerson>,
    pub(super) delegations: Vec<DelegationOfPeople>,
    /// Subjects whom a directory describes, by person.
    pub(super) described: Vec<(IdentityId, SourceId, Subject)>,
    /// Of people with several open links of one source.
    pub(super) history: BTreeMap<IdentityId, Vec<HistoryLine>>,
}

/// A link as the log and its sessions show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeenLink {
    /// The person at the source.
    pub subject: Subject,
    /// A digest of the subject, by which the log names it.
    pub handle: String,
    /// When it came to be.
    pub created_at: DateTime<Utc>,
    /// By which rule, in the words of the log; none for the first.
    pub rule: Option<String>,
    /// Whose it was before, if it was somebody else's.
    pub from: Option<IdentityId>,
    /// The person who made a link to reset a password of the person's local account in the day before this link came to them, and the time.
    pub after_reset_by: Option<(IdentityId, DateTime<Utc>)>,
    /// When somebody last signed in by it.
    pub signed_in_at: Option<DateTime<Utc>>,
    /// When it was last used: a sign-in, or a session that is still kept. None when it never was.
    pub used_at: Option<DateTime<Utc>>,
}

impl SeenLink {
    /// Last used counts before anything; a link that was never used is as old as it is.
    fn rank(&self) -> (Option<DateTime<Utc>>, DateTime<Utc>) {
        (self.used_at, self.created_at)
    }
}

/// A person with several open links of one source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkConflict {
    /// The person who has several.
    pub person: IdentityId,
    /// The source of these links.
    pub source: SourceId,
    /// The link used last, or the one that the operator chose.
    pub stays: SeenLink,
    /// The person's other links of the source, which close.
    pub closes: Vec<SeenLink>,
    /// True if the affiliations of the source were kept with a local account that closes, and are to be given again.
    pub affiliations_to_give: bool,
}

/// A link that stays in the place of the one used last, because the operator knows better.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keep {
    /// The person whose link stays.
    pub person: IdentityId,
    /// The [`handle`](SeenLink::handle) of the link that stays.
    pub handle: String,
}

/// The counts of what closes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ClosedCounts {
    /// Links.
    pub links: usize,
    /// Sessions.
    pub sessions: usize,
    /// Linked accounts.
    pub linked_accounts: usize,
    /// Of these, accounts of people who have no open link at all, so that nobody can be told.
    pub linked_accounts_of_nobody: usize,
    /// Delegations.
    pub delegations: usize,
}

/// The effects of an upgrade.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Upgrade {
    /// People with several open links of one source, by number, then by source.
    pub conflicts: Vec<LinkConflict>,
    /// The counts of what closes in all, of people with several links of different sources too.
    pub closed: ClosedCounts,
    pub(super) names: Vec<(IdentityId, SourceId, Subject)>,
    ending: Vec<ClosedRecord>,
}

/// Something that closes, as the log tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct ClosedRecord {
    event: AuditEvent,
    person: IdentityId,
    tenant: Option<TenantId>,
    source: Option<SourceId>,
    facts: BTreeMap<String, String>,
}

impl ClosedRecord {
    fn new(event: AuditEvent, person: IdentityId) -> Self {
        let facts = [("cause".to_owned(), "upgrade".to_owned())].into();
        Self { event, person, tenant: None, source: None, facts }
    }

    fn with(mut self, name: &str, value: impl ToString) -> Self {
        self.facts.insert(name.to_owned(), value.to_string());
        self
    }
}

/// The one open link of each person beside the directory that it relies on: what was kept by person goes to it. People with several open
/// links of one source have none. The migration reads the same.
fn sole(links: &[LinkBefore], conflicted: &BTreeSet<IdentityId>) -> BTreeMap<IdentityId, LinkBefore> {
    let mut open: BTreeMap<IdentityId, Vec<&LinkBefore>> = BTreeMap::new();
    for link in links.iter().filter(|link| !link.disabled && !conflicted.contains(&link.identity)) {
        open.entry(link.identity).or_default().push(link);
    }
    let own = |theirs: Vec<&LinkBefore>| -> Option<LinkBefore> {
        let relied: BTreeSet<_> = theirs.iter().filter_map(|link| link.relies_on.as_ref()).collect();
        let mut own = theirs.iter().filter(|link| !relied.contains(&link.source));
        own.next().filter(|_| own.next().is_none()).map(|link| (*link).clone())
    };
    open.into_iter().filter_map(|(person, theirs)| own(theirs).map(|link| (person, link))).collect()
}

/// Several open links of one person at one source.
fn pairs(links: &[LinkBefore]) -> BTreeMap<(IdentityId, SourceId), Vec<&LinkBefore>> {
    let mut pairs: BTreeMap<(IdentityId, SourceId), Vec<&LinkBefore>> = BTreeMap::new();
    for link in links.iter().filter(|link| !link.disabled) {
        pairs.entry((link.identity, link.source.clone())).or_default().push(link);
    }
    pairs.retain(|_, links| links.len() > 1);
    pairs
}

/// Whom several open links of one source lead to.
pub(super) fn conflicted(links: &[LinkBefore]) -> BTreeSet<IdentityId> {
    pairs(links).into_keys().map(|(person, _)| person).collect()
}

/// Works out what closes. The error is somebody for whom a link was chosen that is not among those of which one stays.
pub(super) fn plan(before: &SchemaNineRows, keep: &[Keep]) -> Result<Upgrade, IdentityId> {
    let conflicts: Vec<LinkConflict> = pairs(&before.links)
        .into_iter()
        .filter_map(|((person, source), links)| conflict(before, person, source, &links, keep))
        .collect();
    let stays = |chosen: &Keep| {
        conflicts.iter().any(|one| one.person == chosen.person && one.stays.handle == chosen.handle)
    };
    if let Some(unknown) = keep.iter().find(|chosen| !stays(chosen)) {
        return Err(unknown.person);
    }
    let conflicted: BTreeSet<IdentityId> = conflicts.iter().map(|conflict| conflict.person).collect();
    let sole = sole(&before.links, &conflicted);
    let names = tellers(before, &sole);
    let mut upgrade = Upgrade { conflicts, names, ..Upgrade::default() };
    close(before, &sole, &mut upgrade);
    Ok(upgrade)
}

/// Which of several links of one source stays.
fn conflict(
    before: &SchemaNineRows,
    person: IdentityId,
    source: SourceId,
    links: &[&LinkBefore],
    keep: &[Keep],
) -> Option<LinkConflict> {
    let mut seen: Vec<SeenLink> = links.iter().map(|link| seen(before, link)).collect();
    let latest = seen.iter().map(SeenLink::rank).max()?;
    let near = |link: &SeenLink| match (link.used_at, latest.0) {
        (Some(used), Some(latest)) => latest - used < PRECISION,
        (used, latest) => used == latest,
    };
    let last = (0..seen.len())
        .filter(|n| seen.get(*n).is_some_and(near))
        .max_by_key(|n| seen.get(*n).map(|link| (link.signed_in_at, link.rank())))?;
    let chosen = |link: &SeenLink| keep.iter().any(|one| one.person == person && one.handle == link.handle);
    let stays = seen.iter().position(chosen).unwrap_or(last);
    let stays = seen.remove(stays);
    // The affiliations of a local account are nowhere but with the account that they were written with: the person's first.
    let affiliations_to_give = stays.subject.issuer().starts_with("local:") && stays.from.is_some();
    Some(LinkConflict { person, source, stays, closes: seen, affiliations_to_give })
}

fn seen(before: &SchemaNineRows, link: &LinkBefore) -> SeenLink {
    let handle = subject_digest(&link.subject);
    // Whoever it was who signed in by it: a link may have been somebody else's before.
    let signed_in_at = before
        .sign_ins
        .iter()
        .filter(|((_, source, by), _)| *source == link.source && *by == handle)
        .map(|(_, at)| *at)
        .max();
    let session = before
        .sessions
        .iter()
        .filter(|session| session.source == link.source && session.subject == link.subject)
        .map(|session| session.last_seen_at)
        .max();
    let history = before.history.get(&link.identity).map(Vec::as_slice).unwrap_or_default();
    let linked = history.iter().rev().find(|line| {
        line.event == "linked"
            && line.source.as_ref() == Some(&link.source)
            && line.facts.get("subject") == Some(&handle)
    });
    let from = linked.and_then(|line| line.facts.get("from")?.parse().ok()).map(IdentityId);
    let after_reset_by = linked.and_then(|linked| {
        let reset = history.iter().rev().find(|line| {
            line.event == "account_changed"
                && line.facts.get("change").is_some_and(|change| change == "reset-link")
                && line.at <= linked.at
                && linked.at - line.at <= SHORTLY_BEFORE
        })?;
        Some((reset.actor?, reset.at))
    });
    SeenLink {
        subject: link.subject.clone(),
        handle,
        created_at: link.created_at,
        rule: link.rule.clone(),
        from,
        after_reset_by,
        signed_in_at,
        used_at: signed_in_at.max(session),
    }
}

/// The link by which each person's names were told last, where it is known: the last sign-in of the log, whatever has become of its link
/// since; without any, the only link that there is. Nobody's whom a directory describes by another link.
fn tellers(
    before: &SchemaNineRows,
    sole: &BTreeMap<IdentityId, LinkBefore>,
) -> Vec<(IdentityId, SourceId, Subject)> {
    let mut last: BTreeMap<IdentityId, (DateTime<Utc>, &SourceId, &str)> = BTreeMap::new();
    for ((person, source, handle), at) in &before.sign_ins {
        let told = last.entry(*person).or_insert((*at, source, handle));
        if told.0 < *at {
            *told = (*at, source, handle);
        }
    }
    let mut described: BTreeMap<IdentityId, Vec<(&SourceId, &Subject)>> = BTreeMap::new();
    for (person, source, subject) in &before.described {
        described.entry(*person).or_default().push((source, subject));
    }
    let mut links: BTreeMap<IdentityId, Vec<&LinkBefore>> = BTreeMap::new();
    for link in &before.links {
        links.entry(link.identity).or_default().push(link);
    }
    let mut told = Vec::new();
    for (person, theirs) in links {
        let only = match theirs.as_slice() {
            [only] => Some(*only),
            _ => None,
        };
        let Some(link) = only.or_else(|| sole.get(&person)) else { continue };
        let by_it = match last.get(&person) {
            Some((_, source, by)) => **source == link.source && *by == subject_digest(&link.subject),
            None => only.is_some(),
        };
        let elsewhere = described.get(&person).is_some_and(|described| {
            described.iter().any(|(source, subject)| {
                (**source != link.source || **subject != link.subject)
                    && link.relies_on.as_ref() != Some(*source)
            })
        });
        if by_it && !elsewhere {
            told.push((person, link.source.clone(), link.subject.clone()));
        }
    }
    told
}

/// Counts what closes, and writes a note of each.
fn close(before: &SchemaNineRows, sole: &BTreeMap<IdentityId, LinkBefore>, upgrade: &mut Upgrade) {
    let at = |tenant: &TenantId, ending| ClosedRecord { tenant: Some(tenant.clone()), ..ending };
    for conflict in &upgrade.conflicts {
        for link in &conflict.closes {
            let ending = ClosedRecord::new(AuditEvent::LinkDisabled, conflict.person);
            let ending = ending.with("subject", &link.handle).with("stays", &conflict.stays.handle);
            upgrade.ending.push(ClosedRecord { source: Some(conflict.source.clone()), ..ending });
            upgrade.closed.links += 1;
        }
    }
    let goes_on = |session: &&SessionBefore| {
        sole.get(&session.identity)
            .is_some_and(|link| link.source == session.source && link.subject == session.subject)
    };
    let mut sessions: BTreeMap<IdentityId, usize> = BTreeMap::new();
    for session in before.sessions.iter().filter(|session| !goes_on(session)) {
        *sessions.entry(session.identity).or_default() += 1;
    }
    for (person, count) in sessions {
        upgrade.ending.push(ClosedRecord::new(AuditEvent::SessionsEnded, person).with("count", count));
        upgrade.closed.sessions += count;
    }
    let reached: BTreeSet<IdentityId> =
        before.links.iter().filter(|link| !link.disabled).map(|link| link.identity).collect();
    for (tenant, person, connector) in &before.linked_accounts {
        if !sole.contains_key(person) {
            let ending =
                ClosedRecord::new(AuditEvent::LinkedAccountRevoked, *person).with("connector", connector);
            upgrade.ending.push(at(tenant, ending));
            upgrade.closed.linked_accounts += 1;
            upgrade.closed.linked_accounts_of_nobody += usize::from(!reached.contains(person));
        }
    }
    for (number, tenant, giver, receiver) in &before.delegations {
        if !(sole.contains_key(giver) && sole.contains_key(receiver)) {
            let ending = ClosedRecord::new(AuditEvent::DelegationEnded, *giver);
            upgrade.ending.push(at(tenant, ending.with("delegation", number).with("receiver", receiver)));
            upgrade.closed.delegations += 1;
        }
    }
}

impl Upgrade {
    /// The lines of the audit log about it.
    pub(super) fn lines(&self, at: DateTime<Utc>) -> Vec<NewAuditLine> {
        let line = |ending: &ClosedRecord| {
            let ClosedRecord { event, person, tenant, source, facts } = ending.clone();
            NewAuditLine { at, tenant, event, actor: None, person: Some(person.into()), source, facts }
        };
        self.ending.iter().map(line).collect()
    }
}
