//! Which of the records found come first: one rule for both databases, out of the hashes that the index keeps.
//!
//! The rule is BM25 (Robertson and Zaragoza 2009, "The Probabilistic Relevance Framework") with a place in a name or title
//! weighing more than one in running text. How rare a word is does not count: every record that was found holds every word.

use super::engine;
use crate::Result;
use crate::db::Tx;

/// How soon more of the same word says nothing more, and how much a long record is held back (BM25's k1 and b).
const SATURATION: f64 = 1.2;
const LENGTH: f64 = 0.75;
/// Words of a record of usual length.
const USUAL: f64 = 300.0;
/// What a place weighs: in a name or title, as the beginning of a name, in running text.
const IN_NAME: f64 = 8.0;
const BEGINS: f64 = 4.0;
/// Documents that are read at once: a long one has half a megabyte.
const BATCH: usize = 50;

/// Hashes that stand in a row.
pub(super) type Row = Vec<[u8; 8]>;

/// The hashes of a document, eight bytes each.
#[derive(sqlx::FromRow)]
pub(super) struct Hashes {
    pub doc: i64,
    pub names: Vec<u8>,
    pub words: Vec<u8>,
    pub beginnings: Vec<u8>,
}

/// Documents, the best first; of equals the newest.
pub(super) async fn best_first(tx: &mut Tx, docs: &[i64], sought: &[Row]) -> Result<Vec<i64>> {
    let mut scored = Vec::with_capacity(docs.len());
    for batch in docs.chunks(BATCH) {
        for of in engine::hashes(tx, batch).await? {
            scored.push((of.score(sought), of.doc));
        }
    }
    scored.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then(b.1.cmp(&a.1)));
    Ok(scored.into_iter().map(|(_, doc)| doc).collect())
}

impl Hashes {
    #[expect(clippy::cast_precision_loss, reason = "counts far below 2^52")]
    fn score(&self, sought: &[Row]) -> f64 {
        let length = (self.names.len() + self.words.len()) as f64 / 8.0;
        let held_back = SATURATION * (1.0 - LENGTH + LENGTH * length / USUAL);
        let of = |row: &Row| {
            let begins = matches!(row[..], [one] if times(&self.beginnings, &[one]) > 0);
            let often = IN_NAME * times(&self.names, row) as f64
                + times(&self.words, row) as f64
                + if begins { BEGINS } else { 0.0 };
            often * (SATURATION + 1.0) / (often + held_back)
        };
        sought.iter().map(of).sum()
    }
}

/// How often hashes stand in a row.
fn times(hashes: &[u8], row: &[[u8; 8]]) -> usize {
    let (Some(first), long) = (row.first(), row.len() * 8) else {
        return 0;
    };
    let places = hashes.chunks_exact(8).enumerate();
    places
        .filter(|(_, hash)| hash == first)
        .filter(|(at, _)| {
            hashes
                .get(at * 8..at * 8 + long)
                .is_some_and(|here| here == row.as_flattened())
        })
        .count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hash(of: u8) -> [u8; 8] {
        [of; 8]
    }

    fn document(names: &[u8], words: &[u8]) -> Hashes {
        let all = |of: &[u8]| of.iter().flat_map(|one| hash(*one)).collect();
        Hashes {
            doc: 1,
            names: all(names),
            words: all(words),
            beginnings: Vec::new(),
        }
    }

    #[test]
    fn a_phrase_counts_where_its_words_stand_in_a_row() {
        let words = document(&[], &[1, 2, 3, 1, 2, 1]).words;
        assert_eq!(times(&words, &[hash(1), hash(2)]), 2);
        assert_eq!(times(&words, &[hash(2), hash(1)]), 1);
        assert_eq!(times(&words, &[hash(1)]), 3);
        assert_eq!(times(&words, &[hash(1), hash(2), hash(3), hash(4)]), 0);
        assert_eq!(times(&words, &[]), 0);
    }

    #[test]
    fn a_title_comes_before_a_text_and_a_short_text_before_a_long_one() {
        let sought = [vec![hash(1)]];
        let score = |of: &Hashes| of.score(&sought);
        let title = document(&[1, 9], &[9; 40]);
        let often = document(&[9], &[1, 9, 1, 9, 1, 9, 9, 9, 9]);
        let once = document(&[9], &[1, 9, 9, 9, 9, 9, 9, 9, 9]);
        let long = document(&[9], &[&[1][..], &[9; 200]].concat());
        let scores = [&title, &often, &once, &long, &document(&[9], &[9])].map(score);
        assert!(scores.is_sorted_by(|a, b| a > b), "{scores:?}");
    }
}
