//! Which tool takes its password where: one row a family, each from the tools' own manuals. Flags whose name says
//! password need no row; they are read as names.

use super::Kind::{self, Password, Token};
use Place::{After, Bare, Batch, Directive, Joined, Login, Named, Next, Prefix, Share, Slashed, With};

/// Where a tool takes its password.
#[derive(Clone, Copy)]
pub enum Place {
    /// `-p VALUE`; of a long flag `--pass=VALUE` too.
    Next(&'static str),
    /// `-pVALUE`.
    Joined(&'static str),
    /// What follows the mark in the flag's word: `-U user%VALUE`.
    After(&'static str, u8),
    /// `/p:VALUE`, `pass:VALUE`.
    Prefix(&'static str),
    /// The n-th word that is no flag, from 0.
    Bare(usize),
    /// The same where flags begin with a slash.
    Slashed(usize),
    /// The first word, where the name begins a line or is a flag.
    Directive,
    /// The word behind a network path: `\\host\share VALUE`.
    Share,
    /// `-b file user VALUE`; with `-n` there is no file.
    Batch,
    /// `user/VALUE@database`.
    Login,
    /// The first such word, of a command with this flag.
    With(&'static str),
    /// The first such word is a name, the second its value.
    Named,
}

impl Place {
    /// True when a flag tells the password from the tool's other words.
    pub const fn has_flag(self) -> bool {
        matches!(self, Next(_) | Joined(_) | After(..) | Prefix(_))
    }
}

/// A family of tools.
pub struct Tool {
    /// As the gate sees them, in lower case.
    pub names: &'static [&'static str],
    /// What it takes.
    pub kind: Kind,
    /// Flags with a word of their own that is no password.
    pub skipped: &'static [&'static str],
    /// Where.
    pub places: &'static [Place],
}

const fn tool(names: &'static [&'static str], places: &'static [Place]) -> Tool {
    Tool { names, kind: Password, skipped: &[], places }
}

/// All of them.
pub static TOOLS: &[Tool] = &[
    tool(&["sshpass"], &[Next("-p"), Joined("-p")]),
    tool(
        &["mysql ", "mysqldump", "mysqladmin", "mysqlimport", "mysqlbinlog", "mariadb ", "mariadb-"],
        &[Joined("-p"), Next("--password")],
    ),
    tool(&["redis-cli"], &[Next("-a"), Next("--pass")]),
    tool(
        &["mongo ", "mongosh", "mongodump", "mongorestore", "mongoexport", "mongoimport"],
        &[Next("-p"), Joined("-p"), Next("--password")],
    ),
    tool(
        &[
            "docker login",
            "podman login",
            "skopeo login",
            "registry login",
            "oras login",
            "nerdctl login",
            "buildah login",
        ],
        &[Next("-p"), Next("--password")],
    ),
    tool(
        &[
            "az login",
            "acr login",
            "oc login",
            "cf login",
            "crane auth login",
            "tabcmd login",
            "twine upload",
        ],
        &[Next("-p"), Next("--password")],
    ),
    tool(
        &["ldapsearch", "ldapmodify", "ldapadd", "ldapdelete", "ldapwhoami", "ldapcompare", "kadmin"],
        &[Next("-w")],
    ),
    tool(&["ldappasswd"], &[Next("-w"), Next("-s"), Next("-a")]),
    tool(&["smbclient", "rpcclient", "winexe", "smbget"], &[After("-U", b'%'), After("--user", b'%')]),
    tool(&["lftp "], &[After("-u", b','), After("--user", b',')]),
    tool(
        &["-storepass", "-keypass", "-srcstorepass", "-srckeypass", "-deststorepass", "-destkeypass"],
        &[Bare(0)],
    ),
    tool(&["net use "], &[Share]),
    tool(&["net user "], &[Slashed(1)]),
    tool(&["cmdkey"], &[Prefix("/pass:")]),
    tool(&["schtasks"], &[Next("/rp")]),
    tool(&["xfreerdp", "wlfreerdp"], &[Prefix("/p:"), Next("-p")]),
    tool(
        &[
            "rdesktop",
            "psexec",
            "mycli",
            "cqlsh",
            "beeline",
            "cypher-shell",
            "couchbase-cli",
            "ncftpput",
            "ncftpget",
        ],
        &[Next("-p")],
    ),
    tool(&["plink", "pscp", "addprinc"], &[Next("-pw")]),
    Tool { names: &["htpasswd", "mosquitto_passwd"], kind: Password, skipped: &["-C"], places: &[Batch] },
    tool(&["mosquitto_pub", "mosquitto_sub", "ipmitool"], &[Next("-P")]),
    tool(&["snmpwalk", "snmpget", "snmpset", "snmptrap"], &[Next("-A"), Next("-X")]),
    tool(&["zip -", "unzip -"], &[Next("-P")]),
    tool(&["7z ", "7za ", "unrar ", "rar a "], &[Joined("-p"), Joined("-hp")]),
    tool(&["ssh-keygen"], &[Next("-N"), Next("-P")]),
    tool(&["openssl "], &[Prefix("pass:"), Next("-k")]),
    tool(&["sqlplus", "sqlldr", "expdp", "impdp"], &[Login]),
    // JDBC's thin and OCI drivers: `jdbc:oracle:thin:user/password@…`.
    tool(&["oracle:thin:", "oracle:oci:"], &[Login]),
    tool(&["sqlcmd", "bcp ", "isql", "osql "], &[Next("-P"), Joined("-P")]),
    tool(
        &[
            "rabbitmqctl add_user",
            "rabbitmqctl change_password",
            "samba-tool user create",
            "samba-tool user add",
        ],
        &[Bare(1)],
    ),
    tool(&["radtest", "wpa_passphrase", "sentinel auth-pass", "http-basic."], &[Bare(1)]),
    tool(&["nmcli"], &[Next("password"), Next("wifi-sec.psk")]),
    tool(&["set-initial-password"], &[Bare(0)]),
    tool(&["requirepass", "masterauth"], &[Directive]),
    // debconf's selections: package, question, type, value.
    tool(&["_password password ", "_again password ", "-pass password "], &[Bare(0)]),
    Tool {
        names: &["convertto-securestring"],
        kind: Password,
        skipped: &["-Key", "-SecureKey"],
        places: &[With("-AsPlainText")],
    },
    Tool {
        names: &["vault login", "cargo login", "ngrok authtoken", "add-authtoken"],
        kind: Token,
        skipped: &["-method", "-path"],
        places: &[Bare(0)],
    },
    Tool {
        names: &["mc alias set", "mc config host add"],
        kind: Token,
        skipped: &["--api"],
        places: &[Bare(3)],
    },
    Tool {
        names: &["configure set", "config set", "git config", "poetry config"],
        kind: Token,
        skipped: &["-f", "--file", "--profile"],
        places: &[Named],
    },
];
