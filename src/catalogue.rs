//! All rules, compiled, with their gate.
