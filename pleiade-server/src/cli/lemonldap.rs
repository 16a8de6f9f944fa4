//! `lemonldap export`: the commands that declare the portal and its applications in LemonLDAP::NG.

use super::{
    args::{ConfigFile, print_line},
    failure::Failure,
};
use crate::config::{self, Config, ConnectorKinds, Loaded, SourceConfig, SourceSettings};
use clap::{Args, Subcommand};
use pleiade_core::SourceId;
use pleiade_federation::{cas::CasConfig, oidc::OidcConfig};
use std::{collections::BTreeSet, fmt::Write as _};
use url::Url;

#[derive(Debug, Subcommand)]
pub(super) enum LemonldapCommand {
    /// Write the commands of `lemonldap-ng-cli` that declare a source of this configuration in LemonLDAP::NG. Changes nothing. The
    /// secret of an `oidc` client is not among them: give it in PLEIADE_CLIENT_SECRET to the shell that runs them.
    Export(ExportArgs),
}

#[derive(Debug, Args)]
pub(super) struct ExportArgs {
    #[command(flatten)]
    file: ConfigFile,
    /// Which source, of kind `oidc` or `cas`.
    #[arg(long)]
    source: SourceId,
    /// The session attribute or macro of LemonLDAP::NG that holds the stable key of a person, never given to somebody else.
    #[arg(long)]
    subject: String,
}

pub(super) fn run(command: &LemonldapCommand, kinds: &ConnectorKinds) -> Result<(), Failure> {
    let LemonldapCommand::Export(export) = command;
    let loaded = config::load_with(&export.file.config, kinds)?;
    print_line(commands(&loaded, &export.source, &export.subject)?.trim_end())
}

/// The commands, for a POSIX shell.
fn commands(loaded: &Loaded, id: &SourceId, subject: &str) -> Result<String, Failure> {
    let config = &loaded.config;
    let (source, settings) = loaded
        .sources()
        .find(|(source, _)| source.id == *id)
        .ok_or_else(|| Failure::other(format!("there is no source `{id}` in this configuration")))?;
    let sites = sites(config, source);
    let mut script = Script::new();
    match settings {
        SourceSettings::Oidc(oidc) => client(&mut script, config, source, oidc, &sites, subject),
        SourceSettings::Cas(cas) => service(&mut script, source, cas, &sites, subject),
        _ => {
            return Err(Failure::other(format!(
                "the source `{id}` is of another kind than `oidc` and `cas`"
            )));
        }
    }
    menu(&mut script, config, source);
    Ok(script.0)
}

/// Every host name where people may sign in through the source, as an address with a final `/`.
fn sites(config: &Config, source: &SourceConfig) -> Vec<Url> {
    let theirs = config
        .tenants
        .iter()
        .filter(|tenant| source.owner.as_ref() == Some(&tenant.id) || source.offered_to.contains(&tenant.id));
    let hosts: BTreeSet<&str> = theirs.flat_map(|tenant| tenant.hosts.iter().map(String::as_str)).collect();
    let at = |host: &str| {
        let mut url = config.server.public_url.clone();
        url.set_host(Some(host)).ok().map(|()| url)
    };
    let mut sites: Vec<Url> = hosts.into_iter().filter_map(at).collect();
    if source.owner.is_none() || sites.is_empty() {
        sites.insert(0, config.server.public_url.clone());
    }
    sites
}

fn client(
    script: &mut Script,
    config: &Config,
    source: &SourceConfig,
    oidc: &OidcConfig,
    sites: &[Url],
    subject: &str,
) {
    let id = &source.id;
    let at = |path: String| sites.iter().filter_map(|site| site.join(&path).ok()).collect::<Vec<Url>>();
    let mut back = at(format!("/sign-in/{id}/callback"));
    if !back.contains(&oidc.redirect_uri) {
        back.insert(0, oidc.redirect_uri.clone());
    }
    let mut gone = at("/sign-out/done".to_owned());
    gone.push(config.server.public_url.clone());
    let told = sites.first().and_then(|site| site.join(&format!("/sign-out/{id}/backchannel")).ok());
    let name = format!("pleiade-{id}");
    script.set(&[("issuerDBOpenIDConnectActivation", "1".into())]);
    let option = |key: &str| format!("oidcRPMetaDataOptions{key}");
    let options = [
        ("DisplayName", config.operator.name.clone()),
        ("ClientID", oidc.client_id.clone()),
        ("RedirectUris", list(&back)),
        ("PostLogoutRedirectUris", list(&gone)),
        ("LogoutUrl", told.map(String::from).unwrap_or_default()),
        ("LogoutType", "back".into()),
        ("LogoutSessionRequired", "1".into()),
        ("LogoutBypassConfirm", "1".into()),
        ("IDTokenSignAlg", oidc.algorithm.name().into()),
        ("RequirePKCE", "1".into()),
        ("RefreshToken", "1".into()),
        ("BypassConsent", "1".into()),
        ("UserIDAttr", subject.to_owned()),
    ];
    let options = options.map(|(key, value)| (option(key), value));
    script.add(&format!("oidcRPMetaDataOptions/{name}"), &options);
    script.secret(&format!("oidcRPMetaDataOptions/{name}"), &option("ClientSecret"));

    let mapping = &source.mapping;
    let mut claims = vec![
        ("name".to_owned(), "cn".to_owned()),
        ("given_name".to_owned(), "givenName".to_owned()),
        ("family_name".to_owned(), "sn".to_owned()),
        ("email".to_owned(), "mail".to_owned()),
        ("preferred_username".to_owned(), "uid".to_owned()),
        ("groups".to_owned(), "groups;string;always".to_owned()),
    ];
    // The portal puts such a list in the place of the scope's own.
    let mut more =
        ["name", "given_name", "family_name", "preferred_username", "groups"].map(str::to_owned).to_vec();
    let asked = [&mapping.tenants, &mapping.kind, &mapping.function];
    let session = source.menu.as_ref().map(|menu| &menu.session_claim);
    for (claim, attribute) in asked
        .into_iter()
        .flatten()
        .map(|claim| (claim, claim.as_str()))
        .chain(session.map(|claim| (claim, "_session_id")))
    {
        if !claims.iter().any(|(known, _)| known == claim) {
            claims.push((claim.clone(), attribute.to_owned()));
            more.push(claim.clone());
        }
    }
    script.add(&format!("oidcRPMetaDataExportedVars/{name}"), &claims);
    // The scope `profile` is always asked for; what no standard scope holds comes with it.
    script
        .add(&format!("oidcRPMetaDataOptionsExtraClaims/{name}"), &[("profile".to_owned(), more.join(" "))]);
}

fn service(script: &mut Script, source: &SourceConfig, cas: &CasConfig, sites: &[Url], subject: &str) {
    let id = &source.id;
    let mut services: Vec<Url> =
        sites.iter().filter_map(|site| site.join(&format!("/sign-in/{id}/")).ok()).collect();
    if let Ok(own) = cas.service.join("./")
        && !services.contains(&own)
    {
        services.insert(0, own);
    }
    // Without the strict comparison a declared host gives tickets to every address on it; without the final slash, to every
    // address that begins alike.
    script.set(&[
        ("issuerDBCASActivation", "1".into()),
        ("casStrictMatching", "1".into()),
        ("casAccessControlPolicy", "error".into()),
        ("casBackChannelSingleLogout", "1".into()),
    ]);
    script.add(
        &format!("casAppMetaDataOptions/pleiade-{id}"),
        &[
            ("casAppMetaDataOptionsService".to_owned(), list(&services)),
            ("casAppMetaDataOptionsUserAttribute".to_owned(), subject.to_owned()),
        ],
    );
}

/// The applications of the configuration in the portal's own menu: a heading and its entries, the two levels that it tells others.
fn menu(script: &mut Script, config: &Config, source: &SourceConfig) {
    let theirs = |tenants: &[pleiade_core::TenantId]| {
        source.owner.as_ref().is_none_or(|owner| tenants.is_empty() || tenants.contains(owner))
    };
    let mut headings: Vec<&str> = Vec::new();
    for application in config.applications.iter().filter(|application| theirs(&application.tenants)) {
        let heading = application.category.as_deref().unwrap_or(&config.operator.name);
        let place = headings.iter().position(|known| *known == heading).unwrap_or_else(|| {
            headings.push(heading);
            headings.len() - 1
        });
        let category = format!("applicationList/pleiade-{}-{place}", source.id);
        script.add(
            &category,
            &[
                ("type".to_owned(), "category".to_owned()),
                ("catname".to_owned(), heading.to_owned()),
                ("order".to_owned(), (100 + place).to_string()),
            ],
        );
        let entry = format!("{category}/{}", application.id);
        script.add(
            &entry,
            &[
                ("type".to_owned(), "application".to_owned()),
                ("order".to_owned(), application.order.to_string()),
            ],
        );
        script.add(
            &format!("{entry}/options"),
            &[
                ("name".to_owned(), application.name.clone()),
                ("description".to_owned(), application.description.clone().unwrap_or_default()),
                ("uri".to_owned(), application.url.to_string()),
                ("display".to_owned(), "on".to_owned()),
            ],
        );
    }
}

fn list(urls: &[Url]) -> String {
    urls.iter().map(Url::as_str).collect::<Vec<_>>().join(" ")
}

/// Commands for a POSIX shell. No value of the configuration is anything but a word to it.
struct Script(String);

impl Script {
    fn new() -> Self {
        Self("set -e\n".to_owned())
    }

    fn set(&mut self, pairs: &[(&str, String)]) {
        for (key, value) in pairs {
            let _ = writeln!(self.0, "lemonldap-ng-cli -yes 1 set {} {}", quoted(key), quoted(value));
        }
    }

    fn add(&mut self, root: &str, pairs: &[(String, String)]) {
        self.0.push_str("lemonldap-ng-cli -yes 1 addKey");
        for (key, value) in pairs {
            let _ = write!(self.0, " \\\n  {} {} {}", quoted(root), quoted(key), quoted(value));
        }
        self.0.push('\n');
    }

    fn secret(&mut self, root: &str, key: &str) {
        let (root, key) = (quoted(root), quoted(key));
        let _ = writeln!(
            self.0,
            "lemonldap-ng-cli -yes 1 addKey {root} {key} \"${{PLEIADE_CLIENT_SECRET:?is the client_secret of this source}}\""
        );
    }
}

/// One word. What needs no quotes has none, so that people can read it.
fn quoted(word: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_-./:".contains(&byte);
    if !word.is_empty() && word.bytes().all(plain) && !word.starts_with('-') {
        return word.to_owned();
    }
    let line: String = word.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    format!("'{}'", line.replace('\'', "'\\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shell_reads_each_value_as_one_word() {
        for (word, expected) in [
            ("pleiade", "pleiade"),
            ("https://desk.example/", "https://desk.example/"),
            ("", "''"),
            ("L'accueil", r"'L'\''accueil'"),
            ("$(id) `id` ; \"x\"", "'$(id) `id` ; \"x\"'"),
            ("a\nb", "'a b'"),
            ("-force", "'-force'"),
        ] {
            assert_eq!(quoted(word), expected);
        }
    }

    #[test]
    fn a_source_is_declared_with_every_address_and_without_its_secret() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("pleiade.toml");
        let text = r#"
[server]
public_url = "https://bureau.opsn.example/"
[operator]
name = "L'OPSN"
[[tenants]]
id = "alpha"
name = "Alpha"
hosts = ["bureau.alpha.example", "desk.alpha.example"]
[[sources]]
id = "sso"
kind = "oidc"
name = "S"
owner = "alpha"
mapping = { kind = "type_personne" }
[sources.settings]
issuer = "https://auth.alpha.example/"
client_id = "pleiade"
client_secret = "sentinel"
redirect_uri = "https://bureau.alpha.example/sign-in/sso/callback"
[[sources]]
id = "cas"
kind = "cas"
name = "C"
owner = "alpha"
[sources.settings]
server = "https://auth.alpha.example/cas"
service = "https://bureau.alpha.example/sign-in/cas/callback"
stable_users = true
[[applications]]
id = "parapheur"
name = "Parapheur de l'été"
url = "https://parapheur.example/"
category = "Signer"
"#;
        std::fs::write(&file, text).unwrap();
        let loaded = config::load(&file).unwrap_or_else(|error| panic!("{error}"));
        let of = |id: &str| commands(&loaded, &SourceId::new(id).unwrap(), "subject").unwrap();
        let client = of("sso");
        for part in [
            "oidcRPMetaDataOptionsRedirectUris 'https://bureau.alpha.example/sign-in/sso/callback https://desk.alpha.example/sign-in/sso/callback'",
            "oidcRPMetaDataOptionsLogoutUrl https://bureau.alpha.example/sign-out/sso/backchannel",
            "oidcRPMetaDataOptionsRequirePKCE 1",
            "oidcRPMetaDataOptionsUserIDAttr subject",
            "type_personne type_personne",
            r"name 'Parapheur de l'\''été'",
            "\"${PLEIADE_CLIENT_SECRET:?",
        ] {
            assert!(client.contains(part), "{part}\n{client}");
        }
        assert!(!client.contains("sentinel"));
        let service = of("cas");
        assert!(service.contains("casAppMetaDataOptionsService 'https://bureau.alpha.example/sign-in/cas/ https://desk.alpha.example/sign-in/cas/'"), "{service}");
        assert!(service.contains("set casStrictMatching 1\n") && !service.contains("PLEIADE_CLIENT_SECRET"));
        assert!(commands(&loaded, &SourceId::new("none").unwrap(), "subject").is_err());
    }
}
