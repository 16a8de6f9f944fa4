//! LemonLDAP::NG's handler in nginx before the desk: whoever has a session at the portal is named to the desk in headers.

use std::process::Command;

use super::{Ports, create_folder, lemonldap, render, template, write};
use crate::Result;
use crate::process::{Nursery, Server, listens};

/// The desk's address behind the handler.
pub(super) fn desk(ports: &Ports) -> String {
    format!("http://desk.pleiade.localhost:{}", ports.handler_nginx)
}

/// The handler, then nginx. The handler reads the configuration and the sessions of the portal.
pub(super) fn start(nursery: &mut Nursery, ports: &Ports) -> Result<[Server; 2]> {
    let folder = nursery.folder().join("handler");
    create_folder(&folder)?;
    let application = folder.join("handler.psgi");
    write(&application, template!("handler.psgi"))?;
    let settings = lemonldap::settings(nursery);
    let handler = nursery.serve(
        "handler",
        Command::new("plackup")
            .args(["-s", "FCGI", "--listen", &format!("127.0.0.1:{}", ports.handler), "-E", "deployment"])
            .args(["--no-default-middleware", "--nproc", "2"])
            .arg(&application)
            .env("LLNG_DEFAULTCONFFILE", settings)
            .current_dir(&folder),
    )?;
    let configuration = folder.join("nginx.conf");
    let values = [
        ("DIR", folder.display().to_string()),
        ("PORT", ports.handler_nginx.to_string()),
        ("HANDLER", ports.handler.to_string()),
        ("DESK", ports.desk.to_string()),
    ];
    let values = values.each_ref().map(|(name, value)| (*name, value.as_str()));
    write(&configuration, &render(template!("handler.conf"), &values))?;
    let nginx = nursery.serve("handler-nginx", Command::new("nginx").arg("-c").arg(&configuration))?;
    Ok([handler, nginx])
}

pub(super) fn wait([handler, nginx]: &mut [Server; 2], ports: &Ports) -> Result<()> {
    handler.wait_until(|| listens(ports.handler))?;
    nginx.wait_until(|| listens(ports.handler_nginx))
}
