#!/bin/sh
# Creates .venv and installs digest into it, with the named dependency groups:
#   scripts/set_up.sh PYTHON [GROUP...]
# Uses uv, because it is faster than pip. If uv fails, uses pip. Prints output only if both fail.
set -eu

minimum="3.11"
requested="$1"
shift

fit() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }
whole() { "$1" -c 'import ensurepip, venv' 2>/dev/null; }
stop() {
    printf '%s\n' "$@" >&2
    exit 1
}

# Prints the requested Python. If that is python3 and too old, prints the newest suitable one.
find_python() {
    if fit "$requested" && whole "$requested"; then
        echo "$requested"
        return
    fi
    if [ "$requested" = python3 ]; then
        for name in python3.14 python3.13 python3.12 python3.11; do
            if fit "$name" && whole "$name"; then
                echo "$name"
                return
            fi
        done
    fi
    if ! command -v "$requested" >/dev/null; then
        stop "digest needs Python $minimum or newer; $requested was not found. On Debian: apt install python3 python3-venv"
    fi
    found=$("$requested" -c 'import sys; print("%d.%d" % sys.version_info[:2])') || stop "digest needs Python $minimum or newer; $requested does not run. Choose another one: make PYTHON=python3.12"
    if ! fit "$requested"; then
        stop "digest needs Python $minimum or newer; $requested is $found. Choose a newer one: make PYTHON=python3.12"
    fi
    stop "Python $found cannot make virtual environments: python3-venv is missing. On Debian: apt install python$found-venv"
}

quietly() {
    if ! "$@" >"$log" 2>&1; then
        cat "$log" >&2
        stop "The set-up of .venv failed; see above."
    fi
}

if ! { [ -x .venv/bin/python ] && fit .venv/bin/python; }; then
    python=$(find_python)
    echo "Setting up .venv. This takes a moment, the first time only." >&2
    rm -rf .venv
    log=$(mktemp)
    # With pip in it, this takes ten times as long, and uv needs no pip there.
    quietly "$python" -m venv --without-pip .venv
else
    python=.venv/bin/python
    log=$(mktemp)
fi
trap 'rm -f "$log"' EXIT

groups=""
for group in "$@"; do
    groups="$groups --group $group"
done
# $groups is unquoted, because it contains several arguments.
# shellcheck disable=SC2086
with_uv() {
    { .venv/bin/python -m uv --version || "$python" -m pip --disable-pip-version-check \
        --python .venv/bin/python install 'uv>=0.9'; } &&
        .venv/bin/python -m uv pip install --python .venv/bin/python --editable . $groups
}
# The pip of Debian 12 does not support groups.
# shellcheck disable=SC2086
with_pip() {
    .venv/bin/python -m ensurepip &&
        .venv/bin/python -m pip install 'pip>=25.1' &&
        .venv/bin/python -m pip install --editable . $groups
}

with_uv >"$log" 2>&1 || quietly with_pip
