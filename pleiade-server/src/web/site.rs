//! Which collectivité a host name leads to. An unknown name leads to nobody: there is no default tenant.
//!
//! Only the request's own `Host` counts; `X-Forwarded-Host` is ignored, so a proxy must pass the host untouched.

use super::errors::Refusal;
use axum::{extract::FromRequestParts, http::request::Parts};
use pleiade_core::{Tenant, TenantId};
use pleiade_federation::tenancy::{Finder, Hosts};
use std::{collections::BTreeMap, sync::Arc};

/// The site at which a request arrived.
#[derive(Debug, Clone)]
pub enum Site {
    /// A collectivité's own host name: its sources, its people.
    Tenant(Arc<Tenant>),
    /// The operator's common host name, where people of every collectivité sign in.
    Operator(Arc<Tenant>),
}

impl Site {
    /// Whose name and colours stand on the page before anybody is signed in.
    #[must_use]
    pub fn tenant(&self) -> &Arc<Tenant> {
        let (Self::Tenant(tenant) | Self::Operator(tenant)) = self;
        tenant
    }

    /// The collectivité whose sessions count here, or none for the operator's common host.
    #[must_use]
    pub fn tenant_id(&self) -> Option<&TenantId> {
        match self {
            Self::Tenant(tenant) => Some(&tenant.id),
            Self::Operator(_) => None,
        }
    }

    /// True if a session of this collectivité may be used here.
    #[must_use]
    pub fn admits(&self, acting: &TenantId) -> bool {
        match self {
            Self::Tenant(tenant) => tenant.id == *acting,
            Self::Operator(_) => true,
        }
    }
}

/// The collectivités of the instance.
#[derive(Debug, Default)]
pub struct Tenants {
    by_id: BTreeMap<TenantId, Arc<Tenant>>,
    by_host: Hosts<Site>,
    finder: Finder,
}

impl Tenants {
    /// Every tenant by its host names, and the operator's own names.
    #[must_use]
    pub fn new(tenants: Vec<Tenant>, operator: &Arc<Tenant>) -> Self {
        let mut all = Self { finder: Finder::new(&tenants), ..Self::default() };
        for host in &operator.hosts {
            all.by_host.insert(host, Site::Operator(operator.clone()));
        }
        for tenant in tenants {
            let tenant = Arc::new(tenant);
            for host in &tenant.hosts {
                all.by_host.insert(host, Site::Tenant(tenant.clone()));
            }
            all.by_id.insert(tenant.id.clone(), tenant);
        }
        all
    }

    /// A tenant.
    #[must_use]
    pub fn by_id(&self, id: &TenantId) -> Option<Arc<Tenant>> {
        self.by_id.get(id).cloned()
    }

    /// Every tenant.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<Tenant>> {
        self.by_id.values()
    }

    /// The names that people type to find their collectivité.
    #[must_use]
    pub fn finder(&self) -> &Finder {
        &self.finder
    }

    /// The site of an authority (`host` or `host:port`, any case).
    #[must_use]
    pub(super) fn by_host(&self, authority: &str) -> Option<&Site> {
        self.by_host.resolve(authority)
    }
}

impl<S: Sync> FromRequestParts<S> for Site {
    type Rejection = Refusal;
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Refusal> {
        parts.extensions.get::<Self>().cloned().ok_or(Refusal::UnknownHost)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_leads_to_its_tenant_whatever_its_port_and_case() {
        let operator = Arc::new(Tenant::new(TenantId::new("operateur").unwrap(), "OPSN"));
        let mut ville = Tenant::new(TenantId::new("ville").unwrap(), "Ville");
        ville.hosts = vec!["bureau.ville.example".to_owned()];
        let tenants = Tenants::new(vec![ville], &operator);
        for host in ["bureau.ville.example", "BUREAU.ville.example:8443"] {
            assert!(tenants.by_host(host).is_some(), "{host}");
        }
        for host in [
            "",
            "ville.example",
            "bureau.ville.example.evil.example",
            "bureau.ville.example@evil",
            "bureau.ville.example:80:80",
        ] {
            assert!(tenants.by_host(host).is_none(), "{host}");
        }
    }
}
