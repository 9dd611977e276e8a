//! Values given to names: in code, configuration, documents and command lines.

use crate::{Case, PASSWORD, SECRET};

pub(crate) const FOUND: &[Case] = &[
    (
        "words.yaml",
        "kennwort: Gru3ne-${alnum:6}\nsenha: Abacaxi#${alnum:4}\ncontraseña: Manzana!${alnum:4}\nmot_de_passe: Fromage${alnum:5}!\n\
         hasło: Zielony!${alnum:4}\nwachtwoord: Fiets-${alnum:6}\nпароль: Sobaka!${alnum:5}\nПАРОЛЬ_БД: Koshka!${alnum:5}\n\
         密码: Tiger!${alnum:6}\nパスワード: Sakura#${alnum:5}\n",
        &[
            (PASSWORD, 1),
            (PASSWORD, 2),
            (PASSWORD, 3),
            (PASSWORD, 4),
            (PASSWORD, 5),
            (PASSWORD, 6),
            (PASSWORD, 7),
            (PASSWORD, 8),
            (PASSWORD, 9),
            (PASSWORD, 10),
        ],
    ),
    (".env", "DB_PASSWORD=$${DB_PASSWORD:-${alnum:16}}\n", &[(PASSWORD, 1)]),
    (".envrc", "export API_TOKEN=\"${alnum:32}\"\n", &[(SECRET, 1)]),
    ("notes.txt", "AWS: AKIA${base32:16} / ${of:A-Za-z0-9:40}\n", &[("aws-secret-access-key-beside-id", 1)]),
    ("notes2.txt", "api key = ${hex:40}\n", &[(SECRET, 1)]),
    ("prod.secret", "${hex:64}\n", &[(SECRET, 1)]),
    ("task.json", "[{\"value\": \"${alnum:24}\", \"name\": \"API_SECRET\"}]\n", &[(SECRET, 1)]),
    ("task2.json", "[{\"name\": \"DB_PASSWORD\",\n \"value\": \"${alnum:20}\"}]\n", &[(PASSWORD, 2)]),
    ("pod.yaml", "env:\n  - name: DB_PASSWORD\n    value: ${alnum:18}\n", &[(PASSWORD, 3)]),
    (
        "main.tf",
        "variable \"db_password\" {\n  type = string\n  default = \"${alnum:18}\"\n}\n",
        &[(PASSWORD, 3)],
    ),
    (
        "prod.tfvars",
        "secret_key = \"${of:A-Za-z0-9:40}\"\naccess_key = \"AKIA${base32:16}\"\n",
        &[("aws-secret-access-key", 1)],
    ),
    (
        "web.xml",
        "<property name=\"hibernate.connection.password\">${alnum:16}</property>\n",
        &[(PASSWORD, 1)],
    ),
    ("settings.xml", "<server>\n<password>${alnum:16}</password></server>\n", &[(PASSWORD, 2)]),
    (
        "a.rs",
        "let secret = std::env::var(\"SECRET\").unwrap_or_else(|_| \"${alnum:32}\".to_string());\n",
        &[(SECRET, 1)],
    ),
    ("A.cs", "public string Password { get; set; } = \"${alnum:16}\";\n", &[(PASSWORD, 1)]),
    ("a.js", "const jwtSecret = process.env.JWT || \"${alnum:32}\";\n", &[("jwt-secret", 1)]),
    ("a.py", "PASSWORD = os.environ.get(\"PASSWORD\", \"${alnum:14}\")\n", &[(PASSWORD, 1)]),
    ("b.py", "# db_password = ${alnum:14}\n", &[(PASSWORD, 1)]),
    ("a.go", "url := \"/login?user=x&password=${alnum:14}\"\n", &[(PASSWORD, 1)]),
    ("a.sh", "TOKEN=$(echo \"${alnum:32}\" | base64)\n", &[(SECRET, 1)]),
    ("b.sh", "gh secret set NPM_TOKEN --body \"${of:A-Za-z0-9:36}\"\n", &[(SECRET, 1)]),
    ("c.sh", "curl -u admin:${alnum:14} https://api.acme.io/v1\n", &[("basic-auth-credentials", 1)]),
    (
        "Dockerfile",
        "FROM x\nENV DB_PASSWORD ${alnum:14}\nARG API_TOKEN=${alnum:32}\n",
        &[(PASSWORD, 2), (SECRET, 3)],
    ),
    ("app.ini", "[db]\npassword = ${alnum:14}\n", &[(PASSWORD, 2)]),
    ("app.properties", "spring.datasource.password=${alnum:14}\n", &[(PASSWORD, 1)]),
];

/// What reads like a value to a careless eye.
pub(crate) const NOT_FOUND: &[Case] = &[
    // A database's name, pictograms, a parameter, sums of modules between which letters such as `pw` stand by chance.
    ("db.py", "engine = connect(user=user, dsn=\"orclpdb\")\n", &[]),
    ("emoji.go", "\"old_key\": \"\\U0001f5dd\\ufe0f\",\n\"secret\": \"\\u3299\",\n", &[]),
    ("sys.rs", "link!(\"wininet.dll\" fn HttpGetServerCredentials(pwszurl : u32) -> u32);\n", &[]),
    ("sums.csv", "a.example/secret,v0.5.6,h1:hn1iyZsR6PW1I8lqaB6h06U6LCJb2I3IhOvfsZ9ymY=,${hex:64}\n", &[]),
    ("a.py", "password = get_password()\ntoken = config.token\nsecret = os.environ[\"SECRET\"]\n", &[]),
    ("b.py", "print(\"Password: \" + name + \"x1y2z3\")\nos.setenv(\"PASSWORD\", root)\n", &[]),
    ("run.log", "--- PASS: TestVet/7 (0.19s)\n--- PASS: TestIndexRune (0.00s)\n", &[]),
    (
        "policy.json",
        "{\"Resource\": \"arn:aws:secretsmanager:eu-west-1:1:secret:prod/db-${alnum:6}\"}\n",
        &[],
    ),
    ("types.json", "{\"AWS::IAM::AccessKey\": \"${hex:16}\"}\n", &[]),
    ("page.json", "{\"NextToken\": \"${alnum:40}\"}\n", &[]),
    ("a.rs", "pub(crate) const SECRET_TOO_LONG: NTSTATUS = 0xC0000157_u32 as _;\n", &[]),
    ("README.md", "See [`Password::normalize`]. Write `password` or `token`, not <password>.\n", &[]),
    ("list.rs", "const NAMES: &[&str] = &[\"password\", \"Zx9${alnum:12}\"];\n", &[]),
    ("x.stderr", " --> late-compile-pass.rs:20:37\n", &[]),
    ("Dockerfile", "ENV DB_PASSWORD $PW\nENV PASSWORD_FILE /run/secrets/x1\nARG API_TOKEN\n", &[]),
    ("word.txt", "${hex:64}\n", &[]),
    ("i18n/de.json", "{\"password\": \"Kennwort\", \"enter\": \"Passwort eingeben\"}\n", &[]), // leaklint:allow -- a value of a test
];
