use super::*;
use pleiade_testkit::{
    FixedCredentials, NeverAnswers, Nextcloud, RouterTransport, Simulator, TestClock, people,
};
use std::time::Duration;

fn connector(transport: Arc<dyn Transport>) -> Arc<dyn Connector> {
    let config = NextcloudConfig::new("https://cloud.ville.example".parse().unwrap());
    config.build(ConnectorId::new("cloud").unwrap(), transport).unwrap()
}

fn context() -> CallContext {
    let secret = Nextcloud::app_password("cdurand").into();
    let credentials =
        FixedCredentials::always(Credential::LinkedAccount { login: "cdurand".to_owned(), secret });
    people::CAMILLE.context_with(Arc::new(credentials), Arc::new(TestClock::default()))
}

async fn get_page(router: &Router) -> String {
    use axum::body::{Body, to_bytes};
    use tower::ServiceExt as _;
    let request = axum::http::Request::get("/").body(Body::empty()).unwrap();
    let answer = router.clone().oneshot(request).await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
    String::from_utf8(to_bytes(answer.into_body(), 1 << 20).await.unwrap().to_vec()).unwrap()
}

#[tokio::test(start_paused = true)]
async fn the_page_never_waits_and_then_says_what_happened() {
    let router = portal(connector(Arc::new(NeverAnswers)), context()).unwrap();
    let before = tokio::time::Instant::now();
    let first = get_page(&router).await;
    assert_eq!(before.elapsed(), Duration::ZERO);
    assert!(first.contains("Lecture en cours."), "{first}");
    tokio::time::sleep(Duration::from_secs(60)).await;
    let second = get_page(&router).await;
    assert!(second.contains("role=\"status\"") && !second.contains("Lecture en cours."), "{second}");
}

#[tokio::test(start_paused = true)]
async fn the_second_page_has_the_lines() {
    let nextcloud = Nextcloud::new(Arc::new(TestClock::default()));
    let transport = Arc::new(RouterTransport::new(nextcloud.router()));
    let router = portal(connector(transport), context()).unwrap();
    get_page(&router).await;
    tokio::time::sleep(Duration::from_secs(5)).await;
    let page = get_page(&router).await;
    assert!(page.contains("<li>") && !page.contains("role=\"status\""), "{page}");
}
