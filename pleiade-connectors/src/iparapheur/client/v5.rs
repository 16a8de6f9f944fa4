//! The standard interface of version 5, and the two places where the one of its web application is needed.

use super::{JSON, accepts, done};
use crate::{
    http::{Call, HttpClient},
    iparapheur::{
        model::{Delegation, DeskId, Folder},
        premis::Premis,
        wire::{ListedFolder, Named, PageOf, delegations},
    },
    kit::json::List,
};
use ::http::Method;
use pleiade_core::{ConnectorError, ErrorKind, SecretString};
use serde::{Serialize, de::DeserializeOwned};
use std::{fmt, sync::Arc};

const STANDARD: [&str; 3] = ["api", "standard", "v1"];
/// Entities and desks asked at once: the interface gives ten unless told otherwise.
const PAGE_SIZE: &str = "100";

/// A state of folders of which version 5 gives a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum FolderState {
    /// To process.
    Pending,
    /// Late.
    Late,
    /// Received by delegation.
    Delegated,
    /// Rejected.
    Rejected,
}

impl FolderState {
    fn code(self) -> &'static str {
        match self {
            Self::Pending => "PENDING",
            Self::Late => "LATE",
            Self::Delegated => "DELEGATED",
            Self::Rejected => "REJECTED",
        }
    }
}

/// The words that go with an action.
#[derive(Serialize)]
struct TaskParams<'a> {
    #[serde(rename = "publicAnnotation")]
    public: &'a str,
    #[serde(rename = "privateAnnotation")]
    private: &'a str,
    metadata: serde_json::Map<String, serde_json::Value>,
}

/// Calls with one person's token.
#[derive(Clone)]
pub struct V5Session {
    http: HttpClient,
    token: Arc<SecretString>,
}

impl fmt::Debug for V5Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("V5Session")
    }
}

/// A task of a folder of a desk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::iparapheur) struct TaskId {
    pub(in crate::iparapheur) tenant: String,
    pub(in crate::iparapheur) desk: String,
    pub(in crate::iparapheur) folder: String,
    pub(in crate::iparapheur) task: String,
}

impl V5Session {
    pub(super) fn new(http: HttpClient, token: SecretString) -> Self {
        Self { http, token: Arc::new(token) }
    }

    fn get(&self, operation: &'static str, path: &[&str], query: &[(&str, &str)], accept: &str) -> Call<'_> {
        accepts(self.http.call(operation, Method::GET, path, query).bearer(&self.token), accept)
    }

    async fn page<T: DeserializeOwned>(
        &self,
        operation: &'static str,
        path: &[&str],
        query: &[(&str, &str)],
    ) -> Result<PageOf<T>, ConnectorError> {
        let path: Vec<&str> = STANDARD.iter().chain(path).copied().collect();
        self.get(operation, &path, query, JSON).send().await?.success()?.json()
    }

    pub(in crate::iparapheur) async fn tenants(&self) -> Result<PageOf<Named>, ConnectorError> {
        self.page("list the entities", &["tenant"], &[("page", "0"), ("size", PAGE_SIZE)]).await
    }

    pub(in crate::iparapheur) async fn desks(&self, tenant: &str) -> Result<PageOf<Named>, ConnectorError> {
        let path = ["tenant", tenant, "desk"];
        self.page("list the desks", &path, &[("page", "0"), ("size", PAGE_SIZE)]).await
    }

    /// The number of folders of a desk in a state.
    ///
    /// # Errors
    /// Those of the application.
    pub async fn count(&self, desk: &DeskId, state: FolderState) -> Result<u64, ConnectorError> {
        let path = ["tenant", desk.tenant.as_deref().unwrap_or_default(), "desk", &desk.desk, state.code()];
        let page: PageOf<serde::de::IgnoredAny> =
            self.page("count the folders", &path, &[("page", "0"), ("size", "1")]).await?;
        Ok(page.total)
    }

    /// The first folders of a desk that are to process, those with the nearest deadline first, and the number of them all. `position` is
    /// that of the desk in the reading.
    pub(in crate::iparapheur) async fn pending(
        &self,
        desk: &DeskId,
        position: usize,
        size: u8,
    ) -> Result<(List<Folder>, u64), ConnectorError> {
        let state = FolderState::Pending.code();
        let path = ["tenant", desk.tenant.as_deref().unwrap_or_default(), "desk", &desk.desk, state];
        let size = size.to_string();
        let query = [("page", "0"), ("size", size.as_str()), ("sort", "LATE_DATE,ASC")];
        let page: PageOf<ListedFolder> = self.page("list the folders", &path, &query).await?;
        Ok((page.content.filter_map(|folder| Some(folder.read(position))), page.total))
    }

    /// The PREMIS document of a folder. Reading it does not mark the folder as read.
    ///
    /// # Errors
    /// Those of the application, and [`BadAnswer`](ErrorKind::BadAnswer) for anything else than PREMIS.
    pub async fn premis(&self, desk: &DeskId, folder: &str) -> Result<Premis, ConnectorError> {
        let tenant = desk.tenant.as_deref().unwrap_or_default();
        let place = ["tenant", tenant, "desk", &desk.desk, "folder", folder, "premis"];
        let path: Vec<&str> = STANDARD.iter().copied().chain(place).collect();
        let answer = self.get("read a folder", &path, &[], "application/xml").send().await?.success()?;
        Premis::parse(answer.body()).ok_or_else(|| answer.error(ErrorKind::BadAnswer))
    }

    /// The delegations that a desk gave, or received.
    pub(in crate::iparapheur) async fn delegations(
        &self,
        desk: &DeskId,
        received: bool,
    ) -> Result<List<Delegation>, ConnectorError> {
        let list = if received { "substituteDelegation" } else { "delegation" };
        let tenant = desk.tenant.as_deref().unwrap_or_default();
        let path = ["api", "internal", "tenant", tenant, "desk", &desk.desk, list];
        let answer = self.get("list the delegations", &path, &[], JSON).send().await?.success()?;
        let list = delegations(answer.text()).ok_or_else(|| answer.error(ErrorKind::BadAnswer))?;
        Ok(list.filter_map(|delegation| Some(delegation.read())))
    }

    pub(in crate::iparapheur) async fn visa(&self, id: &TaskId) -> Result<(), ConnectorError> {
        self.act("give a visa", &STANDARD, id, "visa", "").await
    }

    /// A rejection, which only the older interface of the web application has.
    pub(in crate::iparapheur) async fn reject(
        &self,
        id: &TaskId,
        reason: &str,
    ) -> Result<(), ConnectorError> {
        self.act("reject a folder", &["api", "v1"], id, "reject", reason).await
    }

    async fn act(
        &self,
        operation: &'static str,
        base: &[&str],
        id: &TaskId,
        action: &str,
        annotation: &str,
    ) -> Result<(), ConnectorError> {
        let place = ["tenant", &id.tenant, "desk", &id.desk, "folder", &id.folder, "task", &id.task, action];
        let path: Vec<&str> = base.iter().copied().chain(place).collect();
        let params = TaskParams { public: annotation, private: "", metadata: serde_json::Map::new() };
        let call = self.http.call(operation, Method::PUT, &path, &[]).bearer(&self.token).json(&params);
        done(call.send().await?)
    }
}
