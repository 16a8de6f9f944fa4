//! What Ciril hands over where no web service is opened: finance (CNF) and human resources (CRH), by the exchange contract.

use super::{
    config::{CirilConfig, WidgetKind},
    coverage,
    links::Links,
};
use crate::{
    exchange::profile::{ACCEPTS, Card, Exchange, ExchangeConnector, Figure, List},
    kind::Network,
};
use pleiade_core::{
    ApplicationFamily, Connector, ConnectorDescriptor, ConnectorError, ConnectorId, ErrorKind, IndicatorKey,
    Severity, TaskKind, connector::Messages,
};
use std::{sync::Arc, time::Duration};

/// Exports are made once a night.
const FRESH_FOR: Duration = Duration::from_secs(900);

const fn key(name: &'static str) -> IndicatorKey {
    IndicatorKey::from_static(name)
}

/// The connector of a configuration whose `access` is `exchange`.
///
/// # Errors
/// [`BadConfiguration`](ErrorKind::BadConfiguration), whose hint names the key.
pub(super) fn build(
    id: ConnectorId,
    config: &CirilConfig,
    network: Network,
) -> Result<Arc<dyn Connector>, ConnectorError> {
    config.check()?;
    let source = config.source.clone().ok_or_else(|| {
        ConnectorError::new(ErrorKind::BadConfiguration, "read the configuration")
            .with_hint("`access = \"exchange\"` needs `[connectors.settings.source]`")
    })?;
    let descriptor = ConnectorDescriptor::new(
        "ciril",
        id,
        config.name.clone(),
        Links::new(config.public().clone()).home(),
        ACCEPTS,
        Messages::new(include_str!("locales/fr.ftl"), include_str!("locales/en.ftl")),
    )
    .with_look(ApplicationFamily::Business, "briefcase")
    .with_coverage(coverage::coverage());
    let mut exchange = Exchange::new(source, config.filter.clone());
    exchange.time_zone = Some(config.time_zone);
    let cards: Vec<Card> = config.offered().iter().filter_map(|kind| card(*kind)).collect();
    Ok(Arc::new(ExchangeConnector::new(descriptor, exchange, cards, network)?))
}

fn card(kind: WidgetKind) -> Option<Card> {
    match kind {
        WidgetKind::Finances => Some(finances()),
        WidgetKind::People => Some(people()),
        WidgetKind::Tasks | WidgetKind::Orders => None,
    }
}

/// What the person approves by their function, which whoever stands in for them does too.
fn finances() -> Card {
    let approve = |code, noun| List::tasks(code, TaskKind::Approve).counted(key(code), noun).delegable();
    Card::new(WidgetKind::Finances.id(), "ciril-finances", "ciril-finances-empty")
        .with_lists([
            approve("engagements_a_valider", "ciril-commitments"),
            approve("bc_a_viser", "ciril-orders-count"),
            approve("factures_a_viser", "ciril-invoices")
                .counted_late(key("factures_retard"), "ciril-late-invoices"),
            List::lines("bc_en_cours").counted(key("bc_en_cours"), "ciril-open-orders"),
        ])
        .with_figures([Figure::amount("credits_disponibles", key("credits_disponibles"), "ciril-credits")
            .urgent(Severity::Alert)])
        .fresh_for(FRESH_FOR)
}

/// An absence is approved by whoever Ciril names: its kind is nobody else's to see.
fn people() -> Card {
    let balances = ["solde_ca", "solde_rtt", "solde_cet"].map(|code| Figure::labelled(code, key(code)));
    Card::new(WidgetKind::People.id(), "ciril-people", "ciril-people-empty")
        .with_lists([
            List::tasks("absences_a_valider", TaskKind::Approve)
                .counted(key("absences_a_valider"), "ciril-absences"),
            List::tasks("entretien_a_faire", TaskKind::Do)
                .counted(key("entretien_a_faire"), "ciril-interviews"),
            List::lines("mes_demandes").counted(key("demandes_en_attente"), "ciril-requests"),
        ])
        .with_figures(balances)
        .fresh_for(FRESH_FOR)
}
