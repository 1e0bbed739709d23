# Sourced by verify: of the Dockerfiles in testdata/realworld those that say what their image prints are built and run.
realworld() {
  local failed=0 dir name
  for dir in testdata/realworld/*/expect; do
    dir=${dir%/expect}; name=$(basename "$dir")
    if ! as_root build "$dir" --registry-mirror "docker.io=http://$registry" -t "realworld/$name" >>"$work/realworld.log" 2>&1 ||
      ! as_root run "realworld/$name" 2>>"$work/realworld.log" | diff "$dir/expect" - >>"$work/realworld.log"; then
      echo "     $name" && failed=1
    fi
  done
  return $failed
}
realworld && report 0 "real-world Dockerfiles: $(ls -d testdata/realworld/*/expect | wc -l) built and run" || { report 1 "real-world Dockerfiles"; tail -n 40 "$work/realworld.log"; }
