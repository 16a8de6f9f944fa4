//! What is asked of the servers: whether the web client is there, and how many take part. There is no other call: Jitsi keeps no list of
//! meetings, and a room exists while somebody is in it.

use super::{config::JitsiConfig, room::Room};
use crate::{
    http::{Answer, HttpClient},
    kit::json,
};
use http::Method;
use pleiade_core::{ConnectorError, ErrorKind, Transport};
use serde::Deserialize;
use std::sync::Arc;

/// The client of one server.
#[derive(Debug)]
pub struct Client {
    web: HttpClient,
    sizes: Option<Sizes>,
}

#[derive(Debug)]
struct Sizes {
    http: HttpClient,
    domain: String,
    subdomain: Option<String>,
}

/// The answer of `room-size`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub struct RoomSize {
    /// How many take part. A room in which only the focus is counts one for a moment.
    #[serde(deserialize_with = "json::number")]
    pub participants: u64,
}

impl Client {
    /// A client of the server of a configuration.
    ///
    /// # Errors
    /// As [`HttpClient::new`].
    pub fn new(config: &JitsiConfig, transport: Arc<dyn Transport>) -> Result<Self, ConnectorError> {
        let web = HttpClient::new(&config.url, Arc::clone(&transport))?;
        let sizes = config.room_size.as_ref().map(|size| {
            let http = HttpClient::new(&size.url, transport)?;
            Ok::<_, ConnectorError>(Sizes {
                http,
                domain: size.domain.clone(),
                subdomain: size.subdomain.clone(),
            })
        });
        Ok(Self { web, sizes: sizes.transpose()? })
    }

    /// Asks for the configuration of the web client, which shows that the service is there.
    ///
    /// # Errors
    /// Those of the server, and [`ErrorKind::BadAnswer`] when what comes is no such file.
    pub async fn service(&self) -> Result<(), ConnectorError> {
        let call = self.web.call("read the state of the service", Method::GET, &["config.js"], &[]);
        let answer = accept(call.send().await?)?;
        if is_client_config(&String::from_utf8_lossy(answer.text())) {
            return Ok(());
        }
        Err(answer.error(ErrorKind::BadAnswer).with_hint("`config.js` below `url` is not that of Jitsi Meet"))
    }

    /// True if numbers of participants are asked for.
    #[must_use]
    pub fn counts(&self) -> bool {
        self.sizes.is_some()
    }

    /// How many take part in a room: nobody, when it does not exist.
    ///
    /// # Errors
    /// Those of the server.
    pub async fn participants(&self, room: &Room) -> Result<u64, ConnectorError> {
        let operation = "count the participants";
        let Some(sizes) = &self.sizes else {
            return Err(ConnectorError::new(ErrorKind::Unsupported, operation));
        };
        let mut query = vec![("room", room.as_str()), ("domain", sizes.domain.as_str())];
        query.extend(sizes.subdomain.as_deref().map(|subdomain| ("subdomain", subdomain)));
        let answer = sizes.http.call(operation, Method::GET, &[], &query).send().await?;
        match answer.status().as_u16() {
            404 => Ok(0),
            403 => Err(answer
                .failure()
                .with_hint("the server wants a token here: `enable_roomsize_token_verification` is on")),
            _ => Ok(accept(answer)?.json::<RoomSize>()?.participants),
        }
    }
}

fn accept(answer: Answer) -> Result<Answer, ConnectorError> {
    match answer.status().as_u16() {
        300..=399 => Err(answer
            .error(ErrorKind::BadConfiguration)
            .with_hint("nothing redirects here: the address is wrong, or a proxy asks for a sign-in")),
        _ => answer.success(),
    }
}

/// True if a script can be the configuration of the web client, to its end: it sets `config`, and does not stop half-way.
pub(super) fn is_client_config(script: &str) -> bool {
    let sets = |rest: &str| rest.trim_start().starts_with(['=', '.', '[']);
    let is_set =
        script.match_indices("config").any(|(at, name)| script.get(at + name.len()..).is_some_and(sets));
    let last = script.lines().map(str::trim).rfind(|line| !line.is_empty()).unwrap_or_default();
    is_set && (last.ends_with([';', '}']) || last.ends_with("*/") || last.starts_with("//"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_configuration_of_the_client_is_told_from_anything_else() {
        for right in [
            "/* eslint-disable comma-dangle */\nvar config = {\n    hosts: { domain: 'jitsi.example' },\n};\n",
            "// Jitsi Meet configuration.\nvar config = {};\n\nconfig.hosts = {};\nconfig.hosts.domain = 'meet.jitsi';\n",
            "window.config={};\n// custom\n",
            "var config = {};\n/* eslint-enable */\n\n",
        ] {
            assert!(is_client_config(right), "{right}");
        }
        for wrong in
            ["", "Maintenance.", "{\"config\":1}", "var config = {\n  hosts: { dom", "the config is closed;"]
        {
            assert!(!is_client_config(wrong), "{wrong}");
        }
    }
}
