//! Attacks on trust in headers: from elsewhere, with other names, twice.

use pleiade_core::{Claims, Hints, IdentityProvider as _, SignInAnswer, SignInError, SignInStep, SourceId};
use pleiade_federation::header::{HeaderConfig, HeaderProvider};
use std::net::IpAddr;

const PROXY: &str = "10.0.0.5";

fn config() -> HeaderConfig {
    let mut config = HeaderConfig::new(vec![PROXY.parse().unwrap()], "https://auth.example/", "Auth-Subject");
    config.login = Some("Auth-User".into());
    config.display_name = Some("Auth-Cn".into());
    config.mail = Some("Auth-Mail".into());
    config.groups = Some("Auth-Groups".into());
    config.attributes.insert("collectivite".into(), "Auth-Collectivite".into());
    config.base64 = vec!["auth-cn".into()];
    config
}

fn provider() -> HeaderProvider {
    HeaderProvider::new(SourceId::new("proxy").unwrap(), config()).unwrap()
}

async fn come(peer: &str, headers: &[(&str, &[u8])]) -> Result<Claims, SignInError> {
    let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), value.to_vec())).collect();
    provider().finish(SignInAnswer::Headers { peer: peer.parse::<IpAddr>().unwrap(), headers }).await
}

#[tokio::test]
async fn the_declared_headers_of_the_declared_proxy_are_read() {
    assert!(matches!(provider().begin(&Hints::none()).await, Ok(SignInStep::ReadHeaders)));
    let claims = come(
        PROXY,
        &[
            ("auth-subject", b"ldap:42"),
            ("auth-user", b"hmartin"),
            ("auth-cn", b"SMOpbMOobmUgTWFydGlu"),
            ("auth-mail", b"helene.martin@alpha.example"),
            ("auth-groups", b"elus; agents ;"),
            ("auth-collectivite", b"mairie-alpha"),
            ("auth-role", b"admin"),
            ("auth_subject", b"admin"),
            ("x-auth-subject", b"admin"),
        ],
    )
    .await
    .unwrap();
    assert_eq!((claims.subject.issuer(), claims.subject.id()), ("https://auth.example/", "ldap:42"));
    assert_eq!(claims.display_name.as_deref(), Some("Hélène Martin"));
    assert_eq!(claims.login.as_deref(), Some("hmartin"));
    assert_eq!(claims.groups, ["elus", "agents"]);
    assert_eq!(
        claims.attributes.into_iter().collect::<Vec<_>>(),
        [("collectivite".to_owned(), vec!["mairie-alpha".to_owned()])]
    );
    assert!(come(&format!("::ffff:{PROXY}"), &[("auth-subject", b"x")]).await.is_ok());
}

#[tokio::test]
async fn everything_else_is_refused() {
    for peer in ["10.0.0.6", "127.0.0.1", "::1", "0.0.0.0"] {
        let outcome = come(peer, &[("auth-subject", b"ldap:42")]).await;
        assert!(matches!(outcome, Err(SignInError::Untrusted(_))), "{peer}");
    }
    let hostile: [&[(&str, &[u8])]; 9] = [
        &[("auth-subject", b"a"), ("auth-subject", b"a")],
        &[("auth-subject", b"a"), ("Auth-Subject", b"b")],
        &[("auth-subject", b"a"), ("auth-groups", b"x"), ("auth-groups", b"y")],
        &[("auth-subject", b"a\xff")],
        &[("auth-subject", "é".as_bytes())],
        &[("auth-subject", b"a\tb")],
        &[("auth-subject", &[b'a'; 300])],
        &[("auth-subject", b"a"), ("auth-cn", b"not base64!")],
        &[("auth-subject", b"a"), ("auth-groups", &[b'a'; 9000])],
    ];
    for headers in hostile {
        let outcome = come(PROXY, headers).await;
        assert!(matches!(outcome, Err(SignInError::Untrusted(_))), "{headers:?} {outcome:?}");
    }
    for nobody in [&[][..], &[("auth-user", b"jdupont" as &[u8])], &[("auth-subject", b" ")]] {
        assert!(matches!(come(PROXY, nobody).await, Err(SignInError::Refused(_))));
    }
    let answer = SignInAnswer::Callback { query: Vec::new(), attempt: String::new().into() };
    assert!(provider().finish(answer).await.is_err());
}

#[test]
fn settings_that_cannot_be_safe_are_refused() {
    let build = |change: fn(&mut HeaderConfig)| {
        let mut config = config();
        change(&mut config);
        HeaderProvider::new(SourceId::new("proxy").unwrap(), config).map(drop)
    };
    assert_eq!(build(|_| {}), Ok(()));
    let wrong: [fn(&mut HeaderConfig); 10] = [
        |config| config.peers.clear(),
        |config| config.peers = vec!["0.0.0.0".parse().unwrap()],
        |config| config.issuer.clear(),
        |config| config.subject = "Cookie".into(),
        |config| config.subject = "Auth_User".into(),
        |config| config.subject = "X-Forwarded-For".into(),
        |config| config.login = Some("Auth User".into()),
        |config| config.base64 = vec!["Auth-Other".into()],
        |config| config.separator.clear(),
        |config| config.sign_out = Some("javascript:alert(1)".parse().unwrap()),
    ];
    for change in wrong {
        assert!(matches!(build(change), Err(SignInError::Misconfigured(_))));
    }
}
