#!/bin/sh
# Installs from Debian what the tests need and this machine lacks. Needs root.
set -eu
missing=""
for pair in docker-registry:docker-registry busybox:busybox-static mmdebstrap:mmdebstrap skopeo:skopeo umoci:umoci \
    newuidmap:uidmap jq:jq curl:curl git:git python3:python3 htpasswd:apache2-utils openssl:openssl ssh-keygen:openssh-client \
    sshd:openssh-server qemu-aarch64-static:qemu-user-static; do
  command -v "${pair%%:*}" >/dev/null 2>&1 || missing="$missing ${pair##*:}"
done
if [ -n "$missing" ]; then
  echo "installing:$missing" >&2
  apt-get update -q >/dev/null
  # shellcheck disable=SC2086
  DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends $missing >/dev/null
fi
"$(dirname "$0")/arm64-busybox.sh" /usr/local/lib/jbuild-tests/busybox-arm64
