#!/usr/bin/env bash
# Bring a server to the newest version: a copy of the books, the code, the tables, one restart.
#   /opt/duka/deploy/upgrade.sh [TAG_OR_COMMIT]
set -euo pipefail
[ "$(id -u)" = 0 ] || { echo "upgrade.sh: run it as root" >&2; exit 1; }
code=$(cd "$(dirname "$0")/.." && pwd)
before=$(git -C "$code" rev-parse HEAD)

back() {
  echo "upgrade.sh: it did not go well. To go back: $code/deploy/upgrade.sh $before" >&2
  echo "The books as they were: the newest file in /var/lib/duka/backups" >&2
}
trap back ERR

echo "• A copy of the books"
stamp=$(date -u +%Y%m%dT%H%M%SZ)
duka backup "/var/lib/duka/backups/duka-$stamp.backup"

echo "• The code"
git -C "$code" fetch -q --tags
if [ $# -gt 0 ]; then git -C "$code" checkout -q "$1"; else git -C "$code" pull -q --ff-only; fi
pip() { PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore "$code/.venv/bin/python" -m pip -qq "$@"; }
pip install --require-hashes --requirement "$code/requirements.lock"
pip install --no-deps --no-build-isolation --editable "$code"

echo "• The flow, proved by the new version"
duka check

echo "• The tables"
duka db upgrade

if [ -d /run/systemd/system ]; then
  echo "• One restart"
  systemctl try-restart duka-worker
  systemctl restart duka-web
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
fi
echo "Done: $before → $(git -C "$code" rev-parse HEAD)"
