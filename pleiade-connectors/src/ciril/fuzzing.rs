//! What the fuzz target `ciril` feeds: any answer of the platform. None may panic, and what is read of it keeps its rules. The tests replay the
//! corpus.

use super::{
    config::OrdersConfig,
    links::Links,
    wire::{self, Group},
};
use crate::kit::soap::{Outcome, read};
use chrono_tz::Tz;
use url::Url;

/// Feeds an answer as each of those that are read.
pub fn answer(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let (_, _, is_login) = (wire::day(text.trim()), wire::time(text.trim()), wire::is_login(&text));
    assert!(!is_login || !text.contains(['\'', ' ', ';', '(']), "a login leaves its quotes");
    let Ok(Outcome::Response(response)) = read(data, None) else { return };
    let Ok(public) = Url::parse("https://civil.example/") else { return };
    let links = Links::new(public);
    let _ = (wire::access_points(&response), wire::is_answered(&response));
    for Group { tasks, .. } in wire::groups(&response).unwrap_or_default().items {
        for task in tasks.items {
            let page = links.page(task.url.as_deref().unwrap_or_default());
            assert_eq!(
                (page.scheme(), page.host_str(), page.username()),
                ("https", Some("civil.example"), "")
            );
            let _ = (
                task.when(Tz::Europe__Paris),
                task.since(Tz::America__Martinique),
                task.takes("VISA", "O", ";"),
            );
        }
    }
    for order in wire::orders(&response, &OrdersConfig::default()).unwrap_or_default().items {
        assert!(!order.number.is_empty());
    }
}

#[cfg(test)]
mod tests {
    use crate::fuzz_corpus::samples;
    use proptest::prelude::*;

    #[test]
    fn answers_of_the_corpus() {
        for sample in samples("ciril", 6) {
            super::answer(&sample);
        }
    }

    proptest! {
        #[test]
        fn any_words_in_a_task(words in "[^<&]{0,200}") {
            let task = format!(
                "<E><Body><getTachesResponse><param-1><item><nbtache>1</nbtache><details><item><numTache>1</numTache><datdeb>{words}</datdeb>\
                 <heudeb>{words}</heudeb><url>{words}</url><libtachedetail>{words}</libtachedetail></item></details></item></param-1>\
                 </getTachesResponse></Body></E>"
            );
            super::answer(task.replace("<E>", "<Envelope>").replace("</E>", "</Envelope>").as_bytes());
        }
    }
}
