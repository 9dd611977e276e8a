//! Accounts and passwords in SQL statements, in files of SQL and in strings of other languages.

use crate::{Case, PASSWORD};

const HIT: &[(&str, u64)] = &[(PASSWORD, 1)];

pub(crate) const FOUND: &[Case] = &[
    ("a.sql", "CREATE USER 'app'@'%' IDENTIFIED BY '${password}';\n", HIT),
    ("a.sql", "create user app identified by ${alnum:12};\n", HIT),
    ("a.sql", "ALTER USER app IDENTIFIED BY \"${password}\" ACCOUNT UNLOCK;\n", HIT),
    ("a.sql", "ALTER USER 'root'@'localhost' IDENTIFIED WITH mysql_native_password BY '${alnum:16}';\n", HIT),
    (
        "a.sql",
        "GRANT ALL ON shop.* TO 'app'@'%'\n  IDENTIFIED BY '${alnum:16}' WITH GRANT OPTION;\n",
        &[(PASSWORD, 2)],
    ),
    ("a.sql", "CREATE DATABASE LINK x CONNECT TO app IDENTIFIED BY ${alnum:12} USING 'orcl';\n", HIT),
    ("a.sh", "mysql -e \"CREATE USER 'app'@'%' IDENTIFIED BY '${password}';\"\n", HIT),
    ("a.sql", "ALTER ROLE app WITH LOGIN ENCRYPTED PASSWORD '${alnum:14}';\n", HIT),
    ("a.sql", "CREATE USER app PASSWORD '${password}';\n", HIT),
    ("a.sh", "psql -c \"ALTER USER postgres PASSWORD '${alnum:14}';\"\n", HIT),
    ("a.sql", "SET PASSWORD FOR 'app'@'%' = '${password}';\n", HIT),
    ("a.sql", "SET PASSWORD FOR 'app'@'%' = PASSWORD('${alnum:14}');\n", HIT),
    ("a.sql", "CREATE LOGIN app WITH PASSWORD = '${alnum:14}';\n", HIT),
    ("a.sql", "ALTER LOGIN sa WITH PASSWORD = N'${password}';\n", HIT),
];

pub(crate) const NOT_FOUND: &[Case] = &[
    ("a.sql", "CREATE USER 'app'@'%' IDENTIFIED BY PASSWORD '*${HEX:40}';\n", &[]),
    ("a.sql", "CREATE USER app IDENTIFIED BY VALUES 'S:${HEX:60}';\n", &[]),
    ("a.sql", "CREATE USER app IDENTIFIED WITH caching_sha2_password AS '$A$005$${alnum:60}';\n", &[]),
    ("a.sql", "CREATE USER app IDENTIFIED BY :password;\nCREATE USER app IDENTIFIED BY &pw1;\n", &[]),
    ("a.sql", "CREATE USER app IDENTIFIED BY 'password';\nALTER USER app IDENTIFIED EXTERNALLY;\n", &[]),
    (
        "a.py",
        "q = \"CREATE USER %s IDENTIFIED BY '%s'\" % (u, p)\nq = f\"ALTER USER x IDENTIFIED BY '{pw}'\"\n",
        &[],
    ),
    ("a.java", "s = \"CREATE USER x IDENTIFIED BY '\" + config.password1 + \"'\";\n", &[]),
    ("a.md", "Each user is identified by id. A user is identified by 'user-id' in the table.\n", &[]),
    ("a.rs", "/// A registry of user roles and schemas, each identified by their canonical1 name.\n", &[]),
    ("a.c", "/* nodes are identified by 'node42x' in the graph */\n", &[]),
    ("a.sql", "ALTER ROLE app PASSWORD 'md5${hex:32}';\nALTER ROLE app PASSWORD NULL;\n", &[]),
    ("a.sql", "ALTER ROLE app PASSWORD 'SCRAM-SHA-256$4096:${base64:24}$${base64:44}:${base64:44}';\n", &[]),
    ("a.sql", "SET PASSWORD FOR 'app'@'%' = '*${HEX:40}';\nSET PASSWORD FOR app = @pw;\n", &[]),
    ("a.sql", "ALTER LOGIN sa WITH PASSWORD = 0x0200${HEX:64} HASHED;\n", &[]),
];
