//! Synapse, the Matrix server, without federation and without rate limits.

use std::process::Command;

use super::{Ports, create_folder, render, template, write};
use crate::process::{Nursery, Server, answers, output};
use crate::{Result, install};

pub(super) fn start(nursery: &mut Nursery, ports: &Ports) -> Result<Server> {
    let folder = nursery.folder().join("synapse");
    create_folder(&folder)?;
    let configuration = render(template!("homeserver.yaml"), &[("PORT", &ports.synapse.to_string())]);
    write(&folder.join("homeserver.yaml"), &configuration)?;
    write(&folder.join("log.yaml"), template!("log.yaml"))?;
    write(&folder.join("appservice.yaml"), template!("appservice.yaml"))?;
    let synapse = || {
        let mut command = Command::new(install::python_path());
        command.args(["-m", "synapse.app.homeserver", "-c", "homeserver.yaml"]).current_dir(&folder);
        command
    };
    output(synapse().arg("--generate-keys"))?;
    nursery.serve("synapse", &mut synapse())
}

pub(super) fn wait(server: &mut Server, ports: &Ports) -> Result<()> {
    server.wait_until(|| answers(ports.synapse, "127.0.0.1", "/health"))
}
