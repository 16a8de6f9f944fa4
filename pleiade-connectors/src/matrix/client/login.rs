//! Opening, renewing and ending sessions.

use super::{Api, Authorization, MatrixClient, Purpose, check, send};
use crate::matrix::wire::{LoginToken, RefreshAnswer, Session};
use http::Method;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use pleiade_core::{ConnectorError, ErrorKind, ExposeSecret, SecretString};
use serde::Serialize;
use serde_json::{Value, json};

/// A way to open a session.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Login {
    /// A password. Five attempts per account, then one in five minutes.
    Password {
        /// The login or the whole id.
        user: String,
        /// The password.
        password: SecretString,
    },
    /// The token that a single sign-on brought back to the browser's address (`loginToken`). Works once, within minutes.
    Token(SecretString),
    /// A token signed by the portal, see [`MatrixClient::sign_jwt`]. Synapse only.
    Jwt(SecretString),
    /// An application service, for an account of its namespace.
    ApplicationService {
        /// `as_token` of the registration file.
        as_token: SecretString,
        /// The login or the whole id.
        user: String,
    },
}

#[derive(Serialize)]
struct Claims<'a> {
    sub: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    iss: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    aud: Option<&'a str>,
    iat: i64,
    exp: i64,
}

/// The lifetime of a signed token in seconds. Synapse accepts two minutes more.
const JWT_TTL_SECONDS: i64 = 60;

impl MatrixClient {
    /// A token for [`Login::Jwt`], signed with HS256, valid one minute from `now` (seconds since 1970).
    ///
    /// # Errors
    /// [`ErrorKind::BadConfiguration`] when the secret is empty.
    pub fn sign_jwt(
        secret: &SecretString,
        localpart: &str,
        issuer: Option<&str>,
        audience: Option<&str>,
        now: i64,
    ) -> Result<SecretString, ConnectorError> {
        const OPERATION: &str = "sign in";
        let secret = secret.expose_secret();
        if secret.is_empty() {
            return Err(ConnectorError::new(ErrorKind::BadConfiguration, OPERATION)
                .with_hint("the JWT secret is empty"));
        }
        let claims =
            Claims { sub: localpart, iss: issuer, aud: audience, iat: now, exp: now + JWT_TTL_SECONDS };
        jsonwebtoken::encode(
            &Header::new(Algorithm::HS256),
            &claims,
            &EncodingKey::from_secret(secret.as_bytes()),
        )
        .map(SecretString::from)
        .map_err(|_| ConnectorError::new(ErrorKind::Internal, OPERATION))
    }

    /// Opens a session. `device_id` should stay the same for one person, instead of one more device standing in their list at each
    /// sign-in. The homeserver may end the earlier session of that device (Synapse 1.163 does not).
    ///
    /// # Errors
    /// [`ErrorKind::Unauthenticated`] for a wrong password or login token, [`ErrorKind::BadConfiguration`] for a refused JWT,
    /// [`ErrorKind::Unsupported`] when the homeserver does not offer this way, and those of the homeserver.
    pub async fn login(
        &self,
        login: &Login,
        device_id: Option<&str>,
        with_refresh: bool,
    ) -> Result<Session, ConnectorError> {
        let identifier = |user: &str| json!({"type": "m.id.user", "user": user});
        let (mut body, token, purpose) = match login {
            Login::Password { user, password } => (
                json!({
                    "type": "m.login.password",
                    "identifier": identifier(user),
                    "password": password.expose_secret(),
                }),
                None,
                Purpose::SignIn,
            ),
            Login::Token(token) => {
                (json!({"type": "m.login.token", "token": token.expose_secret()}), None, Purpose::SignIn)
            }
            Login::Jwt(token) => (
                json!({"type": "org.matrix.login.jwt", "token": token.expose_secret()}),
                None,
                Purpose::JwtSignIn,
            ),
            Login::ApplicationService { as_token, user } => (
                json!({"type": "m.login.application_service", "identifier": identifier(user)}),
                Some(Authorization::Token(as_token.clone())),
                Purpose::Acting,
            ),
        };
        if let Some(fields) = body.as_object_mut() {
            fields.insert("initial_device_display_name".to_owned(), Value::from("Pléiade"));
            if let Some(device_id) = device_id {
                fields.insert("device_id".to_owned(), Value::from(device_id));
            }
            if with_refresh {
                fields.insert("refresh_token".to_owned(), Value::from(true));
            }
        }
        let call = self.call("sign in", Method::POST, Api::V3, &["login"], &[], token.as_ref()).json(&body);
        check(call.send().await?, purpose)?.json()
    }

    /// Renews a token.
    ///
    /// # Errors
    /// [`ErrorKind::Unauthenticated`] when a new sign-in is needed, and those of the homeserver.
    pub async fn refresh(&self, refresh_token: &SecretString) -> Result<RefreshAnswer, ConnectorError> {
        let body = json!({"refresh_token": refresh_token.expose_secret()});
        let call = self.call("renew the session", Method::POST, Api::V3, &["refresh"], &[], None).json(&body);
        check(call.send().await?, Purpose::SignIn)?.json()
    }

    /// Ends a session and its device.
    ///
    /// # Errors
    /// Those of the homeserver.
    pub async fn logout(&self, auth: &Authorization) -> Result<(), ConnectorError> {
        let call =
            self.call("sign out", Method::POST, Api::V3, &["logout"], &[], Some(auth)).json(&json!({}));
        send(call, auth).await.map(drop)
    }

    /// A token that opens one session in another client, where the homeserver allows it (`login_via_existing_session`). Once per
    /// minute.
    ///
    /// # Errors
    /// Those of the homeserver; [`ErrorKind::Unauthenticated`] also when it asks the person for a proof first.
    pub async fn login_token(&self, auth: &Authorization) -> Result<LoginToken, ConnectorError> {
        let call = self
            .call("open another client", Method::POST, Api::V1, &["login", "get_token"], &[], Some(auth))
            .json(&json!({}))
            .limits(pleiade_core::Limits::DEFAULT.with_max_body_bytes(64 << 10));
        send(call, auth).await?.json()
    }
}
