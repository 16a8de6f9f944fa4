//! Installs what the tests need: Debian packages, a Python environment, npm packages.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::process::{is_root, output};
use crate::{Result, workspace};

const OPENLDAP: &[&str] = &["slapd", "ldap-utils", "openssl"];
const POSTGRESQL: &[&str] = &["postgresql"];
/// The portal's Perl modules are only recommended by its package; without some of them it answers 500 to everything.
const LEMONLDAP: &[&str] = &[
    "liblemonldap-ng-portal-perl",
    "lemonldap-ng-handler",
    "liblemonldap-ng-manager-perl",
    "libemail-sender-perl",
    "lemonldap-ng-uwsgi-app",
    "libplack-perl",
    "starman",
    "libnet-ldap-perl",
    "libunicode-string-perl",
    "libstring-random-perl",
    "libio-socket-timeout-perl",
    "libxml-simple-perl",
    "libxml-libxml-perl",
    "liblasso-perl",
    "libglib-perl",
    "libcrypt-openssl-x509-perl",
    "libcrypt-openssl-bignum-perl",
    "libconvert-base32-perl",
    "libio-string-perl",
    "libmime-tools-perl",
    "libauthen-webauthn-perl",
];
const SAMBA: &[&str] = &["samba", "samba-ad-dc", "samba-ad-provision", "winbind", "ldb-tools"];
/// In front of the program as the example of production has it, and before the handler of the portal, which speaks FastCGI.
const NGINX: &[&str] = &["nginx", "lemonldap-ng-fastcgi-server"];
/// Reads the unit of the example.
const SYSTEMD: &[&str] = &["systemd"];
const CHROMIUM: &[&str] = &["chromium"];

/// Installs what the servers need, and the browser whose place is among their variables.
pub(crate) fn for_servers() -> Result<()> {
    let mut packages = [OPENLDAP, SAMBA, POSTGRESQL, LEMONLDAP, NGINX, SYSTEMD, CHROMIUM].concat();
    packages.extend(languages());
    debian(&packages)?;
    python()?;
    npm()
}

/// Installs what the browser tests need.
pub(crate) fn for_browser() -> Result<()> {
    let mut packages = CHROMIUM.to_vec();
    packages.extend(languages());
    debian(&packages)?;
    npm()
}

/// The interpreter of the environment that has Synapse and the independent clients.
pub(crate) fn python_path() -> PathBuf {
    workspace::cache().join("python/bin/python")
}

/// The browser; Debian's package puts it here.
pub(crate) fn chromium_path() -> PathBuf {
    PathBuf::from("/usr/bin/chromium")
}

/// Node and Python are often installed otherwise than by Debian's packages.
fn languages() -> Vec<&'static str> {
    let mut packages = Vec::new();
    if !runs("node", &["--version"]) || !runs("npm", &["--version"]) {
        packages.extend(["nodejs", "npm"]);
    }
    if !runs("python3", &["-c", "import ensurepip, venv"]) {
        packages.extend(["python3", "python3-venv"]);
    }
    packages
}

fn runs(program: &str, arguments: &[&str]) -> bool {
    output(Command::new(program).args(arguments)).is_ok()
}

fn debian(packages: &[&str]) -> Result<()> {
    let missing: Vec<&str> = packages.iter().copied().filter(|package| !is_installed(package)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let list = missing.join(" ");
    println!("Installing Debian packages: {list}");
    let advice = format!("run this first: apt-get install --no-install-recommends {list}");
    let prefix: &[&str] = if is_root() {
        &[]
    } else if runs("sudo", &["-n", "true"]) {
        &["sudo", "-n"]
    } else {
        return Err(format!("Debian packages are missing and only root can install them; {advice}"));
    };
    let options = [
        "apt-get",
        "-q",
        "-y",
        "-o",
        "DPkg::Lock::Timeout=300",
        "-o",
        "Dpkg::Use-Pty=0",
        "--no-install-recommends",
    ];
    let apt = |words: &[&str]| {
        let words = [prefix, &["env", "DEBIAN_FRONTEND=noninteractive"], &options, words].concat();
        let (program, arguments) = words.split_first().ok_or("no command")?;
        output(Command::new(program).args(arguments))
    };
    apt(&["update"])
        .and_then(|_| apt(&[&["install"], missing.as_slice()].concat()))
        .map_err(|error| format!("{error}\nThe Debian packages could not be installed; {advice}"))?;
    Ok(())
}

fn is_installed(package: &str) -> bool {
    output(Command::new("dpkg-query").args(["-W", "-f=${db:Status-Status}", package]))
        .is_ok_and(|status| status == "installed")
}

fn python() -> Result<()> {
    let servers = workspace::root().join("xtask/servers");
    let [resolved, unresolved] =
        ["requirements.txt", "requirements-unresolved.txt"].map(|name| servers.join(name));
    once("python", contents(&[&resolved, &unresolved])?, |folder| {
        println!("Installing Python packages");
        output(Command::new("python3").args(["-m", "venv", "--clear"]).arg(folder))?;
        let install = |options: &[&str], list: &Path| {
            output(
                Command::new(folder.join("bin/python"))
                    .args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"])
                    .args(options)
                    .arg("-r")
                    .arg(list),
            )
        };
        install(&[], &resolved)?;
        install(&["--no-deps"], &unresolved)
    })
    .map(drop)
}

/// A program from cargo's registry, in exactly this version, and where it is.
pub(crate) fn cargo_tool(name: &str, version: &str, options: &[&str]) -> Result<PathBuf> {
    let folder = once(name, version.as_bytes().to_vec(), |folder| {
        println!("Installing {name} {version}");
        let mut command =
            workspace::cargo(&["install", "--locked", "--quiet", "--version", version, "--root"]);
        output(command.arg(folder).args(options).arg(name))
    })?;
    Ok(folder.join("bin").join(name))
}

fn npm() -> Result<()> {
    let source = workspace::root().join("xtask/web");
    let files = ["package.json", "package-lock.json", ".npmrc"].map(|name| source.join(name));
    once("web", contents(&[&files[0], &files[1], &files[2]])?, |folder| {
        println!("Installing npm packages");
        for file in &files {
            let name = file.file_name().unwrap_or_default();
            std::fs::copy(file, folder.join(name))
                .map_err(|error| format!("cannot copy {}: {error}", file.display()))?;
        }
        output(Command::new("npm").args(["ci", "--no-progress"]).current_dir(folder))
    })?;
    link(&workspace::cache().join("web/node_modules"), &source.join("node_modules"))
}

/// Modules are found from the place of the script that imports them: a link leads to the cache.
fn link(to: &Path, from: &Path) -> Result<()> {
    if std::fs::read_link(from).is_ok_and(|existing| existing == to) {
        return Ok(());
    }
    if from.is_symlink() {
        std::fs::remove_file(from).map_err(|error| format!("cannot replace {}: {error}", from.display()))?;
    }
    std::os::unix::fs::symlink(to, from).map_err(|error| format!("cannot create {}: {error}", from.display()))
}

fn contents(files: &[&PathBuf]) -> Result<Vec<u8>> {
    let mut contents = Vec::new();
    for file in files {
        contents
            .extend(std::fs::read(file).map_err(|error| format!("cannot read {}: {error}", file.display()))?);
    }
    Ok(contents)
}

/// The folder of the cache in which `install` was done, now or earlier for the same `wanted`.
pub(crate) fn once(
    name: &str,
    wanted: Vec<u8>,
    install: impl FnOnce(&Path) -> Result<String>,
) -> Result<PathBuf> {
    let folder = workspace::cache().join(name);
    let stamp = workspace::cache().join(format!("{name}.installed"));
    if std::fs::read(&stamp).is_ok_and(|done| done == wanted) {
        return Ok(folder);
    }
    let failed = |error| format!("cannot write in {}: {error}", workspace::cache().display());
    if folder.exists() {
        std::fs::remove_dir_all(&folder).map_err(failed)?;
    }
    std::fs::create_dir_all(&folder).map_err(failed)?;
    install(&folder)?;
    std::fs::write(&stamp, wanted).map_err(failed)?;
    Ok(folder)
}
