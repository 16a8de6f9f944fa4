//! Addresses that people open. The browser shows the person's own certificate, without which the connection fails: titles of links say so.

use super::wire::Id;
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

    /// The acts.
    #[must_use]
    pub fn acts(&self) -> Url {
        self.page(&["modules", "actes", ""])
    }

    /// A transaction of ACTES: an act, or a message of the préfecture.
    #[must_use]
    pub fn act(&self, id: &Id) -> Url {
        let mut url = self.page(&["modules", "actes", "actes_transac_show.php"]);
        url.query_pairs_mut().append_pair("id", id.as_str());
        url
    }

    /// The flows of HELIOS.
    #[must_use]
    pub fn flows(&self) -> Url {
        self.page(&["modules", "helios", ""])
    }

    /// A PES.
    #[must_use]
    pub fn pes(&self, id: &Id) -> Url {
        let mut url = self.page(&["modules", "helios", "helios_transac_show.php"]);
        url.query_pairs_mut().append_pair("id", id.as_str());
        url
    }

    /// The secure mail.
    #[must_use]
    pub fn mails(&self) -> Url {
        self.page(&["modules", "mail", ""])
    }
}
