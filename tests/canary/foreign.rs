//! Files of other tools hold raw values wherever people put them: importing them shows and writes none.

use crate::kinds;
use crate::watch::Watch;

/// Files of other tools that hold the value wherever people put values, whole and broken.
fn foreign(value: &str) -> Vec<(&'static str, String)> {
    let escaped = value.replace('\\', "\\\\").replace('"', "\\\"");
    let report = format!(
        r#"[{{"RuleID":"r","File":"a.env","StartLine":1,"Secret":"{escaped}","Match":"k={escaped}","Description":"{escaped}"}},
           {{"RuleID":"{escaped}","File":"b-{escaped}.env","StartLine":1,"Secret":"","Commit":"{escaped}"}}]"#
    );
    let toml = format!(
        "title = '''{value}'''\n[extend]\npath = '''{value}'''\ndisabledRules = ['''{value}''']\n[[rules]]\nid = '''{value}'''\nregex = '''{value}'''\n[[rules]]\nid = 'own'\ndescription = '''{value}'''\nregex = '''own_{value}_[a-z0-9]{{20}}'''\nkeywords = ['''{value}''']\n[[allowlists]]\ndescription = '''for {value}'''\nregexes = ['''{value}''', '''^{value}$''', '''x|{value}.*''']\nstopwords = ['''{value}''']\ncommits = ['''{value}''']\n"
    );
    let lint = format!(
        r#"{{"rules":[{{"id":"{escaped}","options":{{"allows":["{escaped}","/{escaped}/i","/^{escaped}.*/"]}},"disabled":true}}]}}"#
    );
    let talisman = format!(
        "fileignoreconfig:\n- filename: a.env\n  checksum: '{value}'\n  allowed_patterns: ['{value}']\nallowed_patterns: ['{value}', 'x{value}+']\nthreshold: '{value}'\n"
    );
    let detect = format!(
        r#"{{"version":"1","filters_used":[{{"path":"detect_secrets.filters.regex.should_exclude_secret","pattern":["{escaped}"]}}],
           "results":{{"a.env":[{{"type":"{escaped}","hashed_secret":"{escaped}"}},{{"type":"t","hashed_secret":"{}"}}]}}}}"#,
        "0".repeat(40)
    );
    vec![
        (".gitleaksignore", format!("a.env:{value}:1\n{value}:a.env:r:1\n{value}\n0-{value}/b.env:r:1\n")),
        (".gitleaks.toml", toml.clone()),
        (".betterleaks.toml", toml),
        ("report.json", report),
        (".secrets.baseline", detect),
        (".secretsignore", format!("[secrets]\n{value}\nx{value}\n")),
        (".talismanrc", talisman),
        (".gitallowed", format!("{value}\n.*{value}.*\nfile:{value}\n")),
        (".secretlintrc.json", lint),
    ]
}

#[test]
fn in_files_of_other_tools_that_are_imported() {
    for (number, (kind, value)) in kinds(71).into_iter().enumerate() {
        let watch = Watch::new(value);
        let value = watch.value().to_owned();
        if number % 2 == 0 {
            watch.repo.write("a.env", format!("GITHUB_TOKEN={value}\nDB_PASSWORD=\"{value}\"\n"));
            watch.repo.write(format!("0-{value}/b.env"), format!("GITHUB_TOKEN={value}\n"));
        }
        watch.repo.commit("first");
        for (name, text) in foreign(&value) {
            watch.repo.write(name, &text);
            let run = watch.look(watch.leaklint().args(["import", name]), name);
            assert!(matches!(run.code, Some(0 | 1)), "{kind}: {name} is read");
            // Broken behind the value.
            watch.repo.write(name, [&text, "\n\"'''[[[{{{ : ", &value, "\n"].concat());
            watch.look(watch.leaklint().args(["import", name, "--dry-run"]), name);
            for file in [".leaklint.yaml", ".leaklint-rules.yaml", name] {
                std::fs::remove_file(watch.repo.path(file)).ok();
            }
        }
    }
}

#[test]
fn in_what_is_set_up_and_exported() {
    for (kind, value) in kinds(72) {
        let watch = Watch::new(value);
        let value = watch.value().to_owned();
        watch.repo.write("a.env", format!("GITHUB_TOKEN={value}\nDB_PASSWORD=\"{value}\"\n"));
        watch.repo.write(format!("dir-{value}/b.env"), format!("GITHUB_TOKEN={value}\n"));
        watch.run(&["init"], 2);
        watch.run(&["init", "--yes"], 0);
        watch.run(&["export", "--gitleaks-ignore"], 0);
        watch.run(&["export", "--secrets-baseline", "--weak-too"], 0);
        let run = watch.run(&["scan"], 0);
        assert!(run.err().contains("in the baseline"), "{kind}");
    }
}
