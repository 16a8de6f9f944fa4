//! Addresses that people open.
//!
//! Threat: an answer of Nextcloud holds links that other people wrote (a notification, a calendar entry). Only addresses of this very
//! server become links of the desk, and they are moved to the public address, because a server behind a proxy often writes `http://`
//! or its internal name.

use chrono::NaiveDate;
use std::{collections::BTreeMap, sync::Arc};
use url::Url;

/// Builds and checks links to one Nextcloud server.
///
/// Pages of an app exist for the people who have it, at an address that the server tells: with "pretty" addresses `/index.php/apps/…` opens
/// the app and none of its views. So they are made after what the server told a person ([`Links::with_apps`]), or not at all. Files,
/// calls and settings answer under `/index.php` everywhere.
#[derive(Debug, Clone)]
pub struct Links {
    public: Url,
    internal: Url,
    /// The pages of the person's apps, each with a final `/`, by app id.
    apps: Arc<BTreeMap<String, Url>>,
}

impl Links {
    /// Links of the server that people open at `public` and the portal calls at `internal`.
    #[must_use]
    pub fn new(public: Url, internal: Url) -> Self {
        Self { public, internal, apps: Arc::default() }
    }

    /// The same, with the pages of the apps that a person has: ids, and addresses as the server wrote them.
    #[must_use]
    pub fn with_apps<'a>(&self, apps: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let place = |address: &str| {
            let mut url = self.own(address)?;
            url.set_query(None);
            url.set_fragment(None);
            url.path_segments_mut().ok()?.pop_if_empty().push("");
            Some(url)
        };
        let apps =
            apps.into_iter().filter_map(|(id, address)| Some((id.to_owned(), place(address)?))).collect();
        Self { apps: Arc::new(apps), ..self.clone() }
    }

    /// A page of an app, below its own; none when the person has no such app.
    fn app(&self, app: &str, segments: &[&str]) -> Option<Url> {
        let mut url = self.apps.get(app)?.clone();
        url.path_segments_mut().ok()?.pop_if_empty().extend(segments);
        Some(url)
    }

    /// An address that the server wrote, moved to the public scheme, host and port; nothing when it leads anywhere else.
    #[must_use]
    pub fn own(&self, written: &str) -> Option<Url> {
        let written = written.trim();
        if written.is_empty() {
            return None;
        }
        let mut url = self.public.join(written).ok()?;
        let plain =
            matches!(url.scheme(), "http" | "https") && url.username().is_empty() && url.password().is_none();
        if !plain || !(self.is_at(&url, &self.public) || self.is_at(&url, &self.internal)) {
            return None;
        }
        url.set_scheme(self.public.scheme()).ok()?;
        url.set_host(self.public.host_str()).ok()?;
        url.set_port(self.public.port()).ok()?;
        Some(url)
    }

    /// Same host, and the same port or the usual port of the link's own scheme.
    fn is_at(&self, url: &Url, place: &Url) -> bool {
        url.host_str() == place.host_str()
            && (url.port().is_none() || url.port_or_known_default() == place.port_or_known_default())
    }

    fn page(&self, segments: &[&str]) -> Url {
        let mut url = self.public.clone();
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().push("index.php").extend(segments);
        }
        url
    }

    /// The page of an app at the address that answers on every server, for whoever was not told another ([`Links::with_apps`]): it opens the
    /// app, and none of its views.
    #[must_use]
    pub fn app_page(&self, app: &str) -> Url {
        self.page(&["apps", app, ""])
    }

    /// The home page.
    #[must_use]
    pub fn home(&self) -> Url {
        self.public.clone()
    }

    /// The person's devices and app passwords.
    #[must_use]
    pub fn security(&self) -> Url {
        self.page(&["settings", "user", "security"])
    }

    /// A file or a folder by its number; stable across versions.
    #[must_use]
    pub fn file(&self, id: u64) -> Url {
        self.page(&["f", &id.to_string()])
    }

    /// One conversation.
    #[must_use]
    pub fn room(&self, token: &str) -> Url {
        self.page(&["call", token])
    }

    /// All files, where new ones are made.
    #[must_use]
    pub fn files(&self) -> Option<Url> {
        self.app("files", &[""])
    }

    /// Recently changed files.
    #[must_use]
    pub fn recent_files(&self) -> Option<Url> {
        self.app("files", &["recent"])
    }

    /// Favourite files.
    #[must_use]
    pub fn favourites(&self) -> Option<Url> {
        self.app("files", &["favorites"])
    }

    /// The shares received from others.
    #[must_use]
    pub fn shares(&self) -> Option<Url> {
        self.app("files", &["sharingin"])
    }

    /// Shares that wait for an answer.
    #[must_use]
    pub fn pending_shares(&self) -> Option<Url> {
        self.app("files", &["pendingshares"])
    }

    /// All conversations.
    #[must_use]
    pub fn talk(&self) -> Option<Url> {
        self.app("spreed", &[""])
    }

    /// The calendar.
    #[must_use]
    pub fn calendar(&self) -> Option<Url> {
        self.app("calendar", &[""])
    }

    /// One day of the calendar.
    #[must_use]
    pub fn calendar_day(&self, day: NaiveDate) -> Option<Url> {
        self.app("calendar", &["timeGridDay", &day.format("%Y-%m-%d").to_string()])
    }

    /// The tasks.
    #[must_use]
    pub fn tasks(&self) -> Option<Url> {
        self.app("tasks", &[""])
    }

    /// The boards.
    #[must_use]
    pub fn deck(&self) -> Option<Url> {
        self.app("deck", &[""])
    }

    /// One card of a board.
    #[must_use]
    pub fn deck_card(&self, board: u64, card: u64) -> Option<Url> {
        let mut url = self.deck()?;
        url.set_fragment(Some(&format!("/board/{board}/card/{card}")));
        Some(url)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn links() -> Links {
        Links::new(
            "https://cloud.ville.example/nc".parse().unwrap(),
            "http://nextcloud.lan:8080/nc".parse().unwrap(),
        )
    }

    #[test]
    fn links_of_this_server_move_to_its_public_address() {
        for (written, moved) in [
            (
                "http://cloud.ville.example/nc/index.php/call/x#m1",
                "https://cloud.ville.example/nc/index.php/call/x#m1",
            ),
            ("http://nextcloud.lan:8080/nc/f/1?a=b", "https://cloud.ville.example/nc/f/1?a=b"),
            ("/nc/index.php/f/9", "https://cloud.ville.example/nc/index.php/f/9"),
        ] {
            assert_eq!(links().own(written).unwrap().as_str(), moved, "{written}");
        }
    }

    #[test]
    fn links_elsewhere_are_dropped() {
        for written in [
            "",
            "https://evil.example/",
            "//evil.example/x",
            "https://cloud.ville.example:8443/",
            "https://cloud.ville.example.evil.example/",
            "https://u:p@cloud.ville.example/",
            "javascript:alert(1)",
            "data:text/html,x",
            "ftp://cloud.ville.example/x",
            "https://cloud.ville.example\\@evil.example/",
        ] {
            let kept = links().own(written);
            assert!(
                kept.as_ref().is_none_or(|url| url.as_str().starts_with("https://cloud.ville.example/")),
                "{written}: {kept:?}"
            );
            if !written.contains('\\') {
                assert_eq!(kept, None, "{written}");
            }
        }
    }

    #[test]
    fn pages_of_apps_are_where_the_server_says_or_nowhere() {
        let bare = links();
        assert_eq!(bare.file(189).as_str(), "https://cloud.ville.example/nc/index.php/f/189");
        assert_eq!(bare.room("a/../b").as_str(), "https://cloud.ville.example/nc/index.php/call/a%2F..%2Fb");
        assert_eq!((bare.files(), bare.tasks(), bare.deck_card(1, 2)), (None, None, None));
        let apps = [
            ("files", "http://nextcloud.lan:8080/nc/apps/files/"),
            ("deck", "/nc/index.php/apps/deck?x#y"),
            ("tasks", "https://evil.example/apps/tasks/"),
        ];
        let told = bare.with_apps(apps);
        let text = |url: Option<Url>| url.map(|url| url.to_string());
        assert_eq!(
            text(told.recent_files()).as_deref(),
            Some("https://cloud.ville.example/nc/apps/files/recent")
        );
        assert_eq!(
            text(told.deck_card(1, 2)).as_deref(),
            Some("https://cloud.ville.example/nc/index.php/apps/deck/#/board/1/card/2")
        );
        assert_eq!((told.tasks(), told.calendar()), (None, None));
    }
}
