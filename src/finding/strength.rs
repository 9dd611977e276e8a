//! Whether a person could have thought of a value: a lower estimate of how many bits of chance it holds.
//!
//! It stands apart because it decides what a baseline may store. A full hash of a value that a person chose can be
//! guessed by hashing a dictionary; a full hash of 64 bits of chance cannot. So every doubt counts as "chosen": what
//! reads like words, dates, keyboard walks, repetitions or leet spelling is worth nothing here, however long it is,
//! and an encoding of such text is judged as the text. The judgement depends on the value alone, never on the rule that
//! found it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use rustc_hash::FxHashSet;

use super::identity::Strength;

/// A shorter value (in bytes) is weak whatever it looks like.
const SHORTEST_STRONG: usize = 20;
/// A value is strong from this estimate on. 2^64 hashes are out of reach of whoever steals a baseline.
const STRONG_BITS: f32 = 64.0;
/// How much of a value is looked at, in bytes; a longer one has its chance in there or none.
const LOOKED_AT: usize = 4096;
/// How many encodings around each other are opened.
const ENCODINGS: u32 = 3;

/// Judges a value as it stands in the text.
pub(super) fn of(value: &[u8]) -> Strength {
    let part = secret_part(value);
    let part = &part[..part.len().min(LOOKED_AT)];
    if part.len() >= SHORTEST_STRONG && bits(part, ENCODINGS) >= STRONG_BITS {
        return Strength::Strong;
    }
    Strength::Weak
}

/// The part of a connection string that is secret: a thief knows the rest, or reads it beside the baseline.
fn secret_part(value: &[u8]) -> &[u8] {
    if let Some(scheme) = memchr::memmem::find(value, b"://") {
        let rest = &value[scheme + 3..];
        let authority = &rest[..memchr::memchr3(b'/', b'?', b'#', rest).unwrap_or(rest.len())];
        // A raw password may hold a slash, so the last `@` counts when the authority has none.
        let end = memchr::memrchr(b'@', authority).or_else(|| memchr::memrchr(b'@', rest));
        if let Some(end) = end {
            let user = &rest[..end];
            return memchr::memchr(b':', user).map_or(user, |colon| &user[colon + 1..]);
        }
    }
    let telling = |part: &&[u8]| {
        let name = part.split(|&b| b == b'=').next().unwrap_or_default().to_ascii_lowercase();
        let says = |word: &[u8]| memchr::memmem::find(&name, word).is_some();
        part.contains(&b'=') && (says(b"password") || says(b"pwd") || says(b"secret") || says(b"key"))
    };
    if memchr::memchr2(b';', b'&', value).is_some()
        && let Some(part) = value.split(|&b| b == b';' || b == b'&').find(telling)
    {
        return memchr::memchr(b'=', part).map_or(part, |at| &part[at + 1..]);
    }
    value
}

/// A lower estimate of the chance in `text`, in bits.
fn bits(text: &[u8], encodings: u32) -> f32 {
    let mut cost = Cost::of(text);
    if encodings > 0 {
        for (start, end, plain) in encoded_texts(text) {
            cost.settle(start, end, bits(&plain, encodings - 1));
        }
    }
    hex_blocks(text).into_iter().for_each(|(start, end)| cost.hex(text, start, end));
    let letters = unleet(text);
    for (start, end) in runs(&letters, u8::is_ascii_alphanumeric) {
        cost.segment(text, &letters, start, end);
    }
    cost.settled + cost.open.iter().flatten().sum::<f32>()
}

/// What the bytes may add, in bits.
struct Cost {
    /// Per byte; `None` once it is settled.
    open: Vec<Option<f32>>,
    settled: f32,
}

impl Cost {
    /// By class, with everything foreseeable worth nothing.
    fn of(text: &[u8]) -> Self {
        let mixed = text.iter().any(u8::is_ascii_lowercase) && text.iter().any(u8::is_ascii_uppercase);
        let class = |byte: &u8| match byte {
            b'a'..=b'z' | b'A'..=b'Z' if mixed => 5.0,
            b'a'..=b'z' | b'A'..=b'Z' => 4.7,
            b'0'..=b'9' => 3.3,
            b' ' | b'-' | b'_' | b'.' | b'/' | b':' | b',' | b'=' | b'@' | b'+' => 0.0,
            0x21..=0x7e => 2.0,
            _ => 0.0,
        };
        let mut cost: Vec<f32> = text.iter().map(class).collect();
        for (start, end) in runs(text, u8::is_ascii_digit) {
            if end - start >= 5 {
                // Dates, telephone and account numbers.
                cost[start..end].fill(1.6);
            }
        }
        foreseeable(text).into_iter().for_each(|at| cost[at] = 0.0);
        Self { open: cost.into_iter().map(Some).collect(), settled: 0.0 }
    }

    /// The range is worth `bits` as a whole and is not looked at again.
    fn settle(&mut self, start: usize, end: usize, bits: f32) {
        self.open[start..end].fill(None);
        self.settled += bits;
    }

    /// Hexadecimal digits are four bits each; `face` in there is chance, no word.
    fn hex(&mut self, text: &[u8], start: usize, end: usize) {
        let open =
            |at: &usize| text[*at].is_ascii_hexdigit() && self.open[*at].is_some_and(|cost| cost > 0.0);
        let digits = (start..end).filter(open).count();
        self.settle(start, end, 4.0 * digits as f32);
    }

    /// A run of letters and digits, `letters` with leet spelling undone: when most of it reads like words, they are
    /// worth nothing; when not, only what stands there as if it was one.
    fn segment(&mut self, text: &[u8], letters: &[u8], start: usize, end: usize) {
        if end - start <= 4 && letters[start..end].iter().all(u8::is_ascii_alphabetic) {
            // `pwd`, `cfg`, `xyz` between separators.
            self.lower(start, end, 1.2);
        }
        let pieces = pieces(letters, start, end);
        let is_word = |piece: &&(usize, usize)| reads_like_words(&letters[piece.0..piece.1]);
        let of_words: usize = pieces.iter().filter(is_word).map(|piece| piece.1 - piece.0).sum();
        let of_letters: usize = pieces.iter().map(|piece| piece.1 - piece.0).sum();
        if of_words * 3 >= of_letters * 2 {
            for &(from, to) in pieces.iter().filter(is_word) {
                self.lower(from, to, 0.0);
                let before = text[start..from].iter().rev().take_while(|b| b.is_ascii_digit()).count();
                let after = text[to..end].iter().take_while(|b| b.is_ascii_digit()).count();
                self.lower(from - before, from, 1.0);
                self.lower(to, to + after, 1.0);
            }
        } else {
            for (from, to) in runs(&text[start..end], u8::is_ascii_alphabetic) {
                let stretches = common_stretches(&text[start + from..start + to], 6);
                stretches.iter().for_each(|(a, b)| self.lower(start + from + a, start + from + b, 0.0));
            }
        }
    }

    fn lower(&mut self, start: usize, end: usize, most: f32) {
        self.open[start..end].iter_mut().flatten().for_each(|cost| *cost = cost.min(most));
    }
}

/// Offsets of bytes that the bytes before them foretell: repetitions (`aaa`), sequences (`abc`, `321`, `a1b2c3`),
/// keyboard walks (`qwe`) and whatever occurred before (`hunter2hunter2`).
fn foreseeable(text: &[u8]) -> Vec<usize> {
    let text = text.to_ascii_lowercase();
    let mut seen: FxHashSet<[u8; 3]> = FxHashSet::default();
    let mut found = Vec::new();
    let steady = |at: usize, stride: usize| {
        let (Some(b), Some(a)) = (at.checked_sub(stride), at.checked_sub(2 * stride)) else { return false };
        let step = i16::from(text[at]) - i16::from(text[b]);
        step.abs() <= 1 && step == i16::from(text[b]) - i16::from(text[a])
    };
    let walks =
        |at: usize| at >= 2 && neighbours(text[at - 2], text[at - 1]) && neighbours(text[at - 1], text[at]);
    for at in 0..text.len() {
        let again = at >= 2 && !seen.insert([text[at - 2], text[at - 1], text[at]]);
        if again || steady(at, 1) || steady(at, 2) || walks(at) {
            found.push(at);
        }
    }
    found
}

/// Rows and columns of the common keyboards.
#[rustfmt::skip]
const KEYS: [&[u8]; 17] = [
    b"1234567890", b"qwertyuiop", b"qwertzuiop", b"azertyuiop", b"asdfghjkl", b"zxcvbnm", b"yxcvbnm",
    b"1qaz", b"2wsx", b"3edc", b"4rfv", b"5tgb", b"6yhn", b"7ujm", b"8ik", b"9ol", b"0p",
];

/// For each key those beside it, as bits.
static BESIDE: [u128; 128] = {
    let mut beside = [0; 128];
    let mut line = 0;
    while line < KEYS.len() {
        let keys = KEYS[line];
        let mut at = 1;
        while at < keys.len() {
            beside[keys[at] as usize] |= 1 << keys[at - 1];
            beside[keys[at - 1] as usize] |= 1 << keys[at];
            at += 1;
        }
        line += 1;
    }
    beside
};

/// Keys side by side in a row, or one below the other in a column, of the common keyboards.
fn neighbours(a: u8, b: u8) -> bool {
    BESIDE.get(usize::from(a)).is_some_and(|beside| b < 128 && beside >> b & 1 == 1)
}

/// Ranges of base64 or base64url that stand for readable text, with that text.
fn encoded_texts(text: &[u8]) -> Vec<(usize, usize, Vec<u8>)> {
    let alphabet = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/' | b'-' | b'_');
    let mut found = Vec::new();
    for (start, end) in runs(text, alphabet).into_iter().filter(|(start, end)| end - start >= 12) {
        let run = &text[start..end];
        if let Some(plain) = from_hex(run).or_else(|| from_base64(run)).filter(|plain| readable(plain)) {
            found.push((start, end, plain));
        }
    }
    found
}

fn from_base64(run: &[u8]) -> Option<Vec<u8>> {
    let standard = |b: &u8| match b {
        b'-' => b'+',
        b'_' => b'/',
        other => *other,
    };
    // A last group that is not full adds at most two bytes; without it the padding does not matter.
    let whole: Vec<u8> = run[..run.len() / 4 * 4].iter().map(standard).collect();
    STANDARD_NO_PAD.decode(whole).ok()
}

fn from_hex(run: &[u8]) -> Option<Vec<u8>> {
    let digit = |b: u8| char::from(b).to_digit(16);
    let byte = |pair: &[u8]| Some((digit(pair[0])? * 16 + digit(*pair.get(1)?)?) as u8);
    run.chunks(2).map(byte).collect()
}

fn readable(plain: &[u8]) -> bool {
    let odd = plain.iter().filter(|b| !matches!(b, 0x20..=0x7e | b'\t' | b'\n' | b'\r')).count();
    odd * 10 <= plain.len()
}

/// Ranges of at least 20 hexadecimal digits, with dashes as in a UUID, that are neither a number nor words.
fn hex_blocks(text: &[u8]) -> Vec<(usize, usize)> {
    let block = |(start, end): &(usize, usize)| {
        let digits = text[*start..*end].iter().filter(|b| b.is_ascii_digit()).count();
        let letters = text[*start..*end].iter().filter(|b| b.is_ascii_alphabetic()).count();
        let all = digits + letters;
        all >= SHORTEST_STRONG && digits * 10 >= all * 4 && letters * 10 >= all
    };
    runs(text, |b| b.is_ascii_hexdigit() || *b == b'-').into_iter().filter(block).collect()
}

/// The text in lower case with one or two leet characters between letters (`p@ssw0rd`, `pa$$word`) read as letters.
/// Case is kept: it tells where a word begins.
fn unleet(text: &[u8]) -> Vec<u8> {
    let plain = |b: u8| match b {
        b'0' => Some(b'o'),
        b'1' | b'!' | b'|' => Some(b'i'),
        b'3' => Some(b'e'),
        b'4' | b'@' => Some(b'a'),
        b'5' | b'$' => Some(b's'),
        b'7' => Some(b't'),
        _ => None,
    };
    let mut letters = text.to_vec();
    for (start, end) in runs(text, |b| !b.is_ascii_alphabetic()) {
        if start > 0
            && end < text.len()
            && end - start <= 2
            && text[start..end].iter().all(|&b| plain(b).is_some())
        {
            letters[start..end].iter_mut().for_each(|b| *b = plain(*b).unwrap_or(*b));
        }
    }
    letters
}

/// Ranges of letters, divided where a capital begins a word (`someKey`, `JSONData`).
fn pieces(letters: &[u8], start: usize, end: usize) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    for (from, to) in runs(&letters[start..end], u8::is_ascii_alphabetic) {
        let (mut from, to) = (start + from, start + to);
        for at in from + 1..to {
            let after_lower = letters[at - 1].is_ascii_lowercase();
            let before_lower = at + 1 < to && letters[at + 1].is_ascii_lowercase();
            if letters[at].is_ascii_uppercase() && (after_lower || before_lower) {
                found.push((from, at));
                from = at;
            }
        }
        found.push((from, to));
    }
    found
}

/// True for short words, and when at least four of five letter pairs are common ones: a random piece of three letters
/// passes in one case of five, one of eight letters in one of fifty.
fn reads_like_words(piece: &[u8]) -> bool {
    let common = piece.windows(2).filter(|pair| common_pair(pair[0], pair[1])).count();
    match piece {
        [a, b] => SHORT_WORDS.contains(&[a.to_ascii_lowercase(), *b]),
        _ => piece.len() >= 3 && common * 5 >= (piece.len() - 1) * 4,
    }
}

/// Ranges of at least `least` letters in which every pair is common.
fn common_stretches(piece: &[u8], least: usize) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let mut from = 0;
    for at in 1..=piece.len() {
        if at == piece.len() || !common_pair(piece[at - 1], piece[at]) {
            if at - from >= least {
                found.push((from, at));
            }
            from = at;
        }
    }
    found
}

fn common_pair(a: u8, b: u8) -> bool {
    let (a, b) = (a.to_ascii_lowercase(), b.to_ascii_lowercase());
    a.is_ascii_lowercase() && FOLLOWERS[usize::from(a - b'a')].contains(&b)
}

/// Maximal ranges of bytes that pass `test`.
fn runs(text: &[u8], test: impl Fn(&u8) -> bool) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let mut start = None;
    for at in 0..=text.len() {
        let inside = text.get(at).is_some_and(&test);
        match (inside, start) {
            (true, None) => start = Some(at),
            (false, Some(from)) => {
                found.push((from, at));
                start = None;
            }
            _ => {}
        }
    }
    found
}

/// English words of two letters.
#[rustfmt::skip]
const SHORT_WORDS: [[u8; 2]; 23] = [
    *b"is", *b"my", *b"of", *b"in", *b"to", *b"it", *b"on", *b"at", *b"by", *b"do", *b"go", *b"he",
    *b"if", *b"me", *b"no", *b"or", *b"so", *b"up", *b"us", *b"we", *b"an", *b"as", *b"be",
];

/// For each letter from `a` on, the letters that commonly follow it inside a word: the 280 pairs that make up 97.5 % of
/// the pairs in the vocabulary of English software documentation, and 21 more of German, Dutch, Polish, Portuguese and
/// romanised Japanese. Two random letters are such a pair in 45 of 100 cases.
#[rustfmt::skip]
const FOLLOWERS: [&[u8]; 26] = [
    b"abcdefgiklmnprstuvy",
    b"aeilorsu",
    b"acehiklorstuz",
    b"adegilorsuz",
    b"acdefgilmnopqrstuvwxy",
    b"aefilortuy",
    b"aeghimnorsu",
    b"aeimortuy",
    b"abcdefgjklmnoprstvxz",
    b"aeou",
    b"aeiknosu",
    b"adehilopstuvy",
    b"abeimopsu",
    b"acdefghiklnostuvy",
    b"abcdefgiklmnoprstuvw",
    b"aehiloprstu",
    b"u",
    b"acdefgiklmnoprstuvyz",
    b"acehiklmopstuyz",
    b"acehilorstuwyz",
    b"abcdefgilmnoprst",
    b"aeio",
    b"aehinors",
    b"ceipt",
    b"aeinopstu",
    b"aeiouw",
];

#[cfg(test)]
mod tests;
