#!/bin/bash
# Makes the base images of the tests, once: a Debian with a working apt, one with Node, and a busybox. Needs root.
#   bases.sh DIR      writes the OCI layouts DIR/debian, DIR/node and DIR/busybox
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
dir=$1
mkdir -p "$dir"
if [ ! -e "$dir/busybox/index.json" ]; then
  r=$(mktemp -d)
  mkdir -p "$r"/{bin,sbin,usr/bin,usr/sbin,etc,root,tmp,var/tmp,var/www,proc,sys,dev,home,run,lib}
  chmod 1777 "$r/tmp" "$r/var/tmp"; chmod 700 "$r/root"; chmod 755 "$r"
  cp "$(command -v busybox)" "$r/bin/busybox"
  for a in $("$r/bin/busybox" --list | grep -v '^busybox$'); do ln -s busybox "$r/bin/$a"; done
  printf 'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n' >"$r/etc/passwd"
  printf 'root:x:0:\nnogroup:x:65534:\n' >"$r/etc/group"
  tar -C "$r" --sort=name --mtime=@1704067200 --numeric-owner --owner=0 --group=0 -cf "$dir/busybox.tar" .
  python3 "$here/layout.py" "$dir/busybox.tar" "$dir/busybox.part" /bin/sh
  mv "$dir/busybox.part" "$dir/busybox"
  rm -rf "$r" "$dir/busybox.tar"
fi

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
