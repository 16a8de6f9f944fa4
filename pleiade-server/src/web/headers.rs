//! Headers of every answer. Threats: a foreign script or frame, a leak through the referrer, a page kept in a shared cache.

use super::site::Site;
use axum::{
    extract::{Request, State},
    http::{HeaderName, HeaderValue, header},
    middleware::Next,
    response::Response,
};
use pleiade_core::TenantId;
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};
use url::Url;

/// The policy of every page: scripts, styles and connections from our own origin only; the one HTML sink is the card policy of
/// `desk.js`. Browsers apply `form-action` to the redirects that follow a form, so the identity providers and the applications that a
/// sign-out or a quick action leads to are named there.
#[must_use]
pub fn content_security_policy<'a>(form_targets: impl IntoIterator<Item = &'a Url>) -> HeaderValue {
    let origins: BTreeSet<String> = form_targets
        .into_iter()
        .map(|url| url.origin())
        .filter(url::Origin::is_tuple)
        .map(|o| o.ascii_serialization())
        .collect();
    let targets: String = origins.iter().map(|origin| format!(" {origin}")).collect();
    let policy = format!(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; \
         form-action 'self'{targets}; base-uri 'none'; frame-ancestors 'none'; \
         require-trusted-types-for 'script'; trusted-types pleiade-card"
    );
    HeaderValue::from_str(&policy).unwrap_or(HeaderValue::from_static("default-src 'none'"))
}

/// The policy of a page that only a page of another origin shows, in a frame: none for an address without origin.
#[must_use]
pub fn framed_policy(by: &Url) -> Option<HeaderValue> {
    let origin = by.origin();
    let policy = format!(
        "default-src 'none'; script-src 'self'; connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors {}; \
         require-trusted-types-for 'script'",
        origin.ascii_serialization()
    );
    HeaderValue::from_str(&policy).ok().filter(|_| origin.is_tuple())
}

/// Put among the extensions of an answer: its own policy in the place of the site's.
#[derive(Debug, Clone)]
pub struct OwnPolicy(pub HeaderValue);

const FIXED: [(HeaderName, &str); 5] = [
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    (
        HeaderName::from_static("permissions-policy"),
        "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
    ),
];

/// The policy of each site. A host name tells its own visitors where its forms lead, and nobody else's.
#[derive(Debug, Clone)]
pub struct Policies {
    by_tenant: Arc<BTreeMap<TenantId, HeaderValue>>,
    operator: HeaderValue,
    elsewhere: HeaderValue,
}

impl Policies {
    /// The policies of an instance: the addresses of each collectivité, and those of the operator's common host, which serves all.
    #[must_use]
    pub fn new(by_tenant: &BTreeMap<TenantId, Vec<Url>>, operator: &[Url]) -> Self {
        let everybody = by_tenant.values().flatten().chain(operator);
        Self {
            operator: content_security_policy(everybody),
            elsewhere: content_security_policy([]),
            by_tenant: Arc::new(
                by_tenant
                    .iter()
                    .map(|(id, targets)| (id.clone(), content_security_policy(targets)))
                    .collect(),
            ),
        }
    }

    fn for_site(&self, site: Option<&Site>) -> HeaderValue {
        match site {
            Some(Site::Operator(_)) => self.operator.clone(),
            Some(Site::Tenant(tenant)) => self.by_tenant.get(&tenant.id).unwrap_or(&self.elsewhere).clone(),
            None => self.elsewhere.clone(),
        }
    }
}

/// Adds the fixed headers, and forbids caches to keep what does not say it may be kept.
pub async fn protect(State(policies): State<Policies>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let policy = match response.extensions().get::<OwnPolicy>() {
        Some(OwnPolicy(own)) => own.clone(),
        None => policies.for_site(response.extensions().get::<Site>()),
    };
    let headers = response.headers_mut();
    for (name, value) in FIXED {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

/// Tells browsers to come back by https only. Added when the site is served by https.
pub async fn https_only(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    response
        .headers_mut()
        .insert(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=31536000"));
    response
}
