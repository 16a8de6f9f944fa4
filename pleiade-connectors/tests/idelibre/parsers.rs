//! What each version writes, read from samples.

use pleiade_connectors::{
    idelibre::wire::{
        Attendance, Convocation, Me, Project, Sitting, SittingDetail, User, Uuid, parse_instant,
    },
    kit::json::List,
};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::path::Path;

fn sample(file: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/idelibre").join(file))
        .unwrap()
}

fn read<T: DeserializeOwned>(file: &str) -> T {
    serde_json::from_str(&sample(file)).unwrap()
}

#[test]
fn the_samples_of_each_version_are_read_whole() {
    let me: Me = read("me.json");
    assert_eq!(me.structure.id.as_str(), "9bf1c1f0-3d6d-4f0e-9a1f-2f3f6a8a9b10");
    for (file, is_4_3) in
        [("sittings-4.1.json", false), ("sittings-4.2.json", false), ("sittings-4.3.json", true)]
    {
        let sittings: List<Sitting> = read(file);
        assert_eq!((sittings.len(), sittings.unreadable), (1, 0), "{file}");
        assert_eq!(sittings[0].date.to_rfc3339(), "2024-06-12T16:30:00+00:00");
        assert_eq!(sittings[0].is_mandator_allowed.is_some(), is_4_3, "{file}");
    }
    let detail: SittingDetail = read("sitting-4.3.json");
    assert_eq!((detail.revision.as_str(), detail.place.as_str()), ("4", "8 rue de la Mairie"));
    let projects: List<Project> = read("projects-4.3.json");
    assert_eq!((projects.len(), projects[0].annexes.len()), (1, 1));
    let users: List<User> = read("users-4.1.json");
    assert_eq!((users[0].email.as_str(), users[0].is_active), ("M.Dupont@ville.example", true));
}

#[test]
fn an_answer_is_what_its_version_means_by_it() {
    let old: List<Convocation> = read("convocations-4.1.json");
    assert_eq!(old[0].attendance(), Attendance::Unanswered);
    assert_eq!(old[1].attendance(), Attendance::Absent { proxy: Some("Marie Dupont".to_owned()) });
    assert!(old.iter().all(|one| one.is_sent() && !one.is_deputy() && one.asks_answer()));
    let new: List<Convocation> = read("convocations-4.3.json");
    assert_eq!(new.unreadable, 0);
    assert_eq!(new[1].attendance(), Attendance::Proxy { to: Some("Marie Dupont".to_owned()) });
    assert_eq!(new[3].attendance(), Attendance::Deputy { name: Some("Sam Petit".to_owned()) });
    assert_eq!(new.iter().map(Convocation::is_sent).collect::<Vec<_>>(), [true, true, false, true]);
    assert_eq!(new.iter().map(Convocation::is_deputy).collect::<Vec<_>>(), [false, false, true, false]);
    assert_eq!(new[0].sent_at().unwrap().to_rfc3339(), "2024-05-30T08:05:12+00:00");
}

/// The first convocation of 4.3 with some fields changed.
fn changed(fields: Value) -> Result<Convocation, serde_json::Error> {
    let mut all: Value = serde_json::from_str(&sample("convocations-4.3.json")).unwrap();
    let one = all[0].as_object_mut().unwrap();
    for (name, value) in fields.as_object().unwrap() {
        match value {
            Value::String(absent) if absent == "(absent)" => drop(one.remove(name)),
            value => drop(one.insert(name.clone(), value.clone())),
        }
    }
    serde_json::from_value(all[0].clone())
}

#[test]
fn answers_to_come_are_answers_and_the_two_words_for_none_are_none() {
    let answer = |value: Value| changed(json!({ "attendance": value })).unwrap().attendance();
    for none in [json!(null), json!(""), json!([]), json!("(absent)")] {
        assert_eq!(answer(none), Attendance::Unanswered);
    }
    for (word, known) in [("present", Attendance::Present), ("remote", Attendance::Remote)] {
        assert_eq!(answer(json!(word)), known);
    }
    for unknown in [json!("late"), json!("PRESENT"), json!(3)] {
        assert_eq!(answer(unknown.clone()), Attendance::Other, "{unknown}");
    }
}

#[test]
fn a_convocation_is_sent_when_it_is_active_and_has_its_token() {
    let is_sent = |fields| changed(fields).unwrap().is_sent();
    assert!(is_sent(json!({})));
    for not in [
        json!({"isActive": false}),
        json!({"isActive": null}),
        json!({"sentTimestamp": null}),
        json!({"sentTimestamp": []}),
        json!({"sentTimestamp": "(absent)"}),
    ] {
        assert!(!is_sent(not.clone()), "{not}");
    }
    // What gives the right to see it must be there.
    for odd in
        [json!({"isActive": "(absent)"}), json!({"isActive": "peut-être"}), json!({"isRead": "(absent)"})]
    {
        assert!(changed(odd.clone()).is_err(), "{odd}");
    }
    // An odd clock hides nothing.
    let odd_clock = changed(json!({"sentTimestamp": {"id": "x", "createdAt": 12}})).unwrap();
    assert!(odd_clock.is_sent() && odd_clock.sent_at().is_none());
}

#[test]
fn names_of_other_people_are_read_in_both_forms_or_left_out() {
    let proxy = |value: Value| match changed(json!({"attendance": "absent", "deputy": value}))
        .unwrap()
        .attendance()
    {
        Attendance::Absent { proxy } => proxy,
        other => panic!("{other:?}"),
    };
    assert_eq!(proxy(json!("  Jean\u{202e} Petit ")).as_deref(), Some("Jean Petit"));
    assert_eq!(proxy(json!({"firstName": "Jean", "lastName": null})).as_deref(), Some("Jean"));
    for none in [json!(null), json!([]), json!({}), json!(""), json!(4), json!("\u{200b}")] {
        assert_eq!(proxy(none.clone()), None, "{none}");
    }
}

#[test]
fn one_odd_item_hides_no_other() {
    let mut all: Vec<Value> = serde_json::from_str(&sample("convocations-4.3.json")).unwrap();
    all.insert(1, Value::Null);
    all.push(json!({"id": "1", "isRead": false, "isActive": true, "user": {}}));
    let read: List<Convocation> = serde_json::from_value(Value::Array(all)).unwrap();
    assert_eq!((read.len(), read.unreadable), (4, 2));
    for no_list in [json!({"message": "x"}), json!("x"), json!(1)] {
        assert!(serde_json::from_value::<List<Sitting>>(no_list).is_err());
    }
}

#[test]
fn dates_are_read_in_every_form_of_the_framework() {
    let at = |text: &str| parse_instant(text).map(|date| date.to_rfc3339());
    let right = Some("2024-06-12T16:30:00+00:00".to_owned());
    for text in [
        "2024-06-12T16:30:00+00:00",
        "2024-06-12T18:30:00+02:00",
        "2024-06-12T18:30:00+0200",
        "2024-06-12T16:30:00Z",
        "2024-06-12T16:30:00.000000+00:00",
        "2024-06-12T16:30:00",
        " 2024-06-12 16:30:00 ",
    ] {
        assert_eq!(at(text), right, "{text}");
    }
    for text in ["", "demain", "2024-06-12", "12/06/2024 16:30", "2024-13-12T16:30:00Z", "1718209800"] {
        assert_eq!(at(text), None, "{text}");
    }
}

#[test]
fn nothing_but_an_identifier_is_one() {
    let id = "2FD2F3A1-0C3B-4B6E-8D1C-0A5B7C9D1E2F";
    assert_eq!(Uuid::parse(id).unwrap().as_str(), id.to_ascii_lowercase());
    for wrong in [
        "",
        "1",
        "../users",
        "2fd2f3a1-0c3b-4b6e-8d1c-0a5b7c9d1e2",
        "2fd2f3a1-0c3b-4b6e-8d1c-0a5b7c9d1e2é",
        &id.replace('-', "0"),
    ] {
        assert!(Uuid::parse(wrong).is_none(), "{wrong}");
    }
}
