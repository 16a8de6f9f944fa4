//! Whose word a connector's trusted key takes for the login it acts for.
//!
//! Threat: whoever tells a portal somebody's login or address opens that somebody's mailbox. A source of one collectivité, an administrator
//! who invites, an identity manager that pushes: each may write what it likes about its own people. So a login counts only when it was told
//! by a source that may vouch for it ([`Vouchers`]), a mail address only within the domains of the collectivités that the same link
//! gives, and an employee number only for the collectivité whose it is.

use super::rules::{LoginFrom, Rules, Vouchers};
use crate::{sign_in::SignIn, web::site::Tenants};
use pleiade_core::{
    Actor, ConnectorError, ConnectorId, ErrorKind, MailAddress, MailDomain, ProviderKind, SourceId, TenantId,
};
use std::{collections::BTreeSet, sync::Arc};

/// For whom a trusted key may act, as one link tells of them where they act.
#[derive(Debug, Clone)]
pub struct ActsFor {
    rules: Arc<Rules>,
    /// The source of the link.
    own: SourceId,
    /// The source that told login and address: the link's, or the directory that it relies on.
    told_by: SourceId,
    owner: Option<TenantId>,
    typed: bool,
    is_configured: bool,
    acting: TenantId,
    domains: BTreeSet<MailDomain>,
    /// Those among them that another collectivité bears too: a source of one of the two does not say who is who there.
    shared: BTreeSet<MailDomain>,
}

fn refused(kind: ErrorKind, hint: &'static str) -> ConnectorError {
    ConnectorError::new(kind, "find the person's login").with_hint(hint)
}

impl ActsFor {
    /// The names that `told_by` tells of somebody who came by a link of `own`, who acts for one of the collectivités that the link gives.
    pub fn new<'a>(
        rules: Arc<Rules>,
        sign_in: &SignIn,
        tenants: &Tenants,
        (own, told_by): (&SourceId, &SourceId),
        acting: &TenantId,
        given: impl IntoIterator<Item = &'a TenantId>,
    ) -> Self {
        let source = sign_in.any_source(told_by);
        let domains = given.into_iter().filter_map(|id| tenants.by_id(id));
        let domains: BTreeSet<MailDomain> = domains.flat_map(|tenant| tenant.mail_domains.clone()).collect();
        let shared =
            domains.iter().filter(|domain| tenants.finder().by_domain(domain).len() > 1).cloned().collect();
        Self {
            rules,
            own: own.clone(),
            told_by: told_by.clone(),
            owner: source.and_then(|source| source.owner.clone()),
            // A source that is not configured any more vouches for nothing.
            typed: source.is_none_or(|source| source.provider.kind() == ProviderKind::Local),
            is_configured: source.is_some(),
            acting: acting.clone(),
            domains,
            shared,
        }
    }

    /// The login for which the key of a connector may act.
    ///
    /// # Errors
    /// [`ErrorKind::NotLinked`] when the source tells no such name, [`ErrorKind::BadConfiguration`] when nobody may vouch for it.
    pub fn login(
        &self,
        connector: &ConnectorId,
        from: LoginFrom,
        actor: &Actor,
    ) -> Result<String, ConnectorError> {
        let identity = &actor.identity;
        let told = match from {
            LoginFrom::Login => identity.login.clone(),
            LoginFrom::Mail => identity.mail.as_ref().map(ToString::to_string),
            LoginFrom::LoginAtMailDomain => identity
                .login
                .as_ref()
                .zip(identity.mail.as_ref())
                .map(|(login, mail)| format!("{login}@{}", mail.domain())),
            LoginFrom::EmployeeNumber => actor.acting.employee_number.clone(),
        };
        let login = told.ok_or_else(|| {
            refused(
                ErrorKind::NotLinked,
                match from {
                    LoginFrom::EmployeeNumber => {
                        "the source gives no employee number that is this person's alone, in this collectivité; read it in `mapping.fields` of the \
                         source, or choose another attribute in `credentials`"
                    }
                    _ => "the source gives no login for this person; choose another attribute in `credentials`",
                },
            )
        })?;
        let misconfigured = |hint| Err(refused(ErrorKind::BadConfiguration, hint));
        let vouchers = self.rules.vouchers(connector);
        if self.typed && !vouchers.typed {
            return misconfigured(
                "an administrator typed this login, or its source is gone; `typed_logins = true` lets typed ones count",
            );
        }
        // An employee number is compared as it is, whatever it looks like.
        let domain = match login.contains('@') && from != LoginFrom::EmployeeNumber {
            true => Some(login.parse::<MailAddress>().map(|mail| mail.domain().clone()).map_err(|_| {
                refused(ErrorKind::BadConfiguration, "the login told for this person is not a mail address")
            })?),
            false => None,
        };
        if !self.is_vouched_for(&vouchers, domain.is_some()) {
            return misconfigured(
                "the source that tells this login may not vouch for it; name it in `vouched_by` of the connector if it may",
            );
        }
        match domain {
            Some(domain) if self.shared.contains(&domain) && !self.speaks_for_all(&vouchers) => {
                misconfigured(
                    "the domain of the address is another collectivité's too; name the source in `vouched_by` of the connector if it knows both",
                )
            }
            Some(domain) if !self.domains.contains(&domain) => misconfigured(
                "the address is not within `mail_domains` of a collectivité that this sign-in gives the person",
            ),
            _ => Ok(login),
        }
    }

    /// True if the source tells logins of whole domains: the owner's of the connector, and those that the operator named.
    fn speaks_for_all(&self, vouchers: &Vouchers) -> bool {
        !vouchers.named.is_empty() || self.owner == vouchers.owner
    }

    fn is_vouched_for(&self, vouchers: &Vouchers, is_mail: bool) -> bool {
        if !self.is_configured {
            return false;
        }
        if vouchers.named.is_empty() {
            self.owner == vouchers.owner || (is_mail && self.owner.as_ref() == Some(&self.acting))
        } else {
            // A directory speaks for the source that relies on it, and both have one owner.
            vouchers.named.contains(&self.told_by) || vouchers.named.contains(&self.own)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{credentials::CredentialRule, sign_in::Source};
    use async_trait::async_trait;
    use pleiade_core::{
        Affiliation, Claims, FreshProof, Hints, Identity, IdentityId, IdentityProvider, LinkId, PersonKind,
        SignInAnswer, SignInError, SignInStep, Subject, SystemClock,
    };
    use pleiade_federation::mapping::Mapping;

    #[derive(Debug)]
    struct Provider(SourceId, ProviderKind);

    #[async_trait]
    impl IdentityProvider for Provider {
        fn id(&self) -> &SourceId {
            &self.0
        }

        fn kind(&self) -> ProviderKind {
            self.1
        }

        fn fresh_proof(&self) -> FreshProof {
            FreshProof::None
        }

        async fn begin(&self, _: &Hints) -> Result<SignInStep, SignInError> {
            Err(SignInError::Refused("nobody signs in here"))
        }

        async fn finish(&self, _: SignInAnswer) -> Result<Claims, SignInError> {
            Err(SignInError::Refused("nobody signs in here"))
        }
    }

    fn tenant(id: &str) -> TenantId {
        TenantId::new(id).unwrap()
    }

    fn source(id: &str, kind: ProviderKind, owner: Option<&str>) -> Source {
        let id = SourceId::new(id).unwrap();
        Source {
            owner: owner.map(tenant),
            ..Source::new(Arc::new(Provider(id, kind)), Mapping::owned_by(tenant("alpha")))
        }
    }

    /// The key that a source gives a connector of `owner` for somebody at alpha of whom it tells this number.
    fn key(by: &str, owner: Option<&str>, named: &[&str], number: Option<&str>) -> Result<String, ErrorKind> {
        let sources = [
            source("operateur", ProviderKind::Oidc, None),
            source("annuaire", ProviderKind::Ldap, Some("alpha")),
            source("voisine", ProviderKind::Oidc, Some("beta")),
            source("locale", ProviderKind::Local, Some("alpha")),
        ];
        let sign_in = SignIn::new(sources, Arc::new(SystemClock::default()));
        let connector = ConnectorId::new("paie").unwrap();
        let named = named.iter().map(|id| SourceId::new(*id).unwrap()).collect();
        let mut rules = Rules::default();
        let rule = CredentialRule::Technical { key: Some(LoginFrom::EmployeeNumber) };
        let vouchers = Vouchers { owner: owner.map(tenant), named, typed: false };
        rules.insert(connector.clone(), rule, vouchers);
        let (by, alpha) = (SourceId::new(by).unwrap(), tenant("alpha"));
        let acts = ActsFor::new(Arc::new(rules), &sign_in, &Tenants::default(), (&by, &by), &alpha, [&alpha]);
        let subject = Subject::new("https://sso.example", "1").unwrap();
        let mut identity = Identity::new(IdentityId(1), LinkId(1), subject, "Jeanne");
        // What else the source tells never stands in for the number.
        identity.login = Some("00777".into());
        identity.mail = "00777@alpha.example".parse().ok();
        let mut affiliation = Affiliation::new(alpha.clone(), PersonKind::Agent);
        affiliation.employee_number = number.map(str::to_owned);
        acts.login(&connector, LoginFrom::EmployeeNumber, &Actor::new(identity, affiliation))
            .map_err(|error| error.kind())
    }

    #[test]
    fn an_employee_number_is_the_key_as_it_is_and_only_by_a_source_that_may_vouch_for_it() {
        for number in ["00123", "123", "A-12", "12@alpha.example"] {
            assert_eq!(key("annuaire", Some("alpha"), &[], Some(number)), Ok(number.to_owned()));
            assert_eq!(key("operateur", None, &[], Some(number)), Ok(number.to_owned()));
            assert_eq!(key("operateur", Some("alpha"), &["operateur"], Some(number)), Ok(number.to_owned()));
        }
        assert_eq!(key("annuaire", Some("alpha"), &[], None), Err(ErrorKind::NotLinked));
        let refused = Err(ErrorKind::BadConfiguration);
        // Another collectivité's source, a town's at the operator's, the operator's at a town's, one that is not named, typed, gone.
        for (by, owner, named) in [
            ("voisine", Some("alpha"), &[][..]),
            ("annuaire", None, &[]),
            ("operateur", Some("alpha"), &[]),
            ("annuaire", Some("alpha"), &["operateur"]),
            ("locale", Some("alpha"), &[]),
            ("partie", Some("alpha"), &["partie"]),
        ] {
            assert_eq!(key(by, owner, named, Some("00123")), refused, "{by} {owner:?} {named:?}");
        }
    }
}
