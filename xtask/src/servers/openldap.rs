//! OpenLDAP with the people of the tests.

use std::fmt::Write;
use std::path::Path;
use std::process::Command;

use super::{Ports, create_folder, render, template, write};
use crate::Result;
use crate::process::{Nursery, Server, listens, output};

/// More than the server gives without paging.
const CROWD: usize = 600;

pub(super) fn start(nursery: &mut Nursery, ports: &Ports, tls: &Path) -> Result<Server> {
    let folder = nursery.folder().join("openldap");
    create_folder(&folder.join("data"))?;
    let schema = folder.join("pleiade.schema");
    write(&schema, template!("pleiade.schema"))?;
    let configuration = folder.join("slapd.conf");
    let paths = [&folder, &schema, tls].map(|path| path.display().to_string());
    let [dir, schema, tls] = &paths;
    write(
        &configuration,
        &render(template!("slapd.conf"), &[("DIR", dir), ("SCHEMA", schema), ("TLS", tls)]),
    )?;
    let url = format!("ldap://127.0.0.1:{}", ports.ldap);
    let mut slapd = nursery.serve(
        "slapd",
        Command::new("/usr/sbin/slapd")
            .arg("-f")
            .arg(&configuration)
            .arg("-h")
            .arg(format!("{url} ldaps://127.0.0.1:{}", ports.ldaps))
            .args(["-d", "0"]),
    )?;
    slapd.wait_until(|| listens(ports.ldap) && listens(ports.ldaps))?;
    // Through the server, not slapadd: only so do the overlays compute memberOf and the age of passwords.
    let people = folder.join("people.ldif");
    write(&people, &format!("{}\n{}", template!("people.ldif"), crowd()))?;
    load(&url, "ldapadd", &people)?;
    let ages = folder.join("password-age.ldif");
    write(&ages, template!("password-age.ldif"))?;
    load(&url, "ldapmodify", &ages)?;
    Ok(slapd)
}

/// `-e relax` lets a file set operational attributes.
fn load(url: &str, program: &str, file: &Path) -> Result<String> {
    output(
        Command::new(program)
            .args([
                "-x",
                "-e",
                "relax",
                "-H",
                url,
                "-D",
                "cn=admin,dc=opsn,dc=example",
                "-w",
                "admin-secret",
                "-f",
            ])
            .arg(file),
    )
}

/// People without a password (hashing takes time) in a collectivity of their own, all in one group.
fn crowd() -> String {
    let base = "o=metropole-delta,ou=collectivites,dc=opsn,dc=example";
    let mut ldif = format!(
        "dn: {base}\nobjectClass: organization\no: metropole-delta\ndescription: Métropole du Delta\n\n\
         dn: ou=agents,{base}\nobjectClass: organizationalUnit\nou: agents\n\n\
         dn: ou=groupes,{base}\nobjectClass: organizationalUnit\nou: groupes\n\n"
    );
    let mut members = String::new();
    for number in 1..=CROWD {
        let dn = format!("uid=agent{number:03},ou=agents,{base}");
        // Writing to a String cannot fail.
        let _ = write!(
            ldif,
            "dn: {dn}\nobjectClass: inetOrgPerson\nobjectClass: personneTerritoriale\nuid: agent{number:03}\n\
             cn: Agent Numéro {number:03}\ngivenName: Agent\nsn: Numéro {number:03}\n\
             mail: agent{number:03}@delta.example\nemployeeType: agent\ncollectiviteCode: metropole-delta\n\
             collectiviteMembre: metropole-delta\n\n"
        );
        let _ = writeln!(members, "member: {dn}");
    }
    let _ = write!(ldif, "dn: cn=tous,ou=groupes,{base}\nobjectClass: groupOfNames\ncn: tous\n{members}\n");
    ldif
}
