//! How much is asked of the server.

use crate::support::{Assembly, TOWN, count, detail};
use async_trait::async_trait;
use bytes::Bytes;
use http::{Request, Response};
use pleiade_connectors::idelibre::{IdelibreConfig, IdelibreConnector};
use pleiade_core::{Connector as _, ConnectorId, Limits, Transport, TransportError};
use pleiade_testkit::{
    Idelibre, RouterTransport, Simulator as _, TestClock,
    people::{BERNARD, CAMILLE},
};
use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

#[tokio::test(start_paused = true)]
async fn one_reading_serves_everybody_for_five_minutes() {
    let town = Assembly::new();
    town.read("convocations", &BERNARD).await;
    let first = town.asked();
    // The owner of the key, the sittings, the users, and the convocations of four sittings that are near.
    assert_eq!(first.len(), 7, "{first:?}");
    town.read("convocations", &CAMILLE).await;
    assert!(town.asked().is_empty());
    town.read("sittings", &BERNARD).await;
    let documents = town.asked();
    assert_eq!(documents.len(), 2, "a sitting and its projects: {documents:?}");
    tokio::time::advance(Duration::from_secs(299)).await;
    town.read("convocations", &BERNARD).await;
    assert!(town.asked().is_empty());
    tokio::time::advance(Duration::from_secs(1)).await;
    town.read("convocations", &BERNARD).await;
    assert_eq!(town.asked().len(), 6, "the owner of the key is known");
}

#[tokio::test(start_paused = true)]
async fn documents_are_read_again_when_the_revision_has_changed() {
    let town = Assembly::new();
    let card = town.read("sittings", &BERNARD).await;
    let next = card.items[0].id.clone();
    let projects = |asked: &[String]| asked.iter().filter(|path| path.ends_with("/projects")).count();
    assert_eq!(projects(&town.asked()), 1);
    tokio::time::advance(Duration::from_secs(300)).await;
    town.read("sittings", &BERNARD).await;
    let asked = town.asked();
    assert_eq!((asked.iter().filter(|path| path.ends_with(&next)).count(), projects(&asked)), (1, 0));
    town.server.add_project(TOWN, &next, "Ajout", 0);
    tokio::time::advance(Duration::from_secs(300)).await;
    let card = town.read("sittings", &BERNARD).await;
    assert_eq!(projects(&town.asked()), 1);
    assert_eq!(detail(&card.items[0]), "Bureau des adjoints · 3 projets, 2 annexes");
}

#[tokio::test(start_paused = true)]
async fn a_structure_with_hundreds_of_sittings_costs_no_more_than_forty() {
    let town = Assembly::new();
    town.server.seed_many(BERNARD.login, 300);
    let card = town.read("sittings", &BERNARD).await;
    assert_eq!(town.asked().len(), 3 + 40 + 2);
    assert!(card.more && card.items.len() == 5);
    assert_eq!(count(&card, "sittings_to_come"), Some((39, true)), "one of the forty is not sent yet");
    let tasks = town.read("convocations", &BERNARD).await;
    assert!(tasks.more && count(&tasks, "to_answer").unwrap().1);
}

/// Forgets what was asked of a list, so that the archive comes too.
#[derive(Debug)]
struct WithoutQuery(RouterTransport);

#[async_trait]
impl Transport for WithoutQuery {
    async fn send(
        &self,
        mut request: Request<Bytes>,
        limits: Limits,
    ) -> Result<Response<Bytes>, TransportError> {
        let address = request.uri().to_string();
        *request.uri_mut() = address.split('?').next().unwrap().parse().unwrap();
        self.0.send(request, limits).await
    }
}

fn connector(transport: Arc<dyn Transport>) -> IdelibreConnector {
    let config: IdelibreConfig = serde_json::from_value(crate::support::settings("4.3")).unwrap();
    IdelibreConnector::new(ConnectorId::from_static("assemblees"), config, transport).unwrap()
}

#[tokio::test(start_paused = true)]
async fn what_is_archived_is_left_out_even_when_it_comes() {
    let town = Assembly::new();
    let router = RouterTransport::new(town.server.router());
    for widget in connector(Arc::new(WithoutQuery(router))).widgets() {
        let card = widget.load(&town.context(&BERNARD)).await.unwrap();
        assert!(!card.items.is_empty() && !format!("{card:?}").contains("archivé"), "{card:?}");
    }
}

/// Notes how many calls are under way at once.
#[derive(Debug)]
struct Busy {
    inner: RouterTransport,
    now: AtomicUsize,
    most: AtomicUsize,
}

#[async_trait]
impl Transport for Busy {
    async fn send(&self, request: Request<Bytes>, limits: Limits) -> Result<Response<Bytes>, TransportError> {
        let now = self.now.fetch_add(1, Ordering::SeqCst) + 1;
        self.most.fetch_max(now, Ordering::SeqCst);
        let answer = self.inner.send(request, limits).await;
        self.now.fetch_sub(1, Ordering::SeqCst);
        answer
    }
}

#[tokio::test(start_paused = true)]
async fn four_calls_at_once_at_most() {
    let clock = Arc::new(TestClock::default());
    let server = Idelibre::new(Arc::<TestClock>::clone(&clock));
    server.seed_many(BERNARD.login, 60);
    let inner = RouterTransport::new(server.router()).with_latency();
    let busy = Arc::new(Busy { inner, now: AtomicUsize::new(0), most: AtomicUsize::new(0) });
    let connector = connector(Arc::<Busy>::clone(&busy));
    let town = Assembly::new();
    for widget in connector.widgets() {
        widget.load(&town.context(&BERNARD)).await.unwrap();
    }
    connector.probe().await.unwrap();
    assert_eq!(busy.most.load(Ordering::SeqCst), 4);
}
