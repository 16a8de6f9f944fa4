//! What an operator writes to declare a Zimbra server.

use pleiade_core::{
    ConnectorError, CredentialKind, ErrorKind, ExposeSecret, MailDomain, SecretString, TenantId,
    place::of_host,
};
use serde::Deserialize;
use std::fmt;
use url::Url;

/// One Zimbra server, or one group of servers behind one proxy.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct ZimbraConfig {
    /// The name that people read.
    #[serde(default = "default_name")]
    pub name: String,
    /// The address that the portal calls, below which `/service/soap` answers: `https://mail.ville.fr`.
    pub url: Url,
    /// The address that people open, when it is not `url`.
    #[serde(default)]
    pub web_url: Option<Url>,
    /// The webmail that links open.
    #[serde(default)]
    pub ui: Ui,
    /// The authentication method: how the portal opens the application for each person.
    pub access: ZimbraAuthMethod,
    /// The calendars that the agenda reads.
    #[serde(default)]
    pub calendars: Calendars,
    /// Days in which the next meeting and the pending invitations are looked for, today included: 1 to 31.
    #[serde(default = "default_days")]
    pub agenda_days: u8,
    /// Most lines on a card, 1 to 100.
    #[serde(default = "default_lines")]
    pub lines: u8,
    /// Shows how full the mailbox is, which makes the answer larger.
    #[serde(default = "yes")]
    pub quota: bool,
    /// True if "open the webmail" may lead elsewhere than to the inbox. Needs `zmlocalconfig -e zimbra_allowed_redirect_url=/` on
    /// Zimbra, which otherwise answers 400.
    #[serde(default = "yes")]
    pub preauth_redirect: bool,
    /// Hosts of video conferences (`visio.ville.fr`, `visio.ville.fr:8443`), besides the servers that other connectors of the collectivité declare (Jitsi
    /// Meet): a meeting whose place or description (its first words) holds an `https` address of one of them gets a button. Anybody can invite
    /// anybody, so no other address gets one.
    #[serde(default)]
    pub conference_hosts: Vec<String>,
    /// Other links than the usual ones of `ui`.
    #[serde(default)]
    pub links: LinkTemplates,
}

fn default_name() -> String {
    "Zimbra".to_owned()
}

fn default_days() -> u8 {
    7
}

fn default_lines() -> u8 {
    10
}

fn yes() -> bool {
    true
}

impl ZimbraConfig {
    /// A server with every default.
    #[must_use]
    pub fn new(url: Url, access: ZimbraAuthMethod) -> Self {
        Self {
            name: default_name(),
            url,
            web_url: None,
            ui: Ui::default(),
            access,
            calendars: Calendars::default(),
            agenda_days: default_days(),
            lines: default_lines(),
            quota: true,
            preauth_redirect: true,
            conference_hosts: Vec::new(),
            links: LinkTemplates::default(),
        }
    }

    /// The address that people open.
    #[must_use]
    pub fn web(&self) -> &Url {
        self.web_url.as_ref().unwrap_or(&self.url)
    }

    pub(super) fn check(&self) -> Result<(), ConnectorError> {
        let wrong = |hint| {
            Err(ConnectorError::new(ErrorKind::BadConfiguration, "read the configuration").with_hint(hint))
        };
        if !(1..=31).contains(&self.agenda_days) {
            return wrong("`agenda_days` is 1 to 31");
        }
        if !(1..=100).contains(&self.lines) {
            return wrong("`lines` is 1 to 100");
        }
        if self.conference_hosts.iter().any(|host| of_host(host).is_none()) {
            return wrong("`conference_hosts` are hosts alone, as `visio.ville.fr` or `visio.ville.fr:8443`");
        }
        let web = self.web();
        if !matches!(web.scheme(), "http" | "https") || web.query().is_some() || web.fragment().is_some() {
            return wrong("write `web_url` as https://host, without query or fragment");
        }
        let ZimbraAuthMethod::Preauth { preauth_keys } = &self.access else { return Ok(()) };
        if preauth_keys.is_empty() {
            return wrong("`preauth_keys` needs one key per mail domain: `zmprov gdpak DOMAIN`");
        }
        let is_key =
            |key: &str| key.len() == 64 && key.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        if !preauth_keys.iter().all(|entry| is_key(entry.key.expose_secret())) {
            return wrong("a preauth key is the 64 characters 0-9 and a-f that `zmprov gdpak DOMAIN` shows");
        }
        let twice = |entry: &&PreauthKey| {
            preauth_keys.iter().filter(|other| other.domain == entry.domain).count() > 1
        };
        if preauth_keys.iter().any(|entry| twice(&entry)) {
            return wrong("`preauth_keys` names the same domain twice");
        }
        Ok(())
    }
}

/// A webmail of Zimbra.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ui {
    /// The Modern UI, below `/modern`.
    #[default]
    Modern,
    /// The Classic UI, below `/zimbra`.
    Classic,
}

/// The ways of authenticating to the server.
#[derive(Debug, Clone, Deserialize)]
#[serde(tag = "mode", rename_all = "snake_case", deny_unknown_fields)]
#[non_exhaustive]
pub enum ZimbraAuthMethod {
    /// A preauth key per mail domain lets the portal act for anybody of that domain. The advised way.
    Preauth {
        /// One key per mail domain.
        preauth_keys: Vec<PreauthKey>,
    },
    /// Each person connects their account once, with their password or, better, an application passcode.
    Linked,
    /// An administrator's account from which Zimbra delegates a session for each person. It can do far more than the portal needs:
    /// only where preauth is impossible.
    Delegated {
        /// The administration service: `https://mail.ville.fr:7071`.
        admin_url: Url,
        /// The administrator's account.
        admin: String,
        /// Its password.
        password: SecretString,
    },
}

impl ZimbraAuthMethod {
    pub(super) fn accepts(&self) -> &'static [CredentialKind] {
        match self {
            Self::Preauth { .. } | Self::Delegated { .. } => &[CredentialKind::ActingLogin],
            Self::Linked => &[CredentialKind::LinkedAccount],
        }
    }
}

/// The key of one mail domain.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PreauthKey {
    /// The domain.
    pub domain: MailDomain,
    /// The key that `zmprov gdpak DOMAIN` shows: 64 characters.
    pub key: SecretString,
    /// The collectivités whose people this key may open. Empty: those that count the domain among their own mail domains, so that no
    /// collectivité's sign-in source can claim a mailbox of another.
    #[serde(default)]
    pub tenants: Vec<TenantId>,
}

impl fmt::Debug for PreauthKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PreauthKey").field("domain", &self.domain).finish_non_exhaustive()
    }
}

/// The calendars that the agenda reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Calendars {
    /// The person's own.
    #[default]
    AppointmentItem,
    /// All those that the person shows in the webmail, shared ones too; costs a second call at each refresh.
    Shown,
}

/// Links, each a text in which `{web}` stands for the webmail's address. What is absent is the usual link of the chosen webmail.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct LinkTemplates {
    /// The inbox.
    pub inbox: Option<String>,
    /// A conversation: `{conversation}`, `{message}`.
    pub conversation: Option<String>,
    /// The calendar: `{date}` as YYYYMMDD.
    pub calendar: Option<String>,
    /// A meeting: `{invitation}`, `{recurrence}`, `{start}`, `{end}`, `{date}`.
    pub event: Option<String>,
    /// The task list.
    pub tasks: Option<String>,
    /// A new mail.
    pub compose: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const KEY: &str = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

    fn preauth(keys: serde_json::Value) -> ZimbraConfig {
        serde_json::from_value(
            json!({"url":"https://mail.ville.example","access":{"mode":"preauth","preauth_keys":keys}}),
        )
        .unwrap()
    }

    #[test]
    fn keys_are_checked_and_never_shown() {
        let good = preauth(json!([{"domain":"Ville.example","key":KEY}]));
        assert!(good.check().is_ok());
        assert!(!format!("{good:?}").contains("0011"));
        for bad in [
            json!([]),
            json!([{"domain":"ville.example","key":"short"}]),
            json!([{"domain":"ville.example","key":KEY.to_uppercase()}]),
            json!([{"domain":"ville.example","key":KEY},{"domain":"VILLE.example","key":KEY}]),
        ] {
            let error = preauth(bad).check().unwrap_err();
            assert_eq!(error.kind(), ErrorKind::BadConfiguration);
            assert!(error.hint().is_some_and(|hint| hint.contains("preauth")));
        }
    }

    #[test]
    fn unknown_keys_and_modes_are_refused() {
        for wrong in [
            json!({"url":"https://mail.ville.example","access":{"mode":"linked"},"colour":"blue"}),
            json!({"url":"https://mail.ville.example","access":{"mode":"open"}}),
            json!({"url":"https://mail.ville.example","access":{"mode":"preauth","preauth_keys":[{"domain":"nowhere","key":KEY}]}}),
            json!({"url":"https://mail.ville.example"}),
        ] {
            assert!(serde_json::from_value::<ZimbraConfig>(wrong).is_err());
        }
    }

    #[test]
    fn the_administrator_s_password_is_never_shown() {
        let config: ZimbraConfig = serde_json::from_value(json!({"url":"https://mail.ville.example","access":{"mode":"delegated",
            "admin_url":"https://mail.ville.example:7071","admin":"portail@ville.example","password":"sentinelle"}}))
        .unwrap();
        assert!(!format!("{config:?}").contains("sentinelle"));
    }
}
