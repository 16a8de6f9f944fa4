//! Connecting and disconnecting an account.

use crate::support::{BASE, Desk, World, config};
use pleiade_connectors::pastell::{PastellAuthMethod, PastellConnector};
use pleiade_core::{AccountLinking, Connector as _, ConnectorId, ErrorKind, LinkedAccount, LinkingMethod};
use pleiade_testkit::{NeverAnswers, Pastell};
use std::sync::Arc;

fn pasted(login: &str) -> LinkedAccount {
    LinkedAccount::new("", Pastell::token(login).into())
}

fn linking(world: &World) -> &dyn AccountLinking {
    world.desk.connector.linking().unwrap()
}

#[tokio::test]
async fn a_token_is_pasted_from_the_page_on_which_it_is_made() {
    let page = |configure: fn(&mut pleiade_connectors::pastell::PastellConfig)| {
        let mut config = config();
        configure(&mut config);
        let desk = Desk::new(config, Arc::new(NeverAnswers));
        match desk.connector.linking().unwrap().methods() {
            [LinkingMethod::Pasted { login: false, page: Some(page) }] => page.to_string(),
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(page(|_| {}), format!("{BASE}/Utilisateur/moi"));
    assert_eq!(
        page(|config| config.public_url = "https://flux.ville.example/".parse().ok()),
        "https://flux.ville.example/Utilisateur/moi"
    );
    assert_eq!(
        page(|config| config.token_page = "https://aide.example/jeton".parse().ok()),
        "https://aide.example/jeton"
    );
}

#[tokio::test]
async fn a_pasted_token_is_tried_and_its_owner_named() {
    let world = World::by_token();
    // Whoever may not read users is known by their number.
    let checked = linking(&world).check(&pasted("cdurand")).await.unwrap();
    assert!(checked.login.starts_with("id_u "), "{}", checked.login);
    assert_eq!(linking(&world).check(&pasted("administrateur")).await.unwrap().login, "administrateur");
    let error = linking(&world).check(&pasted("personne")).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unauthenticated);
    world.pastell.set_disabled("cdurand", true);
    assert_eq!(linking(&world).check(&pasted("cdurand")).await.unwrap_err().kind(), ErrorKind::Forbidden);
}

#[tokio::test]
async fn an_only_token_is_deleted_and_one_of_several_is_not() {
    let world = World::by_token();
    world.pastell.add_token("cdurand");
    let error = linking(&world).revoke(&pasted("cdurand")).await.unwrap_err();
    assert_eq!((error.kind(), world.pastell.tokens("cdurand")), (ErrorKind::Unsupported, 2));
    linking(&world).revoke(&pasted("sobrien")).await.unwrap();
    assert_eq!(world.pastell.tokens("sobrien"), 0);
}

#[tokio::test]
async fn with_cas_there_is_nothing_to_connect() {
    assert!(World::by_ticket("cdurand").desk.connector.linking().is_none());
}

#[test]
fn settings_that_cannot_be_are_refused() {
    let refuses = |configure: fn(&mut pleiade_connectors::pastell::PastellConfig)| {
        let mut config = config();
        configure(&mut config);
        let built =
            PastellConnector::new(ConnectorId::new("pastell").unwrap(), config, Arc::new(NeverAnswers));
        built.err().map(|error| error.kind()) == Some(ErrorKind::BadConfiguration)
    };
    assert!(!refuses(|config| config.access = PastellAuthMethod::ProxyTicket));
    assert!(refuses(|config| config.url = "ftp://pastell.example".parse().unwrap()));
    assert!(refuses(|config| config.families.extend(config.families.clone())));
    assert!(refuses(|config| config.families[0].id = "Actes".to_owned()));
    assert!(refuses(|config| config.families[0].id = "x".repeat(41)));
    assert!(refuses(|config| config.parapheur_field = "a field".to_owned()));
    assert!(refuses(|config| config.token_page = "javascript:alert(1)".parse().ok()));
}
