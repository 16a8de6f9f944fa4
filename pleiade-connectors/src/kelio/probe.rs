//! What `check` finds: the counters that there are, and the codes of requests, of which Kelio publishes none.

use super::{
    client::{Client, Family},
    config::RequestState,
    sessions::Shared,
    wire::Request,
};
use crate::kit::soap::listed;
use chrono::{DateTime, Days, Utc};
use pleiade_core::{ConnectorError, connector::Health};
use std::collections::BTreeMap;

/// Days before today and after in which requests are looked for.
const DAYS: u64 = 400;

pub(super) async fn probe(shared: &Shared, now: DateTime<Utc>) -> Result<Health, ConnectorError> {
    let client = shared.client();
    let leave = client.counters(now, Family::Leave).await?;
    let hours = client.counters(now, Family::Hours).await?;
    let names =
        |list: &[super::wire::Counter]| listed(list.iter().map(|counter| counter.abbreviation.as_str()));
    let health = Health::new(None)
        .with_finding(format!("leave counters: {}", names(&leave)))
        .with_finding(format!("hours counters: {}", names(&hours)));
    let states = &shared.rules().states;
    if shared.config().calibration.is_empty() {
        let is_mapped = states.values().any(|state| *state == RequestState::Pending);
        return Ok(match is_mapped {
            true => health,
            false => health.with_finding("the cards of requests are off: name people in `calibration` to list the codes of their requests, then write `request_states`"),
        });
    }
    let mut health = health;
    let mut codes: BTreeMap<i64, usize> = BTreeMap::new();
    for number in &shared.config().calibration {
        // A person whom it does not know and a call that it does not take are answered alike.
        if client.employees(now, number.trim()).await?.items.is_empty() {
            health = health.with_finding("Kelio knows nobody by a number of `calibration`: correct it, or, where it is right, the desk's account may not read `LightEmployeeService`");
        }
        for request in requests(client, number.trim(), now).await? {
            *codes.entry(request.state).or_default() += 1;
        }
    }
    let told = |(code, count): (&i64, &usize)| match states.get(code) {
        Some(state) => format!("{code} ({count}, {state:?})").to_lowercase(),
        None => format!("{code} ({count}, not in `request_states`)"),
    };
    let told: Vec<_> = codes.iter().map(told).collect();
    let told =
        if told.is_empty() { "none: these people have no request".to_owned() } else { told.join(", ") };
    Ok(health.with_finding(format!("codes of `requestState`: {told}")))
}

/// The requests of a person, and those on which they decide: of these people alone.
async fn requests(client: &Client, number: &str, now: DateTime<Utc>) -> Result<Vec<Request>, ConnectorError> {
    let today = now.date_naive();
    let period = (
        today.checked_sub_days(Days::new(DAYS)).unwrap_or(today),
        today.checked_add_days(Days::new(DAYS)).unwrap_or(today),
    );
    let mut found = client.requests(now, number, period).await?;
    found.extend(client.decisions(now, number, None, period).await?);
    Ok(found.items)
}
