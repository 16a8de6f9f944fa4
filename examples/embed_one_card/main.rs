//! A portal of one's own that shows one card of Nextcloud, without the Pléiade server:
//! `NEXTCLOUD_URL=https://cloud.ville.example NEXTCLOUD_LOGIN=… NEXTCLOUD_PASSWORD=… cargo run -p pleiade-examples --example embed_one_card`.
use axum::{Router, extract::State, http::StatusCode, response::Html, routing::get};
use pleiade_connectors::{
    engine::*, http::HardenedTransport, kind::ConnectorSettings, nextcloud::*, text::*,
};
use pleiade_core::*;
use std::{env, error::Error, sync::Arc};

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

fn portal(connector: Arc<dyn Connector>, context: CallContext) -> Result<Router, Box<dyn Error>> {
    let words = Catalogue::builder().connector(connector.descriptor())?.build();
    let widget = Arc::clone(connector.widgets().first().ok_or("no widget")?);
    let engine = Engine::new(EngineOptions::default(), Arc::clone(&context.clock));
    let state = Portal(engine, Arc::new(words), WidgetCall::new(connector, widget, context));
    Ok(Router::new().route("/", get(card)).with_state(state))
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let settings = NextcloudConfig::new(env::var("NEXTCLOUD_URL")?.parse()?);
    let transport = HardenedTransport::builder().origins(settings.addresses(), false).build()?;
    let cloud = settings.build(ConnectorId::new("cloud")?, Arc::new(transport))?;
    // One person here; a portal of several has a `CredentialSource` and makes a `CallContext` for each.
    let (login, secret) = (env::var("NEXTCLOUD_LOGIN")?, env::var("NEXTCLOUD_PASSWORD")?.into());
    let cx = CallContext::for_login(&login, Credential::LinkedAccount { login: login.clone(), secret });
    let listener = tokio::net::TcpListener::bind("127.0.0.1:8080").await?;
    Ok(axum::serve(listener, portal(cloud, cx)?).await?)
}

#[cfg(test)]
mod tests;
