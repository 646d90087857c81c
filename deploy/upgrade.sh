#!/usr/bin/env bash
# Bring a server to the newest version: a copy of the books, the code, the tables, one restart.
#   /opt/duka/deploy/upgrade.sh [TAG_OR_COMMIT]
#   /opt/duka/deploy/upgrade.sh --back COMMIT      to where it was, whatever stands in the way
set -eEuo pipefail
back=''
if [ "${1:-}" = --back ]; then back=yes; shift; fi
if [ $# -gt 1 ] || [[ ${1:-} == -* ]] || { [ "$back" ] && [ $# = 0 ]; }; then
  echo "usage: upgrade.sh [TAG_OR_COMMIT]   or   upgrade.sh --back COMMIT" >&2
  exit 2
fi
[ "$(id -u)" = 0 ] || { echo "upgrade.sh: run it as root" >&2; exit 1; }
code=$(cd "$(dirname "$0")/.." && pwd)
before=$(git -C "$code" rev-parse HEAD)
copy="/var/lib/duka/backups/duka-$(date -u +%Y%m%dT%H%M%SZ).backup"
missed=''

told() {
  if [ "$back" ]; then echo "upgrade.sh: the code could not be put back, nothing was changed" >&2; return; fi
  echo "upgrade.sh: it did not go well. To go back: $code/deploy/upgrade.sh --back $before" >&2
  echo "The books as they were: $copy" >&2
}

# On the way back nothing but the code itself stops us: what else fails is told, the rest is done.
try() {
  if [ ! "$back" ]; then "$@"; return; fi
  "$@" || { missed=yes; echo "upgrade.sh: this failed, the way back goes on: $*" >&2; }
}
pip() { PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore "$code/.venv/bin/python" -m pip -qq "$@"; }

# After a tag or a commit no branch is out, and nothing could be pulled: take the one of the origin.
newest() {
  if ! git -C "$code" symbolic-ref -q HEAD > /dev/null; then
    git -C "$code" symbolic-ref -q refs/remotes/origin/HEAD > /dev/null ||
      git -C "$code" remote set-head origin --auto > /dev/null
    branch=$(git -C "$code" symbolic-ref --short refs/remotes/origin/HEAD)
    git -C "$code" checkout -q "${branch#origin/}"
  fi
  git -C "$code" pull -q --ff-only
}

ready() {
  port=$(sed -n 's/^PORT=//p' /etc/duka/duka.env)
  "$code/.venv/bin/python" - "http://127.0.0.1:${port:-3000}/ready" << 'END'
import sys, time, urllib.request
for _ in range(120):
    try:
        urllib.request.urlopen(sys.argv[1], timeout=2)
        sys.exit(0)
    except OSError:
        time.sleep(0.5)
sys.exit("the shop is not ready: journalctl -u duka-web -n 50")
END
}

# What is asked for is looked for first: a slip of the pen costs no copy, and needs no way back.
if [ ! "$back" ] && [ $# -gt 0 ]; then
  git -C "$code" fetch -q --tags || {
    echo "upgrade.sh: the code cannot be fetched; nothing was changed" >&2
    exit 1
  }
  git -C "$code" rev-parse -q --verify "$1^{commit}" > /dev/null ||
    git -C "$code" rev-parse -q --verify "origin/$1^{commit}" > /dev/null || {
    echo "upgrade.sh: $1: there is no such version; nothing was changed" >&2
    exit 1
  }
fi

trap 'echo "upgrade.sh: there is no copy, so nothing was changed" >&2' ERR
echo "• A copy of the books"
try duka backup "$copy"

trap told ERR
echo "• The code"
try git -C "$code" fetch -q --tags
if [ $# -gt 0 ]; then git -C "$code" checkout -q "$1"; else newest; fi
try pip install --require-hashes --requirement "$code/requirements.lock"
try pip install --no-deps --no-build-isolation --editable "$code"

echo "• The flow, proved by this version"
try duka check

echo "• The tables"
try duka db upgrade

if [ -d /run/systemd/system ]; then
  echo "• One restart"
  try systemctl try-restart duka-worker
  try systemctl restart duka-web
  try ready
else
  echo "systemd does not run here: the old process still runs. Stop it, and start the new one by hand:"
  echo "  duka serve --host 127.0.0.1"
fi
echo "Done: $before → $(git -C "$code" rev-parse HEAD)"
[ ! "$missed" ] || { trap - ERR; echo "Not all went well: see above, then duka doctor" >&2; exit 1; }
