//! allow.
