//! Regular expressions for paths as globs. Apart from other patterns because a glob knows names and directories, where a
//! regex knows characters; what cannot be said in globs is refused.

use regex_syntax::ast::{self, Ast, ClassSetItem, GroupKind, RepetitionKind, RepetitionRange};

/// Globs, and what is different about them.
pub(super) struct Globs {
    pub(super) globs: Vec<String>,
    /// What a person should know, if anything.
    pub(super) remark: Option<&'static str>,
}

/// Most ways through a pattern's alternatives.
const MOST_WAYS: usize = 64;
/// Deepest nesting of a pattern's groups.
const DEEPEST: u32 = 24;

const DOT: &str = "an unescaped dot stands for any character in the pattern; the glob has a dot";
const CASE: &str = "the glob tells letter cases apart";
const REACH: &str = "only some branches of the pattern are anchored; each became a glob of its own: look whether that is meant";

/// A step along a pattern.
#[derive(Clone, PartialEq)]
enum Step {
    Start,
    End,
    /// Text of a glob: an escaped character, a class.
    Glob(String),
    Slash,
    /// Anything within a name.
    Name,
    /// Anything.
    All,
}

/// The globs that match what `pattern` finds in a path, which it does not have to match as a whole.
///
/// # Errors
/// Why there are none; nothing of the pattern is quoted.
pub(super) fn of(pattern: &str) -> Result<Globs, &'static str> {
    let unread = "leaklint's regex engine does not read the pattern";
    let ast =
        ast::parse::ParserBuilder::new().nest_limit(DEEPEST).build().parse(pattern).map_err(|_| unread)?;
    let mut reader = Reader { dot: false, case: false };
    let ways = reader.ways(&ast)?;
    let mut globs: Vec<String> = ways.iter().map(|way| glob(way)).collect::<Result<Vec<_>, _>>()?.concat();
    globs.sort();
    globs.dedup();
    // `(^|/)x/` is `x/` in any directory: one of its two ways says it all.
    let all = globs.clone();
    globs.retain(|glob| {
        !glob
            .strip_prefix('/')
            .is_some_and(|rest| all.iter().any(|other| other.strip_prefix("**/") == Some(rest)))
    });
    let globs = globs.into_iter().map(plain).collect();
    let remark = match (super::pattern::is_mis_anchored(pattern), reader.dot, reader.case) {
        (true, ..) => Some(REACH),
        (_, true, _) => Some(DOT),
        (.., true) => Some(CASE),
        _ => None,
    };
    Ok(Globs { globs, remark })
}

struct Reader {
    dot: bool,
    case: bool,
}

type Ways = Vec<Vec<Step>>;

impl Reader {
    /// All ways through `ast`.
    fn ways(&mut self, ast: &Ast) -> Result<Ways, &'static str> {
        let one = |step: Step| Ok(vec![vec![step]]);
        match ast {
            Ast::Empty(_) => Ok(vec![Vec::new()]),
            Ast::Flags(flags) => {
                self.case |= flags.flags.flag_state(ast::Flag::CaseInsensitive) == Some(true);
                Ok(vec![Vec::new()])
            }
            Ast::Literal(literal) if literal.c == '/' => one(Step::Slash),
            Ast::Literal(literal) => one(Step::Glob(escaped(literal.c))),
            // A dot between letters, as in `go.sum`, is meant as one.
            Ast::Dot(_) => {
                self.dot = true;
                one(Step::Glob(".".to_owned()))
            }
            Ast::Assertion(assertion) => match assertion.kind {
                ast::AssertionKind::StartLine | ast::AssertionKind::StartText => one(Step::Start),
                ast::AssertionKind::EndLine | ast::AssertionKind::EndText => one(Step::End),
                _ => Err("a glob has no word boundaries"),
            },
            Ast::ClassPerl(class) if !class.negated => match class.kind {
                ast::ClassPerlKind::Digit => one(Step::Glob("[0-9]".to_owned())),
                ast::ClassPerlKind::Word => one(Step::Glob("[0-9A-Za-z_]".to_owned())),
                ast::ClassPerlKind::Space => Err("a glob has no white space of any kind"),
            },
            Ast::ClassBracketed(class) => Ok(vec![vec![Step::Glob(bracketed(class)?)]]),
            Ast::Repetition(repetition) => self.repeated(repetition),
            Ast::Group(group) => {
                if let GroupKind::NonCapturing(flags) = &group.kind {
                    self.case |= flags.flag_state(ast::Flag::CaseInsensitive) == Some(true);
                }
                self.ways(&group.ast)
            }
            Ast::Alternation(alternation) => {
                let mut all = Vec::new();
                for branch in &alternation.asts {
                    all.extend(self.ways(branch)?);
                }
                bounded(all)
            }
            Ast::Concat(concat) => {
                let mut all: Ways = vec![Vec::new()];
                for part in &concat.asts {
                    let next = self.ways(part)?;
                    let join =
                        |way: &Vec<Step>| next.iter().map(|more| [way.as_slice(), more].concat()).collect();
                    all = bounded(all.iter().flat_map::<Ways, _>(join).collect())?;
                }
                Ok(all)
            }
            _ => Err("a glob has no such class of characters"),
        }
    }

    fn repeated(&mut self, repetition: &ast::Repetition) -> Result<Ways, &'static str> {
        let least = match &repetition.op.kind {
            RepetitionKind::ZeroOrOne => {
                let mut ways = self.ways(&repetition.ast)?;
                ways.push(Vec::new());
                return bounded(ways);
            }
            RepetitionKind::ZeroOrMore | RepetitionKind::Range(RepetitionRange::AtLeast(0)) => 0,
            RepetitionKind::OneOrMore | RepetitionKind::Range(RepetitionRange::AtLeast(1)) => 1,
            RepetitionKind::Range(_) => return Err("a glob does not count"),
        };
        match &*repetition.ast {
            Ast::Dot(_) => Ok(vec![vec![Step::All]]),
            Ast::ClassBracketed(class) if class.negated && is_slash(class) => Ok(vec![match least {
                0 => vec![Step::Name],
                _ => vec![Step::Glob("?".to_owned()), Step::Name],
            }]),
            _ => Err("a glob repeats nothing but any character"),
        }
    }
}

fn bounded(ways: Ways) -> Result<Ways, &'static str> {
    if ways.len() > MOST_WAYS { Err("the pattern has too many alternatives for globs") } else { Ok(ways) }
}

/// The globs for one way. Anything between two names is either within one or across directories.
fn glob(way: &[Step]) -> Result<Vec<String>, &'static str> {
    let from_start = way.first() == Some(&Step::Start);
    let to_end = way.last() == Some(&Step::End);
    let body = &way[usize::from(from_start)..way.len() - usize::from(to_end && !way.is_empty())];
    if body.contains(&Step::Start) || body.contains(&Step::End) {
        return Err("an anchor stands in the middle of the pattern");
    }
    let (body, open_start) = match body {
        [Step::All, rest @ ..] => (rest, true),
        _ => (body, !from_start),
    };
    let (body, open_end) = match body {
        [rest @ .., Step::All] => (rest, true),
        _ => (body, !to_end),
    };
    if body.is_empty() {
        return Err("the pattern matches every path");
    }
    let mut globs = match (open_start, body.first()) {
        (true, Some(Step::Slash)) => vec!["**".to_owned()],
        (true, _) => vec!["**/*".to_owned()],
        (false, _) => vec!["/".to_owned()],
    };
    for step in body {
        let more: &[&str] = match step {
            Step::Glob(text) => &[text],
            Step::Slash => &["/"],
            Step::Name => &["*"],
            Step::All => &["*", "*/**/*"],
            Step::Start | Step::End => &[],
        };
        let add = |glob: &String| more.iter().map(|more| format!("{glob}{more}")).collect::<Vec<_>>();
        globs = globs.iter().flat_map(add).collect();
        if globs.len() > MOST_WAYS {
            return Err("the pattern has too many alternatives for globs");
        }
    }
    // A glob that matches a directory stands for all below it.
    if open_end && body.last() != Some(&Step::Slash) {
        globs.iter_mut().for_each(|glob| glob.push('*'));
    }
    Ok(globs)
}

/// `**/*.lock` is `*.lock`: a glob without a slash matches names anywhere.
fn plain(glob: String) -> String {
    match glob.strip_prefix("**/") {
        Some(rest) if !rest.trim_end_matches('/').contains('/') && !rest.is_empty() => rest.to_owned(),
        _ => glob,
    }
}

fn escaped(c: char) -> String {
    match c {
        '*' | '?' | '[' | ']' | '{' | '}' | '\\' | '!' => format!("\\{c}"),
        _ => c.to_string(),
    }
}

fn is_slash(class: &ast::ClassBracketed) -> bool {
    matches!(&class.kind, ast::ClassSet::Item(ClassSetItem::Literal(literal)) if literal.c == '/')
}

/// A class of letters, digits and harmless signs.
fn bracketed(class: &ast::ClassBracketed) -> Result<String, &'static str> {
    let no = "a glob has no such class of characters";
    let ast::ClassSet::Item(item) = &class.kind else { return Err(no) };
    if class.negated {
        return Err(no);
    }
    let items = match item {
        ClassSetItem::Union(union) => union.items.as_slice(),
        one => std::slice::from_ref(one),
    };
    // One sign is itself: `[.]`, `[/]`.
    if let [ClassSetItem::Literal(literal)] = items {
        return if literal.c == '/' { Err(no) } else { Ok(escaped(literal.c)) };
    }
    let harmless = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.');
    let mut out = String::from("[");
    for item in items {
        match item {
            ClassSetItem::Literal(literal) if harmless(literal.c) => out.push(literal.c),
            ClassSetItem::Range(range) if harmless(range.start.c) && harmless(range.end.c) => {
                out.extend([range.start.c, '-', range.end.c]);
            }
            _ => return Err(no),
        }
    }
    out.push(']');
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::files::PathFilter;

    #[test]
    fn path_patterns_become_globs_that_match_the_same() {
        let paths = [
            "go.sum",
            "x/go.sum",
            "x/go_sum",
            "vendor/a/b",
            "src/vendor/a",
            "my_vendor/a",
            "a.lock",
            "d/a.lock",
            "a.lockx",
            "tests/fixtures/a",
            "src/tests/fixtures/a",
            "tests/fixtures",
            "a/test_data/b/c",
            "v1/x",
            "v12/x",
            "docs/a.md",
        ];
        for pattern in [
            r"go\.sum$",
            r"(^|/)go\.sum$",
            r"^vendor/",
            r"(?:^|/)vendor/",
            r"vendor/",
            r".*\.lock$",
            r"^tests/fixtures/.*$",
            r"tests/fixtures",
            r"^a/.*/c$",
            r"^v[0-9]/",
            r"\.(md|lock)$",
            r"docs/[^/]+\.md$",
            r"^go\.sums?$",
        ] {
            let globs = of(pattern).unwrap_or_else(|why| panic!("{pattern}: {why}"));
            let filter = PathFilter::new(&globs.globs, &[]).expect("globs");
            let regex = regex::Regex::new(pattern).expect("a regex");
            let ours: Vec<_> = paths.iter().filter(|path| filter.excludes_file(&[path.as_bytes()])).collect();
            let theirs: Vec<_> = paths.iter().filter(|path| regex.is_match(path)).collect();
            assert_eq!(ours, theirs, "{pattern}: {:?}", globs.globs);
            assert_eq!(globs.remark, None, "{pattern}");
        }
    }

    #[test]
    fn what_differs_is_said_and_what_no_glob_can_say_is_refused() {
        let remark = |pattern: &str| of(pattern).ok().and_then(|globs| globs.remark);
        assert_eq!(remark("go.sum$"), Some(DOT));
        assert_eq!(remark("(?i)readme$"), Some(CASE));
        assert_eq!(remark("^vendor/|third_party"), Some(REACH));
        for pattern in ["", ".*", r"\bfoo\b", "a{3}", "[^a]b", "(a|b)+", "(", "a^b"] {
            assert!(of(pattern).is_err(), "{pattern}");
        }
    }
}
