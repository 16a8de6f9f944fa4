//! The accounts of Civil, their baskets and their purchase orders.

use crate::simulator::HOSTILE_TEXTS;
use chrono::{DateTime, Datelike as _, TimeDelta, Utc};
use chrono_tz::Europe::Paris;
use std::collections::BTreeMap;

/// A task of a basket.
#[derive(Debug, Clone)]
pub(super) struct Task {
    pub(super) number: i64,
    pub(super) label: String,
    pub(super) day: String,
    pub(super) hour: String,
    pub(super) url: String,
    pub(super) document: Option<String>,
    /// Its attribute and the values that it may have.
    pub(super) answer: Option<(&'static str, &'static str)>,
}

/// A group of tasks.
#[derive(Debug, Clone)]
pub(super) struct Group {
    pub(super) application: String,
    pub(super) process: String,
    pub(super) label: String,
    /// Tasks that are counted and come without their details.
    pub(super) without_details: u64,
    pub(super) tasks: Vec<Task>,
}

/// A purchase order that waits for a visa.
#[derive(Debug, Clone)]
pub(super) struct Order {
    pub(super) number: String,
    pub(super) year: i32,
    pub(super) supplier: String,
    pub(super) label: String,
    pub(super) amount: String,
}

/// An account of Civil.
#[derive(Debug, Clone, Default)]
pub(super) struct Account {
    pub(super) groups: Vec<Group>,
    pub(super) orders: Vec<Order>,
}

impl Account {
    pub(super) fn many(&mut self, count: usize, now: DateTime<Utc>) {
        let mut group = group("FINANCES", "Factures", "Factures à viser");
        for n in 0..count {
            let number = 100_000 + i64::try_from(n).unwrap_or(0);
            group.tasks.push(task(number, &format!("Facture F-{n:05}"), now, 30));
            self.orders.push(order(
                &format!("26-9{n:04}"),
                year(now),
                "Fournitures du Bocage",
                "Fournitures",
                "12,00",
            ));
        }
        self.groups.push(group);
    }

    pub(super) fn hostile(&mut self, now: DateTime<Utc>) {
        for (n, text) in HOSTILE_TEXTS.iter().enumerate() {
            let mut group = group(text, text, text);
            let number = 200_000 + i64::try_from(n).unwrap_or(0);
            let mut task = task(number, text, now, 5);
            (task.url, task.day, task.hour) = ((*text).to_owned(), (*text).to_owned(), (*text).to_owned());
            task.document = Some((*text).to_owned());
            group.tasks.push(task);
            self.groups.push(group);
            self.orders.push(order(&format!("{text}{n}"), year(now), text, text, text));
        }
    }
}

fn year(now: DateTime<Utc>) -> i32 {
    now.with_timezone(&Paris).year()
}

fn group(application: &str, process: &str, label: &str) -> Group {
    Group {
        application: application.to_owned(),
        process: process.to_owned(),
        label: label.to_owned(),
        without_details: 0,
        tasks: Vec::new(),
    }
}

fn task(number: i64, label: &str, now: DateTime<Utc>, hours_ago: i64) -> Task {
    let began = (now - TimeDelta::hours(hours_ago)).with_timezone(&Paris);
    Task {
        number,
        label: label.to_owned(),
        day: began.format("%d/%m/%Y").to_string(),
        hour: began.format("%H:%M").to_string(),
        url: format!("/cgi-bin/web2java.exe?t={number}&p=panier"),
        document: None,
        answer: None,
    }
}

fn order(number: &str, year: i32, supplier: &str, label: &str, amount: &str) -> Order {
    Order {
        number: number.to_owned(),
        year,
        supplier: supplier.to_owned(),
        label: label.to_owned(),
        amount: amount.to_owned(),
    }
}

/// The account that reads for everybody, and the sample people's, by their logins.
pub(super) fn sample(now: DateTime<Utc>) -> BTreeMap<String, Account> {
    let to_approve = |number, label: &str, hours| Task {
        document: Some(format!("BC-{number}.pdf")),
        answer: Some(("VISA", "O;N")),
        ..task(number, label, now, hours)
    };
    let mut orders = group("FINANCES", "Commandes", "Bons de commande à viser");
    orders.tasks = vec![
        to_approve(48_211, "BC 26-00318 - PAPETERIE DU PARC - 1 234,50", 27),
        to_approve(48_240, "BC 26-00322 - GARAGE DES FÉES - 486,00", 3),
    ];
    let mut absences = group("RH", "Absences", "Absences à valider");
    absences.tasks = vec![task(9_120, "MARTIN Paul - congés annuels du 21/12 au 24/12", now, 50)];
    let mut invoices = group("FINANCES", "Factures", "Factures à mandater");
    invoices.tasks = vec![
        task(51_007, "F-2026-1187 - ÉLECTRICITÉ DE L’OUEST - 3 412,08", now, 70),
        task(51_012, "F-2026-1190 - LIBRAIRIE DU PONT - 214,90", now, 22),
    ];
    let mut interviews = group("RH", "Entretiens", "Entretiens professionnels à faire");
    interviews.without_details = 3;
    let mut transfers = group("FINANCES", "Engagements", "Engagements à valider");
    transfers.tasks = vec![task(52_300, "ENG 26-0441 - SIVOM - 9 800,00", now, 12)];
    let this_year = year(now);
    let waiting = vec![
        order("26-00318", this_year, "Papeterie du Parc", "Fournitures scolaires", "1 234,50"),
        order("26-00322", this_year, "Garage des Fées", "Révision du fourgon", "486,00"),
        order("25-01177", this_year - 1, "Bois et Forêts", "Bancs du square", "2 150,00"),
    ];
    let own = vec![order("26-00330", this_year, "Imprimerie du Lac", "Bulletin municipal", "1 980,00")];
    BTreeMap::from([
        ("PORTAIL".to_owned(), Account { groups: vec![invoices, interviews], orders: Vec::new() }),
        ("BLEFEVRE".to_owned(), Account { groups: vec![orders, absences], orders: waiting }),
        ("SOBRIEN".to_owned(), Account { groups: vec![transfers], orders: own }),
        ("CDURAND".to_owned(), Account::default()),
    ])
}
