//! A portal of one's own that shows one card of Nextcloud, without the Pléiade server:
//! `NEXTCLOUD_URL=https://cloud.ville.example NEXTCLOUD_PASSWORD=… cargo run -p pleiade-examples --example embed_one_card`.
use axum::{Router, extract::State, http::StatusCode, response::Html, routing::get};
use pleiade_connectors::{engine::*, http::HardenedTransport, nextcloud::*, text::*};
use pleiade_core::*;
use std::{env, error::Error, sync::Arc};

/// Your portal's own way to keep passwords: here, one for everybody.
#[derive(Debug)]
struct OnePassword(SecretString);

#[async_trait::async_trait]
impl CredentialSource for OnePassword {
    async fn credential(&self, request: CredentialRequest<'_>) -> Result<Credential, ConnectorError> {
        let login = request.actor.identity.login.clone().unwrap_or_default();
        Ok(Credential::LinkedAccount { login, secret: self.0.clone() })
    }
}

#[derive(askama::Template)]
#[template(path = "card.html")]
struct Card {
    title: String,
    state: String,
    empty: String,
    lines: Option<Vec<(String, Option<url::Url>)>>,
}

#[derive(Clone)]
struct Portal(Engine, Arc<Catalogue>, WidgetCall);

async fn card(State(Portal(engine, words, call)): State<Portal>) -> Result<Html<String>, StatusCode> {
    let (locale, zone) = (call.context.locale, call.context.tenant.time_zone);
    let say = |message: &Message| words.message(locale, zone, message);
    let reading = engine.peek(&call); // the page never waits for Nextcloud
    let state = match reading.freshness() {
        Freshness::Fresh => String::new(),
        Freshness::Stale(Reason::Failed { kind, .. }) | Freshness::Missing(Reason::Failed { kind, .. }) => {
            say(&kind.for_person(&call.connector.descriptor().name))
        }
        _ => "Lecture en cours.".to_owned(),
    };
    let line = |item: &Item| (words.text(locale, zone, &item.title), item.link.clone());
    let lines = reading.value().map(|content| content.items.iter().map(line).collect());
    let card =
        Card { title: say(&call.descriptor().title), empty: say(&call.descriptor().empty), state, lines };
    let page = askama::Template::render(&card).map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)?;
    tokio::spawn(async move { engine.refresh(&call).await }); // asks Nextcloud only when the reading is old
    Ok(Html(page))
}

fn portal(connector: impl Connector, context: CallContext) -> Result<Router, Box<dyn Error>> {
    let connector: Arc<dyn Connector> = Arc::new(connector);
    let mut words = Catalogue::builder().connector(connector.descriptor())?;
    for locale in Locale::ALL {
        words = words.add(locale, common_messages(locale))?;
    }
    let widget = Arc::clone(connector.widgets().first().ok_or("no widget")?);
    let engine = Engine::new(EngineOptions::default(), Arc::clone(&context.clock));
    let state = Portal(engine, Arc::new(words.build()), WidgetCall::new(connector, widget, context));
    Ok(Router::new().route("/", get(card)).with_state(state))
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let url: url::Url = env::var("NEXTCLOUD_URL")?.parse()?;
    let transport = Arc::new(HardenedTransport::builder().origin(&url, false).build()?);
    let cloud = NextcloudConnector::new(ConnectorId::new("cloud")?, NextcloudConfig::new(url), transport)?;
    let tenant = Arc::new(Tenant::new(TenantId::new("ville")?, "Ville"));
    let person = Identity::new(
        IdentityId(1),
        LinkId(1),
        Subject::new("https://portal.example", "1")?,
        "Camille Durand",
    );
    let actor = Actor::new(person, Affiliation::new(tenant.id.clone(), PersonKind::Agent));
    let password = OnePassword(env::var("NEXTCLOUD_PASSWORD")?.into());
    let cx = CallContext::new(tenant, Arc::new(actor), Arc::new(password), Arc::new(SystemClock::default()));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:8080").await?;
    Ok(axum::serve(listener, portal(cloud, cx)?).await?)
}

#[cfg(test)]
mod tests;
