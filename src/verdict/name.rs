//! What a name says about the value given to it.

use std::sync::LazyLock;

use rustc_hash::FxHashSet;

use super::words;

/// How strongly a name says secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Says {
    /// Nothing, or that the value is something else (`token_url`, `password_field`, `public_key`).
    Nothing,
    /// A bare `key`, `auth`, `tokens`: believed only of a value that looks generated.
    Perhaps,
    /// Token, key or credential: issued, so the value should look generated.
    Issued,
    /// Secret: generated or chosen.
    Secret,
    /// Password, passphrase: often chosen by a person.
    Password,
}

static PASSWORD: LazyLock<FxHashSet<&str>> = LazyLock::new(|| {
    set("\
     password passwd passwort pass pwd pw passphrase passcode psw pswd psk kennwort senha clave contrasena \
     contraseña parola haslo hasło heslo jelszó wachtwoord lösenord losenord adgangskode passord salasana \
     lozinka sifre şifre motdepasse пароль 密码 密碼 口令 パスワード 비밀번호 mdp userpass dbpass sshpass passw pword passwrd authpass rootpass adminpass \
     mypass pwds userpwd dbpwd sapwd")
});

/// Ends of words written together: `dbpassword`, `clientsecret`.
const PASSWORD_ENDS: &[&str] = &["password", "passwd", "passphrase", "passwort"];
const SECRET_ENDS: &[&str] = &["secret", "secretkey", "privatekey", "clientsecret"];
const ISSUED_ENDS: &[&str] =
    &["apikey", "accesskey", "authkey", "authtoken", "accesstoken", "apitoken", "token", "secretid"];

static ISSUED: LazyLock<FxHashSet<&str>> = LazyLock::new(|| {
    set("\
     token apikey credential credentials cred creds jwt pat bearer dsn sas")
});

/// What in front of `key` makes it one that must not be known.
static KEY_KINDS: LazyLock<FxHashSet<&str>> = LazyLock::new(|| {
    set("\
     api secret private access auth encryption encrypt signing sign master account storage crypt crypto \
     cipher ssh subscription client consumer shared webhook deploy aes hmac jwt session cookie app \
     application service admin priv rsa license licence server write ingestion authorization push integration \
     security primary secondary developer cloak fernet des aws host stream root rails restapi sdk merchant \
     bot")
});

/// Words behind the telling one that leave it what it is.
static NEUTRAL: LazyLock<FxHashSet<&str>> = LazyLock::new(|| {
    set("\
     base value val string str text plain plaintext raw new old prod production dev development test testing \
     staging live default confirm confirmation current again repeat data content env var const local b64 \
     base64 hex 1 2 3 bytes sandbox literal backup master root admin user db database mysql postgres redis \
     main tmp parameter param arg verify verification retype")
});

/// Words behind the telling one that make it something else.
static OTHER: LazyLock<FxHashSet<&str>> = LazyLock::new(|| {
    set("\
     id ids name names path paths file files filename filepath dir folder url urls uri endpoint type types \
     kind length len size count min max limit expiry expires expiration expire expired ttl timeout age \
     minutes seconds hours days date time at provider prefix suffix header headers field fields column attr \
     attribute label placeholder hint error errors message messages msg policy regex regexp pattern rule \
     rules index algorithm algo alg method mode format enabled disabled required valid validator validation \
     check checker strength reset forgot manager service store handler factory generator builder parser \
     encoder decoder class impl util utils helper options option list map array cache version usage scope \
     scopes status state info help title description desc button btn input form view page link icon color \
     style location region arn ref selector event callback func function listener bucket exists changed \
     updated created num number hash hashed hashes digest sha sha1 sha256 md5 checksum fingerprint signature \
     public pub pos position offset start end table model schema request response req resp exception failed \
     failure success test spec component module import package screen dialog modal prompt question answer \
     issuer audience realm uid uuid guid sid user username login email owner grant credentials cert \
     certificate alias resource group engine backend entry object bits stream usages frequency rotation \
     present visible visibility toggle suffixes separator delimiter char chars character characters kid vault \
     keyring namespace annotation interval lifetime duration retries attempts requirements placeholders \
     tooltip css html template templates i18n translation rs py js go java rb php cs cpp md txt json yml yaml xml css html sh last used age expired encode decode trim strip split replace append join \
     equals matches contains lower upper")
});

/// Words in front that make the whole a question, an action or a text about it.
static ASKING: LazyLock<FxHashSet<&str>> = LazyLock::new(|| {
    set("\
     is has show hide forgot reset no require requires enable disable without with max min num count toggle \
     label msg message error hint help placeholder prompt title")
});

/// Kinds of token that say where to go on, not who asks.
static PAGING: LazyLock<FxHashSet<&str>> = LazyLock::new(|| {
    set(
        "next continuation pagination paging page starting cursor idempotency cancellation resume sync lifecycle \
     change etag request lock",
    )
});

/// Kinds of key that are no secret.
static LOOKUP: LazyLock<FxHashSet<&str>> = LazyLock::new(|| {
    set("\
     public publishable pub primary foreign partition sort cache routing unique i18n locale translation hot
arrow object dict map hash")
});

/// Words that end like a key and are none.
const NO_KEYS: [&str; 9] =
    ["monkey", "turkey", "hockey", "whiskey", "donkey", "jockey", "smokey", "hotkey", "latchkey"];

/// What `name` says, and its words.
pub(super) fn says(name: &[u8]) -> (Says, Vec<String>) {
    let words = words::split(name);
    let says = judge(&words);
    (says, words)
}

fn judge(words: &[String]) -> Says {
    let Some((at, says)) = words.iter().enumerate().rev().find_map(|(at, _)| Some((at, telling(words, at)?)))
    else {
        return Says::Nothing;
    };
    let any = |words: &[String], of: &FxHashSet<&str>| words.iter().any(|word| of.contains(word.as_str()));
    let (front, behind) = (&words[..at], &words[at + 1..]);
    let something_else =
        behind.iter().any(|word| OTHER.contains(word.as_str()) && !NEUTRAL.contains(word.as_str()));
    if something_else || any(front, &ASKING) {
        return Says::Nothing;
    }
    let paging = any(front, &PAGING);
    let public = front.iter().any(|word| word.starts_with("pub"));
    match says {
        Says::Perhaps | Says::Issued if public || paging => Says::Nothing,
        Says::Perhaps if any(front, &LOOKUP) => Says::Nothing,
        _ if behind.len() > 2 => Says::Perhaps,
        says => says,
    }
}

fn set(words: &'static str) -> FxHashSet<&'static str> {
    words.split_ascii_whitespace().collect()
}

/// What the word at `at` says, together with the one before it.
fn telling(words: &[String], at: usize) -> Option<Says> {
    let word = words[at].trim_end_matches(|c: char| c.is_ascii_digit());
    let before = at.checked_sub(1).map(|at| words[at].as_str());
    let ends = |ends: &[&str]| ends.iter().any(|end| word.len() > end.len() && word.ends_with(end));
    let french = word == "passe" && before == Some("de");
    if PASSWORD.contains(word) || ends(PASSWORD_ENDS) || french {
        return Some(Says::Password);
    }
    if matches!(word, "secret" | "geheim" | "geheimnis") || ends(SECRET_ENDS) || SECRET_ENDS.contains(&word) {
        return Some(Says::Secret);
    }
    if ISSUED.contains(word) || ends(ISSUED_ENDS) || ISSUED_ENDS.contains(&word) {
        return Some(Says::Issued);
    }
    match word {
        "key" if before.is_some_and(|b| matches!(b, "secret" | "encryption" | "signing" | "private")) => {
            Some(Says::Secret)
        }
        "key" if before.is_some_and(|b| KEY_KINDS.contains(b)) => Some(Says::Issued),
        "key" | "auth" | "authorization" | "authentication" | "tokens" | "secrets" | "passwords" | "keys" => {
            Some(Says::Perhaps)
        }
        "nkey" | "masterkey" => Some(Says::Issued),
        // `repokey`, `signingkey`; not the animals and things that end so.
        _ if word.len() >= 6 && word.ends_with("key") && !NO_KEYS.contains(&word) => Some(Says::Perhaps),
        "session" | "cookie" | "otp" | "sig" | "verifier" => Some(Says::Perhaps),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_say_what_a_person_reads_in_them() {
        let cases: &[(&str, Says)] = &[
            ("DB_PASSWORD", Says::Password),
            ("dbPassword", Says::Password),
            ("spring.datasource.password", Says::Password),
            ("SECRET_KEY_BASE", Says::Secret),
            ("JWT_SECRET", Says::Secret),
            ("jwt_private_key", Says::Secret),
            ("apiKey", Says::Issued),
            ("CLOAK_KEY", Says::Issued),
            ("VAULT_TOKEN", Says::Issued),
            ("OLD_KEY", Says::Perhaps),
            ("clave", Says::Password),
            ("geheim", Says::Secret),
            ("token_url", Says::Nothing),
            ("passwordField", Says::Nothing),
            ("JWT_PUBLIC_KEY", Says::Nothing),
            ("STRIPE_PUBLISHABLE_KEY", Says::Nothing),
            ("SECRET_PROVIDER", Says::Nothing),
            ("SECRET_FILE_PATH", Says::Nothing),
            ("ACCESS_TOKEN_EXPIRE_MINUTES", Says::Nothing),
            ("keyboard", Says::Nothing),
            ("author", Says::Nothing),
            ("has_password", Says::Nothing),
        ];
        for (name, expected) in cases {
            assert_eq!(says(name.as_bytes()).0, *expected, "{name}");
        }
    }
}
