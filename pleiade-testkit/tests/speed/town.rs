//! A town whose people open their desk on one Nextcloud of a real server's speed.

use futures_util::{StreamExt as _, stream::FuturesUnordered};
use pleiade_connectors::{
    engine::{Engine, EngineOptions, WidgetCall},
    registry::read_settings,
};
use pleiade_core::{
    Actor, Affiliation, CallContext, Clock, Connector, ConnectorId, Credential, Identity, IdentityId, LinkId,
    PersonKind, Reading, Reason, Subject,
};
use pleiade_testkit::{
    FixedCredentials, Nextcloud, RouterTransport, Simulator as _, TestClock, Workers, people,
    simulated::Addresses,
};
use std::{collections::BTreeSet, sync::Arc, time::Duration};
use tokio::time::Instant;

/// As often as a stream of the server looks its board over.
const PACE: Duration = Duration::from_secs(15);

pub(crate) struct Town {
    pub(crate) workers: Workers,
    pub(crate) engine: Engine,
    connector: Arc<dyn Connector>,
    clock: Arc<dyn Clock>,
}

/// What one person saw.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Seen {
    /// Failures that a card told of.
    pub(crate) errors: usize,
    /// How long until the first card.
    pub(crate) first: Duration,
    /// How long until each card had been filled.
    pub(crate) whole: Duration,
}

impl Town {
    /// `people` accounts with something to show in each card.
    pub(crate) fn new(people: usize, workers: Workers, options: EngineOptions) -> Self {
        let clock: Arc<dyn Clock> = Arc::new(TestClock::default());
        let nextcloud = Nextcloud::new(Arc::clone(&clock));
        for number in 0..people {
            nextcloud.empty_account(&login(number));
            nextcloud.seed_many(&login(number), 5);
        }
        let transport = Arc::new(RouterTransport::new(workers.wrap(nextcloud.router())));
        let url = "https://cloud.town.example/".parse::<url::Url>().unwrap();
        let simulated = pleiade_testkit::simulated().into_iter().find(|one| one.kind == "nextcloud").unwrap();
        let settings = (simulated.setups[0].settings)(&Addresses::new(url.clone(), url));
        let settings = read_settings("nextcloud", settings).unwrap().unwrap();
        let connector = settings.build(ConnectorId::new("cloud").unwrap(), transport).unwrap();
        let engine = Engine::new(options, Arc::clone(&clock));
        Self { workers, engine, connector, clock }
    }

    /// Every widget of this person, in the order of the board.
    pub(crate) fn desk(&self, number: usize) -> Vec<WidgetCall> {
        let credentials = FixedCredentials::from_fn(|actor, _| {
            let login = actor.identity.login.clone()?;
            Some(Credential::LinkedAccount { secret: Nextcloud::app_password(&login).into(), login })
        });
        let tenant = people::tenant_named(people::TENANTS[0].id);
        let (id, login) = (i64::try_from(number).unwrap(), login(number));
        let subject = Subject::new(people::ISSUER, &login).unwrap();
        let mut identity = Identity::new(IdentityId(id), LinkId(id), subject, format!("Person {number}"));
        identity.login = Some(login);
        let acting = Affiliation::new(tenant.id.clone(), PersonKind::Agent);
        let actor = Arc::new(Actor::new(identity, acting));
        let context = CallContext::new(Arc::new(tenant), actor, Arc::new(credentials), self.clock.clone());
        let call =
            |widget: &Arc<_>| WidgetCall::new(self.connector.clone(), Arc::clone(widget), context.clone());
        self.connector.widgets().iter().map(call).collect()
    }

    /// Opens the desk of a person and looks at it until it is whole, as the stream of a page does: asks for what is old, again at a
    /// steady pace.
    pub(crate) async fn look(&self, number: usize) -> Seen {
        let (desk, start) = (self.desk(number), Instant::now());
        let mut filled = vec![false; desk.len()];
        let (mut errors, mut first) = (BTreeSet::new(), None);
        while !filled.iter().all(|filled| *filled) {
            let next =
                start + PACE * (u32::try_from(start.elapsed().as_secs() / PACE.as_secs()).unwrap() + 1);
            let round = async {
                let mut coming: FuturesUnordered<_> = desk
                    .iter()
                    .enumerate()
                    .filter(|(_, call)| !matches!(self.engine.peek(call), Reading::Fresh { .. }))
                    .map(|(place, call)| async move { (place, self.engine.refresh(call).await) })
                    .collect();
                while let Some((place, reading)) = coming.next().await {
                    filled[place] |= reading.value().is_some();
                    if filled.contains(&true) {
                        first.get_or_insert(start.elapsed());
                    }
                    errors.extend(failure(&reading));
                    if filled.iter().all(|filled| *filled) {
                        return;
                    }
                }
                std::future::pending().await
            };
            let _ = tokio::time::timeout_at(next, round).await;
        }
        Seen { errors: errors.len(), first: first.unwrap_or_default(), whole: start.elapsed() }
    }
}

fn login(number: usize) -> String {
    format!("person{number}")
}

/// The reference of the failure that a card tells of.
fn failure<T>(reading: &Reading<T>) -> Option<String> {
    match reading {
        Reading::Stale { reason: Reason::Failed { reference, .. }, .. }
        | Reading::Missing { reason: Reason::Failed { reference, .. } } => Some(reference.clone()),
        _ => None,
    }
}
