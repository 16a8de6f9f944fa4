//! The DAV interface: files and calendars.

use super::{
    Call,
    model::{Account, Card, Event, File, Span, Task, World},
    plain,
};
use axum::response::Response;
use chrono::{DateTime, NaiveDate, NaiveDateTime, TimeDelta, Utc};
use http::{HeaderValue, header};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use roxmltree::Document;

/// Escapes for XML and HTML, and leaves out what XML cannot hold.
pub(super) fn escape(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')) {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            other => out.push(other),
        }
    }
    out
}

pub(super) fn failure(status: u16, exception: &str, message: &str) -> Response {
    let body = format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<d:error xmlns:d=\"DAV:\" xmlns:s=\"http://sabredav.org/ns\">\n  <s:exception>{exception}</s:exception>\n  <s:message>{message}</s:message>\n</d:error>\n"
    );
    plain(status, "application/xml; charset=utf-8", body)
}

pub(super) fn not_authenticated() -> Response {
    let mut answer = failure(
        401,
        "Sabre\\DAV\\Exception\\NotAuthenticated",
        "No public access to this resource., Username or password was incorrect",
    );
    let realm = HeaderValue::from_static("Basic realm=\"Nextcloud\", charset=\"UTF-8\"");
    answer.headers_mut().insert(header::WWW_AUTHENTICATE, realm);
    answer
}

fn not_found() -> Response {
    failure(404, "Sabre\\DAV\\Exception\\NotFound", "File not found")
}

fn multistatus(responses: &str) -> Response {
    let body = format!(
        "<?xml version=\"1.0\"?>\n<d:multistatus xmlns:d=\"DAV:\" xmlns:s=\"http://sabredav.org/ns\" xmlns:cal=\"urn:ietf:params:xml:ns:caldav\" xmlns:cs=\"http://calendarserver.org/ns/\" xmlns:oc=\"http://owncloud.org/ns\" xmlns:nc=\"http://nextcloud.org/ns\">{responses}</d:multistatus>"
    );
    plain(207, "application/xml; charset=utf-8", body)
}

fn response(href: &str, properties: &str) -> String {
    format!(
        "<d:response><d:href>{href}</d:href><d:propstat><d:prop>{properties}</d:prop><d:status>HTTP/1.1 200 OK</d:status></d:propstat></d:response>"
    )
}

/// Everything but the unreserved characters of RFC 3986.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

fn href(path: &str) -> String {
    let encode = |part| utf8_percent_encode(part, SEGMENT).to_string();
    path.split('/').map(encode).collect::<Vec<_>>().join("/")
}

pub(super) fn answer(world: &mut World, login: &str, call: &Call, path: &[&str]) -> Response {
    let Some(account) = world.accounts.get(login) else { return not_found() };
    let Ok(body) = Document::parse(&call.body) else {
        return failure(400, "Sabre\\DAV\\Exception\\BadRequest", "This is not an XML document");
    };
    match (call.method.as_str(), path) {
        ("SEARCH", [""] | []) => search(account, &body),
        ("REPORT", ["files", user, ..]) if *user == account.id => favourites(account),
        ("PROPFIND", ["calendars", user, ..]) if *user == account.id => calendars(account),
        ("REPORT", ["calendars", user, calendar, ..]) if *user == account.id && !calendar.is_empty() => {
            if call.header("depth") != "1" {
                let message =
                    "A calendar-query REPORT on a calendar with a Depth: 0 is undefined. Set Depth to 1";
                return failure(400, "Sabre\\DAV\\Exception\\BadRequest", message);
            }
            report(account, calendar, &body, &call.base)
        }
        ("PROPFIND" | "REPORT" | "SEARCH", _) => not_found(),
        _ => failure(405, "Sabre\\DAV\\Exception\\MethodNotAllowed", "Not here"),
    }
}

fn value<'a>(body: &'a Document<'_>, name: &str) -> Option<&'a str> {
    body.descendants().find(|node| node.tag_name().name() == name)?.text()
}

fn search(account: &Account, body: &Document<'_>) -> Response {
    let is_empty = |name| {
        body.descendants()
            .find(|node| node.tag_name().name() == name)
            .is_none_or(|node| node.first_element_child().is_none())
    };
    if is_empty("where") {
        return failure(500, "TypeError", "Argument #1 must be of type SearchDAV");
    }
    let scope = body
        .descendants()
        .find(|node| node.tag_name().name() == "scope")
        .and_then(|scope| scope.descendants().find(|node| node.tag_name().name() == "href"))
        .and_then(|node| node.text())
        .map(|path| percent_encoding::percent_decode_str(path).decode_utf8_lossy().into_owned());
    if scope.as_deref() != Some(&format!("/files/{}", account.id)) {
        return failure(500, "InvalidArgumentException", "Search is only supported on directories");
    }
    let count = value(body, "nresults").and_then(|count| count.parse().ok()).unwrap_or(100);
    let mut newest: Vec<&File> = account.files.iter().collect();
    newest.sort_by_key(|file| std::cmp::Reverse(file.at));
    multistatus(&newest.into_iter().take(count).map(|one| file(one, account)).collect::<String>())
}

fn favourites(account: &Account) -> Response {
    multistatus(
        &account.files.iter().filter(|file| file.favourite).map(|one| file(one, account)).collect::<String>(),
    )
}

fn file(one: &File, account: &Account) -> String {
    let name = one.path.rsplit('/').next().unwrap_or_default();
    let properties = format!(
        "<d:displayname>{}</d:displayname><oc:fileid>{}</oc:fileid><d:getlastmodified>{}</d:getlastmodified><oc:favorite>{}</oc:favorite>",
        escape(name),
        one.id,
        one.at.format("%a, %d %b %Y %H:%M:%S GMT"),
        u8::from(one.favourite),
    );
    // A name cannot hold a slash, so that of a hostile path ends in another place; an empty name cannot exist.
    let path = if name.is_empty() { format!("{}sans nom {}", one.path, one.id) } else { one.path.clone() };
    response(&href(&format!("/remote.php/dav/files/{}/{path}", account.id)), &properties)
}

const CALENDARS: [(&str, &str, &str); 2] =
    [("personal", "Personnel", "VEVENT"), ("taches", "Tâches", "VTODO")];

/// The calendar under which Deck shows a board (not recorded: reported of a real server).
const BOARD: &str = "app-generated--deck--board-1";

fn calendars(account: &Account) -> Response {
    let home = format!("/remote.php/dav/calendars/{}/", account.id);
    let at = |slug: &str| href(&format!("{home}{slug}"));
    let mut all = response(&at(""), "<d:resourcetype><d:collection/></d:resourcetype>");
    for (slug, name, component) in CALENDARS {
        all.push_str(&response(
            &at(&format!("{slug}/")),
            &format!(
                "<d:displayname>{name}</d:displayname><d:resourcetype><d:collection/><cal:calendar/></d:resourcetype><cal:supported-calendar-component-set><cal:comp name=\"{component}\"/></cal:supported-calendar-component-set>"
            ),
        ));
    }
    if account.has_board {
        let board = "<d:displayname>Deck: Projets</d:displayname><d:resourcetype><d:collection/><cal:calendar/></d:resourcetype><cal:supported-calendar-component-set><cal:comp name=\"VTODO\"/></cal:supported-calendar-component-set>";
        all.push_str(&response(&at(&format!("{BOARD}/")), board));
    }
    for (slug, kind) in [("inbox/", "<cal:schedule-inbox/>"), ("outbox/", "<cal:schedule-outbox/>")] {
        all.push_str(&response(
            &at(slug),
            &format!("<d:resourcetype><d:collection/>{kind}</d:resourcetype>"),
        ));
    }
    multistatus(&all)
}

fn report(account: &Account, calendar: &str, body: &Document<'_>, base: &str) -> Response {
    let asks = |component| {
        body.descendants()
            .any(|node| node.tag_name().name() == "comp-filter" && node.attribute("name") == Some(component))
    };
    let bound = |name| {
        let range = body.descendants().find(|node| node.tag_name().name() == "time-range")?;
        NaiveDateTime::parse_from_str(range.attribute(name)?, "%Y%m%dT%H%M%SZ").ok()
    };
    let objects: Vec<(String, String)> = match calendar {
        "personal" if asks("VEVENT") => {
            let (Some(start), Some(end)) = (bound("start"), bound("end")) else { return multistatus("") };
            // Asked with a filter on DTSTART, only events without a zone are wanted, as they are.
            let only_floating = body.descendants().any(|node| node.attribute("name") == Some("DTSTART"));
            let within = |event: &Event| match event.when {
                Span::Floating(at, lasts) if only_floating => {
                    let (first, last) = (at.format("%Y%m%dT%H%M%S"), (at + lasts).format("%Y%m%dT%H%M%S"));
                    Some(component(event, &format!("DTSTART:{first}\nDTEND:{last}\n")))
                }
                _ if only_floating => None,
                _ => expand(event, start.and_utc(), end.and_utc()),
            };
            account.events.iter().filter_map(|event| Some((event.uid.clone(), within(event)?))).collect()
        }
        "taches" if asks("VTODO") => {
            account.tasks.iter().map(|task| (task.uid.clone(), todo(task))).collect()
        }
        // A board's columns stand there as tasks, and its cards below them.
        BOARD if asks("VTODO") && account.has_board => {
            let column =
                Task { uid: "list-1".to_owned(), summary: "À faire".to_owned(), due: None, priority: 0 };
            let card = |card: &Card| Task {
                uid: format!("card-{}", card.id),
                summary: card.title.clone(),
                due: card.due.map(|due| due.date_naive()),
                priority: 0,
            };
            let tasks = std::iter::once(column).chain(account.cards.iter().map(card));
            tasks.map(|task| (task.uid.clone(), todo(&task))).collect()
        }
        "personal" | "taches" => Vec::new(),
        _ => return not_found(),
    };
    let all: String = objects
        .iter()
        .map(|(uid, components)| {
            let path = format!("/remote.php/dav/calendars/{}/{calendar}/{uid}.ics", account.id);
            let data = format!(
                "BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//Sabre//Sabre VObject 4.5.6//EN\nCALSCALE:GREGORIAN\n{components}END:VCALENDAR\n"
            );
            let data = escape(&data.replace(BASE, base)).replace('\n', "&#13;\n");
            response(&href(&path), &format!("<cal:calendar-data>{data}</cal:calendar-data>"))
        })
        .collect();
    multistatus(&all)
}

/// Stands in the sample for the address of the server, which it learns from each call.
pub(super) const BASE: &str = "{base}";

/// A text of iCalendar: escaped, without line breaks of its own.
fn words(text: &str) -> String {
    text.replace('\\', "\\\\").replace(';', "\\;").replace(',', "\\,").replace('\r', "").replace('\n', "\\n")
}

fn component(event: &Event, times: &str) -> String {
    let line = |name: &str, text: &str| {
        if text.is_empty() { String::new() } else { format!("{name}:{}\n", words(text)) }
    };
    format!(
        "BEGIN:VEVENT\nUID:{}\nDTSTAMP:20260101T080000Z\n{times}SUMMARY:{}\n{}{}END:VEVENT\n",
        event.uid,
        words(&event.summary),
        line("LOCATION", &event.location),
        line("DESCRIPTION", &event.description)
    )
}

fn expand(event: &Event, start: DateTime<Utc>, end: DateTime<Utc>) -> Option<String> {
    let component = |times: String| component(event, &times);
    let stamp = |at: DateTime<Utc>| at.format("%Y%m%dT%H%M%SZ").to_string();
    let found: String = match event.when {
        Span::Day(day) => {
            let next: NaiveDate = day.succ_opt()?;
            let touches = day <= end.date_naive() && next > start.date_naive();
            if !touches {
                return None;
            }
            component(format!(
                "DTSTART;VALUE=DATE:{}\nDTEND;VALUE=DATE:{}\n",
                day.format("%Y%m%d"),
                next.format("%Y%m%d")
            ))
        }
        // Expanded as if it were in UTC, and no longer told from what is (not recorded: reported of a real server).
        Span::Floating(at, lasts) => {
            let at = at.and_utc();
            if at >= end || at + lasts <= start {
                return None;
            }
            component(format!("DTSTART:{}\nDTEND:{}\n", stamp(at), stamp(at + lasts)))
        }
        Span::At(at, lasts) => {
            let weeks =
                if event.weekly { (start - at).num_weeks() - 1..=(end - at).num_weeks() + 1 } else { 0..=0 };
            weeks
                .map(|week| at + TimeDelta::weeks(week))
                .filter(|first| *first < end && *first + lasts > start)
                .map(|first| {
                    let recurrence = if event.weekly {
                        format!("RECURRENCE-ID:{}\n", stamp(first))
                    } else {
                        String::new()
                    };
                    component(format!(
                        "DTSTART:{}\nDTEND:{}\n{recurrence}",
                        stamp(first),
                        stamp(first + lasts)
                    ))
                })
                .collect()
        }
    };
    (!found.is_empty()).then_some(found)
}

fn todo(task: &Task) -> String {
    let due = task.due.map(|day| format!("DUE;VALUE=DATE:{}\n", day.format("%Y%m%d"))).unwrap_or_default();
    format!(
        "BEGIN:VTODO\nUID:{}\nDTSTAMP:20260101T080000Z\nSUMMARY:{}\n{due}PRIORITY:{}\nSTATUS:NEEDS-ACTION\nEND:VTODO\n",
        task.uid,
        words(&task.summary),
        task.priority
    )
}
