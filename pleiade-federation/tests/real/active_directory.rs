//! A real Active Directory domain controller (Samba).

use crate::{source, variable};
use pleiade_core::{
    AccountRefusal, Claims, Directory as _, DirectoryChanges, DirectoryError, DirectoryPerson,
    IdentityProvider as _, SecretString, SignInAnswer, SignInError, SystemClock,
};
use pleiade_federation::{
    ldap::{GroupsAs, Incremental, LdapConfig, LdapDirectory, LdapProvider},
    throttle::MemoryGuesses,
};
use std::{process::Command, sync::Arc};

pub(crate) const BASE: &str = "OU=Ville,DC=ad,DC=collectivite,DC=example";
const ROOT: &str = "DC=ad,DC=collectivite,DC=example";

pub(crate) fn config(change: impl FnOnce(&mut LdapConfig)) -> LdapConfig {
    let url = variable("PLEIADE_TEST_ADS").parse().unwrap();
    let reader = "lecteur@ad.collectivite.example";
    let mut config = LdapConfig::active_directory(url, reader, "lecteur-secret".to_owned().into(), BASE);
    config.ca = Some(std::fs::read_to_string(variable("PLEIADE_TEST_CA")).unwrap());
    config.extra_attributes = vec!["employeeType".into()];
    config.floor_milliseconds = 0;
    config.timeout_seconds = 60;
    config.free_attempts = 1000;
    change(&mut config);
    config
}

pub(crate) fn directory(change: impl FnOnce(&mut LdapConfig)) -> LdapDirectory {
    LdapDirectory::new(source("domaine"), config(change), Arc::new(SystemClock::default())).unwrap()
}

pub(crate) fn provider(change: impl FnOnce(&mut LdapConfig)) -> LdapProvider {
    let guesses = Arc::new(MemoryGuesses::default());
    LdapProvider::new(Arc::new(directory(change)), guesses, Arc::new(SystemClock::default()))
}

pub(crate) async fn sign_in(
    provider: &LdapProvider,
    login: &str,
    password: &str,
) -> Result<Claims, SignInError> {
    let password = SecretString::from(password.to_owned());
    provider.finish(SignInAnswer::Password { login: login.to_owned(), password, address: None }).await
}

/// Held by whoever changes people or groups: what one test does would be the news of another.
pub(crate) static CHANGING: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());

/// What an administrator of the domain does meanwhile.
pub(crate) fn administer(ldif: &str) {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), ldif).unwrap();
    let done = Command::new("ldapmodify")
        .env("LDAPTLS_CACERT", variable("PLEIADE_TEST_CA"))
        .args(["-x", "-H", &variable("PLEIADE_TEST_ADS"), "-D", "Administrator@ad.collectivite.example"])
        .args(["-w", "Admin-secret-1", "-f"])
        .arg(file.path())
        .output()
        .unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
}

fn add(login: &str) -> String {
    let dn = format!("CN=Essai {login},OU=Agents,{BASE}");
    administer(&format!(
        "dn: {dn}\nchangetype: add\nobjectClass: user\nsAMAccountName: {login}\nuserAccountControl: 544\n"
    ));
    dn
}

pub(crate) fn delete(dn: &str) {
    administer(&format!("dn: {dn}\nchangetype: delete\n"));
}

pub(crate) fn cursor(changes: DirectoryChanges) -> String {
    match changes {
        DirectoryChanges::Everybody { cursor, .. } | DirectoryChanges::Some { cursor, .. } => cursor.unwrap(),
        other => panic!("{other:?}"),
    }
}

pub(crate) fn some(changes: DirectoryChanges) -> (Vec<DirectoryPerson>, String) {
    match changes {
        DirectoryChanges::Some { changed, gone, cursor } => {
            assert!(gone.is_empty());
            (changed, cursor.unwrap())
        }
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_person_signs_in_under_every_name_and_has_every_group() {
    let provider = provider(|_| {});
    for login in ["jdupont", "JDUPONT", "jdupont@ville-epsilon.example"] {
        let claims = sign_in(&provider, login, "jdupont-secret").await.unwrap();
        assert_eq!(claims.subject.issuer(), "ldap:domaine");
        assert_eq!(claims.subject.id().len(), 36, "an objectGUID");
        assert_eq!(claims.display_name.as_deref(), Some("Julien Dupont"));
        assert_eq!(claims.login.as_deref(), Some("jdupont"));
        assert_eq!(claims.attribute("employeeType"), Some("agent"));
        assert_eq!(claims.groups, ["Services techniques", "Ville d'Epsilon", "Voirie"]);
    }
    let claims = sign_in(&provider, "emercier", "emercier-secret").await.unwrap();
    assert_eq!(claims.given_name.as_deref(), Some("Éloïse"));
    assert_eq!(claims.groups, ["Finances, achats", "Régie + eau, gaz", "Ville d'Epsilon"]);
}

#[tokio::test]
async fn groups_have_a_base_a_primary_one_and_two_spellings() {
    let whole = provider(|config| config.group_base = Some(ROOT.to_owned()));
    let groups = sign_in(&whole, "jdupont", "jdupont-secret").await.unwrap().groups;
    assert!(groups.contains(&"Domain Users".to_owned()), "the primary group: {groups:?}");
    let flat = provider(|config| config.nested_groups = false);
    assert_eq!(sign_in(&flat, "jdupont", "jdupont-secret").await.unwrap().groups, ["Voirie"]);
    let flat = provider(|config| {
        config.nested_groups = false;
        config.group_base = Some(ROOT.to_owned());
    });
    let groups = sign_in(&flat, "jdupont", "jdupont-secret").await.unwrap().groups;
    assert_eq!(groups, ["Domain Users", "Voirie"], "the primary group is direct");
    let named = provider(|config| config.groups_as = GroupsAs::Dn);
    let groups = sign_in(&named, "jdupont", "jdupont-secret").await.unwrap().groups;
    assert!(groups.contains(&format!("CN=Voirie,OU=Groupes,{BASE}")), "{groups:?}");
}

#[tokio::test]
async fn every_state_of_an_account() {
    let provider = provider(|_| {});
    for (login, expected) in [
        ("disabled", SignInError::Account(AccountRefusal::Closed)),
        ("expired", SignInError::Account(AccountRefusal::Closed)),
        ("mustchange", SignInError::PasswordMustChange),
    ] {
        let outcome = sign_in(&provider, login, &format!("{login}-secret")).await;
        assert_eq!(outcome.err(), Some(expected), "{login}");
        let outcome = sign_in(&provider, login, "wrong-password").await;
        assert_eq!(outcome.err(), Some(SignInError::BadCredentials), "{login}");
    }
    for _ in 0..3 {
        assert!(sign_in(&provider, "locked", "wrong").await.is_err());
    }
    let locked = sign_in(&provider, "locked", "locked-secret").await;
    assert_eq!(locked.err(), Some(SignInError::Account(AccountRefusal::Locked)));
    for (login, open) in [("Désiré", false), ("Éric", false), ("Lucie", true), ("Julien", true)] {
        let found = directory(|_| {}).search(login, 5).await.unwrap();
        assert_eq!(found.iter().map(|person| person.active).collect::<Vec<_>>(), [open], "{login}");
    }
}

#[tokio::test]
async fn a_stranger_cannot_make_the_domain_lock_somebody() {
    let guarded = provider(|config| config.free_attempts = 2);
    for round in 0..3 {
        for login in ["lockable", "Lockable"] {
            assert!(sign_in(&guarded, login, "wrong").await.is_err());
        }
        crate::invent_logins(&guarded, round).await;
    }
    assert!(sign_in(&provider(|_| {}), "lockable", "lockable-secret").await.is_ok());
}

#[tokio::test]
async fn impossible_and_injected_logins_get_one_answer() {
    let provider = provider(|_| {});
    for (login, password) in [
        ("jdupont", ""),
        ("jdupont", "wrong"),
        ("nobody", "x"),
        ("j*", "jdupont-secret"),
        ("*)(employeeType=elu", "emercier-secret"),
        ("DC1$", "x"),
    ] {
        let refused = sign_in(&provider, login, password).await;
        assert!(refused.is_err_and(|error| error.is_bad_credentials()), "{login:?}");
    }
}

#[tokio::test]
async fn starttls_works_and_clear_text_is_refused() {
    let starttls = |ca: Option<String>| {
        directory(|config| {
            config.urls = vec![variable("PLEIADE_TEST_AD").parse().unwrap()];
            (config.starttls, config.ca) = (true, ca);
        })
    };
    let ca = std::fs::read_to_string(variable("PLEIADE_TEST_CA")).unwrap();
    assert_eq!(starttls(Some(ca)).probe().await, Ok(()));
    assert!(matches!(starttls(None).probe().await, Err(DirectoryError::Unreachable(_))));
    let clear = directory(|config| config.urls = vec![variable("PLEIADE_TEST_AD").parse().unwrap()]);
    assert!(matches!(clear.probe().await, Err(DirectoryError::Misconfigured(_))));
}

#[tokio::test]
async fn the_next_server_answers_for_one_that_does_not() {
    let directory = directory(|config| config.urls.insert(0, "ldaps://127.0.0.1:1".parse().unwrap()));
    for _ in 0..3 {
        assert_eq!(directory.probe().await, Ok(()));
    }
}

#[tokio::test]
async fn everybody_and_a_group_of_eighteen_hundred_in_ranges() {
    for at_once in [None, Some(500)] {
        let directory = directory(|config| config.values_at_once = at_once);
        let DirectoryChanges::Everybody { people, cursor } = directory.changes(None).await.unwrap() else {
            panic!("everybody")
        };
        assert!(cursor.is_some());
        let crowd = people.iter().filter(|person| person.groups == ["Tous"]).count();
        assert_eq!(crowd, 1800);
        let jdupont = people.iter().find(|person| person.login.as_deref() == Some("jdupont")).unwrap();
        assert_eq!(jdupont.groups, ["Services techniques", "Ville d'Epsilon", "Voirie"]);
        assert!(people.iter().all(|person| person.login.as_deref() != Some("DC1$")));
        // The same person by their key, and with the same groups.
        let again = directory.person(&jdupont.subject).await.unwrap().unwrap();
        assert_eq!(again.groups, jdupont.groups);
    }
    let whole = directory(|config| config.group_base = Some(ROOT.to_owned()));
    let DirectoryChanges::Everybody { people, .. } = whole.changes(None).await.unwrap() else { panic!() };
    let jdupont = people.iter().find(|person| person.login.as_deref() == Some("jdupont")).unwrap();
    assert!(jdupont.groups.contains(&"Domain Users".to_owned()), "{:?}", jdupont.groups);
}

#[tokio::test]
async fn changes_are_read_alone_by_dirsync_and_by_usn() {
    let _alone = CHANGING.lock().await;
    for (n, incremental) in [Incremental::Auto, Incremental::Usn].into_iter().enumerate() {
        let directory = directory(|config| config.incremental = incremental);
        let mark = cursor(directory.changes(None).await.unwrap());
        let login = format!("essai{n}");
        let dn = add(&login);
        let (changed, mark) = some(directory.changes(Some(&mark)).await.unwrap());
        let is_new = |person: &&DirectoryPerson| person.login.as_deref() == Some(login.as_str());
        let new = changed.iter().find(is_new).unwrap();
        assert!(changed.len() < 20 && new.active && new.groups.is_empty());

        // Into a group that is in two others, and out again.
        let group = format!("CN=Voirie,OU=Groupes,{BASE}");
        administer(&format!("dn: {group}\nchangetype: modify\nadd: member\nmember: {dn}\n"));
        let (changed, mark) = some(directory.changes(Some(&mark)).await.unwrap());
        let groups = &changed.iter().find(is_new).unwrap().groups;
        assert_eq!(*groups, ["Services techniques", "Ville d'Epsilon", "Voirie"]);
        administer(&format!("dn: {group}\nchangetype: modify\ndelete: member\nmember: {dn}\n"));
        let (changed, mark) = some(directory.changes(Some(&mark)).await.unwrap());
        assert!(changed.iter().find(is_new).unwrap().groups.is_empty());

        administer(&format!(
            "dn: {dn}\nchangetype: modify\nreplace: userAccountControl\nuserAccountControl: 546\n"
        ));
        let (changed, mark) = some(directory.changes(Some(&mark)).await.unwrap());
        assert!(!changed.iter().find(is_new).unwrap().active);
        let (changed, _) = some(directory.changes(Some(&mark)).await.unwrap());
        assert!(changed.len() < 20, "{}", changed.len());
        delete(&dn);
    }
}

#[tokio::test]
async fn a_cursor_of_another_question_or_server_reads_everybody() {
    let plain = directory(|_| {});
    let mark = cursor(plain.changes(None).await.unwrap());
    let other = directory(|config| config.extra_attributes.clear());
    for (directory, cursor) in [(&other, mark.as_str()), (&plain, "nonsense"), (&plain, "")] {
        let changes = directory.changes(Some(cursor)).await.unwrap();
        assert!(matches!(changes, DirectoryChanges::Everybody { .. }), "{cursor}");
    }
}
