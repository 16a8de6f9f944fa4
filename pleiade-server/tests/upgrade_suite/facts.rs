//! Names and affiliations, which go to the link that told them.

use super::{CLOSED_BEFORE, CONFLICTS, ONE_LINK, Old, SEVERAL, Store, link, upgraded};
use pleiade_core::Affiliation;
use pleiade_server::storage::Names;

async fn names(store: &Store, from: &str, id: &str) -> Option<Names> {
    let link = link(store, from, id).await;
    store.link_facts(link).await.unwrap().unwrap().names
}

async fn affiliations(store: &Store, from: &str, id: &str) -> Vec<Affiliation> {
    let link = link(store, from, id).await;
    store.link_facts(link).await.unwrap().unwrap().affiliations
}

/// Display name, login, mail.
type NamesAndAddress = (&'static str, Option<&'static str>, Option<&'static str>);

/// The names of links by which they were told last. Any other knows none until its source tells them.
const NAMES: &[(&str, &str, NamesAndAddress)] = &[
    ("locale", "clerk", ("Sinéad O’Brien", Some("clerk"), None)),
    ("sso", "cmoreau", ("Camille Moreau", Some("cmoreau"), Some("camille.moreau@alpha.example"))),
    ("alpha-sso", "agarnier", ("Alice Garnier", Some("agarnier"), Some("alice.garnier@alpha.example"))),
    ("sso", "oroche", ("Olivier Roche", Some("oroche"), Some("olivier.roche@opsn.example"))),
    ("alpha-sso", "pmartin", ("Paul Martin", Some("pmartin"), Some("paul.martin@alpha.example"))),
    ("beta-sso", "bcolin", ("Berthe Colin", Some("bcolin"), Some("berthe.colin@beta.example"))),
    // What directories describe is theirs.
    ("annuaire", "u-faure", ("Chloé Faure", Some("cfaure"), Some("cfaure@alpha.example"))),
    ("annuaire", "u-lenoir", ("Yves Lenoir", Some("ylenoir"), Some("ylenoir@alpha.example"))),
    ("annuaire", "u-petit", ("Hélène Petit", Some("hpetit"), Some("hpetit@alpha.example"))),
    ("annuaire", "u-parti", ("Gaël Parti", Some("gparti"), Some("gparti@alpha.example"))),
    ("alpha-rh", "k-1", ("Jeanne Dupont", Some("jdupont"), Some("jdupont@alpha.example"))),
    ("alpha-rh", "k-2", ("Ahmed Benali", Some("abenali"), Some("abenali@alpha.example"))),
    ("alpha-rh", "k-3", ("Marc Départ", Some("mdepart"), Some("mdepart@alpha.example"))),
    ("beta-rh", "k-1", ("Lou Beta", Some("lbeta"), Some("lbeta@beta.example"))),
    // Local accounts that nobody else was joined with.
    (
        "locale",
        "054a62cc3eb373bd43bb8fa5069c2dc1",
        ("Luc Simon", Some("lsimon"), Some("lsimon@alpha.example")),
    ),
    (
        "locale",
        "74dd135c27c27889af514d0e5394cb36",
        ("Inès Moulin", Some("imoulin"), Some("imoulin@alpha.example")),
    ),
    ("locale", "7a8005f2e7174bf01fec5e9dd315c805", ("Compte de secours", Some("secours"), None)),
    (
        "locale",
        "32363702fabd392d25e9116882f8208d",
        ("Denis Dupuis", Some("ddupuis"), Some("ddupuis@alpha.example")),
    ),
    // Whatever closed before: the last sign-in was by the link that is open.
    ("sso", "cdenis-2", ("Claire Denis (2)", Some("cdenis-2"), Some("cdenis@perso.example"))),
    ("sso", "zroy", ("Zoé Roy", Some("zroy"), Some("z.roy@alpha.example"))),
    // Accounts whose names another source may have told: their login alone.
    ("alpha-locale", "138622adb559dd0f6336268e4147b9ea", ("vlambert", Some("vlambert"), None)),
    ("alpha-locale", "fc84470198fd353977e197618eccc1a3", ("tleroy", Some("tleroy"), None)),
    ("locale", "56d7b4737bfa64053e76c8dbd724f826", ("rfabre", Some("rfabre"), None)),
    ("alpha-locale", "cb164229c1382b88deb93cc0269c4a82", ("nadia1", Some("nadia1"), None)),
    ("alpha-locale", "b95a3d387c25a48a936c0d019ec0e945", ("nadia2", Some("nadia2"), None)),
];

/// Every link of the database.
fn all() -> Vec<(&'static str, &'static str)> {
    let conflicts = CONFLICTS.iter().flat_map(|(_, from, stays, closes)| [(*from, *stays), (*from, *closes)]);
    let others = ONE_LINK.iter().chain(SEVERAL).chain(CLOSED_BEFORE).map(|(_, from, id)| (*from, *id));
    others.chain(conflicts).collect()
}

pub(crate) async fn names_go_to_the_link_that_told_them_and_to_no_other(old: &impl Old) {
    let store = upgraded(old).await;
    for (from, id) in all() {
        let known = NAMES.iter().find(|(source, subject, _)| (*source, *subject) == (from, id));
        // The portal of somebody whom a directory describes was told the same names by it.
        if (from, id) == ("alpha-portail", "u-petit") {
            let told = names(&store, from, id).await.unwrap();
            assert_eq!(told, names(&store, "annuaire", "u-petit").await.unwrap());
            continue;
        }
        let told = names(&store, from, id).await;
        let told = told.as_ref().map(|names| {
            (
                names.display_name.as_str(),
                names.login.as_deref(),
                names.mail.as_ref().map(ToString::to_string),
            )
        });
        let expected = known.map(|(.., (name, login, mail))| (*name, *login, mail.map(ToOwned::to_owned)));
        assert_eq!(told, expected, "{from} {id}");
    }
    assert_eq!(names(&store, "sso", "egros").await, None, "another source told them last");
}

/// Source, subject, and for each collectivité the groups and roles kept with the affiliation.
type LinkAffiliations = (&'static str, &'static str, &'static [(&'static str, &'static [&'static str])]);

/// Every affiliation that is kept. Any other link has none until its source tells them.
const AFFILIATIONS: &[LinkAffiliations] = &[
    ("locale", "clerk", &[("alpha", &[]), ("beta", &[])]),
    ("sso", "cmoreau", &[("alpha", &["agents"]), ("beta", &["agents"])]),
    ("alpha-sso", "agarnier", &[("alpha", &["administrateurs"])]),
    ("sso", "oroche", &[("alpha", &["opsn"]), ("beta", &["opsn"])]),
    ("alpha-sso", "pmartin", &[("alpha", &["agents"])]),
    ("beta-sso", "bcolin", &[("beta", &["agents"])]),
    ("alpha-sso", "k-lefevre", &[("alpha", &["marches"])]),
    ("sso", "blefevre", &[("alpha", &["finances"]), ("beta", &["finances"])]),
    ("alpha-locale", "138622adb559dd0f6336268e4147b9ea", &[("alpha", &[])]),
    ("annuaire", "u-faure", &[("alpha", &["agents", "finances"])]),
    ("annuaire", "u-lenoir", &[("alpha", &["agents"])]),
    ("alpha-portail", "u-petit", &[("alpha", &["portail"])]),
    ("annuaire", "u-petit", &[("alpha", &["agents"])]),
    ("alpha-rh", "k-1", &[("alpha", &["agents"])]),
    ("alpha-sso", "s-dupont", &[("alpha", &["agents"])]),
    ("alpha-rh", "k-2", &[("alpha", &["agents"])]),
    ("beta-rh", "k-1", &[("beta", &[])]),
    ("locale", "054a62cc3eb373bd43bb8fa5069c2dc1", &[("alpha", &[])]),
    ("locale", "74dd135c27c27889af514d0e5394cb36", &[("alpha", &[])]),
    ("alpha-locale", "fc84470198fd353977e197618eccc1a3", &[("alpha", &[])]),
    ("sso", "tleroy-sso", &[("alpha", &["agents"]), ("beta", &["agents"])]),
    ("sso", "rfabre", &[("alpha", &["agents"])]),
    // Kept with the account that they were written with, which is closed.
    ("alpha-locale", "cb164229c1382b88deb93cc0269c4a82", &[("alpha", &[])]),
    ("locale", "32363702fabd392d25e9116882f8208d", &[("alpha", &[])]),
    ("locale", "7a8005f2e7174bf01fec5e9dd315c805", &[("alpha", &[])]),
    ("sso", "cdenis-2", &[("alpha", &["agents"])]),
    ("alpha-sso", "k-gros", &[("alpha", &["agents"])]),
    ("sso", "egros", &[("alpha", &["agents"])]),
    ("sso", "zroy", &[("alpha", &["agents"])]),
];

pub(crate) async fn affiliations_go_to_the_link_of_their_source_and_never_to_the_wrong_subject(
    old: &impl Old,
) {
    let store = upgraded(old).await;
    for (from, id) in all() {
        let told = affiliations(&store, from, id).await;
        let told: Vec<_> = told
            .iter()
            .map(|affiliation| {
                (
                    affiliation.tenant.as_str(),
                    affiliation.groups.iter().map(String::as_str).collect::<Vec<_>>(),
                )
            })
            .collect();
        let known = AFFILIATIONS.iter().find(|(source, subject, _)| (*source, *subject) == (from, id));
        let expected: Vec<_> = known
            .into_iter()
            .flat_map(|(.., affiliations)| *affiliations)
            .map(|(at, groups)| (*at, groups.to_vec()))
            .collect();
        assert_eq!(told, expected, "{from} {id}");
    }
    let kept = &affiliations(&store, "locale", "7a8005f2e7174bf01fec5e9dd315c805").await[0];
    assert_eq!(kept.roles.iter().copied().collect::<Vec<_>>(), [pleiade_core::Role::Operator]);
    let yves = &affiliations(&store, "annuaire", "u-lenoir").await[0];
    assert_eq!(yves.telephone.as_deref(), Some("01 99 00 00 00"));
    let kept: usize = AFFILIATIONS.iter().map(|(.., affiliations)| affiliations.len()).sum();
    assert_eq!(usize::try_from(old.count("SELECT COUNT(*) FROM affiliations").await).unwrap(), kept);
}
