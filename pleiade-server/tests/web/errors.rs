//! The page of a refusal: of whoever reads it.

use crate::support::{ALPHA, OPERATOR, SESSION, World};
use axum::http::StatusCode;

#[tokio::test]
async fn whoever_is_signed_in_is_refused_on_a_page_of_theirs_and_a_stranger_on_nobody_s() {
    let world = World::new().await;
    let mut clerk = world.clerk_at(ALPHA).await;
    for (path, status) in [("/nowhere", StatusCode::NOT_FOUND), ("/console/people", StatusCode::FORBIDDEN)] {
        let answer = clerk.get(path).await;
        assert_eq!(answer.status, status);
        let page = answer.page();
        page.check_page("fr");
        assert!(page.all("nav").any(|nav| nav.has_class("apps")), "{path}");
        assert!(answer.body.contains("action=\"/sign-out\""), "{path}");
    }
    let mut stranger = world.browser(ALPHA);
    let answer = stranger.get("/nowhere").await;
    assert!(answer.page().all("nav").all(|nav| !nav.has_class("apps")));
    // A session of another host shows nothing of its person.
    let mut elsewhere = world.browser(OPERATOR);
    elsewhere.set(SESSION, &clerk.cookies[SESSION]);
    let answer = elsewhere.get("/nowhere").await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    assert!(!answer.body.contains("action=\"/sign-out\""), "{}", answer.body);
}
