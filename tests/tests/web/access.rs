//! Access coverage: every address × every role × {own case, other's case, anonymous}, against a table written by hand.
//! An address without a row fails the test, and so does a row without an address.

use crate::site::{PASSWORD, Person, Site, run};
use app::Route;
use hyper::StatusCode;
use std::collections::{BTreeMap, HashSet};

/// The rule of an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Rule {
    /// Anybody, signed in or not.
    Anybody,
    /// Whoever is signed in.
    SignedIn,
    /// Roles that read content; lists hold what each may see.
    Content,
    /// These roles only.
    Roles(&'static [&'static str]),
    /// A record: need-to-know.
    Record,
    /// A record, and of those who see it only these roles.
    RecordBy(&'static [&'static str]),
    /// A record on a case where one has a duty, in one of these roles: who supervises all cases is not enough.
    DutyOn(&'static [&'static str]),
}
use Rule::{Anybody, Content, DutyOn, Record, RecordBy, Roles, SignedIn};

const ROLES: [(&str, &str); 8] = [
    ("investigator", "u-01"),
    ("legal_officer", "u-06"),
    ("evidence_custodian", "u-08"),
    ("protection_officer", "u-07"),
    ("supervisor", "u-05"),
    ("chair", "u-09"),
    ("auditor", "u-10"),
    ("administrator", "admin"),
];

const WRITERS: &[&str] = &[
    "investigator",
    "legal_officer",
    "evidence_custodian",
    "protection_officer",
    "supervisor",
];
const TAKERS: &[&str] = &["investigator", "protection_officer"];
const WITHDRAWERS: &[&str] = &["investigator", "legal_officer", "protection_officer"];
const RISK_READERS: &[&str] = &[
    "investigator",
    "legal_officer",
    "protection_officer",
    "supervisor",
    "chair",
];
/// Who may have a protected identity opened, and who decides on requests to.
const REVEALERS: &[&str] = &["investigator", "legal_officer", "protection_officer", "supervisor"];
const PROTECTORS: &[&str] = &["protection_officer", "supervisor"];
const CLAIMERS: &[&str] = &["investigator", "legal_officer", "supervisor"];
const MAKERS: &[&str] = &["investigator", "legal_officer", "protection_officer", "supervisor"];

/// The hand-written table.
fn table() -> Vec<(&'static str, &'static str, Rule)> {
    include!("access_table.rs")
}

/// What an answer says about access.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    In,
    SignIn,
    Forbidden,
    Hidden,
}

fn verdict(status: StatusCode, location: &str) -> Verdict {
    match status {
        StatusCode::SEE_OTHER if location.starts_with("/sign-in") => Verdict::SignIn,
        StatusCode::UNAUTHORIZED => Verdict::SignIn,
        StatusCode::FORBIDDEN => Verdict::Forbidden,
        StatusCode::NOT_FOUND => Verdict::Hidden,
        _ => Verdict::In,
    }
}

/// Who asks for what: own case (or a record on it), or somebody else's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Relation {
    Own,
    Others,
}

fn expected(rule: Rule, role: &str, relation: Relation) -> Verdict {
    let reads = !matches!(role, "auditor" | "administrator");
    let supervises = matches!(role, "supervisor" | "chair");
    let seen = || match (reads, relation) {
        (false, _) => Verdict::Forbidden,
        (true, Relation::Own) => Verdict::In,
        (true, Relation::Others) if supervises => Verdict::In,
        (true, Relation::Others) => Verdict::Hidden,
    };
    match rule {
        Anybody | SignedIn => Verdict::In,
        Content if reads => Verdict::In,
        Content => Verdict::Forbidden,
        Roles(roles) if roles.contains(&role) => Verdict::In,
        Roles(_) => Verdict::Forbidden,
        Record => seen(),
        RecordBy(roles) => match seen() {
            Verdict::In if roles.contains(&role) => Verdict::In,
            Verdict::In => Verdict::Forbidden,
            other => other,
        },
        DutyOn(roles) => match (seen(), relation) {
            (Verdict::In, Relation::Own) if roles.contains(&role) => Verdict::In,
            (Verdict::In, _) => Verdict::Forbidden,
            (other, _) => other,
        },
    }
}

/// The path with a record's code in it.
fn filled(path: &str, codes: &BTreeMap<&str, String>) -> String {
    let noun = path.split('/').nth(1).unwrap_or_default();
    let code = codes.get(noun).cloned().unwrap_or_default();
    path.replace("{code}", &code)
        .replace("{login}", "u-04")
        .replace("{step}", "witness")
        .replace("{number}", "1")
        .replace("{row}", "1")
        .replace("{language}", "en")
        .replace("{token}", "no-such-token")
        .replace("{ticket}", "no-such-ticket")
        .replace("{id}", "no-such-search")
}

#[test]
fn every_address_has_a_row_and_every_row_an_address() {
    let known: HashSet<(&str, &str)> = app::pages::routes()
        .iter()
        .map(|route: &Route| (route.method, route.path))
        .collect();
    let rows: HashSet<(&str, &str)> = table().iter().map(|(method, path, _)| (*method, *path)).collect();
    let without_row: Vec<_> = known.difference(&rows).collect();
    let without_address: Vec<_> = rows.difference(&known).collect();
    assert!(without_row.is_empty(), "addresses without a row: {without_row:#?}");
    assert!(
        without_address.is_empty(),
        "rows without an address: {without_address:#?}"
    );
}

#[test]
fn each_role_gets_what_the_table_says() {
    run(async {
        let site = Site::demonstration().await;
        let (own, others) = codes(&site).await;
        let mut wrong = Vec::new();
        for (role, login) in ROLES {
            for (relation, codes) in [(Relation::Own, &own), (Relation::Others, &others)] {
                let person = site.person(login).await;
                if !matches!(role, "auditor" | "administrator")
                    && (relation == Relation::Own || matches!(role, "supervisor" | "chair"))
                {
                    person.purpose(&codes["cases"]).await;
                }
                for (method, path, rule) in table() {
                    // These end the session or use something up; they have tests of their own.
                    if matches!(
                        path,
                        "/sign-out"
                            | "/account/sessions"
                            | "/account/devices"
                            | "/account/password"
                            | "/step-up"
                            | "/kept"
                    ) && method == "POST"
                    {
                        continue;
                    }
                    let address = filled(path, codes);
                    let answer = if method == "GET" {
                        person.get(&address).await
                    } else {
                        post(&person, path, &address).await
                    };
                    let got = verdict(answer.status, answer.location());
                    // Tokens and tickets that do not exist, and links and searches that are not named, are hidden from everybody alike.
                    let names_nothing = [
                        "{token}",
                        "{ticket}",
                        "/searches",
                        "/unlink",
                        "/end-link",
                        "/end-act",
                        "/claims/end",
                        "/facts/{number}",
                        "/lists/{number}/end",
                        "/mark",
                        "/same",
                    ]
                    .iter()
                    .any(|part| path.contains(part));
                    if names_nothing && got == Verdict::Hidden {
                        continue;
                    }
                    let want = expected(rule, role, relation);
                    if got != want {
                        wrong.push(format!(
                            "{method} {address} as {role} ({relation:?}): {got:?} ({}), the table says {want:?}",
                            answer.status
                        ));
                    }
                    if answer.status.is_server_error() {
                        wrong.push(format!("{method} {address} as {role}: {}", answer.status));
                    }
                }
            }
        }
        site.close().await;
        assert!(wrong.is_empty(), "{}\n{} in all", wrong.join("\n"), wrong.len());
    });
}

/// Every code on a case, with the words it is titled with.
async fn records_of(site: &Site, login: &str, case: &str) -> BTreeMap<String, String> {
    let actor = actor(site, login).await;
    let store = &site.running.store;
    let case: domain::Code = case.parse().expect("a code");
    store.choose_purpose(&actor, &case, "review").await.expect("a purpose");
    let mut records = BTreeMap::new();
    for kind in domain::Kind::ALL.into_iter().filter(|kind| *kind != domain::Kind::Case) {
        let filter = store::ListFilter::default();
        let page = store
            .case_records(&actor, &case, kind, &filter, 500)
            .await
            .expect("a list");
        assert!(!page.older, "all of them");
        let titles = page
            .rows
            .into_iter()
            .map(|row| (row.code.to_string(), row.title.unwrap_or_default().to_string()));
        records.extend(titles);
    }
    records
}

/// Whatever of these codes stands in what somebody is told.
fn told(text: &str, codes: &BTreeMap<String, String>) -> Vec<String> {
    codes
        .keys()
        .filter(|code| text.contains(code.as_str()))
        .cloned()
        .collect()
}

/// All that somebody gets to read who asks every room that tells of records by something else than their address.
async fn asked_everywhere(person: &Person, titles: &[&str], names: &[&str]) -> Vec<(String, String)> {
    let mut texts = Vec::new();
    for title in titles {
        let found = person.post("/search", &[("q", title)]).await;
        if found.location().starts_with("/search/") {
            texts.push((format!("search {title}"), person.get(found.location()).await.text));
        }
        let kinds = "case,testimony,document,incident,person,unit";
        let begun: String = title.chars().take(4).collect();
        for typed in [*title, begun.trim()] {
            let answer = person.post("/pick", &[("kinds", kinds), ("q", typed)]).await;
            texts.push((format!("type-ahead {typed}"), answer.text));
        }
    }
    for name in names {
        let fields = [("name_ar", *name), ("sex", "not_stated")];
        texts.push((
            format!("homonyms of {name}"),
            person.post("/persons/new", &fields).await.text,
        ));
    }
    for address in [
        "/count",
        "/count?of=violations&by=sex&key=male",
        "/count?of=violations&by=sex&key=female",
        "/incidents/map",
        "/matches",
        "/claims",
        "/cases/C-2025-0001/chart",
        "/cases/C-2025-0001/timeline",
        "/cases/C-2025-0001/facts",
        "/incidents/map?case=C-2025-0001",
    ] {
        texts.push((address.to_owned(), person.get(address).await.text));
    }
    texts
}

#[test]
fn outside_a_case_nothing_of_it_is_found_by_any_way() {
    run(async {
        let site = Site::demonstration().await;
        let mut of_the_case = records_of(&site, "u-02", "C-2025-0001").await;
        // What hangs on another case too may be known from there.
        let chair = actor(&site, "u-09").await;
        let filter = store::ListFilter::default();
        let cases = site
            .running
            .store
            .list(&chair, domain::Kind::Case, &filter, 500)
            .await
            .expect("a list");
        for case in cases.rows.iter().filter(|case| case.code.as_str() != "C-2025-0001") {
            for code in records_of(&site, "u-09", case.code.as_str()).await.keys() {
                of_the_case.remove(code);
            }
        }
        let titles: Vec<&str> = of_the_case
            .values()
            .map(String::as_str)
            .filter(|title| title.chars().count() > 3)
            .collect();
        let names: Vec<&str> = of_the_case
            .iter()
            .filter(|(code, name)| {
                let kind = code.parse::<domain::Code>().map(|code| code.kind());
                kind == Ok(domain::Kind::Person) && name.contains(' ')
            })
            .map(|(_, name)| name.as_str())
            .collect();
        assert!(titles.len() > 10 && names.len() > 2, "{titles:?} {names:?}");
        // Who works on it finds something by each way: so the test can fail.
        let member = site.person("u-01").await;
        member.purpose("C-2025-0001").await;
        let known = asked_everywhere(&member, &titles, &names).await;
        for way in [
            "search",
            "type-ahead",
            "homonyms",
            "/count?",
            "/incidents/map",
            "/cases/C-2025-0001/chart",
            "/cases/C-2025-0001/timeline",
        ] {
            let mut texts = known.iter().filter(|(asked, _)| asked.starts_with(way));
            assert!(
                texts.any(|(_, text)| !told(text, &of_the_case).is_empty()),
                "a member finds nothing by {way}"
            );
        }
        let outsider = site.person("u-03").await;
        assert_eq!(outsider.get("/cases/C-2025-0001").await.status, StatusCode::NOT_FOUND);
        let told: Vec<_> = asked_everywhere(&outsider, &titles, &names)
            .await
            .into_iter()
            .map(|(asked, text)| (told(&text, &of_the_case), asked))
            .filter(|(codes, _)| !codes.is_empty())
            .collect();
        assert!(told.is_empty(), "{told:#?}");
        site.close().await;
    });
}

#[test]
fn nobody_unknown_gets_further_than_the_door() {
    run(async {
        let site = Site::demonstration().await;
        let (own, _) = codes(&site).await;
        let visitor = site.visitor();
        let mut wrong = Vec::new();
        for (method, path, rule) in table() {
            let address = filled(path, &own);
            let answer = if method == "GET" {
                visitor.get(&address).await
            } else {
                post(&visitor, path, &address).await
            };
            let got = verdict(answer.status, answer.location());
            let fine = match rule {
                Anybody => got != Verdict::Forbidden,
                _ => got == Verdict::SignIn,
            };
            if !fine {
                wrong.push(format!("{method} {address}: {got:?} ({})", answer.status));
            }
            for secret in ["المرساوي", "Marsawi", "كمين وادي"] {
                assert!(
                    !answer.text.contains(secret),
                    "{method} {address} tells a stranger {secret}"
                );
            }
        }
        site.close().await;
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    });
}

#[test]
fn a_form_from_elsewhere_is_refused() {
    run(async {
        let site = Site::demonstration().await;
        let lina = site.person("u-01").await;
        for (name, value) in [
            ("sec-fetch-site", "cross-site"),
            ("sec-fetch-site", "same-site"),
            ("origin", "https://evil.example"),
            ("x-nothing", "at-all"),
        ] {
            for (method, path, _) in table() {
                if method == "GET" {
                    continue;
                }
                let request = hyper::Request::builder()
                    .method("POST")
                    .uri(format!("{}{}", site.base(), filled(path, &BTreeMap::new())))
                    .header("content-type", "application/x-www-form-urlencoded")
                    .header(name, value);
                let answer = lina.send(request, hyper::body::Bytes::new()).await;
                assert_eq!(answer.status, StatusCode::FORBIDDEN, "POST {path} with {name}: {value}");
            }
        }
        site.close().await;
    });
}

async fn post(person: &Person, path: &str, address: &str) -> crate::site::Answer {
    if path == "/documents/new" {
        let boundary = "x----x";
        return person
            .post_bytes(
                address,
                &format!("multipart/form-data; boundary={boundary}"),
                format!("--{boundary}--\r\n").into_bytes(),
            )
            .await;
    }
    match path {
        // Whole, so that the role decides and not what is missing.
        "/cases/new" => person.post(address, &[("title", "x"), ("priority", "low")]).await,
        "/search" => person.post(address, &[("q", "x")]).await,
        _ => person.post(address, &[]).await,
    }
}

/// Codes of a case that everybody with a duty works on, with a record of each kind on it; and of one where nobody of
/// [`ROLES`] below the supervisor has any.
async fn codes(site: &Site) -> (BTreeMap<&'static str, String>, BTreeMap<&'static str, String>) {
    // Case 1 of the demonstration: u-01, u-06, u-07, u-08, u-05 have duties on it.
    let own = codes_on(site, "u-02", "C-2025-0001").await;
    // A case that u-03 opens and fills, alone.
    let sami = site.person("u-03").await;
    let made = sami
        .post(
            "/cases/new",
            &[("title", "another case"), ("summary", ""), ("priority", "low")],
        )
        .await;
    let case = made
        .location()
        .rsplit('/')
        .next()
        .unwrap_or_default()
        .split('?')
        .next()
        .unwrap_or_default()
        .to_owned();
    assert!(case.starts_with("C-"), "{}", made.text);
    sami.post(
        &format!("/persons/new?case={case}"),
        &[("name_ar", "شخص"), ("sex", "male")],
    )
    .await;
    sami.post(
        &format!("/units/new?case={case}"),
        &[("name_ar", "وحدة"), ("party_type", "UNKNOWN")],
    )
    .await;
    sami.post(
        &format!("/units/new?case={case}"),
        &[("name_ar", "وحدة"), ("party_type", "STATE-SEC")],
    )
    .await;
    sami.post(&format!("/incidents/new?case={case}"), &[("title", "حادثة")])
        .await;
    sami.post(
        &format!("/testimonies/new?case={case}"),
        &[("do", "unknown"), ("summary", "مسودة")],
    )
    .await;
    let boundary = "x----x";
    let body = format!(
        "--{boundary}\r\nContent-Disposition: form-data; name=\"title\"\r\n\r\npaper\r\n--{boundary}\r\nContent-Disposition: form-data; name=\"document_type\"\r\n\r\nphoto\r\n\
         --{boundary}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\nContent-Type: text/plain\r\n\r\nhello\r\n--{boundary}--\r\n"
    );
    sami.post_bytes(
        &format!("/documents/new?case={case}"),
        &format!("multipart/form-data; boundary={boundary}"),
        body.into_bytes(),
    )
    .await;
    (own, codes_on(site, "u-03", &case).await)
}

/// Somebody signed in, for asking the store itself.
async fn actor(site: &Site, login: &str) -> domain::Actor {
    let store = &site.running.store;
    let from = store::From {
        address: "test".into(),
        request: "test".into(),
        agent: "test".into(),
        device: None,
    };
    let token = store.log_in(login, PASSWORD, &from).await.expect("signed in").token;
    let signed_in = store.actor_for(&token, &from).await.expect("an answer");
    signed_in.expect("a session").actor
}

async fn codes_on(site: &Site, login: &str, case: &str) -> BTreeMap<&'static str, String> {
    use domain::Kind;
    let store = &site.running.store;
    let actor = actor(site, login).await;
    let case: domain::Code = case.parse().expect("a code");
    store.choose_purpose(&actor, &case, "review").await.expect("a purpose");
    let mut codes = BTreeMap::from([("cases", case.to_string())]);
    for (noun, kind) in [
        ("testimonies", Kind::Testimony),
        ("documents", Kind::Document),
        ("incidents", Kind::Incident),
        ("persons", Kind::Person),
        ("units", Kind::Unit),
    ] {
        let page = store
            .case_records(&actor, &case, kind, &store::ListFilter::default(), 50)
            .await
            .expect("a list");
        let row = page
            .rows
            .iter()
            .find(|row| !row.protected && row.fact.as_deref() != Some("restricted"));
        codes.insert(
            noun,
            row.unwrap_or_else(|| panic!("no {noun} on {case}")).code.to_string(),
        );
    }
    let list = domain::source_list::ListForm {
        title: "قائمة".into(),
        source: "family".into(),
        listed: "killed".into(),
        paste: "شخص من القائمة".into(),
        ..domain::source_list::ListForm::default()
    };
    let list = list.check(store.today()).expect("a good form");
    let document = codes["documents"].parse().expect("a code");
    store.load_list(&actor, &document, &list).await.expect("loaded");
    codes
}
