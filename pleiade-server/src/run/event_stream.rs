//! An event stream on a connection of its own, without any buffer but the piece that is being written.
//!
//! The connection is the answer's last: its body ends where the connection ends. Threats: a page that was closed and keeps its place (the
//! end of what it sends is seen at once), a reader that stalls (the connection ends when nothing could be written for long, see
//! [`listener`](super::listener)), somebody who goes on sending (it is read and forgotten, piece by piece).

use axum::{
    body::{Body, Bytes, HttpBody as _},
    http::{HeaderValue, header},
    response::Response,
};
use bytes::Buf as _;
use std::{
    io,
    mem::MaybeUninit,
    pin::Pin,
    task::{Context, Poll, ready},
    time::SystemTime,
};
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt as _, ReadBuf};

/// Writes an answer until its body ends or the other end has gone.
///
/// # Errors
/// When the connection fails, or its body.
pub(super) async fn write<C: AsyncRead + AsyncWrite + Unpin>(
    mut connection: C,
    response: Response,
) -> io::Result<()> {
    let (mut piece, mut body) = into_head_and_body(response);
    std::future::poll_fn(|cx| {
        if poll_gone(&mut connection, cx)?.is_ready() {
            return Poll::Ready(Ok(()));
        }
        poll_body(&mut connection, &mut piece, &mut body, cx)
    })
    .await?;
    connection.shutdown().await
}

fn into_head_and_body(response: Response) -> (Bytes, Body) {
    let (mut parts, body) = response.into_parts();
    parts.headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
    if let Ok(now) = HeaderValue::try_from(httpdate::fmt_http_date(SystemTime::now())) {
        parts.headers.entry(header::DATE).or_insert(now);
    }
    let mut head = format!("{:?} {}\r\n", parts.version, parts.status).into_bytes();
    for (name, value) in &parts.headers {
        for part in [name.as_str().as_bytes(), b": ", value.as_bytes(), b"\r\n"] {
            head.extend(part);
        }
    }
    head.extend(b"\r\n");
    (head.into(), body)
}

/// Ready when the other end sends nothing any more.
fn poll_gone<C: AsyncRead + Unpin>(connection: &mut C, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
    loop {
        let mut ignored = [MaybeUninit::uninit(); 256];
        let mut ignored = ReadBuf::uninit(&mut ignored);
        ready!(Pin::new(&mut *connection).poll_read(cx, &mut ignored))?;
        if ignored.filled().is_empty() {
            return Poll::Ready(Ok(()));
        }
    }
}

/// Ready when the whole body is written.
fn poll_body<C: AsyncWrite + Unpin>(
    connection: &mut C,
    piece: &mut Bytes,
    body: &mut Body,
    cx: &mut Context<'_>,
) -> Poll<io::Result<()>> {
    loop {
        while piece.has_remaining() {
            match ready!(Pin::new(&mut *connection).poll_write(cx, piece))? {
                0 => return Poll::Ready(Err(io::ErrorKind::WriteZero.into())),
                written => piece.advance(written),
            }
        }
        // What was written keeps no room while nothing comes.
        *piece = Bytes::new();
        match ready!(Pin::new(&mut *body).poll_frame(cx)) {
            None => return Poll::Ready(Ok(())),
            Some(frame) => {
                let frame = frame.map_err(io::Error::other)?;
                // Nothing but data can be written here.
                *piece = frame.into_data().unwrap_or_default();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::{
        http::{StatusCode, Version},
        response::IntoResponse as _,
    };
    use futures_util::{StreamExt as _, stream};
    use std::convert::Infallible;
    use tokio::io::{AsyncReadExt as _, duplex};

    fn response(body: Body) -> Response {
        let headers = [(header::CONTENT_TYPE, "text/event-stream"), (header::CONNECTION, "keep-alive")];
        (StatusCode::OK, headers, body).into_response()
    }

    fn pieces(pieces: &[&'static str]) -> stream::Iter<std::vec::IntoIter<Result<&'static str, Infallible>>> {
        stream::iter(pieces.iter().map(|piece| Ok(*piece)).collect::<Vec<_>>())
    }

    #[tokio::test]
    async fn the_head_is_complete_and_the_body_ends_with_the_connection() {
        // Narrower than any piece.
        let (ours, mut theirs) = duplex(7);
        let mut response = response(Body::from_stream(pieces(&["data: a\n\n", "", "data: b\n\n"])));
        *response.version_mut() = Version::HTTP_10;
        let writing = tokio::spawn(write(ours, response));
        let mut all = String::new();
        theirs.read_to_string(&mut all).await.unwrap();
        writing.await.unwrap().unwrap();
        let (head, body) = all.split_once("\r\n\r\n").unwrap();
        let (status, headers) = head.split_once("\r\n").unwrap();
        assert_eq!((status, body), ("HTTP/1.0 200 OK", "data: a\n\ndata: b\n\n"));
        let (date, headers): (Vec<_>, Vec<_>) = headers.lines().partition(|line| line.starts_with("date: "));
        assert_eq!(headers, ["content-type: text/event-stream", "connection: close"]);
        let date = httpdate::parse_http_date(date.first().unwrap().trim_start_matches("date: ")).unwrap();
        assert!(date <= SystemTime::now());
    }

    #[tokio::test]
    async fn each_piece_is_written_when_it_comes() {
        let (ours, mut theirs) = duplex(1024);
        let (send, receive) = tokio::sync::mpsc::channel::<Result<&str, Infallible>>(1);
        let body = Body::from_stream(tokio_stream::wrappers::ReceiverStream::new(receive));
        let writing = tokio::spawn(write(ours, response(body)));
        let mut seen = Vec::new();
        for piece in ["data: one\n\n", "data: two\n\n"] {
            send.send(Ok(piece)).await.unwrap();
            while !seen.ends_with(piece.as_bytes()) {
                assert!(theirs.read_buf(&mut seen).await.unwrap() > 0);
            }
        }
        drop(send);
        writing.await.unwrap().unwrap();
    }

    /// A body that tells when it is dropped.
    fn watched() -> (Body, tokio::sync::oneshot::Receiver<()>) {
        let (held, dropped) = tokio::sync::oneshot::channel::<()>();
        let endless = stream::pending::<Result<Bytes, Infallible>>();
        let body = Body::from_stream(endless.inspect(move |_| {
            let _held = &held;
        }));
        (body, dropped)
    }

    #[tokio::test]
    async fn a_page_that_is_closed_frees_its_stream() {
        let (ours, mut theirs) = duplex(1024);
        let (body, dropped) = watched();
        let writing = tokio::spawn(write(ours, response(body)));
        // What it sends on this connection besides is of no concern.
        theirs.write_all(&[b'x'; 4096]).await.unwrap();
        assert!(!writing.is_finished());
        theirs.shutdown().await.unwrap();
        assert!(dropped.await.is_err());
        writing.await.unwrap().unwrap();
    }
}
