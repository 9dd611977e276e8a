#!/usr/bin/env bash
# Runs leaklint beside the scanners that are installed here, and beside ripgrep, on a tree, and prints how long each took.
#
#   benches/compare.sh TREE [REPEATS]      LEAKLINT=path/to/leaklint benches/compare.sh TREE 9
#
# Each tool runs once unmeasured, so that files and its own caches are warm, then REPEATS times (5 at least, the default),
# one tool after the other in each round, so that what else the machine does hits all of them. Medians are printed. Nothing
# may leave the machine: each peer gets the options that switch off validation and update checks, and where the kernel
# allows it everything runs in a network namespace without any network.
set -euo pipefail
export LC_ALL=C

main() {
    [ $# -ge 1 ] && [ $# -le 2 ] || usage
    [ -d "$1" ] || fail "no such directory: $1"
    local repeats=${2:-5}
    case $repeats in '' | *[!0-9]*) usage ;; esac
    [ "$repeats" -ge 5 ] || fail "REPEATS is at least 5: a median of fewer says little"

    local here
    here=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
    leaklint=$(absolute "${LEAKLINT:-$here/target/release/leaklint}")
    [ -x "$leaklint" ] || fail "no leaklint at $leaklint: run \`cargo build --release\` or set LEAKLINT"
    work=$(mktemp -d)
    trap 'rm -rf -- "$work"' EXIT
    # Some peers read only what lies below the current directory, and all print shorter paths.
    cd -- "$1"
    # Peers must not take their rules or options from whoever runs this.
    unset RIPGREP_CONFIG_PATH GITLEAKS_CONFIG GITLEAKS_CONFIG_TOML BETTERLEAKS_CONFIG BETTERLEAKS_CONFIG_TOML

    print_setting "$repeats"
    local tools
    tools=$(warm_up)
    measure "$repeats" "$tools"
    print_table "$tools"
    compare_files
}

usage() {
    fail "usage: benches/compare.sh TREE [REPEATS]"
}

fail() {
    printf 'compare.sh: %s\n' "$1" >&2
    exit 2
}

note() {
    printf 'note: %s\n' "$1"
}

absolute() {
    case $1 in
        /*) printf '%s\n' "$1" ;;
        *) printf '%s/%s\n' "$PWD" "$1" ;;
    esac
}

# Every tool, in the order of the table.
all_tools='leaklint rg kingfisher gitleaks betterleaks ripsecrets detect-secrets trufflehog noseyparker'

# Sets `command` to how a tool scans the current directory, and `fine` to the exit codes that mean it did. What each
# option does is in the tool's own documentation; none of them leaves files out.
describe() {
    fine='0 1'
    case $1 in
        leaklint) command=("$leaklint" scan --no-ignore --no-config --no-baseline --quiet --format jsonl .) ;;
        rg) command=(rg --no-config -uuu -c -F xyzzy .) ;;
        kingfisher)
            command=(kingfisher scan . --no-validate --no-update-check --git-history=none --format json)
            fine='0 200 205'
            ;;
        gitleaks | betterleaks)
            command=("$1" dir . --no-banner --redact --exit-code 0)
            fine=0
            ;;
        ripsecrets) command=(ripsecrets .) ;;
        detect-secrets)
            command=(detect-secrets scan --all-files --no-verify .)
            fine=0
            ;;
        trufflehog)
            command=(trufflehog filesystem . --no-verification --no-update --json)
            fine=0
            ;;
        noseyparker)
            command=(noseyparker scan --datastore "$work/datastore" --git-history none .)
            fine=0
            ;;
    esac
}

version_of() {
    local text
    case $1 in
        leaklint) text=$("$leaklint" --version 2>&1) || true ;;
        gitleaks | betterleaks) text=$("$1" version 2>&1) || true ;;
        *) text=$("$1" --version 2>&1) || true ;;
    esac
    printf '%s\n' "$text" | grep -oE '[0-9]+(\.[0-9]+)+' | head -n 1 || echo '?'
}

installed() {
    [ "$1" = leaklint ] || command -v "$1" >/dev/null 2>&1
}

# What noseyparker has seen it does not scan again.
forget() {
    rm -rf -- "$work/datastore"
}

print_setting() {
    printf 'tree: %s\n' "$PWD"
    local system cores
    system=$(uname -sm)
    cores=$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo '?')
    printf 'machine: %s, %s cores; %s rounds\n' "$system" "$cores" "$1"
    if [ "$LEAKLINT_COMPARE_ISOLATED" != yes ]; then
        note "no network namespace here: only the tools' own options keep them off the network"
    fi
    if [ -n "$(find . -name .git -print -prune 2>/dev/null | head -n 1)" ]; then
        note "the tree holds .git, which rg and some peers read and leaklint does not: ratios say nothing"
    fi
}

# Runs each tool once and prints the names of those that work. What it reports goes to standard error.
warm_up() {
    local tool code
    for tool in $all_tools; do
        if ! installed "$tool"; then
            note "$tool is not installed" >&2
            continue
        fi
        # No documented option was found that keeps the validation of betterleaks off for good.
        if [ "$tool" = betterleaks ] && [ "$LEAKLINT_COMPARE_ISOLATED" != yes ]; then
            note "betterleaks is left out without a network namespace: it may validate what it finds" >&2
            continue
        fi
        describe "$tool"
        forget
        code=0
        with_memory "$tool" "${command[@]}" </dev/null >/dev/null 2>"$work/$tool.errors" || code=$?
        case " $fine " in
            *" $code "*) printf '%s ' "$tool" ;;
            *) note "$tool failed with exit code $code: $(tail -n 1 "$work/$tool.errors" | cut -c 1-200)" >&2 ;;
        esac
    done
}

# Runs a command and keeps the most memory that it had, in KiB, where GNU time can tell.
with_memory() {
    local tool=$1
    shift
    if /usr/bin/time -q -f %M -o "$work/probe" env 2>/dev/null >&2; then
        /usr/bin/time -q -f %M -o "$work/$tool.memory" -- "$@"
    else
        "$@"
    fi
}

# The rounds. Bash's own `time` resolves a millisecond, GNU time only ten.
measure() {
    local round tool TIMEFORMAT='%3R %3U'
    for ((round = 0; round < $1; round++)); do
        for tool in $2; do
            describe "$tool"
            forget
            { time "${command[@]}" </dev/null >/dev/null 2>/dev/null || true; } 2>>"$work/$tool.times"
        done
    done
}

# The median of a column of the times of a tool, in seconds.
median() {
    awk -v column="$2" '{ print $column }' "$work/$1.times" | sort -n |
        awk '{ all[NR] = $1 } END { print (all[int((NR + 1) / 2)] + all[int(NR / 2) + 1]) / 2 }'
}

print_table() {
    local tool wall user memory base=
    case " $1 " in *' rg '*) base=$(median rg 1) ;; esac
    printf '\n%-15s %-10s %9s %9s %8s %10s\n' tool version 'wall s' 'user s' '/ rg' 'peak RSS'
    for tool in $1; do
        wall=$(median "$tool" 1)
        user=$(median "$tool" 2)
        memory=$(grep -xE '[0-9]+' "$work/$tool.memory" 2>/dev/null || true)
        awk -v tool="$tool" -v version="$(version_of "$tool")" -v wall="$wall" -v user="$user" -v base="$base" \
            -v memory="$memory" 'BEGIN {
                ratio = base > 0 ? sprintf("%.2f", wall / base) : "-"
                memory = memory == "" ? "-" : sprintf("%.1f MiB", memory / 1024)
                printf "%-15s %-10s %9.3f %9.3f %8s %10s\n", tool, version, wall, user, ratio, memory
            }'
    done
    printf '\n'
    note 'peak RSS counts mapped files, too'
    note 'peers may leave files out (ignored, large, binary, of some names) that leaklint and rg read'
}

# Whether leaklint and rg read the same: number of files and bytes. A ratio between different work says nothing.
compare_files() {
    installed rg || return 0
    describe leaklint
    # One document instead of lines, because only it holds the counts. Its exit code is that of findings.
    "$leaklint" scan --no-ignore --no-config --no-baseline --quiet --format json --output "$work/report.json" . \
        2>/dev/null || true
    local ours theirs
    ours=$(awk -F '[:,]' '/^    "(files|bytes)": / { gsub(/ /, "", $2); printf "%s ", $2 }' "$work/report.json")
    theirs="$(rg --no-config -uuu --files -0 . | tr -cd '\0' | wc -c | tr -d ' ') "
    theirs+="$(rg --no-config -uuu --files -0 . | xargs -0 cat -- | wc -c | tr -d ' ') "
    if [ "$ours" = "$theirs" ]; then
        # shellcheck disable=SC2086 # two words
        printf 'leaklint and rg read the same: %s files, %s bytes\n' $ours
    else
        note "leaklint and rg do NOT read the same files: ${ours% } against ${theirs% } (files bytes)"
        note "(bytes may differ a little where files are UTF-16 or begin with a byte-order mark)"
    fi
}

# Starts this script anew where no network can be reached, if that can be had without asking anyone.
if [ -z "${LEAKLINT_COMPARE_ISOLATED:-}" ]; then
    export LEAKLINT_COMPARE_ISOLATED=no
    if unshare --user --map-root-user --net true 2>/dev/null; then
        LEAKLINT_COMPARE_ISOLATED=yes exec unshare --user --map-root-user --net bash "${BASH_SOURCE[0]}" "$@"
    fi
fi
main "$@"
