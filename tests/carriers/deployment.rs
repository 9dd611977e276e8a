//! What deploys or configures an application: its settings, inventories, values of charts, strings of connections.

use crate::{Case, PASSWORD, SECRET};

const SALT: &str = "wordpress-salt";

pub(crate) const FOUND: &[Case] = &[
    (
        "wp-config.php",
        "<?php\ndefine( 'DB_NAME', 'shop' );\ndefine( 'DB_USER', 'shop' );\ndefine( 'DB_PASSWORD', '${password}' );\ndefine( 'DB_HOST', 'localhost' );\n\
         define( 'AUTH_KEY',         '${of:!-&(-[]-z|~:30} ${of:!-&(-[]-z|~:33}' );\n\
         define( 'SECURE_AUTH_KEY',  '${of:!-&(-[]-z|~:30} {${of:!-&(-[]-z|~:32}' );\n\
         define( 'LOGGED_IN_KEY',    '${of:!-&(-[]-z|~:64}' );\n\
         define( 'NONCE_KEY',        '${of:!-&(-[]-z|~:40}}${of:!-&(-[]-z|~:23}' );\n\
         define( 'AUTH_SALT',        '${of:!-&(-[]-z|~:30} $(${of:!-&(-[]-z|~:31}' );\n\
         define( 'SECURE_AUTH_SALT', '${pick:$}${of:!-&(-[]-z|~:63}' );\n\
         define( 'LOGGED_IN_SALT',   '/${of:!-&(-[]-z|~:63}' );\n\
         define( 'NONCE_SALT',       '${of:!-&(-[]-z|~:20}<?${of:!-&(-[]-z|~:30}{{ ${of:!-&(-[]-z|~:9}' );\n\
         $table_prefix = 'wp_';\n",
        &[
            (PASSWORD, 4),
            (SALT, 6),
            (SALT, 7),
            (SALT, 8),
            (SALT, 9),
            (SALT, 10),
            (SALT, 11),
            (SALT, 12),
            (SALT, 13),
        ],
    ),
    (
        "web.config",
        "<configuration>\n  <connectionStrings>\n    <add name=\"Shop\" connectionString=\"Data Source=db1;Initial Catalog=shop;User ID=app;Password=${password}\" providerName=\"System.Data.SqlClient\" />\n    <add name=\"Old\" connectionString=\"server=db2;uid=app;pwd=${alnum:14};database=x\" />\n  </connectionStrings>\n  <appSettings>\n    <add key=\"SmtpPassword\" value=\"${alnum:14}\" />\n  </appSettings>\n  <machineKey validationKey=\"${HEX:128}\" decryptionKey=\"${HEX:64}\" validation=\"SHA1\" />\n</configuration>\n",
        &[(PASSWORD, 3), (PASSWORD, 4), (PASSWORD, 7), (SECRET, 9), (SECRET, 9)],
    ),
    (
        "application.yml",
        "spring:\n  datasource:\n    url: jdbc:postgresql://db.acme.io:5432/shop?user=app&password=${alnum:14}&ssl=true\n    username: app\n    password: ${password}\n",
        &[(PASSWORD, 3), (PASSWORD, 5)],
    ),
    (
        "Db.java",
        "String url = \"jdbc:oracle:thin:app/${alnum:14}@db.acme.io:1521:ORCL\";\n",
        &[(PASSWORD, 1)],
    ),
    (
        "odbc.ini",
        "[shop]\nDriver = PostgreSQL\nServername = db.acme.io\nUserName = app\nPassword = ${password}\n",
        &[(PASSWORD, 5)],
    ),
    (
        "App.cs",
        "var c = \"Driver={ODBC Driver 17 for SQL Server};Server=tcp:db.acme.io,1433;Uid=app;Pwd={${alnum:7}$#${alnum:7}};Encrypt=yes;\";\n",
        &[(PASSWORD, 1)],
    ),
    (
        "inventory.ini",
        "[web]\nweb1.acme.io ansible_host=10.0.0.5 ansible_user=root ansible_ssh_pass=${password}\n[web:vars]\nansible_become_pass=${alnum:12}\nansible_sudo_pass='${alnum:12}'\n",
        &[(PASSWORD, 2), (PASSWORD, 4), (PASSWORD, 5)],
    ),
    (
        "group_vars/all.yml",
        "---\nansible_ssh_pass: ${password}\nmysql_root_password: \"${alnum:14}\"\nusers:\n  - { name: ann, password: '${alnum:14}' }\n",
        &[(PASSWORD, 2), (PASSWORD, 3), (PASSWORD, 5)],
    ),
    (
        "values.yaml",
        "postgresql:\n  auth:\n    username: app\n    password: ${password}\n    existingSecret: \"\"\nredis:\n  auth:\n    enabled: true\n    password: \"${alnum:16}\"\nenv:\n  - name: SMTP_PASSWORD\n    value: \"${alnum:14}\"\nimagePullSecrets:\n  - name: regcred\n",
        &[(PASSWORD, 4), (PASSWORD, 9), (PASSWORD, 12)],
    ),
    (
        "dump.sql",
        "-- MySQL dump 10.13\nDROP TABLE IF EXISTS `settings`;\nCREATE TABLE `accounts` (\n  `id` int(11) NOT NULL,\n  `login` varchar(64),\n  `password` varchar(64)\n);\nINSERT INTO `accounts` VALUES (1,'ann','${password}'),(2,'bob','${alnum:14}');\nCREATE USER 'app'@'%' IDENTIFIED BY '${alnum:14}';\nALTER ROLE app WITH PASSWORD '${password}';\n",
        &[(PASSWORD, 8), (PASSWORD, 8), (PASSWORD, 9), (PASSWORD, 10)],
    ),
    (
        "deploy.ps1",
        "$user = 'ACME\\svc'\n$password = ConvertTo-SecureString \"${password}\" -AsPlainText -Force\n$cred = New-Object System.Management.Automation.PSCredential($user, $password)\n",
        &[(PASSWORD, 2)],
    ),
];

pub(crate) const NOT_FOUND: &[Case] = &[
    (
        "wp-config-sample.php",
        "<?php\ndefine( 'DB_PASSWORD', 'password_here' );\ndefine( 'AUTH_KEY',         'put your unique phrase here' );\ndefine( 'AUTH_SALT',        'put your unique phrase here' );\ndefine( 'NONCE_SALT', getenv('NONCE_SALT') );\n",
        &[],
    ),
    (
        "web.config",
        "<configuration>\n  <connectionStrings>\n    <add name=\"A\" connectionString=\"Data Source=.;Initial Catalog=shop;Integrated Security=True\" />\n    <add name=\"B\" connectionString=\"Server=db;User Id=app;Password=#{DbPassword}#;\" />\n  </connectionStrings>\n</configuration>\n",
        &[],
    ),
    (
        "inventory.ini",
        "[web]\nweb1.acme.io ansible_user=root ansible_ssh_pass=\"{{ vault_ssh_pass }}\"\nweb2.acme.io ansible_ssh_private_key_file=~/.ssh/id_rsa\n",
        &[],
    ),
    (
        "group_vars/all.yml",
        "db_password: \"{{ vault_db_password }}\"\napi_password: !vault |\n  $ANSIBLE_VAULT;1.1;AES256\n  ${hex:64}\n  ${hex:64}\n  ${hex:64}\n",
        &[],
    ),
    (
        "values.yaml",
        "auth:\n  existingSecret: shop-db\n  secretKeys:\n    adminPasswordKey: postgres-password\n    userPasswordKey: password\n  password: \"\"\n  passwordSecretRef: {name: x, key: password}\n",
        &[],
    ),
    (
        "odbc.txt",
        "Driver={SQL};Server=h;Uid={user};Pwd={password};\njdbc:oracle:thin:@db.acme.io:1521:ORCL\njdbc:oracle:thin:user/password@db:1521\n",
        &[],
    ),
];
