//! What can go wrong between the portal and an application.

use crate::text::Message;
use serde::{Deserialize, Serialize};
use std::{borrow::Cow, error::Error, fmt, sync::Arc, time::Duration};

/// The kinds of failure that people and the engine tell apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ErrorKind {
    /// No connection: name, network, TLS, or a gateway in front of the application says it is down.
    Unreachable,
    /// No answer before the deadline.
    Timeout,
    /// The application does not accept the credential, or shows its sign-in page instead of an answer.
    Unauthenticated,
    /// This person has not connected their account to the portal.
    NotLinked,
    /// The application knows the person and refuses.
    Forbidden,
    /// The thing asked for does not exist there.
    NotFound,
    /// An administrator closed the application for a while.
    Maintenance,
    /// Too many requests.
    RateLimited,
    /// The application's version or plan lacks this feature.
    Unsupported,
    /// Something the operator must change in the configuration.
    BadConfiguration,
    /// An answer that is not what the application's interface promises. A count that does not parse is this, never 0.
    BadAnswer,
    /// An answer above the cap.
    TooLarge,
    /// What the application hands over (files, a database file, views, answers) is not there, cannot be read or is not as agreed.
    NotHandedOver,
    /// The call was given up by our side.
    Cancelled,
    /// A defect of ours.
    Internal,
}

impl ErrorKind {
    /// Every kind, for tables and tests.
    pub const ALL: [Self; 15] = [
        Self::Unreachable,
        Self::Timeout,
        Self::Unauthenticated,
        Self::NotLinked,
        Self::Forbidden,
        Self::NotFound,
        Self::Maintenance,
        Self::RateLimited,
        Self::Unsupported,
        Self::BadConfiguration,
        Self::BadAnswer,
        Self::TooLarge,
        Self::NotHandedOver,
        Self::Cancelled,
        Self::Internal,
    ];

    /// The name in logs, metrics, storage and message keys.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Unreachable => "unreachable",
            Self::Timeout => "timeout",
            Self::Unauthenticated => "unauthenticated",
            Self::NotLinked => "not_linked",
            Self::Forbidden => "forbidden",
            Self::NotFound => "not_found",
            Self::Maintenance => "maintenance",
            Self::RateLimited => "rate_limited",
            Self::Unsupported => "unsupported",
            Self::BadConfiguration => "bad_configuration",
            Self::BadAnswer => "bad_answer",
            Self::TooLarge => "too_large",
            Self::NotHandedOver => "not_handed_over",
            Self::Cancelled => "cancelled",
            Self::Internal => "internal",
        }
    }

    /// True if the application as a whole seems down, so that calling it less helps. A refusal to one person does not count.
    #[must_use]
    pub fn is_outage(self) -> bool {
        matches!(
            self,
            Self::Unreachable
                | Self::Timeout
                | Self::Maintenance
                | Self::RateLimited
                | Self::BadAnswer
                | Self::TooLarge
                | Self::NotHandedOver
        )
    }

    /// The sentence for the person, with the cause and what to do next: message `error-person-<kind>`, argument `application`.
    #[must_use]
    pub fn for_person(self, application: &str) -> Message {
        Message::new(format!("error-person-{}", self.as_str().replace('_', "-")))
            .with_text("application", application)
    }

    /// The sentence for the administrator: message `error-admin-<kind>`, arguments `application` and `operation`.
    #[must_use]
    pub fn for_administrator(self, application: &str, operation: &str) -> Message {
        Message::new(format!("error-admin-{}", self.as_str().replace('_', "-")))
            .with_text("application", application)
            .with_text("operation", operation)
    }
}

/// The advice on asking again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Retry {
    /// The same call will fail the same way.
    Never,
    /// It may work after a short wait.
    Transient,
    /// The application named the wait.
    After(Duration),
}

/// A failed call to an application.
///
/// Its text says which operation failed and how, and nothing else: no address, no answer of the application, no secret, no
/// personal data. The chain of [`source`](Error::source) follows the same rule. Cloning is cheap: several readings may fail by one call.
#[derive(Debug, Clone)]
pub struct ConnectorError {
    kind: ErrorKind,
    retry: Retry,
    operation: Cow<'static, str>,
    hint: Option<Cow<'static, str>>,
    refuses_credential: bool,
    source: Option<Arc<dyn Error + Send + Sync>>,
}

impl ConnectorError {
    /// An error of one kind. Connection faults, time-outs and rate limits are transient unless told otherwise.
    ///
    /// `operation` names the call in the connector's own terms, for example `"list notifications"`.
    #[must_use]
    pub fn new(kind: ErrorKind, operation: impl Into<Cow<'static, str>>) -> Self {
        let retry = match kind {
            ErrorKind::Unreachable | ErrorKind::Timeout | ErrorKind::RateLimited => Retry::Transient,
            _ => Retry::Never,
        };
        Self { kind, retry, operation: operation.into(), hint: None, refuses_credential: false, source: None }
    }

    /// Sets the advice on asking again.
    #[must_use]
    pub fn with_retry(mut self, retry: Retry) -> Self {
        self.retry = retry;
        self
    }

    /// Adds a sentence for an administrator, under the same rule as the rest of the text.
    #[must_use]
    pub fn with_hint(mut self, hint: impl Into<Cow<'static, str>>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Adds the cause. Its text must follow the same rule as this error's.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        self.source = Some(Arc::from(source.into()));
        self
    }

    /// Marks the credential as refused by the application itself rather than by a sign-in page in front of it: sending the same one again
    /// can only do harm.
    #[must_use]
    pub fn with_refused_credential(mut self) -> Self {
        self.refuses_credential = true;
        self
    }

    /// The kind of failure.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// True if the application itself refused the credential.
    #[must_use]
    pub fn refuses_credential(&self) -> bool {
        self.refuses_credential
    }

    /// The advice on asking again.
    #[must_use]
    pub fn retry(&self) -> Retry {
        self.retry
    }

    /// The operation that failed.
    #[must_use]
    pub fn operation(&self) -> &str {
        &self.operation
    }

    /// The sentence for an administrator, if any.
    #[must_use]
    pub fn hint(&self) -> Option<&str> {
        self.hint.as_deref()
    }
}

impl fmt::Display for ConnectorError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self.kind {
            ErrorKind::Unreachable => "the application cannot be reached",
            ErrorKind::Timeout => "the application did not answer in time",
            ErrorKind::Unauthenticated => "the application does not accept the credential",
            ErrorKind::NotLinked => "this person's account is not linked",
            ErrorKind::Forbidden => "the application refuses this person",
            ErrorKind::NotFound => "not found in the application",
            ErrorKind::Maintenance => "the application is closed for maintenance",
            ErrorKind::RateLimited => "the application asks for fewer requests",
            ErrorKind::Unsupported => "this application cannot do that",
            ErrorKind::BadConfiguration => "the configuration of this application is wrong",
            ErrorKind::BadAnswer => "the application's answer cannot be understood",
            ErrorKind::TooLarge => "the application's answer is too large",
            ErrorKind::NotHandedOver => {
                "what the application hands over is not there, cannot be read or is not as agreed"
            }
            ErrorKind::Cancelled => "the call was cancelled",
            ErrorKind::Internal => "internal error",
        };
        write!(f, "{}: {what}", self.operation)?;
        self.hint.as_ref().map_or(Ok(()), |hint| write!(f, " ({hint})"))
    }
}

impl Error for ConnectorError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.source.as_deref().map(|source| source as &(dyn Error + 'static))
    }
}
