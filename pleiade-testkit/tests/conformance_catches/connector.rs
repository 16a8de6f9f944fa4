//! A connector of the register that does everything right, or one thing wrong.

use async_trait::async_trait;
use http::{Method, header};
use pleiade_connectors::{
    http::{Answer, HttpClient},
    kit::{
        content::note_unreadable,
        json::{List, part},
    },
};
use pleiade_core::connector::{Health, Messages};
use pleiade_core::{
    Action, ActionDescriptor, ActionId, ActionOutcome, ActionRequest, Amount, CallContext, Connector,
    ConnectorDescriptor, ConnectorError, ConnectorId, Credential, CredentialKind, CredentialRequest,
    ErrorKind, ExposeSecret, IdentityId, Indicator, IndicatorKey, Item, Limits, Message, Retry, SecretString,
    Task, TaskKind, Text, Transport, Widget, WidgetContent, WidgetDescriptor, WidgetId,
};
use serde::Deserialize;
use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};
use url::Url;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Defect {
    None,
    ActsForAnybody,
    AsksForSomebodyElse,
    BoundlessBody,
    BoundlessWait,
    CachesByPerson,
    ClaimsDone,
    ClimbsOutOfItsPath,
    CountsItsReadings,
    CountsZeroForGarbage,
    DoesUnknownActions,
    DropsRetryAfter,
    FollowsRedirects,
    ForgetsStandIns,
    HidesAFailedCall,
    HidesOddItems,
    KeepsALockWhenCancelled,
    LeaksTheTokenInErrors,
    LinksAnywhere,
    LogsTheBody,
    MissesAMessage,
    NegativeShare,
    NeverRenews,
    OffersWhatItCannotDo,
    PanicsOnShortBodies,
    ProbesNobody,
    PutsTheTokenInTheAddress,
    ReadsOnePage,
    ReadsTooOften,
    RefusesOddItems,
    RefusesOtherSpellings,
    RenewsForEver,
    ResendsRefusedSecrets,
    ShowsRawText,
    ShowsSamples,
    TakesErrorsForEmptiness,
    TakesPagesForAnswers,
    UndeclaredAction,
    UndeclaredDelegableTask,
    UndeclaredIndicator,
    UndeclaredTask,
    WritesWhenReading,
}

/// As which it is let in, one defect or the other.
const KINDS: [CredentialKind; 3] =
    [CredentialKind::PersonToken, CredentialKind::LinkedAccount, CredentialKind::Technical];

const FR: &str = "register-title = Demandes\nregister-empty = Aucune demande\n\
register-requests = { $count ->\n    [one] demande\n   *[other] demandes\n}\nregister-close = Clore\nregister-closed = Demande close\n";
const EN: &str = "register-title = Requests\nregister-empty = No request\n\
register-requests = { $count ->\n    [one] request\n   *[other] requests\n}\nregister-close = Close\nregister-closed = Request closed\n";

#[derive(Debug)]
pub(crate) struct Client {
    http: HttpClient,
    transport: Arc<dyn Transport>,
    id: ConnectorId,
    defect: Defect,
    locked: AtomicBool,
    readings: AtomicU64,
    cache: Mutex<HashMap<IdentityId, WidgetContent>>,
}

#[derive(Debug)]
pub(crate) struct Register {
    descriptor: ConnectorDescriptor,
    widgets: Vec<Arc<dyn Widget>>,
    client: Arc<Client>,
}

#[derive(Debug)]
struct Requests {
    descriptor: WidgetDescriptor,
    client: Arc<Client>,
}

#[derive(Deserialize)]
struct Page {
    #[serde(default)]
    requests: Option<List<Line>>,
    #[serde(default, deserialize_with = "part")]
    next: Option<u64>,
}

/// As a careless author reads it.
#[derive(Deserialize)]
struct StrictPage {
    requests: Vec<Line>,
    next: Option<u64>,
}

impl From<StrictPage> for Page {
    fn from(page: StrictPage) -> Self {
        Self { requests: Some(page.requests.into_iter().collect()), next: page.next }
    }
}

#[derive(Deserialize)]
struct Line {
    id: String,
    title: String,
    address: String,
}

#[derive(Deserialize)]
struct Unread {
    unread: u64,
}

pub(crate) fn register(
    defect: Defect,
    transport: Arc<dyn Transport>,
) -> Result<Arc<dyn Connector>, ConnectorError> {
    let home = Url::parse("https://register.example/").unwrap();
    let limits = match defect {
        Defect::BoundlessBody => Limits::DEFAULT.with_max_body_bytes(usize::MAX),
        Defect::BoundlessWait => Limits::DEFAULT.with_deadline(Duration::from_secs(u64::from(u32::MAX))),
        _ => Limits::default(),
    };
    let id = ConnectorId::new("register").unwrap();
    let client = Arc::new(Client {
        http: HttpClient::new(&home, Arc::clone(&transport))?.with_limits(limits),
        transport,
        id: id.clone(),
        defect,
        locked: AtomicBool::new(false),
        readings: AtomicU64::new(0),
        cache: Mutex::default(),
    });
    let mut widget = WidgetDescriptor::new(
        WidgetId::new("requests").unwrap(),
        Message::new(if defect == Defect::MissesAMessage { "register-titel" } else { "register-title" }),
        Message::new("register-empty"),
    );
    if defect != Defect::UndeclaredIndicator {
        widget.indicators = vec![IndicatorKey::new("requests").unwrap()];
    }
    if defect != Defect::UndeclaredTask {
        widget.tasks = vec![TaskKind::Approve];
    }
    if !matches!(defect, Defect::UndeclaredTask | Defect::UndeclaredDelegableTask) {
        widget.delegable = vec![TaskKind::Approve];
    }
    // Declared as a link, an action that is posted is another one.
    widget.actions = match defect {
        Defect::UndeclaredAction => vec![ActionDescriptor::open(ActionId::new("close").unwrap())],
        _ => vec![ActionDescriptor::post(ActionId::new("close").unwrap())],
    };
    if defect == Defect::OffersWhatItCannotDo {
        widget.actions.push(ActionDescriptor::post(ActionId::new("archive").unwrap()));
    }
    if defect == Defect::ReadsTooOften {
        widget.time_to_live = Duration::from_secs(1);
    }
    let messages = Messages::new(FR, EN);
    let kinds = &KINDS;
    let descriptor = ConnectorDescriptor::new("register", id, "Registre", home, kinds, messages);
    let widgets: Vec<Arc<dyn Widget>> =
        vec![Arc::new(Requests { descriptor: widget, client: Arc::clone(&client) })];
    Ok(Arc::new(Register { descriptor, widgets, client }))
}

impl Client {
    async fn token(&self, cx: &CallContext, renew: bool) -> Result<SecretString, ConnectorError> {
        let request = CredentialRequest::new(&cx.actor, &self.id, &KINDS);
        let request = if renew { request.renewed() } else { request };
        let given = match cx.credentials.credential(request).await {
            Err(_) if self.defect == Defect::AsksForSomebodyElse => return Ok("token.cdurand.0".into()),
            given => given?,
        };
        match given {
            Credential::PersonToken { token, .. } | Credential::LinkedAccount { secret: token, .. } => {
                Ok(token)
            }
            Credential::Technical { key: Some(login) } => Ok(format!("token.{login}.0").into()),
            _ => Err(ConnectorError::new(ErrorKind::BadConfiguration, "get a token")),
        }
    }

    async fn get(
        &self,
        token: &SecretString,
        path: &str,
        query: &[(&str, &str)],
    ) -> Result<Answer, ConnectorError> {
        const OPERATION: &str = "read the register";
        let mut query = query.to_vec();
        if self.defect == Defect::PutsTheTokenInTheAddress {
            query.push(("token", token.expose_secret()));
        }
        let mut answer = self.http.call(OPERATION, Method::GET, &[path], &query).bearer(token).send().await?;
        if self.defect == Defect::LogsTheBody {
            tracing::debug!(body = %String::from_utf8_lossy(answer.body()), "answer");
        }
        if self.defect == Defect::FollowsRedirects
            && let Some(url) = answer.header(&header::LOCATION).and_then(|to| Url::parse(to).ok())
        {
            answer = self.elsewhere(&url)?.call(OPERATION, Method::GET, &[], &[]).send().await?;
        }
        if self.defect == Defect::PanicsOnShortBodies {
            let _ = answer.body().slice(..20);
        }
        if self.defect == Defect::TakesPagesForAnswers && answer.status().is_success() {
            return Ok(answer);
        }
        answer.success().map_err(|error| match self.defect {
            Defect::LeaksTheTokenInErrors => error.with_source(format!("with {}", token.expose_secret())),
            Defect::DropsRetryAfter => error.with_retry(Retry::Transient),
            _ => error,
        })
    }

    fn elsewhere(&self, url: &Url) -> Result<HttpClient, ConnectorError> {
        let mut base = url.clone();
        base.set_query(None);
        HttpClient::new(&base, Arc::clone(&self.transport))
    }

    async fn fetch_register(
        &self,
        cx: &CallContext,
        token: &SecretString,
    ) -> Result<WidgetContent, ConnectorError> {
        let (mut lines, mut unreadable) = (Vec::new(), 0);
        let mut next = Some(0);
        while let Some(page) = next.filter(|page| *page < 3) {
            let mut query = vec![("page", page.to_string())];
            if self.defect == Defect::WritesWhenReading {
                query.push(("archive", "1".to_owned()));
            }
            let query: Vec<_> = query.iter().map(|(name, value)| (*name, value.as_str())).collect();
            let answer = match self.get(token, "requests", &query).await {
                Err(_) if self.defect == Defect::TakesErrorsForEmptiness => break,
                answer => answer?,
            };
            let page = match self.defect {
                Defect::RefusesOddItems | Defect::RefusesOtherSpellings => {
                    answer.json::<StrictPage>().map(Page::from)
                }
                _ => answer.json::<Page>(),
            };
            let page = match page {
                Err(_) if self.defect == Defect::CountsZeroForGarbage => break,
                page => page?,
            };
            let list = match page.requests {
                None if self.defect == Defect::CountsZeroForGarbage => List::default(),
                list => list.ok_or_else(|| answer.error(ErrorKind::BadAnswer))?,
            };
            if self.defect != Defect::HidesOddItems {
                unreadable += list.unreadable;
            }
            lines.extend(list.items);
            next = page.next.filter(|_| self.defect != Defect::ReadsOnePage);
        }
        let unread = match self.get(token, "unread", &[]).await.and_then(|answer| answer.json::<Unread>()) {
            Err(error)
                if self.defect == Defect::HidesAFailedCall && error.kind() == ErrorKind::Unreachable
                    || matches!(
                        self.defect,
                        Defect::CountsZeroForGarbage | Defect::TakesErrorsForEmptiness
                    ) =>
            {
                0
            }
            unread => unread?.unread,
        };
        let unread = if self.defect == Defect::ReadsOnePage { lines.len() as u64 } else { unread };
        let readings = self.readings.fetch_add(1, Ordering::Relaxed);
        let unread = if self.defect == Defect::CountsItsReadings { unread + readings } else { unread };
        let mut content = WidgetContent::default();
        content.more = next.is_some();
        let key = IndicatorKey::new("requests").unwrap();
        let count = Indicator::count(key, unread, "register-requests", cx.clock.now());
        let mut count = count.at_least(unreadable > 0);
        if self.defect == Defect::NegativeShare {
            count.amount = Amount::Percent(-0.5);
        }
        content.indicators.push(count);
        note_unreadable(&mut content, unreadable);
        content.more |= lines.len() > 20;
        content.items = lines.into_iter().rev().take(20).filter_map(|line| self.item(line)).collect();
        if self.defect == Defect::ShowsSamples && content.items.is_empty() {
            content.items.push(Item::new("sample", Text::plain("Demande d'exemple")));
        }
        Ok(content)
    }

    fn item(&self, line: Line) -> Option<Item> {
        let title = match self.defect {
            Defect::ShowsRawText => Text::Plain(line.title),
            _ => Text::plain(&line.title),
        };
        let mut item = Item::new(line.id.clone(), title);
        item.link = Url::parse(&line.address).ok().filter(|url| {
            self.defect == Defect::LinksAnywhere
                || (url.scheme() == "https" && url.host_str() == Some("register.example"))
        });
        item.task = Some(Task::new(TaskKind::Approve).delegable());
        let short = line.id.len() < 100 && !line.id.is_empty();
        item.actions =
            vec![Action::post(ActionId::new("close").unwrap(), Message::new("register-close"), line.id)];
        if self.defect == Defect::OffersWhatItCannotDo {
            let archive = ActionId::new("archive").unwrap();
            item.actions.push(Action::post(archive, Message::new("register-close"), ""));
        }
        (short && !item.title.is_empty()).then_some(item)
    }
}

#[async_trait]
impl Widget for Requests {
    fn descriptor(&self) -> &WidgetDescriptor {
        &self.descriptor
    }

    async fn load(&self, cx: &CallContext) -> Result<WidgetContent, ConnectorError> {
        let client = &self.client;
        if client.defect == Defect::CachesByPerson {
            let known = client.cache.lock().unwrap().get(&cx.actor.identity.id).cloned();
            if let Some(content) = known {
                return Ok(content);
            }
        }
        if client.defect == Defect::KeepsALockWhenCancelled && client.locked.swap(true, Ordering::SeqCst) {
            std::future::pending::<()>().await;
        }
        let mut token = client.token(cx, false).await?;
        let attempts = match client.defect {
            Defect::NeverRenews => 0,
            Defect::RenewsForEver => 5,
            _ => 1,
        };
        let mut result = client.fetch_register(cx, &token).await;
        for _ in 0..attempts {
            if !matches!(&result, Err(error) if error.kind() == ErrorKind::Unauthenticated) {
                break;
            }
            token = client.token(cx, true).await?;
            result = client.fetch_register(cx, &token).await;
        }
        client.locked.store(false, Ordering::SeqCst);
        if let (Defect::CachesByPerson, Ok(content)) = (client.defect, &result) {
            client.cache.lock().unwrap().insert(cx.actor.identity.id, content.clone());
        }
        // Two lines may bear the same id when an answer was tampered with.
        result.map(|mut content| {
            let mut seen = std::collections::HashSet::new();
            content.items.retain(|item| seen.insert(item.id.clone()));
            content
        })
    }
}

#[async_trait]
impl Connector for Register {
    fn descriptor(&self) -> &ConnectorDescriptor {
        &self.descriptor
    }

    fn widgets(&self) -> &[Arc<dyn Widget>] {
        &self.widgets
    }

    async fn probe(&self) -> Result<Health, ConnectorError> {
        #[derive(Deserialize)]
        struct Status {
            version: String,
        }
        if self.client.defect == Defect::ProbesNobody {
            return Ok(Health::new(None));
        }
        let answer = self.client.http.call("read the status", Method::GET, &["status"], &[]).send().await?;
        Ok(Health::new(Some(answer.success()?.json::<Status>()?.version)))
    }

    async fn perform(
        &self,
        cx: &CallContext,
        request: &ActionRequest,
    ) -> Result<ActionOutcome, ConnectorError> {
        #[derive(Deserialize)]
        struct Closed {
            closed: bool,
        }
        const OPERATION: &str = "close a request";
        let client = &self.client;
        let done = Ok(ActionOutcome::Done(Message::new("register-closed")));
        if request.id.as_str() != "close" {
            let unsupported = Err(ConnectorError::new(ErrorKind::Unsupported, OPERATION));
            return if client.defect == Defect::DoesUnknownActions { done } else { unsupported };
        }
        let token = match client.defect {
            Defect::ActsForAnybody => SecretString::from("token.anybody.0"),
            _ => client.token(cx, false).await?,
        };
        let mut segments = vec!["requests", request.target.as_str(), "close"];
        if client.defect == Defect::ClimbsOutOfItsPath {
            segments = request.target.split(['/', '?']).filter(|segment| *segment != "..").collect();
        }
        let sent = client.http.call(OPERATION, Method::POST, &segments, &[]).bearer(&token).send().await;
        if client.defect == Defect::ClaimsDone {
            return done;
        }
        match sent?.success()?.json::<Closed>()? {
            Closed { closed: true } => done,
            Closed { closed: false } => Err(ConnectorError::new(ErrorKind::BadAnswer, OPERATION)),
        }
    }
}
