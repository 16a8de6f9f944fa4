//! What the fuzz target `s2low` feeds: any answer of a server. None may panic, and what is read of it keeps its rules. The tests replay the
//! corpus.

use super::{
    lines::Maker,
    links::Links,
    reading::Failed,
    wire::{self, Act, ActCount, Connection, Id, Letter, Outcome, Pes, Transactions},
};
use crate::kit::json::List;
use chrono_tz::Tz;
use pleiade_core::{Item, Text};
use url::Url;

/// Feeds an answer as each of those that are read.
pub fn answer(data: &[u8]) {
    let body = wire::decode(data);
    assert!(std::str::from_utf8(data).is_err() || body.as_bytes() == data, "what is UTF-8 stays as it is");
    let Ok(public) = Url::parse("https://s2low.example/") else { return };
    let links = Links::new(public);
    let maker = Maker { links: &links, time_zone: Tz::Europe__Paris, may_mark_read: true };

    let _ = serde_json::from_str::<Connection>(&body).map(|found| found.user_info.is_archivist());
    let _ = serde_json::from_str::<ActCount>(&body);
    let _ = serde_json::from_str::<Outcome>(&body);
    for letter in serde_json::from_str::<List<Letter>>(&body).unwrap_or_default().items {
        line(&letter.id, &maker.letter(&letter));
    }
    if let Ok(list) = serde_json::from_str::<Transactions<Act>>(&body) {
        for act in list.transactions.items {
            let id = act.id.clone();
            line(&id, &maker.failed_act(&Failed { what: act, reason: Some(body.clone().into_owned()) }));
        }
    }
    if let Ok(list) = serde_json::from_str::<Transactions<Pes>>(&body) {
        for pes in list.transactions.items {
            let id = pes.id.clone();
            line(&id, &maker.failed_pes(&Failed { what: pes.id, reason: None }, "s2low-state-error"));
        }
    }
    if let Ok(returns) = wire::pes_returns(&body) {
        for found in &returns.list.items {
            line(&found.id, &maker.pes_return(found));
        }
    }
    let _ =
        (wire::act_status(&body), wire::pes_status(&body), wire::pes_marked(&body), wire::mail_count(&body));
}

fn line(id: &Id, item: &Item) {
    assert!(Id::parse(id.as_str()).is_some(), "an identifier is a number");
    assert!(item.link.as_ref().is_some_and(|link| link.host_str() == Some("s2low.example")));
    for text in [Some(&item.title), item.detail.as_ref()].into_iter().flatten() {
        if let Text::Plain(words) = text {
            assert_eq!(Text::plain(words), Text::Plain(words.clone()));
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::fuzz_corpus::samples;
    use proptest::prelude::*;

    #[test]
    fn answers_of_the_corpus() {
        for sample in samples("s2low", 10) {
            super::answer(&sample);
        }
    }

    proptest! {
        #[test]
        fn any_octets(data in proptest::collection::vec(any::<u8>(), 0..200)) {
            super::answer(&data);
        }

        #[test]
        fn any_words_in_a_list(words in ".{0,400}", day in "[-0-9]{0,12}", kind in "[0-9]{0,2}") {
            let act = serde_json::json!({"id": "7", "subject": words, "number": words, "date": day, "nature_descr": words});
            let list = serde_json::json!({"status_id": "-1", "authority_id": "2", "transactions": [act]});
            super::answer(list.to_string().as_bytes());
            let letter = serde_json::json!([{"id": "41", "type": kind, "number": words, "unique_id": words}]);
            super::answer(letter.to_string().as_bytes());
        }
    }
}
