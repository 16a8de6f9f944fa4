//! What the platform hands over by the exchange contract, of finance and of human resources. See [`exchange`](crate::exchange).

use crate::exchange::{Exchange, Handed, element, figure};
use chrono::{Days, NaiveDate};
use chrono_tz::Europe::Paris;
use pleiade_core::Clock;
use serde_json::{Value, json};
use std::collections::BTreeMap;

fn ago(today: NaiveDate, days: u64) -> NaiveDate {
    today.checked_sub_days(Days::new(days)).unwrap_or(today)
}

fn row(
    list: &str,
    id: &str,
    title: &str,
    subtitle: &str,
    status: &str,
    date: NaiveDate,
    amount: Option<f64>,
) -> Value {
    let mut row = element(list, id, title, subtitle, status, date);
    if let Some(amount) = amount {
        row.insert("montant".to_owned(), json!(amount));
        row.insert("devise".to_owned(), json!("EUR"));
    }
    Value::Object(row)
}

/// The exports, dated from the clock's present.
pub(super) fn exports(clock: &dyn Clock) -> Exchange {
    let today = clock.now().with_timezone(&Paris).date_naive();
    let deputy = Handed {
        tables: [
            vec![
                row(
                    "bc_a_viser",
                    "2026-26-00318",
                    "Papeterie du Parc",
                    "Fournitures scolaires",
                    "A_VISER",
                    ago(today, 3),
                    Some(1234.50),
                ),
                row(
                    "factures_a_viser",
                    "F-2026-1187",
                    "Électricité de l’Ouest",
                    "Écoles, octobre",
                    "A_VISER",
                    ago(today, 12),
                    Some(3412.08),
                ),
                row(
                    "absences_a_valider",
                    "88121",
                    "MARTIN Paul",
                    "CA, 4 jours",
                    "A_VALIDER",
                    ago(today, 2),
                    None,
                ),
            ],
            vec![
                figure("credits_disponibles", "Crédits disponibles", 18_432.70, "EUR"),
                figure("solde_ca", "Congés annuels", 18.5, "jours"),
            ],
            Vec::new(),
        ],
    };
    let clerk = Handed {
        tables: [
            vec![
                row(
                    "bc_en_cours",
                    "2026-26-00301",
                    "Imprimerie du Lac",
                    "Bulletin municipal",
                    "EN_COURS",
                    ago(today, 9),
                    Some(1980.0),
                ),
                row("mes_demandes", "9001", "Congés annuels", "", "EN_ATTENTE", today, None),
                row(
                    "entretien_a_faire",
                    "E12",
                    "Entretien professionnel",
                    "Secrétariat",
                    "EN_ATTENTE",
                    ago(today, 20),
                    None,
                ),
            ],
            vec![figure("solde_ca", "Congés annuels", 9.25, "jours"), figure("solde_rtt", "RTT", 4, "jours")],
            Vec::new(),
        ],
    };
    let head = Handed {
        tables: [
            vec![
                row(
                    "absences_a_valider",
                    "88140",
                    "PETIT Anne",
                    "CA, 2 jours",
                    "A_VALIDER",
                    ago(today, 1),
                    None,
                ),
                row(
                    "entretien_a_faire",
                    "E31",
                    "Entretien professionnel",
                    "Direction des finances",
                    "A_VALIDER",
                    ago(today, 20),
                    None,
                ),
            ],
            vec![figure("solde_ca", "Congés annuels", 21, "jours")],
            Vec::new(),
        ],
    };
    let people = [("blefevre", deputy), ("sobrien", clerk), ("hmarchand", head)]
        .map(|(login, handed)| (login.to_owned(), handed));
    Exchange::new("CNF", clock, BTreeMap::from(people), &["blefevre", "sobrien"], more)
}

fn more(n: usize, today: NaiveDate) -> Handed {
    let order = row(
        "bc_a_viser",
        &format!("M{n:05}"),
        "Fournitures du Bocage",
        "Fournitures",
        "A_VISER",
        today,
        Some(12.0),
    );
    let absence =
        row("absences_a_valider", &format!("A{n:05}"), "MARTIN Paul", "RTT", "A_VALIDER", today, None);
    Handed { tables: [vec![order, absence], Vec::new(), Vec::new()] }
}
