//! The cards of Astre: which codes of the contract they show.

use super::config::{AstreConfig, WidgetKind};
use crate::exchange::profile::{Card, Figure, List};
use pleiade_core::{IndicatorKey, Severity, TaskKind, WidgetId};
use std::time::Duration;

const fn key(name: &'static str) -> IndicatorKey {
    IndicatorKey::from_static(name)
}

/// Balances change once a night.
const BALANCES_FRESH_FOR: Duration = Duration::from_secs(900);

pub(super) fn card(kind: WidgetKind, config: &AstreConfig) -> Card {
    match kind {
        WidgetKind::Approvals => approvals(config.payment_days),
        WidgetKind::Budget => budget(),
        WidgetKind::People => people(config),
    }
}

/// What the person approves by their function, which whoever stands in for them does too.
fn approvals(payment_days: u16) -> Card {
    let invoices = List::tasks("factures_a_viser", TaskKind::Approve)
        .counted(key("factures_a_viser"), "astre-invoices")
        .counted_late(key("factures_retard"), "astre-late-invoices");
    let lists = [
        List::tasks("engagements_a_valider", TaskKind::Approve)
            .counted(key("engagements_a_valider"), "astre-commitments"),
        List::tasks("bc_a_viser", TaskKind::Approve).counted(key("bc_a_viser"), "astre-orders"),
        invoices.due_after_days(payment_days),
    ];
    Card::new(WidgetId::from_static("approvals"), "astre-approvals", "astre-approvals-empty")
        .with_lists(lists.map(List::delegable))
        .with_figures([Figure::count("mandats_rejetes", key("mandats_rejetes"), "astre-rejected")
            .urgent(Severity::Alert)])
}

fn budget() -> Card {
    Card::new(WidgetId::from_static("budget"), "astre-budget", "astre-budget-empty").with_figures([
        Figure::amount("budget_consomme", key("budget_consomme"), "astre-consumed").urgent(Severity::Warning),
        Figure::amount("credits_disponibles", key("credits_disponibles"), "astre-credits")
            .urgent(Severity::Alert),
    ])
}

/// Requests for leave are approved by whoever Astre names: the kind of somebody's absence is nobody else's to see.
fn people(config: &AstreConfig) -> Card {
    let balance = |code: &IndicatorKey| Figure::labelled(code.as_str().to_owned(), code.clone());
    Card::new(WidgetId::from_static("people"), "astre-people", "astre-people-empty")
        .with_lists([
            List::tasks("absences_a_valider", TaskKind::Approve)
                .counted(key("absences_a_valider"), "astre-absences"),
            List::lines("mes_demandes").counted(key("demandes_en_attente"), "astre-requests"),
        ])
        .with_figures(config.balances.iter().map(balance))
        .fresh_for(BALANCES_FRESH_FOR)
}
