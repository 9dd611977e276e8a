#!/usr/bin/env python3
"""Counts three characters side by side in source code and writes the file by which the gate chooses what to look for.

  threes.py ROOT [ROOT ...]

Written beside this script's crate, to src/catalogue/threes.txt: one character for each group of threes that the gate does
not tell apart (the lower five bits of the three bytes, the first byte's lowest), 64 to a line. '0' + n stands for a share
of 2^(-n/2) of all places, or less from 2^-30 on.

Roots of the checked-in file: ~/.cargo/registry/src/*, /usr/local/go/src, /usr/lib/python3*, /usr/share.  Nothing of a
file but these counts is kept.
"""
import collections, math, pathlib, sys

OUT = pathlib.Path(__file__).resolve().parents[2] / "src/catalogue/threes.txt"
# A few huge tables would outweigh all the rest.
MOST = 100_000
GROUPS = 1 << 15


LOW = bytes(byte & 31 for byte in range(256))


def count(roots):
    counts = collections.Counter()
    for file in sorted(file for root in roots for file in pathlib.Path(root).rglob("*")):
        if not file.is_file() or file.is_symlink():
            continue
        with file.open("rb") as opened:
            text = opened.read(MOST)
        if b"\0" not in text:
            text = text.translate(LOW)
            counts.update(zip(text, text[1:], text[2:]))
    return counts


def main():
    counts = count(sys.argv[1:] or sys.exit(__doc__))
    total = counts.total()
    threes = ((group & 31, group >> 5 & 31, group >> 10) for group in range(GROUPS))
    shown = "".join(chr(48 + min(60, round(-2 * math.log2((counts[three] + 1) / total)))) for three in threes)
    OUT.write_text("".join(shown[at : at + 64] + "\n" for at in range(0, GROUPS, 64)))
    print(f"{total} threes")


if __name__ == "__main__":
    main()
