//! The menu: what a person may open, as their portal grants it.

use super::{Client, LemonldapConfig, line};
use pleiade_core::{
    Application, ApplicationId, ConnectorError, ErrorKind, SecretString, Transport, application::Icon,
};
use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};
use std::{collections::BTreeSet, sync::Arc};
use url::Url;

const MAX_APPLICATIONS: usize = 500;

/// A client of one portal's menu.
#[derive(Debug, Clone)]
pub struct Menu(Client);

impl Menu {
    /// A client of the portal.
    ///
    /// # Errors
    /// [`ErrorKind::BadConfiguration`] when the address or the cookie's name cannot be used.
    pub fn new(config: &LemonldapConfig, transport: Arc<dyn Transport>) -> Result<Self, ConnectorError> {
        Client::new(config, "myapplications", "read the portal's menu", transport).map(Self)
    }

    /// The applications that the portal grants to the person whose session this is, in the portal's order.
    ///
    /// # Errors
    /// [`ErrorKind::Unauthenticated`] when the session has ended; others when the portal does not answer as it should.
    pub async fn applications(&self, session: &SecretString) -> Result<Vec<Application>, ConnectorError> {
        let answer = self.0.get(session).await?;
        listed(&answer).map_err(|kind| self.0.error(kind))
    }
}

fn listed(answer: &Map<String, Value>) -> Result<Vec<Application>, ErrorKind> {
    let categories = match answer.get("myapplications") {
        Some(Value::Array(categories)) => categories.as_slice(),
        None | Some(Value::Null) => return Ok(Vec::new()),
        Some(_) => return Err(ErrorKind::BadAnswer),
    };
    let mut seen = BTreeSet::new();
    let mut applications = Vec::new();
    for category in categories {
        let heading = category.get("Category").and_then(Value::as_str).and_then(line);
        let listed = category.get("Applications").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        for (name, details) in listed.iter().filter_map(Value::as_object).flatten() {
            if applications.len() == MAX_APPLICATIONS {
                return Ok(applications);
            }
            let Some(mut application) = application(name, details, heading.as_deref()) else { continue };
            if seen.insert(application.id.clone()) {
                application.order = u32::try_from(applications.len()).unwrap_or(u32::MAX);
                applications.push(application);
            }
        }
    }
    Ok(applications)
}

/// Only what a browser opens as a page: an administrator of one collectivité may write anything here.
fn address(value: &Value) -> Option<Url> {
    let url = Url::parse(value.as_str()?.trim()).ok()?;
    let safe =
        matches!(url.scheme(), "http" | "https") && url.username().is_empty() && url.password().is_none();
    safe.then_some(url)
}

fn application(name: &str, details: &Value, category: Option<&str>) -> Option<Application> {
    let url = address(details.get("AppUri")?)?;
    let name = line(name)?;
    let mut application = Application::new(identifier(&url, &name, category)?, name, url);
    application.description =
        ["AppDesc", "AppTip"].iter().find_map(|key| details.get(*key).and_then(Value::as_str).and_then(line));
    application.category = category.map(str::to_owned);
    application.icon = icon(details);
    Some(application)
}

/// The portal gives no identifier, and display names repeat: what the entry opens, and under which heading, is what it is.
fn identifier(url: &Url, name: &str, category: Option<&str>) -> Option<ApplicationId> {
    let mut hash = Sha256::new();
    for part in [url.as_str(), category.unwrap_or_default(), name] {
        hash.update(part.as_bytes());
        hash.update([0]);
    }
    let hex: String = hash.finalize().iter().take(10).map(|byte| format!("{byte:02x}")).collect();
    ApplicationId::new(format!("lemonldap-{hex}")).ok()
}

/// 2.21 gives a picture's address or a symbol's name; older sites put a picture's file name where the symbol's name stands.
fn icon(details: &Value) -> Icon {
    if let Some(picture) = details.get("AppLogo").and_then(address) {
        return Icon::Picture(picture);
    }
    let name = details.get("AppIcon").and_then(Value::as_str).unwrap_or_default();
    if let Some(picture) = details.get("AppIcon").and_then(address) {
        return Icon::Picture(picture);
    }
    let is_symbol = !name.is_empty()
        && name.len() <= 63
        && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    if is_symbol { Icon::Named(name.to_owned()) } else { Icon::Initials }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(body: &[u8]) -> Result<Vec<Application>, ErrorKind> {
        super::super::parse_answer(body).and_then(|answer| listed(&answer))
    }

    #[test]
    fn both_shapes_are_read_in_their_order() {
        let old = br#"{"result":1,"myapplications":[
            {"Category":"E-administration","Applications":[{"Pastell":{"AppUri":"https://pastell.example/","AppDesc":"Flux"}}]},
            {"Category":"Vide"},
            {"Category":"Documents","Applications":[
              {"Nextcloud":{"AppUri":"https://nc.example/","AppDesc":"Fichiers","AppTip":"nc","AppIcon":"cloud"}},
              {"Agenda":{"AppUri":"https://a.example/","AppLogo":"https://auth.example/static/a.png"}},
              {"Mairie":{"AppUri":"https://m.example/","AppIcon":"mairie.png"}}]}]}"#;
        let menu = parse(old).unwrap();
        let shown: Vec<_> =
            menu.iter().map(|a| (a.name.as_str(), a.category.as_deref().unwrap(), a.order)).collect();
        assert_eq!(
            shown,
            [
                ("Pastell", "E-administration", 0),
                ("Nextcloud", "Documents", 1),
                ("Agenda", "Documents", 2),
                ("Mairie", "Documents", 3)
            ]
        );
        assert_eq!(menu[1].icon, Icon::Named("cloud".into()));
        assert!(matches!(&menu[2].icon, Icon::Picture(url) if url.path() == "/static/a.png"));
        assert_eq!(menu[3].icon, Icon::Initials);
        assert_eq!(menu[0].description.as_deref(), Some("Flux"));
    }

    #[test]
    fn latin_1_that_says_utf_8_is_read() {
        let body = b"{\"result\":1,\"myapplications\":[{\"Category\":\"\xc9lus\",\"Applications\":[{\"D\xe9lib\":{\"AppUri\":\"https://d.example/\"}}]}]}";
        let menu = parse(body).unwrap();
        assert_eq!((menu[0].name.as_str(), menu[0].category.as_deref()), ("Délib", Some("Élus")));
    }

    #[test]
    fn hostile_addresses_are_dropped() {
        for uri in [
            "javascript:alert(1)",
            "data:text/html,x",
            "",
            "//evil",
            "file:///etc/passwd",
            "https://u:p@h.example/",
        ] {
            let body = format!(
                r#"{{"result":1,"myapplications":[{{"Category":"c","Applications":[{{"x":{{"AppUri":"{uri}"}}}}]}}]}}"#
            );
            assert_eq!(parse(body.as_bytes()).unwrap(), [], "{uri}");
        }
    }

    #[test]
    fn an_ended_session_is_told_from_nonsense() {
        assert_eq!(parse(br#"{"error":9,"result":0}"#), Err(ErrorKind::Unauthenticated));
        assert_eq!(parse(br#"{"error":"1","result":"0"}"#), Err(ErrorKind::Unauthenticated));
        assert_eq!(parse(b"<!DOCTYPE html><form>"), Err(ErrorKind::Unauthenticated));
        assert_eq!(parse(b"[]"), Err(ErrorKind::BadAnswer));
        assert_eq!(parse(br#"{"result":1,"myapplications":3}"#), Err(ErrorKind::BadAnswer));
        assert_eq!(parse(br#"{"result":1,"myapplications":[]}"#), Ok(vec![]));
    }

    #[test]
    fn the_same_entry_twice_is_one() {
        let entry = r#"{"x":{"AppUri":"https://x.example/"}}"#;
        let body = format!(
            r#"{{"result":1,"myapplications":[{{"Category":"c","Applications":[{entry},{entry}]}}]}}"#
        );
        assert_eq!(parse(body.as_bytes()).unwrap().len(), 1);
    }
}
