//! From a file to a valid configuration: what it extends and the rules that it names are read first, because entries
//! anywhere may speak of rules that another file brings.

mod own;

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::error::Error;
use crate::rule::Rule;
use crate::rule::raw::yaml::{self, Node, Value};
use crate::rule::raw::{Flaw, Parsed};

use super::Config;
use super::error::{Text, error};
use super::reader::Reader;
use super::selector::Names;

/// Most bytes of a configuration.
pub const LARGEST_FILE: u64 = 1 << 20;
/// Most files that one configuration is made of, and most rule files.
const MOST_FILES: usize = 64;
/// Where the files lie that a configuration names: they have to come from where it comes from itself.
pub trait Files {
    /// The file at `path` (`/`-separated, from the root); `None` when there is none.
    ///
    /// # Errors
    /// When it cannot be read, or must not be.
    fn read(&self, path: &str, most: u64) -> Result<Option<Vec<u8>>, Unread>;

    /// The names of the files directly in the directory `path`, sorted; `None` when it is no directory.
    ///
    /// # Errors
    /// When it cannot be read, or must not be.
    fn list(&self, path: &str) -> Result<Option<Vec<String>>, Unread>;
}

/// Why a file was not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unread {
    /// It lies outside the repository, or a link leads there.
    Outside,
    /// A link, a directory, a device.
    NoFile,
    /// It has more bytes than it may have.
    TooLarge,
    /// The system or git refuses.
    Refused,
}

impl Unread {
    /// Why, in a few words.
    pub const fn reason(self) -> &'static str {
        match self {
            Self::Outside => "it lies outside the repository, or a link leads there",
            Self::NoFile => "it is not a regular file",
            Self::TooLarge => "a configuration has at most 1 MiB",
            Self::Refused => "the system refuses; look at its permissions",
        }
    }

    const fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Outside => (
                "leads out of the repository",
                "it must lie inside the repository; so must what links lead to",
            ),
            Self::NoFile => (
                "names something that is not a regular file",
                "links are not followed in the index and in commits",
            ),
            Self::TooLarge => {
                ("names a file that is too large", "a configuration has at most 1 MiB, a rule file 4 MiB")
            }
            Self::Refused => ("names a file that cannot be read", "look at its permissions"),
        }
    }
}

/// The file to begin with.
#[derive(Default)]
pub struct Start {
    /// What it holds.
    pub bytes: Vec<u8>,
    /// Where it lies, `/`-separated from the root; empty when it lies elsewhere.
    pub path: String,
    /// What to call it in errors.
    pub name: String,
    /// The directory, `/`-separated from the root, from which its globs count.
    pub base: String,
}

impl Config {
    /// Reads a configuration with all that it extends. `known` are the rules besides its own.
    ///
    /// # Errors
    /// [`Error::Invalid`] with every mistake of every file: no YAML, an unknown key, rule or level, a glob or pattern
    /// that is none, a file that is not there; also when aliases multiply beyond any use or a file is too large.
    pub fn load(start: Start, files: &dyn Files, known: &[Rule]) -> Result<Self, Error> {
        let mut loader = Loader { files, base: start.base, ..Loader::new(files) };
        loader.open(&start.path, &start.name, start.bytes, &mut Vec::new());
        loader.own_rules();
        let own = loader.rules.iter().flat_map(|(_, parsed)| &parsed.rules);
        let names = Names::of(known.iter().chain(own));
        loader.cross_check(known, &names);
        let mut config = Self::default();
        for open in std::mem::take(&mut loader.order) {
            let read = loader.sections(&open, &names);
            config.give_way(read);
        }
        config.rules = loader.written_rules();
        match error(loader.flaws, &loader.texts) {
            Some(error) => Err(error),
            None => Ok(config),
        }
    }

    /// Reads a configuration that stands alone, for rules with these ids.
    ///
    /// # Errors
    /// As [`Self::load`].
    pub fn parse(text: &str, display_name: &str, known: &[Rule]) -> Result<Self, Error> {
        let start =
            Start { bytes: text.as_bytes().to_vec(), name: display_name.to_owned(), ..Start::default() };
        Self::load(start, &Nothing, known)
    }
}

/// No files at all.
struct Nothing;

impl Files for Nothing {
    fn read(&self, _: &str, _: u64) -> Result<Option<Vec<u8>>, Unread> {
        Ok(None)
    }

    fn list(&self, _: &str) -> Result<Option<Vec<String>>, Unread> {
        Ok(None)
    }
}

/// A configuration file that was read as YAML.
struct Open {
    /// Index of its text.
    at: usize,
    path: String,
    root: Node,
}

struct Loader<'f> {
    files: &'f dyn Files,
    base: String,
    texts: Vec<Text>,
    flaws: Vec<(usize, Flaw)>,
    /// Configuration files in the order in which they count.
    order: Vec<Open>,
    seen: BTreeSet<String>,
    /// What of rules stands in which text.
    rules: Vec<(usize, Parsed)>,
}

impl<'f> Loader<'f> {
    const fn new(files: &'f dyn Files) -> Self {
        Self {
            files,
            base: String::new(),
            texts: Vec::new(),
            flaws: Vec::new(),
            order: Vec::new(),
            seen: BTreeSet::new(),
            rules: Vec::new(),
        }
    }

    /// Reads one file, and first what it extends. `above` are the files that lead here.
    fn open(&mut self, path: &str, name: &str, bytes: Vec<u8>, above: &mut Vec<String>) {
        let at = self.texts.len();
        let (text, flaw) = checked(bytes);
        self.texts.push(Text { name: name.to_owned(), text });
        self.flaws.extend(flaw.map(|flaw| (at, flaw)));
        self.seen.insert(path.to_owned());
        let root = match tree(&self.texts[at].text) {
            Ok(Some(root)) => root,
            Ok(None) => Node { span: 0..0, value: Value::Null },
            Err(flaw) => return self.flaws.push((at, flaw)),
        };
        above.push(path.to_owned());
        for (target, span) in extended(&root) {
            self.extend(at, path, (target, &span), above);
        }
        above.pop();
        self.order.push(Open { at, path: path.to_owned(), root });
    }

    /// Reads a file that the one at `from` extends.
    fn extend(
        &mut self,
        at: usize,
        from: &str,
        (target, span): (Option<String>, &std::ops::Range<usize>),
        above: &mut Vec<String>,
    ) {
        let mut flaw = |message: String, label: &str, help: &str| {
            self.flaws.push((at, Flaw::new(span, message, label).help(help)));
        };
        let Some(target) = target else {
            return flaw(
                "`extends` must be a path or a list of paths".into(),
                "not text",
                "write `extends: team.yaml`",
            );
        };
        let Some(path) = climb(directory(from), &target) else {
            let (what, help) = Unread::Outside.words();
            return flaw(format!("`extends` {what}"), "leads out", help);
        };
        if above.contains(&path) {
            let help = "take one of the two out";
            return flaw("a configuration extends itself".into(), "leads back to a file above", help);
        }
        if self.seen.contains(&path) {
            return;
        }
        if self.seen.len() >= MOST_FILES {
            let message = format!("a configuration is made of at most {MOST_FILES} files");
            return flaw(message, "one too many", "put what belongs together into one file");
        }
        match self.files.read(&path, LARGEST_FILE) {
            Ok(Some(bytes)) => self.open(&path, &path, bytes, above),
            Ok(None) => flaw(
                "`extends` names a file that is not there".into(),
                "no such file",
                "paths count from the file that names them",
            ),
            Err(why) => {
                let (what, help) = why.words();
                flaw(format!("`extends` {what}"), "not read", help);
            }
        }
    }

    /// What one file says.
    fn sections(&mut self, open: &Open, names: &Names) -> Config {
        let Text { name, text } = &self.texts[open.at];
        let file: Arc<str> = Arc::from(if open.path.is_empty() { name.as_str() } else { open.path.as_str() });
        let mut reader = Reader::new(file, &self.base, text);
        let config = reader.file(&open.root, directory(&open.path), names);
        self.flaws.extend(reader.flaws.into_iter().map(|flaw| (open.at, flaw)));
        config
    }
}

/// The text of a file, or an empty one and what is wrong with it.
fn checked(bytes: Vec<u8>) -> (String, Option<Flaw>) {
    if bytes.len() as u64 > LARGEST_FILE {
        let flaw = Flaw::new(&(0..0), "a configuration has at most 1 MiB", "this file is larger");
        return (String::new(), Some(flaw));
    }
    match String::from_utf8(bytes) {
        Ok(text) => (text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text), None),
        Err(_) => (String::new(), Some(Flaw::new(&(0..0), "a configuration is UTF-8", "this file is not"))),
    }
}

/// The file as a tree; `None` for one of comments alone, which sets nothing.
fn tree(text: &str) -> Result<Option<Node>, Flaw> {
    let sets_nothing = |line: &str| matches!(line.trim_ascii_start().chars().next(), None | Some('#'));
    if text.lines().all(sets_nothing) {
        return Ok(None);
    }
    // The advice of the YAML reader speaks of rule files in one place.
    yaml::read(text).map(Some).map_err(|flaw| match flaw.message.contains("documents") {
        true => flaw.help("a configuration is one document; delete the `---`"),
        false => flaw,
    })
}

/// What a file extends, each with its place; `None` for what is no path.
fn extended(root: &Node) -> Vec<(Option<String>, std::ops::Range<usize>)> {
    let path = |node: &Node| match &node.value {
        Value::Text(path) if !path.is_empty() => (Some(path.clone()), node.span.clone()),
        _ => (None, node.span.clone()),
    };
    match child(root, "extends") {
        None => Vec::new(),
        Some(Node { value: Value::Null, .. }) => Vec::new(),
        Some(Node { value: Value::List(items), .. }) => items.iter().map(path).collect(),
        Some(node) => vec![path(node)],
    }
}

fn child<'n>(node: &'n Node, key: &str) -> Option<&'n Node> {
    let Value::Map(entries) = &node.value else { return None };
    entries.iter().find(|(name, _)| name.name == key).map(|(_, value)| value)
}

fn items(node: Option<&Node>) -> &[Node] {
    match node {
        Some(Node { value: Value::List(items), .. }) => items,
        _ => &[],
    }
}

/// The directory of a file; empty for the root.
fn directory(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(directory, _)| directory)
}

/// `path` from `directory` on, both `/`-separated from the root; `None` when it leads out.
pub fn climb(directory: &str, path: &str) -> Option<String> {
    if path.starts_with('/') || path.contains('\\') || path.contains('\0') || path.get(1..2) == Some(":") {
        return None;
    }
    let mut parts: Vec<&str> = directory.split('/').filter(|part| !part.is_empty()).collect();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}
