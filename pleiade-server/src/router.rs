//! The one router: the lists of routes that the subjects give, and what stands before every one of them.

use crate::{
    accounts,
    app::App,
    console, delegation, demonstration, deposit, desk, legal, linked_accounts, notices, people, profile,
    scim, sign_in, statements, telemetry,
    web::{
        self, assets, completion, error_page,
        errors::Refusal,
        headers, health, manifest, metrics_page, outcome, peer, pieces,
        preferences::set_preferences,
        request_host,
        route::{Guard, MAX_FORM_BYTES, Route},
        site::Site,
        site_finder, theme,
    },
};
use axum::{
    Router,
    http::Method,
    middleware,
    routing::{MethodRouter, get, post},
};
use pleiade_core::Tenant;
use std::sync::Arc;
use tower_http::{
    CompressionLevel,
    catch_panic::CatchPanicLayer,
    compression::{CompressionLayer, DefaultPredicate, Predicate as _},
    csrf::CsrfLayer,
    limit::RequestBodyLimitLayer,
};

impl App {
    /// Every route of the server.
    pub fn router(&self) -> Router {
        self.router_with(Vec::new())
    }

    /// Every route of the server, and these besides, behind the same layers.
    pub fn router_with(&self, besides: Vec<Route>) -> Router {
        let of_tenant = |tenant: &Arc<Tenant>| {
            let site = Site::Tenant(tenant.clone());
            let mut targets = self.sign_in.form_targets(&site);
            targets.signed_in.extend(self.connectors.homes(&tenant.id));
            (tenant.id.clone(), targets)
        };
        let common = Site::Operator(self.operator.clone());
        let policies = headers::Policies::new(
            &self.tenants.iter().map(of_tenant).collect(),
            &self.sign_in.form_targets(&common),
        );
        let pages = page_paths();
        let (forms, large): (Vec<Route>, Vec<Route>) =
            routes().into_iter().chain(besides).partition(|route| route.max_body_bytes <= MAX_FORM_BYTES);
        let router = forms.into_iter().fold(Router::new(), |router, route| {
            let page = route.page_path(&pages);
            router.route(route.path, web::guarded_handler(self, route, page))
        });
        let whole = middleware::from_fn_with_state(self.clone(), completion::complete_writes);
        let router = router.layer(whole).layer(RequestBodyLimitLayer::new(MAX_FORM_BYTES));
        let router = large.into_iter().fold(router, |router, route| {
            let limit = RequestBodyLimitLayer::new(route.max_body_bytes);
            let (path, page, streams) = (route.path, route.page_path(&pages), route.streams);
            let handler = web::guarded_handler(self, route, page);
            // The others ask who sends it before they read what is longer than a form, and complete it themselves.
            let handler: MethodRouter<Self> = if streams {
                handler.layer(middleware::from_fn_with_state(self.clone(), completion::complete_streamed))
            } else {
                handler
            };
            router.route(path, handler.layer(limit))
        });
        let mut router = router
            .fallback(|| async { Refusal::NotFound })
            .layer(
                CompressionLayer::new()
                    .gzip(true)
                    .quality(CompressionLevel::Default)
                    .compress_when(DefaultPredicate::new().and(pieces::Whole)),
            )
            .layer(CsrfLayer::new())
            .layer(middleware::from_fn_with_state(self.clone(), outcome::show_once))
            // Within what finds the site and dresses the answer; what these could do wrong is caught below, without a page.
            .layer(CatchPanicLayer::custom(Refusal::defect))
            .layer(middleware::from_fn_with_state(self.clone(), site_finder::find_site))
            .layer(middleware::from_fn_with_state(self.clone(), error_page::render))
            .merge(machinery())
            .layer(middleware::from_fn(request_host::refuse_ambiguous))
            .layer(middleware::from_fn_with_state(self.clone(), sign_in::header::drop_forged))
            .layer(middleware::from_fn_with_state(self.clone(), peer::warn_of_proxies))
            .layer(CatchPanicLayer::custom(Refusal::defect))
            .layer(middleware::from_fn_with_state(policies, headers::protect))
            .layer(middleware::from_fn(telemetry::observe));
        if self.cookies().is_secure() {
            router = router.layer(middleware::from_fn(headers::https_only));
        }
        router.with_state(self.clone())
    }
}

/// Every route that belongs to a site. The router is made of this list, and so are the tests of its rights.
#[must_use]
pub fn routes() -> Vec<Route> {
    let of_pages = vec![
        Route::writes("/preferences", Guard::Anybody, post(set_preferences)),
        Route::reads("/theme/{tenant}/{file}", Guard::Anybody, get(theme::theme)),
        Route::reads(manifest::PATH, Guard::Anybody, get(manifest::manifest)),
    ];
    [
        of_pages,
        desk::routes(),
        sign_in::routes::routes(),
        linked_accounts::routes(),
        accounts::routes(),
        notices::routes(),
        people::routes(),
        profile::routes(),
        console::routes(),
        scim::routes(),
        delegation::routes(),
        deposit::routes(),
        demonstration::routes(),
        legal::routes(),
        statements::routes(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// The paths of the pages that need no parameter: those that menus lead to and that a form comes back to.
#[must_use]
pub fn page_paths() -> Vec<&'static str> {
    let is_page = |route: &Route| route.method == Method::GET && !route.path.contains('{');
    routes().into_iter().filter(is_page).map(|route| route.path).collect()
}

/// The routes of any host name: our own files, which hold nothing of anybody, and those of machines.
fn machinery() -> Router<App> {
    Router::new()
        .route("/static/{digest}/{name}", get(assets::serve))
        .route("/healthz", get(health::liveness))
        .route("/readyz", get(health::ready))
        .route("/metrics", get(metrics_page::metrics))
}
