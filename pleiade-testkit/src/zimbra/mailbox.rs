//! For tests and demonstrations only: what one account holds, and how Zimbra tells it.

use super::soap::{Refusal, refuse};
use chrono::{DateTime, Days, NaiveDate, NaiveTime, TimeZone, Utc};
use chrono_tz::{Europe::Paris, OffsetComponents, Tz};
use serde_json::{Map, Value, json};

const ZONE: Tz = Paris;

#[derive(Debug, Clone)]
pub(super) struct Mail {
    pub(super) id: i64,
    pub(super) conversation: i64,
    pub(super) folder: i64,
    pub(super) received: DateTime<Utc>,
    pub(super) subject: String,
    pub(super) fragment: String,
    pub(super) from: (String, String),
    pub(super) flags: String,
    pub(super) unread: bool,
}

#[derive(Debug, Clone)]
pub(super) struct Meeting {
    pub(super) id: i64,
    pub(super) calendar: i64,
    pub(super) common: Map<String, Value>,
    pub(super) minutes: i64,
    pub(super) instances: Vec<(DateTime<Utc>, Map<String, Value>)>,
}

#[derive(Debug, Clone)]
pub(super) struct Task {
    pub(super) id: i64,
    pub(super) name: String,
    pub(super) due: Option<NaiveDate>,
    pub(super) status: String,
    pub(super) percent: u8,
    pub(super) priority: u8,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Status {
    #[default]
    Active,
    Locked,
    Maintenance,
    MustChangePassword,
}

#[derive(Debug, Clone, Default)]
pub(super) struct Mailbox {
    pub(super) status: Status,
    pub(super) mails: Vec<Mail>,
    pub(super) meetings: Vec<Meeting>,
    pub(super) tasks: Vec<Task>,
    pub(super) used: u64,
    pub(super) quota: u64,
    last_id: i64,
}

/// The moment of a day in Paris.
pub(super) fn local_time(day: NaiveDate, hour: u32, minute: u32) -> DateTime<Utc> {
    let local = day.and_time(NaiveTime::from_hms_opt(hour, minute, 0).unwrap_or_default());
    ZONE.from_local_datetime(&local).earliest().map_or_else(|| local.and_utc(), |moment| moment.to_utc())
}

/// The day it is in Paris.
pub(super) fn day_of(now: DateTime<Utc>) -> NaiveDate {
    now.with_timezone(&ZONE).date_naive()
}

fn zone_offset(moment: DateTime<Utc>) -> i64 {
    let offset = *moment.with_timezone(&ZONE).offset();
    (offset.base_utc_offset() + offset.dst_offset()).num_milliseconds()
}

impl Mailbox {
    pub(super) fn next_id(&mut self) -> i64 {
        self.last_id = self.last_id.max(256) + 1;
        self.last_id
    }

    pub(super) fn deliver(
        &mut self,
        received: DateTime<Utc>,
        from: (&str, &str),
        subject: &str,
        fragment: &str,
        flags: &str,
    ) -> i64 {
        let id = self.next_id();
        self.mails.push(Mail {
            id,
            conversation: -id,
            folder: 2,
            received,
            subject: subject.to_owned(),
            fragment: fragment.to_owned(),
            from: (from.0.to_owned(), from.1.to_owned()),
            flags: flags.to_owned(),
            unread: true,
        });
        id
    }

    /// A meeting with its attributes, at these moments.
    pub(super) fn meet(&mut self, minutes: i64, starts: &[DateTime<Utc>], common: Value) -> i64 {
        let id = self.next_id();
        let common = match common {
            Value::Object(common) => common,
            _ => Map::new(),
        };
        let instances = starts.iter().map(|start| (*start, Map::new())).collect();
        self.meetings.push(Meeting { id, calendar: 10, common, minutes, instances });
        id
    }

    pub(super) fn add_task(
        &mut self,
        name: &str,
        due: Option<NaiveDate>,
        status: &str,
        percent: u8,
        priority: u8,
    ) -> i64 {
        let id = self.next_id();
        self.tasks.push(Task {
            id,
            name: name.to_owned(),
            due,
            status: status.to_owned(),
            percent,
            priority,
        });
        id
    }

    /// The folders as a tree, or one of them.
    pub(super) fn folders(&self, only: Option<&str>) -> Result<Value, Refusal> {
        let all = [
            (2, "Inbox", "message"),
            (3, "Trash", "message"),
            (4, "Junk", "message"),
            (5, "Sent", "message"),
            (6, "Drafts", "message"),
            (7, "Contacts", "contact"),
            (10, "Calendar", "appointment"),
            (15, "Tasks", "task"),
            (257, "Conseil municipal", "message"),
        ];
        let folder = |(id, name, view): (i64, &str, &str)| {
            let unread = self.mails.iter().filter(|mail| mail.folder == id && mail.unread).count();
            let items = self.mails.iter().filter(|mail| mail.folder == id).count();
            let mut folder = json!({"id": id.to_string(), "uuid": format!("00000000-0000-4000-8000-{id:012}"), "name": name,
                "absFolderPath": format!("/{name}"), "l": "1", "n": items, "s": items * 20_000, "view": view});
            if let Some(folder) = folder.as_object_mut() {
                if unread > 0 {
                    folder.insert("u".into(), unread.into());
                }
                if id == 10 {
                    folder.insert("f".into(), "#".into());
                }
            }
            folder
        };
        let found: Vec<Value> = all
            .into_iter()
            .filter(|(id, name, _)| {
                only.is_none_or(|only| *only == id.to_string() || only == format!("/{name}"))
            })
            .map(folder)
            .collect();
        match only {
            None => Ok(
                json!({"folder": [{"id": "1", "name": "USER_ROOT", "absFolderPath": "/", "l": "11", "n": 0, "folder": found}]}),
            ),
            Some(_) if found.is_empty() => refuse("mail.NO_SUCH_FOLDER", "no such folder"),
            Some(_) => Ok(json!({ "folder": found })),
        }
    }

    /// Mails of a query made of `in:`, `inid:` and `is:` terms and of words in quotes, newest first. Words are looked for in subject, text and
    /// sender, without regard to case, and neither in junk nor in trash, as the server does.
    pub(super) fn search_mail(&self, query: &str) -> Result<Vec<&Mail>, Refusal> {
        let mut found: Vec<&Mail> = self.mails.iter().collect();
        for term in query.split_whitespace() {
            match term {
                "in:inbox" | "inid:2" => found.retain(|mail| mail.folder == 2),
                "is:unread" => found.retain(|mail| mail.unread),
                "is:flagged" => found.retain(|mail| mail.flags.contains('f')),
                "-in:junk" => found.retain(|mail| mail.folder != 4),
                "-in:trash" => found.retain(|mail| mail.folder != 3),
                word if word.len() > 2 && word.starts_with('"') && word.ends_with('"') => {
                    let word = word.trim_matches('"').to_lowercase();
                    let has = |text: &str| text.to_lowercase().contains(&word);
                    found.retain(|mail| {
                        !matches!(mail.folder, 3 | 4)
                            && (has(&mail.subject) || has(&mail.fragment) || has(&mail.from.0))
                    });
                }
                _ => return refuse("mail.QUERY_PARSE_ERROR", format!("Couldn't parse query: {query}")),
            }
        }
        found.sort_by_key(|mail| (std::cmp::Reverse(mail.received), std::cmp::Reverse(mail.id)));
        Ok(found)
    }

    pub(super) fn message(mail: &Mail) -> Value {
        let unread = if mail.unread { "u" } else { "" };
        json!({"id": mail.id.to_string(), "cid": mail.conversation.to_string(), "l": mail.folder.to_string(),
            "d": mail.received.timestamp_millis(), "s": 20_000, "f": format!("{unread}{}", mail.flags), "su": mail.subject,
            "fr": mail.fragment, "e": [{"a": mail.from.1, "p": mail.from.0, "d": mail.from.0.split(' ').next(), "t": "f"}],
            "sf": mail.received.timestamp_millis().to_string(), "rev": 1, "cm": true})
    }

    pub(super) fn conversation(mail: &Mail) -> Value {
        let message = Self::message(mail);
        let told = |key: &str| message.get(key).cloned().unwrap_or_default();
        json!({"id": mail.conversation.to_string(), "n": 1, "u": u8::from(mail.unread), "f": told("f"), "d": told("d"),
            "su": told("su"), "fr": told("fr"), "e": told("e"), "sf": told("sf"),
            "m": [{"id": told("id"), "l": told("l"), "s": told("s"), "f": told("f"), "d": told("d")}]})
    }

    /// Meetings of these calendars with an instance in the span.
    pub(super) fn appointments(&self, calendars: &[i64], from: i64, to: i64) -> Vec<Value> {
        let mut found = Vec::new();
        for meeting in self.meetings.iter().filter(|meeting| calendars.contains(&meeting.calendar)) {
            let length = meeting.minutes * 60_000;
            let instances: Vec<Value> = meeting
                .instances
                .iter()
                .filter(|(start, _)| {
                    start.timestamp_millis() < to && start.timestamp_millis() + length >= from
                })
                .map(|(start, own)| {
                    let mut instance = own.clone();
                    instance.insert("s".into(), start.timestamp_millis().into());
                    instance.insert("tzo".into(), zone_offset(*start).into());
                    instance.insert("ridZ".into(), start.format("%Y%m%dT%H%M%SZ").to_string().into());
                    Value::Object(instance)
                })
                .collect();
            if instances.is_empty() {
                continue;
            }
            let mut appointment = json!({"uid": format!("{}-demonstration", meeting.id), "l": meeting.calendar.to_string(),
                "s": 2110, "d": 1_700_000_000_000_i64, "id": meeting.id.to_string(),
                "invId": format!("{}-{}", meeting.id, meeting.id - 1), "compNum": 0, "ptst": "AC", "fba": "B", "status": "CONF",
                "class": "PUB", "dur": length, "isOrg": false, "otherAtt": true, "recur": meeting.instances.len() > 1});
            if let Some(appointment) = appointment.as_object_mut() {
                appointment.extend(meeting.common.clone());
                appointment.insert("inst".into(), instances.into());
            }
            found.push(appointment);
        }
        found
    }

    /// Tasks in one of these states, nearest deadline first, undated ones last.
    pub(super) fn tasks_in(&self, states: Option<&str>) -> Vec<Value> {
        let wanted =
            |task: &&Task| states.is_none_or(|states| states.split(',').any(|state| state == task.status));
        let mut found: Vec<&Task> = self.tasks.iter().filter(wanted).collect();
        found.sort_by_key(|task| (task.due.is_none(), task.due, task.id));
        found
            .into_iter()
            .map(|task| {
                let mut told = json!({"id": task.id.to_string(), "invId": format!("{}-{}", task.id, task.id - 1), "l": "15",
                    "name": task.name, "loc": "", "priority": task.priority.to_string(), "percentComplete": task.percent.to_string(),
                    "status": task.status, "allDay": true, "isOrg": true});
                if let (Some(due), Some(told)) = (task.due, told.as_object_mut()) {
                    let midnight = local_time(due, 0, 0);
                    told.insert("dueDate".into(), midnight.timestamp_millis().into());
                    told.insert("tzoDue".into(), zone_offset(midnight).into());
                }
                told
            })
            .collect()
    }

    pub(super) fn mark(&mut self, conversation: i64, unread: bool) -> Result<(), Refusal> {
        let mut known = false;
        for mail in self.mails.iter_mut().filter(|mail| mail.conversation == conversation) {
            mail.unread = unread;
            known = true;
        }
        if known {
            Ok(())
        } else {
            refuse("mail.NO_SUCH_CONV", format!("no such conversation: {conversation}"))
        }
    }
}

/// Some days after another.
pub(super) fn later(day: NaiveDate, days: u64) -> NaiveDate {
    day.checked_add_days(Days::new(days)).unwrap_or(day)
}

/// Some days before another.
pub(super) fn earlier(day: NaiveDate, days: u64) -> NaiveDate {
    day.checked_sub_days(Days::new(days)).unwrap_or(day)
}
