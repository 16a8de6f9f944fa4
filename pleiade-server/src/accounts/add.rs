//! The pages that add a second factor: an authenticator application, by a QR code or a text to copy, without any script; or a passkey.

use super::{enrolment::FactorOffer, factors::FactorQuestion};
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
use axum::{http::header, response::Response};
use pleiade_core::{ExposeSecret as _, SecretString};

/// The content of the page that adds a second factor: a new secret and, where the host name allows it, a passkey.
pub(super) struct NewFactorOffer {
    pub(super) action: &'static str,
    pub(super) qr: QrCode,
    /// In groups of four letters.
    pub(super) secret: String,
    pub(super) address: String,
    pub(super) state: String,
    pub(super) passkey: Option<FactorQuestion>,
    pub(super) problem: Option<String>,
}

/// A QR code as one path of unit squares.
pub(super) struct QrCode {
    pub(super) size: usize,
    pub(super) path: String,
}

impl QrCode {
    fn encode(text: &str) -> Option<Self> {
        use std::fmt::Write as _;
        let code = qrcode::QrCode::with_error_correction_level(text, qrcode::EcLevel::M).ok()?;
        let size = code.width();
        let mut path = String::new();
        for (place, colour) in code.to_colors().into_iter().enumerate() {
            if colour == qrcode::Color::Dark {
                // Writing to a text does not fail.
                let _ = write!(path, "M{} {}h1v1h-1z", place % size, place / size);
            }
        }
        Some(Self { size, path })
    }

    /// With the quiet margin of four squares that readers need.
    pub(super) fn view(&self) -> String {
        format!("-4 -4 {0} {0}", self.size + 8)
    }
}

impl NewFactorOffer {
    /// An offer that the form of `action` takes up. `problem` is the sentence that says why the last one was not.
    pub(super) fn new(
        offer: FactorOffer,
        action: &'static str,
        problem: Option<String>,
    ) -> Result<Self, Refusal> {
        let FactorOffer { secret, address, state, passkey } = offer;
        let letters: Vec<char> = secret.expose_secret().chars().collect();
        let groups: Vec<String> = letters.chunks(4).map(|group| group.iter().collect()).collect();
        Ok(Self {
            action,
            qr: QrCode::encode(address.expose_secret()).ok_or(Refusal::BadRequest)?,
            secret: groups.join(" "),
            address: address.expose_secret().to_owned(),
            state,
            passkey,
            problem,
        })
    }
}

#[derive(Template)]
#[template(path = "accounts/codes.html")]
struct CodesPage {
    page: Page,
    codes: Vec<String>,
    next: String,
}

/// The page that shows recovery codes, once, with the cookies of `entered`. Without codes, `entered` as it is.
pub(super) fn render_codes(
    app: &App,
    site: &Site,
    look: Look,
    codes: Vec<SecretString>,
    next: &str,
    entered: Response,
) -> Result<Response, Refusal> {
    let led_elsewhere =
        entered.headers().get(header::LOCATION).is_some_and(|to| to.as_bytes() != next.as_bytes());
    if codes.is_empty() || led_elsewhere {
        return Ok(entered);
    }
    let page = Page::anonymous(app, site, look, "/");
    let codes = codes.iter().map(|code| code.expose_secret().to_owned()).collect();
    let mut response = html(&CodesPage { codes, next: next.to_owned(), page })?;
    for cookie in entered.headers().get_all(header::SET_COOKIE) {
        response.headers_mut().append(header::SET_COOKIE, cookie.clone());
    }
    Ok(response)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_qr_code_has_its_three_corners() {
        let qr = QrCode::encode("otpauth://totp/x").unwrap();
        assert!(qr.size >= 21 && qr.view() == format!("-4 -4 {0} {0}", qr.size + 8));
        for corner in ["M0 0h1", &format!("M{} 0h1", qr.size - 1), &format!("M0 {}h1", qr.size - 1)] {
            assert!(qr.path.contains(corner), "{corner}");
        }
        assert!(!qr.path.contains(&format!("M{} {}h1", qr.size, qr.size)));
    }
}
