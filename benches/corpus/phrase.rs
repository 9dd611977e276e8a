//! Phrases: texts with placeholders of two characters that become words, names, numbers and hashes.
//!
//! | placeholder | becomes |
//! |---|---|
//! | `%w` `%W` `%s` `%t` | a word, one in upper case, a sentence of English, two to four of its words |
//! | `%q` | what stands in a string of a program: words; seldom a path, a version, a URL or a hash |
//! | `%v` `%c` `%T` `%K` | a name of one to three words: `snake_case`, `camelCase`, `PascalCase`, `UPPER_CASE` |
//! | `%x` | a name as a minifier makes it |
//! | `%P` `%V` `%p` `%e` `%U` | a package, its version, a path, a mail address, a URL |
//! | `%n` `%N` `%f` | a number below 100, one below a million, one with a fraction |
//! | `%h` `%H` `%m` `%u` | 8, 40 and 64 hexadecimal digits, a UUID |
//! | `%I` `%G` `%b` | base64 of 64 and of 32 bytes, of half a kilobyte to two |
//! | `%d` `%D` `%i` | a time as in ISO 8601, one as web servers write it, an IPv4 address |
//! | `%>` | indentation |
//! | `%R` `%0` `%M` | random bytes, zeros, what machine code looks like |
//! | `%%` | `%` itself |

use std::ops::RangeInclusive;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::random::Random;
use super::words::{ENGLISH, NAMES};

const HEX: &[u8] = b"0123456789abcdef";

/// Opcodes and operands that are frequent in x86-64 code.
const FREQUENT: &[u8] =
    b"\x00\x00\x00\x48\x8b\x89\xff\x0f\xe8\x24\x44\x41\x4c\x8d\x85\xc0\x83\x74\x01\x08\x10\x5d\xc3";

/// Makes phrases from a seed.
pub(super) struct Phrases {
    random: Random,
}

impl Phrases {
    pub(super) fn new(seed: u64) -> Self {
        Self { random: Random::new(seed) }
    }

    /// A number below `bound`, which is above 0.
    pub(super) fn below(&mut self, bound: usize) -> usize {
        self.random.below(bound)
    }

    /// A seed for something else.
    pub(super) fn seed(&mut self) -> u64 {
        self.random.next()
    }

    /// A size in this range; twice as large is half as likely, as sizes of files are.
    pub(super) fn size(&mut self, sizes: &RangeInclusive<usize>) -> usize {
        let mut least = *sizes.start();
        while least * 2 < *sizes.end() && self.below(2) == 0 {
            least *= 2;
        }
        self.random.between(least, (least * 2).min(*sizes.end()))
    }

    /// `phrase` as a text of its own.
    pub(super) fn text(&mut self, phrase: &str) -> String {
        let mut out = Vec::new();
        self.add(phrase, &mut out);
        String::from_utf8_lossy(&out).into_owned()
    }

    /// Adds `phrase` to `out`.
    pub(super) fn add(&mut self, phrase: &str, out: &mut Vec<u8>) {
        let mut parts = phrase.split('%');
        out.extend_from_slice(parts.next().unwrap_or_default().as_bytes());
        while let Some(part) = parts.next() {
            let Some(placeholder) = part.chars().next() else {
                // `%%`: the text goes on in the part behind.
                out.push(b'%');
                out.extend_from_slice(parts.next().unwrap_or_default().as_bytes());
                continue;
            };
            self.placeholder(placeholder, out);
            out.extend_from_slice(&part.as_bytes()[placeholder.len_utf8()..]);
        }
    }

    fn placeholder(&mut self, placeholder: char, out: &mut Vec<u8>) {
        match placeholder {
            'R' => out.extend(self.bytes(64..=4096)),
            '0' => out.resize(out.len() + self.random.between(4, 200), 0),
            'M' => {
                let length = self.random.between(64, 2048);
                out.extend((0..length).map(|_| self.machine()));
            }
            'b' => out.extend(STANDARD.encode(self.bytes(512..=2048)).bytes()),
            '>' => out.resize(out.len() + 4 * self.skewed(6), b' '),
            's' => {
                let length = self.random.between(4, 12);
                self.sentence(length, out);
            }
            't' => {
                let length = self.random.between(2, 4);
                self.sentence(length, out);
            }
            'q' => {
                let content = match self.below(40) {
                    0 => "%m",
                    1 => "%u",
                    2 | 3 => "%U",
                    4..7 => "%p",
                    7..10 => "%V",
                    10..20 => "%w",
                    _ => "%t",
                };
                self.add(content, out);
            }
            'w' | 'W' | 'v' | 'c' | 'T' | 'K' | 'x' => out.extend(self.name(placeholder).bytes()),
            'P' | 'V' | 'p' | 'e' | 'U' => out.extend(self.place(placeholder).bytes()),
            _ => out.extend(self.number(placeholder).bytes()),
        }
    }

    fn name(&mut self, placeholder: char) -> String {
        let count = if matches!(placeholder, 'w' | 'W') { 1 } else { [1, 1, 2, 1, 2, 3][self.below(6)] };
        let words: Vec<&str> = (0..count).map(|_| self.word()).collect();
        let titled = |words: &[&str]| -> String { words.iter().map(|word| title(word)).collect() };
        match placeholder {
            'x' => {
                let length = [1, 1, 1, 2, 3][self.below(5)];
                self.random.text(b"etnraoisucldfphmgvbyExNTOIAS_$", length)
            }
            'W' | 'K' => words.join("_").to_uppercase(),
            'c' => format!("{}{}", words[0], titled(&words[1..])),
            'T' => titled(&words),
            _ => words.join("_"),
        }
    }

    fn place(&mut self, placeholder: char) -> String {
        match placeholder {
            'P' => {
                let scope = ["", "", "@types/", "@babel/"][self.below(4)];
                format!("{scope}{}-{}", self.word(), self.word())
            }
            'V' => format!("{}.{}.{}", self.skewed(12), self.below(20), self.below(30)),
            'p' => format!("{}/{}/{}", self.word(), self.name('v'), self.name('v')),
            'e' => format!("{}.{}@{}.com", self.word(), self.word(), self.word()),
            _ => format!("https://{}.{}.com/{}", self.word(), self.word(), self.place('p')),
        }
    }

    fn number(&mut self, placeholder: char) -> String {
        match placeholder {
            'N' => self.below(1_000_000).to_string(),
            'f' => format!("{}.{}", self.below(180), self.below(1_000_000)),
            'h' => self.random.text(HEX, 8),
            'H' => self.random.text(HEX, 40),
            'm' => self.random.text(HEX, 64),
            'u' => [8, 4, 4, 4, 12].map(|length| self.random.text(HEX, length)).join("-"),
            'I' => STANDARD.encode(self.random.bytes(64)),
            'G' => STANDARD.encode(self.random.bytes(32)),
            'd' => {
                let (day, time) = (self.random.between(10, 28), self.time());
                format!("2026-{}-{day}T{time}.{:03}Z", self.random.between(10, 12), self.below(1000))
            }
            'D' => format!("{}/Nov/2026:{} +0000", self.random.between(10, 28), self.time()),
            'i' => {
                [10, self.below(256), self.below(256), self.below(256)].map(|part| part.to_string()).join(".")
            }
            _ => self.below(100).to_string(),
        }
    }

    fn time(&mut self) -> String {
        format!("{:02}:{:02}:{:02}", self.below(24), self.below(60), self.below(60))
    }

    fn sentence(&mut self, words: usize, out: &mut Vec<u8>) {
        for number in 0..words {
            let word = self.of(ENGLISH);
            out.extend((number > 0).then_some(b' '));
            out.extend(if number == 0 { title(word) } else { word.to_owned() }.bytes());
        }
    }

    fn bytes(&mut self, sizes: RangeInclusive<usize>) -> Vec<u8> {
        let length = self.random.between(*sizes.start(), *sizes.end());
        self.random.bytes(length)
    }

    fn machine(&mut self) -> u8 {
        let byte = self.random.next().to_le_bytes();
        if byte[0] < 160 { FREQUENT[usize::from(byte[1]) % FREQUENT.len()] } else { byte[2] }
    }

    fn word(&mut self) -> &'static str {
        self.of(NAMES)
    }

    fn of(&mut self, words: &[&'static str]) -> &'static str {
        words[self.skewed(words.len())]
    }

    /// A number below `bound` that is the rarer the larger it is, about as its reciprocal: how words are used.
    fn skewed(&mut self, bound: usize) -> usize {
        let most = self.below(bound) + 1;
        self.below(most)
    }
}

fn title(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
