//! The web scripts of version 4.
//!
//! Threat: the ticket travels in the query of each address, because these scripts take it nowhere else. It is never logged, never put into
//! a link, and given up when it is refused.

use super::{Client, JSON, accepts, done};
use crate::{
    http::{Answer, Call, HttpClient},
    iparapheur::{
        model::{Desk, Folder},
        wire::{V4Folder, v4_desks},
    },
    kit::{json::List, pages::Page, xml},
};
use ::http::{Method, StatusCode};
use pleiade_core::{ConnectorError, ErrorKind, ExposeSecret as _, SecretString};
use serde::Deserialize;
use serde_json::json;
use std::{fmt, sync::Arc};

const SCRIPTS: [&str; 2] = ["alfresco", "wcs"];
/// Folders of one page of a list, which the application can sort by date of creation only.
const PAGE_SIZE: u64 = 100;
/// The longest ticket taken from the application.
const MAX_TICKET_BYTES: usize = 500;

/// The position of a page of folders: page number, and what the last folder before it says of the two counters.
pub(in crate::iparapheur) type FolderPage = (u64, u64, u64);

impl Client {
    /// A ticket of the application for a proxy ticket of CAS, which it takes once.
    ///
    /// # Errors
    /// [`Unauthenticated`](ErrorKind::Unauthenticated) when the application refuses the proxy ticket or does not know the person.
    pub async fn v4_cas(
        &self,
        login: &str,
        proxy_ticket: &SecretString,
    ) -> Result<SecretString, ConnectorError> {
        let query = [("u", login), ("t", proxy_ticket.expose_secret())];
        let path: Vec<&str> = SCRIPTS.iter().copied().chain(["api", "logincas"]).collect();
        let answer = let_in(self.http.call("sign in through CAS", Method::GET, &path, &query).send().await?)?;
        let text = xml::text(answer.body());
        let document = text.as_deref().and_then(xml::document);
        let root = document.as_ref().map(roxmltree::Document::root_element);
        let ticket = root.filter(|root| root.has_tag_name("ticket")).and_then(|root| root.text());
        self::ticket(&answer, ticket.unwrap_or_default())
    }

    /// A ticket of the application for a login, where it trusts the portal's address.
    ///
    /// # Errors
    /// [`Unauthenticated`](ErrorKind::Unauthenticated) when the application does not know the login.
    pub async fn v4_force_login(&self, login: &str) -> Result<SecretString, ConnectorError> {
        #[derive(Deserialize)]
        struct Opened {
            ticket: String,
        }
        let place = ["parapheur", "utilisateurs", login, "forceLogin"];
        let path: Vec<&str> = SCRIPTS.iter().copied().chain(place).collect();
        let answer = let_in(self.http.call("sign in", Method::POST, &path, &[]).send().await?)?;
        ticket(&answer, &answer.json::<Opened>()?.ticket)
    }
}

/// Lets the answer to a sign-in pass.
fn let_in(answer: Answer) -> Result<Answer, ConnectorError> {
    let is_unknown_tenant = || answer.text().windows(21).any(|words| words == b"Tenant does not exist");
    match answer.status() {
        // What another request would call a lack of rights is here a login or a ticket that is not good.
        StatusCode::FORBIDDEN => Err(answer.error(ErrorKind::Unauthenticated).with_refused_credential()),
        StatusCode::INTERNAL_SERVER_ERROR if is_unknown_tenant() => Err(answer
            .error(ErrorKind::BadConfiguration)
            .with_hint("the application does not know the part of `login` after the @")),
        _ => answer.success(),
    }
}

fn ticket(answer: &Answer, written: &str) -> Result<SecretString, ConnectorError> {
    let is_sound = !written.is_empty()
        && written.len() <= MAX_TICKET_BYTES
        && written.bytes().all(|byte| byte.is_ascii_graphic());
    match is_sound {
        true => Ok(written.into()),
        false => Err(answer.error(ErrorKind::BadAnswer)),
    }
}

/// Calls with one ticket.
#[derive(Clone)]
pub struct V4Session {
    http: HttpClient,
    ticket: Arc<SecretString>,
}

impl fmt::Debug for V4Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("V4Session")
    }
}

impl V4Session {
    pub(super) fn new(http: HttpClient, ticket: SecretString) -> Self {
        Self { http, ticket: Arc::new(ticket) }
    }

    fn call(
        &self,
        operation: &'static str,
        method: Method,
        path: &[&str],
        query: &[(&str, &str)],
    ) -> Call<'_> {
        let path: Vec<&str> = SCRIPTS.iter().chain(&["parapheur"]).chain(path).copied().collect();
        let query: Vec<(&str, &str)> =
            [("ticket", self.ticket.expose_secret())].into_iter().chain(query.iter().copied()).collect();
        accepts(self.http.call(operation, method, &path, &query), JSON)
    }

    /// The person's desks with their counts.
    ///
    /// # Errors
    /// Those of the application.
    pub async fn desks(&self) -> Result<List<Desk>, ConnectorError> {
        let answer = self.call("list the desks", Method::GET, &["bureaux"], &[]).send().await?.success()?;
        let desks = v4_desks(answer.text()).ok_or_else(|| answer.error(ErrorKind::BadAnswer))?;
        Ok(desks.filter_map(super::super::wire::V4Desk::read))
    }

    /// A page of the folders to process of a desk, by the list, which does not mark them as read. `position` is that of the desk in the
    /// reading.
    pub(in crate::iparapheur) async fn folders(
        &self,
        desk: &str,
        position: usize,
        page: Option<FolderPage>,
    ) -> Result<Page<Folder, FolderPage>, ConnectorError> {
        let (number, skipped, pending) = page.unwrap_or_default();
        let [number_text, size, skipped, pending] =
            [number, PAGE_SIZE, skipped, pending].map(|number| number.to_string());
        let query = [
            ("asc", "true"),
            ("bureau", desk),
            ("corbeilleName", "a-traiter"),
            ("page", &number_text),
            ("pageSize", &size),
            ("pendingFile", &pending),
            ("skipped", &skipped),
            ("sort", "cm:created"),
            ("metas", r#"{"metas":[]}"#),
        ];
        let call = self.call("list the folders", Method::GET, &["dossiers"], &query);
        let read: List<V4Folder> = call.send().await?.success()?.json()?;
        let next = read
            .last()
            .filter(|last| last.total > PAGE_SIZE)
            .map(|last| (number + 1, last.skipped, last.pending_file));
        Ok(Page { list: read.filter_map(|folder| folder.read(position)), next })
    }

    /// Gives a visa.
    ///
    /// # Errors
    /// Those of the application.
    pub async fn visa(&self, desk: &str, folder: &str) -> Result<(), ConnectorError> {
        self.act("give a visa", desk, folder, "visa", "").await
    }

    /// Rejects a folder for a reason, which may not be empty.
    ///
    /// # Errors
    /// Those of the application.
    pub async fn reject(&self, desk: &str, folder: &str, reason: &str) -> Result<(), ConnectorError> {
        self.act("reject a folder", desk, folder, "rejet", reason).await
    }

    async fn act(
        &self,
        operation: &'static str,
        desk: &str,
        folder: &str,
        action: &str,
        annotation: &str,
    ) -> Result<(), ConnectorError> {
        let body = json!({ "bureauCourant": desk, "annotPub": annotation, "annotPriv": "" });
        let call = self.call(operation, Method::POST, &["dossiers", folder, action], &[]).json(&body);
        done(call.send().await?)
    }
}
