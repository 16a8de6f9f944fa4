//! What the service says of itself (RFC 7643 §5 to §7).

use super::{
    message::{MAX_BODY_BYTES, MAX_OPERATIONS, MAX_RESULTS},
    schema::{self, ResourceKind},
};
use serde_json::{Value, json};

pub(super) fn service_provider_config(base: &str) -> Value {
    json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"],
        "patch": { "supported": true },
        "bulk": { "supported": true, "maxOperations": MAX_OPERATIONS, "maxPayloadSize": MAX_BODY_BYTES },
        "filter": { "supported": true, "maxResults": MAX_RESULTS },
        "changePassword": { "supported": false },
        "sort": { "supported": false },
        "etag": { "supported": true },
        "authenticationSchemes": [{
            "type": "oauthbearertoken",
            "name": "Bearer token",
            "description": "The token of this source.",
            "primary": true,
        }],
        "meta": {
            "resourceType": "ServiceProviderConfig",
            "location": format!("{base}/ServiceProviderConfig"),
        },
    })
}

pub(super) fn resource_types(base: &str) -> Vec<Value> {
    ResourceKind::ALL
        .into_iter()
        .map(|kind| {
            let extensions: Vec<Value> =
                kind.extension().map(|urn| json!({ "schema": urn, "required": false })).into_iter().collect();
            json!({
                "schemas": ["urn:ietf:params:scim:schemas:core:2.0:ResourceType"],
                "id": kind.name(),
                "name": kind.name(),
                "endpoint": format!("/{}", kind.endpoint()),
                "schema": kind.schema(),
                "schemaExtensions": extensions,
                "meta": {
                    "resourceType": "ResourceType",
                    "location": format!("{base}/ResourceTypes/{}", kind.name()),
                },
            })
        })
        .collect()
}

pub(super) fn schemas(base: &str) -> Vec<Value> {
    schema::documents(base)
}
