//! What every match of a pattern holds, decided on automata.
//!
//! A keyword gate is only right when every match of the pattern holds a keyword, and a mask may only show a prefix that
//! every value has. Both are questions about all strings of a regular language, so they are answered by searching the
//! product of the pattern's automaton with the keywords' (Aho and Corasick), not by trying examples.
//!
//! The automaton accepts a superset of the pattern's matches: assertions (`\b`, `(?m)^`) are taken as always true, and a
//! repetition of more than [`LONG`] rounds as one without an upper bound. So "can occur" may be answered yes for a
//! keyword that an assertion rules out, and "every match holds a keyword" is never answered yes wrongly.

use std::collections::BTreeSet;

use regex_syntax::hir::{Class, Hir, HirKind, Repetition};

/// Longest keyword or prefix in bytes; more rounds of a repetition than this tell nothing new about one.
pub(super) const LONG: usize = 64;

/// More states than this and the pattern is refused.
const MOST_STATES: usize = 20_000;

type State = usize;

enum Step {
    /// Reads one byte out of these ranges.
    Read(Vec<(u8, u8)>, State),
    /// Goes on in any of these without reading; with none it is stuck.
    Split(Vec<State>),
    /// The end of a match.
    Accept,
}

/// A pattern's automaton.
pub(super) struct Automaton {
    steps: Vec<Step>,
    start: State,
}

/// The pattern has too many states.
#[derive(Debug)]
pub(super) struct TooLarge;

impl Automaton {
    /// The automaton of `hir`, in which the group named `without` can never be passed.
    ///
    /// # Errors
    /// When it needs more than 20,000 states.
    pub(super) fn new(hir: &Hir, without: Option<&str>) -> Result<Self, TooLarge> {
        let mut build = Build { steps: vec![Step::Accept], without };
        let start = build.part(hir, 0)?;
        Ok(Self { steps: build.steps, start })
    }

    /// True when some match exists.
    pub(super) fn matches_something(&self) -> bool {
        self.search(&Literals::new(&[]), |at, _| matches!(self.steps[at], Step::Accept), |_| false)
    }

    /// True when some match may hold `keyword`.
    pub(super) fn can_hold(&self, keyword: &str) -> bool {
        let literals = Literals::new(&[keyword]);
        self.search(&literals, |_, node| literals.hit[node], |_| false)
    }

    /// True when every match holds at least one of `keywords`.
    pub(super) fn always_holds_one_of(&self, keywords: &[&str]) -> bool {
        let literals = Literals::new(keywords);
        let accepts = |at: State| matches!(self.steps[at], Step::Accept);
        !self.search(&literals, |at, node| accepts(at) && !literals.hit[node], |node| literals.hit[node])
    }

    /// True when every match begins with at least one of `prefixes`.
    pub(super) fn always_begins_with_one_of(&self, prefixes: &[&str]) -> bool {
        let mut seen = BTreeSet::new();
        let mut todo = vec![(self.start, Vec::new())];
        while let Some((at, read)) = todo.pop() {
            if prefixes.iter().any(|prefix| prefix.as_bytes() == read) || !seen.insert((at, read.clone())) {
                continue;
            }
            match &self.steps[at] {
                Step::Accept => return false,
                Step::Split(next) => todo.extend(next.iter().map(|&next| (next, read.clone()))),
                Step::Read(ranges, next) => {
                    for byte in ranges.iter().flat_map(|&(low, high)| low..=high) {
                        let read = [read.as_slice(), &[byte]].concat();
                        if !prefixes.iter().any(|prefix| prefix.as_bytes().starts_with(&read)) {
                            return false;
                        }
                        todo.push((*next, read));
                    }
                }
            }
        }
        true
    }

    /// True when no match holds a byte for which `fits` is false.
    pub(super) fn always_holds_only(&self, fits: impl Fn(u8) -> bool) -> bool {
        self.steps.iter().all(|step| match step {
            Step::Read(ranges, _) => ranges.iter().all(|&(low, high)| (low..=high).all(&fits)),
            Step::Split(_) | Step::Accept => true,
        })
    }

    /// Whether a pair of states for which `found` holds can be reached past none for which `stop` holds.
    fn search(
        &self,
        literals: &Literals,
        found: impl Fn(State, usize) -> bool,
        stop: impl Fn(usize) -> bool,
    ) -> bool {
        let nodes = literals.hit.len();
        let mut seen = vec![false; self.steps.len() * nodes];
        let mut todo = vec![(self.start, 0)];
        while let Some((at, node)) = todo.pop() {
            if stop(node) || std::mem::replace(&mut seen[at * nodes + node], true) {
                continue;
            }
            if found(at, node) {
                return true;
            }
            match &self.steps[at] {
                Step::Accept => {}
                Step::Split(next) => todo.extend(next.iter().map(|&next| (next, node))),
                Step::Read(ranges, next) => literals.after(node, ranges, |node| todo.push((*next, node))),
            }
        }
        false
    }
}

struct Build<'n> {
    steps: Vec<Step>,
    without: Option<&'n str>,
}

impl Build<'_> {
    fn push(&mut self, step: Step) -> Result<State, TooLarge> {
        if self.steps.len() >= MOST_STATES {
            return Err(TooLarge);
        }
        self.steps.push(step);
        Ok(self.steps.len() - 1)
    }

    /// The state from which `hir` is read and that then goes on in `next`. The regex parser bounds the depth.
    fn part(&mut self, hir: &Hir, next: State) -> Result<State, TooLarge> {
        match hir.kind() {
            HirKind::Empty | HirKind::Look(_) => Ok(next),
            HirKind::Literal(literal) => literal
                .0
                .iter()
                .rev()
                .try_fold(next, |next, &byte| self.push(Step::Read(vec![(byte, byte)], next))),
            HirKind::Class(class) => self.class(class, next),
            HirKind::Repetition(repetition) => self.repetition(repetition, next),
            HirKind::Capture(group) if self.without.is_some() && group.name.as_deref() == self.without => {
                self.push(Step::Split(Vec::new()))
            }
            HirKind::Capture(group) => self.part(&group.sub, next),
            HirKind::Concat(parts) => parts.iter().rev().try_fold(next, |next, part| self.part(part, next)),
            HirKind::Alternation(parts) => {
                let branches = parts.iter().map(|part| self.part(part, next)).collect::<Result<_, _>>()?;
                self.push(Step::Split(branches))
            }
        }
    }

    fn class(&mut self, class: &Class, next: State) -> Result<State, TooLarge> {
        let bytes = match class {
            Class::Bytes(bytes) => Some(bytes.clone()),
            Class::Unicode(characters) => characters.to_byte_class(),
        };
        if let Some(bytes) = bytes {
            let ranges = bytes.iter().map(|range| (range.start(), range.end())).collect();
            return self.push(Step::Read(ranges, next));
        }
        // Beyond ASCII: any one to four bytes, which holds every character of the class.
        let mut at = next;
        let mut starts = Vec::new();
        for _ in 0..4 {
            at = self.push(Step::Read(vec![(0, 255)], at))?;
            starts.push(at);
        }
        self.push(Step::Split(starts))
    }

    fn repetition(&mut self, repetition: &Repetition, next: State) -> Result<State, TooLarge> {
        let rounds = |count: u32| usize::try_from(count).unwrap_or(usize::MAX);
        let least = rounds(repetition.min).min(LONG);
        let most = repetition.max.map(rounds).filter(|&most| most <= LONG);
        let mut at = match most {
            Some(_) => next,
            None => {
                let again = self.push(Step::Split(Vec::new()))?;
                let round = self.part(&repetition.sub, again)?;
                self.steps[again] = Step::Split(vec![round, next]);
                again
            }
        };
        for _ in least..most.unwrap_or(least) {
            let round = self.part(&repetition.sub, at)?;
            at = self.push(Step::Split(vec![round, next]))?;
        }
        for _ in 0..least {
            at = self.part(&repetition.sub, at)?;
        }
        Ok(at)
    }
}

/// Which of some literals the bytes read so far end with. A node is a prefix of a literal; node 0 is the empty one.
struct Literals {
    /// The bytes that occur in a literal, sorted; all others lead to node 0.
    alphabet: Vec<u8>,
    /// `after[node][i]`: the node after reading `alphabet[i]`.
    after: Vec<Vec<usize>>,
    /// True when a literal ends here.
    hit: Vec<bool>,
}

impl Literals {
    fn new(literals: &[&str]) -> Self {
        let literals: Vec<&[u8]> = literals.iter().map(|literal| literal.as_bytes()).collect();
        let mut prefixes: Vec<&[u8]> =
            literals.iter().flat_map(|literal| (0..=literal.len()).map(|end| &literal[..end])).collect();
        prefixes.push(&[]);
        prefixes.sort_unstable();
        prefixes.dedup();
        let mut alphabet: Vec<u8> = literals.concat();
        alphabet.sort_unstable();
        alphabet.dedup();
        let node_of = |text: &[u8]| {
            (0..=text.len()).find_map(|from| prefixes.binary_search(&&text[from..]).ok()).unwrap_or(0)
        };
        let row = |prefix: &&[u8]| {
            alphabet.iter().map(|&byte| node_of(&[prefix, [byte].as_slice()].concat())).collect()
        };
        let after = prefixes.iter().map(row).collect();
        let hit = prefixes.iter().map(|p| literals.iter().any(|literal| p.ends_with(literal))).collect();
        Self { alphabet, after, hit }
    }

    /// Calls `visit` for each node that reading one byte out of `ranges` in `node` can lead to.
    fn after(&self, node: usize, ranges: &[(u8, u8)], mut visit: impl FnMut(usize)) {
        let holds = |byte: u8| ranges.iter().any(|&(low, high)| (low..=high).contains(&byte));
        let mut told = 0;
        for (index, _) in self.alphabet.iter().enumerate().filter(|&(_, &byte)| holds(byte)) {
            told += 1;
            visit(self.after[node][index]);
        }
        let all: usize = ranges.iter().map(|&(low, high)| usize::from(high - low) + 1).sum();
        if all > told {
            visit(0);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn automaton(pattern: &str) -> Automaton {
        let hir =
            regex_syntax::ParserBuilder::new().unicode(false).utf8(false).build().parse(pattern).unwrap();
        Automaton::new(&hir, None).unwrap_or_else(|TooLarge| panic!("{pattern} is too large"))
    }

    #[test]
    fn a_keyword_that_no_match_can_hold_is_known() {
        let token = automaton(r"\bab_[0-9a-f]{8}\b");
        assert!(token.can_hold("ab_") && token.can_hold("b_0") && token.can_hold("dead"));
        assert!(!token.can_hold("abx") && !token.can_hold("AB_") && !token.can_hold("ab_z"));
        assert!(!token.can_hold("deadbeef0"), "nine hexadecimal digits do not fit");
    }

    #[test]
    fn a_match_without_any_keyword_is_known() {
        let two = automaton("(?:live|test)_[a-z]{4,200}");
        assert!(two.always_holds_one_of(&["live_", "test_"]));
        assert!(two.always_holds_one_of(&["_"]));
        assert!(!two.always_holds_one_of(&["live_"]));
        assert!(!automaton("(?i)live").always_holds_one_of(&["live"]));
        assert!(!automaton("x?live|y").always_holds_one_of(&["live"]));
        assert!(automaton("a{10}").always_holds_one_of(&["aaaa"]));
    }

    #[test]
    fn a_prefix_that_every_match_has_is_known() {
        let token = automaton("ab(?:cd|ce)[0-9]+");
        assert!(token.always_begins_with_one_of(&["abc"]));
        assert!(!token.always_begins_with_one_of(&["abcd"]) && !token.always_begins_with_one_of(&["b"]));
        assert!(token.always_begins_with_one_of(&["abcd", "abce"]));
        assert!(!automaton("ab").always_begins_with_one_of(&["abc"]));
        assert!(!automaton("a?b").always_begins_with_one_of(&["a"]));
        assert!(!automaton("a").always_begins_with_one_of(&[]));
    }

    #[test]
    fn what_no_match_can_hold_is_known() {
        assert!(
            automaton("ab_[0-9]{4}").always_holds_only(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        );
        assert!(!automaton("a(?:b|[ -c]){2}").always_holds_only(|byte| byte.is_ascii_alphanumeric()));
    }

    #[test]
    fn a_huge_pattern_is_refused_at_once() {
        let hir = regex_syntax::ParserBuilder::new().unicode(false).utf8(false).build();
        let hir = { hir }.parse("(?:(?:(?:abc){60}){60}){60}").unwrap();
        assert!(Automaton::new(&hir, None).is_err());
    }
}
