//! Consent: what a person allows to be done with their statement.
//!
//! One record for each purpose *and* recipient, never one tick for all; no record means refused. A record is never
//! overwritten: a later one supersedes it. Whether a paragraph may go somewhere is answered by [`may_go`] alone: all that
//! shows or exports a statement outside of its case asks it, through the [`Footing`] that the store makes. (Sources: `record.md`, Consent; `consent_purposes.json`, rules.)
//!
//! To add a condition: a variant of [`Condition`] with its code, labels and [`Effect`].

mod footing;

pub use footing::{Footing, Reach};

use crate::form::{Check, FromPairs, LONG, Pairs};
use crate::vocabulary::{CONSENT_GIVER, CONSENT_MEANS, CONSENT_PURPOSE};
use crate::{Code, Kind, Language, Problem, ProblemKind, Words};
use chrono::{Datelike, Days, Months, NaiveDate, Weekday};
use serde::{Deserialize, Serialize};

/// The purpose whose withdrawal seals the whole record, and without which nothing else is possible.
pub const ANALYSIS: &str = "internal_analysis";
/// Recipients hear of a withdrawal within so many working days.
const NOTICE: u32 = 3;
/// The age at which a person speaks for themselves.
const OF_AGE: i32 = 18;
/// Who gave a consent for themselves.
const SELF: &str = "self";
/// A consent that names no end ends after so many months.
const VALIDITY: Months = Months::new(12);

/// Names of a closed list: code, English, Arabic, one row for each variant.
macro_rules! named {
    ($type:ident { $($variant:ident = $code:literal, $en:literal, $ar:literal;)+ }) => {
        impl $type {
            /// All of them, in the order of a form.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The code kept in the database.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self { $(Self::$variant => $code),+ }
            }

            /// The one with this code.
            #[must_use]
            pub fn parse(code: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|known| known.code() == code)
            }

            /// The label in a language.
            #[must_use]
            pub const fn label(self, language: Language) -> &'static str {
                match (self, language) {
                    $((Self::$variant, Language::English) => $en, (Self::$variant, Language::Arabic) => $ar),+
                }
            }
        }
    };
}

/// How much of who somebody is may be shown, from least to most.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Identity {
    /// No identity and no identifying detail.
    Anonymous,
    /// The pseudonym; its key stays with the committee.
    Pseudonym,
    /// The name.
    Named,
}

named!(Identity {
    Anonymous = "anonymous", "No identity and no identifying detail", "دون هوية ودون أي تفصيل يدل عليها";
    Pseudonym = "pseudonym", "Code only; key kept by the committee", "الرمز فقط، ومفتاحه لدى اللجنة";
    Named = "named", "Name may be given", "يجوز ذكر الاسم";
});

/// What a person answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    Granted,
    GrantedWithConditions,
    Refused,
    NotAsked,
}

named!(Decision {
    Granted = "granted", "Granted", "موافقة";
    GrantedWithConditions = "granted_with_conditions", "Granted with conditions", "موافقة بشروط";
    Refused = "refused", "Refused", "رفض";
    NotAsked = "not_asked", "Not asked", "لم يُسأل";
});

/// What a person ties a consent to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Condition {
    ContactFirst,
    NoName,
    NoLocation,
    NoDate,
    NotToSecurity,
    FemaleStaff,
    AfterRelocation,
    RelativesAgree,
    NotBefore,
    VoiceAltered,
    NoPhotos,
}

named!(Condition {
    ContactFirst = "contact_me_before_each_sharing", "Contact me before each sharing", "التواصل معي قبل كل مشاركة";
    NoName = "no_name", "Without my name", "دون ذكر اسمي";
    NoLocation = "no_location_detail", "Without details of places", "دون تفاصيل الأماكن";
    NoDate = "no_date_detail", "Without exact dates", "دون تواريخ دقيقة";
    NotToSecurity = "not_to_security_agencies", "Not to security agencies", "لا تُسلَّم للأجهزة الأمنية";
    FemaleStaff = "female_staff_only", "Female staff only", "موظفات فقط";
    AfterRelocation = "only_after_relocation", "Only after relocation", "بعد الانتقال إلى مكان آمن فقط";
    RelativesAgree = "only_if_relatives_agree", "Only if relatives agree", "بموافقة الأقارب فقط";
    NotBefore = "not_before_date", "Not before a date", "ليس قبل تاريخ معين";
    VoiceAltered = "voice_altered", "With altered voice", "مع تغيير الصوت";
    NoPhotos = "no_photos", "Without photographs", "دون صور";
});

/// What a condition does to a sharing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Who somebody is is shown no further than this.
    Caps(Identity),
    /// These recipients get nothing.
    Bars(&'static [&'static str]),
    /// Somebody must state, for this one sharing, that it is met.
    First,
    /// Nothing goes before the date of the consent.
    Date,
    /// It binds those who prepare what goes, and who receive it.
    Binds,
}

impl Condition {
    /// What it does.
    #[must_use]
    pub const fn effect(self) -> Effect {
        match self {
            Self::NoName => Effect::Caps(Identity::Pseudonym),
            Self::NotToSecurity => Effect::Bars(&["military_justice"]),
            Self::ContactFirst | Self::AfterRelocation | Self::RelativesAgree => Effect::First,
            Self::NotBefore => Effect::Date,
            Self::NoLocation | Self::NoDate | Self::FemaleStaff | Self::VoiceAltered | Self::NoPhotos => Effect::Binds,
        }
    }
}

/// A person's answer for one purpose and recipient, as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Consent {
    /// A code of [`CONSENT_PURPOSE`].
    pub purpose: String,
    /// A code of [`CONSENT_RECIPIENT`].
    pub recipient: String,
    pub decision: Decision,
    /// How far who they are may be shown.
    pub identity: Identity,
    pub conditions: Vec<Condition>,
    /// The date of [`Condition::NotBefore`].
    pub not_before: Option<NaiveDate>,
    /// The last day on which it holds.
    pub expires_on: NaiveDate,
    /// A code of [`CONSENT_GIVER`].
    pub given_by: String,
    /// Withdrawn on this day: from then on as if refused.
    pub withdrawn_on: Option<NaiveDate>,
}

impl Consent {
    /// Whether it was granted at all.
    #[must_use]
    pub const fn is_grant(&self) -> bool {
        matches!(self.decision, Decision::Granted | Decision::GrantedWithConditions)
    }

    /// Whether it allows anything on that day.
    #[must_use]
    pub fn holds_on(&self, day: NaiveDate) -> bool {
        self.is_grant() && self.withdrawn_on.is_none() && day <= self.expires_on
    }
}

/// A consent with what was recorded beside it, as far as guards ask.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Given {
    pub consent: Consent,
    pub obtained_on: NaiveDate,
    /// A child agreed too.
    pub assent: bool,
    /// A protection officer recorded a decision in the best interest of the child.
    pub best_interest: bool,
}

/// One sharing that somebody intends.
#[derive(Clone, Copy, Debug)]
pub struct Sharing<'a> {
    pub purpose: &'a str,
    pub recipient: &'a str,
    /// How far who the person is shall be shown.
    pub identity: Identity,
    /// The committee's date.
    pub on: NaiveDate,
    /// The conditions that somebody stated, in the log, to be met for this sharing.
    pub met: &'a [Condition],
}

/// What is known of a statement and of whose it is.
#[derive(Clone, Copy, Debug)]
pub struct Standing<'a> {
    /// The consents that none supersedes, withdrawn and refused ones among them.
    pub consents: &'a [Consent],
    /// Filed and final; nothing of a draft goes anywhere.
    pub filed: bool,
    /// Set if the person is under age.
    pub child: Option<Child>,
    /// A residual risk of 16 or more that no protection officer has cleared.
    pub critical_risk: bool,
}

/// What a child's consent needs besides (G-MINOR: "guardian consent or best-interest decision, plus the assent of the child").
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Child {
    pub assent: bool,
    pub best_interest: bool,
}

/// What is known of one paragraph.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Passage {
    /// A later version of the statement took it back.
    pub taken_back: bool,
    /// It belongs to the sealed block on sexual violence, which no export ever holds.
    pub sealed: bool,
}

/// It may go, thus.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Permit {
    pub identity: Identity,
    /// What binds those who prepare and receive it.
    pub binding: Vec<Condition>,
}

/// Why it may not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Bar {
    /// The statement is a draft.
    Draft,
    /// A later version took the paragraph back.
    TakenBack,
    /// The paragraph is of the sealed block.
    Sealed,
    /// Nobody was asked: no record, or "not asked".
    NotAsked,
    Refused,
    /// On this day.
    Withdrawn(NaiveDate),
    /// Consent to the committee's own analysis was withdrawn: the whole record is closed.
    Closed(NaiveDate),
    /// The last day it held.
    Expired(NaiveDate),
    /// The first day it holds.
    NotBefore(NaiveDate),
    /// Who they are may be shown this far only.
    Identity(Identity),
    /// This condition keeps the recipient out, or is not stated to be met.
    Condition(Condition),
    /// A critical risk is open: no naming and no referral.
    CriticalRisk,
    /// A child's own consent alone.
    NoGuardian,
    /// The child did not assent.
    NoAssent,
    /// Something that whoever asks may not know of; [`may_go`] itself never says it.
    Withheld,
}

impl Bar {
    /// Whether somebody can state, for one sharing, that it no longer bars.
    #[must_use]
    pub fn can_be_stated(&self) -> bool {
        match self {
            Self::Condition(condition) => condition.effect() == Effect::First,
            _ => false,
        }
    }

    /// Whether it is about who speaks for a child: the matter of a guard of its own (G-MINOR).
    #[must_use]
    pub const fn is_about_a_child(&self) -> bool {
        matches!(self, Self::NoGuardian | Self::NoAssent)
    }
}

/// Whether somebody born in that year was a child on that day; none where the year is not recorded, or was eighteen years
/// before: they may be seventeen still.
#[must_use]
pub fn is_child(birth_year: Option<i32>, on: NaiveDate) -> Option<bool> {
    match on.year() - birth_year? {
        OF_AGE => None,
        years => Some(years < OF_AGE),
    }
}

/// Purposes that are a referral: closed while a critical risk is open.
const REFERRALS: [&str; 2] = ["national_prosecution", "foreign_jurisdiction"];

/// Whether this paragraph may go to this recipient for this purpose, at which level of identity and under which
/// conditions; or every reason why not.
///
/// # Errors
/// All bars, not only the first.
pub fn may_go(passage: Passage, sharing: &Sharing<'_>, standing: &Standing<'_>) -> Result<Permit, Vec<Bar>> {
    let mut bars = Vec::new();
    let mut bar = |holds: bool, reason: Bar| {
        if holds {
            bars.push(reason);
        }
    };
    bar(!standing.filed, Bar::Draft);
    bar(passage.taken_back, Bar::TakenBack);
    bar(passage.sealed, Bar::Sealed);
    let of = |purpose: &str, recipient: Option<&str>| {
        standing.consents.iter().find(|consent| {
            consent.purpose == purpose && recipient.is_none_or(|recipient| consent.recipient == recipient)
        })
    };
    if sharing.purpose != ANALYSIS
        && let Some(day) = of(ANALYSIS, None).and_then(|consent| consent.withdrawn_on)
    {
        bar(true, Bar::Closed(day));
    }
    bar(
        standing.critical_risk && (sharing.identity == Identity::Named || REFERRALS.contains(&sharing.purpose)),
        Bar::CriticalRisk,
    );
    let Some(consent) = of(sharing.purpose, Some(sharing.recipient)) else {
        bars.push(Bar::NotAsked);
        return Err(bars);
    };
    bar(consent.decision == Decision::NotAsked, Bar::NotAsked);
    bar(consent.decision == Decision::Refused, Bar::Refused);
    if let Some(day) = consent.withdrawn_on {
        bar(true, Bar::Withdrawn(day));
    }
    bar(sharing.on > consent.expires_on, Bar::Expired(consent.expires_on));
    if let Some(child) = standing.child {
        let represented = matches!(consent.given_by.as_str(), "guardian" | "legal_representative");
        bar(!represented && !child.best_interest, Bar::NoGuardian);
        bar(!child.assent, Bar::NoAssent);
    }
    let mut most = consent.identity;
    let mut binding = Vec::new();
    for condition in &consent.conditions {
        match condition.effect() {
            Effect::Caps(identity) => most = most.min(identity),
            Effect::Bars(recipients) => bar(recipients.contains(&sharing.recipient), Bar::Condition(*condition)),
            Effect::First => bar(!sharing.met.contains(condition), Bar::Condition(*condition)),
            // A date that is missing is a date that never comes.
            Effect::Date => {
                let first = consent.not_before.unwrap_or(NaiveDate::MAX);
                bar(sharing.on < first, Bar::NotBefore(first));
            }
            Effect::Binds => binding.push(*condition),
        }
    }
    bar(sharing.identity > most, Bar::Identity(most));
    if bars.is_empty() {
        Ok(Permit {
            identity: sharing.identity,
            binding,
        })
    } else {
        Err(bars)
    }
}

/// The day by which recipients must have been told of a withdrawal: three working days later; Friday and Saturday are not.
#[must_use]
pub fn notice_due(withdrawn_on: NaiveDate) -> NaiveDate {
    let mut day = withdrawn_on;
    let mut left = NOTICE;
    while left > 0 {
        day = day + Days::new(1);
        if !matches!(day.weekday(), Weekday::Fri | Weekday::Sat) {
            left -= 1;
        }
    }
    day
}

/// The last day of a consent that names none.
#[must_use]
pub fn expiry(obtained_on: NaiveDate) -> NaiveDate {
    obtained_on.checked_add_months(VALIDITY).unwrap_or(NaiveDate::MAX)
}

/// The farthest that a purpose can show who somebody is.
#[must_use]
pub fn most_for(purpose: &str) -> Identity {
    match purpose {
        "public_report_anon" => Identity::Anonymous,
        _ => Identity::Named,
    }
}

/// The matrix of consents, as typed: what holds for all that is recorded in one go, and a cell for each purpose and recipient.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct ConsentForm {
    pub given_by: String,
    pub means: String,
    pub obtained_on: Words,
    /// It was explained, in a language that the person understands, what each purpose means.
    pub explained: bool,
    /// A child agrees too.
    pub assent: bool,
    /// A decision in the best interest of a child was taken; the note says by whom and why.
    pub best_interest: bool,
    /// The document that holds the form or the recording.
    pub document: Words,
    pub note: Words,
    pub cells: Vec<CellForm>,
}

/// One cell of the matrix, as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CellForm {
    pub purpose: &'static str,
    pub recipient: &'static str,
    /// `granted`, `refused`, `not_asked`; blank for what stays as it is.
    pub decision: String,
    pub identity: String,
    pub expires_on: Words,
    pub not_before: Words,
    pub conditions: Vec<String>,
}

impl CellForm {
    /// The name of one of its fields in the form: `un_mechanisms.iiim.identity`.
    #[must_use]
    pub fn field(&self, name: &str) -> String {
        format!("{}.{name}", cell_code(self.purpose, self.recipient))
    }
}

/// The code of a cell of the matrix: `un_mechanisms.iiim`.
#[must_use]
pub fn cell_code(purpose: &str, recipient: &str) -> String {
    format!("{purpose}.{recipient}")
}

/// Every purpose with each of its recipients, in the order of the form.
pub fn cells() -> impl Iterator<Item = (&'static str, &'static str)> {
    CONSENT_PURPOSE
        .iter()
        .flat_map(|purpose| purpose.recipients.iter().map(|recipient| (purpose.code, *recipient)))
}

impl FromPairs for ConsentForm {
    fn from_pairs(pairs: &Pairs) -> Self {
        let words = |name: &str| Words::from(pairs.get(name));
        let cells = cells()
            .map(|(purpose, recipient)| {
                let mut cell = CellForm {
                    purpose,
                    recipient,
                    ..CellForm::default()
                };
                cell.decision = pairs.get(&cell.field("decision"));
                cell.identity = pairs.get(&cell.field("identity"));
                cell.expires_on = words(&cell.field("expires_on"));
                cell.not_before = words(&cell.field("not_before"));
                cell.conditions = pairs.all(&cell.field("condition"));
                cell
            })
            .collect();
        Self {
            given_by: pairs.get("given_by"),
            means: pairs.get("means"),
            obtained_on: words("obtained_on"),
            explained: pairs.has("explained"),
            assent: pairs.has("assent"),
            best_interest: pairs.has("best_interest"),
            document: words("document"),
            note: words("note"),
            cells,
        }
    }
}

/// Consents that may be recorded: the only way to them is [`ConsentForm::check`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConsentDraft {
    pub means: String,
    pub obtained_on: NaiveDate,
    pub assent: bool,
    /// Only a protection officer records it.
    pub best_interest: bool,
    pub document: Option<Code>,
    pub note: Words,
    /// At least one.
    pub consents: Vec<Consent>,
}

impl ConsentDraft {
    /// Whether it can be recorded of somebody born in that year: a child grants nothing alone. (Source: `case_status.json`,
    /// G-MINOR: the guardian's consent or a decision in its best interest, plus the assent of the child.)
    ///
    /// # Errors
    /// `ChildAlone` at `given_by`.
    pub fn check_age(&self, birth_year: Option<i32>) -> Result<(), Vec<Problem>> {
        let alone = |consent: &Consent| consent.is_grant() && consent.given_by == SELF;
        let child = is_child(birth_year, self.obtained_on) == Some(true);
        if child && !self.best_interest && self.consents.iter().any(alone) {
            return Err(vec![Problem::new("given_by", ProblemKind::ChildAlone)]);
        }
        Ok(())
    }
}

impl ConsentForm {
    /// Checks what is to be recorded today.
    ///
    /// # Errors
    /// Every problem, at its field; `""` if no cell is filled in.
    pub fn check(&self, today: NaiveDate) -> Result<ConsentDraft, Vec<Problem>> {
        let mut check = Check::new();
        let given_by = check.choice("given_by", &self.given_by, |code| CONSENT_GIVER.has(code));
        let means = check.choice("means", &self.means, |code| {
            CONSENT_MEANS.has(code) && code != "not_recorded"
        });
        let obtained_on = check.date("obtained_on", &self.obtained_on);
        if obtained_on.is_some_and(|day| day > today) {
            check.problem("obtained_on", ProblemKind::InFuture);
        }
        if !self.explained {
            check.problem("explained", ProblemKind::Missing);
        }
        let document = (!self.document.is_blank()).then(|| {
            let code = self.document.parse::<Code>().ok();
            code.filter(|code| code.kind() == Kind::Document)
        });
        if document == Some(None) {
            check.problem("document", ProblemKind::NoSuchRecord);
        }
        let note = if self.best_interest {
            check.reason("note", &self.note)
        } else {
            check.optional("note", &self.note, LONG)
        };
        let obtained = obtained_on.unwrap_or(today);
        let consents: Vec<Consent> = self
            .cells
            .iter()
            .filter_map(|cell| cell.check(&mut check, &given_by, obtained))
            .collect();
        if self.cells.iter().all(|cell| cell.decision.is_empty()) {
            check.problem("", ProblemKind::Missing);
        }
        check.finish(ConsentDraft {
            means,
            obtained_on: obtained,
            assent: self.assent,
            best_interest: self.best_interest,
            document: document.flatten(),
            note,
            consents,
        })
    }
}

impl CellForm {
    fn check(&self, check: &mut Check, given_by: &str, obtained_on: NaiveDate) -> Option<Consent> {
        if self.decision.is_empty() {
            return None;
        }
        let field = |name: &str| self.field(name);
        let code = check.choice(&field("decision"), &self.decision, |code| {
            Decision::parse(code).is_some()
        });
        let decision = Decision::parse(&code)?;
        let refused = Consent {
            purpose: self.purpose.to_owned(),
            recipient: self.recipient.to_owned(),
            decision,
            identity: Identity::Anonymous,
            conditions: Vec::new(),
            not_before: None,
            expires_on: expiry(obtained_on),
            given_by: given_by.to_owned(),
            withdrawn_on: None,
        };
        if !refused.is_grant() {
            return Some(refused);
        }
        let code = check.choice(&field("identity"), &self.identity, |code| {
            Identity::parse(code).is_some()
        });
        let identity = Identity::parse(&code).unwrap_or(Identity::Anonymous);
        let conditions: Vec<Condition> = Condition::ALL
            .iter()
            .copied()
            .filter(|condition| self.conditions.iter().any(|code| code == condition.code()))
            .collect();
        let caps = conditions.iter().filter_map(|condition| match condition.effect() {
            Effect::Caps(most) => Some(most),
            _ => None,
        });
        let most = caps.chain([most_for(self.purpose)]).min().unwrap_or(Identity::Named);
        if identity > most {
            check.problem(&field("identity"), ProblemKind::Contradicts);
        }
        let expires_on = check
            .optional_date(&field("expires_on"), &self.expires_on)
            .unwrap_or_else(|| expiry(obtained_on));
        if expires_on < obtained_on {
            check.problem(&field("expires_on"), ProblemKind::EndsBeforeStart);
        }
        let not_before = conditions
            .contains(&Condition::NotBefore)
            .then(|| check.date(&field("not_before"), &self.not_before))
            .flatten();
        if not_before.is_some_and(|first| first > expires_on) {
            check.problem(&field("not_before"), ProblemKind::TooLate);
        }
        Some(Consent {
            decision: if conditions.is_empty() {
                Decision::Granted
            } else {
                Decision::GrantedWithConditions
            },
            identity,
            conditions,
            not_before,
            expires_on,
            ..refused
        })
    }
}

/// The form of a withdrawal, as typed.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct WithdrawalForm {
    /// The [`cell_code`] of each consent that is withdrawn.
    pub cells: Vec<String>,
    pub withdrawn_on: Words,
    pub reason: Words,
}

impl FromPairs for WithdrawalForm {
    fn from_pairs(pairs: &Pairs) -> Self {
        Self {
            cells: pairs.all("cell"),
            withdrawn_on: pairs.get("withdrawn_on").into(),
            reason: pairs.get("reason").into(),
        }
    }
}

/// A withdrawal that may be recorded: the only way to one is [`WithdrawalForm::check`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WithdrawalDraft {
    /// Purpose and recipient of each; at least one.
    pub cells: Vec<(String, String)>,
    pub withdrawn_on: NaiveDate,
    /// May be blank: nobody owes a reason.
    pub reason: Words,
}

impl WithdrawalForm {
    /// Whether this consent is among those that are withdrawn.
    #[must_use]
    pub fn names(&self, purpose: &str, recipient: &str) -> bool {
        self.cells.contains(&cell_code(purpose, recipient))
    }

    /// Checks a withdrawal that is recorded today.
    ///
    /// # Errors
    /// Every problem, at its field.
    pub fn check(&self, today: NaiveDate) -> Result<WithdrawalDraft, Vec<Problem>> {
        let mut check = Check::new();
        let known: Vec<_> = cells()
            .filter(|(purpose, recipient)| self.names(purpose, recipient))
            .map(|(purpose, recipient)| (purpose.to_owned(), recipient.to_owned()))
            .collect();
        if known.is_empty() {
            check.problem("cell", ProblemKind::Missing);
        }
        let withdrawn_on = check.date("withdrawn_on", &self.withdrawn_on);
        if withdrawn_on.is_some_and(|day| day > today) {
            check.problem("withdrawn_on", ProblemKind::InFuture);
        }
        let reason = check.optional("reason", &self.reason, LONG);
        check.finish(WithdrawalDraft {
            cells: known,
            withdrawn_on: withdrawn_on.unwrap_or(today),
            reason,
        })
    }
}

#[cfg(test)]
mod tests;
