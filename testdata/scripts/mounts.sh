#!/bin/bash
# What cache mounts that travel save: one step of npm on three machines that never built anything.
#   mounts.sh JBUILD REGISTRY MIRROR [OPTION...]
# REGISTRY (HOST:PORT, http) keeps the mount, MIRROR has node:18-slim as library/node; options go to each build. Needs
# the network, for npm's packages. Prints the seconds of npm and of its step, and what moved.
set -euo pipefail
jbuild=$1 registry=$2 mirror=$3; shift 3
work=$(mktemp -d /var/tmp/jbuild-mounts.XXXXXX)
trap 'rm -rf "$work"' EXIT
mkdir "$work/context"
cat >"$work/context/package.json" <<'JSON'
{ "name": "sample", "version": "1.0.0", "private": true, "dependencies": {
  "express": "4.19.2", "jest": "29.7.0", "webpack": "5.91.0", "webpack-cli": "5.1.4", "eslint": "8.57.0", "typescript": "5.4.5" } }
JSON
cat >"$work/context/Dockerfile" <<'DOCKERFILE'
FROM node:18-slim
ARG MORE=
WORKDIR /app
COPY package.json ./
RUN --mount=type=cache,id=npm,target=/root/.npm since=$(date +%s%3N); \
    npm install --prefer-offline --no-audit --no-fund $MORE && echo "npm took $(($(date +%s%3N) - since)) ms"
DOCKERFILE
place=type=registry,ref=$registry/mounts:npm$$,scope=main
machine() {
  local name=$1; shift
  echo "$name"
  JBUILD_HOME=$work/state "$jbuild" build --progress plain --registry-mirror "docker.io=$mirror" \
    --insecure-registry "$registry" --output type=cacheonly "$@" "$work/context" >"$work/log" 2>&1 ||
    { cat "$work/log"; exit 1; }
  grep -E 'npm took|mount: cache mount|exported cache mount' "$work/log" | sed 's/^/  /'
  sed -n 's/^\(#[0-9]* DONE .*\)/\1/p' "$work/log" | tail -n 1 | sed 's/^/  the step: /'
  rm -rf "$work/state"
}
machine "empty, saves" --cache-mounts-to "$place" "$@"
machine "restores" --cache-mounts-from "$place" "$@"
machine "restores, one more package, saves" --cache-mounts-from "$place" --cache-mounts-to "$place" --build-arg MORE=left-pad@1.3.0 "$@"
