//! Searching in files, on a recorded answer.

use crate::support::{Desk, Network, answer, ocs};
use pleiade_core::{Connector as _, ErrorKind, Found, FoundKind, SearchQuery, Text};

async fn search(desk: &Desk, words: &str) -> Result<Vec<Found>, ErrorKind> {
    let query = SearchQuery::new(words, 2).unwrap();
    let search = desk.connector.search().unwrap();
    search.search(&desk.cx, &query).await.map_err(|error| error.kind())
}

#[tokio::test]
async fn files_are_found_by_their_names_with_the_page_that_opens_them() {
    let network =
        Network::new().on("GET /ocs/v2.php/search/providers/files/search", "nextcloud-31/search-files.http");
    let found = search(&Desk::new(&network), "note é&x").await.unwrap();
    let asked = network.sent().into_iter().find(|sent| sent.target.contains("/search/")).unwrap();
    assert!(
        asked.target.contains("term=note+%C3%A9%26x&limit=2")
            || asked.target.contains("term=note%20%C3%A9%26x&limit=2"),
        "{}",
        asked.target
    );
    let shown: Vec<_> =
        found.iter().map(|one| (one.kind, one.title.clone(), one.detail.clone(), one.link.path())).collect();
    assert_eq!(
        shown,
        [
            (FoundKind::Document, Text::Plain("Note de service.md".into()), None, "/index.php/f/189"),
            (
                FoundKind::Document,
                Text::Plain("Meeting notes.md".into()),
                Some(Text::Plain("in Templates".into())),
                "/index.php/f/95"
            ),
        ],
        "no more than there is room for"
    );
}

#[tokio::test]
async fn a_hostile_entry_is_left_out_and_a_refusal_is_no_empty_answer() {
    let entries = r#"{"name":"Files","entries":[{"title":"Ailleurs","resourceUrl":"https://evil.example/"},{"title":"Script","resourceUrl":"javascript:alert(1)"},{"resourceUrl":"/index.php/f/1"},{"title":"Ici","subline":null,"resourceUrl":"/index.php/f/2"}]}"#;
    let network = Network::new().on_answers("GET /ocs/v2.php/search", [ocs(entries)]);
    let found = search(&Desk::new(&network), "ici").await.unwrap();
    assert_eq!(
        found.iter().map(|one| one.link.as_str()).collect::<Vec<_>>(),
        ["https://cloud.example.test/index.php/f/2"]
    );
    let network = Network::new().on_answers("GET /ocs/v2.php/search", [answer(500, &[], "")]);
    assert!(search(&Desk::new(&network), "ici").await.is_err());
}
