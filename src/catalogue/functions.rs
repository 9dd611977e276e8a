//! Which function takes a password or a token as which of its arguments: one row a family, each from its library's own
//! reference.

use super::Kind;

/// A family of functions.
pub struct Function {
    /// As the gate sees them, in lower case.
    pub names: &'static [&'static str],
    /// What the argument is.
    pub kind: Kind,
    /// Which argument, from 0.
    pub argument: usize,
    /// How many arguments there are, where the name alone could be anything's.
    pub arity: Option<usize>,
}

const fn password(names: &'static [&'static str], argument: usize) -> Function {
    Function { names, kind: Kind::Password, argument, arity: None }
}

const fn token(names: &'static [&'static str], argument: usize) -> Function {
    Function { names, kind: Kind::Token, argument, arity: None }
}

/// All of them.
pub static FUNCTIONS: &[Function] = &[
    // .NET, Go, Python's requests, Rust's reqwest, OkHttp, WinHTTP.
    password(
        &[
            "networkcredential(",
            "basicauth(",
            "basic_auth(",
            "digestauth(",
            "ntlmauth(",
            "credentials.basic(",
        ],
        1,
    ),
    // Java: javax.mail, Apache HttpClient, Shiro, Spring Security.
    password(
        &[
            "passwordauthentication(",
            "usernamepasswordcredentials(",
            "usernamepasswordtoken(",
            "authenticationtoken(",
        ],
        1,
    ),
    // Go, net/smtp.
    password(&["plainauth("], 2),
    // requests' and aiohttp's pair; superagent and Express.
    Function { names: &["auth=(", "auth = (", ".auth("], kind: Kind::Password, argument: 1, arity: Some(2) },
    // JDBC, ODBC, PHP, Perl, Python.
    Function { names: &["getconnection("], kind: Kind::Password, argument: 2, arity: Some(3) },
    password(
        &["mysqli_connect(", "mysql_connect(", "mysql_pconnect(", "new mysqli(", "new pdo(", "odbc_connect("],
        2,
    ),
    password(
        &["dbi->connect(", "mysqldb.connect(", "pymysql.connect(", "ldap_bind(", "ftp_login(", "imap_open("],
        2,
    ),
    password(&["ssh2_auth_password("], 2),
    password(&["oci_connect("], 1),
    // smtplib, imaplib, ftplib; pexpect's pxssh; a bot's token.
    Function { names: &[".login("], kind: Kind::Password, argument: 1, arity: Some(2) },
    Function { names: &[".login("], kind: Kind::Password, argument: 2, arity: Some(3) },
    Function { names: &[".login("], kind: Kind::Token, argument: 0, arity: Some(1) },
    // Builders.
    password(&["withpassword(", "with_password("], 0),
    // AWS' libraries; Twilio's, whose account ids begin with AC.
    token(
        &[
            "awscredentials(",
            "newstaticcredentials(",
            "staticcredentialsprovider(",
            "basiccredentials.create(",
        ],
        1,
    ),
    token(&["twilio(", "client(\"ac", "client('ac"], 1),
];

/// Functions whose second argument is a name and whose third its value: Gradle's for Android.
pub const NAMING: [&str; 2] = ["buildconfigfield", "resvalue"];
