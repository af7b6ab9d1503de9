//! What a person, a broken line or an attacker sends, and what comes back.

use crate::site::{PASSWORD, Person, Site, run};
use hyper::StatusCode;
use hyper::body::Bytes;

/// A case that `u-03` opens; its code.
pub(crate) async fn case_of(person: &Person) -> String {
    let made = person
        .post("/cases/new", &[("title", "قضية للاختبار"), ("priority", "low")])
        .await;
    assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.text);
    code_in(made.location())
}

pub(crate) fn code_in(location: &str) -> String {
    location
        .split(['/', '?', '#'])
        .find(|part| part.contains("-2025-") || part.starts_with("W-"))
        .unwrap_or_default()
        .to_owned()
}

fn multipart(fields: &[(&str, &str)], file: Option<(&str, &[u8])>, closed: bool) -> Vec<u8> {
    let mut body = Vec::new();
    for (name, value) in fields {
        body.extend(format!("--x\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n").as_bytes());
    }
    if let Some((name, bytes)) = file {
        body.extend(format!("--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\nContent-Type: application/pdf\r\n\r\n").as_bytes());
        body.extend(bytes);
        body.extend(b"\r\n");
    }
    if closed {
        body.extend(b"--x--\r\n");
    }
    body
}

async fn upload(
    person: &Person,
    case: &str,
    fields: &[(&str, &str)],
    file: Option<(&str, &[u8])>,
    closed: bool,
) -> crate::site::Answer {
    person
        .post_bytes(
            &format!("/documents/new?case={case}"),
            "multipart/form-data; boundary=x",
            multipart(fields, file, closed),
        )
        .await
}

#[test]
fn a_refused_form_says_what_is_wrong_beside_the_field_and_keeps_what_was_typed() {
    run(async {
        let site = Site::demonstration().await;
        let person = site.person("u-03").await;
        let answer = person
            .post(
                "/incidents/new",
                &[
                    ("title", "كمين & <b>"),
                    ("start_date", "2025-03-06"),
                    ("end_date", "2025-03-01"),
                    ("precision", "day"),
                ],
            )
            .await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(
            answer.text.contains("كمين &amp; &lt;b&gt;"),
            "the title is still there, as text"
        );
        assert!(
            answer.text.contains("id=\"end_date-error\""),
            "the error stands at its field"
        );
        assert!(answer.text.contains("href=\"#end_date\""), "and is listed at the top");
        person.post("/language", &[("language", "ar"), ("next", "/")]).await;
        let answer = person
            .post("/incidents/new", &[("title", ""), ("start_date", "x")])
            .await;
        assert!(answer.text.contains("املأ هذا الحقل"), "in the reader's language");
        site.close().await;
    });
}

#[test]
fn unknown_codes_and_others_cases_look_the_same() {
    run(async {
        let site = Site::demonstration().await;
        let (sami, lina) = (site.person("u-03").await, site.person("u-04").await);
        let case = case_of(&sami).await;
        let (hidden, unknown) = (
            lina.get(&format!("/cases/{case}")).await,
            lina.get("/cases/C-2025-9999").await,
        );
        assert_eq!(
            (hidden.status, unknown.status),
            (StatusCode::NOT_FOUND, StatusCode::NOT_FOUND)
        );
        assert_eq!(
            hidden.text.replace(&case, "X"),
            unknown.text.replace("C-2025-9999", "X")
        );
        for path in [
            "/cases/x",
            "/cases/T-2025-0001",
            "/testimonies/C-2025-0001",
            "/nothing",
            "/cases/%FF",
            "/cases/C-2025-0001/nothing",
        ] {
            assert_eq!(lina.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
        }
        site.close().await;
    });
}

#[test]
fn bytes_that_are_no_text_and_floods_of_it_are_refused_with_an_explanation() {
    run(async {
        let site = Site::demonstration().await;
        let person = site.person("u-03").await;
        let form = "application/x-www-form-urlencoded";
        for body in [
            b"title=%FF%FE&priority=low".to_vec(),
            b"title=a%00b&priority=low".to_vec(),
            b"title=\xff&priority=low".to_vec(),
        ] {
            let answer = person.post_bytes("/cases/new", form, body).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        }
        let answer = person
            .post_bytes(
                "/cases/new",
                form,
                [b"title=".to_vec(), vec![b'a'; 6 * 1024 * 1024]].concat(),
            )
            .await;
        assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
        assert!(answer.text.contains("Nothing was saved"), "{}", answer.text);
        let long = "ا".repeat(301);
        let answer = person
            .post("/cases/new", &[("title", &long), ("priority", "low")])
            .await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(answer.text.contains(&long));
        site.close().await;
    });
}

#[test]
fn two_editors_both_see_both_texts() {
    run(async {
        let site = Site::demonstration().await;
        let person = site.person("u-03").await;
        let case = case_of(&person).await;
        let made = person
            .post(
                &format!("/incidents/new?case={case}"),
                &[("title", "أول"), ("precision", "day")],
            )
            .await;
        assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.text);
        let list = person.get("/incidents").await;
        let code = list
            .text
            .split("/incidents/I-")
            .nth(1)
            .map(|rest| format!("I-{}", rest.split('"').next().unwrap_or_default()))
            .expect("the incident is listed");
        let edit = format!("/incidents/{code}/edit");
        assert_eq!(
            person
                .post(&edit, &[("version", "1"), ("title", "نص الأولى"), ("precision", "day")])
                .await
                .status,
            StatusCode::SEE_OTHER
        );
        let second = person
            .post(&edit, &[("version", "1"), ("title", "نص الثاني"), ("precision", "day")])
            .await;
        assert_eq!(second.status, StatusCode::CONFLICT);
        assert!(
            second.text.contains("نص الأولى") && second.text.contains("نص الثاني"),
            "both texts are on the page"
        );
        assert!(
            second.text.contains("name=\"version\" value=\"2\""),
            "the form can be saved over what is shown"
        );
        assert_eq!(
            person
                .post(&edit, &[("version", "2"), ("title", "نص الثاني"), ("precision", "day")])
                .await
                .status,
            StatusCode::SEE_OTHER
        );
        site.close().await;
    });
}

#[test]
fn a_draft_is_kept_whatever_it_lacks_and_finishing_lists_what_is_missing() {
    run(async {
        let site = Site::demonstration().await;
        let person = site.person("u-03").await;
        let case = case_of(&person).await;
        let begun = person
            .post(
                &format!("/testimonies/new?case={case}"),
                &[("do", "unknown"), ("witness", "")],
            )
            .await;
        assert_eq!(begun.status, StatusCode::SEE_OTHER, "{}", begun.text);
        let code = code_in(begun.location());
        let step = |name: &str| format!("/testimonies/{code}/edit/{name}");
        let account = [
            ("do", "save"),
            ("version", "1"),
            ("p_number", ""),
            ("p_text", "قال الشاهد"),
            ("p_language", "ar"),
            ("p_basis", ""),
        ];
        let saved = person.post(&step("account"), &account).await;
        assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text);
        // A step whose answer can't be right is kept as typed, and says so beside the field.
        let interview = [
            ("do", "next"),
            ("version", "2"),
            ("interview_date", "أمس"),
            ("place_type", "office"),
        ];
        let odd = person.post(&step("interview"), &interview).await;
        assert_eq!(odd.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(
            odd.text.contains("id=\"interview_date-error\"") && odd.text.contains("أمس"),
            "{}",
            odd.text
        );
        for (name, typed) in [("interview", "أمس"), ("account", "قال الشاهد")] {
            assert!(person.get(&step(name)).await.text.contains(typed), "exactly as typed");
        }
        let finish = format!("/testimonies/{code}/finish");
        let refused = person.post(&finish, &[("do", "read_back"), ("version", "3")]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        for field in ["witness", "interview_date", "modality", "p0_basis"] {
            assert!(refused.text.contains(&format!("#{field}\"")), "{field} is named");
        }
        // Two who write in the same step: the later one is told, with both texts.
        let late = [
            ("do", "save"),
            ("version", "1"),
            ("p_number", ""),
            ("p_text", "نص آخر"),
            ("p_language", ""),
            ("p_basis", ""),
        ];
        let both = person.post(&step("account"), &late).await;
        assert_eq!(both.status, StatusCode::CONFLICT);
        assert!(
            both.text.contains("قال الشاهد") && both.text.contains("نص آخر"),
            "both texts stand side by side"
        );
        site.close().await;
    });
}

#[test]
fn what_was_typed_when_the_session_ended_comes_back_to_the_same_person_only() {
    run(async {
        let site = Site::demonstration().await;
        let person = site.person("u-03").await;
        let case = case_of(&person).await;
        site.pass(chrono::Duration::minutes(31));
        let late = person
            .post(
                &format!("/incidents/new?case={case}"),
                &[("title", "كلمات لا تضيع"), ("precision", "day")],
            )
            .await;
        assert_eq!(late.status, StatusCode::SEE_OTHER);
        assert!(late.location().starts_with("/sign-in"), "{}", late.location());
        let other = site.person("u-04").await;
        assert!(!other.get("/kept").await.text.contains("كلمات لا تضيع"));
        let back = person
            .post("/sign-in", &[("login", "u-03"), ("password", PASSWORD), ("next", "/")])
            .await;
        assert_eq!(back.location(), "/kept");
        let kept = person.post("/kept", &[]).await;
        assert!(kept.text.contains("كلمات لا تضيع"), "{}", kept.text);
        site.close().await;
    });
}

#[test]
fn files_come_back_as_they_went_in_or_not_at_all() {
    run(async {
        let site = Site::demonstration().await;
        let person = site.person("u-03").await;
        let case = case_of(&person).await;
        let good = [("title", "وثيقة"), ("document_type", "photo")];
        let stored = || walk(&site.folder.join("data/files"));
        let before = stored();
        let broken = upload(&person, &case, &good, Some(("a.pdf", b"%PDF-1.4 half")), false).await;
        assert_eq!(broken.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", broken.text);
        let large = upload(
            &person,
            &case,
            &good,
            Some(("a.pdf", &vec![7; 3 * 1024 * 1024 + 1])),
            true,
        )
        .await;
        assert_eq!(large.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(large.text.contains("وثيقة"), "what was typed stays");
        let without = upload(&person, &case, &good, None, true).await;
        assert_eq!(without.status, StatusCode::UNPROCESSABLE_ENTITY);
        let untitled = upload(
            &person,
            &case,
            &[("document_type", "photo")],
            Some(("a.pdf", b"%PDF-1.4")),
            true,
        )
        .await;
        assert_eq!(untitled.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(stored(), before, "nothing is left on disk");
        let bytes: Vec<u8> = b"%PDF-1.4\n"
            .iter()
            .copied()
            .chain((0..200_000u32).map(|n| (n % 251) as u8))
            .collect();
        let made = upload(&person, &case, &good, Some(("تقرير.pdf", &bytes)), true).await;
        assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.text);
        let list = person.get("/documents").await;
        let code = list
            .text
            .split("/documents/D-")
            .nth(1)
            .map(|rest| format!("D-{}", rest.split('"').next().unwrap_or_default()))
            .expect("listed");
        let request = hyper::Request::builder().uri(format!("{}/documents/{code}/file", site.base()));
        let file = person.send(request, Bytes::new()).await;
        assert_eq!(file.status, StatusCode::OK);
        assert_eq!(file.headers["content-type"], "application/octet-stream");
        assert_eq!(file.headers["content-security-policy"], "sandbox");
        assert!(
            file.headers["content-disposition"]
                .to_str()
                .is_ok_and(|value| value.starts_with("attachment"))
        );
        assert_eq!(file.headers["content-length"], bytes.len().to_string().as_str());
        site.close().await;
    });
}

fn walk(folder: &std::path::Path) -> usize {
    std::fs::read_dir(folder)
        .map(|entries| {
            entries
                .flatten()
                .map(|entry| if entry.path().is_dir() { walk(&entry.path()) } else { 1 })
                .sum()
        })
        .unwrap_or(0)
}

#[test]
fn every_page_has_the_headers_and_nothing_inline() {
    run(async {
        let site = Site::demonstration().await;
        let person = site.person("u-05").await;
        person.purpose("C-2025-0001").await;
        for path in [
            "/",
            "/cases",
            "/cases/C-2025-0001",
            "/queue",
            "/account",
            "/sign-in",
            "/nothing",
            "/healthz",
        ] {
            let answer = person.get(path).await;
            let header = |name: &str| {
                answer
                    .headers
                    .get(name)
                    .and_then(|value| value.to_str().ok())
                    .unwrap_or_default()
                    .to_owned()
            };
            assert!(
                header("content-security-policy")
                    .starts_with("default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'"),
                "{path}"
            );
            for (name, value) in [
                ("cross-origin-opener-policy", "same-origin"),
                ("cross-origin-resource-policy", "same-origin"),
                ("x-content-type-options", "nosniff"),
                ("referrer-policy", "same-origin"),
                ("permissions-policy", "camera=(), microphone=(), geolocation=(), usb=()"),
                ("cache-control", "no-store"),
            ] {
                assert_eq!(header(name), value, "{path}");
            }
            assert!(
                !answer.text.contains(" style=")
                    && !answer.text.contains("<style")
                    && !answer.text.contains("<script>"),
                "{path} has something inline"
            );
            assert!(
                !answer.text.contains("http://") || path == "/setup",
                "{path} names another origin"
            );
        }
        site.close().await;
    });
}

#[test]
fn titles_and_addresses_say_nothing_of_the_record() {
    run(async {
        let site = Site::demonstration().await;
        let person = site.person("u-05").await;
        person.purpose("C-2025-0001").await;
        for path in [
            "/cases/C-2025-0001",
            "/cases/C-2025-0001/people",
            "/testimonies/T-2025-0001",
            "/incidents/I-2025-0001",
            "/documents/D-2025-0001",
        ] {
            let answer = person.get(path).await;
            assert_eq!(answer.status, StatusCode::OK, "{path}");
            let title = answer
                .text
                .split("<title>")
                .nth(1)
                .and_then(|rest| rest.split("</title>").next())
                .unwrap_or_default();
            assert!(
                !title.chars().any(|c| ('\u{600}'..='\u{6ff}').contains(&c)),
                "{path}: {title}"
            );
        }
        let found = person.post("/search", &[("q", "المرساوي")]).await;
        assert_eq!(found.status, StatusCode::SEE_OTHER);
        assert!(
            found.location().is_ascii() && !found.location().contains('%'),
            "{}",
            found.location()
        );
        let hits = person.get(found.location()).await;
        assert!(hits.text.contains("المرساوي"), "{}", hits.text);
        let other = site.person("u-04").await;
        assert_eq!(
            other.get(found.location()).await.status,
            StatusCode::NOT_FOUND,
            "a ticket is its owner's"
        );
        site.close().await;
    });
}

#[test]
fn the_demonstration_can_be_browsed_whole_in_both_languages() {
    run(async {
        let site = Site::demonstration().await;
        // Between them they may see everything: who supervises, and who is trained for the restricted testimonies.
        let head = site.person("u-05").await;
        for case in 1..=6 {
            head.purpose(&format!("C-2025-{case:04}")).await;
        }
        for language in ["en", "ar"] {
            head.post("/language", &[("language", language), ("next", "/")]).await;
            for (noun, all) in [
                ("cases", 6),
                ("incidents", 12),
                ("documents", 20),
                ("testimonies", 24),
                ("persons", 40),
            ] {
                let list = head.get(&format!("/{noun}")).await;
                assert_eq!(list.status, StatusCode::OK);
                let codes: std::collections::BTreeSet<&str> = list
                    .text
                    .split(&format!("href=\"/{noun}/"))
                    .skip(1)
                    .filter_map(|rest| rest.split(['"', '?']).next())
                    .filter(|code| !matches!(*code, "new" | "map"))
                    .collect();
                assert_eq!(codes.len(), all, "{noun} in {language}");
                for code in codes {
                    let page = head.get(&format!("/{noun}/{code}")).await;
                    assert_eq!(page.status, StatusCode::OK, "/{noun}/{code} in {language}");
                    assert!(
                        page.text.contains(&format!("<html lang=\"{language}\"")),
                        "/{noun}/{code}"
                    );
                    if noun == "documents" {
                        assert_eq!(
                            head.get(&format!("/{noun}/{code}/file")).await.status,
                            StatusCode::OK,
                            "{code}"
                        );
                    }
                }
            }
        }
        site.close().await;
    });
}

/// The links of a page that have this in them, each once.
fn links(text: &str, part: &str) -> std::collections::BTreeSet<String> {
    text.split("href=\"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .filter(|href| href.contains(part))
        .map(str::to_owned)
        .collect()
}

#[test]
fn the_demonstration_s_cases_wait_for_what_protects_people() {
    run(async {
        let site = Site::demonstration().await;
        let (legal, protection) = (site.person("u-06").await, site.person("u-07").await);
        legal.purpose("C-2025-0004").await;
        // One witness refused referral, and is at critical risk: neither is anybody's to attest.
        let form = [
            ("transition", "T15"),
            ("attest.G-REDACT", "Every page was read twice for names and places."),
            ("attest.G-CUST", "Hashes and custody were verified on 31 July."),
            ("attest.G-EXCULP", "The search is done and listed in the annex."),
        ];
        let refused = legal.post("/cases/C-2025-0004/move", &form).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        for guard in ["G-CONSENT", "G-RISK"] {
            assert!(
                refused.text.contains(&format!("Condition {guard} is not met")),
                "{guard}"
            );
        }
        assert!(!refused.text.contains("Condition G-MINOR is not met"));
        let risks = links(&refused.text, "/risks");
        assert_eq!(risks.len(), 2, "{risks:?}");
        assert!(refused.text.contains("a critical risk is open"));
        assert!(refused.text.contains("review overdue since 15 July 2025"));
        // The testimony is named, and every reason why it may not go.
        assert!(refused.text.contains("no naming and no referral, refused"));
        // Somebody withdrew after a case was referred: who received it must be told, and it is overdue.
        let home = legal.get("/").await.text;
        let waiting = links(&home, "/notices");
        assert_eq!(waiting.len(), 1, "{waiting:?}");
        assert!(home.contains("overdue"));
        // Two reviews are overdue on 1 August.
        let reviews = links(&protection.get("/").await.text, "/risks");
        assert_eq!(reviews.len(), 2, "{reviews:?}");
        site.close().await;
    });
}

#[test]
fn the_demonstration_s_expected_results_hold() {
    run(async {
        let site = Site::demonstration().await;
        let (lead, legal) = (site.person("u-05").await, site.person("u-06").await);
        for case in ["C-2025-0001", "C-2025-0004"] {
            lead.purpose(case).await;
            legal.purpose(case).await;
        }
        // The incidents by the names that they had before.
        let mut incidents = std::collections::BTreeMap::new();
        for case in ["C-2025-0001", "C-2025-0004"] {
            for path in links(
                &lead.get(&format!("/cases/{case}/incidents")).await.text,
                "/incidents/I-",
            ) {
                let page = lead.get(&path).await.text;
                for name in ["INC-01", "INC-02", "INC-06"] {
                    if page.contains(&format!(">{name}<")) {
                        incidents.insert(name, path.trim_start_matches("/incidents/").to_owned());
                    }
                }
            }
        }
        let killed = async |name: &str| {
            let page = lead.get(&format!("/count?incident={}", incidents[name])).await.text;
            // No other day than the one that was meant.
            for day in ["xx", "2025-02-30", "2999-01-01"] {
                let wrong = lead.get(&format!("/count?incident={}&on={day}", incidents[name])).await;
                assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY, "{day}");
                assert!(
                    wrong.text.contains("id=\"on-error\"") && wrong.text.contains(&format!("value=\"{day}\"")),
                    "{day}"
                );
                assert!(!wrong.text.contains("figure-total"), "{day}");
            }
            let total = page
                .split("figure-total\">")
                .nth(1)
                .and_then(|rest| rest.split(' ').next());
            total.and_then(|total| total.parse::<u32>().ok())
        };
        // Who died in combat is on record and does not count; one was killed after he had surrendered.
        assert_eq!((killed("INC-01").await, killed("INC-02").await), (Some(0), Some(1)));
        // Two records of one man: two until somebody has decided, one from then on, two again when that is undone.
        assert_eq!(killed("INC-06").await, Some(2));
        let run = lead.post("/matches", &[]).await;
        let pairs: Vec<String> = links(&run.text, "/same?other=").into_iter().collect();
        assert_eq!(pairs.len(), 1, "only these two are alike: {pairs:?}");
        let (path, other) = pairs[0].split_once("?other=").expect("a pair");
        let kept = path.split('/').nth(2).expect("a code");
        let reason = "Name, father, year of birth to one, and the list of the same village agree.";
        let form = [
            ("other", other),
            ("verdict", "same"),
            ("kept", kept),
            ("reason", reason),
        ];
        assert_eq!(lead.post(path, &form).await.status, StatusCode::SEE_OTHER);
        assert_eq!(killed("INC-06").await, Some(1));
        // Whoever has not seen that decision decides nothing; what they wrote is not lost.
        let late = lead.post(path, &form).await;
        assert_eq!(late.status, StatusCode::CONFLICT);
        assert!(
            late.text.contains("role=\"alert\"") && late.text.matches(reason).count() == 2,
            "both texts"
        );
        let undo = [("other", other), ("do", "undo"), ("seen", "1")];
        assert_eq!(lead.post(path, &undo).await.status, StatusCode::SEE_OTHER);
        assert_eq!(killed("INC-06").await, Some(2));
        // What others call them leads to their records; not whoever may not see them.
        let outsider = site.person("u-10").await;
        for called in ["P-040", "INC-06", "T-001"] {
            let to = legal.post("/search", &[("q", called)]).await;
            assert!(
                !to.location().starts_with("/search/"),
                "{called} leads to {}",
                to.location()
            );
            assert_eq!(
                outsider.post("/search", &[("q", called)]).await.status,
                StatusCode::FORBIDDEN
            );
        }
        // Both are found by one spelling; a name that is nearly the same is no pair.
        let found = legal.post("/search", &[("q", "محمد عبدالرحمن خزاماوي")]).await;
        let found = legal.get(found.location()).await.text;
        assert!(found.contains(kept) && found.contains(other), "both spellings");
        // What others published adds up as they published it, with its caveats, beside the count.
        let claims = lead.get("/claims").await.text;
        for part in [
            "779 = 383 + 396",
            "383 = 172 + 211",
            "Independent verification of the figures was not possible",
        ] {
            assert!(claims.contains(part), "{part}");
        }
        assert!(!lead.get("/count").await.text.contains("779"));
        site.close().await;
    });
}
