//! A whole list of people with the same part in one act: typed row by row, or pasted from a spreadsheet.
//!
//! A pasted list has a row a line and a tab, semicolon or comma between cells. If the first line names columns (in English or
//! Arabic), cells go where it says; else they are taken as name, father, mother, year of birth, sex, note.

use crate::form::{Check, FromPairs, LONG, Pairs};
use crate::link::{Citation, CitationForm, act_number};
use crate::person::{PersonDraft, PersonForm};
use crate::{Code, Kind, Problem, ProblemKind, Words, text, vocabulary};

/// The most rows of one list.
pub const MOST: usize = 200;

/// A column of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Column {
    Name,
    Latin,
    Father,
    Mother,
    Born,
    Sex,
    Status,
    Note,
}

impl Column {
    /// Every column, in the order of the form.
    pub const ALL: [Self; 8] = [
        Self::Name,
        Self::Latin,
        Self::Father,
        Self::Mother,
        Self::Born,
        Self::Sex,
        Self::Status,
        Self::Note,
    ];
    /// What cells are where no line names the columns.
    const PLAIN: [Self; 6] = [
        Self::Name,
        Self::Father,
        Self::Mother,
        Self::Born,
        Self::Sex,
        Self::Note,
    ];

    /// The end of the name of its fields: `row.3.name`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Latin => "latin",
            Self::Father => "father",
            Self::Mother => "mother",
            Self::Born => "born",
            Self::Sex => "sex",
            Self::Status => "status",
            Self::Note => "note",
        }
    }

    /// The column that a heading names.
    fn named(heading: &str) -> Option<Self> {
        let folded = text::fold(heading);
        let headings: [(Self, &[&str]); 8] = [
            (
                Self::Name,
                &[
                    "name",
                    "full name",
                    "arabic name",
                    "name ar",
                    "الاسم",
                    "اسم",
                    "الاسم الكامل",
                    "الاسم الثلاثي",
                ],
            ),
            (
                Self::Latin,
                &[
                    "latin name",
                    "name in latin letters",
                    "name en",
                    "english name",
                    "الاسم باللاتينيه",
                    "الاسم بالانكليزيه",
                ],
            ),
            (
                Self::Father,
                &["father", "father s name", "fathers name", "اسم الاب", "الاب"],
            ),
            (
                Self::Mother,
                &["mother", "mother s name", "mothers name", "اسم الام", "الام"],
            ),
            (
                Self::Born,
                &[
                    "born",
                    "birth year",
                    "year of birth",
                    "سنه الولاده",
                    "المواليد",
                    "مواليد",
                ],
            ),
            (Self::Sex, &["sex", "gender", "الجنس"]),
            (Self::Status, &["status", "victim status", "الصفه", "الوضع"]),
            (Self::Note, &["note", "notes", "remark", "ملاحظه", "ملاحظات"]),
        ];
        headings
            .into_iter()
            .find(|(_, names)| names.iter().any(|name| text::fold(name) == folded))
            .map(|(column, _)| column)
    }
}

/// What becomes of a row.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Fate {
    /// Nothing was said yet.
    #[default]
    Open,
    /// A new person, whoever else has the name.
    New,
    /// A person on record.
    Is(Code),
    /// Nothing.
    Skip,
}

/// A row, as typed.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct RowForm {
    pub cells: [String; 8],
    /// `new`, `skip`, a person's code, or "".
    pub fate: String,
}

/// Never shows who stands in it.
impl std::fmt::Debug for RowForm {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("RowForm")
    }
}

impl RowForm {
    /// A cell.
    #[must_use]
    pub fn cell(&self, column: Column) -> &str {
        &self.cells[column as usize]
    }

    /// Whether nothing is written in it.
    #[must_use]
    pub fn is_blank(&self) -> bool {
        self.cells.iter().all(|cell| text::written_length(cell) == 0)
    }
}

/// The form of a list, as typed.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct RosterForm {
    pub act: String,
    pub role: String,
    pub confidence: String,
    pub note: String,
    pub citations: CitationForm,
    pub rows: Vec<RowForm>,
}

impl FromPairs for RosterForm {
    fn from_pairs(pairs: &Pairs) -> Self {
        let count = pairs.get("rows").parse().unwrap_or(0).min(MOST);
        let row = |at: usize| RowForm {
            cells: Column::ALL.map(|column| pairs.get(&format!("row.{at}.{}", column.name()))),
            fate: pairs.get(&format!("row.{at}.fate")),
        };
        Self {
            act: pairs.get("act"),
            role: pairs.get("role"),
            confidence: pairs.get("confidence"),
            note: pairs.get("note"),
            citations: CitationForm::from_pairs(pairs),
            rows: (0..count).map(row).collect(),
        }
    }
}

/// A row, checked: who it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Listed {
    Is(Code),
    New(Box<PersonDraft>),
}

/// A list, checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Roster {
    pub act: Option<u32>,
    pub role: String,
    pub confidence: String,
    pub note: Words,
    pub citations: Vec<Citation>,
    /// Those who are taken in: the row's place in the form, and who it is.
    pub people: Vec<(usize, Listed)>,
}

impl RosterForm {
    /// What was decided about a row.
    #[must_use]
    pub fn fate(row: &RowForm) -> Fate {
        match row.fate.as_str() {
            "new" => Fate::New,
            "skip" => Fate::Skip,
            code => code
                .parse::<Code>()
                .ok()
                .filter(|code| code.kind() == Kind::Person)
                .map_or(Fate::Open, Fate::Is),
        }
    }

    /// That a row about which nothing was said says of a person what a row before it says.
    #[must_use]
    pub fn doubles(&self) -> Vec<Problem> {
        let said = |row: &RowForm| {
            [
                Column::Name,
                Column::Latin,
                Column::Father,
                Column::Mother,
                Column::Born,
            ]
            .map(|column| text::fold(row.cell(column)))
        };
        let rows = self.rows.iter().enumerate().filter(|(_, row)| !row.is_blank());
        let kept: Vec<_> = rows.filter(|(_, row)| Self::fate(row) != Fate::Skip).collect();
        let open = kept
            .iter()
            .enumerate()
            .filter(|(_, (_, row))| Self::fate(row) == Fate::Open);
        open.filter_map(|(nth, (at, row))| {
            let before = kept[..nth].iter().find(|(_, other)| said(other) == said(row))?;
            let first = u32::try_from(before.0 + 1).unwrap_or(u32::MAX);
            Some(Problem::new(&format!("row.{at}.fate"), ProblemKind::SameAsRow(first)))
        })
        .collect()
    }

    /// The draft of a row's person.
    ///
    /// # Errors
    /// Every problem, at its column.
    pub fn person(&self, row: &RowForm, this_year: i32) -> Result<PersonDraft, Vec<Problem>> {
        let form = PersonForm {
            name_ar: row.cell(Column::Name).to_owned(),
            name_latin: row.cell(Column::Latin).to_owned(),
            father: row.cell(Column::Father).to_owned(),
            mother: row.cell(Column::Mother).to_owned(),
            birth_year: row.cell(Column::Born).to_owned(),
            sex: sex(row.cell(Column::Sex)),
            victim_status: if self.role == "victim" {
                row.cell(Column::Status).to_owned()
            } else {
                String::new()
            },
            note: row.cell(Column::Note).to_owned(),
            ..PersonForm::default()
        };
        form.check(this_year).map_err(|problems| {
            let place = |mut problem: Problem| {
                problem.field = match problem.field.as_str() {
                    "name_ar" => "name",
                    "name_latin" => "latin",
                    "birth_year" => "born",
                    "victim_status" => "status",
                    other => other,
                }
                .to_owned();
                problem
            };
            problems.into_iter().map(place).collect()
        })
    }

    /// Checks the form.
    ///
    /// # Errors
    /// Every problem, at its field; of a row, at `row.3.name`.
    pub fn check(&self, this_year: i32) -> Result<Roster, Vec<Problem>> {
        let mut check = Check::new();
        let act = act_number(&mut check, &self.act);
        let role = check.choice("role", &self.role, |code| vocabulary::INVOLVEMENT_ROLE.has(code));
        let confidence = check.choice("confidence", &self.confidence, |code| vocabulary::ATTRIBUTION.has(code));
        let note = check.optional("note", &self.note, LONG);
        let citations = self.citations.check(&mut check);
        if citations.is_empty() && !self.citations.0.iter().any(|(_, text)| !text.trim().is_empty()) {
            check.problem("citations", ProblemKind::NotCited);
        }
        let mut people = Vec::new();
        for (at, row) in self.rows.iter().enumerate().filter(|(_, row)| !row.is_blank()) {
            match Self::fate(row) {
                Fate::Skip => {}
                Fate::Is(code) => people.push((at, Listed::Is(code))),
                Fate::Open | Fate::New => match self.person(row, this_year) {
                    Ok(draft) => people.push((at, Listed::New(Box::new(draft)))),
                    Err(problems) => {
                        for problem in problems {
                            check.problem(&format!("row.{at}.{}", problem.field), problem.kind);
                        }
                    }
                },
            }
        }
        for problem in self.doubles() {
            check.problem(&problem.field, problem.kind);
        }
        if people.is_empty() && self.rows.iter().all(RowForm::is_blank) {
            check.problem("row.0.name", ProblemKind::Missing);
        }
        for (at, (_, one)) in people.iter().enumerate() {
            if let Listed::Is(code) = one
                && people[..at]
                    .iter()
                    .any(|(_, other)| matches!(other, Listed::Is(other) if other == code))
            {
                check.problem(&format!("row.{}.fate", people[at].0), ProblemKind::Same);
            }
        }
        check.finish(Roster {
            act,
            role,
            confidence,
            note,
            citations,
            people,
        })
    }
}

/// A code of [`vocabulary::SEX`] out of what a list says.
pub(crate) fn sex(cell: &str) -> String {
    let folded = text::fold(cell);
    match folded.as_str() {
        "" => "not_stated".to_owned(),
        "m" | "male" | "man" | "ذكر" | "رجل" | "ذ" => "male".to_owned(),
        "f" | "female" | "woman" | "انثي" | "امراه" | "ا" => "female".to_owned(),
        _ => {
            let cell = cell.trim();
            let named = vocabulary::SEX
                .terms()
                .find(|term| text::fold(term.en) == folded || text::fold(term.ar) == folded);
            named.map_or_else(|| cell.to_owned(), |term| term.code.to_owned())
        }
    }
}

/// Reads a pasted list of at most so many rows.
///
/// # Errors
/// One problem at `paste`: a column twice, no column for names, too many rows.
pub fn paste(pasted: &str, most: usize) -> Result<Vec<RowForm>, Vec<Problem>> {
    let wrong = |kind| Err(vec![Problem::new("paste", kind)]);
    let lines: Vec<&str> = pasted.lines().filter(|line| text::written_length(line) > 0).collect();
    let Some(first) = lines.first() else {
        return wrong(ProblemKind::Missing);
    };
    let between = ['\t', ';', '؛', ',', '،']
        .into_iter()
        .find(|mark| first.contains(*mark))
        .unwrap_or('\t');
    let cells = |line: &str| -> Vec<String> {
        line.split(between)
            .map(|cell| cell.trim().trim_matches('"').trim().to_owned())
            .collect()
    };
    let headings: Vec<Option<Column>> = cells(first).iter().map(|cell| Column::named(cell)).collect();
    let has_headings = headings.iter().any(Option::is_some);
    let columns: Vec<Option<Column>> = if has_headings {
        for (at, column) in headings.iter().enumerate().filter(|(_, column)| column.is_some()) {
            if headings[..at].contains(column) {
                return wrong(ProblemKind::ColumnTwice(cells(first)[at].clone()));
            }
        }
        if !headings.contains(&Some(Column::Name)) && !headings.contains(&Some(Column::Latin)) {
            return wrong(ProblemKind::NoNameColumn);
        }
        headings
    } else {
        Column::PLAIN.into_iter().map(Some).collect()
    };
    let unnamed = if has_headings { cells(first) } else { Vec::new() };
    let rows: Vec<RowForm> = lines
        .iter()
        .skip(usize::from(has_headings))
        .map(|line| {
            let mut row = RowForm::default();
            for (at, cell) in cells(line).into_iter().enumerate() {
                // What no column takes is kept with the notes, under its heading: nothing of a list is lost.
                let column = columns.get(at).copied().flatten();
                let kept = &mut row.cells[column.unwrap_or(Column::Note) as usize];
                if !kept.is_empty() && !cell.is_empty() {
                    kept.push_str(" · ");
                }
                let heading = unnamed.get(at).filter(|heading| !heading.is_empty());
                if let Some(heading) = heading.filter(|_| column.is_none() && !cell.is_empty()) {
                    kept.push_str(heading);
                    kept.push_str(": ");
                }
                kept.push_str(&cell);
            }
            let latin = row
                .cell(Column::Name)
                .chars()
                .any(|letter| letter.is_ascii_alphabetic());
            if latin && row.cell(Column::Latin).is_empty() {
                row.cells.swap(Column::Name as usize, Column::Latin as usize);
            }
            row
        })
        .collect();
    if rows.len() > most {
        return wrong(ProblemKind::TooManyRows(u32::try_from(most).unwrap_or(u32::MAX)));
    }
    if rows.is_empty() {
        return wrong(ProblemKind::Missing);
    }
    Ok(rows)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_list_goes_where_its_headings_say() {
        let rows = paste(
            "سنة الولادة\tالاسم\tاسم الأم\tملاحظات\n1980\tسامر طارق\tهدى\tمن القرية\n\n\tالاسم الثاني\t\t\n",
            MOST,
        )
        .expect("a list");
        assert_eq!(rows.len(), 2);
        assert_eq!(
            (rows[0].cell(Column::Name), rows[0].cell(Column::Born)),
            ("سامر طارق", "1980")
        );
        assert_eq!(
            (rows[0].cell(Column::Mother), rows[0].cell(Column::Note)),
            ("هدى", "من القرية")
        );
        let plain = paste("Samer Tariq; Tariq; Huda; 1980; m; a note; more", MOST).expect("a list");
        assert_eq!(plain[0].cell(Column::Latin), "Samer Tariq");
        assert_eq!(plain[0].cell(Column::Note), "a note · more");
    }

    #[test]
    fn columns_that_are_missing_or_doubled_are_named() {
        let problem = |kind| Err(vec![Problem::new("paste", kind)]);
        assert_eq!(
            paste("الاسم;الأب;اسم\nأ;ب;ج", MOST),
            problem(ProblemKind::ColumnTwice("اسم".into()))
        );
        assert_eq!(paste("father;mother\na;b", MOST), problem(ProblemKind::NoNameColumn));
        assert_eq!(paste(" \n\t", MOST), problem(ProblemKind::Missing));
        assert_eq!(paste(&"x\n".repeat(201), MOST), problem(ProblemKind::TooManyRows(200)));
    }

    #[test]
    fn a_row_that_says_what_another_says_waits_for_a_word() {
        let mut form = RosterForm {
            role: "victim".into(),
            confidence: "AC3".into(),
            citations: CitationForm(vec![("D-2025-0001".into(), "yes".into())]),
            rows: paste(
                "الاسم;الأب;المواليد\nأحمد الخالدي;سامر;1980\nاحمد الخالدي;سامر;1980\nأحمد الخالدي;سامر;1981",
                MOST,
            )
            .expect("a list"),
            ..RosterForm::default()
        };
        assert_eq!(
            form.check(2025),
            Err(vec![Problem::new("row.1.fate", ProblemKind::SameAsRow(1))])
        );
        for (fate, people) in [("new", 3), ("skip", 2)] {
            form.rows[1].fate = fate.into();
            assert_eq!(form.check(2025).expect(fate).people.len(), people);
        }
    }

    #[test]
    fn every_row_says_what_is_wrong_with_it() {
        let mut form = RosterForm {
            role: "victim".into(),
            confidence: "AC3".into(),
            citations: CitationForm(vec![("D-2025-0001".into(), "yes".into())]),
            rows: paste("الاسم;المواليد;الجنس\nسامر;1980;ذكر\n;1970;أنثى\nهدى;3000;أنثى", MOST).expect("a list"),
            ..RosterForm::default()
        };
        let problems = form.check(2025).expect_err("two rows are wrong");
        let fields: Vec<&str> = problems.iter().map(|problem| problem.field.as_str()).collect();
        assert_eq!(fields, ["row.1.name", "row.2.born"]);
        form.rows[1].fate = "skip".into();
        form.rows[2].fate = "W-7K3QM".into();
        let roster = form.check(2025).expect("good now");
        assert_eq!(roster.people.len(), 2);
        form.rows[0].fate = "W-7K3QM".into();
        assert_eq!(
            form.check(2025),
            Err(vec![Problem::new("row.2.fate", ProblemKind::Same)])
        );
    }

    proptest! {
        #[test]
        fn any_text_can_be_pasted(text in "[\u{0621}-\u{064A}a-z0-9;,\t\n\" ]{0,200}") {
            if let Ok(rows) = paste(&text, MOST) {
                prop_assert!(!rows.is_empty() && rows.len() <= MOST);
            }
        }
    }
}
