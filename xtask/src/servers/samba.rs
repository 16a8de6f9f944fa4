//! Samba as an Active Directory domain controller, with the people of the tests.

use std::fmt::Write;
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;

use base64::prelude::{BASE64_STANDARD, Engine as _};

use super::{certificate, create_folder, render, template, write};
use crate::Result;
use crate::install;
use crate::process::{Nursery, Server, output};

/// More than Windows gives of a group at once.
const CROWD: usize = 1800;
const LDAP: u16 = 389;
const LDAPS: u16 = 636;

/// An address of the loopback on which nobody serves LDAP: Samba cannot change its ports.
pub(super) fn free_address() -> Result<Ipv4Addr> {
    let free = |address: &Ipv4Addr| {
        [LDAP, LDAPS, 3268, 3269].iter().all(|port| TcpListener::bind((*address, *port)).is_ok())
    };
    (10..60).map(|last| Ipv4Addr::new(127, 0, 0, last)).find(free).ok_or_else(|| {
        "no address from 127.0.0.10 to 127.0.0.59 lets this user listen on the ports 389 and 636: be root, or run \
         sysctl net.ipv4.ip_unprivileged_port_start=389"
            .to_owned()
    })
}

pub(super) fn start(nursery: &mut Nursery, address: Ipv4Addr, tls: &Path) -> Result<Server> {
    let folder = nursery.folder().join("samba");
    output(Command::new("cp").arg("-a").arg(domain()?).arg(&folder))?;
    let certificates = folder.join("private/tls");
    create_folder(&certificates)?;
    certificate(tls, "dc1", &format!("DNS:dc1.ad.collectivite.example,IP:{address}"))?;
    for (from, to) in [("dc1.key", "server.key"), ("dc1.pem", "server.pem"), ("ca.pem", "ca.pem")] {
        let to = certificates.join(to);
        std::fs::copy(tls.join(from), &to)
            .map_err(|error| format!("cannot write {}: {error}", to.display()))?;
    }
    let configuration = configure(&folder, address)?;
    nursery.serve(
        "samba",
        Command::new("/usr/sbin/samba").arg("-s").arg(&configuration).args([
            "-F",
            "-M",
            "single",
            "--no-process-group",
            "--debug-stdout",
        ]),
    )
}

pub(super) fn wait(server: &mut Server, address: Ipv4Addr) -> Result<()> {
    server.wait_until(|| [LDAP, LDAPS].iter().all(|port| TcpStream::connect((address, *port)).is_ok()))
}

fn configure(folder: &Path, address: Ipv4Addr) -> Result<PathBuf> {
    let path = folder.join("smb.conf");
    let values = [("DIR", folder.display().to_string()), ("ADDRESS", address.to_string())];
    let values: Vec<(&str, &str)> = values.iter().map(|(name, value)| (*name, value.as_str())).collect();
    write(&path, &render(template!("samba.conf"), &values))?;
    Ok(path)
}

/// The folder of a domain with its people, made once and copied for each run.
fn domain() -> Result<PathBuf> {
    let people = people();
    let version = [template!("samba.conf"), template!("domain-policy.ldif"), &people].concat();
    install::once("samba", version.into_bytes(), |folder| {
        println!("Making the Active Directory domain");
        output(
            Command::new("samba-tool")
                .args(["domain", "provision", "--realm=AD.COLLECTIVITE.EXAMPLE", "--domain=COLLEC"])
                .args(["--server-role=dc", "--dns-backend=NONE", "--adminpass=Admin-secret-1"])
                .args(["--use-rfc2307", "--host-name=dc1", "--host-ip=127.0.0.10"])
                .args(["--option=interfaces=lo", "--option=bind interfaces only=yes"])
                // Attributes of files are kept beside them, whatever the file system.
                .arg("--option=vfs objects=dfs_samba4 acl_xattr xattr_tdb")
                .arg(format!("--targetdir={}", folder.display())),
        )?;
        let configuration = configure(folder, Ipv4Addr::LOCALHOST)?;
        let database = folder.join("private/sam.ldb");
        let load = |program: &str, name: &str, ldif: &str| {
            let file = folder.join(name);
            write(&file, ldif)?;
            let configuration = format!("--configfile={}", configuration.display());
            output(Command::new(program).arg(configuration).arg("-H").arg(&database).arg(file))
        };
        load("ldbmodify", "policy.ldif", template!("domain-policy.ldif"))?;
        load("ldbadd", "people.ldif", &people)
    })
}

/// The people, and a crowd without a password in one group.
fn people() -> String {
    let base = "OU=Ville,DC=ad,DC=collectivite,DC=example";
    let mut ldif: String = template!("domain-people.ldif")
        .lines()
        .map(|line| match line.strip_prefix("secret: ") {
            Some(secret) => format!("{}\n", password(secret)),
            None => format!("{line}\n"),
        })
        .collect();
    let _ = write!(ldif, "\ndn: OU=Foule,{base}\nobjectClass: organizationalUnit\n\n");
    let mut members = String::new();
    for number in 1..=CROWD {
        let dn = format!("CN=Employé {number:04},OU=Foule,{base}");
        // Writing to a String cannot fail. 544: an ordinary account that needs no password.
        let _ = write!(
            ldif,
            "dn: {dn}\nobjectClass: user\nsAMAccountName: employe{number:04}\ndisplayName: Employé {number:04}\n\
             givenName: Employé\nsn: {number:04}\nuserAccountControl: 544\n\n"
        );
        let _ = writeln!(members, "member: {dn}");
    }
    let _ = write!(
        ldif,
        "dn: CN=Tous,OU=Groupes,{base}\nobjectClass: group\ncn: Tous\nsAMAccountName: Tous\n{members}\n"
    );
    ldif
}

/// The password attribute: UTF-16, in quotes (MS-ADTS §3.1.1.3.1.5.1).
fn password(secret: &str) -> String {
    let octets: Vec<u8> = format!("\"{secret}\"").encode_utf16().flat_map(u16::to_le_bytes).collect();
    format!("unicodePwd:: {}", BASE64_STANDARD.encode(octets))
}
