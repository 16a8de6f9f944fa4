//! A real directory of thousands, followed.

use crate::crowd::Crowd;
use pleiade_core::TenantId;
use pleiade_server::{
    storage::RunOutcome,
    sync::{RunRequest, fold},
};

const PEOPLE: usize = 10_000;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn thousands_are_read_once_and_then_only_those_who_changed() {
    let folder = tempfile::tempdir().unwrap();
    let crowd = Crowd::new("suivi", PEOPLE);
    let (app, followed) = crowd.followed(folder.path()).await;
    let first = app.directory_sync().run(&followed, RunRequest::default()).await.unwrap();
    assert_eq!((first.outcome, first.report.full), (RunOutcome::Applied, true), "{:?}", first.report.problem);
    assert_eq!((first.report.received, first.report.totals.new), (PEOPLE as u64, PEOPLE as u64));

    crowd.promote((0..10).map(|n| n * 100));
    let second = app.directory_sync().run(&followed, RunRequest::default()).await.unwrap();
    assert!(!second.report.full);
    assert_eq!((second.report.received, second.report.totals.changed), (10, 10), "nobody else was sent");
    let third = app.directory_sync().run(&followed, RunRequest::default()).await.unwrap();
    assert_eq!((third.outcome, third.report.received), (RunOutcome::Unchanged, 0));

    let metropole = TenantId::new("metropole").unwrap();
    let found = app.storage.search_people(&metropole, &fold("cheffe helene"), 100).await.unwrap();
    assert_eq!(found.len(), 10);
    let all = app
        .directory_sync()
        .run(&followed, RunRequest { full: true, ..RunRequest::default() })
        .await
        .unwrap();
    assert_eq!((all.outcome, all.report.unchanged), (RunOutcome::Unchanged, PEOPLE as u64));
    drop(crowd);
    let emptied = app
        .directory_sync()
        .run(&followed, RunRequest { full: true, ..RunRequest::default() })
        .await
        .unwrap();
    assert!(matches!(emptied.outcome, RunOutcome::Refused | RunOutcome::Failed), "{:?}", emptied.outcome);
    let active = app.storage.active_people(followed.id()).await.unwrap();
    assert_eq!(active[&metropole], PEOPLE as u64);
}
