#!/bin/sh
# Brings the programs that digest is compared with into a folder of their own, for `make bench`:
#   scripts/bring_peers.sh FOLDER PYTHON
# What cannot be had is said, with what to do about it; then this ends with 1.
set -u

folder="$1"
python="$2"
missing=0

lacks() {
    printf '%s\n' "$@" >&2
    missing=1
}

rm -rf "$folder"
"$python" -m venv "$folder" || exit 1
"$folder/bin/python" -m pip install --quiet --disable-pip-version-check github-activity==1.1.7 ||
    lacks "github-activity cannot be installed, so its rows stay empty. Is there a network?"
if ! command -v apt-get >/dev/null; then
    command -v gh >/dev/null ||
        lacks "There is no gh here, so its rows stay empty. See https://cli.github.com on how to install it."
elif (cd "$folder" && apt-get download --quiet=2 gh 2>/dev/null && dpkg-deb -x gh_*.deb .); then
    ln -s ../usr/bin/gh "$folder/bin/gh"
elif command -v gh >/dev/null; then
    echo "apt-get cannot bring gh; the one on the PATH is used." >&2
else
    lacks "apt-get cannot bring gh, so its rows stay empty. Its lists may be missing: apt-get update"
fi
exit "$missing"
