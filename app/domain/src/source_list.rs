//! A list of people out of a document: from families, a hospital, media … Kept as the source has it, and reconciled with the
//! register row by row, each by a decision of a person. It stands beside the committee's count and never enters it.
//!
//! To add a column: in [`roster::Column`], and in [`Cells`].

use crate::form::{Check, FromPairs, LONG, Pairs, SHORT};
use crate::person::{PersonBody, PersonDraft};
use crate::roster::{self, Column, RowForm};
use crate::{Code, Kind, Problem, ProblemKind, Words, text, vocabulary};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// The most rows of one list.
pub const MOST: usize = 2_000;
/// The most characters of what is pasted at once.
pub const PASTED: u32 = 400_000;

/// A row as the source has it: nothing is put right.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Cells {
    pub name: Words,
    pub latin: Words,
    pub father: Words,
    pub mother: Words,
    pub born: Words,
    pub sex: Words,
    pub status: Words,
    pub note: Words,
}

impl From<&RowForm> for Cells {
    fn from(row: &RowForm) -> Self {
        let cell = |column| Words::from(row.cell(column));
        Self {
            name: cell(Column::Name),
            latin: cell(Column::Latin),
            father: cell(Column::Father),
            mother: cell(Column::Mother),
            born: cell(Column::Born),
            sex: cell(Column::Sex),
            status: cell(Column::Status),
            note: cell(Column::Note),
        }
    }
}

/// What is to be known of a row before anything is decided about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Remark {
    /// It can't be of a person of the register.
    NoName,
    /// What stands in the column is no year, no sex, no status that is known: it stays in the source's words.
    Unread(Column),
    /// An earlier row has the same name.
    Like(u32),
}

impl Cells {
    /// A column.
    #[must_use]
    pub const fn cell(&self, column: Column) -> &Words {
        match column {
            Column::Name => &self.name,
            Column::Latin => &self.latin,
            Column::Father => &self.father,
            Column::Mother => &self.mother,
            Column::Born => &self.born,
            Column::Sex => &self.sex,
            Column::Status => &self.status,
            Column::Note => &self.note,
        }
    }

    /// The name that is shown: the Arabic one, else the Latin one; none if there is neither.
    #[must_use]
    pub fn called(&self) -> Option<&Words> {
        [&self.name, &self.latin].into_iter().find(|name| !name.is_blank())
    }

    /// The year of birth, if it is one.
    #[must_use]
    pub fn birth_year(&self, this_year: i32) -> Option<i32> {
        let year = text::digits(self.born.trim()).parse().ok();
        year.filter(|year| (1900..=this_year).contains(year))
    }

    /// A code of [`vocabulary::SEX`], if it is one.
    #[must_use]
    pub fn sex(&self) -> Option<String> {
        Some(roster::sex(&self.sex)).filter(|code| vocabulary::SEX.has(code))
    }

    /// A code of [`vocabulary::VICTIM_STATUS`], if the row says one.
    #[must_use]
    pub fn victim_status(&self) -> Option<&'static str> {
        let folded = text::fold(&self.status);
        let mut terms = vocabulary::VICTIM_STATUS.terms();
        let named = terms.find(|term| {
            [term.code, term.en, term.ar]
                .iter()
                .any(|name| text::fold(name) == folded)
        });
        named.map(|term| term.code)
    }

    fn unread(&self, this_year: i32) -> impl Iterator<Item = Column> {
        let read = [
            (Column::Born, self.birth_year(this_year).is_some()),
            (Column::Sex, self.sex().is_some()),
            (Column::Status, self.victim_status().is_some()),
        ];
        read.into_iter()
            .filter(|(column, read)| !read && !self.cell(*column).is_blank())
            .map(|(column, _)| column)
    }

    /// The person of the row as the register would have it; none without a name. What can't be read goes into the note. What the
    /// person was as a victim is the source's word, not the record's.
    #[must_use]
    pub fn person(&self, this_year: i32) -> Option<PersonDraft> {
        let mut note = vec![self.note.as_str()];
        note.extend(self.unread(this_year).map(|column| self.cell(column).as_str()));
        note.retain(|text| !text.trim().is_empty());
        Some(PersonDraft {
            name: self.called()?.clone(),
            body: PersonBody {
                name_ar: self.name.clone(),
                name_latin: self.latin.clone(),
                father: self.father.clone(),
                mother: self.mother.clone(),
                note: note.join(" · ").into(),
                ..PersonBody::default()
            },
            sex: self.sex().unwrap_or_else(|| "not_stated".to_owned()),
            birth_year: self.birth_year(this_year),
            victim_status: None,
            protected: false,
        })
    }
}

/// What is to be known of each row.
#[must_use]
pub fn remarks(rows: &[Cells], this_year: i32) -> Vec<Vec<Remark>> {
    let mut seen: HashMap<String, u32> = HashMap::new();
    (1..)
        .zip(rows)
        .map(|(number, row)| {
            let Some(name) = row.called() else {
                return vec![Remark::NoName];
            };
            let mut remarks: Vec<Remark> = row.unread(this_year).map(Remark::Unread).collect();
            let earlier = *seen.entry(text::words(name).join(" ")).or_insert(number);
            if earlier != number {
                remarks.push(Remark::Like(earlier));
            }
            remarks
        })
        .collect()
}

/// The form of a list, as typed.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct ListForm {
    pub title: String,
    pub source: String,
    pub listed: String,
    pub status: String,
    /// The number of the published figure that it is the list of.
    pub claim: String,
    pub drawn_up_on: String,
    pub period_from: String,
    pub period_to: String,
    pub note: String,
    pub paste: String,
}

impl FromPairs for ListForm {
    fn from_pairs(pairs: &Pairs) -> Self {
        Self {
            title: pairs.get("title"),
            source: pairs.get("source"),
            listed: pairs.get("listed"),
            status: pairs.get("status"),
            claim: pairs.get("claim"),
            drawn_up_on: pairs.get("drawn_up_on"),
            period_from: pairs.get("period_from"),
            period_to: pairs.get("period_to"),
            note: pairs.get("note"),
            paste: pairs.get("paste"),
        }
    }
}

/// What of a list is sealed besides its rows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListBody {
    pub title: Words,
    pub note: Words,
}

/// A list, checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListDraft {
    pub body: ListBody,
    /// A code of [`vocabulary::LIST_SOURCE`].
    pub source: String,
    /// A code of [`vocabulary::LISTED_AS`].
    pub listed: String,
    /// A code of [`vocabulary::VICTIM_STATUS`]: what the list says of all who stand in it.
    pub status: Option<String>,
    pub claim: Option<u32>,
    pub drawn_up_on: Option<NaiveDate>,
    pub period_from: Option<NaiveDate>,
    pub period_to: Option<NaiveDate>,
    pub rows: Vec<Cells>,
}

impl ListForm {
    /// The rows that were pasted.
    ///
    /// # Errors
    /// Problems at `paste`.
    pub fn rows(&self) -> Result<Vec<Cells>, Vec<Problem>> {
        let wrong = |kind| Err(vec![Problem::new("paste", kind)]);
        if self.paste.chars().count() > PASTED as usize {
            return wrong(ProblemKind::TooLong(PASTED));
        }
        let rows = roster::paste(&self.paste, MOST)?;
        let rows: Vec<Cells> = rows.iter().filter(|row| !row.is_blank()).map(Cells::from).collect();
        if rows.is_empty() {
            return wrong(ProblemKind::Missing);
        }
        let most = |column| if column == Column::Note { LONG } else { SHORT };
        let long = |row: &&Cells| {
            let mut columns = Column::ALL.into_iter();
            columns.any(|column| row.cell(column).chars().count() > most(column) as usize)
        };
        if rows.iter().find(long).is_some() {
            return wrong(ProblemKind::TooLong(SHORT));
        }
        Ok(rows)
    }

    /// Checks the form.
    ///
    /// # Errors
    /// Every problem, at its field.
    pub fn check(&self, today: NaiveDate) -> Result<ListDraft, Vec<Problem>> {
        let mut check = Check::new();
        let body = ListBody {
            title: check.required("title", &self.title, SHORT),
            note: check.optional("note", &self.note, LONG),
        };
        let source = check.choice("source", &self.source, |code| vocabulary::LIST_SOURCE.has(code));
        let listed = check.choice("listed", &self.listed, |code| vocabulary::LISTED_AS.has(code));
        let status = check.optional_choice("status", &self.status, |code| vocabulary::VICTIM_STATUS.has(code));
        let claim = self.claim.parse().ok();
        if claim.is_none() && !self.claim.is_empty() {
            check.problem("claim", ProblemKind::Unknown);
        }
        let drawn_up_on = check.optional_date("drawn_up_on", &self.drawn_up_on);
        if drawn_up_on.is_some_and(|day| day > today) {
            check.problem("drawn_up_on", ProblemKind::InFuture);
        }
        let period_from = check.optional_date("period_from", &self.period_from);
        let period_to = check.optional_date("period_to", &self.period_to);
        if period_from.zip(period_to).is_some_and(|(from, to)| to < from) {
            check.problem("period_to", ProblemKind::EndsBeforeStart);
        }
        let rows = self.rows().unwrap_or_else(|problems| {
            for problem in problems {
                check.problem(&problem.field, problem.kind);
            }
            Vec::new()
        });
        check.finish(ListDraft {
            body,
            source,
            listed,
            status,
            claim,
            drawn_up_on,
            period_from,
            period_to,
            rows,
        })
    }
}

/// Where a row stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Fate {
    /// Nobody has decided.
    Open,
    /// A person of the register.
    Same,
    /// A person who was written down out of it.
    New,
    /// The person of another row of the list.
    Double,
    /// No person of the register, or not to be read.
    Aside,
}

impl Fate {
    /// Every fate, in the order of a list's page.
    pub const ALL: [Self; 5] = [Self::Open, Self::Same, Self::New, Self::Double, Self::Aside];

    /// The name kept in the database, and in an address.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Same => "same",
            Self::New => "new",
            Self::Double => "double",
            Self::Aside => "aside",
        }
    }

    /// Reads the name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|fate| fate.name() == name)
    }
}

/// What somebody decides about a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    Same(Code),
    New,
    /// The number of the other row.
    Double(u32),
    Aside,
}

impl Decision {
    /// Where the row stands with it.
    #[must_use]
    pub const fn fate(&self) -> Fate {
        match self {
            Self::Same(_) => Fate::Same,
            Self::New => Fate::New,
            Self::Double(_) => Fate::Double,
            Self::Aside => Fate::Aside,
        }
    }
}

/// The form of a decision, as typed.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct DecisionForm {
    /// A person's code, `row-3`, or the name of a fate.
    pub fate: String,
    /// With `same`: the code of the person.
    pub person: String,
    /// With `double`: the number of the row.
    pub double: String,
    pub reason: String,
}

impl FromPairs for DecisionForm {
    fn from_pairs(pairs: &Pairs) -> Self {
        Self {
            fate: pairs.get("fate"),
            person: pairs.get("person"),
            double: pairs.get("double"),
            reason: pairs.get("reason"),
        }
    }
}

/// A decision, checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DecisionDraft {
    pub decision: Decision,
    /// May be blank but where a row is set aside.
    pub reason: Words,
}

impl DecisionForm {
    /// Checks the form of a row.
    ///
    /// # Errors
    /// Every problem, at its field.
    pub fn check(&self, row: u32) -> Result<DecisionDraft, Vec<Problem>> {
        let mut check = Check::new();
        let person = |typed: &str| {
            typed
                .trim()
                .parse::<Code>()
                .ok()
                .filter(|code| code.kind() == Kind::Person)
        };
        // Who names a person or a row need not say besides that it is one.
        let typed = match self.fate.as_str() {
            "" if !self.person.trim().is_empty() => Fate::Same.name(),
            "" if !self.double.trim().is_empty() => Fate::Double.name(),
            typed => typed,
        };
        let decision = if let Some(other) = typed.strip_prefix("row-") {
            other.parse().ok().map(Decision::Double)
        } else {
            match Fate::named(typed) {
                Some(Fate::New) => Some(Decision::New),
                Some(Fate::Aside) => Some(Decision::Aside),
                Some(Fate::Same) => {
                    let code = person(&self.person);
                    if code.is_none() {
                        check.problem("person", ProblemKind::NoSuchRecord);
                    }
                    code.map(Decision::Same)
                }
                Some(Fate::Double) => {
                    let number = text::digits(self.double.trim()).parse().ok();
                    if number.is_none() {
                        check.problem("double", ProblemKind::Missing);
                    }
                    number.map(Decision::Double)
                }
                Some(Fate::Open) => None,
                None => person(typed).map(Decision::Same),
            }
        };
        if decision == Some(Decision::Double(row)) {
            check.problem("double", ProblemKind::Same);
        }
        let reason = match decision {
            Some(Decision::Aside) => check.reason("reason", &self.reason),
            _ => check.optional("reason", &self.reason, LONG),
        };
        match decision {
            Some(decision) => check.finish(DecisionDraft { decision, reason }),
            None => {
                let mut problems = check.finish(()).err().unwrap_or_default();
                if problems.is_empty() {
                    problems.push(Problem::new("fate", ProblemKind::Missing));
                }
                Err(problems)
            }
        }
    }
}

/// How a list stands to the register and to the count. Never a part of the count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    pub rows: u32,
    /// Rows of each fate, as in [`Fate::ALL`].
    pub of: [u32; 5],
    /// Persons of the register in it; two records of one person are one.
    pub persons: u32,
    /// Of these, those whom the committee counts, as far as the reader may see.
    pub counted: u32,
}

impl Standing {
    /// Rows of a fate.
    #[must_use]
    pub const fn of(&self, fate: Fate) -> u32 {
        self.of[fate as usize]
    }

    /// Persons in the list after its doubles; rows that are open count as one each, so that it is the most there can be.
    #[must_use]
    pub const fn most_persons(&self) -> u32 {
        self.persons + self.of(Fate::Open)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn form(paste: &str) -> ListForm {
        ListForm {
            title: "قائمة".into(),
            source: "family".into(),
            listed: "killed".into(),
            paste: paste.into(),
            ..ListForm::default()
        }
    }

    fn today() -> NaiveDate {
        NaiveDate::from_ymd_opt(2025, 8, 1).expect("a day")
    }

    #[test]
    fn a_row_stays_as_the_source_has_it() {
        let list =
            form("الاسم;المواليد;الجنس;الصفة;العمر\nسامر المرساوي;١٩٨٠;ذكر;مدني;٤٥\nهدى;نحو 1990;انثى;معلمة;\n;1970;;;")
                .check(today())
                .expect("a list");
        let person = list.rows[0].person(2025).expect("a person");
        assert_eq!((person.birth_year, person.sex.as_str()), (Some(1980), "male"));
        assert_eq!(person.body.note.as_str(), "العمر: ٤٥");
        assert_eq!(
            (list.rows[0].victim_status(), person.victim_status),
            (Some("civilian"), None)
        );
        let other = list.rows[1].person(2025).expect("a person");
        assert_eq!((other.birth_year, other.body.note.as_str()), (None, "نحو 1990 · معلمة"));
        assert_eq!(list.rows[2].person(2025), None);
        let expected = vec![
            vec![],
            vec![Remark::Unread(Column::Born), Remark::Unread(Column::Status)],
            vec![Remark::NoName],
        ];
        assert_eq!(remarks(&list.rows, 2025), expected);
    }

    #[test]
    fn a_name_that_stands_there_twice_is_told() {
        let rows = form("أحمد علي\nهدى\nاحمد علي").rows().expect("rows");
        assert_eq!(remarks(&rows, 2025), [vec![], vec![], vec![Remark::Like(1)]]);
    }

    #[test]
    fn what_is_wrong_is_told_at_its_field() {
        let fields = |form: &ListForm| -> Vec<String> {
            let problems = form.check(today()).err().unwrap_or_default();
            problems.into_iter().map(|problem| problem.field).collect()
        };
        assert_eq!(fields(&form("سامر")), [""; 0]);
        assert_eq!(fields(&ListForm::default()), ["title", "source", "listed", "paste"]);
        let late = ListForm {
            drawn_up_on: "2999-01-01".into(),
            period_from: "2025-03-10".into(),
            period_to: "2025-03-06".into(),
            claim: "x".into(),
            ..form("سامر")
        };
        assert_eq!(fields(&late), ["claim", "drawn_up_on", "period_to"]);
        for paste in [
            "الاسم;اسم\nأ;ب",
            "الأب\nأ",
            ";;\n;",
            &"x\n".repeat(2001),
            &"x".repeat(301),
        ] {
            assert_eq!(fields(&form(paste)), ["paste"]);
        }
        assert_eq!(form(&"x\n".repeat(2000)).rows().map(|rows| rows.len()), Ok(2000));
    }

    #[test]
    fn a_decision_names_whom_it_is_about() {
        let person = Code::pseudonym([1; 5]);
        let decided = |fate: &str, person: &str, double: &str, reason: &str| {
            let form = DecisionForm {
                fate: fate.into(),
                person: person.into(),
                double: double.into(),
                reason: reason.into(),
            };
            form.check(3)
                .map(|draft| draft.decision)
                .map_err(|problems| problems[0].field.clone())
        };
        let table = [
            (decided(person.as_str(), "", "", ""), Ok(Decision::Same(person.clone()))),
            (
                decided("same", person.as_str(), "", ""),
                Ok(Decision::Same(person.clone())),
            ),
            (decided("same", "D-2025-0001", "", ""), Err("person".to_owned())),
            (decided("", person.as_str(), "", ""), Ok(Decision::Same(person.clone()))),
            (decided("", "", "7", ""), Ok(Decision::Double(7))),
            (decided("row-7", "", "", ""), Ok(Decision::Double(7))),
            (decided("double", "", "٧", ""), Ok(Decision::Double(7))),
            (decided("double", "", "3", ""), Err("double".to_owned())),
            (decided("double", "", "", ""), Err("double".to_owned())),
            (decided("new", "", "", ""), Ok(Decision::New)),
            (decided("aside", "", "", "لا"), Err("reason".to_owned())),
            (decided("", "", "", ""), Err("fate".to_owned())),
            (decided("open", "", "", ""), Err("fate".to_owned())),
        ];
        for (at, (got, expected)) in table.into_iter().enumerate() {
            assert_eq!(got, expected, "row {at}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_a_list_or_a_problem(text in "[\u{0621}-\u{064A}a-z0-9;,\t\n\" ]{0,200}") {
            if let Ok(rows) = form(&text).rows() {
                prop_assert_eq!(remarks(&rows, 2025).len(), rows.len());
            }
        }
    }
}
