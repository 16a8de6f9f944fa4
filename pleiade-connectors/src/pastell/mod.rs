#![doc = include_str!("README.md")]

pub mod client;
mod config;
mod coverage;
mod deposit;
#[cfg(any(test, fuzzing))]
#[doc(hidden)]
pub mod fuzzing;
mod linking;
mod links;
mod scope;
mod sessions;
mod states;
mod widgets;

pub use client::Client;
pub use config::{DepositFlow, Family, PastellAuthMethod, PastellConfig, WidgetKind};
pub use links::Links;
pub use states::StateClass;

use crate::{kind::ConnectorSettings, kit::sessions::AccountSessions};
use async_trait::async_trait;
use pleiade_core::{
    AccountLinking, ApplicationFamily, Connector, ConnectorDescriptor, ConnectorError, ConnectorId,
    CredentialKind, ErrorKind, FileDeposit, TenantId, Transport, Widget,
    connector::{Health, Messages},
};
use sessions::{Opener, Rules, Shared};
use std::{collections::BTreeSet, sync::Arc};
use url::Url;

/// Families beyond which a card has more numbers than anybody reads.
const MAX_FAMILIES: usize = 20;

/// A configured Pastell platform.
#[derive(Debug)]
pub struct PastellConnector {
    descriptor: ConnectorDescriptor,
    shared: Arc<Shared>,
    widgets: Vec<Arc<dyn Widget>>,
    linking: Option<linking::Linking>,
    deposit: deposit::Deposit,
}

impl ConnectorSettings for PastellConfig {
    fn addresses(&self) -> Vec<&Url> {
        vec![&self.url]
    }

    fn accepts(&self) -> &[CredentialKind] {
        self.access.accepts()
    }

    fn tenants(&self) -> Vec<(&'static str, &TenantId)> {
        self.entities.keys().map(|tenant| ("entities", tenant)).collect()
    }

    fn build(
        &self,
        id: ConnectorId,
        transport: Arc<dyn Transport>,
    ) -> Result<Arc<dyn Connector>, ConnectorError> {
        Ok(Arc::new(PastellConnector::new(id, self.clone(), transport)?))
    }
}

impl PastellConnector {
    /// Joins a configuration and a network.
    ///
    /// # Errors
    /// [`ErrorKind::BadConfiguration`], whose hint names the key: an address that is not a plain `http` or `https` address, families that
    /// are too many or whose ids are no ids or come twice, a name of a field that is none.
    pub fn new(
        id: ConnectorId,
        config: PastellConfig,
        transport: Arc<dyn Transport>,
    ) -> Result<Self, ConnectorError> {
        check(&config)?;
        let client = Client::new(&config.url, config.public_url.as_ref(), transport)?;
        let accepts = config.access.accepts();
        let descriptor = ConnectorDescriptor::new(
            "pastell",
            id.clone(),
            config.name.clone(),
            client.links().home(),
            accepts,
            Messages::new(include_str!("locales/fr.ftl"), include_str!("locales/en.ftl")),
        )
        .with_look(ApplicationFamily::Administration, "exchange")
        .with_coverage(coverage::coverage());
        let accounts = AccountSessions::new(id, accepts, Opener::new(client, config.access));
        let classifier = states::Classifier::new(&config);
        let shared = Arc::new(Shared { rules: Arc::new(Rules { config, classifier }), accounts });
        let linking = linking::Linking::new(&shared);
        let deposit = deposit::Deposit(Arc::clone(&shared));
        let kinds = &shared.rules.config.widgets;
        let widgets = kinds.iter().map(|kind| widgets::build(*kind, &shared)).collect();
        Ok(Self { descriptor, shared, widgets, linking, deposit })
    }

    /// The typed client.
    #[must_use]
    pub fn client(&self) -> &Client {
        &self.shared.accounts.opener().client
    }
}

fn check(config: &PastellConfig) -> Result<(), ConnectorError> {
    let wrong = |hint: &'static str| {
        Err(ConnectorError::new(ErrorKind::BadConfiguration, "read the configuration").with_hint(hint))
    };
    let ids: BTreeSet<&str> = config.families.iter().map(|family| family.id.as_str()).collect();
    if ids.len() != config.families.len() || ids.len() > MAX_FAMILIES {
        return wrong("`families` has an id twice, or more than 20 families");
    }
    if config.families.iter().any(|family| widgets::family_keys(&family.id).is_none()) {
        return wrong("the `id` of a family is small letters, digits, `-` and `_`, 40 at most");
    }
    let field = &config.parapheur_field;
    if !field.is_empty() && !client::is_word(field) {
        return wrong("`parapheur_field` is the name of a field");
    }
    let words = |deposit: &DepositFlow| {
        let named = [&deposit.title_field, &deposit.file_field].into_iter().chain(deposit.fields.keys());
        let subtype = Some(&deposit.subtype_field).filter(|field| !field.is_empty());
        let mut names = named.chain(subtype).chain(&deposit.actions);
        names.all(|name| client::is_word(name)) && !deposit.actions.is_empty()
    };
    if !config.deposits.iter().all(words) {
        return wrong("`deposits` has a name of a field or of an action that is none, or no action");
    }
    match config.token_page.as_ref().is_none_or(|page| matches!(page.scheme(), "http" | "https")) {
        true => Ok(()),
        false => wrong("`token_page` is an `http` or `https` address"),
    }
}

#[async_trait]
impl Connector for PastellConnector {
    fn descriptor(&self) -> &ConnectorDescriptor {
        &self.descriptor
    }

    fn widgets(&self) -> &[Arc<dyn Widget>] {
        &self.widgets
    }

    async fn probe(&self) -> Result<Health, ConnectorError> {
        self.client().version().await.map(Health::new)
    }

    fn retry(&self) {
        self.shared.retry();
    }

    fn linking(&self) -> Option<&dyn AccountLinking> {
        self.linking.as_ref().map(|linking| linking as _)
    }

    fn deposit(&self) -> Option<&dyn FileDeposit> {
        Some(&self.deposit)
            .filter(|_| !self.shared.rules.config.deposits.is_empty())
            .map(|deposit| deposit as _)
    }
}
