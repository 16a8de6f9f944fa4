//! Adding a second factor: an authenticator application, by a QR code or a text to copy, without any script; or a passkey.
//!
//! Nothing is kept before the person has proved that their application or device works: until then the secret waits, sealed for them, in
//! the page itself.

use super::{ceremonies::ceremonies_at, factors::kept_for, holder::Holder};
use crate::{
    app::App,
    audit::{AuditEvent, Note},
    seal::Purpose,
    storage::{FactorKind, NewFactor, SecondFactor, StorageError},
    web::{
        errors::{Refusal, html},
        look::Look,
        page::Page,
        sealed,
        site::Site,
        words::Words,
    },
};
use askama::Template;
use axum::{
    http::header,
    response::{IntoResponse as _, Redirect, Response},
};
use chrono::TimeDelta;
use pleiade_core::{ExposeSecret as _, LinkId, SecretString};
use pleiade_federation::local::{codes, passkey::Passkey, totp::TotpSecret};
use serde::Deserialize;

/// Long enough to find one's telephone and install an application.
const OFFER_TTL: TimeDelta = TimeDelta::minutes(30);
/// Factors of one account.
const MAX_FACTORS: usize = 10;

fn offered_to(link: LinkId, name: &'static str) -> Purpose<'static> {
    Purpose::new(name).for_link(link)
}

const NEW_TOTP: &str = "new authenticator application";
const NEW_PASSKEY: &str = "new passkey";

/// The content of the page that adds a second factor: a new secret and, where the host name allows it, a passkey.
pub(super) struct NewFactorOffer {
    pub(super) action: &'static str,
    pub(super) qr: QrCode,
    /// In groups of four letters.
    pub(super) secret: String,
    pub(super) address: String,
    pub(super) state: String,
    pub(super) passkey: Option<super::factors::FactorQuestion>,
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

/// Offers a new secret and, where the host name allows it, a passkey.
#[expect(clippy::too_many_arguments, reason = "what a page is made of")]
pub(super) fn offer(
    app: &App,
    site: &Site,
    host: &str,
    holder: &Holder,
    known: &[SecondFactor],
    action: &'static str,
    words: &Words,
    problem: Option<&'static str>,
) -> Result<NewFactorOffer, Refusal> {
    let me = holder.account.link;
    let secret =
        TotpSecret::generate().map_err(|error| Refusal::internal("local account not changed", &error))?;
    let issuer = format!("Pléiade {}", site.tenant().name);
    let address = secret.address(&issuer, &holder.account.login);
    let state =
        sealed::seal(app, offered_to(me, NEW_TOTP), secret.bytes(), OFFER_TTL).ok_or(Refusal::BadRequest)?;
    let text = secret.text();
    let letters: Vec<char> = text.expose_secret().chars().collect();
    let groups: Vec<String> = letters.chunks(4).map(|group| group.iter().collect()).collect();
    let passkey = ceremonies_at(app.public_url.as_ref(), host).and_then(|here| {
        let known = known.iter().filter_map(|factor| factor.factor.credential.clone()).collect();
        let begun = here
            .start_registration(&holder.subject, &holder.account.login, &holder.names.display_name, known)
            .ok()?;
        let state = sealed::seal(app, offered_to(me, NEW_PASSKEY), (host, begun.state), OFFER_TTL)?;
        Some(super::factors::FactorQuestion { options: begun.options, state })
    });
    Ok(NewFactorOffer {
        action,
        qr: QrCode::encode(address.expose_secret()).ok_or(Refusal::BadRequest)?,
        secret: groups.join(" "),
        address: address.expose_secret().to_owned(),
        state,
        passkey,
        problem: problem.map(|key| words.t(key)),
    })
}

/// The form that confirms a new second factor.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct NewFactorForm {
    name: String,
    code: String,
    state: String,
    credential: String,
}

impl NewFactorForm {
    /// Nothing was sent back.
    pub(super) fn is_empty(&self) -> bool {
        self.state.is_empty()
    }
}

/// Keeps a factor that has just proved itself. Gives its kind, and recovery codes when the account had none left. The inner error is a
/// message for the person.
pub(super) async fn add(
    app: &App,
    host: &str,
    holder: &Holder,
    form: &NewFactorForm,
) -> Result<Result<(&'static str, Vec<SecretString>), &'static str>, Refusal> {
    let (account, now) = (&holder.account, app.clock.now());
    let me = account.link;
    if app.storage.factors(me).await?.len() >= MAX_FACTORS {
        return Ok(Err("accounts-factors-many"));
    }
    let named = |default: &str| {
        let name: String = form.name.trim().chars().filter(|c| !c.is_control()).take(60).collect();
        if name.is_empty() { default.to_owned() } else { name }
    };
    let (kind, plain, new) = if form.credential.is_empty() {
        let secret: Option<Vec<u8>> = sealed::open(app, offered_to(me, NEW_TOTP), &form.state);
        let Some(secret) = secret.and_then(|bytes| TotpSecret::from_bytes(&bytes).ok()) else {
            return Ok(Err("accounts-add-expired"));
        };
        let Some(step) = secret.check(&form.code, now, None) else {
            return Ok(Err("accounts-add-code-wrong"));
        };
        let new = NewFactor {
            link: me,
            kind: FactorKind::Totp,
            name: named("Application"),
            host: None,
            credential: None,
            sealed: Vec::new(),
            last_step: Some(step),
            created_at: now,
        };
        ("totp", secret.bytes().to_vec(), new)
    } else {
        let kept: Option<(String, Vec<u8>)> = sealed::open(app, offered_to(me, NEW_PASSKEY), &form.state);
        let (Some((asked_at, state)), Some(here)) = (kept, ceremonies_at(app.public_url.as_ref(), host))
        else {
            return Ok(Err("accounts-add-expired"));
        };
        let key: Option<Passkey> =
            here.finish_registration(&state, &form.credential).ok().filter(|_| asked_at == host);
        let Some(key) = key else { return Ok(Err("accounts-passkey-refused")) };
        let new = NewFactor {
            link: me,
            kind: FactorKind::Passkey,
            name: named(host),
            host: Some(host.to_owned()),
            credential: Some(key.id().to_vec()),
            sealed: Vec::new(),
            last_step: None,
            created_at: now,
        };
        (
            "passkey",
            serde_json::to_vec(&key)
                .map_err(|error| Refusal::internal("local account not changed", &error))?,
            new,
        )
    };
    if !sealed::spend(app, &form.state).await {
        return Ok(Err("accounts-add-expired"));
    }
    let sealed = app
        .sealer
        .seal(kept_for(me), &plain)
        .map_err(|error| Refusal::internal("local account not changed", &error))?;
    let change = app.journal().begin([note(holder, "added", kind).actor(account)]).await?;
    match change.add_factor(&NewFactor { sealed, ..new }).await {
        Ok(_) => {}
        Err(StorageError::Conflict) => return Ok(Err("accounts-passkey-refused")),
        Err(error) => return Err(error.into()),
    }
    change.commit().await?;
    let left = app.storage.recovery_codes_left(me).await?;
    let codes = if left == 0 { new_codes(app, holder).await? } else { Vec::new() };
    Ok(Ok((kind, codes)))
}

/// A line about the factors of an account.
pub(super) fn note(holder: &Holder, change: &'static str, factor: &'static str) -> Note {
    let note = Note::new(AuditEvent::SecondFactorChanged)
        .person(&holder.account)
        .source(&holder.account.source)
        .with("change", change)
        .with("factor", factor);
    match holder.ties.first() {
        Some(tie) => note.tenant(&tie.tenant),
        None => note,
    }
}

/// Makes new recovery codes in place of all others.
pub(super) async fn new_codes(app: &App, holder: &Holder) -> Result<Vec<SecretString>, Refusal> {
    let account = &holder.account;
    let made =
        codes::recovery_codes().map_err(|error| Refusal::internal("local account not changed", &error))?;
    let digests: Vec<[u8; 32]> =
        made.iter().filter_map(|code| codes::recovery_digest(&account.subject, code)).collect();
    let change = app.journal().begin([note(holder, "renewed", "recovery-codes").actor(account)]).await?;
    change.replace_recovery_codes(account.link, &digests).await?;
    change.commit().await?;
    Ok(made)
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

/// Back to the list of factors.
pub(super) fn to_list() -> Response {
    Redirect::to("/profile/second-factor").into_response()
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
