//! From the provider's claims to ours.

use super::{preset::ResolvedClaimNames, token::Payload};
use pleiade_core::{Claims, Subject};
use serde_json::Value;
use std::collections::BTreeMap;

/// The longest value kept, in characters; longer ones are dropped, never cut: half a group name is another group.
const MAX_VALUE_CHARS: usize = 256;
const MAX_VALUES: usize = 500;
const MAX_ATTRIBUTES: usize = 100;

/// Claims about the token, not about the person.
const PROTOCOL: [&str; 13] =
    ["iss", "sub", "aud", "exp", "iat", "nbf", "nonce", "at_hash", "c_hash", "s_hash", "azp", "jti", "sid"];

fn kept(text: &str) -> bool {
    !text.trim().is_empty() && text.chars().count() <= MAX_VALUE_CHARS && !text.chars().any(char::is_control)
}

fn values(claim: &Value) -> Vec<String> {
    let scalar = |value: &Value| match value {
        Value::String(text) => Some(text.trim().to_owned()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(truth) => Some(truth.to_string()),
        _ => None,
    };
    let found: Vec<String> = match claim {
        Value::Array(list) => list.iter().take(MAX_VALUES).filter_map(scalar).collect(),
        one => scalar(one).into_iter().collect(),
    };
    found.into_iter().filter(|value| kept(value)).collect()
}

/// The union of the ID token's claims and the user information; the signed token wins.
pub(super) fn merge(
    subject: Subject,
    id_token: &Payload,
    userinfo: &Payload,
    names: &ResolvedClaimNames,
) -> Claims {
    let claim = |name: &str| id_token.get(name).or_else(|| userinfo.get(name));
    let first = |name: &str| claim(name).and_then(|claim| values(claim).into_iter().next());
    let mut claims = Claims::new(subject);
    claims.display_name = first(&names.display_name);
    claims.given_name = first(&names.given_name);
    claims.family_name = first(&names.family_name);
    claims.mail = first(&names.mail).and_then(|mail| mail.parse().ok());
    claims.login = first(&names.login);
    claims.groups = claim(&names.groups).map(|claim| groups(claim, names)).unwrap_or_default();
    claims.acr = id_token.get("acr").and_then(Value::as_str).filter(|acr| kept(acr)).map(str::to_owned);
    claims.provider_session =
        id_token.get("sid").and_then(Value::as_str).filter(|sid| kept(sid)).map(str::to_owned);
    let merged: BTreeMap<&String, &Value> = userinfo.iter().chain(id_token).collect();
    claims.attributes = merged
        .into_iter()
        .filter(|(name, _)| !PROTOCOL.contains(&name.as_str()) && kept(name))
        .map(|(name, claim)| (name.clone(), values(claim)))
        .filter(|(_, values)| !values.is_empty())
        .take(MAX_ATTRIBUTES)
        .collect();
    claims
}

fn groups(claim: &Value, names: &ResolvedClaimNames) -> Vec<String> {
    let separated: Vec<String> = match claim {
        // One string may be longer than one value: it holds all the groups.
        Value::String(text) if !names.group_separator.is_empty() => {
            text.split(names.group_separator.as_str()).take(MAX_VALUES).map(str::to_owned).collect()
        }
        // A separator inside a group of a list is refused: two ways of reading it would be two sets of rights.
        list => values(list)
            .into_iter()
            .filter(|group| names.group_separator.is_empty() || !group.contains(&names.group_separator))
            .collect(),
    };
    let mut groups: Vec<String> = separated
        .iter()
        .map(|group| group.trim())
        .map(|group| group.strip_prefix(names.group_prefix.as_str()).unwrap_or(group))
        .filter(|group| kept(group))
        .map(str::to_owned)
        .collect();
    groups.sort();
    groups.dedup();
    groups
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
}
