//! The typed client of S²LOW: one authority, one call at a time.
//!
//! Threat: a platform is shared by hundreds of collectivités, and an account may be closed after wrong passwords. Nothing is called twice at
//! once for an authority, no redirect is followed, and whatever reads changes nothing: what marks something as read says so in its name.

mod refusal;

use super::{
    config::S2lowConfig,
    states::{ActState, PesState},
    wire::{
        self, Act, ActCount, ActStatus, Connection, Id, JsonError, Ko, Letter, Outcome, Pes, PesReturns,
        PesStatus, Transactions,
    },
};
use crate::{
    http::{Answer, HttpClient},
    kit::json::List,
};
use chrono::NaiveDate;
use http::Method;
use pleiade_core::{ConnectorError, ErrorKind, Limits, SecretString, Transport};
use serde::de::DeserializeOwned;
use std::{sync::Arc, time::Duration};
use tokio::{sync::Mutex, time::Instant};

/// The time for one call, its wait for the calls before it included. S²LOW may take a minute; a card may not take longer.
const CALL_DEADLINE: Duration = Duration::from_secs(50);

/// A client of one authority. Cloning is cheap; clones share the one call at a time.
#[derive(Debug, Clone)]
pub struct Client {
    http: HttpClient,
    /// Of the account, where several share the certificate.
    basic: Option<(String, SecretString)>,
    authority: u64,
    /// Held for the time of a call.
    turn: Arc<Mutex<()>>,
}

/// Which transactions of a list.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct ListRange {
    /// The number of those to skip.
    pub offset: u64,
    /// The most to give.
    pub limit: u32,
    /// The last day on which they entered their state. Versions before 5.0.38 do not know it, and give all.
    pub until: Option<NaiveDate>,
}

impl ListRange {
    /// The first ones.
    #[must_use]
    pub fn first(limit: u32) -> Self {
        Self { offset: 0, limit, until: None }
    }

    /// The same, of those that entered their state on a day or before it.
    #[must_use]
    pub fn until(self, day: NaiveDate) -> Self {
        Self { until: Some(day), ..self }
    }

    /// The same, after so many.
    #[must_use]
    pub fn after(self, offset: u64) -> Self {
        Self { offset, ..self }
    }
}

impl Client {
    /// A client of the authority of a configuration.
    ///
    /// # Errors
    /// As [`HttpClient::new`].
    pub fn new(config: &S2lowConfig, transport: Arc<dyn Transport>) -> Result<Self, ConnectorError> {
        let http = HttpClient::new(&config.url, transport)?;
        let basic = config.login.clone().zip(config.password.clone());
        Ok(Self { http, basic, authority: config.authority_id, turn: Arc::default() })
    }

    /// Whom S²LOW takes the caller for.
    ///
    /// # Errors
    /// Those of every call, and [`ErrorKind::BadConfiguration`] when the certificate is another authority's.
    pub async fn connection(&self) -> Result<Connection, ConnectorError> {
        let operation = "read the connection";
        let connection: Connection = self.json(operation, &["api", "info-connexion.php"], &[]).await?;
        self.own(operation, connection.authority_info.id)?;
        Ok(connection)
    }

    /// The logins of the certificate: none when the certificate alone names the account. It is a help to whoever configures, and no card
    /// asks for it.
    ///
    /// # Errors
    /// Those of every call.
    pub async fn logins(&self) -> Result<Vec<String>, ConnectorError> {
        let answer = self
            .get("list the logins of the certificate", &["admin", "users", "api-list-login.php"], &[])
            .await?;
        let lines = wire::decode(answer.text());
        Ok(lines.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect())
    }

    /// The number of acts in a state.
    ///
    /// # Errors
    /// Those of every call.
    pub async fn count_acts(&self, state: ActState) -> Result<u64, ConnectorError> {
        let operation = "count acts";
        let status = state.0.to_string();
        let path = ["modules", "actes", "api", "number_actes.php"];
        let count: ActCount = self.json(operation, &path, &[("status_id", &status)]).await?;
        self.own(operation, count.authority_id)?;
        same_state(operation, count.status_id, state.0)?;
        Ok(count.nb_transactions)
    }

    /// Acts in a state, the latest first.
    ///
    /// # Errors
    /// Those of every call.
    pub async fn acts(&self, state: ActState, range: ListRange) -> Result<List<Act>, ConnectorError> {
        self.list("list acts", &["modules", "actes", "api", "list_actes.php"], state.0, range).await
    }

    /// PES in a state. Archivists alone may ask.
    ///
    /// # Errors
    /// Those of every call, and [`ErrorKind::Forbidden`] for whoever is no archivist.
    pub async fn pes(&self, state: PesState, range: ListRange) -> Result<List<Pes>, ConnectorError> {
        self.list("list PES", &["modules", "helios", "api", "list_pes_aller.php"], state.0, range).await
    }

    async fn list<T: DeserializeOwned>(
        &self,
        operation: &'static str,
        path: &[&str],
        state: i64,
        range: ListRange,
    ) -> Result<List<T>, ConnectorError> {
        let (status, offset, limit) = (state.to_string(), range.offset.to_string(), range.limit.to_string());
        let until = range.until.map(|day| day.to_string());
        let mut query = vec![("status_id", status.as_str()), ("offset", &offset), ("limit", &limit)];
        query.extend(until.as_deref().map(|day| ("max_date", day)));
        let list: Transactions<T> = self.json(operation, path, &query).await?;
        self.own(operation, list.authority_id)?;
        same_state(operation, list.status_id, state)?;
        Ok(list.transactions)
    }

    /// The unread messages of the préfecture.
    ///
    /// # Errors
    /// Those of every call.
    pub async fn letters(&self) -> Result<List<Letter>, ConnectorError> {
        let path = ["modules", "actes", "api", "list_document_prefecture.php"];
        self.json("list the letters of the préfecture", &path, &[]).await
    }

    /// Marks a message of the préfecture as read, for the whole authority. S²LOW says so of an unknown one too.
    ///
    /// # Errors
    /// Those of every call.
    pub async fn mark_letter_read(&self, id: &Id) -> Result<(), ConnectorError> {
        let operation = "mark a letter of the préfecture as read";
        let path = ["modules", "actes", "api", "document_prefecture_mark_as_read.php"];
        let outcome: Outcome = self.json(operation, &path, &[("transaction_id", id.as_str())]).await?;
        match outcome.result.as_str() {
            "ok" => Ok(()),
            _ => Err(ConnectorError::new(ErrorKind::BadAnswer, operation).with_hint("S²LOW did not mark it")),
        }
    }

    /// A transaction of ACTES: its state, its acknowledgement, the words of its error.
    ///
    /// # Errors
    /// Those of every call.
    pub async fn act_status(&self, id: &Id) -> Result<ActStatus, ConnectorError> {
        let operation = "read an act";
        let path = ["modules", "actes", "actes_transac_get_status.php"];
        let answer = self.get(operation, &path, &[("transaction", id.as_str())]).await?;
        let body = wire::decode(answer.text());
        wire::act_status(&body).map_err(|ko| self.refused(&answer, &ko))
    }

    /// The unread PES Retour.
    ///
    /// # Errors
    /// Those of every call.
    pub async fn pes_returns(&self) -> Result<PesReturns, ConnectorError> {
        let operation = "list PES Retour";
        let answer = self.get(operation, &["modules", "helios", "api", "helios_get_list.php"], &[]).await?;
        let returns =
            wire::pes_returns(&wire::decode(answer.text())).map_err(|ko| self.refused(&answer, &ko))?;
        self.own(operation, returns.authority_id)?;
        Ok(returns)
    }

    /// Marks a PES Retour as read, for the whole authority.
    ///
    /// # Errors
    /// Those of every call.
    pub async fn mark_pes_return_read(&self, id: &Id) -> Result<(), ConnectorError> {
        let path = ["modules", "helios", "api", "helios_change_status.php"];
        let answer = self.get("mark a PES Retour as read", &path, &[("id", id.as_str())]).await?;
        wire::pes_marked(&wire::decode(answer.text())).map_err(|ko| self.refused(&answer, &ko))
    }

    /// A transaction of HELIOS: its state and what is said of it.
    ///
    /// # Errors
    /// Those of every call.
    pub async fn pes_status(&self, id: &Id) -> Result<PesStatus, ConnectorError> {
        let path = ["modules", "helios", "api", "helios_transac_get_status.php"];
        let answer = self.get("read a PES", &path, &[("transaction", id.as_str())]).await?;
        wire::pes_status(&wire::decode(answer.text())).map_err(|ko| self.refused(&answer, &ko))
    }

    /// The number of secure mails sent.
    ///
    /// # Errors
    /// Those of every call.
    pub async fn count_mails(&self) -> Result<u64, ConnectorError> {
        let answer =
            self.get("count the secure mails", &["modules", "mail", "api", "nb-mail.php"], &[]).await?;
        wire::mail_count(&wire::decode(answer.text())).map_err(|ko| self.refused(&answer, &ko))
    }

    /// The certificate may be replaced at any time, by one of another authority: whatever names its authority must name ours.
    fn own(&self, operation: &'static str, authority: u64) -> Result<(), ConnectorError> {
        match authority == self.authority {
            true => Ok(()),
            false => Err(ConnectorError::new(ErrorKind::BadConfiguration, operation)
                .with_hint("the certificate is that of another authority than `authority_id`")),
        }
    }

    async fn get(
        &self,
        operation: &'static str,
        path: &[&str],
        query: &[(&str, &str)],
    ) -> Result<Answer, ConnectorError> {
        let began = Instant::now();
        let late = |_| ConnectorError::new(ErrorKind::Timeout, operation);
        let _turn = tokio::time::timeout(CALL_DEADLINE, self.turn.lock()).await.map_err(late)?;
        let left = CALL_DEADLINE.saturating_sub(began.elapsed());
        let call = self.http.call(operation, Method::GET, path, query);
        let call = call.limits(Limits::DEFAULT.with_deadline(left));
        let call = match &self.basic {
            Some((login, password)) => call.basic(login, password),
            None => call,
        };
        refusal::accept(call.send().await?, self.http.base(), self.basic.is_some())
    }

    async fn json<T: DeserializeOwned>(
        &self,
        operation: &'static str,
        path: &[&str],
        query: &[(&str, &str)],
    ) -> Result<T, ConnectorError> {
        let answer = self.get(operation, path, query).await?;
        let body = wire::decode(answer.text());
        if let Ok(read) = serde_json::from_str(&body) {
            return Ok(read);
        }
        match serde_json::from_str::<JsonError>(&body) {
            Ok(told) => Err(self.refused(&answer, &Ko::Said(told.error.into()))),
            Err(_) => Err(self.refused(&answer, &Ko::Unreadable)),
        }
    }

    fn refused(&self, answer: &Answer, ko: &Ko<'_>) -> ConnectorError {
        refusal::said(answer, ko, self.basic.is_some())
    }
}

/// A parameter that is lost on the way means another state, and no error.
fn same_state(operation: &'static str, told: i64, asked: i64) -> Result<(), ConnectorError> {
    match told == asked {
        true => Ok(()),
        false => Err(ConnectorError::new(ErrorKind::BadAnswer, operation)
            .with_hint("S²LOW answered for another state: something on the way drops parameters")),
    }
}
