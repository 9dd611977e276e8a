//! Example templates.
