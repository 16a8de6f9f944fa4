#![doc = include_str!("README.md")]

mod cards;
mod config;

pub use config::{GtaConfig, WidgetKind};

use crate::{
    exchange::profile::{ACCEPTS, Exchange, ExchangeConnector},
    kind::{ConnectorSettings, Network},
    kit::shared::Filter,
};
use pleiade_core::{
    AccessMethod, ApplicationFamily, Connector, ConnectorDescriptor, ConnectorError, ConnectorId, Coverage,
    CredentialKind, Evidence, EvidenceKind, Transport, connector::Messages,
};
use std::sync::Arc;
use url::Url;

impl ConnectorSettings for GtaConfig {
    fn addresses(&self) -> Vec<&Url> {
        self.source.addresses()
    }

    fn databases(&self) -> Vec<(&str, u16)> {
        self.source.databases()
    }

    fn stores(&self) -> Vec<String> {
        self.source.stores()
    }

    fn accepts(&self) -> &[CredentialKind] {
        ACCEPTS
    }

    fn filter(&self) -> Option<&Filter> {
        Some(&self.filter)
    }

    fn build(
        &self,
        id: ConnectorId,
        transport: Arc<dyn Transport>,
    ) -> Result<Arc<dyn Connector>, ConnectorError> {
        self.build_with(id, Network::new(transport))
    }

    fn build_with(&self, id: ConnectorId, network: Network) -> Result<Arc<dyn Connector>, ConnectorError> {
        self.check()?;
        let descriptor = ConnectorDescriptor::new(
            "gta",
            id,
            self.name.clone(),
            self.home.clone(),
            ACCEPTS,
            Messages::new(include_str!("locales/fr.ftl"), include_str!("locales/en.ftl")),
        )
        .with_look(ApplicationFamily::Business, "clock-o")
        .with_coverage(coverage());
        let mut exchange = Exchange::new(self.source.clone(), self.filter.clone());
        exchange.application.clone_from(&self.application);
        exchange.time_zone = self.time_zone;
        exchange.link_hosts.clone_from(&self.link_hosts);
        let cards = self.widgets.iter().map(|kind| cards::card(*kind, self));
        Ok(Arc::new(ExchangeConnector::new(descriptor, exchange, cards.collect::<Vec<_>>(), network)?))
    }
}

fn coverage() -> Coverage {
    let made =
        "our own contract, since their editors publish no interface; its SQL views also in a real PostgreSQL";
    Coverage::new(
        "Time and attendance: eTemptation, Octime, Chronotime, Incovar and others",
        "any, by the exchange contract: files, SQL views or JSON",
        [Evidence::new(EvidenceKind::Simulator, made, "pleiade-connectors/tests/gta/main.rs")],
    )
    .with_access([AccessMethod::new("exchange", CredentialKind::Technical)])
}
