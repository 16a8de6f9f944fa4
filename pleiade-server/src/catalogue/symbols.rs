//! Our own drawings for the icon names that portals send (Font Awesome's, as LemonLDAP::NG 2.17 and later uses them), so that nothing is
//! fetched from anybody. A name without a drawing falls back to the application's letters, and so does a picture at the portal's address.

use pleiade_core::Icon;

/// Strokes in a square of 24.
const DRAWINGS: &[(&[&str], &str)] = &[
    (&["envelope", "envelope-o", "inbox", "at"], "M4 6h16v12H4zM4 7l8 6 8-6"),
    (
        &["cloud", "cloud-upload", "cloud-download"],
        "M7 18a4 4 0 0 1 0-8 5 5 0 0 1 9.6-1A4.5 4.5 0 0 1 17 18z",
    ),
    (&["comment", "comments", "comment-o", "comments-o", "wechat"], "M4 5h16v11H10l-4 4v-4H4z"),
    (&["calendar", "calendar-o", "calendar-check-o"], "M4 6h16v14H4zM4 10h16M8 3v5M16 3v5"),
    (&["file", "file-text", "file-o", "file-text-o", "files-o"], "M6 3h8l4 4v14H6zM14 3v4h4"),
    (&["folder", "folder-open", "folder-o", "archive"], "M3 6h6l2 2h10v11H3z"),
    (
        &["user", "users", "group", "address-book"],
        "M8 11a3 3 0 1 0 0-6 3 3 0 0 0 0 6M2 19a6 6 0 0 1 12 0M16 11a3 3 0 1 0-1-5.8M17 13.5a6 6 0 0 1 5 5.5",
    ),
    (&["video-camera", "video", "desktop"], "M3 7h12v10H3zM15 11l6-4v10l-6-4"),
    (&["graduation-cap", "book", "university"], "M2 9l10-5 10 5-10 5zM6 11v5c3 3 9 3 12 0v-5"),
    (
        &["ticket", "life-ring", "wrench", "cogs", "cog"],
        "M3 8h18v3a2 2 0 0 0 0 4v3H3v-3a2 2 0 0 0 0-4zM14 8v10",
    ),
    (&["gavel", "legal", "balance-scale"], "M12 4v16M6 20h12M5 7h14M5 7l-3 7h6zM19 7l-3 7h6z"),
    (&["eur", "euro", "money", "credit-card", "calculator"], "M17 6a7 7 0 1 0 0 12M3 10.5h10M3 13.5h9"),
    (&["pencil", "edit", "pencil-square-o", "certificate"], "M4 20l1-5L16 4l4 4L9 19zM14 6l4 4"),
    (&["exchange", "random", "retweet", "share-alt"], "M4 8h13M13 4l4 4-4 4M20 16H7M11 12l-4 4 4 4"),
    (&["paper-plane", "paper-plane-o", "send"], "M4 12 20 4l-4 16-4-7z"),
    (&["briefcase", "suitcase"], "M3 8h18v11H3zM8 8V5h8v3M3 13h18"),
    (&["clock-o", "clock", "hourglass"], "M12 7v5l3.5 2M12 21a9 9 0 1 1 0-18 9 9 0 0 1 0 18z"),
    (
        &["newspaper-o", "newspaper", "rss"],
        "M4 5h13v14H6a2 2 0 0 1-2-2zM17 9h3v8a2 2 0 0 1-2 2M7 9h7M7 12.5h7M7 16h4",
    ),
    (&["check", "check-square-o", "tasks"], "m5 12.5 4.5 4.5L19 7.5"),
    (&["plus"], "M12 5v14M5 12h14"),
    (&["times", "remove", "close"], "M6 6l12 12M18 6 6 18"),
    (&["home", "dashboard", "th", "globe", "link", "external-link"], "M4 11l8-7 8 7v9h-5v-6H9v6H4z"),
];

/// The first name of each drawing.
pub(crate) fn names() -> impl Iterator<Item = &'static str> {
    DRAWINGS.iter().filter_map(|(names, _)| names.first().copied())
}

/// The drawing of an icon, as the path of an SVG.
#[must_use]
pub(crate) fn drawing(icon: &Icon) -> Option<&'static str> {
    let Icon::Named(name) = icon else { return None };
    let name = name.trim().to_ascii_lowercase();
    let name = name.rsplit(' ').next().unwrap_or_default();
    let name = name.strip_prefix("fa-").unwrap_or(name);
    DRAWINGS.iter().find(|(names, _)| names.contains(&name)).map(|(_, path)| *path)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An operator finds every picture in the guide.
    #[test]
    fn the_guide_names_every_picture() {
        let guide = include_str!("../../../docs/operators.md");
        let missing: Vec<_> = names().filter(|name| !guide.contains(&format!("`{name}`"))).collect();
        assert!(missing.is_empty(), "{missing:?}");
    }

    #[test]
    fn names_are_known_with_and_without_their_prefix() {
        let named = |name: &str| drawing(&Icon::Named(name.to_owned()));
        assert!(named("cloud").is_some());
        assert_eq!(named("cloud"), named("fa fa-cloud"));
        for unknown in ["", "fa-", "no-such-icon", "\"><script>"] {
            assert_eq!(named(unknown), None, "{unknown}");
        }
        assert_eq!(drawing(&Icon::Initials), None);
    }
}
