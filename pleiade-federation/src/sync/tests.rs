use super::*;
use crate::mapping::{Mapping, Tenants};
use pleiade_core::{DirectoryChanges, DirectoryPerson, Subject, Tenant, TenantId};
use std::collections::BTreeMap;

fn subject(key: &str) -> Subject {
    Subject::new("annuaire", key).unwrap()
}

fn id(tenant: &str) -> TenantId {
    TenantId::new(tenant).unwrap()
}

fn person(key: &str, tenant: &str) -> DirectoryPerson {
    let mut person = DirectoryPerson::new(subject(key), format!("Nom de {key}"));
    person.login = Some(key.to_owned());
    person.groups = vec!["agents".to_owned()];
    person.attributes.insert("code".to_owned(), vec![tenant.to_owned()]);
    person
}

struct Bench {
    tenants: Vec<Tenant>,
    mapping: Mapping,
    known: KnownPeople,
}

impl Bench {
    fn new() -> Self {
        let tenants = ["alpha", "beta"].map(|name| Tenant::new(id(name), name)).into();
        let mapping = Mapping::new(Tenants::Attribute("code".to_owned()));
        Self { tenants, mapping, known: KnownPeople::default() }
    }

    fn plan(&self, changes: DirectoryChanges) -> Result<Plan, Refusal> {
        Planner::new(&self.mapping, &self.tenants).plan(changes, &self.known)
    }

    fn everybody(&self, people: Vec<DirectoryPerson>) -> Result<Plan, Refusal> {
        self.plan(DirectoryChanges::Everybody { people, cursor: Some("c".to_owned()) })
    }

    /// Keeps what a plan says, as storage does.
    fn keep(&mut self, plan: Plan) {
        for planned in plan
            .new
            .into_iter()
            .chain(plan.changed.into_iter().map(|(planned, _)| planned))
            .chain(plan.returned)
        {
            let tenants = planned.affiliations.iter().map(|affiliation| affiliation.tenant.clone()).collect();
            let fingerprint = Fingerprint::from_bytes(planned.fingerprint().as_bytes());
            let person = KnownPerson { fingerprint, active: true, gone: false, tenants };
            self.known.people.insert(planned.subject, person);
        }
        let left = plan.departed.into_iter().map(|left| (left.subject, left.why == DepartureReason::Absent));
        for (subject, gone) in left.chain(plan.noted) {
            let known = self.known.people.get_mut(&subject).unwrap();
            *known = KnownPerson { active: false, gone, tenants: Vec::new(), ..known.clone() };
        }
        let mut active = BTreeMap::new();
        for person in self.known.people.values().filter(|person| person.active) {
            for tenant in &person.tenants {
                *active.entry(tenant.clone()).or_default() += 1;
            }
        }
        self.known.active = active;
    }

    fn filled(count: usize) -> Self {
        let mut bench = Self::new();
        let plan = bench.everybody(crowd(count)).unwrap();
        bench.keep(plan);
        bench
    }
}

fn crowd(count: usize) -> Vec<DirectoryPerson> {
    (0..count).map(|n| person(&format!("p{n:04}"), "alpha")).collect()
}

#[test]
fn the_same_answer_changes_nothing() {
    let mut bench = Bench::new();
    let first = bench.everybody(crowd(20)).unwrap();
    assert_eq!((first.new.len(), first.received, first.full), (20, 20, true));
    bench.keep(first);
    let again = bench.everybody(crowd(20)).unwrap();
    assert!(again.is_empty());
    assert_eq!((again.unchanged, again.cursor.as_deref()), (20, Some("c")));
}

#[test]
fn each_change_is_named() {
    let bench = Bench::filled(6);
    let mut people = crowd(6);
    people[0].display_name = "Autre nom".into();
    people[1].login = Some("renommee".into());
    people[2].mail = "p2@alpha.example".parse().ok();
    people[3].function = Some("Directrice".into());
    people[4].groups.push("administrateurs".into());
    people[5].attributes.insert("code".into(), vec!["alpha".into(), "beta".into()]);
    let plan = bench.everybody(people).unwrap();
    let found: BTreeMap<_, Vec<_>> = plan
        .changed
        .iter()
        .map(|(planned, aspects)| (planned.subject.id().to_owned(), aspects.iter().copied().collect()))
        .collect();
    assert_eq!(found["p0000"], [Aspect::Names]);
    assert_eq!(found["p0001"], [Aspect::Login]);
    assert_eq!(found["p0002"], [Aspect::Mail]);
    assert_eq!(found["p0003"], [Aspect::Function]);
    assert_eq!(found["p0004"], [Aspect::Groups]);
    assert_eq!(found["p0005"], [Aspect::Groups, Aspect::Tenants]);
    assert!(plan.departed.is_empty() && plan.excess(&bench.known).is_empty());
}

#[test]
fn who_is_absent_disabled_or_of_nobody_leaves_and_may_come_back() {
    let mut bench = Bench::filled(20);
    let mut people = crowd(20);
    people[1].active = false;
    people[2].attributes.clear();
    people.remove(0);
    let plan = bench.everybody(people.clone()).unwrap();
    let why: BTreeMap<_, _> = plan.departed.iter().map(|left| (left.subject.id(), left.why)).collect();
    assert_eq!(
        why,
        [
            ("p0000", DepartureReason::Absent),
            ("p0001", DepartureReason::Disabled),
            ("p0002", DepartureReason::Outside)
        ]
        .into()
    );
    assert_eq!(plan.ending, [(id("alpha"), 3)].into());
    bench.keep(plan);

    assert!(bench.everybody(people.clone()).unwrap().is_empty(), "who has left does not leave again");
    let deleted_after_disabled: Vec<_> = people.iter().filter(|person| person.active).cloned().collect();
    let plan = bench.everybody(deleted_after_disabled).unwrap();
    assert_eq!(plan.noted, [(subject("p0001"), true)]);
    bench.keep(plan);
    let plan = bench.everybody(crowd(20)).unwrap();
    assert_eq!((plan.returned.len(), plan.new.len()), (3, 0));
}

#[test]
fn a_source_that_empties_is_refused_whatever_empties_it() {
    let bench = Bench::filled(3);
    assert_eq!(bench.everybody(vec![]).unwrap_err(), Refusal::Emptied);
    let mut disabled = crowd(3);
    disabled.iter_mut().for_each(|person| person.active = false);
    assert_eq!(bench.everybody(disabled).unwrap_err(), Refusal::Emptied);
    let mut unmapped = Bench::filled(3);
    unmapped.mapping = Mapping::new(Tenants::Attribute("typo".into()));
    assert_eq!(unmapped.everybody(crowd(3)).unwrap_err(), Refusal::Emptied);
    let new = Bench::new();
    assert!(new.everybody(vec![]).unwrap().is_empty(), "nothing is lost where nobody was");
}

#[test]
fn too_many_departures_wait_for_a_decision() {
    for (of, leaving, held) in
        [(20, 5, false), (20, 6, true), (100, 10, false), (100, 11, true), (5, 4, false), (5, 3, false)]
    {
        let bench = Bench::filled(of);
        let plan = bench.everybody(crowd(of).split_off(leaving)).unwrap();
        let excess = plan.excess(&bench.known);
        assert_eq!(!excess.is_empty(), held, "{leaving} of {of}");
        if held {
            assert_eq!(excess[&id("alpha")], Excess { ending: leaving as u64, of: of as u64 });
        }
    }
}

#[test]
fn a_collectivite_that_empties_or_moves_away_is_held_though_the_source_is_full() {
    let mut bench = Bench::new();
    let mut people = crowd(200);
    for person in people.iter_mut().take(3) {
        person.attributes.insert("code".into(), vec!["beta".into()]);
    }
    let plan = bench.everybody(people.clone()).unwrap();
    bench.keep(plan);
    let gone = bench.everybody(people[3..].to_vec()).unwrap();
    assert_eq!(gone.excess(&bench.known), [(id("beta"), Excess { ending: 3, of: 3 })].into());
    let moved = bench.everybody(crowd(200)).unwrap();
    assert!(moved.departed.is_empty());
    assert_eq!(moved.excess(&bench.known), [(id("beta"), Excess { ending: 3, of: 3 })].into());
}

#[test]
fn changes_alone_make_nobody_leave_but_those_they_name() {
    let bench = Bench::filled(10);
    let mut renamed = person("p0003", "alpha");
    renamed.display_name = "Mariée".into();
    let mut before = person("p0003", "alpha");
    before.display_name = "Entre deux".into();
    let plan = bench
        .plan(DirectoryChanges::Some {
            changed: vec![before, renamed, person("new", "beta"), person("p0004", "alpha")],
            gone: vec![subject("p0005"), subject("stranger"), subject("p0004")],
            cursor: Some("2".into()),
        })
        .unwrap();
    assert!(!plan.full);
    assert_eq!((plan.received, plan.new.len(), plan.unchanged), (4, 1, 1));
    assert_eq!(plan.changed.len(), 1);
    assert_eq!(plan.changed[0].0.display_name, "Mariée", "the last word counts");
    let gone: Vec<_> = plan.departed.iter().map(|left| left.subject.id()).collect();
    assert_eq!(gone, ["p0005"], "who is told whole is there");
}

#[test]
fn a_key_given_twice_is_refused() {
    let bench = Bench::filled(2);
    let twice = vec![person("p0000", "alpha"), person("p0001", "alpha"), person("p0000", "beta")];
    assert_eq!(bench.everybody(twice).unwrap_err(), Refusal::Repeated);
}

#[test]
fn fields_are_bounded_and_what_gives_a_right_is_whole_or_absent() {
    let bench = Bench::new();
    let mut long = person("long", "alpha");
    long.display_name = format!("\u{0}{}", "é".repeat(5000));
    long.login = Some("x".repeat(257));
    long.function = Some(format!("Maire\n{}", "y".repeat(300)));
    long.groups = (0..800).map(|n| format!("g{n}")).collect();
    long.groups.insert(0, "a".repeat(257));
    long.groups.insert(0, "admin\0".to_owned());
    let mut nameless = person("nameless", "alpha");
    nameless.display_name = " ".into();
    nameless.given_name = Some("Anne".into());
    nameless.family_name = Some("Le Goff".into());
    let plan = bench.everybody(vec![long, nameless]).unwrap();
    let found = |key: &str| plan.new.iter().find(|planned| planned.subject == subject(key)).unwrap();
    let long = found("long");
    assert_eq!(long.display_name, "é".repeat(256));
    assert_eq!(long.login, None, "a login cut short would be somebody else's");
    let groups = &long.affiliations[0].groups;
    assert_eq!(groups.len(), MAX_GROUPS);
    assert!(groups.iter().all(|group| group.starts_with('g')));
    let cut: Vec<_> = plan.cut.iter().map(|cut| (cut.subject.id(), cut.name.is_some())).collect();
    assert_eq!(cut, [("long", true)], "whoever has not all of their groups is named");
    assert_eq!(found("nameless").display_name, "Anne Le Goff");
    assert!(!format!("{plan:?}").contains("Anne"), "debug output names nobody");
}

#[test]
fn a_collectivite_s_own_directory_speaks_for_it_alone() {
    let bench = Bench { mapping: Mapping::owned_by(id("alpha")), ..Bench::new() };
    let plan = bench.everybody(vec![person("x", "beta")]).unwrap();
    assert_eq!(plan.new[0].affiliations[0].tenant, id("alpha"));
    assert!(plan.new[0].affiliations[0].roles.is_empty(), "rights are judged when they are read");
    let kept = Bench { mapping: Mapping::new(Tenants::Kept), ..Bench::new() };
    assert_eq!(kept.everybody(vec![person("x", "beta")]).unwrap_err(), Refusal::Unmapped);
}

#[test]
fn whoever_is_left_aside_and_whoever_has_not_all_groups_is_named() {
    let mut bench = Bench::filled(1);
    let mut people = crowd(1);
    people[0].groups_are_cut = true;
    let mut closed = person("closed", "alpha");
    closed.active = false;
    let mut nameless = person("key-7", "nowhere");
    nameless.login = None;
    people.extend([closed, person("outside", "nowhere"), nameless]);
    let plan = bench.everybody(people).unwrap();
    let mut aside: Vec<_> = plan.aside.iter().map(|one| (one.login.as_str(), one.why)).collect();
    aside.sort();
    let expected = [
        ("closed", DepartureReason::Disabled),
        ("key-7", DepartureReason::Outside),
        ("outside", DepartureReason::Outside),
    ];
    assert_eq!(aside, expected);
    let [cut] = plan.cut.as_slice() else { panic!("{:?}", plan.cut) };
    assert_eq!((cut.subject.id(), &cut.name, cut.tenants.as_slice()), ("p0000", &None, &[id("alpha")][..]));
    assert!(plan.is_empty(), "nothing of it is written");
    assert!(!format!("{plan:?}").contains("closed"), "debug output names nobody");
    bench.keep(plan);
}

#[test]
fn a_fingerprint_of_another_version_counts_as_change() {
    let mut bench = Bench::filled(2);
    bench.known.people.get_mut(&subject("p0000")).unwrap().fingerprint = Fingerprint::from_bytes(b"old");
    let plan = bench.everybody(crowd(2)).unwrap();
    assert_eq!(plan.changed.len(), 1);
    assert_eq!(plan.changed[0].1.len(), Aspect::ALL.len());
}
