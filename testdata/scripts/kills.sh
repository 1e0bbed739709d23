#!/bin/bash
# Kills a build at random instants of its steps and looks for what stays: kills.sh JBUILD ROUNDS. Needs root, busybox-static.
set -u
jbuild=$1
rounds=$2
work=$(mktemp -d /var/tmp/jbuild-kills.XXXXXX)
export JBUILD_HOME=$work/state
mark=987654
mkdir "$work/context"
cp /bin/busybox "$work/context/"
cat >"$work/context/Dockerfile" <<'EOF'
FROM scratch
COPY busybox /bin/busybox
RUN ["/bin/busybox", "--install", "-s", "/bin"]
ARG ROUND
RUN --mount=type=cache,target=/c --mount=type=tmpfs,target=/t (setsid sleep 987654 &) ; trap '' TERM INT HUP; i=0; while [ $i -lt 300 ]; do echo $i > /x; i=$((i+1)); usleep 2000; done
RUN echo end > /y
EOF
build() { $jbuild build --build-arg "ROUND=$1" "$work/context"; }
want=$(build first 2>/dev/null) || { echo "kills: the first build failed"; exit 1; }
mounts=$(wc -l </proc/self/mountinfo)
bad=0
for round in $(seq "$rounds"); do
  signal=$(set -- KILL TERM INT HUP; shift $((round % 4)); echo "$1")
  setsid bash -c "exec $jbuild build --build-arg ROUND=$round $work/context" >/dev/null 2>&1 &
  pid=$!
  sleep "$(awk -v s=$RANDOM 'BEGIN { printf "%.3f", 0.3 + s / 32768 * 1.6 }')"
  kill -"$signal" "$pid" 2>/dev/null
  wait "$pid" 2>/dev/null
  code=$?
  case $signal:$code in KILL:137 | TERM:143 | INT:130 | HUP:129 | *:0) ;; *) echo "round $round: $signal gave exit code $code"; bad=$((bad + 1)) ;; esac
  for _ in 1 2 3 4 5 6 7 8 9 10; do pgrep -f "sleep $mark" >/dev/null || break; sleep 0.1; done
  if pgrep -f "sleep $mark" >/dev/null; then echo "round $round ($signal): a process is left"; bad=$((bad + 1)); fi
  if [ "$(wc -l </proc/self/mountinfo)" != "$mounts" ]; then echo "round $round ($signal): a mount is left"; bad=$((bad + 1)); fi
done
got=$(build first 2>/dev/null)
[ "$got" = "$want" ] || { echo "the next build made $got, not $want"; bad=$((bad + 1)); }
left=$(find "$JBUILD_HOME/v1/tmp" -mindepth 1 ! -name gate | wc -l)
[ "$left" = 0 ] || { echo "$left temporary files are left"; bad=$((bad + 1)); }
echo "kills: $rounds rounds, $bad bad"
rm -rf "$work"
[ "$bad" = 0 ]
