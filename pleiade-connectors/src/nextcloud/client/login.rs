//! Login Flow v2: the person allows the portal in their browser, and the portal receives an app password.
//!
//! Threat: an answer that sends the person, or later their credential, to another server. The page to open must stand on the public
//! address, the poll is made at our own address whatever the answer says, and the server named at the end must be this one.

use super::{Client, ocs};
use crate::http::Answer;
use ::http::{Method, StatusCode, header};
use pleiade_core::{ConnectorError, ErrorKind, SecretString};
use serde::Deserialize;
use url::Url;

/// A flow that was started. It ends by itself after 20 minutes (nextcloud/server, `LoginFlowV2Mapper`).
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct LoginFlow {
    /// The page that the person opens to allow the portal.
    pub login: Url,
    /// The token for polling.
    pub token: SecretString,
}

/// The end of a flow.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct AppPassword {
    /// The login name.
    pub login: String,
    /// The app password.
    pub secret: SecretString,
}

#[derive(Deserialize)]
struct StartedFlow {
    poll: Poll,
    login: String,
}

#[derive(Deserialize)]
struct Poll {
    token: SecretString,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct GrantedPassword {
    server: String,
    login_name: String,
    app_password: SecretString,
}

impl Client {
    /// Starts a flow. `device` names the portal in the person's list of devices; ASCII letters only.
    ///
    /// # Errors
    /// [`ErrorKind::BadConfiguration`] when the page to open is not at the configured address, and those of the application.
    pub async fn start_login(&self, device: &str) -> Result<LoginFlow, ConnectorError> {
        let call = self
            .http
            .call("start connecting an account", Method::POST, &["index.php", "login", "v2"], &[])
            .header(header::USER_AGENT, device);
        let answer = call.send().await?;
        if !answer.status().is_success() || answer.is_html() {
            return Err(ocs::refusal(&answer));
        }
        let started: StartedFlow = answer.json()?;
        let login = self.links.own(&started.login).ok_or_else(|| elsewhere(&answer))?;
        Ok(LoginFlow { login, token: started.poll.token })
    }

    /// Asks whether the person allowed the portal; nothing while they did not, and ever after once the flow ended. The password is
    /// given once. To be asked no more than once a second.
    ///
    /// # Errors
    /// [`ErrorKind::BadConfiguration`] when the server names another address than the configured one, and those of the application.
    pub async fn poll_login(&self, token: &SecretString) -> Result<Option<AppPassword>, ConnectorError> {
        use pleiade_core::ExposeSecret as _;
        let path = ["index.php", "login", "v2", "poll"];
        let call = self.http.call("finish connecting an account", Method::POST, &path, &[]);
        let answer = call.form(&[("token", token.expose_secret())]).send().await?;
        if answer.status() == StatusCode::NOT_FOUND && !answer.is_html() {
            return Ok(None);
        }
        if !answer.status().is_success() || answer.is_html() {
            return Err(ocs::refusal(&answer));
        }
        let granted: GrantedPassword = answer.json()?;
        let here = self.links.own(&granted.server).ok_or_else(|| elsewhere(&answer))?;
        let path = |url: &Url| url.path().trim_end_matches('/').to_owned();
        if granted.server.is_empty() || path(&here) != path(&self.links.home()) {
            return Err(elsewhere(&answer));
        }
        Ok(Some(AppPassword { login: granted.login_name, secret: granted.app_password }))
    }
}

fn elsewhere(answer: &Answer) -> ConnectorError {
    answer.error(ErrorKind::BadConfiguration).with_hint(
        "Nextcloud names another address than the configured one: compare overwrite.cli.url and url",
    )
}
