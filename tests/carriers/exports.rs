//! What programs write out: notebooks with their outputs, collections of requests, recorded sessions.

use crate::{Case, PASSWORD, SECRET};

const BEARER: &str = "bearer-token";
const BASIC: &str = "basic-auth-credentials";

pub(crate) const FOUND: &[Case] = &[
    (
        "a.ipynb",
        "{\n \"cells\": [\n  {\n   \"cell_type\": \"code\",\n   \"execution_count\": 1,\n   \"metadata\": {},\n   \"outputs\": [\n    {\n     \"name\": \"stdout\",\n     \"output_type\": \"stream\",\n     \"text\": [\n      \"using token: ghp_${alnum:36}\\n\"\n     ]\n    },\n    {\n     \"data\": {\n      \"image/png\": \"iVBORw0KGgo${base64:400}\\n\",\n      \"text/plain\": [\n       \"'DB_PASSWORD=${alnum:16}'\"\n      ]\n     },\n     \"output_type\": \"execute_result\"\n    }\n   ],\n   \"source\": [\n    \"import os\\n\",\n    \"os.environ['API_TOKEN'] = '${alnum:32}'\\n\",\n    \"password = \\\"${password}\\\"\\n\",\n    \"conn = connect('db.acme.io', user='app', password='${alnum:14}')\\n\",\n    \"# password = os.environ['PW']\"\n   ]\n  }\n ]\n}\n",
        &[("github-personal-access-token", 12), (PASSWORD, 19), (SECRET, 27), (PASSWORD, 28), (PASSWORD, 29)],
    ),
    (
        "b.ipynb",
        "{\"cells\":[{\"cell_type\":\"code\",\"source\":\"import x\\ntoken = \\\"${alnum:32}\\\"\\nx.login(token)\\npassword = '${password}'\\n\",\"outputs\":[]}]}\n",
        &[(SECRET, 1), (PASSWORD, 1)],
    ),
    (
        "shop.postman_collection.json",
        "{\n  \"auth\": {\n    \"type\": \"basic\",\n    \"basic\": [\n      {\"key\": \"password\", \"value\": \"${password}\", \"type\": \"string\"},\n      {\"key\": \"username\", \"value\": \"ann\", \"type\": \"string\"}\n    ]\n  },\n  \"item\": [{\n    \"request\": {\n      \"auth\": {\"type\": \"bearer\", \"bearer\": [{\"key\": \"token\", \"value\": \"${alnum:40}\", \"type\": \"string\"}]},\n      \"header\": [\n        {\"key\": \"Authorization\", \"value\": \"Bearer ${alnum:40}\"},\n        {\"key\": \"X-Api-Key\", \"value\": \"${alnum:32}\"}\n      ]\n    }\n  }],\n  \"variable\": [\n    {\n      \"id\": \"${uuid}\",\n      \"key\": \"password\",\n      \"value\": \"${alnum:14}\"\n    }\n  ]\n}\n",
        &[(PASSWORD, 5), (SECRET, 11), (BEARER, 13), (SECRET, 14), (PASSWORD, 22)],
    ),
    (
        "keys.postman_collection.json",
        "{\"item\": [{\"auth\": {\n\"type\": \"apikey\",\n\"apikey\": [\n  {\"key\": \"value\", \"value\": \"${alnum:32}\", \"type\": \"string\"},\n  {\"key\": \"key\", \"value\": \"X-Api-Key\"}\n]}},\n{\"auth\": {\"apikey\": [{\"key\": \"key\", \"value\": \"X-Api-Key\"},\n  {\"key\": \"value\", \"value\": \"${alnum:32}\"}]}}]}\n",
        &[(SECRET, 4), (SECRET, 8)],
    ),
    (
        "shop.postman_environment.json",
        "{\n\t\"name\": \"prod\",\n\t\"values\": [\n\t\t{\n\t\t\t\"key\": \"base_url\",\n\t\t\t\"value\": \"https://api.acme.io\",\n\t\t\t\"enabled\": true\n\t\t},\n\t\t{\n\t\t\t\"key\": \"api_key\",\n\t\t\t\"value\": \"${alnum:32}\",\n\t\t\t\"type\": \"secret\",\n\t\t\t\"enabled\": true\n\t\t}\n\t]\n}\n",
        &[(SECRET, 11)],
    ),
    (
        "a.har",
        "{\"log\": {\"entries\": [{\n  \"request\": {\n    \"method\": \"POST\",\n    \"headers\": [\n      {\"name\": \"Host\", \"value\": \"shop.acme.io\"},\n      {\"name\": \"Authorization\", \"value\": \"Bearer ${alnum:40}\"},\n      {\"name\": \"authorization\", \"value\": \"Basic ${base64_of:ann:${alnum:14}}\"},\n      {\"name\": \"X-Csrf-Token\", \"value\": \"${alnum:40}\"},\n      {\"name\": \"Cookie\", \"value\": \"theme=dark; JSESSIONID=${HEX:32}; _ga=GA1.2.${digits:9}.${digits:10}\"}\n    ],\n    \"cookies\": [\n      {\"name\": \"theme\", \"value\": \"dark\", \"path\": \"/\"},\n      {\"name\": \"JSESSIONID\", \"value\": \"${HEX:32}\", \"path\": \"/\", \"httpOnly\": true},\n      {\n        \"name\": \"connect.sid\",\n        \"value\": \"s%3A${base64url:32}.${alnum:43}\",\n        \"expires\": null\n      },\n      {\"name\": \"_ga\", \"value\": \"GA1.2.${digits:9}.${digits:10}\"}\n    ],\n    \"postData\": {\n      \"mimeType\": \"application/x-www-form-urlencoded\",\n      \"text\": \"user=ann&password=${alnum:14}\",\n      \"params\": [\n        {\"name\": \"user\", \"value\": \"ann\"},\n        {\"name\": \"password\", \"value\": \"${password}\"}\n      ]\n    }\n  }\n}]}}\n",
        &[
            (BEARER, 6),
            (BASIC, 7),
            (SECRET, 8),
            (SECRET, 9),
            (SECRET, 13),
            (SECRET, 16),
            (PASSWORD, 23),
            (PASSWORD, 26),
        ],
    ),
    (
        "b.har",
        "{\n  \"response\": {\n    \"headers\": [\n      {\n        \"name\": \"Set-Cookie\",\n        \"value\": \"PHPSESSID=${lower:26}; path=/; HttpOnly\"\n      }\n    ],\n    \"content\": {\n      \"text\": \"{\\\"access_token\\\": \\\"${alnum:40}\\\", \\\"token_type\\\": \\\"bearer\\\"}\"\n    }\n  }\n}\n",
        &[(SECRET, 6), (SECRET, 10)],
    ),
    (
        "requests.sh",
        "curl -u ann:${alnum:14} https://api.acme.io/v1\ncurl -H 'Authorization: Bearer ${alnum:40}' https://api.acme.io/v1\ncurl -H \"X-Api-Key: ${alnum:32}\" https://api.acme.io/v1\ncurl -b 'sessionid=${alnum:32}' https://api.acme.io/v1\nhttp -a ann:${password} api.acme.io/v1\nhttp POST api.acme.io/v1 Authorization:'Bearer ${alnum:40}' name=x\nhttp api.acme.io/v1 X-Api-Key:${alnum:32}\nhttps --auth=ann:${alnum:14} api.acme.io/v1\nhttp -A bearer -a ${alnum:40} api.acme.io/v1\ncurl -H \"Authorization: token ${alnum:40}\" https://api.acme.io/v1\n",
        &[
            (BASIC, 1),
            (BEARER, 2),
            (SECRET, 3),
            (SECRET, 4),
            (BASIC, 5),
            (BEARER, 6),
            (SECRET, 7),
            (BASIC, 8),
            (BEARER, 9),
            (SECRET, 10),
        ],
    ),
];

pub(crate) const NOT_FOUND: &[Case] = &[
    (
        "a.ipynb",
        "{\n \"cells\": [\n  {\n   \"outputs\": [\n    {\n     \"data\": {\n      \"image/png\": \"iVBORw0KGgo${base64:4000}\\n\",\n      \"text/plain\": [\"<Figure size 432x288 with 1 Axes>\"]\n     }\n    }\n   ],\n   \"source\": [\n    \"token = os.environ['TOKEN']\\n\",\n    \"password = getpass.getpass(\\\"Password: \\\")\\n\",\n    \"key = \\\"gender\\\"\\n\"\n   ]\n  }\n ]\n}\n",
        &[],
    ),
    (
        "shop.postman_collection.json",
        "{\n  \"info\": {\"_postman_id\": \"${uuid}\", \"name\": \"shop\"},\n  \"auth\": {\"type\": \"bearer\", \"bearer\": [{\"key\": \"token\", \"value\": \"{{access_token}}\", \"type\": \"string\"}]},\n  \"variable\": [{\"key\": \"password\", \"value\": \"\"}, {\"key\": \"token\", \"value\": \"<token>\"}],\n  \"header\": [{\"key\": \"Content-Type\", \"value\": \"application/json\"}, {\"key\": \"X-Api-Key\", \"value\": \"{{api_key}}\"}]\n}\n",
        &[],
    ),
    (
        "a.har",
        "{\"log\": {\"entries\": [{\"request\": {\n  \"headers\": [\n    {\"name\": \"If-None-Match\", \"value\": \"W/\\\"${hex:32}\\\"\"},\n    {\"name\": \"Cookie\", \"value\": \"theme=dark; lang=en; _ga=GA1.2.${digits:9}.${digits:10}\"},\n    {\"name\": \"Authorization\", \"value\": \"Bearer {{token}}\"}\n  ],\n  \"cookies\": [\n    {\"name\": \"_ga\", \"value\": \"GA1.2.${digits:9}.${digits:10}\"},\n    {\"name\": \"lang\", \"value\": \"en\"}\n  ],\n  \"queryString\": [{\"name\": \"v\", \"value\": \"${hex:32}\"}]\n}}]}}\n",
        &[],
    ),
    (
        "requests.sh",
        "curl -u \"$USER:$PASS\" https://api.acme.io\ncurl -u ann https://api.acme.io\ncurl -H \"Authorization: Bearer $TOKEN\" https://api.acme.io\nhttp -a ann api.acme.io\nhttp api.acme.io Accept:application/json X-Request-Id:${uuid}\ncurl -b cookies.txt https://api.acme.io\ncurl -b 'theme=dark' https://api.acme.io\n",
        &[],
    ),
];
