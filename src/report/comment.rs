//! Where and how a `leaklint:allow` mark can be written into a file, by the file's name. Apart from the human report
//! because it is a table that grows.

/// How a comment is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Syntax {
    /// What begins it.
    pub(super) open: &'static str,
    /// What ends it, empty when the line's end does.
    pub(super) close: &'static str,
    /// True when text after a value would be read as part of the value, so that a comment needs its own line.
    pub(super) own_line: bool,
}

const fn line(open: &'static str) -> Syntax {
    Syntax { open, close: "", own_line: false }
}

const fn own_line(open: &'static str) -> Syntax {
    Syntax { open, close: "", own_line: true }
}

const fn block(open: &'static str, close: &'static str) -> Syntax {
    Syntax { open, close, own_line: false }
}

/// Comments by file extension, lower case.
const BY_EXTENSION: &[(&[&str], Syntax)] = &[
    (
        &[
            "c", "cc", "cpp", "cs", "cxx", "dart", "fs", "go", "gradle", "groovy", "h", "hpp", "java", "js",
            "jsonc", "json5", "jsx", "kt", "kts", "m", "mjs", "cjs", "mts", "cts", "php", "proto", "rs",
            "scala", "scss", "less", "sol", "swift", "ts", "tsx", "zig",
        ],
        line("//"),
    ),
    (&["hs", "lua", "sql", "elm", "adb", "ads", "vhd", "vhdl"], line("--")),
    (
        &[
            "md", "markdown", "html", "htm", "xml", "svg", "vue", "svelte", "xaml", "csproj", "plist",
            "config", "xhtml",
        ],
        { block("<!--", "-->") },
    ),
    (&["clj", "cljs", "edn", "el", "lisp", "scm", "rkt", "asm", "reg"], line(";")),
    (&["tex", "erl", "hrl", "bib", "sty"], line("%")),
    (&["css"], block("/*", "*/")),
    (&["vb", "vbs", "bas"], line("'")),
    (&["bat", "cmd"], own_line("REM")),
    (&["ini", "cfg", "conf", "cnf", "env", "envrc", "properties", "netrc", "npmrc", "pypirc"], own_line("#")),
    (&["ml", "mli"], block("(*", "*)")),
    (&["ex", "exs", "jl", "nim", "pl", "pm", "ps1", "psm1", "py", "pyi", "r", "rb", "rake"], line("#")),
    (&["sh", "bash", "zsh", "fish", "nix", "tcl", "mk", "cmake", "dockerfile"], line("#")),
    (&["yaml", "yml", "toml", "tf", "tfvars", "hcl", "graphql", "gql", "bzl", "service"], line("#")),
];

/// Comments by whole file name, lower case, where the extension says nothing.
const BY_NAME: &[(&[&str], Syntax)] = &[
    (&["makefile", "gnumakefile", "justfile", "gemfile", "rakefile", "vagrantfile"], line("#")),
    (&["brewfile", "procfile", "containerfile", "caddyfile"], line("#")),
    (&["jenkinsfile"], line("//")),
    (&[".bashrc", ".bash_profile", ".profile", ".zshrc", ".zshenv", ".zprofile"], line("#")),
    (&["credentials", "config", ".gitconfig", ".pgpass", ".my.cnf", ".s3cfg"], own_line("#")),
];

/// The comment syntax of the file at `path`; `None` when it has none (JSON, CSV, plain text) or nobody knows.
pub(super) fn syntax(path: &str) -> Option<Syntax> {
    let name = path.rsplit('/').next().unwrap_or(path).to_ascii_lowercase();
    if name == ".env" || name.starts_with(".env.") || name.starts_with("env.") {
        return Some(own_line("#"));
    }
    if name.starts_with("dockerfile") {
        return Some(own_line("#"));
    }
    if let Some(found) = find(BY_NAME, &name) {
        return Some(found);
    }
    let (_, extension) = name.rsplit_once('.')?;
    find(BY_EXTENSION, extension)
}

fn find(table: &[(&[&str], Syntax)], word: &str) -> Option<Syntax> {
    table.iter().find(|(words, _)| words.contains(&word)).map(|&(_, syntax)| syntax)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn the_file_name_says_how_a_comment_is_written() {
        assert_eq!(syntax("a/b.Rs"), Some(line("//")));
        assert_eq!(syntax("deploy.yaml"), Some(line("#")));
        assert_eq!(syntax("a.d/.env.local"), Some(own_line("#")));
        assert_eq!(syntax("README.md"), Some(block("<!--", "-->")));
        assert_eq!(syntax("ops/Makefile"), Some(line("#")));
        for none in ["package.json", "a.csv", "a.d/LICENSE", ""] {
            assert_eq!(syntax(none), None, "{none}");
        }
    }

    #[test]
    fn every_word_stands_in_one_row_only() {
        for table in [BY_EXTENSION, BY_NAME] {
            let words: Vec<_> = table.iter().flat_map(|(words, _)| words.iter()).collect();
            assert_eq!(words.iter().collect::<BTreeSet<_>>().len(), words.len());
            assert!(words.iter().all(|word| **word == word.to_ascii_lowercase()));
        }
    }
}
