//! What cards make of what was handed over: states, deadlines, half days, half-written and late drops.

use super::support::{LATE, REQUESTS, built, built_in, cx, load, notices, without_network};
use chrono::{DateTime, Utc};
use pleiade_connectors::{exchange::profile::ExchangeConnector, text::Catalogue};
use pleiade_core::{
    Amount, Clock as _, Connector as _, Deadline, ErrorKind, EventTime, Locale, Severity, WidgetContent,
};
use pleiade_testkit::TestClock;
use serde_json::json;
use sha2::{Digest as _, Sha256};
use std::{fmt::Write as _, sync::Arc, time::Duration};

const COLUMNS: &str = "agent;liste;id;titre;sous_titre;statut;date;date_fin;debut_matin;fin_apres_midi;duree;unite;echeance;montant;url\n";

struct Folder {
    folder: tempfile::TempDir,
    clock: Arc<TestClock>,
    connector: ExchangeConnector,
}

impl Folder {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let source = json!({ "files": { "folder": folder.path() } });
        let connector = built(source, json!({}), without_network()).unwrap();
        Self { folder, clock: Arc::new(TestClock::default()), connector }
    }

    /// Writes files and their manifest, made at this time.
    fn drop(&self, files: &[(&str, &str)], at: DateTime<Utc>) {
        let mut listed = Vec::new();
        for (name, text) in files {
            std::fs::write(self.folder.path().join(name), text).unwrap();
            let digest = Sha256::digest(text).iter().fold(String::new(), |mut hex, byte| {
                let _ = write!(hex, "{byte:02x}");
                hex
            });
            listed.push(json!({ "nom": name, "lignes": text.lines().count() - 1, "sha256": digest }));
        }
        let manifest = json!({ "schema": "pleiade.depot/1", "produit_le": at, "fichiers": listed });
        std::fs::write(self.folder.path().join("manifest.json"), manifest.to_string()).unwrap();
    }

    /// Each row of `elements`, made now.
    fn elements(&self, rows: &str) {
        self.drop(&[("elements.csv", &format!("{COLUMNS}{rows}"))], self.clock.now());
    }

    /// A card of `d`, once what was read before is no more kept.
    async fn card(&self, card: usize) -> WidgetContent {
        tokio::time::advance(Duration::from_secs(31)).await;
        load(&self.connector, card, &cx("ville", Some("d"), &self.clock)).await.unwrap()
    }
}

#[tokio::test(start_paused = true)]
async fn what_waits_is_what_its_state_says_and_comes_first_by_its_deadline() {
    let folder = Folder::new();
    folder.elements(
        "d;bc;1;Sans délai;;A_VISER;;;;;;;;;\n\
         d;bc;2;Ancienne;;A_VISER;2026-01-10;;;;;;;;\n\
         d;bc;3;Pressée;;A_VISER;2026-11-20;;;;;;2026-11-24;;https://metier.ville.example/3\n\
         d;bc;4;Validée;;VALIDÉE;2026-11-20;;;;;;;;\n\
         d;bc;5;En retard;;EN_RETARD;2026-11-22;;;;;;;;https://ailleurs.example/5\n\
         d;bc;6;Ailleurs;;EN_COURS;2026-11-20;;;;;;;;https://metier.ville.example:8443/6\n\
         d;bc;7;Sans état;;;2026-11-21;;;;;;;;javascript:alert(1)\n\
         d;bc;9;Mot inconnu;;BLOQUÉE;2026-11-23;;;;;;;;\n\
         d;autre;8;Liste inconnue;;A_VISER;;;;;;;;;\n",
    );
    let content = folder.card(0).await;
    let ids: Vec<&str> = content.items.iter().map(|item| item.id.as_str()).collect();
    assert_eq!(
        ids,
        ["bc/2", "bc/3", "bc/7", "bc/5", "bc/9", "bc/1", "bc/4", "bc/6"],
        "a list that no card names is shown nowhere"
    );
    let waits: Vec<bool> = content.items.iter().map(|item| item.task.is_some()).collect();
    assert_eq!(
        waits,
        [true, true, true, true, true, true, false, false],
        "a word that nobody knows hides no task"
    );
    assert_eq!(
        content.items[0].deadline,
        Some(Deadline::Day("2026-02-09".parse().unwrap())),
        "thirty days after"
    );
    assert_eq!(content.indicators[0].amount, Amount::count(6));
    let late = content.indicators.iter().find(|indicator| indicator.key == LATE).unwrap();
    assert_eq!((late.amount, late.severity), (Amount::count(1), Severity::Alert));
    let link = |n: usize| content.items[n].link.as_ref().unwrap().as_str();
    assert_eq!(
        (link(1), link(3), link(2)),
        ("https://metier.ville.example/3", "https://metier.ville.example/", "https://metier.ville.example/")
    );
    assert_eq!(link(6), "https://metier.ville.example/", "another port is another application");
}

#[tokio::test(start_paused = true)]
async fn absences_show_their_half_days_and_a_request_that_became_one_is_shown_once() {
    let folder = Folder::new();
    folder.elements(
        "d;mes_demandes;1;Congés annuels;;EN_ATTENTE;2026-12-02;2026-12-05;0;1;3,5;jours;;;\n\
         d;mes_demandes;2;RTT;;VALIDEE;2026-12-10;2026-12-10;1;0;3:30;heures;;;\n\
         d;absences;3;RTT;;VALIDE;2026-12-10;2026-12-10;1;0;3:30;heures;;;\n\
         d;absences;4;Formation;;DÉPLACÉE;2026-12-11;2026-12-11;1;1;;;;;\n\
         d;absences;6;Formation;;DÉPLACÉE;2026-12-11;2026-12-11;1;1;;;;;\n\
         e;absences;5;Maladie;;VALIDE;2026-12-11;2026-12-11;1;1;;;;;\n",
    );
    let content = folder.card(1).await;
    let titles: Vec<String> = content.items.iter().map(|item| format!("{:?}", item.title)).collect();
    assert_eq!(content.items.len(), 4, "{titles:?}");
    assert_eq!(content.indicators[0].amount, Amount::count(1));
    assert_eq!(content.indicators[0].key, REQUESTS);
    let days = EventTime::Days("2026-12-02".parse().unwrap(), "2026-12-05".parse().unwrap());
    assert_eq!(content.items[0].when, Some(days));
    let words = Catalogue::builder().build();
    let detail = |locale, n: usize| {
        words.text(locale, chrono_tz::Europe::Paris, content.items[n].detail.as_ref().unwrap())
    };
    assert_eq!(detail(Locale::Fr, 0), "3,5\u{a0}jours (à partir de midi)");
    assert_eq!(detail(Locale::Fr, 1), "3\u{a0}h\u{a0}30 (jusqu’à midi)");
    assert_eq!(detail(Locale::En, 0), "3.5 days (from noon)");
    let status = content.items[2].status.as_ref().unwrap();
    assert_eq!(words.message(Locale::Fr, chrono_tz::Europe::Paris, status), "DÉPLACÉE", "as it is written");
}

#[tokio::test(start_paused = true)]
async fn amounts_are_written_in_full_and_owed_ones_keep_their_sign() {
    let folder = Folder::new();
    folder.elements("d;bc;1;Garage;Révision;A_VISER;;;;;;;;1 870,40;\nd;bc;2;Avoir;;A_VISER;;;;;;;;-0,50;\n");
    let content = folder.card(0).await;
    let words = Catalogue::builder().build();
    let detail = |n: usize| {
        words.text(Locale::Fr, chrono_tz::Europe::Paris, content.items[n].detail.as_ref().unwrap())
    };
    assert_eq!(detail(0), "Révision · 1\u{202f}870,40\u{a0}€");
    assert_eq!(detail(1), "−0,50\u{a0}€");
}

#[tokio::test(start_paused = true)]
async fn a_budget_beyond_a_hundred_is_told_as_it_is() {
    let folder = Folder::new();
    let figures = "agent;code;libelle;valeur;unite\nd;budget_consomme;Budget;112,4;pourcent\n";
    folder.drop(&[("indicateurs.csv", figures)], folder.clock.now());
    let content = folder.card(0).await;
    assert_eq!(
        content.indicators.len(),
        1,
        "of a list that was not handed over nobody knows that it is empty"
    );
    let budget = content.indicators.last().unwrap();
    assert_eq!((budget.amount, budget.severity), (Amount::Percent(112.4), Severity::Warning));
}

#[tokio::test(start_paused = true)]
async fn the_clockings_of_today_are_shown_in_their_order() {
    let folder = Folder::new();
    let today = folder.clock.now().date_naive();
    let clockings = format!(
        "agent;date;heure;sens\nd;{today};12:05;S\nd;{today};08:31;E\nd;2020-01-01;08:00;E\ne;{today};07:00;E\n"
    );
    let elements = format!("{COLUMNS}d;absences;1;x;;;;;;;;;;;\n");
    folder.drop(&[("elements.csv", &elements), ("pointages.csv", &clockings)], folder.clock.now());
    let content = folder.card(1).await;
    let titles: Vec<String> = content.items.iter().skip(1).map(|item| format!("{:?}", item.title)).collect();
    assert!(titles.len() == 2 && titles[0].contains("x-in") && titles[1].contains("x-out"), "{titles:?}");
    let standing = cx("ville", Some("d"), &folder.clock).standing_in();
    let content = load(&folder.connector, 1, &standing).await.unwrap();
    assert!(content.items.is_empty() && content.indicators.is_empty(), "nobody else's to see");
}

#[tokio::test(start_paused = true)]
async fn what_is_late_short_or_half_written_is_told_and_the_last_good_one_stays_dated() {
    let folder = Folder::new();
    let rows = |count: usize| {
        (0..count).fold(String::new(), |text, n| text + &format!("d;bc;{n};x;;A_VISER;;;;;;;;;\n"))
    };
    let first = folder.clock.now();
    folder.elements(&rows(40));
    let content = folder.card(0).await;
    assert_eq!((content.items.len(), notices(&content), content.as_of), (40, vec![], Some(first)));
    folder.elements(&rows(3));
    let content = folder.card(0).await;
    assert_eq!(
        (content.items.len(), notices(&content), content.as_of),
        (40, vec!["kit-exchange-short"], Some(first))
    );
    // An administrator who asks again has looked at it.
    folder.connector.retry();
    let content = folder.card(0).await;
    assert_eq!((content.items.len(), notices(&content)), (3, vec![]));
    std::fs::write(folder.folder.path().join("elements.csv"), "agent;liste;id;titre\nd;bc;\"1").unwrap();
    let content = folder.card(0).await;
    assert_eq!((content.items.len(), notices(&content)), (3, vec!["kit-exchange-half-written"]));
    folder.elements(&rows(4));
    assert_eq!(notices(&folder.card(0).await), Vec::<&str>::new());
    tokio::time::advance(Duration::from_secs(37 * 3600)).await;
    let content = folder.card(0).await;
    assert_eq!((content.items.len(), notices(&content)), (4, vec!["kit-exchange-late"]));
    folder.elements("d;bc;1;x;;A_VISER;;;;;;;;beaucoup;\nd;bc;2;x;;A_VISER;;;;;;;;;\nd;bc;3\n");
    let content = folder.card(0).await;
    assert_eq!(
        notices(&content),
        ["kit-unreadable", "kit-missing"],
        "one of theirs, and one of nobody knows whom"
    );
    assert_eq!(content.indicators[0].amount, Amount::Count { value: 1, at_least: true });
}

#[tokio::test(start_paused = true)]
async fn a_row_that_cannot_be_read_is_missing_from_its_own_list_alone() {
    let folder = Folder::new();
    let figures =
        "agent;code;libelle;valeur;unite\nd;budget_consomme;Budget;40;pourcent\nd;autre;x;beaucoup;jours\n";
    let elements = format!(
        "{COLUMNS}d;bc;1;x;;A_VISER;;;;;;;;;\nd;absences;2;x;;;le mardi;;;;;;;;\nd;ailleurs;3;x;;;;;;;;;;trop;\n"
    );
    folder.drop(&[("elements.csv", &elements), ("indicateurs.csv", figures)], folder.clock.now());
    let orders = folder.card(0).await;
    assert_eq!(notices(&orders), Vec::<&str>::new(), "neither its list nor its figure");
    assert_eq!(orders.indicators[0].amount, Amount::count(1));
    assert_eq!(notices(&folder.card(1).await), ["kit-unreadable"]);
    // A figure without a code may be the number of this list.
    let lost = format!("{figures}d;;x;9;nombre\n");
    folder.drop(&[("elements.csv", &elements), ("indicateurs.csv", &lost)], folder.clock.now());
    assert_eq!(folder.card(0).await.indicators[0].amount, Amount::Count { value: 1, at_least: true });
    // Without a list nobody knows which card it is missing from.
    let elements = format!("{COLUMNS}d;bc;1;x;;A_VISER;;;;;;;;;\nd;;2;x;;;;;;;;;;;\n");
    folder.drop(&[("elements.csv", &elements), ("indicateurs.csv", figures)], folder.clock.now());
    let orders = folder.card(0).await;
    assert_eq!(notices(&orders), ["kit-unreadable"]);
    assert_eq!(orders.indicators[0].amount, Amount::Count { value: 1, at_least: true });
    assert_eq!(notices(&folder.card(1).await), ["kit-unreadable"]);
}

#[tokio::test(start_paused = true)]
async fn clockings_are_of_the_zone_of_the_source() {
    let folder = tempfile::tempdir().unwrap();
    let clock = Arc::new(TestClock::default());
    let today = clock.now().date_naive();
    std::fs::write(folder.path().join("elements.csv"), format!("{COLUMNS}d;absences;1;x;;;;;;;;;;;\n"))
        .unwrap();
    let rows = format!("agent;date;heure;sens\nd;{today};05:00;E\n");
    std::fs::write(folder.path().join("pointages.csv"), rows).unwrap();
    let at = async |zone: Option<chrono_tz::Tz>| {
        let connector = built_in(json!({ "files": { "folder": folder.path() } }), zone);
        let d = cx("ville", Some("d"), &clock);
        let _ = load(&connector, 1, &d).await;
        tokio::time::advance(Duration::from_secs(61)).await;
        let content = load(&connector, 1, &d).await.unwrap();
        content
            .items
            .iter()
            .find_map(|item| item.when.filter(|_| item.status.is_none() && item.id.contains("x-in")))
    };
    let utc = |hour| EventTime::At(today.and_hms_opt(hour, 0, 0).unwrap().and_utc());
    assert_eq!(at(None).await, Some(utc(4)), "five in Paris, in winter");
    assert_eq!(at(Some(chrono_tz::America::Martinique)).await, Some(utc(9)), "five in Fort-de-France");
}

#[tokio::test(start_paused = true)]
async fn a_folder_without_a_drop_is_an_error_and_no_empty_card() {
    let folder = Folder::new();
    let error = load(&folder.connector, 0, &cx("ville", Some("d"), &folder.clock)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotHandedOver);
    assert_eq!(folder.connector.probe().await.unwrap_err().kind(), ErrorKind::NotHandedOver);
    folder.elements("d;bc;1;x;;A_VISER;;;;;;;;;\n");
    folder.connector.probe().await.unwrap();
}

/// Every message of the kit that a card of the contract may show, completed.
#[test]
fn every_message_is_complete() {
    let words = Catalogue::builder().build();
    let text = pleiade_connectors::text::common_messages(Locale::Fr);
    let plain = text
        .lines()
        .filter_map(|line| line.split_once(" = "))
        .filter(|(key, _)| key.starts_with("kit-exchange-"));
    let mut tried = 0;
    for (key, _) in plain {
        let message = pleiade_core::Message::new(key.to_owned()).with_text("label", "x");
        for locale in Locale::ALL {
            words.try_message(locale, chrono_tz::Europe::Paris, &message).unwrap();
        }
        tried += 1;
    }
    assert!(tried > 12);
}
