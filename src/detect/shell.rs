//! Words of a command line as a shell splits them, wherever the command stands: in a script, inside a string of
//! another language (`os.system("…")`), as a list of strings (`["tool", "-p", "…"]`). Knows no command.

use crate::span::Span;

use super::Quote;
use super::scanner::{line_end, line_start, skip_space, starts, string};

/// Most bytes of a command that are read behind its name.
const LONGEST_COMMAND: usize = 2048;

/// Most bytes before a command in which the quote that it stands in is searched.
const LONGEST_LEAD: usize = 512;

/// Most words of a command.
const MOST_WORDS: usize = 64;

/// A word with its quotes: `--user="x"` is one.
#[derive(Clone, Copy, Debug)]
pub(super) struct Word {
    /// All of it.
    pub(super) whole: Span,
    /// The mark that closes the string that the command stands in, if it stands in one.
    host: Option<u8>,
}

impl Word {
    /// What is left of the word from `skip` bytes on, without the quotes around that, and how it is quoted.
    pub(super) fn value(&self, text: &[u8], skip: usize) -> (Span, Quote) {
        let span = Span::new((self.whole.start + skip).min(self.whole.end), self.whole.end);
        let bytes = span.of(text);
        // In a string that `"` ends, quotes are written `\"`.
        let mark = usize::from(self.host.is_some() && bytes.first() == Some(&b'\\')) + 1;
        let open = &bytes[..mark.min(bytes.len())];
        let quoted = matches!(open.last(), Some(b'"' | b'\'')) && bytes.len() >= 2 * mark;
        if quoted && bytes.ends_with(open) {
            return (Span::new(span.start + mark, span.end - mark), Quote::Quoted);
        }
        (span, Quote::None)
    }

    /// The word's bytes without quotes.
    pub(super) fn bytes<'t>(&self, text: &'t [u8]) -> &'t [u8] {
        self.value(text, 0).0.of(text)
    }
}

/// The words behind the command whose name is `name`, up to the end of the command.
pub(super) fn words(text: &[u8], name: Span) -> Vec<Word> {
    let host = host(text, name.start);
    let listed = host.is_some_and(|mark| starts(text, name.end, &[mark, b','])).then_some(());
    if listed.is_some() {
        return list(text, name.end + 1);
    }
    let limit = text.len().min(name.end + LONGEST_COMMAND);
    let mut reader = Reader { text: &text[..limit], at: name.end, host };
    let mut words = Vec::new();
    while let Some(whole) = reader.next_word().filter(|_| words.len() < MOST_WORDS) {
        words.push(Word { whole, host });
    }
    words
}

/// The mark of the string that is open at `place` on its line.
fn host(text: &[u8], place: usize) -> Option<u8> {
    let floor = line_start(text, place).max(place.saturating_sub(LONGEST_LEAD));
    let mut open = None;
    let mut at = floor;
    while at < place {
        match text[at] {
            b'\\' => at += 1,
            mark @ (b'"' | b'\'' | b'`') => match open {
                // An apostrophe in a word opens nothing.
                None if mark == b'\'' && at > floor && text[at - 1].is_ascii_alphanumeric() => {}
                None => open = Some(mark),
                Some(same) if same == mark => open = None,
                Some(_) => {}
            },
            _ => {}
        }
        at += 1;
    }
    open
}

/// `, "-p", "…"]`: the further strings of a list.
fn list(text: &[u8], from: usize) -> Vec<Word> {
    let limit = text.len().min(from + LONGEST_COMMAND);
    let text = &text[..limit];
    let mut words = Vec::new();
    let mut at = from;
    while words.len() < MOST_WORDS && text.get(at) == Some(&b',') {
        let Some((value, Quote::Quoted, next)) = string(text, skip_space(text, at + 1, 2)) else { break };
        words.push(Word { whole: value, host: None });
        at = skip_space(text, next, 1);
    }
    words
}

struct Reader<'t> {
    text: &'t [u8],
    at: usize,
    host: Option<u8>,
}

impl Reader<'_> {
    fn next_word(&mut self) -> Option<Span> {
        self.skip_blanks();
        let start = self.at;
        if self.byte() == Some(b'#') {
            return None;
        }
        // `<password>` stands for a value, `< file` is a redirection.
        if self.byte() == Some(b'<') {
            let rest = &self.text[start..line_end(self.text, start)];
            let close = rest.iter().take(64).position(|&b| b == b'>').filter(|&close| close > 1)?;
            self.at += close + 1;
            return Some(Span::new(start, self.at));
        }
        while self.step() {}
        (self.at > start).then(|| Span::new(start, self.at))
    }

    fn byte(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    /// Blanks, and line ends that a `\`, `` ` `` (PowerShell) or `^` (cmd) takes away.
    fn skip_blanks(&mut self) {
        while let Some(byte) = self.byte() {
            let next = self.at + 1;
            let joined = matches!(byte, b'\\' | b'`' | b'^')
                && (starts(self.text, next, b"\n") || starts(self.text, next, b"\r\n"));
            match byte {
                b' ' | b'\t' => self.at += 1,
                _ if joined => self.at = next + usize::from(self.text[next] == b'\r') + 1,
                _ => break,
            }
        }
    }

    /// Goes on by one part of a word; false at its end.
    fn step(&mut self) -> bool {
        let Some(byte) = self.byte() else { return false };
        let close: &[u8] = match byte {
            _ if Some(byte) == self.host => return false,
            b' ' | b'\t' | b'\n' | b'\r' | b'|' | b';' | b'&' | b'<' | b')' => return false,
            // `2>file`; inside a word it may belong to a placeholder.
            b'>' => return false,
            b'\\' if self.escaped_quote() => return self.jump(2, &[b'\\', self.text[self.at + 1]]),
            // In a string, `\n` is the end of a line.
            b'\\' => {
                let next = self.text.get(self.at + 1);
                let ends =
                    matches!(next, None | Some(b'\n' | b'\r')) || self.host.is_some() && next == Some(&b'n');
                self.at += if ends { 0 } else { 2 };
                return !ends;
            }
            b'"' => b"\"",
            b'\'' => b"'",
            b'`' => b"`",
            b'$' if starts(self.text, self.at, b"$(") => b")",
            b'$' if starts(self.text, self.at, b"${{") => b"}}",
            b'$' if starts(self.text, self.at, b"${") => b"}",
            b'{' if starts(self.text, self.at, b"{{") => b"}}",
            _ => {
                self.at += 1;
                return true;
            }
        };
        let open = if close.len() == 2 || byte == b'$' { 2 } else { 1 };
        self.jump(open, close)
    }

    /// `\"` inside a string is a quote of the command.
    fn escaped_quote(&self) -> bool {
        self.host.is_some() && matches!(self.text.get(self.at + 1), Some(b'"' | b'\''))
    }

    /// Goes behind the next `close` on this line; false when there is none.
    fn jump(&mut self, open: usize, close: &[u8]) -> bool {
        let from = (self.at + open).min(self.text.len());
        let line = &self.text[from..line_end(self.text, from)];
        let found = memchr::memmem::find(line, close);
        self.at = found.map_or(from + line.len(), |found| from + found + close.len());
        found.is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(text: &str) -> Vec<&str> {
        let start = text.find("tool").expect("the command");
        let found = words(text.as_bytes(), Span::new(start, start + 4));
        found.iter().map(|word| std::str::from_utf8(word.bytes(text.as_bytes())).expect("text")).collect()
    }

    #[test]
    fn words_end_where_the_shell_ends_them() {
        assert_eq!(split("tool -p 'a b' --x=\"c d\" e | more"), ["-p", "a b", "--x=\"c d\"", "e"]);
        assert_eq!(split("tool a \\\n  b ^\r\n c\nd"), ["a", "b", "c"]);
        assert_eq!(
            split("tool $(cat a b) ${{ secrets.X }} {{ x }} ${Y:-z}"),
            ["$(cat a b)", "${{ secrets.X }}", "{{ x }}", "${Y:-z}"]
        );
        assert_eq!(split("tool -p <your password> x # not this"), ["-p", "<your password>", "x"]);
        assert_eq!(split("tool a < b"), ["a"]);
    }

    #[test]
    fn a_command_in_a_string_ends_with_it() {
        assert_eq!(split("os.system(\"tool -p 'a b' c\", d)"), ["-p", "a b", "c"]);
        assert_eq!(split("run(\"tool \\\"a b\\\" c\")"), ["a b", "c"]);
        assert_eq!(split("call([\"tool\", \"-p\", \"a b\"], x=\"y\")"), ["-p", "a b"]);
        assert_eq!(split("run(\"tool a\\ntool b\")"), ["a"]);
        assert_eq!(split("don't tool a 'b c'"), ["a", "b c"]);
    }

    #[test]
    fn a_string_that_never_closes_ends_with_its_line() {
        assert_eq!(split("tool -p \"a b\nc"), ["-p", "\"a b"]);
        assert_eq!(split("tool $(a\nb"), ["$(a"]);
        assert_eq!(split("tool \\"), Vec::<&str>::new());
    }
}
