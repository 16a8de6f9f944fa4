//! Language and theme, remembered by the browser in one functional cookie that says nothing about anybody.

use super::cookies::CookieRule;
use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, request::Parts},
};
use axum_extra::extract::{CookieJar, cookie::Cookie};
use chrono::TimeDelta;
use pleiade_core::Locale;
use std::convert::Infallible;

/// Time for which a browser remembers its look.
const LOOK_TTL: TimeDelta = TimeDelta::days(365);

const COOKIE: &str = "pleiade-look";

/// The end of the cookie where the key / opens no search.
const WITHOUT_SLASH: &str = "no-slash";

/// A person's choice between light and dark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Theme {
    /// As the device says.
    #[default]
    Auto,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

impl Theme {
    /// Every theme, in the order of the menu.
    pub const ALL: [Self; 3] = [Self::Auto, Self::Light, Self::Dark];

    /// Its name in forms and in storage.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// A theme by its name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|theme| theme.name() == name)
    }

    /// Its message key.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Auto => "theme-auto",
            Self::Light => "theme-light",
            Self::Dark => "theme-dark",
        }
    }

    /// The value of the page's `data-theme`.
    #[must_use]
    pub fn attribute(self) -> Option<&'static str> {
        (self != Self::Auto).then(|| self.name())
    }
}

/// The look of pages in this browser: theme and language.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Look {
    /// The language, when one was chosen.
    pub locale: Option<Locale>,
    /// Light or dark.
    pub theme: Theme,
    /// True if the key / opens no search: a single key that does something can be switched off (WCAG 2.1.4).
    pub without_slash: bool,
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
        let mut parts = value.split('.');
        let mut next = || parts.next().unwrap_or_default();
        Self {
            locale: next().parse().ok(),
            theme: Theme::from_name(next()).unwrap_or_default(),
            without_slash: next() == WITHOUT_SLASH,
        }
    }

    /// The cookie that remembers it.
    #[must_use]
    pub(super) fn cookie(self, rule: CookieRule) -> Cookie<'static> {
        let locale = self.locale.map_or("", Locale::tag);
        let slash = if self.without_slash { format!(".{WITHOUT_SLASH}") } else { String::new() };
        rule.lasting(COOKIE, format!("{locale}.{}{slash}", self.theme.name()), LOOK_TTL)
    }
}

impl<S: Sync> FromRequestParts<S> for Look {
    type Rejection = Infallible;
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self::from_headers(&parts.headers))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::{HeaderValue, header};

    fn parse_cookie(cookie: &str) -> Look {
        let mut headers = HeaderMap::new();
        headers.insert(header::COOKIE, HeaderValue::from_str(cookie).unwrap());
        Look::from_headers(&headers)
    }

    #[test]
    fn a_cookie_says_what_was_chosen_and_nothing_else() {
        for without_slash in [false, true] {
            let look = Look { locale: Some(Locale::En), theme: Theme::Dark, without_slash };
            let written = look.cookie(CookieRule::SECURE).to_string();
            assert_eq!(parse_cookie(written.split(';').next().unwrap()), look);
            assert!(written.contains("; Secure"));
        }
        assert_eq!(parse_cookie("pleiade-look=<script>.x"), Look::default());
    }
}
