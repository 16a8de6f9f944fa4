//! The delegations that a person may use now, with their givers.

use super::{
    cache::{DelegationKey, ReceivedDelegation},
    credentials::{StandInCredentials, can_be_delegated},
};
use crate::{
    app::App,
    background_cache::LastKnown,
    credentials::{ActsFor, CredentialRule},
    desk::DeskCard,
    session::Session,
    storage::StorageError,
    web::words::Words,
};
use pleiade_connectors::engine::WidgetCall;
use pleiade_core::{Actor, Board, CallContext, ConnectorId, PersonalBoard, Tenant};
use pleiade_federation::delegation::{DelegatedUse, Delegation};
use std::sync::Arc;

/// The giver as their link tells of them now in a collectivité, and who tells it; none when that link gives it no more.
pub(super) async fn giver_actor(
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

/// The delegations that a person may use where they act. Those of givers who left are not among them.
#[derive(Debug)]
pub struct ReceivedDelegations {
    /// The delegations that are known.
    pub held: Arc<Vec<ReceivedDelegation>>,
    /// True if there may be more: storage did not answer.
    is_unknown: bool,
}

impl ReceivedDelegations {
    /// The last known delegations; old ones are read again beside.
    #[must_use]
    pub fn peek(app: &App, session: &Arc<Session>) -> Self {
        let known = app.delegations().0.peek(&cache_key(session), || {
            let (app, session) = (app.clone(), session.clone());
            async move { read_delegations(&app, &session).await }
        });
        known.into()
    }

    /// The delegations that storage has, or the last known ones when it does not answer.
    pub async fn load(app: &App, session: &Session) -> Self {
        app.delegations().0.get(&cache_key(session), read_delegations(app, session)).await.into()
    }

    /// The sentence that says what is missing, if anything is.
    #[must_use]
    pub fn unknown(&self, words: &Words) -> Option<String> {
        self.is_unknown.then(|| words.t("delegation-unknown"))
    }
}

impl From<LastKnown<Arc<Vec<ReceivedDelegation>>>> for ReceivedDelegations {
    fn from(known: LastKnown<Arc<Vec<ReceivedDelegation>>>) -> Self {
        Self { held: known.value.unwrap_or_default(), is_unknown: known.has_failed }
    }
}

fn cache_key(session: &Session) -> DelegationKey {
    (session.actor.acting.tenant.clone(), session.actor.identity.id, session.links)
}

/// None when storage does not answer.
async fn read_delegations(app: &App, session: &Session) -> Option<Arc<Vec<ReceivedDelegation>>> {
    let tenant = &session.actor.acting.tenant;
    let all = async {
        let mut held = Vec::new();
        for delegation in app.storage.delegations_held(tenant, session.links, app.clock.now()).await? {
            if let Some((giver, acts)) = giver_actor(app, &delegation).await? {
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

impl ReceivedDelegation {
    /// For whom the calls are made: the giver, by the portal's own keys.
    pub(super) fn context(&self, app: &App, tenant: Arc<Tenant>, words: &Words) -> CallContext {
        let credentials = Arc::new(StandInCredentials::new(app.credential_rules.clone(), self.acts.clone()));
        CallContext::new(tenant, self.giver.clone(), credentials, app.clock.clone())
            .with_locale(words.locale)
            .standing_in()
    }

    /// True if the portal's key opens an application for the giver, as the collectivité of the delegation knows them.
    fn can_open(&self, app: &App, connector: &ConnectorId) -> bool {
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
            if !can_be_delegated(&app.credential_rules, &placement.connector)
                || !self.can_open(app, &placement.connector)
            {
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
