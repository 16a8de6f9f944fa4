use crate::day;
use chrono::NaiveDate;
use pleiade_connectors::{
    holidays::Territory,
    legal::{Binding, Collectivite, Deadline, Kind, KnownDate, OVERDUE_DAYS, RuleBook, RuleChange},
};
use proptest::prelude::*;

fn commune(population: u32) -> Collectivite {
    let mut who = Collectivite::default();
    (who.kind, who.population) = (Some(Kind::Commune), Some(population));
    who
}

fn told(deadlines: &[Deadline<'_>]) -> Vec<String> {
    deadlines.iter().map(|one| format!("{} {}", one.rule.id, one.due)).collect()
}

#[test]
fn without_dates_only_rules_of_fixed_date_are_told() {
    let book = RuleBook::built_in();
    let all = ["budget-vote 2027-04-15", "budget-transmitted 2027-04-30", "accounts-vote 2027-06-30"];
    assert_eq!(told(&book.deadlines(&Collectivite::default(), &[], day("2026-11-27"))), all);
    assert_eq!(told(&book.deadlines(&commune(900), &[], day("2026-11-27"))), all);
    let mut community = Collectivite::default();
    community.kind = Some(Kind::Epci);
    community.traits.insert("water".to_owned());
    let theirs = told(&book.deadlines(&community, &[], day("2026-11-27")));
    assert_eq!(theirs[..3], all);
    assert_eq!(theirs[3..], ["epci-report 2027-09-29", "water-report 2027-09-30"], "before the 30th");
}

#[test]
fn the_budget_has_until_the_end_of_april_in_a_year_of_renewal() {
    let book = RuleBook::built_in();
    let until = |who: &Collectivite, today: &str| {
        let all = told(&book.deadlines(who, &[], day(today)));
        all.into_iter().filter(|one| one.starts_with("budget-")).collect::<Vec<_>>()
    };
    let renewal = ["budget-vote 2032-04-30", "budget-transmitted 2032-05-15"];
    assert_eq!(until(&commune(900), "2032-01-10"), renewal);
    assert_eq!(
        until(&commune(900), "2026-02-01"),
        ["budget-vote 2026-04-30", "budget-transmitted 2026-05-15"]
    );
    assert_eq!(
        until(&commune(900), "2028-01-10"),
        ["budget-vote 2028-04-15", "budget-transmitted 2028-04-30"]
    );
    let unknown = Collectivite::default();
    let usual = ["budget-vote 2032-04-15", "budget-transmitted 2032-04-30"];
    assert_eq!(until(&unknown, "2032-01-10"), usual, "whose assembly it is is not known: the earlier date");
}

#[test]
fn a_council_gives_its_convocation_by_the_number_of_inhabitants() {
    let book = RuleBook::built_in();
    let dates = [KnownDate::new("council", day("2026-12-18"))];
    let of = |population| {
        let all = told(&book.deadlines(&commune(population), &dates, day("2026-11-27")));
        all.into_iter().filter(|one| one.contains("2026-")).collect::<Vec<_>>()
    };
    assert_eq!(of(3499), ["convocation-small 2026-12-14", "deliberations-list 2026-12-25"]);
    assert_eq!(of(3500), ["convocation-large 2026-12-12", "deliberations-list 2026-12-25"]);
    let urgent = [KnownDate::new("council-emergency", day("2026-12-18"))];
    let all = told(&book.deadlines(&commune(12_000), &urgent, day("2026-11-27")));
    assert_eq!(all[..2], ["convocation-large-emergency 2026-12-16", "deliberations-list 2026-12-25"]);
}

#[test]
fn a_rule_with_a_threshold_is_told_with_its_condition_while_the_population_is_unknown() {
    let book = RuleBook::built_in();
    let dates = [KnownDate::new("council", day("2026-12-18"))];
    let mut unknown = commune(1);
    unknown.population = None;
    let all = book.deadlines(&unknown, &dates, day("2026-11-27"));
    let known: Vec<_> = all.iter().map(|one| (one.rule.id.as_str(), one.due, one.binding)).collect();
    assert_eq!(
        known[..3],
        [
            ("convocation-large", day("2026-12-12"), Binding::Unknown),
            ("convocation-small", day("2026-12-14"), Binding::Unknown),
            ("deliberations-list", day("2026-12-25"), Binding::Binds),
        ]
    );
    let standing: Vec<_> =
        book.standing_rules(&unknown).map(|(rule, binding)| (rule.id.as_str(), binding)).collect();
    assert_eq!(
        standing,
        [
            ("acts-published", Binding::Unknown),
            ("acts-published-small", Binding::Unknown),
            ("payment", Binding::Binds)
        ]
    );
    // What it is is not known either: nothing that is of communes alone.
    let nobody = Collectivite::default();
    assert!(
        book.deadlines(&nobody, &dates, day("2026-11-27")).iter().all(|one| one.binding == Binding::Binds)
    );
    let both = book.deadlines(&commune(3500), &dates, day("2026-11-27"));
    assert!(both.iter().all(|one| one.binding == Binding::Binds && one.rule.id != "convocation-small"));
}

/// Worked out by hand: Friday 9 April 2027 less five clear days is Saturday the 3rd, less three Monday the 5th, Easter Monday was the 29th of
/// March.
#[test]
fn the_sitting_that_votes_the_budget_is_convened_as_any_other() {
    let book = RuleBook::built_in();
    let of = |who: &Collectivite, kinds: &[&str]| {
        let dates: Vec<_> = kinds.iter().map(|kind| KnownDate::new(*kind, day("2027-04-09"))).collect();
        let all = told(&book.deadlines(who, &dates, day("2027-03-01")));
        all.into_iter().filter(|one| !one.starts_with("budget-") && one.contains("-04-")).collect::<Vec<_>>()
    };
    let large = ["convocation-large 2027-04-03", "deliberations-list 2027-04-16"];
    assert_eq!(of(&commune(12_000), &["budget-vote"]), large);
    assert_eq!(of(&commune(900), &["budget-vote"]), ["convocation-small 2027-04-05", large[1]]);
    // One sitting, whatever it was entered as.
    let as_all = ["council", "budget-vote", "minutes-approved"];
    assert_eq!(of(&commune(12_000), &as_all), large);
    let twice = of(&commune(12_000), &["council", "council-emergency"]);
    assert_eq!(
        twice,
        [large[0], "convocation-large-emergency 2027-04-07", large[1]],
        "one list of deliberations"
    );
}

#[test]
fn a_sitting_entered_twice_lacks_nothing_once_either_is_ready() {
    let book = RuleBook::built_in();
    let missing = |first: bool, second: bool| {
        let council = KnownDate::new("council", day("2027-04-09")).with_ready(first);
        let vote = KnownDate::new("budget-vote", day("2027-04-09")).with_ready(second);
        let all = book.deadlines(&commune(12_000), &[vote, council], day("2027-03-01"));
        all.iter().find(|one| one.rule.id == "convocation-large").unwrap().missing.is_some()
    };
    assert!(missing(false, false));
    assert!(!missing(true, false) && !missing(false, true) && !missing(true, true));
}

/// CGCT L5211-1 since 2020: five clear days for every EPCI. The debate of L5211-36 is for those alone that have such a commune.
#[test]
fn an_epci_convenes_as_a_commune_of_3500_inhabitants_does() {
    let book = RuleBook::built_in();
    let dates = [
        KnownDate::new("council", day("2026-12-18")),
        KnownDate::new("council-emergency", day("2027-01-15")),
        KnownDate::new("budget-vote", day("2027-04-10")),
    ];
    let of = |traits: &[&str]| {
        let mut community = Collectivite::default();
        community.kind = Some(Kind::Epci);
        community.traits = traits.iter().map(|name| (*name).to_owned()).collect();
        told(&book.deadlines(&community, &dates, day("2026-11-27")))
    };
    let small = of(&[]);
    assert_eq!(
        small.iter().filter(|one| one.starts_with("convocation")).collect::<Vec<_>>(),
        [
            "convocation-epci 2026-12-12",
            "convocation-epci-emergency 2027-01-13",
            "convocation-epci 2027-04-04"
        ]
    );
    assert!(!small.iter().any(|one| one.starts_with("budget-debate")), "{small:?}");
    assert!(of(&["member-3500"]).contains(&"budget-debate-epci 2027-04-09".to_owned()));
}

#[test]
fn the_sentence_says_the_days_and_what_is_missing() {
    let book = RuleBook::built_in();
    let words = |day: NaiveDate| day.format("%d/%m").to_string();
    let sentence = |ready| {
        let date = KnownDate::new("council", day("2026-12-18")).with_ready(ready);
        book.deadlines(&commune(12_000), &[date], day("2026-11-27"))[0].sentence(words)
    };
    let start = "Votre conseil est le 18/12\u{a0}: la convocation, avec la note de synthèse, part au plus tard le 12/12";
    assert_eq!(sentence(true), start);
    assert_eq!(sentence(false), format!("{start}\u{202f}; il manque l’ordre du jour"));
}

#[test]
fn a_contested_rule_shows_both_dates() {
    let book = RuleBook::built_in();
    let dates = [KnownDate::new("budget-vote", day("2027-04-10"))];
    let all = book.deadlines(&commune(12_000), &dates, day("2027-01-10"));
    let debate = all.iter().find(|one| one.rule.id == "budget-debate").unwrap();
    assert_eq!(debate.due, day("2027-04-09"));
    assert_eq!(debate.opens, [(day("2027-02-10"), "CGCT L2312-1"), (day("2027-01-30"), "CGCT L5217-10-4")]);
    assert!(debate.rule.contested.is_some());
    assert!(!told(&all).iter().any(|one| one.starts_with("budget-sent")), "one source alone: off");
}

#[test]
fn delays_in_months_and_what_one_source_or_none_says_is_off_until_an_operator_switches_it_on() {
    let on = ["documents-request", "minutes", "breach", "council-asked", "tax-rates", "duerp", "budget-sent"];
    let switches = on.map(|id| {
        let mut change = RuleChange::default();
        (change.id, change.enabled) = (id.to_owned(), Some(true));
        change
    });
    let mut who = commune(12_000);
    who.traits = ["m57", "employer-11"].map(str::to_owned).into();
    let dates = [
        ("documents-request", "2027-01-31"),
        ("accessibility", "2024-02-29"),
        ("breach", "2027-02-01"),
        ("minutes-approved", "2027-02-01"),
        ("council-request", "2027-02-01"),
        ("duerp", "2026-03-01"),
        ("budget-vote", "2027-04-10"),
    ];
    let dates = dates.map(|(kind, text)| KnownDate::new(kind, day(text)));
    let today = day("2027-02-02");
    let off = told(&RuleBook::built_in().deadlines(&who, &dates, today));
    assert!(off.contains(&"accessibility-declaration 2027-02-28".to_owned()), "three years: {off:?}");
    assert!(!off.iter().any(|one| on.iter().any(|id| one.starts_with(&format!("{id} ")))), "{off:?}");
    let book = RuleBook::built_in().amended(&switches).unwrap();
    let all = told(&book.deadlines(&who, &dates, today));
    for expected in [
        "documents-request 2027-02-28",
        "breach 2027-02-03",
        "minutes 2027-02-08",
        "council-asked 2027-03-03",
        "tax-rates 2027-04-15",
        "duerp 2027-03-01",
        "budget-sent 2027-03-29",
    ] {
        assert!(all.contains(&expected.to_owned()), "{expected}: {all:?}");
    }
}

#[test]
fn what_is_past_is_told_for_a_while_and_a_convocation_until_the_council() {
    let book = RuleBook::built_in();
    let dates = [KnownDate::new("council", day("2026-12-18"))];
    let is_told = |id: &str, today: &str| {
        book.deadlines(&commune(900), &dates, day(today))
            .iter()
            .any(|one| one.rule.id == id && one.anchor == day("2026-12-18"))
    };
    assert!(is_told("convocation-small", "2026-12-18") && !is_told("convocation-small", "2026-12-19"));
    assert!(is_told("deliberations-list", "2027-01-24") && !is_told("deliberations-list", "2027-01-25"));
    let near = |today: &str| {
        let all = book.deadlines(&commune(900), &dates, day(today));
        all.iter().find(|one| one.rule.id == "convocation-small").unwrap().is_near(day(today))
    };
    assert!(!near("2026-10-29") && near("2026-10-30"), "45 days before the 14th");
}

#[test]
fn the_holiday_of_a_last_day_is_told_and_moves_nothing() {
    let book = RuleBook::built_in();
    let dates = [KnownDate::new("council", day("2026-12-18"))];
    let last = |who: &Collectivite| {
        let all = book.deadlines(who, &dates, day("2026-12-20"));
        let list = all.into_iter().find(|one| one.rule.id == "deliberations-list").unwrap();
        (list.due, list.holiday.map(|holiday| holiday.name))
    };
    assert_eq!(last(&commune(900)), (day("2026-12-25"), Some("Noël")));
    let dates_of_26 = [KnownDate::new("council", day("2026-12-19"))];
    let mut strasbourg = commune(290_000);
    strasbourg.territory = Territory::AlsaceMoselle;
    let all = book.deadlines(&strasbourg, &dates_of_26, day("2026-12-20"));
    let list = all.iter().find(|one| one.rule.id == "deliberations-list").unwrap();
    assert_eq!(list.holiday.map(|holiday| holiday.name), Some("Saint-Étienne"));
}

#[test]
fn rules_that_always_hold_give_no_date() {
    let book = RuleBook::built_in();
    let ids =
        |who: &Collectivite| book.standing_rules(who).map(|(rule, _)| rule.id.clone()).collect::<Vec<_>>();
    assert_eq!(ids(&commune(3500)), ["acts-published", "payment"]);
    assert_eq!(ids(&commune(3499)), ["acts-published-small", "payment"]);
}

proptest! {
    #[test]
    fn no_deadline_falls_after_what_it_precedes_or_before_what_it_follows(
        offset in 0..4000_i64, population in 0..9000_u32, today in 0..4000_i64,
    ) {
        let start = day("2024-01-01");
        let at = |days| start + chrono::TimeDelta::days(days);
        let book = RuleBook::built_in();
        let kinds = ["council", "council-emergency", "budget-vote", "accessibility"];
        let dates = kinds.map(|kind| KnownDate::new(kind, at(offset)));
        let (who, today) = (commune(population), at(today));
        let all = book.deadlines(&who, &dates, today);
        for one in &all {
            let due = one.rule.due.as_ref().unwrap();
            prop_assert!(one.last_told >= today);
            prop_assert!(one.last_told <= one.due + chrono::Days::new(OVERDUE_DAYS) || one.last_told == one.anchor);
            if due.before.is_empty() && !due.after.is_empty() {
                prop_assert!(one.due > one.anchor);
            } else if !due.before.is_empty() {
                prop_assert!(one.due < one.anchor, "never on the day of the meeting itself");
            }
        }
        prop_assert!(all.windows(2).all(|pair| pair[0].due <= pair[1].due), "the next first");
    }
}
