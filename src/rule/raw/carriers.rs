//! The examples of a table row: its values as people write them, with the service's name in the value's own name, on the
//! same line and on the line before.

/// Examples in the carriers below for a value near `near` (words joined by blanks); every template has at least one.
/// `what` says what the value is; with `common` the name counts only in the value's own name.
pub(super) fn examples(near: &str, what: &str, common: bool, templates: &[String]) -> Vec<String> {
    let names = Names::new(near, what);
    let own = own_name(&names);
    let short = names.near.concat().len() < TELLING_LETTERS;
    let around = if common || short { Vec::new() } else { around(&names) };
    let carriers: Vec<&str> = own.iter().chain(&around).map(String::as_str).collect();
    let count = carriers.len().max(templates.len());
    let fill = |at: usize| carriers[at % carriers.len()].replace(VALUE, &templates[at % templates.len()]);
    (0..count).map(fill).collect()
}

/// Names of fewer letters count only in the value's own name too.
const TELLING_LETTERS: usize = 4;

/// Stands in a carrier where the value goes.
const VALUE: &str = "\u{1}";

/// The service's name and the thing's in the styles of names.
struct Names {
    near: Vec<String>,
    what: Vec<String>,
}

/// The value has the service's name in its own.
fn own_name(names: &Names) -> Vec<String> {
    let (snake, camel, all) = (names.snake(), names.camel(), names.all());
    vec![
        format!("{}={VALUE}", snake.to_ascii_uppercase()),
        format!("{{\"{camel}\": \"{VALUE}\"}}"),
        format!("{snake} = '{VALUE}'"),
        format!("{}: {VALUE}", all.join("-")),
    ]
}

/// The service's name stands elsewhere on the line or on the line before.
fn around(names: &Names) -> Vec<String> {
    let (name, thing) = (names.near.concat(), names.what.join("_"));
    vec![
        format!("{name}:\n  {thing}: {VALUE}"),
        format!("# {}\n{thing} = \"{VALUE}\"", names.near.join(" ")),
        format!("curl 'https://api.{name}.com/v1/items?{thing}={VALUE}'"),
        format!("const client = new {}({{ token: '{VALUE}' }});", capitals(&names.near)),
    ]
}

impl Names {
    fn new(near: &str, what: &str) -> Self {
        let words = |text: &str| text.to_ascii_lowercase().split(' ').map(str::to_owned).collect();
        Self { near: words(near), what: words(what) }
    }

    fn all(&self) -> Vec<String> {
        self.near.iter().chain(&self.what).cloned().collect()
    }

    /// `abuse_ip_db_api_key`.
    fn snake(&self) -> String {
        self.all().join("_")
    }

    /// `abuseIpDbApiKey`.
    fn camel(&self) -> String {
        let all = self.all();
        all[0].clone() + &capitals(&all[1..])
    }
}

/// `AbuseIpDb`.
fn capitals(words: &[String]) -> String {
    words.iter().map(|word| word[..1].to_ascii_uppercase() + &word[1..]).collect()
}
