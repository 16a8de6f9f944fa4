//! Several requests in one call, each with its own answer or fault.

use super::{envelope, fault::Fault, requests::Request};
use crate::kit::json::list_or_one;
use pleiade_core::{ConnectorError, ErrorKind};
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value, json};
use std::{collections::HashMap, fmt};

/// Requests to send together. A refused part does not stop the others.
#[derive(Debug, Clone, Default)]
pub struct Batch {
    parts: Map<String, Value>,
}

impl Batch {
    /// An empty batch.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a request; `id` finds its answer again, because JSON keeps no order between requests of different names.
    #[must_use]
    pub fn with<R: Request>(mut self, id: &str, request: &R) -> Self {
        let mut part = envelope::namespaced(request);
        if let Some(part) = part.as_object_mut() {
            part.insert("requestId".into(), id.into());
        }
        let list = self.parts.entry(format!("{}Request", R::NAME)).or_insert_with(|| json!([]));
        if let Some(list) = list.as_array_mut() {
            list.push(part);
        }
        self
    }

    pub(super) fn to_arguments(&self) -> Value {
        let mut arguments = self.parts.clone();
        arguments.insert("onerror".into(), "continue".into());
        Value::Object(arguments)
    }
}

/// The answers of a batch.
#[derive(Clone)]
pub struct BatchAnswer {
    parts: HashMap<String, Result<Value, Fault>>,
}

/// Answers are personal data.
impl fmt::Debug for BatchAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BatchAnswer").field("parts", &self.parts.len()).finish()
    }
}

impl BatchAnswer {
    /// Takes the answer of the part that was added as `id`.
    ///
    /// # Errors
    /// The fault of that part; [`ErrorKind::BadAnswer`] when it is absent or cannot be read.
    pub fn take<R: Request>(&mut self, id: &str) -> Result<R::Answer, ConnectorError> {
        match self.parts.remove(id) {
            Some(Ok(value)) => envelope::read(value, R::OPERATION),
            Some(Err(fault)) => Err(fault.into_error(R::OPERATION)),
            None => Err(ConnectorError::new(ErrorKind::BadAnswer, R::OPERATION)),
        }
    }
}

impl<'de> Deserialize<'de> for BatchAnswer {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut parts = HashMap::new();
        for (name, value) in Map::deserialize(deserializer)? {
            let Ok(list) = list_or_one::<_, Value>(value) else { continue };
            for part in list.items {
                let Some(id) = part.get("requestId").and_then(|id| {
                    id.as_str().map(str::to_owned).or_else(|| id.as_u64().map(|id| id.to_string()))
                }) else {
                    continue;
                };
                let result = if name == "Fault" { Err(Fault::from_json(&part)) } else { Ok(part) };
                parts.insert(id, result);
            }
        }
        Ok(Self { parts })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::zimbra::requests::{GetInbox, SearchAppointments, SearchMail};

    #[test]
    fn answers_are_found_by_their_id_and_faults_stay_apart() {
        let sample: Value = serde_json::from_str(include_str!("../../tests/data/zimbra/batch.json")).unwrap();
        let mut answer: BatchAnswer =
            serde_json::from_value(sample["Body"]["BatchResponse"].clone()).unwrap();
        let mails = answer.take::<SearchMail>("mail").unwrap();
        assert_eq!(mails.messages.items[0].subject.as_deref(), Some("Délibération"));
        assert!(mails.more);
        assert_eq!(answer.take::<GetInbox>("inbox").unwrap().inbox().unwrap().unread, 12);
        let refused = answer.take::<SearchAppointments>("cal").unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::Forbidden);
        assert_eq!(answer.take::<SearchMail>("task").unwrap_err().kind(), ErrorKind::BadAnswer);
    }

    #[test]
    fn requests_of_one_name_share_a_list() {
        let batch = Batch::new()
            .with("a", &SearchMail::unread(5))
            .with("b", &SearchMail::unread(9))
            .with("c", &GetInbox);
        let arguments = batch.arguments();
        assert_eq!(arguments["SearchRequest"].as_array().unwrap().len(), 2);
        assert_eq!(arguments["GetFolderRequest"][0]["requestId"], "c");
        assert_eq!(arguments["onerror"], "continue");
    }
}
