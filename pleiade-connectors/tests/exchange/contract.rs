//! The rows of the contract.

use chrono_tz::Europe::Paris;
use pleiade_connectors::exchange::{
    contract::{Element, ElementStatus, Handover, IndicatorRow, Measure, of_application},
    csv::parse,
    fault::ExchangeFault,
    values::Decimal,
};
use pleiade_core::Deadline;

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
    assert!(order.status.unwrap().is_task());
    assert_eq!(order.due, Some(Deadline::Day("2026-03-19".parse().unwrap())));
    assert_eq!(order.amount, Some(Decimal::from_thousandths(1_234_500)));
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
    let whole = |n: i64| Decimal::from_thousandths(n * 1000);
    for (value, unit, read) in [
        ("3", None, Some(Measure::Count(3))),
        ("3", Some("nombre"), Some(Measure::Count(3))),
        ("18,5", Some("jours"), Some(Measure::Days(Decimal::from_thousandths(18_500)))),
        ("3:25", Some("heures"), Some(Measure::Minutes(205))),
        ("-40", Some("minutes"), Some(Measure::Minutes(-40))),
        ("1 204,50", Some("EUR"), Some(Measure::Money(Decimal::from_thousandths(1_204_500)))),
        ("112", Some("pourcent"), Some(Measure::Percent(whole(112)))),
        ("3,5", Some("nombre"), None),
        ("-3", None, None),
        ("beaucoup", Some("jours"), None),
        ("3", Some("furlongs"), None),
    ] {
        assert_eq!(Measure::parse(value, unit), read, "{value} {unit:?}");
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
    let missing = Handover::new(table("agent;liste;id\na;b;c\n"), None);
    assert_eq!(missing, Err(ExchangeFault::MissingColumn { column: "titre" }));
    assert!(Handover::new(None, table("Code;AGENT;valeur;libelle;autre\n")).is_ok(), "in any order and case");
}
