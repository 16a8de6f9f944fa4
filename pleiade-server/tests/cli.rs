//! The real program, as an operator starts it: every mistake has one message, its place, and an exit code of its own.
#![expect(clippy::unwrap_used, reason = "a test says what is wrong by failing")]

use std::{
    io::Write as _,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};

/// A configuration that every test changes a little.
const GOOD: &str = r#"
[server]
listen = "127.0.0.1:0"
public_url = "http://bureau.localhost:8080/"
data_dir = "DATA"

[operator]
name = "OPSN"

[[tenants]]
id = "mairie-alpha"
name = "Mairie d'Alpha"
hosts = ["alpha.localhost"]

[[sources]]
id = "comptes"
kind = "local"
name = "Comptes locaux"
"#;

struct Place {
    folder: tempfile::TempDir,
}

impl Place {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The good configuration with `more` at its end.
    fn config(&self, more: &str) -> PathBuf {
        self.write(&format!("{GOOD}{more}"))
    }

    fn write(&self, text: &str) -> PathBuf {
        let path = self.path("pleiade.toml");
        let data = self.folder.path().display().to_string();
        std::fs::write(&path, text.replace("DATA", &data)).unwrap();
        path
    }
}

fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_pleiade-server"));
    command.env_remove("PLEIADE_SEAL_KEY").env_remove("PLEIADE_CONFIG").stdin(Stdio::null());
    command
}

fn run(command: &str, config: &Path) -> Output {
    program().arg(command).arg("--config").arg(config).output().unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// Both commands refuse, with this code and these words.
fn refused(config: &Path, code: i32, words: &[&str]) {
    for command in ["check", "serve"] {
        let output = run(command, config);
        let said = said(&output);
        assert_eq!(output.status.code(), Some(code), "{command}: {said}");
        for word in words {
            assert!(said.contains(word), "{command}: {word:?} is missing in: {said}");
        }
    }
}

#[test]
fn a_good_configuration_passes_and_nothing_is_written() {
    let place = Place::new();
    let output = run("check", &place.config(""));
    assert!(output.status.success(), "{}", said(&output));
    let told = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(told.contains("database: empty") && told.contains("sealing key: will be made"), "{told}");
    assert_eq!(std::fs::read_dir(place.folder.path()).unwrap().count(), 1, "only the configuration itself");
}

#[test]
fn an_unknown_key_is_shown_with_its_place() {
    let place = Place::new();
    let config = place.write(&GOOD.replace("[operator]\n", "[operator]\ncolour = \"blue\"\n"));
    refused(&config, 4, &["pleiade.toml:8:1", "operator.colour", "unknown key `colour`", "`accent`"]);
}

#[test]
fn a_bad_address_is_shown_with_its_place_and_not_repeated() {
    let place = Place::new();
    for wrong in ["user:hunter2@bureau", "hunter2", "https://user:hunter2@bureau:port/"] {
        let config = place.write(&GOOD.replace("http://bureau.localhost:8080/", wrong));
        refused(&config, 5, &["pleiade.toml:4:1", "server.public_url"]);
        assert!(!said(&run("check", &config)).contains("hunter2"));
    }
    let config = place.write(&GOOD.replace("http://bureau.localhost", "http://bureau.opsn.example"));
    refused(&config, 5, &["pleiade.toml:4:1", "must be https"]);
}

#[test]
fn a_missing_secret_file_is_named() {
    let place = Place::new();
    refused(
        &place.config("\n[metrics]\ntoken_file = \"secrets/token\"\n"),
        6,
        &["pleiade.toml:21:1", "metrics.token_file", "secrets/token", "there is no such file"],
    );
}

#[test]
fn a_secret_is_written_once() {
    let place = Place::new();
    std::fs::write(place.path("token"), "0123456789abcdef\n").unwrap();
    let both = "\n[metrics]\ntoken = \"0123456789abcdef\"\ntoken_file = \"token\"\n";
    refused(&place.config(both), 3, &["metrics.token_file", "not both"]);
    let output = run("check", &place.config("\n[metrics]\ntoken_file = \"token\"\n"));
    assert!(output.status.success(), "{}", said(&output));
}

#[test]
fn a_proxy_that_is_not_declared_is_a_warning() {
    let place = Place::new();
    let https = GOOD.replace("http://bureau.localhost:8080/", "https://bureau.opsn.example/");
    let told = |config: &Path| {
        let output = run("check", config);
        assert!(output.status.success(), "{}", said(&output));
        String::from_utf8_lossy(&output.stdout).contains("WARNING server.trusted_proxies: empty")
    };
    assert!(told(&place.write(&https)));
    assert!(!told(&place.config("")), "plain http on this machine has no proxy");
    let declared = https.replace("data_dir", "trusted_proxies = [\"127.0.0.1\"]\ndata_dir");
    assert!(!told(&place.write(&declared)));
}

#[test]
fn logins_that_somebody_types_are_a_warning_that_names_the_domains() {
    let place = Place::new();
    let mail = "\n[[connectors]]\nid = \"zimbra\"\nkind = \"zimbra\"\ntyped_logins = true\ncredentials = { kind = \"acting_login\", login = \"mail\" }\n\
                [connectors.settings]\nname = \"Messagerie\"\nurl = \"http://127.0.0.1:1\"\n[connectors.settings.access]\nmode = \"preauth\"\n\
                preauth_keys = [{ domain = \"alpha.example\", key = \"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\" }]\n";
    let domains = "hosts = [\"alpha.localhost\"]\nmail_domains = [\"alpha.example\"]";
    let told = |text: &str| {
        let output = run("check", &place.write(text));
        String::from_utf8_lossy(&output.stdout).lines().any(|line| {
            line.starts_with("WARNING connectors.zimbra.typed_logins") && line.contains("alpha.example")
        })
    };
    let text = format!("{}{mail}", GOOD.replace("hosts = [\"alpha.localhost\"]", domains));
    assert!(told(&text));
    assert!(!told(&text.replace("typed_logins = true\n", "")));
}

#[test]
fn a_mail_domain_of_several_that_a_key_acts_for_is_a_warning() {
    let place = Place::new();
    let more = "\n[[tenants]]\nid = \"beta\"\nname = \"Beta\"\nhosts = [\"beta.localhost\"]\nmail_domains = [\"agglo.example\"]\n\
                \n[[tenants]]\nid = \"gamma\"\nname = \"Gamma\"\nhosts = [\"gamma.localhost\"]\n\
                \n[[connectors]]\nid = \"zimbra\"\nkind = \"zimbra\"\ncredentials = { kind = \"acting_login\", login = \"mail\" }\n\
                [connectors.settings]\nname = \"Messagerie\"\nurl = \"http://127.0.0.1:1\"\n[connectors.settings.access]\nmode = \"preauth\"\n\
                preauth_keys = [{ domain = \"agglo.example\", key = \"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\" }]\n";
    let told = |domain: &str, from: &str, to: &str| {
        let domains = format!("hosts = [\"alpha.localhost\"]\nmail_domains = [\"{domain}\"]");
        let text = format!("{}{more}", GOOD.replace("hosts = [\"alpha.localhost\"]", &domains));
        let output = run("check", &place.write(&text.replace(from, to)));
        let told = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(told.contains("no mistake found"), "{}", said(&output));
        told.lines().any(|line| {
            line.starts_with("WARNING connectors.zimbra.vouched_by: ") && line.contains("agglo.example")
        })
    };
    assert!(told("agglo.example", "", ""));
    assert!(!told("alpha.example", "", ""), "each has its own");
    let kind = "kind = \"zimbra\"\n";
    assert!(!told("agglo.example", kind, &format!("{kind}vouched_by = [\"comptes\"]\n")));
    assert!(
        !told("agglo.example", kind, &format!("{kind}tenants = [\"gamma\"]\n")),
        "neither bearer is served"
    );
    assert!(!told("agglo.example", "login = \"mail\"", "login = \"login\""), "no address is told");
}

/// What connectors refuse in their settings is told of all of them, each at its key, before anything is said to be right.
#[test]
fn what_connectors_refuse_is_told_at_once_at_its_key() {
    let place = Place::new();
    let more = r#"
[[connectors]]
id = "parapheur"
kind = "iparapheur"
credentials = { kind = "acting_login" }
[connectors.settings]
version = "4"
access = "force_login"
url = "https://parapheur.alpha.example/parapheur"

[[connectors]]
id = "actes"
kind = "s2low"
credentials = { kind = "technical" }
[connectors.settings]
url = "http://s2low.alpha.example"
authority_id = 2
filter = { tenants = { mairie-alpha = "2" }, figures_for = ["actes"] }
pes_page = 5
mark_read_for = ["elus"]
"#;
    let config = place.config(more);
    let output = run("check", &config);
    let told = said(&output);
    assert_eq!(output.status.code(), Some(3), "{told}");
    assert!(!told.contains("no mistake found"), "{told}");
    let text = std::fs::read_to_string(&config).unwrap();
    let line = |wanted: &str| text.lines().position(|line| line.starts_with(wanted)).unwrap() + 1;
    let url = format!(":{}:", line("url = \"https://parapheur"));
    assert!(told.lines().any(|one| one.contains(&url) && one.contains("without a path")), "{told}");
    let group = format!(":{}:", line("mark_read_for"));
    assert!(told.lines().any(|one| one.contains(&group) && one.contains("`filter.figures_for`")), "{told}");
}

#[test]
fn a_collectivite_of_settings_is_one_of_the_file() {
    let place = Place::new();
    let more = "\n[[connectors]]\nid = \"flux\"\nkind = \"pastell\"\ncredentials = { kind = \"linked_account\" }\n\
                [connectors.settings]\nurl = \"https://pastell.alpha.example\"\nentities = { mairie-beta = [12] }\n";
    refused(&place.config(more), 3, &["connectors[0].settings.entities", "there is no tenant `mairie-beta`"]);
}

#[test]
fn several_mistakes_are_told_at_once() {
    let place = Place::new();
    let more = "\n[[tenants]]\nid = \"mairie-alpha\"\nname = \"\"\nhosts = [\"Bureau.localhost\", \"alpha.localhost\"]\n";
    refused(
        &place.config(more),
        3,
        &[
            "tenants[1].id: the tenant id `mairie-alpha` is already taken by tenants[0].id",
            "tenants[1].name: must not be empty",
            "tenants[1].hosts[0]: the host `bureau.localhost` is already taken by server.public_url",
            "tenants[1].hosts[1]",
        ],
    );
}

#[test]
fn credentials_that_an_application_does_not_take_are_said() {
    let place = Place::new();
    let more = "\n[[connectors]]\nid = \"cloud\"\nkind = \"nextcloud\"\ncredentials = { kind = \"proxy_ticket\" }\n\
                [connectors.settings]\nurl = \"https://cloud.example\"\n";
    let said = "pleiade.toml:23:1: connectors[0].credentials: with these settings the connector accepts `linked_account`";
    refused(&place.config(more), 3, &[said]);
    // The connector knows this authentication method, and its settings chose another one.
    let other = more.replace("proxy_ticket", "linked_account") + "access = \"oidc_token\"\n";
    refused(&place.config(&other), 3, &["with these settings the connector accepts `person_token`"]);
}

#[test]
fn an_unknown_kind_and_an_unknown_widget_are_said_with_those_that_there_are() {
    let place = Place::new();
    let more = "\n[[connectors]]\nid = \"cloud\"\nkind = \"nextcloud\"\ncredentials = { kind = \"linked_account\" }\n\
                [connectors.settings]\nurl = \"https://cloud.example\"\nwidgets = [\"files\", \"agenda\"]\n\
                [[boards]]\ncards = [{ connector = \"cloud\", widget = \"files\" }, { connector = \"cloud\", widget = \"shares\" }]\n";
    let said = [
        "pleiade.toml:",
        "boards[0].cards[1].widget: `cloud` has no widget `shares`; it has `files`, `agenda`",
    ];
    refused(&place.config(more), 3, &said);
    let kinds = pleiade_server::config::ConnectorKinds::built_in();
    let kinds: Vec<String> = kinds.names().map(|name| format!("`{name}`")).collect();
    let known =
        format!("connectors[0].kind: there is no kind `owncloud`, expected one of {}", kinds.join(", "));
    let said = ["pleiade.toml:", known.as_str()];
    refused(&place.config(&more.replace("nextcloud", "owncloud")), 3, &said);
}

/// An application that answers every request so.
fn application(answer: &'static str) -> String {
    use std::io::{Read as _, Write as _};
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for mut connection in listener.incoming().flatten() {
            let _ = connection.read(&mut [0; 4096]);
            let _ = connection.write_all(answer.as_bytes());
        }
    });
    format!("http://{address}")
}

#[test]
fn an_application_that_cannot_be_read_is_explained() {
    let place = Place::new();
    let page = "content-length: 2\r\ncontent-type: text/plain\r\nconnection: close\r\n\r\nno";
    let answer = |status: &str| -> &'static str { format!("HTTP/1.1 {status}\r\n{page}").leak() };
    let cases = [
        (
            "nowhere",
            "https://nowhere.invalid".to_owned(),
            "cannot be reached",
            "the host name does not resolve",
        ),
        ("refused", "http://127.0.0.1:1".to_owned(), "cannot be reached", "the connection failed or was cut"),
        (
            "private",
            "http://127.0.0.2:1".to_owned(),
            "is declared in `outgoing.internal_hosts`",
            "declare it internal if its address is private",
        ),
        (
            "folder",
            application(answer("404 Not Found")),
            "Check the base address",
            "the application answered 404 Not Found",
        ),
        (
            "maintenance",
            application(answer("503 Service Unavailable")),
            "under maintenance",
            "the application answered 503 Service Unavailable",
        ),
    ];
    let mut text = GOOD.replace("[operator]", "[outgoing]\ninternal_hosts = [\"127.0.0.1\"]\n\n[operator]");
    for (id, url, ..) in &cases {
        text += &format!(
            "\n[[connectors]]\nid = \"{id}\"\nkind = \"nextcloud\"\ncredentials = {{ kind = \"linked_account\" }}\n[connectors.settings]\nname = \"Nuage {id}\"\nurl = \"{url}\"\n"
        );
    }
    let output = run("check", &place.write(&text));
    let told = String::from_utf8_lossy(&output.stdout).into_owned();
    for (id, _, sentence, cause) in &cases {
        let line = told.lines().find(|line| line.starts_with(&format!("FAILED  connector {id} ")));
        let line = line.unwrap_or_else(|| panic!("{id}: {told}"));
        assert!(line.contains(&format!("Nuage {id}, operation")), "{line}");
        assert!(line.contains(sentence) && line.contains(cause), "{line}");
    }
}

/// The program itself, over TLS, by the files that its configuration names: a certificate that ends soon is a warning, a refused one a
/// failure that says what it is.
#[test]
fn a_client_certificate_is_shown_and_its_end_is_told() {
    use chrono::TimeDelta;
    use pleiade_core::{Clock as _, SystemClock};
    use pleiade_testkit::tls::{Authority, CertificateServer};
    let place = Place::new();
    // The server answers while the program is waited for.
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let authority = Authority::new("clients");
    let now = SystemClock::default().now();
    let soon = authority.client_until("archivist", now + TimeDelta::days(31));
    let ended = authority.client_until("archivist", now - TimeDelta::days(31));
    let good = authority.client("archivist");
    let connection = r#"{"user_info":{"role":"ADM"},"authority_info":{"id":"2"}}"#;
    let platform = axum::Router::new()
        .fallback(move || async move { ([("content-type", "application/json")], connection) });
    let server = runtime.block_on(CertificateServer::start(platform, &authority, &[]));
    std::fs::write(place.path("ca.pem"), server.roots()).unwrap();
    let more = format!(
        r#"
[outgoing]
ca_file = "ca.pem"
internal_hosts = ["{address}"]

[[connectors]]
id = "actes"
kind = "s2low"
credentials = {{ kind = "technical" }}

[connectors.settings]
url = "https://{address}"
authority_id = 2
certificate_file = "actes.pem"
key_file = "actes.key"
filter = {{ tenants = {{ mairie-alpha = "2" }}, figures_for = ["actes"] }}
"#,
        address = server.address()
    );
    let config = place.config(&more);
    let check = |issued: &pleiade_testkit::tls::IssuedCertificate| {
        std::fs::write(place.path("actes.pem"), &issued.certificate).unwrap();
        std::fs::write(place.path("actes.key"), &issued.key).unwrap();
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            std::fs::set_permissions(place.path("actes.key"), std::fs::Permissions::from_mode(0o600))
                .unwrap();
        }
        let output = run("check", &config);
        (output.status.code(), String::from_utf8_lossy(&output.stdout).into_owned())
    };
    let about = "WARNING connectors.actes.settings.certificate: ";
    let (code, told) = check(&good);
    assert!(code == Some(0) && told.contains("connector actes") && !told.contains(about), "{told}");
    let (code, told) = check(&soon);
    assert!(code == Some(0) && told.contains(&format!("{about}the client certificate ends on ")), "{told}");
    assert!(told.contains(", in 30 days:") || told.contains(", in 29 days:"), "{told}");
    let (code, told) = check(&ended);
    assert!(told.contains(&format!("{about}the client certificate ended on ")), "{told}");
    assert!(code == Some(11) && told.contains("refused the client certificate"), "{code:?} {told}");

    std::fs::write(place.path("actes.key"), &soon.key).unwrap();
    let output = run("check", &config);
    let told = said(&output);
    assert!(
        told.contains("connectors[0].settings.key") && told.contains("not that of the client certificate"),
        "{told}"
    );
    assert!(!told.contains("PRIVATE KEY"));
}

#[test]
fn a_port_in_use_is_said() {
    let place = Place::new();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let config = place.write(&GOOD.replace("127.0.0.1:0", &address));
    let output = run("serve", &config);
    let said = said(&output);
    assert_eq!(output.status.code(), Some(7), "{said}");
    assert!(said.contains(&address) && said.contains("another program already listens"), "{said}");
}

#[test]
fn an_unreachable_directory_is_said() {
    let place = Place::new();
    let more = "\n[[sources]]\nid = \"annuaire\"\nkind = \"ldap\"\nname = \"Annuaire\"\nowner = \"mairie-alpha\"\n\
         [sources.settings]\nurl = \"ldap://127.0.0.1:1\"\nbind_dn = \"cn=lecteur\"\nbind_password = \"sentinel-secret\"\nbase = \"dc=alpha\"\n";
    let output = run("check", &place.config(more));
    let said = said(&output);
    assert_eq!(output.status.code(), Some(11), "{said}");
    assert!(said.contains("source annuaire") && said.contains("pleiade.toml:20"), "{said}");
    assert!(said.contains("cannot be reached"), "{said}");
    assert!(!said.contains("sentinel"), "{said}");
}

async fn sqlite(path: &Path, statements: &'static [&'static str]) -> sqlx::SqliteConnection {
    use sqlx::Connection as _;
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(path).create_if_missing(true);
    let mut connection = sqlx::SqliteConnection::connect_with(&options).await.unwrap();
    for statement in statements {
        sqlx::query(*statement).execute(&mut connection).await.unwrap();
    }
    connection
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
}

#[test]
fn a_locked_database_is_said() {
    let place = Place::new();
    let runtime = runtime();
    let path = place.path("pleiade.db");
    let _held = runtime.block_on(sqlite(&path, &["CREATE TABLE a (b)", "BEGIN EXCLUSIVE"]));
    refused(&place.config("\n[database]\nlock_seconds = 1\n"), 8, &["locked by another program"]);
}

#[test]
fn a_database_of_a_newer_version_is_refused() {
    let place = Place::new();
    runtime().block_on(async {
        let path = place.path("pleiade.db");
        drop(
            pleiade_server::storage::sqlite::open(&path, std::time::Duration::from_secs(120)).await.unwrap(),
        );
        sqlite(
            &path,
            &["INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
               VALUES (9999, 'future', TRUE, x'00', 0)"],
        )
        .await;
    });
    refused(&place.config(""), 9, &["newer version", "9999"]);
}

#[test]
fn a_file_that_is_not_toml_or_not_there_is_said() {
    let place = Place::new();
    refused(&place.write("[server\n"), 3, &["pleiade.toml:1:", "not valid TOML"]);
    refused(&place.path("none.toml"), 3, &["none.toml:1:1", "there is no such file"]);
}

#[test]
fn a_wrong_command_line_is_code_2() {
    assert_eq!(program().arg("srve").output().unwrap().status.code(), Some(2));
    assert_eq!(program().arg("serve").output().unwrap().status.code(), Some(2));
}

#[test]
fn key_new_writes_a_key_that_is_accepted() {
    let output = program().args(["key", "new"]).output().unwrap();
    let key = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success());
    let place = Place::new();
    let output = run("check", &place.config(&format!("\n[seal]\nkey = \"{}\"\n", key.trim())));
    assert!(String::from_utf8_lossy(&output.stdout).contains("sealing key: given"));
    refused(&place.config("\n[seal]\nkey = \"short\"\n"), 3, &["seal.key", "32 bytes in base64"]);
}

fn add(config: &Path, login: &str, password: &str, more: &[&str]) -> Output {
    let mut child = program()
        .args(["user", "add", "--tenant", "mairie-alpha", "--login", login])
        .args(more)
        .arg("--config")
        .arg(config)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A refusal may come before the password is read.
    let _ = child.stdin.take().unwrap().write_all(format!("{password}\n").as_bytes());
    child.wait_with_output().unwrap()
}

#[test]
fn a_local_account_is_created_once_and_its_password_nowhere() {
    let place = Place::new();
    let config = place.config("");
    let output = add(
        &config,
        "JDupont",
        "une phrase assez longue",
        &["--name", "Jeanne Dupont", "--role", "tenant_administrator"],
    );
    assert!(output.status.success(), "{}", said(&output));
    assert!(String::from_utf8_lossy(&output.stdout).contains("jdupont may sign in"));
    let again = add(&config, "jdupont", "une phrase assez longue", &[]);
    assert_eq!(again.status.code(), Some(1));
    assert!(said(&again).contains("already has an account"));
    for (login, password, more, why) in [
        ("other", "court", &[][..], "fewer than 12 characters"),
        ("other", "une phrase assez longue", &["--tenant", "nowhere"][..], "no tenant nowhere"),
        ("other", "une phrase assez longue", &["--source", "none"][..], "no local source"),
        ("", "une phrase assez longue", &[][..], "1 to 256"),
    ] {
        let output = add(&config, login, password, more);
        assert_eq!(output.status.code(), Some(1), "{why}");
        assert!(said(&output).contains(why), "{why}: {}", said(&output));
    }
    for entry in std::fs::read_dir(place.folder.path()).unwrap() {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap();
        assert!(!bytes.windows(10).any(|part| part == b"une phrase"));
    }
}

fn user(config: &Path, command: &str, more: &[&str]) -> Output {
    program().args(["user", command]).args(more).arg("--config").arg(config).output().unwrap()
}

fn told(output: &Output) -> String {
    assert!(output.status.success(), "{}", said(output));
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

#[test]
fn a_local_account_is_invited_listed_disabled_and_enabled() {
    let place = Place::new();
    let config = place.config("");
    let who = ["--tenant", "mairie-alpha", "--login", "PPetit", "--name", "Paul Petit"];
    let invited = user(&config, "invite", &who);
    let link = told(&invited);
    let (place_of_link, value) = link.rsplit_once('/').unwrap();
    assert_eq!(place_of_link, "http://bureau.localhost:8080/account");
    assert_eq!(value.len(), 43);
    assert!(said(&invited).contains("no mail is sent") && said(&invited).contains("72 hours"));
    for entry in std::fs::read_dir(place.folder.path()).unwrap() {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap();
        assert!(!bytes.windows(value.len()).any(|part| part == value.as_bytes()), "only a digest is kept");
    }
    assert!(said(&user(&config, "invite", &who)).contains("already has an account"));
    let login = ["--login", "ppetit"];
    let list = || told(&user(&config, "list", &[]));
    assert_eq!(list(), "comptes\tppetit\tinvited\t0\tPaul Petit");
    assert!(told(&user(&config, "disable", &login)).contains("ppetit is disabled; closed: 0 sessions"));
    assert_eq!(list(), "comptes\tppetit\tdisabled\t0\tPaul Petit");
    told(&user(&config, "enable", &login));
    assert_ne!(told(&user(&config, "reset", &login)), link);
    assert!(told(&user(&config, "factors-clear", &login)).contains("0 second factors removed"));
    for command in ["reset", "disable", "enable", "factors-clear"] {
        let unknown = user(&config, command, &["--login", "nobody"]);
        assert_eq!(unknown.status.code(), Some(12), "{command}");
        assert!(said(&unknown).contains("no local account nobody"), "{command}");
    }
    assert_eq!(user(&config, "list", &["--tenant", "nowhere"]).status.code(), Some(12));
}

#[test]
fn clearing_factors_closes_what_was_open_through_the_account() {
    use pleiade_core::Clock as _;
    use pleiade_federation::vault::{LinkedAccountKey, LinkedAccountRecord, LinkingKind};
    use pleiade_server::storage::{FactorKind, NewFactor, Storage, sqlite};
    let place = Place::new();
    let config = place.config("");
    told(&user(&config, "invite", &["--tenant", "mairie-alpha", "--login", "ppetit"]));
    let (runtime, path) = (runtime(), place.path("pleiade.db"));
    let open = async || sqlite::open(&path, std::time::Duration::from_secs(10)).await.unwrap();
    let (source, tenant) = ("comptes".parse().unwrap(), "mairie-alpha".parse().unwrap());
    let link = runtime.block_on(async {
        let database = open().await;
        let storage: &dyn Storage = &database;
        let link = storage.local_account(&source, "ppetit").await.unwrap().unwrap().link;
        let now = pleiade_core::SystemClock::default().now();
        let factor = NewFactor {
            link,
            kind: FactorKind::Totp,
            name: "Application".to_owned(),
            host: None,
            credential: None,
            sealed: b"sealed".to_vec(),
            last_step: None,
            created_at: now,
        };
        storage.add_factor(&factor).await.unwrap();
        let key = LinkedAccountKey::new(tenant, link, "nuage".parse().unwrap());
        let record = LinkedAccountRecord::new(key, b"sealed".to_vec(), LinkingKind::Pasted, now);
        storage.put_linked_account(&record).await.unwrap();
        storage.close().await;
        link
    });
    assert_eq!(
        told(&user(&config, "factors-clear", &["--login", "ppetit"])),
        "ppetit: 1 second factors removed; closed: 0 sessions, 1 connected accounts, 0 delegations"
    );
    runtime.block_on(async {
        let database = open().await;
        let storage: &dyn Storage = &database;
        assert!(storage.linked_accounts_by_link(link, None).await.unwrap().is_empty());
        storage.close().await;
    });
}

#[test]
fn the_settings_of_local_accounts_have_bounds() {
    let place = Place::new();
    let settings = "\n[sources.settings]\npassword_length = 8\nlink_hours = 0\n";
    refused(
        &place.config(settings),
        3,
        &["sources[0].settings.password_length: must be 12 to 64", "link_hours"],
    );
    refused(
        &place.config("\n[sources.settings]\nallowed_networks = [\"10.0.0.0/33\"]\n"),
        3,
        &["allowed_networks"],
    );
    let good = "\n[sources.settings]\nsecond_factor = \"required\"\nallowed_networks = [\"10.0.0.0/8\", \"2001:db8::/48\"]\n";
    assert!(run("check", &place.config(good)).status.success());
}

/// A database as a version before links left it, with its key, in the folder of the configuration.
fn for_identity() -> Place {
    let place = Place::new();
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/0d86114");
    std::fs::copy(data.join("pleiade.sqlite3"), place.path("pleiade.db")).unwrap();
    std::fs::copy(data.join("seal.key"), place.path("seal.key")).unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let private = std::fs::Permissions::from_mode(0o600);
        std::fs::set_permissions(place.path("seal.key"), private).unwrap();
    }
    place
}

#[test]
fn a_database_where_links_would_close_needs_the_upgrade_command() {
    let place = for_identity();
    let config = place.config("");
    refused(&config, 15, &["8 are to be closed", "pleiade-server upgrade --config", "--apply"]);
    let listed = user(&config, "list", &[]);
    assert_eq!(
        listed.status.code(),
        Some(15),
        "no command brings it up to date on the side: {}",
        said(&listed)
    );

    let report = run("upgrade", &config);
    assert!(report.status.success(), "{}", said(&report));
    let report = told(&report);
    let lines: Vec<&str> = report.lines().collect();
    assert_eq!(lines.len(), 20, "two lines of each case, one of affiliations, and three in all: {report}");
    for words in [
        "person 12, source sso: link e4e70fe5509dd39e stays, last used 2026-03-12 18:52:44 UTC",
        "person 11, source sso: link e8c73a955fd7e402 closes, never used",
        "person 13, source sso: link d95e9d458f7d828f closes, last used 2026-03-12 18:53:11 UTC, made 2026-03-12 18:53:09 UTC by rule proof, was person 14's, after person 14 had a password of this person reset",
        "in all: 8 links, 24 sessions, 16 connected accounts and 13 delegations close",
        "nothing was changed",
    ] {
        assert!(report.contains(words), "{words:?} is missing in: {report}");
    }
    // No more of anybody than the log shows.
    for personal in ["Victor", "vlambert", "lperrin", "@", "khaddad", "nadia1"] {
        assert!(!report.contains(personal), "{personal}: {report}");
    }
    refused(&config, 15, &["8 are to be closed"]);
    assert_eq!(told(&run("upgrade", &config)), report, "nothing was changed");
    let keeping =
        |link: &str| program().args(["upgrade", "--keep", link, "--config"]).arg(&config).output().unwrap();
    let chosen = told(&keeping("13:d95e9d458f7d828f"));
    assert!(chosen.contains("person 13, source sso: link d95e9d458f7d828f stays"), "{chosen}");
    assert_eq!(keeping("13:d95e9d458f7d828e").status.code(), Some(12));
    assert_eq!(keeping("Victor").status.code(), Some(2));

    let applied = program().args(["upgrade", "--apply", "--config"]).arg(&config).output().unwrap();
    assert!(applied.status.success(), "{}", said(&applied));
    let done = told(&applied);
    assert_eq!(done.lines().take(17).collect::<Vec<_>>(), lines[..17], "it did what it had said");
    assert!(done.contains("27 sealed records are sealed for their link"), "{done}");
    assert!(done.ends_with("the database is up to date"), "{done}");
    let again = program().args(["upgrade", "--apply", "--config"]).arg(&config).output().unwrap();
    assert_eq!(told(&again), "the database is up to date");
    assert!(told(&run("upgrade", &config)).contains("nothing to close"));
    let check = run("check", &config);
    assert!(check.status.success() && told(&check).contains("database: up to date"), "{}", told(&check));
}

#[test]
fn a_check_says_when_the_next_start_brings_a_database_up_to_date() {
    let place = for_identity();
    let closing =
        "UPDATE links SET disabled = TRUE WHERE subject IN ('droux-1', 'ngirard-2', 'sblanc-2', 'jmercier-2',
        'lperrin-2', 'mnoir', 'cb164229c1382b88deb93cc0269c4a82', 'khaddad@alpha.example')";
    change(&place.path("pleiade.db"), closing);
    let config = place.config("");
    let check = run("check", &config);
    assert!(check.status.success(), "{}", said(&check));
    assert!(told(&check).contains("will be brought up to date at the next start"), "{}", told(&check));
    // Any command that opens it, and what is sealed by whoever has the key.
    let status = program().args(["key", "status", "--config"]).arg(&config).output().unwrap();
    assert!(status.status.success(), "{}", said(&status));
    assert!(told(&run("check", &config)).contains("database: up to date"));
}

#[test]
fn an_upgrade_of_nothing_changes_nothing() {
    let place = Place::new();
    let output = run("upgrade", &place.config(""));
    assert!(output.status.success(), "{}", said(&output));
    assert!(told(&output).contains("nothing to close"), "{}", told(&output));
    assert_eq!(std::fs::read_dir(place.folder.path()).unwrap().count(), 1, "only the configuration itself");
}

#[tokio::main(flavor = "current_thread")]
async fn change(path: &Path, sql: &'static str) {
    use sqlx::Connection as _;
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(path);
    let mut connection = sqlx::SqliteConnection::connect_with(&options).await.unwrap();
    sqlx::query(sql).execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
}
