//! The connectors of the file.

use crate::{
    certificates::{CertificateInUse, Certificates},
    config::{Config, ConfigError, ConnectorConfig, Loaded, Problem},
    telemetry::EngineTelemetry,
};
use pleiade_connectors::{
    engine::EngineOptions,
    http::{HardenedDialer, HardenedError, IdentityError, IdentityFiles, RenewingTransport},
    kind::{ClientCertificate, ConnectorSettings, Network},
};
use pleiade_core::{Clock, Connector, Transport};
use std::sync::Arc;
use url::Url;

/// The connectors of the file, in its order, and the client certificates of those that have one.
///
/// # Errors
/// Those whose settings are refused, or the cards of boards that none of them has, with their places.
pub fn connectors(
    loaded: &Loaded,
    transport: &Arc<dyn Transport>,
    clock: &Arc<dyn Clock>,
) -> Result<(Vec<Arc<dyn Connector>>, Certificates), ConfigError> {
    let databases = databases(loaded).map_err(|problem| ConfigError(vec![problem]))?;
    let (mut built, mut certificates, mut problems) = (Vec::new(), Certificates::new(), Vec::new());
    for (n, (entry, settings)) in loaded.config.connectors.iter().zip(&loaded.connectors).enumerate() {
        let place = format!("connectors[{n}].settings");
        let transport = match settings.client_certificate() {
            None => Arc::clone(transport),
            Some(certificate) => match certified(loaded, settings.as_ref(), certificate, &place, clock) {
                Ok((own, in_use)) => {
                    certificates.insert(entry.id.clone(), in_use);
                    own
                }
                Err(error) => {
                    let key = match error {
                        HardenedError::Identity(IdentityError::Key | IdentityError::Mismatch) => "key",
                        _ => "certificate",
                    };
                    problems.push(loaded.problem(&format!("{place}.{key}"), error.to_string()));
                    continue;
                }
            },
        };
        let network = Network::new(transport).with_databases(databases.clone());
        match settings.build_with(entry.id.clone(), network) {
            Ok(connector) => built.push(connector),
            Err(error) => problems.push(refused(loaded, &place, error.to_string())),
        }
    }
    if problems.is_empty() {
        unknown_widgets(loaded, &built, &mut problems);
    }
    if problems.is_empty() { Ok((built, certificates)) } else { Err(ConfigError(problems)) }
}

/// The way to the databases that connectors name, and to no others.
fn databases(loaded: &Loaded) -> Result<HardenedDialer, Problem> {
    let named = loaded.connectors.iter().flat_map(|settings| settings.databases());
    let builder = named.fold(super::outgoing(loaded), |builder, (host, port)| builder.database(host, port));
    let internal = &loaded.config.outgoing.internal_hosts;
    let builder = internal.iter().fold(builder, |builder, host| builder.internal_host(host));
    builder.build_dialer().map_err(|error| loaded.problem("outgoing", error.to_string()))
}

/// What a connector says of its settings, at the key that it names first.
fn refused(loaded: &Loaded, settings: &str, message: String) -> Problem {
    let named = message.split('`').nth(1).map(|key| format!("{settings}.{key}"));
    loaded.problem(&named.unwrap_or_else(|| settings.to_owned()), message)
}

/// The transport of a connector with a client certificate: to its own hosts alone, so that no other connection is opened with it.
fn certified(
    loaded: &Loaded,
    settings: &dyn ConnectorSettings,
    certificate: ClientCertificate<'_>,
    place: &str,
    clock: &Arc<dyn Clock>,
) -> Result<(Arc<dyn Transport>, CertificateInUse), HardenedError> {
    let internal = &loaded.config.outgoing.internal_hosts;
    let is_internal = |address: &Url| {
        let own = |host: &String| {
            let named = Url::parse(&format!("{}://{host}/", address.scheme()));
            named.is_ok_and(|named| named.host() == address.host())
        };
        internal.iter().any(own)
    };
    let addresses = settings.addresses();
    let builder = addresses
        .into_iter()
        .fold(super::outgoing(loaded), |builder, address| builder.origin(address, is_internal(address)));
    let file = |key: &str| {
        let key = format!("{place}.{key}");
        loaded.value_files.iter().find(|file| file.key == key).map(|file| file.path.clone())
    };
    match (file("certificate"), file("key")) {
        (Some(certificate), Some(key)) => {
            let files = IdentityFiles::new(certificate, key);
            let transport = RenewingTransport::new(builder, files, Arc::clone(clock))?;
            Ok((Arc::new(transport.clone()), CertificateInUse::Renewed(transport)))
        }
        _ => {
            let identity = certificate.identity()?;
            let in_use = CertificateInUse::Fixed(identity.not_after());
            Ok((Arc::new(builder.client_identity(identity).build()?), in_use))
        }
    }
}

/// The cards of boards that are of no widget which their connectors have with these settings.
fn unknown_widgets(loaded: &Loaded, connectors: &[Arc<dyn Connector>], problems: &mut Vec<Problem>) {
    for (n, board) in loaded.config.boards.iter().enumerate() {
        for (m, card) in board.cards.iter().enumerate() {
            let connector = connectors.iter().find(|connector| connector.descriptor().id == card.connector);
            let Some(connector) = connector.filter(|connector| connector.widget(&card.widget).is_none())
            else {
                continue;
            };
            let known: Vec<String> =
                connector.widgets().iter().map(|widget| format!("`{}`", widget.descriptor().id)).collect();
            let text =
                format!("`{}` has no widget `{}`; it has {}", card.connector, card.widget, known.join(", "));
            problems.push(loaded.problem(&format!("boards[{n}].cards[{m}].widget"), text));
        }
    }
}

/// The engine as the file wants it.
#[must_use]
pub fn engine_options(config: &Config) -> EngineOptions {
    let mut options = EngineOptions::default();
    options.observer = Arc::new(EngineTelemetry);
    let limit = |entry: &ConnectorConfig| {
        let calls = entry.max_concurrent_calls.and_then(|calls| usize::try_from(calls).ok())?;
        Some((entry.id.clone(), calls))
    };
    options.calls_per_connector = config.connectors.iter().filter_map(limit).collect();
    options
}
