//! The body of the fuzz target `cookies`: everything that a browser may send as its cookies. It may not panic, and nothing invented may
//! open anything. The tests replay the corpus.

use crate::{sign_in, web::look::Look};
use axum::http::{HeaderMap, HeaderValue, header};
use axum_extra::extract::CookieJar;
use pleiade_core::TenantId;
use pleiade_federation::seal::{SealKey, Sealer};

/// A `Cookie` header; and the same octets as what a sealed cookie would hold.
pub fn cookies(data: &[u8]) {
    sign_in::fuzzing::opened(data);
    let Ok(value) = HeaderValue::from_bytes(data) else { return };
    let mut headers = HeaderMap::new();
    headers.insert(header::COOKIE, value);
    let _ = Look::from_headers(&headers);
    let jar = CookieJar::from_headers(&headers);
    let Ok(key) = SealKey::from_base64("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=") else { return };
    let sealer = Sealer::new(key, Vec::new());
    for cookie in jar.iter() {
        let value = cookie.value();
        let hash = crate::session::hash_of(value);
        assert!(hash.is_none() || value.len() == 43, "only the shape of our values is looked for");
        assert!(!sign_in::fuzzing::opens(&sealer, value), "nobody has the key");
        if let Ok(tenant) = TenantId::new(value) {
            assert_eq!(tenant.as_str(), value);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use std::path::Path;

    #[test]
    fn cookies_of_the_corpus() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/corpus/cookies");
        let files: Vec<_> = std::fs::read_dir(&folder).unwrap().map(|file| file.unwrap().path()).collect();
        assert!(files.len() >= 5, "{} is nearly empty", folder.display());
        for file in files {
            super::cookies(&std::fs::read(&file).unwrap());
        }
    }

    proptest! {
        #[test]
        fn any_cookies(header in "(__Host-pleiade|pleiade-look|[a-z]{1,4})=[ -~]{0,60}(; [a-z]=.{0,20})?") {
            super::cookies(header.as_bytes());
        }
    }
}
