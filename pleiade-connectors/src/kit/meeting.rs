//! The address of an event's online meeting, which producers write in whichever field they like: the place, the description, `URL`,
//! `CONFERENCE` (RFC 7986), `X-GOOGLE-CONFERENCE`, `X-MICROSOFT-SKYPETEAMSMEETINGURL`.
//!
//! Threat: anybody can invite anybody, and so choose the address behind a button of ours. Only applications and hosts that the operator
//! declared get one, and a token that stands in an address, which is somebody else's, is taken out.

use percent_encoding::percent_decode_str;
use pleiade_core::{
    Action, ActionId, CallContext, Meetings, Message,
    place::{of_host, path_below},
};
use url::Url;

/// Characters of a field that are looked through.
const MAX_FIELD_CHARS: usize = 20_000;
/// Addresses of a field that are looked at.
const MAX_ADDRESSES: usize = 50;
/// Characters of an address.
const MAX_ADDRESS_CHARS: usize = 2_000;
/// What ends an address besides a space.
const ENDS: &str = "\"'<>`|\\»";
/// What may stand after an address without being of it.
const PUNCTUATION: &str = ".,;:!?…”’*_)]";
/// Characters as HTML writes them, the ampersand first: what is written twice is read twice, and ends the address sooner.
const ENTITIES: [(&str, &str); 11] = [
    ("&amp;", "&"),
    ("&#38;", "&"),
    ("&#x26;", "&"),
    ("&quot;", "\""),
    ("&#34;", "\""),
    ("&#39;", "'"),
    ("&apos;", "'"),
    ("&lt;", "<"),
    ("&gt;", ">"),
    ("&nbsp;", " "),
    ("&#160;", " "),
];

/// Where the meetings of a person's events may be: in the applications of the collectivité that hold meetings, and on the hosts that the
/// operator names.
#[derive(Debug, Clone, Default)]
pub struct MeetingPlaces {
    hosts: Vec<Url>,
    held: Meetings,
}

impl MeetingPlaces {
    /// The applications of the collectivité of a call, and these hosts, written as `visio.ville.fr` or `visio.ville.fr:8443`: only `https`
    /// addresses of them count. What is no host is none.
    #[must_use]
    pub fn new(cx: &CallContext, hosts: &[String]) -> Self {
        Self { hosts: hosts.iter().filter_map(|host| of_host(host)).collect(), held: cx.meetings.clone() }
    }

    /// The address of the first meeting in these fields, in their order, without a token.
    #[must_use]
    pub fn find<'a>(&self, fields: impl IntoIterator<Item = &'a str>) -> Option<Url> {
        let is_known = |url: &Url| {
            self.hosts.iter().any(|host| path_below(url, host).is_some()) || self.held.joining(url).is_some()
        };
        fields.into_iter().find_map(|field| addresses(field).into_iter().find(is_known))
    }

    /// What joins the meeting at an address that was found, under this label: its application where one holds it, else a link, which is the
    /// action `id` of the connector that offers it.
    #[must_use]
    pub fn join(&self, meeting: &Url, id: ActionId, label: Message) -> Action {
        match self.held.joining(meeting) {
            Some(mut action) => {
                action.label = label;
                action
            }
            None => Action::open(id, label, meeting.clone()),
        }
    }
}

/// The addresses in a field, in order, wherever they lead: without a name, a password and a token.
pub(crate) fn addresses(field: &str) -> Vec<Url> {
    let end = field.char_indices().nth(MAX_FIELD_CHARS).map_or(field.len(), |(at, _)| at);
    let mut field = field.get(..end).unwrap_or_default().to_owned();
    for (written, read) in ENTITIES {
        if field.contains(written) {
            field = field.replace(written, read);
        }
    }
    let starts = field.match_indices("://").filter_map(|(at, _)| {
        let before = field.get(..at)?;
        let scheme = ["https", "http"].into_iter().find(|scheme| {
            let tail = before.len().checked_sub(scheme.len()).and_then(|start| before.get(start..));
            tail.is_some_and(|tail| tail.eq_ignore_ascii_case(scheme))
        })?;
        field.get(at - scheme.len()..)
    });
    let urls = starts.take(MAX_ADDRESSES).filter_map(|rest| {
        let is_end = |c: char| c.is_whitespace() || c.is_control() || ENDS.contains(c);
        let address = rest.split(is_end).next()?.trim_end_matches(|c| PUNCTUATION.contains(c));
        (address.len() <= MAX_ADDRESS_CHARS).then_some(())?;
        let url = Url::parse(address).ok()?;
        (url.username().is_empty() && url.password().is_none()).then(|| without_token(url))
    });
    urls.collect()
}

/// Whoever has the token of an address enters under the name that stands in it; what Jitsi Meet takes for settings of its page, such as another
/// name or an open camera, is the inviter's and not the person's. Some write parameters behind the path without their question mark.
fn without_token(mut url: Url) -> Url {
    const FOREIGN: [&str; 7] =
        ["jwt=", "config.", "interfaceconfig.", "userinfo.", "loggingconfig.", "iceservers.", "devices."];
    let is_foreign = |pair: &str| {
        let pair = percent_decode_str(pair).decode_utf8_lossy().to_ascii_lowercase();
        FOREIGN.iter().any(|foreign| pair.starts_with(foreign))
    };
    let rest = |part: &str| -> Option<String> {
        let rest = part.split('&').filter(|pair| !is_foreign(pair)).collect::<Vec<_>>().join("&");
        (!rest.is_empty()).then_some(rest)
    };
    let (query, fragment) = (url.query().and_then(rest), url.fragment().and_then(rest));
    if url.path().contains('&') {
        let path = rest(url.path()).unwrap_or_default();
        url.set_path(&path);
    }
    url.set_query(query.as_deref());
    url.set_fragment(fragment.as_deref());
    url
}

#[cfg(test)]
mod tests {
    use super::*;
    use pleiade_core::{ConnectorId, Credential, place::leads_to};
    use proptest::prelude::*;

    fn found(fields: &[&str]) -> Option<String> {
        let hosts =
            ["visio.ville.example", "Meet.Agglo.example", "visio.port.example:8443", "https://no.host/"];
        let cx = CallContext::for_login("cdurand", Credential::Technical { key: None });
        let places = MeetingPlaces::new(&cx, &hosts.map(str::to_owned));
        places.find(fields.iter().copied()).map(String::from)
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
            "&lt;a href=&quot;https://visio.ville.example/codir-7f3a9c&quot;&gt;la visio&lt;/a&gt;",
            "[lien](https://visio.ville.example/codir-7f3a9c)",
            "HTTPS://Visio.Ville.Example/codir-7f3a9c",
            "https://visio.ville.example:443/codir-7f3a9c",
        ] {
            assert_eq!(found(&["Mairie", field]).as_deref(), Some(room), "{field}");
        }
        assert_eq!(
            found(&["https://meet.agglo.example/a?b=1&amp;c=2"]).as_deref(),
            Some("https://meet.agglo.example/a?b=1&c=2")
        );
        assert_eq!(
            found(&["https://visio.port.example:8443/a"]).as_deref(),
            Some("https://visio.port.example:8443/a")
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
            "https://visio.port.example/salle",
            "https://no.host/salle",
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
        let bare = found(&["https://visio.ville.example/salle&jwt=aaa.bbb.ccc#%6awt=aaa"]);
        assert_eq!(bare.as_deref(), Some(clean));
    }

    #[test]
    fn what_an_application_holds_is_joined_through_it_and_the_rest_by_a_link() {
        let place: Url = "https://visio.port.example:8443/base/".parse().unwrap();
        let join = ActionId::from_static("join");
        let held = Meetings::new(move |url| {
            let room = path_below(url, &place).filter(|_| leads_to(url, &place))?;
            let action = Action::opening(ActionId::from_static("enter"), Message::new("a"), room);
            Some(action.by(ConnectorId::from_static("visio")))
        });
        let cx = CallContext::for_login("cdurand", Credential::Technical { key: None });
        let places = MeetingPlaces::new(&cx.with_meetings(held), &["meet.example".to_owned()]);
        let text = "https://visio.port.example:8443/autre https://visio.port.example:8443/base/codir?jwt=x";
        let found = places.find([text]).unwrap();
        assert_eq!(found.as_str(), "https://visio.port.example:8443/base/codir");
        let action = places.join(&found, join.clone(), Message::new("b"));
        assert_eq!((action.target.as_str(), action.label.key(), action.opens), ("codir", "b", true));
        assert_eq!(action.by, Some(ConnectorId::from_static("visio")));
        let found = places.find(["https://meet.example/codir"]).unwrap();
        assert_eq!(places.join(&found, join, Message::new("b")).link, Some(found));
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
