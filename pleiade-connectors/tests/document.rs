//! `docs/connectors.md`: what each connector says of itself, written from the descriptors; with `UPDATE=1` in the environment the test writes
//! the file anew. No kind is named here: connectors come from the registry, their settings from the simulators.
#![expect(clippy::unwrap_used, reason = "helpers of tests panic like tests")]

use pleiade_connectors::{registry::read_settings, text::Catalogue};
use pleiade_core::{
    ActionDescriptor, Connector, ConnectorId, Credential, EvidenceKind, Locale, TaskKind, Transport,
    WidgetDescriptor,
};
use pleiade_testkit::{
    FixedCredentials, NeverAnswers, RouterTransport, TestClock,
    people::PEOPLE,
    simulated,
    simulated::{Addresses, AuthSetup, SimulatedApplication},
};
use std::{collections::BTreeSet, fmt::Write as _, path::Path, sync::Arc};

fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}

/// The connector of a simulated application, let in as one of its setups says.
fn build(kind: &str, setup: &AuthSetup, transport: Arc<dyn Transport>) -> Arc<dyn Connector> {
    let url = |host: &str| format!("https://{host}.demonstration.example/").parse().unwrap();
    let settings = (setup.settings)(&Addresses::new(url(kind), url("pages")));
    let settings = read_settings(kind, settings).unwrap().unwrap();
    settings.build(ConnectorId::new(kind).unwrap(), transport).unwrap()
}

/// The connectors of an application, one for each of its setups.
fn all(application: &SimulatedApplication) -> Vec<Arc<dyn Connector>> {
    let silent = |setup| build(application.kind, setup, Arc::new(NeverAnswers));
    application.setups.iter().map(silent).collect()
}

fn simulated_in_order() -> Vec<SimulatedApplication> {
    let mut applications = simulated();
    applications.sort_by_key(|application| application.kind);
    applications
}

fn words_for(kind: EvidenceKind) -> &'static str {
    match kind {
        EvidenceKind::RealServer => "**real server**",
        EvidenceKind::RecordedAnswers => "**recorded answers**",
        EvidenceKind::IndependentClient => "**independent client** on the simulator",
        EvidenceKind::PublishedDescription => "simulator held to a **published description**",
        EvidenceKind::PublishedSamples => "published samples",
        EvidenceKind::Simulator => "simulator",
        EvidenceKind::Reconstructed => "reconstructed",
        _ => unreachable!("a kind without words"),
    }
}

/// The words, or a dash for none.
fn list(words: impl IntoIterator<Item = String>) -> String {
    let words: Vec<String> = words.into_iter().collect();
    if words.is_empty() { "–".to_owned() } else { words.join(", ") }
}

/// What all setups say of a widget, each thing once, in the order in which it is first said.
fn merged(connectors: &[Arc<dyn Connector>]) -> Vec<WidgetDescriptor> {
    let mut merged: Vec<WidgetDescriptor> = Vec::new();
    for widget in connectors.iter().flat_map(|connector| connector.widgets()) {
        let told = widget.descriptor();
        let Some(known) = merged.iter_mut().find(|known| known.id == told.id) else {
            merged.push(told.clone());
            continue;
        };
        for key in &told.indicators {
            if !known.indicators.contains(key) {
                known.indicators.push(key.clone());
            }
        }
        for action in &told.actions {
            if !known.actions.contains(action) {
                known.actions.push(action.clone());
            }
        }
        for task in &told.tasks {
            if !known.tasks.contains(task) {
                known.tasks.push(*task);
            }
        }
        for task in &told.delegable {
            if !known.delegable.contains(task) {
                known.delegable.push(*task);
            }
        }
    }
    merged
}

fn section(application: &SimulatedApplication) -> String {
    let connectors = all(application);
    let descriptor = connectors.first().unwrap().descriptor();
    let coverage = &descriptor.coverage;
    let words = Catalogue::builder().connector(descriptor).unwrap().build();
    let zone = chrono_tz::Europe::Paris;
    let mut out = format!("\n## {}\n\nKind `{}`. ", coverage.application, application.kind);
    let access = coverage.access.iter().map(|way| {
        let (name, credential) = (&way.name, way.credential.as_str());
        if *name == credential { format!("`{name}`") } else { format!("`{name}` (`{credential}`)") }
    });
    let _ = write!(
        out,
        "Written for {}.\n\nWays of authenticating, with the kind of credential: {}.\n\n",
        coverage.versions,
        list(access)
    );
    out.push_str("| card | indicators | tasks | posted actions | links |\n| --- | --- | --- | --- | --- |\n");
    for widget in merged(&connectors) {
        let title = words.message(Locale::En, zone, &widget.title);
        let actions = |is_link: bool| {
            let some = widget.actions.iter().filter(move |action| action.is_link == is_link);
            list(some.map(|action| format!("`{}`", action.id)))
        };
        let _ = writeln!(
            out,
            "| {title} (`{}`) | {} | {} | {} | {} |",
            widget.id,
            list(widget.indicators.iter().map(|key| format!("`{key}`"))),
            list(widget.tasks.iter().map(|kind| match widget.delegable.contains(kind) {
                true => format!("{} (delegable)", kind.as_str()),
                false => kind.as_str().to_owned(),
            })),
            actions(false),
            actions(true),
        );
    }
    out.push_str("\nExercised against:\n\n");
    for evidence in &coverage.evidence {
        let (kind, test) = (words_for(evidence.kind), &evidence.test);
        let _ = writeln!(out, "- {kind}: {} ([test](../{test}))", evidence.what);
    }
    out
}

fn document() -> String {
    let mut out = String::from(
        "# Connectors\n\n\
         Written from what the connectors say of themselves by `cargo test -p pleiade-connectors --all-features --test document`; with `UPDATE=1` in \
         the environment the test writes this file anew. The README of each kind (`pleiade-connectors/src/<kind>/README.md`) tells the rest.\n",
    );
    for application in simulated_in_order() {
        out.push_str(&section(&application));
    }
    out
}

#[test]
fn the_document_is_what_the_descriptors_say() {
    let path = root().join("docs/connectors.md");
    let document = document();
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, &document).unwrap();
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(written == document, "docs/connectors.md is not up to date: run this test with UPDATE=1");
}

/// What is claimed has a test; a claim of an independent client or of a real server has one among those that servers and clients are
/// installed for.
#[test]
fn each_claim_names_a_test_that_exists() {
    for application in simulated() {
        for connector in all(&application) {
            let coverage = &connector.descriptor().coverage;
            let kind = application.kind;
            assert!(!coverage.application.is_empty() && !coverage.versions.is_empty(), "{kind} says nothing");
            assert!(coverage.has(EvidenceKind::Simulator), "{kind} is run by the conformance suite");
            assert!(
                coverage.evidence.is_sorted_by_key(|evidence| evidence.kind),
                "{kind}: the strongest evidence comes first"
            );
            for evidence in &coverage.evidence {
                assert!(root().join(&*evidence.test).is_file(), "{kind}: there is no {}", evidence.test);
                let is_real =
                    matches!(evidence.kind, EvidenceKind::RealServer | EvidenceKind::IndependentClient);
                assert_eq!(is_real, evidence.test.contains("/tests/real/"), "{kind}: {}", evidence.test);
            }
            for credential in &*connector.descriptor().credentials {
                let known = coverage.access.iter().any(|way| way.credential == *credential);
                assert!(known, "{kind} does not name a way by `{}`", credential.as_str());
            }
        }
    }
}

/// Nothing is declared that nobody would ever be shown: the simulators have each task and each action for somebody.
#[tokio::test(start_paused = true)]
async fn what_is_declared_is_shown_to_somebody() {
    let mut unseen = Vec::new();
    for application in simulated() {
        let mut tasks: BTreeSet<(String, TaskKind)> = BTreeSet::new();
        let mut actions: Vec<(String, ActionDescriptor)> = Vec::new();
        for setup in &application.setups {
            let clock = Arc::new(TestClock::default());
            let server = (application.make)(clock.clone());
            let transport = Arc::new(RouterTransport::new(server.router()));
            let connector = build(application.kind, setup, transport);
            // An application knows people by their login or by their mail address.
            let known: Vec<_> = PEOPLE
                .iter()
                .flat_map(|person| [person.login.to_owned(), person.mail()].map(|login| (person, login)))
                .collect();
            for (person, login) in known {
                let credential = match setup.credential {
                    Some(give) => give(&login, 0),
                    None => Credential::ActingLogin { login },
                };
                let mut cx =
                    person.context_with(Arc::new(FixedCredentials::always(credential)), clock.clone());
                // Some lines and actions are for groups that the settings name.
                let mut actor = (*cx.actor).clone();
                actor.acting.groups.extend(setup.groups.iter().map(|group| (*group).to_owned()));
                cx.actor = Arc::new(actor);
                for widget in connector.widgets() {
                    let Ok(content) = widget.load(&cx).await else { continue };
                    let id = widget.descriptor().id.to_string();
                    let asked = content.items.iter().filter_map(|item| item.task.as_ref());
                    tasks.extend(asked.map(|task| (id.clone(), task.kind)));
                    let offered = content.items.iter().flat_map(|item| &item.actions).chain(&content.actions);
                    for action in offered {
                        let mut declared = widget.descriptor().actions.iter();
                        let found = declared.find(|declared| declared.describes(action));
                        actions.extend(found.map(|found| (id.clone(), found.clone())));
                    }
                }
            }
        }
        for widget in merged(&all(&application)) {
            let (kind, id) = (application.kind, widget.id.to_string());
            for task in widget.tasks {
                if !tasks.contains(&(id.clone(), task)) {
                    unseen.push(format!("{kind}: {id} has no task to {} for anybody", task.as_str()));
                }
            }
            for action in widget.actions {
                if !actions.contains(&(id.clone(), action.clone())) {
                    unseen.push(format!("{kind}: {id} offers {} to nobody", action.id));
                }
            }
        }
    }
    assert!(unseen.is_empty(), "{unseen:#?}");
}
