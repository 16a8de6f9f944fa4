//! The reader of a folder into which a business application drops its files.
//!
//! A drop is taken with its manifest, which is written last, or, without one, once the size and the time of its files have stayed the same
//! for a minute. What is half-written, late or suddenly short is told in a plain sentence, and the last good reading stays, dated.

use super::{
    contract::{Clocking, Element, Handover, IndicatorRow},
    csv,
    fault::ExchangeFault,
    table::{Table, TableRow},
};
use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use serde::Deserialize;
use sha2::{Digest as _, Sha256};
use std::{
    collections::BTreeMap,
    fmt::Write as _,
    io::Read as _,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, SystemTime},
};

/// Bytes of a file at most.
pub const MAX_FILE_BYTES: u64 = 20 << 20;

/// Bytes of a manifest at most.
const MAX_MANIFEST_BYTES: u64 = 64 << 10;

/// The time for which a file without a manifest stays as it is before it is read.
const SETTLING_TIME: Duration = Duration::from_secs(60);

/// A disk that takes longer is told as one that fails.
const DISK_DEADLINE: Duration = Duration::from_secs(10);

/// Below that many rows nothing is said of a drop that is shorter than the one before.
const MIN_ROWS_TO_COMPARE: usize = 20;

/// Where a drop is, and what is expected of it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct FileDropConfig {
    /// The folder, on the server's own disk.
    pub folder: PathBuf,
    /// The file of what waits for people.
    #[serde(default = "default_elements")]
    pub elements: String,
    /// The file of figures.
    #[serde(default = "default_indicators")]
    pub indicators: String,
    /// The file of who came and went today, for time and attendance. It may be absent, short or without a line: nobody comes at night.
    #[serde(default = "default_clockings")]
    pub clockings: String,
    /// The manifest, which is written last. Once one was seen, no drop is read without it until the server is started anew.
    #[serde(default = "default_manifest")]
    pub manifest: String,
    /// What stands between cells: `;`, `,`, or a tab.
    #[serde(default = "default_delimiter")]
    pub delimiter: char,
    /// Hours after which a drop is said to be late; 0 for never.
    #[serde(default = "default_late_hours")]
    pub late_hours: u32,
    /// A drop with less than this share of the rows of the one before is not believed, in percent; 0 for never.
    #[serde(default = "default_min_percent")]
    pub min_percent: u8,
    /// True if a file without rows means that nobody has anything.
    #[serde(default)]
    pub may_be_empty: bool,
}

fn default_elements() -> String {
    "elements.csv".to_owned()
}

fn default_indicators() -> String {
    "indicateurs.csv".to_owned()
}

fn default_clockings() -> String {
    "pointages.csv".to_owned()
}

fn default_manifest() -> String {
    "manifest.json".to_owned()
}

fn default_delimiter() -> char {
    ';'
}

fn default_late_hours() -> u32 {
    36
}

fn default_min_percent() -> u8 {
    50
}

impl FileDropConfig {
    /// A folder with every default.
    #[must_use]
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self {
            folder: folder.into(),
            elements: default_elements(),
            indicators: default_indicators(),
            clockings: default_clockings(),
            manifest: default_manifest(),
            delimiter: default_delimiter(),
            late_hours: default_late_hours(),
            min_percent: default_min_percent(),
            may_be_empty: false,
        }
    }

    /// What is wrong with it: the key, and what it is to be.
    ///
    /// # Errors
    /// A sentence that names the key.
    pub fn check(&self) -> Result<(), &'static str> {
        let is_name =
            |name: &str| !name.is_empty() && Path::new(name).file_name().is_some_and(|file| file == name);
        if !self.folder.is_absolute() {
            return Err("`folder` is a whole path, which begins with /");
        }
        let names = [&self.elements, &self.indicators, &self.clockings, &self.manifest];
        if !names.into_iter().all(|name| is_name(name)) {
            return Err(
                "`elements`, `indicators`, `clockings` and `manifest` are names of files in `folder`, without a path",
            );
        }
        if !matches!(self.delimiter, ';' | ',' | '\t' | '|') {
            return Err("`delimiter` is `;`, `,`, `|` or a tab");
        }
        if self.min_percent > 100 {
            return Err("`min_percent` is 0 to 100");
        }
        Ok(())
    }
}

/// What stands on the disk of one file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Stamp {
    size: u64,
    modified: SystemTime,
}

/// The stamps of the files that are there, by name.
type Stamps = BTreeMap<String, Stamp>;

/// A reading of the drop.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct DropReading {
    /// The last good one.
    pub handover: Arc<Handover>,
    /// When it was made: the manifest's own time, else that of the newest file.
    pub produced_at: DateTime<Utc>,
    /// Why what stands in the folder by now is not it.
    pub fault: Option<ExchangeFault>,
    /// True if no newer one has come for [`FileDropConfig::late_hours`].
    pub is_late: bool,
}

#[derive(Debug, Default)]
struct State {
    good: Option<Good>,
    /// Since when the files have been as they are, on the monotonic clock.
    watched: Option<(Stamps, Duration)>,
    had_manifest: bool,
    /// What stood there when it was refused for what it is: it is not read again before it changes.
    refused: Option<(Stamps, ExchangeFault)>,
    /// True if an administrator has asked for the next drop to be taken, however short.
    believes_next: bool,
}

#[derive(Debug, Clone)]
struct Good {
    handover: Arc<Handover>,
    produced_at: DateTime<Utc>,
    stamps: Stamps,
}

/// A folder of drops.
#[derive(Debug)]
pub struct FileDrop {
    config: FileDropConfig,
    state: Mutex<State>,
}

impl FileDrop {
    /// Nothing read yet.
    #[must_use]
    pub fn new(config: FileDropConfig) -> Self {
        Self { config, state: Mutex::default() }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes the drop that stands there as it is at the next reading, however short: an administrator has looked at it. It is for that one
    /// alone: where it is refused for something else, or is not there, the next one is judged as any other.
    pub fn believe_next(&self) {
        self.state().believes_next = true;
    }

    /// Reads the drop that stands there, manifest, digests, columns and rows, and keeps nothing of it: what it holds, a sentence each, without
    /// anything of anybody. Whether it has settled is not known of one look.
    ///
    /// # Errors
    /// Why it is not taken.
    pub async fn probe(&self) -> Result<Vec<String>, ExchangeFault> {
        let (config, had_manifest) = (self.config.clone(), self.state().had_manifest);
        let look = move || {
            let stamps = stamps(&config)?;
            let has_manifest = stamps.contains_key(&config.manifest);
            let good = load(&config, stamps, had_manifest || has_manifest, None)?;
            Ok(findings(&config, &good, has_manifest))
        };
        on_disk(look).await
    }

    /// The drop as it is, or the last good one and why it is not the one that stands there. `elapsed` is the monotonic time.
    ///
    /// # Errors
    /// Why there is none, as long as no good one was read.
    pub async fn read(&self, now: DateTime<Utc>, elapsed: Duration) -> Result<DropReading, ExchangeFault> {
        let found = self.take(elapsed).await;
        let mut state = self.state();
        let fault = match found {
            Ok(Some(good)) => {
                state.good = Some(good);
                state.believes_next = false;
                state.refused = None;
                None
            }
            Ok(None) => None,
            Err(fault) => {
                // What an administrator looked at is what stands there: the next one is judged again, unless this one is still to settle.
                state.believes_next &= matches!(fault, ExchangeFault::BeingWritten { .. });
                Some(fault)
            }
        };
        match (&state.good, fault) {
            (Some(good), fault) => Ok(DropReading {
                handover: good.handover.clone(),
                produced_at: good.produced_at,
                fault,
                is_late: self.config.late_hours > 0
                    && now - good.produced_at > TimeDelta::hours(self.config.late_hours.into()),
            }),
            (None, Some(fault)) => Err(fault),
            (None, None) => Err(ExchangeFault::NotThere { file: self.config.elements.clone() }),
        }
    }

    /// A new good drop; none when the last one still stands there.
    async fn take(&self, elapsed: Duration) -> Result<Option<Good>, ExchangeFault> {
        let config = self.config.clone();
        let stamps = on_disk(move || stamps(&config)).await?;
        let (before, had_manifest) = {
            let mut state = self.state();
            if state.good.as_ref().is_some_and(|good| good.stamps == stamps) && !state.believes_next {
                return Ok(None);
            }
            if let Some((_, fault)) = state.refused.as_ref().filter(|(refused, _)| *refused == stamps)
                && !state.believes_next
            {
                return Err(fault.clone());
            }
            let since = match &state.watched {
                Some((known, since)) if *known == stamps => *since,
                _ => elapsed,
            };
            state.watched = Some((stamps.clone(), since));
            let has_manifest = stamps.contains_key(&self.config.manifest);
            if !has_manifest && !state.had_manifest && elapsed.saturating_sub(since) < SETTLING_TIME {
                let newest = stamps.iter().max_by_key(|(_, stamp)| stamp.modified);
                return Err(match newest {
                    Some((file, _)) => ExchangeFault::BeingWritten { file: file.clone() },
                    None => ExchangeFault::NotThere { file: self.config.elements.clone() },
                });
            }
            state.had_manifest |= has_manifest;
            let before = state.good.clone().filter(|_| !state.believes_next);
            (before, state.had_manifest)
        };
        let (config, read) = (self.config.clone(), stamps.clone());
        let found = on_disk(move || load(&config, stamps, had_manifest, before.as_ref())).await;
        if let Err(fault) = &found
            && !fault.passes()
        {
            tracing::warn!("what an application handed over is not taken: {fault}");
            self.state().refused = Some((read, fault.clone()));
        }
        found.map(Some)
    }
}

/// Runs what waits for a disk beside everything else.
async fn on_disk<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, ExchangeFault> + Send + 'static,
) -> Result<T, ExchangeFault> {
    let slow =
        |reason: &str| ExchangeFault::Unreadable { file: "folder".to_owned(), reason: reason.to_owned() };
    match tokio::time::timeout(DISK_DEADLINE, tokio::task::spawn_blocking(work)).await {
        Ok(Ok(done)) => done,
        Ok(Err(_)) => Err(slow("reading it failed")),
        Err(_) => Err(slow("the disk does not answer")),
    }
}

fn unreadable(file: &str, error: &std::io::Error) -> ExchangeFault {
    match error.kind() {
        std::io::ErrorKind::NotFound => ExchangeFault::NotThere { file: file.to_owned() },
        kind => ExchangeFault::Unreadable { file: file.to_owned(), reason: kind.to_string() },
    }
}

fn stamps(config: &FileDropConfig) -> Result<Stamps, ExchangeFault> {
    let mut found = Stamps::new();
    if let Err(error) = std::fs::read_dir(&config.folder) {
        return Err(unreadable("folder", &error));
    }
    for name in [&config.elements, &config.indicators, &config.clockings, &config.manifest] {
        match std::fs::symlink_metadata(config.folder.join(name)) {
            Ok(facts) if !facts.is_file() => return Err(no_file(name)),
            Ok(facts) => {
                let modified = facts.modified().unwrap_or(SystemTime::UNIX_EPOCH);
                found.insert(name.clone(), Stamp { size: facts.len(), modified });
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => return Err(unreadable(name, &error)),
        }
    }
    Ok(found)
}

/// Whoever may write in a folder could put there a link to what is another's, or a pipe, which holds its reader for ever.
fn no_file(name: &str) -> ExchangeFault {
    ExchangeFault::Unreadable {
        file: name.to_owned(),
        reason: "it is a link, or no ordinary file: write the file itself".to_owned(),
    }
}

/// Opens an ordinary file, and waits for nothing.
fn open(config: &FileDropConfig, name: &str) -> Result<std::fs::File, ExchangeFault> {
    let mut options = std::fs::OpenOptions::new();
    options.read(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::custom_flags(&mut options, libc::O_NOFOLLOW | libc::O_NONBLOCK);
    let file = options.open(config.folder.join(name)).map_err(|error| unreadable(name, &error))?;
    let facts = file.metadata().map_err(|error| unreadable(name, &error))?;
    if facts.is_file() { Ok(file) } else { Err(no_file(name)) }
}

fn bytes_of(config: &FileDropConfig, name: &str, max: u64) -> Result<Vec<u8>, ExchangeFault> {
    let file = open(config, name)?;
    let mut bytes = Vec::new();
    file.take(max + 1).read_to_end(&mut bytes).map_err(|error| unreadable(name, &error))?;
    match bytes.len() as u64 > max {
        true => Err(ExchangeFault::TooLarge { file: name.to_owned(), max }),
        false => Ok(bytes),
    }
}

/// `manifest.json`, schema `pleiade.depot/1`.
#[derive(Debug, Deserialize)]
struct Manifest {
    schema: String,
    produit_le: DateTime<Utc>,
    fichiers: Vec<ManifestFile>,
}

#[derive(Debug, Deserialize)]
struct ManifestFile {
    nom: String,
    lignes: usize,
    sha256: String,
}

fn load(
    config: &FileDropConfig,
    stamps_before: Stamps,
    had_manifest: bool,
    before: Option<&Good>,
) -> Result<Good, ExchangeFault> {
    let manifest = had_manifest.then(|| manifest(config)).transpose()?;
    let read = |name: &str, required: &[&'static str]| -> Result<Option<Table>, ExchangeFault> {
        let listed =
            manifest.as_ref().and_then(|manifest| manifest.fichiers.iter().find(|file| file.nom == name));
        // A file that the manifest does not list is none of this drop.
        if manifest.is_some() && listed.is_none() || !stamps_before.contains_key(name) && listed.is_none() {
            return Ok(None);
        }
        let bytes = bytes_of(config, name, MAX_FILE_BYTES)?;
        let parsed = csv::decode(&bytes)
            .and_then(|text| csv::parse(&text, u8::try_from(config.delimiter).unwrap_or(b';')));
        let table = parsed.map_err(|fault| fault.of_file(name))?;
        let is_listed = |file: &ManifestFile| {
            file.sha256.eq_ignore_ascii_case(&digest(&bytes))
                && file.lignes == table.rows().len() + table.unreadable
        };
        if listed.is_some_and(|file| !is_listed(file)) {
            return Err(ExchangeFault::NotOfManifest { file: name.to_owned() });
        }
        table.require(required).map_err(|fault| fault.of_file(name))?;
        if table.rows().len() == 0 && !config.may_be_empty && *name != config.clockings {
            return Err(ExchangeFault::Empty { file: name.to_owned() });
        }
        Ok(Some(table))
    };
    let elements = read(&config.elements, &Element::REQUIRED)?;
    let indicators = read(&config.indicators, &IndicatorRow::REQUIRED)?;
    let clockings = read(&config.clockings, &Clocking::REQUIRED)?;
    for (name, table, rows) in [
        (&config.elements, &elements, before.map(|good| good.handover.elements.rows().len())),
        (&config.indicators, &indicators, before.map(|good| good.handover.indicators.rows().len())),
    ] {
        let Some(rows_before) = rows.filter(|rows| *rows > 0) else { continue };
        let Some(table) = table else { return Err(ExchangeFault::NotThere { file: name.clone() }) };
        let rows = table.rows().len();
        if rows_before >= MIN_ROWS_TO_COMPARE && rows * 100 < rows_before * usize::from(config.min_percent) {
            return Err(ExchangeFault::Shrunken { file: name.clone(), rows, before: rows_before });
        }
    }
    if elements.is_none() && indicators.is_none() {
        return Err(ExchangeFault::NotThere { file: config.elements.clone() });
    }
    // What has changed while it was read is read again later.
    let stamps = stamps(config)?;
    if stamps != stamps_before {
        return Err(ExchangeFault::BeingWritten { file: config.elements.clone() });
    }
    let newest = stamps.values().map(|stamp| stamp.modified).max().unwrap_or(SystemTime::UNIX_EPOCH);
    let produced_at = manifest.map_or_else(|| newest.into(), |manifest| manifest.produit_le);
    Ok(Good { handover: Arc::new(Handover::new(elements, indicators, clockings)?), produced_at, stamps })
}

/// What a drop holds, for whoever sets it up.
fn findings(config: &FileDropConfig, good: &Good, has_manifest: bool) -> Vec<String> {
    let Handover { elements, indicators, clockings } = good.handover.as_ref();
    let file = |name: &str, table: &Table, is_readable: &dyn Fn(TableRow<'_>) -> bool| {
        let rows = table.rows().len() + table.unreadable;
        let unreadable = table.rows().filter(|row| !is_readable(*row)).count() + table.unreadable;
        let rest = if unreadable > 0 {
            format!(", {unreadable} of which cannot be read and are not shown")
        } else {
            String::new()
        };
        table.is_given().then(|| format!("`{name}`: {rows} rows{rest}"))
    };
    let files = [
        file(&config.elements, elements, &|row| Element::read(row, Tz::UTC).is_some()),
        file(&config.indicators, indicators, &|row| IndicatorRow::read(row, Tz::UTC).is_some()),
        file(&config.clockings, clockings, &|row| Clocking::read(row, Tz::UTC).is_some()),
    ];
    let made = format!("made on {}", good.produced_at.format("%Y-%m-%d at %H:%M UTC"));
    let settles = (!has_manifest).then(|| {
        format!(
            "there is no `{}`: it is taken once its files have stayed the same for a minute",
            config.manifest
        )
    });
    files.into_iter().flatten().chain([made]).chain(settles).collect()
}

fn manifest(config: &FileDropConfig) -> Result<Manifest, ExchangeFault> {
    let bytes = bytes_of(config, &config.manifest, MAX_MANIFEST_BYTES)?;
    let manifest: Manifest = serde_json::from_slice(&bytes).map_err(|_| ExchangeFault::Manifest {
        why: "it is no JSON with `schema`, `produit_le` and `fichiers`",
    })?;
    match manifest.schema.as_str() {
        "pleiade.depot/1" => Ok(manifest),
        _ => Err(ExchangeFault::Manifest { why: "its `schema` is another" }),
    }
}

fn digest(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
