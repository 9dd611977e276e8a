//! Documents with placeholders, the places where a secret belongs, and the same documents with generated values there.

use std::collections::BTreeMap;

use crate::common::{Values, pem};

/// One place of a list of places.
pub(crate) struct Place {
    /// Which document.
    pub(crate) file: String,
    /// 1-based.
    pub(crate) line: usize,
    /// Text just before the place, where the line holds the placeholder twice.
    before: String,
    placeholder: String,
    kind: String,
}

/// Reads a list of places; see the head of `fixtures.tsv`.
pub(crate) fn places(list: &str) -> Vec<Place> {
    let rows = list.lines().filter(|line| !line.starts_with('#'));
    rows.map(|row| {
        let columns: Vec<&str> = row.split('\t').collect();
        let [place, before, placeholder, kind] = columns[..] else { panic!("not four columns: {row}") };
        let (file, line) = place.rsplit_once(':').expect("file:line");
        Place {
            file: file.to_owned(),
            line: line.parse().expect("a line number"),
            before: if before == "-" { String::new() } else { before.to_owned() },
            placeholder: placeholder.to_owned(),
            kind: kind.to_owned(),
        }
    })
    .collect()
}

/// Where a generated value stands in a filled document: 1-based lines and columns, the end one past the last character.
#[derive(Clone, Debug)]
pub(crate) struct Mark {
    /// What stood there and what kind of value stands there now.
    pub(crate) label: String,
    /// False for an identifier that is no secret.
    pub(crate) secret: bool,
    pub(crate) start: (u64, u64),
    pub(crate) end: (u64, u64),
}

/// A document with values in its places.
pub(crate) struct Filled {
    pub(crate) text: String,
    pub(crate) marks: Vec<Mark>,
}

/// A generated value, with the text around it that replaces the rest of the placeholder.
struct Made {
    before: String,
    value: String,
    after: String,
}

impl From<String> for Made {
    fn from(value: String) -> Self {
        Self { before: String::new(), value, after: String::new() }
    }
}

/// Puts a generated value in each place of `document` that `places` names.
pub(crate) fn fill(file: &str, document: &str, places: &[Place], seed: u64) -> Filled {
    let mut values = Generator { values: Values::new(seed), secret_key: None };
    let mut by_line: BTreeMap<usize, Vec<&Place>> = BTreeMap::new();
    for place in places.iter().filter(|place| place.file == file) {
        by_line.entry(place.line).or_default().push(place);
    }
    let mut text = String::with_capacity(document.len() * 2);
    let mut spans = Vec::new();
    for (line, rest) in (1..).zip(document.split_inclusive('\n')) {
        let mut rest = rest;
        for place in by_line.remove(&line).unwrap_or_default() {
            let wanted = format!("{}{}", place.before, place.placeholder);
            let label = format!("{file}:{line} {wanted} ({})", place.kind);
            let (head, tail) =
                rest.split_once(&wanted).unwrap_or_else(|| panic!("{label}: not on that line"));
            let made = values.make(&place.kind, &place.placeholder);
            text.extend([head, &place.before, &made.before]);
            let start = text.len();
            text.push_str(&made.value);
            spans.push((label, !is_identifier(&place.kind), start, text.len()));
            text.push_str(&made.after);
            rest = tail;
        }
        text.push_str(rest);
    }
    assert!(by_line.is_empty(), "{file} ends before the last of its places");
    let mark = |(label, secret, start, end)| Mark {
        label,
        secret,
        start: position(&text, start),
        end: position(&text, end),
    };
    let marks = spans.into_iter().map(mark).collect();
    Filled { text, marks }
}

/// Line and column of a byte offset, both 1-based, the column in characters.
fn position(text: &str, offset: usize) -> (u64, u64) {
    let before = &text[..offset];
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or(before).chars().count() + 1;
    (line as u64, column as u64)
}

/// Kinds of values that are no secrets.
fn is_identifier(kind: &str) -> bool {
    ["public-", "stripe-publishable-"].iter().any(|start| kind.starts_with(start))
        || ["google-client-id", "plaid-client-id", "twilio-sid"].contains(&kind)
}

struct Generator {
    values: Values,
    /// The second half of the AWS pair whose first half was made last.
    secret_key: Option<String>,
}

impl Generator {
    fn make(&mut self, kind: &str, placeholder: &str) -> Made {
        let values = &mut self.values;
        match kind {
            "phx" => values.phx_secret(),
            "base64-32" => values.base64_key(),
            "hex-30" => values.hex(30),
            "hex-32" => values.hex(32),
            "hex-64" => values.hex(64),
            "fernet" => values.fernet_key(),
            "urlsafe-64" => values.token_urlsafe(64),
            "random-64" => one_of(values, &[|v| v.alnum(64), |v| v.hex(64), Values::phx_secret]),
            "secret" => {
                one_of(values, &[|v| v.hex(64), Values::base64_key, |v| v.alnum(40), Values::phx_secret])
            }
            "api-key" => one_of(values, &[|v| v.alnum(32), |v| v.hex(40), Values::uuid]),
            "uuid" => values.uuid(),
            "password" => {
                one_of(values, &[Values::human_password, Values::url_password, Values::strong_password])
            }
            "app-password" => values.gmail_app_password(),
            // A whole line of a file, or in quotes: there people keep the groups that Google shows.
            "app-password-line" => {
                one_of(values, &[Values::gmail_app_password, Values::gmail_app_password_in_groups])
            }
            "bearer" => one_of(values, &[Values::jwt, |v| v.alnum(40)]),
            "github-token" => values.github_token(),
            "vault-token" => values.vault_token(),
            "google-client-id" => values.google_client_id(),
            "google-client-secret" => values.google_client_secret(),
            "plaid-client-id" => values.hex(24),
            "twilio-sid" => values.twilio_sid(),
            "stripe-live" => values.stripe_key("live"),
            "stripe-test" => values.stripe_key("test"),
            "stripe-restricted" => values.stripe_restricted("live"),
            "stripe-publishable-live" => values.stripe_publishable("live"),
            "stripe-publishable-test" => values.stripe_publishable("test"),
            "stripe-webhook" => values.stripe_webhook(),
            "private-body" => {
                let ends = if values.below(3) == 0 { "" } else { "\\n" };
                values.rsa_private_body().replace('\n', ends)
            }
            "public-body" => values.rsa_public_body().replace('\n', "\\n"),
            "private-pem" => {
                let text = one_of(values, &[Values::rsa_private_pem, Values::ec_private_pem]);
                let lines = text.trim_end();
                // People paste a block as it is, or on one line with `\n`.
                if values.below(3) == 0 { lines.replace('\n', "\\n") } else { lines.to_owned() }
            }
            "public-pem" => pem("PUBLIC KEY", &values.rsa_public_body()).trim_end().to_owned(),
            "aws-id" | "aws-secret" => return self.aws(kind).into(),
            _ => return self.in_url(kind, placeholder),
        }
        .into()
    }

    fn aws(&mut self, kind: &str) -> String {
        if kind == "aws-secret" {
            return self.secret_key.take().expect("the id of a pair stands before its secret");
        }
        let (id, secret) = self.values.aws_pair();
        self.secret_key = Some(secret);
        id
    }

    /// Credentials in a URL: the password is new, and in every second document user and host too.
    fn in_url(&mut self, kind: &str, placeholder: &str) -> Made {
        let values = &mut self.values;
        let value = match values.below(3) {
            0 => std::iter::repeat_with(|| values.human_password()).find(|text| !text.contains('#')),
            _ => Some(values.url_password()),
        };
        let value = value.expect("an endless iterator ends at its first fit");
        let other = values.below(2) == 1;
        let host = ["db-3.eu.tidewater.net", "10.20.4.7"][values.below(2)];
        let (before, after) = match kind {
            "credentials" | "redis-credentials" if !other => {
                let (user, host) = placeholder.split_once('@').expect("user:password@host");
                let (user, _) = user.split_once(':').expect("user:password");
                (format!("{user}:"), format!("@{host}"))
            }
            "credentials" => ("tidewater_app:".to_owned(), format!("@{host}")),
            "redis-credentials" => (":".to_owned(), format!("@{host}")),
            "database-url" => ("postgresql://tidewater_app:".to_owned(), format!("@{host}:5432/app")),
            "sentry-dsn" => {
                let dsn = values.sentry_dsn();
                let (key, rest) = dsn.split_at("https://".len() + 32);
                return Made {
                    before: "https://".into(),
                    value: key["https://".len()..].into(),
                    after: rest.into(),
                };
            }
            _ => panic!("no such kind of value: {kind}"),
        };
        Made { before, value, after }
    }
}

fn one_of(values: &mut Values, makers: &[fn(&mut Values) -> String]) -> String {
    let at = values.below(makers.len());
    makers[at](values)
}
