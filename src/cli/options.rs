//! Options that every scanning command takes.

use std::path::PathBuf;

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
    #[arg(long, value_name = "FILE_OR_DIR")]
    pub rules: Vec<PathBuf>,
    /// Report findings of at least this confidence
    #[arg(long, value_name = "LEVEL")]
    pub min_confidence: Option<Threshold>,
    /// Report findings of at least this severity
    #[arg(long, value_name = "LEVEL")]
    pub min_severity: Option<Harm>,
    /// The accepted findings [default: .leaklint-baseline.jsonl at the repository's root]
    #[arg(long, value_name = "FILE", conflicts_with = "no_baseline")]
    pub baseline: Option<PathBuf>,
    /// Report accepted findings too
    #[arg(long)]
    pub no_baseline: bool,
    /// Report findings that an allow mark suppresses too
    #[arg(long)]
    pub no_allow: bool,
    /// Take no notice of the allow marks of other tools
    #[arg(long, conflicts_with = "no_allow")]
    pub no_foreign_allow: bool,
    /// Name allow marks that suppress nothing in files without findings too
    #[arg(long, conflicts_with = "no_allow")]
    pub report_unused_marks: bool,
    /// The configuration [default: .leaklint.yaml at the repository's root]
    #[arg(long, value_name = "FILE", conflicts_with = "no_config")]
    pub config: Option<PathBuf>,
    /// Read no configuration
    #[arg(long)]
    pub no_config: bool,
    /// Judge doubtful assignments by these weights (see tools/train)
    #[arg(long, value_name = "FILE")]
    pub model: Option<PathBuf>,
    /// Leave out paths that match; may be repeated
    #[arg(long, value_name = "GLOB")]
    pub exclude: Vec<String>,
    /// Scan only paths that match; may be repeated
    #[arg(long, value_name = "GLOB")]
    pub include: Vec<String>,
}

/// How results are told.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "Output")]
pub struct OutputOptions {
    /// Form of the report [default: human]
    #[arg(long, value_enum)]
    pub format: Option<Format>,
    /// Write the report to a file, in one step or not at all
    #[arg(long, short, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Colour of what is written to a terminal
    #[arg(long, value_enum, default_value_t, value_name = "WHEN")]
    pub color: ColorChoice,
    /// List dropped matches with reasons
    #[arg(long)]
    pub show_dropped: bool,
    /// Say what the learned judgement of each finding rests on
    #[arg(long)]
    pub explain: bool,
    /// Write no summary to standard error
    #[arg(long, short)]
    pub quiet: bool,
    /// Say on standard error where the time went
    #[arg(long)]
    pub timings: bool,
    /// Exit with 2 when anything was not scanned in full
    #[arg(long)]
    pub require_complete: bool,
    /// Use this time instead of the clock's (RFC 3339)
    #[arg(long, value_name = "TIME")]
    pub now: Option<jiff::Timestamp>,
    /// Number of threads [default: one per core]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=512))]
    pub threads: Option<u16>,
}
