//! Files that a tool keeps its accounts in, and those that are one secret as a whole: the file's name says what it holds.

use crate::{Case, PASSWORD, SECRET};

const HIT: &[(&str, u64)] = &[(PASSWORD, 1)];

pub(crate) const FOUND: &[Case] = &[
    (".htpasswd", "ann:${password}\n", HIT),
    ("prod.htpasswd", "# web\nann:{PLAIN}${alnum:14}\nbob:${alnum:12}\n", &[(PASSWORD, 2), (PASSWORD, 3)]),
    (
        ".pgpass",
        "db.acme.io:5432:*:app:${alnum:14}\n*:*:*:ops:${password}\n",
        &[(PASSWORD, 1), (PASSWORD, 2)],
    ),
    ("chap-secrets", "# client server secret addresses\nann * \"${password}\" *\n", &[(PASSWORD, 2)]),
    ("rsyncd.secrets", "backup:${alnum:14}\n", HIT),
    ("config/master.key", "${hex:32}\n", &[(SECRET, 1)]),
    ("secrets/x", "${alnum:40}\n", &[(SECRET, 1)]),
    (".vault_pass", "${alnum:16}\n", &[(SECRET, 1)]),
    (".netrc", "machine git.acme.io login ann password ${alnum:14}\n", HIT),
    (".netrc", "machine git.acme.io\n  login ann\n  password ${alnum:14}\n", &[(PASSWORD, 3)]),
    (".pypirc", "[pypi]\nusername = ann\npassword = ${alnum:16}\n", &[(PASSWORD, 3)]),
    (".npmrc", "//npm.acme.io/:_authToken=${alnum:36}\n", &[(SECRET, 1)]),
    (".git-credentials", "https://ann:${alnum:16}@git.acme.io\n", &[("url-credentials", 1)]),
    (".my.cnf", "[client]\nuser=root\npassword=\"${alnum:14}\"\n", &[(PASSWORD, 3)]),
    ("wpa_supplicant.conf", "network={\n  ssid=\"acme\"\n  psk=\"${alnum:14}\"\n}\n", &[(PASSWORD, 3)]),
];

pub(crate) const NOT_FOUND: &[Case] = &[
    (".htpasswd", "ann:$apr1$$${alnum:8}$$${alnum:22}\nbob:{SHA}${base64:28}\n", &[]),
    ("ports.txt", "ann:${alnum:14}\n", &[]),
    (".pgpass", "db.acme.io:5432:*:app:password\nlocalhost:*:*:app:$${PGPASSWORD}\n", &[]),
    ("hosts.txt", "db.acme.io:5432:*:app:${alnum:14}\n", &[]),
    ("chap-secrets", "# client server secret addresses\n#ann * ${alnum:14} *\nann * <password> *\n", &[]),
    ("config/master.key", "REPLACE_WITH_MASTER_KEY\n", &[]),
    ("config/master.txt", "${hex:32}\n", &[]),
    ("site.pub.key", "${hex:64}\n", &[]),
    (".vault_pass", "changeme\n", &[]),
    (".netrc", "machine git.acme.io login ann password $PASSWORD\n", &[]),
    (".pypirc", "[pypi]\nusername = ann\npassword = %(PYPI)s\n", &[]),
    (".npmrc", "//npm.acme.io/:_authToken=$${NPM_TOKEN}\nalways-auth=true\n", &[]),
    (".git-credentials", "https://ann:$PASSWORD@git.acme.io\nhttps://ann@git.acme.io\n", &[]),
    (".my.cnf", "[client]\nuser=root\npassword=\npassword=<password>\n", &[]),
    ("wpa_supplicant.conf", "network={\n  ssid=\"acme\"\n  psk=\"your_password\"\n}\n", &[]),
];
