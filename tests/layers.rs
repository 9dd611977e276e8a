//! The order of modules: each may use only those before it. The order itself is read from `docs/design.md`, so that
//! document and code cannot part.

mod common;

use std::collections::BTreeSet;
use std::path::Path;

/// Modules that anyone may use.
const LEAVES: [&str; 1] = ["error"];

#[test]
fn modules_use_only_what_stands_before_them() {
    let order = order();
    let mut wrong = Vec::new();
    for source in sources() {
        let Some(rank) = rank(&order, &source.module) else { continue };
        for used in source.uses() {
            if LEAVES.contains(&used.as_str()) || used == source.module {
                continue;
            }
            match self::rank(&order, &used) {
                Some(other) if other <= rank => {}
                Some(_) => wrong.push(format!("{} ({}) uses {used}", source.name, source.module)),
                None => {
                    wrong.push(format!("{} uses {used}, which docs/design.md does not place", source.name))
                }
            }
        }
    }
    assert!(wrong.is_empty(), "against the order of modules:\n{}", wrong.join("\n"));
}

#[test]
fn every_module_has_a_place_in_the_order_and_every_place_a_module() {
    let placed: BTreeSet<String> = order().into_iter().flatten().chain(LEAVES.map(str::to_owned)).collect();
    let real: BTreeSet<String> = sources().into_iter().map(|source| source.module).collect();
    assert_eq!(placed, real, "left: docs/design.md, right: src/");
}

#[test]
fn leaves_use_nothing_of_ours() {
    for source in sources().into_iter().filter(|source| LEAVES.contains(&source.module.as_str())) {
        assert_eq!(source.uses(), BTreeSet::new(), "{} is a leaf", source.name);
    }
}

#[test]
fn no_path_climbs_out_of_its_module_unseen() {
    for source in sources() {
        let mut inside = 0;
        for line in source.code().lines() {
            // rustfmt closes an inline module at the margin where it opened; only modules at the left one occur.
            if line.starts_with("mod ") && line.ends_with('{') {
                inside = 1;
            } else if line == "}" {
                inside = 0;
            }
            let climbs = "super::".repeat(source.depth + inside);
            assert!(!line.contains(&climbs), "{}: write `crate::…` in `{line}`", source.name);
        }
    }
}

#[test]
fn the_reader_of_uses_sees_groups_and_inline_paths() {
    let text = "use crate::{blob::{Item, Origin}, span::Span, self};\n// crate::cli\n\
                fn f() -> crate::finding::Place { leaklint::scan::run() }\n\
                #[cfg(test)]\nmod tests { use crate::report::Report; }\n";
    let source = Source { name: String::new(), module: "x".into(), depth: 1, text: text.into() };
    let expected = ["blob", "finding", "span"].map(str::to_owned);
    assert_eq!(source.uses(), BTreeSet::from(expected));
    let main = Source { module: "main".into(), ..source };
    assert_eq!(main.uses(), BTreeSet::from(["scan".to_owned()]));
}

/// The order as `docs/design.md` states it: groups from left to right; modules of a group stand side by side.
fn order() -> Vec<Vec<String>> {
    let text = std::fs::read_to_string(common::root().join("docs/design.md")).expect("docs/design.md");
    let (_, rest) = text.split_once("Order of modules").expect("design.md states the order of modules");
    let (_, rest) = rest.split_once(":\n").expect("the order starts on a line of its own");
    let (list, _) = rest.split_once(';').expect("a semicolon ends the order");
    let names = |group: &str| {
        group.split(['`', ' ', '\n']).filter(|name| !name.is_empty()).map(str::to_owned).collect()
    };
    list.split('·').map(names).collect()
}

fn rank(order: &[Vec<String>], module: &str) -> Option<usize> {
    order.iter().position(|group| group.iter().any(|name| name == module))
}

/// One file of `src/`.
struct Source {
    name: String,
    /// Its top-level module.
    module: String,
    /// How many `super::` lead from it to the crate's root.
    depth: usize,
    text: String,
}

impl Source {
    /// Its text without comments and without its unit tests, which may look at anything.
    fn code(&self) -> String {
        let end = self.text.find("#[cfg(test)]\nmod ").unwrap_or(self.text.len());
        let code = |line: &&str| !line.trim_start().starts_with("//");
        self.text[..end].lines().filter(code).flat_map(|line| [line, "\n"]).collect()
    }

    /// The top-level modules that it names.
    fn uses(&self) -> BTreeSet<String> {
        let code = self.code();
        let mut found = BTreeSet::new();
        // `main.rs` is a crate of its own; elsewhere `leaklint::` is only the prefix of miette's error codes.
        let starts: &[&str] = if self.module == "main" { &["leaklint::"] } else { &["crate::"] };
        for start in starts {
            for (at, _) in code.match_indices(start) {
                let preceded = code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == '$');
                if !preceded {
                    found.extend(heads(&code[at + start.len()..]));
                }
            }
        }
        found
    }
}

/// The first names of a path or of a group of paths.
fn heads(path: &str) -> Vec<String> {
    let name = |text: &str| -> String {
        text.trim_start().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
    };
    let Some(group) = path.strip_prefix('{') else { return vec![name(path)] };
    let mut depth = 0;
    let mut heads = vec![name(group)];
    for (at, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => heads.push(name(&group[at + 1..])),
            _ => {}
        }
    }
    heads.retain(|head| !head.is_empty() && head != "self");
    heads
}

/// Every file of `src/` but `lib.rs`, which only names the modules.
fn sources() -> Vec<Source> {
    let src = common::root().join("src");
    let read = |path: &Path| {
        let inside = path.strip_prefix(&src).expect("a file below src").with_extension("");
        let mut names: Vec<String> =
            inside.components().map(|part| part.as_os_str().to_string_lossy().into_owned()).collect();
        names.pop_if(|last| last == "mod");
        Source {
            name: path.display().to_string(),
            module: names[0].clone(),
            depth: names.len(),
            text: std::fs::read_to_string(path).expect("a source file is text"),
        }
    };
    let files = common::files_below(&src);
    let code = files.iter().filter(|path| path.extension().is_some_and(|end| end == "rs"));
    code.filter(|path| !path.ends_with("src/lib.rs")).map(|path| read(path)).collect()
}
