use super::*;
use proptest::prelude::*;

const A: IdentityId = IdentityId(1);
const B: IdentityId = IdentityId(2);

fn alpha() -> TenantId {
    TenantId::new("alpha").unwrap()
}

fn beta() -> TenantId {
    TenantId::new("beta").unwrap()
}

fn annuaire() -> SourceId {
    SourceId::new("annuaire").unwrap()
}

fn link(person: IdentityId) -> ExistingLink {
    ExistingLink { person, owner: Some(alpha()), disabled: false, relies_on: None, alone: true }
}

fn relying(person: IdentityId) -> ExistingLink {
    ExistingLink { relies_on: Some(annuaire()), ..link(person) }
}

fn input(link: Option<ExistingLink>) -> LinkingInput {
    LinkingInput {
        owner: Some(alpha()),
        link,
        directory: DirectoryMatch::NotAsked,
        by_mail: None,
        may_create: true,
    }
}

fn told(input: LinkingInput, theirs: Option<ExistingLink>, stable: bool) -> Decision {
    let directory = DirectoryMatch::One { directory: annuaire(), owner: Some(alpha()), link: theirs, stable };
    decide(&LinkingInput { directory, ..input })
}

#[test]
fn a_known_link_selects_its_person_and_nothing_else_does() {
    let mut known = input(Some(link(A)));
    known.by_mail = Some(B);
    assert_eq!(decide(&known), Decision::Enter(A), "an address does not outweigh a link");
    assert_eq!(told(input(Some(link(A))), Some(link(B)), true), Decision::Enter(A));
    assert_eq!(
        told(input(Some(link(A))), Some(link(B)), false),
        Decision::Enter(A),
        "made by an administrator"
    );
}

#[test]
fn a_closed_link_and_one_of_another_owner_let_nobody_in() {
    let closed = ExistingLink { disabled: true, ..link(A) };
    assert_eq!(decide(&input(Some(closed.clone()))), Decision::Refuse(RefusalReason::Closed));
    for owner in [None, Some(beta())] {
        let moved = ExistingLink { owner, ..link(A) };
        assert_eq!(decide(&input(Some(moved.clone()))), Decision::Refuse(RefusalReason::Moved));
        assert_eq!(told(input(None), Some(moved), true), Decision::Refuse(RefusalReason::Moved));
    }
    assert_eq!(told(input(None), Some(closed), true), Decision::Refuse(RefusalReason::Departed));
}

#[test]
fn somebody_unknown_is_somebody_new_where_they_have_a_collectivite() {
    assert_eq!(decide(&input(None)), Decision::Create);
    let nowhere = LinkingInput { may_create: false, ..input(None) };
    assert_eq!(decide(&nowhere), Decision::Refuse(RefusalReason::NoAffiliation));
    assert_eq!(
        decide(&LinkingInput { by_mail: Some(A), ..nowhere }),
        Decision::Refuse(RefusalReason::NoAffiliation)
    );
}

#[test]
fn a_directory_selects_one_active_person_of_the_same_owner() {
    for (directory, why) in [
        (DirectoryMatch::Nobody, RefusalReason::NotInDirectory),
        (DirectoryMatch::Several, RefusalReason::Ambiguous),
        (DirectoryMatch::Inactive, RefusalReason::Departed),
        (
            DirectoryMatch::One { directory: annuaire(), owner: Some(beta()), link: None, stable: true },
            RefusalReason::Moved,
        ),
    ] {
        for known in [None, Some(link(A)), Some(relying(A))] {
            let asked = LinkingInput { directory: directory.clone(), ..input(known) };
            assert_eq!(decide(&asked), Decision::Refuse(why));
        }
    }
    assert_eq!(told(input(None), Some(link(A)), true), Decision::Link(A, Rule::Directory));
    assert_eq!(told(input(None), None, true), Decision::Create);
    assert_eq!(told(input(Some(link(A))), None, true), Decision::LinkDirectory(A));
    assert_eq!(told(input(Some(relying(A))), Some(link(A)), false), Decision::Enter(A));
}

#[test]
fn a_login_given_again_is_somebody_else() {
    assert_eq!(told(input(Some(relying(A))), Some(link(B)), false), Decision::Move(B));
    assert_eq!(told(input(Some(relying(A))), None, false), Decision::Create);
    // A key that is never given again cannot mean somebody else.
    assert_eq!(told(input(Some(relying(A))), Some(link(B)), true), Decision::Enter(A));
    let nowhere = LinkingInput { may_create: false, ..input(Some(relying(A))) };
    assert_eq!(told(nowhere, None, false), Decision::Refuse(RefusalReason::NoAffiliation));
}

#[test]
fn an_address_selects_somebody_only_when_everything_holds() {
    let until = DateTime::from_timestamp(1_900_000_000, 0).unwrap();
    let (domain, tenant, old) = ("alpha.example".parse().unwrap(), alpha(), SourceId::new("old").unwrap());
    let domains: [MailDomain; 1] = [MailDomain::clone(&domain)];
    let bearers = [(A, vec![(old.clone(), link(A))])];
    let whole = MailMatch {
        until,
        now: until - TimeDelta::days(1),
        verified: true,
        domain: &domain,
        authoritative: &domains,
        domain_of: &[&tenant],
        owner: Some(&tenant),
        bearers: &bearers,
        replaced: &old,
    };
    assert_eq!(whole.person(), Some(A));
    let (other, other_domain) = (beta(), "beta.example".parse().unwrap());
    let closed = [(A, vec![(old.clone(), ExistingLink { disabled: true, ..link(A) })])];
    let foreign = [(A, vec![(old.clone(), ExistingLink { owner: None, ..link(A) })])];
    let stronger = [(A, vec![(old.clone(), link(A)), (annuaire(), link(A))])];
    let elsewhere = [(A, vec![(annuaire(), link(A))])];
    let two = [bearers[0].clone(), (B, vec![(old.clone(), link(B))])];
    for (what, wrong) in [
        ("too late", MailMatch { now: until, ..whole.clone() }),
        ("not verified", MailMatch { verified: false, ..whole.clone() }),
        ("not authoritative", MailMatch { authoritative: &[], ..whole.clone() }),
        ("another domain", MailMatch { domain: &other_domain, ..whole.clone() }),
        ("a shared domain", MailMatch { domain_of: &[&tenant, &other], ..whole.clone() }),
        ("another's domain", MailMatch { domain_of: &[&other], ..whole.clone() }),
        ("an operator's source", MailMatch { owner: None, ..whole.clone() }),
        ("two bearers", MailMatch { bearers: &two, ..whole.clone() }),
        ("nobody", MailMatch { bearers: &[], ..whole.clone() }),
        ("a stronger link", MailMatch { bearers: &stronger, ..whole.clone() }),
        ("another source", MailMatch { bearers: &elsewhere, ..whole.clone() }),
        ("a closed link", MailMatch { bearers: &closed, ..whole.clone() }),
        ("a foreign link", MailMatch { bearers: &foreign, ..whole.clone() }),
    ] {
        assert_eq!(wrong.person(), None, "{what}");
    }
}

#[test]
fn two_sign_ins_close_together_prove_one_person() {
    let now = DateTime::from_timestamp(1_900_000_000, 0).unwrap();
    let tenant = alpha();
    let (other, closed, foreign) = (
        link(B),
        ExistingLink { disabled: true, ..link(B) },
        ExistingLink { owner: Some(beta()), ..link(B) },
    );
    let mine = link(A);
    let proof = Proof {
        person: A,
        proved_at: Some(now - TimeDelta::minutes(9)),
        now,
        owner: Some(&tenant),
        link: None,
        taken: false,
        one_sided: false,
    };
    assert_eq!(proof.decide(), Decision::Link(A, Rule::Proof));
    for (link, expected) in [
        (&mine, Decision::Enter(A)),
        (&other, Decision::Move(A)),
        (&closed, Decision::Refuse(RefusalReason::Closed)),
        (&foreign, Decision::Refuse(RefusalReason::Moved)),
    ] {
        assert_eq!(Proof { link: Some(link), ..proof.clone() }.decide(), expected);
    }
    let not_alone = ExistingLink { alone: false, ..link(B) };
    for (link, taken, why) in [
        (None, true, RefusalReason::Taken),
        (Some(&other), true, RefusalReason::Taken),
        (Some(&not_alone), false, RefusalReason::Elsewhere),
        (Some(&not_alone), true, RefusalReason::Taken),
    ] {
        assert_eq!(Proof { link, taken, ..proof.clone() }.decide(), Decision::Refuse(why));
    }
    for link in [None, Some(&other)] {
        let one_sided = Proof { link, one_sided: true, ..proof.clone() };
        assert_eq!(one_sided.decide(), Decision::Refuse(RefusalReason::OneSided));
    }
    assert_eq!(Proof { link: Some(&mine), one_sided: true, ..proof.clone() }.decide(), Decision::Enter(A));
    assert_eq!(Proof { link: Some(&mine), taken: true, ..proof.clone() }.decide(), Decision::Enter(A));
    for proved_at in [Some(11), Some(-1), None] {
        let proved_at = proved_at.map(|minutes| now - TimeDelta::minutes(minutes));
        let late = Proof { proved_at, ..proof.clone() };
        assert_eq!(late.decide(), Decision::Refuse(RefusalReason::ProofTooOld));
    }
}

#[test]
fn an_operator_keeps_a_way_in() {
    let closed = ExistingLink { disabled: true, ..link(A) };
    assert_eq!(may_lose(true, []), Err(RefusalReason::LastLink));
    assert_eq!(may_lose(true, [&closed]), Err(RefusalReason::LastLink));
    assert_eq!(may_lose(true, [&closed, &link(A)]), Ok(()));
    assert_eq!(may_lose(false, []), Ok(()));
}

fn any_link() -> impl Strategy<Value = Option<ExistingLink>> {
    let owner = prop_oneof![Just(None), Just(Some(alpha())), Just(Some(beta()))];
    let relies = prop_oneof![Just(None), Just(Some(annuaire()))];
    prop::option::of((1_i64..3, owner, any::<bool>(), relies).prop_map(
        |(person, owner, disabled, relies_on)| ExistingLink {
            person: IdentityId(person),
            owner,
            disabled,
            relies_on,
            alone: true,
        },
    ))
}

proptest! {
    /// Nobody is selected but by an open link of the present owner, or by a declared replacement.
    #[test]
    fn only_open_links_of_the_owner_select_somebody(
        incoming in any_link(),
        theirs in any_link(),
        stable in any::<bool>(),
        asked in any::<bool>(),
        may_create in any::<bool>(),
    ) {
        let directory = if asked {
            DirectoryMatch::One { directory: annuaire(), owner: Some(alpha()), link: theirs.clone(), stable }
        } else {
            DirectoryMatch::NotAsked
        };
        let input = LinkingInput { owner: Some(alpha()), link: incoming.clone(), directory, by_mail: None, may_create };
        let good = |link: &Option<ExistingLink>, person| {
            link.as_ref().is_some_and(|link| {
                link.person == person && !link.disabled && link.owner == Some(alpha())
            })
        };
        match decide(&input) {
            Decision::Enter(person) | Decision::LinkDirectory(person) => prop_assert!(good(&incoming, person)),
            Decision::Link(person, Rule::Directory) | Decision::Move(person) => {
                prop_assert!(asked && good(&theirs, person));
            }
            Decision::Link(..) => prop_assert!(false, "no address was given"),
            Decision::Create => prop_assert!(may_create),
            Decision::Refuse(_) => {}
        }
    }
}
