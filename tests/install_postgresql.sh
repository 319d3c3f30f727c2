#!/bin/sh
# Installs Debian's PostgreSQL for the tests of the store, where this user may, and leaves its cluster unmade and unstarted.
set -u
if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null 2>&1; then
  echo "!! No PostgreSQL here and no right to install it: the store WILL BE TESTED ON SQLITE ONLY." >&2
  exit 0
fi
made_by_us=no
if [ ! -e /etc/postgresql-common/createcluster.conf ]; then
  mkdir -p /etc/postgresql-common
  echo "create_main_cluster = false" >/etc/postgresql-common/createcluster.conf
  made_by_us=yes
fi
if apt-get update -qq >/dev/null 2>&1 &&
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends -o Dpkg::Options::=--force-confold \
    postgresql >/dev/null 2>&1; then
  exit 0
fi
[ "$made_by_us" = no ] || rm -f /etc/postgresql-common/createcluster.conf
echo "!! PostgreSQL could not be installed: the store WILL BE TESTED ON SQLITE ONLY." >&2
