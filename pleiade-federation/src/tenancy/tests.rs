use super::*;
use proptest::prelude::*;

fn tenant(id: &str, name: &str, domains: &[&str], siren: &str) -> Tenant {
    let mut tenant = Tenant::new(TenantId::new(id).unwrap(), name);
    tenant.mail_domains = domains.iter().map(|domain| domain.parse().unwrap()).collect();
    tenant.siren = siren.parse().ok();
    tenant
}

fn finder() -> Finder {
    let mut gamma = tenant("gamma", "Communauté de communes du Gâtinais", &["cc-gatinais.example"], "");
    gamma.postal_names = vec!["45200 MONTARGIS".to_owned()];
    Finder::new(&[
        tenant("evreux", "Ville d’Évreux", &["ville.example", "évreux.example"], "219900016"),
        tenant("ccas", "CCAS d’Évreux", &["ville.example"], "209900026"),
        tenant("st-denis", "Saint-Denis-en-Val", &[], ""),
        tenant("oeuilly", "Œuilly", &[], ""),
        gamma,
    ])
}

fn ids(found: Vec<&TenantId>) -> Vec<&str> {
    found.into_iter().map(TenantId::as_str).collect()
}

#[test]
fn a_domain_leads_to_whoever_shares_it() {
    let finder = finder();
    for (typed, expected) in [
        ("a@ville.example", &["evreux", "ccas"][..]),
        ("  ADMIN@VILLE.EXAMPLE ", &["evreux", "ccas"]),
        ("a@b@cc-gatinais.example", &["gamma"]),
        ("x@ÉVREUX.example", &["evreux"]),
        ("x@xn--vreux-9ra.example", &["evreux"]),
        ("x@ville.example.evil", &[]),
        ("x@evil.ville.example", &[]),
        ("x@vılle.example", &[]),
        ("x@ville.example.", &[]),
        ("ville.example", &[]),
        ("x@", &[]),
        ("@", &[]),
    ] {
        assert_eq!(ids(finder.by_mail(typed)), expected, "{typed:?}");
    }
}

#[test]
fn a_name_is_found_as_people_type_it() {
    let finder = finder();
    for (typed, expected) in [
        ("evreux", &["ccas", "evreux"][..]),
        ("VILLE D'EVREUX", &["evreux"]),
        ("Évreux ville", &["evreux"]),
        ("st denis", &["st-denis"]),
        ("Saint-Denis", &["st-denis"]),
        ("oeuil", &["oeuilly"]),
        ("gatinais", &["gamma"]),
        ("montargis", &["gamma"]),
        ("45200", &["gamma"]),
        ("219 900 016", &["evreux"]),
        ("21990001600011", &["evreux"]),
        ("219900017", &[]),
        ("zzz", &[]),
        ("e", &[]),
        ("", &[]),
        ("' '", &[]),
        ("%", &[]),
    ] {
        assert_eq!(ids(finder.search(typed, 10)), expected, "{typed:?}");
    }
    assert_eq!(finder.search("e", 10).len(), 0);
    assert_eq!(finder.search("evreux", 1).len(), 1, "the list is capped");
    assert!(finder.search(&"evreux ".repeat(100), 10).is_empty());
}

#[test]
fn a_host_leads_to_its_own_and_to_nothing_else() {
    let mut hosts = Hosts::default();
    hosts.insert("Bureau.ville.example", 1);
    for host in ["bureau.ville.example", "BUREAU.ville.example:8443"] {
        assert_eq!(hosts.resolve(host), Some(&1), "{host}");
    }
    for host in ["", "ville.example", "bureau.ville.example.evil.example", "bureau.ville.example@evil"] {
        assert_eq!(hosts.resolve(host), None, "{host}");
    }
}

proptest! {
    #[test]
    fn what_stands_before_the_domain_changes_nothing(local in ".{0,80}") {
        let finder = finder();
        prop_assert_eq!(
            finder.by_mail(&format!("{local}@ville.example")),
            finder.by_mail("somebody@ville.example")
        );
        let nowhere = format!("{local}@nowhere.example");
        prop_assert!(finder.by_mail(&nowhere).is_empty());
    }

    #[test]
    fn whatever_is_typed_the_list_is_capped(typed in ".{0,40}") {
        prop_assert!(finder().suggest(&typed, 3).len() <= 3);
    }

    #[test]
    fn folding_twice_changes_nothing(text in ".{0,40}") {
        prop_assert_eq!(fold(&fold(&text)), fold(&text));
    }
}
