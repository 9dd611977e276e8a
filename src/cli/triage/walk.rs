//! The walk through findings as a machine that knows no terminal: keys go in, what to do comes out.

use crate::baseline::{Facts, Status, facts::day};

use crate::cli::baseline::facts::{Required, missing};

/// Longest text that is taken, in characters: a reason is a sentence, not a page.
const LONGEST_TEXT: usize = 500;

/// A key as far as the walk knows keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Key {
    /// A character.
    Char(char),
    /// The end of a text.
    Enter,
    /// Never mind.
    Escape,
    /// Not that character.
    Backspace,
    /// Control-C, or the terminal is gone.
    Break,
}

/// What to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Act {
    /// Show the finding at hand, or the end of the walk.
    Show,
    /// Ask for this word.
    Ask(Required),
    /// The text so far has changed to this.
    Echo(String),
    /// The text is no answer.
    Refuse(&'static str),
    /// Write this decision about the finding with this number; then show the next one.
    Record(usize, Facts),
    /// Take back what was written about the finding with this number; then show it.
    TakeBack(usize),
    /// Say more about the finding at hand.
    Explain(usize),
    /// Open the finding's file at its line.
    Open(usize),
    /// Say which keys there are.
    Help,
    /// There is nothing to undo.
    NothingBefore,
    /// It is over.
    End,
}

/// A step that can be undone.
#[derive(Clone, Copy, Debug)]
enum Step {
    Skipped(usize),
    Decided(usize),
}

/// A word that is being asked for.
#[derive(Debug)]
struct Asking {
    facts: Facts,
    word: Required,
    text: String,
}

/// Where the walk stands.
#[derive(Debug)]
pub(super) struct Walk {
    /// Of each finding what its entry says anyway.
    given: Vec<Facts>,
    at: usize,
    steps: Vec<Step>,
    asking: Option<Asking>,
    required: Vec<Required>,
}

impl Walk {
    /// A walk through findings; every decision says what is `given` for its finding and asks for what else is `required`.
    pub(super) fn new(given: Vec<Facts>, required: Vec<Required>) -> Self {
        Self { given, at: 0, steps: Vec::new(), asking: None, required }
    }

    /// The number of the finding at hand; `None` behind the last one.
    pub(super) fn current(&self) -> Option<usize> {
        (self.at < self.given.len()).then_some(self.at)
    }

    /// How many findings were decided, and how many skipped.
    pub(super) fn counts(&self) -> (usize, usize) {
        let decided = self.steps.iter().filter(|step| matches!(step, Step::Decided(_))).count();
        (decided, self.steps.len() - decided)
    }

    /// What a key means here.
    pub(super) fn press(&mut self, key: Key) -> Act {
        match (self.asking.take(), key) {
            (_, Key::Break) => Act::End,
            (Some(asking), key) => self.answer(asking, key),
            (None, Key::Char(letter)) => self.choose(letter),
            (None, Key::Escape) => Act::Help,
            (None, Key::Enter) if self.current().is_none() => Act::End,
            (None, Key::Enter | Key::Backspace) => Act::Help,
        }
    }

    fn choose(&mut self, letter: char) -> Act {
        let status = match letter {
            'q' => return Act::End,
            'u' => return self.undo(),
            'a' => Status::Accepted,
            'f' => Status::FalsePositive,
            'r' => Status::Revoked,
            't' => Status::TestData,
            's' | 'e' | 'o' => {
                return match (self.current(), letter) {
                    (None, _) => Act::Help,
                    (Some(at), 'e') => Act::Explain(at),
                    (Some(at), 'o') => Act::Open(at),
                    (Some(at), _) => {
                        self.steps.push(Step::Skipped(at));
                        self.at += 1;
                        Act::Show
                    }
                };
            }
            _ => return Act::Help,
        };
        match self.current() {
            None => Act::Help,
            Some(at) => self.next(Facts { status: Some(status), ..self.given[at].clone() }),
        }
    }

    /// Asks for the next word that the decision lacks, or records it.
    fn next(&mut self, facts: Facts) -> Act {
        let lacks = missing(&self.required, &facts);
        let word = self.required.iter().copied().find(|word| lacks.contains(&word.word()));
        if let Some(word) = word {
            self.asking = Some(Asking { facts, word, text: String::new() });
            return Act::Ask(word);
        }
        let at = self.at;
        self.steps.push(Step::Decided(at));
        self.at += 1;
        Act::Record(at, facts)
    }

    fn answer(&mut self, mut asking: Asking, key: Key) -> Act {
        match key {
            Key::Escape | Key::Break => return Act::Show,
            Key::Enter => return self.answered(asking),
            Key::Backspace => drop(asking.text.pop()),
            Key::Char(letter) if asking.text.chars().count() < LONGEST_TEXT => asking.text.push(letter),
            Key::Char(_) => {}
        }
        let text = asking.text.clone();
        self.asking = Some(asking);
        Act::Echo(text)
    }

    fn answered(&mut self, mut asking: Asking) -> Act {
        let text = asking.text.trim().to_owned();
        let refusal = match asking.word {
            _ if text.is_empty() => Some("the policy wants it: write something, or Esc to decide otherwise"),
            Required::Expires if day(&text).is_none() => Some("write a day such as 2027-06-30"),
            _ => None,
        };
        if let Some(refusal) = refusal {
            asking.text.clear();
            self.asking = Some(asking);
            return Act::Refuse(refusal);
        }
        match asking.word {
            Required::Reason => asking.facts.reason = Some(text),
            Required::Owner => asking.facts.owner = Some(text),
            Required::Expires => asking.facts.expires = day(&text),
            // Every decision has one.
            Required::Status => {}
        }
        self.next(asking.facts)
    }

    fn undo(&mut self) -> Act {
        match self.steps.pop() {
            None => Act::NothingBefore,
            Some(Step::Skipped(at)) => {
                self.at = at;
                Act::Show
            }
            Some(Step::Decided(at)) => {
                self.at = at;
                Act::TakeBack(at)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a row of keys comes to; `\n` is Enter, `\u{1b}` Escape, `\u{8}` Backspace.
    fn acts(walk: &mut Walk, keys: &str) -> Vec<Act> {
        let key = |letter| match letter {
            '\n' => Key::Enter,
            '\u{1b}' => Key::Escape,
            '\u{8}' => Key::Backspace,
            letter => Key::Char(letter),
        };
        keys.chars().map(|letter| walk.press(key(letter))).collect()
    }

    fn status(status: Status) -> Facts {
        Facts { status: Some(status), ..Facts::default() }
    }

    #[test]
    fn each_key_is_one_decision() {
        let mut walk = Walk::new(vec![Facts::default(); 5], Vec::new());
        let done = acts(&mut walk, "afrts");
        let expected = [Status::Accepted, Status::FalsePositive, Status::Revoked, Status::TestData];
        for (at, (act, expected)) in done.iter().zip(expected).enumerate() {
            assert_eq!(*act, Act::Record(at, status(expected)));
        }
        assert_eq!(done[4], Act::Show);
        assert_eq!((walk.current(), walk.counts()), (None, (4, 1)));
        assert_eq!(acts(&mut walk, "afrtseo"), [const { Act::Help }; 7]);
        assert_eq!(acts(&mut walk, "\n"), [Act::End]);
    }

    #[test]
    fn undo_goes_back_step_by_step_and_takes_back_what_was_written() {
        let mut walk = Walk::new(vec![Facts::default(); 3], Vec::new());
        acts(&mut walk, "asf");
        assert_eq!(acts(&mut walk, "u"), [Act::TakeBack(2)]);
        assert_eq!(walk.current(), Some(2));
        assert_eq!(acts(&mut walk, "uuu"), [Act::Show, Act::TakeBack(0), Act::NothingBefore]);
        assert_eq!((walk.current(), walk.counts()), (Some(0), (0, 0)));
        assert_eq!(acts(&mut walk, "r"), [Act::Record(0, status(Status::Revoked))]);
    }

    #[test]
    fn looking_closer_changes_nothing() {
        let mut walk = Walk::new(vec![Facts::default(); 2], Vec::new());
        let closer = acts(&mut walk, "eo?x\u{1b}");
        assert_eq!(closer, [Act::Explain(0), Act::Open(0), Act::Help, Act::Help, Act::Help]);
        assert_eq!(walk.current(), Some(0));
        assert_eq!(acts(&mut walk, "q"), [Act::End]);
        assert_eq!(walk.press(Key::Break), Act::End);
    }

    #[test]
    fn what_the_policy_wants_is_asked_for_until_it_is_said() {
        let required = vec![Required::Reason, Required::Owner, Required::Status, Required::Expires];
        let given = Facts { owner: Some("ops".to_owned()), ..Facts::default() };
        let mut walk = Walk::new(vec![given; 2], required);
        assert_eq!(acts(&mut walk, "a"), [Act::Ask(Required::Reason)]);
        assert!(matches!(acts(&mut walk, " \n")[..], [Act::Echo(_), Act::Refuse(_)]));
        let typed = acts(&mut walk, "aq\u{8}x\n");
        let texts = ["a", "aq", "a", "ax"].map(|text| Act::Echo(text.to_owned()));
        assert_eq!(typed[..4], texts);
        assert_eq!(typed[4], Act::Ask(Required::Expires));
        assert!(matches!(acts(&mut walk, "soon\n").last(), Some(Act::Refuse(_))));
        let last = acts(&mut walk, "2027-06-30\n").pop();
        let Some(Act::Record(0, facts)) = last else { panic!("{last:?}") };
        assert_eq!((facts.reason.as_deref(), facts.owner.as_deref()), (Some("ax"), Some("ops")));
        assert_eq!(facts.expires, day("2027-06-30"));
        acts(&mut walk, "f");
        assert_eq!(acts(&mut walk, "no\u{1b}").pop(), Some(Act::Show));
        assert_eq!((walk.current(), walk.counts()), (Some(1), (1, 0)), "nothing was decided");
    }

    #[test]
    fn a_text_has_an_end() {
        let mut walk = Walk::new(vec![Facts::default()], vec![Required::Reason]);
        acts(&mut walk, "a");
        let last = acts(&mut walk, &"x".repeat(2 * LONGEST_TEXT)).pop();
        assert_eq!(last, Some(Act::Echo("x".repeat(LONGEST_TEXT))));
    }
}
