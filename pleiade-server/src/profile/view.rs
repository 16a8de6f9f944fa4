//! The affiliations and the sessions of a person in words, for their own profile and for the console.

use crate::{
    people::kind_key,
    session::{Session, SessionLine},
    sign_in::{SignIn, linking::explanation_text},
    web::{site::Tenants, words::Words},
};
use pleiade_core::{Affiliation, Role, TenantId};
use pleiade_federation::mapping::{Explanation, Right};

/// One affiliation of a person to a collectivité, in words.
#[derive(Debug)]
pub struct AffiliationView {
    /// The collectivité.
    pub tenant: TenantId,
    /// The collectivité's name.
    pub name: String,
    /// True if the person acts for it now.
    pub acting: bool,
    /// Agent, élu or partner, in words.
    pub kind: String,
    /// Function there.
    pub function: Option<String>,
    /// Employee number there.
    pub employee_number: Option<String>,
    /// Groups there.
    pub groups: Vec<String>,
    /// Rights in the portal, in words.
    pub roles: Vec<String>,
    /// The explanations of each of these.
    pub why: Vec<WhyView>,
}

/// An explanation of a right, in words.
#[derive(Debug)]
pub struct WhyView {
    /// Acting for the collectivité, a role or a group.
    pub right: String,
    /// The sentence that says why.
    pub because: String,
}

impl WhyView {
    fn new(tenants: &Tenants, sign_in: &SignIn, words: &Words, why: &Explanation) -> Self {
        Self {
            right: match &why.right {
                Right::Tenant(id) => words.t_with_name("why-right-tenant", &tenant_name(tenants, id)),
                Right::Group(name) => words.t_with_name("why-right-group", name),
                Right::Role(role) => words.t(role_key(*role)),
                _ => String::new(),
            },
            because: explanation_text(sign_in, words, why),
        }
    }
}

fn tenant_name(tenants: &Tenants, id: &TenantId) -> String {
    tenants.by_id(id).map_or_else(|| id.to_string(), |tenant| tenant.name.clone())
}

impl AffiliationView {
    /// An affiliation in words, with where it comes from.
    #[must_use]
    pub fn new(
        tenants: &Tenants,
        sign_in: &SignIn,
        words: &Words,
        affiliation: &Affiliation,
        why: &[Explanation],
        acting: Option<&TenantId>,
    ) -> Self {
        Self {
            tenant: affiliation.tenant.clone(),
            name: tenant_name(tenants, &affiliation.tenant),
            acting: acting == Some(&affiliation.tenant),
            kind: words.t(kind_key(affiliation.kind)),
            function: affiliation.function.clone(),
            employee_number: affiliation.employee_number.clone(),
            groups: affiliation.groups.iter().cloned().collect(),
            roles: affiliation.roles.iter().map(|role| words.t(role_key(*role))).collect(),
            why: why.iter().map(|one| WhyView::new(tenants, sign_in, words, one)).collect(),
        }
    }
}

/// The message of a role.
#[must_use]
pub(super) fn role_key(role: Role) -> &'static str {
    match role {
        Role::Operator => "role-operator",
        _ => "role-tenant-administrator",
    }
}

/// One session, in words.
#[derive(Debug)]
pub struct SessionView {
    /// The public name of the session, by which forms name it.
    pub id: String,
    /// True if it is the one that asks.
    pub this: bool,
    /// The collectivité acted for and the source that opened it, in words.
    pub place: String,
    /// Since when, and when it was last used.
    pub times: String,
}

impl SessionView {
    /// A session in words.
    #[must_use]
    pub fn new(
        tenants: &Tenants,
        sign_in: &SignIn,
        words: &Words,
        line: &SessionLine,
        this: Option<&Session>,
    ) -> Self {
        // A collectivité that is no longer the person's own is named to them no more, where an older session acted for it.
        let is_named = this.is_none_or(|own| own.affiliations.iter().any(|one| one.tenant == line.acting));
        let tenant = is_named.then(|| tenant_name(tenants, &line.acting));
        let source = sign_in.any_source(&line.source).map(|source| source.title.clone());
        Self {
            id: line.id.as_str().to_owned(),
            this: this.is_some_and(|session| session.id == line.id),
            place: [tenant, source].into_iter().flatten().collect::<Vec<_>>().join(" · "),
            times: [
                words.t_with_time("profile-session-since", "when", line.created_at),
                words.t_with_time("profile-session-used", "when", line.last_seen_at),
            ]
            .join(" "),
        }
    }
}
