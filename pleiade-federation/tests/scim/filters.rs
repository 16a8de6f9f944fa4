//! The filter's reader: what it prints it reads back, whatever it is given it stays within bounds.

use pleiade_federation::scim::{
    AttributePath, ChangePath, Filter, MAX_FILTER_BYTES, MAX_FILTER_DEPTH, MAX_FILTER_TERMS, Operator, Scalar,
};
use proptest::prelude::*;

fn attribute() -> impl Strategy<Value = AttributePath> {
    let schema = prop_oneof![Just(None), Just(Some("urn:ietf:params:scim:schemas:core:2.0:User".to_owned()))];
    let sub =
        prop_oneof![Just(None), "[a-z][a-zA-Z0-9_-]{0,6}".prop_map(Some), Just(Some("$ref".to_owned()))];
    (schema, "[a-zA-Z][a-zA-Z0-9_-]{0,8}", sub).prop_map(|(schema, name, sub)| AttributePath {
        schema,
        name,
        sub,
    })
}

fn scalar() -> impl Strategy<Value = Scalar> {
    prop_oneof![
        Just(Scalar::Null),
        any::<bool>().prop_map(Scalar::Bool),
        any::<i64>().prop_map(|number| Scalar::Number(number.into())),
        ".{0,12}".prop_map(Scalar::Text),
    ]
}

fn term() -> impl Strategy<Value = Filter> {
    prop_oneof![
        attribute().prop_map(Filter::Present),
        (attribute(), prop::sample::select(&Operator::ALL[..]), scalar()).prop_map(
            |(path, operator, value)| {
                let operator = if operator.takes(&value) { operator } else { Operator::Equal };
                Filter::Compare(path, operator, value)
            }
        ),
    ]
}

fn filter() -> impl Strategy<Value = Filter> {
    term().prop_recursive(4, 24, 3, |inner| {
        prop_oneof![
            inner.clone().prop_map(|inner| Filter::Not(Box::new(inner))),
            (attribute(), inner.clone()).prop_map(|(mut path, inner)| {
                path.sub = None;
                Filter::Has(path, Box::new(inner))
            }),
            (attribute(), inner.clone(), term()).prop_map(|(mut path, inner, mut of_sub)| {
                path.sub = None;
                if let Filter::Present(sub) | Filter::Compare(sub, ..) = &mut of_sub {
                    (sub.schema, sub.sub) = (None, None);
                }
                Filter::Within(path, Box::new(inner), Box::new(of_sub))
            }),
            prop::collection::vec(inner.clone(), 2..4).prop_map(Filter::And),
            prop::collection::vec(inner, 2..4).prop_map(Filter::Or),
        ]
    })
}

proptest! {
    #[test]
    fn what_is_printed_is_read_back(filter in filter()) {
        let text = filter.to_string();
        prop_assume!(text.len() <= MAX_FILTER_BYTES);
        prop_assert_eq!(text.parse::<Filter>(), Ok(filter), "{}", text);
    }

    #[test]
    fn paths_are_read_back(attribute in attribute(), inner in filter(), sub in "[a-z]{1,5}") {
        let plain = ChangePath { attribute: attribute.clone(), filter: None, sub: None };
        prop_assert_eq!(plain.to_string().parse::<ChangePath>(), Ok(plain));
        let filtered = ChangePath {
            attribute: AttributePath { sub: None, ..attribute },
            filter: Some(inner),
            sub: Some(sub),
        };
        prop_assume!(filtered.to_string().len() <= MAX_FILTER_BYTES);
        prop_assert_eq!(filtered.to_string().parse::<ChangePath>(), Ok(filtered));
    }

    #[test]
    fn nothing_makes_the_reader_panic(text in ".{0,200}") {
        let _ = text.parse::<Filter>();
        let _ = text.parse::<ChangePath>();
    }

    #[test]
    fn neither_does_what_looks_like_a_filter(
        words in prop::collection::vec(prop::sample::select(vec![
            "userName", "emails", "eq", "pr", "and", "or", "not", "(", ")", "[", "]", "\"", "\\", "\"é\"", "1e999", "-",
            "urn:a:b", ".", "$ref", " ", "null",
        ]), 0..60),
        glue in prop::sample::select(vec!["", " "]),
    ) {
        if let Ok(read) = words.join(glue).parse::<Filter>() {
            prop_assert_eq!(read.to_string().parse::<Filter>(), Ok(read));
        }
    }
}

#[test]
fn bounds_hold() {
    let nested = |depth: usize| format!("{}a pr{}", "(".repeat(depth), ")".repeat(depth));
    assert!(nested(MAX_FILTER_DEPTH).parse::<Filter>().is_ok());
    for text in [
        nested(MAX_FILTER_DEPTH + 1),
        "not (".repeat(700),
        "a[".repeat(1000),
        vec!["a pr"; MAX_FILTER_TERMS + 1].join(" or "),
        format!("a eq \"{}\"", "x".repeat(MAX_FILTER_BYTES)),
    ] {
        assert!(text.parse::<Filter>().is_err(), "{}", &text[..20]);
    }
    assert!(vec!["a pr"; MAX_FILTER_TERMS].join(" or ").parse::<Filter>().is_ok());
}

#[test]
fn the_grammar_is_followed() {
    for (text, printed) in [
        ("userName Eq \"a\"", "userName eq \"a\""),
        ("  a pr  AND  b pr or c pr ", "(a pr and b pr) or c pr"),
        ("a pr and (b pr or c pr)", "a pr and (b pr or c pr)"),
        ("not(a pr)", "not (a pr)"),
        ("not pr", "not pr"),
        ("emails[type eq \"work\" and value co \"@x\"]", "emails[type eq \"work\" and value co \"@x\"]"),
        ("emails[type eq \"work\"].value  EQ \"x\"", "emails[type eq \"work\"].value eq \"x\""),
        ("members[a pr and b pr].$ref PR", "members[a pr and b pr].$ref pr"),
        ("a eq \"\\u0041\\\"\"", "a eq \"A\\\"\""),
        ("active eq False", "active eq false"),
        (
            "urn:ietf:params:scim:schemas:core:2.0:User:name.familyName sw \"D\"",
            "urn:ietf:params:scim:schemas:core:2.0:User:name.familyName sw \"D\"",
        ),
    ] {
        assert_eq!(text.parse::<Filter>().unwrap().to_string(), printed);
    }
    for wrong in [
        "",
        "a",
        "a eq",
        "a eq b",
        "a xx \"b\"",
        "a pr and",
        "a pr b pr",
        "(a pr",
        "a pr)",
        "a[b pr",
        "a.b[c pr]",
        "a[b pr].",
        "a[b pr].c",
        "a[b pr].c.d pr",
        "a[b pr].c[d pr]",
        "a[b pr] eq \"x\"",
        "1a pr",
        "a eq 'b'",
        "a eq \"b",
        "a eq \"b\\",
        "a co 1",
        "a gt true",
        "a eq 1.2.3",
        "a..b pr",
        "http:a pr",
        "a eq\"b\"",
    ] {
        assert!(wrong.parse::<Filter>().is_err(), "{wrong}");
    }
}
