//! Many changes in one request (RFC 7644 §3.7), each on its own: one that fails undoes none of the others.

use super::{
    error::{ScimError, ScimType},
    message::{BULK, Call, MAX_OPERATIONS, Reply, check_message, tag},
    service::ScimService,
    store::ScimStore,
};
use http::{Method, StatusCode};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, HashMap};

struct Operation {
    /// The method, as it was written.
    told: Option<String>,
    bulk_id: Option<String>,
    version: Option<String>,
    data: Option<Value>,
    /// What is done where, unless it makes no sense.
    action: Result<(Method, String), ScimError>,
}

/// The result of resolving references.
enum Resolution {
    Known,
    Waits,
    Lost,
}

pub(super) async fn run<S: ScimStore>(service: &ScimService<S>, call: Call<'_>) -> Result<Reply, ScimError> {
    let syntax = |why: &str| ScimError::bad(ScimType::InvalidSyntax, why);
    let body = call.body.ok_or_else(|| syntax("the body is missing"))?;
    check_message(&body, BULK)?;
    let bearable =
        body.get("failOnErrors").and_then(Value::as_u64).filter(|most| *most > 0).unwrap_or(u64::MAX);
    let given =
        body.get("Operations").and_then(Value::as_array).ok_or_else(|| syntax("Operations is missing"))?;
    if given.len() > MAX_OPERATIONS {
        let why = format!("at most {MAX_OPERATIONS} operations in a request");
        return Err(ScimError::status(StatusCode::PAYLOAD_TOO_LARGE, why));
    }
    let operations: Vec<Operation> = given.iter().map(parse_operation).collect();
    let mut waiting: Vec<usize> = (0..operations.len()).collect();
    let mut ids: HashMap<String, String> = HashMap::new();
    let mut outcomes: BTreeMap<usize, Value> = BTreeMap::new();
    let mut errors = 0;
    // Those that refer to others go after them, whatever their order.
    'all: while !waiting.is_empty() {
        let mut later = Vec::new();
        let before = waiting.len();
        for (place, &n) in waiting.iter().enumerate() {
            let Some(operation) = operations.get(n) else { continue };
            let still: Vec<&str> = later
                .iter()
                .chain(waiting.get(place..).unwrap_or_default())
                .filter_map(|n: &usize| operations.get(*n)?.bulk_id.as_deref())
                .collect();
            let reply = match &operation.action {
                Err(error) => Err(error.clone()),
                Ok((method, path)) => {
                    let (mut path, mut data) = (Value::String(path.clone()), operation.data.clone());
                    let mut resolution = resolve_path(&mut path, &ids, &still);
                    if let (Resolution::Known, Some(data)) = (&resolution, &mut data) {
                        resolution = resolve(data, &ids, &still);
                    }
                    match resolution {
                        Resolution::Waits => {
                            later.push(n);
                            continue;
                        }
                        Resolution::Lost => Err(ScimError::bad(
                            ScimType::InvalidValue,
                            "a bulkId leads to nothing that was made",
                        )),
                        Resolution::Known => {
                            service.store().count_operation();
                            let path = path.as_str().unwrap_or_default();
                            perform(service, method, path, operation.version.clone(), data).await
                        }
                    }
                }
            };
            errors += u64::from(reply.is_err());
            if let (Ok(reply), Some(bulk_id)) = (&reply, &operation.bulk_id)
                && let Some(id) = reply.body.as_ref().and_then(|body| body.get("id")?.as_str())
            {
                ids.insert(bulk_id.clone(), id.to_owned());
            }
            outcomes.insert(n, outcome(operation, reply));
            if errors >= bearable {
                break 'all;
            }
        }
        if later.len() == before {
            // They wait for each other.
            for n in later.drain(..) {
                let circle = ScimError::status(StatusCode::CONFLICT, "these bulkId references form a circle");
                if let Some(operation) = operations.get(n) {
                    outcomes.insert(n, outcome(operation, Err(circle)));
                }
            }
        }
        waiting = later;
    }
    Ok(Reply {
        status: StatusCode::OK,
        body: Some(json!({
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkResponse"],
            "Operations": outcomes.into_values().collect::<Vec<_>>(),
        })),
        version: None,
        location: None,
    })
}

/// An operation as it was written. One that makes no sense is answered in its place, and keeps none of the others from being done.
fn parse_operation(given: &Value) -> Operation {
    let text = |name: &str| given.get(name).and_then(Value::as_str).map(str::to_owned);
    let (told, bulk_id) = (text("method"), text("bulkId"));
    let action = parse_action(told.as_deref(), text("path"), bulk_id.is_some());
    Operation { told, bulk_id, version: text("version"), data: given.get("data").cloned(), action }
}

fn parse_action(
    method: Option<&str>,
    path: Option<String>,
    has_id: bool,
) -> Result<(Method, String), ScimError> {
    let syntax = |why: &str| ScimError::bad(ScimType::InvalidSyntax, why);
    let method = match method.map(str::to_ascii_uppercase).as_deref() {
        Some("POST") => Method::POST,
        Some("PUT") => Method::PUT,
        Some("PATCH") => Method::PATCH,
        Some("DELETE") => Method::DELETE,
        _ => return Err(syntax("method is one of POST, PUT, PATCH and DELETE")),
    };
    let path = path.ok_or_else(|| syntax("path is missing"))?;
    let first = path.trim_start_matches('/').split('/').next().unwrap_or_default();
    if !matches!(first, "Users" | "Groups") || path.contains(".search") {
        return Err(syntax("path begins with /Users or /Groups"));
    }
    if method == Method::POST && !has_id {
        return Err(syntax("POST needs a bulkId"));
    }
    Ok((method, path))
}

async fn perform<S: ScimStore>(
    service: &ScimService<S>,
    method: &Method,
    path: &str,
    if_match: Option<String>,
    body: Option<Value>,
) -> Result<Reply, ScimError> {
    let call = Call { method, path, query: Vec::new(), if_match, if_none_match: None, body };
    Box::pin(service.dispatch(call)).await
}

fn outcome(operation: &Operation, reply: Result<Reply, ScimError>) -> Value {
    let mut outcome = Map::new();
    let mut say = |name: &str, value: Value| outcome.insert(name.to_owned(), value);
    if let Some(method) = &operation.told {
        say("method", json!(method));
    }
    if let Some(bulk_id) = &operation.bulk_id {
        say("bulkId", json!(bulk_id));
    }
    match reply {
        Ok(reply) => {
            say("status", json!(reply.status.as_str()));
            if let Some(location) = reply.location {
                say("location", json!(location));
            }
            if let Some(version) = reply.version {
                say("version", json!(tag(version)));
            }
        }
        Err(error) => {
            say("status", json!(error.status.as_str()));
            say("response", error.body());
        }
    }
    Value::Object(outcome)
}

fn resolve_path(path: &mut Value, ids: &HashMap<String, String>, waiting: &[&str]) -> Resolution {
    let Value::String(text) = path else { return Resolution::Lost };
    let Some((list, reference)) = text.rsplit_once('/').filter(|(_, last)| last.starts_with("bulkId:"))
    else {
        return Resolution::Known;
    };
    let mut reference = Value::String(reference.to_owned());
    let list = list.to_owned();
    let resolution = resolve(&mut reference, ids, waiting);
    if let (Resolution::Known, Value::String(id)) = (&resolution, reference) {
        *path = Value::String(format!("{list}/{id}"));
    }
    resolution
}

/// Puts ids in the place of references. The depth is that of JSON, which its reader bounds.
fn resolve(value: &mut Value, ids: &HashMap<String, String>, waiting: &[&str]) -> Resolution {
    match value {
        Value::String(text) => {
            let Some(reference) = text.strip_prefix("bulkId:") else { return Resolution::Known };
            if let Some(id) = ids.get(reference) {
                *text = id.clone();
                Resolution::Known
            } else if waiting.contains(&reference) {
                Resolution::Waits
            } else {
                Resolution::Lost
            }
        }
        Value::Array(values) => all(values.iter_mut(), ids, waiting),
        Value::Object(fields) => all(fields.values_mut(), ids, waiting),
        _ => Resolution::Known,
    }
}

fn all<'v>(
    values: impl Iterator<Item = &'v mut Value>,
    ids: &HashMap<String, String>,
    waiting: &[&str],
) -> Resolution {
    for value in values {
        match resolve(value, ids, waiting) {
            Resolution::Known => {}
            other => return other,
        }
    }
    Resolution::Known
}
