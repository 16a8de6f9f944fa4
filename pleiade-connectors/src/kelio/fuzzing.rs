//! What the fuzz target `kelio` feeds: any answer of the server. None may panic, and what is read of it keeps its rules. The tests replay the
//! corpus.

use super::wire;
use crate::kit::soap::{Outcome, read};

/// Feeds an answer as each of those that are read.
pub fn answer(data: &[u8]) {
    let Ok(Outcome::Response(response)) = read(data, None) else { return };
    for request in wire::requests(&response).unwrap_or_default().items {
        assert!(request.first <= request.last && !request.person.is_empty());
        assert!(request.hundredths.is_none_or(|hundredths| hundredths.abs() <= 100_000_000_000));
    }
    for clocking in wire::clockings(&response).unwrap_or_default().items {
        assert!(!clocking.person.is_empty());
    }
    let operation = response.name().strip_suffix("Response").unwrap_or_default();
    let _ = (wire::employees(&response), wire::counters(&response, operation));
    for total in wire::totals(&response, operation).unwrap_or_default().items {
        assert!(!total.person.is_empty());
    }
}

#[cfg(test)]
mod tests {
    use crate::fuzz_corpus::samples;
    use proptest::prelude::*;

    #[test]
    fn answers_of_the_corpus() {
        for sample in samples("kelio", 6) {
            super::answer(&sample);
        }
    }

    proptest! {
        #[test]
        fn any_words_in_a_request(words in "[^<&]{0,60}") {
            let fields = ["employeeIdentificationNumber", "startDate", "endDate", "durationInDays", "creationDate"];
            let fields: String = fields.iter().map(|name| format!("<{name}>{words}</{name}>")).collect();
            let body = format!(
                "<Envelope><Body><exportAbsenceRequestsListResponse><l><AbsenceRequest><absenceRequestKey>1</absenceRequestKey>\
                 <requestState>0</requestState>{fields}</AbsenceRequest></l></exportAbsenceRequestsListResponse></Body></Envelope>"
            );
            super::answer(body.as_bytes());
        }
    }
}
