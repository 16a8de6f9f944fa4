//! Whose word a connector's trusted key takes for the login it acts for.
//!
//! Threat: whoever tells a portal somebody's login or address opens that somebody's mailbox. A source of one collectivité, an administrator
//! who invites, an identity manager that pushes: each may write what it likes about its own people. So a login counts only when it was told
//! by a source that may vouch for it ([`Vouchers`]), and a mail address only within the domains of the collectivités that the same link
//! gives.

use super::rules::{LoginFrom, Rules, Vouchers};
use crate::{sign_in::SignIn, web::site::Tenants};
use pleiade_core::{
    ConnectorError, ConnectorId, ErrorKind, Identity, MailAddress, MailDomain, ProviderKind, SourceId,
    TenantId,
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
        identity: &Identity,
    ) -> Result<String, ConnectorError> {
        let told = match from {
            LoginFrom::Login => identity.login.clone(),
            LoginFrom::Mail => identity.mail.as_ref().map(ToString::to_string),
            LoginFrom::LoginAtMailDomain => identity
                .login
                .as_ref()
                .zip(identity.mail.as_ref())
                .map(|(login, mail)| format!("{login}@{}", mail.domain())),
        };
        let login = told.ok_or_else(|| {
            refused(
                ErrorKind::NotLinked,
                "the source gives no login for this person; choose another attribute in `credentials`",
            )
        })?;
        let misconfigured = |hint| Err(refused(ErrorKind::BadConfiguration, hint));
        let vouchers = self.rules.vouchers(connector);
        if self.typed && !vouchers.typed {
            return misconfigured(
                "an administrator typed this login, or its source is gone; `typed_logins = true` lets typed ones count",
            );
        }
        let domain = match login.contains('@') {
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
