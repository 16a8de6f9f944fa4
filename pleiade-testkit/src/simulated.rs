//! For tests and demonstrations only: every simulated application by the kind of connector that reads it, with the settings that let one
//! in. Whoever runs them all, the demonstration or the conformance suite, names none.

use crate::{Simulator, conformance::Subject};
use pleiade_core::{Clock, Connector, ConnectorError, Credential, Transport};
use serde_json::Value;
use std::sync::Arc;
use url::Url;

/// Every simulated application, in the order of the demonstration: the registry, one line for each.
#[must_use]
#[rustfmt::skip]
pub fn simulated() -> Vec<SimulatedApplication> {
    vec![
        crate::zimbra::simulated(),
        crate::nextcloud::simulated(),
        crate::matrix::simulated(),
        crate::jitsi::simulated(),
        crate::pastell::simulated(),
        crate::idelibre::simulated(),
        crate::iparapheur::simulated(),
        crate::s2low::simulated(),
        crate::astre::simulated(),
        crate::gta::simulated(),
        crate::ciril::simulated(),
        crate::kelio::simulated(),
        crate::watcha::simulated(),
    ]
}

/// A simulated application.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct SimulatedApplication {
    /// The kind of connector that reads it.
    pub kind: &'static str,
    /// Widgets that the board of the demonstration leaves out, because others show the same things of the same people.
    pub left_out: &'static [&'static str],
    /// Widgets that stand on the boards of some groups of the sample people alone: those groups, and the widgets. Every other widget stands
    /// on everybody's board.
    pub boards: &'static [(&'static [&'static str], &'static [&'static str])],
    /// Widgets of which the board of the demonstration draws no card, but for these groups: what they tell stands in the queue, in the day or in
    /// the launcher.
    pub without_card: &'static [(&'static str, &'static [&'static str])],
    /// Widgets whose cards are wide.
    pub wide: &'static [&'static str],
    /// True if it holds the online meetings of the others' calendars.
    pub holds_meetings: bool,
    /// The sample collectivités whose it is; every one when there is none.
    pub tenants: &'static [&'static str],
    /// Makes one, dated from the present of the clock.
    pub make: fn(Arc<dyn Clock>) -> Arc<dyn Simulator>,
    /// The authentication methods that an operator may choose; the first is the demonstration's.
    pub setups: Vec<AuthSetup>,
}

impl SimulatedApplication {
    /// An application without a board of its own yet.
    #[must_use]
    pub fn new(
        kind: &'static str,
        make: fn(Arc<dyn Clock>) -> Arc<dyn Simulator>,
        setups: Vec<AuthSetup>,
    ) -> Self {
        Self {
            kind,
            left_out: &[],
            boards: &[],
            without_card: &[],
            wide: &[],
            holds_meetings: false,
            tenants: &[],
            make,
            setups,
        }
    }

    /// The groups of the sample people on whose boards a widget stands: no group where it stands on everybody's, none where it stands on no board.
    #[must_use]
    pub fn groups_with(&self, widget: &str) -> Option<Vec<&'static str>> {
        let own = self.boards.iter().filter(|(_, widgets)| widgets.contains(&widget));
        let groups = own.flat_map(|(groups, _)| *groups).copied().collect();
        (!self.left_out.contains(&widget)).then_some(groups)
    }

    /// True if the board of the demonstration draws a card of this widget: everybody's board, or that of a group.
    #[must_use]
    pub fn draws(&self, widget: &str, group: Option<&str>) -> bool {
        let drawn_for = self.without_card.iter().find(|(name, _)| *name == widget);
        drawn_for.is_none_or(|(_, groups)| group.is_some_and(|group| groups.contains(&group)))
    }

    /// One subject of the conformance suite for each authentication method. `build` makes the connector of this kind from settings.
    pub fn subjects(
        &self,
        build: impl Fn(&str, Value, Arc<dyn Transport>) -> Result<Arc<dyn Connector>, ConnectorError>
        + Clone
        + Send
        + Sync
        + 'static,
    ) -> Vec<Subject> {
        let subject = |way: &AuthSetup| {
            let (kind, build, settings) =
                (self.kind, build.clone(), (way.settings)(&Addresses::of_tests(self.kind)));
            let mut subject = Subject::new(format!("{kind}_{}", way.name), self.make, move |transport| {
                build(kind, settings.clone(), transport)
            });
            if let Some(credential) = way.credential {
                subject = subject.credential(credential);
            }
            let subject = if way.lines_of_settings { subject.lines_of_settings() } else { subject };
            let subject = way.groups.iter().fold(subject, |subject, group| subject.group(*group));
            let subject = way.secrets.iter().fold(subject, |subject, secret| subject.secret(secret));
            way.link_hosts.iter().fold(subject, |subject, host| subject.link_host(*host))
        };
        self.setups.iter().map(subject).collect()
    }
}

/// An authentication method of a simulated application, set up to be used.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct AuthSetup {
    /// Its name in the names of tests.
    pub name: &'static str,
    /// The settings of the connector, as an operator writes them.
    pub settings: fn(&Addresses) -> Value,
    /// The key `credentials` of the connector, as an operator writes it.
    pub credentials: Value,
    /// The credential of a login after this many renewals; none when the connector acts for the login itself.
    pub credential: Option<fn(&str, u32) -> Credential>,
    /// Groups of the people who see what a technical account reads for a whole collectivité.
    pub groups: Vec<&'static str>,
    /// Secrets of the settings.
    pub secrets: Vec<String>,
    /// Other hosts than the application's that links may lead to.
    pub link_hosts: Vec<&'static str>,
    /// True if the lines are those of the settings: [`Subject::lines_of_settings`].
    pub lines_of_settings: bool,
}

impl AuthSetup {
    /// A method that sends the person's login, without secrets.
    #[must_use]
    pub fn new(name: &'static str, settings: fn(&Addresses) -> Value, credentials: Value) -> Self {
        Self {
            name,
            settings,
            credentials,
            credential: None,
            groups: Vec::new(),
            secrets: Vec::new(),
            link_hosts: Vec::new(),
            lines_of_settings: false,
        }
    }
}

/// The addresses of a simulated application.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Addresses {
    /// The simulated application as people open it, with a final `/`.
    pub application: Url,
    /// The same for its connector, on this very machine: some call nothing else in clear.
    pub local: Url,
    /// The target of links of an application that has no pages of its own.
    pub pages: Url,
}

impl Addresses {
    /// Joins the parts, of an application that its connector calls where people open it.
    #[must_use]
    pub fn new(application: Url, pages: Url) -> Self {
        Self { local: application.clone(), application, pages }
    }

    /// With an address of its own on this machine.
    #[must_use]
    pub fn with_local(self, local: Url) -> Self {
        Self { local, ..self }
    }

    /// Names that nothing stands behind.
    fn of_tests(kind: &str) -> Self {
        let url = |host: &str| Url::parse(&format!("https://{host}.demonstration.example/"));
        #[expect(clippy::expect_used, reason = "a kind is a slug")]
        Self::new(url(kind).expect("an address"), url("pages").expect("an address"))
    }
}
