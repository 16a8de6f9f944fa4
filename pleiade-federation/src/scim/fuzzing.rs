//! What an identity manager, or whoever holds its token, may send.

use super::{
    evaluate::answers,
    filter::{ChangePath, Filter, MAX_FILTER_BYTES},
    patch,
    schema::{ResourceKind, normalise},
};
use serde_json::{Map, Value, json};

fn resource(kind: ResourceKind) -> Map<String, Value> {
    let body = match kind {
        ResourceKind::User => json!({
            "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": "jdupont", "active": true,
            "name": {"givenName": "Jeanne", "familyName": "Dupont"},
            "emails": [{"value": "jeanne@alpha.example", "type": "work", "primary": true}],
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": {"department": "Urbanisme"},
        }),
        ResourceKind::Group => json!({
            "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"], "displayName": "agents",
            "members": [{"value": "1"}, {"value": "2"}],
        }),
    };
    normalise(kind, &body).unwrap_or_default()
}

/// The first line as a filter and as the path of a change; all of it, or what follows the first line, as the body of a change.
pub(crate) fn request(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let (line, rest) = text.split_once('\n').unwrap_or((text, text));
    let filter = line.parse::<Filter>();
    if let Ok(filter) = &filter {
        let written = filter.to_string();
        // Brackets and spaces that were not written may make it longer than what is read.
        if written.len() <= MAX_FILTER_BYTES {
            assert_eq!(written.parse::<Filter>().as_ref(), Ok(filter), "{written}");
        }
    }
    if let Ok(path) = line.parse::<ChangePath>() {
        let written = path.to_string();
        if written.len() <= MAX_FILTER_BYTES {
            assert_eq!(written.parse::<ChangePath>(), Ok(path), "{written}");
        }
    }
    let body = serde_json::from_str::<Value>(rest);
    for kind in [ResourceKind::User, ResourceKind::Group] {
        let mut content = resource(kind);
        if let Ok(filter) = &filter {
            answers(kind, filter, &content);
        }
        let Ok(body) = &body else { continue };
        if let Ok(kept) = normalise(kind, body) {
            let again = normalise(kind, &Value::Object(kept.clone()));
            assert_eq!(again.ok().as_ref(), Some(&kept), "what is kept is kept as it is");
        }
        if patch::apply(kind, &mut content, body).is_ok() {
            normalise(kind, &Value::Object(content)).ok();
        }
    }
}
