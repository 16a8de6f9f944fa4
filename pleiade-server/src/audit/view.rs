//! Lines of the log, in words.

use super::{AuditEvent, fact::FactReader};
use crate::{
    connectors::Connectors,
    sign_in::SignIn,
    storage::{AuditLine, Party, Storage, StorageError},
    web::{site::Tenants, words::Words},
};
use pleiade_core::{Identity, IdentityId, Message, SourceId, TenantId};
use std::collections::{BTreeMap, btree_map::Entry};

/// One line, in words.
#[derive(Debug)]
pub struct AuditLineView {
    /// The date and time, in words.
    pub when: String,
    /// The event, in words.
    pub what: String,
    /// By whom, to whom, where, through which source, and the facts.
    pub detail: String,
}

/// Puts lines of the log in words.
#[derive(Debug)]
pub struct AuditPresenter<'a> {
    pub(crate) words: &'a Words,
    pub(crate) storage: &'a dyn Storage,
    pub(crate) tenants: &'a Tenants,
    pub(crate) sign_in: &'a SignIn,
    pub(crate) connectors: &'a Connectors,
}

impl AuditPresenter<'_> {
    /// Lines in words, for whoever administers where they were written.
    ///
    /// # Errors
    /// When names cannot be read.
    pub async fn views(&self, lines: Vec<AuditLine>) -> Result<Vec<AuditLineView>, StorageError> {
        self.read_by(None, lines).await
    }

    /// Lines in words, for a person who reads their own: they are called as their session calls them, not as another link of theirs is
    /// called.
    ///
    /// # Errors
    /// When names cannot be read.
    pub async fn own_views(
        &self,
        reader: &Identity,
        lines: Vec<AuditLine>,
    ) -> Result<Vec<AuditLineView>, StorageError> {
        self.read_by(Some(reader), lines).await
    }

    async fn read_by(
        &self,
        reader: Option<&Identity>,
        lines: Vec<AuditLine>,
    ) -> Result<Vec<AuditLineView>, StorageError> {
        let words = self.words;
        let mut names = PartyNames { reader, storage: self.storage, words, current: BTreeMap::new() };
        let mut views = Vec::with_capacity(lines.len());
        for AuditLine { line, actor_name, person_name, .. } in lines {
            let here = line.tenant.as_ref();
            let details = [
                names.message("audit-by", line.actor, actor_name, here).await?,
                names.message("audit-about", line.person, person_name, here).await?,
                here.and_then(|id| self.tenants.by_id(id)).map(|tenant| tenant.name.clone()),
                line.source
                    .as_ref()
                    .filter(|source| self.names_source(source, here))
                    .map(|id| self.sign_in.title(id)),
            ];
            let reading = FactReader {
                words,
                tenants: self.tenants,
                connectors: self.connectors,
                event: line.event,
                tenant: here,
            };
            let facts = line.facts.iter().map(|(name, value)| reading.describe(name, value));
            views.push(AuditLineView {
                when: words.t_with_time("audit-when", "when", line.at),
                what: words.t(event_key(line.event)),
                detail: details.into_iter().flatten().chain(facts).collect::<Vec<_>>().join(" · "),
            });
        }
        Ok(views)
    }

    /// True if a line of a collectivité names a source: one of another collectivité is that one's affair.
    fn names_source(&self, source: &SourceId, tenant: Option<&TenantId>) -> bool {
        let owner = self.sign_in.any_source(source).and_then(|source| source.owner.as_ref());
        tenant.is_none() || owner.is_none() || owner == tenant
    }
}

/// The names of people in lines.
struct PartyNames<'a> {
    reader: Option<&'a Identity>,
    storage: &'a dyn Storage,
    words: &'a Words,
    /// The present names of people, by collectivité, for lines that keep none from then.
    current: BTreeMap<(IdentityId, TenantId), String>,
}

impl PartyNames<'_> {
    /// The sentence that names somebody: as the reader's session calls them, or as the collectivité of the line called them then; what
    /// another one calls them is not told here.
    async fn message(
        &mut self,
        key: &'static str,
        party: Option<Party>,
        then: Option<String>,
        tenant: Option<&TenantId>,
    ) -> Result<Option<String>, StorageError> {
        let Some(Party { person, .. }) = party else { return Ok(None) };
        // A name is what its source chose; the number tells two people of one name apart, for ever.
        let number = u64::try_from(person.0).unwrap_or_default();
        let name = match (self.reader.filter(|reader| reader.id == person), then, tenant) {
            (Some(reader), ..) => reader.display_name.clone(),
            (None, Some(then), _) => then,
            (None, None, Some(tenant)) => self.current_name(person, tenant).await?,
            (None, None, None) => self.words.t("audit-somebody"),
        };
        let message = Message::new(key).with_text("name", name).with_text("number", number.to_string());
        Ok(Some(self.words.message(&message)))
    }

    async fn current_name(&mut self, person: IdentityId, tenant: &TenantId) -> Result<String, StorageError> {
        match self.current.entry((person, tenant.clone())) {
            Entry::Occupied(known) => Ok(known.get().clone()),
            Entry::Vacant(place) => {
                let names = self.storage.names_at(person, tenant).await?;
                let name =
                    names.map_or_else(|| self.words.t("audit-somebody-gone"), |names| names.display_name);
                Ok(place.insert(name).clone())
            }
        }
    }
}

/// The message of an event.
#[must_use]
pub fn event_key(event: AuditEvent) -> &'static str {
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
        AuditEvent::GroupsWithheld => "audit-groups-withheld",
        AuditEvent::Departed => "audit-departed",
        AuditEvent::CameBack => "audit-came-back",
        AuditEvent::LinkedAccountConnected => "audit-access-connected",
        AuditEvent::LinkedAccountRevoked => "audit-access-revoked",
        AuditEvent::DelegationGiven => "audit-delegation-given",
        AuditEvent::DelegationAccepted => "audit-delegation-accepted",
        AuditEvent::DelegationEnded => "audit-delegation-ended",
        AuditEvent::DelegationUsed => "audit-delegation-used",
        AuditEvent::CalendarOpened => "audit-calendar-opened",
        AuditEvent::CalendarClosed => "audit-calendar-closed",
        AuditEvent::ActionTaken => "audit-action-taken",
        AuditEvent::FilesDeposited => "audit-files-deposited",
        AuditEvent::SyncApplied => "audit-sync-applied",
        AuditEvent::SyncHeld => "audit-sync-held",
        AuditEvent::ScimChanged => "audit-scim-changed",
        AuditEvent::AccountInvited => "audit-account-invited",
        AuditEvent::AccountChanged => "audit-account-changed",
        AuditEvent::SecondFactorChanged => "audit-second-factor-changed",
        AuditEvent::RecoveryCodeUsed => "audit-recovery-code-used",
        AuditEvent::EmergencyAccountUsed => "audit-emergency-account-used",
        AuditEvent::LegalDatesChanged => "audit-legal-dates-changed",
        AuditEvent::DeadlineDismissed => "audit-deadline-dismissed",
        AuditEvent::DeadlineRestored => "audit-deadline-restored",
        AuditEvent::KeyRotated => "audit-key-rotated",
    }
}
