//! The audit log.

use super::{Store, instant, linking::add, person, source, tenant};
use pleiade_server::{
    audit::AuditEvent,
    storage::{AuditQuery, Names, NewAuditLine, NewLink, Party},
};
use std::collections::BTreeMap;

fn line(place: Option<&str>, actor: impl Into<Party>, person: impl Into<Party>) -> NewAuditLine {
    NewAuditLine {
        at: instant(10),
        tenant: place.map(tenant),
        event: AuditEvent::RightsChanged,
        actor: Some(actor.into()),
        person: Some(person.into()),
        source: Some(source("alpha")),
        facts: BTreeMap::new(),
    }
}

pub(crate) async fn lines_of_the_log_keep_what_people_were_called(store: Store) {
    let (jeanne, first) = store.create_identity(&person("jeanne")).await.unwrap();
    let (paul, _) = store.create_identity(&person("paul")).await.unwrap();
    let second = add(&store, jeanne, "second", "jeanne").await;
    let named = |name: &str| Names { display_name: name.into(), ..Names::default() };
    store.update_names(second, &named("Jeanne par la seconde")).await.unwrap();
    let written = [
        line(Some("alpha"), (jeanne, first), (jeanne, second)),
        // Where no link is named, and where the one that is named is not theirs.
        line(Some("alpha"), jeanne, (paul, second)),
        // Another collectivité does not know them; no collectivité, no name.
        line(Some("beta"), (jeanne, first), (jeanne, second)),
        line(None, (jeanne, first), (jeanne, second)),
    ];
    for line in &written {
        store.append_audit(line).await.unwrap();
    }

    // What comes later changes nothing.
    let link = store.links_of_person(jeanne).await.unwrap().remove(1).link;
    assert!(store.move_link(second, &NewLink { identity: paul, ..link }, jeanne).await.unwrap());
    for link in [first, second] {
        store.update_names(link, &named("plus tard")).await.unwrap();
    }
    let mut kept = store.audit(&AuditQuery { limit: 10, ..AuditQuery::default() }).await.unwrap();
    kept.reverse();
    let called: Vec<_> =
        kept.iter().map(|line| (line.actor_name.as_deref(), line.person_name.as_deref())).collect();
    assert_eq!(
        called,
        [
            (Some("jeanne"), Some("Jeanne par la seconde")),
            (Some("jeanne"), Some("paul")),
            (None, None),
            (None, None)
        ]
    );
    assert!(kept.iter().map(|line| &line.line).eq(&written));
}
