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
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
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
         manifest-src 'self'; form-action 'self'{targets}; base-uri 'none'; frame-ancestors 'none'; \
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

/// Put among the extensions of a page for whoever is not signed in: where its own forms may lead besides.
#[derive(Debug, Clone)]
struct LeadsTo(Vec<Url>);

/// A page whose forms may lead to these addresses too, whoever reads it.
pub(crate) fn leading_to(mut page: Response, targets: impl IntoIterator<Item = Url>) -> Response {
    page.extensions_mut().insert(LeadsTo(targets.into_iter().collect()));
    page
}

/// Put among the extensions of a request: whether somebody is signed in, once their session is found.
#[derive(Debug, Clone, Default)]
pub(crate) struct ReaderIsKnown(Arc<AtomicBool>);

impl ReaderIsKnown {
    /// A session was found for this request.
    pub(crate) fn note(&self) {
        self.0.store(true, Ordering::SeqCst);
    }
}

/// Where the forms of a site lead.
#[derive(Debug, Clone, Default)]
pub struct FormTargets {
    /// Those of the pages for whoever is not signed in, which anybody may read.
    pub anybody: Vec<Url>,
    /// Those of all others besides.
    pub signed_in: Vec<Url>,
}

#[derive(Debug, Clone)]
struct SitePolicy {
    targets: Arc<[Url]>,
    anybody: HeaderValue,
    signed_in: HeaderValue,
}

impl SitePolicy {
    fn new<'a>(anybody: &'a [Url], signed_in: impl IntoIterator<Item = &'a Url>) -> Self {
        Self {
            targets: anybody.into(),
            anybody: content_security_policy(anybody),
            signed_in: content_security_policy(anybody.iter().chain(signed_in)),
        }
    }
}

/// The policy of each site. A host name tells its own visitors where its forms lead, and nobody else's; who is not signed in learns where
/// signing in leads, and nothing of the applications behind it.
#[derive(Debug, Clone)]
pub struct Policies {
    by_tenant: Arc<BTreeMap<TenantId, SitePolicy>>,
    operator: SitePolicy,
    elsewhere: SitePolicy,
}

impl Policies {
    /// The policies of an instance: the addresses of each collectivité, and those of the operator's common host, which serves all who are
    /// signed in there.
    #[must_use]
    pub fn new(by_tenant: &BTreeMap<TenantId, FormTargets>, operator: &FormTargets) -> Self {
        let everybody =
            by_tenant.values().flat_map(|targets| targets.anybody.iter().chain(&targets.signed_in));
        let by_tenant = by_tenant.iter();
        Self {
            operator: SitePolicy::new(&operator.anybody, everybody.chain(&operator.signed_in)),
            elsewhere: SitePolicy::new(&[], []),
            by_tenant: Arc::new(
                by_tenant
                    .map(|(id, targets)| (id.clone(), SitePolicy::new(&targets.anybody, &targets.signed_in)))
                    .collect(),
            ),
        }
    }

    fn of(&self, response: &Response, reader: &ReaderIsKnown) -> HeaderValue {
        let site = match response.extensions().get::<Site>() {
            Some(Site::Operator(_)) => &self.operator,
            Some(Site::Tenant(tenant)) => self.by_tenant.get(&tenant.id).unwrap_or(&self.elsewhere),
            None => &self.elsewhere,
        };
        match response.extensions().get::<LeadsTo>() {
            _ if reader.0.load(Ordering::SeqCst) => site.signed_in.clone(),
            Some(LeadsTo(besides)) => content_security_policy(site.targets.iter().chain(besides)),
            None => site.anybody.clone(),
        }
    }
}

/// Adds the fixed headers, and forbids caches to keep what does not say it may be kept.
pub async fn protect(State(policies): State<Policies>, mut request: Request, next: Next) -> Response {
    let reader = ReaderIsKnown::default();
    request.extensions_mut().insert(reader.clone());
    let mut response = next.run(request).await;
    let policy = match response.extensions().get::<OwnPolicy>() {
        Some(OwnPolicy(own)) => own.clone(),
        None => policies.of(&response, &reader),
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
