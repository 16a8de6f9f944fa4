//! What a stranger may post as a logout token, and what a provider may put in any token.

use super::{
    OidcConfig, Preset, SigningAlgorithm, claims,
    keys::{self, ProviderKey},
    logout,
    preset::Settings,
    token::{self, Payload, UnverifiedToken},
};
use chrono::{DateTime, TimeDelta, Utc};
use pleiade_core::Subject;
use std::sync::LazyLock;

const ALGORITHMS: [SigningAlgorithm; 5] = [
    SigningAlgorithm::RS256,
    SigningAlgorithm::PS256,
    SigningAlgorithm::ES256,
    SigningAlgorithm::ES384,
    SigningAlgorithm::EdDSA,
];

/// The keys of an algorithm.
static KEYS: LazyLock<Vec<(SigningAlgorithm, Vec<ProviderKey>)>> = LazyLock::new(|| {
    let set = include_bytes!("../../tests/hostile/keys/jwks.json");
    let keys = |algorithm| {
        let (mut config, _) = configured(Preset::Standard)?;
        config.algorithm = algorithm;
        Some((algorithm, keys::parse(set, &config).ok()?))
    };
    ALGORITHMS.into_iter().filter_map(keys).collect()
});

fn configured(preset: Preset) -> Option<(OidcConfig, Settings)> {
    let callback = "https://desk.example/callback".parse().ok()?;
    let mut config = OidcConfig::new("https://op.example", "pleiade", "secret".to_owned().into(), callback);
    config.preset = preset;
    let settings = Settings::new(&config).ok()?;
    Some((config, settings))
}

/// Reads the same octets as a token before its signature is known, and as the claims of a signed token.
pub(crate) fn logout_token(data: &[u8]) {
    if let Ok(text) = std::str::from_utf8(data) {
        for (algorithm, keys) in KEYS.iter() {
            let cap = token::MAX_POSTED_BYTES;
            if let Ok(unverified) = UnverifiedToken::parse(text, cap, *algorithm, &["logout+jwt", "jwt"]) {
                assert!(unverified.verify(*algorithm, keys).is_err(), "nobody has the private key");
            }
        }
    }
    let Ok(payload) = serde_json::from_slice::<Payload>(data) else { return };
    let now = DateTime::<Utc>::from_timestamp(1_800_000_000, 0).unwrap_or_default();
    for preset in [Preset::Standard, Preset::Lemonldap, Preset::Keycloak] {
        let Some((config, settings)) = configured(preset) else { continue };
        if let Ok(logout) = logout::check(&payload, &config, &settings, now) {
            assert!(logout.provider_session.is_some() || logout.subject.is_some());
            assert!(logout.replay_key.is_some_and(|key| !key.id.is_empty() && key.until > now));
            assert!(payload.contains_key("events") && !payload.contains_key("nonce"));
        }
        token::check_id_token(&payload, &config.issuer, &config.client_id, None, now, TimeDelta::minutes(10))
            .ok();
        token::check_access_token(&payload, "access", config.algorithm).ok();
        if let Ok(subject) = Subject::new(&config.issuer, "1") {
            claims::merge(subject, &payload, &payload, &settings.names);
        }
    }
}
