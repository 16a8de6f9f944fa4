//! A folder of drops, on a real disk: half-written, late, short, emptied.

use chrono::{DateTime, TimeDelta, Utc};
use pleiade_connectors::exchange::{
    fault::ExchangeFault,
    files::{DropReading, FileDrop, FileDropConfig},
};
use sha2::{Digest as _, Sha256};
use std::{fmt::Write as _, path::Path, time::Duration};

const HEADER: &str = "agent;liste;id;titre\n";

fn rows(count: usize) -> String {
    (0..count).fold(HEADER.to_owned(), |mut text, n| {
        let _ = writeln!(text, "dupont;bc;{n};Commande {n}");
        text
    })
}

struct Drop {
    folder: tempfile::TempDir,
    reader: FileDrop,
    now: DateTime<Utc>,
    elapsed: Duration,
}

impl Drop {
    fn new(change: impl FnOnce(&mut FileDropConfig)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut config = FileDropConfig::new(folder.path());
        change(&mut config);
        config.check().unwrap();
        Self {
            reader: FileDrop::new(config),
            folder,
            now: pleiade_testkit::TestClock::sample_now(),
            elapsed: Duration::from_secs(1000),
        }
    }

    fn write(&self, name: &str, text: impl AsRef<[u8]>) {
        std::fs::write(self.folder.path().join(name), text).unwrap();
    }

    /// Writes elements with their manifest.
    fn drop(&self, text: &str) {
        self.write("elements.csv", text);
        self.write("manifest.json", manifest(text, text.lines().count() - 1, self.now));
    }

    async fn read(&self) -> Result<DropReading, ExchangeFault> {
        self.reader.read(self.now, self.elapsed).await
    }

    /// The rows that are shown, and the fault of what stands there.
    async fn shown(&self) -> (usize, Option<ExchangeFault>) {
        let reading = self.read().await.unwrap();
        (reading.handover.elements.rows().len(), reading.fault)
    }
}

fn manifest(text: &str, lines: usize, at: DateTime<Utc>) -> String {
    let digest = Sha256::digest(text).iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"));
    format!(
        r#"{{"schema":"pleiade.depot/1","application":"AGF","produit_le":"{}","fichiers":[{{"nom":"elements.csv","lignes":{lines},"sha256":"{digest}"}}]}}"#,
        at.to_rfc3339()
    )
}

fn being_written() -> ExchangeFault {
    ExchangeFault::BeingWritten { file: "elements.csv".to_owned() }
}

#[tokio::test]
async fn a_drop_without_a_manifest_is_read_once_it_has_settled() {
    let mut drop = Drop::new(|_| {});
    assert_eq!(drop.read().await.unwrap_err(), ExchangeFault::NotThere { file: "elements.csv".to_owned() });
    drop.write("elements.csv", rows(3));
    assert_eq!(drop.read().await.unwrap_err(), being_written());
    drop.elapsed += Duration::from_secs(59);
    assert_eq!(drop.read().await.unwrap_err(), being_written());
    // It has grown meanwhile: the minute begins anew.
    drop.write("elements.csv", rows(4));
    drop.elapsed += Duration::from_secs(1);
    assert_eq!(drop.read().await.unwrap_err(), being_written());
    drop.elapsed += Duration::from_secs(60);
    assert_eq!(drop.shown().await, (4, None));
    // The next one is being written: the last good one stays.
    drop.write("elements.csv", rows(5));
    assert_eq!(drop.shown().await, (4, Some(being_written())));
    drop.elapsed += Duration::from_secs(60);
    assert_eq!(drop.shown().await, (5, None));
    std::fs::remove_file(drop.folder.path().join("elements.csv")).unwrap();
    drop.elapsed += Duration::from_secs(60);
    assert_eq!(drop.shown().await, (5, Some(ExchangeFault::NotThere { file: "elements.csv".to_owned() })));
}

#[tokio::test]
async fn a_manifest_says_when_a_drop_is_whole() {
    let drop = Drop::new(|_| {});
    drop.drop(&rows(3));
    assert_eq!(drop.shown().await, (3, None), "at once");
    let whole = rows(30);
    drop.write("manifest.json", manifest(&whole, 30, drop.now));
    let other = ExchangeFault::NotOfManifest { file: "elements.csv".to_owned() };
    for cut in [0, 1, whole.len() / 2, whole.len() - 1] {
        drop.write("elements.csv", &whole[..cut]);
        let (shown, fault) = drop.shown().await;
        assert_eq!(shown, 3, "no part of a file is taken for it");
        assert!(
            fault == Some(other.clone()) || fault == Some(ExchangeFault::NoHeader.of_file("elements.csv")),
            "{fault:?}"
        );
    }
    drop.write("elements.csv", &whole);
    assert_eq!(drop.shown().await, (30, None));
    drop.write("manifest.json", manifest(&whole, 29, drop.now));
    assert_eq!(drop.shown().await, (30, Some(other)), "its count of lines is another");
    for (odd, why) in [
        ("{", "it is no JSON"),
        (r#"{"schema":"autre/2","produit_le":"2026-11-27T05:00:00Z","fichiers":[]}"#, "another"),
    ] {
        drop.write("manifest.json", odd);
        let (shown, fault) = drop.shown().await;
        assert!(shown == 30 && fault.clone().unwrap().to_string().contains(why), "{fault:?}");
    }
    // Whoever writes manifests does not stop doing so.
    std::fs::remove_file(drop.folder.path().join("manifest.json")).unwrap();
    drop.write("elements.csv", rows(31));
    assert_eq!(drop.shown().await, (30, Some(ExchangeFault::NotThere { file: "manifest.json".to_owned() })));
}

#[tokio::test]
async fn an_emptied_or_shrunken_file_is_not_obeyed() {
    let drop = Drop::new(|_| {});
    drop.drop(&rows(100));
    assert_eq!(drop.shown().await, (100, None));
    drop.drop(HEADER);
    assert_eq!(drop.shown().await, (100, Some(ExchangeFault::Empty { file: "elements.csv".to_owned() })));
    drop.drop(&rows(49));
    let short = ExchangeFault::Shrunken { file: "elements.csv".to_owned(), rows: 49, before: 100 };
    assert_eq!(drop.shown().await, (100, Some(short)));
    drop.reader.believe_next();
    assert_eq!(drop.shown().await, (49, None), "an administrator has looked at it");
    drop.drop(&rows(25));
    assert_eq!(drop.shown().await, (25, None), "half is believed");
    let empty = Drop::new(|config| config.may_be_empty = true);
    empty.drop(HEADER);
    assert_eq!(empty.shown().await, (0, None));
}

#[tokio::test]
async fn a_refused_drop_is_not_read_again_before_it_changes() {
    let drop = Drop::new(|_| {});
    drop.drop(&rows(100));
    assert_eq!(drop.shown().await, (100, None));
    drop.drop(&rows(10));
    let short = ExchangeFault::Shrunken { file: "elements.csv".to_owned(), rows: 10, before: 100 };
    assert_eq!(drop.shown().await, (100, Some(short.clone())));
    // The same size and time: what stands there now would be half-written, and is not looked at.
    let path = drop.folder.path().join("elements.csv");
    let written = std::fs::metadata(&path).unwrap();
    let mut other = std::fs::read(&path).unwrap();
    other.fill(b'"');
    std::fs::write(&path, other).unwrap();
    let file = std::fs::OpenOptions::new().write(true).open(&path).unwrap();
    file.set_modified(written.modified().unwrap()).unwrap();
    assert_eq!(drop.shown().await, (100, Some(short)));
    drop.drop(&rows(60));
    assert_eq!(drop.shown().await, (60, None), "another drop is another");
}

#[tokio::test]
async fn clockings_may_be_few_or_none() {
    let drop = Drop::new(|_| {});
    drop.drop(&rows(3));
    drop.write("pointages.csv", "agent;date;heure;sens\n");
    std::fs::remove_file(drop.folder.path().join("manifest.json")).unwrap();
    let mut drop = drop;
    assert!(matches!(drop.read().await, Err(ExchangeFault::BeingWritten { .. })));
    drop.elapsed += Duration::from_secs(60);
    assert_eq!(drop.shown().await, (3, None));
}

#[tokio::test]
async fn a_late_drop_stays_and_is_dated() {
    let mut drop = Drop::new(|config| config.late_hours = 36);
    let produced = drop.now;
    drop.drop(&rows(3));
    drop.now += TimeDelta::hours(36);
    let reading = drop.read().await.unwrap();
    assert!(!reading.is_late);
    drop.now += TimeDelta::seconds(1);
    let reading = drop.read().await.unwrap();
    assert!(reading.is_late && (reading.produced_at - produced).num_seconds() == 0, "{reading:?}");
}

#[tokio::test]
async fn a_file_is_bounded_and_a_folder_is_one_folder() {
    let drop = Drop::new(|_| {});
    drop.drop(&rows(3));
    assert_eq!(drop.shown().await, (3, None));
    let huge = std::fs::File::create(drop.folder.path().join("elements.csv")).unwrap();
    huge.set_len(1 << 40).unwrap();
    let (shown, fault) = drop.shown().await;
    assert!(shown == 3 && matches!(fault, Some(ExchangeFault::TooLarge { .. })), "{fault:?}");
    for name in ["../autre.csv", "/etc/passwd", "", ".", "a/b.csv"] {
        let mut config = FileDropConfig::new(drop.folder.path());
        config.elements = name.to_owned();
        assert!(config.check().is_err(), "{name}");
    }
    assert!(
        FileDropConfig::new("depots/agf").check().is_err(),
        "a relative path depends on where the server was started"
    );
    let nowhere = FileDrop::new(FileDropConfig::new(Path::new("/nonexistent/agf")));
    let fault = nowhere.read(drop.now, drop.elapsed).await.unwrap_err();
    assert_eq!(fault, ExchangeFault::NotThere { file: "folder".to_owned() });
}

/// Whoever may write in a folder could have a link lead to what is another's, and a pipe holds its reader for ever.
#[tokio::test]
async fn a_link_or_a_pipe_is_no_file() {
    let other = tempfile::tempdir().unwrap();
    let foreign = other.path().join("elements.csv");
    std::fs::write(&foreign, rows(3)).unwrap();
    let drop = Drop::new(|_| {});
    drop.write("manifest.json", manifest(&rows(3), 3, drop.now));
    let place = drop.folder.path().join("elements.csv");
    std::os::unix::fs::symlink(&foreign, &place).unwrap();
    let refused = |error: &ExchangeFault| matches!(error, ExchangeFault::Unreadable { file, .. } if file == "elements.csv");
    let error = drop.read().await.unwrap_err();
    assert!(refused(&error), "{error:?}");
    std::fs::remove_file(&place).unwrap();
    let made = std::process::Command::new("mkfifo").arg(&place).status().unwrap();
    assert!(made.success());
    let error = drop.read().await.unwrap_err();
    assert!(refused(&error), "{error:?}");
}

/// An administrator believes what stands there, and nothing that comes later.
#[tokio::test]
async fn a_drop_that_is_believed_and_refused_leaves_the_next_one_to_be_judged() {
    let drop = Drop::new(|_| {});
    drop.drop(&rows(40));
    assert_eq!(drop.shown().await, (40, None));
    let empty = ExchangeFault::Empty { file: "elements.csv".to_owned() };
    drop.drop(&rows(0));
    assert_eq!(drop.shown().await, (40, Some(empty.clone())));
    drop.reader.believe_next();
    assert_eq!(drop.shown().await, (40, Some(empty)), "no line at all is the matter of a setting");
    drop.drop(&rows(3));
    let (shown, fault) = drop.shown().await;
    assert!(shown == 40 && matches!(fault, Some(ExchangeFault::Shrunken { rows: 3, .. })), "{fault:?}");
    drop.reader.believe_next();
    assert_eq!(drop.shown().await, (3, None));
}
