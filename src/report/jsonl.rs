//! `--format jsonl`: one finding a line and nothing else.

use super::v1::FindingV1;
use super::{Report, text};

/// The findings as JSON Lines; no bytes when there is none.
pub fn render(report: &Report) -> Vec<u8> {
    let mut bytes = Vec::new();
    for finding in &report.findings {
        bytes.extend(text::compact(&FindingV1::new(finding)));
        bytes.push(b'\n');
    }
    bytes
}
