# Sourced by verify: the state directory under kills, damage, full disks and a crowd; JBUILD_LONG=1 for many rounds.
rounds=8
[ -z "${JBUILD_LONG:-}" ] || rounds=200
for test in kill damage full crowd; do
  if python3 testdata/scripts/robust.py --rounds "$rounds" --bases "$bases" --registry "$registry" "$test" -- "$root/jbuild" \
    >"$work/robust.log" 2>&1; then
    report 0 "state directory: $test ($(tail -n 1 "$work/robust.log"))"
  else
    report 1 "state directory: $test"
    tail -n 40 "$work/robust.log"
  fi
done
