use super::*;
use pleiade_core::{Role, SourceId, Subject};
use proptest::prelude::*;

fn claims(attributes: &[(&str, &[&str])], groups: &[&str]) -> Claims {
    let mut claims = Claims::new(Subject::new("https://sso.example", "1").unwrap());
    for (name, values) in attributes {
        claims.attributes.insert((*name).to_owned(), values.iter().map(|v| (*v).to_owned()).collect());
    }
    claims.groups = groups.iter().map(|group| (*group).to_owned()).collect();
    claims
}

fn id(tenant: &str) -> TenantId {
    TenantId::new(tenant).unwrap()
}

fn tenants() -> Vec<Tenant> {
    [("alpha", "219900016", "21990001600011"), ("beta", "209900026", "20990002600015")]
        .into_iter()
        .map(|(name, siren, siret)| {
            let mut tenant = Tenant::new(id(name), name);
            tenant.siren = siren.parse().ok();
            tenant.sirets = siret.parse().into_iter().collect();
            tenant.idp_ids = vec![format!("idp-{name}")];
            tenant
        })
        .collect()
}

fn affiliations(mapping: &Mapping, claims: &Claims) -> Vec<Affiliation> {
    mapping.affiliations(claims, tenants().iter()).unwrap()
}

fn ids(affiliations: &[Affiliation]) -> Vec<&str> {
    affiliations.iter().map(|affiliation| affiliation.tenant.as_str()).collect()
}

fn mapping_by(attribute: &str) -> Mapping {
    Mapping::new(Tenants::Attribute(attribute.into()))
}

fn roles(mapping: &Mapping, affiliation: &Affiliation, acr: Option<&str>) -> Vec<Role> {
    mapping.role_rules().judged(affiliation.clone(), acr).roles.into_iter().collect()
}

fn rule(json: serde_json::Value) -> Result<FieldRule, String> {
    serde_json::from_value(json).map_err(|error| error.to_string())
}

fn role_rule(json: serde_json::Value) -> Result<RoleRule, String> {
    serde_json::from_value(json).map_err(|error| error.to_string())
}

#[test]
fn an_operator_s_source_names_the_collectivites() {
    let mut mapping = mapping_by("siret");
    mapping.kind = Some("type".into());
    mapping.function = Some("fonction".into());
    mapping.roles = vec![RoleRule::group("administrateurs", Role::TenantAdministrator)];
    let who = claims(
        &[("siret", &["21990001600011", "209900026"]), ("type", &["élu"]), ("fonction", &["Maire"])],
        &["administrateurs", "elus"],
    );
    let affiliations = affiliations(&mapping, &who);
    assert_eq!(ids(&affiliations), ["alpha", "beta"]);
    let alpha = affiliations.first().unwrap();
    assert_eq!((alpha.kind, alpha.function.as_deref()), (PersonKind::Elu, Some("Maire")));
    assert!(alpha.roles.is_empty(), "roles are judged when they are read");
    assert_eq!(roles(&mapping, alpha, None), [Role::TenantAdministrator]);
}

#[test]
fn nobody_enters_without_a_collectivite() {
    for values in [&[][..], &["alpha beta"], &["219900017"], &["ALPHA"], &[""]] {
        assert!(
            affiliations(&mapping_by("siret"), &claims(&[("siret", values)], &[])).is_empty(),
            "{values:?}"
        );
    }
    assert!(Mapping::new(Tenants::Kept).affiliations(&claims(&[], &[]), tenants().iter()).is_none());
}

#[test]
fn a_collectivite_s_source_speaks_for_itself_alone_and_makes_no_operator() {
    let mut mapping = Mapping::owned_by(id("alpha"));
    mapping.roles = vec![RoleRule::group("opsn-admins", Role::Operator)];
    let who = claims(&[("siret", &["209900026"])], &["opsn-admins"]);
    let affiliations = affiliations(&mapping, &who);
    assert_eq!(ids(&affiliations), ["alpha"]);
    let mut granted = affiliations[0].clone();
    granted.roles.insert(Role::Operator);
    assert!(roles(&mapping, &granted, None).is_empty(), "neither by a group nor written with the account");
    let mut elsewhere = Affiliation::new(id("beta"), PersonKind::Agent);
    elsewhere.roles.insert(Role::TenantAdministrator);
    assert!(roles(&mapping, &elsewhere, None).is_empty());
}

#[test]
fn behind_proconnect_the_siret_and_the_provider_must_be_the_collectivite_s_own() {
    let mapping = Mapping::new(Tenants::Proven { attribute: "siret".into(), provider: "idp_id".into() });
    let (alpha, beta) = ("21990001600011", "20990002600015");
    for (siret, idp, expected) in [
        (&[alpha][..], &["idp-alpha"][..], &["alpha"][..]),
        (&[alpha], &["idp-beta"], &[]),
        (&[beta], &["idp-alpha"], &[]),
        (&[alpha], &[], &[]),
        (&[], &["idp-alpha"], &[]),
        (&[alpha, beta], &["idp-alpha", "idp-beta"], &[]),
        (&["219900016"], &["idp-alpha"], &[]),
        (&["alpha"], &["idp-alpha"], &[]),
    ] {
        let who = claims(&[("siret", siret), ("idp_id", idp)], &[]);
        assert_eq!(ids(&affiliations(&mapping, &who)), expected, "{siret:?} {idp:?}");
    }
}

#[test]
fn fields_are_filled_by_steps() {
    let mut who = claims(
        &[
            ("usual_name", &["  Dupont "]),
            ("populations", &["agent;elu_local"]),
            ("ou", &["CN=Urbanisme,OU=Services"]),
            ("memberOf", &["/agents; /urbanisme", "/agents"]),
            ("tel", &["", "01 02 03 04 05"]),
        ],
        &["ignored"],
    );
    who.display_name = Some("J. D.".into());
    who.mail = "jeanne.maire@ville.example".parse().ok();
    let mut mapping = Mapping::owned_by(id("alpha"));
    mapping.fields = [
        serde_json::json!({"target": "family_name", "from": "usual_name", "steps": ["trim"]}),
        serde_json::json!({"target": "kind", "from": "populations", "steps": [
            {"split": ";"}, {"table": {"elu_local": "elu"}}, "first"]}),
        serde_json::json!({"target": "department", "from": "ou", "steps": [{"capture": "^CN=([^,]+)"}]}),
        serde_json::json!({"target": "groups", "from": "memberOf", "steps": [
            {"split": ";"}, "trim", {"strip_prefix": "/"}, "lower"]}),
        serde_json::json!({"target": "groups", "value": "tous"}),
        serde_json::json!({"target": "telephone", "from": "tel"}),
        serde_json::json!({"target": "function", "from": "absent"}),
    ]
    .into_iter()
    .map(|json| rule(json).unwrap())
    .collect();
    let named = mapping.named(&who);
    assert_eq!(
        (named.family_name.as_deref(), named.display_name.as_deref()),
        (Some("Dupont"), Some("J. D."))
    );
    let affiliation = affiliations(&mapping, &who).remove(0);
    assert_eq!(affiliation.kind, PersonKind::Elu);
    assert_eq!(affiliation.department.as_deref(), Some("Urbanisme"));
    assert_eq!(affiliation.telephone.as_deref(), Some("01 02 03 04 05"));
    assert_eq!(affiliation.function, None, "absent, not empty");
    assert_eq!(affiliation.groups.iter().collect::<Vec<_>>(), ["agents", "tous", "urbanisme"]);
}

#[test]
fn an_employee_number_is_whole_and_of_one_person_in_one_collectivite() {
    let mut mapping = mapping_by("siren");
    let number = |from: &str| rule(serde_json::json!({"target": "employee_number", "from": from})).unwrap();
    mapping.fields = vec![number("matricule"), number("employeeNumber")];
    let alpha: (&str, &[&str]) = ("siren", &["219900016"]);
    let told = |attributes: &[(&str, &[&str])]| {
        let numbers = affiliations(&mapping, &claims(attributes, &[]));
        numbers.into_iter().map(|affiliation| affiliation.employee_number).collect::<Vec<_>>()
    };
    let known = |number: &str| vec![Some(number.to_owned())];
    assert_eq!(told(&[alpha, ("matricule", &["00123"])]), known("00123"), "zeros stay");
    assert_eq!(told(&[alpha, ("matricule", &[" 0A1 "])]), known("0A1"));
    assert_eq!(told(&[alpha, ("employeeNumber", &["7"])]), known("7"), "the first rule that gives any");
    for none in [&[][..], &[""], &[" "], &["1", "2"], &["1\n2"], &["1\u{200b}"], &["１"], &[&"1".repeat(257)]]
    {
        assert_eq!(told(&[alpha, ("matricule", none)]), [None], "{none:?}");
    }
    assert_eq!(
        told(&[alpha, ("matricule", &["1", "2"]), ("employeeNumber", &["7"])]),
        [None],
        "never a guess"
    );
    // One number of somebody who acts for two: whose it is, nobody says.
    let both: (&str, &[&str]) = ("siren", &["219900016", "209900026"]);
    assert_eq!(told(&[both, ("matricule", &["00123"])]), [None, None]);
    // The other one need not be here.
    let elsewhere: (&str, &[&str]) = ("siren", &["219900016", "239900039"]);
    assert_eq!(told(&[elsewhere, ("matricule", &["00123"])]), [None]);
    let twice: (&str, &[&str]) = ("siren", &["219900016", "alpha"]);
    assert_eq!(told(&[twice, ("matricule", &["00123"])]), known("00123"), "one, however it is named");
}

#[test]
fn groups_that_a_rule_reads_may_be_withheld_and_others_do_not_count() {
    let mut who = claims(&[], &[]);
    who.withheld.insert("roles".into(), Withheld::Elsewhere);
    let mut mapping = Mapping::owned_by(id("alpha"));
    assert_eq!(mapping.withheld_groups(&who), None, "nobody reads them");
    who.groups_withheld = Some(Withheld::TooMany);
    assert_eq!(mapping.withheld_groups(&who), Some(Withheld::TooMany));
    mapping.fields = vec![rule(serde_json::json!({"target": "groups", "from": "roles"})).unwrap()];
    assert_eq!(mapping.withheld_groups(&who), Some(Withheld::Elsewhere));
    mapping.fields = vec![rule(serde_json::json!({"target": "groups", "value": "tous"})).unwrap()];
    assert_eq!(mapping.withheld_groups(&who), None);
    // One of two that tells no more could hide what the other one takes away.
    let read = |from: &str| rule(serde_json::json!({"target": "groups", "from": from})).unwrap();
    mapping.fields.push(read("roles"));
    assert_eq!(mapping.groups_kept_for(), mapping.keep_groups);
    mapping.fields.push(read("realm_access.roles"));
    assert_eq!(mapping.groups_kept_for(), chrono::TimeDelta::zero());
}

#[test]
fn rules_that_cannot_be_meant_are_refused() {
    use serde_json::json;
    for (bad, why) in [
        (json!({"target": "login"}), "either `from`"),
        (json!({"target": "login", "from": "a", "value": "b"}), "either `from`"),
        (json!({"target": "kind", "from": "mail"}), "never read from a mail"),
        (json!({"target": "kind", "from": "Email"}), "never read from a mail"),
        (json!({"target": "login", "from": "a", "steps": [{"capture": "x+"}]}), "parentheses"),
        (json!({"target": "login", "from": "a", "steps": [{"capture": "(x"}]}), "regular expression"),
        (json!({"target": "login", "from": "a", "steps": [{"capture": "((a{99}){99}){99}"}]}), "regular"),
        (json!({"target": "login", "from": "a", "steps": [{"capture": "(a)".repeat(100)}]}), "256"),
        (json!({"target": "login", "from": "a", "steps": ["eval"]}), "unknown variant"),
        (json!({"target": "employee_number", "value": "00123"}), "somebody's own"),
        (json!({"target": "roles", "from": "a"}), "unknown variant"),
        (json!({"target": "login", "from": "a", "code": "b"}), "unknown field"),
    ] {
        let error = rule(bad.clone()).unwrap_err();
        assert!(error.contains(why), "{bad}: {error}");
    }
    for (bad, why) in [
        (json!({"role": "operator"}), "exactly one"),
        (json!({"role": "operator", "group": "a", "prefix": "b"}), "exactly one"),
        (json!({"role": "operator", "prefix": ""}), "everybody"),
        (json!({"role": "operator", "group": "  "}), "everybody"),
        (json!({"role": "root", "group": "a"}), "unknown variant"),
        // A comma of the name that was forgotten.
        (json!({"role": "operator", "dn": "cn=admins,locaux,dc=ville"}), "not a distinguished name"),
        (json!({"role": "operator", "dn": "admins"}), "not a distinguished name"),
        (json!({"role": "operator", "dn": "cn=admins;dc=ville"}), "not a distinguished name"),
        (json!({"role": "operator", "dn": " "}), "not a distinguished name"),
    ] {
        let error = role_rule(bad.clone()).unwrap_err();
        assert!(error.contains(why), "{bad}: {error}");
    }
}

#[test]
fn groups_are_matched_by_name_by_dn_or_by_beginning() {
    use serde_json::json;
    let dn = "CN=Admins\\, locaux,OU=Groupes,DC=ville,DC=example";
    let cases = [
        (json!({"group": "Agents"}), "agents", true, true),
        (json!({"group": "Agents"}), "agents", false, false),
        (json!({"group": "agents"}), "agents ", true, false),
        (json!({"group": "agent"}), "agents", true, false),
        (json!({"prefix": "pleiade-"}), "Pleiade-admin", true, true),
        (json!({"prefix": "pleiade-"}), "Pleiade-admin", false, false),
        (json!({"prefix": "pleiade-"}), "x-pleiade-admin", true, false),
        (json!({"dn": "cn=admins\\, locaux , ou = groupes,dc=ville,dc=example"}), dn, true, true),
        (json!({"dn": "cn=admins\\2C locaux,ou=groupes,dc=ville,dc=example"}), dn, false, true),
        (json!({"dn": "cn=admins\\,locaux,ou=groupes,dc=ville,dc=example"}), dn, true, false),
        (json!({"dn": "cn=\\C3\\89lus,dc=ville"}), "CN=ÉLUS, DC=ville", false, true),
        (json!({"dn": "cn=elus,dc=ville"}), "CN=Élus,DC=ville", true, false),
        (json!({"dn": "cn=a+ou=b,dc=ville"}), "OU=B + CN=A,DC=ville", false, true),
        (json!({"dn": "cn=admins"}), "admins", true, false),
        (json!({"dn": "cn=admins"}), dn, true, false),
        (json!({"group": ".*"}), "agents", true, false),
    ];
    for (mut json, group, ignore_case, expected) in cases {
        json["role"] = "tenant_administrator".into();
        let rules =
            RoleRules { rules: vec![role_rule(json.clone()).unwrap()], ignore_case, ..RoleRules::default() };
        let mut affiliation = Affiliation::new(id("alpha"), PersonKind::Agent);
        affiliation.groups.insert(group.to_owned());
        assert_eq!(rules.judge(&affiliation, None).len() == 1, expected, "{json} {group:?} {ignore_case}");
    }
}

#[test]
fn a_rule_may_hold_in_one_collectivite_and_from_one_level_of_surety() {
    let mut mapping = mapping_by("siret");
    mapping.acr_levels = ["eidas1", "eidas1-mfa", "eidas2"].map(str::to_owned).to_vec();
    mapping.roles = vec![
        RoleRule::group("admins", Role::TenantAdministrator).only_at(id("alpha")).at_least("eidas1-mfa"),
        RoleRule::group("opsn", Role::Operator),
    ];
    let found = affiliations(&mapping, &claims(&[("siret", &["alpha", "beta"])], &["admins"]));
    for (acr, expected) in [
        (Some("eidas2"), 1),
        (Some("eidas1-mfa"), 1),
        (Some("eidas1"), 0),
        (Some("eidas9"), 0),
        (Some(""), 0),
        (None, 0),
    ] {
        assert_eq!(roles(&mapping, &found[0], acr).len(), expected, "{acr:?}");
        assert!(roles(&mapping, &found[1], acr).is_empty(), "beta is not alpha");
    }
    let source = SourceId::new("sso").unwrap();
    let why = explain(&source, &mapping.tenants, &mapping.role_rules(), &found[0], Some("eidas1"));
    assert_eq!(
        why,
        [
            Explanation {
                right: Right::Tenant(id("alpha")),
                source: source.clone(),
                cause: Cause::Attribute("siret".into())
            },
            Explanation {
                right: Right::Role(Role::TenantAdministrator),
                source: source.clone(),
                cause: Cause::Withheld { place: 1, group: "admins".into(), minimum_acr: "eidas1-mfa".into() }
            },
            Explanation { right: Right::Group("admins".into()), source: source.clone(), cause: Cause::Told },
        ]
    );
    let why = explain(&source, &mapping.tenants, &mapping.role_rules(), &found[0], Some("eidas2"));
    assert_eq!(why[1].cause, Cause::Rule { place: 1, group: "admins".into() });
}

#[test]
fn what_is_beyond_bounds_is_dropped_and_never_cut() {
    let long = "x".repeat(257);
    let many: Vec<String> = (0..600).map(|n| format!("g{n}")).collect();
    let mut who = claims(&[("fonction", &[&long])], &[]);
    who.groups = many;
    who.groups.push(long.clone());
    who.groups.push("a\nb".into());
    who.display_name = Some(long);
    let mut mapping = Mapping::owned_by(id("alpha"));
    mapping.function = Some("fonction".into());
    let affiliation = affiliations(&mapping, &who).remove(0);
    assert_eq!(affiliation.groups.len(), MAX_VALUES);
    assert_eq!((affiliation.function, mapping.named(&who).display_name), (None, None));
}

proptest! {
    #[test]
    fn whatever_a_source_says_it_speaks_for_its_owner_alone(
        values in prop::collection::vec("[a-z0-9 ]{0,20}|alpha|beta|209900026", 0..5),
        groups in prop::collection::vec(".{0,20}|opsn|admins", 0..6),
    ) {
        let values: Vec<&str> = values.iter().map(String::as_str).collect();
        let groups: Vec<&str> = groups.iter().map(String::as_str).collect();
        let mut mapping = Mapping::owned_by(id("alpha"));
        mapping.roles = vec![RoleRule::group("opsn", Role::Operator)];
        let who = claims(&[("siret", &values), ("tenants", &values)], &groups);
        for affiliation in affiliations(&mapping, &who) {
            prop_assert_eq!(affiliation.tenant.as_str(), "alpha");
            prop_assert!(!roles(&mapping, &affiliation, Some("eidas3")).contains(&Role::Operator));
        }
    }

    #[test]
    fn steps_never_give_more_than_their_bounds(
        value in ".{0,300}",
        separator in ".{0,2}",
        pattern in "[a-z.*+()\\[\\]]{0,12}",
    ) {
        let steps = serde_json::json!([{"split": separator}, "trim", "lower", {"capture": pattern}]);
        if let Ok(rule) = rule(serde_json::json!({"target": "groups", "from": "x", "steps": steps})) {
            for out in rule.values(&claims(&[("x", &[&value])], &[])) {
                prop_assert!(bounded(&out));
            }
        }
    }
}
