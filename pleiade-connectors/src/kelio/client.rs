//! The typed client of the web services of Kelio: SOAP 1.1, document, literal. It only reads.
//!
//! Threat: the account reads every employee, and a call without a filter reads all of them. A call names one person, or one validator: there
//! is no other.

use super::{
    config::{KelioConfig, Rules},
    wire::{self, Clocking, Counter, Employee, Request, Total},
};
use crate::{
    http::HttpClient,
    kit::{
        days,
        json::List,
        soap::{self, Element, Fault, FaultCode, Outcome, Part, SoapFault},
    },
};
use chrono::{DateTime, Days, NaiveDate, NaiveTime, Utc};
use chrono_tz::Tz;
use http::{HeaderName, Method, StatusCode, header};
use pleiade_core::{ConnectorError, ErrorKind, Limits, Retry, SecretString, Transport};
use std::{sync::Arc, time::Duration};

const NAMESPACE: &str = "http://echange.service.open.bodet.com";
const ACTION: HeaderName = HeaderName::from_static("soapaction");
/// The editor gives five minutes; nobody waits so long for a card.
const CALL_DEADLINE: Duration = Duration::from_secs(25);
/// One person, by one identifier.
const ONE_PERSON: i64 = 1;
/// Everybody whom the other filters leave.
const FILTERED: i64 = 0;

/// The counters that there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Family {
    /// Counters of leave.
    Leave,
    /// Counters of hours.
    Hours,
}

/// A client of one server. Cloning is cheap.
#[derive(Debug, Clone)]
pub struct Client {
    http: HttpClient,
    login: String,
    password: SecretString,
    zone: Tz,
    quiet: Vec<(NaiveTime, NaiveTime)>,
    date_mode: i64,
    calculation_mode: Option<i64>,
    missing_right_words: Vec<String>,
}

/// One operation of a service, and what it is asked with.
struct Question<'a> {
    operation: &'static str,
    service: &'static str,
    name: &'static str,
    /// The names of the list of filters and of the filter, and what is in it; none for an operation without any.
    filter: Option<(&'static str, &'static str, Vec<Part<'a>>)>,
}

impl Client {
    /// A client of the server of a configuration.
    ///
    /// # Errors
    /// As [`HttpClient::new`].
    pub(super) fn new(
        config: &KelioConfig,
        rules: &Rules,
        transport: Arc<dyn Transport>,
    ) -> Result<Self, ConnectorError> {
        let limits = Limits::DEFAULT.with_deadline(CALL_DEADLINE);
        Ok(Self {
            http: HttpClient::new(&config.url, transport)?.with_limits(limits),
            login: config.login.clone(),
            password: config.password.clone(),
            zone: config.time_zone,
            quiet: rules.quiet.clone(),
            date_mode: config.date_mode,
            calculation_mode: config.calculation_mode,
            missing_right_words: config
                .missing_right_words
                .iter()
                .map(|words| words.to_lowercase())
                .collect(),
        })
    }

    /// The people of an employee number; nobody where Kelio refuses the number. Whoever asks compares it again.
    ///
    /// # Errors
    /// Those of every call.
    pub async fn employees(
        &self,
        now: DateTime<Utc>,
        person: &str,
    ) -> Result<List<Employee>, ConnectorError> {
        let question = Question {
            operation: "find the person",
            service: "LightEmployeeService",
            name: "exportLightEmployeesList",
            filter: Some(("exportFilter", "AskedPopulation", one(person))),
        };
        self.ask(now, question, wire::employees).await.or_else(|error| {
            match SoapFault::is_behind(&error) && error.kind() == ErrorKind::BadConfiguration {
                true => Ok(List::default()),
                false => Err(error),
            }
        })
    }

    /// The requests of a person, of these days.
    ///
    /// # Errors
    /// Those of every call.
    pub async fn requests(
        &self,
        now: DateTime<Utc>,
        person: &str,
        period: (NaiveDate, NaiveDate),
    ) -> Result<List<Request>, ConnectorError> {
        self.list_requests(now, "list requests", [one(person), self.period(period)].concat()).await
    }

    /// The requests of these days that a person decides on, in one state or in any.
    ///
    /// # Errors
    /// Those of every call.
    pub async fn decisions(
        &self,
        now: DateTime<Utc>,
        validator: &str,
        state: Option<i64>,
        period: (NaiveDate, NaiveDate),
    ) -> Result<List<Request>, ConnectorError> {
        let mut filter = [vec![Part::Int("populationMode", FILTERED)], self.period(period)].concat();
        filter.extend(state.map(|state| Part::Int("requestState", state)));
        filter.push(Part::Text("validatorIdentificationNumber", validator));
        self.list_requests(now, "list requests to approve", filter).await
    }

    async fn list_requests(
        &self,
        now: DateTime<Utc>,
        operation: &'static str,
        filter: Vec<Part<'_>>,
    ) -> Result<List<Request>, ConnectorError> {
        let question = Question {
            operation,
            service: "AbsenceRequestService",
            name: "exportAbsenceRequestsList",
            filter: Some(("exportFilter", "AbsenceRequestFilter", filter)),
        };
        self.ask(now, question, wire::requests).await
    }

    /// The counters of a family.
    ///
    /// # Errors
    /// Those of every call.
    pub async fn counters(
        &self,
        now: DateTime<Utc>,
        family: Family,
    ) -> Result<List<Counter>, ConnectorError> {
        let name = match family {
            Family::Leave => "exportAbsenceBalanceTypes",
            Family::Hours => "exportBalanceTypes",
        };
        let question = Question { operation: "list counters", service: "TypeService", name, filter: None };
        self.ask(now, question, |response| wire::counters(response, name)).await
    }

    /// The totals of a counter of a person, of these days.
    ///
    /// # Errors
    /// Those of every call.
    pub async fn totals(
        &self,
        now: DateTime<Utc>,
        family: Family,
        counter: i64,
        person: &str,
        period: (NaiveDate, NaiveDate),
    ) -> Result<List<Total>, ConnectorError> {
        let (service, name) = match family {
            Family::Leave => ("AbsenceBalanceTotalService", "exportPeriodicalAbsenceBalanceTotalsList"),
            Family::Hours => ("BalanceTotalService", "exportDailyBalanceTotalsList"),
        };
        let mut filter = [one(person), self.period(period)].concat();
        filter.push(Part::Int("typeKey", counter));
        filter.extend(self.calculation_mode.map(|mode| Part::Int("calculationMode", mode)));
        let question = Question {
            operation: "read a counter",
            service,
            name,
            filter: Some(("accountFilter", "AccountFilter", filter)),
        };
        self.ask(now, question, |response| wire::totals(response, name)).await
    }

    /// The clockings of a person on a day.
    ///
    /// # Errors
    /// Those of every call.
    pub async fn clockings(
        &self,
        now: DateTime<Utc>,
        person: &str,
        day: NaiveDate,
    ) -> Result<List<Clocking>, ConnectorError> {
        let filter = [one(person), self.period((day, day))].concat();
        let question = Question {
            operation: "list clockings",
            service: "ClockingService",
            name: "exportClockings",
            filter: Some(("employeeList", "AskedPopulationWithPeriod", filter)),
        };
        self.ask(now, question, wire::clockings).await
    }

    /// Days as a filter names them.
    fn period(&self, (first, last): (NaiveDate, NaiveDate)) -> Vec<Part<'static>> {
        vec![
            Part::Date("startDate", first),
            Part::Date("endDate", last),
            Part::Int("dateMode", self.date_mode),
        ]
    }

    async fn ask<T>(
        &self,
        now: DateTime<Utc>,
        question: Question<'_>,
        read: impl FnOnce(&Element) -> Option<List<T>>,
    ) -> Result<List<T>, ConnectorError> {
        let Question { operation, service, name, filter } = question;
        self.check_quiet(now, operation)?;
        let parts: Vec<_> = filter
            .map(|(list, kind, parts)| Part::Group(list, vec![Part::Group(kind, parts)]))
            .into_iter()
            .collect();
        let body = soap::document_literal(NAMESPACE, name, &parts)
            .map_err(|error| ConnectorError::new(ErrorKind::Internal, operation).with_source(error))?;
        let call = self.http.call(operation, Method::POST, &["open", "services", service], &[]);
        let call = call.header(ACTION, &format!("\"urn:{name}\"")).header(header::ACCEPT, "text/xml");
        let answer = call.basic(&self.login, &self.password).body(soap::MEDIA_TYPE, body).send().await?;
        if answer.status() == StatusCode::INTERNAL_SERVER_ERROR && answer.is_html() {
            return Err(answer.error(ErrorKind::BadAnswer).with_hint("a page of Kelio stands in place of the answer: `url` is wrong, or a proxy drops the header SOAPAction"));
        }
        let response = match soap::outcome(&answer)? {
            Outcome::Response(response) => response,
            Outcome::Fault(fault) => return Err(self.faulted(operation, &fault)),
        };
        let rows = read(&response).ok_or_else(|| answer.error(ErrorKind::BadAnswer))?;
        match rows.is_empty() && rows.is_partial() {
            true => Err(answer.error(ErrorKind::BadAnswer)),
            false => Ok(rows),
        }
    }

    fn faulted(&self, operation: &'static str, fault: &Fault) -> ConnectorError {
        let text = fault.text.to_lowercase();
        let kind = match fault.code {
            _ if self.missing_right_words.iter().any(|words| text.contains(words)) => ErrorKind::Forbidden,
            // The call itself is wrong: of a person's number, or by a setting.
            FaultCode::Client => ErrorKind::BadConfiguration,
            FaultCode::Server => ErrorKind::Unreachable,
        };
        ConnectorError::new(kind, operation).with_source(SoapFault)
    }

    /// Fails in the hours in which calls are forbidden, until they end.
    fn check_quiet(&self, now: DateTime<Utc>, operation: &'static str) -> Result<(), ConnectorError> {
        let local = now.with_timezone(&self.zone);
        let time = local.time();
        let quiet = self.quiet.iter().find(|(from, to)| match from < to {
            true => (*from..*to).contains(&time),
            false => time >= *from || time < *to,
        });
        let Some((_, to)) = quiet else { return Ok(()) };
        let today = local.date_naive();
        let day = if *to > time { today } else { today.checked_add_days(Days::new(1)).unwrap_or(today) };
        let wait = (days::instant(&self.zone, day.and_time(*to)) - now).to_std().unwrap_or_default();
        Err(ConnectorError::new(ErrorKind::RateLimited, operation)
            .with_hint("Kelio takes no calls in these hours (`quiet_hours`)")
            .with_retry(Retry::After(wait.max(Duration::from_secs(1)))))
    }
}

/// The filter of one person.
fn one(person: &str) -> Vec<Part<'_>> {
    vec![Part::Text("employeeIdentificationNumber", person), Part::Int("populationMode", ONE_PERSON)]
}
