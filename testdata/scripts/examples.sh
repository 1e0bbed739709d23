# Sourced by verify for each user: builds and runs the examples. $who runs jbuild as that user.
log=$work/$who.log
: >"$log"

# Nothing but this machine: in a network namespace of its own, where not even the loopback is up, and on a new state.
quickstart() {
  local offline=yes state=$work/user/state-offline-$who
  ! unshare --net curl -fs "http://$registry/v2/" >/dev/null &&
    $who build --build-context machine=host: -t quickstart testdata/quickstart >>"$log" 2>&1 &&
    $who run quickstart 2>>"$log" | grep -q '^Hello from an image'
}
quickstart && report 0 "$who: quickstart without a network" || { report 1 "$who: quickstart without a network"; tail -n 30 "$log"; }

tag=$registry/seed-c:$who
seed_c() {
  $who build testdata/seed-c --registry-mirror "docker.io=http://$registry" -t "$tag" --push >"$work/$who.digest" 2>>"$log" &&
    [ "$($who run "$tag" 2>>"$log")" = "hello from the seed" ] &&
    skopeo inspect --tls-verify=false "docker://$tag" >"$work/$who.json"
}
seed_c && report 0 "$who: seed-c" || { report 1 "$who: seed-c"; tail -n 30 "$log"; }

base_unchanged() {
  skopeo inspect --tls-verify=false "docker://$registry/library/alpine:latest" >"$work/alpine.json" &&
    [ "$(jq -r '.Layers[0]' "$work/alpine.json")" = "$(jq -r '.Layers[0]' "$work/$who.json")" ] &&
    [ "$(jq '.Layers | length' "$work/$who.json")" = 3 ]
}
base_unchanged && report 0 "$who: seed-c keeps the base's layers" || report 1 "$who: seed-c keeps the base's layers"

second_build() {
  local lines
  lines=$(wc -l <"$work/registry/log")
  $who build testdata/seed-c --registry-mirror "docker.io=http://$registry" -t "$tag" --push >"$work/$who.again" 2>"$work/$who.second" &&
    cmp -s "$work/$who.digest" "$work/$who.again" &&
    ! grep -qE '^#[0-9]+ DONE' "$work/$who.second" &&
    ! tail -n "+$((lines + 1))" "$work/registry/log" | grep -qE '"(POST|PATCH) '
}
second_build && report 0 "$who: a second build runs nothing and sends no blob" || { report 1 "$who: a second build runs nothing and sends no blob"; tail -n 20 "$work/$who.second"; }

# One line of the source changes: what was copied before it, and what it is not in, is not done again.
changed_line() {
  local context=$work/user/changed-$who
  rm -rf "$context" && cp -a testdata/seed-c "$context" && chmod -R a+rX "$context" &&
    sed -i 's/hello from the seed/hello from the changed seed/' "$context/greet.c" &&
    $who build "$context" --registry-mirror "docker.io=http://$registry" -t changed >>"$log" 2>"$work/$who.changed" || return 1
  awk -f testdata/scripts/steps.awk "$work/$who.changed" | grep -v " FROM " | sort >"$work/$who.steps"
  sort >"$work/$who.steps.wanted" <<'STEPS' && diff "$work/$who.steps.wanted" "$work/$who.steps" >>"$log" &&
CACHED RUN apt-get update
CACHED RUN apt-get install -y gcc cmake
CACHED WORKDIR /app
CACHED WORKDIR /app
DONE COPY . .
DONE RUN mkdir build && cd build && cmake ..
DONE COPY --from=builder /app/build/a.out /app
STEPS
    [ "$($who run changed 2>>"$log")" = "hello from the changed seed" ]
}
changed_line && report 0 "$who: a changed line runs COPY and what follows" || { report 1 "$who: a changed line runs COPY and what follows"; cat "$work/$who.changed"; tail -n 20 "$log"; }

readers() {
  local out
  out=$work/$who.layout
  rm -rf "$out" "$out.bundle"
  skopeo copy -q --src-tls-verify=false "docker://$tag" "oci:$out:x" && umoci unpack --image "$out:x" "$out.bundle" >/dev/null 2>&1 &&
    [ "$("$out.bundle/rootfs/app/a.out")" = "hello from the seed" ]
}
readers && report 0 "$who: skopeo and umoci read the image" || report 1 "$who: skopeo and umoci read the image"

# The other examples: each is built, and its program says what it should.
example() { # example NAME OUTPUT [ARGUMENT...]
  local name=$1 output=$2
  shift 2
  $who build "testdata/$name" --registry-mirror "docker.io=http://$registry" -t "$name" >"$work/$who.$name.digest" 2>>"$log" &&
    [ "$($who run "$name" "$@" 2>>"$log")" = "$output" ] && report 0 "$who: $name" || { report 1 "$who: $name"; tail -n 30 "$log"; }
}
example seed-single "hello from the seed"
example java "Hello, root and user, from a module of its own." root user
example go "Hello, gopher. (version dev, as user 65534)"
source testdata/scripts/web.sh
