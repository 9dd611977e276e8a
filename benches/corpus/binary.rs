//! Binary files: libraries (machine code, zeros, tables of names with NUL between them) and images (a header and
//! compressed data). Only tokens are searched in them, so only tokens are planted.

use super::{Shape, Style};

pub(super) const SHAPE: Shape =
    Shape { sizes: 64 << 10..=1 << 20, styles: &[LIBRARY, IMAGE], assignments: false };

const LIBRARY: Style = Style {
    path: "lib/lib%w#.so",
    head: "\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0",
    rows: &[
        "%M",
        "%M%0",
        "%M%M",
        "%v\0%v\0_ZN%n%c%n%cE\0%v\0%v\0",
        "%s\0%t: %%s\0/%p\0%0",
        "%v.c\0%v.c\0%v_%v\0%v_%v_%v\0__%v\0%v\0%v\0%v\0%v\0%v\0%v_%v\0%v_%v\0%v\0%v\0",
        "%t\0%s\0error: %s\0--%w-%w\0%s\0%v: %t\0invalid %w\0%s\0%T\0%T\0%c\0%c\0%c\0",
        "%0",
        "GCC: (Debian 14.2.0) 14.2.0\0%0%R",
    ],
    secret: "\0VALUE\0",
};

const IMAGE: Style = Style {
    path: "assets/%w-#.gif",
    head: "GIF89a\0\x02\0\x02\x70\0\0",
    rows: &["%R", "\0!\x04\0\0,%R", "%R%R"],
    secret: "\0!VALUE\0",
};
