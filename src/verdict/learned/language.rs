//! Tells words from chance: a vocabulary of source code and the likelihood of letters after one another. Both were
//! counted by `tools/train/words.py`.

use std::sync::LazyLock;

use super::super::words;

/// Words of 3 to 14 letters, sorted.
static WORDS: LazyLock<Vec<&str>> = LazyLock::new(|| include_str!("words.txt").lines().collect());

/// For each pair of letters 27 characters: `'0' + n` for a probability of 2^(-n/4).
static LETTERS: LazyLock<Vec<&[u8]>> =
    LazyLock::new(|| include_str!("letters.txt").lines().map(str::as_bytes).collect());

/// Shortest word that may be part of a longer one: chance spells three letters too often.
const SHORTEST_PART: usize = 4;

/// Longest word in letters that is taken apart.
const LONGEST_WORD: usize = 40;

/// Most bytes of a text that are looked at: words and chance show in fewer.
const LONGEST_TEXT: usize = 256;

/// What the letters of a text look like.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Language {
    /// Share of the letters that lie in known words, 0 to 1.
    pub known: f32,
    /// Bits per letter that the letters take a reader of words by surprise: about 3 for words, 5 and more for chance.
    pub surprise: f32,
    /// The same of the word that surprises most, of those with at least four letters.
    pub worst: f32,
    /// Number of words.
    pub words: usize,
    /// Letters of the longest word.
    pub longest: usize,
}

impl Language {
    /// The facts about `text`; what is no letter parts words, and so does camelCase.
    pub fn of(text: &[u8]) -> Self {
        let text = &text[..text.len().min(LONGEST_TEXT)];
        let mut facts = Self::default();
        let (mut letters, mut known, mut bits, mut steps) = (0, 0, 0.0, 0);
        for word in words::split(text).iter().flat_map(|word| word.split(|c: char| !c.is_ascii_lowercase())) {
            if word.is_empty() {
                continue;
            }
            facts.words += 1;
            facts.longest = facts.longest.max(word.len());
            letters += word.len();
            known += spelled(word.as_bytes());
            let surprise = surprise(word.as_bytes());
            bits += surprise;
            steps += word.len() + 1;
            if word.len() >= 4 {
                facts.worst = facts.worst.max(surprise / (word.len() + 1) as f32);
            }
        }
        if letters > 0 {
            facts.known = known as f32 / letters as f32;
            facts.surprise = bits / steps as f32;
        }
        facts
    }
}

/// True when `word`, in lower case, is in the vocabulary.
pub fn is_word(word: &[u8]) -> bool {
    WORDS.binary_search_by(|known| known.as_bytes().cmp(word)).is_ok()
}

/// Most letters of `word` that known words can cover without overlap.
fn spelled(word: &[u8]) -> usize {
    if word.len() <= 2 || is_word(word) {
        return word.len();
    }
    let word = &word[..word.len().min(LONGEST_WORD)];
    let mut best = [0; LONGEST_WORD + 1];
    for end in 1..=word.len() {
        best[end] = best[end - 1];
        for start in end.saturating_sub(14)..(end + 1).saturating_sub(SHORTEST_PART) {
            let covered = best[start] + end - start;
            if covered > best[end] && is_word(&word[start..end]) {
                best[end] = covered;
            }
        }
    }
    best[word.len()]
}

/// Bits of surprise over the letters of `word` and its end.
fn surprise(word: &[u8]) -> f32 {
    let letter = |byte: u8| usize::from(byte - b'a');
    let (mut first, mut second) = (26, 26);
    let mut bits = 0.0;
    for next in word.iter().map(|&byte| letter(byte)).chain([26]) {
        bits += f32::from(LETTERS[first * 27 + second][next] - b'0') / 4.0;
        (first, second) = (second, next);
    }
    bits
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_files_are_whole() {
        assert!(WORDS.windows(2).all(|pair| pair[0] < pair[1]));
        assert_eq!(LETTERS.len(), 27 * 27);
        assert!(LETTERS.iter().all(|row| row.len() == 27 && row.iter().all(|b| (b'0'..=b'l').contains(b))));
    }

    #[test]
    fn words_do_not_surprise() {
        let plain = Language::of(b"userPasswordField");
        let chance = Language::of(b"qzkvjwxplgrtbnd");
        assert!(plain.known > 0.9 && chance.known < 0.5, "{plain:?} {chance:?}");
        assert!(plain.surprise + 1.5 < chance.surprise, "{plain:?} {chance:?}");
    }
}
