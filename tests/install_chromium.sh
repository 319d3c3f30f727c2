#!/bin/sh
# Installs Debian's Chromium for the tests of the simulator's page, where this user may.
set -u
if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null 2>&1; then
  echo "!! No Chromium here and no right to install it: the tests of the page WILL BE SKIPPED." >&2
  exit 0
fi
if apt-get update -qq >/dev/null 2>&1 && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium >/dev/null 2>&1; then
  exit 0
fi
echo "!! Chromium could not be installed: the tests of the page WILL BE SKIPPED." >&2
