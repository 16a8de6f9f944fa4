//! A typed client of the Matrix client-server API, usable without the widgets.
//!
//! One [`MatrixClient`] serves everybody on a homeserver; each call says with which [`Authorization`] it is made.

mod error;
mod login;
mod rooms;
mod sync;

pub use error::{ErrorCode, Refusal};
pub use login::Login;
pub use sync::{SyncFilter, SyncRequest};

use super::wire::{AuthMetadata, LoginFlows, Profile, Versions, WellKnown, WhoAmI};
use crate::http::{Answer, Call, HttpClient};
use error::{Purpose, check};
use http::{Method, header};
use pleiade_core::{ConnectorError, ErrorKind, SecretString, Transport};
use std::{fmt, str::FromStr, sync::Arc};
use url::Url;

/// An account, `@jeanne:ville.fr`. Compared byte for byte; cloning is cheap.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct UserId(Arc<str>);

/// Not an account's id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an account's id is @name:server, at most 255 characters")]
pub struct UserIdError;

impl UserId {
    /// The account of a login on a server.
    ///
    /// A whole id is taken as it is. Otherwise letters become lower case and every byte that no id may hold is written `=xx`, as the
    /// specification advises for names from elsewhere: `O'Brien` is `@o=27brien:ville.fr`.
    ///
    /// # Errors
    /// [`UserIdError`] when the login is empty, or the whole too long.
    pub fn from_login(login: &str, server_name: &str) -> Result<Self, UserIdError> {
        if login.starts_with('@') {
            return login.parse();
        }
        let login = login.trim();
        if login.is_empty() {
            return Err(UserIdError);
        }
        let mut id = String::from("@");
        for byte in login.to_lowercase().bytes() {
            if byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"._-/+".contains(&byte) {
                id.push(char::from(byte));
            } else {
                id.push_str(&format!("={byte:02x}"));
            }
        }
        id.push(':');
        id.push_str(server_name);
        id.parse()
    }

    /// The id.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The name before the colon, without the `@`.
    #[must_use]
    pub fn localpart(&self) -> &str {
        localpart(&self.0)
    }

    /// The server after the first colon, port included.
    #[must_use]
    pub fn server(&self) -> &str {
        self.0.split_once(':').map_or("", |(_, server)| server)
    }
}

/// The readable part of any id of a person, valid or not.
pub(super) fn localpart(id: &str) -> &str {
    let id = id.strip_prefix('@').unwrap_or(id);
    id.split_once(':').map_or(id, |(name, _)| name)
}

impl FromStr for UserId {
    type Err = UserIdError;
    fn from_str(text: &str) -> Result<Self, UserIdError> {
        let fits = text.len() <= 255
            && text.bytes().all(|byte| byte.is_ascii_graphic())
            && text
                .strip_prefix('@')
                .and_then(|rest| rest.split_once(':'))
                .is_some_and(|(name, server)| !name.is_empty() && !server.is_empty());
        if fits { Ok(Self(text.into())) } else { Err(UserIdError) }
    }
}

/// The user stays out of debug output.
impl fmt::Debug for UserId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "UserId(… at {})", self.server())
    }
}

/// The authorization of a call.
#[derive(Debug, Clone)]
pub enum Authorization {
    /// A person's own token.
    Token(SecretString),
    /// An application service's token, acting for a person without any session of theirs.
    Acting {
        /// `as_token` of the registration file.
        as_token: SecretString,
        /// The user for whom it acts.
        user_id: UserId,
    },
}

/// A client of one homeserver. Cloning is cheap.
#[derive(Debug, Clone)]
pub struct MatrixClient {
    http: HttpClient,
    /// The types of state events of rooms that `/sync` asks for besides.
    room_state: &'static [&'static str],
}

/// The part of the API to which a path belongs.
#[derive(Debug, Clone, Copy)]
enum Api {
    V1,
    V3,
}

impl MatrixClient {
    /// A client of the homeserver at `homeserver`, which may have a path.
    ///
    /// # Errors
    /// [`ErrorKind::BadConfiguration`] when this is not a web address.
    pub fn new(homeserver: &Url, transport: Arc<dyn Transport>) -> Result<Self, ConnectorError> {
        Ok(Self { http: HttpClient::new(homeserver, transport)?, room_state: &[] })
    }

    /// The same client, which reads state events of these types too ([`Room::state`](super::inbox::Room::state)).
    #[must_use]
    pub fn with_room_state(mut self, types: &'static [&'static str]) -> Self {
        self.room_state = types;
        self
    }

    /// Finds the homeserver of `site` (`https://ville.fr`): the address in its `/.well-known/matrix/client`, or `site` itself when there
    /// is none. The answer is only a proposal: check it before calling it.
    ///
    /// # Errors
    /// Those of the site; [`ErrorKind::BadAnswer`] when its file is wrong.
    pub async fn discover(site: &Url, transport: Arc<dyn Transport>) -> Result<Url, ConnectorError> {
        let http = HttpClient::new(site, transport)?;
        let call =
            http.call("discover the homeserver", Method::GET, &[".well-known", "matrix", "client"], &[]);
        match check(call.send().await?, Purpose::Person) {
            Ok(answer) => Ok(answer.json::<WellKnown>()?.homeserver.base_url),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(site.clone()),
            Err(error) => Err(error),
        }
    }

    /// The versions of the specification that the homeserver speaks. Needs no token.
    ///
    /// # Errors
    /// Those of the homeserver.
    pub async fn versions(&self) -> Result<Versions, ConnectorError> {
        self.ask_versions().await?.json()
    }

    /// The name and version of the server program, as far as it tells: `Synapse/1.163.2`, or else the newest version of the
    /// specification that it speaks.
    ///
    /// # Errors
    /// Those of the homeserver.
    pub async fn server_version(&self) -> Result<Option<String>, ConnectorError> {
        let answer = self.ask_versions().await?;
        let versions: Versions = answer.json()?;
        let program = answer.header(&header::SERVER).filter(|text| text.contains('/')).map(str::to_owned);
        Ok(program.or_else(|| versions.versions.last().cloned()))
    }

    async fn ask_versions(&self) -> Result<Answer, ConnectorError> {
        let call = self.http.call("read the versions", Method::GET, &["_matrix", "client", "versions"], &[]);
        check(call.send().await?, Purpose::Person)
    }

    /// The login flows that the homeserver offers. Needs no token.
    ///
    /// # Errors
    /// Those of the homeserver.
    pub async fn login_flows(&self) -> Result<LoginFlows, ConnectorError> {
        let call = self.call("read the ways to sign in", Method::GET, Api::V3, &["login"], &[], None);
        check(call.send().await?, Purpose::Person)?.json()
    }

    /// The authorization server, when the homeserver leaves signing in to one (Matrix Authentication Service).
    ///
    /// # Errors
    /// [`ErrorKind::Unsupported`] when it does not, and those of the homeserver.
    pub async fn auth_metadata(&self) -> Result<AuthMetadata, ConnectorError> {
        let call =
            self.call("read the authorization server", Method::GET, Api::V1, &["auth_metadata"], &[], None);
        check(call.send().await?, Purpose::Person)?.json()
    }

    /// The user to whom this authorization belongs.
    ///
    /// # Errors
    /// Those of the homeserver.
    pub async fn whoami(&self, auth: &Authorization) -> Result<WhoAmI, ConnectorError> {
        self.get("check the session", Api::V3, &["account", "whoami"], &[], auth).await
    }

    /// The name that the user chose.
    ///
    /// # Errors
    /// Those of the homeserver.
    pub async fn profile(&self, auth: &Authorization, user_id: &str) -> Result<Profile, ConnectorError> {
        self.get("read a profile", Api::V3, &["profile", user_id], &[], auth).await
    }

    async fn get<T: serde::de::DeserializeOwned>(
        &self,
        operation: &'static str,
        api: Api,
        segments: &[&str],
        query: &[(&str, &str)],
        auth: &Authorization,
    ) -> Result<T, ConnectorError> {
        let call = self.call(operation, Method::GET, api, segments, query, Some(auth));
        send(call, auth).await?.json()
    }

    fn call(
        &self,
        operation: &'static str,
        method: Method,
        api: Api,
        segments: &[&str],
        query: &[(&str, &str)],
        auth: Option<&Authorization>,
    ) -> Call<'_> {
        let version = match api {
            Api::V1 => "v1",
            Api::V3 => "v3",
        };
        self.signed(operation, method, &[&["_matrix", "client", version], segments].concat(), query, auth)
    }

    fn signed(
        &self,
        operation: &'static str,
        method: Method,
        path: &[&str],
        query: &[(&str, &str)],
        auth: Option<&Authorization>,
    ) -> Call<'_> {
        match auth {
            None => self.http.call(operation, method, path, query),
            Some(Authorization::Token(token)) => self.http.call(operation, method, path, query).bearer(token),
            Some(Authorization::Acting { as_token, user_id }) => {
                let query = [query, &[("user_id", user_id.as_str())]].concat();
                self.http.call(operation, method, path, &query).bearer(as_token)
            }
        }
    }

    /// The status with which the homeserver answers at a path that is no part of the specification, in so much time.
    #[cfg(feature = "watcha")]
    pub(crate) async fn status_at(
        &self,
        path: &[&str],
        auth: Option<&Authorization>,
        deadline: std::time::Duration,
    ) -> Result<http::StatusCode, ConnectorError> {
        let call = self.signed("look for what a suite adds", Method::GET, path, &[], auth);
        Ok(call.limits(pleiade_core::Limits::DEFAULT.with_deadline(deadline)).send().await?.status())
    }
}

async fn send(call: Call<'_>, auth: &Authorization) -> Result<Answer, ConnectorError> {
    let purpose = match auth {
        Authorization::Token(_) => Purpose::Person,
        Authorization::Acting { .. } => Purpose::Acting,
    };
    check(call.send().await?, purpose)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logins_become_accounts_that_exist() {
        for (login, id) in [
            ("jdupont", "@jdupont:ville.fr"),
            ("JDupont", "@jdupont:ville.fr"),
            (" o'brien ", "@o=27brien:ville.fr"),
            ("Élodie", "@=c3=a9lodie:ville.fr"),
            ("a:b/../c", "@a=3ab/../c:ville.fr"),
            ("@x:other.fr:8448", "@x:other.fr:8448"),
        ] {
            assert_eq!(UserId::from_login(login, "ville.fr").unwrap().as_str(), id);
        }
        for bad in ["", "  ", "@nobody", "@:ville.fr", "@a b:ville.fr", &"x".repeat(300)] {
            assert!(UserId::from_login(bad, "ville.fr").is_err(), "{bad:?}");
        }
        let id = UserId::from_login("@x:other.fr:8448", "ville.fr").unwrap();
        assert_eq!((id.localpart(), id.server()), ("x", "other.fr:8448"));
    }

    #[test]
    fn debug_tells_nobody_s_name() {
        assert!(!format!("{:?}", UserId::from_login("jdupont", "ville.fr").unwrap()).contains("dupont"));
    }
}
