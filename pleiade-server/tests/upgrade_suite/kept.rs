//! Everything that goes on: sessions, linked accounts, menus, local accounts and what opens them.

use super::{Old, Store, known, left_at, link, one_link, sealer, source, subject, tenant, upgraded};
use pleiade_core::{Clock, ConnectorId, ExposeSecret as _, IdentityId, LinkId, SecretString};
use pleiade_federation::{
    local::codes,
    mapping::{Mapping, Tenants},
    seal::Purpose,
    vault::LinkedAccountKey,
};
use pleiade_server::{
    session::{Limits, Sessions, SourceRights},
    storage::{FactorKind, LinkPurpose, SessionHash, UpgradeStep},
    web::cookies::CookieRule,
};
use pleiade_testkit::TestClock;
use serde_json::Value;
use std::sync::Arc;
use tokio_util::task::TaskTracker;

/// The sessions of a server that has the sources of that database, at the instant when it was left.
fn sessions(store: &Store) -> Sessions {
    let clock: Arc<dyn Clock> = Arc::new(TestClock::starting_at(left_at()));
    let prints = known()["prints"].as_object().unwrap().clone();
    let rights = prints.iter().map(|(id, print)| {
        let directory = (id == "alpha-portail").then(|| source("annuaire"));
        let rights = SourceRights::new(&Mapping::new(Tenants::Kept), directory, print.as_str().unwrap());
        (source(id), rights)
    });
    let tasks = TaskTracker::new();
    Sessions::new(
        store.clone(),
        sealer(),
        clock,
        Limits::default(),
        CookieRule::SECURE,
        tasks,
        rights.collect(),
    )
}

pub(crate) async fn sessions_of_one_link_go_on_with_their_cookies_and_the_others_open_nothing(
    old: &impl Old,
) {
    let store = upgraded(old).await;
    let sessions = sessions(&store);
    let (mut going_on, mut ended) = (0, 0);
    for one in known()["sessions"].as_array().unwrap() {
        let what = one["what"].as_str().unwrap();
        let person = one["identity"].as_i64().unwrap();
        let host = one["host"].as_str().unwrap();
        let site = ["alpha", "beta"].into_iter().find(|id| host.contains(id)).map(tenant);
        let found = sessions.find_session(one["cookie"].as_str().unwrap(), site.as_ref()).await.unwrap();
        let lives = one["lives"].as_bool().unwrap() && one_link(person).is_some();
        assert_eq!(found.is_some(), lives, "{what}");
        let Some(session) = found else {
            ended += 1;
            continue;
        };
        going_on += 1;
        let (from, id) = one_link(person).unwrap();
        let who = &session.actor.identity;
        assert_eq!((who.id, who.link), (IdentityId(person), link(&store, from, id).await), "{what}");
        let wanted = one["tokens"]["access"].as_str();
        let token = session.access_token(left_at()).map(|(token, _)| token.expose_secret().to_owned());
        assert_eq!(token.as_deref(), wanted, "{what}");
    }
    assert_eq!((going_on, ended), (17, 26));
    // Of the 26, those of the table that had ended before are not of the upgrade's doing.
    assert_eq!(old.count("SELECT COUNT(*) FROM sessions").await, 19);
}

pub(crate) async fn accesses_and_begun_flows_go_to_the_one_link_or_close(old: &impl Old) {
    let store = upgraded(old).await;
    let key = async |one: &Value| {
        let (from, id) = one_link(one["identity"].as_i64().unwrap())?;
        let connector = ConnectorId::new(one["connector"].as_str().unwrap()).unwrap();
        Some(LinkedAccountKey::new(
            tenant(one["tenant"].as_str().unwrap()),
            link(&store, from, id).await,
            connector,
        ))
    };
    let mut going_on = 0;
    for one in known()["accesses"].as_array().unwrap() {
        let Some(key) = key(one).await else { continue };
        let record = store.linked_account(&key).await.unwrap().unwrap();
        let plain: Value =
            serde_json::from_slice(&sealer().open(key.purpose(), &record.sealed).unwrap()).unwrap();
        assert_eq!((&plain["login"], &plain["secret"]), (&one["login"], &one["secret"]));
        // A refusal of the application stays, so that the secret still rests.
        assert_eq!(record.refused_at.is_some(), one["identity"] == 6);
        going_on += 1;
    }
    assert_eq!(going_on, 9);
    assert_eq!(old.count("SELECT COUNT(*) FROM accesses").await, 9, "every other one is closed");

    let mut going_on = 0;
    for one in known()["pending"].as_array().unwrap() {
        let Some(key) = key(one).await else { continue };
        let begun = store.pending_login_flow(&key).await.unwrap().unwrap();
        let plain: Value =
            serde_json::from_slice(&sealer().open(key.purpose_of("pending access"), &begun.sealed).unwrap())
                .unwrap();
        assert_eq!(plain.to_string().matches(one["flow"]["token"].as_str().unwrap()).count(), 1);
        assert_eq!(Some(hex(&begun.session.0).as_str()), one["session"].as_str());
        going_on += 1;
    }
    assert_eq!((going_on, old.count("SELECT COUNT(*) FROM pending_accesses").await), (1, 1));
}

fn hex(hash: &[u8]) -> String {
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}

pub(crate) async fn menus_go_with_the_one_link(old: &impl Old) {
    assert_eq!(old.review().await.unwrap().unwrap().closed.links, 8);
    let store = upgraded(old).await;
    for (from, id) in [("sso", "cmoreau"), ("sso", "cdenis-2")] {
        let menu = store.menu(link(&store, from, id).await).await.unwrap().unwrap();
        assert!(menu.applications.contains("Paie de"), "{from} {id}");
    }
    assert_eq!(old.count("SELECT COUNT(*) FROM menus").await, 2, "the others are asked for again");
}

pub(crate) async fn accounts_keep_what_opens_them(old: &impl Old) {
    let store = upgraded(old).await;
    let factors = known()["factors"].clone();
    for one in factors.as_array().unwrap() {
        let (from, login) = (one["source"].as_str().unwrap(), one["login"].as_str().unwrap());
        let account = store.local_account(&source(from), login).await.unwrap().unwrap();
        assert!(!account.disabled && account.password_hash.starts_with("$argon2id$"), "{login}");
        let kept = store.factors(account.link).await.unwrap();
        assert_eq!((kept.len(), kept[0].factor.kind), (1, FactorKind::Totp));
        let plain = sealer()
            .open(Purpose::new("second factor").for_link(account.link), &kept[0].factor.sealed)
            .unwrap();
        assert_eq!(Some(hex(&plain).as_str()), one["bytes"].as_str(), "{login}");
        // Recovery codes: those that were used stay used.
        let used = one["used"].as_array().unwrap();
        for code in one["recovery"].as_array().unwrap() {
            let typed = SecretString::from(code.as_str().unwrap().to_owned());
            let digest = codes::recovery_digest(&account.subject, &typed).unwrap();
            let opens = store.use_recovery_code(account.link, digest, left_at()).await.unwrap();
            assert_eq!(opens, !used.contains(code), "{login}");
        }
    }
    assert_eq!(factors.as_array().unwrap().len(), 4);
    // The account that came to another person keeps its password and its factor with its link.
    let given = store.local_account(&source("locale"), "rfabre").await.unwrap().unwrap();
    assert_eq!(given.identity, IdentityId(28));
    assert_eq!(given.link, link(&store, "locale", "56d7b4737bfa64053e76c8dbd724f826").await);
    // The one whose link closed is disabled with it; the one that stays opens.
    for (login, disabled) in [("nadia1", true), ("nadia2", false), ("ddupuis", true)] {
        let account = store.local_account(&source("alpha-locale"), login).await.unwrap();
        let account = match account {
            Some(account) => account,
            None => store.local_account(&source("locale"), login).await.unwrap().unwrap(),
        };
        assert_eq!(account.disabled, disabled, "{login}");
    }
    // Links to choose a password still work.
    for (one, purpose) in
        known()["account_links"].as_array().unwrap().iter().zip([LinkPurpose::Reset, LinkPurpose::Invitation])
    {
        let value = one["path"].as_str().unwrap().trim_start_matches("/account/");
        let found = store.account_link(codes::link_digest(value).unwrap(), left_at()).await.unwrap().unwrap();
        assert_eq!((found.purpose, Some(found.login.as_str())), (purpose, one["login"].as_str()));
    }
    // Numbers of factors go on.
    let last = old.count("SELECT MAX(id) FROM second_factors").await;
    let mut another = store.factors(given.link).await.unwrap().remove(0).factor;
    another.name = "Clé".into();
    assert!(store.add_factor(&another).await.unwrap() > last);
    // A wrong code that was counted still counts.
    let luc = link(&store, "locale", "054a62cc3eb373bd43bb8fa5069c2dc1").await;
    assert_eq!(counted(old, luc).await, 1);
    assert!(!store.upgrade_step(UpgradeStep::SealByLink).await.unwrap());
    assert!(store.session(SessionHash([0; 32])).await.unwrap().is_none());
    assert!(store.find_link(&source("locale"), &subject("locale", "nobody")).await.unwrap().is_none());
}

async fn counted(old: &impl Old, link: LinkId) -> i64 {
    old.count(&format!("SELECT failures FROM second_factor_failures WHERE link = {}", link.0)).await
}
