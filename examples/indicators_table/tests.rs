use super::*;
use pleiade_core::Transport;
use pleiade_testkit::{
    FixedCredentials, NeverAnswers, Nextcloud, RouterTransport, Simulator, TestClock, people,
};

fn context() -> CallContext {
    let secret = Nextcloud::app_password("cdurand").into();
    let credentials =
        FixedCredentials::always(Credential::LinkedAccount { login: "cdurand".to_owned(), secret });
    people::CAMILLE.context_with(Arc::new(credentials), Arc::new(TestClock::default()))
}

fn nextcloud(transport: impl Transport) -> Arc<dyn Connector> {
    let config = NextcloudConfig::new("https://cloud.ville.example".parse().unwrap());
    config.build(ConnectorId::new("cloud").unwrap(), Arc::new(transport)).unwrap()
}

#[tokio::test(start_paused = true)]
async fn a_failure_has_its_line_and_its_reason() {
    let connector = nextcloud(NeverAnswers);
    let printed = table(&[Arc::clone(&connector)], &context()).await.unwrap();
    assert_eq!(printed.lines().count(), connector.widgets().len(), "{printed}");
    assert!(printed.lines().all(|line| line.starts_with("Nextcloud") && line.contains('—')), "{printed}");
}

#[tokio::test(start_paused = true)]
async fn an_indicator_has_its_value_its_noun_and_its_time() {
    let simulator = Nextcloud::new(Arc::new(TestClock::default()));
    let connector = nextcloud(RouterTransport::new(simulator.router()));
    let printed = table(&[connector], &context()).await.unwrap();
    assert!(!printed.contains('—'), "{printed}");
    let unread = printed.lines().find(|line| line.contains("notification")).unwrap();
    assert!(unread.ends_with("09:30") && unread.chars().any(|c| c.is_ascii_digit()), "{printed}");
}
