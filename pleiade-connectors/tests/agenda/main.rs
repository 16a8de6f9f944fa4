//! The day of a person: which events are one, on readings made by hand, and the laws of the joining on readings made at random.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

mod laws;

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use pleiade_connectors::agenda::{Agenda, AgendaSource};
use pleiade_core::{
    ConnectorId, ErrorKind, Event, EventStatus, EventTime, Reading, Reason, Text, WidgetContent,
};

const PARIS: Tz = chrono_tz::Europe::Paris;

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn now() -> DateTime<Utc> {
    at("2026-11-27T08:00:00Z")
}

fn event(title: &str, start: &str, end: &str) -> Event {
    Event::new(Text::plain(title), EventTime::Between(at(start), at(end)))
}

fn weekly() -> Event {
    let mut event = event("Point hebdomadaire", "2026-11-27T09:00:00Z", "2026-11-27T10:00:00Z");
    event.uid = Some("weekly@ville.example".to_owned());
    event
}

fn reading(events: impl IntoIterator<Item = Event>) -> Reading<WidgetContent> {
    let mut content = WidgetContent::default();
    content.events.extend(events);
    Reading::Fresh { value: content, measured_at: now() }
}

/// The titles of the day, each with the applications that hold it.
fn titles(readings: &[Reading<WidgetContent>]) -> Vec<String> {
    let ids: Vec<ConnectorId> =
        (0..readings.len()).map(|n| ConnectorId::new(format!("c{n}")).unwrap()).collect();
    let names = ["Messagerie", "Nuage", "Séances", "Congés"];
    let sources = readings.iter().zip(&ids).zip(names);
    let sources = sources.map(|((reading, id), name)| AgendaSource::new(id, name, reading.map_ref()));
    let agenda = Agenda::new(PARIS, now(), sources);
    let title = |text: &Text| match text {
        Text::Plain(words) => words.clone(),
        Text::Message(message) => format!("{message:?}"),
    };
    let entries = agenda.entries().iter().map(|entry| {
        let names: Vec<_> = entry.items.iter().map(|item| item.name).collect();
        format!("{} ({})", title(&entry.items[0].event.title), names.join(", "))
    });
    entries.collect()
}

#[test]
fn one_uid_at_one_time_is_one_event() {
    let mut renamed = weekly();
    renamed.title = Text::plain("Point hebdo (salle changée)");
    let mut next = weekly();
    next.when = EventTime::Between(at("2026-11-27T15:00:00Z"), at("2026-11-27T16:00:00Z"));
    next.title = Text::plain("Point hebdomadaire, seconde séance");
    assert_eq!(
        titles(&[reading([weekly(), next]), reading([renamed])]),
        ["Point hebdomadaire (Messagerie, Nuage)", "Point hebdomadaire, seconde séance (Messagerie)"]
    );
}

#[test]
fn what_was_typed_twice_is_one_event_by_its_time_title_and_place() {
    let typed = |title: &str, place: Option<&str>| {
        let mut event = event(title, "2026-11-27T13:00:00Z", "2026-11-27T14:30:00Z");
        event.place = place.map(Text::plain);
        event
    };
    let (a, b) =
        (typed("Commission  d’urbanisme", Some("Salle A")), typed("commission d’Urbanisme", Some("salle a")));
    assert_eq!(titles(&[reading([a.clone()]), reading([b])]), ["Commission d’urbanisme (Messagerie, Nuage)"]);
    // Another place, another hour or another title is another event.
    for other in [
        typed("Commission d’urbanisme", Some("Salle B")),
        typed("Commission d’urbanisme", None),
        typed("Commission", Some("Salle A")),
    ] {
        assert_eq!(titles(&[reading([a.clone()]), reading([other])]).len(), 2);
    }
    let mut later = a.clone();
    later.when = EventTime::Between(at("2026-11-27T13:15:00Z"), at("2026-11-27T14:30:00Z"));
    assert_eq!(titles(&[reading([a]), reading([later])]).len(), 2);
}

/// Anybody who knows the hour and the title of a meeting can send an invitation that looks like it.
#[test]
fn an_invitation_cancels_no_meeting_of_others_and_leads_to_no_other_room() {
    let mut real = weekly();
    real.meeting = Some("https://visio.ville.example/direction".parse().unwrap());
    let mut cancelled = real.clone();
    (cancelled.uid, cancelled.status) = (Some("evil@x".to_owned()), EventStatus::Cancelled);
    let mut elsewhere = real.clone();
    elsewhere.uid = Some("evil@x".to_owned());
    elsewhere.meeting = Some("https://visio.ville.example/evil".parse().unwrap());
    for evil in [cancelled, elsewhere] {
        for readings in [
            vec![reading([real.clone(), evil.clone()])],
            vec![reading([evil.clone(), real.clone()])],
            vec![reading([evil]), reading([real.clone()])],
        ] {
            assert_eq!(titles(&readings).len(), 2);
        }
    }
}

#[test]
fn a_copy_may_lead_from_one_event_to_another() {
    let mut by_uid = weekly();
    by_uid.title = Text::plain("Hebdo");
    let mut by_words = weekly();
    (by_words.uid, by_words.title) = (Some("autre".to_owned()), Text::plain("HEBDO"));
    assert_eq!(titles(&[reading([weekly()]), reading([by_words]), reading([by_uid])]).len(), 1);
}

#[test]
fn the_day_is_that_of_where_the_person_lives() {
    let late = event("Veille", "2026-11-26T22:00:00Z", "2026-11-26T23:00:00Z");
    let over_midnight = event("Astreinte", "2026-11-26T22:00:00Z", "2026-11-27T05:00:00Z");
    let evening = event("Conseil", "2026-11-27T22:30:00Z", "2026-11-27T23:30:00Z");
    let tomorrow = event("Marché", "2026-11-27T23:00:00Z", "2026-11-28T08:00:00Z");
    let friday = NaiveDate::from_ymd_opt(2026, 11, 27).unwrap();
    let leave = Event::new(Text::plain("Congé"), EventTime::Days(friday.pred_opt().unwrap(), friday));
    let ended = Event::new(
        Text::plain("Stage"),
        EventTime::Days(friday.pred_opt().unwrap(), friday.pred_opt().unwrap()),
    );
    let moment = Event::new(Text::plain("Remise"), EventTime::At(at("2026-11-26T23:00:00Z")));
    assert_eq!(
        titles(&[reading([evening, tomorrow, over_midnight, late, ended, leave, moment])]),
        ["Congé (Messagerie)", "Astreinte (Messagerie)", "Remise (Messagerie)", "Conseil (Messagerie)"]
    );
}

#[test]
fn what_one_calendar_knows_the_other_need_not() {
    let mut invited = weekly();
    invited.status = EventStatus::Unanswered;
    let mut known = weekly();
    known.place = Some(Text::plain("Salle des mariages"));
    known.meeting = Some("https://visio.ville.example/salle".parse().unwrap());
    let (mail, cloud) = (ConnectorId::from_static("mail"), ConnectorId::from_static("cloud"));
    let status = |first: EventStatus, second: EventStatus| {
        let (mut a, mut b) = (invited.clone(), known.clone());
        (a.status, b.status) = (first, second);
        let readings = [reading([a]), reading([b])];
        let [a, b] = &readings;
        let sources = [
            AgendaSource::new(&mail, "Messagerie", a.map_ref()),
            AgendaSource::new(&cloud, "Nuage", b.map_ref()),
        ];
        let agenda = Agenda::new(PARIS, now(), sources);
        let [entry] = agenda.entries() else { panic!("one event") };
        assert_eq!(entry.place, Some(&Text::plain("Salle des mariages")));
        assert_eq!(entry.meeting.map(|url| url.path()), Some("/salle"));
        entry.status
    };
    assert_eq!(status(EventStatus::Unanswered, EventStatus::Confirmed), EventStatus::Confirmed);
    assert_eq!(status(EventStatus::Unanswered, EventStatus::Tentative), EventStatus::Tentative);
    assert_eq!(status(EventStatus::Confirmed, EventStatus::Cancelled), EventStatus::Cancelled);
}

#[test]
fn what_is_absent_is_said_once_and_old_events_stay() {
    let ids = ["mail", "cloud", "seances", "rooms"].map(ConnectorId::from_static);
    let failure = |kind| Reason::Failed { kind, reference: "7F3A".into(), retry_at: None };
    let stale = Reading::Stale {
        value: reading([weekly()]).value().unwrap().clone(),
        measured_at: at("2026-11-27T07:55:00Z"),
        reason: failure(ErrorKind::Unreachable),
    };
    let missing = Reading::Missing { reason: failure(ErrorKind::NotLinked) };
    let waiting: Reading<WidgetContent> = Reading::Missing { reason: Reason::Waiting };
    let sources = |with_waiting: bool| {
        let mut sources = vec![
            AgendaSource::new(&ids[0], "Messagerie", stale.map_ref()),
            AgendaSource::new(&ids[1], "Messagerie", stale.map_ref()),
            AgendaSource::new(&ids[2], "Nuage", missing.map_ref()),
        ];
        if with_waiting {
            sources.push(AgendaSource::new(&ids[3], "Séances", waiting.map_ref()));
        }
        sources
    };
    let agenda = Agenda::new(PARIS, now(), sources(false));
    let absent: Vec<_> = agenda.absent().iter().map(|absent| (absent.name, absent.measured_at)).collect();
    assert_eq!(absent, [("Messagerie", Some(at("2026-11-27T07:55:00Z")))]);
    assert_eq!(
        (agenda.entries().len(), agenda.names(), agenda.is_waiting()),
        (1, &["Messagerie"][..], false)
    );
    assert!(Agenda::new(PARIS, now(), sources(true)).is_waiting());
}
