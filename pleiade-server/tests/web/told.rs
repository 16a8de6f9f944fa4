//! A change and the line of the audit log that tells it are one: without the line nothing changes, and without the change there is no line.

use crate::support::{
    ALPHA, Answer, Browser, Fake, Outcome, PASSWORD, Setup, Watch, World, content, somebody, source_id,
};
use chrono::TimeDelta;
use pleiade_core::Clock as _;
use pleiade_server::{
    audit::AuditEvent,
    storage::{AuditQuery, FactorKind, NewFactor},
};

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
    ("links", "id || ':' || identity || ':' || disabled"),
    ("local_accounts", "*"),
    ("notices", "*"),
    ("recovery_codes", "*"),
    ("second_factors", "*"),
    ("sessions", "acting"),
];

/// Tries changes twice: while no line can be written, and then while it can.
struct Trial {
    world: World,
    database: Watch,
}

impl Trial {
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

    /// `attempt` fails and leaves everything as it was while the log takes no line, and tells nothing while nothing else can be written;
    /// then it succeeds, and changes something that the log tells.
    async fn change(&mut self, event: AuditEvent, mut attempt: impl AsyncFnMut() -> Answer) -> Answer {
        let before = self.facts().await;
        self.database.run(REFUSE_LINES).await;
        let refused = attempt().await;
        self.world.quiet().await;
        self.database.run(TAKE_LINES).await;
        assert!(refused.status.is_server_error(), "{event:?}: {} {}", refused.status, refused.body);
        assert_eq!(self.facts().await, before, "{event:?}");
        let lines = self.lines(event).await;
        self.refuse_changes(true).await;
        let refused = attempt().await;
        self.world.quiet().await;
        self.refuse_changes(false).await;
        assert!(refused.status.is_server_error(), "{event:?}: {} {}", refused.status, refused.body);
        assert_eq!(self.lines(event).await, lines, "{event:?} is told, and did not happen");
        let done = attempt().await;
        self.world.quiet().await;
        assert!(done.status.is_success() || done.status.is_redirection(), "{event:?}: {}", done.body);
        assert_ne!(self.facts().await, before, "{event:?}");
        assert_eq!(self.lines(event).await, lines + 1, "{event:?}");
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

#[tokio::test]
async fn a_change_that_cannot_be_told_does_not_happen() {
    let cloud = Fake::new("nuage", Outcome::Gives(content(1, &[])));
    for secret in ["first", "second", "third"] {
        cloud.linking.as_ref().unwrap().opens(secret, "clerk");
    }
    let world = World::with(Setup { alpha: vec![cloud], ..Setup::default() }).await;
    let mut clerk = world.clerk_at(ALPHA).await;
    let mut admin = world.administrator_at_alpha().await;
    world.alpha_sso.knows("paul", somebody("paul", "Paul Martin", &["alpha"]));
    let mut paul = world.browser(ALPHA);
    assert_eq!(paul.sign_in_at("alpha-sso", "paul").await.location(), "/");
    let database = Watch::open(&world).await;
    let today = world.clock.now().date_naive();
    let (from, until) = (today.to_string(), (today + TimeDelta::days(7)).to_string());
    let clerk_link = world.clerk_link;
    let mut trial = Trial { world, database };

    // Signing in, and acting for another collectivité.
    let mut stranger = trial.world.browser(ALPHA);
    let password = [("login", "clerk"), ("password", PASSWORD)];
    trial
        .change(AuditEvent::SignedIn, async || post(&mut stranger, "/sign-in/locale", &password).await)
        .await;
    trial.world.sso.knows("both", somebody("both", "Zoé Roux", &["alpha", "beta"]));
    let mut both = trial.world.browser(crate::support::OPERATOR);
    trial.change(AuditEvent::Linked, async || both.sign_in_at("sso", "both").await).await;
    let beta = [("tenant", "beta")];
    trial.change(AuditEvent::ActingChanged, async || post(&mut both, "/acting", &beta).await).await;

    // Linked accounts.
    let paste = "/profile/accesses/nuage/paste";
    trial
        .change(AuditEvent::LinkedAccountConnected, async || {
            post(&mut clerk, paste, &[("secret", "first")]).await
        })
        .await;
    let revoke = "/profile/accesses/nuage/revoke";
    trial.change(AuditEvent::LinkedAccountRevoked, async || clerk.confirm(revoke, &[]).await).await;
    post(&mut clerk, paste, &[("secret", "second")]).await;
    let theirs = format!("/console/people/{}/accesses/{clerk_link}/nuage/revoke", trial.world.clerk);
    trial.change(AuditEvent::LinkedAccountRevoked, async || admin.confirm(&theirs, &[]).await).await;

    // Delegations.
    let given = [
        ("to", "paul"),
        ("from", from.as_str()),
        ("until", until.as_str()),
        ("scope", "all"),
        ("rights", "treat"),
        ("reason", "Congés"),
    ];
    let new = "/profile/delegations/new";
    trial.change(AuditEvent::DelegationGiven, async || post(&mut clerk, new, &given).await).await;
    let accept = "/profile/delegations/1/accept";
    trial.change(AuditEvent::DelegationAccepted, async || post(&mut paul, accept, &[]).await).await;
    let end = "/profile/delegations/1/end";
    trial.change(AuditEvent::DelegationEnded, async || clerk.confirm(end, &[]).await).await;
    post(&mut clerk, new, &given).await;
    let refuse = "/profile/delegations/2/refuse";
    trial.change(AuditEvent::DelegationEnded, async || post(&mut paul, refuse, &[]).await).await;

    // Local accounts, by whoever administers them and by their people.
    let form = [("name", "Paul Petit"), ("login", "ppetit"), ("kind", "agent")];
    let invite = "/console/people/invite";
    trial.change(AuditEvent::AccountInvited, async || post(&mut admin, invite, &form).await).await;
    let chosen = [("source", "locale"), ("login", "ppetit")];
    let reset = "/console/people/accounts/reset";
    let made =
        trial.change(AuditEvent::AccountChanged, async || post(&mut admin, reset, &chosen).await).await;
    let address: url::Url = made
        .body
        .split_once("<code class=\"secret\">")
        .unwrap()
        .1
        .split('<')
        .next()
        .unwrap()
        .parse()
        .unwrap();
    let mut petit = trial.world.browser(ALPHA);
    let new = [("password", "tuile girafe velours 7"), ("again", "tuile girafe velours 7")];
    trial.change(AuditEvent::AccountChanged, async || post(&mut petit, address.path(), &new).await).await;
    let change = [
        ("current", "tuile girafe velours 7"),
        ("password", "velours girafe tuile 8"),
        ("again", "velours girafe tuile 8"),
    ];
    trial
        .change(AuditEvent::AccountChanged, async || post(&mut petit, "/profile/password", &change).await)
        .await;
    let account = trial.world.storage.local_account(&source_id("locale"), "ppetit").await.unwrap().unwrap();
    let factor = NewFactor {
        link: account.link,
        kind: FactorKind::Totp,
        name: "Téléphone".into(),
        host: None,
        credential: None,
        sealed: vec![1],
        last_step: None,
        created_at: trial.world.clock.now(),
    };
    trial.world.storage.add_factor(&factor).await.unwrap();
    let codes = "/profile/second-factor/codes";
    trial.change(AuditEvent::SecondFactorChanged, async || post(&mut petit, codes, &[]).await).await;
    let removed = trial.world.storage.factors(account.link).await.unwrap()[0].id.to_string();
    let remove = "/profile/second-factor/remove";
    let which = [("factor", removed.as_str())];
    trial.change(AuditEvent::SecondFactorChanged, async || post(&mut petit, remove, &which).await).await;
    trial.world.storage.add_factor(&factor).await.unwrap();
    let clear = "/console/people/accounts/clear";
    trial.change(AuditEvent::SecondFactorChanged, async || admin.confirm(clear, &chosen).await).await;
    let disable = "/console/people/accounts/disable";
    trial.change(AuditEvent::AccountChanged, async || admin.confirm(disable, &chosen).await).await;
    let enable = "/console/people/accounts/enable";
    trial.change(AuditEvent::AccountChanged, async || post(&mut admin, enable, &chosen).await).await;

    // Links, by whoever administers them.
    let subject = pleiade_core::Subject::new(crate::support::ISSUER, "paul").unwrap();
    let link = trial.world.storage.find_link(&source_id("alpha-sso"), &subject).await.unwrap().unwrap();
    let digest = pleiade_server::storage::subject_digest(&subject);
    let person = format!("/console/people/{}", link.identity);
    let form = [("link", digest.as_str())];
    let close = format!("{person}/ways/alpha-sso/close");
    trial.change(AuditEvent::LinkDisabled, async || admin.confirm(&close, &form).await).await;
    let open = format!("{person}/ways/alpha-sso/open");
    trial.change(AuditEvent::LinkEnabled, async || post(&mut admin, &open, &form).await).await;
}
