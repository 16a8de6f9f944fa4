//! One stream of fresh cards per visible page.
//!
//! The stream asks the engine for what is old on this board, sends each card as it comes, and looks again at a steady pace. It ends
//! when the browser leaves, when the session ends and when the server stops; it never holds a shutdown up.
//!
//! Threat: a page that was written for somebody else, or for another collectivité, is filled with what is the session's. The address holds
//! the page's [`mark`](crate::web::mark): a stream without one is refused, one of another page asks for the page again and sends nothing
//! else, and so does one whose session is somebody else's by the next look.

use super::{
    card::{DeskCard, render_card},
    day::DAY_ID,
    delegated::{DelegatedTasks, NOTES_ID},
    elected::{ELECTED_ID, render_elected},
    figures::FIGURES_ID,
    launcher,
    line::stable_hash,
    model::card_id,
    own_cards::OwnCards,
    tasks::{QUEUE_ID, TasksQuery, queue_part},
    todo::{MAX_TODO_LINES, SUMMARY_ID, TODO_ID},
};
use crate::{
    app::{App, BOARD_POLL_INTERVAL},
    connections::EventStream,
    session::{Session, SignedIn},
    web::{
        errors::RETRY_AFTER,
        look::Look,
        mark::{Mark, MarkMatch},
        words::Words,
    },
};
use axum::{
    extract::{Query, State},
    http::{HeaderValue, StatusCode, header},
    response::{
        IntoResponse, Response,
        sse::{Event, KeepAlive, Sse},
    },
};
use futures_util::{StreamExt, stream::FuturesUnordered};
use pleiade_connectors::queue::QueueFilter;
use pleiade_core::{ConnectorId, Reading, WidgetContent};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, convert::Infallible, pin::pin, sync::Arc, time::Duration};
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;

/// The data of an event that says all by its name. Browsers drop events without data.
const NOTHING: &str = "null";

/// For whom the page was written, and what it already shows: one hash a piece, so that a page just rendered receives nothing twice.
#[derive(Debug, Default, Deserialize)]
pub(super) struct StreamQuery {
    #[serde(default)]
    mark: String,
    #[serde(default)]
    seen: String,
    /// `tasks` for the page of tasks, which shows the queue and no card.
    #[serde(default)]
    page: String,
    /// The part of the queue that it shows.
    #[serde(flatten)]
    tasks: TasksQuery,
}

/// The hash of a piece of HTML.
#[must_use]
pub(super) fn piece_hash(html: &str) -> u32 {
    let [.., a, b, c, d] = stable_hash(html).to_be_bytes();
    u32::from_be_bytes([a, b, c, d])
}

/// The address of the stream for a page of this mark that shows these pieces.
pub(super) fn address<'a>(mark: Mark, pieces: impl Iterator<Item = &'a str>) -> String {
    let hashes: Vec<String> = pieces.map(|html| format!("{:x}", piece_hash(html))).collect();
    format!("/events?mark={mark}&seen={}", hashes.join("."))
}

/// The same for a page of tasks that shows the part of the queue which these parameters name.
pub(super) fn tasks_address<'a>(
    mark: Mark,
    pieces: impl Iterator<Item = &'a str>,
    parameters: &[(&'static str, String)],
) -> String {
    let mut address = address(mark, pieces) + "&page=tasks";
    for (name, value) in parameters {
        address.push_str(&format!("&{name}={value}"));
    }
    address
}

#[derive(Serialize)]
struct Piece<'a> {
    id: &'a str,
    html: &'a str,
}

/// `GET /events`.
pub(super) async fn stream(
    State(app): State<App>,
    SignedIn(session): SignedIn,
    look: Look,
    Query(shown): Query<StreamQuery>,
) -> Response {
    let Some(mark) = Mark::parse(&shown.mark) else { return StatusCode::BAD_REQUEST.into_response() };
    let Some(place) = session.stream_place() else { return StatusCode::TOO_MANY_REQUESTS.into_response() };
    let Some(seat) = app.connections().stream() else { return no_seat() };
    let (out, pieces) = mpsc::channel(4);
    let seen =
        shown.seen.split('.').take(200).filter_map(|hash| u32::from_str_radix(hash, 16).ok()).collect();
    let tasks = (shown.page == "tasks").then(|| shown.tasks.filter());
    let writer = Writer { app: app.clone(), session, mark, look, out, tasks, sent: BTreeMap::new(), seen };
    app.tasks.spawn(async move {
        let _places = (place, seat);
        writer.run().await;
    });
    let mut response =
        Sse::new(ReceiverStream::new(pieces).map(|piece: Box<Event>| Ok::<_, Infallible>(*piece)))
            .keep_alive(KeepAlive::new().interval(Duration::from_secs(15)))
            .into_response();
    // Proxies that buffer would hold every card back.
    response.headers_mut().insert("x-accel-buffering", HeaderValue::from_static("no"));
    response.extensions_mut().insert(EventStream);
    response
}

/// The page comes back later; its connection must not keep a place until then.
fn no_seat() -> Response {
    let headers =
        [(header::RETRY_AFTER, RETRY_AFTER), (header::CONNECTION, HeaderValue::from_static("close"))];
    (StatusCode::SERVICE_UNAVAILABLE, headers).into_response()
}

struct Writer {
    app: App,
    session: Arc<Session>,
    mark: Mark,
    look: Look,
    /// Boxed: a channel has room for thirty-two of what goes through it, however few may wait.
    out: mpsc::Sender<Box<Event>>,
    /// The part of the queue that a page of tasks shows; none for the desk.
    tasks: Option<QueueFilter>,
    sent: BTreeMap<String, u32>,
    seen: Box<[u32]>,
}

/// The browser is gone.
struct Disconnected;

impl Writer {
    async fn run(mut self) {
        metrics::gauge!("pleiade_event_streams").increment(1.0);
        let (shutdown, out) = (self.app.shutdown.clone(), self.out.clone());
        tokio::select! {
            () = shutdown.cancelled() => {}
            () = out.closed() => {}
            _ = self.poll_until_disconnect() => {}
        }
        metrics::gauge!("pleiade_event_streams").decrement(1.0);
    }

    async fn poll_until_disconnect(&mut self) -> Result<(), Disconnected> {
        let session = self.session.clone();
        loop {
            // From here on: what changes while a look goes on has it begin anew.
            let changed = session.changed();
            // What a look needs is boxed: its room is given back before the rest, which is nearly all of a stream's life.
            match Box::pin(self.app.sessions.reload(&session)).await {
                Ok(None) => return self.send("bye", NOTHING).await,
                Ok(Some(now)) if self.app.marks().compare(&now, &self.mark) != MarkMatch::Same => {
                    return self.send("reload", NOTHING).await;
                }
                Ok(Some(now)) => self.session = now,
                // A failing storage ends nothing.
                Err(_) => {}
            }
            let mut next = pin!(async {
                tokio::select! {
                    () = session.ended() => {}
                    () = changed => {}
                    () = tokio::time::sleep(BOARD_POLL_INTERVAL) => {}
                }
            });
            // A silent application must hold back neither the end of the session nor the next look at the other cards.
            let is_time = tokio::select! {
                biased;
                () = &mut next => true,
                gone = Box::pin(self.round()) => { gone?; false }
            };
            if !is_time {
                next.await;
            }
        }
    }

    /// Sends what changed, then each old card as its refresh ends.
    async fn round(&mut self) -> Result<(), Disconnected> {
        let acting = self.app.tenants.by_id(&self.session.actor.acting.tenant).ok_or(Disconnected)?;
        let words = self.app.words(self.look.locale_or(acting.locale), acting.time_zone);
        let mut own = OwnCards::new(&self.app, &self.session, words.locale);
        for (card, reading) in own.drawn() {
            self.send_card(&words, &own, card, reading).await?;
        }
        self.send_queue(&words, &own, None).await?;
        if self.tasks.is_none() {
            let notes = self.delegated_notes(&words);
            self.send_piece("words", NOTES_ID, &notes).await?;
            self.send_day(&words, &own).await?;
            self.send_figures(&words, &own).await?;
            self.send_elected(&words, &own).await?;
        }
        let snoozed = self.app.snoozed_tasks().peek(&self.session);
        own.keep_deadlines(&self.app, &self.session, &words, &snoozed);
        let engine = &self.app.engine.clone();
        let old = own.cards.iter().zip(&own.readings).enumerate();
        let old = old.filter(|(_, (_, reading))| !matches!(reading, Reading::Fresh { .. }));
        let mut coming: FuturesUnordered<_> = old
            .map(|(place, (card, _))| {
                let call = card.call.clone();
                async move { (place, engine.refresh(&call).await) }
            })
            .collect();
        while let Some((place, reading)) = coming.next().await {
            own.look_at_others(&self.app);
            let Some(slot) = own.readings.get_mut(place) else { continue };
            *slot = reading;
            let (Some(card), Some(reading)) = (own.cards.get(place), own.readings.get(place)) else {
                continue;
            };
            if card.placement.card {
                self.send_card(&words, &own, card, reading).await?;
            }
            self.send_queue(&words, &own, Some(&card.placement.connector)).await?;
            if self.tasks.is_none() {
                self.send_figures(&words, &own).await?;
                self.send_elected(&words, &own).await?;
            }
            if self.tasks.is_none() && card.call.widget.descriptor().events {
                self.send_day(&words, &own).await?;
                // A calendar tells of meetings that stand on other cards.
                for (card, reading) in own.drawn().filter(|(card, _)| card.call.widget.descriptor().meetings)
                {
                    self.send_card(&words, &own, card, reading).await?;
                }
            }
        }
        Ok(())
    }

    fn delegated_notes(&self, words: &Words) -> String {
        let (delegations, boards) = (self.app.received_delegations(), self.app.board_reader());
        let mut tasks = DelegatedTasks::new(delegations, boards, &self.session, words);
        let notes = tasks.notes();
        self.app.keep_fresh(tasks.stale);
        notes
    }

    async fn send_card(
        &mut self,
        words: &Words,
        own: &OwnCards,
        card: &DeskCard,
        reading: &Reading<Arc<WidgetContent>>,
    ) -> Result<(), Disconnected> {
        if self.tasks.is_some() {
            return Ok(());
        }
        let html = own.card_html(&self.app, words, card, reading);
        self.send_piece("card", &card_id(&card.placement), &html).await
    }

    /// Sends the day, which moves on with the clock too; nothing to whom no card reads a calendar.
    async fn send_day(&mut self, words: &Words, own: &OwnCards) -> Result<(), Disconnected> {
        match own.day(&self.app, &self.session, words) {
            day if day.is_empty() => Ok(()),
            day => self.send_piece("words", DAY_ID, &day).await,
        }
    }

    /// Sends the figures of today; nothing to whom there are too few.
    async fn send_figures(&mut self, words: &Words, own: &OwnCards) -> Result<(), Disconnected> {
        match own.figures(words) {
            figures if figures.is_empty() => Ok(()),
            figures => self.send_piece("words", FIGURES_ID, &figures).await,
        }
    }

    /// Sends the head of an élu's desk; nothing to anybody else.
    async fn send_elected(&mut self, words: &Words, own: &OwnCards) -> Result<(), Disconnected> {
        let snoozed = self.app.snoozed_tasks().peek(&self.session);
        match render_elected(&self.app, &self.session, words, own, &snoozed) {
            head if head.is_empty() => Ok(()),
            head => self.send_piece("words", ELECTED_ID, &head).await,
        }
    }

    /// Sends what depends on the cards, those of the other collectivités too: the queue, its summary, and the badges, that of one
    /// connector alone or all.
    async fn send_queue(
        &mut self,
        words: &Words,
        own: &OwnCards,
        connector: Option<&ConnectorId>,
    ) -> Result<(), Disconnected> {
        let snoozed = self.app.snoozed_tasks().peek(&self.session);
        let (app, session) = (&self.app, &self.session);
        let (id, html, todo) = match &self.tasks {
            Some(filter) => {
                let (todo, choices) = own.tasks(app, session, words, &snoozed, filter);
                (QUEUE_ID, queue_part(words, &todo, &choices, filter), todo)
            }
            None => {
                let todo = own.todo(app, session, words, &snoozed, MAX_TODO_LINES);
                (TODO_ID, render_card(words, &todo.card(words)), todo)
            }
        };
        self.send_piece("card", id, &html).await?;
        self.send_piece("words", SUMMARY_ID, &todo.summary(words)).await?;
        for (id, html) in launcher::todo_badges(words, &todo) {
            self.send_piece("badge", &id, &html).await?;
        }
        for (connector, html) in launcher::badges(words, &own.cards, &own.readings, connector) {
            self.send_piece("badge", &format!("badge-{connector}"), &html).await?;
        }
        Ok(())
    }

    async fn send_piece(&mut self, kind: &str, id: &str, html: &str) -> Result<(), Disconnected> {
        let hash = piece_hash(html);
        let known = self.sent.get(id);
        if known == Some(&hash) || (known.is_none() && self.seen.contains(&hash)) {
            return Ok(());
        }
        let data = serde_json::to_string(&Piece { id, html }).unwrap_or_default();
        self.send(kind, &data).await?;
        // Noted once it left: a round that is cut short repeats what did not.
        self.sent.insert(id.to_owned(), hash);
        Ok(())
    }

    async fn send(&self, kind: &str, data: &str) -> Result<(), Disconnected> {
        self.out.send(Box::new(Event::default().event(kind).data(data))).await.map_err(|_| Disconnected)
    }
}
