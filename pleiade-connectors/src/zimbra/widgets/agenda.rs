//! The meetings of today, the next one, and the invitations that wait for an answer.

use super::{Mailbox, action_id, descriptor, indicator, open_webmail, unique};
use crate::zimbra::{
    Calendars, JOIN, Meeting, Participation, bounds,
    links::Page,
    requests::{GetCalendars, SearchAppointments},
    today, wire,
};
use async_trait::async_trait;
use pleiade_core::{
    Action, Amount, CallContext, ConnectorError, Indicator, Item, Message, Severity, Text, Widget,
    WidgetContent, WidgetDescriptor, item::When,
};
use std::{collections::HashSet, sync::Arc};

#[derive(Debug)]
pub(super) struct Agenda {
    mailbox: Arc<Mailbox>,
    descriptor: WidgetDescriptor,
}

impl Agenda {
    pub(super) fn new(mailbox: Arc<Mailbox>) -> Result<Self, ConnectorError> {
        let indicators = ["meetings_today", "next_meeting", "pending_invites"];
        let descriptor = descriptor("agenda", "zimbra-agenda-title", "zimbra-agenda-empty", &indicators)?;
        Ok(Self { mailbox, descriptor })
    }

    fn item(&self, cx: &CallContext, meeting: &Meeting) -> Result<Item, ConnectorError> {
        let title = match meeting.title.as_deref().map(Text::plain).filter(|title| !title.is_empty()) {
            Some(title) => title,
            None => Message::new("zimbra-private-event").into(),
        };
        let instance = meeting.start.timestamp_millis();
        let mut item = Item::new(format!("{}-{instance}", meeting.id.as_str()), title);
        let conference = meeting.conference();
        // The place is told by its name; an address is told by the button that opens it.
        let place = meeting.location.as_deref().filter(|place| !place.trim_start().starts_with("https://"));
        item.detail = place.or(meeting.organiser.as_deref()).map(Text::plain).filter(|text| !text.is_empty());
        item.when = Some(meeting.when);
        item.status = match meeting.participation {
            _ if meeting.cancelled => Some("zimbra-status-cancelled"),
            Participation::NeedsAction if meeting.awaits_an_answer() => Some("zimbra-status-unanswered"),
            Participation::Tentative => Some("zimbra-status-tentative"),
            _ => None,
        }
        .map(Message::new);
        if let Some(invitation) = &meeting.invitation {
            let day = meeting.start.with_timezone(&cx.tenant.time_zone).date_naive();
            let recurrence = meeting.recurrence.as_deref().unwrap_or_default();
            item.link = self.mailbox.links.event(invitation, recurrence, (meeting.start, meeting.end), day);
        }
        let known = |host: &str| {
            self.mailbox.config.conference_hosts.iter().any(|own| own.eq_ignore_ascii_case(host))
        };
        if let Some(url) = conference.filter(|url| url.host_str().is_some_and(known) && !meeting.cancelled) {
            let label =
                Message::new("zimbra-action-join").with_text("host", url.host_str().unwrap_or_default());
            item.actions.push(Action::open(action_id(JOIN)?, label, url));
        }
        Ok(item)
    }
}

#[async_trait]
impl Widget for Agenda {
    fn descriptor(&self) -> &WidgetDescriptor {
        &self.descriptor
    }

    async fn load(&self, cx: &CallContext) -> Result<WidgetContent, ConnectorError> {
        let (config, zone, today) = (&self.mailbox.config, cx.tenant.time_zone, today(cx));
        let calendars = match config.calendars {
            Calendars::Own => vec![wire::ItemId::calendar()],
            Calendars::Shown => self.mailbox.call(cx, &GetCalendars).await?.shown_calendars(),
        };
        let (from, to) = bounds(today, u64::from(config.agenda_days), zone);
        let search = SearchAppointments { calendars, from, to };
        let meetings = self.mailbox.call(cx, &search).await?.meetings(zone);
        let now = cx.clock.now();
        let calendar = self.mailbox.links.page(Page::Calendar, today);

        let this_day = bounds(today, 1, zone);
        let todays: Vec<&Meeting> = meetings
            .iter()
            .filter(|meeting| {
                meeting.is_on(today, this_day) && meeting.participation != Participation::Declined
            })
            .collect();
        let held = todays.iter().filter(|meeting| meeting.is_on_the_agenda()).count();
        let next = meetings.iter().find(|meeting| {
            meeting.is_on_the_agenda() && meeting.start > now && matches!(meeting.when, When::Between(..))
        });
        // A series is one invitation; an instance that differs from it is another.
        let pending: HashSet<_> = meetings
            .iter()
            .filter(|meeting| meeting.awaits_an_answer() && meeting.end > now)
            .map(|meeting| (meeting.id.as_str(), meeting.exception.then_some(meeting.recurrence.as_deref())))
            .collect();

        let mut content = WidgetContent::default();
        let count = |number: usize| u64::try_from(number).unwrap_or(u64::MAX);
        content.indicators.push(Indicator::count(
            indicator("meetings_today")?,
            count(held),
            "zimbra-meetings-today",
            now,
        ));
        let severity = if pending.is_empty() { Severity::Info } else { Severity::Warning };
        content.indicators.push(
            Indicator::count(
                indicator("pending_invites")?,
                count(pending.len()),
                "zimbra-pending-invites",
                now,
            )
            .with_severity(severity),
        );
        if let Some(next) = next {
            let noun = Message::new("zimbra-next-meeting");
            content.indicators.push(Indicator::new(
                indicator("next_meeting")?,
                Amount::Instant(next.start),
                noun,
                now,
            ));
        }
        for indicator in &mut content.indicators {
            indicator.link = calendar.clone();
        }
        let lines = usize::from(config.lines);
        content.more = todays.len() > lines;
        content.items =
            todays.iter().take(lines).map(|meeting| self.item(cx, meeting)).collect::<Result<_, _>>()?;
        unique(&mut content.items);
        content.actions.push(open_webmail("calendar")?);
        content.link = calendar;
        Ok(content)
    }
}
