//! What proves who somebody is.

use crate::{MailAddress, SourceId, Subject};
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, fmt, net::IpAddr};
use url::Url;

/// The kinds of sign-in source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum ProviderKind {
    /// OpenID Connect, authorization code flow.
    Oidc,
    /// CAS 2 or 3.
    Cas,
    /// A trusted reverse proxy's headers.
    Header,
    /// A password proved by an LDAP bind.
    Ldap,
    /// An account kept by the portal itself.
    Local,
    /// People pushed by an identity manager: nobody signs in by it.
    Scim,
}

/// Hints for a sign-in that begins. Nothing is granted on them, and a source sends on those it understands.
#[derive(Clone, Default)]
#[non_exhaustive]
pub struct Hints {
    /// A login or a mail address that the person typed.
    pub login: Option<String>,
    /// The identity provider behind this one, as this one names it (`idp_hint` of ProConnect and Keycloak brokers).
    pub provider: Option<String>,
    /// True if the person must authenticate again: a session that they still have at the source does not count. Not only a hint: a source
    /// whose answer does not show it refuses, see [`FreshProof`].
    pub fresh: bool,
    /// True if nobody may be asked for anything: who has no session at the source comes back at once without an answer. A source that
    /// cannot do so ignores it.
    pub silent: bool,
}

impl Hints {
    /// No hint.
    #[must_use]
    pub fn none() -> Self {
        Self::default()
    }

    /// A login or a mail address that the person typed.
    #[must_use]
    pub fn login(login: impl Into<String>) -> Self {
        Self { login: Some(login.into()), ..Self::default() }
    }

    /// A demand for a new authentication.
    #[must_use]
    pub fn fresh() -> Self {
        Self { fresh: true, ..Self::default() }
    }

    /// A look at a session that may be open at the source, without a question to anybody.
    #[must_use]
    pub fn silent() -> Self {
        Self { silent: true, ..Self::default() }
    }
}

/// Personal data stays out of debug output.
impl fmt::Debug for Hints {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hints")
            .field("provider", &self.provider)
            .field("fresh", &self.fresh)
            .finish_non_exhaustive()
    }
}

/// How a source proves that a person authenticates now, whatever sessions they still have elsewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FreshProof {
    /// The browser goes there with [`Hints::fresh`], and [`IdentityProvider::finish`] accepts only an answer that shows it
    /// ([`SignInError::NotFresh`]).
    Redirect,
    /// Every sign-in is one: the password is asked for on our own page.
    Password,
    /// It cannot.
    None,
}

/// The next step of a sign-in.
#[derive(Debug)]
#[non_exhaustive]
pub enum SignInStep {
    /// Send the browser to the provider and keep `attempt` on the server, bound to this browser, until it comes back.
    Redirect {
        /// The address.
        url: Url,
        /// The provider's own state of this attempt (`state`, nonce, verifier…), opaque to the caller and secret. It is given back to
        /// [`IdentityProvider::finish`] once.
        attempt: SecretString,
        /// The key of the attempt: the `state` parameter of the return.
        key: String,
    },
    /// Ask for a login and a password on our own page.
    AskPassword,
    /// Read the headers of this very request: give them to [`IdentityProvider::finish`] at once.
    ReadHeaders,
}

/// The answer of the person or their browser.
#[derive(Debug)]
#[non_exhaustive]
pub enum SignInAnswer {
    /// The query of the callback, decoded, in order, duplicates kept, and the attempt it belongs to.
    Callback {
        /// Names and values.
        query: Vec<(String, String)>,
        /// The `attempt` of [`SignInStep::Redirect`].
        attempt: SecretString,
    },
    /// A login and a password.
    Password {
        /// As typed.
        login: String,
        /// As typed.
        password: SecretString,
        /// The client's address, so that guesses slow down the client who makes them; `None` when unknown.
        address: Option<IpAddr>,
    },
    /// The headers of a request that a trusted reverse proxy passed on.
    Headers {
        /// The other end of the connection: the proxy's own address, never one that a header tells.
        peer: IpAddr,
        /// Names in lower case and values as they came, in order, duplicates kept.
        headers: Vec<(String, Vec<u8>)>,
    },
}

/// The facts that a source proved about a person. Not yet a right to anything: mapping and linking come after.
#[derive(Clone)]
#[non_exhaustive]
pub struct Claims {
    /// The stable key by which the source names the person, never given to somebody else.
    pub subject: Subject,
    /// Name to show.
    pub display_name: Option<String>,
    /// First name.
    pub given_name: Option<String>,
    /// Family name.
    pub family_name: Option<String>,
    /// Contact address; says nothing about who it is.
    pub mail: Option<MailAddress>,
    /// Login at the source.
    pub login: Option<String>,
    /// Groups at the source.
    pub groups: Vec<String>,
    /// Every other attribute, by its name at the source, for declarative mapping.
    pub attributes: BTreeMap<String, Vec<String>>,
    /// Attributes, by their name at the source, that it says the person has and does not tell here. They are unknown, which is not the same
    /// as none.
    pub withheld: BTreeMap<String, Withheld>,
    /// Why the source does not tell `groups`, whatever it calls them, if it says that the person has some.
    pub groups_withheld: Option<Withheld>,
    /// The authentication level (`acr`) in the source's own words, where it vouches for one.
    pub acr: Option<String>,
    /// The provider's session, by which it may later end ours.
    pub provider_session: Option<String>,
    /// Tokens of the person, where the source gives some.
    pub tokens: Option<PersonTokens>,
    /// True if the answer shows that the person authenticated for this sign-in; false when a session still open at the source let them in.
    /// Meaningful only where [`FreshProof`] is a redirect.
    pub fresh: bool,
}

/// The reason for which an attribute is unknown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Withheld {
    /// The source says where else it would be told (OpenID Connect Core §5.6.2), as Entra ID does beyond 200 groups.
    Elsewhere,
    /// There are more values than are kept.
    TooMany,
}

impl Claims {
    /// Claims that hold nothing but the subject.
    #[must_use]
    pub fn new(subject: Subject) -> Self {
        Self {
            subject,
            display_name: None,
            given_name: None,
            family_name: None,
            mail: None,
            login: None,
            groups: Vec::new(),
            attributes: BTreeMap::new(),
            withheld: BTreeMap::new(),
            groups_withheld: None,
            acr: None,
            provider_session: None,
            tokens: None,
            fresh: false,
        }
    }

    /// The first value of an attribute.
    #[must_use]
    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.get(name)?.first().map(String::as_str)
    }
}

/// Personal data stays out of debug output.
impl fmt::Debug for Claims {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Claims").field("subject", &self.subject).finish_non_exhaustive()
    }
}

/// OAuth 2.0 tokens of one person.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct PersonTokens {
    /// For calls in the person's name. CAS gives none.
    pub access: Option<SecretString>,
    /// For a new access token, where given.
    pub refresh: Option<SecretString>,
    /// The ID token, needed as a hint at sign-out.
    pub id: Option<SecretString>,
    /// Lifetime of the access token in seconds, if told.
    pub expires_in: Option<u64>,
    /// A CAS proxy-granting ticket, which buys a ticket for one call to an application.
    pub proxy_granting: Option<SecretString>,
}

impl PersonTokens {
    /// An access token alone.
    #[must_use]
    pub fn new(access: SecretString) -> Self {
        Self { access: Some(access), ..Self::none() }
    }

    /// No token yet.
    #[must_use]
    pub fn none() -> Self {
        Self { access: None, refresh: None, id: None, expires_in: None, proxy_granting: None }
    }
}

/// Why a source refuses an account for which a login and a password were typed. It is for the operator's log alone: the person is told
/// what a wrong password is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum AccountRefusal {
    /// Nobody has the login.
    #[error("nobody has this login")]
    UnknownLogin,
    /// More than one has the login.
    #[error("more than one person has this login: let login_attributes or person_filter tell them apart")]
    AmbiguousLogin,
    /// The source has locked the account.
    #[error(
        "the source has locked it, most often after wrong passwords; it or its administrator opens it again"
    )]
    Locked,
    /// The source has closed the account, or lets it in no more.
    #[error("the source has closed it, or does not let it in at this time or from here")]
    Closed,
    /// So many wrong passwords have reached the source of late that this one was not passed on.
    #[error("too many wrong passwords of theirs have reached the source of late: this one was not passed on")]
    KeptBack,
}

/// A failed sign-in. Its text is for the log: people read one sentence per kind, which never tells whether an account exists.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SignInError {
    /// A wrong password, or anything of [`Account`](Self::Account) that the source does not tell from one.
    #[error("the login or the password is not right")]
    BadCredentials,
    /// Whatever the password: unknown login, locked or closed account. Told apart in the log, never to the person.
    #[error("the account is refused: {0}")]
    Account(AccountRefusal),
    /// The password must be changed at the source first.
    #[error("the password has expired or must be changed at its source before signing in here")]
    PasswordMustChange,
    /// The person or the provider gave up.
    #[error("the identity provider ended the sign-in: {0}")]
    Refused(&'static str),
    /// The answer fails a check; it may be an attack.
    #[error("the identity provider's answer was refused: {0}")]
    Untrusted(&'static str),
    /// The provider knows the person, and the source is not meant for them.
    #[error("the person is not one of those whom this source lets in: {0}")]
    NotAdmitted(&'static str),
    /// A fresh proof was asked for and the answer does not show one. Says what the operator may have to enable.
    #[error("the person has not proved themselves anew: {0}")]
    NotFresh(&'static str),
    /// The source does not answer.
    #[error("the identity source cannot be reached: {0}")]
    Unreachable(&'static str),
    /// Something that the operator must change.
    #[error("the sign-in source is wrongly configured: {0}")]
    Misconfigured(&'static str),
    /// Too many attempts.
    #[error("too many attempts; wait a little")]
    TooMany,
    /// Too many people sign in at this moment. Nothing was tried, and nothing is held against whoever asked.
    #[error("too many people sign in at this moment; try again")]
    Busy,
}

impl SignInError {
    /// True if it is told to the person as a wrong login or password, and nothing more.
    #[must_use]
    pub const fn is_bad_credentials(&self) -> bool {
        matches!(self, Self::BadCredentials | Self::Account(_))
    }
}

/// A source of sign-in: proves who a person is.
#[async_trait]
pub trait IdentityProvider: fmt::Debug + Send + Sync + 'static {
    /// The configured source.
    fn id(&self) -> &SourceId;

    /// The kind of source it is.
    fn kind(&self) -> ProviderKind;

    /// How it gives a fresh proof. Default: the password, for the kinds that ask for it on our own page; none for the others.
    fn fresh_proof(&self) -> FreshProof {
        match self.kind() {
            ProviderKind::Ldap | ProviderKind::Local => FreshProof::Password,
            _ => FreshProof::None,
        }
    }

    /// Starts a sign-in. A demand for a fresh proof is kept in the attempt, where a browser cannot take it away.
    ///
    /// # Errors
    /// When the source cannot be reached or is wrongly configured; [`SignInError::NotFresh`] when a fresh proof is wanted of one that gives
    /// none.
    async fn begin(&self, hints: &Hints) -> Result<SignInStep, SignInError>;

    /// Checks the answer.
    ///
    /// # Errors
    /// Every refusal; none of them tells whether an account exists.
    async fn finish(&self, answer: SignInAnswer) -> Result<Claims, SignInError>;

    /// The address to which the browser goes after our own session has ended, when the source offers one. For an OpenID provider the
    /// caller adds a `state`, which comes back.
    fn sign_out_url(&self, tokens: Option<&PersonTokens>, back_to: &Url) -> Option<Url> {
        let _ = (tokens, back_to);
        None
    }

    /// The issuer whose pages may load our sign-out page in a frame (OpenID Connect Front-Channel Logout 1.0), compared exactly; none
    /// when the source does not sign out so.
    fn front_channel_issuer(&self) -> Option<&str> {
        None
    }

    /// Sends the source a harmless request: proves that it answers, and lets it remember what [`sign_out_url`](Self::sign_out_url) needs.
    /// Sources that call nobody are always ready.
    ///
    /// # Errors
    /// When the source cannot be reached or is wrongly configured.
    async fn probe(&self) -> Result<(), SignInError> {
        Ok(())
    }

    /// Renews the tokens of a person without them (RFC 6749 §6). Tokens that the answer leaves out are kept from `tokens`.
    ///
    /// # Errors
    /// [`SignInError::Refused`] when the provider will not, and the person must sign in again;
    /// [`SignInError::Unreachable`] when it may later.
    async fn refresh(&self, subject: &Subject, tokens: &PersonTokens) -> Result<PersonTokens, SignInError> {
        let _ = (subject, tokens);
        Err(SignInError::Refused("this source renews no tokens"))
    }

    /// Tokens of the same person for another application, named as the provider names it (RFC 8693).
    ///
    /// # Errors
    /// As [`refresh`](Self::refresh).
    async fn exchange(&self, tokens: &PersonTokens, audience: &str) -> Result<PersonTokens, SignInError> {
        let _ = (tokens, audience);
        Err(SignInError::Refused("this source exchanges no tokens"))
    }

    /// A ticket for one call to an application, for exactly this address (CAS proxy ticket).
    ///
    /// # Errors
    /// As [`refresh`](Self::refresh).
    async fn proxy_ticket(&self, tokens: &PersonTokens, service: &str) -> Result<SecretString, SignInError> {
        let _ = (tokens, service);
        Err(SignInError::Refused("this source gives no proxy tickets"))
    }

    /// Reads the message by which a provider ends sessions: a logout token (OpenID Connect Back-Channel Logout 1.0) or a CAS
    /// `logoutRequest`.
    ///
    /// # Errors
    /// When the source knows no such thing, and every refusal of the token.
    async fn read_logout(&self, token: &str) -> Result<ProviderLogout, SignInError> {
        let _ = token;
        Err(SignInError::Refused("this source sends no logout tokens"))
    }
}

/// A provider's request to end sessions. At least one of session and subject is there.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct ProviderLogout {
    /// The provider's session, by the id it gave at sign-in.
    pub provider_session: Option<String>,
    /// Every session of this person.
    pub subject: Option<Subject>,
    /// The key of the request, if it counts once only.
    pub replay_key: Option<ReplayKey>,
}

/// The key of a request that counts once. After acting on it the caller remembers the key, for all replicas, and refuses it the next time;
/// a request that could not be acted on may come again.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ReplayKey {
    /// Unique at its source.
    pub id: String,
    /// The instant from which the source itself refuses it, so that it may be forgotten.
    pub until: DateTime<Utc>,
}

impl ProviderLogout {
    /// Ends one session of the provider, or all those of a person when no session is named.
    #[must_use]
    pub fn new(provider_session: Option<String>, subject: Option<Subject>) -> Self {
        Self { provider_session, subject, replay_key: None }
    }

    /// The same request, counting once.
    #[must_use]
    pub fn with_replay_key(self, id: String, until: DateTime<Utc>) -> Self {
        Self { replay_key: Some(ReplayKey { id, until }), ..self }
    }
}
