//! What is sent: method, address, headers, body.

use crate::support::{Network, answer, bearer, client, ocs, recorded};
use pleiade_connectors::nextcloud::client::{Authorization, Notifications, Presence};
use pleiade_core::{ErrorKind, ExposeSecret as _, Locale};

#[tokio::test]
async fn every_call_says_json_and_who_but_keeps_no_cookie() {
    let with_cookie = answer(
        200,
        &[("set-cookie", "oc_sessionPassphrase=x"), ("content-type", "application/json")],
        r#"{"ocs":{"meta":{"status":"ok","statuscode":200},"data":[]}}"#,
    );
    let network = Network::new().on_answers("GET /ocs/v2.php/apps/spreed/api/v4/room", [with_cookie]);
    let client = client(&network);
    let access = bearer();
    let session = client.session(&access, Locale::Fr);
    session.rooms().await.unwrap();
    session.rooms().await.unwrap();
    let sent = network.last();
    assert_eq!(sent.target, "/ocs/v2.php/apps/spreed/api/v4/room?noStatusUpdate=1&format=json");
    assert_eq!(sent.header("ocs-apirequest"), "true");
    assert_eq!(sent.header("accept"), "application/json");
    assert_eq!(sent.header("accept-language"), "fr");
    assert_eq!(sent.header("authorization"), "Bearer app-password");
    assert!(!sent.headers.contains_key("cookie"));
}

#[tokio::test]
async fn basic_sends_the_login() {
    let network = Network::new().on_answers("GET /ocs/v2.php/apps/spreed", [ocs("[]")]);
    let client = client(&network);
    let access = Authorization::Basic { login: "camille".into(), password: "secret".into() };
    client.session(&access, Locale::En).rooms().await.unwrap();
    assert_eq!(network.last().header("authorization"), "Basic Y2FtaWxsZTpzZWNyZXQ=");
    assert!(!format!("{access:?}").contains("camille"));
}

#[tokio::test]
async fn notifications_are_asked_with_their_tag() {
    let network = Network::new()
        .on_answers("GET /ocs/v2.php/apps/notifications", [answer(304, &[], ""), answer(204, &[], "")]);
    let (client, access) = (client(&network), bearer());
    let session = client.session(&access, Locale::Fr);
    assert!(matches!(session.notifications(Some("\"tag\"")).await.unwrap(), Notifications::Unchanged));
    assert_eq!(network.last().header("if-none-match"), "\"tag\"");
    let nobody = session.notifications(None).await.unwrap();
    assert!(matches!(nobody, Notifications::List { list, .. } if list.is_empty()), "204: no app can notify");
}

#[tokio::test]
async fn actions() {
    let network = Network::new().on_answers("", [ocs("[]")]);
    let (client, access) = (client(&network), bearer());
    let session = client.session(&access, Locale::Fr);
    session.dismiss_notification(7).await.unwrap();
    session.mark_room_read("s5fcxs3m").await.unwrap();
    session.set_presence(Presence::Away).await.unwrap();
    session.accept_share(60).await.unwrap();
    session.revoke_app_password().await.unwrap();
    let sent: Vec<_> = network
        .sent()
        .into_iter()
        .map(|sent| format!("{} {} {}", sent.method, sent.target, sent.body))
        .collect();
    assert_eq!(
        sent,
        [
            "DELETE /ocs/v2.php/apps/notifications/api/v2/notifications/7?format=json ",
            "POST /ocs/v2.php/apps/spreed/api/v1/chat/s5fcxs3m/read?format=json {}",
            r#"PUT /ocs/v2.php/apps/user_status/api/v1/user_status/status?format=json {"statusType":"away"}"#,
            "POST /ocs/v2.php/apps/files_sharing/api/v1/shares/pending/60?format=json ",
            "DELETE /ocs/v2.php/core/apppassword?format=json ",
        ]
    );
}

#[tokio::test]
async fn a_user_id_cannot_leave_its_place() {
    let network = Network::new()
        .on("SEARCH /remote.php/dav/", "nextcloud-31/webdav-search-recent.http")
        .on("REPORT /", "nextcloud-31/webdav-favorites.http");
    let (client, access) = (client(&network), bearer());
    let session = client.session(&access, Locale::Fr);
    let elsewhere = session.recent_files("a/../b é<", 5).await.unwrap();
    assert!(elsewhere.is_empty() && elsewhere.unreadable == 5, "files of somebody else");
    let sent = network.last();
    assert_eq!((sent.method.as_str(), sent.target.as_str()), ("SEARCH", "/remote.php/dav/"));
    assert_eq!(sent.header("content-type"), "text/xml; charset=utf-8");
    assert!(sent.body.contains("<d:href>/files/a%2F..%2Fb%20%C3%A9%3C</d:href>"), "{}", sent.body);
    assert!(sent.body.contains("<d:nresults>5</d:nresults>"));
    assert!(session.favourite_files("a/b").await.unwrap().is_empty());
    assert_eq!(network.last().target, "/remote.php/dav/files/a%2Fb/");
}

#[tokio::test]
async fn calendar_reports_go_one_level_deep_and_name_their_span() {
    let network = Network::new().on("REPORT /", "nextcloud-31/caldav-report-expanded.http");
    let (client, access) = (client(&network), bearer());
    let span = ("2026-11-22T23:00:00Z".parse().unwrap(), "2026-11-29T23:00:00Z".parse().unwrap());
    client.session(&access, Locale::Fr).events("camille", "personal", span, chrono_tz::UTC).await.unwrap();
    let sent = network.last();
    assert_eq!(sent.header("depth"), "1");
    assert_eq!(sent.header("x-nc-caldav-webcal-caching"), "On");
    let range = r#"start="20261122T230000Z" end="20261129T230000Z""#;
    assert_eq!(sent.body.matches(range).count(), 2, "in the expansion and in the filter");
    assert!(roxmltree::Document::parse(&sent.body).is_ok());
}

#[tokio::test]
async fn login_flow() {
    let granted = |server: &str| {
        answer(200, &[], &format!(r#"{{"server":"{server}","loginName":"marie","appPassword":"s3cret"}}"#))
    };
    let network = Network::new()
        .on_answers(
            "POST /index.php/login/v2/poll",
            [
                answer(404, &[("content-type", "application/json")], "[]"),
                granted("http://cloud.example.test"),
                granted("https://evil.example"),
                granted("https://cloud.example.test/other"),
                granted(""),
            ],
        )
        .on("POST /index.php/login/v2", "nextcloud-31/loginflow-init.http");
    let client = client(&network);
    let flow = client.start_login("Pleiade").await.unwrap();
    assert_eq!(network.last().header("user-agent"), "Pleiade");
    assert!(!network.last().headers.contains_key("authorization"));
    assert!(flow.login.as_str().starts_with("https://cloud.example.test/index.php/login/v2/flow/I5VN"));
    assert!(client.poll_login(&flow.token).await.unwrap().is_none(), "the person has not answered yet");
    assert_eq!(network.last().body, format!("token={}", flow.token.expose_secret()));
    let password = client.poll_login(&flow.token).await.unwrap().unwrap();
    assert_eq!((password.login.as_str(), password.secret.expose_secret()), ("marie", "s3cret"));
    for _ in 0..3 {
        let error = client.poll_login(&flow.token).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::BadConfiguration, "another server than the configured one");
    }
}

#[tokio::test]
async fn a_login_page_elsewhere_is_refused() {
    let hostile = recorded("nextcloud-31/loginflow-init.http").map(|body| {
        String::from_utf8(body.to_vec()).unwrap().replace("cloud.example.test", "evil.example").into()
    });
    let network = Network::new().on_answers("POST /index.php/login/v2", [hostile]);
    let error = client(&network).start_login("Pleiade").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::BadConfiguration);
}
