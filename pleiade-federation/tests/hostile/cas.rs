//! Attacks on the CAS client by whoever can write in an answer, a browser or a stranger.

use pleiade_core::{
    Claims, ExposeSecret, Hints, IdentityProvider as _, SecretString, SignInAnswer, SignInError, SignInStep,
    SourceId, TransportError, sign_in::PersonTokens,
};
use pleiade_federation::cas::{
    CasConfig, CasProvider, EXPECTATION_TIME, MAX_WAITING_TICKETS, MemoryPgtStore, PgtStore, ProxyConfig,
    ProxyGrantingTicket,
};
use pleiade_testkit::{ScriptedTransport, TestClock};
use std::{sync::Arc, time::Duration};
use url::Url;

const SERVER: &str = "https://auth.example/cas";
const SERVICE: &str = "https://desk.example/sign-in/cas/callback";
const TICKET: &str = "ST-3bab2a";

fn config() -> CasConfig {
    CasConfig::new(SERVER.parse().unwrap(), SERVICE.parse().unwrap())
}

fn proxying() -> CasConfig {
    let mut config = config();
    config.proxy = Some(ProxyConfig::new(
        "https://desk.example/sign-in/cas/pgt".parse().unwrap(),
        vec!["https://pastell.example/api/".parse().unwrap()],
    ));
    config
}

fn id() -> SourceId {
    SourceId::new("cas").unwrap()
}

fn store() -> Arc<MemoryPgtStore> {
    Arc::new(MemoryPgtStore::new(Arc::new(TestClock::default())))
}

fn answers(body: impl Into<bytes::Bytes>) -> ScriptedTransport {
    ScriptedTransport::new().then_body(200, "text/xml; charset=utf-8", body)
}

fn provider(config: CasConfig, transport: &ScriptedTransport) -> CasProvider {
    CasProvider::new(id(), config, Arc::new(transport.clone()), store()).unwrap()
}

async fn leave(provider: &CasProvider) -> (Url, SecretString, String) {
    match provider.begin(&Hints::none()).await.unwrap() {
        SignInStep::Redirect { url, attempt, key } => (url, attempt, key),
        other => panic!("{other:?}"),
    }
}

fn query(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

/// A whole sign-in that the server answers so.
async fn sign_in(config: CasConfig, body: impl Into<bytes::Bytes>) -> Result<Claims, SignInError> {
    let provider = provider(config, &answers(body));
    let (_, attempt, state) = leave(&provider).await;
    provider
        .finish(SignInAnswer::Callback { query: query(&[("ticket", TICKET), ("state", &state)]), attempt })
        .await
}

fn response(inside: &str) -> String {
    format!("<cas:serviceResponse xmlns:cas='http://www.yale.edu/tp/cas'>{inside}</cas:serviceResponse>")
}

fn success(inside: &str) -> String {
    response(&format!("<cas:authenticationSuccess>{inside}</cas:authenticationSuccess>"))
}

#[tokio::test]
async fn the_browser_leaves_with_a_state_of_its_own() {
    let provider = provider(proxying(), &answers(""));
    let (url, attempt, state) = leave(&provider).await;
    assert!(url.as_str().starts_with("https://auth.example/cas/login?service="));
    let names: Vec<String> = url.query_pairs().map(|(name, _)| name.into_owned()).collect();
    assert_eq!(names, ["service"]);
    let service: Url = url.query_pairs().next().unwrap().1.parse().unwrap();
    assert_eq!(service.as_str(), format!("{SERVICE}?state={state}"));
    assert!(state.len() >= 43 && attempt.expose_secret().contains(&state));
    assert_ne!(leave(&provider).await.2, state);

    let mut asking = config();
    asking.renew = true;
    let provider = self::provider(asking, &answers(""));
    assert!(leave(&provider).await.0.as_str().ends_with("&renew=true"));
    let mut silent = config();
    silent.gateway = true;
    let provider = self::provider(silent, &answers(""));
    assert!(leave(&provider).await.0.as_str().ends_with("&gateway=true"));
}

/// A look at the server's session asks nobody for anything, whatever is usual; where the password is always asked for, there is none.
#[tokio::test]
async fn a_silent_look_is_a_gateway_and_never_beside_renew() {
    for (renew, gateway, sent) in [(false, false, true), (false, true, true), (true, false, false)] {
        let mut config = config();
        (config.renew, config.gateway) = (renew, gateway);
        let step = provider(config, &answers("")).begin(&Hints::silent()).await.unwrap();
        let SignInStep::Redirect { url, .. } = step else { panic!("a redirect") };
        let has = |name| url.query_pairs().filter(|(key, _)| key == name).count();
        assert_eq!((has("gateway"), has("renew")), (usize::from(sent), usize::from(renew)));
    }
}

#[tokio::test]
async fn only_the_user_name_counts() {
    let body = success(
        "<cas:user>jdupont</cas:user><cas:attributes><cas:mail>a@b.example</cas:mail><cas:user>other</cas:user>\
         <cas:cn>Jeanne Dupont</cas:cn><cas:groups>administrateurs</cas:groups><cas:siret>21990001600011</cas:siret>\
         </cas:attributes><cas:attribute name='role' value='admin'/>",
    );
    let claims = sign_in(config(), body).await.unwrap();
    assert_eq!((claims.subject.issuer(), claims.subject.id()), (SERVER, "jdupont"));
    assert_eq!(claims.login.as_deref(), Some("jdupont"));
    assert!(claims.groups.is_empty() && claims.attributes.is_empty());
    assert!(claims.display_name.is_none() && claims.mail.is_none() && claims.tokens.is_none());
    let session = claims.provider_session.unwrap();
    assert!(session.len() == 64 && !session.contains(TICKET));
}

#[tokio::test]
async fn the_ticket_is_validated_at_the_configured_server_for_the_same_service() {
    for (version, path) in [(3, "/cas/p3/serviceValidate"), (2, "/cas/serviceValidate")] {
        let transport = answers(success("<cas:user>jdupont</cas:user>"));
        let mut config = proxying();
        config.version = version.try_into().unwrap();
        config.renew = true;
        let provider = provider(config, &transport);
        let (url, attempt, state) = leave(&provider).await;
        let service = url.query_pairs().next().unwrap().1.into_owned();
        let query = query(&[("state", &state), ("ticket", TICKET)]);
        provider.finish(SignInAnswer::Callback { query, attempt }).await.unwrap();
        let asked: Url = transport.requests()[0].uri.to_string().parse().unwrap();
        assert_eq!((asked.host_str(), asked.path()), (Some("auth.example"), path));
        let pairs: Vec<(String, String)> = asked.query_pairs().into_owned().collect();
        let expected = [
            ("service", service.as_str()),
            ("ticket", TICKET),
            ("renew", "true"),
            ("pgtUrl", "https://desk.example/sign-in/cas/pgt"),
        ];
        assert_eq!(pairs, self::query(&expected));
    }
}

#[tokio::test]
async fn a_return_that_is_not_the_one_expected_asks_nobody() {
    let transport = answers(success("<cas:user>jdupont</cas:user>"));
    let provider = provider(config(), &transport);
    let (_, attempt, state) = leave(&provider).await;
    let state = state.as_str();
    let long = format!("ST-{}", "a".repeat(300));
    for pairs in [
        vec![("ticket", TICKET)],
        vec![("ticket", TICKET), ("state", "other")],
        vec![("ticket", TICKET), ("state", state), ("state", state)],
        vec![("ticket", TICKET), ("ticket", TICKET), ("state", state)],
        vec![("ticket", "PT-1"), ("state", state)],
        vec![("ticket", "ST-"), ("state", state)],
        vec![("ticket", ""), ("state", state)],
        vec![("ticket", "ST-a b"), ("state", state)],
        vec![("ticket", "ST-a&pgtUrl=https://evil.example"), ("state", state)],
        vec![("ticket", "ST-é"), ("state", state)],
        vec![("ticket", long.as_str()), ("state", state)],
    ] {
        let outcome =
            provider.finish(SignInAnswer::Callback { query: query(&pairs), attempt: attempt.clone() }).await;
        assert!(matches!(outcome, Err(SignInError::Untrusted(_))), "{pairs:?} {outcome:?}");
    }
    let none = query(&[("state", state)]);
    let outcome = provider.finish(SignInAnswer::Callback { query: none, attempt: attempt.clone() }).await;
    assert!(matches!(outcome, Err(SignInError::Refused(_))), "gateway without a session");
    for altered in [
        attempt.expose_secret().replace("\"cas\"", "\"other\""),
        attempt.expose_secret().replace("auth.example", "evil.example"),
        "{}".to_owned(),
    ] {
        let query = query(&[("ticket", TICKET), ("state", state)]);
        let outcome = provider.finish(SignInAnswer::Callback { query, attempt: altered.into() }).await;
        assert!(matches!(outcome, Err(SignInError::Untrusted(_))), "{outcome:?}");
    }
    assert!(transport.requests().is_empty());
}

#[tokio::test]
async fn whatever_is_not_one_plain_success_is_refused() {
    let user = "<cas:user>jdupont</cas:user>";
    let one = format!("<cas:authenticationSuccess>{user}</cas:authenticationSuccess>");
    let failed = "<cas:authenticationFailure code='INVALID_TICKET'>no</cas:authenticationFailure>";
    let billion = {
        let levels: String =
            (1..10).map(|n| format!("<!ENTITY l{n} \"{}\">", format!("&l{};", n - 1).repeat(10))).collect();
        format!("<!DOCTYPE x [<!ENTITY l0 \"lol\">{levels}]>{}", success("<cas:user>&l9;</cas:user>"))
    };
    let hostile: Vec<(&str, String)> = vec![
        ("nothing", String::new()),
        ("a text", "yes\njdupont\n".into()),
        (
            "malformed",
            success("<cas:user>jdupont</cas:user><cas:attributes><cas:cn>A & B</cas:cn></cas:attributes>"),
        ),
        ("cut short", success(user).replace("</cas:serviceResponse>", "")),
        ("two documents", success(user).repeat(2)),
        ("two successes", response(&format!("{one}{one}"))),
        ("two different successes", response(&format!("{one}{}", one.replace("jdupont", "asuper")))),
        ("a success and a failure", response(&format!("{one}{failed}"))),
        ("a failure and a success", response(&format!("{failed}{one}"))),
        ("two failures", response(&format!("{failed}{failed}"))),
        (
            "a success inside a failure",
            response(&format!("<cas:authenticationFailure code='X'>{one}</cas:authenticationFailure>"))
                .replace("code='X'", "code='OTHER'"),
        ),
        ("a success beside something else", response(&format!("{one}<cas:other/>"))),
        ("a success beside a text", response(&format!("{one}text"))),
        ("a success without a user", success("")),
        ("two users", success(&format!("{user}<cas:user>asuper</cas:user>"))),
        ("twice the same user", success(&format!("{user}{user}"))),
        ("a user among the attributes alone", success(&format!("<cas:attributes>{user}</cas:attributes>"))),
        ("a user deeper", success(&format!("<cas:x>{user}</cas:x>"))),
        ("two lists of attributes", success(&format!("{user}<cas:attributes/><cas:attributes/>"))),
        ("an empty user", success("<cas:user></cas:user>")),
        ("a blank user", success("<cas:user> </cas:user>")),
        ("another blank around", success("<cas:user>\u{a0}jdupont</cas:user>")),
        ("a blank without width", success("<cas:user>jdupont\u{200b}</cas:user>")),
        ("a user with elements", success("<cas:user>admin<b/>@x</cas:user>")),
        ("a user with a child user", success(&format!("<cas:user>{user}</cas:user>"))),
        ("a comment in the user", success("<cas:user>admin<!-- -->@x</cas:user>")),
        ("a comment before the user's text", success("<cas:user><!-- -->admin</cas:user>")),
        ("a comment after the user's text", success("<cas:user>admin<!-- --></cas:user>")),
        ("a comment around text", response(&format!("{one}<!-- -->text"))),
        ("an instruction", success("<cas:user>admin<?x y?>@x</cas:user>")),
        ("a user of another namespace", success("<user xmlns='http://evil.example'>asuper</user>")),
        (
            "one more user of another namespace",
            success(&format!("{user}<user xmlns='http://evil.example'>asuper</user>")),
        ),
        ("a user of no namespace", success(&format!("{user}<user>asuper</user>"))),
        ("another namespace", success(user).replace("www.yale.edu", "evil.example")),
        ("no namespace", success(user).replace("cas:", "").replace("xmlns:cas", "x")),
        ("another root", success(user).replace("serviceResponse", "response")),
        (
            "a success as the root",
            one.replace(
                "<cas:authenticationSuccess>",
                "<cas:authenticationSuccess xmlns:cas='http://www.yale.edu/tp/cas'>",
            ),
        ),
        ("an undeclared prefix", success(user).replace(" xmlns:cas='http://www.yale.edu/tp/cas'", "")),
        (
            "a redeclared prefix",
            success("<x xmlns:cas='http://evil.example'><cas:user>asuper</cas:user></x>"),
        ),
        ("a document type", format!("<!DOCTYPE x>{}", success(user))),
        (
            "an external entity",
            format!(
                "<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]>{}",
                success("<cas:user>&e;</cas:user>")
            ),
        ),
        ("a billion laughs", billion),
        ("an unknown entity", success("<cas:user>&admin;</cas:user>")),
        (
            "ten megabytes",
            success(&format!(
                "{user}<cas:attributes><cas:cn>{}</cas:cn></cas:attributes>",
                "x".repeat(10 << 20)
            )),
        ),
        ("ten megabytes in an attribute", success(&format!("{user}<cas:x y='{}'/>", "x".repeat(10 << 20)))),
        (
            "many elements",
            success(&format!("{user}<cas:attributes>{}</cas:attributes>", "<a/>".repeat(16_000))),
        ),
        ("deeply nested", success(&format!("{user}{}{}", "<cas:x>".repeat(9_000), "</cas:x>".repeat(9_000)))),
        ("nested without end", success(&"<a>".repeat(12_000))),
        (
            "a proxied ticket",
            success(&format!(
                "{user}<cas:proxies><cas:proxy>https://evil.example/</cas:proxy></cas:proxies>"
            )),
        ),
        ("a user that is not ASCII", success("<cas:user>jdupont\u{301}</cas:user>")),
        ("a control character", success("<cas:user>jdu&#x9;pont</cas:user>")),
        ("a null", success("<cas:user>jdu&#0;pont</cas:user>")),
        ("a very long user", success(&format!("<cas:user>{}</cas:user>", "x".repeat(256)))),
        (
            "a proxy success",
            response("<cas:proxySuccess><cas:proxyTicket>PT-1</cas:proxyTicket></cas:proxySuccess>"),
        ),
    ];
    for (what, body) in hostile {
        for config in [config(), proxying()] {
            let outcome = sign_in(config, body.clone()).await;
            let refused = matches!(outcome, Err(SignInError::Untrusted(_) | SignInError::Refused(_)));
            assert!(refused, "{what}: {outcome:?}");
            assert!(!outcome.unwrap_err().to_string().contains("jdupont"), "{what}");
        }
    }
}

#[tokio::test]
async fn what_xml_allows_and_means_nothing_is_passed_over() {
    let iou = "<cas:proxyGrantingTicket>\n PGTIOU-1\n </cas:proxyGrantingTicket>";
    let user = "<cas:user>jdupont</cas:user>";
    for body in [
        success("<cas:user>\r\n\t jdupont \n</cas:user>"),
        success("<cas:user><![CDATA[jdupont]]></cas:user>"),
        success("<cas:user>jd&#x75;pont</cas:user>"),
        success(&format!("<!-- before -->{user}<!-- after --><cas:attributes><!-- --></cas:attributes>")),
        success(&format!("<?a b?>{user}{iou}<?a b?>")),
        format!("<?xml version='1.0'?><!-- {user} --><?x?>{}<!-- -->", success(user)),
        format!("\u{feff}<?xml version='1.0' encoding='UTF-8'?>\n{}", success(user)),
        format!(
            "<?xml version=\"1.0\" encoding = \"utf-8\"?>{}",
            success(&format!("{user}<cas:attributes><cas:cn>Hélène</cas:cn></cas:attributes>"))
        ),
        format!("<?xml version='1.0' encoding='ISO-8859-1'?>{}", success(user)),
        format!(
            "<!-- -->{}",
            response(&format!("<!-- --><cas:authenticationSuccess>{user}</cas:authenticationSuccess><?x?>"))
        ),
    ] {
        for config in [config(), proxying()] {
            let claims = sign_in(config, body.clone()).await;
            assert_eq!(claims.unwrap_or_else(|error| panic!("{body} {error}")).subject.id(), "jdupont");
        }
    }
}

#[tokio::test]
async fn another_encoding_has_its_own_sentence() {
    let named =
        success("<cas:user>jdupont</cas:user><cas:attributes><cas:cn>H@l@ne</cas:cn></cas:attributes>");
    let latin = |text: String| -> Vec<u8> {
        text.bytes().map(|byte| if byte == b'@' { 0xe9 } else { byte }).collect()
    };
    let declared = |body: &str| format!("<?xml version='1.0' encoding=\"ISO-8859-1\"?>{body}");
    let utf_16 = named.encode_utf16().flat_map(u16::to_le_bytes);
    for body in [
        latin(named.clone()),
        latin(declared(&named)),
        // Octets that are UTF-8 too, and mean "Ã©" there.
        declared(&named.replace('@', "é")).into_bytes(),
        [0xff, 0xfe].into_iter().chain(utf_16).collect(),
    ] {
        let error = sign_in(config(), body).await.unwrap_err();
        assert!(matches!(error, SignInError::Untrusted(why) if why.contains("encoding")), "{error}");
    }
}

#[tokio::test]
async fn an_answer_that_is_no_xml_names_the_likely_cause() {
    let unescaped =
        success("<cas:user>jdupont</cas:user><cas:attributes><cas:o>Dupont & Fils</cas:o></cas:attributes>");
    let error = sign_in(config(), unescaped).await.unwrap_err().to_string();
    assert!(error.contains("did not escape") && !error.contains("Dupont"), "{error}");
    for page in ["<!DOCTYPE html><html><body>login</body></html>", "  <HTML>"] {
        let error = sign_in(config(), page).await.unwrap_err();
        assert!(matches!(error, SignInError::Misconfigured(_)), "{error}");
    }
}

#[tokio::test]
async fn failures_are_told_apart_without_their_words() {
    for (code, kind) in [
        ("INVALID_TICKET", "Refused"),
        ("INVALID_SERVICE", "Refused"),
        ("UNAUTHORIZED_SERVICE", "Misconfigured"),
        ("INVALID_PROXY_CALLBACK", "Misconfigured"),
        ("INTERNAL_ERROR", "Unreachable"),
        ("&lt;script&gt;", "Refused"),
    ] {
        let body = response(&format!(
            "<cas:authenticationFailure code='{code}'>sentinel</cas:authenticationFailure>"
        ));
        let error = sign_in(config(), body).await.unwrap_err();
        assert!(format!("{error:?}").starts_with(kind), "{code} {error:?}");
        assert!(!error.to_string().contains("sentinel") && !error.to_string().contains('<'));
    }
    for (transport, kind) in [
        (ScriptedTransport::new(), "Unreachable"),
        (ScriptedTransport::new().then(Err(TransportError::Forbidden)), "Misconfigured"),
        (ScriptedTransport::new().then(Err(TransportError::TooLarge)), "Untrusted"),
        (ScriptedTransport::new().then_body(500, "text/plain", "sentinel"), "Unreachable"),
        (ScriptedTransport::new().then_body(404, "text/plain", "sentinel"), "Misconfigured"),
        (ScriptedTransport::new().then_body(302, "text/plain", "sentinel"), "Misconfigured"),
    ] {
        let error = provider(config(), &transport).probe().await.unwrap_err();
        assert!(format!("{error:?}").starts_with(kind), "{error:?}");
    }
    let alive = answers(response("<cas:authenticationFailure code='INVALID_TICKET'/>"));
    provider(config(), &alive).probe().await.unwrap();
}

#[tokio::test]
async fn a_proxy_granting_ticket_comes_before_the_answer_that_names_it() {
    let body =
        success("<cas:user>jdupont</cas:user><cas:proxyGrantingTicket>PGTIOU-1</cas:proxyGrantingTicket>");
    let tickets = store();
    let other = SourceId::new("other").unwrap();
    for source in [&id(), &other] {
        tickets.expect(source).await.unwrap();
    }
    let granted = ProxyGrantingTicket::from_query("pgtIou=PGTIOU-1&pgtId=PGT-sentinel").unwrap();
    assert!(!format!("{granted:?}").contains("sentinel"));
    tickets
        .keep(&other, ProxyGrantingTicket::from_query("pgtIou=PGTIOU-1&pgtId=PGT-x").unwrap())
        .await
        .unwrap();
    tickets.keep(&id(), granted).await.unwrap();
    let transport = answers(body.clone()).then_body(200, "text/xml", body);
    let provider = CasProvider::new(id(), proxying(), Arc::new(transport), tickets).unwrap();
    let mut found = Vec::new();
    for _ in 0..2 {
        let (_, attempt, state) = leave(&provider).await;
        let query = query(&[("ticket", TICKET), ("state", &state)]);
        let claims = provider.finish(SignInAnswer::Callback { query, attempt }).await.unwrap();
        found.push(claims.tokens.and_then(|tokens| tokens.proxy_granting));
    }
    assert_eq!(found[0].as_ref().unwrap().expose_secret(), "PGT-sentinel");
    assert!(found[1].is_none(), "once");
}

#[tokio::test(start_paused = true)]
async fn the_proxy_callback_takes_nothing_but_two_tickets_for_a_minute() {
    for query in [
        "",
        "pgtIou=PGTIOU-1",
        "pgtId=PGT-1",
        "pgtIou=PGTIOU-1&pgtId=PGT-1&pgtId=PGT-1",
        "pgtIou=PGTIOU-1&pgtIou=PGTIOU-2&pgtId=PGT-1",
        "pgtIou=PGTIOU-1&pgtId=PGT-1&more=1",
        "pgtIou=PGT-1&pgtId=PGT-1",
        "pgtIou=PGTIOU-1&pgtId=ST-1",
        "pgtIou=PGTIOU-&pgtId=PGT-1",
        "pgtIou=PGTIOU-%00&pgtId=PGT-1",
        "pgtIou=PGTIOU-%C3%A9&pgtId=PGT-1",
    ] {
        assert!(ProxyGrantingTicket::from_query(query).is_none(), "{query}");
    }
    let long = format!("pgtIou=PGTIOU-1&pgtId=PGT-{}", "a".repeat(300));
    assert!(
        ProxyGrantingTicket::from_query(&long).is_none()
            && ProxyGrantingTicket::from_query(&long.repeat(10)).is_none()
    );

    let tickets = store();
    let give = |n: usize, ticket: &str| {
        ProxyGrantingTicket::from_query(&format!("pgtIou=PGTIOU-{n}&pgtId=PGT-{ticket}")).unwrap()
    };
    assert!(!tickets.keep(&id(), give(1, "stranger")).await.unwrap(), "nobody expects one");
    tickets.expect(&id()).await.unwrap();
    let other = SourceId::new("other").unwrap();
    assert!(!tickets.keep(&other, give(1, "x")).await.unwrap(), "of this source");
    assert!(tickets.keep(&id(), give(1, "first")).await.unwrap());
    assert!(!tickets.keep(&id(), give(1, "second")).await.unwrap());
    assert_eq!(tickets.take(&id(), "PGTIOU-1").await.unwrap().unwrap().expose_secret(), "PGT-first");
    assert!(tickets.take(&id(), "PGTIOU-1").await.unwrap().is_none(), "once");
    tickets.keep(&id(), give(2, "late")).await.unwrap();
    tokio::time::advance(EXPECTATION_TIME).await;
    assert!(!tickets.keep(&id(), give(3, "stranger")).await.unwrap(), "the validation has ended");
    tokio::time::advance(Duration::from_secs(61) - EXPECTATION_TIME).await;
    assert!(tickets.take(&id(), "PGTIOU-2").await.unwrap().is_none(), "for a minute");
    // Strangers fill what there is, and a ticket that comes after them is kept all the same.
    tickets.expect(&id()).await.unwrap();
    let strangers = MAX_WAITING_TICKETS + 10;
    for n in 0..strangers {
        tickets.keep(&id(), give(n, "x")).await.unwrap();
    }
    tokio::time::advance(Duration::from_secs(1)).await;
    tickets.expect(&other).await.unwrap();
    assert!(tickets.keep(&other, give(0, "elsewhere")).await.unwrap(), "each source has its own room");
    assert!(tickets.keep(&id(), give(strangers, "own")).await.unwrap());
    let own = tickets.take(&id(), &format!("PGTIOU-{strangers}")).await.unwrap().unwrap();
    assert_eq!(own.expose_secret(), "PGT-own");
    let mut waiting = 0;
    for n in 0..strangers {
        waiting += usize::from(tickets.take(&id(), &format!("PGTIOU-{n}")).await.unwrap().is_some());
    }
    assert_eq!(waiting, MAX_WAITING_TICKETS - 1, "bounded");
}

fn holding(ticket: &str) -> PersonTokens {
    let mut tokens = PersonTokens::none();
    tokens.proxy_granting = Some(ticket.to_owned().into());
    tokens
}

#[tokio::test]
async fn tickets_are_bought_for_declared_targets_only() {
    let transport = answers(response(
        "<cas:proxySuccess><cas:proxyTicket>PT-b36d39</cas:proxyTicket></cas:proxySuccess>",
    ));
    let provider = provider(proxying(), &transport);
    for service in [
        "https://evil.example/api/",
        "https://pastell.example.evil.example/api/",
        "https://pastell.example@evil.example/api/",
        "https://u:p@pastell.example/api/",
        "http://pastell.example/api/",
        "https://pastell.example:8443/api/",
        "https://pastell.example/apix/",
        "https://pastell.example/",
        "https://pastell.example/api/../admin",
        "https://pastell.example/api/%2e%2e/admin",
        "https://pastell.example/api/..%2fadmin",
        "https://pastell.example/api/%5c..%5cadmin",
        "https://pastell.example/api//admin",
        "https://pastell.example/api/\\admin",
        "https://PASTELL.example/api/",
        "https://pastell.example/api/#x",
        " https://pastell.example/api/",
        "javascript:alert(1)",
        "",
    ] {
        let outcome = provider.proxy_ticket(&holding("PGT-1"), service).await;
        assert!(matches!(outcome, Err(SignInError::Misconfigured(_))), "{service} {outcome:?}");
    }
    let target = "https://pastell.example/api/v2/document?auth=cas";
    let without = provider.proxy_ticket(&PersonTokens::none(), target).await;
    assert!(matches!(without, Err(SignInError::Refused(_))), "{without:?}");
    assert!(transport.requests().is_empty());
    let ticket = provider.proxy_ticket(&holding("PGT-1"), target).await.unwrap();
    assert_eq!(ticket.expose_secret(), "PT-b36d39");
    let asked: Url = transport.requests()[0].uri.to_string().parse().unwrap();
    assert_eq!((asked.host_str(), asked.path()), (Some("auth.example"), "/cas/proxy"));
    let pairs: Vec<(String, String)> = asked.query_pairs().into_owned().collect();
    assert_eq!(pairs, query(&[("targetService", target), ("pgt", "PGT-1")]));
    let none = self::provider(config(), &transport).proxy_ticket(&holding("PGT-1"), target).await;
    assert!(matches!(none, Err(SignInError::Misconfigured(_))));
}

#[tokio::test]
async fn a_lost_proxy_granting_ticket_means_a_new_sign_in() {
    let target = "https://pastell.example/api/";
    let success = |ticket: &str| {
        response(&format!("<cas:proxySuccess><cas:proxyTicket>{ticket}</cas:proxyTicket></cas:proxySuccess>"))
    };
    for (status, body, kind) in [
        (500, "Internal Server Error".to_owned(), "Refused"),
        (200, "Internal Server Error".to_owned(), "Refused"),
        (200, "<html></html>".to_owned(), "Refused"),
        (200, response("<cas:proxyFailure code='BAD_PGT'>sentinel</cas:proxyFailure>"), "Refused"),
        (200, response("<cas:proxyFailure code='UNAUTHORIZED_SERVICE'/>"), "Misconfigured"),
        (200, success("ST-1"), "Untrusted"),
        (200, success("PT-1 2"), "Untrusted"),
        (200, success("PT-1</cas:proxyTicket><cas:proxyTicket>PT-2"), "Untrusted"),
        (200, response(""), "Untrusted"),
    ] {
        let transport = ScriptedTransport::new().then_body(status, "text/xml", body.clone());
        let error =
            provider(proxying(), &transport).proxy_ticket(&holding("PGT-1"), target).await.unwrap_err();
        assert!(format!("{error:?}").starts_with(kind), "{body} {error:?}");
    }
}

#[tokio::test]
async fn a_logout_request_names_one_ticket_or_nothing() {
    let provider = provider(config(), &answers(success("<cas:user>jdupont</cas:user>")));
    let (_, attempt, state) = leave(&provider).await;
    let query = query(&[("ticket", TICKET), ("state", &state)]);
    let signed_in = provider.finish(SignInAnswer::Callback { query, attempt }).await.unwrap();
    let request = |inside: &str| {
        format!(
            "<samlp:LogoutRequest xmlns:samlp=\"urn:oasis:names:tc:SAML:2.0:protocol\" ID=\"x\" Version=\"2.0\">\
             <saml:NameID xmlns:saml=\"urn:oasis:names:tc:SAML:2.0:assertion\">@NOT_USED@</saml:NameID>{inside}\
             </samlp:LogoutRequest>"
        )
    };
    let index = |ticket: &str| format!("<samlp:SessionIndex>{ticket}</samlp:SessionIndex>");
    let logout = provider.read_logout(&request(&index(TICKET))).await.unwrap();
    assert_eq!(logout.provider_session, signed_in.provider_session);
    assert!(logout.subject.is_none());
    let other = provider.read_logout(&request(&index("ST-other"))).await.unwrap();
    assert_ne!(other.provider_session, signed_in.provider_session);
    let good = index(TICKET);
    for hostile in [
        String::new(),
        "logout".into(),
        request(""),
        request(&good.repeat(2)),
        request(&format!("<x>{good}</x>")),
        request(&format!("{good}<x>{}</x>", index("ST-other"))),
        request(&index("")),
        request(&index("PT-1")),
        request(&index("ST-1<!-- -->")),
        request(&good).replace("SAML:2.0:protocol", "SAML:9.9:protocol"),
        request(&good).replace("LogoutRequest", "AuthnRequest"),
        format!("<!DOCTYPE x [<!ENTITY e 'ST-1'>]>{}", request(&index("&e;"))),
        request(&format!("{good}<x>{}</x>", "y".repeat(9000))),
    ] {
        let outcome = provider.read_logout(&hostile).await;
        assert!(matches!(outcome, Err(SignInError::Untrusted(_))), "{hostile} {outcome:?}");
    }
}

#[test]
fn settings_that_cannot_be_safe_are_refused() {
    let build = |change: fn(&mut CasConfig)| {
        let mut config = proxying();
        change(&mut config);
        CasProvider::new(id(), config, Arc::new(ScriptedTransport::new()), store()).map(drop)
    };
    assert_eq!(build(|_| {}), Ok(()));
    assert_eq!(build(|config| config.server = "http://auth.localhost/cas".parse().unwrap()), Ok(()));
    let wrong: [fn(&mut CasConfig); 9] = [
        |config| config.stable_users = false,
        |config| config.server = "http://auth.example/cas".parse().unwrap(),
        |config| config.server = "https://u:p@auth.example/cas".parse().unwrap(),
        |config| config.server = "https://auth.example/cas?x=y".parse().unwrap(),
        |config| config.service = "https://desk.example/callback?x=y".parse().unwrap(),
        |config| (config.renew, config.gateway) = (true, true),
        |config| config.proxy.as_mut().unwrap().targets.clear(),
        |config| {
            config.proxy.as_mut().unwrap().targets = vec!["https://pastell.example/api".parse().unwrap()]
        },
        |config| config.proxy.as_mut().unwrap().callback = "https://desk.example/pgt?x".parse().unwrap(),
    ];
    for change in wrong {
        assert!(matches!(build(change), Err(SignInError::Misconfigured(_))));
    }
}

#[test]
fn signing_out_leads_to_the_server_unless_it_stays_here() {
    let back = "https://desk.example/".parse().unwrap();
    let url = provider(config(), &answers("")).sign_out_url(None, &back).unwrap();
    assert_eq!(url.as_str(), "https://auth.example/cas/logout?service=https%3A%2F%2Fdesk.example%2F");
    let mut here = config();
    here.sign_out = pleiade_federation::cas::SignOut::LocalOnly;
    assert_eq!(provider(here, &answers("")).sign_out_url(None, &back), None);
}
