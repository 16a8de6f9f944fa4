//! From the state of a room to the documents and the agenda that it shares.
//!
//! Threat: any member who may write the state of a room chooses what it says, an address of a page that looks like a sign-in among it. So a
//! folder's path, a file's number and which calendars there are is all that is taken from it; the address is made anew on the Nextcloud that
//! the operator wrote.

use super::{OWN_DEADLINE, OWN_PATH, WatchaConfig};
use crate::matrix::{Authorization, MatrixClient, inbox::Room, suite::Suite};
use async_trait::async_trait;
use http::StatusCode;
#[cfg(feature = "nextcloud")]
pub use pages::{AGENDA, DOCUMENTS, TASKS};
use pleiade_core::{Action, ActionDescriptor, ConnectorError};

/// Documents that a room shares.
const SHARE: &str = "im.vector.web.settings";
/// Calendars that a room shares, by what they hold.
const CALENDAR: &str = "watcha.room.nextcloud_calendar";

/// What Watcha adds to a homeserver.
#[derive(Debug)]
pub(super) struct Watcha {
    #[cfg(feature = "nextcloud")]
    pages: Option<pages::Pages>,
}

impl Watcha {
    #[cfg(feature = "nextcloud")]
    pub(super) fn new(config: &WatchaConfig) -> Result<Self, ConnectorError> {
        Ok(Self { pages: config.nextcloud_url.as_ref().map(pages::Pages::new).transpose()? })
    }

    /// A build without the Nextcloud connector has no pages of Nextcloud.
    #[cfg(not(feature = "nextcloud"))]
    pub(super) fn new(config: &WatchaConfig) -> Result<Self, ConnectorError> {
        use pleiade_core::ErrorKind;
        let wrong = ConnectorError::new(ErrorKind::BadConfiguration, "read the configuration");
        match config.nextcloud_url {
            Some(_) => Err(wrong.with_hint("`nextcloud_url` needs a build with the connector of Nextcloud")),
            None => Ok(Self {}),
        }
    }
}

#[async_trait]
impl Suite for Watcha {
    fn room_state(&self) -> &'static [&'static str] {
        &[SHARE, CALENDAR]
    }

    #[cfg(feature = "nextcloud")]
    fn actions(&self) -> Vec<ActionDescriptor> {
        let all = [DOCUMENTS, AGENDA, TASKS].map(ActionDescriptor::open);
        self.pages.iter().flat_map(|_| all.clone()).collect()
    }

    #[cfg(feature = "nextcloud")]
    fn room_actions(&self, room: &Room) -> Vec<Action> {
        self.pages.iter().flat_map(|pages| pages.of_room(room)).collect()
    }

    #[cfg(not(feature = "nextcloud"))]
    fn actions(&self) -> Vec<ActionDescriptor> {
        Vec::new()
    }

    #[cfg(not(feature = "nextcloud"))]
    fn room_actions(&self, _: &Room) -> Vec<Action> {
        Vec::new()
    }

    async fn is_partner(&self, client: &MatrixClient, auth: &Authorization) -> bool {
        let status = client.status_at(&OWN_PATH, Some(auth), OWN_DEADLINE).await;
        status.is_ok_and(|status| status == StatusCode::FORBIDDEN)
    }
}

#[cfg(feature = "nextcloud")]
mod pages {
    use super::{CALENDAR, SHARE};
    use crate::{http::is_plain_base, matrix::inbox::Room, nextcloud::Links};
    use pleiade_core::{Action, ActionId, ConnectorError, ErrorKind, Message};
    use serde_json::Value;
    use url::Url;

    /// Opens the folder that a room shares.
    pub const DOCUMENTS: ActionId = ActionId::from_static("documents");
    /// Opens the calendar of a room.
    pub const AGENDA: ActionId = ActionId::from_static("agenda");
    /// Opens the tasks of a room.
    pub const TASKS: ActionId = ActionId::from_static("tasks");

    /// The longest path of a folder, in characters.
    const MAX_PATH_CHARS: usize = 1000;

    /// Pages of the Nextcloud of the suite.
    #[derive(Debug)]
    pub(super) struct Pages(Links);

    impl Pages {
        pub(super) fn new(nextcloud: &Url) -> Result<Self, ConnectorError> {
            if is_plain_base(nextcloud) {
                return Ok(Self(Links::new(nextcloud.clone(), nextcloud.clone())));
            }
            Err(ConnectorError::new(ErrorKind::BadConfiguration, "read the configuration")
                .with_hint("write `nextcloud_url` as https://host/path, without user, query or fragment"))
        }

        pub(super) fn of_room(&self, room: &Room) -> Vec<Action> {
            let shares = |kind: &str| room.state(CALENDAR, kind).is_some_and(is_calendar);
            let both = shares("VEVENT_VTODO");
            let share = room.state(SHARE, "").and_then(|content| content.get("nextcloudShare")?.as_str());
            let documents = share.and_then(|share| self.documents(share));
            let agenda = (both || shares("VEVENT")).then(|| self.0.app_page("calendar"));
            let tasks = (both || shares("VTODO")).then(|| self.0.app_page("tasks"));
            [
                (DOCUMENTS, "watcha-action-documents", documents),
                (AGENDA, "watcha-action-agenda", agenda),
                (TASKS, "watcha-action-tasks", tasks),
            ]
            .into_iter()
            .filter_map(|(id, label, link)| Some(Action::open(id, Message::new(label), link?)))
            .collect()
        }

        /// The folder of an address that somebody wrote.
        fn documents(&self, share: &str) -> Option<Url> {
            let (_, query) = share.split_once('?')?;
            let query = query.split('#').next().unwrap_or_default();
            let given = |wanted| {
                url::form_urlencoded::parse(query.as_bytes())
                    .find_map(|(name, value)| (name == wanted).then(|| value.into_owned()))
            };
            let folder = given("dir").filter(|path| {
                path.starts_with('/')
                    && path.chars().count() <= MAX_PATH_CHARS
                    && !path.chars().any(char::is_control)
                    && !path.split('/').any(|part| part == "..")
            })?;
            let mut link = self.0.app_page("files");
            link.query_pairs_mut().append_pair("dir", &folder);
            if let Some(file) = given("fileid").and_then(|id| id.parse::<u64>().ok()) {
                link.query_pairs_mut().append_pair("fileid", &file.to_string());
            }
            Some(link)
        }
    }

    /// True for what names a calendar: an empty content says that it is not shared any more.
    fn is_calendar(content: &Value) -> bool {
        content.get("id").is_some_and(|id| id.is_u64() || id.as_str().is_some_and(|id| !id.trim().is_empty()))
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn a_share_leads_to_the_nextcloud_that_the_operator_wrote() {
            let pages = Pages::new(&Url::parse("https://ville.example/nextcloud").unwrap()).unwrap();
            let link = |share| pages.documents(share).map(|url| url.to_string());
            let base = "https://ville.example/nextcloud/index.php/apps/files/";
            assert_eq!(
                link("https://ville.example/nextcloud/apps/files/?dir=/Service%20technique&fileid=345"),
                Some(format!("{base}?dir=%2FService+technique&fileid=345"))
            );
            // Whatever host it names.
            for share in [
                "https://evil.example/nextcloud/apps/files/?dir=/A",
                "javascript:alert(1)?dir=/A#x",
                "//evil.example/?dir=/A&fileid=../../x&watcha_widget=",
                "?dir=/A&dir=/B",
            ] {
                assert_eq!(link(share), Some(format!("{base}?dir=%2FA")), "{share}");
            }
            let long = format!("?dir=/{}", "a".repeat(1001));
            for share in [
                "",
                "https://ville.example/nextcloud",
                "?fileid=3",
                "?dir=A",
                "?dir=/../x",
                "?dir=/a%00b",
                &long,
            ] {
                assert_eq!(link(share), None, "{share}");
            }
        }

        #[test]
        fn an_address_that_is_no_plain_one_is_said() {
            let wrong = Url::parse("https://ville.example/?x=1").unwrap();
            assert_eq!(Pages::new(&wrong).unwrap_err().kind(), ErrorKind::BadConfiguration);
        }
    }
}
