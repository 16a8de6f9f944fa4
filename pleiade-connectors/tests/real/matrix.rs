//! Matrix against a real Synapse (`PLEIADE_TEST_SYNAPSE`): server name `pleiade.test`, application service token `test-as-token`,
//! JWT secret `test-jwt`.
//!
//! Each test makes its own people. Synapse counts are exact only once a person has a receipt in the room, so people read right
//! after entering.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "helpers of tests"
)]

use async_trait::async_trait;
use http::Method;
use pleiade_connectors::{
    http::{HardenedTransport, HttpClient, UnexpectedStatus},
    matrix::{Authorization, Login, MatrixAuthMethod, MatrixClient, MatrixConfig, MatrixConnector, UserId},
};
use pleiade_core::{
    ActionId, ActionOutcome, ActionRequest, Actor, Affiliation, Amount, CallContext, Clock, Connector as _,
    ConnectorError, ConnectorId, Credential, CredentialRequest, CredentialSource, ErrorKind, ExposeSecret,
    Identity, IdentityId, LinkId, PersonKind, SecretString, Subject, SystemClock, Tenant, TenantId, Text,
    Transport, WidgetContent, WidgetId,
};
use serde_json::{Value, json};
use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};
use url::Url;

const SERVER: &str = "pleiade.test";

fn as_token() -> SecretString {
    "test-as-token".into()
}

fn homeserver() -> Url {
    let Ok(url) = std::env::var("PLEIADE_TEST_SYNAPSE") else {
        panic!("PLEIADE_TEST_SYNAPSE is not set: `cargo xtask test` starts Synapse and sets it");
    };
    url.parse().expect("PLEIADE_TEST_SYNAPSE is an address")
}

fn transport() -> Arc<dyn Transport> {
    Arc::new(HardenedTransport::builder().origin(&homeserver(), true).build().unwrap())
}

/// A login that no other test and no earlier run has.
fn login(name: &str) -> String {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let now = SystemClock::default().now().timestamp_micros();
    format!("{name}-{now:x}-{number}")
}

/// Somebody who uses another client than the portal.
struct Person {
    login: String,
    id: UserId,
    http: HttpClient,
    client: MatrixClient,
}

impl Person {
    async fn new(name: &str) -> Self {
        let login = login(name);
        let person = Self {
            id: UserId::from_login(&login, SERVER).unwrap(),
            http: HttpClient::new(&homeserver(), transport()).unwrap(),
            client: MatrixClient::new(&homeserver(), transport()).unwrap(),
            login,
        };
        let account =
            json!({"type": "m.login.application_service", "username": person.login, "inhibit_login": true});
        person.call(Method::POST, &["register"], &account, false).await;
        person
    }

    fn access(&self) -> Authorization {
        Authorization::Acting { as_token: as_token(), user_id: self.id.clone() }
    }

    async fn call(&self, method: Method, path: &[&str], body: &Value, acting: bool) -> Value {
        let path = [&["_matrix", "client", "v3"], path].concat();
        let query = [("user_id", self.id.as_str())];
        let query = if acting { &query[..] } else { &[] };
        let call = self.http.call("prepare a test", method, &path, query).bearer(&as_token()).json(body);
        let answer = call.send().await.unwrap();
        assert!(answer.status().is_success(), "{path:?}: {} {:?}", answer.status(), answer.body());
        answer.json().unwrap()
    }

    async fn create(&self, room: Value) -> String {
        let made = self.call(Method::POST, &["createRoom"], &room, true).await;
        made["room_id"].as_str().unwrap().to_owned()
    }

    /// A room of this name with another person in it, who has read it.
    async fn room_with(&self, other: &Self, name: &str) -> String {
        let room = json!({"name": name, "preset": "private_chat", "invite": [other.id.as_str()]});
        let room = self.create(room).await;
        other.client.join(&other.access(), &room, &[]).await.unwrap();
        other.mark_read(&room).await;
        room
    }

    async fn say(&self, room: &str, words: &str) -> String {
        let body = json!({"msgtype": "m.text", "body": words});
        let transaction = login("t");
        let path = ["rooms", room, "send", "m.room.message", &transaction];
        let sent = self.call(Method::PUT, &path, &body, true).await;
        sent["event_id"].as_str().unwrap().to_owned()
    }

    async fn mention(&self, room: &str, other: &Self) {
        let body = json!({"msgtype": "m.text", "body": "relis ceci", "m.mentions": {"user_ids": [other.id.as_str()]}});
        let transaction = login("t");
        self.call(Method::PUT, &["rooms", room, "send", "m.room.message", &transaction], &body, true).await;
    }

    /// Reads a room to its end in another client.
    async fn mark_read(&self, room: &str) {
        let last = self.client.last_events(&self.access(), room, 1).await.unwrap();
        self.client
            .mark_read(&self.access(), room, &last.chunk.first().unwrap().event_id, false)
            .await
            .unwrap();
    }
}

/// A source that gives one credential.
#[derive(Debug)]
struct Only(Credential);

#[async_trait]
impl CredentialSource for Only {
    async fn credential(&self, _: CredentialRequest<'_>) -> Result<Credential, ConnectorError> {
        Ok(self.0.clone())
    }
}

fn context(credential: Credential) -> CallContext {
    let tenant = TenantId::new("ville").unwrap();
    let subject = Subject::new("https://sso.test", "1").unwrap();
    let actor = Actor::new(
        Identity::new(IdentityId(1), LinkId(1), subject, "Jeanne"),
        Affiliation::new(tenant.clone(), PersonKind::Agent),
    );
    CallContext::new(
        Arc::new(Tenant::new(tenant, "Ville")),
        Arc::new(actor),
        Arc::new(Only(credential)),
        Arc::new(SystemClock::default()),
    )
}

/// The portal, as one person sees it.
struct Desk {
    connector: MatrixConnector,
    cx: CallContext,
}

impl Desk {
    fn new(access: MatrixAuthMethod, credential: Credential) -> Self {
        let element = "https://chat.pleiade.test/".parse().unwrap();
        let config = MatrixConfig::new(homeserver(), SERVER, element, access);
        let connector =
            MatrixConnector::new(ConnectorId::new("matrix").unwrap(), config, transport()).unwrap();
        Self { connector, cx: context(credential) }
    }

    fn acting(login: &str) -> Self {
        let access = MatrixAuthMethod::ApplicationService { as_token: as_token() };
        Self::new(access, Credential::ActingLogin { login: login.to_owned() })
    }

    async fn try_card(&self, id: &str) -> Result<WidgetContent, ConnectorError> {
        self.connector.widget(&WidgetId::new(id).unwrap()).unwrap().load(&self.cx).await
    }

    async fn card(&self, id: &str) -> WidgetContent {
        self.try_card(id).await.unwrap()
    }

    /// Unread rooms, unread messages, mentions.
    async fn counts(&self) -> (u64, u64, u64) {
        let card = self.card("rooms").await;
        let count = |key: &str| {
            let indicator = card.indicators.iter().find(|indicator| indicator.key.as_str() == key).unwrap();
            match indicator.amount {
                Amount::Count { value, at_least: false } => value,
                amount => panic!("{key} is {amount:?}"),
            }
        };
        (count("unread_rooms"), count("unread_messages"), count("mentions"))
    }

    async fn titles(&self, card: &str) -> Vec<String> {
        let words = |text: Text| match text {
            Text::Plain(text) => text,
            Text::Message(message) => message.key().to_owned(),
        };
        self.card(card).await.items.into_iter().map(|item| words(item.title)).collect()
    }

    async fn act(&self, action: &str, room: &str) -> Result<ActionOutcome, ConnectorError> {
        let request = ActionRequest::new(ActionId::new(action).unwrap(), room.to_owned());
        self.connector.perform(&self.cx, &request).await
    }
}

#[tokio::test]
async fn it_is_there() {
    let health = Desk::acting("nobody").connector.probe().await.unwrap();
    assert!(health.version.unwrap().starts_with("Synapse/"));
    let client = MatrixClient::new(&homeserver(), transport()).unwrap();
    let flows = client.login_flows().await.unwrap().flows;
    for kind in ["org.matrix.login.jwt", "m.login.application_service", "m.login.password"] {
        assert!(flows.iter().any(|flow| flow.kind == kind), "{kind}");
    }
    assert_eq!(client.auth_metadata().await.unwrap_err().kind(), ErrorKind::Unsupported);
    let found = MatrixClient::discover(&homeserver(), transport()).await.unwrap();
    assert_eq!(found, homeserver());
}

#[tokio::test]
async fn counts_go_up_and_down() {
    let (alice, bob) = (Person::new("alice").await, Person::new("bob").await);
    let desk = Desk::acting(&alice.login);
    assert_eq!(desk.counts().await, (0, 0, 0));
    let room = bob.room_with(&alice, "Urbanisme").await;
    assert_eq!(desk.counts().await, (0, 0, 0));
    bob.say(&room, "Bonjour").await;
    bob.say(&room, "Le dossier est complet").await;
    bob.mention(&room, &alice).await;
    assert_eq!(desk.counts().await, (1, 3, 1));
    assert_eq!(desk.titles("rooms").await, ["Urbanisme"]);
    assert_eq!(desk.titles("mentions").await, ["Urbanisme"]);

    // Read in another client.
    alice.mark_read(&room).await;
    assert_eq!(desk.counts().await, (0, 0, 0));
    assert!(desk.titles("mentions").await.is_empty());
    // Read from the card.
    bob.say(&room, "Encore").await;
    assert_eq!(desk.counts().await, (1, 1, 0));
    desk.act("mark-read", &room).await.unwrap();
    assert_eq!(desk.counts().await, (0, 0, 0));
    // A portal that knows nothing yet reads the same.
    bob.say(&room, "Toujours").await;
    assert_eq!(desk.counts().await, (1, 1, 0));
    assert_eq!(Desk::acting(&alice.login).counts().await, (1, 1, 0));
}

#[tokio::test]
async fn the_last_message_and_its_author_are_shown() {
    let (alice, bob) = (Person::new("alice").await, Person::new("bob").await);
    let name = json!({"displayname": "Bob Martin"});
    bob.call(Method::PUT, &["profile", bob.id.as_str(), "displayname"], &name, true).await;
    let desk = Desk::acting(&alice.login);
    desk.counts().await;
    let room = bob.room_with(&alice, "Voirie").await;
    bob.say(&room, "Le rond-point est fini").await;
    for desk in [desk, Desk::acting(&alice.login)] {
        let card = desk.card("rooms").await;
        let said = serde_json::to_string(&card.items.first().unwrap().detail).unwrap();
        assert!(said.contains("Bob Martin") && said.contains("Le rond-point est fini"), "{said}");
        assert!(card.items.first().unwrap().when.is_some());
    }
}

#[tokio::test]
async fn rooms_are_renamed_and_left() {
    let (alice, bob) = (Person::new("alice").await, Person::new("bob").await);
    let room = bob.room_with(&alice, "Avant").await;
    bob.say(&room, "Bonjour").await;
    let desk = Desk::acting(&alice.login);
    assert_eq!(desk.titles("rooms").await, ["Avant"]);
    // The rename is the last event of the room, and nothing else is new.
    bob.call(Method::PUT, &["rooms", &room, "state", "m.room.name", ""], &json!({"name": "Après"}), true)
        .await;
    assert_eq!(desk.titles("rooms").await, ["Après"]);
    alice.client.leave(&alice.access(), &room).await.unwrap();
    assert_eq!(desk.counts().await, (0, 0, 0));
    assert_eq!(Desk::acting(&alice.login).counts().await, (0, 0, 0));
}

#[tokio::test]
async fn somebody_is_thrown_out() {
    let (alice, bob) = (Person::new("alice").await, Person::new("bob").await);
    let room = bob.room_with(&alice, "Salon").await;
    bob.say(&room, "Bonjour").await;
    let desk = Desk::acting(&alice.login);
    assert_eq!(desk.counts().await, (1, 1, 0));
    bob.call(Method::POST, &["rooms", &room, "kick"], &json!({"user_id": alice.id.as_str()}), true).await;
    assert_eq!(desk.counts().await, (0, 0, 0));
    assert_eq!(Desk::acting(&alice.login).counts().await, (0, 0, 0), "also for a portal that starts now");
}

#[tokio::test]
async fn rooms_without_a_name_are_named_by_their_people() {
    let (alice, bob, carol) =
        (Person::new("alice").await, Person::new("bob").await, Person::new("carol").await);
    for (person, name) in [(&bob, "Bob Martin"), (&carol, "Carole Petit")] {
        let name = json!({"displayname": name});
        person.call(Method::PUT, &["profile", person.id.as_str(), "displayname"], &name, true).await;
    }
    let desk = Desk::acting(&alice.login);
    desk.counts().await;
    let room = json!({"preset": "private_chat", "invite": [alice.id.as_str()]});
    let room = bob.create(room).await;
    alice.client.join(&alice.access(), &room, &[]).await.unwrap();
    alice.mark_read(&room).await;
    bob.say(&room, "Bonjour").await;
    assert_eq!(desk.titles("rooms").await, ["Bob Martin"]);
    assert_eq!(Desk::acting(&alice.login).titles("rooms").await, ["Bob Martin"]);
    bob.call(Method::POST, &["rooms", &room, "invite"], &json!({"user_id": carol.id.as_str()}), true).await;
    carol.client.join(&carol.access(), &room, &[]).await.unwrap();
    carol.say(&room, "Me voici").await;
    assert_eq!(desk.titles("rooms").await, ["Bob Martin, Carole Petit"]);
    assert_eq!(Desk::acting(&alice.login).titles("rooms").await, ["Bob Martin, Carole Petit"]);
}

#[tokio::test]
async fn encrypted_rooms_are_counted_and_not_read() {
    let (alice, bob) = (Person::new("alice").await, Person::new("bob").await);
    let encryption = json!({"type": "m.room.encryption", "state_key": "", "content": {"algorithm": "m.megolm.v1.aes-sha2"}});
    let room = json!({"name": "Scellé", "preset": "private_chat", "invite": [alice.id.as_str()], "initial_state": [encryption]});
    let room = bob.create(room).await;
    alice.client.join(&alice.access(), &room, &[]).await.unwrap();
    alice.mark_read(&room).await;
    let content = json!({"algorithm": "m.megolm.v1.aes-sha2", "ciphertext": "AwgAEnACgA", "device_id": "D", "sender_key": "k", "session_id": "s"});
    bob.call(Method::PUT, &["rooms", &room, "send", "m.room.encrypted", &login("t")], &content, true).await;
    let desk = Desk::acting(&alice.login);
    assert_eq!(desk.counts().await, (1, 1, 0));
    let card = desk.card("rooms").await;
    let said = serde_json::to_string(&card.items.first().unwrap().detail).unwrap();
    assert!(said.contains("matrix-encrypted") && !said.contains("AwgAEn"), "{said}");
}

#[tokio::test]
async fn invitations_are_accepted_refused_and_withdrawn() {
    let (alice, bob) = (Person::new("alice").await, Person::new("bob").await);
    let desk = Desk::acting(&alice.login);
    assert!(desk.titles("invitations").await.is_empty());
    let mut rooms = Vec::new();
    for name in ["Voirie", "Budget", "Retirée"] {
        rooms.push(
            bob.create(json!({"name": name, "preset": "private_chat", "invite": [alice.id.as_str()]})).await,
        );
    }
    let [voirie, budget, withdrawn] = rooms.as_slice() else { panic!("three rooms") };
    let mut titles = desk.titles("invitations").await;
    titles.sort();
    assert_eq!(titles, ["Budget", "Retirée", "Voirie"]);
    desk.act("accept-invite", voirie).await.unwrap();
    desk.act("refuse-invite", budget).await.unwrap();
    bob.call(Method::POST, &["rooms", withdrawn, "kick"], &json!({"user_id": alice.id.as_str()}), true).await;
    assert!(desk.titles("invitations").await.is_empty());
    assert_eq!(alice.client.joined_rooms(&alice.access()).await.unwrap(), std::slice::from_ref(voirie));

    // A room of the person's is not left by refusing an invitation that is none.
    let error = desk.act("refuse-invite", voirie).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
    assert_eq!(alice.client.joined_rooms(&alice.access()).await.unwrap().len(), 1);
}

#[tokio::test]
async fn spaces_are_no_rooms() {
    let (alice, bob) = (Person::new("alice").await, Person::new("bob").await);
    let space =
        json!({"name": "Espace", "creation_content": {"type": "m.space"}, "invite": [alice.id.as_str()]});
    let space = bob.create(space).await;
    let desk = Desk::acting(&alice.login);
    assert_eq!(desk.titles("invitations").await, ["Espace"]);
    desk.act("accept-invite", &space).await.unwrap();
    bob.say(&space, "Personne n’écrit ici").await;
    assert_eq!(desk.counts().await, (0, 0, 0));
}

/// Until its successor is joined, the old room stays: nothing said there is lost.
#[tokio::test]
async fn an_upgraded_room_is_shown_once() {
    let (alice, bob) = (Person::new("alice").await, Person::new("bob").await);
    let room = bob.room_with(&alice, "Conseil").await;
    bob.say(&room, "Avant").await;
    let desk = Desk::acting(&alice.login);
    assert_eq!(desk.titles("rooms").await, ["Conseil"]);
    let body = json!({"new_version": "11"});
    let upgraded = bob.call(Method::POST, &["rooms", &room, "upgrade"], &body, true).await;
    let next = upgraded["replacement_room"].as_str().unwrap().to_owned();
    assert_eq!(desk.titles("rooms").await, ["Conseil"]);
    let invited = json!({"user_id": alice.id.as_str()});
    bob.call(Method::POST, &["rooms", &next, "invite"], &invited, true).await;
    alice.client.join(&alice.access(), &next, &[]).await.unwrap();
    alice.mark_read(&next).await;
    assert!(desk.titles("rooms").await.is_empty(), "nothing unread in the one that counts");
    bob.say(&next, "Après").await;
    for desk in [desk, Desk::acting(&alice.login)] {
        assert_eq!(desk.titles("rooms").await, ["Conseil"]);
        assert_eq!(desk.counts().await, (1, 1, 0));
    }
}

#[tokio::test]
async fn a_position_of_another_server_is_dropped() {
    use pleiade_connectors::matrix::client::{SyncFilter, SyncRequest};
    let alice = Person::new("alice").await;
    let request = SyncRequest { filter: SyncFilter::Changes, since: Some("garbage"), timeout: 0 };
    let error = alice.client.sync(&alice.access(), request).await.unwrap_err();
    assert_eq!(UnexpectedStatus::behind(&error).unwrap(), 400);
}

fn jwt(secret: &str) -> MatrixAuthMethod {
    MatrixAuthMethod::Jwt {
        secret: secret.into(),
        issuer: Some("https://portail.test".to_owned()),
        audience: Some("matrix".to_owned()),
    }
}

#[tokio::test]
async fn signed_tokens_open_one_session_and_open_it_again() {
    let (alice, bob) = (Person::new("alice").await, Person::new("bob").await);
    let room = bob.room_with(&alice, "Urbanisme").await;
    bob.say(&room, "Bonjour").await;
    let desk = Desk::new(jwt("test-jwt"), Credential::ActingLogin { login: alice.login.clone() });
    assert_eq!(desk.counts().await, (1, 1, 0));
    assert_eq!(desk.counts().await, (1, 1, 0));
    let devices = || async {
        let list = alice.call(Method::GET, &["devices"], &Value::Null, true).await;
        list["devices"].as_array().unwrap().len()
    };
    assert_eq!(devices().await, 1, "one device however often the card is read");
    // The person signs out everywhere; the card opens another session by itself.
    alice.call(Method::POST, &["logout", "all"], &json!({}), true).await;
    assert_eq!(devices().await, 0);
    assert_eq!(desk.counts().await, (1, 1, 0));
    assert_eq!(devices().await, 1);
}

#[tokio::test]
async fn a_signed_token_creates_the_account() {
    let login = login("nouvelle");
    let desk = Desk::new(jwt("test-jwt"), Credential::ActingLogin { login });
    assert_eq!(desk.counts().await, (0, 0, 0));
}

#[tokio::test]
async fn wrong_secrets_and_unknown_people() {
    let alice = Person::new("alice").await;
    let who = || Credential::ActingLogin { login: alice.login.clone() };
    let kind = |desk: Desk| async move { desk.try_card("rooms").await.unwrap_err().kind() };
    let wrong = MatrixAuthMethod::ApplicationService { as_token: "wrong-as-token".into() };
    assert_eq!(kind(Desk::new(wrong, who())).await, ErrorKind::Unauthenticated);
    assert_eq!(kind(Desk::new(jwt("wrong-secret"), who())).await, ErrorKind::BadConfiguration);
    assert_eq!(kind(Desk::acting(&login("fantome"))).await, ErrorKind::NotFound);
    let linked = Credential::LinkedAccount { login: alice.login.clone(), secret: "syt_wrong".into() };
    assert_eq!(kind(Desk::new(MatrixAuthMethod::LinkedAccount, linked)).await, ErrorKind::Unauthenticated);
}

#[tokio::test]
async fn a_linked_account_is_its_token_s() {
    let (alice, bob) = (Person::new("alice").await, Person::new("bob").await);
    let room = bob.room_with(&alice, "Urbanisme").await;
    bob.say(&room, "Bonjour").await;
    let login = Login::ApplicationService { as_token: as_token(), user: alice.login.clone() };
    let session = alice.client.login(&login, Some("TEST"), false).await.unwrap();
    let access = Authorization::Token(session.access_token.clone());
    assert_eq!(alice.client.whoami(&access).await.unwrap().user_id, alice.id.as_str());
    let linked =
        Credential::LinkedAccount { login: alice.login.clone(), secret: session.access_token.clone() };
    let desk = Desk::new(MatrixAuthMethod::LinkedAccount, linked);
    assert_eq!(desk.counts().await, (1, 1, 0));
    let token = Credential::PersonToken { token: session.access_token, expires_at: None };
    assert_eq!(Desk::new(MatrixAuthMethod::PersonToken, token).counts().await, (1, 1, 0));
    alice.client.logout(&access).await.unwrap();
    assert_eq!(desk.try_card("rooms").await.unwrap_err().kind(), ErrorKind::Unauthenticated);
}

#[tokio::test]
async fn sessions_are_renewed_and_opened_elsewhere() {
    let alice = Person::new("alice").await;
    let login = Login::ApplicationService { as_token: as_token(), user: alice.login.clone() };
    let session = alice.client.login(&login, None, true).await.unwrap();
    let renewed = alice.client.refresh(session.refresh_token.as_ref().unwrap()).await.unwrap();
    let access = Authorization::Token(renewed.access_token);
    assert_eq!(alice.client.whoami(&access).await.unwrap().user_id, alice.id.as_str());
    let elsewhere = alice.client.login_token(&access).await.unwrap();
    let login = || Login::Token(elsewhere.login_token.clone());
    let other = alice.client.login(&login(), None, false).await.unwrap();
    assert_eq!(other.user_id, alice.id.as_str());
    assert!(!other.access_token.expose_secret().is_empty());
    let again = alice.client.login(&login(), None, false).await.unwrap_err();
    assert_eq!(again.kind(), ErrorKind::Unauthenticated, "works once");
    let hurried = alice.client.login_token(&access).await.unwrap_err();
    assert_eq!(hurried.kind(), ErrorKind::RateLimited);
    let wrong = alice.client.refresh(&"syr_wrong".into()).await.unwrap_err();
    assert_eq!(wrong.kind(), ErrorKind::Unauthenticated);
}

/// What rooms of a Watcha suite share, on a homeserver that is not Watcha's own: set in a first answer, changed as the last event of the room,
/// and taken away.
#[cfg(all(feature = "watcha", feature = "nextcloud"))]
#[tokio::test]
async fn a_room_shares_what_its_state_says() {
    use pleiade_connectors::watcha::{WatchaConfig, WatchaConnector};
    let (alice, bob) = (Person::new("alice").await, Person::new("bob").await);
    let room = bob.room_with(&alice, "Service technique").await;
    bob.say(&room, "Bonjour").await;
    let set = async |kind: &str, key: &str, content: Value| {
        bob.call(Method::PUT, &["rooms", &room, "state", kind, key], &content, true).await;
    };
    let share = |folder: &str| json!({"nextcloudShare": format!("https://evil.test/nextcloud/apps/files/?dir={folder}")});
    let (settings, calendar) = ("im.vector.web.settings", "watcha.room.nextcloud_calendar");
    set(settings, "", share("/Voirie")).await;
    let access = MatrixAuthMethod::ApplicationService { as_token: as_token() };
    let element = "https://chat.pleiade.test/".parse().unwrap();
    let mut config = WatchaConfig::new(MatrixConfig::new(homeserver(), SERVER, element, access));
    config.nextcloud_url = Some("https://cloud.pleiade.test/".parse().unwrap());
    let id = ConnectorId::from_static("watcha");
    let connector = WatchaConnector::new(id, config, transport()).unwrap();
    assert!(!connector.is_watcha().await.unwrap(), "this Synapse is nobody's fork");
    assert!(connector.probe().await.unwrap().version.unwrap().ends_with("(without Watcha)"));
    let cx = context(Credential::ActingLogin { login: alice.login.clone() });
    let links = async || {
        let card = connector.widget(&WidgetId::from_static("rooms")).unwrap().load(&cx).await.unwrap();
        let actions = &card.items.first().unwrap().actions;
        let links = actions.iter().filter_map(|action| action.link.as_ref());
        links
            .map(|link| {
                link.as_str().trim_start_matches("https://cloud.pleiade.test/index.php/apps/").to_owned()
            })
            .collect::<Vec<_>>()
    };
    assert_eq!(links().await, ["files/?dir=%2FVoirie"]);
    set(calendar, "VEVENT_VTODO", json!({"id": 12, "is_personal": false})).await;
    assert_eq!(links().await, ["files/?dir=%2FVoirie", "calendar/", "tasks/"]);
    set(settings, "", share("/Autre")).await;
    set(calendar, "VEVENT_VTODO", json!({})).await;
    assert_eq!(links().await, ["files/?dir=%2FAutre"]);
    set(settings, "", json!({"nextcloudShare": null})).await;
    assert!(links().await.is_empty());
}
