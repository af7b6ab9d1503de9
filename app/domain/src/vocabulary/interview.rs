//! Short lists that the questions about an interview choose from (`testimony_fields.json`, sections person, interview and
//! consent; `interviewee_roles.json`, `suspect_safeguards`).

use super::{Vocabulary, term};

/// An answer that is one of two.
pub static YES_NO: Vocabulary = Vocabulary(&[term("yes", "Yes", "نعم"), term("no", "No", "لا")]);

/// What a witness is to the victim (`relation_to_victims`).
pub static RELATION: Vocabulary = Vocabulary(&[
    term("spouse", "Spouse", "زوج أو زوجة"),
    term("parent", "Parent", "أب أو أم"),
    term("child", "Child", "ابن أو ابنة"),
    term("sibling", "Brother or sister", "أخ أو أخت"),
    term("other", "Other relative", "قرابة أخرى"),
    term("none", "No relative", "لا قرابة"),
]);

/// What makes an interview harder or more dangerous for a person (`vulnerabilities`).
pub static VULNERABILITY: Vocabulary = Vocabulary(&[
    term("minor", "Under eighteen", "دون الثامنة عشرة"),
    term("disability", "Disability", "إعاقة"),
    term("pregnancy", "Pregnancy", "حمل"),
    term("trauma", "Trauma", "صدمة نفسية"),
    term("detained", "In detention", "موقوف"),
    term("displaced", "Displaced", "نازح"),
    term("elderly", "Elderly", "متقدم في السن"),
    term("none", "None of these", "لا شيء مما سبق"),
]);

/// By whom a person wants to be interviewed (`interviewer_sex_requested`).
pub static INTERVIEWER_PREFERENCE: Vocabulary = Vocabulary(&[
    term("same", "Of the same sex", "من الجنس نفسه"),
    term("any", "Any, having been asked", "أي محقق، بعد السؤال"),
    term("no_preference", "No preference said", "لم يبد تفضيلا"),
]);

/// What a witness is told before anything else (`introduction_done`).
pub static INTRODUCTION: Vocabulary = Vocabulary(&[
    term("identity", "Who asks, and by what mandate", "من يسأل وبأي ولاية"),
    term("purpose", "What the testimony is for", "الغرض من الشهادة"),
    term("voluntary", "That it is voluntary", "أن الإدلاء بها طوعي"),
    term("confidentiality", "Confidentiality and its limits", "السرية وحدودها"),
    term("no_payment", "That nothing is paid", "ألا مقابل لها"),
    term(
        "right_to_stop",
        "The right to stop at any time",
        "الحق في التوقف في أي وقت",
    ),
    term("complaint", "Where to complain", "جهة تقديم الشكوى"),
]);

/// What is owed to a suspect (`suspect_safeguards`; Méndez Principles).
pub static SAFEGUARD: Vocabulary = Vocabulary(&[
    term(
        "told_status_and_reason",
        "Told of being a suspect, and of what",
        "أبلغ بأنه مشتبه به وبالسبب",
    ),
    term("right_to_silence", "Told of the right to silence", "أبلغ بحقه في الصمت"),
    term("lawyer_offered", "A lawyer was offered", "عرضت عليه الاستعانة بمحام"),
    term(
        "lawyer_present_or_waived",
        "A lawyer was present, or waived in writing",
        "حضر محام أو تنازل عنه كتابة",
    ),
    term("interpreter", "An interpreter where needed", "مترجم عند الحاجة"),
    term(
        "no_coercion_check",
        "Asked apart about any coercion",
        "سئل على انفراد عن أي إكراه",
    ),
    term(
        "medical_check_if_detained",
        "Medical check, if detained",
        "فحص طبي إن كان موقوفا",
    ),
    term(
        "full_audio_or_video_record",
        "Recorded from beginning to end",
        "سجلت المقابلة كاملة",
    ),
    term("breaks_logged", "Breaks were noted", "دونت الاستراحات"),
    term("copy_given", "A copy was given", "سلمت إليه نسخة"),
]);

/// How an interview was recorded besides in writing (`recording`).
pub static RECORDING: Vocabulary = Vocabulary(&[
    term("none", "Not recorded", "لم تسجل"),
    term("audio", "Sound", "تسجيل صوتي"),
    term("video", "Picture and sound", "تسجيل مرئي"),
]);

/// The offset from UTC that the times of an interview are told in, where it is not the committee's.
pub static UTC_OFFSET: Vocabulary = Vocabulary(&[
    term("m0500", "UTC−5", "التوقيت العالمي −5"),
    term("m0400", "UTC−4", "التوقيت العالمي −4"),
    term("p0000", "UTC", "التوقيت العالمي"),
    term("p0100", "UTC+1", "التوقيت العالمي +1"),
    term("p0200", "UTC+2", "التوقيت العالمي +2"),
    term("p0300", "UTC+3", "التوقيت العالمي +3"),
    term("p0400", "UTC+4", "التوقيت العالمي +4"),
]);
