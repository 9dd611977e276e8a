//! The verdict on a value given to a name: name, operator, quoting, kind of file and value are judged together.

use crate::catalogue::{Catalogue, RuleIndex};
use crate::detect::{Assignment, Match, Operator, Quote};
use crate::rule::{Confidence, Shape};
use crate::span::Span;

use super::name::{Says, says};
use super::path::{Kind, PathFacts};
use super::placeholder::is_placeholder;
use super::reference::{is_expression, is_number, is_reference};
use super::value::{Makeup, is_digest, is_hex, is_identifier, is_prose, is_uuid, looks_generated};
use super::{Judged, Reason, Verdict, words};

/// Judges `found`, an assignment of the match `m` in `text`.
pub(super) fn judge(
    text: &[u8],
    m: &Match,
    found: Assignment,
    path: PathFacts,
    catalogue: &Catalogue,
) -> Verdict {
    let Some(name) = m.name else { return Verdict::Dropped(Reason::NoName) };
    let value = reading(text, m.value, found, path.kind);
    let bytes = value.of(text);
    let (said, name_words) = says(telling_part(name.of(text), found, path.kind));
    if let Some(reason) = stands_for_another(bytes, &name_words) {
        return Verdict::Dropped(reason);
    }
    // Groups of an unquoted password (`abcd efgh …`) are one value only where a rule says so.
    let readings = [value, found.line];
    for &value in &readings[..1 + usize::from(found.line != value)] {
        if let Some(rule) = contextual(catalogue, &name_words, value.of(text)) {
            return Verdict::Kept(kept(m, value, rule, catalogue.rule(rule).confidence));
        }
    }
    if !is_literal(text, name, bytes, found, path.kind) {
        return Verdict::Dropped(Reason::Reference);
    }
    let subject = Subject { bytes, makeup: Makeup::of(bytes), words: &name_words, found, path };
    let shape = if said == Says::Password { Shape::PasswordAssignment } else { Shape::SecretAssignment };
    match (subject.believe(said), catalogue.shape(shape)) {
        (Ok(confidence), Some(rule)) => Verdict::Kept(kept(m, value, rule, confidence)),
        (Ok(_), None) => Verdict::Dropped(Reason::RuleOff),
        (Err(reason), _) => Verdict::Dropped(reason),
    }
}

fn kept(m: &Match, value: Span, rule: RuleIndex, confidence: Confidence) -> Judged {
    let subject = m.subject.clone();
    Judged { rule, value, name: m.name, confidence, verified: m.verified, subject, expires: m.expires }
}

/// Of a call `a.b.c(…)`, only the method's name says what its argument is.
fn telling_part(name: &[u8], found: Assignment, kind: Kind) -> &[u8] {
    let method = name.rsplit(|&b| b == b'.').next().unwrap_or(name);
    let lower = method.to_ascii_lowercase();
    match found.operator {
        // `should_pass(x)`, `UserPassword(user, …)`.
        Operator::Call if lower.ends_with(b"pass") || lower.starts_with(b"user") => b"",
        // `--- PASS: TestX (0.01s)`: what test runners write.
        Operator::Colon if lower == b"pass" && !matches!(kind, Kind::Yaml | Kind::Env | Kind::Ini) => {
            if found.quote == Quote::None { b"" } else { name }
        }
        Operator::Call => method,
        _ => name,
    }
}

/// The span of the value as this kind of file reads it.
fn reading(text: &[u8], value: Span, found: Assignment, kind: Kind) -> Span {
    let whole_line = match kind {
        Kind::Yaml | Kind::Ini | Kind::Env => true,
        Kind::Other | Kind::Doc => !found.line.of(text).contains(&b' '),
        _ => false,
    };
    let apart = matches!(found.operator, Operator::Equals | Operator::Colon | Operator::Pair);
    if found.quote != Quote::None || !whole_line || !apart {
        return value;
    }
    let line = found.line;
    let flow =
        matches!(text.get(line.end.wrapping_sub(1)), Some(b',' | b'}' | b')' | b';' | b'"' | b'\'' | b'<'));
    if flow || line.of(text).iter().any(|b| b"\"'".contains(b)) { value } else { line }
}

/// Why the value stands for another one, if it does.
fn stands_for_another(value: &[u8], name: &[String]) -> Option<Reason> {
    match value {
        value if value.len() < 4 => Some(Reason::TooShort),
        value if is_reference(value) => Some(Reason::Reference),
        value if is_placeholder(value, name) => Some(Reason::Placeholder),
        value if is_digest(value) => Some(Reason::Digest),
        _ => None,
    }
}

/// Whether an unquoted value is a literal, where the kind of file would read an expression.
fn is_literal(text: &[u8], name: Span, value: &[u8], found: Assignment, kind: Kind) -> bool {
    if found.quote != Quote::None {
        return true;
    }
    let calls = value.contains(&b'(') && kind != Kind::Env;
    if is_expression(value) || calls {
        return false;
    }
    if !matches!(kind, Kind::Code | Kind::Json) {
        return true;
    }
    if value.starts_with(b"0x") && is_number(value) {
        return false;
    }
    let stored =
        matches!(found.operator, Operator::Space | Operator::Pair | Operator::Command | Operator::Element);
    let identifier = value.iter().all(|&b| b.is_ascii_alphanumeric() || b == b'_') || is_number(value);
    stored || is_quoted_text(text, name) || looks_generated(value) && !identifier
}

/// A comment, a query string (`?user=…&password=…`) or the inside of a string (`"user=…;password=…"`): no language
/// reads an expression there.
fn is_quoted_text(text: &[u8], name: Span) -> bool {
    let floor = name.start.saturating_sub(400);
    let start = memchr::memrchr(b'\n', &text[floor..name.start]).map_or(floor, |at| floor + at + 1);
    let line = text[start..name.start].trim_ascii_start();
    // The quote that opens the name is the name's own.
    let named =
        text.get(name.end).is_some_and(|b| line.last() == Some(b) && matches!(b, b'"' | b'\'' | b'`'));
    let line = if named { &line[..line.len() - 1] } else { line };
    let comment = [&b"#"[..], b"//", b"*", b"--", b";", b"<!--"].iter().any(|lead| line.starts_with(lead));
    let inside = |mark: u8| line.iter().filter(|&&b| b == mark).count() % 2 == 1;
    comment || matches!(line.last(), Some(b'?' | b'&')) || inside(b'"') || inside(b'`')
}

/// The contextual rule whose name and shape fit best.
fn contextual(catalogue: &Catalogue, words: &[String], value: &[u8]) -> Option<RuleIndex> {
    if is_identifier(value) {
        return None;
    }
    let fits = |rule: &RuleIndex| catalogue.pattern(*rule).is_some_and(|pattern| pattern.is_match(value));
    catalogue.contexts(words).into_iter().find(fits)
}

/// What the verdict on the value rests on.
struct Subject<'t> {
    bytes: &'t [u8],
    makeup: Makeup,
    words: &'t [String],
    found: Assignment,
    path: PathFacts,
}

impl Subject<'_> {
    /// How far to believe that the value is what its name says.
    fn believe(&self, said: Says) -> Result<Confidence, Reason> {
        if said == Says::Nothing {
            return Err(Reason::NameSaysOtherwise);
        }
        self.is_no_value()?;
        let generated = looks_generated(self.bytes);
        match said {
            Says::Password => self.password(),
            Says::Secret if generated || self.chosen() => Ok(Confidence::Medium),
            Says::Issued if generated || self.issued() => Ok(Confidence::Medium),
            Says::Perhaps if generated && self.issued_like() => Ok(Confidence::Medium),
            _ => Err(Reason::NotGenerated),
        }
    }

    /// Things that no secret looks like, whatever the name says.
    fn is_no_value(&self) -> Result<(), Reason> {
        if self.path.translation && (self.makeup.letters_only() || self.makeup.spaces > 0) {
            return Err(Reason::Translation);
        }
        if is_prose(self.bytes) {
            return Err(Reason::Prose);
        }
        if self.bytes.iter().any(|&b| b < 0x20 && b != b'\t' || b == 0x7f) {
            return Err(Reason::Prose);
        }
        if is_uuid(self.bytes)
            && !self.words.iter().any(|w| matches!(w.as_str(), "token" | "key" | "secret" | "password"))
        {
            return Err(Reason::Uuid);
        }
        let comment_or_text = matches!(self.path.kind, Kind::Code | Kind::Doc | Kind::Other);
        let unquoted = self.found.quote == Quote::None && self.found.operator == Operator::Colon;
        if unquoted
            && comment_or_text
            && self.makeup.letters_only()
            && self.found.line.len() > self.bytes.len()
        {
            return Err(Reason::Prose);
        }
        let unquoted_prose = self.found.quote == Quote::None
            && self.found.operator == Operator::Colon
            && self.path.kind == Kind::Doc;
        if unquoted_prose && self.makeup.letters_only() {
            return Err(Reason::Prose);
        }
        Ok(())
    }

    /// A password may be anything a person types; what is left out are words that code is made of.
    fn password(&self) -> Result<Confidence, Reason> {
        let makeup = &self.makeup;
        let coded = is_identifier(self.bytes)
            && (self.bytes.iter().any(|b| b"_-.:/".contains(b)) || self.says_code());
        if coded {
            return Err(Reason::Identifier);
        }
        if self.bytes.starts_with(b"--") {
            return Err(Reason::Identifier);
        }
        if makeup.lower + makeup.upper == 0 && makeup.digits < 6 {
            return Err(Reason::TooShort);
        }
        let word = makeup.letters_only()
            && (makeup.upper == 0 || makeup.upper == 1 && self.bytes[0].is_ascii_uppercase());
        let weak_place = matches!(
            self.found.operator,
            Operator::Call | Operator::Comma | Operator::Compare | Operator::Space | Operator::Element
        );
        if word && (weak_place || self.says_code() || makeup.upper == 1) {
            return Err(Reason::Word);
        }
        if makeup.letters_only() && makeup.lower == 0 && makeup.length < 16 {
            return Err(Reason::Word);
        }
        Ok(Confidence::Medium)
    }

    /// A secret that a person chose: not only letters, not an identifier.
    fn chosen(&self) -> bool {
        let makeup = &self.makeup;
        let mixed = makeup.digits > 0 || makeup.special > 0 && !is_identifier(self.bytes);
        mixed
            && makeup.length >= 8
            && !is_identifier(self.bytes)
            && !makeup.digits_only()
            && makeup.spaces == 0
    }

    /// An issued key that does not look generated at first sight: long, with digits and letters.
    fn issued(&self) -> bool {
        let makeup = &self.makeup;
        let number = self.bytes.iter().all(|b| b.is_ascii_digit() || b"+-.eE_".contains(b));
        let separators = self.bytes.iter().filter(|b| b"/#:.@,".contains(b)).count();
        makeup.length >= 12
            && !number
            && separators <= 1
            && makeup.digits >= 2
            && makeup.classes() >= 2
            && makeup.special * 4 <= makeup.length
            && makeup.spaces == 0
    }

    /// What a bare `key` or `token`-like name may hold: long, and no digest unless the name says more than one word.
    fn issued_like(&self) -> bool {
        self.bytes.len() >= 16 && (self.words.len() > 1 || !is_hash_like(self.bytes))
    }

    /// A word that names things in code and forms.
    fn says_code(&self) -> bool {
        let code = [
            "password",
            "passwd",
            "pass",
            "user",
            "username",
            "field",
            "input",
            "text",
            "string",
            "name",
            "value",
            "type",
            "get",
            "set",
            "new",
            "old",
            "token",
            "secret",
            "key",
            "auth",
            "login",
            "form",
            "label",
            "error",
            "required",
            "invalid",
            "hidden",
            "confirm",
            "this",
            "self",
            "request",
            "params",
            "config",
            "settings",
            "options",
            "data",
            "props",
            "state",
            "reset",
            "forgot",
            "change",
            "update",
            "create",
            "true",
            "false",
            "null",
            "none",
            "property",
            "attribute",
            "column",
            "basic",
            "plain",
            "email",
            "phone",
            "enter",
        ];
        let value = words::split(self.bytes);
        value.iter().any(|word| code.contains(&word.as_str()) || self.words.contains(word))
    }
}

/// The length of a common digest in hex: a commit id, a content hash.
fn is_hash_like(value: &[u8]) -> bool {
    is_hex(value) && matches!(value.len(), 32 | 40 | 64)
}
