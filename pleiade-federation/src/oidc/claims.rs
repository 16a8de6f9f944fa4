//! From the provider's claims to ours.

use super::{preset::ResolvedClaimNames, token::Payload};
use pleiade_core::{Claims, Subject, Withheld};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// The longest value kept, in characters; longer ones are dropped, never cut: half a group name is another group.
const MAX_VALUE_CHARS: usize = 256;
const MAX_VALUES: usize = 500;
const MAX_ATTRIBUTES: usize = 100;
/// Claims inside of claims, at most.
const MAX_DEPTH: usize = 4;

/// The member that says which claims are told elsewhere, and the one that says where.
const CLAIM_NAMES: &str = "_claim_names";
const REFERENCES: [&str; 2] = [CLAIM_NAMES, "_claim_sources"];

/// Claims about the token, not about the person.
const PROTOCOL: [&str; 13] =
    ["iss", "sub", "aud", "exp", "iat", "nbf", "nonce", "at_hash", "c_hash", "s_hash", "azp", "jti", "sid"];

fn kept(text: &str) -> bool {
    !text.trim().is_empty() && text.chars().count() <= MAX_VALUE_CHARS && !text.chars().any(char::is_control)
}

/// The values of a claim.
///
/// # Errors
/// When there are more than are kept: some of them would be other rights than all of them.
fn values(claim: &Value) -> Result<Vec<String>, Withheld> {
    let scalar = |value: &Value| match value {
        Value::String(text) => Some(text.trim().to_owned()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(truth) => Some(truth.to_string()),
        _ => None,
    };
    let found: Vec<String> = match claim {
        Value::Array(list) if list.len() > MAX_VALUES => return Err(Withheld::TooMany),
        Value::Array(list) => list.iter().filter_map(scalar).collect(),
        one => scalar(one).into_iter().collect(),
    };
    Ok(found.into_iter().filter(|value| kept(value)).collect())
}

/// Every claim of an answer by its name, those inside of others by their path: `realm_access.roles`. A claim of exactly that name counts
/// before one of that path, and the signed token before the user information.
#[derive(Default)]
struct Told<'a> {
    claims: BTreeMap<String, &'a Value>,
    nested: BTreeMap<String, &'a Value>,
    /// Claims that the answer refers elsewhere for (OpenID Connect Core §5.6.2).
    elsewhere: BTreeSet<&'a str>,
}

impl<'a> Told<'a> {
    fn new(payloads: [&'a Payload; 2]) -> Self {
        let mut told = Self::default();
        for payload in payloads {
            let (mut flat, mut nested) = (BTreeMap::new(), BTreeMap::new());
            for (name, claim) in payload.iter().filter(|(name, _)| !REFERENCES.contains(&name.as_str())) {
                match claim {
                    Value::Null => {}
                    Value::Object(inner) => walk(name, inner, 1, &mut nested),
                    leaf => drop(flat.insert(name.clone(), leaf)),
                }
            }
            nested.retain(|name, _| !flat.contains_key(name));
            for (name, leaf) in flat {
                if !told.nested.contains_key(&name) {
                    told.claims.entry(name).or_insert(leaf);
                }
            }
            for (name, leaf) in nested {
                if !told.claims.contains_key(&name) {
                    told.nested.entry(name).or_insert(leaf);
                }
            }
            if let Some(Value::Object(names)) = payload.get(CLAIM_NAMES) {
                told.elsewhere.extend(names.keys().map(String::as_str).filter(|name| kept(name)));
            }
        }
        told
    }

    fn get(&self, name: &str) -> Option<&'a Value> {
        self.claims.get(name).or_else(|| self.nested.get(name)).copied()
    }
}

/// The leaves of an object, by their path.
fn walk<'a>(path: &str, object: &'a Payload, depth: usize, into: &mut BTreeMap<String, &'a Value>) {
    for (name, claim) in object {
        let path = format!("{path}.{name}");
        match claim {
            Value::Null => {}
            _ if path.len() > MAX_VALUE_CHARS => {}
            Value::Object(inner) if depth < MAX_DEPTH => walk(&path, inner, depth + 1, into),
            Value::Object(_) => {}
            leaf => drop(into.entry(path).or_insert(leaf)),
        }
    }
}

/// The union of the ID token's claims and the user information; the signed token wins.
pub(super) fn merge(
    subject: Subject,
    id_token: &Payload,
    userinfo: &Payload,
    names: &ResolvedClaimNames,
) -> Claims {
    let told = Told::new([id_token, userinfo]);
    let first = |name: &str| told.get(name).and_then(|claim| values(claim).ok()?.into_iter().next());
    let mut claims = Claims::new(subject);
    claims.display_name = first(&names.display_name);
    claims.given_name = first(&names.given_name);
    claims.family_name = first(&names.family_name);
    claims.mail = first(&names.mail).and_then(|mail| mail.parse().ok());
    claims.login = first(&names.login);
    claims.acr = id_token.get("acr").and_then(Value::as_str).filter(|acr| kept(acr)).map(str::to_owned);
    claims.provider_session =
        id_token.get("sid").and_then(Value::as_str).filter(|sid| kept(sid)).map(str::to_owned);
    // Those of the first level before the others, so that none of them gives way.
    let wanted = told.claims.iter().chain(&told.nested);
    for (name, claim) in wanted.filter(|(name, _)| !PROTOCOL.contains(&name.as_str()) && kept(name)) {
        match values(claim) {
            Ok(values) if values.is_empty() => {}
            Ok(values) if claims.attributes.len() < MAX_ATTRIBUTES => {
                claims.attributes.insert(name.clone(), values);
            }
            // What there is no room for is unknown, not none.
            told if claims.withheld.len() < MAX_ATTRIBUTES => {
                claims.withheld.insert(name.clone(), told.err().unwrap_or(Withheld::TooMany));
            }
            _ => {}
        }
    }
    for name in told.elsewhere.iter().filter(|name| told.get(name).is_none()).take(MAX_ATTRIBUTES) {
        claims.withheld.insert((*name).to_owned(), Withheld::Elsewhere);
    }
    // Whatever they are called at the source, mapping knows them under one name.
    claims.groups_withheld = match told.get(&names.groups) {
        Some(claim) => match groups(claim, names) {
            Ok(groups) => {
                claims.groups = groups;
                None
            }
            Err(why) => Some(why),
        },
        None => told.elsewhere.contains(names.groups.as_str()).then_some(Withheld::Elsewhere),
    };
    // They have a place of their own: a want of room among the attributes is none of theirs.
    if names.groups == "groups" && claims.groups_withheld.is_none() {
        claims.withheld.remove("groups");
    }
    claims
}

fn groups(claim: &Value, names: &ResolvedClaimNames) -> Result<Vec<String>, Withheld> {
    let separated: Vec<String> = match claim {
        // One string may be longer than one value: it holds all the groups.
        Value::String(text) if !names.group_separator.is_empty() => {
            let groups = text.split(names.group_separator.as_str()).map(str::trim);
            groups.filter(|group| !group.is_empty()).take(MAX_VALUES + 1).map(str::to_owned).collect()
        }
        // A separator inside a group of a list is refused: two ways of reading it would be two sets of rights.
        list => values(list)?
            .into_iter()
            .filter(|group| names.group_separator.is_empty() || !group.contains(&names.group_separator))
            .collect(),
    };
    if separated.len() > MAX_VALUES {
        return Err(Withheld::TooMany);
    }
    let mut groups: Vec<String> = separated
        .iter()
        .map(|group| group.trim())
        .map(|group| group.strip_prefix(names.group_prefix.as_str()).unwrap_or(group))
        .filter(|group| kept(group))
        .map(str::to_owned)
        .collect();
    groups.sort();
    groups.dedup();
    Ok(groups)
}

#[cfg(test)]
mod tests {
    use super::{
        super::{ClaimNames, OidcConfig, preset::Settings},
        *,
    };
    use serde_json::json;

    fn payload(value: Value) -> Payload {
        match value {
            Value::Object(map) => map,
            _ => panic!("an object"),
        }
    }

    fn claims(id_token: Value, userinfo: Value, names: &ClaimNames) -> Claims {
        let subject = Subject::new("https://op.example", "1").unwrap();
        let callback = "https://desk.example/callback".parse().unwrap();
        let mut config = OidcConfig::new("https://op.example", "pleiade", "s".to_owned().into(), callback);
        config.claims = names.clone();
        let settings = Settings::new(&config).unwrap();
        merge(subject, &payload(id_token), &payload(userinfo), &settings.names)
    }

    #[test]
    fn the_signed_token_wins_and_userinfo_completes() {
        let got = claims(
            json!({"iss": "x", "sid": "s1", "name": "Signée"}),
            json!({"name": "Autre", "email": "a@ville.example", "siret": "21990001600011", "address": {"x": 1}}),
            &ClaimNames::default(),
        );
        assert_eq!(got.display_name.as_deref(), Some("Signée"));
        assert_eq!(got.attribute("name"), Some("Signée"));
        assert_eq!(got.attribute("siret"), Some("21990001600011"));
        assert_eq!(got.provider_session.as_deref(), Some("s1"));
        assert_eq!(got.attribute("iss"), None);
        assert_eq!(got.attribute("address"), None);
    }

    #[test]
    fn groups_come_as_a_list_or_as_one_string() {
        let names = ClaimNames { group_prefix: Some("/".into()), ..ClaimNames::default() };
        for form in [json!(["/urbanisme", "/agents"]), json!("/agents; /urbanisme")] {
            let got = claims(json!({ "groups": form }), json!({}), &names);
            assert_eq!(got.groups, ["agents", "urbanisme"]);
        }
    }

    #[test]
    fn a_separator_hidden_in_a_listed_group_gives_nothing() {
        let got = claims(json!({"groups": ["a; administrateurs", "b"]}), json!({}), &ClaimNames::default());
        assert_eq!(got.groups, ["b"]);
    }

    /// Keycloak's `realm_access.roles`, which a mapper may put in the ID token or the user information.
    #[test]
    fn a_claim_inside_of_a_claim_is_named_by_its_path() {
        let names = ClaimNames { groups: Some("realm_access.roles".into()), ..ClaimNames::default() };
        let nested = json!({"realm_access": {"roles": ["agents", "elus"]}, "resource_access": {"pleiade": {"roles": ["a"]}}});
        for (id_token, userinfo) in [(nested.clone(), json!({})), (json!({}), nested.clone())] {
            let got = claims(id_token, userinfo, &names);
            assert_eq!(got.groups, ["agents", "elus"]);
            assert_eq!(got.attributes["realm_access.roles"], ["agents", "elus"], "for rules and admit too");
            assert_eq!(got.attribute("resource_access.pleiade.roles"), Some("a"));
        }
        let both = json!({"realm_access.roles": ["flat"], "realm_access": {"roles": ["nested"]}});
        assert_eq!(claims(both, json!({}), &names).groups, ["flat"], "the exact name first");
        let flat = json!({"realm_access.roles": ["flat"]});
        assert_eq!(
            claims(nested, flat, &names).groups,
            ["agents", "elus"],
            "the signed token before the other"
        );
        for other in
            [json!({"realm_access": ["roles"]}), json!({"realm_access": {"roles": {"x": 1}}}), json!({})]
        {
            assert!(claims(other, json!({}), &names).groups.is_empty());
        }
        let deep = json!({"a": {"b": {"c": {"d": {"e": {"f": ["x"]}}}}}});
        let names = ClaimNames { groups: Some("a.b.c.d.e.f".into()), ..ClaimNames::default() };
        assert!(claims(deep, json!({}), &names).groups.is_empty(), "so deep nobody looks");
    }

    #[test]
    fn what_stands_deeper_takes_no_place_of_what_stands_on_top() {
        let mut told = json!({"zz": "kept"});
        for n in 0..200 {
            told["aa"][format!("n{n}")] = json!("x");
        }
        let got = claims(told, json!({}), &ClaimNames::default());
        assert_eq!((got.attribute("zz"), got.attributes.len()), (Some("kept"), MAX_ATTRIBUTES));
    }

    #[test]
    fn long_and_controlled_values_are_dropped() {
        let long = "x".repeat(257);
        let got = claims(
            json!({"name": long, "given_name": "a\nb", "ok": true}),
            json!({}),
            &ClaimNames::default(),
        );
        assert_eq!((got.display_name.as_deref(), got.given_name.as_deref()), (None, None));
        assert_eq!(got.attribute("ok"), Some("true"));
    }

    /// As Entra ID writes them beyond 200 groups.
    fn overage() -> Value {
        json!({
            "_claim_names": {"groups": "src1"},
            "_claim_sources": {"src1": {"endpoint": "https://graph.example/v1.0/users/1/getMemberObjects"}},
        })
    }

    #[test]
    fn groups_that_are_told_elsewhere_are_unknown_and_not_none() {
        let names = ClaimNames::default();
        for (id_token, userinfo) in [(overage(), json!({})), (json!({}), overage())] {
            let got = claims(id_token, userinfo, &names);
            assert_eq!(got.groups_withheld, Some(Withheld::Elsewhere));
            assert!(got.groups.is_empty() && got.attribute("_claim_sources.src1.endpoint").is_none());
        }
        let told = claims(overage(), json!({"groups": ["agents"]}), &names);
        assert_eq!(
            (told.groups.len(), told.withheld.len(), told.groups_withheld),
            (1, 0, None),
            "they were told after all"
        );
        let none = claims(json!({}), json!({}), &names);
        assert!(none.withheld.is_empty() && none.groups_withheld.is_none(), "none is none");
        let renamed = ClaimNames { groups: Some("roles".into()), ..ClaimNames::default() };
        let got = claims(json!({"_claim_names": {"roles": "src1"}}), json!({}), &renamed);
        assert_eq!(
            got.groups_withheld,
            Some(Withheld::Elsewhere),
            "by the name that they have at the source"
        );
        assert_eq!(claims(json!({"_claim_names": "groups"}), json!({}), &names).groups_withheld, None);
    }

    #[test]
    fn more_groups_than_are_kept_are_unknown_and_never_some_of_them() {
        let names = ClaimNames::default();
        let many = |n: usize| (0..n).map(|n| format!("g{n}")).collect::<Vec<_>>();
        for (n, known) in [(450, true), (MAX_VALUES, true), (MAX_VALUES + 1, false)] {
            for form in [json!(many(n)), json!(many(n).join(";"))] {
                let got = claims(json!({ "groups": form }), json!({}), &names);
                assert_eq!(got.groups.len(), if known { n } else { 0 });
                assert_eq!(got.groups_withheld, (!known).then_some(Withheld::TooMany));
            }
        }
        // Another claim of that name is not the groups, and what has no room among the attributes is unknown.
        let renamed = ClaimNames { groups: Some("roles".into()), ..ClaimNames::default() };
        let got = claims(json!({"roles": ["agents"], "groups": many(501)}), json!({}), &renamed);
        assert_eq!((got.groups.len(), got.groups_withheld), (1, None));
        assert_eq!(got.withheld.get("groups"), Some(&Withheld::TooMany));
        let mut crowd: serde_json::Map<String, Value> =
            many(MAX_ATTRIBUTES).into_iter().map(|name| (name, json!("x"))).collect();
        crowd.insert("clients".into(), json!({"pleiade": {"roles": ["agents"]}}));
        let got = claims(Value::Object(crowd), json!({}), &names);
        assert_eq!(got.withheld.get("clients.pleiade.roles"), Some(&Withheld::TooMany));
        let got = claims(json!({"roles": many(501)}), json!({}), &names);
        assert_eq!((got.withheld.get("roles"), got.attribute("roles")), (Some(&Withheld::TooMany), None));
    }
}
