//! Services' names around values: the words of the text there, each read once, joined and looked up.

use std::collections::VecDeque;

use crate::catalogue::near::{Letters, MOST_WORDS, Name, Names};
use crate::span::Span;

use super::kinds::{self, Kinds};
use super::{Place, words};

/// How far before a value its line counts, in bytes.
const BEFORE: usize = 120;

/// How far behind it, in bytes.
const BEHIND: usize = 80;

/// How much of each line before counts, in bytes: its end.
const LINE: usize = 160;

/// Lines before the value's that count.
const LINES: usize = 2;

/// No name that counts begins further back than this, in bytes.
const BACK: usize = BEFORE + (LINE + 2) * LINES;

/// How far behind the last word that is asked for its neighbours are read, in bytes.
const NEIGHBOURS: usize = 64;

/// A service's name in the text.
pub(super) struct Hit<'c> {
    pub(super) span: Span,
    /// Letters and digits of the name.
    pub(super) letters: usize,
    pub(super) name: &'c Name,
}

/// Where names count.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Reach {
    /// In the name that the value is given to.
    OwnName,
    /// There, elsewhere on its line, and on the lines before.
    Around,
}

/// The services' names around the values of a text.
pub(super) struct Services<'c, 't> {
    text: &'t [u8],
    names: &'c Names,
    hits: VecDeque<Hit<'c>>,
    /// Those in the last value's own name, where no others were asked for.
    own_hits: VecDeque<Hit<'c>>,
    /// The last own name that was read alone, when no service's name stands in it: the next is often the same.
    plain: Option<&'t [u8]>,
    /// The values' own names. A service's name in one of them belongs to that value alone.
    owned: VecDeque<Span>,
    /// The names that begin before this are among the hits, or too far back.
    read: usize,
    /// Letters of the words that are being looked up, in lower case.
    letters: Vec<u8>,
}

/// What stands between a word and the one before.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Gap {
    /// Nothing (`aB`), or a single `_` or `-`: also within a word of a service's name.
    Joint,
    /// A blank, a dot: only between the words of a name.
    Blank,
    /// More than stands within a name.
    Far,
}

impl<'c, 't> Services<'c, 't> {
    pub(super) fn new(text: &'t [u8], names: &'c Names) -> Self {
        let (hits, own_hits, owned) = Default::default();
        Self { text, names, hits, own_hits, plain: None, owned, read: 0, letters: Vec::new() }
    }

    /// Forgets what is too far back for values in `run`; runs come in the order of the text.
    pub(super) fn enter(&mut self, run: Span) {
        let back = run.start.saturating_sub(BACK);
        while self.hits.front().is_some_and(|hit| hit.span.start < back) {
            self.hits.pop_front();
        }
        while self.owned.front().is_some_and(|own| own.end < back) {
            self.owned.pop_front();
        }
        self.read = self.read.max(back);
    }

    /// The names within `reach` that count for a value in the run that was entered, whose own name is `own`.
    pub(super) fn hits(
        &mut self,
        value: Span,
        own: Option<Span>,
        reach: Reach,
    ) -> impl Iterator<Item = &Hit<'c>> {
        self.owned.extend(own.filter(|own| self.owned.back() != Some(own)));
        let (from, to, hits) = match (reach, own) {
            (Reach::OwnName, own) => {
                let own = own.unwrap_or(Span::new(value.start, value.start));
                let mut hits = std::mem::take(&mut self.own_hits);
                hits.clear();
                let name = own.of(self.text);
                if self.plain != Some(name) {
                    self.read(own.start, own.end, &mut hits);
                    self.plain = hits.is_empty().then_some(name);
                }
                self.own_hits = hits;
                (own.start, own.end, &self.own_hits)
            }
            (Reach::Around, _) => {
                let to = behind(self.text, value.end);
                let mut hits = std::mem::take(&mut self.hits);
                self.read(self.read, to, &mut hits);
                self.read = self.read.max(to);
                self.hits = hits;
                (before(self.text, value.start), to, &self.hits)
            }
        };
        let owned = &self.owned;
        let foreign = move |hit: &Hit<'_>| {
            !own.is_some_and(|own| own.contains(hit.span)) && owned.iter().any(|own| own.contains(hit.span))
        };
        let counts =
            move |hit: &Hit<'_>| hit.span.start >= from && hit.span.end <= to && !hit.span.overlaps(value);
        hits.iter().filter(move |hit| counts(hit) && !foreign(hit))
    }

    /// Where a name stands from `value`, whose own name is `own`.
    pub(super) fn place(text: &[u8], service: Span, value: Span, own: Option<Span>) -> Place {
        let between = service.end.min(value.start)..value.start;
        match own {
            Some(own) if own.contains(service) => Place::OwnName,
            _ if memchr::memchr(b'\n', &text[between]).is_some() => Place::LineBefore,
            _ => Place::SameLine,
        }
    }

    /// Looks up the names that begin from `at` to `to`.
    fn read(&mut self, mut at: usize, to: usize, hits: &mut VecDeque<Hit<'c>>) {
        let end = self.text.len().min(to + NEIGHBOURS);
        while at < to {
            let base = at.saturating_sub(1);
            let kinds = Kinds::of(&self.text[base..]);
            let words = kinds.words();
            let ends = words | !kinds.all();
            // Of the last byte it is not known whether a small letter follows.
            let whole = kinds::MOST - 1;
            let mut starts = words & !Kinds::first(at - base) & Kinds::first(whole.min(to - base));
            at = base + whole;
            while starts != 0 {
                let bit = starts.trailing_zeros() as usize;
                starts &= starts - 1;
                let behind = ends & !Kinds::first(bit + 1) & Kinds::first(whole);
                if behind == 0 && bit > 1 {
                    at = base + bit;
                    break;
                }
                let length = (behind != 0).then(|| behind.trailing_zeros() as usize - bit);
                if self.may_begin(base + bit, length) {
                    self.look_up(base + bit, end, hits);
                }
            }
        }
    }

    /// False when no name begins with the word at `start` and those behind it. A `length` that is not known is long.
    fn may_begin(&self, start: usize, length: Option<usize>) -> bool {
        let end = self.text.len().min(start + length.unwrap_or(kinds::MOST));
        let letters = self.letters(Span::new(start, end));
        // Otherwise it may be a name and something that says key.
        let more = || length.is_none() || words::may_end_telling(&self.text[start..end]);
        self.names.may_go_on(letters) || self.names.may_begin(letters) && more()
    }

    fn letters(&self, word: Span) -> Letters {
        match self.text[word.start..].first_chunk() {
            Some(letters) => Letters::of_all(*letters).first(word.len()),
            None => Letters::of(word.of(self.text)),
        }
    }

    /// What stands between two words.
    fn gap(&self, word: Span, next: Span) -> Gap {
        match &self.text[word.end..next.start] {
            [] | [b'_' | b'-'] => Gap::Joint,
            between if between.len() > 3 || between.contains(&b'\n') => Gap::Far,
            _ => Gap::Blank,
        }
    }

    /// Notes every name that begins with the word at `start` and ends with a word that begins before `end`.
    fn look_up(&mut self, start: usize, end: usize, hits: &mut VecDeque<Hit<'c>>) {
        let Some(mut word) = words::next(self.text, start, end) else { return };
        let mut joined = Joined::default();
        for _ in 0..MOST_WORDS {
            joined.letters = joined.letters.and(self.letters(word));
            joined.length += word.len();
            let goes_on = self.names.may_go_on(joined.letters);
            if goes_on {
                self.note(Span::new(start, word.end), &joined, hits);
            }
            let ending = word.len() - words::stem(word.of(self.text)).len();
            if ending > 0 {
                joined.length -= ending;
                self.note(Span::new(start, word.end - ending), &joined, hits);
                joined.length += ending;
            }
            if !goes_on {
                return;
            }
            let Some(next) = words::next(self.text, word.end, end) else { return };
            match self.gap(word, next) {
                Gap::Far => return,
                Gap::Blank => {
                    joined.blanks[joined.blank_count] = joined.length;
                    joined.blank_count += 1;
                }
                Gap::Joint => {}
            }
            word = next;
        }
    }

    /// Notes the name that is written at `span`, if it is one.
    fn note(&mut self, span: Span, joined: &Joined, hits: &mut VecDeque<Hit<'c>>) {
        if !self.names.may_be_all(joined.letters.first(joined.length)) {
            return;
        }
        self.letters.clear();
        let letters = span.of(self.text).iter().filter(|byte| byte.is_ascii_alphanumeric());
        self.letters.extend(letters.map(u8::to_ascii_lowercase));
        if let Some(name) = self.names.get(&self.letters)
            && joined.blanks[..joined.blank_count].iter().all(|&at| name.breaks_after(at))
        {
            hits.push_back(Hit { span, letters: joined.length, name });
        }
    }
}

/// Words of the text that are read as one.
#[derive(Default)]
struct Joined {
    letters: Letters,
    /// How many letters and digits they have.
    length: usize,
    /// Lengths after which the text, but perhaps not the name, has a blank.
    blanks: [usize; MOST_WORDS],
    blank_count: usize,
}

/// Where the text begins that counts for a value at `value`: on its line, or up to [`LINES`] before.
fn before(text: &[u8], value: usize) -> usize {
    let mut from = value.saturating_sub(BEFORE);
    let mut end = match memchr::memrchr(b'\n', &text[from..value]) {
        Some(found) => from + found,
        None => return from,
    };
    for _ in 0..LINES {
        from = end.saturating_sub(LINE);
        match memchr::memrchr(b'\n', &text[from..end]) {
            Some(found) => end = from + found,
            None => return from,
        }
    }
    end
}

/// Where the text ends that counts for a value that ends at `value`: on its line.
fn behind(text: &[u8], value: usize) -> usize {
    let to = text.len().min(value + BEHIND);
    memchr::memchr(b'\n', &text[value..to]).map_or(to, |found| value + found)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::rule;

    proptest! {
        #[test]
        fn names_are_found_as_if_each_word_was_looked_up(
            text in "((git|GitLab|sentry|Open|AI|ai21|aws|x|auth0|okta|dataDog|key|Token|s|2|é|[a-z]{1,9}|[A-Z0-9]{1,70})[ _./-]?){0,40}",
            from in 0usize..20,
            short in 0usize..20,
        ) {
            let names = Names::new(rule::builtin());
            let mut services = Services::new(text.as_bytes(), &names);
            let (from, to) = (from.min(text.len()), text.len().saturating_sub(short));
            let spans = |hits: &VecDeque<Hit<'_>>| hits.iter().map(|hit| (hit.span, hit.letters)).collect::<Vec<_>>();
            let (mut each, mut all) = (VecDeque::new(), VecDeque::new());
            let mut at = 0;
            // Longer words are parted there only.
            while let Some(word) = words::next(text.as_bytes(), at, to) {
                if word.start >= from {
                    services.look_up(word.start, text.len().min(to + NEIGHBOURS), &mut each);
                }
                at = word.end;
            }
            services.read(from, to, &mut all);
            prop_assert_eq!(spans(&all), spans(&each));
        }
    }
}
