//! Storage that takes no end of a session for a while.

use super::*;
use crate::{
    audit::{AuditEvent, Note},
    storage::AuditQuery,
};
use sqlx::Connection as _;

/// Does something behind the back of both replicas.
async fn run(world: &World, statement: &'static str) {
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(world._folder.path().join("t.db"));
    let mut connection = sqlx::SqliteConnection::connect_with(&options).await.unwrap();
    sqlx::query(statement).execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
}

/// Sessions can still be read, and not deleted.
const REFUSE_DELETES: &str =
    "CREATE TRIGGER no_delete BEFORE DELETE ON sessions BEGIN SELECT RAISE(ABORT, 'no'); END";
const TAKE_DELETES: &str = "DROP TRIGGER no_delete";

/// Waits until what waited for storage is written: the task that writes it ends then.
async fn written(world: &World) {
    world.tasks.close();
    world.tasks.wait().await;
    world.tasks.reopen();
}

#[tokio::test]
async fn an_end_that_storage_does_not_take_counts_here_and_is_written_later() {
    let world = world().await;
    let value = world.open(None, "alpha").await;
    let session = find_session(&world.here, &value, None).await.unwrap();
    run(&world, REFUSE_DELETES).await;
    let ended = world.here.close(&session, None).await.unwrap();
    assert_eq!(ended, SessionEnd::HereOnly { until: session.expires_at });
    session.ended().await;
    assert!(find_session(&world.here, &value, None).await.is_none());
    assert!(world.here.reload(&session).await.unwrap().is_none());
    assert!(world.here.list(world.clerk).await.unwrap().is_empty());
    assert_eq!(
        world.here.switch(&session, &tenant("beta"), &acting_line()).await.err(),
        Some(SessionError::NotAllowed)
    );
    assert!(find_session(&world.there, &value, None).await.is_some(), "which is what the answer says");

    world.here.write_later(Note::new(AuditEvent::SignedOut).into_line(world.clock.now()));
    run(&world, TAKE_DELETES).await;
    written(&world).await;
    assert!(world.storage.sessions_of_person(world.clerk).await.unwrap().is_empty());
    world.clock.advance(Limits::default().memory);
    assert!(
        find_session(&world.there, &value, None).await.is_none(),
        "written: the other replica refuses it too"
    );
    let lines = world.storage.audit(&AuditQuery { limit: 5, ..AuditQuery::default() }).await.unwrap();
    assert_eq!(lines.len(), 1);
    assert_eq!(world.here.0.unwritten.sizes(), (0, 0), "and nothing stays in memory");
}

#[tokio::test]
async fn a_session_that_cannot_be_read_is_refused_by_its_value() {
    let world = world().await;
    let value = world.open(None, "alpha").await;
    let known = find_session(&world.here, &value, None).await.unwrap();
    world.clock.advance(Limits::default().memory);
    run(&world, "ALTER TABLE sessions RENAME TO sessions_away").await;
    assert!(world.here.find_session(&value, None).await.is_err());
    let ended = world.here.refuse_unread(&value).await.unwrap();
    assert_eq!(ended, Some(SessionEnd::HereOnly { until: known.expires_at }));
    known.ended().await;
    assert!(world.here.find_session(&value, None).await.unwrap().is_none(), "refused without asking storage");
    assert_eq!(world.here.refuse_unread("nonsense").await.unwrap(), None);
    run(&world, "ALTER TABLE sessions_away RENAME TO sessions").await;
    written(&world).await;
    assert!(world.storage.sessions_of_person(world.clerk).await.unwrap().is_empty());
}

#[tokio::test]
async fn invented_values_take_no_room_from_sessions() {
    let world = world().await;
    let value = world.open(None, "alpha").await;
    let session = find_session(&world.here, &value, None).await.unwrap();
    run(&world, REFUSE_DELETES).await;
    let invented = |n: usize| format!("{n:A>43}");
    for n in 0..10_000 {
        assert!(world.here.refuse_unread(&invented(n)).await.unwrap().is_some());
    }
    assert!(world.here.refuse_unread(&invented(10_000)).await.is_err(), "no room for one more");
    assert!(world.here.refuse_unread(&invented(7)).await.unwrap().is_some(), "one that is there already");
    let ended = world.here.close(&session, None).await.unwrap();
    assert_eq!(ended, SessionEnd::HereOnly { until: session.expires_at });
    // They are gone when the session they name would be.
    world.clock.advance(Limits::default().absolute);
    run(&world, TAKE_DELETES).await;
    written(&world).await;
    assert_eq!(world.here.0.unwritten.sizes(), (0, 0));
}

#[tokio::test]
async fn an_end_for_which_there_is_no_room_is_none() {
    let world = world().await;
    let value = world.open(None, "alpha").await;
    let session = find_session(&world.here, &value, None).await.unwrap();
    run(&world, REFUSE_DELETES).await;
    let until = session.expires_at;
    for n in 0..100_000_u64 {
        let mut hash = [0; 32];
        hash[..8].copy_from_slice(&n.to_be_bytes());
        assert!(
            world.here.0.unwritten.refuse(
                SessionHash(hash),
                crate::session::unwritten_ends::UnwrittenEnd { until, known: true }
            )
        );
    }
    assert!(world.here.close(&session, None).await.is_err());
    assert!(!session.life.end.is_cancelled(), "its streams go on with it");
    assert!(find_session(&world.here, &value, None).await.is_some());
}

#[tokio::test]
async fn a_stop_tries_once_more() {
    let world = world().await;
    let value = world.open(None, "alpha").await;
    let session = find_session(&world.here, &value, None).await.unwrap();
    run(&world, REFUSE_DELETES).await;
    assert_ne!(world.here.close(&session, None).await.unwrap(), SessionEnd::Everywhere);
    world.here.stop();
    // The task ends although storage still fails.
    written(&world).await;
    assert_eq!(world.storage.sessions_of_person(world.clerk).await.unwrap().len(), 1);
}

#[test]
fn of_two_ends_the_lesser_is_told() {
    let at = |hour: i64| SessionEnd::HereOnly { until: DateTime::from_timestamp(3600 * hour, 0).unwrap() };
    assert_eq!(SessionEnd::Everywhere.and(SessionEnd::Everywhere), SessionEnd::Everywhere);
    assert_eq!(at(1).and(SessionEnd::Everywhere), at(1));
    assert_eq!(SessionEnd::Everywhere.and(at(1)), at(1));
    assert_eq!(at(2).and(at(1)), at(2));
}

#[tokio::test]
async fn a_line_that_storage_refuses_holds_back_no_end() {
    let world = world().await;
    let value = world.open(None, "alpha").await;
    let session = find_session(&world.here, &value, None).await.unwrap();
    run(&world, REFUSE_DELETES).await;
    assert_ne!(world.here.close(&session, Some(acting_line())).await.unwrap(), SessionEnd::Everywhere);
    run(&world, TAKE_DELETES).await;
    run(&world, "CREATE TRIGGER no_line BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'no'); END").await;
    assert!(world.here.write_unwritten().await.is_err());
    assert_eq!(world.here.0.unwritten.sizes(), (0, 1), "the end is written, and its line waits");
    assert!(world.storage.sessions_of_person(world.clerk).await.unwrap().is_empty());
    run(&world, "DROP TRIGGER no_line").await;
    written(&world).await;
    let lines = world.storage.audit(&AuditQuery { limit: 5, ..AuditQuery::default() }).await.unwrap();
    assert_eq!(lines.len(), 1);
}

/// Whoever invents values for sessions does not make those that exist wait.
#[tokio::test]
async fn the_ends_of_known_sessions_are_written_first() {
    let world = world().await;
    let until = world.clock.now() + chrono::TimeDelta::hours(1);
    for n in 0..50 {
        let end = unwritten_ends::UnwrittenEnd { until, known: n == 25 };
        assert!(world.here.0.unwritten.refuse(SessionHash([n; 32]), end));
    }
    assert_eq!(world.here.0.unwritten.hashes().first(), Some(&SessionHash([25; 32])));
}
