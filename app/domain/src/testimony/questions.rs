//! The questions of a statement, step by step (`testimony_fields.json`).
//!
//! What is asked of a person's safety at the deepest level (contact, exact places, sexual violence) is not among them: it
//! is kept apart, sealed by itself.

use super::question::{Column, Needed, Question, Shape, Step, When};
use crate::vocabulary::{
    COPY_POLICY, DECLARATION, INDICATOR, INJURY_CONSISTENCY, INTERVIEW_LANGUAGE, INTERVIEWEE_ROLE,
    INTERVIEWER_PREFERENCE, INTRODUCTION, MODALITY, PLACE_TYPE, RECORDING, RELATION, SAFEGUARD, SENSITIVITY, SIGNATURE,
    SUBJECT, UTC_OFFSET, VULNERABILITY, YES_NO,
};

/// The questions of one step, in order.
pub fn of_step(step: Step) -> impl Iterator<Item = &'static Question> {
    QUESTIONS.iter().filter(move |question| question.step == step)
}

/// The question with this name, or the one that has a column of this name.
#[must_use]
pub fn named(name: &str) -> Option<&'static Question> {
    let own = name.split_once('.').map_or(name, |(own, _)| own);
    QUESTIONS.iter().find(|question| question.name == own)
}

const fn q(name: &'static str, step: Step, shape: Shape, en: &'static str, ar: &'static str) -> Question {
    Question::new(name, step, shape, en, ar)
}

const fn col(name: &'static str, shape: Shape, en: &'static str, ar: &'static str) -> Column {
    Column { name, shape, en, ar }
}

const WHETHER: Shape = Shape::Choice(YES_NO);
const YES: &[&str] = &["yes"];
const SUSPECTS: &[&str] = &["alleged_perpetrator", "detained_suspect"];

/// Every question, in the order in which they are asked.
pub static QUESTIONS: &[Question] = &[
    q("witness", Step::Witness, Shape::Person, "Witness", "الشاهد")
        .needed(Needed::ReadBack)
        .help(
            "The pseudonym, such as W-7K3QM. The name stays with the person's own record.",
            "الاسم المستعار، مثل W-7K3QM. يبقى الاسم في سجل الشخص نفسه.",
        ),
    q("interviewee_role", Step::Witness, Shape::Choice(INTERVIEWEE_ROLE), "Gives testimony as", "يدلي بشهادته بصفته")
        .needed(Needed::ReadBack),
    q("relation", Step::Witness, Shape::Choice(RELATION), "Relation to the victims", "صلته بالضحايا")
        .when(When::Is("interviewee_role", &["family_deceased", "family_missing"]))
        .needed(Needed::ReadBack),
    q("safeguards", Step::Witness, Shape::Choices(SAFEGUARD), "Safeguards given", "الضمانات المقدمة")
        .when(When::Is("interviewee_role", SUSPECTS))
        .needed(Needed::ReadBack)
        .help(
            "Owed to every suspect before a word is written. Tick only what was done.",
            "واجبة لكل مشتبه به قبل تدوين أي كلمة. اختر ما جرى فعلا فقط.",
        ),
    q("vulnerabilities", Step::Witness, Shape::Choices(VULNERABILITY), "What to be careful about", "ما يستدعي عناية خاصة")
        .needed(Needed::ReadBack)
        .close(),
    q("interviewer_sex", Step::Witness, Shape::Choice(INTERVIEWER_PREFERENCE), "Wishes an interviewer", "يرغب في أن يقابله محقق")
        .needed(Needed::ReadBack),
    q("capacity_note", Step::Witness, Shape::Text, "Doubt about being able to decide", "شك في القدرة على اتخاذ القرار")
        .close()
        .help(
            "Only if there is doubt that the person understands and decides freely.",
            "فقط إذا وجد شك في أن الشخص يفهم ويقرر بحرية.",
        ),
    q("nationality", Step::Witness, Shape::Line, "Nationality", "الجنسية").close(),
    q("occupation", Step::Witness, Shape::Line, "Occupation", "المهنة").close(),
    q(
        "affiliations",
        Step::Witness,
        Shape::Rows(&[
            col("body", Shape::Line, "Party or unit", "الجهة أو الوحدة"),
            col("role", Shape::Line, "As what", "بأي صفة"),
            col("from", Shape::Line, "From", "من"),
            col("to", Shape::Line, "To", "إلى"),
        ]),
        "Belonged to",
        "الانتماءات",
    )
    .close(),
    q("follow_up_of", Step::Witness, Shape::Testimony, "Goes on from testimony", "استكمال للشهادة")
        .help(
            "If the same person gave a testimony before: its code.",
            "إن كان الشخص نفسه قد أدلى بشهادة سابقة: رمزها.",
        ),
    q("sensitivity", Step::Witness, Shape::Choice(SENSITIVITY), "Sensitivity", "درجة الحساسية")
        .needed(Needed::ReadBack)
        .help(
            "Restricted: only the lead, the second, the legal officer, the protection officer and the supervisor of the case can open it.",
            "مقيدة: لا يفتحها إلا المحقق الرئيسي والثاني والمسؤول القانوني ومسؤول الحماية ومشرف القضية.",
        ),
    q("interview_date", Step::Interview, Shape::Date, "Day of the interview", "يوم المقابلة").needed(Needed::ReadBack),
    q("start_time", Step::Interview, Shape::Time, "Began at", "بدأت الساعة").needed(Needed::ReadBack),
    q("end_time", Step::Interview, Shape::Time, "Ended at", "انتهت الساعة").needed(Needed::Final),
    q("utc_offset", Step::Interview, Shape::Choice(UTC_OFFSET), "Times are in", "الأوقات بحسب")
        .help("Leave it empty for the committee's own time.", "يترك فارغا لتوقيت اللجنة."),
    q(
        "breaks",
        Step::Interview,
        Shape::Rows(&[
            col("from", Shape::Time, "From", "من"),
            col("to", Shape::Time, "To", "إلى"),
            col("why", Shape::Line, "Why", "السبب"),
        ]),
        "Breaks",
        "الاستراحات",
    ),
    q("place_type", Step::Interview, Shape::Choice(PLACE_TYPE), "Place", "المكان").needed(Needed::ReadBack),
    q("modality", Step::Interview, Shape::Choice(MODALITY), "How it was taken", "طريقة أخذها").needed(Needed::ReadBack),
    q("language", Step::Interview, Shape::Choice(INTERVIEW_LANGUAGE), "Language of the interview", "لغة المقابلة")
        .needed(Needed::ReadBack),
    q("record_language", Step::Interview, Shape::Choice(INTERVIEW_LANGUAGE), "Language it is written in", "لغة التدوين")
        .needed(Needed::ReadBack),
    q("second_interviewer", Step::Interview, Shape::Colleague, "Second interviewer", "المحقق الثاني")
        .help(
            "Two people take a testimony. If there was nobody, leave this empty and say why below.",
            "يأخذ الشهادة شخصان. إن لم يوجد ثان فاترك الحقل فارغا واذكر السبب أدناه.",
        ),
    q("waiver", Step::Interview, Shape::Text, "Why there was no second interviewer", "سبب عدم وجود محقق ثان")
        .when(When::Blank("second_interviewer"))
        .needed(Needed::ReadBack),
    q("interpreter", Step::Interview, WHETHER, "Was there an interpreter?", "هل حضر مترجم؟").needed(Needed::ReadBack),
    q("interpreter_name", Step::Interview, Shape::Line, "Interpreter", "المترجم")
        .when(When::Is("interpreter", YES))
        .needed(Needed::ReadBack)
        .close()
        .help("Never one of the two interviewers.", "لا يكون أحد المحققين."),
    q("interpreter_languages", Step::Interview, Shape::Line, "Between which languages", "بين أي لغتين")
        .when(When::Is("interpreter", YES))
        .needed(Needed::ReadBack),
    q("interpreter_oath", Step::Interview, WHETHER, "Sworn in?", "هل أدى القسم؟")
        .when(When::Is("interpreter", YES))
        .needed(Needed::ReadBack),
    q("interpreter_unrelated", Step::Interview, WHETHER, "Unrelated to any party?", "هل يخلو من أي صلة بالأطراف؟")
        .when(When::Is("interpreter", YES))
        .needed(Needed::ReadBack),
    q(
        "others_present",
        Step::Interview,
        Shape::Rows(&[
            col("who", Shape::Line, "Who", "من"),
            col("why", Shape::Line, "Why", "السبب"),
            col("agreed", WHETHER, "The witness agreed", "وافق الشاهد"),
        ]),
        "Others present",
        "الحاضرون الآخرون",
    )
    .close(),
    q("support_person", Step::Interview, Shape::Line, "Support person", "الشخص الداعم")
        .when(When::Is("vulnerabilities", &["minor"]))
        .needed(Needed::ReadBack)
        .close(),
    q("observed_condition", Step::Interview, Shape::Text, "Condition of the witness", "حالة الشاهد")
        .close()
        .help(
            "Distress, fatigue: what was seen, no judgement.",
            "ضيق أو إرهاق: ما شوهد، من دون حكم.",
        ),
    q("introduction", Step::Before, Shape::Choices(INTRODUCTION), "The witness was told", "أبلغ الشاهد")
        .needed(Needed::ReadBack),
    q("introduction_note", Step::Before, Shape::Text, "Why not everything was told", "سبب عدم إبلاغه بكل ما سبق")
        .help("Only if something above was left out.", "فقط إن أغفل شيء مما سبق."),
    q("free_account", Step::Before, WHETHER, "Was an open account asked for first?", "هل طلبت أولا رواية حرة؟")
        .needed(Needed::ReadBack)
        .help(
            "First what the person tells freely, then questions (PEACE).",
            "يروي الشخص بحرية أولا، ثم تطرح الأسئلة.",
        ),
    q("interviewed_before", Step::Before, WHETHER, "Interviewed before, by anybody?", "هل أجريت معه مقابلة سابقة من أي جهة؟")
        .needed(Needed::ReadBack)
        .help(
            "Asked in every interview: nobody should tell it more often than needed.",
            "يسأل في كل مقابلة: لا ينبغي أن يعيد أحد روايته أكثر من اللازم.",
        ),
    q(
        "prior_interviews",
        Step::Before,
        Shape::Rows(&[
            col("body", Shape::Line, "By whom", "الجهة"),
            col("date", Shape::Line, "When", "التاريخ"),
            col("language", Shape::Choice(INTERVIEW_LANGUAGE), "Language", "اللغة"),
            col("signed", WHETHER, "Signed", "موقعة"),
            col("copy", WHETHER, "Copy held", "توجد نسخة"),
            col("recorded", WHETHER, "Recorded", "مسجلة"),
        ]),
        "Earlier interviews",
        "المقابلات السابقة",
    )
    .when(When::Is("interviewed_before", YES))
    .needed(Needed::ReadBack),
    q("told_media", Step::Before, WHETHER, "Told media, or posted about it?", "هل تحدث إلى الإعلام أو نشر عن الأمر؟")
        .needed(Needed::ReadBack),
    q(
        "media",
        Step::Before,
        Shape::Rows(&[
            col("where", Shape::Line, "Where", "أين"),
            col("when", Shape::Line, "When", "متى"),
            col("what", Shape::Line, "What", "ماذا"),
        ]),
        "Media",
        "الإعلام",
    )
    .when(When::Is("told_media", YES))
    .needed(Needed::ReadBack),
    q("recording", Step::Before, Shape::Choice(RECORDING), "Recorded", "التسجيل").needed(Needed::ReadBack).close(),
    q("recording_document", Step::Before, Shape::Line, "Document of the recording", "مستند التسجيل")
        .when(When::Is("recording", &["audio", "video"]))
        .close()
        .help("Its code, once the file is taken in.", "رمزه بعد إدخال الملف."),
    q("aids_shown", Step::Before, WHETHER, "Was anything shown to the witness?", "هل عرض شيء على الشاهد؟")
        .needed(Needed::Final),
    q(
        "aids",
        Step::Before,
        Shape::Rows(&[
            col("document", Shape::Line, "Document", "المستند"),
            col("words", Shape::Text, "Asked in these words", "السؤال بنصه"),
        ]),
        "Shown, in this order",
        "ما عرض، بالترتيب",
    )
    .when(When::Is("aids_shown", YES))
    .needed(Needed::Final),
    q("summary", Step::Account, Shape::Text, "Summary", "الملخص").help(
        "A few sentences. The first line is the title in lists, so name no protected person in it.",
        "بضع جمل. السطر الأول هو العنوان في القوائم، فلا تذكر فيه اسم شخص محمي.",
    ),
    q("subjects", Step::Particulars, Shape::Choices(SUBJECT), "The account tells of", "تتناول الرواية")
        .needed(Needed::ReadBack),
    q(
        "deaths",
        Step::Particulars,
        Shape::Rows(&[
            col("who", Shape::Line, "Who died", "من توفي"),
            col("when", Shape::Line, "When", "متى"),
            col("where", Shape::Line, "Where", "أين"),
            col("cause", Shape::Text, "Cause, and how it is known", "السبب وكيف عرف"),
            col("body_seen", WHETHER, "The witness saw the body", "رأى الشاهد الجثمان"),
            col("recovered", Shape::Line, "Recovered by", "من انتشله"),
            col("buried", Shape::Line, "Buried where", "مكان الدفن"),
            col("certificate", WHETHER, "Death certificate", "شهادة وفاة"),
            col("autopsy", WHETHER, "Autopsy", "تشريح"),
        ]),
        "Deaths",
        "الوفيات",
    )
    .when(When::Is("subjects", &["death"]))
    .needed(Needed::ReadBack)
    .close()
    .help("After the Minnesota Protocol.", "بحسب بروتوكول مينيسوتا."),
    q(
        "torture",
        Step::Particulars,
        Shape::Rows(&[
            col("circumstances", Shape::Text, "Circumstances", "الظروف"),
            col("method", Shape::Text, "What was done", "ما جرى"),
            col("persons", Shape::Text, "By whom, before whom", "من فعله ومن حضر"),
            col("then", Shape::Text, "Injuries then", "الإصابات حينها"),
            col("now", Shape::Text, "Injuries now", "الإصابات الآن"),
            col("examined", WHETHER, "Examined by a doctor", "فحصه طبيب"),
            col("consistency", Shape::Choice(INJURY_CONSISTENCY), "Injuries and account", "اتفاق الإصابات مع الرواية"),
        ]),
        "Torture or ill-treatment",
        "التعذيب أو سوء المعاملة",
    )
    .when(When::Is("subjects", &["torture"]))
    .needed(Needed::ReadBack)
    .close()
    .help(
        "After the Istanbul Protocol. Ask for no more detail than is needed.",
        "بحسب بروتوكول إسطنبول. لا تسأل عن تفاصيل أكثر من اللازم.",
    ),
    q(
        "missing",
        Step::Particulars,
        Shape::Rows(&[
            col("who", Shape::Line, "Who is missing", "من فقد"),
            col("last_seen", Shape::Text, "Last seen when, where, with whom", "متى وأين ومع من شوهد آخر مرة"),
            col("clothing", Shape::Line, "Clothing", "الملابس"),
            col("marks", Shape::Line, "Marks on the body", "علامات في الجسم"),
            col("sample", WHETHER, "A relative gives a sample", "يقدم قريب عينة"),
            col("searches", Shape::Text, "Where they were looked for", "أين جرى البحث"),
        ]),
        "Missing persons",
        "المفقودون",
    )
    .when(When::Is("subjects", &["missing"]))
    .needed(Needed::ReadBack)
    .close(),
    q("indicators", Step::Particulars, Shape::Choices(INDICATOR), "A party was recognised by", "عرفت الجهة من خلال")
        .help("Only if the account names a party.", "فقط إذا سمت الرواية جهة."),
    q(
        "exhibits",
        Step::Particulars,
        Shape::Rows(&[
            col("document", Shape::Line, "Document", "المستند"),
            col("receipt", WHETHER, "Receipt given", "سلم إيصال"),
        ]),
        "Handed over by the witness",
        "ما سلمه الشاهد",
    ),
    q("read_back_language", Step::Closing, Shape::Choice(INTERVIEW_LANGUAGE), "Read back in", "تليت عليه بلغة")
        .needed(Needed::Final),
    q("read_back_by", Step::Closing, Shape::Line, "Read back by", "من تلاها").needed(Needed::Final),
    q(
        "corrections",
        Step::Closing,
        Shape::Rows(&[
            col("paragraph", Shape::Line, "Paragraph", "الفقرة"),
            col("what", Shape::Text, "What the witness corrected", "ما صححه الشاهد"),
        ]),
        "Corrections at the reading",
        "التصحيحات عند التلاوة",
    )
    .help(
        "Correct the paragraph itself too; here stands what was asked for.",
        "صحح الفقرة نفسها أيضا؛ هنا يدون ما طلب.",
    ),
    q("declaration", Step::Closing, Shape::Choice(DECLARATION), "The witness declares it", "يصرح الشاهد بأنها")
        .needed(Needed::Final),
    q("signature", Step::Closing, Shape::Choice(SIGNATURE), "Signature", "التوقيع").needed(Needed::Final).close(),
    q("signature_reason", Step::Closing, Shape::Text, "Why it was refused", "سبب الامتناع")
        .when(When::Is("signature", &["refused"]))
        .needed(Needed::Final)
        .close(),
    q("signed_document", Step::Closing, Shape::Line, "Document of the signed copy", "مستند النسخة الموقعة")
        .help("Its code, once the scan is taken in.", "رمزه بعد إدخال الصورة."),
    q("interpreter_certificate", Step::Closing, WHETHER, "The interpreter certified it", "صادق المترجم عليها")
        .when(When::Is("interpreter", YES))
        .needed(Needed::Final),
    q("certified_first", Step::Closing, Shape::Time, "Certified by the lead interviewer at", "صادق عليها المحقق الرئيسي الساعة")
        .needed(Needed::Final),
    q("certified_second", Step::Closing, Shape::Time, "Certified by the second interviewer at", "صادق عليها المحقق الثاني الساعة")
        .when(When::Filled("second_interviewer"))
        .needed(Needed::Final),
    q("copy_policy", Step::Closing, Shape::Choice(COPY_POLICY), "Copy", "النسخة").needed(Needed::Final).close(),
    q("next_steps", Step::Closing, Shape::Text, "What the witness was told comes next", "ما أبلغ به الشاهد عما يلي")
        .needed(Needed::Final)
        .help("No promise of any outcome.", "من دون وعد بأي نتيجة."),
    q("wants_updates", Step::Closing, WHETHER, "Wishes to be kept informed", "يرغب في إبقائه على علم")
        .needed(Needed::Final)
        .close(),
    q("updates_channel", Step::Closing, Shape::Line, "By which channel", "بأي وسيلة")
        .when(When::Is("wants_updates", YES))
        .needed(Needed::Final)
        .close()
        .help("The kind of channel only; numbers and addresses are kept apart, sealed.", "نوع الوسيلة فقط؛ تحفظ الأرقام والعناوين على حدة مختومة."),
    q("referred", Step::Closing, WHETHER, "Referred to a service?", "هل أحيل إلى خدمة؟").needed(Needed::Final).close(),
    q(
        "referrals",
        Step::Closing,
        Shape::Rows(&[
            col("service", Shape::Line, "Service", "الخدمة"),
            col("date", Shape::Date, "When", "التاريخ"),
            col("accepted", WHETHER, "Accepted", "قبلها"),
        ]),
        "Referrals",
        "الإحالات",
    )
    .when(When::Is("referred", YES))
    .needed(Needed::Final)
    .close(),
    q(
        "follow_ups",
        Step::Closing,
        Shape::Rows(&[
            col("what", Shape::Line, "To do", "المطلوب"),
            col("by", Shape::Date, "By", "قبل"),
        ]),
        "To follow up",
        "ما يلزم متابعته",
    ),
];
