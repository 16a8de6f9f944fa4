//! Signing in and out through the whole server, with real providers: LemonLDAP::NG over OpenLDAP, the certified `oidc-provider`, and
//! OpenLDAP itself.

use crate::{
    browser::{self, Browser, Page},
    variable,
};
use std::fs;
use url::Url;

fn configuration(folder: &std::path::Path, port: &str) -> String {
    let authority = |address: &str| {
        let url: Url = address.parse().unwrap();
        format!("{}:{}", url.host_str().unwrap(), url.port().unwrap())
    };
    let (portal, oidc, ldap) =
        (variable("PLEIADE_TEST_LEMONLDAP"), variable("PLEIADE_TEST_OIDC"), variable("PLEIADE_TEST_LDAP"));
    let (portal_host, oidc_host, folder) = (authority(&portal), authority(&oidc), folder.display());
    let client = |source: &str, issuer: &str| {
        format!(
            r#"
[sources.settings]
issuer = "{issuer}"
client_id = "pleiade"
client_secret = "pleiade-secret"
redirect_uri = "http://desk.pleiade.localhost:{port}/sign-in/{source}/callback"
scopes = ["profile", "email", "collectivite", "groups"]
"#
        )
    };
    let (lemonldap, certified) = (client("lemonldap", &portal), client("oidc", &oidc));
    format!(
        r#"
[server]
listen = "127.0.0.1:{port}"
public_url = "http://desk.pleiade.localhost:{port}/"
data_dir = "{folder}"

[operator]
name = "Opérateur de test"

[outgoing]
internal_hosts = ["{portal_host}", "{oidc_host}"]

[[tenants]]
id = "mairie-alpha"
name = "Mairie d'Alpha-sur-Loire"
siren = "219900016"
hosts = ["alpha.pleiade.localhost"]

[[tenants]]
id = "mairie-beta"
name = "Mairie de Bêta-la-Forêt"
siren = "209900026"
hosts = ["beta.pleiade.localhost"]

[[sources]]
id = "lemonldap"
kind = "oidc"
name = "le portail"
mapping = {{ tenants = "collectivite", kind = "type_personne", function = "fonction", roles = [] }}
menu = {{ portal = "{portal}" }}
{lemonldap}
[[sources]]
id = "oidc"
kind = "oidc"
name = "un autre fournisseur"
mapping = {{ tenants = "collectivites", kind = "type_personne", function = "fonction", roles = [] }}
{certified}
[[sources]]
id = "annuaire"
kind = "ldap"
name = "l'annuaire d'Alpha"
owner = "mairie-alpha"
mapping = {{ kind = "employeeType", function = "title", roles = [{{ group = "administrateurs", role = "tenant_administrator" }}] }}

[sources.settings]
url = "{ldap}"
bind_dn = "cn=lecteur,ou=services,dc=opsn,dc=example"
bind_password = "lecteur-secret"
base = "o=mairie-alpha,ou=collectivites,dc=opsn,dc=example"
extra_attributes = ["employeeType"]
"#
    )
}

struct Desk {
    port: String,
}

impl Desk {
    fn at(&self, host: &str, path: &str) -> Url {
        format!("http://{host}.pleiade.localhost:{}{path}", self.port).parse().unwrap()
    }

    fn url(&self, path: &str) -> Url {
        self.at("desk", path)
    }

    fn home(&self) -> String {
        self.url("/").to_string()
    }

    /// True if this browser is signed in on the operator's host.
    async fn knows(&self, browser: &mut Browser, name: &str) -> bool {
        let page = browser.get(&self.url("/")).await;
        page.status == 200 && page.body.contains(name)
    }

    /// Leaves for a provider and comes back with the address of the callback, not opened yet.
    async fn leave(&self, browser: &mut Browser, source: &str, login: &str) -> Url {
        let back = self.url(&format!("/sign-in/{source}/callback")).to_string();
        let mut page = browser.get(&self.url(&format!("/sign-in/{source}/start?return=/tasks"))).await;
        for _ in 0..5 {
            match browser.follow(page, &back).await {
                Ok(callback) => return callback,
                Err(shown) => page = answer(browser, &shown, login).await,
            }
        }
        panic!("no way back from the provider")
    }
}

async fn answer(browser: &mut Browser, shown: &Page, login: &str) -> Page {
    let password = format!("{login}-secret");
    let (to, fields) = shown.form(&[("user", login), ("login", login), ("password", &password)]);
    // The portal's form leads to the page itself, whose query it needs.
    let to = if to.path() == "/" || to.host_str() == Some("auth.pleiade.localhost") {
        shown.url.clone()
    } else {
        to
    };
    browser.post(&to, &fields).await
}

#[tokio::test]
async fn people_sign_in_and_out_through_the_server() {
    let _alone = crate::desk_port().await;
    let port = variable("PLEIADE_TEST_DESK_PORT");
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("pleiade.toml");
    fs::write(&file, configuration(folder.path(), &port)).unwrap();
    let (_app, stop) = crate::serve(&file, &port).await;

    let desk = Desk { port };
    through_the_portal(&desk).await;
    an_answer_belongs_to_one_browser_once(&desk).await;
    the_provider_ends_the_session(&desk).await;
    with_the_directory(&desk).await;

    stop.await;
}

async fn through_the_portal(desk: &Desk) {
    let mut browser = Browser::new();
    let page = browser.get(&desk.url("/")).await;
    assert_eq!(page.location.unwrap().path(), "/sign-in");
    let callback = desk.leave(&mut browser, "lemonldap", "jdupont").await;
    let page = browser.get(&callback).await;
    assert_eq!(page.location.unwrap().path(), "/tasks", "where the person wanted to go");
    assert!(desk.knows(&mut browser, "Jeanne Dupont").await);
    let menu = async {
        // Read behind the page's back: not there yet the first time.
        while !browser.get(&desk.url("/applications")).await.body.contains("Flux dématérialisés") {}
    };
    tokio::time::timeout(crate::HANG, menu).await.expect("the portal's menu is shown");

    let page = browser.post(&desk.url("/sign-out"), &[]).await;
    let elsewhere = page.location.clone().unwrap();
    assert_eq!(elsewhere.host_str(), Some("auth.pleiade.localhost"));
    assert!(!desk.knows(&mut browser, "Jeanne Dupont").await, "the session here ends first");
    assert!(browser.follow(page, &desk.home()).await.is_ok());
    // The session at the portal has ended too: it asks for the password again.
    let page = browser.get(&desk.url("/sign-in/lemonldap/start")).await;
    assert!(browser.follow(page, &desk.home()).await.is_err());
}

async fn an_answer_belongs_to_one_browser_once(desk: &Desk) {
    let mut browser = Browser::new();
    let callback = desk.leave(&mut browser, "lemonldap", "hmartin").await;
    let mut stranger = Browser::new();
    assert!(is_refused_as_expired(&mut stranger, &callback).await);
    assert!(!desk.knows(&mut stranger, "Hélène Martin").await);

    // The answer of one provider at the address of another.
    let mut crossed = callback.clone();
    crossed.set_path("/sign-in/oidc/callback");
    let page = browser.get(&crossed).await;
    assert!(
        !desk.knows(&mut browser, "Hélène Martin").await,
        "{:?}",
        page.location.map(|to| to.path().to_owned())
    );

    let callback = desk.leave(&mut browser, "lemonldap", "hmartin").await;
    assert_eq!(browser.get(&callback).await.location.unwrap().path(), "/tasks");
    assert!(desk.knows(&mut browser, "Hélène Martin").await);
    browser.post(&desk.url("/sign-out"), &[]).await;
    assert!(is_refused_as_expired(&mut browser, &callback).await, "replayed");
}

/// True if an answer of a provider leads to a page that says it has expired.
async fn is_refused_as_expired(browser: &mut Browser, callback: &Url) -> bool {
    let to = browser.get(callback).await.location.unwrap();
    browser.get(&to).await.body.contains("La connexion a pris trop de temps")
}

async fn the_provider_ends_the_session(desk: &Desk) {
    let mut browser = Browser::new();
    let callback = desk.leave(&mut browser, "oidc", "lfevre").await;
    assert_eq!(browser.get(&callback).await.location.unwrap().path(), "/tasks");
    assert!(desk.knows(&mut browser, "Loïc Fèvre").await);

    let forged = [("logout_token".to_owned(), "a.b.c".to_owned())];
    let page = Browser::new().post(&desk.url("/sign-out/oidc/backchannel"), &forged).await;
    assert_eq!(page.status, 400);
    assert!(desk.knows(&mut browser, "Loïc Fèvre").await);

    // The person signs out at the provider, from another application.
    let provider: Url = variable("PLEIADE_TEST_OIDC").parse().unwrap();
    let page = browser.get(&provider.join("/session/end").unwrap()).await;
    let (to, fields) = page.form(&[("logout", "yes")]);
    browser.post(&to, &fields).await;
    assert!(!desk.knows(&mut browser, "Loïc Fèvre").await);
}

async fn with_the_directory(desk: &Desk) {
    let typed = |login: &str, password: &str| {
        [("login", login), ("password", password)].map(|(name, value)| (name.to_owned(), value.to_owned()))
    };
    let way = desk.at("alpha", "/sign-in/annuaire");
    let mut refusals = Vec::new();
    for (login, password) in [("jdupont", "wrong"), ("nobody", "wrong"), ("lfevre", "lfevre-secret")] {
        let page = Browser::new().post(&way, &typed(login, password)).await;
        assert_eq!(page.status, 401, "{login}");
        refusals.push(page.body.replace(login, ""));
    }
    assert!(refusals.windows(2).all(|pair| pair.first() == pair.last()), "nothing tells who exists");

    let mut browser = Browser::new();
    let page = browser.post(&way, &typed("jdupont", "jdupont-secret")).await;
    assert_eq!(page.location.unwrap().path(), "/");
    let page = browser.get(&desk.at("alpha", "/")).await;
    assert!(page.status == 200 && page.body.contains("Jeanne Dupont"));

    // The source of one collectivité is no way into another, and neither is its session.
    let page =
        Browser::new().post(&desk.at("beta", "/sign-in/annuaire"), &typed("jdupont", "jdupont-secret")).await;
    assert_eq!(page.status, 404);
    let cookie = browser.cookie("pleiade-demo").unwrap().to_owned();
    let elsewhere = browser::client()
        .get(desk.at("beta", "/"))
        .header("accept", "text/html")
        .header("cookie", format!("pleiade-demo={cookie}"));
    let answer = elsewhere.send().await.unwrap();
    assert!(answer.headers()["location"].to_str().unwrap().starts_with("/sign-in"));
}
