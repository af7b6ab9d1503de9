//! The guards: what must hold before a case may move.

use crate::{Language, Role};
use serde::{Deserialize, Serialize};
use std::fmt;

/// A condition that stands at one or more transitions (`case_status.json`, `guards`). Its English text rules; the
/// predicates of the data are hints (record.md, Decisions, "Guards").
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(into = "&'static str", try_from = "String")]
pub enum Guard {
    /// `G-MANDATE`
    Mandate,
    /// `G-DUP`
    Duplicates,
    /// `G-LEAD`
    Lead,
    /// `G-COI`
    ConflictOfInterest,
    /// `G-RISK`
    Risk,
    /// `G-PLAN`
    Plan,
    /// `G-INC`
    Incident,
    /// `G-EVID`
    Evidence,
    /// `G-SIGNED`
    Signed,
    /// `G-CORR`
    Corroboration,
    /// `G-CUST`
    Custody,
    /// `G-MATRIX`
    Matrix,
    /// `G-EXCULP`
    Exculpatory,
    /// `G-STD`
    Standard,
    /// `G-4EYES`
    FourEyes,
    /// `G-CONSENT`
    Consent,
    /// `G-MINOR`
    Minor,
    /// `G-REDACT`
    Redaction,
    /// `G-MANIF`
    Manifest,
    /// `G-VOTE`
    Vote,
    /// `G-NOTIFY`
    Notification,
    /// `G-RECEIPT`
    Receipt,
    /// `G-REASON`
    Reason,
    /// `G-REVIEWDATE`
    ReviewDate,
    /// `G-NEWINFO`
    NewInformation,
    /// `G-OPENTASK`
    OpenTasks,
    /// `G-MERGE`
    Merge,
}

/// Who says that a guard is met.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Attestation {
    /// The record itself, wholly.
    Computed,
    /// A person in writing; the one who moves the case may be that person.
    Mover,
    /// A named person in writing, never the one who moves the case.
    AnotherPerson,
}

impl Guard {
    /// Every guard.
    pub const ALL: [Self; 27] = [
        Self::Mandate,
        Self::Duplicates,
        Self::Lead,
        Self::ConflictOfInterest,
        Self::Risk,
        Self::Plan,
        Self::Incident,
        Self::Evidence,
        Self::Signed,
        Self::Corroboration,
        Self::Custody,
        Self::Matrix,
        Self::Exculpatory,
        Self::Standard,
        Self::FourEyes,
        Self::Consent,
        Self::Minor,
        Self::Redaction,
        Self::Manifest,
        Self::Vote,
        Self::Notification,
        Self::Receipt,
        Self::Reason,
        Self::ReviewDate,
        Self::NewInformation,
        Self::OpenTasks,
        Self::Merge,
    ];

    /// Code, English and Arabic text.
    const fn row(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Mandate => (
                "G-MANDATE",
                "Inside mandate: time window, territory and subject matter recorded as met",
                "القضية ضمن ولاية اللجنة: أُثبت استيفاء النطاق الزمني والنطاق المكاني والاختصاص الموضوعي",
            ),
            Self::Duplicates => (
                "G-DUP",
                "Duplicate search run and result recorded",
                "أُجري البحث عن القضايا المكررة وسُجّلت نتيجته",
            ),
            Self::Lead => (
                "G-LEAD",
                "A lead investigator and a second investigator are assigned",
                "كُلّف بالقضية محقق رئيسي ومحقق ثانٍ",
            ),
            Self::ConflictOfInterest => (
                "G-COI",
                "Conflict-of-interest declaration by every assigned user for this case, none positive",
                "قدّم كل مكلّف بهذه القضية إقراراً بشأن تضارب المصالح فيها، ولم يُفد أي إقرار بوجود تضارب",
            ),
            Self::Risk => (
                "G-RISK",
                "Protection risk assessment done for every identified witness, not older than 90 days, and no open critical risk",
                "أُجري تقييم مخاطر الحماية لكل شاهد معروف الهوية، ولم تمضِ عليه أكثر من 90 يوماً، ولا توجد مخاطر حرجة قائمة",
            ),
            Self::Plan => (
                "G-PLAN",
                "Investigation plan approved, with lines of inquiry that include exculpatory lines",
                "اعتُمدت خطة التحقيق، وتتضمن مسارات استقصاء منها ما يبحث عن أدلة النفي",
            ),
            Self::Incident => (
                "G-INC",
                "At least one incident linked, with place and date range",
                "رُبطت بالقضية حادثة واحدة على الأقل، محددة المكان والفترة الزمنية",
            ),
            Self::Evidence => (
                "G-EVID",
                "Every incident has at least one graded source",
                "لكل حادثة مصدر مقيَّم واحد على الأقل",
            ),
            Self::Signed => (
                "G-SIGNED",
                "Every testimony relied upon is in status final (read back, confirmed, signed or refusal recorded) and has at least one valid consent",
                "كل شهادة يُستند إليها نهائية (تُليت على صاحبها وأكّدها ووقّعها، أو دُوّن امتناعه عن التوقيع)، ولها موافقة نافذة واحدة على الأقل",
            ),
            Self::Corroboration => (
                "G-CORR",
                "Every key fact meets the corroboration rule: 2 independent sources, or 1 first-hand source graded at least B2 with written reasons",
                "كل واقعة أساسية تستوفي قاعدة التعزيز: مصدران مستقلان، أو مصدر مباشر واحد لا تقل درجته عن B2 مع أسباب مكتوبة",
            ),
            Self::Custody => (
                "G-CUST",
                "Every cited document has an unbroken custody log and its hash verified within the last 7 days",
                "لكل مستند يُستشهد به سجل حيازة متصل غير منقطع، وجرى التحقق من بصمته الرقمية خلال الأيام السبعة الأخيرة",
            ),
            Self::Matrix => (
                "G-MATRIX",
                "Elements matrix complete: each element of each proposed crime has a finding; gaps noted",
                "مصفوفة الأركان مكتملة: لكل ركن من أركان كل جريمة مقترحة نتيجة مثبتة، والثغرات مدوّنة",
            ),
            Self::Exculpatory => (
                "G-EXCULP",
                "Exculpatory search done and its result listed; all exculpatory items marked",
                "أُجري البحث عن أدلة النفي وأُدرجت نتيجته، ووُسمت جميع المواد النافية",
            ),
            Self::Standard => (
                "G-STD",
                "Standard of proof recorded: reasonable grounds to believe, with reasons",
                "أُثبت معيار الإثبات: أسباب معقولة للاعتقاد، مع تعليله",
            ),
            Self::FourEyes => (
                "G-4EYES",
                "Reviewer is not the author, not the lead investigator and not in the same pair",
                "المراجِع غير مُعِدّ العمل وغير المحقق الرئيسي، وليس من ثنائي التحقيق نفسه",
            ),
            Self::Consent => (
                "G-CONSENT",
                "Valid, unwithdrawn consent of each cited person for THIS recipient and THIS purpose; for a missing consent the citation is removed or replaced",
                "موافقة نافذة لم تُسحب من كل شخص يُستشهد بأقواله، لهذا المتلقي ولهذا الغرض تحديداً؛ وعند انعدام الموافقة يُحذف الاستشهاد أو يُستبدل",
            ),
            Self::Minor => (
                "G-MINOR",
                "For a child: guardian consent or best-interest decision, plus the assent of the child",
                "في حالة الطفل: موافقة الولي أو الوصي، أو قرار وفق المصلحة الفضلى، إضافة إلى قبول الطفل نفسه",
            ),
            Self::Redaction => (
                "G-REDACT",
                "Redaction set approved; identity annex is separate and encrypted to the recipient",
                "اعتُمدت مواضع الحجب، وملحق الهويات منفصل ومشفّر للمتلقي",
            ),
            Self::Manifest => (
                "G-MANIF",
                "Package built; manifest hashes verified; timestamp token obtained",
                "أُعدّت الحزمة، وجرى التحقق من البصمات الرقمية في بيان محتوياتها، واستُحصل على الختم الزمني",
            ),
            Self::Vote => (
                "G-VOTE",
                "Committee decision recorded with quorum; dissent recorded",
                "سُجّل قرار اللجنة باكتمال النصاب، ودُوّن الرأي المخالف",
            ),
            Self::Notification => (
                "G-NOTIFY",
                "Victim or family notification planned for each participant who asked for it (safe channel), or waiver reason",
                "خُطّط لإبلاغ كل من طلب الإبلاغ من الضحايا أو ذويهم عبر قناة آمنة، أو دُوّن سبب الإعفاء منه",
            ),
            Self::Receipt => (
                "G-RECEIPT",
                "Receipt by the recipient with reference number and hash match",
                "إيصال استلام من المتلقي يحمل رقماً مرجعياً، والبصمة الرقمية مطابقة",
            ),
            Self::Reason => (
                "G-REASON",
                "Written reason of at least 20 characters and a reason code",
                "سبب مكتوب لا يقل عن 20 حرفاً، مع اختيار رمز السبب",
            ),
            Self::ReviewDate => (
                "G-REVIEWDATE",
                "A next review date not later than 90 days",
                "تحديد موعد للمراجعة التالية خلال مدة لا تتجاوز 90 يوماً",
            ),
            Self::NewInformation => (
                "G-NEWINFO",
                "New information or a ground for reopening is attached",
                "أُرفقت معلومات جديدة أو سبب موجب لإعادة الفتح",
            ),
            Self::OpenTasks => (
                "G-OPENTASK",
                "No open task, pending consent withdrawal or legal hold conflict",
                "لا توجد مهمة مفتوحة، ولا سحب موافقة قيد المعالجة، ولا تعارض مع أمر حفظ قانوني",
            ),
            Self::Merge => (
                "G-MERGE",
                "Target case exists, both leads agree, all links moved",
                "القضية المقصودة بالدمج موجودة، ووافق عليه المحققان الرئيسيان، ونُقلت جميع الروابط",
            ),
        }
    }

    /// The code kept in the database and the log: `G-INC`.
    #[must_use]
    pub const fn code(self) -> &'static str {
        self.row().0
    }

    /// Reads a code.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|guard| guard.code() == code)
    }

    /// What it asks for.
    #[must_use]
    pub const fn text(self, language: Language) -> &'static str {
        match language {
            Language::English => self.row().1,
            Language::Arabic => self.row().2,
        }
    }

    /// Who says that it is met, where the record can't say so itself (record.md, Decisions, "Guards"). Of consents, risks and
    /// children it can say most: what it finds missing nobody attests away.
    #[must_use]
    pub const fn attested_by(self) -> Attestation {
        match self {
            Self::Incident | Self::Lead | Self::Reason | Self::ReviewDate => Attestation::Computed,
            Self::ConflictOfInterest | Self::Risk | Self::FourEyes | Self::Consent | Self::Minor | Self::Vote => {
                Attestation::AnotherPerson
            }
            Self::Mandate
            | Self::Duplicates
            | Self::Plan
            | Self::Evidence
            | Self::Signed
            | Self::Corroboration
            | Self::Custody
            | Self::Matrix
            | Self::Exculpatory
            | Self::Standard
            | Self::Redaction
            | Self::Manifest
            | Self::Notification
            | Self::Receipt
            | Self::NewInformation
            | Self::OpenTasks
            | Self::Merge => Attestation::Mover,
        }
    }

    /// The part of an attested guard that the record does say itself; it must hold before an attestation counts.
    #[must_use]
    pub const fn computed_part(self, language: Language) -> Option<&'static str> {
        let (en, ar) = match self {
            Self::Evidence => (
                "Every incident has at least one cited source",
                "لكل حادثة مصدر واحد مستشهد به على الأقل",
            ),
            Self::Signed => (
                "Every cited testimony is final, and the committee's own analysis of it is consented to",
                "كل شهادة مستشهد بها نهائية، والموافقة على تحليل اللجنة لها نافذة",
            ),
            Self::Risk => (
                "No witness on record is without an assessment, overdue for review or at open critical risk. It is \
                 attested only while nobody is on record as a witness",
                "ليس بين الشهود المسجلين من لم تُقيَّم المخاطر عليه أو تأخرت مراجعتها أو عليه خطر حرج قائم. ولا يُشهد بهذا \
                 الشرط خطياً إلا ما دام لا شاهد في السجل",
            ),
            Self::Consent => (
                "No cited person lacks a valid consent for this recipient and purpose, and none is at a critical risk that \
                 forbids it. Attested is only that a condition of a consent, such as contact before each sharing, is met",
                "ليس بين من يُستشهد بأقوالهم من لا موافقة نافذة له لهذا المتلقي ولهذا الغرض، ولا من عليه خطر حرج يمنع ذلك. \
                 ولا يُشهد خطياً إلا باستيفاء شرط من شروط الموافقة، كالتواصل قبل كل مشاركة",
            ),
            Self::Minor => (
                "No cited child lacks somebody who spoke for it or a recorded decision in its best interest, nor its own \
                 assent. Attested is only the age, where no year of birth tells it",
                "ليس بين الأطفال المستشهد بأقوالهم من لم يتكلم عنه أحد ولم يُسجَّل قرار لمصلحته الفضلى، ولا من لم يقبل هو \
                 نفسه. ولا يُشهد خطياً إلا بالعمر، حيث لا تدل عليه سنة الولادة",
            ),
            Self::FourEyes => (
                "The person who moves the case is neither its lead nor its second investigator",
                "من ينقل القضية ليس محققها الرئيسي ولا محققها الثاني",
            ),
            _ => return None,
        };
        Some(match language {
            Language::English => en,
            Language::Arabic => ar,
        })
    }

    /// The roles whose office it is to attest it, for the screen to say whom to ask; others may attest too.
    #[must_use]
    pub const fn usual_attesters(self) -> &'static [Role] {
        match self {
            Self::Risk | Self::Consent | Self::Minor => &[Role::ProtectionOfficer, Role::LegalOfficer],
            Self::ConflictOfInterest | Self::FourEyes => &[Role::Supervisor, Role::Chair],
            Self::Vote => &[Role::Chair],
            Self::Custody => &[Role::EvidenceCustodian],
            Self::Matrix | Self::Exculpatory | Self::Standard | Self::Receipt => &[Role::LegalOfficer],
            _ => &[],
        }
    }
}

impl fmt::Display for Guard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl From<Guard> for &'static str {
    fn from(guard: Guard) -> Self {
        guard.code()
    }
}

impl TryFrom<String> for Guard {
    type Error = crate::Error;
    fn try_from(code: String) -> crate::Result<Self> {
        Self::parse(&code).ok_or(crate::Error::NotFound)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parsing_a_displayed_guard_gives_it_back() {
        for guard in Guard::ALL {
            assert_eq!(Guard::parse(&guard.to_string()), Some(guard));
        }
    }

    #[test]
    fn every_guard_speaks_both_languages() {
        for guard in Guard::ALL {
            let (en, ar) = (guard.text(Language::English), guard.text(Language::Arabic));
            assert!(en.is_ascii() && en.len() > 20, "{guard}");
            assert!(
                ar.chars().filter(|c| ('\u{0621}'..='\u{064A}').contains(c)).count() > 20,
                "{guard}"
            );
            let part = [Language::English, Language::Arabic].map(|l| guard.computed_part(l).is_some());
            assert_eq!(part[0], part[1], "{guard}");
        }
    }

    #[test]
    fn what_protects_people_is_never_attested_by_the_mover() {
        let apart: Vec<_> = Guard::ALL
            .into_iter()
            .filter(|guard| guard.attested_by() == Attestation::AnotherPerson)
            .map(Guard::code)
            .collect();
        assert_eq!(apart, ["G-COI", "G-RISK", "G-4EYES", "G-CONSENT", "G-MINOR", "G-VOTE"]);
    }
}
