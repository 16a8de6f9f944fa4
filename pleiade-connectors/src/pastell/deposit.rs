//! PDF files for the signature book, each a document of a flow: made, filled, given its file and sent on, in the person's own name.
//!
//! No call that writes is made twice. A document gets its title after it was made, so what a lost creation left has none: a draft that
//! came meanwhile is told and not written into, as it may be a colleague's. The answer to the sending is looked up by title and time
//! of creation, and only one document that was not there before, and is ours, decides it.

use super::{
    client::{Attachment, DocumentQuery, EntityId, Step, WholeDocument, is_word},
    config::{DepositFlow, matches},
    links::Links,
    scope::Scope,
    sessions::{PersonSession, Rules, Shared},
};
use crate::kit::content;
use async_trait::async_trait;
use chrono::{NaiveDateTime, TimeDelta};
use pleiade_core::{
    ActionInput, CallContext, ConnectorError, DepositFile, DepositLimits, DepositPlace, DepositPlaces,
    DepositState, Deposited, ErrorKind, FileDeposit, Message, Text,
};
use std::{collections::HashSet, sync::Arc};
use url::Url;

/// Twenty files of 20 MB.
const LIMITS: DepositLimits = DepositLimits::pdf(20, 20_000_000);
/// Places of a form. Whoever works for more finds the others in Pastell.
const MAX_PLACES: usize = 200;
/// Characters of a sub-type.
const MAX_SUBTYPE_CHARS: usize = 100;
/// Drafts looked at to find one.
const MAX_LISTED: usize = 100;
/// The clock of the platform may be so far from ours.
const CLOCK_SKEW: TimeDelta = TimeDelta::minutes(2);
/// The states of a document that was not sent on.
const DRAFT_STATES: [&str; 2] = ["creation", "modification"];

/// The giving of files to a platform.
#[derive(Debug)]
pub(super) struct Deposit(pub(super) Arc<Shared>);

/// The flow of a place, and how its documents are filled.
pub(super) fn flow_rules<'a>(rules: &'a Rules, flow: &str) -> Option<&'a DepositFlow> {
    let has = |deposit: &&DepositFlow| deposit.flows.iter().any(|pattern| matches(pattern, flow));
    rules.config.deposits.iter().find(has)
}

/// A place that somebody chose: an entity of theirs in this collectivité, a flow, and a sub-type.
#[derive(Debug, Clone)]
struct Target {
    entity: EntityId,
    flow: String,
    rules: DepositFlow,
    subtype: Option<String>,
}

fn refused(hint: &'static str) -> ConnectorError {
    ConnectorError::new(ErrorKind::Unsupported, "deposit a file").with_hint(hint)
}

impl Target {
    /// True if the person writes the sub-type themselves.
    fn wants_written_subtype(&self) -> bool {
        !self.rules.subtype_field.is_empty() && self.rules.subtypes.is_empty()
    }

    /// Reads a place that a browser sent.
    fn parse(rules: &Rules, scope: &Scope, file: &DepositFile) -> Result<Self, ConnectorError> {
        let mut parts = file.place.splitn(3, '/');
        let (entity, flow, subtype) = (parts.next(), parts.next(), parts.next());
        let entity = entity.and_then(|entity| entity.parse().ok()).map(EntityId);
        let entity = entity.filter(|entity| scope.entities.contains_key(entity));
        let flow = flow.filter(|flow| is_word(flow));
        let (Some(entity), Some(flow)) = (entity, flow) else {
            return Err(refused("the place is none of this person's"));
        };
        let rules = flow_rules(rules, flow).ok_or_else(|| refused("the place is none of this person's"))?;
        let listed = |subtype: &&str| rules.subtypes.iter().any(|known| known == subtype);
        let written = file.text.as_deref().map(str::trim).unwrap_or_default();
        let subtype = match (rules.subtype_field.is_empty(), rules.subtypes.is_empty()) {
            (true, _) => None,
            // Whoever forgot it is told so.
            (false, true) => Some(written).filter(|written| !written.is_empty()),
            (false, false) => {
                Some(subtype.filter(listed).ok_or_else(|| refused("the sub-type is none of this flow"))?)
            }
        };
        if subtype.is_some_and(|text| text.chars().count() > MAX_SUBTYPE_CHARS) {
            return Err(refused("the sub-type is too long"));
        }
        let subtype = subtype.map(str::to_owned);
        Ok(Self { entity, flow: flow.to_owned(), rules: rules.clone(), subtype })
    }
}

/// A name of a file that ends as its kind does.
fn file_name(name: &str) -> String {
    let name = content::plain(name.rsplit(['/', '\\']).next().unwrap_or_default());
    let stem = name.strip_suffix(".pdf").or_else(|| name.strip_suffix(".PDF")).unwrap_or(&name);
    let stem: String = stem.chars().take(150).collect();
    if stem.trim().is_empty() { "document.pdf".to_owned() } else { format!("{stem}.pdf") }
}

#[async_trait]
impl FileDeposit for Deposit {
    fn title(&self) -> Message {
        Message::new("pastell-deposit")
    }

    fn limits(&self) -> DepositLimits {
        LIMITS
    }

    async fn places(&self, cx: &CallContext) -> Result<DepositPlaces, ConnectorError> {
        self.0.call(cx, places).await
    }

    async fn deposit(&self, cx: &CallContext, file: DepositFile) -> Result<Deposited, ConnectorError> {
        if !file.content.starts_with(LIMITS.magic) || file.content.len() > LIMITS.max_file_bytes {
            return Err(refused("the file is no PDF, or larger than 20 MB"));
        }
        let title: String = content::plain(&file.title).chars().take(LIMITS.max_title_chars).collect();
        if title.trim().is_empty() {
            return Err(refused("the title is missing"));
        }
        let rules = &self.0.rules;
        let target = self
            .0
            .call(cx, |session| async move { session.scope().await })
            .await
            .and_then(|scope| Target::parse(rules, &scope, &file))?;
        if target.wants_written_subtype() && target.subtype.is_none() {
            let unsaid = Message::new("pastell-deposit-subtype-unsaid");
            return Ok(Deposited::new(DepositState::NotSent, unsaid, None));
        }
        let zone = rules.config.time_zone.unwrap_or(cx.tenant.time_zone);
        let one = OneFile {
            shared: &self.0,
            cx,
            links: self.0.accounts.opener().client.links(),
            began: cx.clock.now().with_timezone(&zone).naive_local(),
            name: file_name(&file.name),
            title: title.trim().to_owned(),
            file: &file,
            target: &target,
        };
        one.give().await
    }
}

async fn places(session: PersonSession) -> Result<DepositPlaces, ConnectorError> {
    let scope = session.scope().await?;
    let counts = session.counts(&scope).await?;
    let flows = session.flows().await?;
    let mut found = Vec::new();
    for entity in &counts.entities {
        let Some(place) = scope.entities.get(&entity.id) else { continue };
        for flow in entity.flows.keys() {
            let Some(rules) = flow_rules(&session.rules, flow) else { continue };
            let told = flows.items.get(flow).map(|flow| content::plain(&flow.name));
            let name = told.filter(|name| !name.is_empty()).unwrap_or_else(|| flow.clone());
            found.push(((place.depth, content::plain(&place.name), entity.id, name), flow, rules));
        }
    }
    found.sort_by(|one, other| one.0.cmp(&other.0));
    let mut places = DepositPlaces::default();
    for ((_, group, entity, name), flow, rules) in found {
        let id = format!("{entity}/{flow}");
        let place = |id, title: String| DepositPlace::new(id, Text::plain(&title), Text::plain(&group));
        match (rules.subtype_field.is_empty(), rules.subtypes.is_empty()) {
            (true, _) => places.places.push(place(id, name)),
            (false, true) => {
                let label = Message::new("pastell-deposit-subtype");
                let input = ActionInput::required(label, MAX_SUBTYPE_CHARS);
                places.places.push(place(id, name).with_input(input));
            }
            (false, false) => places.places.extend(
                rules
                    .subtypes
                    .iter()
                    .map(|subtype| place(format!("{id}/{subtype}"), format!("{name} · {subtype}"))),
            ),
        }
    }
    places.more = places.places.len() > MAX_PLACES;
    places.places.truncate(MAX_PLACES);
    Ok(places)
}

/// One file on its way.
struct OneFile<'a> {
    shared: &'a Shared,
    cx: &'a CallContext,
    links: &'a Links,
    /// The moment before it was made, by the clock of the platform.
    began: NaiveDateTime,
    name: String,
    title: String,
    file: &'a DepositFile,
    target: &'a Target,
}

/// What keeps a document from being sent.
enum Stop {
    /// Pastell refused a step.
    Refused(ConnectorError),
    /// The answer to a step was lost, and nothing shows that it was done.
    Lost,
    /// Pastell lets nobody send it: something is missing from its form.
    NotAllowed,
    /// The signature book has no such sub-type.
    NoSubtype,
}

impl From<ConnectorError> for Stop {
    fn from(error: ConnectorError) -> Self {
        Self::Refused(error)
    }
}

impl OneFile<'_> {
    async fn give(&self) -> Result<Deposited, ConnectorError> {
        let before = self.documents(&[]).await?;
        let before: HashSet<String> = before.into_iter().map(|found| found.0).collect();
        let Target { entity, flow, .. } = self.target;
        let made =
            self.shared.call(self.cx, |session| async move { session.api.create(*entity, flow).await });
        let document = match made.await? {
            Step::Done(document) => document,
            Step::Lost => return Ok(self.creation_lost(&before).await),
        };
        match self.fill(&document).await {
            Ok(action) => self.send(&document, &action, &before).await,
            Err(stop) => self.take_back(&document, stop).await,
        }
    }

    /// Gives the document its title, its sub-type and its file; the action that sends it.
    async fn fill(&self, document: &str) -> Result<String, Stop> {
        let Target { entity, rules, subtype, .. } = self.target;
        let (entity, title) = (*entity, self.title.as_str());
        let mut fields = vec![(rules.title_field.as_str(), title)];
        fields.extend(rules.fields.iter().map(|(name, value)| (name.as_str(), value.as_str())));
        let fields = fields.as_slice();
        let filled = self
            .shared
            .call(self.cx, |session| async move { session.api.fill(entity, document, fields).await });
        if let Step::Lost = filled.await?
            && self.whole(document).await?.info.title != title
        {
            return Err(Stop::Lost);
        }
        if let Some(subtype) = subtype {
            let field = rules.subtype_field.as_str();
            let choices = self
                .shared
                .call(self.cx, |session| async move { session.api.choices(entity, document, field).await });
            if !choices.await?.contains(subtype) {
                return Err(Stop::NoSubtype);
            }
            let choice = (field, subtype.as_str());
            let chosen = self
                .shared
                .call(self.cx, |session| async move { session.api.choose(entity, document, choice).await });
            if let Step::Lost = chosen.await? {
                return Err(Stop::Lost);
            }
        }
        let file = Attachment {
            field: &rules.file_field,
            name: &self.name,
            media_type: LIMITS.media_type,
            content: &self.file.content,
        };
        let attached = self
            .shared
            .call(self.cx, |session| async move { session.api.attach(entity, document, file).await });
        let whole = match attached.await? {
            Step::Done(whole) => whole,
            Step::Lost => Some(self.whole(document).await?)
                .filter(|whole| whole.has_file(&rules.file_field, &self.name))
                .ok_or(Stop::Lost)?,
        };
        rules.actions.iter().find(|action| whole.allows(action)).cloned().ok_or(Stop::NotAllowed)
    }

    /// Sends the document on.
    async fn send(
        &self,
        document: &str,
        action: &str,
        before: &HashSet<String>,
    ) -> Result<Deposited, ConnectorError> {
        let entity = self.target.entity;
        let sent = self
            .shared
            .call(self.cx, |session| async move { session.api.act(entity, document, action).await })
            .await;
        let link = Some(self.links.document(entity, document));
        match sent {
            Ok(Step::Done(())) => {
                Ok(Deposited::new(DepositState::Sent, Message::new("pastell-deposit-sent"), link))
            }
            Ok(Step::Lost) => Ok(match self.is_sent(document, before).await {
                true => Deposited::new(DepositState::Sent, Message::new("pastell-deposit-sent"), link),
                false => Deposited::new(DepositState::Unknown, Message::new("pastell-deposit-unknown"), link),
            }),
            Err(error) => self.take_back(document, Stop::Refused(error)).await,
        }
    }

    /// True if the list of the flow has one document with this title that was not there before and was made since, it is ours, and it is
    /// on its way. Anything else decides nothing: what is slow may still be sent.
    async fn is_sent(&self, document: &str, before: &HashSet<String>) -> bool {
        let Ok(found) = self.documents(&[]).await else { return false };
        let mut new = found.iter().filter(|(id, title, _)| *title == self.title && !before.contains(id));
        match (new.next(), new.next()) {
            (Some((id, _, state)), None) => id == document && !DRAFT_STATES.contains(&state.as_str()),
            _ => false,
        }
    }

    /// Nothing was sent, as nobody knows which document it would have been.
    async fn creation_lost(&self, before: &HashSet<String>) -> Deposited {
        let Target { entity, flow, .. } = self.target;
        let found = self.documents(&["creation"]).await.unwrap_or_default();
        let mut new = found.iter().filter(|(id, title, _)| title.is_empty() && !before.contains(id));
        let (key, link) = match (new.next(), new.next()) {
            (Some((id, ..)), None) => ("pastell-deposit-draft-found", self.links.edit(*entity, id)),
            _ => ("pastell-deposit-draft-unknown", self.links.flow(*entity, flow)),
        };
        Deposited::new(DepositState::Unknown, Message::new(key), Some(link))
    }

    /// Deletes the draft of a document that is not to be sent, and says why it is not.
    async fn take_back(&self, document: &str, stop: Stop) -> Result<Deposited, ConnectorError> {
        let entity = self.target.entity;
        let deleted = self
            .shared
            .call(self.cx, |session| async move { session.api.delete_draft(entity, document).await })
            .await;
        let is_gone = deleted.unwrap_or(false);
        let key = match &stop {
            Stop::Refused(error) if is_gone => return Err(error.clone()),
            Stop::Refused(_) => "pastell-deposit-refused",
            Stop::Lost => "pastell-deposit-lost",
            Stop::NotAllowed => "pastell-deposit-incomplete",
            Stop::NoSubtype => "pastell-deposit-no-subtype",
        };
        let link: Option<Url> = (!is_gone).then(|| self.links.edit(entity, document));
        let message = Message::new(key).with_text("draft", if is_gone { "gone" } else { "left" });
        Ok(Deposited::new(DepositState::NotSent, message, link))
    }

    async fn whole(&self, document: &str) -> Result<WholeDocument, ConnectorError> {
        let entity = self.target.entity;
        self.shared.call(self.cx, |session| async move { session.api.whole(entity, document).await }).await
    }

    /// Id, title and state of the documents of the flow that were made since, in some states or in any.
    async fn documents(&self, states: &[&str]) -> Result<Vec<(String, String, String)>, ConnectorError> {
        let Target { entity, flow, .. } = self.target;
        let query = DocumentQuery {
            entity: *entity,
            flow: Some(flow.clone()),
            states: states.iter().map(|state| (*state).to_owned()).collect(),
            limit: MAX_LISTED,
        };
        let query = &query;
        let listed =
            self.shared.call(self.cx, |session| async move { session.api.documents(query).await }).await?;
        let since = self.began - CLOCK_SKEW;
        let made_since = |created: Option<NaiveDateTime>| created.is_none_or(|created| created >= since);
        let found = listed.items.into_iter().filter(|document| made_since(document.created));
        Ok(found.map(|document| (document.id, document.title, document.state)).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_files() {
        for (sent, name) in [
            ("Délib 12.pdf", "Délib 12.pdf"),
            ("C:\\Bureau\\acte.PDF", "acte.pdf"),
            ("../../etc/passwd", "passwd.pdf"),
            ("a\r\nContent-Type: text/html", "html.pdf"),
            (".pdf", "document.pdf"),
            ("", "document.pdf"),
        ] {
            assert_eq!(file_name(sent), name, "{sent}");
        }
        assert!(file_name(&"x".repeat(5000)).len() < 200);
    }
}
