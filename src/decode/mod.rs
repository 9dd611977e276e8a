//! Decoded readings of a blob.
