//! One push as a pass of synchronisation: planned by the same planner, written by the same statement, and whoever leaves is closed
//! before the manager is answered.

use crate::{
    app::App,
    audit::{AuditEvent, Note},
    delegation,
    session::SessionError,
    storage::{DirectoryEntry, DirectoryWrite, StorageError},
    sync::fold,
};
use pleiade_core::{DirectoryChanges, DirectoryPerson, IdentityId, SourceId, Subject};
use pleiade_federation::sync::{Fingerprint, Known, KnownPerson, Planned, Planner};

/// A directory that pushes: its word on names counts after that of one that is read.
const PUSHES: u8 = 1;

pub(super) async fn apply(
    app: &App,
    source: &SourceId,
    changed: Vec<DirectoryPerson>,
    gone: Vec<Subject>,
) -> Result<(), StorageError> {
    let Some(way) = app.sign_in.any_source(source) else { return Ok(()) };
    let mut known = Known::default();
    for subject in changed.iter().map(|person| &person.subject).chain(&gone) {
        if let Some(record) = app.storage.known_person(source, subject).await? {
            let person = KnownPerson {
                fingerprint: Fingerprint::from_bytes(&record.fingerprint),
                active: record.active,
                gone: record.gone,
                tenants: record.tenants,
            };
            known.people.insert(subject.clone(), person);
        }
    }
    let changes = DirectoryChanges::Some { changed, gone, cursor: None };
    let planner = Planner::new(&way.mapping, app.tenants.iter().map(AsRef::as_ref));
    let plan = match planner.plan(changes, &known) {
        Ok(plan) => plan,
        Err(refusal) => {
            tracing::warn!(%source, %refusal, "a push was not applied");
            return Ok(());
        }
    };
    let back: Vec<Subject> = plan.returned.iter().map(|person| person.subject.clone()).collect();
    let people =
        plan.new.into_iter().chain(plan.changed.into_iter().map(|(person, _)| person)).chain(plan.returned);
    let gone_for_good = |departure: &pleiade_federation::sync::Departure| {
        departure.why == pleiade_federation::sync::Why::Absent
    };
    let write = DirectoryWrite {
        source: source.clone(),
        owner: way.owner.clone(),
        precedence: PUSHES,
        relying: app.sign_in.relying(source),
        at: app.clock.now(),
        people: people.map(entry).collect(),
        departed: plan
            .departed
            .iter()
            .map(|departure| (departure.subject.clone(), gone_for_good(departure)))
            .chain(plan.noted)
            .collect(),
        progress: None,
    };
    if !write.people.is_empty() || !write.departed.is_empty() {
        let applied = app.storage.apply_directory(&write).await?;
        for (subject, identity) in &applied.people {
            if back.contains(subject) {
                app.record(note(app, source, AuditEvent::CameBack).about(*identity)).await?;
            }
        }
    }
    // Those of an earlier push that was cut short too.
    for (subject, identity) in app.storage.unclosed_departures(source).await? {
        close(app, source, identity).await?;
        app.storage.departure_closed(source, &subject, app.clock.now()).await?;
    }
    Ok(())
}

/// Whoever owns the source closes what is open in their own collectivité, and nothing elsewhere.
async fn close(app: &App, source: &SourceId, identity: IdentityId) -> Result<(), StorageError> {
    app.record(note(app, source, AuditEvent::Departed).about(identity)).await?;
    let owner = app.scim.owners.get(source).and_then(Option::as_ref);
    let broken = |error: SessionError| {
        tracing::error!(%error, "sessions of somebody who left were not closed");
        StorageError::Unreachable("sessions were not closed")
    };
    for line in app.sessions.list(identity).await.map_err(broken)? {
        if owner.is_none_or(|owner| line.acting == *owner) {
            app.sessions.close_one(identity, line.id.as_str()).await.map_err(broken)?;
        }
    }
    for access in app.storage.delete_of(identity, owner).await? {
        app.engine.forget(identity, Some(&access.connector));
    }
    delegation::departed(app, identity, owner).await?;
    Ok(())
}

fn note(app: &App, source: &SourceId, event: AuditEvent) -> Note {
    let owner = app.scim.owners.get(source).and_then(Option::as_ref);
    let note = Note::new(event).through(source);
    owner.map(|owner| note.clone().at(owner)).unwrap_or(note)
}

fn entry(person: Planned) -> DirectoryEntry {
    let fingerprint = person.fingerprint().as_bytes().to_vec();
    let mail = person.mail.as_ref().map(ToString::to_string);
    let found_by = [
        Some(&person.display_name),
        person.given_name.as_ref(),
        person.family_name.as_ref(),
        person.login.as_ref(),
        mail.as_ref(),
        person.function.as_ref(),
        person.department.as_ref(),
    ];
    let search = found_by.into_iter().flatten().map(|text| fold(text)).collect();
    let groups = person.affiliations.iter().flat_map(|tie| tie.groups.iter().cloned());
    let groups: std::collections::BTreeSet<String> = groups.collect();
    DirectoryEntry {
        subject: person.subject,
        names: crate::storage::Names {
            display_name: person.display_name,
            given_name: person.given_name,
            family_name: person.family_name,
            mail: person.mail,
            login: person.login,
        },
        function: person.function,
        department: person.department,
        telephone: person.telephone,
        groups: groups.into_iter().collect(),
        affiliations: person.affiliations,
        search,
        fingerprint,
    }
}
