//! In what way a person answers for an act.

use super::{Term, Vocabulary, term};

/// Modes of liability: the Rome Statute's as an analytic frame, then the Syrian Penal Code's forms of participation.
pub static MODE_OF_LIABILITY: Vocabulary<Mode> = Vocabulary(MODES);

/// One mode of liability.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mode {
    /// Code and labels.
    pub term: Term,
    /// The provision: `RS 25(3)(a)`, `PC 212 (to verify)`; the latter until counsel has verified the article.
    pub reference: &'static str,
    /// Which law it belongs to.
    pub system: System,
}

/// The law that a mode of liability belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum System {
    /// The Rome Statute, as an analytic frame: never presented as charges in a domestic referral.
    International,
    /// The Syrian Penal Code.
    Domestic,
}

super::is_a_term!(Mode);

const fn international(code: &'static str, reference: &'static str, en: &'static str, ar: &'static str) -> Mode {
    Mode {
        term: term(code, en, ar),
        reference,
        system: System::International,
    }
}

const fn domestic(code: &'static str, reference: &'static str, en: &'static str, ar: &'static str) -> Mode {
    Mode {
        term: term(code, en, ar),
        reference,
        system: System::Domestic,
    }
}

const MODES: &[Mode] = &[
    international(
        "M-25-3-A-IND",
        "RS 25(3)(a)",
        "Direct perpetration (alone)",
        "الارتكاب المباشر منفردا",
    ),
    international(
        "M-25-3-A-JOINT",
        "RS 25(3)(a)",
        "Joint perpetration (co-perpetration)",
        "الاشتراك في الارتكاب",
    ),
    international(
        "M-25-3-A-THRU",
        "RS 25(3)(a)",
        "Perpetration through another person",
        "الارتكاب عن طريق شخص آخر",
    ),
    international("M-25-3-B-ORD", "RS 25(3)(b)", "Ordering", "الأمر بالارتكاب"),
    international(
        "M-25-3-B-SOL",
        "RS 25(3)(b)",
        "Soliciting or inducing",
        "الإغراء أو الحث",
    ),
    international(
        "M-25-3-C",
        "RS 25(3)(c)",
        "Aiding, abetting or otherwise assisting",
        "المساعدة أو التحريض أو تقديم العون",
    ),
    international(
        "M-25-3-D-I",
        "RS 25(3)(d)(i)",
        "Contribution to a group with a common purpose: aim to further the criminal activity",
        "الإسهام في جماعة ذات قصد مشترك بهدف تعزيز النشاط الإجرامي",
    ),
    international(
        "M-25-3-D-II",
        "RS 25(3)(d)(ii)",
        "Contribution to a group with a common purpose: knowledge of the intent",
        "الإسهام في جماعة مع العلم بقصدها",
    ),
    international(
        "M-25-3-E",
        "RS 25(3)(e)",
        "Direct and public incitement to genocide",
        "التحريض المباشر والعلني على الإبادة",
    ),
    international("M-25-3-F", "RS 25(3)(f)", "Attempt", "الشروع"),
    international(
        "M-28-A",
        "RS 28(a)",
        "Responsibility of a military or effective military commander",
        "مسؤولية القائد العسكري أو القائم فعلًا بأعمال القائد العسكري",
    ),
    international(
        "M-28-B",
        "RS 28(b)",
        "Responsibility of a civilian superior",
        "مسؤولية الرئيس المدني",
    ),
    domestic("D-FAIL", "PC 212 (to verify)", "Domestic: principal (fa'il)", "الفاعل"),
    domestic(
        "D-PART",
        "PC 213 (to verify)",
        "Domestic: co-perpetrator (sharik)",
        "الشريك",
    ),
    domestic(
        "D-INST",
        "PC 216-217 (to verify)",
        "Domestic: instigator (muharrid)",
        "المحرض",
    ),
    domestic(
        "D-ACC",
        "PC 218-219 (to verify)",
        "Domestic: accessory (mutadakhkhil)",
        "المتدخل",
    ),
    domestic(
        "D-CONC",
        "PC 220-221 (to verify)",
        "Domestic: concealer (mukhabbi')",
        "المخبئ",
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_mode_names_its_provision() {
        for mode in MODE_OF_LIABILITY.iter() {
            let prefix = match mode.system {
                System::International => "RS ",
                System::Domestic => "PC ",
            };
            assert!(mode.reference.starts_with(prefix), "{}", mode.code);
        }
    }
}
