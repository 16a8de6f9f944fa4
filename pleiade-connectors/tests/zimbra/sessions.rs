//! How people are signed in, how seldom, and what keeps Zimbra from shutting the portal out.

use crate::support::{Town, config, count, keys};
use chrono::Duration as Span;
use pleiade_connectors::zimbra::ZimbraAuthMethod;
use pleiade_core::{CallContext, Connector as _, ErrorKind, Identity, IdentityId, LinkId, Subject};
use pleiade_testkit::{
    Simulator as _, Zimbra,
    people::{ADMINISTRATOR, BERNARD, CAMILLE, PEOPLE, SINEAD},
    zimbra::AccountStatus,
};
use std::{sync::Arc, time::Duration};

const TOWN: &str = "la-roche-aux-fees.example";

#[tokio::test(start_paused = true)]
async fn three_cards_share_one_sign_in_until_it_ends() {
    let town = Town::new();
    let (mail, agenda, tasks) = tokio::join!(
        town.load("mail", &CAMILLE),
        town.load("agenda", &CAMILLE),
        town.load("tasks", &CAMILLE)
    );
    assert!(mail.is_ok() && agenda.is_ok() && tasks.is_ok());
    assert_eq!(town.server.sign_ins(), 1);
    // The token lives two days; it is given up five minutes before.
    tokio::time::advance(Duration::from_secs(172_800 - 310)).await;
    town.load("mail", &CAMILLE).await.unwrap();
    assert_eq!(town.server.sign_ins(), 1);
    tokio::time::advance(Duration::from_secs(20)).await;
    town.load("mail", &CAMILLE).await.unwrap();
    assert_eq!(town.server.sign_ins(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_session_ended_by_the_server_is_opened_again_once_for_all_cards() {
    let town = Town::new();
    town.load("mail", &CAMILLE).await.unwrap();
    town.server.forget_sessions();
    let (mail, agenda) = tokio::join!(town.load("mail", &CAMILLE), town.load("agenda", &CAMILLE));
    assert!(mail.is_ok() && agenda.is_ok());
    assert_eq!(town.server.sign_ins(), 2);
}

/// Somebody of the town whom Zimbra does not know.
fn stranger(town: &Town, number: i64) -> CallContext {
    let mut cx = town.context(&CAMILLE);
    let subject = Subject::new("https://sso.example", &format!("stranger-{number}")).unwrap();
    let mut identity = Identity::new(IdentityId(1000 + number), LinkId(1000 + number), subject, "Inconnu");
    identity.mail = format!("inconnu{number}@{TOWN}").parse().ok();
    let affiliation = cx.actor.acting.clone();
    cx.actor = Arc::new(pleiade_core::Actor::new(identity, affiliation));
    cx
}

#[tokio::test(start_paused = true)]
async fn a_wrong_key_is_tried_on_three_people_and_no_more() {
    let town = Town::new();
    town.server.set_key(TOWN, Some(&Zimbra::preauth_key("another")));
    let people: Vec<_> = (0..50).map(|number| stranger(&town, number)).collect();
    let refused = futures_util::future::join_all(people.iter().map(|cx| town.load_as("mail", cx))).await;
    assert_eq!(town.server.sign_ins(), 3, "fifty people at once, three sign-ins");
    let paused = refused
        .into_iter()
        .map(Result::unwrap_err)
        .filter(|error| error.kind() == ErrorKind::BadConfiguration);
    assert_eq!(paused.count(), 47);
    let error = town.load("mail", &CAMILLE).await.unwrap_err();
    assert!(error.hint().unwrap().contains("check the preauth key"));

    // A quarter of an hour later one person is tried, and the pause begins again.
    tokio::time::advance(Duration::from_secs(15 * 60)).await;
    let (one, other) = tokio::join!(town.load("mail", &CAMILLE), town.load("mail", &BERNARD));
    assert!(one.is_err() && other.is_err());
    assert_eq!(town.server.sign_ins(), 4);

    // With the right key the next trial ends it, and those refused before are let in at once.
    town.server.set_key(TOWN, Some(&Zimbra::preauth_key(TOWN)));
    tokio::time::advance(Duration::from_secs(15 * 60)).await;
    town.load("mail", &BERNARD).await.unwrap();
    town.load("mail", &CAMILLE).await.unwrap();
    assert_eq!(town.server.sign_ins(), 6);
}

#[tokio::test(start_paused = true)]
async fn an_administrator_who_mended_the_key_waits_for_no_pause() {
    let town = Town::new();
    town.server.set_key(TOWN, Some(&Zimbra::preauth_key("another")));
    for number in 0..3 {
        town.load_as("mail", &stranger(&town, number)).await.unwrap_err();
    }
    town.server.set_key(TOWN, Some(&Zimbra::preauth_key(TOWN)));
    assert_eq!(town.load("mail", &CAMILLE).await.unwrap_err().kind(), ErrorKind::BadConfiguration);
    town.connector.retry();
    town.load("mail", &CAMILLE).await.unwrap();
    town.load("mail", &BERNARD).await.unwrap();
    assert_eq!(town.server.sign_ins(), 5);
}

#[tokio::test(start_paused = true)]
async fn a_person_without_a_mailbox_is_not_tried_in_a_loop_and_stops_nobody() {
    let town = Town::new();
    let cx = stranger(&town, 1);
    for _ in 0..30 {
        let error = town.load_as("mail", &cx).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unauthenticated);
        assert!(error.hint().unwrap().contains("clocks"));
        tokio::time::advance(Duration::from_secs(60)).await;
    }
    assert_eq!(town.server.sign_ins(), 1);
    assert!(town.load("mail", &CAMILLE).await.is_ok());
    tokio::time::advance(Duration::from_secs(3600)).await;
    assert!(town.load_as("mail", &cx).await.is_err());
    assert_eq!(town.server.sign_ins(), 3);
}

#[tokio::test(start_paused = true)]
async fn clocks_agree_within_five_minutes() {
    let town = Town::new();
    town.server.set_skew(Span::seconds(295));
    assert!(town.load("mail", &CAMILLE).await.is_ok());
    town.server.set_skew(Span::seconds(310));
    assert_eq!(town.load("mail", &BERNARD).await.unwrap_err().kind(), ErrorKind::Unauthenticated);
}

#[tokio::test(start_paused = true)]
async fn a_key_opens_only_the_collectivites_it_is_for() {
    // Sinéad's mailbox is in Saint-Aubin; acting for the town she has the same address.
    let town = Town::new();
    assert!(town.load("mail", &SINEAD).await.is_ok());
    let mut there = town.context(&SINEAD);
    there.tenant = town.context(&CAMILLE).tenant;
    town.transport.take();
    let error = town.load_as("mail", &there).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::BadConfiguration);
    assert!(error.hint().unwrap().contains("mail_domains"));
    assert!(town.transport.take().is_empty(), "nothing was asked");

    let mut access = keys();
    if let ZimbraAuthMethod::Preauth { preauth_keys } = &mut access {
        preauth_keys[1].tenants = vec![there.tenant.id.clone()];
    }
    let shared = Town::with(config(access));
    let mut there = shared.context(&SINEAD);
    there.tenant = shared.context(&CAMILLE).tenant;
    assert!(shared.load_as("mail", &there).await.is_ok());
}

#[tokio::test(start_paused = true)]
async fn a_domain_without_a_key_is_a_matter_of_configuration() {
    let town = Town::new();
    town.server.set_key(TOWN, None);
    let error = town.load("mail", &CAMILLE).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::BadConfiguration);
    assert!(error.hint().unwrap().contains("zmprov gdpak"));

    let mut access = keys();
    if let ZimbraAuthMethod::Preauth { preauth_keys } = &mut access {
        preauth_keys.remove(0);
    }
    let town = Town::with(config(access));
    assert_eq!(town.load("mail", &CAMILLE).await.unwrap_err().kind(), ErrorKind::BadConfiguration);
    assert_eq!(town.server.sign_ins(), 0);
}

#[tokio::test(start_paused = true)]
async fn the_state_of_an_account_is_told() {
    for (status, kind) in [
        (AccountStatus::Locked, ErrorKind::Forbidden),
        (AccountStatus::Maintenance, ErrorKind::Maintenance),
        (AccountStatus::MustChangePassword, ErrorKind::Unauthenticated),
    ] {
        let town = Town::new();
        town.server.set_status("cdurand", status);
        let error = town.load("mail", &CAMILLE).await.unwrap_err();
        assert_eq!(error.kind(), kind, "{status:?}");
        assert!(error.hint().is_some());
        assert!(town.load("mail", &BERNARD).await.is_ok());
    }
    let town = Town::new();
    town.load("mail", &CAMILLE).await.unwrap();
    town.server.set_status("cdurand", AccountStatus::Maintenance);
    assert_eq!(town.load("mail", &CAMILLE).await.unwrap_err().kind(), ErrorKind::Maintenance);
}

#[tokio::test(start_paused = true)]
async fn a_server_that_shuts_the_portal_out_says_where_to_look() {
    let town = Town::new();
    town.server.set_overloaded(true);
    let error = town.load("mail", &CAMILLE).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unreachable);
    assert!(error.hint().unwrap().contains("zimbraHttpThrottleSafeIPs"));
    town.server.set_overloaded(false);
    assert!(town.load("mail", &CAMILLE).await.is_ok());
}

#[tokio::test(start_paused = true)]
async fn a_wrong_password_is_sent_once_and_opens_nobody_s_session() {
    let town = Town::with(config(ZimbraAuthMethod::Linked));
    let own = Zimbra::password(&CAMILLE.mail());
    assert_eq!(count(&town.load_as("mail", &town.linked(&CAMILLE, &own)).await.unwrap(), "unread_mail"), 5);
    // Bernard says that Camille's address is his, with another password, while her session is open.
    let mut thief = town.linked(&CAMILLE, "wrong-password");
    thief.actor = town.context(&BERNARD).actor;
    for _ in 0..5 {
        assert_eq!(town.load_as("mail", &thief).await.unwrap_err().kind(), ErrorKind::Unauthenticated);
    }
    assert_eq!(town.server.sign_ins(), 2);
}

/// Whoever connects an account proves its password, and is stopped before Zimbra closes itself to the portal.
#[tokio::test(start_paused = true)]
async fn an_account_is_connected_with_the_care_of_a_card() {
    let town = Town::with(config(ZimbraAuthMethod::Linked));
    let linking = town.connector.linking().unwrap();
    let login = CAMILLE.mail().to_string();
    let right = pleiade_core::LinkedAccount::new(login.clone(), Zimbra::password(&CAMILLE.mail()).into());
    assert_eq!(linking.check(&right).await.unwrap().login, login);
    for number in 0..20 {
        let wrong = pleiade_core::LinkedAccount::new(login.clone(), format!("wrong-{number}").into());
        linking.check(&wrong).await.unwrap_err();
    }
    assert_eq!(town.server.sign_ins(), 1 + 8, "ten refusals would stop everybody");
    assert!(
        Town::with(config(keys())).connector.linking().is_none(),
        "a key acts: there is nothing to connect"
    );
}

#[tokio::test(start_paused = true)]
async fn an_administrator_opens_sessions_and_signs_in_once() {
    let access = ZimbraAuthMethod::Delegated {
        admin_url: "https://mail.ville.example:7071".parse().unwrap(),
        admin: pleiade_testkit::zimbra::ADMIN.to_owned(),
        password: pleiade_testkit::zimbra::ADMIN_PASSWORD.into(),
    };
    let town = Town::with(config(access));
    for person in PEOPLE {
        assert!(town.load("mail", &person).await.is_ok(), "{}", person.login);
    }
    assert_eq!(town.server.sign_ins(), 1);
    town.server.forget_sessions();
    assert!(town.load("mail", &ADMINISTRATOR).await.is_ok());
    assert_eq!(town.server.sign_ins(), 2);
}

/// Attack: somebody who administers one collectivité has its connector tried again and again, while one person's password is wrong. One
/// server serves many collectivités, each by a connector of its own: it must not shut the portal's address out for all of them.
#[tokio::test(start_paused = true)]
async fn an_administrator_who_tries_again_does_not_shut_the_portal_out() {
    let town = Town::with(config(ZimbraAuthMethod::Linked));
    let wrong = town.linked(&CAMILLE, "wrong");
    for _ in 0..12 {
        town.load_as("mail", &wrong).await.unwrap_err();
        pleiade_core::Connector::retry(&town.connector);
    }
    let other = crate::support::connector(config(keys()), Arc::new(town.transport.clone()));
    let widget =
        pleiade_core::Connector::widget(&other, &pleiade_core::WidgetId::new("mail").unwrap()).unwrap();
    let read = widget.load(&town.context(&BERNARD)).await;
    assert!(
        read.is_ok(),
        "another connector of the same server: {:?}",
        read.map_err(|error| error.to_string())
    );
}

/// Attack: three addresses that nobody has, told by the source of one collectivité, stop the mail of another.
#[tokio::test(start_paused = true)]
async fn strangers_of_one_collectivite_do_not_pause_another() {
    let town = Town::new();
    for number in 0..3 {
        town.load_as("mail", &stranger(&town, number)).await.unwrap_err();
    }
    let affiliation = SINEAD
        .affiliations()
        .iter()
        .map(|affiliation| affiliation.tenant.clone())
        .find(|tenant| !TOWN.starts_with(tenant.as_str()));
    let other = PEOPLE.iter().find(|person| !person.mail().to_string().ends_with(TOWN)).unwrap();
    let read = town.load("mail", other).await;
    assert!(read.is_ok(), "{affiliation:?} {}: {:?}", other.mail(), read.map_err(|error| error.to_string()));
}
