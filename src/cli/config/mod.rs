//! `leaklint config`: what is in force and why, and what is wrong with it.

mod check;
mod show;

use clap::{Args, Subcommand, ValueEnum};

use crate::config::Config;
use crate::error::Error;
use crate::report::output;
use crate::scan;
use crate::secret::Secret;

use super::Exit;
use super::scan::ScanArgs;
use super::schema;
use super::session::Session;

const CHECK_CODES: &str = "\
Exit codes:
  0  nothing is wrong with it
  1  something should be looked at: entries that are over, that match nothing, or that match too much
  2  it cannot be read, or has mistakes";

const SHOW_CODES: &str = "\
Flags win over the environment, the environment over the nearest file, that over what it extends, and that over defaults.
Texts that look like secrets are not shown.

Exit codes:
  0  shown
  2  the configuration cannot be read, or has mistakes";

/// Arguments of `leaklint config`.
#[derive(Args, Clone, Debug)]
pub struct ConfigArgs {
    #[command(subcommand)]
    command: ConfigCommand,
}

#[derive(Subcommand, Clone, Debug)]
enum ConfigCommand {
    /// Show what is in force, and where each value comes from
    #[command(after_help = SHOW_CODES)]
    Show {
        /// Form of what is shown
        #[arg(long, value_enum, default_value_t)]
        form: Form,
        #[command(flatten)]
        scan: Box<ScanArgs>,
    },
    /// Show mistakes, entries that are over, that match nothing, and allow entries that match too much
    #[command(after_help = CHECK_CODES)]
    Check {
        #[command(flatten)]
        scan: Box<ScanArgs>,
    },
    /// Print the JSON schema, as `leaklint schema config` does
    Schema,
}

/// `--form`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Form {
    /// For people
    #[default]
    Human,
    /// One object
    Json,
}

/// Shows or checks the configuration.
///
/// # Errors
/// When it cannot be read, has mistakes, or standard output cannot be written.
pub fn run(args: &ConfigArgs) -> Result<Exit, Error> {
    match &args.command {
        ConfigCommand::Show { form, scan } => show::run(scan, *form == Form::Json),
        ConfigCommand::Check { scan } => check::run(scan),
        ConfigCommand::Schema => {
            output::write(schema::CONFIG.as_bytes(), None)?;
            Ok(Exit::Clean)
        }
    }
}

/// `text`, unless it, or a word of it, would be found if it were given to a name that says secret.
fn shown(session: &Session, text: &str) -> String {
    match looks_secret(session, text) {
        true => "(not shown: it looks like a secret)".to_owned(),
        false => session.masked(text),
    }
}

/// Whether `text` or a word of it would be found if it were given to a name that says secret.
fn looks_secret(session: &Session, text: &str) -> bool {
    let words = text.split(|c: char| c.is_whitespace() || matches!(c, '/' | '"' | '\'' | '`'));
    // A plain word may be a password too, but then it says nothing without its place.
    let telling = |word: &&str| word.len() >= 4 && !Secret::new(word.as_bytes()).is_plain_word();
    // A path is no value, but its names may be.
    let whole = Some(text).filter(|text| !text.contains('/'));
    whole.into_iter().chain(words).filter(telling).any(|word| {
        let word = word.replace(['"', '\\', '\n'], "_");
        let line = format!("secret_key = \"{word}\"\npassword = \"{word}\"\n");
        !scan::probe(&session.catalogue, line.as_bytes()).is_empty()
    })
}

/// Whether there is anything to speak of.
fn files(config: &Config) -> Vec<String> {
    config.files.iter().map(ToString::to_string).collect()
}
