//! The legal calendar: seen, entered and dismissed by its groups and by nobody else.

use crate::support::{
    ALPHA, Answer, BETA, Browser, Fake, OPERATOR, Outcome, SESSION, Setup, Stream, Watch, World, content,
    somebody, tenant_id,
};
use axum::http::{Method, StatusCode};
use pleiade_connectors::legal::{Collectivite, KnownDate, RuleBook};
use pleiade_core::{Affiliation, PersonKind, Role, Sitting, Text, WidgetContent};
use pleiade_server::{
    audit::AuditEvent,
    legal::LegalRules,
    router::{page_paths, routes},
    storage::{AuditQuery, LegalRecord, MAX_LEGAL_ROWS, NewAuditLine},
    web::route::{Guard, Route},
};
use std::sync::Arc;

/// The calendar of the instance: the secretaries of alpha see theirs; beta names no group.
pub(crate) fn rules() -> Arc<LegalRules> {
    let groups = [(tenant_id("alpha"), ["secretariat".to_owned()].into())];
    Arc::new(LegalRules { book: RuleBook::built_in(), groups: groups.into() })
}

async fn world() -> World {
    World::with(Setup { legal: Some(rules()), ..Setup::default() }).await
}

fn affiliation(tenant: &str, groups: &[&str]) -> Affiliation {
    let mut affiliation = Affiliation::new(tenant_id(tenant), PersonKind::Agent);
    affiliation.groups = groups.iter().map(|group| (*group).to_owned()).collect();
    affiliation
}

/// The clerk as secretary of alpha; they are at beta too, where no group of theirs counts.
pub(crate) async fn secretary(world: &World) -> Browser {
    let both = [affiliation("alpha", &["secretariat"]), affiliation("beta", &["secretariat"])];
    world.set_clerk_affiliations(&both).await;
    world.clerk_at(ALPHA).await
}

async fn say_what_alpha_is(browser: &mut Browser) {
    let facts = [("kind", "commune"), ("population", "12 000"), ("territory", "metropole")];
    let answer = browser.post("/deadlines/alpha/facts", &facts).await;
    assert_eq!(answer.told(), "/deadlines?tenant=alpha legal-told-facts");
}

/// A council on Friday 27 March; it is the 12th.
async fn enter_council(browser: &mut Browser) -> Answer {
    browser.post("/deadlines/alpha/dates", &[("kind", "council"), ("day", "2026-03-27")]).await
}

const CONVOCATION: &str = "convocation-large/2026-03-27";

/// How a page writes it, but for the kind of its spaces.
const SENTENCE: &str = "Votre conseil est le vendredi 27 mars : la convocation, avec la note de synthèse, part au plus tard le samedi 21 mars";

/// A text without no-break spaces.
fn plain(text: &str) -> String {
    text.replace(['\u{a0}', '\u{202f}'], " ")
}

async fn record(world: &World, tenant: &str) -> LegalRecord {
    world.storage.legal_record(&tenant_id(tenant)).await.unwrap()
}

async fn lines(world: &World) -> Vec<NewAuditLine> {
    let query = AuditQuery { limit: 100, ..AuditQuery::default() };
    let lines = world.storage.audit(&query).await.unwrap();
    lines.into_iter().rev().map(|line| line.line).collect()
}

fn legal_routes() -> Vec<Route> {
    let list: Vec<Route> = routes().into_iter().filter(|route| route.guard == Guard::LegalGroup).collect();
    assert_eq!(list.len(), 8, "and no other: {list:?}");
    list
}

/// A path of a route for a collectivité.
fn path(route: &Route, tenant: &str) -> String {
    route.path.replace("{tenant}", tenant)
}

/// What the pages of somebody and their stream show.
async fn everything(world: &World, browser: &mut Browser) -> String {
    let mut all = String::new();
    for _ in 0..2 {
        for path in page_paths().into_iter().filter(|path| !["/events", "/sign-out"].contains(path)) {
            all.push_str(&browser.get(path).await.body);
        }
        world.quiet().await;
    }
    let mut stream = Stream::new(browser.events().await);
    for _ in 0..3 {
        let piece = stream.next().await.unwrap();
        all.push_str(&piece.data.to_string());
    }
    all
}

/// True if nothing of it tells of the calendar.
fn is_silent(shown: &str) -> bool {
    ["chéancier", "/deadlines", "convocation", "budget primitif", "pleiade-legal", "L2121"]
        .iter()
        .all(|word| !shown.contains(word))
}

#[tokio::test]
async fn whoever_is_in_no_group_sees_no_trace() {
    let world = world().await;
    let mut secretary = secretary(&world).await;
    say_what_alpha_is(&mut secretary).await;
    enter_council(&mut secretary).await;
    let before = record(&world, "alpha").await;
    let shown = plain(&everything(&world, &mut secretary).await);
    assert!(shown.contains(SENTENCE) && shown.contains("href=\"/deadlines\""), "{shown}");
    for path in ["/", "/tasks", "/applications"] {
        let page = secretary.get(path).await;
        page.page().check_page("fr");
        let (begin, end) = match path {
            "/applications" => ("<main", "</main>"),
            _ => ("<nav class=\"apps\"", "</nav>"),
        };
        let applications = page.body.split(begin).nth(1).unwrap().split(end).next().unwrap();
        assert!(applications.contains("href=\"/deadlines\""), "{path}: {applications}");
        assert!(applications.contains("Échéancier légal"), "{path}: {applications}");
    }

    world.alpha_sso.knows("paul", somebody("paul", "Paul Martin", &["alpha"]));
    let mut paul = world.browser(ALPHA);
    assert_eq!(paul.sign_in_at("alpha-sso", "paul").await.location(), "/");
    let mut elue = somebody("elue", "Anne Roy", &[]);
    elue.groups = vec!["Secretariat".into(), "elus".into()];
    world.alpha_sso.knows("elue", elue);
    let mut anne = world.browser(ALPHA);
    assert_eq!(anne.sign_in_at("alpha-sso", "elue").await.location(), "/");
    // Alpha names its groups: its administrators are not among them.
    let mut administrator = world.administrator_at_alpha().await;
    // Whoever has lost the group, and is there as an élue, has lost all of it.
    let mut lost = affiliation("alpha", &["elus"]);
    lost.kind = PersonKind::Elu;
    world.set_clerk_affiliations(&[lost]).await;
    world.clock.advance(std::time::Duration::from_secs(31));
    for browser in [&mut paul, &mut anne] {
        let shown = everything(&world, browser).await;
        assert!(is_silent(&shown), "{shown}");
    }
    for browser in [&mut secretary, &mut administrator] {
        for path in ["/", "/tasks", "/applications", "/deadlines"] {
            let page = browser.get(path).await.body;
            assert!(is_silent(&page), "{path}: {page}");
        }
    }
    for browser in [&mut paul, &mut anne, &mut secretary, &mut administrator] {
        for route in legal_routes() {
            let fields =
                [("target", CONVOCATION), ("reason", "x"), ("kind", "council"), ("day", "2026-04-03")];
            let form = browser.form(&fields).await;
            let request = browser.request(route.method.clone(), &path(&route, "alpha"), form);
            let answer = browser.send(request).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{} {}", route.method, route.path);
            assert!(is_silent(&answer.body.replace(route.path, "")), "{}", answer.body);
        }
    }
    assert_eq!(record(&world, "alpha").await, before, "nothing has changed");
}

#[tokio::test]
async fn a_group_of_one_collectivite_opens_no_other() {
    let world = world().await;
    let mut secretary = secretary(&world).await;
    assert_eq!(secretary.get("/deadlines?tenant=alpha").await.status, StatusCode::OK);
    for tenant in ["beta", "inconnue", "..", "operateur"] {
        let page = secretary.get(&format!("/deadlines?tenant={tenant}")).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{tenant}");
    }
    for route in legal_routes().into_iter().filter(|route| route.method == Method::POST) {
        let fields = [("target", CONVOCATION), ("reason", "x"), ("kind", "council"), ("day", "2026-03-27")];
        let answer = secretary.post(&path(&route, "beta"), &fields).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{}", route.path);
    }
    assert_eq!(record(&world, "beta").await, LegalRecord::default());
    assert!(lines(&world).await.iter().all(|line| line.event != AuditEvent::LegalDatesChanged));

    // On the common host, acting for beta, it is alpha's page that is shown: the one they see.
    let mut common = world.clerk_at(OPERATOR).await;
    common.post("/acting", &[("tenant", "beta")]).await;
    let page = common.get("/deadlines").await;
    assert!(page.body.contains("action=\"/deadlines/alpha/facts\""), "{}", page.body);
    assert!(!page.body.contains("/deadlines/beta"));
    assert_eq!(world.clerk_at(BETA).await.get("/deadlines").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn administrators_see_them_where_no_group_is_named_and_the_operator_does_not() {
    let world = world().await;
    let of = |id: &str, groups: &[&str]| {
        let mut claims = somebody(id, "Dominique Garnier", &[]);
        claims.groups = groups.iter().map(|group| (*group).to_owned()).collect();
        world.beta_sso.knows(id, claims);
    };
    of("admin", &["administrateurs"]);
    of("agent", &["secretariat"]);
    let mut admin = world.browser(BETA);
    assert_eq!(admin.sign_in_at("beta-sso", "admin").await.location(), "/");
    assert_eq!(admin.get("/deadlines").await.status, StatusCode::OK);
    assert!(admin.get("/tasks").await.body.contains("Entrez les dates de votre collectivité."));
    let mut agent = world.browser(BETA);
    assert_eq!(agent.sign_in_at("beta-sso", "agent").await.location(), "/");
    assert_eq!(agent.get("/deadlines").await.status, StatusCode::NOT_FOUND);
    let mut claims = somebody("opsn", "Odile Pons", &["beta"]);
    claims.groups = vec!["opsn".into()];
    world.sso.knows("opsn", claims);
    let mut operator = world.browser(BETA);
    assert_eq!(operator.sign_in_at("sso", "opsn").await.location(), "/");
    let session = world.session(&operator.cookies[SESSION], Some("beta")).await.unwrap();
    assert!(session.actor.has(Role::Operator));
    assert_eq!(operator.get("/deadlines").await.status, StatusCode::NOT_FOUND);
    let off = World::new().await;
    assert_eq!(off.administrator_at_alpha().await.get("/deadlines").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn without_dates_fixed_deadlines_and_an_invitation_wait() {
    let world = world().await;
    let mut secretary = secretary(&world).await;
    let page = secretary.get("/tasks").await;
    page.page().check_page("fr");
    let waits = |body: &str, text: &str| assert!(plain(body).contains(text), "{text}: {body}");
    waits(&page.body, "Voter le budget primitif 2026 au plus tard le mercredi 15 avril");
    waits(&page.body, "CGCT L1612-2, L1612-9");
    waits(&page.body, "à vérifier par vos soins");
    waits(&page.body, "Entrez les dates de votre collectivité.");
    waits(&page.body, "Échéancier légal");
    assert!(!page.body.contains("30 juin"), "far deadlines stand on their own page");
    let all = secretary.get("/deadlines").await;
    all.page().check_page("fr");
    waits(&all.body, "au plus tard le mardi 30 juin");
    waits(&all.body, "Entrez les dates de votre collectivité.");
    // Once its kind and a date to come are known, nobody is asked any more.
    say_what_alpha_is(&mut secretary).await;
    assert!(secretary.get("/tasks").await.body.contains("Entrez les dates"));
    assert_eq!(enter_council(&mut secretary).await.told(), "/deadlines?tenant=alpha legal-told-date");
    assert!(!secretary.get("/tasks").await.body.contains("Entrez les dates"));
    // It is a year of renewal.
    waits(&secretary.get("/deadlines").await.body, "au plus tard le jeudi 30 avril");
    let mut english = secretary.clone();
    english.post("/preferences", &[("locale", "en"), ("return", "/")]).await;
    let page = english.get("/deadlines").await;
    page.page().check_page("en");
    waits(&page.body, "to be checked by you");
}

#[tokio::test]
async fn a_council_puts_its_convocation_in_the_queue() {
    let world = world().await;
    let mut secretary = secretary(&world).await;
    say_what_alpha_is(&mut secretary).await;
    enter_council(&mut secretary).await;
    let missing = format!("{SENTENCE} ; il manque l’ordre du jour");
    for path in ["/", "/tasks", "/deadlines"] {
        let page = secretary.get(path).await;
        page.page().check_page("fr");
        assert!(plain(&page.body).contains(&missing), "{path}: {}", page.body);
        assert!(page.body.contains("c’est un samedi"), "{path}: {}", page.body);
    }
    let desk = secretary.get("/").await.body;
    assert!(
        desk.contains("Une chose vous attend."),
        "the convocation; the list of deliberations follows the sitting: {desk}"
    );
    let tasks = secretary.get("/tasks?application=pleiade-legal").await.body;
    assert!(tasks.contains("formaction=\"/deadlines/alpha/dismiss/ask\""), "{tasks}");
    assert!(tasks.contains("href=\"/deadlines?tenant=alpha\""), "{tasks}");
    let ready = [("kind", "council"), ("day", "2026-03-27"), ("ready", "yes")];
    secretary.post("/deadlines/alpha/dates", &ready).await;
    let page = plain(&secretary.get("/tasks").await.body);
    assert!(page.contains(SENTENCE) && !page.contains("ordre du jour"), "{page}");
    enter_council(&mut secretary).await;
    let page = plain(&secretary.get("/tasks").await.body);
    assert!(
        page.contains(SENTENCE) && !page.contains("ordre du jour"),
        "entered again, it stays ready: {page}"
    );

    let removed = secretary.post("/deadlines/alpha/dates/remove", &[("target", "council/2026-03-27")]).await;
    assert_eq!(removed.told(), "/deadlines?tenant=alpha legal-told-removed");
    assert!(!plain(&secretary.get("/tasks").await.body).contains(SENTENCE));
    for gone in ["council/2026-03-27", "council/hier", "council", ""] {
        let answer = secretary.post("/deadlines/alpha/dates/remove", &[("target", gone)]).await;
        assert_eq!(answer.told(), "/deadlines?tenant=alpha legal-told-gone", "{gone}");
    }
    let before = record(&world, "alpha").await;
    for (kind, day) in [
        ("council", "demain"),
        ("council", "1999-12-31"),
        ("council", "12026-01-01"),
        ("sitting", "2026-03-27"),
        ("", ""),
    ] {
        let answer = secretary.post("/deadlines/alpha/dates", &[("kind", kind), ("day", day)]).await;
        assert_eq!(answer.told(), "/deadlines?tenant=alpha legal-told-wrong-date", "{kind} {day}");
    }
    let wrong =
        secretary.post("/deadlines/alpha/facts", &[("kind", "commune"), ("population", "beaucoup")]).await;
    assert_eq!(wrong.told(), "/deadlines?tenant=alpha legal-told-wrong-facts");
    assert_eq!(record(&world, "alpha").await, before, "what is wrong changes nothing");
}

#[tokio::test]
async fn a_deadline_is_dismissed_for_the_collectivite_with_a_reason_and_comes_back() {
    let world = world().await;
    let mut secretary = secretary(&world).await;
    let mut claims = somebody("colette", "Colette Brun", &[]);
    claims.groups = vec!["secretariat".into()];
    world.alpha_sso.knows("colette", claims);
    let mut colleague = world.browser(ALPHA);
    assert_eq!(colleague.sign_in_at("alpha-sso", "colette").await.location(), "/");
    say_what_alpha_is(&mut secretary).await;
    enter_council(&mut secretary).await;
    assert!(plain(&colleague.get("/tasks").await.body).contains(SENTENCE));

    let question = secretary.post("/deadlines/alpha/dismiss/ask", &[("target", CONVOCATION)]).await;
    question.page().check_page("fr");
    assert!(plain(&question.body).contains(SENTENCE) && question.body.contains("name=\"reason\""));
    let long = "x".repeat(501);
    for reason in ["", "  ", "\u{202e}\u{2066}", long.as_str()] {
        let fields = [("target", CONVOCATION), ("reason", reason)];
        let answer = secretary.post("/deadlines/alpha/dismiss", &fields).await;
        assert_eq!(answer.told(), "/deadlines?tenant=alpha legal-told-no-reason");
    }
    for gone in ["convocation-small/2026-03-27", "convocation-large/2026-03-28", "x", ""] {
        let fields = [("target", gone), ("reason", "x")];
        let answer = secretary.post("/deadlines/alpha/dismiss", &fields).await;
        assert_eq!(answer.told(), "/deadlines?tenant=alpha legal-told-gone", "{gone}");
        let asked = secretary.post("/deadlines/alpha/dismiss/ask", &[("target", gone)]).await;
        assert_eq!(asked.told(), "/deadlines?tenant=alpha legal-told-gone", "{gone}");
    }
    assert!(record(&world, "alpha").await.dismissals.is_empty(), "nothing was dismissed");

    let fields = [("target", CONVOCATION), ("reason", "Envoyée <lundi>\r\npar\u{202e} l’iParapheur")];
    let done = secretary.post("/deadlines/alpha/dismiss", &fields).await;
    assert_eq!(done.told(), "/deadlines?tenant=alpha legal-told-dismissed");
    let page = secretary.get("/deadlines?tenant=alpha").await;
    page.page().check_page("fr");
    let undo = format!("formaction=\"/deadlines/alpha/restore\" name=\"target\" value=\"{CONVOCATION}\"");
    assert!(page.body.contains(&undo), "it can be undone: {}", page.body);
    let again = secretary.post("/deadlines/alpha/dismiss", &fields).await;
    assert_eq!(again.told(), "/deadlines?tenant=alpha legal-told-gone", "its reason stays");
    for browser in [&mut secretary, &mut colleague] {
        assert!(!plain(&browser.get("/tasks").await.body).contains(SENTENCE), "it is gone for everybody");
        let page = browser.get("/deadlines").await.body;
        assert!(page.contains("<bdi>Envoyée &#60;lundi&#62; par l’iParapheur</bdi>"), "{page}");
        assert!(page.contains("Sinéad O’Brien"), "{page}");
    }
    // What another replica was told a moment ago is dismissed as the page shows it.
    let elsewhere = KnownDate::new("council", "2026-04-24".parse().unwrap());
    world.storage.put_legal_date(&tenant_id("alpha"), &elsewhere).await.unwrap();
    let target = "convocation-large/2026-04-24";
    assert!(secretary.get("/deadlines").await.body.contains(target));
    let asked = secretary.post("/deadlines/alpha/dismiss/ask", &[("target", target)]).await;
    assert!(asked.body.contains("name=\"reason\""), "{}", asked.body);
    world.storage.drop_legal_date(&tenant_id("alpha"), "council", elsewhere.day).await.unwrap();
    let restored = colleague.post("/deadlines/alpha/restore", &[("target", CONVOCATION)]).await;
    assert_eq!(restored.told(), "/deadlines?tenant=alpha legal-told-restored");
    assert!(plain(&secretary.get("/tasks").await.body).contains(SENTENCE));
    let answer = colleague.post("/deadlines/alpha/restore", &[("target", CONVOCATION)]).await;
    assert_eq!(answer.told(), "/deadlines?tenant=alpha legal-told-gone");

    let lines = lines(&world).await;
    let of = |event| lines.iter().filter(|line| line.event == event).collect::<Vec<_>>();
    let [dismissed] = of(AuditEvent::DeadlineDismissed)[..] else { panic!("one line") };
    assert_eq!(dismissed.facts["deadline"], CONVOCATION);
    assert_eq!(
        (dismissed.tenant.clone(), dismissed.actor.unwrap().person),
        (Some(tenant_id("alpha")), world.clerk)
    );
    assert!(!dismissed.facts.values().any(|fact| fact.contains("lundi")), "no words of theirs");
    let [restored] = of(AuditEvent::DeadlineRestored)[..] else { panic!("one line") };
    assert_ne!(restored.actor.unwrap().person, world.clerk);
    assert_eq!(of(AuditEvent::LegalDatesChanged).len(), 2);
}

#[tokio::test]
async fn deadlines_are_put_off_like_any_line_and_the_queue_spans_collectivites() {
    let rules = Arc::new(LegalRules {
        book: RuleBook::built_in(),
        groups: ["alpha", "beta"].map(|id| (tenant_id(id), ["secretariat".to_owned()].into())).into(),
    });
    let world = World::with(Setup { legal: Some(rules), ..Setup::default() }).await;
    secretary(&world).await;
    let mut common = world.clerk_at(OPERATOR).await;
    let page = common.get("/tasks").await.body;
    assert_eq!(
        page.matches("<span class=\"title\">Voter le budget primitif 2026").count(),
        2,
        "one for each: {page}"
    );
    assert!(page.contains("Commune de Beta") && page.contains("formaction=\"/deadlines/beta/dismiss/ask\""));
    let both = common.get("/deadlines").await.body;
    assert!(both.contains("href=\"/deadlines?tenant=beta\">Commune de Beta</a>"), "{both}");
    let until = [("target", "budget-vote/2026-04-15"), ("until", "2026-03-20")];
    let put_off = common.post("/tasks/beta/pleiade-legal/snooze", &until).await;
    assert_eq!(put_off.told(), "/tasks snooze-done");
    let page = common.get("/tasks").await.body;
    let list = &page[page.find("id=\"queue\"").unwrap()..];
    assert!(
        list.contains("/deadlines/alpha/dismiss/ask") && !list.contains("/deadlines/beta/dismiss/ask"),
        "{list}"
    );
}

#[tokio::test]
async fn looking_at_deadlines_writes_nothing() {
    let world = world().await;
    let mut secretary = secretary(&world).await;
    enter_council(&mut secretary).await;
    world.quiet().await;
    let mut watch = Watch::open(&world).await;
    let before = watch.version().await;
    for path in ["/deadlines", "/deadlines?tenant=alpha", "/tasks", "/"] {
        secretary.get(path).await;
    }
    world.quiet().await;
    assert_eq!(watch.version().await, before);
    for route in legal_routes().into_iter().filter(|route| route.method == Method::POST) {
        let answer = secretary.get(&path(&route, "alpha")).await;
        assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED, "{}", route.path);
        let unmarked = secretary.post_raw(&path(&route, "alpha"), "target=council%2F2026-03-27&mark=x").await;
        assert_eq!(unmarked.status, StatusCode::CONFLICT, "{}: a form of no page of theirs", route.path);
    }
    world.quiet().await;
    assert_eq!(record(&world, "alpha").await.dates.len(), 1);
    assert_eq!(record(&world, "alpha").await.facts, Collectivite::default());
}

/// The content of an application that knows these sittings.
pub(crate) fn knows(sittings: &[(&str, &str)]) -> WidgetContent {
    let mut known = content(0, &[]);
    let sitting = |(title, day): &(&str, &str)| Sitting::new(Text::plain(title), day.parse().unwrap());
    known.sittings = sittings.iter().map(sitting).collect();
    known
}

#[tokio::test]
async fn a_sitting_that_an_application_knows_is_proposed_to_whoever_knows_of_it() {
    let own = [("Conseil <municipal>", "2026-03-27"), ("Commission des finances", "2026-03-20")];
    let seances = Fake::new("seances", Outcome::Gives(knows(&own)));
    let elsewhere = Fake::new("seances-beta", Outcome::Gives(knows(&[("Conseil de Beta", "2026-03-30")])));
    let (alpha, beta) = (vec![seances.clone()], vec![elsewhere]);
    let setup = Setup { alpha, beta, legal: Some(rules()), ..Setup::default() };
    let world = World::with(setup).await;
    let mut secretary = secretary(&world).await;
    say_what_alpha_is(&mut secretary).await;
    // The page waits for nobody: what is not read yet is on the next one.
    assert!(!secretary.get("/deadlines").await.body.contains("dates/sitting"));
    world.quiet().await;
    let page = secretary.get("/deadlines").await;
    page.page().check_page("fr");
    let body = plain(&page.body);
    assert!(body.contains("<bdi>Conseil &#60;municipal&#62;</bdi>, vendredi 27 mars"), "{body}");
    assert!(body.contains("C’est une séance du conseil") && !body.contains("Conseil de Beta"), "{body}");
    let place = |text: &str| body.find(text).unwrap();
    assert!(place("Commission des finances") < place("Conseil &#60;municipal&#62;"), "the next first");

    // The day is one that the application told them, whatever the form says.
    for wrong in ["2026-03-28", "2026-03-30", "27/03/2026", "council/2026-03-27", ""] {
        let answer = secretary.post("/deadlines/alpha/dates/sitting", &[("target", wrong)]).await;
        assert_eq!(answer.told(), "/deadlines?tenant=alpha legal-told-gone", "{wrong}");
    }
    assert!(record(&world, "alpha").await.dates.is_empty());
    let council = [("target", "2026-03-27"), ("kind", "breach"), ("day", "2026-04-30")];
    let answer = secretary.post("/deadlines/alpha/dates/sitting", &council).await;
    assert_eq!(answer.told(), "/deadlines?tenant=alpha legal-told-date");
    let known = record(&world, "alpha").await.dates;
    assert_eq!(known, [KnownDate::new("council", "2026-03-27".parse().unwrap())]);
    let page = plain(&secretary.get("/deadlines").await.body);
    assert!(page.contains(SENTENCE), "its convocation waits: {page}");
    assert!(!page.contains("Conseil &#60;municipal&#62;") && page.contains("Commission des finances"));
    let again = secretary.post("/deadlines/alpha/dates/sitting", &[("target", "2026-03-27")]).await;
    assert_eq!(again.told(), "/deadlines?tenant=alpha legal-told-gone", "it is entered");

    // A colleague whose own reading knows of none is proposed none.
    seances.card.will(Outcome::Gives(knows(&[])));
    let mut claims = somebody("colette", "Colette Brun", &[]);
    claims.groups = vec!["secretariat".into()];
    world.alpha_sso.knows("colette", claims);
    let mut colleague = world.browser(ALPHA);
    assert_eq!(colleague.sign_in_at("alpha-sso", "colette").await.location(), "/");
    for _ in 0..2 {
        let page = colleague.get("/deadlines").await.body;
        assert!(!page.contains("Commission des finances"), "{page}");
        world.quiet().await;
    }
    let answer = colleague.post("/deadlines/alpha/dates/sitting", &[("target", "2026-03-20")]).await;
    assert_eq!(answer.told(), "/deadlines?tenant=alpha legal-told-gone");
    assert_eq!(record(&world, "alpha").await.dates, known);
}

#[tokio::test]
async fn the_log_tells_rules_and_dates_to_whoever_sees_the_deadlines_alone() {
    let world = world().await;
    let mut secretary = secretary(&world).await;
    say_what_alpha_is(&mut secretary).await;
    enter_council(&mut secretary).await;
    secretary.post("/deadlines/alpha/dismiss", &[("target", CONVOCATION), ("reason", "Envoyée")]).await;
    secretary.post("/deadlines/alpha/restore", &[("target", CONVOCATION)]).await;
    let told = ["convocation-large", "2026-03-27"];
    let person = format!("/console/people/{}", world.clerk.0);

    // Alpha names its groups. Its administrators read what was done and by whom, and no more.
    let mut administrator = world.administrator_at_alpha().await;
    for path in ["/console/audit", person.as_str()] {
        let page = administrator.get(path).await;
        assert_eq!(page.status, StatusCode::OK, "{path}");
        assert!(
            page.body.contains("Échéance légale écartée") && page.body.contains("Sinéad O’Brien"),
            "{path}"
        );
        assert!(!told.iter().any(|word| page.body.contains(word)), "{path}: {}", page.body);
    }
    // One who is in the group reads them, and so does whoever did it.
    let mut claims = somebody("both", "Colette Brun", &[]);
    claims.groups = vec!["administrateurs".into(), "secretariat".into()];
    world.alpha_sso.knows("both", claims);
    let mut both = world.browser(ALPHA);
    assert_eq!(both.sign_in_at("alpha-sso", "both").await.location(), "/");
    let own = ["/profile/data", "/profile/data.json"];
    let log = both.get("/console/audit").await.body;
    assert!(told.iter().all(|word| log.contains(word)), "{log}");
    for path in own {
        let mine = secretary.get(path).await.body;
        assert!(told.iter().all(|word| mine.contains(word)), "{path}: {mine}");
    }
    // Until they leave the group.
    world.set_clerk_affiliations(&[affiliation("alpha", &["elus"])]).await;
    world.clock.advance(std::time::Duration::from_secs(31));
    for path in own {
        let mine = secretary.get(path).await.body;
        assert!(!told.iter().any(|word| mine.contains(word)), "{path}: {mine}");
    }
}

#[tokio::test]
async fn a_rule_with_a_threshold_says_so_until_the_population_is_entered() {
    let world = world().await;
    let mut secretary = secretary(&world).await;
    secretary.post("/deadlines/alpha/facts", &[("kind", "commune"), ("territory", "metropole")]).await;
    enter_council(&mut secretary).await;
    let from = "s’applique à partir de 3 500 habitants : entrez la population · CGCT L2121-12";
    let below = "s’applique au-dessous de 3 500 habitants : entrez la population · CGCT L2121-11";
    for path in ["/tasks", "/deadlines"] {
        let page = secretary.get(path).await;
        page.page().check_page("fr");
        let page = plain(&page.body);
        assert!(page.contains(SENTENCE) && page.contains(from) && page.contains(below), "{path}: {page}");
    }
    let page = plain(&secretary.get("/deadlines").await.body);
    assert!(page.contains(&from.replace("L2121-12", "L2131-1")), "what always holds says so too: {page}");
    say_what_alpha_is(&mut secretary).await;
    for path in ["/tasks", "/deadlines"] {
        let page = plain(&secretary.get(path).await.body);
        assert!(page.contains(SENTENCE), "{path}: {page}");
        assert!(!page.contains("entrez la population") && !page.contains("L2121-11"), "{path}: {page}");
    }
}

#[tokio::test]
async fn no_date_takes_the_place_of_another() {
    let world = world().await;
    let mut secretary = secretary(&world).await;
    for number in 0..i64::from(MAX_LEGAL_ROWS) {
        let day = chrono::NaiveDate::from_ymd_opt(2026, 4, 1).unwrap() + chrono::TimeDelta::days(number);
        let date = KnownDate::new("council", day);
        assert!(world.storage.put_legal_date(&tenant_id("alpha"), &date).await.unwrap());
    }
    let before = (record(&world, "alpha").await, lines(&world).await.len());
    assert_eq!(enter_council(&mut secretary).await.told(), "/deadlines?tenant=alpha legal-told-full");
    assert_eq!((record(&world, "alpha").await, lines(&world).await.len()), before);
}
