//! What of a testimony is sealed by itself (`testimony_fields.json`, visibility V3): where the witness is, how they can be
//! reached, and what was said of sexual violence. Only the lead and the protection officer of the case open it, each time
//! for a written reason; it is never searched, listed, printed or exported.

use crate::form::{Check, LONG, Pairs};
use crate::testimony::Answers;
use crate::{Language, Problem};

/// A field of the sealed part.
#[derive(Debug)]
pub struct Field {
    pub name: &'static str,
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
        en: "How the witness can be reached safely",
        ar: "كيفية الوصول إلى الشاهد بأمان",
        help: (
            "Channel, number or address. Nobody writes or calls before reading the next two.",
            "الوسيلة والرقم أو العنوان. لا يُكتب إليه ولا يُتصل به قبل قراءة الحقلين التاليين.",
        ),
    },
    Field {
        name: "safe_hours",
        en: "Safe hours",
        ar: "الأوقات الآمنة",
        help: ("", ""),
    },
    Field {
        name: "safe_words",
        en: "What may be said, and to whom",
        ar: "ما يجوز قوله ولمن",
        help: ("What to say if somebody else answers.", "ما يُقال إن أجاب شخص آخر."),
    },
    Field {
        name: "place_exact",
        en: "Exact place of the interview",
        ar: "مكان المقابلة بدقة",
        help: ("", ""),
    },
    Field {
        name: "current_place",
        en: "Where the witness lives now",
        ar: "مكان إقامة الشاهد الآن",
        help: ("", ""),
    },
    Field {
        name: "id_document",
        en: "Identity document",
        ar: "وثيقة الهوية",
        help: ("Kind, number, issuer.", "نوعها ورقمها وجهة إصدارها."),
    },
    Field {
        name: "community",
        en: "Community",
        ar: "المكوّن",
        help: (
            "Only if the witness says it unasked, it matters, and they consent to its being written.",
            "فقط إن ذكره الشاهد من دون سؤال وكان مهمًا ووافق على تدوينه.",
        ),
    },
    Field {
        name: "violence",
        en: "Sexual violence",
        ar: "العنف الجنسي",
        help: (
            "Only by trained staff, in the witness's words, with no more detail than is needed (Murad Code).",
            "يدوّنه موظف مدرَّب فقط، بكلمات الشاهد، وبلا تفاصيل تزيد عن الحاجة (مدونة مراد).",
        ),
    },
    Field {
        name: "violence_support",
        en: "Support offered and accepted",
        ar: "الدعم المعروض والمقبول",
        help: ("", ""),
    },
];

/// Takes the fields out of a posted form.
#[must_use]
pub fn posted(pairs: &Pairs) -> Answers {
    let mut answers = Answers::default();
    for field in FIELDS {
        answers.set(field.name, [pairs.get(field.name)]);
    }
    answers
}

/// Checks what could not be kept.
///
/// # Errors
/// Fields that are too long.
pub fn check(answers: &Answers) -> Result<(), Vec<Problem>> {
    let mut check = Check::new();
    for field in FIELDS {
        check.optional(field.name, answers.get(field.name), LONG);
    }
    check.finish(())
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
        let answers = posted(&Pairs(pairs.chain([("other".to_owned(), "x".to_owned())]).collect()));
        assert!(
            FIELDS
                .iter()
                .all(|field| answers.get(field.name) == format!(" {} \n", field.name))
        );
        assert_eq!(answers.get("other"), "");
        assert!(check(&answers).is_ok());
        let long = Answers::from([("violence", "x".repeat(LONG as usize + 1).as_str())]);
        assert_eq!(
            check(&long),
            Err(vec![Problem::new("violence", ProblemKind::TooLong(LONG))])
        );
    }
}
