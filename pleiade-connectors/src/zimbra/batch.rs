//! Several requests in one call, each with its own answer or fault.

use super::{envelope, fault::Fault, requests::Request};
use crate::kit::json;
use pleiade_core::{ConnectorError, ErrorKind};
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value, json, value::RawValue};
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
}

/// The answers of a batch.
#[derive(Clone)]
pub struct BatchAnswer {
    parts: HashMap<String, Result<Box<RawValue>, Fault>>,
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
            Some(Ok(part)) => envelope::parse_response(&part, R::OPERATION),
            Some(Err(fault)) => Err(fault.into_error(R::OPERATION)),
            None => Err(ConnectorError::new(ErrorKind::BadAnswer, R::OPERATION)),
        }
    }
}

impl<'de> Deserialize<'de> for BatchAnswer {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct Part {
            #[serde(rename = "requestId", deserialize_with = "json::text")]
            id: String,
        }
        let mut parts = HashMap::new();
        for (name, list) in json::Map::<Box<RawValue>>::deserialize(deserializer)?.items {
            let mut list = serde_json::Deserializer::from_str(list.get());
            let Ok(list) = json::list_or_one::<_, Box<RawValue>>(&mut list) else { continue };
            for part in list.items {
                let Ok(Part { id }) = serde_json::from_str(part.get()) else { continue };
                let result = match name.as_str() {
                    "Fault" => Err(serde_json::from_str(part.get())
                        .map_or_else(|_| Fault::new(""), |fault| Fault::from_json(&fault))),
                    _ => Ok(part),
                };
                parts.insert(id, result);
            }
        }
        Ok(Self { parts })
    }
}

impl Request for Batch {
    const NAME: &'static str = "Batch";
    const NAMESPACE: &'static str = "urn:zimbra";
    const OPERATION: &'static str = "refresh";
    type Answer = BatchAnswer;

    fn arguments(&self) -> Value {
        let mut arguments = self.parts.clone();
        arguments.insert("onerror".into(), "continue".into());
        Value::Object(arguments)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::zimbra::requests::{GetFolders, SearchAppointments, SearchMail};

    #[test]
    fn answers_are_found_by_their_id_and_faults_stay_apart() {
        let sample: Value = serde_json::from_str(include_str!("../../tests/data/zimbra/batch.json")).unwrap();
        let mut answer: BatchAnswer =
            serde_json::from_value(sample["Body"]["BatchResponse"].clone()).unwrap();
        let mails = answer.take::<SearchMail>("mail").unwrap();
        assert_eq!(mails.messages.items[0].subject.as_deref(), Some("Délibération"));
        assert!(mails.more);
        assert_eq!(answer.take::<GetFolders>("inbox").unwrap().inbox().unwrap().unread, 12);
        let refused = answer.take::<SearchAppointments>("cal").unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::Forbidden);
        assert_eq!(answer.take::<SearchMail>("task").unwrap_err().kind(), ErrorKind::BadAnswer);
    }

    #[test]
    fn requests_of_one_name_share_a_list() {
        let batch = Batch::new()
            .with("a", &SearchMail::unread(5))
            .with("b", &SearchMail::unread(9))
            .with("c", &GetFolders);
        let arguments = batch.arguments();
        assert_eq!(arguments["SearchRequest"].as_array().unwrap().len(), 2);
        assert_eq!(arguments["GetFolderRequest"][0]["requestId"], "c");
        assert_eq!(arguments["onerror"], "continue");
    }
}
