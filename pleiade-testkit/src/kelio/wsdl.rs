//! Descriptions of the services, written from the tables of their types. Inherited fields stand in each type, in no order.

use std::fmt::Write as _;

type Fields = &'static [(&'static str, &'static str)];

const PERSON: Fields = &[
    ("technicalString", "string"),
    ("errorMessage", "string"),
    ("employeeIdentificationCode", "string"),
    ("archivedEmployee", "boolean"),
    ("employeeBadgeCode", "string"),
    ("employeeIdentificationNumber", "string"),
    ("employeeKey", "int"),
    ("employeeSurname", "string"),
    ("employeeFirstName", "string"),
];
const POPULATION: Fields =
    &[("populationFilter", "string"), ("populationMode", "int"), ("groupFilter", "string")];
const PERIOD: Fields = &[("startDate", "date"), ("endDate", "date"), ("dateMode", "int")];
const REQUEST: Fields = &[
    ("absenceRequestKey", "int"),
    ("requestState", "int"),
    ("requestType", "int"),
    ("absenceTypeKey", "int"),
    ("absenceTypeAbbreviation", "string"),
    ("absenceTypeDescription", "string"),
    ("startDate", "date"),
    ("endDate", "date"),
    ("startInTheMorning", "boolean"),
    ("endingTheAfternoon", "boolean"),
    ("durationInDays", "double"),
    ("creationDate", "date"),
    ("comment", "string"),
    ("validatorsIdentificationNumbers", "string"),
];
const CLOCKING: Fields = &[
    ("clockingKey", "int"),
    ("date", "date"),
    ("time", "string"),
    ("timePosition", "int"),
    ("inOutIndicator", "short"),
    ("latitude", "float"),
    ("longitude", "float"),
    ("geolocationStatus", "short"),
];
const TYPE: Fields =
    &[("typeKey", "int"), ("typeAbbreviation", "string"), ("typeDescription", "string"), ("unit", "short")];
const LEAVE: Fields = &[
    ("typeKey", "int"),
    ("startDate", "date"),
    ("endDate", "date"),
    ("startDays", "double"),
    ("takenDays", "double"),
    ("endDays", "double"),
    ("endHours", "double"),
];
const HOURS: Fields = &[
    ("typeKey", "int"),
    ("startDate", "date"),
    ("endDate", "date"),
    ("start", "double"),
    ("hours", "double"),
    ("end", "double"),
];
const VALIDATOR: Fields = &[
    ("limitedToAPeriod", "boolean"),
    ("requestState", "short"),
    ("validatorLogin", "string"),
    ("validatorIdentificationNumber", "string"),
];
const ACCOUNT: Fields = &[("typeKey", "int"), ("calculationMode", "int")];

/// An operation: its service, its name, the list and the type of its filter, the list and the type of its answer.
type Operation = (
    &'static str,
    &'static str,
    Option<(&'static str, &'static str, &'static [Fields])>,
    &'static str,
    &'static str,
    &'static [Fields],
);

const OPERATIONS: &[Operation] = &[
    (
        "LightEmployeeService",
        "exportLightEmployeesList",
        Some(("exportFilter", "AskedPopulation", &[PERSON, POPULATION])),
        "exportedLightEmployees",
        "LightEmployee",
        &[PERSON],
    ),
    (
        "AbsenceRequestService",
        "exportAbsenceRequestsList",
        Some(("exportFilter", "AbsenceRequestFilter", &[PERSON, POPULATION, PERIOD, VALIDATOR])),
        "exportedAbsenceRequests",
        "AbsenceRequest",
        &[PERSON, REQUEST],
    ),
    (
        "ClockingService",
        "exportClockings",
        Some(("employeeList", "AskedPopulationWithPeriod", &[PERSON, POPULATION, PERIOD])),
        "exportedClockings",
        "Clocking",
        &[PERSON, CLOCKING],
    ),
    (
        "TypeService",
        "exportAbsenceBalanceTypes",
        None,
        "exportedAbsenceBalanceTypes",
        "AbsenceBalanceType",
        &[TYPE],
    ),
    ("TypeService", "exportBalanceTypes", None, "exportedBalanceTypes", "BalanceType", &[TYPE]),
    (
        "AbsenceBalanceTotalService",
        "exportPeriodicalAbsenceBalanceTotalsList",
        Some(("accountFilter", "AccountFilter", &[PERSON, POPULATION, PERIOD, ACCOUNT])),
        "exportedPeriodicalAbsenceBalanceTotals",
        "PeriodicAbsenceBalanceTotal",
        &[PERSON, LEAVE],
    ),
    (
        "BalanceTotalService",
        "exportDailyBalanceTotalsList",
        Some(("accountFilter", "AccountFilter", &[PERSON, POPULATION, PERIOD, ACCOUNT])),
        "exportedDailyBalanceTotals",
        "DailyBalanceTotal",
        &[PERSON, HOURS],
    ),
];

/// The list and the type of what an operation of a service answers.
pub(super) fn answer_of(service: &str, operation: &str) -> Option<(&'static str, &'static str)> {
    OPERATIONS.iter().find(|known| (known.0, known.1) == (service, operation)).map(|known| (known.3, known.4))
}

fn list(out: &mut String, name: &str, element: &str, kind: &str) {
    let _ = write!(
        out,
        "<xsd:complexType name=\"{name}\"><xsd:sequence><xsd:element name=\"{element}\" type=\"tns:{kind}\" minOccurs=\"0\" maxOccurs=\"unbounded\" nillable=\"true\"/></xsd:sequence></xsd:complexType>"
    );
}

fn type_of(out: &mut String, name: &str, parts: &[Fields]) {
    let _ = write!(out, "<xsd:complexType name=\"{name}\"><xsd:all>");
    for (field, kind) in parts.iter().copied().flatten() {
        let _ = write!(
            out,
            "<xsd:element name=\"{field}\" type=\"xsd:{kind}\" minOccurs=\"0\" nillable=\"true\"/>"
        );
    }
    out.push_str("</xsd:all></xsd:complexType>");
}

/// The description of a service; none for one that there is not.
pub(super) fn describe(service: &str) -> Option<String> {
    let namespace = super::NAMESPACE;
    let (mut types, mut messages, mut port, mut binding) =
        (String::new(), String::new(), String::new(), String::new());
    let operations: Vec<&Operation> = OPERATIONS.iter().filter(|known| known.0 == service).collect();
    if operations.is_empty() {
        return None;
    }
    for (_, name, filter, answers, kind, fields) in operations {
        type_of(&mut types, kind, fields);
        list(&mut types, &format!("ArrayOf{kind}"), kind, kind);
        let mut asked = String::new();
        if let Some((filters, kind, fields)) = filter {
            type_of(&mut types, kind, fields);
            list(&mut types, &format!("ArrayOf{kind}"), kind, kind);
            asked = format!("<xsd:element name=\"{filters}\" type=\"tns:ArrayOf{kind}\" minOccurs=\"0\"/>");
        }
        let _ = write!(
            types,
            "<xsd:element name=\"{name}\"><xsd:complexType><xsd:sequence>{asked}</xsd:sequence></xsd:complexType></xsd:element>\
             <xsd:element name=\"{name}Response\"><xsd:complexType><xsd:sequence><xsd:element name=\"{answers}\" type=\"tns:ArrayOf{kind}\" \
             minOccurs=\"0\" nillable=\"true\"/></xsd:sequence></xsd:complexType></xsd:element>"
        );
        let _ = write!(
            messages,
            "<message name=\"{name}Request\"><part name=\"parameters\" element=\"tns:{name}\"/></message>\
             <message name=\"{name}Response\"><part name=\"parameters\" element=\"tns:{name}Response\"/></message>"
        );
        let _ = write!(
            port,
            "<operation name=\"{name}\"><input message=\"tns:{name}Request\"/><output message=\"tns:{name}Response\"/></operation>"
        );
        let _ = write!(
            binding,
            "<operation name=\"{name}\"><soap:operation soapAction=\"urn:{name}\"/><input><soap:body use=\"literal\"/></input>\
             <output><soap:body use=\"literal\"/></output></operation>"
        );
    }
    Some(format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<definitions name=\"{service}\" targetNamespace=\"{namespace}\" \
         xmlns=\"http://schemas.xmlsoap.org/wsdl/\" xmlns:tns=\"{namespace}\" xmlns:soap=\"http://schemas.xmlsoap.org/wsdl/soap/\" \
         xmlns:xsd=\"http://www.w3.org/2001/XMLSchema\"><types><xsd:schema targetNamespace=\"{namespace}\" elementFormDefault=\"qualified\">{types}\
         </xsd:schema></types>{messages}<portType name=\"{service}Port\">{port}</portType><binding name=\"{service}Binding\" \
         type=\"tns:{service}Port\"><soap:binding style=\"document\" transport=\"http://schemas.xmlsoap.org/soap/http\"/>{binding}</binding>\
         <service name=\"{service}\"><port name=\"{service}Port\" binding=\"tns:{service}Binding\"><soap:address \
         location=\"http://127.0.0.1/open/services/{service}\"/></port></service></definitions>"
    ))
}
