//! A committee at work: a store on a fresh database, and ten people in it.
//!
//! | login  | role                | |
//! |--------|---------------------|---|
//! | `lina` | investigator        | leads the cases of [`House::case`] |
//! | `omar` | investigator        | second on them |
//! | `sami` | investigator        | on no case |
//! | `huda` | supervisor          | supervises the cases of [`House::case`] |
//! | `nour` | chair               | |
//! | `zaid` | auditor             | |
//! | `admin`| administrator       | |
//! | `rana` | legal officer       | |
//! | `yusuf`| protection officer  | |
//! | `dima` | evidence custodian  | |

use crate::draft;
use crate::raw::{LogEntry, Raw};
use crate::{Steered, postgres};
use domain::account::{InviteForm, SetupForm};
use domain::{Actor, Code, Kind};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use store::{Chance, From, Keys, Limits, ListFilter, Options, Pool, SearchFilter, SignedIn, Store, Total};
use uuid::Uuid;

/// Which database a house stands on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Database {
    Sqlite,
    Postgres,
}

/// The password of everybody in the house.
pub const PASSWORD: &str = "olive stair lamp wind";

/// Everybody but the first administrator and the chair: login, name, role.
const PEOPLE: [(&str, &str, &str); 8] = [
    ("lina", "Lina Kheder", "investigator"),
    ("omar", "Omar Jaber", "investigator"),
    ("sami", "Sami Toutounji", "investigator"),
    ("huda", "Huda Rahal", "supervisor"),
    ("zaid", "Zaid Murad", "auditor"),
    ("rana", "Rana Shami", "legal_officer"),
    ("yusuf", "Yusuf Darwish", "protection_officer"),
    ("dima", "Dima Ayoub", "evidence_custodian"),
];

/// A database with a committee in it, to copy from.
struct Ready {
    root: [u8; 32],
    /// The file's bytes.
    sqlite: Vec<u8>,
    /// The name of the database.
    postgres: String,
}

impl Ready {
    /// Sets the committee up, the first time it is asked for on this database.
    fn of(database: Database) -> &'static Self {
        static SQLITE: OnceLock<Ready> = OnceLock::new();
        static POSTGRES: OnceLock<Ready> = OnceLock::new();
        let ready = match database {
            Database::Sqlite => &SQLITE,
            Database::Postgres => &POSTGRES,
        };
        ready.get_or_init(|| {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .expect("a runtime");
            runtime.block_on(async {
                let clock = Steered::default();
                // A day before: what was written then comes before everything else in the log.
                clock.advance(-chrono::Duration::days(1));
                let house = House::on_database(database, limits(), None, clock).await;
                house.set_up(false).await;
                house.people().await;
                house.store.close().await;
                let sqlite = std::fs::read(house.data().join("sijill.db")).unwrap_or_default();
                Self {
                    root: house.root,
                    sqlite,
                    postgres: house.database_name(),
                }
            })
        })
    }
}

/// A folder that is removed with its content.
struct Folder(PathBuf);

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// A store, its people and its clock.
pub struct House {
    pub store: Store,
    pub clock: Steered,
    pub database: Database,
    /// The address of the database.
    pub url: String,
    root: [u8; 32],
    limits: Limits,
    folder: Folder,
}

/// Where a record was found: opened, listed, searched by its code, counted on its case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Found {
    pub opened: bool,
    pub listed: bool,
    pub searched: bool,
}

/// The limits of the tests: cheap hashing, files of at most 2 MiB.
#[must_use]
pub fn limits() -> Limits {
    Limits {
        argon2: (64, 1),
        upload: 2 * 1024 * 1024,
        ..Limits::default()
    }
}

/// Where a request of this person comes from: an address of their own.
#[must_use]
pub fn from(login: &str) -> From {
    let net = login
        .bytes()
        .fold(7u8, |sum, byte| sum.wrapping_mul(31).wrapping_add(byte));
    From {
        address: format!("10.0.{net}.0/24"),
        request: format!("request-of-{login}"),
        agent: "test".into(),
        device: None,
    }
}

impl House {
    /// A committee of ten, on a fresh database: a copy of one that was set up once per process.
    ///
    /// # Panics
    /// If the database can't be made.
    pub async fn new(database: Database) -> Self {
        Self::new_with(database, limits()).await
    }

    /// The same, with other limits.
    ///
    /// # Panics
    /// If the database can't be made.
    pub async fn new_with(database: Database, limits: Limits) -> Self {
        let ready = tokio::task::spawn_blocking(move || Ready::of(database))
            .await
            .expect("the committee is set up");
        Self::on_database(database, limits, Some(ready), Steered::default()).await
    }

    /// A committee where everybody needs a second factor. Nobody has one yet.
    ///
    /// # Panics
    /// If the database does not open again.
    pub async fn with_factor(database: Database) -> Self {
        let mut house = Self::new(database).await;
        house
            .raw()
            .await
            .must("UPDATE committee SET factor_required = TRUE")
            .await;
        house.store.close().await;
        house.store = house.open_again().await.expect("opens again");
        house
    }

    /// A store on a fresh database, without a committee.
    ///
    /// # Panics
    /// If the database can't be made.
    pub async fn empty(database: Database) -> Self {
        Self::empty_with(database, limits()).await
    }

    /// The same, with other limits.
    ///
    /// # Panics
    /// If the database can't be made.
    pub async fn empty_with(database: Database, limits: Limits) -> Self {
        Self::on_database(database, limits, None, Steered::default()).await
    }

    async fn on_database(database: Database, limits: Limits, ready: Option<&Ready>, clock: Steered) -> Self {
        let root = ready.map_or_else(|| Chance::real().bytes(), |ready| ready.root);
        // In memory where there is such a folder: what is asked of the store does not depend on the disk.
        let memory = Path::new("/dev/shm");
        let parent = if memory.is_dir() {
            memory.to_owned()
        } else {
            std::env::temp_dir()
        };
        let path = parent.join(format!(
            "sijill-house-{}",
            Uuid::from_bytes(Chance::real().bytes()).simple()
        ));
        std::fs::create_dir(&path).expect("a folder for the data");
        let folder = Folder(path);
        let url = match database {
            Database::Sqlite => {
                let file = folder.0.join("sijill.db");
                if let Some(ready) = ready {
                    std::fs::write(&file, &ready.sqlite).expect("a copy of the database");
                }
                format!("sqlite://{}", file.display())
            }
            Database::Postgres => {
                let name = postgres::fresh_name();
                let template = ready.map_or("template0", |ready| ready.postgres.as_str());
                Raw::connect(&postgres::address("postgres"))
                    .await
                    .must(&format!("CREATE DATABASE {name} TEMPLATE {template}"))
                    .await;
                postgres::address(&name)
            }
        };
        let store = open(&url, &folder.0, &root, &clock, &limits)
            .await
            .expect("the store opens");
        Self {
            store,
            clock,
            database,
            url,
            root,
            limits,
            folder,
        }
    }

    /// The data folder.
    #[must_use]
    pub fn data(&self) -> &Path {
        &self.folder.0
    }

    /// Another store on the same database and data, as another process would open it.
    ///
    /// # Errors
    /// What the store says.
    pub async fn open_again(&self) -> Result<Store, String> {
        open(&self.url, self.data(), &self.root, &self.clock, &self.limits).await
    }

    /// The same with another key.
    ///
    /// # Errors
    /// What the store says.
    pub async fn open_with_key(&self, root: [u8; 32]) -> Result<Store, String> {
        open(&self.url, self.data(), &root, &self.clock, &self.limits).await
    }

    /// Sets the committee up: `admin`, and `nour` in the chair.
    ///
    /// # Panics
    /// If the store refuses.
    pub async fn set_up(&self, factor_required: bool) {
        let link = self.store.new_setup_link().await.expect("a set-up link");
        let form = SetupForm {
            committee: "Test committee".into(),
            language: "ar".into(),
            login: "admin".into(),
            name: "Adel Issa".into(),
            password: PASSWORD.into(),
            password_again: PASSWORD.into(),
            chair_login: "nour".into(),
            chair_name: "Nour Haddad".into(),
            factor_required,
            demo: false,
        };
        let chair = self
            .store
            .set_up(&link, &form.check().expect("a good form"), &from("admin"))
            .await
            .expect("set up");
        self.store
            .accept_invitation(&chair, PASSWORD, PASSWORD, &from("nour"))
            .await
            .expect("the chair accepts");
    }

    async fn people(&self) {
        let (admin, nour) = (self.actor("admin").await, self.actor("nour").await);
        for (login, name, role) in PEOPLE {
            let link = self.invite(&admin, login, name, &[role]).await;
            self.store
                .accept_invitation(&link, PASSWORD, PASSWORD, &from(login))
                .await
                .expect("the invitation is accepted");
            self.store
                .confirm_account(&nour, login)
                .await
                .expect("the chair confirms");
        }
    }

    /// The administrator invites a person: the link's token.
    ///
    /// # Panics
    /// If the store refuses.
    pub async fn invite(&self, admin: &Actor, login: &str, name: &str, roles: &[&str]) -> String {
        let form = InviteForm {
            login: login.into(),
            name: name.into(),
            roles: roles.iter().map(|role| (*role).to_owned()).collect(),
        };
        self.store
            .invite(admin, &form.check().expect("a good form"))
            .await
            .expect("invited")
    }

    /// Signs a person in, in a session of its own.
    ///
    /// # Panics
    /// If the store refuses.
    pub async fn sign_in(&self, login: &str) -> (String, SignedIn) {
        let good = self
            .store
            .log_in(login, PASSWORD, &from(login))
            .await
            .expect("signs in");
        let signed_in = self
            .store
            .actor_for(&good.token, &from(login))
            .await
            .expect("an answer")
            .expect("a session");
        (good.token, signed_in)
    }

    /// A person, signed in just now.
    ///
    /// # Panics
    /// If the store refuses.
    pub async fn actor(&self, login: &str) -> Actor {
        self.sign_in(login).await.1.actor
    }

    /// A person, signed in, with a purpose chosen for the case.
    ///
    /// # Panics
    /// If the store refuses.
    pub async fn on(&self, login: &str, case: &Code) -> Actor {
        let actor = self.actor(login).await;
        self.store
            .choose_purpose(&actor, case, "review")
            .await
            .expect("a purpose");
        actor
    }

    /// The same, and the password was given again just now.
    ///
    /// # Panics
    /// If the store refuses.
    pub async fn sure(&self, login: &str, case: &Code) -> Actor {
        let actor = self.on(login, case).await;
        self.again(&actor).await
    }

    /// A person after giving the password again in the same session.
    ///
    /// # Panics
    /// If the store refuses.
    pub async fn again(&self, actor: &Actor) -> Actor {
        let token = self.store.step_up(actor, PASSWORD).await.expect("stepped up");
        let signed_in = self
            .store
            .actor_for(&token, &from(&actor.login))
            .await
            .expect("an answer");
        signed_in.expect("a session").actor
    }

    /// A case that `lina` opened and leads, with `omar` as second and `huda` as supervisor; and `lina`, who has a purpose.
    ///
    /// # Panics
    /// If the store refuses.
    pub async fn case(&self) -> (Code, Actor) {
        let lina = self.actor("lina").await;
        let case = self
            .store
            .create_case(&lina, &draft::case("كمين على الطريق", "ما قيل أولاً"))
            .await
            .expect("a case");
        let huda = self.actor("huda").await;
        self.store
            .assign(&huda, &case, "omar", "second")
            .await
            .expect("omar is second");
        self.store
            .assign(&huda, &case, "huda", "supervisor")
            .await
            .expect("huda supervises");
        (case, lina)
    }

    /// A person on a case, not protected.
    ///
    /// # Panics
    /// If the store refuses.
    pub async fn person(&self, actor: &Actor, case: &Code, name: &str) -> Code {
        self.store
            .create_person(actor, Some(case), &draft::person(name, false))
            .await
            .expect("a person")
    }

    /// Reads a complete draft back and files it.
    ///
    /// # Panics
    /// If the store refuses.
    pub async fn file(&self, actor: &Actor, code: &Code) {
        let version = self.store.open_draft(actor, code).await.expect("a draft").head.version;
        self.store.read_back(actor, code, version).await.expect("complete");
        self.store
            .file_testimony(actor, code, version + 1)
            .await
            .expect("filed");
    }

    /// A final testimony on a case with so many paragraphs, of a new person.
    ///
    /// # Panics
    /// If the store refuses.
    pub async fn filed(&self, actor: &Actor, case: &Code, paragraphs: usize) -> Code {
        let witness = self.person(actor, case, "شاهد").await;
        let form = draft::testimony(&witness, paragraphs);
        let code = self
            .store
            .create_testimony(actor, Some(case), &form)
            .await
            .expect("a draft");
        self.file(actor, &code).await;
        code
    }

    /// How many records of a kind a person finds by a word.
    ///
    /// # Panics
    /// If the store refuses, or there are too many to count.
    pub async fn count(&self, actor: &Actor, kind: Kind, query: &str) -> u32 {
        let filter = SearchFilter {
            kind: Some(kind),
            ..SearchFilter::default()
        };
        match self
            .store
            .find(actor, query, &filter, 1)
            .await
            .expect("an answer")
            .total
        {
            Total::Exactly(count) => count,
            Total::MoreThan(count) => panic!("more than {count}"),
        }
    }

    /// Opens a record of any kind; only whether it went well.
    ///
    /// # Errors
    /// What the store says.
    pub async fn open(&self, actor: &Actor, code: &Code) -> domain::Result<()> {
        match code.kind() {
            Kind::Case => self.store.open_case(actor, code).await.map(drop),
            Kind::Testimony => self.store.open_testimony(actor, code).await.map(drop),
            Kind::Document => self.store.open_document(actor, code).await.map(drop),
            Kind::Incident => self.store.open_incident(actor, code).await.map(drop),
            Kind::Person => self.store.open_person(actor, code).await.map(drop),
            Kind::Unit => self.store.open_unit(actor, code).await.map(drop),
        }
    }

    /// The codes that a person's list of a kind shows; none where the role lists nothing.
    ///
    /// # Panics
    /// On any other refusal.
    pub async fn listed(&self, actor: &Actor, kind: Kind) -> Vec<Code> {
        match self.store.list(actor, kind, &ListFilter::default(), 1000).await {
            Ok(page) => page.rows.into_iter().map(|row| row.code).collect(),
            Err(error) => {
                assert_eq!(error, domain::Error::Forbidden);
                Vec::new()
            }
        }
    }

    /// This person declares a conflict of interest on a case, past the store.
    ///
    /// # Panics
    /// If the database refuses.
    pub async fn declare_conflict(&self, login: &str, case: &Code) {
        let mut raw = self.raw().await;
        let id = raw.uuid(Chance::real().id(self.clock.now()));
        raw.must(&format!(
            "INSERT INTO conflict_of_interest (id, case_id, account_id, conflict, wrapped_key, reason, declared_at)
             SELECT {id}, r.id, a.id, TRUE, a.wrapped_key, a.name, a.created_at FROM record r, account a WHERE r.code = '{case}' AND a.login = '{login}'"
        ))
        .await;
    }

    /// A connection past the store.
    pub async fn raw(&self) -> Raw {
        Raw::connect(&self.url).await
    }

    /// How many log entries there are.
    pub async fn mark(&self) -> usize {
        self.raw().await.log().await.len()
    }

    /// The log entries since a mark, in their order.
    pub async fn since(&self, mark: usize) -> Vec<LogEntry> {
        self.raw().await.log().await.split_off(mark)
    }

    /// The newest log entry.
    ///
    /// # Panics
    /// If there is none.
    pub async fn last(&self) -> LogEntry {
        self.raw().await.log().await.pop().expect("an entry")
    }

    /// Checks the whole log as an auditor would: counters without gaps in every instance, every row equal to its leaf.
    ///
    /// # Panics
    /// If not.
    pub async fn log_is_sound(&self) {
        let mut next: BTreeMap<Uuid, i64> = BTreeMap::new();
        for entry in self.raw().await.log().await {
            let counter = next.entry(entry.instance_id).or_insert(1);
            assert_eq!(entry.counter, *counter, "a gap in the counters of an instance");
            *counter += 1;
            entry.is_sound();
        }
    }

    fn database_name(&self) -> String {
        self.url.split(['/', '?']).nth(3).unwrap_or_default().to_owned()
    }

    /// Closes the store. The folder goes with the house, a PostgreSQL database with the server.
    pub async fn pull_down(self) {
        self.store.close().await;
    }
}

async fn open(url: &str, data: &Path, root: &[u8; 32], clock: &Steered, limits: &Limits) -> Result<Store, String> {
    let pool = Pool::connect(url).await?;
    let options = Options {
        pool,
        keys: Keys::from_root(root),
        data: data.to_owned(),
        clock: clock.clock(),
        chance: Chance::real(),
        limits: limits.clone(),
        reader: Some(crate::program()),
    };
    Store::open(options).await
}
