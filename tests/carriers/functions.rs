//! Functions that take a password by its place among their arguments.

use crate::{Case, PASSWORD, SECRET};

const HIT: &[(&str, u64)] = &[(PASSWORD, 1)];

pub(crate) const FOUND: &[Case] = &[
    ("A.cs", "client.Credentials = new NetworkCredential(\"svc\", \"${password}\");\n", HIT),
    ("a.go", "req.SetBasicAuth(\"admin\", \"${alnum:14}\")\n", HIT),
    ("a.go", "req.SetBasicAuth(cfg.User(1, 2), \"${password}\")\n", HIT),
    ("a.py", "r = requests.get(url, auth=HTTPBasicAuth('admin', '${alnum:14}'))\n", HIT),
    ("a.py", "r = requests.get(url, auth=('admin', '${password}'), timeout=3)\n", HIT),
    (
        "a.py",
        "r = requests.get(\n    url,\n    auth=(\n        \"admin\",\n        \"${alnum:14}\",\n    ),\n)\n",
        &[(PASSWORD, 5)],
    ),
    ("a.rs", "let r = client.get(u).basic_auth(\"admin\", Some(\"${alnum:14}\"));\n", HIT),
    ("a.js", "request.get(url).auth('admin', '${alnum:14}')\n", HIT),
    ("A.java", "c = DriverManager.getConnection(\"jdbc:mysql://h/db\", \"root\", \"${password}\");\n", HIT),
    ("A.java", "return new PasswordAuthentication(\"u\", \"${alnum:14}\".toCharArray());\n", HIT),
    ("a.php", "$$c = mysqli_connect('h', 'root', '${password}', 'db');\n", HIT),
    ("a.php", "$$c = new PDO('mysql:host=h;dbname=x', 'root', '${alnum:14}');\n", HIT),
    ("a.php", "$$c = new mysqli(\"h\", \"root\", \"${alnum:14}\");\n", HIT),
    ("a.pl", "my $$c = DBI->connect('dbi:Pg:dbname=x', 'u', '${alnum:14}', {});\n", HIT),
    ("a.js", "const c = new Twilio('${alnum:10}', '${hex:32}');\n", &[(SECRET, 1)]),
    ("a.py", "s.login('bot@acme.io', '${password}')\n", HIT),
    ("a.js", "client.login('${alnum:40}');\n", &[(SECRET, 1)]),
    ("a.go", "a := smtp.PlainAuth(\"\", \"bot@acme.io\", \"${alnum:16}\", \"smtp.acme.io\")\n", HIT),
    ("A.java", "AWSCredentials c = new BasicAWSCredentials(id, \"${of:A-Za-z0-9:40}\");\n", &[(SECRET, 1)]),
    ("a.ps1", "$$s = ConvertTo-SecureString \"${password}\" -AsPlainText -Force\n", HIT),
    ("a.ps1", "$$s = ConvertTo-SecureString -String '${alnum:14}' -Force -AsPlainText\n", HIT),
    ("a.ps1", "$$s = '${alnum:14}' | ConvertTo-SecureString -AsPlainText -Force\n", HIT),
    (
        "a.ps1",
        "$$c = New-Object PSCredential('u', (ConvertTo-SecureString '${password}' -AsPlainText -Force))\n",
        HIT,
    ),
    ("A.java", "b.user(\"u\").password(\"${password}\").build();\n", HIT),
    ("A.java", "b.withUser(\"u\").withPassword(\"${alnum:14}\");\n", HIT),
    ("A.java", "ds.setPassword(\"${password}\");\n", HIT),
    ("a.gradle", "buildConfigField \"String\", \"API_KEY\", \"\\\"${hex:32}\\\"\"\n", &[(SECRET, 1)]),
    ("a.kts", "buildConfigField(\"String\", \"API_KEY\", \"\\\"${hex:32}\\\"\")\n", &[(SECRET, 1)]),
    ("a.gradle", "resValue \"string\", \"api_key\", \"${alnum:32}\"\n", &[(SECRET, 1)]),
    ("a.rb", "key = ENV.fetch('API_KEY') { '${hex:32}' }\n", &[(SECRET, 1)]),
    ("a.php", "define('DB_PASSWORD', '${password}');\n", HIT),
    ("a.php", "putenv(\"DB_PASSWORD=${alnum:14}\");\n", HIT),
    ("A.java", "System.setProperty(\"javax.net.ssl.keyStorePassword\", \"${password}\");\n", HIT),
];

pub(crate) const NOT_FOUND: &[Case] = &[
    ("A.cs", "new NetworkCredential(user, pass);\nnew NetworkCredential(\"u\", config[\"pw1x\"]);\n", &[]),
    ("a.go", "req.SetBasicAuth(user, pass)\nfunc SetBasicAuth(username, password string) {}\n", &[]),
    (
        "a.go",
        "req.SetBasicAuth(\"user\", \"password\")\nreq.SetBasicAuth(\"admin\", os.Getenv(\"PW1x\"))\n",
        &[],
    ),
    (
        "a.py",
        "auth=(user, pw)\nauth = ('user', 'pass')\nauth=('a', \"{}\".format(x1))\nauth=(\"u\", f\"{pw1}\")\n",
        &[],
    ),
    ("a.py", "auth = ('x1y2z3w4', 'x1y2z3w5', 'x1y2z3w6')\nauth=('admin', 'admin')\n", &[]), // leaklint:allow -- a value of a test
    (
        "A.java",
        "DriverManager.getConnection(url, user, pass);\ngetConnection(\"x1y2z3\", \"x1y2z4\");\n",
        &[],
    ),
    (
        "a.php",
        "$$c = mysqli_connect($$h, $$u, $$p);\nnew PDO($$dsn, 'root', '');\nnew PDO($$dsn, 'u', $$c['pw1']);\n",
        &[],
    ),
    (
        "a.js",
        "s.login(user, pw);\ns.login('admin', 'wonderland');\ns.login({a: 'x1y2z3'});\nuser.login('next-page1');\n",
        &[],
    ),
    ("a.js", "new Twilio(process.env.SID, process.env.TOKEN);\nnew Twilio('x', 'your auth token');\n", &[]),
    (
        "a.ps1",
        "ConvertTo-SecureString $$pw -AsPlainText -Force\nConvertTo-SecureString (Get-Content f1.txt)\n",
        &[],
    ),
    ("a.ps1", "Read-Host 'Enter it' -AsSecureString | ConvertFrom-SecureString\n", &[]),
    (
        "a.gradle",
        "buildConfigField \"String\", \"API_KEY\", \"\\\"$${apiKey}\\\"\"\nresValue \"string\", \"app_name\", \"Acme2000x\"\n",
        &[],
    ),
    ("a.gradle", "buildConfigField \"String\", \"API_KEY\", apiKey1\ndefault x: \"y1z2\"\n", &[]),
    ("a.rb", "ENV.fetch('API_KEY') { raise 'x1y2z3a4b5c6d7e8' }\nENV.fetch('API_KEY') { |k| k }\n", &[]),
];
