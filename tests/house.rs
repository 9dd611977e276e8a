//! House rules that no compiler holds: nothing here looks like a live credential, files are one noun long, README
//! shows only commands that exist, each dependency and each exception says why it is there.

mod common;

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::process::Command;

use common::{Leaklint, Repo};
use regex::bytes::Regex;

/// Beginnings of tokens that hosts look for when somebody pushes, each with the fewest characters that make it one.
/// Alphabet of the rest: letters, digits, `_`, `-`.
const TOKENS: &str = r"(?x-u)
    \b(
        gh[pousr]_[0-9A-Za-z]{20} | github_pat_[0-9A-Za-z_]{20} | glpat-[\w-]{20} | gl(dt|ft|rt|cbt|ptt|soat)-[\w-]{20} |
        (AKIA|ASIA|AROA|AIDA)[A-Z2-7]{16} | (sk|rk|pk)_(live|test)_[0-9A-Za-z]{20} | whsec_[0-9A-Za-z+/]{20} |
        xox[abeprs]-[0-9A-Za-z-]{20} | xapp-[0-9A-Za-z-]{20} | SG\.[\w-]{20} | AIza[\w-]{35} | GOCSPX-[\w-]{20} |
        ya29\.[\w-]{20} | npm_[0-9A-Za-z]{20} | pypi-AgE[\w-]{50} | do[opr]_v1_[0-9a-f]{20} | hv[sbr]\.[\w-]{20} |
        sk-(ant|proj|svcacct|or)-[\w-]{20} | sk-[0-9A-Za-z]{40} | hf_[A-Za-z]{20} | shp(at|ca|pa|ss)_[0-9a-fA-F]{20} |
        key-[0-9a-f]{32} | (AC|SK)[0-9a-f]{32} | dckr_(pat|oat)_[\w-]{20} | lin_api_[0-9A-Za-z]{20} |
        gl(sa|c)_[\w-]{20} | NRAK-[0-9A-Z]{20} | PMAK-[0-9a-f-]{20} | r8_[0-9A-Za-z]{20} | rubygems_[0-9a-f]{20} |
        fig[dou]_[\w-]{20} | AT(ATT|CTT|BB)[\w-]{20} | sbp_[0-9a-f]{20} | AGE-SECRET-KEY-1[0-9A-Z]{20} | sq0(atp|csp)-[\w-]{20} |
        SK[0-9a-fA-F]{32} | dapi[0-9a-f]{32} | EAA[0-9A-Za-z]{40} | tfp_[\w-]{20} | pul-[0-9a-f]{20} | vercel_[0-9A-Za-z]{24} |
        eyJ[\w-]{15,}\.eyJ[\w-]{15,}\.[\w-]{20}
    ) |
    hooks\.slack\.com/(services|workflows|triggers)/[A-Z0-9]{6,}/[A-Z0-9]{6,}/[0-9A-Za-z]{16} |
    discord(app)?\.com/api/webhooks/[0-9]{15,}/[\w-]{40} |
    -----BEGIN\ [A-Z\ ]*PRIVATE\ KEY(\ BLOCK)?-----(\\n|\s)+[0-9A-Za-z+/=]{40}
";

#[test]
fn nothing_here_looks_like_a_live_credential() {
    let tokens = Regex::new(TOKENS).expect("the pattern above is valid");
    let mut wrong = Vec::new();
    for path in tracked() {
        let Ok(bytes) = std::fs::read(&path) else { continue };
        for found in tokens.find_iter(&bytes) {
            let line = bytes[..found.start()].iter().filter(|&&byte| byte == b'\n').count() + 1;
            wrong.push(format!("{}:{line}", path.display()));
        }
    }
    assert!(
        wrong.is_empty(),
        "push protection would stop a clone of this repository at\n{}",
        wrong.join("\n")
    );
}

#[test]
fn the_check_for_live_credentials_sees_the_generated_ones() {
    let tokens = Regex::new(TOKENS).expect("the pattern above is valid");
    let mut values = common::Values::new(3);
    let (id, _) = values.aws_pair();
    let made = [
        values.github_token(),
        id,
        values.stripe_key("live"),
        values.stripe_webhook(),
        values.google_client_secret(),
        values.vault_token(),
        values.jwt(),
        values.rsa_private_pem(),
    ];
    for value in made {
        let text = format!("x = \"{value}\"\n");
        assert!(tokens.is_match(text.as_bytes()), "not seen: a value that begins with {}", &value[..3]);
    }
}

#[test]
fn a_file_is_one_noun_long_and_opens_by_saying_what_it_is() {
    let mut wrong = Vec::new();
    for path in tracked().into_iter().filter(|path| path.extension().is_some_and(|end| end == "rs")) {
        let text = std::fs::read_to_string(&path).expect("source is text");
        if text.lines().count() > 450 {
            wrong.push(format!("{}: {} lines, at most 450", path.display(), text.lines().count()));
        }
        if !text.starts_with("//! ") || text.lines().next().is_some_and(|line| line.len() < 16) {
            wrong.push(format!("{}: does not open by saying what it is", path.display()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn nothing_is_left_open_in_the_code() {
    let open = Regex::new(r"\b(TODO|FIXME|XXX|HACK)\b|\b(todo|unimplemented)!\(").expect("valid");
    let here = std::path::Path::new(file!()).file_name();
    for path in tracked().into_iter().filter(|path| path.extension().is_some_and(|end| end == "rs")) {
        if path.file_name() == here {
            continue;
        }
        let bytes = std::fs::read(&path).expect("readable");
        assert!(!open.is_match(&bytes), "{} leaves something open", path.display());
    }
}

#[test]
fn every_dependency_says_why_it_is_there() {
    let text = std::fs::read_to_string(common::root().join("Cargo.toml")).expect("Cargo.toml");
    let mut section = "";
    let mut above = "";
    let mut wrong = Vec::new();
    for line in text.lines() {
        if line.starts_with('[') {
            section = line;
        } else if section.ends_with("dependencies]") && line.contains(" = ") && !above.starts_with("# ") {
            wrong.push(line);
        }
        above = line;
    }
    assert!(wrong.is_empty(), "no reason stands above\n{}", wrong.join("\n"));
}

#[test]
fn every_exception_from_a_lint_says_why() {
    for path in tracked().into_iter().filter(|path| path.extension().is_some_and(|end| end == "rs")) {
        let text = std::fs::read_to_string(&path).expect("source is text");
        for start in ["#[allow(", "#![allow(", "#[expect(", "#![expect("] {
            for (at, _) in text.match_indices(start) {
                let exception = text[at..].split_once(")]").map_or(&text[at..], |(inside, _)| inside);
                let line = text[..at].matches('\n').count() + 1;
                // A mention in prose or in this very list is no attribute.
                let attribute = text[..at].lines().next_back().is_none_or(|before| before.trim().is_empty());
                let said = exception.contains("reason = ");
                assert!(said || !attribute, "{}:{line}: an exception without a reason", path.display());
            }
        }
    }
}

#[test]
fn readme_shows_only_commands_that_exist() {
    for (name, least) in [("README.md", 10), ("docs/hooks.md", 5), ("docs/ci.md", 4)] {
        let text = std::fs::read_to_string(common::root().join(name)).expect("the document");
        let shown = commands(&text);
        assert!(shown.len() >= least, "{name} shows commands");
        for words in shown {
            let (help, rest) = help_of(&words);
            for word in rest.iter().filter(|word| word.starts_with("--")) {
                let option = word.split('=').next().unwrap_or(word);
                assert!(
                    help.contains(option),
                    "{name}: {option} of `{}` is not in its --help",
                    words.join(" ")
                );
            }
        }
    }
}

#[test]
fn readme_names_every_command_and_every_exit_code() {
    let readme = std::fs::read_to_string(common::root().join("README.md")).expect("README.md");
    let help = Leaklint::new(common::root()).arg("--help").run().expect(0).out();
    let (_, list) = help.split_once("Commands:").expect("--help lists the commands");
    let names: BTreeSet<&str> = list
        .lines()
        .skip(1)
        .take_while(|line| line.starts_with("  "))
        .filter(|line| !line.starts_with("   "))
        .filter_map(|line| line.split_whitespace().next())
        .filter(|name| *name != "help")
        .collect();
    assert!(names.len() >= 5, "the commands of --help: {names:?}");
    for name in names {
        assert!(readme.contains(&format!("leaklint {name}")), "README says nothing of `leaklint {name}`");
    }
    for text in [&readme, &help] {
        let (_, codes) = text
            .to_lowercase()
            .split_once("exit code")
            .map(|(a, b)| (a.to_owned(), b.to_owned()))
            .expect("exit codes are stated");
        for code in ["0", "1", "2"] {
            assert!(codes.contains(code), "exit code {code} is not stated");
        }
    }
}

#[test]
fn what_readme_shows_of_the_configuration_and_the_hook_is_valid() {
    let readme = std::fs::read_to_string(common::root().join("README.md")).expect("README.md");
    let block = |start: &str| {
        let (_, rest) = readme.split_once(&format!("```yaml\n{start}")).expect("README shows it");
        format!("{start}{}", rest.split("```").next().unwrap_or_default())
    };
    let repo = Repo::plain();
    repo.write("a.txt", "nothing\n");
    repo.write(".leaklint.yaml", block("exclude:"));
    repo.leaklint().run().expect(0);
    let hooks = std::fs::read_to_string(common::root().join(".pre-commit-hooks.yaml")).expect("our hooks");
    let id = block("repos:").lines().find_map(|line| line.trim().strip_prefix("- id: ").map(str::to_owned));
    assert!(hooks.contains(&format!("id: {}", id.expect("README names a hook"))));
}

/// The command lines in a document's code blocks that start with `leaklint`, as words; in YAML they are steps of a job.
fn commands(text: &str) -> Vec<Vec<String>> {
    let blocks = text.split("```").skip(1).step_by(2);
    let is_code = |block: &&str| block.starts_with("sh\n") || block.starts_with("yaml\n");
    let lines = blocks.filter(is_code).flat_map(|block| block.lines().skip(1));
    let lines = lines.map(|line| line.trim_start().trim_start_matches("- ").trim_start_matches("run: "));
    // `leaklint:` alone is a key.
    let ours = lines.filter_map(|line| line.split(" && ").find_map(|part| part.strip_prefix("leaklint")));
    let ours = ours.filter(|rest| !rest.starts_with(':'));
    ours.map(|rest| {
        let rest = rest.split(['#', '|', '>']).next().unwrap_or(rest);
        rest.split_whitespace().map(str::to_owned).collect()
    })
    .collect()
}

/// What may be the name of a command.
fn is_word(word: &str) -> bool {
    !word.starts_with('-') && word.bytes().all(|b| b.is_ascii_lowercase() || b == b'-')
}

/// `--help` of the command that `words` begin with, and the words after it.
fn help_of(words: &[String]) -> (String, &[String]) {
    let mut depth = words.iter().take(3).take_while(|word| is_word(word)).count();
    loop {
        let run = Leaklint::new(common::root()).args(&words[..depth]).arg("--help").run();
        if run.code == Some(0) {
            return (run.out(), &words[depth..]);
        }
        assert!(depth > 0, "no help for {words:?}");
        depth -= 1;
    }
}

/// The files of the repository: what git tracks, or everything when this is no clone.
fn tracked() -> Vec<PathBuf> {
    let root = common::root();
    let listed = Command::new("git")
        .args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"])
        .current_dir(root)
        .output();
    match listed {
        Ok(output) if output.status.success() && root.join(".git").exists() => {
            let names = output.stdout.split(|&byte| byte == 0).filter(|name| !name.is_empty());
            let paths = names.map(|name| root.join(String::from_utf8_lossy(name).as_ref()));
            paths.filter(|path| path.is_file()).collect()
        }
        _ => common::files_below(root),
    }
}
