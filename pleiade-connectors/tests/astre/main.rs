//! Astre by files and by a SQLite file: the checks of the conformance suite that need no network, and the cards in words.
#![cfg(feature = "astre")]
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test says what is wrong by failing")]

#[path = "../exchange/stores.rs"]
mod stores;

use pleiade_connectors::{kind::Network, registry::read_settings, text::Catalogue};
use pleiade_core::{
    Amount, Clock, Connector, ConnectorId, Credential, Locale, Severity, TaskKind, WidgetContent,
};
use pleiade_testkit::{
    FixedCredentials, NeverAnswers, TestClock, astre,
    exchange::Exchange,
    people::{BERNARD, CAMILLE, SamplePerson},
};
use serde_json::{Value, json};
use std::sync::Arc;

fn make(clock: &dyn Clock) -> Exchange {
    astre::application(clock)
}

fn settings(source: &Value) -> Value {
    json!({ "home": "https://astre.ville.example/", "source": source, "widgets": ["approvals", "budget", "people"] })
}

fn connector(settings: Value) -> Arc<dyn Connector> {
    let settings = read_settings("astre", settings).unwrap().unwrap();
    settings.build_with(ConnectorId::new("astre").unwrap(), Network::new(Arc::new(NeverAnswers))).unwrap()
}

#[test]
fn files_and_sqlite_pass_the_checks_that_need_no_network() {
    stores::conforms("astre", make, settings, connector);
}

/// The cards of somebody, by files.
async fn cards(person: &SamplePerson) -> Vec<WidgetContent> {
    let clock = Arc::new(TestClock::default());
    let store = stores::Store::files(make(clock.as_ref()), clock.as_ref());
    let connector = connector(settings(&store.source()));
    let key = Some(person.login.to_owned());
    let credentials = FixedCredentials::always(Credential::Technical { key });
    let cx = person.context_with(Arc::new(credentials), clock);
    let mut cards = Vec::new();
    for widget in connector.widgets() {
        cards.push(widget.load(&cx).await.unwrap());
    }
    cards
}

fn amount(content: &WidgetContent, key: &str) -> Option<Amount> {
    content
        .indicators
        .iter()
        .find(|indicator| indicator.key.as_str() == key)
        .map(|indicator| indicator.amount)
}

#[tokio::test]
async fn somebody_sees_what_waits_for_their_visa_and_what_is_late() {
    let cards = cards(&CAMILLE).await;
    let approvals = &cards[0];
    for (key, count) in [
        ("engagements_a_valider", 1),
        ("bc_a_viser", 2),
        ("factures_a_viser", 2),
        ("factures_retard", 1),
        ("mandats_rejetes", 0),
    ] {
        assert_eq!(amount(approvals, key), Some(Amount::count(count)), "{key}");
    }
    assert_eq!(approvals.items.len(), 5);
    assert!(approvals.items.iter().all(|item| {
        item.task.as_ref().is_some_and(|task| task.kind == TaskKind::Approve && task.may_be_delegated())
    }));
    let first = format!("{:?}", approvals.items[0].title);
    assert!(first.contains("Cartographie"), "the late invoice comes first: {first}");
    let words = Catalogue::builder().build();
    let detail =
        words.text(Locale::Fr, chrono_tz::Europe::Paris, approvals.items[0].detail.as_ref().unwrap());
    assert_eq!(detail, "Mise à jour du plan local d’urbanisme · 9\u{202f}640,00\u{a0}€");
    assert_eq!(amount(&cards[2], "solde_ca"), Some(Amount::Days { hundredths: 1850 }));
    assert_eq!(amount(&cards[2], "demandes_en_attente"), Some(Amount::count(1)));
}

#[tokio::test]
async fn a_budget_that_was_exceeded_is_a_share_above_a_hundred() {
    let cards = cards(&CAMILLE).await;
    let budget = &cards[1].indicators[0];
    let Amount::Percent(share) = budget.amount else { panic!("{budget:?}") };
    assert!((share - 112.4).abs() < 1e-9 && budget.severity == Severity::Warning, "{budget:?}");
    assert!(matches!(
        amount(&cards[1], "credits_disponibles"),
        Some(Amount::Money { hundredths: 921_635, .. })
    ));
}

#[tokio::test]
async fn whoever_stands_in_sees_finance_and_no_leave() {
    let clock = Arc::new(TestClock::default());
    let store = stores::Store::sqlite(make(clock.as_ref()));
    let connector = connector(settings(&store.source()));
    let credentials = FixedCredentials::always(Credential::Technical { key: Some(BERNARD.login.to_owned()) });
    let cx = BERNARD.context_with(Arc::new(credentials), clock).standing_in();
    let approvals = connector.widgets()[0].load(&cx).await.unwrap();
    assert_eq!((approvals.items.len(), approvals.indicators.len()), (2, 0));
    let people = connector.widgets()[2].load(&cx).await.unwrap();
    assert!(people.items.is_empty() && people.indicators.is_empty());
}

#[test]
fn mistakes_of_settings_are_told_at_their_key() {
    let files = json!({ "files": { "folder": "/srv/depots/agf" } });
    for (key, value) in [
        ("payment_days", json!(0)),
        ("widgets", json!([])),
        ("widgets", json!(["budget", "budget"])),
        ("balances", json!(["solde_ca", "solde_ca"])),
        ("home", json!("https://astre.ville.example/?x=1")),
        ("source", json!({ "files": { "folder": "depots/agf" } })),
        ("source", json!({ "postgresql": { "host": "db", "database": "x", "user": "x", "password": "x" } })),
    ] {
        let mut settings = settings(&files);
        settings[key] = value;
        let read = read_settings("astre", settings).unwrap().unwrap();
        let error = read.build_with(ConnectorId::new("astre").unwrap(), Network::new(Arc::new(NeverAnswers)));
        let hint = error.err().unwrap().hint().unwrap().to_owned();
        assert!(hint.contains(key) || key == "source" && hint.contains("`folder`"), "{key}: {hint}");
    }
}
