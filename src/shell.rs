//! Words of a POSIX shell. Apart from whoever writes commands, because a path with a quote or a blank must be one word in
//! all of them: in hooks, in plans and in what a person is asked to run.

/// `text` as one word, quoted only where it has to be.
pub fn word(text: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "/._-+=:,@%".contains(c);
    match !text.is_empty() && text.chars().all(plain) {
        true => text.to_owned(),
        false => quoted(text),
    }
}

/// `text` as one word in quotes.
pub fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "'\\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_quoted_where_a_shell_would_take_them_apart() {
        assert_eq!(word("a/b-c.yaml"), "a/b-c.yaml");
        assert_eq!(word("it's $HOME"), "'it'\\''s $HOME'");
        assert_eq!(word(""), "''");
        assert_eq!(quoted("a"), "'a'");
    }
}
