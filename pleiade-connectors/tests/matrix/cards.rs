//! What the cards show of the recorded answers, in words.

use crate::support::{Script, clock, connector, context, recorded};
use pleiade_connectors::{matrix::MatrixAuthMethod, text::Catalogue};
use pleiade_core::{Connector as _, Locale, Text, WidgetContent, WidgetId};

fn appservice() -> MatrixAuthMethod {
    MatrixAuthMethod::ApplicationService { as_token: "as-token".into() }
}

fn words(text: &Text, locale: Locale) -> String {
    let mut catalogue = Catalogue::builder();
    for (locale, source) in [
        (Locale::Fr, include_str!("../../src/matrix/locales/fr.ftl")),
        (Locale::En, include_str!("../../src/matrix/locales/en.ftl")),
    ] {
        catalogue = catalogue.add(locale, source).unwrap();
    }
    catalogue.build().text(locale, chrono_tz::Europe::Paris, text)
}

async fn card(name: &str, answers: &[&str]) -> WidgetContent {
    let script = Script::new(answers.iter().map(|name| recorded(name)));
    let connector = connector(&script, appservice());
    let cx = context(&clock());
    let widget = connector.widget(&WidgetId::new(name).unwrap()).unwrap().clone();
    let content = widget.load(&cx).await.unwrap();
    assert!(script.asked().iter().all(|asked| asked.ends_with("user_id=@alice:pleiade.test")));
    content
}

#[tokio::test]
async fn rooms() {
    let content = card(
        "rooms",
        &["sync-F1-initial.http", "profile.http", "profile.http", "profile.http", "profile.http"],
    )
    .await;
    let counts: Vec<_> = content
        .indicators
        .iter()
        .map(|indicator| (indicator.key.as_str(), words(&indicator.noun.clone().into(), Locale::Fr)))
        .collect();
    assert_eq!(
        counts,
        [
            ("unread_rooms", "salons non lus".to_owned()),
            ("unread_messages", "messages non lus".to_owned()),
            ("mentions", "mention".to_owned())
        ]
    );
    let lines: Vec<_> = content
        .items
        .iter()
        .map(|item| {
            let detail = item.detail.as_ref().map(|detail| words(detail, Locale::Fr)).unwrap_or_default();
            let status = words(&item.status.clone().unwrap().into(), Locale::Fr);
            (words(&item.title, Locale::Fr), detail, status)
        })
        .collect();
    let line =
        |title: &str, detail: &str, status: &str| (title.to_owned(), detail.to_owned(), status.to_owned());
    assert_eq!(
        lines,
        [
            line("Chiffré", "bob\u{a0}: message chiffré", "1 non lu"),
            line("bob", "bob\u{a0}: Tu es là ?", "1 non lu"),
            line("Urbanisme", "bob\u{a0}: dossier 2", "3 non lus"),
            line(
                "Direction générale",
                "bob\u{a0}: alice, peux-tu relire la délibération ?",
                "2 non lus, dont 1 mention"
            ),
        ]
    );
    assert_eq!(
        content.items[0].link.as_ref().unwrap().as_str(),
        "https://chat.pleiade.test/#/room/!c1Nd4MUsoj2H3pC2H8PqT4u7vlcSk9S1h66cK2yEIdM?via=pleiade.test"
    );
    assert_eq!(words(&content.items[0].detail.clone().unwrap(), Locale::En), "bob: encrypted message");
}

#[tokio::test]
async fn invitations_are_tasks() {
    let content = card(
        "invitations",
        &["sync-F1-initial.http", "profile.http", "profile.http", "profile.http", "profile.http"],
    )
    .await;
    assert_eq!(content.items.len(), 1);
    let item = &content.items[0];
    assert!(item.task.is_some());
    assert_eq!(words(&item.title, Locale::Fr), "Commission voirie");
    assert_eq!(words(item.detail.as_ref().unwrap(), Locale::Fr), "Invitation par bob");
    let actions: Vec<_> = item.actions.iter().map(|action| action.id.as_str()).collect();
    assert_eq!(actions, ["accept-invite", "refuse-invite"]);
}
