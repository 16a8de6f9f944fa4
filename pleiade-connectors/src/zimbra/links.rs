//! Addresses of the webmail's pages.

use super::config::{LinkTemplates, Ui};
use chrono::{DateTime, NaiveDate, Utc};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use pleiade_core::{ConnectorError, ErrorKind};
use url::Url;

const VALUE: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// A page of the webmail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Page {
    Inbox,
    Calendar,
    Tasks,
}

#[derive(Debug)]
pub(super) struct Links {
    web: String,
    inbox: String,
    conversation: String,
    calendar: String,
    event: String,
    tasks: String,
    compose: String,
}

impl Links {
    pub(super) fn new(web: &Url, ui: Ui, templates: &LinkTemplates) -> Result<Self, ConnectorError> {
        // The compose page of the Classic UI is the only one whose address Zimbra documents (clienturls.txt); Tasks have no page in
        // the Modern UI's documented addresses, where they stand beside the calendar.
        let [inbox, conversation, calendar, event, tasks] = match ui {
            Ui::Modern => [
                "{web}/modern/email/Inbox",
                "{web}/modern/email/Inbox/conversation/{conversation}",
                "{web}/modern/calendar",
                "{web}/modern/calendar/event/details/{invitation}?utcRecurrenceId={recurrence}&start={start}&end={end}",
                "{web}/modern/calendar",
            ],
            Ui::Classic => [
                "{web}/zimbra/mail?app=mail",
                "{web}/zimbra/?view=msg&id={message}",
                "{web}/zimbra/?app=calendar&view=day&date={date}",
                "{web}/zimbra/?app=calendar&view=day&date={date}",
                "{web}/zimbra/?app=tasks",
            ],
        };
        let or = |own: &Option<String>, usual: &str| own.clone().unwrap_or_else(|| usual.to_owned());
        let links = Self {
            web: web.as_str().trim_end_matches('/').to_owned(),
            inbox: or(&templates.inbox, inbox),
            conversation: or(&templates.conversation, conversation),
            calendar: or(&templates.calendar, calendar),
            event: or(&templates.event, event),
            tasks: or(&templates.tasks, tasks),
            compose: or(&templates.compose, "{web}/zimbra/?view=compose"),
        };
        let names: [(&str, &[&str]); 6] = [
            (&links.inbox, &[]),
            (&links.conversation, &["conversation", "message"]),
            (&links.calendar, &["date"]),
            (&links.event, &["invitation", "recurrence", "start", "end", "date"]),
            (&links.tasks, &[]),
            (&links.compose, &[]),
        ];
        for (template, names) in names {
            let values: Vec<_> = names.iter().map(|name| (*name, "1".to_owned())).collect();
            let usable = links
                .fill(template, &values)
                .is_some_and(|url| matches!(url.scheme(), "https" | "http") && !url.path().contains("%7B"));
            if !usable || template.matches('{').count() != links.known(template, names) {
                return Err(ConnectorError::new(ErrorKind::BadConfiguration, "read the links").with_hint(
                    "a link starts with {web} or https:// and holds only the names in braces that its description lists",
                ));
            }
        }
        Ok(links)
    }

    fn known(&self, template: &str, names: &[&str]) -> usize {
        names.iter().chain(&["web"]).map(|name| template.matches(&format!("{{{name}}}")).count()).sum()
    }

    fn fill(&self, template: &str, values: &[(&str, String)]) -> Option<Url> {
        let mut text = template.replace("{web}", &self.web);
        for (name, value) in values {
            text = text.replace(&format!("{{{name}}}"), &utf8_percent_encode(value, VALUE).to_string());
        }
        Url::parse(&text).ok()
    }

    pub(super) fn page(&self, page: Page, today: NaiveDate) -> Option<Url> {
        match page {
            Page::Inbox => self.fill(&self.inbox, &[]),
            Page::Calendar => self.fill(&self.calendar, &[("date", compact(today))]),
            Page::Tasks => self.fill(&self.tasks, &[]),
        }
    }

    pub(super) fn compose(&self) -> Option<Url> {
        self.fill(&self.compose, &[])
    }

    pub(super) fn conversation(&self, conversation: &str, message: &str) -> Option<Url> {
        let values = [("conversation", conversation.to_owned()), ("message", message.to_owned())];
        self.fill(&self.conversation, &values)
    }

    pub(super) fn event(
        &self,
        invitation: &str,
        recurrence: &str,
        (start, end): (DateTime<Utc>, DateTime<Utc>),
        day: NaiveDate,
    ) -> Option<Url> {
        self.fill(
            &self.event,
            &[
                ("invitation", invitation.to_owned()),
                ("recurrence", recurrence.to_owned()),
                ("start", start.timestamp_millis().to_string()),
                ("end", end.timestamp_millis().to_string()),
                ("date", compact(day)),
            ],
        )
    }
}

fn compact(day: NaiveDate) -> String {
    day.format("%Y%m%d").to_string()
}

/// The address without scheme and host: the only form that the preauth page accepts.
pub(super) fn path_only(url: &Url) -> String {
    url.query().map_or_else(|| url.path().to_owned(), |query| format!("{}?{query}", url.path()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn links(ui: Ui) -> Links {
        Links::new(&Url::parse("https://mail.ville.example/").unwrap(), ui, &LinkTemplates::default())
            .unwrap()
    }

    #[test]
    fn opens_what_each_webmail_knows() {
        let day = NaiveDate::from_ymd_opt(2026, 11, 23).unwrap();
        let moment = DateTime::from_timestamp_millis(1_795_420_800_000).unwrap();
        let modern = links(Ui::Modern);
        assert_eq!(
            modern.conversation("-257", "257").unwrap().as_str(),
            "https://mail.ville.example/modern/email/Inbox/conversation/-257"
        );
        assert_eq!(
            modern.event("301-300", "20261123T080000Z", (moment, moment), day).unwrap().as_str(),
            "https://mail.ville.example/modern/calendar/event/details/301-300?utcRecurrenceId=20261123T080000Z&start=1795420800000&end=1795420800000"
        );
        let classic = links(Ui::Classic);
        assert_eq!(
            classic.page(Page::Calendar, day).unwrap().as_str(),
            "https://mail.ville.example/zimbra/?app=calendar&view=day&date=20261123"
        );
        assert_eq!(path_only(&classic.page(Page::Inbox, day).unwrap()), "/zimbra/mail?app=mail");
    }

    #[test]
    fn values_stay_where_they_are_put() {
        let url = links(Ui::Modern).conversation("../../x?y=1#z", "1").unwrap();
        assert_eq!(url.path(), "/modern/email/Inbox/conversation/..%2F..%2Fx%3Fy%3D1%23z");
        assert_eq!((url.query(), url.fragment()), (None, None));
    }

    #[test]
    fn templates_are_checked_at_the_start() {
        let web = Url::parse("https://mail.ville.example").unwrap();
        for wrong in ["{web}/x/{mesage}", "javascript:alert(1)", "modern/x", "{web}/{date}"] {
            let templates =
                LinkTemplates { conversation: Some(wrong.to_owned()), ..LinkTemplates::default() };
            let error = Links::new(&web, Ui::Modern, &templates).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::BadConfiguration, "{wrong}");
        }
    }
}
