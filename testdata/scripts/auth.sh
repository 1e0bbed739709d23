# Sourced by verify: registries that want to know who asks, by password and by token.
auth_registry() { # auth_registry NAME AUTH_YAML: starts a registry, sets auth_host
  local dir=$work/auth-$1
  mkdir -p "$dir/data"
  local port
  port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
  cat >"$dir/config.yml" <<CONFIG
version: 0.1
log: {level: info, formatter: text, accesslog: {disabled: false}}
storage: {filesystem: {rootdirectory: $dir/data}}
http: {addr: 127.0.0.1:$port}
auth: $2
CONFIG
  setsid docker-registry serve "$dir/config.yml" >"$dir/log" 2>&1 </dev/null &
  auth_pids="${auth_pids:-} $!"
  auth_host=127.0.0.1:$port
  for _ in $(seq 100); do [ "$(curl -s -o /dev/null -w '%{http_code}' "http://$auth_host/v2/")" = 401 ] && return 0; sleep 0.1; done
  return 1
}
auth_config() { # auth_config DIR PASSWORD
  mkdir -p "$1"
  printf '{"auths": {"%s": {"auth": "%s"}}}' "$auth_host" "$(printf 'tester:%s' "$2" | base64)" >"$1/config.json"
}
auth_exit() { # auth_exit EXPECTED CONFIG_DIR COMMAND...: runs jbuild with those credentials
  local expected=$1 got=0
  export DOCKER_CONFIG=$2
  shift 2
  as_root "$@" >>"$work/auth.log" 2>&1 || got=$?
  unset DOCKER_CONFIG
  [ "$got" = "$expected" ] || { echo "exit $got instead of $expected: $*" >>"$work/auth.log"; return 1; }
}
auth_cases() { # what every registry with accounts must answer
  local name=$auth_host/private/app:1
  printf 'FROM scratch\nCOPY Dockerfile /\nCMD ["/x"]\n' >"$work/auth/Dockerfile"
  auth_config "$work/auth/good" right && auth_config "$work/auth/bad" wrong && mkdir -p "$work/auth/none" "$work/auth/helper" "$work/auth/bin" &&
    printf '{"credHelpers": {"%s": "jbuild-test"}}' "$auth_host" >"$work/auth/helper/config.json" &&
    printf '#!/bin/sh\nread -r server\n[ "$1" = get ] && echo "{\\"Username\\": \\"tester\\", \\"Secret\\": \\"right\\"}"\n' >"$work/auth/bin/docker-credential-jbuild-test" &&
    chmod 755 "$work/auth/bin/docker-credential-jbuild-test" &&
    auth_exit 4 "$work/auth/none" build "$work/auth" -t "$name" --push &&
    auth_exit 4 "$work/auth/bad" build "$work/auth" -t "$name" --push &&
    auth_exit 0 "$work/auth/good" build "$work/auth" -t "$name" --push &&
    printf 'FROM %s\nCOPY Dockerfile /again\n' "$name" >"$work/auth/Dockerfile" &&
    auth_exit 4 "$work/auth/none" build "$work/auth" -t "$name-child" --pull &&
    PATH=$work/auth/bin:$PATH auth_exit 0 "$work/auth/helper" build "$work/auth" -t "$name-child" --pull --push &&
    ! grep -q 'dGVzdGVy' "$work/auth.log" && ! grep -rqs 'dGVzdGVyOnJpZ2h0' "$work/root"
}
mkdir -p "$work/auth"
htpasswd -Bbn tester right >"$work/auth/htpasswd" &&
  auth_registry basic "{htpasswd: {realm: tests, path: $work/auth/htpasswd}}" && auth_cases &&
  report 0 "a registry with passwords" || { report 1 "a registry with passwords"; tail -n 30 "$work/auth.log"; }

: >"$work/auth.log"
openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=tests -keyout "$work/auth/key.pem" -out "$work/auth/cert.pem" 2>/dev/null
setsid python3 testdata/scripts/token_server.py "$work/auth/port" "$work/auth/key.pem" "$work/auth/cert.pem" tester right >/dev/null 2>&1 </dev/null &
auth_pids="${auth_pids:-} $!"
for _ in $(seq 100); do [ -s "$work/auth/port" ] && break; sleep 0.1; done
auth_registry token "{token: {realm: \"http://127.0.0.1:$(cat "$work/auth/port")/token\", service: tests, issuer: tests, rootcertbundle: $work/auth/cert.pem}}" && auth_cases &&
  report 0 "a registry with tokens" || { report 1 "a registry with tokens"; tail -n 30 "$work/auth.log"; }
kill $auth_pids 2>/dev/null || true
