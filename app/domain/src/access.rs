//! Who may do what: a pure table of act × role × facts → grounds.
//!
//! To add an act: an empty enum here with its `impl Act` (the rule and its reason), a function in `store` that runs it
//! through `Store::act`, and a row in the access test.

use crate::{AccountId, Kind, Language, SessionId};
use serde::{Deserialize, Serialize};

/// What a person of the committee's staff is there to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    Investigator,
    LegalOfficer,
    EvidenceCustodian,
    ProtectionOfficer,
    Supervisor,
    Chair,
    Auditor,
    Administrator,
}

impl Role {
    /// Every role.
    pub const ALL: [Self; 8] = [
        Self::Investigator,
        Self::LegalOfficer,
        Self::EvidenceCustodian,
        Self::ProtectionOfficer,
        Self::Supervisor,
        Self::Chair,
        Self::Auditor,
        Self::Administrator,
    ];

    /// The name kept in the database and the log.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Investigator => "investigator",
            Self::LegalOfficer => "legal_officer",
            Self::EvidenceCustodian => "evidence_custodian",
            Self::ProtectionOfficer => "protection_officer",
            Self::Supervisor => "supervisor",
            Self::Chair => "chair",
            Self::Auditor => "auditor",
            Self::Administrator => "administrator",
        }
    }

    /// Reads the name kept in the database.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.name() == name)
    }

    /// Whether the role reads what the record holds. Auditors and administrators never do.
    #[must_use]
    pub const fn reads_content(self) -> bool {
        !matches!(self, Self::Auditor | Self::Administrator)
    }

    const fn bit(self) -> u16 {
        1 << self as u16
    }
}

/// A set of roles.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Roles(u16);

impl Roles {
    /// No role.
    pub const NONE: Self = Self(0);

    /// Whether the role is among them.
    #[must_use]
    pub const fn has(self, role: Role) -> bool {
        self.0 & role.bit() != 0
    }

    /// Whether any of the roles is among them.
    #[must_use]
    pub fn any(self, roles: &[Role]) -> bool {
        roles.iter().any(|role| self.has(*role))
    }

    /// The roles with one more.
    #[must_use]
    pub const fn with(self, role: Role) -> Self {
        Self(self.0 | role.bit())
    }

    /// The roles, in the order of [`Role::ALL`].
    pub fn iter(self) -> impl Iterator<Item = Role> {
        Role::ALL.into_iter().filter(move |role| self.has(*role))
    }

    /// Whether there is none.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Whether any of them reads what the record holds.
    #[must_use]
    pub fn read_content(self) -> bool {
        self.iter().any(Role::reads_content)
    }

    /// Whether one person may hold them all: administrator or auditor never together with a role that reads content,
    /// nor with each other (who makes accounts must not be who checks on them).
    #[must_use]
    pub fn compatible(self) -> bool {
        let apart = [Role::Auditor, Role::Administrator]
            .into_iter()
            .filter(|role| self.has(*role))
            .count();
        apart == 0 || (apart == 1 && self.iter().count() == 1)
    }
}

impl FromIterator<Role> for Roles {
    fn from_iter<I: IntoIterator<Item = Role>>(roles: I) -> Self {
        roles.into_iter().fold(Self::NONE, Self::with)
    }
}

/// What a person does on one case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Duty {
    Lead,
    Second,
    LegalOfficer,
    ProtectionOfficer,
    Supervisor,
    EvidenceCustodian,
    Member,
}

impl Duty {
    /// Every duty.
    pub const ALL: [Self; 7] = [
        Self::Lead,
        Self::Second,
        Self::LegalOfficer,
        Self::ProtectionOfficer,
        Self::Supervisor,
        Self::EvidenceCustodian,
        Self::Member,
    ];

    /// The name kept in the database.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Lead => "lead",
            Self::Second => "second",
            Self::LegalOfficer => "legal_officer",
            Self::ProtectionOfficer => "protection_officer",
            Self::Supervisor => "supervisor",
            Self::EvidenceCustodian => "evidence_custodian",
            Self::Member => "member",
        }
    }

    /// Reads the name kept in the database.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|duty| duty.name() == name)
    }

    /// The roles of which one is needed to take on the duty.
    #[must_use]
    pub const fn roles(self) -> &'static [Role] {
        match self {
            Self::Lead | Self::Second => &[Role::Investigator],
            Self::LegalOfficer => &[Role::LegalOfficer],
            Self::ProtectionOfficer => &[Role::ProtectionOfficer],
            Self::Supervisor => &[Role::Supervisor],
            Self::EvidenceCustodian => &[Role::EvidenceCustodian],
            Self::Member => &[
                Role::Investigator,
                Role::LegalOfficer,
                Role::ProtectionOfficer,
                Role::EvidenceCustodian,
            ],
        }
    }

    /// Whether at most one person at a time has the duty on a case.
    #[must_use]
    pub const fn single(self) -> bool {
        matches!(self, Self::Lead | Self::Second | Self::Supervisor | Self::LegalOfficer)
    }

    /// Whether it opens `restricted` testimonies (record.md, Decisions: "Who sees what").
    #[must_use]
    pub const fn sees_restricted(self) -> bool {
        matches!(
            self,
            Self::Lead | Self::Second | Self::LegalOfficer | Self::ProtectionOfficer | Self::Supervisor
        )
    }

    /// Whether it still opens what was closed when consent to the committee's own analysis was withdrawn.
    #[must_use]
    pub const fn keeps_closed(self) -> bool {
        matches!(self, Self::LegalOfficer | Self::ProtectionOfficer)
    }

    /// Whether it finds a protected person by name, and may have the identity opened by a reveal (record.md, Decisions).
    #[must_use]
    pub const fn reveals(self) -> bool {
        matches!(
            self,
            Self::Lead | Self::Second | Self::ProtectionOfficer | Self::Supervisor
        )
    }
}

/// The person who asks, as the session knows them. Two ways lead to one: `Store::actor_for` and `Store::log_in`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    pub account: AccountId,
    /// The session they ask from; none on the command line.
    pub session: Option<SessionId>,
    /// The sign-in name.
    pub login: String,
    pub roles: Roles,
    pub language: Language,
    /// Where the request came from, shortened (/24 or /48).
    pub address: String,
    /// The id of the request, for the log.
    pub request: String,
    /// Whether password or second factor were given again within the last five minutes.
    pub stepped_up: bool,
    /// Trained in interviewing survivors of sexual violence, as the chair confirmed.
    pub trained: bool,
}

/// What the decision depends on besides the person.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// The record's kind; none where the act is on a register or on the committee's own affairs.
    pub kind: Option<Kind>,
    /// The duties the person has on the cases that the record hangs on.
    pub duties: Vec<Duty>,
    /// The person made the record.
    pub mine: bool,
    /// The record hangs on no case yet.
    pub loose: bool,
    /// Sensitivity `restricted`.
    pub restricted: bool,
    /// Consent to the committee's own analysis was withdrawn.
    pub closed: bool,
    /// The person declared a conflict of interest on a case that the record hangs on.
    pub walled: bool,
    /// The account acted on is the person's own.
    pub own_account: bool,
}

/// Why a person may do it; stands in the log entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Grounds {
    /// Has a duty on the case.
    Assigned,
    /// Made it, and it hangs on no case yet.
    Author,
    /// Supervises the committee's work.
    Supervision,
    /// Holds the role that the act belongs to.
    Office,
    /// It is their own affair: own account, own session.
    Own,
}

impl Grounds {
    /// The name kept in the log.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Assigned => "assigned",
            Self::Author => "author",
            Self::Supervision => "supervision",
            Self::Office => "office",
            Self::Own => "own",
        }
    }
}

/// Why a person may not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// No role of theirs ever does this: 403.
    Role,
    /// Outside what they need to know: 404, as if it did not exist.
    NeedToKnow,
}

/// A decision.
pub type Decision = Result<Grounds, Refusal>;

/// Something that can be done, and the rule of who may.
pub trait Act {
    /// Its name in the log.
    const NAME: &'static str;
    /// Whether it changes anything. A read's answer leaves when its log entry is durable; a write commits with it.
    const WRITES: bool;
    /// Whether the purpose of access must have been chosen for the case.
    const NEEDS_PURPOSE: bool = false;
    /// Decides.
    ///
    /// # Errors
    /// The reason why not.
    fn grounds(actor: &Actor, on: &Facts) -> Decision;
}

/// Need-to-know for one record: the rule behind every act on a record, and (as SQL) behind every list.
fn need_to_know(actor: &Actor, on: &Facts) -> Decision {
    if !actor.roles.read_content() {
        return Err(Refusal::Role);
    }
    if on.walled || (on.closed && !on.duties.iter().any(|duty| duty.keeps_closed())) {
        return Err(Refusal::NeedToKnow);
    }
    if on.duties.iter().any(|duty| !on.restricted || duty.sees_restricted()) {
        return Ok(Grounds::Assigned);
    }
    if on.mine && on.loose {
        return Ok(Grounds::Author);
    }
    if !on.restricted && actor.roles.any(&[Role::Supervisor, Role::Chair]) {
        return Ok(Grounds::Supervision);
    }
    Err(Refusal::NeedToKnow)
}

/// Saved searches are the affair of their account alone; who reads no content has none.
fn own_search(actor: &Actor) -> Decision {
    if actor.roles.read_content() {
        Ok(Grounds::Own)
    } else {
        Err(Refusal::Role)
    }
}

fn office(actor: &Actor, roles: &[Role]) -> Decision {
    if actor.roles.any(roles) {
        Ok(Grounds::Office)
    } else {
        Err(Refusal::Role)
    }
}

/// Who writes on a record: those who see it through a duty or as its author, in a role that takes testimony or
/// handles evidence; supervisors correct through returning it, not by writing in it.
fn writes(actor: &Actor, on: &Facts, roles: &[Role]) -> Decision {
    let seen = need_to_know(actor, on)?;
    if !actor.roles.any(roles) {
        return Err(Refusal::Role);
    }
    match seen {
        Grounds::Supervision if !actor.roles.any(&[Role::Supervisor]) => Err(Refusal::Role),
        grounds => Ok(grounds),
    }
}

/// Who opens the sealed part of a testimony: the lead and the protection officer of its case (`testimony_fields.json`, V3),
/// and who took it while it hangs on no case.
fn keeps_sealed(actor: &Actor, on: &Facts) -> Decision {
    let seen = need_to_know(actor, on)?;
    let keeper = |duty: &Duty| matches!(duty, Duty::Lead | Duty::ProtectionOfficer);
    if on.duties.iter().any(keeper) || seen == Grounds::Author {
        Ok(seen)
    } else {
        Err(Refusal::Role)
    }
}

/// Who opens and writes the sealed block on sexual violence: of those who open the sealed part, who is trained for it
/// (Murad Code; `testimony_fields.json`: "only by trained staff"). To open it takes a second person besides.
fn keeps_block(actor: &Actor, on: &Facts) -> Decision {
    let seen = keeps_sealed(actor, on)?;
    if actor.trained { Ok(seen) } else { Err(Refusal::Role) }
}

/// Who may have a protected identity opened at all: [`crate::reveal`] says whether they need a second person for it.
fn reveals(actor: &Actor, on: &Facts) -> Decision {
    let seen = need_to_know(actor, on)?;
    let by_duty = |duty: &Duty| duty.reveals() || *duty == Duty::LegalOfficer;
    if (on.mine && on.loose) || on.duties.iter().any(by_duty) {
        Ok(seen)
    } else {
        Err(Refusal::Role)
    }
}

/// Who stands for the safety of the persons of a case, and is the second person where one is needed.
fn protects(actor: &Actor, on: &Facts) -> Decision {
    let seen = need_to_know(actor, on)?;
    let by_duty = |duty: &Duty| matches!(duty, Duty::ProtectionOfficer | Duty::Supervisor);
    if on.duties.iter().any(by_duty) {
        Ok(seen)
    } else {
        Err(Refusal::Role)
    }
}

/// On a record one knows of, by one of these roles.
fn office_on(actor: &Actor, on: &Facts, roles: &[Role]) -> Decision {
    let seen = need_to_know(actor, on)?;
    office(actor, roles).map(|_| seen)
}

const WRITERS: &[Role] = &[
    Role::Investigator,
    Role::LegalOfficer,
    Role::ProtectionOfficer,
    Role::EvidenceCustodian,
];

/// Who records that something is in the best interest of a child.
pub const BEST_INTEREST: &[Role] = &[Role::ProtectionOfficer];

/// Who has any business with what could happen to a witness.
pub const RISK_READERS: &[Role] = &[
    Role::Investigator,
    Role::LegalOfficer,
    Role::ProtectionOfficer,
    Role::Supervisor,
    Role::Chair,
];

macro_rules! act {
    ($(#[$doc:meta])* $name:ident, $text:literal, writes: $writes:literal, purpose: $purpose:literal, |$actor:ident, $on:ident| $rule:expr) => {
        $(#[$doc])*
        pub enum $name {}
        impl Act for $name {
            const NAME: &'static str = $text;
            const WRITES: bool = $writes;
            const NEEDS_PURPOSE: bool = $purpose;
            fn grounds($actor: &Actor, $on: &Facts) -> Decision { $rule }
        }
    };
}

act!(/** Opens a record for reading. */
    Open, "open", writes: false, purpose: true, |actor, on| need_to_know(actor, on));
act!(/** Opens the print view of a record. */
    Print, "print", writes: false, purpose: true, |actor, on| need_to_know(actor, on));
act!(/** Reads a document's file. */
    Download, "download", writes: false, purpose: true, |actor, on| need_to_know(actor, on));
act!(/** Reads the text that was found in a document's file. */
    OpenText, "open_text", writes: false, purpose: true, |actor, on| need_to_know(actor, on));
act!(/** Finds the text in a document's file, and its words for the search: the machine's own act, which nobody asks for. */
    FindText, "find_text", writes: true, purpose: false, |_actor, _on| Err(Refusal::Role));
act!(/** Lists or searches a register; the visibility filter stands in the query. */
    List, "list", writes: false, purpose: false, |actor, _on| if actor.roles.read_content() { Ok(Grounds::Office) } else { Err(Refusal::Role) });
act!(/** Keeps what is searched for, so that the results have an address without a name in it. */
    KeepSearch, "keep_search", writes: true, purpose: false, |actor, _on| if actor.roles.read_content() { Ok(Grounds::Office) } else { Err(Refusal::Role) });
act!(/** Looks at one's own saved searches, and how many are new in those that are watched. */
    SeeSaved, "see_saved", writes: false, purpose: false, |actor, _on| own_search(actor));
act!(/** Keeps a search under a name. */
    SaveSearch, "save_search", writes: true, purpose: false, |actor, _on| own_search(actor));
act!(/** Renames, watches or deletes a saved search of one's own. */
    ChangeSaved, "change_saved", writes: true, purpose: false, |actor, _on| own_search(actor));
act!(/** Searches again for what one saved. */
    OpenSaved, "open_saved", writes: true, purpose: false, |actor, _on| own_search(actor));
act!(/** The server looks for what is new in an account's watched searches: on its behalf, and with its sight alone. */
    LookForNews, "look_for_news", writes: false, purpose: false, |actor, _on| own_search(actor));
act!(/** Looks at the queue of all cases. */
    Queue, "queue", writes: false, purpose: false, |actor, _on| office(actor, &[Role::Supervisor, Role::Chair]));
act!(/** Makes a record (a case, testimony, incident, person, unit). */
    Create, "create", writes: true, purpose: false, |actor, _on| office(actor, &[Role::Investigator, Role::LegalOfficer, Role::ProtectionOfficer, Role::Supervisor]));
act!(/** Opens a new case. */
    OpenCase, "open_case", writes: true, purpose: false, |actor, _on| office(actor, &[Role::Investigator, Role::Supervisor]));
act!(/** Writes down a new testimony. */
    TakeTestimony, "take_testimony", writes: true, purpose: false, |actor, _on| office(actor, &[Role::Investigator, Role::ProtectionOfficer]));
act!(/** Takes the key by which a device of one's own keeps drafts without a connection. */
    TakeOffline, "take_offline", writes: true, purpose: false, |actor, _on| office(actor, &[Role::Investigator, Role::ProtectionOfficer]));
act!(/** Takes in a document with its file. */
    TakeDocument, "take_document", writes: true, purpose: false, |actor, _on| office(actor, WRITERS));
act!(/** Opens a record's form for changing it. */
    OpenForEdit, "open_for_edit", writes: false, purpose: true, |actor, on| writes(actor, on, &[Role::Investigator, Role::LegalOfficer, Role::ProtectionOfficer, Role::EvidenceCustodian, Role::Supervisor]));
act!(/** Changes a record. */
    Edit, "edit", writes: true, purpose: true, |actor, on| writes(actor, on, &[Role::Investigator, Role::LegalOfficer, Role::ProtectionOfficer, Role::EvidenceCustodian, Role::Supervisor]));
act!(/** Opens a draft testimony for writing. */
    OpenDraft, "open_draft", writes: false, purpose: true, |actor, on| writes(actor, on, &[Role::Investigator, Role::ProtectionOfficer]));
act!(/** Writes in a draft testimony. */
    WriteDraft, "write_draft", writes: true, purpose: true, |actor, on| writes(actor, on, &[Role::Investigator, Role::ProtectionOfficer]));
act!(/** Says that a draft is complete: its numbers freeze, and it is read back to the witness. */
    ReadBack, "read_back", writes: true, purpose: true, |actor, on| writes(actor, on, &[Role::Investigator, Role::ProtectionOfficer]));
act!(/** Files a testimony that was read back: it never changes any more, and can be cited. */
    FileTestimony, "file_testimony", writes: true, purpose: true, |actor, on| writes(actor, on, &[Role::Investigator, Role::ProtectionOfficer]));
act!(/** Returns a testimony to its investigator with remarks. */
    Return, "return", writes: true, purpose: true, |actor, on| { need_to_know(actor, on)?; office(actor, &[Role::Supervisor]) });
act!(/** Opens a final testimony for correction, as a new version. */
    CorrectTestimony, "correct_testimony", writes: true, purpose: true, |actor, on| writes(actor, on, &[Role::Investigator, Role::ProtectionOfficer]));
act!(/** Starts a supplementary statement of a witness who gave testimony before. */
    Supplement, "supplement", writes: true, purpose: true, |actor, on| writes(actor, on, &[Role::Investigator, Role::ProtectionOfficer]));
act!(/** Opens earlier versions of a statement, alone or side by side. */
    OpenVersion, "open_version", writes: false, purpose: true, |actor, on| need_to_know(actor, on));
act!(/** Grades a testimony or a paragraph of it: how reliable the source, how credible the information. */
    Grade, "grade", writes: true, purpose: true, |actor, on| writes(actor, on, &[Role::Investigator, Role::LegalOfficer, Role::ProtectionOfficer, Role::Supervisor]));
act!(/** Looks at who opened the sealed part of a testimony, and why. */
    SeeOpenings, "see_openings", writes: false, purpose: true, |actor, on| keeps_sealed(actor, on));
act!(/** Opens the part of a testimony that is sealed by itself, for a written reason. */
    OpenSealed, "open_sealed", writes: true, purpose: true, |actor, on| keeps_sealed(actor, on));
act!(/** Writes the part of a testimony that is sealed by itself. */
    WriteSealed, "write_sealed", writes: true, purpose: true, |actor, on| keeps_sealed(actor, on));
act!(/** Opens the page of the sealed block on sexual violence: the way to it, and who was there before. */
    SeeBlock, "see_block", writes: false, purpose: true, |actor, on| keeps_block(actor, on));
act!(/** Asks a second person to approve that the block is opened. */
    AskBlock, "ask_block", writes: true, purpose: true, |actor, on| keeps_block(actor, on));
act!(/** Opens the block once, as approved. */
    OpenBlock, "open_block", writes: true, purpose: true, |actor, on| keeps_block(actor, on));
act!(/** Writes the block. */
    WriteBlock, "write_block", writes: true, purpose: true, |actor, on| keeps_block(actor, on));
act!(/** Reads the requests to open the block that wait. */
    SeeBlockRequests, "see_block_requests", writes: false, purpose: true, |actor, on| protects(actor, on));
act!(/** Approves or denies another's request to open the block. */
    DecideBlock, "decide_block", writes: true, purpose: true, |actor, on| protects(actor, on));
act!(/** Opens the consents to a testimony. */
    SeeConsents, "see_consents", writes: false, purpose: true, |actor, on| need_to_know(actor, on));
act!(/** Records what a person allows to be done with their statement. */
    RecordConsent, "record_consent", writes: true, purpose: true, |actor, on| writes(actor, on, &[Role::Investigator, Role::ProtectionOfficer]));
act!(/** Records that a person withdrew a consent. */
    WithdrawConsent, "withdraw_consent", writes: true, purpose: true, |actor, on| writes(actor, on, &[Role::Investigator, Role::LegalOfficer, Role::ProtectionOfficer]));
act!(/** Opens the notices of withdrawals about a testimony. */
    SeeNotices, "see_notices", writes: false, purpose: true, |actor, on| need_to_know(actor, on));
act!(/** Records that a recipient was told of a withdrawal, and what they answered. */
    AnswerNotice, "answer_notice", writes: true, purpose: true, |actor, on| writes(actor, on, &[Role::LegalOfficer, Role::ProtectionOfficer]));
act!(/** Opens the risks to a witness. */
    SeeRisks, "see_risks", writes: false, purpose: true, |actor, on| { let seen = need_to_know(actor, on)?; office(actor, RISK_READERS).map(|_| seen) });
act!(/** Assesses a risk to a witness, or reviews an assessment. */
    AssessRisk, "assess_risk", writes: true, purpose: true, |actor, on| writes(actor, on, &[Role::Investigator, Role::ProtectionOfficer]));
act!(/** Clears a critical risk in writing; never one's own assessment. */
    ClearRisk, "clear_risk", writes: true, purpose: true, |actor, on| writes(actor, on, &[Role::ProtectionOfficer]));
act!(/** Looks at what is due by a date on one's cases: reviews of risks, notices of withdrawals. */
    SeeTasks, "see_tasks", writes: false, purpose: false, |actor, _on| office(actor, RISK_READERS));
act!(/** Opens the page of a protected identity: the identity while a reveal lives, else the way to one. */
    SeeIdentity, "see_identity", writes: false, purpose: true, |actor, on| reveals(actor, on));
act!(/** Has a protected identity opened, for some minutes and this session. */
    Reveal, "reveal", writes: true, purpose: true, |actor, on| reveals(actor, on));
act!(/** Asks a second person to approve a reveal. */
    AskReveal, "ask_reveal", writes: true, purpose: true, |actor, on| reveals(actor, on));
act!(/** Reads the requests to reveal an identity that wait. */
    SeeRequests, "see_requests", writes: false, purpose: true, |actor, on| protects(actor, on));
act!(/** Approves or denies another's request to reveal an identity. */
    DecideReveal, "decide_reveal", writes: true, purpose: true, |actor, on| protects(actor, on));
act!(/** Lists requests, one's own and those that wait for oneself; and alerts. */
    SeeReveals, "see_reveals", writes: false, purpose: false, |actor, _on| if actor.roles.read_content() { Ok(Grounds::Office) } else { Err(Refusal::Role) });
act!(/** Takes note of an alert: somebody's daily number of reveals is used up. */
    AcknowledgeAlert, "acknowledge_alert", writes: true, purpose: false, |actor, _on| office(actor, &[Role::Supervisor, Role::Chair]));
act!(/** Says whether every reveal of an identity needs a second person. */
    MarkSensitive, "mark_sensitive", writes: true, purpose: true, |actor, on| office_on(actor, on, &[Role::ProtectionOfficer]));
act!(/** Opens the proposal to destroy an identity. */
    SeeShredding, "see_shredding", writes: false, purpose: true, |actor, on| office_on(actor, on, &[Role::ProtectionOfficer, Role::Supervisor, Role::Chair]));
act!(/** Proposes to destroy an identity for good. */
    ProposeShredding, "propose_shredding", writes: true, purpose: true, |actor, on| office_on(actor, on, &[Role::ProtectionOfficer]));
act!(/** Destroys an identity for good, or declines to; never on one's own proposal. */
    DecideShredding, "decide_shredding", writes: true, purpose: true, |actor, on| office_on(actor, on, &[Role::Supervisor, Role::Chair]));
act!(/** Compares all persons with each other, and proposes those that may be one. */
    MatchRegister, "match_register", writes: false, purpose: false, |actor, _on| office(actor, &[Role::Supervisor]));
act!(/** Opens two persons side by side: may they be one? */
    SeePair, "see_pair", writes: false, purpose: true, |actor, on| need_to_know(actor, on));
act!(/** Says whether two records are of one person, or undoes that. */
    DecidePair, "decide_pair", writes: true, purpose: true, |actor, on| writes(actor, on, &[Role::Investigator, Role::LegalOfficer, Role::ProtectionOfficer, Role::Supervisor]));
act!(/** Writes down a figure that somebody published, or ends one. */
    RecordClaim, "record_claim", writes: true, purpose: false, |actor, _on| office(actor, &[Role::Investigator, Role::LegalOfficer, Role::Supervisor]));
act!(/** Opens a list that a document holds: its rows, and whom they may be. */
    SeeList, "see_list", writes: false, purpose: true, |actor, on| need_to_know(actor, on));
act!(/** Loads a list out of a document, or ends one. */
    LoadList, "load_list", writes: true, purpose: true, |actor, on| writes(actor, on, &[Role::Investigator, Role::LegalOfficer, Role::ProtectionOfficer, Role::EvidenceCustodian, Role::Supervisor]));
act!(/** Says who a row of a list is, or undoes that. */
    DecideRow, "decide_row", writes: true, purpose: true, |actor, on| writes(actor, on, &[Role::Investigator, Role::LegalOfficer, Role::ProtectionOfficer, Role::Supervisor]));
act!(/** Opens the facts of a case: what speaks for each and against it. */
    SeeFacts, "see_facts", writes: false, purpose: true, |actor, on| need_to_know(actor, on));
act!(/** Writes down a fact, cites sources for it or against it, ends it; says that two testimonies repeat one account. */
    RecordFact, "record_fact", writes: true, purpose: true, |actor, on| writes(actor, on, &[Role::Investigator, Role::LegalOfficer, Role::Supervisor]));
act!(/** Concludes how far a fact is corroborated, with reasons. */
    GradeFact, "grade_fact", writes: true, purpose: true, |actor, on| writes(actor, on, &[Role::Investigator, Role::LegalOfficer, Role::Supervisor]));
act!(/** Proposes a step on the ladder of suspicion. */
    ProposeSuspicion, "propose_suspicion", writes: true, purpose: true, |actor, on| writes(actor, on, &[Role::Investigator, Role::LegalOfficer, Role::Supervisor]));
act!(/** Signs a step on the ladder of suspicion, or declines to; never one's own proposal. */
    DecideSuspicion, "decide_suspicion", writes: true, purpose: true, |actor, on| writes(actor, on, &[Role::LegalOfficer, Role::Supervisor]));
act!(/** Links two records, with citations. */
    Link, "link", writes: true, purpose: true, |actor, on| writes(actor, on, &[Role::Investigator, Role::LegalOfficer, Role::ProtectionOfficer, Role::EvidenceCustodian, Role::Supervisor]));
act!(/** Ends a link, with a reason; it stays in the record. */
    Unlink, "unlink", writes: true, purpose: true, |actor, on| writes(actor, on, &[Role::Investigator, Role::LegalOfficer, Role::ProtectionOfficer, Role::EvidenceCustodian, Role::Supervisor]));
act!(/** Opens the chain of command around a unit on a day. */
    SeeCommand, "see_command", writes: false, purpose: true, |actor, on| need_to_know(actor, on));
act!(/** Opens the earlier states of a record. */
    SeeHistory, "see_history", writes: false, purpose: true, |actor, on| need_to_know(actor, on));
act!(/** Moves a case to another state. Who may is the transition's matter (`status`). */
    MoveCase, "move_case", writes: true, purpose: true, |actor, on| need_to_know(actor, on));
act!(/** Attests a guard in writing. */
    Attest, "attest", writes: true, purpose: true, |actor, on| need_to_know(actor, on));
act!(/** Gives a person a duty on a case, or takes it. */
    Assign, "assign", writes: true, purpose: false, |actor, on| { need_to_know(actor, on)?; office(actor, &[Role::Supervisor]) });
act!(/** Chooses the purpose of access to a case for this sitting. */
    ChoosePurpose, "choose_purpose", writes: true, purpose: false, |actor, on| need_to_know(actor, on));
act!(/** Reads the access log. */
    ReadLog, "read_log", writes: false, purpose: false, |actor, _on| office(actor, &[Role::Auditor]));
act!(/** Takes the access log out as a file. */
    ExportLog, "export_log", writes: false, purpose: false, |actor, _on| office(actor, &[Role::Auditor]));
act!(/** Looks at the list of accounts: the administrator to manage them, the chair to confirm them. */
    ListAccounts, "list_accounts", writes: false, purpose: false, |actor, _on| office(actor, &[Role::Administrator, Role::Chair]));
act!(/** Invites, changes roles of, disables an account. */
    ManageAccount, "manage_account", writes: true, purpose: false, |actor, _on| office(actor, &[Role::Administrator]));
act!(/** Confirms an account that is to read content; never one's own. */
    ConfirmAccount, "confirm_account", writes: true, purpose: false, |actor, on| { if on.own_account { return Err(Refusal::Role) } office(actor, &[Role::Chair]) });
act!(/** Confirms that somebody is trained, or ends it; never of oneself. */
    Qualify, "qualify", writes: true, purpose: false, |actor, on| { if on.own_account { return Err(Refusal::Role) } office(actor, &[Role::Chair]) });
act!(/** Loads a whole record from elsewhere into an empty committee. */
    Import, "import", writes: true, purpose: false, |actor, _on| office(actor, &[Role::Administrator]));
act!(/** Looks after one's own account, password, factors, sessions. */
    OwnAccount, "own_account", writes: true, purpose: false, |_actor, _on| Ok(Grounds::Own));
act!(/** Looks at one's own account. */
    SeeOwnAccount, "see_own_account", writes: false, purpose: false, |_actor, _on| Ok(Grounds::Own));

#[cfg(test)]
mod tests {
    use super::*;

    fn actor(roles: &[Role]) -> Actor {
        Actor {
            account: AccountId(uuid::Uuid::nil()),
            session: None,
            login: "x".into(),
            roles: roles.iter().copied().collect(),
            language: Language::English,
            address: String::new(),
            request: String::new(),
            stepped_up: false,
            trained: false,
        }
    }

    fn on(duties: &[Duty]) -> Facts {
        Facts {
            kind: Some(Kind::Testimony),
            duties: duties.to_vec(),
            ..Facts::default()
        }
    }

    #[test]
    fn need_to_know_is_this_table() {
        use Refusal::{NeedToKnow, Role as ByRole};
        let restricted = |duties: &[Duty]| Facts {
            restricted: true,
            ..on(duties)
        };
        let walled = |duties: &[Duty]| Facts {
            walled: true,
            ..on(duties)
        };
        let loose_mine = Facts {
            mine: true,
            loose: true,
            ..on(&[])
        };
        let table: &[(&[Role], Facts, Decision)] = &[
            (&[Role::Investigator], on(&[]), Err(NeedToKnow)),
            (&[Role::Investigator], on(&[Duty::Member]), Ok(Grounds::Assigned)),
            (&[Role::Investigator], restricted(&[Duty::Member]), Err(NeedToKnow)),
            (&[Role::Investigator], restricted(&[Duty::Lead]), Ok(Grounds::Assigned)),
            (&[Role::Investigator], walled(&[Duty::Lead]), Err(NeedToKnow)),
            (&[Role::Investigator], loose_mine.clone(), Ok(Grounds::Author)),
            (&[Role::Supervisor], on(&[]), Ok(Grounds::Supervision)),
            (&[Role::Supervisor], restricted(&[]), Err(NeedToKnow)),
            (
                &[Role::Supervisor],
                restricted(&[Duty::Supervisor]),
                Ok(Grounds::Assigned),
            ),
            (&[Role::Chair], on(&[]), Ok(Grounds::Supervision)),
            (&[Role::Auditor], on(&[Duty::Lead]), Err(ByRole)),
            (&[Role::Administrator], loose_mine, Err(ByRole)),
        ];
        for (roles, facts, expected) in table {
            assert_eq!(Open::grounds(&actor(roles), facts), *expected, "{roles:?} {facts:?}");
        }
    }

    #[test]
    fn who_opens_an_identity_who_approves_and_who_destroys_is_this_table() {
        use Refusal::{NeedToKnow, Role as ByRole};
        type Rule = fn(&Actor, &Facts) -> Decision;
        let (seen, by_role, outside) = (Ok(Grounds::Assigned), Err(ByRole), Err(NeedToKnow));
        let oversight = Ok(Grounds::Supervision);
        // Columns: reveal, decide a request, propose to destroy, confirm it.
        let rules: [Rule; 4] = [
            Reveal::grounds,
            DecideReveal::grounds,
            ProposeShredding::grounds,
            DecideShredding::grounds,
        ];
        let table: &[(Role, &[Duty], [Decision; 4])] = &[
            (Role::Investigator, &[Duty::Lead], [seen, by_role, by_role, by_role]),
            (Role::Investigator, &[Duty::Second], [seen, by_role, by_role, by_role]),
            (
                Role::Investigator,
                &[Duty::Member],
                [by_role, by_role, by_role, by_role],
            ),
            (Role::Investigator, &[], [outside, outside, outside, outside]),
            (
                Role::LegalOfficer,
                &[Duty::LegalOfficer],
                [seen, by_role, by_role, by_role],
            ),
            (
                Role::ProtectionOfficer,
                &[Duty::ProtectionOfficer],
                [seen, seen, seen, by_role],
            ),
            (Role::Supervisor, &[Duty::Supervisor], [seen, seen, by_role, seen]),
            (Role::Supervisor, &[], [by_role, by_role, by_role, oversight]),
            (Role::Chair, &[], [by_role, by_role, by_role, oversight]),
            (
                Role::EvidenceCustodian,
                &[Duty::EvidenceCustodian],
                [by_role, by_role, by_role, by_role],
            ),
            (Role::Auditor, &[Duty::Lead], [by_role, by_role, by_role, by_role]),
            (Role::Administrator, &[], [by_role, by_role, by_role, by_role]),
        ];
        for (role, duties, expected) in table {
            let got = rules.map(|rule| rule(&actor(&[*role]), &on(duties)));
            assert_eq!(got, *expected, "{role:?} {duties:?}");
        }
    }

    #[test]
    fn the_chair_reads_but_does_not_write() {
        assert_eq!(
            Open::grounds(&actor(&[Role::Chair]), &on(&[])),
            Ok(Grounds::Supervision)
        );
        assert_eq!(Edit::grounds(&actor(&[Role::Chair]), &on(&[])), Err(Refusal::Role));
        assert_eq!(
            WriteDraft::grounds(&actor(&[Role::Supervisor]), &on(&[])),
            Err(Refusal::Role)
        );
    }

    #[test]
    fn only_lead_and_protection_officer_open_what_is_sealed_by_itself() {
        for duty in Duty::ALL {
            let role = duty.roles()[0];
            let opens = OpenSealed::grounds(&actor(&[role]), &on(&[duty])).is_ok();
            assert_eq!(opens, matches!(duty, Duty::Lead | Duty::ProtectionOfficer), "{duty:?}");
        }
        assert_eq!(
            OpenSealed::grounds(&actor(&[Role::Chair]), &on(&[])),
            Err(Refusal::Role)
        );
        assert_eq!(
            OpenSealed::grounds(&actor(&[Role::Investigator]), &on(&[])),
            Err(Refusal::NeedToKnow)
        );
    }

    #[test]
    fn only_who_is_trained_comes_to_the_block_and_who_protects_the_case_approves() {
        use Refusal::{NeedToKnow, Role as ByRole};
        let (seen, by_role) = (Ok(Grounds::Assigned), Err(ByRole));
        // Columns: open it trained, open it untrained, decide a request.
        let table: &[(Role, &[Duty], [Decision; 3])] = &[
            (Role::Investigator, &[Duty::Lead], [seen, by_role, by_role]),
            (Role::Investigator, &[Duty::Second], [by_role, by_role, by_role]),
            (
                Role::Investigator,
                &[],
                [Err(NeedToKnow), Err(NeedToKnow), Err(NeedToKnow)],
            ),
            (Role::LegalOfficer, &[Duty::LegalOfficer], [by_role, by_role, by_role]),
            (
                Role::ProtectionOfficer,
                &[Duty::ProtectionOfficer],
                [seen, by_role, seen],
            ),
            (Role::Supervisor, &[Duty::Supervisor], [by_role, by_role, seen]),
            (Role::Supervisor, &[], [by_role, by_role, by_role]),
            (Role::Chair, &[], [by_role, by_role, by_role]),
            (Role::Auditor, &[Duty::Lead], [by_role, by_role, by_role]),
            (Role::Administrator, &[Duty::Lead], [by_role, by_role, by_role]),
        ];
        for (role, duties, expected) in table {
            let untrained = actor(&[*role]);
            let trained = Actor {
                trained: true,
                ..untrained.clone()
            };
            let opens = [
                OpenBlock::grounds,
                WriteBlock::grounds,
                AskBlock::grounds,
                SeeBlock::grounds,
            ];
            for rule in opens {
                assert_eq!(rule(&trained, &on(duties)), expected[0], "{role:?} {duties:?}");
                assert_eq!(rule(&untrained, &on(duties)), expected[1], "{role:?} {duties:?}");
            }
            assert_eq!(
                DecideBlock::grounds(&untrained, &on(duties)),
                expected[2],
                "{role:?} {duties:?}"
            );
        }
        let loose = Facts {
            mine: true,
            loose: true,
            ..on(&[])
        };
        let author = Actor {
            trained: true,
            ..actor(&[Role::Investigator])
        };
        assert_eq!(WriteBlock::grounds(&author, &loose), Ok(Grounds::Author));
    }

    #[test]
    fn the_chair_says_who_is_trained_and_nobody_says_it_of_themselves() {
        let own = Facts {
            own_account: true,
            ..Facts::default()
        };
        for role in Role::ALL {
            let decided = Qualify::grounds(&actor(&[role]), &Facts::default());
            assert_eq!(decided.is_ok(), role == Role::Chair, "{role:?}");
        }
        assert_eq!(Qualify::grounds(&actor(&[Role::Chair]), &own), Err(Refusal::Role));
    }

    #[test]
    fn nobody_confirms_their_own_account() {
        let own = Facts {
            own_account: true,
            ..Facts::default()
        };
        assert_eq!(
            ConfirmAccount::grounds(&actor(&[Role::Chair]), &own),
            Err(Refusal::Role)
        );
    }

    #[test]
    fn auditor_and_administrator_stand_alone() {
        let set = |roles: &[Role]| roles.iter().copied().collect::<Roles>();
        assert!(set(&[Role::Investigator, Role::Supervisor]).compatible());
        assert!(set(&[Role::Auditor]).compatible());
        assert!(!set(&[Role::Auditor, Role::Investigator]).compatible());
        assert!(!set(&[Role::Administrator, Role::Chair]).compatible());
        assert!(!set(&[Role::Administrator, Role::Auditor]).compatible());
    }
}
