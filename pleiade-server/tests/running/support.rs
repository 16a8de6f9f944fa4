//! A server in a process of its own, and a plain HTTP client.

use serde_json::Value;
use std::{
    collections::VecDeque,
    io::{BufRead as _, BufReader, Write as _},
    net::{Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
    sync::mpsc::{Receiver, channel},
    time::Duration,
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpSocket, TcpStream},
};

/// Only a hang takes so long.
pub(crate) const HANGS: Duration = Duration::from_secs(600);

pub(crate) const HOST: &str = "alpha.localhost";
pub(crate) const PASSWORD: &str = "une phrase assez longue";

const GOOD: &str = r#"
[server]
listen = "127.0.0.1:0"
public_url = "http://bureau.localhost:8080/"
data_dir = "DATA"
drain_seconds = 0

[operator]
name = "OPSN"

[[tenants]]
id = "mairie-alpha"
name = "Mairie d'Alpha"
hosts = ["alpha.localhost"]

[[sources]]
id = "comptes"
kind = "local"
name = "Comptes locaux"
offered_to = ["mairie-alpha"]
"#;

/// A folder with a configuration.
pub(crate) struct Place(pub(crate) tempfile::TempDir);

impl Place {
    /// The usual configuration, changed.
    pub(crate) fn new(change: impl FnOnce(String) -> String) -> Self {
        let place = Self(tempfile::tempdir().unwrap());
        let text = GOOD.replace("DATA", &place.0.path().display().to_string());
        std::fs::write(place.config(), change(text)).unwrap();
        place
    }

    pub(crate) fn config(&self) -> PathBuf {
        self.0.path().join("pleiade.toml")
    }

    /// Makes the one account, and the database and the key with it.
    pub(crate) fn with_account(self) -> Self {
        let mut child = program("")
            .args(["user", "add", "--tenant", "mairie-alpha", "--login", "jdupont", "--config"])
            .arg(self.config())
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        writeln!(child.stdin.take().unwrap(), "{PASSWORD}").unwrap();
        assert!(child.wait().unwrap().success());
        self
    }

    /// Runs a command to its end: exit code and what it said.
    pub(crate) fn run(&self, command: &str) -> (Option<i32>, String) {
        finished(program("").arg(command).arg("--config").arg(self.config()))
    }
}

/// Exit code, and both outputs.
pub(crate) fn finished(command: &mut Command) -> (Option<i32>, String) {
    let output = command.output().unwrap();
    let said = [output.stdout, output.stderr].concat();
    (output.status.code(), String::from_utf8_lossy(&said).into_owned())
}

/// The program under a limit, as `ulimit` takes it: `-n 1024`, `-Sn 256`, `-Sf 1024`. A file that may not grow is an error, not its end.
pub(crate) fn program(ulimit: &str) -> Command {
    let program = env!("CARGO_BIN_EXE_pleiade-server");
    let mut command = if ulimit.is_empty() {
        Command::new(program)
    } else {
        let mut shell = Command::new("sh");
        shell.args(["-c", &format!("trap '' XFSZ && ulimit {ulimit} && exec \"$0\" \"$@\""), program]);
        shell
    };
    command.env_remove("PLEIADE_SEAL_KEY").env_remove("PLEIADE_CONFIG").stdin(Stdio::null());
    command
}

/// A running server. It is killed when dropped.
pub(crate) struct Server {
    child: Child,
    log: Receiver<String>,
    /// Lines read so far.
    lines: VecDeque<Value>,
    pub(crate) address: SocketAddr,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Server {
    /// Starts one and waits until it listens.
    pub(crate) fn start(place: &Path, ulimit: &str) -> Self {
        let mut child =
            program(ulimit).args(["serve", "--config"]).arg(place).stderr(Stdio::piped()).spawn().unwrap();
        let lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let (tell, log) = channel();
        std::thread::spawn(move || lines.map_while(Result::ok).try_for_each(|line| tell.send(line)));
        let address = SocketAddr::from(([127, 0, 0, 1], 0));
        let mut server = Self { child, log, lines: VecDeque::new(), address };
        server.address = server.until("serving")["listen"].as_str().unwrap().parse().unwrap();
        server
    }

    /// Waits for a line of the log that begins so, among those already read too.
    pub(crate) fn until(&mut self, begins: &str) -> Value {
        let is_it = |line: &Value| line["message"].as_str().is_some_and(|text| text.starts_with(begins));
        if let Some(line) = self.lines.iter().find(|line| is_it(line)) {
            return line.clone();
        }
        loop {
            let Ok(text) = self.log.recv_timeout(HANGS) else {
                panic!("the log ends before {begins:?}: {:?}", self.lines);
            };
            let line: Value = serde_json::from_str(&text).unwrap_or(Value::String(text));
            self.lines.push_back(line.clone());
            if is_it(&line) {
                return line;
            }
        }
    }

    /// True if a server that has ended said so.
    pub(crate) fn said(&mut self, begins: &str) -> bool {
        let rest = self.log.iter().map(|text| serde_json::from_str(&text).unwrap_or(Value::String(text)));
        self.lines.extend(rest);
        self.lines.iter().any(|line| line["message"].as_str().is_some_and(|text| text.starts_with(begins)))
    }

    /// The number of its process.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Asks it to stop, as a service manager does.
    pub(crate) fn terminate(&self) {
        let pid = rustix::process::Pid::from_child(&self.child);
        rustix::process::kill_process(pid, rustix::process::Signal::TERM).unwrap();
    }

    pub(crate) fn wait(&mut self) -> ExitStatus {
        self.child.wait().unwrap()
    }
}

/// An answer: status, headers in lower case, the body as far as it came.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
    /// The connection, where it was kept.
    pub(crate) connection: Option<TcpStream>,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
    }
}

/// Sends one request from an address of this machine and reads the head of the answer. None when the connection ends before.
pub(crate) async fn send(to: SocketAddr, from: u8, request: &str) -> Option<Answer> {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind((Ipv4Addr::new(127, 0, 0, from), 0).into()).unwrap();
    let mut connection = socket.connect(to).await.unwrap();
    connection.write_all(request.as_bytes()).await.ok()?;
    let mut seen = Vec::new();
    let head_ends = loop {
        if let Some(end) = seen.windows(4).position(|part| part == b"\r\n\r\n") {
            break end;
        }
        match connection.read_buf(&mut seen).await {
            Ok(0) | Err(_) => return None,
            Ok(_) => {}
        }
    };
    let text = String::from_utf8_lossy(&seen).into_owned();
    let (head, body) = text.split_at(head_ends);
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    Some(Answer { status, head: head.to_owned(), body: body.to_owned(), connection: Some(connection) })
}

/// A whole answer on a connection of its own.
pub(crate) async fn ask(to: SocketAddr, method: &str, path: &str, more: &str, body: &str) -> Answer {
    let request = format!(
        "{method} {path} HTTP/1.1\r\nhost: {HOST}\r\naccept: text/html\r\nconnection: close\r\n{more}content-length: {}\r\n\r\n{body}",
        body.len()
    );
    let mut answer = send(to, 1, &request).await.expect("an answer");
    let mut rest = Vec::new();
    answer.connection.take().unwrap().read_to_end(&mut rest).await.unwrap();
    answer.body.push_str(&String::from_utf8_lossy(&rest));
    answer
}

pub(crate) async fn get(to: SocketAddr, path: &str, cookie: &str) -> Answer {
    let cookie = if cookie.is_empty() { String::new() } else { format!("cookie: {cookie}\r\n") };
    ask(to, "GET", path, &cookie, "").await
}

/// Posts the right password.
pub(crate) async fn post_sign_in(to: SocketAddr) -> Answer {
    let form = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs([("login", "jdupont"), ("password", PASSWORD), ("return", "/")])
        .finish();
    let headers = "content-type: application/x-www-form-urlencoded\r\nsec-fetch-site: same-origin\r\n";
    ask(to, "POST", "/sign-in/comptes", headers, &form).await
}

/// Signs in and gives the cookie.
pub(crate) async fn sign_in(to: SocketAddr) -> String {
    let answer = post_sign_in(to).await;
    assert_eq!(answer.status, 303, "{answer:?}");
    // Beside the one by which the browser is known again.
    let session = answer
        .head
        .lines()
        .find_map(|line| line.strip_prefix("set-cookie: pleiade-demo=")?.split(';').next());
    format!("pleiade-demo={}", session.unwrap())
}
