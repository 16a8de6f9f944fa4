//! What each version writes.

use super::world::{Attendance, Convocation, Sitting, Structure, User, uuid};
use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::{Value, json};

/// A version of i-delibRE.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Version {
    V4_1,
    V4_2,
    V4_3,
}

impl Version {
    pub(super) fn from_segment(segment: &str) -> Option<Self> {
        [Self::V4_1, Self::V4_2, Self::V4_3].into_iter().find(|version| version.segment() == segment)
    }

    pub(super) fn segment(self) -> &'static str {
        match self {
            Self::V4_1 => "4.1",
            Self::V4_2 => "4.2",
            Self::V4_3 => "4.3",
        }
    }

    pub(super) fn number(self) -> &'static str {
        match self {
            Self::V4_1 => "4.1.7",
            Self::V4_2 => "4.2.21",
            Self::V4_3 => "4.3.0-alpha10",
        }
    }
}

/// `2024-06-12T16:30:00+00:00`, as the framework writes a date of a server in UTC.
fn date(instant: DateTime<Utc>) -> String {
    instant.to_rfc3339_opts(SecondsFormat::Secs, false)
}

fn with(mut value: Value, fields: &[(&str, Value)]) -> Value {
    if let Value::Object(map) = &mut value {
        map.extend(fields.iter().map(|(name, field)| ((*name).to_owned(), field.clone())));
    }
    value
}

pub(super) fn sitting(version: Version, sitting: &Sitting) -> Value {
    let mut value = json!({
        "id": sitting.id, "name": sitting.name, "date": date(sitting.date), "isArchived": sitting.is_archived,
    });
    if version >= Version::V4_2 {
        value = with(value, &[("isRemoteAllowed", json!(true))]);
    }
    if version >= Version::V4_3 {
        value = with(value, &[("updatedAt", Value::Null), ("isMandatorAllowed", json!(true))]);
    }
    value
}

pub(super) fn detail(version: Version, one: &Sitting) -> Value {
    let file = |kind: &str| json!({ "id": uuid(&format!("{kind} {}", one.id)), "name": format!("{kind}.pdf"), "size": 48_211 });
    with(
        sitting(version, one),
        &[
            ("revision", json!(one.revision)),
            ("place", json!(one.place)),
            ("createdAt", json!(date(one.date - chrono::TimeDelta::days(30)))),
            ("type", json!({ "id": uuid(&one.name), "name": one.name })),
            ("convocationFile", file("convocation")),
            ("invitationFile", Value::Null),
            ("comelusId", Value::Null),
            (
                "reminder",
                json!({ "id": uuid(&format!("reminder {}", one.id)), "duration": 120, "isActive": false }),
            ),
        ],
    )
}

/// Sorted by last then first name.
pub(super) fn convocations(version: Version, structure: &Structure, sitting: &Sitting) -> Vec<Value> {
    let user = |convocation: &Convocation| structure.user(&convocation.login);
    let mut sorted: Vec<(&User, &Convocation)> =
        sitting.convocations.iter().filter_map(|one| Some((user(one)?, one))).collect();
    sorted.sort_by_key(|(user, _)| (user.last_name.clone(), user.first_name.clone()));
    sorted.into_iter().map(|(user, one)| convocation(version, structure, user, one)).collect()
}

fn convocation(version: Version, structure: &Structure, user: &User, one: &Convocation) -> Value {
    let timestamp = |at: Option<DateTime<Utc>>| match at {
        Some(at) => json!({ "id": uuid(&format!("timestamp {at} {}", one.id)), "createdAt": date(at) }),
        None => Value::Null,
    };
    let is_elected = matches!(user.role, "Actor" | "Deputy");
    let (attendance, deputy, mandator) = answer(version, structure, one);
    let value = json!({
        "id": one.id, "isRead": one.read_at.is_some(), "isActive": one.sent_at.is_some(), "isEmailed": one.sent_at.is_some(),
        "user": convened(version, structure, user),
        "sentTimestamp": timestamp(one.sent_at), "receivedTimestamp": timestamp(one.read_at),
        "category": if is_elected { "convocation" } else { "invitation" },
        "attendance": attendance, "deputy": deputy,
    });
    if version < Version::V4_3 { value } else { with(value, &[("mandator", mandator)]) }
}

fn convened(version: Version, structure: &Structure, user: &User) -> Value {
    let value = json!({
        "id": user.id, "username": user_name(structure, user), "firstName": user.first_name, "lastName": user.last_name,
    });
    if version < Version::V4_3 {
        return value;
    }
    with(value, &[("role", json!({ "name": user.role })), ("deputy", Value::Null)])
}

fn user_name(structure: &Structure, user: &User) -> String {
    format!("{}@{}", user.login, structure.suffix())
}

/// `attendance`, `deputy` and `mandator`.
fn answer(version: Version, structure: &Structure, one: &Convocation) -> (Value, Value, Value) {
    let named = |login: &str| match structure.user(login) {
        Some(user) if version >= Version::V4_3 => convened(version, structure, user),
        Some(user) => json!(format!("{} {}", user.first_name, user.last_name)),
        None if version >= Version::V4_3 => Value::Null,
        None => json!(login),
    };
    let alone = |word: &str| (json!(word), Value::Null, Value::Null);
    match &one.answer {
        // Both stand for no answer.
        Attendance::None if one.read_at.is_some() => alone(""),
        Attendance::None => (Value::Null, Value::Null, Value::Null),
        Attendance::Present => alone("present"),
        Attendance::Absent => alone("absent"),
        Attendance::Remote if version >= Version::V4_2 => alone("remote"),
        Attendance::Remote => alone("present"),
        Attendance::Proxy(to) if version >= Version::V4_3 => (json!("poa"), Value::Null, named(to)),
        Attendance::Deputy(who) if version >= Version::V4_3 => (json!("deputy"), named(who), Value::Null),
        Attendance::Proxy(who) | Attendance::Deputy(who) => (json!("absent"), named(who), Value::Null),
        Attendance::Unknown(word) => alone(word),
    }
}

pub(super) fn projects(version: Version, sitting: &Sitting) -> Vec<Value> {
    let file = |name: &str| json!({ "id": uuid(&format!("file {name} {}", sitting.id)), "name": format!("{name}.pdf") });
    let annex = |project: &str, rank: usize, title: &str| {
        let value = json!({
            "id": uuid(&format!("annex {rank} {project}")), "rank": rank, "file": file(title),
        });
        if version < Version::V4_3 { value } else { with(value, &[("title", json!(title))]) }
    };
    let project = |(rank, project): (usize, &super::world::Project)| {
        let annexes = project.annexes.iter().enumerate();
        json!({
            "id": project.id, "name": project.name, "rank": rank, "file": file(&project.name),
            "theme": { "id": uuid("theme"), "name": "Finances", "fullName": "Finances, Budget" }, "reporter": null,
            "annexes": annexes.map(|(rank, title)| annex(&project.id, rank, title)).collect::<Vec<_>>(),
        })
    };
    sitting.projects.iter().enumerate().map(project).collect()
}

pub(super) fn user(version: Version, structure: &Structure, user: &User) -> Value {
    let pretty = match user.role {
        "Actor" => "Elu",
        "Deputy" => "Suppléant",
        "Secretary" => "Gestionnaire de séance",
        "Admin" => "Administrateur",
        _ => "Personnel administratif",
    };
    let value = json!({
        "id": user.id, "username": user_name(structure, user), "email": user.mail,
        "firstName": user.first_name, "lastName": user.last_name,
        "role": { "id": uuid(user.role), "name": user.role, "prettyName": pretty },
        "title": null, "gender": null, "isActive": user.is_active, "phone": null,
    });
    if version < Version::V4_3 {
        return value;
    }
    with(value, &[("deputy", Value::Null), ("createdAt", Value::Null), ("updatedAt", Value::Null)])
}
