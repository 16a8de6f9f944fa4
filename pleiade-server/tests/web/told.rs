//! A change and the line of the audit log that tells it are one: without the line nothing changes, and without the change there is no line.
//!
//! Every form stands in one of two lists: the changes that are gone through here, and those for which there is a reason not to.

use crate::{
    accounts::{field, secret},
    support::{
        ALPHA, Answer, Browser, Fake, ISSUER, OPERATOR, Outcome, PASSWORD, SESSION, Setup, Watch, World,
        content, somebody, source_id,
    },
};
use axum::http::{Method, StatusCode, header};
use chrono::TimeDelta;
use pleiade_core::{Clock as _, ExposeSecret as _, LinkId, Subject};
use pleiade_server::{
    accounts::{Policy, SecondFactorRule},
    audit::AuditEvent,
    router::routes,
    scim::NewToken,
    storage::{AuditQuery, FactorKind, NewFactor, subject_digest},
};
use std::collections::BTreeSet;

const SIGNING_IN: &[&str] = &[
    "POST /acting",
    "POST /second-factor/add",
    "POST /sign-in/{source}",
    "POST /sign-out/{source}/backchannel",
    "POST /sign-out/{source}/frontchannel",
];
const LINKED_ACCOUNTS: &[&str] = &[
    "POST /console/people/{person}/accesses/{link}/{connector}/revoke",
    "POST /profile/accesses/{connector}/finish",
    "POST /profile/accesses/{connector}/paste",
    "POST /profile/accesses/{connector}/revoke",
];
const DELEGATIONS: &[&str] = &[
    "POST /console/people/{person}/delegations/{delegation}/end",
    "POST /profile/delegations/new",
    "POST /profile/delegations/{delegation}/accept",
    "POST /profile/delegations/{delegation}/end",
    "POST /profile/delegations/{delegation}/refuse",
];
const LOCAL_ACCOUNTS: &[&str] = &[
    "POST /account/{link}",
    "POST /console/people/accounts/clear",
    "POST /console/people/accounts/disable",
    "POST /console/people/accounts/enable",
    "POST /console/people/accounts/reset",
    "POST /console/people/invite",
    "POST /profile/password",
    "POST /profile/second-factor/add",
    "POST /profile/second-factor/codes",
    "POST /profile/second-factor/remove",
];
const IDENTITY_LINKS: &[&str] = &[
    "POST /console/people/{person}/ways/{source}/close",
    "POST /console/people/{person}/ways/{source}/give",
    "POST /console/people/{person}/ways/{source}/open",
    "POST /profile/ways/{source}",
    "POST /sign-in/{source}/join",
];
const LEGAL: &[&str] = &[
    "POST /deadlines/{tenant}/dates",
    "POST /deadlines/{tenant}/dates/remove",
    "POST /deadlines/{tenant}/dates/sitting",
    "POST /deadlines/{tenant}/dismiss",
    "POST /deadlines/{tenant}/facts",
    "POST /deadlines/{tenant}/restore",
];
const PUSHES: &[&str] =
    &["DELETE /scim/{*rest}", "PATCH /scim/{*rest}", "POST /scim/{*rest}", "PUT /scim/{*rest}"];
/// Ends of sessions, which hold in memory and wait with their lines.
const ENDS: &[&str] = &[
    "POST /console/people/{person}/sessions/close",
    "POST /profile/sessions/close-others",
    "POST /profile/sessions/{session}/close",
    "POST /sign-out",
];

/// The forms that no list above holds, and why.
const OTHERS: &[(&str, &str)] = &[
    ("POST /actions/{tenant}/{connector}/{action}", "done in the application, nothing is kept here"),
    ("POST /actions/{tenant}/{connector}/{action}/ask", "a question, which changes nothing"),
    ("POST /applications/{change}", "arranges the launcher of whoever asks"),
    ("POST /briefing/calendar", "a line first, then the address in the place of the one before"),
    ("POST /briefing/calendar/close", "ends the address of whoever asks, told or not"),
    ("POST /console/applications/{connector}/retry", "ends a rest in memory"),
    ("POST /console/sync/{source}/decide/{run}", "begins a run, which tells what it writes: see sync.rs"),
    ("POST /console/sync/{source}/simulate", "begins a run that writes its report alone"),
    ("POST /deadlines/{tenant}/dismiss/ask", "a question, which changes nothing"),
    (
        "POST /delegations/{delegation}/actions/{tenant}/{connector}/{action}",
        "a line alone, before the application is asked",
    ),
    (
        "POST /deposit/{connector}/send",
        "a line alone, before the application is given anything: see deposit.rs",
    ),
    ("POST /demonstration/switch", "cuts a simulated application off, in memory"),
    ("POST /notices/{notice}/put-away", "hides a notice from its own reader"),
    ("POST /passkey", "opens a session as a password does, and wants a device that signs"),
    ("POST /preferences", "a cookie"),
    ("POST /profile/accesses/{connector}/start", "begins a login flow, which opens nothing yet"),
    ("POST /profile/proof", "a cookie"),
    ("POST /profile/proof/start", "leads to a provider"),
    ("POST /second-factor", "opens a session as a password does, and spends its code before, told or not"),
    ("POST /search", "finds, and changes nothing: its words stand in no address"),
    ("POST /search/{connector}", "the same in one application"),
    ("POST /sign-in/find", "a cookie"),
    ("POST /batches/{connector}/{action}", "done in the application, nothing is kept here"),
    ("POST /batches/{connector}/{action}/ask", "a question, which changes nothing"),
    ("POST /tasks/{tenant}/{connector}/snooze", "hides a line from its own reader until a day"),
    ("POST /tasks/{tenant}/{connector}/snooze/ask", "a question, which changes nothing"),
    ("POST /tasks/{tenant}/{connector}/wake", "shows a line to its own reader again"),
    (
        "POST /sign-in/{source}/callback",
        "ends sessions as the back channel does, for a source of CAS: see cas.rs",
    ),
];

/// A list of forms is a decision: whoever adds one that changes something adds its case here.
#[test]
fn every_form_is_gone_through_or_has_a_reason() {
    let tried =
        [SIGNING_IN, LINKED_ACCOUNTS, DELEGATIONS, LOCAL_ACCOUNTS, IDENTITY_LINKS, LEGAL, PUSHES, ENDS];
    let named = tried.concat().into_iter().chain(OTHERS.iter().map(|(route, _)| *route));
    let mut named: Vec<String> = named.map(str::to_owned).collect();
    named.sort_unstable();
    let writes = routes().into_iter().filter(|route| route.method != Method::GET);
    let mut known: Vec<String> = writes.map(|route| format!("{} {}", route.method, route.path)).collect();
    known.sort_unstable();
    assert_eq!(named, known);
}

const REFUSE_LINES: &str =
    "CREATE TRIGGER no_line BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'no'); END";
const TAKE_LINES: &str = "DROP TRIGGER no_line";

/// The rights and belongings of people. Of links and sessions, what no request changes by itself, as names and the last use.
const FACTS: &[(&str, &str)] = &[
    ("accesses", "*"),
    ("account_links", "*"),
    ("affiliations", "*"),
    ("delegations", "*"),
    ("identities", "*"),
    ("legal_dates", "*"),
    ("legal_dismissals", "*"),
    ("legal_facts", "*"),
    ("links", "id || ':' || identity || ':' || disabled"),
    ("local_accounts", "*"),
    ("notices", "*"),
    ("recovery_codes", "*"),
    ("scim_resources", "*"),
    ("second_factors", "*"),
    ("sessions", "acting"),
];

/// Tries changes three times: while no line can be written, while nothing else can, and then while all can.
struct Trial {
    world: World,
    database: Watch,
    /// The forms that were gone through.
    tried: BTreeSet<&'static str>,
}

impl Trial {
    async fn new(setup: Setup) -> Self {
        let world = World::with(setup).await;
        let database = Watch::open(&world).await;
        Self { world, database, tried: BTreeSet::new() }
    }

    /// All of these forms, and no other, were gone through.
    fn went_through(&self, forms: &[&'static str]) {
        assert_eq!(self.tried, forms.iter().copied().collect());
    }

    async fn facts(&mut self) -> Vec<String> {
        let mut facts = Vec::new();
        for (table, columns) in FACTS {
            let columns = match *columns {
                "*" => {
                    let names = format!(
                        "SELECT group_concat('quote(\"' || name || '\")', ' || '','' || ') FROM pragma_table_info('{table}')"
                    );
                    self.database.text(&names).await
                }
                some => some.to_owned(),
            };
            let rows = format!(
                "SELECT coalesce(group_concat(line, ';'), '') FROM (SELECT {columns} AS line FROM {table} ORDER BY 1)"
            );
            facts.push(format!("{table}: {}", self.database.text(&rows).await));
        }
        facts
    }

    /// Lets what holds facts take no change, or take them again.
    async fn refuse_changes(&mut self, refuse: bool) {
        for (table, _) in FACTS {
            for change in ["INSERT", "DELETE", "UPDATE"] {
                let of = if (*table, change) == ("sessions", "UPDATE") {
                    "UPDATE OF acting, hash"
                } else {
                    change
                };
                let trigger = if refuse {
                    format!(
                        "CREATE TRIGGER no_{table}_{change} BEFORE {of} ON {table} BEGIN SELECT RAISE(ABORT, 'no'); END"
                    )
                } else {
                    format!("DROP TRIGGER no_{table}_{change}")
                };
                self.database.run(&trigger).await;
            }
        }
    }

    /// `attempt`, by a form, fails and leaves everything as it was while the log takes no line, and tells nothing while nothing else can be
    /// written; then it succeeds, and changes something that the log tells.
    async fn change(
        &mut self,
        form: &'static str,
        event: AuditEvent,
        attempt: impl AsyncFnMut() -> Answer,
    ) -> Answer {
        self.change_told(form, (event, 1), attempt).await
    }

    /// The same for a change that several lines tell.
    async fn change_told(
        &mut self,
        form: &'static str,
        (event, told): (AuditEvent, usize),
        mut attempt: impl AsyncFnMut() -> Answer,
    ) -> Answer {
        self.tried.insert(form);
        let before = self.facts().await;
        self.database.run(REFUSE_LINES).await;
        let refused = attempt().await;
        self.world.quiet().await;
        self.database.run(TAKE_LINES).await;
        assert!(refused.status.is_server_error(), "{form} {event:?}: {} {}", refused.status, refused.body);
        assert_eq!(self.facts().await, before, "{form} {event:?}");
        let lines = self.lines(event).await;
        self.refuse_changes(true).await;
        let refused = attempt().await;
        self.world.quiet().await;
        self.refuse_changes(false).await;
        assert!(refused.status.is_server_error(), "{form} {event:?}: {} {}", refused.status, refused.body);
        assert_eq!(self.lines(event).await, lines, "{form}: {event:?} is told, and did not happen");
        let done = attempt().await;
        self.world.quiet().await;
        assert!(done.status.is_success() || done.status.is_redirection(), "{form} {event:?}: {}", done.body);
        assert_ne!(self.facts().await, before, "{form} {event:?}");
        assert_eq!(self.lines(event).await, lines + told, "{form} {event:?}");
        done
    }

    async fn lines(&self, event: AuditEvent) -> usize {
        let query = AuditQuery { limit: 200, ..AuditQuery::default() };
        let lines = self.world.storage.audit(&query).await.unwrap();
        lines.iter().filter(|line| line.line.event == event).count()
    }
}

async fn post(browser: &mut Browser, path: &str, form: &[(&str, &str)]) -> Answer {
    browser.post(path, form).await
}

/// A form of a provider, which has no cookie of ours.
async fn post_as_server(server: &mut Browser, path: &str, form: &str) -> Answer {
    let mut request = server.request(Method::POST, path, form.to_owned());
    request.headers_mut().remove(header::ORIGIN);
    request.headers_mut().remove("sec-fetch-site");
    server.send(request).await
}

/// An authenticator application of a link, as it is kept.
async fn give_factor(trial: &Trial, link: LinkId) {
    let factor = NewFactor {
        link,
        kind: FactorKind::Totp,
        name: "Téléphone".into(),
        host: None,
        credential: None,
        sealed: vec![1],
        last_step: None,
        created_at: trial.world.clock.now(),
    };
    trial.world.storage.add_factor(&factor).await.unwrap();
}

#[tokio::test]
async fn signing_in_acting_elsewhere_and_the_end_by_a_provider() {
    let mut trial = Trial::new(Setup::default()).await;
    let mut stranger = trial.world.browser(ALPHA);
    let password = [("login", "clerk"), ("password", PASSWORD)];
    let form = "POST /sign-in/{source}";
    trial
        .change(form, AuditEvent::SignedIn, async || post(&mut stranger, "/sign-in/locale", &password).await)
        .await;
    trial.world.sso.knows("both", somebody("both", "Zoé Roux", &["alpha", "beta"]));
    let mut both = trial.world.browser(OPERATOR);
    // Whoever comes back from a provider sends no form.
    let callback = "GET /sign-in/{source}/callback";
    trial.change(callback, AuditEvent::Linked, async || both.sign_in_at("sso", "both").await).await;
    trial.tried.remove(callback);
    let beta = [("tenant", "beta")];
    trial
        .change("POST /acting", AuditEvent::ActingChanged, async || post(&mut both, "/acting", &beta).await)
        .await;
    let mut server = trial.world.browser(OPERATOR);
    for (form, path, body) in [
        ("POST /sign-out/{source}/backchannel", "/sign-out/sso/backchannel", "logout_token=sid%3Asid-both"),
        (
            "POST /sign-out/{source}/frontchannel",
            "/sign-out/sso/frontchannel",
            "iss=https%3A%2F%2Fsso.example&sid=sid-both",
        ),
    ] {
        trial
            .change(form, AuditEvent::SessionsEnded, async || post_as_server(&mut server, path, body).await)
            .await;
        both.sign_in_at("sso", "both").await;
    }

    // Whoever must have a second factor adds one on the way in; their recovery codes are told too.
    let policy = Policy { second_factor: SecondFactorRule::Required, ..Policy::default() };
    let forms = trial.tried;
    trial = Trial::new(Setup { policy, ..Setup::default() }).await;
    trial.tried = forms;
    let (mut browser, clock) = (trial.world.browser(ALPHA), trial.world.clock.clone());
    let enrol = async || {
        assert_eq!(post(&mut browser, "/sign-in/locale", &password).await.location(), "/second-factor/add");
        let page = browser.get("/second-factor/add").await;
        let (now, state) = (secret(&page).code_at(clock.now()), field(&page, "state"));
        post(&mut browser, "/second-factor/add", &[("state", &state), ("code", &now)]).await
    };
    trial.change_told("POST /second-factor/add", (AuditEvent::SecondFactorChanged, 2), enrol).await;
    trial.went_through(SIGNING_IN);
}

#[tokio::test]
async fn connected_accounts() {
    let cloud = Fake::new("nuage", Outcome::Gives(content(1, &[])));
    let linking = || cloud.linking.as_ref().unwrap();
    for pasted in ["first", "second"] {
        linking().opens(pasted, "clerk");
    }
    let mut trial = Trial::new(Setup { alpha: vec![cloud.clone()], ..Setup::default() }).await;
    let mut clerk = trial.world.clerk_at(ALPHA).await;
    let mut admin = trial.world.administrator_at_alpha().await;
    let paste = "/profile/accesses/nuage/paste";
    trial
        .change("POST /profile/accesses/{connector}/paste", AuditEvent::LinkedAccountConnected, async || {
            post(&mut clerk, paste, &[("secret", "first")]).await
        })
        .await;
    trial
        .change("POST /profile/accesses/{connector}/revoke", AuditEvent::LinkedAccountRevoked, async || {
            clerk.confirm("/profile/accesses/nuage/revoke", &[]).await
        })
        .await;
    // An application gives an account once: each try begins anew.
    trial
        .change("POST /profile/accesses/{connector}/finish", AuditEvent::LinkedAccountConnected, async || {
            post(&mut clerk, "/profile/accesses/nuage/start", &[]).await;
            linking().allow("clerk");
            post(&mut clerk, "/profile/accesses/nuage/finish", &[]).await
        })
        .await;
    post(&mut clerk, paste, &[("secret", "second")]).await;
    let (person, link) = (trial.world.clerk, trial.world.clerk_link);
    let theirs = format!("/console/people/{person}/accesses/{link}/nuage/revoke");
    let form = "POST /console/people/{person}/accesses/{link}/{connector}/revoke";
    trial.change(form, AuditEvent::LinkedAccountRevoked, async || admin.confirm(&theirs, &[]).await).await;
    trial.went_through(LINKED_ACCOUNTS);
}

#[tokio::test]
async fn legal_deadlines() {
    let knows = crate::legal::knows(&[("Conseil municipal", "2026-04-24")]);
    let alpha = vec![Fake::new("seances", Outcome::Gives(knows))];
    let mut trial = Trial::new(Setup { alpha, legal: Some(crate::legal::rules()), ..Setup::default() }).await;
    let mut clerk = crate::legal::secretary(&trial.world).await;
    trial.world.read_cards(&clerk).await;
    let (facts, council) =
        ([("kind", "commune"), ("population", "900")], [("kind", "council"), ("day", "2026-03-27")]);
    let (date, deadline) = ([("target", "council/2026-03-27")], ("target", "convocation-small/2026-03-27"));
    let cases = [
        ("POST /deadlines/{tenant}/facts", "facts", AuditEvent::LegalDatesChanged, &facts[..]),
        ("POST /deadlines/{tenant}/dates", "dates", AuditEvent::LegalDatesChanged, &council),
        (
            "POST /deadlines/{tenant}/dismiss",
            "dismiss",
            AuditEvent::DeadlineDismissed,
            &[deadline, ("reason", "x")][..],
        ),
        ("POST /deadlines/{tenant}/restore", "restore", AuditEvent::DeadlineRestored, &[deadline]),
        ("POST /deadlines/{tenant}/dates/remove", "dates/remove", AuditEvent::LegalDatesChanged, &date),
        (
            "POST /deadlines/{tenant}/dates/sitting",
            "dates/sitting",
            AuditEvent::LegalDatesChanged,
            &[("target", "2026-04-24")][..],
        ),
    ];
    for (form, path, event, fields) in cases {
        let path = format!("/deadlines/alpha/{path}");
        trial.change(form, event, async || post(&mut clerk, &path, fields).await).await;
    }
    trial.went_through(LEGAL);
}

#[tokio::test]
async fn delegations() {
    let mut trial = Trial::new(Setup::default()).await;
    let mut clerk = trial.world.clerk_at(ALPHA).await;
    let mut admin = trial.world.administrator_at_alpha().await;
    trial.world.alpha_sso.knows("paul", somebody("paul", "Paul Martin", &["alpha"]));
    let mut paul = trial.world.browser(ALPHA);
    assert_eq!(paul.sign_in_at("alpha-sso", "paul").await.location(), "/");
    let today = trial.world.clock.now().date_naive();
    let (from, until) = (today.to_string(), (today + TimeDelta::days(7)).to_string());
    let given = [
        ("to", "paul"),
        ("from", from.as_str()),
        ("until", until.as_str()),
        ("scope", "all"),
        ("rights", "treat"),
        ("reason", "Congés"),
    ];
    let new = "/profile/delegations/new";
    trial
        .change("POST /profile/delegations/new", AuditEvent::DelegationGiven, async || {
            post(&mut clerk, new, &given).await
        })
        .await;
    trial
        .change("POST /profile/delegations/{delegation}/accept", AuditEvent::DelegationAccepted, async || {
            post(&mut paul, "/profile/delegations/1/accept", &[]).await
        })
        .await;
    trial
        .change("POST /profile/delegations/{delegation}/end", AuditEvent::DelegationEnded, async || {
            clerk.confirm("/profile/delegations/1/end", &[]).await
        })
        .await;
    post(&mut clerk, new, &given).await;
    trial
        .change("POST /profile/delegations/{delegation}/refuse", AuditEvent::DelegationEnded, async || {
            post(&mut paul, "/profile/delegations/2/refuse", &[]).await
        })
        .await;
    post(&mut clerk, new, &given).await;
    let end = format!("/console/people/{}/delegations/3/end", trial.world.clerk);
    let form = "POST /console/people/{person}/delegations/{delegation}/end";
    trial.change(form, AuditEvent::DelegationEnded, async || admin.confirm(&end, &[]).await).await;
    trial.went_through(DELEGATIONS);
}

#[tokio::test]
async fn local_accounts_by_their_administrators_and_their_people() {
    let mut trial = Trial::new(Setup::default()).await;
    let mut admin = trial.world.administrator_at_alpha().await;
    let form = [("name", "Paul Petit"), ("login", "ppetit"), ("kind", "agent")];
    let invite = "/console/people/invite";
    trial
        .change("POST /console/people/invite", AuditEvent::AccountInvited, async || {
            post(&mut admin, invite, &form).await
        })
        .await;
    let chosen = [("source", "locale"), ("login", "ppetit")];
    let reset = "/console/people/accounts/reset";
    let made = trial
        .change("POST /console/people/accounts/reset", AuditEvent::AccountChanged, async || {
            post(&mut admin, reset, &chosen).await
        })
        .await;
    let (_, shown) = made.body.split_once("<code class=\"secret\">").unwrap();
    let address: url::Url = shown.split('<').next().unwrap().parse().unwrap();
    let mut petit = trial.world.browser(ALPHA);
    let new = [("password", "tuile girafe velours 7"), ("again", "tuile girafe velours 7")];
    trial
        .change("POST /account/{link}", AuditEvent::AccountChanged, async || {
            post(&mut petit, address.path(), &new).await
        })
        .await;
    let change = [
        ("current", "tuile girafe velours 7"),
        ("password", "velours girafe tuile 8"),
        ("again", "velours girafe tuile 8"),
    ];
    trial
        .change("POST /profile/password", AuditEvent::AccountChanged, async || {
            post(&mut petit, "/profile/password", &change).await
        })
        .await;
    let account = trial.world.storage.local_account(&source_id("locale"), "ppetit").await.unwrap().unwrap();
    factors_of_a_person(&mut trial, &mut petit, account.link).await;
    give_factor(&trial, account.link).await;
    for (form, path, event) in [
        (
            "POST /console/people/accounts/clear",
            "/console/people/accounts/clear",
            AuditEvent::SecondFactorChanged,
        ),
        (
            "POST /console/people/accounts/disable",
            "/console/people/accounts/disable",
            AuditEvent::AccountChanged,
        ),
    ] {
        trial.change(form, event, async || admin.confirm(path, &chosen).await).await;
    }
    let enable = "/console/people/accounts/enable";
    trial
        .change("POST /console/people/accounts/enable", AuditEvent::AccountChanged, async || {
            post(&mut admin, enable, &chosen).await
        })
        .await;
    trial.went_through(LOCAL_ACCOUNTS);
}

/// Somebody adds a second factor, makes new codes and takes the factor away.
async fn factors_of_a_person(trial: &mut Trial, browser: &mut Browser, link: LinkId) {
    let clock = trial.world.clock.clone();
    // The first one comes with recovery codes. What was proved by a page is spent: each try asks for another.
    let add = async || {
        let page = browser.get("/profile/second-factor/add").await;
        let (now, state) = (secret(&page).code_at(clock.now()), field(&page, "state"));
        post(browser, "/profile/second-factor/add", &[("state", &state), ("code", &now)]).await
    };
    trial.change_told("POST /profile/second-factor/add", (AuditEvent::SecondFactorChanged, 2), add).await;
    trial
        .change("POST /profile/second-factor/codes", AuditEvent::SecondFactorChanged, async || {
            post(browser, "/profile/second-factor/codes", &[]).await
        })
        .await;
    let removed = trial.world.storage.factors(link).await.unwrap()[0].id.to_string();
    let which = [("factor", removed.as_str())];
    trial
        .change("POST /profile/second-factor/remove", AuditEvent::SecondFactorChanged, async || {
            post(browser, "/profile/second-factor/remove", &which).await
        })
        .await;
}

#[tokio::test]
async fn identity_links() {
    let mut trial = Trial::new(Setup::default()).await;
    let mut admin = trial.world.administrator_at_alpha().await;
    let digest = |id: &str| subject_digest(&Subject::new(ISSUER, id).unwrap());
    trial.world.alpha_sso.knows("paul", somebody("paul", "Paul Martin", &["alpha"]));
    trial.world.browser(ALPHA).sign_in_at("alpha-sso", "paul").await;
    let subject = Subject::new(ISSUER, "paul").unwrap();
    let paul =
        trial.world.storage.find_link(&source_id("alpha-sso"), &subject).await.unwrap().unwrap().identity;
    let link = digest("paul");
    let form = [("link", link.as_str())];
    let close = format!("/console/people/{paul}/ways/alpha-sso/close");
    trial
        .change("POST /console/people/{person}/ways/{source}/close", AuditEvent::LinkDisabled, async || {
            admin.confirm(&close, &form).await
        })
        .await;
    let open = format!("/console/people/{paul}/ways/alpha-sso/open");
    trial
        .change("POST /console/people/{person}/ways/{source}/open", AuditEvent::LinkEnabled, async || {
            post(&mut admin, &open, &form).await
        })
        .await;

    // Somebody joins another identity of theirs, and the account of the clerk, which was somebody else's so far.
    trial.world.sso.knows("jeanne", somebody("jdupont", "Jeanne Dupont", &["alpha"]));
    trial.world.alpha_sso.knows("more", somebody("more", "Jeanne Dupont", &[]));
    let mut jeanne = trial.world.browser(ALPHA);
    assert_eq!(jeanne.sign_in_at("sso", "jeanne").await.location(), "/");
    trial
        .change("POST /sign-in/{source}/join", AuditEvent::Linked, async || {
            let left = post(&mut jeanne, "/sign-in/alpha-sso/join", &[]).await;
            let (_, state) = left.location().split_once("state=").unwrap();
            jeanne.get(&format!("/sign-in/alpha-sso/callback?code=more&state={state}")).await
        })
        .await;
    let _clerk = trial.world.clerk_at(ALPHA).await;
    let right = [("login", "clerk"), ("password", PASSWORD)];
    let lines = trial.lines(AuditEvent::SessionsEnded).await;
    trial
        .change("POST /profile/ways/{source}", AuditEvent::Linked, async || {
            post(&mut jeanne, "/profile/ways/locale", &right).await
        })
        .await;
    assert_eq!(trial.lines(AuditEvent::SessionsEnded).await, lines + 1, "the clerk's own");

    // The operator gives an identity to another person; both find it in their journals.
    let mut claims = somebody("exploitante", "Odile Exploitante", &["alpha"]);
    claims.groups = vec!["opsn".into()];
    trial.world.sso.knows("operator", claims);
    let mut operator = trial.world.browser(ALPHA);
    operator.sign_in_at("sso", "operator").await;
    trial.world.sso.knows("zoe", somebody("zoe", "Zoé Roux", &["alpha"]));
    let mut zoe = trial.world.browser(ALPHA);
    zoe.sign_in_at("sso", "zoe").await;
    let to = trial
        .world
        .session(&zoe.cookies[SESSION], Some("alpha"))
        .await
        .unwrap()
        .actor
        .identity
        .id
        .to_string();
    let form = [("link", link.as_str()), ("to", to.as_str())];
    let give = format!("/console/people/{paul}/ways/alpha-sso/give");
    let told = (AuditEvent::Linked, 2);
    trial
        .change_told("POST /console/people/{person}/ways/{source}/give", told, async || {
            operator.confirm(&give, &form).await
        })
        .await;
    trial.went_through(IDENTITY_LINKS);
}

#[tokio::test]
async fn what_an_identity_manager_pushes() {
    let mut trial = Trial::new(Setup::default()).await;
    let new = NewToken::generate(source_id("alpha-rh"), trial.world.clock.now()).unwrap();
    trial.world.storage.create_scim_token(new.hash, &new.listed).await.unwrap();
    let bearer = format!("Bearer {}", new.secret.expose_secret());
    let mut program = trial.world.browser(OPERATOR);
    let mut push = async |method: Method, path: &str, body: &str| {
        let mut request = program.request(method, &format!("/scim/v2/alpha-rh/{path}"), body.to_owned());
        let headers = request.headers_mut();
        headers.remove(header::ORIGIN);
        headers.remove("sec-fetch-site");
        headers.insert(header::CONTENT_TYPE, "application/scim+json".parse().unwrap());
        headers.insert(header::AUTHORIZATION, bearer.parse().unwrap());
        program.send(request).await
    };
    let user = |name: &str| {
        format!(r#"{{"userName":"jdupont","externalId":"k-1","displayName":"{name}","active":true}}"#)
    };
    let event = AuditEvent::ScimChanged;
    let made = trial
        .change("POST /scim/{*rest}", event, async || push(Method::POST, "Users", &user("Jeanne")).await)
        .await;
    let made: serde_json::Value = serde_json::from_str(&made.body).unwrap();
    let path = format!("Users/{}", made["id"].as_str().unwrap());
    trial
        .change("PUT /scim/{*rest}", event, async || push(Method::PUT, &path, &user("Jeanne D")).await)
        .await;
    let patch = r#"{"Operations":[{"op":"replace","path":"displayName","value":"Jeanne Dupont"}]}"#;
    trial.change("PATCH /scim/{*rest}", event, async || push(Method::PATCH, &path, patch).await).await;
    trial.change("DELETE /scim/{*rest}", event, async || push(Method::DELETE, &path, "").await).await;
    trial.went_through(PUSHES);
}

/// What storage does not take holds here at once, and is told once it is written.
#[tokio::test]
async fn an_end_of_sessions_waits_with_its_line() {
    const REFUSE_ENDS: &str =
        "CREATE TRIGGER no_line BEFORE DELETE ON sessions BEGIN SELECT RAISE(ABORT, 'no'); END";
    let mut trial = Trial::new(Setup::default()).await;
    let mut admin = trial.world.administrator_at_alpha().await;
    trial.world.alpha_sso.knows("paul", somebody("paul", "Paul Martin", &[]));
    trial.world.alpha_sso.knows("zoe", somebody("zoe", "Zoé Roux", &[]));
    for refusal in [REFUSE_LINES, REFUSE_ENDS] {
        let mut clerk = trial.world.clerk_at(ALPHA).await;
        let other = trial.world.clerk_at(ALPHA).await;
        let _third = trial.world.clerk_at(ALPHA).await;
        let (mut paul, mut zoe) = (trial.world.browser(ALPHA), trial.world.browser(ALPHA));
        paul.sign_in_at("alpha-sso", "paul").await;
        zoe.sign_in_at("alpha-sso", "zoe").await;
        let session = async |browser: &Browser| {
            trial.world.session(&browser.cookies[SESSION], Some("alpha")).await.unwrap()
        };
        let one = format!("/profile/sessions/{}/close", session(&other).await.id.as_str());
        let theirs = format!("/console/people/{}/sessions/close", session(&paul).await.actor.identity.id);
        let open = "SELECT count(*) FROM sessions";
        let before = trial.database.count(open).await;
        let (ended, left) =
            (trial.lines(AuditEvent::SessionsEnded).await, trial.lines(AuditEvent::SignedOut).await);
        trial.database.run(refusal).await;
        for answer in [
            post(&mut clerk, &one, &[]).await,
            post(&mut clerk, "/profile/sessions/close-others", &[]).await,
            post(&mut admin, &theirs, &[("confirmed", "yes")]).await,
            post(&mut zoe, "/sign-out", &[]).await,
        ] {
            assert_eq!(answer.status, StatusCode::ACCEPTED, "{refusal}: {}", answer.body);
        }
        assert_eq!(trial.database.count(open).await, before, "{refusal}");
        assert_eq!(trial.lines(AuditEvent::SessionsEnded).await, ended, "{refusal}");
        assert_eq!(trial.lines(AuditEvent::SignedOut).await, left, "{refusal}");
        trial.database.run(TAKE_LINES).await;
        trial.world.quiet().await;
        assert_eq!(trial.database.count(open).await, before - 4, "{refusal}");
        assert_eq!(trial.lines(AuditEvent::SessionsEnded).await, ended + 3, "{refusal}");
        assert_eq!(trial.lines(AuditEvent::SignedOut).await, left + 1, "{refusal}");
        post(&mut clerk, "/sign-out", &[]).await;
    }
}
