//! The typed client of the web services of Ciril: SOAP 1.1, rpc, encoded.
//!
//! Threat: the condition that lists orders is evaluated by Ciril's database. A login enters it only after [`wire::is_login`], and nothing else
//! of a person ever does.

use super::{
    config::{AccessPointRule, CirilAuthMethod, CirilConfig, OrdersConfig},
    wire::{self, AccessPoint, Group, Order},
};
use crate::{
    http::HttpClient,
    kit::{
        json::List,
        soap::{self, Element, Fault, FaultCode, Outcome, Part, SoapFault},
    },
};
use http::{HeaderName, Method, StatusCode, header};
use pleiade_core::{ConnectorError, ErrorKind, ExposeSecret as _, Limits, SecretString, Transport};
use std::{sync::Arc, time::Duration};

const ACTION: HeaderName = HeaderName::from_static("soapaction");
/// Its programs are slow to start.
const CALL_DEADLINE: Duration = Duration::from_secs(20);

const ACCESS: Service<'_> = Service {
    path: "acces.exe",
    namespace: "Ciril:Ciril:AccessInfo",
    action: "Ciril:Ciril:AccessInfo#getAccessList",
};
/// The prefix of its actions is not its name space.
const BASKET: &str = "Ciril:Ciril:ServicesCiril#";
const BASKET_PATH: &str = "ciril_panier_tache.exe";
const BASKET_NAMESPACE: &str = "Ciril:Ciril:PanierTache";

#[derive(Debug, Clone, Copy)]
struct Service<'a> {
    path: &'a str,
    namespace: &'a str,
    action: &'a str,
}

/// A client of one platform. Cloning is cheap.
#[derive(Debug, Clone)]
pub struct Client {
    http: HttpClient,
    login: String,
    password: SecretString,
    is_technical: bool,
    caller_address: String,
}

impl Client {
    /// A client of the platform of a configuration.
    ///
    /// # Errors
    /// As [`HttpClient::new`].
    pub fn new(config: &CirilConfig, transport: Arc<dyn Transport>) -> Result<Self, ConnectorError> {
        let limits = Limits::DEFAULT.with_deadline(CALL_DEADLINE);
        Ok(Self {
            http: HttpClient::new(&config.url, transport)?.with_limits(limits),
            login: config.platform_login.clone().unwrap_or_default(),
            password: config.platform_password.clone().unwrap_or_default(),
            is_technical: config.access == CirilAuthMethod::Technical,
            caller_address: config.caller_address.clone(),
        })
    }

    /// The access points of a Civil account.
    ///
    /// # Errors
    /// Those of every call, and [`ErrorKind::Unauthenticated`] when the account is refused, or has none.
    pub async fn access_list(
        &self,
        login: &str,
        password: &SecretString,
    ) -> Result<Vec<AccessPoint>, ConnectorError> {
        let operation = "list the access points";
        let refused = || {
            ConnectorError::new(ErrorKind::Unauthenticated, operation)
                .with_refused_credential()
                .with_hint("Civil refuses this account, or gives it no access point")
        };
        match self.get_access_list(operation, login, password.expose_secret()).await? {
            Outcome::Response(response) => {
                let points = wire::access_points(&response).ok_or_else(|| unreadable(operation))?;
                if points.is_empty() { Err(refused()) } else { Ok(points) }
            }
            Outcome::Fault(Fault { code: FaultCode::Client, .. }) => Err(refused()),
            Outcome::Fault(_) => {
                Err(ConnectorError::new(ErrorKind::Unreachable, operation).with_source(SoapFault))
            }
        }
    }

    /// Asks the service that opens Civil for the access points of nobody: any answer of SOAP shows that it is there.
    ///
    /// # Errors
    /// Those of every call.
    pub async fn is_there(&self) -> Result<(), ConnectorError> {
        self.get_access_list("find the service", "", "").await.map(drop)
    }

    async fn get_access_list(
        &self,
        operation: &'static str,
        login: &str,
        password: &str,
    ) -> Result<Outcome, ConnectorError> {
        let parts = [
            Part::Text("param-1", login),
            Part::Text("param-2", password),
            Part::Text("param-3", ""),
            Part::Text("param-4", &self.caller_address),
        ];
        self.call(operation, ACCESS, "getAccessList", &parts).await
    }

    /// The task basket of an access string.
    ///
    /// # Errors
    /// Those of every call; a fault is [`ErrorKind::Unauthenticated`], because an access string ends at a time that nobody published.
    pub async fn groups(&self, access: &SecretString) -> Result<List<Group>, ConnectorError> {
        let operation = "read the task basket";
        let response =
            self.basket(operation, "getTaches", &[Part::Text("acces", access.expose_secret())]).await?;
        let groups = wire::groups(&response).ok_or_else(|| unreadable(operation))?;
        match groups.is_empty() && groups.is_partial() {
            true => Err(unreadable(operation)),
            false => Ok(groups),
        }
    }

    /// Answers a task. What Ciril says of it is not specified: the basket tells whether it was done.
    ///
    /// # Errors
    /// Those of [`Self::groups`].
    pub async fn answer_task(
        &self,
        access: &SecretString,
        number: i64,
        attribute: &str,
        value: &str,
    ) -> Result<(), ConnectorError> {
        let operation = "answer a task";
        let parts = [
            Part::Text("acces", access.expose_secret()),
            Part::Int("numTache", number),
            Part::Text("codAtt", attribute),
            Part::Text("valAtt", value),
        ];
        let response = self.basket(operation, "setActionTaches", &parts).await?;
        wire::is_answered(&response).then_some(()).ok_or_else(|| unreadable(operation))
    }

    async fn basket(
        &self,
        operation: &'static str,
        name: &str,
        parts: &[Part<'_>],
    ) -> Result<Element, ConnectorError> {
        let action = format!("{BASKET}{name}");
        let service = Service { path: BASKET_PATH, namespace: BASKET_NAMESPACE, action: &action };
        self.with_access(operation, service, name, parts).await
    }

    /// The purchase orders of a budget year that wait for the visa of a login.
    ///
    /// # Errors
    /// Those of [`Self::groups`], and [`ErrorKind::BadConfiguration`] for what is no login.
    pub async fn orders(
        &self,
        access: &SecretString,
        config: &OrdersConfig,
        login: &str,
        year: i32,
    ) -> Result<List<Order>, ConnectorError> {
        let operation = "list purchase orders";
        if !wire::is_login(login) {
            return Err(ConnectorError::new(ErrorKind::BadConfiguration, operation)
                .with_hint("the login of this person is none of Civil: 1 to 32 letters, digits, points, hyphens and underscores"));
        }
        let predicate = config.predicate.replace("{year}", &year.to_string()).replace("{login}", login);
        let parts = [Part::Text("acces", access.expose_secret()), Part::Text("requete", &predicate)];
        let service =
            Service { path: &config.path, namespace: &config.namespace, action: &config.soap_action };
        let response = self.with_access(operation, service, &config.operation, &parts).await?;
        let orders = wire::orders(&response, config).ok_or_else(|| unreadable(operation))?;
        match orders.is_empty() && orders.is_partial() {
            true => Err(unreadable(operation)),
            false => Ok(orders),
        }
    }

    async fn with_access(
        &self,
        operation: &'static str,
        service: Service<'_>,
        name: &str,
        parts: &[Part<'_>],
    ) -> Result<Element, ConnectorError> {
        match self.call(operation, service, name, parts).await? {
            Outcome::Response(response) => Ok(response),
            Outcome::Fault(_) => {
                Err(ConnectorError::new(ErrorKind::Unauthenticated, operation).with_source(SoapFault))
            }
        }
    }

    async fn call(
        &self,
        operation: &'static str,
        service: Service<'_>,
        name: &str,
        parts: &[Part<'_>],
    ) -> Result<Outcome, ConnectorError> {
        let body = soap::rpc_encoded(service.namespace, name, parts)
            .map_err(|error| ConnectorError::new(ErrorKind::Internal, operation).with_source(error))?;
        let call =
            self.http.call(operation, Method::POST, &["cgi-bin", "ws.exe", "cgi-bin", service.path], &[]);
        let call = call.bare_query("ws").header(ACTION, &format!("\"{}\"", service.action));
        let call = call.header(header::ACCEPT, "text/xml").basic(&self.login, &self.password);
        let answer = call.body(soap::MEDIA_TYPE, body).send().await?;
        let hint = match answer.status() {
            StatusCode::UNAUTHORIZED => {
                let error = answer.error(ErrorKind::Unauthenticated).with_hint(
                    "the platform refuses its technical account: `platform_login` and its password",
                );
                // It is the platform's account that is refused, and not the secret of the person.
                return Err(if self.is_technical { error.with_refused_credential() } else { error });
            }
            StatusCode::NOT_FOUND => {
                "this service is not installed in this release of Ciril, or `url` is wrong"
            }
            status if status.is_success() && answer.is_html() => {
                "a page stands in place of the answer: maintenance, or a sign-in before the platform"
            }
            _ => return soap::outcome(&answer),
        };
        Err(answer.failure().with_hint(hint))
    }
}

fn unreadable(operation: &'static str) -> ConnectorError {
    ConnectorError::new(ErrorKind::BadAnswer, operation)
}

/// The access point of a rule.
///
/// # Errors
/// [`ErrorKind::BadConfiguration`] when there is none, or several; its hint names those that there are.
pub fn choose(points: Vec<AccessPoint>, rule: &AccessPointRule) -> Result<AccessPoint, ConnectorError> {
    let fits = |wanted: &Option<String>, has: &Option<String>| wanted.is_none() || wanted == has;
    let (mut fitting, others): (Vec<_>, Vec<_>) = points.into_iter().partition(|point| {
        fits(&rule.application, &point.application)
            && fits(&rule.net_application, &point.net_application)
            && fits(&rule.label, &point.label)
    });
    if fitting.len() == 1
        && let Some(point) = fitting.pop()
    {
        return Ok(point);
    }
    let what = if fitting.is_empty() {
        "no access point fits `access_point`"
    } else {
        "several access points fit `access_point`"
    };
    let labels = |point: &AccessPoint| {
        [&point.label, &point.application, &point.net_application]
            .map(|name| name.clone().unwrap_or_default())
    };
    let names: Vec<_> = fitting.iter().chain(&others).flat_map(labels).collect();
    let found = soap::listed(names.iter().map(String::as_str));
    Err(ConnectorError::new(ErrorKind::BadConfiguration, "choose the access point")
        .with_hint(format!("{what}; label, application and netApplication of those found: {found}")))
}
