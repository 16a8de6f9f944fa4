//! Calls of ours to the provider: how we say who we are, and what its answers are worth.
//!
//! Threats: a secret sent where it does not belong (only endpoints that discovery has checked are called), a signed proof used
//! again elsewhere (it names one audience, lives a minute and has an identifier), an error whose words come from outside (only its
//! code is looked at).

use super::{
    OidcProvider,
    config::{ClientAuthentication, OidcConfig, SigningAlgorithm},
    discovery::{Metadata, TOLD_LIMITS, unreachable},
    refusal,
};
use base64::{
    Engine as _,
    prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD},
};
use bytes::Bytes;
use http::{Request, StatusCode, header};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use pleiade_core::{ExposeSecret, PersonTokens, SecretString, SignInError};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::fmt;
use url::{Url, form_urlencoded};

/// The lifetime of our signed proof, in seconds.
const PROOF_TTL_SECONDS: i64 = 60;
/// The shortest secret that signs with HS256 (RFC 7518 §3.2).
const MIN_SECRET_BYTES: usize = 32;
const ACCESS_TOKEN: &str = "urn:ietf:params:oauth:token-type:access_token";

/// The key with which we sign who we are.
pub(super) struct ClientKey {
    key: EncodingKey,
    /// In the order of preference: the first that the provider announces, else the first.
    algorithms: &'static [Algorithm],
    id: Option<String>,
}

impl fmt::Debug for ClientKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientKey").field("algorithms", &self.algorithms).finish_non_exhaustive()
    }
}

#[derive(Serialize)]
struct Proof<'a> {
    iss: &'a str,
    sub: &'a str,
    aud: &'a str,
    jti: String,
    iat: i64,
    exp: i64,
}

impl ClientKey {
    /// The configured private key, proved usable.
    pub(super) fn from_config(config: &OidcConfig) -> Result<Self, SignInError> {
        let pem = config.client_key.as_ref().ok_or(SignInError::Misconfigured(
            "private_key_jwt needs client_key, or client_key_file, with our private key in PEM",
        ))?;
        let pem = pem.expose_secret().as_bytes();
        let wanted = config.client_algorithm;
        let rsa = |key| match wanted {
            None => Ok((key, &[Algorithm::RS256, Algorithm::PS256][..])),
            Some(SigningAlgorithm::RS256) => Ok((key, &[Algorithm::RS256][..])),
            Some(SigningAlgorithm::PS256) => Ok((key, &[Algorithm::PS256][..])),
            Some(_) => Err(SignInError::Misconfigured(
                "an RSA client_key signs with client_algorithm RS256 or PS256",
            )),
        };
        let ec = |key| match wanted {
            None | Some(SigningAlgorithm::ES256) => Ok((key, &[Algorithm::ES256][..])),
            Some(_) => {
                Err(SignInError::Misconfigured("a P-256 client_key signs with client_algorithm ES256"))
            }
        };
        let (key, algorithms) = match (EncodingKey::from_rsa_pem(pem), EncodingKey::from_ec_pem(pem)) {
            (Ok(key), _) => rsa(key)?,
            (_, Ok(key)) => ec(key)?,
            _ => {
                return Err(SignInError::Misconfigured(
                    "client_key is neither an RSA nor a P-256 key in PEM",
                ));
            }
        };
        let key = Self { key, algorithms, id: config.client_key_id.clone() };
        for algorithm in algorithms {
            key.prove(*algorithm, &config.client_id, &config.issuer, 0)?;
        }
        Ok(key)
    }

    /// The configured secret as a key.
    pub(super) fn from_secret(config: &OidcConfig) -> Result<Self, SignInError> {
        let secret = config.client_secret.expose_secret().as_bytes();
        if secret.len() < MIN_SECRET_BYTES {
            return Err(SignInError::Misconfigured(
                "client_secret_jwt needs a client_secret of at least 32 bytes: a shorter one can be guessed from what it signs",
            ));
        }
        Ok(Self { key: EncodingKey::from_secret(secret), algorithms: &[Algorithm::HS256], id: None })
    }

    /// The algorithm for a provider.
    fn algorithm(&self, metadata: Option<&Metadata>) -> Algorithm {
        let announced = |algorithm: &&Algorithm| {
            let name = format!("{algorithm:?}");
            metadata.is_some_and(|metadata| metadata.takes_proofs_signed_with(&name))
        };
        let first = || self.algorithms.first().copied().unwrap_or_default();
        self.algorithms.iter().find(announced).copied().unwrap_or_else(first)
    }

    fn prove(
        &self,
        algorithm: Algorithm,
        client_id: &str,
        audience: &str,
        now: i64,
    ) -> Result<String, SignInError> {
        let mut random = [0_u8; 16];
        getrandom::fill(&mut random)
            .map_err(|_| SignInError::Misconfigured("the machine gives no randomness"))?;
        let proof = Proof {
            iss: client_id,
            sub: client_id,
            aud: audience,
            jti: BASE64_URL_SAFE_NO_PAD.encode(random),
            iat: now,
            exp: now + PROOF_TTL_SECONDS,
        };
        let mut header = Header::new(algorithm);
        header.kid.clone_from(&self.id);
        jsonwebtoken::encode(&header, &proof, &self.key)
            .map_err(|_| SignInError::Misconfigured("client_key does not sign with its algorithm"))
    }
}

#[derive(Deserialize)]
struct TokenAnswer {
    access_token: SecretString,
    token_type: String,
    #[serde(default)]
    expires_in: Value,
    refresh_token: Option<SecretString>,
    id_token: Option<SecretString>,
    issued_token_type: Option<String>,
}

#[derive(Deserialize)]
struct PushAnswer {
    request_uri: String,
}

impl OidcProvider {
    /// Posts a form as the client.
    async fn post(
        &self,
        endpoint: &Url,
        parameters: &[(&str, &str)],
    ) -> Result<(StatusCode, Bytes), SignInError> {
        let request = self.form(endpoint, parameters)?;
        let answer = self.transport.send(request, TOLD_LIMITS).await.map_err(unreachable)?;
        Ok((answer.status(), answer.into_body()))
    }

    fn form(&self, endpoint: &Url, parameters: &[(&str, &str)]) -> Result<Request<Bytes>, SignInError> {
        let (id, secret) = (self.config.client_id.as_str(), self.config.client_secret.expose_secret());
        let mut form = form_urlencoded::Serializer::new(String::new());
        form.extend_pairs(parameters);
        let mut request = Request::post(endpoint.as_str())
            .header(header::ACCEPT, "application/json")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        match (self.settings.authentication, &self.client_key) {
            (ClientAuthentication::Basic, _) => {
                // RFC 6749 §2.3.1: both are encoded as in a form first.
                let encoded =
                    |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
                let pair = BASE64_STANDARD.encode(format!("{}:{}", encoded(id), encoded(secret)));
                request = request.header(header::AUTHORIZATION, format!("Basic {pair}"));
            }
            (ClientAuthentication::Post, _) => {
                form.append_pair("client_id", id).append_pair("client_secret", secret);
            }
            (ClientAuthentication::PrivateKeyJwt | ClientAuthentication::ClientSecretJwt, Some(key)) => {
                let algorithm = key.algorithm(self.discovery.last().as_deref());
                // The issuer and not the endpoint: a proof is then of no use at another provider.
                let proof = key.prove(algorithm, id, &self.config.issuer, self.clock.now().timestamp())?;
                form.append_pair("client_id", id)
                    .append_pair(
                        "client_assertion_type",
                        "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
                    )
                    .append_pair("client_assertion", &proof);
            }
            (ClientAuthentication::PrivateKeyJwt | ClientAuthentication::ClientSecretJwt, None) => {
                return Err(SignInError::Misconfigured("client_authentication needs a key"));
            }
        }
        request
            .body(Bytes::from(form.finish()))
            .map_err(|_| SignInError::Misconfigured("an address of the provider cannot be called"))
    }

    /// Asks the token endpoint. `refused` says what a refusal of the grant means.
    pub(super) async fn tokens(
        &self,
        metadata: &Metadata,
        parameters: &[(&str, &str)],
        refused: &'static str,
    ) -> Result<PersonTokens, SignInError> {
        let (status, body) = self.post(&metadata.token_endpoint, parameters).await?;
        if status != StatusCode::OK {
            return Err(refusal::of_endpoint(status, &body, refused));
        }
        let answer: TokenAnswer = serde_json::from_slice(&body)
            .map_err(|_| SignInError::Untrusted("the provider's token answer cannot be read"))?;
        if !answer.token_type.eq_ignore_ascii_case("bearer") {
            return Err(SignInError::Untrusted("the provider's access token is not a bearer token"));
        }
        if answer.issued_token_type.is_some_and(|kind| kind != ACCESS_TOKEN) {
            return Err(SignInError::Untrusted("the provider exchanged for another kind of token"));
        }
        let mut tokens = PersonTokens::new(answer.access_token);
        tokens.refresh = answer.refresh_token;
        tokens.id = answer.id_token;
        tokens.expires_in = match answer.expires_in {
            Value::Number(seconds) => seconds.as_u64(),
            Value::String(seconds) => seconds.parse().ok(),
            _ => None,
        };
        Ok(tokens)
    }

    /// Tokens of the same person for another application (RFC 8693 §2.1).
    pub(super) async fn exchanged(
        &self,
        access: &SecretString,
        audience: &str,
    ) -> Result<PersonTokens, SignInError> {
        let metadata = self.discovery.metadata(&self.config).await?;
        let parameters = [
            ("grant_type", "urn:ietf:params:oauth:grant-type:token-exchange"),
            ("subject_token", access.expose_secret()),
            ("subject_token_type", ACCESS_TOKEN),
            ("requested_token_type", ACCESS_TOKEN),
            ("audience", audience),
        ];
        let mut tokens = self
            .tokens(
                &metadata,
                &parameters,
                "invalid_grant: the provider no longer accepts the person's token",
            )
            .await?;
        // An ID token for another application proves nothing here.
        tokens.id = None;
        Ok(tokens)
    }

    /// Leaves a request with the provider and gives the name under which the browser fetches it (RFC 9126).
    pub(super) async fn pushed(
        &self,
        endpoint: &Url,
        parameters: &[(&str, String)],
    ) -> Result<String, SignInError> {
        // The client's own parameters come with its authentication.
        let by_us = self.settings.authentication != ClientAuthentication::Basic;
        let parameters: Vec<(&str, &str)> = parameters
            .iter()
            .filter(|(name, _)| !(by_us && *name == "client_id"))
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        let (status, body) = self.post(endpoint, &parameters).await?;
        if status != StatusCode::CREATED && status != StatusCode::OK {
            return Err(refusal::of_endpoint(
                status,
                &body,
                "invalid_grant: the provider refuses the pushed request",
            ));
        }
        serde_json::from_slice::<PushAnswer>(&body)
            .ok()
            .map(|answer| answer.request_uri)
            .filter(|uri| (1..=512).contains(&uri.len()) && uri.chars().all(|c| c.is_ascii_graphic()))
            .ok_or(SignInError::Untrusted("the provider's answer to the pushed request cannot be read"))
    }
}
