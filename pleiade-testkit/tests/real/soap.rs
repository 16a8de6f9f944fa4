//! The simulated Ciril and Kelio read by zeep, a SOAP client of others, by the service descriptions that they serve. Nothing is fetched from
//! elsewhere: the schema of SOAP's encoding, which zeep does not bring, is ours. Of Kelio it proves the answers alone: the descriptions write
//! out inherited fields, which zeep leaves out of filters otherwise.

use pleiade_core::{Clock, SystemClock};
use pleiade_testkit::{Ciril, Kelio, Simulator, ciril, kelio, serve};
use serde_json::{Value, json};
use std::{path::Path, process::Stdio, sync::Arc};
use tokio::process::Command;

async fn run(simulator: &impl Simulator, which: &str, arguments: &[&str]) -> Value {
    let python = std::env::var_os("PLEIADE_TEST_PYTHON")
        .expect("PLEIADE_TEST_PYTHON is not set: `cargo xtask test` installs the clients and sets it");
    let served = serve(simulator.router()).await.unwrap();
    let run = Command::new(python)
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/real/soap_zeep.py"))
        .args([which, served.url.as_str()])
        .args(arguments)
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .output()
        .await
        .unwrap();
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    serde_json::from_slice(&run.stdout).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn zeep_reads_and_answers_the_basket_of_ciril() {
    let platform = Ciril::new(Arc::new(SystemClock::default()));
    let password = Ciril::password("BLEFEVRE");
    let arguments = [ciril::PLATFORM_LOGIN, ciril::PLATFORM_PASSWORD, "BLEFEVRE", &password];
    let seen = run(&platform, "ciril", &arguments).await;
    let absences = json!({
        "application": "RH", "label": "Absences à valider", "count": 1, "tasks": [[9120, null, null, []]],
    });
    let left = json!([48240, "VISA", "O;N", ["BC-48240.pdf"]]);
    let orders = |count: u8, tasks: Value| json!({ "application": "FINANCES", "label": "Bons de commande à viser", "count": count, "tasks": tasks });
    assert_eq!(
        seen,
        json!({
            "points": [["FINANCES", "CNF", "Civil Net Finances", null], ["RH", "CRH", "Civil Net RH", null]],
            "ampersand": true,
            "before": [orders(2, json!([[48211, "VISA", "O;N", ["BC-48211.pdf"]], left])), absences],
            "said": "Action prise en compte",
            "after": [orders(1, json!([left])), absences],
            "empty": 0,
            "wrong_password": "SOAP-ENV:Client",
            "wrong_access": "SOAP-ENV:Server",
            "wrong_account": 401,
        })
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn zeep_reads_the_answers_of_kelio() {
    let clock = SystemClock::default();
    let today = clock.now().with_timezone(&chrono_tz::Europe::Paris).date_naive();
    let server = Kelio::new(Arc::new(clock));
    let arguments = [kelio::LOGIN, kelio::PASSWORD, "000970", &today.to_string()];
    let seen = run(&server, "kelio", &arguments).await;
    assert_eq!(
        seen,
        json!({
            "counters": [[11, "CA"], [12, "RTT"], [13, "CET"]],
            "people": [["000970", "O’BRIEN", null]],
            "requests": [["000970", 0, "CA", false, 4.5], ["000970", 2, "RTT", true, 1.0]],
            "totals": [["000970", 18.5]],
            "clockings": [["08:32", 1], ["12:04", 2], ["13:15", 1]],
        })
    );
}
