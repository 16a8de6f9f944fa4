//! Signing in by the headers of a real handler of LemonLDAP::NG in nginx, and what a stranger's own headers do there: nothing.

use crate::{
    browser::{self, Browser},
    variable,
};
use std::fs;
use url::Url;

fn configuration(folder: &std::path::Path, port: &str) -> String {
    let (portal, folder) = (variable("PLEIADE_TEST_LEMONLDAP"), folder.display());
    format!(
        r#"
[server]
listen = "127.0.0.1:{port}"
public_url = "http://desk.pleiade.localhost:{port}/"
data_dir = "{folder}"
trusted_proxies = ["127.0.0.1"]

[operator]
name = "Opérateur de test"

[[tenants]]
id = "mairie-alpha"
name = "Mairie d'Alpha-sur-Loire"
hosts = ["alpha.pleiade.localhost"]

[[tenants]]
id = "mairie-beta"
name = "Mairie de Bêta-la-Forêt"
hosts = ["beta.pleiade.localhost"]

[[sources]]
id = "entetes"
kind = "header"
name = "le portail"
mapping = {{ tenants = "collectivite", roles = [] }}

[sources.settings]
peers = ["127.0.0.1"]
issuer = "{portal}"
subject = "Auth-Subject"
login = "Auth-User"
display_name = "Auth-Name"
groups = "Auth-Groups"
attributes = {{ collectivite = "Auth-Collectivite" }}
base64 = ["Auth-Name"]
sign_out = "{portal}?logout=1"
"#
    )
}

/// What somebody sends who would like to be another person, in the spellings that some servers take for the same.
const FORGED: [(&str, &str); 8] = [
    ("Auth-Subject", "ldap:somebody-else"),
    ("auth-subject", "ldap:somebody-else"),
    ("Auth_Subject", "ldap:somebody-else"),
    ("Auth-User", "hmartin"),
    ("Auth-Name", "SMOpbMOobmUgTWFydGlu"),
    ("Auth-Collectivite", "mairie-beta"),
    ("Auth-Groups", "administrateurs"),
    ("Auth-Role", "operator"),
];

#[tokio::test]
async fn the_portal_s_handler_names_who_comes_and_no_visitor_does() {
    let _alone = crate::desk_port().await;
    let port = variable("PLEIADE_TEST_DESK_PORT");
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("pleiade.toml");
    fs::write(&file, configuration(folder.path(), &port)).unwrap();
    let (_app, stop) = crate::serve(&file, &port).await;
    let behind: Url = variable("PLEIADE_TEST_HANDLER").parse().unwrap();
    let start = behind.join("/sign-in/entetes/start?return=/tasks").unwrap();

    // Around the handler, from another address of this machine: the headers are nobody's.
    let direct = format!("http://desk.pleiade.localhost:{port}/sign-in/entetes/start");
    let stranger = browser::builder().local_address(std::net::IpAddr::from([127, 0, 0, 2])).build().unwrap();
    let mut request = stranger.get(&direct).header("accept", "text/html");
    for (name, value) in FORGED {
        request = request.header(name, value);
    }
    let answer = request.send().await.unwrap();
    assert!(answer.headers()["location"].to_str().unwrap().starts_with("/sign-in"), "{answer:?}");
    assert!(!session_cookie(&answer), "a header alone opens nothing: {answer:?}");

    // Through the handler, without a session at the portal: it leads there, and the desk hears nothing.
    let mut visitor = Browser::new();
    visitor.headers = FORGED.to_vec();
    let page = visitor.get(&start).await;
    let portal: Url = variable("PLEIADE_TEST_LEMONLDAP").parse().unwrap();
    let to = page.location.clone().expect("a redirection to the portal");
    assert_eq!((to.host_str(), to.port()), (portal.host_str(), portal.port()));
    assert!(visitor.cookie("pleiade-demo").is_none());

    // Somebody signs in at the portal and comes back, with the same headers in their browser: they are who the portal says.
    let shown = visitor.get(&to).await;
    let (_, fields) = shown.form(&[("user", "jdupont"), ("password", "jdupont-secret")]);
    let page = visitor.post(&shown.url, &fields).await;
    let back = visitor.follow(page, behind.as_str()).await.unwrap_or_else(|page| panic!("{}", page.body));
    let page = visitor.get(&back).await;
    assert_eq!(page.location.as_ref().map(Url::path), Some("/tasks"), "{} {}", page.status, page.body);
    let desk = visitor.get(&behind.join("/").unwrap()).await;
    assert!(desk.status == 200 && desk.body.contains("Jeanne Dupont"), "{}", desk.body);
    assert!(!desk.body.contains("Hélène Martin") && !desk.body.contains("Bêta-la-Forêt"), "{}", desk.body);
    assert!(desk.body.contains("Alpha-sur-Loire"));
    let console = visitor.get(&behind.join("/console").unwrap()).await;
    assert_ne!(console.status, 200, "a group that was forged is none");

    // Out here and at the portal.
    let page = visitor.post(&behind.join("/sign-out").unwrap(), &[]).await;
    let elsewhere = page.location.expect("the portal's own sign-out");
    assert_eq!(elsewhere.query(), Some("logout=1"));
    visitor.get(&elsewhere).await;
    let page = visitor.get(&start).await;
    assert_eq!(page.location.and_then(|to| to.host_str().map(str::to_owned)).as_deref(), portal.host_str());

    stop.await;
}

fn session_cookie(answer: &reqwest::Response) -> bool {
    let set = answer.headers().get_all("set-cookie").iter();
    set.filter_map(|cookie| cookie.to_str().ok()).any(|cookie| cookie.starts_with("pleiade-demo="))
}
