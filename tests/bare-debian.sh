#!/usr/bin/env bash
# Bare Debians in folders, for the scripts beside this one, which source it. Nothing is set up by that.
# From this machine come the package sources (apt, NuGet, npm), proxies and CA certificates; no cache does.
# shellcheck disable=SC2034 # those who source it read the variables

# This machine's own; another Debian is made from the same archive.
own_suite=$(. /etc/os-release && printf '%s' "$VERSION_CODENAME")

# set_suite SUITE: the Debian to make. What the SDK itself needs of it: https://learn.microsoft.com/dotnet/core/install/linux-debian
set_suite() {
    suite=$1
    sdk_needs=ca-certificates,libc6,libgcc-s1,libgssapi-krb5-2,libstdc++6,zlib1g
    case $suite in
        bookworm) sdk_needs+=,libicu72,libssl3 ;;
        trixie) sdk_needs+=,libicu76,libssl3t64 ;;
        *) status=2 fail "--debian takes bookworm or trixie, not '$suite'" ;;
    esac
}

program=${0##*/}

say() {
    printf '%s: %s\n' "${program%.sh}" "$*" >&2
}

fail() {
    say "$*"
    exit "${status:-1}"
}

set_suite bookworm

# usage_of SCRIPT: the comment at its head.
usage_of() {
    sed -n '2,/^set /{/^#/s/^# \{0,1\}//p}' "$1"
}

# The variables that say how this machine reaches its package sources, and the few that every process has.
machine_environment=(HOME=/root TERM=dumb LANG=C.UTF-8)
while IFS='=' read -r -d '' name value; do
    case $name in
        http_proxy | https_proxy | no_proxy | all_proxy | HTTP_PROXY | HTTPS_PROXY | NO_PROXY | ALL_PROXY | \
            SSL_CERT_FILE | SSL_CERT_DIR | NODE_EXTRA_CA_CERTS | NUGET_CERT_REVOCATION_MODE | npm_config_registry | NPM_CONFIG_REGISTRY)
            machine_environment+=("$name=$value")
            ;;
    esac
done < <(env -0)

# Looks for what bare Debians need of the machine; sets $sdk (its .NET SDK) and $mirror.
require_debian() {
    local dotnet
    [[ $(id -u) == 0 ]] || fail 'this mounts and changes root folders: run it as root'
    command -v debootstrap >/dev/null || fail 'debootstrap is missing, which makes the bare Debian: apt-get install debootstrap'
    dotnet=$(command -v dotnet) || fail "the .NET SDK is missing: put 'dotnet' on the PATH"
    dotnet=$(readlink -f -- "$dotnet")
    sdk=${dotnet%/*}
    [[ -d $sdk/sdk ]] || fail "$sdk, where 'dotnet' leads, holds no SDK: put the SDK's own 'dotnet' on the PATH"
    # shellcheck disable=SC2016 # apt expands it
    mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' "Release: $own_suite" 'Component: main' | head -n 1)
    [[ -n $mirror ]] || fail "this machine's apt has no source of Debian $own_suite, which the new machine is made from"
}

# empty_folder DIR: prints its path; DIR must be absent or empty, and is a temporary one where it is not given.
empty_folder() {
    if [[ -z $1 ]]; then
        mktemp -d
    else
        mkdir -p "$1"
        [[ -z $(ls -A "$1") ]] || fail "--dir $1 is not empty: name a folder that is absent or empty"
        (cd -- "$1" && pwd -P)
    fi
}

# copy_to ROOT PATH...: those that this machine has, to the same places of the new one, in place of what is there. Links are followed
# here, for they may lead to what is not copied, and never there: an absolute one would lead out of the new machine.
copy_to() {
    local root=$1 path
    shift
    for path in "$@"; do
        [[ -e $path ]] || continue
        mkdir -p "$root${path%/*}"
        rm -rf "$root$path"
        cp -rL --preserve=mode,timestamps "$path" "$root${path%/*}/"
    done
}

# make_debian ROOT [PACKAGE,...]: a Debian of the least packages and these, which reaches the sources that this machine reaches.
make_debian() {
    local root=$1 packages=${2-} proxy log home=${HOME:-/root} path
    log=$(mktemp)
    proxy=$(apt-config dump --format '%v' Acquire::http::Proxy)
    say "making a Debian $suite in $root"
    if ! env ${proxy:+http_proxy="$proxy"} \
        debootstrap --variant=minbase ${packages:+--include="$packages"} "$suite" "$root" "$mirror" >"$log" 2>&1; then
        tail -n 20 "$log" >&2
        fail "debootstrap failed (whole log: $log)"
    fi
    rm -f "$log"
    # A Debian's root folder is everybody's to enter: apt and PostgreSQL run as users of their own.
    chmod 755 "$root"
    rm -f "$root/etc/apt/sources.list"
    copy_to "$root" /etc/resolv.conf /etc/hosts \
        /etc/apt/sources.list /etc/apt/sources.list.d /etc/apt/auth.conf /etc/apt/auth.conf.d /etc/apt/preferences /etc/apt/preferences.d \
        /etc/apt/trusted.gpg /etc/apt/trusted.gpg.d /etc/apt/keyrings /usr/share/keyrings \
        /etc/ssl/certs /usr/local/share/ca-certificates /etc/npmrc /usr/etc/npmrc /usr/local/etc/npmrc
    if [[ $suite != "$own_suite" ]]; then
        rm -rf "$root/etc/apt/sources.list" "$root/etc/apt/sources.list.d"
        printf 'deb %s %s main\n' "$mirror" "$suite" >"$root/etc/apt/sources.list"
    fi
    # Only how packages are fetched: this machine's hooks call programs that the new one has not.
    apt-config dump | grep '^Acquire::' >"$root/etc/apt/apt.conf.d/99fetch"
    rm -rf "$root"/var/cache/apt/archives/*.deb "$root"/var/lib/apt/lists/*
    for path in .nuget/NuGet .config/NuGet .npmrc; do
        [[ -e $home/$path ]] || continue
        mkdir -p "$root/root/$(dirname -- "$path")"
        cp -rL --preserve=mode "$home/$path" "$root/root/$path"
    done
}

# mount_system ROOT: what every process expects.
mount_system() {
    mount -t proc proc "$1/proc"
    mount --rbind /sys "$1/sys"
    mount --rbind /dev "$1/dev"
    mount -t tmpfs -o mode=1777 tmpfs "$1/dev/shm"
}

# mount_readonly FOLDER TARGET
mount_readonly() {
    mount --bind "$1" "$2"
    mount -o remount,bind,ro "$2"
}

in_namespaces=
# namespaces SCRIPT [--own-network] ARGUMENT...: runs SCRIPT --inside ARGUMENT... as the first process of namespaces of its own, for
# processes and mounts: when it ends, both are gone, whatever ended it.
namespaces() {
    local script=$1 code=0 kinds=(--mount --propagation private --pid)
    shift
    if [[ ${1-} == --own-network ]]; then
        kinds+=(--net)
        shift
    fi
    # With job control the new processes are a group of their own, and an interrupt is still theirs to receive.
    set -m
    unshare "${kinds[@]}" --fork --kill-child -- "$BASH" "$script" --inside "$@" </dev/null &
    in_namespaces=$!
    set +m
    wait "$in_namespaces" || code=$?
    in_namespaces=
    return "$code"
}

# end_namespaces: those that still run, where this ends early.
end_namespaces() {
    [[ -n $in_namespaces ]] || return 0
    kill -KILL -- "-$in_namespaces" 2>/dev/null || true
    wait "$in_namespaces" 2>/dev/null || true
}

# remove_root ROOT: the namespace's last processes may take a moment to end, and one of them may still write.
remove_root() {
    rm -rf --one-file-system "$1" 2>/dev/null || rm -rf --one-file-system "$1"
}
