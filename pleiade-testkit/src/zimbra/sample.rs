//! For tests and demonstrations only: mails, meetings and tasks of the sample people.

use super::mailbox::{Mailbox, day_of, earlier, later, local_time};
use crate::{
    people::SINEAD,
    sittings::{self, SampleSitting},
};
use chrono::{DateTime, Duration, Utc};
use serde_json::{Value, json};

/// The host of the video conferences.
pub const CONFERENCE_HOST: &str = "visio.demonstration.example";

/// A mail that arrives later: the number of what happens, whose mail, from whom, its subject and its first words.
type Later = (usize, &'static str, (&'static str, &'static str), &'static str, &'static str);
pub(super) const LATER: [Later; 10] = [
    (
        0,
        "cdurand",
        ("Anne Petit", "apetit@la-roche-aux-fees.example"),
        "Plan de masse coté reçu, PC 00012",
        "Le pétitionnaire vient de le déposer. Tu peux reprendre l’instruction.",
    ),
    (
        0,
        "blefevre",
        ("Secrétariat des assemblées", "assemblees@la-roche-aux-fees.example"),
        "Conseil municipal : le dossier de séance est en ligne",
        "Vous pouvez le consulter sur votre tablette.",
    ),
    (
        0,
        "sobrien",
        ("Anne Petit, voirie", "voirie@trois-rivieres.example"),
        "Arrêté de circulation : dates du chantier",
        "Les travaux commencent lundi, il nous faut l’arrêté.",
    ),
    (
        0,
        "hmarchand",
        ("Préfecture", "collectivites@prefecture.example"),
        "Accusé de réception de votre courrier",
        "Votre réponse a bien été reçue.",
    ),
    (
        0,
        "kbenali",
        ("Trésorerie", "tresorerie@dgfip.example"),
        "Bordereau 119 : pièce jointe manquante",
        "Merci de joindre le procès-verbal de réception.",
    ),
    (
        3,
        "cdurand",
        ("Service technique", "technique@la-roche-aux-fees.example"),
        "Avis sur la desserte, rue des Saules",
        "Avis favorable, sous réserve de l’élargissement de l’entrée.",
    ),
    (
        3,
        "blefevre",
        ("Cabinet du maire", "cabinet@la-roche-aux-fees.example"),
        "Inauguration de la médiathèque : votre présence",
        "Madame la maire compte sur vous samedi à 11 heures.",
    ),
    (
        3,
        "sobrien",
        ("Trésorerie", "tresorerie@dgfip.example"),
        "Bordereau 41 : repris",
        "Les trois mandats sont pris en charge.",
    ),
    (
        3,
        "hmarchand",
        ("Cabinet du maire", "cabinet@la-roche-aux-fees.example"),
        "Ordre du jour : un point à ajouter",
        "Madame la maire souhaite ajouter la convention avec l’école de musique.",
    ),
    (
        3,
        "kbenali",
        ("Présidence", "presidence@pays-des-trois-rivieres.example"),
        "Subvention de la base nautique",
        "Le paiement peut-il partir cette semaine ?",
    ),
];

pub(super) fn fill(mailbox: &mut Mailbox, login: &str, now: DateTime<Utc>) {
    mailbox.quota = 2_000_000_000;
    match login {
        "cdurand" => planner(mailbox, now),
        "sobrien" => clerk(mailbox, now),
        "blefevre" => elected(mailbox, now),
        "hmarchand" => head_of_services(mailbox, now),
        "kbenali" => accountant(mailbox, now),
        _ => administrator(mailbox, now),
    }
}

/// A quarter of an hour that begins 40 minutes from now or a little later: whoever looks sees the meeting near.
fn soon(now: DateTime<Utc>) -> DateTime<Utc> {
    const QUARTER: i64 = 15 * 60;
    let from = (now + Duration::minutes(40)).timestamp();
    DateTime::from_timestamp((from + QUARTER - 1).div_euclid(QUARTER) * QUARTER, 0).unwrap_or(now)
}

/// A sitting, with what else its meeting has.
fn sit(mailbox: &mut Mailbox, sitting: &SampleSitting, now: DateTime<Utc>, more: Value) {
    let mut common = json!({"name": sitting.name, "loc": sitting.place});
    if let (Some(common), Value::Object(more)) = (common.as_object_mut(), more) {
        common.extend(more);
    }
    mailbox.meet(sitting.minutes, &[sitting.starts(now)], common);
}

fn planner(mailbox: &mut Mailbox, now: DateTime<Utc>) {
    let today = day_of(now);
    let ago = |minutes: i64| now - Duration::minutes(minutes);
    mailbox.used = 1_640_000_000;
    mailbox.deliver(ago(12), ("Anne Petit", "apetit@la-roche-aux-fees.example"), "Permis de construire PC 099 001 26 00012 : pièces manquantes",
        "Bonjour Camille, le pétitionnaire n’a pas joint le plan de masse coté. Peux-tu lui écrire avant vendredi ?", "a");
    mailbox.deliver(
        ago(47),
        ("Architecte des bâtiments de France", "udap@culture.example"),
        "Avis conforme, ravalement 4 place du Marché",
        "Veuillez trouver ci-joint l’avis de l’architecte des bâtiments de France.",
        "a",
    );
    mailbox.deliver(
        ago(95),
        ("Direction générale des services", "dgs@la-roche-aux-fees.example"),
        "Invitation : comité de pilotage du PLUi",
        "Vous êtes invitée à la réunion du comité de pilotage.",
        "v",
    );
    mailbox.deliver(
        ago(180),
        ("Bernard Lefèvre", "blefevre@la-roche-aux-fees.example"),
        "Urgent : question d’un administré sur le lotissement des Saules",
        "Pourriez-vous me dire où en est la déclaration préalable ?",
        "!",
    );
    mailbox.deliver(
        ago(1500),
        ("Syndicat d’eau", "contact@eau.example"),
        "Raccordement, parcelle AB 214",
        "Le branchement est possible.",
        "",
    );
    let filed = mailbox.deliver(
        ago(2900),
        ("Secrétariat des assemblées", "assemblees@la-roche-aux-fees.example"),
        "Ordre du jour du conseil municipal",
        "Le conseil se réunira à 19 heures.",
        "a",
    );
    if let Some(mail) = mailbox.mails.iter_mut().find(|mail| mail.id == filed) {
        mail.folder = 257;
    }
    let read = mailbox.deliver(
        ago(3000),
        ("Service informatique", "support@la-roche-aux-fees.example"),
        "Maintenance de mardi",
        "La messagerie sera arrêtée.",
        "",
    );
    if let Some(mail) = mailbox.mails.iter_mut().find(|mail| mail.id == read) {
        mail.unread = false;
    }

    let weekly: Vec<_> = (0..5).map(|week| local_time(later(today, week * 7), 10, 0)).collect();
    mailbox.meet(60, &weekly, json!({"name": "Point hebdomadaire urbanisme", "loc": "Salle des mariages", "fr": "Dossiers de la semaine",
        "or": {"a": "apetit@la-roche-aux-fees.example", "d": "Anne Petit"}}));
    mailbox.meet(90, &[local_time(today, 14, 0)], json!({"name": "Comité de pilotage du PLUi",
        "loc": format!("https://{CONFERENCE_HOST}/plui-7f3a9c"), "ptst": "NE", "or": {"a": "dgs@la-roche-aux-fees.example", "d": "Marc Roussel"}}));
    mailbox.meet(
        30,
        &[local_time(today, 16, 30)],
        json!({"name": "Rendez-vous M. et Mme Kerbrat", "loc": "Guichet 2", "isOrg": true}),
    );
    mailbox.meet(
        60,
        &[local_time(today, 11, 30)],
        json!({"name": "Visite de chantier", "loc": "Rue des Saules", "status": "CANC"}),
    );
    mailbox.meet(
        24 * 60,
        &[local_time(later(today, 1), 0, 0)],
        json!({"name": "Formation marchés publics", "allDay": true}),
    );
    sit(
        mailbox,
        &sittings::PLANNING,
        now,
        json!({"ptst": "NE", "or": {"a": "blefevre@la-roche-aux-fees.example", "d": "Bernard Lefèvre"}}),
    );

    mailbox.add_task("Relancer le pétitionnaire du PC 00012", Some(earlier(today, 2)), "NEED", 0, 1);
    mailbox.add_task("Rédiger l’arrêté de voirie rue des Saules", Some(today), "INPR", 60, 5);
    mailbox.add_task("Préparer la note sur le PLUi", Some(later(today, 4)), "NEED", 0, 5);
    mailbox.add_task("Classer les dossiers de 2025", None, "DEFERRED", 10, 9);
    mailbox.add_task("Commander les panneaux d’affichage", Some(earlier(today, 10)), "COMP", 100, 5);
}

fn clerk(mailbox: &mut Mailbox, now: DateTime<Utc>) {
    let today = day_of(now);
    mailbox.used = 410_000_000;
    mailbox.deliver(
        now - Duration::minutes(25),
        ("Préfecture", "collectivites@prefecture.example"),
        "Contrôle de légalité : délibération du 2 mars",
        "Merci de transmettre la délibération signée.",
        "",
    );
    mailbox.deliver(
        now - Duration::minutes(240),
        ("Trésorerie", "tresorerie@dgfip.example"),
        "Mandats rejetés, bordereau 41",
        "Trois mandats sont à reprendre.",
        "a!",
    );
    mailbox.meet(
        45,
        &[local_time(today, 15, 0)],
        json!({"name": "Permanence état civil", "loc": "Mairie de Saint-Aubin"}),
    );
    mailbox.meet(
        45,
        &[local_time(today, 17, 0)],
        json!({"name": "Ordre du jour, avec Madame le maire", "loc": "Mairie de Saint-Aubin"}),
    );
    for council in SINEAD.tenants.iter().filter_map(|tenant| sittings::council(tenant)) {
        sit(
            mailbox,
            council,
            now,
            json!({"or": {"a": format!("maire@{}.example", council.tenant), "d": "Madame le maire"}}),
        );
    }
    mailbox.add_task("Envoyer les convocations", Some(later(today, 1)), "NEED", 0, 1);
    mailbox.add_task("Mettre à jour la liste électorale", Some(later(today, 12)), "WAITING", 30, 5);
}

fn elected(mailbox: &mut Mailbox, now: DateTime<Utc>) {
    let today = day_of(now);
    mailbox.used = 96_000_000;
    mailbox.deliver(
        now - Duration::minutes(8),
        ("Service des finances", "finances@la-roche-aux-fees.example"),
        "Projet de budget : version du jeudi",
        "Monsieur l’adjoint, voici la version à relire avant la commission.",
        "a",
    );
    mailbox.meet(
        60,
        &[soon(now)],
        json!({"name": "Permanence des élus", "loc": "Maison de quartier", "isOrg": true,
        "fr": format!("À distance : https://{CONFERENCE_HOST}/permanence")}),
    );
    sit(
        mailbox,
        &sittings::FINANCE,
        now,
        json!({"fr": format!("À distance : https://{CONFERENCE_HOST}/finances")}),
    );
    sit(
        mailbox,
        &sittings::COUNCIL,
        now,
        json!({"or": {"a": "assemblees@la-roche-aux-fees.example", "d": "Secrétariat des assemblées"}}),
    );
    mailbox.meet(
        60,
        &[local_time(later(today, 1), 18, 30)],
        json!({"name": "Réunion de quartier", "ptst": "NE", "loc": "Maison de quartier",
        "or": {"a": "cabinet@la-roche-aux-fees.example", "d": "Cabinet du maire"}}),
    );
    mailbox.add_task("Relire le rapport d’orientation budgétaire", Some(later(today, 2)), "NEED", 0, 5);
}

fn head_of_services(mailbox: &mut Mailbox, now: DateTime<Utc>) {
    let today = day_of(now);
    mailbox.used = 820_000_000;
    mailbox.deliver(
        now - Duration::minutes(14),
        ("Cabinet du maire", "cabinet@la-roche-aux-fees.example"),
        "Ordre du jour du conseil municipal",
        "Hélène, peux-tu me proposer l’ordre du jour avant ce soir ?",
        "!",
    );
    mailbox.deliver(
        now - Duration::minutes(130),
        ("Centre de gestion", "conseil@centre-de-gestion.example"),
        "Rapport social unique : campagne ouverte",
        "La campagne est ouverte jusqu’à la fin du mois.",
        "a",
    );
    // The same meeting stands in the files' calendar, where somebody typed it a second time.
    mailbox.meet(
        90,
        &[local_time(today, 9, 0)],
        json!({"name": "Comité de direction", "loc": "Salle du conseil", "isOrg": true}),
    );
    mailbox.meet(60, &[soon(now)], json!({"name": "Entretien avec la trésorière",
        "loc": format!("https://{CONFERENCE_HOST}/tresorerie-b81e52"), "or": {"a": "tresorerie@dgfip.example", "d": "Trésorerie"}}));
    mailbox.meet(
        45,
        &[local_time(today, 17, 0)],
        json!({"name": "Point avec Madame la maire", "ptst": "NE", "loc": "Cabinet",
        "or": {"a": "cabinet@la-roche-aux-fees.example", "d": "Cabinet du maire"}}),
    );
    mailbox.add_task("Signer les contrats saisonniers", Some(today), "NEED", 0, 1);
}

fn accountant(mailbox: &mut Mailbox, now: DateTime<Utc>) {
    let today = day_of(now);
    mailbox.used = 1_100_000_000;
    mailbox.deliver(
        now - Duration::minutes(19),
        ("Trésorerie", "tresorerie@dgfip.example"),
        "Mandats rejetés, bordereau 118",
        "Deux mandats sont à reprendre avant la clôture.",
        "a!",
    );
    mailbox.deliver(
        now - Duration::minutes(75),
        ("Garage Central", "factures@garage.example"),
        "Facture F-2026-204",
        "Bonjour, notre facture attend son service fait.",
        "a",
    );
    mailbox.meet(
        60,
        &[local_time(today, 15, 0)],
        json!({"name": "Préparation du budget", "loc": "Siège de la communauté",
        "or": {"a": "presidence@pays-des-trois-rivieres.example", "d": "Présidence"}}),
    );
    mailbox.add_task("Répondre à la trésorerie", Some(today), "NEED", 0, 1);
    mailbox.add_task("Clôturer les engagements", Some(later(today, 6)), "INPR", 40, 5);
}

fn administrator(mailbox: &mut Mailbox, now: DateTime<Utc>) {
    let today = day_of(now);
    mailbox.quota = 0;
    mailbox.deliver(
        now - Duration::minutes(3),
        ("Supervision", "supervision@pays-des-trois-rivieres.example"),
        "Certificat à renouveler dans 20 jours",
        "Le certificat de la messagerie arrive à son terme.",
        "",
    );
    mailbox.meet(
        30,
        &[local_time(today, 9, 45)],
        json!({"name": "Point d’exploitation", "loc": "Visioconférence"}),
    );
    mailbox.add_task("Renouveler le certificat de la messagerie", Some(later(today, 15)), "NEED", 0, 5);
}
