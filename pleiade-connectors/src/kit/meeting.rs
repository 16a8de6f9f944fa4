//! The address of an event's online meeting, which producers write in whichever field they like: the place, the description, `URL`,
//! `CONFERENCE` (RFC 7986), `X-GOOGLE-CONFERENCE`, `X-MICROSOFT-SKYPETEAMSMEETINGURL`.
//!
//! Threat: anybody can invite anybody, and so choose the address behind a button of ours. Only hosts that the operator names get one, and
//! a token that stands in an address, which is somebody else's, is taken out.

use url::{Host, Url};

/// Characters of a field that are looked through.
const MAX_FIELD_CHARS: usize = 20_000;
/// Characters of an address.
const MAX_ADDRESS_CHARS: usize = 2_000;

/// The first `https` address on one of these hosts, in the order of the fields. Hosts are written as `visio.ville.fr`, without a port;
/// capitals do not count.
#[must_use]
pub fn meeting_address<'a>(fields: impl IntoIterator<Item = &'a str>, hosts: &[String]) -> Option<Url> {
    let is_known = |url: &Url| match url.host() {
        Some(Host::Domain(host)) => hosts.iter().any(|known| known.eq_ignore_ascii_case(host)),
        _ => false,
    };
    addresses(fields).find(|url| is_known(url) && url.path().len() > 1)
}

/// The `https` addresses in these fields, in order, wherever they lead: without a name and a password, on the usual port, without a token.
fn addresses<'a>(fields: impl IntoIterator<Item = &'a str>) -> impl Iterator<Item = Url> {
    fields.into_iter().flat_map(in_field)
}

fn in_field(field: &str) -> impl Iterator<Item = Url> {
    let end = field.char_indices().nth(MAX_FIELD_CHARS).map_or(field.len(), |(at, _)| at);
    let field = field.get(..end).unwrap_or_default();
    let starts = field.match_indices("https://").map(|(at, _)| at);
    starts.filter_map(|at| {
        let address = field.get(at..)?;
        let end = address.find(|c: char| {
            c.is_whitespace() || c.is_control() || matches!(c, '"' | '<' | '>' | '\'' | '»' | '`')
        });
        let address = address.get(..end.unwrap_or(address.len()))?;
        let address = address.trim_end_matches(['.', ',', ';', ')', ']', '!', '?']).replace("&amp;", "&");
        (address.len() <= MAX_ADDRESS_CHARS).then_some(())?;
        let url = Url::parse(&address).ok()?;
        let is_plain = url.username().is_empty() && url.password().is_none() && url.port().is_none();
        is_plain.then(|| without_token(url))
    })
}

/// Whoever has the token of an address enters under the name that stands in it; what Jitsi Meet takes for settings of its page, such as another
/// name or an open camera, is the inviter's and not the person's.
fn without_token(mut url: Url) -> Url {
    const FOREIGN: [&str; 4] = ["jwt=", "config.", "interfaceconfig.", "userinfo."];
    let is_token = |pair: &str| {
        let pair = pair.to_ascii_lowercase();
        FOREIGN.iter().any(|foreign| pair.starts_with(foreign))
    };
    let rest = |part: Option<&str>| -> Option<String> {
        let rest = part?.split('&').filter(|pair| !is_token(pair)).collect::<Vec<_>>().join("&");
        (!rest.is_empty()).then_some(rest)
    };
    let (query, fragment) = (rest(url.query()), rest(url.fragment()));
    url.set_query(query.as_deref());
    url.set_fragment(fragment.as_deref());
    url
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn found(fields: &[&str]) -> Option<String> {
        let hosts = ["visio.ville.example".to_owned(), "Meet.Agglo.example".to_owned()];
        meeting_address(fields.iter().copied(), &hosts).map(String::from)
    }

    #[test]
    fn it_is_found_in_whichever_field_producers_write_it() {
        let room = "https://visio.ville.example/codir-7f3a9c";
        for field in [
            room,
            "Salle 2 / https://visio.ville.example/codir-7f3a9c",
            "Rejoindre : <https://visio.ville.example/codir-7f3a9c>.",
            "Plan : https://plan.example/acces puis https://visio.ville.example/codir-7f3a9c).",
            "<a href=\"https://visio.ville.example/codir-7f3a9c\">la visio</a>",
        ] {
            assert_eq!(found(&["Mairie", field]).as_deref(), Some(room), "{field}");
        }
        assert_eq!(
            found(&["https://meet.agglo.example/a?b=1&amp;c=2"]).as_deref(),
            Some("https://meet.agglo.example/a?b=1&c=2")
        );
        // The place counts before the description.
        let both = found(&[room, "https://meet.agglo.example/autre"]);
        assert_eq!(both.as_deref(), Some(room));
    }

    #[test]
    fn no_other_address_gets_a_button() {
        for field in [
            "http://visio.ville.example/salle",
            "https://visio.ville.example.evil.example/salle",
            "https://visio.ville.example@evil.example/salle",
            "https://evil.example/?https=visio.ville.example",
            "https://agent:secret@visio.ville.example/salle",
            "https://visio.ville.example:8443/salle",
            "https://visio.ville.example/",
            "https://sous.visio.ville.example/salle",
            "javascript:alert(1)//https:/visio.ville.example",
            "https://127.0.0.1/salle",
        ] {
            assert_eq!(found(&[field]), None, "{field}");
        }
    }

    #[test]
    fn a_token_of_somebody_else_is_taken_out() {
        let clean = "https://visio.ville.example/salle";
        assert_eq!(found(&["https://visio.ville.example/salle?jwt=aaa.bbb.ccc"]).as_deref(), Some(clean));
        assert_eq!(found(&["https://visio.ville.example/salle#JWT=aaa.bbb.ccc"]).as_deref(), Some(clean));
        let kept =
            found(&["https://visio.ville.example/salle?jwt=aaa&lang=fr#config.subject=%22jwt%22&jwt=b"]);
        assert_eq!(kept.as_deref(), Some("https://visio.ville.example/salle?lang=fr"));
        let named = found(&["https://visio.ville.example/salle#userInfo.displayName=%22Le%20maire%22&x=1"]);
        assert_eq!(named.as_deref(), Some("https://visio.ville.example/salle#x=1"));
    }

    proptest! {
        #[test]
        fn whatever_is_written_leads_to_a_known_host_without_a_token(
            before in ".{0,20}",
            rest in "[/?#&=a-zA-Z0-9.@:%\\\\-]{0,40}",
            after in ".{0,20}",
        ) {
            let text = format!("{before}https://visio.ville.example{rest}{after} https://visio.ville.example/{rest}?jwt=s3cret");
            if let Some(url) = found(&[&text]) {
                let url = Url::parse(&url).unwrap();
                prop_assert_eq!(url.host_str(), Some("visio.ville.example"));
                prop_assert_eq!(url.scheme(), "https");
                let names_token = |pair: &str| pair.to_ascii_lowercase().starts_with("jwt=");
                prop_assert!(!url.query().unwrap_or_default().split('&').any(names_token));
                prop_assert!(!url.fragment().unwrap_or_default().split('&').any(names_token));
            }
        }
    }
}
