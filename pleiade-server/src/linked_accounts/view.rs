//! The texts of the page for each application: the way the portal is let in, and its state.

use super::{error::LinkedAccountError, login_flow::LoginFlows};
use crate::{
    connectors::Connectors,
    credentials::{ActsFor, CredentialRule, Rules},
    session::Session,
    sign_in::{SignIn, Source, TicketWay},
    storage::StorageError,
    web::{href, words::Words},
};
use pleiade_core::{Connector, ConnectorId, ErrorKind, LinkId, LinkingMethod, Message, TenantId};
use pleiade_federation::vault::{LinkedAccountKey, LinkingKind, UnsealedAccount, Vault, VaultError};
use std::{collections::BTreeMap, sync::Arc};

/// One application.
#[derive(Debug)]
pub(super) struct LinkedAccountView {
    pub(super) id: ConnectorId,
    pub(super) name: String,
    /// The way the portal is let in, or the account connected.
    pub(super) how: Vec<String>,
    /// A word for the state: whether it is good, and the word.
    pub(super) tag: Option<(bool, String)>,
    /// The advice to the person.
    pub(super) problem: Option<String>,
    pub(super) revocable: bool,
    /// The page of the application that waits for the person.
    pub(super) pending: Option<String>,
    /// True if a login flow may be begun.
    pub(super) flow: bool,
    pub(super) paste: Option<PasteView>,
}

/// The form for a pasted secret.
#[derive(Debug)]
pub(super) struct PasteView {
    pub(super) login: bool,
    pub(super) page: Option<String>,
}

/// One linked account, for lists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkedAccountLine {
    /// The link that connected it, for the form that revokes it.
    pub link: LinkId,
    /// The connector, likewise.
    pub connector: ConnectorId,
    /// The application's name.
    pub name: String,
    /// Since when, last use, and whether it works.
    pub state: Vec<String>,
}

type VaultEntry = Result<UnsealedAccount, VaultError>;

async fn connected(
    vault: &Vault,
    tenant: &TenantId,
    link: LinkId,
) -> Result<BTreeMap<ConnectorId, VaultEntry>, VaultError> {
    let listed = vault.list(tenant, link).await?;
    Ok(listed.into_iter().map(|(key, linked_account)| (key.connector, linked_account)).collect())
}

/// The accounts that were connected by a link in a collectivité, for the profile's data and the console. No login is told.
///
/// # Errors
/// When the vault cannot be read.
pub async fn linked_account_lines(
    vault: &Vault,
    connectors: &Connectors,
    words: &Words,
    tenant: &TenantId,
    link: LinkId,
) -> Result<Vec<LinkedAccountLine>, VaultError> {
    let all = connected(vault, tenant, link).await?;
    let line = |(connector, linked_account): (ConnectorId, VaultEntry)| LinkedAccountLine {
        name: connectors.name(tenant, &connector),
        state: match &linked_account {
            Ok(linked_account) => {
                states(words, linked_account).into_iter().chain(refused(words, linked_account)).collect()
            }
            Err(_) => vec![words.t("accesses-unreadable-short")],
        },
        link,
        connector,
    };
    Ok(all.into_iter().map(line).collect())
}

/// Since when and how it was connected, its last use, its end.
fn states(words: &Words, linked_account: &UnsealedAccount) -> Vec<String> {
    let record = &linked_account.record;
    let how = match record.how {
        LinkingKind::LoginFlow => "accesses-connected-flow",
        _ => "accesses-connected-pasted",
    };
    let used = match record.last_used_at {
        Some(at) => words.t_with_time("accesses-used", "when", at),
        None => words.t("accesses-never-used"),
    };
    let end = record.expires_at.map(|at| words.t_with_time("accesses-ends", "when", at));
    [words.t_with_time(how, "when", record.created_at), used].into_iter().chain(end).collect()
}

fn refused(words: &Words, linked_account: &UnsealedAccount) -> Option<String> {
    linked_account.record.refused_at.map(|at| words.t_with_time("accesses-refused-since", "when", at))
}

/// Puts the applications of a session's person, where they act, in words.
#[derive(Debug)]
pub(crate) struct LinkedAccountPresenter<'a> {
    pub(crate) session: &'a Session,
    pub(crate) words: &'a Words,
    pub(crate) connectors: &'a Connectors,
    pub(crate) rules: &'a Rules,
    pub(crate) sign_in: &'a SignIn,
    pub(crate) ticket_way: TicketWay<'a>,
    pub(crate) acts_for: ActsFor,
    pub(crate) vault: Vault,
    pub(crate) flows: LoginFlows<'a>,
}

impl LinkedAccountPresenter<'_> {
    /// Every application of the collectivité that a person acts for, and what they connected to one that is no longer there.
    pub(super) async fn views(&self) -> Result<Vec<LinkedAccountView>, LinkedAccountError> {
        let (session, words) = (self.session, self.words);
        let tenant = &session.actor.acting.tenant;
        let mut connected = connected(&self.vault, tenant, session.actor.identity.link).await?;
        let mut views = Vec::new();
        for connector in self.connectors.of_tenant(tenant) {
            let linked_account = connected.remove(&connector.descriptor().id);
            views.push(self.view(connector, linked_account).await?);
        }
        views.extend(connected.into_keys().map(|id| LinkedAccountView {
            name: id.to_string(),
            id,
            how: vec![words.t("accesses-gone")],
            tag: None,
            problem: None,
            revocable: true,
            pending: None,
            flow: false,
            paste: None,
        }));
        Ok(views)
    }

    async fn view(
        &self,
        connector: &Arc<dyn Connector>,
        linked_account: Option<VaultEntry>,
    ) -> Result<LinkedAccountView, StorageError> {
        let words = self.words;
        let descriptor = connector.descriptor();
        let mut view = LinkedAccountView {
            id: descriptor.id.clone(),
            name: descriptor.name.clone(),
            how: Vec::new(),
            tag: None,
            problem: None,
            revocable: linked_account.is_some(),
            pending: None,
            flow: false,
            paste: None,
        };
        let rule = self.rules.get(&descriptor.id);
        let by_account = rule.is_some_and(|rule| rule.takes_linked_accounts(&descriptor.credentials));
        // Accounts are second to proxy tickets.
        let by_ticket = rule == Some(&CredentialRule::ProxyTicket) && self.has_tickets();
        if !by_account || by_ticket {
            self.explain_rule(rule, &mut view);
            return Ok(view);
        }
        let Some(linking) = connector.linking() else {
            view.problem = Some(words.t("accesses-no-way"));
            return Ok(view);
        };
        let name = |key: &'static str| words.message(&Message::new(key).with_text("application", &view.name));
        let works = match &linked_account {
            Some(Ok(linked_account)) => {
                let login =
                    Message::new("accesses-account").with_text("login", &linked_account.account.login);
                view.how = [words.message(&login)].into_iter().chain(states(words, linked_account)).collect();
                let now = self.flows.clock.now();
                let ended = linked_account.record.expires_at.is_some_and(|end| end <= now);
                if let Some(refused) = refused(words, linked_account) {
                    view.problem = Some(format!("{refused} {}", name("accesses-reconnect")));
                } else if ended {
                    view.problem = Some(name("accesses-ended"));
                }
                !ended && linked_account.record.refused_at.is_none()
            }
            Some(Err(_)) => {
                view.problem = Some(name("accesses-unreadable"));
                false
            }
            None => {
                view.how = vec![name("accesses-not-connected")];
                false
            }
        };
        view.tag = Some((
            works,
            words.t(match (works, &linked_account) {
                (true, _) => "accesses-tag-works",
                (false, None) => "accesses-tag-not-connected",
                (false, Some(_)) => "accesses-tag-refused",
            }),
        ));
        if !works {
            let actor = &self.session.actor;
            let key =
                LinkedAccountKey::new(actor.acting.tenant.clone(), actor.identity.link, view.id.clone());
            let flow = self.flows.find_flow(self.session, &key).await?;
            view.pending = flow.and_then(|flow| href(&flow.page));
            for method in linking.methods() {
                match method {
                    LinkingMethod::LoginFlow => view.flow = true,
                    LinkingMethod::Pasted { login, page } => {
                        view.paste = Some(PasteView { login: *login, page: page.as_ref().and_then(href) });
                    }
                    _ => {}
                }
            }
        }
        Ok(view)
    }

    fn has_tickets(&self) -> bool {
        match self.ticket_way {
            TicketWay::Own => true,
            TicketWay::Paired(paired) => self.has_ticket_of(paired),
            TicketWay::OtherSource(_) | TicketWay::Nowhere => false,
        }
    }

    fn has_ticket_of(&self, paired: &Source) -> bool {
        self.session.ticket_of(paired.provider.id()).is_some()
    }

    /// Applications for which the person connects nothing.
    fn explain_rule(&self, rule: Option<&CredentialRule>, view: &mut LinkedAccountView) {
        let (session, words) = (self.session, self.words);
        let through = |key: &'static str| {
            words.message(&Message::new(key).with_text("source", self.sign_in.title(&session.source)))
        };
        match rule {
            Some(CredentialRule::ActingLogin { login }) => {
                match self.acts_for.login(&view.id, *login, &session.actor) {
                    Ok(login) => {
                        view.how =
                            vec![words.message(&Message::new("accesses-acting").with_text("login", login))];
                    }
                    Err(error) if error.kind() == ErrorKind::NotLinked => {
                        view.problem = Some(words.t("accesses-acting-nobody"));
                    }
                    Err(_) => view.problem = Some(words.t("accesses-acting-not-vouched")),
                }
            }
            Some(CredentialRule::PersonToken { .. }) => {
                let has = session.tokens().is_some_and(|tokens| tokens.access.is_some());
                if has {
                    view.how = vec![through("accesses-token")];
                } else {
                    view.problem = Some(through("accesses-token-none"));
                }
            }
            Some(CredentialRule::ProxyTicket) => {
                let named = |key: &'static str, source: &str| {
                    words.message(&Message::new(key).with_text("source", source))
                };
                match self.ticket_way {
                    TicketWay::Own => view.how = vec![through("accesses-ticket")],
                    TicketWay::Paired(paired) if self.has_ticket_of(paired) => {
                        view.how = vec![named("accesses-ticket", &paired.title)];
                    }
                    TicketWay::Paired(paired) => {
                        view.problem = Some(named("accesses-ticket-visit", &paired.title));
                    }
                    TicketWay::OtherSource(source) => {
                        view.problem = Some(named("accesses-ticket-other", &source.title));
                    }
                    TicketWay::Nowhere => view.problem = Some(words.t("accesses-ticket-nowhere")),
                }
            }
            Some(CredentialRule::Technical { .. }) => view.how = vec![words.t("accesses-technical")],
            _ => view.problem = Some(words.t("accesses-no-rule")),
        }
    }
}
