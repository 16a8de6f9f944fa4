//! Employees, their requests, counters and clockings.

use crate::simulator::HOSTILE_TEXTS;
use chrono::{DateTime, Days, NaiveDate, Utc};
use chrono_tz::Europe::Paris;

/// An employee.
#[derive(Debug, Clone)]
pub(super) struct Employee {
    pub(super) number: String,
    pub(super) key: i64,
    pub(super) surname: String,
    pub(super) first_name: String,
    /// What remains of each counter, by its key, as Kelio writes it.
    pub(super) totals: Vec<(i64, &'static str)>,
    pub(super) clockings: Vec<Clocking>,
}

/// A clocking.
#[derive(Debug, Clone)]
pub(super) struct Clocking {
    pub(super) key: i64,
    pub(super) day: NaiveDate,
    pub(super) time: String,
    pub(super) direction: i64,
}

/// A request of leave.
#[derive(Debug, Clone)]
pub(super) struct Request {
    pub(super) key: i64,
    pub(super) person: String,
    pub(super) state: i64,
    pub(super) kind: (String, String),
    pub(super) first: NaiveDate,
    pub(super) last: NaiveDate,
    pub(super) from_noon: bool,
    pub(super) until_noon: bool,
    pub(super) days: String,
    pub(super) made: NaiveDate,
    pub(super) validators: Vec<String>,
    pub(super) comment: String,
}

/// Everything that is kept.
#[derive(Debug, Clone)]
pub(super) struct Records {
    pub(super) employees: Vec<Employee>,
    pub(super) requests: Vec<Request>,
}

/// Counters of leave, and of hours: their keys, abbreviations and descriptions.
pub(super) const LEAVE: [(i64, &str, &str); 3] = [
    (11, "CA", "Congés annuels"),
    (12, "RTT", "Réduction du temps de travail"),
    (13, "CET", "Compte épargne-temps"),
];
pub(super) const HOURS: [(i64, &str, &str); 1] = [(-5, "CD", "Crédit débit")];

impl Records {
    pub(super) fn sample(now: DateTime<Utc>) -> Self {
        let today = now.with_timezone(&Paris).date_naive();
        let employee = |number: &str,
                        key,
                        surname: &str,
                        first_name: &str,
                        totals: &[(i64, &'static str)],
                        times: &[(&str, i64)]| Employee {
            number: number.to_owned(),
            key,
            surname: surname.to_owned(),
            first_name: first_name.to_owned(),
            totals: totals.to_vec(),
            clockings: times
                .iter()
                .zip(key * 100..)
                .map(|((time, direction), key)| clocking(key, today, time, *direction))
                .collect(),
        };
        let employees = vec![
            employee(
                "000970",
                970,
                "O’BRIEN",
                "Sinéad",
                &[(11, "18.5"), (12, "6.0"), (-5, "3.42")],
                &[("08:32", 1), ("12:04", 2), ("13:15", 1)],
            ),
            employee(
                "000971",
                971,
                "DURAND",
                "Camille",
                &[(11, "9.25"), (12, "2.5"), (-5, "-0.67")],
                &[("08:05", 1)],
            ),
            employee(
                "970",
                972,
                "MARTIN",
                "Paul",
                &[(11, "1.0"), (-5, "12.0")],
                &[("07:00", 1), ("12:00", 2)],
            ),
            employee(
                "001200",
                1200,
                "GARNIER",
                "Dominique",
                &[(11, "22.0"), (12, "8.0"), (-5, "0.0")],
                &[("08:55", 1)],
            ),
        ];
        let mut records = Self { employees, requests: Vec::new() };
        let in_days = |days| today.checked_add_days(Days::new(days)).unwrap_or(today);
        let own = records.request(
            "000970",
            0,
            ("CA", "Congés annuels"),
            (in_days(24), in_days(28)),
            "4.5",
            &["001200"],
            today,
        );
        own.from_noon = true;
        records.request("000970", 2, ("RTT", "RTT"), (in_days(3), in_days(3)), "1.0", &["001200"], today);
        let asked = records.request(
            "000971",
            0,
            ("CA", "Congés annuels"),
            (in_days(10), in_days(12)),
            "2.5",
            &["000970", "001200"],
            today,
        );
        asked.until_noon = true;
        records.request(
            "970",
            0,
            ("AUT", "Autorisation d’absence"),
            (in_days(6), in_days(6)),
            "1.0",
            &["000970"],
            today,
        );
        // Of a code that nobody mapped, and one decided by somebody else.
        records.request(
            "000971",
            7,
            ("CA", "Congés annuels"),
            (in_days(40), in_days(44)),
            "5.0",
            &["001200"],
            today,
        );
        records.request(
            "001200",
            0,
            ("CA", "Congés annuels"),
            (in_days(30), in_days(34)),
            "5.0",
            &["009999"],
            today,
        );
        records
    }

    pub(super) fn add(&mut self, number: &str) {
        self.employees.retain(|employee| employee.number != number);
        self.requests.retain(|request| {
            request.person != number && !request.validators.iter().any(|validator| validator == number)
        });
        let key = 5000 + i64::try_from(self.employees.len()).unwrap_or(0);
        self.employees.push(Employee {
            number: number.to_owned(),
            key,
            surname: "NOUVELLE".to_owned(),
            first_name: "Agente".to_owned(),
            totals: Vec::new(),
            clockings: Vec::new(),
        });
    }

    #[expect(clippy::too_many_arguments, reason = "sample data")]
    pub(super) fn request(
        &mut self,
        person: &str,
        state: i64,
        (abbreviation, description): (&str, &str),
        (first, last): (NaiveDate, NaiveDate),
        days: &str,
        validators: &[&str],
        today: NaiveDate,
    ) -> &mut Request {
        let key = 8800 + i64::try_from(self.requests.len()).unwrap_or(0);
        self.requests.push(Request {
            key,
            person: person.to_owned(),
            state,
            kind: (abbreviation.to_owned(), description.to_owned()),
            first,
            last,
            from_noon: false,
            until_noon: false,
            days: days.to_owned(),
            made: today.checked_sub_days(Days::new(2)).unwrap_or(today),
            validators: validators.iter().map(|number| (*number).to_owned()).collect(),
            comment: "Voyage".to_owned(),
        });
        let last = self.requests.len() - 1;
        #[expect(clippy::indexing_slicing, reason = "it was just pushed")]
        &mut self.requests[last]
    }

    pub(super) fn many(&mut self, number: &str, count: usize, now: DateTime<Utc>) {
        let today = now.with_timezone(&Paris).date_naive();
        let day = today.checked_add_days(Days::new(5)).unwrap_or(today);
        for n in 0..count {
            self.request(number, 0, ("RTT", "RTT"), (day, day), "1.0", &["001200"], today);
            self.request("970", 0, ("RTT", "RTT"), (day, day), "1.0", &[number], today);
            let time = format!("{:02}:{:02}", 6 + n / 60 % 12, n % 60);
            let key = 700_000 + i64::try_from(n).unwrap_or(0);
            for employee in self.employees.iter_mut().filter(|employee| employee.number == number) {
                employee.clockings.push(clocking(key, today, &time, 1));
            }
        }
    }

    pub(super) fn hostile(&mut self, number: &str, now: DateTime<Utc>) {
        let today = now.with_timezone(&Paris).date_naive();
        for text in HOSTILE_TEXTS {
            self.request(number, 0, (text, text), (today, today), text, &["001200"], today);
            let asked = self.request("970", 0, (text, text), (today, today), text, &[number], today);
            asked.comment = (*text).to_owned();
        }
        for employee in self.employees.iter_mut().filter(|employee| employee.number == "970") {
            (employee.surname, employee.first_name) =
                ("<script>alert(1)</script>".to_owned(), "'; DROP TABLE identity; --".to_owned());
        }
    }
}

fn clocking(key: i64, day: NaiveDate, time: &str, direction: i64) -> Clocking {
    Clocking { key, day, time: time.to_owned(), direction }
}
