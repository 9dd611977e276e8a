//! What a path says about the text at it: how the text is read, and who reads it.

use crate::detect::Account;

use super::holding::{self, Whole};

/// How values are written in a kind of file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A programming language: an unquoted value is an expression.
    Code,
    /// A shell script or Dockerfile: an unquoted word is a literal.
    Shell,
    /// `NAME=value` lines: the value is the rest of the line.
    Env,
    /// YAML: the value is the rest of the line.
    Yaml,
    /// JSON: only quoted values.
    Json,
    /// INI, properties, TOML, `.conf`: the value is the rest of the line.
    Ini,
    /// XML and HTML.
    Markup,
    /// Markdown and other prose.
    Doc,
    /// Anything else.
    Other,
}

/// Facts that a path gives, all of them hints.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct PathFacts {
    /// How values are written.
    pub kind: Kind,
    /// In a test, an example, a sample or a document: a finding matters less.
    pub less_severe: bool,
    /// Translations: values are words that people read.
    pub translation: bool,
    /// A lock file or a list of checksums: what looks generated there is computed.
    pub digests: bool,
    /// What its only word may be.
    pub whole: Option<Whole>,
    /// What its lines are, where they are accounts.
    pub lines: Option<Account>,
}

const CODE: &[&str] = &[
    "py", "pyi", "pyx", "js", "jsx", "ts", "tsx", "mjs", "cjs", "java", "kt", "kts", "scala", "go", "rs",
    "c", "h", "cc", "cpp", "hpp", "cxx", "cs", "vb", "rb", "php", "pl", "pm", "swift", "m", "mm", "dart",
    "lua", "r", "jl", "ex", "exs", "erl", "clj", "hs", "fs", "groovy", "gradle", "sql", "tf", "hcl",
    "tfvars", "bicep", "sol", "vue", "svelte", "coffee", "as", "pas", "zig", "nim", "v", "ipynb", "proto",
    "graphql", "psm1", "ps1", "asm", "s", "f90", "cr", "elm", "ml", "mli", "phtml", "erb", "tsv", "inc",
];

impl PathFacts {
    /// The facts about `path`, `/`-separated bytes.
    pub fn of(path: &[u8]) -> Self {
        let path = String::from_utf8_lossy(path).to_ascii_lowercase();
        let name = path.rsplit('/').next().unwrap_or("");
        let kind = kind(name);
        let parts: Vec<&str> = path.split(['/', '.', '_', '-']).collect();
        let part = |words: &[&str]| parts.iter().any(|part| words.contains(part));
        let audience = [
            "test",
            "tests",
            "testing",
            "spec",
            "specs",
            "example",
            "examples",
            "sample",
            "samples",
            "demo",
            "fixture",
            "fixtures",
            "mock",
            "mocks",
            "testdata",
            "docs",
            "doc",
            "documentation",
            "tutorial",
        ];
        Self {
            kind,
            less_severe: part(&audience) || kind == Kind::Doc,
            translation: part(&[
                "i18n",
                "l10n",
                "lang",
                "langs",
                "locale",
                "locales",
                "translation",
                "translations",
                "messages",
            ]),
            digests: holds_digests(name),
            whole: holding::whole(&path, name),
            lines: holding::lines(name),
        }
    }

    /// The facts about a text of its own that stands encoded at this path: what it begins with says how values are
    /// written in it, or else it is of the kind `unknown`.
    #[must_use]
    pub fn inside(self, text: &[u8], unknown: Kind) -> Self {
        let start = text.trim_ascii_start();
        let variable =
            start.iter().take_while(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || **b == b'_').count();
        let kind = match start {
            [b'{' | b'[', ..] => Kind::Json,
            [b'<', ..] => Kind::Markup,
            [b'#', b'!', ..] => Kind::Shell,
            [b'-', b'-', b'-', b'\n', ..] => Kind::Yaml,
            _ if variable > 0 && start.get(variable) == Some(&b'=') => Kind::Env,
            _ => unknown,
        };
        Self { kind, ..self }
    }
}

fn holds_digests(name: &str) -> bool {
    let ends = [
        ".lock",
        ".sum",
        "-lock.json",
        "-lock.yaml",
        "-lock.yml",
        ".lockfile",
        ".sha256",
        ".sha512",
        ".md5",
        ".asc",
        ".sig",
    ];
    let sums = ["checksums", "sha1sum", "sha256sum", "sha512sum", "md5sum", "_sums."];
    ends.iter().any(|end| name.ends_with(end)) || sums.iter().any(|part| name.contains(part))
}

fn kind(name: &str) -> Kind {
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
    let extension = match extension {
        "example" | "sample" | "dist" | "template" | "tpl" | "j2" | "tmpl" | "bak" | "orig" | "old" => {
            let stem = &name[..name.len() - extension.len() - 1];
            return kind(stem);
        }
        other => other,
    };
    if name.starts_with(".env")
        || name.ends_with(".env")
        || name == ".envrc"
        || extension == "secret"
        || name == "secrets.txt"
    {
        return Kind::Env;
    }
    if name.starts_with("dockerfile")
        || matches!(
            name,
            "makefile" | "jenkinsfile" | "vagrantfile" | "procfile" | ".bashrc" | ".zshrc" | ".profile"
        )
    {
        return if name == "jenkinsfile" || name == "vagrantfile" { Kind::Code } else { Kind::Shell };
    }
    match extension {
        "sh" | "bash" | "zsh" | "ksh" | "fish" | "bat" | "cmd" | "mk" => Kind::Shell,
        "yml" | "yaml" => Kind::Yaml,
        "json" | "jsonc" | "json5" | "ndjson" | "jsonl" | "har" | "template" => Kind::Json,
        "ini" | "cfg" | "conf" | "config" | "properties" | "toml" | "cnf" | "npmrc" | "pypirc" | "netrc"
        | "desktop" | "service" => Kind::Ini,
        "xml" | "html" | "htm" | "xhtml" | "xsl" | "plist" | "csproj" | "jsp" | "aspx" | "svg" => {
            Kind::Markup
        }
        "md" | "markdown" | "rst" | "adoc" | "asciidoc" | "tex" | "mdx" | "org" | "textile" | "pod" => {
            Kind::Doc
        }
        _ if CODE.contains(&extension) => Kind::Code,
        _ => Kind::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lock_files_hold_digests() {
        for path in ["Cargo.lock", "web/package-lock.json", "go.sum", "SHA256SUMS", "a/zip_sums.csv"] {
            assert!(PathFacts::of(path.as_bytes()).digests, "{path}");
        }
        assert!(!PathFacts::of(b"lock/app.json").digests && !PathFacts::of(b"clock.rs").digests);
    }

    #[test]
    fn a_text_inside_another_tells_its_kind_itself() {
        let path = PathFacts::of(b"tests/a.py");
        let cases: [(&[u8], Kind); 7] = [
            (b" {\"a\": 1}", Kind::Json),
            (b"<a/>", Kind::Markup),
            (b"#!/bin/sh\n", Kind::Shell),
            (b"---\na: 1\n", Kind::Yaml),
            (b"DB_PASSWORD=x\n", Kind::Env),
            (b"DB_PASSWORD: x\n", Kind::Other),
            (b"", Kind::Other),
        ];
        for (text, kind) in cases {
            assert_eq!(path.inside(text, Kind::Other), PathFacts { kind, ..path });
        }
    }

    #[test]
    fn paths_tell_the_kind() {
        let cases: &[(&str, Kind)] = &[
            (".env.production", Kind::Env),
            ("config/prod.env", Kind::Env),
            ("app/settings.py", Kind::Code),
            ("settings.py.example", Kind::Code),
            ("k8s/secret.yaml", Kind::Yaml),
            ("README.md", Kind::Doc),
            ("Dockerfile.prod", Kind::Shell),
            ("main.tfvars", Kind::Code),
            ("secrets.txt", Kind::Env),
            ("LICENSE", Kind::Other),
        ];
        for (path, expected) in cases {
            assert_eq!(PathFacts::of(path.as_bytes()).kind, *expected, "{path}");
        }
        assert!(
            PathFacts::of(b"tests/data/x.py").less_severe && !PathFacts::of(b"src/contest.py").less_severe
        );
    }
}
