//! For tests and demonstrations only: the suite that every connector passes.
//!
//! A [`Subject`] says how to build the connector over a given transport and which simulator plays the application. Each
//! [`Check`] builds what it needs afresh, in paused time and without sockets, and says in one sentence what is wrong.
//!
//! ```no_run
//! # use std::sync::Arc;
//! # use pleiade_testkit::{Simulator, conformance::{Subject, main}};
//! # use pleiade_core::{Clock, Connector, ConnectorError, Transport};
//! # fn simulator(clock: Arc<dyn Clock>) -> Arc<dyn Simulator> { unimplemented!() }
//! # fn connector(transport: Arc<dyn Transport>) -> Result<Arc<dyn Connector>, ConnectorError> { unimplemented!() }
//! // tests/conformance.rs, with `harness = false`
//! fn main_of_the_test() -> std::process::ExitCode {
//!     main(&[Subject::new("conges", simulator, connector).secret("a-secret-of-the-configuration")])
//! }
//! ```

mod actions;
mod content;
mod data;
mod descriptor;
mod faults;
mod hostile;
mod isolation;
mod messages;
mod rig;
mod secrets;

use crate::Simulator;
use futures_util::future::{BoxFuture, FutureExt as _};
use libtest_mimic::{Arguments, Failed, Trial};
use pleiade_core::{Clock, Connector, ConnectorError, Credential, Transport};
use std::{fmt, panic::AssertUnwindSafe, process::ExitCode, sync::Arc, time::Duration};

type MakeSimulator = dyn Fn(Arc<dyn Clock>) -> Arc<dyn Simulator> + Send + Sync;
type MakeConnector = dyn Fn(Arc<dyn Transport>) -> Result<Arc<dyn Connector>, ConnectorError> + Send + Sync;
type MakeCredential = dyn Fn(&str, u32) -> Credential + Send + Sync;

/// The result of a check: nothing, or the failure in a sentence.
type Verdict = Result<(), String>;

/// A connector under test.
#[derive(Clone)]
pub struct Subject {
    name: String,
    simulator: Arc<MakeSimulator>,
    connector: Arc<MakeConnector>,
    credential: Arc<MakeCredential>,
    groups: Vec<String>,
    secrets: Vec<String>,
    link_hosts: Vec<String>,
    lines_of_settings: bool,
}

impl fmt::Debug for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Subject").field("name", &self.name).finish_non_exhaustive()
    }
}

impl Subject {
    /// A connector named in the tests' names, the simulator of its application, and how it is built over a transport. Until
    /// [`Subject::credential`] says otherwise it is let in by the person's login.
    pub fn new(
        name: impl Into<String>,
        simulator: impl Fn(Arc<dyn Clock>) -> Arc<dyn Simulator> + Send + Sync + 'static,
        connector: impl Fn(Arc<dyn Transport>) -> Result<Arc<dyn Connector>, ConnectorError>
        + Send
        + Sync
        + 'static,
    ) -> Self {
        Self {
            name: name.into(),
            simulator: Arc::new(simulator),
            connector: Arc::new(connector),
            credential: Arc::new(|login, _| Credential::ActingLogin { login: login.to_owned() }),
            groups: Vec::new(),
            secrets: Vec::new(),
            link_hosts: Vec::new(),
            lines_of_settings: false,
        }
    }

    /// The credential by which a login is let in, after this many renewals. Its secret must be recognisable, and different for each
    /// login.
    #[must_use]
    pub fn credential(mut self, give: impl Fn(&str, u32) -> Credential + Send + Sync + 'static) -> Self {
        self.credential = Arc::new(give);
        self
    }

    /// Names a group of the people of every check but the second of the simulator, for a connector that shows what is a whole collectivité's
    /// to groups alone: the second person has none, and is to be shown something else.
    #[must_use]
    pub fn group(mut self, group: impl Into<String>) -> Self {
        self.groups.push(group.into());
        self
    }

    /// Names a secret of the connector's configuration, which must appear nowhere.
    #[must_use]
    pub fn secret(mut self, secret: impl Into<String>) -> Self {
        self.secrets.push(secret.into());
        self
    }

    /// Allows links to another host than the application's home.
    #[must_use]
    pub fn link_host(mut self, host: impl Into<String>) -> Self {
        self.link_hosts.push(host.into());
        self
    }

    /// Says that the application tells numbers alone: each line is one of the settings, which is shown whatever the application has, and holds
    /// none of its words. The checks then ask for no list of it.
    #[must_use]
    pub fn lines_of_settings(mut self) -> Self {
        self.lines_of_settings = true;
        self
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }
}

/// One behaviour that every connector has.
#[derive(Clone, Copy)]
pub struct Check {
    /// Its name, the second half of the test's name.
    pub name: &'static str,
    run: for<'a> fn(&'a Subject) -> BoxFuture<'a, Verdict>,
}

impl fmt::Debug for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Check").field(&self.name).finish()
    }
}

macro_rules! checks {
    ($($module:ident: $($name:ident),+;)+) => {
        /// Every check, in the order of `docs/connector-contract.md`.
        pub const CHECKS: &[Check] = &[
            $($(Check { name: stringify!($name), run: |subject| $module::$name(subject).boxed() },)+)+
        ];
    };
}

checks! {
    descriptor: descriptor_is_coherent, messages_in_both_languages, probe;
    data: busy_account, empty_account, many_pages, reading_changes_nothing, words_for_numbers, odd_items_hide_nothing, other_spellings,
        one_failed_call_is_not_hidden;
    faults: renewal_after_401, second_401, session_forgotten, not_linked, status_403, status_404,
        status_429_with_retry_after, status_500, slow, endless, truncated, wrong_type, wrong_shape, empty_body,
        login_page_with_200, redirect_elsewhere;
    hostile: hostile_text, hostile_answers, corrupted_answers;
    isolation: people_never_mixed, whoever_stands_in_sees_tasks_alone, cancelled_call;
    secrets: secrets_stay_inside;
    actions: unknown_action, offered_actions, failed_action_is_not_done, hostile_targets, target_of_another_person;
}

impl Check {
    /// Runs the check in a runtime of its own, in paused time.
    ///
    /// # Errors
    /// A sentence that says what is wrong; a panic and a call that never ends count.
    pub fn run(&self, subject: &Subject) -> Verdict {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .start_paused(true)
            .build()
            .map_err(|error| format!("no runtime: {error}"))?;
        let guarded = async {
            // Cards that are fresh for a quarter of an hour pass days in a check, in paused time.
            tokio::time::timeout(Duration::from_secs(30 * 24 * 3600), (self.run)(subject))
                .await
                .unwrap_or_else(|_| Err("a call never ended".to_owned()))
        };
        std::panic::catch_unwind(AssertUnwindSafe(|| runtime.block_on(guarded)))
            .unwrap_or_else(|panic| Err(format!("it panicked: {}", panic_text(panic.as_ref()))))
    }
}

fn panic_text(panic: &(dyn std::any::Any + Send)) -> &str {
    panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("without words")
}

/// One test per subject and check, named `subject::check`.
#[must_use]
pub fn trials(subjects: &[Subject]) -> Vec<Trial> {
    let mut trials = Vec::new();
    for subject in subjects {
        for check in CHECKS {
            let subject = subject.clone();
            let name = format!("{}::{}", subject.name, check.name);
            trials.push(Trial::test(name, move || check.run(&subject).map_err(Failed::from)));
        }
    }
    trials
}

/// The whole of a test target with `harness = false`: reads the usual arguments of `cargo test` and runs the suite.
#[must_use]
pub fn main(subjects: &[Subject]) -> ExitCode {
    libtest_mimic::run(&Arguments::from_args(), trials(subjects)).exit_code()
}

/// Fails the check with a sentence unless a condition holds.
macro_rules! ensure {
    ($condition:expr, $($words:tt)+) => {
        if !$condition {
            return Err(format!($($words)+));
        }
    };
}
use ensure;
