//! Browsers and what they are answered.

use super::{ALPHA, BETA, SESSION, world::tenant_id};
use crate::html::Html;
use axum::{
    Router,
    body::Body,
    extract::ConnectInfo,
    http::{HeaderMap, Method, Request, Response, StatusCode, header},
};
use http_body_util::BodyExt as _;
use pleiade_server::app::App;
use std::{
    collections::BTreeMap,
    net::{IpAddr, SocketAddr},
};
use tower::ServiceExt as _;

/// The cookie that holds what became of a form.
const OUTCOME: &str = "__Host-pleiade-outcome";

/// An answer, read whole.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
    /// The outcome of the form, as the page after it will tell: the message's key.
    pub(crate) outcome: Option<String>,
}

impl Answer {
    /// The target and what is told there: `/path key`.
    pub(crate) fn told(&self) -> String {
        let outcome = self.outcome.as_ref().map(|key| format!(" {key}"));
        format!("{}{}", self.location(), outcome.unwrap_or_default())
    }

    pub(crate) fn location(&self) -> &str {
        self.headers.get(header::LOCATION).map_or("", |value| value.to_str().unwrap())
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    pub(crate) fn page(&self) -> Html {
        Html::parse(&self.body)
    }
}

/// A browser with its own cookies.
#[derive(Clone)]
pub(crate) struct Browser {
    pub(super) app: App,
    pub(crate) router: Router,
    pub(crate) host: String,
    pub(crate) cookies: BTreeMap<String, String>,
    /// Sent with every request, over what a browser sends by itself.
    pub(crate) headers: HeaderMap,
    /// The other end of its connections.
    pub(crate) peer: Option<IpAddr>,
}

impl Browser {
    pub(crate) fn set(&mut self, name: &str, value: &str) {
        self.cookies.insert(name.to_owned(), value.to_owned());
    }

    pub(crate) fn request(&self, method: Method, path: &str, body: String) -> Request<Body> {
        let mut request = Request::builder().method(method.clone()).uri(path);
        let headers = request.headers_mut().unwrap();
        headers.insert(header::HOST, self.host.parse().unwrap());
        headers.insert(header::ACCEPT, "text/html,application/xhtml+xml".parse().unwrap());
        if method == Method::POST {
            headers.insert(header::CONTENT_TYPE, "application/x-www-form-urlencoded".parse().unwrap());
            // What browsers send from our pages, whose policy is to name no referrer.
            headers.insert(header::ORIGIN, "null".parse().unwrap());
            headers.insert("sec-fetch-site", "same-origin".parse().unwrap());
        }
        if !self.cookies.is_empty() {
            let all: Vec<String> =
                self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
            headers.insert(header::COOKIE, all.join("; ").parse().unwrap());
        }
        for (name, value) in &self.headers {
            headers.insert(name.clone(), value.clone());
        }
        if let Some(peer) = self.peer {
            request.extensions_mut().unwrap().insert(ConnectInfo(SocketAddr::new(peer, 4711)));
        }
        request.body(Body::from(body)).unwrap()
    }

    pub(crate) async fn open(&self, path: &str) -> Response<Body> {
        self.router.clone().oneshot(self.request(Method::GET, path, String::new())).await.unwrap()
    }

    pub(crate) async fn send(&mut self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (head, body) = response.into_parts();
        for cookie in head.headers.get_all(header::SET_COOKIE) {
            let cookie = cookie.to_str().unwrap();
            let (name, value) = cookie.split(';').next().and_then(|pair| pair.split_once('=')).unwrap();
            if cookie.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.set(name, value);
            }
        }
        let body = body.collect().await.unwrap().to_bytes();
        let cookies =
            head.headers.get_all(header::SET_COOKIE).iter().filter_map(|cookie| cookie.to_str().ok());
        let mut pairs = cookies.filter_map(|cookie| cookie.split(';').next()?.split_once('='));
        let outcome = pairs.find(|(name, _)| *name == OUTCOME).map(|(_, value)| value);
        let outcome = outcome.and_then(|value| pleiade_server::web::outcome::Outcome::open(&self.app, value));
        Answer {
            status: head.status,
            outcome: outcome.map(|outcome| outcome.key().to_owned()),
            headers: head.headers,
            body: String::from_utf8_lossy(&body).into_owned(),
        }
    }

    pub(crate) async fn get(&mut self, path: &str) -> Answer {
        self.send(self.request(Method::GET, path, String::new())).await
    }

    /// The mark that a page asked for now would hold; none when nobody is signed in.
    pub(crate) async fn mark(&self) -> Option<String> {
        let site = [(ALPHA, "alpha"), (BETA, "beta")].into_iter().find(|(host, _)| *host == self.host);
        let site = site.map(|(_, id)| tenant_id(id));
        let session =
            self.app.sessions.find_session(self.cookies.get(SESSION)?, site.as_ref()).await.ok()??;
        Some(self.app.marks().mark(&session).to_string())
    }

    /// A form as a page of this browser sends it: with the page's mark, unless the test gives another.
    pub(crate) async fn form(&self, fields: &[(&str, &str)]) -> String {
        let mut form = url::form_urlencoded::Serializer::new(String::new());
        form.extend_pairs(fields);
        if let Some(mark) = self.mark().await.filter(|_| fields.iter().all(|(name, _)| *name != "mark")) {
            form.append_pair("mark", &mark);
        }
        form.finish()
    }

    pub(crate) async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let form = self.form(fields).await;
        let path = Self::address(path, &form);
        self.send(self.request(Method::POST, &path, form)).await
    }

    /// Where a form goes: that with files has its mark in its address.
    pub(crate) fn address(path: &str, form: &str) -> String {
        let streams = path.starts_with("/deposit/") && path.ends_with("/send");
        let mut fields = url::form_urlencoded::parse(form.as_bytes());
        match fields.find(|(name, _)| name == "mark").filter(|_| streams) {
            Some((_, mark)) => format!("{path}?mark={mark}"),
            None => path.to_owned(),
        }
    }

    /// A form that a script sends in the place of the browser.
    pub(crate) async fn post_with(
        &mut self,
        path: &str,
        fields: &[(&str, &str)],
        headers: &[(&'static str, &'static str)],
    ) -> Answer {
        let mut request = self.request(Method::POST, path, self.form(fields).await);
        for (name, value) in headers {
            request.headers_mut().insert(*name, axum::http::HeaderValue::from_static(value));
        }
        self.send(request).await
    }

    /// Sends a form that is answered by a question, reads the question and answers it by its own form.
    pub(crate) async fn confirm(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let asked = self.post(path, fields).await;
        assert_eq!(asked.status, StatusCode::OK, "{path}: {}", asked.body);
        let page = asked.page();
        page.check_page("fr");
        let form = page.elements.iter().position(|one| one.get("action") == Some(path)).unwrap();
        let inside = page.elements.iter().filter(|one| one.form == Some(form));
        let sent: Vec<(&str, &str)> =
            inside.filter_map(|one| Some((one.get("name")?, one.get("value")?))).collect();
        assert!(sent.contains(&("confirmed", "yes")), "{sent:?}");
        self.post(path, &sent).await
    }

    /// A form as somebody writes it by hand.
    pub(crate) async fn post_raw(&mut self, path: &str, form: &str) -> Answer {
        self.send(self.request(Method::POST, path, form.to_owned())).await
    }

    /// The stream of a page that shows nothing yet.
    pub(crate) async fn events(&self) -> Response<Body> {
        self.open(&format!("/events?mark={}", self.mark().await.unwrap_or_default())).await
    }

    /// Follows a whole sign-in at a provider and gives the last answer.
    pub(crate) async fn sign_in_at(&mut self, source: &str, code: &str) -> Answer {
        let state = self.depart(source, "/").await;
        self.get(&format!("/sign-in/{source}/callback?code={code}&state={state}")).await
    }

    /// Goes to a provider and gives the state that it will send back.
    pub(crate) async fn depart(&mut self, source: &str, back: &str) -> String {
        let back: String = url::form_urlencoded::byte_serialize(back.as_bytes()).collect();
        let answer = self.get(&format!("/sign-in/{source}/start?return={back}")).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER);
        let (_, state) = answer.location().split_once("state=").unwrap();
        state.to_owned()
    }
}
