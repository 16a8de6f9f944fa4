use super::*;
use pleiade_testkit::{FixedCredentials, NeverAnswers, TestClock, people};
use std::time::Duration;

fn connector(transport: Arc<dyn Transport>) -> NextcloudConnector {
    let config = NextcloudConfig::new("https://cloud.ville.example".parse().unwrap());
    NextcloudConnector::new(ConnectorId::new("cloud").unwrap(), config, transport).unwrap()
}

async fn read(router: &Router) -> String {
    use axum::body::{Body, to_bytes};
    use tower::ServiceExt as _;
    let request = axum::http::Request::get("/").body(Body::empty()).unwrap();
    let answer = router.clone().oneshot(request).await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
    String::from_utf8(to_bytes(answer.into_body(), 1 << 20).await.unwrap().to_vec()).unwrap()
}

#[tokio::test(start_paused = true)]
async fn the_page_never_waits_and_then_says_what_happened() {
    let credentials = FixedCredentials::always(Credential::LinkedAccount {
        login: "cdurand".to_owned(),
        secret: "app-password-of-cdurand".into(),
    });
    let context = people::CAMILLE.context_with(Arc::new(credentials), Arc::new(TestClock::default()));
    let router = portal(connector(Arc::new(NeverAnswers)), context).unwrap();
    let before = tokio::time::Instant::now();
    let first = read(&router).await;
    assert_eq!(before.elapsed(), Duration::ZERO);
    assert!(first.contains("Lecture en cours."), "{first}");
    tokio::time::sleep(Duration::from_secs(60)).await;
    let second = read(&router).await;
    assert!(second.contains("role=\"status\"") && !second.contains("Lecture en cours."), "{second}");
}
