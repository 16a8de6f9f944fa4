//! The proxy-granting ticket of another source, in the session that it was given to.

use super::*;
use crate::storage::SessionTicketRecord;

/// The clerk has this login, and their session a ticket of the source `other` for this user name.
async fn with_ticket(world: &World, site: Option<&str>, user: &str) -> String {
    let named = Names { display_name: "Clerk".into(), login: Some("clerk".into()), ..Names::default() };
    world.storage.update_names(world.link, &named).await.unwrap();
    let value = world.open(site, "alpha").await;
    let session = find_session(&world.here, &value, site).await.unwrap();
    let ticket =
        SessionTicket { source: source("other"), user: user.into(), granting: "PGT-sentinel".into() };
    assert_eq!(format!("{ticket:?}"), format!("SessionTicket {{ source: {:?}, .. }}", ticket.source));
    assert!(world.here.keep_ticket(&session, &ticket, "ST-1".into()).await.unwrap());
    value
}

async fn ticket(sessions: &Sessions, value: &str) -> Option<String> {
    let session = find_session(sessions, value, None).await.unwrap();
    session.ticket().map(|ticket| ticket.granting.expose_secret().to_owned())
}

#[tokio::test]
async fn a_ticket_is_sealed_and_goes_on_for_another_collectivite() {
    let world = world().await;
    let value = with_ticket(&world, None, "clerk").await;
    assert_eq!(ticket(&world.there, &value).await.as_deref(), Some("PGT-sentinel"), "every replica knows it");
    let record = world.storage.sessions_of_person(world.clerk).await.unwrap().remove(0);
    let sealed = record.ticket.clone().unwrap().sealed;
    assert!(!String::from_utf8_lossy(&sealed).contains("sentinel"));
    assert!(!format!("{record:?} {:?}", record.ticket).contains("ST-1"));
    let session = find_session(&world.here, &value, None).await.unwrap();
    let next = world.here.switch(&session, &tenant("beta"), &acting_line()).await.unwrap();
    assert_eq!(ticket(&world.there, next.expose_secret()).await.as_deref(), Some("PGT-sentinel"));
    // Sealed for one collectivité, it opens in no other.
    let record = world.storage.sessions_of_person(world.clerk).await.unwrap().remove(0);
    let moved = SessionTicketRecord { sealed, ..record.ticket.unwrap() };
    world.storage.keep_session_ticket(record.hash, &moved).await.unwrap();
    world.clock.advance(Duration::from_secs(31));
    assert_eq!(ticket(&world.here, next.expose_secret()).await, None);
}

#[tokio::test]
async fn a_ticket_counts_for_the_login_and_the_server_for_which_it_was_given() {
    let world = world().await;
    for user in ["Clerk", "clerk ", "clerks", ""] {
        let value = with_ticket(&world, None, user).await;
        assert_eq!(ticket(&world.here, &value).await, None, "{user:?}");
    }
    let value = with_ticket(&world, None, "clerk").await;
    assert!(ticket(&world.here, &value).await.is_some());
    // The source is another server since.
    let changed = [("sso", "sso"), ("other", "another server")];
    let elsewhere = replica(&world.storage, &world.sealer, &world.clock, &world.tasks, &changed);
    assert_eq!(ticket(&elsewhere, &value).await, None);
    let gone = replica(&world.storage, &world.sealer, &world.clock, &world.tasks, &[("sso", "sso")]);
    assert_eq!(ticket(&gone, &value).await, None);
}

#[tokio::test]
async fn a_ticket_that_its_server_takes_back_is_gone_on_every_replica() {
    let world = world().await;
    let value = with_ticket(&world, None, "clerk").await;
    assert!(ticket(&world.there, &value).await.is_some());
    assert_eq!(world.here.drop_tickets(&source("sso"), "ST-1").await.unwrap(), 0, "another source");
    assert_eq!(world.here.drop_tickets(&source("other"), "ST-1").await.unwrap(), 1);
    assert_eq!(ticket(&world.here, &value).await, None, "at once here");
    world.clock.advance(Duration::from_secs(31));
    assert_eq!(ticket(&world.there, &value).await, None, "half a minute later there");
    // A session that has ended keeps nothing.
    let session = find_session(&world.here, &value, None).await.unwrap();
    assert_eq!(world.here.close(&session, Some(ended(1))).await.unwrap(), SessionEnd::Everywhere);
    let late = SessionTicket { source: source("other"), user: "clerk".into(), granting: "PGT-2".into() };
    assert!(!world.here.keep_ticket(&session, &late, "ST-2".into()).await.unwrap());
}
