//! Values that point to a value kept elsewhere: variables, templates, calls, secret stores' addresses.

use std::sync::LazyLock;

use regex::bytes::RegexSet;

use super::value::looks_generated;

/// Forms that are references whatever surrounds them, quoted or not.
static ANYWHERE: LazyLock<RegexSet> = LazyLock::new(|| {
    set(&[
        r"^\$[A-Za-z_{(\[@!?#*0-9]", // $X, ${X}, $(…), $env:X, $1
        r"^`",                       // `…`
        r"^%[A-Za-z_][A-Za-z0-9_]*%?$|^%[sdvqr]$|^%\([a-z_]+\)s$", // %X%, %s, %(x)s
        r"\{\{.*\}?\}?",             // {{ x }}
        r"<%.*%?>?|<\?",             // <%= x %>
        r"#\{[^}]*\}|@\{[^}]*\}|\$\{[^}]*\}?|\$\([^)]*\)?|%\{[^}]*\}", // #{x}, @{x}, ${x}
        r"^\{[A-Za-z_][A-Za-z0-9_.:!]*\}?$|^\{[0-9]*\}$", // {x}, {0}
        r"(?i)^(?:arn:aws|vault:|op://|ssm:|secretsmanager:|aws-sm:|gcp-sm:|azurekeyvault|keyvault|akv:|doppler:|env:|file:|ref\+|secret:|kms:|@microsoft\.keyvault)",
        r"(?i)^(?:ENC\[|ENC\(|\{cipher\}|!vault|\$ANSIBLE_VAULT|AgA[A-Za-z0-9+/]{60})", // already encrypted
        r"^[a-z][a-z0-9+.-]*://[^\s:@/]*(?:[/?#:][^@]*)?$", // a URL without credentials
        r"(?i)^[\w./\\ -]+\.(?:pem|key|crt|cer|p12|pfx|jks|json|ya?ml|txt|env|xml|properties|ini|conf|cfg|html?|js|ts|tsx|jsx|vue|py|rb|go|java|php|cs|md|png|svg|gpg|asc|pub)$",
        r"^(?:process\.env|os\.environ|os\.getenv|System\.getenv|import\.meta\.env|Deno\.env|ENV\[|env\()",
        r"(?i)^secrets?\.[a-z_]+",
        // Maven: encrypted with the password of settings-security.xml.
        r"^\{(?:[A-Za-z0-9+/]{4}){8,}(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?\}$",
        r"^[A-Za-z_][A-Za-z0-9_.:]*\([^()]*\);?$", // call(x)
    ])
});

/// Forms that are expressions when they are not quoted.
static UNQUOTED: LazyLock<RegexSet> = LazyLock::new(|| {
    set(&[
        r"^[A-Za-z_$@&*!.][\w$.:>!?&*-]*(?:::<[^>]*>)?[\[(]", // call( index[
        r"^[A-Za-z_$@][\w$]*(?:(?:\.|::|->|\?\.)[A-Za-z_$][\w$]*)+[!?]?$", // a.b, A::b, a->b
        r"(?i)^(?:null|nil|none|true|false|undefined|void|nullptr|yes|no|on|off|self|this|function|lambda|new|await|async|not|return|static|const|string|str|bool|boolean|int|integer|any|object|optional|array|list|map|dict|bytes|required|types?|number|unknown|never|default|var|let|def|func|fn|class|struct|enum|public|private|protected|final|readonly|required|varchar|text|char|nvarchar)\??$",
        r"^[(\[{|!&\\]",
        r"^@[A-Za-z]",
    ])
});

fn set(patterns: &[&str]) -> RegexSet {
    let patterns = patterns.iter().map(|pattern| format!("(?-u){pattern}"));
    RegexSet::new(patterns).expect("constant patterns, compiled by a test")
}

/// True when the value, quoted or not, only points to a value.
pub(super) fn is_reference(value: &[u8]) -> bool {
    ANYWHERE.is_match(value) || is_path(value)
}

/// A path of the file system. Base64 may begin with a slash too, but chance puts no separators where names end.
fn is_path(value: &[u8]) -> bool {
    let rooted = [&b"/"[..], b"./", b"../", b"~/"].iter().any(|start| value.starts_with(start));
    let drive = value.len() > 3 && value[0].is_ascii_alphabetic() && &value[1..3] == b":\\";
    let plain = !value.iter().any(|b| b.is_ascii_whitespace() || matches!(b, b'=' | b'+'));
    let parts = value.split(|&b| b == b'/');
    plain && (drive || rooted) && !parts.into_iter().any(|part| part.len() >= 16 && looks_generated(part))
}

/// A number as programming languages write it.
static NUMBER: LazyLock<RegexSet> = LazyLock::new(|| {
    set(&[r"^[+-]?(?:0[xX][0-9A-Fa-f_]+|[0-9][0-9_]*(?:\.[0-9]+)?)_?[A-Za-z]{0,3}(?:8|16|32|64)?%?$"])
});

/// True when the unquoted value is a number to a programming language.
pub(super) fn is_number(value: &[u8]) -> bool {
    NUMBER.is_match(value)
}

/// True when the unquoted value is an expression or a keyword rather than a literal.
pub(super) fn is_expression(value: &[u8]) -> bool {
    UNQUOTED.is_match(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_and_literals() {
        for value in [
            "$X",
            "${X}",
            "$(cat f)",
            "%s",
            "{{ x }}",
            "<%= x %>",
            "#{x}",
            "{token}",
            "arn:aws:lambda:x",
            "/run/secrets/x",
            "https://example.com/path",
            "keys/jwt.pem",
            "process.env.X",
            "vault:secret/x#y",
        ] {
            assert!(is_reference(value.as_bytes()), "{value}");
        }
        for value in
            ["get_password()", "config.x", "self.password", "None", "a::b", "String", "settings->pw", "x[0]"]
        {
            assert!(is_expression(value.as_bytes()), "{value}");
        }
        for value in ["hunter2", "p@ss/w0rd", "abc.def123", "S3cr$t!pw"] {
            assert!(!is_reference(value.as_bytes()), "{value}");
        }
    }
}
