//! Sample data: what waits for people of a town hall, what is too much, and what is hostile.

use super::{
    dav::BASE,
    model::{Account, Card, Event, File, Notification, Room, Share, Span, Task, World},
};
use crate::{
    people::{PEOPLE, SamplePerson},
    simulator::HOSTILE_TEXTS,
    sittings::{self, SampleSitting},
};
use chrono::{DateTime, Days, NaiveDate, TimeDelta, TimeZone as _, Utc};
use chrono_tz::Europe::Paris;

/// A moment of a day in Paris; noon UTC should the clocks jump over it.
fn local_time(day: NaiveDate, hour: u32, minute: u32) -> DateTime<Utc> {
    day.and_hms_opt(hour, minute, 0)
        .and_then(|local| Paris.from_local_datetime(&local).earliest())
        .map_or_else(|| Utc.from_utc_datetime(&day.and_time(chrono::NaiveTime::MIN)), |at| at.to_utc())
}

fn later(day: NaiveDate, days: u64) -> NaiveDate {
    day.checked_add_days(Days::new(days)).unwrap_or(day)
}

fn earlier(day: NaiveDate, days: u64) -> NaiveDate {
    day.checked_sub_days(Days::new(days)).unwrap_or(day)
}

/// Fills an empty world.
pub(super) fn fill(world: &mut World, now: DateTime<Utc>) {
    for person in PEOPLE {
        let account = Account::new(person.login, &person.display_name(), &person.mail(), world, now);
        world.accounts.insert(person.login.to_owned(), account);
    }
    let [camille, bernard, sinead, administrator, helene, karim] = PEOPLE;
    agent(&mut Seeder::new(world, camille.login, now), &bernard);
    elected(&mut Seeder::new(world, bernard.login, now), &camille);
    clerk(&mut Seeder::new(world, sinead.login, now), &bernard);
    head_of_services(&mut Seeder::new(world, helene.login, now));
    accountant(&mut Seeder::new(world, karim.login, now), &bernard);
    let mut seeder = Seeder::new(world, administrator.login, now);
    // At this time of day wherever one is: what phones write.
    let evening = Event {
        uid: "sauvegarde".to_owned(),
        summary: "Vérifier la sauvegarde".to_owned(),
        when: Span::Floating(
            seeder.day.and_time(chrono::NaiveTime::MIN) + TimeDelta::hours(18),
            TimeDelta::minutes(30),
        ),
        ..Event::default()
    };
    seeder.account().events.push(evening);
    seeder.notify(
        3,
        "updatenotification",
        "Mise à jour 31.0.9 disponible",
        "",
        "/index.php/settings/admin/overview",
    );
}

fn agent(seeder: &mut Seeder<'_>, colleague: &SamplePerson) {
    let day = seeder.day;
    let name = colleague.display_name();
    seeder.notify(
        1,
        "spreed",
        &format!("{name} s’adresse à vous dans une conversation privée"),
        "La délibération du permis d’aménager est prête, pouvez-vous relire ?",
        "/index.php/call/delib26#message_70",
    );
    seeder.notify(
        5,
        "files_sharing",
        &format!("{name} a partagé « Budget 2027.ods » avec vous"),
        "",
        "/index.php/f/512",
    );
    seeder.notify(26, "calendar", "Rappel : commission d’urbanisme", "À 14 h, salle du conseil", "");
    seeder.room("delib26", 1, &name, 2, true, &name, "Pouvez-vous relire la délibération ?");
    seeder.room(
        "urba",
        2,
        "Service urbanisme",
        11,
        false,
        "Anne Marchand",
        "Le dossier du lotissement est complet.",
    );
    seeder.room("crise", 2, "Cellule de crise", 0, false, &name, "Fin de l’alerte orage.");
    seeder.sit("commission", &sittings::PLANNING);
    seeder.event("point", "Point hebdomadaire du service", "Bureau 12", local_time(day, 16, 30), 45, true);
    seeder.event("rdv", "Rendez-vous avec un pétitionnaire", "Accueil", local_time(day, 18, 0), 30, false);
    seeder.whole_day("inventaire", "Inventaire des archives", later(day, 2));
    seeder.task("Répondre à la demande de certificat d’urbanisme", Some(earlier(day, 2)), 1);
    seeder.task("Préparer l’ordre du jour de la commission", Some(day), 1);
    seeder.task("Relire le règlement du lotissement", Some(later(day, 6)), 5);
    seeder.task("Trier les archives de 2019", None, 0);
    seeder.file("Urbanisme/Permis/PA 099 26 R0007.odt", 2, false);
    seeder.file("Délibérations/Délib 2026-11.md", 4, true);
    seeder.file("Modèles/Courrier de refus.odt", 50, false);
    seeder.file("Note de service.md", 80, true);
    seeder.share("Anne Marchand", "Conseil municipal de mars", 6, false);
    seeder.share(&name, "Budget 2027.ods", 9, false);
    seeder.share("Service technique", "Plan de voirie.pdf", 1, true);
    seeder.card("Relancer le géomètre", Some(local_time(earlier(day, 1), 17, 0)));
    seeder.card("Publier l’avis d’enquête", Some(local_time(later(day, 3), 12, 0)));
    seeder.account().quota = Some((4_600_000_000, 5_000_000_000));
    seeder.account().presence = Some("online".to_owned());
}

fn head_of_services(seeder: &mut Seeder<'_>) {
    let day = seeder.day;
    seeder.notify(
        2,
        "files_sharing",
        "Le service des marchés a partagé « Groupement de commandes » avec vous",
        "",
        "/index.php/f/640",
    );
    seeder.room(
        "comdir",
        2,
        "Comité de direction",
        3,
        true,
        "Léa Roux",
        "L’ordre du jour du conseil est prêt.",
    );
    seeder.event("comdir", "Comité de direction", "Salle du conseil", local_time(day, 9, 0), 90, true);
    seeder.event(
        "agents",
        "Réunion du personnel",
        "Grande salle",
        local_time(later(day, 2), 14, 0),
        120,
        false,
    );
    seeder.task("Relire le rapport social unique", Some(later(day, 1)), 1);
    seeder.task("Préparer les lignes directrices de gestion", Some(later(day, 9)), 5);
    seeder.file("Conseil/Ordre du jour.odt", 1, true);
    seeder.share("Service des marchés", "Groupement de commandes", 3, false);
    seeder.account().quota = Some((1_200_000_000, 10_000_000_000));
}

fn accountant(seeder: &mut Seeder<'_>, colleague: &SamplePerson) {
    let day = seeder.day;
    seeder.notify(
        1,
        "files_sharing",
        &format!("{} a partagé « Budget 2027.ods » avec vous", colleague.display_name()),
        "",
        "/index.php/f/512",
    );
    seeder.room(
        "finances",
        2,
        "Service des finances",
        2,
        false,
        "Anne Marchand",
        "Le bordereau 118 est parti.",
    );
    seeder.event(
        "cloture",
        "Point de clôture avec la trésorerie",
        "Bureau 4",
        local_time(day, 10, 30),
        60,
        false,
    );
    seeder.task("Pointer les rattachements de charges", Some(day), 1);
    seeder.task("Relancer les régies", Some(later(day, 3)), 5);
    seeder.file("Finances/Suivi des engagements.ods", 0, true);
    seeder.file("Finances/Régies/Relevé.pdf", 5, false);
}

fn elected(seeder: &mut Seeder<'_>, colleague: &SamplePerson) {
    let day = seeder.day;
    seeder.notify(
        2,
        "spreed",
        "Madame la Maire vous invite à « Bureau municipal »",
        "",
        "/index.php/call/bureau",
    );
    seeder.room(
        "bureau",
        2,
        "Bureau municipal",
        4,
        true,
        "Madame la Maire",
        "Merci de confirmer votre présence.",
    );
    seeder.event("finances", "Point finances", "Bureau des adjoints", local_time(day, 16, 0), 45, true);
    seeder.sit("bureau", &sittings::BUREAU);
    seeder.sit("conseil", &sittings::COUNCIL);
    seeder.task("Signer la convention avec l’école de musique", Some(later(day, 1)), 1);
    seeder.file("Conseil/Convocation.pdf", 20, true);
    seeder.share(&colleague.display_name(), "Dossier de séance", 3, true);
}

fn clerk(seeder: &mut Seeder<'_>, colleague: &SamplePerson) {
    let day = seeder.day;
    seeder.notify(
        1,
        "files_sharing",
        "Le dossier « État civil » est partagé avec vous",
        "",
        "/index.php/f/700",
    );
    seeder.room(
        "secretaires",
        2,
        "Secrétaires de mairie",
        23,
        false,
        "Paul Renard",
        "Qui a le modèle d’arrêté ?",
    );
    // They are calling each other at this moment, and meet again tomorrow.
    if let Some(room) = seeder.account().rooms.last_mut() {
        room.call = true;
    }
    let room = format!("{BASE}/call/secretaires");
    seeder.event("point", "Point des secrétaires", &room, local_time(later(day, 1), 9, 0), 30, false);
    seeder.event("tresorerie", "Rendez-vous à la trésorerie", "", local_time(day, 10, 0), 60, false);
    seeder.task("Télétransmettre le compte administratif", Some(later(day, 4)), 1);
    seeder.file("Val-d’Ombre/Registre des arrêtés.ods", 3, false);
    seeder.share(&colleague.display_name(), "Compte administratif", 30, false);
}

/// Adds things to one account.
pub(super) struct Seeder<'a> {
    world: &'a mut World,
    login: String,
    now: DateTime<Utc>,
    day: NaiveDate,
}

impl<'a> Seeder<'a> {
    /// The account is created if need be.
    pub(super) fn new(world: &'a mut World, login: &str, now: DateTime<Utc>) -> Self {
        if !world.accounts.contains_key(login) {
            let account = Account::new(login, login, "", world, now);
            world.accounts.insert(login.to_owned(), account);
        }
        Self { world, login: login.to_owned(), now, day: now.with_timezone(&Paris).date_naive() }
    }

    fn account(&mut self) -> &mut Account {
        self.world.accounts.entry(self.login.clone()).or_default()
    }

    fn hours_ago(&self, hours: i64) -> DateTime<Utc> {
        self.now - TimeDelta::hours(hours)
    }

    pub(super) fn notify(
        &mut self,
        hours: i64,
        app: &'static str,
        subject: &str,
        message: &str,
        link: &str,
    ) -> u64 {
        let (id, at) = (self.world.next_id(), self.hours_ago(hours));
        let (subject, message, link) = (subject.to_owned(), message.to_owned(), link.to_owned());
        self.account().notifications.push(Notification { id, app, at, subject, message, link });
        id
    }

    #[expect(clippy::too_many_arguments, reason = "one line of sample data each")]
    fn room(
        &mut self,
        token: &str,
        kind: u8,
        name: &str,
        unread: u64,
        mentioned: bool,
        author: &str,
        message: &str,
    ) {
        let (id, at) = (self.world.next_id(), self.hours_ago(1));
        let room = Room {
            id,
            token: token.to_owned(),
            kind,
            object_type: "",
            name: name.to_owned(),
            unread,
            mentioned,
            at,
            author: author.to_owned(),
            message: message.to_owned(),
            call: false,
        };
        self.account().rooms.push(room);
    }

    fn event(
        &mut self,
        uid: &str,
        summary: &str,
        location: &str,
        at: DateTime<Utc>,
        minutes: i64,
        weekly: bool,
    ) {
        let event = Event {
            uid: uid.to_owned(),
            summary: summary.to_owned(),
            location: location.to_owned(),
            description: String::new(),
            when: Span::At(at, TimeDelta::minutes(minutes)),
            weekly,
        };
        self.account().events.push(event);
    }

    fn sit(&mut self, uid: &str, sitting: &SampleSitting) {
        let (starts, minutes) = (sitting.starts(self.now), sitting.minutes);
        self.event(uid, sitting.name, sitting.place, starts, minutes, false);
    }

    fn whole_day(&mut self, uid: &str, summary: &str, day: NaiveDate) {
        let (uid, summary) = (uid.to_owned(), summary.to_owned());
        let event = Event { uid, summary, when: Span::Day(day), ..Event::default() };
        self.account().events.push(event);
    }

    fn task(&mut self, summary: &str, due: Option<NaiveDate>, priority: u8) {
        let uid = format!("task-{}", self.world.next_id());
        self.account().tasks.push(Task { uid, summary: summary.to_owned(), due, priority });
    }

    fn file(&mut self, path: &str, hours: i64, favourite: bool) {
        let (id, at) = (self.world.next_id(), self.hours_ago(hours));
        self.account().files.push(File { id, path: path.to_owned(), at, favourite });
    }

    fn share(&mut self, owner: &str, name: &str, hours: i64, pending: bool) {
        let (id, at) = (self.world.next_id(), self.hours_ago(hours));
        let (owner, name) = (owner.to_owned(), name.to_owned());
        self.account().shares.push(Share { id, owner, name, at, pending });
    }

    fn card(&mut self, title: &str, due: Option<DateTime<Utc>>) {
        let id = self.world.next_id();
        let account = self.account();
        account.has_board = true;
        account.cards.push(Card { id, title: title.to_owned(), due });
    }

    /// `count` more of each thing.
    pub(super) fn many(&mut self, count: usize) {
        let day = self.day;
        for n in 0..count {
            self.notify(2, "spreed", &format!("Notification {n}"), "Le texte de la notification", "");
            self.room(
                &format!("room{n}"),
                2,
                &format!("Conversation {n}"),
                3,
                n % 2 == 0,
                "Anne Marchand",
                "Bonjour",
            );
            self.whole_day(&format!("day-{n}"), &format!("Événement {n}"), day);
            self.task(&format!("Tâche {n}"), Some(earlier(day, 1)), 5);
            self.file(&format!("Dossier/Fichier {n}.odt"), 3, n % 2 == 0);
            self.share("Anne Marchand", &format!("Partage {n}"), 4, n % 2 == 0);
            self.card(&format!("Carte {n}"), Some(local_time(later(day, 1), 9, 0)));
        }
    }

    /// Each hostile text in each field that somebody else fills in.
    pub(super) fn hostile(&mut self) {
        let day = self.day;
        for (n, text) in HOSTILE_TEXTS.iter().enumerate() {
            self.notify(1, "spreed", text, text, text);
            self.room(&format!("hostile{n}"), 2, text, 1, true, text, text);
            self.event(&format!("hostile-{n}"), text, text, local_time(later(day, 1), 12, 0), 30, false);
            self.task(text, Some(day), 1);
            self.file(text, 1, true);
            self.share(text, text, 1, true);
            self.share(text, text, 1, false);
            self.card(text, Some(local_time(later(day, 1), 9, 0)));
        }
    }
}
