//! Prints a person's indicators as a table:
//! `NEXTCLOUD_URL=https://cloud.ville.example NEXTCLOUD_LOGIN=… NEXTCLOUD_PASSWORD=… cargo run -p pleiade-examples --example indicators_table`.

use pleiade_connectors::{
    http::HardenedTransport, kind::ConnectorSettings, nextcloud::NextcloudConfig, text::Catalogue,
};
use pleiade_core::{Amount, CallContext, Connector, ConnectorId, Credential, Message, Severity};
use std::{env, error::Error, io::Write as _, sync::Arc};

/// One line per indicator, or one for the failure of a widget: application, value and noun, time or reason.
async fn table(connectors: &[Arc<dyn Connector>], cx: &CallContext) -> Result<String, Box<dyn Error>> {
    let mut words = Catalogue::builder();
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
    let settings = NextcloudConfig::new(env::var("NEXTCLOUD_URL")?.parse()?);
    let transport = HardenedTransport::builder().origins(settings.addresses(), false).build()?;
    let nextcloud = settings.build(ConnectorId::new("cloud")?, Arc::new(transport))?;
    let (login, secret) = (env::var("NEXTCLOUD_LOGIN")?, env::var("NEXTCLOUD_PASSWORD")?.into());
    let cx = CallContext::for_login(&login, Credential::LinkedAccount { login: login.clone(), secret });
    let printed = table(&[nextcloud], &cx).await?;
    Ok(write!(std::io::stdout(), "{printed}")?)
}

#[cfg(test)]
mod tests;
