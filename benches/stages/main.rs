//! Throughput of the stages on generated corpora: prefilter, detection, verdict, decoding, and the whole scan.
//!
//! `cargo bench --bench stages` runs all; `cargo bench --bench stages -- prefilter Lock` what these words name. One
//! binary, because each would be linked with the whole library. See docs/performance.md.

#[path = "../corpus/mod.rs"]
mod corpus;
mod decode;
mod detect;
mod input;
mod prefilter;
mod scan;
mod verdict;

fn main() {
    divan::main();
}
