//! The operator's guide, done as written: from a portal as Debian installs it and an Active Directory domain to people of a city at
//! their desk. Only names and addresses are changed to those of the test's servers.

use crate::{browser::Browser, cas::Desk, desk_port, variable};
use base64::prelude::{BASE64_STANDARD, Engine as _};
use pleiade_core::SourceId;
use pleiade_server::{app::App, storage::RunOutcome, sync::RunRequest};
use std::{fs, os::unix::fs::PermissionsExt as _, path::Path};
use tokio::process::Command;
use url::Url;

const GUIDE: &str = include_str!("../../../docs/operators.md");
const BASE: &str = "OU=Ville,DC=ad,DC=collectivite,DC=example";

/// The blocks of a part of the guide in one language, under the names of this test.
fn blocks(part: &str, language: &str, names: &[(String, String)]) -> Vec<String> {
    let fence = format!("```{language}\n");
    let rest = part.split(&fence).skip(1);
    rest.map(|rest| {
        let text = rest.split("```").next().unwrap().to_owned();
        names.iter().fold(text, |text, (theirs, ours)| text.replace(theirs, ours))
    })
    .collect()
}

/// The names that the guide gives its machines, files and people, and theirs here.
fn names(folder: &Path, port: &str) -> Vec<(String, String)> {
    let portal = variable("PLEIADE_TEST_NEW_LEMONLDAP");
    let url: Url = portal.parse().unwrap();
    let authority = format!("{}:{}", url.host_str().unwrap(), url.port().unwrap());
    let domain = variable("PLEIADE_TEST_ADS");
    let here = |path: &str| folder.join(path).display().to_string();
    [
        ("ldaps://dc1.ville.example, ldaps://dc2.ville.example", domain.clone()),
        (r#""ldaps://dc1.ville.example", "ldaps://dc2.ville.example""#, format!("\"{domain}\"")),
        ("https://auth.ville.example/", portal),
        ("auth.ville.example", authority),
        ("https://bureau.ville.example/", format!("http://127.0.0.1:{port}/")),
        ("bureau.ville.example", "127.0.0.1".to_owned()),
        ("lecteur@ville.example", "lecteur@ad.collectivite.example".to_owned()),
        ("OU=Ville,DC=ville,DC=example", BASE.to_owned()),
        ("domain ville.example", "domain pleiade.localhost".to_owned()),
        ("Administrateurs du bureau", "Services techniques".to_owned()),
        ("/etc/ssl/certs", here("certificates")),
        ("/etc/pleiade", here("etc")),
        ("https://bureau.opsn.example/", format!("http://desk.pleiade.localhost:{port}/")),
        ("bureau.mairie-alpha.example", "alpha.pleiade.localhost".to_owned()),
        ("[server]\n", format!("[server]\nlisten = \"127.0.0.1:{port}\"\ndata_dir = \"{}\"\n", here("data"))),
    ]
    .map(|(theirs, ours)| (theirs.to_owned(), ours))
    .into()
}

/// Commands that the guide calls by their name alone. Without the machine's accounts, what it does as another is done as oneself.
fn tools(folder: &Path) -> String {
    let bin = folder.join("bin");
    fs::create_dir(&bin).unwrap();
    for (name, script) in [
        ("pleiade-server", format!("exec {} \"$@\"", env!("CARGO_BIN_EXE_pleiade-server"))),
        (
            "lemonldap-ng-cli",
            "exec /usr/share/lemonldap-ng/bin/lemonldap-ng-cli --user=\"$(id -un)\" --group=\"$(id -gn)\" \"$@\""
                .to_owned(),
        ),
        ("sudo", "[ \"$1\" = -u ] && shift 2\nexec \"$@\"".to_owned()),
    ] {
        let tool = bin.join(name);
        fs::write(&tool, format!("#!/bin/sh\n{script}\n")).unwrap();
        fs::set_permissions(&tool, fs::Permissions::from_mode(0o755)).unwrap();
    }
    format!("{}:{}", bin.display(), std::env::var("PATH").unwrap())
}

/// Runs it and gives its output. The guide's reader would stop at a command that fails.
async fn shell(folder: &Path, path: &str, script: &str) -> String {
    let done = Command::new("sh")
        .args(["-e", "-c", script])
        .env("PATH", path)
        .env("LLNG_DEFAULTCONFFILE", variable("PLEIADE_TEST_NEW_LEMONLDAP_SETTINGS"))
        .current_dir(folder)
        .output()
        .await
        .unwrap();
    let (said, errors) = (String::from_utf8_lossy(&done.stdout), String::from_utf8_lossy(&done.stderr));
    assert!(done.status.success(), "{script}\n{said}\n{errors}");
    said.into_owned()
}

/// A command of an administrator of the domain.
async fn administer(folder: &Path, ldif: &str) {
    let file = folder.join("change.ldif");
    fs::write(&file, ldif).unwrap();
    let done = Command::new("ldapmodify")
        .env("LDAPTLS_CACERT", variable("PLEIADE_TEST_CA"))
        .args(["-x", "-H", &variable("PLEIADE_TEST_ADS"), "-D", "Administrator@ad.collectivite.example"])
        .args(["-w", "Admin-secret-1", "-f"])
        .arg(file)
        .output()
        .await
        .unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
}

#[tokio::test]
async fn a_city_with_its_active_directory_behind_a_new_portal_as_the_guide_says() {
    let _alone = desk_port().await;
    let port = variable("PLEIADE_TEST_DESK_PORT");
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let names = names(folder, &port);
    let (before, part) = GUIDE.split_once("\n## 8. ").unwrap();
    let file = folder.join("etc/pleiade.toml");
    for there_after_installation in ["certificates", "etc", "data"] {
        fs::create_dir(folder.join(there_after_installation)).unwrap();
    }
    let smallest = blocks(before, "toml", &names).swap_remove(0);
    fs::write(&file, format!("include = [\"conf.d/*.toml\"]\n{smallest}")).unwrap();
    fs::write(folder.join("lecteur"), "lecteur-secret").unwrap();
    fs::copy(variable("PLEIADE_TEST_CA"), folder.join("ville-ca.pem")).unwrap();
    let path = tools(folder);

    let [city] = &blocks(part, "toml", &names)[..] else { panic!("one file for the city") };
    let [domain, secrets, export, declare, look] = &blocks(part, "sh", &names)[..] else {
        panic!("five groups of commands")
    };
    shell(folder, &path, domain).await;
    shell(folder, &path, secrets).await;
    fs::write(folder.join("etc/conf.d/ville.toml"), city).unwrap();
    shell(folder, &path, export).await;
    shell(folder, &path, declare).await;
    let said = shell(folder, &path, look).await;
    assert!(said.contains("domaine") && said.contains("portail-ville"), "{said}");

    let (app, stop) = crate::serve(&file, &port).await;
    let desk = Desk { port };
    desk.once_the_portal_knows("portail-ville").await;
    people_of_the_domain_enter_by_the_portal_alone(&desk).await;
    a_sign_out_is_one_at_the_portal(&desk).await;
    whoever_is_disabled_in_the_domain_is_out(folder, &app, &desk).await;
    whoever_leaves_a_group_is_read_at_once(folder, &app, &desk).await;
    stop.await;
}

async fn people_of_the_domain_enter_by_the_portal_alone(desk: &Desk) {
    let page = Browser::new().get(&desk.url("/sign-in")).await;
    assert_eq!(
        page.location.unwrap().path(),
        "/sign-in/portail-ville/start",
        "the only way in goes straight"
    );
    let fields = [("login", "jdupont"), ("password", "jdupont-secret")];
    let fields = fields.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let mut browser = Browser::new();
    let page = browser.post(&desk.url("/sign-in/domaine"), &fields).await;
    assert_eq!(page.status, 404, "the domain is no second door");

    // Of a group in a group.
    let mut browser = Browser::new();
    desk.sign_in(&mut browser, "portail-ville", "jdupont").await;
    assert!(desk.knows(&mut browser, "Julien Dupont").await);
    let profile = browser.get(&desk.url("/profile")).await.body;
    for told in ["Technicien voirie", "Services techniques", "Administrateur de la collectivité"] {
        assert!(profile.contains(told), "{told}\n{profile}");
    }
    assert_eq!(browser.get(&desk.url("/console/people")).await.status, 200);
    let security = async {
        // The page waits for the portal for two seconds only.
        while !browser
            .get(&desk.url("/profile/security"))
            .await
            .body
            .contains("connexion réussie · depuis 127.0.0.1")
        {}
    };
    tokio::time::timeout(crate::HANG, security).await.expect("what the portal remembers is shown");

    let mut browser = Browser::new();
    let page = desk.sign_in(&mut browser, "portail-ville", "emercier").await;
    assert_eq!(page.location.unwrap().path(), "/tasks");
    let profile = browser.get(&desk.url("/profile")).await.body;
    assert!(profile.contains("Éloïse Mercier") && profile.contains("Élu"), "{profile}");
    assert_ne!(browser.get(&desk.url("/console/people")).await.status, 200);
}

/// The other way round is not in Debian 12's portal; `oidc_provider` in the tests of the federation shows it with another provider.
async fn a_sign_out_is_one_at_the_portal(desk: &Desk) {
    let portal: Url = variable("PLEIADE_TEST_NEW_LEMONLDAP").parse().unwrap();
    let mut browser = Browser::new();
    desk.sign_in(&mut browser, "portail-ville", "jdupont").await;
    let page = browser.post(&desk.url("/sign-out"), &[]).await;
    assert_eq!(page.location.as_ref().and_then(Url::host_str), portal.host_str(), "out of the portal too");
    browser.follow(page, desk.url("/").as_str()).await.ok().expect("and back");
    let page = browser.get(&desk.url("/sign-in/portail-ville/start")).await;
    let callback = desk.url("/sign-in/portail-ville/callback").to_string();
    assert!(browser.follow(page, &callback).await.is_err(), "the portal asks for the password again");
}

async fn whoever_is_disabled_in_the_domain_is_out(folder: &Path, app: &App, desk: &Desk) {
    let dn = format!("CN=Paule Partante,OU=Agents,{BASE}");
    let secret: Vec<u8> = "\"partante-secret\"".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let secret = BASE64_STANDARD.encode(secret);
    administer(
        folder,
        &format!(
            "dn: {dn}\nchangetype: add\nobjectClass: user\nsAMAccountName: partante\ndisplayName: Paule Partante\n\
             userAccountControl: 512\nunicodePwd:: {secret}\n"
        ),
    )
    .await;
    let mut browser = Browser::new();
    desk.sign_in(&mut browser, "portail-ville", "partante").await;
    let entered = desk.knows(&mut browser, "Paule Partante").await;
    let domain = app.directories.get(&SourceId::new("domaine").unwrap()).unwrap().clone();
    let found = app.directory_sync().run(&domain, RunRequest::default()).await.unwrap();
    let change = "changetype: modify\nreplace: userAccountControl\nuserAccountControl: 514\n";
    administer(folder, &format!("dn: {dn}\n{change}")).await;
    let left = app.directory_sync().run(&domain, RunRequest::default()).await.unwrap();
    let still = desk.knows(&mut browser, "Paule Partante").await;
    administer(folder, &format!("dn: {dn}\nchangetype: delete\n")).await;
    assert!(entered, "before the directory was read again");
    assert_eq!((found.outcome, found.report.full), (RunOutcome::Applied, false));
    assert_eq!((left.outcome, left.report.received), (RunOutcome::Applied, 1), "{:?}", left.report.problem);
    assert!(!still, "her session ended with the reading");
}

/// Her name is written with a comma and an accent, as town halls write them.
async fn whoever_leaves_a_group_is_read_at_once(folder: &Path, app: &App, desk: &Desk) {
    let member = format!(r"CN=LEFÈVRE\, Anaïs,OU=Agents,{BASE}");
    let group = format!("CN=Services techniques,OU=Groupes,{BASE}");
    let change = |what: &str| format!("dn: {group}\nchangetype: modify\n{what}: member\nmember: {member}\n");
    let console = desk.url("/console/people");
    administer(folder, &change("add")).await;
    let domain = app.directories.get(&SourceId::new("domaine").unwrap()).unwrap().clone();
    let whole =
        app.directory_sync().run(&domain, RunRequest { full: true, ..RunRequest::default() }).await.unwrap();
    let mut browser = Browser::new();
    desk.sign_in(&mut browser, "portail-ville", "alefevre").await;
    let inside = browser.get(&console).await.status;
    administer(folder, &change("delete")).await;
    let left = app.directory_sync().run(&domain, RunRequest::default()).await.unwrap();
    assert_eq!(
        (whole.outcome, left.outcome),
        (RunOutcome::Applied, RunOutcome::Applied),
        "{:?}",
        left.report
    );
    // She alone, without the group.
    assert_eq!((left.report.full, left.report.received, left.report.totals.changed), (false, 1, 1));
    assert_eq!(inside, 200);
}
