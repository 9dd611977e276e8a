//! Every key of a configuration, map by map. The reader knows no others, and a test compares them with the published
//! schema.

/// Keys of the file.
pub const FILE: [&str; 12] = [
    "extends",
    "exclude",
    "rules",
    "allow",
    "min_confidence",
    "min_severity",
    "overrides",
    "limits",
    "format",
    "allow_marks",
    "baseline",
    "ci",
];
/// Keys of `rules`.
pub const RULES: [&str; 5] = ["off", "on", "change", "files", "custom"];
/// Keys of an entry of `rules.change`.
pub const CHANGE: [&str; 3] = ["rules", "severity", "confidence"];
/// Keys of an entry of `allow`.
pub const ALLOW: [&str; 7] = ["reason", "expires", "paths", "rules", "values", "words", "commits"];
/// Keys of an entry of `overrides`.
pub const OVERRIDE: [&str; 4] = ["paths", "min_confidence", "min_severity", "rules"];
/// Keys of `rules` in an override.
pub const OVERRIDE_RULES: [&str; 1] = ["off"];
/// Keys of `limits`.
pub const LIMITS: [&str; 1] = ["max_findings_per_rule"];
/// Keys of `allow_marks`.
pub const ALLOW_MARKS: [&str; 3] = ["foreign", "require_reason", "report_unused"];
/// Keys of `baseline`.
pub const BASELINE: [&str; 2] = ["path", "require"];
/// Keys of `ci`.
pub const CI: [&str; 1] = ["refuse_policy_changes"];
/// Keys of whatever may differ by mode.
pub const MODES: [&str; 4] = ["scan", "hook", "ci", "audit"];
