//! leaklint finds secrets in working trees, staged changes, commit ranges and git histories, without the network.
//!
//! The way of a byte: source → blob → gate → match → verdict → finding → baseline → report. Each module below may
//! use only those named before it; `tests/layers.rs` holds that order.

pub mod error;
pub mod shell;
pub mod visible;

pub mod entropy;
pub mod kin;
pub mod secret;
pub mod span;
pub mod timing;

pub mod runs;

pub mod rule;

pub mod catalogue;

pub mod blob;

pub mod decode;

pub mod detect;

pub mod verdict;

pub mod allow;

pub mod finding;

pub mod baseline;

pub mod source;

pub mod cache;

pub mod report;

pub mod config;

pub mod hunt;
pub mod import;

pub mod scan;

pub mod cli;

pub mod panic;
