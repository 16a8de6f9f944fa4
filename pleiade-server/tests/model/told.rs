//! Changes what providers and directories will tell, as a directory or an identity manager does.

use super::{
    browser::call,
    facts::{PersonKey, ReportedFacts, SUBJECTS},
    sources::source_id,
    world::{HOSTS, World},
};
use axum::{Router, http::Method};
use pleiade_server::{storage::RunOutcome, sync::RunRequest};
use serde_json::{Value, json};

impl World {
    pub(super) fn tells(
        &mut self,
        who: PersonKey,
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
        let told = ReportedFacts { version: 0, tenants, administrator, operator, foreign_mail, key };
        let told = self.tell(who, told);
        if let Some(directory) = self.directories.get(&who.source) {
            directory.holds(who, &told, true);
        }
    }

    pub(super) fn presence(&mut self, who: PersonKey, presence: u8) {
        let told = self.facts.newest(who);
        let Some(directory) = self.directories.get(&who.source) else { return };
        match presence {
            0 => directory.holds(who, &told, true),
            1 => directory.holds(who, &told, false),
            _ => directory.loses(who),
        }
    }

    pub(super) async fn synchronise(&mut self, on: usize, beta: bool, full: bool) {
        let id = if beta { "bannu" } else { "aannu" };
        let app = self.replicas[on].app.clone();
        let followed = app.directories.get(&source_id(id)).unwrap().clone();
        let request = RunRequest { full, first: true, departures_each: 99, ..RunRequest::default() };
        let ran = app.directory_sync().run(&followed, request).await.unwrap();
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
            for subject in 0..SUBJECTS {
                self.facts.heard(PersonKey::new(id, subject), now);
            }
        }
    }

    pub(super) async fn push(&mut self, router: &Router, who: PersonKey, change: u8) {
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
        let mut told =
            ReportedFacts { tenants: who.spec().owner.into_iter().collect(), ..self.facts.newest(who) };
        match (change, user) {
            (0, user) => {
                told.foreign_mail = self.steps.is_multiple_of(2);
                let told = self.tell(who, told);
                let content = json!({
                    "userName": format!("l-{marker}"), "externalId": marker, "displayName": format!("N {marker}"),
                    "name": { "givenName": format!("P {marker}") }, "active": true,
                    "emails": [{ "value": format!("m-{marker}@{}", told.domain(who)), "primary": true }],
                    "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": { "employeeNumber": format!("n-{marker}") },
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
}
