//! Every connector, with each authentication method that an operator can choose, by the suite.

use pleiade_connectors::registry::read_settings;
use pleiade_core::{Connector, ConnectorError, ConnectorId, ErrorKind, Transport};
use serde_json::Value;
use std::{process::ExitCode, sync::Arc};

fn main() -> ExitCode {
    let simulated = pleiade_testkit::simulated();
    let subjects: Vec<_> = simulated.iter().flat_map(|one| one.subjects(build)).collect();
    pleiade_testkit::conformance::main(&subjects)
}

fn build(
    kind: &str,
    settings: Value,
    transport: Arc<dyn Transport>,
) -> Result<Arc<dyn Connector>, ConnectorError> {
    let wrong = || ConnectorError::new(ErrorKind::BadConfiguration, "read the settings of a simulator");
    let settings = read_settings(kind, settings).and_then(Result::ok).ok_or_else(wrong)?;
    settings.build(ConnectorId::new(kind).map_err(|_| wrong())?, transport)
}
