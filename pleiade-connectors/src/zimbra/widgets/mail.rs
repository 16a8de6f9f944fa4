//! Unread mail: the count of the inbox, the count of all folders, the last messages, how full the mailbox is.

use super::{super::sessions::Shared, add_task, open_webmail};
use crate::{
    kit::content::{self, plain},
    zimbra::{
        ADD_TASK, Batch, MARK_READ, OPEN_WEBMAIL, WRITE_MAIL,
        links::Page,
        requests::{GetFolders, GetInfo, Request, SearchMail},
        wire,
    },
};
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use pleiade_core::{
    Action, ActionDescriptor, Amount, CallContext, ConnectorError, ErrorKind, Indicator, IndicatorKey, Item,
    Message, Severity, Text, Widget, WidgetContent, WidgetDescriptor, WidgetId, item::EventTime,
};
use std::sync::Arc;

const NEARLY_FULL_PERCENT: f64 = 80.0;
const FULL_PERCENT: f64 = 95.0;

const UNREAD: IndicatorKey = IndicatorKey::from_static("unread_mail");
const UNREAD_TOTAL: IndicatorKey = IndicatorKey::from_static("unread_total");
const QUOTA: IndicatorKey = IndicatorKey::from_static("quota_used_pct");

#[derive(Debug)]
pub(super) struct Mail {
    shared: Arc<Shared>,
    descriptor: WidgetDescriptor,
}

impl Mail {
    pub(super) fn new(shared: Arc<Shared>) -> Self {
        let id = WidgetId::from_static("mail");
        let keys = [UNREAD, UNREAD_TOTAL, QUOTA];
        let descriptor = content::widget(id, "zimbra-mail-title", "zimbra-mail-empty", &keys)
            .with_actions([MARK_READ, ADD_TASK].map(ActionDescriptor::post))
            .with_actions([ActionDescriptor::opening(OPEN_WEBMAIL), ActionDescriptor::open(WRITE_MAIL)]);
        Self { shared, descriptor }
    }

    fn item(&self, mail: &wire::Message) -> Item {
        let subject = plain(mail.subject.as_deref().unwrap_or_default());
        let title = content::title(&subject, "zimbra-no-subject");
        let mut item = Item::new(mail.id.as_str(), title);
        let sender = plain(mail.sender().unwrap_or_default());
        let fragment = plain(mail.fragment.as_deref().unwrap_or_default());
        item.detail = match (sender.is_empty(), fragment.is_empty()) {
            (true, true) => None,
            (false, true) => Some(Text::Plain(sender)),
            (true, false) => Some(Text::Plain(fragment)),
            (false, false) => Some(
                Message::new("zimbra-mail-detail")
                    .with_text("sender", sender)
                    .with_text("fragment", fragment)
                    .into(),
            ),
        };
        item.when = mail.received.map(EventTime::At);
        item.status = match (mail.has('!'), mail.has('v'), mail.has('a')) {
            (true, _, true) => Some("zimbra-mail-urgent-attachment"),
            (true, _, false) => Some("zimbra-mail-urgent"),
            (false, true, _) => Some("zimbra-mail-invitation"),
            (false, false, true) => Some("zimbra-mail-attachment"),
            (false, false, false) => None,
        }
        .map(Message::new);
        if let Some(conversation) = &mail.conversation {
            item.link = self.shared.links.conversation(conversation.as_str(), mail.id.as_str());
            let label = Message::new("zimbra-action-mark-read");
            item.actions.push(Action::post(MARK_READ, label, conversation.as_str()).with_icon("check"));
        }
        if !subject.is_empty() {
            item.actions.push(add_task(&subject));
        }
        item
    }

    fn quota(info: &wire::Info, now: DateTime<Utc>) -> Option<Indicator> {
        let percent = info.quota_percent()?;
        let severity = match percent {
            full if full >= FULL_PERCENT => Severity::Alert,
            nearly if nearly >= NEARLY_FULL_PERCENT => Severity::Warning,
            _ => Severity::Info,
        };
        let noun = Message::new("zimbra-quota-used");
        let amount = Amount::Percent(percent.clamp(0.0, 100.0));
        Some(Indicator::new(QUOTA, amount, noun, now).with_severity(severity))
    }
}

#[async_trait]
impl Widget for Mail {
    fn descriptor(&self) -> &WidgetDescriptor {
        &self.descriptor
    }

    async fn load(&self, cx: &CallContext) -> Result<WidgetContent, ConnectorError> {
        let config = &self.shared.config;
        let mut batch = Batch::new()
            .with("folders", &GetFolders)
            .with("mail", &SearchMail::unread(u32::from(config.lines)));
        if config.quota {
            batch = batch.with("info", &GetInfo);
        }
        let mut answer = self.shared.call(cx, &batch).await?;
        let (folders, mails) = (answer.take::<GetFolders>("folders"), answer.take::<SearchMail>("mail"));
        let info = config.quota.then(|| answer.take::<GetInfo>("info"));
        let inbox = self.shared.links.page(Page::Inbox, cx.today());

        let mut content = WidgetContent::default();
        match (folders, mails) {
            (Err(error), Err(_)) => return Err(error),
            // A number that a fault hides is absent; one that makes no sense is an error.
            (Err(error), _) if error.kind() == ErrorKind::BadAnswer => return Err(error),
            (folders, mails) => {
                match folders {
                    Ok(folders) => {
                        let own = folders.inbox().ok_or_else(|| {
                            ConnectorError::new(ErrorKind::BadAnswer, GetFolders::OPERATION)
                        })?;
                        let unreadable = folders.unreadable();
                        content::note_unreadable(&mut content, unreadable);
                        content.indicators = vec![
                            content::exact(cx, UNREAD, "zimbra-unread-mail", own.unread)
                                .with_link(inbox.clone()),
                            content::exact(cx, UNREAD_TOTAL, "zimbra-unread-total", folders.unread())
                                .at_least(unreadable > 0)
                                .with_link(inbox.clone()),
                        ];
                    }
                    Err(error) => content::note_missing(&mut content, cx, &error),
                }
                match mails {
                    Ok(mails) => {
                        content.more = mails.more;
                        content::note_unreadable(&mut content, mails.messages.unreadable);
                        content.items = mails.messages.items.iter().map(|mail| self.item(mail)).collect();
                    }
                    Err(error) => content::note_missing(&mut content, cx, &error),
                }
            }
        }
        match info {
            Some(Ok(info)) => content.indicators.extend(Self::quota(&info, cx.clock.now())),
            Some(Err(error)) => content::note_missing(&mut content, cx, &error),
            None => {}
        }
        content::limit_lines(&mut content, usize::from(config.lines));
        content.actions.push(open_webmail("mail"));
        if let Some(compose) = self.shared.links.compose() {
            content.actions.push(Action::open(WRITE_MAIL, Message::new("zimbra-action-write"), compose));
        }
        content.link = inbox;
        Ok(content)
    }
}
