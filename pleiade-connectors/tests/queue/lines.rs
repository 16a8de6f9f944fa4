//! Order, groups, what is one line, what is not known.

use crate::support::{Card, day, due, ids, now, queue, task, tenant, with_options};
use chrono_tz::Europe::Paris;
use pleiade_connectors::queue::{DueGroup, Queue, QueueFilter, QueueOptions, QueueView, TaskKey, last_day};
use pleiade_core::{Amount, ConnectorId, Deadline, ErrorKind, Item, Task, TaskKind, TenantId, Text};

fn groups(queue: &Queue<'_>) -> Vec<DueGroup> {
    queue.entries().iter().map(|entry| entry.group).collect()
}

#[test]
fn late_first_then_by_deadline_then_the_oldest() {
    let old = |id: &str, since: &str| {
        let mut item = task(id, TaskKind::Approve);
        item.task = Some(Task::new(TaskKind::Approve).since(since.parse().unwrap()));
        item
    };
    let mut this_morning = due("this-morning", "2026-11-23");
    this_morning.deadline = Some(Deadline::At("2026-11-23T07:59:00Z".parse().unwrap()));
    let mut tonight = due("tonight", "2026-11-23");
    tonight.deadline = Some(Deadline::At("2026-11-23T22:30:00Z".parse().unwrap()));
    let cards = [
        Card::new("a", "ville", [due("later", "2026-11-30"), old("young", "2026-11-22T08:00:00Z")]),
        Card::new(
            "b",
            "ville",
            [due("sunday", "2026-11-29"), due("today", "2026-11-23"), due("friday", "2026-11-20")],
        ),
        Card::new("c", "ville", [task("unknown", TaskKind::Do), old("old", "2026-10-01T08:00:00Z")]),
        Card::new("d", "ville", [this_morning, tonight, Item::new("no task", Text::plain("x"))]),
    ];
    let queue = queue(&cards);
    assert_eq!(
        ids(&queue),
        ["friday", "this-morning", "tonight", "today", "sunday", "later", "old", "young", "unknown"]
    );
    use DueGroup::{Late, Later, NoDeadline, ThisWeek, Today};
    assert_eq!(
        groups(&queue),
        [Late, Late, Today, Today, ThisWeek, Later, NoDeadline, NoDeadline, NoDeadline],
        "half past eleven in the evening is today in Paris"
    );
    assert_eq!(queue.late(&QueueFilter::default()), 2);
}

#[test]
fn what_may_open_a_delay_comes_before_what_is_late_and_has_no_date() {
    let first = |mut item: Item| {
        item.task = item.task.map(Task::first);
        item
    };
    let mut shared = task("in two applications", TaskKind::Do);
    shared.task = shared.task.map(|task| task.with_identifier("acte/7"));
    let mut pressing = first(task("letter of it", TaskKind::Answer));
    pressing.task = pressing.task.map(|task| task.with_identifier("acte/7"));
    let cards = [
        Card::new("a", "ville", [due("late", "2026-11-20"), task("whenever", TaskKind::Do), shared]),
        Card::new(
            "b",
            "ville",
            [first(task("letter", TaskKind::Read)), first(due("with a day", "2026-11-24")), pressing],
        ),
    ];
    let queue = queue(&cards);
    assert_eq!(ids(&queue), ["in two applications", "letter", "late", "with a day", "whenever"]);
    use DueGroup::{First, Late, NoDeadline, ThisWeek};
    assert_eq!(groups(&queue), [First, First, Late, ThisWeek, NoDeadline]);
    assert!(queue.entries().iter().take(2).all(|entry| entry.deadline.is_none() && entry.due.is_none()));
    assert_eq!(queue.late(&QueueFilter::default()), 1, "nothing is late that has no date");
}

#[test]
fn the_same_line_of_the_same_account_is_one_and_names_the_other_collectivites() {
    let both = |account: u64| {
        [
            Card::new("mail", "ccas", [task("7", TaskKind::Do)]).by(1),
            Card::new("mail", "ville", [task("7", TaskKind::Do)]).by(account),
        ]
    };
    let cards = both(1);
    let one = queue(&cards);
    let entry = &one.entries()[0];
    assert_eq!((one.entries().len(), &entry.key.tenant), (1, &tenant("ville")), "the acting one");
    assert_eq!(entry.also_for, [&tenant("ccas")]);
    assert_eq!(entry.items.len(), 1);
    assert_eq!(entry.items[0].tenant, &tenant("ville"), "and it is acted upon there");
    for filter in ["ville", "ccas"] {
        assert_eq!(one.count(&QueueFilter::default().with_tenant(tenant(filter))), Amount::count(1));
    }
    let cards = both(2);
    assert_eq!(queue(&cards).entries().len(), 2, "another account's line of the same id is another thing");
    let unknown = [
        Card::new("mail", "ccas", [task("7", TaskKind::Do)]),
        Card::new("mail", "ville", [task("7", TaskKind::Do)]),
    ];
    assert_eq!(queue(&unknown).entries().len(), 2, "and so it is where no account is told");
}

#[test]
fn the_application_says_whose_a_line_is() {
    let told = || {
        let mut item = task("7", TaskKind::Do);
        item.tenant = Some(tenant("sivom"));
        item
    };
    let cards = [Card::new("mail", "ville", [told()]).by(1), Card::new("mail", "ccas", [told()]).by(1)];
    let queue = queue(&cards);
    assert_eq!(queue.entries()[0].key.tenant, tenant("sivom"));
    assert_eq!(queue.entries()[0].also_for, [&tenant("ville"), &tenant("ccas")]);
}

fn shared(id: &str, kind: TaskKind, identifiers: &[&str]) -> Item {
    let mut item = task(id, kind);
    let task = identifiers.iter().fold(Task::new(kind), |task, one| task.with_identifier(*one));
    item.task = Some(task);
    item
}

#[test]
fn an_exact_identifier_makes_one_line_of_two_applications_and_a_title_never() {
    let mut folder = shared("42", TaskKind::Sign, &["i-parapheur/f1"]);
    folder.deadline = Some(Deadline::Day(day("2026-11-25")));
    let mut document = shared("d7", TaskKind::Correct, &["i-parapheur/f1", "ged/9"]);
    document.deadline = Some(Deadline::Day(day("2026-11-24")));
    let cards = [
        Card::new("pastell", "ville", [document, shared("d8", TaskKind::Do, &["i-parapheur/f2"])]),
        Card::new("parapheur", "ville", [folder]),
        Card::new("ged", "ville", [shared("x", TaskKind::Read, &["ged/9"])]),
        Card::new("other", "ville", [shared("42", TaskKind::Do, &[])]),
        Card::new("parapheur", "ccas", [shared("43", TaskKind::Sign, &["i-parapheur/f1"])]),
    ];
    let queue = queue(&cards);
    let joined = &queue.entries()[0];
    let lines: Vec<&str> = joined.items.iter().map(|item| item.item.id.as_str()).collect();
    assert_eq!(lines, ["d7", "42", "x"], "each keeps its link and its actions");
    assert_eq!((joined.kind, joined.deadline), (TaskKind::Sign, Some(Deadline::Day(day("2026-11-24")))));
    assert_eq!(queue.entries().len(), 4, "not across collectivités, nor by an id of another application");
    let parapheur = QueueFilter::default().with_connector(ConnectorId::new("parapheur").unwrap());
    assert_eq!(queue.count(&parapheur), Amount::count(2), "found by either application");
}

/// A line that was put off hides nothing that another application shows later, and a letter that may open a delay is never put off.
#[test]
fn what_joins_a_line_that_was_put_off_is_shown() {
    let document = || shared("d7", TaskKind::Correct, &["i-parapheur/f1"]);
    let mut letter = task("letter", TaskKind::Answer);
    letter.task = letter.task.map(Task::first);
    let acting = tenant("ville");
    let key =
        |connector: &str, id: &str| TaskKey::new(tenant("ville"), ConnectorId::new(connector).unwrap(), id);
    let until = day("2027-01-01");
    let mut snoozed: std::collections::HashMap<_, _> =
        [(key("pastell", "d7"), until), (key("s2low", "letter"), until)].into();
    let alone = [Card::new("pastell", "ville", [document()]), Card::new("s2low", "ville", [letter.clone()])];
    let both = [
        Card::new("pastell", "ville", [document()]),
        Card::new("parapheur", "ville", [shared("42", TaskKind::Sign, &["i-parapheur/f1"])]),
        Card::new("s2low", "ville", [letter]),
    ];
    let count = |cards: &[Card], snoozed: &_| {
        let queue = with_options(cards, &QueueOptions::new(Paris, now(), &acting).with_snoozed(snoozed));
        queue.select(&QueueFilter::default()).len()
    };
    assert_eq!(count(&alone, &snoozed), 1, "the letter alone");
    assert_eq!(count(&both, &snoozed), 2, "the signature has come since");
    snoozed.insert(key("parapheur", "42"), day("2026-12-01"));
    assert_eq!(count(&both, &snoozed), 1, "once both are put off");
}

#[test]
fn what_is_put_off_comes_back_on_its_day_and_never_after_its_deadline() {
    let cards = [Card::new(
        "a",
        "ville",
        [due("1", "2026-11-26"), due("2", "2026-12-20"), due("3", "2026-11-23"), task("4", TaskKind::Do)],
    )];
    let acting = tenant("ville");
    let key = |id: &str| TaskKey::new(tenant("ville"), ConnectorId::new("a").unwrap(), id);
    let put_off = [("1", "2026-12-31"), ("2", "2026-11-24"), ("3", "2026-12-01"), ("4", "2026-11-23")];
    let snoozed = put_off.map(|(id, until)| (key(id), day(until))).into();
    let options = QueueOptions::new(Paris, now(), &acting).with_snoozed(&snoozed);
    let queue = with_options(&cards, &options);
    let until: Vec<_> =
        queue.entries().iter().map(|entry| (entry.key.id.as_str(), entry.snoozed_until)).collect();
    assert_eq!(
        until,
        [
            ("3", None), // due today
            ("1", Some(day("2026-11-26"))),
            ("2", Some(day("2026-11-24"))),
            ("4", None), // its day has come
        ]
    );
    let filter = QueueFilter::default();
    assert_eq!(queue.count(&filter), Amount::count(2));
    assert_eq!(queue.count(&filter.with_view(QueueView::Snoozed)), Amount::count(2));
}

#[test]
fn of_two_deadlines_the_earlier_holds_where_the_person_lives() {
    let mut day = shared("1", TaskKind::Sign, &["acte:1"]);
    day.deadline = due("1", "2026-11-24").deadline;
    // Half past midnight in Paris: the 24th is over there, and not yet in UTC.
    let mut instant = shared("2", TaskKind::Sign, &["acte:1"]);
    instant.deadline = Some(Deadline::At("2026-11-24T23:30:00Z".parse().unwrap()));
    let cards = [Card::new("a", "ville", [instant]), Card::new("b", "ville", [day.clone()])];
    assert_eq!(queue(&cards).entries()[0].deadline, day.deadline);
}

#[test]
fn a_deadline_at_midnight_is_the_end_of_the_day_before() {
    let midnight = Deadline::At("2026-11-23T23:00:00Z".parse().unwrap());
    let mut instant = due("instant", "2026-11-23");
    instant.deadline = Some(midnight);
    let cards = [Card::new("a", "ville", [due("day", "2026-11-23"), instant])];
    let queue = queue(&cards);
    assert_eq!(groups(&queue), [DueGroup::Today; 2]);
    assert_eq!(queue.entries()[0].due, queue.entries()[1].due);
    assert_eq!(last_day(Paris, midnight), day("2026-11-23"));
}

#[test]
fn an_absent_source_is_named_once_and_its_last_lines_stay_dated() {
    let cards = [
        Card::new("mail", "ville", [task("1", TaskKind::Do)]).failed(ErrorKind::Timeout, true),
        Card::new("mail", "ville", []).failed(ErrorKind::Timeout, false),
        Card::new("none", "ville", []).failed(ErrorKind::NotLinked, false),
        Card::new("files", "ville", [task("2", TaskKind::Read)]),
    ];
    let queue = queue(&cards);
    let names: Vec<&str> = queue.absent().iter().map(|absent| absent.name).collect();
    assert_eq!(names, ["mail"], "whoever has no account there has nothing waiting there");
    assert_eq!(queue.entries()[0].aged, Some(now()));
    assert_eq!(queue.entries()[1].aged, None);
    assert_eq!(queue.count(&QueueFilter::default()), Amount::Count { value: 2, at_least: true });
    assert!(!queue.is_whole() && !queue.is_waiting());
}

#[test]
fn nothing_waits_only_when_every_source_has_answered() {
    let whole =
        [Card::new("a", "ville", []), Card::new("b", "ville", []).failed(ErrorKind::Forbidden, false)];
    assert!(queue(&whole).is_whole());
    let asked = [Card::new("a", "ville", []), Card::new("b", "ville", []).waiting()];
    assert!(queue(&asked).is_waiting() && !queue(&asked).is_whole());
    let old = [Card::new("a", "ville", []).failed(ErrorKind::Timeout, true)];
    assert!(!queue(&old).is_whole(), "an old answer may lack what has come since");
    let more = [Card::new("a", "ville", [task("1", TaskKind::Do)]).with_more()];
    assert_eq!(queue(&more).count(&QueueFilter::default()), Amount::Count { value: 1, at_least: true });
    let mails = [Card::new("a", "ville", [Item::new("mail", Text::plain("x"))]).with_more()];
    assert!(queue(&mails).is_whole(), "more lines of a card that shows no task are no more tasks");
}

#[test]
fn a_delegate_sees_what_may_be_delegated_and_no_signature() {
    let mut kept = task("kept", TaskKind::Approve);
    kept.task = Some(Task::new(TaskKind::Approve));
    let mut card =
        Card::new("a", "ville", [task("visa", TaskKind::Approve), task("signature", TaskKind::Sign), kept]);
    card.stands_in = true;
    let cards = [card];
    assert_eq!(ids(&queue(&cards)), ["visa"]);
}

/// Otherwise documents that all tell the number of a folder would make one line of many things, under the name of one.
#[test]
fn two_lines_of_one_application_are_two_things_whatever_they_tell() {
    let folder = || Card::new("parapheur", "ville", [shared("f1", TaskKind::Sign, &["i-parapheur/f1"])]);
    let document = |id: &str, identifiers: &[&str]| shared(id, TaskKind::Correct, identifiers);
    let claimed = [
        Card::new("pastell", "ville", ["d1", "d2", "d3"].map(|id| document(id, &["i-parapheur/f1"]))),
        folder(),
    ];
    assert_eq!(queue(&claimed).entries().len(), 4);
    // Nor does a third application lead from one to the other: the first that comes is joined.
    let led = [
        Card::new("pastell", "ville", [document("d1", &["i-parapheur/f1"]), document("d2", &["ged/9"])]),
        folder(),
        Card::new("ged", "ville", [shared("x", TaskKind::Read, &["ged/9", "i-parapheur/f1"])]),
    ];
    let led = queue(&led);
    let sizes: Vec<usize> = led.entries().iter().map(|entry| entry.items.len()).collect();
    assert_eq!(sizes.iter().sum::<usize>(), 4);
    assert!(sizes.contains(&3) && sizes.contains(&1), "{sizes:?}");
}

#[test]
fn chips_count_what_the_rest_of_the_filter_lets_pass() {
    let cards = [
        Card::new("a", "ville", [task("1", TaskKind::Sign), task("2", TaskKind::Do)]),
        Card::new("b", "ccas", [task("3", TaskKind::Do)]),
    ];
    let queue = queue(&cards);
    let here = QueueFilter::default().with_tenant(tenant("ville"));
    assert_eq!(queue.kinds(&here), [(TaskKind::Sign, Amount::count(1)), (TaskKind::Do, Amount::count(1))]);
    let of_do = here.with_kind(TaskKind::Do);
    assert_eq!(queue.kinds(&of_do).len(), 2, "the chip that is pressed hides no other");
    let tenants: Vec<(&TenantId, Amount)> = queue.tenants(&of_do).into_iter().collect();
    assert_eq!(tenants, [(&tenant("ccas"), Amount::count(1)), (&tenant("ville"), Amount::count(1))]);
    let (a, b) = (ConnectorId::new("a").unwrap(), ConnectorId::new("b").unwrap());
    let everywhere = QueueFilter::default().with_kind(TaskKind::Do).with_connector(a.clone());
    assert_eq!(queue.connectors(&everywhere), [(&a, Amount::count(1)), (&b, Amount::count(1))].into());
}
