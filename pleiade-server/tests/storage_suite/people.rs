//! The people of a collectivité, seen from it.

use super::{Store, person, source, tenant};
use pleiade_core::{Affiliation, PersonKind, Role};

pub(crate) async fn every_tie_to_a_collectivite_is_told_with_its_person_and_source(store: Store) {
    let jeanne = store.create_identity(&person("jeanne")).await.unwrap();
    let paul = store.create_identity(&person("paul")).await.unwrap();
    let mut administers = Affiliation::new(tenant("alpha"), PersonKind::Elu);
    administers.roles.insert(Role::TenantAdministrator);
    administers.groups.insert("maires".to_owned());
    let works = |id| Affiliation::new(tenant(id), PersonKind::Agent);
    let given = [administers.clone(), works("beta")];
    store.replace_affiliations(paul, &source("sso"), &given).await.unwrap();
    store.replace_affiliations(paul, &source("annuaire"), &[works("alpha")]).await.unwrap();
    store.replace_affiliations(jeanne, &source("sso"), &[works("alpha")]).await.unwrap();

    let ties = store.ties_of(&tenant("alpha")).await.unwrap();
    let seen: Vec<_> = ties.iter().map(|(person, tie)| (*person, tie.source.as_str())).collect();
    assert_eq!(seen, [(jeanne, "sso"), (paul, "annuaire"), (paul, "sso")]);
    assert_eq!(ties[2].1.affiliation, administers);
    assert_eq!(store.ties_of(&tenant("beta")).await.unwrap().len(), 1);
    assert!(store.ties_of(&tenant("gamma")).await.unwrap().is_empty());
}
