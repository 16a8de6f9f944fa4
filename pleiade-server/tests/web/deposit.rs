//! Files that people give to an application: the form, its bounds, what is told of each file, and what a second sending does.

use crate::support::{
    ALPHA, Answer, BETA, Browser, Fake, Gate, Outcome, Setup, Watch, World, content, tenant_id,
};
use async_trait::async_trait;
use axum::{
    body::Body,
    http::{Method, Request, StatusCode, header},
};
use bytes::Bytes;
use http_body_util::BodyExt as _;
use pleiade_core::{
    Action, ActionId, ActionInput, CallContext, ConnectorError, DepositFile, DepositLimits, DepositPlace,
    DepositPlaces, DepositState, Deposited, ErrorKind, FileDeposit, IdentityId, Message, TenantId, Text,
};
use pleiade_server::{audit::AuditEvent, storage::AuditQuery};
use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
};
use tokio::sync::mpsc;
use tower::ServiceExt as _;

const FENCE: &str = "fence-of-the-form";
const PDF: &str = "%PDF-1.7 un acte";

/// An application that takes files, or does what a test says.
#[derive(Debug, Default)]
pub(crate) struct FakeDeposit {
    given: Mutex<Vec<(IdentityId, TenantId, DepositFile)>>,
    answers: Mutex<VecDeque<Result<DepositState, ErrorKind>>>,
    /// Whoever gives a file waits here.
    gate: Mutex<Option<Arc<Gate>>>,
    places: Mutex<Option<ErrorKind>>,
}

#[async_trait]
impl FileDeposit for FakeDeposit {
    fn title(&self) -> Message {
        Message::new("fake-do")
    }

    fn limits(&self) -> DepositLimits {
        DepositLimits::pdf(3, 1000)
    }

    async fn places(&self, _: &CallContext) -> Result<DepositPlaces, ConnectorError> {
        if let Some(kind) = *self.places.lock().unwrap() {
            return Err(ConnectorError::new(kind, "list places"));
        }
        let mut places = DepositPlaces::default();
        let place = |id: &str| DepositPlace::new(id, Text::plain(id), Text::plain("Service <urbanisme>"));
        let input = ActionInput::required(Message::new("fake-do"), 50);
        places.places = vec![place("2/pdf"), place("3/pdf").with_input(input)];
        Ok(places)
    }

    async fn deposit(&self, cx: &CallContext, file: DepositFile) -> Result<Deposited, ConnectorError> {
        let gate = self.gate.lock().unwrap().clone();
        if let Some(gate) = gate {
            gate.pass().await;
        }
        self.given.lock().unwrap().push((cx.actor.identity.id, cx.tenant.id.clone(), file));
        let answer = self.answers.lock().unwrap().pop_front().unwrap_or(Ok(DepositState::Sent));
        let state = answer.map_err(|kind| ConnectorError::new(kind, "deposit"))?;
        let link =
            (state != DepositState::NotSent).then(|| "https://parapheur-pdf.apps.example/7".parse().unwrap());
        Ok(Deposited::new(state, Message::new("fake-status"), link))
    }
}

fn deposit(fake: &Fake) -> &FakeDeposit {
    fake.deposit.as_ref().unwrap()
}

/// Titles, names and bytes of the files that were given.
fn given(fake: &Fake) -> Vec<(String, String, Vec<u8>)> {
    let given = deposit(fake).given.lock().unwrap();
    given.iter().map(|(_, _, file)| (file.title.clone(), file.name.clone(), file.content.to_vec())).collect()
}

fn part(name: &str, file: Option<&str>, value: &[u8]) -> Vec<u8> {
    let file = file
        .map(|file| format!("; filename=\"{file}\"\r\nContent-Type: application/pdf"))
        .unwrap_or_default();
    let head = format!("--{FENCE}\r\nContent-Disposition: form-data; name=\"{name}\"{file}\r\n\r\n");
    [head.as_bytes(), value, b"\r\n"].concat()
}

/// A form: the place, then titles, names and contents.
fn form(place: &str, files: &[(&str, &str, &[u8])]) -> Vec<u8> {
    let mut form = part("place", None, place.as_bytes());
    form.extend(part("text", None, "  Délibération ".as_bytes()));
    for (title, name, content) in files {
        form.extend(part("title", None, title.as_bytes()));
        form.extend(part("file", Some(name), content));
    }
    form.extend(end());
    form
}

fn end() -> Vec<u8> {
    format!("--{FENCE}--\r\n").into_bytes()
}

async fn world() -> (World, Arc<Fake>, Browser) {
    let mut shown = content(1, &[]);
    shown.actions = vec![Action::deposit(ActionId::new("deposit").unwrap(), Message::new("fake-do"))];
    let fake = Fake::new("parapheur-pdf", Outcome::Gives(shown));
    let technical = Fake::new("technique", Outcome::Gives(content(1, &[])));
    let world = World::with(Setup { alpha: vec![fake.clone(), technical], ..Setup::default() }).await;
    let clerk = world.clerk_at(ALPHA).await;
    (world, fake, clerk)
}

/// The address to which the page's form is sent.
async fn address(clerk: &mut Browser) -> String {
    let page = clerk.get("/deposit/parapheur-pdf").await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.body);
    let html = page.page();
    let form = html.elements.iter().find(|one| one.get("enctype") == Some("multipart/form-data")).unwrap();
    form.get("action").unwrap().replace("&amp;", "&")
}

fn request(clerk: &Browser, address: &str, body: impl Into<Body>) -> Request<Body> {
    let mut request = clerk.request(Method::POST, address, String::new());
    let media_type = format!("multipart/form-data; boundary={FENCE}");
    request.headers_mut().insert(header::CONTENT_TYPE, media_type.parse().unwrap());
    *request.body_mut() = body.into();
    request
}

async fn send(clerk: &mut Browser, address: &str, form: Vec<u8>) -> Answer {
    clerk.send(request(clerk, address, form)).await
}

/// The words of the rows: title and state.
fn rows(answer: &Answer) -> Vec<(String, String)> {
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    let page = answer.page();
    page.check_page("fr");
    let titles = page.elements.iter().filter(|one| one.has_class("title")).map(|one| one.words());
    let states = page.elements.iter().filter(|one| one.has_class("tag")).map(|one| one.words());
    titles.zip(states).collect()
}

fn row(title: &str, state: &str) -> (String, String) {
    (title.to_owned(), state.to_owned())
}

#[tokio::test]
async fn the_card_leads_to_a_form_that_works_without_scripts() {
    let (world, _, mut clerk) = world().await;
    world.read_cards(&clerk).await;
    let desk = clerk.get("/").await;
    assert!(
        desk.body.contains("<a class=\"plain\" href=\"/deposit/parapheur-pdf\">Valider</a>"),
        "{}",
        desk.body
    );
    let page = clerk.get("/deposit/parapheur-pdf").await;
    let html = page.page();
    html.check_page("fr");
    let files = html.elements.iter().filter(|one| one.get("type") == Some("file"));
    assert!(files.clone().all(|one| one.get("accept") == Some("application/pdf")));
    assert_eq!(files.count(), 3);
    assert!(page.body.contains("Au plus 3 fichiers PDF"), "{}", page.body);
    assert!(page.body.contains("label=\"Service &#60;urbanisme&#62;\""), "{}", page.body);
}

#[tokio::test]
async fn files_are_given_one_after_the_other_and_told() {
    let (world, fake, mut clerk) = world().await;
    let address = address(&mut clerk).await;
    let files: [(&str, &str, &[u8]); 3] = [
        ("  Titre <b> ", "a.pdf", PDF.as_bytes()),
        ("", "", b""),
        ("", "Acte 12.pdf", b"%PDF-\r\n--fence\r\n"),
    ];
    let answer = send(&mut clerk, &address, form("3/pdf", &files)).await;
    assert_eq!(rows(&answer), [row("Titre <b>", "Envoyé"), row("Acte 12", "Envoyé")]);
    assert!(answer.body.contains("2 fichiers envoyés."), "{}", answer.body);
    assert!(answer.body.contains("href=\"https://parapheur-pdf.apps.example/7\""));
    assert_eq!(answer.headers.get(header::CONTENT_ENCODING), None);
    let taken = given(&fake);
    assert_eq!(taken[0], ("Titre <b>".into(), "a.pdf".into(), PDF.as_bytes().to_vec()));
    assert_eq!(taken[1], ("Acte 12".into(), "Acte 12.pdf".into(), b"%PDF-\r\n--fence\r\n".to_vec()));
    for (person, tenant, file) in deposit(&fake).given.lock().unwrap().iter() {
        assert_eq!((*person, tenant.as_str(), file.place.as_str()), (world.clerk, "alpha", "3/pdf"));
        assert_eq!(file.text.as_deref(), Some("Délibération"));
    }
    let lines = world.storage.audit(&AuditQuery { limit: 50, ..AuditQuery::default() }).await.unwrap();
    let facts = |event| {
        let found: Vec<_> = lines.iter().filter(|line| line.line.event == event).collect();
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].line.tenant, Some(tenant_id("alpha")));
        found[0].line.facts.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>()
    };
    assert_eq!(facts(AuditEvent::ActionTaken), ["action=deposit", "connector=parapheur-pdf"]);
    assert_eq!(
        facts(AuditEvent::FilesDeposited),
        ["connector=parapheur-pdf", "not_sent=0", "sent=2", "unknown=0"]
    );
}

/// A double click, and a page that is sent again.
#[tokio::test]
async fn a_form_is_good_once() {
    let (_world, fake, mut clerk) = world().await;
    let address = address(&mut clerk).await;
    let one: [(&str, &str, &[u8]); 1] = [("Un", "a.pdf", PDF.as_bytes())];
    assert_eq!(rows(&send(&mut clerk, &address, form("2/pdf", &one)).await).len(), 1);
    let again = send(&mut clerk, &address, form("2/pdf", &one)).await;
    assert_eq!(
        (again.status, again.location(), again.outcome.as_deref()),
        (StatusCode::SEE_OTHER, "/deposit/parapheur-pdf", Some("deposit-sent-already"))
    );
    assert_eq!(given(&fake).len(), 1);
    let told = clerk.get("/deposit/parapheur-pdf").await;
    assert!(told.body.contains("rien n’a été envoyé de plus"), "{}", told.body);
}

/// What the log cannot tell is not begun.
#[tokio::test]
async fn without_its_line_nothing_is_given() {
    let (world, fake, mut clerk) = world().await;
    let to = address(&mut clerk).await;
    let mut database = Watch::open(&world).await;
    database.run("CREATE TRIGGER no_line BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'no'); END").await;
    let refused = send(&mut clerk, &to, form("2/pdf", &[("Un", "a.pdf", PDF.as_bytes())])).await;
    assert_eq!(refused.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(given(&fake).is_empty());
}

#[tokio::test]
async fn bounds_hold_for_each_file_and_for_all() {
    let (_world, fake, mut clerk) = world().await;
    let large = [PDF.as_bytes(), &[b' '; 1000]].concat();
    let files: [(&str, &str, &[u8]); 5] = [
        ("Gros", "a.pdf", &large),
        ("Autre", "b.pdf", b"PK\x03\x04"),
        ("Bon", "c.pdf", PDF.as_bytes()),
        ("Quatrième", "d.pdf", PDF.as_bytes()),
        ("Cinquième", "e.pdf", PDF.as_bytes()),
    ];
    let to = address(&mut clerk).await;
    let answer = send(&mut clerk, &to, form("2/pdf", &files)).await;
    let not_sent = |title| row(title, "Non envoyé");
    assert_eq!(
        rows(&answer),
        [
            not_sent("Gros"),
            not_sent("Autre"),
            row("Bon", "Envoyé"),
            not_sent("Quatrième"),
            not_sent("Cinquième")
        ]
    );
    for words in [
        "trop grand",
        "pas un fichier PDF",
        "plus de fichiers",
        "Non tenté",
        "1 fichier envoyé, 4 non envoyés.",
    ] {
        assert!(answer.body.contains(words), "{words}: {}", answer.body);
    }
    assert_eq!(given(&fake).len(), 1);

    let to = address(&mut clerk).await;
    let nowhere = send(&mut clerk, &to, form("", &files[2..4])).await;
    assert_eq!(rows(&nowhere), [not_sent("Bon"), not_sent("Quatrième")]);
    assert!(nowhere.body.contains("Aucune destination"));
    let to = address(&mut clerk).await;
    let nothing = send(&mut clerk, &to, form("2/pdf", &[("", "", b"")])).await;
    assert!(rows(&nothing).is_empty() && nothing.body.contains("Aucun fichier n’a été choisi."));

    // A body that says that it is larger than a whole batch is not read at all.
    let to = address(&mut clerk).await;
    let mut vast = request(&clerk, &to, Body::empty());
    vast.headers_mut().insert(header::CONTENT_LENGTH, "500000000".parse().unwrap());
    assert_eq!(clerk.send(vast).await.status, StatusCode::PAYLOAD_TOO_LARGE);
    let no_form = clerk.post(&to, &[("place", "2/pdf")]).await;
    assert_eq!(no_form.status, StatusCode::BAD_REQUEST);
    assert_eq!(given(&fake).len(), 1);
}

#[tokio::test]
async fn the_first_refusal_and_the_first_doubt_stop_the_rest() {
    let files: [(&str, &str, &[u8]); 3] = [
        ("Un", "a.pdf", PDF.as_bytes()),
        ("Deux", "b.pdf", PDF.as_bytes()),
        ("Trois", "c.pdf", PDF.as_bytes()),
    ];
    for (answer, state, summary) in [
        (Err(ErrorKind::Forbidden), "Non envoyé", "1 fichier envoyé, 2 non envoyés."),
        (Ok(DepositState::NotSent), "Non envoyé", "1 fichier envoyé, 2 non envoyés."),
        (Ok(DepositState::Unknown), "Incertain", "1 fichier envoyé, 1 non envoyé, 1 incertain."),
    ] {
        let (_world, fake, mut clerk) = world().await;
        deposit(&fake).answers.lock().unwrap().extend([Ok(DepositState::Sent), answer]);
        let to = address(&mut clerk).await;
        let page = send(&mut clerk, &to, form("2/pdf", &files)).await;
        assert_eq!(rows(&page), [row("Un", "Envoyé"), row("Deux", state), row("Trois", "Non envoyé")]);
        assert!(page.body.contains("Non tenté") && page.body.contains(summary), "{}", page.body);
        assert_eq!(given(&fake).len(), 2, "the third is not tried");
    }
}

#[tokio::test]
async fn whoever_has_no_right_gives_nothing() {
    let (world, fake, mut clerk) = world().await;
    let to = address(&mut clerk).await;
    let body = || form("2/pdf", &[("Un", "a.pdf", PDF.as_bytes())]);
    let stripped = |name: &str| {
        let (path, query) = to.split_once('?').unwrap();
        let kept: Vec<&str> = query.split('&').filter(|pair| !pair.starts_with(name)).collect();
        format!("{path}?{}", kept.join("&"))
    };
    // Without the mark of a page, or with one in the form alone, which comes too late.
    let unmarked = send(&mut clerk, &stripped("mark="), body()).await;
    assert_eq!(unmarked.status, StatusCode::CONFLICT);
    let mark = clerk.mark().await.unwrap();
    let late = [part("mark", None, mark.as_bytes()), body()].concat();
    assert_eq!(send(&mut clerk, &stripped("mark="), late).await.status, StatusCode::CONFLICT);
    // Without the form, or with that of another session.
    let unasked = send(&mut clerk, &stripped("asked="), body()).await;
    assert_eq!(unasked.outcome.as_deref(), Some("deposit-expired"));
    let mut other = world.clerk_at(ALPHA).await;
    assert_eq!(send(&mut other, &to, body()).await.outcome.as_deref(), Some("deposit-expired"));
    // Signed out, on another host, at a collectivité without the application, or by an account that may do everything.
    let mut stranger = world.browser(ALPHA);
    assert_eq!(send(&mut stranger, &to, body()).await.status, StatusCode::UNAUTHORIZED);
    let mut elsewhere = world.clerk_at(BETA).await;
    assert_eq!(elsewhere.get("/deposit/parapheur-pdf").await.status, StatusCode::NOT_FOUND);
    for path in ["/deposit/technique", "/deposit/courriel", "/deposit/none"] {
        assert_eq!(clerk.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    let technical = to.replace("parapheur-pdf", "technique");
    assert_eq!(send(&mut clerk, &technical, body()).await.status, StatusCode::NOT_FOUND);
    // From a page of somebody else.
    let mut cross = request(&clerk, &to, body());
    cross.headers_mut().insert("sec-fetch-site", "cross-site".parse().unwrap());
    cross.headers_mut().insert(header::ORIGIN, "https://elsewhere.example".parse().unwrap());
    assert_eq!(clerk.send(cross).await.status, StatusCode::FORBIDDEN);
    assert!(given(&fake).is_empty());
    // The form is good still.
    assert_eq!(rows(&send(&mut clerk, &to, body()).await), [row("Un", "Envoyé")]);
}

#[tokio::test]
async fn an_application_that_does_not_answer_is_told_in_its_place() {
    let (_world, fake, mut clerk) = world().await;
    *deposit(&fake).places.lock().unwrap() = Some(ErrorKind::NotLinked);
    let page = clerk.get("/deposit/parapheur-pdf").await;
    page.page().check_page("fr");
    assert!(!page.body.contains("multipart/form-data") && page.body.contains("Essayer de nouveau"));
}

/// Each file is given before the next one has come: nothing else is held meanwhile.
#[tokio::test]
async fn a_file_is_given_while_the_next_one_is_still_on_its_way() {
    let (world, fake, mut clerk) = world().await;
    let to = address(&mut clerk).await;
    let gate = Arc::new(Gate::default());
    *deposit(&fake).gate.lock().unwrap() = Some(gate.clone());
    let (out, pieces) = mpsc::channel::<Result<Bytes, std::io::Error>>(1);
    let body = Body::from_stream(tokio_stream::wrappers::ReceiverStream::new(pieces));
    let response = world.router.clone().oneshot(request(&clerk, &to, body)).await.unwrap();
    assert_eq!(response.status(), StatusCode::OK);
    let mut page = response.into_body();
    let head = page.frame().await.unwrap().unwrap().into_data().unwrap();
    assert!(String::from_utf8_lossy(&head).contains("<ul class=\"lines\">"));
    let first = [
        part("place", None, b"2/pdf"),
        part("title", None, b"Un"),
        part("file", Some("a.pdf"), PDF.as_bytes()),
    ];
    out.send(Ok([first.concat(), part("title", None, b"Deux")].concat().into())).await.unwrap();
    gate.arrived.notified().await;

    // Meanwhile the same person begins no other batch.
    let another = address(&mut clerk).await;
    let busy = send(&mut clerk, &another, form("2/pdf", &[])).await;
    assert_eq!(busy.outcome.as_deref(), Some("deposit-busy"));

    gate.let_one_pass();
    let row = page.frame().await.unwrap().unwrap().into_data().unwrap();
    assert!(String::from_utf8_lossy(&row).contains("Un"), "told before the second has come");
    assert_eq!(given(&fake).len(), 1);
    // The browser leaves in the middle of the second: it is not given, and what follows is told nowhere but in the log.
    out.send(Ok(Bytes::from_static(b"--fence-of-the-form\r\nContent-Disposition: form-data; name=\"file\"; filename=\"b.pdf\"\r\n\r\n%PDF-"))).await.unwrap();
    drop(out);
    let end = page.collect().await.unwrap().to_bytes();
    assert!(String::from_utf8_lossy(&end).contains("s’est interrompu"), "{}", String::from_utf8_lossy(&end));
    assert_eq!(given(&fake).len(), 1);
    let lines = world.storage.audit(&AuditQuery { limit: 50, ..AuditQuery::default() }).await.unwrap();
    let counted = lines.iter().find(|line| line.line.event == AuditEvent::FilesDeposited).unwrap();
    assert_eq!(counted.line.facts["sent"], "1");
}

/// Nor does a browser that reads nothing of what it is told hold a place for files.
#[tokio::test]
async fn a_page_that_is_not_read_holds_no_place() {
    let (world, fake, mut clerk) = world().await;
    let to = address(&mut clerk).await;
    let many: Vec<(&str, &str, &[u8])> = vec![("Un", "a.pdf", PDF.as_bytes()); 60];
    let sent = request(&clerk, &to, form("2/pdf", &many));
    let unread = world.router.clone().oneshot(sent).await.unwrap();
    world.quiet().await;
    assert_eq!(given(&fake).len(), 3, "as many as the application takes");
    let another = address(&mut clerk).await;
    assert_eq!(rows(&send(&mut clerk, &another, form("2/pdf", &[])).await), []);
    let told = unread.into_body().collect().await.unwrap().to_bytes();
    assert_eq!(String::from_utf8_lossy(&told).matches("class=\"title\"").count(), 60);
}

/// Whoever signs out meanwhile gives nothing more.
#[tokio::test]
async fn the_end_of_the_session_ends_the_batch() {
    let (world, fake, mut clerk) = world().await;
    let to = address(&mut clerk).await;
    let gate = Arc::new(Gate::default());
    *deposit(&fake).gate.lock().unwrap() = Some(gate.clone());
    let files: [(&str, &str, &[u8]); 2] =
        [("Un", "a.pdf", PDF.as_bytes()), ("Deux", "b.pdf", PDF.as_bytes())];
    let sent = request(&clerk, &to, form("2/pdf", &files));
    let response = world.router.clone().oneshot(sent).await.unwrap();
    gate.arrived.notified().await;
    world.end_sessions_of_clerk().await;
    gate.let_one_pass();
    let page = response.into_body().collect().await.unwrap().to_bytes();
    let page = String::from_utf8_lossy(&page);
    assert!(page.contains("Votre session est terminée."), "{page}");
    assert_eq!(given(&fake).len(), 1);
}
