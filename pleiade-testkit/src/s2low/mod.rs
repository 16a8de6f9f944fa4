//! For tests and demonstrations only: a S²LOW platform with two authorities.
//!
//! It is made from the public source of S²LOW (`libriciel/s2low`, to 5.1.2) and from the client of it and its test data in Pastell
//! (`libriciel/pastell`, `megalis-bretagne/pastell`), and was checked against no real server. What it plays: accounts by certificate, and by
//! login where one is shared; refusals by redirects; the four dialects with status 200; lists whose every value is a text and counts that
//! are numbers; texts in ISO-8859-1; a clock of twelve hours; the lists of PES for archivists alone; a mark that says `ok` of anything.
//!
//! The certificate is the business of the TLS server before it ([`tls`](crate::tls)), which tells the name in it. Without one, the first
//! segment of the address is the account: `/archivist`, `/administrator`, `/shared` (with a password) or `/version-4`, which writes as
//! version 4 did and knows no `max_date`.

mod simulated;
mod world;

pub(crate) use simulated::simulated;

use crate::Simulator;
use axum::{Router, body::Body, extract::Request, extract::State, response::Response};
use base64::{Engine as _, prelude::BASE64_STANDARD};
use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Europe::Paris;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use pleiade_core::Clock;
use serde_json::{Value, json};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use world::{Act, Authority};

/// The number of the authority of the town.
pub const TOWN: u64 = 2;
/// The number of the authority of the commune beside it.
pub const COMMUNE: u64 = 3;
/// The password of the accounts that share a certificate.
pub const PASSWORD: &str = "s2low-password-of-the-portal";

/// A simulated S²LOW platform. Clones share their state.
#[derive(Debug, Clone)]
pub struct S2low {
    clock: Arc<dyn Clock>,
    world: Arc<Mutex<World>>,
}

#[derive(Debug)]
struct World {
    authorities: Vec<Authority>,
    closed: BTreeSet<&'static str>,
    queries_fail: bool,
    marks_nothing: bool,
    /// Requests under way, and the most there were at once.
    calls: (usize, usize),
}

/// An account as it was let in.
#[derive(Debug, Clone, Copy)]
struct Account {
    authority: u64,
    role: &'static str,
    is_old: bool,
}

impl S2low {
    /// With the sample authorities, dated from `clock`'s present.
    #[must_use]
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        let world = World {
            authorities: world::sample(clock.now()),
            closed: BTreeSet::new(),
            queries_fail: false,
            marks_nothing: false,
            calls: (0, 0),
        };
        Self { clock, world: Arc::new(Mutex::new(world)) }
    }

    /// The login of the account of an authority, for the shared certificate.
    #[must_use]
    pub fn login(authority: u64) -> String {
        format!("portail-{authority}")
    }

    fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn change<T: Default>(&self, authority: u64, change: impl FnOnce(&mut Authority) -> T) -> T {
        self.world().authorities.iter_mut().find(|one| one.id == authority).map(change).unwrap_or_default()
    }

    /// Adds an act that entered this state at an instant, and gives its number.
    pub fn add_act(
        &self,
        authority: u64,
        state: i64,
        number: &str,
        subject: &str,
        entered: DateTime<Utc>,
    ) -> u64 {
        self.change(authority, |one| one.add_act(state, number, subject, entered))
    }

    /// Adds an unread message of the préfecture of a type, and gives its number.
    pub fn add_letter(&self, authority: u64, kind: u8, number: &str) -> u64 {
        self.change(authority, |one| one.add_letter(kind, number))
    }

    /// Adds PES in a state.
    pub fn add_pes(&self, authority: u64, state: i64, count: usize) {
        self.change(authority, |one| {
            (0..count).for_each(|_| {
                one.add_pes(state, "Rejet");
            })
        });
    }

    /// Removes every transaction.
    pub fn empty(&self, authority: u64) {
        self.change(authority, Authority::empty);
    }

    /// Closes a module (`actes`, `helios`, `mail`) to every account.
    pub fn close_module(&self, module: &'static str) {
        self.world().closed.insert(module);
    }

    /// Lets the query behind every list fail.
    pub fn fail_queries(&self) {
        self.world().queries_fail = true;
    }

    /// Lets it say that it marked, and mark nothing.
    pub fn mark_nothing(&self) {
        self.world().marks_nothing = true;
    }

    /// The most requests that were under way at once.
    #[must_use]
    pub fn most_calls_at_once(&self) -> usize {
        self.world().calls.1
    }

    /// The unread messages of the préfecture, by their numbers.
    #[must_use]
    pub fn unread_letters(&self, authority: u64) -> Vec<u64> {
        let unread = |one: &mut Authority| {
            one.letters.iter().filter(|letter| !letter.is_read).map(|letter| letter.id).collect()
        };
        self.change(authority, unread)
    }

    async fn answer(&self, request: Request) -> Response {
        {
            let mut world = self.world();
            world.calls.0 += 1;
            world.calls.1 = world.calls.1.max(world.calls.0);
        }
        // Whoever calls at the same time is counted with this one.
        tokio::task::yield_now().await;
        let answer = self.routed(&request);
        self.world().calls.0 -= 1;
        answer
    }

    fn routed(&self, request: &Request) -> Response {
        let path = request.uri().path().trim_start_matches('/');
        let (first, rest) = path.split_once('/').unwrap_or((path, ""));
        let by_address = ["archivist", "administrator", "shared", "version-4"].contains(&first);
        let (name, path) = match certificate(request.headers()) {
            Some(name) => (name, path),
            None if by_address => (first, rest),
            None => return page("<h1>S²LOW simulé</h1><p>Aucune connexion n’y est possible.</p>"),
        };
        let account = match self.let_in(name, request.headers()) {
            Ok(account) => account,
            Err(place) => return redirect(place),
        };
        let query: BTreeMap<String, String> =
            url::form_urlencoded::parse(request.uri().query().unwrap_or_default().as_bytes())
                .into_owned()
                .collect();
        let mut world = self.world();
        let module =
            path.strip_prefix("modules/").and_then(|rest| rest.split('/').next()).unwrap_or_default();
        if world.closed.contains(module) {
            return redirect("/");
        }
        let World { authorities, queries_fail, marks_nothing, .. } = &mut *world;
        let others: Vec<String> = authorities.iter().map(|one| Self::login(one.id)).collect();
        let Some(authority) = authorities.iter_mut().find(|one| one.id == account.authority) else {
            return redirect("/connexion-status");
        };
        let call = Call {
            account,
            query: &query,
            fails: *queries_fail,
            marks: !*marks_nothing,
            now: self.clock.now(),
        };
        match path {
            "api/test-connexion.php" => text("OK".to_owned(), false),
            "api/info-connexion.php" => call.info(authority),
            "admin/users/api-list-login.php" if name == "shared" => text(others.join("\n"), true),
            "admin/users/api-list-login.php" => text(String::new(), true),
            "modules/actes/api/number_actes.php" => call.count(authority),
            "modules/actes/api/list_actes.php" => call.acts(authority),
            "modules/actes/api/list_document_prefecture.php" => call.letters(authority),
            "modules/actes/api/document_prefecture_mark_as_read.php" => call.mark_letter(authority),
            "modules/actes/actes_transac_get_status.php" => call.act_status(authority),
            "modules/helios/api/helios_get_list.php" => call.returns(authority),
            "modules/helios/api/helios_change_status.php" => call.mark_return(authority),
            "modules/helios/api/list_pes_aller.php" => call.pes(authority),
            "modules/helios/api/helios_transac_get_status.php" => call.pes_status(authority),
            "modules/mail/api/nb-mail.php" => text(authority.mails.to_string(), false),
            _ => page("<h1>S²LOW simulé</h1>"),
        }
    }

    /// The account of a certificate, or the place to which whoever has none is sent.
    fn let_in(&self, name: &str, headers: &HeaderMap) -> Result<Account, &'static str> {
        let account = |authority, role| Account { authority, role, is_old: false };
        match name {
            "archivist" => Ok(account(TOWN, "ARCH")),
            "administrator" => Ok(account(TOWN, "ADM")),
            "commune" => Ok(account(COMMUNE, "ADM")),
            "version-4" => Ok(Account { is_old: true, ..account(TOWN, "ADM") }),
            "shared" => {
                let given = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
                let given = given.and_then(|value| value.strip_prefix("Basic "));
                let given = given.and_then(|pair| BASE64_STANDARD.decode(pair).ok());
                let given = given.and_then(|pair| String::from_utf8(pair).ok());
                let known = [TOWN, COMMUNE].into_iter().find(|authority| {
                    given.as_deref() == Some(&format!("{}:{PASSWORD}", Self::login(*authority)))
                });
                known.map(|authority| account(authority, "ADM")).ok_or("/login.php?error=multiple_accounts")
            }
            _ => Err("/connexion-status"),
        }
    }
}

/// The name in the certificate, where a TLS server stands before.
fn certificate(headers: &HeaderMap) -> Option<&str> {
    headers.get("x-test-certificate-name")?.to_str().ok()
}

/// A question, and who asks.
struct Call<'a> {
    account: Account,
    query: &'a BTreeMap<String, String>,
    fails: bool,
    marks: bool,
    now: DateTime<Utc>,
}

impl Call<'_> {
    fn asked(&self, name: &str) -> &str {
        self.query.get(name).map_or("", String::as_str)
    }

    fn number(&self, name: &str) -> Option<i64> {
        self.asked(name).parse().ok()
    }

    /// Version 5 gives the numbers of counts as they are.
    fn counted(&self, value: impl Into<i64>) -> Value {
        let value: i64 = value.into();
        if self.account.is_old { json!(value.to_string()) } else { json!(value) }
    }

    fn info(&self, authority: &Authority) -> Response {
        json_answer(&json!({
            "user_info": {
                "id": "17", "email": "portail@opsn.example", "name": "Portail", "givenname": "Compte technique",
                "role": self.account.role, "telephone": "", "login": S2low::login(authority.id), "status": "1",
                "authority_id": authority.id.to_string(),
            },
            "authority_info": {
                "id": authority.id.to_string(), "name": authority.name, "authority_type_id": "55", "status": "1",
                "email": "", "department": "099", "authority_group_id": "1",
            },
        }))
    }

    /// A missing state is 0, and not all.
    fn state(&self) -> i64 {
        self.number("status_id").unwrap_or(0)
    }

    fn count(&self, authority: &Authority) -> Response {
        let state = self.state();
        let count = authority.acts.iter().filter(|act| act.state == state).count();
        json_answer(&json!({
            "status_id": self.counted(state),
            "authority_id": self.counted(i64::try_from(authority.id).unwrap_or(0)),
            "nb_transactions": self.counted(i64::try_from(count).unwrap_or(0)),
        }))
    }

    fn acts(&self, authority: &Authority) -> Response {
        let state = self.state();
        let until = self.asked("max_date").parse::<NaiveDate>().ok().filter(|_| !self.account.is_old);
        let entered = |act: &Act| act.entered.with_timezone(&Paris).date_naive();
        let found = authority.acts.iter().rev().filter(|act| act.state == state);
        let found = found.filter(|act| until.is_none_or(|until| entered(act) <= until));
        self.listed(authority, state, found.map(|act| {
            json!({
                "id": act.id.to_string(), "subject": act.subject, "number": act.number, "date": act.decided.to_string(),
                "nature_descr": "Actes réglementaires", "classification": "3.4", "type": "1",
            })
        }))
    }

    fn listed(&self, authority: &Authority, state: i64, found: impl Iterator<Item = Value>) -> Response {
        let number =
            |name: &str, otherwise| usize::try_from(self.number(name).unwrap_or(otherwise)).unwrap_or(0);
        let (offset, limit) = (number("offset", 0), number("limit", 100));
        let list: Vec<Value> = found.skip(offset).take(limit).collect();
        let list = if self.fails { json!("") } else { json!(list) };
        json_answer(&json!({
            "status_id": state.to_string(), "authority_id": authority.id.to_string(), "offset": offset.to_string(),
            "limit": limit.to_string(), "transactions": list,
        }))
    }

    fn letters(&self, authority: &Authority) -> Response {
        let unread = authority.letters.iter().filter(|letter| !letter.is_read);
        let list = unread.map(|letter| {
            json!({
                "id": letter.id.to_string(), "type": letter.kind.to_string(),
                "related_transaction_id": letter.act.to_string(), "number": letter.number,
                "unique_id": format!("099-{}-20261101-{}-AR", authority.siren, letter.number), "last_status_id": "7",
            })
        });
        json_answer(&Value::Array(list.collect()))
    }

    /// `ok`, whatever was asked.
    fn mark_letter(&self, authority: &mut Authority) -> Response {
        let id = self.number("transaction_id").unwrap_or(0);
        for letter in
            authority.letters.iter_mut().filter(|letter| self.marks && i64::try_from(letter.id) == Ok(id))
        {
            letter.is_read = true;
        }
        json_answer(&json!({ "result": "ok" }))
    }

    fn act_status(&self, authority: &Authority) -> Response {
        let id = self.number("transaction").unwrap_or(0);
        let found = authority.acts.iter().find(|act| i64::try_from(act.id) == Ok(id));
        let body = match found {
            None => "KO\nNuméro de transaction invalide.".to_owned(),
            Some(act) if act.state == -1 => format!("OK\n-1\n{}\n", act.error),
            Some(act) if act.state >= 4 => format!(
                "OK\n{}\n<?xml version=\"1.0\" encoding=\"windows-1252\"?><actes:ARActe \
                 xmlns:actes=\"http://www.interieur.gouv.fr/ACTES#v1.1-20040216\" actes:DateReception=\"{}\" \
                 actes:IDActe=\"099-{}-20261101-{}-AR\"></actes:ARActe>",
                act.state,
                act.entered.format("%Y-%m-%d"),
                authority.siren,
                act.number
            ),
            Some(act) => format!("OK\n{}\n", act.state),
        };
        text(body, true)
    }

    /// The hour of the question comes with twelve hours, and nothing says which half of the day it is.
    fn returns(&self, authority: &Authority) -> Response {
        let local = |at: DateTime<Utc>| at.with_timezone(&Paris);
        let list: String = authority
            .returns
            .iter()
            .filter(|one| !one.is_read)
            .map(|one| {
                let date = local(one.date).format("%Y-%m-%d %H:%M:%S");
                format!(
                    "<pes_retour><id>{}</id><nom>{}</nom><date>{date}</date></pes_retour>",
                    one.id,
                    escaped(&one.name)
                )
            })
            .collect();
        xml(format!(
            "<liste><idColl>{}</idColl><dateDemande>{}</dateDemande><resultat>OK</resultat><message></message>{list}</liste>",
            authority.id,
            local(self.now).format("%Y-%m-%d %I:%M:%S"),
        ))
    }

    fn mark_return(&self, authority: &mut Authority) -> Response {
        let id = self.number("id").unwrap_or(0);
        for one in authority.returns.iter_mut().filter(|one| self.marks && i64::try_from(one.id) == Ok(id)) {
            one.is_read = true;
        }
        xml(format!(
            "<transaction><idRetour>{id}</idRetour><resultat>OK</resultat><message></message></transaction>"
        ))
    }

    fn pes(&self, authority: &Authority) -> Response {
        if self.account.role != "ARCH" {
            let mut answer = json_answer(&json!({ "error": "L'utilisateur n'est pas archiviste" }));
            *answer.status_mut() = StatusCode::BAD_REQUEST;
            return answer;
        }
        let state = self.state();
        let found = authority.pes.iter().rev().filter(|pes| pes.state == state);
        self.listed(authority, state, found.map(|pes| json!({ "id": pes.id.to_string() })))
    }

    fn pes_status(&self, authority: &Authority) -> Response {
        let id = self.number("transaction").unwrap_or(0);
        let found = authority.pes.iter().find(|pes| i64::try_from(pes.id) == Ok(id));
        xml(match found {
            Some(pes) => format!(
                "<transaction><id>{id}</id><resultat>OK</resultat><status>{}</status><message>{}</message></transaction>",
                pes.state,
                escaped(&pes.message)
            ),
            None => format!(
                "<transaction><id>{id}</id><resultat>KO</resultat><message>Numéro de transaction invalide</message></transaction>"
            ),
        })
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

fn answer(status: StatusCode, media_type: &'static str, body: impl Into<Body>) -> Response {
    let mut answer = Response::new(body.into());
    *answer.status_mut() = status;
    answer.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
    answer
}

fn json_answer(value: &Value) -> Response {
    answer(StatusCode::OK, "application/json", value.to_string())
}

fn xml(body: String) -> Response {
    answer(StatusCode::OK, "text/xml", body)
}

/// A text, in ISO-8859-1 where the words fit, as the outputs of version 4 and those kept for it.
fn text(body: String, is_latin: bool) -> Response {
    let latin: Option<Vec<u8>> = body.chars().map(|c| u8::try_from(u32::from(c)).ok()).collect();
    match latin.filter(|_| is_latin) {
        Some(bytes) => answer(StatusCode::OK, "text/plain; charset=iso-8859-1", bytes),
        None => answer(StatusCode::OK, "text/plain", body),
    }
}

fn page(body: &str) -> Response {
    let page = format!(
        "<!DOCTYPE html>\n<html lang=\"fr\"><head><meta charset=\"utf-8\"><title>S²LOW simulé</title></head><body>{body}</body></html>\n"
    );
    answer(StatusCode::OK, "text/html; charset=utf-8", page)
}

/// The form of every refusal.
fn redirect(place: &'static str) -> Response {
    let mut answer = answer(StatusCode::FOUND, "text/html", "");
    answer.headers_mut().insert(header::LOCATION, HeaderValue::from_static(place));
    answer
}

impl Simulator for S2low {
    fn router(&self) -> Router {
        let answer =
            |State(server): State<Self>, request: Request| async move { server.answer(request).await };
        Router::new().fallback(answer).with_state(self.clone())
    }

    fn people(&self) -> Vec<String> {
        ["sobrien", "cdurand"].map(str::to_owned).into()
    }

    fn empty_account(&self, _: &str) {
        self.empty(TOWN);
    }

    fn seed_many(&self, _: &str, count: usize) {
        let now = self.clock.now();
        self.change(TOWN, |one| one.many(count, now));
    }

    fn seed_hostile_text(&self, _: &str) {
        let now = self.clock.now();
        self.change(TOWN, |one| one.hostile(now));
    }

    fn state(&self) -> String {
        format!("{:?}", self.world().authorities)
    }

    fn happen(&self, number: usize, at: DateTime<Utc>) {
        self.change(TOWN, |town| town.happen(number, at));
    }

    fn odd_item(&self, body: &str) -> Option<String> {
        // Nothing is added to what is empty.
        let place = body.rfind("</pes_retour>")? + "</pes_retour>".len();
        let (before, after) = body.split_at_checked(place)?;
        Some(format!("{before}<pes_retour><id>beaucoup</id></pes_retour>{after}"))
    }

    fn fault_answer(&self, fault: &crate::Fault) -> Option<Response> {
        match fault {
            crate::Fault::Unauthorized => Some(redirect("/login.php")),
            crate::Fault::Forbidden => Some(redirect("/")),
            _ => None,
        }
    }
}
