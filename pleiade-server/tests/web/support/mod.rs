//! A whole instance in memory, applications and providers under the test's hand, and browsers: one file a subject.

mod browser;
mod database;
mod fake;
mod gate;
mod provider;
mod stream;
mod world;

pub(crate) use browser::{Answer, Browser};
pub(crate) use database::Watch;
pub(crate) use fake::{Fake, Outcome, content, leads_to};
pub(crate) use gate::Gate;
pub(crate) use pleiade_testkit::ManualClock;
pub(crate) use provider::{ISSUER, Provider, silent, somebody};
pub(crate) use stream::Stream;
pub(crate) use world::{Setup, World, source, source_id, tenant, tenant_id};

use crate::html::Html;
use std::collections::BTreeSet;

pub(crate) const ALPHA: &str = "bureau.alpha.example";
pub(crate) const BETA: &str = "bureau.beta.example";
pub(crate) const OPERATOR: &str = "bureau.opsn.example";
pub(crate) const SESSION: &str = "__Host-pleiade";
pub(crate) const PASSWORD: &str = "correct horse battery";

/// Ids of elements, in order.
pub(crate) fn ids(html: &Html) -> BTreeSet<&str> {
    html.elements.iter().filter_map(|element| element.get("id")).collect()
}
