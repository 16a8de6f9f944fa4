//! Addresses that people open: on the configured address only, whatever Ciril says.

use pleiade_core::place::leads_to;
use url::Url;

/// Builds links to one platform.
#[derive(Debug, Clone)]
pub struct Links {
    public: Url,
}

impl Links {
    /// Links of the platform that people open at `public`.
    #[must_use]
    pub fn new(public: Url) -> Self {
        Self { public }
    }

    /// The page that each person begins with.
    #[must_use]
    pub fn home(&self) -> Url {
        self.public.clone()
    }

    /// The page that Ciril names by a path of its own; the home page for anything else.
    #[must_use]
    pub fn page(&self, path: &str) -> Url {
        let is_path = path.starts_with('/')
            && !path.starts_with("//")
            && !path.contains('\\')
            && !path.contains(char::is_control);
        let page = is_path.then(|| self.public.join(path).ok()).flatten();
        page.filter(|page| leads_to(page, &self.public)).unwrap_or_else(|| self.home())
    }
}
