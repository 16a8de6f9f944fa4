//! The connectors of the file.

use crate::{
    config::{Config, ConnectorConfig, Loaded, Problem},
    telemetry::EngineTelemetry,
};
use pleiade_connectors::engine::EngineOptions;
use pleiade_core::{Connector, Transport};
use std::sync::Arc;

/// The connectors of the file, in its order.
///
/// # Errors
/// The first whose settings are refused, or the first card of a board that none of them has, with its place.
pub fn connectors(
    loaded: &Loaded,
    transport: &Arc<dyn Transport>,
) -> Result<Vec<Arc<dyn Connector>>, Problem> {
    let pairs = loaded.config.connectors.iter().zip(&loaded.connectors).enumerate();
    let built = pairs.map(|(n, (entry, settings))| {
        let built = settings.build(entry.id.clone(), transport.clone());
        built.map_err(|error| loaded.problem(&format!("connectors[{n}].settings"), error.to_string()))
    });
    let built: Vec<_> = built.collect::<Result<_, _>>()?;
    known_widgets(loaded, &built)?;
    Ok(built)
}

/// Cards of boards are of widgets that their connectors have with these settings.
fn known_widgets(loaded: &Loaded, connectors: &[Arc<dyn Connector>]) -> Result<(), Problem> {
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
            return Err(loaded.problem(&format!("boards[{n}].cards[{m}].widget"), text));
        }
    }
    Ok(())
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
