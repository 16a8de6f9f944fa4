//! What an operator writes about one OpenID provider.

use openidconnect::core::CoreJwsSigningAlgorithm;
use pleiade_core::SecretString;
use serde::Deserialize;
use std::{collections::BTreeMap, fmt};
use url::Url;

/// One OpenID provider.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct OidcConfig {
    /// The habits of a known provider: `lemonldap`, `keycloak` or `proconnect`, each a set of other defaults. Default: `standard`, any
    /// provider as its discovery document describes it.
    #[serde(default)]
    pub preset: Preset,
    /// The issuer, exactly as the provider writes it: LemonLDAP::NG's usually ends with `/`.
    pub issuer: String,
    /// Our identifier at the provider.
    pub client_id: String,
    /// Our secret at the provider. Needed unless `client_authentication` is `private_key_jwt`.
    #[serde(default = "no_secret")]
    pub client_secret: SecretString,
    /// Our private key in PEM (PKCS#8), for `private_key_jwt`: RSA, or EC on P-256.
    pub client_key: Option<SecretString>,
    /// The algorithm with which that key signs: `RS256` or `PS256` for an RSA key, `ES256` for one on P-256. Default: `ES256` for the latter;
    /// for an RSA key `RS256`, and `PS256` where the provider announces that it takes it and not `RS256`
    /// (`token_endpoint_auth_signing_alg_values_supported`).
    pub client_algorithm: Option<SigningAlgorithm>,
    /// The `kid` of that key at the provider. Default: none is sent.
    pub client_key_id: Option<String>,
    /// The address to which the browser comes back, exactly as declared at the provider: `https://HOST/sign-in/SOURCE/callback`.
    pub redirect_uri: Url,
    /// Scopes asked for besides `openid`. Default: `profile` and `email`; for ProConnect `given_name`, `usual_name`, `email`, `uid`,
    /// `siret`, `idp_id`, `organization_label` and `roles`. `offline_access` is refused: its tokens outlive a sign-out.
    pub scopes: Option<Vec<String>>,
    /// The only algorithm accepted for signatures. Default: `RS256`.
    #[serde(default)]
    pub algorithm: SigningAlgorithm,
    /// Our authentication at the token endpoint: `basic`, `post`, `client_secret_jwt` (a secret of at least 32 bytes, which then never
    /// travels) or `private_key_jwt`. Default: `basic`; for ProConnect `post`.
    pub client_authentication: Option<ClientAuthentication>,
    /// Sends each request directly to a provider that announces pushed requests (RFC 9126), before the browser leaves. Default:
    /// `false`, only to one that requires it.
    #[serde(default)]
    pub pushed_requests: bool,
    /// Under which names the provider sends what.
    #[serde(default)]
    pub claims: ClaimNames,
    /// Departures from the standards that are tolerated for this provider only.
    #[serde(default)]
    pub quirks: Quirks,
    /// Refuses user information that is not signed. Default: `false`.
    #[serde(default)]
    pub signed_userinfo: bool,
    /// The session that ends at the provider when a person signs out here. Default: `rp_initiated`.
    #[serde(default)]
    pub sign_out: SignOut,
    /// True if the provider may end sessions by a back-channel logout token. Default: `true`; for ProConnect `false`, it sends none.
    pub back_channel: Option<bool>,
    /// True if the provider's own sign-out page may end sessions by a frame. Default: `false`: the back channel is surer.
    #[serde(default)]
    pub front_channel: bool,
    /// Other origins (`https://host:port`) on which the provider's endpoints may stand. Default: the issuer's own only.
    #[serde(default)]
    pub endpoint_origins: Vec<String>,
    /// Accepts an issuer in plain `http` that is not on this machine. Default: `false`; for a closed network only.
    #[serde(default)]
    pub plain_http: bool,
    /// Authentication levels (`acr`) asked for; when not empty, a sign-in with another one is refused.
    #[serde(default)]
    pub acr_values: Vec<String>,
    /// Asks for the levels as essential, by the parameter `claims` instead of `acr_values`. Default: `false`; for ProConnect `true`.
    pub essential_acr: Option<bool>,
    /// The identity provider behind this one that is proposed at once, as this one names it. Default: none.
    pub idp_hint: Option<String>,
    /// The people who are let in, by claim: each one named must have one of its values. `{ idp_id = ["…"], siret = ["21990001600011"] }`.
    /// Default: everybody whom the provider knows; ProConnect knows everybody, so `idp_id` or `siret` must be named.
    #[serde(default)]
    pub admit: BTreeMap<String, Vec<String>>,
}

fn no_secret() -> SecretString {
    String::new().into()
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
            preset: Preset::default(),
            issuer: issuer.into(),
            client_id: client_id.into(),
            client_secret,
            client_key: None,
            client_algorithm: None,
            client_key_id: None,
            redirect_uri,
            scopes: None,
            algorithm: SigningAlgorithm::default(),
            client_authentication: None,
            pushed_requests: false,
            claims: ClaimNames::default(),
            quirks: Quirks::default(),
            signed_userinfo: false,
            sign_out: SignOut::default(),
            back_channel: None,
            front_channel: false,
            endpoint_origins: Vec::new(),
            plain_http: false,
            acr_values: Vec::new(),
            essential_acr: None,
            idp_hint: None,
            admit: BTreeMap::new(),
        }
    }
}

impl fmt::Debug for OidcConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OidcConfig")
            .field("preset", &self.preset)
            .field("issuer", &self.issuer)
            .field("client_id", &self.client_id)
            .field("redirect_uri", &self.redirect_uri.as_str())
            .finish_non_exhaustive()
    }
}

/// A known provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Preset {
    /// Any provider, as the standards say.
    #[default]
    Standard,
    /// LemonLDAP::NG.
    Lemonldap,
    /// Keycloak.
    Keycloak,
    /// ProConnect, which signs in the agents of every French administration.
    Proconnect,
}

/// A signature algorithm with a public key. Those with a shared secret are not offered: whoever can check could also sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[non_exhaustive]
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
    /// EdDSA on Ed25519, under its old name (`EdDSA`) or the one that says the curve (`Ed25519`, RFC 9864): a provider may write either.
    #[serde(alias = "Ed25519")]
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

    /// True if this is a name of it in a header or a key.
    pub(super) fn is_named(self, name: &str) -> bool {
        name == self.name() || (self == Self::EdDSA && name == "Ed25519")
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

/// The authentication of the client at the token endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ClientAuthentication {
    /// `client_secret_basic`.
    #[default]
    Basic,
    /// `client_secret_post`.
    Post,
    /// `client_secret_jwt` (OpenID Connect Core §9): the secret signs with HS256 and does not travel.
    ClientSecretJwt,
    /// `private_key_jwt` (RFC 7523): no secret is shared.
    PrivateKeyJwt,
}

/// The session that ends at the provider when a person signs out here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
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
#[non_exhaustive]
pub struct Quirks {
    /// Signed user information without `iss` and `aud`, as LemonLDAP::NG sends it. Default: `false`; for LemonLDAP::NG `true`.
    pub userinfo_without_issuer: Option<bool>,
    /// Logout tokens without `exp`, as LemonLDAP::NG sends them; they must then be less than two minutes old. Default: `false`; for
    /// LemonLDAP::NG `true`.
    pub logout_token_without_expiry: Option<bool>,
}

/// Under which names a provider sends what. Claims that are not named here stay available to the mapping rules, those inside of others by
/// their path.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[non_exhaustive]
pub struct ClaimNames {
    /// Name to show. Default: `name`.
    pub display_name: Option<String>,
    /// First name. Default: `given_name`.
    pub given_name: Option<String>,
    /// Family name. Default: `family_name`; for ProConnect `usual_name`.
    pub family_name: Option<String>,
    /// Contact address. Default: `email`.
    pub mail: Option<String>,
    /// Login. Default: `preferred_username`; for ProConnect `uid`.
    pub login: Option<String>,
    /// Groups, as an array or as one separated string; inside of another claim by its path, `realm_access.roles` of Keycloak, unless a claim
    /// has exactly that name. Default: `groups`; for ProConnect `roles`.
    pub groups: Option<String>,
    /// The text between groups that are sent as one string; spaces around are dropped. Default: `;`, as LemonLDAP::NG writes them.
    pub group_separator: Option<String>,
    /// Taken away from the start of each group. Default: nothing; for Keycloak `/`, which writes `/mairie-alpha/urbanisme`.
    pub group_prefix: Option<String>,
}
