//! Whether a place on a line is in a comment, in whatever language: a comment opener before it, neither in quotes.
//!
//! It reads one line and knows no language, so it asks for what comments look like everywhere: white space before an
//! opener that also occurs inside values (`#`, `//`), and the mark directly behind an opener that is rare as one (`;`).

/// The comment that holds a place.
pub(super) struct Comment<'l> {
    /// From the place to the end of the comment or line.
    pub(super) content: &'l [u8],
    /// Nothing but the comment is on the line, and nothing stands in it before the place.
    pub(super) alone: bool,
    /// The line begins inside a string that this quote closes: the offset of the quote on the line.
    pub(super) closes: Option<usize>,
}

impl<'l> Comment<'l> {
    /// The comment that holds the byte at `at`, when one does.
    pub(super) fn around(line: &'l [u8], at: usize) -> Option<Self> {
        let (opener, closes) = match opener(line, at, 0) {
            Ok(opener) => (opener?, None),
            Err(quote) => (opener(line, at, quote + 1).ok()??, Some(quote)),
        };
        let rest = &line[at..];
        let close = Some(opener.syntax.close).filter(|close| !close.is_empty());
        let end = close.and_then(|close| memchr::memmem::find(rest, close)).unwrap_or(rest.len());
        let behind = rest.get(end + opener.syntax.close.len()..).unwrap_or(b"");
        let opener_end = opener.at + opener.syntax.open.len();
        let alone = line[..opener.at].iter().all(|b| FILLER.contains(b))
            && line[opener_end..at].iter().all(|b| FILLER.contains(b))
            && behind.iter().all(|b| b" \t}-%>*".contains(b));
        Some(Self { content: &rest[..end], alone, closes })
    }
}

/// Whether the value that begins on the next line belongs to this one: it ends in a block scalar's mark, an opened
/// string, an assignment, a heredoc or a continued line. A comment at its end does not count.
pub(super) fn opens_a_value(line: &[u8]) -> bool {
    let comment =
        [&b" #"[..], b" //"].into_iter().filter_map(|opener| memchr::memmem::rfind(line, opener)).min();
    let line = line[..comment.unwrap_or(line.len())].trim_ascii_end();
    // `|`, `>-`, `|2+` (YAML 1.2, 8.1.1).
    let indicators = line.iter().rev().take_while(|b| b.is_ascii_digit() || matches!(b, b'+' | b'-')).count();
    let block = line[..line.len() - indicators].last().is_some_and(|b| b"|>".contains(b));
    let heredoc = memchr::memmem::rfind(line, b"<<").is_some_and(|at| !line[at..].contains(&b' '));
    block || heredoc || line.last().is_some_and(|last| b"\"'`\\(=:[{".contains(last))
}

/// A comment opener on a line.
struct Opener {
    at: usize,
    syntax: &'static Syntax,
}

/// What may stand between an opener and a mark that is alone on its line.
const FILLER: &[u8] = b" \t#/*;%-!";

/// How comments open in some languages.
struct Syntax {
    open: &'static [u8],
    /// Empty: the end of the line.
    close: &'static [u8],
    before: Before,
    /// Only blanks and further opener characters may stand between it and a mark.
    direct: bool,
}

/// What must stand before an opener.
#[derive(Clone, Copy, PartialEq)]
enum Before {
    Anything,
    Space,
    LineStart,
}

const fn syntax(open: &'static [u8], close: &'static [u8], before: Before, direct: bool) -> Syntax {
    Syntax { open, close, before, direct }
}

/// Longer openers first, where one begins like another.
#[rustfmt::skip]
static SYNTAXES: [Syntax; 22] = [
    syntax(b"<!--", b"-->", Before::Anything, false),    // HTML, XML, Markdown
    syntax(b"<%--", b"--%>", Before::Anything, false),   // JSP, ASP.NET
    syntax(b"<%#", b"%>", Before::Anything, false),      // ERB, EJS
    syntax(b"{{!--", b"--}}", Before::Anything, false),  // Handlebars
    syntax(b"{{!", b"}}", Before::Anything, false),      // Handlebars, Mustache
    syntax(b"{{- /*", b"*/", Before::Anything, false),   // Go templates, Helm
    syntax(b"{{/*", b"*/", Before::Anything, false),     // Go templates, Helm
    syntax(b"{/*", b"*/", Before::Anything, false),      // JSX
    syntax(b"{#", b"#}", Before::Anything, false),       // Jinja, Twig
    syntax(b"<#", b"#>", Before::Space, false),          // PowerShell
    syntax(b"(*", b"*)", Before::Space, false),          // OCaml, Pascal
    syntax(b"@*", b"*@", Before::Space, false),          // Razor
    syntax(b"/*", b"*/", Before::Space, false),          // C and its kin, CSS, SQL
    syntax(b"//", b"", Before::Space, false),            // C++, Java, JavaScript, Go, Rust …
    syntax(b"#", b"", Before::Space, false),             // shell, Python, Ruby, YAML, TOML, .env …
    syntax(b"{-", b"-}", Before::Space, true),           // Haskell
    syntax(b"--[[", b"]]", Before::Space, true),         // Lua
    syntax(b"--", b"", Before::Space, true),             // SQL, Lua, Haskell, Ada
    syntax(b";", b"", Before::Space, true),              // INI, assembler, Lisp
    syntax(b"%", b"", Before::Space, true),              // TeX, MATLAB, Erlang
    syntax(b"*", b"*/", Before::LineStart, true),        // inside a block comment
    syntax(b"!", b"", Before::LineStart, true),          // Java properties, Fortran
];
/// Visual Basic; a quote elsewhere, so it is looked for on its own.
static BASIC: Syntax = syntax(b"'", b"", Before::Space, true);
/// Batch files, BASIC.
static REM: Syntax = syntax(b"rem ", b"", Before::Space, true);

/// The last comment opener before `at` that is outside quotes, reading from `from`, when `at` is outside quotes, too.
///
/// # Errors
/// The offset of the first `"` or backtick when `at` is inside a string: the line may have begun inside it.
fn opener(line: &[u8], at: usize, from: usize) -> Result<Option<Opener>, usize> {
    let mut last = None;
    let mut first_quote = None;
    let last_apostrophe = memchr::memrchr(b'\'', &line[..at]);
    let indent = line.iter().take_while(|b| b.is_ascii_whitespace()).count();
    let mut here = from;
    while here < at {
        let byte = line[here];
        let apostrophe = byte == b'\''
            && last_apostrophe.is_some_and(|last| last > here)
            && !(here > 0 && line[here - 1].is_ascii_alphanumeric());
        if matches!(byte, b'"' | b'\'') && line[here..at].starts_with(&[byte; 3]) {
            // Which side of a triple quote is the string cannot be told from one line.
            here += 3;
        } else if matches!(byte, b'"' | b'`') || apostrophe {
            if !apostrophe {
                first_quote.get_or_insert(here);
            }
            match end_of_string(line, at, here) {
                Some(end) => here = end,
                None => return first_quote.map_or(Ok(None), Err),
            }
        } else if let Some(syntax) = syntax_at(line, at, here, indent) {
            last = Some(Opener { at: here, syntax });
            if syntax.direct {
                break;
            }
            here += syntax.open.len();
        } else {
            here += 1;
        }
    }
    Ok(last)
}

/// One past the quote that closes the string which opens at `start`, if it stands before `at`.
fn end_of_string(line: &[u8], at: usize, start: usize) -> Option<usize> {
    let mut here = start + 1;
    while here < at {
        match line[here] {
            b'\\' => here += 2,
            byte if byte == line[start] => return Some(here + 1),
            _ => here += 1,
        }
    }
    None
}

/// The opener at `here` on a line that is indented by `indent` bytes.
fn syntax_at(line: &[u8], at: usize, here: usize, indent: usize) -> Option<&'static Syntax> {
    if !b"<{(@/#-;%*!'rR".contains(&line[here]) {
        return None;
    }
    let before = match line[..here].last() {
        _ if here <= indent => Before::LineStart,
        Some(byte) if byte.is_ascii_whitespace() => Before::Space,
        _ => Before::Anything,
    };
    let fits = |syntax: &Syntax| {
        let placed = match syntax.before {
            Before::Anything => true,
            Before::Space => before != Before::Anything,
            Before::LineStart => before == Before::LineStart,
        };
        let between = line.get(here + syntax.open.len()..at);
        placed && between.is_some_and(|between| !syntax.direct || between.iter().all(|b| FILLER.contains(b)))
    };
    let opens = |syntax: &Syntax| {
        let there = line.get(here..here + syntax.open.len());
        there.is_some_and(|there| there.eq_ignore_ascii_case(syntax.open))
    };
    // A single quote that closes further on is a string's.
    let basic = || Some(&BASIC).filter(|basic| opens(basic) && fits(basic) && !line[at..].contains(&b'\''));
    SYNTAXES.iter().chain([&REM]).find(|syntax| opens(syntax) && fits(syntax)).or_else(basic)
}
