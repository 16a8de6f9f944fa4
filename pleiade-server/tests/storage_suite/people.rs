//! The people of a collectivité, seen from it.

use super::{Store, person, tenant};
use pleiade_core::{Affiliation, PersonKind, Role};

pub(crate) async fn every_affiliation_to_a_collectivite_is_told_with_its_link_and_source(store: Store) {
    let (_, jeanne) = store.create_identity(&person("jeanne")).await.unwrap();
    let (_, paul) = store.create_identity(&person("paul")).await.unwrap();
    let mut administers = Affiliation::new(tenant("alpha"), PersonKind::Elu);
    administers.roles.insert(Role::TenantAdministrator);
    administers.groups.insert("maires".to_owned());
    let works = |id| Affiliation::new(tenant(id), PersonKind::Agent);
    store.replace_affiliations(paul, &[administers.clone(), works("beta")]).await.unwrap();
    store.replace_affiliations(jeanne, &[works("alpha")]).await.unwrap();

    let affiliations = store.affiliations_of_tenant(&tenant("alpha")).await.unwrap();
    let seen: Vec<_> =
        affiliations.iter().map(|affiliation| (affiliation.link, affiliation.source.as_str())).collect();
    assert_eq!(seen, [(jeanne, "sso"), (paul, "sso")]);
    assert_eq!(affiliations[1].affiliation, administers);
    assert_eq!(store.affiliations_of_tenant(&tenant("beta")).await.unwrap().len(), 1);
    assert!(store.affiliations_of_tenant(&tenant("gamma")).await.unwrap().is_empty());
}
