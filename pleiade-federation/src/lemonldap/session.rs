//! What the portal remembers of a person's sign-ins, for the person.

use super::{Client, LemonldapConfig, line, number};
use chrono::{DateTime, Utc};
use pleiade_core::{ConnectorError, ErrorKind, SecretString, Transport};
use serde_json::{Map, Value};
use std::{net::IpAddr, sync::Arc};

/// The most lines that are read of each list.
const MAX_CONNECTIONS: usize = 50;

/// A client of one portal's sessions. It needs `restSessionServer` in LemonLDAP::NG; whoever turns that on must also forbid `/sessions` and
/// `/adminSessions` to the world in the web server, as the files shipped with the portal do.
#[derive(Debug, Clone)]
pub struct PortalSessions(Client);

/// A person's session at the portal and their last sign-ins there. The session's id is not in it: it never leaves this module.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct PortalSession {
    /// When the person signed in at the portal.
    pub signed_in_at: Option<DateTime<Utc>>,
    /// The address from which they signed in.
    pub address: Option<IpAddr>,
    /// The authentication level: 1 weak, 2 a password, 3 and more something stronger.
    pub level: Option<u32>,
    /// The module of the portal that let them in, as the operator named it.
    pub module: Option<String>,
    /// Their last sign-ins and those that were refused, newest first. Empty when the portal keeps no history.
    pub connections: Vec<Connection>,
}

/// One line of the history.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Connection {
    /// The moment of the sign-in.
    pub at: DateTime<Utc>,
    /// The client's address, if the portal knows it.
    pub address: Option<IpAddr>,
    /// What became of it.
    pub outcome: Outcome,
}

/// The result of a sign-in at the portal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Outcome {
    /// Somebody was let in.
    Accepted,
    /// Wrong login or password.
    BadCredentials,
    /// The account was locked, or too many attempts had been made.
    Locked,
    /// The password had expired or had to be changed.
    PasswordExpired,
    /// The second factor was wrong.
    SecondFactor,
    /// The portal refuses for another reason; its own number.
    Refused(u32),
}

impl Outcome {
    /// The result for the portal's error number.
    fn from_code(code: i64) -> Self {
        match code {
            4 | 5 => Self::BadCredentials,
            21 | 86 => Self::Locked,
            22 | 25 => Self::PasswordExpired,
            96 => Self::SecondFactor,
            other => Self::Refused(u32::try_from(other).unwrap_or(0)),
        }
    }
}

impl PortalSessions {
    /// A client of the portal.
    ///
    /// # Errors
    /// [`ErrorKind::BadConfiguration`] when the address or the cookie's name cannot be used.
    pub fn new(config: &LemonldapConfig, transport: Arc<dyn Transport>) -> Result<Self, ConnectorError> {
        Client::new(config, "session/my/global", "read the portal's session", transport).map(Self)
    }

    /// Reads the session of the person whose cookie this is.
    ///
    /// # Errors
    /// [`ErrorKind::Unauthenticated`] when the session has ended; others when the portal does not answer as it should, among them when
    /// `restSessionServer` is off.
    pub async fn session(&self, session: &SecretString) -> Result<PortalSession, ConnectorError> {
        let answer = self.0.get(session).await?;
        portal_session(&answer).map_err(|kind| self.0.error(kind))
    }
}

fn instant(value: Option<&Value>) -> Option<DateTime<Utc>> {
    DateTime::from_timestamp(number(value)?, 0)
}

fn address(value: Option<&Value>) -> Option<IpAddr> {
    value?.as_str()?.trim().parse::<IpAddr>().ok().map(|address| address.to_canonical())
}

fn portal_session(answer: &Map<String, Value>) -> Result<PortalSession, ErrorKind> {
    // Every session has its hour; whatever has none is another page of the portal.
    let signed_in_at = Some(instant(answer.get("_utime")).ok_or(ErrorKind::BadAnswer)?);
    let mut connections = Vec::new();
    if let Some(history) = answer.get("_loginHistory").and_then(Value::as_object) {
        for (list, accepted) in [("successLogin", true), ("failedLogin", false)] {
            let lines = history.get(list).and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
            for line in lines.iter().take(MAX_CONNECTIONS) {
                let Some(at) = instant(line.get("_utime")) else { continue };
                let outcome = if accepted {
                    Outcome::Accepted
                } else {
                    Outcome::from_code(number(line.get("error")).unwrap_or(0))
                };
                connections.push(Connection { at, address: address(line.get("ipAddr")), outcome });
            }
        }
    }
    connections.sort_by_key(|connection| std::cmp::Reverse(connection.at));
    Ok(PortalSession {
        signed_in_at,
        address: address(answer.get("ipAddr")),
        level: number(answer.get("authenticationLevel")).and_then(|level| level.try_into().ok()),
        module: answer.get("_auth").and_then(Value::as_str).and_then(line),
        connections,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(body: &str) -> Result<PortalSession, ErrorKind> {
        super::super::parse_answer(body.as_bytes()).and_then(|answer| portal_session(&answer))
    }

    #[test]
    fn a_recorded_session_is_read_without_its_id() {
        let body = r#"{"uid":"jdupont","mail":"jeanne.dupont@alpha.example","cn":"Jeanne Dupont",
            "groups":"administrateurs; urbanisme; agents","authenticationLevel":2,"ipAddr":"127.0.0.1","_utime":1795458362,
            "_startTime":"20261123182602","_lastSeen":null,"_session_id":"9bc3sentinel","_auth":"LDAP","_loginHistory":{
            "successLogin":[{"_utime":1795458362,"ipAddr":"127.0.0.1"},{"_utime":1795400000,"ipAddr":"2001:db8::7"}],
            "failedLogin":[{"_utime":1795458300,"error":"5","ipAddr":"203.0.113.9"},{"_utime":1795458200,"error":21}]}}"#;
        let session = parse(body).unwrap();
        let outcomes: Vec<Outcome> = session.connections.iter().map(|line| line.outcome).collect();
        assert_eq!(
            outcomes,
            [Outcome::Accepted, Outcome::BadCredentials, Outcome::Locked, Outcome::Accepted]
        );
        assert_eq!(session.signed_in_at.unwrap().timestamp(), 1_795_458_362);
        assert_eq!(session.connections[1].address.unwrap().to_string(), "203.0.113.9");
        assert_eq!(session.connections[2].address, None);
        assert_eq!((session.level, session.module.as_deref()), (Some(2), Some("LDAP")));
        assert!(!format!("{session:?}").contains("sentinel"));
    }

    #[test]
    fn either_list_or_the_whole_history_may_be_missing() {
        assert_eq!(parse(r#"{"_utime":"1795458362"}"#).unwrap().connections, []);
        let failed =
            r#"{"_utime":1,"_loginHistory":{"failedLogin":[{"_utime":2,"error":"108"},{"error":"5"},7]}}"#;
        assert_eq!(parse(failed).unwrap().connections.len(), 1);
        let strange = r#"{"_utime":1,"_loginHistory":"none","ipAddr":"<script>"}"#;
        assert_eq!(parse(strange).unwrap().address, None);
    }

    #[test]
    fn what_is_no_session_is_refused() {
        assert_eq!(parse("{}"), Err(ErrorKind::BadAnswer));
        assert_eq!(parse(r#"{"error":1,"result":0}"#), Err(ErrorKind::Unauthenticated));
        assert_eq!(parse("<html>"), Err(ErrorKind::Unauthenticated));
        assert_eq!(parse("[]"), Err(ErrorKind::BadAnswer));
    }
}
