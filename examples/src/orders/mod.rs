//! A connector of a fictitious application for purchase orders: read-only, with one technical account.
//!
//! Nobody has an account of their own there. The application is asked once for everybody, and the filter that the operator declares gives
//! each person the orders that wait for their approval. All of it is this file, the words beside it and its simulator.

use async_trait::async_trait;
use chrono::NaiveDate;
use http::Method;
use pleiade_connectors::{
    http::HttpClient,
    kind::ConnectorSettings,
    kit::{
        content,
        json::{self, List},
        pages::{self, Page},
        shared::{Figure, Filter, Row, RowCount, Rows, SharedReading},
    },
};
use pleiade_core::{
    CallContext, Clock, Connector, ConnectorDescriptor, ConnectorError, ConnectorId, CredentialKind,
    Deadline, Indicator, IndicatorKey, Item, SecretString, Task, TaskKind, Transport, Widget, WidgetContent,
    WidgetDescriptor, WidgetId,
    connector::{Health, Messages},
};
use serde::Deserialize;
use std::{sync::Arc, time::Duration};
use url::Url;

/// The settings of one instance.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OrdersSettings {
    /// Its address.
    pub url: Url,
    /// The token of the technical account.
    pub token: SecretString,
    /// The rules of who sees which orders. `filter.tenants` names the company of each collectivité.
    #[serde(default)]
    pub filter: Filter,
}

impl ConnectorSettings for OrdersSettings {
    fn addresses(&self) -> Vec<&Url> {
        vec![&self.url]
    }

    fn accepts(&self) -> &[CredentialKind] {
        ACCEPTS
    }

    fn filter(&self) -> Option<&Filter> {
        Some(&self.filter)
    }

    fn build(
        &self,
        id: ConnectorId,
        transport: Arc<dyn Transport>,
    ) -> Result<Arc<dyn Connector>, ConnectorError> {
        Ok(Arc::new(OrdersConnector::new(id, self.clone(), transport)?))
    }
}

const ACCEPTS: &[CredentialKind] = &[CredentialKind::Technical];
const TO_APPROVE: IndicatorKey = IndicatorKey::from_static("to_approve");
const OPEN: IndicatorKey = IndicatorKey::from_static("open");
/// Most orders that are read for a collectivité.
const MAX_ORDERS: usize = 1000;
/// One reading serves those who come in together.
const SHARED_FOR: Duration = Duration::from_secs(30);

/// An order, in the words of the application.
#[derive(Debug, Deserialize)]
struct Order {
    number: String,
    company: String,
    /// The login of whoever approves it.
    approver: String,
    supplier: String,
    #[serde(default, deserialize_with = "json::lenient")]
    due: Option<NaiveDate>,
}

/// A page of orders.
#[derive(Debug, Deserialize)]
struct Orders {
    orders: List<Order>,
    #[serde(default, deserialize_with = "json::part")]
    next: Option<String>,
}

/// A configured instance.
#[derive(Debug)]
pub struct OrdersConnector {
    descriptor: ConnectorDescriptor,
    widgets: Vec<Arc<dyn Widget>>,
    http: HttpClient,
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    http: HttpClient,
    token: SecretString,
    reading: SharedReading,
}

impl OrdersConnector {
    /// Joins settings and a network.
    pub fn new(
        id: ConnectorId,
        settings: OrdersSettings,
        transport: Arc<dyn Transport>,
    ) -> Result<Self, ConnectorError> {
        let http = HttpClient::new(&settings.url, transport)?;
        let messages = Messages::new(include_str!("locales/fr.ftl"), include_str!("locales/en.ftl"));
        let descriptor =
            ConnectorDescriptor::new("orders", id.clone(), "Commandes", settings.url, ACCEPTS, messages);
        let reading = SharedReading::new(id, settings.filter, SHARED_FOR);
        let shared = Arc::new(Shared { http: http.clone(), token: settings.token, reading });
        let widget = content::widget(
            WidgetId::from_static("to_approve"),
            "orders-title",
            "orders-empty",
            &[TO_APPROVE, OPEN],
        )
        .with_tasks([TaskKind::Approve])
        .with_delegable([TaskKind::Approve]);
        let widgets: Vec<Arc<dyn Widget>> =
            vec![Arc::new(ToApprove { descriptor: widget, shared: Arc::clone(&shared) })];
        Ok(Self { descriptor, widgets, http, shared })
    }
}

#[async_trait]
impl Connector for OrdersConnector {
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
        let call = self.http.call("read the status", Method::GET, &["api", "status"], &[]);
        let status: Status = call.send().await?.success()?.json()?;
        Ok(Health::new(Some(status.version)))
    }

    fn retry(&self) {
        self.shared.reading.retry();
    }
}

/// The orders that wait for the person.
#[derive(Debug)]
struct ToApprove {
    descriptor: WidgetDescriptor,
    shared: Arc<Shared>,
}

#[async_trait]
impl Widget for ToApprove {
    fn descriptor(&self) -> &WidgetDescriptor {
        &self.descriptor
    }

    async fn load(&self, cx: &CallContext) -> Result<WidgetContent, ConnectorError> {
        let count = RowCount { key: TO_APPROVE, noun: "orders-to-approve" };
        let read = |company| self.shared.fetch_rows(cx.clock.as_ref(), company);
        self.shared.reading.content(cx, &count, read).await
    }
}

impl Shared {
    /// Every order that waits in a company, or in all of them where the instance is not shared.
    async fn fetch_rows(&self, clock: &dyn Clock, company: Option<String>) -> Result<Rows, ConnectorError> {
        const OPERATION: &str = "list purchase orders";
        let page = async |cursor: Option<String>| {
            let mut query = vec![("status", "waiting")];
            query.extend(company.as_deref().map(|company| ("company", company)));
            query.extend(cursor.as_deref().map(|cursor| ("cursor", cursor)));
            let call = self.http.call(OPERATION, Method::GET, &["api", "orders"], &query).bearer(&self.token);
            let page: Orders = call.send().await?.success()?.json()?;
            Ok(Page { list: page.orders, next: page.next })
        };
        let orders = pages::read_pages(OPERATION, MAX_ORDERS, page).await?;
        let open = Indicator::count(OPEN, orders.list.len() as u64, "orders-open", clock.now());
        let at_least = orders.more || orders.list.is_partial();
        let mut rows = Rows::new(orders.list.filter_map(|order| self.row(order)), clock.now());
        (rows.more, rows.missing) = (orders.more, orders.missing.is_some());
        // Told of the company that was asked for; where all are, a figure is of no collectivité in particular.
        let figure = Figure::new(open.at_least(at_least));
        rows.figures = vec![match company {
            Some(company) => figure.with_tenant(company),
            None => figure,
        }];
        Ok(rows)
    }

    fn row(&self, order: Order) -> Option<Row> {
        let mut item = Item::new(order.number.clone(), content::title(&order.supplier, "orders-no-supplier"));
        item.detail = content::detail(&order.number);
        item.link = Some(self.http.url(&["orders", &order.number], &[]));
        item.deadline = order.due.map(Deadline::Day);
        item.task = Some(Task::new(TaskKind::Approve).delegable());
        let row = Row::new(order.approver, item).with_tenant(order.company);
        (!order.number.is_empty()).then_some(row)
    }
}
