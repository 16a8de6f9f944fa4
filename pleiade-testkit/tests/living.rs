//! The day of the demonstration: what each application shows once its clock has passed, read by its connector.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "helpers of tests panic like tests")]

use pleiade_connectors::registry::read_settings;
use pleiade_core::{Amount, Clock as _, Connector, ConnectorId, Credential, Widget};
use pleiade_testkit::{
    FixedCredentials, Living, RouterTransport, SimulatedApplication, TestClock,
    living::MINUTES,
    people::{PEOPLE, SamplePerson},
    simulated,
    simulated::Addresses,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::Duration,
};
use url::Url;

/// What a card tells: the titles of its lines, and its numbers.
type Told = BTreeSet<String>;

/// An application whose day has begun.
struct Started {
    application: SimulatedApplication,
    living: Living,
    clock: Arc<TestClock>,
}

impl Started {
    fn new(application: SimulatedApplication) -> Self {
        let clock = Arc::new(TestClock::default());
        let living = Living::new((application.make)(clock.clone()), clock.clone());
        Self { application, living, clock }
    }

    /// A connector that remembers nothing of what was read before.
    fn connector(&self) -> Arc<dyn Connector> {
        let kind = self.application.kind;
        let url = |host: &str| Url::parse(&format!("https://{host}.demonstration.example/")).unwrap();
        let settings = (self.application.setups[0].settings)(&Addresses::new(url(kind), url("pages")));
        let settings = read_settings(kind, settings).unwrap().unwrap();
        let transport = Arc::new(RouterTransport::new(self.living.router()));
        settings.build(ConnectorId::new(kind).unwrap(), transport).unwrap()
    }

    fn credentials(&self) -> FixedCredentials {
        let setup = self.application.setups[0].clone();
        FixedCredentials::from_fn(move |actor, _| {
            let login = match setup.credentials["login"].as_str() {
                Some("mail") => actor.identity.mail.as_ref()?.to_string(),
                _ => actor.identity.login.clone()?,
            };
            Some(match setup.credential {
                Some(give) => give(&login, 0),
                None => Credential::ActingLogin { login },
            })
        })
    }

    /// Nothing where the person is not let in.
    async fn card(&self, person: &SamplePerson, widget: &dyn Widget) -> Told {
        let context = person.context_with(Arc::new(self.credentials()), self.clock.clone());
        let Ok(content) = widget.load(&context).await else { return Told::new() };
        let lines = content.items.iter().map(|item| format!("{:?}", item.title));
        // The next meeting is another one once it has begun: that is the clock's, not the application's.
        let numbers = content.indicators.iter().filter(|one| !matches!(one.amount, Amount::Instant(_)));
        let numbers = numbers.map(|one| format!("{}: {:?}", one.key, one.amount));
        lines.chain(numbers).collect()
    }

    /// What everybody of the collectivités that have the application is told, by person and card.
    async fn all(&self) -> BTreeMap<String, Told> {
        let tenants = self.application.tenants;
        let has_it = |person: &&SamplePerson| {
            tenants.is_empty() || person.tenants.first().is_some_and(|first| tenants.contains(first))
        };
        let connector = self.connector();
        let mut all = BTreeMap::new();
        for person in PEOPLE.iter().filter(has_it) {
            for widget in connector.widgets() {
                let name = format!("{} {}", person.login, widget.descriptor().id);
                all.insert(name, self.card(person, &**widget).await);
            }
        }
        all
    }

    /// Moves the clock to so long after the start.
    async fn pass_until(&self, elapsed: Duration) {
        tokio::time::advance(elapsed.saturating_sub(self.clock.elapsed())).await;
    }
}

#[tokio::test(start_paused = true)]
async fn things_happen_at_their_minute_and_reading_makes_none_happen() {
    let mut changed: BTreeMap<i64, BTreeSet<&str>> = BTreeMap::new();
    for application in simulated() {
        let started = Started::new(application);
        let kind = started.application.kind;
        let mut known = started.all().await;
        for minute in MINUTES {
            let due = Duration::from_secs(60 * minute.unsigned_abs());
            started.pass_until(due - Duration::from_secs(1)).await;
            assert_eq!(started.all().await, known, "{kind} changes before minute {minute}");
            started.pass_until(due).await;
            let now = started.all().await;
            if now != known {
                changed.entry(minute).or_default().insert(kind);
            }
            known = now;
        }
    }
    let expected = [
        (1, &["zimbra"][..]),
        (4, &["iparapheur"]),
        (9, &["matrix", "pastell", "s2low"]),
        (16, &["zimbra"]),
        (25, &["iparapheur"]),
        (36, &["matrix", "s2low"]),
    ];
    let expected = expected.map(|(minute, kinds)| (minute, kinds.iter().copied().collect()));
    assert_eq!(changed, BTreeMap::from(expected));
}

/// Whether the board of somebody has a widget, as the demonstration proposes it.
fn is_on_board(application: &SimulatedApplication, person: &SamplePerson, widget: &str) -> bool {
    let groups = application.groups_with(widget);
    groups.is_some_and(|groups| groups.is_empty() || groups.iter().any(|group| person.groups.contains(group)))
}

#[tokio::test(start_paused = true)]
async fn nobodys_board_has_a_card_that_refuses_them_or_does_not_know_them() {
    for application in simulated() {
        let started = Started::new(application);
        let (application, connector) = (&started.application, started.connector());
        // The board of the administrator is the gallery.
        for person in PEOPLE.iter().filter(|person| person.tenants[0] != "vitrine") {
            if !application.tenants.is_empty() && !application.tenants.contains(&person.tenants[0]) {
                continue;
            }
            for widget in connector.widgets() {
                let id = widget.descriptor().id.as_str();
                if is_on_board(application, person, id) {
                    let context = person.context_with(Arc::new(started.credentials()), started.clock.clone());
                    let content = widget.load(&context).await;
                    let content = content.unwrap_or_else(|error| panic!("{} {id}: {error}", person.login));
                    let told = content.notices.iter().map(pleiade_core::Message::key);
                    let lacks = told.filter(|key| {
                        ["unknown", "missing", "not-shown"].iter().any(|word| key.contains(word))
                    });
                    assert_eq!(lacks.count(), 0, "{} {} {id}", person.login, application.kind);
                }
            }
        }
    }
}

/// What joins a meeting of a calendar opens a page of the simulated meetings.
#[tokio::test(start_paused = true)]
async fn meetings_are_held_where_the_demonstration_says() {
    let zimbra = simulated().into_iter().find(|one| one.kind == "zimbra").unwrap();
    let simulator = (zimbra.make)(Arc::new(TestClock::default()));
    let nowhere = format!("https://{}/", pleiade_testkit::zimbra::CONFERENCE_HOST);
    assert!(simulator.state().matches(&nowhere).count() >= 3);
    simulator.meet_at(&Url::parse("http://127.0.0.1:4444/").unwrap());
    let state = simulator.state();
    assert!(!state.contains(&nowhere) && state.contains("http://127.0.0.1:4444/plui-7f3a9c"));
    assert_eq!(simulated().iter().filter(|one| one.holds_meetings).count(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_folder_is_on_the_card_of_its_desk_after_four_minutes_and_on_no_other() {
    let parapheur = simulated().into_iter().find(|one| one.kind == "iparapheur").unwrap();
    let started = Started::new(parapheur);
    let title = "Réponse à la préfecture, PLU";
    let holders = |all: &BTreeMap<String, Told>| {
        let holds = |told: &Told| told.iter().any(|line| line.contains(title));
        all.iter().filter(|(_, told)| holds(told)).map(|(name, _)| name.clone()).collect::<Vec<_>>()
    };
    assert_eq!(holders(&started.all().await), Vec::<String>::new());
    // Read for the first time long after: it is there, and so is what came before it.
    started.pass_until(Duration::from_secs(4 * 60)).await;
    assert_eq!(holders(&started.all().await).len(), 1);
}
