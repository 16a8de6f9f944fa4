//! The sample structures and their sittings.

use super::{
    Idelibre,
    world::{Attendance, Structure, World},
};
use crate::{
    people::{BERNARD, CAMILLE, PEOPLE, SINEAD, TENANTS},
    simulator::{HOSTILE_TEXTS, very_long_text},
    sittings::{self, SampleSitting},
};
use chrono::{DateTime, Days, TimeDelta, TimeZone as _, Utc};
use chrono_tz::Europe::Paris;

const TOWN: &str = "la-roche-aux-fees";

/// The first collectivité of somebody; that of nobody we know is the town.
pub(super) fn home(login: &str) -> &'static str {
    let person = PEOPLE.iter().find(|person| person.login == login);
    person.and_then(|person| person.tenants.first().copied()).unwrap_or(TOWN)
}

/// Seven in the evening in Paris, some days away.
fn evening(now: DateTime<Utc>, days: i64) -> DateTime<Utc> {
    let day = now.with_timezone(&Paris).date_naive();
    let away = Days::new(days.unsigned_abs());
    let day = if days < 0 { day.checked_sub_days(away) } else { day.checked_add_days(away) };
    let evening = day.and_then(|day| day.and_hms_opt(19, 0, 0)).unwrap_or_default();
    Paris.from_local_datetime(&evening).earliest().map_or(now, |evening| evening.to_utc())
}

const COLLEAGUES: [(&str, &str, &str); 5] = [
    ("mdelmas", "Mireille", "Delmas"),
    ("pkerbrat", "Pol", "Kerbrat"),
    ("ynguyen", "Yann", "Nguyen"),
    ("frousseau", "Fanny", "Rousseau"),
    ("tbenali", "Tarik", "Benali"),
];

pub(super) fn world(now: DateTime<Utc>) -> World {
    let structure = |tenant: &crate::people::SampleTenant| {
        let mut structure = Structure {
            tenant: tenant.id,
            id: Idelibre::structure_id(tenant.id),
            name: tenant.name.to_owned(),
            key: Idelibre::key(tenant.id),
            users: Vec::new(),
            sittings: Vec::new(),
        };
        for (login, first, last) in COLLEAGUES {
            structure.add_user(login, (first, last), "Actor");
        }
        structure.add_user("sdupont", ("Solène", "Dupont"), "Deputy");
        for person in PEOPLE.iter().filter(|person| person.tenants.contains(&tenant.id)) {
            let role = match person.login {
                "blefevre" => "Actor",
                "administrateur" => "Admin",
                _ => "Employee",
            };
            structure.add_user(person.login, (person.given_name, person.family_name), role);
        }
        if tenant.id == TOWN {
            town(&mut structure, now)
        } else {
            village(&mut structure, now)
        }
        structure
    };
    World { structures: TENANTS.iter().map(structure).collect() }
}

fn town(structure: &mut Structure, now: DateTime<Utc>) {
    use Attendance::{Absent, None, Present, Proxy, Remote};
    let bernard = BERNARD.login;
    let sent = |structure: &mut Structure, sitting: &str, login: &str, answer, read| {
        structure.convene(sitting, login, answer, (true, read), now);
    };

    let council = held(structure, &sittings::COUNCIL, now);
    for (name, annexes) in [
        ("Budget primitif", 3),
        ("Convention avec la communauté de communes", 1),
        ("Dénomination de la place du Marché", 0),
        ("Tableau des emplois", 1),
    ] {
        project(structure, &council, name, annexes);
    }
    sent(structure, &council, bernard, None, false);
    for (number, (login, ..)) in COLLEAGUES.iter().enumerate() {
        let answer = [Present, Remote, None, Present, Absent].into_iter().nth(number).unwrap_or(None);
        sent(structure, &council, login, answer, number != 2);
    }
    sent(structure, &council, "sdupont", None, false);

    let committee = held(structure, &sittings::FINANCE, now);
    project(structure, &committee, "Orientations budgétaires", 2);
    project(structure, &committee, "Admission en non-valeur", 0);
    sent(structure, &committee, bernard, Present, true);
    sent(structure, &committee, CAMILLE.login, None, false);
    sent(structure, &committee, "mdelmas", None, true);

    let bureau = held(structure, &sittings::BUREAU, now);
    sent(structure, &bureau, bernard, Proxy("mdelmas".to_owned()), false);

    // Not sent yet: nobody but the secretariat may know of it.
    let closed = add(structure, "Commission d’appel d’offres", evening(now, 20), "");
    structure.convene(&closed, bernard, None, (false, false), now);
    // Past, and not archived yet; and archived.
    let past = add(structure, "Conseil municipal de la rentrée", evening(now, -9), "");
    sent(structure, &past, bernard, None, false);
    let archived = add(structure, "Conseil municipal archivé", evening(now, 3), "");
    sent(structure, &archived, bernard, None, false);
    if let Some(sitting) = structure.sittings.iter_mut().find(|sitting| sitting.id == archived) {
        sitting.is_archived = true;
    }
}

fn village(structure: &mut Structure, now: DateTime<Utc>) {
    let Some(council) = sittings::council(structure.tenant) else { return };
    let council = held(structure, council, now);
    project(structure, &council, "Travaux de l’école", 1);
    for (number, (login, ..)) in COLLEAGUES.iter().take(3).enumerate() {
        let answer = if number == 0 { Attendance::None } else { Attendance::Present };
        structure.convene(&council, login, answer, (true, number > 0), now);
    }
    if structure.user(SINEAD.login).is_some() {
        structure.convene(&council, SINEAD.login, Attendance::None, (true, false), now);
    }
}

fn held(structure: &mut Structure, sitting: &SampleSitting, now: DateTime<Utc>) -> String {
    add(structure, sitting.name, sitting.starts(now), sitting.place)
}

fn add(structure: &mut Structure, name: &str, date: DateTime<Utc>, place: &str) -> String {
    let mut sitting = structure.new_sitting(name, date);
    sitting.place = Some(place.to_owned()).filter(|place| !place.is_empty());
    let id = sitting.id.clone();
    structure.sittings.push(sitting);
    id
}

fn project(structure: &mut Structure, sitting: &str, name: &str, annexes: usize) {
    if let Some(sitting) = structure.sittings.iter_mut().find(|one| one.id == sitting) {
        sitting.add_project(name, annexes);
    }
}

/// So many more sittings to which somebody is convened, where they have an account.
pub(super) fn many(structure: &mut Structure, login: &str, count: usize, now: DateTime<Utc>) {
    if structure.user(login).is_none() {
        return;
    }
    for number in 0..count {
        let days = i64::try_from(number % 300).unwrap_or(0) + 1;
        let sitting = add(structure, &format!("Commission n° {number}"), evening(now, days), "Mairie");
        structure.convene(&sitting, login, Attendance::None, (true, false), now);
    }
}

/// Sittings, places, projects and names that others could have written.
pub(super) fn hostile(structure: &mut Structure, login: &str, now: DateTime<Utc>) {
    if structure.user(login).is_none() {
        return;
    }
    let long = very_long_text(5000);
    let texts = HOSTILE_TEXTS.iter().copied().chain([long.as_str()]);
    for (number, text) in texts.enumerate() {
        let minutes = TimeDelta::minutes(10 + i64::try_from(number).unwrap_or(0));
        let sitting = add(structure, text, now + minutes, text);
        project(structure, &sitting, text, 1);
        let colleague = format!("hostile-{number}");
        structure.add_user(&colleague, (text, text), "Actor");
        let answer = match number % 3 {
            0 => Attendance::Proxy(colleague),
            1 => Attendance::Unknown(text.to_owned()),
            _ => Attendance::None,
        };
        structure.convene(&sitting, login, answer, (true, false), now);
    }
}
