//! The cheap test that says where any rule could match: one pass of an Aho-Corasick automaton over the blob for the
//! rules' keywords and for the few literals that the detectors written in code start from.

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};

use crate::rule::{Detector, Rule};

use super::RuleIndex;

/// What a literal that was seen is good for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// A keyword of this pattern rule.
    Keyword(RuleIndex),
    /// Part of a name that may say secret.
    Name,
    /// `://`, the middle of a URL.
    Url,
    /// `-----BEGIN`, the start of a PEM or armoured block.
    Pem,
    /// `eyJ`, the base64 of `{"`: the start of a JSON web token.
    Jwt,
    /// A member of a JSON Web Key.
    Jwk,
    /// A word of an authorization header or a command that takes credentials.
    Command,
    /// A place that only a password or a token takes.
    Place(Place),
}

/// What takes a password without naming it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// A command-line tool.
    Tool,
    /// A clause of SQL.
    Sql,
    /// A function.
    Function,
    /// A command or prompt that reads it from its input.
    Input,
    /// A statement of SQL with rows or columns of a table.
    Rows,
}

/// Parts of names that say secret, in lower case; any case matches. Short ones cost more hits than they find alone, so
/// `key` stands here only because too many keys are called nothing else.
const NAME_PARTS: &[&str] = &[
    "pass", "pwd", "secret", "token", "key", "cred", "auth", "psk", "dsn", "salt", "cookie", "session",
    "otp", "sig", "kennwort", "senha", "clave", "contrase", "parola", "haslo", "geheim", "mot_de_", "mdp",
    "pw", "webhook", "conn",
];

/// Words that lead a value without naming it: authorization schemes and commands.
const COMMANDS: &[&str] =
    &["bearer ", "basic ", "curl", "env add", "put-parameter", "wget", "http ", "https -"];

/// Command-line tools, each with what tells it from a word of prose. The detectors' table says where their password is.
pub const TOOLS: &[&str] = &[
    "sshpass",
    "mysql ",
    "mysqldump",
    "mysqladmin",
    "mysqlimport",
    "mysqlbinlog",
    "mariadb ",
    "mariadb-",
    "redis-cli",
    "mongo ",
    "mongosh",
    "mongodump",
    "mongorestore",
    "mongoexport",
    "mongoimport",
    "docker login",
    "podman login",
    "skopeo login",
    "registry login",
    "oras login",
    "nerdctl login",
    "buildah login",
    "az login",
    "acr login",
    "oc login",
    "cf login",
    "crane auth login",
    "tabcmd login",
    "twine upload",
    "ldapsearch",
    "ldapmodify",
    "ldapadd",
    "ldapdelete",
    "ldapwhoami",
    "ldapcompare",
    "kadmin",
    "ldappasswd",
    "smbclient",
    "rpcclient",
    "winexe",
    "smbget",
    "lftp ",
    "-storepass",
    "-keypass",
    "-srcstorepass",
    "-srckeypass",
    "-deststorepass",
    "-destkeypass",
    "net use ",
    "net user ",
    "cmdkey",
    "schtasks",
    "xfreerdp",
    "wlfreerdp",
    "rdesktop",
    "psexec",
    "mycli",
    "cqlsh",
    "beeline",
    "cypher-shell",
    "couchbase-cli",
    "ncftpput",
    "ncftpget",
    "plink",
    "pscp",
    "addprinc",
    "htpasswd",
    "mosquitto_passwd",
    "mosquitto_pub",
    "mosquitto_sub",
    "ipmitool",
    "snmpwalk",
    "snmpget",
    "snmpset",
    "snmptrap",
    "zip -",
    "unzip -",
    "7z ",
    "7za ",
    "unrar ",
    "rar a ",
    "ssh-keygen",
    "openssl ",
    "sqlplus",
    "sqlldr",
    "expdp",
    "impdp",
    "sqlcmd",
    "bcp ",
    "isql",
    "osql ",
    "rabbitmqctl add_user",
    "rabbitmqctl change_password",
    "samba-tool user create",
    "samba-tool user add",
    "radtest",
    "wpa_passphrase",
    "sentinel auth-pass",
    "http-basic.",
    "nmcli",
    "set-initial-password",
    "requirepass",
    "masterauth",
    "convertto-securestring",
    "_password password ",
    "_again password ",
    "-pass password ",
    "vault login",
    "cargo login",
    "ngrok authtoken",
    "add-authtoken",
    "mc alias set",
    "mc config host add",
    "configure set",
    "config set",
    "git config",
    "poetry config",
];

/// Clauses of SQL.
const SQL: &[&str] = &["identified by", "identified with", "set password for"];

/// Statements of SQL about tables.
const ROWS: &[&str] = &["create table", "insert into", "from stdin"];

/// Functions with their opening parenthesis, without it those that may do without.
pub const FUNCTIONS: &[&str] = &[
    "networkcredential(",
    "basicauth(",
    "basic_auth(",
    "digestauth(",
    "ntlmauth(",
    "credentials.basic(",
    "passwordauthentication(",
    "usernamepasswordcredentials(",
    "usernamepasswordtoken(",
    "authenticationtoken(",
    "plainauth(",
    "auth=(",
    "auth = (",
    ".auth(",
    "getconnection(",
    "mysqli_connect(",
    "mysql_connect(",
    "mysql_pconnect(",
    "new mysqli(",
    "new pdo(",
    "odbc_connect(",
    "dbi->connect(",
    "mysqldb.connect(",
    "pymysql.connect(",
    "ldap_bind(",
    "ftp_login(",
    "imap_open(",
    "ssh2_auth_password(",
    "oci_connect(",
    ".login(",
    "awscredentials(",
    "newstaticcredentials(",
    "staticcredentialsprovider(",
    "basiccredentials.create(",
    "twilio(",
    "client(\"ac",
    "client('ac",
    "withpassword(",
    "with_password(",
    "buildconfigfield",
    "resvalue",
];

/// Commands that read a password from their input, and answers to prompts.
const INPUTS: &[&str] = &[
    "sudo -s",
    "chpasswd",
    "password-stdin",
    "password_stdin",
    "passwd --stdin",
    "--with-token",
    "vncpasswd",
    "cryptsetup",
    "kinit ",
    "smbpasswd",
    "convertto-securestring",
    "send \"",
    "send -- \"",
    "sendline(",
];

/// Where any rule could match.
pub struct Gate {
    automaton: AhoCorasick,
    roles: Vec<(Role, Option<Box<[u8]>>)>,
}

impl Gate {
    /// The gate for these rules.
    pub fn new(rules: &[Rule]) -> Self {
        let mut literals: Vec<Vec<u8>> = Vec::new();
        let mut roles = Vec::new();
        let mut add = |literal: &str, role, exact: bool| {
            literals.push(literal.as_bytes().to_vec());
            roles.push((role, exact.then(|| literal.as_bytes().into())));
        };
        NAME_PARTS.iter().for_each(|part| add(part, Role::Name, false));
        COMMANDS.iter().for_each(|word| add(word, Role::Command, false));
        TOOLS.iter().for_each(|word| add(word, Role::Place(Place::Tool), false));
        SQL.iter().for_each(|word| add(word, Role::Place(Place::Sql), false));
        ROWS.iter().for_each(|word| add(word, Role::Place(Place::Rows), false));
        FUNCTIONS.iter().for_each(|word| add(word, Role::Place(Place::Function), false));
        INPUTS.iter().for_each(|word| add(word, Role::Place(Place::Input), false));
        add("://", Role::Url, true);
        add("-----BEGIN", Role::Pem, true);
        add("eyJ", Role::Jwt, true);
        ["kty", "crv", "AQAB"].iter().for_each(|member| add(member, Role::Jwk, true));
        for (index, rule) in rules.iter().enumerate() {
            if let Detector::Pattern { keywords, .. } = &rule.detector {
                keywords.iter().for_each(|keyword| add(keyword, Role::Keyword(index), true));
            }
        }
        let automaton = AhoCorasick::builder()
            .match_kind(MatchKind::Standard)
            .kind(Some(AhoCorasickKind::DFA))
            .ascii_case_insensitive(true)
            .build(&literals)
            .expect("a few thousand short literals stay far below the automaton's limits");
        Self { automaton, roles }
    }

    /// Calls `visit` with role, start and end (byte offsets) of every literal in `text`, in order of their ends.
    pub fn visit(&self, text: &[u8], mut visit: impl FnMut(Role, usize, usize)) {
        for hit in self.automaton.find_overlapping_iter(text) {
            let (role, exact) = &self.roles[hit.pattern().as_usize()];
            if exact.as_ref().is_none_or(|literal| **literal == text[hit.start()..hit.end()]) {
                visit(*role, hit.start(), hit.end());
            }
        }
    }
}
