//! Sealing: what must not be read from a seized disk is encrypted before the database sees it.
//!
//! A root key (a file outside the data folder) gives one key per class and generation by HKDF; a class key wraps a random
//! data key per record; a data key seals the record's fields with XChaCha20-Poly1305. The associated data binds each field
//! to its table, column, row and version, so that a field that was moved, swapped or put back does not open.
//!
//! A wrapped data key says which generation of its class key it is wrapped under ([`crate::rotation`] re-wraps all of them
//! under a new one). What is sealed by the data key itself does not change by that, and does not name the generation.

use crate::{Chance, Fault, Result};
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{Key, XChaCha20Poly1305, XNonce};
use hkdf::Hkdf;
use hmac::{Hmac, Mac};
use sha2::{Digest, Sha256};
use std::path::Path;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard};
use uuid::Uuid;
use zeroize::Zeroizing;

/// What a key is for. Each class has its own key under the root.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Class {
    /// Names and contacts of persons.
    Identity,
    /// Titles, summaries, statements, remarks, reasons.
    Narrative,
    /// Documents and their files.
    Evidence,
    /// Staff names, second factors, kept posts, search tickets.
    Account,
    /// Keyed hashes of words.
    Search,
    /// Names of files on disk.
    Blob,
}

impl Class {
    /// Every class.
    pub(crate) const ALL: [Self; 6] = [
        Self::Identity,
        Self::Narrative,
        Self::Evidence,
        Self::Account,
        Self::Search,
        Self::Blob,
    ];

    /// The class, as bound into the name of each generation of its key.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Identity => "identity",
            Self::Narrative => "narrative",
            Self::Evidence => "evidence",
            Self::Account => "account",
            Self::Search => "search",
            Self::Blob => "blob",
        }
    }

    /// The class, as bound into everything that a data key of it seals. The number is part of the name and never changes:
    /// re-wrapping a data key must not touch what it sealed.
    const fn seal_name(self) -> &'static str {
        match self {
            Self::Identity => "identity.1",
            Self::Narrative => "narrative.1",
            Self::Evidence => "evidence.1",
            Self::Account => "account.1",
            Self::Search => "search.1",
            Self::Blob => "blob.1",
        }
    }
}

/// The first generation of class keys.
const FIRST: u32 = 1;
/// A wrapped data key: nonce, key and tag.
const WRAPPED: usize = 24 + 32 + 16;
/// With the generation before it, big-endian. Without, it was written before there were generations: the first.
const GENERATION: usize = 4;

/// The class keys of one generation.
struct ClassKeys([Zeroizing<[u8; 32]>; 6]);

/// The generations that open.
struct Ring {
    /// What is wrapped now, is wrapped under this one.
    current: u32,
    /// What is wrapped under an older one than this does not open any more.
    oldest: u32,
    held: Vec<(u32, Arc<ClassKeys>)>,
}

/// The keys of one installation.
pub struct Keys {
    root: Zeroizing<[u8; 32]>,
    /// The keyed hashes (search words, names of files, known browsers) stay with the first generation: they can't be made
    /// anew without what was hashed.
    first: Arc<ClassKeys>,
    ring: RwLock<Ring>,
    fingerprint: String,
}

fn derive(root: &[u8; 32], info: &str) -> Zeroizing<[u8; 32]> {
    let mut key = Zeroizing::new([0; 32]);
    Hkdf::<Sha256>::new(None, root)
        .expand(info.as_bytes(), key.as_mut())
        .expect("32 bytes are within HKDF's limit");
    key
}

fn class_keys(root: &[u8; 32], generation: u32) -> Arc<ClassKeys> {
    let of = |class: Class| derive(root, &format!("sijill/v1/{}.{generation}", class.name()));
    Arc::new(ClassKeys(Class::ALL.map(of)))
}

impl Keys {
    /// Derives the class keys from the root key.
    #[must_use]
    pub fn from_root(root: &[u8; 32]) -> Self {
        let first = class_keys(root, FIRST);
        let ring = Ring {
            current: FIRST,
            oldest: FIRST,
            held: vec![(FIRST, first.clone())],
        };
        Self {
            root: Zeroizing::new(*root),
            first,
            ring: RwLock::new(ring),
            fingerprint: hex(&derive(root, "sijill/v1/fingerprint")[..8]),
        }
    }

    /// Reads the root key from its file (64 hex digits), or makes the file (mode 0600) if it may.
    ///
    /// # Errors
    /// A sentence for the person who starts the server.
    pub fn from_file(path: &Path, data: &Path, may_make: bool, chance: &Chance) -> std::result::Result<Self, String> {
        let shown = path.display();
        if let (Some(folder), Ok(data)) = (path.parent(), data.canonicalize()) {
            if may_make && !path.exists() {
                std::fs::create_dir_all(folder)
                    .map_err(|e| format!("the folder of the key file {shown} can't be made: {e}"))?;
            }
            // The file itself may be a link into the data folder.
            if [folder, path]
                .iter()
                .any(|place| place.canonicalize().is_ok_and(|place| place.starts_with(&data)))
            {
                return Err(format!(
                    "the key file {shown} lies inside the data folder: whoever takes the data would take the key; set SIJILL_KEY_FILE to a place outside"
                ));
            }
        }
        let text = match std::fs::read_to_string(path) {
            Ok(text) => Zeroizing::new(text),
            Err(e) if e.kind() == std::io::ErrorKind::NotFound && may_make => {
                let text = Zeroizing::new(
                    chance
                        .bytes::<32>()
                        .iter()
                        .map(|b| format!("{b:02x}"))
                        .collect::<String>(),
                );
                write_new(path, &text).map_err(|e| format!("the key file {shown} can't be written: {e}"))?;
                text
            }
            Err(e) => return Err(format!("the key file {shown} can't be read: {e}")),
        };
        read_root(&text)
            .map(|root| Self::from_root(&root))
            .ok_or_else(|| format!("the key file {shown} does not hold a key (64 hex digits)"))
    }

    /// The root key, for the recovery kit.
    pub(crate) const fn root(&self) -> &Zeroizing<[u8; 32]> {
        &self.root
    }

    /// Tells one root key from another without telling anything of it.
    #[must_use]
    pub fn fingerprint(&self) -> &str {
        &self.fingerprint
    }

    fn ring(&self) -> RwLockReadGuard<'_, Ring> {
        self.ring.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// The generation that data keys are wrapped under now.
    pub(crate) fn current(&self) -> u32 {
        self.ring().current
    }

    /// Goes over to the generations that the database names.
    pub(crate) fn learn(&self, current: u32, oldest: u32) {
        {
            let ring = self.ring();
            if (ring.current, ring.oldest) == (current, oldest) {
                return;
            }
        }
        let mut ring = self.ring.write().unwrap_or_else(PoisonError::into_inner);
        (ring.current, ring.oldest) = (current, oldest);
        ring.held.retain(|(held, _)| *held >= oldest);
        if !ring.held.iter().any(|(held, _)| *held == current) {
            ring.held.push((current, class_keys(&self.root, current)));
        }
    }

    /// The class keys of a generation; none of one that does not open any more. One that another process made a moment
    /// ago is derived.
    fn generation(&self, generation: u32) -> Option<Arc<ClassKeys>> {
        let ring = self.ring();
        if generation < ring.oldest {
            return None;
        }
        let held = ring.held.iter().find(|(held, _)| *held == generation);
        Some(held.map_or_else(|| class_keys(&self.root, generation), |(_, keys)| keys.clone()))
    }

    /// A data key, as it is kept: under the current generation.
    pub(crate) fn wrap(&self, class: Class, row: Uuid, key: &[u8], chance: &Chance) -> Vec<u8> {
        let (generation, keys) = {
            let ring = self.ring();
            let held = ring.held.iter().find(|(held, _)| *held == ring.current);
            held.cloned().expect("the current generation is held")
        };
        let place = key_place(class, row, generation);
        let mut wrapped = generation.to_be_bytes().to_vec();
        wrapped.extend(encrypt(&keys.0[class as usize], key, place.as_bytes(), chance));
        wrapped
    }

    /// A new data key for a row, and its wrapped form to keep.
    pub(crate) fn new_key(&self, class: Class, row: Uuid, chance: &Chance) -> (DataKey, Vec<u8>) {
        let key = Zeroizing::new(chance.bytes::<32>());
        (DataKey::new(&key, class), self.wrap(class, row, &key[..], chance))
    }

    /// A new data key that is wrapped later, by [`Keys::wrap`]: of what comes in over a long time.
    pub(crate) fn fresh_key(class: Class, chance: &Chance) -> (DataKey, Zeroizing<[u8; 32]>) {
        let key = Zeroizing::new(chance.bytes::<32>());
        (DataKey::new(&key, class), key)
    }

    /// The data key of a row.
    pub(crate) fn unwrap(&self, class: Class, row: Uuid, wrapped: &[u8]) -> Result<DataKey> {
        let plain = self.unwrapped(class, row, wrapped)?;
        Ok(DataKey::new(&plain, class))
    }

    /// The same data key under the current generation; none if it is wrapped under that already.
    pub(crate) fn rewrap(&self, class: Class, row: Uuid, wrapped: &[u8], chance: &Chance) -> Result<Option<Vec<u8>>> {
        if wrapped.len() > WRAPPED && wrapped.starts_with(&self.current().to_be_bytes()) {
            return Ok(None);
        }
        let plain = self.unwrapped(class, row, wrapped)?;
        Ok(Some(self.wrap(class, row, &plain[..], chance)))
    }

    fn unwrapped(&self, class: Class, row: Uuid, wrapped: &[u8]) -> Result<Zeroizing<[u8; 32]>> {
        let open = || {
            let (generation, sealed) = match wrapped.len() {
                WRAPPED => (FIRST, wrapped),
                _ => {
                    let (generation, sealed) = wrapped.split_at_checked(GENERATION)?;
                    (u32::from_be_bytes(generation.try_into().ok()?), sealed)
                }
            };
            let keys = self.generation(generation)?;
            let place = key_place(class, row, generation);
            let plain = decrypt(&cipher(&keys.0[class as usize]), sealed, place.as_bytes())?;
            Some(Zeroizing::new(<[u8; 32]>::try_from(plain.as_slice()).ok()?))
        };
        open().ok_or(Fault::Sealed {
            table: class.name(),
            column: "wrapped_key",
            row,
        })
    }

    fn mac(&self, class: Class, text: &[u8]) -> [u8; 32] {
        let key = &self.first.0[class as usize];
        let mut mac = <Hmac<Sha256> as hmac::KeyInit>::new_from_slice(&key[..]).expect("HMAC takes any key length");
        mac.update(text);
        mac.finalize().into_bytes().into()
    }

    /// The keyed hash of a folded word: 64 bits of HMAC-SHA-256.
    pub(crate) fn word(&self, word: &str) -> i64 {
        let mac = self.mac(Class::Search, word.as_bytes());
        i64::from_be_bytes(mac[..8].try_into().expect("eight bytes"))
    }

    /// A keyed hash for what belongs to accounts: known browsers, factors not yet confirmed.
    pub(crate) fn account_mac(&self, text: &str) -> [u8; 32] {
        self.mac(Class::Account, text.as_bytes())
    }

    /// The name on disk of a file with this SHA-256.
    pub(crate) fn blob_name(&self, sha256: &[u8; 32]) -> String {
        hex(&self.mac(Class::Blob, sha256)[..20])
    }
}

/// The root key as its file holds it: 64 hex digits.
fn read_root(text: &str) -> Option<Zeroizing<[u8; 32]>> {
    let digits = text.trim();
    let mut root = Zeroizing::new([0; 32]);
    let whole = digits.len() == 64
        && digits.is_ascii()
        && root.iter_mut().enumerate().all(|(i, byte)| {
            u8::from_str_radix(&digits[2 * i..2 * i + 2], 16)
                .map(|b| *byte = b)
                .is_ok()
        });
    whole.then_some(root)
}

/// Makes a key file, mode 0600; never over another.
pub(crate) fn write_new(path: &Path, text: &str) -> std::io::Result<()> {
    use std::io::Write;
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    writeln!(file, "{text}")?;
    file.sync_all()
}

fn key_place(class: Class, row: Uuid, generation: u32) -> String {
    format!("sijill/v1|key|{row}|{}.{generation}", class.name())
}

/// Where a sealed value stands.
#[derive(Clone, Copy)]
pub(crate) struct Place {
    pub table: &'static str,
    pub column: &'static str,
    pub row: Uuid,
    pub version: i64,
}

/// The data key of one row.
pub(crate) struct DataKey {
    cipher: XChaCha20Poly1305,
    class: Class,
}

impl DataKey {
    fn new(key: &[u8; 32], class: Class) -> Self {
        Self {
            cipher: cipher(key),
            class,
        }
    }

    fn associated(&self, place: Place) -> String {
        let Place {
            table,
            column,
            row,
            version,
        } = place;
        format!("sijill/v1|{table}|{column}|{row}|{version}|{}", self.class.seal_name())
    }

    /// Seals text at its place. The length is padded.
    pub(crate) fn seal(&self, place: Place, text: &str, chance: &Chance) -> Vec<u8> {
        let padded = pad(text.as_bytes());
        encrypt_with(&self.cipher, &padded, self.associated(place).as_bytes(), chance)
    }

    /// Opens text at its place.
    pub(crate) fn open(&self, place: Place, sealed: &[u8]) -> Result<String> {
        let fault = || Fault::Sealed {
            table: place.table,
            column: place.column,
            row: place.row,
        };
        let mut plain = decrypt(&self.cipher, sealed, self.associated(place).as_bytes()).ok_or_else(fault)?;
        unpad(&mut plain).ok_or_else(fault)?;
        String::from_utf8(std::mem::take(&mut *plain)).map_err(|_| fault())
    }

    /// Seals a value as JSON.
    pub(crate) fn seal_json(&self, place: Place, value: &impl serde::Serialize, chance: &Chance) -> Vec<u8> {
        let text = Zeroizing::new(serde_json::to_string(value).expect("the record's types have JSON forms"));
        self.seal(place, &text, chance)
    }

    /// Opens a value kept as JSON.
    pub(crate) fn open_json<T: serde::de::DeserializeOwned>(&self, place: Place, sealed: &[u8]) -> Result<T> {
        let text = Zeroizing::new(self.open(place, sealed)?);
        serde_json::from_str(&text).map_err(|_| Fault::Malformed {
            table: place.table,
            column: place.column,
            row: place.row,
        })
    }

    /// Seals one chunk of a file. `last` marks the end, so that a file cut short does not open.
    pub(crate) fn seal_chunk(&self, row: Uuid, index: u64, last: bool, chunk: &[u8], chance: &Chance) -> Vec<u8> {
        encrypt_with(
            &self.cipher,
            chunk,
            self.chunk_place(row, index, last).as_bytes(),
            chance,
        )
    }

    /// Opens one chunk of a file.
    pub(crate) fn open_chunk(&self, row: Uuid, index: u64, last: bool, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>> {
        decrypt(&self.cipher, sealed, self.chunk_place(row, index, last).as_bytes()).ok_or(Fault::Sealed {
            table: "document",
            column: "file",
            row,
        })
    }

    fn chunk_place(&self, row: Uuid, index: u64, last: bool) -> String {
        format!(
            "sijill/v1|document|file|{row}|{index}|{last}|{}",
            self.class.seal_name()
        )
    }
}

/// What a sealed chunk is longer than its content by: nonce and tag.
pub(crate) const CHUNK_OVERHEAD: usize = 24 + 16;

fn cipher(key: &[u8; 32]) -> XChaCha20Poly1305 {
    XChaCha20Poly1305::new(&Key::from(*key))
}

fn encrypt(key: &[u8; 32], plain: &[u8], aad: &[u8], chance: &Chance) -> Vec<u8> {
    encrypt_with(&cipher(key), plain, aad, chance)
}

fn encrypt_with(cipher: &XChaCha20Poly1305, plain: &[u8], aad: &[u8], chance: &Chance) -> Vec<u8> {
    let nonce = chance.bytes::<24>();
    let mut sealed = Vec::with_capacity(24 + plain.len() + 16);
    sealed.extend_from_slice(&nonce);
    let body = cipher
        .encrypt(&XNonce::from(nonce), Payload { msg: plain, aad })
        .expect("a message in memory is within the cipher's limit");
    sealed.extend_from_slice(&body);
    sealed
}

fn decrypt(cipher: &XChaCha20Poly1305, sealed: &[u8], aad: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let (nonce, body) = sealed.split_at_checked(24)?;
    let nonce: [u8; 24] = nonce.try_into().ok()?;
    cipher
        .decrypt(&XNonce::from(nonce), Payload { msg: body, aad })
        .ok()
        .map(Zeroizing::new)
}

/// Pads to a length that tells little: 0x80, then zeros, up to a multiple of 32 (to 1 KiB), then of an eighth of the
/// power of two above (at most 12.5 % more).
fn pad(plain: &[u8]) -> Zeroizing<Vec<u8>> {
    let least = plain.len() + 1;
    let step = if least <= 1024 {
        32
    } else {
        least.next_power_of_two() / 16
    };
    let mut padded = Zeroizing::new(Vec::with_capacity(least.next_multiple_of(step)));
    padded.extend_from_slice(plain);
    padded.push(0x80);
    padded.resize(least.next_multiple_of(step), 0);
    padded
}

fn unpad(padded: &mut Vec<u8>) -> Option<()> {
    let end = padded.iter().rposition(|byte| *byte != 0)?;
    (padded[end] == 0x80).then(|| padded.truncate(end))
}

/// SHA-256 of bytes.
pub(crate) fn sha256(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

/// Lower-case hex.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn keys() -> Keys {
        Keys::from_root(&[7; 32])
    }

    fn place(row: Uuid) -> Place {
        Place {
            table: "record",
            column: "title",
            row,
            version: 3,
        }
    }

    proptest! {
        #[test]
        fn what_is_sealed_opens_again_and_hides_its_length(text in ".{0,300}") {
            let row = Uuid::from_u128(1);
            let (key, wrapped) = keys().new_key(Class::Narrative, row, &Chance::real());
            let sealed = key.seal(place(row), &text, &Chance::real());
            prop_assert_eq!((sealed.len() - CHUNK_OVERHEAD) % 32, 0);
            let again = keys().unwrap(Class::Narrative, row, &wrapped).expect("our key");
            prop_assert_eq!(again.open(place(row), &sealed).expect("its place"), text);
        }
    }

    #[test]
    fn a_value_opens_only_at_its_place() {
        let row = Uuid::from_u128(1);
        let (key, wrapped) = keys().new_key(Class::Narrative, row, &Chance::real());
        let sealed = key.seal(place(row), "سر", &Chance::real());
        for wrong in [
            Place {
                table: "statement",
                ..place(row)
            },
            Place {
                column: "body",
                ..place(row)
            },
            Place {
                row: Uuid::from_u128(2),
                ..place(row)
            },
            Place {
                version: 2,
                ..place(row)
            },
        ] {
            assert!(key.open(wrong, &sealed).is_err());
        }
        assert!(keys().unwrap(Class::Identity, row, &wrapped).is_err());
        assert!(keys().unwrap(Class::Narrative, Uuid::from_u128(2), &wrapped).is_err());
        assert!(
            Keys::from_root(&[8; 32])
                .unwrap(Class::Narrative, row, &wrapped)
                .is_err()
        );
        let mut flipped = sealed.clone();
        flipped[30] ^= 1;
        assert!(key.open(place(row), &flipped).is_err());
    }

    #[test]
    fn a_generation_opens_until_it_is_retired_and_what_it_sealed_stays() {
        let (keys, row, chance) = (keys(), Uuid::from_u128(1), Chance::real());
        let (key, first) = keys.new_key(Class::Identity, row, &chance);
        let sealed = key.seal(place(row), "اسم", &chance);
        // As it was written before there were generations.
        let bare = first[GENERATION..].to_vec();
        assert!(keys.unwrap(Class::Identity, row, &bare).is_ok());
        keys.learn(2, 1);
        let second = keys
            .rewrap(Class::Identity, row, &first, &chance)
            .expect("opens")
            .expect("is older");
        assert_eq!(
            keys.rewrap(Class::Identity, row, &second, &chance).expect("opens"),
            None
        );
        for wrapped in [&first, &bare, &second] {
            let key = keys.unwrap(Class::Identity, row, wrapped).expect("both open meanwhile");
            assert_eq!(key.open(place(row), &sealed).expect("unchanged"), "اسم");
        }
        keys.learn(2, 2);
        for wrapped in [&first, &bare] {
            assert!(
                keys.unwrap(Class::Identity, row, wrapped).is_err(),
                "the old one is retired"
            );
        }
        assert!(keys.unwrap(Class::Identity, row, &second).is_ok());
        // The number before it is no decoration.
        let mut renamed = first.clone();
        renamed[..GENERATION].copy_from_slice(&2_u32.to_be_bytes());
        assert!(keys.unwrap(Class::Identity, row, &renamed).is_err());
    }

    #[test]
    fn a_chunk_cut_off_or_reordered_does_not_open() {
        let row = Uuid::from_u128(1);
        let (key, _) = keys().new_key(Class::Evidence, row, &Chance::real());
        let sealed = key.seal_chunk(row, 0, false, b"first", &Chance::real());
        assert!(key.open_chunk(row, 0, false, &sealed).is_ok());
        assert!(key.open_chunk(row, 0, true, &sealed).is_err());
        assert!(key.open_chunk(row, 1, false, &sealed).is_err());
    }
}
