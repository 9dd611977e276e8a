//! For one match and one path: kept with a confidence, or dropped for a named reason.
