//! Operations of administrators on people of their collectivité, in the console.

use super::{
    browser::{Answer, Browser},
    facts::{Kind, PersonKey, ReportedFacts},
    sources::{PASSWORD, source_id, subject},
    world::World,
};
use axum::Router;

impl World {
    pub(super) async fn relink(&mut self, on: usize, session: u8, who: PersonKey, to: PersonKey) {
        let (Some(by), Some(to)) = (self.seen(on, session).await, self.link(to).await) else { return };
        let Some(named) = self.subject_of(who).await else { return };
        let app = self.replicas[on].app.clone();
        if app.link_administration().relink(&by, &source_id(who.spec().id), &named, to.identity).await.is_ok()
        {
            self.last_moved = Some(who);
            self.count("relink");
        }
    }

    pub(super) async fn subject_of(&self, who: PersonKey) -> Option<pleiade_core::Subject> {
        if who.spec().kind != Kind::Local {
            return Some(subject(who));
        }
        let id = source_id(who.spec().id);
        let account = self.storage().local_account(&id, &who.marker()).await.unwrap()?;
        pleiade_server::sign_in::local::subject(&id, &account.subject).ok()
    }

    pub(super) async fn way(&mut self, router: &Router, session: u8, link: u8, what: &str) {
        let Some(who) = self.known(link) else { return };
        let (Some(link), Some(named)) = (self.link(who).await, self.subject_of(who).await) else { return };
        let path = format!("/console/people/{}/ways/{}/{what}", link.identity, who.spec().id);
        let answer = self
            .post(router, session, &path, &[("link", &pleiade_server::storage::subject_digest(&named))])
            .await;
        for (told, done) in [("ways-told-closed", "close a way"), ("ways-told-open", "open a way")] {
            if answer.as_ref().is_some_and(|answer| self.outcome(answer) == told) {
                self.count(done);
            }
        }
    }

    pub(super) async fn invite(
        &mut self,
        router: &Router,
        on: usize,
        session: u8,
        who: PersonKey,
        administrator: bool,
        foreign_mail: bool,
    ) {
        let Some(by) = self.seen(on, session).await else { return };
        let tenant = if by.actor.acting.tenant.as_str() == "beta" { "beta" } else { "alpha" };
        let told = ReportedFacts {
            tenants: [tenant].into(),
            administrator,
            foreign_mail: foreign_mail != (who.spec().owner.is_some_and(|owner| owner != tenant)),
            ..ReportedFacts::default()
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
    pub(super) async fn choose(
        &mut self,
        router: &Router,
        on: usize,
        who: PersonKey,
        host: &str,
        path: &str,
    ) {
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

    pub(super) async fn account(
        &mut self,
        router: &Router,
        session: u8,
        who: PersonKey,
        action: &str,
    ) -> Option<Answer> {
        let path = format!("/console/people/accounts/{action}");
        self.post(router, session, &path, &[("source", who.spec().id), ("login", &who.marker())]).await
    }

    pub(super) async fn reset(&mut self, router: &Router, on: usize, session: u8, link: u8) {
        let Some(who) = self.account_at(link) else { return };
        let Some(page) = self.account(router, session, who, "reset").await else { return };
        if let Some((host, path)) = opened(&page) {
            self.count("reset");
            self.choose(router, on, who, &host, &path).await;
        }
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
