//! What a device needs to install the desk as an application: the manifest of a site (W3C Web Application Manifest). It names the collectivité
//! whose host it is and nobody.

use super::{assets, site::Site};
use crate::app::App;
use axum::{
    extract::State,
    http::header,
    response::{IntoResponse as _, Response},
};
use serde_json::json;

/// The path of the manifest.
pub(crate) const PATH: &str = "/manifest.webmanifest";

/// The ground of the page while it opens, that of the light theme.
const GROUND: &str = "#f4f5f8";
/// The colour of a collectivité that has none.
const ACCENT: &str = "#1f3889";

/// `GET /manifest.webmanifest`.
pub(crate) async fn manifest(State(app): State<App>, site: Site) -> Response {
    let tenant = site.tenant();
    let words = app.words(tenant.locale, tenant.time_zone);
    let accent = tenant.branding.accent.map_or_else(|| ACCENT.to_owned(), String::from);
    let shortcut = |name: &'static str, url: &str| json!({ "name": words.t(name), "url": url });
    let manifest = json!({
        "id": "/",
        "name": format!("{} - Pléiade", tenant.name),
        "short_name": "Pléiade",
        "lang": tenant.locale.tag(),
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "background_color": GROUND,
        "theme_color": accent,
        "icons": [{ "src": assets::address("icon.svg"), "sizes": "any", "type": "image/svg+xml" }],
        "shortcuts": [shortcut("todo-title", "/tasks"), shortcut("applications", "/applications"), shortcut("briefing", "/briefing")],
    });
    ([(header::CONTENT_TYPE, "application/manifest+json")], manifest.to_string()).into_response()
}
