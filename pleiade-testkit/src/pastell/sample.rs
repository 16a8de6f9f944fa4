//! For tests and demonstrations only: entities and documents of the sample people.

use super::world::{Account, Document, Entity, World};
use crate::simulator::HOSTILE_TEXTS;
use chrono::{DateTime, Duration, Utc};
use std::collections::BTreeMap;

/// Number, entity above, name.
const ENTITIES: [(u64, u64, &str); 7] = [
    (1, 0, "Ville de La Roche-aux-Fées"),
    (2, 1, "Service urbanisme"),
    (3, 1, "Service des finances"),
    (10, 0, "Commune de Saint-Aubin-des-Bois"),
    (11, 0, "Commune du Val-d’Ombre"),
    (12, 0, "Commune du Mesnil-sur-Aure"),
    (20, 0, "Communauté de communes du Pays des Trois Rivières"),
];

/// Login, entity, flows that the person may read there and below.
const RIGHTS: [(&str, u64, &[&str]); 9] = [
    ("cdurand", 1, &["actes-generique", "actes-reponse-prefecture"]),
    ("cdurand", 2, &["document-autorisation-urbanisme", "ls-document-pdf", "mailsec"]),
    ("sobrien", 10, &["actes-generique", "ls-helios", "mailsec-bidir", "facture-cpp"]),
    ("sobrien", 11, &["actes-generique", "ls-helios"]),
    ("sobrien", 12, &["actes-generique", "ls-helios"]),
    ("blefevre", 3, &["helios-generique", "ls-document-pdf"]),
    ("hmarchand", 1, &["actes-generique", "actes-reponse-prefecture"]),
    ("kbenali", 20, &["helios-generique", "facture-cpp"]),
    ("administrateur", 20, &["actes-generique", "facture-cpp", "mailsec"]),
];

/// Entity, flow, state, its words, title, hours ago.
type Sample = (u64, &'static str, &'static str, &'static str, &'static str, i64);

const DOCUMENTS: [Sample; 27] = [
    (
        1,
        "actes-generique",
        "modification",
        "En cours de rédaction",
        "Délibération : tarifs de la cantine",
        30,
    ),
    (
        1,
        "actes-generique",
        "acquiter-tdt",
        "Acquitté par la préfecture",
        "Délibération : subventions 2026",
        240,
    ),
    (
        1,
        "actes-reponse-prefecture",
        "attente-reponse-prefecture",
        "Réponse à la préfecture attendue",
        "Lettre d’observations sur le PLU",
        70,
    ),
    (2, "actes-generique", "tdt-error", "Erreur sur le TdT", "Arrêté de voirie, rue des Saules", 3),
    (
        2,
        "actes-generique",
        "document-transmis-tdt",
        "En attente du certificat RGS**",
        "Arrêté de péril, 4 place du Marché",
        20,
    ),
    (2, "actes-generique", "recu-iparapheur", "Signature récupérée", "Arrêté de non-opposition DP 00031", 6),
    (
        2,
        "document-autorisation-urbanisme",
        "recu-iparapheur",
        "Signature récupérée",
        "PC 099 001 26 00012, arrêté",
        5,
    ),
    (
        2,
        "document-autorisation-urbanisme",
        "error-ged",
        "Erreur irrécupérable lors du dépôt",
        "PC 099 001 26 00007, plans",
        26,
    ),
    (2, "ls-document-pdf", "rejet-iparapheur", "Signature refusée", "Convention de mise à disposition", 44),
    (2, "ls-document-pdf", "send-iparapheur", "Transmis au parapheur", "Courrier au pétitionnaire", 2),
    (2, "mailsec", "creation", "creation", "", 1),
    (2, "mailsec", "termine", "Traitement terminé", "Notification du permis 00009", 400),
    (10, "actes-generique", "rejet-iparapheur", "Signature refusée", "Délibération du 2 mars", 9),
    (10, "actes-generique", "creation", "Créé", "Arrêté de circulation", 4),
    (10, "ls-helios", "erreur-verif-tdt", "Erreur lors de la vérification", "PES bordereau 41", 15),
    (10, "ls-helios", "info-tdt", "Un fichier de réponse PES est disponible", "PES bordereau 40", 60),
    (10, "mailsec-bidir", "send-mailsec", "Envoi d'un mail sécurisé", "Convocation au conseil", 12),
    (
        10,
        "facture-cpp",
        "cpp-modif-statut-erreur",
        "Erreur de modification du statut",
        "Facture F-2026-118",
        33,
    ),
    (
        11,
        "actes-generique",
        "document-transmis-tdt",
        "En attente du certificat RGS**",
        "Budget primitif 2026",
        18,
    ),
    (11, "ls-helios", "send-tdt", "Transmis au TdT", "PES bordereau 12", 7),
    (12, "actes-generique", "tdt-error", "Erreur sur le TdT", "Délibération : vente de bois", 5),
    (12, "ls-helios", "send-tdt", "Transmis au TdT", "PES bordereau 8", 3),
    (20, "helios-generique", "refus-tdt", "Le fichier PES a été refusé", "PES mandats, bordereau 118", 10),
    (3, "helios-generique", "refus-tdt", "Le fichier PES a été refusé", "PES mandats 2026-09", 11),
    (3, "helios-generique", "recu-iparapheur", "Signature récupérée", "PES titres 2026-10", 5),
    (20, "facture-cpp", "send-ged-annule", "Versé à l'entrepôt annulé", "Facture F-2026-007", 50),
    (20, "actes-generique", "send-tdt-erreur", "Erreur d'envoi au TdT", "Délibération : tourisme", 8),
];

/// Login, entity, flows of which the person may write documents there and below.
const WRITES: [(&str, u64, &[&str]); 3] = [
    ("cdurand", 1, &["actes-generique"]),
    ("cdurand", 2, &["ls-document-pdf", "mailsec"]),
    ("sobrien", 10, &["actes-generique"]),
];

/// Documents that come back signed later, of which the next step waits for somebody.
const LATER: [(u64, &str, &str); 5] = [
    (1, "actes-generique", "Délibération : tableau des emplois"),
    (2, "document-autorisation-urbanisme", "PC 099 001 26 00015, arrêté"),
    (3, "helios-generique", "PES mandats 2026-11"),
    (10, "actes-generique", "Délibération : tarifs de la garderie"),
    (20, "helios-generique", "PES titres, bordereau 57"),
];

/// At the third thing that happens, documents come back signed.
pub(super) fn happen(world: &mut World, number: usize, at: DateTime<Utc>) {
    for (entity, flow, title) in LATER.into_iter().filter(|_| number == 2) {
        add(world, entity, (flow, "recu-iparapheur", "Signature récupérée"), title, at);
    }
}

pub(super) fn fill(world: &mut World, now: DateTime<Utc>) {
    for (id, parent, name) in ENTITIES {
        world.entities.insert(id, Entity { name: name.to_owned(), parent, active: true });
    }
    let closed = Entity { name: "Caisse des écoles".to_owned(), parent: 1, active: false };
    world.entities.insert(4, closed);
    for (login, entity, flows) in RIGHTS {
        grant(world, login, entity, flows);
    }
    for (login, entity, flows) in WRITES {
        allow(world, login, entity, flows);
    }
    for (entity, flow, state, words, title, hours) in DOCUMENTS {
        add(world, entity, (flow, state, words), title, now - Duration::hours(hours));
    }
    // Nobody counts what is closed.
    add(world, 4, ("actes-generique", "tdt-error", "Erreur sur le TdT"), "Délibération de 2019", now);
}

/// Lets a person write documents of these flows in an entity.
pub(super) fn allow(world: &mut World, login: &str, entity: u64, flows: &[&str]) {
    if let Some(account) = world.accounts.get_mut(login) {
        account.writable.entry(entity).or_default().extend(flows.iter().map(|flow| (*flow).to_owned()));
    }
}

pub(super) fn grant(world: &mut World, login: &str, entity: u64, flows: &[&str]) {
    if !world.accounts.contains_key(login) {
        let (id, token) = (world.next_number(), world.next_number());
        let account = Account { id, tokens: vec![token], ..Account::default() };
        world.accounts.insert(login.to_owned(), account);
    }
    if let Some(account) = world.accounts.get_mut(login) {
        account.rights.entry(entity).or_default().extend(flows.iter().map(|flow| (*flow).to_owned()));
    }
}

pub(super) fn add(world: &mut World, entity: u64, what: (&str, &str, &str), title: &str, at: DateTime<Utc>) {
    let number = world.next_number();
    let (flow, state, words) = what;
    let was_signed = state.contains("iparapheur");
    world.documents.push(Document {
        id: format!("dqZ{number}Ab"),
        entity,
        flow: flow.to_owned(),
        title: title.to_owned(),
        state: state.to_owned(),
        state_words: words.to_owned(),
        changed_at: at,
        folder: was_signed.then(|| format!("2f1c-{number}")),
        created_at: at,
        fields: BTreeMap::new(),
        file: None,
    });
}

/// An account with one entity, in which there is nothing.
pub(super) fn empty(world: &mut World, login: &str) {
    let entity = 900 + world.next_number();
    let name = "Syndicat d’eau".to_owned();
    world.entities.insert(entity, Entity { name, parent: 0, active: true });
    world.accounts.remove(login);
    grant(world, login, entity, &["actes-generique", "mailsec"]);
}

/// The first entity of a person and a flow that they read there.
fn place(world: &World, login: &str) -> Option<(u64, String)> {
    let (entity, flows) = world.accounts.get(login)?.rights.first_key_value()?;
    Some((*entity, flows.first()?.clone()))
}

pub(super) fn many(world: &mut World, login: &str, count: usize, now: DateTime<Utc>) {
    let Some((entity, flow)) = place(world, login) else { return };
    for (number, minutes) in (0..count).zip(1..) {
        let at = now - Duration::minutes(minutes);
        add(world, entity, (&flow, "tdt-error", "Erreur sur le TdT"), &format!("Acte n° {number}"), at);
        add(world, entity, (&flow, "creation", "Créé"), &format!("Projet n° {number}"), at);
        add(world, entity, (&flow, "send-tdt", "Transmis au TdT"), &format!("Envoi n° {number}"), at);
        let id = 10_000 + world.next_number();
        let name = format!("Service n° {number}");
        world.entities.insert(id, Entity { name, parent: entity, active: true });
    }
}

pub(super) fn hostile(world: &mut World, login: &str, now: DateTime<Utc>) {
    let Some((entity, flow)) = place(world, login) else { return };
    for text in HOSTILE_TEXTS {
        let below = 20_000 + world.next_number();
        world.entities.insert(below, Entity { name: (*text).to_owned(), parent: entity, active: true });
        for place in [entity, below] {
            add(world, place, (&flow, "tdt-error", text), text, now);
            add(world, place, (&flow, "creation", text), text, now);
        }
    }
}
