use super::*;
use pleiade_core::{PersonKind, Role};

fn day(n: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_800_000_000, 0).unwrap() + TimeDelta::days(n)
}

fn tenant(id: &str) -> TenantId {
    TenantId::new(id).unwrap()
}

fn connector(id: &str) -> ConnectorId {
    ConnectorId::new(id).unwrap()
}

fn terms() -> NewDelegation {
    NewDelegation {
        tenant: tenant("alpha"),
        giver: DelegationParty::new(IdentityId(1), LinkId(10)),
        receiver: DelegationParty::new(IdentityId(2), LinkId(20)),
        scope: Scope { connectors: Some(BTreeSet::from([connector("parapheur")])), may_treat: true },
        starts_at: day(1),
        ends_at: day(15),
        reason: "Congés".into(),
        created_at: day(0),
    }
}

fn agreed() -> Delegation {
    Delegation { id: DelegationId(7), terms: terms(), accepted_at: Some(day(0)), ended: None }
}

#[test]
fn terms_make_sense_or_are_refused() {
    type Change = fn(&mut NewDelegation);
    let cases: [(Change, TermsError); 11] = [
        (|t| t.receiver = t.giver, TermsError::Oneself),
        (|t| t.ends_at = t.starts_at, TermsError::Backwards),
        (|t| (t.starts_at, t.ends_at) = (day(-9), day(0)), TermsError::Backwards),
        (|t| t.ends_at = day(368), TermsError::TooLong),
        (|t| (t.starts_at, t.ends_at) = (day(367), day(368)), TermsError::TooLong),
        (|t| t.reason = " ".into(), TermsError::Reason),
        (|t| t.reason = "x".repeat(301), TermsError::Reason),
        (|t| t.reason = "a\u{0}b".into(), TermsError::Reason),
        (|t| t.reason = "a\u{202e}b".into(), TermsError::Reason),
        (|t| t.scope.connectors = Some(BTreeSet::new()), TermsError::Nothing),
        (|t| t.ends_at = DateTime::<Utc>::MAX_UTC, TermsError::TooLong),
    ];
    for (n, (change, expected)) in cases.into_iter().enumerate() {
        let mut changed = terms();
        change(&mut changed);
        assert_eq!(changed.check(day(0)), Err(expected), "{n}");
    }
    assert_eq!(terms().check(day(0)), Ok(()));
}

#[test]
fn it_stands_where_its_dates_and_its_people_put_it() {
    let mut delegation = Delegation { accepted_at: None, ..agreed() };
    assert_eq!(delegation.state(day(5)), DelegationState::Proposed);
    delegation.accepted_at = Some(day(0));
    for (now, state) in [
        (day(0), DelegationState::Agreed),
        (day(1), DelegationState::Active),
        (day(15) - TimeDelta::milliseconds(1), DelegationState::Active),
        (day(15), DelegationState::Ended(EndCause::Lapsed)),
    ] {
        assert_eq!(delegation.state(now), state);
    }
    delegation.ended = Some(DelegationEnd { at: day(3), by: None, cause: EndCause::Departure });
    assert_eq!(delegation.state(day(2)), DelegationState::Ended(EndCause::Departure));
}

#[test]
fn each_use_is_judged_anew() {
    let affiliation = Affiliation::new(tenant("alpha"), PersonKind::Elu);
    let elsewhere = Affiliation::new(tenant("beta"), PersonKind::Elu);
    let (alpha, beta) = (tenant("alpha"), tenant("beta"));
    let (parapheur, courriel) = (connector("parapheur"), connector("courriel"));
    let (approve, sign) = (ActionId::new("approve").unwrap(), ActionId::new("sign").unwrap());
    let allowed = DelegatedUse {
        now: day(2),
        receiver: IdentityId(2),
        links: &[LinkId(20), LinkId(21)],
        tenant: &alpha,
        giver: Some(&affiliation),
        connector: &parapheur,
        action: Some(&approve),
    };
    assert_eq!(agreed().allows(&allowed), Ok(()));
    for (wanted, refused) in [
        (DelegatedUse { receiver: IdentityId(3), ..allowed }, UseRefusal::NotTheirs),
        (DelegatedUse { receiver: IdentityId(1), ..allowed }, UseRefusal::NotTheirs),
        (DelegatedUse { links: &[LinkId(21)], ..allowed }, UseRefusal::NotTheirs),
        (DelegatedUse { links: &[], ..allowed }, UseRefusal::NotTheirs),
        (DelegatedUse { tenant: &beta, ..allowed }, UseRefusal::NotTheirs),
        (DelegatedUse { now: day(0), ..allowed }, UseRefusal::NotInForce),
        (DelegatedUse { now: day(15), ..allowed }, UseRefusal::NotInForce),
        (DelegatedUse { giver: None, ..allowed }, UseRefusal::GiverLeft),
        (DelegatedUse { giver: Some(&elsewhere), ..allowed }, UseRefusal::GiverLeft),
        (DelegatedUse { connector: &courriel, ..allowed }, UseRefusal::OutOfScope),
        (DelegatedUse { action: Some(&sign), ..allowed }, UseRefusal::Signature),
    ] {
        assert_eq!(agreed().allows(&wanted), Err(refused));
    }
    let mut seen_only = agreed();
    seen_only.terms.scope.may_treat = false;
    assert_eq!(seen_only.allows(&allowed), Err(UseRefusal::SeeOnly));
    assert_eq!(seen_only.allows(&DelegatedUse { action: None, ..allowed }), Ok(()));
    let mut everything = agreed();
    everything.terms.scope.connectors = None;
    assert_eq!(everything.allows(&DelegatedUse { connector: &courriel, ..allowed }), Ok(()));
}

#[test]
fn a_stand_in_administers_nothing() {
    let mut affiliation = Affiliation::new(tenant("alpha"), PersonKind::Agent);
    affiliation.roles = BTreeSet::from([Role::TenantAdministrator, Role::Operator]);
    affiliation.groups = BTreeSet::from(["finances".to_owned()]);
    let stand_in = Delegation::stand_in(&affiliation);
    assert!(stand_in.roles.is_empty() && stand_in.groups == affiliation.groups);
}
