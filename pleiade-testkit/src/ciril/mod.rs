//! For tests and demonstrations only: a Ciril platform with its task basket and its purchase orders.
//!
//! It is made from service descriptions and client code that two public repositories hold (2017, 2018), and was checked against no real platform;
//! zeep, an independent client, reads it by the descriptions beside this file, written from those types. What it plays: the account of the
//! platform before every call (HTTP Basic), the access string of a Civil account, which holds `&` and ends, rpc/encoded envelopes with typed
//! arrays, details that are nil, references between elements, faults in French, a page of maintenance with status 200, programs that are
//! not installed; below `/contrat`, what is handed over by the exchange contract. The list of purchase orders has no published description: the names of its elements are examples.

mod handed;
mod simulated;
mod world;

pub(crate) use simulated::simulated;

use crate::{
    Simulator,
    envelope::{self, Call, element, escaped},
    exchange::Exchange,
};
use axum::{
    Router,
    extract::{Request, State},
    response::Response,
};
use bytes::Bytes;
use http::StatusCode;
use http_body_util::BodyExt as _;
use pleiade_core::Clock;
use std::{
    collections::BTreeMap,
    fmt::Write as _,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use world::{Account, Group, Order, Task};

/// The login of the platform's account.
pub const PLATFORM_LOGIN: &str = "ville-portail";
/// Its password.
pub const PLATFORM_PASSWORD: &str = "ciril-platform-password";
/// The login of the Civil account that reads for everybody.
pub const TECHNICAL_LOGIN: &str = "PORTAIL";

const ACCESS_WSDL: &str = include_str!("acces.wsdl");
const BASKET_WSDL: &str = include_str!("ciril_panier_tache.wsdl");

/// A simulated Ciril platform. Clones share their state.
#[derive(Debug, Clone)]
pub struct Ciril {
    clock: Arc<dyn Clock>,
    exports: Exchange,
    world: Arc<Mutex<World>>,
}

#[derive(Debug)]
struct World {
    accounts: BTreeMap<String, Account>,
    /// Whose access strings are.
    sessions: BTreeMap<String, String>,
    opened: u64,
    maintenance: bool,
    references: bool,
    answers_nothing: bool,
    basket_fails: bool,
    /// The conditions that were evaluated.
    conditions: Vec<String>,
}

impl Ciril {
    /// With the sample accounts, dated from `clock`'s present.
    #[must_use]
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        let world = World {
            accounts: world::sample(clock.now()),
            sessions: BTreeMap::new(),
            opened: 0,
            maintenance: false,
            references: false,
            answers_nothing: false,
            basket_fails: false,
            conditions: Vec::new(),
        };
        let exports = handed::exports(clock.as_ref());
        Self { clock, exports, world: Arc::new(Mutex::new(world)) }
    }

    /// The password of a Civil account.
    #[must_use]
    pub fn password(login: &str) -> String {
        format!("civil-password-of-{}", login.to_ascii_uppercase())
    }

    fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Shows a page of maintenance in place of every answer.
    pub fn close(&self, maintenance: bool) {
        self.world().maintenance = maintenance;
    }

    /// Writes details as references to elements beside the answer (section 5 of SOAP 1.1).
    pub fn use_references(&self) {
        self.world().references = true;
    }

    /// Answers every basket with a fault.
    pub fn fail_baskets(&self) {
        self.world().basket_fails = true;
    }

    /// Says that a task was answered, and leaves it.
    pub fn answer_nothing(&self) {
        self.world().answers_nothing = true;
    }

    /// Takes a task out of every basket, as somebody else who answered it.
    pub fn remove_task(&self, number: i64) {
        for account in self.world().accounts.values_mut() {
            account.groups.iter_mut().for_each(|group| group.tasks.retain(|task| task.number != number));
        }
    }

    /// The conditions of purchase orders that were evaluated, in their order.
    #[must_use]
    pub fn conditions(&self) -> Vec<String> {
        self.world().conditions.clone()
    }

    /// The number of access strings that were given.
    #[must_use]
    pub fn opened(&self) -> u64 {
        self.world().opened
    }

    async fn answer(&self, request: Request) -> Response {
        let (head, body) = request.into_parts();
        let body = body.collect().await.map(http_body_util::Collected::to_bytes).unwrap_or_default();
        if !envelope::is_signed(&head.headers, PLATFORM_LOGIN, PLATFORM_PASSWORD) {
            return envelope::page(StatusCode::UNAUTHORIZED, "Authentification requise");
        }
        let mut world = self.world();
        if world.maintenance {
            return envelope::page(StatusCode::OK, "Maintenance en cours");
        }
        let Some(program) = head.uri.path().strip_prefix("/cgi-bin/ws.exe/cgi-bin/") else {
            return envelope::page(StatusCode::NOT_FOUND, "Page introuvable");
        };
        let described = match program {
            "acces.exe" => Some((ACCESS_WSDL, "Ciril:Ciril:AccessInfo", "Ciril:Ciril:AccessInfo#")),
            "ciril_panier_tache.exe" => {
                Some((BASKET_WSDL, "Ciril:Ciril:PanierTache", "Ciril:Ciril:ServicesCiril#"))
            }
            "fin_export_finances.exe" => {
                Some(("", "Ciril:Finances:ExportFinances", "Ciril:Finances:ExportFinances#"))
            }
            _ => None,
        };
        let Some((description, namespace, prefix)) = described else {
            return envelope::page(StatusCode::NOT_FOUND, "Programme absent");
        };
        match head.uri.query() {
            Some("wsdl") if !description.is_empty() => {
                return envelope::typed(StatusCode::OK, "text/xml; charset=utf-8", description);
            }
            Some("ws") => {}
            _ => return envelope::page(StatusCode::NOT_FOUND, "Page introuvable"),
        }
        let Some(call) = Call::parse(&body) else { return envelope::fault("Client", "Enveloppe illisible") };
        let action = format!("{prefix}{}", call.operation);
        // Parts are in no name space; only the operation is in its own.
        if call.namespace != namespace
            || envelope::action(&head.headers) != Some(&action)
            || !call.leaves_are_in(None)
        {
            return envelope::fault("Client", "Opération inconnue");
        }
        match (program, call.operation.as_str()) {
            ("acces.exe", "getAccessList") => world.access_list(&call),
            ("ciril_panier_tache.exe", "getTaches") => world.tasks(&call),
            ("ciril_panier_tache.exe", "setActionTaches") => world.answer_task(&call),
            ("fin_export_finances.exe", "getBonsCommandes") => world.orders(&call),
            _ => envelope::fault("Client", "Opération inconnue"),
        }
    }
}

impl World {
    fn access_list(&mut self, call: &Call) -> Response {
        let (login, password) =
            (call.text("param-1").unwrap_or_default(), call.text("param-2").unwrap_or_default());
        let login = login.to_ascii_uppercase();
        // A password that was renewed is the same with a number behind.
        if !self.accounts.contains_key(&login) || !password.starts_with(&Ciril::password(&login)) {
            return envelope::fault("Client", "Utilisateur ou mot de passe incorrect");
        }
        self.opened += 1;
        let access = format!("/cgi-bin/web2java.exe?x={}&y=%2F{login}&z=1", self.opened);
        let other = format!("{access}&rh=1");
        for access in [&access, &other] {
            self.sessions.insert(access.clone(), login.clone());
        }
        let point = |application: &str, net: &str, label: &str, url: &str| {
            let fields = [
                ("client", "VILLE"),
                ("database", "prod"),
                ("application", application),
                ("netApplication", net),
                ("schema", "fin01"),
                ("user", login.as_str()),
                ("userOrigin", "LDAP"),
                ("URL", url),
                ("label", label),
            ];
            let fields: String = fields.iter().map(|(name, text)| typed(name, "string", text)).collect();
            format!(
                "<item xsi:type=\"tns:AccessPoint\">{fields}<group xsi:nil=\"true\"/>{}{}</item>",
                typed("versionCheck", "int", "0"),
                typed("typlan", "byte", "0")
            )
        };
        let points = [
            point("FINANCES", "CNF", "Civil Net Finances", &access),
            point("RH", "CRH", "Civil Net RH", &other),
        ];
        envelope::answer(
            StatusCode::OK,
            &format!(
                "<tns:getAccessListResponse xmlns:tns=\"Ciril:Ciril:AccessInfo\"><param-5 xsi:type=\"SOAP-ENC:Array\" \
             SOAP-ENC:arrayType=\"tns:AccessPoint[2]\">{}</param-5></tns:getAccessListResponse>",
                points.concat()
            ),
        )
    }

    fn opened_by(&self, call: &Call) -> Option<String> {
        self.sessions.get(call.text("acces")?).cloned()
    }

    fn tasks(&self, call: &Call) -> Response {
        let Some(login) = self.opened_by(call).filter(|_| !self.basket_fails) else {
            return envelope::fault("Server", "Accès non valide");
        };
        let groups = self.accounts.get(&login).map(|account| account.groups.as_slice()).unwrap_or_default();
        let mut beside = String::new();
        let groups: Vec<String> = groups.iter().map(|group| self.group(group, &mut beside)).collect();
        envelope::answer(
            StatusCode::OK,
            &format!(
                "<tns:getTachesResponse xmlns:tns=\"Ciril:Ciril:PanierTache\"><param-1 xsi:type=\"SOAP-ENC:Array\" \
             SOAP-ENC:arrayType=\"tns:Taches[{}]\">{}</param-1></tns:getTachesResponse>{beside}",
                groups.len(),
                groups.concat()
            ),
        )
    }

    fn group(&self, group: &Group, beside: &mut String) -> String {
        let count = group.without_details + group.tasks.len() as u64;
        let tasks: String = group.tasks.iter().map(task).collect();
        let details = match (group.tasks.first(), self.references) {
            (None, _) => "<details xsi:nil=\"true\"/>".to_owned(),
            (Some(first), true) => {
                let _ = write!(
                    beside,
                    "<multiRef id=\"id{0}\" xsi:type=\"SOAP-ENC:Array\">{tasks}</multiRef>",
                    first.number
                );
                format!("<details href=\"#id{}\"/>", first.number)
            }
            (Some(_), false) => format!(
                "<details xsi:type=\"SOAP-ENC:Array\" SOAP-ENC:arrayType=\"tns:Details[{}]\">{tasks}</details>",
                group.tasks.len()
            ),
        };
        format!(
            "<item xsi:type=\"tns:Taches\">{}{}{}{}{details}</item>",
            typed("application", "string", &group.application),
            typed("libpro", "string", &group.process),
            typed("libtache", "string", &group.label),
            typed("nbtache", "int", &count.to_string())
        )
    }

    fn answer_task(&mut self, call: &Call) -> Response {
        let Some(login) = self.opened_by(call) else { return envelope::fault("Server", "Accès non valide") };
        let number = call.text("numTache").and_then(|text| text.parse::<i64>().ok());
        let (attribute, value) =
            (call.text("codAtt").unwrap_or_default(), call.text("valAtt").unwrap_or_default());
        let leaves = self.answers_nothing;
        let Some(account) = self.accounts.get_mut(&login) else {
            return envelope::fault("Server", "Accès non valide");
        };
        let takes = |task: &Task| {
            Some(task.number) == number
                && task.answer.is_some_and(|(known, values)| {
                    known == attribute && values.split(';').any(|known| known == value)
                })
        };
        if !account.groups.iter().flat_map(|group| &group.tasks).any(takes) {
            return envelope::fault("Client", "Tâche inconnue");
        }
        for group in account.groups.iter_mut().filter(|_| !leaves) {
            group.tasks.retain(|task| Some(task.number) != number);
        }
        account.groups.retain(|group| group.without_details > 0 || !group.tasks.is_empty());
        let said = typed("reponse", "string", "Action prise en compte");
        envelope::answer(
            StatusCode::OK,
            &format!(
                "<tns:setActionTachesResponse xmlns:tns=\"Ciril:Ciril:PanierTache\">{said}</tns:setActionTachesResponse>"
            ),
        )
    }

    /// Evaluates the condition as a database would that knows this one.
    fn orders(&mut self, call: &Call) -> Response {
        if self.opened_by(call).is_none() {
            return envelope::fault("Server", "Accès non valide");
        }
        let condition = call.text("requete").unwrap_or_default().to_owned();
        self.conditions.push(condition.clone());
        let quoted: Vec<&str> = condition.split('\'').skip(1).step_by(2).collect();
        let [login, "A", "IN", "N", year] = quoted.as_slice() else {
            return envelope::fault("Server", "Erreur SQL");
        };
        let orders = self.accounts.get(*login).map(|account| account.orders.as_slice()).unwrap_or_default();
        let orders: Vec<String> =
            orders.iter().filter(|order| order.year.to_string() == *year).map(order).collect();
        envelope::answer(
            StatusCode::OK,
            &format!(
                "<tns:getBonsCommandesResponse xmlns:tns=\"Ciril:Finances:ExportFinances\"><param-1 xsi:type=\"SOAP-ENC:Array\">{}</param-1></tns:getBonsCommandesResponse>",
                orders.concat()
            ),
        )
    }
}

fn typed(name: &str, kind: &str, text: &str) -> String {
    format!("<{name} xsi:type=\"xsd:{kind}\">{}</{name}>", escaped(text))
}

fn task(task: &Task) -> String {
    let documents = match &task.document {
        None => "<documents xsi:nil=\"true\"/>".to_owned(),
        Some(file) => format!(
            "<documents xsi:type=\"SOAP-ENC:Array\" SOAP-ENC:arrayType=\"tns:Document[1]\"><item xsi:type=\"tns:Document\">{}{}{}</item></documents>",
            typed("nomDoc", "string", "Bon de commande"),
            typed("nomFic", "string", file),
            typed("urlDoc", "string", &format!("/docs/{}", task.number))
        ),
    };
    let (attribute, values) = task.answer.unwrap_or_default();
    format!(
        "<item xsi:type=\"tns:Details\">{}{}{}{}{}{documents}{}{}{}</item>",
        typed("datdeb", "string", &task.day),
        typed("heudeb", "string", &task.hour),
        typed("numTache", "int", &task.number.to_string()),
        typed("libtachedetail", "string", &task.label),
        typed("url", "string", &task.url),
        typed("codAtt", "string", attribute),
        typed("valeursPossible", "string", values),
        typed("typeValeur", "string", if values.is_empty() { "" } else { "LISTE" })
    )
}

fn order(order: &Order) -> String {
    let file = format!("{}.pdf", order.number);
    format!(
        "<item>{}{}{}{}<ligneCommande><item>{}</item></ligneCommande><piecesJustificatives><item>{}{}{}</item></piecesJustificatives></item>",
        element("numeroCommande", &order.number),
        element("fournisseur", &order.supplier),
        element("libelle", &order.label),
        element("montantTTC", &order.amount),
        element("libelleLigne", &order.label),
        element("nomFichier", &file),
        element("url", &format!("docs/{file}")),
        element("tailleFichier", "18211")
    )
}

impl Simulator for Ciril {
    fn router(&self) -> Router {
        let answer =
            |State(platform): State<Self>, request: Request| async move { platform.answer(request).await };
        Router::new().fallback(answer).with_state(self.clone()).nest("/contrat", self.exports.router())
    }

    fn people(&self) -> Vec<String> {
        ["blefevre", "sobrien"].map(str::to_owned).into()
    }

    /// The basket of the account that reads for everybody is everybody's, so that it is emptied too.
    fn empty_account(&self, login: &str) {
        self.exports.empty_account(login);
        let mut world = self.world();
        world.accounts.insert(login.to_ascii_uppercase(), Account::default());
        world.accounts.insert(TECHNICAL_LOGIN.to_owned(), Account::default());
    }

    fn seed_many(&self, login: &str, count: usize) {
        self.exports.seed_many(login, count);
        let now = self.clock.now();
        for login in [login, TECHNICAL_LOGIN] {
            self.world().accounts.entry(login.to_ascii_uppercase()).or_default().many(count, now);
        }
    }

    fn seed_hostile_text(&self, login: &str) {
        self.exports.seed_hostile_text(login);
        let now = self.clock.now();
        for login in [login, TECHNICAL_LOGIN] {
            self.world().accounts.entry(login.to_ascii_uppercase()).or_default().hostile(now);
        }
    }

    fn state(&self) -> String {
        format!("{:?} {}", self.world().accounts, self.exports.state())
    }

    fn forget_sessions(&self) {
        self.world().sessions.clear();
    }

    fn is_sign_in(&self, request: &http::Request<Bytes>) -> bool {
        request.uri().path().ends_with("/acces.exe")
    }

    fn odd_item(&self, body: &str) -> Option<String> {
        // Nothing is added to what is empty.
        let place = body.rfind("</item></param-1>")? + "</item>".len();
        let (before, after) = body.split_at_checked(place)?;
        Some(format!("{before}<item><nbtache>beaucoup</nbtache></item>{after}"))
    }
}
