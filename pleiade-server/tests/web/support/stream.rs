//! The event stream of a page.

use crate::html::Html;
use axum::{
    body::{Body, Bytes},
    http::{Response, StatusCode, header},
};
use http_body_util::BodyExt as _;
use serde_json::Value;

/// The pieces of an event stream, as they come.
pub(crate) struct Stream {
    body: Body,
    text: String,
}

/// One piece: its event and its data.
#[derive(Debug, PartialEq)]
pub(crate) struct Piece {
    pub(crate) event: String,
    pub(crate) data: Value,
}

impl Piece {
    pub(crate) fn id(&self) -> &str {
        self.data["id"].as_str().unwrap()
    }

    pub(crate) fn html(&self) -> Html {
        Html::parse(self.data["html"].as_str().unwrap())
    }
}

impl Stream {
    pub(crate) fn new(response: Response<Body>) -> Self {
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(response.headers()[header::CONTENT_TYPE], "text/event-stream");
        Self { body: response.into_body(), text: String::new() }
    }

    /// The next piece, or none at the end.
    pub(crate) async fn next(&mut self) -> Option<Piece> {
        loop {
            if let Some((block, rest)) = self.text.split_once("\n\n") {
                let field = |name: &str| {
                    block.lines().find_map(|line| line.strip_prefix(name)).map(|v| v.trim().to_owned())
                };
                let piece = field("event:").map(|event| Piece {
                    event,
                    // A browser drops an event without data.
                    data: serde_json::from_str(&field("data:").unwrap()).unwrap(),
                });
                self.text = rest.to_owned();
                match piece {
                    Some(piece) => return Some(piece),
                    None => continue,
                }
            }
            let data: Bytes = self.body.frame().await?.unwrap().into_data().unwrap();
            self.text.push_str(std::str::from_utf8(&data).unwrap());
        }
    }

    /// Reads on until this element comes.
    pub(crate) async fn until(&mut self, id: &str) -> Piece {
        loop {
            let piece = self.next().await.unwrap_or_else(|| panic!("the stream ended before {id}"));
            assert_ne!(piece.event, "bye", "before {id}");
            if piece.id() == id {
                return piece;
            }
        }
    }
}
