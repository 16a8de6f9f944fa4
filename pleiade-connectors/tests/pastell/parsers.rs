//! What the client reads: samples, and what Pastell's encoder makes of them.

use crate::support::{Network, json, session};
use pleiade_connectors::pastell::client::{Counts, DocumentQuery, EntityId};
use pleiade_core::ErrorKind;

fn query(states: &[&str]) -> DocumentQuery {
    let states = states.iter().map(|state| (*state).to_owned()).collect();
    DocumentQuery { entity: EntityId(1), flow: None, states, limit: 25 }
}

#[tokio::test]
async fn counts_of_the_sample() {
    let network = Network::new().on("GET document/count?id_e=1", include_str!("../data/pastell/counts.json"));
    let counts = session(&network).counts(Some(EntityId(1))).await.unwrap();
    let [entity] = counts.entities.as_slice() else { panic!("{counts:?}") };
    assert_eq!((entity.id, entity.name.as_str(), entity.active), (EntityId(1), "Bourg-en-Bresse", true));
    assert_eq!(entity.flows["actes-generique"]["acquiter-tdt"], 250);
    assert!(entity.flows["helios-generique"].is_empty(), "a flow without a document is `[]`");
    assert_eq!(counts.unreadable, 0);
}

/// The encoder writes an empty object as a list, and an object whose keys are 0, 1, 2… too.
#[test]
fn counts_in_each_spelling() {
    for nothing in ["[]", "{}", "null", "\u{20}[ ]\n"] {
        assert_eq!(Counts::parse(nothing.as_bytes()).unwrap(), Counts::default(), "{nothing}");
    }
    let row = |id: &str, count: &str| {
        format!(r#"{{"flux":{{"mailsec":{{"creation":{count}}}}},"info":{{"id_e":{id},"is_active":"1"}}}}"#)
    };
    let of = |body: &str| {
        let counts = Counts::parse(body.as_bytes()).unwrap();
        let read = counts.entities.iter().map(|entity| (entity.id.0, entity.flows["mailsec"]["creation"]));
        read.collect::<Vec<_>>()
    };
    assert_eq!(of(&format!("[{},{}]", row("\"0\"", "3"), row("1", "\"4\""))), [(0, 3), (1, 4)]);
    assert_eq!(of(&format!(r#"{{"0":{},"1":{}}}"#, row("0", "3"), row("1", "4"))), [(0, 3), (1, 4)]);
    // The number in the entity holds where a list has lost it.
    assert_eq!(of(&format!("[{}]", row("\"12\"", "5"))), [(12, 5)]);
    assert_eq!(of(&format!(r#"{{"7":{}}}"#, row("null", "5"))), [(7, 5)]);
}

#[test]
fn a_count_that_is_no_number_is_an_error_and_an_odd_row_is_left_out() {
    for wrong in ["\"beaucoup\"", "null", "-1", "1.5", "[]", "true", "\"\""] {
        let body = format!(r#"{{"1":{{"flux":{{"mailsec":{{"creation":{wrong}}}}}}}}}"#);
        assert!(Counts::parse(body.as_bytes()).is_err(), "{wrong}");
    }
    let body =
        r#"{"1":{"flux":{"mailsec":{"creation":2},"helios":"?"}},"2":null,"3":{"info":[]},"4":{"flux":[]}}"#;
    let counts = Counts::parse(body.as_bytes()).unwrap();
    assert_eq!(counts.unreadable, 3, "a flow, and two entities without flows");
    assert_eq!(counts.entities.iter().map(|entity| entity.id.0).collect::<Vec<_>>(), [1, 4]);
    for other in [r#"{"status":"error"}"#, r#"{"count":12}"#, "12", "\"\"", "true", ""] {
        assert!(Counts::parse(other.as_bytes()).is_err(), "{other}");
    }
}

#[tokio::test]
async fn documents_of_the_sample() {
    let network = Network::new().on("GET entite/1/document?", include_str!("../data/pastell/documents.json"));
    let list = session(&network).documents(&query(&["send-iparapheur", "tdt-error"])).await.unwrap();
    let document = &list[0];
    assert_eq!(
        (document.id.as_str(), document.entity, document.flow.as_str()),
        ("dqZx7Ab", EntityId(1), "actes-generique")
    );
    assert_eq!(
        (document.state_words.as_str(), document.title.as_str()),
        ("Transmis au parapheur", "Délibération 12")
    );
    assert_eq!(document.since.unwrap().to_string(), "2024-05-12 09:41:07");
    assert_eq!(
        network.sent(),
        [
            "GET entite/1/document?offset=0&limit=25&lastetat=send-iparapheur%2Ctdt-error&tri=date_dernier_etat&sens_tri=DESC"
        ]
    );
}

#[tokio::test]
async fn odd_documents_hide_no_other() {
    let document = |fields: &str| {
        format!(r#"{{"id_d":"a","id_e":"1","type":"mailsec","last_action":"creation"{fields}}}"#)
    };
    let rows = [
        document(r#","last_action_date":"0000-00-00 00:00:00","titre":null"#),
        document(r#","last_action_date":"12/05/2024","titre":12"#),
        document(r#","last_action_date":[],"entite":{}"#),
        document("").replace("\"id_e\":\"1\"", "\"id_e\":\"2\""),
        document("").replace("\"a\"", "\"../../x\""),
        document("").replace("creation", "termine"),
        "null".to_owned(),
    ];
    let network = Network::new().on("GET entite/1/document?", &format!("[{}]", rows.join(",")));
    let list = session(&network).documents(&query(&["creation"])).await.unwrap();
    assert_eq!((list.len(), list.unreadable), (3, 3), "one in a state that was not asked for is none");
    assert!(list.iter().all(|document| document.since.is_none()));
    assert_eq!(list[1].title, "", "a title that is no text");
}

#[tokio::test]
async fn what_is_no_list_of_documents_is_an_error() {
    for body in [r#"{"status":"error","error-message":"id_e est obligatoire"}"#, r#"{"info":{}}"#, "12", ""] {
        let network = Network::new().on("GET entite/1/document?", body);
        let error = session(&network).documents(&query(&["creation"])).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::BadAnswer, "{body}");
    }
}

/// `true`, `"1"` and `1`; versions before 4.0 say nothing.
#[tokio::test]
async fn entities_are_open_in_three_spellings() {
    let spellings = [
        ("true", true),
        ("\"1\"", true),
        ("1", true),
        ("false", false),
        ("\"0\"", false),
        ("0", false),
        ("null", true),
        ("\"?\"", true),
    ];
    let rows = spellings.iter().enumerate().map(|(id, (flag, _))| {
        format!(r#"{{"id_e":"{id}","denomination":"E","entite_mere":"0","is_active":{flag}}}"#)
    });
    let body = format!(r#"[{},{{"id_e":9}}]"#, rows.collect::<Vec<_>>().join(","));
    let network = Network::new().on("GET entite", &body);
    let entities = session(&network).entities().await.unwrap();
    for (entity, (flag, open)) in entities.iter().zip(spellings) {
        assert_eq!((entity.active, entity.parent), (open, None), "{flag}");
    }
    assert_eq!((entities.len(), entities[8].active, entities.unreadable), (9, true, 0));
    let sample = Network::new().on("GET entite", include_str!("../data/pastell/entities.json"));
    assert_eq!(session(&sample).entities().await.unwrap()[0].name, "Bourg-en-Bresse");
}

#[tokio::test]
async fn flows_and_details() {
    let network = Network::new()
        .on("GET flux", include_str!("../data/pastell/flows.json"))
        .on("GET entite/1/document/dqZx7Ab", include_str!("../data/pastell/detail.json"))
        .on("GET entite/1/document/empty", r#"{"info":{},"data":[]}"#);
    let session = session(&network);
    assert_eq!(session.flows().await.unwrap().items["mailsec"].name, "Mail sécurisé");
    let field = |document: &'static str, field: &'static str| session.field(EntityId(1), document, field);
    assert_eq!(field("dqZx7Ab", "iparapheur_dossier_id").await.unwrap().as_deref(), Some("2f1c"));
    assert_eq!(field("dqZx7Ab", "arrete").await.unwrap(), None, "files are no text");
    assert_eq!(field("dqZx7Ab", "absent").await.unwrap(), None);
    assert_eq!(field("empty", "iparapheur_dossier_id").await.unwrap(), None);
}

#[tokio::test]
async fn flows_of_another_shape_are_an_error_and_none_are_none() {
    let network = Network::new().on_answers("GET flux", [json(200, "[]"), json(200, r#"{"a":{"b":[]}}"#)]);
    let session = session(&network);
    assert!(session.flows().await.unwrap().items.is_empty());
    assert_eq!(session.flows().await.unwrap_err().kind(), ErrorKind::BadAnswer);
}
