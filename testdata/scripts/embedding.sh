# Sourced by verify: a program that uses the library, as root and as an ordinary user, whose JVM is in no namespace.
embedded() { # embedded DIR: builds the example with the jars and as the owner of DIR, and prints the image's digest
  "$JAVA_HOME/bin/javac" --release 25 -cp "$1/builder-cli/target/lib/*" -d "$work/embedding" testdata/embedding/EmbeddedBuild.java
}
embedding_program() { # embedding_program CLASSPATH_DIR CONTEXT
  echo "$JAVA_HOME/bin/java --enable-native-access=ALL-UNNAMED -cp $work/embedding:$1/builder-cli/target/lib/* EmbeddedBuild $2 embedded"
}
embedding() {
  embedded "$root" && chmod -R a+rX "$work/embedding" &&
    JBUILD_HOME=$work/root bash -c "$(embedding_program "$root" testdata/quickstart)" >"$work/embedded.root" 2>"$work/embedded.log" &&
    su "$user" -c "cd $work/user && JBUILD_HOME=$work/user/state $(embedding_program "$work/user" "$work/user/testdata/quickstart")" >"$work/embedded.user" 2>>"$work/embedded.log" &&
    grep -q '^built sha256:' "$work/embedded.root" && cmp "$work/embedded.root" "$work/embedded.user" &&
    as_user run embedded 2>>"$work/embedded.log" | grep -q '^Hello from an image'
}
embedding && report 0 "a program with the library inside, as root and as an ordinary user" || {
  report 1 "a program with the library inside, as root and as an ordinary user"
  tail -n 20 "$work/embedded.log"
}

# A caller that is gone takes its worker along.
embedding_gone() {
  mkdir -p "$work/sleeper" && printf 'FROM machine\nRUN sleep %s\nFROM scratch\nCOPY --from=0 /etc/hostname /\n' "$pause" >"$work/sleeper/Dockerfile" && chmod -R a+rX "$work/sleeper"
  su "$user" -c "cd $work/user && exec env JBUILD_HOME=$work/user/state $(embedding_program "$work/user" "$work/sleeper")" >"$work/embedded.gone" 2>&1 &
  local su=$! found=
  for _ in $(seq 100); do found=$(pgrep -u "$user" -f 'EmbeddedBuild.*sleeper' | tail -n 1); pgrep -f "^sleep $pause$" >/dev/null && break; sleep 0.2; done
  pgrep -f "^sleep $pause$" >/dev/null || return 1
  kill -9 "$found"
  wait "$su" 2>/dev/null
  for _ in $(seq 100); do pgrep -f "^sleep $pause$" >/dev/null || return 0; sleep 0.1; done
  return 1
}
embedding_gone && report 0 "a worker ends with its caller" || { report 1 "a worker ends with its caller"; tail -n 5 "$work/embedded.gone"; }
