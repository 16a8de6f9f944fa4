//! What an answer of 50 MB, without an end, nested deeply or full of the smallest things may cost any connector: each in a process of
//! its own, because the process is what is measured. `--nocapture` shows the figures.
#![expect(clippy::unwrap_used, reason = "helpers of tests panic like tests")]
#![expect(clippy::print_stdout, reason = "the figures are what is asked for")]

use axum::{
    Router,
    body::{Body, Bytes},
    extract::Request,
    response::Response,
};
use futures_util::stream;
use http_body_util::BodyExt as _;
use pleiade_connectors::registry::read_settings;
use pleiade_core::{Connector, ConnectorId, Credential};
use pleiade_testkit::{
    FixedCredentials, RouterTransport, Simulator, TestClock,
    people::PEOPLE,
    simulated,
    simulated::{Addresses, AuthSetup, SimulatedApplication},
};
use std::{
    convert::Infallible,
    process::{Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};
use tower::ServiceExt as _;

/// More than any answer may cost. The figures stand in docs/benchmarks.md.
const MAX_COST_MIB: usize = 220;

/// An answer: its beginning, and what comes again and again until so many bytes; none for no end.
#[derive(Debug, Clone, Copy)]
struct Shape {
    name: &'static str,
    start: &'static str,
    again: &'static str,
    bytes: Option<usize>,
}

const fn shape(name: &'static str, start: &'static str, again: &'static str, bytes: usize) -> Shape {
    Shape { name, start, again, bytes: Some(bytes) }
}

const LARGE: usize = 50_000_000;
/// What the largest cap of an answer lets through, and the usual one.
const CAPS: [usize; 2] = [(8 << 20) - 1, (4 << 20) - 1];

fn shapes() -> Vec<Shape> {
    let mut shapes = vec![
        shape("50 MB of a list", "[{\"\":0}", ",{\"\":0}", LARGE),
        shape("50 MB of a text", "\"", "x", LARGE),
        shape("50 MB of arrays in arrays", "", "[", LARGE),
        shape("50 MB of XML in XML", "<?xml version=\"1.0\"?>", "<a>", LARGE),
        Shape { name: "no end", start: "[", again: "0,", bytes: None },
    ];
    for bytes in CAPS {
        shapes.extend([
            shape("smallest items", "[{\"id_e\":\"7\"}", ",{\"id_e\":\"7\"}", bytes),
            shape("smallest items with an id", "[{\"id\":\"7\"}", ",{\"id\":\"7\"}", bytes),
            shape("smallest items of a page", "{\"content\":[{\"id\":\"7\"}", ",{\"id\":\"7\"}", bytes),
            shape("smallest counts", "{\"1\":{\"flux\":{\"a\":[]", ",\"a\":[]", bytes),
        ]);
    }
    let [_, usual] = CAPS;
    shapes.extend([
        shape("objects in objects", "", "{\"a\":", usual),
        shape("arrays in arrays in a field", "{\"data\":", "[", usual),
        shape("items that nobody can read", "[0", ",0", usual),
        shape("elements", "<?xml version=\"1.0\"?><premis>", "<a/>", usual),
        shape("attributes", "<?xml version=\"1.0\"?><a", " a=\"\"", usual),
    ]);
    shapes
}

/// The closing of what a shape opened, so that a list is one.
fn end(shape: &Shape) -> &'static str {
    match shape.start {
        start if start.starts_with("[{") || start == "[0" => "]",
        start if start.starts_with("{\"content\"") => "]}",
        start if start.starts_with("{\"1\"") => "}}}",
        "<?xml version=\"1.0\"?><premis>" => "</premis>",
        _ => "",
    }
}

fn body(shape: Shape) -> Body {
    const PIECE: usize = 16 << 10;
    let piece = Bytes::from(shape.again.repeat(PIECE / shape.again.len()));
    let close = end(&shape);
    let pieces = stream::unfold(Some(0_usize), move |sent| {
        let piece = piece.clone();
        async move {
            let sent = sent?;
            let next: Bytes = match sent {
                0 => Bytes::from_static(shape.start.as_bytes()),
                _ => piece.clone(),
            };
            let total = sent + next.len().max(1);
            let is_over = shape.bytes.is_some_and(|bytes| total + piece.len() + close.len() > bytes);
            match is_over {
                true => Some((Ok::<_, Infallible>([&next[..], close.as_bytes()].concat().into()), None)),
                false => Some((Ok(next), Some(total))),
            }
        }
    });
    Body::from_stream(pieces)
}

/// The application's own sign-in and first answers, and this answer to everything else.
fn hostile(server: Arc<dyn Simulator>, shape: Shape, own_answers: usize) -> Router {
    let asked_already = Arc::new(AtomicUsize::new(0));
    Router::new().fallback(move |request: Request| {
        let (server, router) = (server.clone(), server.router());
        let asked_already = asked_already.clone();
        async move {
            let (head, sent) = request.into_parts();
            let sent = sent.collect().await.unwrap().to_bytes();
            let asked = Request::from_parts(head, sent.clone());
            if server.is_sign_in(&asked) || asked_already.fetch_add(1, Ordering::Relaxed) < own_answers {
                let (head, _) = asked.into_parts();
                return router.oneshot(Request::from_parts(head, Body::from(sent))).await.unwrap();
            }
            let kind = if shape.start.starts_with('<') { "application/xml" } else { "application/json" };
            Response::builder().header("content-type", kind).body(body(shape)).unwrap()
        }
    })
}

fn build(kind: &str, setup: &AuthSetup, router: Router) -> Arc<dyn Connector> {
    let url = |host: &str| format!("https://{host}.demonstration.example/").parse().unwrap();
    let settings = read_settings(kind, (setup.settings)(&Addresses::new(url(kind), url("pages"))));
    let transport = Arc::new(RouterTransport::new(router));
    settings.unwrap().unwrap().build(ConnectorId::new(kind).unwrap(), transport).unwrap()
}

/// A line of `/proc/self/status`, in bytes.
fn memory(line: &str) -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|known| known.starts_with(line)).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<usize>().unwrap() * 1024
}

/// Forgets the most that the process ever had.
fn forget_peak() {
    std::fs::write("/proc/self/clear_refs", "5").unwrap();
}

/// The kind that a process measures; none for the process that starts them all. What was freed is not always given back, so a kind that was
/// measured after another would seem to cost less.
const KIND: &str = "PLEIADE_TEST_MEMORY_OF";

#[test]
fn no_answer_costs_any_connector_more_than_a_bound() {
    let applications = simulated();
    if let Ok(kind) = std::env::var(KIND) {
        let application = applications.iter().find(|application| application.kind == kind).unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build();
        runtime.unwrap().block_on(measure(application));
        return;
    }
    let started: Vec<_> = applications
        .iter()
        .map(|application| {
            Command::new(std::env::current_exe().unwrap())
                .args(["--exact", "no_answer_costs_any_connector_more_than_a_bound", "--nocapture"])
                .env(KIND, application.kind)
                .stdout(Stdio::piped())
                .stderr(Stdio::piped())
                .spawn()
                .unwrap()
        })
        .collect();
    for child in started {
        let output = child.wait_with_output().unwrap();
        let (said, told) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        let figure = said.lines().find(|line| line.contains("MiB at most")).unwrap_or_default();
        println!("{figure}");
        assert!(output.status.success() && !figure.is_empty(), "{said}{told}");
    }
}

async fn measure(application: &SimulatedApplication) {
    let before = memory("VmRSS");
    let mut worst = (0, "", String::new());
    for setup in &application.setups {
        // What is read after a first good answer is tried with two shapes, or the test would take minutes.
        let [_, usual] = CAPS;
        let later = [
            shape("50 MB of a list", "[{\"\":0}", ",{\"\":0}", LARGE),
            shape("smallest items with an id", "[{\"id\":\"7\"}", ",{\"id\":\"7\"}", usual),
        ];
        let first = shapes().into_iter().map(|shape| (shape, 0));
        let later = (1..=3).flat_map(|own| later.map(|shape| (shape, own)));
        for (shape, own_answers) in first.chain(later) {
            let clock = Arc::new(TestClock::default());
            let server = (application.make)(clock.clone());
            let connector = build(application.kind, setup, hostile(server, shape, own_answers));
            let person = &PEOPLE[0];
            let login = person.login.to_owned();
            let credential = match setup.credential {
                Some(give) => give(&login, 0),
                None => Credential::ActingLogin { login },
            };
            let cx = person.context_with(Arc::new(FixedCredentials::always(credential)), clock);
            for widget in connector.widgets() {
                forget_peak();
                let reading = tokio::time::timeout(Duration::from_secs(600), widget.load(&cx)).await;
                let taken = memory("VmHWM").saturating_sub(before) >> 20;
                assert!(reading.is_ok(), "{}: {} does not end", application.kind, shape.name);
                let told = format!("{} ({})", widget.descriptor().id, setup.name);
                if taken > worst.0 {
                    worst = (taken, shape.name, told);
                }
            }
        }
    }
    let (taken, shape, place) = worst;
    println!("{}: {taken} MiB at most, for {shape}, by {place}", application.kind);
    assert!(taken < MAX_COST_MIB, "{}: {taken} MiB for {shape}, by {place}", application.kind);
}
