//! For tests and demonstrations only: a Kelio server with a few employees.
//!
//! It is made from the editor's on-line help and from a public SDK, and was checked against no real server; zeep, an independent client, reads
//! its answers by descriptions written from the same tables. What it plays: the account of data exchange (HTTP Basic), which reads everybody; the
//! page with status 500 for a call without its SOAP action; faults; elements whose order differs from row to row; counters that are found by
//! their abbreviation first. Its codes (0 pending, 1 approved, 2 refused, 1 in, 2 out) are examples: the editor publishes none.

mod simulated;
mod world;
mod wsdl;

pub(crate) use simulated::simulated;

use crate::{
    Simulator,
    envelope::{self, Call, escaped},
};
use axum::{
    Router,
    extract::{Request, State},
    response::Response,
};
use chrono::NaiveDate;
use http::StatusCode;
use http_body_util::BodyExt as _;
use pleiade_core::Clock;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use world::{Employee, HOURS, LEAVE, Records};

/// The login of the account of data exchange.
pub const LOGIN: &str = "echange-portail";
/// Its password.
pub const PASSWORD: &str = "kelio-password-of-the-portal";

const NAMESPACE: &str = "http://echange.service.open.bodet.com";

/// A simulated Kelio server. Clones share their state.
#[derive(Debug, Clone)]
pub struct Kelio {
    clock: Arc<dyn Clock>,
    world: Arc<Mutex<World>>,
}

#[derive(Debug)]
struct World {
    records: Records,
    ignores_filters: bool,
    fault: Option<(&'static str, &'static str)>,
    broad_calls: usize,
    separator: &'static str,
}

/// The fields of a row, by their names.
type Row = Vec<(&'static str, String)>;

impl Kelio {
    /// With the sample employees, dated from `clock`'s present.
    #[must_use]
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        let records = Records::sample(clock.now());
        let world = World { records, ignores_filters: false, fault: None, broad_calls: 0, separator: ";" };
        Self { clock, world: Arc::new(Mutex::new(world)) }
    }

    /// The employee number of a sample login, or of a new one.
    #[must_use]
    pub fn number(login: &str) -> String {
        match login {
            // Whoever runs a team: in the tests one of them, in the demonstration the other.
            "sobrien" | "hmarchand" => "000970".to_owned(),
            "cdurand" => "000971".to_owned(),
            "administrateur" => "001200".to_owned(),
            other => format!("{:06}", 500_000 + other.bytes().map(u32::from).sum::<u32>()),
        }
    }

    fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Answers with everybody's rows, whatever is asked.
    pub fn ignore_filters(&self) {
        self.world().ignores_filters = true;
    }

    /// Answers every call with a fault.
    pub fn fail(&self, code: &'static str, words: &'static str) {
        self.world().fault = Some((code, words));
    }

    /// Writes lists of validators with another separator than `;`.
    pub fn separate_by(&self, separator: &'static str) {
        self.world().separator = separator;
    }

    /// Writes an employee number in another way.
    pub fn renumber(&self, from: &str, to: &str) {
        for employee in self.world().records.employees.iter_mut().filter(|employee| employee.number == from) {
            to.clone_into(&mut employee.number);
        }
    }

    /// Enters an employee of this number, who has nothing yet.
    pub fn empty_account_of(&self, number: &str) {
        self.world().records.add(number);
    }

    /// The number of calls that asked for everybody without any filter.
    #[must_use]
    pub fn broad_calls(&self) -> usize {
        self.world().broad_calls
    }

    async fn answer(&self, request: Request) -> Response {
        let (head, body) = request.into_parts();
        let body = body.collect().await.map(http_body_util::Collected::to_bytes).unwrap_or_default();
        if !envelope::is_signed(&head.headers, LOGIN, PASSWORD) {
            return envelope::page(StatusCode::UNAUTHORIZED, "Connexion à Kelio");
        }
        let Some(service) = head.uri.path().strip_prefix("/open/services/") else {
            return envelope::page(StatusCode::NOT_FOUND, "Page introuvable");
        };
        if head.uri.query() == Some("wsdl") {
            return match wsdl::describe(service) {
                Some(description) => envelope::typed(StatusCode::OK, "text/xml; charset=utf-8", description),
                None => envelope::page(StatusCode::NOT_FOUND, "Page introuvable"),
            };
        }
        let call = Call::parse(&body);
        // Without its action a call is taken for a visit of the portal.
        let (Some(action), Some(mut call)) = (envelope::action(&head.headers), call) else {
            return envelope::page(StatusCode::INTERNAL_SERVER_ERROR, "Erreur inattendue");
        };
        if action != format!("urn:{}", call.operation) {
            return envelope::page(StatusCode::INTERNAL_SERVER_ERROR, "Erreur inattendue");
        }
        let mut world = self.world();
        if let Some((code, words)) = world.fault {
            return envelope::fault(code, words);
        }
        let Some((list, kind)) = wsdl::answer_of(service, &call.operation) else {
            return envelope::page(StatusCode::NOT_FOUND, "Service inconnu");
        };
        if call.namespace != NAMESPACE || !call.leaves_are_in(Some(NAMESPACE)) {
            return envelope::fault("Client", "Élément inattendu");
        }
        let alias = known_as_login(&mut call);
        match world.rows(&call) {
            Ok(rows) => written(&call.operation, list, kind, named(rows, alias.as_ref())),
            Err(words) => envelope::fault("Client", words),
        }
    }
}

/// The demonstration knows people by their logins: a call about one is about their number, and is answered as it was asked.
fn known_as_login(call: &mut Call) -> Option<(String, String)> {
    let mut alias = None;
    for (.., text) in &mut call.leaves {
        if ["sobrien", "hmarchand", "cdurand", "administrateur"].contains(&text.as_str()) {
            let number = Kelio::number(text);
            alias = Some((number.clone(), std::mem::replace(text, number)));
        }
    }
    alias
}

fn named(mut rows: Vec<Row>, alias: Option<&(String, String)>) -> Vec<Row> {
    let Some((number, login)) = alias else { return rows };
    for (name, text) in rows.iter_mut().flatten() {
        if name.ends_with("IdentificationNumber") || name.ends_with("IdentificationNumbers") {
            *text = text.replace(number.as_str(), login);
        }
    }
    rows
}

/// Rows, each with its elements in an order of its own.
fn written(operation: &str, list: &str, kind: &str, rows: Vec<Row>) -> Response {
    let row = |(n, mut fields): (usize, Row)| {
        if !fields.is_empty() {
            let turns = n % fields.len();
            fields.rotate_left(turns);
        }
        let fields: String =
            fields.iter().map(|(name, text)| format!("<{name}>{}</{name}>", escaped(text))).collect();
        format!(
            "<{kind}><technicalString xsi:nil=\"true\"/><errorMessage xsi:nil=\"true\"/>{fields}</{kind}>"
        )
    };
    let rows: String = rows.into_iter().enumerate().map(row).collect();
    envelope::answer(
        StatusCode::OK,
        &format!("<{operation}Response xmlns=\"{NAMESPACE}\"><{list}>{rows}</{list}></{operation}Response>"),
    )
}

impl World {
    fn rows(&mut self, call: &Call) -> Result<Vec<Row>, &'static str> {
        let counter = |(key, abbreviation, description): &(i64, &str, &str)| {
            vec![
                ("typeKey", key.to_string()),
                ("typeAbbreviation", (*abbreviation).to_owned()),
                ("typeDescription", (*description).to_owned()),
            ]
        };
        match call.operation.as_str() {
            "exportAbsenceBalanceTypes" => return Ok(LEAVE.iter().map(counter).collect()),
            "exportBalanceTypes" => return Ok(HOURS.iter().map(counter).collect()),
            _ => {}
        }
        let wanted = call.text("employeeIdentificationNumber").filter(|number| !number.is_empty());
        let validator = call.text("validatorIdentificationNumber").filter(|number| !number.is_empty());
        match (call.text("populationMode"), wanted, validator) {
            (Some("1"), Some(_), _) | (Some("0"), _, Some(_)) => {}
            (Some("0"), ..) => self.broad_calls += 1,
            _ => return Err("populationMode"),
        }
        let is_asked = |employee: &&Employee| {
            self.ignores_filters || wanted.is_none_or(|number| number == employee.number)
        };
        let employees: Vec<&Employee> = self.records.employees.iter().filter(is_asked).collect();
        Ok(match call.operation.as_str() {
            "exportLightEmployeesList" => employees.into_iter().map(person).collect(),
            "exportAbsenceRequestsList" => self.requests(call, &employees, validator),
            "exportClockings" => {
                employees.into_iter().flat_map(|employee| clockings(call, employee)).collect()
            }
            "exportPeriodicalAbsenceBalanceTotalsList" => totals(call, &employees, "endDays"),
            _ => totals(call, &employees, "end"),
        })
    }

    fn requests(&self, call: &Call, employees: &[&Employee], validator: Option<&str>) -> Vec<Row> {
        let state = call.text("requestState").and_then(|code| code.parse::<i64>().ok());
        let (first, last) = (day(call, "startDate"), day(call, "endDate"));
        let found = self.records.requests.iter().filter(|request| {
            let decides =
                validator.is_none_or(|validator| request.validators.iter().any(|known| known == validator));
            let is_in = first.is_none_or(|first| request.last >= first)
                && last.is_none_or(|last| request.first <= last);
            self.ignores_filters || (decides && is_in && state.is_none_or(|state| state == request.state))
        });
        let row = |request: &world::Request| {
            let employee = employees.iter().find(|employee| employee.number == request.person)?;
            let mut row = person(employee);
            row.extend([
                ("absenceRequestKey", request.key.to_string()),
                ("requestState", request.state.to_string()),
                ("absenceTypeAbbreviation", request.kind.0.clone()),
                ("absenceTypeDescription", request.kind.1.clone()),
                ("startDate", request.first.to_string()),
                ("endDate", request.last.to_string()),
                ("startInTheMorning", (!request.from_noon).to_string()),
                ("endingTheAfternoon", (!request.until_noon).to_string()),
                ("durationInDays", request.days.clone()),
                ("creationDate", request.made.to_string()),
                ("comment", request.comment.clone()),
                ("validatorsIdentificationNumbers", request.validators.join(self.separator)),
            ]);
            Some(row)
        };
        found.filter_map(row).collect()
    }
}

fn day(call: &Call, name: &str) -> Option<NaiveDate> {
    call.text(name)?.parse().ok()
}

fn person(employee: &Employee) -> Row {
    vec![
        ("employeeIdentificationNumber", employee.number.clone()),
        ("employeeKey", employee.key.to_string()),
        ("employeeSurname", employee.surname.clone()),
        ("employeeFirstName", employee.first_name.clone()),
    ]
}

fn clockings(call: &Call, employee: &Employee) -> Vec<Row> {
    let (first, last) = (day(call, "startDate"), day(call, "endDate"));
    let found = employee.clockings.iter().filter(|clocking| {
        first.is_none_or(|first| clocking.day >= first) && last.is_none_or(|last| clocking.day <= last)
    });
    let row = |clocking: &world::Clocking| {
        let mut row = person(employee);
        row.extend([
            ("clockingKey", clocking.key.to_string()),
            ("date", clocking.day.to_string()),
            ("time", clocking.time.clone()),
            ("inOutIndicator", clocking.direction.to_string()),
            ("latitude", "48.117266".to_owned()),
            ("longitude", "-1.677793".to_owned()),
        ]);
        row
    };
    found.map(row).collect()
}

fn totals(call: &Call, employees: &[&Employee], remains: &'static str) -> Vec<Row> {
    let counter = call.text("typeKey").and_then(|key| key.parse::<i64>().ok());
    let mut rows = Vec::new();
    for employee in employees {
        for (key, value) in employee.totals.iter().filter(|(key, _)| Some(*key) == counter) {
            let mut row = person(employee);
            row.extend([("typeKey", key.to_string()), (remains, (*value).to_owned())]);
            row.extend(
                ["startDate", "endDate"].map(|name| (name, call.text(name).unwrap_or_default().to_owned())),
            );
            rows.push(row);
        }
    }
    rows
}

impl Simulator for Kelio {
    fn router(&self) -> Router {
        let answer =
            |State(server): State<Self>, request: Request| async move { server.answer(request).await };
        Router::new().fallback(answer).with_state(self.clone())
    }

    fn people(&self) -> Vec<String> {
        ["sobrien", "cdurand"].map(str::to_owned).into()
    }

    fn empty_account(&self, login: &str) {
        self.world().records.add(&Self::number(login));
    }

    fn seed_many(&self, login: &str, count: usize) {
        let now = self.clock.now();
        self.world().records.many(&Self::number(login), count, now);
    }

    fn seed_hostile_text(&self, login: &str) {
        let now = self.clock.now();
        self.world().records.hostile(&Self::number(login), now);
    }

    fn state(&self) -> String {
        format!("{:?}", self.world().records)
    }

    fn odd_item(&self, body: &str) -> Option<String> {
        // Nothing is added to what is empty.
        let place = body.rfind("</exported").filter(|place| {
            body.get(..*place).is_some_and(|before| {
                before.trim_end().ends_with('>')
                    && !before.ends_with("Totals>")
                    && before.contains("technicalString")
            })
        })?;
        let (before, after) = body.split_at_checked(place)?;
        Some(format!("{before}<Odd><employeeIdentificationNumber xsi:nil=\"true\"/></Odd>{after}"))
    }
}
