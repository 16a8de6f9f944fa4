use super::*;
use proptest::prelude::*;
use std::collections::HashSet;

fn dn(text: &str) -> DistinguishedName {
    DistinguishedName::from(text)
}

#[test]
fn one_name_has_many_spellings() {
    for (one, other) in [
        (r"CN=NOM\, Prénom,DC=x", r"cn=nom\2C pr\c3\a9nom,dc=x"),
        (r"CN=Élu,DC=x", r"CN=\C3\89lu,DC=x"),
        ("cn=a,dc=x", " CN = A , DC = X "),
        (r"cn=C\+\+,dc=x", r"cn=c\2b\2B,dc=x"),
        (r"cn=a\=b\#c,dc=x", "cn=a=b#c,dc=x"),
        (r"cn=\#1,dc=x", r"cn=\231,dc=x"),
        (r"cn=a\ ,dc=x", r"cn=a\20 ,dc=x"),
        (r"cn=\ a,dc=x", r"cn=\20a,dc=x"),
        (r#"cn=\"a\"\;\<b\>,dc=x"#, r"cn=\22a\22\3b<b>,dc=x"),
        (r"cn=a\\b,dc=x", r"cn=a\5cb,dc=x"),
        ("cn=a+ou=b,dc=x", "OU=B + CN=A,dc=x"),
        ("cn=#04AB,dc=x", "cn=#04ab ,dc=x"),
        ("2.5.4.3=a", "2.5.4.3 = a"),
        ("cn=ΣΑΣ", "cn=σασ"),
        ("", " "),
    ] {
        assert_eq!(dn(one), dn(other), "{one} {other}");
        assert_eq!(dn(one).as_str(), one);
    }
}

#[test]
fn other_names_stay_apart() {
    let names = [
        "cn=a,dc=x",
        "cn=a,dc=y",
        "cn=a",
        "cn=a,cn=a,dc=x",
        "ou=a,dc=x",
        r"cn=a\,dc=x",
        "cn=a+dc=x",
        "cn=a+cn=a,dc=x",
        r"cn=a\+ou\=b,dc=x",
        "cn=a+ou=b,dc=x",
        "cn=b+ou=a,dc=x",
        r"cn=a\20,dc=x",
        r"cn=a\20\20,dc=x",
        r"cn=\20a,dc=x",
        "cn=a a,dc=x",
        "cn=a  a,dc=x",
        r"cn=NOM\, Prénom,dc=x",
        r"cn=NOM\,Prénom,dc=x",
        "cn=NOM Prénom,dc=x",
        "cn=é,dc=x",
        "cn=e,dc=x",
        r"cn=\e9,dc=x",
        r"cn=\5ce9,dc=x",
        "cn=#0401,dc=x",
        r"cn=\#0401,dc=x",
        "cn=,dc=x",
        "cn=\\00,dc=x",
        "",
        // No distinguished names.
        "cn=a,,dc=x",
        "cn=a,dc=x,",
        "cn=a;dc=x",
        "a",
        "A",
    ];
    let apart: HashSet<DistinguishedName> = names.into_iter().map(dn).collect();
    assert_eq!(apart.len(), names.len());
}

#[test]
fn texts_that_are_no_names_equal_themselves_alone() {
    for bad in [
        "x",
        "=a",
        ",",
        "cn=a,",
        ",cn=a",
        "cn=a,,dc=x",
        "cn=a+",
        "cn=a+,dc=x",
        "cn=a\\",
        r"cn=a\2",
        r"cn=a\2g",
        "cn=#",
        "cn=#0",
        "cn=#0g",
        "cn=#04 05",
        "c n=a",
        "-a=b",
        "<GUID=1>",
        "cn=\"a, b\",dc=x",
        "cn=a;dc=x",
        "cn=a\0",
        "lecteur@ville.example",
    ] {
        assert_eq!(DistinguishedName::parse(bad).err(), Some(DnError), "{bad:?}");
        assert_eq!(dn(bad), dn(bad));
        assert_ne!(dn(bad), dn(&format!("{bad} ")));
        assert!(!dn(bad).is_under(&dn("dc=x")) && !dn("dc=x").is_under(&dn(bad)));
        assert_eq!((dn(bad).depth(), dn(bad).first_value()), (0, None));
    }
    assert!(DistinguishedName::parse("").is_err(), "the whole of a server is no branch that somebody writes");
}

#[test]
fn a_base_is_a_whole_suffix() {
    assert!(dn("cn=a,OU=Groupes, o=alpha").is_under(&dn("ou=groupes,o=alpha")));
    assert!(dn(r"cn=Dupont\, Jean,ou=A\2cB,o=alpha").is_under(&dn(r"OU=a\,b,o=alpha")));
    assert!(dn("o=alpha").is_under(&dn("O=Alpha")));
    for (name, base) in [
        ("cn=a,ou=mesgroupes,o=alpha", "groupes,o=alpha"),
        ("cn=a,ou=mesgroupes,o=alpha", "ou=groupes,o=alpha"),
        ("cn=a,ou=groupes,o=beta", "ou=groupes,o=alpha"),
        ("o=alpha", "ou=groupes,o=alpha"),
        // The comma belongs to the value.
        (r"cn=x\,o=alpha", "o=alpha"),
        (r"cn=a,ou=x\,ou\=groupes\,o\=alpha", "ou=groupes,o=alpha"),
        ("cn=a+o=alpha", "o=alpha"),
    ] {
        assert!(!dn(name).is_under(&dn(base)), "{name} {base}");
    }
    assert_eq!((dn("").depth(), dn(r"cn=a\,b+ou=c,dc=x").depth()), (0, 2));
}

#[test]
fn names_of_groups_are_unescaped() {
    for (name, value) in [
        ("cn=urbanisme,ou=groupes", Some("urbanisme")),
        (r"cn=Affaires\2c G\C3\A9n\,x,ou=g", Some("Affaires, Gén,x")),
        (r"CN=C\+\+ \= ok + OU=b", Some("C++ = ok")),
        (r"cn=\e9,ou=g", None),
        ("cn=#0401,ou=g", None),
        ("cn= ,ou=g", None),
        ("", None),
    ] {
        assert_eq!(dn(name).first_value().as_deref(), value, "{name}");
    }
}

/// The letters of a value, each with one of the ways to write it.
type Letters = Vec<(char, u8)>;

fn meant(letters: &Letters) -> String {
    letters.iter().flat_map(|(letter, _)| letter.to_lowercase()).collect()
}

fn value() -> impl Strategy<Value = Letters> {
    let letter = prop_oneof![
        4 => prop::char::range('a', 'e'),
        3 => prop::sample::select(vec![',', '+', '=', '\\', '#', '"', ';', '<', '>', ' ', '\0', '\n']),
        2 => prop::sample::select(vec!['é', 'É', 'Œ', '€', '𝔸', 'ẞ']),
    ];
    prop::collection::vec((letter, 0_u8..4), 0..6)
}

/// The capital of a letter that has one.
fn upper(letter: char) -> char {
    let mut capitals = letter.to_uppercase();
    match (capitals.next(), capitals.next()) {
        (Some(capital), None) => capital,
        _ => letter,
    }
}

/// One of the ways to write a value: each letter as it is where that may be, behind a `\`, or in hexadecimal digits.
fn spelled(letters: &Letters, shift: u8) -> String {
    let last = letters.len().saturating_sub(1);
    let mut out = String::new();
    for (place, (letter, way)) in letters.iter().enumerate() {
        let way = (way + shift) % 4;
        let at_edge = place == 0 || place == last;
        let must = ",+\"\\;".contains(*letter) || *letter == '\0' || (at_edge && " #".contains(*letter));
        let may_escape = *letter != '\0' && !letter.is_ascii_hexdigit();
        match way {
            0 if !must => out.push(*letter),
            1 if !must => out.push(upper(*letter)),
            2 if may_escape => out.extend(['\\', *letter]),
            _ => {
                for octet in letter.encode_utf8(&mut [0; 4]).bytes() {
                    let digits = format!("\\{octet:02x}");
                    out.push_str(&if shift.is_multiple_of(2) { digits } else { digits.to_uppercase() });
                }
            }
        }
    }
    out
}

/// The components of a name: types by their place in `KINDS`, and values.
type SpelledName = Vec<Component>;
type Component = Vec<(usize, Letters)>;

fn name() -> impl Strategy<Value = SpelledName> {
    let attribute = (0_usize..3, value());
    prop::collection::vec(prop::collection::vec(attribute, 1..3), 1..4)
}

const KINDS: [[&str; 2]; 3] = [["cn", "CN"], ["ou", "Ou"], ["dc", "dC"]];

fn write(name: &SpelledName, shift: u8) -> String {
    let blank = if shift % 3 == 1 { " " } else { "" };
    let component = |attributes: &Component| {
        let mut all: Vec<String> = attributes
            .iter()
            .map(|(kind, letters)| {
                let kind = KINDS[*kind][usize::from(shift % 2)];
                format!("{blank}{kind}{blank}={blank}{}{blank}", spelled(letters, shift))
            })
            .collect();
        if shift % 2 == 1 {
            all.reverse();
        }
        all.join("+")
    };
    name.iter().map(component).collect::<Vec<_>>().join(",")
}

/// The meaning of a name, however it is written.
fn meaning(name: &SpelledName) -> Vec<Vec<(usize, String)>> {
    let component = |attributes: &Component| {
        let mut all: Vec<_> = attributes.iter().map(|(kind, letters)| (*kind, meant(letters))).collect();
        all.sort();
        all
    };
    name.iter().map(component).collect()
}

proptest! {
    #[test]
    fn whatever_is_read_is_kept_and_compared_the_same_again(text in r#"([a-cé ,+=\\#";<>0-9]|\\[0-9a-f]{2}|cn=|,dc=){0,12}"#) {
        check(&text);
    }

    #[test]
    fn every_spelling_of_a_name_is_that_name(written in name(), one in 0_u8..12, other in 0_u8..12) {
        let (one, other) = (write(&written, one), write(&written, other));
        check(&one);
        prop_assert!(dn(&one).normal.is_some(), "{one:?}");
        prop_assert!(dn(&one) == dn(&other), "{one:?} {other:?}");
        prop_assert_eq!(dn(&one).depth(), written.len());
    }

    #[test]
    fn names_that_mean_something_else_stay_apart(a in name(), b in name(), one in 0_u8..12, other in 0_u8..12) {
        let same = meaning(&a) == meaning(&b);
        prop_assert_eq!(dn(&write(&a, one)) == dn(&write(&b, other)), same);
    }

    #[test]
    fn a_name_stands_under_the_ends_of_itself_alone(a in name(), b in name(), at in 0_usize..4, one in 0_u8..12) {
        let whole = dn(&write(&a, one));
        if let Some(end) = a.get(at..).filter(|end| !end.is_empty()) {
            prop_assert!(whole.is_under(&dn(&write(&end.to_vec(), one + 1))));
        }
        let ends = meaning(&a).ends_with(&meaning(&b));
        prop_assert_eq!(whole.is_under(&dn(&write(&b, one + 2))), ends);
    }
}
