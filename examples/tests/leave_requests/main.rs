//! The suite on the connector of `src/leave`: `cargo test -p pleiade-examples --test leave_requests`.

mod simulator;

use pleiade_core::{Connector, ConnectorError, ConnectorId, Credential, ErrorKind, SecretString, Transport};
use pleiade_examples::leave::LeaveConnector;
use pleiade_testkit::conformance::{Subject, main as conformance};
use std::{process::ExitCode, sync::Arc};

fn connector(transport: Arc<dyn Transport>) -> Result<Arc<dyn Connector>, ConnectorError> {
    let wrong = |_| ConnectorError::new(ErrorKind::BadConfiguration, "read the configuration");
    let id = ConnectorId::new("leave")
        .map_err(|_| ConnectorError::new(ErrorKind::Internal, "name the connector"))?;
    let base = "https://leave.example/".parse().map_err(wrong)?;
    Ok(Arc::new(LeaveConnector::new(id, base, transport)?))
}

fn credential(login: &str, renewals: u32) -> Credential {
    Credential::LinkedAccount {
        login: login.to_owned(),
        secret: SecretString::from(format!("leave-token.{login}.{renewals}")),
    }
}

fn main() -> ExitCode {
    let leave = Subject::new("leave", |_| Arc::new(simulator::LeaveSimulator::sample()), connector);
    conformance(&[leave.credential(credential)])
}
