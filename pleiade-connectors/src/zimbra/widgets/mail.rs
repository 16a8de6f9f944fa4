//! Unread mail: the count of the inbox, the count of all folders, the last messages, how full the mailbox is.

use super::{Mailbox, action_id, add_task, descriptor, indicator, open_webmail, unique};
use crate::zimbra::{
    Batch, MARK_READ, WRITE_MAIL,
    links::Page,
    requests::{GetFolders, GetInfo, Request, SearchMail},
    today, wire,
};
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use pleiade_core::{
    Action, Amount, CallContext, ConnectorError, ErrorKind, Indicator, Item, Message, Severity, Text, Widget,
    WidgetContent, WidgetDescriptor, item::When,
};
use std::sync::Arc;

const NEARLY_FULL: f64 = 80.0;
const FULL: f64 = 95.0;

#[derive(Debug)]
pub(super) struct Mail {
    mailbox: Arc<Mailbox>,
    descriptor: WidgetDescriptor,
}

impl Mail {
    pub(super) fn new(mailbox: Arc<Mailbox>) -> Result<Self, ConnectorError> {
        let indicators = ["unread_mail", "unread_total", "quota_used_pct"];
        let descriptor = descriptor("mail", "zimbra-mail-title", "zimbra-mail-empty", &indicators)?;
        Ok(Self { mailbox, descriptor })
    }

    fn item(&self, mail: &wire::Message) -> Result<Item, ConnectorError> {
        let subject = Text::plain(mail.subject.as_deref().unwrap_or_default());
        let title =
            if subject.is_empty() { Message::new("zimbra-no-subject").into() } else { subject.clone() };
        let mut item = Item::new(mail.id.as_str(), title);
        let sender = wire::one_line(mail.sender().unwrap_or_default());
        let fragment = wire::one_line(mail.fragment.as_deref().unwrap_or_default());
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
        item.when = mail.received.map(When::At);
        item.status = match (mail.has('!'), mail.has('v'), mail.has('a')) {
            (true, _, true) => Some("zimbra-mail-urgent-attachment"),
            (true, _, false) => Some("zimbra-mail-urgent"),
            (false, true, _) => Some("zimbra-mail-invitation"),
            (false, false, true) => Some("zimbra-mail-attachment"),
            (false, false, false) => None,
        }
        .map(Message::new);
        if let Some(conversation) = &mail.conversation {
            item.link = self.mailbox.links.conversation(conversation.as_str(), mail.id.as_str());
            let label = Message::new("zimbra-action-mark-read");
            item.actions.push(Action::post(action_id(MARK_READ)?, label, conversation.as_str()));
        }
        if let Text::Plain(subject) = subject
            && !subject.is_empty()
        {
            item.actions.push(add_task(&subject)?);
        }
        Ok(item)
    }

    fn quota(info: &wire::Info, now: DateTime<Utc>) -> Result<Option<Indicator>, ConnectorError> {
        let Some(percent) = info.quota_percent() else { return Ok(None) };
        let severity = match percent {
            full if full >= FULL => Severity::Alert,
            nearly if nearly >= NEARLY_FULL => Severity::Warning,
            _ => Severity::Info,
        };
        let noun = Message::new("zimbra-quota-used");
        let amount = Amount::Percent(percent.clamp(0.0, 100.0));
        Ok(Some(Indicator::new(indicator("quota_used_pct")?, amount, noun, now).with_severity(severity)))
    }
}

#[async_trait]
impl Widget for Mail {
    fn descriptor(&self) -> &WidgetDescriptor {
        &self.descriptor
    }

    async fn load(&self, cx: &CallContext) -> Result<WidgetContent, ConnectorError> {
        let config = &self.mailbox.config;
        let mut batch = Batch::new()
            .with("folders", &GetFolders)
            .with("mail", &SearchMail::unread(u32::from(config.lines)));
        if config.quota {
            batch = batch.with("info", &GetInfo);
        }
        let mut answer = self.mailbox.call(cx, &batch).await?;
        let now = cx.clock.now();
        let (folders, mails) = (answer.take::<GetFolders>("folders"), answer.take::<SearchMail>("mail"));
        let inbox = self.mailbox.links.page(Page::Inbox, today(cx));

        let mut content = WidgetContent::default();
        let mut partial = false;
        match (folders, mails) {
            (Err(error), Err(_)) => return Err(error),
            (folders, mails) => {
                match folders {
                    Ok(folders) => {
                        let own = folders.inbox().ok_or_else(|| {
                            ConnectorError::new(ErrorKind::BadAnswer, GetFolders::OPERATION)
                        })?;
                        let unread = Indicator::count(
                            indicator("unread_mail")?,
                            own.unread,
                            "zimbra-unread-mail",
                            now,
                        );
                        let total = Indicator::count(
                            indicator("unread_total")?,
                            folders.unread(),
                            "zimbra-unread-total",
                            now,
                        );
                        content
                            .indicators
                            .extend([unread.linked(inbox.clone()), total.linked(inbox.clone())]);
                    }
                    // A count that a fault hides is absent; one that makes no sense is an error.
                    Err(error) if error.kind() == ErrorKind::BadAnswer => return Err(error),
                    Err(_) => partial = true,
                }
                match mails {
                    Ok(mails) => {
                        content.more = mails.more;
                        content.items =
                            mails.messages.iter().map(|mail| self.item(mail)).collect::<Result<_, _>>()?;
                    }
                    Err(error) if error.kind() == ErrorKind::BadAnswer => return Err(error),
                    Err(_) => partial = true,
                }
            }
        }
        if config.quota {
            match answer.take::<GetInfo>("info") {
                Ok(info) => content.indicators.extend(Self::quota(&info, now)?),
                Err(_) => partial = true,
            }
        }
        unique(&mut content.items);
        content.notice = partial.then(|| Message::new("zimbra-notice-partial"));
        content.actions.push(open_webmail("mail")?);
        if let Some(compose) = self.mailbox.links.compose() {
            content.actions.push(Action::open(
                action_id(WRITE_MAIL)?,
                Message::new("zimbra-action-write"),
                compose,
            ));
        }
        content.link = inbox;
        Ok(content)
    }
}
