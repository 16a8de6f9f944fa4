//! What waits for somebody in the portal itself, as a source of the queue: delegations that they are asked to accept.

use super::line::{ActionModel, LineModel};
use crate::{
    app::App,
    delegation::{self, ProposedDelegation},
    web::words::Words,
};
use chrono::{DateTime, Utc};
use pleiade_connectors::queue::QueueSource;
use pleiade_core::{
    Action, ActionId, ConnectorDescriptor, ConnectorId, Deadline, Item, Message, Reading, Task, TaskKind,
    TenantId, WidgetContent,
};
use std::collections::BTreeMap;
use url::Url;

/// The portal among the sources of the queue. No connector of a configuration has this id: see `config/validate.rs`.
pub(crate) const PORTAL: ConnectorId = ConnectorId::from_static("pleiade-portal");

const ACCEPT: ActionId = ActionId::from_static("accept");
const REFUSE: ActionId = ActionId::from_static("refuse");

/// The tasks of the portal, by collectivité.
#[derive(Debug)]
pub(super) struct PortalTasks {
    pub(super) descriptor: ConnectorDescriptor,
    contents: BTreeMap<TenantId, WidgetContent>,
    now: DateTime<Utc>,
}

impl PortalTasks {
    /// The delegations that somebody is asked to accept. None without any.
    pub(super) fn new(app: &App, words: &Words, proposed: &[ProposedDelegation]) -> Option<Self> {
        if proposed.is_empty() {
            return None;
        }
        let home = app.public_url.clone().or_else(|| Url::parse("https://localhost/").ok())?;
        let messages = pleiade_core::connector::Messages::new("", "");
        let descriptor =
            ConnectorDescriptor::new("portal", PORTAL, words.t("todo-portal"), home, [].as_slice(), messages);
        let mut contents: BTreeMap<TenantId, WidgetContent> = BTreeMap::new();
        for one in proposed {
            let tenant = one.delegation.terms.tenant.clone();
            contents.entry(tenant).or_default().items.push(line(words, one));
        }
        Some(Self { descriptor, contents, now: app.clock.now() })
    }

    /// The sources of the queue, one a collectivité.
    pub(super) fn sources(&self) -> impl Iterator<Item = QueueSource<'_>> {
        self.contents.iter().map(|(tenant, content)| {
            let reading = Reading::Fresh { value: content, measured_at: self.now };
            QueueSource::new(tenant, &self.descriptor.id, &self.descriptor.name, reading)
        })
    }

    /// A line as the queue shows it: its forms are those of the page of delegations.
    pub(super) fn line(&self, words: &Words, tenant: &TenantId, item: &Item) -> LineModel {
        let mut line = LineModel::new(words, self.now, tenant, &self.descriptor, item);
        for action in &mut line.actions {
            let ActionModel { id, target, path, .. } = action;
            *path = format!("{}/{target}/{id}", delegation::PAGE);
        }
        line
    }
}

fn line(words: &Words, proposed: &ProposedDelegation) -> Item {
    let (id, terms) = (proposed.delegation.id, &proposed.delegation.terms);
    let title = Message::new("delegation-task").with_text("name", &proposed.giver);
    let mut item = Item::new(id.to_string(), title);
    let first = pleiade_connectors::text::local(words.zone, terms.starts_at).date_naive();
    let dates = Message::new("delegation-task-dates")
        .with_text("from", words.day(first))
        .with_text("until", words.day(delegation::last_day(words, terms.ends_at)));
    item.detail = Some(dates.into());
    item.deadline = Some(Deadline::At(terms.ends_at));
    item.task = Some(Task::new(TaskKind::Answer).since(terms.created_at));
    let action = |id, key| Action::post(id, Message::new(key), proposed.delegation.id.to_string());
    item.actions = vec![action(ACCEPT, "delegation-accept"), action(REFUSE, "delegation-refuse")];
    item
}
