#!/bin/sh
# `duka …`, as root: any verb as the shop's own user, with the shop's settings.
set -eu
[ "$(id -u)" = 0 ] || { echo "duka: only root may read its settings: as root, or sudo duka $*" >&2; exit 1; }
while IFS= read -r line; do
  case $line in [A-Z]*=*) export "${line?}" ;; esac # taken as it stands, never run
done < /etc/duka/duka.env
umask 077 # the books are nobody else's
cd /var/lib/duka
exec setpriv --reuid=duka --regid=duka --init-groups "@CODE@/.venv/bin/duka" "$@"
