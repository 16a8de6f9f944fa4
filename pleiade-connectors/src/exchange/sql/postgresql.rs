//! PostgreSQL, over a connection that the hardened dialer opened.

use super::{
    Collected, Column, DEADLINE, MAX_BYTES, OPERATION, Selected, Views, Wanted, columns, default_elements,
    default_indicators, failed, quoted, statement, timeout,
};
use crate::{
    exchange::fault::ExchangeFault,
    http::{CountedStream, DialedTls, HardenedDialer, TooMuch, kind_of_transport},
};
use csv::StringRecord;
use futures_util::{StreamExt as _, pin_mut};
use pleiade_core::{ConnectorError, ErrorKind, ExposeSecret as _, SecretString};
use serde::Deserialize;
use std::{
    error::Error,
    future::Future,
    io,
    pin::Pin,
    task::{Context, Poll},
};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
};
use tokio_postgres::{
    Client, Config, NoTls, Row,
    config::SslMode,
    tls::{ChannelBinding, TlsConnect},
    types::{ToSql, Type},
};

/// Characters of a cell that are asked for: what is longer is a mistake of the export, and its row unreadable.
const MAX_CELL_CHARS: usize = 8193;

/// A PostgreSQL database with the views of the contract.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct PostgresqlConfig {
    /// The name of the server, which its certificate bears. One with a private address is declared in `outgoing.internal_hosts`.
    pub host: String,
    /// Its port.
    #[serde(default = "default_port")]
    pub port: u16,
    /// The database.
    pub database: String,
    /// The role, which may read the views and nothing else.
    pub user: String,
    /// Its password.
    pub password: SecretString,
    /// False for a server without TLS, which must be declared in `outgoing.internal_hosts`.
    #[serde(default = "default_tls")]
    pub tls: bool,
    /// The view of what waits for people, exactly as the database names it; empty for none.
    #[serde(default = "default_elements")]
    pub elements: String,
    /// The view of figures; empty for none.
    #[serde(default = "default_indicators")]
    pub indicators: String,
    /// The view of who came and went today; none unless written.
    #[serde(default)]
    pub clockings: String,
}

fn default_port() -> u16 {
    5432
}

fn default_tls() -> bool {
    true
}

impl PostgresqlConfig {
    fn views(&self) -> Views<'_> {
        Views { elements: &self.elements, indicators: &self.indicators, clockings: &self.clockings }
    }

    /// What is wrong with it: the key, and what it is to be.
    ///
    /// # Errors
    /// A sentence that names the key.
    pub fn check(&self) -> Result<(), &'static str> {
        if url::Host::parse(&self.host).is_err() {
            return Err("`host` is the name of a server, without port or path");
        }
        self.views().check()
    }
}

#[derive(Debug)]
pub(in crate::exchange) struct PostgresqlReader {
    config: PostgresqlConfig,
    dialer: HardenedDialer,
}

impl PostgresqlReader {
    pub(in crate::exchange) fn new(config: PostgresqlConfig, dialer: HardenedDialer) -> Self {
        Self { config, dialer }
    }

    /// The rows of one person.
    pub(in crate::exchange) async fn read(&self, wanted: &Wanted) -> Result<Selected, ConnectorError> {
        self.connected(async |client| {
            let mut selected = Selected::default();
            for (at, (view, known, required)) in self.config.views().each().into_iter().enumerate() {
                if !view.is_empty() {
                    selected.set(at, rows(client, view, known, required, wanted).await?);
                }
            }
            Ok(selected)
        })
        .await
    }

    /// Asks for the columns of each view, and for nobody's rows.
    pub(in crate::exchange) async fn probe(&self) -> Result<(), ConnectorError> {
        let nobody = Wanted { key: String::new(), tenant: None, fold_case: false };
        self.connected(async |client| {
            for (view, known, required) in self.config.views().each() {
                if !view.is_empty() {
                    found(client, view, known, required, &nobody).await?;
                }
            }
            Ok(())
        })
        .await
    }

    /// Does something in a read-only transaction of a connection of its own, before the deadline.
    async fn connected<T>(
        &self,
        work: impl AsyncFnOnce(&Client) -> Result<T, ConnectorError>,
    ) -> Result<T, ConnectorError> {
        let connected = async {
            let PostgresqlConfig { host, port, tls: encrypted, .. } = &self.config;
            let dialed = self.dialer.dial(host, *port, *encrypted, MAX_BYTES).await;
            let dialed = dialed.map_err(|error| {
                ConnectorError::new(kind_of_transport(&error), OPERATION).with_source(error)
            })?;
            let mut session = Config::new();
            session
                .user(&self.config.user)
                .password(self.config.password.expose_secret())
                .dbname(&self.config.database)
                .application_name("pleiade");
            match encrypted {
                true => {
                    session.ssl_mode(SslMode::Require);
                    let (client, connection) = session
                        .connect_raw(dialed.stream, Tls(dialed.tls))
                        .await
                        .map_err(|error| fault(&error))?;
                    transact(client, connection, work).await
                }
                false => {
                    session.ssl_mode(SslMode::Disable);
                    let (client, connection) =
                        session.connect_raw(dialed.stream, NoTls).await.map_err(|error| fault(&error))?;
                    transact(client, connection, work).await
                }
            }
        };
        tokio::time::timeout(DEADLINE, connected).await.unwrap_or_else(|_| Err(timeout()))
    }
}

/// Works in a read-only transaction, which ends with its connection.
async fn transact<T>(
    client: Client,
    connection: impl Future<Output = Result<(), tokio_postgres::Error>>,
    work: impl AsyncFnOnce(&Client) -> Result<T, ConnectorError>,
) -> Result<T, ConnectorError> {
    // Nothing of a role's or a database's own settings changes how values are written.
    const BEGIN: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL statement_timeout = 8000; \
        SET LOCAL TIME ZONE 'UTC'; SET LOCAL datestyle = 'ISO, YMD'";
    let work = async {
        client.batch_execute(BEGIN).await.map_err(|error| fault(&error))?;
        work(&client).await
    };
    pin_mut!(connection, work);
    // A connection that breaks says why, which those who wait for its answers do not learn.
    tokio::select! {
        biased;
        Err(error) = &mut connection => Err(fault(&error)),
        done = &mut work => done,
    }
}

async fn found(
    client: &Client,
    view: &str,
    known: &'static [&'static str],
    required: &'static [&'static str],
    wanted: &Wanted,
) -> Result<Vec<(Column, bool)>, ConnectorError> {
    let described = client.prepare(&format!("SELECT * FROM {} LIMIT 0", quoted(view))).await;
    let described = described.map_err(|error| fault(&error))?;
    let names = described.columns().iter().map(|column| column.name().to_owned());
    let found = columns(names, known, required, wanted).map_err(ExchangeFault::into_error)?;
    let is_number = |column: &Column| {
        let own = described.columns().iter().find(|one| one.name() == column.name);
        own.is_some_and(|own| matches!(*own.type_(), Type::NUMERIC | Type::FLOAT4 | Type::FLOAT8))
    };
    Ok(found
        .into_iter()
        .map(|column| (is_number(&column), column))
        .map(|(is, column)| (column, is))
        .collect())
}

async fn rows(
    client: &Client,
    view: &str,
    known: &'static [&'static str],
    required: &'static [&'static str],
    wanted: &Wanted,
) -> Result<Collected, ConnectorError> {
    let (columns, are_numbers): (Vec<Column>, Vec<bool>) =
        found(client, view, known, required, wanted).await?.into_iter().unzip();
    let cell = |name: &str| format!("left({name}::text, {MAX_CELL_CHARS})");
    let sql = statement(view, &columns, wanted, cell, |name| format!("{name}::text"));
    let bound: Vec<&(dyn ToSql + Sync)> = match &wanted.tenant {
        Some(tenant) => vec![&wanted.key, tenant],
        None => vec![&wanted.key],
    };
    let types: Vec<Type> = bound.iter().map(|_| Type::TEXT).collect();
    let prepared = client.prepare_typed(&sql, &types).await.map_err(|error| fault(&error))?;
    let stream = client.query_raw(&prepared, bound).await.map_err(|error| fault(&error))?;
    pin_mut!(stream);
    let mut collected = Collected::new(&columns);
    while let Some(row) = stream.next().await {
        let row = row.map_err(|error| fault(&error))?;
        if !collected.add(record(&row, &are_numbers))? {
            break;
        }
    }
    Ok(collected)
}

/// The cells of a row. A point of a number is its decimal sign, which a comma always is.
fn record(row: &Row, are_numbers: &[bool]) -> Option<StringRecord> {
    let mut record = StringRecord::new();
    for (at, is_number) in are_numbers.iter().enumerate() {
        let text = row.try_get::<_, Option<&str>>(at).ok()?.unwrap_or_default();
        match is_number {
            true => record.push_field(&text.replace('.', ",")),
            false => record.push_field(text),
        }
    }
    Some(record)
}

/// What failed, without the words of the server, which may quote a row.
fn fault(error: &tokio_postgres::Error) -> ConnectorError {
    if let Some(state) = error.code() {
        return of_state(state.code());
    }
    let mut cause = error.source();
    while let Some(found) = cause {
        if found.is::<TooMuch>() {
            return ConnectorError::new(ErrorKind::TooLarge, OPERATION);
        }
        if found.is::<rustls::Error>() {
            return failed(
                ErrorKind::Unreachable,
                "the TLS connection failed: check the name of the certificate and its authority",
            );
        }
        // An I/O error gives its inner error's source as its own: the inner one must be asked for.
        cause = match found.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
            Some(inner) => Some(inner),
            None => found.source(),
        };
    }
    if error.to_string().contains("does not support TLS") {
        return failed(
            ErrorKind::BadConfiguration,
            "the server has no TLS: turn it on there, or write `tls = false` for one of `outgoing.internal_hosts`",
        );
    }
    ConnectorError::new(ErrorKind::Unreachable, OPERATION)
}

/// By SQLSTATE, the first two characters of which are its class.
fn of_state(state: &str) -> ConnectorError {
    match (state, state.get(..2).unwrap_or_default()) {
        (_, "28") => failed(ErrorKind::Unauthenticated, "the database refuses `user` and `password`")
            .with_refused_credential(),
        ("42501", _) => failed(ErrorKind::Forbidden, "the role may not read a view"),
        ("42P01" | "3F000", _) => failed(
            ErrorKind::NotFound,
            "there is no view of the name in `elements`, `indicators` or `clockings`",
        ),
        ("3D000", _) => failed(ErrorKind::NotFound, "there is no database of the name in `database`"),
        ("25006", _) => failed(ErrorKind::BadConfiguration, "a view writes, which a reading refuses"),
        ("53300", _) => ConnectorError::new(ErrorKind::RateLimited, OPERATION),
        ("57014", _) => timeout(),
        (_, "08" | "53" | "57" | "58") => ConnectorError::new(ErrorKind::Unreachable, OPERATION),
        _ => failed(ErrorKind::BadAnswer, "a view fails, or its columns are not those of the contract"),
    }
}

struct Tls(DialedTls);

impl TlsConnect<CountedStream<TcpStream>> for Tls {
    type Stream = Encrypted;
    type Error = io::Error;
    type Future = Pin<Box<dyn Future<Output = io::Result<Encrypted>> + Send>>;

    fn connect(self, stream: CountedStream<TcpStream>) -> Self::Future {
        Box::pin(async move { self.0.encrypt(stream).await.map(Encrypted) })
    }
}

struct Encrypted(tokio_rustls::client::TlsStream<CountedStream<TcpStream>>);

impl tokio_postgres::tls::TlsStream for Encrypted {
    fn channel_binding(&self) -> ChannelBinding {
        ChannelBinding::none()
    }
}

impl AsyncRead for Encrypted {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_read(cx, buf)
    }
}

impl AsyncWrite for Encrypted {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_class_of_sqlstate_is_a_kind() {
        for (state, kind) in [
            ("28P01", ErrorKind::Unauthenticated),
            ("28000", ErrorKind::Unauthenticated),
            ("42501", ErrorKind::Forbidden),
            ("42P01", ErrorKind::NotFound),
            ("3D000", ErrorKind::NotFound),
            ("25006", ErrorKind::BadConfiguration),
            ("53300", ErrorKind::RateLimited),
            ("53200", ErrorKind::Unreachable),
            ("57014", ErrorKind::Timeout),
            ("57P01", ErrorKind::Unreachable),
            ("08006", ErrorKind::Unreachable),
            ("22P02", ErrorKind::BadAnswer),
            ("42703", ErrorKind::BadAnswer),
            ("", ErrorKind::BadAnswer),
        ] {
            assert_eq!(of_state(state).kind(), kind, "{state}");
        }
    }
}
