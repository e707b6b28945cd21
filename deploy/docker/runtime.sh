#!/usr/bin/env bash
# The last stage of an image: what the programs load, the user that they run as, and the folder that they write to.
# usage: runtime.sh [--without-libtorch]
set -euo pipefail
user=10001
packages=(ca-certificates libgomp1 libopenblas0 libssl3 libstdc++6 libturbojpeg0 zlib1g)
[[ ${1-} == --without-libtorch ]] || packages+=(libtorch1.13)

apt-get update -q
DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "${packages[@]}"
rm -rf /var/lib/apt/lists/* /var/cache/apt/archives/*.deb

# By number, as Kubernetes checks it; with a name, as some programs look for one.
printf 'cluster:x:%s:\n' "$user" >>/etc/group
printf 'cluster:x:%s:%s::/data/home:/usr/sbin/nologin\n' "$user" "$user" >>/etc/passwd
install -d -o "$user" -g "$user" -m 0750 /data
