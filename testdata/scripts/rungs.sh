# Sourced by verify: what each sandbox gives a step: no credentials of the builder's, the rights that Docker gives, and the
# same image. Of the caller: $root, $user, $work, $bases, $registry, as_root, as_user; JBUILD_CONTAINER as in sandbox-matrix.sh.
container=${JBUILD_CONTAINER:-$root/../shared/bench/unprivileged-container.sh}
as_single() { # a user namespace of one id
  su "$user" -c "exec env ${settings:-} JBUILD_HOME=$work/user/state-single unshare --user --map-root-user --mount $work/user/jbuild $(printf '%q ' "$@")"
}
as_chroot() { state=$work/chroot as_root "$@" --sandbox chroot; }
as_container() {
  "$container" --env JBUILD_HOME=/var/tmp/state $(printf -- '--env %s ' ${settings:-JBUILD=}) -- "$root/jbuild" "$@"
}
rungs="as_root as_user as_single as_chroot"
[ ! -x "$container" ] || rungs="$rungs as_container"

# Three tokens that the builder has: of a registry, in its environment, and in secrets. A step that looks wherever it can
# look finds what was put there for it to find, and nothing else.
hunt=$work/user/hunt
mkdir -p "$hunt/docker" "$hunt/context"
printf 'hunted-7f3a-secret\n' >"$hunt/secret"
printf '{"auths": {"%s": {"auth": "%s"}}}' "$registry" "$(printf 'tester:hunted-7f3a-registry' | base64)" >"$hunt/docker/config.json"
cat >"$hunt/context/Dockerfile" <<'DOCKERFILE'
FROM alpine
RUN --mount=type=secret,id=file,required=true --mount=type=secret,id=env,env=S test -s /run/secrets/file && test -n "$S"
RUN <<EOS
  echo "hunte""d-7f3a-control" >/tmp/control
  pattern='hunte[d]-7f3a|dGVzdGVyOm[h]1bnRlZC'
  { env; cat /proc/*/environ /proc/*/cmdline; cat /proc/*/mem /proc/*/maps; ls -l /proc/*/fd; } 2>/dev/null | grep -aE "$pattern" >/found
  find / \( -path /proc -o -path /sys -o -path /found \) -prune -o -type f -size -2048k -print0 | xargs -0 grep -lE "$pattern" >>/found
  test "$(cat /found)" = /tmp/control
EOS
DOCKERFILE
chmod -R a+rX "$hunt"
for who in $rungs; do
  settings="DOCKER_CONFIG=$hunt/docker BUILDER_TOKEN=hunted-7f3a-env"
  if $who build "$hunt/context" --no-cache --registry-mirror "docker.io=http://$registry" --secret "id=file,src=$hunt/secret" \
      --secret id=env,env=BUILDER_TOKEN >"$work/hunt.$who" 2>&1; then
    report 0 "$who: a hunting step finds no token"
  else
    report 1 "$who: a hunting step finds no token"
    tail -n 20 "$work/hunt.$who"
  fi
  settings=
done

# What Docker gives a step of root and one of another user; no_new_privs alone is on where nothing may be mounted.
rights=$work/user/rights
mkdir -p "$rights"
cat >"$rights/Dockerfile" <<'DOCKERFILE'
FROM alpine
RUN <<EOS
  set -e
  echo "app:x:1500:1500::/:/bin/sh" >>/etc/passwd
  printf "app:x:1500:\nmore:x:2000:app\nother:x:2001:\n" >>/etc/group
  status() { awk -v k="$1:" '$1 == k { $1 = ""; sub(/^ /, ""); print }' /proc/self/status; }
  test "$(status CapInh) $(status CapPrm) $(status CapEff) $(status CapBnd) $(status CapAmb)" = \
    "0000000000000000 00000000a80425fb 00000000a80425fb 00000000a80425fb 0000000000000000"
  test "$(status Seccomp)" = 2
  test "$(env | cut -d= -f1 | grep -v ^APT_CONFIG | sort | tr '\n' ' ')" = "HOME PATH PWD SHLVL "
  test ! -e /proc/self/fd/3
EOS
DOCKERFILE
cp "$rights/Dockerfile" "$work/rights-user"
cat >>"$work/rights-user" <<'DOCKERFILE'
USER app
RUN <<EOS
  set -e
  status() { awk -v k="$1:" '$1 == k { $1 = ""; sub(/^ /, ""); print }' /proc/self/status; }
  test "$(status Uid) $(status Gid)" = "1500 1500 1500 1500 1500 1500 1500 1500"
  test "$(status Groups)" = "1500 2000"
  test "$(status CapPrm) $(status CapEff) $(status CapBnd)" = "0000000000000000 0000000000000000 00000000a80425fb"
  echo said >/dev/stderr
EOS
DOCKERFILE
chmod -R a+rX "$rights"
for who in $rungs; do
  # One id: nobody else can be become.
  [ "$who" = as_single ] || cp "$work/rights-user" "$rights/Dockerfile"
  [ "$who" != as_single ] || sed -i '/^USER/,$d' "$rights/Dockerfile"
  $who build "$rights" --no-cache --registry-mirror "docker.io=http://$registry" >"$work/rights.$who" 2>&1 &&
    report 0 "$who: a step's rights are Docker's" || { report 1 "$who: a step's rights are Docker's"; tail -n 20 "$work/rights.$who"; }
done

# One digest from every sandbox that keeps owners. seed-single differs between any two builds: its image keeps the logs of
# apt, dpkg, ldconfig and cmake, which hold the time of day.
[ -n "${rung_examples:-}" ] || rung_examples="seed-c quickstart"
[ -z "${JBUILD_LONG:-}" ] || rung_examples="seed-c java go quickstart"
for example in $rung_examples; do
  context=$work/user/testdata/$example
  for who in $rungs; do
    [ "$who" != as_single ] || continue
    $who build "$context" --no-cache --timestamps 1600000000 --build-context machine=host: --registry-mirror "docker.io=http://$registry" \
      >"$work/rung.$example.$who" 2>"$work/rung.log" || tail -n 5 "$work/rung.log"
    case $example:$who in
      *:as_root) ;;
      quickstart:as_chroot | quickstart:as_container) ;; # It takes the machine's compiler: a stage on host: needs namespaces.
      *) same "$example: one digest, as_root and $who" "$work/rung.$example.as_root" "$work/rung.$example.$who" ;;
    esac
  done
done
