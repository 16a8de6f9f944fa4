//! The protocol (RFC 7644) over a store.

use super::{
    bulk, discovery,
    error::{ScimError, ScimType},
    evaluate::answers,
    filter::{AttributePath, Filter, Operator, Scalar},
    message::{Call, MAX_BODY_BYTES, MAX_RESULTS, Reply, SEARCH, check_message, tag},
    patch,
    project::Projection,
    schema::{PathTarget, ResourceKind, normalise, path_target},
    store::{Condition, ScimStore, ScimStoreError, Selection, StoredResource},
};
use bytes::Bytes;
use chrono::SecondsFormat;
use http::{HeaderMap, HeaderValue, Method, Response, StatusCode, header};
use pleiade_core::Clock;
use serde_json::{Map, Value, json};
use std::{collections::HashSet, sync::Arc};

/// Resources looked at for one filter that no index answers.
const MAX_SCANNED: u64 = 20_000;
/// Resources read from the store at a time.
const PAGE_SIZE: u64 = 100;
/// People looked at for a filter about their groups, which are asked of the store for each of them.
const MAX_SCANNED_WITH_GROUPS: u64 = 1_000;
/// The weight of an answer, in bytes of text, beyond which no more resources are shown in it.
const MAX_SHOWN_BYTES: usize = 16 << 20;
/// Members looked up for one request.
const MAX_NEW_MEMBERS: usize = 5_000;
/// The most attempts of a change when another one comes between.
const MAX_TRIES: usize = 3;

const MEDIA_TYPE: &str = "application/scim+json";
const LIST: &str = "urn:ietf:params:scim:api:messages:2.0:ListResponse";

/// A request, taken out of whatever web framework it came through. Whoever calls has checked its token.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct ScimRequest<'a> {
    /// The method.
    pub method: &'a Method,
    /// The path below the base address, decoded: `Users/2819c223-…`.
    pub path: &'a str,
    /// The query, as it came.
    pub query: Option<&'a str>,
    /// The headers.
    pub headers: &'a HeaderMap,
    /// The body, at most [`MAX_BODY_BYTES`].
    pub body: &'a [u8],
}

impl<'a> ScimRequest<'a> {
    /// A request without query or body.
    #[must_use]
    pub fn new(method: &'a Method, path: &'a str, headers: &'a HeaderMap) -> Self {
        Self { method, path, query: None, headers, body: b"" }
    }

    /// The same request with a query, as it came.
    #[must_use]
    pub fn with_query(self, query: Option<&'a str>) -> Self {
        Self { query, ..self }
    }

    /// The same request with a body.
    #[must_use]
    pub fn with_body(self, body: &'a [u8]) -> Self {
        Self { body, ..self }
    }
}

/// A SCIM 2.0 service over one store.
///
/// ```
/// use pleiade_core::SystemClock;
/// use pleiade_federation::scim::{MemoryStore, ScimRequest, ScimService};
/// use std::sync::Arc;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let service = ScimService::new(MemoryStore::default(), "https://bureau.example/scim", Arc::new(SystemClock::default()));
/// let headers = http::HeaderMap::new();
/// let request = ScimRequest::new(&http::Method::GET, "Users", &headers)
///     .with_query(Some("filter=userName%20eq%20%22jeanne%22"));
/// assert_eq!(service.answer(request).await.status(), http::StatusCode::OK);
/// # }
/// ```
#[derive(Debug)]
pub struct ScimService<S> {
    store: S,
    base: String,
    clock: Arc<dyn Clock>,
}

/// The parameters of a list.
#[derive(Debug)]
struct Search {
    filter: Option<Filter>,
    projection: Projection,
    start: u64,
    count: u64,
}

impl<S: ScimStore> ScimService<S> {
    /// A service whose resources live under `base`, without a final slash.
    pub fn new(store: S, base: impl Into<String>, clock: Arc<dyn Clock>) -> Self {
        Self { store, base: base.into(), clock }
    }

    pub(super) fn store(&self) -> &S {
        &self.store
    }

    /// Answers a request, also a wrong one. HEAD is GET without the body, whose length is told.
    pub async fn answer(&self, request: ScimRequest<'_>) -> Response<Bytes> {
        let (get, is_head) = (Method::GET, *request.method == Method::HEAD);
        let request = if is_head { ScimRequest { method: &get, ..request } } else { request };
        let reply = match parse_request(request) {
            Ok(call) => self.dispatch(call).await,
            Err(error) => Err(error),
        };
        let (reply, refused) = match reply {
            Ok(reply) => (reply, false),
            Err(error) => (
                Reply { status: error.status, body: Some(error.body()), version: None, location: None },
                true,
            ),
        };
        let text = reply.body.as_ref().map(Value::to_string).unwrap_or_default();
        let length = text.len();
        let mut response = Response::new(if is_head { Bytes::new() } else { Bytes::from(text) });
        *response.status_mut() = reply.status;
        let headers = response.headers_mut();
        if reply.body.is_some() {
            headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE));
        }
        // An answer that has no body either has no length to tell.
        if is_head && reply.body.is_some() {
            headers.insert(header::CONTENT_LENGTH, HeaderValue::from(length));
        }
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Some(Ok(tag)) = reply.version.map(|version| HeaderValue::try_from(tag(version))) {
            headers.insert(header::ETAG, tag);
        }
        if let Some(Ok(location)) = reply.location.map(HeaderValue::try_from) {
            headers.insert(header::LOCATION, location);
        }
        if refused && reply.status == StatusCode::METHOD_NOT_ALLOWED {
            headers.insert(header::ALLOW, HeaderValue::from_static(allowed(request.path)));
        }
        response
    }

    pub(super) async fn dispatch(&self, call: Call<'_>) -> Result<Reply, ScimError> {
        let segments: Vec<&str> = call.path.split('/').filter(|segment| !segment.is_empty()).collect();
        let get = *call.method == Method::GET;
        let post = *call.method == Method::POST;
        match *segments.as_slice() {
            ["ServiceProviderConfig"] if get => Ok(Reply::ok(discovery::service_provider_config(&self.base))),
            ["Schemas"] if get => described(&call, discovery::schemas(&self.base)),
            ["ResourceTypes"] if get => described(&call, discovery::resource_types(&self.base)),
            ["Schemas", id] if get => one_of(discovery::schemas(&self.base), id),
            ["ResourceTypes", id] if get => one_of(discovery::resource_types(&self.base), id),
            ["ServiceProviderConfig" | "Schemas" | "ResourceTypes", ..] => Err(not_allowed()),
            ["Me", ..] => Err(ScimError::status(
                StatusCode::NOT_IMPLEMENTED,
                "a token belongs to a source, not to a person",
            )),
            ["Bulk"] if post => bulk::run(self, call).await,
            ["Bulk"] => Err(not_allowed()),
            [".search"] if post => self.search_everywhere(call.body).await,
            [".search"] => Err(not_allowed()),
            [list, ref rest @ ..] => {
                let kind = ResourceKind::ALL.into_iter().find(|kind| kind.endpoint() == list);
                let kind = kind.ok_or_else(ScimError::not_found)?;
                match (call.method.as_str(), rest) {
                    ("GET", []) => self.list(kind, search_of_query(kind, &call.query)?).await,
                    ("POST", [".search"]) => self.list(kind, search_of_body(kind, call.body)?).await,
                    ("POST", []) => self.create(kind, call).await,
                    ("GET", [id]) => self.read_resource(kind, id, call).await,
                    ("PUT" | "PATCH", [id]) => self.change(kind, id, call).await,
                    ("DELETE", [id]) => self.delete(kind, id, call).await,
                    (_, [] | [_]) => Err(not_allowed()),
                    _ => Err(ScimError::not_found()),
                }
            }
            [] => Err(ScimError::not_found()),
        }
    }

    async fn read_resource(&self, kind: ResourceKind, id: &str, call: Call<'_>) -> Result<Reply, ScimError> {
        let found = self.find_resource(kind, id).await?;
        let projection = projection_of(kind, &call.query)?;
        if call.if_none_match.as_deref().is_some_and(|tags| matches(tags, found.version)) {
            return Ok(Reply {
                status: StatusCode::NOT_MODIFIED,
                body: None,
                version: Some(found.version),
                location: None,
            });
        }
        self.shown(StatusCode::OK, kind, &found, &projection).await
    }

    async fn create(&self, kind: ResourceKind, call: Call<'_>) -> Result<Reply, ScimError> {
        let projection = projection_of(kind, &call.query)?;
        let mut content = normalise(kind, &body(call.body)?)?;
        check_key(kind, &content)?;
        let id = new_id()?;
        self.check_members(kind, &id, None, &mut content).await?;
        let now = self.clock.now();
        let resource = StoredResource { id, version: 1, created_at: now, modified_at: now, content };
        self.store.create(kind, &resource).await.map_err(refusal)?;
        self.shown(StatusCode::CREATED, kind, &resource, &projection).await
    }

    async fn change(&self, kind: ResourceKind, id: &str, call: Call<'_>) -> Result<Reply, ScimError> {
        let projection = projection_of(kind, &call.query)?;
        let replaces = *call.method == Method::PUT;
        let given = body(call.body)?;
        for _ in 0..MAX_TRIES {
            let before = self.find_resource(kind, id).await?;
            if call.if_match.as_deref().is_some_and(|tags| !matches(tags, before.version)) {
                return Err(stale());
            }
            let mut content = if replaces {
                let mut content = normalise(kind, &given)?;
                // Silence about somebody who was not let in does not let them in.
                if let (false, Some(active)) = (content.contains_key("active"), before.content.get("active"))
                {
                    content.insert("active".to_owned(), active.clone());
                }
                content
            } else {
                let mut content = before.content.clone();
                patch::apply(kind, &mut content, &given)?;
                normalise(kind, &Value::Object(content))?
            };
            check_key(kind, &content)?;
            self.check_members(kind, id, Some(&before.content), &mut content).await?;
            if content == before.content {
                self.store.reapply(kind, &before).await.map_err(refusal)?;
                return self.shown(StatusCode::OK, kind, &before, &projection).await;
            }
            let after = StoredResource {
                version: before.version.saturating_add(1),
                modified_at: self.clock.now(),
                content,
                ..before.clone()
            };
            match self.store.replace(kind, &before, &after).await {
                Ok(()) => return self.shown(StatusCode::OK, kind, &after, &projection).await,
                Err(ScimStoreError::Changed) if call.if_match.is_none() => {}
                Err(error) => return Err(refusal(error)),
            }
        }
        Err(stale())
    }

    async fn delete(&self, kind: ResourceKind, id: &str, call: Call<'_>) -> Result<Reply, ScimError> {
        for _ in 0..MAX_TRIES {
            let before = self.find_resource(kind, id).await?;
            if call.if_match.as_deref().is_some_and(|tags| !matches(tags, before.version)) {
                return Err(stale());
            }
            match self.store.delete(kind, &before).await {
                Ok(()) => {
                    return Ok(Reply {
                        status: StatusCode::NO_CONTENT,
                        body: None,
                        version: None,
                        location: None,
                    });
                }
                Err(ScimStoreError::Changed) if call.if_match.is_none() => {}
                Err(error) => return Err(refusal(error)),
            }
        }
        Err(stale())
    }

    async fn list(&self, kind: ResourceKind, search: Search) -> Result<Reply, ScimError> {
        let (total, shown) = self.found(kind, &search).await?;
        Ok(listed(total, search.start, shown))
    }

    /// People first, then groups (RFC 7644 §3.4.3).
    async fn search_everywhere(&self, given: Option<Value>) -> Result<Reply, ScimError> {
        let given = body(given)?;
        let (mut total, mut shown, mut asked, mut is_whole) = (0, Vec::new(), 1, true);
        for kind in ResourceKind::ALL {
            let mut search = search_of_body(kind, Some(given.clone()))?;
            asked = search.start;
            search.start = search.start.saturating_sub(total).max(1);
            search.count = if is_whole { search.count.saturating_sub(shown.len() as u64) } else { 0 };
            let before = search.start - 1;
            let (theirs, found) = self.found(kind, &search).await?;
            total += theirs;
            // Nothing comes before what is left of the kind before it.
            is_whole &= shown_is_all(before, theirs, found.len(), search.count);
            shown.extend(found);
        }
        Ok(listed(total, asked, shown))
    }

    async fn found(&self, kind: ResourceKind, search: &Search) -> Result<(u64, Vec<Value>), ScimError> {
        let Selection { total, resources } = match &search.filter {
            None => self.select(kind, None, search).await?,
            Some(filter) => match plan(kind, filter) {
                Plan::Exact(condition) => self.select(kind, Some(&condition), search).await?,
                Plan::Narrowed(condition) => self.scan(kind, condition.as_ref(), filter, search).await?,
            },
        };
        let (mut shown, mut bytes) = (Vec::with_capacity(resources.len()), 0);
        for resource in &resources {
            let one = self.present(kind, resource, &search.projection).await?;
            bytes += text_bytes(&one);
            shown.push(one);
            // Whoever lists goes on after as many as came (RFC 7644 §3.4.2.4).
            if bytes > MAX_SHOWN_BYTES {
                break;
            }
        }
        Ok((total, shown))
    }

    async fn select(
        &self,
        kind: ResourceKind,
        condition: Option<&Condition>,
        search: &Search,
    ) -> Result<Selection, ScimError> {
        self.store
            .select(kind, condition, search.start.saturating_sub(1), search.count)
            .await
            .map_err(refusal)
    }

    /// Looks at every resource that the index leaves, within a bound.
    async fn scan(
        &self,
        kind: ResourceKind,
        condition: Option<&Condition>,
        filter: &Filter,
        search: &Search,
    ) -> Result<Selection, ScimError> {
        // Groups of a person are another question to the store: asked only when they count.
        let about_groups = mentions(filter, "groups");
        let projection = if about_groups { Projection::All } else { Projection::new(kind, [], ["groups"])? };
        let bearable = if about_groups { MAX_SCANNED_WITH_GROUPS } else { MAX_SCANNED };
        let (mut total, mut resources, mut offset, mut bytes) = (0_u64, Vec::new(), 0_u64, 0);
        loop {
            let page = self.store.select(kind, condition, offset, PAGE_SIZE).await.map_err(refusal)?;
            if page.total > bearable {
                return Err(ScimError::bad(
                    ScimType::TooMany,
                    "too many resources for this filter: compare id, externalId, userName or emails with eq",
                ));
            }
            let read = page.resources.len() as u64;
            for resource in page.resources {
                let shown = self.present(kind, &resource, &projection).await?;
                if shown.as_object().is_some_and(|shown| answers(kind, filter, shown)) {
                    total += 1;
                    let is_wanted = total >= search.start && (resources.len() as u64) < search.count;
                    if is_wanted && bytes <= MAX_SHOWN_BYTES {
                        bytes += text_bytes(&shown);
                        resources.push(resource);
                    }
                }
            }
            offset += read;
            if read == 0 || offset >= page.total {
                return Ok(Selection { total, resources });
            }
        }
    }

    async fn find_resource(&self, kind: ResourceKind, id: &str) -> Result<StoredResource, ScimError> {
        self.store.get(kind, id).await.map_err(refusal)?.ok_or_else(ScimError::not_found)
    }

    async fn shown(
        &self,
        status: StatusCode,
        kind: ResourceKind,
        resource: &StoredResource,
        projection: &Projection,
    ) -> Result<Reply, ScimError> {
        Ok(Reply {
            status,
            body: Some(self.present(kind, resource, projection).await?),
            version: Some(resource.version),
            location: Some(self.location(kind, &resource.id)),
        })
    }

    fn location(&self, kind: ResourceKind, id: &str) -> String {
        format!("{}/{}/{id}", self.base, kind.endpoint())
    }

    async fn present(
        &self,
        kind: ResourceKind,
        resource: &StoredResource,
        projection: &Projection,
    ) -> Result<Value, ScimError> {
        let mut shown = resource.content.clone();
        let mut schemas = vec![kind.schema()];
        schemas.extend(kind.extension().filter(|urn| shown.contains_key(*urn)));
        shown.insert("schemas".to_owned(), json!(schemas));
        shown.insert("id".to_owned(), json!(resource.id));
        let written = |at: chrono::DateTime<chrono::Utc>| at.to_rfc3339_opts(SecondsFormat::Millis, true);
        shown.insert(
            "meta".to_owned(),
            json!({
                "resourceType": kind.name(),
                "created": written(resource.created_at),
                "lastModified": written(resource.modified_at),
                "location": self.location(kind, &resource.id),
                "version": tag(resource.version),
            }),
        );
        if kind == ResourceKind::User && projection.shows("groups") {
            let groups = self.store.groups_of(&resource.id).await.map_err(refusal)?;
            if !groups.is_empty() {
                let group = |(id, name): (String, String)| {
                    let address = self.location(ResourceKind::Group, &id);
                    json!({ "value": id, "$ref": address, "display": name, "type": "direct" })
                };
                shown.insert("groups".to_owned(), groups.into_iter().map(group).collect());
            }
        }
        if kind == ResourceKind::Group {
            // Nobody is a list too: some managers (authentik) add members to a list that they have seen, and to nothing else.
            shown.entry("members").or_insert_with(|| json!([]));
        }
        if let Some(Value::Array(members)) = shown.get_mut("members") {
            for member in members.iter_mut().filter_map(Value::as_object_mut) {
                let of = if member.get("type") == Some(&json!("Group")) {
                    ResourceKind::Group
                } else {
                    ResourceKind::User
                };
                let address = member.get("value").and_then(Value::as_str).map(|id| self.location(of, id));
                member.insert("$ref".to_owned(), json!(address));
            }
        }
        Ok(Value::Object(projection.project(shown)))
    }

    /// Members are people and groups of this very source; each of them once, with its true type.
    async fn check_members(
        &self,
        kind: ResourceKind,
        id: &str,
        before: Option<&Map<String, Value>>,
        content: &mut Map<String, Value>,
    ) -> Result<(), ScimError> {
        if kind != ResourceKind::Group {
            return Ok(());
        }
        let invalid = |why| ScimError::bad(ScimType::InvalidValue, why);
        let id_of = |member: &Value| member.get("value").and_then(Value::as_str).map(str::to_owned);
        let known: HashSet<(String, bool)> = before
            .and_then(|before| before.get("members")?.as_array())
            .into_iter()
            .flatten()
            .filter_map(|member| Some((id_of(member)?, member.get("type") == Some(&json!("Group")))))
            .collect();
        let Some(Value::Array(members)) = content.remove("members") else { return Ok(()) };
        let (mut kept, mut seen, mut looked_up) = (Vec::with_capacity(members.len()), HashSet::new(), 0);
        for mut member in members {
            let value = id_of(&member).ok_or_else(|| invalid("a member is named by its value"))?;
            if value == id {
                return Err(invalid("a group does not hold itself"));
            }
            if !seen.insert(value.clone()) {
                continue;
            }
            let of = if known.contains(&(value.clone(), false)) {
                ResourceKind::User
            } else if known.contains(&(value.clone(), true)) {
                ResourceKind::Group
            } else {
                looked_up += 1;
                if looked_up > MAX_NEW_MEMBERS {
                    let why = format!("at most {MAX_NEW_MEMBERS} new members in a request");
                    return Err(ScimError::bad(ScimType::TooMany, why));
                }
                let found = self.store.kind_of(&value).await.map_err(refusal)?;
                found.ok_or_else(|| invalid("a member is a person or a group of this source"))?
            };
            if let Value::Object(fields) = &mut member {
                fields.insert("type".to_owned(), json!(of.name()));
                // Ours to say.
                fields.remove("$ref");
            }
            kept.push(member);
        }
        if !kept.is_empty() {
            content.insert("members".to_owned(), Value::Array(kept));
        }
        Ok(())
    }
}

/// True if nothing of a kind is left after a page of it that begins after `before` of them.
fn shown_is_all(before: u64, total: u64, shown: usize, asked: u64) -> bool {
    asked == 0 || before.saturating_add(shown as u64) >= total
}

/// The bytes of a value as text, more or less.
fn text_bytes(value: &Value) -> usize {
    match value {
        Value::String(text) => text.len() + 3,
        Value::Array(values) => values.iter().map(text_bytes).sum::<usize>() + 2,
        Value::Object(fields) => {
            fields.iter().map(|(name, value)| name.len() + 4 + text_bytes(value)).sum::<usize>() + 2
        }
        _ => 6,
    }
}

fn listed(total: u64, start: u64, shown: Vec<Value>) -> Reply {
    Reply::ok(json!({
        "schemas": [LIST],
        "totalResults": total,
        "startIndex": start,
        "itemsPerPage": shown.len(),
        "Resources": shown,
    }))
}

/// The key that links to a person is what a [`pleiade_core::Subject`] can be. That of a group links to nobody.
fn check_key(kind: ResourceKind, content: &Map<String, Value>) -> Result<(), ScimError> {
    if kind != ResourceKind::User {
        return Ok(());
    }
    let Some(key) = content.get("externalId").and_then(Value::as_str) else { return Ok(()) };
    if key.len() <= 255 && key.bytes().all(|byte| (0x20..0x7f).contains(&byte)) {
        Ok(())
    } else {
        Err(ScimError::bad(ScimType::InvalidValue, "externalId is at most 255 printable ASCII characters"))
    }
}

fn parse_request<'a>(request: ScimRequest<'a>) -> Result<Call<'a>, ScimError> {
    if request.body.len() > MAX_BODY_BYTES {
        return Err(ScimError::status(
            StatusCode::PAYLOAD_TOO_LARGE,
            format!("a body has at most {MAX_BODY_BYTES} bytes"),
        ));
    }
    let text = |name| request.headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
    let body = if request.body.is_empty() {
        None
    } else {
        let media = text(header::CONTENT_TYPE).unwrap_or_default();
        let media = media.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        if media != MEDIA_TYPE && media != "application/json" {
            let why = format!("the body is {MEDIA_TYPE}");
            return Err(ScimError::status(StatusCode::UNSUPPORTED_MEDIA_TYPE, why));
        }
        let body = serde_json::from_slice(request.body)
            .map_err(|_| ScimError::bad(ScimType::InvalidSyntax, "the body is not JSON"))?;
        Some(body)
    };
    let query = url::form_urlencoded::parse(request.query.unwrap_or_default().as_bytes());
    Ok(Call {
        method: request.method,
        path: request.path,
        query: query.map(|(name, value)| (name.into_owned(), value.into_owned())).collect(),
        if_match: text(header::IF_MATCH),
        if_none_match: text(header::IF_NONE_MATCH),
        body,
    })
}

fn body(body: Option<Value>) -> Result<Value, ScimError> {
    body.ok_or_else(|| ScimError::bad(ScimType::InvalidSyntax, "the body is missing"))
}

fn stale() -> ScimError {
    ScimError::status(
        StatusCode::PRECONDITION_FAILED,
        "the resource was changed in the meantime; read it again",
    )
}

fn not_allowed() -> ScimError {
    ScimError::status(StatusCode::METHOD_NOT_ALLOWED, "this method means nothing here")
}

fn allowed(path: &str) -> &'static str {
    let mut segments = path.split('/').filter(|segment| !segment.is_empty());
    match (segments.next(), segments.next()) {
        (Some("Bulk" | ".search"), _) | (_, Some(".search")) => "POST",
        (Some("Users" | "Groups"), None) => "GET, HEAD, POST",
        (Some("Users" | "Groups"), Some(_)) => "GET, HEAD, PUT, PATCH, DELETE",
        _ => "GET, HEAD",
    }
}

fn refusal(error: ScimStoreError) -> ScimError {
    match error {
        ScimStoreError::Taken => ScimError::taken(),
        ScimStoreError::Changed => stale(),
        ScimStoreError::Refused(why) => ScimError::bad(ScimType::InvalidValue, why),
        ScimStoreError::Full => ScimError::status(
            StatusCode::INSUFFICIENT_STORAGE,
            "this source keeps as many people and groups, or as many bytes, as it may; delete what is not needed",
        ),
        ScimStoreError::Unavailable => {
            ScimError::status(StatusCode::SERVICE_UNAVAILABLE, "the store does not answer; try again later")
        }
    }
}

fn described(call: &Call<'_>, resources: Vec<Value>) -> Result<Reply, ScimError> {
    // RFC 7644 §4: a filter here is refused.
    if call.query.iter().any(|(name, _)| name.eq_ignore_ascii_case("filter")) {
        return Err(ScimError::status(StatusCode::FORBIDDEN, "this list is not filtered"));
    }
    Ok(Reply::ok(json!({
        "schemas": [LIST],
        "totalResults": resources.len(),
        "startIndex": 1,
        "itemsPerPage": resources.len(),
        "Resources": resources,
    })))
}

fn one_of(resources: Vec<Value>, id: &str) -> Result<Reply, ScimError> {
    let found = resources.into_iter().find(|one| one.get("id").and_then(Value::as_str) == Some(id));
    found.map(Reply::ok).ok_or_else(ScimError::not_found)
}

fn projection_of(kind: ResourceKind, query: &[(String, String)]) -> Result<Projection, ScimError> {
    let names = |wanted: &'static str| {
        query
            .iter()
            .filter(move |(name, _)| name.eq_ignore_ascii_case(wanted))
            .flat_map(|(_, value)| value.split(','))
    };
    Projection::new(kind, names("attributes"), names("excludedAttributes"))
}

fn read_filter(text: Option<&str>) -> Result<Option<Filter>, ScimError> {
    let parsed = text.filter(|text| !text.trim().is_empty()).map(str::parse::<Filter>).transpose();
    parsed.map_err(|error| {
        ScimError::bad(ScimType::InvalidFilter, format!("the filter cannot be read, {error}"))
    })
}

/// RFC 7644 §3.4.2.4: a start below one is one, a count below zero is zero.
fn page(start: Option<i64>, count: Option<i64>) -> (u64, u64) {
    let start = u64::try_from(start.unwrap_or(1)).unwrap_or(1).max(1);
    let count = count.map_or(MAX_RESULTS, |count| u64::try_from(count).unwrap_or(0)).min(MAX_RESULTS);
    (start, count)
}

fn search_of_query(kind: ResourceKind, query: &[(String, String)]) -> Result<Search, ScimError> {
    let given = |wanted: &str| {
        query.iter().find(|(name, _)| name.eq_ignore_ascii_case(wanted)).map(|(_, value)| value.as_str())
    };
    let number = |name: &str| {
        given(name)
            .map(|text| text.trim().parse::<i64>())
            .transpose()
            .map_err(|_| ScimError::bad(ScimType::InvalidValue, "startIndex and count are whole numbers"))
    };
    let (start, count) = page(number("startIndex")?, number("count")?);
    Ok(Search {
        filter: read_filter(given("filter"))?,
        projection: projection_of(kind, query)?,
        start,
        count,
    })
}

fn search_of_body(kind: ResourceKind, given: Option<Value>) -> Result<Search, ScimError> {
    let given = body(given)?;
    check_message(&given, SEARCH)?;
    let names = |name: &str| given.get(name).and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let texts = |name: &'static str| names(name).iter().filter_map(Value::as_str);
    let number = |name: &str| given.get(name).and_then(Value::as_i64);
    let (start, count) = page(number("startIndex"), number("count"));
    Ok(Search {
        filter: read_filter(given.get("filter").and_then(Value::as_str))?,
        projection: Projection::new(kind, texts("attributes"), texts("excludedAttributes"))?,
        start,
        count,
    })
}

/// The plan of a search.
enum Plan {
    /// By the index alone.
    Exact(Condition),
    /// By looking at what the index leaves, or at everything.
    Narrowed(Option<Condition>),
}

fn plan(kind: ResourceKind, filter: &Filter) -> Plan {
    match filter {
        Filter::Compare(path, Operator::Equal, scalar) => {
            condition(kind, path, scalar).map_or(Plan::Narrowed(None), Plan::Exact)
        }
        other => Plan::Narrowed(narrowed(kind, other)),
    }
}

fn narrowed(kind: ResourceKind, filter: &Filter) -> Option<Condition> {
    match filter {
        Filter::Compare(path, Operator::Equal, scalar) => condition(kind, path, scalar),
        Filter::And(members) => {
            members.iter().filter_map(|member| narrowed(kind, member)).min_by_key(Condition::breadth)
        }
        Filter::Has(path, inner) if kind == ResourceKind::User && is_plain(path, "emails") => by_mail(inner),
        Filter::Within(path, _, of_sub) if kind == ResourceKind::User && is_plain(path, "emails") => {
            by_mail(of_sub)
        }
        _ => None,
    }
}

fn by_mail(inner: &Filter) -> Option<Condition> {
    match inner {
        Filter::Compare(path, Operator::Equal, Scalar::Text(text)) if is_plain(path, "value") => {
            Some(Condition::Mail(text.to_lowercase()))
        }
        Filter::And(members) => members.iter().find_map(by_mail),
        _ => None,
    }
}

fn is_plain(path: &AttributePath, name: &str) -> bool {
    path.sub.is_none() && path.name.eq_ignore_ascii_case(name)
}

fn condition(kind: ResourceKind, path: &AttributePath, scalar: &Scalar) -> Option<Condition> {
    let PathTarget::Kept(place) = path_target(kind, path, None) else { return None };
    if place.extension.is_some() {
        return None;
    }
    let sub = place.sub.map(|sub| sub.name);
    match (kind, place.attribute.name, sub, scalar) {
        (_, "id", None, Scalar::Text(text)) => Some(Condition::Id(text.clone())),
        (_, "externalId", None, Scalar::Text(text)) => Some(Condition::ExternalId(text.clone())),
        (ResourceKind::User, "userName", None, Scalar::Text(text)) => {
            Some(Condition::UserName(text.to_lowercase()))
        }
        (ResourceKind::User, "emails", None | Some("value"), Scalar::Text(text)) => {
            Some(Condition::Mail(text.to_lowercase()))
        }
        (ResourceKind::Group, "displayName", None, Scalar::Text(text)) => {
            Some(Condition::DisplayName(text.to_lowercase()))
        }
        // False only: silence counts as let in, and is no value to compare.
        (ResourceKind::User, "active", None, Scalar::Bool(false)) => Some(Condition::Active(false)),
        _ => None,
    }
}

fn mentions(filter: &Filter, name: &str) -> bool {
    match filter {
        Filter::Present(path)
        | Filter::Compare(path, ..)
        | Filter::Has(path, _)
        | Filter::Within(path, ..) => path.name.eq_ignore_ascii_case(name),
        Filter::Not(inner) => mentions(inner, name),
        Filter::And(members) | Filter::Or(members) => members.iter().any(|member| mentions(member, name)),
    }
}

fn matches(tags: &str, version: i64) -> bool {
    let plain = format!("\"{version}\"");
    tags.split(',')
        .map(str::trim)
        .any(|given| given == "*" || given.strip_prefix("W/").unwrap_or(given) == plain)
}

/// A random UUID (RFC 9562 §5.4).
fn new_id() -> Result<String, ScimError> {
    let mut random = [0_u8; 16];
    getrandom::fill(&mut random)
        .map_err(|_| ScimError::status(StatusCode::SERVICE_UNAVAILABLE, "the machine gives no randomness"))?;
    let bits = u128::from_be_bytes(random) & !(0xf000_u128 << 64 | 0xc000_u128 << 48)
        | (0x4000_u128 << 64 | 0x8000_u128 << 48);
    let text = format!("{bits:032x}");
    let part = |from: usize, to: usize| text.get(from..to).unwrap_or_default();
    Ok([part(0, 8), part(8, 12), part(12, 16), part(16, 20), part(20, 32)].join("-"))
}
