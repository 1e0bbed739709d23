#!/bin/sh
# Fetches the busybox of Debian for arm64, as a program of another processor for the tests.
#   arm64-busybox.sh FILE
set -eu
file=$1
[ -x "$file" ] && exit 0
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/lists/partial" "$work/cache/archives/partial" "$(dirname "$file")"
apt="apt-get -q -o APT::Architecture=arm64 -o APT::Architectures=arm64 -o Acquire::Languages=none
  -o Dir::State::lists=$work/lists -o Dir::Cache=$work/cache -o Dir::State::status=/dev/null -o APT::Sandbox::User=root"
cd "$work"
$apt update >/dev/null
$apt download busybox-static >/dev/null
dpkg-deb -x busybox-static_*.deb files
install -m 755 files/bin/busybox "$file"
