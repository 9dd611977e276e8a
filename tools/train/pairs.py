#!/usr/bin/env python3
"""Counts pairs of characters in source code and writes the file by which the gate chooses what to look for.

  pairs.py ROOT [ROOT ...]

Written beside this script's crate, to src/catalogue/pairs.txt: one line for each of the characters below and one for all
others; in each line one character for every second character of a pair, and a last one for the line's character alone.
'0' + n stands for a share of 2^-n of all places. Capitals count as small letters, all digits as '0'.

Roots of the checked-in file: ~/.cargo/registry/src/*, /usr/local/go/src.  Nothing of a file but these counts is kept.
"""
import collections, math, pathlib, sys

OUT = pathlib.Path(__file__).resolve().parents[2] / "src/catalogue/pairs.txt"
CHARACTERS = b'abcdefghijklmnopqrstuvwxyz0_ -.("=:/'
# A few huge tables would outweigh all the rest.
MOST = 100_000


def classes():
    table = bytearray([len(CHARACTERS)] * 256)
    for byte in range(256):
        small = bytes([byte]).lower() if byte < 128 else b"?"
        small = b"0" if small.isdigit() else small
        if small in CHARACTERS:
            table[byte] = CHARACTERS.index(small)
    return bytes(table)


def count(roots):
    pairs, single = collections.Counter(), collections.Counter()
    table = classes()
    for root in roots:
        for file in sorted(pathlib.Path(root).rglob("*")):
            if not file.is_file() or file.is_symlink():
                continue
            text = file.read_bytes()[:MOST]
            if b"\0" in text:
                continue
            text = text.translate(table)
            single.update(text)
            pairs.update(zip(text, text[1:]))
    return pairs, single


def main():
    pairs, single = count(sys.argv[1:] or sys.exit(__doc__))
    total = sum(single.values())
    shown = lambda n: chr(48 + min(60, round(-math.log2((n + 1) / total))))
    sides = range(len(CHARACTERS) + 1)
    lines = ["".join(shown(pairs[a, b]) for b in sides) + shown(single[a]) for a in sides]
    OUT.write_text("\n".join(lines) + "\n")
    print(f"{total} characters")


if __name__ == "__main__":
    main()
