//! What the fuzz targets in `fuzz/` feed: one function for each thing that a stranger can send. None may panic, and each asserts what
//! must hold whatever comes. The tests replay the corpora.

/// Feeds the messages of a CAS server, or of a stranger in its place.
#[cfg(feature = "cas")]
pub fn cas(data: &[u8]) {
    crate::cas::fuzzing::xml(data);
}

/// Feeds a filter, a path or a change of an identity manager.
#[cfg(feature = "scim")]
pub fn scim(data: &[u8]) {
    crate::scim::fuzzing::request(data);
}

/// Feeds the answers of a directory.
#[cfg(feature = "ldap")]
pub fn ldap(data: &[u8]) {
    crate::ldap::fuzzing::answer(data);
}

/// Feeds a logout token, or the claims of one.
#[cfg(feature = "oidc")]
pub fn logout_token(data: &[u8]) {
    crate::oidc::fuzzing::logout_token(data);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use std::path::Path;

    /// Feeds every file of a corpus; there must be some.
    fn replay(target: &str, feed: fn(&[u8])) {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/corpus").join(target);
        let files: Vec<_> = std::fs::read_dir(&folder).unwrap().map(|file| file.unwrap().path()).collect();
        assert!(files.len() >= 5, "{} is nearly empty", folder.display());
        for file in files {
            feed(&std::fs::read(&file).unwrap());
        }
    }

    #[cfg(feature = "ldap")]
    #[test]
    fn answers_of_directories() {
        replay("ldap", super::ldap);
    }

    #[cfg(feature = "cas")]
    #[test]
    fn messages_of_cas() {
        replay("cas", super::cas);
    }

    #[cfg(feature = "scim")]
    #[test]
    fn requests_of_identity_managers() {
        replay("scim", super::scim);
    }

    #[cfg(feature = "oidc")]
    #[test]
    fn logout_tokens() {
        replay("logout_token", super::logout_token);
    }

    proptest! {
        #[cfg(feature = "ldap")]
        #[test]
        fn any_octets_from_a_directory(data in proptest::collection::vec(any::<u8>(), 0..200)) {
            super::ldap(&data);
            super::ldap(&[&[0x30, 0x81, u8::try_from(data.len()).unwrap()], &data[..]].concat());
        }

        #[cfg(feature = "cas")]
        #[test]
        fn any_element_from_a_cas_server(inside in ".{0,100}") {
            super::cas(inside.as_bytes());
            let whole = format!(
                "<cas:serviceResponse xmlns:cas='http://www.yale.edu/tp/cas'><cas:authenticationSuccess>{inside}\
                 </cas:authenticationSuccess></cas:serviceResponse>"
            );
            super::cas(whole.as_bytes());
        }

        #[cfg(feature = "scim")]
        #[test]
        fn any_words_as_a_filter(
            words in proptest::collection::vec(
                prop_oneof![
                    Just("userName"), Just("emails"), Just("name.familyName"), Just("eq"), Just("co"), Just("pr"), Just("and"),
                    Just("or"), Just("not"), Just("("), Just(")"), Just("["), Just("]"), Just("\"a b\""), Just("1e9"), Just("true"),
                    Just("null"), Just("."), Just("urn:x:y"),
                ],
                0..12,
            ),
        ) {
            super::scim(words.join(" ").as_bytes());
        }

        #[cfg(feature = "oidc")]
        #[test]
        fn any_text_as_a_logout_token(data in ".{0,200}") {
            super::logout_token(data.as_bytes());
        }
    }
}
