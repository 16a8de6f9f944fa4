//! A database that this account may read and not write.

use crate::support::{Place, finished, program};
use std::{
    os::unix::{fs::PermissionsExt as _, process::CommandExt as _},
    path::Path,
    process::Command,
};

/// Nobody's account, by its usual number.
const NOBODY: u32 = 65_534;

fn allow(path: &Path, mode: u32) {
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
}

/// The program as an account that rights hold back: root writes whatever they say.
fn as_somebody(copy: &Path) -> Command {
    if !rustix::process::geteuid().is_root() {
        return program("");
    }
    let original = program("");
    // The folder of the build may be closed to other accounts.
    std::fs::copy(original.get_program(), copy).unwrap();
    allow(copy, 0o755);
    let mut command = Command::new(copy);
    command.env_clear().uid(NOBODY).gid(NOBODY).stdin(std::process::Stdio::null());
    command
}

#[test]
fn a_read_only_database_is_refused_at_the_start_and_by_check() {
    let key = finished(program("").args(["key", "new"])).1;
    let place = Place::new(|text| format!("{text}\n[seal]\nkey = \"{}\"\n", key.trim())).with_account();
    let folder = place.0.path();
    let database = folder.join("pleiade.db");
    // Its side files can be made: the file itself cannot be written.
    allow(folder, 0o777);
    allow(&place.config(), 0o644);
    allow(&database, 0o444);
    for command in ["check", "serve"] {
        let (code, said) =
            finished(as_somebody(&folder.join("program")).arg(command).arg("--config").arg(place.config()));
        assert_eq!(code, Some(10), "{command}: {said}");
        assert!(
            said.contains("the database is read-only; check the rights on its file and folder"),
            "{said}"
        );
        assert!(said.contains(&database.display().to_string()), "{said}");
    }
    allow(&database, 0o600);
    let (code, said) = place.run("check");
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("takes writes"), "{said}");
}
