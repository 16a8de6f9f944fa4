//! The colours of a collectivité, as a style sheet.

use super::assets;
use crate::app::App;
use axum::{
    extract::{Path, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};

/// `GET /theme/{tenant}/{file}`: its address changes with the colours, so it is kept for ever.
pub(crate) async fn theme(
    State(app): State<App>,
    Path((tenant, file)): Path<(String, String)>,
    headers: HeaderMap,
) -> Response {
    match app.colours.sheet(&tenant, &file) {
        Some(sheet) => {
            assets::immutable_response("text/css; charset=utf-8", &sheet.plain, &sheet.gzip, &headers)
        }
        None => StatusCode::NOT_FOUND.into_response(),
    }
}
