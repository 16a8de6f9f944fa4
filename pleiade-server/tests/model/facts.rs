//! The facts told to the server, by whom: the reference that the server is compared with. It knows nothing of people, storage or sessions.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

/// Time for which the server may go on with what it read before.
pub(crate) const MEMORY: Duration = Duration::from_secs(30);

/// The way people come by a source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A provider elsewhere, with the menu of a portal.
    Provider,
    /// Accounts of the server itself.
    Local,
    /// A directory that is followed, where people sign in by a password.
    Directory,
    /// An identity manager that pushes.
    Pushed,
    /// A provider elsewhere that relies on this directory, found by a login or by a key.
    Portal { directory: &'static str, by_login: bool },
}

/// One source of the instance.
#[derive(Debug)]
pub(crate) struct SourceSpec {
    pub(crate) id: &'static str,
    pub(crate) owner: Option<&'static str>,
    pub(crate) kind: Kind,
}

const fn spec(id: &'static str, owner: Option<&'static str>, kind: Kind) -> SourceSpec {
    SourceSpec { id, owner, kind }
}

/// Names without `q`, `z` and digits, which delimit them in what the server shows.
pub(crate) static SOURCES: [SourceSpec; 14] = [
    spec("osso", None, Kind::Provider),
    spec("olocale", None, Kind::Local),
    spec("asso", Some("alpha"), Kind::Provider),
    spec("bsso", Some("beta"), Kind::Provider),
    spec("alocale", Some("alpha"), Kind::Local),
    spec("blocale", Some("beta"), Kind::Local),
    spec("aannu", Some("alpha"), Kind::Directory),
    spec("bannu", Some("beta"), Kind::Directory),
    spec("aportail", Some("alpha"), Kind::Portal { directory: "aannu", by_login: true }),
    spec("bportail", Some("beta"), Kind::Portal { directory: "bannu", by_login: false }),
    spec("arh", Some("alpha"), Kind::Pushed),
    spec("brh", Some("beta"), Kind::Pushed),
    spec("aguichet", Some("alpha"), Kind::Portal { directory: "arh", by_login: false }),
    spec("bguichet", Some("beta"), Kind::Portal { directory: "brh", by_login: true }),
];

pub(crate) const TENANTS: [&str; 2] = ["alpha", "beta"];

/// Subjects of each source.
pub(crate) const SUBJECTS: u8 = 3;

/// Somebody at a source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct PersonKey {
    /// Place among [`SOURCES`].
    pub(crate) source: usize,
    pub(crate) subject: u8,
}

impl PersonKey {
    pub(crate) fn new(id: &str, subject: u8) -> Self {
        Self { source: SOURCES.iter().position(|spec| spec.id == id).unwrap(), subject: subject % SUBJECTS }
    }

    pub(crate) fn everybody() -> impl Iterator<Item = Self> {
        (0..SOURCES.len()).flat_map(|source| (0..SUBJECTS).map(move |subject| Self { source, subject }))
    }

    pub(crate) fn spec(self) -> &'static SourceSpec {
        &SOURCES[self.source]
    }

    /// Part of everything that the source tells of them, and of nothing else.
    pub(crate) fn marker(self) -> String {
        format!("q{}q{}q", self.spec().id, self.subject)
    }

    /// The same at the directory that the source relies on.
    pub(crate) fn in_directory(self, subject: u8) -> Option<Self> {
        match self.spec().kind {
            Kind::Portal { directory, .. } => Some(Self::new(directory, subject)),
            _ => None,
        }
    }
}

/// The facts that a source tells of somebody.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct ReportedFacts {
    /// Counts what was told of them, for the group that says which it was.
    pub(crate) version: u32,
    pub(crate) tenants: BTreeSet<&'static str>,
    pub(crate) administrator: bool,
    pub(crate) operator: bool,
    /// True if the address is in the other collectivité's domain.
    pub(crate) foreign_mail: bool,
    /// Whom a portal names in its directory.
    pub(crate) key: u8,
}

impl ReportedFacts {
    pub(crate) fn domain(&self, who: PersonKey) -> &'static str {
        let home = who.spec().owner.unwrap_or_else(|| self.tenants.first().copied().unwrap_or("alpha"));
        let at_alpha = (home == "alpha") != self.foreign_mail;
        if at_alpha { "alpha.example" } else { "beta.example" }
    }
}

#[derive(Debug)]
struct Version {
    told: ReportedFacts,
    /// When something newer was told for certain.
    ended: Option<Duration>,
}

/// A delegation that was given.
#[derive(Debug, Clone)]
pub(crate) struct GrantedDelegation {
    pub(crate) giver: PersonKey,
    pub(crate) receiver: PersonKey,
    /// The numbers of both people, then.
    pub(crate) people: (i64, i64),
    pub(crate) tenant: &'static str,
    pub(crate) accepted: bool,
    pub(crate) ended: Option<Duration>,
}

/// Everything that was told.
#[derive(Debug, Default)]
pub(crate) struct Facts {
    told: BTreeMap<PersonKey, Vec<Version>>,
    /// On whom of their directory people of portals rely, and until when they did.
    relies: BTreeMap<PersonKey, Vec<(PersonKey, Option<Duration>)>>,
    /// Linked accounts, by whom and where.
    pub(crate) accesses: BTreeSet<(PersonKey, &'static str)>,
    pub(crate) given: Vec<GrantedDelegation>,
}

fn in_mind(ended: Option<Duration>, now: Duration) -> bool {
    ended.is_none_or(|at| now < at + MEMORY)
}

impl Facts {
    /// The source may tell this from now on.
    pub(crate) fn tell(&mut self, who: PersonKey, told: ReportedFacts) {
        self.told.entry(who).or_default().push(Version { told, ended: None });
    }

    /// The server heard the newest.
    pub(crate) fn heard(&mut self, who: PersonKey, now: Duration) {
        let versions = self.told.entry(who).or_default();
        let last = versions.len().saturating_sub(1);
        for version in &mut versions[..last] {
            version.ended.get_or_insert(now);
        }
    }

    pub(crate) fn newest(&self, who: PersonKey) -> ReportedFacts {
        self.told.get(&who).and_then(|all| all.last()).map(|version| version.told.clone()).unwrap_or_default()
    }

    pub(crate) fn rely(&mut self, who: PersonKey, on: PersonKey, now: Duration) {
        let all = self.relies.entry(who).or_default();
        if all.last().is_some_and(|(known, ended)| *known == on && ended.is_none()) {
            return;
        }
        for (_, ended) in all.iter_mut() {
            ended.get_or_insert(now);
        }
        all.push((on, None));
    }

    /// Whose words a session of this link may speak: its own, and those of whom it relies on.
    pub(crate) fn voices(&self, who: PersonKey, now: Duration) -> BTreeSet<PersonKey> {
        let relied = self.relies.get(&who).into_iter().flatten();
        let relied = relied.filter(|(_, ended)| in_mind(*ended, now)).map(|(on, _)| *on);
        relied.chain([who]).collect()
    }

    /// The texts that these voices told, and that may still be shown.
    pub(crate) fn said(&self, who: PersonKey, now: Duration) -> Vec<(PersonKey, ReportedFacts)> {
        let mut said = Vec::new();
        for voice in self.voices(who, now) {
            let versions = self.told.get(&voice).into_iter().flatten();
            let known = versions.filter(|version| in_mind(version.ended, now));
            said.extend(known.map(|version| (voice, version.told.clone())));
        }
        said
    }

    /// The collectivités that a link gives: its source's owner at most.
    pub(crate) fn tenants(&self, who: PersonKey, now: Duration) -> BTreeSet<&'static str> {
        let given = |(voice, told): (PersonKey, ReportedFacts)| {
            told.tenants
                .into_iter()
                .filter(move |tenant| voice.spec().owner.is_none_or(|owner| owner == *tenant))
        };
        self.said(who, now).into_iter().flat_map(given).collect()
    }

    /// True if a source ever told this collectivité of somebody.
    pub(crate) fn ever_gave(&self, who: PersonKey, tenant: &str) -> bool {
        self.told.get(&who).is_some_and(|all| all.iter().any(|version| version.told.tenants.contains(tenant)))
    }

    /// True if a link gives a role somewhere that opens the console.
    pub(crate) fn administers(&self, who: PersonKey, tenant: &str, now: Duration) -> bool {
        self.said(who, now).iter().any(|(voice, told)| {
            let owner = voice.spec().owner;
            let here = told.tenants.contains(tenant) && owner.is_none_or(|owner| owner == tenant);
            here && (told.administrator || (told.operator && owner.is_none()))
        })
    }

    /// True if a link makes an operator.
    pub(crate) fn operates(&self, who: PersonKey, now: Duration) -> bool {
        self.said(who, now).iter().any(|(voice, told)| told.operator && voice.spec().owner.is_none())
    }

    /// A link that is closed, or came to somebody else, leaves nothing of what its person had by it.
    pub(crate) fn left(&mut self, who: PersonKey, now: Duration) {
        self.accesses.retain(|(by, _)| *by != who);
        for given in self.given.iter_mut().filter(|given| given.giver == who || given.receiver == who) {
            given.ended.get_or_insert(now);
        }
    }
}

/// A mark of somebody in a text, with what stands before it.
#[derive(Debug)]
pub(crate) struct Mark<'a> {
    pub(crate) who: PersonKey,
    pub(crate) before: &'a str,
    /// The number of the person who is named so, where one follows: « N (n° 8) ».
    pub(crate) number: Option<i64>,
    /// True if they are named as whoever proposes a delegation.
    pub(crate) proposes: bool,
}

fn number_after(text: &str) -> Option<i64> {
    let (number, _) = text.strip_prefix(" (n°")?.split_once(')')?;
    number.trim().parse().ok()
}

/// Every mark in a text.
pub(crate) fn marks(text: &str) -> Vec<Mark<'_>> {
    let parts: Vec<&str> = text.split('q').collect();
    let mut found = Vec::new();
    for place in 1..parts.len().saturating_sub(2) {
        let Some(source) = SOURCES.iter().position(|spec| spec.id == parts[place]) else { continue };
        let Ok(subject) = parts[place + 1].parse::<u8>() else { continue };
        let word = |text: &str, c: char| c.is_alphanumeric() || (c == '-' && !text.is_empty());
        let before = parts[place - 1];
        let begin = before
            .rfind(|c| !word(before, c))
            .map_or(0, |at| at + before[at..].chars().next().unwrap().len_utf8());
        found.push(Mark {
            who: PersonKey { source, subject },
            before: &before[begin..],
            number: number_after(parts[place + 2]),
            proposes: parts[place + 2].starts_with(" vous propose"),
        });
    }
    found
}

/// Every collectivité and source that a text names.
pub(crate) fn names(text: &str) -> BTreeSet<&str> {
    let parts: Vec<&str> = text.split('z').collect();
    let known = |name: &&str| TENANTS.contains(name) || SOURCES.iter().any(|spec| spec.id == *name);
    parts.into_iter().filter(known).collect()
}
