//! A statement in a browser, on Arabic screens from its first step on: through every step to final, corrected, compared, printed; consents given in one go,
//! and one of them withdrawn.

use crate::journeys::Committee;
use crate::site::{PASSWORD, Site, run};
use domain::Language;
use domain::consent::Identity;
use domain::vocabulary::CONSENT_RECIPIENT;
use tests::browser::Browser;

/// Purposes and recipients that the witness answers about.
const GRANTED: [(&str, &str); 5] = [
    ("internal_analysis.committee", "named"),
    ("public_report_anon.public", "anonymous"),
    ("national_prosecution.national_prosecutor", "pseudonym"),
    ("national_prosecution.trial_court", "pseudonym"),
    ("defence_disclosure.defence", "pseudonym"),
];
/// The one that is withdrawn.
const WITHDRAWN: &str = "national_prosecution.national_prosecutor";
const MISHEARD: &str = "سمعت أصوات سيارات في الشارع بعد الفجر.";

async fn statement(javascript: bool) {
    let mut c = Committee::begin(javascript).await;
    c.staff().await;
    c.sign_in("inv-1").await;
    c.in_arabic().await;
    let b: &Browser = &c.browser;
    c.goto("/cases/new").await;
    b.fill("#title", "أحداث حي الورد").await;
    b.choose("#priority", "high").await;
    c.save().await;
    let case = c.code().await;
    c.person(&case, "سلمى الراوي").await;
    let testimony = c.testimony(&case).await;
    let path = format!("/testimonies/{testimony}");
    let first = b.text("main .aside").await;

    // What is final is corrected by a new version that says why.
    c.goto(&format!("{path}/correct")).await;
    b.fill("#why", "قصير").await;
    c.save().await;
    assert_eq!(c.value("#why").await, "قصير", "nothing typed is lost");
    b.fill("#why", "ذكر الشاهد أن السيارات وصلت بعد الفجر لا قبله").await;
    c.save().await;
    assert_eq!(c.path().await, format!("{path}/edit/account"));
    b.fill("#p1", MISHEARD).await;
    c.next().await;
    c.goto(&format!("{path}/finish")).await;
    b.click("main form button[value=read_back]").await;
    c.goto(&format!("{path}/edit/closing")).await;
    c.close_the_statement().await;
    b.click("main form button[value=file]").await;
    assert_eq!(c.path().await, path);
    let second = b.text("main .aside").await;
    assert!(second.contains("SHA-256") && second != first, "{second}");

    // Both versions side by side, with the words that differ marked.
    b.click("main .aside a[href*='/compare']").await;
    let marked = |tag: &'static str| async move { b.text(&format!("main .conflict {tag}")).await };
    assert!(marked("del").await.contains("قبل") && marked("ins").await.contains("بعد"));
    c.goto(&format!("{path}/versions/1")).await;
    let before = b.text("main").await;
    assert!(
        before.contains("قبل الفجر") && !before.contains("بعد الفجر"),
        "the first is what it was"
    );

    // The copy that is read back, on paper.
    c.goto(&format!("{path}/print?copy=read-back")).await;
    let copy = b.text("main .copy").await;
    assert!(
        copy.contains(MISHEARD) && copy.contains("SHA-256") && copy.contains("نسخة التلاوة"),
        "{copy}"
    );
    assert!(!copy.contains("سلمى"), "no name on the paper");
    let pdf = b.pdf().await;
    assert!(pdf.starts_with(b"%PDF") && pdf.len() > 10_000, "{} bytes", pdf.len());
    // Five answers in one go. Before, the page says that not even the committee may use it.
    c.goto("/cases/new").await;
    b.fill("#title", "قضية أحيلت من قبل").await;
    b.choose("#priority", "high").await;
    c.save().await;
    let other = c.code().await;
    c.cited_and_sent(&case, &other, &testimony).await;
    let document = c.document(&case).await;
    c.goto(&path).await;
    b.see("[data-notice=analysis]").await;
    c.goto(&format!("{path}/consents")).await;
    for (cell, identity) in GRANTED {
        b.choose(&format!("[name='{cell}.decision']"), "granted").await;
        b.choose(&format!("[name='{cell}.identity']"), identity).await;
    }
    b.choose("#given_by", "self").await;
    b.choose("#means", "signed").await;
    b.press("#explained").await;
    // The form on paper is chosen by its title; what was answered stays.
    c.pick("document", "تقرير").await;
    c.save().await;
    let rows = b.rows().await;
    assert_eq!(rows.len(), GRANTED.len(), "{}", b.text("main").await);
    assert!(rows.iter().all(|row| row.contains(&document)), "{}", rows.join("\n"));
    c.goto(&path).await;
    assert!(b.absent("[data-notice=analysis]").await, "it may now");
    // How far a paragraph may go to the prosecutor: by its pseudonym, and why not by name.
    c.goto(&format!("{path}/consents?to={WITHDRAWN}")).await;
    let reach = b.text("#reach table").await;
    let pseudonym = Identity::Pseudonym.label(Language::Arabic);
    assert!(reach.contains(pseudonym) && reach.contains("ليس أبعد من"), "{reach}");

    // One is withdrawn: where it is used, who must be told, and which move it carried is said before.
    c.open(&format!("{path}/consents/withdraw")).await;
    let preview = b.text("main").await;
    let prosecutor = CONSENT_RECIPIENT.label("national_prosecutor", Language::Arabic);
    for part in [&case, prosecutor, "G-CONSENT", "قبل نهاية يوم"] {
        assert!(preview.contains(part), "{part}: {preview}");
    }
    b.press(&format!("input[name=cell][value='{WITHDRAWN}']")).await;
    b.fill("#withdrawn_on", "2020-01-01").await;
    c.save().await;
    let refused = b.text("#withdrawn_on-error").await;
    assert!(refused.contains("يسبق"), "not before it was given: {refused}");
    c.goto(&format!("{path}/consents/withdraw")).await;
    b.press(&format!("input[name=cell][value='{WITHDRAWN}']")).await;
    c.save().await;
    assert_eq!(c.path().await, format!("{path}/consents"));
    let rows = b.rows().await;
    let withdrawn = rows.iter().filter(|row| row.contains("سُحبت")).count();
    assert_eq!(withdrawn, 1, "{}", rows.join("\n"));

    // The prosecutor waits to be told, nothing goes there any more, and the case can't go on.
    c.goto(&format!("{path}/notices")).await;
    let notices = b.rows().await;
    assert!(notices.len() == 1 && notices[0].contains(prosecutor), "{notices:?}");
    c.goto(&format!("{path}/consents?to={WITHDRAWN}")).await;
    let reach = b.text("#reach table").await;
    assert!(reach.contains("لا تُرسل") && reach.contains("سُحبت بتاريخ"), "{reach}");
    c.open(&format!("/cases/{case}/move?to=T15")).await;
    let guard = b.text("[id='G-CONSENT']").await;
    assert!(guard.contains(&testimony) && guard.contains("سُحبت بتاريخ"), "{guard}");
    assert_eq!(b.console().await, [""; 0], "no error, no violation of the policy");
    c.end().await;
}

#[test]
fn a_statement_is_corrected_compared_printed_and_consented_to() {
    run(statement(true));
}

#[test]
fn a_statement_is_corrected_compared_printed_and_consented_to_without_javascript() {
    run(statement(false));
}

/// Keeps every print view of a statement as PDF in the folder `SIJILL_PRINTS`, in both directions, to be looked at.
#[test]
#[ignore = "nothing is asserted: a person looks at what it prints"]
fn prints_to_be_looked_at() {
    let Some(folder) = std::env::var_os("SIJILL_PRINTS").map(std::path::PathBuf::from) else {
        return;
    };
    run(async {
        let site = Site::demonstration().await;
        let b = Browser::start(true).await;
        b.sign_in(&site.base(), "u-03", PASSWORD).await;
        let lina = site.person("u-03").await;
        for (lang, spoken, text) in [
            (
                "en",
                "en",
                "I stood at the window and saw three armed men at the corner. ",
            ),
            ("ar", "ar", "كنت عند النافذة ورأيت ثلاثة رجال مسلحين عند المنعطف. "),
        ] {
            let mut fields = vec![
                ("do", "unknown"),
                ("language", spoken),
                ("interview_date", "2025-03-20"),
                ("interpreter", "yes"),
            ];
            let long = text.repeat(9);
            for at in 0..14 {
                fields.extend([
                    ("p_number", ""),
                    ("p_text", if at % 2 == 0 { long.as_str() } else { text }),
                    ("p_language", spoken),
                    ("p_basis", "first_hand_saw"),
                ]);
            }
            let begun = lina.post("/testimonies/new", &fields).await;
            let path = begun.location().trim_end_matches("/edit/witness").to_owned();
            b.goto(&format!("{}{path}", site.base())).await;
            b.click(&format!("button[name=language][value={lang}]")).await;
            for (name, page) in [
                ("copy", "print?copy=read-back"),
                ("whole", "print"),
                ("consent", "consents/print"),
            ] {
                b.goto(&format!("{}{path}/{page}", site.base())).await;
                std::fs::write(folder.join(format!("{name}-{lang}.pdf")), b.pdf().await).expect("kept");
            }
        }
        b.close().await;
        site.close().await;
    });
}
