//! `cargo xtask test`: everything that can fail, from nothing.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use crate::process::{Nursery, answers, free_ports, name_of};
use crate::servers::Servers;
use crate::steps::Steps;
use crate::{Result, install, workspace};

/// One set of packages and features everywhere: each dependency is compiled in one form only.
const TEST: [&str; 4] = ["test", "--workspace", "--all-features", "--no-fail-fast"];

/// A time that no part takes, even when it compiles everything on a busy machine, unless it hangs.
const LIMIT: Duration = Duration::from_secs(60 * 60);

/// Runs the tests, or one part of them: `unit`, `real` or `browser`.
pub(crate) fn run(steps: &mut Steps, only: Option<&str>) -> Result<()> {
    let wanted = |part| only.is_none_or(|only| only == part);
    let mut nursery = Nursery::new()?;
    if wanted("unit") {
        steps.run("unit, property, conformance and documentation tests", || {
            succeed(&mut nursery, &mut workspace::cargo(&TEST))
        });
    }
    if wanted("real") {
        real(steps, &mut nursery);
    }
    if wanted("browser") {
        browser(steps, &mut nursery);
    }
    steps.run("stop the servers", || {
        let folder = nursery.folder().to_owned();
        drop(nursery);
        if folder.exists() { Err(format!("{} is left behind", folder.display())) } else { Ok(()) }
    });
    Ok(())
}

fn real(steps: &mut Steps, nursery: &mut Nursery) {
    let servers = steps
        .run("install the servers", install::for_servers)
        .and_then(|()| steps.run("start the servers", || Servers::start(nursery)));
    // Without the servers this step fails with the reason already printed: it is never left out.
    steps.run("tests on real servers", || {
        let mut servers = servers.ok_or("The servers did not start.")?;
        let mut command = workspace::cargo(&TEST);
        command.args(["--test", "real"]).envs(servers.variables.iter().cloned());
        let outcome = succeed(nursery, &mut command);
        servers.dead().map_or(outcome, Err)
    });
}

fn browser(steps: &mut Steps, nursery: &mut Nursery) {
    let installed = steps.run("install the browser", install::for_browser);
    let address = steps.run("start the demonstration", || demonstration(nursery));
    steps.run("browser tests", || {
        installed.ok_or("The browser is not installed.")?;
        let address = address.ok_or("The demonstration did not start.")?;
        let files = browser_tests(&workspace::root().join("xtask/web"))?;
        succeed(
            nursery,
            Command::new("node")
                .args(["--test", "--test-reporter=spec", "--test-concurrency=1"])
                .args(files)
                .current_dir(workspace::root())
                .env("PLEIADE_DESK_URL", address)
                .env("PLEIADE_TEST_CHROMIUM", install::chromium_path()),
        )
    });
}

/// Makes the pictures of the README and of the guide for agents from a demonstration.
pub(crate) fn pictures(steps: &mut Steps) -> Result<()> {
    let mut nursery = Nursery::new()?;
    let installed = steps.run("install the browser", install::for_browser);
    let address = steps.run("start the demonstration", || demonstration(&mut nursery));
    steps.run("pictures of the README and the guide", || {
        installed.ok_or("The browser is not installed.")?;
        let address = address.ok_or("The demonstration did not start.")?;
        let root = workspace::root();
        succeed(
            &mut nursery,
            Command::new("node")
                .arg(root.join("xtask/web/pictures.mjs"))
                .arg(root.join("docs/images"))
                .env("PLEIADE_DESK_URL", address)
                .env("PLEIADE_TEST_CHROMIUM", install::chromium_path()),
        )
    });
    Ok(())
}

/// Starts `pleiade-server demo` and gives its address.
fn demonstration(nursery: &mut Nursery) -> Result<String> {
    // The same packages and features as in the tests: nothing but the program's last link is left to do.
    succeed(nursery, &mut workspace::cargo(&["build", "--workspace", "--all-features", "--bins"]))?;
    let [port] = free_ports()?;
    let mut server = nursery.serve(
        "demonstration",
        Command::new(workspace::target().join("debug/pleiade-server"))
            .args(["demo", "--port", &port.to_string()])
            .current_dir(nursery.folder()),
    )?;
    server.wait_until(|| answers(port, "127.0.0.1", "/readyz"))?;
    Ok(format!("http://127.0.0.1:{port}"))
}

fn browser_tests(folder: &Path) -> Result<Vec<std::path::PathBuf>> {
    let entries =
        std::fs::read_dir(folder).map_err(|error| format!("cannot read {}: {error}", folder.display()))?;
    let mut files: Vec<_> = entries
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.to_string_lossy().ends_with(".test.mjs"))
        .collect();
    files.sort();
    if files.is_empty() {
        Err(format!("there is no browser test in {}", folder.display()))
    } else {
        Ok(files)
    }
}

fn succeed(nursery: &mut Nursery, command: &mut Command) -> Result<()> {
    let status = nursery.wait(command, LIMIT)?;
    if status.success() { Ok(()) } else { Err(format!("{} failed: {status}", name_of(command))) }
}
