//! Login Flow v2, and pages for people.

use super::{
    Call, json_answer,
    model::{Flow, World},
    plain,
};
use axum::response::Response;
use http::Method;
use serde_json::json;

/// The text of any other page of the server.
pub(super) const PAGE: &str = include_str!("page.html");
const CONSENT: &str = include_str!("consent.html");

pub(super) fn answer(world: &mut World, call: &Call, path: &[&str]) -> Response {
    match (&call.method, path) {
        (&Method::POST, ["login", "v2"]) => {
            let number = world.next_id();
            let (token, page) = (format!("poll{number:0124}"), format!("page{number:0124}"));
            let answer = json!({
                "poll": { "token": token, "endpoint": format!("{}/index.php/login/v2/poll", call.base) },
                "login": format!("{}/index.php/login/v2/flow/{page}", call.base),
            });
            world.flows.insert(token, Flow { page, granted: None });
            json_answer(200, &answer)
        }
        (&Method::POST, ["login", "v2", "poll"]) => poll(world, call),
        (&Method::GET, ["login", "v2", "flow", page])
            if world.flows.values().any(|flow| flow.page == *page) =>
        {
            let people: String = world
                .accounts
                .iter()
                .map(|(login, account)| {
                    let name = super::dav::escape(&account.display_name);
                    let login = super::dav::escape(login);
                    format!("<button name=\"login\" value=\"{login}\">{name}</button>\n")
                })
                .collect();
            html(CONSENT.replace("{people}", &people))
        }
        (&Method::POST, ["login", "v2", "flow", page]) => {
            let login = form(&call.body, "login");
            if consent(world, page, &login) {
                html(PAGE.to_owned())
            } else {
                plain(404, "text/html; charset=UTF-8", PAGE.to_owned())
            }
        }
        _ => html(PAGE.to_owned()),
    }
}

fn html(page: String) -> Response {
    plain(200, "text/html; charset=UTF-8", page)
}

fn form(body: &str, field: &str) -> String {
    url::form_urlencoded::parse(body.as_bytes())
        .find(|(name, _)| name == field)
        .map(|(_, value)| value.into_owned())
        .unwrap_or_default()
}

/// Gives the password once; 404 before, after, and for a token that never was.
fn poll(world: &mut World, call: &Call) -> Response {
    let token = form(&call.body, "token");
    let Some(login) = world.flows.get(&token).and_then(|flow| flow.granted.clone()) else {
        return json_answer(404, &json!([]));
    };
    world.flows.remove(&token);
    let secret = format!("issued{:066}", world.next_id());
    world.issued.insert(secret.clone(), login.clone());
    json_answer(200, &json!({ "server": call.base, "loginName": login, "appPassword": secret }))
}

pub(super) fn consent(world: &mut World, page: &str, login: &str) -> bool {
    let known = world.accounts.contains_key(login);
    let flow = world.flows.values_mut().find(|flow| flow.page == page).filter(|_| known);
    flow.map(|flow| flow.granted = Some(login.to_owned())).is_some()
}
