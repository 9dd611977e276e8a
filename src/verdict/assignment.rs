//! The verdict on a value given to a name: name, operator, quoting, kind of file and value are judged together.

use crate::catalogue::near::SHORTEST_NAME;
use crate::catalogue::{Catalogue, Context};
use crate::detect::near::tells;
use crate::detect::{Assignment, Match, Operator, Quote};
use crate::rule::{self, Confidence, Shape};
use crate::span::Span;

use super::learned::{Facts, Features, Language, Model, features};
use super::name::{Says, says};
use super::path::{Kind, PathFacts};
use super::placeholder::is_placeholder;
use super::reference::{is_expression, is_number, is_reference};
use super::value::{
    Makeup, are_escapes, is_digest, is_hex, is_identifier, is_prose, is_salt, is_uuid, looks_generated,
};
use super::{Judged, Reason, Verdict, login_placeholder, near, proven, vector};

/// Judges `found`, an assignment of the match `m` in `text`.
pub(super) fn judge(
    text: &[u8],
    m: &Match,
    found: Assignment,
    path: PathFacts,
    catalogue: &Catalogue,
) -> Verdict {
    match consider(text, m, found, path, catalogue) {
        Considered::Decided(verdict) => verdict,
        Considered::Doubtful(doubt) => doubt.decide(m, catalogue),
    }
}

/// The features of `found` where it is left to the learned judgement, with the value's span: what training reads.
pub(super) fn doubt(
    text: &[u8],
    m: &Match,
    found: Assignment,
    path: PathFacts,
    catalogue: &Catalogue,
) -> Option<(Span, Features)> {
    match consider(text, m, found, path, catalogue) {
        Considered::Decided(_) => None,
        Considered::Doubtful(doubt) => Some((doubt.value, doubt.features())),
    }
}

/// How far fixed rules get.
enum Considered<'t> {
    Decided(Verdict),
    Doubtful(Subject<'t>),
}

fn consider<'t>(
    text: &'t [u8],
    m: &Match,
    found: Assignment,
    path: PathFacts,
    catalogue: &Catalogue,
) -> Considered<'t> {
    let dropped = |reason| Considered::Decided(Verdict::Dropped(reason));
    let Some(name) = m.name.filter(|name| !is_data(name.of(text))) else { return dropped(Reason::NoName) };
    let value = inside_object(text, reading(text, name, m.value, found, path.kind));
    let bytes = value.of(text);
    // Most values are dropped here, whatever their names say.
    let no_value = is_short_or_reference(bytes);
    // Sixty-four characters of every kind hold `$(` or `{{` by chance; only a rule of that form may keep them.
    let by_chance = no_value == Some(Reason::Reference) && found.quote == Quote::Quoted && is_salt(bytes);
    if let Some(reason) = no_value.filter(|_| !by_chance) {
        return dropped(reason);
    }
    let (said, words) = says(telling_part(name.of(text), found, path.kind));
    if let Some(reason) = stands_for_another(bytes, &words).filter(|_| !by_chance) {
        return dropped(reason);
    }
    // Groups of an unquoted password (`abcd efgh …`) are one value only where a rule says so.
    let readings = [value, found.line];
    for &value in &readings[..1 + usize::from(found.line != value)] {
        let context =
            if is_code(value.of(text)) { None } else { contextual(catalogue, &words, value.of(text)) };
        if let Some(context) = context {
            let (rule, own_service) = (context.rule, says_whose(&context.words));
            let kept = Judged { rule, own_service, value, ..proven(m, catalogue.rule(rule).confidence) };
            return Considered::Decided(Verdict::Kept(kept));
        }
    }
    if by_chance {
        return dropped(Reason::Reference);
    }
    // A bare word between parentheses is a parameter or a variable in every language.
    let no_code = || found.operator != Operator::Call && is_no_code(bytes, path.kind);
    if !is_literal(text, name, bytes, found, path.kind) && !no_code() {
        return dropped(Reason::Reference);
    }
    if found.operator == Operator::Call && found.quote == Quote::None && is_parameter(text, value) {
        return dropped(Reason::Reference);
    }
    let subject = Subject { text, name, value, bytes, makeup: Makeup::of(bytes), words, said, found, path };
    match subject.is_no_value() {
        Err(reason) => match subject.identifier(m, catalogue) {
            Some(kept) => Considered::Decided(Verdict::Kept(kept)),
            None => dropped(reason),
        },
        Ok(()) => Considered::Doubtful(subject),
    }
}

/// Shortest data in bytes that may pass for a name.
const DATA: usize = 20;

/// Generated text in which letters such as `pw` stand by chance is no name: in names, capitals and digits begin words.
fn is_data(name: &[u8]) -> bool {
    name.len() >= DATA && looks_generated(name) && Makeup::of(name).changes * 3 >= name.len()
}

/// Of a call `a.b.c(…)`, only the method's name says what its argument is.
fn telling_part(name: &[u8], found: Assignment, kind: Kind) -> &[u8] {
    let method = name.rsplit(|&b| b == b'.').next().unwrap_or(name);
    let lower = method.to_ascii_lowercase();
    match found.operator {
        // `should_pass(x)`, `UserPassword(user, …)`.
        Operator::Call if lower.ends_with(b"pass") || lower.starts_with(b"user") => b"",
        // `--- PASS: TestX (0.01s)`: what test runners write.
        Operator::Colon if method == b"PASS" && !matches!(kind, Kind::Yaml | Kind::Env | Kind::Ini) => {
            if found.quote == Quote::None {
                b""
            } else {
                name
            }
        }
        Operator::Call => method,
        _ => name,
    }
}

/// The span of the value as this kind of file reads it.
fn reading(text: &[u8], name: Span, value: Span, found: Assignment, kind: Kind) -> Span {
    let whole_line = match kind {
        Kind::Yaml | Kind::Ini | Kind::Env => true,
        Kind::Other | Kind::Doc => !found.line.of(text).contains(&b' '),
        _ => false,
    };
    let apart = matches!(found.operator, Operator::Equals | Operator::Colon | Operator::Pair);
    // `?user=…&password=…&x=…`: a value of a query ends where the next begins.
    let query = matches!(text[..name.start].last(), Some(b'?' | b'&'));
    if found.quote != Quote::None || !whole_line || !apart || query {
        return without_scheme(text, value);
    }
    let line = found.line;
    let flow =
        matches!(text.get(line.end.wrapping_sub(1)), Some(b',' | b'}' | b')' | b';' | b'"' | b'\'' | b'<'));
    let quoted = line.of(text).iter().any(|b| b"\"'".contains(b));
    without_scheme(text, if flow || quoted { value } else { line })
}

/// `"token": "{\"key\":\"…\"}"`: of an object in a string, the one member that looks generated.
fn inside_object(text: &[u8], value: Span) -> Span {
    let bytes = value.of(text);
    let object =
        bytes.starts_with(b"{") && bytes.ends_with(b"}") && bytes.contains(&b'"') && bytes.contains(&b':');
    if !object {
        return value;
    }
    let mut at = value.start;
    let mut best = value;
    for member in bytes.split(|b| !b.is_ascii_alphanumeric() && !b"+/=_-.".contains(b)) {
        let span = Span::new(at, at + member.len());
        at = span.end + 1;
        if looks_generated(member) && (best == value || span.len() > best.len()) {
            best = span;
        }
    }
    best
}

/// `Basic …`, `Bearer …`: what follows the scheme (RFC 9110, section 11.4) is the credential.
fn without_scheme(text: &[u8], value: Span) -> Span {
    let bytes = value.of(text);
    let schemes = [&b"basic "[..], b"bearer ", b"token ", b"apikey ", b"digest "];
    let scheme = schemes
        .iter()
        .find(|scheme| bytes.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme)));
    let one_word = |start: usize| !bytes[start..].iter().any(u8::is_ascii_whitespace);
    let start = scheme.map_or(0, |scheme| scheme.len());
    if one_word(start) { Span::new(value.start + start, value.end) } else { value }
}

/// Why the value is none by itself, if it is none.
fn is_short_or_reference(value: &[u8]) -> Option<Reason> {
    match value {
        value if value.len() < 4 => Some(Reason::TooShort),
        value if is_reference(value) => Some(Reason::Reference),
        _ => None,
    }
}

/// Why the value stands for another one, if it does.
fn stands_for_another(value: &[u8], name: &[String]) -> Option<Reason> {
    match value {
        value if is_placeholder(value, name) => Some(Reason::Placeholder),
        value if is_digest(value) => Some(Reason::Digest),
        value if login_placeholder(value) => Some(Reason::Placeholder),
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

/// `f(name: type)`, also in a string: a colon follows the word.
fn is_parameter(text: &[u8], value: Span) -> bool {
    text[value.end..].trim_ascii_start().first() == Some(&b':') || value.of(text).ends_with(b":")
}

/// A word that no programmer would call a variable: it stands in a language inside the language. A dot in it selects
/// a member only where there is code.
fn is_no_code(value: &[u8], kind: Kind) -> bool {
    let dot = if kind == Kind::Code { b'-' } else { b'.' };
    let word = |b: &u8| b.is_ascii_alphanumeric() || matches!(*b, b'_' | b'-') || *b == dot;
    if value.len() < 4 || !value.iter().all(word) || is_number(value) {
        return false;
    }
    let language = Language::of(value);
    language.known < 0.4 && language.longest >= 4
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

/// An identifier of code: letters of both cases may also stand side by side by chance, but then make no words.
fn is_code(value: &[u8]) -> bool {
    is_identifier(value) && Language::of(value).known >= 0.3
}

/// The contextual rule whose name and shape fit best.
fn contextual<'c>(catalogue: &'c Catalogue, words: &[String], value: &[u8]) -> Option<&'c Context> {
    let fits = |context: &&Context| catalogue.pattern(context.rule).is_some_and(|form| form.is_match(value));
    catalogue.contexts(words).into_iter().find(fits)
}

/// Words of names that say what a value is, besides those that say key or token.
const KINDS: [&str; 14] = [
    "account",
    "admin",
    "app",
    "application",
    "bot",
    "client",
    "consumer",
    "json",
    "master",
    "private",
    "root",
    "sdk",
    "service",
    "user",
];

/// A contextual rule's name says whose the value is, and not only what (`consumer secret`).
fn says_whose(name: &[String]) -> bool {
    name.iter()
        .any(|word| word.len() >= SHORTEST_NAME && !KINDS.contains(&word.as_str()) && !tells(word.as_bytes()))
}

/// Features that a finding names as what decided.
const MOST_REASONS: usize = 5;

/// What the verdict on the value rests on.
struct Subject<'t> {
    text: &'t [u8],
    name: Span,
    value: Span,
    bytes: &'t [u8],
    makeup: Makeup,
    words: Vec<String>,
    said: Says,
    found: Assignment,
    path: PathFacts,
}

impl Subject<'_> {
    /// `Key = 2d77…` among lines that give the cipher's other inputs and outputs: published with the standard.
    fn in_test_vectors(&self) -> bool {
        let bare = self.words.len() == 1 && is_hex(self.bytes);
        bare && vector::stands_in_table(self.text, self.name, self.value)
    }

    fn features(&self) -> Features {
        features(&Facts {
            text: self.text,
            name: self.name,
            value: self.value,
            found: self.found,
            said: self.said,
            words: &self.words,
            path: self.path,
        })
    }

    fn decide(&self, m: &Match, catalogue: &Catalogue) -> Verdict {
        let shape =
            if self.said == Says::Password { Shape::PasswordAssignment } else { Shape::SecretAssignment };
        let Some(rule) = catalogue.shape(shape) else { return Verdict::Dropped(Reason::RuleOff) };
        let features = self.features();
        match self.believe(&features) {
            Ok(confidence) => {
                let mut why = Model::current().explain(&features);
                why.truncate(MOST_REASONS);
                let (rule, own_service) = self.service(catalogue).unwrap_or((rule, false));
                Verdict::Kept(Judged { rule, own_service, value: self.value, why, ..proven(m, confidence) })
            }
            Err(reason) => Verdict::Dropped(reason),
        }
    }

    /// The service whose key this is. A password is a person's, whatever service it opens.
    fn service(&self, catalogue: &Catalogue) -> Option<near::Row> {
        let row = || near::row_of(self.text, self.value, catalogue);
        let context = || {
            contextual(catalogue, &self.words, self.bytes).map(|found| (found.rule, says_whose(&found.words)))
        };
        if self.said == Says::Password { None } else { context().or_else(row) }
    }

    /// `sumologic_access_id`: no secret, but what a secret pairs with.
    fn identifier(&self, m: &Match, catalogue: &Catalogue) -> Option<Judged> {
        let ends = self.words.last().is_some_and(|word| matches!(word.as_str(), "id" | "sid"));
        let asked = ends && self.said == Says::Nothing;
        let (rule, own_service) = asked.then(|| near::row_of(self.text, self.value, catalogue)).flatten()?;
        if catalogue.rule(rule).kind != rule::Kind::Identifier {
            return None;
        }
        Some(Judged { rule, own_service, value: self.value, ..proven(m, catalogue.rule(rule).confidence) })
    }

    /// How far to believe that the value is what its name says.
    fn believe(&self, features: &Features) -> Result<Confidence, Reason> {
        let opinion = Model::current().judge(features);
        if opinion.believed {
            Ok(Confidence::Medium)
        } else if opinion.doubted {
            Ok(Confidence::Low)
        } else if is_identifier(self.bytes) {
            Err(Reason::Identifier)
        } else if self.makeup.letters_only() {
            Err(Reason::Word)
        } else {
            Err(Reason::NotGenerated)
        }
    }

    /// Things that no secret looks like, whatever the name says.
    fn is_no_value(&self) -> Result<(), Reason> {
        if self.said == Says::Nothing {
            return Err(Reason::NameSaysOtherwise);
        }
        // The name of a data source is no secret; an address with credentials is.
        let bare_source = || !self.bytes.iter().any(|b| b"@=:".contains(b)) && !looks_generated(self.bytes);
        if self.words.last().is_some_and(|word| word == "dsn") && bare_source() {
            return Err(Reason::NameSaysOtherwise);
        }
        if self.path.translation && (self.makeup.letters_only() || self.makeup.spaces > 0) {
            return Err(Reason::Translation);
        }
        if is_prose(self.bytes) && Language::of(self.bytes).known >= 0.6 {
            return Err(Reason::Prose);
        }
        if self.bytes.iter().any(|&b| b < 0x20 && b != b'\t' || b == 0x7f) {
            return Err(Reason::Prose);
        }
        if are_escapes(self.bytes) {
            return Err(Reason::Word);
        }
        if self.in_test_vectors() {
            return Err(Reason::TestVector);
        }
        let secret = |word: &String| ["token", "key", "secret", "password"].iter().any(|s| word.contains(s));
        if is_uuid(self.bytes) && !self.words.iter().any(secret) {
            return Err(Reason::Uuid);
        }
        Ok(())
    }
}
