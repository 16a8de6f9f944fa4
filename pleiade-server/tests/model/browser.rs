//! A browser with its own cookies.

use axum::{
    Router,
    body::Body,
    http::{HeaderMap, Method, Request, StatusCode, header},
};
use http_body_util::BodyExt as _;
use pleiade_server::{app::App, web::outcome::Outcome};
use std::collections::BTreeMap;
use tower::ServiceExt as _;

pub(crate) const SESSION: &str = "__Host-pleiade";

/// An answer, read whole.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn location(&self) -> &str {
        self.headers.get(header::LOCATION).map_or("", |value| value.to_str().unwrap())
    }

    /// The message that tells what became of a form, on the page that it leads to.
    pub(crate) fn outcome(&self, app: &App) -> Option<String> {
        let cookies =
            self.headers.get_all(header::SET_COOKIE).iter().filter_map(|cookie| cookie.to_str().ok());
        let pairs = cookies.filter_map(|cookie| cookie.split(';').next()?.split_once('='));
        let value =
            pairs.filter(|(name, _)| *name == "__Host-pleiade-outcome").map(|(_, value)| value).next()?;
        Some(Outcome::open(app, value)?.key().to_owned())
    }

    pub(crate) fn state(&self) -> Option<String> {
        self.location().split_once("state=").map(|(_, state)| state.to_owned())
    }
}

#[derive(Debug, Clone)]
pub(crate) struct Browser {
    pub(crate) host: String,
    pub(crate) cookies: BTreeMap<String, String>,
}

impl Browser {
    pub(crate) fn new(host: &str) -> Self {
        Self { host: host.to_owned(), cookies: BTreeMap::new() }
    }

    pub(crate) fn session(&self) -> Option<&String> {
        self.cookies.get(SESSION)
    }

    fn request(&self, method: Method, path: &str, body: String) -> Request<Body> {
        let mut request = Request::builder().method(method.clone()).uri(path);
        let headers = request.headers_mut().unwrap();
        headers.insert(header::HOST, self.host.parse().unwrap());
        headers.insert(header::ACCEPT, "text/html,application/xhtml+xml".parse().unwrap());
        if method == Method::POST {
            headers.insert(header::CONTENT_TYPE, "application/x-www-form-urlencoded".parse().unwrap());
            headers.insert(header::ORIGIN, "null".parse().unwrap());
            headers.insert("sec-fetch-site", "same-origin".parse().unwrap());
        }
        if !self.cookies.is_empty() {
            let all: Vec<String> =
                self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
            headers.insert(header::COOKIE, all.join("; ").parse().unwrap());
        }
        request.body(Body::from(body)).unwrap()
    }

    pub(crate) async fn send(&mut self, router: &Router, request: Request<Body>) -> Answer {
        let (head, body) = router.clone().oneshot(request).await.unwrap().into_parts();
        for cookie in head.headers.get_all(header::SET_COOKIE) {
            let cookie = cookie.to_str().unwrap();
            let (name, value) = cookie.split(';').next().and_then(|pair| pair.split_once('=')).unwrap();
            if cookie.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        let body = body.collect().await.unwrap().to_bytes();
        let body = String::from_utf8_lossy(&body).into_owned();
        Answer { status: head.status, headers: head.headers, body }
    }

    pub(crate) async fn get(&mut self, router: &Router, path: &str) -> Answer {
        let request = self.request(Method::GET, path, String::new());
        self.send(router, request).await
    }

    /// Sends a form as a page of this browser would, which holds its mark, and says yes to the question that may come first.
    pub(crate) async fn post(&mut self, router: &Router, path: &str, form: &[(&str, &str)]) -> Answer {
        let mut body = url::form_urlencoded::Serializer::new(String::new());
        body.extend_pairs(form).append_pair("confirmed", "yes");
        if self.session().is_some() {
            let page = self.get(router, "/").await.body;
            if let Some((_, rest)) = page.split_once("name=\"mark\" value=\"") {
                body.append_pair("mark", rest.split('"').next().unwrap_or_default());
            }
        }
        let body = body.finish();
        let request = self.request(Method::POST, path, body);
        self.send(router, request).await
    }
}

/// A call of an identity manager.
pub(crate) async fn call(
    router: &Router,
    host: &str,
    token: &str,
    method: Method,
    path: &str,
    body: Option<serde_json::Value>,
) -> Answer {
    let mut program = Browser::new(host);
    let text = body.map(|body| body.to_string()).unwrap_or_default();
    let mut request = program.request(method, path, text);
    let headers = request.headers_mut();
    for name in ["origin", "sec-fetch-site"] {
        headers.remove(name);
    }
    headers.insert(header::ACCEPT, "application/scim+json".parse().unwrap());
    headers.insert(header::CONTENT_TYPE, "application/scim+json".parse().unwrap());
    headers.insert(header::AUTHORIZATION, format!("Bearer {token}").parse().unwrap());
    program.send(router, request).await
}
