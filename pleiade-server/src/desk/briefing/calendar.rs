//! Deadlines as an iCalendar file (RFC 5545): a day or a moment, and words of ours and of the operator alone.

use super::feeds::FeedEntry;
use crate::{
    desk::todo::kind_key,
    web::{site::Tenants, words::Words},
};
use chrono::{DateTime, Utc};
use pleiade_core::{Deadline, Message};

/// Bytes of a line at most, its end left out.
const MAX_LINE_BYTES: usize = 75;

/// Writes a file: lines that end and fold as the format wants.
#[derive(Default)]
struct Lines(String);

impl Lines {
    fn add(&mut self, line: &str) {
        let mut bytes = 0;
        for character in line.chars() {
            if bytes + character.len_utf8() > MAX_LINE_BYTES {
                self.0.push_str("\r\n ");
                bytes = 1;
            }
            bytes += character.len_utf8();
            self.0.push(character);
        }
        self.0.push_str("\r\n");
    }

    /// A property whose value is text.
    fn text(&mut self, name: &str, value: &str) {
        let mut line = format!("{name}:");
        for character in value.chars() {
            match character {
                '\\' | ';' | ',' => line.extend(['\\', character]),
                '\n' => line.push_str("\\n"),
                control if control.is_control() => {}
                other => line.push(other),
            }
        }
        self.add(&line);
    }
}

/// The calendar of these deadlines, as they were known at a moment.
pub(super) fn render(
    words: &Words,
    tenants: &Tenants,
    entries: &[FeedEntry],
    updated_at: DateTime<Utc>,
) -> String {
    let mut lines = Lines::default();
    for line in ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Pleiade//Deadlines//FR", "METHOD:PUBLISH"] {
        lines.add(line);
    }
    lines.text("X-WR-CALNAME", &words.t("calendar-name"));
    lines.add("REFRESH-INTERVAL;VALUE=DURATION:PT1H");
    let stamp = updated_at.format("%Y%m%dT%H%M%SZ");
    let known = words.t_with_time("calendar-known", "time", updated_at);
    for entry in entries {
        let tenant = tenants.by_id(&entry.tenant).map(|tenant| tenant.name.clone()).unwrap_or_default();
        let summary = Message::new("calendar-line")
            .with_text("kind", words.t(kind_key(entry.kind)))
            .with_text("application", &entry.application)
            .with_text("tenant", tenant);
        lines.add("BEGIN:VEVENT");
        lines.add(&format!("UID:{}@pleiade", entry.uid));
        lines.add(&format!("DTSTAMP:{stamp}"));
        lines.add(&match entry.due {
            Deadline::Day(day) => format!("DTSTART;VALUE=DATE:{}", day.format("%Y%m%d")),
            Deadline::At(at) => format!("DTSTART:{}", at.format("%Y%m%dT%H%M%SZ")),
        });
        lines.text("SUMMARY", &words.message(&summary));
        lines.text("DESCRIPTION", &known);
        lines.add("TRANSP:TRANSPARENT");
        lines.add("END:VEVENT");
    }
    lines.add("END:VCALENDAR");
    lines.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_fold_between_characters_and_texts_end_no_line() {
        let mut lines = Lines::default();
        lines.text("SUMMARY", &format!("{}; a, b\\c\r\nEND:VEVENT", "é".repeat(50)));
        let text = lines.0;
        assert!(
            text.ends_with("\r\n") && text.split("\r\n").all(|line| line.len() <= MAX_LINE_BYTES),
            "{text}"
        );
        let unfolded = text.replace("\r\n ", "");
        assert_eq!(unfolded, format!("SUMMARY:{}\\; a\\, b\\\\c\\nEND:VEVENT\r\n", "é".repeat(50)));
    }
}
