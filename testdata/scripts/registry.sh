#!/bin/bash
# A registry on loopback with the base images of the tests.
#   registry.sh up DIR BASES   starts it, prints HOST:PORT; DIR holds its data, its log and its pid
#   registry.sh down DIR       ends it
set -euo pipefail
case $1 in
  up)
    dir=$2; bases=$3
    mkdir -p "$dir/data"
    port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
    cat >"$dir/config.yml" <<CONFIG
version: 0.1
log: {level: info, formatter: text, accesslog: {disabled: false}}
storage: {filesystem: {rootdirectory: $dir/data}, delete: {enabled: true}}
http: {addr: 127.0.0.1:$port}
CONFIG
    setsid docker-registry serve "$dir/config.yml" >"$dir/log" 2>&1 </dev/null &
    echo $! >"$dir/pid"
    for _ in $(seq 100); do curl -fs "http://127.0.0.1:$port/v2/" >/dev/null 2>&1 && break; sleep 0.1; done
    push() { skopeo copy -q --dest-tls-verify=false "oci:$bases/$1" "docker://127.0.0.1:$port/$2"; }
    push debian library/ubuntu:latest
    push debian library/debian:bookworm-slim
    push node library/node:18-slim
    push busybox library/alpine:latest
    push busybox library/busybox:latest
    if [ -e "$bases/busybox-arm64" ]; then push busybox-arm64 arm64v8/busybox:latest; fi
    echo "127.0.0.1:$port"
    ;;
  down)
    [ -s "$2/pid" ] && kill "$(cat "$2/pid")" 2>/dev/null || true
    ;;
esac
