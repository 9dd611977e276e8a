#!/usr/bin/env python3
"""Counts the words of source code and writes the two files by which leaklint tells words from chance.

  words.py ROOT [ROOT ...]

Each directory directly below a ROOT counts as one package (a crate, a Python package, a Go package).  Written beside this
script's crate, in src/verdict/learned/:

  words.txt    words of 3 to 14 letters that occur in many packages, sorted: the vocabulary
  letters.txt  how likely a letter is after the two before it: one line per pair, one character per letter, '0' + n for
               a probability of 2^(-n/4); a word's start and end count as a 27th letter

Roots of the checked-in files: ~/.cargo/registry/src/*, /usr/local/go/src, site-packages and lib/python3.x of CPython,
/usr/lib/node_modules.  Only words are kept, no text of a package.
"""
import collections, math, pathlib, re, sys

OUT = pathlib.Path(__file__).resolve().parents[2] / "src/verdict/learned"
TEXT = {".rs", ".go", ".py", ".js", ".ts", ".md", ".rst", ".txt", ".toml", ".yaml", ".yml", ".json", ".c", ".h", ".html"}
WORD = re.compile(rb"[A-Za-z][a-z]+|[A-Z]+(?![a-z])")
MOST_WORDS = 12_000
LEAST_PACKAGES = 5
LETTERS = "abcdefghijklmnopqrstuvwxyz_"


def packages(roots):
    for root in roots:
        yield from (entry for entry in sorted(pathlib.Path(root).iterdir()) if entry.is_dir())


def words_of(package):
    found = set()
    for file in sorted(package.rglob("*")):
        # Vendored data (test vectors, dictionaries of other languages) would teach chance.
        if file.suffix in TEXT and file.is_file() and file.stat().st_size < 300_000:
            found.update(w.lower() for w in WORD.findall(file.read_bytes()) if 2 < len(w) < 15)
    return found


def count(roots):
    """How many packages hold a word."""
    spread = collections.Counter()
    for package in packages(roots):
        spread.update(words_of(package))
    return spread


def vocabulary(spread):
    common = [(n, w) for w, n in spread.items() if n >= LEAST_PACKAGES and (len(w) > 3 or n >= 4 * LEAST_PACKAGES)]
    common.sort(key=lambda nw: (-nw[0], nw[1]))
    return sorted(w.decode() for _, w in common[:MOST_WORDS])


def table(spread):
    """2^(-n/4) of a letter after two others, over words of at least two packages, smoothed by one half."""
    seen = collections.defaultdict(lambda: [0.5] * 27)
    for word, n in spread.items():
        if n < 2:
            continue
        text = "__" + word.decode() + "_"
        for a, b, c in zip(text, text[1:], text[2:]):
            seen[a + b][LETTERS.index(c)] += math.log2(1 + n)
    for a in LETTERS:
        for b in LETTERS:
            row = seen[a + b]
            total = sum(row)
            yield "".join(chr(48 + min(60, round(-4 * math.log2(x / total)))) for x in row)


def main():
    spread = count(sys.argv[1:] or sys.exit(__doc__))
    OUT.mkdir(parents=True, exist_ok=True)
    words = vocabulary(spread)
    (OUT / "words.txt").write_text("\n".join(words) + "\n")
    (OUT / "letters.txt").write_text("\n".join(table(spread)) + "\n")
    print(f"{len(words)} words of {len(spread)}")


if __name__ == "__main__":
    main()
