//! The SCIM service as identity managers use it, over the store in memory.
#![cfg(feature = "scim")]
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test says what is wrong by failing")]

mod authentik;
mod bulk;
mod entra;
mod filters;
mod keycloak;
mod lists;
mod okta;
mod protocol;

use http::{HeaderMap, HeaderName, Method, StatusCode};
use pleiade_federation::scim::{MemoryStore, ScimRequest, ScimService};
use pleiade_testkit::TestClock;
use serde_json::{Value, json};
use std::sync::Arc;

pub(crate) const BASE: &str = "https://bureau.example/scim/v2/annuaire";

pub(crate) struct Client(ScimService<MemoryStore>);

pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Value,
}

impl Client {
    pub(crate) fn new() -> Self {
        Self(ScimService::new(MemoryStore::default(), BASE, Arc::new(TestClock::default())))
    }

    pub(crate) async fn raw(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Answer {
        let (path, query) = path.split_once('?').map_or((path, None), |(path, query)| (path, Some(query)));
        let headers: HeaderMap = headers
            .iter()
            .map(|(name, value)| (HeaderName::try_from(*name).unwrap(), value.parse().unwrap()))
            .collect();
        let answer =
            self.0.answer(ScimRequest::new(&method, path, &headers).with_query(query).with_body(body)).await;
        let (head, body) = answer.into_parts();
        if !body.is_empty() {
            assert_eq!(head.headers["content-type"], "application/scim+json");
        }
        let body = if body.is_empty() { Value::Null } else { serde_json::from_slice(&body).unwrap() };
        if head.status.is_client_error() {
            assert_eq!(body["schemas"], json!(["urn:ietf:params:scim:api:messages:2.0:Error"]));
            assert_eq!(body["status"], head.status.as_str());
        }
        Answer { status: head.status, headers: head.headers, body }
    }

    pub(crate) async fn send(&self, method: Method, path: &str, body: &Value) -> Answer {
        let text = body.to_string();
        self.raw(method, path, &[("content-type", "application/scim+json; charset=utf-8")], text.as_bytes())
            .await
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.raw(Method::GET, path, &[], b"").await
    }

    /// A list by a filter.
    pub(crate) async fn found(&self, list: &str, filter: &str) -> Answer {
        let filter: String = url::form_urlencoded::byte_serialize(filter.as_bytes()).collect();
        self.get(&format!("{list}?filter={filter}")).await
    }

    pub(crate) async fn patch(&self, path: &str, operations: Value) -> Answer {
        let schema = "urn:ietf:params:scim:api:messages:2.0:PatchOp";
        self.send(Method::PATCH, path, &json!({ "schemas": [schema], "Operations": operations })).await
    }

    /// The ids of the members of a group.
    pub(crate) async fn members(&self, group: &str) -> Vec<String> {
        let group = self.get(group).await.body;
        let members = group["members"].as_array().unwrap();
        members.iter().map(|member| member["value"].as_str().unwrap().to_owned()).collect()
    }

    pub(crate) async fn user(&self, name: &str) -> String {
        let body = json!({
            "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
            "userName": name,
            "externalId": format!("key-{name}"),
            "active": true,
            "name": { "givenName": name, "familyName": "Dupont" },
            "emails": [{ "value": format!("{name}@alpha.example"), "type": "work", "primary": true }],
        });
        let answer = self.send(Method::POST, "Users", &body).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.body);
        answer.body["id"].as_str().unwrap().to_owned()
    }
}
