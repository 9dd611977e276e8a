//! Passwords that a command reads from its input, and answers to prompts.

use crate::{Case, PASSWORD, SECRET};

const HIT: &[(&str, u64)] = &[(PASSWORD, 1)];

pub(crate) const FOUND: &[Case] = &[
    ("a.sh", "echo '${password}' | sudo -S apt-get update\n", HIT),
    ("a.py", "os.system(\"echo ${alnum:14} | sudo -S reboot\")\n", HIT),
    ("a.sh", "echo ${alnum:14} | docker login -u ci --password-stdin registry.acme.io\n", HIT),
    ("a.sh", "printf '%s' \"${password}\" | docker login -u ci --password-stdin\n", HIT),
    ("a.sh", "docker login -u ci --password-stdin <<< '${alnum:14}'\n", HIT),
    ("a.sh", "echo 'root:${password}' | chpasswd\n", HIT),
    ("Dockerfile", "RUN echo \"app:${alnum:14}\" | chpasswd\n", HIT),
    ("a.sh", "chpasswd <<EOF\nroot:${password}\napp:${alnum:14}\nEOF\n", &[(PASSWORD, 2), (PASSWORD, 3)]),
    ("a.sh", "chpasswd <<< 'root:${alnum:14}'\n", HIT),
    ("a.sh", "echo ${password} | passwd --stdin root\n", HIT),
    ("a.sh", "gh auth login --with-token <<< ${alnum:36}\n", &[(SECRET, 1)]),
    ("a.sh", "echo \"${alnum:36}\" | gh auth login --with-token\n", &[(SECRET, 1)]),
    ("a.exp", "expect \"*?assword:*\"\nsend \"${password}\\r\"\n", &[(PASSWORD, 2)]),
    ("a.exp", "expect {\n \"password:\" { send -- \"${alnum:14}\\n\" }\n}\n", &[(PASSWORD, 2)]),
    ("a.py", "c.expect('Password:')\nc.sendline('${password}')\n", &[(PASSWORD, 2)]),
];

pub(crate) const NOT_FOUND: &[Case] = &[
    (
        "a.sh",
        "echo $PW | sudo -S x\necho \"$${PW}\" | docker login --password-stdin\nsudo -s ls1a2b3c\n",
        &[],
    ),
    (
        "a.sh",
        "echo x1y2z3a4 | tee f | sudo -S x\necho hello1 world2 | sudo -S x\ncat pw1.txt | sudo -S x\n",
        &[],
    ),
    ("a.sh", "echo \"$U:$P\" | chpasswd\necho 'root:$6$$${alnum:16}$$${alnum:43}' | chpasswd -e\n", &[]),
    ("a.sh", "chpasswd <<EOF\nroot:$PW\nEOF\n", &[]),
    ("a.sh", "gh auth login --with-token < token1.txt\ngh auth login --with-token <<< $TOKEN\n", &[]),
    (
        "a.exp",
        "expect \"login:\"\nsend \"x1y2z3a4\\r\"\nexpect \"assword:\"\nsend \"$$pw\\r\"\nsend \"x1y2z3\\r\"\n",
        &[],
    ),
    ("a.md", "Use --password-stdin to read it from standard input1; `sudo -S` reads it there too.\n", &[]),
];
