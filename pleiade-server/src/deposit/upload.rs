//! A form with files, read as it comes: one file is held at a time, and what is over a bound is read and thrown away.

use axum::body::{Body, Bytes};
use bytes::BytesMut;
use multer::{Field, Multipart};
use pleiade_core::DepositLimits;
use std::time::Duration;

/// A browser that sends nothing for so long has left.
const PIECE_TIMEOUT: Duration = Duration::from_secs(60);
/// Bytes of a field that is no file.
const MAX_FIELD_BYTES: usize = 4096;
/// Fields beyond which it is no form of ours.
const MAX_FIELDS: usize = 200;

/// The form as it comes.
pub(super) struct Upload {
    parts: Multipart<'static>,
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
        let parts = Multipart::new(body.into_data_stream(), boundary);
        let (place, text, title) = Default::default();
        Some(Self { parts, limits, fields: 0, place, text, title })
    }

    /// Reads what the browser still sends and keeps none of it.
    pub(super) async fn discard(mut self) {
        let rest = async {
            while let Ok(Some(mut field)) = self.parts.next_field().await {
                while let Ok(Some(_)) = field.chunk().await {}
            }
        };
        let _ = tokio::time::timeout(PIECE_TIMEOUT, rest).await;
    }

    /// The next file; none at the end. Rows in which no file was chosen are passed over.
    pub(super) async fn next(&mut self) -> Result<Option<UploadedFile>, Broken> {
        while let Some(field) = within(self.parts.next_field()).await? {
            self.fields += 1;
            if self.fields > MAX_FIELDS {
                return Err(Broken);
            }
            match field.name() {
                Some("place") => self.place = words(field).await?,
                Some("text") => self.text = words(field).await?,
                Some("title") => self.title = words(field).await?,
                Some("file") => {
                    let name = field.file_name().unwrap_or_default().to_owned();
                    let title = std::mem::take(&mut self.title);
                    let content = file(field, self.limits).await?;
                    if !name.is_empty() {
                        return Ok(Some(UploadedFile { name, title, content }));
                    }
                }
                _ => drop(words(field).await?),
            }
        }
        Ok(None)
    }
}

async fn words(mut field: Field<'static>) -> Result<String, Broken> {
    let mut bytes = Vec::new();
    while let Some(piece) = within(field.chunk()).await? {
        if bytes.len() + piece.len() > MAX_FIELD_BYTES {
            return Err(Broken);
        }
        bytes.extend_from_slice(&piece);
    }
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

async fn file(mut field: Field<'static>, limits: DepositLimits) -> Result<Result<Bytes, BadFile>, Broken> {
    // Reserved once: a buffer that grows would be held twice while it is copied.
    let mut content = BytesMut::new();
    let mut bad = None;
    while let Some(piece) = within(field.chunk()).await? {
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

    #[tokio::test(start_paused = true)]
    async fn a_browser_that_stops_sending_is_left() {
        let first =
            futures_util::stream::iter([Ok::<_, std::io::Error>(part("file", Some("a.pdf"), "%PDF-"))]);
        let silent = futures_util::StreamExt::chain(first, futures_util::stream::pending());
        let mut upload = Upload::new(TYPE, Body::from_stream(silent), LIMITS).unwrap();
        assert_eq!(upload.next().await.unwrap_err(), Broken);
    }
}
