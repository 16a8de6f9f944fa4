//! One batch: each file is given as it comes, and told as it is done.

use super::{
    slots::DepositSlot,
    upload::{BadFile, Broken, Upload, UploadedFile},
};
use crate::{
    app::App,
    audit::{AuditEvent, Note},
    session::Session,
    web::{href, words::Words},
};
use askama::Template;
use pleiade_core::{CallContext, Connector, DepositFile, DepositState, FileDeposit, Message};
use std::{collections::BTreeMap, pin::pin, sync::Arc, time::Duration};
use tokio::sync::mpsc;

/// Time for giving one file: more than a connector's calls may take together. Past it nobody knows.
const FILE_DEADLINE: Duration = Duration::from_secs(600);

/// Time for reading all of a form from the browser, however steadily its pieces come: twenty files over the slow line of a town hall.
const READ_DEADLINE: Duration = Duration::from_secs(30 * 60);
/// Time for reading what is not given any more, to tell of it.
const REST_DEADLINE: Duration = Duration::from_secs(60);

/// A batch under way.
pub(super) struct Batch {
    pub(super) app: App,
    pub(super) session: Arc<Session>,
    pub(super) words: Words,
    pub(super) connector: Arc<dyn Connector>,
    pub(super) context: CallContext,
    pub(super) upload: Upload,
    /// The page, of which the browser may have left.
    pub(super) out: mpsc::Sender<String>,
    pub(super) slot: DepositSlot,
}

/// What became of a file, for the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum RowState {
    Sent,
    NotSent,
    Unknown,
}

impl RowState {
    fn new(state: DepositState) -> Self {
        match state {
            DepositState::Sent => Self::Sent,
            DepositState::NotSent => Self::NotSent,
            DepositState::Unknown => Self::Unknown,
        }
    }

    /// The message of its word, and its class in the style sheet.
    fn tag(self) -> (&'static str, &'static str) {
        match self {
            Self::Sent => ("deposit-state-sent", "good"),
            Self::NotSent => ("deposit-state-not-sent", "late"),
            Self::Unknown => ("deposit-state-unknown", "soon"),
        }
    }
}

/// A file on the page.
#[derive(Template)]
#[template(path = "deposit_row.html")]
struct RowView {
    title: String,
    state: String,
    class: &'static str,
    text: String,
    href: Option<String>,
    open: String,
    new_window: String,
}

/// The end of the page.
#[derive(Template)]
#[template(path = "deposit_end.html")]
struct EndView {
    is_good: bool,
    summary: String,
    again: String,
    back: String,
    path: String,
}

impl Batch {
    /// Gives the files, tells of each, and writes the counts down. `tail` ends the page.
    pub(super) async fn run(mut self, tail: String) {
        let mut counts: BTreeMap<RowState, usize> = BTreeMap::new();
        let mut stopped = false;
        let (mut files, mut left) = (0, READ_DEADLINE);
        let broken = loop {
            if stopped {
                left = left.min(REST_DEADLINE);
            }
            let file = match self.next_file(&mut left).await {
                Ok(Some(file)) => file,
                Ok(None) => break false,
                Err(Broken) => break true,
            };
            files += 1;
            let title = self.title_of(&file);
            let (state, text, link) = match stopped {
                true => (RowState::NotSent, self.words.t("deposit-not-tried"), None),
                false => self.give(files, &title, file).await.unwrap_or_else(|refused| {
                    stopped |= refused.stops;
                    (RowState::NotSent, refused.text, None)
                }),
            };
            // Only a file that has arrived for certain lets the next one go.
            stopped |= state == RowState::Unknown || (state == RowState::NotSent && link.is_some());
            *counts.entry(state).or_default() += 1;
            self.tell(title, state, text, link).await;
        };
        self.finish(&counts, broken, tail).await;
    }

    /// The next file, read within what is left of the time for reading.
    async fn next_file(&mut self, left: &mut Duration) -> Result<Option<UploadedFile>, Broken> {
        let asked = tokio::time::Instant::now();
        let mut next = pin!(tokio::time::timeout(*left, self.upload.next()));
        let next = tokio::select! {
            next = &mut next => next,
            // Whoever signs out holds no place for files much longer, and is told of the file that is on its way.
            () = self.session.ended() => {
                *left = REST_DEADLINE.min(*left);
                tokio::time::timeout(*left, next).await.and_then(|next| next)
            }
        };
        *left = left.saturating_sub(asked.elapsed());
        next.unwrap_or(Err(Broken))
    }

    fn title_of(&self, file: &UploadedFile) -> String {
        let written = file.title.trim();
        let name = file.name.rsplit(['/', '\\']).next().unwrap_or_default();
        let stem = name.strip_suffix(".pdf").or_else(|| name.strip_suffix(".PDF")).unwrap_or(name);
        let title = if written.is_empty() { stem } else { written };
        match pleiade_core::Text::plain(title) {
            pleiade_core::Text::Plain(title) if !title.is_empty() => title,
            _ => self.words.t("deposit-untitled"),
        }
    }

    /// Gives one file.
    async fn give(
        &self,
        number: usize,
        title: &str,
        file: UploadedFile,
    ) -> Result<(RowState, String, Option<String>), NotGiven> {
        let Some(deposit) = self.connector.deposit() else {
            return Err(self.not_given("deposit-gone", true));
        };
        let limits = deposit.limits();
        if number > limits.max_files {
            return Err(self.not_given("deposit-too-many", true));
        }
        if self.upload.place.is_empty() {
            return Err(self.not_given("deposit-no-place", true));
        }
        let content = file.content.map_err(|bad| {
            let key = match bad {
                BadFile::TooLarge => "deposit-too-large",
                BadFile::OtherKind => "deposit-other-kind",
            };
            self.not_given(key, false)
        })?;
        if self.app.is_stopping() {
            return Err(self.not_given("deposit-stopping", true));
        }
        // Whoever has signed out meanwhile, or lost the collectivité, gives nothing more.
        match self.app.sessions.reload(&self.session).await {
            Ok(Some(_)) => {}
            Ok(None) => return Err(self.not_given("deposit-session-ended", true)),
            Err(error) => {
                tracing::error!(%error, "a batch of files ends: its session was not read");
                return Err(self.not_given("deposit-session-unread", true));
            }
        }
        self.deposit(deposit, DepositFile::new(&self.upload.place, title, file.name, content)).await
    }

    async fn deposit(
        &self,
        deposit: &dyn FileDeposit,
        file: DepositFile,
    ) -> Result<(RowState, String, Option<String>), NotGiven> {
        let text = self.upload.text.trim();
        let file = if text.is_empty() { file } else { file.with_text(text) };
        let name = &self.connector.descriptor().name;
        let call = deposit.deposit(&self.context, file);
        let Ok(done) = tokio::time::timeout(FILE_DEADLINE, call).await else {
            tracing::warn!(connector = %self.connector.descriptor().id, "a file took too long: nobody knows");
            let text = Message::new("deposit-unknown").with_text("application", name);
            let home = href(&self.connector.descriptor().home);
            return Ok((RowState::Unknown, self.words.message(&text), home));
        };
        match done {
            Ok(done) => {
                let state = RowState::new(done.state);
                let link = done.link.as_ref().and_then(href);
                // What the application does not take, the next file would not be taken either.
                if state == RowState::NotSent && link.is_none() {
                    return Err(NotGiven { text: self.words.message(&done.message), stops: true });
                }
                Ok((state, self.words.message(&done.message), link))
            }
            Err(error) => {
                let (asked, kind) = (error.operation(), error.kind().as_str());
                tracing::warn!(connector = %self.connector.descriptor().id, asked, kind, "a file was refused");
                Err(NotGiven { text: self.words.message(&error.kind().for_person(name)), stops: true })
            }
        }
    }

    fn not_given(&self, key: &'static str, stops: bool) -> NotGiven {
        NotGiven { text: self.words.t(key), stops }
    }

    /// Writes a row. A browser that has left reads none, and what is done goes on.
    async fn tell(&self, title: String, state: RowState, text: String, href: Option<String>) {
        let (key, class) = state.tag();
        let open = Message::new("card-open").with_text("application", &self.connector.descriptor().name);
        let row = RowView {
            title,
            state: self.words.t(key),
            class,
            text,
            href,
            open: self.words.message(&open),
            new_window: self.words.t("new-window"),
        };
        if let Ok(html) = row.render() {
            let _ = self.out.send(html).await;
        }
    }

    async fn finish(self, counts: &BTreeMap<RowState, usize>, broken: bool, tail: String) {
        let count = |state| counts.get(&state).copied().unwrap_or_default();
        let (sent, not_sent, unknown) =
            (count(RowState::Sent), count(RowState::NotSent), count(RowState::Unknown));
        let descriptor = self.connector.descriptor();
        if sent + not_sent + unknown > 0 {
            let note = Note::new(AuditEvent::FilesDeposited)
                .tenant(&self.context.tenant.id)
                .actor(&*self.session)
                .source(&self.session.source)
                .with("connector", &descriptor.id)
                .with("sent", sent)
                .with("not_sent", not_sent)
                .with("unknown", unknown);
            // What was sent is sent: the line of its beginning stands already.
            if let Err(error) = self.app.journal().record(note).await {
                tracing::error!(%error, sent, not_sent, unknown, "the end of a batch is not in the audit log");
            }
        }
        self.app.engine.invalidate(&descriptor.id, Some(self.session.actor.identity.link));
        let mut sentences = vec![match sent + not_sent + unknown {
            0 => self.words.t("deposit-nothing"),
            _ => self.words.message(
                &Message::new("deposit-summary")
                    .with_number("sent", sent as u64)
                    .with_number("not_sent", not_sent as u64)
                    .with_number("unknown", unknown as u64),
            ),
        }];
        if broken {
            sentences.push(self.words.t("deposit-broken"));
        }
        let end = EndView {
            is_good: !broken && sent > 0 && not_sent + unknown == 0,
            summary: sentences.join(" "),
            again: self.words.t("deposit-another"),
            back: self.words.t("deposit-back"),
            path: super::page_path(&descriptor.id),
        };
        if let Ok(html) = end.render() {
            let _ = self.out.send(html + &tail).await;
        }
        drop(self.slot);
    }
}

/// A file that was not given.
struct NotGiven {
    text: String,
    /// True if none of the next ones is tried.
    stops: bool,
}
