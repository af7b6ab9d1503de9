//! The program itself, as an operator starts it: the recovery kit, renewing the keys, and what it tells while it serves.

use crate::site::{Person, Site, run};
use hyper::StatusCode;
use std::io::{BufRead, BufReader, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tests::planted::{Search, WORDS, all_files};
use tests::program;

/// The program on the data and the key of a site's folder, with nothing else from the environment.
fn command(folder: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(program());
    command
        .args(args)
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("SIJILL_DATA", folder.join("data"))
        .env("SIJILL_KEY_FILE", folder.join("root.key"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

/// Runs a command to its end: whether it went well, and what it said.
fn sijill(folder: &Path, args: &[&str], input: &str) -> (bool, String) {
    let mut child = command(folder, args)
        .spawn()
        .expect("the program starts: build it, or set SIJILL_BIN");
    let mut stdin = child.stdin.take().expect("its input");
    let _ = stdin.write_all(input.as_bytes());
    drop(stdin);
    let output = child.wait_with_output().expect("it ends");
    let told = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8_lossy(&told).into_owned())
}

fn mode(path: &Path) -> u32 {
    std::fs::metadata(path).expect("a file").permissions().mode() & 0o777
}

#[test]
fn a_lost_key_is_rebuilt_from_its_kit_and_nothing_less() {
    run(async {
        let site = Site::demonstration().await;
        let folder = site.folder.clone();
        let down = site.down().await;
        let (key, kit) = (folder.join("root.key"), folder.join("kit"));
        let kept = std::fs::read(&key).expect("the key");

        let out = kit.display().to_string();
        let (good, told) = sijill(
            &folder,
            &["keys", "kit", "--shares", "4", "--needed", "3", "--out", &out],
            "",
        );
        assert!(good && told.contains("4 files in"), "{told}");
        let mut shares: Vec<String> = all_files(&kit)
            .iter()
            .map(|path| {
                assert_eq!(mode(path), 0o600);
                let share = std::fs::read_to_string(path).expect("a share").trim().to_owned();
                assert!(!told.contains(&share), "what goes into files is not told");
                share
            })
            .collect();
        shares.sort();
        assert_eq!(shares.len(), 4);
        // Nothing that is there already is written over.
        let (good, told) = sijill(
            &folder,
            &["keys", "kit", "--shares", "4", "--needed", "3", "--out", &out],
            "",
        );
        assert!(!good, "{told}");
        // Without a folder the lines are printed.
        let (good, printed) = sijill(&folder, &["keys", "kit", "--shares", "2", "--needed", "2"], "");
        let other: Vec<&str> = printed
            .lines()
            .filter(|line| line.starts_with("SIJILL-KIT-1"))
            .collect();
        assert!(good && other.len() == 2, "{printed}");
        let (good, told) = sijill(&folder, &["keys", "kit", "--shares", "2", "--needed", "3"], "");
        assert!(!good, "more are needed than there are: {told}");

        // A key that is there is not overwritten.
        let (good, told) = sijill(&folder, &["keys", "restore"], &shares.join("\n"));
        assert!(!good && std::fs::read(&key).expect("the key") == kept, "{told}");
        std::fs::remove_file(&key).expect("the key is lost");
        let wrong = shares[0].replacen("kit ", "kit X", 1);
        for (input, why) in [
            (String::new(), "no share"),
            (shares[..2].join("\n"), "two of three"),
            (
                [shares[0].as_str(), &shares[0], &shares[0]].join("\n"),
                "one, three times",
            ),
            (
                [shares[0].as_str(), &shares[1], other[0]].join("\n"),
                "one of another kit",
            ),
            (
                [wrong.as_str(), &shares[1], &shares[2]].join("\n"),
                "one with a wrong letter",
            ),
            ("paper".to_owned(), "no share at all"),
        ] {
            let (good, told) = sijill(&folder, &["keys", "restore"], &input);
            assert!(!good && !key.exists(), "{why}: {told}");
            assert!(!told.contains("panicked") && told.contains("sijill: "), "{why}: {told}");
        }
        // Not into the data folder, where it would be seized with the data.
        let inside = folder.join("data").join("root.key").display().to_string();
        let (good, told) = sijill(
            &folder,
            &["keys", "restore", "--key-file", &inside],
            &shares[1..].join("\n"),
        );
        assert!(!good && !Path::new(&inside).exists(), "{told}");

        // Any three, in any order, with other lines between them.
        let input = format!("\n{}\n\n{}\n{}\n", shares[3], shares[0], shares[2]);
        let (good, told) = sijill(&folder, &["keys", "restore"], &input);
        assert!(good, "{told}");
        assert_eq!(std::fs::read(&key).expect("the key"), kept);
        assert_eq!(mode(&key), 0o600);
        let (good, told) = sijill(&folder, &["check"], "");
        assert!(good, "{told}");
        let site = down.up().await;
        let person = site.person("u-01").await;
        person.purpose("C-2025-0001").await;
        assert_eq!(person.get("/cases/C-2025-0001").await.status, StatusCode::OK);
        site.close().await;
    });
}

#[test]
fn the_keys_are_renewed_while_the_server_runs_and_the_kit_stays_good() {
    run(async {
        let site = Site::demonstration().await;
        let folder = site.folder.clone();
        let key = folder.join("root.key");
        let (good, kit) = sijill(&folder, &["keys", "kit", "--shares", "2", "--needed", "2"], "");
        assert!(good, "{kit}");
        let person = site.person("u-01").await;
        person.purpose("C-2025-0001").await;
        let pages = ["/cases/C-2025-0001", "/cases/C-2025-0001/testimonies", "/persons", "/"];
        // With another key nothing is renewed.
        let stranger = folder.join("other.key").display().to_string();
        let (good, told) = sijill(&folder, &["keys", "rotate", "--key-file", &stranger], "");
        assert!(!good, "{told}");

        let ended = Arc::new(AtomicBool::new(false));
        for generation in [2, 3] {
            ended.store(false, Ordering::Relaxed);
            let (at, over) = (folder.clone(), ended.clone());
            let rotating = tokio::task::spawn_blocking(move || {
                let done = sijill(&at, &["keys", "rotate", "--batch", "20"], "");
                over.store(true, Ordering::Relaxed);
                done
            });
            let mut asked = 0;
            while !ended.load(Ordering::Relaxed) || asked < pages.len() {
                let answer = person.get(pages[asked % pages.len()]).await;
                assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
                let made = person
                    .post(
                        "/incidents/new?case=C-2025-0001",
                        &[("title", "حادثة"), ("precision", "day")],
                    )
                    .await;
                assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.text);
                asked += 1;
            }
            let (good, told) = rotating.await.expect("it ends");
            assert!(good, "{told}");
            let sentence = format!("generation {generation} is in force, nothing is left under an older one");
            assert!(told.contains(&sentence), "{told}");
        }
        for page in pages {
            assert_eq!(person.get(page).await.status, StatusCode::OK, "{page} after it");
        }
        let (good, told) = sijill(&folder, &["check"], "");
        assert!(good, "{told}");
        // The generations derive from the same key: the kit from before rebuilds it.
        let kept = std::fs::read(&key).expect("the key");
        let down = site.down().await;
        std::fs::remove_file(&key).expect("the key is lost");
        let shares: Vec<&str> = kit.lines().filter(|line| line.starts_with("SIJILL-KIT-1")).collect();
        let (good, told) = sijill(&folder, &["keys", "restore"], &shares.join("\n"));
        assert!(good && std::fs::read(&key).expect("the key") == kept, "{told}");
        let site = down.up().await;
        let person = site.person("u-01").await;
        person.purpose("C-2025-0001").await;
        for page in pages {
            assert_eq!(
                person.get(page).await.status,
                StatusCode::OK,
                "{page} with the restored key"
            );
        }
        site.close().await;
    });
}

/// A server in a process of its own. It ends with the test.
struct Serving {
    child: Child,
    base: String,
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Serving {
    /// Serves a folder and tells everything into `told`.
    fn start(folder: &Path, told: &Path, temporary: &Path) -> Self {
        let file = std::fs::File::create(told).expect("a file");
        let mut child = command(folder, &["serve", "--addr", "127.0.0.1:0", "--log", "trace"])
            .env("TMPDIR", temporary)
            .stderr(file)
            .spawn()
            .expect("the program starts: build it, or set SIJILL_BIN");
        let mut line = String::new();
        BufReader::new(child.stdout.take().expect("its output"))
            .read_line(&mut line)
            .expect("a line");
        let base = line.trim().rsplit("open ").next().unwrap_or_default().to_owned();
        assert!(base.starts_with("http://"), "{line}");
        Self { child, base }
    }
}

/// Another planted phrase with each call.
struct Phrases(usize);

impl Phrases {
    fn next(&mut self) -> String {
        self.0 += 1;
        let at = |n: usize| WORDS[n % WORDS.len()];
        format!("{}{} {} وبما يكفي من الكلام", at(self.0), self.0, at(self.0 + 3))
    }
}

/// Sends planted phrases through every door: what is kept, what is refused, what is searched for, and addresses.
async fn plant(server: &Serving) -> usize {
    let mut words = Phrases(0);
    let (lead, stranger) = (Person::at(server.base.clone()), Person::at(server.base.clone()));
    let refused = stranger
        .post("/sign-in", &[("login", &words.next()), ("password", &words.next())])
        .await;
    assert!(refused.status.is_client_error());
    lead.sign_in("u-03").await;
    let chair = Person::at(server.base.clone());
    chair.sign_in("u-09").await;
    let _ = chair.post("/admin/users/u-03", &[("do", "train")]).await;
    let made = lead
        .post(
            "/cases/new",
            &[
                ("title", &words.next()),
                ("summary", &words.next()),
                ("priority", "low"),
            ],
        )
        .await;
    let case = made.location().split('?').next().unwrap_or_default().to_owned();
    assert!(case.starts_with("/cases/C-"), "{}", made.text);
    let code = case.rsplit('/').next().unwrap_or_default().to_owned();
    lead.purpose(&code).await;
    let (a, b, c) = (words.next(), words.next(), words.next());
    let kept: Vec<(String, Vec<(&str, &str)>)> = vec![
        (
            format!("/persons/new?case={code}"),
            vec![("name_ar", &a), ("note", &b), ("sex", "female"), ("protected", "1")],
        ),
        (
            format!("/units/new?case={code}"),
            vec![("name_ar", &a), ("note", &c), ("party_type", "UNKNOWN")],
        ),
        (
            format!("/incidents/new?case={code}"),
            vec![("title", &b), ("summary", &c), ("precision", "day")],
        ),
    ];
    for (page, fields) in &kept {
        assert_eq!(lead.post(page, fields).await.status, StatusCode::SEE_OTHER, "{page}");
        // The same with nothing that must be there: refused, and shown again.
        let half: Vec<_> = fields
            .iter()
            .filter(|field| !matches!(field.0, "name_ar" | "title" | "sex"))
            .copied()
            .collect();
        assert!(lead.post(page, &half).await.status.is_client_error(), "{page}");
    }
    let draft = lead
        .post(
            &format!("/testimonies/new?case={code}"),
            &[
                ("do", "unknown"),
                ("p_number", ""),
                ("p_text", &words.next()),
                ("p_language", "ar"),
                ("p_basis", ""),
            ],
        )
        .await;
    let draft = draft.location().trim_end_matches("/edit/witness").to_owned();
    assert!(draft.starts_with("/testimonies/T-"));
    for (step, field) in [
        ("interview", "interview_date"),
        ("interview", "place_name"),
        ("account", "p_text"),
    ] {
        for version in ["1", "2"] {
            let fields = [
                ("do", "save"),
                ("version", version),
                (field, &words.next()),
                ("p_number", ""),
                ("p_language", ""),
                ("p_basis", ""),
            ];
            let answer = lead.post(&format!("{draft}/edit/{step}"), &fields).await;
            assert!(!answer.status.is_server_error(), "{step}");
        }
    }
    let contact = lead
        .post(
            &format!("{draft}/sealed"),
            &[("do", "save"), ("version", "0"), ("safe_contact", &words.next())],
        )
        .await;
    assert_eq!(contact.status, StatusCode::SEE_OTHER, "{}", contact.text);
    let block = format!("{draft}/sealed/block");
    let written = lead
        .post(&block, &[("do", "save"), ("version", "0"), ("violence", &words.next())])
        .await;
    assert_eq!(written.status, StatusCode::SEE_OTHER, "{}", written.text);
    let asked = lead.post(&block, &[("do", "ask"), ("reason", &words.next())]).await;
    assert_eq!(asked.status, StatusCode::SEE_OTHER, "{}", asked.text);
    let boundary = "x----x";
    let part = |name: &str, more: &str, value: &str| {
        format!("--{boundary}\r\nContent-Disposition: form-data; name=\"{name}\"{more}\r\n\r\n{value}\r\n")
    };
    let file = format!("; filename=\"{}.txt\"", words.next());
    let body = [
        part("title", "", &words.next()),
        part("document_type", "", "photo"),
        part("description", "", &words.next()),
        part("file", &file, &words.next().repeat(3_000)),
        format!("--{boundary}--\r\n"),
    ]
    .concat();
    let kind = format!("multipart/form-data; boundary={boundary}");
    let document = lead
        .post_bytes(&format!("/documents/new?case={code}"), &kind, body.clone().into_bytes())
        .await;
    assert_eq!(document.status, StatusCode::SEE_OTHER, "{}", document.text);
    let stopped = lead
        .post_bytes("/documents/new", &kind, body.as_bytes()[..body.len() - 40].to_vec())
        .await;
    assert!(stopped.status.is_client_error());
    let hits = lead.post("/search", &[("q", &words.next())]).await;
    assert_eq!(hits.status, StatusCode::SEE_OTHER);
    assert_eq!(lead.get(hits.location()).await.status, StatusCode::OK);
    let (name, taken) = (words.next(), words.next());
    for (name, status) in [
        (&name, StatusCode::SEE_OTHER),
        (&name, StatusCode::UNPROCESSABLE_ENTITY),
        (&taken, StatusCode::SEE_OTHER),
    ] {
        let saved = lead.post(hits.location(), &[("name", name), ("watched", "yes")]).await;
        assert_eq!(saved.status, status, "{}", saved.text);
    }
    let list = lead.get("/searches").await.text;
    let id = list.split("/searches/").nth(1).and_then(|rest| rest.split('"').next());
    let change = format!("/searches/{}", id.expect("a saved search"));
    assert!(lead.get(&change).await.status.is_success());
    assert!(lead.post(&change, &[("name", &name)]).await.status.is_client_error());
    // Addresses that somebody made up, with words in path, query and form.
    for path in [
        "/",
        "/cases/",
        "/search/",
        "/invite/",
        "/log?person=",
        "/persons?status=",
        "/step-up?next=/",
    ] {
        let address = format!("{path}{}", crate::site::encode(&words.next()));
        for person in [&lead, &stranger, &chair] {
            let answers = [
                person.get(&address).await,
                person.post(&address, &[("x", &words.next())]).await,
            ];
            assert!(
                answers.iter().all(|answer| !answer.status.is_server_error()),
                "{address}"
            );
        }
    }
    words.0
}

#[test]
fn a_server_that_tells_everything_tells_nothing_of_what_is_written() {
    run(async {
        let site = Site::demonstration().await;
        let folder = site.folder.clone();
        drop(site.down().await);
        let (told, temporary) = (folder.join("told.log"), folder.join("tmp"));
        std::fs::create_dir(&temporary).expect("a folder");
        let server = Serving::start(&folder, &told, &temporary);
        let planted = plant(&server).await;
        assert!(planted >= 50, "{planted}");
        let auditor = Person::at(server.base.clone());
        auditor.sign_in("u-10").await;
        let (csv, page) = (auditor.get("/log.csv").await, auditor.get("/log").await);
        assert!(
            csv.status == StatusCode::OK && csv.text.lines().count() > 40,
            "{}",
            csv.text.lines().count()
        );
        let search = Search::new();
        assert!(search.finds(WORDS[3].as_bytes()));
        assert!(
            !search.finds(csv.text.as_bytes()) && !search.finds(page.text.as_bytes()),
            "in the log"
        );
        let look = |when: &str| {
            for path in all_files(&folder) {
                let Ok(content) = std::fs::read(&path) else { continue };
                assert!(!search.finds(&content), "{when}: {}", path.display());
                assert!(
                    !search.finds(path.to_string_lossy().as_bytes()),
                    "{when}: {}",
                    path.display()
                );
            }
            let heard = std::fs::read_to_string(&told).expect("what was told");
            assert!(
                heard.contains("DEBUG") && heard.contains("/testimonies/{code}/sealed/block"),
                "{when}: {heard:.2000}"
            );
        };
        look("while it serves");
        drop(server);
        look("after it was killed");
        let _ = std::fs::remove_dir_all(&folder);
    });
}
