# Sourced by examples.sh: the front end is compiled with npm's packages, served by its image, and read back. The steps
# reach npm's registry as this machine's npm does: by its certificates (--ca-in-run) and its settings (a secret).
certificates=${SSL_CERT_FILE:-/etc/ssl/certs/ca-certificates.crt}
npm_settings() {
  local key value
  echo "; secret-of-$$"
  for key in registry proxy https-proxy noproxy; do
    value=$(npm config get "$key" 2>/dev/null) || continue
    case $value in '' | null | undefined) ;; *) echo "$key=$value" ;; esac
  done
}

web_build() {
  npm_settings >"$work/npmrc" && chmod 644 "$work/npmrc" &&
    $who build testdata/web --registry-mirror "docker.io=http://$registry" -t web \
      --ca-in-run "$certificates" --secret "id=npmrc,src=$work/npmrc" "$@" >>"$log" 2>&1
}

web_page() {
  local port page=$work/$who.page failed=0
  port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
  $who run web sh -c "ADDRESS=127.0.0.1:$port; exec httpd -f -p \$ADDRESS -h /www" >>"$log" 2>&1 &
  local runner=$!
  for _ in $(seq 150); do curl -fs "http://127.0.0.1:$port/" >"$page.html" && break; sleep 0.1; done
  curl -fs "http://127.0.0.1:$port/main.js" >"$page.js" && curl -fs "http://127.0.0.1:$port/style.css" >"$page.css" || failed=1
  pkill -f "^httpd -f -p 127.0.0.1:$port " || failed=1
  wait "$runner" || true
  # One script of old syntax, from modules with private fields; plain style rules, from nested ones with functions.
  grep -q '<main id="layers">' "$page.html" && grep -q 'compiled by jbuild' "$page.js" && grep -q WeakMap "$page.js" &&
    ! grep -qE '\bimport\b|#size|\?\.' "$page.js" &&
    grep -qF '#layers ul li:hover{color:rgba(18,52,86,.5)}' "$page.css" && [ $failed = 0 ]
}

# The certificates and the secret were there for the steps alone: no layer of the stage that used them knows of them.
web_leaves_nothing() {
  local layout=$work/user/web-$who
  rm -rf "$layout"
  web_build --target build --output "type=oci,dest=$layout,tar=false" &&
    python3 testdata/scripts/absent.py "$layout" "$bases/node" "$certificates" /run/jbuild "secret-of-$$"
}

web_build && web_page && report 0 "$who: web" || { report 1 "$who: web"; tail -n 30 "$log"; }
web_leaves_nothing && report 0 "$who: web has no certificates and no secret in its layers" || { report 1 "$who: web has no certificates and no secret in its layers"; tail -n 5 "$log"; }
