//! Links to meetings, where producers of calendars put them.

use crate::support::{Assembly, BASE, assembly, assembly_with, settings};
use pleiade_connectors::{jitsi::JOIN, kit::meeting::MeetingPlaces};
use pleiade_core::{Action, Connector as _, Meetings};
use proptest::prelude::*;
use std::sync::Arc;

/// What joins the meeting that a text of a calendar invites to, as the calendars of the same collectivité find it.
fn joining(visio: &Assembly, text: &str) -> Option<Action> {
    let connector = Arc::clone(&visio.connector);
    let meetings = Meetings::new(move |url| connector.joining(url));
    let cx = visio.somebody(&[]).with_meetings(meetings);
    let found = MeetingPlaces::new(&cx, &[]).find([text])?;
    visio.connector.joining(&found)
}

fn below(base: &str) -> Assembly {
    let mut settings = settings();
    settings["url"] = base.into();
    assembly_with(settings)
}

/// The room, or the address of another tenant's.
fn found_on(visio: &Assembly, text: &str) -> Option<String> {
    let action = joining(visio, text)?;
    Some(action.link.map_or(action.target, |link| link.to_string()))
}

fn found(text: &str) -> Option<String> {
    found_on(&assembly(), text)
}

#[test]
fn a_link_is_found_wherever_it_stands() {
    for text in [
        "https://visio.ville.example/codir-7f3a9c",
        "Salle 2, ou https://visio.ville.example/codir-7f3a9c.",
        "(https://visio.ville.example/Codir-7F3A9C)",
        "Rejoindre : <https://visio.ville.example/codir-7f3a9c>, merci !",
        "[lien](https://visio.ville.example/codir-7f3a9c)",
        "HTTPS://Visio.Ville.Example/codir-7f3a9c/",
        "https://visio.ville.example:443/codir-7f3a9c",
        r#"<a href="https://visio.ville.example/codir-7f3a9c?lang=fr&amp;jwt=eyJhbGciOi.eyJzdWIi.x">Rejoindre</a>"#,
        "&lt;a href=&quot;https://visio.ville.example/codir-7f3a9c&quot;&gt;Rejoindre&lt;/a&gt;",
        "https://visio.ville.example/codir-7f3a9c?JWT=eyJhbGciOi.eyJzdWIi.x#config.subject=%22x%22&jwt=eyJ.eyJ.y",
        "https://visio.ville.example/codir-7f3a9c#%6awt=eyJ.eyJ.y",
        "https://visio.ville.example/codir-7f3a9c&jwt=eyJ.eyJ.y",
        "Teams : https://teams.example/l/meetup ; visio : https://visio.ville.example/codir-7f3a9c\r\nmerci",
    ] {
        assert_eq!(found(text).as_deref(), Some("codir-7f3a9c"), "{text}");
    }
    assert_eq!(
        found("https://visio.ville.example/Comit%C3%A9%20de%20direction").as_deref(),
        Some("comit%c3%a9dedirection")
    );
    let visio = below("https://meet.opsn.example:8443/base/");
    let found = |text| found_on(&visio, text);
    assert_eq!(found("https://meet.opsn.example:8443/base/Salon").as_deref(), Some("salon"));
    for other in [
        "https://meet.opsn.example/base/Salon",
        "https://meet.opsn.example:8443/codir",
        "https://meet.opsn.example:8443/baseline/codir",
    ] {
        assert_eq!(found(other), None, "{other}");
    }
}

#[test]
fn another_tenant_of_the_host_is_a_link_without_a_room_and_without_a_token() {
    assert_eq!(
        found("https://visio.ville.example/autre/codir?jwt=eyJ.eyJ.x#jwt=eyJ.eyJ.y"),
        Some(format!("{BASE}autre/codir"))
    );
}

#[test]
fn what_is_no_meeting_of_these_servers_is_left() {
    for text in [
        "",
        "visio.ville.example/codir",
        "https://visio.ville.example",
        "https://visio.ville.example/",
        "https://visio.ville.example/?jwt=x",
        "https://visio.ville.example//codir",
        "https://visio.ville.example/static/close.html",
        "https://visio.ville.example/libs/lib-jitsi-meet.min.js",
        "https://visio.ville.example/config.js",
        "https://visio.ville.example/http-bind?room=x",
        "https://visio.ville.example/xmpp-websocket",
        "https://visio.ville.example/colibri-ws/x",
        "https://visio.ville.example.evil.example/codir",
        "https://evil.example/https://visio.ville.example",
        "https://visio.ville.example@evil.example/codir",
        "https://marie:secret@visio.ville.example/codir",
        "https://visio.ville.example:8443/codir",
        "http://visio.ville.example/codir",
        "https://visio.ville.example/%ff",
        "https://visio.ville.example/%A0&jwt=eyJtoken",
        "javascript://visio.ville.example/codir",
    ] {
        assert_eq!(found(text), None, "{text}");
    }
    // Only so much of a text is read.
    let far = format!("{}https://visio.ville.example/codir", "é".repeat(40_000));
    assert_eq!(found(&far), None);
}

#[tokio::test(start_paused = true)]
async fn whoever_joins_what_a_calendar_says_is_led_there_by_the_portal() {
    let visio = assembly();
    let action = joining(&visio, "Visio : https://visio.ville.example/Codir-7F3A9C?jwt=eyJ.eyJ.x").unwrap();
    assert!(action.opens && action.link.is_none());
    assert_eq!((&action.id, action.target.as_str()), (&JOIN, "codir-7f3a9c"));
    let address = visio.opened(&visio.somebody(&[]), &action.id, &action.target).await;
    assert_eq!(visio.server.enter(&address).unwrap()["room"], "codir-7f3a9c");

    let mut open = settings();
    open.as_object_mut().unwrap().remove("token");
    let action = joining(&assembly_with(open), "https://visio.ville.example/Codir").unwrap();
    assert_eq!(action.link.unwrap().as_str(), "https://visio.ville.example/codir");
}

proptest! {
    /// Whatever surrounds it and follows it, what is found leads to the server and carries no token.
    #[test]
    fn no_token_of_a_stored_link_is_kept(
        before in "\\PC{0,40}",
        room in "[A-Za-z0-9éÉ._~%-]{1,30}",
        after in "(\\?[a-z]{0,5}=?[\\PC]{0,20})?",
        end in "(#[\\PC]{0,20})?",
    ) {
        let text = format!("{before} https://visio.ville.example/{room}{after}&jwt=eyJtoken{end}#jwt=eyJtoken");
        if let Some(found) = found(&text) {
            prop_assert!(!found.to_lowercase().contains("eyjtoken"), "{}", found);
            prop_assert!(!found.contains("://") || found.starts_with(BASE), "{}", found);
            prop_assert!(!found.contains(['?', '#']), "{}", found);
        }
    }
}
