//! SOAP faults and what they mean for a person and for the operator.

use crate::kit::xml;
use pleiade_core::{ConnectorError, ErrorKind, Retry};
use serde_json::Value;
use std::{error::Error, fmt};

/// A fault, known by its code alone: the words beside it may quote an account and differ between versions.
///
/// It is the [`source`](Error::source) of the [`ConnectorError`]s that faults become.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    code: String,
}

impl Fault {
    /// A fault with this code; characters that no code of Zimbra holds are dropped.
    #[must_use]
    pub fn new(code: &str) -> Self {
        let allowed = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_');
        Self { code: code.chars().filter(allowed).take(80).collect() }
    }

    /// The code, for example `service.AUTH_EXPIRED`; empty when the fault had none.
    #[must_use]
    pub fn code(&self) -> &str {
        &self.code
    }

    /// Reads a `Fault` element in JSON.
    #[must_use]
    pub fn from_json(fault: &Value) -> Self {
        let code = fault.pointer("/Detail/Error/Code");
        let text = code.and_then(|code| code.as_str().or_else(|| code.get("_content")?.as_str()));
        Self::new(text.unwrap_or_default())
    }

    /// Finds the fault of a SOAP 1.1 or 1.2 envelope: Zimbra answers in XML on its own crashes and on requests that are too
    /// large, whatever was asked.
    #[must_use]
    pub fn from_xml(body: &str) -> Option<Self> {
        let document = xml::document(body)?;
        let fault = document.descendants().find(|node| node.tag_name().name() == "Fault")?;
        let error = fault.descendants().find(|node| node.tag_name().name() == "Error");
        let code = error.and_then(|error| error.children().find(|node| node.tag_name().name() == "Code"));
        Some(Self::new(code.and_then(|code| code.text()).unwrap_or_default().trim()))
    }

    /// The fault behind an error, if there is one.
    #[must_use]
    pub fn behind(error: &ConnectorError) -> Option<&Self> {
        error.source()?.downcast_ref()
    }

    /// True if the account or its credential was refused at sign-in, a thing that must not be tried in a loop.
    #[must_use]
    pub fn is_refused_sign_in(&self) -> bool {
        matches!(
            self.code(),
            "account.AUTH_FAILED"
                | "account.CHANGE_PASSWORD"
                | "account.TWO_FACTOR_SETUP_REQUIRED"
                | "account.TWO_FACTOR_AUTH_FAILED"
                | "account.ACCOUNT_INACTIVE"
        )
    }

    /// The error that this fault is for a call named `operation`.
    #[must_use]
    pub fn into_error(self, operation: &'static str) -> ConnectorError {
        let (kind, retry, hint) = self.class();
        let mut error = ConnectorError::new(kind, operation).with_retry(retry);
        if let Some(hint) = hint {
            error = error.with_hint(hint);
        }
        if self.is_refused_sign_in() {
            error = error.with_refused_credential();
        }
        error.with_source(self)
    }

    fn class(&self) -> (ErrorKind, Retry, Option<&'static str>) {
        use ErrorKind::{
            BadAnswer, Forbidden, Internal, Maintenance, NotFound, Unauthenticated, Unreachable,
        };
        match self.code() {
            "service.AUTH_EXPIRED" | "service.AUTH_REQUIRED" => (Unauthenticated, Retry::Never, None),
            "account.AUTH_FAILED" => (Unauthenticated, Retry::Never, Some(AUTH_FAILED)),
            "service.INVALID_REQUEST" => (Internal, Retry::Never, None),
            "account.CHANGE_PASSWORD" => (
                Unauthenticated,
                Retry::Never,
                Some("Zimbra wants this person to change their password in the webmail"),
            ),
            "account.TWO_FACTOR_SETUP_REQUIRED" | "account.TWO_FACTOR_AUTH_FAILED" => {
                (Unauthenticated, Retry::Never, Some(SECOND_FACTOR))
            }
            "account.MAINTENANCE_MODE" | "mail.MAINTENANCE" => (
                Maintenance,
                Retry::Never,
                Some("this mailbox is in maintenance; it is asked again at the next refresh"),
            ),
            "account.ACCOUNT_INACTIVE" => (
                Forbidden,
                Retry::Never,
                Some("this account is closed or locked in Zimbra (zimbraAccountStatus)"),
            ),
            "service.PERM_DENIED" => (Forbidden, Retry::Never, None),
            "account.NO_SUCH_ACCOUNT" => (NotFound, Retry::Never, Some("no Zimbra account has this name")),
            "mail.QUERY_PARSE_ERROR" | "service.PARSE_ERROR" | "service.UNKNOWN_DOCUMENT" => {
                (Internal, Retry::Never, None)
            }
            "service.WRONG_HOST" => (
                Unreachable,
                Retry::Never,
                Some(
                    "this mailbox lives on another host: `url` must be the proxy in front of all mailbox servers",
                ),
            ),
            "service.TOO_MANY_HOPS" => {
                (Unreachable, Retry::Never, Some("Zimbra's own proxies send the request in circles"))
            }
            "service.PROXY_ERROR"
            | "service.RESOURCE_UNREACHABLE"
            | "service.TEMPORARILY_UNAVAILABLE"
            | "service.FAILURE"
            | "mail.TRY_AGAIN" => {
                (Unreachable, Retry::Transient, Some("Zimbra reports a fault of its own: see mailbox.log"))
            }
            code if code.starts_with("mail.NO_SUCH_") => (NotFound, Retry::Never, None),
            _ => (BadAnswer, Retry::Never, None),
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.code() {
            "" => f.write_str("a fault without a code"),
            code => write!(f, "fault {code}"),
        }
    }
}

impl Error for Fault {}

/// The hint for a refused sign-in; Zimbra does not give the reason.
pub(super) const AUTH_FAILED: &str = "Zimbra gives no reason; check that the account exists and is not locked, that both clocks agree \
     within five minutes, and the preauth key (zmprov gdpak) or the password";

/// The hint when Zimbra has no key for the domain.
pub(super) const NO_KEY: &str = "Zimbra has no preauth key for this domain: make one with `zmprov gdpak DOMAIN` and put it in `preauth_keys`";

/// The hint for an account with a second factor.
pub(super) const SECOND_FACTOR: &str = "this account has a second factor: link it with an application passcode made in the webmail's security settings";

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn reads_the_code_of_both_forms() {
        let json = json!({"Code":{"Value":"soap:Sender"},"Reason":{"Text":"auth credentials have expired"},
            "Detail":{"Error":{"Code":"service.AUTH_EXPIRED","Trace":"main:1795458262329:0ba9156af705709d","_jsns":"urn:zimbra"}}});
        assert_eq!(Fault::from_json(&json).code(), "service.AUTH_EXPIRED");
        let soap12 = include_str!("../../tests/data/zimbra/fault_soap12.xml");
        assert_eq!(Fault::from_xml(soap12).unwrap().code(), "service.AUTH_EXPIRED");
        let soap11 = include_str!("../../tests/data/zimbra/fault_soap11.xml");
        assert_eq!(Fault::from_xml(soap11).unwrap().code(), "service.FAILURE");
        assert_eq!(Fault::from_xml("<html><body>502</body></html>"), None);
        assert_eq!(Fault::from_xml("<soap"), None);
    }

    #[test]
    fn entities_cannot_grow() {
        let bomb = r#"<!DOCTYPE x [<!ENTITY a "aaaa">]><Fault><Error><Code>&a;</Code></Error></Fault>"#;
        assert_eq!(Fault::from_xml(bomb), None);
    }

    #[test]
    fn the_code_is_all_that_a_fault_tells() {
        let fault = json!({"Reason":{"Text":"authentication failed for [marie@ville.example]"},
            "Detail":{"Error":{"Code":"account.AUTH_FAILED for marie@ville.example"}}});
        let shown = format!("{} {0:?}", Fault::from_json(&fault));
        assert!(!shown.contains('@') && shown.contains("account.AUTH_FAILED"), "{shown}");
    }

    #[test]
    fn every_code_of_the_documentation_has_its_kind() {
        use ErrorKind::{Forbidden, Internal, Maintenance, NotFound, Unauthenticated, Unreachable};
        let table = [
            ("service.AUTH_EXPIRED", Unauthenticated),
            ("service.AUTH_REQUIRED", Unauthenticated),
            ("account.AUTH_FAILED", Unauthenticated),
            ("account.CHANGE_PASSWORD", Unauthenticated),
            ("account.TWO_FACTOR_SETUP_REQUIRED", Unauthenticated),
            ("account.TWO_FACTOR_AUTH_FAILED", Unauthenticated),
            ("account.MAINTENANCE_MODE", Maintenance),
            ("mail.MAINTENANCE", Maintenance),
            ("account.ACCOUNT_INACTIVE", Forbidden),
            ("service.PERM_DENIED", Forbidden),
            ("mail.NO_SUCH_FOLDER", NotFound),
            ("mail.NO_SUCH_MSG", NotFound),
            ("mail.NO_SUCH_CONV", NotFound),
            ("account.NO_SUCH_ACCOUNT", NotFound),
            ("mail.QUERY_PARSE_ERROR", Internal),
            ("service.PARSE_ERROR", Internal),
            ("service.UNKNOWN_DOCUMENT", Internal),
            ("service.INVALID_REQUEST", Internal),
            ("service.WRONG_HOST", Unreachable),
            ("service.PROXY_ERROR", Unreachable),
            ("service.TOO_MANY_HOPS", Unreachable),
            ("service.RESOURCE_UNREACHABLE", Unreachable),
            ("service.TEMPORARILY_UNAVAILABLE", Unreachable),
            ("service.FAILURE", Unreachable),
            ("mail.TRY_AGAIN", Unreachable),
            ("service.SOMETHING_NEW", ErrorKind::BadAnswer),
            ("", ErrorKind::BadAnswer),
        ];
        for (code, kind) in table {
            let error = Fault::new(code).into_error("search");
            assert_eq!(error.kind(), kind, "{code}");
            assert_eq!(Fault::behind(&error).unwrap().code(), code);
        }
    }
}
