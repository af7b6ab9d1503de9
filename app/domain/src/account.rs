//! Staff accounts: logins, passwords, roles, and the form that starts a committee.

use crate::form::{Check, FromPairs, Pairs, SHORT};
use crate::{Language, Problem, ProblemKind, Role, Roles, Words};

/// The fewest characters of a password beside a second factor (NIST SP 800-63B-4, 3.1.1: 8; ours is stricter).
pub const PASSWORD_WITH_FACTOR: u32 = 12;
/// The fewest characters of a password that stands alone (NIST SP 800-63B-4, 3.1.1.2).
pub const PASSWORD_ALONE: u32 = 15;
/// The most characters of a password: enough for any passphrase, too few to keep a server busy.
pub const PASSWORD_MOST: u32 = 256;

/// Passwords that lists of broken ones begin with, and the words people build ours from. Compared folded, as a whole
/// and as the password's stem without trailing digits and signs.
const COMMON: &[&str] = &[
    "password",
    "passwordpassword",
    "123456789012",
    "1234567890123456",
    "qwertyuiop",
    "qwertyuiopasdfgh",
    "qwerty123456",
    "iloveyou",
    "letmein",
    "administrator",
    "adminadminadmin",
    "welcome",
    "changeme",
    "changemechangeme",
    "sijill",
    "sijillsijill",
    "committee",
    "investigator",
    "supervisor",
    "correcthorsebatterystaple",
    "abcdefghijklmno",
    "abcdefghijkl",
    "111111111111",
    "000000000000",
    "aaaaaaaaaaaa",
    "passw0rd",
    "football",
    "superman",
    "trustno1trustno1",
    "1q2w3e4r5t6y",
    "qazwsxedcrfv",
    "zaq12wsxcde3",
    "testtesttest",
    "secretsecret",
    "summer2025summer",
    "damascus",
    "syriasyriasyria",
];

/// Checks a new password against the rules: long enough, not too long, not common, not the login.
pub fn check_password(check: &mut Check, field: &str, password: &str, login: &str, with_factor: bool) {
    let length = u32::try_from(password.chars().count()).unwrap_or(u32::MAX);
    let least = if with_factor {
        PASSWORD_WITH_FACTOR
    } else {
        PASSWORD_ALONE
    };
    let folded = password.to_lowercase();
    let stem = folded.trim_end_matches(|c: char| c.is_ascii_digit() || c.is_ascii_punctuation());
    let one_sign = password
        .chars()
        .next()
        .is_some_and(|first| password.chars().all(|c| c == first));
    if password.is_empty() {
        check.problem(field, ProblemKind::Missing);
    } else if length < least {
        check.problem(field, ProblemKind::TooShort(least));
    } else if length > PASSWORD_MOST {
        check.problem(field, ProblemKind::TooLong(PASSWORD_MOST));
    } else if one_sign
        || COMMON.contains(&folded.as_str())
        || COMMON.contains(&stem)
        || (login.len() >= 4 && folded.contains(&login.to_lowercase()))
    {
        check.problem(field, ProblemKind::Common);
    }
}

/// Checks a login: 3 to 40 of a–z, 0–9, `.`, `-`, `_`. Logins are kept in clear: use a staff number, not a name.
pub fn check_login(check: &mut Check, field: &str, login: &str) -> String {
    let login = login.trim().to_ascii_lowercase();
    if login.is_empty() {
        check.problem(field, ProblemKind::Missing);
    } else if login.len() < 3 {
        check.problem(field, ProblemKind::TooShort(3));
    } else if login.len() > 40 {
        check.problem(field, ProblemKind::TooLong(40));
    } else if !login
        .bytes()
        .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"._-".contains(&b))
    {
        check.problem(field, ProblemKind::BadCharacters);
    }
    login
}

/// The form behind the one-time set-up link, as typed.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct SetupForm {
    pub committee: String,
    pub language: String,
    pub login: String,
    pub name: String,
    pub password: String,
    pub password_again: String,
    pub chair_login: String,
    pub chair_name: String,
    pub factor_required: bool,
    pub demo: bool,
}

impl FromPairs for SetupForm {
    fn from_pairs(pairs: &Pairs) -> Self {
        Self {
            committee: pairs.get("committee"),
            language: pairs.get("language"),
            login: pairs.get("login"),
            name: pairs.get("name"),
            password: pairs.get("password"),
            password_again: pairs.get("password_again"),
            chair_login: pairs.get("chair_login"),
            chair_name: pairs.get("chair_name"),
            factor_required: pairs.get("factor") != "optional",
            demo: pairs.has("demo"),
        }
    }
}

/// A committee ready to be set up.
#[derive(Clone, Debug)]
pub struct Setup {
    pub committee: Words,
    pub language: Language,
    pub login: String,
    pub name: Words,
    pub password: Words,
    pub chair_login: String,
    pub chair_name: Words,
    pub factor_required: bool,
    pub demo: bool,
}

impl SetupForm {
    /// Checks the form.
    ///
    /// # Errors
    /// Every problem, at its field.
    pub fn check(&self) -> Result<Setup, Vec<Problem>> {
        let mut check = Check::new();
        let committee = check.required("committee", &self.committee, SHORT);
        let language = Language::parse(&self.language);
        if language.is_none() {
            check.problem("language", ProblemKind::Missing);
        }
        let login = check_login(&mut check, "login", &self.login);
        let name = check.required("name", &self.name, SHORT);
        check_password(&mut check, "password", &self.password, &login, self.factor_required);
        if self.password != self.password_again {
            check.problem("password_again", ProblemKind::NotEqual);
        }
        let chair_login = check_login(&mut check, "chair_login", &self.chair_login);
        let chair_name = check.required("chair_name", &self.chair_name, SHORT);
        if chair_login == login && !login.is_empty() {
            check.problem("chair_login", ProblemKind::Same);
        }
        check.finish(Setup {
            committee,
            language: language.unwrap_or(Language::Arabic),
            login,
            name,
            password: Words::from(self.password.as_str()),
            chair_login,
            chair_name,
            factor_required: self.factor_required,
            demo: self.demo,
        })
    }
}

/// The administrator's form for inviting a person, as typed.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct InviteForm {
    pub login: String,
    pub name: String,
    pub roles: Vec<String>,
}

impl FromPairs for InviteForm {
    fn from_pairs(pairs: &Pairs) -> Self {
        Self {
            login: pairs.get("login"),
            name: pairs.get("name"),
            roles: pairs.all("roles"),
        }
    }
}

/// A person to invite.
#[derive(Clone, Debug)]
pub struct Invitation {
    pub login: String,
    pub name: Words,
    pub roles: Roles,
}

impl InviteForm {
    /// Checks the form.
    ///
    /// # Errors
    /// Every problem, at its field.
    pub fn check(&self) -> Result<Invitation, Vec<Problem>> {
        let mut check = Check::new();
        let login = check_login(&mut check, "login", &self.login);
        let name = check.required("name", &self.name, SHORT);
        let roles = check_roles(&mut check, "roles", &self.roles);
        check.finish(Invitation { login, name, roles })
    }
}

/// Reads a choice of roles: at least one, known, and such that one person may hold them together.
pub fn check_roles(check: &mut Check, field: &str, names: &[String]) -> Roles {
    let roles: Roles = names.iter().filter_map(|name| Role::named(name)).collect();
    if names.iter().any(|name| Role::named(name).is_none()) {
        check.problem(field, ProblemKind::Unknown);
    } else if roles.is_empty() {
        check.problem(field, ProblemKind::Missing);
    } else if !roles.compatible() {
        check.problem(field, ProblemKind::RolesClash);
    }
    roles
}

#[cfg(test)]
mod tests {
    use super::*;

    fn password(text: &str, with_factor: bool) -> Option<ProblemKind> {
        let mut check = Check::new();
        check_password(&mut check, "password", text, "lina.k", with_factor);
        check.finish(()).err().map(|problems| problems[0].kind.clone())
    }

    #[test]
    fn passwords_are_long_and_not_common() {
        assert_eq!(password("olive stair lamp", true), None);
        assert_eq!(password("olive stair", true), Some(ProblemKind::TooShort(12)));
        assert_eq!(password("olive stairs 1", false), Some(ProblemKind::TooShort(15)));
        assert_eq!(password("Administrator2025!", false), Some(ProblemKind::Common));
        assert_eq!(password("my name is lina.k today", false), Some(ProblemKind::Common));
        assert_eq!(password("ااااااااااااااااا", false), Some(ProblemKind::Common));
        assert_eq!(password(&"ab".repeat(200), true), Some(ProblemKind::TooLong(256)));
        assert_eq!(password("زيتون على الدرج القديم", false), None);
    }
}
