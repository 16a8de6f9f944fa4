//! What lets one person into one room.

use crate::support::{BASE, assembly, assembly_with, settings};
use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use pleiade_connectors::jitsi::{CREATE, INVITE, JOIN};
use pleiade_core::{ActionId, ActionOutcome, Clock as _, Credential, ErrorKind};
use pleiade_testkit::{
    FixedCredentials,
    jitsi::{APP_ID, DOMAIN, KEY_ID, SIGNING_KEY},
};
use serde_json::{Value, json};
use std::{sync::Arc, time::Duration};
use url::Url;

const ROOM: &str = "codir-7f3a9c41b2d0e8ab5c";

/// The claims of an address, without any check.
fn claims(address: &Url) -> Value {
    let token = address.fragment().or(address.query()).unwrap().strip_prefix("jwt=").unwrap();
    let payload = token.split('.').nth(1).unwrap();
    serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(payload).unwrap()).unwrap()
}

#[tokio::test(start_paused = true)]
async fn a_token_is_for_one_person_one_room_and_ten_minutes() {
    let visio = assembly();
    let now = visio.clock.now().timestamp();
    let address = visio.opened(&visio.somebody(&[]), &JOIN, ROOM).await;
    assert!(
        address.as_str().starts_with(&format!("{BASE}{ROOM}#jwt=")) && address.query().is_none(),
        "{address}"
    );
    let expected = json!({
        "aud": APP_ID, "iss": APP_ID, "sub": DOMAIN, "room": ROOM,
        "iat": now - 10, "nbf": now - 10, "exp": now + 600,
        "context": {
            "user": { "id": "1", "name": "Camille Durand", "affiliation": "owner", "moderator": "true" },
            "features": { "recording": "false", "livestreaming": "false", "transcription": "false" },
        },
    });
    assert_eq!(claims(&address), expected);
    assert_eq!(visio.server.enter(&address).unwrap(), expected);
    // In another room it opens nothing, nor later.
    let elsewhere = Url::parse(&address.as_str().replace(ROOM, "bureau-municipal")).unwrap();
    assert_eq!(visio.server.enter(&elsewhere).unwrap_err(), "Room and token mismatched");
    tokio::time::advance(Duration::from_secs(599)).await;
    assert!(visio.server.enter(&address).is_ok());
    tokio::time::advance(Duration::from_secs(1)).await;
    assert_eq!(visio.server.enter(&address).unwrap_err(), "tokenExpired");
    assert!(visio.transport.requests().is_empty(), "nobody is asked");
}

#[tokio::test(start_paused = true)]
async fn a_token_of_a_signing_key_names_it() {
    let mut settings = settings();
    settings["token"] = json!({
        "app_id": APP_ID, "private_key": SIGNING_KEY, "key_id": KEY_ID, "place": "query", "lifetime_minutes": 120, "mail": true,
        "features": ["recording", "lobby"], "moderator_groups": ["encadrants"],
    });
    let visio = assembly_with(settings);
    let mut cx = visio.somebody(&["agents"]);
    cx.credentials =
        Arc::new(FixedCredentials::always(Credential::Technical { key: Some("cdurand".into()) }));
    let address = visio.opened(&cx, &JOIN, ROOM).await;
    assert!(address.query().is_some_and(|query| query.starts_with("jwt=")) && address.fragment().is_none());
    let claims = visio.server.enter(&address).unwrap();
    assert_eq!(claims["sub"], "visio.ville.example");
    assert_eq!(claims["exp"].as_i64().unwrap() - visio.clock.now().timestamp(), 7200);
    assert_eq!(claims["context"]["features"]["recording"], "true");
    assert_eq!(claims["context"]["features"]["livestreaming"], "false");
    assert_eq!(claims["context"]["features"]["lobby"], "true");
    let user = &claims["context"]["user"];
    assert_eq!(
        (&user["id"], &user["affiliation"], &user["moderator"]),
        (&json!("cdurand"), &json!("member"), &json!("false"))
    );
    assert!(user["email"].as_str().is_some_and(|mail| mail.contains('@')));
    // Members of the group lead, and so does whoever creates a meeting.
    let lead = visio.opened(&visio.somebody(&["encadrants"]), &JOIN, ROOM).await;
    assert_eq!(visio.server.enter(&lead).unwrap()["context"]["user"]["affiliation"], "owner");
    let created = visio.opened(&visio.somebody(&["agents"]), &CREATE, "").await;
    assert_eq!(visio.server.enter(&created).unwrap()["context"]["user"]["moderator"], "true");
}

#[tokio::test(start_paused = true)]
async fn a_new_meeting_has_a_name_of_its_own_whatever_the_browser_sends() {
    let visio = assembly();
    let cx = visio.somebody(&[]);
    let mut names = std::collections::BTreeSet::new();
    for target in ["", "salon-urbanisme", "../x", "*"] {
        let address = visio.opened(&cx, &CREATE, target).await;
        let claims = visio.server.enter(&address).unwrap();
        let room = claims["room"].as_str().unwrap().to_owned();
        let random = room.strip_prefix("reunion-").unwrap();
        assert!(
            random.len() == 16 && random.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit()),
            "{room}"
        );
        names.insert(room);
    }
    assert_eq!(names.len(), 4);
}

#[tokio::test(start_paused = true)]
async fn an_invitation_is_a_link_without_a_token_and_can_be_joined() {
    let visio = assembly();
    let cx = visio.somebody(&[]);
    let outcome = visio.act(&cx, &INVITE, "").await.unwrap();
    let ActionOutcome::Next { message, next } = outcome else { panic!("{outcome:?}") };
    let words = visio.words(&message);
    let link = words.strip_prefix("Lien à copier dans votre invitation : ").unwrap();
    assert_eq!(link, format!("{BASE}{}", next.target));
    assert!(next.opens && next.id == JOIN && !words.contains("jwt"));
    let address = visio.opened(&cx, &next.id, &next.target).await;
    assert_eq!(visio.server.enter(&address).unwrap()["room"], json!(next.target));
}

#[tokio::test(start_paused = true)]
async fn nobody_is_led_in_another_s_name_or_where_they_may_not_go() {
    let visio = assembly();
    let kind = async |cx, action: &ActionId, target| visio.act(cx, action, target).await.unwrap_err().kind();
    let planner = visio.somebody(&["urbanisme"]);
    assert!(visio.act(&planner, &JOIN, "salon-urbanisme").await.is_ok());
    let other = visio.somebody(&["finances"]);
    assert_eq!(kind(&other, &JOIN, "salon-urbanisme").await, ErrorKind::Forbidden);
    // The same room by another spelling is no other room.
    for spelling in ["Salon-Urbanisme", "salon%2durbanisme", "salon-urbanisme/", "*", "", "..", "a b"] {
        assert_eq!(kind(&other, &JOIN, spelling).await, ErrorKind::NotFound, "{spelling}");
    }
    let stands_in = planner.clone().standing_in();
    for action in [JOIN, CREATE] {
        assert_eq!(kind(&stands_in, &action, "salon-urbanisme").await, ErrorKind::Forbidden);
    }
    assert_eq!(kind(&planner, &ActionId::from_static("delete"), "x").await, ErrorKind::Unsupported);
    let mut unlinked = planner.clone();
    unlinked.credentials = Arc::new(pleiade_testkit::NotLinked);
    assert_eq!(kind(&unlinked, &JOIN, ROOM).await, ErrorKind::NotLinked);
}

/// Neither the token nor the secret is in what can be printed.
#[tokio::test(start_paused = true)]
async fn what_is_printed_holds_no_token() {
    let visio = assembly();
    let cx = visio.somebody(&[]);
    let outcome = visio.act(&cx, &JOIN, ROOM).await.unwrap();
    let shown = format!("{outcome:?} {:?} {:#?}", visio.connector, visio.connector);
    assert!(!shown.contains("jwt=") && !shown.contains("eyJ"), "{shown}");
    assert!(!shown.contains(pleiade_testkit::jitsi::APP_SECRET), "{shown}");
}
