//! A typed client of Zimbra's SOAP services, usable without widgets.

use super::{
    batch::Batch,
    envelope,
    fault::{Fault, NO_KEY, SECOND_FACTOR},
    preauth::Preauth,
    requests::{EndSession, GetFolders, GetInfo, NoOp, Request, SearchAppointments, SearchMail, SearchTasks},
    wire,
};
use crate::http::HttpClient;
use ::http::{Method, header};
use pleiade_core::{ConnectorError, ErrorKind, ExposeSecret, SecretString, Transport};
use serde_json::{Value, json};
use std::{fmt, sync::Arc, time::Duration};
use url::Url;

/// The lifetime of a token when the server does not say: shorter than any setting seen.
const DEFAULT_LIFETIME: Duration = Duration::from_secs(600);

/// A client of one server. Cloning is cheap.
#[derive(Debug, Clone)]
pub struct ZimbraClient {
    http: HttpClient,
}

/// Somebody's open session.
#[derive(Clone)]
pub struct Session {
    token: SecretString,
    lifetime: Duration,
}

impl Session {
    fn from(answer: wire::SignInAnswer) -> Result<Self, ConnectorError> {
        let error = |kind| ConnectorError::new(kind, SIGN_IN);
        if answer.second_factor == Some(true) {
            return Err(error(ErrorKind::Unauthenticated)
                .with_hint(SECOND_FACTOR)
                .with_refused_credential()
                .with_source(Fault::new("account.TWO_FACTOR_AUTH_FAILED")));
        }
        // The token travels in a cookie: it must not be able to start another one.
        let token = answer.token.filter(|token| {
            !token.is_empty()
                && token.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-.~+/=%:|".contains(&b))
        });
        let lifetime = match answer.lifetime {
            Some(millis) => u64::try_from(millis).map(Duration::from_millis),
            None => Ok(DEFAULT_LIFETIME),
        };
        match (token, lifetime) {
            (Some(token), Ok(lifetime)) => Ok(Self { token: token.into(), lifetime }),
            _ => Err(error(ErrorKind::BadAnswer)),
        }
    }

    /// The lifetime, from the sign-in.
    #[must_use]
    pub fn lifetime(&self) -> Duration {
        self.lifetime
    }

    /// Its token.
    #[must_use]
    pub fn token(&self) -> &SecretString {
        &self.token
    }
}

impl PartialEq for Session {
    fn eq(&self, other: &Self) -> bool {
        self.token.expose_secret() == other.token.expose_secret()
    }
}

/// The token stays out of debug output.
impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session").field("lifetime", &self.lifetime).finish_non_exhaustive()
    }
}

const SIGN_IN: &str = "sign in";

struct Authenticate {
    arguments: Value,
}

impl fmt::Debug for Authenticate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Authenticate")
    }
}

impl Request for Authenticate {
    const NAME: &'static str = "Auth";
    const NAMESPACE: &'static str = "urn:zimbraAccount";
    const OPERATION: &'static str = SIGN_IN;
    type Answer = wire::SignInAnswer;

    fn arguments(&self) -> Value {
        self.arguments.clone()
    }
}

impl ZimbraClient {
    /// A client of the server below whose address `/service/soap` answers.
    ///
    /// # Errors
    /// [`ErrorKind::BadConfiguration`] when the address cannot be one.
    pub fn new(url: &Url, transport: Arc<dyn Transport>) -> Result<Self, ConnectorError> {
        Ok(Self { http: HttpClient::new(url, transport)? })
    }

    /// Signs somebody in with the preauth key of their mail domain.
    ///
    /// # Errors
    /// [`ErrorKind::Unauthenticated`] with the source [`Fault`] `account.AUTH_FAILED` when Zimbra refuses without saying why;
    /// [`ErrorKind::BadConfiguration`] when the domain has no key there.
    pub async fn sign_in_by_preauth(
        &self,
        preauth: Preauth<'_>,
        key: &SecretString,
    ) -> Result<Session, ConnectorError> {
        let arguments = json!({
            "account": {"by": preauth.by.as_str(), "_content": preauth.account},
            "preauth": {"timestamp": preauth.timestamp.timestamp_millis(), "expires": preauth.expires_millis(),
                "_content": preauth.sign(key)?},
        });
        let answer =
            self.send(&Authenticate { arguments }, None).await.map_err(|error| {
                match Fault::behind(&error).map(Fault::code) {
                    Some("service.INVALID_REQUEST") => {
                        ConnectorError::new(ErrorKind::BadConfiguration, SIGN_IN)
                            .with_hint(NO_KEY)
                            .with_source(Fault::new("service.INVALID_REQUEST"))
                    }
                    _ => error,
                }
            })?;
        Session::from(answer)
    }

    /// Signs somebody in with their password or an application passcode.
    ///
    /// # Errors
    /// [`ErrorKind::Unauthenticated`] with the source [`Fault`] `account.AUTH_FAILED` when Zimbra refuses without saying why.
    pub async fn sign_in_by_password(
        &self,
        account: &str,
        password: &SecretString,
    ) -> Result<Session, ConnectorError> {
        let arguments = json!({
            "account": {"by": "name", "_content": account},
            "password": {"_content": password.expose_secret()},
        });
        Session::from(self.send(&Authenticate { arguments }, None).await?)
    }

    /// Sends one request, a [`Batch`] included.
    ///
    /// # Errors
    /// Those of [`Fault::into_error`] and of the HTTP client.
    pub async fn call<R: Request>(
        &self,
        session: &Session,
        request: &R,
    ) -> Result<R::Answer, ConnectorError> {
        self.send(request, Some(&session.token)).await
    }

    /// Checks that the server speaks SOAP, without any credential: it must ask for one.
    ///
    /// # Errors
    /// Those of the HTTP client, and the faults by which a server says that it is not available.
    pub async fn probe(&self) -> Result<(), ConnectorError> {
        match self.send(&NoOp, None).await {
            Ok(_) => Ok(()),
            Err(error) => match Fault::behind(&error).map(Fault::code) {
                Some("service.AUTH_REQUIRED" | "service.AUTH_EXPIRED") => Ok(()),
                _ => Err(error),
            },
        }
    }

    /// Ends a session on the server.
    ///
    /// # Errors
    /// As [`ZimbraClient::call`].
    pub async fn end(&self, session: Session) -> Result<(), ConnectorError> {
        self.call(&session, &EndSession).await.map(|_| ())
    }

    /// Everything a desk shows of one person, in one call.
    ///
    /// # Errors
    /// When the call as a whole fails; a part that fails does so in its own place.
    pub async fn overview(
        &self,
        session: &Session,
        day: &SearchAppointments,
    ) -> Result<Overview, ConnectorError> {
        let batch = Batch::new()
            .with("folders", &GetFolders)
            .with("mail", &SearchMail::unread(10))
            .with("cal", day)
            .with("task", &SearchTasks { limit: 50 })
            .with("info", &GetInfo);
        let mut answer = self.call(session, &batch).await?;
        Ok(Overview {
            folders: answer.take::<GetFolders>("folders"),
            unread: answer.take::<SearchMail>("mail"),
            appointments: answer.take::<SearchAppointments>("cal"),
            tasks: answer.take::<SearchTasks>("task"),
            info: answer.take::<GetInfo>("info"),
        })
    }

    async fn send<R: Request>(
        &self,
        request: &R,
        token: Option<&SecretString>,
    ) -> Result<R::Answer, ConnectorError> {
        // The suffix changes nothing but Zimbra's access log.
        let name = format!("{}Request", R::NAME);
        let mut call = self
            .http
            .call(R::OPERATION, Method::POST, &["service", "soap", &name], &[])
            .json(&envelope::wrap(request, token));
        if let Some(token) = token {
            // A proxy in front of several mailbox servers chooses by the cookie alone.
            call = call
                .secret_header(header::COOKIE, &format!("ZM_AUTH_TOKEN={}", token.expose_secret()).into());
        }
        envelope::unwrap::<R>(call.send().await?)
    }
}

/// The result of [`ZimbraClient::overview`]; each part stands or fails alone.
#[derive(Debug)]
#[non_exhaustive]
pub struct Overview {
    /// All folders with their counts.
    pub folders: Result<wire::Folders, ConnectorError>,
    /// Unread messages of the inbox.
    pub unread: Result<wire::Messages, ConnectorError>,
    /// Meetings of the span asked for.
    pub appointments: Result<wire::Appointments, ConnectorError>,
    /// Open tasks.
    pub tasks: Result<wire::Tasks, ConnectorError>,
    /// Size and quota.
    pub info: Result<wire::Info, ConnectorError>,
}

/// A client of the administration service, which can open a session for anybody.
#[derive(Debug, Clone)]
pub struct AdminClient {
    http: HttpClient,
}

struct AdminSignIn<'a> {
    name: &'a str,
    password: &'a SecretString,
}

impl fmt::Debug for AdminSignIn<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AdminSignIn")
    }
}

impl Request for AdminSignIn<'_> {
    const NAME: &'static str = "Auth";
    const NAMESPACE: &'static str = "urn:zimbraAdmin";
    const OPERATION: &'static str = "sign in as an administrator";
    type Answer = wire::SignInAnswer;

    fn arguments(&self) -> Value {
        json!({"name": self.name, "password": {"_content": self.password.expose_secret()}})
    }
}

struct Delegate<'a> {
    account: &'a str,
}

impl fmt::Debug for Delegate<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Delegate")
    }
}

impl Request for Delegate<'_> {
    const NAME: &'static str = "DelegateAuth";
    const NAMESPACE: &'static str = "urn:zimbraAdmin";
    const OPERATION: &'static str = SIGN_IN;
    type Answer = wire::SignInAnswer;

    fn arguments(&self) -> Value {
        json!({"account": {"by": "name", "_content": self.account}})
    }
}

impl AdminClient {
    /// A client of the service at `https://host:7071`.
    ///
    /// # Errors
    /// [`ErrorKind::BadConfiguration`] when the address cannot be one.
    pub fn new(url: &Url, transport: Arc<dyn Transport>) -> Result<Self, ConnectorError> {
        Ok(Self { http: HttpClient::new(url, transport)? })
    }

    /// Signs the administrator in.
    ///
    /// # Errors
    /// [`ErrorKind::BadConfiguration`] when the account is refused: it is the operator's, not a person's.
    pub async fn sign_in(&self, name: &str, password: &SecretString) -> Result<Session, ConnectorError> {
        let answer = self.send(&AdminSignIn { name, password }, None).await.map_err(|error| {
            if Fault::behind(&error).is_some_and(Fault::is_refused_sign_in) {
                ConnectorError::new(ErrorKind::BadConfiguration, error.operation().to_owned())
                    .with_hint("Zimbra refuses the administrator's account of `access`")
                    .with_source(error)
            } else {
                error
            }
        })?;
        Session::from(answer)
    }

    /// Opens a session for somebody.
    ///
    /// # Errors
    /// [`ErrorKind::Unauthenticated`] when the administrator's session ended, [`ErrorKind::Forbidden`] and [`ErrorKind::NotFound`]
    /// for the account.
    pub async fn delegate(&self, admin: &Session, account: &str) -> Result<Session, ConnectorError> {
        Session::from(self.send(&Delegate { account }, Some(&admin.token)).await?)
    }

    async fn send<R: Request>(
        &self,
        request: &R,
        token: Option<&SecretString>,
    ) -> Result<R::Answer, ConnectorError> {
        let name = format!("{}Request", R::NAME);
        let call = self
            .http
            .call(R::OPERATION, Method::POST, &["service", "admin", "soap", &name], &[])
            .json(&envelope::wrap(request, token));
        envelope::unwrap::<R>(call.send().await?)
    }
}
