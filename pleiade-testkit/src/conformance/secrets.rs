//! A secret, an upstream body and personal data appear in no error, log or debug output; a secret in no address and no content.

use super::{
    Subject, Verdict,
    actions::request,
    ensure,
    rig::{DISPLAY_NAME, Rig, name},
};
use crate::{
    Fault,
    fault::{BODY_SENTINEL, ELSEWHERE},
};
use base64::{Engine as _, prelude::BASE64_STANDARD};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use pleiade_core::{ActionId, ActionRequest, ConnectorError, Credential, ExposeSecret as _};
use std::{
    error::Error,
    io,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

impl Subject {
    /// The configured secrets and those of the credentials that this login and its renewals get.
    fn all_secrets(&self, logins: &[&str]) -> Vec<String> {
        let mut secrets = self.secrets.clone();
        for (login, generation) in logins.iter().flat_map(|login| (0..3).map(move |g| (login, g))) {
            match (self.credential)(login, generation) {
                Credential::PersonToken { token, .. } => secrets.push(token.expose_secret().to_owned()),
                Credential::ProxyTicket { ticket } => secrets.push(ticket.expose_secret().to_owned()),
                Credential::LinkedAccount { login, secret } => {
                    secrets.push(secret.expose_secret().to_owned());
                    secrets.push(BASE64_STANDARD.encode(format!("{login}:{}", secret.expose_secret())));
                }
                _ => {}
            }
        }
        secrets
    }

    /// The proxy tickets among them, which serve once: CAS has them handed over in the address of the sign-in.
    fn proxy_tickets(&self, logins: &[&str]) -> Vec<String> {
        let numbered = logins.iter().flat_map(|login| (0..3).map(move |g| (login, g)));
        let tickets = numbered.filter_map(|(login, generation)| match (self.credential)(login, generation) {
            Credential::ProxyTicket { ticket } => Some(ticket.expose_secret().to_owned()),
            _ => None,
        });
        tickets.collect()
    }

    /// True if the connector holds a key of its own, with which it may sign a probe.
    pub(super) fn has_own_secret(&self) -> bool {
        !self.secrets.is_empty()
    }
}

/// Texts that must not appear.
struct Forbidden {
    secrets: Vec<String>,
    /// Those that may stand in the address of a sign-in, and nowhere else.
    proxy_tickets: Vec<String>,
    personal: Vec<String>,
}

impl Forbidden {
    fn secret(&self, place: &str, text: &str) -> Verdict {
        ensure!(!self.secrets.iter().any(|secret| text.contains(secret)), "a secret stands in {place}");
        Ok(())
    }

    fn anything(&self, place: &str, text: &str) -> Verdict {
        self.secret(place, text)?;
        ensure!(!text.contains(BODY_SENTINEL), "the application's own words stand in {place}");
        ensure!(!text.contains(ELSEWHERE), "an address given by the application stands in {place}");
        let named = self.personal.iter().any(|word| text.contains(word.as_str()));
        ensure!(!named, "personal data stand in {place}");
        Ok(())
    }

    fn error(&self, error: &ConnectorError) -> Verdict {
        let mut texts = vec![format!("{error}"), format!("{error:?}"), format!("{error:#?}")];
        let mut cause = error.source();
        while let Some(found) = cause {
            texts.push(format!("{found} {found:?}"));
            cause = found.source();
        }
        texts.iter().try_for_each(|text| self.anything(&format!("an error ({})", error.operation()), text))
    }
}

#[derive(Debug, Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

pub(super) async fn secrets_stay_inside(subject: &Subject) -> Verdict {
    let lines = Lines::default();
    let writer = lines.clone();
    let logging = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_ansi(false)
        .with_writer(move || writer.clone())
        .finish();
    let forbidden = {
        let _guard = tracing::subscriber::set_default(logging);
        look_everywhere(subject).await?
    };
    let logged =
        String::from_utf8_lossy(&lines.0.lock().unwrap_or_else(PoisonError::into_inner)).into_owned();
    forbidden.anything("a log line", &logged)
}

async fn look_everywhere(subject: &Subject) -> Result<Forbidden, String> {
    let rig = Rig::new(subject)?;
    let mut secrets = subject.all_secrets(&[&rig.busy, &rig.other]);
    for secret in secrets.clone() {
        ensure!(secret.len() >= 8, "a secret of fewer than 8 characters cannot be recognised: {secret:?}");
        secrets.push(utf8_percent_encode(&secret, NON_ALPHANUMERIC).to_string());
        secrets.push(BASE64_STANDARD.encode(&secret));
    }
    let personal = vec![rig.busy.clone(), DISPLAY_NAME.to_owned()];
    let proxy_tickets = subject.proxy_tickets(&[&rig.busy, &rig.other]);
    let forbidden = Forbidden { secrets, proxy_tickets, personal };

    forbidden.anything(
        "the debug output of the connector",
        &format!("{:?} {:#?}", rig.connector, rig.connector),
    )?;
    for fault in faults() {
        let rig = Rig::new(subject)?;
        for widget in rig.widgets() {
            // Once with whatever session a good reading leaves, once without.
            for warm in [false, true] {
                let rig = if warm { &rig } else { &Rig::new(subject)? };
                let widget = rig.connector.widget(&widget.descriptor().id).unwrap_or(widget);
                if warm {
                    rig.switch.clear();
                    rig.connector.retry();
                    tokio::time::advance(widget.descriptor().time_to_live).await;
                    let content = rig.load(widget, &rig.busy).await?;
                    let shown = serde_json::to_string(&content).unwrap_or_default();
                    forbidden.secret(&format!("the content of {}", name(widget)), &shown)?;
                }
                rig.switch.set(fault.clone());
                if let Err(error) = widget.load(&rig.context(&rig.busy)).await {
                    forbidden.error(&error)?;
                }
                look_at_traffic(rig, &forbidden)?;
            }
        }
        if let Err(error) = rig.connector.probe().await {
            forbidden.error(&error)?;
        }
        act(&rig, &forbidden).await?;
        forbidden.secret("the debug output of a used connector", &format!("{:?}", rig.connector))?;
    }
    Ok(forbidden)
}

fn look_at_traffic(rig: &Rig, forbidden: &Forbidden) -> Verdict {
    rig.transport.take().into_iter().try_for_each(|sent| {
        let mut address = sent.uri.to_string();
        let mut request = http::Request::new(sent.body);
        (*request.method_mut(), *request.uri_mut()) = (sent.method, sent.uri);
        if rig.simulator.is_sign_in(&request) {
            address = forbidden.proxy_tickets.iter().fold(address, |kept, ticket| kept.replace(ticket, ""));
        }
        forbidden.secret("an address", &address)
    })
}

async fn act(rig: &Rig, forbidden: &Forbidden) -> Verdict {
    rig.switch.clear();
    rig.connector.retry();
    let mut requests: Vec<_> = rig
        .posted_actions(&rig.busy)
        .await?
        .into_iter()
        .map(|action| request(&action, action.target.clone()))
        .collect();
    let unknown = ActionId::new("no-such-action").map_err(|error| error.to_string())?;
    requests.push(ActionRequest::new(unknown, DISPLAY_NAME));
    for request in requests {
        for fault in faults() {
            rig.switch.set(fault);
            if let Err(error) = rig.connector.perform(&rig.context(&rig.busy), &request).await {
                forbidden.error(&error)?;
            }
        }
    }
    look_at_traffic(rig, forbidden)
}

fn faults() -> Vec<Fault> {
    vec![
        Fault::Unauthorized,
        Fault::Forbidden,
        Fault::NotFound,
        Fault::TooManyRequests { retry_after: 60 },
        Fault::ServerError,
        Fault::Slow(Duration::from_secs(48 * 3600)),
        Fault::Truncated,
        Fault::CutShort,
        Fault::Binary,
        Fault::PlainText,
        Fault::OtherShape,
        Fault::EmptyBody,
        Fault::LoginPage,
        Fault::RedirectElsewhere,
        Fault::TextsReplaced(BODY_SENTINEL.to_owned()),
        Fault::WordsForNumbers,
    ]
}
