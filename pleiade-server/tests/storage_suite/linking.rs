//! Links seen as a whole.

use super::{PersonAndLink, Store, instant, person, session, source, subject, tenant};
use chrono::{NaiveDate, TimeDelta};
use pleiade_connectors::queue::TaskKey;
use pleiade_core::{Affiliation, ConnectorId, IdentityId, LinkId, PersonKind};
use pleiade_federation::{
    delegation::{DelegationParty, EndCause, NewDelegation, Scope},
    linking::Rule,
    vault::{LinkedAccountKey, LinkedAccountRecord, LinkingKind},
};
use pleiade_server::storage::{
    DirectoryEntry, DirectoryWrite, FeedHash, MAX_SNOOZED_TASKS, Names, NewDeadlineFeed, NewIdentity,
    NewLink, NewNotice, NoticeKind, PendingLoginFlow, SessionHash, SessionRecord, StorageError, StoredMenu,
};

pub(crate) fn new_link(identity: IdentityId, source_id: &str, subject_id: &str) -> NewLink {
    NewLink {
        source: source(source_id),
        subject: subject(subject_id),
        identity,
        owner: Some(tenant("alpha")),
        relies_on: None,
        directory: None,
        rule: Rule::Proof,
        created_at: instant(60),
    }
}

/// One more link of a person.
pub(crate) async fn add(store: &Store, person: IdentityId, source_id: &str, subject_id: &str) -> LinkId {
    store.add_link(&new_link(person, source_id, subject_id)).await.unwrap()
}

pub(crate) async fn links_of_a_person_come_and_go_to_another(store: Store) {
    let (jeanne, first) = store.create_identity(&person("jeanne")).await.unwrap();
    let (paul, _) = store.create_identity(&person("paul")).await.unwrap();
    let directory = add(&store, jeanne, "annuaire", "u-1").await;
    let link = NewLink {
        relies_on: Some(source("annuaire")),
        directory: Some(directory),
        rule: Rule::Directory,
        ..new_link(jeanne, "portail", "jdupont")
    };
    let id = store.add_link(&link).await.unwrap();
    assert_eq!(
        store.add_link(&NewLink { identity: paul, ..link.clone() }).await,
        Err(StorageError::Conflict)
    );
    let theirs = store.links_of_person(jeanne).await.unwrap();
    let seen: Vec<_> =
        theirs.iter().map(|record| (record.id, record.link.source.as_str(), record.link.rule)).collect();
    assert_eq!(
        seen,
        [(first, "sso", Rule::First), (directory, "annuaire", Rule::Proof), (id, "portail", Rule::Directory)]
    );
    assert_eq!(theirs[2].link, link);
    assert!(theirs.iter().all(|record| !record.alone));
    let found = store.find_link(&link.source, &link.subject).await.unwrap().unwrap();
    assert_eq!((found.identity, found.relies_on), (jeanne, Some(source("annuaire"))));
    assert_eq!((found.directory, found.alone), (Some(directory), false));
    store.rely_on(id, None).await.unwrap();
    assert_eq!(store.find_link(&link.source, &link.subject).await.unwrap().unwrap().directory, None);

    let affiliation = Affiliation::new(tenant("alpha"), PersonKind::Agent);
    for link in [id, first] {
        store.replace_affiliations(link, std::slice::from_ref(&affiliation)).await.unwrap();
    }
    let moved = NewLink {
        identity: paul,
        relies_on: None,
        directory: None,
        rule: Rule::Administrator,
        ..link.clone()
    };
    assert!(store.move_link(id, &moved, jeanne).await.unwrap());
    assert_eq!(store.links_of_person(jeanne).await.unwrap().len(), 2);
    let theirs = store.links_of_person(paul).await.unwrap();
    assert_eq!((&theirs[1].link, theirs[1].id), (&moved, id));
    let left = store.affiliations(jeanne).await.unwrap();
    assert_eq!(left.iter().map(|given| given.link).collect::<Vec<_>>(), [first]);
    let came = store.affiliations(paul).await.unwrap();
    assert_eq!(came.iter().map(|given| given.link).collect::<Vec<_>>(), [id], "facts stay the link's");

    store.disable_link(id, true).await.unwrap();
    assert!(!store.move_link(id, &link, paul).await.unwrap(), "a closed link goes to nobody");
    assert!(!store.move_link(first, &moved, paul).await.unwrap(), "it is not that person's");
    assert!(store.links_of_person(paul).await.unwrap()[1].disabled);
    assert!(store.links_of_person(IdentityId(9_999)).await.unwrap().is_empty());
}

pub(crate) async fn a_person_has_one_open_link_of_a_source_by_every_path(store: Store) {
    let (jeanne, first) = store.create_identity(&person("jeanne")).await.unwrap();
    let (paul, other) = store.create_identity(&person("paul")).await.unwrap();
    let open = async |who| {
        let links = store.links_of_person(who).await.unwrap();
        links.iter().filter(|link| !link.disabled).map(|link| link.id).collect::<Vec<_>>()
    };
    // Added, and moved from somebody else.
    let second = new_link(jeanne, "sso", "jeanne-2");
    assert_eq!(store.add_link(&second).await, Err(StorageError::Conflict));
    let moved = NewLink { identity: jeanne, ..new_link(jeanne, "sso", "paul") };
    assert_eq!(store.move_link(other, &moved, paul).await, Err(StorageError::Conflict));
    assert_eq!((open(jeanne).await, open(paul).await), (vec![first], vec![other]), "nothing has changed");

    // Closed ones may be many; opened again, they are refused while another is open.
    store.disable_link(first, true).await.unwrap();
    let second = store.add_link(&second).await.unwrap();
    assert_eq!(store.disable_link(first, false).await, Err(StorageError::Conflict));
    assert_eq!(open(jeanne).await, [second]);
    store.disable_link(second, true).await.unwrap();
    assert!(store.disable_link(first, false).await.unwrap());
    assert_eq!(open(jeanne).await, [first]);
    // Another source is another matter.
    let elsewhere = add(&store, jeanne, "other", "jeanne").await;
    assert_eq!(open(jeanne).await, [first, elsewhere]);

    // A directory that lets somebody in again does not open a second one beside the one that is open.
    let entry = DirectoryEntry {
        subject: subject("jeanne-2"),
        names: Names { display_name: "Jeanne".into(), ..Names::default() },
        function: None,
        department: None,
        telephone: None,
        groups: Vec::new(),
        affiliations: Vec::new(),
        search: " jeanne".into(),
        fingerprint: vec![1],
    };
    let write = DirectoryWrite {
        source: source("sso"),
        owner: Some(tenant("alpha")),
        precedence: 0,
        relying: Vec::new(),
        at: instant(70),
        people: vec![entry],
        departed: Vec::new(),
        progress: None,
    };
    let gone = DirectoryWrite {
        people: Vec::new(),
        departed: vec![(subject("jeanne-2"), true)],
        source: write.source.clone(),
        owner: write.owner.clone(),
        relying: Vec::new(),
        progress: None,
        ..write
    };
    // What the directory itself had closed it opens again, but not beside another one.
    store.disable_link(first, true).await.unwrap();
    store.disable_link(second, false).await.unwrap();
    store.apply_directory(&write).await.unwrap();
    store.apply_directory(&gone).await.unwrap();
    store.disable_link(first, false).await.unwrap();
    store.apply_directory(&write).await.unwrap();
    assert_eq!(open(jeanne).await, [first, elsewhere]);
    store.disable_link(first, true).await.unwrap();
    store.apply_directory(&write).await.unwrap();
    assert_eq!(open(jeanne).await, [second, elsewhere]);
}

fn access_key(link: LinkId) -> LinkedAccountKey {
    LinkedAccountKey::new(tenant("alpha"), link, ConnectorId::new("cloud").unwrap())
}

/// Everything that is kept by a link.
async fn fill(store: &Store, byte: u8, who: PersonAndLink, with: PersonAndLink) {
    store.create_session(&session(byte, who)).await.unwrap();
    let access = LinkedAccountRecord::new(access_key(who.1), vec![1; 40], LinkingKind::Pasted, instant(0));
    store.put_linked_account(&access).await.unwrap();
    let pending = PendingLoginFlow {
        key: access_key(who.1),
        session: SessionHash([byte; 32]),
        sealed: vec![2; 40],
        expires_at: instant(900),
    };
    store.put_pending(&pending, instant(0)).await.unwrap();
    store.put_menu(who.1, &StoredMenu { applications: "[]".into(), fetched_at: instant(0) }).await.unwrap();
    let notice = NewNotice {
        link: who.1,
        tenant: None,
        kind: NoticeKind::LinkAdded,
        facts: [("source".to_owned(), "sso".to_owned())].into(),
        created_at: instant(0),
    };
    store.add_notice(&notice).await.unwrap();
    let terms = NewDelegation::new(
        tenant("alpha"),
        DelegationParty::new(who.0, who.1),
        DelegationParty::new(with.0, with.1),
        Scope::new(None, true),
        instant(0)..instant(900),
        instant(0),
    )
    .with_reason("Congés");
    store.create_delegation(&terms).await.unwrap();
    let task = TaskKey::new(tenant("alpha"), ConnectorId::new("parapheur").unwrap(), "42");
    store.snooze_task(who.1, &task, day("2026-12-01"), day("2026-11-27")).await.unwrap();
    store.put_launcher_choices(who.1, &tenant("alpha"), "{}").await.unwrap();
    store.put_deadline_feed(&calendar(who.1, byte), instant(0)).await.unwrap();
    store.keep_last_acting(who.1, &tenant("beta")).await.unwrap();
    store.keep_last_acting(who.1, &tenant("alpha")).await.unwrap();
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// The counts of each: sessions, linked accounts, begun flows, menus, notices, living delegations, tasks put off,
/// launcher choices, calendars of deadlines, collectivités chosen last.
async fn kept(store: &Store, byte: u8, link: LinkId) -> [usize; 10] {
    [
        usize::from(store.session(SessionHash([byte; 32])).await.unwrap().is_some()),
        store.linked_accounts_by_link(link, None).await.unwrap().len(),
        usize::from(store.pending_login_flow(&access_key(link)).await.unwrap().is_some()),
        usize::from(store.menu(link).await.unwrap().is_some()),
        store.notices_of_links([link; 2]).await.unwrap().len(),
        store.living_delegations(link, instant(100)).await.unwrap().len(),
        store.snoozed_tasks(link, day("2026-11-27")).await.unwrap().len(),
        usize::from(store.launcher_choices(link, &tenant("alpha")).await.unwrap().is_some()),
        usize::from(store.deadline_feed(link).await.unwrap().is_some()),
        usize::from(store.last_acting(link).await.unwrap() == Some(tenant("alpha"))),
    ]
}

pub(crate) async fn a_link_that_moves_leaves_what_was_the_first_person_s(store: Store) {
    let jeanne = store.create_identity(&person("jeanne")).await.unwrap();
    let paul = store.create_identity(&person("paul")).await.unwrap();
    let second = (jeanne.0, add(&store, jeanne.0, "other", "jeanne").await);
    let names = Names { display_name: "Jeanne (other)".into(), ..Names::default() };
    let affiliation = Affiliation::new(tenant("alpha"), PersonKind::Agent);
    store.update_names(second.1, &names).await.unwrap();
    store.replace_affiliations(second.1, std::slice::from_ref(&affiliation)).await.unwrap();
    fill(&store, 1, jeanne, paul).await;
    fill(&store, 2, second, paul).await;
    assert_eq!(kept(&store, 2, second.1).await, [1; 10]);

    assert!(store.move_link(second.1, &new_link(paul.0, "other", "jeanne"), jeanne.0).await.unwrap());
    assert_eq!(kept(&store, 2, second.1).await, [0; 10]);
    assert_eq!(kept(&store, 1, jeanne.1).await, [1; 10], "another link of the first person keeps its own");
    let facts = store.link_facts(second.1).await.unwrap().unwrap();
    assert_eq!((facts.identity, facts.names, facts.affiliations), (paul.0, Some(names), vec![affiliation]));
    let ended: Vec<_> = store.delegations_of_person(&tenant("alpha"), paul.0).await.unwrap();
    let causes: Vec<_> = ended.iter().filter_map(|one| one.ended.as_ref().map(|end| end.cause)).collect();
    assert_eq!(causes, [EndCause::Departure]);
}

pub(crate) async fn a_replaced_link_goes_with_everything_kept_by_it(store: Store) {
    let jeanne = store.create_identity(&person("jeanne")).await.unwrap();
    let paul = store.create_identity(&person("paul")).await.unwrap();
    let elsewhere = (jeanne.0, add(&store, jeanne.0, "other", "jeanne").await);
    let affiliation = Affiliation::new(tenant("alpha"), PersonKind::Agent);
    store.replace_affiliations(jeanne.1, std::slice::from_ref(&affiliation)).await.unwrap();
    fill(&store, 1, jeanne, paul).await;
    fill(&store, 2, elsewhere, paul).await;
    let renamed = new_link(jeanne.0, "sso", "jeanne-after");
    // A subject that is taken replaces nothing.
    let taken = new_link(jeanne.0, "sso", "paul");
    assert_eq!(store.replace_link(&taken).await, Err(StorageError::Conflict));
    assert_eq!(kept(&store, 1, jeanne.1).await, [1; 10], "nothing has changed");

    let (id, before) = store.replace_link(&renamed).await.unwrap();
    assert_eq!(before, Some(jeanne.1));
    assert_eq!(kept(&store, 1, jeanne.1).await, [0; 10]);
    assert_eq!(kept(&store, 2, elsewhere.1).await, [1; 10]);
    assert_eq!(store.link_facts(jeanne.1).await.unwrap(), None);
    assert_eq!(store.find_link(&source("sso"), &subject("jeanne")).await.unwrap(), None);
    let facts = store.link_facts(id).await.unwrap().unwrap();
    assert_eq!((facts.names, facts.affiliations), (None, Vec::new()), "it knows nothing yet");
    let gone = store.delegations_of_person(&tenant("alpha"), jeanne.0).await.unwrap();
    assert!(gone.iter().any(|one| one.terms.giver.link.is_none() && one.ended.is_some()));
    // Where the person has none of that source, nothing is replaced.
    assert_eq!(store.replace_link(&new_link(jeanne.0, "third", "jeanne")).await.unwrap().1, None);
}

pub(crate) async fn names_are_told_where_their_link_may_tell_them(store: Store) {
    let (jeanne, first) = store.create_identity(&person("jeanne")).await.unwrap();
    let operator = NewLink { owner: None, ..new_link(jeanne, "operateur", "jeanne") };
    let operator = store.add_link(&operator).await.unwrap();
    let beta = NewLink { owner: Some(tenant("beta")), ..new_link(jeanne, "beta-sso", "jeanne") };
    let beta = store.add_link(&beta).await.unwrap();
    let at_tenant =
        async |id: &str| store.names_at(jeanne, &tenant(id)).await.unwrap().map(|names| names.display_name);
    assert_eq!(at_tenant("alpha").await.as_deref(), Some("jeanne"), "its own source's");
    assert_eq!(at_tenant("beta").await, None, "another collectivité's word is not shown");
    for (link, name) in [(operator, "par l’opérateur"), (beta, "par beta")] {
        let names = Names { display_name: name.into(), ..Names::default() };
        store.update_names(link, &names).await.unwrap();
    }
    assert_eq!(at_tenant("beta").await.as_deref(), Some("par beta"));
    assert_eq!(at_tenant("gamma").await, None);
    store
        .replace_affiliations(operator, &[Affiliation::new(tenant("gamma"), PersonKind::Agent)])
        .await
        .unwrap();
    assert_eq!(
        at_tenant("gamma").await.as_deref(),
        Some("par l’opérateur"),
        "whoever gives them an affiliation there"
    );
    store.disable_link(first, true).await.unwrap();
    assert_eq!(at_tenant("alpha").await.as_deref(), Some("jeanne"), "a closed link when no other may");
    // Facts of a link are its own alone.
    let facts = store.link_facts(beta).await.unwrap().unwrap();
    assert_eq!((facts.identity, facts.source.as_str(), facts.disabled), (jeanne, "beta-sso", false));
    assert_eq!(facts.names.unwrap().display_name, "par beta");
    assert_eq!(facts.affiliations, []);
    assert!(store.link_facts(first).await.unwrap().unwrap().disabled);
    assert_eq!(store.names_at(IdentityId(9_999), &tenant("alpha")).await.unwrap(), None);
}

pub(crate) async fn a_link_s_end_ends_the_sessions_of_those_that_rely_on_it(store: Store) {
    let jeanne = store.create_identity(&person("jeanne")).await.unwrap();
    let directory = (jeanne.0, add(&store, jeanne.0, "annuaire", "u-1").await);
    let relying = NewLink {
        relies_on: Some(source("annuaire")),
        directory: Some(directory.1),
        rule: Rule::Directory,
        ..new_link(jeanne.0, "portail", "jdupont")
    };
    let portal = (jeanne.0, store.add_link(&relying).await.unwrap());
    let at_source = |byte, who, id: &str| SessionRecord { source: source(id), ..session(byte, who) };
    for record in [session(1, jeanne), at_source(2, directory, "annuaire"), at_source(3, portal, "portail")] {
        store.create_session(&record).await.unwrap();
    }
    let mut ended = store.delete_sessions_by_link(directory.1).await.unwrap();
    ended.sort();
    assert_eq!(ended, [SessionHash([2; 32]), SessionHash([3; 32])]);
    store.create_session(&at_source(2, directory, "annuaire")).await.unwrap();
    store.create_session(&at_source(3, portal, "portail")).await.unwrap();
    assert_eq!(store.delete_sessions_by_link(portal.1).await.unwrap(), [SessionHash([3; 32])]);
    let left: Vec<_> =
        store.sessions_of_person(jeanne.0).await.unwrap().iter().map(|one| one.hash.0[0]).collect();
    assert_eq!(left.len(), 2, "{left:?}");
    assert_eq!(store.relying_links(directory.1).await.unwrap(), [portal.1]);
    assert!(store.relying_links(jeanne.1).await.unwrap().is_empty());
}

pub(crate) async fn notices_are_read_and_put_away_by_their_own_links(store: Store) {
    let (jeanne, first) = store.create_identity(&person("jeanne")).await.unwrap();
    let second = add(&store, jeanne, "other", "jeanne").await;
    let (_, other) = store.create_identity(&person("paul")).await.unwrap();
    let notice = |link, kind, seconds| NewNotice {
        link,
        tenant: (kind == NoticeKind::LinkAdded).then(|| tenant("alpha")),
        kind,
        facts: [("source".to_owned(), "other".to_owned())].into(),
        created_at: instant(seconds),
    };
    let told = [
        notice(first, NoticeKind::LinkAdded, 1),
        notice(second, NoticeKind::LinkRemoved, 2),
        notice(first, NoticeKind::ConnectAgain, 3),
        notice(first, NoticeKind::DelegateAgain, 4),
    ];
    for one in &told {
        store.add_notice(one).await.unwrap();
    }
    let read = async |links| store.notices_of_links(links).await.unwrap();
    let mine: Vec<_> = read([first; 2]).await.into_iter().map(|one| one.notice).collect();
    assert_eq!(mine, [told[0].clone(), told[2].clone(), told[3].clone()]);
    assert_eq!(read([first, second]).await.len(), 4, "a session reads those of its directory too");
    assert!(read([other; 2]).await.is_empty());

    let theirs = read([second; 2]).await[0].id;
    for stranger in [[first; 2], [other; 2]] {
        assert!(!store.put_notice_away(theirs, stranger).await.unwrap(), "another link's");
    }
    assert_eq!(read([second; 2]).await.len(), 1, "it is still there");
    assert!(store.put_notice_away(theirs, [second; 2]).await.unwrap());
    assert!(!store.put_notice_away(theirs, [second; 2]).await.unwrap(), "once");
    assert!(read([second; 2]).await.is_empty());
    assert_eq!(read([first; 2]).await.len(), 3);
    // However many there are, the newest is not hidden.
    for seconds in 0..30 {
        let facts = [("source".to_owned(), format!("source-{seconds}"))].into();
        let one = NewNotice { facts, ..notice(second, NoticeKind::AccountReset, seconds) };
        store.add_notice(&one).await.unwrap();
    }
    store.add_notice(&notice(second, NoticeKind::FactorsCleared, 30)).await.unwrap();
    let kept = read([second; 2]).await;
    assert_eq!((kept.len(), kept.last().unwrap().notice.kind), (20, NoticeKind::FactorsCleared));
    assert!(kept.is_sorted_by_key(|one| one.id), "oldest first");
    // Nor do twenty that say the same.
    for seconds in 40..70 {
        store.add_notice(&notice(first, NoticeKind::AccountReset, seconds)).await.unwrap();
    }
    let kept = read([first; 2]).await;
    assert_eq!((kept.len(), kept.last().unwrap().notice.created_at), (4, instant(69)));
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
    let bearers = async |text: &str| store.bearers(&mail(text), &tenant("alpha")).await;
    let (one, _) = store.create_identity(&named("jeanne")).await.unwrap();
    let elsewhere = NewIdentity { owner: Some(tenant("beta")), ..named("chez-beta") };
    store.create_identity(&elsewhere).await.unwrap();
    store.create_identity(&NewIdentity { owner: None, ..named("chez-operateur") }).await.unwrap();
    assert_eq!(bearers("accueil@ALPHA.example").await.unwrap(), [one]);
    assert!(bearers("Accueil@alpha.example").await.unwrap().is_empty(), "compared as written");
    for name in ["paul", "marie", "luc"] {
        store.create_identity(&named(name)).await.unwrap();
    }
    assert_eq!(bearers("accueil@alpha.example").await.unwrap().len(), 3);

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
        at: instant(0),
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

pub(crate) async fn a_launcher_is_arranged_by_link_and_collectivite(store: Store) {
    let jeanne = store.create_identity(&person("jeanne")).await.unwrap().1;
    let paul = store.create_identity(&person("paul")).await.unwrap().1;
    for (link, there, choices) in [
        (jeanne, "alpha", "first"),
        (jeanne, "beta", "{}"),
        (paul, "alpha", "[]"),
        (jeanne, "alpha", "{\"é\":1}"),
    ] {
        store.put_launcher_choices(link, &tenant(there), choices).await.unwrap();
    }
    let kept = |link, there: &'static str| {
        let store = &store;
        async move { store.launcher_choices(link, &tenant(there)).await.unwrap() }
    };
    assert_eq!(kept(jeanne, "alpha").await.as_deref(), Some("{\"é\":1}"));
    assert_eq!(kept(jeanne, "beta").await.as_deref(), Some("{}"));
    assert_eq!(kept(paul, "alpha").await.as_deref(), Some("[]"));
    assert_eq!(kept(paul, "beta").await, None);
}

fn calendar(link: LinkId, byte: u8) -> NewDeadlineFeed {
    let site = Some(tenant("alpha"));
    NewDeadlineFeed { link, hash: FeedHash([byte; 32]), site, source_fingerprint: "sso".into() }
}

pub(crate) async fn a_calendar_of_deadlines_is_found_by_its_last_address_alone(store: Store) {
    let jeanne = store.create_identity(&person("jeanne")).await.unwrap().1;
    let (first, second) = (calendar(jeanne, 1), calendar(jeanne, 2));
    store.update_deadline_feed(jeanne, first.hash, "[9]", instant(1)).await.unwrap();
    assert_eq!(store.deadline_feed(jeanne).await.unwrap(), None, "there is nothing to change");
    store.put_deadline_feed(&first, instant(1)).await.unwrap();
    store.use_deadline_feed(jeanne, first.hash, instant(2)).await.unwrap();
    store.update_deadline_feed(jeanne, first.hash, "[1]", instant(3)).await.unwrap();
    let found = store.deadline_feed_by_hash(first.hash).await.unwrap().unwrap();
    assert_eq!((found.link, found.entries.as_str(), found.created_at), (jeanne, "[1]", instant(1)));
    assert_eq!((found.updated_at, found.used_at), (instant(3), Some(instant(2))));
    assert_eq!((found.site, found.source_fingerprint.as_str()), (Some(tenant("alpha")), "sso"));
    store.put_deadline_feed(&second, instant(4)).await.unwrap();
    // What was known of the one before changes nothing of this one.
    store.update_deadline_feed(jeanne, first.hash, "[2]", instant(5)).await.unwrap();
    assert_eq!(store.deadline_feed_by_hash(first.hash).await.unwrap(), None);
    let found = store.deadline_feed_by_hash(second.hash).await.unwrap().unwrap();
    assert_eq!((found.entries.as_str(), found.used_at), ("[]", None));
    assert!(store.delete_deadline_feed(jeanne).await.unwrap());
    assert!(!store.delete_deadline_feed(jeanne).await.unwrap());
    assert_eq!(store.deadline_feed_by_hash(second.hash).await.unwrap(), None);
}

pub(crate) async fn what_is_put_off_is_of_its_link_until_its_day(store: Store) {
    let jeanne = store.create_identity(&person("jeanne")).await.unwrap().1;
    let paul = store.create_identity(&person("paul")).await.unwrap().1;
    let key = |id: &str| TaskKey::new(tenant("alpha"), ConnectorId::new("parapheur").unwrap(), id);
    let today = day("2026-11-27");
    for (link, id, until) in [
        (jeanne, "1", "2026-12-01"),
        (jeanne, "2", "2026-11-28"),
        (paul, "1", "2026-12-24"),
        (jeanne, "1", "2026-12-02"),
    ] {
        store.snooze_task(link, &key(id), day(until), today).await.unwrap();
    }
    let both = [(key("2"), day("2026-11-28")), (key("1"), day("2026-12-02"))];
    assert_eq!(store.snoozed_tasks(jeanne, today).await.unwrap(), both, "the next to come back first");
    assert_eq!(store.snoozed_tasks(jeanne, day("2026-11-28")).await.unwrap(), both[1..], "its day has come");
    store.wake_task(jeanne, &key("1")).await.unwrap();
    store.wake_task(jeanne, &key("gone")).await.unwrap();
    assert_eq!(store.snoozed_tasks(jeanne, today).await.unwrap(), both[..1]);
    assert_eq!(store.snoozed_tasks(paul, today).await.unwrap(), [(key("1"), day("2026-12-24"))]);

    // Nobody fills the table: what comes back soonest goes first, and what is past goes with the next one.
    for number in 0..i64::from(MAX_SNOOZED_TASKS) + 5 {
        let until = day("2027-01-01") + TimeDelta::days(number);
        store.snooze_task(paul, &key(&format!("n{number}")), until, today).await.unwrap();
    }
    let kept = store.snoozed_tasks(paul, today).await.unwrap();
    assert_eq!(kept.len(), MAX_SNOOZED_TASKS as usize);
    assert_eq!(kept[0], (key("n5"), day("2027-01-06")));
}
