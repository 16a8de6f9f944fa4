//! Attacks on the kit. Each test states what should hold, and fails while it does not.

use crate::{
    sessions::{Town, linked, refusal},
    shared::{COUNT, cx, filter, ids, row, rows},
};
use pleiade_connectors::kit::{
    json::List,
    memo::Memo,
    sessions::{Account, AccountOpener, AccountSessions, OpenedSession},
    shared::{Filter, Rows, SharedReading},
    xml,
};
use pleiade_core::{Amount, CallContext, ConnectorError, ConnectorId, Credential, CredentialKind};
use pleiade_testkit::{FixedCredentials, people};
use std::{sync::Arc, time::Duration};

/// U+212A KELVIN SIGN is another character than `k`; a source that lets both be logins lets two people be one.
#[test]
fn folding_case_makes_no_other_character_equal() {
    let cx = cx("ville", &[]);
    let rule = filter(serde_json::json!({ "fold_case": true }));
    for (told, own) in [("\u{212a}aren", "karen"), ("\u{212b}sa", "\u{e5}sa"), ("\u{2126}", "\u{3c9}")] {
        let read = rows(&cx, [row(own, "somebody else's")]);
        let content = rule.content(&cx, Some(told), &read, &COUNT).unwrap();
        assert!(ids(&content).is_empty(), "{told:?} reads the rows of {own:?}");
    }
}

/// A final sigma folds by its place in the word: the same person, written twice, is not found.
#[test]
fn folding_case_finds_the_same_word() {
    let cx = cx("ville", &[]);
    let rule = filter(serde_json::json!({ "fold_case": true }));
    let read = rows(&cx, [row("\u{39d}\u{399}\u{39a}\u{39f}\u{3a3}", "own")]);
    let content = rule.content(&cx, Some("\u{3bd}\u{3b9}\u{3ba}\u{3bf}\u{3c3}"), &read, &COUNT).unwrap();
    assert_eq!(ids(&content), ["own"]);
}

/// Lines that are shown and lines that are counted are the same.
#[test]
fn a_repeated_id_is_not_counted_twice() {
    let cx = cx("ville", &[]);
    let read = rows(&cx, [row("7", "a"), row("7", "a"), row("7", "")]);
    let content = Filter::default().content(&cx, Some("7"), &read, &COUNT).unwrap();
    assert_eq!(ids(&content), ["a"]);
    assert_eq!(content.indicators[0].amount, Amount::count(1));
}

/// A secret that was connected a moment ago is not marked for what the one before it met.
#[tokio::test(start_paused = true)]
async fn a_new_secret_is_not_marked_by_the_failure_of_the_old_one() {
    #[derive(Debug)]
    struct Remembers;
    #[async_trait::async_trait]
    impl AccountOpener for Remembers {
        type Session = String;
        type Memory = Memo<()>;
        async fn open(
            &self,
            _: &CallContext,
            credential: &Credential,
            _: &Memo<()>,
        ) -> Result<OpenedSession<String>, ConnectorError> {
            let Credential::LinkedAccount { secret, .. } = credential else { panic!() };
            let secret = pleiade_core::ExposeSecret::expose_secret(secret).to_owned();
            Ok(OpenedSession::from_credential(secret, Duration::from_secs(60)))
        }
    }
    let town = Town::new();
    let sessions = AccountSessions::new(
        ConnectorId::from_static("application"),
        &[CredentialKind::LinkedAccount],
        Remembers,
    );
    let old = town.cx(&FixedCredentials::always(linked("camille", "old")));
    let new = town.cx(&FixedCredentials::always(linked("camille", "new")));
    let read = |account: Account<Remembers>| async move {
        let session = account.session.clone();
        let ask = |_| async {
            tokio::time::sleep(Duration::from_secs(1)).await;
            if session == "old" { Err(refusal()) } else { Ok(()) }
        };
        account.memory.get(account.cx.clock.elapsed(), Duration::from_secs(20), account.opening, ask).await?;
        Ok(account.session)
    };
    let late = async {
        tokio::time::sleep(Duration::from_millis(200)).await;
        sessions.call(&new, read).await
    };
    let (first, second) = tokio::join!(sessions.call(&old, read), late);
    first.unwrap_err();
    let after = sessions.call(&new, read).await;
    assert_eq!(
        (second.map_err(|error| error.kind()), after.map_err(|error| error.kind())),
        (Ok("new".to_owned()), Ok("new".to_owned())),
        "the new secret opens the application and was never refused by it"
    );
}

/// An application that refuses the technical account for the parameter of one collectivité.
#[tokio::test(start_paused = true)]
async fn what_is_refused_for_one_collectivite_is_read_for_another() {
    let rule = filter(serde_json::json!({ "tenants": { "ville": "1", "bourg": "2" } }));
    let shared = SharedReading::new(ConnectorId::from_static("application"), rule, Duration::from_secs(60));
    let of = |tenant: &str| {
        let technical = FixedCredentials::always(Credential::Technical { key: Some("7".to_owned()) });
        let town = Town::new();
        let mut cx = town.cx(&technical);
        cx.tenant = Arc::new(people::tenant_named(tenant));
        cx
    };
    let (ville, bourg) = (of("ville"), of("bourg"));
    let read = |tenant: Option<String>| {
        let now = ville.clock.now();
        async move {
            match tenant.as_deref() {
                Some("1") => Err(refusal()),
                _ => Ok(Rows::new([row("7", "own").with_tenant("2")].into_iter().collect(), now)),
            }
        }
    };
    shared.content(&ville, &COUNT, read).await.unwrap_err();
    let content = shared.content(&bourg, &COUNT, read).await;
    assert_eq!(content.map(|content| content.items.len()).map_err(|error| error.kind()), Ok(1));
}

#[test]
fn an_object_by_telephone_number_is_no_list() {
    assert!(serde_json::from_str::<List<u8>>(r#"{"+33612345678": 1}"#).is_err());
}

/// Attributes are compared with each other, and each element copies the name spaces of those around it: both are bounded before parsing.
#[test]
fn xml_that_would_take_minutes_is_refused_at_once() {
    let read = |document: String| xml::document(&document).is_some();
    let attributes = |count: usize| (0..count).map(|n| format!(" a{n}='>'")).collect::<String>();
    assert!(read(format!("<a{}/>", attributes(100))));
    assert!(!read(format!("<a{}/>", attributes(200_000))));
    let nested = |depth: usize, attribute: &str| {
        let open: String =
            (0..depth).map(|n| format!("<a{}>", attribute.replace('N', &n.to_string()))).collect();
        open + &"</a>".repeat(depth)
    };
    assert!(read(nested(50, " xmlns:nN='N'")));
    assert!(!read(nested(20_000, " xmlns:nN='N'")));
    assert!(!read(nested(20_000, "")));
    // Beside each other, as servers write properties of many name spaces, they are no trouble.
    assert!(read(format!("<a>{}</a>", "<b xmlns:x='y'/>".repeat(10_000))));
    // What only looks like a tag is none.
    let hidden = "<a".to_owned() + &" b=''".repeat(500) + ">";
    assert!(read(format!("<a><!-- {hidden} --><![CDATA[{hidden}]]></a>")));
}
