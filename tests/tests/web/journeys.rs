//! The main job in a browser, from an empty database to a testimony on file, with JavaScript and without.

use crate::site::{PASSWORD, Site, run};
use domain::Language;
use store::{Chance, Clock};
use tests::Raw;
use tests::browser::Browser;

const WITNESS: &str = "سلمى الراوي";
const SUSPECT: &str = "حيدر المنصوري";
const SECRET: &str = "رأيت الرجل ذا المعطف البني يأمر بإطلاق النار";
const ATTESTED: &str = "Everybody on the case declared on 2 August that nothing ties them to it.";

/// A committee at work: its site, one browser, and where it stands.
pub(crate) struct Committee {
    site: Site,
    pub(crate) browser: Browser,
    base: String,
    javascript: bool,
    /// What the screens speak.
    language: Language,
}

impl Committee {
    /// A committee that is not set up yet.
    pub(crate) async fn begin(javascript: bool) -> Self {
        let site = Site::empty().await;
        let base = site.base();
        Self {
            site,
            browser: Browser::start(javascript).await,
            base,
            javascript,
            language: Language::English,
        }
    }

    /// From here on the screens of whoever is signed in speak Arabic.
    pub(crate) async fn in_arabic(&mut self) {
        self.browser.click("button[name=language][value=ar]").await;
        self.language = Language::Arabic;
    }

    /// What a screen says in its language.
    pub(crate) fn said(&self, english: &'static str, arabic: &'static str) -> &'static str {
        match self.language {
            Language::English => english,
            Language::Arabic => arabic,
        }
    }

    /// The page speaks the language that was chosen, and runs in its direction.
    async fn speaks(&self) {
        let (lang, dir) = (self.language.code(), self.language.dir());
        self.browser.see(&format!("html[lang={lang}][dir={dir}]")).await;
    }

    pub(crate) async fn end(self) {
        self.browser.close().await;
        self.site.close().await;
    }

    /// What the server does now and then: it looks for what is new in watched searches.
    pub(crate) async fn look_for_news(&self) {
        let looked = self.site.running.store.look_for_news().await.expect("looked");
        assert_eq!(looked.failed, 0);
    }

    pub(crate) async fn goto(&self, path: &str) {
        self.browser.goto(&format!("{}{path}", self.base)).await;
    }

    /// Where the browser is: path and query.
    pub(crate) async fn path(&self) -> String {
        let url = self.browser.client.current_url().await.expect("an address");
        match url.query() {
            Some(query) => format!("{}?{query}", url.path()),
            None => url.path().to_owned(),
        }
    }

    /// The code that the address ends with.
    pub(crate) async fn code(&self) -> String {
        let path = self.path().await;
        path.split(['/', '?'])
            .find(|part| part.contains('-') && part.len() > 5 && part.starts_with(|c: char| c.is_ascii_uppercase()))
            .unwrap_or_else(|| panic!("no code in {path}"))
            .to_owned()
    }

    /// Goes to a page of a case; says why it is opened if it must be said first.
    pub(crate) async fn open(&self, path: &str) {
        self.goto(path).await;
        if self.path().await.contains("/purpose") {
            self.browser.press("input[name=purpose][value=review]").await;
            self.browser.click("main form .button--main").await;
            if self.path().await != path {
                self.goto(path).await;
            }
        }
    }

    /// The value of a field that is handed over.
    pub(crate) async fn value(&self, css: &str) -> String {
        let element = self.browser.see(css).await;
        element.prop("value").await.expect("a value").unwrap_or_default()
    }

    pub(crate) async fn save(&self) {
        self.browser.click("main form .actions .button--main").await;
    }

    /// Opens an invitation and sets the password.
    async fn accept(&self, link: &str) {
        self.browser.sign_out(&self.base).await;
        self.browser.goto(link).await;
        self.browser.fill("#password", PASSWORD).await;
        self.browser.fill("#password_again", PASSWORD).await;
        self.save().await;
        assert_eq!(self.path().await, "/sign-in");
    }

    pub(crate) async fn sign_in(&self, login: &str) {
        self.browser.sign_out(&self.base).await;
        self.browser.sign_in(&self.base, login, PASSWORD).await;
        assert_eq!(self.path().await, "/", "{login} is in");
    }

    /// The administrator invites somebody; the link.
    async fn invite(&self, login: &str, name: &str, role: &str) -> String {
        self.goto("/admin/users").await;
        self.browser.press("main details summary").await;
        self.browser.fill("#login", login).await;
        self.browser.fill("#name", name).await;
        self.browser.press(&format!("input[name=roles][value={role}]")).await;
        self.save().await;
        self.value("#link").await
    }

    /// Sets the committee up; the chair's link.
    async fn set_up(&self) -> String {
        let token = self.site.running.store.new_setup_link().await.expect("a link");
        self.goto(&format!("/setup/{token}")).await;
        self.browser.fill("#committee", "لجنة تقصي الحقائق").await;
        self.browser.press("input[name=language][value=en]").await;
        self.browser.fill("#login", "root-1").await;
        self.browser.fill("#name", "Administrator").await;
        self.browser.fill("#password", PASSWORD).await;
        self.browser.fill("#password_again", PASSWORD).await;
        self.browser.fill("#chair_login", "chair-1").await;
        self.browser.fill("#chair_name", "Chair").await;
        self.browser.press("input[name=factor][value=optional]").await;
        self.save().await;
        let link = self.value("#chair-link").await;
        self.goto(&format!("/setup/{token}")).await;
        assert!(self.browser.text("body").await.contains("link"), "the link works once");
        assert!(self.browser.absent("#committee").await);
        link
    }

    /// Everybody who takes part: invited by the administrator, confirmed by the chair.
    pub(crate) async fn staff(&self) {
        let chair = self.set_up().await;
        self.accept(&chair).await;
        self.sign_in("root-1").await;
        let links = [
            self.invite("inv-1", "Lina Investigator", "investigator").await,
            self.invite("sup-1", "Omar Supervisor", "supervisor").await,
            self.invite("aud-1", "Rana Auditor", "auditor").await,
        ];
        for link in &links {
            self.accept(link).await;
        }
        self.sign_in("inv-1").await;
        self.goto("/cases").await;
        assert!(
            self.browser.absent("table").await,
            "nothing is read before the chair agrees"
        );
        self.sign_in("chair-1").await;
        for login in ["inv-1", "sup-1"] {
            self.goto(&format!("/admin/users/{login}")).await;
            self.browser.click("main form .button--main").await;
        }
    }

    /// A person in the case; the pseudonym.
    pub(crate) async fn person(&self, case: &str, name: &str) -> String {
        self.goto(&format!("/persons/new?case={case}")).await;
        self.browser.fill("#name_ar", name).await;
        self.browser.choose("#sex", "male").await;
        self.save().await;
        self.goto(&format!("/cases/{case}/people")).await;
        let row = self.browser.row_with(name).await;
        assert!(row.starts_with("/persons/"), "{name} is listed: {row}");
        row.trim_start_matches("/persons/").to_owned()
    }

    /// A paragraph of the statement, typed into the field for it.
    async fn paragraph(&self, at: usize, text: &str) {
        self.browser.fill(&format!("#p{at}"), text).await;
        self.browser.choose(&format!("#p{at}_basis"), "first_hand_saw").await;
    }

    /// A part in the incident of the case that rests on the testimony, and a referral behind it: past the browser and, where
    /// no way leads yet, past the store. The case prepares a referral; another on which the testimony hangs was referred.
    pub(crate) async fn cited_and_sent(&self, case: &str, other: &str, testimony: &str) {
        let suspect = self.person(case, SUSPECT).await;
        assert!(!suspect.is_empty());
        let incident = self.incident(case).await;
        self.goto(&format!("/incidents/{incident}/involve")).await;
        self.pick("party", "المنصوري").await;
        self.browser.choose("#role", "alleged_perpetrator").await;
        self.browser.choose("#confidence", "AC2").await;
        self.browser.fill(&format!("[name='cite.{testimony}']"), "2").await;
        self.save().await;
        let file = self.site.folder.join("data/sijill.db");
        let mut raw = Raw::connect(&format!("sqlite://{}", file.display())).await;
        let id = || raw.uuid(Chance::real().id(Clock::real().now()));
        let (holding, step) = (id(), id());
        for sql in [
            format!(
                "UPDATE case_file SET status = 'referral_preparation' WHERE id = (SELECT id FROM record WHERE code = '{case}')"
            ),
            format!(
                "INSERT INTO holding (id, case_id, record_id, recorded_at, recorded_by)
                 SELECT {holding}, o.id, t.id, t.created_at, t.created_by
                 FROM record o CROSS JOIN record t WHERE o.code = '{other}' AND t.code = '{testimony}'"
            ),
            format!(
                "INSERT INTO case_move (id, case_id, transition, to_status, wrapped_key, reason, moved_at, moved_by)
                 SELECT {step}, m.case_id, 'T17', 'referred', m.wrapped_key, m.reason, m.moved_at, m.moved_by
                 FROM case_move m JOIN record r ON r.id = m.case_id WHERE r.code = '{other}'"
            ),
        ] {
            assert_eq!(raw.must(&sql).await, 1, "{sql}");
        }
    }

    /// A record, chosen by its name: from the list under the field, or by the button without a script.
    pub(crate) async fn pick(&self, field: &str, name: &str) {
        self.browser.fill(&format!("#{field}"), name).await;
        if self.javascript {
            self.browser.see(".picker-list [role=option]").await;
            self.browser.keys(&format!("#{field}"), "\u{e015}\u{e007}").await;
        } else {
            self.browser
                .click(&format!(".field button[value='find:{field}']"))
                .await;
            self.browser.press(&format!("input[type=radio][name={field}]")).await;
        }
    }

    /// Saves a step, and goes on to the next.
    pub(crate) async fn next(&self) {
        self.browser.click("main .actions button[value=next]").await;
    }

    /// Chooses what a step asks for, each by its name.
    async fn choose(&self, answers: &[(&str, &str)]) {
        for (name, value) in answers {
            self.browser.choose(&format!("#{name}"), value).await;
        }
    }

    /// Answers the questions of the steps before the account.
    async fn before_the_account(&self) {
        self.choose(&[("interviewee_role", "eye_witness"), ("interviewer_sex", "any")])
            .await;
        self.browser.press("input[name=vulnerabilities][value=none]").await;
        self.next().await;
        self.browser.fill("#start_time", "02:00").await;
        self.choose(&[
            ("place_type", "office"),
            ("modality", "in_person"),
            ("language", "ar"),
            ("record_language", "ar"),
            ("interpreter", "no"),
        ])
        .await;
        self.browser.fill("#waiver", "لم يتوفر محقق ثان").await;
        self.next().await;
        for term in domain::vocabulary::INTRODUCTION.terms() {
            self.browser
                .press(&format!("input[name=introduction][value={}]", term.code))
                .await;
        }
        self.choose(&[
            ("free_account", "yes"),
            ("interviewed_before", "no"),
            ("told_media", "no"),
            ("recording", "none"),
            ("aids_shown", "no"),
        ])
        .await;
        self.next().await;
    }

    /// Answers everything that closes a statement.
    pub(crate) async fn close_the_statement(&self) {
        self.choose(&[
            ("read_back_language", "ar"),
            ("declaration", "true_to_best_knowledge"),
            ("signature", "thumbprint"),
            ("copy_policy", "no_copy_for_safety"),
            ("wants_updates", "no"),
            ("referred", "no"),
        ])
        .await;
        self.browser.fill("#read_back_by", "المحققة").await;
        self.browser.fill("#certified_first", "03:40").await;
        self.browser.fill("#next_steps", "أُبلغ بما يلي").await;
        self.next().await;
    }

    /// An Arabic testimony of four paragraphs, taken through every step, read back and filed; its code.
    pub(crate) async fn testimony(&self, case: &str) -> String {
        self.goto(&format!("/cases/{case}/testimonies")).await;
        self.browser
            .click("main .empty .button, main .section .button--small")
            .await;
        self.speaks().await;
        self.pick("witness", "الراوي").await;
        self.browser.click("main .actions button[value=begin]").await;
        self.speaks().await;
        self.before_the_account().await;
        self.paragraph(0, "اسمي معروف للجنة، وكنت في بيتي في ذلك اليوم.").await;
        self.paragraph(1, "سمعت أصوات سيارات في الشارع قبل الفجر.").await;
        if self.javascript {
            // Nobody pressed a button: the step is kept all the same.
            self.browser.until("[data-saved=ago]", self.said("s ago", "قبل")).await;
            let here = self.path().await;
            assert!(here.ends_with("/edit/account"), "{here}");
            self.browser.goto(&format!("{}{here}", self.base)).await;
            assert_eq!(
                self.value("#p1").await,
                "سمعت أصوات سيارات في الشارع قبل الفجر.",
                "the words survive a reload"
            );
        }
        self.paragraph(2, SECRET).await;
        if self.javascript {
            self.browser.press("button[value=add]").await;
            self.browser.see("#p3").await;
        } else {
            self.browser.click("button[value=add]").await;
        }
        self.paragraph(3, "ثم هربنا إلى البستان.").await;
        self.next().await;
        self.browser.press("input[name=subjects][value=none]").await;
        self.next().await;
        self.next().await;
        // What is missing is said, with a way there; nothing can be read back before.
        let path = self.path().await;
        assert!(path.ends_with("/finish"), "{path}");
        self.browser.click("main form button[value=read_back]").await;
        let missing = self.browser.text("main .section").await;
        assert!(
            missing.contains(self.said("Day of the interview", "يوم المقابلة")),
            "{missing}"
        );
        self.browser.click("main .section a[href$='#interview_date']").await;
        self.browser.fill("#interview_date", "2025-07-30").await;
        self.browser.fill("#end_time", "03:30").await;
        self.next().await;
        let code = self.path().await.split('/').nth(2).expect("a code").to_owned();
        self.goto(&format!("/testimonies/{code}/finish")).await;
        self.browser.click("main form button[value=read_back]").await;
        let head = self.browser.text("main .head").await;
        assert!(head.contains(self.said("Being read back", "قيد التلاوة")), "{head}");
        self.goto(&format!("/testimonies/{code}/edit/closing")).await;
        self.close_the_statement().await;
        self.browser.click("main form button[value=file]").await;
        assert_eq!(self.path().await, format!("/testimonies/{code}"));
        assert!(self.browser.text("main").await.contains(SECRET));
        self.speaks().await;
        self.code().await
    }

    /// A risk to the witness: refused first, then recorded; what was typed stays.
    async fn assess_risk(&self) {
        self.browser.choose("#risk", "retaliation_local").await;
        self.browser.choose("#likelihood", "3").await;
        self.browser.choose("#impact", "4").await;
        self.browser.choose("#residual_likelihood", "2").await;
        self.browser.choose("#residual_impact", "4").await;
        self.browser.fill("#note", "يعرف الجيران أنه شهد").await;
        self.save().await;
        assert!(
            self.browser.text("#problems").await.contains("Measures"),
            "a risk became smaller by something"
        );
        assert_eq!(self.value("#note").await, "يعرف الجيران أنه شهد");
        self.browser
            .press("input[name=measure][value=safe_contact_channel]")
            .await;
        self.save().await;
        let risks = self.browser.text("main table").await;
        assert!(risks.contains("8 · Medium"), "number and word: {risks}");
    }

    async fn incident(&self, case: &str) -> String {
        self.goto(&format!("/incidents/new?case={case}")).await;
        self.browser.fill("#title", "إطلاق نار في حي الورد").await;
        self.browser.fill("#start_date", "2025-03-06").await;
        self.browser.fill("#end_date", "2025-03-07").await;
        self.browser.choose("#place", "SY0600").await;
        self.save().await;
        self.code().await
    }

    /// A PDF, uploaded through the form; its code.
    pub(crate) async fn document(&self, case: &str) -> String {
        let file = self.site.folder.join("report.pdf");
        std::fs::write(
            &file,
            b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n",
        )
        .expect("a file");
        self.goto(&format!("/documents/new?case={case}")).await;
        self.browser.attach("#file", &file).await;
        self.browser.fill("#title", "تقرير طبي").await;
        self.browser.choose("#document_type", "photo").await;
        self.save().await;
        self.goto(&format!("/cases/{case}/documents")).await;
        let code = self
            .browser
            .row_with("تقرير طبي")
            .await
            .trim_start_matches("/documents/")
            .to_owned();
        self.goto(&format!("/documents/{code}")).await;
        assert!(
            self.browser.text("main").await.contains("application/pdf"),
            "its type is known by its content"
        );
        code
    }

    /// The lines of the log about one object.
    async fn log(&self, object: &str) -> Vec<String> {
        self.goto(&format!("/log?object={object}")).await;
        self.browser.rows().await
    }
}

async fn main_job(javascript: bool) {
    let c = Committee::begin(javascript).await;
    c.staff().await;

    // The investigator opens a case and puts into it who, what and where.
    c.sign_in("inv-1").await;
    c.goto("/cases/new").await;
    c.browser.fill("#title", "أحداث حي الورد").await;
    c.browser.choose("#priority", "high").await;
    c.save().await;
    let case = c.code().await;
    let (witness, suspect) = (c.person(&case, WITNESS).await, c.person(&case, SUSPECT).await);
    assert_ne!(witness, suspect);
    let incident = c.incident(&case).await;
    let testimony = c.testimony(&case).await;
    let document = c.document(&case).await;

    // Who is said to have done it, and on which paragraph that rests.
    c.goto(&format!("/incidents/{incident}/involve")).await;
    c.pick("party", "المنصوري").await;
    c.browser.choose("#role", "alleged_perpetrator").await;
    c.browser.choose("#confidence", "AC2").await;
    c.browser.fill(&format!("[name='cite.{testimony}']"), "9").await;
    c.save().await;
    assert!(
        c.browser.text("#problems").await.contains(&testimony),
        "there is no paragraph 9"
    );
    assert_eq!(c.value(&format!("[name='cite.{testimony}']")).await, "9");
    c.browser.fill(&format!("[name='cite.{testimony}']"), "3").await;
    c.save().await;
    let parties = c.browser.text("main table").await;
    assert!(
        parties.contains(SUSPECT) && parties.contains(&testimony) && parties.contains('3'),
        "{parties}"
    );
    // The citation leads to the paragraph.
    c.browser.click(&format!("main table a[href*='{testimony}']")).await;
    assert!(
        c.browser
            .client
            .current_url()
            .await
            .expect("an address")
            .fragment()
            .is_some_and(|at| at.ends_with('3'))
    );

    // The case may not move before the risks to its witness are assessed; the condition leads to where that is done.
    c.goto(&format!("/cases/{case}/move?to=T01")).await;
    c.save().await;
    assert!(c.path().await.contains("/move"), "the move waits");
    c.browser
        .click(&format!("#G-RISK a[href='/persons/{witness}/risks']"))
        .await;
    c.assess_risk().await;
    c.goto(&format!("/cases/{case}/move?to=T01")).await;
    c.save().await;
    assert_eq!(c.path().await, format!("/cases/{case}"));
    assert!(
        c.browser.text("main .head").await.contains("Screening"),
        "{}",
        c.browser.text("main .head").await
    );

    // Of what the record can't say somebody other than the mover gives their word.
    c.open(&format!("/cases/{case}/attest?guard=G-COI&to=T03")).await;
    c.browser.fill("#text", "too short").await;
    c.save().await;
    assert_eq!(c.value("#text").await, "too short");
    c.browser.fill("#text", ATTESTED).await;
    c.save().await;

    // The supervisor finds it in the queue, with what was attested.
    c.sign_in("sup-1").await;
    c.open(&format!("/cases/{case}/move?to=T03")).await;
    assert!(
        c.browser.text("main").await.contains(ATTESTED),
        "the attestation is shown"
    );
    c.goto("/queue").await;
    c.browser.choose("[name=state]", "screening").await;
    c.browser.click("main .filters button").await;
    assert!(c.browser.text("main table").await.contains(&case));

    // The auditor sees who read and wrote, and nothing of what it says.
    c.sign_in("aud-1").await;
    c.goto(&format!("/testimonies/{testimony}")).await;
    let refused = c.browser.text("main").await;
    assert!(
        !refused.contains(SECRET) && refused.contains("Not for your role"),
        "{refused}"
    );
    // What was done, by whom, and how it ended: a line of the log for each, under the code of its object.
    for (object, who, act, outcome) in [
        (&case, "Lina Investigator", "opened the case", "done"),
        (&witness, "Lina Investigator", "entered", "done"),
        (&incident, "Lina Investigator", "entered", "done"),
        (&testimony, "Lina Investigator", "began the testimony", "done"),
        (&testimony, "Lina Investigator", "filed the testimony", "done"),
        (&testimony, "Lina Investigator", "opened", "done"),
        (&document, "Lina Investigator", "took in the document", "done"),
        (&incident, "Lina Investigator", "linked", "done"),
        (&case, "Lina Investigator", "moved the case", "failed"),
        (&case, "Lina Investigator", "attested a condition", "done"),
        (&witness, "Lina Investigator", "assessed a risk", "done"),
        (&case, "Lina Investigator", "moved the case", "done"),
        (&testimony, "Rana Auditor", "opened", "refused"),
    ] {
        let lines = c.log(object).await;
        let told = lines
            .iter()
            .any(|line| [who, act, outcome].iter().all(|part| line.contains(part)));
        assert!(told, "{who} {act} {object}, {outcome}: not in\n{}", lines.join("\n"));
    }
    c.goto("/log?act=queue").await;
    assert!(
        c.browser.text("main table").await.contains("Omar Supervisor"),
        "the queue was read"
    );
    let everything = c.browser.text("body").await;
    for secret in [SECRET, WITNESS, SUSPECT] {
        assert!(!everything.contains(secret), "the log holds no content");
    }
    assert_eq!(
        c.browser.console().await,
        [""; 0],
        "no error, no violation of the policy"
    );
    assert_eq!(
        c.browser.elsewhere(&c.base).await,
        [""; 0],
        "no request leaves the origin"
    );
    c.end().await;
}

#[test]
fn the_main_job_is_done_in_a_browser() {
    run(main_job(true));
}

#[test]
fn the_main_job_is_done_without_javascript() {
    run(main_job(false));
}
