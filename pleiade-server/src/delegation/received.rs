//! The delegations that a person may use now, with their givers.

use super::{
    cache::{DelegationCache, DelegationKey, ReceivedDelegation},
    credentials::{StandInCredentials, can_be_delegated},
};
use crate::{
    background_cache::LastKnown,
    credentials::{ActsFor, CredentialRule, Rules},
    desk::{DeskCard, board::BoardReader},
    session::{Session, Sessions},
    sign_in::SignIn,
    storage::{Storage, StorageError},
    web::{site::Tenants, words::Words},
};
use pleiade_core::{Actor, CallContext, Clock, ConnectorId, Locale, Tenant};
use pleiade_federation::delegation::{DelegatedUse, Delegation};
use std::sync::Arc;

/// The delegations that a person may use where they act. Those of givers who left are not among them.
#[derive(Debug)]
pub struct ReceivedDelegations {
    /// The delegations that are known.
    pub held: Arc<Vec<ReceivedDelegation>>,
    /// The message that says what is not known, if anything is.
    unknown: Option<&'static str>,
}

impl ReceivedDelegations {
    /// The sentence that says what is missing, if anything is.
    #[must_use]
    pub fn unknown(&self, words: &Words) -> Option<String> {
        self.unknown.map(|key| words.t(key))
    }
}

impl From<LastKnown<Arc<Vec<ReceivedDelegation>>>> for ReceivedDelegations {
    fn from(known: LastKnown<Arc<Vec<ReceivedDelegation>>>) -> Self {
        let unknown = if known.has_failed {
            Some("delegation-unknown")
        } else {
            // Whoever had some a while ago is told that they are being read; whoever had none, or is not known yet, sees no note come and go.
            known.outdated.is_some_and(|held| !held.is_empty()).then_some("delegation-not-yet")
        };
        Self { held: known.value.unwrap_or_default(), unknown }
    }
}

fn key(session: &Session) -> DelegationKey {
    (session.actor.acting.tenant.clone(), session.actor.identity.id, session.links)
}

/// Reads the delegations that people received, and what may be seen by them. Cloning is cheap.
#[derive(Debug, Clone)]
pub struct ReceivedDelegationReader {
    pub(crate) storage: Arc<dyn Storage>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) tenants: Arc<Tenants>,
    pub(crate) sessions: Sessions,
    pub(crate) sign_in: Arc<SignIn>,
    pub(crate) rules: Arc<Rules>,
    pub(crate) cache: DelegationCache,
}

impl ReceivedDelegationReader {
    /// The last known delegations of a session's person; old ones are read again beside.
    #[must_use]
    pub fn peek(&self, session: &Arc<Session>) -> ReceivedDelegations {
        let known = self.cache.held.peek(&key(session), || {
            let (reader, session) = (self.clone(), session.clone());
            async move { reader.read(&session).await }
        });
        known.into()
    }

    /// The delegations that storage has, or the last known ones when it does not answer.
    pub async fn load(&self, session: &Session) -> ReceivedDelegations {
        self.cache.held.get(&key(session), self.read(session)).await.into()
    }

    /// None when storage does not answer.
    async fn read(&self, session: &Session) -> Option<Arc<Vec<ReceivedDelegation>>> {
        let tenant = &session.actor.acting.tenant;
        let all = async {
            let mut held = Vec::new();
            for delegation in
                self.storage.delegations_held_by_links(tenant, session.links, self.clock.now()).await?
            {
                if let Some((giver, acts)) = self.giver_actor(&delegation).await? {
                    held.push(ReceivedDelegation { delegation, giver, acts });
                }
            }
            Ok::<_, StorageError>(held)
        };
        match all.await {
            Ok(held) => Some(Arc::new(held)),
            Err(error) => {
                tracing::warn!(%error, "the delegations that somebody received were not read");
                None
            }
        }
    }

    /// The giver as their link tells of them now in a collectivité, and who tells it; none when that link gives it no more.
    pub(super) async fn giver_actor(
        &self,
        delegation: &Delegation,
    ) -> Result<Option<(Arc<Actor>, ActsFor)>, StorageError> {
        let (tenant, side) = (&delegation.terms.tenant, delegation.terms.giver);
        let Some(link) = side.link else { return Ok(None) };
        let Some(facts) = self.sessions.facts(link).await? else { return Ok(None) };
        let affiliation = self.sessions.judge(&facts, tenant);
        let Some(affiliation) = affiliation.filter(|_| facts.own.identity == side.person) else {
            return Ok(None);
        };
        // What the giver has at another collectivité is not this one's to delegate, were it the one mailbox that they read here too.
        let told = (&facts.own.source, facts.named_by());
        let acts = ActsFor::new(self.rules.clone(), &self.sign_in, &self.tenants, told, tenant, [tenant]);
        Ok(Some((Arc::new(Actor::new(facts.identity(), Delegation::stand_in(&affiliation))), acts)))
    }

    /// For whom the calls of a delegation are made: the giver, by the portal's own keys.
    pub(super) fn call_context(
        &self,
        held: &ReceivedDelegation,
        tenant: Arc<Tenant>,
        locale: Locale,
    ) -> CallContext {
        let credentials = Arc::new(StandInCredentials::new(self.rules.clone(), held.acts.clone()));
        CallContext::new(tenant, held.giver.clone(), credentials, self.clock.clone())
            .with_locale(locale)
            .standing_in()
    }

    /// True if the portal's key opens an application for the giver, as the collectivité of the delegation knows them.
    fn can_open(&self, held: &ReceivedDelegation, connector: &ConnectorId) -> bool {
        let from = self.rules.get(connector).and_then(CredentialRule::acts_for);
        from.is_none_or(|from| held.acts.login(connector, from, &held.giver).is_ok())
    }

    /// The giver's cards within the scope, and the names of applications of theirs that cannot be delegated.
    #[must_use]
    pub fn cards(
        &self,
        boards: BoardReader<'_>,
        held: &ReceivedDelegation,
        session: &Session,
        locale: Locale,
    ) -> (Vec<DeskCard>, Vec<String>) {
        let acting = &held.giver.acting;
        let Some(tenant) = self.tenants.by_id(&acting.tenant) else { return Default::default() };
        let context = self.call_context(held, tenant, locale);
        let mut closed = Vec::new();
        let cards = boards.cards(&context, |connector| {
            let descriptor = connector.descriptor();
            let wanted = DelegatedUse {
                now: self.clock.now(),
                receiver: session.actor.identity.id,
                links: &session.links,
                tenant: &session.actor.acting.tenant,
                giver: Some(acting),
                connector: &descriptor.id,
                action: None,
            };
            if held.delegation.allows(&wanted).is_err() {
                return false;
            }
            // What a refreshed reading would be refused is not shown from an old one, which the giver's own session may have left.
            let is_open = can_be_delegated(&self.rules, connector) && self.can_open(held, &descriptor.id);
            if !is_open {
                closed.push(descriptor.name.clone());
            }
            is_open
        });
        closed.sort();
        closed.dedup();
        (cards, closed)
    }
}
