#!/bin/sh
# Installs Debian's Request Tracker for the tests against a real helpdesk, where this user may, with no database and no cron jobs of its own.
set -u
if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null 2>&1; then
  echo "!! No Request Tracker here and no right to install it: the tests against a real helpdesk WILL BE SKIPPED." >&2
  exit 0
fi
export DEBIAN_FRONTEND=noninteractive
lock="-o DPkg::Lock::Timeout=600"
refuse() {
  echo "!! Request Tracker could not be installed: the tests against a real helpdesk WILL BE SKIPPED." >&2
  exit 0
}
apt-get $lock update -qq >/dev/null 2>&1
# Without debconf-utils the package would ask for a database and make one that nobody uses.
apt-get $lock install -y -qq --no-install-recommends debconf-utils >/dev/null 2>&1 || refuse
printf '%s\n' \
  'request-tracker5 request-tracker5/dbconfig-install boolean false' \
  'request-tracker5 request-tracker5/install-cronjobs boolean false' | debconf-set-selections || refuse
# msmtp-mta is the smallest program that can send mail: no daemon, nothing configured, and never called by the tests.
apt-get $lock install -y -qq --no-install-recommends request-tracker5 rt5-db-sqlite rt5-standalone msmtp-mta \
  >/dev/null 2>&1 || refuse
