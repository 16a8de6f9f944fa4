use super::kinds;
use pleiade_server::{assemble, config};

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
    let connectors = assemble::connectors(&loaded, &transport).unwrap_or_else(|problem| panic!("{problem}"));
    let [leave] = &connectors[..] else { panic!("one connector") };
    assert_eq!(leave.descriptor().kind, "leave");
    assert!(
        leave.probe().await.unwrap().version.is_some(),
        "it reads its application over the server's client"
    );
}
