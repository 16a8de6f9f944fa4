//! PDF files for the signature book: what is sent, what is refused, and what a lost answer leaves.

use crate::support::{World, config, words};
use bytes::Bytes;
use http::Method;
use pleiade_connectors::pastell::DepositFlow;
use pleiade_core::{
    Connector as _, ConnectorError, Credential, DepositFile, DepositState, Deposited, ErrorKind,
};
use pleiade_testkit::{
    FixedCredentials, Pastell,
    pastell::{Loss, Write},
};
use std::sync::Arc;

const ENTITY: u64 = 2;
const FLOW: &str = "ls-document-pdf";
const PLACE: &str = "2/ls-document-pdf";
const PDF: &[u8] = b"%PDF-1.7\n%\xe2\xe3\n1 0 obj\r\n--pleiade-\r\n%%EOF";
/// Documents of the flow in the sample.
const SAMPLE: usize = 2;

fn file(title: &str) -> DepositFile {
    DepositFile::new(PLACE, title, "Délib 12.PDF", Bytes::from_static(PDF)).with_text("Délibération")
}

async fn give(world: &World, file: DepositFile) -> Result<Deposited, ConnectorError> {
    world.desk.connector.deposit().unwrap().deposit(&world.desk.cx, file).await
}

/// What stands in the platform beside the sample: title and state.
fn added(world: &World) -> Vec<(String, String)> {
    let documents = world.pastell.documents(ENTITY, FLOW);
    documents.into_iter().skip(SAMPLE).map(|one| (one.title, one.state)).collect()
}

fn link(deposited: &Deposited) -> &str {
    let url = deposited.link.as_ref().expect("a link");
    url.as_str().strip_prefix("https://pastell.example/Document/").unwrap()
}

fn key(deposited: &Deposited) -> &str {
    deposited.message.key().strip_prefix("pastell-deposit-").unwrap()
}

#[tokio::test]
async fn places_are_the_flows_of_the_signature_book_in_one_s_entities() {
    let world = World::by_token();
    let deposit = world.desk.connector.deposit().unwrap();
    let places = deposit.places(&world.desk.cx).await.unwrap();
    let [place] = places.places.as_slice() else { panic!("{places:?}") };
    assert_eq!(
        (place.id.as_str(), words(&place.title), words(&place.group)),
        (PLACE, "Document PDF".to_owned(), "Service urbanisme".to_owned())
    );
    assert_eq!(place.input.as_ref().map(|input| (input.required, input.max_chars)), Some((true, 100)));
    let limits = deposit.limits();
    assert_eq!((limits.max_files, limits.max_file_bytes), (20, 20_000_000));
    let creation = world.desk.load("creation").await.unwrap();
    assert!(creation.actions[0].opens_deposit, "the card leads there");

    let mut flow = DepositFlow::new(&[FLOW]);
    flow.subtypes = vec!["Convention".into(), "Délibération".into()];
    let mut listed = config();
    listed.deposits = vec![flow];
    let world = World::new(listed, credentials());
    let places = world.desk.connector.deposit().unwrap().places(&world.desk.cx).await.unwrap();
    let ids: Vec<_> = places.places.iter().map(|place| place.id.as_str()).collect();
    assert_eq!(ids, ["2/ls-document-pdf/Convention", "2/ls-document-pdf/Délibération"]);
    assert!(places.places.iter().all(|place| place.input.is_none()));

    let mut none = config();
    none.deposits = Vec::new();
    let world = World::new(none, credentials());
    assert!(world.desk.connector.deposit().is_none());
    assert!(world.desk.load("creation").await.unwrap().actions.iter().all(|action| !action.opens_deposit));
}

fn credentials() -> Arc<FixedCredentials> {
    let secret = Pastell::token("cdurand").into();
    Arc::new(FixedCredentials::always(Credential::LinkedAccount { login: "cdurand".into(), secret }))
}

#[tokio::test]
async fn a_file_is_made_filled_attached_and_sent() {
    let world = World::by_token();
    let sent = give(&world, file("  Délibération\u{202e} 12 ")).await.unwrap();
    assert_eq!((sent.state, key(&sent)), (DepositState::Sent, "sent"));
    assert!(link(&sent).starts_with("detail?id_d=dqZ"), "{}", link(&sent));
    let document = world.pastell.documents(ENTITY, FLOW).pop().unwrap();
    assert_eq!((document.title.as_str(), document.state.as_str()), ("Délibération 12", "send-iparapheur"));
    let (name, content) = document.file.unwrap();
    assert_eq!((name.as_str(), content.as_ref()), ("Délib 12.pdf", PDF), "byte for byte");
    let writes: Vec<Method> = world
        .transport
        .take()
        .into_iter()
        .map(|request| request.method)
        .filter(|method| method != Method::GET)
        .collect();
    assert_eq!(writes, [Method::POST, Method::PATCH, Method::PATCH, Method::POST, Method::POST]);
}

#[tokio::test]
async fn a_flow_that_sends_at_once_and_a_session_of_cas_serve_too() {
    let world = World::by_ticket("cdurand");
    world.pastell.allow("cdurand", 1, "document-a-signer");
    let file = DepositFile::new("3/document-a-signer", "Convention", "", Bytes::from_static(PDF))
        .with_text("Convention");
    let sent = give(&world, file).await.unwrap();
    assert_eq!(sent.state, DepositState::Sent);
    let document = world.pastell.documents(3, "document-a-signer").pop().unwrap();
    assert_eq!(
        (document.state.as_str(), document.file.unwrap().0.as_str()),
        ("send-iparapheur", "document.pdf")
    );
    let requests = world.transport.take();
    assert!(requests.iter().all(|request| request.uri.query().unwrap_or_default().contains("auth=cas")));
}

#[tokio::test]
async fn what_is_no_pdf_or_goes_elsewhere_calls_nobody() {
    let world = World::by_token();
    let large = {
        let mut large = PDF.to_vec();
        large.resize(20_000_001, b' ');
        Bytes::from(large)
    };
    let wrong = [
        DepositFile::new(PLACE, "Titre", "a.pdf", Bytes::from_static(b"PK\x03\x04")).with_text("Convention"),
        DepositFile::new(PLACE, "Titre", "a.pdf", Bytes::new()).with_text("Convention"),
        DepositFile::new(PLACE, "Titre", "a.pdf", large).with_text("Convention"),
        DepositFile::new(PLACE, " \u{202e} ", "a.pdf", Bytes::from_static(PDF)).with_text("Convention"),
    ];
    for file in wrong {
        assert_eq!(give(&world, file).await.unwrap_err().kind(), ErrorKind::Unsupported);
    }
    assert!(world.asked().is_empty());
    let elsewhere =
        ["10/ls-document-pdf", "2/mailsec", "2", "", "2/../x", "x/ls-document-pdf", "4/ls-document-pdf"];
    for place in elsewhere {
        let file = DepositFile::new(place, "Titre", "a.pdf", Bytes::from_static(PDF)).with_text("Convention");
        assert_eq!(give(&world, file).await.unwrap_err().kind(), ErrorKind::Unsupported, "{place}");
    }
    let unsaid = DepositFile::new(PLACE, "Titre", "a.pdf", Bytes::from_static(PDF));
    let told = give(&world, unsaid).await.unwrap();
    assert_eq!(told.state, DepositState::NotSent);
    assert_eq!(told.message.key(), "pastell-deposit-subtype-unsaid");
    assert_eq!(world.pastell.made(), 0);
    assert!(
        world.asked().iter().all(|path| path == "entite"),
        "nothing but one's own entities was asked for"
    );
}

/// An entity of another collectivité that the same person works for is none of this one's.
#[tokio::test]
async fn a_place_of_another_collectivite_is_refused() {
    let mut shared = config();
    shared.entities = serde_json::from_str(r#"{"la-roche-aux-fees": ["3"]}"#).unwrap();
    let world = World::new(shared, credentials());
    assert_eq!(give(&world, file("Titre")).await.unwrap_err().kind(), ErrorKind::Unsupported);
    assert_eq!(world.pastell.made(), 0);
}

#[tokio::test]
async fn whoever_may_only_read_is_refused_and_nothing_is_left() {
    // Camille reads these in one service and writes them nowhere.
    let mut config = config();
    let mut urbanism = DepositFlow::new(&["document-autorisation-urbanisme"]);
    urbanism.subtype_field.clear();
    config.deposits = vec![urbanism];
    let reader = World::new(config, credentials());
    let file =
        DepositFile::new("2/document-autorisation-urbanisme", "Titre", "a.pdf", Bytes::from_static(PDF));
    assert_eq!(give(&reader, file).await.unwrap_err().kind(), ErrorKind::Forbidden);
    assert_eq!(reader.pastell.made(), 0);
}

#[tokio::test]
async fn a_draft_that_cannot_be_sent_is_taken_back() {
    let world = World::by_token();
    let unknown = file("Titre").with_text("Sous-type inventé");
    let told = give(&world, unknown).await.unwrap();
    assert_eq!((told.state, key(&told), &told.link), (DepositState::NotSent, "no-subtype", &None));
    assert!(added(&world).is_empty(), "the draft is deleted");

    let mut config = config();
    // The box that leads to the signature book is not ticked and no other action is known: nothing sends.
    let mut unsent = DepositFlow::new(&[FLOW]);
    unsent.actions = vec!["send-iparapheur".into()];
    config.deposits = vec![unsent];
    let world = World::new(config, credentials());
    let told = give(&world, file("Titre")).await.unwrap();
    assert_eq!((told.state, key(&told)), (DepositState::NotSent, "incomplete"));
    assert!(added(&world).is_empty());
}

/// Nobody knows which draft it would have been: one that came is told, none is written into, and nothing is made again.
#[tokio::test]
async fn a_lost_creation_is_looked_up_and_never_made_again() {
    for (loss, others, expected) in [
        (Loss::Done, 0, "draft-found"),
        (Loss::Done, 1, "draft-unknown"),
        (Loss::NotDone, 0, "draft-unknown"),
    ] {
        let world = World::by_token();
        // A draft that was there before is nobody's answer.
        world.pastell.add_draft(ENTITY, FLOW);
        world.pastell.lose(Write::Creation, loss);
        for _ in 0..others {
            world.pastell.add_draft_at_next_creation(ENTITY, FLOW);
        }
        let told = give(&world, file("Titre")).await.unwrap();
        assert_eq!((told.state, key(&told)), (DepositState::Unknown, expected), "{loss:?}");
        let page =
            if expected == "draft-found" { "edition?id_d=" } else { "list?id_e=2&type=ls-document-pdf" };
        assert!(link(&told).starts_with(page), "{}", link(&told));
        assert_eq!(world.pastell.made(), usize::from(loss == Loss::Done), "not made again");
        let drafts = added(&world);
        assert!(drafts.iter().all(|(title, state)| title.is_empty() && state == "creation"), "{drafts:?}");
    }
}

#[tokio::test]
async fn a_lost_preparation_goes_on_when_it_was_done_and_stops_when_it_was_not() {
    for write in [Write::Fields, Write::File] {
        let world = World::by_token();
        world.pastell.lose(write, Loss::Done);
        let told = give(&world, file("Titre")).await.unwrap();
        assert_eq!(told.state, DepositState::Sent, "{write:?}");
        assert_eq!(added(&world), [("Titre".to_owned(), "send-iparapheur".to_owned())]);

        let world = World::by_token();
        world.pastell.lose(write, Loss::NotDone);
        let told = give(&world, file("Titre")).await.unwrap();
        assert_eq!((told.state, key(&told), &told.link), (DepositState::NotSent, "lost", &None), "{write:?}");
        assert!(added(&world).is_empty(), "the draft is deleted");
    }
}

#[tokio::test]
async fn a_lost_sending_is_decided_by_one_document_alone_and_never_made_again() {
    let posts = |world: &World| {
        world.transport.take().iter().filter(|request| request.uri.path().contains("/action/")).count()
    };
    let world = World::by_token();
    world.pastell.lose(Write::Action, Loss::Done);
    let told = give(&world, file("Titre")).await.unwrap();
    assert_eq!((told.state, key(&told), posts(&world)), (DepositState::Sent, "sent", 1));

    // Still a draft: what is slow may still be sent.
    let world = World::by_token();
    world.pastell.lose(Write::Action, Loss::NotDone);
    let told = give(&world, file("Titre")).await.unwrap();
    assert_eq!((told.state, key(&told), posts(&world)), (DepositState::Unknown, "unknown", 1));
    assert!(link(&told).starts_with("detail?id_d="));
    assert_eq!(added(&world), [("Titre".to_owned(), "modification".to_owned())], "nothing is deleted");

    // Another new document with the same title: it could be either.
    let world = World::by_token();
    world.pastell.lose(Write::Action, Loss::Done);
    world.pastell.add_twin_at_next_action(ENTITY, FLOW, "Titre");
    let told = give(&world, file("Titre")).await.unwrap();
    assert_eq!((told.state, posts(&world)), (DepositState::Unknown, 1));

    // A document with the same title that was there before decides nothing either way.
    let world = World::by_token();
    world.pastell.lose(Write::Action, Loss::Done);
    give(&world, file("Titre")).await.unwrap();
    world.pastell.lose(Write::Action, Loss::Done);
    let again = give(&world, file("Titre")).await.unwrap();
    assert_eq!(again.state, DepositState::Sent);
    assert_eq!(world.pastell.made(), 2);
}

#[tokio::test]
async fn a_person_whose_token_ends_on_the_way_is_told_of_the_draft() {
    let world = World::by_token();
    world.pastell.revoke_after_next_creation(&Pastell::token("cdurand"));
    let told = give(&world, file("Titre")).await.unwrap();
    assert_eq!((told.state, key(&told)), (DepositState::NotSent, "refused"));
    assert!(link(&told).starts_with("edition?id_d="));
    assert_eq!(world.pastell.made(), 1);
}

#[test]
fn titles_and_files_stay_out_of_debug_output() {
    let shown = format!("{:?}", file("Titre personnel"));
    assert_eq!(shown, format!("DepositFile {{ bytes: {}, .. }}", PDF.len()));
}
