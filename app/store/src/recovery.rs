//! The recovery kit of the root key: shares on paper, of which some rebuild the key and fewer tell nothing (Shamir, over
//! bytes; `blahaj`). Loss of the key loses all that is sealed.
//!
//! A share is one line that a person can read, number and type:
//! `SIJILL-KIT-1 share 2 of 5, 3 needed, key 91c0…, kit 5F3K-20QA: XXXX-XXXX-… check XXXX-XXXX`. The check is over
//! everything before it, so that a share with a wrong letter is named before any key is made of it.

use crate::seal::{hex, sha256, write_new};
use crate::{Chance, Keys};
use blahaj::{Share, Sharks};
use std::fmt;
use std::path::Path;
use zeroize::Zeroizing;

const FORM: &str = "SIJILL-KIT-1";
/// Base 32 without the letters that look like digits (Crockford): I, L and O are read as 1, 1 and 0.
const DIGITS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Bytes of a check: eight digits.
const CHECK: usize = 5;

/// A share as it is written down.
struct Line {
    number: u8,
    of: u8,
    needed: u8,
    fingerprint: String,
    kit: String,
    /// The share's value: as long as the key.
    value: Zeroizing<Vec<u8>>,
}

/// Why shares make no key. Each names the share to look at.
#[derive(Debug, PartialEq, Eq)]
pub enum KitFault {
    /// The line of the input (from 1) is no share.
    NotAShare(usize),
    /// The share with this number does not fit its check: a letter is wrong.
    Damaged(u8),
    /// The share with this number is of another kit than the first.
    OtherKit(u8),
    /// Given, needed.
    TooFew(usize, u8),
    /// They fit each other, but the key is not the one they name.
    NotThisKey,
}

impl fmt::Display for KitFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotAShare(line) => write!(f, "line {line} is not a share of a recovery kit"),
            Self::Damaged(number) => write!(
                f,
                "share {number} is damaged: it does not fit its check; compare it letter by letter with the paper"
            ),
            Self::OtherKit(number) => write!(f, "share {number} belongs to another kit than the first share"),
            Self::TooFew(given, needed) => write!(f, "{given} different shares were given, {needed} are needed"),
            Self::NotThisKey => write!(f, "these shares don't make the key that they name"),
        }
    }
}

/// The root key as `shares` lines, of which any `needed` rebuild it.
///
/// # Errors
/// A sentence, if the numbers make no sense: at least two are needed, at most as many as there are.
pub fn split(keys: &Keys, shares: u8, needed: u8, chance: &Chance) -> Result<Vec<Zeroizing<String>>, String> {
    if needed < 2 || shares < needed {
        return Err(format!(
            "of {shares} shares, {needed} can't be needed: at least 2, at most as many as there are"
        ));
    }
    let kit = grouped(&encode(&chance.bytes::<CHECK>()));
    let dealt = Sharks(needed).dealer(&keys.root()[..]).take(shares.into());
    let lines = dealt.map(|share| {
        // The point of the polynomial, 1 to 255, and one value for each byte of the key.
        let bytes = Zeroizing::new(Vec::from(&share));
        let line = Line {
            number: bytes[0],
            of: shares,
            needed,
            fingerprint: keys.fingerprint().to_owned(),
            kit: kit.clone(),
            value: Zeroizing::new(bytes[1..].to_vec()),
        };
        Zeroizing::new(line.to_string())
    });
    Ok(lines.collect())
}

/// The root key that shares make: lines of a text, empty ones between them left out, in any order.
///
/// # Errors
/// Which share is wrong, or how many are missing.
pub fn join(text: &str) -> Result<Keys, KitFault> {
    let mut lines: Vec<Line> = Vec::new();
    for (index, text) in text.lines().enumerate().filter(|(_, text)| !text.trim().is_empty()) {
        let line = Line::read(text, index + 1)?;
        if lines.first().is_some_and(|first| !first.is_with(&line)) {
            return Err(KitFault::OtherKit(line.number));
        }
        if !lines.iter().any(|known| known.number == line.number) {
            lines.push(line);
        }
    }
    let Some(first) = lines.first() else {
        return Err(KitFault::TooFew(0, 2));
    };
    if lines.len() < usize::from(first.needed) {
        return Err(KitFault::TooFew(lines.len(), first.needed));
    }
    let shares: Result<Vec<Share>, _> = lines
        .iter()
        .map(|line| {
            let bytes = Zeroizing::new([&[line.number], line.value.as_slice()].concat());
            Share::try_from(bytes.as_slice()).map_err(|_| KitFault::Damaged(line.number))
        })
        .collect();
    let bytes = Sharks(first.needed)
        .recover(&shares?)
        .map(Zeroizing::new)
        .map_err(|_| KitFault::NotThisKey)?;
    let root = <[u8; 32]>::try_from(bytes.as_slice()).map_err(|_| KitFault::NotThisKey)?;
    let root = Zeroizing::new(root);
    let keys = Keys::from_root(&root);
    if keys.fingerprint() == first.fingerprint {
        Ok(keys)
    } else {
        Err(KitFault::NotThisKey)
    }
}

/// Writes the root key to a new file, mode 0600; never over another.
///
/// # Errors
/// A sentence for the person at the machine.
pub fn write(keys: &Keys, path: &Path) -> Result<(), String> {
    let shown = path.display();
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(|e| format!("the folder of {shown} can't be made: {e}"))?;
    }
    write_new(path, &Zeroizing::new(hex(&keys.root()[..]))).map_err(|e| {
        if e.kind() == std::io::ErrorKind::AlreadyExists {
            format!("{shown} exists already and is not overwritten; move it away first if it is not the right key")
        } else {
            format!("{shown} can't be written: {e}")
        }
    })
}

/// Writes one share to a new file, mode 0600.
///
/// # Errors
/// A sentence for the person at the machine.
pub fn write_share(path: &Path, line: &str) -> Result<(), String> {
    write_new(path, line).map_err(|e| format!("{} can't be written: {e}", path.display()))
}

impl Line {
    fn is_with(&self, other: &Self) -> bool {
        (self.of, self.needed, &self.fingerprint, &self.kit) == (other.of, other.needed, &other.fingerprint, &other.kit)
    }

    fn check(&self) -> String {
        let text = format!(
            "{FORM}|{}|{}|{}|{}|{}|{}",
            self.number,
            self.of,
            self.needed,
            self.fingerprint,
            self.kit,
            hex(&self.value)
        );
        grouped(&encode(&sha256(text.as_bytes())[..CHECK]))
    }

    /// Reads a share as it was typed: in any case, with any spaces around its words.
    fn read(text: &str, at: usize) -> Result<Self, KitFault> {
        let words: Vec<&str> = text.split_whitespace().collect();
        let bad = || KitFault::NotAShare(at);
        let [
            form,
            share,
            number,
            of_,
            of,
            needed,
            needed_,
            key,
            fingerprint,
            kit_,
            kit,
            value,
            check_,
            check,
        ] = words[..]
        else {
            return Err(bad());
        };
        let names = [share, of_, needed_, key, kit_, check_].map(str::to_ascii_lowercase);
        if !form.eq_ignore_ascii_case(FORM) || names != ["share", "of", "needed,", "key", "kit", "check"] {
            return Err(bad());
        }
        let small = |word: &str| word.trim_end_matches(',').parse::<u8>().map_err(|_| bad());
        let number = small(number)?;
        let line = Self {
            number,
            of: small(of)?,
            needed: small(needed)?,
            fingerprint: fingerprint.trim_end_matches(',').to_ascii_lowercase(),
            kit: grouped(&plain(kit.trim_end_matches(':'))),
            value: Zeroizing::new(decode(value).ok_or(KitFault::Damaged(number))?),
        };
        if line.value.len() == 32 && number > 0 && grouped(&plain(check)) == line.check() {
            Ok(line)
        } else {
            Err(KitFault::Damaged(number))
        }
    }
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            number,
            of,
            needed,
            fingerprint,
            kit,
            value,
        } = self;
        let value = Zeroizing::new(grouped(&encode(value)));
        write!(
            f,
            "{FORM} share {number} of {of}, {needed} needed, key {fingerprint}, kit {kit}: {} check {}",
            *value,
            self.check()
        )
    }
}

fn encode(bytes: &[u8]) -> String {
    let mut digits = String::new();
    let (mut held, mut bits) = (0_u32, 0);
    for byte in bytes {
        held = held << 8 | u32::from(*byte);
        bits += 8;
        while bits >= 5 {
            bits -= 5;
            digits.push(char::from(DIGITS[(held >> bits & 31) as usize]));
        }
    }
    if bits > 0 {
        digits.push(char::from(DIGITS[(held << (5 - bits) & 31) as usize]));
    }
    digits
}

fn decode(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let (mut held, mut bits) = (0_u32, 0);
    for digit in plain(text).bytes() {
        let value = DIGITS.iter().position(|known| *known == digit)?;
        held = held << 5 | u32::try_from(value).ok()?;
        bits += 5;
        if bits >= 8 {
            bits -= 8;
            bytes.push(u8::try_from(held >> bits & 255).ok()?);
        }
    }
    (held & ((1 << bits) - 1) == 0).then_some(bytes)
}

/// Digits as they are meant: upper case, no hyphens, letters that look like digits as those.
fn plain(text: &str) -> String {
    let digit = |c: char| match c.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    };
    text.chars().filter(|c| *c != '-').map(digit).collect()
}

fn grouped(digits: &str) -> String {
    let groups: Vec<&str> = (0..digits.len())
        .step_by(4)
        .map(|at| &digits[at..(at + 4).min(digits.len())])
        .collect();
    groups.join("-")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn kit(root: &[u8; 32], shares: u8, needed: u8) -> Vec<String> {
        let keys = Keys::from_root(root);
        let lines = split(&keys, shares, needed, &Chance::real()).expect("a kit");
        lines.iter().map(|line| line.to_string()).collect()
    }

    fn fault(lines: &[String]) -> KitFault {
        join(&lines.join("\n")).err().expect("no key")
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn any_as_many_as_needed_rebuild_the_key_and_fewer_do_not(
            root in any::<[u8; 32]>(),
            (shares, needed) in (2u8..9).prop_flat_map(|shares| (Just(shares), 2..=shares)),
            seed in any::<u64>(),
        ) {
            let mut lines = kit(&root, shares, needed);
            // Some order.
            lines.sort_by_key(|line| sha256(format!("{seed}{line}").as_bytes()));
            let enough = &lines[..usize::from(needed)];
            let keys = join(&enough.join("\n\n")).expect("the key");
            prop_assert_eq!(&keys.root()[..], &root[..]);
            let few = &lines[..usize::from(needed) - 1];
            prop_assert_eq!(fault(few), KitFault::TooFew(few.len(), needed));
            // The same share twice is one share.
            let twice = [few, &few[..1]].concat();
            prop_assert_eq!(fault(&twice), KitFault::TooFew(few.len(), needed));
        }

        #[test]
        fn a_damaged_share_is_named(at in 0usize..65, other in 0usize..32) {
            let mut lines = kit(&[9; 32], 5, 3);
            let start = lines[1].find(": ").expect("a value") + 2;
            let mut bytes = lines[1].clone().into_bytes();
            prop_assume!(bytes[start + at] != b'-' && bytes[start + at] != b' ' && bytes[start + at] != DIGITS[other]);
            bytes[start + at] = DIGITS[other];
            lines[1] = String::from_utf8(bytes).expect("ASCII");
            prop_assert_eq!(fault(&lines), KitFault::Damaged(2));
        }
    }

    #[test]
    fn a_share_says_what_it_is_and_is_read_as_people_type() {
        let lines = kit(&[7; 32], 5, 3);
        let fingerprint = Keys::from_root(&[7; 32]).fingerprint().to_owned();
        assert!(
            lines[1].starts_with(&format!("SIJILL-KIT-1 share 2 of 5, 3 needed, key {fingerprint}, kit ")),
            "{}",
            lines[1]
        );
        let typed: Vec<String> = lines[..3]
            .iter()
            .map(|line| format!("  {}  ", line.to_lowercase().replace('0', "o")))
            .collect();
        // Only the digits may be typed like that: the fingerprint is hexadecimal.
        let typed: Vec<String> = typed
            .iter()
            .zip(&lines)
            .map(|(typed, line)| {
                let (head, _) = line.split_once(", kit").expect("a head");
                let (_, tail) = typed.split_once(", kit").expect("a tail");
                format!("{}, kit{tail}", head.to_lowercase())
            })
            .collect();
        assert!(join(&typed.join("\n")).is_ok());
    }

    #[test]
    fn what_is_no_share_or_of_another_kit_is_named() {
        let (one, other) = (kit(&[1; 32], 5, 3), kit(&[1; 32], 5, 3));
        assert_eq!(
            fault(&[one[0].clone(), other[1].clone(), one[2].clone()]),
            KitFault::OtherKit(2)
        );
        assert_eq!(fault(&[one[0].clone(), "kitten".to_owned()]), KitFault::NotAShare(2));
        assert_eq!(fault(&[]), KitFault::TooFew(0, 2));
        let renumbered = one[0].replacen("share 1 of", "share 4 of", 1);
        assert_eq!(fault(&[renumbered]), KitFault::Damaged(4));
        let of_another_key = one[0].replace(Keys::from_root(&[1; 32]).fingerprint(), "0011223344556677");
        assert_eq!(fault(&[of_another_key]), KitFault::Damaged(1));
        for (shares, needed) in [(5, 1), (5, 0), (3, 4)] {
            assert!(split(&Keys::from_root(&[1; 32]), shares, needed, &Chance::real()).is_err());
        }
    }

    #[test]
    fn a_key_file_is_written_once() {
        let folder = std::env::temp_dir().join(format!("sijill-kit-{}", hex(&Chance::real().bytes::<8>())));
        let path = folder.join("keys/root.key");
        let lines = kit(&[3; 32], 3, 2);
        let keys = join(&lines[1..].join("\n")).expect("the key");
        write(&keys, &path).expect("written");
        assert_eq!(std::fs::read_to_string(&path).expect("a file").trim(), "03".repeat(32));
        let again = write(&Keys::from_root(&[4; 32]), &path).expect_err("not over it");
        assert!(again.contains("not overwritten"), "{again}");
        assert_eq!(std::fs::read_to_string(&path).expect("a file").trim(), "03".repeat(32));
        let _ = std::fs::remove_dir_all(folder);
    }
}
