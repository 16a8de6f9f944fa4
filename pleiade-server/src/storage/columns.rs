//! Values as columns hold them, and back.

use super::StorageError;
use chrono::{DateTime, Utc};
use pleiade_core::{ConnectorId, MailAddress, SourceId, Subject, TenantId};
use serde::{Serialize, de::DeserializeOwned};

pub(super) fn millis(at: DateTime<Utc>) -> i64 {
    at.timestamp_millis()
}

pub(super) fn instant(millis: i64) -> Result<DateTime<Utc>, StorageError> {
    DateTime::from_timestamp_millis(millis).ok_or(StorageError::Corrupt("an instant"))
}

pub(super) fn hash(bytes: Vec<u8>) -> Result<[u8; 32], StorageError> {
    bytes.try_into().map_err(|_| StorageError::Corrupt("a hash"))
}

pub(super) fn json<T: Serialize>(value: &T) -> Result<String, StorageError> {
    serde_json::to_string(value).map_err(|_| StorageError::Internal("JSON".into()))
}

pub(super) fn from_json<T: DeserializeOwned>(text: &str, what: &'static str) -> Result<T, StorageError> {
    serde_json::from_str(text).map_err(|_| StorageError::Corrupt(what))
}

/// A value that is stored under the name that serde gives it.
pub(super) fn from_name<T: DeserializeOwned>(name: &str, what: &'static str) -> Result<T, StorageError> {
    T::deserialize(serde::de::value::StrDeserializer::<serde::de::value::Error>::new(name))
        .map_err(|_| StorageError::Corrupt(what))
}

/// The name that serde gives to a variant without fields.
pub(super) fn name<T: Serialize>(value: &T) -> Result<String, StorageError> {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(name)) => Ok(name),
        _ => Err(StorageError::Internal("JSON".into())),
    }
}

pub(super) fn tenant(text: String) -> Result<TenantId, StorageError> {
    TenantId::try_from(text).map_err(|_| StorageError::Corrupt("a tenant id"))
}

pub(super) fn source(text: String) -> Result<SourceId, StorageError> {
    SourceId::try_from(text).map_err(|_| StorageError::Corrupt("a source id"))
}

pub(super) fn connector(text: String) -> Result<ConnectorId, StorageError> {
    ConnectorId::try_from(text).map_err(|_| StorageError::Corrupt("a connector id"))
}

pub(super) fn subject(issuer: &str, id: &str) -> Result<Subject, StorageError> {
    Subject::new(issuer, id).map_err(|_| StorageError::Corrupt("a subject"))
}

pub(super) fn mail(text: Option<String>) -> Result<Option<MailAddress>, StorageError> {
    text.map(|mail| mail.parse()).transpose().map_err(|_| StorageError::Corrupt("a mail address"))
}
