#!/bin/sh
# Copy the books into a folder, and keep the newest copies only: backup.sh DUKA FOLDER HOW_MANY
set -eu
umask 077
duka=$1 folder=$2 keep=$3

mkdir -p "$folder"
"$duka" backup "$folder/duka-$(date -u +%Y%m%dT%H%M%SZ).backup"

# The names sort by time; only what this script made is ever removed.
find "$folder" -maxdepth 1 -name 'duka-*Z.backup' -type f | sort -r | tail -n "+$((keep + 1))" |
  while IFS= read -r old; do rm -f -- "$old"; done
