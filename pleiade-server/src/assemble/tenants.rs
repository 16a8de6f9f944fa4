//! The collectivités of the file, their operator, and the entries of their launchers.

use crate::{
    config::{
        ApplicationConfig, Config, TenantConfig,
        model::{OPERATOR_ID, StatementsConfig},
    },
    statements::{AllStatements, Statements},
};
use pleiade_core::{
    Application, ApplicationId, Branding, Colour, Connector, ConnectorDescriptor, Icon, Tenant, TenantId,
};
use std::sync::Arc;

pub(super) fn operator(config: &Config) -> Arc<Tenant> {
    let entry = &config.operator;
    let id = TenantId::new(OPERATOR_ID).unwrap_or_else(|_| unreachable!("a constant slug"));
    let mut operator = Tenant::new(id, &entry.name);
    operator.hosts = config.server.public_url.host_str().map(str::to_lowercase).into_iter().collect();
    operator.branding = branding(entry.accent, entry.monogram.clone());
    operator.locale = entry.locale;
    operator.time_zone = entry.time_zone;
    Arc::new(operator)
}

fn branding(accent: Option<Colour>, monogram: Option<String>) -> Branding {
    let mut branding = Branding::default();
    branding.accent = accent;
    branding.monogram = monogram;
    branding
}

pub(super) fn tenant(entry: &TenantConfig) -> Tenant {
    let mut tenant = Tenant::new(entry.id.clone(), &entry.name);
    tenant.siren = entry.siren;
    tenant.sirets.clone_from(&entry.sirets);
    tenant.postal_names.clone_from(&entry.postal_names);
    tenant.idp_ids.clone_from(&entry.idp_ids);
    tenant.hosts.clone_from(&entry.hosts);
    tenant.mail_domains.clone_from(&entry.mail_domains);
    tenant.branding = branding(entry.accent, entry.monogram.clone());
    tenant.locale = entry.locale;
    tenant.time_zone = entry.time_zone;
    tenant
}

/// What the foot of each page leads to.
pub(super) fn statements(config: &Config) -> AllStatements {
    let tenants = config.tenants.iter().map(|tenant| (tenant.id.clone(), said(&tenant.statements)));
    AllStatements::new(said(&config.operator.statements), tenants)
}

fn said(entry: &StatementsConfig) -> Statements {
    let StatementsConfig { help, publisher, host, data_protection, accessibility, audit } = entry.clone();
    Statements { help, publisher, host, data_protection, accessibility, audit }
}

/// The launcher's entry of the file, with the look of its connector where it names none.
pub(super) fn application(entry: &ApplicationConfig, connector: Option<&ConnectorDescriptor>) -> Application {
    let mut application = Application::new(entry.id.clone(), &entry.name, entry.url.clone());
    application.description.clone_from(&entry.description);
    application.category.clone_from(&entry.category);
    application.order = entry.order;
    application.connector.clone_from(&entry.connector);
    if let Some(connector) = connector {
        (application.icon, application.family) = (connector.icon.clone(), connector.family);
    }
    application.family = entry.family.unwrap_or(application.family);
    if let Some(name) = &entry.icon {
        application.icon = Icon::Named(name.clone());
    }
    application
}

/// The launcher's entry of a connector that has none in the file.
pub(crate) fn launcher_entry(connector: &Arc<dyn Connector>) -> Option<Application> {
    let descriptor = connector.descriptor();
    let mut application = Application::new(
        ApplicationId::new(descriptor.id.as_str()).ok()?,
        &descriptor.name,
        descriptor.home.clone(),
    );
    application.connector = Some(descriptor.id.clone());
    (application.icon, application.family) = (descriptor.icon.clone(), descriptor.family);
    Some(application)
}
