//! Readers, on answers as they are described.

use chrono::{NaiveDate, NaiveDateTime};
use pleiade_connectors::s2low::{
    states::{ActClass, ActState, LetterKind, PesState},
    wire::{self, Act, ActCount, Connection, Id, Ko, Letter, PesReturn, Transactions},
};

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

#[test]
fn counts_are_numbers_or_texts() {
    for body in [
        r#"{"status_id":-1,"authority_id":2,"nb_transactions":3}"#,
        r#"{"status_id":"-1","authority_id":"2","nb_transactions":"3"}"#,
    ] {
        let count: ActCount = serde_json::from_str(body).unwrap();
        assert_eq!((count.status_id, count.authority_id, count.nb_transactions), (-1, 2, 3));
    }
    for body in [
        r#"{"status_id":-1,"authority_id":2,"nb_transactions":""}"#,
        r#"{"status_id":-1,"authority_id":2,"nb_transactions":"beaucoup"}"#,
        r#"{"status_id":-1,"authority_id":2,"nb_transactions":-3}"#,
        r#"{"status_id":-1,"authority_id":2}"#,
        r#"{"status_id":"","authority_id":2,"nb_transactions":0}"#,
    ] {
        assert!(serde_json::from_str::<ActCount>(body).is_err(), "{body}");
    }
}

#[test]
fn lists_of_texts_are_read_and_a_failed_query_is_no_empty_list() {
    let body = r#"{"status_id":"13","authority_id":"2","offset":"0","limit":"100","transactions":[
        {"id":"7","subject":"test","number":"20240507_TEST01","date":"2024-05-07",
        "nature_descr":"Actes individuels","classification":"3.4","type":"1"},{"id":"x"},
        {"id":8,"subject":"","number":null,"date":"bientôt"}]}"#;
    let list: Transactions<Act> = serde_json::from_str(body).unwrap();
    assert_eq!((list.status_id, list.authority_id, list.transactions.unreadable), (13, 2, 1));
    let [one, other] = list.transactions.items.as_slice() else { panic!("two") };
    assert_eq!(
        (one.id.as_str(), one.number.as_str(), one.decided),
        ("7", "20240507_TEST01", Some(day("2024-05-07")))
    );
    assert_eq!((other.id.as_str(), other.number.as_str(), other.decided), ("8", "", None));
    let failed = r#"{"status_id":"-1","authority_id":"2","offset":"0","limit":"100","transactions":""}"#;
    assert!(serde_json::from_str::<Transactions<Act>>(failed).is_err());
    let empty = r#"{"status_id":"-1","authority_id":"2","transactions":[]}"#;
    assert!(serde_json::from_str::<Transactions<Act>>(empty).unwrap().transactions.is_empty());
}

#[test]
fn letters_have_kinds_and_odd_ones_hide_nothing() {
    let body = r#"[{"id":"41","type":"3","related_transaction_id":"12","number":"20240507_TEST01",
        "unique_id":"034-000000000-20240507-20240507_TEST01-AI","last_status_id":"7"},
        {"id":42,"type":9},{"type":"4"},null]"#;
    let list: pleiade_connectors::kit::json::List<Letter> = serde_json::from_str(body).unwrap();
    let kinds: Vec<_> = list.iter().map(|letter| (letter.id.as_str(), letter.kind())).collect();
    assert_eq!(kinds, [("41", LetterKind::MissingDocuments), ("42", LetterKind::Unknown)]);
    assert_eq!(list.unreadable, 2);
    let awaited = |code| LetterKind::from_code(code).awaits_answer();
    assert_eq!(["2", "3", "4", "5", "6", ""].map(awaited), [false, true, true, true, false, false]);
}

#[test]
fn an_act_is_read_with_its_acknowledgement_or_its_error() {
    let acknowledged = "OK\n4\n<?xml version=\"1.0\" encoding=\"windows-1252\"?><actes:ARActe xmlns:actes=\"http://www.interieur.gouv.fr/ACTES#v1.1-20040216\"\n actes:DateReception=\"2013-06-23\" actes:IDActe=\"069-123456789-20130601-20130623C-AI\"></actes:ARActe>";
    let read = wire::act_status(acknowledged).unwrap();
    assert_eq!((read.state, read.received, read.error), (ActState(4), Some(day("2013-06-23")), None));
    let failed = wire::act_status("OK\r\n-1\r\nEnveloppe refusée\r\n").unwrap();
    assert_eq!((failed.state, failed.error.as_deref()), (ActState::ERROR, Some("Enveloppe refusée")));
    assert_eq!(wire::act_status("OK\n3\n").unwrap().error, None);
    assert_eq!(wire::act_status("KO\nAccès refusé"), Err(Ko::Said("Accès refusé".into())));
    for odd in ["", "OK", "OK\nsoon", "ok\n4", "Bonjour\n4"] {
        assert_eq!(wire::act_status(odd), Err(Ko::Unreadable), "{odd:?}");
    }
}

#[test]
fn pes_returns_are_read_and_the_clock_of_twelve_hours_is_not() {
    let body = "<liste><idColl>2</idColl><dateDemande>2024-05-12 03:41:07</dateDemande><resultat>OK</resultat><message></message>
        <pes_retour><id>77</id><nom>PES2R_é.xml</nom><date>2024-05-11 22:10:02</date></pes_retour>
        <pes_retour><id>odd</id></pes_retour><pes_retour><id>78</id></pes_retour></liste>";
    let read = wire::pes_returns(body).unwrap();
    let at = NaiveDateTime::parse_from_str("2024-05-11 22:10:02", "%Y-%m-%d %H:%M:%S").unwrap();
    let one = PesReturn { id: Id::parse("77").unwrap(), name: "PES2R_é.xml".to_owned(), date: Some(at) };
    assert_eq!(
        (read.authority_id, read.list.items.first(), read.list.len(), read.list.unreadable),
        (2, Some(&one), 2, 1)
    );
    let other_time = body.replace("2024-05-12 03:41:07", "2024-05-12 15:41:07 PM");
    assert_eq!(wire::pes_returns(&other_time).unwrap(), read);
    // As version 4 writes it.
    let declared = "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>";
    let bytes: Vec<u8> =
        format!("{declared}{body}").chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
    assert!(std::str::from_utf8(&bytes).is_err());
    assert_eq!(wire::pes_returns(&wire::decode(&bytes)).unwrap(), read);
    let refused = "<liste><resultat>KO</resultat><message>Échec de l'authentification</message></liste>";
    assert_eq!(wire::pes_returns(refused), Err(Ko::Said("Échec de l'authentification".into())));
    for odd in [
        "",
        "OK",
        "<liste/>",
        "<liste><resultat>OK</resultat></liste>",
        "<html><body>Connexion</body></html>",
    ] {
        assert_eq!(wire::pes_returns(odd), Err(Ko::Unreadable), "{odd:?}");
    }
}

#[test]
fn a_pes_is_read_in_its_own_states() {
    let body = "<transaction><id>5</id><resultat>OK</resultat><status>8</status><message/></transaction>";
    let read = wire::pes_status(body).unwrap();
    assert_eq!(read.state, PesState::INFORMATION_AVAILABLE);
    assert!(!read.state.is_error(), "a normal end");
    assert_eq!(ActState(8).class(), ActClass::Message, "which is a message of the préfecture in ACTES");
    let ko = "<transaction><id/><resultat>KO</resultat><message>Pas de numéro de transaction.</message></transaction>";
    assert_eq!(wire::pes_status(ko), Err(Ko::Said("Pas de numéro de transaction.".into())));
}

#[test]
fn the_secure_mail_says_a_number_or_an_error() {
    assert_eq!(wire::mail_count("12\n"), Ok(12));
    assert_eq!(wire::mail_count("ERROR: Accès refusé"), Err(Ko::Said("Accès refusé".into())));
    for odd in ["", "OK:3", "-1", "12 mails", "<p>12</p>"] {
        assert_eq!(wire::mail_count(odd), Err(Ko::Unreadable), "{odd:?}");
    }
}

#[test]
fn texts_are_utf_8_or_what_version_4_wrote() {
    assert_eq!(wire::decode("Refusé".as_bytes()), "Refusé");
    assert_eq!(wire::decode(b"Refus\xe9 \x80 l\x92acte \x85"), "Refusé € l’acte …");
    assert_eq!(wire::decode(b""), "");
}

#[test]
fn identifiers_are_numbers_and_nothing_else() {
    for wrong in ["", "-1", " 1", "1a", "../1", "1?x", "1234567890123456789", "١"] {
        assert_eq!(Id::parse(wrong), None, "{wrong:?}");
    }
    assert_eq!(Id::parse("41").unwrap().as_str(), "41");
}

#[test]
fn a_connection_tells_the_authority_and_the_role() {
    let body = r#"{"user_info":{"id":"17","email":"x@y","role":"ARCH","login":null,"authority_id":"2"},
        "authority_info":{"id":2,"name":"Ville","authority_group_id":""}}"#;
    let read: Connection = serde_json::from_str(body).unwrap();
    assert_eq!((read.authority_info.id, read.user_info.is_archivist()), (2, true));
    let plain: Connection =
        serde_json::from_str(&body.replace("ARCH", "ADM").replace(":2,", ":\"2\",")).unwrap();
    assert_eq!((plain.authority_info.id, plain.user_info.is_archivist()), (2, false));
    assert!(serde_json::from_str::<Connection>(r#"{"user_info":{"role":"ARCH"}}"#).is_err());
}

/// The states that S²LOW names, of each module, in the class of the connector's own table.
#[test]
fn every_state_that_is_published_has_a_class() {
    let codes: serde_json::Value = serde_json::from_str(include_str!("../data/s2low/codes.json")).unwrap();
    let states = |module: &str| {
        let known = codes[module].as_object().unwrap();
        known
            .iter()
            .map(|(code, label)| (code.parse::<i64>().unwrap(), label.as_str().unwrap().to_owned()))
            .collect::<Vec<_>>()
    };
    for (code, label) in states("actes_status") {
        let class = ActState(code).class();
        assert_ne!(class, ActClass::Unknown, "{code} {label}");
        let is_error = label.contains("Erreur") || label.contains("Refus") || label.contains("Impossible");
        assert_eq!(class == ActClass::Error, is_error, "{code} {label}");
    }
    for (code, label) in states("helios_status") {
        assert_eq!(PesState(code).is_error(), code == -1 || code == 6, "{code} {label}");
    }
    let kinds = codes["actes_transaction_type"].as_object().unwrap();
    for (code, label) in kinds {
        let known = LetterKind::from_code(code) != LetterKind::Unknown;
        assert_eq!(known, !["1", "6"].contains(&code.as_str()), "{code} {label}");
    }
}
