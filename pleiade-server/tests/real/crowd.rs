//! Many people in a branch of their own of the real OpenLDAP, and a server that follows it. Used by the real tests and by the benchmark.

use pleiade_core::{SourceId, SystemClock};
use pleiade_server::{app::App, assemble, config, sync::FollowedDirectory};
use std::{fmt::Write as _, path::Path, process::Command, sync::Arc};

fn url() -> String {
    std::env::var("PLEIADE_TEST_LDAP")
        .expect("PLEIADE_TEST_LDAP is not set: `cargo xtask test` starts OpenLDAP and sets it")
}

/// A branch that goes away with the value.
pub(crate) struct Crowd {
    branch: String,
}

impl Crowd {
    /// So many people without passwords.
    pub(crate) fn new(name: &str, count: usize) -> Self {
        let crowd = Self { branch: format!("ou={name}-{},dc=opsn,dc=example", std::process::id()) };
        let mut ldif = format!("dn: {}\nobjectClass: organizationalUnit\n\n", crowd.branch);
        (0..count).for_each(|n| crowd.person(&mut ldif, n));
        administer("ldapadd", &ldif);
        crowd
    }

    fn person(&self, ldif: &mut String, n: usize) {
        let uid = self.uid(n);
        let name = ["Hélène", "Loïc", "Zoé", "Maël"].get(n % 4).copied().unwrap_or_default();
        // Names of the language's own letters travel in base64.
        let name = base64::Engine::encode(&base64::prelude::BASE64_STANDARD, format!("{name} Martin {n}"));
        let _ = writeln!(
            ldif,
            "dn: uid={uid},{}\nobjectClass: inetOrgPerson\nuid: {uid}\ncn:: {name}\ndisplayName:: {name}\nsn: Martin\n\
             givenName: Agent {n}\nmail: {uid}@masse.example\ntitle: Agent\ndepartmentNumber: Service {}\n\
             telephoneNumber: 02 38 00 {:02} {:02}\n",
            self.branch,
            n % 40,
            n / 100 % 100,
            n % 100,
        );
    }

    fn uid(&self, n: usize) -> String {
        let tag: String = self.branch.chars().filter(char::is_ascii_digit).collect();
        format!("m{tag}x{n}")
    }

    /// Gives these people another function.
    pub(crate) fn promote(&self, who: impl Iterator<Item = usize>) {
        let mut ldif = String::new();
        for n in who {
            let dn = format!("uid={},{}", self.uid(n), self.branch);
            let _ =
                writeln!(ldif, "dn: {dn}\nchangetype: modify\nreplace: title\ntitle: Cheffe de service\n");
        }
        administer("ldapmodify", &ldif);
    }

    /// A server whose only directory is this branch.
    pub(crate) async fn followed(&self, folder: &Path) -> (App, Arc<FollowedDirectory>) {
        let file = folder.join("pleiade.toml");
        let toml = include_str!("crowd.toml")
            .replace("{{DATA}}", &folder.display().to_string())
            .replace("{{URL}}", &url())
            .replace("{{BASE}}", &self.branch);
        std::fs::write(&file, toml).unwrap();
        let loaded = config::load(&file).unwrap_or_else(|error| panic!("{error}"));
        let app = assemble::assemble(&loaded, Arc::new(SystemClock::default()), None).await.unwrap();
        let followed = app.directories.get(&SourceId::new("annuaire").unwrap()).unwrap().clone();
        (app, followed)
    }
}

impl Drop for Crowd {
    fn drop(&mut self) {
        // A busy directory may give up in the middle: what is left is then asked for again, until there is no such branch (32).
        for _ in 0..20 {
            let done = administrator("ldapdelete").args(["-r", &self.branch]).output();
            if done.is_ok_and(|done| matches!(done.status.code(), Some(0 | 32))) {
                break;
            }
        }
    }
}

fn administrator(program: &str) -> Command {
    let mut command = Command::new(program);
    command.args(["-x", "-H", &url(), "-D", "cn=admin,dc=opsn,dc=example", "-w", "admin-secret"]);
    command
}

fn administer(program: &str, ldif: &str) {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), ldif).unwrap();
    let done = administrator(program).arg("-f").arg(file.path()).output().unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
}
