//! Options that every scanning command takes.

use std::path::PathBuf;

use clap::builder::FalseyValueParser;
use clap::{Args, ValueEnum};

use crate::report::output::ColorChoice;
pub use crate::report::output::Format;
use crate::rule::{Confidence, Severity};

/// `--min-confidence`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Threshold {
    /// Everything
    Low,
    /// What a person would look at (the default)
    Medium,
    /// Verified or unmistakable
    High,
}

impl From<Threshold> for Confidence {
    fn from(threshold: Threshold) -> Self {
        match threshold {
            Threshold::Low => Self::Low,
            Threshold::Medium => Self::Medium,
            Threshold::High => Self::High,
        }
    }
}

/// `--min-severity`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Harm {
    /// Everything (the default)
    Low,
    /// Limited access, or a value in a test, example or document
    Medium,
    /// Access to data or paid services
    High,
    /// Access to money or production, or the power to change what others run
    Critical,
}

impl From<Harm> for Severity {
    fn from(harm: Harm) -> Self {
        match harm {
            Harm::Low => Self::Low,
            Harm::Medium => Self::Medium,
            Harm::High => Self::High,
            Harm::Critical => Self::Critical,
        }
    }
}

/// What is searched for and what of it counts.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "Policy")]
pub struct PolicyOptions {
    /// Add rules from a YAML file, or from all of a directory; may be repeated
    #[arg(long, value_name = "FILE_OR_DIR", env = "LEAKLINT_RULES", hide_env_values = true)]
    pub rules: Vec<PathBuf>,
    /// Report findings of at least this confidence
    #[arg(long, value_name = "LEVEL", env = "LEAKLINT_MIN_CONFIDENCE", hide_env_values = true)]
    pub min_confidence: Option<Threshold>,
    /// Report findings of at least this severity
    #[arg(long, value_name = "LEVEL", env = "LEAKLINT_MIN_SEVERITY", hide_env_values = true)]
    pub min_severity: Option<Harm>,
    /// The accepted findings [default: .leaklint-baseline.jsonl at the repository's root]
    #[arg(long, value_name = "FILE", env = "LEAKLINT_BASELINE", hide_env_values = true)]
    pub baseline: Option<PathBuf>,
    /// Report accepted findings too
    #[arg(long)]
    pub no_baseline: bool,
    /// Report findings that an allow mark or an allow entry suppresses too
    #[arg(long, env = "LEAKLINT_NO_ALLOW", hide_env_values = true, value_parser = FalseyValueParser::new())]
    pub no_allow: bool,
    /// Take no notice of the allow marks of other tools
    #[arg(long, conflicts_with = "no_allow")]
    pub no_foreign_allow: bool,
    /// Name allow marks that suppress nothing in files without findings too
    #[arg(long, conflicts_with = "no_allow")]
    pub report_unused_marks: bool,
    /// The configuration [default: the nearest .leaklint.yaml up to the repository's root]
    #[arg(long, value_name = "FILE", env = "LEAKLINT_CONFIG", hide_env_values = true)]
    pub config: Option<PathBuf>,
    /// The administrator's configuration: that of the repository counts as far as it is stricter
    #[arg(long, value_name = "FILE", env = "LEAKLINT_ADMIN_CONFIG", hide_env_values = true)]
    pub admin_config: Option<PathBuf>,
    /// Read no configuration but the administrator's
    #[arg(long)]
    pub no_config: bool,
    /// Judge doubtful assignments by these weights (see tools/train)
    #[arg(long, value_name = "FILE", env = "LEAKLINT_MODEL", hide_env_values = true)]
    pub model: Option<PathBuf>,
    /// Leave out paths that match; may be repeated
    #[arg(long, value_name = "GLOB", env = "LEAKLINT_EXCLUDE", hide_env_values = true)]
    pub exclude: Vec<String>,
    /// Scan only paths that match; may be repeated
    #[arg(long, value_name = "GLOB", env = "LEAKLINT_INCLUDE", hide_env_values = true)]
    pub include: Vec<String>,
}

/// How results are told.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "Output")]
pub struct OutputOptions {
    /// Form of the report [default: human]
    #[arg(long, value_enum, env = "LEAKLINT_FORMAT", hide_env_values = true)]
    pub format: Option<Format>,
    /// Write the report to a file, in one step or not at all
    #[arg(long, short, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Colour of what is written to a terminal
    #[arg(
        long,
        value_enum,
        default_value_t,
        value_name = "WHEN",
        env = "LEAKLINT_COLOR",
        hide_env_values = true
    )]
    pub color: ColorChoice,
    /// List dropped matches with reasons
    #[arg(long, env = "LEAKLINT_SHOW_DROPPED", hide_env_values = true, value_parser = FalseyValueParser::new())]
    pub show_dropped: bool,
    /// Say what the learned judgement of each finding rests on
    #[arg(long, env = "LEAKLINT_EXPLAIN", hide_env_values = true, value_parser = FalseyValueParser::new())]
    pub explain: bool,
    /// Write no summary to standard error
    #[arg(long, short, env = "LEAKLINT_QUIET", hide_env_values = true, value_parser = FalseyValueParser::new())]
    pub quiet: bool,
    /// Say on standard error where the time went
    #[arg(long, env = "LEAKLINT_TIMINGS", hide_env_values = true, value_parser = FalseyValueParser::new())]
    pub timings: bool,
    /// Exit with 2 when anything was not scanned in full
    #[arg(long, env = "LEAKLINT_REQUIRE_COMPLETE", hide_env_values = true, value_parser = FalseyValueParser::new())]
    pub require_complete: bool,
    /// Use this time instead of the clock's (RFC 3339)
    #[arg(long, value_name = "TIME", env = "LEAKLINT_NOW", hide_env_values = true)]
    pub now: Option<jiff::Timestamp>,
    /// Number of threads [default: one per core]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=512), env = "LEAKLINT_THREADS", hide_env_values = true)]
    pub threads: Option<u16>,
}
