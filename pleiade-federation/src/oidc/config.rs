//! What an operator writes about one OpenID provider.

use openidconnect::core::CoreJwsSigningAlgorithm;
use pleiade_core::SecretString;
use serde::Deserialize;
use std::fmt;
use url::Url;

/// One OpenID provider.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OidcConfig {
    /// The issuer, exactly as the provider writes it: LemonLDAP::NG's usually ends with `/`.
    pub issuer: String,
    /// Our identifier at the provider.
    pub client_id: String,
    /// Our secret at the provider.
    pub client_secret: SecretString,
    /// Where the browser comes back, exactly as declared at the provider: `https://HOST/sign-in/SOURCE/callback`.
    pub redirect_uri: Url,
    /// Scopes asked for besides `openid`. Default: `profile` and `email`. `offline_access` is refused: its tokens outlive a sign-out.
    #[serde(default = "default_scopes")]
    pub scopes: Vec<String>,
    /// The only algorithm accepted for signatures. Default: `RS256`.
    #[serde(default)]
    pub algorithm: SigningAlgorithm,
    /// How we prove who we are at the token endpoint. Default: `basic`.
    #[serde(default)]
    pub client_authentication: ClientAuthentication,
    /// Under which names the provider sends what.
    #[serde(default)]
    pub claims: ClaimNames,
    /// Departures from the standards that are tolerated for this provider only.
    #[serde(default)]
    pub quirks: Quirks,
    /// What ends at the provider when a person signs out here. Default: `rp_initiated`.
    #[serde(default)]
    pub sign_out: SignOut,
    /// Other origins (`https://host:port`) on which the provider's endpoints may stand. Default: the issuer's own only.
    #[serde(default)]
    pub endpoint_origins: Vec<String>,
    /// Accepts an issuer in plain `http` that is not on this machine. Default: `false`; for a closed network only.
    #[serde(default)]
    pub plain_http: bool,
    /// Authentication levels (`acr`) asked for; when not empty, a sign-in with another one is refused.
    #[serde(default)]
    pub acr_values: Vec<String>,
}

fn default_scopes() -> Vec<String> {
    ["profile", "email"].map(str::to_owned).into()
}

impl OidcConfig {
    /// A provider with every default.
    #[must_use]
    pub fn new(
        issuer: impl Into<String>,
        client_id: impl Into<String>,
        client_secret: SecretString,
        redirect_uri: Url,
    ) -> Self {
        Self {
            issuer: issuer.into(),
            client_id: client_id.into(),
            client_secret,
            redirect_uri,
            scopes: default_scopes(),
            algorithm: SigningAlgorithm::default(),
            client_authentication: ClientAuthentication::default(),
            claims: ClaimNames::default(),
            quirks: Quirks::default(),
            sign_out: SignOut::default(),
            endpoint_origins: Vec::new(),
            plain_http: false,
            acr_values: Vec::new(),
        }
    }
}

impl fmt::Debug for OidcConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OidcConfig")
            .field("issuer", &self.issuer)
            .field("client_id", &self.client_id)
            .field("redirect_uri", &self.redirect_uri.as_str())
            .finish_non_exhaustive()
    }
}

/// A signature algorithm with a public key. Those with a shared secret are not offered: whoever can check could also sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
pub enum SigningAlgorithm {
    /// RSA PKCS#1 v1.5 with SHA-256, the one every provider must offer.
    #[default]
    RS256,
    /// RSA PSS with SHA-256.
    PS256,
    /// ECDSA on P-256.
    ES256,
    /// ECDSA on P-384.
    ES384,
    /// Ed25519.
    EdDSA,
}

impl SigningAlgorithm {
    /// The name in JOSE headers.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::RS256 => "RS256",
            Self::PS256 => "PS256",
            Self::ES256 => "ES256",
            Self::ES384 => "ES384",
            Self::EdDSA => "EdDSA",
        }
    }

    /// The key type (`kty`) that it needs.
    pub(super) fn key_type(self) -> &'static str {
        match self {
            Self::RS256 | Self::PS256 => "RSA",
            Self::ES256 | Self::ES384 => "EC",
            Self::EdDSA => "OKP",
        }
    }

    pub(super) fn core(self) -> CoreJwsSigningAlgorithm {
        match self {
            Self::RS256 => CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
            Self::PS256 => CoreJwsSigningAlgorithm::RsaSsaPssSha256,
            Self::ES256 => CoreJwsSigningAlgorithm::EcdsaP256Sha256,
            Self::ES384 => CoreJwsSigningAlgorithm::EcdsaP384Sha384,
            Self::EdDSA => CoreJwsSigningAlgorithm::EdDsa,
        }
    }
}

/// How the client proves who it is at the token endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClientAuthentication {
    /// `client_secret_basic`.
    #[default]
    Basic,
    /// `client_secret_post`.
    Post,
}

/// What a sign-out here ends at the provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SignOut {
    /// The browser is sent to the provider's `end_session_endpoint`, where it has one.
    #[default]
    RpInitiated,
    /// Nothing.
    LocalOnly,
}

/// Tolerated departures from the standards.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Quirks {
    /// Signed user information without `iss` and `aud`, as LemonLDAP::NG sends it. Default: `false`.
    pub userinfo_without_issuer: bool,
    /// Logout tokens without `exp`, as LemonLDAP::NG sends them; they must then be less than two minutes old. Default: `false`.
    pub logout_token_without_expiry: bool,
}

/// Under which names a provider sends what. Claims that are not named here stay available to the mapping rules.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ClaimNames {
    /// Name to show. Default: `name`.
    pub display_name: String,
    /// First name. Default: `given_name`.
    pub given_name: String,
    /// Family name. Default: `family_name`; ProConnect sends `usual_name`.
    pub family_name: String,
    /// Contact address. Default: `email`.
    pub mail: String,
    /// Login. Default: `preferred_username`.
    pub login: String,
    /// Groups, as an array or as one separated string. Default: `groups`.
    pub groups: String,
    /// What separates groups sent as one string. Default: `;`, spaces around are dropped.
    pub group_separator: String,
    /// Taken away from the start of each group: Keycloak writes `/mairie-alpha/urbanisme`. Default: nothing.
    pub group_prefix: String,
}

impl Default for ClaimNames {
    fn default() -> Self {
        Self {
            display_name: "name".into(),
            given_name: "given_name".into(),
            family_name: "family_name".into(),
            mail: "email".into(),
            login: "preferred_username".into(),
            groups: "groups".into(),
            group_separator: ";".into(),
            group_prefix: String::new(),
        }
    }
}
