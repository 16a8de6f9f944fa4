//! Which user somebody is: one, or nobody.

use crate::support::{Assembly, TOWN, count, said, settings, titles};
use pleiade_core::{CallContext, ErrorKind, WidgetContent};
use pleiade_testkit::{
    Idelibre, Simulator as _,
    people::{BERNARD, CAMILLE, SINEAD, tenant_named},
};
use serde_json::json;

fn by(person: &str) -> Assembly {
    let mut settings = settings("4.3");
    settings["person"] = json!(person);
    Assembly::with(settings)
}

async fn sees(town: &Assembly, key: &str) -> Vec<String> {
    let card: WidgetContent = town.load("convocations", &town.named(&BERNARD, Some(key))).await.unwrap();
    titles(&card)
}

const HIS: [&str; 2] = ["Conseil municipal", "Bureau municipal"];
const NOTHING: [&str; 0] = [];

#[tokio::test(start_paused = true)]
async fn a_mail_address_counts_whatever_its_case_and_whole() {
    let town = by("mail");
    let mail = Idelibre::mail(BERNARD.login);
    assert_eq!(sees(&town, &mail).await, HIS);
    assert_eq!(sees(&town, &format!(" {} ", mail.to_uppercase())).await, HIS);
    let kelvin = mail.replace('k', "\u{212a}");
    for other in
        ["", "@", &mail[1..], &mail[..mail.len() - 1], &format!("{mail}x"), &kelvin.replace('l', "ſ")]
    {
        assert_eq!(sees(&town, other).await, NOTHING, "{other}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_user_name_is_completed_with_the_suffix_of_the_structure() {
    let town = by("username");
    assert_eq!(sees(&town, "blefevre").await, HIS);
    assert_eq!(sees(&town, &format!("blefevre@{TOWN}")).await, HIS);
    for other in ["BLEFEVRE", "blefevre@autre", "blefevre@", "lefevre"] {
        assert_eq!(sees(&town, other).await, NOTHING, "{other}");
    }
    let mut folding = settings("4.3");
    folding["filter"]["fold_case"] = json!(true);
    assert_eq!(sees(&Assembly::with(folding), "BLEFEVRE").await, HIS);
}

#[tokio::test(start_paused = true)]
async fn an_identifier_is_the_user_whatever_its_case() {
    let town = by("user_id");
    let id = Idelibre::user_id(BERNARD.login);
    assert_eq!(sees(&town, &id.to_uppercase()).await, HIS);
    for other in ["blefevre", "unknown", "", &Idelibre::user_id(SINEAD.login)] {
        assert_eq!(sees(&town, other).await, NOTHING, "{other}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_key_that_names_two_users_names_nobody() {
    let town = by("mail");
    let mail = Idelibre::mail(BERNARD.login);
    town.server.set_mail(TOWN, CAMILLE.login, &mail.to_uppercase());
    let error = town.load("convocations", &town.named(&BERNARD, Some(&mail))).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::BadConfiguration);
    assert!(error.hint().unwrap().contains("several open accounts"), "{error}");
    assert!(!error.to_string().contains(&mail));
    // Once one of the two is closed, the other is the one.
    town.server.set_active(TOWN, CAMILLE.login, false);
    tokio::time::advance(std::time::Duration::from_secs(300)).await;
    assert_eq!(sees(&town, &mail).await, HIS);
}

#[tokio::test(start_paused = true)]
async fn the_secretariat_keeps_its_figures_when_its_own_name_is_not_clear() {
    let town = by("mail");
    let mail = Idelibre::mail(SINEAD.login);
    town.server.set_mail("saint-aubin-des-bois", "mdelmas", &mail);
    let card = town.load("sittings", &town.named(&SINEAD, Some(&mail))).await.unwrap();
    assert_eq!((count(&card, "missing_answers"), count(&card, "sittings_to_come")), (Some((1, false)), None));
    assert!(card.items.iter().all(|item| item.id.starts_with("follow-up/")), "and nothing of the two users");
    assert!(said(&card.notices[0]).starts_with("Plusieurs comptes"));
}

#[tokio::test(start_paused = true)]
async fn a_closed_account_sees_nothing() {
    let town = Assembly::new();
    town.server.set_active(TOWN, BERNARD.login, false);
    assert_eq!(sees(&town, "blefevre").await, NOTHING);
}

#[tokio::test(start_paused = true)]
async fn who_has_no_key_and_no_figures_is_not_linked_or_sees_nothing() {
    let town = Assembly::new();
    let card = town.load("convocations", &town.named(&BERNARD, None)).await.unwrap();
    assert!(card.items.is_empty() && card.indicators.is_empty());
    let unlinked = |person: &pleiade_testkit::people::SamplePerson| -> CallContext {
        let mut cx = town.context(person);
        cx.credentials = std::sync::Arc::new(pleiade_testkit::NotLinked);
        cx
    };
    let error = town.load("sittings", &unlinked(&BERNARD)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotLinked);
    let mut secretary = unlinked(&SINEAD);
    secretary.tenant = tenant_named(TOWN).into();
    let card = town.load("sittings", &secretary).await.unwrap();
    assert!(count(&card, "missing_answers").is_some());
    let error = town.load("sittings", &secretary.standing_in()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotLinked);
}

/// An account that is in two structures is read in each by its own key.
#[tokio::test(start_paused = true)]
async fn the_same_person_is_another_user_elsewhere() {
    let town = Assembly::new();
    let mut cx = town.context(&SINEAD);
    assert_eq!(titles(&town.load("convocations", &cx).await.unwrap()), ["Conseil municipal"]);
    cx.tenant = tenant_named("val-d-ombre").into();
    town.server.empty_account("autre");
    let there = town.load("convocations", &cx).await.unwrap();
    assert_eq!(there.items.len(), 1);
    cx.tenant = tenant_named(TOWN).into();
    assert!(town.load("convocations", &cx).await.unwrap().items.is_empty());
}
