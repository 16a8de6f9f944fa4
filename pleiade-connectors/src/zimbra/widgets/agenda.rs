//! The meetings of today, the next one, and the invitations that wait for an answer.

use super::{super::sessions::Shared, open_webmail};
use crate::{
    kit::{content, days, meeting::MeetingPlaces},
    text::local,
    zimbra::{
        Calendars, JOIN, Meeting, OPEN_WEBMAIL, Participation,
        links::Page,
        requests::{GetCalendars, SearchAppointments},
        wire,
    },
};
use async_trait::async_trait;
use pleiade_core::{
    ActionDescriptor, Amount, CallContext, ConnectorError, Event, EventStatus, EventTime, Indicator,
    IndicatorKey, Item, Message, Severity, Widget, WidgetContent, WidgetDescriptor, WidgetId,
};
use std::{collections::HashSet, sync::Arc};
use url::Url;

const TODAY: IndicatorKey = IndicatorKey::from_static("meetings_today");
const NEXT: IndicatorKey = IndicatorKey::from_static("next_meeting");
const PENDING: IndicatorKey = IndicatorKey::from_static("pending_invites");

#[derive(Debug)]
pub(super) struct Agenda {
    shared: Arc<Shared>,
    descriptor: WidgetDescriptor,
}

impl Agenda {
    pub(super) fn new(shared: Arc<Shared>) -> Self {
        let id = WidgetId::from_static("agenda");
        let keys = [TODAY, NEXT, PENDING];
        let descriptor = content::widget(id, "zimbra-agenda-title", "zimbra-agenda-empty", &keys)
            .with_actions([ActionDescriptor::opening(OPEN_WEBMAIL), ActionDescriptor::open(JOIN)])
            .with_events();
        Self { shared, descriptor }
    }

    fn item(&self, cx: &CallContext, places: &MeetingPlaces, meeting: &Meeting) -> Item {
        let title = content::title(meeting.title.as_deref().unwrap_or_default(), "zimbra-private-event");
        let instance = meeting.start.timestamp_millis();
        let mut item = Item::new(format!("{}-{instance}", meeting.id.as_str()), title);
        item.detail = meeting.place().or(meeting.organiser.as_deref()).and_then(content::detail);
        item.when = Some(meeting.when);
        item.status = match meeting.participation {
            _ if meeting.cancelled => Some("zimbra-status-cancelled"),
            Participation::NeedsAction if meeting.awaits_an_answer() => Some("zimbra-status-unanswered"),
            Participation::Tentative => Some("zimbra-status-tentative"),
            _ => None,
        }
        .map(Message::new);
        item.link = self.link(cx, meeting);
        if let Some(url) = conference(places, meeting) {
            let label =
                Message::new("zimbra-action-join").with_text("host", url.host_str().unwrap_or_default());
            item.actions.push(places.join(&url, JOIN, label));
        }
        item
    }

    fn event(&self, cx: &CallContext, places: &MeetingPlaces, meeting: &Meeting) -> Event {
        let title = content::title(meeting.title.as_deref().unwrap_or_default(), "zimbra-private-event");
        let mut event = Event::new(title, meeting.when);
        event.uid = meeting.uid.clone();
        event.place = meeting.place().and_then(content::detail);
        event.meeting = conference(places, meeting);
        event.link = self.link(cx, meeting);
        event.status = match meeting.participation {
            _ if meeting.cancelled => EventStatus::Cancelled,
            Participation::NeedsAction if meeting.awaits_an_answer() => EventStatus::Unanswered,
            Participation::Tentative => EventStatus::Tentative,
            _ => EventStatus::Confirmed,
        };
        event
    }

    fn link(&self, cx: &CallContext, meeting: &Meeting) -> Option<Url> {
        let day = local(cx.tenant.time_zone, meeting.start).date_naive();
        let recurrence = meeting.recurrence.as_deref().unwrap_or_default();
        let invitation = meeting.invitation.as_deref()?;
        self.shared.links.event(invitation, recurrence, (meeting.start, meeting.end), day)
    }
}

fn conference(places: &MeetingPlaces, meeting: &Meeting) -> Option<Url> {
    meeting.conference(places).filter(|_| !meeting.cancelled)
}

#[async_trait]
impl Widget for Agenda {
    fn descriptor(&self) -> &WidgetDescriptor {
        &self.descriptor
    }

    async fn load(&self, cx: &CallContext) -> Result<WidgetContent, ConnectorError> {
        let (config, zone, today) = (&self.shared.config, cx.tenant.time_zone, cx.today());
        let (calendars, unreadable) = match config.calendars {
            Calendars::AppointmentItem => (vec![wire::ItemId::calendar()], 0),
            Calendars::Shown => {
                let folders = self.shared.call(cx, &GetCalendars).await?;
                (folders.shown_calendars(), folders.unreadable())
            }
        };
        let (from, to) = days::bounds(&zone, today, config.agenda_days.into());
        let search = SearchAppointments { calendars, from, to };
        let mut meetings = self.shared.call(cx, &search).await?.meetings(zone);
        meetings.unreadable += unreadable;
        let now = cx.clock.now();
        let calendar = self.shared.links.page(Page::Calendar, today);

        let this_day = days::bounds(&zone, today, 1);
        let is_today = |meeting: &&Meeting| {
            meeting.is_on(today, this_day) && meeting.participation != Participation::Declined
        };
        let todays: Vec<&Meeting> = meetings.items.iter().filter(is_today).collect();
        let held = todays.iter().filter(|meeting| meeting.is_on_the_agenda()).count();
        let next = meetings.items.iter().find(|meeting| {
            meeting.is_on_the_agenda()
                && meeting.start > now
                && matches!(meeting.when, EventTime::Between(..))
        });
        // A series is one invitation; an instance that differs from it is another.
        let pending: HashSet<_> = meetings
            .items
            .iter()
            .filter(|meeting| meeting.awaits_an_answer() && meeting.end > now)
            .map(|meeting| (meeting.id.as_str(), meeting.exception.then_some(meeting.recurrence.as_deref())))
            .collect();

        let mut content = WidgetContent::default();
        let severity = if pending.is_empty() { Severity::Info } else { Severity::Warning };
        content.indicators = vec![
            content::count(cx, TODAY, "zimbra-meetings-today", held, &meetings),
            content::count(cx, PENDING, "zimbra-pending-invites", pending.len(), &meetings)
                .with_severity(severity),
        ];
        content.indicators.extend(next.map(|next| {
            Indicator::new(NEXT, Amount::Instant(next.start), Message::new("zimbra-next-meeting"), now)
        }));
        for indicator in &mut content.indicators {
            indicator.link = calendar.clone();
        }
        content::note_unreadable(&mut content, meetings.unreadable);
        let places = MeetingPlaces::new(cx, &config.conference_hosts);
        content.items = todays.iter().map(|meeting| self.item(cx, &places, meeting)).collect();
        let later = meetings.items.iter().filter(|meeting| {
            meeting.start >= this_day.1
                && meeting.is_on_the_agenda()
                && conference(&places, meeting).is_some()
        });
        let told = todays.iter().copied().chain(later).take(content::MAX_LINES);
        content.events = told.map(|meeting| self.event(cx, &places, meeting)).collect();
        content::limit_lines(&mut content, usize::from(config.lines));
        content.actions.push(open_webmail("calendar"));
        content.link = calendar;
        Ok(content)
    }
}
