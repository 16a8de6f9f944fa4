//! The cases of storage, which both engines must pass alike. `suite!(open)` makes one test of each case; `open()` gives a new empty
//! database and a guard that removes it.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test says what is wrong by failing")]

use chrono::{DateTime, Utc};
use pleiade_core::{Affiliation, IdentityId, LinkId, PersonKind, Role, SourceId, Subject, TenantId};
use pleiade_server::storage::{
    Names, NewIdentity, NewLocalAccount, SessionHash, SessionRecord, Storage, StorageError, StoredMenu,
};
use std::sync::Arc;

pub(crate) type Store = Arc<dyn Storage>;

/// A person and the link by which they came.
pub(crate) type PersonAndLink = (IdentityId, LinkId);

macro_rules! suite {
    ($open:path) => {
        suite!($open:
            people_are_found_by_source_and_subject_alone,
            a_disabled_link_stays_taken,
            a_login_leads_to_the_one_open_link_that_has_it,
            two_who_shut_each_other_out_do_not_both_succeed,
            names_are_replaced_whole,
            affiliations_are_replaced_by_link,
            an_employee_number_that_is_told_of_two_people_is_nobody_s,
            every_affiliation_to_a_collectivite_is_told_with_its_link_and_source,
            sessions_keep_all_they_were_given,
            sessions_end_by_each_of_their_keys,
            touching_never_goes_back,
            tokens_are_replaced,
            a_key_is_used_once,
            concurrent_uses_give_a_key_to_one,
            a_local_account_comes_whole_or_not_at_all,
            links_of_a_person_come_and_go_to_another,
            a_person_has_one_open_link_of_a_source_by_every_path,
            a_link_that_moves_leaves_what_was_the_first_person_s,
            a_replaced_link_goes_with_everything_kept_by_it,
            what_is_put_off_is_of_its_link_until_its_day,
            a_launcher_is_arranged_by_link_and_collectivite,
            a_calendar_of_deadlines_is_found_by_its_last_address_alone,
            what_a_collectivite_enters_for_its_deadlines_is_its_own,
            a_deadline_is_dismissed_once_and_outlives_who_did_it,
            no_legal_date_is_dropped_for_another,
            lines_of_the_log_keep_what_people_were_called,
            names_are_told_where_their_link_may_tell_them,
            a_link_s_end_ends_the_sessions_of_those_that_rely_on_it,
            notices_are_read_and_put_away_by_their_own_links,
            an_address_and_a_login_find_whom_they_name,
            menus_are_replaced,
            purging_leaves_what_lives,
            a_closed_store_says_so,
            accounts_are_listed_with_what_opens_them,
            a_step_of_a_factor_is_used_once,
            a_credential_belongs_to_one_account,
            a_recovery_code_is_used_once_by_its_owner,
            a_link_is_taken_once_and_replaces_the_one_before,
            attempts_at_a_second_factor_are_counted_before_they_are_looked_at,
            a_directory_s_people_are_known_found_and_described,
            a_directory_finds_who_signed_in_before_it_and_no_other_owner_s,
            who_leaves_loses_links_and_rights_and_who_is_back_finds_them,
            whoever_is_called_otherwise_by_another_way_in_is_listed_by_each_name,
            what_a_directory_takes_back_is_taken_from_who_relies_on_it,
            what_a_directory_tells_of_names_goes_to_its_own_link,
            who_is_gone_long_enough_is_forgotten,
            a_source_is_read_by_one_at_a_time,
            runs_are_kept_newest_first_and_not_for_ever,
            a_proxy_grant_is_taken_once_in_time_and_never_piles_up,
            guesses_are_counted_by_person_in_two_counts_and_end_with_the_window,
            a_guess_is_taken_back_and_a_sign_in_forgets_them_all,
            the_last_places_of_a_person_are_known,
            guesses_at_the_same_moment_are_not_more_guesses,
            a_delegation_is_kept_accepted_and_ended_once,
            scim_resources_are_found_by_what_is_compared,
            scim_members_follow_their_people,
            what_a_source_keeps_is_weighed_and_read_in_bearable_parts,
            scim_tokens_open_one_source_until_revoked,
            an_access_is_kept_used_refused_and_dropped,
            a_departure_takes_the_accesses_of_one_link_in_one_place,
            a_login_flow_ends_with_its_session,
            one_replica_renews_and_a_session_is_replaced_whole,
            a_ticket_of_another_source_goes_with_its_session,
            sessions_of_a_former_source_are_found_and_ended,
            a_key_is_changed_while_two_replicas_serve,
            a_probe_is_a_write_that_leaves_one_row_and_no_trace_in_the_end,
            what_a_dropped_transaction_wrote_is_nowhere,
            what_a_transaction_wrote_stays_once_committed,
            a_transaction_within_another_can_be_left_out,
            a_transaction_goes_on_after_a_conflict,
            any_other_error_fails_the_whole_transaction,
            transactions_at_the_same_moment_all_end,
            a_call_given_up_halfway_is_whole_or_nothing,
            many_writers_at_once_all_succeed
        );
    };
    ($open:path: $($case:ident),*) => {
        $(
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $case() {
                let (store, _guard) = $open().await;
                storage_suite::$case(store).await;
            }
        )*
    };
}
pub(crate) use suite;

mod vault;
pub(crate) use vault::*;
mod audit;
pub(crate) use audit::*;
mod accounts;
pub(crate) use accounts::*;
mod counters;
pub(crate) use counters::*;
mod delegations;
pub(crate) use delegations::*;
mod legal;
pub(crate) use legal::*;
mod linking;
pub(crate) use linking::*;
mod people;
pub(crate) use people::*;
mod directory;
pub(crate) use directory::*;
mod guesses;
pub(crate) use guesses::*;
mod scim;
pub(crate) use scim::*;
mod probe;
pub(crate) use probe::*;
mod transactions;
pub(crate) use transactions::*;

fn instant(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_800_000_000 + seconds, 0).unwrap()
}

fn source(id: &str) -> SourceId {
    SourceId::new(id).unwrap()
}

fn tenant(id: &str) -> TenantId {
    TenantId::new(id).unwrap()
}

fn subject(id: &str) -> Subject {
    Subject::new("https://sso.example", id).unwrap()
}

fn person(name: &str) -> NewIdentity {
    NewIdentity {
        source: source("sso"),
        subject: subject(name),
        owner: Some(tenant("alpha")),
        names: Names { display_name: name.to_owned(), ..Names::default() },
        created_at: instant(0),
    }
}

fn session(byte: u8, (identity, link): PersonAndLink) -> SessionRecord {
    SessionRecord {
        hash: SessionHash([byte; 32]),
        site: Some(tenant("alpha")),
        identity,
        link,
        source: source("sso"),
        subject: subject("jeanne"),
        acting: tenant("alpha"),
        acr: Some("eidas1".into()),
        provider_session: Some("sid-1".into()),
        tokens: Some(vec![1, 2, 3]),
        created_at: instant(0),
        last_seen_at: instant(0),
        expires_at: instant(3600),
        source_fingerprint: Some("print".into()),
        ticket: None,
    }
}

pub(crate) async fn people_are_found_by_source_and_subject_alone(store: Store) {
    assert_eq!(store.find_link(&source("sso"), &subject("jeanne")).await.unwrap(), None);
    let first = store.create_identity(&person("jeanne")).await.unwrap();
    let link = store.find_link(&source("sso"), &subject("jeanne")).await.unwrap().unwrap();
    assert_eq!((link.identity, link.id), first);
    assert_eq!((link.owner, link.disabled, link.alone), (Some(tenant("alpha")), false, true));

    assert_eq!(store.create_identity(&person("jeanne")).await, Err(StorageError::Conflict));
    for (other_source, other_subject) in [
        ("other", subject("jeanne")),
        ("sso", subject("Jeanne")),
        ("sso", subject("jeanne ")),
        ("sso", Subject::new("https://sso.example/", "jeanne").unwrap()),
    ] {
        assert_eq!(store.find_link(&source(other_source), &other_subject).await.unwrap(), None);
    }
    let second = store.create_identity(&NewIdentity { source: source("other"), ..person("jeanne") }).await;
    let second = second.unwrap();
    assert_ne!(second.0, first.0, "the same subject at another source is somebody else");
    assert_ne!(second.1, first.1);
}

pub(crate) async fn a_disabled_link_stays_taken(store: Store) {
    let (_, link) = store.create_identity(&person("jeanne")).await.unwrap();
    assert!(store.disable_link(link, true).await.unwrap());
    assert!(store.find_link(&source("sso"), &subject("jeanne")).await.unwrap().unwrap().disabled);
    assert_eq!(store.create_identity(&person("jeanne")).await, Err(StorageError::Conflict));
    assert!(!store.disable_link(LinkId(link.0 + 1000), true).await.unwrap());
}

pub(crate) async fn a_login_leads_to_the_one_open_link_that_has_it(store: Store) {
    let named = |id: &str, login: &str| {
        let mut new = person(id);
        new.names.login = Some(login.to_owned());
        new
    };
    let (jeanne, link) = store.create_identity(&named("1", "JDupont")).await.unwrap();
    store.create_identity(&NewIdentity { source: source("other"), ..named("1", "jdupont") }).await.unwrap();
    let found = |login: &'static str| {
        let store = store.clone();
        async move { store.link_of_login(&source("sso"), login).await.unwrap() }
    };
    let there = found("jdupont").await.unwrap();
    assert_eq!((there.identity, there.id, there.alone), (jeanne, link, true));
    for none in ["", "jdupon", "j%", "jdupont "] {
        assert_eq!(found(none).await, None, "{none}");
    }
    let (_, paul) = store.create_identity(&named("2", "jdupont")).await.unwrap();
    assert_eq!(found("JDUPONT").await, None, "two have it");
    store.disable_link(paul, true).await.unwrap();
    assert!(found("JDUPONT").await.is_some());
}

pub(crate) async fn two_who_shut_each_other_out_do_not_both_succeed(store: Store) {
    let (_, jeanne) = store.create_identity(&person("jeanne")).await.unwrap();
    let (_, paul) = store.create_identity(&person("paul")).await.unwrap();
    let close = async |actor, other| {
        let change = store.begin().await?;
        if !change.hold_open_link(actor).await? {
            return Ok(false);
        }
        change.disable_link(other, true).await?;
        change.commit().await?;
        Ok::<_, StorageError>(true)
    };
    let (one, other) = tokio::join!(close(jeanne, paul), close(paul, jeanne));
    // The one who comes second finds their own link closed, or is refused where each waits for the other.
    let closed = [one, other].into_iter().filter(|outcome| *outcome == Ok(true)).count();
    assert_eq!(closed, 1);
    let open = [store.hold_open_link(jeanne).await.unwrap(), store.hold_open_link(paul).await.unwrap()];
    assert!(open.contains(&true) && open.contains(&false));
    assert!(!store.hold_open_link(LinkId(paul.0 + 1000)).await.unwrap());
    assert!(!store.hold_session(SessionHash([9; 32])).await.unwrap());
}

pub(crate) async fn names_are_replaced_whole(store: Store) {
    let (_, link) = store.create_identity(&person("jeanne")).await.unwrap();
    let names = Names {
        display_name: "Jeanne D'Arc-Élysée \u{1f642}".into(),
        given_name: Some("Jeanne".into()),
        family_name: Some("D'Arc-Élysée".into()),
        mail: "jeanne@alpha.example".parse().ok(),
        login: Some("jdarc".into()),
    };
    let told = async |link| store.link_facts(link).await.unwrap().and_then(|facts| facts.names);
    assert!(store.update_names(link, &names).await.unwrap());
    assert_eq!(told(link).await, Some(names));
    let fewer = Names { display_name: "J".into(), ..Names::default() };
    assert!(store.update_names(link, &fewer).await.unwrap());
    assert_eq!(told(link).await, Some(fewer.clone()), "what the source no longer says is gone");
    assert!(!store.update_names(LinkId(link.0 + 1000), &fewer).await.unwrap());
    assert_eq!(store.link_facts(LinkId(link.0 + 1000)).await.unwrap(), None);
}

pub(crate) async fn affiliations_are_replaced_by_link(store: Store) {
    let (id, link) = store.create_identity(&person("jeanne")).await.unwrap();
    let second = linking::add(&store, id, "local", "jeanne").await;
    let other = store.create_identity(&person("paul")).await.unwrap();
    let mut full = Affiliation::new(tenant("alpha"), PersonKind::Elu);
    full.function = Some("Maire".into());
    full.groups = ["élus; bureau".to_owned(), "agents".to_owned()].into();
    full.roles = [Role::TenantAdministrator].into();
    let beta = Affiliation::new(tenant("beta"), PersonKind::Agent);
    store.replace_affiliations(link, &[full.clone(), beta.clone()]).await.unwrap();
    store.replace_affiliations(second, std::slice::from_ref(&beta)).await.unwrap();
    store.replace_affiliations(other.1, std::slice::from_ref(&beta)).await.unwrap();

    let list = store.affiliations(id).await.unwrap();
    let seen: Vec<_> =
        list.iter().map(|a| (a.affiliation.tenant.as_str(), a.source.as_str(), a.link, a.open)).collect();
    assert_eq!(
        seen,
        [("alpha", "sso", link, true), ("beta", "local", second, true), ("beta", "sso", link, true)]
    );
    assert_eq!(list[0].affiliation, full);

    store.replace_affiliations(link, &[]).await.unwrap();
    let list = store.affiliations(id).await.unwrap();
    assert_eq!(list.len(), 1, "the other link's affiliation stays");
    assert_eq!((&list[0].source, list[0].link), (&source("local"), second));
    assert_eq!(store.affiliations(other.0).await.unwrap().len(), 1);
}

pub(crate) async fn an_employee_number_that_is_told_of_two_people_is_nobody_s(store: Store) {
    let numbered = |at: &str, number: &str| {
        let mut affiliation = Affiliation::new(tenant(at), PersonKind::Agent);
        affiliation.employee_number = Some(number.to_owned());
        [affiliation]
    };
    let number = async |link| {
        let facts = store.link_facts(link).await.unwrap().unwrap();
        facts.affiliations.into_iter().next().unwrap().employee_number
    };
    let known = |number: &str| Some(number.to_owned());
    let (jeanne, link) = store.create_identity(&person("jeanne")).await.unwrap();
    let (_, paul) = store.create_identity(&person("paul")).await.unwrap();
    store.replace_affiliations(link, &numbered("alpha", "00123")).await.unwrap();
    // Neither a beginning of it, nor it without its zeros, nor another collectivité's.
    for (at, other) in [("alpha", "0012"), ("alpha", "123"), ("alpha", "001234"), ("beta", "00123")] {
        store.replace_affiliations(paul, &numbered(at, other)).await.unwrap();
        assert_eq!((number(link).await, number(paul).await), (known("00123"), known(other)), "{at} {other}");
    }
    // Two people with one number, however it is written.
    for (mine, theirs) in [("00123", "00123"), ("a12", "A12")] {
        store.replace_affiliations(link, &numbered("alpha", mine)).await.unwrap();
        store.replace_affiliations(paul, &numbered("alpha", theirs)).await.unwrap();
        assert_eq!((number(link).await, number(paul).await), (None, None), "{mine} {theirs}");
    }
    // So they have when two sources tell it: both may vouch, and which numbers each of them counts in, nobody knows.
    let second = linking::add(&store, jeanne, "local", "jeanne").await;
    store.replace_affiliations(second, &numbered("alpha", "a12")).await.unwrap();
    assert_eq!(number(second).await, None);
    // Whose link is closed has left, and another link of the same person takes nothing away.
    assert!(store.disable_link(paul, true).await.unwrap());
    assert_eq!((number(link).await, number(second).await), (known("a12"), known("a12")));
    assert!(
        store.affiliations(jeanne).await.unwrap().iter().all(|a| a.affiliation.employee_number.is_none())
    );
    store.replace_affiliations(link, &[Affiliation::new(tenant("alpha"), PersonKind::Agent)]).await.unwrap();
    assert_eq!(number(link).await, None, "what the source no longer says is gone");
}

pub(crate) async fn sessions_keep_all_they_were_given(store: Store) {
    let id = store.create_identity(&person("jeanne")).await.unwrap();
    let full = session(1, id);
    let bare = SessionRecord {
        site: None,
        provider_session: None,
        tokens: None,
        last_seen_at: instant(10),
        ..session(2, id)
    };
    store.create_session(&full).await.unwrap();
    store.create_session(&bare).await.unwrap();
    assert_eq!(store.session(full.hash).await.unwrap(), Some(full.clone()));
    assert_eq!(store.session(bare.hash).await.unwrap(), Some(bare.clone()));
    assert_eq!(store.session(SessionHash([3; 32])).await.unwrap(), None);
    assert_eq!(store.sessions_of_person(id.0).await.unwrap(), [bare, full.clone()], "last used first");
    assert_eq!(store.create_session(&full).await, Err(StorageError::Conflict));
}

pub(crate) async fn sessions_end_by_each_of_their_keys(store: Store) {
    let jeanne = store.create_identity(&person("jeanne")).await.unwrap();
    let paul = store.create_identity(&person("paul")).await.unwrap();
    let second = (jeanne.0, linking::add(&store, jeanne.0, "other", "jeanne").await);
    let theirs = SessionRecord { provider_session: Some("sid-2".into()), ..session(4, jeanne) };
    let elsewhere = SessionRecord { source: source("other"), ..session(5, second) };
    let other = SessionRecord { subject: subject("paul"), ..session(6, paul) };
    for record in [&session(1, jeanne), &theirs, &elsewhere, &other] {
        store.create_session(record).await.unwrap();
    }
    let ended = store.delete_sessions_by_provider(&source("sso"), "sid-2").await.unwrap();
    assert_eq!(ended, [theirs.hash]);
    let mut ended = store.delete_sessions_by_provider(&source("sso"), "sid-1").await.unwrap();
    ended.sort();
    assert_eq!(ended, [SessionHash([1; 32]), other.hash], "a source's session id may cover several people");
    assert_eq!(store.delete_sessions_by_link(jeanne.1).await.unwrap(), []);
    assert_eq!(store.delete_sessions_by_link(second.1).await.unwrap(), [elsewhere.hash]);
    store.create_session(&session(7, jeanne)).await.unwrap();
    store.create_session(&session(8, jeanne)).await.unwrap();
    store.create_session(&session(9, paul)).await.unwrap();
    store.create_session(&session(10, second)).await.unwrap();
    assert_eq!(store.delete_session(SessionHash([7; 32])).await.unwrap().len(), 1);
    assert_eq!(store.delete_session(SessionHash([7; 32])).await.unwrap(), []);
    assert_eq!(store.delete_sessions_by_link(jeanne.1).await.unwrap(), [SessionHash([8; 32])]);
    assert!(store.session(SessionHash([9; 32])).await.unwrap().is_some(), "somebody else's");
    assert!(store.session(SessionHash([10; 32])).await.unwrap().is_some(), "another link's");
}

pub(crate) async fn touching_never_goes_back(store: Store) {
    let id = store.create_identity(&person("jeanne")).await.unwrap();
    store.create_session(&session(1, id)).await.unwrap();
    let hash = SessionHash([1; 32]);
    store.touch_session(hash, instant(60)).await.unwrap();
    store.touch_session(hash, instant(30)).await.unwrap();
    assert_eq!(store.session(hash).await.unwrap().unwrap().last_seen_at, instant(60));
    store.touch_session(SessionHash([2; 32]), instant(60)).await.unwrap();
}

pub(crate) async fn tokens_are_replaced(store: Store) {
    let id = store.create_identity(&person("jeanne")).await.unwrap();
    store.create_session(&session(1, id)).await.unwrap();
    let hash = SessionHash([1; 32]);
    assert!(store.update_session_tokens(hash, Some(&[9; 300])).await.unwrap());
    assert_eq!(store.session(hash).await.unwrap().unwrap().tokens, Some(vec![9; 300]));
    assert!(store.update_session_tokens(hash, None).await.unwrap());
    assert_eq!(store.session(hash).await.unwrap().unwrap().tokens, None);
    assert!(!store.update_session_tokens(SessionHash([2; 32]), None).await.unwrap());
    // A provider that proved somebody anew gives its session too; what it leaves out stays.
    for (provider, tokens, expected) in [
        (Some("anew"), Some(&[8; 3][..]), ("anew", Some(vec![8; 3]))),
        (None, None, ("anew", Some(vec![8; 3]))),
        (Some("again"), None, ("again", Some(vec![8; 3]))),
    ] {
        assert!(store.update_provider_session(hash, provider, tokens).await.unwrap());
        let kept = store.session(hash).await.unwrap().unwrap();
        assert_eq!((kept.provider_session.as_deref().unwrap(), kept.tokens), expected);
    }
    // Without tokens of its own it leaves a renewal under way alone.
    assert!(store.claim_renewal(hash, instant(0), instant(20)).await.unwrap());
    store.update_provider_session(hash, Some("anew"), None).await.unwrap();
    assert!(!store.claim_renewal(hash, instant(1), instant(21)).await.unwrap());
    store.update_provider_session(hash, Some("anew"), Some(&[7; 3])).await.unwrap();
    assert!(store.claim_renewal(hash, instant(1), instant(21)).await.unwrap());
    assert!(!store.update_provider_session(SessionHash([2; 32]), Some("x"), None).await.unwrap());
}

pub(crate) async fn a_key_is_used_once(store: Store) {
    assert!(!store.is_used([1; 32]).await.unwrap());
    assert!(store.use_once([1; 32], instant(300)).await.unwrap());
    assert!(store.is_used([1; 32]).await.unwrap() && !store.is_used([2; 32]).await.unwrap());
    assert!(!store.use_once([1; 32], instant(900)).await.unwrap());
    assert!(store.use_once([2; 32], instant(300)).await.unwrap());
    store.purge_expired(instant(300), instant(0)).await.unwrap();
    assert!(store.use_once([1; 32], instant(900)).await.unwrap(), "forgotten after its time");
}

pub(crate) async fn concurrent_uses_give_a_key_to_one(store: Store) {
    let uses = (0..8).map(|_| {
        let store = store.clone();
        tokio::spawn(async move { store.use_once([1; 32], instant(300)).await.unwrap() })
    });
    let mut winners = 0;
    for one in uses.collect::<Vec<_>>() {
        winners += u32::from(one.await.unwrap());
    }
    assert_eq!(winners, 1);
}

pub(crate) async fn a_local_account_comes_whole_or_not_at_all(store: Store) {
    let account = |login: &str, key: &str| NewLocalAccount {
        person: NewIdentity { source: source("local"), subject: subject(key), ..person("jeanne") },
        login: login.to_owned(),
        password_hash: "$argon2id$fake".into(),
        affiliations: vec![Affiliation::new(tenant("alpha"), PersonKind::Agent)],
    };
    let (id, link) = store.create_local_account(&account("jeanne", "k1")).await.unwrap();
    let found = store.local_account(&source("local"), "jeanne").await.unwrap().unwrap();
    assert_eq!((found.identity, found.link), (id, link));
    assert_eq!((found.subject.as_str(), found.disabled), ("k1", false));
    assert_eq!(found.password_hash, "$argon2id$fake");
    assert_eq!(store.affiliations(id).await.unwrap().len(), 1);
    assert_eq!(store.local_account(&source("other"), "jeanne").await.unwrap(), None);

    assert_eq!(store.create_local_account(&account("jeanne", "k2")).await, Err(StorageError::Conflict));
    let left = store.find_link(&source("local"), &subject("k2")).await.unwrap();
    assert_eq!(left, None, "nothing is left of an account that was refused");

    let version = found.version(&[]);
    assert!(store.set_password_hash(link, "$new").await.unwrap());
    assert!(
        !store.replace_password_hash(link, "$argon2id$fake", "$late").await.unwrap(),
        "it is another one"
    );
    assert!(store.replace_password_hash(link, "$new", "$newer").await.unwrap());
    let found = store.local_account(&source("local"), "jeanne").await.unwrap().unwrap();
    assert_eq!((found.password_hash.as_str(), found.disabled), ("$newer", false));
    assert_ne!(found.version(&[]), version);
    assert!(store.set_account_disabled(link, true).await.unwrap());
    assert!(!store.replace_password_hash(link, "$newer", "$newer").await.unwrap(), "it is disabled");
    let found = store.local_account(&source("local"), "jeanne").await.unwrap().unwrap();
    assert_eq!(
        (found.password_hash.as_str(), found.disabled),
        ("$newer", true),
        "each change is one of one column"
    );
    store.set_password_hash(link, "$reset").await.unwrap();
    let found = store.local_account(&source("local"), "jeanne").await.unwrap().unwrap();
    assert!(found.disabled, "a new password opens nothing again");
    let nobody = LinkId(link.0 + 1);
    assert!(!store.set_password_hash(nobody, "$new").await.unwrap());
    assert!(!store.set_account_disabled(nobody, true).await.unwrap());
}

pub(crate) async fn menus_are_replaced(store: Store) {
    let (_, id) = store.create_identity(&person("jeanne")).await.unwrap();
    assert_eq!(store.menu(id).await.unwrap(), None);
    let menu = StoredMenu { applications: r#"[{"name":"Échanger"}]"#.into(), fetched_at: instant(5) };
    store.put_menu(id, &menu).await.unwrap();
    assert_eq!(store.menu(id).await.unwrap(), Some(menu));
    let empty = StoredMenu { applications: "[]".into(), fetched_at: instant(6) };
    store.put_menu(id, &empty).await.unwrap();
    assert_eq!(store.menu(id).await.unwrap(), Some(empty));
    let (_, other) = store.create_identity(&person("paul")).await.unwrap();
    assert_eq!(store.menu(other).await.unwrap(), None, "a menu is its link's alone");
}

pub(crate) async fn purging_leaves_what_lives(store: Store) {
    let id = store.create_identity(&person("jeanne")).await.unwrap();
    let fresh = SessionRecord { last_seen_at: instant(1000), expires_at: instant(9000), ..session(1, id) };
    let idle = SessionRecord { last_seen_at: instant(500), expires_at: instant(9000), ..session(2, id) };
    let ended = SessionRecord { last_seen_at: instant(1000), expires_at: instant(1100), ..session(3, id) };
    for record in [&fresh, &idle, &ended] {
        store.create_session(record).await.unwrap();
    }
    assert_eq!(store.purge_expired(instant(1100), instant(500)).await.unwrap(), 2);
    assert_eq!(store.sessions_of_person(id.0).await.unwrap(), [fresh]);
}

pub(crate) async fn a_closed_store_says_so(store: Store) {
    store.ping().await.unwrap();
    store.close().await;
    assert!(matches!(store.ping().await, Err(StorageError::Unreachable(_))));
}

pub(crate) async fn many_writers_at_once_all_succeed(store: Store) {
    let writers = (0..24).map(|n| {
        let store = store.clone();
        tokio::spawn(async move {
            let id = store.create_identity(&person(&format!("p{n}"))).await?;
            let alpha = Affiliation::new(tenant("alpha"), PersonKind::Agent);
            store.replace_affiliations(id.1, &[alpha]).await?;
            store.create_session(&session(n, id)).await
        })
    });
    for writer in writers.collect::<Vec<_>>() {
        writer.await.unwrap().unwrap();
    }
}
