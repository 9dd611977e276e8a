//! Masks the values a run found wherever they stand again in what it emits. Apart from the excerpts because a value may
//! also be part of a path, a name or a sentence, where no match was looked for.

use std::collections::HashMap;
use std::sync::Arc;

use crate::baseline::Fate;
use crate::blob::BlobPath;
use crate::blob::life::Life;
use crate::catalogue::{Catalogue, RuleIndex};
use crate::decode::{self, Budget, IN_OUTPUT, Source, View};
use crate::detect::{self, Tiers};
use crate::finding::Excerpt;
use crate::finding::excerpt::CUT;
use crate::rule::Kind;
use crate::runs;
use crate::secret::{Needles, Secret, mask};
use crate::span::Span;

use super::Report;

/// Knows the raw values of a run and rewrites emitted text.
pub struct Redactor<'s> {
    needles: Needles<'s>,
    /// The same without plain words: with them, `password: postgres` would make every path below `postgres/` one that
    /// nobody can open.
    in_paths: Needles<'s>,
    catalogue: &'s Catalogue,
}

/// `text` with every token masked that a rule finds in it, encoded or not: nobody may have written it into a file that was
/// scanned. Identifiers stay, they say which credential it is.
pub fn tokens(text: &[u8], catalogue: &Catalogue) -> Vec<u8> {
    let secrets = |text: &[u8]| {
        let mut found = detect::detect(text, &runs::all(text), catalogue, Tiers::Tokens);
        found.retain(|m| !identifies(m.rule, catalogue));
        found
    };
    let plain = secrets(text).into_iter().map(|m| (m.value, catalogue.rule(m.rule).public_prefix));
    let encoded = spelled(text, |text| secrets(text).into_iter().map(|m| m.value).collect());
    let mut spans: Vec<(Span, usize)> = plain.chain(encoded.into_iter().map(|span| (span, 0))).collect();
    spans.sort_unstable();
    masked(text, spans)
}

/// `text` with each of these spans masked, its first bytes shown as far as they are public. Of spans that overlap the
/// first one's beginning is shown, and nothing else.
fn masked(text: &[u8], spans: Vec<(Span, usize)>) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut from = 0;
    for (span, public_prefix) in spans {
        if span.start >= from {
            out.extend_from_slice(&text[from..span.start]);
            out.extend_from_slice(mask(span.of(text), public_prefix).as_bytes());
        }
        from = from.max(span.end);
    }
    out.extend_from_slice(&text[from..]);
    out
}

/// The spans of `text` that spell what `find` finds in its decoded readings.
fn spelled(text: &[u8], find: impl Fn(&[u8]) -> Vec<Span>) -> Vec<Span> {
    // An excerpt may be cut inside a run of base64.
    let cut = text.len() - text.strip_prefix(CUT.as_bytes()).unwrap_or(text).len();
    let mut budget = Budget::default();
    let mut views: Vec<View> = Vec::new();
    let mut spans = Vec::new();
    while views.len() < decode::LEVELS {
        let source = Source {
            cut: views.is_empty(),
            ..Source::of(views.last().map_or(&text[cut..], View::text), &[])
        };
        let view = decode::view(source, IN_OUTPUT, &mut budget);
        if view.is_empty() {
            break;
        }
        let found = find(view.text());
        views.push(view);
        let back = |span| views.iter().rev().try_fold(span, |span, view| view.source(span));
        spans.extend(
            found.into_iter().filter_map(back).map(|span| Span::new(span.start + cut, span.end + cut)),
        );
    }
    spans
}

/// True for the half of a pair that is shown: `kind: identifier`, or named by another rule as its pair.
fn identifies(rule: RuleIndex, catalogue: &Catalogue) -> bool {
    let rule = catalogue.rule(rule);
    rule.kind == Kind::Identifier
        || catalogue.rules().iter().any(|other| other.pair.as_ref() == Some(&rule.id))
}

impl<'s> Redactor<'s> {
    /// A redactor for the values of all findings, and for those of dropped matches as far as they are distinctive: a
    /// dropped `password: "example"` must not make `example/password.yml` a path that nobody can open.
    pub fn new(
        found: impl IntoIterator<Item = &'s Secret>,
        dropped: impl IntoIterator<Item = &'s Secret>,
        catalogue: &'s Catalogue,
    ) -> Self {
        let dropped = dropped.into_iter().filter(|value| value.is_distinctive());
        let all: Vec<&Secret> = found.into_iter().chain(dropped).collect();
        let in_paths = Needles::new(all.iter().copied().filter(|value| !value.is_plain_word()));
        Self { needles: Needles::new(all), in_paths, catalogue }
    }

    /// `text` with every known value and every token masked, encoded or not.
    pub fn text(&self, text: &str) -> String {
        String::from_utf8_lossy(&self.bytes(text.as_bytes(), &self.needles)).into_owned()
    }

    /// `path` with every known value but plain words and every token masked.
    pub fn path(&self, path: &BlobPath) -> BlobPath {
        BlobPath::from_bytes(&self.bytes(path.as_bytes(), &self.in_paths))
    }

    /// Masks every known value in all that `report` emits: paths, authors, subjects, messages and excerpts.
    pub fn report(&self, report: &mut Report) {
        for finding in &mut report.findings {
            self.rewrite(&mut finding.path);
            finding.repo_path.iter_mut().for_each(|path| self.rewrite(path));
            finding.related.iter_mut().for_each(|related| self.rewrite(&mut related.path));
            finding.subject.iter_mut().for_each(|subject| *subject = self.text(subject));
            finding.commit.iter_mut().for_each(|commit| commit.author = self.text(&commit.author));
            finding.excerpt = self.excerpt(&finding.excerpt);
            if let Some(lapsed) = &mut finding.lapsed {
                let texts = lapsed.reason.iter_mut().chain(&mut lapsed.owner);
                texts.for_each(|text| *text = self.text(text));
            }
        }
        for fate in &mut report.fates {
            if let Fate::Here(entry) | Fate::Moved(entry) = fate {
                entry.path = self.path(&BlobPath::from_bytes(entry.path.as_bytes())).text();
            }
        }
        self.lives(report);
        report.dropped.iter_mut().for_each(|dropped| self.rewrite(&mut dropped.path));
        report.slowest.iter_mut().for_each(|slow| self.rewrite(&mut slow.path));
        report.gaps.iter_mut().flat_map(|gap| &mut gap.path).for_each(|path| self.rewrite(path));
        for change in &mut report.policy_changes {
            change.path = self.path(&BlobPath::from_bytes(change.path.as_bytes())).text();
            change.what = self.text(&change.what);
        }
        for note in &mut report.mark_notes {
            note.path = self.path(&BlobPath::from_bytes(note.path.as_bytes())).text();
        }
        if let Some(coverage) = &mut report.coverage {
            coverage.scope.iter_mut().for_each(|scope| *scope = self.text(scope));
            for absent in &mut coverage.absent {
                absent.remote = self.text(&absent.remote);
                absent.fetch = self.text(&absent.fetch);
            }
        }
        for problem in &mut report.problems {
            problem.path.iter_mut().for_each(|path| self.rewrite(path));
            problem.message = self.text(&problem.message);
        }
    }

    /// Findings of one secret share its life, before and after.
    fn lives(&self, report: &mut Report) {
        let mut rewritten: HashMap<*const Life, Arc<Life>> = HashMap::new();
        for history in report.findings.iter_mut().filter_map(|finding| finding.history.as_mut()) {
            let of = Arc::as_ptr(&history.life);
            let life = rewritten.entry(of).or_insert_with(|| Arc::new(self.life(&history.life)));
            history.life = Arc::clone(life);
        }
    }

    fn life(&self, life: &Life) -> Life {
        let mut life = life.clone();
        let commits = life.introduced.iter_mut().chain(&mut life.removed);
        commits.for_each(|commit| commit.author = self.text(&commit.author));
        for refs in [&mut life.branches, &mut life.tags, &mut life.remotes, &mut life.other_refs] {
            refs.iter_mut().for_each(|name| *name = self.text(name));
        }
        life.paths.iter_mut().for_each(|path| self.rewrite(path));
        life
    }

    fn rewrite(&self, path: &mut BlobPath) {
        *path = self.path(path);
    }

    fn bytes(&self, text: &[u8], needles: &Needles<'_>) -> Vec<u8> {
        let mut spans = needles.spans(text);
        spans.extend(spelled(text, |text| needles.spans(text)));
        spans.sort_unstable();
        let out = masked(text, spans.into_iter().map(|span| (span, 0)).collect());
        tokens(&out, self.catalogue)
    }

    /// Rewrites what lies around the mask and the name, each piece by itself, and moves both along.
    fn excerpt(&self, excerpt: &Excerpt) -> Excerpt {
        let name = excerpt.name.unwrap_or(excerpt.mask);
        let (first, second) = (name.min(excerpt.mask), name.max(excerpt.mask));
        let mut text = self.text(&excerpt.text[..first.0]);
        let first_at = push(&mut text, &excerpt.text[first.0..first.1]);
        let mut second_at = first_at;
        if second != first {
            text.push_str(&self.text(&excerpt.text[first.1..second.0]));
            second_at = push(&mut text, &excerpt.text[second.0..second.1]);
        }
        text.push_str(&self.text(&excerpt.text[second.1..]));
        let (name_at, mask) = if name < excerpt.mask { (first_at, second_at) } else { (second_at, first_at) };
        Excerpt { text, mask, name: excerpt.name.map(|_| name_at), column: excerpt.column }
    }
}

fn push(text: &mut String, piece: &str) -> (usize, usize) {
    let start = text.len();
    text.push_str(piece);
    (start, text.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secret::MASK;

    #[test]
    fn known_values_are_masked_in_any_text() {
        let found = [Secret::new(b"Tr0ub4dor&3")];
        let dropped = [Secret::new(b"example"), Secret::new(b"a1b2c3d4e5")];
        let catalogue = Catalogue::new([]);
        let redactor = Redactor::new(&found, &dropped, &catalogue);
        let path = BlobPath::from_bytes(b"example/Tr0ub4dor&3/\xff/a1b2c3d4e5.txt");
        assert_eq!(redactor.path(&path).as_bytes(), b"example/********/\xff/********.txt");
        assert_eq!(redactor.text("by Tr0ub4dor&3 <x@y>"), "by ******** <x@y>");
    }

    #[test]
    fn known_values_are_masked_however_they_are_spelled() {
        let found = [Secret::new(b"Tr0ub4dor&3")];
        let catalogue = Catalogue::new([]);
        let redactor = Redactor::new(&found, [], &catalogue);
        for (text, expected) in [
            ("/dir/VHIwdWI0ZG9yJjM=/x.txt", "/dir/********/x.txt"),
            ("…IwdWI0ZG9yJjN8VHIwdWI0ZG9yJjM=", "…IwdWI0ZG9yJjN8********"),
            ("by 54723075623464 6f7226 547230756234646f722633", "by 54723075623464 6f7226 ********"),
            ("Tr0ub4dor%263 and Tr0ub4dor&amp;3", "******** and ********"),
            ("\\x54r0ub4dor\\u00263", "********"),
        ] {
            assert_eq!(redactor.text(text), expected);
        }
    }

    #[test]
    fn a_word_that_is_a_password_leaves_paths_readable() {
        let found = [Secret::new(b"postgres"), Secret::new(b"qzkvjxwmtpbhnrfd")];
        let catalogue = Catalogue::new([]);
        let redactor = Redactor::new(&found, [], &catalogue);
        let path = redactor.path(&BlobPath::from_bytes(b"postgres/qzkvjxwmtpbhnrfd.sql"));
        assert_eq!(path.as_bytes(), b"postgres/********.sql");
        assert_eq!(redactor.text("is postgres"), "is ********");
    }

    #[test]
    fn an_excerpt_keeps_its_name_and_mask_in_place() {
        let found = [Secret::new(b"hunter2hunter2")];
        let catalogue = Catalogue::new([]);
        let redactor = Redactor::new(&found, [], &catalogue);
        let text = "hunter2hunter2 key = '********' # hunter2hunter2".to_owned();
        let before = Excerpt { text, mask: (22, 30), name: Some((15, 18)), column: 9 };
        let after = redactor.excerpt(&before);
        assert_eq!(after.text, "******** key = '********' # ********");
        assert_eq!(&after.text[after.mask.0..after.mask.1], MASK);
        let name = after.name.unwrap();
        assert_eq!(&after.text[name.0..name.1], "key");
        let unnamed = redactor.excerpt(&Excerpt { name: None, ..before });
        assert_eq!((unnamed.text, unnamed.mask, unnamed.name), (after.text, after.mask, None));
    }
}
