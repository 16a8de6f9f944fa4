//! The little of a browser that signing in needs: cookies by host, hidden fields, redirects one by one.
//!
//! The server's tests include this file too.

use std::{collections::BTreeMap, net::SocketAddr, sync::Once};
use url::Url;

pub(crate) struct Browser {
    client: reqwest::Client,
    /// Headers that go with every request besides.
    pub(crate) headers: Vec<(&'static str, &'static str)>,
    cookies: BTreeMap<(String, String), String>,
}

/// A client that knows the test names, follows no redirect and keeps no cookie.
pub(crate) fn client() -> reqwest::Client {
    builder().build().unwrap()
}

/// What makes such a client.
pub(crate) fn builder() -> reqwest::ClientBuilder {
    static PROVIDER: Once = Once::new();
    PROVIDER.call_once(|| {
        let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    });
    let here = SocketAddr::from(([127, 0, 0, 1], 0));
    let names = ["auth", "desk", "alpha", "beta"];
    names
        .into_iter()
        .fold(reqwest::Client::builder(), |builder, name| {
            builder.resolve(&format!("{name}.pleiade.localhost"), here)
        })
        .redirect(reqwest::redirect::Policy::none())
        // The portal closes idle connections after a second, which may be the moment when one is used again.
        .pool_max_idle_per_host(0)
        .no_proxy()
}

/// What came back.
pub(crate) struct Page {
    pub(crate) url: Url,
    pub(crate) status: u16,
    pub(crate) location: Option<Url>,
    pub(crate) body: String,
}

impl Browser {
    pub(crate) fn new() -> Self {
        Self { client: client(), headers: Vec::new(), cookies: BTreeMap::new() }
    }

    pub(crate) fn cookie(&self, name: &str) -> Option<&str> {
        self.cookies.iter().find(|((_, key), _)| key == name).map(|(_, value)| value.as_str())
    }

    pub(crate) async fn get(&mut self, url: &Url) -> Page {
        let request = self.client.get(url.clone());
        self.send(url, request).await
    }

    pub(crate) async fn post(&mut self, url: &Url, fields: &[(String, String)]) -> Page {
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let request = self
            .client
            .post(url.clone())
            .header("content-type", "application/x-www-form-urlencoded")
            .body(body);
        self.send(url, request).await
    }

    async fn send(&mut self, url: &Url, request: reqwest::RequestBuilder) -> Page {
        let host = url.host_str().unwrap().to_owned();
        let cookies: Vec<String> = self
            .cookies
            .iter()
            .filter(|((place, _), value)| {
                let is_domain = place.starts_with('.');
                (*place == host || (is_domain && host.ends_with(place))) && !value.is_empty()
            })
            .map(|((_, name), value)| format!("{name}={value}"))
            .collect();
        let mut request = request.header("accept", "text/html").header("cookie", cookies.join("; "));
        for (name, value) in &self.headers {
            request = request.header(*name, *value);
        }
        let answer = request.send().await.unwrap();
        for set in answer.headers().get_all("set-cookie") {
            let mut parts = set.to_str().unwrap().split(';').map(str::trim);
            let (name, value) = parts.next().unwrap().split_once('=').unwrap();
            // One of a whole domain goes to every host below it.
            let domain = parts.find_map(|part| {
                let (key, domain) = part.split_once('=')?;
                key.eq_ignore_ascii_case("domain").then(|| format!(".{}", domain.trim_start_matches('.')))
            });
            let place = domain.unwrap_or_else(|| host.clone());
            self.cookies.insert((place, name.to_owned()), value.to_owned());
        }
        let location = answer.headers().get("location").map(|to| url.join(to.to_str().unwrap()).unwrap());
        let status = answer.status().as_u16();
        Page { url: url.clone(), status, location, body: answer.text().await.unwrap() }
    }

    /// Follows redirects until a page, or until an address that begins with `stop`, which is not opened.
    pub(crate) async fn follow(&mut self, page: Page, stop: &str) -> Result<Url, Page> {
        let mut page = page;
        for _ in 0..10 {
            match page.location.clone() {
                Some(to) if to.as_str().starts_with(stop) => return Ok(to),
                Some(to) => page = self.get(&to).await,
                None => return Err(page),
            }
        }
        panic!("too many redirects")
    }
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let start = tag.find(&format!("{name}=\""))? + name.len() + 2;
    let rest = tag.get(start..)?;
    Some(rest.split('"').next()?.replace("&amp;", "&").replace("&#x2F;", "/").replace("&quot;", "\""))
}

impl Page {
    /// Where the first form leads and its hidden fields, with others added.
    pub(crate) fn form(&self, add: &[(&str, &str)]) -> (Url, Vec<(String, String)>) {
        let form = self.body.split("<form").nth(1).unwrap_or_else(|| panic!("no form in {}", self.body));
        let form = form.split("</form>").next().unwrap();
        let action = attribute(form.split('>').next().unwrap(), "action").unwrap_or_default();
        let mut fields: Vec<(String, String)> = form
            .split("<input")
            .skip(1)
            .map(|input| input.split('>').next().unwrap())
            .filter(|input| input.contains("type=\"hidden\""))
            .filter_map(|input| {
                Some((attribute(input, "name")?, attribute(input, "value").unwrap_or_default()))
            })
            .collect();
        fields.extend(add.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        let to = if action.is_empty() || action == "#" {
            self.url.clone()
        } else {
            self.url.join(&action).unwrap()
        };
        (to, fields)
    }
}
