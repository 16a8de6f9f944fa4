//! Passkeys (WebAuthn level 2) for local accounts, with the ceremonies of `webauthn-rs`.
//!
//! Why that library: it is the one that Kanidm runs on and keeps, it has been audited, it is MPL-2.0, and since 0.6 it needs no OpenSSL.
//!
//! A passkey belongs to one host name (the relying party): the browser offers it nowhere else, which is what makes it worthless to a
//! copied page. The person is always verified by their device (code or biometrics), so that a passkey alone is two factors.
//!
//! Threat of the states: whoever replays a state could replay an answer to it. Callers seal a state, bind it to the browser's session
//! or page, and take it once.

use pleiade_core::Subject;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use url::Url;
use webauthn_rs::prelude::{
    DiscoverableAuthentication, DiscoverableKey, Passkey as Key, PasskeyAuthentication, PasskeyRegistration,
    PublicKeyCredential, RegisterPublicKeyCredential, Uuid, Webauthn, WebauthnBuilder,
};

/// A failed ceremony.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PasskeyError {
    /// The host name is an address, or the origin does not belong to it.
    #[error("passkeys need a host name; addresses such as 127.0.0.1 have none")]
    Host,
    /// The browser's answer is not one.
    #[error("the browser's answer cannot be read")]
    Unreadable,
    /// The answer does not pass: wrong challenge, origin, signature, or a device that did not verify its person.
    #[error("the passkey's answer was refused")]
    Refused,
    /// A counter went back: the device may have been copied.
    #[error("the passkey's counter went back; it may have been copied")]
    Copied,
}

/// A registered passkey: its public key and what the device said of itself. JSON, to be kept.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Passkey(Key);

impl Passkey {
    /// The credential's own id, unique in the world.
    #[must_use]
    pub fn id(&self) -> &[u8] {
        self.0.cred_id().as_ref()
    }
}

/// A ceremony under way: the options for the browser's script, and the state kept meanwhile.
#[derive(Debug)]
#[non_exhaustive]
pub struct Ceremony {
    /// The options of `navigator.credentials.create` or `get`, as JSON with base64url for bytes.
    pub options: String,
    /// The state, as JSON, to be sealed.
    pub state: Vec<u8>,
}

/// A passkey that proved itself.
#[derive(Debug)]
#[non_exhaustive]
pub struct VerifiedPasskey {
    /// The credential's id.
    pub id: Vec<u8>,
    /// The passkey as it must be kept from now on, when it changed.
    pub changed: Option<Passkey>,
}

/// The ceremonies of one host name.
#[derive(Debug)]
pub struct Passkeys(Webauthn);

impl Passkeys {
    /// For a host name as people see it in their browser. `origin` is its scheme, host and port.
    ///
    /// # Errors
    /// [`PasskeyError::Host`].
    pub fn new(host: &str, origin: &Url, name: &str) -> Result<Self, PasskeyError> {
        if origin.domain().is_none() {
            return Err(PasskeyError::Host);
        }
        let builder = WebauthnBuilder::new(host, origin).map_err(|_| PasskeyError::Host)?;
        builder.rp_name(name).build().map(Self).map_err(|_| PasskeyError::Host)
    }

    /// Begins to register a passkey. `known` are the ids of those that the person has already.
    ///
    /// # Errors
    /// [`PasskeyError::Refused`] without randomness.
    pub fn start_registration(
        &self,
        person: &Subject,
        login: &str,
        name: &str,
        known: Vec<Vec<u8>>,
    ) -> Result<Ceremony, PasskeyError> {
        let (options, state) = self
            .0
            .start_passkey_registration(handle(person), login, name, Some(known))
            .map_err(|_| PasskeyError::Refused)?;
        let mut options = serde_json::to_value(&options).map_err(|_| PasskeyError::Refused)?;
        // Devices that can keep the key find it again by themselves, which lets the person sign in without typing anything.
        if let Some(choice) = options.pointer_mut("/publicKey/authenticatorSelection/residentKey") {
            *choice = "preferred".into();
        }
        ceremony(&options, &state)
    }

    /// Ends a registration.
    ///
    /// # Errors
    /// [`PasskeyError`].
    pub fn finish_registration(&self, state: &[u8], answer: &str) -> Result<Passkey, PasskeyError> {
        let state: PasskeyRegistration = parse(state)?;
        let answer: RegisterPublicKeyCredential = parse(answer.as_bytes())?;
        self.0.finish_passkey_registration(&answer, &state).map(Passkey).map_err(|_| PasskeyError::Refused)
    }

    /// Asks for one of these passkeys.
    ///
    /// # Errors
    /// [`PasskeyError::Refused`] when there is none.
    pub fn start_authentication(&self, passkeys: &[Passkey]) -> Result<Ceremony, PasskeyError> {
        // Without a list the browser would offer any passkey.
        if passkeys.is_empty() {
            return Err(PasskeyError::Refused);
        }
        let keys: Vec<Key> = passkeys.iter().map(|passkey| passkey.0.clone()).collect();
        let (options, state) =
            self.0.start_passkey_authentication(&keys).map_err(|_| PasskeyError::Refused)?;
        ceremony(&options, &state)
    }

    /// Ends what [`start_authentication`](Self::start_authentication) began.
    ///
    /// # Errors
    /// [`PasskeyError`].
    pub fn finish_authentication(
        &self,
        state: &[u8],
        answer: &str,
        passkeys: &[Passkey],
    ) -> Result<VerifiedPasskey, PasskeyError> {
        let state: PasskeyAuthentication = parse(state)?;
        let answer: PublicKeyCredential = parse(answer.as_bytes())?;
        let result = self.0.finish_passkey_authentication(&answer, &state).map_err(refusal)?;
        let id: Vec<u8> = result.cred_id().to_vec();
        let known = passkeys.iter().find(|known| known.id() == id).ok_or(PasskeyError::Refused)?;
        let mut known = known.clone();
        let changed = known.0.update_credential(&result) == Some(true);
        Ok(VerifiedPasskey { id, changed: changed.then_some(known) })
    }

    /// Asks the browser for any passkey of this host name (a discoverable credential).
    ///
    /// # Errors
    /// [`PasskeyError::Refused`] without randomness.
    pub fn start_discoverable_authentication(&self) -> Result<Ceremony, PasskeyError> {
        let (mut options, state) =
            self.0.start_discoverable_authentication().map_err(|_| PasskeyError::Refused)?;
        // A button of ours begins it, not the list under a field.
        options.mediation = None;
        ceremony(&options, &state)
    }

    /// The credential's id in an answer to [`start_discoverable_authentication`](Self::start_discoverable_authentication). Proves nothing
    /// yet.
    ///
    /// # Errors
    /// [`PasskeyError::Unreadable`].
    pub fn credential_id(answer: &str) -> Result<Vec<u8>, PasskeyError> {
        let answer: PublicKeyCredential = parse(answer.as_bytes())?;
        Ok(answer.get_credential_id().to_vec())
    }

    /// Ends what [`start_discoverable_authentication`](Self::start_discoverable_authentication) began, for the passkey that the answer
    /// names and its person.
    ///
    /// # Errors
    /// [`PasskeyError`].
    pub fn finish_discoverable_authentication(
        &self,
        state: &[u8],
        answer: &str,
        passkey: &Passkey,
        person: &Subject,
    ) -> Result<VerifiedPasskey, PasskeyError> {
        let state: DiscoverableAuthentication = parse(state)?;
        let answer: PublicKeyCredential = parse(answer.as_bytes())?;
        let (named, _) =
            self.0.identify_discoverable_authentication(&answer).map_err(|_| PasskeyError::Refused)?;
        if named != handle(person) {
            return Err(PasskeyError::Refused);
        }
        let key = DiscoverableKey::from(&passkey.0);
        let result = self.0.finish_discoverable_authentication_v2(&answer, state, &key).map_err(refusal)?;
        let mut known = passkey.clone();
        let changed = known.0.update_credential(&result) == Some(true);
        Ok(VerifiedPasskey { id: result.cred_id().to_vec(), changed: changed.then_some(known) })
    }
}

/// The user handle that devices keep: says nothing about the person, as the standard asks (WebAuthn §14.6.1).
fn handle(person: &Subject) -> Uuid {
    let digest: [u8; 32] = Sha256::new()
        .chain_update("pleiade passkey handle\0")
        .chain_update(person.issuer())
        .chain_update([0])
        .chain_update(person.id())
        .finalize()
        .into();
    let [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, ..] = digest;
    Uuid::from_bytes([a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p])
}

fn ceremony(options: &impl Serialize, state: &impl Serialize) -> Result<Ceremony, PasskeyError> {
    let options = serde_json::to_string(options).map_err(|_| PasskeyError::Refused)?;
    Ok(Ceremony { options, state: serde_json::to_vec(state).map_err(|_| PasskeyError::Refused)? })
}

fn parse<T: for<'de> Deserialize<'de>>(json: &[u8]) -> Result<T, PasskeyError> {
    serde_json::from_slice(json).map_err(|_| PasskeyError::Unreadable)
}

fn refusal(error: webauthn_rs::prelude::WebauthnError) -> PasskeyError {
    match error {
        webauthn_rs::prelude::WebauthnError::CredentialPossibleCompromise => PasskeyError::Copied,
        _ => PasskeyError::Refused,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn here() -> Passkeys {
        Passkeys::new("bureau.alpha.example", &"https://bureau.alpha.example/".parse().unwrap(), "Alpha")
            .unwrap()
    }

    fn person(id: &str) -> Subject {
        Subject::new("local:locale", id).unwrap()
    }

    #[test]
    fn addresses_and_foreign_origins_have_no_passkeys() {
        for (host, origin) in [
            ("127.0.0.1", "http://127.0.0.1:8080/"),
            ("bureau.alpha.example", "https://bureau.beta.example/"),
            ("bureau.alpha.example", "https://127.0.0.1/"),
        ] {
            assert_eq!(
                Passkeys::new(host, &origin.parse().unwrap(), "x").err(),
                Some(PasskeyError::Host),
                "{host} {origin}"
            );
        }
        assert!(Passkeys::new("localhost", &"http://localhost:8080/".parse().unwrap(), "x").is_ok());
    }

    #[test]
    fn the_device_must_verify_its_person_and_may_keep_the_key() {
        let begun =
            here().start_registration(&person("1"), "jdupont", "Jeanne Dupont", vec![vec![1, 2, 3]]).unwrap();
        let options: serde_json::Value = serde_json::from_str(&begun.options).unwrap();
        let key = &options["publicKey"];
        assert_eq!(key["rp"]["id"], "bureau.alpha.example");
        assert_eq!(key["authenticatorSelection"]["userVerification"], "required");
        assert_eq!(key["authenticatorSelection"]["residentKey"], "preferred");
        assert_eq!(key["excludeCredentials"][0]["id"], "AQID");
        assert!(!begun.options.contains("local:"), "the handle says nothing");
        let again = here().start_registration(&person("2"), "jdupont", "Jeanne Dupont", Vec::new()).unwrap();
        let again: serde_json::Value = serde_json::from_str(&again.options).unwrap();
        assert_ne!(key["user"]["id"], again["publicKey"]["user"]["id"]);
        assert_ne!(key["challenge"], again["publicKey"]["challenge"]);
        let asked = here().start_discoverable_authentication().unwrap();
        assert!(
            asked.options.contains("\"userVerification\":\"required\"")
                && !asked.options.contains("mediation")
        );
    }

    #[test]
    fn nonsense_is_refused_without_panic() {
        let begun = here().start_registration(&person("1"), "jdupont", "Jeanne Dupont", Vec::new()).unwrap();
        for answer in ["", "{}", "null", "[]", "{\"id\":1}"] {
            assert_eq!(
                here().finish_registration(&begun.state, answer).err(),
                Some(PasskeyError::Unreadable)
            );
            assert_eq!(Passkeys::credential_id(answer).err(), Some(PasskeyError::Unreadable));
        }
        assert_eq!(
            here().start_authentication(&[]).err(),
            Some(PasskeyError::Refused),
            "nobody without a passkey is asked"
        );
    }
}
