//! What was done: the acts that an incident can consist of, in groups.
//!
//! Articles of the Rome Statute are an analytic frame (Syria is no party to it) and never shown as charges of a
//! domestic referral; every article of Syrian law is to be verified by counsel.

use super::{Term, Vocabulary, term};

/// Violations, each group's heading before its members. A heading can't be applied to an act.
pub static VIOLATION: Vocabulary<Violation> = Vocabulary(VIOLATIONS);

/// One kind of violation, or the heading of a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Violation {
    /// Code and labels.
    pub term: Term,
    /// The heading it stands under; none for a heading itself.
    pub parent: Option<&'static str>,
    /// International provisions, abbreviated: RS (Rome Statute), CA3 (common article 3), AP II, CIHL (ICRC customary
    /// rule), CAT, ICPPED, ICCPR, OPAC.
    pub law: &'static [&'static str],
    /// Syrian provisions, abbreviated: PC (Penal Code, Legislative Decree 148 of 1949), LD (legislative decree).
    pub syrian_law: &'static [&'static str],
    /// Sexual and gender-based violence: only trained staff write about it, in the least detail that serves.
    pub sensitive: bool,
    /// Only supervisor and legal officer may apply it.
    pub reserved: bool,
    /// False for what is recorded and left out of the totals of violations: a death in combat, a fact of context.
    pub counted: bool,
}

impl Violation {
    /// Whether it is a group's heading.
    #[must_use]
    pub const fn is_heading(&self) -> bool {
        self.parent.is_none()
    }

    const fn law(mut self, law: &'static [&'static str]) -> Self {
        self.law = law;
        self
    }

    const fn syrian_law(mut self, law: &'static [&'static str]) -> Self {
        self.syrian_law = law;
        self
    }

    const fn sensitive(mut self) -> Self {
        self.sensitive = true;
        self
    }

    const fn reserved(mut self) -> Self {
        self.reserved = true;
        self
    }

    const fn context(mut self) -> Self {
        self.counted = false;
        self
    }
}

super::is_a_term!(Violation);

const fn heading(code: &'static str, en: &'static str, ar: &'static str) -> Violation {
    Violation {
        term: term(code, en, ar),
        parent: None,
        law: &[],
        syrian_law: &[],
        sensitive: false,
        reserved: false,
        counted: true,
    }
}

const fn under(parent: &'static str, code: &'static str, en: &'static str, ar: &'static str) -> Violation {
    Violation {
        parent: Some(parent),
        ..heading(code, en, ar)
    }
}

const VIOLATIONS: &[Violation] = &[
    heading("LIFE", "Violations of the right to life", "انتهاكات الحق في الحياة"),
    under(
        "LIFE",
        "LIFE-EXJ",
        "Extrajudicial or summary killing",
        "قتل خارج نطاق القضاء",
    )
    .law(&["RS 7(1)(a)", "RS 8(2)(c)(i)-1", "ICCPR 6"])
    .syrian_law(&["PC 533", "PC 534", "PC 535"]),
    under(
        "LIFE",
        "LIFE-CAP",
        "Killing of a captured, surrendered or wounded fighter",
        "قتل أسير أو مستسلم أو جريح",
    )
    .law(&["RS 8(2)(c)(i)-1", "CA3"])
    .syrian_law(&["PC 533", "PC 535"]),
    under("LIFE", "LIFE-MASS", "Mass killing", "قتل جماعي")
        .law(&["RS 7(1)(b)", "RS 7(1)(a)"])
        .syrian_law(&["PC 534", "PC 535"]),
    under("LIFE", "LIFE-CUST", "Death in custody", "وفاة أثناء الاحتجاز")
        .law(&["RS 7(1)(a)", "ICCPR 6", "CAT 12"])
        .syrian_law(&["PC 533"]),
    under(
        "LIFE",
        "LIFE-SENT",
        "Execution without a fair trial",
        "إعدام دون محاكمة عادلة",
    )
    .law(&["RS 8(2)(c)(iv)"]),
    under(
        "LIFE",
        "LIFE-INDISC",
        "Death from indiscriminate fire or shelling",
        "وفاة بنيران عشوائية أو قصف عشوائي",
    )
    .law(&["RS 8(2)(e)(i)", "AP II 13", "CIHL 11-12"]),
    under("LIFE", "LIFE-ATT", "Attempted killing", "شروع في القتل")
        .law(&["RS 25(3)(f)"])
        .syrian_law(&["PC 199"]),
    under("LIFE", "LIFE-THREAT", "Death threat", "تهديد بالقتل").law(&["ICCPR 6", "ICCPR 9"]),
    under(
        "LIFE",
        "LIFE-COMB",
        "Death in combat (recorded, not a violation by itself)",
        "وفاة في القتال (تسجل ولا تعد انتهاكا بذاتها)",
    )
    .context(),
    heading("GEN", "Genocide-related acts", "أفعال متصلة بالإبادة الجماعية"),
    under(
        "GEN",
        "GEN-KILL",
        "Killing members of a protected group with intent to destroy",
        "قتل أفراد جماعة محمية بقصد إهلاكها",
    )
    .law(&["RS 6(a)", "Genocide Conv. II(a)"])
    .reserved(),
    under(
        "GEN",
        "GEN-HARM",
        "Serious bodily or mental harm with intent to destroy",
        "إلحاق أذى جسدي أو نفسي جسيم بقصد الإهلاك",
    )
    .law(&["RS 6(b)"])
    .reserved(),
    under(
        "GEN",
        "GEN-INC",
        "Direct and public incitement to genocide",
        "التحريض المباشر والعلني على الإبادة",
    )
    .law(&["RS 25(3)(e)", "Genocide Conv. III(c)"]),
    heading(
        "INTEG",
        "Violations of physical and mental integrity",
        "انتهاكات السلامة الجسدية والنفسية",
    ),
    under("INTEG", "INTEG-TORT", "Torture", "تعذيب")
        .law(&["RS 7(1)(f)", "RS 8(2)(c)(i)-4", "CAT 1"])
        .syrian_law(&["PC 391", "Law 16/2022"]),
    under(
        "INTEG",
        "INTEG-CRUEL",
        "Cruel or inhuman treatment",
        "معاملة قاسية أو لا إنسانية",
    )
    .law(&["RS 8(2)(c)(i)-3", "ICCPR 7"]),
    under("INTEG", "INTEG-MUT", "Mutilation", "تشويه بدني").law(&["RS 8(2)(c)(i)-2"]),
    under("INTEG", "INTEG-INJ", "Wounding of a civilian", "إصابة مدني")
        .law(&["RS 8(2)(e)(i)", "RS 7(1)(k)"])
        .syrian_law(&["PC 540"]),
    under("INTEG", "INTEG-BEAT", "Beating", "ضرب")
        .law(&["RS 8(2)(c)(i)-3"])
        .syrian_law(&["PC 540"]),
    under("INTEG", "INTEG-OIA", "Other inhumane act", "فعل لا إنساني آخر").law(&["RS 7(1)(k)"]),
    under(
        "INTEG",
        "INTEG-SHIELD",
        "Use of a person as a shield",
        "استخدام شخص درعا بشريا",
    )
    .law(&["CIHL 97"]),
    heading("DIG", "Outrages upon personal dignity", "الاعتداء على الكرامة الشخصية"),
    under(
        "DIG",
        "DIG-HUM",
        "Humiliating or degrading treatment (incl. forced sounds, crawling, filming)",
        "معاملة مهينة أو حاطة بالكرامة",
    )
    .law(&["RS 8(2)(c)(ii)"]),
    under(
        "DIG",
        "DIG-BODY",
        "Desecration or ill-treatment of the dead",
        "التمثيل بالجثث أو إهانتها",
    )
    .law(&["RS 8(2)(c)(ii)", "CIHL 113"])
    .syrian_law(&["PC 465"]),
    under(
        "DIG",
        "DIG-BURIAL",
        "Prevention of dignified burial / clandestine or mass burial",
        "منع الدفن اللائق، أو الدفن سرًّا أو في قبر جماعي",
    )
    .law(&["CIHL 112", "CIHL 115"])
    .syrian_law(&["PC 463", "PC 464"]),
    under(
        "DIG",
        "DIG-FILM",
        "Recording and circulating images of abuse",
        "تصوير الإساءة ونشرها",
    )
    .law(&["RS 8(2)(c)(ii)"]),
    heading(
        "SGBV",
        "Sexual and gender-based violence",
        "العنف الجنسي والقائم على النوع الاجتماعي",
    )
    .sensitive(),
    under("SGBV", "SGBV-RAPE", "Rape", "اغتصاب")
        .law(&["RS 7(1)(g)-1", "RS 8(2)(e)(vi)-1"])
        .syrian_law(&["PC 489"])
        .sensitive(),
    under(
        "SGBV",
        "SGBV-SLAV",
        "Sexual slavery / forced marriage",
        "استعباد جنسي أو زواج قسري",
    )
    .law(&["RS 7(1)(g)-2", "RS 7(1)(k)"])
    .sensitive(),
    under(
        "SGBV",
        "SGBV-OTH",
        "Other form of sexual violence",
        "شكل آخر من العنف الجنسي",
    )
    .law(&["RS 7(1)(g)-6", "RS 8(2)(e)(vi)-6"])
    .sensitive(),
    under("SGBV", "SGBV-THR", "Threat of sexual violence", "تهديد بعنف جنسي")
        .law(&["ICCPR 7"])
        .sensitive(),
    under("SGBV", "SGBV-ABD", "Abduction of a woman or girl", "خطف امرأة أو فتاة")
        .law(&["RS 7(1)(e)", "RS 7(1)(i)"])
        .syrian_law(&["LD 20/2013"])
        .sensitive(),
    heading("LIB", "Violations of liberty", "انتهاكات الحرية"),
    under(
        "LIB",
        "LIB-ARR",
        "Arbitrary arrest or detention",
        "اعتقال أو احتجاز تعسفي",
    )
    .law(&["RS 7(1)(e)", "ICCPR 9"])
    .syrian_law(&["PC 357", "PC 555"]),
    under("LIB", "LIB-ED", "Enforced disappearance", "اختفاء قسري").law(&["RS 7(1)(i)", "ICPPED 2"]),
    under(
        "LIB",
        "LIB-ABD",
        "Abduction by a non-State actor",
        "خطف على يد جهة غير حكومية",
    )
    .law(&["RS 7(1)(e)"])
    .syrian_law(&["LD 20/2013", "PC 556"]),
    under("LIB", "LIB-HOST", "Hostage-taking", "أخذ رهائن").law(&["RS 8(2)(c)(iii)", "CA3"]),
    under(
        "LIB",
        "LIB-INCOM",
        "Incommunicado detention",
        "احتجاز بمعزل عن العالم الخارجي",
    )
    .law(&["ICCPR 9", "ICCPR 10"]),
    under(
        "LIB",
        "LIB-MISS",
        "Missing person (fate unknown)",
        "مفقود (المصير مجهول)",
    )
    .law(&["CIHL 117"]),
    under(
        "LIB",
        "LIB-RANSOM",
        "Extortion or ransom for release",
        "ابتزاز أو فدية مقابل الإفراج",
    )
    .law(&["RS 7(1)(e)"])
    .syrian_law(&["PC 635"]),
    heading(
        "HOST",
        "Unlawful conduct of hostilities",
        "سير غير مشروع للأعمال العدائية",
    ),
    under(
        "HOST",
        "HOST-CIV",
        "Attack directed against civilians",
        "هجوم موجه ضد المدنيين",
    )
    .law(&["RS 8(2)(e)(i)"]),
    under(
        "HOST",
        "HOST-MED",
        "Attack on medical facility, transport or personnel",
        "هجوم على منشأة طبية أو وسيلة نقل طبي أو عاملين طبيين",
    )
    .law(&["RS 8(2)(e)(ii)", "RS 8(2)(e)(iv)"]),
    under(
        "HOST",
        "HOST-REL",
        "Attack on religious, educational or cultural site",
        "هجوم على موقع ديني أو تعليمي أو ثقافي",
    )
    .law(&["RS 8(2)(e)(iv)"])
    .syrian_law(&["PC 463"]),
    under("HOST", "HOST-PERF", "Perfidy / treacherous killing", "غدر").law(&["RS 8(2)(e)(ix)"]),
    under(
        "HOST",
        "HOST-QUAR",
        "Declaring no quarter",
        "إعلان عدم الإبقاء على أحد حيا",
    )
    .law(&["RS 8(2)(e)(x)"]),
    under(
        "HOST",
        "HOST-AID",
        "Attack on humanitarian personnel or relief",
        "هجوم على عاملي الإغاثة",
    )
    .law(&["RS 8(2)(e)(iii)"]),
    under(
        "HOST",
        "HOST-DISG",
        "Fighting in civilian clothes / false uniform (context fact)",
        "القتال بلباس مدني أو بزي منتحل",
    )
    .law(&["CIHL 62", "CIHL 106"])
    .context(),
    under(
        "HOST",
        "HOST-CHILD",
        "Recruitment or use of children",
        "تجنيد الأطفال أو استخدامهم",
    )
    .law(&["RS 8(2)(e)(vii)", "OPAC"]),
    heading("PROP", "Violations against property", "انتهاكات الملكية"),
    under("PROP", "PROP-PILL", "Pillage / looting", "نهب")
        .law(&["RS 8(2)(e)(v)"])
        .syrian_law(&["PC 621", "PC 625"]),
    under(
        "PROP",
        "PROP-DEST",
        "Wanton destruction of property",
        "تدمير ممتلكات دون ضرورة",
    )
    .law(&["RS 8(2)(e)(xii)"]),
    under(
        "PROP",
        "PROP-ARSON",
        "Arson of home, shop, vehicle or crops",
        "حرق منزل أو متجر أو مركبة أو محصول",
    )
    .law(&["RS 8(2)(e)(xii)", "RS 7(1)(h)"])
    .syrian_law(&["PC 573"]),
    under("PROP", "PROP-ROB", "Armed robbery", "سلب مسلح")
        .law(&["RS 8(2)(e)(v)"])
        .syrian_law(&["PC 622", "PC 623"]),
    under(
        "PROP",
        "PROP-OCC",
        "Unlawful seizure or occupation of a home",
        "استيلاء غير مشروع على منزل",
    )
    .law(&["RS 8(2)(e)(xii)"]),
    heading("DISP", "Displacement", "التهجير"),
    under(
        "DISP",
        "DISP-FORC",
        "Forcible transfer or forced displacement",
        "نقل قسري أو تهجير",
    )
    .law(&["RS 7(1)(d)", "RS 8(2)(e)(viii)"]),
    under(
        "DISP",
        "DISP-FLIGHT",
        "Flight from violence inside the country",
        "نزوح داخلي هربا من العنف",
    )
    .law(&["Guiding Principles 6"]),
    under(
        "DISP",
        "DISP-XB",
        "Flight across an international border",
        "لجوء عبر الحدود",
    )
    .law(&["1951 Refugee Conv."]),
    under("DISP", "DISP-RET", "Obstruction of return", "منع العودة").law(&["ICCPR 12"]),
    heading(
        "DISC",
        "Discrimination, persecution and incitement",
        "التمييز والاضطهاد والتحريض",
    ),
    under(
        "DISC",
        "DISC-PERS",
        "Persecution of an identifiable group",
        "اضطهاد جماعة محددة",
    )
    .law(&["RS 7(1)(h)"]),
    under(
        "DISC",
        "DISC-INC",
        "Incitement to sectarian violence or hatred",
        "تحريض على العنف أو الكراهية الطائفية",
    )
    .law(&["ICCPR 20(2)"])
    .syrian_law(&["PC 298", "PC 307", "PC 308"]),
    under(
        "DISC",
        "DISC-ID",
        "Identity or sect questioning before harm",
        "السؤال عن الهوية أو الطائفة قبل الإيذاء",
    )
    .law(&["RS 7(1)(h)"]),
    under("DISC", "DISC-INS", "Sectarian insult", "إهانة طائفية").law(&["RS 7(1)(h)"]),
    heading(
        "STATE",
        "Crimes against public order alleged in the same events",
        "جرائم مدّعى ارتكابها ضد النظام العام في الأحداث نفسها",
    ),
    under(
        "STATE",
        "STATE-ARM",
        "Armed attack on security forces",
        "اعتداء مسلح على القوات الأمنية",
    )
    .syrian_law(&["PC 291-310"]),
    under(
        "STATE",
        "STATE-GANG",
        "Formation of an armed group / armed gang",
        "تشكيل عصابة مسلحة",
    )
    .syrian_law(&["PC 304"]),
    heading("JUST", "Obstruction of justice", "عرقلة العدالة"),
    under(
        "JUST",
        "JUST-WIT",
        "Intimidation of or reprisal against a witness",
        "ترهيب شاهد أو الانتقام منه",
    )
    .law(&["RS 70(1)(c)"]),
    under(
        "JUST",
        "JUST-EVID",
        "Destruction or concealment of evidence",
        "إتلاف أدلة أو إخفاؤها",
    )
    .law(&["RS 70(1)(c)"]),
    under(
        "JUST",
        "JUST-FAIL",
        "Failure to prevent or punish",
        "التقاعس عن المنع أو المعاقبة",
    )
    .law(&["RS 28"]),
    under("JUST", "JUST-SERV", "Denial of medical care", "منع الرعاية الطبية").law(&["CIHL 110", "ICCPR 6"]),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_parent_is_a_heading_of_the_list() {
        for violation in VIOLATION.iter() {
            if let Some(parent) = violation.parent {
                assert!(VIOLATION.get(parent).is_some_and(Violation::is_heading), "{parent}");
                assert!(violation.code.starts_with(&format!("{parent}-")), "{}", violation.code);
            }
        }
    }

    #[test]
    fn a_death_in_combat_is_recorded_and_not_counted() {
        let counted = |code| VIOLATION.get(code).is_some_and(|violation| violation.counted);
        assert!(counted("LIFE-EXJ"));
        assert!(!counted("LIFE-COMB"));
    }

    #[test]
    fn sexual_violence_is_sensitive_and_genocide_reserved() {
        assert_eq!(VIOLATION.iter().filter(|violation| violation.sensitive).count(), 6);
        assert_eq!(VIOLATION.iter().filter(|violation| violation.reserved).count(), 2);
        assert_eq!(VIOLATION.iter().count(), 74);
    }
}
