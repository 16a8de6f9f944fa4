//! Notices in words.

use crate::{
    session::Session,
    sign_in::SignIn,
    storage::{Notice, NoticeKind},
    web::words::Words,
};
use pleiade_core::{Message, MessageArg, SourceId};

/// A notice, in words.
#[derive(Debug, Clone)]
pub struct NoticeView {
    /// Its number, for the form that puts it away.
    pub id: i64,
    /// The text.
    pub text: String,
}

/// The notices that a session shows: those of its links, for where the person acts.
pub(crate) fn views(sign_in: &SignIn, session: &Session, words: &Words) -> Vec<NoticeView> {
    let acting = &session.actor.acting.tenant;
    let here =
        session.notices.iter().filter(|known| known.notice.tenant.as_ref().is_none_or(|id| id == acting));
    here.map(|known| NoticeView { id: known.id, text: text(sign_in, session, words, known) }).collect()
}

fn text(sign_in: &SignIn, session: &Session, words: &Words, Notice { notice, .. }: &Notice) -> String {
    let key = match notice.kind {
        NoticeKind::LinkAdded => "notice-way-added",
        NoticeKind::LinkRemoved => "notice-way-removed",
        NoticeKind::AccountReset => "notice-account-reset",
        NoticeKind::FactorsCleared => "notice-factors-cleared",
        NoticeKind::ConnectAgain => "notice-connect-again",
        NoticeKind::DelegateAgain => "notice-delegate-again",
    };
    let source = notice.facts.get("source").and_then(|id| SourceId::new(id).ok());
    let source = source
        .filter(|id| sign_in.may_name(id, &session.affiliations))
        .and_then(|id| sign_in.any_source(&id));
    let source = source.map_or_else(|| words.t("ways-elsewhere"), |source| source.title.clone());
    let message = Message::new(key).with("when", MessageArg::Instant(notice.created_at));
    words.message(&message.with_text("source", source))
}
