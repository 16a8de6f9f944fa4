//! Preauthentication: a key per mail domain lets its holder sign in as anybody of that domain.
//!
//! Threat: whoever holds the key is everybody. It stays on the server, in a [`SecretString`]; what leaves is a signature over one
//! account and one moment, refused by Zimbra five minutes later.

use chrono::{DateTime, Utc};
use hmac::{Hmac, KeyInit, Mac};
use pleiade_core::{ConnectorError, ErrorKind, ExposeSecret, SecretString};
use sha1::Sha1;
use std::fmt::{self, Write};
use url::Url;

/// The kind of name under which an account is signed and sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AccountBy {
    /// Its mail address or an alias of it.
    Name,
    /// Its `zimbraId`.
    Id,
    /// A name given by another directory (`zimbraForeignPrincipal`).
    ForeignPrincipal,
}

impl AccountBy {
    /// The word that Zimbra uses.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Id => "id",
            Self::ForeignPrincipal => "foreignPrincipal",
        }
    }
}

/// The values that are signed and sent.
#[derive(Clone, Copy)]
pub struct Preauth<'a> {
    /// The account, spelled as it will be sent.
    pub account: &'a str,
    /// The kind of name.
    pub by: AccountBy,
    /// Signs for the administration console.
    pub admin: bool,
    /// The end of the session; the server's default lifetime when absent.
    pub expires: Option<DateTime<Utc>>,
    /// Now. Zimbra accepts five minutes of difference with its own clock.
    pub timestamp: DateTime<Utc>,
}

/// Personal data stays out of debug output.
impl fmt::Debug for Preauth<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Preauth").field("by", &self.by).field("admin", &self.admin).finish_non_exhaustive()
    }
}

impl<'a> Preauth<'a> {
    /// A session of the default lifetime for the account with this mail address.
    #[must_use]
    pub fn new(account: &'a str, timestamp: DateTime<Utc>) -> Self {
        Self { account, by: AccountBy::Name, admin: false, expires: None, timestamp }
    }

    /// The expiry as Zimbra reads it: milliseconds since 1970, 0 for the default.
    #[must_use]
    pub fn expires_millis(&self) -> i64 {
        self.expires.map_or(0, |at| at.timestamp_millis())
    }

    /// The HMAC-SHA1 in lower-case hexadecimal of the values sorted by the name of their parameter and joined by `|`.
    ///
    /// The key of the HMAC is the **text** that `zmprov gdpak` shows, not the bytes that this text encodes
    /// (`PreAuthKey.computePreAuth`).
    ///
    /// # Errors
    /// [`ErrorKind::Internal`], which HMAC never gives.
    pub fn sign(&self, key: &SecretString) -> Result<String, ConnectorError> {
        let admin = if self.admin { "1|" } else { "" };
        let data = format!(
            "{}|{admin}{}|{}|{}",
            self.account,
            self.by.as_str(),
            self.expires_millis(),
            self.timestamp.timestamp_millis()
        );
        let mut mac = Hmac::<Sha1>::new_from_slice(key.expose_secret().as_bytes())
            .map_err(|_| ConnectorError::new(ErrorKind::Internal, "sign in by preauth"))?;
        mac.update(data.as_bytes());
        let mut signature = String::with_capacity(40);
        for byte in mac.finalize().into_bytes() {
            let _ = write!(signature, "{byte:02x}");
        }
        Ok(signature)
    }

    /// The address that signs a browser in at the webmail whose public address is `web`, then leads to `path` there.
    ///
    /// It works once a person follows it within five minutes and must never stand in a page or a log. `path` starts with `/`: Zimbra
    /// strips the scheme and the host since January 2023, and refuses any path that `zimbra_allowed_redirect_url` does not start.
    ///
    /// # Errors
    /// As [`Preauth::sign`].
    pub fn browser_url(
        &self,
        web: &Url,
        key: &SecretString,
        path: Option<&str>,
    ) -> Result<Url, ConnectorError> {
        let signature = self.sign(key)?;
        let mut url = web.clone();
        url.set_path(&format!("{}/service/preauth", web.path().trim_end_matches('/')));
        url.set_query(None);
        url.query_pairs_mut()
            .append_pair("account", self.account)
            .append_pair("by", self.by.as_str())
            .append_pair("timestamp", &self.timestamp.timestamp_millis().to_string())
            .append_pair("expires", &self.expires_millis().to_string())
            .append_pair("preauth", &signature);
        if let Some(path) = path {
            url.query_pairs_mut().append_pair("redirectURL", path);
        }
        Ok(url)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const VENDOR: &str = "6b7ead4bd425836e8cf0079cd6c1a05acc127acd07c8ee4b61023e19250e929c";
    const OTHER: &str = "9d8ad87fd726ba7d5fecf3d705621024b31cedb142310ec965f9263568fa0f27";
    const OURS: &str = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

    fn from_millis(millis: i64) -> DateTime<Utc> {
        DateTime::from_timestamp_millis(millis).unwrap()
    }

    #[test]
    fn signs_as_the_server_does() {
        let marie = Preauth::new("marie.curie@ville.example", from_millis(1_795_457_000_000));
        let vectors = [
            (
                VENDOR,
                Preauth::new("john.doe@domain.com", from_millis(1_135_280_708_088)),
                "b248f6cfd027edd45c5369f8490125204772f844",
            ),
            (
                OTHER,
                Preauth::new("user1", from_millis(1_176_399_950_434)),
                "38491feebab859a03966bd768efefc866a6fcccf",
            ),
            (OURS, marie, "2be7574f6a483fc411112e913ecb7cc65eb8b379"),
            (
                OURS,
                Preauth { expires: Some(from_millis(1_795_460_600_000)), ..marie },
                "0678b336487afccf25a3b1ed609e1fa9594ddb13",
            ),
            (OURS, Preauth { admin: true, ..marie }, "afc572d798beb22984097eb98391853d749062d3"),
            (
                OURS,
                Preauth { account: "agent-0042", by: AccountBy::ForeignPrincipal, ..marie },
                "826c9087cdb66d5c61ee41950e3aa46098c2cd6c",
            ),
        ];
        for (key, preauth, expected) in vectors {
            assert_eq!(preauth.sign(&key.into()).unwrap(), expected, "{preauth:?}");
        }
    }

    #[test]
    fn the_key_is_not_decoded() {
        let john = Preauth::new("john.doe@domain.com", from_millis(1_135_280_708_088));
        assert_ne!(john.sign(&VENDOR.into()).unwrap(), "a76d438791d3958f2f03481b34fb8d155cb1b5fe");
    }

    #[test]
    fn the_browser_s_address_escapes_what_it_carries() {
        let web = Url::parse("https://mail.ville.example/").unwrap();
        let url = Preauth::new("a&b=c@ville.example", from_millis(1_795_457_000_000))
            .browser_url(&web, &OURS.into(), Some("/modern/email/Inbox?x=1&y"))
            .unwrap();
        assert_eq!(url.path(), "/service/preauth");
        let pairs: Vec<_> = url.query_pairs().collect();
        assert_eq!(pairs[0].1, "a&b=c@ville.example");
        assert_eq!(pairs[5].1, "/modern/email/Inbox?x=1&y");
        assert_eq!(pairs.len(), 6);
        assert!(!url.as_str().contains(OURS));
    }
}
