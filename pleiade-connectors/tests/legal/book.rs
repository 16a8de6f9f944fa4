use crate::day;
use pleiade_connectors::legal::{Certainty, RuleBook, RuleChange};

fn change(text: &str) -> RuleChange {
    toml_change(text).unwrap()
}

fn toml_change(text: &str) -> Result<RuleChange, String> {
    toml::from_str(text).map_err(|error| error.to_string())
}

fn problems(text: &str) -> Vec<(usize, &'static str)> {
    let found = RuleBook::built_in().amended(&[change(text)]).unwrap_err();
    found.into_iter().map(|problem| (problem.change, problem.key)).collect()
}

#[test]
fn what_sources_do_not_agree_on_is_off() {
    let book = RuleBook::built_in();
    for rule in book.rules() {
        assert_eq!(rule.is_on(), rule.certainty == Certainty::Agreed, "{}", rule.id);
    }
    let off: Vec<&str> = book.rules().filter(|rule| !rule.is_on()).map(|rule| rule.id.as_str()).collect();
    assert_eq!(
        off,
        [
            "council-quarter",
            "council-asked",
            "minutes",
            "acts-transmitted",
            "budget-sent",
            "accounts-transmitted",
            "tax-rates",
            "tax-rates-epci",
            "documents-request",
            "breach",
            "duerp",
        ]
    );
}

#[test]
fn an_operator_amends_switches_off_and_adds() {
    let changes = [
        change("id = \"payment\"\nenabled = false"),
        change(
            "id = \"deliberations-list\"\ndate = \"2027-01-02\"\nversion = 2\ndue = { after = [\"council\"], days = 5 }",
        ),
        change(
            "id = \"bulletin\"\nstatement = \"Envoyer le bulletin au plus tard le {due}\"\narticle = \"Règlement intérieur, art. 4\"\ndate = \"2027-01-02\"\ndue = { yearly = [\"03-01\"] }",
        ),
    ];
    let book = RuleBook::built_in().amended(&changes).unwrap();
    let rule = |id: &str| book.rules().find(|rule| rule.id == id).unwrap();
    assert!(!rule("payment").is_on() && rule("payment").certainty == Certainty::Agreed);
    let list = rule("deliberations-list");
    assert_eq!((list.version, list.date, list.certainty), (2, day("2027-01-02"), Certainty::Operator));
    assert_eq!(list.article, "CGCT L2121-25", "what is not written stays");
    assert!(rule("bulletin").is_on());
    let settled =
        change("id = \"budget-debate\"\ndate = \"2027-01-02\"\ncontested = \"\"\nnote = \"Avis du préfet\"");
    let book = RuleBook::built_in().amended(&[settled]).unwrap();
    let debate = book.rules().find(|rule| rule.id == "budget-debate").unwrap();
    assert_eq!((debate.contested.as_deref(), debate.note.as_deref()), (None, Some("Avis du préfet")));
}

#[test]
fn each_mistake_is_told_at_its_key() {
    assert_eq!(problems("id = \"nowhere\"\nenabled = true"), [(0, "id")]);
    assert_eq!(problems("id = \"payment\"\nnote = \"x\""), [(0, "date")]);
    assert_eq!(problems("id = \"new\"\ndate = \"2027-01-01\""), [(0, "statement")]);
    let new =
        |rest: &str| problems(&format!("id = \"new\"\ndate = \"2027-01-01\"\narticle = \"Art. 1\"\n{rest}"));
    assert_eq!(new("statement = \"x\"\nneeds = [\"m58\"]"), [(0, "needs")]);
    assert_eq!(new("statement = \"le {due}\""), [(0, "statement")]);
    assert_eq!(new("statement = \"le {jour}\"\ndue = { yearly = [\"01-01\"] }"), [(0, "statement")]);
    assert_eq!(new("statement = \"le {date}\"\ndue = { yearly = [\"01-01\"] }"), [(0, "statement")]);
    for due in [
        "{ before = [\"sitting\"], days = 1 }",
        "{ before = [\"council\"] }",
        "{ before = [\"council\"], days = 1, months = 1 }",
        "{ after = [\"council\"], clear_days = 1 }",
        "{ after = [\"council\"], before = [\"council\"], days = 1 }",
        "{ yearly = [\"01-01\"], days = 1 }",
        "{ yearly = [\"01-01\", \"02-01\"], renewal = [\"01-02\"] }",
        "{ before = [\"council\"], days = 5000 }",
        "{ }",
    ] {
        assert_eq!(new(&format!("statement = \"x\"\ndue = {due}")), [(0, "due")], "{due}");
    }
    assert_eq!(
        new("statement = \"x\"\npopulation_from = 5\npopulation_below = 5"),
        [(0, "population_below")]
    );
    assert_eq!(new("statement = \"x\"\nopens = [{ months = 2, article = \"a\" }]"), [(0, "opens")]);
    let twice = [change("id = \"payment\"\nenabled = false"), change("id = \"payment\"\nenabled = true")];
    let found = RuleBook::built_in().amended(&twice).unwrap_err();
    assert_eq!((found.len(), found[0].change, found[0].key), (1, 1, "id"));
    assert!(toml_change("id = \"x\"\ndue = { yearly = [\"02-29\"] }").is_err());
    assert!(toml_change("id = \"x\"\nunknown = 1").is_err());
}
