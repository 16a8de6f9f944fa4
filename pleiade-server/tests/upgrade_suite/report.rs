//! Before anything closes: refusal, and the report.

use super::{CONFLICTS, Old, known, link, source, subject};
use chrono::{DateTime, Utc};
use pleiade_core::IdentityId;
use pleiade_server::{
    storage::subject_digest,
    storage::{
        SchemaState, StorageError,
        upgrade::{Keep, Upgrade},
    },
};

fn at(clock: &str) -> DateTime<Utc> {
    format!("2026-03-12T{clock}Z").parse().unwrap()
}

pub(crate) async fn a_database_where_links_would_close_is_refused_and_left_alone(old: &impl Old) {
    let rows = async || {
        let tables = ["links", "sessions", "accesses", "pending_accesses", "delegations", "audit", "menus"];
        let mut counted = Vec::new();
        for table in tables {
            counted.push(old.count(&format!("SELECT COUNT(*) FROM {table}")).await);
        }
        counted.push(old.count("SELECT COUNT(*) FROM links WHERE disabled = FALSE").await);
        counted.push(old.count("SELECT MAX(version) FROM _sqlx_migrations").await);
        counted
    };
    let before = rows().await;
    assert_eq!(before[..5], [49, 43, 25, 5, 25]);
    assert_eq!(old.probe().await.unwrap(), SchemaState::NeedsCommand { conflicts: 8 });
    for _ in 0..2 {
        let error = old.open().await.unwrap_err();
        assert_eq!(error, StorageError::UpgradeNeeded { conflicts: 8 });
        let said = error.to_string();
        assert!(said.contains("pleiade-server upgrade --config") && said.contains("--apply"), "{said}");
        assert_eq!(old.review().await.unwrap().unwrap().conflicts.len(), 8);
        assert_eq!(rows().await, before, "nothing has changed");
    }
    let (store, done) = old.open_upgrading().await.unwrap();
    assert_eq!(done.unwrap().conflicts.len(), 8);
    assert_eq!(old.probe().await.unwrap(), SchemaState::Older, "what is sealed waits for the next start");
    store.end_upgrade_step(pleiade_server::storage::UpgradeStep::SealByLink).await.unwrap();
    assert_eq!(old.probe().await.unwrap(), SchemaState::Current);
    assert_eq!(old.review().await.unwrap(), None);
    assert_eq!(old.open_upgrading().await.unwrap().1, None, "once");
    old.open().await.unwrap();
}

pub(crate) async fn the_report_says_who_stays_and_who_closes(old: &impl Old) {
    let report = old.review().await.unwrap().unwrap();
    assert_eq!(report.conflicts.len(), CONFLICTS.len());
    for (conflict, (person, from, stays, closes)) in report.conflicts.iter().zip(CONFLICTS) {
        let closing: Vec<_> = conflict.closes.iter().map(|link| &link.subject).collect();
        assert_eq!(conflict.person, IdentityId(*person));
        assert_eq!(conflict.source, source(from));
        assert_eq!(conflict.stays.subject, subject(from, stays), "person {person}");
        assert_eq!(closing, [&subject(from, closes)], "person {person}");
        assert_eq!(conflict.stays.handle, subject_digest(&subject(from, stays)));
        assert_eq!(conflict.affiliations_to_give, *person == 29, "person {person}");
    }
    let Upgrade { closed, conflicts, .. } = &report;
    assert_eq!((closed.links, closed.sessions, closed.linked_accounts, closed.delegations), (8, 24, 16, 13));
    assert_eq!(closed.linked_accounts_of_nobody, 3, "of people without any open link");
    // How each came to be: whose a link was, and who had reset a password just before.
    let victor = conflicts.iter().find(|conflict| conflict.person == IdentityId(13)).unwrap();
    let taken = &victor.closes[0];
    assert_eq!(
        (taken.from, taken.after_reset_by),
        (Some(IdentityId(14)), Some((IdentityId(14), at("18:53:03"))))
    );
    assert_eq!((victor.stays.from, victor.stays.after_reset_by), (None, None));
    let karim = conflicts.iter().find(|conflict| conflict.person == IdentityId(31)).unwrap();
    assert_eq!(
        (karim.stays.from, karim.stays.rule.as_deref()),
        (Some(IdentityId(32)), Some("administrator"))
    );
    // Nothing that the log does not show: no login, name, address or cookie value is in what can be printed.
    let debug = format!("{:?}", conflicts.iter().map(|one| &one.stays.handle).collect::<Vec<_>>());
    for person in known()["passwords"].as_array().unwrap() {
        assert!(!debug.contains(person["login"].as_str().unwrap()));
    }
}

pub(crate) async fn used_last_is_decided_by_sessions_and_by_the_log(old: &impl Old) {
    let report = old.review().await.unwrap().unwrap();
    let seen = |person: i64| {
        let conflict = report.conflicts.iter().find(|one| one.person == IdentityId(person)).unwrap();
        (conflict.stays.used_at, conflict.closes[0].used_at)
    };
    // Sessions used after the last sign-in by the other one (lise), the log where no session is left (sacha), a link that was joined and
    // never used (jo), an older link that signed in again (noa).
    assert_eq!(seen(12), (Some(at("18:52:44")), Some(at("18:51:09"))));
    assert_eq!(seen(10), (Some(at("18:49:16")), Some(at("18:49:13"))));
    assert_eq!(seen(11), (Some(at("18:50:58")), None));
    assert_eq!(seen(9), (Some(at("18:48:57")), Some(at("18:47:52"))));
    // Nearer than what a session's last use is known to, the sign-in decides: with one use of the other session some seconds later, too.
    old.run("UPDATE sessions SET last_seen_at = last_seen_at + 40000 WHERE subject = 'droux-1'").await;
    let report = old.review().await.unwrap().unwrap();
    assert_eq!(report.conflicts[0].stays.subject, subject("sso", "droux-2"));
    old.run("UPDATE sessions SET last_seen_at = last_seen_at + 60000 WHERE subject = 'droux-1'").await;
    let report = old.review().await.unwrap().unwrap();
    assert_eq!(report.conflicts[0].stays.subject, subject("sso", "droux-1"));
    // Neither log nor session: the younger one.
    old.run("DELETE FROM pending_accesses").await;
    old.run("DELETE FROM sessions WHERE identity = 11").await;
    old.run("UPDATE links SET source = 'ailleurs' WHERE identity = 11").await;
    let report = old.review().await.unwrap().unwrap();
    let jo = report.conflicts.iter().find(|one| one.person == IdentityId(11)).unwrap();
    assert_eq!((jo.stays.used_at, jo.stays.subject.id()), (None, "jmercier-2"));
    let (store, _) = old.open_upgrading().await.unwrap();
    assert!(!store.link_facts(link(&store, "ailleurs", "jmercier-2").await).await.unwrap().unwrap().disabled);
}

pub(crate) async fn an_operator_may_keep_another_link_than_the_one_used_last(old: &impl Old) {
    // Whoever took the person over used the account last.
    old.run("UPDATE sessions SET last_seen_at = last_seen_at + 600000 WHERE subject = 'mnoir'").await;
    let keep = |person: i64, id: &str| Keep {
        person: IdentityId(person),
        handle: subject_digest(&subject("sso", id)),
    };
    let stays = |report: &Upgrade| {
        let victor = report.conflicts.iter().find(|one| one.person == IdentityId(13)).unwrap();
        victor.stays.subject.id().to_owned()
    };
    assert_eq!(stays(&old.review().await.unwrap().unwrap()), "mnoir");
    let chosen = [keep(13, "vlambert"), keep(8, "droux-1")];
    let report = old.review_keeping(&chosen).await.unwrap().unwrap();
    assert_eq!(stays(&report), "vlambert");
    assert_eq!(report.conflicts[0].stays.subject.id(), "droux-1");
    assert_eq!(report.conflicts.len(), 8);
    // Of nobody's, of another person's, of a person with one link: refused, and nothing changes.
    for (person, id) in [(13, "nobody"), (13, "droux-1"), (2, "cmoreau")] {
        let wrong = [keep(person, id)];
        let refused = StorageError::NoSuchLink { person };
        assert_eq!(old.review_keeping(&wrong).await.unwrap_err(), refused);
        assert_eq!(old.open_keeping(&wrong).await.map(drop).unwrap_err(), refused);
    }
    assert_eq!(old.review_keeping(&chosen).await.unwrap().unwrap(), report);
    let (store, done) = old.open_keeping(&chosen).await.unwrap();
    assert_eq!(done.unwrap(), report);
    for (id, disabled) in [("vlambert", false), ("mnoir", true), ("droux-1", false), ("droux-2", true)] {
        let found = store.find_link(&source("sso"), &subject("sso", id)).await.unwrap().unwrap();
        assert_eq!(found.disabled, disabled, "{id}");
    }
}
