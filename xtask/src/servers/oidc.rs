//! The certified OpenID provider of `xtask/web/oidc-provider.mjs`.

use std::process::Command;

use super::Ports;
use crate::process::{Nursery, Server, answers};
use crate::{Result, workspace};

pub(super) fn start(nursery: &mut Nursery, ports: &Ports) -> Result<Server> {
    nursery.serve(
        "oidc-provider",
        Command::new("node")
            .arg(workspace::root().join("xtask/web/oidc-provider.mjs"))
            .env("PORT", ports.oidc.to_string())
            .env("DESK_PORT", ports.desk.to_string()),
    )
}

pub(super) fn wait(server: &mut Server, ports: &Ports) -> Result<()> {
    server.wait_until(|| answers(ports.oidc, "127.0.0.1", "/.well-known/openid-configuration"))
}
