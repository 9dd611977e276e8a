#!/usr/bin/env bash
# What a baseline of 10,000 entries, half of them of weak values, adds to a full scan and to `staged`, and whether a
# planted file set of weak values stays linear. Everything is made in a temporary directory.
#
#   benches/baseline.sh [LEAKLINT]      default: target/release/leaklint
set -euo pipefail
binary=$(realpath "${1:-target/release/leaklint}")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1

# The fastest of seven runs in milliseconds; exit code 1 (findings) is fine.
best() {
  local least=999999999999 start took
  for _ in 1 2 3 4 5 6 7; do
    start=$(date +%s%N)
    "$@" >/dev/null 2>&1 || [ $? -eq 1 ]
    took=$(($(date +%s%N) - start))
    [ "$took" -lt "$least" ] && least=$took
  done
  awk -v n="$least" 'BEGIN { printf "%.1f", n / 1e6 }'
}

# FILES files below DIR with LINES strong and LINES weak values each, the same in every run.
plant() {
  awk -v dir="$1" -v files="$2" -v lines="$3" 'BEGIN {
    srand(7); digits = "0123456789abcdef"
    for (f = 0; f < files; f++) {
      name = dir "/f" f ".env"
      for (l = 0; l < lines; l++) {
        key = ""
        for (d = 0; d < 40; d++) key = key substr(digits, int(rand() * 16) + 1, 1)
        print "SERVICE_" l "_API_KEY=" key > name
        print "DB_" l "_PASSWORD=horse" int(rand() * 1e9) "battery" > name
      }
      close(name)
    }
  }'
}

git init -q .
mkdir tree
plant tree 100 50
without=$(best "$binary" scan --no-baseline -q --format jsonl)
"$binary" baseline create -q
entries=$(($(wc -l <.leaklint-baseline.jsonl) - 1))
with=$(best "$binary" scan -q --format jsonl)
git add -A
git -c user.name=b -c user.email=b@example.org commit -q -m base
echo 'nothing to see' >notes.txt
git add notes.txt
staged_without=$(best "$binary" staged --no-baseline -q)
staged_with=$(best "$binary" staged -q)
sed -i '1s/^/export /' tree/f0.env
git add -A
known_without=$(best "$binary" staged --no-baseline -q)
known_with=$(best "$binary" staged -q)
echo "entries: $entries ($(grep -c '"weak"' .leaklint-baseline.jsonl) weak)"
echo "full scan:                      $without ms without, $with ms with the baseline"
echo "staged, nothing found:          $staged_without ms without, $staged_with ms with the baseline"
echo "staged, an accepted value found: $known_without ms without, $known_with ms with the baseline"
for files in 1000 4000; do
  rm -rf planted
  mkdir planted
  plant planted "$files" 50
  echo "planted, $files files with $((files * 50)) weak values: $(best "$binary" scan planted -q --format jsonl) ms"
done
