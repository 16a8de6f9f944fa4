//! Everything that closes, who is told, and what the log says of it.

use super::{
    CLOSED_BEFORE, CONFLICTS, ONE_LINK, Old, SEVERAL, Store, link, one_link, source, subject, tenant,
    upgraded,
};
use pleiade_core::{Clock as _, ConnectorId, IdentityId, SystemClock};
use pleiade_federation::delegation::{DelegationId, EndCause};
use pleiade_server::{
    audit::AuditEvent,
    storage::subject_digest,
    storage::{AuditQuery, NewAuditLine, NoticeKind},
};
use std::collections::BTreeSet;

pub(crate) async fn links_close_and_stay_as_the_report_says(old: &impl Old) {
    let store = upgraded(old).await;
    let mut seen = 0;
    let mut check = async |person: i64, from: &str, id: &str, disabled: bool| {
        let found = store.find_link(&source(from), &subject(from, id)).await.unwrap().unwrap();
        assert_eq!((found.identity, found.disabled), (IdentityId(person), disabled), "{from} {id}");
        seen += 1;
    };
    for (person, from, id) in ONE_LINK.iter().chain(SEVERAL) {
        check(*person, from, id, false).await;
    }
    for (person, from, stays, closes) in CONFLICTS {
        check(*person, from, stays, false).await;
        check(*person, from, closes, true).await;
    }
    for (person, from, id) in CLOSED_BEFORE {
        check(*person, from, id, true).await;
    }
    assert_eq!(seen, 49, "every link of the database");
    assert_eq!(old.count("SELECT COUNT(*) FROM links").await, 49);
    assert_eq!(old.count("SELECT COUNT(*) FROM links WHERE disabled = FALSE").await, 34);
    // The database holds it too, whatever a program asks for.
    let twice = "SELECT COUNT(*) FROM (SELECT identity FROM links WHERE disabled = FALSE
        GROUP BY identity, source HAVING COUNT(*) > 1) AS several";
    assert_eq!(old.count(twice).await, 0);
    let closed = link(&store, "sso", "droux-1").await;
    assert!(store.disable_link(closed, false).await.is_err(), "beside an open one");
    // The portal's link knows the directory's.
    let portal =
        store.find_link(&source("alpha-portail"), &subject("alpha-portail", "u-petit")).await.unwrap();
    assert_eq!(portal.unwrap().directory, Some(link(&store, "annuaire", "u-petit").await));
}

/// Number, giver, receiver, and whether it goes on.
const DELEGATIONS: &[(i64, i64, i64, bool)] = &[
    (1, 2, 5, true),
    (2, 5, 2, true),
    (4, 2, 6, true),
    (5, 7, 5, false),
    (6, 5, 7, false),
    (7, 7, 2, false),
    (8, 8, 5, false),
    (9, 8, 2, false),
    (10, 7, 8, false),
    (11, 5, 8, false),
    (12, 9, 5, false),
    (13, 5, 9, false),
    (14, 18, 5, true),
    (15, 5, 18, true),
    (16, 5, 17, true),
    (17, 18, 17, true),
    (19, 19, 5, false),
    (20, 24, 5, true),
    (21, 26, 5, false),
    (22, 27, 5, false),
    (23, 31, 5, false),
    (25, 35, 5, true),
];

pub(crate) async fn delegations_go_on_between_people_of_one_link_each(old: &impl Old) {
    let ended_before = [3, 18, 24];
    let before: Vec<i64> = {
        let mut at = Vec::new();
        for id in ended_before {
            at.push(old.count(&format!("SELECT ended_at FROM delegations WHERE id = {id}")).await);
        }
        at
    };
    let store = upgraded(old).await;
    for (id, giver, receiver, goes_on) in DELEGATIONS {
        let kept = store.delegation(DelegationId(*id)).await.unwrap().unwrap();
        let sides = (kept.terms.giver, kept.terms.receiver);
        assert_eq!((sides.0.person, sides.1.person), (IdentityId(*giver), IdentityId(*receiver)));
        assert_eq!(kept.ended.is_none(), *goes_on, "delegation {id}");
        if *goes_on {
            for side in [sides.0, sides.1] {
                let (from, subject) = one_link(side.person.0).unwrap();
                assert_eq!(side.link, Some(link(&store, from, subject).await), "delegation {id}");
            }
        } else {
            assert_eq!(kept.ended.unwrap().cause, EndCause::Upgrade, "delegation {id}");
        }
    }
    for (id, at) in ended_before.into_iter().zip(before) {
        let ended = store.delegation(DelegationId(id)).await.unwrap().unwrap().ended.unwrap();
        assert_ne!(ended.cause, EndCause::Upgrade, "it had ended");
        assert_eq!(ended.at.timestamp_millis(), at);
    }
    assert_eq!(old.count("SELECT COUNT(*) FROM delegations WHERE ended_at IS NULL").await, 9);
}

async fn told(store: &Store, from: &str, id: &str) -> Vec<NoticeKind> {
    let link = link(store, from, id).await;
    store.notices_of_links([link; 2]).await.unwrap().into_iter().map(|notice| notice.notice.kind).collect()
}

pub(crate) async fn people_are_told_what_they_can_do_again(old: &impl Old) {
    use NoticeKind::{ConnectAgain, DelegateAgain, LinkRemoved};
    let store = upgraded(old).await;
    // Of one link: told only as the other end of what ended.
    for (person, from, id) in ONE_LINK {
        let expected = if [2, 5].contains(person) { vec![DelegateAgain] } else { Vec::new() };
        assert_eq!(told(&store, from, id).await, expected, "person {person}");
    }
    let delegates: BTreeSet<i64> = DELEGATIONS
        .iter()
        .filter(|(.., goes_on)| !goes_on)
        .flat_map(|(_, giver, receiver, _)| [*giver, *receiver])
        .collect();
    let again = |person: &i64| {
        let mut expected = vec![ConnectAgain];
        expected.extend(delegates.contains(person).then_some(DelegateAgain));
        expected
    };
    for (person, from, stays, closes) in CONFLICTS {
        let mut expected = vec![LinkRemoved];
        expected.extend(again(person));
        assert_eq!(told(&store, from, stays).await, expected, "person {person}");
        assert!(told(&store, from, closes).await.is_empty(), "a closed link shows nothing to anybody");
    }
    for (person, from, id) in SEVERAL {
        let mut expected = Vec::new();
        expected.extend((*person == 13).then_some(LinkRemoved));
        if *person != 18 {
            expected.extend(again(person));
        }
        assert_eq!(told(&store, from, id).await, expected, "person {person} by {from}");
    }
    for (_, from, id) in CLOSED_BEFORE {
        assert!(told(&store, from, id).await.is_empty());
    }
    let link_of = link(&store, "sso", "droux-2").await;
    let notices = store.notices_of_links([link_of; 2]).await.unwrap();
    assert_eq!(notices[0].notice.facts, [("source".to_owned(), "sso".to_owned())].into());
    assert!(notices.iter().all(|notice| notice.notice.tenant.is_none()));
    // And they can: connect, and delegate.
    let key = pleiade_federation::vault::LinkedAccountKey::new(
        tenant("alpha"),
        link_of,
        ConnectorId::new("nuage").unwrap(),
    );
    let sealed = super::sealer().seal(key.purpose(), b"{}").unwrap();
    let record = pleiade_federation::vault::LinkedAccountRecord::new(
        key.clone(),
        sealed,
        pleiade_federation::vault::LinkingKind::Pasted,
        super::left_at(),
    );
    store.put_linked_account(&record).await.unwrap();
    let mut terms = store.delegation(DelegationId(8)).await.unwrap().unwrap().terms;
    terms.giver.link = Some(link_of);
    terms.receiver.link = Some(link(&store, "alpha-sso", "pmartin").await);
    let id = store.create_delegation(&terms).await.unwrap();
    assert!(store.accept_delegation(id, IdentityId(5), super::left_at()).await.unwrap());
}

async fn lines(store: &Store) -> Vec<NewAuditLine> {
    let query = AuditQuery { limit: 10_000, ..AuditQuery::default() };
    let lines = store.audit(&query).await.unwrap().into_iter().map(|line| line.line);
    let mut lines: Vec<_> =
        lines.filter(|line| line.facts.get("cause").is_some_and(|cause| cause == "upgrade")).collect();
    lines.reverse();
    lines
}

pub(crate) async fn the_log_says_what_closed(old: &impl Old) {
    let before = SystemClock::default().now();
    let store = upgraded(old).await;
    let lines = lines(&store).await;
    let of = |event: AuditEvent| lines.iter().filter(move |line| line.event == event);
    let links: Vec<_> = of(AuditEvent::LinkDisabled)
        .map(|line| {
            (line.person.unwrap().person.0, line.source.clone().unwrap(), line.facts["subject"].clone())
        })
        .collect();
    let expected: Vec<_> = CONFLICTS
        .iter()
        .map(|(person, from, _, closes)| (*person, source(from), subject_digest(&subject(from, closes))))
        .collect();
    assert_eq!(links, expected);
    let sessions: u64 =
        of(AuditEvent::SessionsEnded).map(|line| line.facts["count"].parse::<u64>().unwrap()).sum();
    assert_eq!(sessions, 24);
    assert_eq!(of(AuditEvent::LinkedAccountRevoked).count(), 16);
    assert!(
        of(AuditEvent::LinkedAccountRevoked)
            .all(|line| line.tenant.is_some() && line.facts["connector"] == "nuage")
    );
    let ended: BTreeSet<i64> =
        of(AuditEvent::DelegationEnded).map(|line| line.facts["delegation"].parse().unwrap()).collect();
    let expected: BTreeSet<i64> =
        DELEGATIONS.iter().filter(|(.., goes_on)| !goes_on).map(|(id, ..)| *id).collect();
    assert_eq!(ended, expected);
    assert!(
        lines
            .iter()
            .all(|line| line.at.timestamp_millis() >= before.timestamp_millis() && line.actor.is_none())
    );
}

pub(crate) async fn an_upgrade_that_fails_leaves_everything_as_it_was(old: &impl Old) {
    let counted = async || {
        [
            old.count("SELECT COUNT(*) FROM links WHERE disabled = FALSE").await,
            old.count("SELECT COUNT(*) FROM local_accounts WHERE disabled = FALSE").await,
            old.count("SELECT COUNT(*) FROM audit").await,
            old.count("SELECT COUNT(*) FROM sessions").await,
            old.count("SELECT MAX(version) FROM _sqlx_migrations").await,
        ]
    };
    let before = counted().await;
    // The migration stops in its middle, where it makes this table.
    old.run("CREATE TABLE new_menus (link BIGINT)").await;
    assert!(old.open_upgrading().await.is_err());
    assert_eq!(counted().await, before);
    old.run("DROP TABLE new_menus").await;
    let (_, done) = old.open_upgrading().await.unwrap();
    assert_eq!(done.unwrap().closed.links, 8);
    assert_eq!(counted().await[0], before[0] - 8);
}
