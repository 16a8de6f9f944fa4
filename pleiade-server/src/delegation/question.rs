//! The question before the end of a delegation.

use super::view::DelegationPresenter;
use crate::{
    people::person_name,
    web::{confirm::Question, errors::Refusal},
};
use pleiade_core::{IdentityId, Message};
use pleiade_federation::delegation::Delegation;

/// The question before the end of a delegation, as `reader`, one of its two people, reads it, on a page that leads `back`.
///
/// # Errors
/// Those of storage; not found when the collectivité does not know one of the two any more.
pub(crate) async fn question_before_end(
    presenter: &DelegationPresenter<'_>,
    delegation: &Delegation,
    reader: IdentityId,
    back: String,
) -> Result<Question, Refusal> {
    let (words, storage, terms) = (presenter.words, presenter.storage, &delegation.terms);
    let giver = person_name(storage, &terms.tenant, terms.giver.person).await?;
    let receiver = person_name(storage, &terms.tenant, terms.receiver.person).await?;
    let view = presenter.view(delegation, reader).await?;
    let title = Message::new("confirm-delegation").with_text("giver", giver).with_text("receiver", receiver);
    Ok(Question {
        title: words.message(&title),
        ends: vec![
            format!("{} {}. {}", view.dates, view.scope, view.reason),
            words.t("confirm-delegation-ends"),
        ],
        button: words.t("delegation-end"),
        back,
    })
}
