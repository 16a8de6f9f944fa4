//! What the browser carries to the provider.
//!
//! Threat: a parameter that the provider does not expect, or that a link of somebody else's making puts there: each name is listed
//! here, and the preset may allow fewer.

use super::{config::OidcConfig, preset::Settings};
use pleiade_core::Hints;
use serde_json::{Map, json};

/// The longest hint (`login_hint`, `idp_hint`) that is sent to a provider, in bytes; a longer one is left out.
pub const MAX_HINT_BYTES: usize = 255;

/// The values that are new in each request.
pub(super) struct FreshValues<'a> {
    pub(super) state: &'a str,
    pub(super) nonce: &'a str,
    pub(super) challenge: &'a str,
}

/// The parameters of one request, in a fixed order.
pub(super) fn parameters(
    config: &OidcConfig,
    settings: &Settings,
    hints: &Hints,
    new: &FreshValues<'_>,
) -> Vec<(&'static str, String)> {
    let mut parameters = vec![
        ("response_type", "code".to_owned()),
        ("client_id", config.client_id.clone()),
        ("redirect_uri", config.redirect_uri.to_string()),
        ("scope", settings.scope.clone()),
        ("state", new.state.to_owned()),
        ("nonce", new.nonce.to_owned()),
        ("code_challenge", new.challenge.to_owned()),
        ("code_challenge_method", "S256".to_owned()),
    ];
    // What the ID token must say (OpenID Connect Core §5.5).
    let mut essential = Map::new();
    if !config.acr_values.is_empty() {
        if settings.essential_acr {
            essential.insert("acr".to_owned(), json!({"essential": true, "values": config.acr_values}));
        } else {
            parameters.push(("acr_values", config.acr_values.join(" ")));
        }
    }
    if hints.fresh {
        essential.insert("auth_time".to_owned(), json!({"essential": true}));
        parameters.push(("prompt", "login".to_owned()));
        // Not 0, which some providers take for nothing said.
        parameters.push(("max_age", "1".to_owned()));
    }
    if !essential.is_empty() {
        parameters.push(("claims", json!({ "id_token": essential }).to_string()));
    }
    let hint = |hint: &Option<String>| {
        hint.clone()
            .filter(|hint| (1..=MAX_HINT_BYTES).contains(&hint.len()) && !hint.chars().any(char::is_control))
    };
    if let Some(login) = hint(&hints.login) {
        parameters.push(("login_hint", login));
    }
    // A link may only propose what would be let in.
    let admitted = config.admit.get("idp_id");
    let proposed =
        hint(&hints.provider).filter(|hint| admitted.is_none_or(|admitted| admitted.contains(hint)));
    if let Some(provider) = proposed.or_else(|| config.idp_hint.clone()) {
        parameters.push((config.preset.idp_hint(), provider));
    }
    parameters.retain(|(name, value)| config.preset.accepts(name, value));
    parameters
}
