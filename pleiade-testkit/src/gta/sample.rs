//! The sample people's leave, hours and clockings.

use crate::{
    exchange::{Exchange, Handed, element, figure},
    people::{ADMINISTRATOR, BERNARD, CAMILLE, KARIM, PEOPLE, SINEAD},
};
use chrono::{Days, NaiveDate};
use chrono_tz::Europe::Paris;
use pleiade_core::Clock;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// A simulated product, dated from the clock's present.
#[must_use]
pub fn application(clock: &dyn Clock) -> Exchange {
    let today = clock.now().with_timezone(&Paris).date_naive();
    let people = PEOPLE.iter().map(|person| {
        let handed = match person.login {
            login if login == CAMILLE.login => agent(today, 205, 18.5, 2),
            login if login == BERNARD.login => agent(today, -40, 7.0, 0),
            login if login == SINEAD.login => agent(today, 95, 11.25, 1),
            login if login == ADMINISTRATOR.login => agent(today, 12, 25.0, 3),
            login if login == KARIM.login => agent(today, 130, 14.5, 1),
            _ => Handed::default(),
        };
        (person.login.to_owned(), handed)
    });
    Exchange::new("GTA", clock, people.collect::<BTreeMap<_, _>>(), &[CAMILLE.login, BERNARD.login], more)
}

fn in_days(today: NaiveDate, days: u64) -> NaiveDate {
    today.checked_add_days(Days::new(days)).unwrap_or(today)
}

/// An absence of some days, from the morning of the first to the evening of the last unless it is a half.
fn absence(
    list: &str,
    id: &str,
    titles: [&str; 2],
    status: &str,
    [first, last]: [NaiveDate; 2],
    days: f64,
) -> Value {
    let [title, subtitle] = titles;
    let mut row = element(list, id, title, subtitle, status, first);
    row.insert("date_fin".to_owned(), json!(last.to_string()));
    row.insert("debut_matin".to_owned(), json!(true));
    row.insert("fin_apres_midi".to_owned(), json!(days.fract() == 0.0));
    row.insert("duree".to_owned(), json!(days));
    row.insert("unite".to_owned(), json!("jours"));
    Value::Object(row)
}

fn agent(today: NaiveDate, minutes: i64, days: f64, team: usize) -> Handed {
    let mut elements = vec![
        absence(
            "mes_demandes",
            "8812",
            ["Congés annuels", ""],
            "EN_ATTENTE",
            [in_days(today, 20), in_days(today, 24)],
            4.5,
        ),
        absence("mes_demandes", "8790", ["RTT", ""], "VALIDEE", [in_days(today, 6), in_days(today, 6)], 1.0),
        // The same, as the absence that it became.
        absence("absences", "A-311", ["RTT", ""], "VALIDE", [in_days(today, 6), in_days(today, 6)], 1.0),
    ];
    let waiting = [
        ("Martin Paul", "Congés annuels", 8),
        ("Nguyen Yann", "Récupération", 3),
        ("Benali Tarik", "RTT", 15),
    ];
    for (n, (who, kind, ahead)) in waiting.into_iter().take(team).enumerate() {
        let id = format!("89{n:02}");
        let span = [in_days(today, ahead), in_days(today, ahead + 1)];
        elements.push(absence("a_valider", &id, [who, kind], "A_VALIDER", span, 2.0));
    }
    let mut figures = vec![
        figure("solde_heures", "Crédit d’heures", minutes, "minutes"),
        figure("solde_ca", "Congés annuels restants", days, "jours"),
        figure("solde_rtt", "RTT restants", 4.25, "jours"),
        figure("anomalies", "Anomalies", u8::from(minutes < 0), "nombre"),
    ];
    if team > 0 {
        figures.push(figure("presents_equipe", "Présents", 2 * team + 1, "nombre"));
    }
    let clocking = |time: &str, way: &str| json!({ "date": today.to_string(), "heure": time, "sens": way });
    let clockings = vec![
        clocking("08:31", "E"),
        clocking(if team > 0 { "12:04" } else { "12:30" }, "S"),
        clocking("13:02", "E"),
    ];
    Handed { tables: [elements, figures, clockings] }
}

fn more(n: usize, today: NaiveDate) -> Handed {
    let span = [in_days(today, n as u64), in_days(today, n as u64 + 1)];
    let row = |list: &str, status| {
        absence(list, &format!("M{n:06}"), [&format!("Agent {n}"), "Congés annuels"], status, span, 2.0)
    };
    let elements = vec![row("mes_demandes", "EN_ATTENTE"), row("a_valider", "A_VALIDER")];
    Handed { tables: [elements, Vec::new(), Vec::new()] }
}
