//! What somebody may use now, and for whom.

use super::{StandInCredentials, can_be_delegated};
use crate::{
    app::App,
    credentials::{ActsFor, CredentialRule},
    desk::DeskCard,
    session::Session,
    storage::StorageError,
    web::words::Words,
};
use moka::sync::Cache;
use pleiade_connectors::engine::WidgetCall;
use pleiade_core::{
    Actor, Board, CallContext, ConnectorId, IdentityId, LinkId, PersonalBoard, Tenant, TenantId,
};
use pleiade_federation::delegation::{DelegatedUse, Delegation};
use std::{sync::Arc, time::Duration};

/// How long what was read is shown without asking storage again, as sessions are.
const MEMORY: Duration = Duration::from_secs(30);

/// A delegation in force and its giver, without any role.
#[derive(Debug, Clone)]
pub struct Held {
    /// The delegation.
    pub delegation: Delegation,
    /// For whom, with the facts of the giver's link.
    pub giver: Arc<Actor>,
    /// What opens an application in the place of the giver.
    pub acts: ActsFor,
}

/// What was read from storage a moment ago, by collectivité and the links of the session: what one link received is no other's.
#[derive(Debug, Clone)]
pub struct Memory(Cache<(TenantId, IdentityId), Remembered>);

type Remembered = (Duration, [LinkId; 2], Arc<Vec<Held>>);

impl Default for Memory {
    fn default() -> Self {
        Self(Cache::builder().max_capacity(100_000).time_to_idle(Duration::from_secs(600)).build())
    }
}

impl Memory {
    /// Has storage asked again for a receiver.
    pub fn forget(&self, tenant: &TenantId, receiver: IdentityId) {
        self.0.invalidate(&(tenant.clone(), receiver));
    }
}

/// The giver as their link tells of them now in a collectivité, and who tells it; none when that link gives it no more.
pub(super) async fn giver(
    app: &App,
    delegation: &Delegation,
) -> Result<Option<(Arc<Actor>, ActsFor)>, StorageError> {
    let (tenant, side) = (&delegation.terms.tenant, delegation.terms.giver);
    let Some(link) = side.link else { return Ok(None) };
    let Some(facts) = app.sessions.facts(link).await? else { return Ok(None) };
    let tie = app.sessions.judge(&facts, tenant);
    let Some(tie) = tie.filter(|_| facts.own.identity == side.person) else { return Ok(None) };
    // What the giver has at another collectivité is not this one's to delegate, were it the one mailbox that they read here too.
    let acts = app.acts_for((&facts.own.source, facts.named_by()), tenant, [tenant]);
    Ok(Some((Arc::new(Actor::new(facts.identity(), Delegation::stand_in(&tie))), acts)))
}

impl Held {
    /// What somebody may use where they act, from memory or storage. Those of givers who left are not among it.
    ///
    /// # Errors
    /// Those of storage.
    pub async fn by(app: &App, session: &Session) -> Result<Arc<Vec<Self>>, StorageError> {
        let key = (session.actor.acting.tenant.clone(), session.actor.identity.id);
        let read_at = app.clock.elapsed();
        if let Some((at, links, held)) = app.delegations().0.get(&key)
            && links == session.links
            && read_at.saturating_sub(at) < MEMORY
        {
            return Ok(held);
        }
        let mut held = Vec::new();
        for delegation in app.storage.delegations_held(&key.0, session.links, app.clock.now()).await? {
            if let Some((giver, acts)) = giver(app, &delegation).await? {
                held.push(Self { delegation, giver, acts });
            }
        }
        let held = Arc::new(held);
        app.delegations().0.insert(key, (read_at, session.links, held.clone()));
        Ok(held)
    }

    /// For whom the calls are made: the giver, by the portal's own keys.
    pub(super) fn context(&self, app: &App, tenant: Arc<Tenant>, words: &Words) -> CallContext {
        let credentials = Arc::new(StandInCredentials::new(app.credential_rules.clone(), self.acts.clone()));
        CallContext::new(tenant, self.giver.clone(), credentials, app.clock.clone())
            .with_locale(words.locale)
            .standing_in()
    }

    /// Whether the portal's key opens an application for the giver, as the collectivité of the delegation knows them.
    fn opens(&self, app: &App, connector: &ConnectorId) -> bool {
        let from = app.credential_rules.get(connector).and_then(CredentialRule::acts_for);
        from.is_none_or(|from| self.acts.login(connector, from, &self.giver.identity).is_ok())
    }

    /// The giver's cards within the scope, and the names of applications of theirs that cannot be delegated.
    #[must_use]
    pub fn cards(&self, app: &App, session: &Session, words: &Words) -> (Vec<DeskCard>, Vec<String>) {
        let acting = &self.giver.acting;
        let Some(tenant) = app.tenants.by_id(&acting.tenant) else { return Default::default() };
        let context = self.context(app, tenant, words);
        let board = Board::merge(app.boards.layers(acting), &PersonalBoard::default());
        let (mut cards, mut closed) = (Vec::new(), Vec::new());
        for placement in board.placements {
            let Some(connector) = app.connectors.get(&acting.tenant, &placement.connector).cloned() else {
                continue;
            };
            let wanted = DelegatedUse {
                now: app.clock.now(),
                receiver: session.actor.identity.id,
                links: &session.links,
                tenant: &session.actor.acting.tenant,
                giver: Some(acting),
                connector: &placement.connector,
                action: None,
            };
            if self.delegation.allows(&wanted).is_err() {
                continue;
            }
            // What a refreshed reading would be refused is not shown from an old one, which the giver's own session may have left.
            if !can_be_delegated(app, &placement.connector) || !self.opens(app, &placement.connector) {
                closed.push(connector.descriptor().name.clone());
                continue;
            }
            if let Some(widget) = connector.widget(&placement.widget).cloned() {
                let call = WidgetCall::new(connector, widget, context.clone());
                cards.push(DeskCard { placement, call });
            }
        }
        closed.sort();
        closed.dedup();
        (cards, closed)
    }
}
