//! A form with files, read as it comes: one file is held at a time, and what is over a bound is read and thrown away.

use axum::body::{Body, BodyDataStream, Bytes};
use bytes::BytesMut;
use futures_util::Stream;
use multer::{Field, Multipart};
use pleiade_core::DepositLimits;
use std::{
    io,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    task::{Context, Poll, ready},
    time::Duration,
};

/// A browser that sends nothing for so long has left.
const PIECE_TIMEOUT: Duration = Duration::from_secs(60);
/// Bytes of a field that is no file.
const MAX_FIELD_BYTES: usize = 4096;
/// Fields beyond which it is no form of ours.
pub(super) const MAX_FIELDS: usize = 200;

/// Bytes that may come without a field or a piece of one: what stands before the first field, or the head of one. The parser keeps them all,
/// and looks through them again at each arrival.
const MAX_UNPARSED_BYTES: usize = 256 << 10;
/// Characters of the name of a file.
const MAX_NAME_CHARS: usize = 255;

/// Bytes given to the parser at once: it takes all that there is before it looks at any of it.
const MAX_BURST_BYTES: usize = 64 << 10;

/// The bytes that came since the last field or piece.
#[derive(Debug, Clone, Default)]
struct Unparsed(Arc<AtomicUsize>);

impl Unparsed {
    fn reset(&self) {
        self.0.store(0, Ordering::Relaxed);
    }

    /// True if these bytes are too many.
    fn add(&self, bytes: usize) -> bool {
        self.0.fetch_add(bytes, Ordering::Relaxed) + bytes > MAX_UNPARSED_BYTES
    }
}

/// The body of a form, which ends in an error where the parser finds nothing in it.
struct BoundedBody {
    body: BodyDataStream,
    /// What has come and was not given yet.
    rest: Bytes,
    unparsed: Unparsed,
    burst: usize,
}

impl Stream for BoundedBody {
    type Item = io::Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if self.burst >= MAX_BURST_BYTES {
            self.burst = 0;
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        if self.rest.is_empty() {
            self.rest = match ready!(Pin::new(&mut self.body).poll_next(cx)) {
                None => return Poll::Ready(None),
                Some(piece) => piece.map_err(io::Error::other)?,
            };
        }
        let length = self.rest.len().min(MAX_BURST_BYTES);
        let piece = self.rest.split_to(length);
        self.burst += length;
        if self.unparsed.add(piece.len()) {
            return Poll::Ready(Some(Err(io::Error::other("no part of a form"))));
        }
        Poll::Ready(Some(Ok(piece)))
    }
}

/// The form as it comes.
pub(super) struct Upload {
    parts: Multipart<'static>,
    unparsed: Unparsed,
    limits: DepositLimits,
    fields: usize,
    /// The fields before the next file.
    pub(super) place: String,
    pub(super) text: String,
    title: String,
}

/// A file as it came.
#[derive(Debug)]
pub(super) struct UploadedFile {
    pub(super) name: String,
    pub(super) title: String,
    pub(super) content: Result<Bytes, BadFile>,
}

/// A file that no application is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum BadFile {
    TooLarge,
    /// It does not begin as its kind does.
    OtherKind,
}

/// The form ended before its end, is none, or its sender left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Broken;

impl From<multer::Error> for Broken {
    fn from(_: multer::Error) -> Self {
        Self
    }
}

/// The one wait for a browser.
async fn within<T>(wait: impl Future<Output = Result<T, multer::Error>>) -> Result<T, Broken> {
    tokio::time::timeout(PIECE_TIMEOUT, wait).await.map_err(|_| Broken)?.map_err(Broken::from)
}

impl Upload {
    /// None when the media type is not that of a form with files.
    pub(super) fn new(media_type: &str, body: Body, limits: DepositLimits) -> Option<Self> {
        let boundary = multer::parse_boundary(media_type).ok()?;
        let unparsed = Unparsed::default();
        let body = BoundedBody {
            body: body.into_data_stream(),
            rest: Bytes::new(),
            unparsed: unparsed.clone(),
            burst: 0,
        };
        let parts = Multipart::new(body, boundary);
        let (place, text, title) = Default::default();
        Some(Self { parts, unparsed, limits, fields: 0, place, text, title })
    }

    /// Reads what the browser still sends and keeps none of it.
    pub(super) async fn discard(mut self) {
        let rest = async {
            while let Ok(Some(mut field)) = self.parts.next_field().await {
                self.unparsed.reset();
                while let Ok(Some(_)) = field.chunk().await {
                    self.unparsed.reset();
                }
            }
        };
        let _ = tokio::time::timeout(PIECE_TIMEOUT, rest).await;
    }

    /// The next file; none at the end. Rows in which no file was chosen are passed over.
    pub(super) async fn next(&mut self) -> Result<Option<UploadedFile>, Broken> {
        while let Some(field) = within(self.parts.next_field()).await? {
            self.unparsed.reset();
            self.fields += 1;
            if self.fields > MAX_FIELDS {
                return Err(Broken);
            }
            match field.name() {
                Some("place") => self.place = words(field, &self.unparsed).await?,
                Some("text") => self.text = words(field, &self.unparsed).await?,
                Some("title") => self.title = words(field, &self.unparsed).await?,
                Some("file") => {
                    let name = field
                        .file_name()
                        .unwrap_or_default()
                        .chars()
                        .take(MAX_NAME_CHARS)
                        .collect::<String>();
                    let title = std::mem::take(&mut self.title);
                    let content = file(field, self.limits, &self.unparsed).await?;
                    if !name.is_empty() {
                        return Ok(Some(UploadedFile { name, title, content }));
                    }
                }
                _ => drop(words(field, &self.unparsed).await?),
            }
        }
        Ok(None)
    }
}

async fn words(mut field: Field<'static>, unparsed: &Unparsed) -> Result<String, Broken> {
    let mut bytes = Vec::new();
    while let Some(piece) = within(field.chunk()).await? {
        unparsed.reset();
        if bytes.len() + piece.len() > MAX_FIELD_BYTES {
            return Err(Broken);
        }
        bytes.extend_from_slice(&piece);
    }
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

async fn file(
    mut field: Field<'static>,
    limits: DepositLimits,
    unparsed: &Unparsed,
) -> Result<Result<Bytes, BadFile>, Broken> {
    // Reserved once: a buffer that grows would be held twice while it is copied.
    let mut content = BytesMut::new();
    let mut bad = None;
    while let Some(piece) = within(field.chunk()).await? {
        unparsed.reset();
        if bad.is_none() && content.len() + piece.len() > limits.max_file_bytes {
            bad = Some(BadFile::TooLarge);
            content = BytesMut::new();
        }
        if bad.is_none() {
            if content.capacity() == 0 {
                content.reserve(limits.max_file_bytes);
            }
            content.extend_from_slice(&piece);
            if content.len() >= limits.magic.len() && !content.starts_with(limits.magic) {
                bad = Some(BadFile::OtherKind);
                content = BytesMut::new();
            }
        }
    }
    let bad = bad.or_else(|| (!content.starts_with(limits.magic)).then_some(BadFile::OtherKind));
    Ok(bad.map_or(Ok(content.freeze()), Err))
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: DepositLimits = DepositLimits::pdf(20, 16);
    const TYPE: &str = "multipart/form-data; boundary=fence";

    fn part(name: &str, file: Option<&str>, content: &str) -> String {
        let file = file.map(|file| format!("; filename=\"{file}\"")).unwrap_or_default();
        format!("--fence\r\nContent-Disposition: form-data; name=\"{name}\"{file}\r\n\r\n{content}\r\n")
    }

    async fn read(body: String) -> Result<Vec<(String, String, Result<usize, BadFile>)>, Broken> {
        let mut upload = Upload::new(TYPE, Body::from(body), LIMITS).unwrap();
        let mut files = Vec::new();
        while let Some(file) = upload.next().await? {
            files.push((file.name, file.title, file.content.map(|content| content.len())));
        }
        Ok(files)
    }

    #[tokio::test]
    async fn files_have_the_title_before_them_and_are_looked_at() {
        let body = [
            part("place", None, "2/x"),
            part("title", None, "Un"),
            part("file", Some("a.pdf"), "%PDF-1.7"),
            part("title", None, "personne"),
            part("file", Some(""), ""),
            part("file", Some("b.pdf"), "%PDF-1.7 and more than sixteen"),
            part("title", None, ""),
            part("file", Some("c.pdf"), "PK"),
            part("file", Some("d.pdf"), "no PDF at all"),
            "--fence--\r\n".to_owned(),
        ];
        let files = read(body.concat()).await.unwrap();
        let named = |name: &str, title: &str, content| (name.to_owned(), title.to_owned(), content);
        assert_eq!(
            files,
            [
                named("a.pdf", "Un", Ok(8)),
                named("b.pdf", "", Err(BadFile::TooLarge)),
                named("c.pdf", "", Err(BadFile::OtherKind)),
                named("d.pdf", "", Err(BadFile::OtherKind)),
            ]
        );
    }

    #[tokio::test]
    async fn what_is_cut_or_no_form_is_broken() {
        assert_eq!(read(part("file", Some("a.pdf"), "%PDF-1.7")).await, Err(Broken), "without an end");
        assert_eq!(read(part("title", None, &"x".repeat(5000)) + "--fence--\r\n").await, Err(Broken));
        let many = part("x", None, "").repeat(201) + "--fence--\r\n";
        assert_eq!(read(many).await, Err(Broken));
        assert!(Upload::new("application/x-www-form-urlencoded", Body::empty(), LIMITS).is_none());
    }

    /// The parser keeps what stands before a field and its head: neither is without an end, nor is a name.
    #[tokio::test]
    async fn what_is_never_a_field_is_not_kept() {
        let endless = "a".repeat(MAX_UNPARSED_BYTES + MAX_BURST_BYTES);
        assert_eq!(read(endless.clone()).await, Err(Broken), "before the first field");
        assert_eq!(read(format!("--fence\r\nX: {endless}")).await, Err(Broken), "in the head of a field");
        let long = "é".repeat(10_000) + ".pdf";
        let named = part("file", Some(&long), "%PDF-1.7") + "--fence--\r\n";
        assert_eq!(read(named).await.unwrap()[0].0.chars().count(), MAX_NAME_CHARS);
    }

    /// However fast a large file comes, and in whatever pieces.
    #[tokio::test]
    async fn a_large_file_that_comes_at_once_is_read() {
        let content = "%PDF-".to_owned() + &"x".repeat(5_000_000);
        let body = part("file", Some("a.pdf"), &content) + "--fence--\r\n";
        let mut upload = Upload::new(TYPE, Body::from(body), DepositLimits::pdf(20, 6_000_000)).unwrap();
        let file = upload.next().await.unwrap().unwrap();
        assert_eq!(file.content.unwrap().len(), content.len());
        assert!(upload.next().await.unwrap().is_none());
    }

    #[tokio::test(start_paused = true)]
    async fn a_browser_that_stops_sending_is_left() {
        let first =
            futures_util::stream::iter([Ok::<_, std::io::Error>(part("file", Some("a.pdf"), "%PDF-"))]);
        let silent = futures_util::StreamExt::chain(first, futures_util::stream::pending());
        let mut upload = Upload::new(TYPE, Body::from_stream(silent), LIMITS).unwrap();
        assert_eq!(upload.next().await.unwrap_err(), Broken);
    }
}
