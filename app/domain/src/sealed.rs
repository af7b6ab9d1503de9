//! What of a testimony is sealed by itself (`testimony_fields.json`, visibility V3): where the witness is, how they can be
//! reached, and what was said of sexual violence. Only the lead and the protection officer of the case open it, each time
//! for a written reason; it is never searched, listed, printed or exported.
//!
//! What was said of sexual violence is a block apart, under a key of its own: for trained staff (Murad Code), and opened
//! once for each approval of a second person. `testimony_fields.json` names single roles in one line and a two-person
//! opening in another: the single role opens where a witness must be reached at once, two persons where nothing is urgent
//! and the harm is greatest.

use crate::form::{Check, LONG, Pairs};
use crate::reveal::RequestState;
use crate::testimony::Answers;
use crate::{Language, Problem};

/// Which of the two a field belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Where the witness is and how they can be reached: opened for a written reason.
    Contact,
    /// What was said of sexual violence: by trained staff, after a second person approved.
    Block,
}

impl Part {
    /// Its fields, in the order in which they are asked.
    pub fn fields(self) -> impl Iterator<Item = &'static Field> {
        FIELDS.iter().filter(move |field| field.part == self)
    }
}

/// A field of the sealed part.
#[derive(Debug)]
pub struct Field {
    pub name: &'static str,
    pub part: Part,
    en: &'static str,
    ar: &'static str,
    help: (&'static str, &'static str),
}

impl Field {
    /// What it asks.
    #[must_use]
    pub const fn label(&self, language: Language) -> &'static str {
        match language {
            Language::English => self.en,
            Language::Arabic => self.ar,
        }
    }

    /// Guidance for it, or "".
    #[must_use]
    pub const fn guidance(&self, language: Language) -> &'static str {
        match language {
            Language::English => self.help.0,
            Language::Arabic => self.help.1,
        }
    }
}

/// Every field, in the order in which they are asked.
pub static FIELDS: &[Field] = &[
    Field {
        name: "safe_contact",
        part: Part::Contact,
        en: "How the witness can be reached safely",
        ar: "كيفية الوصول إلى الشاهد بأمان",
        help: (
            "Channel, number or address. Nobody writes or calls before reading the next two.",
            "الوسيلة والرقم أو العنوان. لا يُكتب إليه ولا يُتصل به قبل قراءة الحقلين التاليين.",
        ),
    },
    Field {
        name: "safe_hours",
        part: Part::Contact,
        en: "Safe hours",
        ar: "الأوقات الآمنة",
        help: ("", ""),
    },
    Field {
        name: "safe_words",
        part: Part::Contact,
        en: "What may be said, and to whom",
        ar: "ما يجوز قوله ولمن",
        help: ("What to say if somebody else answers.", "ما يُقال إن أجاب شخص آخر."),
    },
    Field {
        name: "place_exact",
        part: Part::Contact,
        en: "Exact place of the interview",
        ar: "مكان المقابلة بدقة",
        help: ("", ""),
    },
    Field {
        name: "current_place",
        part: Part::Contact,
        en: "Where the witness lives now",
        ar: "مكان إقامة الشاهد الآن",
        help: ("", ""),
    },
    Field {
        name: "id_document",
        part: Part::Contact,
        en: "Identity document",
        ar: "وثيقة الهوية",
        help: ("Kind, number, issuer.", "نوعها ورقمها وجهة إصدارها."),
    },
    Field {
        name: "community",
        part: Part::Contact,
        en: "Community",
        ar: "المكوّن",
        help: (
            "Only if the witness says it unasked, it matters, and they consent to its being written.",
            "فقط إن ذكره الشاهد من دون سؤال وكان مهمًا ووافق على تدوينه.",
        ),
    },
    Field {
        name: "violence",
        part: Part::Block,
        en: "Sexual violence",
        ar: "العنف الجنسي",
        help: (
            "Only by trained staff, in the witness's words, with no more detail than is needed (Murad Code).",
            "يدوّنه موظف مدرَّب فقط، بكلمات الشاهد، وبلا تفاصيل تزيد عن الحاجة (مدونة مراد).",
        ),
    },
    Field {
        name: "violence_support",
        part: Part::Block,
        en: "Support offered and accepted",
        ar: "الدعم المعروض والمقبول",
        help: ("", ""),
    },
];

/// Takes the fields of a part out of a posted form.
#[must_use]
pub fn posted(part: Part, pairs: &Pairs) -> Answers {
    let mut answers = Answers::default();
    for field in part.fields() {
        answers.set(field.name, [pairs.get(field.name)]);
    }
    answers
}

/// Of these answers only those to a part.
#[must_use]
pub fn only(part: Part, answers: &Answers) -> Answers {
    let mut kept = Answers::default();
    for field in part.fields() {
        kept.set(field.name, [answers.get(field.name)]);
    }
    kept
}

/// Checks what could not be kept.
///
/// # Errors
/// Fields that are too long.
pub fn check(part: Part, answers: &Answers) -> Result<(), Vec<Problem>> {
    let mut check = Check::new();
    for field in part.fields() {
        check.optional(field.name, answers.get(field.name), LONG);
    }
    check.finish(())
}

/// Why the block is not opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bar {
    /// Password or second factor must be given again.
    StepUp,
    /// A second person must approve it first.
    NotApproved,
}

/// The first reason not to open the block: whether the person gave the password again just now, and where their newest
/// request stands.
#[must_use]
pub fn bar(stepped_up: bool, request: Option<RequestState>) -> Option<Bar> {
    if request != Some(RequestState::Approved) {
        Some(Bar::NotApproved)
    } else if stepped_up {
        None
    } else {
        Some(Bar::StepUp)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ProblemKind;

    #[test]
    fn every_field_speaks_both_languages_and_is_kept_as_typed() {
        let arabic = |text: &str| text.chars().any(|c| ('\u{0621}'..='\u{064A}').contains(&c));
        for field in FIELDS {
            assert!(!arabic(field.en) && arabic(field.ar), "{}", field.name);
            assert_eq!(field.help.0.is_empty(), field.help.1.is_empty(), "{}", field.name);
        }
        let pairs = FIELDS
            .iter()
            .map(|field| (field.name.to_owned(), format!(" {} \n", field.name)));
        let pairs = Pairs(pairs.chain([("other".to_owned(), "x".to_owned())]).collect());
        for (part, other) in [(Part::Contact, Part::Block), (Part::Block, Part::Contact)] {
            let answers = posted(part, &pairs);
            assert!(
                part.fields()
                    .all(|field| answers.get(field.name) == format!(" {} \n", field.name))
            );
            assert!(other.fields().all(|field| answers.get(field.name).is_empty()));
            assert_eq!(only(part, &answers), answers);
            assert_eq!(answers.get("other"), "");
            assert!(check(part, &answers).is_ok());
        }
        let long = Answers::from([("violence", "x".repeat(LONG as usize + 1).as_str())]);
        assert_eq!(
            check(Part::Block, &long),
            Err(vec![Problem::new("violence", ProblemKind::TooLong(LONG))])
        );
    }

    #[test]
    fn the_block_opens_by_an_approved_request_after_the_password() {
        use RequestState::{Approved, Denied, Expired, Used, Waiting};
        assert_eq!(bar(true, Some(Approved)), None);
        assert_eq!(bar(false, Some(Approved)), Some(Bar::StepUp));
        for state in [None, Some(Waiting), Some(Denied), Some(Used), Some(Expired)] {
            assert_eq!(bar(true, state), Some(Bar::NotApproved), "{state:?}");
        }
    }
}
