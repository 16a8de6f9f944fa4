//! A directory that answers what no directory should: our process survives and says so.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "helpers of tests panic like tests")]

use pleiade_core::{
    AccountRefusal, Directory as _, DirectoryChanges, DirectoryError, IdentityProvider as _, SignInAnswer,
    SignInError, SourceId, Subject, SystemClock,
};
use pleiade_federation::{
    ldap::{GroupsAs, Incremental, LdapConfig, LdapDirectory, LdapProvider},
    throttle::{GuessStore, MemoryGuesses},
};
use pleiade_testkit::ManualClock;
use std::{
    net::{IpAddr, Ipv4Addr},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpListener,
    sync::Notify,
};

/// What nothing takes, on however busy a machine, unless it hangs: the most that can be configured, in seconds.
const HANG: u64 = 60;

/// Answers the first request with these octets, then waits or hangs up. The client waits for so many seconds.
async fn probe(answer: Vec<u8>, then_waits: bool, patience: u64) -> Result<(), DirectoryError> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let serving = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut request = [0; 1024];
        assert!(stream.read(&mut request).await.unwrap() > 0);
        // The client may already have hung up.
        stream.write_all(&answer).await.ok();
        if then_waits {
            std::future::pending::<()>().await;
        }
    });
    let url = format!("ldap://127.0.0.1:{port}").parse().unwrap();
    let mut config = LdapConfig::new(url, "cn=lecteur", "secret".to_owned().into(), "dc=example");
    config.timeout_seconds = patience;
    let outcome =
        LdapDirectory::new(SourceId::new("annuaire").unwrap(), config, Arc::new(SystemClock::default()))
            .unwrap()
            .probe()
            .await;
    serving.abort();
    outcome
}

fn nested(depth: usize) -> Vec<u8> {
    (0..depth).fold(Vec::new(), |inner, _| {
        let length = u32::try_from(inner.len()).unwrap().to_be_bytes();
        [&[0x30, 0x84][..], &length, &inner].concat()
    })
}

#[tokio::test]
async fn answers_beyond_reason_are_refused() {
    let enormous = vec![0x30, 0x84, 0x7f, 0xff, 0xff, 0xff];
    let wide = {
        let body = [4, 0].repeat(300_000);
        [&[0x30, 0x84][..], &u32::try_from(body.len()).unwrap().to_be_bytes(), &body].concat()
    };
    for answer in
        [nested(8_000), enormous, wide, b"HTTP/1.1 400 Bad Request\r\n\r\n".to_vec(), vec![0x30, 0x80, 0, 0]]
    {
        let outcome = probe(answer, true, HANG).await;
        assert!(matches!(outcome, Err(DirectoryError::BadAnswer(_))), "{outcome:?}");
    }
}

#[tokio::test]
async fn malformed_answers_do_not_take_the_process_down() {
    for answer in [
        // A bind answer without a result code, one with text in its place, and one that is not a bind answer.
        vec![0x30, 5, 2, 1, 1, 0x61, 0],
        vec![0x30, 12, 2, 1, 1, 0x61, 7, 4, 1, b'x', 4, 0, 4, 0],
        vec![0x30, 12, 2, 1, 1, 0x64, 7, 10, 1, 0, 4, 0, 4, 0],
        vec![0x30, 3, 2, 1, 1],
        vec![0x30, 0],
    ] {
        // Some of them may be the beginning of an answer: they are waited for, whatever the time that takes.
        let outcome = probe(answer.clone(), true, 1).await;
        assert!(outcome.is_err(), "{answer:?}");
    }
}

#[tokio::test]
async fn silence_and_a_hang_up_are_unreachable() {
    for (waits, patience) in [(true, 1), (false, HANG)] {
        let outcome = probe(Vec::new(), waits, patience).await;
        assert!(matches!(outcome, Err(DirectoryError::Unreachable(_))), "{outcome:?}");
    }
}

/// One element.
fn tlv(tag: u8, content: &[u8]) -> Vec<u8> {
    [&[tag, 0x84][..], &u32::try_from(content.len()).unwrap().to_be_bytes(), content].concat()
}

fn text(value: &str) -> Vec<u8> {
    tlv(4, value.as_bytes())
}

fn entry(dn: &str, attributes: &[(&str, Vec<String>)]) -> Vec<u8> {
    let attributes: Vec<u8> = attributes
        .iter()
        .flat_map(|(name, values)| {
            let values: Vec<u8> = values.iter().flat_map(|value| text(value)).collect();
            tlv(0x30, &[text(name), tlv(0x31, &values)].concat())
        })
        .collect();
    tlv(0x64, &[text(dn), tlv(0x30, &attributes)].concat())
}

/// The end of a search: its code and the cookie of the next page.
fn done(code: u8, cookie: &str) -> (Vec<u8>, Vec<u8>) {
    let page = tlv(0x30, &[vec![2, 1, 0], text(cookie)].concat());
    let control = tlv(0x30, &[text("1.2.840.113556.1.4.319"), tlv(4, &page)].concat());
    (tlv(0x65, &[&[10, 1, code, 4, 0, 4, 0][..]].concat()), tlv(0xa0, &control))
}

/// A request: its octets as text, for looking into, and how many searches came before it.
struct Request {
    seen: String,
    turn: usize,
}

impl Request {
    fn has(&self, word: &str) -> bool {
        self.seen.contains(word)
    }
}

type Answers = Vec<(Vec<u8>, Vec<u8>)>;

/// A directory that lets the read account in and answers each search as told.
async fn directory(
    answer: impl Fn(Request) -> Answers + Send + Sync + 'static,
    change: impl FnOnce(&mut LdapConfig),
) -> (LdapDirectory, Arc<AtomicUsize>) {
    policed(answer, Arc::default(), change).await
}

/// The same directory, which counts the passwords of people that are tried: only `right` is one, `code-19` is answered by that code, and `cut` by
/// the end of the connection.
async fn policed(
    answer: impl Fn(Request) -> Answers + Send + Sync + 'static,
    tried: Arc<AtomicUsize>,
    change: impl FnOnce(&mut LdapConfig),
) -> (LdapDirectory, Arc<AtomicUsize>) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let url = format!("ldap://127.0.0.1:{}", listener.local_addr().unwrap().port()).parse().unwrap();
    let (answer, connections) = (Arc::new(answer), Arc::new(AtomicUsize::new(0)));
    let count = connections.clone();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            count.fetch_add(1, Ordering::SeqCst);
            let (answer, tried) = (answer.clone(), tried.clone());
            tokio::spawn(async move {
                let (mut request, mut turn) = (vec![0; 1 << 16], 0);
                loop {
                    let length = stream.read(&mut request).await.unwrap_or(0);
                    // Requests are short and come one at a time: header, then the number in its own element.
                    let Some(number) = request[..length].windows(2).position(|at| at[0] == 2 && at[1] < 5)
                    else {
                        return;
                    };
                    let end = number + 2 + usize::from(request[number + 1]);
                    let (id, operation) = (request[number..end].to_vec(), request[end]);
                    let seen = String::from_utf8_lossy(&request[..length]).into_owned();
                    let answers = match operation {
                        0x60 => {
                            let person = seen.contains("uid=");
                            tried.fetch_add(usize::from(person), Ordering::SeqCst);
                            if person && seen.contains("cut") {
                                return;
                            }
                            let wanted =
                                seen.split_once("code-").and_then(|(_, code)| code.get(..2)?.parse().ok());
                            let code = match wanted {
                                Some(code) if person => code,
                                None if person && !seen.contains("right") => 49,
                                _ => 0,
                            };
                            vec![(tlv(0x61, &[10, 1, code, 4, 0, 4, 0]), Vec::new())]
                        }
                        0x63 if seen.contains("supportedControl") => {
                            let root = entry("", &[("namingContexts", vec!["dc=example".to_owned()])]);
                            vec![(root, Vec::new()), (done(0, "").0, Vec::new())]
                        }
                        0x63 => {
                            turn += 1;
                            answer(Request { seen, turn })
                        }
                        _ => return,
                    };
                    for (operation, controls) in answers {
                        let message = tlv(0x30, &[id.clone(), operation, controls].concat());
                        if stream.write_all(&message).await.is_err() {
                            return;
                        }
                    }
                }
            });
        }
    });
    let mut config = LdapConfig::new(url, "cn=lecteur", "secret".to_owned().into(), "dc=example");
    config.timeout_seconds = HANG;
    change(&mut config);
    let id = SourceId::new("annuaire").unwrap();
    (LdapDirectory::new(id, config, Arc::new(SystemClock::default())).unwrap(), connections)
}

fn person(n: usize) -> Vec<u8> {
    let attributes = [("entryUUID", vec![format!("key-{n}")]), ("cn", vec![format!("Personne {n}")])];
    entry(&format!("uid=p{n},dc=example"), &attributes)
}

#[tokio::test]
async fn members_beyond_the_first_range_are_fetched() {
    // Windows gives 1 500 values at once; Samba gives all of them.
    let members =
        |from: usize, to: usize| (from..to).map(|n| format!("uid=p{n},dc=example")).collect::<Vec<_>>();
    let (directory, _) = directory(
        move |request| {
            let group = |name: &str, values| {
                vec![(entry("cn=Tous,dc=example", &[(name, values)]), Vec::new()), done(0, "")]
            };
            if request.has("member;range=1500-") {
                group("member;range=1500-2999", members(1500, 3000))
            } else if request.has("member;range=3000-") {
                group("Member;Range=3000-*", members(3000, 3200))
            } else if request.has("member") && !request.has("memberOf") {
                group("member;range=0-1499", members(0, 1500))
            } else {
                vec![
                    (person(7), Vec::new()),
                    (person(3199), Vec::new()),
                    (person(3200), Vec::new()),
                    done(0, ""),
                ]
            }
        },
        |_| {},
    )
    .await;
    let DirectoryChanges::Everybody { people, .. } = directory.changes(None).await.unwrap() else {
        unreachable!()
    };
    let groups: Vec<_> = people.iter().map(|person| person.groups.len()).collect();
    assert_eq!(groups, [1, 1, 0]);
}

#[tokio::test]
async fn what_never_ends_is_ended() {
    // Pages without entries, pages with always the same cookie, ranges that stand still.
    let (pages, _) = directory(|_| vec![done(0, "again")], |_| {}).await;
    assert!(matches!(pages.changes(None).await, Err(DirectoryError::BadAnswer(_))));
    let (ranges, _) = directory(
        |_| {
            let values = vec!["uid=x,dc=example".to_owned()];
            vec![(entry("cn=g,dc=example", &[("member;range=0-1", values)]), Vec::new()), done(0, "")]
        },
        |_| {},
    )
    .await;
    assert!(matches!(ranges.changes(None).await, Err(DirectoryError::BadAnswer(_))));
}

/// What is kept of a search is bounded over all its pages, and what was not asked for is not kept.
#[tokio::test]
async fn pages_that_grow_without_end_take_no_more_than_people_do() {
    // As many pages of one large group as are asked for; a sign-in's search has less room than a reading of everybody.
    let large = |name: &'static str| {
        move |request: Request| match request.has("memberOf") {
            true => vec![(person(1), Vec::new()), done(0, "")],
            false => {
                let group = entry("cn=g,dc=example", &[(name, vec!["x".repeat(3 << 20)])]);
                // With another attribute they are four pages, then the end.
                let cookie = if name != "cn" && request.turn > 4 { "" } else { "again" };
                vec![(group, Vec::new()), done(0, cookie)]
            }
        }
    };
    let nested = |config: &mut LdapConfig| config.nested_groups = true;
    let (directory, _) = directory(large("cn"), nested).await;
    let somebody = Subject::new(&directory.issuer(), "key-1").unwrap();
    let outcome = directory.person(&somebody).await;
    assert!(matches!(outcome, Err(DirectoryError::BadAnswer(why)) if why.contains("larger")));
    let (directory, _) = self::directory(large("description"), nested).await;
    assert!(directory.person(&somebody).await.unwrap().is_some());
}

#[tokio::test]
async fn a_cut_list_is_never_everybody() {
    for code in [3, 4, 11] {
        let (directory, _) = directory(
            move |request| match request.has("memberOf") {
                true => vec![(person(1), Vec::new()), done(code, "")],
                false => vec![done(0, "")],
            },
            |_| {},
        )
        .await;
        assert_eq!(directory.changes(None).await.err(), Some(DirectoryError::Incomplete), "{code}");
    }
}

#[tokio::test]
async fn a_page_larger_than_allowed_is_halved() {
    let (directory, _) = directory(
        |request| match (request.has("memberOf"), request.turn) {
            (true, turn) if turn < 4 => vec![done(11, "")],
            (true, _) => vec![(person(1), Vec::new()), done(0, "")],
            (false, _) => vec![done(0, "")],
        },
        |config| config.page_size = 1000,
    )
    .await;
    let DirectoryChanges::Everybody { people, .. } = directory.changes(None).await.unwrap() else {
        unreachable!()
    };
    assert_eq!(people.len(), 1);
}

#[tokio::test]
async fn referrals_lead_nowhere_and_malformed_entries_are_refused() {
    let elsewhere = || (tlv(0x73, &text("ldap://127.0.0.1:1/dc=elsewhere")), Vec::new());
    let (referring, _) = directory(
        move |_| (0..1000).map(|_| elsewhere()).chain([(person(1), Vec::new()), done(0, "")]).collect(),
        |_| {},
    )
    .await;
    assert_eq!(referring.search("Personne", 5).await.unwrap().len(), 1);
    for bad in [
        tlv(0x64, &[]),
        tlv(0x64, &text("uid=x")),
        tlv(0x64, &[text("uid=x"), tlv(0x30, &text("no list"))].concat()),
        tlv(0x64, &[tlv(4, &[0xff]), tlv(0x30, &[])].concat()),
        entry("uid=x", &[("member;range=0-99999999999", Vec::new())]),
        tlv(0x79, &text("not tagged")),
    ] {
        let (directory, _) = directory(move |_| vec![(bad.clone(), Vec::new()), done(0, "")], |_| {}).await;
        let outcome = directory.search("Personne", 5).await;
        assert!(outcome.as_ref().is_err() || outcome.unwrap().is_empty());
    }
}

#[tokio::test]
async fn a_page_whose_control_makes_no_sense_is_refused() {
    let control = tlv(0x30, &[text("1.2.840.113556.1.4.319"), tlv(4, &[0x30, 0x7f])].concat());
    let answer = (tlv(0x65, &[10, 1, 0, 4, 0, 4, 0]), tlv(0xa0, &control));
    let (directory, _) = directory(move |_| vec![answer.clone()], |_| {}).await;
    assert!(matches!(directory.search("x", 5).await, Err(DirectoryError::BadAnswer(_))));
}

#[tokio::test]
async fn connections_are_kept_bounded_and_never_reused_after_a_failure() {
    let silent = Arc::new(Notify::new());
    let asked = silent.clone();
    let (directory, connections) = directory(
        move |request| {
            if request.has("Muet") {
                asked.notify_one();
                return Vec::new();
            }
            match request.has("Absurde") {
                true => vec![(vec![0x65, 0], Vec::new())],
                false => vec![(person(1), Vec::new()), done(0, "")],
            }
        },
        |config| config.pool_size = 2,
    )
    .await;
    for _ in 0..20 {
        directory.search("Personne", 5).await.unwrap();
    }
    assert_eq!(connections.load(Ordering::SeqCst), 1, "one at a time needs one");
    let at_once = std::iter::repeat_with(|| directory.search("Personne", 5)).take(4);
    let (a, b, c, d) = {
        let mut all = at_once;
        let mut next = || all.next().unwrap();
        tokio::join!(next(), next(), next(), next())
    };
    assert!([a, b, c, d].iter().all(Result::is_ok));
    assert_eq!(connections.load(Ordering::SeqCst), 2, "never more than allowed");
    for _ in 0..2 {
        assert!(directory.search("Absurde", 5).await.is_err());
    }
    directory.search("Personne", 5).await.unwrap();
    assert_eq!(connections.load(Ordering::SeqCst), 3, "those that failed were given up");
    // Whoever leaves in the middle leaves no answer of theirs to the next.
    tokio::select! {
        _ = directory.search("Muet", 5) => panic!("nothing was answered"),
        () = silent.notified() => {}
    }
    assert_eq!(directory.search("Personne", 5).await.unwrap().len(), 1);
}

/// Sign-in at a directory that knows one person by two names and counts the passwords that reach it.
struct Policed {
    provider: LdapProvider,
    tried: Arc<AtomicUsize>,
    clock: Arc<ManualClock>,
}

impl Policed {
    async fn new(guesses: Arc<dyn GuessStore>, clock: Arc<ManualClock>) -> Self {
        let tried = Arc::<AtomicUsize>::default();
        let answer = |request: Request| match request.has("jdupont") || request.has("JDUPONT") {
            true => vec![(person(1), Vec::new()), done(0, "")],
            false => vec![done(0, "")],
        };
        let (directory, _) = policed(answer, tried.clone(), |config| config.floor_milliseconds = 0).await;
        Self { provider: LdapProvider::new(Arc::new(directory), guesses, clock.clone()), tried, clock }
    }

    async fn sign_in(&self, login: &str, password: &str, address: [u8; 4]) -> Option<SignInError> {
        self.clock.advance(Duration::from_millis(1));
        let (login, password) = (login.to_owned(), password.into());
        let address = Some(IpAddr::from(address));
        self.provider.finish(SignInAnswer::Password { login, password, address }).await.err()
    }

    /// How many of these guesses have reached the directory.
    async fn guesses(&self, logins: &[&str], address: [u8; 4]) -> usize {
        let before = self.tried.load(Ordering::SeqCst);
        for login in logins {
            assert!(self.sign_in(login, "wrong", address).await.is_some());
        }
        self.tried.load(Ordering::SeqCst) - before
    }
}

const HOME: [u8; 4] = [192, 0, 2, 7];
const STRANGER: [u8; 4] = [198, 51, 100, 9];

#[tokio::test]
async fn invented_logins_and_impossible_passwords_give_no_more_guesses() {
    let policed = Policed::new(Arc::new(MemoryGuesses::default()), Arc::default()).await;
    let mut reached = 0;
    for round in 0..4 {
        reached += policed.guesses(&["jdupont", "JDUPONT", "jdupont@ville.example"], STRANGER).await;
        for n in 0..10_300 {
            let login = format!("invented{round}-{n}");
            let told = policed.sign_in(&login, ["", " ", "\0"][n % 3], STRANGER).await;
            assert_eq!(told, Some(SignInError::BadCredentials));
        }
        for n in 0..200 {
            policed.sign_in(&format!("unknown{round}-{n}"), "wrong", STRANGER).await;
        }
    }
    assert_eq!(reached, 2, "what a directory that locks at five may see of strangers");
}

#[tokio::test]
async fn what_was_counted_holds_after_a_restart_and_ends_with_the_window() {
    let (guesses, clock) = (Arc::new(MemoryGuesses::default()), Arc::<ManualClock>::default());
    let first = Policed::new(guesses.clone(), clock.clone()).await;
    assert_eq!(first.sign_in("jdupont", "right", HOME).await, None);
    assert_eq!(first.guesses(&["jdupont"; 3], STRANGER).await, 2);
    let second = Policed::new(guesses, clock.clone()).await;
    assert_eq!(second.guesses(&["jdupont"; 3], STRANGER).await, 0);
    assert_eq!(second.sign_in("jdupont", "right", HOME).await, None, "at home nobody waits for strangers");
    clock.advance(Duration::from_secs(1800));
    assert_eq!(second.guesses(&["jdupont"; 3], STRANGER).await, 2);
}

#[tokio::test]
async fn an_unknown_login_is_told_what_a_known_one_is() {
    let policed = Policed::new(Arc::new(MemoryGuesses::default()), Arc::default()).await;
    for (password, expected) in [
        ("wrong", SignInError::BadCredentials),
        ("", SignInError::BadCredentials),
        ("wrong", SignInError::BadCredentials),
        ("wrong", SignInError::TooMany),
        ("right", SignInError::TooMany),
        ("", SignInError::BadCredentials),
    ] {
        for login in ["jdupont", "personne"] {
            let told = policed.sign_in(login, password, STRANGER).await.unwrap();
            // What the person is told: the log knows better.
            let told = if told.is_bad_credentials() { SignInError::BadCredentials } else { told };
            assert_eq!(told, expected, "{login} {password:?}");
        }
    }
}

#[tokio::test]
async fn a_locked_account_is_refused_and_counted_and_told_from_an_unknown_login() {
    use AccountRefusal::{KeptBack, Locked, UnknownLogin};
    let policed = Policed::new(Arc::new(MemoryGuesses::default()), Arc::default()).await;
    let told = |error| Some(SignInError::Account(error));
    assert_eq!(policed.sign_in("personne", "code-19", STRANGER).await, told(UnknownLogin));
    for _ in 0..2 {
        assert_eq!(policed.sign_in("jdupont", "code-19", STRANGER).await, told(Locked));
    }
    assert_eq!(policed.tried.load(Ordering::SeqCst), 2);
    let other_spelling = policed.sign_in("jdupont@ville.example", "right", STRANGER).await;
    assert_eq!(other_spelling, told(KeptBack), "each counts");
    assert_eq!(policed.tried.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn a_password_that_a_directory_saw_and_did_not_answer_is_counted() {
    let policed = Policed::new(Arc::new(MemoryGuesses::default()), Arc::default()).await;
    let told = policed.sign_in("jdupont", "code-51", STRANGER).await;
    assert!(matches!(told, Some(SignInError::Unreachable(_))), "busy, and nobody was judged: {told:?}");
    for _ in 0..2 {
        let told = policed.sign_in("jdupont", "cut", STRANGER).await;
        assert!(matches!(told, Some(SignInError::Unreachable(_))), "{told:?}");
    }
    let told = policed.sign_in("jdupont", "right", STRANGER).await;
    assert_eq!(told, Some(SignInError::Account(AccountRefusal::KeptBack)));
}

#[tokio::test]
async fn a_directory_that_refers_elsewhere_is_not_followed_and_counts_nothing() {
    let policed = Policed::new(Arc::new(MemoryGuesses::default()), Arc::default()).await;
    for _ in 0..4 {
        let told = policed.sign_in("jdupont", "code-10", STRANGER).await;
        assert!(matches!(told, Some(SignInError::Misconfigured(why)) if why.contains("another server")));
    }
    assert_eq!(policed.sign_in("jdupont", "right", STRANGER).await, None, "nobody's password was judged");
    let (directory, connections) = directory(|_| vec![done(10, "")], |_| {}).await;
    let outcome = directory.search("Personne", 5).await;
    assert!(matches!(outcome, Err(DirectoryError::Misconfigured(why)) if why.contains("another server")));
    assert_eq!(connections.load(Ordering::SeqCst), 1);
}

/// RFC 4513 §5.1.2: some directories answer success to a name without a password.
#[tokio::test]
async fn a_blank_password_is_never_a_bind() {
    let policed = Policed::new(Arc::new(MemoryGuesses::default()), Arc::default()).await;
    for password in ["", " ", "\t", "\u{a0}", "\0", "right\0"] {
        let told = policed.sign_in("jdupont", password, HOME).await;
        assert_eq!(told, Some(SignInError::BadCredentials), "{password:?}");
    }
    assert_eq!(policed.tried.load(Ordering::SeqCst), 0);
    assert_eq!(policed.sign_in("jdupont", "right", HOME).await, None);
}

const SYNC: &str = "1.3.6.1.4.1.4203.1.9.1";

fn uuid(n: u8) -> String {
    let part = format!("{n:02x}").repeat(2);
    format!("{part}{part}-{part}-{part}-{part}-{part}{part}{part}")
}

/// The end of a synchronisation (RFC 4533 §2.4), after what it says of these keys.
fn synced(cookie: &str, deletes: bool, keys: &[u8]) -> Answers {
    let keys: Vec<u8> = keys.iter().flat_map(|n| tlv(4, &[*n; 16])).collect();
    let deletes = tlv(1, &[if deletes { 0xff } else { 0 }]);
    let set = tlv(0xa3, &[deletes.clone(), tlv(0x31, &keys)].concat());
    let message = tlv(0x79, &[tlv(0x80, format!("{SYNC}.4").as_bytes()), tlv(0x81, &set)].concat());
    let value = tlv(0x30, &[text(cookie), deletes].concat());
    let control = tlv(0x30, &[text(&format!("{SYNC}.3")), tlv(4, &value)].concat());
    vec![(message, Vec::new()), (tlv(0x65, &[10, 1, 0, 4, 0, 4, 0]), tlv(0xa0, &control))]
}

#[tokio::test]
async fn who_is_still_there_and_who_has_gone() {
    let start_anew = vec![(tlv(0x65, &[10, 2, 0x10, 0, 4, 0, 4, 0]), Vec::new())];
    for (name, answers, gone) in [
        ("the same people", synced("rid=000,csn=c2", false, &[1, 2]), Some(vec![])),
        ("one is missing", synced("rid=000,csn=c2", false, &[1]), None),
        ("one has gone", synced("rid=000,csn=c2", true, &[2]), Some(vec![uuid(2)])),
        ("nothing", synced("rid=000,csn=c1", false, &[]), Some(vec![])),
        ("start anew", start_anew, None),
    ] {
        let (directory, _) = directory(
            move |request| {
                if request.has("contextCSN") {
                    let csn = [("contextCSN", vec!["c1".to_owned()])];
                    vec![(entry("dc=example", &csn), Vec::new()), done(0, "")]
                } else if request.has(&format!("{SYNC}.1")) {
                    answers.clone()
                } else if request.has("memberOf") {
                    let person =
                        |n| (entry(&format!("uid=p{n}"), &[("entryUUID", vec![uuid(n)])]), Vec::new());
                    vec![person(1), person(2), done(0, "")]
                } else {
                    vec![done(0, "")]
                }
            },
            |config| config.incremental = Incremental::ContentSync,
        )
        .await;
        let DirectoryChanges::Everybody { people, cursor } = directory.changes(None).await.unwrap() else {
            unreachable!()
        };
        assert_eq!(people.len(), 2);
        match (directory.changes(cursor.as_deref()).await.unwrap(), gone) {
            (DirectoryChanges::Everybody { .. }, None) => {}
            (DirectoryChanges::Some { changed, gone: left, .. }, Some(gone)) => {
                assert!(changed.is_empty());
                assert_eq!(left.iter().map(|subject| subject.id()).collect::<Vec<_>>(), gone, "{name}");
            }
            (other, _) => unreachable!("{name}: {other:?}"),
        }
    }
}

/// A directory of one group and one person, whom it knows under exactly one spelling. First the group names them in another one, then
/// `later`; `found` says whether the person is still there.
async fn group_changes(now: &'static str, later: Option<&'static str>, found: bool) -> DirectoryChanges {
    const PERSON: &str = r"CN=NOM\, Prénom \+ 1,OU=Agents,DC=example";
    let read = Arc::new(AtomicUsize::new(0));
    let is_later = read.clone();
    let (directory, _) = directory(
        move |request| {
            let after = is_later.load(Ordering::SeqCst) > 0;
            let time = ("modifyTimestamp", vec!["20260101000000Z".to_owned()]);
            let person =
                || entry(PERSON, &[("entryUUID", vec![uuid(1)]), ("cn", vec!["NOM".into()]), time.clone()]);
            let answer = if !request.has("memberOf") && !request.has("1.1") {
                let members = if after { later } else { Some(now) };
                let members = members.map(str::to_owned).into_iter().collect();
                Some(entry("CN=Eau,DC=example", &[("member", members), ("entryUUID", vec![uuid(9)])]))
            } else if !after {
                Some(person())
            } else if request.has(PERSON) {
                if !found {
                    return vec![done(32, "")];
                }
                Some(person())
            } else if request.has("CN=") {
                // Somebody asks for a spelling that this directory does not know.
                return vec![done(32, "")];
            } else {
                None
            };
            answer.map(|entry| (entry, Vec::new())).into_iter().chain([done(0, "")]).collect()
        },
        |config| config.incremental = Incremental::Timestamps,
    )
    .await;
    let DirectoryChanges::Everybody { cursor, .. } = directory.changes(None).await.unwrap() else {
        unreachable!()
    };
    read.store(1, Ordering::SeqCst);
    directory.changes(cursor.as_deref()).await.unwrap()
}

#[tokio::test]
async fn whoever_leaves_or_enters_a_group_is_looked_up_as_the_directory_writes_them() {
    let out = group_changes(r"CN=NOM\, Prénom \+ 1,OU=Agents,DC=example", None, true).await;
    let DirectoryChanges::Some { changed, .. } = out else { unreachable!("{out:?}") };
    assert_eq!(changed.len(), 1, "who has left is told");
    assert!(changed[0].groups.is_empty());
    let into =
        group_changes("CN=other,DC=elsewhere", Some(r"CN=NOM\, Prénom \+ 1,OU=Agents,DC=example"), true);
    let DirectoryChanges::Some { changed, .. } = into.await else { unreachable!() };
    assert_eq!(changed[0].groups, ["Eau"]);
    // Another spelling of the same member is no change.
    let same = group_changes(
        r"CN=NOM\, Prénom \+ 1,OU=Agents,DC=example",
        Some(r"cn=nom\2c pr\C3\A9nom \2B 1, ou=agents, dc=example"),
        true,
    );
    let DirectoryChanges::Some { changed, .. } = same.await else { unreachable!() };
    assert!(changed.is_empty(), "{changed:?}");
}

#[tokio::test]
async fn a_member_who_is_not_found_is_never_passed_over() {
    let lost = group_changes(r"CN=NOM\, Prénom \+ 1,OU=Agents,DC=example", None, false).await;
    assert!(matches!(lost, DirectoryChanges::Everybody { .. }), "{lost:?}");
}

/// The name of a level of groups, of which each is in the next.
fn level(n: usize) -> String {
    format!("cn=g{n:02},dc=example")
}

/// The groups of one person: as everybody is read, and as they sign in.
async fn both(directory: &LdapDirectory) -> [(Vec<String>, bool); 2] {
    let DirectoryChanges::Everybody { people, .. } = directory.changes(None).await.unwrap() else {
        unreachable!()
    };
    let [read] = <[_; 1]>::try_from(people).unwrap();
    let alone = directory.person(&read.subject).await.unwrap().unwrap();
    [read, alone].map(|person| (person.groups, person.groups_are_cut))
}

#[tokio::test]
async fn nested_groups_are_the_same_at_sign_in_and_in_a_reading_and_cut_with_a_word() {
    for (depth, nested, named) in [
        (1, true, true),
        (9, true, false),
        (10, true, true),
        (11, true, false),
        (12, true, true),
        (12, false, true),
    ] {
        let (directory, _) = directory(
            move |request| {
                let group = |n: usize| {
                    let member = if n == 1 { "uid=p1,dc=example".to_owned() } else { level(n - 1) };
                    (entry(&level(n), &[("member", vec![member])]), Vec::new())
                };
                let mut answers: Answers = if request.has("memberOf") {
                    let groups = if named { vec![level(1)] } else { Vec::new() };
                    let facts = [("entryUUID", vec!["key-1".to_owned()]), ("memberOf", groups)];
                    vec![(entry("uid=p1,dc=example", &facts), Vec::new())]
                } else if request.has("entryUUID") {
                    (1..=depth).map(group).collect()
                } else {
                    let above = (1..=depth).filter(|n| {
                        request.has(&if *n == 1 { "uid=p1,dc=example".to_owned() } else { level(n - 1) })
                    });
                    above.map(group).collect()
                };
                answers.push(done(0, ""));
                answers
            },
            |config| config.nested_groups = nested,
        )
        .await;
        let [read, alone] = both(&directory).await;
        let counted = if nested { depth.min(10) } else { 1 };
        let names: Vec<String> = (1..=counted).map(|n| format!("g{n:02}")).collect();
        assert_eq!(read, (names, nested && depth > 10), "{depth} {nested}");
        assert_eq!(alone, read, "{depth} {nested}");
    }
}

/// A login is asked for itself, not among all those that begin like it.
#[tokio::test]
async fn a_login_is_found_however_many_begin_like_it() {
    let (directory, _) = directory(
        |request| {
            let named = |n: usize, login: &str| {
                let facts = [("entryUUID", vec![format!("key-{n}")]), ("uid", vec![login.to_owned()])];
                (entry(&format!("uid={login},dc=example"), &facts), Vec::new())
            };
            let mut answers: Answers = if !request.has("memberOf") {
                Vec::new()
            } else if request.has("uid\u{4}\u{6}martin") {
                vec![named(99, "Martin")]
            } else {
                (0..60).map(|n| named(n, &format!("martin{n}"))).collect()
            };
            answers.push(done(0, ""));
            answers
        },
        |_| {},
    )
    .await;
    let found = directory.by_login(" martin ").await.unwrap();
    assert_eq!(found.iter().map(|person| person.subject.id()).collect::<Vec<_>>(), ["key-99"]);
    assert!(directory.by_login(" ").await.unwrap().is_empty());
}

/// A directory writes one name in several spellings: in `member`, in `memberOf` and for the entry itself.
#[tokio::test]
async fn names_of_members_are_compared_however_they_are_written() {
    const PERSON: &str = r"uid=Dupont\, Élise,ou=Agents,dc=example";
    const GROUP: &str = r"cn=Élus\, adjoints,ou=Groupes,dc=example";
    for (member, group) in [
        (PERSON, GROUP),
        (r"uid=Dupont\2C Élise,ou=Agents,dc=example", r"cn=Élus\2C adjoints,ou=Groupes,dc=example"),
        (r"uid=Dupont\2c \C3\89lise,ou=Agents,dc=example", r"cn=\C3\89lus\2c adjoints,ou=Groupes,dc=example"),
        (
            r"UID = dupont\, \c3\a9lise , OU = agents , DC = example",
            r"CN = \C3\A9lus\2C adjoints , OU = groupes , DC = example",
        ),
    ] {
        for own in [Vec::new(), vec![group.to_owned()]] {
            let (directory, _) = directory(
                move |request| {
                    let answer = |dn: &str, facts: &[(&str, Vec<String>)]| (entry(dn, facts), Vec::new());
                    let mut answers: Answers = if request.has("memberOf") {
                        let facts = [("entryUUID", vec!["key-1".to_owned()]), ("memberOf", own.clone())];
                        vec![answer(PERSON, &facts)]
                    } else {
                        let mairie = "cn=Mairie,ou=Groupes,dc=example";
                        vec![
                            answer(GROUP, &[("member", vec![member.to_owned()])]),
                            answer(mairie, &[("member", vec![group.to_owned()])]),
                        ]
                    };
                    answers.push(done(0, ""));
                    answers
                },
                |config| config.groups_as = GroupsAs::Dn,
            )
            .await;
            let DirectoryChanges::Everybody { people, .. } = directory.changes(None).await.unwrap() else {
                unreachable!()
            };
            // Each once, as the group's own entry writes it.
            assert_eq!(people[0].groups, ["cn=Mairie,ou=Groupes,dc=example", GROUP], "{member}");
        }
    }
}

#[tokio::test]
async fn the_primary_group_of_a_domain_counts_at_sign_in_and_in_a_reading() {
    // The domain's part, then 513 and, for the group that contains it, 1201.
    let sid = |last: &str| vec![format!("\u{1}\u{5}\0\0\0\0\0\u{5}\u{15}\0\0\0{last}\0\0")];
    for nested in [true, false] {
        let (directory, _) = directory(
            move |request| {
                let primary =
                    || (entry("cn=Utilisateurs,dc=example", &[("objectSid", sid("\u{1}\u{2}"))]), Vec::new());
                let above = || {
                    let members = vec!["cn=Utilisateurs,dc=example".to_owned()];
                    let facts = [("objectSid", sid("\u{31}\u{4}")), ("member", members)];
                    (entry("cn=Tous,dc=example", &facts), Vec::new())
                };
                let mut answers: Answers = if request.has("memberOf") {
                    let facts = [
                        ("entryUUID", vec!["key-1".to_owned()]),
                        ("primaryGroupID", vec!["513".to_owned()]),
                        ("objectSid", sid("\u{9}\u{9}")),
                    ];
                    vec![(entry("uid=p1,dc=example", &facts), Vec::new())]
                } else if request.has("entryUUID") {
                    vec![primary(), above()]
                } else if request.has("cn=Utilisateurs,") {
                    vec![above()]
                } else if request.has(&sid("\u{1}\u{2}")[0]) {
                    vec![primary()]
                } else {
                    Vec::new()
                };
                answers.push(done(0, ""));
                answers
            },
            |config| config.nested_groups = nested,
        )
        .await;
        let expected: &[&str] = if nested { &["Tous", "Utilisateurs"] } else { &["Utilisateurs"] };
        for (groups, cut) in both(&directory).await {
            assert_eq!(
                (groups.as_slice(), cut),
                (&expected.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>()[..], false)
            );
        }
    }
}

proptest::proptest! {
    /// RFC 4515: whatever is typed, the filter is one comparison with exactly that.
    #[test]
    fn an_escaped_value_reads_back(value in "(\\PC|[*()\\\\\0é]){0,40}") {
        let filter = format!("(uid={})", ldap3::ldap_escape(value.as_str()));
        proptest::prop_assert!(ldap3::parse_filter(&filter).is_ok());
        let inner = filter.strip_prefix("(uid=").unwrap().strip_suffix(')').unwrap();
        proptest::prop_assert!(!inner.contains(['*', '(', ')', '\0']));
        let (mut octets, mut back) = (inner.bytes(), Vec::new());
        while let Some(octet) = octets.next() {
            back.push(match octet {
                b'\\' => {
                    let hex = [octets.next().unwrap(), octets.next().unwrap()];
                    u8::from_str_radix(std::str::from_utf8(&hex).unwrap(), 16).unwrap()
                }
                other => other,
            });
        }
        proptest::prop_assert_eq!(back, value.as_bytes());
    }
}
