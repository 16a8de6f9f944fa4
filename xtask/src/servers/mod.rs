//! The real servers of the tests, on the loopback, in one temporary folder.

mod handler;
mod lemonldap;
mod oidc;
mod openldap;
mod postgresql;
mod samba;
mod synapse;

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use crate::process::{Nursery, Server, free_ports, output, pause};
use crate::{Result, install};

/// The ports of the servers.
struct Ports {
    postgresql: u16,
    ldap: u16,
    ldaps: u16,
    lemonldap: u16,
    new_lemonldap: u16,
    /// The handler of the portal, and nginx that asks it.
    handler: u16,
    handler_nginx: u16,
    synapse: u16,
    oidc: u16,
    /// Nobody listens there: kept for the Pléiade server under test, whose address the OpenID providers know.
    desk: u16,
}

/// The running servers.
pub(crate) struct Servers {
    running: Vec<Server>,
    /// Names and values that the real-server tests read.
    pub(crate) variables: Vec<(&'static str, String)>,
}

impl Servers {
    /// Starts every server and waits until each of them answers.
    pub(crate) fn start(nursery: &mut Nursery) -> Result<Self> {
        let began = Instant::now();
        let [postgresql, ldap, ldaps, lemonldap, new_lemonldap, handler, handler_nginx, synapse, oidc, desk] =
            free_ports()?;
        let ports = Ports {
            postgresql,
            ldap,
            ldaps,
            lemonldap,
            new_lemonldap,
            handler,
            handler_nginx,
            synapse,
            oidc,
            desk,
        };
        let tls = nursery.folder().join("tls");
        certificates(&tls)?;
        // The slowest first: they get ready while the others are set up.
        let mut synapse = synapse::start(nursery, &ports)?;
        let mut postgresql = postgresql::start(nursery, &ports, &tls)?;
        let mut lemonldap = lemonldap::start(nursery, &ports)?;
        let mut handler = handler::start(nursery, &ports)?;
        let mut new_lemonldap = lemonldap::start_new(nursery, &ports)?;
        let mut oidc = oidc::start(nursery, &ports)?;
        let domain = samba::free_address()?;
        let mut samba = samba::start(nursery, domain, &tls)?;
        let openldap = openldap::start(nursery, &ports, &tls)?;
        postgresql::wait(&mut postgresql, &ports)?;
        oidc::wait(&mut oidc, &ports)?;
        lemonldap::wait(&mut lemonldap, &ports)?;
        handler::wait(&mut handler, &ports)?;
        lemonldap::wait_new(&mut new_lemonldap, &ports)?;
        samba::wait(&mut samba, domain)?;
        synapse::wait(&mut synapse, &ports)?;
        println!(
            "The servers are ready after {:.1} s in {}",
            began.elapsed().as_secs_f64(),
            nursery.folder().display()
        );
        let [handler, handler_nginx] = handler;
        Ok(Self {
            running: vec![
                synapse,
                postgresql,
                lemonldap,
                handler,
                handler_nginx,
                new_lemonldap,
                oidc,
                openldap,
                samba,
            ],
            variables: vec![
                ("PLEIADE_TEST_POSTGRES", postgresql::url(&ports)),
                ("PLEIADE_TEST_LDAP", format!("ldap://127.0.0.1:{}", ports.ldap)),
                ("PLEIADE_TEST_LDAPS", format!("ldaps://localhost:{}", ports.ldaps)),
                ("PLEIADE_TEST_AD", format!("ldap://{domain}:389")),
                ("PLEIADE_TEST_ADS", format!("ldaps://{domain}:636")),
                ("PLEIADE_TEST_CA", tls.join("ca.pem").display().to_string()),
                ("PLEIADE_TEST_LEMONLDAP", lemonldap::portal(&ports)),
                ("PLEIADE_TEST_LEMONLDAP_SETTINGS", lemonldap::settings(nursery).display().to_string()),
                ("PLEIADE_TEST_HANDLER", handler::desk(&ports)),
                ("PLEIADE_TEST_NEW_LEMONLDAP", lemonldap::new_portal(&ports)),
                (
                    "PLEIADE_TEST_NEW_LEMONLDAP_SETTINGS",
                    lemonldap::new_settings(nursery).display().to_string(),
                ),
                ("PLEIADE_TEST_SYNAPSE", format!("http://127.0.0.1:{}", ports.synapse)),
                ("PLEIADE_TEST_OIDC", format!("http://127.0.0.1:{}", ports.oidc)),
                ("PLEIADE_TEST_DESK_PORT", ports.desk.to_string()),
                ("PLEIADE_TEST_CHROMIUM", install::chromium_path().display().to_string()),
                ("PLEIADE_TEST_PYTHON", install::python_path().display().to_string()),
            ],
        })
    }

    /// The first server that has ended although nobody stopped it, with the end of its log.
    pub(crate) fn dead(&mut self) -> Option<String> {
        let server = self.running.iter_mut().find_map(|server| server.has_ended().then_some(server))?;
        Some(format!("{} has ended.\n{}", server.name(), server.log_excerpt()))
    }
}

/// `cargo xtask servers`: keeps the servers until this process is stopped.
pub(crate) fn run(env: Option<&Path>) -> Result<()> {
    install::for_servers()?;
    let mut nursery = Nursery::new()?;
    let mut servers = Servers::start(&mut nursery)?;
    let exports: String =
        servers.variables.iter().map(|(name, value)| format!("export {name}='{value}'\n")).collect();
    if let Some(file) = env {
        std::fs::write(file, &exports)
            .map_err(|error| format!("cannot write {}: {error}", file.display()))?;
    }
    print!("{exports}");
    println!("Stop this command to stop the servers.");
    loop {
        pause(Duration::from_millis(500));
        if let Some(message) = servers.dead() {
            return Err(message);
        }
    }
}

/// Base address of the Pléiade server under test, as the OpenID providers know it.
fn desk(ports: &Ports) -> String {
    format!("http://desk.pleiade.localhost:{}", ports.desk)
}

/// A private authority and a certificate for `localhost` and 127.0.0.1.
fn certificates(folder: &Path) -> Result<()> {
    create_folder(folder)?;
    openssl(
        folder,
        "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=pleiade-test-authority -keyout ca.key -out ca.pem \
         -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign,cRLSign",
    )?;
    certificate(folder, "server", "DNS:localhost,IP:127.0.0.1")
}

/// A certificate of that authority: `NAME.pem` with its key in `NAME.key`.
fn certificate(folder: &Path, name: &str, names: &str) -> Result<()> {
    write(&folder.join(format!("{name}.ext")), &format!("subjectAltName={names}\n"))?;
    openssl(
        folder,
        &format!("req -newkey rsa:2048 -nodes -subj /CN={name} -keyout {name}.key -out {name}.csr"),
    )?;
    openssl(
        folder,
        &format!(
            "x509 -req -in {name}.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -extfile {name}.ext \
             -out {name}.pem"
        ),
    )?;
    Ok(())
}

fn openssl(folder: &Path, arguments: &str) -> Result<String> {
    output(Command::new("openssl").args(arguments.split_whitespace()).current_dir(folder))
}

/// Replaces each `{{NAME}}` of a template.
fn render(template: &str, values: &[(&str, &str)]) -> String {
    values
        .iter()
        .fold(template.to_owned(), |text, (name, value)| text.replace(&format!("{{{{{name}}}}}"), value))
}

fn create_folder(path: &Path) -> Result<()> {
    std::fs::create_dir_all(path).map_err(|error| format!("cannot create {}: {error}", path.display()))
}

fn write(path: &Path, contents: &str) -> Result<()> {
    std::fs::write(path, contents).map_err(|error| format!("cannot write {}: {error}", path.display()))
}

/// The template file `$name` of `xtask/servers`.
macro_rules! template {
    ($name:literal) => {
        include_str!(concat!("../../servers/", $name))
    };
}
use template;
