//! The operator's file: includes, places, settings by kind, and the reference that is written from the code.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test says what is wrong by failing")]

use pleiade_core::ExposeSecret as _;
use pleiade_server::{
    assemble,
    config::{self, ConfigError, Loaded, ProblemKind, SourceSettings},
    findings,
};
use std::{fmt::Write as _, path::Path};

const BASE: &str = r#"
[server]
public_url = "https://bureau.opsn.example/"
[operator]
name = "OPSN"
[[tenants]]
id = "alpha"
name = "Alpha"
hosts = ["bureau.alpha.example"]
"#;

/// As the guide has its key files.
fn only_for_the_group(path: &Path) {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o640)).unwrap();
    }
    let _ = path;
}

fn load_in(folder: &Path, text: &str) -> Result<Loaded, ConfigError> {
    let path = folder.join("pleiade.toml");
    std::fs::write(&path, text).unwrap();
    config::load(&path)
}

fn load(more: &str) -> Result<Loaded, ConfigError> {
    load_in(tempfile::tempdir().unwrap().path(), &format!("{BASE}{more}"))
}

/// The only problem: key and message.
fn problem(more: &str) -> (String, String) {
    let error = load(more).unwrap_err();
    assert_eq!(error.0.len(), 1, "{error}");
    (error.0[0].key.clone(), error.0[0].message.clone())
}

#[cfg(unix)]
#[test]
fn a_sealing_key_that_others_may_read_is_refused_wherever_it_lies() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a-key");
    std::fs::write(&path, "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=").unwrap();
    let load = |name: &str, mode| {
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
        load_in(folder.path(), &format!("{BASE}[seal]\nkey_file = \"a-key\"\n{name}_file = \"a-key\"\n"))
    };
    for name in ["previous_key", "next_key"] {
        for mode in [0o644, 0o604, 0o666, 0o601] {
            let error = load(name, mode).unwrap_err();
            let keys: Vec<&str> = error.0.iter().map(|problem| problem.key.as_str()).collect();
            assert_eq!(keys, ["seal.key_file", &format!("seal.{name}_file")], "{mode:o}");
            assert!(
                error.to_string().contains("chmod 600") && !error.to_string().contains("AAEC"),
                "{error}"
            );
        }
        for mode in [0o600, 0o400, 0o440, 0o640] {
            assert!(load(name, mode).is_ok(), "{mode:o}");
        }
    }
}

#[test]
fn included_files_join_and_keep_their_own_places() {
    let folder = tempfile::tempdir().unwrap();
    let conf = folder.path().join("conf.d");
    std::fs::create_dir(&conf).unwrap();
    std::fs::write(conf.join("20-beta.toml"), "[[tenants]]\nid = \"beta\"\nname = \"Beta\"\n").unwrap();
    std::fs::write(conf.join("10-gamma.toml"), "[[tenants]]\nid = \"gamma\"\nname = \"Gamma\"\n").unwrap();
    std::fs::write(conf.join("notes.txt"), "not read").unwrap();
    let text = format!("include = [\"conf.d/*.toml\"]\n{BASE}");
    let loaded = load_in(folder.path(), &text).unwrap();
    let ids: Vec<_> = loaded.config.tenants.iter().map(|tenant| tenant.id.as_str()).collect();
    assert_eq!(ids, ["alpha", "gamma", "beta"]);

    std::fs::write(conf.join("20-beta.toml"), "\n[[tenants]]\nid = \"beta\"\nnom = \"Beta\"\n").unwrap();
    let error = load_in(folder.path(), &text).unwrap_err();
    assert_eq!(error.kind(), ProblemKind::UnknownKey);
    let shown = error.to_string();
    assert!(shown.contains("20-beta.toml:4:1: tenants[2].nom: unknown key `nom`"), "{shown}");

    std::fs::write(conf.join("20-beta.toml"), "[operator]\nname = \"Other\"\n").unwrap();
    let shown = load_in(folder.path(), &text).unwrap_err().to_string();
    assert!(
        shown.contains("operator.name: already written at") && shown.contains("pleiade.toml:6:1"),
        "{shown}"
    );
}

#[test]
fn a_file_that_includes_itself_ends() {
    let folder = tempfile::tempdir().unwrap();
    let shown = load_in(folder.path(), "include = [\"pleiade.toml\"]").unwrap_err().to_string();
    assert!(shown.contains("include itself"), "{shown}");
}

#[test]
fn settings_follow_the_kind_and_secrets_come_from_files() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("client"), "sentinel-client\n").unwrap();
    let more = r#"
[[sources]]
id = "sso"
kind = "oidc"
name = "Connexion"
offered_to = ["alpha"]
[sources.mapping]
tenants = "siret"
roles = [{ group = "administrateurs", role = "tenant_administrator" }]
[sources.settings]
issuer = "https://auth.opsn.example/"
client_id = "pleiade"
client_secret_file = "client"
redirect_uri = "https://bureau.alpha.example/sign-in/sso/callback"
[sources.menu]
portal = "https://auth.opsn.example/"

[[connectors]]
id = "mail"
kind = "zimbra"
credentials = { kind = "acting_login", login = "mail" }
[connectors.settings]
url = "https://mail.opsn.example"
[connectors.settings.access]
mode = "preauth"
preauth_keys = [{ domain = "alpha.example", key = "sentinel-key" }]

[[boards]]
cards = [{ connector = "mail", widget = "mail", zone = "locked" }]
"#;
    let loaded = load_in(folder.path(), &format!("{BASE}{more}")).unwrap();
    let [SourceSettings::Oidc(oidc)] = &loaded.sources[..] else { panic!("one OpenID source") };
    assert_eq!(oidc.client_secret.expose_secret(), "sentinel-client");
    let [mail] = &loaded.connectors[..] else { panic!("one connector") };
    assert_eq!(
        mail.addresses().iter().map(|url| url.as_str()).collect::<Vec<_>>(),
        ["https://mail.opsn.example/"]
    );
    assert!(!format!("{loaded:?}").contains("sentinel"), "no secret in debug output");
}

#[test]
fn mistakes_in_settings_have_their_place() {
    let more = "\n[[connectors]]\nid = \"cloud\"\nkind = \"nextcloud\"\ncredentials = { kind = \"person_token\" }\n\
                [connectors.settings]\nurl = \"cloud\"\n";
    let error = load(more).unwrap_err();
    assert_eq!(error.kind(), ProblemKind::BadUrl);
    assert!(error.to_string().contains("pleiade.toml:16:1: connectors[0].settings.url"), "{error}");
    let (key, message) =
        problem(&more.replace("url = \"cloud\"", "url = \"https://cloud.example\"\nsecret = \"sentinel\""));
    assert_eq!(key, "connectors[0].settings.secret");
    assert!(message.contains("unknown key") && !message.contains("sentinel"));
    let (key, message) = problem(more.split("[connectors.settings]").next().unwrap());
    assert_eq!((key.as_str(), message.as_str()), ("connectors[0]", "the table `settings` is missing"));
}

#[test]
fn wrong_types_are_told_without_the_value() {
    for (more, key) in [
        ("[sessions]\nidle_minutes = \"sentinel\"\n", "sessions.idle_minutes"),
        ("[metrics]\ntoken = [\"sentinel\"]\n", "metrics.token"),
        ("[logging]\nformat = \"sentinel\"\n", "logging.format"),
        ("[database]\nsynchronous = \"sentinel\"\n", "database.synchronous"),
    ] {
        let (found, message) = problem(more);
        assert_eq!(found, key);
        assert!(!message.contains("sentinel"), "{message}");
    }
}

#[test]
fn a_stop_is_announced_for_a_minute_at_most() {
    let folder = tempfile::tempdir().unwrap();
    let with = |seconds: u64| {
        load_in(folder.path(), &BASE.replace("[server]\n", &format!("[server]\ndrain_seconds = {seconds}\n")))
    };
    assert_eq!(with(0).unwrap().config.server.drain_seconds, 0);
    assert_eq!(load("").unwrap().config.server.drain_seconds, 5);
    let error = with(61).unwrap_err();
    assert_eq!(
        (error.0[0].key.as_str(), error.0[0].message.as_str()),
        ("server.drain_seconds", "must be 0 to 60")
    );
}

#[test]
fn one_address_has_so_many_connections_unless_the_file_says_otherwise() {
    let most = |more| load(more).unwrap().config.server.connections_per_address;
    assert_eq!(most(""), 1024);
}

#[test]
fn an_application_has_a_limit_of_its_own_calls() {
    let cloud = |calls: &str| {
        format!(
            "\n[[connectors]]\nid = \"cloud\"\nkind = \"nextcloud\"\ncredentials = {{ kind = \"person_token\" }}\n{calls}\
             [connectors.settings]\nurl = \"https://cloud.example\"\naccess = \"oidc_token\"\n"
        )
    };
    let unwritten = assemble::engine_options(&load(&cloud("")).unwrap().config);
    assert!(unwritten.calls_per_connector.is_empty() && unwritten.calls_per_upstream == 16);
    for calls in [1, 256] {
        let loaded = load(&cloud(&format!("max_concurrent_calls = {calls}\n"))).unwrap();
        let options = assemble::engine_options(&loaded.config);
        let limits: Vec<_> =
            options.calls_per_connector.iter().map(|(id, calls)| (id.as_str(), *calls)).collect();
        assert_eq!(limits, [("cloud", calls)]);
    }
    for calls in [0, 257] {
        let error = load(&cloud(&format!("max_concurrent_calls = {calls}\n"))).unwrap_err().to_string();
        let told = "pleiade.toml:15:1: connectors[0].max_concurrent_calls: must be 1 to 256";
        assert!(error.contains(told), "{error}");
    }
    let (key, _) = problem(&cloud("max_concurrent_calls = \"four\"\n"));
    assert_eq!(key, "connectors[0].max_concurrent_calls");
}

#[test]
fn what_types_cannot_say_is_checked() {
    let local = "[[sources]]\nid = \"local\"\nkind = \"local\"\nname = \"L\"\n";
    let oidc = |uri: &str, more: &str| {
        format!(
            "[[sources]]\nid = \"sso\"\nkind = \"oidc\"\nname = \"S\"\n{more}\n[sources.settings]\nissuer = \"https://sso.example\"\n\
             client_id = \"a\"\nclient_secret = \"b\"\nredirect_uri = \"{uri}\"\n"
        )
    };
    let callback = "https://bureau.alpha.example/sign-in/sso/callback";
    let cases: Vec<(String, &str, &str)> = vec![
        ("[sessions]\nidle_minutes = 1\n".into(), "sessions.idle_minutes", "5 to 1440"),
        ("[audit]\nkeep_days = 30\n".into(), "audit.keep_days", "180 to 3650"),
        ("[database]\nurl = \"postgres://u@h/d\"\n".into(), "database.url", "same sealing key"),
        ("[database]\nurl = \"mysql://u@h/d\"\n[seal]\nkey = \"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\"\n".into(), "database.url", "postgres://"),
        ("[metrics]\ntoken = \"short\"\n".into(), "metrics.token", "16 characters"),
        ("[outgoing]\nca = \"not a certificate\"\n".into(), "outgoing.ca", "PEM"),
        ("[logging]\nlevel = \"a=b=c\"\n".into(), "logging.level", "not a filter"),
        (format!("{local}{local}"), "sources[1].id", "already taken"),
        (format!("{local}owner = \"nobody\"\n"), "sources[0].owner", "no tenant `nobody`"),
        (format!("{local}offered_to = [\"alpha\", \"nobody\"]\n"), "sources[0].offered_to[1]", "no tenant"),
        (format!("{local}sign_in = false\n"), "sources[0].sign_in", "kind `ldap`"),
        (oidc(callback, ""), "sources[0]", "write `owner`"),
        (oidc("https://evil.example/sign-in/sso/callback", "owner = \"alpha\""), "sources[0].settings.redirect_uri", "its host"),
        (oidc("https://bureau.alpha.example/elsewhere", "owner = \"alpha\""), "sources[0].settings.redirect_uri", "/sign-in/sso/callback"),
        (
            oidc(callback, "owner = \"alpha\"\nmapping = { roles = [{ group = \"g\", role = \"operator\" }] }"),
            "sources[0].mapping.roles",
            "operator's own sources",
        ),
        ("[[boards]]\ncards = [{ connector = \"none\", widget = \"a\" }]\n".into(), "boards[0].cards[0].connector", "no connector"),
        ("[[applications]]\nid = \"a\"\nname = \"A\"\nurl = \"javascript:alert(1)\"\n".into(), "applications[0].url", "https://"),
        ("[[applications]]\nid = \"a\"\nname = \"A\"\nurl = \"https://a.example/\"\nicon = \"envelop\"\n".into(), "applications[0].icon", "`envelope`"),
        ("[[tenants]]\nid = \"0-operator\"\nname = \"A\"\n".into(), "tenants[1].id", "operator's own"),
        ("[[tenants]]\nid = \"b\"\nname = \"B\"\nhosts = [\"https://b.example\"]\n".into(), "tenants[1].hosts[0]", "host name alone"),
    ];
    for (more, key, words) in cases {
        let (found, message) = problem(&more);
        assert_eq!(found, key, "{message}");
        assert!(message.contains(words), "{key}: {message}");
    }
}

#[test]
fn a_mistake_in_a_rule_of_the_law_is_told_at_its_key() {
    let rule = |text: &str| {
        problem(&format!("[[legal.rules]]\nid = \"payment\"\nenabled = false\n[[legal.rules]]\n{text}"))
    };
    let (key, message) = rule("id = \"paiement\"\nenabled = false\n");
    assert_eq!((key.as_str(), message.as_str()), ("legal.rules[1].id", "there is no rule `paiement`"));
    let (key, _) = rule("id = \"minutes\"\nnote = \"x\"\n");
    assert_eq!(key, "legal.rules[1].date");
    let (key, message) =
        rule("id = \"minutes\"\ndate = \"2027-01-01\"\ndue = { before = [\"seance\"], days = 1 }\n");
    assert_eq!(key, "legal.rules[1].due");
    assert!(message.contains("there is no date `seance`; there is `council`"), "{message}");
    let (key, _) = rule("id = \"minutes\"\ndue = { yearly = [\"02-30\"] }\n");
    assert!(key.starts_with("legal.rules[1].due.yearly"), "{key}");
    let (key, _) = rule("id = \"minutes\"\nactive = true\n");
    assert_eq!(key, "legal.rules[1].active");
    let error = load_in(
        tempfile::tempdir().unwrap().path(),
        &BASE.replace("hosts = [", "legal_groups = [\"secretariat\", \" \"]\nhosts = ["),
    )
    .unwrap_err();
    assert_eq!(error.0[0].key, "tenants[0].legal_groups[1]");
    let loaded = load("[legal]\nenabled = false\n").unwrap();
    assert!(!loaded.config.legal.enabled && load("").unwrap().config.legal.enabled);
}

#[test]
fn a_tenant_s_source_names_nobody_of_another_tenant() {
    let file = |connector: &str| {
        format!(
            "[[tenants]]\nid = \"beta\"\nname = \"Beta\"\n\
             [[sources]]\nid = \"sso\"\nkind = \"oidc\"\nname = \"S\"\nowner = \"alpha\"\n[sources.settings]\n\
             issuer = \"https://sso.example\"\nclient_id = \"a\"\nclient_secret = \"b\"\n\
             redirect_uri = \"https://bureau.alpha.example/sign-in/sso/callback\"\n\
             [[connectors]]\nid = \"chat\"\nkind = \"matrix\"\n{connector}\n[connectors.settings]\n\
             homeserver = \"https://matrix.example\"\nserver_name = \"example\"\nelement_url = \"https://chat.example\"\n\
             access = {{ mode = \"application_service\", as_token = \"sentinel\" }}\n"
        )
    };
    let acting = "credentials = { kind = \"acting_login\" }";
    for shared in ["", "tenants = [\"alpha\", \"beta\"]\n"] {
        let (key, message) = problem(&file(&format!("{shared}{acting}")));
        assert_eq!(key, "connectors[0].credentials");
        assert!(message.contains("`sso` of `alpha`") && !message.contains("sentinel"), "{message}");
    }
    for safe in [format!("tenants = [\"alpha\"]\n{acting}"), format!("tenants = [\"beta\"]\n{acting}")] {
        assert!(load(&file(&safe)).is_ok(), "{safe}");
    }
    // One number may be two people's, in two collectivités.
    let number =
        "tenants = [\"alpha\"]\ncredentials = { kind = \"acting_login\", login = \"employee_number\" }";
    let (key, message) = problem(&file(number));
    assert!(key == "connectors[0].credentials.login" && message.contains("technical"), "{key}: {message}");
    let own = file("credentials = { kind = \"person_token\" }")
        .replace("mode = \"application_service\", as_token = \"sentinel\"", "mode = \"person_token\"");
    assert!(load(&own).is_ok(), "everybody brings a token of their own");
}

#[test]
fn a_store_that_two_tenants_read_is_shared_out() {
    let file = |folder: &str, filters: [&str; 2]| {
        let connector = |id: &str, tenant: &str, folder: &str, filter: &str| {
            format!(
                "[[connectors]]\nid = \"{id}\"\nkind = \"astre\"\ntenants = [\"{tenant}\"]\n\
                 credentials = {{ kind = \"technical\", key = \"login\" }}\n[connectors.settings]\n\
                 home = \"https://astre.example/\"\n{filter}[connectors.settings.source.files]\nfolder = \"{folder}\"\n"
            )
        };
        let [one, other] = filters;
        let two =
            [connector("a", "alpha", "/srv/depots/agf", one), connector("b", "beta", folder, other)].concat();
        format!("[[tenants]]\nid = \"beta\"\nname = \"Beta\"\n{two}")
    };
    for same in ["/srv/depots/agf", "/srv/depots//agf/", "/srv/./depots/agf"] {
        let error = load(&file(same, ["", ""])).unwrap_err();
        for (problem, (n, tenant)) in error.0.iter().zip([(0, "alpha"), (1, "beta")]) {
            assert_eq!(problem.key, format!("connectors[{n}].settings"), "{error}");
            let named = format!("`filter.tenants` must say how the application names `{tenant}`");
            assert!(problem.message.contains(&named), "{error}");
        }
        assert_eq!(error.0.len(), 2, "{error}");
    }
    assert!(load(&file("/srv/depots/agf-beta", ["", ""])).is_ok(), "each has its own");
    let filters =
        ["filter = { tenants = { alpha = \"V1\" } }\n", "filter = { tenants = { beta = \"V2\" } }\n"];
    assert!(load(&file("/srv/depots/agf", filters)).is_ok(), "each is named");
}

/// Names help nothing where no row tells whose it is: the login or the number of somebody would open what is another's.
#[test]
fn an_application_whose_rows_name_no_tenant_is_one_tenant_s() {
    let filter = "filter = { tenants = { alpha = \"V1\", beta = \"V2\" } }";
    let kelio = |tenants: &str, filter: &str| {
        format!(
            "[[tenants]]\nid = \"beta\"\nname = \"Beta\"\n[[connectors]]\nid = \"gta\"\nkind = \"kelio\"\n{tenants}\n\
             credentials = {{ kind = \"technical\", key = \"login\" }}\n[connectors.settings]\n\
             url = \"https://gta.example/\"\nlogin = \"a\"\npassword = \"sentinel\"\n{filter}\n"
        )
    };
    let ciril = |tenants: &str, filter: &str| {
        let account = "platform_login = \"b\"\nplatform_password = \"c\"\ncivil_login = \"d\"\ncivil_password = \"sentinel\"\naccess_point = { label = \"Finances\" }\n";
        let file = kelio(tenants, &format!("{account}{filter}")).replace("\"kelio\"", "\"ciril\"");
        file.replace("login = \"a\"\npassword = \"sentinel\"\n", "")
    };
    for file in [&kelio as &dyn Fn(&str, &str) -> String, &ciril] {
        let error = load(&file("", filter)).unwrap_err();
        assert!(
            error.0.iter().any(|problem| problem.message.contains("declare an instance for each")),
            "{error}"
        );
        assert!(!error.to_string().contains("sentinel"));
        let alone = load(&file("tenants = [\"alpha\"]", ""));
        assert!(alone.is_ok(), "{:?}", alone.err().map(|error| error.to_string()));
    }
}

/// One table of the file: its heading, where its struct is written, and the struct's name.
const TABLES: &[(&str, &str, &str)] = &[
    ("The file", "src/config/model.rs", "Config"),
    ("`[server]`", "src/config/model.rs", "ServerConfig"),
    ("`[database]`", "src/config/model.rs", "DatabaseConfig"),
    ("`[seal]`", "src/config/model.rs", "SealConfig"),
    ("`[sessions]`", "src/config/model.rs", "SessionsConfig"),
    ("`[audit]`", "src/config/model.rs", "AuditConfig"),
    ("`[logging]`", "src/config/model.rs", "LoggingConfig"),
    ("`[metrics]`", "src/config/model.rs", "MetricsConfig"),
    ("`[outgoing]`", "src/config/model.rs", "OutgoingConfig"),
    ("`[operator]`", "src/config/model.rs", "OperatorConfig"),
    ("`[[tenants]]`", "src/config/model.rs", "TenantConfig"),
    ("`[tenants.statements]` and `[operator.statements]`", "src/config/model.rs", "StatementsConfig"),
    ("`[tenants.statements.audit]`", "src/statements/accessibility.rs", "AccessibilityAudit"),
    ("`[[sources]]`", "src/config/model.rs", "SourceConfig"),
    ("`[sources.mapping]`", "src/config/model.rs", "MappingConfig"),
    ("`[sources.sync]`", "src/config/model.rs", "SyncConfig"),
    ("`[sources.replaces]`", "src/config/model.rs", "ReplacesConfig"),
    ("`[sources.settings]` of kind `cas`", "../pleiade-federation/src/cas/config.rs", "CasConfig"),
    ("`[sources.settings.proxy]` of kind `cas`", "../pleiade-federation/src/cas/config.rs", "ProxyConfig"),
    ("`[sources.settings]` of kind `header`", "../pleiade-federation/src/header/config.rs", "HeaderConfig"),
    ("`[sources.settings]` of kind `oidc`", "../pleiade-federation/src/oidc/config.rs", "OidcConfig"),
    ("`[sources.settings.claims]` of kind `oidc`", "../pleiade-federation/src/oidc/config.rs", "ClaimNames"),
    ("`[sources.settings.quirks]` of kind `oidc`", "../pleiade-federation/src/oidc/config.rs", "Quirks"),
    ("`[sources.settings]` of kind `ldap`", "../pleiade-federation/src/ldap/config.rs", "LdapConfig"),
    (
        "`[sources.settings.attributes]` of kind `ldap`",
        "../pleiade-federation/src/ldap/config.rs",
        "AttributeNames",
    ),
    ("`[sources.settings]` of kind `local`", "src/config/model.rs", "LocalConfig"),
    ("`[sources.menu]`", "../pleiade-federation/src/lemonldap/mod.rs", "LemonldapConfig"),
    ("`[[connectors]]`", "src/config/model.rs", "ConnectorConfig"),
    (
        "`[connectors.settings.filter]` of connectors with a technical account",
        "../pleiade-connectors/src/kit/shared.rs",
        "Filter",
    ),
    ("`[connectors.settings]` of kind `ciril`", "../pleiade-connectors/src/ciril/config.rs", "CirilConfig"),
    ("`access` of kind `ciril`", "../pleiade-connectors/src/ciril/config.rs", "CirilAuthMethod"),
    ("`widgets` of kind `ciril`", "../pleiade-connectors/src/ciril/config.rs", "WidgetKind"),
    (
        "`[connectors.settings.access_point]` of kind `ciril`",
        "../pleiade-connectors/src/ciril/config.rs",
        "AccessPointRule",
    ),
    (
        "`[[connectors.settings.groups]]` of kind `ciril`",
        "../pleiade-connectors/src/ciril/config.rs",
        "GroupConfig",
    ),
    (
        "`[[connectors.settings.answers]]` of kind `ciril`",
        "../pleiade-connectors/src/ciril/config.rs",
        "AnswerConfig",
    ),
    (
        "`[connectors.settings.orders]` of kind `ciril`",
        "../pleiade-connectors/src/ciril/config.rs",
        "OrdersConfig",
    ),
    ("`[connectors.settings]` of kind `astre`", "../pleiade-connectors/src/astre/config.rs", "AstreConfig"),
    ("`widgets` of kind `astre`", "../pleiade-connectors/src/astre/config.rs", "WidgetKind"),
    ("`[connectors.settings]` of kind `gta`", "../pleiade-connectors/src/gta/config.rs", "GtaConfig"),
    ("`widgets` of kind `gta`", "../pleiade-connectors/src/gta/config.rs", "WidgetKind"),
    (
        "`source` of connectors of the exchange contract",
        "../pleiade-connectors/src/exchange/source.rs",
        "ExchangeSource",
    ),
    ("`[connectors.settings.source.files]`", "../pleiade-connectors/src/exchange/files.rs", "FileDropConfig"),
    (
        "`[connectors.settings.source.postgresql]`",
        "../pleiade-connectors/src/exchange/sql/postgresql.rs",
        "PostgresqlConfig",
    ),
    (
        "`[connectors.settings.source.sqlite]`",
        "../pleiade-connectors/src/exchange/sql/sqlite.rs",
        "SqliteConfig",
    ),
    ("`[connectors.settings.source.json]`", "../pleiade-connectors/src/exchange/json.rs", "JsonConfig"),
    (
        "`[connectors.settings]` of kind `idelibre`",
        "../pleiade-connectors/src/idelibre/config.rs",
        "IdelibreConfig",
    ),
    (
        "`[[connectors.settings.structures]]` of kind `idelibre`",
        "../pleiade-connectors/src/idelibre/config.rs",
        "StructureConfig",
    ),
    ("`person` of kind `idelibre`", "../pleiade-connectors/src/idelibre/config.rs", "PersonKey"),
    ("`web_client` of kind `idelibre`", "../pleiade-connectors/src/idelibre/config.rs", "WebClient"),
    ("`[connectors.settings]` of kind `s2low`", "../pleiade-connectors/src/s2low/config.rs", "S2lowConfig"),
    ("`widgets` of kind `s2low`", "../pleiade-connectors/src/s2low/config.rs", "WidgetKind"),
    (
        "`[connectors.settings]` of kind `watcha`",
        "../pleiade-connectors/src/watcha/config.rs",
        "WatchaConfig",
    ),
    (
        "`[connectors.settings]` of kind `iparapheur`",
        "../pleiade-connectors/src/iparapheur/config.rs",
        "IparapheurConfig",
    ),
    (
        "`access` of kind `iparapheur`",
        "../pleiade-connectors/src/iparapheur/config.rs",
        "IparapheurAuthMethod",
    ),
    ("`[connectors.settings]` of kind `jitsi`", "../pleiade-connectors/src/jitsi/config.rs", "JitsiConfig"),
    (
        "`[[connectors.settings.rooms]]` of kind `jitsi`",
        "../pleiade-connectors/src/jitsi/config.rs",
        "RoomConfig",
    ),
    (
        "`[connectors.settings.room_size]` of kind `jitsi`",
        "../pleiade-connectors/src/jitsi/config.rs",
        "RoomSizeConfig",
    ),
    (
        "`[connectors.settings.token]` of kind `jitsi`",
        "../pleiade-connectors/src/jitsi/config.rs",
        "TokenConfig",
    ),
    ("`place` of kind `jitsi`", "../pleiade-connectors/src/jitsi/config.rs", "TokenPlace"),
    ("`[connectors.settings]` of kind `kelio`", "../pleiade-connectors/src/kelio/config.rs", "KelioConfig"),
    ("`widgets` of kind `kelio`", "../pleiade-connectors/src/kelio/config.rs", "WidgetKind"),
    ("`request_states` of kind `kelio`", "../pleiade-connectors/src/kelio/config.rs", "RequestState"),
    ("`clocking_directions` of kind `kelio`", "../pleiade-connectors/src/kelio/config.rs", "Direction"),
    (
        "`[[connectors.settings.leave]]` and `[[connectors.settings.hours]]` of kind `kelio`",
        "../pleiade-connectors/src/kelio/config.rs",
        "CounterConfig",
    ),
    ("`unit` of kind `kelio`", "../pleiade-connectors/src/kelio/config.rs", "Unit"),
    (
        "`[[connectors.settings.quiet_hours]]` of kind `kelio`",
        "../pleiade-connectors/src/kelio/config.rs",
        "QuietHours",
    ),
    (
        "`[connectors.settings]` of kind `matrix`",
        "../pleiade-connectors/src/matrix/config.rs",
        "MatrixConfig",
    ),
    (
        "`[connectors.settings.access]` of kind `matrix`",
        "../pleiade-connectors/src/matrix/config.rs",
        "MatrixAuthMethod",
    ),
    (
        "`[connectors.settings]` of kind `nextcloud`",
        "../pleiade-connectors/src/nextcloud/config.rs",
        "NextcloudConfig",
    ),
    ("`access` of kind `nextcloud`", "../pleiade-connectors/src/nextcloud/config.rs", "NextcloudAuthMethod"),
    (
        "`[connectors.settings]` of kind `pastell`",
        "../pleiade-connectors/src/pastell/config.rs",
        "PastellConfig",
    ),
    ("`access` of kind `pastell`", "../pleiade-connectors/src/pastell/config.rs", "PastellAuthMethod"),
    (
        "`[[connectors.settings.deposits]]` of kind `pastell`",
        "../pleiade-connectors/src/pastell/config.rs",
        "DepositFlow",
    ),
    (
        "`[[connectors.settings.families]]` of kind `pastell`",
        "../pleiade-connectors/src/pastell/config.rs",
        "Family",
    ),
    (
        "`[connectors.settings]` of kind `zimbra`",
        "../pleiade-connectors/src/zimbra/config.rs",
        "ZimbraConfig",
    ),
    (
        "`[connectors.settings.access]` of kind `zimbra`",
        "../pleiade-connectors/src/zimbra/config.rs",
        "ZimbraAuthMethod",
    ),
    (
        "`[[connectors.settings.access.preauth_keys]]` of kind `zimbra`",
        "../pleiade-connectors/src/zimbra/config.rs",
        "PreauthKey",
    ),
    (
        "`[connectors.settings.links]` of kind `zimbra`",
        "../pleiade-connectors/src/zimbra/config.rs",
        "LinkTemplates",
    ),
    ("`[legal]`", "src/config/model.rs", "LegalConfig"),
    ("`[[legal.rules]]`", "../pleiade-connectors/src/legal/book.rs", "RuleChange"),
    ("`due` of `[[legal.rules]]`", "../pleiade-connectors/src/legal/rule.rs", "Due"),
    ("`opens` of `[[legal.rules]]`", "../pleiade-connectors/src/legal/rule.rs", "Opening"),
    ("`[[applications]]`", "src/config/model.rs", "ApplicationConfig"),
    ("`[[boards]]`", "src/config/model.rs", "BoardConfig"),
];

/// The comments of a struct or an enum and of its members, from its source.
fn describe(source: &str, name: &str) -> Result<(String, Vec<(String, String)>), String> {
    let lines: Vec<&str> = source.lines().collect();
    let start = lines
        .iter()
        .position(|line| *line == format!("pub struct {name} {{") || *line == format!("pub enum {name} {{"))
        .ok_or(format!("{name} is not there"))?;
    let is_enum = lines[start].starts_with("pub enum");
    let comment_above = |at: usize| {
        let mut words = Vec::new();
        for line in lines[..at].iter().rev().map(|line| line.trim()) {
            if let Some(text) = line.strip_prefix("///") {
                words.push(text.trim().to_owned());
            } else if !line.starts_with("#[") {
                break;
            }
        }
        words.reverse();
        words.join(" ")
    };
    let snake = |variant: &str| {
        let mut out = String::new();
        for c in variant.chars() {
            if c.is_uppercase() && !out.is_empty() {
                out.push('_');
            }
            out.extend(c.to_lowercase());
        }
        out
    };
    let mut members = Vec::new();
    for (at, line) in lines.iter().enumerate().skip(start + 1) {
        if *line == "}" {
            break;
        }
        let indent = line.len() - line.trim_start().len();
        let line = line.trim();
        let comment =
            line.starts_with("///") || line.starts_with("#[") || line.starts_with('}') || line.is_empty();
        if comment {
            continue;
        }
        let (member, text) = if is_enum && indent == 4 {
            let variant: String = line.chars().take_while(char::is_ascii_alphanumeric).collect();
            (format!("`{}`", snake(&variant)), comment_above(at))
        } else {
            let field = line.trim_start_matches("pub ").split(':').next().unwrap_or_default();
            let kind = line.split_once(':').map_or("", |(_, kind)| kind.trim().trim_end_matches(','));
            let optional = kind.starts_with("Option<")
                || lines[..at]
                    .iter()
                    .rev()
                    .take_while(|line| line.trim().starts_with("#[") || line.trim().starts_with("///"))
                    .any(|line| line.contains("serde(default"))
                || lines[..start]
                    .iter()
                    .rev()
                    .take_while(|line| line.starts_with("#[") || line.starts_with("///"))
                    .any(|line| line.contains("default)]") || line.contains("default,"));
            let shown = format!(
                "{}`{field}` ({}, {})",
                if indent > 4 { "↳ " } else { "" },
                words_for(kind),
                if optional { "optional" } else { "required" }
            );
            (shown, comment_above(at))
        };
        if text.is_empty() {
            return Err(format!("{name}.{member} has no comment"));
        }
        members.push((member, text));
    }
    Ok((comment_above(start), members))
}

fn words_for(kind: &str) -> String {
    if let Some(inner) = kind.strip_prefix("Option<").and_then(|kind| kind.strip_suffix('>')) {
        return words_for(inner);
    }
    let list = ["Vec<", "BTreeSet<"].iter().find_map(|list| kind.strip_prefix(list));
    if let Some(inner) = list.and_then(|kind| kind.strip_suffix('>')) {
        return format!("list of {}s", words_for(inner).replace("address", "addresse"));
    }
    match kind {
        "String" | "PathBuf" | "MailDomain" | "Siren" | "Siret" | "Colour" | "Locale" | "Tz"
        | "chrono_tz::Tz" | "TenantId" | "SourceId" | "ConnectorId" | "ApplicationId" | "SocketAddr"
        | "Contact" | "IpAddr" | "IpNet" | "LogFormat" | "SourceKind" | "IndicatorKey" | "MonthDay"
        | "char" => "text",
        "SecretString" => "secret",
        "Url" => "address",
        "bool" => "true or false",
        "u8" | "u16" | "u32" | "u64" | "i64" | "usize" | "ClearDays" => "whole number",
        "NaiveDate" => "date",
        "SigningAlgorithm"
        | "ClientAuthentication"
        | "SignOut"
        | "Preset"
        | "CirilAuthMethod"
        | "Direction"
        | "IparapheurAuthMethod"
        | "IparapheurVersion"
        | "NextcloudAuthMethod"
        | "PastellAuthMethod"
        | "PersonKey"
        | "WebClient"
        | "WidgetKind"
        | "Kind"
        | "Territory"
        | "Ui"
        | "Calendars"
        | "GroupsAs"
        | "Incremental"
        | "RequestState"
        | "SecondFactorRule"
        | "Unit"
        | "Version"
        | "Synchronous"
        | "ApplicationFamily"
        | "TokenPlace" => "word",
        kind if kind.starts_with("BTreeMap<") || kind.starts_with("HashMap<") => "table",
        kind if TABLES.iter().any(|(_, _, name)| *name == kind) => "table",
        "CredentialRule" | "DirectoryKey" | "ExchangeSource" | "FieldRule" | "Placement" | "RoleRule" => {
            "table"
        }
        other => unreachable!("say in words what `{other}` is"),
    }
    .to_owned()
}

fn reference() -> String {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut out = String::from(
        "# Configuration reference\n\n\
         Written from the comments of the code by `cargo test -p pleiade-server --test config`; with `UPDATE=1` in the environment the \
         test writes this file anew. `pleiade-server check --config FILE` says what is wrong with a file.\n",
    );
    for (heading, file, name) in TABLES {
        let source = std::fs::read_to_string(here.join(file)).unwrap();
        let (about, members) = describe(&source, name).unwrap();
        let _ = write!(out, "\n## {heading}\n\n{about}\n\n");
        for (member, text) in members {
            let _ = writeln!(out, "- {member}: {text}");
        }
    }
    out
}

/// Commands that an operator copies from the guide.
#[test]
fn the_files_of_the_operators_guide_have_no_mistake() {
    let guide = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/operators.md");
    let guide = std::fs::read_to_string(guide).unwrap();
    let blocks: Vec<&str> =
        guide.split("```toml\n").skip(1).map(|rest| rest.split("```").next().unwrap()).collect();
    assert_eq!(
        blocks.len(),
        11,
        "the smallest file, what proxy tickets, Pastell and its PDFs, Nextcloud and PostgreSQL add to it, two directories, the foot of pages, legal rules, and a city"
    );
    let folder = tempfile::tempdir().unwrap();
    load_in(folder.path(), blocks[0]).unwrap();
    let secrets = folder.path().join("secrets");
    std::fs::create_dir(&secrets).unwrap();
    std::fs::write(secrets.join("portail"), "x").unwrap();
    for added in 2..=5 {
        load_in(folder.path(), &blocks[..added].concat()).unwrap();
    }
    std::fs::write(secrets.join("database-url"), "postgres://pleiade:x@db.opsn.example/pleiade").unwrap();
    std::fs::write(secrets.join("seal-key"), "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=").unwrap();
    only_for_the_group(&secrets.join("seal-key"));
    std::fs::write(secrets.join("lecteur"), "x").unwrap();
    // The city's own file is tried with its servers, by the test `city`.
    load_in(folder.path(), &blocks[..10].concat()).unwrap();
}

/// The examples of the READMEs of connectors, each in a file of its own with the collectivités that they name.
#[test]
fn the_examples_of_the_connectors_have_no_mistake() {
    let kinds = Path::new(env!("CARGO_MANIFEST_DIR")).join("../pleiade-connectors/src");
    let mut tried = 0;
    for kind in [
        "astre",
        "ciril",
        "gta",
        "idelibre",
        "iparapheur",
        "jitsi",
        "kelio",
        "matrix",
        "pastell",
        "s2low",
        "watcha",
    ] {
        let readme = std::fs::read_to_string(kinds.join(kind).join("README.md")).unwrap();
        let blocks = readme.split("```toml\n").skip(1).map(|rest| rest.split("```").next().unwrap());
        for block in blocks.filter(|block| block.contains("[[connectors]]")) {
            let folder = tempfile::tempdir().unwrap();
            let mut text = BASE.split("[[tenants]]").next().unwrap().to_owned();
            let known = ["ville-alpha", "agglo-beta", "la-roche-aux-fees", "saint-aubin-des-bois"];
            let mut named: Vec<&str> = known.into_iter().filter(|tenant| block.contains(tenant)).collect();
            if named.is_empty() {
                named.push("ville-alpha");
            }
            for tenant in named {
                let _ = write!(
                    text,
                    "\n[[tenants]]\nid = \"{tenant}\"\nname = \"{tenant}\"\nhosts = [\"{tenant}.opsn.example\"]\n"
                );
            }
            let block = block.replace("/etc/pleiade/", "");
            for file in block.split("_file = \"").skip(1).map(|rest| rest.split('"').next().unwrap()) {
                std::fs::write(folder.path().join(file), "x").unwrap();
            }
            load_in(folder.path(), &format!("{text}\n{block}"))
                .unwrap_or_else(|error| panic!("{kind}: {error}"));
            tried += 1;
        }
    }
    assert_eq!(tried, 16);
}

#[test]
fn every_kind_of_connector_is_in_the_reference() {
    for kind in pleiade_server::config::ConnectorKinds::built_in().names() {
        let heading = format!("`[connectors.settings]` of kind `{kind}`");
        assert!(TABLES.iter().any(|(known, ..)| *known == heading), "add its table to TABLES: {heading}");
    }
}

#[test]
fn the_reference_is_the_code_s() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/reference/configuration.md");
    let reference = reference();
    if std::env::var_os("UPDATE").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, &reference).unwrap();
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        written == reference,
        "docs/reference/configuration.md is not up to date: run this test with UPDATE=1"
    );
}

const CAS: &str = r#"
[[sources]]
id = "tickets"
kind = "cas"
name = "Connexion unique"
owner = "alpha"
sign_in = false
[sources.settings]
server = "https://auth.alpha.example/cas"
service = "https://bureau.alpha.example/sign-in/tickets/callback"
stable_users = true
[sources.settings.proxy]
callback = "https://bureau.alpha.example/sign-in/tickets/pgt"
targets = ["https://pastell.alpha.example/"]
"#;

const PAIRED: &str = r#"
[[sources]]
id = "portail"
kind = "oidc"
name = "Portail"
owner = "alpha"
proxy_tickets_from = "tickets"
[sources.settings]
issuer = "https://auth.alpha.example/"
client_id = "pleiade"
client_secret = "secret"
redirect_uri = "https://bureau.alpha.example/sign-in/portail/callback"
"#;

#[test]
fn a_pairing_names_a_cas_source_of_the_same_owner_that_gives_tickets_there() {
    let file = format!("{CAS}{PAIRED}");
    let loaded = load(&file).unwrap();
    assert_eq!(loaded.config.sources[1].proxy_tickets_from.as_ref().unwrap().as_str(), "tickets");
    // A collectivité's source tells logins of its own people: to the operator's server it could name anybody.
    let operator = file.replacen("owner = \"alpha\"\n", "", 1);
    assert!(problem(&operator).1.contains("has another owner"));
    let beta = "[[tenants]]\nid = \"beta\"\nname = \"Beta\"\nhosts = [\"bureau.beta.example\"]\n";
    let wrong = |from: &str, to: &str| {
        let changed = file.replacen(from, to, 1);
        assert_ne!(changed, file, "{from}");
        let (key, message) = problem(&format!("{beta}{changed}"));
        assert_eq!(key, "sources[1].proxy_tickets_from", "{message}");
        message
    };
    let named = "proxy_tickets_from = \"tickets\"";
    assert!(wrong(named, "proxy_tickets_from = \"none\"").contains("there is no source `none`"));
    assert!(wrong(named, "proxy_tickets_from = \"portail\"").contains("gives no proxy tickets"));
    assert!(wrong("owner = \"alpha\"", "owner = \"beta\"").contains("has another owner"));
    let asking = file.replace("sign_in = false\n", "").replacen(
        "stable_users = true",
        "stable_users = true\nrenew = true",
        1,
    );
    assert!(problem(&asking).1.contains("without `renew`"));
    let elsewhere = file.replace(
        "https://bureau.alpha.example/sign-in/tickets",
        "https://bureau.opsn.example/sign-in/tickets",
    );
    let (key, message) = problem(&elsewhere);
    assert!(
        key == "sources[1].proxy_tickets_from" && message.contains("bureau.opsn.example"),
        "{key}: {message}"
    );
    // A CAS source that lets people in gives the tickets of its own sessions.
    let own = format!(
        "{CAS}{}",
        CAS.replace("sign_in = false", named)
            .replace("tickets\"\nkind", "cas\"\nkind")
            .replace("sign-in/tickets", "sign-in/cas")
    );
    let (key, message) = problem(&own);
    assert!(key == "sources[1].proxy_tickets_from" && message.contains("itself"), "{key}: {message}");
    // Without proxy tickets a CAS source that lets nobody in would be good for nothing.
    let idle = CAS.split("[sources.settings.proxy]").next().unwrap();
    let (key, _) = problem(idle);
    assert_eq!(key, "sources[0].sign_in");
}

#[test]
fn whoever_would_have_no_tickets_is_told_at_the_start() {
    let pastell = r#"
[[connectors]]
id = "pastell"
kind = "pastell"
tenants = ["alpha"]
credentials = { kind = "proxy_ticket" }
[connectors.settings]
url = "https://pastell.alpha.example/"
access = "proxy_ticket"
"#;
    let told = |file: &str| -> Vec<String> {
        let loaded = load(file).unwrap();
        let found = findings::of_configuration(&loaded, chrono::DateTime::UNIX_EPOCH)
            .into_iter()
            .map(|finding| finding.to_string());
        found.filter(|finding| finding.contains("ticket")).collect()
    };
    let paired = format!("{CAS}{PAIRED}{pastell}");
    assert_eq!(told(&paired), Vec::<String>::new());
    let lonely = paired.replace("proxy_tickets_from = \"tickets\"\n", "");
    let found = told(&lonely);
    assert!(found.len() == 1 && found[0].starts_with("connectors.pastell.credentials: "), "{found:?}");
    assert!(found[0].contains("`portail`") && !found[0].contains("`tickets`"), "{found:?}");
    // People of another collectivité do not read it.
    let elsewhere = lonely.replace("tenants = [\"alpha\"]", "tenants = [\"beta\"]");
    let beta = "[[tenants]]\nid = \"beta\"\nname = \"Beta\"\n";
    assert_eq!(told(&format!("{beta}{elsewhere}")), Vec::<String>::new());
    // Logins that are typed.
    let local = "[[sources]]\nid = \"comptes\"\nkind = \"local\"\nname = \"Comptes\"\nowner = \"alpha\"\n\
                 proxy_tickets_from = \"tickets\"\n";
    let found = told(&format!("{CAS}{local}"));
    assert!(found.len() == 1 && found[0].starts_with("sources.comptes.proxy_tickets_from: "), "{found:?}");
    assert!(found[0].contains("typed"));
    // A second host name to which the CAS server does not lead back.
    let two =
        BASE.replace("[\"bureau.alpha.example\"]", "[\"bureau.alpha.example\", \"desk.alpha.example\"]");
    let folder = tempfile::tempdir().unwrap();
    let loaded = load_in(folder.path(), &format!("{two}{paired}")).unwrap();
    let found = findings::of_configuration(&loaded, chrono::DateTime::UNIX_EPOCH)
        .into_iter()
        .map(|finding| finding.to_string());
    let found: Vec<String> = found.filter(|finding| finding.contains("proxy_tickets_from")).collect();
    assert!(found.len() == 1 && found[0].contains("desk.alpha.example"), "{found:?}");
}

/// A connector that shows nothing, or that nobody can be known by, is told before somebody looks for the fault in the application.
#[test]
fn connectors_that_serve_nobody_are_told() {
    let told = |file: &str| -> Vec<String> {
        let found = findings::of_configuration(&load(file).unwrap(), chrono::DateTime::UNIX_EPOCH);
        let found = found.into_iter().map(|finding| finding.to_string());
        found.filter(|finding| finding.starts_with("connectors.")).collect()
    };
    let local = "[[sources]]\nid = \"comptes\"\nkind = \"local\"\nname = \"Comptes\"\nowner = \"alpha\"\n";
    let connector = r#"
[[connectors]]
id = "paie"
kind = "gta"
tenants = ["alpha"]
owner = "alpha"
credentials = { kind = "technical", key = "login" }
[connectors.settings]
home = "https://temps.alpha.example/"
[connectors.settings.source.files]
folder = "/srv/depots/gta"
"#;
    let board = "[[boards]]\ncards = [{ connector = \"paie\", widget = \"balances\" }]\n";
    let found = told(&format!("{local}{connector}"));
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(
        found[0].starts_with("connectors.paie.credentials: ") && found[0].contains("`alpha`"),
        "{found:?}"
    );
    assert!(found[0].contains("typed_logins = true"), "{found:?}");
    assert!(
        found[1].starts_with("connectors.paie: no board") && found[1].contains("[[boards]]"),
        "{found:?}"
    );
    // With a board, and logins that somebody vouches for.
    let oidc = r#"
[[sources]]
id = "sso"
kind = "oidc"
name = "Connexion"
owner = "alpha"
[sources.mapping]
fields = [{ target = "employee_number", from = "matricule" }]
[sources.settings]
issuer = "https://auth.alpha.example/"
client_id = "pleiade"
client_secret = "sentinel"
redirect_uri = "https://bureau.alpha.example/sign-in/sso/callback"
"#;
    assert_eq!(told(&format!("{local}{oidc}{connector}{board}")), Vec::<String>::new());
    let typed = connector.replace("owner =", "typed_logins = true\nowner =");
    let found = told(&format!("{local}{typed}{board}"));
    assert!(found.len() == 1 && found[0].starts_with("connectors.paie.typed_logins: "), "{found:?}");
    // Employee numbers that a source reads, and that none does.
    let numbered = connector.replace("key = \"login\"", "key = \"employee_number\"");
    assert_eq!(told(&format!("{oidc}{numbered}{board}")), Vec::<String>::new());
    let unread = oidc.replace(
        "[sources.mapping]\nfields = [{ target = \"employee_number\", from = \"matricule\" }]\n",
        "",
    );
    // Nor do those that may not vouch: another owner's, or one that is not named where some are.
    let others = oidc.replace("owner = \"alpha\"\n", "offered_to = [\"alpha\"]\n");
    let others = others.replace("[sources.mapping]\n", "[sources.mapping]\ntenants = \"siren\"\n");
    for sources in [unread, others] {
        let found = told(&format!("{sources}{numbered}{board}"));
        assert!(
            found.len() == 1 && found[0].contains("mapping.fields") && found[0].contains("`alpha`"),
            "{found:?}"
        );
    }
}

/// The groups of one connector bind no other: whoever may not enter by one would enter by the other.
#[test]
fn a_second_way_into_a_room_of_some_groups_is_told() {
    let jitsi = |id: &str, tenant: &str, url: &str, groups: &str| {
        format!(
            r#"
[[connectors]]
id = "{id}"
kind = "jitsi"
tenants = ["{tenant}"]
credentials = {{ kind = "technical" }}
[connectors.settings]
url = "{url}"
[[connectors.settings.rooms]]
name = "Salon"
room = "salon-dsi"
groups = [{groups}]
"#
        )
    };
    let told = |file: &str| -> Vec<String> {
        let loaded = load(file).unwrap();
        let found = findings::of_configuration(&loaded, chrono::DateTime::UNIX_EPOCH);
        let found = found.into_iter().map(|finding| finding.to_string());
        found.filter(|finding| finding.contains("some groups alone")).collect()
    };
    let url = "https://visio.alpha.example/";
    let guarded = jitsi("visio", "alpha", url, "\"dsi\"");
    let wider = told(&format!("{guarded}{}", jitsi("salles", "alpha", url, "\"dsi\", \"rh\"")));
    assert!(wider.len() == 1 && wider[0].starts_with("connectors.salles.settings: `visio`"), "{wider:?}");
    let open = told(&format!("{guarded}{}", jitsi("salles", "alpha", url, "")));
    assert!(open.len() == 1 && open[0].starts_with("connectors.salles.settings: "), "{open:?}");
    // The same groups, another server, another collectivité.
    let beta = "[[tenants]]\nid = \"beta\"\nname = \"Beta\"\n";
    for fine in [
        jitsi("salles", "alpha", url, "\"dsi\""),
        jitsi("salles", "alpha", "https://visio.alpha.example:8443/", ""),
        jitsi("salles", "beta", url, ""),
    ] {
        assert_eq!(told(&format!("{beta}{guarded}{fine}")), Vec::<String>::new(), "{fine}");
    }
}
