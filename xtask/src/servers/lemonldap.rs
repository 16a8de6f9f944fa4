//! LemonLDAP::NG's portal: one with OpenLDAP behind it, and one as Debian installs it.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::{Ports, create_folder, desk, render, template, write};
use crate::Result;
use crate::process::{Nursery, Server, answers, output};

const HOST: &str = "auth.pleiade.localhost";
/// The configuration that Debian's package installs.
const INSTALLED: &str = "/var/lib/lemonldap-ng/conf/lmConf-1.json";

/// Address of the portal, and issuer: the final slash belongs to it.
pub(super) fn portal(ports: &Ports) -> String {
    format!("http://{HOST}:{}/", ports.lemonldap)
}

/// The address of the portal that nobody has configured yet.
pub(super) fn new_portal(ports: &Ports) -> String {
    format!("http://{HOST}:{}/", ports.new_lemonldap)
}

/// The settings that `lemonldap-ng-cli` needs to change the configuration.
pub(super) fn settings(nursery: &Nursery) -> PathBuf {
    nursery.folder().join("lemonldap/lemonldap-ng.ini")
}

/// The settings of the new portal.
pub(super) fn new_settings(nursery: &Nursery) -> PathBuf {
    nursery.folder().join("new-lemonldap/lemonldap-ng.ini")
}

pub(super) fn start(nursery: &mut Nursery, ports: &Ports) -> Result<Server> {
    let folder = nursery.folder().join("lemonldap");
    for name in ["conf", "cache", "sessions/lock", "psessions/lock"] {
        create_folder(&folder.join(name))?;
    }
    let key = folder.join("oidc.key");
    output(Command::new("openssl").args(["genrsa", "-traditional", "-out"]).arg(&key).arg("2048"))?;
    let public = output(Command::new("openssl").args(["rsa", "-pubout", "-in"]).arg(&key))?;
    let private =
        std::fs::read_to_string(&key).map_err(|error| format!("cannot read {}: {error}", key.display()))?;
    let dir = folder.display().to_string();
    write(
        &folder.join("conf/lmConf-1.json"),
        &render(
            template!("lmConf.json"),
            &[
                ("DIR", &dir),
                ("PORTAL", &portal(ports)),
                ("DESK", &desk(ports)),
                // The portal calls services back, and resolves no name of ours.
                ("HERE", &format!("http://127.0.0.1:{}", ports.desk)),
                ("HANDLER_PORT", &ports.handler_nginx.to_string()),
                ("LDAP", &format!("ldap://127.0.0.1:{}", ports.ldap)),
                ("PRIVATE_KEY", &private.replace('\n', "\\n")),
                ("PUBLIC_KEY", &public.replace('\n', "\\n")),
            ],
        ),
    )?;
    serve(nursery, "lemonldap", &folder, ports.lemonldap)
}

/// Another portal, with the configuration of a fresh installation in a folder of its own, for the test that follows the operator's guide.
pub(super) fn start_new(nursery: &mut Nursery, ports: &Ports) -> Result<Server> {
    let folder = nursery.folder().join("new-lemonldap");
    for name in ["conf", "cache", "sessions/lock", "psessions/lock", "notifications"] {
        create_folder(&folder.join(name))?;
    }
    let installed = std::fs::read_to_string(INSTALLED)
        .map_err(|error| format!("cannot read {INSTALLED} (be root, or of the group www-data): {error}"))?;
    let configuration = installed.replace("/var/lib/lemonldap-ng", &folder.display().to_string());
    let without_captcha = configuration.replacen(
        '{',
        r#"{"captcha":"::Captcha::None","captcha_mail_enabled":0,"captcha_register_enabled":0,"#,
        1,
    );
    write(&folder.join("conf/lmConf-1.json"), &without_captcha)?;
    serve(nursery, "new-lemonldap", &folder, ports.new_lemonldap)
}

fn serve(nursery: &mut Nursery, name: &'static str, folder: &Path, port: u16) -> Result<Server> {
    let settings = folder.join("lemonldap-ng.ini");
    let dir = folder.display().to_string();
    write(&settings, &render(template!("lemonldap-ng.ini"), &[("DIR", &dir)]))?;
    let application = folder.join("app.psgi");
    write(&application, template!("app.psgi"))?;
    nursery.serve(
        name,
        Command::new("starman")
            // Not the development mode, which prints Perl traces in the answers; two workers, because the portal calls back.
            .args(["--listen", &format!("127.0.0.1:{port}"), "--workers", "2", "-E", "deployment"])
            .arg(&application)
            .env("LLNG_DEFAULTCONFFILE", &settings)
            .current_dir(folder),
    )
}

pub(super) fn wait(server: &mut Server, ports: &Ports) -> Result<()> {
    server.wait_until(|| answers(ports.lemonldap, HOST, "/.well-known/openid-configuration"))
}

pub(super) fn wait_new(server: &mut Server, ports: &Ports) -> Result<()> {
    server.wait_until(|| answers(ports.new_lemonldap, HOST, "/"))
}
