//! The sample people's finance and leave.

use crate::{
    exchange::{Exchange, Handed, element, figure},
    people::{ADMINISTRATOR, BERNARD, CAMILLE, KARIM, SINEAD},
};
use chrono::{Datelike as _, Days, NaiveDate};
use chrono_tz::Europe::Paris;
use pleiade_core::Clock;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// A simulated Astre, dated from the clock's present.
#[must_use]
pub fn application(clock: &dyn Clock) -> Exchange {
    let today = clock.now().with_timezone(&Paris).date_naive();
    let people = [
        (CAMILLE.login, service(today, 1)),
        (BERNARD.login, deputy(today)),
        (SINEAD.login, service(today, 2)),
        (ADMINISTRATOR.login, leave(12.5, 6.0)),
        (KARIM.login, accounting(today)),
    ];
    let people =
        people.into_iter().map(|(login, handed)| (login.to_owned(), handed)).collect::<BTreeMap<_, _>>();
    Exchange::new("AGF", clock, people, &[CAMILLE.login, BERNARD.login], more)
}

fn ago(today: NaiveDate, days: u64) -> NaiveDate {
    today.checked_sub_days(Days::new(days)).unwrap_or(today)
}

fn in_days(today: NaiveDate, days: u64) -> NaiveDate {
    today.checked_add_days(Days::new(days)).unwrap_or(today)
}

fn paid(mut row: Map<String, Value>, amount: f64, due: Option<NaiveDate>) -> Value {
    row.insert("montant".to_owned(), json!(amount));
    row.insert("devise".to_owned(), json!("EUR"));
    if let Some(due) = due {
        row.insert("echeance".to_owned(), json!(due.to_string()));
    }
    Value::Object(row)
}

fn leave(days: f64, rtt: f64) -> Handed {
    let figures = vec![
        figure("solde_ca", "Congés annuels", days, "jours"),
        figure("solde_rtt", "RTT", rtt, "jours"),
        figure("solde_cet", "Compte épargne-temps", 14, "jours"),
    ];
    Handed { tables: [Vec::new(), figures, Vec::new()] }
}

/// Somebody who runs a service: orders and invoices, a budget, a team.
fn service(today: NaiveDate, number: usize) -> Handed {
    let year = today.year();
    let order = |n: usize, title, subtitle, days, amount, due| {
        let id = format!("{year}-{:06}", 1893 + 100 * number + n);
        paid(
            element("bc_a_viser", &id, title, subtitle, "A_VISER", ago(today, days)),
            amount,
            Some(in_days(today, due)),
        )
    };
    let invoice = |n: usize, title, subtitle, days, amount| {
        let id = format!("{year}-F{:05}", 412 + 100 * number + n);
        paid(element("factures_a_viser", &id, title, subtitle, "A_VISER", ago(today, days)), amount, None)
    };
    let mut handed = leave(18.5, 4.25);
    let [elements, figures, _] = &mut handed.tables;
    elements.extend([
        order(1, "Garage central", "Révision des véhicules du service", 4, 1870.40, 3),
        order(2, "Papeterie du Parc", "Fournitures de bureau", 2, 214.90, 6),
        invoice(1, "Cartographie de l’Ouest", "Mise à jour du plan local d’urbanisme", 36, 9_640.00),
        invoice(2, "Électricité des Fées", "Locaux du service, octobre", 12, 1_032.18),
    ]);
    let commitment = element(
        "engagements_a_valider",
        &format!("{year}-E{number:04}"),
        "Étude de circulation",
        "Marché 2026-07, lot 2",
        "A_VALIDER",
        ago(today, 1),
    );
    elements.push(paid(commitment, 24_000.00, None));
    elements.push(Value::Object(element(
        "mes_demandes",
        &format!("88{number:02}"),
        "Congés annuels",
        "",
        "EN_ATTENTE",
        in_days(today, 20),
    )));
    elements.push(Value::Object(element(
        "mes_demandes",
        &format!("87{number:02}"),
        "RTT",
        "",
        "VALIDEE",
        in_days(today, 6),
    )));
    figures.extend([
        figure("budget_consomme", "Budget consommé", 152.4 - 40.0 * number as f64, "pourcent"),
        figure("credits_disponibles", "Crédits disponibles TTC", 9_216.35 * number as f64, "EUR"),
        figure("mandats_rejetes", "Mandats rejetés", number - 1, "nombre"),
    ]);
    handed
}

/// The accounting office: everybody's invoices, and the leave of its team.
fn accounting(today: NaiveDate) -> Handed {
    let mut handed = service(today, 3);
    let [elements, figures, _] = &mut handed.tables;
    let absence = element(
        "absences_a_valider",
        "90112",
        "Roux Léa",
        "Congés annuels, 2 jours",
        "A_VALIDER",
        ago(today, 1),
    );
    elements.push(Value::Object(absence));
    let late = element(
        "factures_a_viser",
        &format!("{}-F00777", today.year()),
        "Syndicat des eaux",
        "Consommation du siège",
        "A_VISER",
        ago(today, 41),
    );
    elements.push(paid(late, 612.77, None));
    figures.retain(|figure| figure.get("code") != Some(&json!("mandats_rejetes")));
    figures.push(figure("mandats_rejetes", "Mandats rejetés", 2, "nombre"));
    handed
}

/// An elected official who signs what services commit.
fn deputy(today: NaiveDate) -> Handed {
    let commitment = |n: u32, title, subtitle, days, amount| {
        let id = format!("{}-E{n:04}", today.year());
        paid(
            element("engagements_a_valider", &id, title, subtitle, "A_VALIDER", ago(today, days)),
            amount,
            None,
        )
    };
    let elements = vec![
        commitment(71, "Toiture de l’école Jean-Macé", "Marché 2026-11", 3, 148_200.00),
        commitment(72, "Subvention au comité des fêtes", "Convention annuelle", 1, 4_500.00),
    ];
    let figures = vec![
        figure("budget_consomme", "Budget consommé", 64.1, "pourcent"),
        figure("solde_ca", "Congés annuels", 0, "jours"),
    ];
    Handed { tables: [elements, figures, Vec::new()] }
}

fn more(n: usize, today: NaiveDate) -> Handed {
    let row = |list: &str, status| {
        let id = format!("{}-M{n:06}", today.year());
        paid(
            element(list, &id, &format!("Fournisseur {n}"), "Commande", status, today),
            100.0,
            Some(in_days(today, 9)),
        )
    };
    let elements = vec![
        row("bc_a_viser", "A_VISER"),
        row("factures_a_viser", "A_VISER"),
        row("engagements_a_valider", "A_VALIDER"),
        row("absences_a_valider", "A_VALIDER"),
    ];
    Handed { tables: [elements, Vec::new(), Vec::new()] }
}
