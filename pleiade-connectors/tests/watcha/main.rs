//! The connector of Watcha: what it adds to that of Matrix, over the simulated homeserver.
#![cfg(all(feature = "watcha", feature = "nextcloud"))]
#![expect(clippy::unwrap_used, reason = "helpers of tests panic like tests")]

use axum::{Router, body::Body, extract::Request, middleware::Next, response::IntoResponse as _};
use pleiade_connectors::watcha::{AGENDA, DOCUMENTS, TASKS, WatchaConfig, WatchaConnector};
use pleiade_core::{
    CallContext, Connector as _, ConnectorId, Credential, ErrorKind, Item, Text, WidgetContent, WidgetId,
};
use pleiade_testkit::{
    CapturingTransport, FixedCredentials, Matrix, RouterTransport, ScriptedTransport, Simulator as _,
    TestClock, Watcha,
    matrix::{AS_TOKEN, JWT_AUDIENCE, JWT_ISSUER, JWT_SECRET, SERVER_NAME},
    people::CAMILLE,
    watcha::{CALENDAR, PARTNER, SHARE},
};
use serde_json::{Value, json};
use std::{sync::Arc, time::Duration};

const ROOM: &str = "Urbanisme et habitat";
const NEXTCLOUD: &str = "https://watcha.ville.example/nextcloud";

struct Suite {
    server: Watcha,
    transport: CapturingTransport,
    connector: WatchaConnector,
    clock: Arc<TestClock>,
}

fn settings(access: Value, nextcloud: Option<&str>) -> WatchaConfig {
    let settings = json!({
        "matrix": {
            "homeserver": "https://matrix.watcha.ville.example/", "server_name": SERVER_NAME,
            "element_url": "https://watcha.ville.example/app/", "access": access,
        },
        "nextcloud_url": nextcloud,
    });
    serde_json::from_value(settings).unwrap()
}

fn acting() -> Value {
    json!({ "mode": "application_service", "as_token": AS_TOKEN })
}

fn suite_with(access: Value, nextcloud: Option<&str>, change: impl Fn(Router) -> Router) -> Suite {
    let clock = Arc::new(TestClock::default());
    let server = Watcha::new(clock.clone());
    let router = RouterTransport::new(change(server.router()));
    let transport = CapturingTransport::new(Arc::new(router));
    let id = ConnectorId::from_static("watcha");
    let connector =
        WatchaConnector::new(id, settings(access, nextcloud), Arc::new(transport.clone())).unwrap();
    Suite { server, transport, connector, clock }
}

fn suite() -> Suite {
    suite_with(acting(), Some(NEXTCLOUD), |router| router)
}

impl Suite {
    fn somebody(&self, login: &str) -> CallContext {
        let credentials = FixedCredentials::always(Credential::ActingLogin { login: login.to_owned() });
        CAMILLE.context_with(Arc::new(credentials), self.clock.clone())
    }

    async fn rooms(&self, login: &str) -> WidgetContent {
        tokio::time::advance(Duration::from_secs(60)).await;
        let widget = self.connector.widget(&WidgetId::from_static("rooms")).unwrap();
        widget.load(&self.somebody(login)).await.unwrap()
    }

    /// The shortcuts of the room, each with its address.
    async fn shortcuts(&self, login: &str) -> Vec<(String, String)> {
        let content = self.rooms(login).await;
        let is_room = |item: &&Item| item.title == Text::plain(ROOM);
        let room = content.items.iter().find(is_room).unwrap();
        let links =
            room.actions.iter().filter_map(|action| Some((action.id.to_string(), action.link.as_ref()?)));
        links.map(|(id, link)| (id, link.to_string())).collect()
    }

    fn set(&self, kind: &str, key: &str, content: Value) {
        let room = self.server.matrix().room_named(ROOM).unwrap();
        self.server.matrix().set_state(&room, "jmoreau", kind, key, content);
    }
}

fn page(path: &str) -> String {
    format!("{NEXTCLOUD}/index.php/apps/{path}")
}

#[tokio::test(start_paused = true)]
async fn a_room_leads_to_the_documents_and_the_agenda_that_it_shares() {
    let expected = vec![
        (DOCUMENTS.to_string(), page("files/?dir=%2FService+technique&fileid=345")),
        (AGENDA.to_string(), page("calendar/")),
        (TASKS.to_string(), page("tasks/")),
    ];
    assert_eq!(suite().shortcuts("cdurand").await, expected);
    let without = suite_with(acting(), None, |router| router);
    assert!(without.shortcuts("cdurand").await.is_empty());
}

/// Both use the words of Matrix.
#[tokio::test(start_paused = true)]
async fn it_stands_beside_the_connector_of_matrix() {
    use pleiade_connectors::{matrix::MatrixConnector, text::Catalogue};
    let suite = suite();
    let plain = settings(acting(), None).matrix;
    let id = ConnectorId::from_static("matrix");
    let matrix = MatrixConnector::new(id, plain, Arc::new(ScriptedTransport::new())).unwrap();
    for pair in [
        [suite.connector.descriptor(), matrix.descriptor()],
        [matrix.descriptor(), suite.connector.descriptor()],
    ] {
        let all =
            pair.into_iter().try_fold(Catalogue::builder(), |all, one| all.connector(one)).unwrap().build();
        for key in ["matrix-rooms-title", "watcha-action-agenda"] {
            assert!(pleiade_core::Locale::ALL.into_iter().all(|locale| all.has(locale, key)), "{key}");
        }
    }
}

/// A share that is the last event of a room comes in the timeline and not in the state.
#[tokio::test(start_paused = true)]
async fn a_share_that_changes_is_seen_and_one_that_ends_is_gone() {
    let suite = suite();
    assert_eq!(suite.shortcuts("cdurand").await.len(), 3);
    suite.set(SHARE, "", json!({ "nextcloudShare": "https://evil.example/?dir=/Autre" }));
    suite.set(CALENDAR, "VEVENT_VTODO", json!({}));
    let documents = (DOCUMENTS.to_string(), page("files/?dir=%2FAutre"));
    assert_eq!(suite.shortcuts("cdurand").await, std::slice::from_ref(&documents));
    suite.set(CALENDAR, "VTODO", json!({ "id": 3, "is_personal": false }));
    assert_eq!(suite.shortcuts("cdurand").await, [documents, (TASKS.to_string(), page("tasks/"))]);
    for nothing in [json!({ "nextcloudShare": null }), json!({ "nextcloudShare": "" }), json!({})] {
        suite.set(SHARE, "", nothing);
        assert_eq!(suite.shortcuts("cdurand").await.len(), 1);
    }
    // What is no share at all hides no room.
    suite.set(CALENDAR, "VTODO", json!({ "id": [1] }));
    suite.set(SHARE, "", json!({ "nextcloudShare": 7, "x": "é".repeat(5000) }));
    assert!(suite.shortcuts("cdurand").await.is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_partner_is_not_offered_what_is_refused_to_them() {
    let jwt = json!({ "mode": "jwt", "secret": JWT_SECRET, "issuer": JWT_ISSUER, "audience": JWT_AUDIENCE });
    for (access, calls) in [(acting(), 2), (jwt, 0)] {
        let suite = suite_with(access, Some(NEXTCLOUD), |router| router);
        assert!(suite.rooms(PARTNER).await.actions.is_empty());
        assert_eq!(suite.rooms("cdurand").await.actions.len(), 1, "a colleague is offered it");
        suite.rooms(PARTNER).await;
        let asked = suite.transport.take();
        let asked =
            asked.iter().filter(|request| request.uri.path() == "/_watcha/nextcloud/calendars").count();
        assert_eq!(asked, calls, "once for each session, and not where the sign-in told");
    }
}

/// Nextcloud is down behind the homeserver.
#[tokio::test(start_paused = true)]
async fn what_watcha_adds_hides_nothing_when_it_fails() {
    async fn broken(request: Request, next: Next) -> axum::response::Response {
        if !request.uri().path().starts_with("/_watcha") {
            return next.run(request).await;
        }
        let body = r#"{"errcode":"W_NEXTCLOUD_CAN_NOT_SHARE","error":"x"}"#;
        (http::StatusCode::INTERNAL_SERVER_ERROR, body).into_response()
    }
    async fn silent(request: Request, next: Next) -> axum::response::Response {
        if !request.uri().path().starts_with("/_watcha") {
            return next.run(request).await;
        }
        tokio::time::sleep(Duration::from_secs(3600)).await;
        Body::empty().into_response()
    }
    let broken =
        suite_with(acting(), Some(NEXTCLOUD), |router| router.layer(axum::middleware::from_fn(broken)));
    let silent =
        suite_with(acting(), Some(NEXTCLOUD), |router| router.layer(axum::middleware::from_fn(silent)));
    for suite in [broken, silent] {
        let before = tokio::time::Instant::now();
        let content = suite.rooms("cdurand").await;
        assert!(content.notices.is_empty() && !content.items.is_empty() && !content.actions.is_empty());
        assert!(before.elapsed() < Duration::from_secs(65), "nobody waits for it");
        assert!(suite.connector.probe().await.is_ok());
    }
}

/// A code that no specification has says nothing that its status does not.
#[tokio::test(start_paused = true)]
async fn codes_of_watcha_are_read_by_their_status() {
    let codes =
        ["CREATE_GROUP", "ADD_MEMBERS_TO_GROUP", "SHARE"].map(|code| format!("W_NEXTCLOUD_CAN_NOT_{code}"));
    for code in codes {
        for (status, kind) in [(404, ErrorKind::NotFound), (500, ErrorKind::Unreachable)] {
            let body = format!("{{\"errcode\":\"{code}\",\"error\":\"x\"}}");
            let script = ScriptedTransport::new().then_body(status, "application/json", body);
            let id = ConnectorId::from_static("watcha");
            let connector = WatchaConnector::new(id, settings(acting(), None), Arc::new(script)).unwrap();
            assert_eq!(connector.probe().await.unwrap_err().kind(), kind, "{code} {status}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn the_homeserver_of_a_suite_is_told_from_another() {
    let version = async |connector: &WatchaConnector| connector.probe().await.unwrap().version.unwrap();
    let suite = suite();
    assert_eq!(version(&suite.connector).await, "Synapse/1.163.2 (Watcha)");
    assert!(suite.connector.is_watcha().await.unwrap());
    let plain = RouterTransport::new(Matrix::new(suite.clock.clone()).router());
    let id = ConnectorId::from_static("watcha");
    let connector = WatchaConnector::new(id, settings(acting(), None), Arc::new(plain)).unwrap();
    assert_eq!(version(&connector).await, "Synapse/1.163.2 (without Watcha)");
}
