//! The notice of a directory about a password that it has accepted, shown before the page that the person came for. The session is open
//! already.

use super::Source;
use crate::{
    app::App,
    web::{
        errors::{Refusal, html},
        look::Look,
        page::Page,
        site::Site,
    },
};
use askama::Template;
use axum::{
    http::{StatusCode, header},
    response::Response,
};
use pleiade_core::{Claims, Message, ProviderKind};

const DAY: u64 = 86_400;

/// The sentence about a password that must be changed soon.
pub(super) fn password_notice(source: &Source, claims: &Claims) -> Option<Message> {
    // Other sources may say anything under these names.
    if source.provider.kind() != ProviderKind::Ldap {
        return None;
    }
    let number = |name| claims.attribute(name)?.parse::<u64>().ok();
    if let Some(left) = number("password-grace-logins") {
        return Some(Message::new("sign-in-password-grace").with_number("count", left));
    }
    let days = number("password-expires-in")? / DAY;
    Some(Message::new("sign-in-password-expires").with_number("count", days))
}

#[derive(Template)]
#[template(path = "sign_in_notice.html")]
struct NoticePage<'a> {
    page: Page,
    text: String,
    back: &'a str,
}

/// Shows the notice in the place of the redirect after a sign-in; any other response passes unchanged.
pub(super) fn show_before(
    app: &App,
    site: &Site,
    look: Look,
    notice: &Message,
    back: &str,
    opened: Response,
) -> Result<Response, Refusal> {
    let leads_back =
        opened.headers().get(header::LOCATION).is_some_and(|to| to.as_bytes() == back.as_bytes());
    if opened.status() != StatusCode::SEE_OTHER || !leads_back {
        return Ok(opened);
    }
    let page = Page::anonymous(app, site, look, "/sign-in");
    let text = page.words.message(notice);
    let mut response = html(&NoticePage { page, text, back })?;
    for cookie in opened.headers().get_all(header::SET_COOKIE) {
        response.headers_mut().append(header::SET_COOKIE, cookie.clone());
    }
    Ok(response)
}
