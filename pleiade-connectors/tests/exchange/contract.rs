//! The rows of the contract.

use chrono_tz::Europe::Paris;
use pleiade_connectors::exchange::{
    contract::{Clocking, Element, ElementStatus, Handover, IndicatorRow, amount, of_application},
    csv::parse,
    fault::ExchangeFault,
};
use pleiade_core::{Amount, Currency, Deadline};

const ELEMENTS: &str = "agent;application;liste;id;titre;sous_titre;statut;date;echeance;montant;devise;url\n\
    dupont.m;CNF;bc_a_viser;24-00318;Papeterie du Parc;Fournitures école;A_VISER;2026-03-12;19/03/2026;1 234,50;EUR;https://civil.example/318\n\
    dupont.m;CRH;absences;88121;MARTIN Paul;;Validée;2026-03-11;;;;pas une adresse\n\
    dupont.m;CNF;bc_a_viser;24-00319;Garage;;A_VISER;2026-03-12;;à voir;EUR;\n\
    ;CNF;bc_a_viser;24-00320;Personne;;A_VISER;;;;;\n";

#[test]
fn elements_are_read_and_what_does_not_fit_is_none() {
    let table = parse(ELEMENTS, b';').unwrap();
    let read: Vec<Option<Element>> = table.rows().map(|row| Element::read(row, Paris)).collect();
    let order = read[0].as_ref().unwrap();
    assert_eq!(
        (order.agent.as_str(), order.list.as_str(), order.id.as_str()),
        ("dupont.m", "bc_a_viser", "24-00318")
    );
    assert_eq!(order.status, Some(ElementStatus::ToVisa));
    assert!(!order.status.unwrap().waits_elsewhere());
    assert_eq!(order.due, Some(Deadline::Day("2026-03-19".parse().unwrap())));
    assert_eq!(order.amount, Some(Amount::Money { hundredths: 123_450, currency: Currency::Eur }));
    let absence = read[1].as_ref().unwrap();
    assert_eq!(
        (absence.status, absence.status_text.as_deref()),
        (Some(ElementStatus::Approved), Some("Validée"))
    );
    assert!(absence.url.is_none() && absence.amount.is_none(), "an odd address hides no line");
    assert!(read[2].is_none(), "an amount that cannot be read is not zero");
    assert!(read[3].is_none(), "a row of nobody is nobody's");
    assert_eq!(of_application(&table, Some("CRH")).count(), 1);
    assert_eq!(of_application(&table, None).count(), 4);
}

#[test]
fn each_state_is_known_in_every_spelling() {
    for (texts, status) in [
        (&["A_VISER", "À viser", "a_viser"][..], ElementStatus::ToVisa),
        (&["A_VALIDER", "à valider"], ElementStatus::ToApprove),
        (&["EN_ATTENTE", "en attente"], ElementStatus::Waiting),
        (&["EN_COURS"], ElementStatus::InProgress),
        (&["EN_RETARD"], ElementStatus::Late),
        (&["VALIDE", "VALIDEE", "Validé", "validée"], ElementStatus::Approved),
        (&["REFUSE", "REFUSEE", "Refusé"], ElementStatus::Refused),
        (&["ANNULE", "ANNULEE", "annulée"], ElementStatus::Cancelled),
    ] {
        for text in texts {
            assert_eq!(ElementStatus::parse(text), Some(status), "{text}");
        }
    }
    assert_eq!(ElementStatus::parse("SOLDE"), None, "shown as it is written, counted nowhere");
}

#[test]
fn figures_have_their_unit_and_are_never_zero_by_mistake() {
    for (value, unit, read) in [
        ("3", None, Some(Amount::count(3))),
        ("3", Some("nombre"), Some(Amount::count(3))),
        ("18,5", Some("jours"), Some(Amount::Days { hundredths: 1_850 })),
        ("0,125", Some("jours"), Some(Amount::Days { hundredths: 13 })),
        ("3:25", Some("heures"), Some(Amount::HoursBalance { minutes: 205 })),
        ("-40", Some("minutes"), Some(Amount::HoursBalance { minutes: -40 })),
        ("1 204,50", Some("EUR"), Some(Amount::Money { hundredths: 120_450, currency: Currency::Eur })),
        ("-5000", Some("XPF"), Some(Amount::Money { hundredths: -500_000, currency: Currency::Xpf })),
        ("112,4", Some("pourcent"), Some(Amount::Percent(112.4))),
        ("-1", Some("pourcent"), None),
        ("3,5", Some("nombre"), None),
        ("-3", None, None),
        ("beaucoup", Some("jours"), None),
        ("3", Some("furlongs"), None),
    ] {
        assert_eq!(amount(value, unit), read, "{value} {unit:?}");
    }
    let text = "agent;code;libelle;valeur;unite;maj\nd;solde_ca;Congés annuels;18,5;jours;2026-03-12T05:00:00+01:00\nd;x;X;;jours;\n";
    let table = parse(text, b';').unwrap();
    let read: Vec<Option<IndicatorRow>> = table.rows().map(|row| IndicatorRow::read(row, Paris)).collect();
    assert_eq!(read[0].as_ref().unwrap().updated_at, Some("2026-03-12T04:00:00Z".parse().unwrap()));
    assert!(read[1].is_none(), "no value is not zero");
}

#[test]
fn a_table_has_the_columns_of_the_contract() {
    let table = |text| Some(parse(text, b';').unwrap());
    let missing = Handover::new(table("agent;liste;id\na;b;c\n"), None, None);
    assert_eq!(missing, Err(ExchangeFault::MissingColumn { column: "titre" }));
    assert!(
        Handover::new(None, table("Code;AGENT;valeur;libelle;autre\n"), None).is_ok(),
        "in any order and case"
    );
    let missing = Handover::new(None, None, table("agent;date;heure\n"));
    assert_eq!(missing, Err(ExchangeFault::MissingColumn { column: "sens" }));
}

#[test]
fn absences_have_half_days_and_midnight_is_a_day() {
    let text = "agent;liste;id;titre;date_debut;debut_matin;date_fin;fin_apres_midi;duree;unite;echeance\n\
        d;a;1;X;2026-04-02;0;2026-04-05;1;3,5;jours;2026-04-01 00:00:00\n\
        d;a;2;X;2026-04-02 00:00:00;;02/04/2026;N;3:30;heures;2026-04-01 09:00\n\
        d;a;3;X;2026-04-02;peut-être;;;;;\n\
        d;a;4;X;2026-04-02;;;;4;EUR;\n";
    let table = parse(text, b';').unwrap();
    let read: Vec<Option<Element>> = table.rows().map(|row| Element::read(row, Paris)).collect();
    let day = |text: &str| Some(Deadline::Day(text.parse().unwrap()));
    let first = read[0].as_ref().unwrap();
    assert_eq!((first.date, first.end, first.due), (day("2026-04-02"), day("2026-04-05"), day("2026-04-01")));
    assert!(first.starts_at_noon && !first.ends_at_noon);
    assert_eq!(first.duration, Some(Amount::Days { hundredths: 350 }));
    let second = read[1].as_ref().unwrap();
    assert_eq!(
        (second.date, second.end),
        (day("2026-04-02"), day("2026-04-02")),
        "databases keep days at midnight"
    );
    assert!(!second.starts_at_noon && second.ends_at_noon && matches!(second.due, Some(Deadline::At(_))));
    assert_eq!(second.duration, Some(Amount::HoursBalance { minutes: 210 }));
    assert!(read[2].is_none() && read[3].is_none(), "neither a flag nor a duration");
}

#[test]
fn clockings_are_of_a_day_and_a_time() {
    let text = "agent;date;heure;sens\nd;2026-04-02;08:31;E\nd;02/04/2026;12h05;s\nd;2026-04-02;25:00;E\nd;2026-04-02;8:00;X\n";
    let table = parse(text, b';').unwrap();
    let read: Vec<Option<Clocking>> = table.rows().map(|row| Clocking::read(row, Paris)).collect();
    let first = read[0].as_ref().unwrap();
    assert!(
        first.comes_in
            && first.at == "2026-04-02T08:31:00+02:00".parse::<chrono::DateTime<chrono::Utc>>().unwrap()
    );
    assert!(read[1].as_ref().is_some_and(|clocking| !clocking.comes_in));
    assert!(read[2].is_none() && read[3].is_none());
}
