use super::kinds;
use pleiade_core::{Clock, SystemClock};
use pleiade_server::{assemble, config};
use std::sync::Arc;

#[path = "../tests/leave_requests/simulator.rs"]
mod simulator;

fn configuration(url: &str) -> String {
    format!(
        r#"
[server]
public_url = "http://localhost:8080/"
data_dir = "data"

[operator]
name = "OPSN"

[[tenants]]
id = "ville"
name = "Ville"

[[sources]]
id = "local"
kind = "local"
name = "Comptes"

[outgoing]
internal_hosts = ["127.0.0.1"]

[[connectors]]
id = "conges"
kind = "leave"
credentials = {{ kind = "linked_account" }}
[connectors.settings]
url = "{url}"

[[boards]]
cards = [{{ connector = "conges", widget = "team" }}]
"#
    )
}

#[tokio::test]
async fn a_server_takes_the_connector_of_a_third_party() {
    use pleiade_testkit::Simulator as _;
    let simulator = simulator::LeaveSimulator::sample();
    let served = pleiade_testkit::serve(simulator.router()).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("pleiade.toml");
    std::fs::write(&file, configuration(served.url.as_str())).unwrap();

    let unknown = config::load(&file).unwrap_err().to_string();
    assert!(unknown.contains("connectors[0].kind: there is no kind `leave`"), "{unknown}");
    let loaded = config::load_with(&file, &kinds()).unwrap_or_else(|error| panic!("{error}"));
    let transport = assemble::transport(&loaded).unwrap_or_else(|problem| panic!("{problem}"));
    let clock: Arc<dyn Clock> = Arc::new(SystemClock::default());
    let (connectors, _) =
        assemble::connectors(&loaded, &transport, &clock).unwrap_or_else(|problem| panic!("{problem}"));
    let [leave] = &connectors[..] else { panic!("one connector") };
    assert_eq!(leave.descriptor().kind, "leave");
    assert!(
        leave.probe().await.unwrap().version.is_some(),
        "it reads its application over the server's client"
    );
}

/// What `check` says of a technical account, given what stands in its table and in its settings.
fn technical(credentials: &str, settings: &str) -> Result<config::Loaded, String> {
    let mut text = configuration("http://127.0.0.1/");
    let tenant = "[[sources]]";
    text = text.replace(tenant, &format!("[[tenants]]\nid = \"vallee\"\nname = \"Vallée\"\n\n{tenant}"));
    text += &format!(
        "\n[[connectors]]\nid = \"commandes\"\nkind = \"orders\"\ncredentials = {{ kind = \"technical\"{credentials} }}\n\
         [connectors.settings]\nurl = \"http://127.0.0.1/\"\ntoken = \"x\"\n{settings}"
    );
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("pleiade.toml");
    std::fs::write(&file, text).unwrap();
    config::load_with(&file, &kinds()).map_err(|error| error.to_string())
}

#[test]
fn a_technical_account_without_a_wall_between_people_is_refused() {
    const KEY: &str = ", key = \"login\"";
    const BOTH: &str = "[connectors.settings.filter.tenants]\nville = \"V1\"\nvallee = \"V2\"\n";
    for (credentials, settings, expected) in [
        ("", BOTH, "connectors[1].credentials: nobody would see anything"),
        (KEY, "", "`filter.tenants` must say how the application names `ville`"),
        (KEY, "[connectors.settings.filter.tenants]\nville = \"V1\"\n", "names `vallee`"),
        (KEY, &BOTH.replace("V2", "V1"), "names two tenants `V1`"),
        (KEY, &BOTH.replace("vallee", "\"Vallée !\""), "connectors[1].settings.filter"),
        (KEY, &format!("{BOTH}lac = \"V3\"\n"), "there is no tenant `lac`"),
    ] {
        let refused = technical(credentials, settings).map(drop).unwrap_err();
        assert!(refused.contains(expected), "{expected}: {refused}");
    }
    technical(KEY, BOTH).unwrap_or_else(|error| panic!("{error}"));
    let figures = format!("[connectors.settings.filter]\nfigures_for = [\"finances\"]\n{BOTH}");
    technical("", &figures).unwrap_or_else(|error| panic!("{error}"));
}

/// Attack: one instance, one technical account, one connector for each of two collectivités. Without the name of each, whoever has the
/// same staff number in the other reads its rows.
#[test]
fn an_instance_that_two_connectors_share_is_an_instance_that_is_shared() {
    let one = |id: &str, tenant: &str| {
        format!(
            "\n[[connectors]]\nid = \"{id}\"\nkind = \"orders\"\ntenants = [\"{tenant}\"]\ncredentials = {{ kind = \"technical\", key = \"login\" }}\n\
             [connectors.settings]\nurl = \"http://127.0.0.1/\"\ntoken = \"x\"\n"
        )
    };
    let mut text = configuration("http://127.0.0.1/");
    let tenant = "[[sources]]";
    text = text.replace(tenant, &format!("[[tenants]]\nid = \"vallee\"\nname = \"Vallée\"\n\n{tenant}"));
    text += &(one("ici", "ville") + &one("la", "vallee"));
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("pleiade.toml");
    std::fs::write(&file, text).unwrap();
    let read = config::load_with(&file, &kinds()).map(drop).map_err(|error| error.to_string());
    assert!(read.is_err_and(|error| error.contains("filter.tenants")), "each reads the rows of the other");
}

/// Attack: a name of nothing is borne by every row that names no collectivité.
#[test]
fn a_collectivite_has_a_name_in_the_application() {
    const KEY: &str = ", key = \"login\"";
    for name in ["", " "] {
        let both = format!("[connectors.settings.filter.tenants]\nville = \"{name}\"\nvallee = \"V2\"\n");
        assert!(technical(KEY, &both).is_err(), "{name:?} names a collectivité");
    }
}

/// Attack: a kind that takes a technical account and has no filter, given the key of each person.
#[test]
fn a_key_without_a_filter_is_refused() {
    use pleiade_connectors::kind::ConnectorSettings;
    use pleiade_core::{Connector, ConnectorError, ConnectorId, CredentialKind, Transport};
    use std::sync::Arc;
    #[derive(Debug, serde::Deserialize)]
    struct Bare {
        url: url::Url,
    }
    impl ConnectorSettings for Bare {
        fn addresses(&self) -> Vec<&url::Url> {
            vec![&self.url]
        }
        fn accepts(&self) -> &[CredentialKind] {
            &[CredentialKind::Technical]
        }
        fn build(&self, _: ConnectorId, _: Arc<dyn Transport>) -> Result<Arc<dyn Connector>, ConnectorError> {
            Err(ConnectorError::new(pleiade_core::ErrorKind::Unsupported, "build"))
        }
    }
    let mut text = configuration("http://127.0.0.1/");
    let tenant = "[[sources]]";
    text = text.replace(tenant, &format!("[[tenants]]\nid = \"vallee\"\nname = \"Vallée\"\n\n{tenant}"));
    text += "\n[[connectors]]\nid = \"nu\"\nkind = \"bare\"\ncredentials = { kind = \"technical\", key = \"login\" }\n[connectors.settings]\nurl = \"http://127.0.0.1/\"\n";
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("pleiade.toml");
    std::fs::write(&file, text).unwrap();
    let read = config::load_with(&file, &kinds().with::<Bare>("bare")).map(drop);
    assert!(read.is_err(), "a key of each person, two collectivités, and no rule");
}
