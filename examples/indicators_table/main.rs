//! Prints a person's indicators as a table:
//! `NEXTCLOUD_URL=https://cloud.ville.example NEXTCLOUD_PASSWORD=… cargo run -p pleiade-examples --example indicators_table`.

use pleiade_connectors::{
    http::HardenedTransport,
    nextcloud::{NextcloudConfig, NextcloudConnector},
    text::{Catalogue, common_messages},
};
use pleiade_core::{
    Actor, Affiliation, Amount, CallContext, Connector, ConnectorError, ConnectorId, Credential,
    CredentialRequest, CredentialSource, Identity, IdentityId, LinkId, Locale, Message, PersonKind,
    SecretString, Severity, Subject, SystemClock, Tenant, TenantId,
};
use std::{env, error::Error, io::Write as _, sync::Arc};
use url::Url;

/// One application password for everybody.
#[derive(Debug)]
struct OnePassword(SecretString);

#[async_trait::async_trait]
impl CredentialSource for OnePassword {
    async fn credential(&self, request: CredentialRequest<'_>) -> Result<Credential, ConnectorError> {
        let login = request.actor.identity.login.clone().unwrap_or_default();
        Ok(Credential::LinkedAccount { login, secret: self.0.clone() })
    }
}

/// One line per indicator, or one for the failure of a widget: application, value and noun, time or reason.
async fn table(connectors: &[Arc<dyn Connector>], cx: &CallContext) -> Result<String, Box<dyn Error>> {
    let mut words = Catalogue::builder();
    for locale in Locale::ALL {
        words = words.add(locale, common_messages(locale))?;
    }
    for connector in connectors {
        words = words.connector(connector.descriptor())?;
    }
    let words = words.build();
    let say = |message: &Message| words.message(cx.locale, cx.tenant.time_zone, message);

    let mut rows = Vec::new();
    for connector in connectors {
        let application = &connector.descriptor().name;
        for widget in connector.widgets() {
            match widget.measure(cx).await {
                Ok(indicators) => rows.extend(indicators.iter().map(|indicator| {
                    let zone = cx.tenant.time_zone;
                    let value = match indicator.amount {
                        Amount::Count { value, at_least } => {
                            format!("{value}{}", if at_least { "+" } else { "" })
                        }
                        Amount::Percent(share) => format!("{share:.0} %"),
                        Amount::Instant(at) => at.with_timezone(&zone).format("%d/%m %H:%M").to_string(),
                        _ => "?".to_owned(),
                    };
                    let mark = if indicator.severity == Severity::Info { "" } else { "!" };
                    let time = indicator.measured_at.with_timezone(&zone).format("%H:%M").to_string();
                    [application.clone(), format!("{value}{mark}"), say(&indicator.noun), time]
                })),
                Err(error) => {
                    let title = say(&widget.descriptor().title);
                    rows.push([
                        application.clone(),
                        "—".to_owned(),
                        title,
                        say(&error.kind().for_person(application)),
                    ]);
                }
            }
        }
    }
    let width = |column: usize| {
        rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let (a, b, c) = (width(0), width(1), width(2));
    let line =
        |[name, value, noun, note]: &[String; 4]| format!("{name:<a$}  {value:>b$}  {noun:<c$}  {note}\n");
    Ok(rows.iter().map(line).collect())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let url: Url = env::var("NEXTCLOUD_URL")?.parse()?;
    let transport = Arc::new(HardenedTransport::builder().origin(&url, false).build()?);
    let nextcloud =
        NextcloudConnector::new(ConnectorId::new("cloud")?, NextcloudConfig::new(url), transport)?;
    let tenant = Tenant::new(TenantId::new("ville")?, "Ville");
    let mut person = Identity::new(
        IdentityId(1),
        LinkId(1),
        Subject::new("https://portal.example", "1")?,
        "Camille Durand",
    );
    person.login = env::var("NEXTCLOUD_LOGIN").ok();
    let actor = Actor::new(person, Affiliation::new(tenant.id.clone(), PersonKind::Agent));
    let password = OnePassword(env::var("NEXTCLOUD_PASSWORD")?.into());
    let clock = Arc::new(SystemClock::default());
    let cx = CallContext::new(Arc::new(tenant), Arc::new(actor), Arc::new(password), clock);
    let printed = table(&[Arc::new(nextcloud)], &cx).await?;
    Ok(write!(std::io::stdout(), "{printed}")?)
}

#[cfg(test)]
mod tests;
