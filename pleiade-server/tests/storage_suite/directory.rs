//! The records of directories, and the runs that filled them.

use super::{Store, instant, linking, source, subject, tenant};
use chrono::TimeDelta;
use pleiade_core::{Affiliation, LinkId, PersonKind};
use pleiade_federation::linking::Rule;
use pleiade_server::{
    storage::{
        DirectoryApplied, DirectoryEntry, DirectoryProgress, DirectoryState, DirectoryWrite, MAX_RUNS, Names,
        NewDirectoryRun, NewIdentity, NewLink, RunOutcome,
    },
    sync::fold,
};

fn entry(key: &str, name: &str, tenants: &[&str]) -> DirectoryEntry {
    DirectoryEntry {
        subject: subject(key),
        names: Names {
            display_name: name.to_owned(),
            login: Some(key.to_owned()),
            mail: format!("{key}@alpha.example").parse().ok(),
            ..Names::default()
        },
        function: Some("Agent d’accueil".into()),
        department: None,
        telephone: Some("02 38 00 00 00".into()),
        groups: vec!["agents".into()],
        affiliations: tenants.iter().map(|id| Affiliation::new(tenant(id), PersonKind::Agent)).collect(),
        search: fold(&format!("{name} {key} {key}@alpha.example Agent d’accueil")),
        fingerprint: vec![1; 32],
    }
}

fn write(people: Vec<DirectoryEntry>, departed: &[(&str, bool)], seconds: i64) -> DirectoryWrite {
    DirectoryWrite {
        source: source("annuaire"),
        owner: None,
        precedence: 0,
        relying: vec![source("sso")],
        at: instant(seconds),
        people,
        departed: departed.iter().map(|(key, absent)| (subject(key), *absent)).collect(),
        progress: None,
    }
}

fn person_in(applied: &DirectoryApplied, key: &str) -> LinkId {
    applied.people.iter().find(|(found, _)| *found == subject(key)).unwrap().1
}

async fn name_of(store: &Store, link: LinkId) -> Option<String> {
    store.link_facts(link).await.unwrap()?.names.map(|names| names.display_name)
}

async fn affiliations_of(store: &Store, link: LinkId) -> Vec<Affiliation> {
    store.link_facts(link).await.unwrap().unwrap().affiliations
}

async fn names_found(store: &Store, id: &str, typed: &str) -> Vec<String> {
    let found = store.search_people(&tenant(id), &fold(typed), 10).await.unwrap();
    found.into_iter().map(|person| person.record.names.display_name).collect()
}

pub(crate) async fn a_directory_s_people_are_known_found_and_described(store: Store) {
    let people = vec![
        entry("hmartin", "Hélène Martin", &["alpha"]),
        entry("obrien", "Sinéad O’Brien", &["alpha", "beta"]),
        entry("lfevre", "Loïc Fèvre", &["beta"]),
    ];
    let applied = store.apply_directory(&write(people, &[], 0)).await.unwrap();
    assert_eq!((applied.people.len(), applied.refused, applied.departed.len()), (3, 0, 0));

    let known = store.known_people(&source("annuaire")).await.unwrap();
    assert_eq!(known.len(), 3);
    let obrien = known.iter().find(|known| known.subject == subject("obrien")).unwrap();
    assert_eq!(obrien.tenants, [tenant("alpha"), tenant("beta")]);
    assert!(obrien.active && !obrien.gone && obrien.fingerprint == vec![1; 32]);
    let one = store.known_person(&source("annuaire"), &subject("obrien")).await.unwrap();
    assert_eq!(one.as_ref(), Some(obrien));
    assert_eq!(store.known_person(&source("other"), &subject("obrien")).await.unwrap(), None);
    let active = store.active_people(&source("annuaire")).await.unwrap();
    assert_eq!(active, [(tenant("alpha"), 2), (tenant("beta"), 2)].into());

    assert_eq!(names_found(&store, "alpha", "helene").await, ["Hélène Martin"]);
    assert_eq!(names_found(&store, "alpha", "MART HÉL").await, ["Hélène Martin"]);
    assert_eq!(names_found(&store, "alpha", "o'brien").await, ["Sinéad O’Brien"]);
    assert_eq!(names_found(&store, "alpha", "accueil").await, ["Hélène Martin", "Sinéad O’Brien"]);
    assert_eq!(names_found(&store, "alpha", "elene").await, Vec::<String>::new(), "words begin so");
    assert_eq!(names_found(&store, "alpha", "fevre").await, Vec::<String>::new(), "of beta alone");
    assert_eq!(names_found(&store, "beta", "%").await, ["Loïc Fèvre", "Sinéad O’Brien"]);
    assert_eq!(names_found(&store, "gamma", "").await, Vec::<String>::new());

    let helene = person_in(&applied, "hmartin");
    let told = store.directory_record(helene).await.unwrap().unwrap();
    assert_eq!(told.telephone.as_deref(), Some("02 38 00 00 00"));
    assert_eq!((told.groups.as_slice(), told.active), (&["agents".to_owned()][..], true));
    assert_eq!(name_of(&store, helene).await.as_deref(), Some("Hélène Martin"));
    assert_eq!(store.directory_record(LinkId(helene.0 + 1000)).await.unwrap(), None);
}

pub(crate) async fn a_directory_finds_who_signed_in_before_it_and_no_other_owner_s(store: Store) {
    let new = NewIdentity {
        source: source("annuaire"),
        subject: subject("hmartin"),
        owner: None,
        names: Names { display_name: "h".into(), ..Names::default() },
        created_at: instant(0),
    };
    let (_, before) = store.create_identity(&new).await.unwrap();
    let foreign = NewIdentity { subject: subject("obrien"), owner: Some(tenant("beta")), ..new };
    let (_, foreign_link) = store.create_identity(&foreign).await.unwrap();
    let people = vec![entry("hmartin", "Hélène", &["alpha"]), entry("obrien", "Sinéad", &["alpha"])];
    let applied = store.apply_directory(&write(people, &[], 1)).await.unwrap();
    assert_eq!(applied.people, [(subject("hmartin"), before)]);
    assert_eq!(applied.refused, 1, "a link of another owner is nobody's");
    assert_eq!(affiliations_of(&store, foreign_link).await, []);
    assert_eq!(name_of(&store, foreign_link).await.as_deref(), Some("h"), "nor is it told anything");
}

pub(crate) async fn who_leaves_loses_links_and_rights_and_who_is_back_finds_them(store: Store) {
    let people = vec![entry("hmartin", "Hélène", &["alpha"]), entry("jdupont", "Jeanne", &["alpha"])];
    let applied = store.apply_directory(&write(people, &[], 0)).await.unwrap();
    let helene = person_in(&applied, "hmartin");
    store.disable_link(person_in(&applied, "jdupont"), true).await.unwrap();

    let gone = [("hmartin", true), ("jdupont", false), ("nobody", true)];
    let left = store.apply_directory(&write(vec![], &gone, 10)).await.unwrap();
    assert_eq!(left.departed.len(), 2, "who was never known leaves nothing");
    let link = store.find_link(&source("annuaire"), &subject("hmartin")).await.unwrap().unwrap();
    assert!(link.disabled);
    assert_eq!(affiliations_of(&store, helene).await, []);
    assert_eq!(names_found(&store, "alpha", "").await, Vec::<String>::new());
    let told = store.directory_record(helene).await.unwrap().unwrap();
    assert_eq!((told.active, told.left_at, told.gone_at), (false, Some(instant(10)), Some(instant(10))));

    let unclosed = store.unclosed_departures(&source("annuaire")).await.unwrap();
    assert_eq!(unclosed.len(), 2);
    for (who, _) in &unclosed {
        store.departure_closed(&source("annuaire"), who, instant(11)).await.unwrap();
    }
    assert_eq!(store.unclosed_departures(&source("annuaire")).await.unwrap(), []);
    store.apply_directory(&write(vec![], &[("hmartin", true)], 20)).await.unwrap();
    assert_eq!(store.unclosed_departures(&source("annuaire")).await.unwrap(), [], "closed once");
    let told = store.directory_record(helene).await.unwrap().unwrap();
    assert_eq!(told.gone_at, Some(instant(10)), "absent since the first day");

    let back = vec![entry("hmartin", "Hélène", &["alpha"]), entry("jdupont", "Jeanne", &["alpha"])];
    let applied = store.apply_directory(&write(back, &[], 30)).await.unwrap();
    assert_eq!(person_in(&applied, "hmartin"), helene, "the same link");
    assert!(!store.find_link(&source("annuaire"), &subject("hmartin")).await.unwrap().unwrap().disabled);
    let jeanne = store.find_link(&source("annuaire"), &subject("jdupont")).await.unwrap().unwrap();
    assert!(jeanne.disabled, "what somebody else closed stays closed");
    assert_eq!(store.directory_record(helene).await.unwrap().unwrap().gone_at, None);
    assert_eq!(affiliations_of(&store, helene).await.len(), 1);
}

pub(crate) async fn whoever_is_called_otherwise_by_another_way_in_is_listed_by_each_name(store: Store) {
    let applied =
        store.apply_directory(&write(vec![entry("hmartin", "Hélène Martin", &["alpha"])], &[], 0)).await;
    let described = person_in(&applied.unwrap(), "hmartin");
    let helene = store.link_facts(described).await.unwrap().unwrap().identity;
    for (id, name) in
        [("locale", "Hélène Autrement"), ("portail", "Hélène Martin"), ("autre", "Hélène Autrement")]
    {
        let link = linking::add(&store, helene, id, "hmartin").await;
        let names = Names { display_name: name.to_owned(), ..Names::default() };
        store.update_names(link, &names).await.unwrap();
        store
            .replace_affiliations(link, &[Affiliation::new(tenant("alpha"), PersonKind::Agent)])
            .await
            .unwrap();
    }
    let listed = async |untold| -> Vec<String> {
        let people = store.people_of_tenant(&tenant("alpha"), untold, 10).await.unwrap();
        people.into_iter().map(|person| person.names.display_name).collect()
    };
    assert_eq!(listed(false).await, ["Hélène Autrement", "Hélène Martin"]);
    assert_eq!(listed(true).await, ["Hélène Autrement"], "the directory's search finds the other name");
}

pub(crate) async fn what_a_directory_takes_back_is_taken_from_who_relies_on_it(store: Store) {
    let told = |tenants: &[&str], groups: &[&str]| {
        let mut entry = entry("hmartin", "Hélène", tenants);
        for affiliation in &mut entry.affiliations {
            affiliation.groups = groups.iter().map(|group| (*group).to_owned()).collect();
        }
        entry
    };
    let first = vec![told(&["alpha", "beta"], &["agents", "administrateurs"])];
    let applied = store.apply_directory(&write(first, &[], 0)).await.unwrap();
    let helene = person_in(&applied, "hmartin");
    let mut claimed = told(&["alpha", "beta"], &["administrateurs", "portail"]).affiliations;
    claimed.push(Affiliation::new(tenant("gamma"), PersonKind::Agent));
    let person = store.link_facts(helene).await.unwrap().unwrap().identity;
    let portal_link = linking::add(&store, person, "sso", "hmartin").await;
    store.rely_on(portal_link, Some(helene)).await.unwrap();
    let alone = linking::add(&store, person, "locale", "hmartin").await;
    store.replace_affiliations(portal_link, &claimed).await.unwrap();
    store.replace_affiliations(alone, &claimed).await.unwrap();
    store.apply_directory(&write(vec![told(&["alpha"], &["agents"])], &[], 1)).await.unwrap();
    let affiliations = store.affiliations(person).await.unwrap();
    let of = |id: &str| -> Vec<(String, Vec<String>)> {
        let mine = affiliations
            .iter()
            .filter(|affiliation| affiliation.source == source(id))
            .map(|affiliation| &affiliation.affiliation);
        mine.map(|affiliation| (affiliation.tenant.to_string(), affiliation.groups.iter().cloned().collect()))
            .collect()
    };
    assert_eq!(of("annuaire"), [("alpha".to_owned(), vec!["agents".to_owned()])]);
    let portal = vec!["portail".to_owned()];
    assert_eq!(of("sso"), [("alpha".to_owned(), portal), ("gamma".to_owned(), vec![])]);
    assert_eq!(of("locale").len(), 3, "a source that relies on nobody keeps what it says");
}

pub(crate) async fn what_a_directory_tells_of_names_goes_to_its_own_link(store: Store) {
    let applied =
        store.apply_directory(&write(vec![entry("hmartin", "Hélène", &["alpha"])], &[], 0)).await.unwrap();
    let helene = person_in(&applied, "hmartin");
    let person = store.link_facts(helene).await.unwrap().unwrap().identity;
    let pushed = |name: &str, seconds| DirectoryWrite {
        precedence: 1,
        ..write(vec![entry("hmartin", name, &["alpha"])], &[], seconds)
    };
    // The same person behind another source that pushes, as linking by an administrator makes it.
    let second = linking::add(&store, person, "rh", "hmartin").await;
    let mut elsewhere = pushed("Helene M.", 1);
    elsewhere.source = source("rh");
    elsewhere.owner = Some(tenant("alpha"));
    let applied = store.apply_directory(&elsewhere).await.unwrap();
    assert_eq!(person_in(&applied, "hmartin"), second);
    assert_eq!(name_of(&store, helene).await.as_deref(), Some("Hélène"), "told by its own source alone");
    assert_eq!(name_of(&store, second).await.as_deref(), Some("Helene M."));
    let named = async || store.names_at(person, &tenant("alpha")).await.unwrap().unwrap().display_name;
    assert_eq!(named().await, "Hélène", "a directory that is read counts before one that pushes");
    // Pushed for the very row that a directory reads: nothing stands before it any more.
    store.apply_directory(&write(vec![], &[("hmartin", true)], 2)).await.unwrap();
    assert_eq!(named().await, "Helene M.");
    store.apply_directory(&pushed("Hélène Martin", 3)).await.unwrap();
    assert_eq!(name_of(&store, helene).await.as_deref(), Some("Hélène Martin"));
}

pub(crate) async fn who_is_gone_long_enough_is_forgotten(store: Store) {
    let people = ["hmartin", "jdupont", "lfevre"].map(|key| entry(key, key, &["alpha"]));
    let applied = store.apply_directory(&write(people.into(), &[], 0)).await.unwrap();
    let (helene, jeanne) = (person_in(&applied, "hmartin"), person_in(&applied, "jdupont"));
    store.apply_directory(&write(vec![], &[("hmartin", true), ("lfevre", false)], 10)).await.unwrap();
    store.apply_directory(&write(vec![], &[("jdupont", true)], 20)).await.unwrap();
    assert_eq!(
        store.delete_departed(&source("annuaire"), instant(10)).await.unwrap(),
        Vec::<Vec<LinkId>>::new()
    );
    assert_eq!(store.delete_departed(&source("annuaire"), instant(15)).await.unwrap(), [vec![helene]]);
    assert_eq!(store.link_facts(helene).await.unwrap(), None);
    assert_eq!(store.find_link(&source("annuaire"), &subject("hmartin")).await.unwrap(), None);
    assert!(store.link_facts(jeanne).await.unwrap().is_some(), "not yet");
    let known = store.known_people(&source("annuaire")).await.unwrap();
    assert_eq!(known.len(), 2, "who is only disabled at the source stays");
    // What somebody else closed of a forgotten person stays closed.
    let closed =
        linking::add(&store, store.link_facts(jeanne).await.unwrap().unwrap().identity, "operateur", "jd")
            .await;
    store.disable_link(closed, true).await.unwrap();
    assert_eq!(store.delete_departed(&source("annuaire"), instant(25)).await.unwrap(), [vec![jeanne]]);
    assert_eq!(store.find_link(&source("annuaire"), &subject("jdupont")).await.unwrap(), None);
    let kept = store.find_link(&source("operateur"), &subject("jd")).await.unwrap().unwrap();
    assert!(kept.disabled && kept.id == closed);
    // So does the identity link of the directory itself.
    let luc = store.find_link(&source("annuaire"), &subject("lfevre")).await.unwrap().unwrap().id;
    store.disable_link(luc, false).await.unwrap();
    store.disable_link(luc, true).await.unwrap();
    let person = store.link_facts(luc).await.unwrap().unwrap().identity;
    let relying = NewLink {
        relies_on: Some(source("annuaire")),
        directory: Some(luc),
        rule: Rule::Directory,
        ..linking::new_link(person, "sso", "lfevre")
    };
    let relying = store.add_link(&relying).await.unwrap();
    store
        .replace_affiliations(relying, &[Affiliation::new(tenant("alpha"), PersonKind::Agent)])
        .await
        .unwrap();
    store.update_names(relying, &entry("lfevre", "Luc", &[]).names).await.unwrap();
    store.disable_link(relying, true).await.unwrap();
    store.apply_directory(&write(vec![], &[("lfevre", true)], 26)).await.unwrap();
    assert_eq!(store.delete_departed(&source("annuaire"), instant(29)).await.unwrap(), [vec![luc]]);
    assert!(store.find_link(&source("annuaire"), &subject("lfevre")).await.unwrap().unwrap().disabled);
    for link in [luc, relying] {
        assert_eq!(name_of(&store, link).await, None, "what was told of them is forgotten all the same");
        assert_eq!(affiliations_of(&store, link).await, []);
    }
    assert!(
        store
            .known_people(&source("annuaire"))
            .await
            .unwrap()
            .iter()
            .all(|one| one.subject != subject("lfevre"))
    );
    let back =
        store.apply_directory(&write(vec![entry("lfevre", "Luc", &["alpha"])], &[], 29)).await.unwrap();
    assert!(back.people.iter().all(|(_, link)| *link == luc), "the same closed link");
    assert!(store.find_link(&source("annuaire"), &subject("lfevre")).await.unwrap().unwrap().disabled);
    let again = store.apply_directory(&write(vec![entry("hmartin", "Autre", &["alpha"])], &[], 30)).await;
    assert_ne!(person_in(&again.unwrap(), "hmartin"), helene, "a link's number is never given again");
}

pub(crate) async fn a_source_is_read_by_one_at_a_time(store: Store) {
    let annuaire = source("annuaire");
    assert!(store.lease_directory(&annuaire, "a", instant(0), instant(60)).await.unwrap());
    assert!(!store.lease_directory(&annuaire, "b", instant(59), instant(120)).await.unwrap());
    assert!(store.lease_directory(&annuaire, "a", instant(59), instant(120)).await.unwrap(), "prolonged");
    assert!(store.lease_directory(&source("other"), "b", instant(59), instant(120)).await.unwrap());
    store.release_directory(&annuaire, "b", instant(60)).await.unwrap();
    assert!(!store.lease_directory(&annuaire, "b", instant(60), instant(120)).await.unwrap());
    store.release_directory(&annuaire, "a", instant(61)).await.unwrap();
    assert!(store.lease_directory(&annuaire, "b", instant(62), instant(120)).await.unwrap());
    assert!(
        store.lease_directory(&annuaire, "c", instant(120), instant(180)).await.unwrap(),
        "a lost holder ends"
    );

    assert_eq!(store.directory_state(&source("third")).await.unwrap(), DirectoryState::default());
    let state = store.directory_state(&annuaire).await.unwrap();
    assert_eq!((state.read_at, state.applied_at), (Some(instant(61)), None));
    let pass = |full, cursor: &str, seconds| {
        let cursor = Some(cursor.to_owned());
        let progress = Some(DirectoryProgress { cursor, mapping: vec![7], full });
        DirectoryWrite { progress, ..write(vec![], &[], seconds) }
    };
    store.apply_directory(&pass(true, "one", 70)).await.unwrap();
    store.apply_directory(&pass(false, "two", 80)).await.unwrap();
    let state = store.directory_state(&annuaire).await.unwrap();
    assert_eq!(state.cursor.as_deref(), Some("two"));
    assert_eq!((state.full_at, state.applied_at), (Some(instant(70)), Some(instant(80))));
    assert_eq!(state.mapping, Some(vec![7]));
}

pub(crate) async fn runs_are_kept_newest_first_and_not_for_ever(store: Store) {
    let run = |id: &str, n: i64| NewDirectoryRun {
        source: source(id),
        started_at: instant(n),
        ended_at: instant(n) + TimeDelta::seconds(1),
        outcome: RunOutcome::Held,
        report: format!("{{\"n\":{n}}}"),
    };
    let other = store.append_run(&run("other", 0)).await.unwrap();
    for n in 0..i64::from(MAX_RUNS) + 2 {
        store.append_run(&run("annuaire", n)).await.unwrap();
    }
    let kept = store.runs(&source("annuaire"), 1000).await.unwrap();
    assert_eq!(kept.len(), MAX_RUNS as usize);
    assert_eq!(kept[0].run, run("annuaire", i64::from(MAX_RUNS) + 1));
    assert_eq!(store.runs(&source("annuaire"), 1).await.unwrap(), kept[..1]);
    let theirs = store.runs(&source("other"), 1000).await.unwrap();
    assert_eq!(theirs.into_iter().map(|run| run.id).collect::<Vec<_>>(), [other]);
}
