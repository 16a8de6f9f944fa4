//! `scim2-tester`, an independent client, against the whole server with its own storage: it reads our schemas and tries what they promise.

use pleiade_core::{Clock as _, ExposeSecret as _, SystemClock};
use pleiade_server::{assemble, config, run, scim::NewToken};
use std::{fs, process::Command, sync::Arc};
use tokio::{net::TcpListener, sync::oneshot};

#[tokio::test(flavor = "multi_thread")]
async fn scim2_tester_finds_nothing() {
    let python = std::env::var("PLEIADE_TEST_PYTHON")
        .expect("PLEIADE_TEST_PYTHON is not set: `cargo xtask test` installs what it names and sets it");
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("pleiade.toml");
    let sources = ["alpha", "beta"].map(|tenant| {
        format!("[[sources]]\nid = \"rh-{tenant}\"\nkind = \"scim\"\nname = \"RH\"\nowner = \"{tenant}\"\n")
    });
    let text = format!(
        "[server]\nlisten = \"{address}\"\npublic_url = \"http://{address}/\"\ndata_dir = \"{}\"\n\
         [operator]\nname = \"Opérateur\"\n[[tenants]]\nid = \"alpha\"\nname = \"Alpha\"\n\
         [[tenants]]\nid = \"beta\"\nname = \"Bêta\"\n{}",
        folder.path().display(),
        sources.concat()
    );
    fs::write(&file, text).unwrap();
    let loaded = config::load(&file).unwrap_or_else(|error| panic!("{error}"));
    let app = assemble::assemble(&loaded, Arc::new(SystemClock::default()), None).await.unwrap();
    let now = SystemClock::default().now();
    let mut tokens = Vec::new();
    for source in ["rh-alpha", "rh-beta"] {
        let new = NewToken::generate(source.parse().unwrap(), now).unwrap();
        app.storage.create_scim_token(new.hash, &new.listed).await.unwrap();
        tokens.push((source, new.secret.expose_secret().to_owned()));
    }
    let (stop, stopped) = oneshot::channel::<()>();
    let serving = tokio::spawn(run::run(app, listener, async move {
        stopped.await.ok();
    }));
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../pleiade-federation/tests/real/scim_tester.py");
    // One after the other: what is left of the first must not be in the way of the second.
    for (source, token) in tokens {
        let mut tester = Command::new(&python);
        tester.args([script, &format!("http://{address}/scim/v2/{source}"), &token]);
        let output = tokio::task::spawn_blocking(move || tester.output()).await.unwrap().unwrap();
        let told =
            String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{source}: {told}");
    }
    stop.send(()).unwrap();
    serving.await.unwrap().unwrap();
}
