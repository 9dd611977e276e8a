//! The summary on standard error: what was scanned, found, left out and went wrong. Apart from the human report because
//! every format has it, and the only place where a duration may stand.

use std::time::Duration;

use crate::rule::Severity;
use crate::visible;

use super::paint::Paint;
use super::{Report, coverage, marks, policy};

/// The summary, ending in a line end. Parts that are zero are left out; problems are listed one a line.
pub fn render(report: &Report, elapsed: Option<Duration>, color: bool) -> String {
    let paint = Paint { color };
    let mut lines = vec![scanned(report, elapsed, paint)];
    lines.extend(not_reported(report));
    lines.extend(gaps(report));
    lines.extend(report.coverage.iter().flat_map(coverage::table));
    lines.extend(problems(report, paint));
    lines.extend(marks::lines(report, paint));
    lines.extend(policy::lines(report, paint));
    lines.join("\n") + "\n"
}

fn scanned(report: &Report, elapsed: Option<Duration>, paint: Paint) -> String {
    let files = counted(report.counts.files, "file", "files");
    let time = elapsed.map(|elapsed| format!(" in {}", seconds(elapsed))).unwrap_or_default();
    let verdict = match report.findings.len() {
        // Said only when it is the whole truth.
        0 if report.problems.is_empty() => paint.green("no secrets found"),
        0 => paint.yellow("no secrets found in what could be read"),
        found => {
            paint.red(&counted(found as u64, "secret found", "secrets found")) + &by_severity(report, paint)
        }
    };
    format!("{verdict}: {files}, {} scanned{time}", size(report.counts.bytes))
}

fn by_severity(report: &Report, paint: Paint) -> String {
    let severities = [Severity::Critical, Severity::High, Severity::Medium, Severity::Low];
    let parts = severities.into_iter().filter_map(|severity| {
        let count = report.findings.iter().filter(|finding| finding.severity == severity).count();
        (count > 0).then(|| format!("{count} {}", severity.word()))
    });
    paint.dim(&format!(" ({})", parts.collect::<Vec<_>>().join(", ")))
}

/// What was seen and not reported, and why.
fn not_reported(report: &Report) -> Option<String> {
    let counts = &report.counts;
    let mut parts = Vec::new();
    let mut add = |count: u64, what: &str| {
        if count > 0 {
            parts.push(format!("{count} {what}"));
        }
    };
    add(counts.baselined, "in the baseline");
    add(counts.allowed, "allowed by a comment");
    add(counts.allowed_by_configuration, "allowed by configuration");
    add(counts.not_added, "not added by this change");
    add(counts.below_confidence, "below the confidence asked for");
    add(counts.below_severity, "below the severity asked for");
    let dropped: u64 = counts.dropped.values().sum();
    if dropped > 0 {
        let reasons = counts.dropped.iter().filter(|&(_, &count)| count > 0);
        let reasons: Vec<_> = reasons.map(|(reason, count)| format!("{count} {reason}")).collect();
        add(dropped, &format!("dropped ({})", reasons.join(", ")));
    }
    (!parts.is_empty()).then(|| format!("not reported: {}", parts.join(", ")))
}

fn gaps(report: &Report) -> Option<String> {
    let counts = report.gap_counts();
    let parts: Vec<_> = counts.iter().map(|(kind, count)| format!("{count} {kind}")).collect();
    (!parts.is_empty()).then(|| format!("not scanned in full: {}", parts.join(", ")))
}

fn problems(report: &Report, paint: Paint) -> Vec<String> {
    let listed = report.problems.iter().map(|problem| {
        let path = problem.path.as_ref().map(|path| format!("{}: ", visible::line(&path.text())));
        let kind = paint.yellow(&format!("problem ({}):", problem.kind));
        format!("{kind} {}{}", path.unwrap_or_default(), visible::line(&problem.message))
    });
    listed.collect()
}

fn counted(count: u64, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

/// Bytes in the unit that people read, three digits at most.
fn size(bytes: u64) -> String {
    const UNITS: [&str; 4] = ["kB", "MB", "GB", "TB"];
    if bytes < 1000 {
        return counted(bytes, "byte", "bytes");
    }
    let mut value = bytes as f64 / 1000.0;
    let mut unit = 0;
    while value >= 999.5 && unit + 1 < UNITS.len() {
        value /= 1000.0;
        unit += 1;
    }
    let digits = usize::from(value < 9.95);
    format!("{value:.digits$} {}", UNITS[unit])
}

fn seconds(elapsed: Duration) -> String {
    match elapsed.as_millis() {
        millis @ 0..1000 => format!("{millis} ms"),
        _ => format!("{:.1} s", elapsed.as_secs_f64()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::blob::BlobPath;
    use crate::source::{Gap, GapKind, Problem};

    #[test]
    fn a_clean_run_is_one_calm_line() {
        let mut report = Report::default();
        report.counts.files = 1;
        report.counts.bytes = 999_600;
        let text = render(&report, Some(Duration::from_millis(1234)), false);
        assert_eq!(text, "no secrets found: 1 file, 1.0 MB scanned in 1.2 s\n");
    }

    #[test]
    fn everything_left_out_is_counted_and_every_problem_listed() {
        let path = |name: &[u8]| Some(BlobPath::from_bytes(name));
        let mut report = Report::default();
        report.counts.dropped.extend([("placeholder", 3), ("reference", 1)]);
        report.counts.allowed = 2;
        report.gaps = vec![
            Gap { kind: GapKind::SymbolicLink, path: path(b"a") },
            Gap { kind: GapKind::SymbolicLink, path: path(b"b") },
        ];
        let message = "permission denied".to_owned();
        report.problems = vec![Problem { path: path(b"x\x1b[2J\xff"), kind: "unreadable", message }];
        let text = render(&report, None, false);
        let expected = [
            "no secrets found in what could be read: 0 files, 0 bytes scanned",
            "not reported: 2 allowed by a comment, 4 dropped (3 placeholder, 1 reference)",
            "not scanned in full: 2 symbolic-link",
            "problem (unreadable): x\\u{1b}[2J\\xff: permission denied",
            "",
        ];
        assert_eq!(text, expected.join("\n"));
    }

    #[test]
    fn sizes_have_the_unit_that_people_read() {
        assert_eq!(size(1), "1 byte");
        assert_eq!(size(9_949), "9.9 kB");
        assert_eq!(size(9_950), "10 kB");
        assert_eq!(size(999_499), "999 kB");
        assert_eq!(size(1_680_000_000), "1.7 GB");
        assert_eq!(size(u64::MAX), "18446744 TB");
    }
}
