//! Rules of gitleaks: which of ours they stand for, and those of a team's own as rules of ours.

use regex_syntax::ast::{self, Ast, GroupKind};
use regex_syntax::hir::{Class, Hir, HirKind};

use super::Sink;
use super::config::quoted;
use super::pattern;
use super::tree::Node;
use crate::catalogue::Catalogue;
use crate::rule::{self, Rule, raw, template};
use crate::scan;

/// Bytes that a match may have when its pattern names no bound.
const LONGEST_MATCH: usize = 4096;
/// Letters of a keyword that is written in every letter case, and keywords of a rule.
const MOST_CASED: usize = 6;
const MOST_KEYWORDS: usize = 64;
/// Values that an example is tried with.
const TRIES: u64 = 4;

/// What of ours a rule of gitleaks stands for.
pub(super) enum Ours {
    /// The one of the same id.
    Same,
    /// The only one of its service.
    Only(String),
    /// Those of its service.
    Service(String),
    /// Those that find values by their names.
    Generic(Vec<String>),
    /// Nothing.
    None,
}

/// What of ours the rule `id` stands for.
pub(super) fn ours(id: &str, catalogue: &Catalogue) -> Ours {
    if catalogue.find(id).is_some() {
        return Ours::Same;
    }
    if id.starts_with("generic") {
        return Ours::Generic(["secret-assignment", "password-assignment"].map(str::to_owned).into());
    }
    let of_service =
        |service: &str| catalogue.rules().iter().filter(|rule| rule.service == service).collect::<Vec<_>>();
    // `aws-access-token`: the service is its first words.
    let ends = id.match_indices('-').map(|(at, _)| at).chain([id.len()]);
    let mut services = ends.map(|end| &id[..end]).filter(|service| !of_service(service).is_empty());
    let service = services.next_back();
    match service.map(|service| (service, of_service(service))) {
        None => Ours::None,
        Some((_, rules)) if rules.len() == 1 => Ours::Only(rules[0].id.to_string()),
        Some((service, _)) => Ours::Service(service.to_owned()),
    }
}

/// Adds a rule of a team's own, and gives its id here.
pub(super) fn add(node: &Node, id: &str, what: &str, to: &mut Sink<'_>) -> Option<String> {
    let line = node.line;
    let refuse = |to: &mut Sink<'_>, why: &str| {
        to.not(line, what, why);
        None
    };
    if !is_id(id) || !to.clean.is(id) {
        return refuse(to, "its id is not kebab-case, which ids are here");
    }
    if node.get("required").is_some() {
        return refuse(to, "it holds only beside matches of other rules, which leaklint's rules do not know");
    }
    let regex = node.text("regex").unwrap_or_default();
    let read = match pattern::read(regex) {
        Ok(read) => read,
        Err(why) => return refuse(to, why),
    };
    if pattern::holds_value(&read.text, &to.clean) || read.literal.is_some() {
        return refuse(to, "its pattern holds what looks like a value");
    }
    if pattern::is_mis_anchored(regex) {
        return refuse(to, "`^` or `$` holds for one branch of its pattern only: decide what is meant");
    }
    let taken = to.catalogue.find(id).is_some();
    let ours = if taken { format!("imported-{id}") } else { id.to_owned() };
    let group = node.number("secretGroup").and_then(|group| u32::try_from(group).ok());
    let name =
        node.text("description").and_then(|text| to.clean.shown(text)).unwrap_or_else(|| id.to_owned());
    let Some((text, more)) = build(&ours, &name, &read.text, group, node) else {
        return refuse(
            to,
            "no keyword can be proven to stand in every match, or its example is not found: write it by hand, see docs/rules-format.md",
        );
    };
    to.import.config.rules.push(text);
    tell(node, taken, more, what, to);
    Some(ours)
}

/// Says what is different about a rule that was added.
fn tell(node: &Node, taken: bool, more: Option<&'static str>, what: &str, to: &mut Sink<'_>) {
    let mut remarks: Vec<&str> = Vec::new();
    if taken {
        remarks.push("leaklint has a rule of this id, so it is called `imported-…`");
    }
    remarks.extend(more);
    if node.get("entropy").is_some() {
        remarks.push("leaklint judges values by more than entropy, so the threshold is not here");
    }
    if node.get("path").is_some() {
        remarks.push("it holds in every path");
    }
    if node.is("skipReport") {
        remarks.push("what it finds is reported");
    }
    match remarks.as_slice() {
        [] => to.carried(node.line, what),
        remarks => to.differently(node.line, what, remarks.join("; ")),
    }
}

/// The YAML of a rule that loads and finds its own example, and what is different about it.
fn build(
    id: &str,
    name: &str,
    regex: &str,
    group: Option<u32>,
    node: &Node,
) -> Option<(String, Option<&'static str>)> {
    let parsed = regex_syntax::ParserBuilder::new().unicode(false).utf8(false).build().parse(regex).ok()?;
    let example = example(&parsed)?;
    let named = if group == Some(0) { None } else { with_secret(regex, group.unwrap_or(1)) };
    let several = named.is_some() && group.is_none() && parsed.properties().explicit_captures_len() > 1;
    for (pattern, whole) in named.iter().map(|text| (text.as_str(), false)).chain([(regex, true)]) {
        for keywords in keywords(node, &parsed) {
            for bound in [None, Some(LONGEST_MATCH)] {
                let text = yaml(id, name, pattern, &keywords, bound, &example);
                if !finds(id, &text) {
                    continue;
                }
                let remark = match (bound, whole && named.is_some(), several) {
                    (Some(_), ..) => Some("a match has at most 4,096 bytes"),
                    (_, true, _) => Some("the value is the whole match"),
                    (.., true) => Some("the value is always the first group"),
                    _ => None,
                };
                return Some((text, remark));
            }
        }
    }
    None
}

fn yaml(
    id: &str,
    name: &str,
    pattern: &str,
    keywords: &[String],
    bound: Option<usize>,
    example: &str,
) -> String {
    let keywords: Vec<String> = keywords.iter().map(|keyword| quoted(keyword)).collect();
    let bound = bound.map(|bytes| format!("    max_length: {bytes}\n")).unwrap_or_default();
    format!(
        "  - id: {id}\n    name: {name}\n    severity: high\n    pattern: {pattern}\n    keywords: [{keywords}]\n{bound}    grants: What the team's own rule stands for; its file does not say.\n    revoke: Revoke it where it was issued and put a new one in its place.\n    references: ['https://github.com/leaklint/leaklint/blob/main/docs/migration.md']\n    examples: [{example}]\n",
        name = quoted(name),
        pattern = quoted(pattern),
        keywords = keywords.join(", "),
        example = quoted(example),
    )
}

/// Whether the rule loads and finds its example.
fn finds(id: &str, text: &str) -> bool {
    let parsed = raw::parse(&format!("service: imported\nname: Imported\nrules:\n{text}"));
    let built_in: Vec<&str> = rule::builtin().iter().map(|rule| rule.id.as_ref()).collect();
    if !parsed.flaws.is_empty()
        || !raw::cross_check(std::slice::from_ref(&parsed), &built_in, true).is_empty()
    {
        return false;
    }
    let rules: Vec<Rule> = parsed.rules;
    let catalogue = Catalogue::new(rules.clone());
    let found = |seed: u64| {
        let text = rules.first().and_then(|rule| template::expand(rule.examples.first()?, seed).ok());
        let hits = scan::probe(&catalogue, text.unwrap_or_default().as_bytes());
        hits.into_iter().any(|hit| catalogue.rule(hit).id == id)
    };
    (0..TRIES).all(found)
}

/// Lists of keywords to try: gitleaks' own, in every letter case, and what the pattern itself says.
fn keywords(node: &Node, parsed: &Hir) -> Vec<Vec<String>> {
    let own: Vec<String> = node.texts("keywords").iter().map(|(_, word)| (*word).to_owned()).collect();
    let cased: Vec<String> = own.iter().flat_map(|word| cases(word)).collect();
    let mut lists = vec![own];
    if let HirKind::Concat(parts) = parsed.kind() {
        let text = |hir: &Hir| match hir.kind() {
            HirKind::Literal(literal) => std::str::from_utf8(&literal.0).ok().map(str::to_owned),
            _ => None,
        };
        lists.extend(parts.iter().filter_map(text).max_by_key(String::len).map(|longest| vec![longest]));
    }
    lists.push(cased);
    lists.retain(|list| !list.is_empty() && list.len() <= MOST_KEYWORDS);
    lists
}

/// A short word in every letter case.
fn cases(word: &str) -> Vec<String> {
    let letters = word.bytes().filter(u8::is_ascii_alphabetic).count();
    if letters > MOST_CASED || !word.is_ascii() {
        return vec![word.to_owned()];
    }
    word.chars().fold(vec![String::new()], |all, c| {
        let both = [c.to_ascii_lowercase(), c.to_ascii_uppercase()];
        let letters = if both[0] == both[1] { &both[..1] } else { &both[..] };
        all.iter().flat_map(|start| letters.iter().map(move |letter| format!("{start}{letter}"))).collect()
    })
}

/// The pattern with its capture group `index` named `secret`.
fn with_secret(regex: &str, index: u32) -> Option<String> {
    let ast = ast::parse::Parser::new().parse(regex).ok()?;
    let mut open = vec![&ast];
    while let Some(ast) = open.pop() {
        match ast {
            Ast::Group(group) => {
                let start = group.span.start.offset;
                let head = match &group.kind {
                    GroupKind::CaptureIndex(at) if *at == index => Some(start + 1),
                    GroupKind::CaptureName { name, .. } if name.index == index => {
                        Some(name.span.end.offset + 1)
                    }
                    _ => None,
                };
                if let Some(head) = head {
                    return Some(format!("{}(?P<secret>{}", &regex[..start], &regex[head..]));
                }
                open.push(&group.ast);
            }
            Ast::Repetition(repetition) => open.push(&repetition.ast),
            Ast::Concat(concat) => open.extend(&concat.asts),
            Ast::Alternation(alternation) => open.extend(&alternation.asts),
            _ => {}
        }
    }
    None
}

/// A template that the pattern matches.
fn example(parsed: &Hir) -> Option<String> {
    let mut out = String::new();
    let mut open = vec![parsed];
    while let Some(hir) = open.pop() {
        match hir.kind() {
            HirKind::Empty | HirKind::Look(_) => {}
            HirKind::Literal(literal) => {
                out.push_str(&std::str::from_utf8(&literal.0).ok()?.replace("${", "$${"));
            }
            HirKind::Class(class) => out.push_str(&of(class, 1)?),
            HirKind::Capture(capture) => open.push(&capture.sub),
            HirKind::Concat(parts) => open.extend(parts.iter().rev()),
            HirKind::Alternation(parts) => open.push(parts.first()?),
            HirKind::Repetition(repetition) => {
                // Long enough to look generated, where it may be.
                let least = repetition.min.max(24).min(repetition.max.unwrap_or(u32::MAX));
                match repetition.sub.kind() {
                    HirKind::Class(class) if repetition.min > 1 || repetition.max.is_none() => {
                        out.push_str(&of(class, if repetition.min > 8 { repetition.min } else { least })?);
                    }
                    _ if repetition.min == 0 => {}
                    _ if repetition.min > 64 => return None,
                    _ => (0..repetition.min).for_each(|_| open.push(&repetition.sub)),
                }
            }
        }
        if out.len() > LONGEST_MATCH || open.len() > LONGEST_MATCH {
            return None;
        }
    }
    Some(out).filter(|out| !out.is_empty())
}

/// `count` characters of a class.
fn of(class: &Class, count: u32) -> Option<String> {
    let Class::Bytes(bytes) = class else { return None };
    let holds = |byte: u8| bytes.iter().any(|range| (range.start()..=range.end()).contains(&byte));
    let mut set = String::new();
    for (first, last) in [(b'a', b'z'), (b'A', b'Z'), (b'0', b'9')] {
        let mut run: Option<(u8, u8)> = None;
        for byte in first..=last + 1 {
            match run {
                _ if byte <= last && holds(byte) => run = Some((run.map_or(byte, |(from, _)| from), byte)),
                Some((from, to)) => {
                    set.push(char::from(from));
                    if to > from {
                        set.extend(['-', char::from(to)]);
                    }
                    run = None;
                }
                None => {}
            }
        }
    }
    if !set.is_empty() {
        return Some(format!("${{of:{set}:{count}}}"));
    }
    let sign = (b' '..=b'~').find(|&byte| holds(byte) && !b"${}:'".contains(&byte))?;
    Some(char::from(sign).to_string().repeat(count as usize))
}

/// kebab-case, as ids are here.
fn is_id(id: &str) -> bool {
    let part =
        |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
    (1..=55).contains(&id.len()) && id.split('-').all(part)
}
