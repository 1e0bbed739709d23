# Sourced by verify: equal inputs give equal digests, whoever builds, when, and with whatever settings.
same() { # same NAME FILE FILE: both say one digest
  grep -q '^sha256:' "$2" && cmp -s "$2" "$3" && report 0 "$1" || { report 1 "$1"; cat "$2" "$3"; }
}
same "one digest for both users" "$work/as_root.digest" "$work/as_user.digest"
for example in java go; do
  same "$example: one digest for both users" "$work/as_root.$example.digest" "$work/as_user.$example.digest"
done

context=$work/user/times
mkdir -p "$context/src"
echo plain >"$context/src/a.txt"
echo names >"$context/src/grüße"
ln -s a.txt "$context/src/link"
tar -C "$context/src" --mtime=@1500000000 -cf "$context/more.tar" a.txt link
cat >"$context/Dockerfile" <<'DOCKERFILE'
FROM alpine AS made
WORKDIR /made/here
RUN umask 077 && mkdir sub && echo one >sub/one && date +%s >/tmp/now && rm /tmp/now
FROM alpine
COPY src /src
COPY --chmod=640 --chown=7:8 src/a.txt /etc/new/
ADD more.tar /more/
COPY --from=made /made /made
RUN cp -r /src /copied && umask >/umask && echo "$TZ$LANG$LC_ALL" >/settings
DOCKERFILE
find "$context" -exec touch -h -d @1600000000 {} +
chmod -R a+rX "$context"
timed() { # timed WHO NUMBER OPTION...: a build on a new state
  local who=$1 number=$2 state=$work/user/state-times-$2
  shift 2
  $who build "$context" --registry-mirror "docker.io=http://$registry" "$@" >"$work/times.$number" 2>>"$work/times.log" ||
    tail -n 20 "$work/times.log"
}
timed as_root 1
timed as_root keep1 --timestamps keep
timed as_root clamp1 --timestamps 1550000000
sleep 1.1
mask=077 settings="TZ=Pacific/Auckland LANG=C LC_ALL=POSIX" timed as_root 2
mask=002 settings="TZ=America/St_Johns LC_ALL=tr_TR.UTF-8" timed as_user 3
timed as_root keep2 --timestamps keep
# Later than the clamp, like the files of a fresh checkout.
find "$context/src" -exec touch -h -d @1650000000 {} +
touch -d @1650000001 "$context/more.tar"
mask=077 settings="TZ=Asia/Kathmandu" timed as_user clamp2 --timestamps 1550000000
settings=SOURCE_DATE_EPOCH=1550000000 timed as_user clamp3
same "one digest for any umask, zone and locale" "$work/times.1" "$work/times.2"
same "one digest for any umask, zone and locale, as another user" "$work/times.1" "$work/times.3"
same "--timestamps SECONDS: one digest for checkouts of different times" "$work/times.clamp1" "$work/times.clamp2"
same "SOURCE_DATE_EPOCH is the same as --timestamps SECONDS" "$work/times.clamp2" "$work/times.clamp3"
if grep -q '^sha256:' "$work/times.keep1" && ! cmp -s "$work/times.keep1" "$work/times.keep2" && ! cmp -s "$work/times.1" "$work/times.clamp1"; then
  report 0 "--timestamps keep is the clock's"
else
  report 1 "--timestamps keep is the clock's"
fi
