//! Language and theme, remembered by the browser in one functional cookie that says nothing about anybody.

use super::page::Theme;
use crate::app::{App, Route, routes};
use axum::{
    Form,
    extract::{FromRequestParts, State},
    http::{HeaderMap, HeaderValue, Method, header, request::Parts},
    response::{IntoResponse, Redirect, Response},
};
use axum_extra::extract::CookieJar;
use pleiade_core::Locale;
use serde::Deserialize;
use std::convert::Infallible;

const COOKIE: &str = "pleiade-look";

/// How this browser wants pages to look.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Look {
    /// The language, when one was chosen.
    pub locale: Option<Locale>,
    /// Light or dark.
    pub theme: Theme,
}

impl Look {
    /// The chosen language, or else this one.
    #[must_use]
    pub fn locale_or(self, other: Locale) -> Locale {
        self.locale.unwrap_or(other)
    }

    /// Reads the cookie. Anything unknown is ignored.
    #[must_use]
    pub fn from_headers(headers: &HeaderMap) -> Self {
        let jar = CookieJar::from_headers(headers);
        let Some(value) = jar.get(COOKIE).map(|cookie| cookie.value().to_owned()) else {
            return Self::default();
        };
        let (locale, theme) = value.split_once('.').unwrap_or((&value, ""));
        Self { locale: locale.parse().ok(), theme: Theme::named(theme).unwrap_or_default() }
    }

    fn cookie(self, secure: bool) -> String {
        let locale = self.locale.map_or("", Locale::tag);
        let secure = if secure { "; Secure" } else { "" };
        format!(
            "{COOKIE}={locale}.{}; Path=/; Max-Age=31536000; SameSite=Lax; HttpOnly{secure}",
            self.theme.name()
        )
    }
}

impl<S: Sync> FromRequestParts<S> for Look {
    type Rejection = Infallible;
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self::from_headers(&parts.headers))
    }
}

/// What the forms of the menu send.
#[derive(Debug, Deserialize)]
pub struct Preferences {
    locale: Option<String>,
    theme: Option<String>,
    #[serde(rename = "return")]
    back: Option<String>,
}

/// `POST /preferences`: language and theme. Needs no session: the sign-in page has the same choice.
pub async fn prefer(State(app): State<App>, mut look: Look, Form(form): Form<Preferences>) -> Response {
    if let Some(locale) = form.locale.and_then(|tag| tag.parse().ok()) {
        look.locale = Some(locale);
    }
    if let Some(theme) = form.theme.and_then(|name| Theme::named(&name)) {
        look.theme = theme;
    }
    // Only to a page of ours, by its exact path.
    let is_asked = |route: &Route| route.method == Method::GET && form.back.as_deref() == Some(route.path);
    let back = routes().into_iter().find(is_asked).map_or("/", |route| route.path);
    let mut response = Redirect::to(back).into_response();
    if let Ok(cookie) = HeaderValue::from_str(&look.cookie(app.https)) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(cookie: &str) -> Look {
        let mut headers = HeaderMap::new();
        headers.insert(header::COOKIE, HeaderValue::from_str(cookie).unwrap());
        Look::from_headers(&headers)
    }

    #[test]
    fn a_cookie_says_what_was_chosen_and_nothing_else() {
        let look = Look { locale: Some(Locale::En), theme: Theme::Dark };
        let written = look.cookie(true);
        assert_eq!(read(written.split(';').next().unwrap()), look);
        assert!(written.contains("; Secure"));
        assert_eq!(read("pleiade-look=<script>.x"), Look::default());
    }
}
