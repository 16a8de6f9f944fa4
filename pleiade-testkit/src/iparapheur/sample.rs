//! The desks and folders of the sample people.

use super::model::{Delegation, Desk, Folder, World};
use chrono::{DateTime, NaiveTime, TimeDelta, Utc};

pub(super) fn desk(world: &mut World, tenant: usize, name: &str, owners: &[&str]) -> String {
    let id = world.next_id();
    world.desks.push(Desk {
        id: id.clone(),
        tenant,
        name: name.to_owned(),
        owners: owners.iter().map(|login| (*login).to_owned()).collect(),
        secretaries: Vec::new(),
        is_forbidden: false,
    });
    id
}

/// A folder that asks for a visa within a week, changed by `set`; its id.
pub(super) fn folder(
    world: &mut World,
    desk: &str,
    title: &str,
    now: DateTime<Utc>,
    set: impl FnOnce(&mut Folder),
) -> String {
    let (id, task) = (world.next_id(), world.next_id());
    let mut folder = Folder {
        id: id.clone(),
        desk: desk.to_owned(),
        title: title.to_owned(),
        kind: "Courrier".to_owned(),
        subkind: "Départ".to_owned(),
        state: "PENDING".to_owned(),
        asks: "VISA".to_owned(),
        task,
        sent: now - TimeDelta::days(3),
        since: now - TimeDelta::days(1),
        due: Some(now + TimeDelta::days(7)),
        is_read: true,
        must_be_read: false,
        is_locked: false,
        note: String::new(),
    };
    set(&mut folder);
    world.folders.push(folder);
    id
}

/// Title, type, sub-type, action, days until the deadline, days since it was sent.
type Line = (&'static str, &'static str, &'static str, &'static str, Option<i64>, i64);

const FINANCES: [Line; 5] = [
    ("Délibération 2026-12, budget primitif", "Actes", "Délibérations", "SIGNATURE", Some(-2), 12),
    ("Bordereau de mandats n° 118", "Hélios", "Mandats", "SIGNATURE", Some(1), 2),
    ("Convention de mise à disposition du gymnase", "Conventions", "Associations", "VISA", Some(4), 5),
    ("Marché de restauration scolaire, avenant n° 2", "Marchés", "Avenants", "VISA", Some(-1), 9),
    ("Arrêté portant délégation de signature", "Actes", "Arrêtés", "SEAL", None, 1),
];

const PLANNING: [Line; 3] = [
    ("Permis de construire n° 26 P 0042", "Urbanisme", "Permis", "VISA", Some(3), 4),
    ("Certificat d’urbanisme n° 26 C 0107", "Urbanisme", "Certificats", "VISA", Some(10), 1),
    ("Déclaration préalable n° 26 D 0311", "Urbanisme", "Déclarations", "SECOND_OPINION", None, 6),
];

const SERVICES: [Line; 3] = [
    ("Délibération : tarifs de la déchèterie", "Actes", "Délibérations", "VISA", Some(2), 2),
    ("Contrats saisonniers de la base nautique", "Conventions", "Associations", "SIGNATURE", Some(0), 3),
    ("Avenant à la convention de mutualisation", "Conventions", "Associations", "VISA", Some(9), 6),
];

const ACCOUNTING: [Line; 2] = [
    ("Bordereau de titres n° 57", "Hélios", "Titres", "VISA", Some(1), 1),
    ("Bordereau de mandats n° 119", "Hélios", "Mandats", "VISA", Some(3), 1),
];

const VAL_D_OMBRE: [Line; 1] =
    [("Devis de réfection du chemin des Aulnes", "Marchés", "Devis", "VISA", Some(4), 2)];

const MESNIL: [Line; 1] = [("Délibération : vente de bois", "Actes", "Délibérations", "VISA", Some(1), 4)];

const SAINT_AUBIN: [Line; 2] = [
    ("Procès-verbal du conseil municipal", "Actes", "Procès-verbaux", "VISA", Some(2), 3),
    ("Courrier au préfet", "Courrier", "Départ", "SIGNATURE", Some(6), 1),
];

/// Folders that arrive later: the number of what happens, the desk, and the folder.
const LATER: [(usize, &str, Line); 10] = [
    (
        1,
        "Adjoint aux finances",
        ("Bordereau de mandats n° 120", "Hélios", "Mandats", "SIGNATURE", Some(2), 0),
    ),
    (1, "Droit des sols", ("Permis de démolir n° 26 D 0012", "Urbanisme", "Permis", "VISA", Some(5), 0)),
    (1, "Secrétariat de mairie", ("Arrêté de circulation", "Actes", "Arrêtés", "VISA", Some(3), 0)),
    (
        1,
        "Direction générale des services",
        ("Réponse à la préfecture, PLU", "Courrier", "Départ", "SIGNATURE", Some(1), 0),
    ),
    (1, "Comptabilité", ("Bordereau de titres n° 58", "Hélios", "Titres", "VISA", Some(4), 0)),
    (
        4,
        "Adjoint aux finances",
        ("Convention avec l’école de musique", "Conventions", "Associations", "SIGNATURE", Some(6), 0),
    ),
    (
        4,
        "Droit des sols",
        ("Certificat d’urbanisme n° 26 C 0108", "Urbanisme", "Certificats", "VISA", Some(12), 0),
    ),
    (
        4,
        "Secrétariat de mairie",
        ("Convention de prêt de la salle des fêtes", "Conventions", "Associations", "VISA", Some(8), 0),
    ),
    (
        4,
        "Direction générale des services",
        ("Avenant au marché de nettoyage", "Marchés", "Avenants", "VISA", Some(5), 0),
    ),
    (4, "Comptabilité", ("Bordereau de mandats n° 121", "Hélios", "Mandats", "VISA", Some(2), 0)),
];

/// The folders of this number arrive.
pub(super) fn happen(world: &mut World, number: usize, at: DateTime<Utc>) {
    for (_, name, line) in LATER.iter().filter(|later| later.0 == number) {
        let desk = world.desks.iter().find(|desk| desk.name == *name).map(|desk| desk.id.clone());
        if let Some(desk) = desk {
            put(world, &desk, line, at);
        }
    }
}

fn put(world: &mut World, desk: &str, line: &Line, now: DateTime<Utc>) {
    let (title, kind, subkind, asks, due, age) = line;
    folder(world, desk, title, now, |new| {
        (new.kind, new.subkind) = ((*kind).to_owned(), (*subkind).to_owned());
        new.asks = (*asks).to_owned();
        new.due = due.map(|days| midnight(now + TimeDelta::days(days)));
        (new.sent, new.since) = (now - TimeDelta::days(*age), now - TimeDelta::days(age / 2));
    });
}

pub(super) fn fill(world: &mut World, now: DateTime<Utc>) {
    let finances = desk(world, 0, "Adjoint aux finances", &["blefevre"]);
    let culture = desk(world, 0, "Commission culture", &["blefevre"]);
    let agglo = desk(world, 1, "Vice-présidence", &["blefevre"]);
    let planning = desk(world, 0, "Droit des sols", &["cdurand"]);
    let [saint_aubin, val_d_ombre, mesnil] =
        [2, 3, 4].map(|commune| desk(world, commune, "Secrétariat de mairie", &["sobrien"]));
    let services = desk(world, 0, "Direction générale des services", &["hmarchand"]);
    let accounting = desk(world, 1, "Comptabilité", &["kbenali"]);
    let computing = desk(world, 1, "Systèmes d’information", &["administrateur"]);
    if let Some(desk) = world.desks.iter_mut().find(|desk| desk.id == finances) {
        desk.secretaries.push("hmarchand".to_owned());
    }
    let places = [
        (&finances, &FINANCES[..]),
        (&planning, &PLANNING),
        (&saint_aubin, &SAINT_AUBIN),
        (&val_d_ombre, &VAL_D_OMBRE),
        (&mesnil, &MESNIL),
        (&services, &SERVICES),
        (&accounting, &ACCOUNTING),
    ];
    for (place, lines) in places {
        lines.iter().for_each(|line| put(world, place, line, now));
    }
    folder(world, &agglo, "Statuts du syndicat des eaux", now, |_| {});
    folder(world, &computing, "Charte informatique", now, |_| {});
    for (place, title, state) in [
        (&finances, "Subvention à l’école de musique", "REJECTED"),
        (&finances, "Tarifs de la cantine", "FINISHED"),
        (&culture, "Programme de la saison", "DELEGATED"),
        (&culture, "Contrat de cession", "DRAFT"),
        (&planning, "Recours gracieux", "REJECTED"),
    ] {
        folder(world, place, title, now, |new| new.state = state.to_owned());
    }
    let id = world.next_id();
    world.delegations.push(Delegation {
        id,
        from: culture,
        to: finances,
        start: now - TimeDelta::days(2),
        end: now + TimeDelta::days(5),
    });
}

/// The beginning of a day in Paris in winter, as the application keeps a day.
fn midnight(at: DateTime<Utc>) -> DateTime<Utc> {
    at.date_naive().and_time(NaiveTime::MIN).and_utc() - TimeDelta::hours(1)
}
