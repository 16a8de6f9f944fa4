//! Ten thousand people with their desk open and nothing new: what each costs, and what a visitor feels meanwhile.
//!
//! `cargo bench -p pleiade-server --all-features --bench streams` starts `pleiade-server demo` in a process of its own, signs in often
//! enough (a session holds sixteen streams), opens 10,000 event streams from twenty loopback addresses, and looks on for a minute while a
//! visitor asks for the desk four times a second. Memory is that of the server's process, as Linux counts it; its simulated applications
//! are part of it.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a program for developers"
)]

use pleiade_server::run::descriptors;
use std::{
    io::{BufRead as _, BufReader},
    net::{Ipv4Addr, SocketAddr},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpSocket, TcpStream},
};

const STREAMS: usize = 10_000;
const OF_ONE_SESSION: usize = 16;
const ADDRESSES: usize = 20;
const WATCHED: Duration = Duration::from_secs(60);
const VISITS: Duration = Duration::from_millis(250);

/// The server, which ends with this program.
struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Server {
    fn start() -> (Self, SocketAddr) {
        let mut child = Command::new(env!("CARGO_BIN_EXE_pleiade-server"))
            .args(["demo", "--port", "0"])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let address = line.split("http://").nth(1).and_then(|rest| rest.split('/').next()).unwrap();
        (Self(child), address.parse().unwrap())
    }

    /// Memory now and at most so far, in bytes; processor time so far.
    fn used(&self) -> (u64, u64, Duration) {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.0.id())).unwrap();
        let field = |name: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(name)).unwrap();
            line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() * 1024
        };
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.0.id())).unwrap();
        let ticks: u64 = stat
            .rsplit(')')
            .next()
            .unwrap()
            .split_whitespace()
            .skip(11)
            .take(2)
            .map(|n| n.parse::<u64>().unwrap())
            .sum();
        // A hundred ticks a second on every Linux of today.
        (field("VmRSS"), field("VmHWM"), Duration::from_millis(ticks * 10))
    }
}

#[tokio::main]
async fn main() {
    let whole = std::env::args().any(|argument| argument == "--bench");
    // `cargo test --benches` only asks whether it still runs.
    let (streams, watched) = if whole { (STREAMS, WATCHED) } else { (64, Duration::from_secs(1)) };
    let mine = descriptors::raise().unwrap_or(u64::MAX);
    assert!(
        mine > streams as u64 + 200,
        "this program needs {} descriptors of its own, the limit is {mine}",
        streams + 200
    );
    let (server, address) = Server::start();
    let mut cookies = Vec::new();
    for _ in 0..streams.div_ceil(OF_ONE_SESSION) {
        cookies.push(sign_in(address).await);
    }
    let visitor = cookies.first().unwrap().clone();
    let page = filled_desk(address, &visitor).await;
    let path = page
        .split("data-events=\"")
        .nth(1)
        .and_then(|rest| rest.split('"').next())
        .unwrap()
        .replace("&amp;", "&");
    let (before, ..) = server.used();
    let began = Instant::now();
    let mut open = Vec::new();
    for (n, cookie) in cookies.iter().enumerate() {
        let some = (streams - open.len()).min(OF_ONE_SESSION);
        let asked = (0..some).map(|_| stream(address, n % ADDRESSES, &path, cookie));
        open.extend(futures_util::future::join_all(asked).await);
    }
    let opened = began.elapsed();
    let (_, _, busy) = server.used();
    let watch = Instant::now();
    let mut visits = Vec::new();
    while watch.elapsed() < watched {
        let asked = Instant::now();
        let answer = request(address, 1, &format!("GET / HTTP/1.1\r\nhost: {address}\r\naccept: text/html\r\ncookie: {visitor}\r\nconnection: close\r\n\r\n")).await;
        assert!(
            answer.starts_with("HTTP/1.1 200") && answer.trim_end().ends_with("</html>"),
            "a whole page: {answer:.200}"
        );
        visits.push(asked.elapsed());
        tokio::time::sleep(VISITS.saturating_sub(asked.elapsed())).await;
    }
    let (after, most, spent) = server.used();
    let alive = open.iter().filter(|reader| !reader.is_finished()).count();
    assert_eq!(alive, streams, "every stream is still open");
    visits.sort_unstable();
    let at = |share: f64| {
        visits.get((visits.len() as f64 * share) as usize).or(visits.last()).unwrap().as_secs_f64() * 1e3
    };
    let mib = |bytes: u64| bytes as f64 / f64::from(1 << 20);
    println!(
        "{streams} streams opened in {:.1} s and watched for {:.0} s",
        opened.as_secs_f64(),
        watched.as_secs_f64()
    );
    println!(
        "memory: {:.0} MiB before, {:.0} MiB after, {:.0} MiB at most; {:.1} kB a stream",
        mib(before),
        mib(after),
        mib(most),
        after.saturating_sub(before) as f64 / streams as f64 / 1e3
    );
    println!(
        "processor while they are idle: {:.0} % of one core",
        (spent - busy).as_secs_f64() / watch.elapsed().as_secs_f64() * 100.0
    );
    println!(
        "a visitor's desk: p50 {:.1} ms, p99 {:.1} ms, worst {:.1} ms of {} visits",
        at(0.5),
        at(0.99),
        at(1.0),
        visits.len()
    );
}

/// Sends a request from 127.0.0.x and gives the whole answer.
async fn request(to: SocketAddr, from: u8, request: &str) -> String {
    let mut connection = connect(to, from).await;
    connection.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    connection.read_to_end(&mut answer).await.unwrap();
    String::from_utf8_lossy(&answer).into_owned()
}

async fn connect(to: SocketAddr, from: u8) -> TcpStream {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind((Ipv4Addr::new(127, 0, 0, from), 0).into()).unwrap();
    socket.connect(to).await.unwrap()
}

async fn sign_in(to: SocketAddr) -> String {
    let form = "login=cdurand&password=demonstration&return=%2F";
    let answer = request(
        to,
        1,
        &format!(
            "POST /sign-in/demonstration HTTP/1.1\r\nhost: {to}\r\naccept: text/html\r\nsec-fetch-site: same-origin\r\n\
             content-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{form}",
            form.len()
        ),
    )
    .await;
    let session =
        answer.lines().find_map(|line| line.strip_prefix("set-cookie: pleiade-demo=")?.split(';').next());
    format!("pleiade-demo={}", session.expect("somebody is signed in"))
}

/// The desk once every application has answered.
async fn filled_desk(to: SocketAddr, cookie: &str) -> String {
    loop {
        let page = request(to, 1, &format!("GET / HTTP/1.1\r\nhost: {to}\r\naccept: text/html\r\ncookie: {cookie}\r\nconnection: close\r\n\r\n")).await;
        if page.contains("data-events") && !page.contains("aria-busy=\"true\"") {
            return page;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// Opens an event stream; what comes is read and forgotten until it ends.
async fn stream(to: SocketAddr, address: usize, path: &str, cookie: &str) -> tokio::task::JoinHandle<()> {
    let from = u8::try_from(2 + address).unwrap();
    let mut connection = connect(to, from).await;
    let request =
        format!("GET {path} HTTP/1.1\r\nhost: {to}\r\naccept: text/event-stream\r\ncookie: {cookie}\r\n\r\n");
    connection.write_all(request.as_bytes()).await.unwrap();
    let mut head = [0; 12];
    connection.read_exact(&mut head).await.unwrap();
    assert_eq!(&head, b"HTTP/1.1 200", "a stream was refused");
    tokio::spawn(async move {
        let mut part = [0; 1024];
        while connection.read(&mut part).await.is_ok_and(|read| read > 0) {}
    })
}
