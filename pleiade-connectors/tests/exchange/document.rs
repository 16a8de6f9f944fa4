//! `docs/exchange.md` as it is written: its example is a drop, and what it promises of drops holds.

use super::support::{built, cx, load, notices, without_network};
use chrono::TimeDelta;
use pleiade_connectors::exchange::{
    fault::ExchangeFault,
    files::{FileDrop, FileDropConfig},
};
use pleiade_core::{Amount, Clock as _, Connector as _, ErrorKind};
use pleiade_testkit::TestClock;
use serde_json::json;
use std::{path::Path, process::Command, sync::Arc, time::Duration};

/// The first block of the document that begins so.
fn block(language: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/exchange.md");
    let text = std::fs::read_to_string(path).unwrap();
    let rest = text.split(&format!("```{language}\n")).nth(1).unwrap();
    rest.split("```").next().unwrap().to_owned()
}

/// The documented drop, with the manifest that the documented command makes.
fn documented() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for name in ["elements.csv", "indicateurs.csv"] {
        std::fs::write(folder.path().join(name), block(&format!("csv {name}"))).unwrap();
    }
    let script = block("sh").replace("/srv/depots/agf", folder.path().to_str().unwrap());
    let done = Command::new("sh").arg("-euc").arg(script).status().unwrap();
    assert!(done.success());
    folder
}

#[tokio::test]
async fn the_documented_drop_is_taken_at_once() {
    let folder = documented();
    let clock = TestClock::default();
    let drop = FileDrop::new(FileDropConfig::new(folder.path()));
    let reading = drop.read(clock.now(), clock.elapsed()).await.unwrap();
    assert_eq!(reading.fault, None);
    assert_eq!(reading.handover.elements.rows().len(), 3);
    assert_eq!(reading.handover.indicators.rows().len(), 2);
    assert_eq!(reading.handover.elements.unreadable + reading.handover.indicators.unreadable, 0);
    let told = drop.probe().await.unwrap();
    assert_eq!(
        told[..2],
        ["`elements.csv`: 3 rows", "`indicateurs.csv`: 2 rows"],
        "every row is read: {told:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn check_says_what_is_wrong_with_a_drop() {
    let folder = documented();
    let connector =
        built(json!({ "files": { "folder": folder.path() } }), json!({}), without_network()).unwrap();
    let told = async || connector.probe().await.map_err(|error| (error.kind(), error.to_string()));
    let found = told().await.unwrap().findings;
    assert!(found.len() == 3 && found[2].starts_with("made on "), "{found:?}");
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    let (elements, manifest) =
        (block("csv elements.csv"), std::fs::read_to_string(folder.path().join("manifest.json")).unwrap());
    let headless = elements.replace("agent;", "matricule;");
    for (name, text, says) in [
        ("elements.csv", headless.as_str(), "is not the file of the manifest"),
        ("elements.csv", "agent;liste;\"id", "`elements.csv`: a quotation mark"),
        ("manifest.json", "{}", "manifest is not"),
        ("manifest.json", &manifest.replace("depot/1", "depot/2"), "`schema` is another"),
        (
            "manifest.json",
            &manifest.replace("\"lignes\": 3", "\"lignes\": 4"),
            "is not the file of the manifest",
        ),
    ] {
        let before = std::fs::read(folder.path().join(name)).unwrap();
        write(name, text);
        let (kind, text) = told().await.unwrap_err();
        assert!(kind == ErrorKind::NotHandedOver && text.contains(says), "{says}: {text}");
        assert!(!text.contains("dupont"), "nothing of anybody: {text}");
        std::fs::write(folder.path().join(name), before).unwrap();
    }
    std::fs::remove_file(folder.path().join("manifest.json")).unwrap();
    write("elements.csv", &headless);
    let (_, text) = told().await.unwrap_err();
    assert!(text.contains("`elements.csv`: the column `agent` is missing"), "{text}");
    write("elements.csv", &format!("{elements}dupont.m;bc_a_viser;9;Trop;;A_VISER;;;beaucoup;EUR;\nd;x\n"));
    let found = told().await.unwrap().findings;
    assert_eq!(found[0], "`elements.csv`: 5 rows, 2 of which cannot be read and are not shown");
    assert!(found[3].contains("there is no `manifest.json`"), "{found:?}");
}

#[tokio::test]
async fn the_last_good_drop_stays_until_a_restart() {
    let folder = documented();
    let clock = TestClock::default();
    let config = FileDropConfig::new(folder.path());
    let drop = FileDrop::new(config.clone());
    drop.read(clock.now(), clock.elapsed()).await.unwrap();
    std::fs::write(folder.path().join("elements.csv"), "agent;liste;id;titre\n").unwrap();
    let reading = drop.read(clock.now(), clock.elapsed()).await.unwrap();
    assert!(reading.fault.is_some() && reading.handover.elements.rows().len() == 3);
    let restarted = FileDrop::new(config).read(clock.now(), clock.elapsed()).await;
    assert_eq!(restarted.unwrap_err(), ExchangeFault::NotOfManifest { file: "elements.csv".to_owned() });
}

#[tokio::test(start_paused = true)]
async fn a_drop_that_was_late_from_the_first_is_shown_dated() {
    let folder = documented();
    let clock = Arc::new(TestClock::default());
    let late = clock.now() - TimeDelta::days(9);
    let manifest = std::fs::read_to_string(folder.path().join("manifest.json")).unwrap();
    let mut manifest: serde_json::Value = serde_json::from_str(&manifest).unwrap();
    manifest["produit_le"] = json!(late.to_rfc3339());
    std::fs::write(folder.path().join("manifest.json"), manifest.to_string()).unwrap();
    let connector =
        built(json!({ "files": { "folder": folder.path() } }), json!({}), without_network()).unwrap();
    tokio::time::advance(Duration::from_secs(1)).await;
    let content = load(&connector, 0, &cx("ville", Some("dupont.m"), &clock)).await.unwrap();
    assert_eq!((notices(&content), content.as_of), (vec!["kit-exchange-late"], Some(late)));
    assert!(content.indicators.iter().any(|indicator| indicator.amount == Amount::Percent(62.5)));
}
