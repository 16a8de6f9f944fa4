//! What an operator may write.

use crate::support::{connector, settings};
use pleiade_connectors::kelio::KelioConfig;
use pleiade_core::Connector as _;
use pleiade_testkit::NeverAnswers;
use serde_json::{Value, json};
use std::sync::Arc;

fn hint(change: impl FnOnce(&mut Value)) -> String {
    let mut changed = settings();
    change(&mut changed);
    match connector(changed, Arc::new(NeverAnswers)) {
        Ok(_) => String::new(),
        Err(error) => error.hint().unwrap_or_default().to_owned(),
    }
}

#[test]
fn mistakes_are_named_by_their_keys() {
    assert_eq!(hint(|_| {}), "");
    type Change = fn(&mut Value);
    let changes: [(Change, &str); 11] = [
        (|s| s["login"] = json!("a:b"), "`login`"),
        (|s| s["public_url"] = json!("https://x.example/?a"), "`public_url`"),
        (|s| s["request_states"] = json!({ "zero": "pending" }), "`request_states`"),
        (|s| s["clocking_directions"] = json!({ "I": "in" }), "`clocking_directions`"),
        (
            |s| (s["widgets"], s["request_states"]) = (json!(["requests"]), json!({ "1": "approved" })),
            "`request_states`",
        ),
        (|s| s["quiet_hours"] = json!([{ "from": "2h", "to": "04:00" }]), "`quiet_hours`"),
        (|s| s["quiet_hours"] = json!([{ "from": "04:00", "to": "04:00" }]), "`quiet_hours`"),
        (|s| s["calibration"] = json!([" "]), "`calibration`"),
        (|s| s["leave"][1]["key"] = json!("solde_ca"), "`leave` and `hours`"),
        (|s| s["leave"][1]["unit"] = json!("minutes"), "a counter of `leave`"),
        (|s| s["missing_right_words"] = json!([""]), "`missing_right_words`"),
    ];
    for (change, key) in changes {
        let hint = hint(change);
        assert!(hint.contains(key), "{key}: {hint}");
    }
}

#[test]
fn no_code_has_a_meaning_by_default() {
    let mut bare = settings();
    bare.as_object_mut().unwrap().remove("request_states");
    let connector = connector(bare.clone(), Arc::new(NeverAnswers)).unwrap();
    let ids: Vec<_> =
        connector.widgets().iter().map(|widget| widget.descriptor().id.as_str().to_owned()).collect();
    assert_eq!(ids, ["balances", "clockings"]);
    let config: KelioConfig = serde_json::from_value(bare).unwrap();
    assert!(!format!("{config:?}").contains("kelio-password"));
}
