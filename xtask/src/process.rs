//! Child processes that never outlive this one.
//!
//! Every child leads its own process group, and a small shell script holds the list of groups: it reads them from a
//! pipe that closes when this process ends, however it ends, and then stops the groups and deletes the temporary
//! folder. A signal handler would need unsafe code and would miss SIGKILL.

use std::fs::File;
use std::io::Write;
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use crate::Result;

const REAPER: &str = include_str!("../servers/reaper.sh");

/// A time that nothing takes, on however busy a machine, unless it hangs.
const HANG: Duration = Duration::from_secs(5 * 60);

/// Owner of a temporary folder and of the processes that work in it.
pub(crate) struct Nursery {
    folder: PathBuf,
    reaper: Child,
}

impl Nursery {
    pub(crate) fn new() -> Result<Self> {
        let folder = tempfile::Builder::new()
            .prefix("pleiade-")
            .tempdir()
            .map_err(|error| format!("cannot create a temporary folder: {error}"))?
            .keep();
        // PostgreSQL runs as another user and has to pass through.
        open_for_others(&folder)?;
        let reaper = Command::new("sh")
            .args(["-c", REAPER, "reaper"])
            .arg(&folder)
            .stdin(Stdio::piped())
            .process_group(0)
            .spawn()
            .map_err(|error| format!("cannot start sh: {error}"))?;
        Ok(Self { folder, reaper })
    }

    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Starts a server that writes to `NAME.log` in the temporary folder.
    pub(crate) fn serve(&mut self, name: &'static str, command: &mut Command) -> Result<Server> {
        let log = self.folder.join(format!("{name}.log"));
        let output =
            File::create(&log).map_err(|error| format!("cannot write {}: {error}", log.display()))?;
        let errors =
            output.try_clone().map_err(|error| format!("cannot share {}: {error}", log.display()))?;
        let child = self.adopt(command.stdout(output).stderr(errors))?;
        Ok(Server { name, child, log })
    }

    /// Runs a command to its end, its output on the terminal. One that takes longer than `limit` is stopped: a test
    /// that hangs must not use up the time of everything that follows, nor hide which one it was.
    pub(crate) fn wait(&mut self, command: &mut Command, limit: Duration) -> Result<ExitStatus> {
        let began = Instant::now();
        let ended = self.wait_while(command, || began.elapsed() <= limit)?;
        ended.ok_or_else(|| format!("{} was stopped after {} s", name_of(command), limit.as_secs()))
    }

    /// Runs a command to its end, or stops it with all it started once `patient` says no: then `None`.
    fn wait_while(
        &mut self,
        command: &mut Command,
        patient: impl Fn() -> bool,
    ) -> Result<Option<ExitStatus>> {
        let mut child = self.adopt(command)?;
        let status = loop {
            match child.try_wait() {
                Err(error) => break Err(format!("cannot wait for {}: {error}", name_of(command))),
                Ok(Some(status)) => break Ok(Some(status)),
                Ok(None) if !patient() => break Ok(None),
                Ok(None) => pause(Duration::from_millis(50)),
            }
        };
        self.tell(&format!("end {}", child.id()))?;
        if !matches!(status, Ok(Some(_))) {
            // The group is being stopped: this clears its leader from the table, even one that ignores the signal.
            let _ = child.kill().and_then(|()| child.wait());
        }
        status
    }

    fn adopt(&mut self, command: &mut Command) -> Result<Child> {
        let child = command
            .stdin(Stdio::null())
            .process_group(0)
            .spawn()
            .map_err(|error| format!("cannot start {}: {error}", name_of(command)))?;
        self.tell(&format!("start {}", child.id()))?;
        Ok(child)
    }

    fn tell(&mut self, line: &str) -> Result<()> {
        let Some(pipe) = self.reaper.stdin.as_mut() else { return Ok(()) };
        writeln!(pipe, "{line}")
            .map_err(|error| format!("the process that stops the servers has gone: {error}"))
    }
}

impl Drop for Nursery {
    fn drop(&mut self) {
        drop(self.reaper.stdin.take());
        // Nothing better can be done with an error here.
        let _ = self.reaper.wait();
    }
}

/// A running server.
pub(crate) struct Server {
    name: &'static str,
    child: Child,
    log: PathBuf,
}

impl Server {
    pub(crate) fn name(&self) -> &'static str {
        self.name
    }

    /// Waits until `ready` answers yes; fails when the server ends first, or when it hangs.
    pub(crate) fn wait_until(&mut self, mut ready: impl FnMut() -> bool) -> Result<()> {
        let limit = Instant::now() + HANG;
        while !ready() {
            if self.has_ended() {
                return Err(format!("{} ended while it was starting.\n{}", self.name, self.log_excerpt()));
            }
            if Instant::now() > limit {
                let limit = HANG.as_secs();
                return Err(format!("{} is not ready after {limit} s.\n{}", self.name, self.log_excerpt()));
            }
            pause(Duration::from_millis(50));
        }
        Ok(())
    }

    pub(crate) fn has_ended(&mut self) -> bool {
        !matches!(self.child.try_wait(), Ok(None))
    }

    pub(crate) fn log_excerpt(&self) -> String {
        let log = std::fs::read(&self.log).unwrap_or_default();
        let log = String::from_utf8_lossy(&log);
        let lines: Vec<&str> = log.lines().collect();
        let log = match (lines.get(..20), lines.get(lines.len().saturating_sub(20)..)) {
            (Some(first), Some(last)) if lines.len() > 40 => {
                format!("{}\n[…]\n{}", first.join("\n"), last.join("\n"))
            }
            _ => lines.join("\n"),
        };
        format!("Log of {}:\n{log}", self.name)
    }
}

/// Runs a command to its end and gives its output; a failure carries what it printed.
pub(crate) fn output(command: &mut Command) -> Result<String> {
    let name = name_of(command);
    let result =
        command.stdin(Stdio::null()).output().map_err(|error| format!("cannot start {name}: {error}"))?;
    let stdout = String::from_utf8_lossy(&result.stdout).into_owned();
    if result.status.success() {
        return Ok(stdout);
    }
    Err(format!("{name} failed ({}).\n{stdout}{}", result.status, String::from_utf8_lossy(&result.stderr)))
}

/// Distinct ports of the loopback that nobody listens on, outside the range the kernel gives to clients.
pub(crate) fn free_ports<const N: usize>() -> Result<[u16; N]> {
    let first = 20_000 + u16::try_from(std::process::id() % 10_000).unwrap_or_default();
    let mut held = Vec::new();
    let mut candidates = (first..32_000).chain(20_000..first);
    let mut ports = [0; N];
    for port in &mut ports {
        let listener = candidates
            .find_map(|candidate| TcpListener::bind((Ipv4Addr::LOCALHOST, candidate)).ok())
            .ok_or("no free port between 20000 and 32000")?;
        *port = listener.local_addr().map_err(|error| format!("cannot read a port: {error}"))?.port();
        held.push(listener);
    }
    Ok(ports)
}

pub(crate) fn listens(port: u16) -> bool {
    TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_ok()
}

/// True if `GET path` on the loopback answers 200.
pub(crate) fn answers(port: u16, host: &str, path: &str) -> bool {
    use std::io::Read;
    let ask = || -> std::io::Result<String> {
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port))?;
        stream.set_read_timeout(Some(Duration::from_secs(5)))?;
        write!(stream, "GET {path} HTTP/1.0\r\nHost: {host}:{port}\r\nConnection: close\r\n\r\n")?;
        let mut status = [0; 12];
        stream.read_exact(&mut status)?;
        Ok(String::from_utf8_lossy(&status).into_owned())
    };
    ask().is_ok_and(|status| status.ends_with(" 200"))
}

#[expect(
    clippy::disallowed_methods,
    reason = "nothing announces that a foreign server is ready: it is polled"
)]
pub(crate) fn pause(duration: Duration) {
    std::thread::sleep(duration);
}

pub(crate) fn is_root() -> bool {
    use std::os::unix::fs::MetadataExt;
    std::fs::metadata("/proc/self").is_ok_and(|metadata| metadata.uid() == 0)
}

fn open_for_others(folder: &Path) -> Result<()> {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(folder, PermissionsExt::from_mode(0o711))
        .map_err(|error| format!("cannot set the rights of {}: {error}", folder.display()))
}

pub(crate) fn name_of(command: &Command) -> String {
    let program = Path::new(command.get_program());
    program.file_name().unwrap_or(command.get_program()).to_string_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn runs(pid: &str) -> bool {
        // A process that has ended stays in the table, as a zombie, until its parent asks.
        let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
        status.lines().any(|line| line.starts_with("State:") && !line.contains('Z'))
    }

    /// A shell that leaves a process behind in its group and writes its number, in one step.
    fn shell(folder: &Path, then: &str) -> Command {
        let mut command = Command::new("sh");
        let text = format!("sleep 600 & echo $! > being-written && mv being-written pid; {then}");
        command.args(["-c", &text]).current_dir(folder);
        command
    }

    /// A process that was told to end goes when the machine gets to it.
    fn goes(pid: &str) {
        let limit = Instant::now() + HANG;
        while runs(pid) {
            assert!(Instant::now() < limit, "process {pid} goes on");
            pause(Duration::from_millis(10));
        }
    }

    fn pid(folder: &Path) -> String {
        std::fs::read_to_string(folder.join("pid")).unwrap_or_default().trim().to_owned()
    }

    #[test]
    fn servers_and_folder_go_with_their_owner() {
        let mut nursery = Nursery::new().unwrap();
        let folder = nursery.folder().to_owned();
        // It says how it was told to end, and that it has ended, outside the folder that goes. As a database does, it
        // takes its time and writes until then.
        let told = tempfile::NamedTempFile::new().unwrap();
        let tells = |signal: &str| {
            let told = told.path().display();
            format!(
                "trap 'echo {signal} >> {told}; sleep 0.3; touch late; echo ended >> {told}; exit' {signal}"
            )
        };
        let wait = format!("{}; {}; touch ready; while :; do wait; done", tells("TERM"), tells("INT"));
        let mut server = nursery.serve("shell", &mut shell(&folder, &wait)).unwrap();
        server.wait_until(|| folder.join("ready").exists()).unwrap();
        let pid = pid(&folder);
        assert!(runs(&pid));
        drop(nursery);
        let told = std::fs::read_to_string(told.path()).unwrap();
        assert!(told.starts_with("TERM\n"), "the longer ways come after: {told}");
        assert!(told.ends_with("ended\n"), "its end was not waited for: {told}");
        assert!(!runs(&pid));
        assert!(!folder.exists());
    }

    #[test]
    fn a_finished_command_leaves_nothing_behind() {
        let mut nursery = Nursery::new().unwrap();
        let folder = nursery.folder().to_owned();
        assert!(nursery.wait(&mut shell(&folder, "exit 0"), HANG).unwrap().success());
        let pid = pid(&folder);
        assert!(!pid.is_empty());
        goes(&pid);
    }

    #[test]
    fn a_command_that_hangs_is_stopped_with_all_it_started() {
        let mut nursery = Nursery::new().unwrap();
        let folder = nursery.folder().to_owned();
        // Patience ends once it has started what must not be left behind.
        let ended = nursery.wait_while(&mut shell(&folder, "wait"), || pid(&folder).is_empty());
        assert_eq!(ended, Ok(None));
        goes(&pid(&folder));
        let message = nursery.wait(&mut shell(&folder, "wait"), Duration::ZERO).unwrap_err();
        assert!(message.contains("was stopped after"), "{message}");
    }

    #[test]
    fn a_server_that_ends_while_starting_is_reported_with_its_log() {
        let mut nursery = Nursery::new().unwrap();
        let mut server =
            nursery.serve("broken", Command::new("sh").args(["-c", "echo no such port; exit 3"])).unwrap();
        let message = server.wait_until(|| false).unwrap_err();
        assert!(message.contains("broken ended") && message.contains("no such port"), "{message}");
    }

    #[test]
    fn ports_are_distinct() {
        let mut ports: Vec<u16> = free_ports::<7>().unwrap().into();
        ports.sort_unstable();
        ports.dedup();
        assert_eq!(ports.len(), 7);
    }
}
