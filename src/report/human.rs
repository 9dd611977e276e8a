//! `--format human`: each finding as a compiler would show it, with what to do about it.

use std::fmt;

use miette::{Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, SourceCode};

use crate::blob::Part;
use crate::finding::{Finding, Lapsed, Place};
use crate::rule::Severity;
use crate::visible;

use super::paint::Paint;
use super::snippet::Snippet;
use super::{Dropped, Report, comment, history};

/// How the screen looks.
#[derive(Clone, Copy, Debug)]
pub struct HumanOptions {
    /// ANSI colours.
    pub color: bool,
    /// Columns.
    pub width: usize,
    /// Whether anything beyond ASCII can be shown.
    pub unicode: bool,
    /// Whether to say what the learned judgement rests on.
    pub explain: bool,
}

/// The findings as diagnostics, then the dropped matches one a line; no bytes when there is neither.
pub fn render(report: &Report, options: &HumanOptions) -> Vec<u8> {
    let mut text = String::new();
    for finding in history::one_each(&report.findings) {
        text.push_str(&diagnostic(finding, options));
        text.push_str(&notes(report, finding, options));
        // Also after the last one: the summary comes next on the same screen.
        text.push('\n');
    }
    text.push_str(&dropped(report, options));
    text.into_bytes()
}

/// One finding as a person is asked about it: what and where, without advice.
pub fn brief(finding: &Finding, options: &HumanOptions) -> String {
    let mut notes = Notes { text: diagnostic(finding, options), options };
    facts(finding, &mut notes);
    notes.text
}

/// The dropped matches one a line, for other formats on standard error.
pub fn dropped(report: &Report, options: &HumanOptions) -> String {
    report.dropped.iter().map(|dropped| one_line(dropped, options)).collect()
}

/// Code, title, line and labels.
fn diagnostic(finding: &Finding, options: &HumanOptions) -> String {
    let mut theme = match (options.unicode, options.color) {
        (true, true) => GraphicalTheme::unicode(),
        (true, false) => GraphicalTheme::unicode_nocolor(),
        (false, true) => GraphicalTheme::ascii(),
        (false, false) => GraphicalTheme::none(),
    };
    let gutter = finding.place.start.line.to_string().len() + 4;
    let path = shown(&finding.path.text(), options);
    let room = options.width.saturating_sub(gutter);
    let snippet = Snippet::new(&finding.excerpt, path, finding.place.start, room, options.unicode);
    let shown = Shown {
        code: format!(
            "{} ({} severity, {} confidence)",
            shown(&finding.rule.id, options),
            finding.severity.word(),
            finding.confidence.word()
        ),
        title: shown(&finding.rule.name, options),
        severity: finding.severity,
        value_label: value_label(finding),
        snippet,
    };
    // Labels take their styles in the order of their places, and the name stands before the value.
    let (name_style, value_style) = (theme.styles.help, theme.styles.error);
    let named = shown.snippet.name.is_some_and(|name| name < shown.snippet.mask);
    theme.styles.highlights =
        if named { vec![name_style, value_style] } else { vec![value_style, name_style] };
    let handler = GraphicalReportHandler::new_themed(theme).with_urls(false).with_width(options.width);
    let mut text = String::new();
    // Writing to a string cannot fail, and the snippet answers every span.
    handler.render_report(&mut text, &shown).unwrap_or_default();
    text
}

fn value_label(finding: &Finding) -> &'static str {
    match finding.verified {
        "checksum" => "this value; its checksum holds",
        "structure" => "this value; it has the structure of a real one",
        _ => "this value",
    }
}

/// A finding as miette sees it; nothing in it is raw.
#[derive(Debug)]
struct Shown {
    code: String,
    title: String,
    severity: Severity,
    value_label: &'static str,
    snippet: Snippet,
}

impl fmt::Display for Shown {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str(&self.title)
    }
}

impl std::error::Error for Shown {}

impl Diagnostic for Shown {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(&self.code))
    }

    fn severity(&self) -> Option<miette::Severity> {
        Some(match self.severity {
            Severity::Critical | Severity::High => miette::Severity::Error,
            Severity::Medium => miette::Severity::Warning,
            Severity::Low => miette::Severity::Advice,
        })
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(&self.snippet)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let label = |text: &str, (start, end): (usize, usize)| {
            LabeledSpan::new(Some(text.to_owned()), start, end - start)
        };
        let name = self.snippet.name.map(|name| label("given to this name", name));
        Some(Box::new(name.into_iter().chain([label(self.value_label, self.snippet.mask)])))
    }
}

/// What the diagnostic means and what to do: a word in the margin, then text, wrapped, or code on lines of its own.
fn notes(report: &Report, finding: &Finding, options: &HumanOptions) -> String {
    let mut notes = Notes { text: String::new(), options };
    facts(finding, &mut notes);
    notes.say("why", &finding.rule.grants);
    notes.say("now", &finding.rule.revoke);
    accept(report, finding, &mut notes);
    if let Some(reference) = finding.rule.references.first() {
        notes.say("see", reference);
    }
    notes.text
}

/// What is known of the finding itself.
fn facts(finding: &Finding, notes: &mut Notes<'_>) {
    if !finding.subject.is_empty() {
        notes.say("which", &finding.subject.join(", "));
    }
    for related in &finding.related {
        notes.say("also", &format!("{} ({})", place(&related.path.text(), related.place), related.role));
    }
    if !finding.also.is_empty() {
        notes.say("found by", &format!("{} too; this rule is the most specific", finding.also.join(", ")));
    }
    if notes.options.explain && !finding.why.is_empty() {
        let shares = finding.why.iter().map(|(feature, share)| format!("{feature} {share:+.2}"));
        notes.say("judged", &shares.collect::<Vec<_>>().join(", "));
    }
    for (word, text) in history::lines(finding) {
        notes.say(word, &text);
    }
    if let Some(commit) = finding.commit.as_ref().filter(|_| finding.history.is_none()) {
        let short = commit.id.get(..12).unwrap_or(&commit.id);
        notes.say("since", &format!("commit {short} of {} by {}", commit.date, commit.author));
    }
    if finding.gone {
        let text = "a later commit takes it away again, but this one still carries it: whoever gets the commits \
                    gets the value";
        notes.say("gone", text);
    }
    if let Some(lapsed) = &finding.lapsed {
        notes.say("expired", &expired(lapsed));
    }
}

/// The history of an entry that no longer holds.
fn expired(lapsed: &Lapsed) -> String {
    let mut text = match &lapsed.entry {
        Some(entry) => format!("the allow entry at {entry} held until {}", lapsed.expires),
        None => format!("the baseline accepted it until {}", lapsed.expires),
    };
    lapsed.status.iter().for_each(|status| text.push_str(&format!(" as {status}")));
    lapsed.owner.iter().for_each(|owner| text.push_str(&format!(", owner {owner}")));
    lapsed.reason.iter().for_each(|reason| text.push_str(&format!(": {reason}")));
    text
}

/// How to accept the finding: by a comment where the file can hold one and it is not already history, or else by the
/// baseline, which takes all that is found.
fn accept(report: &Report, finding: &Finding, notes: &mut Notes<'_>) {
    // No baseline is made of what is no file, and only a message can hold a comment.
    match finding.part {
        Part::File => {}
        Part::CommitMessage | Part::TagMessage if report.command != "history" => {
            notes.say("accept", "if it is no secret, write this behind it, on the same line of the message:");
            return notes.code(&format!("# leaklint:allow {} -- reason", finding.rule.id));
        }
        _ => return,
    }
    let path = finding.path.text();
    let is_history = report.command == "history";
    let comment = comment::syntax(&path).filter(|_| !is_history);
    if let Some(syntax) = comment {
        let own_line = syntax.own_line || finding.place.start.line != finding.place.end.line;
        let at = if own_line { "on a line of its own above it" } else { "at the end of its line" };
        notes.say("accept", &format!("if it is no secret, write this comment {at}:"));
        let mark = format!("{} leaklint:allow {} -- reason {}", syntax.open, finding.rule.id, syntax.close);
        notes.code(mark.trim_end());
        notes.more("or take all that is found now into the baseline:");
    } else if is_history {
        let text = "if it is no secret and still stands in the working tree, take all that is found there into the \
                    baseline:";
        notes.say("accept", text);
    } else {
        notes.say("accept", "if it is no secret, take all that is found now into the baseline:");
    }
    notes.code(&report.accept);
}

/// Columns before the text of a note; the words in the margin end there.
const INDENT: usize = 10;

struct Notes<'o> {
    text: String,
    options: &'o HumanOptions,
}

impl Notes<'_> {
    /// One note, wrapped at spaces to the screen's width.
    fn say(&mut self, word: &str, text: &str) {
        let head = format!("{word:>width$}: ", width = INDENT - 2);
        self.text.push_str(&Paint { color: self.options.color }.cyan(&head));
        self.wrapped(text);
    }

    /// More of the note before.
    fn more(&mut self, text: &str) {
        self.text.push_str(&" ".repeat(INDENT));
        self.wrapped(text);
    }

    fn wrapped(&mut self, text: &str) {
        let mut column = INDENT;
        for word in text.split_whitespace().map(|word| shown(word, self.options)) {
            let width = word.chars().count();
            if column > INDENT && column + 1 + width > self.options.width {
                self.text.push('\n');
                self.text.push_str(&" ".repeat(INDENT));
                column = INDENT;
            }
            if column > INDENT {
                self.text.push(' ');
                column += 1;
            }
            self.text.push_str(&word);
            column += width;
        }
        self.text.push('\n');
    }

    /// A line to copy, never wrapped.
    fn code(&mut self, line: &str) {
        self.text.push_str(&" ".repeat(INDENT));
        self.text.push_str(&shown(line, self.options));
        self.text.push('\n');
    }
}

/// `path:line:column: dropped as reason: rule, mask`.
fn one_line(dropped: &Dropped, options: &HumanOptions) -> String {
    let place = place(&dropped.path.text(), dropped.place);
    let text = format!("{place}: dropped ({}): {} {}", dropped.reason, dropped.rule_id, dropped.masked);
    let line = shown(&text, options);
    format!("{}\n", Paint { color: options.color }.dim(&line))
}

fn place(path: &str, place: Place) -> String {
    format!("{path}:{}:{}", place.start.line, place.start.column)
}

/// Text as this screen can show it: nothing unsafe, and nothing beyond ASCII where it would come out as other bytes.
fn shown(text: &str, options: &HumanOptions) -> String {
    let text = visible::line(text);
    match options.unicode || text.is_ascii() {
        true => text.into_owned(),
        false => text.chars().fold(String::new(), |mut out, c| {
            match c.is_ascii() {
                true => out.push(c),
                false => out.extend(c.escape_unicode()),
            }
            out
        }),
    }
}
