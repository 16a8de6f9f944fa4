//! The PREMIS document of a folder: type, steps, and the task that waits.

use super::model::is_id;
use crate::kit::xml;
use chrono::{DateTime, Utc};
use roxmltree::Node;

const NAMESPACE: &str = "http://www.loc.gov/premis/v3";
const INSTANCE: &str = "http://www.w3.org/2001/XMLSchema-instance";

/// What a PREMIS document says of a folder.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Premis {
    /// Its type.
    pub kind: String,
    /// Its sub-type.
    pub subkind: String,
    /// Its steps, mere readings left out.
    pub steps: Vec<Step>,
}

/// A step of a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Step {
    /// The task of the step, by which it is acted on.
    pub task: Option<String>,
    /// The code of its action.
    pub action: String,
    /// True if it is done.
    pub done: bool,
    /// The instant at which it was done, if it can be read.
    pub at: Option<DateTime<Utc>>,
    /// The words of whoever did it: the reason of a rejection.
    pub note: String,
}

impl Premis {
    /// Reads a document. None when it is no PREMIS.
    #[must_use]
    pub fn parse(body: &[u8]) -> Option<Self> {
        let text = xml::text(body)?;
        let document = xml::document(&text)?;
        let root = Some(document.root_element()).filter(|root| root.has_tag_name((NAMESPACE, "premis")))?;
        let mut read = Self::default();
        for node in root.children() {
            match node.tag_name().name() {
                "object" if is_folder(node) => {
                    let properties = node
                        .children()
                        .filter(|child| child.has_tag_name((NAMESPACE, "significantProperties")));
                    for property in properties {
                        let value = words(property, "significantPropertiesValue");
                        match words(property, "significantPropertiesType") {
                            "i_Parapheur_reserved_type" => read.kind = value.to_owned(),
                            "i_Parapheur_reserved_subtype" => read.subkind = value.to_owned(),
                            _ => {}
                        }
                    }
                }
                "event" => read.steps.extend(step(node)),
                _ => {}
            }
        }
        Some(read)
    }

    /// The step that waits: the first that is not done. None when the folder was rejected, for it waits for nobody then.
    #[must_use]
    pub fn pending(&self) -> Option<&Step> {
        let rejected = self.steps.iter().any(|step| step.done && step.action == "REJECT");
        self.steps.iter().find(|step| !step.done && !rejected)
    }

    /// The instant at which the last step was done, from which the next one waits.
    #[must_use]
    pub fn since(&self) -> Option<DateTime<Utc>> {
        self.steps.iter().take_while(|step| step.done).filter_map(|step| step.at).max()
    }
}

fn is_folder(object: Node<'_, '_>) -> bool {
    // The value of the attribute is a qualified name, whose prefix means nothing here.
    object
        .attribute((INSTANCE, "type"))
        .is_some_and(|kind| kind.rsplit(':').next() == Some("intellectualEntity"))
}

fn step(event: Node<'_, '_>) -> Option<Step> {
    let action = words(event, "eventType").to_owned();
    if action == "READ" {
        return None;
    }
    let task = event
        .children()
        .filter(|child| child.has_tag_name((NAMESPACE, "eventIdentifier")))
        .find(|identifier| words(*identifier, "eventIdentifierType") == "taskId")
        .map(|identifier| words(identifier, "eventIdentifierValue").to_owned())
        .filter(|task| is_id(task));
    let written = words(event, "eventDateTime");
    let note = xml::child(event, NAMESPACE, "eventOutcomeInformation")
        .and_then(|outcome| xml::child(outcome, NAMESPACE, "eventOutcomeDetail"))
        .map(|outcome| words(outcome, "eventOutcomeDetailNote").to_owned());
    Some(Step {
        task,
        action,
        done: !written.is_empty(),
        at: instant(written),
        note: note.unwrap_or_default(),
    })
}

/// ISO 8601 with an offset, with or without its colon.
pub(super) fn instant(written: &str) -> Option<DateTime<Utc>> {
    DateTime::parse_from_str(written, "%Y-%m-%dT%H:%M:%S%.f%#z")
        .or_else(|_| DateTime::parse_from_rfc3339(written))
        .ok()
        .map(|at| at.to_utc())
}

fn words<'a>(node: Node<'a, '_>, name: &str) -> &'a str {
    xml::child(node, NAMESPACE, name).and_then(|child| child.text()).map(str::trim).unwrap_or_default()
}
