//! The YAML form of rules.
