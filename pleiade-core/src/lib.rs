//! The words of the Pléiade virtual desk, as types and small object-safe traits.
//!
//! This crate holds no runtime, no HTTP client and no database: a connector or a portal can be written
//! against it without taking any of our choices. Read it in this order:
//!
//! 1. [`id`], [`siren`], [`mail`]: strings with a grammar, parsed once;
//! 2. [`tenant`], [`identity`]: who the people are and for whom they act;
//! 3. [`reading`], [`error`]: a value with its age, and what can go wrong with it;
//! 4. [`indicator`], [`item`], [`task`], [`sitting`], [`widget`], [`action`], [`deposit`]: what a card shows and offers;
//! 5. [`connector`], [`coverage`], [`credential`], [`linking`]: a configured client of one application, what it was verified against, and
//!    how it is let in;
//! 6. [`sign_in`], [`directory`]: what proves who somebody is, and what lists people;
//! 7. [`application`], [`board`]: the launcher and the page of one person;
//! 8. [`text`], [`clock`], [`transport`]: words to translate, injected time, injected network.
#![deny(missing_docs)]

pub mod action;
pub mod application;
pub mod board;
pub mod clock;
pub mod connector;
pub mod coverage;
pub mod credential;
pub mod deposit;
pub mod directory;
pub mod error;
pub mod event;
pub mod id;
pub mod identity;
pub mod indicator;
pub mod item;
pub mod linking;
pub mod mail;
pub mod place;
pub mod reading;
pub mod search;
pub mod sign_in;
pub mod siren;
pub mod sitting;
pub mod task;
pub mod tenant;
pub mod text;
pub mod transport;
pub mod widget;

// Their types stand in what is public here: whoever uses these names has the same versions as we.
pub use {async_trait, bytes, chrono, chrono_tz, http, secrecy, url};

pub use action::{Action, ActionDescriptor, ActionOutcome, ActionRequest, OpenedAddress};
pub use application::{Application, ApplicationFamily, Icon};
pub use board::{Board, PersonalBoard, Placement, Zone};
pub use clock::{Clock, SystemClock};
pub use connector::{CallContext, Connector, ConnectorDescriptor, Meetings};
pub use coverage::{AccessMethod, Coverage, Evidence, EvidenceKind};
pub use credential::{Credential, CredentialKind, CredentialRequest, CredentialSource, FixedCredential};
pub use deposit::{
    DepositFile, DepositLimits, DepositPlace, DepositPlaces, DepositState, Deposited, FileDeposit,
};
pub use directory::{Directory, DirectoryChanges, DirectoryError, DirectoryPerson};
pub use error::{ConnectorError, ErrorKind, Retry};
pub use event::{Event, EventStatus};
pub use id::{ActionId, ApplicationId, ConnectorId, IdError, IndicatorKey, SourceId, TenantId, WidgetId};
pub use identity::{Actor, ActorKey, Affiliation, Identity, IdentityId, LinkId, PersonKind, Role, Subject};
pub use indicator::{Amount, Currency, Indicator, Severity};
pub use item::{Deadline, EventTime, Item};
pub use linking::{AccountLinking, LinkedAccount, LinkingMethod, LinkingPage};
pub use mail::{MailAddress, MailDomain};
pub use reading::{Freshness, Reading, Reason};
pub use search::{ContentSearch, Found, FoundKind, SearchQuery};
pub use secrecy::{ExposeSecret, SecretString};
pub use sign_in::{
    AccountRefusal, Claims, FreshProof, Hints, IdentityProvider, PersonTokens, ProviderKind, ProviderLogout,
    ReplayKey, SignInAnswer, SignInError, SignInStep, Withheld,
};
pub use siren::{Siren, Siret};
pub use sitting::Sitting;
pub use task::{ActionInput, Task, TaskKind};
pub use tenant::{Branding, Colour, Tenant};
pub use text::{Locale, Message, MessageArg, Text};
pub use transport::{CertificateFault, Limits, Transport, TransportError};
pub use widget::{AccountTag, Audience, Widget, WidgetContent, WidgetDescriptor};

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
