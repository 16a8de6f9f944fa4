//! The operator's file: one strict tree, every mistake with its file, line and key.
//!
//! [`load`] reads the file and those it includes (`tree`), puts the content of `…_file` keys in place (`secrets`), gives each
//! value its type (`de`) and checks what types cannot (`validate`). Nothing else of the server reads files of configuration or the
//! environment. Secrets are [`pleiade_core::SecretString`]s from here on, and no message repeats a value.

mod de;
mod error;
mod kinds;
pub(crate) mod model;
mod secrets;
mod tree;
mod validate;

pub use error::{ConfigError, FilePosition, Problem, ProblemKind};
pub use kinds::ConnectorKinds;
pub use model::{
    ApplicationConfig, BoardConfig, Config, ConnectorConfig, DatabaseConfig, LegalConfig, LocalConfig,
    LogFormat, LoggingConfig, MappingConfig, MetricsConfig, OperatorConfig, OutgoingConfig, SealConfig,
    ServerConfig, SessionsConfig, SourceConfig, SourceKind, SourceSettings, SyncConfig, TenantConfig,
};
pub use secrets::ValueFile;

use pleiade_connectors::kind::ConnectorSettings;
use pleiade_core::SecretString;
use std::path::Path;
use tree::{Node, Value};

/// The environment variable that takes the place of `seal.key`.
pub const SEAL_KEY_VARIABLE: &str = "PLEIADE_SEAL_KEY";

/// A configuration without a known mistake.
#[derive(Debug)]
pub struct Loaded {
    /// Everything but the settings of sources and connectors.
    pub config: Config,
    /// The settings of `config.sources`, in the same order.
    pub sources: Vec<SourceSettings>,
    /// The settings of `config.connectors`, in the same order.
    pub connectors: Vec<Box<dyn ConnectorSettings>>,
    /// The files that `…_file` keys name.
    pub value_files: Vec<ValueFile>,
    tree: Node,
}

impl Loaded {
    /// The sources, each with its settings, in the order of the file.
    pub fn sources(&self) -> impl ExactSizeIterator<Item = (&SourceConfig, &SourceSettings)> {
        self.config.sources.iter().zip(&self.sources)
    }

    /// A mistake found later than in the file, for example when something built from it refuses its settings.
    #[must_use]
    pub fn problem(&self, key: &str, message: impl Into<String>) -> Problem {
        let place = Some(self.tree.place_of(key));
        Problem { kind: ProblemKind::Wrong, place, key: key.to_owned(), message: message.into() }
    }
}

/// Reads and checks a file.
///
/// # Errors
/// Every mistake that could be found.
pub fn load(path: &Path) -> Result<Loaded, ConfigError> {
    load_with(path, &ConnectorKinds::built_in())
}

/// [`load`] for whoever embeds the server with connectors of their own.
///
/// # Errors
/// Every mistake that could be found.
pub fn load_with(path: &Path, kinds: &ConnectorKinds) -> Result<Loaded, ConfigError> {
    let mut tree = tree::read_tree(path)?;
    let mut problems = Vec::new();
    let mut value_files = Vec::new();
    secrets::resolve(&mut tree, "", &mut value_files, &mut problems);
    if !problems.is_empty() {
        return Err(ConfigError(problems));
    }
    let source_settings = take_settings(&mut tree, "sources");
    let connector_settings = take_settings(&mut tree, "connectors");
    let mut config: Config = de::from_node(&tree, "")?;
    if let Ok(key) = std::env::var(SEAL_KEY_VARIABLE) {
        config.seal.key = Some(SecretString::from(key));
    }

    let mut sources = Vec::new();
    for (n, (source, settings)) in config.sources.iter().zip(&source_settings).enumerate() {
        let key = format!("sources[{n}].settings");
        let read = match (source.kind, settings) {
            (SourceKind::Oidc, Some(node)) => de::from_node(node, &key).map(SourceSettings::Oidc),
            (SourceKind::Cas, Some(node)) => de::from_node(node, &key).map(SourceSettings::Cas),
            (SourceKind::Header, Some(node)) => de::from_node(node, &key).map(SourceSettings::Header),
            (SourceKind::Ldap, Some(node)) => de::from_node(node, &key).map(SourceSettings::Ldap),
            (SourceKind::Scim, None) => Ok(SourceSettings::Scim),
            (SourceKind::Scim, Some(node)) => {
                Err(node.problem(&key, "a source that is pushed has no settings"))
            }
            (SourceKind::Local, Some(node)) => de::from_node(node, &key).map(SourceSettings::Local),
            (SourceKind::Local, None) => Ok(SourceSettings::Local(LocalConfig::default())),
            (_, None) => Err(missing_settings(&tree, "sources", n)),
        };
        match read {
            Ok(settings) => sources.push(settings),
            Err(problem) => problems.push(problem),
        }
    }
    let mut connectors = Vec::new();
    for (n, (connector, settings)) in config.connectors.iter().zip(&connector_settings).enumerate() {
        let key = format!("connectors[{n}].settings");
        let read = match (kinds.settings_reader(&connector.kind), settings) {
            (Err(message), _) => Err(wrong(&tree, format!("connectors[{n}].kind"), message)),
            (Ok(_), None) => Err(missing_settings(&tree, "connectors", n)),
            (Ok(read), Some(node)) => read(node, &key),
        };
        match read {
            Ok(settings) => connectors.push(settings),
            Err(problem) => problems.push(problem),
        }
    }
    // Put back, so that later mistakes find their place.
    put_settings(&mut tree, "sources", source_settings);
    put_settings(&mut tree, "connectors", connector_settings);
    if problems.is_empty() {
        validate::check(&config, &sources, &connectors, &mut |kind, key, message| {
            let place = Some(tree.place_of(&key));
            problems.push(Problem { kind, place, key, message });
        });
    }
    tree.forget_values();
    if problems.is_empty() {
        Ok(Loaded { config, sources, connectors, value_files, tree })
    } else {
        Err(ConfigError(problems))
    }
}

fn missing_settings(tree: &Node, list: &str, n: usize) -> Problem {
    wrong(tree, format!("{list}[{n}]"), "the table `settings` is missing".to_owned())
}

fn wrong(tree: &Node, key: String, message: String) -> Problem {
    Problem { kind: ProblemKind::Wrong, place: Some(tree.place_of(&key)), key, message }
}

fn entries<'a>(tree: &'a mut Node, list: &str) -> impl Iterator<Item = &'a mut Node> {
    let list = match &mut tree.value {
        Value::Table(table) => table.get_mut(list),
        _ => None,
    };
    match list.map(|node| &mut node.value) {
        Some(Value::List(entries)) => entries.iter_mut(),
        _ => [].iter_mut(),
    }
}

/// Takes out what depends on the kind of an entry: it is read apart, after its kind is known.
fn take_settings(tree: &mut Node, list: &str) -> Vec<Option<Node>> {
    entries(tree, list)
        .map(|entry| match &mut entry.value {
            Value::Table(table) => table.remove("settings"),
            _ => None,
        })
        .collect()
}

fn put_settings(tree: &mut Node, list: &str, settings: Vec<Option<Node>>) {
    for (entry, settings) in entries(tree, list).zip(settings) {
        if let (Value::Table(table), Some(settings)) = (&mut entry.value, settings) {
            table.insert("settings".into(), settings);
        }
    }
}
