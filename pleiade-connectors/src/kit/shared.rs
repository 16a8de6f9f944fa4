//! What a technical account reads for everybody, and who sees which part of it.
//!
//! Threat: the account reads everybody's rows, so the filter is the only wall between people. It compares whole texts, never parts of
//! them, and what it has no rule for is shown to nobody. The person's key comes from the credential source, which vouches for it as it
//! does for a login; the collectivité's from the configuration alone.
//!
//! The application is asked once for a collectivité ([`SharedReading`]), and each person's card is [`Filter::content`] of what it said.

use super::{
    content,
    json::List,
    memo::Memo,
    sessions::{Account, AccountOpener, AccountSessions, OpenedSession},
};
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use pleiade_core::{
    CallContext, ConnectorError, ConnectorId, Credential, CredentialKind, ErrorKind, FixedCredential,
    Indicator, IndicatorKey, Item, Message, Task, TenantId, WidgetContent,
};
use serde::Deserialize;
use std::{
    collections::{BTreeMap, BTreeSet, HashSet},
    future::Future,
    sync::Arc,
    time::Duration,
};

/// The rules that an operator declares for a technical account. With neither a key of the person (in the credentials of the connector) nor
/// `figures_for`, nobody would see anything: such a configuration is refused.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[non_exhaustive]
pub struct Filter {
    /// True if the case of a person's key means nothing: `DUPONT-J` is `dupont-j`. Off unless the application's own documentation says so.
    pub fold_case: bool,
    /// The groups of a collectivité whose members see the figures that concern nobody alone. Compared exactly.
    pub figures_for: BTreeSet<String>,
    /// The application's name for each collectivité, for an instance that several share: compared exactly, before the person's key.
    pub tenants: BTreeMap<TenantId, String>,
}

/// One row read by the account.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Row {
    /// The application's key of the person whose row it is.
    pub person: String,
    /// The application's name of their collectivité, where an instance is shared.
    pub tenant: Option<String>,
    /// The line. Somebody to whom the person delegated sees it when its [task](Item::task) may be delegated.
    pub item: Item,
}

impl Row {
    /// A row of this person.
    #[must_use]
    pub fn new(person: impl Into<String>, item: Item) -> Self {
        Self { person: person.into(), tenant: None, item }
    }

    /// The same row, of a collectivité.
    #[must_use]
    pub fn with_tenant(mut self, tenant: impl Into<String>) -> Self {
        self.tenant = Some(tenant.into());
        self
    }
}

/// One figure that concerns nobody alone.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Figure {
    /// The application's name of the collectivité, where an instance is shared.
    pub tenant: Option<String>,
    /// The figure.
    pub indicator: Indicator,
}

impl Figure {
    /// A figure.
    #[must_use]
    pub fn new(indicator: Indicator) -> Self {
        Self { tenant: None, indicator }
    }

    /// The same figure, of a collectivité.
    #[must_use]
    pub fn with_tenant(mut self, tenant: impl Into<String>) -> Self {
        self.tenant = Some(tenant.into());
        self
    }
}

/// All rows and figures that the account read, for everybody.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Rows {
    /// Rows, each somebody's, in the order to show.
    pub rows: List<Row>,
    /// Figures that concern nobody alone.
    pub figures: Vec<Figure>,
    /// True if the application has more rows than were read.
    pub more: bool,
    /// True if a part of them could not be read; the card says so.
    pub missing: bool,
    /// The time of the reading.
    pub read_at: DateTime<Utc>,
}

impl Rows {
    /// The rows read at this time.
    #[must_use]
    pub fn new(rows: List<Row>, read_at: DateTime<Utc>) -> Self {
        Self { rows, figures: Vec::new(), more: false, missing: false, read_at }
    }
}

/// An indicator that counts the rows of a person.
#[derive(Debug, Clone)]
pub struct RowCount {
    /// The indicator.
    pub key: IndicatorKey,
    /// Its noun, which receives `count`.
    pub noun: &'static str,
}

impl Filter {
    /// The part that the person who acts may see; `key` is their key in the application.
    ///
    /// Under a delegation, which is the giver's key and groups, only delegable tasks are shown, and no number.
    ///
    /// # Errors
    /// [`ErrorKind::BadConfiguration`] when the instance is shared and the collectivité is not among [`tenants`](Self::tenants).
    pub fn content(
        &self,
        cx: &CallContext,
        key: Option<&str>,
        read: &Rows,
        count: &RowCount,
    ) -> Result<WidgetContent, ConnectorError> {
        let viewer = self.viewer(cx, key)?;
        let is_theirs = |row: &Row| viewer.owns(&row.person, row.tenant.as_deref());
        let may_see =
            |row: &Row| !cx.stands_in || (row.item.task.as_ref().is_some_and(Task::may_be_delegated));
        let mut shown = WidgetContent::default();
        // A row that stands on two pages, because another came in between, counts once.
        let mut seen = HashSet::new();
        let rows = read.rows.items.iter().filter(|row| is_theirs(row) && may_see(row));
        shown.items = rows
            .filter(|row| !row.item.id.is_empty() && seen.insert(&row.item.id))
            .map(|row| row.item.clone())
            .collect();
        let is_partial = read.missing || read.rows.is_partial();
        if !cx.stands_in {
            if viewer.has_key() {
                let counted =
                    Indicator::count(count.key.clone(), shown.items.len() as u64, count.noun, read.read_at);
                shown.indicators.push(counted.at_least(read.more || is_partial));
            }
            if self.shows_figures(cx) {
                let figures = read.figures.iter().filter(|figure| viewer.is_here(figure.tenant.as_deref()));
                shown.indicators.extend(figures.map(|figure| figure.indicator.clone()));
            }
        }
        // Whose the unreadable rows are is not known, so their number is nobody's to read.
        if viewer.has_key() && is_partial {
            shown.notices.push(Message::new("kit-missing"));
        }
        shown.more = read.more && viewer.has_key();
        content::limit_lines(&mut shown, content::MAX_LINES);
        Ok(shown)
    }

    /// Whoever acts, as the rows name them; `key` is their key in the application.
    ///
    /// # Errors
    /// As [`Self::content`].
    pub fn viewer<'a>(&'a self, cx: &CallContext, key: Option<&str>) -> Result<Viewer<'a>, ConnectorError> {
        let own = key.map(|key| self.folded(key)).filter(|key| !key.is_empty());
        Ok(Viewer { filter: self, own, tenant: self.tenant(cx)? })
    }

    /// The application's name of the collectivité, when the instance is shared.
    ///
    /// # Errors
    /// As [`Self::content`].
    pub fn tenant(&self, cx: &CallContext) -> Result<Option<&str>, ConnectorError> {
        if self.tenants.is_empty() {
            return Ok(None);
        }
        self.tenants.get(&cx.tenant.id).map(|name| Some(name.as_str())).ok_or_else(|| {
            ConnectorError::new(ErrorKind::BadConfiguration, "find the collectivité in the application")
                .with_hint("`filter.tenants` of the connector does not name this collectivité")
        })
    }

    /// True if the person sees the collectivité's figures: a member of one of the groups, who does not look in another's place.
    #[must_use]
    pub fn shows_figures(&self, cx: &CallContext) -> bool {
        !cx.stands_in && !self.figures_for.is_disjoint(&cx.actor.acting.groups)
    }

    /// Spaces around a key mean nothing; zeros before it do. Case is folded where the two forms are each other's and no other character's:
    /// the Kelvin sign is no `k`.
    fn folded(&self, key: &str) -> String {
        let key = key.trim_ascii();
        if !self.fold_case {
            return key.to_owned();
        }
        let fold = |c: char| match c {
            'ς' => 'σ',
            c => match (c.to_lowercase().next(), c.to_lowercase().count()) {
                (Some(lower), 1) if lower.to_uppercase().eq([c]) => lower,
                _ => c,
            },
        };
        key.chars().map(fold).collect()
    }
}

/// Somebody as the rows of a technical account name them: their key, and their collectivité where an instance is shared.
#[derive(Debug, Clone)]
pub struct Viewer<'a> {
    filter: &'a Filter,
    own: Option<String>,
    tenant: Option<&'a str>,
}

impl Viewer<'_> {
    /// True if they have a key in the application. Without one, no row is theirs.
    #[must_use]
    pub fn has_key(&self) -> bool {
        self.own.is_some()
    }

    /// True if a row of this person and this collectivité is theirs.
    #[must_use]
    pub fn owns(&self, person: &str, tenant: Option<&str>) -> bool {
        self.own.as_ref().is_some_and(|own| *own == self.filter.folded(person)) && self.is_here(tenant)
    }

    /// True if what is of this collectivité is of theirs; where an instance is not shared, everything is.
    #[must_use]
    pub fn is_here(&self, tenant: Option<&str>) -> bool {
        self.tenant.is_none_or(|own| tenant == Some(own))
    }
}

/// The rows that a technical account reads for all people of a collectivité, asked once for their cards. A connector has one for each
/// list.
#[derive(Debug)]
pub struct SharedReading {
    accounts: AccountSessions<SettingsSecret>,
    filter: Filter,
    ttl: Duration,
}

/// An opener that opens nothing: the secret of a technical account stands in the settings and goes with every call.
#[derive(Debug)]
struct SettingsSecret;

#[async_trait]
impl AccountOpener for SettingsSecret {
    type Session = ();
    type Memory = Memo<Rows>;

    async fn open(
        &self,
        _: &CallContext,
        _: &Credential,
        _: &Memo<Rows>,
    ) -> Result<OpenedSession<()>, ConnectorError> {
        Ok(OpenedSession::from_credential((), Duration::MAX))
    }
}

impl SharedReading {
    /// Nothing read yet. What is read serves everybody for `ttl`: as long as the cards of people who come in together need, half a
    /// minute for example. A card is then that much older, at most, than its own time says.
    #[must_use]
    pub fn new(connector: ConnectorId, filter: Filter, ttl: Duration) -> Self {
        let accounts = AccountSessions::new(connector, &[CredentialKind::Technical], SettingsSecret);
        Self { accounts, filter, ttl }
    }

    /// The card of whoever acts. `read` asks the application when what is kept is old: it is given how the application names the
    /// collectivité, where an instance is shared, and never who asks, because others are shown the same rows.
    ///
    /// # Errors
    /// Those of the credential source, of `read` and of [`Filter::content`]. Whoever has no key in the application, and belongs to
    /// [`Filter::figures_for`], is shown its figures.
    pub async fn content<F: Future<Output = Result<Rows, ConnectorError>>>(
        &self,
        cx: &CallContext,
        count: &RowCount,
        read: impl Fn(Option<String>) -> F,
    ) -> Result<WidgetContent, ConnectorError> {
        let tenant = self.filter.tenant(cx)?;
        let read = &read;
        let work = |account: Account<SettingsSecret>| async move {
            let read = |_| read(tenant.map(str::to_owned));
            let rows = account.memory.get(cx.clock.elapsed(), self.ttl, account.opening, read).await?;
            self.filter.content(cx, account.key.as_deref(), &rows, count)
        };
        match self.accounts.call(cx, work).await {
            Err(error) if error.kind() == ErrorKind::NotLinked && self.filter.shows_figures(cx) => {
                let mut keyless = cx.clone();
                keyless.credentials = Arc::new(FixedCredential::new(Credential::Technical { key: None }));
                self.accounts.call(&keyless, work).await
            }
            content => content,
        }
    }

    /// As [`AccountSessions::retry`].
    pub fn retry(&self) {
        self.accounts.retry();
    }
}
