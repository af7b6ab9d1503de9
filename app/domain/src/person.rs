//! A person: witness, victim or alleged perpetrator, known by a pseudonym; the name is sealed under the identity key.

use crate::form::{Check, FromPairs, LONG, Pairs, SHORT};
use crate::link::{Citation, numbers};
use crate::{Code, Kind, Problem, ProblemKind, Words, vocabulary};
use serde::{Deserialize, Serialize};

/// The most identities of one person that sources state.
pub const IDENTITIES: usize = 40;

/// The parts of a name in one script, as far as they are known (`arabic_names.json`, name model).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct NameParts {
    pub given: Words,
    pub father: Words,
    pub grandfather: Words,
    /// What Syrian papers call الكنية.
    pub family: Words,
}

impl NameParts {
    /// The fields of a form, by their names in it.
    const FIELDS: [(&'static str, fn(&mut Self) -> &mut Words); 4] = [
        ("given", |parts| &mut parts.given),
        ("father", |parts| &mut parts.father),
        ("grandfather", |parts| &mut parts.grandfather),
        ("family", |parts| &mut parts.family),
    ];

    fn from_pairs(pairs: &Pairs, script: &str) -> Self {
        let mut parts = Self::default();
        for (name, part) in Self::FIELDS {
            *part(&mut parts) = pairs.get(&format!("{name}_{script}")).into();
        }
        parts
    }

    fn check(&self, check: &mut Check, script: &str) -> Self {
        let mut parts = self.clone();
        for (name, part) in Self::FIELDS {
            check.optional(&format!("{name}_{script}"), part(&mut parts), SHORT);
        }
        parts
    }

    /// The whole name out of its parts; blank if none is known.
    #[must_use]
    pub fn whole(&self) -> Words {
        let parts = [&self.given, &self.father, &self.grandfather, &self.family];
        let known: Vec<&str> = parts
            .into_iter()
            .map(|part| part.trim())
            .filter(|part| !part.is_empty())
            .collect();
        known.join(" ").into()
    }
}

/// What else a person is called.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ByNames {
    /// Abu or Umm and a name.
    pub teknonym: Words,
    /// A war name.
    pub nom_de_guerre: Words,
    pub nickname: Words,
}

/// Who a person is, as one source states it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Identity {
    /// Within the person, from 1.
    pub number: u32,
    pub name: Words,
    pub father: Words,
    pub mother: Words,
    /// The year of birth, in the source's words.
    pub born: Words,
    /// A testimony or a document; none where it is not said, or where the reader may not know of it.
    pub source: Option<Code>,
    /// Paragraphs of a testimony.
    pub paragraphs: Vec<u32>,
}

impl Identity {
    /// Its source as a citation.
    #[must_use]
    pub fn citation(&self) -> Option<Citation> {
        let source = self.source.clone()?;
        Some(Citation::of(source, self.paragraphs.clone()))
    }
}

/// The form of the identities of a person, as typed: a row for each, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IdentitiesForm {
    pub rows: Vec<IdentityForm>,
}

/// One row of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IdentityForm {
    /// The number of the identity that is changed; "" for a new one.
    pub number: String,
    pub name: Words,
    pub father: Words,
    pub mother: Words,
    pub born: Words,
    pub source: String,
    pub paragraphs: String,
}

impl IdentityForm {
    /// Whether nothing is written in it: it is left out, or taken out.
    #[must_use]
    pub fn is_blank(&self) -> bool {
        let words = [&self.name, &self.father, &self.mother, &self.born];
        words.into_iter().all(Words::is_blank) && self.source.trim().is_empty() && self.paragraphs.trim().is_empty()
    }
}

impl From<&Identity> for IdentityForm {
    fn from(identity: &Identity) -> Self {
        let paragraphs: Vec<String> = identity.paragraphs.iter().map(u32::to_string).collect();
        Self {
            number: identity.number.to_string(),
            name: identity.name.clone(),
            father: identity.father.clone(),
            mother: identity.mother.clone(),
            born: identity.born.clone(),
            source: identity.source.as_ref().map(ToString::to_string).unwrap_or_default(),
            paragraphs: paragraphs.join(", "),
        }
    }
}

impl FromPairs for IdentitiesForm {
    fn from_pairs(pairs: &Pairs) -> Self {
        let column = |name: &str| pairs.all(name);
        let (names, fathers, mothers, born) = (
            column("i_name"),
            column("i_father"),
            column("i_mother"),
            column("i_born"),
        );
        let (numbers, sources, paragraphs) = (column("i_number"), column("i_source"), column("i_paragraphs"));
        let at = |column: &[String], row: usize| column.get(row).cloned().unwrap_or_default();
        let rows = (0..names.len().min(IDENTITIES + 1)).map(|row| IdentityForm {
            number: at(&numbers, row),
            name: at(&names, row).into(),
            father: at(&fathers, row).into(),
            mother: at(&mothers, row).into(),
            born: at(&born, row).into(),
            source: at(&sources, row),
            paragraphs: at(&paragraphs, row),
        });
        Self { rows: rows.collect() }
    }
}

impl IdentitiesForm {
    /// Checks the rows; problems stand at `i2_name`. Whether sources and paragraphs exist is the store's matter.
    ///
    /// # Errors
    /// Every problem, at its field.
    pub fn check(&self) -> Result<Vec<Identity>, Vec<Problem>> {
        let mut check = Check::new();
        let mut identities = Vec::new();
        let known: Vec<u32> = self.rows.iter().filter_map(|row| row.number.parse().ok()).collect();
        let mut next = known.iter().max().unwrap_or(&0).saturating_add(1);
        for (at, row) in self.rows.iter().enumerate().filter(|(_, row)| !row.is_blank()) {
            let field = |name: &str| format!("i{at}_{name}");
            let name = check.required(&field("name"), &row.name, SHORT);
            let father = check.optional(&field("father"), &row.father, SHORT);
            let mother = check.optional(&field("mother"), &row.mother, SHORT);
            let born = check.optional(&field("born"), &row.born, SHORT);
            let (source, paragraphs) = row.source(&mut check, at);
            let number = row
                .number
                .parse()
                .ok()
                .filter(|number| !identities.iter().any(|one: &Identity| one.number == *number));
            identities.push(Identity {
                number: number.unwrap_or(next),
                name,
                father,
                mother,
                born,
                source,
                paragraphs,
            });
            next = if number.is_none() { next.saturating_add(1) } else { next };
        }
        if identities.len() > IDENTITIES {
            check.problem(
                "",
                ProblemKind::OutOfRange(0, i64::try_from(IDENTITIES).unwrap_or(i64::MAX)),
            );
        }
        check.finish(identities)
    }
}

impl IdentityForm {
    fn source(&self, check: &mut Check, at: usize) -> (Option<Code>, Vec<u32>) {
        let (field, paragraphs) = (format!("i{at}_source"), format!("i{at}_paragraphs"));
        if self.source.trim().is_empty() {
            if !self.paragraphs.trim().is_empty() {
                check.problem(&field, ProblemKind::Missing);
            }
            return (None, Vec::new());
        }
        let source = self.source.parse::<Code>().ok();
        match source.as_ref().map(Code::kind) {
            Some(Kind::Document) => (source, Vec::new()),
            Some(Kind::Testimony) => match numbers(&self.paragraphs) {
                Some(numbers) => (source, numbers),
                None => {
                    check.problem(&paragraphs, ProblemKind::NotParagraphs);
                    (source, Vec::new())
                }
            },
            _ => {
                check.problem(&field, ProblemKind::NoSuchRecord);
                (None, Vec::new())
            }
        }
    }
}

/// The form of a person, as typed.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct PersonForm {
    pub name_ar: String,
    pub name_latin: String,
    pub father: String,
    pub mother: String,
    pub aliases: String,
    /// Parts of the name, in Arabic and in Latin letters.
    pub parts_ar: NameParts,
    pub parts_latin: NameParts,
    pub by_names: ByNames,
    pub sex: String,
    pub birth_year: String,
    pub victim_status: String,
    pub protected: bool,
    pub note: String,
}

impl FromPairs for PersonForm {
    fn from_pairs(pairs: &Pairs) -> Self {
        Self {
            name_ar: pairs.get("name_ar"),
            name_latin: pairs.get("name_latin"),
            father: pairs.get("father"),
            mother: pairs.get("mother"),
            aliases: pairs.get("aliases"),
            parts_ar: NameParts::from_pairs(pairs, "ar"),
            parts_latin: NameParts::from_pairs(pairs, "latin"),
            by_names: ByNames {
                teknonym: pairs.get("teknonym").into(),
                nom_de_guerre: pairs.get("nom_de_guerre").into(),
                nickname: pairs.get("nickname").into(),
            },
            sex: pairs.get("sex"),
            birth_year: pairs.get("birth_year"),
            victim_status: pairs.get("victim_status"),
            protected: pairs.has("protected"),
            note: pairs.get("note"),
        }
    }
}

/// A person's facts, checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonDraft {
    /// What the person is called on screen: the Arabic name, else the Latin one, else the first of its other names.
    pub name: Words,
    pub body: PersonBody,
    /// A code of [`vocabulary::SEX`].
    pub sex: String,
    /// 1900 to the current year.
    pub birth_year: Option<i32>,
    /// A code of [`vocabulary::VICTIM_STATUS`].
    pub victim_status: Option<String>,
    /// Shown by pseudonym to all but the lead, second, protection officer and supervisor of the case.
    pub protected: bool,
}

/// What of a person is sealed besides the name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonBody {
    pub name_ar: Words,
    pub name_latin: Words,
    pub father: Words,
    pub mother: Words,
    /// One a line.
    pub aliases: Words,
    pub note: Words,
    /// Parts of the name, in Arabic and in Latin letters.
    #[serde(default)]
    pub parts_ar: NameParts,
    #[serde(default)]
    pub parts_latin: NameParts,
    #[serde(default)]
    pub by_names: ByNames,
    /// Who it is, as sources state it.
    #[serde(default)]
    pub identities: Vec<Identity>,
}

impl PersonBody {
    /// Every name of the person, whole: what it is found by, and compared by.
    #[must_use]
    pub fn names(&self) -> Vec<Words> {
        let by_names = [
            &self.by_names.teknonym,
            &self.by_names.nom_de_guerre,
            &self.by_names.nickname,
        ];
        let mut names = vec![
            self.name_ar.clone(),
            self.name_latin.clone(),
            self.aliases.clone(),
            self.parts_ar.whole(),
            self.parts_latin.whole(),
        ];
        names.extend(by_names.into_iter().cloned());
        names.extend(self.identities.iter().map(|identity| identity.name.clone()));
        let mut seen = std::collections::HashSet::new();
        names.retain(|name| !name.is_blank() && seen.insert(name.to_string()));
        names
    }
}

impl PersonForm {
    /// Checks the form. A person without any name is allowed where the note says who is meant (an unknown perpetrator).
    ///
    /// # Errors
    /// Every problem, at its field.
    pub fn check(&self, this_year: i32) -> Result<PersonDraft, Vec<Problem>> {
        let mut check = Check::new();
        let body = PersonBody {
            name_ar: check.optional("name_ar", &self.name_ar, SHORT),
            name_latin: check.optional("name_latin", &self.name_latin, SHORT),
            father: check.optional("father", &self.father, SHORT),
            mother: check.optional("mother", &self.mother, SHORT),
            aliases: check.optional("aliases", &self.aliases, LONG),
            note: check.optional("note", &self.note, LONG),
            parts_ar: self.parts_ar.check(&mut check, "ar"),
            parts_latin: self.parts_latin.check(&mut check, "latin"),
            by_names: ByNames {
                teknonym: check.optional("teknonym", &self.by_names.teknonym, SHORT),
                nom_de_guerre: check.optional("nom_de_guerre", &self.by_names.nom_de_guerre, SHORT),
                nickname: check.optional("nickname", &self.by_names.nickname, SHORT),
            },
            identities: Vec::new(),
        };
        let alias = body
            .aliases
            .lines()
            .find(|line| !line.trim().is_empty())
            .map(Words::from)
            .unwrap_or_default();
        let (whole_ar, whole_latin) = (body.parts_ar.whole(), body.parts_latin.whole());
        let called = [
            &body.name_ar,
            &body.name_latin,
            &whole_ar,
            &whole_latin,
            &alias,
            &body.by_names.teknonym,
            &body.by_names.nom_de_guerre,
            &body.by_names.nickname,
        ];
        let name = called
            .into_iter()
            .find(|name| !name.is_blank())
            .cloned()
            .unwrap_or_default();
        if name.is_blank() && body.note.is_blank() {
            check.problem("name_ar", ProblemKind::Missing);
        }
        let sex = check.choice("sex", &self.sex, |code| vocabulary::SEX.has(code));
        let birth_year = check.optional_year("birth_year", &self.birth_year, 1900, this_year);
        let victim_status = check.optional_choice("victim_status", &self.victim_status, |code| {
            vocabulary::VICTIM_STATUS.has(code)
        });
        check.finish(PersonDraft {
            name,
            body,
            sex,
            birth_year,
            victim_status,
            protected: self.protected,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(name: &str, source: &str, paragraphs: &str) -> IdentityForm {
        IdentityForm {
            name: name.into(),
            source: source.into(),
            paragraphs: paragraphs.into(),
            ..IdentityForm::default()
        }
    }

    #[test]
    fn who_is_known_by_parts_alone_is_called_by_them() {
        let mut form = PersonForm {
            sex: "male".into(),
            ..PersonForm::default()
        };
        form.parts_ar.given = "حيدر".into();
        form.parts_ar.family = " المنصوري ".into();
        form.by_names.teknonym = "أبو علي".into();
        let draft = form.check(2025).expect("a good form");
        assert_eq!(draft.name.as_str(), "حيدر المنصوري");
        let names: Vec<String> = draft.body.names().iter().map(|name| name.to_string()).collect();
        assert_eq!(names, ["حيدر المنصوري", "أبو علي"]);
    }

    #[test]
    fn identities_are_checked_row_by_row_and_keep_their_numbers() {
        let form = |rows: Vec<IdentityForm>| IdentitiesForm { rows };
        let kept = IdentityForm {
            number: "3".into(),
            ..row("حيدر", "t-2025-0001", "٣، 5-6")
        };
        let identities = form(vec![row("", "", ""), kept, row("Haidar", "D-2025-0001", "")])
            .check()
            .expect("good");
        let told: Vec<_> = identities
            .iter()
            .map(|one| (one.number, one.paragraphs.clone()))
            .collect();
        assert_eq!(told, [(3, vec![3, 5, 6]), (4, vec![])]);
        for (wrong, field, kind) in [
            (row("", "D-2025-0001", ""), "i0_name", ProblemKind::Missing),
            (row("x", "T-2025-0001", ""), "i0_paragraphs", ProblemKind::NotParagraphs),
            (row("x", "W-7K3QM", "1"), "i0_source", ProblemKind::NoSuchRecord),
            (row("x", "", "1"), "i0_source", ProblemKind::Missing),
        ] {
            assert_eq!(form(vec![wrong]).check(), Err(vec![Problem::new(field, kind)]));
        }
        let many = form(vec![row("x", "", ""); IDENTITIES + 1]);
        assert_eq!(
            many.check(),
            Err(vec![Problem::new("", ProblemKind::OutOfRange(0, 40))])
        );
    }
}
