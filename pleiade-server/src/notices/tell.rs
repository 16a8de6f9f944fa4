//! Leaving a notice for somebody.

use crate::{
    app::App,
    storage::{NewNotice, NoticeKind, Storage, StorageError},
};
use chrono::{DateTime, Utc};
use pleiade_core::{IdentityId, LinkId, SourceId};

/// Tells a person by every open link of theirs but this one. The words name the source to those who may know of it.
pub(crate) async fn tell_others(
    app: &App,
    person: IdentityId,
    but: LinkId,
    kind: NoticeKind,
    source: &SourceId,
) -> Result<(), StorageError> {
    tell_others_at(&*app.storage, app.clock.now(), person, but, kind, source).await
}

/// [`tell_others`] for the command line, which has no server.
pub(crate) async fn tell_others_at(
    storage: &dyn Storage,
    now: DateTime<Utc>,
    person: IdentityId,
    but: LinkId,
    kind: NoticeKind,
    source: &SourceId,
) -> Result<(), StorageError> {
    for record in storage.links_of(person).await? {
        if record.id != but && !record.disabled {
            storage.add_notice(&notice(record.id, now, kind, source)).await?;
        }
    }
    Ok(())
}

/// Tells whoever comes by one link.
pub(crate) async fn tell_link(
    app: &App,
    link: LinkId,
    kind: NoticeKind,
    source: &SourceId,
) -> Result<(), StorageError> {
    app.storage.add_notice(&notice(link, app.clock.now(), kind, source)).await
}

fn notice(link: LinkId, now: DateTime<Utc>, kind: NoticeKind, source: &SourceId) -> NewNotice {
    let facts = [("source".to_owned(), source.to_string())].into();
    NewNotice { link, tenant: None, kind, facts, created_at: now }
}
