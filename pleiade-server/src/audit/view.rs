//! Lines of the log, in words.

use super::AuditEvent;
use crate::{
    app::App,
    storage::{AuditLine, StorageError},
    web::words::Words,
};
use pleiade_core::{Identity, IdentityId, Message, TenantId};
use std::collections::{BTreeMap, btree_map::Entry};

/// One line, in words.
#[derive(Debug)]
pub struct LineView {
    /// When.
    pub when: String,
    /// What happened.
    pub what: String,
    /// By whom, to whom, where, through which source, and the facts.
    pub detail: String,
}

impl LineView {
    /// Lines in words, for whoever administers where they were written.
    ///
    /// # Errors
    /// When names cannot be read.
    pub async fn all(app: &App, words: &Words, lines: Vec<AuditLine>) -> Result<Vec<Self>, StorageError> {
        Self::read_by(None, app, words, lines).await
    }

    /// Lines in words, for a person who reads their own: they are called as their session calls them, not as another way in of theirs is
    /// called.
    ///
    /// # Errors
    /// When names cannot be read.
    pub async fn of_reader(
        reader: &Identity,
        app: &App,
        words: &Words,
        lines: Vec<AuditLine>,
    ) -> Result<Vec<Self>, StorageError> {
        Self::read_by(Some(reader), app, words, lines).await
    }

    async fn read_by(
        reader: Option<&Identity>,
        app: &App,
        words: &Words,
        lines: Vec<AuditLine>,
    ) -> Result<Vec<Self>, StorageError> {
        // As the collectivité of the line knows them: what another one calls somebody is not told here.
        let mut names: BTreeMap<(IdentityId, TenantId), String> = BTreeMap::new();
        for AuditLine { line, .. } in &lines {
            for id in line.actor.into_iter().chain(line.about) {
                let Some(tenant) = &line.tenant else { continue };
                let Entry::Vacant(place) = names.entry((id, tenant.clone())) else { continue };
                let known = match reader.filter(|reader| reader.id == id) {
                    Some(reader) => Some(reader.display_name.clone()),
                    None => app.storage.names_at(id, tenant).await?.map(|names| names.display_name),
                };
                place.insert(known.unwrap_or_else(|| words.t("audit-somebody-gone")));
            }
        }
        let named = |key: &'static str, id: Option<IdentityId>, tenant: Option<&TenantId>| {
            let name = names.get(&(id?, tenant?.clone()))?;
            Some(words.message(&Message::new(key).with_text("name", name)))
        };
        Ok(lines
            .into_iter()
            .map(|AuditLine { line, .. }| {
                let tenant = line.tenant.as_ref().and_then(|id| app.tenants.by_id(id));
                let source = line.source.as_ref().map(|id| app.sign_in.title(id));
                let facts = line.facts.iter().map(|(name, value)| fact(words, name, value));
                Self {
                    when: words.at("audit-when", "when", line.at),
                    what: words.t(key(line.event)),
                    detail: [
                        named("audit-by", line.actor, line.tenant.as_ref()),
                        named("audit-about", line.about, line.tenant.as_ref()),
                        tenant.map(|tenant| tenant.name.clone()),
                        source,
                    ]
                    .into_iter()
                    .flatten()
                    .chain(facts)
                    .collect::<Vec<_>>()
                    .join(" · "),
                }
            })
            .collect())
    }
}

/// A fact in words; one that has none shows its name.
fn fact(words: &Words, name: &str, value: &str) -> String {
    let key = match name {
        "action" => "audit-fact-action",
        "administrator" => "audit-fact-administrator",
        "cause" => "audit-fact-cause",
        "change" => "audit-fact-change",
        "connector" => "audit-fact-connector",
        "count" => "audit-fact-count",
        "delegation" => "audit-fact-delegation",
        "factor" => "audit-fact-factor",
        "from" => "audit-fact-from",
        "how" => "audit-fact-how",
        "id" => "audit-fact-id",
        "key" => "audit-fact-key",
        "kind" => "audit-fact-kind",
        "left" => "audit-fact-left",
        "may_treat" => "audit-fact-may-treat",
        "receiver" => "audit-fact-receiver",
        "rule" => "audit-fact-rule",
        "subject" => "audit-fact-subject",
        "stays" => "audit-fact-stays",
        "until" => "audit-fact-until",
        "unwritten" => "audit-fact-unwritten",
        "why" => "audit-fact-why",
        _ => {
            return words
                .message(&Message::new("audit-fact").with_text("name", name).with_text("value", value));
        }
    };
    words.message(&Message::new(key).with_text("value", value))
}

/// The message of an event.
#[must_use]
pub fn key(event: AuditEvent) -> &'static str {
    match event {
        AuditEvent::SignedIn => "audit-signed-in",
        AuditEvent::SignInRefused => "audit-sign-in-refused",
        AuditEvent::SignedOut => "audit-signed-out",
        AuditEvent::SessionsEnded => "audit-sessions-ended",
        AuditEvent::ActingChanged => "audit-acting-changed",
        AuditEvent::Linked => "audit-linked",
        AuditEvent::LinkDisabled => "audit-link-disabled",
        AuditEvent::LinkEnabled => "audit-link-enabled",
        AuditEvent::RightsChanged => "audit-rights-changed",
        AuditEvent::Departed => "audit-departed",
        AuditEvent::CameBack => "audit-came-back",
        AuditEvent::AccessConnected => "audit-access-connected",
        AuditEvent::AccessRevoked => "audit-access-revoked",
        AuditEvent::DelegationGiven => "audit-delegation-given",
        AuditEvent::DelegationAccepted => "audit-delegation-accepted",
        AuditEvent::DelegationEnded => "audit-delegation-ended",
        AuditEvent::DelegationUsed => "audit-delegation-used",
        AuditEvent::SyncApplied => "audit-sync-applied",
        AuditEvent::SyncHeld => "audit-sync-held",
        AuditEvent::ScimChanged => "audit-scim-changed",
        AuditEvent::AccountInvited => "audit-account-invited",
        AuditEvent::AccountChanged => "audit-account-changed",
        AuditEvent::SecondFactorChanged => "audit-second-factor-changed",
        AuditEvent::RecoveryCodeUsed => "audit-recovery-code-used",
        AuditEvent::EmergencyAccountUsed => "audit-emergency-account-used",
        AuditEvent::KeyRotated => "audit-key-rotated",
    }
}
