//! People and groups of a real domain whose names hold commas, accents, a plus sign and everything else that a distinguished name escapes.

use crate::active_directory::{
    BASE, CHANGING, administer, cursor, delete, directory, provider, sign_in, some,
};
use pleiade_core::{
    Affiliation, Directory as _, DirectoryChanges, DirectoryError, DirectoryPerson, PersonKind, Role,
    TenantId,
};
use pleiade_federation::{
    dn::DistinguishedName,
    ldap::{GroupsAs, Incremental},
    mapping::{GroupMatch, RoleRule, RoleRules},
};

const REGIE: &str = "Régie + eau, gaz";
/// Those of `xtask/servers/domain-people.ldif`.
const PEOPLE: [&str; 3] = ["alefevre", "jdalmeida", "oeil"];
const MODES: [Incremental; 2] = [Incremental::Auto, Incremental::Usn];

#[tokio::test]
async fn whoever_has_a_special_name_has_their_groups_at_sign_in_and_when_everybody_is_read() {
    let _alone = CHANGING.lock().await;
    let everybody = directory(|_| {}).changes(None).await.unwrap();
    let DirectoryChanges::Everybody { people, .. } = everybody else { panic!("everybody") };
    for login in PEOPLE {
        let claims = sign_in(&provider(|_| {}), login, &format!("{login}-secret")).await.unwrap();
        assert_eq!(claims.groups, [REGIE], "{login}");
        let walking = provider(|config| config.nested_groups = false);
        let claims = sign_in(&walking, login, &format!("{login}-secret")).await.unwrap();
        assert_eq!(claims.groups, [REGIE], "{login}");
        let read = people.iter().find(|person| person.login.as_deref() == Some(login)).unwrap();
        assert_eq!(read.groups, [REGIE], "{login}");
        let alone = directory(|_| {}).person(&read.subject).await.unwrap().unwrap();
        assert_eq!(alone.groups, [REGIE], "{login}");
    }
}

#[tokio::test]
async fn bases_and_rules_may_be_written_in_any_spelling() {
    let _alone = CHANGING.lock().await;
    let culture = directory(|config| {
        config.base = r"ou=culture\2C sports, ou=ville, dc=ad, dc=collectivite, dc=example".into();
        config.group_base = Some("OU=groupes , OU=ville,DC=AD,DC=collectivite,DC=example".into());
        config.groups_as = GroupsAs::Dn;
    });
    let DirectoryChanges::Everybody { people, .. } = culture.changes(None).await.unwrap() else { panic!() };
    let logins: Vec<_> = people.iter().map(|person| person.login.as_deref()).collect();
    assert_eq!(logins, [Some("jdalmeida")]);
    assert_eq!(
        people[0].groups,
        [format!(r"CN=Régie \+ eau\, gaz,OU=Groupes,{BASE}")],
        "as the domain writes it"
    );

    let rule = |dn: &str| {
        let group = GroupMatch::Dn(DistinguishedName::parse(dn).unwrap());
        let mut rules = RoleRules::default();
        rules.rules.push(RoleRule::new(group, Role::TenantAdministrator));
        rules
    };
    let mut affiliation = Affiliation::new(TenantId::new("epsilon").unwrap(), PersonKind::Agent);
    affiliation.groups.extend(people[0].groups.clone());
    for (dn, given) in [
        (r"cn=r\C3\A9gie \2b eau\2c gaz, ou=groupes, ou=ville, dc=ad, dc=collectivite, dc=example", true),
        (r"cn=régie \+ eau\,gaz,ou=groupes,ou=ville,dc=ad,dc=collectivite,dc=example", false),
    ] {
        assert_eq!(rule(dn).judge(&affiliation, None).len(), usize::from(given), "{dn}");
    }
}

#[tokio::test]
async fn a_spelling_that_the_domain_does_not_take_is_told() {
    let directory = directory(|config| config.base = config.base.replacen("OU=", "OU = ", 1));
    assert!(matches!(directory.probe().await, Err(DirectoryError::Misconfigured(_))));
}

/// A person of the domain while a test lasts.
struct Temporary {
    dn: String,
    login: String,
}

impl Temporary {
    fn add(name: &str, branch: &str, login: String) -> Self {
        let dn = format!("CN={name},{branch}");
        administer(&format!(
            "dn: {dn}\nchangetype: add\nobjectClass: user\nsAMAccountName: {login}\nuserAccountControl: 544\n"
        ));
        Self { dn, login }
    }

    fn among<'a>(&self, people: &'a [DirectoryPerson]) -> Option<&'a DirectoryPerson> {
        people.iter().find(|person| person.login.as_deref() == Some(self.login.as_str()))
    }

    fn rename(&mut self, name: &str, branch: &str) {
        let old = &self.dn;
        administer(&format!(
            "dn: {old}\nchangetype: modrdn\nnewrdn: CN={name}\ndeleteoldrdn: 1\nnewsuperior: {branch}\n"
        ));
        self.dn = format!("CN={name},{branch}");
    }
}

fn group(name: &str, login: &str, members: &[&str]) -> String {
    let dn = format!("CN={name},OU=Groupes,{BASE}");
    let members: String = members.iter().map(|member| format!("member: {member}\n")).collect();
    administer(&format!("dn: {dn}\nchangetype: add\nobjectClass: group\nsAMAccountName: {login}\n{members}"));
    dn
}

fn change(group: &str, what: &str, member: &str) {
    administer(&format!("dn: {group}\nchangetype: modify\n{what}: member\nmember: {member}\n"));
}

#[tokio::test]
async fn coming_into_a_group_and_leaving_it_is_read_at_once_whatever_the_name() {
    let _alone = CHANGING.lock().await;
    let (agents, culture) = (format!("OU=Agents,{BASE}"), format!(r"OU=Culture\, sports,{BASE}"));
    for (n, incremental) in MODES.into_iter().enumerate() {
        let names = [
            (r"NOM\, Prénom", &agents),
            (r"NOM\,Prénom", &agents),
            (r"Éloi \+ Zoé", &agents),
            (r"a\=b\; \<c\> \#d", &culture),
            (r"\#\\\22 fin \20", &culture),
            ("Jean  Deux", &agents),
        ];
        let people: Vec<Temporary> = names
            .into_iter()
            .enumerate()
            .map(|(m, (name, branch))| Temporary::add(name, branch, format!("nom{n}{m}")))
            .collect();
        let outer = group(r"Arts\, lettres \+ sciences", &format!("Arts{n}"), &[]);
        let inner = group(r"Atelier \#1\, danse", &format!("Atelier{n}"), &[]);
        change(&outer, "add", &inner);

        let directory = directory(|config| config.incremental = incremental);
        let mut mark = cursor(directory.changes(None).await.unwrap());
        for person in &people {
            change(&inner, "add", &person.dn);
            let (changed, next) = some(directory.changes(Some(&mark)).await.unwrap());
            let read = person.among(&changed).unwrap_or_else(|| panic!("{incremental:?} {}", person.dn));
            assert_eq!(read.groups, ["Arts, lettres + sciences", "Atelier #1, danse"], "{}", person.dn);
            assert!(changed.len() < 20);
            mark = next;
        }
        for person in &people {
            change(&inner, "delete", &person.dn);
            let (changed, next) = some(directory.changes(Some(&mark)).await.unwrap());
            let read = person.among(&changed).unwrap_or_else(|| panic!("{incremental:?} {}", person.dn));
            assert!(read.groups.is_empty(), "{} {:?}", person.dn, read.groups);
            mark = next;
        }
        // The group goes out of the other one with everybody in it.
        for person in &people {
            change(&inner, "add", &person.dn);
        }
        let (_, next) = some(directory.changes(Some(&mark)).await.unwrap());
        change(&outer, "delete", &inner);
        let (changed, _) = some(directory.changes(Some(&next)).await.unwrap());
        for person in &people {
            assert_eq!(person.among(&changed).unwrap().groups, ["Atelier #1, danse"], "{}", person.dn);
        }
        for dn in people.iter().map(|person| &person.dn).chain([&inner, &outer]) {
            delete(dn);
        }
    }
}

/// Whom the changes are about, everybody or some.
fn people_of(changes: DirectoryChanges) -> (Vec<DirectoryPerson>, String) {
    match changes {
        DirectoryChanges::Everybody { people, cursor } => (people, cursor.unwrap()),
        DirectoryChanges::Some { changed, cursor, .. } => (changed, cursor.unwrap()),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_new_name_keeps_its_groups_and_an_old_one_gives_none_to_a_newcomer() {
    let _alone = CHANGING.lock().await;
    let (agents, elsewhere) = (format!("OU=Agents,{BASE}"), format!("OU=Elus,{BASE}"));
    for (n, incremental) in MODES.into_iter().enumerate() {
        let mut person = Temporary::add(r"DURAND\, Léa", &agents, format!("lea{n}"));
        let mut far = Temporary::add(r"LOIN\, Luc", &elsewhere, format!("luc{n}"));
        let inner = group("Équipe", &format!("Equipe{n}"), &[&person.dn, &far.dn]);
        let outer = group("Pôle", &format!("Pole{n}"), &[&inner]);
        let directory = directory(|config| {
            config.incremental = incremental;
            config.base = agents.clone();
            config.group_base = Some(BASE.to_owned());
        });
        let (people, mark) = people_of(directory.changes(None).await.unwrap());
        assert_eq!(person.among(&people).unwrap().groups, ["Pôle", "Équipe"]);
        assert!(far.among(&people).is_none());

        // Married, and their name goes to somebody else on the same day.
        person.rename(r"DURAND-MARTIN\, Léa", &agents);
        let namesake = Temporary::add(r"DURAND\, Léa", &agents, format!("autre{n}"));
        let (people, mark) = people_of(directory.changes(Some(&mark)).await.unwrap());
        assert_eq!(person.among(&people).unwrap().groups, ["Pôle", "Équipe"], "{incremental:?}");
        assert!(namesake.among(&people).unwrap().groups.is_empty(), "{incremental:?}");

        // Gone, and a newcomer has the name.
        delete(&person.dn);
        let newcomer = Temporary::add(r"DURAND-MARTIN\, Léa", &agents, format!("neuve{n}"));
        let (people, mark) = people_of(directory.changes(Some(&mark)).await.unwrap());
        assert!(newcomer.among(&people).unwrap().groups.is_empty(), "{incremental:?}");

        // Moved to where people are read.
        far.rename(r"LOIN\, Luc", &agents);
        let (people, mark) = people_of(directory.changes(Some(&mark)).await.unwrap());
        assert_eq!(far.among(&people).unwrap().groups, ["Pôle", "Équipe"], "{incremental:?}");

        // The group has another name, which the group around it does not tell.
        administer(&format!("dn: {inner}\nchangetype: modrdn\nnewrdn: CN=Brigade\ndeleteoldrdn: 1\n"));
        let inner = inner.replace("CN=Équipe", "CN=Brigade");
        let (people, _) = people_of(directory.changes(Some(&mark)).await.unwrap());
        assert_eq!(far.among(&people).unwrap().groups, ["Brigade", "Pôle"], "{incremental:?}");
        for dn in [&namesake.dn, &newcomer.dn, &far.dn, &inner, &outer] {
            delete(dn);
        }
    }
}
