//! Answers as the help and the SDK describe them.

use pleiade_connectors::{
    kelio::wire,
    kit::soap::{Element, Outcome, read},
};

fn response(name: &str, body: &str) -> Element {
    let envelope = format!(
        "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"><s:Body>\
         <{name}Response xmlns=\"http://echange.service.open.bodet.com\">{body}</{name}Response></s:Body></s:Envelope>"
    );
    match read(envelope.as_bytes(), None).unwrap() {
        Outcome::Response(element) => element,
        fault => panic!("{fault:?}"),
    }
}

const REQUEST: &str = "<exportedAbsenceRequests><AbsenceRequest><technicalString xsi:nil=\"true\"/><errorMessage xsi:nil=\"true\"/>
  <employeeIdentificationNumber>000970</employeeIdentificationNumber><employeeSurname>MARTIN</employeeSurname>
  <employeeFirstName>Paul</employeeFirstName><absenceRequestKey>8812</absenceRequestKey><requestState>0</requestState>
  <absenceTypeAbbreviation>CA</absenceTypeAbbreviation><absenceTypeDescription>Congés annuels</absenceTypeDescription>
  <startDate>2024-04-02</startDate><endDate>2024-04-05</endDate><startInTheMorning>true</startInTheMorning>
  <endingTheAfternoon>true</endingTheAfternoon><durationInDays>4.0</durationInDays></AbsenceRequest>
 </exportedAbsenceRequests>";

#[test]
fn a_request() {
    let list = wire::requests(&response("exportAbsenceRequestsList", REQUEST)).unwrap();
    assert_eq!((list.len(), list.unreadable), (1, 0));
    let request = &list.items[0];
    assert_eq!(
        (request.key, request.person.as_str(), request.name.as_str(), request.state),
        (8812, "000970", "MARTIN Paul", 0)
    );
    assert_eq!((request.kind.as_deref(), request.hundredths), (Some("Congés annuels"), Some(400)));
    assert_eq!(
        (request.first.to_string(), request.last.to_string()),
        ("2024-04-02".to_owned(), "2024-04-05".to_owned())
    );
    assert!(!request.from_noon && !request.until_noon && request.validators.is_empty());
    assert!(wire::requests(&response("exportClockings", REQUEST)).is_none(), "another answer is none");
}

#[test]
fn lists_are_empty_in_every_way() {
    for empty in ["", "<exportedClockings/>", "<exportedClockings xsi:nil=\"true\"/>"] {
        assert!(wire::clockings(&response("exportClockings", empty)).unwrap().is_empty());
    }
}

#[test]
fn what_kelio_marks_as_wrong_and_what_cannot_be_read_is_counted() {
    let changed = |from: &str, to: &str| {
        let body = REQUEST.replace(from, to);
        assert_ne!(body, REQUEST, "{from}");
        let list = wire::requests(&response("exportAbsenceRequestsList", &body)).unwrap();
        (list.len(), list.unreadable)
    };
    assert_eq!(
        changed("<errorMessage xsi:nil=\"true\"/>", "<errorMessage>Absence déjà existante</errorMessage>"),
        (0, 1)
    );
    assert_eq!(
        changed("<requestState>0<", "<requestState>beaucoup<"),
        (0, 1),
        "never taken for another state"
    );
    assert_eq!(changed("000970", ""), (0, 1), "a row of nobody");
    assert_eq!(changed("2024-04-02", "demain"), (0, 1));
    assert_eq!(changed("4.0", "beaucoup"), (1, 0), "a duration is told where it can be read");
}

#[test]
fn totals_are_signed_and_numbers_alone() {
    let total = |value: &str| {
        let body = format!(
            "<l><T><employeeIdentificationNumber>1</employeeIdentificationNumber><endDays>{value}</endDays></T></l>"
        );
        wire::totals(&response("x", &body), "x").unwrap().items[0].days
    };
    assert_eq!([total("18.5"), total("-0.25"), total("3")], [Some(1850), Some(-25), Some(300)]);
    assert_eq!([total("NaN"), total("INF"), total("1e300"), total("beaucoup"), total("1,5")], [None; 5]);
}

#[test]
fn clockings_have_a_time_and_perhaps_a_direction() {
    let clocking = |fields: &str| {
        let body = format!(
            "<l><C><employeeIdentificationNumber>1</employeeIdentificationNumber><clockingKey>7</clockingKey><date>2026-11-27+01:00</date>{fields}</C></l>"
        );
        wire::clockings(&response("exportClockings", &body))
            .unwrap()
            .items
            .first()
            .map(|one| (one.time.to_string(), one.direction))
    };
    assert_eq!(
        clocking("<time>08:05</time><inOutIndicator>1</inOutIndicator>"),
        Some(("08:05:00".to_owned(), Some(1)))
    );
    assert_eq!(clocking("<time>08:05:10</time>"), Some(("08:05:10".to_owned(), None)));
    assert_eq!(clocking("<time>25:00</time>"), None);
}
