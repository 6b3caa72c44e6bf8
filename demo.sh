#!/bin/sh
# The main job, on the contracts of this repository. A breaking v2 is what the demo is about: exit 1 is right there.
set -eu

bold='' plain=''
if [ -t 1 ] && [ -z "${NO_COLOR:-}" ]; then
    bold=$(printf '\033[1m') plain=$(printf '\033[0m')
fi

say() { printf '\n%s$ %s%s\n' "$bold" "$*" "$plain"; }

run() {
    allowed=$1
    shift
    say "$@"
    code=0
    "$@" || code=$?
    if [ "$code" -ne "$allowed" ]; then
        echo "demo: exit $code where $allowed was expected" >&2
        exit 1
    fi
    echo "(exit $code)"
}

run 1 schemadiff v1 v2 --as-of "$DAY"
run 0 schemadiff graph --as-of "$DAY"
run 0 schemadiff replay --as-of "$DAY"
run 0 schemadiff checklist --as-of "$DAY"
