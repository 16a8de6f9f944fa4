//! The cards of time and attendance: which codes of the contract they show.
//!
//! The kind of an absence may tell of somebody's health: a row is shown to the person in whose name it is handed over and to nobody else, also
//! not to whoever stands in for them. Products name the delegates of a validator themselves, each in rows of their own.

use super::config::{GtaConfig, WidgetKind};
use crate::exchange::profile::{Card, Figure, List};
use pleiade_core::{IndicatorKey, Severity, TaskKind, WidgetId};
use std::time::Duration;

const fn key(name: &'static str) -> IndicatorKey {
    IndicatorKey::from_static(name)
}

/// Products are asked for balances no more often than that.
const BALANCES_FRESH_FOR: Duration = Duration::from_secs(900);
/// And for clockings no more often than that.
const CLOCKINGS_FRESH_FOR: Duration = Duration::from_secs(300);

pub(super) fn card(kind: WidgetKind, config: &GtaConfig) -> Card {
    match kind {
        WidgetKind::Balances => balances(config),
        WidgetKind::Requests => {
            Card::new(WidgetId::from_static("requests"), "gta-requests-title", "gta-requests-empty")
                .with_lists([
                    List::lines("mes_demandes").counted(key("demandes_en_attente"), "gta-requests"),
                    List::lines("absences"),
                ])
        }
        WidgetKind::Approvals => {
            Card::new(WidgetId::from_static("approvals"), "gta-approvals-title", "gta-approvals-empty")
                .with_lists([
                    List::tasks("a_valider", TaskKind::Approve).counted(key("a_valider"), "gta-approvals")
                ])
                .with_figures([Figure::count("presents_equipe", key("presents_equipe"), "gta-present")])
        }
        WidgetKind::Clockings => {
            Card::new(WidgetId::from_static("clockings"), "gta-clockings", "gta-clockings-empty")
                .with_clockings("gta-came-in", "gta-went-out")
                .with_figures([
                    Figure::count("anomalies", key("anomalies"), "gta-anomalies").urgent(Severity::Warning)
                ])
                .fresh_for(CLOCKINGS_FRESH_FOR)
        }
    }
}

fn balances(config: &GtaConfig) -> Card {
    let balance = |code: &IndicatorKey| Figure::labelled(code.as_str().to_owned(), code.clone());
    Card::new(WidgetId::from_static("balances"), "gta-balances", "gta-balances-empty")
        .with_figures([
            Figure::amount("solde_heures", key("solde_heures"), "gta-hours").urgent(Severity::Warning)
        ])
        .with_figures(config.balances.iter().map(balance))
        .fresh_for(BALANCES_FRESH_FOR)
}
