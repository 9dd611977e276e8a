//! Places that only a password or a token takes.

/// What takes a password without naming it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// A command-line tool.
    Tool,
    /// A clause of SQL.
    Sql,
    /// A function.
    Function,
    /// A command or prompt that reads it from its input.
    Input,
    /// A statement of SQL with rows or columns of a table.
    Rows,
}

/// What a place takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// What a person may have chosen.
    Password,
    /// What a service issued.
    Token,
}
