//! Passwords in the rows of SQL dumps: the column's name says what a value is.

use crate::{Case, PASSWORD, SECRET};

const HIT: &[(&str, u64)] = &[(PASSWORD, 1)];

pub(crate) const FOUND: &[Case] = &[
    ("a.sql", "INSERT INTO users (name, password) VALUES ('ann', '${password}');\n", HIT),
    (
        "a.sql",
        "INSERT INTO `users` (`id`, `password`) VALUES\n(1, '${alnum:14}'),\n(2, '${alnum:12}');\n",
        &[(PASSWORD, 2), (PASSWORD, 3)],
    ),
    ("a.sql", "insert into users (name, passwd) values (concat('a', ','), MD5('${alnum:14}'));\n", HIT),
    ("a.sql", "INSERT INTO apps (name, api_key) VALUES ('shop', '${alnum:40}');\n", &[(SECRET, 1)]),
    (
        "a.sql",
        "CREATE TABLE IF NOT EXISTS users (\n id int(11),\n password varchar(20)\n);\nINSERT INTO users VALUES (1, \
         '${alnum:14}');\n",
        &[(PASSWORD, 5)],
    ),
    ("a.sql", "COPY public.users (id, password) FROM stdin;\n1\t${alnum:14}\n\\.\n", &[(PASSWORD, 2)]),
    ("a.py", "c.execute(\"INSERT INTO users (name, password) VALUES ('ann', '${alnum:14}')\")\n", HIT),
];

pub(crate) const NOT_FOUND: &[Case] = &[
    ("a.sql", "INSERT INTO users (name, password) VALUES ('ann', '${hex:32}');\n", &[]),
    ("a.sql", "INSERT INTO users (name, password) VALUES ('${alnum:14}', NULL), (:name, :password);\n", &[]),
    ("a.sql", "INSERT INTO users (name, password_hint) VALUES ('ann', '${alnum:14}');\n", &[]),
    ("a.sql", "INSERT INTO users (name, password) VALUES ('ann', '$2y$10$$${alnum:53}');\n", &[]),
    (
        "a.sql",
        "CREATE TABLE users (id int, password text);\nINSERT INTO other VALUES (1, '${alnum:14}');\n",
        &[],
    ),
    ("a.sql", "COPY public.users (id, password) FROM stdin;\n1\t\\N\n\\.\n2\t${alnum:14}\n", &[]),
    ("a.py", "c.execute(\"INSERT INTO users (name, password) VALUES (%s, '%s')\" % (n, p))\n", &[]),
    ("a.sql", "INSERT INTO users (name, password", &[]),
];
