#!/bin/sh
# Installs the programs that `make bench` compares with digest, in a separate folder:
#   scripts/bring_peers.sh FOLDER PYTHON
# If a program cannot be installed, prints a message and exits with 1.
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
    lacks "github-activity could not be installed, so its rows stay empty. Check the network connection."
if ! command -v apt-get >/dev/null; then
    command -v gh >/dev/null ||
        lacks "gh is missing, so its rows stay empty. To install it, see https://cli.github.com"
elif (cd "$folder" && apt-get download --quiet=2 gh 2>/dev/null && dpkg-deb -x gh_*.deb .); then
    ln -s ../usr/bin/gh "$folder/bin/gh"
elif command -v gh >/dev/null; then
    echo "apt-get could not download gh, so the gh on the PATH is used." >&2
else
    lacks "apt-get could not download gh, so its rows stay empty. Run apt-get update first."
fi
exit "$missing"
