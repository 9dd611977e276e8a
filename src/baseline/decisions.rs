//! Decisions about findings in a file: one JSON object a line, for scripts. Read as strictly as the baseline itself: one
//! that is misread would accept something nobody has looked at.

use serde_json::Value;

use super::Facts;
use super::flaws::{
    Flaw, LONGEST_LINE, MOST_SHOWN, Object, Trouble, error, facts, known_keys, shown_key, text,
};
use crate::error::Error;

/// The keys of a decision.
const KEYS: [&str; 9] =
    ["fingerprint", "path", "line", "rule", "status", "reason", "owner", "expires", "anywhere"];

/// What somebody has decided about a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// 1-based line of the file that says so.
    pub number: usize,
    /// The finding's fingerprint, as a report shows it.
    pub fingerprint: Option<String>,
    /// Its path, as a report or the baseline shows it.
    pub path: Option<String>,
    /// Its 1-based line.
    pub line: Option<u64>,
    /// The id of its rule.
    pub rule: Option<String>,
    /// What its entry says from now on; a status in any case.
    pub facts: Facts,
}

/// Reads decisions. `display_name` names the file in errors.
///
/// # Errors
/// When a line is none; up to ten of them at once, without a byte of what they hold.
pub fn read(bytes: &[u8], display_name: &str) -> Result<Vec<Decision>, Error> {
    super::file::check_size(bytes.len() as u64, display_name)?;
    let (mut decisions, mut flaws) = (Vec::new(), Vec::new());
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    for (index, line) in bytes.split(|&b| b == b'\n').enumerate() {
        let line = line.trim_ascii();
        if line.is_empty() {
            continue;
        }
        match decision(line, index + 1) {
            Ok(decision) => decisions.push(decision),
            Err(flaw) => flaws.push(flaw),
        }
        if flaws.len() >= MOST_SHOWN {
            break;
        }
    }
    if flaws.is_empty() { Ok(decisions) } else { Err(error(flaws, display_name)) }
}

fn decision(line: &[u8], number: usize) -> Result<Decision, Flaw> {
    let flaw =
        |Trouble { message, label, help, key }, keys| Flaw { line: number, message, label, help, key, keys };
    let object = match serde_json::from_slice(line) {
        Ok(Value::Object(object)) if line.len() <= LONGEST_LINE => object,
        _ => {
            let help = "every line is one JSON object; `leaklint schema decisions` prints what it may hold";
            return Err(flaw(Trouble::new("is no decision", "not a decision", help, None), Vec::new()));
        }
    };
    of(&object, number).map_err(|trouble| flaw(trouble, object.keys().map(|key| shown_key(key)).collect()))
}

fn of(object: &Object, number: usize) -> Result<Decision, Trouble> {
    known_keys(object, &KEYS)?;
    let optional = |key: &'static str| Ok::<_, Trouble>(text(object, key)?.map(str::to_owned));
    let line = match object.get("line") {
        None => None,
        Some(line) => Some(line.as_u64().filter(|line| *line > 0).ok_or_else(|| {
            let help = "lines are numbers and count from 1";
            Trouble::new("has a `line` that is none", "not a line", help, Some("line"))
        })?),
    };
    let decision = Decision {
        number,
        fingerprint: optional("fingerprint")?,
        path: optional("path")?,
        line,
        rule: optional("rule")?,
        facts: facts(object)?,
    };
    if decision.fingerprint.is_none() && (decision.path.is_none() || decision.line.is_none()) {
        let help =
            "give its `fingerprint`, or its `path` and `line` (and its `rule` where there are several)";
        return Err(Trouble::new("does not say which finding it is about", "which one?", help, None));
    }
    if decision.facts.status.is_none() {
        let help = "give a `status`: `accepted`, `false-positive`, `revoked` or `test-data`";
        return Err(Trouble::new("decides nothing", "no status", help, None));
    }
    Ok(decision)
}
