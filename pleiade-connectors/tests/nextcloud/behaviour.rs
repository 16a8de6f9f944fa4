//! The connector on a server that changes under it.

use pleiade_connectors::nextcloud::{NextcloudAuthMethod, NextcloudConfig, NextcloudConnector};
use pleiade_core::{
    ActionRequest, Amount, CallContext, Connector, ConnectorError, ConnectorId, Credential, ErrorKind, Retry,
    SecretString, Transport, WidgetContent, WidgetId,
};
use pleiade_testkit::{FixedCredentials, Nextcloud, RouterTransport, Simulator as _, TestClock, people};
use std::sync::Arc;

struct Town {
    server: Nextcloud,
    connector: NextcloudConnector,
    clock: Arc<TestClock>,
}

impl Town {
    fn new(access: NextcloudAuthMethod) -> Self {
        let clock = Arc::new(TestClock::default());
        let server = Nextcloud::new(Arc::<TestClock>::clone(&clock));
        let transport: Arc<dyn Transport> = Arc::new(RouterTransport::new(server.router()));
        let mut config = NextcloudConfig::new("https://cloud.ville.example".parse().unwrap());
        config.access = access;
        let connector =
            NextcloudConnector::new(ConnectorId::new("cloud").unwrap(), config, transport).unwrap();
        Self { server, connector, clock }
    }

    fn context(&self, login: &str, secret: &str) -> CallContext {
        let person = people::PEOPLE.iter().find(|person| person.login == login).unwrap();
        let credential =
            Credential::LinkedAccount { login: login.to_owned(), secret: SecretString::from(secret) };
        person.context_with(
            Arc::new(FixedCredentials::always(credential)),
            Arc::<TestClock>::clone(&self.clock),
        )
    }

    async fn load(&self, widget: &str, login: &str, secret: &str) -> Result<WidgetContent, ConnectorError> {
        let widget = self.connector.widget(&WidgetId::new(widget).unwrap()).unwrap();
        widget.load(&self.context(login, secret)).await
    }

    async fn load_own(&self, widget: &str, login: &str) -> Result<WidgetContent, ConnectorError> {
        self.load(widget, login, &Nextcloud::app_password(login)).await
    }
}

fn count(content: &WidgetContent, key: &str) -> u64 {
    let indicator = content.indicators.iter().find(|indicator| indicator.key.as_str() == key).unwrap();
    match indicator.amount {
        Amount::Count { value, .. } => value,
        ref other => panic!("{other:?}"),
    }
}

#[tokio::test(start_paused = true)]
async fn what_people_do_is_seen_at_the_next_reading() {
    let town = Town::new(NextcloudAuthMethod::AppPassword);
    let first = town.load_own("notifications", "cdurand").await.unwrap();
    let number = town.server.notify("cdurand", "Nouveau dossier", "À instruire");
    let second = town.load_own("notifications", "cdurand").await.unwrap();
    assert_eq!(count(&second, "notifications"), count(&first, "notifications") + 1);
    let cx = town.context("cdurand", &Nextcloud::app_password("cdurand"));
    for (id, target) in [
        ("dismiss-notification", number.to_string()),
        ("mark-read", "delib26".to_owned()),
        ("set-presence", "away".to_owned()),
    ] {
        town.connector.perform(&cx, &ActionRequest::new(id.parse().unwrap(), target)).await.unwrap();
    }
    assert_eq!(town.load_own("notifications", "cdurand").await.unwrap(), first);
    let rooms = town.load_own("conversations", "cdurand").await.unwrap();
    assert_eq!((count(&rooms, "talk_unread_rooms"), count(&rooms, "talk_mentions")), (1, 0));
}

#[tokio::test(start_paused = true)]
async fn accepting_a_share_moves_it() {
    let town = Town::new(NextcloudAuthMethod::AppPassword);
    let before = town.load_own("shares", "cdurand").await.unwrap();
    let action = before.items.iter().flat_map(|item| &item.actions).next().unwrap().clone();
    let cx = town.context("cdurand", &Nextcloud::app_password("cdurand"));
    let request = ActionRequest::new(action.id, action.target);
    town.connector.perform(&cx, &request).await.unwrap();
    let after = town.load_own("shares", "cdurand").await.unwrap();
    assert_eq!(count(&after, "shares_pending"), count(&before, "shares_pending") - 1);
    assert_eq!(count(&after, "shares_received"), count(&before, "shares_received") + 1);
    assert_eq!(town.connector.perform(&cx, &request).await.unwrap_err().kind(), ErrorKind::NotFound);
}

#[tokio::test(start_paused = true)]
async fn the_agenda_moves_with_the_day() {
    let town = Town::new(NextcloudAuthMethod::AppPassword);
    let morning = town.load_own("agenda", "cdurand").await.unwrap();
    assert_eq!(count(&morning, "next_events"), 2);
    town.clock.set_now("2026-03-12T20:00:00Z".parse().unwrap());
    let evening = town.load_own("agenda", "cdurand").await.unwrap();
    assert_eq!(count(&evening, "next_events"), 0);
    assert!(evening.items.len() < morning.items.len() + 1);
}

#[tokio::test(start_paused = true)]
async fn an_absent_app_and_one_kept_for_others_are_unsupported() {
    let town = Town::new(NextcloudAuthMethod::AppPassword);
    town.server.set_app("spreed", false);
    town.server.forbid_app("notifications");
    town.server.set_app("files_sharing", false);
    town.server.set_app("deck", false);
    for widget in ["conversations", "notifications", "shares"] {
        let error = town.load_own(widget, "cdurand").await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unsupported, "{widget}");
    }
    let tasks = town.load_own("tasks", "cdurand").await.unwrap();
    assert!(tasks.indicators.iter().all(|indicator| indicator.key.as_str() != "deck_due"));
}

#[tokio::test(start_paused = true)]
async fn maintenance_is_a_planned_outage() {
    let town = Town::new(NextcloudAuthMethod::AppPassword);
    town.server.set_maintenance(true);
    for widget in ["notifications", "agenda", "files"] {
        let error = town.load_own(widget, "cdurand").await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Maintenance, "{widget}");
        assert!(matches!(error.retry(), Retry::After(_)), "{widget}");
    }
    assert_eq!(town.connector.probe().await.unwrap_err().kind(), ErrorKind::Maintenance);
    town.server.set_maintenance(false);
    assert_eq!(town.connector.probe().await.unwrap().version.as_deref(), Some("31.0.8"));
    town.load_own("notifications", "cdurand").await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_wrong_password_costs_one_failure_however_often_the_desk_is_opened() {
    let town = Town::new(NextcloudAuthMethod::AppPasswordBasic);
    for _ in 0..30 {
        for widget in ["notifications", "agenda", "files"] {
            let error = town.load(widget, "cdurand", "wrong").await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Unauthenticated);
        }
    }
    assert_eq!(town.server.failures(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_blocked_address_stops_basic_and_not_bearer() {
    let basic = Town::new(NextcloudAuthMethod::AppPasswordBasic);
    for n in 0..11 {
        let _ = basic.load("shares", "cdurand", &format!("wrong-{n}")).await;
    }
    let blocked = basic.load_own("shares", "blefevre").await.unwrap_err();
    assert_eq!(blocked.kind(), ErrorKind::RateLimited);
    assert!(blocked.hint().is_some_and(|hint| hint.contains("bruteforcesettings")));

    let mut config = NextcloudConfig::new("https://cloud.ville.example".parse().unwrap());
    config.access = NextcloudAuthMethod::AppPassword;
    let transport: Arc<dyn Transport> = Arc::new(RouterTransport::new(basic.server.router()));
    let connector = NextcloudConnector::new(ConnectorId::new("cloud").unwrap(), config, transport).unwrap();
    let bearer = Town { connector, ..basic };
    bearer.load_own("shares", "blefevre").await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_disabled_account_is_refused() {
    let town = Town::new(NextcloudAuthMethod::AppPassword);
    town.load_own("shares", "cdurand").await.unwrap();
    town.server.set_disabled("cdurand", true);
    assert_eq!(town.load_own("shares", "cdurand").await.unwrap_err().kind(), ErrorKind::Unauthenticated);
    town.load_own("shares", "blefevre").await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn an_account_is_connected_rotated_and_revoked() {
    use pleiade_connectors::nextcloud::client::Authorization;
    use pleiade_core::Locale;
    let town = Town::new(NextcloudAuthMethod::AppPassword);
    let client = town.connector.client();
    let flow = client.start_login("Pleiade").await.unwrap();
    assert_eq!(flow.login.scheme(), "https", "the server does not know its public scheme");
    assert!(client.poll_login(&flow.token).await.unwrap().is_none());
    assert!(town.server.consent(flow.login.as_str(), "sobrien"));
    let password = client.poll_login(&flow.token).await.unwrap().unwrap();
    assert_eq!(password.login, "sobrien");
    assert!(client.poll_login(&flow.token).await.unwrap().is_none(), "given once");

    let access = Authorization::Bearer(password.secret);
    let session = client.session(&access, Locale::Fr);
    assert_eq!(session.user().await.unwrap().display_name, "Sinéad O’Brien");
    session.revoke_app_password().await.unwrap();
    assert_eq!(session.user().await.unwrap_err().kind(), ErrorKind::Unauthenticated);
}
