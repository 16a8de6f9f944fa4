//! The menu's forms of language and theme.

use super::{
    look::{Look, Theme},
    return_path::local_path,
};
use crate::app::App;
use axum::{
    Form,
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use axum_extra::extract::CookieJar;
use serde::Deserialize;

/// The forms of the menu, language and theme, and that of the page of help: whether the key / opens the search.
#[derive(Debug, Deserialize)]
pub(crate) struct Preferences {
    locale: Option<String>,
    theme: Option<String>,
    slash: Option<String>,
    #[serde(rename = "return")]
    back: Option<String>,
}

/// `POST /preferences`: language and theme. Needs no session: the sign-in page has the same choice.
pub(crate) async fn set_preferences(
    State(app): State<App>,
    mut look: Look,
    jar: CookieJar,
    Form(form): Form<Preferences>,
) -> Response {
    if let Some(locale) = form.locale.and_then(|tag| tag.parse().ok()) {
        look.locale = Some(locale);
    }
    if let Some(theme) = form.theme.and_then(|name| Theme::from_name(&name)) {
        look.theme = theme;
    }
    if let Some(slash) = form.slash {
        look.without_slash = slash == "off";
    }
    let back = local_path(form.back.as_deref()).unwrap_or("/").to_owned();
    (jar.add(look.cookie(app.cookies())), Redirect::to(&back)).into_response()
}
