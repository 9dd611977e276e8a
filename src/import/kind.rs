//! Which tool's file it is, by its name, or else by what it holds.

/// What a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Kind {
    /// `.gitleaks.toml`
    GitleaksConfig,
    /// `.betterleaks.toml`
    BetterleaksConfig,
    /// `.gitleaksignore`, `.betterleaksignore`
    GitleaksIgnore,
    /// A report of gitleaks in JSON, as used for a baseline
    GitleaksReport,
    /// `.secrets.baseline` of detect-secrets
    DetectSecrets,
    /// `.secretsignore` of ripsecrets
    SecretsIgnore,
    /// `.talismanrc`
    Talisman,
    /// `.gitallowed` of git-secrets
    GitAllowed,
    /// `.secretlintrc.json`
    Secretlint,
}

impl Kind {
    /// What the file of this name and content is; `None` when neither tells.
    pub fn of(name: &str, bytes: &[u8]) -> Option<Self> {
        let name = name.rsplit(['/', '\\']).next().unwrap_or(name).to_ascii_lowercase();
        let start = bytes.trim_ascii_start();
        let has = |word: &str| memchr::memmem::find(bytes, word.as_bytes()).is_some();
        let named = match name.as_str() {
            ".gitleaksignore" | ".betterleaksignore" => Some(Self::GitleaksIgnore),
            ".secrets.baseline" => Some(Self::DetectSecrets),
            ".secretsignore" => Some(Self::SecretsIgnore),
            ".talismanrc" => Some(Self::Talisman),
            ".gitallowed" => Some(Self::GitAllowed),
            ".secretlintrc.json" | ".secretlintrc" => Some(Self::Secretlint),
            _ if name.ends_with(".toml") && name.contains("betterleaks") => Some(Self::BetterleaksConfig),
            _ if name.ends_with(".toml") => Some(Self::GitleaksConfig),
            _ => None,
        };
        named.or_else(|| match start.first() {
            Some(b'[') => Some(Self::GitleaksReport),
            Some(b'{') if has("\"plugins_used\"") || has("\"hashed_secret\"") => Some(Self::DetectSecrets),
            _ => None,
        })
    }
}
