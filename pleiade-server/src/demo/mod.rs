//! The desk on simulated applications, for those who want to see it before configuring anything. Everything is on loopback, unless an address
//! of this machine is chosen, and, unless a folder is, in a temporary folder that goes with the process.

mod applications;
mod error;
mod gallery;
mod invitation;
mod legal;

pub use error::DemoError;

use crate::{
    accounts::{Accounts, Policy},
    app::App,
    assemble::AssembleError,
    catalogue::Catalogue,
    connectors::{Boards, Connectors},
    demonstration::Demonstration,
    parts::{Foundation, Parts},
    run,
    seal::{SealKey, Sealer},
    session::Limits,
    sign_in::{
        Sample, SignIn, Source,
        local::{StoredAccounts, subject},
        mapping::{Mapping, Tenants as TenantRule},
    },
    storage::{Names, NewIdentity, NewLocalAccount, Storage, StorageError, sqlite},
    web::cookies::CookieRule,
};
use pleiade_core::{Clock, Connector, IdError, SecretString, SourceId, SystemClock, Tenant, TenantId, Zone};
use pleiade_federation::local::{LocalProvider, PasswordHashes};
use pleiade_testkit::people::{ELUS, PEOPLE, TENANTS};
use std::{
    future::Future,
    io,
    net::{IpAddr, SocketAddr},
    path::PathBuf,
    sync::Arc,
    time::Duration,
};
use tokio::net::TcpListener;
use url::Url;

/// The password of every sample person.
pub const PASSWORD: &str = "demonstration";

/// The floor of OWASP. The terminal prints the password, so that a dearer hash would guard nothing and cost the start.
const HASH_KIB: u32 = 19 << 10;
const HASH_PASSES: u32 = 2;

/// The options of a demonstration.
#[derive(Debug, Clone)]
pub struct DemoOptions {
    /// The address of this machine on which it listens: 127.0.0.1, unless others of its network are to see it.
    pub listen: IpAddr,
    /// The port; 0 for any free one.
    pub port: u16,
    /// The folder of the database, kept afterwards; a temporary one otherwise.
    pub data: Option<PathBuf>,
}

impl From<IdError> for DemoError {
    fn from(error: IdError) -> Self {
        Self::Parts(error.to_string())
    }
}

impl From<AssembleError> for DemoError {
    fn from(error: AssembleError) -> Self {
        Self::Parts(error.to_string())
    }
}

/// A demonstration that answers.
#[derive(Debug)]
pub struct Demo {
    app: App,
    listener: TcpListener,
    /// The address to open.
    pub url: Url,
    simulated: applications::Simulated,
    /// The folder that goes with the process, and the one that stays.
    folder: Option<tempfile::TempDir>,
    kept: Option<PathBuf>,
}

impl Demo {
    /// Opens the port, the folder and the simulated applications.
    ///
    /// # Errors
    /// [`DemoError`].
    pub async fn start(options: &DemoOptions) -> Result<Self, DemoError> {
        let at = options.listen;
        if at.is_unspecified() {
            return Err(DemoError::Unspecified(at));
        }
        let listener = TcpListener::bind((at, options.port)).await.map_err(|error| match error.kind() {
            io::ErrorKind::AddrInUse => DemoError::Port(options.port),
            _ => DemoError::Listen(at),
        })?;
        let address: SocketAddr = listener.local_addr().map_err(|_| DemoError::Listen(at))?;
        let url: Url = format!("http://{address}/").parse().map_err(|_| DemoError::Listen(at))?;
        let (folder, path) = match &options.data {
            Some(path) => (None, path.clone()),
            None => {
                let folder = tempfile::Builder::new()
                    .prefix("pleiade-demo-")
                    .tempdir()
                    .map_err(|_| DemoError::Folder)?;
                let path = folder.path().to_owned();
                (Some(folder), path)
            }
        };
        std::fs::create_dir_all(&path).map_err(|_| DemoError::Folder)?;
        let clock: Arc<dyn Clock> = Arc::new(SystemClock::default());
        let storage: Arc<dyn Storage> =
            Arc::new(sqlite::open(&path.join("demonstration.db"), Duration::from_secs(5)).await?);
        let sealer = Arc::new(Sealer::new(SealKey::from_file_or_new(&path.join("seal.key"))?, Vec::new()));
        let simulated = applications::Simulated::start(at, &clock).await?;
        let app = app(&clock, storage, sealer, &simulated, url.clone(), options.data.is_some()).await?;
        Ok(Self { app, listener, url, simulated, folder, kept: options.data.clone() })
    }

    /// Serves until `stop` resolves, then removes everything.
    ///
    /// # Errors
    /// When the listener fails.
    pub async fn serve(self, stop: impl Future<Output = ()> + Send) -> io::Result<()> {
        let outcome = run::run(self.app, self.listener, stop).await;
        drop(self.simulated);
        if let Some(folder) = self.folder {
            folder.close()?;
        }
        outcome
    }

    /// For whoever started it: where to go, as whom, what each will see, and how long the start took. Its last line is the address.
    #[must_use]
    pub fn invitation(&self, start: Duration) -> String {
        invitation::invitation(&self.url, self.kept.as_deref(), start)
    }
}

async fn app(
    clock: &Arc<dyn Clock>,
    storage: Arc<dyn Storage>,
    sealer: Arc<Sealer>,
    simulated: &applications::Simulated,
    url: Url,
    is_kept: bool,
) -> Result<App, DemoError> {
    let mut operator = Tenant::new(TenantId::new("demonstration")?, "Démonstration");
    operator.hosts =
        ["127.0.0.1", "localhost"].into_iter().chain(url.host_str()).map(str::to_owned).collect();
    operator.hosts.dedup();
    let operator = Arc::new(operator);
    let tenants: Vec<Tenant> = TENANTS.iter().map(|sample| sample.tenant()).collect();
    let hashes = PasswordHashes::with_cost(HASH_KIB, HASH_PASSES)?;
    let source = SourceId::new("demonstration")?;
    create_people(&storage, clock, &hashes, &source).await?;
    let today = clock.now().with_timezone(&operator.time_zone).date_naive();
    legal::fill(&*storage, today).await?;

    let (mut connectors, mut boards, mut catalogue) =
        (Connectors::default(), Boards::default(), Catalogue::new());
    for tenant in &tenants {
        // The last collectivité is the administrator's: its board is the gallery of card states.
        let gallery = TENANTS.last().is_some_and(|last| last.id == tenant.id.as_str());
        let all = if gallery { &simulated.gallery } else { &simulated.connectors };
        let is_theirs = |one: &&Arc<dyn Connector>| simulated.serves(&one.descriptor().id, &tenant.id);
        let theirs: Vec<_> = all.iter().filter(is_theirs).cloned().collect();
        let (everybody, groups) = simulated.cards(&theirs);
        boards.by_tenant.insert(tenant.id.clone(), vec![everybody]);
        for (group, mut cards) in groups {
            if group == ELUS {
                // Before what everybody has: the next sitting, and what there is to sign.
                cards.iter_mut().for_each(|card| card.zone = Zone::Locked);
            }
            boards.by_group.insert((tenant.id.clone(), group.to_owned()), cards);
        }
        catalogue.insert(tenant.id.clone(), simulated.entries(&theirs));
        for connector in theirs {
            connectors.add(tenant.id.clone(), connector.clone());
        }
    }
    let provider = LocalProvider::new(
        source.clone(),
        Arc::new(StoredAccounts(storage.clone())),
        hashes.clone(),
        clock.clone(),
    );
    let accounts = Accounts::new(hashes, [(source, Policy::for_samples())], clock.clone());
    let source = Source {
        title: "Démonstration".to_owned(),
        fingerprint: "demonstration".to_owned(),
        ..Source::new(Arc::new(provider), Mapping::new(TenantRule::Kept))
    };
    let mut sign_in = SignIn::new([source], clock.clone());
    sign_in.samples = PEOPLE
        .iter()
        .map(|person| Sample {
            who: format!("{}, {}", person.display_name(), person.function.to_lowercase()),
            login: person.login.to_owned(),
            password: PASSWORD.to_owned(),
        })
        .collect();
    let foundation = Foundation {
        operator,
        tenants,
        storage,
        sealer,
        clock: clock.clone(),
        cookies: CookieRule::LOOPBACK,
        limits: Limits::default(),
    };
    let mut parts = Parts::new(foundation, sign_in, accounts);
    parts.connectors = connectors;
    parts.credential_rules = Arc::new(simulated.rules.clone());
    parts.linked_accounts = Arc::new(simulated.sample_accounts());
    parts.boards = boards;
    parts.catalogue = catalogue;
    parts.public_url = Some(url);
    parts.legal = Some(Arc::new(legal::rules()?));
    parts.demonstration = Some(Arc::new(Demonstration::new(simulated.switches.clone(), is_kept)));
    Ok(App::new(parts).map_err(AssembleError::from)?)
}

/// The sample people as local accounts. A folder that was kept has them already.
async fn create_people(
    storage: &Arc<dyn Storage>,
    clock: &Arc<dyn Clock>,
    hashes: &PasswordHashes,
    source: &SourceId,
) -> Result<(), DemoError> {
    let hash = hashes.hash(&SecretString::from(PASSWORD)).await?;
    for person in PEOPLE {
        let identity = person.identity();
        let new = NewLocalAccount {
            person: NewIdentity {
                source: source.clone(),
                subject: subject(source, person.login)
                    .map_err(|error| DemoError::Parts(error.to_string()))?,
                owner: None,
                names: Names {
                    display_name: identity.display_name,
                    given_name: identity.given_name,
                    family_name: identity.family_name,
                    mail: identity.mail,
                    login: identity.login,
                },
                created_at: clock.now(),
            },
            login: person.login.to_owned(),
            password_hash: hash.clone(),
            affiliations: person.affiliations(),
        };
        match storage.create_local_account(&new).await {
            Ok(_) | Err(StorageError::Conflict) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use pleiade_core::{Board, PersonalBoard};
    use pleiade_testkit::people::{BERNARD, CAMILLE, HELENE, KARIM, SINEAD, SamplePerson};
    use std::net::{IpAddr, Ipv4Addr};

    async fn demo() -> Demo {
        let options = DemoOptions { listen: Ipv4Addr::LOCALHOST.into(), port: 0, data: None };
        Demo::start(&options).await.unwrap()
    }

    fn cards(demo: &Demo, person: &SamplePerson) -> Vec<String> {
        let acting = person.affiliations().remove(0);
        let board = Board::merge(&demo.app.boards.layers(&acting), &PersonalBoard::default());
        board.placements.iter().map(|card| format!("{} {}", card.connector, card.widget)).collect()
    }

    /// An address of this machine that no loopback is, as in a meeting room: written as one of IPv6 it is none to anybody.
    #[tokio::test]
    async fn a_demonstration_is_shown_in_a_meeting_room() {
        let listen: IpAddr = Ipv4Addr::LOCALHOST.to_ipv6_mapped().into();
        assert!(!listen.is_loopback());
        let demo = Demo::start(&DemoOptions { listen, port: 0, data: None }).await.unwrap();
        assert!(cards(&demo, &BERNARD).contains(&"iparapheur folders".to_owned()));
    }

    #[tokio::test]
    async fn everybody_has_the_cards_of_their_work() {
        let demo = demo().await;
        assert_eq!(
            cards(&demo, &BERNARD),
            [
                "idelibre sittings",
                "idelibre convocations",
                "iparapheur folders",
                "zimbra mail",
                "zimbra agenda",
                "matrix rooms",
                "matrix invitations",
                "jitsi rooms"
            ]
        );
        let has = |person: &SamplePerson, card: &str| cards(&demo, person).iter().any(|own| own == card);
        assert!(has(&HELENE, "s2low helios") && has(&HELENE, "kelio approvals"));
        assert!(has(&CAMILLE, "s2low actes") && !has(&CAMILLE, "s2low helios"));
        assert!(has(&KARIM, "gta balances") && !has(&KARIM, "astre people"), "one product tells of leave");
        assert!(has(&SINEAD, "idelibre sittings") && !has(&SINEAD, "astre budget"));
    }

    /// The start computes one hash for all people, beside the one that every server has ready, and it is cheap.
    #[tokio::test]
    async fn the_people_share_one_cheap_hash() {
        let demo = demo().await;
        let source = SourceId::new("demonstration").unwrap();
        let mut hashes = std::collections::BTreeSet::new();
        for person in PEOPLE {
            let account = demo.app.storage.local_account(&source, person.login).await.unwrap().unwrap();
            hashes.insert(account.password_hash);
        }
        assert_eq!(hashes.len(), 1);
        let hash = hashes.pop_first().unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
    }

    #[tokio::test]
    async fn the_legal_calendar_has_the_sittings_and_what_each_collectivite_is() {
        let demo = demo().await;
        let today = demo.app.clock.now().with_timezone(&chrono_tz::Europe::Paris).date_naive();
        for council in &pleiade_testkit::sittings::COUNCILS {
            let council = pleiade_testkit::sittings::council_to_convene(council.tenant).unwrap();
            let tenant = TenantId::new(council.tenant).unwrap();
            let record = demo.app.storage.legal_record(&tenant).await.unwrap();
            assert_eq!(record.dates.len(), 1, "{tenant}");
            let told = format!("{:?}", record.dates);
            // Should midnight pass between the start and here.
            let days = [today, today.pred_opt().unwrap()].map(|today| council.day(today).to_string());
            assert!(days.iter().any(|day| told.contains(day)), "{told}");
            assert!(record.facts.traits.contains("m57"), "{tenant}");
        }
    }
}
