#!/bin/bash
# Makes the base images of the tests, once: a Debian with a working apt, one with Node, and a busybox,
# which is there for arm64 too. Needs root.
#   bases.sh DIR      writes the OCI layouts DIR/debian, DIR/node, DIR/busybox and DIR/busybox-arm64
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
dir=$1
mkdir -p "$dir"
# applets NAME PROGRAM: that program and its names, and little else.
applets() {
  local name=$1 program=$2 r a
  [ -e "$dir/$name/index.json" ] && return
  r=$(mktemp -d)
  mkdir -p "$r"/{bin,sbin,usr/bin,usr/sbin,etc,root,tmp,var/tmp,var/www,proc,sys,dev,home,run,lib}
  chmod 1777 "$r/tmp" "$r/var/tmp"; chmod 700 "$r/root"; chmod 755 "$r"
  cp "$program" "$r/bin/busybox"
  for a in $("$(command -v busybox)" --list | grep -v '^busybox$'); do ln -s busybox "$r/bin/$a"; done
  printf 'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n' >"$r/etc/passwd"
  printf 'root:x:0:\nnogroup:x:65534:\n' >"$r/etc/group"
  tar -C "$r" --sort=name --mtime=@1704067200 --numeric-owner --owner=0 --group=0 -cf "$dir/$name.tar" .
  python3 "$here/layout.py" "$dir/$name.tar" "$dir/$name.part" /bin/sh
  mv "$dir/$name.part" "$dir/$name"
  rm -rf "$r" "$dir/$name.tar"
}
applets busybox "$(command -v busybox)"
arm64=/usr/local/lib/jbuild-tests/busybox-arm64
"$here/arm64-busybox.sh" "$arm64"
ARCH=arm64 applets busybox-arm64 "$arm64"

# debian NAME COMMAND PACKAGES: a small Debian with these packages on top. They come from where this machine's own apt
# gets them.
debian() {
  local name=$1 command=$2 packages=$3 mirror suite
  [ -e "$dir/$name/index.json" ] && return
  mirror=$(apt-get indextargets --format '$(SITE)' 'Created-By: Packages' | grep '/debian/*$' | head -n 1)
  suite=$(. /etc/os-release; echo "$VERSION_CODENAME")
  mmdebstrap --quiet --variant=minbase --mode=root ${packages:+--include="$packages"} \
    --aptopt='Acquire::Check-Valid-Until "false"' --aptopt='Acquire::Check-Date "false"' --aptopt='Acquire::Languages "none"' \
    --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/locale/*' \
    --customize-hook='rm -rf "$1"/var/lib/apt/lists/* "$1"/var/cache/apt/*.bin "$1"/var/log/*.log "$1"/var/log/apt' \
    --customize-hook='printf "#!/bin/sh\nexit 101\n" >"$1"/usr/sbin/policy-rc.d; chmod +x "$1"/usr/sbin/policy-rc.d' \
    "$suite" "$dir/$name.tar" "deb $mirror $suite main"
  python3 "$here/layout.py" "$dir/$name.tar" "$dir/$name.part" "$command"
  mv "$dir/$name.part" "$dir/$name"
  rm "$dir/$name.tar"
}
debian debian /bin/bash ""
debian node /usr/bin/node nodejs,npm
