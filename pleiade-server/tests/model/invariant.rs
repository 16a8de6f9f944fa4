//! The rules that hold after every operation. Each has a name, which a failure begins with.

use super::{
    applications::RecordedUse,
    browser::Answer,
    facts::{Kind, MEMORY, Mark, PersonKey, SOURCES, TENANTS, marks, names},
    world::{HOSTS, Open, World},
};
use axum::{Router, http::StatusCode};
use pleiade_core::{IdentityId, LinkId};
use serde_json::Value;
use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

/// Pages that are read after each operation.
const PAGES: [&str; 4] = ["/", "/profile", "/profile/data.json", "/console/people"];

/// Pages that are read at the end of a history.
const AT_THE_END: [&str; 7] = [
    "/tasks",
    "/applications",
    "/profile/security",
    "/profile/ways",
    "/profile/accesses",
    "/profile/delegations",
    "/profile/data",
];

type RuleResult = Result<(), String>;

fn rule(name: &str, holds: bool, wrong: impl FnOnce() -> String) -> RuleResult {
    if holds { Ok(()) } else { Err(format!("{name}: {}", wrong())) }
}

fn is_over(since: (Duration, usize), replica: usize, now: Duration) -> bool {
    since.1 == replica || now >= since.0 + MEMORY
}

impl World {
    /// Everything, as the replica that did the last operation shows it.
    pub(crate) async fn check(&mut self, replica: usize, last: bool) -> RuleResult {
        if let Some(wrong) = self.wrong.take() {
            return Err(wrong);
        }
        let changed = self.look_at_links(replica).await;
        self.one_open_link_of_a_source()?;
        changed?;
        let router = self.replicas[replica].router.clone();
        self.what_was_given_up_opens_nothing(&router, replica).await?;
        let mut alive = Vec::new();
        for place in 0..self.sessions.len() {
            // Cards and menus that are not there yet are asked for behind the page's back.
            if self.is_alive(&router, replica, place).await? {
                alive.push(place);
            }
        }
        self.quiet().await;
        for place in alive {
            self.look(&router, place, last).await?;
        }
        self.quiet().await;
        let uses = std::mem::take(&mut *self.uses.lock().unwrap());
        for (part, what) in [
            ("l-", "read by a login"),
            ("m-", "read by an address"),
            ("n-", "read by an employee number"),
            ("access-", "read with an access"),
        ] {
            if uses.iter().any(|seen| seen.login.as_ref().is_some_and(|login| login.starts_with(part))) {
                self.count(what);
            }
        }
        uses.iter().try_for_each(|seen| self.applications_were_asked_with_what_was_told(seen))
    }

    /// Reads whom every link selects now. What is no longer so ends the sessions of that link, and what its person had by it.
    async fn look_at_links(&mut self, replica: usize) -> RuleResult {
        let now = self.now();
        for who in PersonKey::everybody() {
            let found = self.link(who).await.map(|link| (link.id, link.identity, link.disabled));
            let before = match found {
                Some(found) => self.people.insert(who, found),
                None => self.people.remove(&who),
            };
            if before.is_some() && before != found {
                self.facts.left(who, now);
            }
            let open = found.filter(|(.., disabled)| !disabled).map(|(id, identity, _)| (id, identity));
            for session in self.sessions.iter_mut().filter(|session| session.who == who) {
                if open != Some(session.link) {
                    session.over.get_or_insert((now, replica));
                }
            }
            if let Some((id, IdentityId(person), _)) = found {
                self.ever_selected.insert((who, person));
                let known = self.links.insert(id, who);
                rule("a link is one subject's", known.is_none_or(|known| known == who), || {
                    format!("{id} {who:?}")
                })?;
            }
        }
        Ok(())
    }

    fn one_open_link_of_a_source(&self) -> RuleResult {
        let mut seen: BTreeMap<(i64, usize), PersonKey> = BTreeMap::new();
        for (who, (_, identity, disabled)) in &self.people {
            if !disabled && let Some(other) = seen.insert((identity.0, who.source), *who) {
                return Err(format!(
                    "one open link per person and source: {identity} has {other:?} and {who:?}"
                ));
            }
        }
        Ok(())
    }

    async fn what_was_given_up_opens_nothing(&mut self, router: &Router, replica: usize) -> RuleResult {
        let now = self.now();
        self.dead.retain(|(_, since)| now < since.0 + 2 * MEMORY);
        for (browser, since) in &self.dead {
            if is_over(*since, replica, now) {
                let status = browser.clone().get(router, "/profile").await.status;
                rule("a cookie given up opens nothing", status != StatusCode::OK, || browser.host.clone())?;
            }
        }
        Ok(())
    }

    async fn is_alive(&mut self, router: &Router, replica: usize, place: usize) -> Result<bool, String> {
        let now = self.now();
        let open = &mut self.sessions[place];
        let status = open.browser.get(router, "/").await.status;
        let alive = status == StatusCode::OK;
        rule("no page breaks", !status.is_server_error(), || format!("{status} for {:?}", open.who))?;
        let refused = open.over.is_some_and(|since| is_over(since, replica, now));
        rule("a session ends with its link", !(alive && refused), || format!("{:?}", open.who))?;
        Ok(alive)
    }

    async fn look(&mut self, router: &Router, place: usize, last: bool) -> RuleResult {
        let more = if last { &AT_THE_END[..] } else { &[] };
        for path in PAGES.iter().chain(more) {
            let answer = self.sessions[place].browser.get(router, path).await;
            let open = self.sessions[place].clone();
            let checked = self.page(&open, path, &answer);
            checked
                .map_err(|wrong| format!("{wrong}; in {path} of {:?} at {}", open.who, open.browser.host))?;
        }
        Ok(())
    }

    fn page(&mut self, open: &Open, path: &str, answer: &Answer) -> RuleResult {
        let status = answer.status;
        rule("no page breaks", !status.is_server_error(), || format!("{status} {}", answer.body))?;
        if path == "/console/people" {
            if status == StatusCode::OK {
                self.count("open the console");
            }
            return self.console_is_for_roles_that_were_told(open, status);
        }
        // Another session of the same check may have been waiting for the end of this one.
        if status != StatusCode::OK {
            return Ok(());
        }
        if path == "/profile/data.json" {
            return self.everything_kept_is_of_this_link(open, &answer.body);
        }
        for (part, what) in
            [(">Menu q", "show a menu"), ("Pour N q", "show a delegation"), ("notices/", "show a notice")]
        {
            if answer.body.contains(part) {
                self.count(what);
            }
        }
        self.words_are_of_this_link(open, path, &answer.body)?;
        self.places_are_of_this_link(open, &answer.body)
    }

    fn console_is_for_roles_that_were_told(&self, open: &Open, status: StatusCode) -> RuleResult {
        let now = self.now();
        let site =
            HOSTS.iter().position(|host| *host == open.browser.host).and_then(|place| TENANTS.get(place));
        let tenants = site.map_or(TENANTS.to_vec(), |tenant| vec![*tenant]);
        let told = self.facts.operates(open.who, now)
            || tenants.iter().any(|tenant| self.facts.administers(open.who, tenant, now));
        rule("the console opens by a role that was told", told || status != StatusCode::OK, || {
            format!("{:?}", self.facts.said(open.who, now))
        })
    }

    /// Names, logins, addresses, groups, menus, linked accounts and readings.
    fn words_are_of_this_link(&self, open: &Open, path: &str, text: &str) -> RuleResult {
        let now = self.now();
        let voices = self.facts.voices(open.who, now);
        let others = match path {
            "/" | "/tasks" => self.givers(open, &voices),
            "/profile/delegations" => self.parties(open, &voices),
            "/profile/data" => self.parties(open, &voices),
            _ => BTreeSet::new(),
        };
        let said = self.facts.said(open.who, now);
        for mark in marks(text) {
            let known = voices.contains(&mark.who)
                || others.contains(&mark.who)
                || (path == "/profile/data" && self.is_colleague_then(open, &mark))
                || (matches!(path, "/" | "/tasks")
                    && mark.proposes
                    && self.is_asked_by(open, &voices, mark.who));
            rule("a session shows the words of its own link", known, || {
                format!("{}{}", mark.before, mark.who.marker())
            })?;
            if mark.before == "access-" {
                rule("a linked account is of the link that connected it", mark.who == open.who, || {
                    mark.who.marker()
                })?;
            }
            let group =
                mark.before.strip_prefix('g').and_then(|text| text.strip_suffix('-')?.parse::<u32>().ok());
            if let (Some(version), "/profile") = (group, path) {
                let known = said.iter().any(|(who, told)| *who == mark.who && told.version == version);
                rule("a group is told still", known, || format!("{}{}", mark.before, mark.who.marker()))?;
            }
        }
        Ok(())
    }

    /// Collectivités and sources, by their names.
    fn places_are_of_this_link(&self, open: &Open, text: &str) -> RuleResult {
        let now = self.now();
        let (tenants, voices) = (self.facts.tenants(open.who, now), self.facts.voices(open.who, now));
        for name in names(text) {
            let told = match SOURCES.iter().find(|spec| spec.id == name) {
                Some(spec) => {
                    spec.owner.is_none_or(|owner| tenants.contains(owner))
                        || voices.iter().any(|voice| voice.spec().id == name)
                }
                None => tenants.contains(name),
            };
            rule("a session names the places of its own link", told, || name.to_owned())?;
        }
        Ok(())
    }

    /// Whose tasks somebody may see: those who delegated to their link.
    fn givers(&self, open: &Open, voices: &BTreeSet<PersonKey>) -> BTreeSet<PersonKey> {
        let now = self.now();
        let (me, mut shown) = (open.link.1.0, BTreeSet::new());
        for given in &self.facts.given {
            let lasts = given.accepted && given.ended.is_none_or(|at| now < at + MEMORY);
            if lasts && given.people.1 == me && voices.contains(&given.receiver) {
                shown.extend(self.facts.voices(given.giver, now));
            }
        }
        shown
    }

    /// True if somebody has proposed a delegation to this link, which it has not answered.
    fn is_asked_by(&self, open: &Open, voices: &BTreeSet<PersonKey>, who: PersonKey) -> bool {
        let now = self.now();
        self.facts.given.iter().any(|given| {
            let waits = !given.accepted && given.ended.is_none_or(|at| now < at + MEMORY);
            let to_me = given.people.1 == open.link.1.0 && voices.contains(&given.receiver);
            waits && to_me && self.facts.voices(given.giver, now).contains(&who)
        })
    }

    /// Both people of every delegation of this link, and how their collectivité calls them once their link is gone.
    fn parties(&self, open: &Open, voices: &BTreeSet<PersonKey>) -> BTreeSet<PersonKey> {
        let now = self.now();
        let (me, mut shown) = (open.link.1.0, BTreeSet::new());
        for given in &self.facts.given {
            let sides = [(given.giver, given.people.0), (given.receiver, given.people.1)];
            for (mine, other) in [(sides[0], sides[1]), (sides[1], sides[0])] {
                if mine.1 == me && voices.contains(&mine.0) {
                    let theirs = self.people.get(&other.0).is_some_and(|(_, person, _)| person.0 == other.1);
                    if theirs {
                        shown.extend(self.facts.voices(other.0, now));
                    }
                    shown.extend(self.known_at(given.tenant, |person| person == other.1));
                }
            }
        }
        shown
    }

    /// True if the journal of somebody may name another person so: as one of their collectivités called that person then, with their number.
    /// The link that gave the name may have come to somebody else since, even to the reader.
    fn is_colleague_then(&self, open: &Open, mark: &Mark<'_>) -> bool {
        let Some(number) = mark.number.filter(|number| *number != open.link.1.0) else { return false };
        let tenants = self.facts.tenants(open.who, self.now());
        self.ever_selected.contains(&(mark.who, number))
            && tenants.iter().any(|tenant| self.is_known_at(mark.who, tenant))
    }

    /// The links by which a collectivité knows people.
    fn known_at(&self, tenant: &str, wanted: impl Fn(i64) -> bool) -> BTreeSet<PersonKey> {
        let links = self.people.iter();
        links
            .filter(|(who, (_, identity, _))| wanted(identity.0) && self.is_known_at(**who, tenant))
            .map(|(who, _)| *who)
            .collect()
    }

    fn is_known_at(&self, who: PersonKey, tenant: &str) -> bool {
        who.spec().owner == Some(tenant) || self.facts.ever_gave(who, tenant)
    }

    fn everything_kept_is_of_this_link(&self, open: &Open, text: &str) -> RuleResult {
        let now = self.now();
        let mut kept: Value = serde_json::from_str(text).map_err(|error| error.to_string())?;
        let delegations = kept["delegations"].take();
        let (voices, tenants) = (self.facts.voices(open.who, now), self.facts.tenants(open.who, now));
        let sources: BTreeSet<&str> = voices.iter().map(|voice| voice.spec().id).collect();
        let text_of = |value: &Value| value.as_str().map(str::to_owned);
        let each = |list: &str| kept[list].as_array().cloned().unwrap_or_default();
        for mark in marks(&kept.to_string()) {
            rule("what is kept is of this link", voices.contains(&mark.who), || mark.who.marker())?;
        }
        for (list, name) in [("affiliations", "told_by"), ("sign_in", "source"), ("directory", "source")] {
            for line in each(list) {
                let told = text_of(&line[name]).is_some_and(|source| sources.contains(source.as_str()));
                rule("what is kept is of this link", told, || format!("{list} {line}"))?;
            }
        }
        for line in each("sessions") {
            let own = line["source"] == open.who.spec().id;
            rule("sessions listed are of this link", own, || line.to_string())?;
        }
        let opened = self.opened.get(&open.who).copied().unwrap_or_default();
        rule("sessions listed are of this link", each("sessions").len() <= opened, || {
            format!("more than {opened}")
        })?;
        for line in each("accesses") {
            let tenant = TENANTS.into_iter().find(|tenant| line["collectivite"] == *tenant);
            let connected = tenant.is_some_and(|tenant| self.facts.accesses.contains(&(open.who, tenant)));
            rule("linked accounts listed are of this link", connected, || line.to_string())?;
        }
        for line in each("journal") {
            let source = text_of(&line["source"]).is_none_or(|source| sources.contains(source.as_str()));
            let tenant =
                text_of(&line["collectivite"]).is_none_or(|tenant| tenants.contains(tenant.as_str()));
            rule("the journal is of this link", source && tenant, || line.to_string())?;
        }
        let me = kept["person"]["number"].as_i64();
        for line in delegations.as_array().into_iter().flatten() {
            let place = usize::try_from(line["number"].as_i64().unwrap_or_default() - 1).ok();
            let given = place.and_then(|place| self.facts.given.get(place));
            let mine = given.is_some_and(|given| {
                (voices.contains(&given.giver) && Some(given.people.0) == me)
                    || (voices.contains(&given.receiver) && Some(given.people.1) == me)
            });
            rule("delegations listed are of this link", mine, || format!("{line} {given:?}"))?;
        }
        let parties = self.parties(open, &voices);
        for mark in marks(&delegations.to_string()) {
            let known = voices.contains(&mark.who) || parties.contains(&mark.who);
            rule("delegations listed are of this link", known, || mark.who.marker())?;
        }
        Ok(())
    }

    /// For whom an application was asked, and with which login.
    fn applications_were_asked_with_what_was_told(&self, seen: &RecordedUse) -> RuleResult {
        const RULE: &str = "an application is asked with what was told";
        let now = self.now();
        let Some(who) = self.links.get(&seen.link).copied() else {
            return Err(format!("{RULE}: {seen:?} by an unknown link"));
        };
        let voices = self.facts.voices(who, now);
        for mark in marks(&seen.person) {
            rule(RULE, voices.contains(&mark.who), || format!("{seen:?}"))?;
        }
        rule(RULE, self.facts.tenants(who, now).contains(seen.tenant.as_str()), || format!("{seen:?}"))?;
        let Some(login) = &seen.login else { return Ok(()) };
        let told = if seen.connector == "nuage" {
            let tenant = TENANTS.into_iter().find(|tenant| *tenant == seen.tenant);
            tenant.is_some_and(|tenant| {
                *login == format!("access-{}-{tenant}", who.marker())
                    && self.facts.accesses.contains(&(who, tenant))
            })
        } else {
            self.is_vouched_for(who, &voices, seen, login)
        };
        rule(RULE, told, || format!("{who:?} {seen:?}"))
    }

    /// True if a source may tell this login to this application: one of the application's owner, or for an address one of the collectivité
    /// where the person acts, within the domains of the collectivités that the link gives; never what somebody typed.
    fn is_vouched_for(
        &self,
        who: PersonKey,
        voices: &BTreeSet<PersonKey>,
        seen: &RecordedUse,
        login: &str,
    ) -> bool {
        let marks = marks(login);
        let [mark] = marks.as_slice() else { return false };
        let spec = mark.who.spec();
        let owner = TENANTS.into_iter().find(|tenant| seen.connector.starts_with(tenant));
        let address = login.split_once('@').map(|(_, domain)| domain);
        let tenants = self.facts.tenants(who, self.now());
        voices.contains(&mark.who)
            && spec.kind != Kind::Local
            && (spec.owner == owner || (address.is_some() && spec.owner == Some(seen.tenant.as_str())))
            && address.is_none_or(|domain| tenants.iter().any(|tenant| domain == format!("{tenant}.example")))
    }
}

/// By which links the server's own numbers are read.
pub(crate) type Links = BTreeMap<LinkId, PersonKey>;
