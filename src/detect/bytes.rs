//! Values written as numbers, one for each byte: `key := []byte{12, 200, …}`, `static const uint8_t key[16] = {0x0c, …}`,
//! `new byte[] {(byte) 0x0c, …}`, `bytes([12, …])`, `Uint8Array.from([12, …])`.

use crate::span::Span;

use super::scanner::starts;

/// Most bytes between a name and the bracket before the numbers: a type, an operator, a call.
const LONGEST_LEAD: usize = 96;

/// Fewest and most bytes that the numbers may give: 96 bits; more than a private key is data.
const BYTES: std::ops::RangeInclusive<usize> = 12..=128;

/// Most bytes of text that such a list is read in.
const LONGEST_LIST: usize = 4096;

/// For each byte whether it may stand between a name and the bracket and says nothing more.
static PASSED: [bool; 256] = {
    let mut passed = [false; 256];
    let mut at = 0;
    while at < passed.len() {
        let byte = at as u8;
        passed[at] = byte.is_ascii_alphanumeric()
            || matches!(
                byte,
                b']' | b')' | b' ' | b'\t' | b'\r' | b'<' | b'>' | b'.' | b'&' | b'*' | b'!' | b'_'
            );
        at += 1;
    }
    passed
};

/// The numbers given to `name`, from the first to the last.
pub(super) fn given_to(text: &[u8], name: Span) -> Option<Span> {
    let limit = text.len().min(name.end + LONGEST_LEAD);
    memchr::memchr3(b'{', b'[', b'(', &text[name.end..limit])?;
    let mut operator = false;
    let mut lines = 0;
    for at in name.end..limit {
        if PASSED[usize::from(text[at])] {
            continue;
        }
        match text[at] {
            b'=' if starts(text, at, b"==") => return None,
            b'=' | b':' => operator = true,
            b'{' | b'[' | b'(' if operator || text[at] == b'{' => {
                if let Some(list) = List::at(text, at + 1) {
                    return list.looks_random().then_some(list.span);
                }
            }
            b'"' | b'\'' if !operator && at == name.end => {}
            b'\n' if operator && lines < 2 => lines += 1,
            // `[u8; 12]`.
            b';' if text[name.end..at].iter().rev().take(16).find(|b| b"[]".contains(b)) == Some(&b'[') => {}
            b'[' | b'{' | b'(' => {}
            _ => return None,
        }
    }
    None
}

/// A list of numbers and the bytes that they stand for.
struct List {
    span: Span,
    bytes: Vec<u8>,
}

impl List {
    /// The list whose first number follows at `start`. One that ends before its bracket does ends with the text or
    /// before an empty line.
    fn at(text: &[u8], start: usize) -> Option<Self> {
        let text = &text[..text.len().min(start + LONGEST_LIST)];
        let (first, _) = skip(text, start);
        let mut list = Self { span: Span::new(first, first), bytes: Vec::new() };
        let mut at = first;
        loop {
            let Some(end) = number(text, at, &mut list.bytes) else {
                return (list.bytes.len() > 1 && ends(text, list.span.end)).then_some(list);
            };
            if list.bytes.len() > *BYTES.end() {
                return None;
            }
            list.span.end = end;
            let (comma, _) = skip(text, end);
            if text.get(comma) != Some(&b',') {
                // `[12]byte{…}`: one number is a length.
                return (list.bytes.len() > 1 && ends(text, end)).then_some(list);
            }
            at = skip(text, comma + 1).0;
        }
    }

    /// No table, no counter, no pattern: as many different bytes as chance gives, without a constant step.
    fn looks_random(&self) -> bool {
        let count = self.bytes.len();
        let mut seen = [false; 256];
        self.bytes.iter().for_each(|&byte| seen[usize::from(byte)] = true);
        let kinds = seen.iter().filter(|seen| **seen).count();
        let steps = |w: &&[u8]| w[1].wrapping_sub(w[0]) == w[2].wrapping_sub(w[1]);
        let even = self.bytes.windows(3).filter(steps).count();
        let large = self.bytes.iter().filter(|&&byte| byte >= 32).count();
        BYTES.contains(&count) && kinds * 3 >= count.min(96) * 2 && even * 5 <= count && large * 2 >= count
    }
}

/// True when nothing but a closing bracket, an empty line or the text's end follows the last number and a comma.
fn ends(text: &[u8], at: usize) -> bool {
    let (next, empty) = skip(text, at);
    let (next, empty) = if text.get(next) == Some(&b',') { skip(text, next + 1) } else { (next, empty) };
    empty || text.get(next).is_none_or(|byte| b"}])".contains(byte))
}

/// The next place that is no white space and no comment, and whether an empty line was gone over.
fn skip(text: &[u8], from: usize) -> (usize, bool) {
    let mut at = from;
    let mut lines = 0;
    let mut empty = false;
    while let Some(&byte) = text.get(at) {
        match byte {
            b'\n' => lines += 1,
            b' ' | b'\t' | b'\r' => {}
            b'\\' if starts(text, at + 1, b"\n") => {}
            b'/' if starts(text, at, b"//") => {
                at += memchr::memchr(b'\n', &text[at..]).unwrap_or(text.len() - at);
                lines = 0;
                continue;
            }
            b'/' if starts(text, at, b"/*") => {
                let Some(close) = memchr::memmem::find(&text[at..], b"*/") else { break };
                at += close + 2;
                lines = 0;
                continue;
            }
            _ => break,
        }
        empty |= lines > 1;
        at += 1;
    }
    (at, empty)
}

/// Reads the number at `at` with a cast before it (`(byte) 0x0c`) and a suffix (`12u8`); gives where it ends.
fn number(text: &[u8], at: usize, bytes: &mut Vec<u8>) -> Option<usize> {
    let mut start = at;
    if text.get(start) == Some(&b'(') {
        let cast = text[start..].iter().take(20).position(|&b| b == b')')?;
        start += cast + 1;
        start += usize::from(text.get(start) == Some(&b' '));
    }
    start += usize::from(text.get(start) == Some(&b'-'));
    let hex = starts(text, start, b"0x") || starts(text, start, b"0X");
    start += 2 * usize::from(hex);
    let is_digit = |b: &&u8| if hex { b.is_ascii_hexdigit() } else { b.is_ascii_digit() };
    let digits = &text[start..];
    let digits = &digits[..digits.iter().take(17).take_while(is_digit).count()];
    let value = u64::from_str_radix(std::str::from_utf8(digits).ok()?, if hex { 16 } else { 10 }).ok()?;
    let width = if hex { digits.len().div_ceil(2) } else { 1 };
    (value < 256 || hex).then_some(())?;
    bytes.extend(&value.to_be_bytes()[8 - width..]);
    let end = start + digits.len();
    let suffix = text[end..].iter().take(4).take_while(|b| b.is_ascii_alphanumeric() || **b == b'_').count();
    let call = if starts(text, end, b".toByte()") { 9 } else { 0 };
    Some(end + suffix + call)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(lead: &str, list: &str) -> bool {
        let text = format!("{lead}{list}");
        let name = Span::new(0, lead.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(0));
        given_to(text.as_bytes(), name).is_some()
    }

    const RANDOM: &str = "219, 59, 17, 39, 0x4c, 63, 76, 136, 64, 163, 23, 18";

    #[test]
    fn lists_of_random_bytes_are_read_in_every_language() {
        for lead in [
            "key := []byte{",
            "key = [12]byte{\n\t",
            "key[KEY_SIZE] = {\n",
            "key = bytes([",
            "key: []byte{",
            "key: [u8; 12] = [",
            "key = new byte[] { ",
            "key = Uint8Array.from([",
            "AES128Key{",
            "key = vec![",
            "key = byteArrayOf(",
        ] {
            assert!(read(lead, &format!("{RANDOM}}}")), "{lead}");
            assert!(read(lead, &format!("{RANDOM},\n\n\nx")), "{lead}, cut off");
        }
        assert!(read("key = {", &format!("(byte) {}}}", RANDOM.replace(", ", ", (byte)"))));
        assert!(read("key = {", &format!("{} /* last */ }}", RANDOM.replace(", ", ", // so\n"))));
        assert!(read("key = {", "0x7b2594d26f5b0a64L, 0xa43af5240bffc193L}"));
    }

    #[test]
    fn counters_tables_and_short_lists_are_not() {
        assert!(!read("key = {", "1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16}"));
        assert!(!read("key = {", "0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}"));
        assert!(!read("key = {", "219, 59, 17, 39, 63, 76, 136}"));
        assert!(!read("key = {", &format!("{RANDOM}, x}}")));
        assert!(!read("key = {", &format!("{RANDOM}, 256}}")));
        assert!(!read("key == {", &format!("{RANDOM}}}")));
        assert!(!read("key, other = {", &format!("{RANDOM}}}")));
    }
}
