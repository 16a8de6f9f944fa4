//! What the fuzz target `idelibre` feeds: any answer of a server. None may panic, and what is read of it keeps its rules. The tests replay the
//! corpus.

use super::{
    lines::{Clocks, FollowUp, Maker},
    links::Links,
    wire::{Attendance, Convocation, Me, Project, Sitting, SittingDetail, User, Uuid, parse_instant},
};
use crate::kit::json::List;
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use pleiade_core::{EventTime, Text};
use url::Url;

/// Feeds an answer as each of those that are read.
pub fn answer(data: &[u8]) {
    if let Ok(text) = std::str::from_utf8(data) {
        identifier(Uuid::parse(text).as_ref());
        let _ = parse_instant(text);
    }
    identifier(serde_json::from_slice::<Me>(data).ok().map(|me| me.structure.id).as_ref());
    identifier(serde_json::from_slice::<SittingDetail>(data).ok().map(|detail| detail.id).as_ref());
    for project in serde_json::from_slice::<List<Project>>(data).unwrap_or_default().items {
        identifier(Some(&project.id));
    }
    for user in serde_json::from_slice::<List<User>>(data).unwrap_or_default().items {
        identifier(Some(&user.id));
    }
    let sittings = serde_json::from_slice::<List<Sitting>>(data).unwrap_or_default();
    let convocations = serde_json::from_slice::<List<Convocation>>(data).unwrap_or_default();
    let counted = FollowUp::count(convocations.iter());
    assert_eq!(counted.sent, counted.received + counted.missing);
    assert!(counted.sent + counted.deputies_missing <= convocations.len() as u64);
    let Ok(public) = Url::parse("https://idelibre.example/") else { return };
    let links = Links::new(public);
    let sample = Sitting {
        id: Uuid::parse("2fd2f3a1-0c3b-4b6e-8d1c-0a5b7c9d1e2f").unwrap_or_else(|| unreachable!()),
        name: String::new(),
        date: DateTime::UNIX_EPOCH,
        is_archived: false,
        is_mandator_allowed: None,
    };
    for sitting in sittings.iter().chain([&sample]) {
        identifier(Some(&sitting.id));
        let structure = Tz::Pacific__Noumea;
        let clocks = Clocks { now: DateTime::UNIX_EPOCH, structure, tenant: Tz::Europe__Paris };
        let maker = Maker { links: &links, clocks, is_easy: true };
        let _ = maker.follow_up(sitting, counted);
        convocations.iter().for_each(|convocation| lines(maker, sitting, convocation));
    }
}

fn lines(maker: Maker<'_>, sitting: &Sitting, convocation: &Convocation) {
    identifier(Some(&convocation.id));
    identifier(Some(&convocation.user.id));
    let line = maker.sitting(sitting, convocation);
    assert_eq!(line.when, Some(EventTime::At(sitting.date)));
    let task = maker.task(sitting, convocation);
    // Whoever answered is not asked, and whoever acknowledged either.
    let is_answered = convocation.attendance() != Attendance::Unanswered;
    assert!(task.is_none() || !(convocation.is_read && is_answered));
    let of = |item: &pleiade_core::Item| {
        item.link
            .iter()
            .chain(item.actions.iter().filter_map(|action| action.link.as_ref()))
            .all(|link| link.host_str() == Some("idelibre.example"))
    };
    assert!(of(&line) && task.as_ref().is_none_or(of));
    if let Attendance::Absent { proxy: Some(name) }
    | Attendance::Proxy { to: Some(name) }
    | Attendance::Deputy { name: Some(name) } = convocation.attendance()
    {
        assert_eq!(Text::plain(&name), Text::Plain(name), "a name fits into a sentence");
    }
    let _: Option<DateTime<Utc>> = convocation.sent_at();
}

fn identifier(id: Option<&Uuid>) {
    let fits = |id: &Uuid| {
        id.as_str().len() == 36 && id.as_str().bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f' | b'-'))
    };
    assert!(id.is_none_or(fits));
}

#[cfg(test)]
mod tests {
    use crate::fuzz_corpus::samples;
    use proptest::prelude::*;

    #[test]
    fn answers_of_the_corpus() {
        for sample in samples("idelibre", 5) {
            super::answer(&sample);
        }
    }

    proptest! {
        #[test]
        fn any_octets(data in proptest::collection::vec(any::<u8>(), 0..200)) {
            super::answer(&data);
        }

        #[test]
        fn any_words_in_a_convocation(attendance in ".{0,40}", name in ".{0,400}", date in "[-0-9T:+Z.]{0,30}") {
            let user = serde_json::json!({"id": "a1000000-0000-4000-8000-000000000001", "firstName": name, "lastName": name});
            let one = serde_json::json!([{
                "id": "c1000000-0000-4000-8000-000000000001", "isRead": false, "isActive": true, "user": user, "deputy": user,
                "mandator": name, "attendance": attendance, "category": "convocation", "date": date, "isArchived": false,
                "sentTimestamp": {"createdAt": date},
            }]);
            super::answer(one.to_string().as_bytes());
        }
    }
}
