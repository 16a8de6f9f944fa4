//! Whether an address leads to an application: the rule by which what an answer, a row or an invitation holds is taken for the
//! application's own. (Nextcloud, whose answers may name its inner address, moves addresses to the public one first.)
//!
//! Threat: whoever writes an event, a row or a notification chooses the addresses in it. Only what has the origin of a place that the
//! operator wrote is the application's: the same scheme, host and port, where a port that is not written is the usual one of the scheme
//! (443 for `https`, 80 for `http`), and nobody's name or password stands in it.

use url::Url;

/// True if an address leads to the place of an application.
///
/// ```
/// use pleiade_core::place::leads_to;
/// let own = |address: &str| leads_to(&address.parse().unwrap(), &"https://visio.ville.example/".parse().unwrap());
/// assert!(own("https://visio.ville.example:443/codir"));
/// assert!(!own("https://visio.ville.example:8443/codir") && !own("http://visio.ville.example/codir"));
/// ```
#[must_use]
pub fn leads_to(address: &Url, place: &Url) -> bool {
    matches!(address.scheme(), "http" | "https")
        && address.username().is_empty()
        && address.password().is_none()
        && address.origin() == place.origin()
}

/// What stands in the path of an address below that of a place, when it leads there and to something below it: `a/b` of
/// `https://ville.example/visio/a/b` below `https://ville.example/visio/`.
#[must_use]
pub fn path_below<'a>(address: &'a Url, place: &Url) -> Option<&'a str> {
    let below = address.path().strip_prefix(place.path().trim_end_matches('/'))?.strip_prefix('/')?;
    (leads_to(address, place) && !below.is_empty()).then_some(below)
}

/// The place of a host as operators write it, `visio.ville.fr` or `visio.ville.fr:8443`, by `https`; none for any other text.
#[must_use]
pub fn of_host(host: &str) -> Option<Url> {
    let url = Url::parse(&format!("https://{host}/")).ok()?;
    let is_host = !host.contains(['/', '\\', '@', '?', '#']) && url.path() == "/" && url.has_host();
    is_host.then_some(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Url {
        text.parse().unwrap()
    }

    #[test]
    fn an_address_leads_to_the_origin_of_a_place_or_elsewhere() {
        let place = url("https://app.ville.example/base/");
        for own in ["https://app.ville.example/", "https://APP.ville.example:443/base/x?y#z"] {
            assert!(leads_to(&url(own), &place), "{own}");
        }
        for other in [
            "http://app.ville.example/",
            "https://app.ville.example:8443/",
            "https://sous.app.ville.example/",
            "https://app.ville.example.evil.example/",
            "https://app.ville.example@evil.example/",
            "https://marie@app.ville.example/",
            "https://:secret@app.ville.example/",
            "javascript:alert(1)",
            "data:text/html,x",
        ] {
            assert!(!leads_to(&url(other), &place), "{other}");
        }
        assert!(leads_to(&url("https://app.ville.example:8443/x"), &url("https://app.ville.example:8443")));
        assert!(leads_to(&url("http://app.example/x"), &url("http://app.example:80/")));
        // Schemes without an origin equal nothing, not even themselves.
        assert!(!leads_to(&url("data:text/html,x"), &url("data:text/html,x")));
    }

    #[test]
    fn below_a_place_is_below_its_path() {
        let below = |address: &str, place: &str| path_below(&url(address), &url(place)).map(str::to_owned);
        for place in ["https://app.example/base", "https://app.example/base/"] {
            assert_eq!(below("https://app.example/base/a/b?c", place).as_deref(), Some("a/b"));
            for other in [
                "https://app.example/base",
                "https://app.example/base/",
                "https://app.example/baseline/a",
                "https://app.example/base/../a",
                "https://app.example/a",
                "https://other.example/base/a",
            ] {
                assert_eq!(below(other, place), None, "{other}");
            }
        }
        assert_eq!(below("https://app.example/a", "https://app.example").as_deref(), Some("a"));
    }

    #[test]
    fn a_host_is_written_alone_or_with_its_port() {
        for (host, place) in [
            ("visio.ville.example", "https://visio.ville.example/"),
            ("Visio.Ville.example:443", "https://visio.ville.example/"),
            ("visio.ville.example:8443", "https://visio.ville.example:8443/"),
        ] {
            assert_eq!(of_host(host).as_ref().map(Url::as_str), Some(place));
        }
        for wrong in [
            "",
            "https://visio.ville.example",
            "a@visio.example",
            "visio.example/x",
            "visio.example?x",
            "a b",
        ] {
            assert_eq!(of_host(wrong), None, "{wrong}");
        }
    }
}
