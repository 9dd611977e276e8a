# Shortcuts for the people who change leaklint. `.ci/run` is what decides; nothing here is needed to build or to test.

# List the recipes.
default:
    @just --list

# All tests, as the README says.
test:
    cargo test

# What must hold before a change lands.
check:
    cargo fmt --check
    cargo clippy --all-targets -- -D warnings
    RUSTDOCFLAGS="-D warnings" cargo doc --no-deps
    cargo test

# The pages that are generated.
pages:
    cargo run --quiet -- rules list --format markdown > docs/rules.md

# Throughput of the stages; `just bench prefilter` for one of them. docs/performance.md says what is measured.
bench *ARGS:
    cargo bench --bench stages -- {{ARGS}}

# leaklint beside ripgrep and the peers that are installed, on a tree.
compare TREE *REPEATS:
    cargo build --release
    benches/compare.sh {{TREE}} {{REPEATS}}

# leaklint on its own repository.
self:
    cargo run --quiet -- scan

# Known vulnerabilities in dependencies (needs the network).
advisories:
    cargo deny check advisories

# The whole of CI, on this machine.
ci:
    bash .ci/run
