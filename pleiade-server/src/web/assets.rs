//! Our own static files, under addresses that change with their content, so that a browser keeps them for ever.

use axum::{
    body::Body,
    extract::Path,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use flate2::{Compression, write::GzEncoder};
use rust_embed::RustEmbed;
use sha2::{Digest, Sha256};
use std::{collections::BTreeMap, io::Write, sync::LazyLock};

#[derive(RustEmbed)]
#[folder = "static/"]
struct Files;

struct Asset {
    plain: Bytes,
    gzip: Bytes,
    media_type: &'static str,
}

struct Shelf {
    digest: String,
    files: BTreeMap<String, Asset>,
}

static SHELF: LazyLock<Shelf> = LazyLock::new(|| {
    let mut digest = Sha256::new();
    let files = Files::iter()
        .filter_map(|name| {
            let plain = Bytes::from(Files::get(&name)?.data.into_owned());
            digest.update(&plain);
            Some((name.into_owned(), Asset { gzip: gzip(&plain), media_type: "", plain }))
        })
        .map(|(name, asset)| {
            let media_type = media_type(&name);
            (name, Asset { media_type, ..asset })
        })
        .collect();
    Shelf { digest: short(&digest.finalize()), files }
});

/// The first eight bytes of a digest, in hexadecimal.
#[must_use]
pub fn short(digest: &[u8]) -> String {
    digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

/// Compresses once for all readers.
#[must_use]
pub fn gzip(plain: &[u8]) -> Bytes {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    match encoder.write_all(plain).and_then(|()| encoder.finish()) {
        Ok(done) => done.into(),
        Err(_) => Bytes::new(),
    }
}

fn media_type(name: &str) -> &'static str {
    match name.rsplit('.').next() {
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml",
        _ => "application/octet-stream",
    }
}

/// The address of one of our files.
#[must_use]
pub fn address(name: &str) -> String {
    format!("/static/{}/{name}", SHELF.digest)
}

/// `GET /static/{digest}/{name}`. An old digest is not found rather than answered with other content.
pub async fn serve(Path((digest, name)): Path<(String, String)>, headers: HeaderMap) -> Response {
    match SHELF.files.get(&name) {
        Some(asset) if digest == SHELF.digest => {
            immutable_response(asset.media_type, &asset.plain, &asset.gzip, &headers)
        }
        _ => StatusCode::NOT_FOUND.into_response(),
    }
}

/// Answers with content whose address names it, compressed when the reader accepts it.
pub fn immutable_response(
    media_type: &'static str,
    plain: &Bytes,
    gzip: &Bytes,
    headers: &HeaderMap,
) -> Response {
    let accepts_gzip = headers
        .get(header::ACCEPT_ENCODING)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|value| value.split(',').any(|coding| coding.trim().starts_with("gzip")));
    let mut response = Response::new(Body::from(if accepts_gzip { gzip.clone() } else { plain.clone() }));
    let out = response.headers_mut();
    out.insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
    out.insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=31536000, immutable"));
    out.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    if accepts_gzip {
        out.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
    response
}
