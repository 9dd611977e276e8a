//! Files that package managers, registries and clusters keep credentials in.

use crate::{Case, PASSWORD, SECRET};

const NPM: &str = "npm-registry-basic-auth";
const BASIC: &str = "basic-auth-credentials";
const DOCKER: &str = "docker-config-auth";

pub(crate) const FOUND: &[Case] = &[
    (
        ".npmrc",
        "registry=https://npm.acme.io/\n//npm.acme.io/:_auth=${base64_of:ann:${alnum:18}}\n//npm.acme.io/:always-auth=true\n",
        &[(NPM, 2)],
    ),
    (
        ".npmrc",
        "_auth = \"${base64_of:ann:${alnum:18}}\"\nemail = ann@acme.io\nalways-auth = true\n",
        &[(BASIC, 1)],
    ),
    (
        ".npmrc",
        "//npm.acme.io/:username=ann\n//npm.acme.io/:_password=${base64_of:${alnum:18}}\n",
        &[(NPM, 2)],
    ),
    (".npmrc", "_password=${base64_of:${alnum:18}}\nusername=ann\n", &[(PASSWORD, 1)]),
    (".npmrc", "//registry.npmjs.org/:_authToken=${github_checksum:npm_}\n", &[("npm-access-token", 1)]),
    (
        ".pypirc",
        "[distutils]\nindex-servers =\n    pypi\n    acme\n\n[pypi]\nusername = __token__\npassword = pypi-AgEIcHlwaS5vcmc${base64url:120}\n\n[acme]\nrepository = https://pypi.acme.io\nusername = ann\npassword = ${password}\n",
        &[("pypi-api-token", 8), (PASSWORD, 13)],
    ),
    (
        ".docker/config.json",
        "{\n\t\"auths\": {\n\t\t\"https://index.docker.io/v1/\": {\n\t\t\t\"auth\": \"${base64_of:ann:${alnum:18}}\"\n\t\t},\n\t\t\"registry.acme.io\": {\n\t\t\t\"auth\": \"${base64_of:ci:${password}}\",\n\t\t\t\"email\": \"ci@acme.io\"\n\t\t}\n\t}\n}\n",
        &[(DOCKER, 4), (DOCKER, 7)],
    ),
    (
        ".dockercfg",
        "{\n  \"https://index.docker.io/v1/\": {\n    \"email\": \"ann@acme.io\",\n    \"auth\": \"${base64_of:ann:${alnum:16}}\"\n  }\n}\n",
        &[(DOCKER, 4)],
    ),
    (
        "ci.yml",
        "variables:\n  DOCKER_AUTH_CONFIG: \"{\\\"auths\\\":{\\\"registry.acme.io\\\":{\\\"auth\\\":\\\"${base64_of:ci:${alnum:20}}\\\"}}}\"\n",
        &[(DOCKER, 2)],
    ),
    (
        "gcr.json",
        "{\"auths\": {\"gcr.io\": {\"auth\": \"${base64_of:_json_key:{\"type\":\"service_account\",\"private_key\":\"${pem_escaped:PRIVATE KEY}\"}}\"}}}\n",
        &[("private-key", 1)],
    ),
    (
        "pull.sh",
        "kubectl create -f - <<< '{\"auths\":{\"ghcr.io\":{\"username\":\"ann\",\"auth\":\"${base64_of:ann:${alnum:20}}\"}}}'\n",
        &[(DOCKER, 1)],
    ),
    (
        "config",
        "apiVersion: v1\nkind: Config\nusers:\n- name: ann\n  user:\n    username: ann\n    password: ${alnum:14}\n- name: ci\n  user:\n    token: ${alnum:40}\n",
        &[(PASSWORD, 7), (SECRET, 10)],
    ),
    (
        "kubeconfig.yaml",
        "apiVersion: v1\nclusters:\n- cluster:\n    certificate-authority-data: ${base64:400}\n    server: https://k8s.acme.io:6443\n  name: acme\nkind: Config\nusers:\n- name: ann\n  user:\n    client-certificate-data: ${base64:400}\n    client-key-data: ${base64_of:${pem:RSA PRIVATE KEY}}\n",
        &[("private-key", 12)],
    ),
    (
        "settings.xml",
        "<settings>\n  <servers>\n    <server>\n      <id>acme</id>\n      <username>ci</username>\n      <password>${password}</password>\n    </server>\n    <server>\n      <id>key</id>\n      <passphrase>${alnum:16}</passphrase>\n    </server>\n  </servers>\n</settings>\n",
        &[(PASSWORD, 6), (PASSWORD, 10)],
    ),
    (
        "NuGet.config",
        "<configuration>\n  <packageSourceCredentials>\n    <acme>\n      <add key=\"Username\" value=\"ci\" />\n      <add key=\"ClearTextPassword\" value=\"${alnum:16}\" />\n    </acme>\n  </packageSourceCredentials>\n</configuration>\n",
        &[("nuget-config-password", 5)],
    ),
];

pub(crate) const NOT_FOUND: &[Case] = &[
    (".npmrc", "//npm.acme.io/:_auth=$${NPM_AUTH}\n_auth=$${NPM_AUTH}\n_password=$${NPM_PASSWORD}\n", &[]),
    (
        "config.json",
        "{\n  \"auths\": {\"https://index.docker.io/v1/\": {}},\n  \"credsStore\": \"osxkeychain\",\n  \"HttpHeaders\": {\"User-Agent\": \"Docker-Client/19.03.12\"}\n}\n",
        &[],
    ),
    ("config.json", "{\"auths\": {\"registry.acme.io\": {\"auth\": \"${base64_of:user:password}\"}}}\n", &[]),
    (
        "schema.json",
        "{\"api.acme.io\": {\"auth\": \"bearerAuth\", \"type\": \"http\"}, \"x\": {\"auth\": \"required\"}}\n",
        &[],
    ),
    (
        "kubeconfig.yaml",
        "apiVersion: v1\nkind: Config\nclusters:\n- cluster:\n    certificate-authority-data: ${base64:400}\n    server: https://k8s.acme.io:6443\nusers:\n- name: ann\n  user:\n    client-certificate: /home/ann/ann.crt\n    client-key: /home/ann/ann.key\n    exec:\n      command: aws-iam-authenticator\n",
        &[],
    ),
    (
        "NuGet.config",
        "<configuration>\n  <packageSourceCredentials>\n    <acme>\n      <add key=\"Username\" value=\"ci\" />\n      <add key=\"ClearTextPassword\" value=\"%NUGET_PASSWORD%\" />\n    </acme>\n  </packageSourceCredentials>\n</configuration>\n",
        &[],
    ),
];
