#!/bin/sh
# The accessibility tests take their rules from npm. Take the npm that is there, else install Debian's (as root).
set -eu
if command -v npm >/dev/null; then exit 0; fi
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "Installing npm for the accessibility tests ..."
    apt-get update -qq && apt-get install -y -qq --no-install-recommends npm >/dev/null && exit 0
fi
echo "The accessibility tests need npm: sudo apt-get install npm" >&2
exit 1
