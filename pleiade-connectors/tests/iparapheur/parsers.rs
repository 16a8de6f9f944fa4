//! Answers copied from published test data, and what is odd in them.

use crate::support::{
    card, config, connector, counts, credentials, lines, notices, sample, v4_reciting, v5_reciting,
};
use pleiade_connectors::iparapheur::{IparapheurVersion, Premis};
use pleiade_core::{
    Clock, ConnectorError, Deadline, ErrorKind, EventTime, TaskKind, Transport, WidgetContent,
};
use pleiade_testkit::{TestClock, people::BERNARD};
use std::sync::Arc;

async fn v4(bureaux: &str, dossiers: &str) -> Result<WidgetContent, ConnectorError> {
    read(IparapheurVersion::V4, v4_reciting(bureaux, dossiers)).await
}

async fn read(
    version: IparapheurVersion,
    network: Arc<dyn Transport>,
) -> Result<WidgetContent, ConnectorError> {
    let clock: Arc<dyn Clock> = Arc::new(TestClock::default());
    let connector = connector(config(version), network);
    card(&connector).load(&BERNARD.context_with(credentials(version), clock)).await
}

#[tokio::test]
async fn desks_and_folders_of_version_4() {
    let content = v4(&sample("bureaux.json"), &sample("dossiers.json")).await.unwrap();
    assert_eq!(
        counts(&content),
        [
            ("to_process", 10, false),
            ("late", 5, false),
            ("delegated", 59, false),
            ("rejected", 13, false),
            ("finished", 27, false),
            ("drafts", 0, false)
        ]
    );
    assert_eq!(
        lines(&content),
        ["Délibération 2024-12 | asks-signature | open", "Arrêté 7 | asks-other | open"],
        "a signature offers no post, and what is unknown none either"
    );
    let [signed, unknown] = &content.items[..] else { panic!("two lines") };
    let task = signed.task.as_ref().unwrap();
    assert_eq!((task.kind, task.may_be_delegated()), (TaskKind::Sign, false));
    assert_eq!(task.identifiers, ["i-parapheur/7b1e0000-0000-4000-8000-000000000001"]);
    assert_eq!(task.since, Some("2014-02-19T17:04:37.205Z".parse().unwrap()));
    assert_eq!(signed.when, task.since.map(EventTime::At));
    assert_eq!(signed.deadline, Some(Deadline::At("2014-02-21T16:26:40Z".parse().unwrap())));
    assert_eq!(
        signed.link.as_ref().unwrap().as_str(),
        "https://parapheur.example.test/iparapheur/#/apercu/7b1e0000-0000-4000-8000-000000000001"
    );
    assert_eq!(signed.actions[0].link, signed.link);
    let task = unknown.task.as_ref().unwrap();
    assert_eq!((task.kind, task.may_be_delegated()), (TaskKind::Approve, false));
    assert_eq!(task.identifiers, ["i-parapheur/7b1e0000-0000-4000-8000-000000000002"], "no repository id");
}

#[tokio::test]
async fn late_folders_are_never_more_than_those_to_process() {
    let bureaux = sample("bureaux.json").replace("\"en-retard\":5", "\"en-retard\":50");
    let content = v4(&bureaux, "[]").await.unwrap();
    assert_eq!(counts(&content)[..2], [("to_process", 10, false), ("late", 10, false)]);
}

#[tokio::test]
async fn older_spellings_of_desks_say_the_same() {
    const DESK: &str =
        r#"{"nodeRef":"workspace://SpacesStore/44ab","name":"DGS","a_traiter":3,"en_retard":"1"}"#;
    for body in [
        format!("[{DESK}]"),
        format!(r#"{{"bureaux":[{DESK}]}}"#),
        format!(r#"{{"data":{{"bureaux":[{DESK}]}}}}"#),
    ] {
        let content = v4(&body, "[]").await.unwrap();
        assert_eq!(counts(&content)[..2], [("to_process", 3, false), ("late", 1, false)], "{body}");
    }
}

#[tokio::test]
async fn a_count_that_is_none_is_no_zero() {
    for wrong in ["-1", "\"beaucoup\"", "1.5", "true"] {
        let odd = sample("bureaux.json").replace("\"a-traiter\":10", &format!("\"a-traiter\":{wrong}"));
        assert_eq!(v4(&odd, "[]").await.unwrap_err().kind(), ErrorKind::BadAnswer, "{wrong} alone");
        let good = r#"{"id":"b2","name":"Culture","a-traiter":4}"#;
        let both = odd.trim().trim_end_matches(']').to_owned() + "," + good + "]";
        let content = v4(&both, "[]").await.unwrap();
        assert_eq!(counts(&content)[0], ("to_process", 4, true), "{wrong} beside another desk");
        assert_eq!(notices(&content), ["kit-unreadable"]);
    }
    let folders = sample("folders.json").replace("\"totalElements\":2", "\"totalElements\":-2");
    let error = read(IparapheurVersion::V5_1, v5_reciting(&folders, "<x/>")).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::BadAnswer);
}

#[tokio::test]
async fn folders_and_documents_of_version_5() {
    let network = v5_reciting(&sample("folders.json"), &sample("premis.xml"));
    let content = read(IparapheurVersion::V5_1, network.clone()).await.unwrap();
    assert_eq!(
        counts(&content),
        [("to_process", 2, false), ("late", 0, false), ("delegated", 0, false), ("rejected", 0, false)]
    );
    assert_eq!(
        lines(&content),
        ["Arrêté 12 | asks-visa | visa reject open", "Délibération 12 | asks-visa | visa reject open"],
        "the one with a deadline first"
    );
    let item = &content.items[0];
    assert_eq!(item.detail, Some(pleiade_core::Text::plain("Actes / Arrêtés · DGS")));
    assert_eq!(item.deadline, Some(Deadline::Day("2024-07-01".parse().unwrap())), "midnight in Paris");
    let since = item.task.as_ref().unwrap().since;
    assert_eq!(since, Some("2025-08-05T08:02:52.618Z".parse().unwrap()), "an offset without a colon");
    assert_eq!(
        item.link.as_ref().unwrap().as_str(),
        "https://parapheur.example.test/tenant/8a4dba5f-b034-4f92-8625-3aee7be97d46/desk/d1/folder/95cf58f4-71d2-11f0-878d-426b451987f3"
    );
    let sent = network.sent.lock().unwrap();
    assert!(sent[0].contains("size=100") && sent[1].contains("size=100"), "ten desks would be all otherwise");
    assert!(sent[2].contains("/PENDING?") && sent[2].contains("sort=LATE_DATE%2CASC"), "{}", sent[2]);
}

#[test]
fn the_pending_step_is_the_first_that_is_not_done() {
    let premis = Premis::parse(sample("premis.xml").as_bytes()).unwrap();
    assert_eq!(
        (premis.kind.as_str(), premis.subkind.as_str()),
        ("Actes", "Arrêtés"),
        "the folder's, not a file's"
    );
    let pending = premis.pending().unwrap();
    assert_eq!(pending.action, "VISA", "a mere reading is no step");
    assert_eq!(pending.task.as_deref(), Some("95e1818c-71d2-11f0-878d-426b451987f4"));
}

#[test]
fn a_rejected_folder_waits_for_nobody() {
    let rejected = sample("premis.xml").replace(
        "<eventType>VISA</eventType><eventDateTime/>",
        "<eventType>REJECT</eventType><eventDateTime>2025-08-07T16:20:10.663+0200</eventDateTime>\
         <eventOutcomeInformation><eventOutcomeDetail><eventOutcomeDetailNote>manque une annexe</eventOutcomeDetailNote>\
         </eventOutcomeDetail></eventOutcomeInformation>",
    );
    let premis = Premis::parse(rejected.as_bytes()).unwrap();
    assert_eq!(premis.pending(), None);
    assert_eq!(premis.steps[1].note, "manque une annexe");
    assert_eq!(premis.steps[1].at, Some("2025-08-07T14:20:10.663Z".parse().unwrap()));
    for other in ["", "<a/>", "{}", "<premis xmlns=\"http://elsewhere.example\"/>"] {
        assert_eq!(Premis::parse(other.as_bytes()), None, "{other}");
    }
}

#[test]
fn a_step_done_at_an_unreadable_instant_is_done() {
    let odd = sample("premis.xml").replace(
        "<eventType>VISA</eventType><eventDateTime/>",
        "<eventType>VISA</eventType><eventDateTime>hier</eventDateTime>",
    );
    let premis = Premis::parse(odd.as_bytes()).unwrap();
    assert_eq!(premis.pending().unwrap().action, "SIGNATURE");
}
