//! Each operation as its people do it: through the router, by forms and callbacks.

use super::{
    browser::{Answer, Browser},
    facts::{GrantedDelegation, Kind, PersonKey},
    operations::{Operation, OperationKind},
    sources::PASSWORD,
    world::{HOSTS, World, tenant_id},
};
use axum::Router;
use chrono::TimeDelta;
use pleiade_core::{Clock as _, LinkId};
use pleiade_server::session::Session;
use std::{sync::Arc, time::Duration};

/// Sessions that are open at once.
const MAX_SESSIONS: usize = 7;

fn turn(number: u8, of: usize) -> Option<usize> {
    usize::from(number).checked_rem(of)
}

fn home(who: PersonKey, place: u8) -> &'static str {
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
            OperationKind::SignIn { who, place, again } => self.sign_in(&router, on, who, place, again).await,
            OperationKind::SignInAgain { link, place } => {
                let last = self.last_moved.filter(|_| link == 0);
                if let Some(who) = last.or(self.known(link)) {
                    self.sign_in(&router, on, who, place, None).await;
                }
            }
            OperationKind::Join { session, who } => self.join(&router, session, who).await,
            OperationKind::Relink { session, link, to } => {
                if let (Some(who), Some(to)) = (self.known(link), self.known(to)) {
                    self.relink(on, session, who, to).await;
                }
            }
            OperationKind::CloseWay { session, link } => self.way(&router, session, link, "close").await,
            OperationKind::OpenWay { session, link } => self.way(&router, session, link, "open").await,
            OperationKind::Invite { session, who, administrator, foreign_mail } => {
                self.invite(&router, on, session, who, administrator, foreign_mail).await;
            }
            OperationKind::Reset { session, link } => self.reset(&router, on, session, link).await,
            OperationKind::Disable { session, link, disabled } => {
                let action = if disabled { "disable" } else { "enable" };
                let Some(who) = self.account_at(link) else { return on };
                let answer = self.account(&router, session, who, action).await;
                if answer.is_some_and(|answer| answer.status.is_redirection()) {
                    self.count(action);
                }
            }
            OperationKind::Tell { who, tenants, administrator, operator, foreign_mail, key } => {
                self.tells(who, tenants, administrator, operator, foreign_mail, key);
            }
            OperationKind::Directory { who, presence } => self.presence(who, presence),
            OperationKind::Synchronise { beta, full } => self.synchronise(on, beta, full).await,
            OperationKind::Push { who, change } => self.push(&router, who, change).await,
            OperationKind::Delegate { session, to } => self.delegate(&router, on, session, to).await,
            OperationKind::Accept { session, delegation } => {
                self.answer(&router, session, delegation, "accept").await
            }
            OperationKind::EndDelegation { session, delegation } => {
                self.answer(&router, session, delegation, "end").await;
            }
            OperationKind::ActFor { session, beta } => self.act_for(&router, on, session, beta).await,
            OperationKind::Connect { session } => self.connect(&router, on, session).await,
            OperationKind::CloseOthers { session } => self.close_others(&router, session).await,
            OperationKind::CloseAll { session, link } => {
                if let Some(who) = self.known(link) {
                    let path = format!("/console/people/{}/sessions/close", self.people[&who].1);
                    self.post(&router, session, &path, &[]).await;
                }
            }
            OperationKind::SignOut { session } => self.sign_out(&router, on, session).await,
            OperationKind::Wait { seconds } => self.clock.advance(Duration::from_secs(seconds.into())),
            OperationKind::Restart => self.restart(on).await,
        }
        while self.sessions.len() > MAX_SESSIONS {
            // The three who were first stay: most of what is asked of administrators is asked of them.
            self.sign_out(&router, on, 3).await;
        }
        on
    }

    /// One of the links that the server knows.
    pub(super) fn known(&self, number: u8) -> Option<PersonKey> {
        self.people.keys().nth(turn(number, self.people.len())?).copied()
    }

    pub(super) fn account_at(&self, number: u8) -> Option<PersonKey> {
        let accounts: Vec<PersonKey> =
            self.people.keys().copied().filter(|who| who.spec().kind == Kind::Local).collect();
        Some(accounts[turn(number, accounts.len())?])
    }

    pub(super) async fn post(
        &mut self,
        router: &Router,
        session: u8,
        path: &str,
        form: &[(&str, &str)],
    ) -> Option<Answer> {
        let place = turn(session, self.sessions.len())?;
        Some(self.sessions[place].browser.post(router, path, form).await)
    }

    /// The server's own view of a session.
    pub(super) async fn seen(&self, on: usize, session: u8) -> Option<Arc<Session>> {
        let browser = &self.sessions[turn(session, self.sessions.len())?].browser;
        let site = match HOSTS.iter().position(|host| *host == browser.host) {
            Some(0) => Some(tenant_id("alpha")),
            Some(1) => Some(tenant_id("beta")),
            _ => None,
        };
        self.replicas[on].app.sessions.find_session(browser.session()?, site.as_ref()).await.unwrap()
    }

    async fn sign_in(&mut self, router: &Router, on: usize, who: PersonKey, place: u8, again: Option<u8>) {
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

    async fn join(&mut self, router: &Router, session: u8, who: PersonKey) {
        let id = who.spec().id;
        let Some(left) = self.post(router, session, &format!("/sign-in/{id}/join"), &[]).await else {
            return;
        };
        let Some(state) = left.state() else { return };
        let Some(place) = turn(session, self.sessions.len()) else { return };
        let back = format!("/sign-in/{id}/callback?code={}&state={state}", who.subject);
        let answer = self.sessions[place].browser.get(router, &back).await;
        if self.outcome(&answer) == "ways-joined" {
            let now = self.now();
            self.facts.heard(who, now);
            self.last_moved = Some(who);
            self.count(if self.people.contains_key(&who) { "join, and move" } else { "join" });
        }
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
        if self.outcome(&answer) == "delegation-told-given" {
            let people = (by.actor.identity.id.0, receiver.identity.0);
            let given =
                GrantedDelegation { giver, receiver: to, people, tenant, accepted: false, ended: None };
            self.facts.given.push(given);
            self.count("delegate");
        }
    }

    async fn answer(&mut self, router: &Router, session: u8, delegation: u8, what: &str) {
        let Some(place) = turn(delegation, self.facts.given.len()) else { return };
        // Half of the time by whoever received it.
        let receiver = self.sessions.iter().position(|open| open.who == self.facts.given[place].receiver);
        let session = receiver.filter(|_| session.is_multiple_of(2)).map_or(session, |place| place as u8);
        let path = format!("/profile/delegations/{}/{what}", place + 1);
        let Some(answer) = self.post(router, session, &path, &[]).await else { return };
        let (now, outcome) = (self.now(), self.outcome(&answer));
        let given = &mut self.facts.given[place];
        if outcome == "delegation-told-accepted" {
            given.accepted = true;
            self.count("accept");
        } else if outcome == "delegation-told-ended" {
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
        if self.outcome(&answer) == "accesses-outcome-connected" {
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
