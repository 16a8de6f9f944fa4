//! The facts of a line of the log, in words: a date is a date, an application has its name, and what a program calls `login_flow` is said as
//! people say it.

use super::AuditEvent;
use crate::{
    connectors::Connectors,
    web::{site::Tenants, words::Words},
};
use chrono::{DateTime, NaiveDate, Utc};
use pleiade_core::{ConnectorId, Message, TenantId};

/// Puts facts of a line in words.
#[derive(Clone, Copy)]
pub(super) struct FactReader<'a> {
    pub(super) words: &'a Words,
    pub(super) tenants: &'a Tenants,
    pub(super) connectors: &'a Connectors,
    /// The event of the line.
    pub(super) event: AuditEvent,
    /// The collectivité of the line.
    pub(super) tenant: Option<&'a TenantId>,
}

impl FactReader<'_> {
    /// A fact in words; one that has none shows its name.
    pub(super) fn describe(&self, name: &str, value: &str) -> String {
        let value = self.value(name, value);
        match name_key(name) {
            Some(key) => self.words.message(&Message::new(key).with_text("value", value)),
            None => {
                let message = Message::new("audit-fact").with_text("name", name);
                self.words.message(&message.with_text("value", value))
            }
        }
    }

    fn value(&self, name: &str, value: &str) -> String {
        let words = self.words;
        match name {
            "connector" => {
                let id = ConnectorId::new(value).ok();
                let named = id.zip(self.tenant).map(|(id, tenant)| self.connectors.name(tenant, &id));
                // Two instances may bear one name; the log says which.
                return named.map_or_else(|| value.to_owned(), |name| format!("{name} ({value})"));
            }
            "from" if self.event == AuditEvent::ActingChanged => {
                let tenant = TenantId::new(value).ok().and_then(|id| self.tenants.by_id(&id));
                return tenant.map_or_else(|| value.to_owned(), |tenant| tenant.name.clone());
            }
            _ => {}
        }
        if !is_machine_word(name) {
            return value.to_owned();
        }
        if let Some(key) = value_key(value) {
            return words.t(key);
        }
        if let Ok(at) = value.parse::<DateTime<Utc>>() {
            return words.t_with_time("audit-when", "when", at);
        }
        value.parse::<NaiveDate>().map_or_else(|_| value.to_owned(), |day| words.day(day))
    }
}

/// The message of a fact's name.
fn name_key(name: &str) -> Option<&'static str> {
    Some(match name {
        "account" => "audit-fact-account",
        "action" => "audit-fact-action",
        "address" => "audit-fact-address",
        "administrator" => "audit-fact-administrator",
        "cause" => "audit-fact-cause",
        "change" => "audit-fact-change",
        "connector" => "audit-fact-connector",
        "count" => "audit-fact-count",
        "date" => "audit-fact-date",
        "deadline" => "audit-fact-deadline",
        "delegation" => "audit-fact-delegation",
        "factor" => "audit-fact-factor",
        "from" => "audit-fact-from",
        "groups_added" => "audit-fact-groups-added",
        "groups_removed" => "audit-fact-groups-removed",
        "how" => "audit-fact-how",
        "id" => "audit-fact-id",
        "key" => "audit-fact-key",
        "kind" => "audit-fact-kind",
        "left" => "audit-fact-left",
        "login" => "audit-fact-login",
        "may_treat" => "audit-fact-may-treat",
        "receiver" => "audit-fact-receiver",
        "rule" => "audit-fact-rule",
        "subject" => "audit-fact-subject",
        "stays" => "audit-fact-stays",
        "not_sent" => "audit-fact-not-sent",
        "sent" => "audit-fact-sent",
        "unknown" => "audit-fact-unknown",
        "until" => "audit-fact-until",
        "unwritten" => "audit-fact-unwritten",
        "why" => "audit-fact-why",
        _ => return None,
    })
}

/// True if a program wrote the value of such a fact: what people and sources are called is never another word.
fn is_machine_word(name: &str) -> bool {
    const NAMES: [&str; 12] = [
        "action",
        "administrator",
        "cause",
        "change",
        "date",
        "factor",
        "how",
        "kind",
        "may_treat",
        "rule",
        "until",
        "why",
    ];
    NAMES.contains(&name)
}

/// The message of a value that a program wrote; none for what people or sources wrote.
fn value_key(value: &str) -> Option<&'static str> {
    Some(match value {
        "true" => "audit-value-yes",
        "false" => "audit-value-no",
        "login_flow" => "audit-value-login-flow",
        "pasted" => "audit-value-pasted",
        "first" => "audit-value-first",
        "directory" => "audit-value-directory",
        "mail" => "audit-value-mail",
        "proof" => "audit-value-proof",
        "administrator" => "audit-value-administrator",
        "giver" => "audit-value-giver",
        "receiver" => "audit-value-receiver",
        "refused" => "audit-value-refused",
        "departure" => "audit-value-departure",
        "lapsed" => "audit-value-lapsed",
        "upgrade" => "audit-value-upgrade",
        "source_changed" => "audit-value-source-changed",
        "second_factor" | "second-factor" => "audit-value-second-factor",
        "link" => "audit-value-link",
        "network" => "audit-value-network",
        "other_session" => "audit-value-other-session",
        "somebody_else" => "audit-value-somebody-else",
        "other_ticket" => "audit-value-other-ticket",
        "opened" => "audit-value-opened",
        "reset" => "audit-value-reset",
        "enabled" => "audit-value-enabled",
        "disabled" => "audit-value-disabled",
        "added" => "audit-value-added",
        "removed" => "audit-value-removed",
        "renewed" => "audit-value-renewed",
        "password" => "audit-value-password",
        "totp" => "audit-value-totp",
        "passkey" => "audit-value-passkey",
        "entered" => "audit-value-entered",
        "facts" => "audit-value-facts",
        "deposit" => "audit-value-deposit",
        _ => return None,
    })
}
