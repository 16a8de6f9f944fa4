//! Time and attendance by files and by a SQLite file: the checks of the conformance suite that need no network, and whose absences are whose.
#![cfg(feature = "gta")]
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test says what is wrong by failing")]

#[path = "../exchange/stores.rs"]
mod stores;

use pleiade_connectors::{kind::Network, registry::read_settings};
use pleiade_core::{Amount, Clock, Connector, ConnectorId, Credential, Severity, WidgetContent};
use pleiade_testkit::{
    FixedCredentials, NeverAnswers, TestClock,
    exchange::Exchange,
    gta,
    people::{BERNARD, CAMILLE, SamplePerson},
};
use serde_json::{Value, json};
use std::sync::Arc;

fn make(clock: &dyn Clock) -> Exchange {
    gta::application(clock)
}

fn settings(source: &Value) -> Value {
    let widgets = ["balances", "requests", "approvals", "clockings"];
    json!({ "home": "https://temps.ville.example/", "source": source, "widgets": widgets })
}

fn connector(settings: Value) -> Arc<dyn Connector> {
    let settings = read_settings("gta", settings).unwrap().unwrap();
    settings.build_with(ConnectorId::new("gta").unwrap(), Network::new(Arc::new(NeverAnswers))).unwrap()
}

#[test]
fn files_and_sqlite_pass_the_checks_that_need_no_network() {
    stores::conforms("gta", make, settings, connector);
}

/// The cards of somebody, by SQLite.
async fn cards(person: &SamplePerson, stands_in: bool) -> Vec<WidgetContent> {
    let clock = Arc::new(TestClock::default());
    let store = stores::Store::sqlite(make(clock.as_ref()));
    let connector = connector(settings(&store.source()));
    let credentials = FixedCredentials::always(Credential::Technical { key: Some(person.login.to_owned()) });
    let mut cx = person.context_with(Arc::new(credentials), clock);
    if stands_in {
        cx = cx.standing_in();
    }
    let mut cards = Vec::new();
    for widget in connector.widgets() {
        cards.push(widget.load(&cx).await.unwrap());
    }
    cards
}

#[tokio::test]
async fn somebody_sees_their_balances_requests_and_clockings() {
    let cards = cards(&CAMILLE, false).await;
    let amounts: Vec<Amount> = cards[0].indicators.iter().map(|indicator| indicator.amount).collect();
    let days = |hundredths| Amount::Days { hundredths };
    assert_eq!(amounts, [Amount::HoursBalance { minutes: 205 }, days(1850), days(425)]);
    assert_eq!(cards[1].indicators[0].amount, Amount::count(1), "requests that nobody has decided");
    assert_eq!(cards[1].items.len(), 2, "a request and the absence that it became are one");
    assert_eq!(cards[2].indicators[0].amount, Amount::count(2));
    assert_eq!(cards[2].indicators[1].amount, Amount::count(5), "the team is a number, and nobody's absence");
    assert_eq!(cards[3].items.len(), 3);
}

#[tokio::test]
async fn hours_that_are_owed_are_to_be_watched() {
    let cards = cards(&BERNARD, false).await;
    let hours = &cards[0].indicators[0];
    assert_eq!((hours.amount, hours.severity), (Amount::HoursBalance { minutes: -40 }, Severity::Warning));
    assert_eq!(cards[3].indicators[0].amount, Amount::count(1));
}

#[tokio::test]
async fn whoever_stands_in_sees_nobodys_absence() {
    for card in cards(&CAMILLE, true).await {
        assert!(card.items.is_empty() && card.indicators.is_empty(), "{card:?}");
    }
}
