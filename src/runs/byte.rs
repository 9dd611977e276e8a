//! What runs are made of. Apart from the search for them because the build script asks whether a rule's values are runs.

/// Shortest run in bytes.
pub const SHORTEST: usize = 16;

/// The bytes besides letters and digits that runs are made of.
pub const MARKS: [u8; 8] = *b"_-.:/+=~";

/// True for the bytes that runs are made of.
pub const fn is_run_byte(byte: u8) -> bool {
    let letter = (byte | 0x20).wrapping_sub(b'a') < 26;
    // Between `-` and `:` stand `.`, `/` and the digits.
    let middle = byte.wrapping_sub(b'-') <= b':' - b'-';
    letter | middle | (byte == b'_') | (byte == b'+') | (byte == b'=') | (byte == b'~')
}
