//! Addresses of the town's own Element. The public matrix.to is a third party's: no link leads there.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use url::Url;

/// Characters that stay readable in an id; all that could end the path or begin a query is encoded.
const ID: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'!')
    .remove(b'@')
    .remove(b':')
    .remove(b'$')
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b'=');

/// Pages of Element Web.
#[derive(Debug, Clone)]
pub struct Links {
    element: Url,
    server_name: String,
}

impl Links {
    /// Pages of the Element at `element`, for rooms known to `server_name`.
    #[must_use]
    pub fn new(element: Url, server_name: impl Into<String>) -> Self {
        Self { element, server_name: server_name.into() }
    }

    /// The home page, from which a conversation is begun.
    #[must_use]
    pub fn home(&self) -> Url {
        self.page("/home")
    }

    /// A room. Its id tells nobody which server knows it, so the link does.
    #[must_use]
    pub fn room(&self, room: &str) -> Url {
        let (room, via) = (utf8_percent_encode(room, ID), utf8_percent_encode(&self.server_name, ID));
        self.page(&format!("/room/{room}?via={via}"))
    }

    /// One message of a room.
    #[must_use]
    pub fn event(&self, room: &str, event: &str) -> Url {
        let (room, via) = (utf8_percent_encode(room, ID), utf8_percent_encode(&self.server_name, ID));
        self.page(&format!("/room/{room}/{}?via={via}", utf8_percent_encode(event, ID)))
    }

    /// A person, with whom a conversation can be begun.
    #[must_use]
    pub fn person(&self, user_id: &str) -> Url {
        self.page(&format!("/user/{}", utf8_percent_encode(user_id, ID)))
    }

    fn page(&self, fragment: &str) -> Url {
        let mut url = self.element.clone();
        url.set_fragment(Some(fragment));
        url
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_ids_stay_ids() {
        let links = Links::new("https://chat.ville.fr/".parse().unwrap(), "ville.fr");
        for (room, url) in [
            ("!lS_id8-2Hj", "https://chat.ville.fr/#/room/!lS_id8-2Hj?via=ville.fr"),
            ("!a:ville.fr", "https://chat.ville.fr/#/room/!a:ville.fr?via=ville.fr"),
            ("!a/../b?x#y\"<", "https://chat.ville.fr/#/room/!a%2F..%2Fb%3Fx%23y%22%3C?via=ville.fr"),
        ] {
            assert_eq!(links.room(room).as_str(), url);
        }
        assert_eq!(links.event("!a", "$b/c").as_str(), "https://chat.ville.fr/#/room/!a/$b%2Fc?via=ville.fr");
        assert_eq!(links.person("@b:ville.fr").as_str(), "https://chat.ville.fr/#/user/@b:ville.fr");
        let below = Links::new("https://ville.fr/element/".parse().unwrap(), "ville.fr");
        assert_eq!(below.home().as_str(), "https://ville.fr/element/#/home");
    }
}
