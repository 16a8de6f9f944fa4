//! Links seen as a whole.

use super::{Store, at, person, source, subject, tenant};
use pleiade_core::{Affiliation, PersonKind};
use pleiade_federation::linking::Rule;
use pleiade_server::storage::{DirectoryEntry, DirectoryWrite, Names, NewIdentity, NewLink, StorageError};

pub(crate) async fn links_of_a_person_come_and_go_to_another(store: Store) {
    let jeanne = store.create_identity(&person("jeanne")).await.unwrap();
    let paul = store.create_identity(&person("paul")).await.unwrap();
    let link = NewLink {
        source: source("portail"),
        subject: subject("jdupont"),
        identity: jeanne,
        owner: Some(tenant("alpha")),
        relies_on: Some(source("annuaire")),
        rule: Rule::Directory,
        created_at: at(60),
    };
    store.add_link(&link).await.unwrap();
    assert_eq!(
        store.add_link(&NewLink { identity: paul, ..link.clone() }).await,
        Err(StorageError::Conflict)
    );
    let theirs = store.links_of(jeanne).await.unwrap();
    let seen: Vec<_> = theirs.iter().map(|record| (record.link.source.as_str(), record.link.rule)).collect();
    assert_eq!(seen, [("sso", Rule::First), ("portail", Rule::Directory)]);
    assert_eq!(theirs[1].link, link);
    let found = store.find_link(&link.source, &link.subject).await.unwrap().unwrap();
    assert_eq!((found.identity, found.relies_on), (jeanne, Some(source("annuaire"))));

    let tie = Affiliation::new(tenant("alpha"), PersonKind::Agent);
    for from in ["portail", "sso"] {
        store.replace_affiliations(jeanne, &source(from), std::slice::from_ref(&tie)).await.unwrap();
    }
    let moved = NewLink { identity: paul, relies_on: None, rule: Rule::Administrator, ..link.clone() };
    assert!(store.move_link(&moved, jeanne).await.unwrap());
    assert_eq!(store.links_of(jeanne).await.unwrap().len(), 1);
    assert_eq!(store.links_of(paul).await.unwrap()[1].link, moved);
    let left = store.affiliations(jeanne).await.unwrap();
    assert_eq!(left.iter().map(|given| given.source.as_str()).collect::<Vec<_>>(), ["sso"]);

    store.disable_link(&moved.source, &moved.subject, true).await.unwrap();
    assert!(!store.move_link(&link, paul).await.unwrap(), "a closed link goes to nobody");
    assert!(store.links_of(paul).await.unwrap()[1].disabled);
    assert!(store.links_of(pleiade_core::IdentityId(9_999)).await.unwrap().is_empty());
}

pub(crate) async fn an_address_and_a_login_find_whom_they_name(store: Store) {
    let mail = |text: &str| text.parse().unwrap();
    let named = |name: &str| NewIdentity {
        names: Names {
            display_name: name.to_owned(),
            mail: Some(mail("accueil@alpha.example")),
            ..Names::default()
        },
        ..person(name)
    };
    let one = store.create_identity(&named("jeanne")).await.unwrap();
    assert_eq!(store.bearers(&mail("accueil@ALPHA.example")).await.unwrap(), [one]);
    assert!(store.bearers(&mail("Accueil@alpha.example")).await.unwrap().is_empty(), "compared as written");
    for name in ["paul", "marie", "luc"] {
        store.create_identity(&named(name)).await.unwrap();
    }
    assert_eq!(store.bearers(&mail("accueil@alpha.example")).await.unwrap().len(), 3);

    let entry = |key: &str, login: &str| DirectoryEntry {
        subject: subject(key),
        names: Names { display_name: key.to_owned(), login: Some(login.to_owned()), ..Names::default() },
        function: None,
        department: None,
        telephone: None,
        groups: Vec::new(),
        affiliations: Vec::new(),
        search: format!(" {key}"),
        fingerprint: vec![1],
    };
    let write = |people, departed| DirectoryWrite {
        source: source("annuaire"),
        owner: Some(tenant("alpha")),
        precedence: 0,
        relying: Vec::new(),
        at: at(0),
        people,
        departed,
        progress: None,
    };
    let people = vec![entry("uuid-1", "JDupont"), entry("uuid-2", "ppetit"), entry("uuid-3", "parti")];
    store.apply_directory(&write(people, Vec::new())).await.unwrap();
    let departed = vec![(subject("uuid-2"), false), (subject("uuid-3"), true)];
    store.apply_directory(&write(Vec::new(), departed)).await.unwrap();
    let annuaire = source("annuaire");
    let ask = async |login: &str| store.directory_logins(&annuaire, login).await.unwrap();
    assert_eq!(ask("jdupont").await, [(subject("uuid-1"), true)]);
    assert_eq!(ask("ppetit").await, [(subject("uuid-2"), false)]);
    for nobody in ["parti", "jdup", "jdupont%", ""] {
        assert!(ask(nobody).await.is_empty(), "{nobody:?}");
    }
    assert!(store.directory_logins(&source("autre"), "jdupont").await.unwrap().is_empty());
}
