#!/bin/sh
# Make a virtual environment from requirements.lock: make-venv.sh PYTHON FOLDER
# Every package is checked against its hash; nothing is resolved anew.
set -eu
python=$1 venv=$2
if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
    echo "HTC Ledger needs Python 3.11 or newer; '$python' is $("$python" --version 2>&1)." >&2
    echo "Name another one: make PYTHON=python3.12 setup" >&2
    exit 1
fi
if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
    version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
    package=python$version-venv
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        echo "Installing $package ..."
        apt-get update -qq && { apt-get install -y -qq "$package" || apt-get install -y -qq python3-venv; } >/dev/null
    else
        echo "'$python' has no venv module. Install it and try again: sudo apt-get install $package" >&2
        exit 1
    fi
fi
echo "Making $venv from requirements.lock ..."
"$python" -m venv --clear "$venv"
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
