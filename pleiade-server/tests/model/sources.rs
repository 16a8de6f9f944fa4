//! Providers, directories and a portal's menu that say what the model tells them to.

use super::facts::{Kind, PersonKey, ReportedFacts, SOURCES, SUBJECTS};
use async_trait::async_trait;
use axum::{
    Router,
    http::{HeaderMap, header},
    routing::get,
};
use pleiade_core::{
    Claims, Directory, DirectoryChanges, DirectoryError, DirectoryPerson, ExposeSecret as _, FreshProof,
    Hints, IdentityProvider, ProviderKind, Role, SignInAnswer, SignInError, SignInStep, SourceId, Subject,
    TenantId, Transport, sign_in::PersonTokens,
};
use pleiade_federation::lemonldap::LemonldapConfig;
use pleiade_server::{
    catalogue::{Portal, PortalMenus},
    sign_in::mapping::{Mapping, RoleRule, Tenants},
};
use pleiade_testkit::RouterTransport;
use serde_json::json;
use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

pub(crate) const PASSWORD: &str = "tuile girafe velours 7";

pub(crate) fn source_id(id: &str) -> SourceId {
    SourceId::new(id).unwrap()
}

/// The subject of somebody at a source that is not local.
pub(crate) fn subject(who: PersonKey) -> Subject {
    let issuer = match who.spec().kind {
        Kind::Pushed => format!("scim:{}", who.spec().id),
        Kind::Directory => format!("ldap:{}", who.spec().id),
        _ => format!("https://{}.example", who.spec().id),
    };
    Subject::new(&issuer, &who.marker()).unwrap()
}

fn groups(who: PersonKey, told: &ReportedFacts) -> Vec<String> {
    let marker = who.marker();
    let mut groups = vec![format!("g{}-{marker}", told.version)];
    groups.extend(told.administrator.then(|| format!("administrator-{marker}")));
    groups.extend(told.operator.then(|| format!("operator-{marker}")));
    groups
}

/// The claims of a provider.
pub(crate) fn claims(who: PersonKey, told: &ReportedFacts) -> Claims {
    let marker = who.marker();
    let mut claims = Claims::new(subject(who));
    claims.display_name = Some(format!("N {marker}"));
    claims.given_name = Some(format!("P {marker}"));
    claims.login = Some(format!("l-{marker}"));
    claims.mail = format!("m-{marker}@{}", told.domain(who)).parse().ok();
    claims.groups = groups(who, told);
    let tenants = told.tenants.iter().map(|tenant| (*tenant).to_owned()).collect();
    claims.attributes.insert("tenants".into(), tenants);
    claims.attributes.insert("numero".into(), vec![format!("n-{marker}")]);
    claims.attributes.insert("_session_id".into(), vec![marker]);
    claims.tokens = Some(PersonTokens::new("access".into()));
    claims.fresh = true;
    if let (Some(directory), Kind::Portal { by_login, .. }) = (who.in_directory(told.key), who.spec().kind) {
        if by_login {
            claims.login = Some(format!("l-{}", directory.marker()));
        }
        claims.attributes.insert("key".into(), vec![directory.marker()]);
    }
    claims
}

/// The record of a directory.
fn person(who: PersonKey, told: &ReportedFacts, active: bool) -> DirectoryPerson {
    let marker = who.marker();
    let mut person = DirectoryPerson::new(subject(who), format!("N {marker}"));
    person.given_name = Some(format!("P {marker}"));
    person.login = Some(format!("l-{marker}"));
    person.mail = format!("m-{marker}@{}", told.domain(who)).parse().ok();
    person.groups = groups(who, told);
    person.attributes.insert("numero".into(), vec![format!("n-{marker}")]);
    person.active = active;
    person
}

/// For whom the people of a source act, and which of its groups give roles.
pub(crate) fn mapping(source: usize) -> Mapping {
    let spec = &SOURCES[source];
    let mut mapping = match (spec.owner, spec.kind) {
        (_, Kind::Local) => Mapping::new(Tenants::Kept),
        (Some(owner), _) => Mapping::owned_by(TenantId::new(owner).unwrap()),
        (None, _) => Mapping::new(Tenants::Attribute("tenants".into())),
    };
    if spec.kind != Kind::Local {
        let number = |from: &str| json!({ "target": "employee_number", "from": from });
        let rules = ["numero", "employeeNumber"].map(|from| serde_json::from_value(number(from)).unwrap());
        mapping.fields.extend(rules);
    }
    for subject in 0..SUBJECTS {
        let marker = PersonKey { source, subject }.marker();
        mapping.roles.push(RoleRule::group(format!("administrator-{marker}"), Role::TenantAdministrator));
        if spec.owner.is_none() {
            mapping.roles.push(RoleRule::group(format!("operator-{marker}"), Role::Operator));
        }
    }
    mapping
}

/// A provider elsewhere: whoever comes back with the number of a subject is that one.
#[derive(Debug)]
pub(crate) struct Provider {
    id: SourceId,
    people: Mutex<BTreeMap<String, Claims>>,
}

impl Provider {
    pub(crate) fn new(id: &str) -> Arc<Self> {
        Arc::new(Self { id: source_id(id), people: Mutex::default() })
    }

    pub(crate) fn knows(&self, who: PersonKey, told: &ReportedFacts) {
        self.people.lock().unwrap().insert(who.subject.to_string(), claims(who, told));
    }
}

#[async_trait]
impl IdentityProvider for Provider {
    fn id(&self) -> &SourceId {
        &self.id
    }

    fn kind(&self) -> ProviderKind {
        ProviderKind::Oidc
    }

    fn fresh_proof(&self) -> FreshProof {
        FreshProof::Redirect
    }

    async fn begin(&self, _: &Hints) -> Result<SignInStep, SignInError> {
        // Counted over restarts and replicas: an attempt is taken once.
        static STARTED: AtomicUsize = AtomicUsize::new(0);
        let key = format!("{}-{}", self.id, STARTED.fetch_add(1, Ordering::Relaxed));
        let url = format!("https://{}.example/authorize?state={key}", self.id).parse().unwrap();
        Ok(SignInStep::Redirect { url, attempt: "verifier".into(), key })
    }

    async fn finish(&self, answer: SignInAnswer) -> Result<Claims, SignInError> {
        let SignInAnswer::Callback { query, .. } = answer else {
            return Err(SignInError::Untrusted("no callback"));
        };
        let code = query.iter().find(|(name, _)| name == "code").map(|(_, value)| value.as_str());
        let people = self.people.lock().unwrap();
        code.and_then(|code| people.get(code).cloned()).ok_or(SignInError::Untrusted("the code is unknown"))
    }
}

/// A directory that is followed and where people sign in.
#[derive(Debug)]
pub(crate) struct Annuaire {
    id: SourceId,
    people: Mutex<BTreeMap<PersonKey, DirectoryPerson>>,
}

impl Annuaire {
    pub(crate) fn new(id: &str) -> Arc<Self> {
        Arc::new(Self { id: source_id(id), people: Mutex::default() })
    }

    pub(crate) fn holds(&self, who: PersonKey, told: &ReportedFacts, active: bool) {
        self.people.lock().unwrap().insert(who, person(who, told, active));
    }

    pub(crate) fn loses(&self, who: PersonKey) {
        self.people.lock().unwrap().remove(&who);
    }

    fn all(&self) -> Vec<DirectoryPerson> {
        self.people.lock().unwrap().values().cloned().collect()
    }
}

#[async_trait]
impl Directory for Annuaire {
    fn id(&self) -> &SourceId {
        &self.id
    }

    async fn person(&self, wanted: &Subject) -> Result<Option<DirectoryPerson>, DirectoryError> {
        Ok(self.all().into_iter().find(|person| person.subject == *wanted))
    }

    async fn search(&self, text: &str, limit: usize) -> Result<Vec<DirectoryPerson>, DirectoryError> {
        let begins = |person: &DirectoryPerson| person.login.as_ref().is_some_and(|l| l.starts_with(text));
        Ok(self.all().into_iter().filter(begins).take(limit).collect())
    }

    async fn changes(&self, _: Option<&str>) -> Result<DirectoryChanges, DirectoryError> {
        Ok(DirectoryChanges::Everybody { people: self.all(), cursor: None })
    }

    async fn probe(&self) -> Result<(), DirectoryError> {
        Ok(())
    }
}

#[async_trait]
impl IdentityProvider for Annuaire {
    fn id(&self) -> &SourceId {
        &self.id
    }

    fn kind(&self) -> ProviderKind {
        ProviderKind::Ldap
    }

    async fn begin(&self, _: &Hints) -> Result<SignInStep, SignInError> {
        Err(SignInError::Untrusted("a password is asked here"))
    }

    async fn finish(&self, answer: SignInAnswer) -> Result<Claims, SignInError> {
        let SignInAnswer::Password { login, password, .. } = answer else {
            return Err(SignInError::Untrusted("no password"));
        };
        let found =
            self.all().into_iter().find(|person| person.active && person.login.as_ref() == Some(&login));
        let found = found.filter(|_| password.expose_secret() == PASSWORD);
        found.map(Claims::from).ok_or(SignInError::BadCredentials)
    }
}

/// The menus of the providers: one application each, named after who asks.
pub(crate) fn menus() -> PortalMenus {
    let answer = |headers: HeaderMap| async move {
        let cookie = headers[header::COOKIE].to_str().unwrap();
        let marker = cookie.strip_prefix("lemonldap=").unwrap();
        let uri = format!("https://{marker}.menu.example/");
        axum::Json(json!({ "result": 1, "myapplications": [{
            "Category": "Menu",
            "Applications": [{ format!("Menu {marker}"): { "AppUri": uri, "AppDesc": "Menu" } }],
        }]}))
    };
    let portals = SOURCES.iter().filter(|spec| spec.kind == Kind::Provider).map(|spec| {
        let router = Router::new().route("/myapplications", get(answer));
        let config = LemonldapConfig::new(format!("https://{}.example/", spec.id).parse().unwrap());
        let transport: Arc<dyn Transport> = Arc::new(RouterTransport::new(router));
        (source_id(spec.id), Portal::new(&config, &transport).unwrap())
    });
    PortalMenus(portals.collect())
}
