//! PostgreSQL with one empty database, whose owner may create others, and a certificate of the tests' authority.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::{Ports, create_folder, write};
use crate::Result;
use crate::process::{Nursery, Server, is_root, output};

const DATABASE: &str = "pleiade_test";
const PASSWORD: &str = "pleiade-secret";

pub(super) fn url(ports: &Ports) -> String {
    format!("postgres://pleiade:{PASSWORD}@127.0.0.1:{}/{DATABASE}", ports.postgresql)
}

pub(super) fn start(nursery: &mut Nursery, ports: &Ports, tls: &Path) -> Result<Server> {
    let folder = nursery.folder().join("postgresql");
    create_folder(&folder)?;
    let password = folder.join("password");
    write(&password, PASSWORD)?;
    // Its own copies: PostgreSQL wants the key to be its user's, and nobody else's to read.
    let (certificate, key) = (folder.join("server.pem"), folder.join("server.key"));
    for (from, to) in [("server.pem", &certificate), ("server.key", &key)] {
        fs::copy(tls.join(from), to).map_err(|error| format!("cannot copy {from}: {error}"))?;
    }
    fs::set_permissions(&key, fs::Permissions::from_mode(0o600))
        .map_err(|error| format!("cannot close {}: {error}", key.display()))?;
    // PostgreSQL refuses to run as root.
    let user =
        if is_root() { Some(system_user("postgres").or_else(|_| system_user("nobody"))?) } else { None };
    if let Some((uid, gid)) = user {
        for path in [&folder, &password, &certificate, &key] {
            std::os::unix::fs::chown(path, Some(uid), Some(gid))
                .map_err(|error| format!("cannot give {} to PostgreSQL's user: {error}", path.display()))?;
        }
    }
    let programs = programs()?;
    let command = |name: &str| {
        let mut command = Command::new(programs.join(name));
        command.current_dir(&folder);
        if let Some((uid, gid)) = user {
            command.uid(uid).gid(gid);
        }
        command
    };
    let data = folder.join("data");
    output(
        command("initdb")
            .args([
                "--username=pleiade",
                "--auth=scram-sha-256",
                "--encoding=UTF8",
                "--locale=C",
                "--no-sync",
            ])
            .arg("--pwfile")
            .arg(&password)
            .arg("--pgdata")
            .arg(&data),
    )?;
    let port = ports.postgresql.to_string();
    let (certificate, key) = (certificate.display(), key.display());
    nursery.serve(
        "postgresql",
        command("postgres").arg("-D").arg(&data).args([
            "-p",
            &port,
            "-c",
            "listen_addresses=127.0.0.1",
            "-c",
            "unix_socket_directories=",
            // The data does not outlive the tests.
            "-c",
            "fsync=off",
            "-c",
            "max_connections=200",
            "-c",
            "ssl=on",
            "-c",
            &format!("ssl_cert_file={certificate}"),
            "-c",
            &format!("ssl_key_file={key}"),
        ]),
    )
}

/// Waits for the server and creates the database.
pub(super) fn wait(server: &mut Server, ports: &Ports) -> Result<()> {
    let programs = programs()?;
    let port = ports.postgresql.to_string();
    let client = |name: &str| {
        let mut command = Command::new(programs.join(name));
        command.args(["-h", "127.0.0.1", "-p", &port, "-U", "pleiade"]).env("PGPASSWORD", PASSWORD);
        command
    };
    server.wait_until(|| output(&mut client("pg_isready")).is_ok())?;
    output(client("createdb").arg(DATABASE)).map(drop)
}

/// Debian keeps each version's programs in a folder of its own; the highest is taken.
fn programs() -> Result<PathBuf> {
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let newest = versions
        .filter_map(|entry| {
            Some((entry.file_name().to_str()?.parse::<u32>().ok()?, entry.path().join("bin")))
        })
        .filter(|(_, programs)| programs.join("initdb").exists())
        .max();
    if let Some((_, programs)) = newest {
        return Ok(programs);
    }
    std::env::var_os("PATH")
        .and_then(|path| std::env::split_paths(&path).find(|folder| folder.join("initdb").exists()))
        .ok_or_else(|| "PostgreSQL's initdb is neither under /usr/lib/postgresql nor on the PATH".to_owned())
}

fn system_user(name: &str) -> Result<(u32, u32)> {
    let users =
        fs::read_to_string("/etc/passwd").map_err(|error| format!("cannot read /etc/passwd: {error}"))?;
    users
        .lines()
        .map(|line| line.split(':').collect::<Vec<_>>())
        .find_map(|fields| match fields.as_slice() {
            [user, _, uid, gid, ..] if *user == name => Some((uid.parse().ok()?, gid.parse().ok()?)),
            _ => None,
        })
        .ok_or_else(|| format!("there is no user {name}"))
}
