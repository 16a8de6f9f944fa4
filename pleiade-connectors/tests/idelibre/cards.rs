//! What people see.

use crate::support::{Assembly, TOWN, count, detail, said, settings, status, title, titles};
use chrono::TimeDelta;
use pleiade_core::{Deadline, EventTime, Item, Sitting, TaskKind, WidgetContent};
use pleiade_testkit::{
    TestClock,
    idelibre::Attendance,
    people::{ADMINISTRATOR, BERNARD, CAMILLE, SINEAD},
};
use serde_json::json;

fn kind(item: &Item) -> TaskKind {
    item.task.as_ref().unwrap().kind
}

fn labels(item: &Item) -> Vec<String> {
    item.actions.iter().map(|action| said(&action.label)).collect()
}

fn pages(item: &Item) -> Vec<String> {
    item.actions.iter().map(|action| action.link.as_ref().unwrap().path().to_owned()).collect()
}

#[tokio::test(start_paused = true)]
async fn an_elu_sees_what_they_have_to_answer_and_to_acknowledge() {
    let town = Assembly::new();
    let card = town.read("convocations", &BERNARD).await;
    assert_eq!(titles(&card), ["Conseil municipal", "Bureau municipal"]);
    assert_eq!(
        (count(&card, "to_answer"), count(&card, "to_acknowledge")),
        (Some((1, false)), Some((2, false)))
    );
    let [council, bureau] = card.items.as_slice() else { panic!("two lines") };

    assert_eq!((kind(council), kind(bureau)), (TaskKind::Answer, TaskKind::Read));
    assert_eq!(status(council), "Réponse attendue, accusé de réception attendu");
    assert_eq!(status(bureau), "Absence annoncée, pouvoir à Mireille Delmas, accusé de réception attendu");
    let Some(EventTime::At(date)) = council.when else { panic!("a date") };
    assert_eq!((council.deadline, bureau.deadline), (Some(Deadline::At(date)), None));
    assert_eq!(
        labels(council),
        ["Répondre (connexion i-delibRE requise)", "Accuser réception (connexion i-delibRE requise)"]
    );
    assert_eq!(labels(bureau), ["Accuser réception (connexion i-delibRE requise)"]);
    let task = council.task.as_ref().unwrap();
    assert_eq!(task.since, Some(TestClock::sample_now() - TimeDelta::days(5)));
    assert_eq!(task.identifiers, [format!("idelibre/{}", council.id)]);
    // They would need a session of the person in i-delibRE.
    assert!(card.items.iter().all(|item| !item.task.as_ref().unwrap().may_be_delegated()));
}

#[tokio::test(start_paused = true)]
async fn links_lead_to_the_sitting_where_the_version_has_its_page() {
    let town = Assembly::new();
    let card = town.read("convocations", &BERNARD).await;
    let sitting = town.read("sittings", &BERNARD).await.items[1].id.clone();
    let council = &card.items[0];
    assert_eq!(
        pages(council),
        [format!("/4.3/attendance/{}", council.id), format!("/4.3/easy/sitting/{sitting}/AR")]
    );
    assert_eq!(council.link.as_ref().unwrap().path(), format!("/4.3/easy/sitting/{sitting}/odj"));
    for version in ["4.1", "4.2"] {
        let town = Assembly::of(version);
        let card = town.read("convocations", &BERNARD).await;
        let client = format!("/{version}/idelibre_client");
        assert_eq!(
            pages(&card.items[0]),
            [client.clone(), client],
            "these versions have no page of an answer"
        );
    }
    let forced = |client: &str| {
        let mut settings = settings("4.2");
        settings["web_client"] = json!(client);
        settings["public_url"] = json!("https://seances.ville.example/delib/");
        Assembly::with(settings)
    };
    let card = forced("easy").read("convocations", &BERNARD).await;
    assert!(card.link.unwrap().as_str() == "https://seances.ville.example/delib/easy/sitting");
}

#[tokio::test(start_paused = true)]
async fn every_version_says_the_answers_that_it_knows() {
    for (version, remote, proxy, deputy) in [
        (
            "4.1",
            "Présence annoncée",
            "Absence annoncée, pouvoir à Mireille Delmas",
            "Absence annoncée, pouvoir à Solène Dupont",
        ),
        (
            "4.2",
            "Présence à distance annoncée",
            "Absence annoncée, pouvoir à Mireille Delmas",
            "Absence annoncée, pouvoir à Solène Dupont",
        ),
        (
            "4.3",
            "Présence à distance annoncée",
            "Absence annoncée, pouvoir à Mireille Delmas",
            "Absence annoncée, suppléance de Solène Dupont",
        ),
    ] {
        let mut wide = settings(version);
        wide["lines"] = json!(40);
        let town = Assembly::with(wide);
        for (number, answer) in [
            Attendance::Remote,
            Attendance::Proxy("mdelmas".into()),
            Attendance::Deputy("sdupont".into()),
            Attendance::Absent,
            Attendance::Unknown("plus tard".into()),
        ]
        .into_iter()
        .enumerate()
        {
            let date = TestClock::sample_now() + TimeDelta::minutes(1 + i64::try_from(number).unwrap());
            let sitting = town.server.add_sitting(TOWN, &format!("Essai {number}"), date);
            town.server.convene(TOWN, &sitting, BERNARD.login, answer, true, true);
        }
        let card = town.read("sittings", &BERNARD).await;
        let said: Vec<String> = card.items[..5].iter().map(status).collect();
        assert_eq!(said, [remote, proxy, deputy, "Absence annoncée", "Réponse donnée"], "{version}");
        // None of them is asked again.
        assert_eq!(
            titles(&town.read("convocations", &BERNARD).await),
            ["Conseil municipal", "Bureau municipal"]
        );
    }
}

#[tokio::test(start_paused = true)]
async fn sittings_come_in_order_and_the_next_one_with_its_documents() {
    for version in ["4.1", "4.2", "4.3"] {
        let town = Assembly::of(version);
        let card = town.read("sittings", &BERNARD).await;
        assert_eq!(
            titles(&card),
            ["Commission des finances", "Conseil municipal", "Bureau municipal"],
            "{version}"
        );
        assert_eq!(count(&card, "sittings_to_come"), Some((3, false)));
        assert_eq!(detail(&card.items[0]), "Bureau des adjoints · 2 projets, 2 annexes");
        assert!(card.items[1..].iter().all(|item| item.detail.is_none()), "read for the next one alone");
        assert_eq!(status(&card.items[0]), "Présence annoncée");
        assert_eq!(labels(&card.items[0]), ["Ouvrir le dossier (connexion i-delibRE requise)"]);
        assert!(card.items.iter().all(|item| item.task.is_none()) && card.notices.is_empty());
        assert_eq!(count(&card, "missing_answers"), None, "the figures are the secretariat's");
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_not_sent_past_or_archived_is_never_shown() {
    let mut wide = settings("4.3");
    wide["lines"] = json!(40);
    let town = Assembly::with(wide);
    let now = TestClock::sample_now();
    let at = |hours| now + TimeDelta::hours(hours);
    for (name, date, sent) in
        [("Hier soir", at(-23), true), ("Avant-hier", at(-25), true), ("Secrète", at(30), false)]
    {
        let sitting = town.server.add_sitting(TOWN, name, date);
        town.server.convene(TOWN, &sitting, BERNARD.login, Attendance::None, sent, false);
    }
    let card = town.read("sittings", &BERNARD).await;
    assert_eq!(
        titles(&card),
        ["Hier soir", "Commission des finances", "Conseil municipal", "Bureau municipal"]
    );
    assert_eq!(count(&card, "sittings_to_come"), Some((3, false)), "what has begun is not to come");
    assert_eq!(detail(&card.items[0]), "", "the next sitting is one that has not begun");
    assert_eq!(status(&card.items[0]), "Sans réponse, accusé de réception attendu");
    let tasks = town.read("convocations", &BERNARD).await;
    assert_eq!(kind(&tasks.items[0]), TaskKind::Read, "a sitting that has begun asks for no answer");
    for hidden in
        ["Avant-hier", "Secrète", "Commission d’appel d’offres", "Conseil municipal archivé", "de la rentrée"]
    {
        let shown = format!("{:?} {:?}", card, tasks);
        assert!(!shown.contains(hidden), "{hidden}");
    }
    assert_eq!(
        town.asked().iter().filter(|path| path.contains("sittings?")).collect::<Vec<_>>(),
        [&format!("/structures/{}/sittings?status=active", pleiade_testkit::Idelibre::structure_id(TOWN))],
        "the archive is never asked for"
    );
}

#[tokio::test(start_paused = true)]
async fn who_is_invited_is_asked_for_no_answer() {
    let town = Assembly::new();
    let card = town.read("convocations", &CAMILLE).await;
    assert_eq!(titles(&card), ["Commission des finances"]);
    assert_eq!(
        (kind(&card.items[0]), status(&card.items[0])),
        (TaskKind::Read, "Invitation, accusé de réception attendu".to_owned())
    );
    assert_eq!(
        (count(&card, "to_answer"), count(&card, "to_acknowledge")),
        (Some((0, false)), Some((1, false)))
    );
}

#[tokio::test(start_paused = true)]
async fn read_and_not_answered_still_asks_for_an_answer() {
    let town = Assembly::new();
    let sitting = town.server.add_sitting(TOWN, "Lue", TestClock::sample_now() + TimeDelta::hours(1));
    town.server.convene(TOWN, &sitting, BERNARD.login, Attendance::None, true, true);
    let card = town.read("convocations", &BERNARD).await;
    assert_eq!((title(&card.items[0]), kind(&card.items[0])), ("Lue".to_owned(), TaskKind::Answer));
    assert_eq!(labels(&card.items[0]), ["Répondre (connexion i-delibRE requise)"]);
    assert_eq!(
        (count(&card, "to_answer"), count(&card, "to_acknowledge")),
        (Some((2, false)), Some((2, false)))
    );
}

#[tokio::test(start_paused = true)]
async fn the_legal_time_is_told_where_the_portal_shows_another() {
    let zoned = |zone: &str| {
        let mut settings = settings("4.3");
        settings["structures"][0]["time_zone"] = json!(zone);
        Assembly::with(settings)
    };
    // Six and seven in the evening in Paris are four and five of the next morning in Nouméa.
    let card = zoned("Pacific/Noumea").read("sittings", &BERNARD).await;
    let legal = "Heure légale : mardi 17 mars, 4 h 00 (Pacific/Noumea)";
    assert_eq!(detail(&card.items[0]), format!("{legal} · Bureau des adjoints · 2 projets, 2 annexes"));
    assert!(detail(&card.items[1]).starts_with("Heure légale : samedi 21 mars, 5 h 00"));
    assert_eq!(sittings(&card)[..2], ["2026-03-17 Commission des finances", "2026-03-21 Conseil municipal"]);
    let tasks = zoned("Pacific/Noumea").read("convocations", &BERNARD).await;
    assert!(detail(&tasks.items[0]).starts_with("Heure légale : samedi 21 mars, 5 h 00"));
    // Another name of the same time is the same time.
    let card = zoned("Europe/Brussels").read("sittings", &BERNARD).await;
    assert_eq!(detail(&card.items[0]), "Bureau des adjoints · 2 projets, 2 annexes");
    assert_eq!(sittings(&card)[0], "2026-03-16 Commission des finances", "the day is that of the structure");
}

/// The sittings that the portal proposes.
fn sittings(card: &WidgetContent) -> Vec<String> {
    let told = |one: &Sitting| format!("{} {}", one.day, title(&Item::new("", one.title.clone())));
    card.sittings.iter().map(told).collect()
}

#[tokio::test(start_paused = true)]
async fn the_portal_learns_the_sittings_that_the_person_knows_of_and_no_other() {
    let town = Assembly::new();
    // Hers and those that she follows up, each once, however few lines the card has.
    let mut settings = settings("4.3");
    settings["lines"] = json!(1);
    let known = sittings(&Assembly::with(settings).read("sittings", &SINEAD).await);
    assert_eq!(known.iter().filter(|one| one.ends_with("Conseil municipal")).count(), 1, "{known:?}");
    let standing_in = town.load("sittings", &town.context(&SINEAD).standing_in()).await.unwrap();
    assert!(standing_in.sittings.is_empty());
    assert!(town.read("sittings", &ADMINISTRATOR).await.sittings.is_empty());
    assert_eq!(sittings(&town.read("sittings", &BERNARD).await).len(), 3, "those to which he is convened");
}

#[tokio::test(start_paused = true)]
async fn the_secretariat_follows_up_the_answers_and_deputies_are_apart() {
    for (version, missing, line) in [
        ("4.3", 3, "4 réponses reçues, 2 manquantes, et 1 d’un suppléant"),
        // Nothing tells a deputy from an élu.
        ("4.2", 4, "4 réponses reçues, 3 manquantes"),
    ] {
        let town = Assembly::of(version);
        let mut cx = town.named(&SINEAD, None);
        cx.tenant = pleiade_testkit::people::tenant_named(TOWN).into();
        let card = town.load("sittings", &cx).await.unwrap();
        assert_eq!(count(&card, "missing_answers"), Some((missing, false)), "{version}");
        assert_eq!(count(&card, "answers_received"), Some((6, false)));
        assert_eq!(count(&card, "sittings_to_come"), None, "she has no key, hence no sitting of her own");
        assert_eq!(
            titles(&card),
            [
                "Commission des finances",
                "Conseil municipal",
                "Bureau municipal",
                "Commission d’appel d’offres"
            ]
        );
        assert_eq!(status(&card.items[1]), line, "{version}");
        assert_eq!(status(&card.items[0]), "1 réponse reçue, 1 manquante");
        assert_eq!(status(&card.items[3]), "Convocations pas encore envoyées");
        assert_eq!(labels(&card.items[1]), ["Suivre les réponses (connexion i-delibRE requise)"]);
        assert!(pages(&card.items[1])[0].ends_with("/actors"));
        assert_eq!(card.link.unwrap().path(), format!("/{version}/board"));
        let noun = card.indicators[0].noun.clone();
        assert!(said(&noun).contains("sans compter les suppléants"));
    }
}

#[tokio::test(start_paused = true)]
async fn lines_of_the_secretariat_are_for_its_groups_and_for_nobody_in_their_place() {
    let town = Assembly::new();
    // At home she is convened too: her own line, then those that she follows up.
    let card = town.read("sittings", &SINEAD).await;
    assert_eq!(titles(&card), ["Conseil municipal", "Conseil municipal"]);
    assert_eq!(
        (count(&card, "sittings_to_come"), count(&card, "missing_answers")),
        (Some((1, false)), Some((1, false)))
    );
    let standing_in = town.load("sittings", &town.context(&SINEAD).standing_in()).await.unwrap();
    assert!(standing_in.items.is_empty() && standing_in.indicators.is_empty());
    // An administrator of i-delibRE who is in none of the groups.
    let card = town.read("sittings", &ADMINISTRATOR).await;
    assert!(card.items.is_empty());
    assert_eq!((count(&card, "sittings_to_come"), count(&card, "missing_answers")), (Some((0, false)), None));
}

#[tokio::test(start_paused = true)]
async fn each_collectivite_reads_its_own_structure() {
    let town = Assembly::new();
    let mut elsewhere = town.context(&BERNARD);
    elsewhere.tenant = pleiade_testkit::people::tenant_named("val-d-ombre").into();
    // Nobody of his name is there.
    let card = town.load("sittings", &elsewhere).await.unwrap();
    assert!(card.items.is_empty() && card.notices.is_empty());
    elsewhere.tenant = pleiade_testkit::people::tenant_named("inconnue").into();
    let error = town.load("sittings", &elsewhere).await.unwrap_err();
    assert_eq!(error.kind(), pleiade_core::ErrorKind::BadConfiguration);
}
