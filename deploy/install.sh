#!/usr/bin/env bash
# Put Duka on a Debian 12 server: run as root from a clone, as often as you like.
#   git clone REPOSITORY /opt/duka && /opt/duka/deploy/install.sh --domain shop.example.com
set -euo pipefail

usage() {
  echo "usage: install.sh --domain shop.example.com [--postgres] [--no-nginx] [--no-packages]"
  echo "  --postgres     install what PostgreSQL and Redis need; set DATABASE_URL in /etc/duka/duka.env"
  echo "  --no-nginx     something else stands in front of port 3000"
  echo "  --no-packages  everything that apt would bring is here"
}

domain='' postgres='' nginx=yes packages=yes port=3000
while [ $# -gt 0 ]; do
  case $1 in
    --domain) domain=${2:-}; if [ $# -gt 1 ]; then shift; fi ;;
    --postgres) postgres=yes ;;
    --no-nginx) nginx='' ;;
    --no-packages) packages='' ;;
    -h | --help) usage; exit 0 ;;
    *) usage >&2; exit 2 ;;
  esac
  shift
done
[[ $domain =~ ^[A-Za-z0-9.-]+$ ]] || {
  usage >&2
  [ -z "$domain" ] ||
    echo "--domain: '$domain' is no name: letters, digits, dots and hyphens, such as shop.example.com" >&2
  exit 2
}
[ "$(id -u)" = 0 ] || { echo "install.sh: run it as root: sudo $0 --domain $domain" >&2; exit 1; }
code=$(cd "$(dirname "$0")/.." && pwd)
runs() { [ -d /run/systemd/system ]; } # not in a fresh root directory or a container

step() { printf '\n• %s\n' "$1"; }

# Write standard input to a file with this mode, with our places and names filled in.
filled() {
  local made
  made=$(mktemp "$1.XXXXXX")
  sed -e "s|@CODE@|$code|g" -e "s|@DOMAIN@|$domain|g" -e "s|@PORT@|$port|g" > "$made"
  chmod "$2" "$made"
  mv "$made" "$1"
}

if [ "$packages" ]; then
  step "Debian packages"
  export DEBIAN_FRONTEND=noninteractive
  wanted=(python3 python3-venv git ca-certificates openssl)
  wanted+=(libglib2.0-0 libxrender1 fontconfig fonts-dejavu-core) # what draws the conversation needs
  [ -z "$nginx" ] || wanted+=(nginx certbot python3-certbot-nginx)
  [ -z "$postgres" ] || wanted+=(postgresql-client)
  apt-get -qq update
  apt-get -qq -o Dpkg::Use-Pty=0 install --yes --no-install-recommends "${wanted[@]}" > /dev/null
fi

step "The user duka, who owns the books and nothing else"
id duka > /dev/null 2>&1 ||
  useradd --system --user-group --home-dir /var/lib/duka --shell /usr/sbin/nologin duka
install -d -o duka -g duka -m 0700 /var/lib/duka /var/lib/duka/backups
install -d -o root -g root -m 0755 /etc/duka

step "Duka itself, in $code/.venv"
[ -x "$code/.venv/bin/python" ] || python3 -m venv "$code/.venv"
pip() { PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore "$code/.venv/bin/python" -m pip -qq "$@"; }
pip install --require-hashes --requirement "$code/requirements.lock"
pip install --no-deps --no-build-isolation --editable "$code"
[ -z "$postgres" ] || pip install --no-build-isolation --editable "${code}[postgres,redis]"

step "Settings in /etc/duka"
if [ ! -e /etc/duka/duka.env ]; then
  sed -e "s/@SECRET@/$(openssl rand -hex 32)/" -e "s/@KEY@/$(openssl rand -hex 24)/" \
    -e "s/@PASSWORD@/$(openssl rand -hex 12)/" "$code/deploy/duka.env" |
    (umask 077 && filled /etc/duka/duka.env 0600)
fi
chown root:root /etc/duka/duka.env
chmod 0600 /etc/duka/duka.env
port=$(sed -n 's/^PORT=//p' /etc/duka/duka.env)
port=${port:-3000}
[ -e /etc/duka/flows.yaml ] || install -m 0644 "$code/flows.yaml" /etc/duka/flows.yaml
filled /usr/local/bin/duka 0755 < "$code/deploy/duka.sh"

step "systemd"
units=(duka-web.service duka-worker.service duka-backup.service duka-backup.timer)
for unit in "${units[@]}"; do
  filled "/etc/systemd/system/$unit" 0644 < "$code/deploy/systemd/$unit"
done
if runs; then
  systemctl daemon-reload
  systemctl --quiet enable --now duka-backup.timer
  systemctl --quiet enable duka-web.service
else
  echo "systemd does not run here: the units are written, but nothing starts the shop or copies its books."
  echo "Start it by hand: duka serve --host 127.0.0.1"
fi

if [ "$nginx" ]; then
  step "nginx"
  site=/etc/nginx/sites-available/duka
  # certbot writes its lines into this file: once it is there, it is the operator's.
  [ -e "$site" ] || filled "$site" 0644 < "$code/deploy/nginx/duka.conf"
  grep -qF "127.0.0.1:$port " "$site" ||
    echo "PORT is $port in /etc/duka/duka.env, and $site leads elsewhere: write the same there"
  ln -sf "$site" /etc/nginx/sites-enabled/duka
  nginx -q -t
  if runs; then systemctl reload-or-restart nginx; fi
fi

step "The books"
duka db upgrade

key=$(sed -n 's/^GHALA_API_KEY=//p' /etc/duka/duka.env)
if [ "$key" ] && runs; then systemctl restart duka-web; fi

step "What is left to do"
duka doctor || true
cat << END

  1. Your own conversation, from your own machine (the one that is here sells the example's goods):
       duka check && scp flows.yaml root@$domain:/etc/duka/flows.yaml
  2. Put the key Ghala gave you in /etc/duka/duka.env, then: systemctl restart duka-web
  3. TLS, once $domain leads here:  certbot --nginx -d $domain
  4. In Ghala: messages to https://$domain/api/messages/incoming
               payments to https://$domain/api/webhooks/ghala
               the secret is GHALA_WEBHOOK_SECRET in /etc/duka/duka.env
  5. duka doctor --live https://$domain
END
