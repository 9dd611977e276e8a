//! The official SARIF schema, from the package of a crate that ships it. It is only downloaded, through cargo, and never
//! compiled; nor is it in our `Cargo.toml`, where it would cost every build of the tests.

use std::path::Path;
use std::process::Command;

const MANIFEST: &str = "[package]\nname = \"schema\"\nversion = \"0.0.0\"\nedition = \"2024\"\n[workspace]\n\
                        [dependencies]\nserde-sarif = { version = \"=0.8.0\", default-features = false }\n";

/// The schema, or why it cannot be had. The network is asked only where all tests must run.
pub fn sarif() -> Result<serde_json::Value, String> {
    let directory = tempfile::tempdir().expect("a temporary directory");
    std::fs::create_dir(directory.path().join("src")).expect("a directory in it");
    std::fs::write(directory.path().join("src/lib.rs"), "").expect("a file in it");
    std::fs::write(directory.path().join("Cargo.toml"), MANIFEST).expect("a manifest in it");
    let all = std::env::var_os("LEAKLINT_ALL_TESTS").is_some_and(|value| value == "1");
    let metadata = metadata(directory.path(), true).or_else(|why| match all {
        true => metadata(directory.path(), false),
        false => Err(why),
    })?;
    let packages = metadata["packages"].as_array().ok_or("cargo metadata lists no packages")?;
    let package = packages.iter().find(|package| package["name"] == "serde-sarif");
    let manifest = package.and_then(|package| package["manifest_path"].as_str()).ok_or("no serde-sarif")?;
    let path = Path::new(manifest).with_file_name("src").join("schema.json");
    let text = std::fs::read_to_string(&path).map_err(|why| format!("{}: {why}", path.display()))?;
    // One pattern of the standard has a stray bracket, which ECMAScript forgives and our validator does not.
    let text = text.replace("[a-zA-Z]{2}]?$", "[a-zA-Z]{2}\\\\]?$");
    serde_json::from_str(&text).map_err(|why| why.to_string())
}

fn metadata(directory: &Path, offline: bool) -> Result<serde_json::Value, String> {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["metadata", "--format-version", "1"]).current_dir(directory);
    // A test that is built for another machine still runs here.
    let host = format!("{}-unknown-linux-gnu", std::env::consts::ARCH);
    cargo.args(["--filter-platform", &host]);
    if offline {
        cargo.arg("--offline");
    }
    let output = cargo.output().map_err(|why| why.to_string())?;
    match output.status.success() {
        true => serde_json::from_slice(&output.stdout).map_err(|why| why.to_string()),
        false => Err("cargo cannot get the package serde-sarif 0.8.0 that holds the schema".to_owned()),
    }
}
