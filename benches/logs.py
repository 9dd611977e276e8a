#!/usr/bin/env python3
"""Write a log of one kind, always the same bytes: benches/logs.py KIND BYTES FILE.

  system    what sshd, cron and systemd say
  access    requests to a web server, in the combined format
  service   lines with a module, a message and request_id=UUID
  mixed     accesses and service lines in turns of chance

No secret is planted: what counts is how fast a file is read in which there is nothing to find.
"""
import random
import sys
import uuid

PATHS = ["/", "/api/v1/users", "/api/v1/orders/%d", "/static/js/app.%08x.js", "/health", "/login", "/search?q=%d&page=2"]
AGENTS = [
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/118.0.0.0 Safari/537.36",
    "curl/8.1.2",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/16.5 Safari/605.1.15",
]
MODULES = ["billing.worker", "http.server", "db.pool", "cache", "scheduler", "auth.session"]
MESSAGES = ["job finished", "connection acquired", "cache miss", "request done", "retrying upstream", "slow query"]
PROGRAMS = ["sshd", "cron", "systemd", "kernel"]
EVENTS = ["Accepted publickey", "Connection closed", "session opened", "Started job"]


def clock(rng):
    return "%02d:%02d:%02d" % (rng.randrange(24), rng.randrange(60), rng.randrange(60))


def access(rng):
    path = rng.choice(PATHS)
    path = path % rng.randrange(1 << 20) if "%" in path else path
    address = ".".join(str(rng.randrange(256)) for _ in range(4))
    status, size = rng.choice([200, 200, 304, 404]), rng.randrange(90000)
    request = '"GET %s HTTP/1.1" %d %d "-" "%s"' % (path, status, size, rng.choice(AGENTS))
    return "%s - - [22/Nov/2026:%s +0000] %s\n" % (address, clock(rng), request)


def service(rng):
    head = "2026-11-22T%s.%03dZ INFO %s %s" % (clock(rng), rng.randrange(1000), rng.choice(MODULES), rng.choice(MESSAGES))
    request = uuid.UUID(int=rng.getrandbits(128))
    return "%s request_id=%s duration_ms=%d status=%d\n" % (head, request, rng.randrange(5000), rng.choice([200, 500]))


def system(rng):
    head = "Nov 22 %s web-%02d %s[%d]" % (clock(rng), rng.randrange(30), rng.choice(PROGRAMS), rng.randrange(30000))
    peer = "10.0.%d.%d port %d" % (rng.randrange(256), rng.randrange(256), rng.randrange(65536))
    return "%s: %s for user%d from %s\n" % (head, rng.choice(EVENTS), rng.randrange(100), peer)


KINDS = {"system": [system], "access": [access], "service": [service], "mixed": [access, service]}


def main():
    if len(sys.argv) != 4 or sys.argv[1] not in KINDS:
        sys.exit(__doc__)
    kinds, size = KINDS[sys.argv[1]], int(sys.argv[2])
    rng, written = random.Random(7), 0
    with open(sys.argv[3], "w", encoding="ascii") as out:
        while written < size:
            line = rng.choice(kinds)(rng)[: size - written]
            written += out.write(line)


main()
