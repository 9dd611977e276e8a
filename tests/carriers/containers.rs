//! Values in structures: keys written as JSON, numbers, records, connection strings, files of tools.

use crate::{Case, PASSWORD, SECRET};

const JWK: &str = "json-web-key";

pub(crate) const FOUND: &[Case] = &[
    (
        "a.json",
        "{\"kty\":\"EC\",\"crv\":\"P-256\",\n\"x\":\"${base64url:43}\",\n\"d\":\"${base64url:43}\"}\n",
        &[(JWK, 3)],
    ),
    ("b.json", "{\"key\": \"{\\\"kty\\\":\\\"oct\\\",\\\"k\\\":\\\"${base64url:43}\\\"}\"}\n", &[(JWK, 1)]),
    ("a.js", "const key = {\n  d: '${base64url:43}',\n  crv: 'Ed25519',\n  kty: 'OKP',\n};\n", &[(JWK, 2)]),
    ("b.js", "  e: 'AQAB',\n  n: '${base64url:342}',\n  d: '${base64url:342}',\n", &[(JWK, 3)]),
    ("a.yaml", "keys:\n  - kty: oct\n    alg: HS256\n    k: ${base64url:43}\n", &[(JWK, 4)]),
    (
        "a.go",
        "var secret = []byte{219, 59, 76, 17, 39, 63,\n\t204, 136, 64, 163, 23, 18, 71, 5, 250, 99}\n",
        &[(SECRET, 1)],
    ),
    (
        "A.java",
        "byte[] aesKey = {(byte) 0x9f, (byte)0x12, 0x33, 0x7a, (byte)0xc4, 0x51, 0x08, (byte)0xee, 0x61, (byte)0xb2, 0x2d, 0x40};\n", // leaklint:allow -- a value of a test
        &[(SECRET, 1)],
    ),
    (
        "a.c",
        "static const uint8_t aes_key[16] = {\n  0x9f, 0x12, 0x33, 0x7a, 0xc4, 0x51, 0x08, 0xee,\n  0x61, 0xb2, 0x2d, 0x40, 0xd7, 0x8a, 0x05, 0xfe };\n",
        &[(SECRET, 2)],
    ),
    ("a.py", "login, password = 'bob', '${alnum:12}'\n", &[(PASSWORD, 1)]),
    (
        "b.go",
        "\tuser, pass := \"bob\", \"${alnum:12}\"\n\tsecretData, _ := hex.DecodeString(\"${hex:32}\")\n",
        &[(PASSWORD, 1), (SECRET, 2)],
    ),
    ("a.lua", "local user, password = 'bob', '${alnum:12}'\n", &[(PASSWORD, 1)]),
    (
        "web.config",
        "<add name=\"Main\" connectionString=\"Server=db1;User Id=app;Password=${alnum:14};\" />\n",
        &[(PASSWORD, 1)],
    ),
    (
        "appsettings.json",
        "{\"ConnectionStrings\": {\"Default\": \"Server=h;Uid=u;Pwd=${alnum:14};\"}}\n",
        &[(PASSWORD, 1)],
    ),
    (
        "a.properties",
        "url=jdbc:sqlserver://h:1433;databaseName=x;user=sa;password=${alnum:14}\n",
        &[(PASSWORD, 1)],
    ),
    ("b.properties", "url=jdbc:mysql://h/db?user=u&password=${alnum:14}\n", &[(PASSWORD, 1)]),
    ("pq.go", "dsn := \"host=h user=u password=${alnum:14} dbname=x sslmode=disable\"\n", &[(PASSWORD, 1)]),
    ("odbc.py", "c = connect(\"DRIVER={SQL};SERVER=h;UID=u;PWD=${alnum:14}\")\n", &[(PASSWORD, 1)]),
    (
        "settings.xml",
        "<server>\n<username>u</username>\n<password>${alnum:14}</password>\n</server>\n",
        &[(PASSWORD, 3)],
    ),
    ("config", "users:\n- name: a\n  user:\n    token: ${alnum:40}\n", &[(SECRET, 4)]),
    ("wp-config.php", "<?php\ndefine( 'DB_PASSWORD', '${alnum:14}' );\n", &[(PASSWORD, 2)]),
    ("hosts", "h ansible_user=u ansible_password=${alnum:14}\n", &[(PASSWORD, 1)]),
    ("values.yaml", "postgresql:\n  auth:\n    postgresPassword: ${alnum:14}\n", &[(PASSWORD, 3)]),
    ("n.ipynb", "{\"cells\": [{\"source\": [\n\"api_key = \\\"${alnum:32}\\\"\\n\"]}]}\n", &[(SECRET, 2)]),
    (
        "a.postman.json",
        "[{\"key\": \"token\",\n\"type\": \"string\",\n\"value\": \"${alnum:40}\"}]\n",
        &[(SECRET, 3)],
    ),
    (
        "b.postman.json",
        "[{\"type\": \"string\",\n\"value\": \"${alnum:40}\",\n\"key\": \"token\"}]\n",
        &[(SECRET, 2)],
    ),
    (
        "a.har",
        "{\"cookies\": [{\"name\": \"session\", \"value\": \"${alnum:40}\", \"path\": \"/\"}]}\n",
        &[(SECRET, 1)],
    ),
    (
        "arm.json",
        "{\"parameters\": {\"adminPassword\": {\n  \"value\": \"${alnum:16}\"\n}}}\n",
        &[(PASSWORD, 2)],
    ),
    (
        "spec.rb",
        "request.cookies[:remember_token] = { value: '${alnum:32}', expires: 3600 }\n",
        &[(SECRET, 1)],
    ),
    (
        "main.tf",
        "variable \"api_token\" {\n  type = string\n  validation {\n    condition = true\n  }\n  default = \"${alnum:32}\"\n}\n",
        &[(SECRET, 6)],
    ),
    (
        "f.rb",
        "fill_in :password, with: \"${alnum:14}\"\nfill_in \"user[password]\", with: \"${alnum:14}\"\nfill_in('Password again', :with => '${alnum:14}')\n",
        &[(PASSWORD, 1), (PASSWORD, 2), (PASSWORD, 3)],
    ),
];

pub(crate) const NOT_FOUND: &[Case] = &[
    (
        "a.json",
        "{\"kty\":\"EC\",\"crv\":\"P-256\",\n\"x\":\"${base64url:43}\",\n\"y\":\"${base64url:43}\"}\n",
        &[],
    ),
    ("b.json", "{\"d\": \"${base64url:43}\", \"e\": 1}\n", &[]),
    ("a.js", "  e: 'AQAB',\n  n: '${base64url:342}',\n  kty: 'RSA',\n", &[]),
    ("a.go", "var secret = []byte{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16}\n", &[]),
    ("b.go", "iv := []byte{219, 59, 76, 17, 39, 63, 204, 136, 64, 163, 23, 18, 71, 5, 250, 99}\n", &[]),
    (
        "c.go",
        "\tkey := []byte{219, 59, 76, 17, 39, 63, 204, 136, 64, 163, 23, 18, 71, 5, 250, 99}\n\tplaintext := x\n",
        &[],
    ),
    ("d.go", "\tpass, ok := lookup(\"password\")\n\tuser, pass := u.Name, u.Pass\n", &[]),
    ("a.py", "login, password = input('login'), input('password')\n", &[]),
    (
        "web.config",
        "<add name=\"Main\" connectionString=\"Server=db1;User Id=app;Password=%DB_PASSWORD%;\" />\n",
        &[],
    ),
    ("settings.xml", "<server>\n<password>{${alnum:43}=}</password>\n</server>\n", &[]),
    ("b.properties", "url=jdbc:mysql://h/db?user=u&password=$${DB_PASSWORD}\n", &[]),
    ("play.yml", "vars_prompt:\n- name: db_password\n  prompt: Enter it\n", &[]),
    ("a.postman.json", "[{\"key\": \"token\",\n\"type\": \"string\",\n\"value\": \"{{token}}\"}]\n", &[]),
    (
        "main.tf",
        "variable \"api_token\" {\n  type = string\n}\nlocals {\n  default = \"${alnum:32}\"\n}\n",
        &[],
    ),
    ("f.rb", "fill_in :password, with: user.password\n", &[]),
    ("arm.json", "{\"adminPassword\": {\"type\": \"securestring\"}}\n", &[]),
];
