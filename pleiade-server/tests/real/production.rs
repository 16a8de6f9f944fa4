//! The files of `examples/production` as they are shipped: nginx in front of the real program, and the unit of systemd. What an operator
//! would change (names, ports, certificates) is replaced here, and nothing else.

use crate::{
    HANG,
    program::{Place, Server},
    variable,
};
use reqwest::{Client, Method, RequestBuilder, Response, StatusCode, Version, header};
use std::{
    fs,
    net::{IpAddr, Ipv4Addr, TcpListener},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
};

fn shipped(file: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/production");
    fs::read_to_string(folder.join(file)).unwrap()
}

fn replaced(text: &str, by: &[(&str, &str)]) -> String {
    by.iter().fold(text.to_owned(), |text, (from, to)| {
        assert!(text.contains(from), "the example has no {from}");
        text.replace(from, to)
    })
}

fn free_port() -> u16 {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap().port()
}

/// nginx with the example as its one site.
struct Nginx {
    child: Child,
    _folder: tempfile::TempDir,
    port: u16,
}

impl Drop for Nginx {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Nginx {
    /// In front of these ports, the example changed further.
    async fn start(servers: &[u16], changed: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let port = free_port();
        let authority = PathBuf::from(variable("PLEIADE_TEST_CA"));
        let certificates = authority.parent().unwrap().display().to_string();
        let upstream: Vec<String> =
            servers.iter().map(|port| format!("server 127.0.0.1:{port} max_fails=0;")).collect();
        let site = replaced(
            &shipped("nginx.conf"),
            &[
                ("server 127.0.0.1:8080 max_fails=0;", &upstream.join("\n")),
                ("listen 443 ", &format!("listen 127.0.0.1:{port} ")),
                ("listen [::]:443 ", &format!("listen 127.0.0.2:{port} ")),
                ("/etc/ssl/pleiade/fullchain.pem", &format!("{certificates}/server.pem")),
                ("/etc/ssl/pleiade/privkey.pem", &format!("{certificates}/server.key")),
            ],
        );
        fs::write(folder.path().join("site.conf"), replaced(&site, changed)).unwrap();
        let main = folder.path().join("nginx.conf");
        fs::write(&main, main_configuration(folder.path())).unwrap();
        let nginx = || {
            let mut command = Command::new("nginx");
            command.arg("-p").arg(folder.path()).arg("-c").arg(&main).stdin(Stdio::null());
            command
        };
        let tried = nginx().arg("-t").output().unwrap();
        assert!(tried.status.success(), "nginx -t: {}", String::from_utf8_lossy(&tried.stderr));
        // One process, which ends when it is told to.
        let child = nginx().args(["-g", "daemon off; master_process off;"]).spawn().unwrap();
        let mut nginx = Self { child, _folder: folder, port };
        let ready = async {
            while tokio::net::TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await.is_err() {
                assert!(nginx.child.try_wait().unwrap().is_none(), "nginx has ended");
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(HANG, ready).await.expect("nginx listens");
        nginx
    }

    fn request(&self, client: &Client, method: Method, path: &str) -> RequestBuilder {
        client
            .request(method, format!("https://localhost:{}{path}", self.port))
            .header(header::ACCEPT, "text/html")
            .header("sec-fetch-site", "same-origin")
            // A stranger's own words, which must count for nothing.
            .header("x-forwarded-for", "192.0.2.77")
    }

    async fn get(&self, client: &Client, path: &str, cookie: &str) -> Response {
        let request = self.request(client, Method::GET, path).header(header::COOKIE, cookie);
        request.send().await.unwrap()
    }

    async fn post(&self, client: &Client, path: &str, fields: &[(&str, &str)]) -> Response {
        let form = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let request = self.request(client, Method::POST, path).body(form);
        request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded").send().await.unwrap()
    }
}

/// What Debian's own file has around a site, in a folder of the test.
fn main_configuration(folder: &Path) -> String {
    let folder = folder.display();
    let temporary: String = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
        .map(|kind| format!("    {kind}_temp_path {folder}/{kind};\n"))
        .concat();
    format!(
        "pid {folder}/nginx.pid;\nerror_log {folder}/error.log;\nevents {{ worker_connections 1024; }}\n\
         http {{\n    access_log off;\n{temporary}    include {folder}/site.conf;\n}}\n"
    )
}

/// A client that trusts the authority of the tests.
fn client(version: Version) -> Client {
    // Chooses who encrypts, as every other client of these tests.
    drop(crate::browser::client());
    let authority = fs::read(variable("PLEIADE_TEST_CA")).unwrap();
    let builder = Client::builder()
        .add_root_certificate(reqwest::Certificate::from_pem(&authority).unwrap())
        .redirect(reqwest::redirect::Policy::none())
        .resolve("localhost", (Ipv4Addr::LOCALHOST, 0).into())
        // Not that of nginx: whoever comes from a declared proxy's own address is nobody in particular.
        .local_address(IpAddr::from([127, 0, 0, 3]))
        .no_proxy();
    match version {
        Version::HTTP_11 => builder.http1_only(),
        _ => builder,
    }
    .build()
    .unwrap()
}

/// The real program behind a proxy of this machine, with one account.
fn place(port: Option<u16>) -> Place {
    let listen = format!("listen = \"127.0.0.1:{}\"", port.unwrap_or(0));
    let place = Place::new(|text| {
        let proxies = format!("{listen}\ntrusted_proxies = [\"127.0.0.1\"]");
        replaced(
            &text,
            &[
                ("listen = \"127.0.0.1:0\"", proxies.as_str()),
                ("http://bureau.localhost:8080/", "https://bureau.localhost/"),
                ("alpha.localhost", "localhost"),
            ],
        )
    });
    place.with_account()
}

/// Signs in through nginx and gives the cookies.
async fn sign_in(nginx: &Nginx, client: &Client) -> String {
    let fields = [("login", "jdupont"), ("password", crate::program::PASSWORD), ("return", "/")];
    let answer = nginx.post(client, "/sign-in/comptes", &fields).await;
    assert_eq!(answer.status(), StatusCode::SEE_OTHER);
    let cookies = answer.headers().get_all(header::SET_COOKIE).iter();
    let pairs = cookies.filter_map(|cookie| cookie.to_str().unwrap().split(';').next());
    pairs.collect::<Vec<_>>().join("; ")
}

/// The address of a page's event stream.
fn events(page: &str) -> String {
    page.split("data-events=\"").nth(1).unwrap().split('"').next().unwrap().replace("&amp;", "&")
}

#[tokio::test]
async fn the_example_of_nginx_leads_to_the_real_program() {
    let place = place(None);
    let server = Server::start(&place.config(), "");
    let nginx = Nginx::start(&[server.address.port()], &[]).await;
    for version in [Version::HTTP_2, Version::HTTP_11] {
        let client = client(version);
        let page = nginx.get(&client, "/sign-in", "").await;
        assert_eq!((page.status(), page.version()), (StatusCode::OK, version));
        let cookie = sign_in(&nginx, &client).await;
        // Whoever comes from a single sign-on brings its cookies too.
        let many = format!("{cookie}; sso={}", "x".repeat(9000));
        let page = nginx.get(&client, "/", &many).await;
        assert_eq!(page.status(), StatusCode::OK, "{version:?}");
        let page = page.text().await.unwrap();
        // A long address of a redirection: the way back after a sign-in.
        let long = nginx.get(&client, &format!("/tasks?x={}", "y".repeat(9000)), "").await;
        assert_eq!(long.status(), StatusCode::SEE_OTHER);
        assert!(long.headers()[header::LOCATION].len() > 9000);
        // The stream says something while it stays open.
        let mut stream = nginx.get(&client, &events(&page), &cookie).await;
        assert_eq!(stream.headers()[header::CONTENT_TYPE], "text/event-stream");
        let piece = tokio::time::timeout(HANG, stream.chunk()).await.expect("a piece in time");
        assert!(piece.unwrap().is_some_and(|piece| piece.starts_with(b"event:") || piece.starts_with(b":")));
        assert_eq!(nginx.get(&client, "/metrics", "").await.status(), StatusCode::NOT_FOUND);
    }
    let client = client(Version::HTTP_11);
    // Files for an application are larger than any form.
    let large = "x".repeat(2 << 20);
    let form = nginx.request(&client, Method::POST, "/sign-in/comptes").body(large.clone()).send();
    assert_eq!(form.await.unwrap().status(), StatusCode::PAYLOAD_TOO_LARGE);
    let files = nginx.request(&client, Method::POST, "/deposit/any/send").body(large).send().await;
    // The desk refuses who is not signed in before it has read them, which nginx may hear while it still sends.
    assert!(files.is_err() || files.is_ok_and(|answer| answer.status() != StatusCode::PAYLOAD_TOO_LARGE));
}

/// Guesses are counted by the address that nginx saw, whatever they say of themselves.
#[tokio::test]
async fn behind_the_example_an_address_is_the_one_that_nginx_saw() {
    let place = place(None);
    let server = Server::start(&place.config(), "");
    let nginx = Nginx::start(&[server.address.port()], &[]).await;
    let client = client(Version::HTTP_11);
    let mut slowed_down = false;
    for n in 0..60 {
        let form = format!("login=nobody{n}&password=wrong");
        let request = nginx.request(&client, Method::POST, "/sign-in/comptes").body(form);
        let request = request.header("x-forwarded-for", format!("192.0.2.{n}"));
        let request = request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        slowed_down |= request.send().await.unwrap().status() == StatusCode::TOO_MANY_REQUESTS;
    }
    assert!(slowed_down);
    let said = place.run("check").1;
    assert!(!said.contains("trusted_proxies"), "{said}");
}

/// The limits, with numbers so small that no speed of this machine matters.
#[tokio::test]
async fn the_example_limits_forms_requests_and_connections_of_an_address() {
    let place = place(None);
    let server = Server::start(&place.config(), "");
    let port = [server.address.port()];
    let client = client(Version::HTTP_11);
    let few_forms = [
        ("zone=pleiade_forms:10m rate=10r/s", "zone=pleiade_forms:10m rate=1r/m"),
        ("burst=200 ", "burst=2 "),
    ];
    let nginx = Nginx::start(&port, &few_forms).await;
    let mut forms = Vec::new();
    for _ in 0..5 {
        forms.push(nginx.post(&client, "/preferences", &[]).await.status());
    }
    assert_eq!(
        forms.iter().filter(|status| **status == StatusCode::TOO_MANY_REQUESTS).count(),
        2,
        "{forms:?}"
    );
    assert_eq!(nginx.get(&client, "/sign-in", "").await.status(), StatusCode::OK, "pages go on");

    let few_requests = [("rate=200r/s", "rate=1r/m"), ("burst=2000 ", "burst=2 ")];
    let nginx = Nginx::start(&port, &few_requests).await;
    let mut pages = Vec::new();
    for _ in 0..5 {
        pages.push(nginx.get(&client, "/sign-in", "").await.status());
    }
    assert_eq!(
        pages.iter().filter(|status| **status == StatusCode::TOO_MANY_REQUESTS).count(),
        2,
        "{pages:?}"
    );

    let nginx = Nginx::start(&port, &[("pleiade_connections 2000", "pleiade_connections 2")]).await;
    let cookie = sign_in(&nginx, &client).await;
    let page = nginx.get(&client, "/", &cookie).await.text().await.unwrap();
    let mut open = Vec::new();
    for _ in 0..2 {
        open.push(nginx.get(&client, &events(&page), &cookie).await);
    }
    assert!(open.iter().all(|stream| stream.status() == StatusCode::OK));
    assert_eq!(nginx.get(&client, "/sign-in", "").await.status(), StatusCode::TOO_MANY_REQUESTS);
}

/// Replicas are restarted one after the other, again and again, and nobody sees it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn replicas_behind_the_example_are_restarted_and_no_request_fails() {
    let ports = [free_port(), free_port()];
    let places = ports.map(|port| place(Some(port)));
    let mut servers = places.each_ref().map(|place| Server::start(&place.config(), ""));
    // The limit of the example is for one address; these ask as fast as they can.
    let nginx = Arc::new(Nginx::start(&ports, &[("rate=200r/s", "rate=100000r/s")]).await);
    let (stop, asked, failed) =
        (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let asking: Vec<_> = (0..2)
        .map(|_| {
            let (nginx, stop, asked, failed) = (nginx.clone(), stop.clone(), asked.clone(), failed.clone());
            tokio::spawn(async move {
                let client = client(Version::HTTP_11);
                while !stop.load(Ordering::SeqCst) {
                    let answer = nginx.request(&client, Method::GET, "/healthz").send().await;
                    let good = answer.is_ok_and(|answer| answer.status() == StatusCode::OK);
                    asked.fetch_add(1, Ordering::SeqCst);
                    failed.fetch_add(usize::from(!good), Ordering::SeqCst);
                }
            })
        })
        .collect();
    for _ in 0..3 {
        for (server, place) in servers.iter_mut().zip(&places) {
            let before = asked.load(Ordering::SeqCst);
            server.terminate();
            assert!(server.wait().success());
            // Some come while it is away.
            while asked.load(Ordering::SeqCst) < before + 20 {
                tokio::task::yield_now().await;
            }
            *server = Server::start(&place.config(), "");
        }
    }
    stop.store(true, Ordering::SeqCst);
    for one in asking {
        one.await.unwrap();
    }
    assert_eq!(failed.load(Ordering::SeqCst), 0, "of {}", asked.load(Ordering::SeqCst));
}

fn succeeds(command: &mut Command) -> String {
    let output = command.stdin(Stdio::null()).output().unwrap();
    let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
    assert!(output.status.success(), "{said}");
    said
}

#[test]
fn the_unit_of_systemd_is_sound_and_shuts_the_program_in() {
    let folder = tempfile::tempdir().unwrap();
    let unit = folder.path().join("pleiade.service");
    let program = env!("CARGO_BIN_EXE_pleiade-server");
    fs::write(&unit, replaced(&shipped("pleiade.service"), &[("/usr/bin/pleiade-server", program)])).unwrap();
    let said = succeeds(Command::new("systemd-analyze").arg("verify").arg(&unit));
    assert!(!said.contains("pleiade.service"), "nothing to remark: {said}");
    succeeds(
        Command::new("systemd-analyze")
            .args(["security", "--no-pager", "--offline=true", "--threshold=20"])
            .arg(&unit),
    );
}

/// What the unit runs first passes although the directory is down: the desk starts, and says what it lacks.
#[test]
fn the_unit_of_systemd_starts_the_desk_while_a_source_is_down() {
    let unit = shipped("pleiade.service");
    let words = |key: &str| -> Vec<String> {
        let line = unit.lines().find_map(|line| line.strip_prefix(key)).unwrap();
        line.split_whitespace().skip(1).map(str::to_owned).collect()
    };
    let port = free_port();
    let down = format!(
        "\n[[sources]]\nid = \"annuaire\"\nkind = \"ldap\"\nname = \"Annuaire\"\nowner = \"mairie-alpha\"\n\
         [sources.settings]\nurl = \"ldap://127.0.0.1:{port}\"\nbind_dn = \"cn=x\"\nbind_password = \"x\"\nbase = \"dc=x\"\n"
    );
    let place = Place::new(|text| text + &down);
    let run = |words: Vec<String>| {
        let mut command = crate::program::program("");
        let config = place.config().display().to_string();
        command.args(words.iter().map(|word| word.replace("/etc/pleiade/pleiade.toml", &config)));
        command
    };
    let said = succeeds(&mut run(words("ExecStartPre=")));
    assert!(said.contains("no mistake found"), "{said}");
    let whole = run(words("ExecStartPre=").into_iter().filter(|word| word != "--offline").collect()).output();
    assert!(!whole.unwrap().status.success(), "the whole check sees it");
    assert_eq!(words("ExecStart=").first().map(String::as_str), Some("serve"));
    drop(Server::start(&place.config(), ""));
}

#[test]
fn every_file_of_the_example_is_tried_by_a_test() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/production");
    let mut names: Vec<String> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort_unstable();
    // `pleiade.toml` and `conf.d` are read by `examples/tests/production.rs`, the rest here.
    assert_eq!(names, ["README.md", "conf.d", "nginx.conf", "pleiade.service", "pleiade.toml"]);
}
