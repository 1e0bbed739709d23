# Sourced by verify: the launcher as a program among others: signals, streams, where it lies, and the terminal's display.
mkdir -p "$work/user/quiet" "$work/user/with space"
# A length of sleep that no other run of this has.
pause=$((100000 + $$))
printf 'FROM alpine\nRUN echo begun && sleep %s\n' "$pause" >"$work/user/quiet/Dockerfile"
chmod -R a+rX "$work/user/quiet"

# A signal to the process that was started ends the build with the signal's own code, and nothing of the step stays.
# Who runs this under nohup is deaf to SIGHUP, and so would the builds be.
signaled() { # signaled WHO SIGNAL CODE
  local who=$1 out=$work/signal.$1.$2 pid code=0
  if [ "$who" = as_root ]; then
    env --default-signal=HUP "JBUILD_HOME=$work/root" "$root/jbuild" build "$work/user/quiet" --registry-mirror "docker.io=http://$registry" --no-cache >"$out" 2>&1 </dev/null &
  else
    setpriv --reuid "$user" --regid "$user" --init-groups env --default-signal=HUP "HOME=$work/user" "JBUILD_HOME=$work/user/state" "$work/user/jbuild" \
      build "$work/user/quiet" --registry-mirror "docker.io=http://$registry" --no-cache >"$out" 2>&1 </dev/null &
  fi
  pid=$!
  for _ in $(seq 300); do pgrep -f "^sleep $pause$" >/dev/null && break; sleep 0.2; done
  pgrep -f "^sleep $pause$" >/dev/null || { kill "$pid"; return 1; }
  kill "-$2" "$pid"
  wait "$pid" || code=$?
  [ "$code" = "$3" ] && ! pgrep -f "^sleep $pause$" >/dev/null && grep -q canceled "$out"
}
for who in as_root as_user; do
  # A shell starts what it puts in the background deaf to SIGINT, so that one is sent by a program that is not.
  for pair in TERM:143 HUP:129; do
    signaled "$who" "${pair%:*}" "${pair#*:}" && report 0 "$who: SIG${pair%:*} ends a build with ${pair#*:}" || { report 1 "$who: SIG${pair%:*} ends a build with ${pair#*:}"; tail -n 5 "$work/signal.$who.${pair%:*}"; }
  done
done

# The live display on a terminal, stopped by its Ctrl-C; a reader that is gone; no standard input at all.
python3 testdata/scripts/terminal.py "$root/jbuild" "$work/root" "$work/user/quiet" "docker.io=http://$registry" >"$work/terminal.log" 2>&1 &&
  report 0 "a terminal's display, Ctrl-C, a closed pipe, no input" || { report 1 "a terminal's display, Ctrl-C, a closed pipe, no input"; tail -n 10 "$work/terminal.log"; }

# Called by a link in a directory with a space, from another one; and from a checkout that cannot be written.
elsewhere() {
  ln -sf "$root/jbuild" "$work/user/with space/jb" &&
    (cd / && [ "$("$work/user/with space/jb" --version)" = "$("$root/jbuild" --version)" ]) &&
    [ "$(unshare --mount sh -c "mount --bind '$root' '$root' && mount -o remount,bind,ro '$root' && '$root/jbuild' --version")" = "$("$root/jbuild" --version)" ]
}
elsewhere && report 0 "by a link, below a directory with a space, from a read-only checkout" || report 1 "by a link, below a directory with a space, from a read-only checkout"
