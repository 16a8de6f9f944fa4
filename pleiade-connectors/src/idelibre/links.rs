//! Addresses that people open. All ask for a session of i-delibRE, whose sign-in page forgets where it came from.

use super::wire::Uuid;
use url::Url;

/// Builds links to one server.
#[derive(Debug, Clone)]
pub struct Links {
    public: Url,
}

impl Links {
    /// Links of the server that people open at `public`.
    #[must_use]
    pub fn new(public: Url) -> Self {
        Self { public }
    }

    fn page(&self, segments: &[&str]) -> Url {
        let mut url = self.public.clone();
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().extend(segments);
        }
        url
    }

    /// The page that each person begins with.
    #[must_use]
    pub fn home(&self) -> Url {
        self.public.clone()
    }

    /// The person's sittings.
    #[must_use]
    pub fn sittings(&self, is_easy: bool) -> Url {
        if is_easy { self.page(&["easy", "sitting"]) } else { self.page(&["idelibre_client"]) }
    }

    /// The agenda of a sitting; while the convocation is unread, i-delibRE shows its acknowledgement first.
    #[must_use]
    pub fn agenda(&self, is_easy: bool, sitting: &Uuid) -> Url {
        match is_easy {
            true => self.page(&["easy", "sitting", sitting.as_str(), "odj"]),
            false => self.sittings(false),
        }
    }

    /// The acknowledgement of a convocation.
    #[must_use]
    pub fn acknowledgement(&self, is_easy: bool, sitting: &Uuid) -> Url {
        match is_easy {
            true => self.page(&["easy", "sitting", sitting.as_str(), "AR"]),
            false => self.sittings(false),
        }
    }

    /// The answer of an élu to a convocation.
    #[must_use]
    pub fn answer(&self, is_easy: bool, convocation: &Uuid) -> Url {
        match is_easy {
            true => self.page(&["attendance", convocation.as_str()]),
            false => self.sittings(false),
        }
    }

    /// The secretariat's view of who comes to a sitting.
    #[must_use]
    pub fn follow_up(&self, sitting: &Uuid) -> Url {
        self.page(&["sitting", "show", sitting.as_str(), "actors"])
    }

    /// The secretariat's board.
    #[must_use]
    pub fn board(&self) -> Url {
        self.page(&["board"])
    }
}
