#!/bin/sh
# The browser tests need a Chromium. Take the one that is there, else install Debian's (as root), else say how.
set -eu
for browser in "${HTC_LEDGER_CHROMIUM:-}" chromium chromium-browser google-chrome; do
    if [ -n "$browser" ] && command -v "$browser" >/dev/null; then exit 0; fi
done
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "Installing chromium for the browser tests ..."
    apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium fonts-dejavu-core >/dev/null && exit 0
fi
echo "The browser tests need Chromium: sudo apt-get install chromium, or name one in HTC_LEDGER_CHROMIUM." >&2
exit 1
