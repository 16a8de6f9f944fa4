//! A city's own portal through the whole server: what `lemonldap export` writes is run on the real LemonLDAP::NG, and then people sign in
//! by CAS and by OpenID Connect, are found in the directory, see the portal's menu, and are signed out from either side. Sessions that were
//! not opened by CAS get their proxy tickets from it by a visit.

use crate::{
    HANG,
    browser::{Browser, Page},
    desk_port, variable,
};
use pleiade_core::{
    ConnectorId, Credential, CredentialKind, CredentialRequest, ErrorKind, ExposeSecret as _, TenantId,
};
use pleiade_server::{app::App, session::Session};
use std::{fs, os::unix::fs::PermissionsExt as _, path::Path, process::Stdio, sync::Arc, time::Duration};
use tokio::{io::AsyncWriteExt as _, process::Command};
use url::Url;

fn configuration(folder: &Path, port: &str) -> String {
    let (portal, ldap) = (variable("PLEIADE_TEST_LEMONLDAP"), variable("PLEIADE_TEST_LDAP"));
    let url: Url = portal.parse().unwrap();
    let authority = format!("{}:{}", url.host_str().unwrap(), url.port().unwrap());
    let folder = folder.display();
    // The portal resolves no name of ours, so the desk that it calls back has an address for a name.
    format!(
        r#"
[server]
listen = "127.0.0.1:{port}"
public_url = "http://desk.pleiade.localhost:{port}/"
data_dir = "{folder}"
[operator]
name = "Opérateur de l'essai"
[outgoing]
internal_hosts = ["{authority}"]

[[tenants]]
id = "mairie-alpha"
name = "Mairie d'Alpha-sur-Loire"
hosts = ["127.0.0.1"]

[[sources]]
id = "annuaire"
kind = "ldap"
name = "l'annuaire"
owner = "mairie-alpha"
mapping = {{ kind = "employeeType", function = "title", roles = [{{ group = "administrateurs", role = "tenant_administrator" }}] }}
[sources.settings]
url = "{ldap}"
bind_dn = "cn=lecteur,ou=services,dc=opsn,dc=example"
bind_password = "lecteur-secret"
base = "o=mairie-alpha,ou=collectivites,dc=opsn,dc=example"
extra_attributes = ["employeeType"]

[[sources]]
id = "agents"
kind = "cas"
name = "le portail de la ville"
owner = "mairie-alpha"
directory = "annuaire"
directory_key = "login"
[sources.settings]
server = "{portal}cas"
service = "http://127.0.0.1:{port}/sign-in/agents/callback"
stable_users = true
[sources.settings.proxy]
callback = "http://127.0.0.1:{port}/sign-in/agents/pgt"
targets = ["https://pastell.pleiade.localhost/"]

[[sources]]
id = "ville"
kind = "oidc"
name = "le portail, par OpenID Connect"
owner = "mairie-alpha"
mapping = {{ kind = "type_personne" }}
proxy_tickets_from = "agents"
menu = {{ portal = "{portal}" }}
[sources.settings]
issuer = "{portal}"
client_id = "ville"
client_secret = "ville-secret"
redirect_uri = "http://127.0.0.1:{port}/sign-in/ville/callback"

[[sources]]
id = "comptes"
kind = "local"
name = "les comptes de la ville"
owner = "mairie-alpha"
proxy_tickets_from = "agents"

[[connectors]]
id = "pastell"
kind = "pastell"
credentials = {{ kind = "proxy_ticket" }}
[connectors.settings]
url = "https://pastell.pleiade.localhost/"
access = "proxy_ticket"

[[applications]]
id = "parapheur"
name = "Parapheur de l'été"
url = "https://parapheur.pleiade.localhost/"
description = "Signer"
category = "À signer"
"#
    )
}

async fn export(file: &Path, source: &str, subject: &str) -> String {
    let made = Command::new(env!("CARGO_BIN_EXE_pleiade-server"))
        .args(["lemonldap", "export", "--config"])
        .arg(file)
        .args(["--source", source, "--subject", subject])
        .output()
        .await
        .unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    String::from_utf8(made.stdout).unwrap()
}

/// Runs the commands on the portal, whose own tool changes to another account unless told otherwise.
async fn apply(folder: &Path, script: &str) {
    let tool = folder.join("lemonldap-ng-cli");
    fs::write(
        &tool,
        "#!/bin/sh\nexec /usr/share/lemonldap-ng/bin/lemonldap-ng-cli --user=\"$(id -un)\" --group=\"$(id -gn)\" \"$@\"\n",
    )
    .unwrap();
    fs::set_permissions(&tool, fs::Permissions::from_mode(0o755)).unwrap();
    let path = format!("{}:{}", folder.display(), std::env::var("PATH").unwrap());
    let done = Command::new("sh")
        .args(["-c", script])
        .env("PATH", path)
        .env("LLNG_DEFAULTCONFFILE", variable("PLEIADE_TEST_LEMONLDAP_SETTINGS"))
        .env("PLEIADE_CLIENT_SECRET", "ville-secret")
        .output()
        .await
        .unwrap();
    assert!(done.status.success(), "{script}\n{}", String::from_utf8_lossy(&done.stderr));
}

pub(crate) struct Desk {
    pub(crate) port: String,
}

impl Desk {
    pub(crate) fn url(&self, path: &str) -> Url {
        format!("http://127.0.0.1:{}{path}", self.port).parse().unwrap()
    }

    pub(crate) async fn knows(&self, browser: &mut Browser, name: &str) -> bool {
        let page = browser.get(&self.url("/")).await;
        page.status == 200 && page.body.contains(name)
    }

    /// Signs in at the portal, and opens the address where it leads back.
    pub(crate) async fn sign_in(&self, browser: &mut Browser, source: &str, login: &str) -> Page {
        let back = self.url(&format!("/sign-in/{source}/callback")).to_string();
        let mut page = browser.get(&self.url(&format!("/sign-in/{source}/start?return=/tasks"))).await;
        for _ in 0..3 {
            match browser.follow(page, &back).await {
                Ok(callback) => return browser.get(&callback).await,
                Err(shown) => {
                    let password = format!("{login}-secret");
                    let (_, fields) = shown.form(&[("user", login), ("password", &password)]);
                    page = browser.post(&shown.url, &fields).await;
                }
            }
        }
        panic!("no way back from the portal")
    }

    /// The portal reads its new configuration within a second or so.
    pub(crate) async fn once_the_portal_knows(&self, source: &str) {
        let known = async {
            loop {
                let mut browser = Browser::new();
                let page = browser.get(&self.url(&format!("/sign-in/{source}/start"))).await;
                let shown = browser.follow(page, "http://127.0.0.1").await;
                if shown.is_err_and(|page| page.body.contains("name=\"password\"")) {
                    break;
                }
                // Nothing announces that it has: it is polled.
                tokio::time::sleep(Duration::from_millis(200)).await;
            }
        };
        tokio::time::timeout(HANG, known).await.expect("the portal knows the source");
    }
}

#[tokio::test]
async fn a_city_behind_its_own_portal() {
    let _alone = desk_port().await;
    let port = variable("PLEIADE_TEST_DESK_PORT");
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("pleiade.toml");
    fs::write(&file, configuration(folder.path(), &port)).unwrap();
    for source in ["agents", "ville"] {
        let subject = if source == "agents" { "uid" } else { "subject" };
        apply(folder.path(), &export(&file, source, subject).await).await;
    }
    for login in ["jdupont", "hmartin"] {
        add_account(&file, login).await;
    }
    let (app, stop) = crate::serve(&file, &port).await;
    let desk = Desk { port };
    for source in ["agents", "ville"] {
        desk.once_the_portal_knows(source).await;
    }
    by_cas(&desk).await;
    by_openid_connect(&desk, &app).await;
    by_an_account_of_the_city(&desk, &app).await;
    stop.await;
}

async fn by_cas(desk: &Desk) {
    let portal: Url = variable("PLEIADE_TEST_LEMONLDAP").parse().unwrap();
    let mut browser = Browser::new();
    let page = desk.sign_in(&mut browser, "agents", "jdupont").await;
    assert_eq!(page.location.unwrap().path(), "/tasks");
    assert!(desk.knows(&mut browser, "Jeanne Dupont").await, "the directory tells the name");

    // The portal's sign-out ends the session here.
    browser.get(&portal.join("/?logout=1").unwrap()).await;
    assert!(!desk.knows(&mut browser, "Jeanne Dupont").await, "signed out there, signed out here");

    // The sign-out here ends the portal's session.
    let mut browser = Browser::new();
    desk.sign_in(&mut browser, "agents", "hmartin").await;
    assert!(desk.knows(&mut browser, "Hélène Martin").await);
    let page = browser.post(&desk.url("/sign-out"), &[]).await;
    assert_eq!(page.location.clone().unwrap().path(), "/cas/logout");
    assert!(!desk.knows(&mut browser, "Hélène Martin").await, "the session here ends first");
    let landed = browser.follow(page, desk.url("/").as_str()).await;
    assert!(landed.is_ok(), "the portal leads back to the desk");
    let page = browser.get(&desk.url("/sign-in/agents/start")).await;
    let callback = desk.url("/sign-in/agents/callback").to_string();
    assert!(browser.follow(page, &callback).await.is_err(), "the portal asks for the password again");

    // Somebody of another collectivité has an account at the portal, and none in this directory.
    let mut browser = Browser::new();
    desk.sign_in(&mut browser, "agents", "lfevre").await;
    assert!(!desk.knows(&mut browser, "Loïc Fèvre").await);
}

/// An account that the desk keeps itself, with a login of the portal.
async fn add_account(file: &Path, login: &str) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_pleiade-server"))
        .args(["user", "add", "--tenant", "mairie-alpha", "--login", login, "--config"])
        .arg(file)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    command.stdin.take().unwrap().write_all(format!("{PASSWORD}\n").as_bytes()).await.unwrap();
    let made = command.wait_with_output().await.unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
}

const PASSWORD: &str = "un mot de passe assez long";

/// Signs in by an account of the desk, and gives the answer.
async fn enter(desk: &Desk, browser: &mut Browser, login: &str) -> Page {
    let fields = [("login", login), ("password", PASSWORD), ("return", "/tasks")];
    let fields = fields.map(|(name, value)| (name.to_owned(), value.to_owned()));
    browser.post(&desk.url("/sign-in/comptes"), &fields).await
}

/// Goes on from a sign-in by the visit to the CAS server, which asks nobody for anything, to the page that it was for.
async fn visit_silently(desk: &Desk, browser: &mut Browser, entered: Page) {
    let visit = entered.location.unwrap();
    assert_eq!(visit.path(), "/sign-in/agents/tickets");
    let left = browser.get(&visit).await;
    let asked = left.location.as_ref().unwrap();
    assert!(asked.path() == "/cas/login" && asked.query().unwrap().contains("gateway=true"), "{asked}");
    let callback = desk.url("/sign-in/agents/callback").to_string();
    let back = browser.follow(left, &callback).await.unwrap_or_else(|page| panic!("{}", page.body));
    assert_eq!(browser.get(&back).await.location.unwrap().path(), "/tasks");
}

async fn session(app: &App, browser: &Browser) -> Arc<Session> {
    let value = browser.cookie(app.cookies().session_name()).unwrap();
    let alpha = TenantId::new("mairie-alpha").unwrap();
    app.sessions.find_session(value, Some(&alpha)).await.unwrap().expect("somebody is signed in")
}

/// Buys a ticket for an application as its connector does, and asks the portal in the place of the application whose it is.
async fn bought_for(app: &App, browser: &Browser) -> Result<String, ErrorKind> {
    let session = session(app, browser).await;
    let pastell = ConnectorId::new("pastell").unwrap();
    let service = "https://pastell.pleiade.localhost/api/v2/version?auth=cas";
    let mut request = CredentialRequest::new(&session.actor, &pastell, &[CredentialKind::ProxyTicket]);
    request.service = Some(service);
    let given = app.credentials_of(&session).credential(request).await.map_err(|error| error.kind())?;
    let Credential::ProxyTicket { ticket } = given else { panic!("a proxy ticket") };
    let portal: Url = variable("PLEIADE_TEST_LEMONLDAP").parse().unwrap();
    let mut validate = portal.join("/cas/proxyValidate").unwrap();
    validate.query_pairs_mut().append_pair("service", service).append_pair("ticket", ticket.expose_secret());
    let answer = Browser::new().get(&validate).await.body;
    let user = answer.split("<cas:user>").nth(1).and_then(|rest| rest.split("</cas:user>").next());
    Ok(user.unwrap_or_else(|| panic!("{answer}")).to_owned())
}

/// Who has an account of the desk, and a session at the portal or none, or somebody else's.
async fn by_an_account_of_the_city(desk: &Desk, app: &App) {
    let portal: Url = variable("PLEIADE_TEST_LEMONLDAP").parse().unwrap();
    let mut browser = Browser::new();
    let entered = enter(desk, &mut browser, "jdupont").await;
    visit_silently(desk, &mut browser, entered).await;
    assert!(session(app, &browser).await.ticket().is_none(), "no session at the portal");
    assert_eq!(bought_for(app, &browser).await, Err(ErrorKind::Unauthenticated));

    // By the link of a card: the portal asks for the password.
    let callback = desk.url("/sign-in/agents/callback").to_string();
    let left = browser.get(&desk.url("/sign-in/agents/tickets")).await;
    let Err(shown) = browser.follow(left, &callback).await else { panic!("the portal asks for nothing") };
    let (_, fields) = shown.form(&[("user", "jdupont"), ("password", "jdupont-secret")]);
    let page = browser.post(&shown.url, &fields).await;
    let back = browser.follow(page, &callback).await.unwrap_or_else(|page| panic!("{}", page.body));
    assert_eq!(browser.get(&back).await.location.unwrap().path(), "/");
    assert_eq!(bought_for(app, &browser).await.as_deref(), Ok("jdupont"));

    // The portal's session is still that of the other.
    let entered = enter(desk, &mut browser, "hmartin").await;
    visit_silently(desk, &mut browser, entered).await;
    assert_eq!(session(app, &browser).await.actor.identity.login.as_deref(), Some("hmartin"));
    assert!(session(app, &browser).await.ticket().is_none(), "somebody else's ticket is not kept");
    assert_eq!(bought_for(app, &browser).await, Err(ErrorKind::Unauthenticated));

    // Back again, and nobody is asked for anything; the portal's sign-out takes the ticket, and the session goes on.
    let entered = enter(desk, &mut browser, "jdupont").await;
    visit_silently(desk, &mut browser, entered).await;
    assert_eq!(bought_for(app, &browser).await.as_deref(), Ok("jdupont"));
    browser.get(&portal.join("/?logout=1").unwrap()).await;
    assert!(session(app, &browser).await.ticket().is_none(), "signed out there");
}

async fn by_openid_connect(desk: &Desk, app: &App) {
    let mut browser = Browser::new();
    let page = desk.sign_in(&mut browser, "ville", "jdupont").await;
    visit_silently(desk, &mut browser, page).await;
    assert_eq!(bought_for(app, &browser).await.as_deref(), Ok("jdupont"));
    assert!(desk.knows(&mut browser, "Jeanne Dupont").await);
    let menu = async {
        // Read behind the page's back: not there yet the first time.
        while !browser.get(&desk.url("/applications")).await.body.contains("À signer") {}
    };
    tokio::time::timeout(HANG, menu).await.expect("the exported menu is shown");
}
