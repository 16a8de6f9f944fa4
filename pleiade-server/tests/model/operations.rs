//! The operations, in any order.

use super::facts::{PersonKey, SOURCES};
use proptest::prelude::*;

/// Something that happens, on one of the replicas.
#[derive(Debug, Clone)]
pub(crate) struct Operation {
    pub(crate) on: u8,
    pub(crate) what: OperationKind,
}

/// Numbers choose among what there is, counted round: an open session, a link that is known, a delegation that was given.
#[derive(Debug, Clone)]
pub(crate) enum OperationKind {
    /// In a new browser, or in that of an open session. `place` 0 is where the source is at home, 1 the operator's host, 2 another.
    SignIn {
        who: PersonKey,
        place: u8,
        again: Option<u8>,
    },
    /// The person who is known already; with 0, the one who came to another person last.
    SignInAgain {
        link: u8,
        place: u8,
    },
    /// Somebody signed in proves that they are somebody else too.
    Join {
        session: u8,
        who: PersonKey,
    },
    /// An administrator gives somebody's link to the person of another.
    Relink {
        session: u8,
        link: u8,
        to: u8,
    },
    CloseWay {
        session: u8,
        link: u8,
    },
    OpenWay {
        session: u8,
        link: u8,
    },
    Invite {
        session: u8,
        who: PersonKey,
        administrator: bool,
        foreign_mail: bool,
    },
    /// Of a local account, counted apart; and whoever asked for it chooses the new password.
    Reset {
        session: u8,
        link: u8,
    },
    Disable {
        session: u8,
        link: u8,
        disabled: bool,
    },
    /// The facts that a provider or a directory will tell from now on.
    Tell {
        who: PersonKey,
        tenants: u8,
        administrator: bool,
        operator: bool,
        foreign_mail: bool,
        key: u8,
    },
    /// Somebody in a directory: 0 is there, 1 is closed, 2 is gone.
    Directory {
        who: PersonKey,
        presence: u8,
    },
    Synchronise {
        beta: bool,
        full: bool,
    },
    /// 0 creates or replaces, 1 closes, 2 opens, 3 deletes, 4 and 5 add to and remove from the administrators.
    Push {
        who: PersonKey,
        change: u8,
    },
    Delegate {
        session: u8,
        to: u8,
    },
    Accept {
        session: u8,
        delegation: u8,
    },
    EndDelegation {
        session: u8,
        delegation: u8,
    },
    ActFor {
        session: u8,
        beta: bool,
    },
    Connect {
        session: u8,
    },
    CloseOthers {
        session: u8,
    },
    CloseAll {
        session: u8,
        link: u8,
    },
    SignOut {
        session: u8,
    },
    Wait {
        seconds: u16,
    },
    Restart,
}

impl OperationKind {
    pub(crate) fn on_replica(self, on: u8) -> Operation {
        Operation { on, what: self }
    }
}

/// The beginning of every history: the operator, an administrator of each collectivité, an account, and people in directories.
pub(crate) fn beginning() -> Vec<Operation> {
    let sign_in = |id, subject, place| {
        OperationKind::SignIn { who: PersonKey::new(id, subject), place, again: None }.on_replica(0)
    };
    let invite = |session, id| OperationKind::Invite {
        session,
        who: PersonKey::new(id, 0),
        administrator: false,
        foreign_mail: false,
    };
    vec![
        OperationKind::Synchronise { beta: false, full: true }.on_replica(0),
        OperationKind::Synchronise { beta: true, full: true }.on_replica(0),
        OperationKind::Push { who: PersonKey::new("arh", 0), change: 0 }.on_replica(0),
        OperationKind::Push { who: PersonKey::new("brh", 0), change: 0 }.on_replica(0),
        sign_in("osso", 0, 1),
        sign_in("asso", 0, 0),
        sign_in("bsso", 0, 0),
        invite(1, "olocale").on_replica(1),
        sign_in("aportail", 0, 0),
    ]
}

fn anybody() -> impl Strategy<Value = PersonKey> {
    (0..SOURCES.len(), 0..super::facts::SUBJECTS).prop_map(|(source, subject)| PersonKey { source, subject })
}

fn one_of(ids: &'static [&'static str]) -> impl Strategy<Value = PersonKey> {
    (0..ids.len(), 0..super::facts::SUBJECTS).prop_map(|(place, subject)| PersonKey::new(ids[place], subject))
}

const PROVIDERS: &[&str] = &["osso", "asso", "bsso", "aportail", "bportail", "aguichet", "bguichet"];
const JOINABLE: &[&str] = &["osso", "asso", "bsso"];
const LOCAL: &[&str] = &["olocale", "alocale", "blocale"];
const DIRECTORIES: &[&str] = &["aannu", "bannu"];
const PUSHED: &[&str] = &["arh", "brh"];

fn what() -> impl Strategy<Value = OperationKind> {
    let session = || 0_u8..8;
    // Mostly the one who administers most.
    let account = || 0_u8..6;
    let administrator = || prop_oneof![3 => 0_u8..3, 1 => 0_u8..8];
    prop_oneof![
        8 => (anybody(), prop_oneof![4 => Just(0_u8), 2 => Just(1), 1 => Just(2)], prop::option::weighted(0.1, session()))
            .prop_map(|(who, place, again)| OperationKind::SignIn { who, place, again }),
        6 => (prop_oneof![1 => Just(0), 1 => any::<u8>()], prop_oneof![4 => Just(0_u8), 1 => Just(1)])
            .prop_map(|(link, place)| OperationKind::SignInAgain { link, place }),
        6 => (session(), one_of(JOINABLE)).prop_map(|(session, who)| OperationKind::Join { session, who }),
        2 => (administrator(), any::<u8>(), any::<u8>()).prop_map(|(session, link, to)| OperationKind::Relink { session, link, to }),
        2 => (administrator(), any::<u8>()).prop_map(|(session, link)| OperationKind::CloseWay { session, link }),
        2 => (administrator(), any::<u8>()).prop_map(|(session, link)| OperationKind::OpenWay { session, link }),
        3 => (administrator(), one_of(LOCAL), any::<bool>(), any::<bool>()).prop_map(
            |(session, who, administrator, foreign_mail)| OperationKind::Invite { session, who, administrator, foreign_mail }
        ),
        3 => (administrator(), account()).prop_map(|(session, link)| OperationKind::Reset { session, link }),
        2 => (administrator(), account(), any::<bool>())
            .prop_map(|(session, link, disabled)| OperationKind::Disable { session, link, disabled }),
        4 => (one_of(PROVIDERS), 0_u8..4, any::<bool>(), any::<bool>(), any::<bool>(), 0_u8..3).prop_map(
            |(who, tenants, administrator, operator, foreign_mail, key)| OperationKind::Tell {
                who, tenants, administrator, operator, foreign_mail, key
            }
        ),
        3 => (one_of(DIRECTORIES), any::<bool>(), any::<bool>()).prop_map(|(who, administrator, foreign_mail)| {
            OperationKind::Tell { who, tenants: 0, administrator, operator: false, foreign_mail, key: 0 }
        }),
        3 => (one_of(DIRECTORIES), 0_u8..3).prop_map(|(who, presence)| OperationKind::Directory { who, presence }),
        3 => (any::<bool>(), any::<bool>()).prop_map(|(beta, full)| OperationKind::Synchronise { beta, full }),
        4 => (one_of(PUSHED), 0_u8..6).prop_map(|(who, change)| OperationKind::Push { who, change }),
        4 => (session(), session()).prop_map(|(session, to)| OperationKind::Delegate { session, to }),
        4 => (session(), 0_u8..4).prop_map(|(session, delegation)| OperationKind::Accept { session, delegation }),
        1 => (session(), 0_u8..4).prop_map(|(session, delegation)| OperationKind::EndDelegation { session, delegation }),
        2 => (session(), any::<bool>()).prop_map(|(session, beta)| OperationKind::ActFor { session, beta }),
        4 => session().prop_map(|session| OperationKind::Connect { session }),
        1 => session().prop_map(|session| OperationKind::CloseOthers { session }),
        1 => (administrator(), any::<u8>()).prop_map(|(session, link)| OperationKind::CloseAll { session, link }),
        1 => session().prop_map(|session| OperationKind::SignOut { session }),
        4 => prop_oneof![3 => Just(31_u16), 2 => Just(5), 1 => Just(61), 1 => Just(601)]
            .prop_map(|seconds| OperationKind::Wait { seconds }),
        1 => Just(OperationKind::Restart),
    ]
}

/// Histories of so many operations at most.
pub(crate) fn histories(longest: usize) -> impl Strategy<Value = Vec<Operation>> {
    prop::collection::vec((0_u8..2, what()).prop_map(|(on, what)| what.on_replica(on)), 1..=longest)
}
