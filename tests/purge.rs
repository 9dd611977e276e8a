//! The whole drill after a leak, with the real git-filter-repo from PyPI: find, plan, rewrite, prove.

mod common;
#[path = "purge/filter_repo.rs"]
mod filter_repo;

use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use common::{OF_A_PLAN, Outcome, Repo, Values};
use filter_repo::FilterRepo;

fn plan(repo: &Repo, values: &str) -> (PathBuf, Outcome) {
    let out = repo.beside().join("plan");
    let run = repo.leaklint().args(["purge-plan", "--null", "--out"]).arg(&out).stdin(values);
    (out, run.run())
}

fn verify(repo: &Repo, plan: &Path, code: i32) -> Outcome {
    repo.leaklint().arg("verify-purged").arg(plan).run().expect(code)
}

/// Does what the plan says, in its order.
fn follow(repo: &Repo, plan: &Path, filter_repo: &FilterRepo) {
    let guide = std::fs::read_to_string(plan.join("PLAN.md")).expect("a test can do this");
    for step in
        ["git stash clear", "git reflog expire --expire=now --all && git gc --prune=now", "filter-repo"]
    {
        assert!(guide.contains(step), "{step}\n{guide}");
    }
    repo.git(["stash", "clear"]);
    filter_repo.run(repo, plan);
    repo.git(["reflog", "expire", "--expire=now", "--all"]);
    repo.git(["gc", "-q", "--prune=now"]);
    std::fs::remove_dir_all(repo.path(".git/filter-repo")).expect("a test can do this");
    for name in ["COMMIT_EDITMSG", "info/refs"] {
        drop(std::fs::remove_file(repo.path(&format!(".git/{name}"))));
    }
}

fn utf16(text: &str) -> Vec<u8> {
    [&[0xff, 0xfe][..], &text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>()].concat()
}

/// The value in a blob, a message, a tag, a file name, UTF-16 and base64, an author, a branch, broken over lines, and in a
/// stash.
fn leak(value: &str) -> Repo {
    let repo = Repo::new();
    repo.write("readme.md", "nothing here\n");
    repo.commit("First");
    repo.write("config/app.env", format!("A=1\nKEY={value}\nB=2\n"));
    repo.write("config/wide.txt", utf16(&format!("KEY={value}\n")));
    repo.write("k8s.yaml", format!("data:\n  key: {}\n", STANDARD.encode(value)));
    repo.write("split.py", format!("key = (\"{}\"\n       \"{}\")\n", &value[..10], &value[10..]));
    repo.write(format!("dumps/{value}.sql"), "select 1;\n");
    repo.commit(&format!("Second\n\nThe key is {value}."));
    repo.git(["tag", "-a", "v1", "-m", &format!("Works with {value}")]);
    repo.git(["branch", &format!("fix-{value}")]);
    let author = format!("{value} <ada@example.org>");
    repo.git(["commit", "-q", "--allow-empty", "--author", &author, "-m", "Third"]);
    repo.write("config/app.env", "A=1\nB=2\n");
    repo.commit("Fourth");
    repo.write("readme.md", format!("put aside {value}\n"));
    repo.git(["stash", "push", "-q"]);
    repo
}

#[test]
fn the_whole_drill_with_the_real_filter_repo() {
    let Some(filter_repo) = FilterRepo::get("the_whole_drill_with_the_real_filter_repo") else { return };
    let value = Values::new(1).github_token();
    let repo = leak(&value);
    repo.leaklint().args(["hunt"]).stdin(&value).run().expect(1);
    let (plan, outcome) = plan(&repo, &value);
    let outcome = outcome.expect(0);
    assert!(outcome.err().contains("rotate the values first") && outcome.err().contains("replace-text.txt"));
    let guide = std::fs::read_to_string(plan.join("PLAN.md")).unwrap();
    assert!(guide.contains("- [ ] value 1: GitHub, "), "{guide}");
    assert!(guide.contains("- `config/wide.txt`"), "{guide}");
    assert!(guide.find("## 1. Rotate first") < guide.find("## 4. Rewrite"), "{guide}");
    let before = verify(&repo, &plan, 1);
    assert!(before.out().contains("value 1: "), "{before}");
    follow(&repo, &plan, filter_repo);
    let after = verify(&repo, &plan, 0);
    assert!(after.err().contains("purged: no object, message, ref or log holds"), "{after}");
    for name in OF_A_PLAN {
        assert!(!plan.join(name).exists(), "{name} is deleted");
    }
    // What had nothing to do with it is as it was.
    assert_eq!(repo.git(["show", "HEAD:config/app.env"]), "A=1\nB=2");
    assert_eq!(repo.git(["show", "HEAD~2:config/app.env"]), "A=1\nKEY=***REMOVED***\nB=2");
    assert_eq!(repo.git(["show", "HEAD:dumps/REMOVED-1.sql"]), "select 1;");
    assert_eq!(repo.git(["log", "-1", "--format=%an <%ae>", "HEAD~1"]), "REMOVED-1 <ada@example.org>");
    assert_eq!(repo.git(["rev-parse", "--verify", "-q", "fix-REMOVED-1"]), repo.git(["rev-parse", "HEAD~2"]));
    assert_eq!(repo.git(["rev-list", "--count", "HEAD"]), "4");
    let outcome = repo.leaklint().arg("verify-purged").arg(&plan).run().expect(2);
    assert!(outcome.err().contains("values"), "{outcome}");
}

#[test]
fn values_that_tools_misread_are_purged_too() {
    let Some(filter_repo) = FilterRepo::get("values_that_tools_misread_are_purged_too") else { return };
    let mut values = Values::new(2);
    let key = values.rsa_private_pem();
    let all = [
        format!("regex:{}==>x", values.alnum(12)),
        format!("#{} <{}>", values.alnum(8), values.alnum(8)),
        format!("glob:*{}\\1(é", values.alnum(10)),
        format!("=={}", values.base64(24)),
        key.trim_end().to_owned(),
    ];
    let repo = Repo::new();
    repo.write("all.txt", all.join("\n"));
    repo.write("crlf.txt", all.join("\n").replace('\n', "\r\n"));
    repo.write("all.json", serde_json::to_string(&all).unwrap());
    repo.write("all.b64", all.iter().map(|value| STANDARD.encode(value) + "\n").collect::<String>());
    repo.write(
        "url.txt",
        all.iter()
            .map(|v| v.bytes().map(|b| format!("%{b:02x}")).collect::<String>() + "\n")
            .collect::<String>(),
    );
    repo.commit(&format!("All\n\n{}", all.join("\n\n")));
    let author = format!("{} <ada@example.org>", all[1].replace(['<', '>'], ""));
    repo.git(["commit", "-q", "--allow-empty", "--author", &author, "-m", "Author"]);
    // A message and an author in another encoding, which the tools read as UTF-8.
    let latin: Vec<u8> = all[2].chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
    repo.write("message", &latin);
    repo.git(["-c", "i18n.commitEncoding=ISO-8859-1", "commit", "-q", "--allow-empty", "-F", "message"]);
    std::fs::remove_file(repo.path("message")).unwrap();
    let given = [&all[..], &[all[1].replace(['<', '>'], "")]].concat().join("\0");
    let (plan, outcome) = plan(&repo, &given);
    outcome.expect(0);
    filter_repo.run(&repo, &plan);
    drop(std::fs::remove_file(repo.path(".git/COMMIT_EDITMSG")));
    let outcome = verify(&repo, &plan, 0);
    assert!(outcome.err().contains("files with the values are deleted"), "{outcome}");
}

#[test]
fn a_plan_is_for_its_owner_alone_and_outside_the_repository() {
    let value = Values::new(3).alnum(24);
    let repo = Repo::new();
    repo.write("a.txt", &value);
    repo.commit("First");
    let plan_into = |out: &Path| repo.leaklint().args(["purge-plan", "--out"]).arg(out).stdin(&value).run();
    for inside in ["plan", ".git/plan", "a/../plan"] {
        std::fs::create_dir_all(repo.path("a")).unwrap();
        let outcome = plan_into(&repo.path(inside)).expect(2);
        assert!(outcome.err().contains("inside the repository"), "{outcome}");
        assert!(!repo.path(inside).exists());
    }
    plan_into(&repo.beside().join(format!("plan-{value}"))).expect(2);
    let out = repo.beside().join("plan");
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink(repo.path("a"), &out).unwrap();
        plan_into(&out).expect(2);
        std::fs::remove_file(&out).unwrap();
    }
    std::fs::create_dir(&out).unwrap();
    std::fs::write(out.join("mine"), "x").unwrap();
    assert!(plan_into(&out).expect(2).err().contains("not empty"));
    std::fs::remove_file(out.join("mine")).unwrap();
    let outcome = plan_into(&out).expect(0);
    assert!(outcome.stdout.is_empty() && !outcome.err().contains(&value), "{outcome}");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&out), 0o700);
        for file in common::files_below(&out) {
            assert_eq!(mode(&file), 0o600, "{}", file.display());
        }
    }
    for name in ["PLAN.md", "plan.json"] {
        assert!(!std::fs::read_to_string(out.join(name)).unwrap().contains(&value), "{name}");
    }
    let announced = outcome.err();
    for file in common::files_below(&out) {
        let name = file.file_name().unwrap().to_str().unwrap().to_owned();
        let holds = std::fs::read(&file).unwrap().windows(value.len()).any(|piece| piece == value.as_bytes());
        assert_eq!(holds, OF_A_PLAN.contains(&name.as_str()), "{name}");
        assert!(!holds || announced.contains(&name), "{name} is announced\n{announced}");
    }
}

#[test]
fn nothing_is_deleted_before_the_proof_and_nothing_that_a_link_leads_to() {
    let value = Values::new(4).alnum(24);
    let repo = Repo::new();
    repo.write("a.txt", &value);
    repo.commit("First");
    let (plan, outcome) = plan(&repo, &value);
    outcome.expect(0);
    verify(&repo, &plan, 1);
    assert!(plan.join("values").exists());
    // Another repository, in which it never was, and with the file still in the working tree.
    let other = Repo::new();
    other.write("b.txt", "nothing\n");
    other.commit("First");
    other.write("ignored", &value);
    let elsewhere =
        |keep: &[&str]| repo.leaklint().arg("verify-purged").arg(&plan).arg(other.dir()).args(keep).run();
    let outcome = elsewhere(&["--keep"]).expect(0);
    assert!(outcome.err().contains("1 places") && plan.join("values").exists(), "{outcome}");
    let mine = repo.beside().join("mine");
    std::fs::write(&mine, "keep this").unwrap();
    #[cfg(unix)]
    {
        std::fs::remove_file(plan.join("bfg-replace-text.txt")).unwrap();
        std::os::unix::fs::symlink(&mine, plan.join("bfg-replace-text.txt")).unwrap();
    }
    elsewhere(&[]).expect(0);
    assert_eq!(std::fs::read_to_string(&mine).unwrap(), "keep this");
    assert!(!plan.join("values").exists() && plan.join("PLAN.md").exists());
}

#[test]
fn without_a_find_there_is_no_plan() {
    let repo = Repo::new();
    repo.write("a.txt", "nothing\n");
    repo.commit("First");
    let (plan, outcome) = plan(&repo, &Values::new(5).alnum(24));
    let outcome = outcome.expect(0);
    assert!(outcome.err().contains("nothing to purge") && !plan.exists(), "{outcome}");
    verify(&repo, &plan, 2);
}
