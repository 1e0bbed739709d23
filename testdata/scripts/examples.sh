# Sourced by verify for each user: builds and runs the examples. $who runs jbuild as that user.
log=$work/$who.log
: >"$log"

quickstart() {
  $who build --build-context machine=host: -t quickstart testdata/quickstart >>"$log" 2>&1 &&
    $who run quickstart 2>>"$log" | grep -q '^Hello from an image'
}
quickstart && report 0 "$who: quickstart" || { report 1 "$who: quickstart"; tail -n 30 "$log"; }

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

readers() {
  local out
  out=$work/$who.layout
  rm -rf "$out" "$out.bundle"
  skopeo copy -q --src-tls-verify=false "docker://$tag" "oci:$out:x" && umoci unpack --image "$out:x" "$out.bundle" >/dev/null 2>&1 &&
    [ "$("$out.bundle/rootfs/app/a.out")" = "hello from the seed" ]
}
readers && report 0 "$who: skopeo and umoci read the image" || report 1 "$who: skopeo and umoci read the image"
