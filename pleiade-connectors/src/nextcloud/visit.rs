//! One visit to the server in the name of one person: the credential, its renewal, and what is remembered.

use super::{
    client::{self, Access, Capabilities, Client, Session},
    config::AccessMode,
    memory::Memory,
};
use futures_util::future::BoxFuture;
use pleiade_core::{
    ActorKey, CallContext, ConnectorError, ConnectorId, Credential, CredentialRequest, ErrorKind,
};
use std::{sync::Arc, time::Duration};

/// What the connector and its widgets share.
#[derive(Debug)]
pub(super) struct Shared {
    pub(super) id: ConnectorId,
    pub(super) client: Client,
    pub(super) mode: AccessMode,
    pub(super) agenda_days: u8,
    pub(super) memory: Memory,
}

/// A session of one person, with what is remembered of them.
#[derive(Debug, Clone, Copy)]
pub(super) struct Visit<'a> {
    pub(super) session: Session<'a>,
    pub(super) cx: &'a CallContext,
    pub(super) shared: &'a Shared,
    pub(super) key: &'a ActorKey,
}

impl Shared {
    /// Does `work` with the person's credential, and once more with a renewed one when it is refused. A credential that was refused
    /// is not sent again for a while.
    pub(super) async fn visit<T>(
        &self,
        cx: &CallContext,
        operation: &'static str,
        work: impl for<'a> Fn(Visit<'a>) -> BoxFuture<'a, Result<T, ConnectorError>> + Send + Sync,
    ) -> Result<T, ConnectorError> {
        let key = cx.actor.key();
        let request = CredentialRequest::new(&cx.actor, &self.id, self.mode.accepts());
        let credential = cx.credentials.credential(request).await?;
        let refused = match self.attempt(cx, &key, &credential, operation, &work).await {
            Err(error) if error.kind() == ErrorKind::Unauthenticated => error,
            other => return other,
        };
        let renewed = cx.credentials.credential(request.renewed()).await?;
        if self.memory.fingerprint(&renewed) == self.memory.fingerprint(&credential) {
            return Err(refused);
        }
        self.attempt(cx, &key, &renewed, operation, &work).await
    }

    async fn attempt<T>(
        &self,
        cx: &CallContext,
        key: &ActorKey,
        credential: &Credential,
        operation: &'static str,
        work: impl for<'a> Fn(Visit<'a>) -> BoxFuture<'a, Result<T, ConnectorError>> + Send + Sync,
    ) -> Result<T, ConnectorError> {
        let fingerprint = self.memory.fingerprint(credential);
        if self.memory.is_refused(key, fingerprint, cx.clock.elapsed()) {
            return Err(ConnectorError::new(ErrorKind::Unauthenticated, operation)
                .with_hint("this credential was refused lately and is not sent again for an hour"));
        }
        let access = access(self.mode, credential, operation)?;
        self.memory.enter(key, credential);
        let session = self.client.session(&access, cx.locale);
        let result = work(Visit { session, cx, shared: self, key }).await;
        if result.as_ref().is_err_and(client::is_refused_credential) {
            self.memory.refuse(key, fingerprint, cx.clock.elapsed());
        }
        // The app may have been installed meanwhile.
        if result.as_ref().is_err_and(|error| error.kind() == ErrorKind::Unsupported) {
            self.memory.forget_capabilities(key);
        }
        result
    }
}

fn access(
    mode: AccessMode,
    credential: &Credential,
    operation: &'static str,
) -> Result<Access, ConnectorError> {
    match (mode, credential) {
        (AccessMode::AppPassword, Credential::LinkedAccount { secret, .. }) => {
            Ok(Access::Bearer(secret.clone()))
        }
        (AccessMode::AppPasswordBasic, Credential::LinkedAccount { login, secret }) => {
            Ok(Access::Basic { login: login.clone(), password: secret.clone() })
        }
        (AccessMode::OidcToken, Credential::PersonToken { token, .. }) => Ok(Access::Bearer(token.clone())),
        _ => Err(ConnectorError::new(ErrorKind::BadConfiguration, operation)
            .with_hint("the credential given is not of the kind that `access` asks for")),
    }
}

impl<'a> Visit<'a> {
    fn now(&self) -> Duration {
        self.cx.clock.elapsed()
    }

    /// What the server offers to this person, as it told within the hour.
    pub(super) async fn capabilities(&self) -> Result<Arc<Capabilities>, ConnectorError> {
        let known = self.shared.memory.capabilities(self.key, self.now());
        let (known, etag) = match known {
            Some((capabilities, true, _)) => return Ok(capabilities),
            Some((capabilities, false, etag)) => (Some(capabilities), etag),
            None => (None, None),
        };
        let answer = self.session.capabilities(etag.as_deref()).await?;
        let (capabilities, etag) = match (answer, known) {
            (Some((capabilities, etag)), _) => (Arc::new(capabilities), etag),
            (None, Some(known)) => (known, etag),
            (None, None) => {
                return Err(ConnectorError::new(ErrorKind::Internal, "read the capabilities"));
            }
        };
        self.shared.memory.keep_capabilities(self.key, &capabilities, etag, self.now());
        Ok(capabilities)
    }
}
