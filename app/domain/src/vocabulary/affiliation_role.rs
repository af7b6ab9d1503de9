//! In what role a person was with a unit or a party.

use super::{Term, Vocabulary, term};

/// Roles in a unit or on the side of a party, those of command first.
pub static AFFILIATION_ROLE: Vocabulary = Vocabulary(TERMS);

const TERMS: &[Term] = &[
    term("commander", "Commander", "قائد"),
    term("acting_commander", "Acting commander", "قائد بالوكالة"),
    term("deputy", "Deputy commander", "نائب القائد"),
    term("chief_of_staff", "Chief of staff", "رئيس الأركان"),
    term("staff", "Staff", "من هيئة الأركان"),
    term("leader", "Political or religious leader", "مرجع سياسي أو ديني"),
    term("officer", "Officer", "ضابط"),
    term("member", "Member", "عنصر"),
    term(
        "support",
        "Supporter (supplies, money, information)",
        "داعم بالإمداد أو المال أو المعلومات",
    ),
    term("role_unknown", "Role not known", "الدور غير معروف"),
];
