//! The habits of the providers that collectivités have, as other defaults of the same settings.
//!
//! LemonLDAP::NG 2.16 and 2.21 were measured. Keycloak: its documentation. ProConnect: the documentation for partners of 19 August
//! 2026 and the code of its server of the same day.

use super::config::{ClientAuthentication, OidcConfig, Preset};
use pleiade_core::{MailAddress, SignInError};

/// The parameters that ProConnect accepts in a request; anything else is its error Y000400.
const PROCONNECT_PARAMETERS: [&str; 15] = [
    "client_id",
    "acr_values",
    "claims",
    "response_type",
    "response_mode",
    "nonce",
    "login_hint",
    "siret_hint",
    "state",
    "redirect_uri",
    "scope",
    "prompt",
    "idp_hint",
    "code_challenge",
    "code_challenge_method",
];

impl Preset {
    /// The parameter that names the identity provider behind this one.
    pub(super) fn idp_hint(self) -> &'static str {
        match self {
            Self::Keycloak => "kc_idp_hint",
            _ => "idp_hint",
        }
    }

    /// True if a parameter of the request may be sent.
    pub(super) fn accepts(self, name: &str, value: &str) -> bool {
        match self {
            Self::Proconnect => {
                PROCONNECT_PARAMETERS.contains(&name)
                    && (name != "login_hint" || value.parse::<MailAddress>().is_ok())
            }
            // It counts from the password and looks again at the end: whoever takes more than a second for a second factor or a consent
            // would be asked for the password again without end. `prompt=login` does the same there without that fault.
            Self::Lemonldap => name != "max_age",
            _ => true,
        }
    }
}

/// The names of claims after the preset and the operator.
#[derive(Debug)]
pub(super) struct ResolvedClaimNames {
    pub(super) display_name: String,
    pub(super) given_name: String,
    pub(super) family_name: String,
    pub(super) mail: String,
    pub(super) login: String,
    pub(super) groups: String,
    pub(super) group_separator: String,
    pub(super) group_prefix: String,
}

/// The settings left open in the configuration, decided.
#[derive(Debug)]
pub(super) struct Settings {
    pub(super) names: ResolvedClaimNames,
    /// `openid` included.
    pub(super) scope: String,
    pub(super) authentication: ClientAuthentication,
    pub(super) userinfo_without_issuer: bool,
    pub(super) logout_token_without_expiry: bool,
    pub(super) back_channel: bool,
    pub(super) essential_acr: bool,
}

impl Settings {
    pub(super) fn new(config: &OidcConfig) -> Result<Self, SignInError> {
        let proconnect = config.preset == Preset::Proconnect;
        let lemonldap = config.preset == Preset::Lemonldap;
        let scopes = config.scopes.clone().unwrap_or_else(|| {
            let usual: &[&str] = if proconnect {
                &[
                    "given_name",
                    "usual_name",
                    "email",
                    "uid",
                    "siret",
                    "idp_id",
                    "organization_label",
                    "roles",
                ]
            } else {
                &["profile", "email"]
            };
            usual.iter().map(|scope| (*scope).to_owned()).collect()
        });
        if scopes.iter().any(|scope| scope == "offline_access") {
            return Err(SignInError::Misconfigured(
                "offline_access is not asked for: its tokens outlive a sign-out at the provider",
            ));
        }
        let scope = scopes
            .iter()
            .filter(|scope| *scope != "openid")
            .fold("openid".to_owned(), |all, one| all + " " + one);
        let settings = Self {
            names: names(config),
            scope,
            authentication: config.client_authentication.unwrap_or(if proconnect {
                ClientAuthentication::Post
            } else {
                ClientAuthentication::Basic
            }),
            userinfo_without_issuer: config.quirks.userinfo_without_issuer.unwrap_or(lemonldap),
            logout_token_without_expiry: config.quirks.logout_token_without_expiry.unwrap_or(lemonldap),
            back_channel: config.back_channel.unwrap_or(!proconnect),
            essential_acr: config.essential_acr.unwrap_or(proconnect),
        };
        if proconnect {
            check_proconnect(config, &settings)?;
        }
        Ok(settings)
    }
}

fn names(config: &OidcConfig) -> ResolvedClaimNames {
    let proconnect = config.preset == Preset::Proconnect;
    let keycloak = config.preset == Preset::Keycloak;
    let named = |written: &Option<String>, usual: &str| written.clone().unwrap_or_else(|| usual.to_owned());
    let claims = &config.claims;
    ResolvedClaimNames {
        display_name: named(&claims.display_name, "name"),
        given_name: named(&claims.given_name, "given_name"),
        family_name: named(&claims.family_name, if proconnect { "usual_name" } else { "family_name" }),
        mail: named(&claims.mail, "email"),
        login: named(&claims.login, if proconnect { "uid" } else { "preferred_username" }),
        groups: named(&claims.groups, if proconnect { "roles" } else { "groups" }),
        group_separator: named(&claims.group_separator, ";"),
        group_prefix: named(&claims.group_prefix, if keycloak { "/" } else { "" }),
    }
}

fn check_proconnect(config: &OidcConfig, settings: &Settings) -> Result<(), SignInError> {
    if matches!(settings.authentication, ClientAuthentication::Basic | ClientAuthentication::ClientSecretJwt)
    {
        return Err(SignInError::Misconfigured(
            "ProConnect takes client_authentication \"post\" or \"private_key_jwt\" alone",
        ));
    }
    let named = |claim: &str| config.admit.get(claim).is_some_and(|values| !values.is_empty());
    if !named("idp_id") && !named("siret") {
        return Err(SignInError::Misconfigured(
            "ProConnect signs in the agents of every administration: say in admit which idp_id or siret is let in",
        ));
    }
    Ok(())
}
