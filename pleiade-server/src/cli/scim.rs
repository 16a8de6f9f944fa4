//! `scim token new`, `list` and `revoke`.

use super::{
    args::{ConfigFile, print_line},
    failure::Failure,
};
use crate::{
    assemble,
    audit::{AuditEvent, Journal, Note},
    config::{self, ConnectorKinds, Loaded, SourceConfig, SourceKind},
    scim::NewToken,
    storage::{Storage, StorageError, Transaction},
};
use clap::{Args, Subcommand};
use pleiade_core::{Clock as _, ExposeSecret as _, SourceId, SystemClock};
use std::sync::Arc;

#[derive(Debug, Subcommand)]
pub(super) enum ScimCommand {
    /// The tokens by which identity managers are let in.
    #[command(subcommand)]
    Token(TokenCommand),
}

#[derive(Debug, Subcommand)]
pub(super) enum TokenCommand {
    /// Make a token and write it to standard output, once: it cannot be read again.
    New(SourceArgs),
    /// List the tokens of a source.
    List(SourceArgs),
    /// Let a token open nothing any more.
    Revoke {
        #[command(flatten)]
        of: SourceArgs,
        /// Its name, as `list` writes it.
        id: String,
    },
}

#[derive(Debug, Args)]
pub(super) struct SourceArgs {
    #[command(flatten)]
    file: ConfigFile,
    /// The source that is pushed to, of kind `scim`.
    #[arg(long)]
    source: SourceId,
}

pub(super) async fn run(command: ScimCommand, kinds: &ConnectorKinds) -> Result<(), Failure> {
    let ScimCommand::Token(command) = command;
    let of = match &command {
        TokenCommand::New(of) | TokenCommand::List(of) | TokenCommand::Revoke { of, .. } => of,
    };
    let loaded = config::load_with(&of.file.config, kinds)?;
    let source = source(&loaded, &of.source)?;
    let storage = assemble::open_storage(&loaded.config).await?;
    let outcome = with_source(&storage, source, &command).await;
    storage.close().await;
    for line in outcome? {
        print_line(&line)?;
    }
    Ok(())
}

fn source<'a>(loaded: &'a Loaded, id: &SourceId) -> Result<&'a SourceConfig, Failure> {
    let found = loaded.config.sources.iter().find(|source| source.id == *id);
    found
        .filter(|source| source.kind == SourceKind::Scim)
        .ok_or_else(|| Failure::other(format!("the configuration has no source {id} with kind = \"scim\"")))
}

async fn with_source(
    storage: &Arc<dyn Storage>,
    source: &SourceConfig,
    command: &TokenCommand,
) -> Result<Vec<String>, Failure> {
    match command {
        TokenCommand::New(_) => {
            let new = NewToken::generate(source.id.clone(), SystemClock::default().now())
                .map_err(|error| Failure::other(error.to_string()))?;
            let change = begin(storage, source, "token created", &new.listed.id).await?;
            change.create_scim_token(new.hash, &new.listed).await?;
            change.commit().await?;
            Ok(vec![new.secret.expose_secret().to_owned()])
        }
        TokenCommand::List(_) => {
            let line = |token: crate::storage::ScimToken| {
                let used = token
                    .last_used_at
                    .map_or("never used".to_owned(), |at| format!("last used {}", at.to_rfc3339()));
                format!("{}  created {}  {used}", token.id, token.created_at.to_rfc3339())
            };
            Ok(storage.scim_tokens(&source.id).await?.into_iter().map(line).collect())
        }
        TokenCommand::Revoke { id, .. } => {
            let change = begin(storage, source, "token revoked", id).await?;
            if change.revoke_scim_token(&source.id, id).await? {
                change.commit().await?;
                Ok(vec![format!("{id} opens nothing any more")])
            } else {
                Err(Failure::other(format!("the source {} has no token {id}", source.id)))
            }
        }
    }
}

/// Begins a change of a source's tokens with the line that tells it.
async fn begin(
    storage: &Arc<dyn Storage>,
    source: &SourceConfig,
    change: &str,
    id: &str,
) -> Result<Transaction, StorageError> {
    let note = Note::new(AuditEvent::ScimChanged).source(&source.id);
    let note = source.owner.iter().fold(note, Note::tenant).with("change", change).with("id", id);
    Journal::new(storage.clone(), Arc::new(SystemClock::default())).begin([note]).await
}
