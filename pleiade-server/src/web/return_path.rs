//! Paths to come back to after a form, which a browser sends and anybody may have written.
//!
//! Threat: a path that leads away from this site (an open redirect).

use url::Url;

/// The longest path that is followed, in bytes.
const MAX_PATH_BYTES: usize = 128;

/// The path, with its query, if it can only lead to this site.
#[must_use]
pub(crate) fn local_path(path: Option<&str>) -> Option<&str> {
    let path = path?;
    let is_plain = path.starts_with('/')
        && !path.starts_with("//")
        && path.len() <= MAX_PATH_BYTES
        && !path.contains('\\')
        && !path.chars().any(|c| c.is_control() || c.is_whitespace());
    let url = Url::parse("http://here.invalid/").ok()?.join(path).ok()?;
    let stays = url.host_str() == Some("here.invalid") && !url.path().starts_with("//");
    (is_plain && stays).then_some(path)
}

/// The path to go to after signing in: the given one if it leads to this site, and to no page of signing in or out; else the desk.
#[must_use]
pub(crate) fn path_after_sign_in(path: Option<&str>) -> String {
    local_path(path).filter(|path| !path.starts_with("/sign-")).unwrap_or("/").to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_return_path_never_leaves_the_site() {
        for good in ["/", "/tasks", "/applications?x=1"] {
            assert_eq!(path_after_sign_in(Some(good)), good);
        }
        for bad in [
            "//evil.example",
            "/\\evil.example",
            "/\t/evil.example",
            "https:evil.example",
            "https://evil.example",
            "evil",
            "",
            "/\r\nSet-Cookie: a=b",
            "/sign-in?return=//evil",
            "javascript:alert(1)",
            "/.//evil.example",
        ] {
            assert_eq!(path_after_sign_in(Some(bad)), "/", "{bad:?}");
        }
        assert_eq!(local_path(Some("/sign-in")), Some("/sign-in"), "the page of signing in has a menu too");
    }

    proptest! {
        #[test]
        fn whatever_comes_the_path_stays_here(path in ".{0,40}") {
            let base = Url::parse("https://desk.example/").unwrap();
            let joined = base.join(&path_after_sign_in(Some(&path))).unwrap();
            prop_assert_eq!(joined.origin(), base.origin());
        }
    }
}
