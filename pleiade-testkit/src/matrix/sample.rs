//! The rooms of the sample people.

use super::world::World;
use crate::people::PEOPLE;
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;

/// Colleagues who write, beside the sample people.
const COLLEAGUES: [(&str, &str); 5] = [
    ("lroux", "Léa Roux"),
    ("mpetit", "Marc Petit"),
    ("jmoreau", "Julie Moreau"),
    ("ofaure", "Odile Faure"),
    ("tgirard", "Thomas Girard"),
];

/// Room, who is in it (the first one made it), and what was said: who, how many minutes ago, words, who is named.
type Talk = (&'static str, i64, &'static str, Option<&'static str>);
const ROOMS: &[(&str, &[&str], &[Talk])] = &[
    (
        "Urbanisme et habitat",
        &["jmoreau", "cdurand", "tgirard", "administrateur"],
        &[
            ("tgirard", 190, "Le dossier PC 099 016 26 00012 est complet, je le transmets ce matin.", None),
            ("jmoreau", 47, "La commission se réunit à 14 h en salle du conseil.", None),
            ("jmoreau", 12, "Camille, peux-tu relire la délibération avant midi ?", Some("cdurand")),
        ],
    ),
    (
        "Direction générale",
        &["ofaure", "blefevre", "administrateur", "sobrien", "hmarchand"],
        &[
            ("ofaure", 300, "Le rapport d’orientation budgétaire est dans le dossier partagé.", None),
            ("mpetit", 95, "Merci à chacun de vérifier ses lignes avant lundi.", None),
            ("ofaure", 31, "Bernard, il me faut votre avis sur le tarif de la cantine.", Some("blefevre")),
            (
                "ofaure",
                30,
                "Dominique, les comptes des nouveaux agents sont-ils ouverts ?",
                Some("administrateur"),
            ),
        ],
    ),
    (
        "Secrétaires de mairie du Pays des Trois Rivières",
        &["kbenali", "sobrien", "cdurand", "lroux"],
        &[
            ("lroux", 1500, "Qui a déjà reçu les cartes électorales ?", None),
            ("kbenali", 64, "Sinéad, peux-tu partager ton modèle d’arrêté de voirie ?", Some("sobrien")),
            ("lroux", 8, "Je suis preneuse aussi !", None),
        ],
    ),
];

/// Invitations: inviter, invited person and room.
const INVITATIONS: &[(&str, &str, &str)] = &[
    ("mpetit", "cdurand", "Commission voirie"),
    ("ofaure", "blefevre", "Préparation du budget 2026"),
    ("kbenali", "sobrien", "Réseau des secrétaires de mairie"),
    ("tgirard", "administrateur", "Refonte du système d’information"),
    ("lroux", "hmarchand", "Réseau des directions générales"),
    ("ofaure", "kbenali", "Clôture de l’exercice"),
];

/// What is said later: the number of what happens, room, who, words, who is named.
const LATER: [(usize, &str, &str, &str, Option<&str>); 6] = [
    (
        2,
        "Urbanisme et habitat",
        "jmoreau",
        "Camille, la salle du conseil est réservée pour la commission.",
        Some("cdurand"),
    ),
    (2, "Direction générale", "ofaure", "Le tableau des emplois est relu, merci à tous.", None),
    (
        2,
        "Secrétaires de mairie du Pays des Trois Rivières",
        "lroux",
        "Karim, à quelle heure est le point de clôture ?",
        Some("kbenali"),
    ),
    (5, "Urbanisme et habitat", "tgirard", "Le géomètre passe demain matin.", None),
    (5, "Direction générale", "ofaure", "Hélène, un mot sur l’ordre du jour ?", Some("hmarchand")),
    (
        5,
        "Secrétaires de mairie du Pays des Trois Rivières",
        "lroux",
        "Sinéad, j’ai bien reçu ton modèle, merci !",
        Some("sobrien"),
    ),
];

/// What is said at the thing of this number.
pub(super) fn happen(world: &mut World, number: usize, at: DateTime<Utc>) {
    for (_, name, who, words, named) in LATER.into_iter().filter(|later| later.0 == number) {
        let mut rooms = world.rooms.iter();
        let room = rooms.find(|(_, room)| room.text("m.room.name", "name") == Some(name));
        if let Some(room) = room.map(|(id, _)| id.clone()) {
            say(world, &room, who, at, words, named);
        }
    }
}

pub(super) fn fill(world: &mut World) {
    let sample = PEOPLE.iter().map(|person| (person.login, person.display_name()));
    let colleagues = COLLEAGUES.iter().map(|(login, name)| (*login, (*name).to_owned()));
    for (login, name) in sample.chain(colleagues) {
        let id = world.user_id(login);
        world.add_user(&id, &name);
    }
    for (name, people, talk) in ROOMS {
        let room = make_room(world, Some(name), people);
        for (who, minutes, words, named) in *talk {
            let at = ago(world, *minutes);
            say(world, &room, who, at, words, *named);
        }
    }
    // A private conversation, which has no name of its own.
    let direct = make_room(world, None, &["lroux", "cdurand"]);
    let (camille, lea) = (world.user_id("cdurand"), world.user_id("lroux"));
    world.add_direct(&camille, &lea, &direct);
    for (minutes, words) in [(22, "Tu es là ? J’ai une question sur le PLU."), (21, "Rien d’urgent.")] {
        let at = ago(world, minutes);
        say(world, &direct, "lroux", at, words, None);
    }
    // A room whose words only its members' own clients can read.
    let sealed = make_room(world, Some("Finances (chiffré)"), &["ofaure", "blefevre", "administrateur"]);
    let (author, at) = (world.user_id("ofaure"), world.clock.now() - TimeDelta::minutes(3));
    let content = json!({"algorithm": "m.megolm.v1.aes-sha2", "ciphertext": "AwgAEnACgA", "device_id": "D", "session_id": "s"});
    world.add_event_at(&sealed, &author, "m.room.encrypted", None, content, at);
    // A space holds rooms and is none.
    let creator = world.user_id("administrateur");
    let space = world.create_room(&creator, Some("La Roche-aux-Fées"), true);
    for person in &PEOPLE {
        let user = world.user_id(person.login);
        if user != creator {
            world.set_membership(&space, &creator, &user, "join", false);
        }
    }
    for (inviter, invited, name) in INVITATIONS {
        let (inviter, invited) = (world.user_id(inviter), world.user_id(invited));
        let room = world.create_room(&inviter, Some(name), false);
        world.set_membership(&room, &inviter, &invited, "invite", false);
    }
}

fn make_room(world: &mut World, name: Option<&str>, people: &[&str]) -> String {
    let creator = people.first().map(|login| world.user_id(login)).unwrap_or_default();
    let room = world.create_room(&creator, name, false);
    for login in people.iter().skip(1) {
        let user = world.user_id(login);
        world.set_membership(&room, &creator, &user, "join", false);
    }
    // Counts are exact from the first receipt on.
    for login in people {
        let user = world.user_id(login);
        world.read_all(&room, &user);
    }
    room
}

fn ago(world: &World, minutes: i64) -> DateTime<Utc> {
    world.clock.now() - TimeDelta::minutes(minutes)
}

fn say(world: &mut World, room: &str, who: &str, at: DateTime<Utc>, words: &str, named: Option<&str>) {
    let author = world.user_id(who);
    let mentioned: Vec<String> = named.iter().map(|login| world.user_id(login)).collect();
    let content = json!({"msgtype": "m.text", "body": words, "m.mentions": {"user_ids": mentioned}});
    world.add_event_at(room, &author, "m.room.message", None, content, at);
}
