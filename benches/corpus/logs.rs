//! Logs: a web server's accesses, a service's `name=value` lines, its JSON lines with traces, and stack traces. Lines of
//! 80 to 300 bytes, full of times, addresses and ids.

use super::{Shape, Style};

pub(super) const SHAPE: Shape =
    Shape { sizes: 256 << 10..=512 << 10, styles: &[ACCESS, FIELDS, JSON, STACKS], assignments: true };

const ACCESS: Style = Style {
    path: "var/log/nginx/access-#.log",
    head: "",
    rows: &[
        "%i - - [%D] \"GET /%p HTTP/1.1\" 200 %N \"-\" \"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/%n.0.0.0\"\n",
        "%i - - [%D] \"GET /%w/%N?page=%n&sort=%w HTTP/2.0\" 200 %N \"%U\" \"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)\"\n",
        "%i - %w [%D] \"POST /api/v2/%w/%u/%w HTTP/1.1\" 201 %N \"-\" \"python-requests/2.32.3\" rt=%f\n",
        "%i - - [%D] \"GET /static/%w.%h.js HTTP/2.0\" 304 0 \"%U\" \"Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X)\"\n",
        "%i - - [%D] \"HEAD /health HTTP/1.1\" 200 0 \"-\" \"kube-probe/1.31\"\n",
    ],
    secret: "%i - - [%D] \"GET /api/%w?NAME=VALUE HTTP/1.1\" 200 %N\n",
};

const FIELDS: Style = Style {
    path: "var/log/%w/service-#.log",
    head: "",
    rows: &[
        "%d level=info component=%w msg=\"%s\" trace_id=%h%h%h%h span_id=%h%h duration_ms=%f\n",
        "%d level=debug component=%w msg=\"%s\" user_id=%N request_id=%u\n",
        "%d level=warn component=%w msg=\"%s\" attempt=%n host=%w-%n.%w.internal:%N\n",
        "%d level=info component=%w msg=\"%t\" path=/%p bytes=%N status=200\n",
        "%d level=error component=%w msg=\"%s\" error=\"dial tcp %i:%N: connect: connection refused\"\n",
    ],
    secret: "%d level=debug component=%w msg=\"%t\" NAME=VALUE\n",
};

const JSON: Style = Style {
    path: "var/log/pods/%w-#.json",
    head: "",
    rows: &[
        "{\"ts\":\"%d\",\"level\":\"info\",\"logger\":\"%w.%w\",\"msg\":\"%s\",\"pod\":\"%w-%h-%w\",\"namespace\":\"%w\"}\n",
        "{\"ts\":\"%d\",\"level\":\"info\",\"msg\":\"%t\",\"trace\":\"%h%h%h%h\",\"span\":\"%h%h\",\"latency\":%f,\"user\":\"%e\"}\n",
        "{\"ts\":\"%d\",\"level\":\"debug\",\"msg\":\"%s\",\"image\":\"registry.%w.com/%w@sha256:%m\",\"count\":%n}\n",
        "{\"ts\":\"%d\",\"level\":\"warn\",\"msg\":\"%s\",\"url\":\"%U?id=%N\",\"commit\":\"%H\"}\n",
    ],
    secret: "{\"ts\":\"%d\",\"level\":\"debug\",\"msg\":\"%t\",\"NAME\":\"VALUE\"}\n",
};

const STACKS: Style = Style {
    path: "opt/%w/logs/%w-#.log",
    head: "",
    rows: &[
        "%d ERROR [http-nio-8080-exec-%n] c.%w.%w.%T : %s\n",
        "\tat com.%w.%w.%T.%c(%T.java:%n)\n",
        "\tat org.springframework.%w.%w.%T.%c(%T.java:%N)\n",
        "\tat java.base/java.util.%T.%c(%T.java:%n)\n",
        "Caused by: com.%w.%w.%TException: %s\n",
        "%d  INFO [main] c.%w.%w.%T : %s in %f seconds\n",
    ],
    secret: "%d DEBUG [main] c.%w.%w.%T : NAME=VALUE\n",
};
