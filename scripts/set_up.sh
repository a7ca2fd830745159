#!/bin/sh
# Makes .venv and installs digest into it, with the dependency groups that are named:
#   scripts/set_up.sh PYTHON [GROUP...]
# uv installs, in a fifth of the time that pip takes; where it does not come or does not reach what pip reaches, pip does.
# Quiet while all goes well: the words of pip are shown only when it fails.
set -eu

wanted="3.11"
asked="$1"
shift

fit() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }
whole() { "$1" -c 'import ensurepip, venv' 2>/dev/null; }
stop() {
    printf '%s\n' "$@" >&2
    exit 1
}

# The Python that was asked for; where that is only the usual name, the newest that fits.
find_python() {
    if fit "$asked" && whole "$asked"; then
        echo "$asked"
        return
    fi
    if [ "$asked" = python3 ]; then
        for name in python3.14 python3.13 python3.12 python3.11; do
            if fit "$name" && whole "$name"; then
                echo "$name"
                return
            fi
        done
    fi
    if ! command -v "$asked" >/dev/null; then
        stop "digest needs Python $wanted or newer; there is no $asked here. On Debian: apt install python3 python3-venv"
    fi
    found=$("$asked" -c 'import sys; print("%d.%d" % sys.version_info[:2])') || stop "digest needs Python $wanted or newer; $asked does not run as one. Name another: make PYTHON=python3.12"
    if ! fit "$asked"; then
        stop "digest needs Python $wanted or newer; $asked is $found. Name a newer one: make PYTHON=python3.12"
    fi
    stop "Python $found cannot make virtual environments: python3-venv is missing. On Debian: apt install python$found-venv"
}

quietly() {
    if ! "$@" >"$log" 2>&1; then
        cat "$log" >&2
        stop "Setting up .venv failed; see above."
    fi
}

if ! { [ -x .venv/bin/python ] && fit .venv/bin/python; }; then
    python=$(find_python)
    echo "Setting up .venv; this takes a moment, once." >&2
    rm -rf .venv
    log=$(mktemp)
    quietly "$python" -m venv .venv
else
    log=$(mktemp)
fi
trap 'rm -f "$log"' EXIT

pip() { quietly .venv/bin/python -m pip --disable-pip-version-check "$@"; }

groups=""
for group in "$@"; do
    groups="$groups --group $group"
done
# Unquoted: each word is one of our own group names.
# shellcheck disable=SC2086
with_uv() {
    .venv/bin/python -m pip --disable-pip-version-check install 'uv>=0.9' &&
        .venv/bin/python -m uv pip install --compile-bytecode --python .venv/bin/python --editable . $groups
}

if ! with_uv >"$log" 2>&1; then
    # Debian 12 has a pip that does not know groups yet.
    [ -z "$groups" ] || pip install 'pip>=25.1'
    # shellcheck disable=SC2086
    pip install --editable . $groups
fi
