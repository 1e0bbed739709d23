# Sourced by verify: the conformance cases; as many must pass as the file beside this says.
python3 "$cases/make_base.py" "$work/case-base" "$(command -v busybox)" >/dev/null
JBUILD_HOME=$work/cases python3 "$cases/run_cases.py" --tool jbuild --jbuild "$root/jbuild" --base "$work/case-base" --work "$work" >"$work/cases.log" 2>&1 || true
tail -n 1 "$work/cases.log"
grep '^FAIL' "$work/cases.log" || true
got=$(tail -n 1 "$work/cases.log" | cut -d/ -f1)
want=$(cat testdata/scripts/conformance.count)
if [ "${got:-0}" -ge "$want" ]; then report 0 "conformance: $got of at least $want"; else report 1 "conformance: $got of at least $want"; fi
