//! Local accounts as people, strangers and administrators meet them.

use crate::support::{
    ALPHA, Answer, BETA, Browser, PASSWORD, SESSION, Setup, World, somebody, source_id, tenant_id,
};
use axum::http::{StatusCode, header};
use pleiade_core::{
    Affiliation, Clock as _, ExposeSecret as _, IdentityId, PersonKind, Role, SecretString, Subject,
};
use pleiade_federation::{
    delegation::{DelegationParty, NewDelegation, Scope},
    local::totp::TotpSecret,
    vault::{LinkedAccountKey, LinkedAccountRecord, LinkingKind},
};
use pleiade_server::{
    accounts::{NewAccount, Policy, SecondFactorRule, invite, reset},
    audit::{AuditEvent, Note},
    session::{NewSession, SessionError},
    storage::AuditQuery,
};
use std::time::Duration;

const NEW: &str = "tuile girafe velours 7";

async fn with(policy: Policy) -> World {
    World::with(Setup { policy, ..Setup::default() }).await
}

fn required() -> Policy {
    Policy { second_factor: SecondFactorRule::Required, ..Policy::default() }
}

async fn sign_in(browser: &mut Browser, password: &str) -> Answer {
    browser.post("/sign-in/locale", &[("login", "clerk"), ("password", password), ("return", "/tasks")]).await
}

/// The value of a hidden field of the first form that has one by this name.
pub(crate) fn field(answer: &Answer, name: &str) -> String {
    let page = answer.page();
    let found = page.elements.iter().find(|element| element.get("name") == Some(name));
    found.and_then(|element| element.get("value")).unwrap_or_default().to_owned()
}

/// The secret as a person copies it from the page.
pub(crate) fn secret(answer: &Answer) -> TotpSecret {
    let (_, rest) = answer.body.split_once("<code class=\"secret\">").unwrap();
    let text: String = rest.split('<').next().unwrap().chars().filter(|c| *c != ' ').collect();
    let (mut bytes, mut bits, mut held) = (Vec::new(), 0_u32, 0);
    for letter in text.chars() {
        bits = (bits << 5) | u32::try_from("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".find(letter).unwrap()).unwrap();
        held += 5;
        if held >= 8 {
            held -= 8;
            bytes.push(((bits >> held) & 255) as u8);
        }
    }
    TotpSecret::from_bytes(&bytes).unwrap()
}

fn code(world: &World, secret: &TotpSecret) -> String {
    use pleiade_core::Clock as _;
    secret.code_at(world.clock.now())
}

fn codes(answer: &Answer) -> Vec<String> {
    let list = answer.body.split("<li><code>").skip(1);
    list.map(|rest| rest.split('<').next().unwrap().to_owned()).collect()
}

async fn events(world: &World) -> Vec<AuditEvent> {
    let query = AuditQuery { limit: 100, ..AuditQuery::default() };
    world.storage.audit(&query).await.unwrap().into_iter().map(|line| line.line.event).collect()
}

/// The count of lines that tell of sessions ended by a cause.
async fn ended(world: &World, cause: &str) -> usize {
    let lines = world.storage.audit(&AuditQuery { limit: 100, ..AuditQuery::default() }).await.unwrap();
    let ended = lines.iter().filter(|line| line.line.event == AuditEvent::SessionsEnded);
    ended.filter(|line| line.line.facts.get("cause").is_some_and(|told| told == cause)).count()
}

/// Adds an application to the clerk's account, in a browser where they are signed in.
async fn enrol(world: &World, browser: &mut Browser) -> (TotpSecret, Vec<String>) {
    let page = browser.get("/profile/second-factor/add").await;
    assert_eq!(page.status, StatusCode::OK);
    let (secret, state) = (secret(&page), field(&page, "state"));
    let now = code(world, &secret);
    let done = browser
        .post("/profile/second-factor/add", &[("state", &state), ("code", &now), ("name", "Tél")])
        .await;
    assert_eq!(done.status, StatusCode::OK, "{}", done.body);
    (secret, codes(&done))
}

#[tokio::test]
async fn the_session_opens_only_after_the_second_factor_and_a_code_opens_once() {
    let world = World::new().await;
    let (secret, recovery) = enrol(&world, &mut world.clerk_at(ALPHA).await).await;
    assert_eq!(recovery.len(), 10);
    world.clock.advance(Duration::from_secs(60));
    let mut browser = world.browser(ALPHA);
    let answer = sign_in(&mut browser, PASSWORD).await;
    assert_eq!(answer.location(), "/second-factor");
    assert!(!browser.cookies.contains_key(SESSION), "the password alone opens nothing");
    assert_eq!(browser.get("/second-factor").await.status, StatusCode::OK);
    assert_eq!(browser.post("/second-factor", &[("code", "000000")]).await.status, StatusCode::UNAUTHORIZED);
    let waiting = browser.clone();
    let now = code(&world, &secret);
    let entered = browser.post("/second-factor", &[("code", &now)]).await;
    assert_eq!((entered.status, entered.location()), (StatusCode::SEE_OTHER, "/tasks"), "{}", entered.body);
    assert_eq!(browser.get("/tasks").await.status, StatusCode::OK);
    // The same code, and the same waiting sign-in, open nothing any more.
    let mut again = waiting.clone();
    assert_eq!(again.post("/second-factor", &[("code", &now)]).await.status, StatusCode::UNAUTHORIZED);
    world.clock.advance(Duration::from_secs(60));
    let mut replay = waiting;
    let next = code(&world, &secret);
    let answer = replay.post("/second-factor", &[("code", &next)]).await;
    assert!(answer.told().contains("sign-in-expired") && !replay.cookies.contains_key(SESSION));
}

#[tokio::test]
async fn a_waiting_sign_in_belongs_to_its_site_and_ends_after_five_minutes() {
    let world = World::new().await;
    let (secret, _) = enrol(&world, &mut world.clerk_at(ALPHA).await).await;
    let mut browser = world.browser(ALPHA);
    sign_in(&mut browser, PASSWORD).await;
    let mut elsewhere = browser.clone();
    elsewhere.host = BETA.to_owned();
    world.clock.advance(Duration::from_secs(60));
    let now = code(&world, &secret);
    assert!(elsewhere.post("/second-factor", &[("code", &now)]).await.told().contains("sign-in-expired"));
    world.clock.advance(Duration::from_secs(300));
    let now = code(&world, &secret);
    assert!(browser.post("/second-factor", &[("code", &now)]).await.told().contains("sign-in-expired"));
    let mut stranger = world.browser(ALPHA);
    assert!(stranger.get("/second-factor").await.told().contains("sign-in-expired"));
}

#[tokio::test]
async fn a_recovery_code_opens_once_and_is_written_down() {
    let world = World::new().await;
    let (_, recovery) = enrol(&world, &mut world.clerk_at(ALPHA).await).await;
    for (attempt, expected) in [(1, StatusCode::SEE_OTHER), (2, StatusCode::UNAUTHORIZED)] {
        let mut browser = world.browser(ALPHA);
        sign_in(&mut browser, PASSWORD).await;
        let typed = recovery[3].to_lowercase().replace('-', " ");
        let answer = browser.post("/second-factor", &[("code", &typed)]).await;
        assert_eq!(answer.status, expected, "use {attempt}");
    }
    let events = events(&world).await;
    assert_eq!(events.iter().filter(|event| **event == AuditEvent::RecoveryCodeUsed).count(), 1);
    assert!(events.contains(&AuditEvent::SecondFactorChanged));
}

#[tokio::test]
async fn guesses_of_a_code_are_slowed_down_for_the_account() {
    let world = World::new().await;
    let (secret, _) = enrol(&world, &mut world.clerk_at(ALPHA).await).await;
    for n in 0..5 {
        let mut browser = world.browser(ALPHA);
        sign_in(&mut browser, PASSWORD).await;
        let answer = browser.post("/second-factor", &[("code", "123456")]).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "guess {n}");
    }
    let mut browser = world.browser(ALPHA);
    sign_in(&mut browser, PASSWORD).await;
    world.clock.advance(Duration::from_secs(5));
    let right = code(&world, &secret);
    let answer = browser.post("/second-factor", &[("code", &right)]).await;
    assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS, "a right code is not looked at either");
    world.clock.advance(Duration::from_secs(60));
    let right = code(&world, &secret);
    assert_eq!(browser.post("/second-factor", &[("code", &right)]).await.status, StatusCode::SEE_OTHER);
}

/// Who comes so far had the right password: nobody's flood may hide it.
#[tokio::test]
async fn a_wrong_second_factor_is_always_a_line_with_its_person() {
    let world = World::new().await;
    enrol(&world, &mut world.clerk_at(ALPHA).await).await;
    let mut stranger = world.browser(ALPHA);
    for n in 0..70 {
        stranger.peer = format!("203.0.113.{n}").parse().ok();
        let guess = [("login", format!("nobody-{n}")), ("password", "wrong".to_owned())];
        let guess = guess.each_ref().map(|(name, value)| (*name, value.as_str()));
        stranger.post("/sign-in/locale", &guess).await;
    }
    for _ in 0..3 {
        let mut browser = world.browser(ALPHA);
        sign_in(&mut browser, PASSWORD).await;
        let answer = browser.post("/second-factor", &[("code", "123456")]).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    }
    let lines = world.storage.audit(&AuditQuery { limit: 100, ..AuditQuery::default() }).await.unwrap();
    let lines =
        lines.iter().filter(|line| line.line.facts.get("why").is_some_and(|why| why == "second-factor"));
    let told: Vec<_> =
        lines.map(|line| (line.line.person.map(|party| party.person), line.line.tenant.clone())).collect();
    assert_eq!(told, vec![(Some(world.clerk), Some(tenant_id("alpha"))); 3]);
}

#[tokio::test]
async fn who_must_have_a_second_factor_adds_one_before_the_session_opens() {
    let world = with(required()).await;
    let mut browser = world.browser(ALPHA);
    assert_eq!(sign_in(&mut browser, PASSWORD).await.location(), "/second-factor/add");
    assert!(!browser.cookies.contains_key(SESSION));
    let page = browser.get("/second-factor/add").await;
    let (secret, state) = (secret(&page), field(&page, "state"));
    let wrong = browser.post("/second-factor/add", &[("state", &state), ("code", "000000")]).await;
    assert_eq!(wrong.status, StatusCode::CONFLICT);
    assert!(!browser.cookies.contains_key(SESSION));
    let now = code(&world, &secret);
    let added = browser.post("/second-factor/add", &[("state", &state), ("code", &now)]).await;
    assert_eq!(added.status, StatusCode::OK, "{}", added.body);
    assert_eq!(codes(&added).len(), 10);
    assert_eq!(browser.get("/tasks").await.status, StatusCode::OK);
    // The last factor stays.
    let list = browser.get("/profile/second-factor").await;
    let id = field(&list, "factor");
    let kept = browser.post("/profile/second-factor/remove", &[("factor", &id)]).await;
    assert_eq!(kept.status, StatusCode::CONFLICT);
    assert_eq!(world.storage.factors(world.clerk_link).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_secret_of_somebody_else_or_of_another_page_is_not_kept() {
    let world = World::new().await;
    let mut clerk = world.clerk_at(ALPHA).await;
    let page = clerk.get("/profile/second-factor/add").await;
    let (secret, state) = (secret(&page), field(&page, "state"));
    let now = code(&world, &secret);
    let other = if state.starts_with('A') { 'B' } else { 'A' };
    let altered = format!("{other}{}", &state[1..]);
    for (what, state) in [("altered", altered.as_str()), ("nonsense", "AAAA")] {
        let answer = clerk.post("/profile/second-factor/add", &[("state", state), ("code", &now)]).await;
        assert_eq!(answer.status, StatusCode::CONFLICT, "{what}");
    }
    world.clock.advance(Duration::from_secs(1801));
    let late = code(&world, &secret);
    clerk = world.clerk_at(ALPHA).await;
    let answer = clerk.post("/profile/second-factor/add", &[("state", &state), ("code", &late)]).await;
    assert_eq!(answer.status, StatusCode::CONFLICT, "after half an hour");
    assert!(world.storage.factors(world.clerk_link).await.unwrap().is_empty());
}

#[tokio::test]
async fn an_old_session_changes_nothing_without_a_new_proof() {
    let world = World::new().await;
    let mut clerk = world.clerk_at(ALPHA).await;
    let (secret, _) = enrol(&world, &mut clerk).await;
    let other = world.clerk_at(BETA).await;
    world.clock.advance(Duration::from_secs(601));
    for path in
        ["/profile/second-factor/remove", "/profile/second-factor/codes", "/profile/second-factor/add"]
    {
        let id = world.storage.factors(world.clerk_link).await.unwrap()[0].id.to_string();
        let answer = clerk.post(path, &[("factor", &id)]).await;
        assert_eq!(answer.location(), "/profile/proof?return=%2Fprofile%2Fsecond-factor", "{path}");
    }
    let prove = clerk.get("/profile/second-factor/add").await.location().to_owned();
    assert_eq!(prove, "/profile/proof?return=%2Fprofile%2Fsecond-factor%2Fadd");
    clerk.get(&prove).await.page().check_page("fr");
    let wrong = clerk.post(&prove, &[("password", "wrong")]).await;
    assert_eq!(wrong.status, StatusCode::CONFLICT);
    // The password alone is less than what opened the session.
    let less = clerk.post(&prove, &[("password", PASSWORD)]).await;
    assert!(less.status == StatusCode::CONFLICT && less.body.contains("second facteur"), "{}", less.body);
    assert!(!less.body.contains("type=\"password\""), "it is not asked for either");
    assert!(clerk.get("/profile/second-factor/add").await.location().starts_with("/profile/proof"));
    let right = clerk.post(&prove, &[("code", &code(&world, &secret))]).await;
    assert_eq!(right.location(), "/profile/second-factor/add");
    let list = clerk.get("/profile/second-factor").await;
    let id = field(&list, "factor");
    for told in ["accounts-told-factor-removed", "accounts-told-factor-gone"] {
        let removed = clerk.post("/profile/second-factor/remove", &[("factor", &id)]).await;
        assert_eq!(removed.told(), format!("/profile/second-factor {told}"));
        clerk.get(removed.location()).await.page().check_page("fr");
    }
    assert_eq!(ended(&world, "second_factor").await, 1);
    assert!(world.storage.factors(world.clerk_link).await.unwrap().is_empty());
    // Their other session is closed, and the proof of this one means nothing in another.
    let mut other = other;
    assert!(other.get("/").await.location().starts_with("/sign-in"));
    let mut stolen = world.clerk_at(ALPHA).await;
    world.clock.advance(Duration::from_secs(601));
    for (name, value) in &clerk.cookies {
        if name != SESSION {
            stolen.set(name, value);
        }
    }
    assert_eq!(stolen.get("/profile/second-factor/add").await.status, StatusCode::SEE_OTHER);
}

/// Somebody who makes new codes because others have read the old ones shuts those out too.
#[tokio::test]
async fn new_recovery_codes_replace_the_old_ones_and_close_the_other_sessions() {
    let world = World::new().await;
    let mut clerk = world.clerk_at(ALPHA).await;
    let (_, old) = enrol(&world, &mut clerk).await;
    assert!(clerk.get("/profile/second-factor").await.body.contains("Le second facteur est ajouté."));
    let mut other = world.clerk_at(BETA).await;
    let made = clerk.post("/profile/second-factor/codes", &[]).await;
    let new = codes(&made);
    assert!(new.len() == 10 && !new.contains(&old[0]));
    assert!(
        clerk
            .get("/profile/second-factor")
            .await
            .body
            .contains("Vos anciens codes de secours ne servent plus.")
    );
    assert!(other.get("/").await.location().starts_with("/sign-in"));
    assert_eq!(ended(&world, "recovery_codes").await, 1);
    for (typed, expected) in [(&old[0], StatusCode::UNAUTHORIZED), (&new[0], StatusCode::SEE_OTHER)] {
        let mut browser = world.browser(ALPHA);
        sign_in(&mut browser, PASSWORD).await;
        assert_eq!(browser.post("/second-factor", &[("code", typed)]).await.status, expected);
    }
}

/// Whoever holds a session and the password guesses codes no faster.
#[tokio::test]
async fn the_right_password_forgives_no_wrong_code() {
    let world = World::new().await;
    let mut clerk = world.clerk_at(ALPHA).await;
    enrol(&world, &mut clerk).await;
    let mut thief = clerk.clone();
    let mismatch = [("current", PASSWORD), ("password", NEW), ("again", "autre chose")];
    let mut refused = 0;
    for _ in 0..20 {
        let guess = thief.post("/profile/proof?return=/", &[("code", "000000")]).await;
        refused += usize::from(guess.body.contains("Trop d’essais"));
        thief.post("/profile/password", &mismatch).await;
    }
    assert!(refused > 10, "{refused} of 20 guesses were refused unseen");
    // Without a recent proof the form is not even looked at.
    world.clock.advance(Duration::from_secs(601));
    let led = thief.post("/profile/password", &mismatch).await;
    assert_eq!(led.location(), "/profile/proof?return=%2Fprofile%2Fpassword");
}

#[tokio::test]
async fn a_password_is_changed_with_the_present_one_and_by_the_rules() {
    let world = World::new().await;
    let mut clerk = world.clerk_at(ALPHA).await;
    let mut other = world.clerk_at(BETA).await;
    let change = |current: &'static str, password: &'static str, again: &'static str| {
        [("current", current), ("password", password), ("again", again)]
    };
    for (form, said) in [
        (change("wrong", NEW, NEW), "pas le bon"),
        (change(PASSWORD, NEW, "autre chose"), "pas les mêmes"),
        (change(PASSWORD, "court", "court"), "trop court"),
        (change(PASSWORD, "motdepasse2026", "motdepasse2026"), "essaie en premier"),
        (change(PASSWORD, "clerk tuile girafe", "clerk tuile girafe"), "contient votre nom"),
        (change(PASSWORD, "girafes de sinead velours", "girafes de sinead velours"), "contient votre nom"),
    ] {
        let answer = clerk.post("/profile/password", &form).await;
        assert_eq!(answer.status, StatusCode::CONFLICT, "{said}");
        assert!(answer.body.contains(said), "{said}: {}", answer.body);
        assert!(!answer.body.contains("girafe"), "what was typed is not repeated");
    }
    let changed = clerk.post("/profile/password", &change(PASSWORD, NEW, NEW)).await;
    assert_eq!(changed.told(), "/profile/password accounts-password-done");
    assert!(clerk.get(changed.location()).await.body.contains("Votre mot de passe est changé."));
    assert_eq!(ended(&world, "password").await, 1, "the end of the other one is told");
    assert_eq!(clerk.get("/").await.status, StatusCode::OK, "this session stays");
    assert!(other.get("/").await.location().starts_with("/sign-in"), "others are closed");
    assert_eq!(sign_in(&mut world.browser(ALPHA), PASSWORD).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(sign_in(&mut world.browser(ALPHA), NEW).await.location(), "/tasks");
}

#[tokio::test]
async fn a_stranger_does_not_keep_somebody_out_of_a_browser_that_is_known() {
    let world = World::new().await;
    let mut known = world.browser(ALPHA);
    assert_eq!(sign_in(&mut known, PASSWORD).await.status, StatusCode::SEE_OTHER);
    known.cookies.remove(SESSION);
    let mut stranger = world.browser(ALPHA);
    let mut last = StatusCode::OK;
    for _ in 0..80 {
        last = sign_in(&mut stranger, "guess").await.status;
    }
    assert_eq!(last, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(sign_in(&mut known, PASSWORD).await.status, StatusCode::SEE_OTHER, "not delayed");
    // A stolen mark buys no endless guesses, and says nothing of another account.
    known.cookies.remove(SESSION);
    let mut statuses = Vec::new();
    for _ in 0..8 {
        statuses.push(sign_in(&mut known, "guess").await.status);
    }
    assert_eq!(statuses.last(), Some(&StatusCode::TOO_MANY_REQUESTS));
}

async fn administrator_of(world: &World, tenant: &str, host: &str, role: Role) -> Browser {
    let mut claims = somebody(&format!("admin-{tenant}"), "Ada Min", &[tenant]);
    claims.groups = vec![if role == Role::Operator { "opsn" } else { "administrateurs" }.to_owned()];
    world.sso.knows("administrator", claims);
    let mut browser = world.browser(host);
    assert_eq!(browser.sign_in_at("sso", "administrator").await.location(), "/");
    browser
}

fn link(answer: &Answer) -> String {
    let (_, rest) = answer.body.split_once("<code class=\"secret\">").unwrap();
    let address: url::Url = rest.split('<').next().unwrap().parse().unwrap();
    assert_eq!(address.host_str(), Some(ALPHA));
    address.path().to_owned()
}

#[tokio::test]
async fn an_invitation_opens_an_account_once() {
    let world = World::new().await;
    let mut ada = administrator_of(&world, "alpha", ALPHA, Role::TenantAdministrator).await;
    let form = [("name", "Paul Petit"), ("login", "PPetit"), ("kind", "elu"), ("function", "Maire")];
    let made = ada.post("/console/people/invite", &form).await;
    assert_eq!(made.status, StatusCode::OK, "{}", made.body);
    let path = link(&made);
    assert!(!ada.get("/console/people/invite").await.body.contains(&path), "shown once");
    assert_eq!(ada.post("/console/people/invite", &form).await.status, StatusCode::CONFLICT, "taken");
    // Nobody comes in before a password was chosen.
    let mut paul = world.browser(ALPHA);
    for password in ["", "anything at all"] {
        let answer = paul.post("/sign-in/locale", &[("login", "ppetit"), ("password", password)]).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    }
    // Looking changes nothing, whoever looks and how often.
    for _ in 0..3 {
        assert_eq!(paul.get(&path).await.status, StatusCode::OK);
    }
    assert_eq!(
        world.browser(BETA).get(&path).await.status,
        StatusCode::OK,
        "the source is offered there too"
    );
    let weak = paul.post(&path, &[("password", "ppetit2026!!!"), ("again", "ppetit2026!!!")]).await;
    assert_eq!(weak.status, StatusCode::CONFLICT);
    let opened = paul.post(&path, &[("password", NEW), ("again", NEW)]).await;
    assert_eq!(opened.location(), "/profile/second-factor", "{}", opened.body);
    assert_eq!(paul.get("/profile/second-factor").await.status, StatusCode::OK);
    for answer in [paul.get(&path).await, paul.post(&path, &[("password", NEW), ("again", NEW)]).await] {
        assert_eq!(answer.status, StatusCode::GONE);
    }
    let account = world.storage.local_account(&source_id("locale"), "ppetit").await.unwrap().unwrap();
    let affiliations = world.storage.affiliations(account.identity).await.unwrap();
    assert_eq!(affiliations.len(), 1);
    assert_eq!(affiliations[0].affiliation.tenant, tenant_id("alpha"));
    assert_eq!(affiliations[0].affiliation.kind, PersonKind::Elu);
    assert!(affiliations[0].affiliation.roles.is_empty());
    let events = events(&world).await;
    assert!(events.contains(&AuditEvent::AccountInvited) && events.contains(&AuditEvent::AccountChanged));
}

#[tokio::test]
async fn a_link_ends_after_three_days_and_with_the_next_one() {
    let world = World::new().await;
    let policy = Policy::default();
    let person = |login: &str| NewAccount {
        login: login.into(),
        display_name: "Paul Petit".into(),
        mail: None,
        affiliations: vec![Affiliation::new(tenant_id("alpha"), PersonKind::Agent)],
        owner: None,
    };
    use pleiade_core::Clock as _;
    let local = source_id("locale");
    let now = world.clock.now();
    let (journal, note) = (world.app.journal(), Note::new(AuditEvent::AccountInvited));
    let (_, first) =
        invite(&journal, note.clone(), &policy, &local, person("ppetit"), None, now).await.unwrap();
    let account = world.storage.local_account(&local, "ppetit").await.unwrap().unwrap();
    let notices = world.app.notices();
    let second = reset(&journal, note, &notices, &policy, &account, None, now).await.unwrap();
    let path = |value: &SecretString| format!("/account/{}", value.expose_secret());
    let mut browser = world.browser(ALPHA);
    assert_eq!(browser.get(&path(&first)).await.status, StatusCode::GONE);
    assert_eq!(browser.get(&path(&second)).await.status, StatusCode::OK);
    world.clock.advance(Duration::from_secs(72 * 3600));
    assert_eq!(browser.get(&path(&second)).await.status, StatusCode::GONE);
    let late = browser.post(&path(&second), &[("password", NEW), ("again", NEW)]).await;
    assert_eq!(late.status, StatusCode::GONE);
}

#[tokio::test]
async fn a_reset_keeps_the_second_factor() {
    let world = World::new().await;
    let (secret, _) = enrol(&world, &mut world.clerk_at(ALPHA).await).await;
    let mut operator = administrator_of(&world, "alpha", ALPHA, Role::Operator).await;
    let chosen = [("source", "locale"), ("login", "clerk")];
    let path = link(&operator.post("/console/people/accounts/reset", &chosen).await);
    let mut thief = world.browser(ALPHA);
    let answer = thief.post(&path, &[("password", NEW), ("again", NEW)]).await;
    assert_eq!(answer.location(), "/second-factor", "{}", answer.body);
    assert!(!thief.cookies.contains_key(SESSION), "the link alone opens nothing");
    world.clock.advance(Duration::from_secs(60));
    let now = code(&world, &secret);
    assert_eq!(thief.post("/second-factor", &[("code", &now)]).await.location(), "/profile/second-factor");
}

#[tokio::test]
async fn an_administrator_does_not_reach_another_collectivite_through_somebody_of_both() {
    let world = World::new().await;
    let mut ada = administrator_of(&world, "alpha", ALPHA, Role::TenantAdministrator).await;
    let clerk = [("source", "locale"), ("login", "clerk")];
    for action in ["reset", "disable", "enable", "clear"] {
        let answer = ada.post(&format!("/console/people/accounts/{action}"), &clerk).await;
        assert_eq!(answer.status, StatusCode::CONFLICT, "{action}: the clerk works for beta too");
        assert!(!answer.body.contains("/account/"));
    }
    assert_eq!(ada.post("/console/people/accounts/delete", &clerk).await.status, StatusCode::NOT_FOUND);
    for wrong in [[("source", "sso"), ("login", "clerk")], [("source", "locale"), ("login", "nobody")]] {
        assert_eq!(ada.post("/console/people/accounts/reset", &wrong).await.status, StatusCode::NOT_FOUND);
    }
    // Whoever belongs to beta alone does not exist for alpha.
    world.set_clerk_affiliations(&[Affiliation::new(tenant_id("beta"), PersonKind::Agent)]).await;
    assert_eq!(ada.post("/console/people/accounts/reset", &clerk).await.status, StatusCode::NOT_FOUND);
    // An operator of alpha alone is not alpha's administrators' to decide on.
    let mut affiliation = Affiliation::new(tenant_id("alpha"), PersonKind::Agent);
    affiliation.roles.insert(Role::Operator);
    world.set_clerk_affiliations(&[affiliation]).await;
    assert_eq!(ada.post("/console/people/accounts/reset", &clerk).await.status, StatusCode::CONFLICT);
}

#[tokio::test]
async fn a_disabled_account_is_out_at_once() {
    let world = World::new().await;
    let alpha = [Affiliation::new(tenant_id("alpha"), PersonKind::Agent)];
    world.set_clerk_affiliations(&alpha).await;
    let mut clerk = world.clerk_at(ALPHA).await;
    assert_eq!(clerk.get("/").await.status, StatusCode::OK);
    let mut ada = administrator_of(&world, "alpha", ALPHA, Role::TenantAdministrator).await;
    let chosen = [("source", "locale"), ("login", "clerk")];
    let now = world.clock.now();
    let key = LinkedAccountKey::new(tenant_id("alpha"), world.clerk_link, "nuage".parse().unwrap());
    let access = LinkedAccountRecord::new(key, b"sealed".to_vec(), LinkingKind::Pasted, now);
    world.storage.put_linked_account(&access).await.unwrap();
    let ada_is = world.session(&ada.cookies[SESSION], Some("alpha")).await.unwrap().actor.identity.clone();
    let delegation = NewDelegation::new(
        tenant_id("alpha"),
        DelegationParty::new(world.clerk, world.clerk_link),
        DelegationParty::new(ada_is.id, ada_is.link),
        Scope::new(None, false),
        now..now + chrono::TimeDelta::days(2),
        now,
    );
    world.storage.create_delegation(&delegation).await.unwrap();
    let disabled = ada.confirm("/console/people/accounts/disable", &chosen).await;
    assert_eq!(disabled.told(), "/console/people/invite accounts-told-disabled");
    let told = ada.get(disabled.location()).await;
    assert!(told.body.contains("Le compte de Sinéad O’Brien est désactivé"), "{}", told.body);
    assert!(clerk.get("/").await.location().starts_with("/sign-in"));
    assert!(
        world.storage.linked_accounts_by_link(world.clerk_link, None).await.unwrap().is_empty(),
        "linked accounts go with them"
    );
    assert!(
        world.storage.living_delegations(world.clerk_link, now).await.unwrap().is_empty(),
        "delegations too"
    );
    assert_eq!(sign_in(&mut world.browser(ALPHA), PASSWORD).await.status, StatusCode::UNAUTHORIZED);
    let reset = ada.post("/console/people/accounts/reset", &chosen).await;
    let path = link(&reset);
    assert_eq!(world.browser(ALPHA).get(&path).await.status, StatusCode::GONE, "still disabled");
    let enabled = ada.post("/console/people/accounts/enable", &chosen).await;
    assert_eq!(enabled.told(), "/console/people/invite accounts-told-enabled");
    assert_eq!(sign_in(&mut world.browser(ALPHA), PASSWORD).await.status, StatusCode::SEE_OTHER);
}

async fn make_operator(world: &World) -> IdentityId {
    let mut affiliation = Affiliation::new(tenant_id("alpha"), PersonKind::Agent);
    affiliation.roles.insert(Role::Operator);
    world.set_clerk_affiliations(&[affiliation]).await;
    world.clerk
}

#[tokio::test]
async fn the_emergency_account_needs_its_network_and_a_second_factor_and_each_use_is_told() {
    let policy = Policy {
        second_factor: SecondFactorRule::Optional,
        networks: vec!["10.1.0.0/16".parse().unwrap()],
        ..Policy::default()
    };
    let world = with(policy).await;
    make_operator(&world).await;
    // The tests' browsers have no address: 0.0.0.0 is outside.
    let answer = sign_in(&mut world.browser(ALPHA), PASSWORD).await;
    assert!(answer.told().contains("sign-in-refused"), "{}", answer.location());
    let world = with(Policy { second_factor: SecondFactorRule::Optional, ..Policy::default() }).await;
    make_operator(&world).await;
    let mut browser = world.browser(ALPHA);
    assert_eq!(
        sign_in(&mut browser, PASSWORD).await.location(),
        "/second-factor/add",
        "whatever the file says"
    );
    let page = browser.get("/second-factor/add").await;
    let (secret, state) = (secret(&page), field(&page, "state"));
    let now = code(&world, &secret);
    browser.post("/second-factor/add", &[("state", &state), ("code", &now)]).await;
    assert!(browser.cookies.contains_key(SESSION));
    assert!(events(&world).await.contains(&AuditEvent::EmergencyAccountUsed));
}

#[tokio::test]
async fn passkeys_are_offered_where_there_is_a_host_name_and_nonsense_is_refused() {
    let world = World::new().await;
    let mut browser = world.browser(ALPHA);
    assert!(browser.get("/sign-in").await.body.contains("href=\"/passkey\""));
    let page = browser.get("/passkey").await;
    assert_eq!(page.status, StatusCode::OK);
    let state = field(&page, "state");
    for credential in ["", "{}", "null", &"A".repeat(5000)] {
        for state in [state.as_str(), "", "AAAA"] {
            let answer = browser.post("/passkey", &[("state", state), ("credential", credential)]).await;
            assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
            assert!(!browser.cookies.contains_key(SESSION));
        }
    }
    let mut clerk = world.clerk_at(ALPHA).await;
    let add = clerk.get("/profile/second-factor/add").await;
    assert!(add.body.contains("data-passkey=\"create\"") && add.body.contains(ALPHA));
    assert!(add.headers[header::CACHE_CONTROL].to_str().unwrap().contains("no-store"));
}

#[tokio::test]
async fn an_administrator_s_reset_or_clear_hands_over_no_access() {
    for action in ["reset", "clear"] {
        let world = World::new().await;
        world.set_clerk_affiliations(&[Affiliation::new(tenant_id("alpha"), PersonKind::Agent)]).await;
        enrol(&world, &mut world.clerk_at(ALPHA).await).await;
        let access = LinkedAccountRecord::new(
            LinkedAccountKey::new(tenant_id("alpha"), world.clerk_link, "nuage".parse().unwrap()),
            b"sealed".to_vec(),
            LinkingKind::Pasted,
            world.clock.now(),
        );
        world.storage.put_linked_account(&access).await.unwrap();
        let mut ada = administrator_of(&world, "alpha", ALPHA, Role::TenantAdministrator).await;
        let form = [("source", "locale"), ("login", "clerk"), ("confirmed", "yes")];
        let answer = ada.post(&format!("/console/people/accounts/{action}"), &form).await;
        if action == "reset" {
            assert_eq!(
                world.storage.linked_accounts_by_link(world.clerk_link, None).await.unwrap().len(),
                1,
                "not used yet"
            );
            let path = link(&answer);
            let chosen = "another horse and its battery";
            world.browser(ALPHA).post(&path, &[("password", chosen), ("again", chosen)]).await;
        }
        if action == "clear" {
            assert_eq!(answer.told(), "/console/people/invite accounts-told-cleared");
        }
        assert!(
            world.storage.linked_accounts_by_link(world.clerk_link, None).await.unwrap().is_empty(),
            "{action}"
        );
    }
}

/// Somebody whom the operator's source lets in at alpha, and who is another person than the clerk so far.
async fn jeanne(world: &World) -> Browser {
    world.sso.knows("jeanne", somebody("jdupont", "Jeanne Dupont", &["alpha"]));
    let mut browser = world.browser(ALPHA);
    assert_eq!(browser.sign_in_at("sso", "jeanne").await.location(), "/");
    browser
}

async fn person_of_the_clerk(world: &World) -> IdentityId {
    world.storage.local_account(&source_id("locale"), "clerk").await.unwrap().unwrap().identity
}

#[tokio::test]
async fn joining_a_local_account_asks_for_its_password_and_its_second_factor() {
    let world = World::new().await;
    let mut clerk = world.clerk_at(ALPHA).await;
    let (secret, _) = enrol(&world, &mut clerk).await;
    world.clock.advance(Duration::from_secs(60));
    let mut browser = jeanne(&world).await;
    let me = world.session(&browser.cookies[SESSION], Some("alpha")).await.unwrap().actor.identity.id;
    let form = browser.post("/sign-in/locale/join", &[]).await.location().to_owned();
    assert_eq!(form, "/profile/ways/locale");
    for language in ["fr", "en"] {
        browser.set("pleiade-look", &format!("{language}.auto"));
        browser.get(&form).await.page().check_page(language);
    }
    let wrong = browser.post(&form, &[("login", "clerk"), ("password", "wrong")]).await;
    assert_eq!(wrong.status, StatusCode::UNAUTHORIZED);
    let right = [("login", "clerk"), ("password", PASSWORD)];
    assert_eq!(browser.post(&form, &right).await.location(), "/second-factor");
    assert_eq!(person_of_the_clerk(&world).await, world.clerk, "the password alone joins nothing");

    // What waits for the code joins the session that began it, and no other.
    let mut thief = world.administrator_at_alpha().await;
    for (name, value) in browser.cookies.iter().filter(|(name, _)| *name != SESSION) {
        thief.set(name, value);
    }
    let now = code(&world, &secret);
    let stolen = thief.post("/second-factor", &[("code", &now)]).await;
    assert_eq!(stolen.told(), "/sign-in?stay=1 sign-in-expired");
    assert_eq!(person_of_the_clerk(&world).await, world.clerk);

    world.clock.advance(Duration::from_secs(60));
    assert_eq!(browser.post(&form, &right).await.location(), "/second-factor");
    let guess = browser.post("/second-factor", &[("code", "000000")]).await;
    assert_eq!(guess.status, StatusCode::UNAUTHORIZED);
    let now = code(&world, &secret);
    let joined = browser.post("/second-factor", &[("code", &now)]).await;
    assert_eq!(joined.told(), "/profile/ways ways-joined");
    assert_eq!(person_of_the_clerk(&world).await, me);
    assert!(
        clerk.get("/").await.location().starts_with("/sign-in"),
        "what was open by the account has ended"
    );
    let here = world.session(&browser.cookies[SESSION], Some("alpha")).await.unwrap();
    assert_eq!((here.source.as_str(), here.actor.identity.id), ("sso", me), "the session stays what it was");
    assert!(events(&world).await.contains(&AuditEvent::Linked));
}

#[tokio::test]
async fn joining_by_password_comes_soon_after_the_sign_in_and_from_a_form_of_ours() {
    let world = World::new().await;
    let mut browser = jeanne(&world).await;
    let right = [("login", "clerk"), ("password", PASSWORD)];
    for source in ["sso", "alpha-rh", "inconnue"] {
        let path = format!("/profile/ways/{source}");
        assert_eq!(browser.get(&path).await.status, StatusCode::NOT_FOUND, "{source}");
        assert_eq!(browser.post(&path, &right).await.status, StatusCode::NOT_FOUND, "{source}");
    }
    world.clock.advance(Duration::from_secs(601));
    for path in ["/sign-in/locale/join", "/profile/ways/locale"] {
        let late = browser.post(path, &right).await;
        assert!(late.location().starts_with("/profile/proof?return=%2Fprofile%2Fways"), "{path}");
    }
    assert_eq!(person_of_the_clerk(&world).await, world.clerk);
    // Without a second factor the password is the whole proof.
    let mut browser = jeanne(&world).await;
    let joined = browser.post("/profile/ways/locale", &right).await;
    assert_eq!(joined.told(), "/profile/ways ways-joined");
    assert_ne!(person_of_the_clerk(&world).await, world.clerk);
}

/// Whoever resets an account of somebody who signs in otherwise too becomes nobody by it.
#[tokio::test]
async fn an_account_that_others_reset_adds_no_way_to_somebody_who_has_another() {
    let world = World::new().await;
    let mut jeanne = jeanne(&world).await;
    let me = world.session(&jeanne.cookies[SESSION], Some("alpha")).await.unwrap().actor.identity.id;
    let right = [("login", "clerk"), ("password", PASSWORD)];
    assert_eq!(jeanne.post("/profile/ways/locale", &right).await.told(), "/profile/ways ways-joined");
    let mut account = world.browser(ALPHA);
    assert_eq!(sign_in(&mut account, PASSWORD).await.location(), "/tasks");
    let own = Subject::new(crate::support::ISSUER, "mallory").unwrap();
    world.alpha_sso.knows("mallory", somebody("mallory", "Mallory", &[]));
    let begun = account.post("/sign-in/alpha-sso/join", &[]).await;
    assert_eq!(begun.told(), "/profile/ways sign-in-one-sided");
    for language in ["fr", "en"] {
        account.set("pleiade-look", &format!("{language}.auto"));
        account.get(begun.location()).await.page().check_page(language);
    }
    assert_eq!(world.storage.find_link(&source_id("alpha-sso"), &own).await.unwrap(), None);
    // A session of the operator's own source still adds one.
    let left = jeanne.post("/sign-in/alpha-sso/join", &[]).await;
    let state = left.location().split_once("state=").unwrap().1.to_owned();
    let joined = jeanne.get(&format!("/sign-in/alpha-sso/callback?code=mallory&state={state}")).await;
    assert_eq!(joined.told(), "/profile/ways ways-joined");
    assert_eq!(world.storage.find_link(&source_id("alpha-sso"), &own).await.unwrap().unwrap().identity, me);
}

#[tokio::test]
async fn links_of_a_dismissed_administrator_and_of_a_closed_account_open_nothing() {
    let world = World::new().await;
    let alpha = [Affiliation::new(tenant_id("alpha"), PersonKind::Agent)];
    world.set_clerk_affiliations(&alpha).await;
    let clerk = [("source", "locale"), ("login", "clerk")];
    let mut ada = administrator_of(&world, "alpha", ALPHA, Role::TenantAdministrator).await;
    let path = link(&ada.post("/console/people/accounts/reset", &clerk).await);
    assert_eq!(world.browser(ALPHA).get(&path).await.status, StatusCode::OK);
    let identity = world.session(&ada.cookies[SESSION], Some("alpha")).await.unwrap().actor.identity.clone();
    world.storage.replace_affiliations(identity.link, &alpha).await.unwrap();
    assert_eq!(world.browser(ALPHA).get(&path).await.status, StatusCode::GONE, "no administrator any more");

    // Closed and opened again, an account has none of the links that were made before.
    let mut admin = world.administrator_at_alpha().await;
    let path = link(&admin.post("/console/people/accounts/reset", &clerk).await);
    let confirmed = [clerk[0], clerk[1], ("confirmed", "yes")];
    for action in ["disable", "enable"] {
        let answer = admin.post(&format!("/console/people/accounts/{action}"), &confirmed).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{action}");
    }
    assert_eq!(world.browser(ALPHA).get(&path).await.status, StatusCode::GONE);
}

#[tokio::test]
async fn a_sign_in_that_waits_ends_with_the_password_that_began_it() {
    let world = with(required()).await;
    world.set_clerk_affiliations(&[Affiliation::new(tenant_id("alpha"), PersonKind::Agent)]).await;
    let mut waiting = world.browser(ALPHA);
    assert_eq!(sign_in(&mut waiting, PASSWORD).await.location(), "/second-factor/add");
    let page = waiting.get("/second-factor/add").await;
    let (secret, state) = (secret(&page), field(&page, "state"));

    let mut operator = administrator_of(&world, "alpha", ALPHA, Role::Operator).await;
    let path = link(
        &operator.post("/console/people/accounts/reset", &[("source", "locale"), ("login", "clerk")]).await,
    );
    let chosen = world.browser(ALPHA).post(&path, &[("password", NEW), ("again", NEW)]).await;
    assert_eq!(chosen.status, StatusCode::SEE_OTHER, "{}", chosen.body);

    let now = code(&world, &secret);
    let added = waiting.post("/second-factor/add", &[("state", &state), ("code", &now)]).await;
    assert!(added.told().contains("sign-in-expired"), "{} {}", added.status, added.body);
    assert!(!waiting.cookies.contains_key(SESSION));
    assert!(waiting.get("/second-factor/add").await.told().contains("sign-in-expired"));
    let factors = world.storage.factors(world.clerk_link).await.unwrap();
    assert_eq!(factors.len(), 0, "nobody added one");
}

#[tokio::test]
async fn a_session_is_opened_for_the_account_as_it_is_by_then() {
    let world = World::new().await;
    let version = async || {
        let account = world.storage.local_account(&source_id("locale"), "clerk").await.unwrap().unwrap();
        account.version(&world.storage.factors(account.link).await.unwrap())
    };
    let open = async |version: &str| {
        let subject = pleiade_server::sign_in::local::subject(&source_id("locale"), "clerk").unwrap();
        let new = NewSession {
            site: Some(tenant_id("alpha")),
            identity: world.clerk,
            link: world.clerk_link,
            acting: tenant_id("alpha"),
            source: source_id("locale"),
            subject,
            acr: None,
            provider_session: None,
            tokens: None,
        };
        world.app.sessions.open_with(new, None, Some(version)).await.map(drop)
    };
    let before = version().await;
    assert_eq!(open(&before).await, Ok(()));
    enrol(&world, &mut world.clerk_at(ALPHA).await).await;
    assert_eq!(open(&before).await, Err(SessionError::NotAllowed), "a factor came");
    let before = version().await;
    world.storage.clear_factors(world.clerk_link).await.unwrap();
    assert_eq!(open(&before).await, Err(SessionError::NotAllowed), "a factor went");
    let before = version().await;
    world.storage.set_password_hash(world.clerk_link, "another").await.unwrap();
    assert_eq!(open(&before).await, Err(SessionError::NotAllowed));
    assert_eq!(open(&version().await).await, Ok(()));
    world.storage.set_account_disabled(world.clerk_link, true).await.unwrap();
    assert_eq!(open(&version().await).await, Err(SessionError::NotAllowed));
}
