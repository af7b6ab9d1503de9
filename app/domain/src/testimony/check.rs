//! What stands between a statement and its reading back, and between that and its being final.

use super::question::{Needed, Question, Shape, Step};
use super::questions::{QUESTIONS, of_step};
use super::{PARAGRAPH, PARAGRAPHS, Statement, TestimonyForm};
use crate::form::{Check, LONG, SHORT};
use crate::text::{digits, fold, words, written_length};
use crate::vocabulary::{BASIS, INTERVIEW_LANGUAGE, INTRODUCTION, Vocabulary};
use crate::{Code, Kind, Problem, ProblemKind, Words};
use chrono::{Datelike, NaiveDate, NaiveTime};

/// What the record knows besides the form itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Known {
    /// The committee's date today.
    pub today: NaiveDate,
    /// The witness's year of birth.
    pub birth_year: Option<i32>,
    /// Logins and names of the two interviewers: an interpreter is neither.
    pub interviewers: Vec<Words>,
}

/// A testimony that may go on to its reading back, or be final: the only way to one is [`TestimonyForm::check`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filing {
    pub witness: Code,
    pub interview_date: NaiveDate,
    pub statement: Statement,
}

/// How far a step has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    pub step: Step,
    /// Answers that are still needed.
    pub missing: usize,
    /// Answers that can't be right.
    pub wrong: usize,
    /// Whether anything was answered.
    pub begun: bool,
}

impl TestimonyForm {
    /// Checks only what could not be kept at all: lengths.
    ///
    /// # Errors
    /// Fields that are too long.
    pub fn check_lengths(&self) -> Result<(), Vec<Problem>> {
        let mut check = Check::new();
        for (name, answer) in self.answers.iter() {
            check.optional(name, answer, longest(name));
        }
        for (index, paragraph) in self.paragraphs.iter().enumerate() {
            let field = format!("p{index}");
            check.optional(&field, &paragraph.text, PARAGRAPH);
            check.optional(&format!("{field}_translation"), &paragraph.translation, PARAGRAPH);
            for (part, words) in [
                ("source", &paragraph.source),
                ("time", &paragraph.time),
                ("place", &paragraph.place),
                ("favours", &paragraph.favours),
            ] {
                check.optional(&format!("{field}_{part}"), words, SHORT);
            }
            check.optional(&format!("{field}_why"), &paragraph.favours_why, LONG);
        }
        if self.paragraphs.len() > PARAGRAPHS {
            check.problem(
                "",
                ProblemKind::OutOfRange(1, i64::try_from(PARAGRAPHS).unwrap_or(i64::MAX)),
            );
        }
        check.finish(())
    }

    /// What was answered and can't be right, whatever else is missing.
    #[must_use]
    pub fn wrong(&self, known: &Known) -> Vec<Problem> {
        let mut check = Check::new();
        for question in QUESTIONS.iter().filter(|question| self.answers.asks(question)) {
            self.wrong_answers(question, &mut check);
        }
        self.wrong_times(known, &mut check);
        self.wrong_interpreter(known, &mut check);
        for (index, paragraph) in self.paragraphs.iter().enumerate() {
            let field = format!("p{index}");
            check.optional_choice(&format!("{field}_basis"), &paragraph.basis, |code| BASIS.has(code));
            check.optional_choice(&format!("{field}_language"), &paragraph.language, |code| {
                INTERVIEW_LANGUAGE.has(code)
            });
        }
        self.wrong_corrections(&mut check);
        check.finish(()).err().unwrap_or_default()
    }

    fn wrong_answers(&self, question: &Question, check: &mut Check) {
        let answers = |name: &str| self.answers.all(name);
        match question.shape {
            Shape::Rows(columns) => {
                for column in columns {
                    let name = format!("{}.{}", question.name, column.name);
                    for (at, answer) in answers(&name).iter().enumerate() {
                        one(column.shape, &format!("{name}.{at}"), answer, check);
                    }
                }
            }
            shape => {
                for answer in answers(question.name) {
                    one(shape, question.name, answer, check);
                }
            }
        }
    }

    fn wrong_times(&self, known: &Known, check: &mut Check) {
        let day = self.answers.day("interview_date");
        if day.is_some_and(|day| day > known.today) {
            check.problem("interview_date", ProblemKind::InFuture);
        }
        if let (Some(day), Some(birth)) = (day, known.birth_year)
            && day.year() < birth
        {
            check.problem("interview_date", ProblemKind::BeforeBirth);
        }
        let (start, end) = (time(self.answers.get("start_time")), time(self.answers.get("end_time")));
        if let (Some(start), Some(end)) = (start, end)
            && end < start
        {
            check.problem("end_time", ProblemKind::EndsBeforeStart);
        }
        let breaks = self
            .answers
            .all("breaks.from")
            .iter()
            .zip(self.answers.all("breaks.to"));
        for (at, (from, to)) in breaks.enumerate() {
            let (from, to) = (time(from), time(to));
            if let (Some(from), Some(to)) = (from, to)
                && to < from
            {
                check.problem(&format!("breaks.to.{at}"), ProblemKind::EndsBeforeStart);
            }
            let outside =
                |moment: NaiveTime| start.is_some_and(|start| moment < start) || end.is_some_and(|end| moment > end);
            for (part, moment) in [("from", from), ("to", to)] {
                if moment.is_some_and(outside) {
                    check.problem(&format!("breaks.{part}.{at}"), ProblemKind::Contradicts);
                }
            }
        }
    }

    fn wrong_interpreter(&self, known: &Known, check: &mut Check) {
        let interpreter = self.answers.get("interpreter_name");
        let is_interviewer = |name: &Words| same_name(name, interpreter);
        if self.answers.has("interpreter", "yes") && known.interviewers.iter().any(is_interviewer) {
            check.problem("interpreter_name", ProblemKind::Same);
        }
    }

    fn wrong_corrections(&self, check: &mut Check) {
        // Before it is read back no paragraph has a number.
        if self.paragraphs.iter().all(|paragraph| paragraph.number.is_none()) {
            return;
        }
        for (at, answer) in self.answers.all("corrections.paragraph").iter().enumerate() {
            let number = digits(answer.trim()).parse::<u32>().ok();
            let known = |number: u32| self.paragraphs.iter().any(|paragraph| paragraph.number == Some(number));
            match number {
                Some(number) if known(number) => {}
                Some(number) => check.problem(
                    &format!("corrections.paragraph.{at}"),
                    ProblemKind::NoSuchParagraph(number),
                ),
                None => check.problem(&format!("corrections.paragraph.{at}"), ProblemKind::Unknown),
            }
        }
    }

    /// What is still to be answered before this point. Questions that do not come up are passed over.
    #[must_use]
    pub fn missing(&self, before: Needed) -> Vec<Problem> {
        let mut check = Check::new();
        for step in Step::ALL {
            for question in of_step(step).filter(|question| question.needed <= before) {
                if self.answers.asks(question) && !self.answers.answered(question) {
                    check.problem(question.name, ProblemKind::Missing);
                }
            }
            match step {
                Step::Before => {
                    let told = self.answers.all("introduction").len();
                    let all = INTRODUCTION.terms().count();
                    if (1..all).contains(&told) && written_length(self.answers.get("introduction_note")) == 0 {
                        check.problem("introduction_note", ProblemKind::Missing);
                    }
                }
                Step::Account => self.missing_in_paragraphs(&mut check),
                _ => {}
            }
        }
        check.finish(()).err().unwrap_or_default()
    }

    fn missing_in_paragraphs(&self, check: &mut Check) {
        let mut any = false;
        for (index, paragraph) in self.paragraphs.iter().enumerate() {
            if paragraph.number.is_none() && paragraph.is_blank() {
                continue;
            }
            any = true;
            let field = format!("p{index}");
            if paragraph.text.is_blank() {
                check.problem(&field, ProblemKind::Missing);
            }
            if paragraph.basis.is_empty() {
                check.problem(&format!("{field}_basis"), ProblemKind::Missing);
            }
            if paragraph.basis == "hearsay_named" && paragraph.source.is_blank() {
                check.problem(&format!("{field}_source"), ProblemKind::Missing);
            }
            if !paragraph.favours.is_blank() && paragraph.favours_why.is_blank() {
                check.problem(&format!("{field}_why"), ProblemKind::Missing);
            }
        }
        if !any {
            check.problem("p0", ProblemKind::Missing);
        }
    }

    /// What stands between the draft and its reading back, or between that and its being final
    /// (`testimony_fields.json`, "required: always" and "before final").
    ///
    /// # Errors
    /// Every problem, at its field: a question's name, `question.column.entry`, or for paragraphs `p0`, `p1` … by position.
    pub fn check(&self, before: Needed, known: &Known) -> Result<Filing, Vec<Problem>> {
        let mut problems = self.check_lengths().err().unwrap_or_default();
        problems.extend(self.missing(before));
        problems.extend(self.wrong(known));
        let witness = self.answers.get("witness").parse::<Code>().ok();
        let interview_date = self.answers.day("interview_date");
        match (problems.is_empty(), witness, interview_date) {
            (true, Some(witness), Some(interview_date)) => Ok(Filing {
                witness,
                interview_date,
                statement: Statement {
                    answers: self.answers.clone(),
                    paragraphs: self.paragraphs.clone(),
                    ..Statement::default()
                }
                .numbered(),
            }),
            _ => Err(problems),
        }
    }

    /// How far each step has come, by what is still missing and what can't be right.
    #[must_use]
    pub fn progress(&self, missing: &[Problem], wrong: &[Problem]) -> Vec<Progress> {
        let of = |problems: &[Problem], step: Step| problems.iter().filter(|p| step_of(&p.field) == step).count();
        Step::ALL
            .into_iter()
            .map(|step| Progress {
                step,
                missing: of(missing, step),
                wrong: of(wrong, step),
                begun: of_step(step).any(|question| self.answers.answered(question))
                    || (step == Step::Account && self.paragraphs.iter().any(|paragraph| !paragraph.is_blank())),
            })
            .collect()
    }
}

/// The step that a field belongs to: a question's, or the account's for a paragraph.
#[must_use]
pub fn step_of(field: &str) -> Step {
    super::questions::named(field).map_or(Step::Account, |question| question.step)
}

fn longest(name: &str) -> u32 {
    let shape = super::questions::named(name).map(|question| match question.shape {
        Shape::Rows(columns) => columns
            .iter()
            .find(|column| name.ends_with(&format!(".{}", column.name)))
            .map_or(Shape::Line, |column| column.shape),
        shape => shape,
    });
    match shape {
        Some(Shape::Text) => LONG,
        _ => SHORT,
    }
}

/// Whether one answer fits its shape. An answer that is empty fits.
fn one(shape: Shape, field: &str, answer: &str, check: &mut Check) {
    let of = |vocabulary: Vocabulary, check: &mut Check| {
        check.optional_choice(field, answer, |code| vocabulary.has(code));
    };
    let code_of = |kind: Kind, check: &mut Check| {
        let good = answer.parse::<Code>().is_ok_and(|code| code.kind() == kind);
        if !answer.trim().is_empty() && !good {
            check.problem(field, ProblemKind::NoSuchRecord);
        }
    };
    match shape {
        Shape::Line | Shape::Text | Shape::Colleague | Shape::Rows(_) => {}
        Shape::Date => _ = check.optional_date(field, answer),
        Shape::Time => _ = check.optional_time(field, answer),
        Shape::Choice(vocabulary) | Shape::Choices(vocabulary) => of(vocabulary, check),
        Shape::Person => code_of(Kind::Person, check),
        Shape::Testimony => code_of(Kind::Testimony, check),
    }
}

/// Whether two names are one, however each is spelled and in whichever order its words stand.
fn same_name(one: &str, other: &str) -> bool {
    let sorted = |name: &str| {
        let mut words = words(name);
        words.sort_unstable();
        words
    };
    let (folded, words) = (fold(one), sorted(one));
    !words.is_empty() && (folded == fold(other) || words == sorted(other))
}

fn time(answer: &str) -> Option<NaiveTime> {
    Check::new().optional_time("", answer)
}
