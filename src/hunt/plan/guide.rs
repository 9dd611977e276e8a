//! `PLAN.md`: the steps of a purge in the order in which to do them. No value stands in it.
//!
//! Stands apart because it is prose for somebody under pressure: what to do first, what each command does, what no
//! command can do.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;

use super::{Basis, rotation};
use crate::hunt::disk;
use crate::hunt::hit::{Hit, Part};
use crate::hunt::tell::Teller;
use crate::shell;
use crate::source::object::Id;

/// Paths told in one list.
const LISTED: usize = 50;

/// What the steps are made from.
pub(super) struct Facts<'f> {
    pub(super) basis: &'f Basis<'f>,
    pub(super) teller: Teller<'f>,
    pub(super) directory: &'f Path,
    /// The command that rewrites, as words.
    pub(super) rewrite: &'f [String],
    /// Blobs that are dropped whole.
    pub(super) stripped: BTreeSet<Id>,
    /// There is a file for BFG.
    pub(super) bfg: bool,
}

/// The whole file.
pub(super) fn render(facts: &Facts<'_>) -> String {
    let mut out = String::from(
        "# Purging leaked values\n\nDo the steps in this order. The other files of this directory hold the values: keep them to yourself, and \
         let\n`leaklint verify-purged` delete them.\n",
    );
    for step in [rotate, stop, before, run, leftovers, verify, publish, elsewhere] {
        step(facts, &mut out);
    }
    out
}

fn rotate(facts: &Facts<'_>, out: &mut String) {
    out.push_str(
        "\n## 1. Rotate first\n\nA value that was ever pushed, shared or built is known to others, and a rewrite does not change that. Revoke \
         each one\nwhere it was issued, put a new one in place, and look through its service's log for use by somebody else. Only then\nis it \
         worth cleaning up. Do not use the new value in this repository.\n",
    );
    let basis = facts.basis;
    for (number, value) in (1..).zip(basis.values) {
        let places = basis.hunted.hits.iter().filter(|hit| hit.value() == number).count();
        let rules = rotation::rules(basis.repo, basis.catalogue, (number, value), basis.hunted);
        let services: BTreeSet<&str> = rules.iter().map(|rule| rule.service_name.as_ref()).collect();
        let services: Vec<&str> = services.into_iter().collect();
        let service =
            if services.is_empty() { "service not known".to_owned() } else { services.join(" or ") };
        _ = writeln!(out, "\n- [ ] value {number}: {service}, {places} places");
        for rule in &rules {
            _ = writeln!(out, "      - {}: {}", rule.name, one_line(&rule.grants));
            _ = writeln!(out, "        {}", one_line(&rule.revoke));
            rule.references.first().into_iter().for_each(|link| _ = writeln!(out, "        <{link}>"));
        }
        if rules.is_empty() {
            out.push_str(
                "      - find out who issues it, revoke it there, and replace it everywhere it is used\n",
            );
        }
    }
}

fn stop(_: &Facts<'_>, out: &mut String) {
    out.push_str(
        "\n## 2. Stop the repository\n\n- [ ] Tell everybody to push what they have and to stop; merge or close open pull requests.\n- [ ] Lift the \
         protection against forced pushes for the time of the purge.\n- [ ] If it was pushed, clone the server's repository anew with `git clone \
         --mirror` and make a plan for that clone too\n      (`leaklint purge-plan`): it has refs that this one lacks (`refs/pull/*`, \
         `refs/merge-requests/*`).\n- [ ] Keep one copy of what is there now, offline, until the purge is proven; then destroy it.\n",
    );
}

/// What git-filter-repo does not take along, or stumbles over.
fn before(facts: &Facts<'_>, out: &mut String) {
    out.push_str("\n## 3. Clear what a rewrite would leave behind\n\n");
    let basis = facts.basis;
    let reached = |word: &str| basis.hunted.reached.values().filter(|by| by.contains(word)).count();
    if basis.repo.tips(&mut Vec::new()).unwrap_or_default().iter().any(|(name, _)| name == "refs/stash") {
        _ = writeln!(
            out,
            "- [ ] Stashes: {} objects that hold a value are in one. Save what you need of them elsewhere, without the values, then\n      `git \
             stash clear`. Old versions of git-filter-repo lose stashes, newer ones keep their descriptions as they are.",
            reached("stash")
        );
    }
    let own = basis.repo.workdir();
    for root in disk::working_trees(basis.repo).iter().filter(|root| Some(root.as_path()) != own) {
        let shown = facts.teller.shown(root.to_string_lossy().as_bytes());
        _ = writeln!(
            out,
            "- [ ] Another working tree, `{shown}`: commit or copy what you need, then `git worktree remove` it."
        );
    }
    if own.is_some() {
        out.push_str("- [ ] Commit or copy uncommitted changes: the rewrite ends with `git reset --hard`.\n");
    }
    if basis.repo.common_dir().join("objects/info/alternates").exists() {
        out.push_str("- [ ] This repository borrows objects (`objects/info/alternates`): run `git repack -a -d`, remove that file, and purge the\n      lender as well.\n");
    }
    for (part, advice) in [
        (Part::GitConfig, "set it anew without the value"),
        (Part::Index, "it is replaced by the rewrite if its file is committed; else `git rm --cached` it"),
    ] {
        for place in places(facts, part) {
            _ = writeln!(out, "- [ ] `{place}` holds a value: {advice}.");
        }
    }
    if out.ends_with("behind\n\n") {
        out.push_str("Nothing: there are no stashes, no other working trees and no settings with a value.\n");
    }
}

fn run(facts: &Facts<'_>, out: &mut String) {
    out.push_str("\n## 4. Rewrite\n\nIn the repository, with git-filter-repo 2.47 or newer (`pip install git-filter-repo`):\n\n```sh\n");
    let words: Vec<String> = facts.rewrite.iter().map(|word| shell::word(word)).collect();
    _ = writeln!(out, "{}\n```", words.join(" "));
    out.push_str(
        "\nIt replaces every spelling that was found by `***REMOVED***`, in names by `REMOVED-1` and so on, expires all reflogs and\ndeletes what \
         nothing reaches. Every commit after the first changed one gets a new id; signatures are lost. Where a\nremote named `origin` is set it \
         is removed, so that nothing is pushed by mistake.\n",
    );
    if !facts.stripped.is_empty() {
        _ = writeln!(
            out,
            "\nThese files hold a value where no text can be replaced (binary, UTF-16, packed). `strip-blobs.txt` drops them whole from\nevery \
             commit that has them; bring a clean version back in a new commit where one is needed:\n"
        );
        let paths = facts.stripped.iter().flat_map(|id| match facts.basis.hunted.paths.get(id) {
            Some(paths) => paths.iter().map(|path| facts.teller.shown(path.path.as_bytes())).collect(),
            None => vec![format!("blob {}", id.hex())],
        });
        listed(paths.collect(), out);
    }
    if facts.bfg {
        let file = facts.directory.join("bfg-replace-text.txt");
        let strip = facts.directory.join(super::STRIP);
        let ids = if facts.stripped.is_empty() {
            String::new()
        } else {
            format!(" --strip-blobs-with-ids {}", shell::word(&strip.to_string_lossy()))
        };
        _ = writeln!(
            out,
            "\nThe same for file contents with BFG, which rewrites no messages, names, authors or refs and leaves values that are broken\nover \
             lines:\n\n```sh\njava -jar bfg.jar --no-blob-protection --replace-text {}{ids}\ngit reflog expire --expire=now --all && git gc --prune=now\n```",
            shell::word(&file.to_string_lossy())
        );
    }
}

/// Files of git's own that no rewrite touches.
fn leftovers(facts: &Facts<'_>, out: &mut String) {
    out.push_str(
        "\n## 5. Clean up here\n\n```sh\ngit reflog expire --expire=now --all && git gc --prune=now\nrm -rf \"$(git rev-parse --git-dir)/filter-repo\"\n```\n",
    );
    let reflogs = places(facts, Part::Reflog);
    if !reflogs.is_empty() {
        out.push_str("\nReflogs that hold a value now, and that the first command empties:\n\n");
        listed(reflogs, out);
    }
    let files = places(facts, Part::GitFile);
    if !files.is_empty() {
        out.push_str("\nFiles of git's own that hold a value: delete them, git makes them anew when it needs them:\n\n");
        listed(files, out);
    }
    let headers = places(facts, Part::Header);
    if !headers.is_empty() {
        out.push_str("\nHeaders of commits and tags with a value: the rewrite drops signatures, and names of tags follow those of their refs:\n\n");
        listed(headers, out);
    }
    let mut beside = places(facts, Part::WorkingTree);
    beside.extend(places(facts, Part::WorkingTreeName));
    if !beside.is_empty() {
        out.push_str(
            "\nFiles of working trees that hold a value. Those that are not committed stay as they are:\n\n",
        );
        listed(beside, out);
    }
}

fn verify(facts: &Facts<'_>, out: &mut String) {
    let directory = shell::word(&facts.directory.to_string_lossy());
    _ = writeln!(
        out,
        "\n## 6. Prove it\n\n```sh\nleaklint verify-purged {directory}\n```\n\nIt looks for every value in every form once more, in all objects, messages, refs \
         and logs, reachable or not, and deletes\nthe files with the values when none is left (`--keep` keeps them, for the other clones)."
    );
}

fn publish(_: &Facts<'_>, out: &mut String) {
    out.push_str(
        "\n## 7. Publish\n\n- [ ] From the clone that was proven clean: add the remote again and `git push --force --mirror` to it (`--force --all`, then\n      `--force \
         --tags` where the server keeps refs of its own).\n- [ ] Ask the server to forget: what was pushed stays readable by its id until the host \
         collects garbage.\n      - GitHub: a request to its support for removal of sensitive data, with the first changed commits; it also clears\n        cached \
         views and refs of pull requests.\n      - GitLab: Settings > Repository > Repository maintenance, remove blobs or redact text, then housekeeping.\n      - Bitbucket: a request \
         to its support for garbage collection.\n      - your own server: `git reflog expire --expire=now --all && git gc --prune=now` in the bare repository.\n- [ ] Everybody \
         clones anew. Who keeps an old clone must not merge it: that brings everything back.\n- [ ] Protect the branches again.\n",
    );
}

fn elsewhere(facts: &Facts<'_>, out: &mut String) {
    out.push_str(
        "\n## 8. What else has a copy\n\n- [ ] Forks, also private ones, and clones of people and of build machines.\n- [ ] Mirrors, backups and snapshots of the server.\n- [ ] \
         Logs, caches and artifacts of continuous integration; deployed systems; layers of container images.\n- [ ] Published packages and releases, source archives.\n- [ ] \
         Issues, pull requests, wikis, snippets and chats that quote it; mails of notifications.\n- [ ] Archives of public code and search engines.\n- [ ] Submodules and \
         large-file stores: they are repositories of their own.\n\nWhat cannot be reached is why the value was rotated first.\n",
    );
    if !facts.basis.hunted.unread.is_empty() {
        out.push_str("\nNot looked into when this plan was made: ");
        let parts: Vec<String> =
            facts.basis.hunted.unread.iter().map(|(what, count)| format!("{count} {what}")).collect();
        _ = writeln!(out, "{}.", parts.join(", "));
    }
}

/// The places of one part, as paths with their lines, without values.
fn places(facts: &Facts<'_>, part: Part) -> Vec<String> {
    let mut places: BTreeMap<String, BTreeSet<u64>> = BTreeMap::new();
    for hit in facts.basis.hunted.hits.iter().filter(|hit| hit.part == part) {
        let Hit { name, place, .. } = hit;
        places.entry(facts.teller.shown(name)).or_default().insert(place.line);
    }
    let is_name = matches!(part, Part::Index | Part::WorkingTreeName);
    let told = |(name, lines): (String, BTreeSet<u64>)| match lines.first() {
        Some(line) if !is_name => format!("{name}:{line}"),
        _ => name,
    };
    places.into_iter().map(told).collect()
}

fn listed(mut places: Vec<String>, out: &mut String) {
    places.sort();
    places.dedup();
    places.iter().take(LISTED).for_each(|place| _ = writeln!(out, "- `{place}`"));
    if places.len() > LISTED {
        _ = writeln!(out, "- and {} more", places.len() - LISTED);
    }
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
