//! Proxy tickets in a session that no CAS server opened: the visit to the one that is paired with its source, and everything that must get
//! nothing by it.

use crate::support::{
    ALPHA, Answer, BETA, Browser, Fake, OPERATOR, Outcome, PASSWORD, Provider, SESSION, Setup, Watch, World,
    content, somebody, source, source_id, tenant_id,
};
use axum::http::{Method, StatusCode};
use chrono::TimeDelta;
use pleiade_core::{
    ConnectorId, CredentialKind, CredentialRequest, CredentialSource as _, ErrorKind, ExposeSecret as _,
    IdentityProvider, Subject,
};
use pleiade_federation::cas::{
    CasConfig, CasProvider, MemoryPgtStore, PgtStore as _, ProxyConfig, ProxyGrantingTicket,
};
use pleiade_server::{
    audit::AuditEvent,
    credentials::{CredentialRule, Rules, TicketSeller},
    delegation::{StandInCredentials, can_be_delegated},
    session::SessionTicket,
    sign_in::{Source, mapping::Mapping},
    storage::{AuditQuery, Names},
};
use pleiade_testkit::{ScriptedTransport, TestClock};
use std::{sync::Arc, time::Duration};
use url::Url;

const SERVICE: &str = "https://pastell.example/api/?auth=cas";
const TICKETS: &[CredentialKind] = &[CredentialKind::ProxyTicket];
const EITHER: &[CredentialKind] = &[CredentialKind::ProxyTicket, CredentialKind::LinkedAccount];

/// What a CAS server says of a ticket that it never gave: it answers.
const REFUSAL: &str = "<cas:serviceResponse xmlns:cas='http://www.yale.edu/tp/cas'>\
     <cas:authenticationFailure code='INVALID_TICKET'>no</cas:authenticationFailure></cas:serviceResponse>";

fn success(user: &str, iou: &str) -> String {
    format!(
        "<cas:serviceResponse xmlns:cas='http://www.yale.edu/tp/cas'><cas:authenticationSuccess>\
         <cas:user>{user}</cas:user><cas:proxyGrantingTicket>{iou}</cas:proxyGrantingTicket>\
         </cas:authenticationSuccess></cas:serviceResponse>"
    )
}

fn bought(ticket: &str) -> String {
    format!(
        "<cas:serviceResponse xmlns:cas='http://www.yale.edu/tp/cas'><cas:proxySuccess>\
         <cas:proxyTicket>{ticket}</cas:proxyTicket></cas:proxySuccess></cas:serviceResponse>"
    )
}

/// Alpha, whose people sign in at « portail », with which the CAS server « cas » is paired, and the conversation with that server.
struct Case {
    world: World,
    portal: Arc<Provider>,
    transport: ScriptedTransport,
    grants: Arc<MemoryPgtStore>,
}

fn cas(transport: &ScriptedTransport, grants: &Arc<MemoryPgtStore>) -> Arc<dyn IdentityProvider> {
    let mut config = CasConfig::new(
        "https://auth.alpha.example/cas".parse().unwrap(),
        format!("https://{ALPHA}/sign-in/cas/callback").parse().unwrap(),
    );
    config.proxy = Some(ProxyConfig::new(
        format!("https://{ALPHA}/sign-in/cas/pgt").parse().unwrap(),
        vec!["https://pastell.example/".parse().unwrap()],
    ));
    Arc::new(CasProvider::new(source_id("cas"), config, Arc::new(transport.clone()), grants.clone()).unwrap())
}

async fn case_with(answers: &[String], setup: Setup, change: impl FnOnce(&mut Source, &mut Source)) -> Case {
    let script =
        |script: ScriptedTransport, answer: &String| script.then_body(200, "text/xml", answer.clone());
    let transport = answers.iter().fold(ScriptedTransport::new(), script);
    let grants = Arc::new(MemoryPgtStore::new(Arc::new(TestClock::default())));
    let owned = || Mapping::owned_by(tenant_id("alpha"));
    let mut paired = source(cas(&transport, &grants), Some("alpha"), owned());
    paired.title = "Connexion unique d’Alpha".into();
    paired.form_targets = vec!["https://auth.alpha.example/cas".parse().unwrap()];
    paired.ticket_host = Some(ALPHA.to_owned());
    paired.allows_sign_in = false;
    let portal = Provider::new("portail");
    let mut own = source(portal.clone(), Some("alpha"), owned());
    own.proxy_tickets_from = Some(source_id("cas"));
    change(&mut own, &mut paired);
    portal.knows("jeanne", somebody("jdupont", "Jeanne Dupont", &[]));
    portal.knows("paul", somebody("pmartin", "Paul Martin", &[]));
    let sources = setup.sources.into_iter().chain([own, paired]).collect();
    let world = World::with(Setup { sources, ..setup }).await;
    Case { world, portal, transport, grants }
}

/// The server answers the look at it, then so.
async fn case(answers: &[String]) -> Case {
    let answers: Vec<String> = std::iter::once(REFUSAL.to_owned()).chain(answers.iter().cloned()).collect();
    let signature =
        Fake::new("signature", Outcome::Enters(TICKETS, SERVICE, content(2, &["Signer le bail"])));
    case_with(&answers, Setup { alpha: vec![signature], ..Setup::default() }, |_, _| {}).await
}

impl Case {
    /// The server has brought a proxy-granting ticket of this name.
    async fn grants(&self, iou: &str, ticket: &str) {
        let brought = ProxyGrantingTicket::from_query(&format!("pgtIou={iou}&pgtId={ticket}")).unwrap();
        self.grants.expect(&source_id("cas")).await.unwrap();
        self.grants.keep(&source_id("cas"), brought).await.unwrap();
    }

    /// Signs in at the portal on the way to the tasks, and follows the visit as far as the CAS server.
    async fn leave(&self, browser: &mut Browser, code: &str) -> Url {
        let state = browser.depart("portail", "/tasks").await;
        let entered = browser.get(&format!("/sign-in/portail/callback?code={code}&state={state}")).await;
        assert_eq!(entered.location(), "/sign-in/cas/tickets?silent=1&return=%2Ftasks");
        let left = browser.get(entered.location()).await;
        left.location().parse().unwrap_or_else(|_| panic!("{}", left.location()))
    }

    async fn ticket(&self, browser: &Browser) -> Option<SessionTicket> {
        let session = self.world.session(&browser.cookies[SESSION], Some("alpha")).await.unwrap();
        session.ticket().cloned()
    }

    async fn refusals(&self) -> Vec<String> {
        let all = AuditQuery { limit: 100, ..AuditQuery::default() };
        let written = self.world.storage.audit(&all).await.unwrap();
        let refused = written.into_iter().filter(|line| line.line.event == AuditEvent::SignInRefused);
        refused.map(|line| line.line.facts["why"].clone()).collect()
    }
}

/// The way back that the server was given.
fn back_from(left: &Url) -> String {
    let (_, service) = left.query_pairs().find(|(name, _)| name == "service").unwrap();
    let service: Url = service.parse().unwrap();
    format!("{}?{}", service.path(), service.query().unwrap())
}

fn asks(left: &Url, name: &str) -> bool {
    left.query_pairs().any(|(known, _)| known == name)
}

async fn logout(world: &World, ticket: &str) -> Answer {
    let request = format!(
        "<samlp:LogoutRequest xmlns:samlp=\"urn:oasis:names:tc:SAML:2.0:protocol\">\
         <samlp:SessionIndex>{ticket}</samlp:SessionIndex></samlp:LogoutRequest>"
    );
    let body =
        url::form_urlencoded::Serializer::new(String::new()).append_pair("logoutRequest", &request).finish();
    let mut server = world.browser(ALPHA);
    let mut request = server.request(Method::POST, "/sign-in/cas/callback", body);
    for name in ["sec-fetch-site", "origin"] {
        request.headers_mut().remove(name);
    }
    server.send(request).await
}

#[tokio::test]
async fn a_session_of_another_source_gets_its_tickets_by_a_silent_visit() {
    let case = case(&[success("jdupont", "PGTIOU-1"), bought("PT-1"), bought("PT-2")]).await;
    let mut browser = case.world.browser(ALPHA);
    let left = case.leave(&mut browser, "jeanne").await;
    assert!(left.as_str().starts_with("https://auth.alpha.example/cas/login?service="));
    assert!(asks(&left, "gateway") && !asks(&left, "renew"), "nobody is asked for anything: {left}");
    let session = browser.cookies[SESSION].clone();
    let links = case.world.storage.links_of_person(case.world.clerk).await.unwrap();
    case.grants("PGTIOU-1", "PGT-1").await;
    let led = browser.get(&format!("{}&ticket=ST-one", back_from(&left))).await;
    assert_eq!(led.told(), "/tasks", "and nothing is said of it");
    assert_eq!(browser.cookies[SESSION], session, "the same session goes on");
    assert!(!browser.cookies.keys().any(|name| name.contains("sign-in")), "nothing is left in the browser");
    assert_eq!(case.world.storage.links_of_person(case.world.clerk).await.unwrap(), links);
    let cas_link = Subject::new("https://auth.alpha.example/cas", "jdupont").unwrap();
    assert!(case.world.storage.find_link(&source_id("cas"), &cas_link).await.unwrap().is_none());
    let validated = case.transport.requests()[1].uri.to_string();
    assert!(validated.contains("ticket=ST-one") && validated.contains("pgtUrl="), "{validated}");

    let kept = case.ticket(&browser).await.unwrap();
    assert_eq!((kept.user.as_str(), kept.granting.expose_secret()), ("jdupont", "PGT-1"));
    case.world.read_cards(&browser).await;
    let spent = case.transport.requests()[2].uri.to_string();
    assert!(spent.contains("/cas/proxy?") && spent.contains("pgt=PGT-1"), "{spent}");
    assert!(browser.get("/").await.body.contains("Signer le bail"));
    // What is kept is sealed, and goes with the session.
    let mut watch = Watch::open(&case.world).await;
    let sealed = "SELECT COUNT(*) FROM sessions WHERE ticket_source = 'cas' AND instr(ticket, 'PGT-1') = 0";
    assert_eq!(watch.count(sealed).await, 1);
    browser.post("/sign-out", &[]).await;
    assert_eq!(watch.count("SELECT COUNT(*) FROM sessions WHERE ticket IS NOT NULL").await, 0);
}

/// The user name is compared letter for letter with the login that the session's own link tells.
#[tokio::test]
async fn only_the_very_login_of_the_session_keeps_a_ticket() {
    let users =
        ["pmartin", "JDUPONT", "Jdupont", "jdupont@alpha.example", "jdupont\u{301}", "ｊdupont", "j dupont"];
    let answers: Vec<String> = users.iter().map(|user| success(user, "PGTIOU-1")).collect();
    let case = case(&answers).await;
    for (n, user) in users.iter().enumerate() {
        let mut browser = case.world.browser(ALPHA);
        let left = case.leave(&mut browser, "jeanne").await;
        let session = browser.cookies[SESSION].clone();
        case.grants("PGTIOU-1", "PGT-1").await;
        let led = browser.get(&format!("{}&ticket=ST-{n}", back_from(&left))).await;
        assert_eq!(led.told(), "/tasks", "{user}: no error");
        assert_eq!(case.transport.requests().len(), n + 2, "{user}: the server was asked");
        assert_eq!(browser.cookies[SESSION], session, "{user}: nobody else is signed in");
        assert!(case.ticket(&browser).await.is_none(), "{user}");
        let mut watch = Watch::open(&case.world).await;
        let kept = watch.count("SELECT COUNT(*) FROM sessions WHERE ticket IS NOT NULL").await;
        assert_eq!(kept, 0, "{user}: nor is it kept for another time");
    }
    let written = case.refusals().await;
    assert!(!written.is_empty() && written.iter().all(|why| why == "other_ticket"), "{written:?}");
}

/// Whoever has no session at the server is back at once: nothing is said, nothing is written, nobody is slowed down.
#[tokio::test]
async fn a_visit_without_a_ticket_leaves_no_trace() {
    let case = case(&[]).await;
    let mut browser = case.world.browser(ALPHA);
    browser.peer = Some("192.0.2.7".parse().unwrap());
    let left = case.leave(&mut browser, "jeanne").await;
    case.world.quiet().await;
    let mut watch = Watch::open(&case.world).await;
    let before = watch.version().await;
    assert_eq!(browser.get(&back_from(&left)).await.told(), "/tasks");
    for _ in 0..60 {
        let left: Url = browser.get("/sign-in/cas/tickets?silent=1").await.location().parse().unwrap();
        assert_eq!(browser.get(&back_from(&left)).await.told(), "/", "never slowed down");
    }
    assert_eq!(watch.version().await, before, "no row");
    assert_eq!(case.transport.requests().len(), 1, "the look at the server, and no more");
    assert!(case.ticket(&browser).await.is_none());
    assert!(case.refusals().await.is_empty());
}

#[tokio::test]
async fn the_way_back_counts_once_for_one_browser_and_in_time() {
    let answers: Vec<String> = (0..4).map(|_| success("jdupont", "PGTIOU-1")).collect();
    let case = case(&answers).await;
    let asked = || case.transport.requests().len();

    // A link that somebody else prepared: this browser has no attempt of that state.
    let mut attacker = case.world.browser(ALPHA);
    let prepared = case.leave(&mut attacker, "paul").await;
    let mut victim = case.world.browser(ALPHA);
    let left = case.leave(&mut victim, "jeanne").await;
    case.grants("PGTIOU-1", "PGT-1").await;
    let callback = format!("{}&ticket=ST-theirs", back_from(&prepared));
    assert_eq!(victim.get(&callback).await.told(), "/");
    assert_eq!(case.world.browser(ALPHA).get(&callback).await.told(), "/", "nor anybody's");
    assert_eq!(asked(), 1, "the server is not even asked");
    assert!(case.ticket(&victim).await.is_none());

    // Even with the cookie of the other's attempt, the session is not the one that began it.
    for (name, value) in attacker.cookies.iter().filter(|(name, _)| name.contains("sign-in")) {
        victim.set(name, value);
    }
    assert_eq!(victim.get(&callback).await.told(), "/tasks");
    assert_eq!(asked(), 1);
    assert!(case.ticket(&victim).await.is_none());

    // Its own counts once, were the cookie put back.
    let mine = format!("{}&ticket=ST-mine", back_from(&left));
    let mut copy = victim.clone();
    assert_eq!(victim.get(&mine).await.told(), "/tasks");
    assert!(case.ticket(&victim).await.is_some());
    assert_eq!(asked(), 2);
    assert_eq!(copy.get(&mine).await.told(), "/tasks");
    assert_eq!(victim.get(&mine).await.told(), "/");
    assert_eq!(asked(), 2, "spent");

    // A session that took the place of the one that began the visit gets nothing.
    let mut browser = case.world.browser(ALPHA);
    let left = case.leave(&mut browser, "jeanne").await;
    let begun: Vec<(String, String)> =
        browser.cookies.clone().into_iter().filter(|(name, _)| name.contains("sign-in")).collect();
    browser.post("/sign-out", &[]).await;
    case.leave(&mut browser, "jeanne").await;
    for (name, value) in &begun {
        browser.set(name, value);
    }
    assert_eq!(browser.get(&format!("{}&ticket=ST-late", back_from(&left))).await.told(), "/tasks");
    assert!(case.ticket(&browser).await.is_none());
    // Nor does whoever has signed out meanwhile.
    let left = case.leave(&mut browser, "jeanne").await;
    let begun = browser.clone();
    browser.post("/sign-out", &[]).await;
    for (name, value) in begun.cookies.iter().filter(|(name, _)| name.contains("sign-in")) {
        browser.set(name, value);
    }
    assert_eq!(browser.get(&format!("{}&ticket=ST-out", back_from(&left))).await.told(), "/tasks");
    assert!(!browser.cookies.contains_key(SESSION), "nobody is signed in");

    // Nor a visit of eleven minutes.
    let mut browser = case.world.browser(ALPHA);
    let left = case.leave(&mut browser, "jeanne").await;
    let before = asked();
    case.world.clock.advance(Duration::from_secs(601));
    assert_eq!(browser.get(&format!("{}&ticket=ST-old", back_from(&left))).await.told(), "/");
    assert!(case.ticket(&browser).await.is_none());
    assert_eq!(asked(), before);
}

#[tokio::test]
async fn nobody_but_a_session_of_the_paired_source_begins_a_visit() {
    let case = case(&[]).await;
    let world = &case.world;
    world.sso.knows("jeanne", somebody("jdupont", "Jeanne Dupont", &["alpha", "beta"]));
    world.beta_sso.knows("jeanne", somebody("jdupont", "Jeanne Dupont", &[]));
    const VISIT: &str = "/sign-in/cas/tickets";
    let mut stranger = world.browser(ALPHA);
    assert!(stranger.get(VISIT).await.location().starts_with("/sign-in?return="));
    for (host, source) in [(ALPHA, "sso"), (BETA, "sso"), (BETA, "beta-sso"), (OPERATOR, "sso")] {
        let mut browser = world.browser(host);
        assert_eq!(browser.sign_in_at(source, "jeanne").await.location(), "/", "{source}: no visit");
        assert_eq!(browser.get(VISIT).await.told(), "/", "{host} {source}");
    }
    let mut browser = world.browser(ALPHA);
    case.leave(&mut browser, "jeanne").await;
    for other in ["/sign-in/sso/tickets", "/sign-in/portail/tickets", "/sign-in/nowhere/tickets"] {
        assert_eq!(browser.get(other).await.told(), "/", "{other}");
    }
    // The ticket source lets nobody in.
    assert_eq!(world.browser(ALPHA).get("/sign-in/cas/start").await.status, StatusCode::NOT_FOUND);
    assert!(!world.browser(ALPHA).get("/sign-in").await.body.contains("/sign-in/cas/"));
    assert_eq!(
        world.browser(BETA).get("/sign-in/sso/callback").await.told(),
        "/sign-in?stay=1 sign-in-refused"
    );
    assert_eq!(case.transport.requests().len(), 1, "the look at the server");
}

#[tokio::test]
async fn a_pairing_with_another_s_server_or_another_host_is_none() {
    for (what, change) in [
        (
            "another owner",
            (|_, paired| paired.owner = Some(tenant_id("beta"))) as fn(&mut Source, &mut Source),
        ),
        ("the operator's", |_, paired| paired.owner = None),
        ("another host", |_, paired| paired.ticket_host = Some(OPERATOR.to_owned())),
        ("no tickets", |_, paired| paired.ticket_host = None),
        ("no such source", |own, _| own.proxy_tickets_from = Some(source_id("none"))),
    ] {
        let case = case_with(&[], Setup::default(), change).await;
        let mut browser = case.world.browser(ALPHA);
        assert_eq!(browser.sign_in_at("portail", "jeanne").await.location(), "/", "{what}");
        let told = if what == "another host" { "/ tickets-other-host" } else { "/" };
        assert_eq!(browser.get("/sign-in/cas/tickets").await.told(), told, "{what}");
        assert!(case.transport.requests().is_empty(), "{what}");
    }
}

/// A server that is down keeps nobody from the desk, and is not looked at for everybody.
#[tokio::test]
async fn nobody_is_sent_to_a_server_that_does_not_answer() {
    let case = case_with(&[], Setup::default(), |_, _| {}).await;
    for _ in 0..3 {
        let mut browser = case.world.browser(ALPHA);
        let entered = browser.sign_in_at("portail", "jeanne").await;
        assert_eq!(browser.get(entered.location()).await.told(), "/");
    }
    assert_eq!(case.transport.requests().len(), 1);
    case.world.clock.advance(Duration::from_secs(31));
    let mut browser = case.world.browser(ALPHA);
    let entered = browser.sign_in_at("portail", "jeanne").await;
    assert_eq!(browser.get(entered.location()).await.told(), "/");
    assert_eq!(case.transport.requests().len(), 2, "looked at again later");
    // Whoever asked for it is told.
    let asked = browser.get("/sign-in/cas/tickets").await;
    assert_eq!(asked.told(), "/ tickets-no-answer");
}

/// Whatever the server answers to a ticket, the person goes on.
#[tokio::test]
async fn a_server_that_answers_strangely_keeps_nobody() {
    let no_grant = success("jdupont", "PGTIOU-none");
    let case = case(&[REFUSAL.to_owned(), "<html>down</html>".to_owned(), no_grant]).await;
    for ticket in ["ST-refused", "ST-page", "ST-without-grant", "ST-silence", "nonsense", ""] {
        let mut browser = case.world.browser(ALPHA);
        let left = case.leave(&mut browser, "jeanne").await;
        assert_eq!(browser.get(&format!("{}&ticket={ticket}", back_from(&left))).await.told(), "/tasks");
        assert!(case.ticket(&browser).await.is_none(), "{ticket}");
        assert_eq!(browser.get("/tasks").await.status, StatusCode::OK, "{ticket}");
    }
    assert!(case.refusals().await.is_empty());
}

#[tokio::test]
async fn the_server_takes_its_ticket_back_and_the_session_goes_on() {
    let case = case(&[success("jdupont", "PGTIOU-1")]).await;
    let mut browser = case.world.browser(ALPHA);
    let left = case.leave(&mut browser, "jeanne").await;
    case.grants("PGTIOU-1", "PGT-1").await;
    browser.get(&format!("{}&ticket=ST-one", back_from(&left))).await;
    logout(&case.world, "ST-two").await;
    assert!(case.ticket(&browser).await.is_some(), "another ticket's session");
    assert_eq!(logout(&case.world, "ST-one").await.status, StatusCode::OK);
    assert!(case.ticket(&browser).await.is_none());
    assert_eq!(browser.get("/").await.status, StatusCode::OK, "the session is the portal's own");
    let readings = case.world.read_cards(&browser).await;
    assert!(readings.iter().all(|reading| reading.value().is_none()), "nothing buys tickets any more");
}

/// The login for which a ticket was given must still be that of the session's person.
#[tokio::test]
async fn a_ticket_counts_no_longer_than_the_login_for_which_it_was_given() {
    let case = case(&[success("jdupont", "PGTIOU-1")]).await;
    let mut browser = case.world.browser(ALPHA);
    let left = case.leave(&mut browser, "jeanne").await;
    case.grants("PGTIOU-1", "PGT-1").await;
    browser.get(&format!("{}&ticket=ST-one", back_from(&left))).await;
    assert!(case.ticket(&browser).await.is_some());
    let subject = case.portal.people.lock().unwrap()["jeanne"].subject.clone();
    let link = case.world.link("portail", &subject).await;
    let names =
        Names { display_name: "Jeanne Durand".into(), login: Some("jdurand".into()), ..Names::default() };
    case.world.storage.update_names(link, &names).await.unwrap();
    case.world.clock.advance(Duration::from_secs(31));
    assert!(case.ticket(&browser).await.is_none());
}

/// A proof given anew at the portal brings new tokens of the portal, and leaves what the CAS server gave.
#[tokio::test]
async fn a_new_proof_leaves_the_ticket() {
    let case = case(&[success("jdupont", "PGTIOU-1")]).await;
    let mut browser = case.world.browser(ALPHA);
    let left = case.leave(&mut browser, "jeanne").await;
    case.grants("PGTIOU-1", "PGT-1").await;
    browser.get(&format!("{}&ticket=ST-one", back_from(&left))).await;
    let begun = browser.post("/profile/proof/start?return=%2Fprofile%2Fways", &[]).await;
    let state = begun.location().split_once("state=").unwrap().1.to_owned();
    let back = browser.get(&format!("/sign-in/portail/callback?code=jeanne&state={state}")).await;
    assert_eq!(back.location(), "/profile/ways", "no visit");
    assert!(case.ticket(&browser).await.is_some());
}

/// A password is a form, and its answer leads to the CAS server by redirects: the policy of the page must let it.
#[tokio::test]
async fn a_password_leads_on_by_the_visit_too() {
    let setup = Setup { paired: Some(("locale", "cas")), ..Setup::default() };
    let answers = [REFUSAL.to_owned(), success("clerk", "PGTIOU-1")];
    // The accounts of the portal itself are the operator's, and so is their CAS server.
    let case = case_with(&answers, setup, |_, paired| paired.owner = None).await;
    let mut clerk = case.world.browser(ALPHA);
    let page = clerk.get("/sign-in").await;
    let policy = page.headers["content-security-policy"].to_str().unwrap().to_owned();
    let forms = policy.split("form-action ").nth(1).unwrap().split(';').next().unwrap().to_owned();
    assert!(forms.contains("https://auth.alpha.example"), "{forms}");
    let typed = [("login", "clerk"), ("password", PASSWORD), ("return", "/tasks")];
    let entered = clerk.post("/sign-in/locale", &typed).await;
    assert_eq!(entered.location(), "/sign-in/cas/tickets?silent=1&return=%2Ftasks");
    let left: Url = clerk.get(entered.location()).await.location().parse().unwrap();
    case.grants("PGTIOU-1", "PGT-1").await;
    assert_eq!(clerk.get(&format!("{}&ticket=ST-one", back_from(&left))).await.told(), "/tasks");
    assert!(case.ticket(&clerk).await.is_some());
    // Where the server does not lead back to, nobody goes.
    let mut elsewhere = case.world.browser(BETA);
    let page = elsewhere.get("/sign-in").await;
    let policy = page.headers["content-security-policy"].to_str().unwrap().to_owned();
    assert!(!policy.contains("auth.alpha.example"), "{policy}");
    assert_eq!(elsewhere.post("/sign-in/locale", &typed).await.location(), "/tasks");
}

#[tokio::test]
async fn a_card_that_wants_a_ticket_leads_to_the_server_s_own_page() {
    let visits = [success("pmartin", "PGTIOU-1"), success("jdupont", "PGTIOU-2")];
    let case = case(&[&visits[..], &[bought("PT-1"), bought("PT-2")]].concat()).await;
    let mut browser = case.world.browser(ALPHA);
    let left = case.leave(&mut browser, "jeanne").await;
    browser.get(&back_from(&left)).await;
    case.world.read_cards(&browser).await;
    for (lang, said, label) in [
        ("fr", "s’ouvre ici par « Connexion unique d’Alpha »", "Se connecter avec Connexion unique d’Alpha"),
        ("en", "opens here through “Connexion unique d’Alpha”", "Sign in with Connexion unique d’Alpha"),
    ] {
        browser.set("pleiade-look", &format!("{lang}.auto"));
        let page = browser.get("/").await.page();
        page.check_page(lang);
        let card = page.id("card-signature-main").words().replace('\u{a0}', " ");
        assert!(card.contains(said) && card.contains(label), "{lang}: {card}");
        assert!(page.all("a").any(|a| a.get("href") == Some("/sign-in/cas/tickets")), "{lang}");
        let accesses = browser.get("/profile/accesses").await.page();
        accesses.check_page(lang);
        assert!(accesses.one("body").words().contains("Connexion unique d’Alpha"), "{lang}");
    }
    for (ticket, told, kept) in [
        ("", "/ tickets-none", false),
        ("&ticket=ST-a", "/ tickets-somebody-else", false),
        ("&ticket=ST-b", "/ tickets-kept", true),
    ] {
        case.grants("PGTIOU-2", "PGT-2").await;
        let left: Url = browser.get("/sign-in/cas/tickets").await.location().parse().unwrap();
        assert!(!asks(&left, "gateway"), "the server asks for the password: {left}");
        let led = browser.get(&format!("{}{ticket}", back_from(&left))).await;
        assert_eq!(led.told(), told);
        for lang in ["fr", "en"] {
            let mut browser = browser.clone();
            browser.set("pleiade-look", &format!("{lang}.auto"));
            browser.get("/").await.page().check_page(lang);
        }
        assert_eq!(case.ticket(&browser).await.is_some(), kept, "{ticket}");
    }
    // The application is asked again at once, not when its failure is forgotten.
    case.world.read_cards(&browser).await;
    assert!(browser.get("/").await.body.contains("Signer le bail"));
}

/// Without a pairing: the source by which to sign in, or that there is none; an account, where the application takes one.
#[tokio::test]
async fn without_a_pairing_a_card_says_by_which_source_or_offers_an_account() {
    let signature = || Fake::new("signature", Outcome::Enters(TICKETS, SERVICE, content(2, &[])));
    let depot = || Fake::new("depot", Outcome::Enters(EITHER, SERVICE, content(3, &["Télétransmettre"])));
    for (offered, said) in [
        (true, "s’ouvre ici pour qui se connecte avec « Connexion unique d’Alpha »"),
        (false, "ne s’ouvre pas avec votre moyen de connexion"),
    ] {
        let setup = Setup { alpha: vec![signature(), depot()], ..Setup::default() };
        let case = case_with(&[], setup, |own, paired| {
            own.proxy_tickets_from = None;
            paired.allows_sign_in = offered;
        })
        .await;
        let mut browser = case.world.browser(ALPHA);
        assert_eq!(browser.sign_in_at("portail", "jeanne").await.location(), "/");
        case.world.read_cards(&browser).await;
        let page = browser.get("/").await.page();
        page.check_page("fr");
        let words = |id: &str| page.id(id).words().replace('\u{a0}', " ");
        assert!(words("card-signature-main").contains(said), "{}", words("card-signature-main"));
        assert!(!words("card-signature-main").contains("Relier"));
        assert!(words("card-depot-main").contains("Relier mon compte"), "{}", words("card-depot-main"));
        let accesses = browser.get("/profile/accesses").await;
        assert!(accesses.body.contains("access-depot") && accesses.body.contains("Appli depot"));
    }
}

/// What needs a ticket cannot be delegated: neither the giver's ticket nor the delegate's own is spent.
#[tokio::test]
async fn no_ticket_is_bought_for_whoever_stands_in() {
    let mut script = vec![REFUSAL.to_owned(), success("jdupont", "PGTIOU-1"), success("pmartin", "PGTIOU-2")];
    script.extend((1..=4).map(|n| bought(&format!("PT-{n}"))));
    let signature =
        Fake::new("signature", Outcome::Enters(TICKETS, SERVICE, content(2, &["Signer le bail"])));
    let mail = Fake::new("courriel", Outcome::Gives(content(1, &["Répondre"])));
    let setup = Setup { alpha: vec![signature.clone(), mail], ..Setup::default() };
    let case = case_with(&script, setup, |_, _| {}).await;
    let (mut giver, mut receiver) = (case.world.browser(ALPHA), case.world.browser(ALPHA));
    for (browser, code, iou) in [(&mut giver, "jeanne", "PGTIOU-1"), (&mut receiver, "paul", "PGTIOU-2")] {
        let left = case.leave(browser, code).await;
        case.grants(iou, &iou.replace("IOU", "")).await;
        browser.get(&format!("{}&ticket=ST-{code}", back_from(&left))).await;
        assert!(case.ticket(browser).await.is_some());
    }
    case.world.read_cards(&giver).await;
    case.world.read_cards(&receiver).await;
    let sold = case.transport.requests().len();
    let entered = signature.card.entered.lock().unwrap().len();
    assert_eq!((sold, entered), (7, 4), "what each reads for themselves, in each language");
    let day = |days| (case.world.app.clock.now() + TimeDelta::days(days)).date_naive().to_string();
    let (from, until) = (day(0), day(7));
    let form = [
        ("to", "pmartin"),
        ("from", &from),
        ("until", &until),
        ("scope", "all"),
        ("rights", "treat"),
        ("reason", "Congés"),
    ];
    giver.post("/profile/delegations/new", &form).await;
    receiver.post("/profile/delegations/1/accept", &[]).await;
    for _ in 0..3 {
        receiver.get("/tasks").await;
        case.world.quiet().await;
    }
    let shown = receiver.get("/tasks").await.body;
    assert!(shown.contains("Répondre"), "{shown}");
    let given = shown.split("id=\"delegated-1\"").nth(1).unwrap();
    assert!(given.contains("Ne sont pas délégués ici") && given.contains("Appli signature"), "{given}");
    assert!(given.contains("Répondre") && !given.contains("Signer le bail"), "{given}");
    assert!(!signature.card.for_stand_in.load(std::sync::atomic::Ordering::SeqCst));
    assert_eq!(case.transport.requests().len(), sold);

    // Were it asked all the same.
    let id = ConnectorId::new("signature").unwrap();
    let rules = Arc::new(Rules::from_iter([(id.clone(), CredentialRule::ProxyTicket)]));
    let connector =
        case.world.app.connectors.get(&pleiade_core::TenantId::new("alpha").unwrap(), &id).unwrap();
    assert!(!can_be_delegated(&rules, &**connector));
    let session = case.world.session(&giver.cookies[SESSION], Some("alpha")).await.unwrap();
    let stand_in = StandInCredentials::new(rules, case.world.app.acting(&session));
    let mut request = CredentialRequest::new(&session.actor, &id, EITHER);
    request.service = Some(SERVICE);
    assert_eq!(stand_in.credential(request).await.unwrap_err().kind(), ErrorKind::Forbidden);
    assert_eq!(case.transport.requests().len(), sold);
}

/// A provider of another kind sells nothing, whatever tokens it gave.
#[tokio::test]
async fn only_a_cas_server_sells_tickets() {
    let portal: Arc<dyn IdentityProvider> = Provider::new("portail");
    assert!(TicketSeller::new(Some(&portal), None).is_none());
    assert!(TicketSeller::new(None, None).is_none());
}
