//! Each operation as its people do it: through the router, by forms and callbacks.

use super::{
    browser::{Answer, Browser, call},
    facts::{Given, Kind, Told, Who},
    operations::{Operation, What},
    sources::{PASSWORD, source_id, subject},
    world::{HOSTS, World, tenant_id},
};
use axum::{Router, http::Method};
use chrono::TimeDelta;
use pleiade_core::{Clock as _, LinkId};
use pleiade_server::{
    session::Session,
    sign_in::linking,
    storage::RunOutcome,
    sync::{Order, run},
};
use serde_json::{Value, json};
use std::{sync::Arc, time::Duration};

/// Sessions that are open at once.
const MOST_SESSIONS: usize = 7;

fn turn(number: u8, of: usize) -> Option<usize> {
    usize::from(number).checked_rem(of)
}

fn home(who: Who, place: u8) -> &'static str {
    let own = match who.spec().owner {
        Some("beta") => 1,
        _ => 0,
    };
    match place {
        0 => HOSTS[own],
        1 => HOSTS[2],
        _ => HOSTS[1 - own],
    }
}

impl World {
    /// Does it, on a replica, whose number comes back.
    pub(crate) async fn perform(&mut self, operation: &Operation) -> usize {
        let on = usize::from(operation.on) % self.replicas.len();
        let router = self.replicas[on].router.clone();
        self.steps += 1;
        match operation.what.clone() {
            What::SignIn { who, place, again } => self.sign_in(&router, on, who, place, again).await,
            What::Join { session, who } => self.join(&router, session, who).await,
            What::Relink { session, link, to } => {
                if let (Some(who), Some(to)) = (self.known(link), self.known(to)) {
                    self.relink(on, session, who, to).await;
                }
            }
            What::CloseWay { session, link } => self.way(&router, session, link, "close").await,
            What::OpenWay { session, link } => self.way(&router, session, link, "open").await,
            What::Invite { session, who, administrator, foreign_mail } => {
                self.invite(&router, on, session, who, administrator, foreign_mail).await;
            }
            What::Reset { session, link } => self.reset(&router, on, session, link).await,
            What::Disable { session, link, disabled } => {
                let action = if disabled { "disable" } else { "enable" };
                let Some(who) = self.account_at(link) else { return on };
                let answer = self.account(&router, session, who, action).await;
                if answer.is_some_and(|answer| answer.status.is_redirection()) {
                    self.count(action);
                }
            }
            What::Tell { who, tenants, administrator, operator, foreign_mail, key } => {
                self.tells(who, tenants, administrator, operator, foreign_mail, key);
            }
            What::Directory { who, presence } => self.presence(who, presence),
            What::Synchronise { beta, full } => self.synchronise(on, beta, full).await,
            What::Push { who, change } => self.push(&router, who, change).await,
            What::Delegate { session, to } => self.delegate(&router, on, session, to).await,
            What::Accept { session, delegation } => self.answer(&router, session, delegation, "accept").await,
            What::EndDelegation { session, delegation } => {
                self.answer(&router, session, delegation, "end").await;
            }
            What::ActFor { session, beta } => self.act_for(&router, on, session, beta).await,
            What::Connect { session } => self.connect(&router, on, session).await,
            What::CloseOthers { session } => self.close_others(&router, session).await,
            What::CloseAll { session, link } => {
                if let Some(who) = self.known(link) {
                    let path = format!("/console/people/{}/sessions/close", self.people[&who].1);
                    self.post(&router, session, &path, &[]).await;
                }
            }
            What::SignOut { session } => self.sign_out(&router, on, session).await,
            What::Wait { seconds } => self.clock.advance(Duration::from_secs(seconds.into())),
            What::Restart => self.restart(on).await,
        }
        while self.sessions.len() > MOST_SESSIONS {
            // The three who were first stay: most of what is asked of administrators is asked of them.
            self.sign_out(&router, on, 3).await;
        }
        on
    }

    /// One of the links that the server knows.
    fn known(&self, number: u8) -> Option<Who> {
        self.people.keys().nth(turn(number, self.people.len())?).copied()
    }

    fn account_at(&self, number: u8) -> Option<Who> {
        let accounts: Vec<Who> =
            self.people.keys().copied().filter(|who| who.spec().kind == Kind::Local).collect();
        Some(accounts[turn(number, accounts.len())?])
    }

    async fn post(
        &mut self,
        router: &Router,
        session: u8,
        path: &str,
        form: &[(&str, &str)],
    ) -> Option<Answer> {
        let place = turn(session, self.sessions.len())?;
        Some(self.sessions[place].browser.post(router, path, form).await)
    }

    /// What the server itself makes of a session.
    async fn seen(&self, on: usize, session: u8) -> Option<Arc<Session>> {
        let browser = &self.sessions[turn(session, self.sessions.len())?].browser;
        let site = match HOSTS.iter().position(|host| *host == browser.host) {
            Some(0) => Some(tenant_id("alpha")),
            Some(1) => Some(tenant_id("beta")),
            _ => None,
        };
        self.replicas[on].app.sessions.find(browser.session()?, site.as_ref()).await.unwrap()
    }

    async fn sign_in(&mut self, router: &Router, on: usize, who: Who, place: u8, again: Option<u8>) {
        let again = again.and_then(|session| turn(session, self.sessions.len())).filter(|place| *place > 2);
        let mut browser = match again {
            Some(place) => self.sessions[place].browser.clone(),
            None => Browser::new(home(who, place)),
        };
        let before = browser.clone();
        let id = who.spec().id;
        match who.spec().kind {
            Kind::Pushed => return,
            Kind::Local | Kind::Directory => {
                let login =
                    if who.spec().kind == Kind::Local { who.marker() } else { format!("l-{}", who.marker()) };
                let form = [("login", login.as_str()), ("password", PASSWORD), ("return", "/")];
                browser.post(router, &format!("/sign-in/{id}"), &form).await;
            }
            Kind::Provider | Kind::Portal { .. } => {
                let left = browser.get(router, &format!("/sign-in/{id}/start?return=/")).await;
                let Some(state) = left.state() else { return };
                let back = format!("/sign-in/{id}/callback?code={}&state={state}", who.subject);
                browser.get(router, &back).await;
            }
        }
        if browser.session() == before.session() {
            return;
        }
        if let Some(place) = again {
            self.give_up(&before, on);
            self.sessions.remove(place);
        }
        self.entered(browser, who).await;
    }

    async fn join(&mut self, router: &Router, session: u8, who: Who) {
        let id = who.spec().id;
        let Some(left) = self.post(router, session, &format!("/sign-in/{id}/join"), &[]).await else {
            return;
        };
        let Some(state) = left.state() else { return };
        let Some(place) = turn(session, self.sessions.len()) else { return };
        let back = format!("/sign-in/{id}/callback?code={}&state={state}", who.subject);
        if self.sessions[place].browser.get(router, &back).await.location().ends_with("about=joined") {
            let now = self.now();
            self.facts.heard(who, now);
            self.count(if self.people.contains_key(&who) { "join, and move" } else { "join" });
        }
    }

    async fn relink(&mut self, on: usize, session: u8, who: Who, to: Who) {
        let (Some(by), Some(to)) = (self.seen(on, session).await, self.link(to).await) else { return };
        let Some(named) = self.subject_of(who).await else { return };
        let app = self.replicas[on].app.clone();
        if linking::relink(&app, &by, &source_id(who.spec().id), &named, to.identity).await.is_ok() {
            self.count("relink");
        }
    }

    async fn subject_of(&self, who: Who) -> Option<pleiade_core::Subject> {
        if who.spec().kind != Kind::Local {
            return Some(subject(who));
        }
        let id = source_id(who.spec().id);
        let account = self.storage().local_account(&id, &who.marker()).await.unwrap()?;
        pleiade_server::sign_in::local::subject(&id, &account.subject).ok()
    }

    async fn way(&mut self, router: &Router, session: u8, link: u8, what: &str) {
        let Some(who) = self.known(link) else { return };
        let (Some(link), Some(named)) = (self.link(who).await, self.subject_of(who).await) else { return };
        let path = format!("/console/people/{}/ways/{}/{what}", link.identity, who.spec().id);
        let answer = self.post(router, session, &path, &[("link", &linking::handle(&named))]).await;
        for (told, done) in [("told=closed", "close a way"), ("told=open", "open a way")] {
            if answer.as_ref().is_some_and(|answer| answer.location().ends_with(told)) {
                self.count(done);
            }
        }
    }

    async fn invite(
        &mut self,
        router: &Router,
        on: usize,
        session: u8,
        who: Who,
        administrator: bool,
        foreign_mail: bool,
    ) {
        let Some(by) = self.seen(on, session).await else { return };
        let tenant = if by.actor.acting.tenant.as_str() == "beta" { "beta" } else { "alpha" };
        let told = Told {
            tenants: [tenant].into(),
            administrator,
            foreign_mail: foreign_mail != (who.spec().owner.is_some_and(|owner| owner != tenant)),
            ..Told::default()
        };
        let marker = who.marker();
        let (name, mail) = (format!("N {marker}"), format!("m-{marker}@{}", told.domain(who)));
        let mut form = vec![
            ("source", who.spec().id),
            ("login", &marker),
            ("name", &name),
            ("mail", &mail),
            ("kind", "agent"),
        ];
        if administrator {
            form.push(("administrator", "on"));
        }
        let Some(page) = self.post(router, session, "/console/people/invite", &form).await else { return };
        if let Some((host, path)) = opened(&page) {
            self.tell(who, told);
            self.count("invite");
            self.choose(router, on, who, &host, &path).await;
        }
    }

    /// Opens the page of a link and chooses the password.
    async fn choose(&mut self, router: &Router, on: usize, who: Who, host: &str, path: &str) {
        let mut browser = Browser::new(host);
        browser.post(router, path, &[("password", PASSWORD), ("again", PASSWORD)]).await;
        let now = self.now();
        if browser.session().is_some() {
            for before in self.sessions.iter_mut().filter(|open| open.who == who) {
                before.over.get_or_insert((now, on));
            }
        }
        self.entered(browser, who).await;
    }

    async fn account(&mut self, router: &Router, session: u8, who: Who, action: &str) -> Option<Answer> {
        let path = format!("/console/people/accounts/{action}");
        self.post(router, session, &path, &[("source", who.spec().id), ("login", &who.marker())]).await
    }

    async fn reset(&mut self, router: &Router, on: usize, session: u8, link: u8) {
        let Some(who) = self.account_at(link) else { return };
        let Some(page) = self.account(router, session, who, "reset").await else { return };
        if let Some((host, path)) = opened(&page) {
            self.count("reset");
            self.choose(router, on, who, &host, &path).await;
        }
    }

    fn tells(
        &mut self,
        who: Who,
        tenants: u8,
        administrator: bool,
        operator: bool,
        foreign_mail: bool,
        key: u8,
    ) {
        let tenants = match (who.spec().owner, tenants) {
            (Some(owner), _) => [owner].into(),
            (None, 0) => [].into(),
            (None, 1) => ["alpha"].into(),
            (None, 2) => ["beta"].into(),
            _ => ["alpha", "beta"].into(),
        };
        let told = Told { version: 0, tenants, administrator, operator, foreign_mail, key };
        let told = self.tell(who, told);
        if let Some(directory) = self.directories.get(&who.source) {
            directory.holds(who, &told, true);
        }
    }

    fn presence(&mut self, who: Who, presence: u8) {
        let told = self.facts.newest(who);
        let Some(directory) = self.directories.get(&who.source) else { return };
        match presence {
            0 => directory.holds(who, &told, true),
            1 => directory.holds(who, &told, false),
            _ => directory.loses(who),
        }
    }

    async fn synchronise(&mut self, on: usize, beta: bool, full: bool) {
        let id = if beta { "bannu" } else { "aannu" };
        let app = self.replicas[on].app.clone();
        let synced = app.directories.get(&source_id(id)).unwrap().clone();
        let order = Order { full, first: true, departures_each: 99, ..Order::default() };
        let ran = run(&app, &synced, order).await.unwrap();
        let totals = ran.report.totals;
        for (number, what) in [
            (totals.new, "come to a directory"),
            (totals.changed, "change in a directory"),
            (totals.departed, "leave a directory"),
            (totals.returned, "return to a directory"),
        ] {
            if number > 0 {
                self.count(what);
            }
        }
        if matches!(ran.outcome, RunOutcome::Applied | RunOutcome::Unchanged) {
            let now = self.now();
            for subject in 0..super::facts::SUBJECTS {
                self.facts.heard(Who::at(id, subject), now);
            }
        }
    }

    async fn push(&mut self, router: &Router, who: Who, change: u8) {
        let (list, marker) = (format!("/scim/v2/{}", who.spec().id), who.marker());
        let token = self.tokens[&who.source].clone();
        let ask =
            async |method, path: String, body| call(router, HOSTS[2], &token, method, &path, body).await;
        let find = async |kind: &str, filter: &str| -> Option<String> {
            let found = ask(Method::GET, format!("{list}/{kind}?filter={filter}"), None).await;
            let found: Value = serde_json::from_str(&found.body).ok()?;
            Some(found["Resources"].as_array()?.first()?["id"].as_str()?.to_owned())
        };
        let user = find("Users", &format!("userName%20eq%20%22l-{marker}%22")).await;
        let group = find("Groups", &format!("displayName%20eq%20%22administrator-{marker}%22")).await;
        let patch = |operation: Value| Some(json!({ "Operations": [operation] }));
        let mut told = Told { tenants: who.spec().owner.into_iter().collect(), ..self.facts.newest(who) };
        match (change, user) {
            (0, user) => {
                told.foreign_mail = self.steps % 2 == 0;
                let told = self.tell(who, told);
                let content = json!({
                    "userName": format!("l-{marker}"), "externalId": marker, "displayName": format!("N {marker}"),
                    "name": { "givenName": format!("P {marker}") }, "active": true,
                    "emails": [{ "value": format!("m-{marker}@{}", told.domain(who)), "primary": true }],
                });
                match user {
                    Some(id) => ask(Method::PUT, format!("{list}/Users/{id}"), Some(content)).await,
                    None => ask(Method::POST, format!("{list}/Users"), Some(content)).await,
                };
            }
            (1 | 2, Some(id)) => {
                let active = json!({ "op": "replace", "path": "active", "value": change == 2 });
                ask(Method::PATCH, format!("{list}/Users/{id}"), patch(active)).await;
            }
            (3, Some(id)) => {
                ask(Method::DELETE, format!("{list}/Users/{id}"), None).await;
            }
            (4, Some(id)) => {
                told.administrator = true;
                self.tell(who, told);
                let members = json!([{ "value": id }]);
                let group = match group {
                    Some(group) => group,
                    None => {
                        let named = json!({ "displayName": format!("administrator-{marker}") });
                        let made = ask(Method::POST, format!("{list}/Groups"), Some(named)).await;
                        let made: Value = serde_json::from_str(&made.body).unwrap();
                        made["id"].as_str().unwrap().to_owned()
                    }
                };
                let add = json!({ "op": "add", "path": "members", "value": members });
                ask(Method::PATCH, format!("{list}/Groups/{group}"), patch(add)).await;
            }
            (5, Some(_)) => {
                told.administrator = false;
                self.tell(who, told);
                if let Some(group) = group {
                    let none = json!({ "op": "replace", "path": "members", "value": [] });
                    ask(Method::PATCH, format!("{list}/Groups/{group}"), patch(none)).await;
                }
            }
            _ => return,
        }
        let now = self.now();
        self.facts.heard(who, now);
        self.count(
            ["push", "push: closed", "push: opened", "push: deleted", "push: group", "push: no group"]
                [usize::from(change)],
        );
    }

    async fn delegate(&mut self, router: &Router, on: usize, session: u8, to: u8) {
        let Some(to) = turn(to, self.sessions.len()).map(|place| self.sessions[place].who) else { return };
        let (Some(by), Some(receiver)) = (self.seen(on, session).await, self.link(to).await) else { return };
        let Some(place) = turn(session, self.sessions.len()) else { return };
        let giver = self.sessions[place].who;
        let tenant = if by.actor.acting.tenant.as_str() == "beta" { "beta" } else { "alpha" };
        let today = self.clock.now().date_naive();
        let (from, until) = (today.to_string(), (today + TimeDelta::days(7)).to_string());
        let LinkId(number) = receiver.id;
        let form = [
            ("receiver", number.to_string()),
            ("from", from),
            ("until", until),
            ("scope", "all".to_owned()),
            ("rights", "treat".to_owned()),
            ("reason", "Absence".to_owned()),
        ];
        let form: Vec<(&str, &str)> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let Some(answer) = self.post(router, session, "/profile/delegations/new", &form).await else {
            return;
        };
        if answer.location().ends_with("told=given") {
            let people = (by.actor.identity.id.0, receiver.identity.0);
            let given = Given { giver, receiver: to, people, tenant, accepted: false, ended: None };
            self.facts.given.push(given);
            self.count("delegate");
        }
    }

    async fn answer(&mut self, router: &Router, session: u8, delegation: u8, what: &str) {
        let Some(place) = turn(delegation, self.facts.given.len()) else { return };
        // Half of the time by whoever received it.
        let receiver = self.sessions.iter().position(|open| open.who == self.facts.given[place].receiver);
        let session = receiver.filter(|_| session % 2 == 0).map_or(session, |place| place as u8);
        let path = format!("/profile/delegations/{}/{what}", place + 1);
        let Some(answer) = self.post(router, session, &path, &[]).await else { return };
        let now = self.now();
        let given = &mut self.facts.given[place];
        if answer.location().ends_with("told=accepted") {
            given.accepted = true;
            self.count("accept");
        } else if answer.location().ends_with("told=ended") {
            given.ended = given.ended.or(Some(now));
            self.count("end a delegation");
        }
    }

    async fn act_for(&mut self, router: &Router, on: usize, session: u8, beta: bool) {
        let Some(place) = turn(session, self.sessions.len()) else { return };
        let before = self.sessions[place].browser.clone();
        let tenant = if beta { "beta" } else { "alpha" };
        self.post(router, session, "/acting", &[("tenant", tenant)]).await;
        if self.sessions[place].browser.session() != before.session() {
            self.give_up(&before, on);
            self.count("act for another");
        }
    }

    async fn connect(&mut self, router: &Router, on: usize, session: u8) {
        let Some(seen) = self.seen(on, session).await else { return };
        let Some(place) = turn(session, self.sessions.len()) else { return };
        let who = self.sessions[place].who;
        let tenant = if seen.actor.acting.tenant.as_str() == "beta" { "beta" } else { "alpha" };
        let secret = format!("access-{}-{tenant}", who.marker());
        let form = [("secret", secret.as_str())];
        let Some(answer) = self.post(router, session, "/profile/accesses/nuage/paste", &form).await else {
            return;
        };
        if answer.location().contains("outcome=connected") {
            self.facts.accesses.insert((who, tenant));
            self.count("connect");
        }
    }

    async fn close_others(&mut self, router: &Router, session: u8) {
        let Some(place) = turn(session, self.sessions.len()) else { return };
        let mut alive = Vec::new();
        for other in 0..self.sessions.len() {
            let open = &mut self.sessions[other];
            alive.push(open.browser.get(router, "/profile").await.status.is_success());
        }
        self.post(router, session, "/profile/sessions/close-others", &[]).await;
        let me = self.sessions[place].who;
        for (other, before) in alive.into_iter().enumerate() {
            let open = &mut self.sessions[other];
            let after = open.browser.get(router, "/profile").await.status.is_success();
            if before && !after && open.who != me {
                self.wrong = Some(format!("{me:?} closed a session of {:?}", open.who));
            }
        }
    }

    async fn sign_out(&mut self, router: &Router, on: usize, session: u8) {
        let Some(place) = turn(session, self.sessions.len()) else { return };
        let before = self.sessions[place].browser.clone();
        self.post(router, session, "/sign-out", &[]).await;
        self.give_up(&before, on);
        self.sessions.remove(place);
    }
}

/// The host and the path of the link that a page of the console shows.
fn opened(page: &Answer) -> Option<(String, String)> {
    let (before, after) = page.body.split_once("/account/")?;
    let (_, host) = before.rsplit_once("https://")?;
    let value: String =
        after.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '-' || *c == '_').collect();
    Some((host.to_owned(), format!("/account/{value}")))
}
