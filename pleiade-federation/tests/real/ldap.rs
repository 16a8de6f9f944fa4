//! A real OpenLDAP with its password policies.

use crate::{source, variable};
use pleiade_core::{
    AccountRefusal, Claims, Directory as _, DirectoryChanges, DirectoryError, DirectoryPerson,
    IdentityProvider as _, SecretString, SignInAnswer, SignInError, Subject, SystemClock,
};
use pleiade_federation::{
    ldap::{GroupsAs, Incremental, LdapConfig, LdapDirectory, LdapProvider},
    throttle::MemoryGuesses,
};
use std::{process::Command, sync::Arc};

const BASE: &str = "ou=collectivites,dc=opsn,dc=example";

fn config(url: &str) -> LdapConfig {
    let reader = "cn=lecteur,ou=services,dc=opsn,dc=example";
    let mut config = LdapConfig::new(url.parse().unwrap(), reader, "lecteur-secret".to_owned().into(), BASE);
    config.extra_attributes = ["employeeType", "collectiviteMembre"].map(str::to_owned).into();
    config.free_attempts = 1000;
    config.floor_milliseconds = 0;
    config.timeout_seconds = 60;
    config
}

fn directory(change: impl FnOnce(&mut LdapConfig)) -> LdapDirectory {
    let mut config = config(&variable("PLEIADE_TEST_LDAP"));
    change(&mut config);
    LdapDirectory::new(source("annuaire"), config, Arc::new(SystemClock::default())).unwrap()
}

fn provider(change: impl FnOnce(&mut LdapConfig)) -> LdapProvider {
    let guesses = Arc::new(MemoryGuesses::default());
    LdapProvider::new(Arc::new(directory(change)), guesses, Arc::new(SystemClock::default()))
}

async fn sign_in(provider: &LdapProvider, login: &str, password: &str) -> Result<Claims, SignInError> {
    let password = SecretString::from(password.to_owned());
    provider.finish(SignInAnswer::Password { login: login.to_owned(), password, address: None }).await
}

#[tokio::test]
async fn a_person_signs_in_with_a_stable_key() {
    let claims = sign_in(&provider(|_| {}), "obrien", "obrien-secret").await.unwrap();
    assert_eq!(claims.subject.issuer(), "ldap:annuaire");
    assert_eq!(claims.subject.id().len(), 36, "an entryUUID");
    assert_eq!(claims.display_name.as_deref(), Some("Sinéad O'Brien"));
    assert_eq!(claims.family_name.as_deref(), Some("O'Brien"));
    assert_eq!(claims.groups, ["agents", "secretaires"]);
    assert_eq!(claims.attribute("employeeType"), Some("agent"));
    assert_eq!(claims.attributes["collectiviteMembre"].len(), 3);
}

#[tokio::test]
async fn groups_of_another_collectivite_do_not_count() {
    let beta = provider(|config| config.group_base = Some(format!("ou=groupes,o=mairie-beta,{BASE}")));
    assert_eq!(sign_in(&beta, "obrien", "obrien-secret").await.unwrap().groups, ["agents"]);
    assert!(sign_in(&beta, "jdupont", "jdupont-secret").await.unwrap().groups.is_empty());
}

#[tokio::test]
async fn groups_are_found_without_an_overlay() {
    let provider = provider(|config| config.attributes.groups = "seeAlso".into());
    let claims = sign_in(&provider, "jdupont", "jdupont-secret").await.unwrap();
    assert_eq!(claims.groups, ["administrateurs", "agents", "urbanisme"]);
}

#[tokio::test]
async fn every_state_of_a_password() {
    let provider = provider(|_| {});
    let outcome = |login: &'static str| {
        sign_in(&provider, login, Box::leak(format!("{login}-secret").into_boxed_str()))
    };
    assert_eq!(outcome("expired").await.err(), Some(SignInError::PasswordMustChange));
    assert_eq!(outcome("reset").await.err(), Some(SignInError::PasswordMustChange));
    assert_eq!(outcome("locked").await.err(), Some(SignInError::Account(AccountRefusal::Locked)));
    let grace = outcome("grace").await.unwrap();
    assert!(grace.attribute("password-grace-logins").unwrap().parse::<u32>().unwrap() > 0);
    let warned = outcome("warned").await.unwrap();
    assert!(warned.attribute("password-expires-in").unwrap().parse::<u32>().unwrap() > 0);
    for login in ["expired", "reset", "grace"] {
        let wrong = sign_in(&provider, login, "wrong-password").await;
        assert_eq!(
            wrong.err(),
            Some(SignInError::BadCredentials),
            "{login}: nothing is told with a wrong password"
        );
    }
}

#[tokio::test]
async fn wrong_unknown_and_injected_logins_get_one_answer() {
    let provider = provider(|_| {});
    let long = "x".repeat(300);
    for (login, password) in [
        ("jdupont", "wrong"),
        ("nobody", "nobody-secret"),
        ("*)(employeeType=elu", "hmartin-secret"),
        ("j*", "jdupont-secret"),
        ("jdupont)(uid=jdupont", "jdupont-secret"),
        ("jdupont\\00", "jdupont-secret"),
        ("jdupont\0", "jdupont-secret"),
        ("(", "x"),
        (")", "x"),
        ("\\", "x"),
        ("é", "x"),
        (&long, "x"),
        ("jdupont", ""),
        ("", "x"),
        ("uid=jdupont,ou=agents,o=mairie-alpha,ou=collectivites,dc=opsn,dc=example", "jdupont-secret"),
    ] {
        let outcome = sign_in(&provider, login, password).await;
        assert!(outcome.is_err_and(|error| error.is_bad_credentials()), "{login:?}");
    }
}

#[tokio::test]
async fn a_login_found_twice_signs_nobody_in() {
    let provider = provider(|config| config.login_attributes = vec!["sn".into()]);
    let twice = sign_in(&provider, "Dupont", "jdupont-secret").await;
    assert_eq!(twice.err(), Some(SignInError::Account(AccountRefusal::AmbiguousLogin)));
    let nobody = sign_in(&provider, "Personne", "jdupont-secret").await;
    assert_eq!(nobody.err(), Some(SignInError::Account(AccountRefusal::UnknownLogin)));
    assert!(sign_in(&provider, "Fèvre", "lfevre-secret").await.is_ok());
}

#[tokio::test]
async fn a_stranger_cannot_make_the_directory_lock_somebody() {
    let guarded = provider(|config| config.free_attempts = 2);
    let mut refusals = Vec::new();
    for _ in 0..6 {
        refusals.push(sign_in(&guarded, "lockable", "wrong").await.unwrap_err());
    }
    let told: Vec<bool> = refusals.iter().map(|error| *error == SignInError::TooMany).collect();
    assert_eq!(told, [false, false, true, true, true, true]);
    // Invented logins wipe nothing of what was counted, be it with passwords that cost nothing.
    for round in 0..2 {
        crate::invent_logins(&guarded, round).await;
        for login in ["lockable", "LOCKABLE"] {
            assert!(sign_in(&guarded, login, "wrong").await.is_err());
        }
    }
    // The directory locks this account at the third wrong password, and only two reached it.
    assert!(sign_in(&provider(|_| {}), "lockable", "lockable-secret").await.is_ok());
}

#[tokio::test]
async fn other_spellings_of_a_login_are_not_other_guesses() {
    let guarded = provider(|config| {
        config.free_attempts = 2;
        config.login_attributes = vec!["uid".into(), "mail".into()];
    });
    for login in ["pdupont", "pdupont@beta.example", "pdupont", "pdupont@beta.example"] {
        let told = sign_in(&guarded, login, "wrong").await.unwrap_err();
        assert!(told.is_bad_credentials(), "nothing tells the person that the login is known");
    }
    assert!(sign_in(&provider(|_| {}), "pdupont", "pdupont-secret").await.is_ok());
}

#[tokio::test]
async fn an_unknown_login_takes_as_long_as_a_known_one() {
    let provider = provider(|config| config.floor_milliseconds = 300);
    for login in ["jdupont", "nobody"] {
        let start = std::time::Instant::now();
        assert!(sign_in(&provider, login, "wrong").await.is_err());
        assert!(start.elapsed() >= std::time::Duration::from_millis(300));
    }
}

#[tokio::test]
async fn people_are_found_by_the_beginning_of_a_name() {
    let directory = directory(|_| {});
    let names = |text: &'static str| {
        let directory = &directory;
        async move {
            let mut names: Vec<String> = directory
                .search(text, 10)
                .await
                .unwrap()
                .into_iter()
                .map(|person| person.display_name)
                .collect();
            names.sort();
            names
        }
    };
    assert_eq!(names("Hélène").await, ["Hélène Martin"]);
    assert_eq!(names("HÉLÈNE M").await, ["Hélène Martin"]);
    assert_eq!(names("O'B").await, ["Sinéad O'Brien"]);
    assert_eq!(names("Dupont").await, ["Jeanne Dupont", "Paul Dupont"]);
    assert_eq!(names("*").await, [""; 0]);
    assert_eq!(names(")(uid=*").await, [""; 0]);
    assert_eq!(names("  ").await, [""; 0]);
    let found = directory.search("Jeanne Dupont", 1).await.unwrap();
    let person = directory.person(&found[0].subject).await.unwrap().unwrap();
    assert_eq!(person.function.as_deref(), Some("Instructrice des autorisations d'urbanisme"));
    assert_eq!(person.department.as_deref(), Some("Urbanisme"));
    assert_eq!(person.telephone.as_deref(), Some("+33 1 99 00 12 34"));
    assert_eq!(person.groups, ["administrateurs", "agents", "urbanisme"]);
}

#[tokio::test]
async fn a_key_that_is_not_there_is_an_absence() {
    let directory = directory(|_| {});
    for (issuer, id) in [
        ("ldap:annuaire", "00000000-0000-0000-0000-000000000000"),
        ("ldap:annuaire", "*"),
        ("ldap:annuaire", "x)(uid=*"),
        ("ldap:autre", "00000000-0000-0000-0000-000000000000"),
    ] {
        assert!(directory.person(&Subject::new(issuer, id).unwrap()).await.unwrap().is_none(), "{id}");
    }
}

#[tokio::test]
async fn long_lists_come_page_by_page() {
    let directory = directory(|config| config.page_size = 1000);
    // More than the 500 that the server gives at once, and larger pages than it allows.
    let everybody = directory.search("agent", 2000).await;
    let everybody = everybody.unwrap();
    assert!(everybody.len() >= 600, "{}", everybody.len());
    assert_eq!(directory.search("agent", 7).await.unwrap().len(), 7);
}

#[tokio::test]
async fn tls_with_the_private_authority_only() {
    let ldaps = variable("PLEIADE_TEST_LDAPS");
    let ca = std::fs::read_to_string(variable("PLEIADE_TEST_CA")).unwrap();
    let probe = |url: String, ca: Option<String>, starttls: bool| async move {
        let mut config = config(&url);
        (config.ca, config.starttls) = (ca, starttls);
        LdapDirectory::new(source("annuaire"), config, Arc::new(SystemClock::default()))
            .unwrap()
            .probe()
            .await
    };
    assert_eq!(probe(ldaps.clone(), Some(ca.clone()), false).await, Ok(()));
    assert!(matches!(probe(ldaps, None, false).await, Err(DirectoryError::Unreachable(_))));
    let ldap = variable("PLEIADE_TEST_LDAP").replace("127.0.0.1", "localhost");
    assert_eq!(probe(ldap.clone(), Some(ca), true).await, Ok(()));
    assert!(matches!(probe(ldap, None, true).await, Err(DirectoryError::Unreachable(_))));
}

#[tokio::test]
async fn mistakes_are_told_to_the_operator() {
    let wrong = directory(|config| config.bind_password = "wrong".to_owned().into());
    assert!(matches!(wrong.probe().await, Err(DirectoryError::Refused(_))));
    let wrong = directory(|config| config.base = "dc=nowhere".into());
    assert!(matches!(wrong.probe().await, Err(DirectoryError::Misconfigured(_))));
    let wrong = directory(|config| config.urls = vec!["ldap://127.0.0.1:1".parse().unwrap()]);
    assert!(matches!(wrong.probe().await, Err(DirectoryError::Unreachable(_))));
    let wrong = directory(|config| config.key_attribute = "description".into());
    assert!(matches!(wrong.search("Jeanne", 5).await, Err(DirectoryError::Misconfigured(_))));
}

/// What an administrator of the directory does meanwhile.
fn administer(ldif: &str) {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), ldif).unwrap();
    let done = Command::new("ldapmodify")
        .args(["-x", "-H", &variable("PLEIADE_TEST_LDAP"), "-D", "cn=admin,dc=opsn,dc=example"])
        .args(["-w", "admin-secret", "-f"])
        .arg(file.path())
        .output()
        .unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
}

fn cursor(changes: DirectoryChanges) -> String {
    match changes {
        DirectoryChanges::Everybody { cursor, .. } | DirectoryChanges::Some { cursor, .. } => cursor.unwrap(),
        other => panic!("{other:?}"),
    }
}

fn some(changes: DirectoryChanges) -> (Vec<DirectoryPerson>, Vec<Subject>, String) {
    match changes {
        DirectoryChanges::Some { changed, gone, cursor } => (changed, gone, cursor.unwrap()),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn groups_in_groups_count_even_in_circles() {
    let claims = sign_in(&provider(|_| {}), "pnicol", "pnicol-secret").await.unwrap();
    assert_eq!(claims.groups, ["eau", "reseaux", "technique"]);
    let reverse = provider(|config| config.attributes.groups = "seeAlso".into());
    assert_eq!(sign_in(&reverse, "pnicol", "pnicol-secret").await.unwrap().groups, claims.groups);
    for memberships in ["memberOf", "seeAlso"] {
        let flat = provider(|config| {
            config.nested_groups = false;
            config.attributes.groups = memberships.into();
        });
        assert_eq!(sign_in(&flat, "pnicol", "pnicol-secret").await.unwrap().groups, ["eau"]);
    }
    let named = provider(|config| config.groups_as = GroupsAs::Dn);
    let groups = sign_in(&named, "pnicol", "pnicol-secret").await.unwrap().groups;
    assert!(groups.contains(&format!("cn=eau,ou=groupes,o=cc-gamma,{BASE}")), "{groups:?}");
}

#[tokio::test]
async fn closed_accounts_are_told_and_refused() {
    let people = directory(|_| {}).search("", 1).await.unwrap();
    assert!(people.is_empty());
    let active = |login: &'static str| async move {
        let found = directory(|_| {}).search(login, 5).await.unwrap();
        found.iter().find(|person| person.login.as_deref() == Some(login)).unwrap().active
    };
    assert!(!active("ended").await && !active("locked").await);
    assert!(active("jdupont").await && active("expired").await);
    let outcome = sign_in(&provider(|_| {}), "ended", "ended-secret").await;
    assert!(outcome.is_err_and(|error| matches!(error, SignInError::Account(_))));
}

#[tokio::test]
async fn everybody_has_the_groups_that_they_sign_in_with() {
    let directory = directory(|config| config.page_size = 500);
    let DirectoryChanges::Everybody { people, cursor } = directory.changes(None).await.unwrap() else {
        panic!("everybody")
    };
    assert!(people.len() >= 600 && cursor.is_some());
    for login in ["jdupont", "pnicol", "obrien", "agent001"] {
        let person = people.iter().find(|person| person.login.as_deref() == Some(login)).unwrap();
        let alone = directory.person(&person.subject).await.unwrap().unwrap();
        assert_eq!(person.groups, alone.groups, "{login}");
        assert!(!person.groups.is_empty() && person.family_name.is_some());
    }
}

#[tokio::test]
async fn changes_are_read_alone() {
    for (n, incremental) in [Incremental::Auto, Incremental::Timestamps].into_iter().enumerate() {
        let directory = directory(|config| config.incremental = incremental);
        let mark = cursor(directory.changes(None).await.unwrap());
        let (login, agents) = (format!("essai{n}"), format!("ou=agents,o=cc-gamma,{BASE}"));
        let is_new = |person: &&DirectoryPerson| person.login.as_deref() == Some(login.as_str());
        let dn = format!("uid={login},{agents}");
        administer(&format!(
            "dn: {dn}\nchangetype: add\nobjectClass: inetOrgPerson\nuid: {login}\ncn: Essai {n}\nsn: Essai\n"
        ));
        let (changed, _, mark) = some(directory.changes(Some(&mark)).await.unwrap());
        let new = changed.iter().find(is_new).unwrap();
        let subject = new.subject.clone();
        assert!(new.groups.is_empty());

        let group = format!("cn=eau,ou=groupes,o=cc-gamma,{BASE}");
        administer(&format!("dn: {group}\nchangetype: modify\nadd: member\nmember: {dn}\n"));
        let (changed, _, mark) = some(directory.changes(Some(&mark)).await.unwrap());
        assert_eq!(changed.iter().find(is_new).unwrap().groups, ["eau", "reseaux", "technique"]);
        administer(&format!("dn: {group}\nchangetype: modify\ndelete: member\nmember: {dn}\n"));
        let (changed, _, mark) = some(directory.changes(Some(&mark)).await.unwrap());
        assert!(changed.iter().find(is_new).unwrap().groups.is_empty());

        administer(&format!("dn: {dn}\nchangetype: modrdn\nnewrdn: uid={login}x\ndeleteoldrdn: 1\n"));
        let (changed, _, mark) = some(directory.changes(Some(&mark)).await.unwrap());
        let renamed = changed.iter().find(|person| person.subject == subject).unwrap();
        assert_eq!(renamed.login, Some(format!("{login}x")));

        administer(&format!("dn: uid={login}x,{agents}\nchangetype: delete\n"));
        let (_, gone, mark) = some(directory.changes(Some(&mark)).await.unwrap());
        if incremental == Incremental::Auto {
            assert!(gone.contains(&subject));
            let (changed, gone, _) = some(directory.changes(Some(&mark)).await.unwrap());
            assert!(changed.len() < 20 && gone.len() < 20);
        }
    }
}
