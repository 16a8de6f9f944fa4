//! The Matrix connector over its simulator, day after day; and the simulator itself, which loses what Synapse loses.

use pleiade_connectors::matrix::{
    Authorization, Login, MatrixAuthMethod, MatrixClient, MatrixConfig, MatrixConnector, UserId,
    client::Refusal,
};
use pleiade_core::{
    ActionId, ActionRequest, Amount, CallContext, Connector as _, ConnectorId, ErrorKind, ExposeSecret, Text,
    WidgetContent, WidgetId,
};
use pleiade_testkit::{
    CapturingTransport, Fault, FaultSwitch, FixedCredentials, Matrix, RouterTransport, Simulator as _,
    TestClock, matrix,
    people::{CAMILLE, PEOPLE, SINEAD},
};
use serde_json::Value;
use std::{sync::Arc, time::Duration};

struct Desk {
    simulator: Matrix,
    switch: FaultSwitch,
    transport: CapturingTransport,
    connector: MatrixConnector,
    clock: Arc<TestClock>,
    cx: CallContext,
}

impl Desk {
    fn new() -> Self {
        Self::with(MatrixAuthMethod::ApplicationService { as_token: matrix::AS_TOKEN.into() })
    }

    fn with(access: MatrixAuthMethod) -> Self {
        let clock = Arc::new(TestClock::default());
        let simulator = Matrix::new(clock.clone());
        let switch = FaultSwitch::for_simulator(Arc::new(simulator.clone()));
        let router = RouterTransport::new(switch.wrap(simulator.router()));
        let transport = CapturingTransport::new(Arc::new(router));
        let address = |host: &str| format!("https://{host}.demonstration.example/").parse().unwrap();
        let config = MatrixConfig::new(address("matrix"), matrix::SERVER_NAME, address("chat"), access);
        let connector =
            MatrixConnector::new(ConnectorId::new("matrix").unwrap(), config, Arc::new(transport.clone()));
        let cx = CAMILLE.context_with(Arc::new(FixedCredentials::acting_login()), clock.clone());
        Self { simulator, switch, transport, connector: connector.unwrap(), clock, cx }
    }

    fn client(&self) -> &MatrixClient {
        self.connector.client()
    }

    async fn card(&self, id: &str) -> WidgetContent {
        let widget = self.connector.widget(&WidgetId::new(id).unwrap()).unwrap();
        widget.load(&self.cx).await.unwrap()
    }

    /// Unread rooms, unread messages, mentions.
    async fn counts(&self) -> Vec<u64> {
        let count = |amount| match amount {
            Amount::Count { value, .. } => value,
            amount => panic!("{amount:?}"),
        };
        self.card("rooms").await.indicators.iter().map(|indicator| count(indicator.amount)).collect()
    }

    async fn titles(&self, card: &str) -> Vec<String> {
        let words = |text: Text| match text {
            Text::Plain(text) => text,
            Text::Message(message) => message.key().to_owned(),
        };
        self.card(card).await.items.into_iter().map(|item| words(item.title)).collect()
    }

    async fn act(&self, action: &str, room: &str) {
        let request = ActionRequest::new(ActionId::new(action).unwrap(), room.to_owned());
        self.connector.perform(&self.cx, &request).await.unwrap();
    }

    /// The `since` of the calls of `/sync` since the last look.
    fn positions(&self) -> Vec<Option<String>> {
        let syncs = self.transport.take().into_iter().filter(|sent| sent.uri.path().ends_with("/sync"));
        syncs
            .map(|sent| {
                let query = sent.uri.query().unwrap_or_default().to_owned();
                let mut pairs = url::form_urlencoded::parse(query.as_bytes());
                pairs.find(|(name, _)| name == "since").map(|(_, value)| value.into_owned())
            })
            .collect()
    }
}

#[tokio::test(start_paused = true)]
async fn a_morning() {
    let desk = Desk::new();
    assert_eq!(desk.counts().await, [3, 8, 1]);
    assert_eq!(
        desk.titles("rooms").await,
        ["Secrétaires de mairie du Pays des Trois Rivières", "Urbanisme et habitat", "Léa Roux"]
    );
    assert_eq!(desk.titles("mentions").await, ["Urbanisme et habitat"]);
    assert_eq!(desk.titles("invitations").await, ["Commission voirie"]);

    let room = desk.simulator.room_named("Urbanisme et habitat").unwrap();
    desk.simulator.post(&room, "tgirard", "Camille, le pétitionnaire attend ta réponse.", &["cdurand"]);
    assert_eq!(desk.counts().await, [3, 9, 2]);
    desk.act("mark-read", &room).await;
    assert_eq!(desk.counts().await, [2, 5, 0]);
    desk.simulator.rename(&room, "jmoreau", "Urbanisme");
    desk.simulator.post(&room, "jmoreau", "Nouveau nom !", &[]);
    assert!(desk.titles("rooms").await.contains(&"Urbanisme".to_owned()));
    desk.simulator.mark_read(&room, "cdurand");
    assert_eq!(desk.counts().await, [2, 5, 0]);

    let invited = desk.simulator.invite("ofaure", "cdurand", "Fête du personnel");
    assert_eq!(desk.titles("invitations").await.len(), 2);
    desk.act("accept-invite", &invited).await;
    assert_eq!(desk.titles("invitations").await, ["Commission voirie"]);
    let voirie = desk.simulator.room_named("Commission voirie").unwrap();
    desk.act("refuse-invite", &voirie).await;
    assert!(desk.titles("invitations").await.is_empty());
    assert!(desk.simulator.rooms_of("cdurand").contains(&invited));

    let all = desk.positions();
    assert_eq!(all.iter().filter(|since| since.is_none()).count(), 1, "everything is read once");
}

#[tokio::test(start_paused = true)]
async fn a_last_rename_and_a_departure_are_seen() {
    let desk = Desk::new();
    desk.counts().await;
    let room = desk.simulator.room_named("Urbanisme et habitat").unwrap();
    desk.simulator.rename(&room, "jmoreau", "Droit des sols");
    assert!(desk.titles("rooms").await.contains(&"Droit des sols".to_owned()));
    desk.simulator.set_membership(&room, "cdurand", "ban");
    assert_eq!(desk.counts().await, [2, 5, 0]);
}

#[tokio::test(start_paused = true)]
async fn everything_is_read_again_when_the_position_is_unknown_and_once_a_day() {
    let desk = Desk::new();
    let first = desk.counts().await;
    desk.positions();
    desk.simulator.forget_positions();
    assert_eq!(desk.counts().await, first);
    let asked = desk.positions();
    assert!(matches!(asked.as_slice(), [Some(_), None]), "{asked:?}");
    tokio::time::advance(Duration::from_secs(24 * 3600)).await;
    assert_eq!(desk.counts().await, first);
    assert_eq!(desk.positions(), [None]);
    assert_eq!(desk.counts().await, first);
    assert!(matches!(desk.positions().as_slice(), [Some(_)]));
}

#[tokio::test(start_paused = true)]
async fn the_same_person_in_three_collectivites_has_three_inboxes_and_three_sessions() {
    let desk = Desk::with(MatrixAuthMethod::Jwt {
        secret: matrix::JWT_SECRET.into(),
        issuer: Some(matrix::JWT_ISSUER.to_owned()),
        audience: Some(matrix::JWT_AUDIENCE.to_owned()),
    });
    let rooms = desk.connector.widget(&WidgetId::new("rooms").unwrap()).unwrap();
    for _ in 0..3 {
        for affiliation in SINEAD.affiliations() {
            let mut cx = SINEAD.context_with(Arc::new(FixedCredentials::acting_login()), desk.clock.clone());
            cx.tenant = Arc::new(pleiade_testkit::people::tenant_named(affiliation.tenant.as_str()));
            rooms.load(&cx).await.unwrap();
        }
    }
    assert_eq!(desk.switch.sign_ins(), 3, "each a device of its own, so that none ends another's session");
    assert_eq!(desk.positions().iter().filter(|since| since.is_none()).count(), 3, "one first read for each");
}

#[tokio::test(start_paused = true)]
async fn an_expired_session_is_opened_again_once() {
    let desk = Desk::with(MatrixAuthMethod::Jwt {
        secret: matrix::JWT_SECRET.into(),
        issuer: Some(matrix::JWT_ISSUER.to_owned()),
        audience: Some(matrix::JWT_AUDIENCE.to_owned()),
    });
    let right = desk.counts().await;
    desk.simulator.expire_sessions();
    assert_eq!(desk.counts().await, right);
    assert_eq!(desk.switch.sign_ins(), 2);
    desk.switch.set(Fault::Unauthorized);
    let widget = desk.connector.widget(&WidgetId::new("rooms").unwrap()).unwrap();
    let error = widget.load(&desk.cx).await.unwrap_err();
    assert_eq!((error.kind(), desk.switch.sign_ins()), (ErrorKind::Unauthenticated, 3));
}

fn acting(login: &str) -> Authorization {
    let user_id = UserId::from_login(login, matrix::SERVER_NAME).unwrap();
    Authorization::Acting { as_token: matrix::AS_TOKEN.into(), user_id }
}

/// One call of `/sync` with any filter.
async fn raw(desk: &Desk, filter: &str, since: Option<&str>) -> Value {
    use pleiade_connectors::http::HttpClient;
    let base = "https://matrix.demonstration.example/".parse().unwrap();
    let http = HttpClient::new(&base, Arc::new(desk.transport.clone())).unwrap();
    let user = format!("@cdurand:{}", matrix::SERVER_NAME);
    let mut query = vec![("filter", filter), ("user_id", user.as_str())];
    if let Some(since) = since {
        query.push(("since", since));
    }
    let path = ["_matrix", "client", "v3", "sync"];
    let call = http.call("sync", http::Method::GET, &path, &query).bearer(&matrix::AS_TOKEN.into());
    call.send().await.unwrap().json().unwrap()
}

/// What a real Synapse was measured to lose with filters that look harmless.
#[tokio::test(start_paused = true)]
async fn the_simulator_loses_what_synapse_loses() {
    let desk = Desk::new();
    let room = desk.simulator.room_named("Urbanisme et habitat").unwrap();
    let joined = |answer: &Value| answer.pointer("/rooms/join").is_some();
    let none = raw(
        &desk,
        r#"{"room":{"timeline":{"limit":0},"state":{"types":[]},"ephemeral":{"types":[]}}}"#,
        None,
    )
    .await;
    assert!(!joined(&none) && none.pointer("/rooms/invite").is_some(), "a limit of 0 loses the rooms");

    let messages = r#"{"room":{"timeline":{"limit":10,"types":["m.room.message"]},"state":{"types":["m.room.name","m.room.member"]},"ephemeral":{"types":[]}}}"#;
    let start = raw(&desk, messages, None).await;
    let since = start.get("next_batch").unwrap().as_str().unwrap();
    desk.simulator.mark_read(&room, "cdurand");
    assert!(!joined(&raw(&desk, messages, Some(since)).await), "a receipt is not seen without m.receipt");
    desk.simulator.rename(&room, "jmoreau", "Autre nom");
    assert!(!joined(&raw(&desk, messages, Some(since)).await), "a last rename is lost");
    desk.simulator.set_membership(&room, "cdurand", "leave");
    let left = raw(&desk, messages, Some(since)).await;
    assert!(left.get("rooms").is_none(), "a departure is not seen without m.room.member");
}

#[tokio::test(start_paused = true)]
async fn the_simulator_knows_every_way_in() {
    let desk = Desk::new();
    let client = desk.client();
    let password = |word: &str| Login::Password { user: "cdurand".to_owned(), password: word.into() };
    assert_eq!(
        client.login(&password("x"), None, false).await.unwrap_err().kind(),
        ErrorKind::Unauthenticated
    );
    let session = client.login(&password("cdurand-secret"), Some("A"), true).await.unwrap();
    let access = Authorization::Token(session.access_token);
    assert_eq!(client.whoami(&access).await.unwrap().device_id.as_deref(), Some("A"));
    desk.simulator.expire_sessions();
    assert!(Refusal::behind(&client.whoami(&access).await.unwrap_err()).unwrap().soft_logout);
    let renewed = client.refresh(session.refresh_token.as_ref().unwrap()).await.unwrap();
    let access = Authorization::Token(renewed.access_token);
    let token = client.login_token(&access).await.unwrap().login_token;
    assert_eq!(client.login_token(&access).await.unwrap_err().kind(), ErrorKind::RateLimited);
    let other = client.login(&Login::Token(token), None, false).await.unwrap();
    assert!(other.access_token.expose_secret().starts_with("syt_"));
    client.logout(&access).await.unwrap();
    assert_eq!(client.whoami(&access).await.unwrap_err().kind(), ErrorKind::Unauthenticated);
    assert_eq!(client.whoami(&acting("fantome")).await.unwrap_err().kind(), ErrorKind::NotFound);
    for person in PEOPLE {
        assert!(client.whoami(&acting(person.login)).await.is_ok());
        assert!(!client.joined_rooms(&acting(person.login)).await.unwrap().is_empty());
    }
}

/// A token that somebody pastes names its own account.
#[tokio::test(start_paused = true)]
async fn an_account_is_connected_by_its_token() {
    use pleiade_connectors::matrix::{MatrixAuthMethod, MatrixConfig, MatrixConnector};
    use pleiade_core::{Connector as _, ConnectorId, LinkedAccount};
    use pleiade_testkit::{Matrix, RouterTransport, Simulator as _, TestClock, matrix};
    let simulator = Matrix::new(std::sync::Arc::new(TestClock::default()));
    let connector = |access| {
        let address = |host: &str| format!("https://{host}.demonstration.example/").parse().unwrap();
        let config = MatrixConfig::new(address("matrix"), matrix::SERVER_NAME, address("chat"), access);
        let transport = std::sync::Arc::new(RouterTransport::new(simulator.router()));
        MatrixConnector::new(ConnectorId::new("matrix").unwrap(), config, transport).unwrap()
    };
    let linked = connector(MatrixAuthMethod::LinkedAccount);
    let linking = linked.linking().unwrap();
    let pasted = |token: &str| LinkedAccount::new("", token.into());
    let token = format!("{}cdurand.0", matrix::PERSON_TOKEN);
    let account = linking.check(&pasted(&token)).await.unwrap();
    assert!(account.login.starts_with("@cdurand:"), "{}", account.login);
    assert_eq!(linking.check(&pasted("wrong")).await.unwrap_err().kind(), ErrorKind::Unauthenticated);
    assert!(connector(MatrixAuthMethod::PersonToken).linking().is_none());
}
