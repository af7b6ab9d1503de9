//! What kind of thing a document is.

use super::{Term, Vocabulary, term};

/// Types of document and of physical item.
pub static DOCUMENT_TYPE: Vocabulary = Vocabulary(TERMS);

const TERMS: &[Term] = &[
    term("witness_form", "Testimony form or signed statement", "استمارة شهادة"),
    term("consent_form", "Signed consent form", "استمارة موافقة"),
    term(
        "audio_interview",
        "Audio recording of an interview",
        "تسجيل صوتي لمقابلة",
    ),
    term(
        "video_interview",
        "Video recording of an interview",
        "تسجيل مرئي لمقابلة",
    ),
    term("photo", "Photograph", "صورة"),
    term("video", "Video", "مقطع مصور"),
    term("audio", "Audio or voice message", "رسالة صوتية"),
    term(
        "social_post",
        "Social media post or account capture",
        "منشور على وسائل التواصل",
    ),
    term("web_capture", "Web page capture (WARC or PDF + HTML)", "حفظ صفحة ويب"),
    term("satellite", "Satellite image or analysis", "صورة أقمار صناعية"),
    term(
        "geolocation_report",
        "Geolocation or chronolocation report",
        "تقرير تحديد موقع",
    ),
    term("medical_report", "Medical or hospital record", "تقرير طبي"),
    term("forensic_report", "Forensic or autopsy report", "تقرير طب شرعي"),
    term("death_certificate", "Death certificate", "شهادة وفاة"),
    term("civil_registry", "Civil registry extract", "قيد نفوس"),
    term("burial_record", "Cemetery or burial list", "سجل دفن"),
    term("site_visit_report", "Site inspection report", "محضر معاينة موقع"),
    term("sketch_map", "Sketch or map by a witness", "مخطط أو خريطة"),
    term("military_order", "Order, message or roster", "أمر أو كشف أسماء"),
    term("id_document", "Identity document", "وثيقة هوية"),
    term("phone_extract", "Phone extraction or call data", "استخراج بيانات هاتف"),
    term("ngo_list", "List of victims by an organisation", "قائمة ضحايا من منظمة"),
    term("media_report", "Media report", "تقرير إعلامي"),
    term("official_statement", "Official statement", "بيان رسمي"),
    term("court_record", "Court or prosecution record", "سجل قضائي"),
    term("physical_item", "Physical item (bag and seal)", "غرض مادي"),
    term("property_deed", "Property document", "سند ملكية"),
    term("expert_opinion", "Expert opinion", "رأي خبير"),
    term("correspondence", "Letter or request to an authority", "مراسلة"),
];
