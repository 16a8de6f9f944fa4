//! What Nextcloud's own dashboard and its activity stream show: words for people, no counts.

use super::{Session, ocs};
use crate::nextcloud::wire::{self, RichParameters};
use ::http::{Method, StatusCode};
use chrono::{DateTime, Utc};
use pleiade_core::ConnectorError;
use serde::Deserialize;
use std::collections::BTreeMap;

/// The lines of one dashboard widget.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct DashboardItems {
    /// The lines.
    #[serde(default)]
    pub items: Vec<DashboardItem>,
    /// What to read when there is none.
    #[serde(default, deserialize_with = "wire::text")]
    pub empty_content_message: String,
}

/// One line.
#[derive(Debug, Clone, Deserialize)]
#[non_exhaustive]
pub struct DashboardItem {
    /// What.
    pub title: String,
    /// More of it, often a date in words.
    #[serde(default, deserialize_with = "wire::text")]
    pub subtitle: String,
    /// Where it leads, as the server wrote it.
    #[serde(default, deserialize_with = "wire::text")]
    pub link: String,
}

/// Something that happened.
#[derive(Debug, Clone, Deserialize)]
#[non_exhaustive]
pub struct Activity {
    /// Its number.
    #[serde(rename = "activity_id")]
    pub id: u64,
    /// The app that tells it.
    pub app: String,
    /// When.
    pub datetime: DateTime<Utc>,
    /// Where it leads, as the server wrote it; often empty.
    #[serde(default, deserialize_with = "wire::text")]
    pub link: String,
    #[serde(default, deserialize_with = "wire::text")]
    subject: String,
    #[serde(default)]
    subject_rich: Option<Rich>,
}

/// A text and its parameters.
#[derive(Debug, Clone, Deserialize)]
struct Rich(String, #[serde(deserialize_with = "wire::object")] RichParameters);

impl Activity {
    /// What happened, in the person's language. The plain subject may have holes where a name is missing, so the rich one is preferred.
    #[must_use]
    pub fn text(&self) -> String {
        match &self.subject_rich {
            Some(Rich(text, parameters)) if !text.is_empty() => wire::rich(text, parameters),
            _ => self.subject.clone(),
        }
    }
}

impl Session<'_> {
    /// The lines of some dashboard widgets, by widget; `count` is 1 to 30. Widgets that the server does not know are left out, and so
    /// are those that only speak version 1 of this interface.
    ///
    /// # Errors
    /// Those of the application.
    pub async fn dashboard_items(
        &self,
        widgets: &[&str],
        count: u8,
    ) -> Result<BTreeMap<String, DashboardItems>, ConnectorError> {
        let path = ["apps", "dashboard", "api", "v2", "widget-items"];
        let count = count.clamp(1, 30).to_string();
        let query: Vec<(&str, &str)> = [("limit", count.as_str())]
            .into_iter()
            .chain(widgets.iter().map(|id| ("widgets[]", *id)))
            .collect();
        #[derive(Deserialize)]
        #[serde(transparent)]
        struct ByWidget(#[serde(deserialize_with = "wire::object")] BTreeMap<String, DashboardItems>);
        let call = self.ocs("read the dashboard", Method::GET, &path, &query);
        ocs::fetch::<ByWidget>(call).await.map(|answer| answer.0)
    }

    /// What happened lately, newest first; `count` is at most 200.
    ///
    /// # Errors
    /// Those of the application.
    pub async fn activities(&self, count: u8) -> Result<Vec<Activity>, ConnectorError> {
        let path = ["apps", "activity", "api", "v2", "activity"];
        let count = count.min(200).to_string();
        let call = self.ocs("list activities", Method::GET, &path, &[("limit", &count), ("sort", "desc")]);
        let answer = call.send().await?;
        match answer.status() {
            StatusCode::NO_CONTENT | StatusCode::NOT_MODIFIED => Ok(Vec::new()),
            _ => ocs::data(&answer),
        }
    }
}
