//! A reading stays within its requests, and says what it left out.

use crate::support::{Rig, config, counts, notices};
use pleiade_connectors::iparapheur::IparapheurVersion::{V4, V5_1};
use pleiade_core::{MessageArg, WidgetContent};
use pleiade_testkit::{Simulator as _, people::BERNARD};

fn told(content: &WidgetContent, key: &str) -> (f64, String) {
    let notice = content.notices.iter().find(|notice| notice.key() == key).expect("a notice");
    let mut told = (0.0, String::new());
    for (_, value) in notice.args() {
        match value {
            MessageArg::Number(number) => told.0 = *number,
            MessageArg::Text(text) => told.1.clone_from(text),
            _ => {}
        }
    }
    told
}

#[tokio::test(start_paused = true)]
async fn what_is_to_process_comes_first_and_half_read_desks_are_named() {
    let rig = Rig::new(V5_1, BERNARD);
    rig.simulator.add_desks("blefevre", 10);
    let content = rig.load().await.unwrap();
    assert!(rig.asked().len() <= 50);
    assert_eq!(counts(&content)[..2], [("to_process", 16, false), ("late", 2, false)]);
    assert_eq!(notices(&content), ["iparapheur-desks-half-read"]);
    let (_, delegated, is_minimum) = counts(&content)[2];
    assert!(is_minimum && delegated <= 1, "not all desks were asked");
}

#[tokio::test(start_paused = true)]
async fn desks_beyond_the_budget_are_named_and_sums_are_minimums() {
    for (requests, extra) in [(50_u8, 40), (60, 150), (10, 12)] {
        let mut with = config(V5_1);
        (with.requests, with.internal_api) = (requests, true);
        let rig = Rig::with(with, BERNARD);
        rig.simulator.add_desks("blefevre", extra);
        let content = rig.load().await.unwrap();
        let asked = rig.asked().len();
        assert!(asked <= usize::from(requests), "{asked} requests");
        let (_, pending, is_minimum) = counts(&content)[0];
        assert!(is_minimum && pending < 6 + extra as u64, "{pending}");
        assert!(
            content
                .indicators
                .iter()
                .all(|one| { matches!(one.amount, pleiade_core::Amount::Count { at_least: true, .. }) })
        );
        let (count, names) = told(&content, "iparapheur-desks-unread");
        assert!(count > 0.0 && names.contains("Bureau n° "), "{names}");
        // The desks of which something was read, and those which were not, are all of them.
        let half = notices(&content).contains(&"iparapheur-desks-half-read");
        assert!(half || requests == 60, "{:?}", notices(&content));
    }
}

#[tokio::test(start_paused = true)]
async fn version_4_counts_every_desk_and_lists_as_many_as_it_may() {
    let mut with = config(V4);
    with.requests = 10;
    let rig = Rig::with(with, BERNARD);
    rig.simulator.add_desks("blefevre", 20);
    let content = rig.load().await.unwrap();
    assert_eq!(rig.asked().len(), 10, "the sign-in counts");
    assert_eq!(counts(&content)[0], ("to_process", 26, false), "one request counts them all");
    assert!(content.more);
    assert_eq!(told(&content, "iparapheur-desks-unlisted").0, 14.0);
}

#[tokio::test(start_paused = true)]
async fn few_lines_are_shown_and_their_documents_alone_are_read() {
    let mut with = config(V5_1);
    with.folders = 2;
    let rig = Rig::with(with, BERNARD);
    rig.simulator.seed_many("blefevre", 120);
    let content = rig.load().await.unwrap();
    assert_eq!(content.items.iter().filter(|item| item.task.is_some()).count(), 2);
    assert!(content.more);
    assert_eq!(rig.asked().iter().filter(|path| path.ends_with("/premis")).count(), 2);
    assert_eq!(counts(&content)[0], ("to_process", 126, false));
}
