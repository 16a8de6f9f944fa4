//! The suite on the connector of `src/orders`: `cargo test -p pleiade-examples --test purchase_orders`.

mod simulator;

use pleiade_connectors::kind::ConnectorSettings as _;
use pleiade_core::{Connector, ConnectorError, ConnectorId, Credential, ErrorKind, Transport};
use pleiade_examples::orders::OrdersSettings;
use pleiade_testkit::{
    conformance::{Subject, main as conformance},
    people,
};
use serde_json::json;
use std::{process::ExitCode, sync::Arc};

fn connector(transport: Arc<dyn Transport>) -> Result<Arc<dyn Connector>, ConnectorError> {
    // Two collectivités share the instance, under the names that the application gives them.
    let [first, second] = [0, 1].map(|number| people::TENANTS.get(number).map_or("", |tenant| tenant.id));
    let settings = json!({
        "url": "https://orders.example", "token": simulator::TOKEN,
        "filter": { "tenants": { first: "VILLE", second: "VALLEE" } },
    });
    let settings: OrdersSettings = serde_json::from_value(settings)
        .map_err(|_| ConnectorError::new(ErrorKind::BadConfiguration, "read the settings"))?;
    settings.build(ConnectorId::from_static("orders"), transport)
}

fn credential(login: &str, _: u32) -> Credential {
    Credential::Technical { key: Some(login.to_owned()) }
}

fn main() -> ExitCode {
    let orders = Subject::new("orders", |_| Arc::new(simulator::OrdersSimulator::sample()), connector);
    conformance(&[orders.credential(credential).secret(simulator::TOKEN)])
}
