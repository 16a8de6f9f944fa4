//! Documents that are made and sent on. A call that writes is made once: what became of one whose answer was lost is looked up.

use super::{EntityId, Session, documents::is_word, refusal};
use crate::{
    http::{Answer, Call},
    kit::json::{self, List, Map},
};
use ::http::{Method, StatusCode, header};
use bytes::{BufMut as _, BytesMut};
use pleiade_core::{ConnectorError, ErrorKind, Limits};
use serde::{Deserialize, Deserializer};
use std::time::Duration;

/// Making and filling a document.
const WRITE: Limits = Limits::DEFAULT.with_deadline(Duration::from_secs(30));
/// Sending it on, for which Pastell may call the signature book at once.
const SEND: Limits = Limits::DEFAULT.with_deadline(Duration::from_secs(60));
/// Attaching a file of 20 MB.
const UPLOAD: Limits = Limits::DEFAULT.with_deadline(Duration::from_secs(120));

/// What became of a call that writes, and was not refused.
#[derive(Debug)]
pub(in crate::pastell) enum Step<T> {
    /// It was done, and this is its answer.
    Done(T),
    /// Its answer was lost: it may have been done.
    Lost,
}

impl<T> Step<T> {
    /// An answer that cannot be read is as good as lost.
    fn and_read<U>(self, read: impl FnOnce(T) -> Option<U>) -> Step<U> {
        match self {
            Self::Done(answer) => read(answer).map_or(Step::Lost, Step::Done),
            Self::Lost => Step::Lost,
        }
    }
}

/// A document with its fields and what may be done with it.
#[derive(Debug, Deserialize)]
pub(in crate::pastell) struct WholeDocument {
    pub(in crate::pastell) info: Info,
    #[serde(default, deserialize_with = "json::lenient")]
    data: Option<Map<Names>>,
    /// The actions that the person may take, in Pastell's words.
    #[serde(default, rename = "action_possible", deserialize_with = "json::lenient")]
    actions: Option<List<Word>>,
}

#[derive(Debug, Deserialize)]
pub(in crate::pastell) struct Info {
    /// Its title; may be empty.
    #[serde(default, rename = "titre", deserialize_with = "json::lenient")]
    pub(in crate::pastell) title: String,
}

/// The names of the files in a field; nothing for a field of another kind.
#[derive(Debug)]
struct Names(Vec<String>);

impl<'de> Deserialize<'de> for Names {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let names: Option<List<Word>> = json::lenient(deserializer)?;
        Ok(Self(names.map(|names| names.items.into_iter().map(|word| word.0).collect()).unwrap_or_default()))
    }
}

#[derive(Debug, Deserialize)]
struct Word(#[serde(deserialize_with = "json::text")] String);

impl WholeDocument {
    /// True if Pastell lets the person take an action now.
    pub(in crate::pastell) fn allows(&self, action: &str) -> bool {
        self.actions.as_ref().is_some_and(|actions| actions.iter().any(|known| known.0 == action))
    }

    /// True if a field has a file of this name.
    pub(in crate::pastell) fn has_file(&self, field: &str, name: &str) -> bool {
        let names = self.data.as_ref().and_then(|data| data.items.get(field));
        names.is_some_and(|names| names.0.iter().any(|known| known == name))
    }
}

/// A document after a change.
#[derive(Debug, Deserialize)]
struct Changed {
    content: WholeDocument,
}

/// A file to attach.
#[derive(Debug, Clone, Copy)]
pub(in crate::pastell) struct Attachment<'a> {
    pub(in crate::pastell) field: &'a str,
    pub(in crate::pastell) name: &'a str,
    pub(in crate::pastell) media_type: &'a str,
    pub(in crate::pastell) content: &'a [u8],
}

impl Attachment<'_> {
    /// The body of a form with this file, and its media type. The name stands in a part of its own, where nothing needs escaping.
    fn form(&self) -> (String, BytesMut) {
        let boundary = format!("pleiade-{:032x}", rand::random::<u128>());
        let head = format!(
            "--{boundary}\r\nContent-Disposition: form-data; name=\"file_name\"\r\n\r\n{}\r\n--{boundary}\r\n\
             Content-Disposition: form-data; name=\"file_content\"; filename=\"file\"\r\nContent-Type: {}\r\n\r\n",
            self.name, self.media_type
        );
        let end = format!("\r\n--{boundary}--\r\n");
        let mut body = BytesMut::with_capacity(head.len() + self.content.len() + end.len());
        for part in [head.as_bytes(), self.content, end.as_bytes()] {
            body.put_slice(part);
        }
        (format!("multipart/form-data; boundary={boundary}"), body)
    }
}

impl Session {
    /// Makes a document of a flow; its id.
    pub(in crate::pastell) async fn create(
        &self,
        entity: EntityId,
        flow: &str,
    ) -> Result<Step<String>, ConnectorError> {
        #[derive(Deserialize)]
        struct Created {
            #[serde(rename = "id_d", deserialize_with = "json::text")]
            id: String,
        }
        let entity = entity.to_string();
        let call = self.call("create a document", Method::POST, &["entite", &entity, "document"], &[], WRITE);
        let made = written(call.form(&[("type", flow)])).await?;
        Ok(made.and_read(|answer| Some(answer.json::<Created>().ok()?.id).filter(|id| is_word(id))))
    }

    /// Fills fields of a document.
    pub(in crate::pastell) async fn fill(
        &self,
        entity: EntityId,
        document: &str,
        fields: &[(&str, &str)],
    ) -> Result<Step<WholeDocument>, ConnectorError> {
        let entity = entity.to_string();
        let path = ["entite", &entity, "document", document];
        let call = self.call("fill a document", Method::PATCH, &path, &[], WRITE).form(fields);
        Ok(written(call).await?.and_read(|answer| Some(answer.json::<Changed>().ok()?.content)))
    }

    /// The choices of a field.
    pub(in crate::pastell) async fn choices(
        &self,
        entity: EntityId,
        document: &str,
        field: &str,
    ) -> Result<Vec<String>, ConnectorError> {
        let entity = entity.to_string();
        let path = ["entite", &entity, "document", document, "externalData", field];
        let choices: List<Word> = self.get("list choices", &path, &[], WRITE).await?.json()?;
        Ok(choices.items.into_iter().map(|word| word.0).collect())
    }

    /// Makes the choice of a field.
    pub(in crate::pastell) async fn choose(
        &self,
        entity: EntityId,
        document: &str,
        (field, value): (&str, &str),
    ) -> Result<Step<()>, ConnectorError> {
        let entity = entity.to_string();
        let path = ["entite", &entity, "document", document, "externalData", field];
        let call = self.call("make a choice", Method::PATCH, &path, &[], WRITE).form(&[(field, value)]);
        Ok(written(call).await?.and_read(|_| Some(())))
    }

    /// Attaches a file to a document.
    pub(in crate::pastell) async fn attach(
        &self,
        entity: EntityId,
        document: &str,
        file: Attachment<'_>,
    ) -> Result<Step<WholeDocument>, ConnectorError> {
        let entity = entity.to_string();
        let path = ["entite", &entity, "document", document, "file", file.field, "0"];
        let (media_type, body) = file.form();
        let call = self.call("attach a file", Method::POST, &path, &[], UPLOAD);
        let call = call.body("multipart/form-data", body).header(header::CONTENT_TYPE, &media_type);
        Ok(written(call).await?.and_read(|answer| Some(answer.json::<Changed>().ok()?.content)))
    }

    /// Takes an action on a document.
    pub(in crate::pastell) async fn act(
        &self,
        entity: EntityId,
        document: &str,
        action: &str,
    ) -> Result<Step<()>, ConnectorError> {
        let entity = entity.to_string();
        let path = ["entite", &entity, "document", document, "action", action];
        let call = self.call("take an action on a document", Method::POST, &path, &[], SEND);
        Ok(written(call).await?.and_read(|_| Some(())))
    }

    /// Deletes a document that is a draft still; true if it is gone for certain.
    pub(in crate::pastell) async fn delete_draft(
        &self,
        entity: EntityId,
        document: &str,
    ) -> Result<bool, ConnectorError> {
        let entity = entity.to_string();
        let path = ["entite", &entity, "document", document];
        let call = self.call("delete a draft", Method::DELETE, &path, &[], WRITE);
        Ok(matches!(written(call).await?, Step::Done(_)))
    }

    /// A document with its fields.
    pub(in crate::pastell) async fn whole(
        &self,
        entity: EntityId,
        document: &str,
    ) -> Result<WholeDocument, ConnectorError> {
        let entity = entity.to_string();
        let path = ["entite", &entity, "document", document];
        self.get("read a document", &path, &[], WRITE).await?.json()
    }
}

/// Sends a call that writes.
///
/// # Errors
/// Those of calls that did nothing for certain: what was never sent, and what Pastell or a page of sign-in refused by its status. All else
/// that is no success is lost: a proxy that gave up waiting, an answer that broke off, a page in the place of an answer.
async fn written(call: Call<'_>) -> Result<Step<Answer>, ConnectorError> {
    let answer = match call.send().await {
        Ok(answer) => answer,
        Err(error) if error.kind() == ErrorKind::BadConfiguration => return Err(error),
        Err(_) => return Ok(Step::Lost),
    };
    match answer.status() {
        StatusCode::REQUEST_TIMEOUT => Ok(Step::Lost),
        status if status.is_client_error() || status.is_redirection() => Err(refusal::failure(&answer)),
        status if !status.is_success() || answer.is_html() || refusal::is_told(&answer) => Ok(Step::Lost),
        _ => Ok(Step::Done(answer)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_is_read_as_it_is_written() {
        let read = |text: &str| serde_json::from_str::<WholeDocument>(text).unwrap();
        let whole = read(
            r#"{"info": {"titre": "Acte"}, "data": {"libelle": "Acte", "document": ["a.pdf"]},
                "action_possible": ["modification", 3, "orientation"]}"#,
        );
        assert_eq!(whole.info.title, "Acte");
        assert!(whole.allows("orientation") && !whole.allows("send-iparapheur"));
        assert!(whole.has_file("document", "a.pdf") && !whole.has_file("document", "b.pdf"));
        assert!(!whole.has_file("libelle", "Acte"));
        // PHP writes what is empty as a list.
        let empty = read(r#"{"info": {"titre": null}, "data": [], "action_possible": []}"#);
        assert!(empty.info.title.is_empty() && !empty.allows("orientation"));
        assert!(serde_json::from_str::<WholeDocument>(r#"{"data": []}"#).is_err());
    }
}
