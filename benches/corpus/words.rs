//! The words that names and sentences are made of, the frequent ones first.
//!
//! A list of their own and not the one the learned judgement knows, which is sorted by letters and says nothing about how
//! often a word is used.

/// Words of names in programs. Those that make a scanner look (`key`, `token`, `auth`) stand about where they do in the
/// names of real programs.
#[rustfmt::skip]
pub(super) const NAMES: &[&str] = &[
    "get", "value", "name", "data", "type", "self", "set", "index", "node", "id", "list", "path", "file",
    "result", "error", "state", "size", "item", "count", "text", "line", "start", "end", "options", "is",
    "add", "map", "create", "time", "string", "context", "config", "length", "default", "update", "number",
    "input", "output", "event", "request", "response", "array", "buffer", "test", "object", "parent", "child",
    "element", "offset", "status", "message", "url", "new", "to", "from", "source", "target", "user", "code",
    "next", "current", "point", "match", "field", "table", "column", "row", "query", "module", "class",
    "method", "function", "param", "args", "handler", "listener", "callback", "client", "server", "host",
    "port", "block", "key", "stream", "reader", "writer", "parse", "format", "render", "view", "model",
    "service", "manager", "factory", "builder", "cache", "store", "load", "save", "delete", "remove",
    "insert", "find", "filter", "sort", "order", "group", "level", "log", "info", "debug", "warning", "mode",
    "flag", "mask", "bit", "byte", "char", "word", "width", "height", "left", "right", "top", "bottom",
    "color", "style", "font", "image", "page", "header", "body", "content", "label", "title", "description",
    "version", "date", "day", "month", "year", "hour", "timeout", "token", "delay", "interval", "limit",
    "max", "min", "total", "sum", "average", "ratio", "scale", "factor", "weight", "vector", "matrix",
    "tensor", "layer", "batch", "epoch", "train", "loss", "gradient", "shape", "region", "zone", "cluster",
    "pod", "container", "volume", "network", "address", "login", "account", "role", "permission", "policy",
    "scope", "resource", "action", "command", "process", "thread", "task", "job", "queue", "worker", "lock",
    "mutex", "signal", "channel", "packet", "frame", "socket", "connection", "protocol", "schema",
    "migration", "transaction", "commit", "branch", "merge", "revision", "snapshot", "backup", "archive",
    "package", "dependency", "build", "release", "deploy", "metric", "counter", "gauge", "trace", "span",
    "sample", "signature", "digest", "hash", "cipher", "encode", "decode", "compress", "public", "private",
    "internal", "external", "local", "remote", "primary", "product", "price", "cart", "payment", "invoice",
    "session", "customer", "shipping", "country", "city", "street", "phone", "cookie", "email", "auth",
    "profile", "avatar", "secret", "comment", "password", "post", "tag", "category", "search", "suggestion",
    "credential", "renderer",
];

/// Words of sentences; the last few show that text is not ASCII alone.
#[rustfmt::skip]
pub(super) const ENGLISH: &[&str] = &[
    "the", "of", "to", "a", "is", "in", "and", "for", "this", "that", "be", "not", "if", "it", "with", "as", "on", "are",
    "when", "from", "by", "or", "an", "we", "can", "will", "has", "which", "at", "all", "no", "value", "used", "file",
    "should", "only", "must", "than", "one", "but", "so", "set", "name", "first", "then", "new", "any", "list", "was",
    "have", "there", "because", "before", "after", "each", "same", "time", "number", "where", "other", "returns", "type",
    "data", "given", "default", "result", "case", "into", "more", "error", "call", "object", "called", "does", "function",
    "user", "make", "without", "current", "using", "between", "need", "two", "string", "added", "key", "server", "empty",
    "line", "check", "already", "instead", "read", "start", "version", "found", "right", "left", "request", "could",
    "change", "order", "following", "failed", "connection", "token", "session", "closed", "opened", "retrying", "timeout",
    "password", "expected", "received", "account", "language", "country", "delivery", "available", "customers", "über",
    "größe", "naïve", "データ",
];
