//! Closing sessions: every end in one transaction with the line of the audit log that counts it. One has no line: that of a session which
//! another takes the place of in the same browser, whose sign-in is told ([`Sessions::close`] without a line).

use super::{
    Session, SessionEnd, SessionError, SessionLine, Sessions, unwritten::with_timeout,
    unwritten_ends::UnwrittenEnd,
};
use crate::storage::{LinkFacts, NewAuditLine, SessionHash, StorageError};
use chrono::{DateTime, Utc};
use pleiade_core::{LinkId, SourceId, Subject};

/// The line that tells of the end of so many sessions.
pub(crate) type EndLine<'a> = &'a (dyn Fn(usize) -> NewAuditLine + Sync);

/// Sessions in storage.
enum Selection<'a> {
    /// Those opened by a link, and by the links that rely on it.
    Link(LinkId),
    /// Those that a provider opened under one session of its own.
    Provider(&'a SourceId, &'a str),
    /// Those that a source opened while it had this fingerprint.
    Fingerprint(&'a SourceId, Option<&'a str>),
    /// These.
    Hashes(&'a [SessionHash]),
}

impl Sessions {
    /// Deletes sessions and, if there were any, adds the line that tells it, both or nothing.
    async fn delete(
        &self,
        selection: Selection<'_>,
        line: EndLine<'_>,
    ) -> Result<Vec<SessionHash>, StorageError> {
        let change = self.0.storage.begin().await?;
        let ended = match selection {
            Selection::Link(link) => change.delete_sessions_by_link(link).await?,
            Selection::Provider(source, session) => {
                change.delete_sessions_by_provider(source, session).await?
            }
            Selection::Fingerprint(source, fingerprint) => {
                change.delete_sessions_of_source(source, fingerprint).await?
            }
            Selection::Hashes(hashes) => {
                let mut ended = Vec::new();
                for hash in hashes {
                    ended.extend(change.delete_session(*hash).await?);
                }
                ended
            }
        };
        let line = (!ended.is_empty()).then(|| line(ended.len()));
        change.commit_with(line).await?;
        Ok(ended)
    }

    /// Closes the sessions of sources that are gone or have become something else, and says how many for each. To be called once, at the
    /// start.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn close_sessions_of_changed_sources(
        &self,
        line: impl Fn(&SourceId, usize) -> NewAuditLine + Sync,
    ) -> Result<Vec<(SourceId, usize)>, SessionError> {
        let mut closed = Vec::new();
        for (source, fingerprint) in self.0.storage.session_sources().await? {
            if !self.is_of_present_source(&source, fingerprint.as_ref()) {
                let selection = Selection::Fingerprint(&source, fingerprint.as_deref());
                let hashes = self.delete(selection, &|count| line(&source, count)).await?;
                closed.push((source, self.forget(hashes).await));
            }
        }
        Ok(closed)
    }

    /// Closes a session. Its streams end with it, never before it. Only the end of one that a new sign-in in the same browser replaces is
    /// told by no line of its own.
    ///
    /// # Errors
    /// When storage fails and the end cannot be kept until it is back: the session goes on.
    pub async fn close(
        &self,
        session: &Session,
        line: Option<NewAuditLine>,
    ) -> Result<SessionEnd, SessionError> {
        let ended = self.end(session.hash, session.expires_at, line).await?;
        session.life.end.cancel();
        Ok(ended)
    }

    /// Closes every session opened by a link and by those that rely on it, and says how many.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn close_link(&self, link: LinkId, line: EndLine<'_>) -> Result<usize, SessionError> {
        let closed = self.forget(self.delete(Selection::Link(link), line).await?).await;
        self.forget_remembered(|session| session.links.contains(&link)).await;
        Ok(closed)
    }

    /// Closes every session opened by a link that closes or comes to another person. The line is made of the moment, what is known of
    /// the link, and the count.
    ///
    /// # Errors
    /// When storage fails.
    pub(crate) async fn close_changed_link(
        &self,
        link: LinkId,
        line: impl Fn(DateTime<Utc>, Option<&LinkFacts>, usize) -> NewAuditLine + Sync,
    ) -> Result<usize, SessionError> {
        let facts = self.0.storage.link_facts(link).await?;
        let now = self.0.clock.now();
        self.close_link(link, &|count| line(now, facts.as_ref(), count)).await
    }

    /// Closes sessions of a list, and says how many were still there and how far their end goes.
    ///
    /// # Errors
    /// When storage fails and the ends cannot be kept until it is back: the sessions go on.
    pub async fn close_listed(
        &self,
        lines: &[SessionLine],
        line: EndLine<'_>,
    ) -> Result<(usize, SessionEnd), SessionError> {
        let mut living = Vec::new();
        for one in lines {
            if self.0.unwritten.refuses(one.hash) || self.0.storage.session(one.hash).await?.is_none() {
                // Another replica may have closed it already: this one remembers it all the same.
                self.forget(vec![one.hash]).await;
            } else {
                living.push(one);
            }
        }
        let (count, mut end) = (living.len(), SessionEnd::Everywhere);
        let hashes: Vec<SessionHash> = living.iter().map(|one| one.hash).collect();
        match with_timeout(self.delete(Selection::Hashes(&hashes), line)).await {
            Ok(_) => drop(self.forget(hashes).await),
            Err(error) => {
                for one in living {
                    let kept = UnwrittenEnd { until: one.expires_at, known: true };
                    end = end.and(self.refuse(one.hash, kept, error.clone()).await?);
                }
                if count > 0 {
                    self.write_later(line(count));
                }
            }
        }
        Ok((count, end))
    }

    /// Closes what a provider opened under one session of its own, and says how many.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn close_by_provider(
        &self,
        source: &SourceId,
        provider_session: &str,
        line: EndLine<'_>,
    ) -> Result<usize, SessionError> {
        let hashes = self.delete(Selection::Provider(source, provider_session), line).await?;
        let closed = self.forget(hashes).await;
        self.forget_remembered(|session| {
            session.source == *source && session.provider_session.as_deref() == Some(provider_session)
        })
        .await;
        Ok(closed)
    }

    /// Closes every session of a subject at this source, and says how many.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn close_by_subject(
        &self,
        source: &SourceId,
        subject: &Subject,
        line: EndLine<'_>,
    ) -> Result<usize, SessionError> {
        match self.0.storage.find_link(source, subject).await? {
            Some(link) => self.close_link(link.id, line).await,
            None => Ok(0),
        }
    }
}
