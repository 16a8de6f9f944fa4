//! The SCIM service under `scim2-tester`, an independent client that reads our schemas and tries what they promise.

use crate::variable;
use axum::{
    Router,
    body::{Body, to_bytes},
    extract::{Request, State},
    response::Response,
};
use pleiade_core::SystemClock;
use pleiade_federation::scim::{MAX_BODY_BYTES, MemoryStore, ScimRequest, ScimService};
use std::{process::Command, sync::Arc};

async fn answer(State(service): State<Arc<ScimService<MemoryStore>>>, request: Request) -> Response {
    let (head, body) = request.into_parts();
    let body = to_bytes(body, MAX_BODY_BYTES).await.unwrap();
    let path = head.uri.path().replace("%3A", ":");
    let (method, query, headers) = (&head.method, head.uri.query(), &head.headers);
    service
        .answer(ScimRequest::new(method, &path, headers).with_query(query).with_body(&body))
        .await
        .map(Body::from)
}

#[tokio::test(flavor = "multi_thread")]
async fn scim2_tester_finds_nothing() {
    let python = variable("PLEIADE_TEST_PYTHON");
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let service = ScimService::new(MemoryStore::default(), &base, Arc::new(SystemClock::default()));
    let router = Router::new().fallback(answer).with_state(Arc::new(service));
    let serving = tokio::spawn(async move { axum::serve(listener, router).await });
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/real/scim_tester.py");
    let run = move || Command::new(python).args([script, &base, "none"]).output();
    let output = tokio::task::spawn_blocking(run).await.unwrap().unwrap();
    let told =
        String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{told}");
    serving.abort();
}
